//! `Pipfile.lock`.
//!
//! Grammar: Pipenv's documentation and files (`pipfile-spec` 6). Entries stand under categories: `default`, `develop` and
//! such as the project names. The file does not say who needs whom.

use compact_str::{CompactString, format_compact};

use super::name::{self, MARKER};
use super::origin;
use super::version::pinned;
use crate::ecosystem::{Capabilities, Format, Note, Package, Parsed, Reference, Role, Stability};
use crate::model::{DiagnosticKind, Hash, LookUp, Origin, Party, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, json};

/// `Pipfile.lock`.
pub(super) static FORMAT: Format = Format {
    id: "pypi/pipfile-lock",
    patterns: &["**/Pipfile.lock"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: true, hashes: true, licenses: false },
    docs: "The lock file of Pipenv, with all its categories. It does not say who needs whom.",
    parse,
};

/// What a category is for.
pub(super) fn scope_of(category: &str) -> Scope {
    match category {
        "default" | "packages" => Scope::Runtime,
        "develop" | "dev-packages" => Scope::Development,
        other => name::group(other),
    }
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = json::parse(file)?;
    let root = document.root();
    if root.kind() != Kind::Mapping {
        return Err(SyntaxError::new(root.span(), "expected an object"));
    }
    let meta = root.get("_meta");
    if meta.is_none()
        && root.get("default").is_none()
        && root.get("develop").is_none()
        && root.entries().next().is_some()
    {
        return Err(SyntaxError::new(root.span(), "no category of packages: this is not a lock file of Pipenv"));
    }
    let mut parsed = Parsed::default();
    let spec = meta.and_then(|meta| meta.get("pipfile-spec")).and_then(Node::scalar);
    parsed.dialect = spec.map_or_else(CompactString::default, |spec| format_compact!("pipfile-spec {spec}"));
    // The first source is the one that packages come from which name none.
    let mut sources: LookUp<&str, Origin> = LookUp::new();
    let mut default = Origin::Registry { url: None };
    for (at, source) in meta.and_then(|meta| meta.get("sources")).into_iter().flat_map(Node::items).enumerate() {
        let index = origin::index(source.get_str("url").unwrap_or_default());
        if at == 0 && source.get_str("url").is_some() {
            default = index.clone();
        }
        sources.insert(source.get_str("name").unwrap_or_default(), index);
    }
    let note = |notes: &mut Vec<Note>, node: Node<'_>, message: String| {
        notes.push(Note { mark: file.mark(node.span()), kind: DiagnosticKind::Entry, message });
    };
    for (category, table) in root.entries() {
        let category = category.scalar().unwrap_or_default();
        if category == "_meta" || table.kind() != Kind::Mapping {
            continue;
        }
        for (key, entry) in table.entries() {
            let Some(name) = key.scalar().filter(|name| name::is_name(name)) else {
                note(&mut parsed.notes, key, "this is no name of a package".to_owned());
                continue;
            };
            if entry.kind() != Kind::Mapping {
                note(&mut parsed.notes, entry, format!("the entry of {name:?} is no object"));
                continue;
            }
            let text = |key: &str| entry.get_str(key);
            let version_node = entry.get("version");
            let version = version_node.and_then(Node::string).and_then(pinned);
            let (mut origin, mut party, mut directory) = (Origin::Unknown, Party::Third, None);
            if let Some(url) = text("git") {
                origin = origin::git(url, &[text("ref").unwrap_or_default()]);
            } else if let Some(path) = text("path") {
                origin = Origin::Path { path: path.into() };
                if origin::of_file(path).is_none() {
                    party = Party::First;
                    let place = path.trim_start_matches("./");
                    directory = Some(CompactString::from(if place == "." { "" } else { place }));
                }
            } else if let Some(url) = text("file").or_else(|| text("url")) {
                origin = origin::of_url(url).0;
            } else if version.is_some() {
                origin = text("index").and_then(|index| sources.get(index)).unwrap_or(&default).clone();
            } else {
                note(&mut parsed.notes, version_node.unwrap_or(key), format!("the entry of {name:?} pins no version"));
            }
            let place = version_node.filter(|_| version.is_some()).unwrap_or(key);
            let id = format_compact!("{category}: {name} {}", version.unwrap_or_default());
            let purl = name::purl(name, version, if party == Party::First { &Origin::Unknown } else { &origin });
            let purl = purl.with_subpath(text("subdirectory").unwrap_or_default());
            let mut package = Package::library(&id, purl, origin, file.mark(place.span()));
            package.party = party;
            package.directory = directory;
            package.stated = Some(scope_of(category));
            let hashes = entry.get("hashes").into_iter().flat_map(Node::items).filter_map(Node::string);
            package.hashes = hashes.filter_map(name::hash).collect::<Vec<Hash>>();
            package.properties.extend(text("markers").map(|marker| (MARKER, CompactString::from(marker))));
            parsed.packages.push(package);
        }
    }
    let mut seen: LookUp<CompactString, ()> = LookUp::new();
    for (at, package) in parsed.packages.iter_mut().enumerate() {
        if seen.insert(package.id.clone(), ()).is_some() {
            package.id = format_compact!("{} (entry {at})", package.id);
        }
    }
    parsed.references.push(Reference { path: "Pipfile".into(), mark: file.start(), optional: true });
    Ok(parsed)
}
