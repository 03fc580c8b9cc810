//! `pdm.lock`.
//!
//! Grammar: the files that PDM writes, versions 2 to 4.5 of the format. What an entry needs is a list of PEP 508 texts; an
//! entry with `extras` is what those extras of the package of the same name need. Digests stand in the entries (4.3 and
//! later) or under `[metadata.files]` by name and version. The file does not name the project.

use compact_str::{CompactString, format_compact};

use super::entries::Entries;
use super::name::{self, MARKER};
use super::origin;
use super::requirement::Requirement;
use crate::ecosystem::{Capabilities, Format, Link, Note, Package, Parsed, Reference, Role, Stability};
use crate::model::{DiagnosticKind, Hash, Mark, Origin, Party, Scope};
use crate::text::{Node, Source, SyntaxError, toml};

/// `pdm.lock`.
pub(super) static FORMAT: Format = Format {
    id: "pypi/pdm-lock",
    patterns: &["**/pdm.lock"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: true, licenses: false },
    docs: "The lock file of PDM, versions 2 to 4.5. What the project asks for comes from the `pyproject.toml` beside it.",
    parse,
};

/// Setting: a group that was locked.
pub(super) const GROUP: &str = "group";

/// The newest major version of the format that this reader was written for.
const NEWEST: u32 = 4;

#[derive(Clone, Copy)]
struct Entry<'d> {
    name: &'d str,
    version: &'d str,
    extras: Option<Node<'d>>,
    dependencies: Option<Node<'d>>,
}

struct Reader<'s, 'd> {
    file: &'s Source,
    entries: Vec<Entry<'d>>,
    absent: Option<(usize, Mark, String)>,
    parsed: Parsed,
}

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
        return Err(SyntaxError::new(root.span(), "neither a package nor metadata: this is not a lock file of PDM"));
    }
    let mut reader = Reader { file, entries: Vec::new(), absent: None, parsed: Parsed::default() };
    let version = metadata.and_then(|metadata| metadata.get("lock_version")).and_then(Node::scalar).unwrap_or("1");
    reader.parsed.dialect = version.into();
    if version.split('.').next().and_then(|major| major.parse::<u32>().ok()).is_none_or(|major| major > NEWEST) {
        let message = format!("version {version} of the format is newer than {NEWEST}.x, the newest known here");
        reader.parsed.notes.push(Note { mark: file.start(), kind: DiagnosticKind::Note, message });
    }
    let groups = metadata.and_then(|metadata| metadata.get("groups"));
    reader.parsed.settings.extend(
        groups
            .into_iter()
            .flat_map(Node::items)
            .filter_map(Node::string)
            .map(|group| (GROUP, CompactString::from(group))),
    );
    reader.reserve(packages.map_or(0, |packages| packages.items().count()));
    for item in packages.into_iter().flat_map(Node::items) {
        reader.package(item);
    }
    let entries = Entries::new(reader.entries.iter().map(|entry| (entry.name, entry.version)));
    entries.tell_apart(&mut reader.parsed.packages);
    for (key, list) in metadata.and_then(|metadata| metadata.get("files")).into_iter().flat_map(Node::entries) {
        // `kit 1.0`, and `kit[extra] 1.0` in between.
        let Some((name, version)) = key.scalar().unwrap_or_default().rsplit_once(' ') else { continue };
        let name = name.split('[').next().unwrap_or(name);
        let hashes: Vec<Hash> = digests(list).collect();
        for at in entries.named(name) {
            let entry = &reader.entries[*at as usize];
            if entry.version == version && entry.extras.is_none() {
                reader.parsed.packages[*at as usize].hashes.extend(hashes.iter().cloned());
            }
        }
    }
    reader.links(&entries);
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

fn digests<'d>(list: Node<'d>) -> impl Iterator<Item = Hash> + use<'d> {
    list.items().filter_map(|file| file.get_str("hash").and_then(name::hash))
}

impl<'d> Reader<'_, 'd> {
    fn reserve(&mut self, packages: usize) {
        self.entries.reserve(packages);
        self.parsed.packages.reserve(packages);
        self.parsed.links.reserve(packages * 2);
    }

    fn note(&mut self, node: Node<'_>, message: &str) {
        let mark = self.file.mark(node.span());
        self.parsed.notes.push(Note { mark, kind: DiagnosticKind::Entry, message: message.to_owned() });
    }

    fn package(&mut self, item: Node<'d>) {
        let (mut name, mut version, mut extras, mut dependencies) = (None, None, None, None);
        let (mut groups, mut marker, mut git, mut path, mut url) = (None, None, None, None, None);
        let (mut reference, mut revision, mut below, mut static_url) = ("", "", "", None);
        let mut hashes: Vec<Hash> = Vec::new();
        for (key, value) in item.entries() {
            match key.scalar().unwrap_or_default() {
                "name" => name = Some(value),
                "version" => version = Some(value),
                "extras" => extras = Some(value).filter(|extras| extras.items().next().is_some()),
                "dependencies" => dependencies = Some(value),
                "groups" | "sections" => groups = Some(value),
                "marker" => marker = value.string(),
                "git" => git = value.string(),
                "ref" => reference = value.string().unwrap_or_default(),
                "revision" => revision = value.string().unwrap_or_default(),
                "subdirectory" => below = value.string().unwrap_or_default(),
                "path" => path = value.string(),
                "url" => url = value.string(),
                "files" => {
                    hashes.extend(digests(value));
                    static_url = value.items().find_map(|file| file.get_str("url"));
                }
                _ => {}
            }
        }
        let is_name = |node: &Node<'d>| node.string().is_some_and(name::is_name);
        let Some(name_node) = name.filter(is_name) else {
            return self.note(name.unwrap_or(item), "an entry without a name was left out");
        };
        let name = name_node.string().unwrap_or_default();
        let stated_version = version.and_then(Node::string).filter(|text| name::is_version(text));
        // `file:///${PROJECT_ROOT}/lib` is how PDM writes a path below the project in a URL.
        let project = |url: &'d str| url.strip_prefix("file:///${PROJECT_ROOT}");
        let path = path.or_else(|| project(url?));
        let (origin, party, directory) = match (git, path, url) {
            (Some(git), _, _) => (origin::git(git, &[revision, reference]), Party::Third, None),
            (_, Some(path), _) => {
                let place = path.trim_start_matches("./").trim_start_matches('/');
                let is_archive = origin::of_file(place).is_some();
                let origin = Origin::Path { path: path.into() };
                if is_archive {
                    (origin, Party::Third, None)
                } else {
                    (origin, Party::First, Some(CompactString::from(if place == "." { "" } else { place })))
                }
            }
            (_, _, Some(url)) => (origin::of_url(url).0, Party::Third, None),
            _ => (Origin::Registry { url: static_url.and_then(origin::index_of_file) }, Party::Third, None),
        };
        if stated_version.is_none() && party == Party::Third && version.is_none_or(|node| node.string() != Some("")) {
            return self.note(version.unwrap_or(name_node), "an entry without a version was left out");
        }
        let version_text = stated_version.unwrap_or_default();
        let place = version.filter(|_| stated_version.is_some()).unwrap_or(name_node);
        let mut purl = name::purl(name, stated_version, if party == Party::First { &Origin::Unknown } else { &origin });
        if party == Party::Third {
            purl = purl.with_subpath(below);
        }
        let id = match extras {
            Some(extras) => {
                let extras: Vec<&str> = extras.items().filter_map(Node::string).collect();
                format_compact!("{name} {version_text} [{}]", extras.join(","))
            }
            None => name::entry(name, version_text),
        };
        let mut package = Package::library(&id, purl, origin, self.file.mark(place.span()));
        package.party = party;
        package.directory = directory;
        package.hashes = hashes;
        package.stated = groups.and_then(|groups| groups.items().filter_map(Node::string).map(group_scope).min());
        package.properties.extend(marker.map(|marker| (MARKER, CompactString::from(marker))));
        self.parsed.packages.push(package);
        self.entries.push(Entry { name, version: version_text, extras, dependencies });
    }

    fn links(&mut self, entries: &Entries<'d>) {
        for from in 0..self.entries.len() {
            let listed = self.entries[from].dependencies;
            // The first versions have a table of names and specifiers.
            let tables = listed.into_iter().flat_map(Node::entries).map(|(key, value)| (key, Some(value)));
            let texts = listed.into_iter().flat_map(Node::items).map(|node| (node, None));
            for (node, value) in texts.chain(tables) {
                let text = node.scalar().unwrap_or_default();
                let read = match value {
                    None => Requirement::parse(text),
                    Some(value) => {
                        let constraint = value.string().or_else(|| value.get_str("version")).unwrap_or_default();
                        let marker = value.get_str("marker");
                        let known = name::is_name(text);
                        known.then_some(Requirement { name: text, extras: "", constraint, url: None, marker })
                    }
                };
                let Some(asked) = read else {
                    self.note(node, "this is no requirement");
                    continue;
                };
                let found = entries.answers(asked.name, asked.constraint);
                if found.is_empty() {
                    if asked.marker.is_none() {
                        let mark = self.file.mark(node.span());
                        self.absent.get_or_insert_with(|| (0, mark, asked.name.to_owned())).0 += 1;
                    }
                    continue;
                }
                let rest = if value.is_some() { asked.constraint } else { Requirement::rest(text) };
                let requirement = Some(rest).filter(|rest| !rest.is_empty()).map(name::shown);
                let mark = Some(self.file.mark(node.span()));
                for to in found.iter().copied() {
                    let wanted = match self.entries[to as usize].extras {
                        None => true,
                        Some(extras) => extras
                            .items()
                            .filter_map(Node::string)
                            .any(|extra| asked.extras().any(|wanted| name::normal(wanted) == name::normal(extra))),
                    };
                    if wanted && to != from as u32 {
                        let (from, scope, requirement) = (from as u32, Scope::Runtime, requirement.clone());
                        self.parsed.links.push(Link { from, to, scope, requirement, mark });
                    }
                }
            }
        }
    }
}

/// What a group of PDM's is for.
fn group_scope(group: &str) -> Scope {
    if group == "default" { Scope::Runtime } else { name::group(group) }
}
