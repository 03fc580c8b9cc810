//! `package-lock.json`, `npm-shrinkwrap.json` and `node_modules/.package-lock.json`.
//!
//! The format is npm's documentation "package-lock.json". Versions 2 and 3 hold `packages`, a map from install directories
//! to what is installed there; version 1 (and, for old clients, version 2 beside `packages`) holds nested `dependencies`.
//! Both say who needs whom only by name: what answers is found as Node would find it, by [`Tree`].

use compact_str::{CompactString, format_compact};

use super::identity::{self, Specifier};
use super::manifest;
use super::members::Members;
use super::node_modules::{Slot, Tree};
use crate::ecosystem::{Capabilities, Format, Link, Note, Package, Parsed, Role, Stability};
use crate::model::{ComponentKind, DiagnosticKind, LookUp, Mark, Origin, Party, Purl, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, json};

/// `package-lock.json` and `npm-shrinkwrap.json`.
pub static LOCK: Format = Format {
    id: "npm/package-lock",
    patterns: &["**/package-lock.json", "**/npm-shrinkwrap.json"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: true, licenses: true },
    docs: "npm's lock file, versions 1, 2 and 3, and `npm-shrinkwrap.json`, which is the same to be published. Version 1 has \
           no licenses, and does not say which packages the project itself asks for: `package.json` does.",
    parse,
};

/// `node_modules/.package-lock.json`.
pub static INSTALLED: Format = Format {
    id: "npm/installed",
    patterns: &["**/node_modules/.package-lock.json"],
    role: Role::Installed,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: false, hashes: true, licenses: true },
    docs: "What npm 7 and later write about the tree they installed. Used for projects that have no lock file: it says what \
           lies there now, not what another checkout would get.",
    parse,
};

/// What the dialect of a lock of the first version is called; its root asks for nothing, see `join`.
pub const VERSION_1: &str = "lockfileVersion 1";

/// How many notes of one file are kept; a file that is wrong throughout is not worth more.
const NOTES: usize = 100;

/// Reads any of them.
///
/// # Errors
/// If it is not JSON, not an object, or nothing that npm would write.
pub fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let document = json::parse(source)?;
    let root = document.root();
    if root.kind() != Kind::Mapping {
        return Err(SyntaxError::new(root.span(), "expected an object"));
    }
    let (mut version, mut packages, mut dependencies, mut name, mut own_version) = (None, None, None, None, None);
    for (key, value) in root.entries() {
        match key.string().unwrap_or_default() {
            "lockfileVersion" => version = value.scalar(),
            "packages" if value.kind() == Kind::Mapping => packages = Some(value),
            "dependencies" if value.kind() == Kind::Mapping => dependencies = Some(value),
            "name" => name = value.string().map(|_| value),
            "version" => own_version = value.string().map(|_| value),
            _ => {}
        }
    }
    if version.is_none() && packages.is_none() && dependencies.is_none() && name.is_none() {
        return Err(SyntaxError::new(
            root.span(),
            "this is no lock file of npm: it has neither `lockfileVersion` nor `packages`",
        ));
    }
    let reader = Reader {
        source,
        installed: source.path().file_name() == ".package-lock.json",
        parsed: Parsed::default(),
        left_out: 0,
    };
    Ok(match packages {
        Some(packages) => {
            let dialect = format_compact!("lockfileVersion {}", version.unwrap_or("2"));
            reader.packages(dialect, packages, name, own_version)
        }
        None => reader.nested(dependencies, name, own_version),
    })
}

/// An entry of `packages`.
struct Entry<'d> {
    path: &'d str,
    key: Node<'d>,
    slot: Slot,
    name: Option<Node<'d>>,
    version: Option<Node<'d>>,
    resolved: Option<&'d str>,
    integrity: Option<&'d str>,
    license: Option<Node<'d>>,
    /// In the order of [`identity::SECTIONS`].
    sections: [Option<Node<'d>>; 4],
    peers_meta: Option<Node<'d>>,
    workspaces: Option<Node<'d>>,
    flags: Flags,
    /// Another entry of the same directory follows.
    replaced: bool,
    /// Its place in [`Parsed::packages`]; of a link that of its target.
    package: Option<u32>,
}

#[derive(Clone, Copy, Default)]
struct Flags {
    link: bool,
    bundled: bool,
    dev: bool,
    optional: bool,
    peer: bool,
    dev_optional: bool,
}

impl Flags {
    /// npm marks an entry if *all* paths to it are of that kind, and `devOptional` if all are of one or the other. A path is
    /// as weak as its weakest edge.
    fn scope(self) -> Scope {
        if self.dev {
            Scope::Development
        } else if self.optional || self.dev_optional {
            Scope::Optional
        } else if self.peer {
            Scope::Peer
        } else {
            Scope::Runtime
        }
    }
}

struct Reader<'s> {
    source: &'s Source,
    installed: bool,
    parsed: Parsed,
    left_out: usize,
}

impl<'s> Reader<'s> {
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

    /// A directory that the lock states relative to the project, relative to the file's own directory.
    fn directory(&self, path: &str) -> CompactString {
        if !self.installed {
            return path.trim_start_matches("./").trim_end_matches('/').into();
        }
        // The file lies in `node_modules` and speaks of the directory above.
        match path.strip_prefix("node_modules/") {
            Some(path) => path.into(),
            None => format_compact!("../{path}"),
        }
    }

    fn is_inside(&self, path: &str) -> bool {
        self.source.path().parent().join(&self.directory(path)).is_some()
    }

    fn push(&mut self, package: Package) -> u32 {
        self.parsed.packages.push(package);
        self.parsed.packages.len() as u32 - 1
    }

    /// Versions 2 and 3.
    fn packages(
        mut self,
        dialect: CompactString,
        packages: Node<'_>,
        name: Option<Node<'_>>,
        version: Option<Node<'_>>,
    ) -> Parsed {
        let known = ["lockfileVersion 2", "lockfileVersion 3"].contains(&dialect.as_str());
        if !known {
            let message = format!("{dialect} is not known here; it is read as version 3");
            self.parsed.notes.push(Note { mark: self.source.start(), kind: DiagnosticKind::Note, message });
        }
        self.parsed.dialect = dialect;
        let mut entries: Vec<Entry<'_>> = Vec::new();
        let mut tree = Tree::new(self.source.text().len() / 400);
        for (key, value) in packages.entries() {
            let path = key.string().unwrap_or_default();
            if value.kind() != Kind::Mapping || path.starts_with('/') || path.contains('\\') {
                self.note(
                    key,
                    DiagnosticKind::Entry,
                    "an entry of `packages` is left out: it is not an object under a relative path",
                );
                continue;
            }
            let slot = tree.insert(path);
            if let Some(before) = tree.put(slot, entries.len() as u32) {
                self.note(
                    key,
                    DiagnosticKind::Entry,
                    "this directory has two entries; the last one counts, as for npm",
                );
                entries[before as usize].replaced = true;
            }
            entries.push(entry(path, key, slot, value));
        }
        let root = tree.entry(tree.root()).map(|at| at as usize);
        let members = root.and_then(|at| entries[at].workspaces).map(workspaces).unwrap_or_default();
        let knows_members = root.is_some();
        let matcher = Members::new(&members);
        self.parsed.members = members;

        self.name_link_targets(&tree, &mut entries);
        for entry in entries.iter_mut().filter(|entry| !entry.flags.link && !entry.replaced) {
            let linked = knows_members && !entry.path.is_empty() && !matcher.contains(entry.path);
            let package = self.package(entry, linked, name, version);
            entry.package = package.map(|package| self.push(package));
        }
        self.resolve_links(&tree, &mut entries);
        self.bundled_origins(&tree, &entries);
        for at in 0..entries.len() {
            self.links_of(&tree, &entries, at);
        }
        self.finish()
    }

    /// `packages/a` has no `name` where it is called like its directory; its link in `node_modules` has.
    fn name_link_targets<'d>(&mut self, tree: &Tree<'d>, entries: &mut [Entry<'d>]) {
        for at in 0..entries.len() {
            if !entries[at].flags.link || entries[at].name.is_some() {
                continue;
            }
            let Some(target) = entries[at].resolved.and_then(|path| tree.at(path)) else { continue };
            if entries[target as usize].name.is_none() && installed_name(entries[at].path).is_some() {
                // The key's last segments are the name; the target borrows the key.
                entries[target as usize].name = Some(entries[at].key);
            }
        }
    }

    fn resolve_links(&mut self, tree: &Tree<'_>, entries: &mut [Entry<'_>]) {
        // Directories that are linked and have no entry of their own (npm 7 wrote such), by path.
        let mut made: LookUp<&str, u32> = LookUp::new();
        for at in 0..entries.len() {
            if !entries[at].flags.link || entries[at].replaced {
                continue;
            }
            let Some(path) = entries[at].resolved else {
                self.note(entries[at].key, DiagnosticKind::Entry, "a link without a target is left out");
                continue;
            };
            let target = tree.at(path).and_then(|target| entries[target as usize].package);
            let target = target.or_else(|| made.get(path).copied()).or_else(|| {
                let name = installed_name(entries[at].path)?;
                let purl = identity::purl(name, None)?;
                let mark = self.source.mark(entries[at].key.span());
                let package = Package { directory: Some(self.directory(path)), ..self.linked(path, purl, mark) };
                let index = self.push(package);
                made.insert(path, index);
                Some(index)
            });
            entries[at].package = target;
        }
    }

    /// A directory that is not a member of the workspace but linked into it.
    fn linked(&self, path: &str, purl: Purl, mark: Mark) -> Package {
        let inside = self.is_inside(path);
        Package {
            kind: if inside { ComponentKind::Application } else { ComponentKind::Library },
            party: if inside { Party::First } else { Party::Third },
            ..Package::library(path, purl, Origin::Path { path: path.into() }, mark)
        }
    }

    /// The package of an entry that is not a link.
    fn package(
        &mut self,
        entry: &Entry<'_>,
        linked: bool,
        root_name: Option<Node<'_>>,
        root_version: Option<Node<'_>>,
    ) -> Option<Package> {
        let installed = installed_name(entry.path);
        let name_text = |node: Node<'_>| {
            let text = node.string().unwrap_or_default();
            let name = installed_name(text).unwrap_or(text);
            identity::is_name(name).then(|| CompactString::from(name))
        };
        let source = self.source;
        let license = entry.license.and_then(|node| manifest::license(source, node));
        let Some(installed) = installed else {
            // The root, a member, or a directory that is linked.
            let is_root = entry.path.is_empty();
            let (name_node, version_node) = if is_root {
                (entry.name.or(root_name), entry.version.or(root_version))
            } else {
                (entry.name, entry.version)
            };
            let name = name_node.and_then(name_text);
            let version = version_node.and_then(Node::string).filter(|text| !text.is_empty());
            let purl = match &name {
                Some(name) => identity::purl(name, version)?,
                None if is_root => identity::unnamed(&self.source.path().parent().as_str().replace("node_modules", "")),
                None => identity::unnamed(entry.path),
            };
            let mark = match (name_node.filter(|_| name.is_some()), is_root) {
                (Some(node), _) => source.mark(node.span()),
                (None, true) => source.start(),
                (None, false) => source.mark(entry.key.span()),
            };
            let base = if linked {
                self.linked(entry.path, purl, mark)
            } else {
                let kind = ComponentKind::Application;
                Package { kind, party: Party::First, ..Package::library(entry.path, purl, Origin::Unknown, mark) }
            };
            return Some(Package { license, directory: Some(self.directory(entry.path)), ..base });
        };
        if !identity::is_name(installed) {
            self.note(
                entry.key,
                DiagnosticKind::Entry,
                format!("`{installed}` is not a package name; the entry is left out"),
            );
            return None;
        }
        let name = entry.name.and_then(name_text).unwrap_or_else(|| installed.into());
        let version = entry.version.and_then(Node::string).and_then(identity::version);
        let origin = match entry.resolved {
            Some(resolved) => identity::resolved(resolved, &name),
            None => Origin::Registry { url: None },
        };
        if version.is_none() {
            match entry.version {
                Some(node) => {
                    self.note(node, DiagnosticKind::Entry, format!("the version of `{name}` is not a version"));
                }
                // What npm could not install on the machine that wrote the lock is left there as an empty entry.
                None if entry.flags.optional || entry.flags.dev_optional || entry.flags.peer => {
                    let message = format!("`{name}` has no version: npm did not install it when it wrote this file");
                    self.note(entry.key, DiagnosticKind::Note, message);
                    return None;
                }
                // A place says as much as a version.
                None if matches!(origin, Origin::Git { .. } | Origin::Archive { .. } | Origin::Path { .. }) => {}
                None => self.note(entry.key, DiagnosticKind::Entry, format!("`{name}` has no version")),
            }
        }
        let mut properties = Vec::new();
        if name != installed {
            properties.push((identity::ALIAS, installed.into()));
        }
        if entry.flags.bundled {
            properties.push((identity::BUNDLED, "true".into()));
        }
        let purl = identity::purl_with_origin(&name, version, &origin)?;
        // An aliased entry's key does not hold the real name.
        let mark = match (entry.name, entry.version) {
            (Some(node), _) if name != installed => node,
            _ => entry.key,
        };
        let mark = source.mark(mark.span());
        // A directory that npm copied instead of linking (`install-links`) is still one of this repository.
        let own = match entry.resolved.map(identity::specifier) {
            Some(Specifier::Directory(path)) if self.is_inside(path) => Some(path),
            _ => None,
        };
        Some(Package {
            kind: if own.is_some() { ComponentKind::Application } else { ComponentKind::Library },
            party: if own.is_some() { Party::First } else { Party::Third },
            hashes: entry.integrity.map(identity::integrity).unwrap_or_default(),
            license,
            stated: own.is_none().then(|| entry.flags.scope()),
            directory: Some(self.directory(own.unwrap_or(entry.path))),
            properties,
            ..Package::library(entry.path, purl, origin, mark)
        })
    }

    /// What came inside another package's archive comes from where that one comes from.
    fn bundled_origins(&mut self, tree: &Tree<'_>, entries: &[Entry<'_>]) {
        for entry in entries.iter().filter(|entry| entry.flags.bundled && entry.resolved.is_none()) {
            let Some(package) = entry.package else { continue };
            let mut above = tree.entry_above(entry.slot);
            for _ in 0..16 {
                match above {
                    Some((slot, at)) if entries[at as usize].flags.bundled => above = tree.entry_above(slot),
                    _ => break,
                }
            }
            let Some(owner) = above.and_then(|(_, at)| entries[at as usize].package) else { continue };
            let owner = &self.parsed.packages[owner as usize];
            if owner.party == Party::Third {
                self.parsed.packages[package as usize].origin = owner.origin.clone();
            }
        }
    }

    fn links_of(&mut self, tree: &Tree<'_>, entries: &[Entry<'_>], at: usize) {
        let entry = &entries[at];
        let Some(from) = entry.package.filter(|_| !entry.flags.link) else { return };
        let own = installed_name(entry.path).is_none();
        let mut asked: Vec<(&str, u8, Node<'_>, Node<'_>)> = Vec::new();
        for (order, section) in entry.sections.iter().enumerate() {
            // npm does not install what the developers of others need; such sections are left over from old versions.
            if identity::SECTIONS[order].1 == Scope::Development && !own {
                continue;
            }
            for (key, value) in section.iter().flat_map(|section| section.entries()) {
                if let Some(name) = key.string() {
                    asked.push((name, order as u8, key, value));
                }
            }
        }
        let optional_peers = identity::optional_peers(entry.peers_meta);
        // A name in a later section replaces the same name in an earlier one.
        asked.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        for (number, (name, order, key, value)) in asked.iter().enumerate() {
            if asked.get(number + 1).is_some_and(|(next, ..)| next == name) {
                continue;
            }
            let scope = match identity::SECTIONS[usize::from(*order)].1 {
                Scope::Peer if optional_peers.contains(name) => Scope::Optional,
                scope => scope,
            };
            let to = tree.find(entry.slot, name).and_then(|to| entries[to as usize].package);
            match to {
                Some(to) => {
                    let requirement =
                        value.string().map(|text| crate::ecosystem::without_user_info(text).as_ref().into());
                    let mark = Some(self.source.mark(value.span()));
                    self.parsed.links.push(Link { from, to, scope, requirement, mark });
                }
                // Node finds what is installed; an optional or peer dependency may be absent.
                None if matches!(scope, Scope::Optional | Scope::Peer) => {}
                None if tree.find(entry.slot, name).is_some() => {}
                None => {
                    let message = format!("`{name}` is asked for here, and the file has no entry that answers it");
                    self.note(*key, DiagnosticKind::Entry, message);
                }
            }
        }
    }
}

fn entry<'d>(path: &'d str, key: Node<'d>, slot: Slot, value: Node<'d>) -> Entry<'d> {
    let mut entry = Entry {
        path,
        key,
        slot,
        name: None,
        version: None,
        resolved: None,
        integrity: None,
        license: None,
        sections: [None; 4],
        peers_meta: None,
        workspaces: None,
        flags: Flags::default(),
        replaced: false,
        package: None,
    };
    for (key, value) in value.entries() {
        match key.string().unwrap_or_default() {
            "name" => entry.name = Some(value),
            "version" => entry.version = Some(value),
            "resolved" => entry.resolved = value.string(),
            "integrity" => entry.integrity = value.string(),
            "license" | "licenses" => entry.license = entry.license.or(Some(value)),
            "peerDependenciesMeta" => entry.peers_meta = Some(value),
            "workspaces" => entry.workspaces = Some(value),
            "link" => entry.flags.link = value.boolean() == Some(true),
            "inBundle" => entry.flags.bundled = value.boolean() == Some(true),
            "dev" => entry.flags.dev = value.boolean() == Some(true),
            "optional" => entry.flags.optional = value.boolean() == Some(true),
            "peer" => entry.flags.peer = value.boolean() == Some(true),
            "devOptional" => entry.flags.dev_optional = value.boolean() == Some(true),
            section => {
                if let Some(order) = identity::SECTIONS.iter().position(|(known, _)| *known == section) {
                    entry.sections[order] = Some(value);
                }
            }
        }
    }
    entry
}

/// The globs of `workspaces`, which is a list or an object with `packages`.
fn workspaces(node: Node<'_>) -> Vec<CompactString> {
    let list = if node.kind() == Kind::Mapping { node.get("packages") } else { Some(node) };
    list.into_iter().flat_map(Node::items).filter_map(Node::string).map(CompactString::from).collect()
}

/// The name below the last `node_modules` of an install directory; `None` if it is no such directory.
fn installed_name(path: &str) -> Option<&str> {
    let name = match path.rfind("/node_modules/") {
        Some(at) => &path[at + "/node_modules/".len()..],
        None => path.strip_prefix("node_modules/")?,
    };
    Some(name)
}

/// An entry of version 1.
struct Nested<'d> {
    path: CompactString,
    slot: Slot,
    requires: Option<Node<'d>>,
    flags: Flags,
    resolved: bool,
    package: u32,
}

/// Install directories of version 1 are put together from names; longer ones than this are nobody's.
const MAX_PATH: usize = 1024;

impl Reader<'_> {
    /// Version 1.
    fn nested(mut self, dependencies: Option<Node<'_>>, name: Option<Node<'_>>, version: Option<Node<'_>>) -> Parsed {
        self.parsed.dialect = VERSION_1.into();
        let stated = name.and_then(Node::string).filter(|name| identity::is_name(name));
        let purl = stated.and_then(|name| identity::purl(name, version.and_then(Node::string)));
        let purl = purl.unwrap_or_else(|| identity::unnamed(self.source.path().parent().as_str()));
        let mark = match name.filter(|_| stated.is_some()) {
            Some(node) => self.source.mark(node.span()),
            None => self.source.start(),
        };
        let root = Package {
            kind: ComponentKind::Application,
            party: Party::First,
            directory: Some(CompactString::default()),
            ..Package::library("", purl, Origin::Unknown, mark)
        };
        self.push(root);

        let mut tree = Tree::new(self.source.text().len() / 250);
        let mut entries: Vec<Nested<'_>> = Vec::new();
        let mut open = vec![(tree.root(), CompactString::default(), dependencies)];
        while let Some((above, prefix, dependencies)) = open.pop() {
            let from = open.len();
            for (key, value) in dependencies.iter().flat_map(|dependencies| dependencies.entries()) {
                let name = key.string().unwrap_or_default();
                if value.kind() != Kind::Mapping || !identity::is_name(name) || prefix.len() + name.len() > MAX_PATH {
                    self.note(
                        key,
                        DiagnosticKind::Entry,
                        "an entry is left out: it is not an object under a package name",
                    );
                    continue;
                }
                let separator = if prefix.is_empty() { "" } else { "/" };
                let path = format_compact!("{prefix}{separator}node_modules/{name}");
                let slot = tree.insert_below(above, name);
                if tree.entry(slot).is_some() {
                    let message = "this package has two entries in one place; the later one is left out";
                    self.note(key, DiagnosticKind::Entry, message);
                    continue;
                }
                let Some((entry, inner)) = self.nested_entry(name, path, slot, key, value) else { continue };
                tree.put(slot, entries.len() as u32);
                open.push((slot, entry.path.clone(), inner));
                entries.push(entry);
            }
            // In the order of the file: the next to be taken is the last.
            open[from..].reverse();
        }
        self.nested_origins(&tree, &entries);
        for entry in &entries {
            self.nested_links(&tree, &entries, entry);
        }
        self.finish()
    }

    fn nested_entry<'d>(
        &mut self,
        name: &str,
        path: CompactString,
        slot: Slot,
        key: Node<'d>,
        value: Node<'d>,
    ) -> Option<(Nested<'d>, Option<Node<'d>>)> {
        let (mut version, mut resolved, mut integrity, mut requires, mut inner) = (None, None, None, None, None);
        let mut flags = Flags::default();
        for (key, value) in value.entries() {
            match key.string().unwrap_or_default() {
                "version" => version = value.string().map(|text| (text, value)),
                "resolved" => resolved = value.string(),
                "integrity" => integrity = value.string(),
                "requires" if value.kind() == Kind::Mapping => requires = Some(value),
                "dependencies" if value.kind() == Kind::Mapping => inner = Some(value),
                "bundled" => flags.bundled = value.boolean() == Some(true),
                "dev" => flags.dev = value.boolean() == Some(true),
                "optional" => flags.optional = value.boolean() == Some(true),
                "peer" => flags.peer = value.boolean() == Some(true),
                "devOptional" => flags.dev_optional = value.boolean() == Some(true),
                _ => {}
            }
        }
        if version.is_none() && (flags.optional || flags.dev_optional || flags.peer) {
            let message = format!("`{name}` has no version: npm did not install it when it wrote this file");
            self.note(key, DiagnosticKind::Note, message);
            return None;
        }
        let registry = |name: &str| match resolved {
            Some(resolved) => identity::resolved(resolved, name),
            None => Origin::Registry { url: None },
        };
        let (text, node) = version.map_or(("", key), |(text, node)| (text, node));
        let mut real = name;
        let mut own = None;
        let (chosen, origin) = if let Some(version) = identity::version(text) {
            (Some(version), registry(name))
        } else {
            match identity::specifier(text) {
                Specifier::Alias { name: aliased, requirement } => {
                    real = aliased;
                    (identity::version(requirement), registry(aliased))
                }
                Specifier::Archive(_) => (identity::version_in_archive(text, name), identity::resolved(text, name)),
                Specifier::Directory(directory) => {
                    own = Some(directory).filter(|directory| self.is_inside(directory));
                    (None, Origin::Path { path: directory.into() })
                }
                Specifier::LocalArchive(file) => (None, Origin::Path { path: file.into() }),
                Specifier::Git(origin) => (None, origin),
                _ => {
                    let message = format!("the version of `{name}` is neither a version nor a place");
                    self.note(node, DiagnosticKind::Entry, message);
                    (None, registry(name))
                }
            }
        };
        let mut properties = Vec::new();
        if real != name {
            properties.push((identity::ALIAS, name.into()));
        }
        if flags.bundled {
            properties.push((identity::BUNDLED, "true".into()));
        }
        let purl = identity::purl_with_origin(real, chosen, &origin).unwrap_or_else(|| identity::unnamed(name));
        let mark = self.source.mark(if real == name { key } else { node }.span());
        let package = Package {
            kind: if own.is_some() { ComponentKind::Application } else { ComponentKind::Library },
            party: if own.is_some() { Party::First } else { Party::Third },
            hashes: integrity.map(identity::integrity).unwrap_or_default(),
            stated: own.is_none().then(|| flags.scope()),
            directory: Some(own.map_or_else(|| path.clone(), |own| self.directory(own))),
            properties,
            ..Package::library(&path, purl, origin, mark)
        };
        let package = self.push(package);
        Some((Nested { path, slot, requires, flags, resolved: resolved.is_some(), package }, inner))
    }

    fn nested_origins(&mut self, tree: &Tree<'_>, entries: &[Nested<'_>]) {
        // Entries stand before those below them, so that an owner's own origin is settled already.
        for entry in entries.iter().filter(|entry| entry.flags.bundled && !entry.resolved) {
            let Some((_, owner)) = tree.entry_above(entry.slot) else { continue };
            let owner = &self.parsed.packages[entries[owner as usize].package as usize];
            if owner.party == Party::Third {
                self.parsed.packages[entry.package as usize].origin = owner.origin.clone();
            }
        }
    }

    fn nested_links(&mut self, tree: &Tree<'_>, entries: &[Nested<'_>], entry: &Nested<'_>) {
        for (key, value) in entry.requires.iter().flat_map(|requires| requires.entries()) {
            let Some(name) = key.string() else { continue };
            match tree.find(entry.slot, name) {
                Some(to) => {
                    let to = &entries[to as usize];
                    // `requires` does not tell optional dependencies from others. But a package that is reached by optional
                    // paths only, from one that is not, is reached by an optional edge.
                    let scope =
                        if to.flags.optional && !entry.flags.optional { Scope::Optional } else { Scope::Runtime };
                    let requirement =
                        value.string().map(|text| crate::ecosystem::without_user_info(text).as_ref().into());
                    let mark = Some(self.source.mark(value.span()));
                    self.parsed.links.push(Link { from: entry.package, to: to.package, scope, requirement, mark });
                }
                // npm 5 and 6 left out what was optional and did not fit the platform, and said so nowhere.
                None => {
                    let message = format!("`{name}` is asked for here, and the file has no entry that answers it");
                    self.note(key, DiagnosticKind::Note, message);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn read(path: &str, text: &str) -> (Source, Parsed) {
        let source = Source::from_text(RepoPath::new(path), text.into()).unwrap();
        let parsed = parse(&source).unwrap();
        (source, parsed)
    }

    fn package<'p>(parsed: &'p Parsed, id: &str) -> &'p Package {
        parsed.packages.iter().find(|package| package.id == id).unwrap_or_else(|| panic!("no {id}"))
    }

    #[test]
    fn places_and_digests_are_told() {
        let (source, parsed) = read("package-lock.json", include_str!("testdata/npm-places/package-lock.json"));
        assert_eq!(parsed.dialect, "lockfileVersion 3");
        assert!(parsed.notes.is_empty());
        let archive = package(&parsed, "node_modules/archive");
        assert_eq!(archive.origin, Origin::Archive { url: "https://files.example/archive-1.0.0.tgz".into() });
        assert_eq!(archive.license.as_ref().unwrap().0, "BSD-3-Clause");
        let hosted = package(&parsed, "node_modules/hosted");
        let commit = Some("89abcdef0123456789abcdef0123456789abcdef".into());
        let url = "https://github.com/acme/hosted.git".into();
        assert_eq!(hosted.origin, Origin::Git { url, commit, reference: None });
        let mirrored = package(&parsed, "node_modules/mirrored");
        assert_eq!(mirrored.origin, Origin::Registry { url: Some("https://mirror.example/npm".into()) });
        assert_eq!(mirrored.purl.to_string(), "pkg:npm/mirrored@3.0.1");
        assert_eq!(mirrored.hashes.len(), 2);
        assert_eq!(source.slice(mirrored.mark.span), "node_modules/mirrored");
        let kit = package(&parsed, "tools/kit");
        assert_eq!((kit.party, kit.purl.to_string().as_str()), (Party::First, "pkg:npm/kit@0.0.0"));
        assert_eq!(kit.origin, Origin::Path { path: "tools/kit".into() });
    }

    #[test]
    fn bundled_packages_come_from_where_their_bundle_comes_from() {
        let (_, parsed) = read("package-lock.json", include_str!("testdata/npm-lock-3/package-lock.json"));
        let bundled = package(&parsed, "node_modules/@tailwindcss/oxide-wasm32-wasi/node_modules/tslib");
        assert_eq!(bundled.origin, Origin::Registry { url: Some("https://registry.example".into()) });
        assert_eq!(bundled.properties, [(identity::BUNDLED, "true".into())]);
        assert!(bundled.hashes.is_empty());
        assert_eq!(bundled.stated, Some(Scope::Optional));
        let alias = package(&parsed, "node_modules/old-ms");
        assert_eq!(alias.purl.to_string(), "pkg:npm/ms@2.0.0");
        assert_eq!(alias.properties, [(identity::ALIAS, "old-ms".into())]);
    }

    #[test]
    fn both_generations_say_the_same_of_third_parties() {
        let versions = |text: &str| {
            let (_, parsed) = read("package-lock.json", text);
            let third = parsed.packages.into_iter().filter(|package| package.party == Party::Third);
            // A local archive has no version in version 1.
            let mut purls: Vec<String> =
                third.map(|package| package.purl.to_string()).filter(|purl| !purl.contains("packed")).collect();
            purls.sort();
            purls
        };
        let one = versions(include_str!("testdata/npm-lock-1/package-lock.json"));
        assert_eq!(one.len(), 19);
        assert_eq!(one, versions(include_str!("testdata/npm-lock-2/package-lock.json")));
        assert_eq!(one, versions(include_str!("testdata/npm-lock-3/package-lock.json")));
    }

    #[test]
    fn the_first_version_writes_places_as_versions() {
        let text = r#"{"name": "x", "lockfileVersion": 1, "dependencies": {
            "a": {"version": "npm:@s/b@1.0.0", "requires": {"c": "^1", "gone": "1"}},
            "c": {"version": "1.0.0", "optional": true},
            "d": {"version": "github:o/d#0123456789abcdef0123456789abcdef01234567"},
            "e": {"version": "https://registry.example/e/-/e-2.0.0.tgz"},
            "f": {"version": "file:lib/f"},
            "g": {"version": "../outside"},
            "h": {"optional": true},
            "../i": {"version": "1.0.0"}}}"#;
        let (_, parsed) = read("package-lock.json", text);
        let told: Vec<String> =
            parsed.packages.iter().map(|package| format!("{} {}", package.party.as_str(), package.purl)).collect();
        assert_eq!(
            told,
            [
                "first pkg:npm/x",
                "third pkg:npm/%40s/b@1.0.0",
                "third pkg:npm/c@1.0.0",
                "third pkg:npm/d?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Fd.git%400123456789abcdef0123456789abcdef01234567",
                "third pkg:npm/e@2.0.0",
                "first pkg:npm/f",
                "third pkg:npm/g",
            ]
        );
        assert_eq!(parsed.links.len(), 1);
        // `c` is reached by optional paths only, and `a` is not: the edge is optional.
        assert_eq!(parsed.links[0].scope, Scope::Optional);
        let kinds: Vec<DiagnosticKind> = parsed.notes.iter().map(|note| note.kind).collect();
        assert_eq!(kinds, [DiagnosticKind::Note, DiagnosticKind::Entry, DiagnosticKind::Note]);
    }

    #[test]
    fn missing_answers_are_notes_unless_they_may_be_missing() {
        let text = r#"{"lockfileVersion": 3, "packages": {
            "": {"name": "x", "dependencies": {"a": "1"}, "optionalDependencies": {"o": "1"}},
            "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}, "peerDependencies": {"p": "1"}},
            "node_modules/a/node_modules/c": {"version": "1.0.x"},
            "/absolute": {}}}"#;
        let (source, parsed) = read("package-lock.json", text);
        let notes: Vec<(&str, DiagnosticKind)> =
            parsed.notes.iter().map(|note| (source.slice(note.mark.span), note.kind)).collect();
        assert_eq!(
            notes,
            [("/absolute", DiagnosticKind::Entry), ("1.0.x", DiagnosticKind::Entry), ("b", DiagnosticKind::Entry)]
        );
    }

    #[test]
    fn a_hostile_lock_takes_time_in_proportion_to_its_size() {
        // One directory very deep, and many that ask for what is nowhere.
        let deep = "node_modules/a/".repeat(3000);
        let asked: Vec<String> = (0..3000).map(|number| format!("\"x{number}\": \"1\"")).collect();
        let text = format!(
            r#"{{"lockfileVersion": 3, "packages": {{"{deep}node_modules/b": {{"version": "1.0.0", "dependencies": {{{}}}}}}}}}"#,
            asked.join(",")
        );
        let (_, parsed) = read("package-lock.json", &text);
        assert_eq!(parsed.packages.len(), 1);
        assert_eq!(parsed.notes.len(), NOTES + 1);
    }

    #[test]
    fn something_else_is_an_error() {
        for text in ["[]", "{}", "{\"packages\": 1}", ""] {
            let source = Source::from_text(RepoPath::new("package-lock.json"), text.into()).unwrap();
            assert!(parse(&source).is_err(), "{text}");
        }
    }
}
