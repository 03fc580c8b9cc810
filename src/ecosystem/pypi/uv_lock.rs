//! `uv.lock`, and the lock files of single scripts (`script.py.lock`).
//!
//! Grammar: uv's own documentation of project layout and resolution, and the files that uv writes. Version 1 with revisions
//! up to 3; the first files have `[[distribution]]` for `[[package]]` and sources as `registry+https://…`. An edge names the
//! entry it means, with version and source where the name alone does not tell (forks of the resolution by platform).

use std::borrow::Cow;

use compact_str::{CompactString, format_compact};

use super::entries::Entries;
use super::marker::Marker;
use super::name::{self, MARKER};
use super::origin;
use super::requirement::rest_of;
use crate::ecosystem::{Capabilities, Format, Link, Note, Package, Parsed, Reference, Role, Stability};
use crate::model::{DiagnosticKind, Hash, LookUp, Origin, Party, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, toml};

/// `uv.lock`.
pub(super) static FORMAT: Format = Format {
    id: "pypi/uv-lock",
    patterns: &["**/uv.lock", "**/*.py.lock"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: true, licenses: false },
    docs: "The lock file of uv, version 1 in all its revisions, and those of single scripts: one resolution for all \
           platforms, with members of the workspace, extras, groups and markers.",
    parse,
};

/// The newest version of the format that this reader was written for.
const NEWEST: &str = "1";

#[derive(Clone, Copy)]
struct Entry<'d> {
    name: &'d str,
    version: &'d str,
    source: Option<Node<'d>>,
    dependencies: Option<Node<'d>>,
    optional: Option<Node<'d>>,
    groups: Option<Node<'d>>,
}

struct Reader<'s, 'd> {
    file: &'s Source,
    entries: Vec<Entry<'d>>,
    members: LookUp<&'d str, ()>,
    has_members: bool,
    /// The last index that was looked at: most entries have the same one.
    index: Option<(&'d str, Origin)>,
    parsed: Parsed,
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = toml::parse(file)?;
    let root = document.root();
    let (mut version, mut revision, mut manifest, mut packages) = (None, None, None, None);
    for (key, value) in root.entries() {
        match key.scalar().unwrap_or_default() {
            "version" => version = value.scalar(),
            "revision" => revision = value.scalar(),
            "manifest" => manifest = Some(value),
            "package" | "distribution" => packages = Some(value),
            _ => {}
        }
    }
    if version.is_none() && packages.is_none() && root.entries().next().is_some() {
        return Err(SyntaxError::new(root.span(), "neither a version nor a package: this is not a lock file of uv"));
    }
    let mut reader = Reader {
        file,
        entries: Vec::new(),
        members: LookUp::new(),
        has_members: false,
        index: None,
        parsed: Parsed::default(),
    };
    let version = version.unwrap_or(NEWEST);
    reader.parsed.dialect = match revision {
        Some(revision) => format_compact!("{version} revision {revision}"),
        None => version.into(),
    };
    if version != NEWEST {
        let message = format!("version {version} of the format is not {NEWEST}, the one known here");
        reader.parsed.notes.push(Note { mark: file.start(), kind: DiagnosticKind::Note, message });
    }
    if let Some(members) = manifest.and_then(|manifest| manifest.get("members")) {
        reader.has_members = true;
        reader.members = members.items().filter_map(Node::string).map(|member| (member, ())).collect();
    }
    reader.reserve(packages.map_or(0, |packages| packages.items().count()));
    for item in packages.into_iter().flat_map(Node::items) {
        reader.package(item);
    }
    let entries = Entries::new(reader.entries.iter().map(|entry| (entry.name, entry.version)));
    entries.tell_apart(&mut reader.parsed.packages);
    let extras = reader.extras();
    reader.links(&entries, &extras);
    if let Some(manifest) = manifest {
        reader.script(&entries, &extras, manifest);
    }
    if !file.path().as_str().ends_with(".py.lock") {
        reader.parsed.references.push(Reference { path: "pyproject.toml".into(), mark: file.start(), optional: true });
        let own: Vec<CompactString> = reader
            .parsed
            .packages
            .iter()
            .filter(|package| package.party == Party::First)
            .filter_map(|package| package.directory.clone().filter(|directory| !directory.is_empty()))
            .collect();
        for directory in own {
            let path = format_compact!("{directory}/pyproject.toml");
            // A directory beside the tree is no trouble: its packages are somebody else's then.
            reader.parsed.references.push(Reference { path, mark: file.start(), optional: true });
        }
    }
    Ok(reader.parsed)
}

/// What an edge is for that holds only if an extra or a group is chosen: where a project declares that some of them exclude
/// each other, uv writes them into markers as `extra-<length>-<package>-<extra>` and `group-<length>-<package>-<group>`.
fn chosen_by(marker: &str) -> Option<Scope> {
    if !marker.contains("extra") {
        return None;
    }
    let marker = Marker::parse(marker)?;
    if marker.holds_without_extras(&|_| false) {
        return None;
    }
    let mut choices = Vec::new();
    marker.choices(&mut choices);
    let scopes = choices.into_iter().map(|(name, _)| {
        let group = name.strip_prefix("group-").and_then(|rest| {
            let (length, rest) = rest.split_once('-')?;
            rest.get(length.parse::<usize>().ok()?.checked_add(1)?..)
        });
        group.map_or(Scope::Optional, name::group)
    });
    scopes.min()
}

/// The directory that a source names, relative to the lock file's own.
fn directory(path: &str) -> CompactString {
    let path = path.trim_start_matches("./");
    if path == "." { CompactString::default() } else { path.into() }
}

/// Numbers of the entries for extras, by entry and extra.
type Extras<'d> = LookUp<(u32, &'d str), u32>;

/// An edge as it is written.
struct Wanted<'d> {
    node: Node<'d>,
    name: Option<Node<'d>>,
    version: Option<&'d str>,
    source: Option<Node<'d>>,
    extra: Option<Node<'d>>,
    marker: Option<&'d str>,
    specifier: &'d str,
}

impl<'d> Wanted<'d> {
    fn of(node: Node<'d>) -> Self {
        let mut wanted =
            Self { node, name: None, version: None, source: None, extra: None, marker: None, specifier: "" };
        for (key, value) in node.entries() {
            match key.scalar().unwrap_or_default() {
                "name" => wanted.name = Some(value),
                "version" => wanted.version = value.string(),
                "source" => wanted.source = Some(value),
                "extra" => wanted.extra = Some(value),
                "marker" => wanted.marker = value.string(),
                "specifier" => wanted.specifier = value.string().unwrap_or_default(),
                _ => {}
            }
        }
        wanted
    }
}

impl<'d> Reader<'_, 'd> {
    fn reserve(&mut self, packages: usize) {
        self.entries.reserve(packages);
        self.parsed.packages.reserve(packages);
        self.parsed.links.reserve(packages * 2);
    }

    fn note(&mut self, node: Node<'_>, message: String) {
        self.parsed.notes.push(Note { mark: self.file.mark(node.span()), kind: DiagnosticKind::Entry, message });
    }

    fn index(&mut self, url: &'d str) -> Origin {
        match &self.index {
            Some((known, origin)) if *known == url => origin.clone(),
            _ => {
                let origin = if url.contains("://") {
                    origin::index(url)
                } else {
                    // A directory of archives.
                    Origin::Registry { url: Some(url.into()) }
                };
                self.index = Some((url, origin.clone()));
                origin
            }
        }
    }

    /// Origin, whose it is, and its directory.
    fn source(&mut self, name: &str, node: Option<Node<'d>>) -> (Origin, Party, Option<CompactString>) {
        let Some(node) = node else { return (Origin::Unknown, Party::Third, None) };
        let (kind, value) = match node.string() {
            Some(text) => text.split_once('+').unwrap_or((text, "")),
            None => {
                let known = |key: &str| {
                    ["registry", "git", "url", "path", "directory", "editable", "virtual"]
                        .into_iter()
                        .find(|known| *known == key)
                };
                let found = node.entries().find_map(|(key, value)| Some((known(key.scalar()?)?, value.string()?)));
                found.unwrap_or(("", ""))
            }
        };
        let own = |path: &'d str| {
            let member = !self.has_members && directory(path).is_empty() || self.members.contains_key(name);
            let origin = if member { Origin::Unknown } else { Origin::Path { path: path.into() } };
            (origin, Party::First, Some(directory(path)))
        };
        match kind {
            "registry" => (self.index(value), Party::Third, None),
            "git" => {
                let (url, commit) = value.split_once('#').unwrap_or((value, ""));
                let (url, query) = url.split_once('?').unwrap_or((url, ""));
                let mut references = vec![commit];
                references.extend(
                    query
                        .split('&')
                        .filter_map(|pair| pair.split_once('='))
                        .filter(|(key, _)| matches!(*key, "rev" | "tag" | "branch"))
                        .map(|(_, value)| value),
                );
                (origin::git(url, &references), Party::Third, None)
            }
            "url" | "direct" => (origin::of_url(value).0, Party::Third, None),
            "path" => (Origin::Path { path: value.into() }, Party::Third, None),
            "directory" | "editable" | "virtual" => own(value),
            _ => {
                self.note(node, format!("the source of {name:?} is of no kind that uv writes"));
                (Origin::Unknown, Party::Third, None)
            }
        }
    }

    fn package(&mut self, item: Node<'d>) {
        let (mut name, mut version, mut source, mut dependencies) = (None, None, None, None);
        let (mut optional, mut groups, mut markers) = (None, None, None);
        let mut hashes: Vec<Hash> = Vec::new();
        let mut artefact = |node: Node<'d>| hashes.extend(node.get_str("hash").and_then(name::hash));
        for (key, value) in item.entries() {
            match key.scalar().unwrap_or_default() {
                "name" => name = Some(value),
                "version" => version = Some(value),
                "source" => source = Some(value),
                "dependencies" => dependencies = Some(value),
                "optional-dependencies" => optional = Some(value),
                "dev-dependencies" | "dependency-groups" => groups = Some(value),
                "resolution-markers" => markers = Some(value),
                "sdist" => artefact(value),
                "wheels" => value.items().for_each(&mut artefact),
                _ => {}
            }
        }
        let is_name = |node: &Node<'d>| node.string().is_some_and(name::is_name);
        let Some(name_node) = name.filter(is_name) else {
            return self.note(name.unwrap_or(item), "an entry without a name was left out".to_owned());
        };
        let name = name_node.string().unwrap_or_default();
        let stated = version.and_then(Node::string).filter(|version| name::is_version(version));
        let (origin, party, directory) = self.source(name, source);
        if stated.is_none() && party == Party::Third {
            return self
                .note(version.unwrap_or(name_node), format!("the entry of {name:?} has no version and was left out"));
        }
        let version_text = stated.unwrap_or_default();
        let id = if stated.is_some() { name::entry(name, version_text) } else { name.into() };
        let place = version.filter(|_| stated.is_some()).unwrap_or(name_node);
        let purl = name::purl(name, stated, if party == Party::First { &Origin::Unknown } else { &origin });
        let mut package = Package::library(&id, purl, origin, self.file.mark(place.span()));
        package.party = party;
        package.directory = directory;
        package.hashes = hashes;
        if party == Party::First {
            package.kind = crate::model::ComponentKind::Application;
        }
        if let Some(markers) = markers {
            let all: Vec<String> = markers.items().filter_map(Node::string).map(|text| format!("({text})")).collect();
            if !all.is_empty() {
                package.properties.push((MARKER, all.join(" or ").into()));
            }
        }
        self.parsed.packages.push(package);
        self.entries.push(Entry { name, version: version_text, source, dependencies, optional, groups });
    }

    /// Makes an entry for each extra of each package, so that what only an extra needs is reached through it alone.
    fn extras(&mut self) -> Extras<'d> {
        let mut extras = Extras::new();
        for at in 0..self.entries.len() {
            for (key, _) in self.entries[at].optional.into_iter().flat_map(Node::entries) {
                let Some(extra) = key.scalar() else { continue };
                let base = &self.parsed.packages[at];
                let id = format_compact!("{} [{extra}]", base.id);
                let package = Package { id, hashes: Vec::new(), ..base.clone() };
                extras.insert((at as u32, extra), self.parsed.packages.len() as u32);
                self.parsed.packages.push(package);
            }
        }
        extras
    }

    /// The entry that an edge names.
    fn find<'e>(&self, entries: &'e Entries<'d>, wanted: &Wanted<'d>) -> Cow<'e, [u32]> {
        let named = entries.named(wanted.name.and_then(Node::string).unwrap_or_default());
        if named.len() < 2 {
            return Cow::Borrowed(named);
        }
        let version = wanted.version;
        let same_version = |at: &u32| version.is_none_or(|version| self.entries[*at as usize].version == version);
        let found: Vec<u32> = named.iter().copied().filter(same_version).collect();
        let value = |node: Node<'d>| match node.string() {
            Some(text) => Some(text),
            None => node.entries().find_map(|(_, value)| value.string()),
        };
        Cow::Owned(match wanted.source.and_then(value) {
            Some(wanted) if found.len() > 1 => found
                .into_iter()
                .filter(|at| self.entries[*at as usize].source.and_then(value) == Some(wanted))
                .collect(),
            _ => found,
        })
    }

    fn link(&mut self, entries: &Entries<'d>, extras: &Extras<'d>, from: u32, wanted: Node<'d>, scope: Scope) {
        let wanted = Wanted::of(wanted);
        let found = self.find(entries, &wanted);
        let place = wanted.name.unwrap_or(wanted.node);
        if found.is_empty() {
            let shown = wanted.name.and_then(Node::string).unwrap_or_default();
            let owner = self.parsed.packages[from as usize].purl.name();
            let message = format!("{owner:?} depends on {shown:?}, which names no entry");
            return self.note(place, message);
        }
        let chosen: Vec<&'d str> = wanted.extra.into_iter().flat_map(Node::items).filter_map(Node::string).collect();
        let scope = wanted.marker.and_then(chosen_by).map_or(scope, |weaker| weaker.max(scope));
        let requirement = Some(rest_of(&chosen, wanted.specifier, wanted.marker)).filter(|text| !text.is_empty());
        let mark = Some(self.file.mark(place.span()));
        for to in found.iter().copied() {
            let below = chosen.iter().filter_map(|extra| extras.get(&(to, *extra)).copied());
            for to in std::iter::once(to).chain(below) {
                if to != from {
                    self.parsed.links.push(Link { from, to, scope, requirement: requirement.clone(), mark });
                }
            }
        }
    }

    fn links(&mut self, entries: &Entries<'d>, extras: &Extras<'d>) {
        for at in 0..self.entries.len() {
            let Entry { dependencies, optional, groups, .. } = self.entries[at];
            let from = at as u32;
            for wanted in dependencies.into_iter().flat_map(Node::items) {
                self.link(entries, extras, from, wanted, Scope::Runtime);
            }
            let own = self.parsed.packages[at].party == Party::First;
            for (key, list) in optional.into_iter().flat_map(Node::entries) {
                let Some(extra) = key.scalar() else { continue };
                let below = extras.get(&(from, extra)).copied();
                for wanted in list.items() {
                    if own {
                        self.link(entries, extras, from, wanted, Scope::Optional);
                    }
                    if let Some(below) = below {
                        self.link(entries, extras, below, wanted, Scope::Runtime);
                    }
                }
            }
            for (key, list) in
                groups.into_iter().flat_map(Node::entries).filter(|(_, list)| list.kind() == Kind::Sequence)
            {
                let scope = name::group(key.scalar().unwrap_or_default());
                for wanted in list.items() {
                    self.link(entries, extras, from, wanted, scope);
                }
            }
        }
    }

    /// What a script, or a workspace without a package of its own, asks for.
    fn script(&mut self, entries: &Entries<'d>, extras: &Extras<'d>, manifest: Node<'d>) {
        let requirements = manifest.get("requirements");
        let groups = manifest.get("dependency-groups");
        if requirements.is_none() && groups.is_none() {
            return;
        }
        let path = self.file.path();
        let purl = match path.file_name().strip_suffix(".py.lock").filter(|stem| name::is_name(stem)) {
            Some(stem) => name::purl(stem, None, &Origin::Unknown),
            None => name::unnamed(path.parent().as_str()),
        };
        let from = self.parsed.packages.len() as u32;
        self.parsed.packages.push(name::own("", purl, "", self.file.mark(manifest.span())));
        for wanted in requirements.into_iter().flat_map(Node::items) {
            self.link(entries, extras, from, wanted, Scope::Runtime);
        }
        for (key, list) in groups.into_iter().flat_map(Node::entries) {
            for wanted in list.items() {
                self.link(entries, extras, from, wanted, name::group(key.scalar().unwrap_or_default()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extras_that_exclude_each_other_are_read_out_of_markers() {
        assert_eq!(chosen_by("extra == 'group-11-pydantic-ai-dev'"), Some(Scope::Development));
        assert_eq!(chosen_by("sys_platform == 'linux' and extra == 'extra-4-test-cpu'"), Some(Scope::Optional));
        assert_eq!(chosen_by("extra == 'extra-4-demo-cpu' or sys_platform == 'linux'"), None);
        assert_eq!(chosen_by("python_version < '3.9'"), None);
        for odd in ["extra == 'group-x'", "extra == 'group-99-a'", "extra == 'group-18446744073709551615-a'"] {
            assert_eq!(chosen_by(odd), Some(Scope::Optional), "{odd}");
        }
    }
}
