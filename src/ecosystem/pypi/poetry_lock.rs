//! `poetry.lock`.
//!
//! Grammar: the files that Poetry writes, from before version 1.0 of the format to 2.1. Digests stand in the entries (2.x), in
//! `[metadata.files]` (1.x) or, as bare SHA-256, in `[metadata.hashes]`. What an entry is for stands in `category` (1.x) or
//! `groups` (2.1), and nowhere in between. The file does not name the project: what it asks for is in `pyproject.toml`.

use compact_str::{CompactString, format_compact};

use super::entries::Entries;
use super::name::{self, MARKER};
use super::origin;
use super::requirement::{Requirement, rest_of};
use crate::ecosystem::{Capabilities, Format, Link, Note, Package, Parsed, Reference, Role, Stability};
use crate::model::{DiagnosticKind, Hash, HashAlgorithm, LookUp, Mark, Origin, Party, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, toml};

/// `poetry.lock`.
pub(super) static FORMAT: Format = Format {
    id: "pypi/poetry-lock",
    patterns: &["**/poetry.lock"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: true, licenses: false },
    docs: "The lock file of Poetry, versions 1.0 to 2.1 and those before them. What the project asks for comes from the \
           `pyproject.toml` beside it.",
    parse,
};

#[derive(Clone, Copy)]
struct Entry<'d> {
    name: &'d str,
    version: &'d str,
    dependencies: Option<Node<'d>>,
    extras: Option<Node<'d>>,
}

struct Reader<'s, 'd> {
    file: &'s Source,
    entries: Vec<Entry<'d>>,
    /// What is needed and not listed: how many, and the first with its place.
    absent: Option<(usize, Mark, String)>,
    parsed: Parsed,
}

/// The newest major version of the format that this reader was written for.
const NEWEST: u32 = 2;

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = toml::parse(file)?;
    let root = document.root();
    let (mut packages, mut metadata) = (None, None);
    for (key, value) in root.entries() {
        match key.scalar().unwrap_or_default() {
            "package" => packages = Some(value),
            "metadata" => metadata = Some(value),
            _ => {}
        }
    }
    if packages.is_none() && metadata.is_none() && root.entries().next().is_some() {
        return Err(SyntaxError::new(root.span(), "neither a package nor metadata: this is not a lock file of Poetry"));
    }
    let mut reader = Reader { file, entries: Vec::new(), absent: None, parsed: Parsed::default() };
    reader.parsed.dialect = match metadata.and_then(|metadata| metadata.get("lock-version")).and_then(Node::scalar) {
        Some(version) => {
            let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
            if major.is_none_or(|major| major > NEWEST) {
                let message =
                    format!("version {version} of the format is newer than {NEWEST}.x, the newest known here");
                reader.parsed.notes.push(Note { mark: file.start(), kind: DiagnosticKind::Note, message });
            }
            version.into()
        }
        None => "before 1.0".into(),
    };
    reader.reserve(packages.map_or(0, |packages| packages.items().count()));
    for item in packages.into_iter().flat_map(Node::items) {
        reader.package(item);
    }
    let entries = Entries::new(reader.entries.iter().map(|entry| (entry.name, entry.version)));
    entries.tell_apart(&mut reader.parsed.packages);
    if let Some(metadata) = metadata {
        reader.digests(&entries, metadata);
    }
    let extras = reader.extras(&entries);
    reader.links(&entries, &extras);
    if let Some((count, mark, name)) = reader.absent.take() {
        let message = match count {
            1 => format!("{name:?} is needed and has no entry"),
            _ => format!("{name:?} and {} more are needed and have no entry", count - 1),
        };
        reader.parsed.notes.push(Note { mark, kind: DiagnosticKind::Note, message });
    }
    reader.parsed.references.push(Reference { path: "pyproject.toml".into(), mark: file.start(), optional: true });
    Ok(reader.parsed)
}

/// Numbers of the entries for extras, by entry and (normal) name of the extra.
type Extras = LookUp<(u32, String), u32>;

impl<'d> Reader<'_, 'd> {
    fn reserve(&mut self, packages: usize) {
        self.entries.reserve(packages);
        self.parsed.packages.reserve(packages);
        self.parsed.links.reserve(packages * 2);
    }

    fn note(&mut self, node: Node<'_>, message: String) {
        self.parsed.notes.push(Note { mark: self.file.mark(node.span()), kind: DiagnosticKind::Entry, message });
    }

    fn source(&mut self, name: &str, node: Option<Node<'d>>) -> (Origin, Party, Option<CompactString>, &'d str) {
        // Without a source it is of the default index.
        let Some(node) = node else { return (Origin::Registry { url: None }, Party::Third, None, "") };
        let text = |key: &str| node.get_str(key).unwrap_or_default();
        let (kind, url) = (text("type"), text("url"));
        let (origin, party, directory) = match kind {
            "git" => (origin::git(url, &[text("resolved_reference"), text("reference")]), Party::Third, None),
            "directory" => {
                let directory = url.trim_start_matches("./");
                let directory = if directory == "." { "" } else { directory };
                (Origin::Path { path: url.into() }, Party::First, Some(directory.into()))
            }
            "file" => (Origin::Path { path: url.into() }, Party::Third, None),
            "url" => (origin::of_url(url).0, Party::Third, None),
            "legacy" | "" if !url.is_empty() => (origin::index(url), Party::Third, None),
            "" | "legacy" => (Origin::Registry { url: None }, Party::Third, None),
            _ => {
                self.note(node, format!("the source of {name:?} is of no kind that Poetry writes"));
                (Origin::Unknown, Party::Third, None)
            }
        };
        (origin, party, directory, text("subdirectory"))
    }

    fn package(&mut self, item: Node<'d>) {
        let (mut name, mut version, mut source, mut dependencies) = (None, None, None, None);
        let (mut extras, mut category, mut groups, mut markers) = (None, None, None, None);
        let mut optional = false;
        let mut hashes: Vec<Hash> = Vec::new();
        for (key, value) in item.entries() {
            match key.scalar().unwrap_or_default() {
                "name" => name = Some(value),
                "version" => version = Some(value),
                "source" => source = Some(value),
                "dependencies" => dependencies = Some(value),
                "extras" => extras = Some(value),
                "category" => category = value.string(),
                "groups" => groups = Some(value),
                // Before 1.0: `marker`.
                "markers" | "marker" => markers = Some(value),
                "optional" => optional = value.boolean() == Some(true),
                "files" => hashes.extend(value.items().filter_map(|file| file.get_str("hash").and_then(name::hash))),
                _ => {}
            }
        }
        let is_name = |node: &Node<'d>| node.string().is_some_and(name::is_name);
        let is_version = |node: &Node<'d>| node.string().is_some_and(name::is_version);
        let (Some(name_node), Some(version_node)) = (name.filter(is_name), version.filter(is_version)) else {
            let place = name.or(version).unwrap_or(item);
            return self.note(place, "an entry without name or version was left out".to_owned());
        };
        let (name, version) = (name_node.string().unwrap_or_default(), version_node.string().unwrap_or_default());
        let (origin, party, directory, below) = self.source(name, source);
        let mut purl = name::purl(name, Some(version), if party == Party::First { &Origin::Unknown } else { &origin });
        if party == Party::Third {
            purl = purl.with_subpath(below);
        }
        let id = name::entry(name, version);
        let mut package = Package::library(&id, purl, origin, self.file.mark(version_node.span()));
        package.party = party;
        package.directory = directory;
        package.hashes = hashes;
        package.stated = stated(category, groups, optional);
        match markers {
            Some(node) if node.kind() == Kind::String => {
                package.properties.extend(node.string().map(|text| (MARKER, text.into())));
            }
            // One marker for each group: listed where any of them holds.
            Some(node) => {
                let every = groups.map_or(0, |groups| groups.items().count());
                let all: Vec<String> =
                    node.entries().filter_map(|(_, text)| text.string()).map(|text| format!("({text})")).collect();
                if !all.is_empty() && all.len() >= every {
                    package.properties.push((MARKER, all.join(" or ").into()));
                }
            }
            None => {}
        }
        self.parsed.packages.push(package);
        self.entries.push(Entry { name, version, dependencies, extras });
    }

    /// Reads the digests of versions before 2.0.
    fn digests(&mut self, entries: &Entries<'d>, metadata: Node<'d>) {
        for (key, list) in metadata.get("files").into_iter().flat_map(Node::entries) {
            let named = entries.named(key.scalar().unwrap_or_default());
            for file in list.items() {
                let Some(hash) = file.get_str("hash").and_then(name::hash) else { continue };
                let version = file.get_str("file").and_then(origin::of_file).map(|(_, version)| version);
                for at in named {
                    let mine = named.len() == 1 || version == Some(self.entries[*at as usize].version);
                    if mine {
                        self.parsed.packages[*at as usize].hashes.push(hash.clone());
                    }
                }
            }
        }
        for (key, list) in metadata.get("hashes").into_iter().flat_map(Node::entries) {
            // It does not say of which version a digest is.
            let [at] = entries.named(key.scalar().unwrap_or_default()) else { continue };
            let hashes = list.items().filter_map(Node::string);
            let hashes =
                hashes.filter_map(|hex| name::hash(hex).or_else(|| Hash::from_hex(HashAlgorithm::Sha256, hex)));
            self.parsed.packages[*at as usize].hashes.extend(hashes);
        }
    }

    /// Makes an entry for each extra that needs something which is listed.
    fn extras(&mut self, entries: &Entries<'d>) -> Extras {
        let mut extras = Extras::new();
        for at in 0..self.entries.len() {
            for (key, list) in self.entries[at].extras.into_iter().flat_map(Node::entries) {
                let mut names = list.items().filter_map(Node::string).filter_map(Requirement::parse);
                let Some(extra) = key.scalar().filter(|_| names.any(|needed| !entries.named(needed.name).is_empty()))
                else {
                    continue;
                };
                let base = &self.parsed.packages[at];
                let id = format_compact!("{} [{extra}]", base.id);
                let package = Package { id, hashes: Vec::new(), ..base.clone() };
                extras.insert((at as u32, name::normal(extra).into_owned()), self.parsed.packages.len() as u32);
                self.parsed.packages.push(package);
            }
        }
        extras
    }

    fn links(&mut self, entries: &Entries<'d>, extras: &Extras) {
        for at in 0..self.entries.len() {
            let Entry { dependencies, extras: listed, .. } = self.entries[at];
            // Which extras an optional dependency belongs to.
            let mut by_name: LookUp<String, Vec<u32>> = LookUp::new();
            for (key, list) in listed.into_iter().flat_map(Node::entries) {
                let extra = (at as u32, name::normal(key.scalar().unwrap_or_default()).into_owned());
                let Some(below) = extras.get(&extra).copied() else { continue };
                for needed in list.items().filter_map(Node::string).filter_map(Requirement::parse) {
                    let name = name::normal(needed.name).into_owned();
                    // `all = ["kit[a,b]"]`: extras of the package itself.
                    if name == *name::normal(self.entries[at].name) {
                        for inner in needed.extras() {
                            if let Some(to) = extras.get(&(at as u32, name::normal(inner).into_owned())).copied()
                                && to != below
                            {
                                let (scope, mark) = (Scope::Runtime, None);
                                self.parsed.links.push(Link { from: below, to, scope, requirement: None, mark });
                            }
                        }
                    }
                    by_name.get_or_insert_with(name, Vec::new).push(below);
                }
            }
            for (key, value) in dependencies.into_iter().flat_map(Node::entries) {
                let single = std::slice::from_ref(&value);
                let many: Vec<Node<'d>> = value.items().collect();
                for asked in if value.kind() == Kind::Sequence { &many } else { single } {
                    self.dependency(entries, extras, &by_name, at as u32, key, *asked);
                }
            }
        }
    }

    fn dependency(
        &mut self,
        entries: &Entries<'d>,
        extras: &Extras,
        by_name: &LookUp<String, Vec<u32>>,
        from: u32,
        key: Node<'d>,
        asked: Node<'d>,
    ) {
        let name = key.scalar().unwrap_or_default();
        let (constraint, markers) = match asked.string() {
            Some(constraint) => (constraint, None),
            None => (asked.get_str("version").unwrap_or_default(), asked.get_str("markers")),
        };
        let chosen: Vec<&'d str> =
            asked.get("extras").into_iter().flat_map(Node::items).filter_map(Node::string).collect();
        let optional = asked.get("optional").and_then(Node::boolean) == Some(true);
        let found = entries.answers(name, constraint);
        if found.is_empty() {
            // What a marker rules out for the project's own platforms is not listed either.
            if !optional && markers.is_none() {
                let mark = self.file.mark(key.span());
                self.absent.get_or_insert_with(|| (0, mark, name.to_owned())).0 += 1;
            }
            return;
        }
        let requirement = Some(rest_of(&chosen, constraint, markers));
        let mark = Some(self.file.mark(key.span()));
        let below = if optional { by_name.get(&*name::normal(name)).map(Vec::as_slice) } else { None };
        let (froms, scope) = match below {
            Some(below) => (below, Scope::Runtime),
            None if optional => (std::slice::from_ref(&from), Scope::Optional),
            None => (std::slice::from_ref(&from), Scope::Runtime),
        };
        for to in found.iter().copied() {
            let inner = chosen.iter().filter_map(|extra| extras.get(&(to, name::normal(extra).into_owned())).copied());
            for to in std::iter::once(to).chain(inner) {
                for from in froms.iter().copied().filter(|from| *from != to) {
                    self.parsed.links.push(Link { from, to, scope, requirement: requirement.clone(), mark });
                }
            }
        }
    }
}

/// What the file says an entry is for.
fn stated(category: Option<&str>, groups: Option<Node<'_>>, optional: bool) -> Option<Scope> {
    let main = if optional { Scope::Optional } else { Scope::Runtime };
    let of = |group: &str| if matches!(group, "main" | "default") { main } else { name::group(group) };
    match groups {
        Some(groups) => groups.items().filter_map(Node::string).map(of).min(),
        None => category.map(of),
    }
}
