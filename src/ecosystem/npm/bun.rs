//! `bun.lock`, the lock file of bun since 1.2: JSON with trailing commas.
//!
//! The format is bun's documentation "Lockfile" and what bun itself writes (versions 0 and 1). `workspaces` holds what every
//! member asks for, by directory. `packages` is the tree that is laid out: the key `a/b` is what `a` finds under the name
//! `b`, so a name is looked up as Node would, with `/` for `/node_modules/`. An entry is a list whose first part is
//! `name@resolution`; what follows depends on the kind of resolution.

use std::collections::BTreeSet;

use compact_str::{CompactString, format_compact};

use super::identity::{self, Specifier};
use super::node_modules::{Slot, Tree};
use crate::ecosystem::{Capabilities, Format, Link, Note, Package, Parsed, Role, Stability, without_user_info};
use crate::model::{ComponentKind, DiagnosticKind, LookUp, Origin, Party, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, json};

/// `bun.lock`.
pub static FORMAT: Format = Format {
    id: "npm/bun-lock",
    patterns: &["**/bun.lock"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: true, licenses: false },
    docs: "bun's lock file, versions 0 and 1.",
    parse,
};

/// `bun.lockb`, which is binary.
pub static BINARY: Format = Format {
    id: "npm/bun-lockb",
    patterns: &["**/bun.lockb"],
    role: Role::Lock,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "bun's binary lock file before 1.2 is recognised but not read: its project is reported as incomplete. \
           `bun install --save-text-lockfile` turns it into `bun.lock`.",
    parse: |source| {
        let message = "bun's binary lock file is not read; `bun install --save-text-lockfile` turns it into `bun.lock`";
        Err(SyntaxError::new(source.start().span, message))
    },
};

/// How many notes of one file are kept.
const NOTES: usize = 100;

/// Reads a `bun.lock`.
///
/// # Errors
/// If it is not JSON, or has no `packages` and no `workspaces`.
pub fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let document = json::parse_relaxed(source)?;
    let root = document.root();
    let (mut version, mut workspaces, mut packages, mut patches) = (None, None, None, None);
    for (key, value) in root.entries() {
        match key.string().unwrap_or_default() {
            "lockfileVersion" => version = value.scalar(),
            "workspaces" if value.kind() == Kind::Mapping => workspaces = Some(value),
            "packages" if value.kind() == Kind::Mapping => packages = Some(value),
            "patchedDependencies" => patches = Some(value),
            _ => {}
        }
    }
    if workspaces.is_none() && packages.is_none() {
        return Err(SyntaxError::new(
            root.span(),
            "this is no lock file of bun: it has neither `workspaces` nor `packages`",
        ));
    }
    let mut reader = Reader { source, parsed: Parsed::default(), left_out: 0 };
    reader.parsed.dialect = format_compact!("bun.lock {}", version.unwrap_or("0"));
    let mut tree = Tree::new(source.text().len() / 200);
    let importers = reader.importers(workspaces);
    let patched: LookUp<&str, &str> = patches
        .iter()
        .flat_map(|patches| patches.entries())
        .filter_map(|(key, value)| Some((key.string()?, value.string()?)))
        .collect();
    let entries = reader.entries(&mut tree, packages, &importers, &patched);
    for importer in &importers.list {
        let slot = importer.slot(&tree, &entries);
        reader.links(&tree, &entries, importer.package, slot, importer.node, true);
    }
    for entry in &entries {
        if let Some(information) = entry.information {
            reader.links(&tree, &entries, entry.package, entry.slot, information, false);
        }
    }
    Ok(reader.finish())
}

struct Importer<'d> {
    directory: &'d str,
    node: Node<'d>,
    package: u32,
}

impl Importer<'_> {
    /// The place of a member in the tree is that of the entry `[name, "name@workspace:directory"]`.
    fn slot(&self, tree: &Tree<'_>, entries: &[Entry<'_>]) -> Slot {
        if self.directory.is_empty() {
            return tree.root();
        }
        // Members stand at the top of the tree, so this finds the one of that name at once.
        self.name()
            .and_then(|name| tree.find(tree.root(), name))
            .map(|at| &entries[at as usize])
            .filter(|entry| entry.package == self.package)
            .map_or_else(|| tree.root(), |entry| entry.slot)
    }

    fn name(&self) -> Option<&str> {
        self.node.get_str("name")
    }
}

#[derive(Default)]
struct Importers<'d> {
    list: Vec<Importer<'d>>,
    by_directory: LookUp<&'d str, u32>,
}

struct Entry<'d> {
    slot: Slot,
    package: u32,
    /// The part of the entry that lists what the package asks for; members have theirs in `workspaces`.
    information: Option<Node<'d>>,
}

struct Reader<'s> {
    source: &'s Source,
    parsed: Parsed,
    left_out: usize,
}

impl Reader<'_> {
    fn note(&mut self, at: Node<'_>, kind: DiagnosticKind, message: impl Into<String>) {
        if self.parsed.notes.len() < NOTES {
            self.parsed.notes.push(Note { mark: self.source.mark(at.span()), kind, message: message.into() });
        } else {
            self.left_out += 1;
        }
    }

    fn finish(mut self) -> Parsed {
        if self.left_out > 0 {
            let message = format!("{} more entries could not be understood", self.left_out);
            let kind = DiagnosticKind::Entry;
            self.parsed.notes.push(Note { mark: self.source.start(), kind, message });
        }
        self.parsed
    }

    fn push(&mut self, package: Package) -> u32 {
        self.parsed.packages.push(package);
        self.parsed.packages.len() as u32 - 1
    }

    fn importers<'d>(&mut self, workspaces: Option<Node<'d>>) -> Importers<'d> {
        let mut importers = Importers::default();
        for (key, node) in workspaces.iter().flat_map(|workspaces| workspaces.entries()) {
            let directory = key.string().unwrap_or_default();
            if importers.by_directory.contains_key(directory) {
                self.note(key, DiagnosticKind::Entry, "this member stands here twice; the later one is left out");
                continue;
            }
            let name = node.get("name").filter(|name| name.string().is_some_and(identity::is_name));
            let version = node.get_str("version").filter(|version| !version.is_empty());
            let purl = name.and_then(Node::string).and_then(|name| identity::purl(name, version));
            let purl = purl.unwrap_or_else(|| match directory {
                "" => identity::unnamed(self.source.path().parent().as_str()),
                directory => identity::unnamed(directory),
            });
            let mark = match (name, directory) {
                (Some(name), _) => self.source.mark(name.span()),
                (None, "") => self.source.start(),
                (None, _) => self.source.mark(key.span()),
            };
            let package = self.push(Package {
                id: if directory.is_empty() { "".into() } else { format_compact!("workspace:{directory}") },
                purl,
                kind: ComponentKind::Application,
                party: Party::First,
                origin: Origin::Unknown,
                hashes: Vec::new(),
                license: None,
                stated: None,
                directory: Some(directory.into()),
                answers: Vec::new(),
                properties: Vec::new(),
                mark,
            });
            importers.by_directory.insert(directory, package);
            importers.list.push(Importer { directory, node, package });
        }
        importers
    }

    fn entries<'d>(
        &mut self,
        tree: &mut Tree<'d>,
        packages: Option<Node<'d>>,
        importers: &Importers<'d>,
        patched: &LookUp<&str, &str>,
    ) -> Vec<Entry<'d>> {
        let mut entries: Vec<Entry<'d>> = Vec::new();
        for (key, value) in packages.iter().flat_map(|packages| packages.entries()) {
            let path = key.string().unwrap_or_default();
            let slot = insert(tree, path);
            let (Some(slot), Some((package, information))) = (slot, self.package(path, key, value, importers, patched))
            else {
                self.note(
                    key,
                    DiagnosticKind::Entry,
                    "an entry of `packages` is left out: it is not a list that starts with `name@resolution`",
                );
                continue;
            };
            if tree.entry(slot).is_some() {
                self.note(key, DiagnosticKind::Entry, "this entry stands here twice; the later one is left out");
                continue;
            }
            let package = match package {
                Made::Member(package) => package,
                Made::New(package) => self.push(*package),
            };
            tree.put(slot, entries.len() as u32);
            entries.push(Entry { slot, package, information });
        }
        entries
    }

    fn package<'d>(
        &self,
        path: &str,
        key: Node<'d>,
        value: Node<'d>,
        importers: &Importers<'_>,
        patched: &LookUp<&str, &str>,
    ) -> Option<(Made, Option<Node<'d>>)> {
        let mut parts = value.items();
        let identity_node = parts.next()?;
        let text = identity_node.string()?;
        let (name, resolution) = identity::split_descriptor(text)?;
        let (mut registry, mut information, mut integrity) = (None, None, None);
        for part in parts {
            match (part.kind(), part.string()) {
                (Kind::Mapping, _) => information = information.or(Some(part)),
                (_, Some(text)) if text.starts_with("sha") && text.contains('-') => integrity = Some(text),
                (_, Some(text)) if information.is_none() => registry = registry.or(Some(text)),
                _ => {}
            }
        }
        let installed = last_name(path)?;
        let chosen = identity::version(resolution);
        let mut own = None;
        let origin = match identity::specifier(resolution) {
            Specifier::Workspace(directory) => {
                let directory = directory.trim_start_matches("./");
                if let Some(package) = importers.by_directory.get(directory) {
                    return Some((Made::Member(*package), None));
                }
                own = Some(directory);
                Origin::Path { path: directory.into() }
            }
            Specifier::Other("root:") => return Some((Made::Member(*importers.by_directory.get("")?), None)),
            Specifier::Git(origin) => origin,
            Specifier::Archive(_) => identity::resolved(resolution, name),
            Specifier::LocalArchive(file) => Origin::Path { path: file.into() },
            Specifier::Directory(directory) => {
                // `link:` names a package that is linked on the machine, not a directory of this tree.
                let inside = self.source.path().parent().join(directory).is_some();
                own = Some(directory).filter(|_| inside && !resolution.starts_with("link:"));
                Origin::Path { path: directory.into() }
            }
            _ => match registry {
                None | Some("") => Origin::Registry { url: None },
                Some(url) => {
                    let base = identity::registry_base(url, name).unwrap_or_else(|| url.trim_end_matches('/'));
                    Origin::Registry { url: Some(without_user_info(base).as_ref().into()) }
                }
            },
        };
        let chosen = chosen.or_else(|| identity::version_in_archive(resolution, name));
        let mut properties = Vec::new();
        if installed != name {
            properties.push((identity::ALIAS, installed.into()));
        }
        if let Some(patch) = patched.get(text) {
            properties.push((identity::PATCHED, CompactString::from(*patch)));
        }
        if information.and_then(|node| node.get("bundled")).and_then(Node::boolean) == Some(true) {
            properties.push((identity::BUNDLED, "true".into()));
        }
        let mark = if installed == name { key } else { identity_node };
        let package = Package {
            id: path.into(),
            purl: identity::purl_with_origin(name, chosen, &origin)?,
            kind: if own.is_some() { ComponentKind::Application } else { ComponentKind::Library },
            party: if own.is_some() { Party::First } else { Party::Third },
            origin,
            hashes: integrity.map(identity::integrity).unwrap_or_default(),
            license: None,
            stated: None,
            directory: own.map(|own| own.trim_start_matches("./").into()),
            answers: Vec::new(),
            properties,
            mark: self.source.mark(mark.span()),
        };
        Some((Made::New(Box::new(package)), information))
    }

    fn links(
        &mut self,
        tree: &Tree<'_>,
        entries: &[Entry<'_>],
        from: u32,
        slot: Slot,
        information: Node<'_>,
        is_importer: bool,
    ) {
        let mut asked: Vec<(&str, usize, Node<'_>, Node<'_>)> = Vec::new();
        let mut optional_peers: BTreeSet<&str> = BTreeSet::new();
        for (key, section) in information.entries() {
            if key.string() == Some("optionalPeers") {
                optional_peers.extend(section.items().filter_map(Node::string));
            }
            let known = identity::SECTIONS.iter().position(|(known, _)| Some(*known) == key.string());
            let Some(order) = known.filter(|order| is_importer || identity::SECTIONS[*order].1 != Scope::Development)
            else {
                continue;
            };
            for (name, requirement) in section.entries() {
                asked.extend(name.string().map(|text| (text, order, name, requirement)));
            }
        }
        asked.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        for (number, (name, order, key, value)) in asked.iter().enumerate() {
            if asked.get(number + 1).is_some_and(|(next, ..)| next == name) {
                continue;
            }
            let scope = match identity::SECTIONS[*order].1 {
                Scope::Peer if optional_peers.contains(name) => Scope::Optional,
                scope => scope,
            };
            match tree.find(slot, name) {
                Some(to) => {
                    let to = entries[to as usize].package;
                    let requirement = value.string().map(|text| without_user_info(text).as_ref().into());
                    let mark = Some(self.source.mark(value.span()));
                    self.parsed.links.push(Link { from, to, scope, requirement, mark });
                }
                None if matches!(scope, Scope::Optional | Scope::Peer) => {}
                None => {
                    let message = format!("`{name}` is asked for here, and the file has no entry that answers it");
                    self.note(*key, DiagnosticKind::Entry, message);
                }
            }
        }
    }
}

/// The package of an entry.
enum Made {
    /// One of `workspaces`.
    Member(u32),
    /// One that is not known yet.
    New(Box<Package>),
}

/// The names of a key: `a/@s/b` is `a` and `@s/b`.
fn names(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let from = if rest.starts_with('@') { rest.find('/').map_or(rest.len(), |at| at + 1) } else { 0 };
        let end = rest[from..].find('/').map_or(rest.len(), |at| from + at);
        let name = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(name)
    })
}

fn last_name(path: &str) -> Option<&str> {
    names(path).last()
}

fn insert<'d>(tree: &mut Tree<'d>, path: &'d str) -> Option<Slot> {
    let valid = !path.is_empty() && names(path).all(identity::is_name);
    valid.then(|| names(path).fold(tree.root(), |slot, name| tree.insert_below(slot, name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    #[test]
    fn a_binary_lock_file_is_told_from_a_broken_text() {
        let bytes = b"#!/usr/bin/env bun\nbun-lockfile-format-v0\n\xb5\xd3\x00\xff".to_vec();
        let source = BINARY.source(RepoPath::new("bun.lockb"), bytes).expect("it need not be a text");
        let error = (BINARY.parse)(&source).expect_err("it is not read");
        assert!(error.message.contains("save-text-lockfile"), "{}", error.message);
    }

    const LOCK: &str = r#"{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "shop",
      "dependencies": { "left": "^1.0.0", "kit": "workspace:*", "short": "npm:@long/name@2" },
      "devDependencies": { "tester": "3.0.0" },
      "optionalDependencies": { "absent": "1" },
    },
    "packages/kit": { "name": "kit", "version": "0.1.0", "dependencies": { "left": "^2.0.0" }, },
  },
  "patchedDependencies": { "left@1.1.0": "patches/left.patch" },
  "packages": {
    "kit": ["kit@workspace:packages/kit"],
    "kit/left": ["left@2.0.0", "https://other.example/", {}, "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="],
    "left": ["left@1.1.0", "", { "peerDependencies": { "tester": "*", "none": "*" } }, "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="],
    "short": ["@long/name@2.0.1", "", { "dependencies": { "left": "1" } }, ""],
    "tester": ["tester@github:acme/tester#0a1b2c3", {}, "acme-tester-0a1b2c3"],
    "wrong": "text",
  },
}"#;

    #[test]
    fn a_lock_with_members_aliases_patches_and_nested_packages() {
        let source = Source::from_text(RepoPath::new("bun.lock"), LOCK.into()).unwrap();
        let parsed = parse(&source).unwrap();
        assert_eq!(parsed.dialect, "bun.lock 1");
        let purls: Vec<String> = parsed.packages.iter().map(|package| package.purl.to_string()).collect();
        assert_eq!(
            purls,
            [
                "pkg:npm/shop",
                "pkg:npm/kit@0.1.0",
                "pkg:npm/left@2.0.0",
                "pkg:npm/left@1.1.0",
                "pkg:npm/%40long/name@2.0.1",
                "pkg:npm/tester?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Facme%2Ftester.git%400a1b2c3",
            ]
        );
        let links: Vec<(u32, u32, Scope, &str)> = parsed
            .links
            .iter()
            .map(|link| (link.from, link.to, link.scope, link.requirement.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(
            links,
            [
                (0, 1, Scope::Runtime, "workspace:*"),
                (0, 3, Scope::Runtime, "^1.0.0"),
                (0, 4, Scope::Runtime, "npm:@long/name@2"),
                (0, 5, Scope::Development, "3.0.0"),
                (1, 2, Scope::Runtime, "^2.0.0"),
                (3, 5, Scope::Peer, "*"),
                (4, 3, Scope::Runtime, "1"),
            ]
        );
        assert_eq!(parsed.packages[2].origin, Origin::Registry { url: Some("https://other.example".into()) });
        assert_eq!(parsed.packages[3].properties, [(identity::PATCHED, "patches/left.patch".into())]);
        assert_eq!(parsed.packages[3].hashes.len(), 1);
        assert_eq!(parsed.packages[4].properties, [(identity::ALIAS, "short".into())]);
        assert_eq!(source.slice(parsed.packages[4].mark.span), "@long/name@2.0.1");
        assert_eq!(source.slice(parsed.links[1].mark.unwrap().span), "^1.0.0");
        assert_eq!(parsed.notes.len(), 1, "{:?}", parsed.notes);
        assert_eq!(source.slice(parsed.notes[0].mark.span), "wrong");
    }

    #[test]
    fn something_else_is_an_error() {
        for text in ["{}", "[]", "{\"packages\": [", "1"] {
            let source = Source::from_text(RepoPath::new("bun.lock"), text.into()).unwrap();
            assert!(parse(&source).is_err(), "{text}");
        }
    }
}
