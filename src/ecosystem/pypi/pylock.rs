//! `pylock.toml` and `pylock.<name>.toml` (PEP 751).

use compact_str::{CompactString, format_compact};

use super::entries::Entries;
use super::marker::Marker;
use super::name::{self, MARKER};
use super::origin;
use crate::ecosystem::{Capabilities, Format, Link, Note, Package, Parsed, Reference, Role, Stability};
use crate::model::{DiagnosticKind, Hash, Origin, Party, Scope};
use crate::text::{Node, Source, SyntaxError, toml};

/// `pylock.toml`.
pub(super) static FORMAT: Format = Format {
    id: "pypi/pylock",
    patterns: &["**/pylock.toml", "**/pylock.*.toml"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: true, licenses: false },
    docs: "The lock file of PEP 751, version 1.0, which pip, uv and PDM write. Extras and groups are read from the markers; who \
           needs whom is told only where the writer of the file says it.",
    parse,
};

struct Entry<'d> {
    name: &'d str,
    version: &'d str,
    dependencies: Option<Node<'d>>,
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = toml::parse(file)?;
    let root = document.root();
    let version = root.get("lock-version").and_then(Node::scalar);
    let packages = root.get("packages");
    if version.is_none() && packages.is_none() && root.entries().next().is_some() {
        return Err(SyntaxError::new(
            root.span(),
            "neither a version nor packages: this is not a lock file of PEP 751",
        ));
    }
    let mut parsed = Parsed { dialect: version.unwrap_or("1.0").into(), ..Parsed::default() };
    if !parsed.dialect.starts_with("1.") && parsed.dialect != "1" {
        let message = format!("version {} of the format is newer than 1.x, the newest known here", parsed.dialect);
        parsed.notes.push(Note { mark: file.start(), kind: DiagnosticKind::Note, message });
    }
    let default_groups: Vec<&str> =
        root.get("default-groups").into_iter().flat_map(Node::items).filter_map(Node::string).collect();
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for item in packages.into_iter().flat_map(Node::items) {
        read(file, item, &default_groups, &mut parsed, &mut entries);
    }
    let index = Entries::new(entries.iter().map(|entry| (entry.name, entry.version)));
    index.tell_apart(&mut parsed.packages);
    for (from, entry) in entries.iter().enumerate() {
        for asked in entry.dependencies.into_iter().flat_map(Node::items) {
            let name = asked.get_str("name").unwrap_or_default();
            let wanted = asked.get_str("version");
            let named = index.named(name).iter().copied();
            let found: Vec<u32> =
                named.filter(|at| wanted.is_none_or(|wanted| entries[*at as usize].version == wanted)).collect();
            let mark = file.mark(asked.get("name").unwrap_or(asked).span());
            if found.is_empty() {
                let message = format!("{:?} depends on {name:?}, which names no entry", entry.name);
                parsed.notes.push(Note { mark, kind: DiagnosticKind::Entry, message });
            }
            for to in found.into_iter().filter(|to| *to != from as u32) {
                let (from, scope) = (from as u32, Scope::Runtime);
                parsed.links.push(Link { from, to, scope, requirement: None, mark: Some(mark) });
            }
        }
    }
    parsed.references.push(Reference { path: "pyproject.toml".into(), mark: file.start(), optional: true });
    Ok(parsed)
}

fn read<'d>(file: &Source, item: Node<'d>, default_groups: &[&str], parsed: &mut Parsed, entries: &mut Vec<Entry<'d>>) {
    let name_node = item.get("name").filter(|node| node.string().is_some_and(name::is_name));
    let Some(name_node) = name_node else {
        let mark = file.mark(item.get("name").unwrap_or(item).span());
        let message = "an entry without a name was left out".to_owned();
        parsed.notes.push(Note { mark, kind: DiagnosticKind::Entry, message });
        return;
    };
    let name = name_node.string().unwrap_or_default();
    let version_node = item.get("version").filter(|node| node.string().is_some_and(name::is_version));
    let version = version_node.and_then(Node::string);
    let mut hashes: Vec<Hash> = Vec::new();
    let mut first_url = None;
    let mut artefact = |node: Node<'d>| {
        let digests = node.get("hashes").into_iter().flat_map(Node::entries);
        hashes
            .extend(digests.filter_map(|(algorithm, hex)| {
                Hash::from_hex(name::algorithm_of(algorithm.scalar()?)?, hex.string()?)
            }));
        if first_url.is_none() {
            first_url = node.get_str("url");
        }
    };
    for key in ["sdist", "archive"] {
        item.get(key).into_iter().for_each(&mut artefact);
    }
    item.get("wheels").into_iter().flat_map(Node::items).for_each(&mut artefact);
    let (mut party, mut directory, mut below) = (Party::Third, None, "");
    let origin = if let Some(vcs) = item.get("vcs") {
        below = vcs.get_str("subdirectory").unwrap_or_default();
        let text = |key: &str| vcs.get_str(key).unwrap_or_default();
        match (text("type"), text("url"), text("path")) {
            ("git" | "", url, _) if !url.is_empty() => {
                origin::git(url, &[text("commit-id"), text("requested-revision")])
            }
            (_, url, _) if !url.is_empty() => origin::of_url(url).0,
            (_, _, path) => Origin::Path { path: path.into() },
        }
    } else if let Some(table) = item.get("directory") {
        let path = table.get_str("path").unwrap_or_default();
        party = Party::First;
        let place = path.trim_start_matches("./");
        directory = Some(CompactString::from(if place == "." { "" } else { place }));
        Origin::Path { path: path.into() }
    } else if let Some(archive) = item.get("archive") {
        match (archive.get_str("url"), archive.get_str("path")) {
            (Some(url), _) => origin::of_url(url).0,
            (None, path) => Origin::Path { path: path.unwrap_or_default().into() },
        }
    } else if let Some(index) = item.get_str("index") {
        origin::index(index)
    } else {
        Origin::Registry { url: first_url.and_then(origin::index_of_file) }
    };
    let place = version_node.unwrap_or(name_node);
    let purl = name::purl(name, version, if party == Party::First { &Origin::Unknown } else { &origin });
    let purl = purl.with_subpath(if party == Party::Third { below } else { "" });
    let id = format_compact!("{name} {}", version.unwrap_or_default());
    let mut package = Package::library(&id, purl, origin, file.mark(place.span()));
    package.party = party;
    package.directory = directory;
    package.hashes = hashes;
    if let Some(text) = item.get_str("marker") {
        package.properties.push((MARKER, text.into()));
        package.stated = Some(scope(text, default_groups));
    } else {
        package.stated = Some(Scope::Runtime);
    }
    parsed.packages.push(package);
    entries.push(Entry { name, version: version.unwrap_or_default(), dependencies: item.get("dependencies") });
}

/// What an entry is for, by the extras and groups without which its marker cannot hold.
fn scope(marker: &str, default_groups: &[&str]) -> Scope {
    let Some(marker) = Marker::parse(marker) else { return Scope::Runtime };
    let chosen = |group: &str| default_groups.contains(&group) && name::scope_of_group(group).is_none();
    if marker.holds_without_extras(&chosen) {
        return Scope::Runtime;
    }
    let mut choices = Vec::new();
    marker.choices(&mut choices);
    let scopes = choices.into_iter().map(|(name, group)| if group { name::group(name) } else { Scope::Optional });
    scopes.min().unwrap_or(Scope::Optional)
}
