//! pnpm-lock.yaml, and shrinkwrap.yaml as it was called before pnpm 3.
//!
//! Read after pnpm's lock file specifications (5.2, 6.0, 9.0), its documentation of settings, and what its releases write.
//! *Importers* are the packages of one's own: under `importers` by directory, or at the top of the file if there is just
//! one. Packages are listed under the keys of [`pnpm_key`](super::pnpm_key); from 9.0 on, `packages` has what the registry
//! says and `snapshots` the edges, once for every set of peers. A file may be a stream of two documents: pnpm 11 puts what
//! it needs itself (its own version, `configDependencies`) into a first one.

use compact_str::{CompactString, format_compact};

use super::gather::{self, Gather};
use super::identity::{self, Specifier};
use super::pnpm_key::{self, Key, Layout};
use crate::ecosystem::{Capabilities, Format, Package, Parsed, Role, Stability, without_user_info};
use crate::model::{ComponentKind, DiagnosticKind, Hash, LookUp, Origin, Party, Purl, Scope, Span};
use crate::text::{Kind, Node, Source, SyntaxError, yaml};

/// pnpm-lock.yaml of all versions of pnpm.
pub static FORMAT: Format = Format {
    id: "npm/pnpm-lock",
    patterns: &["**/pnpm-lock.yaml", "**/shrinkwrap.yaml"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: true, licenses: false },
    docs: "The lock file of pnpm: lockfileVersion 5 to 9 with one or several importers, files of two documents, and the \
           shrinkwrap.yaml of pnpm 1 and 2. What the first of two documents lists (pnpm itself and `configDependencies`) \
           is needed for development and marked by the property `sepal:pnpm:document`.",
    parse,
};

/// Property: the package is listed in the document that pnpm keeps for itself.
const DOCUMENT: &str = "sepal:pnpm:document";

/// The sections of an importer.
const SECTIONS: [(&str, Scope); 5] = [
    ("dependencies", Scope::Runtime),
    ("optionalDependencies", Scope::Optional),
    ("devDependencies", Scope::Development),
    ("configDependencies", Scope::Development),
    ("packageManagerDependencies", Scope::Development),
];

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let documents = yaml::parse_all(source)?;
    let mut reader = Reader {
        gather: Gather::new(source, CompactString::default()),
        layout: Layout::At,
        by_key: LookUp::new(),
        by_plain: LookUp::new(),
        importers: LookUp::new(),
        linked: LookUp::new(),
        buffer: String::new(),
    };
    for document in &documents {
        reader.document(document.root())?;
    }
    Ok(reader.gather.finish())
}

/// What a document has at its top, found in one pass.
#[derive(Default)]
struct Top<'d> {
    importers: Option<Node<'d>>,
    packages: Option<Node<'d>>,
    snapshots: Option<Node<'d>>,
    patched: Option<Node<'d>>,
}

/// A package with what it asks for.
struct Entry<'d> {
    index: u32,
    dependencies: Option<Node<'d>>,
    optional_dependencies: Option<Node<'d>>,
    peers: Option<Node<'d>>,
}

struct Reader<'s, 'd> {
    gather: Gather<'s>,
    layout: Layout,
    /// Packages by the key that edges use.
    by_key: LookUp<&'d str, u32>,
    /// The first package of each key without peers and patches.
    by_plain: LookUp<&'d str, u32>,
    /// Importers by directory.
    importers: LookUp<CompactString, u32>,
    /// Linked directories that are no importers.
    linked: LookUp<CompactString, u32>,
    buffer: String,
}

impl<'s, 'd> Reader<'s, 'd> {
    fn document(&mut self, root: Node<'d>) -> Result<(), SyntaxError> {
        if root.kind() == Kind::Null {
            return Ok(());
        }
        let mut top = Top::default();
        let mut version = None;
        for (key, value) in root.entries() {
            match key.scalar() {
                Some("lockfileVersion") => version = Some(("lockfileVersion", value)),
                Some("shrinkwrapVersion") => version = version.or(Some(("shrinkwrapVersion", value))),
                Some("importers") => top.importers = Some(value),
                Some("packages") => top.packages = Some(value),
                Some("snapshots") => top.snapshots = Some(value),
                Some("patchedDependencies") => top.patched = Some(value),
                _ => {}
            }
        }
        let Some((name, number)) = version.and_then(|(name, value)| Some((name, value.scalar()?))) else {
            return Err(SyntaxError::new(root.span(), "not a lock file of pnpm: `lockfileVersion` is missing"));
        };
        self.layout = if name == "lockfileVersion" { Layout::of(number) } else { Layout::Slashes };
        self.gather.parsed_mut().dialect = format_compact!("{name} {number}");

        let mut importers = Vec::new();
        match top.importers.filter(|node| node.kind() == Kind::Mapping) {
            Some(node) => {
                for (key, value) in node.entries() {
                    match key.scalar() {
                        Some(path) => importers.push((self.importer(path, key.span()), value)),
                        None => self.gather.note(
                            key.span(),
                            DiagnosticKind::Entry,
                            "the key of an importer is its directory",
                        ),
                    }
                }
            }
            None => importers.push((self.importer(".", Span::new(0, 0)), root)),
        }
        let entries = self.packages(&top);
        for (importer, node) in importers {
            self.importer_links(importer, node);
        }
        for entry in entries {
            self.package_links(&entry);
        }
        Ok(())
    }

    fn importer(&mut self, path: &str, span: Span) -> u32 {
        let directory = gather::directory_from("", path).unwrap_or_else(|| path.into());
        if let Some(index) = self.importers.get(&directory) {
            return *index;
        }
        let mark = self.gather.mark(span);
        let mut package = Package::library(path, identity::unnamed(&directory), Origin::Unknown, mark);
        package.party = Party::First;
        package.kind = ComponentKind::Application;
        package.directory = Some(directory.clone());
        let index = self.gather.add(package);
        self.importers.insert(directory, index);
        index
    }

    /// Adds the packages of a document; answers what they ask for.
    fn packages(&mut self, top: &Top<'d>) -> Vec<Entry<'d>> {
        let patches = patches(top.patched);
        let packages = || top.packages.into_iter().flat_map(Node::entries);
        let Some(snapshots) = top.snapshots.filter(|node| node.kind() == Kind::Mapping) else {
            return packages()
                .filter_map(|(key, value)| self.package(key, key, Facts::of(value), Facts::default(), &patches))
                .collect();
        };
        let mut facts: LookUp<&'d str, (Node<'d>, Facts<'d>)> = LookUp::new();
        for (key, value) in packages() {
            if let Some(text) = key.scalar() {
                facts.get_or_insert_with(text, || (key, Facts::of(value)));
            }
        }
        let mut entries: Vec<Entry<'d>> = Vec::with_capacity(facts.len());
        for (key, value) in snapshots.entries() {
            let Some(text) = key.scalar() else { continue };
            let plain = Key::of(text, self.layout).plain;
            match facts.get(plain) {
                Some((shown, facts)) => {
                    entries.extend(self.package(key, *shown, facts.clone(), Facts::of(value), &patches));
                }
                None => {
                    let message = format!("`{plain}` has a snapshot and is not listed under `packages`");
                    self.gather.note(key.span(), DiagnosticKind::Entry, message);
                    entries.extend(self.package(key, key, Facts::default(), Facts::of(value), &patches));
                }
            }
        }
        // Without a snapshot nothing depends on it, and it is in the file all the same.
        for (key, _) in packages() {
            if let Some(text) = key.scalar().filter(|text| !self.by_plain.contains_key(text))
                && let Some((shown, facts)) = facts.get(text)
            {
                entries.extend(self.package(key, *shown, facts.clone(), Facts::default(), &patches));
            }
        }
        entries
    }

    /// Adds the package of `key`; `shown` is the key that a person is shown, `facts` are of `packages`, `snapshot` of
    /// `snapshots`.
    fn package(
        &mut self,
        key: Node<'d>,
        shown: Node<'d>,
        facts: Facts<'d>,
        snapshot: Facts<'d>,
        patches: &LookUp<&'d str, &'d str>,
    ) -> Option<Entry<'d>> {
        let Some(text) = key.scalar() else {
            self.gather.note(key.span(), DiagnosticKind::Entry, "the key of a package is a text");
            return None;
        };
        let parts = Key::of(text, self.layout);
        let entry = |index| Entry {
            index,
            dependencies: snapshot.dependencies.or(facts.dependencies),
            optional_dependencies: snapshot.optional_dependencies.or(facts.optional_dependencies),
            peers: facts.peers,
        };
        if let Some(index) = self.by_key.get(text) {
            return Some(entry(*index));
        }
        let resolution = facts.resolution.map(Resolution::of).unwrap_or_default();
        // Some releases of pnpm left the revision in the name of a git dependency: `camelcase#<commit>`.
        let name_field = facts.name.and_then(Node::scalar).map(|name| name.split('#').next().unwrap_or(name));
        let Some(name) = name_field.filter(|name| identity::is_name(name)).or(parts.name) else {
            let message = format!("neither the key `{text}` nor the entry has the package's name");
            self.gather.note(key.span(), DiagnosticKind::Entry, message);
            return None;
        };

        // An injected member of the workspace is a copy of an importer: the same package.
        let directory = resolution.directory.or(match identity::specifier(parts.reference) {
            Specifier::Directory(path) if facts.resolution.is_none() => Some(path),
            _ => None,
        });
        let directory = directory.and_then(|path| gather::directory_from("", path));
        if let Some(importer) = directory.as_ref().and_then(|directory| self.importers.get(directory)) {
            self.by_key.insert(text, *importer);
            self.by_plain.get_or_insert_with(parts.plain, || *importer);
            return Some(entry(*importer));
        }

        let version_field = facts.version.and_then(Node::scalar);
        let version = version_field.and_then(gather::real_version).or_else(|| gather::real_version(parts.reference));
        let origin = resolution.origin(name, parts.reference);
        let runtime = parts.reference.starts_with("runtime:");
        let purl = if runtime {
            // Not the package of that name in the registry: pnpm installs the program itself (`devEngines`).
            Some(
                Purl::new("generic", name)
                    .with_version(version.or(parts.reference.strip_prefix("runtime:")).unwrap_or_default()),
            )
        } else {
            identity::purl_with_origin(name, version, &origin)
        };
        let Some(purl) = purl else {
            self.gather.note(key.span(), DiagnosticKind::Entry, format!("`{name}` is not a package name"));
            return None;
        };
        if purl.version().is_none()
            && directory.is_none()
            && matches!(origin, Origin::Registry { .. } | Origin::Unknown)
        {
            self.gather.note(key.span(), DiagnosticKind::Entry, format!("{name} has no version"));
        }

        let span = if parts.name == Some(name) || facts.name.is_none() {
            shown_span(shown, self.layout)
        } else {
            facts.name.map_or_else(|| shown.span(), Node::span)
        };
        let mut package = Package::library(text, purl, origin, self.gather.mark(span));
        if runtime {
            package.kind = ComponentKind::Application;
        }
        if let Some(directory) = directory.filter(|directory| self.gather.is_inside(directory)) {
            package.party = Party::First;
            package.directory = Some(directory);
        }
        package.hashes = resolution.hashes();
        package.stated = match (facts.dev, facts.optional || snapshot.optional) {
            (Some(true), _) => Some(Scope::Development),
            (_, true) => Some(Scope::Optional),
            (Some(false), _) => Some(Scope::Runtime),
            (None, false) => None,
        };
        if parts.is_patched() || facts.patched {
            package.properties.push((identity::PATCHED, patch_of(patches, name, &package.purl, parts.suffix)));
        }
        let index = self.gather.add(package);
        self.by_key.insert(text, index);
        self.by_plain.get_or_insert_with(parts.plain, || index);
        Some(entry(index))
    }

    fn importer_links(&mut self, importer: u32, node: Node<'d>) {
        let mut specifiers: LookUp<&'d str, Node<'d>> = LookUp::new();
        let mut sections: [Option<Node<'d>>; SECTIONS.len()] = [None; SECTIONS.len()];
        for (key, value) in node.entries() {
            match key.scalar() {
                Some("specifiers") => {
                    specifiers = value.entries().filter_map(|(name, text)| Some((name.scalar()?, text))).collect();
                }
                Some(section) => {
                    if let Some(at) = SECTIONS.iter().position(|(name, _)| *name == section) {
                        sections[at] = Some(value);
                    }
                }
                None => {}
            }
        }
        let base = self.gather.package(importer).directory.clone().unwrap_or_default();
        for ((section, scope), node) in SECTIONS.into_iter().zip(sections) {
            let own = matches!(section, "configDependencies" | "packageManagerDependencies");
            for (name, value) in node.into_iter().flat_map(Node::entries) {
                let Some(name_text) = name.scalar() else { continue };
                let (reference, specifier) = match value.kind() {
                    Kind::Mapping => (value.get("version"), value.get("specifier")),
                    _ => (Some(value), specifiers.get(name_text).copied()),
                };
                let Some(reference) = reference.and_then(Node::scalar) else {
                    self.gather.note(name.span(), DiagnosticKind::Entry, format!("`{name_text}` has no version"));
                    continue;
                };
                let requirement = specifier.and_then(|node| Some((node.scalar()?, node.span())));
                match self.find(name_text, reference, &base, name.span()) {
                    Some(to) => {
                        self.alias(to, name_text);
                        if own {
                            self.mark_own(to);
                        }
                        self.gather.link(importer, to, scope, requirement);
                    }
                    None => self.unknown(name, name_text, reference),
                }
            }
        }
    }

    fn package_links(&mut self, entry: &Entry<'d>) {
        let peers: LookUp<&'d str, Node<'d>> = entry
            .peers
            .into_iter()
            .flat_map(Node::entries)
            .filter_map(|(name, range)| Some((name.scalar()?, range)))
            .collect();
        let own = self.gather.package(entry.index).properties.iter().any(|(name, _)| *name == DOCUMENT);
        for (node, scope) in [(entry.dependencies, Scope::Runtime), (entry.optional_dependencies, Scope::Optional)] {
            for (name, value) in node.into_iter().flat_map(Node::entries) {
                let (Some(name_text), Some(reference)) = (name.scalar(), value.scalar()) else {
                    self.gather.note(name.span(), DiagnosticKind::Entry, "a dependency without a version");
                    continue;
                };
                let Some(to) = self.find(name_text, reference, "", name.span()) else {
                    self.unknown(name, name_text, reference);
                    continue;
                };
                self.alias(to, name_text);
                if own {
                    self.mark_own(to);
                }
                // pnpm writes the peers it has found among the dependencies.
                let (scope, requirement) = match peers.get(name_text) {
                    Some(range) => (Scope::Peer, range.scalar().map(|text| (text, range.span()))),
                    None => (scope, None),
                };
                self.gather.link(entry.index, to, scope, requirement);
            }
        }
    }

    /// The package that a dependency `name: reference` of a package in the directory `base` means.
    fn find(&mut self, name: &str, reference: &str, base: &str, span: Span) -> Option<u32> {
        if let Some(path) = reference.strip_prefix("link:") {
            return self.link(name, path, base, span);
        }
        let by_key = &self.by_key;
        let found = pnpm_key::resolve(self.layout, name, reference, &mut self.buffer, |key| by_key.get(key).copied());
        found.or_else(|| {
            let plain = Key::of(reference, self.layout).plain;
            let by_plain = &self.by_plain;
            pnpm_key::resolve(self.layout, name, plain, &mut self.buffer, |key| by_plain.get(key).copied())
        })
    }

    /// A linked directory: an importer, or a directory that pnpm does not look into.
    fn link(&mut self, name: &str, path: &str, base: &str, span: Span) -> Option<u32> {
        let directory = gather::directory_from(base, path);
        let inside = directory.as_ref().is_some_and(|directory| self.gather.is_inside(directory));
        let directory = directory.unwrap_or_else(|| path.into());
        if let Some(index) = self.importers.get(&directory).or_else(|| self.linked.get(&directory)) {
            return Some(*index);
        }
        let purl = identity::purl(name, None)?;
        let origin = Origin::Path { path: directory.clone() };
        let mut package = Package::library(&format_compact!("link:{directory}"), purl, origin, self.gather.mark(span));
        if inside {
            package.party = Party::First;
            package.directory = Some(directory.clone());
        }
        let index = self.gather.add(package);
        self.linked.insert(directory, index);
        Some(index)
    }

    fn alias(&mut self, to: u32, known_as: &str) {
        let package = &mut self.gather.packages_mut()[to as usize];
        if package.party == Party::Third && !is_named(&package.purl, known_as) {
            set(package, identity::ALIAS, known_as);
        }
    }

    fn mark_own(&mut self, to: u32) {
        set(&mut self.gather.packages_mut()[to as usize], DOCUMENT, "package-manager");
    }

    fn unknown(&mut self, node: Node<'_>, name: &str, reference: &str) {
        let message = format!("`{name}` is resolved to `{reference}`, which is not listed");
        self.gather.note(node.span(), DiagnosticKind::Reference, message);
    }
}

/// Sets a property that is not there yet.
fn set(package: &mut Package, name: &'static str, value: &str) {
    if package.properties.iter().all(|(have, _)| *have != name) {
        package.properties.push((name, value.into()));
    }
}

/// Whether a purl's full name is `name`, without putting it together.
fn is_named(purl: &Purl, name: &str) -> bool {
    match purl.namespace() {
        Some(namespace) => {
            name.strip_prefix(namespace).and_then(|rest| rest.strip_prefix('/')).is_some_and(|rest| rest == purl.name())
        }
        None => name == purl.name(),
    }
}

/// The key without peers, where the text in the file is the key as it is.
fn shown_span(key: Node<'_>, layout: Layout) -> Span {
    let span = key.span();
    match key.scalar() {
        Some(text) if text.len() == span.range().len() => {
            Span::new(span.start, span.start + Key::of(text, layout).plain.len() as u32)
        }
        _ => span,
    }
}

/// `patchedDependencies`: by what is patched (`name@version` or `name`), the path of the patch, or its digest where the file
/// has no path.
fn patches(node: Option<Node<'_>>) -> LookUp<&str, &str> {
    node.into_iter()
        .flat_map(Node::entries)
        .filter_map(|(key, value)| {
            Some((key.scalar()?, value.get_str("path").or(value.scalar()).or(value.get_str("hash"))?))
        })
        .collect()
}

fn patch_of(patches: &LookUp<&str, &str>, name: &str, purl: &Purl, suffix: &str) -> CompactString {
    let exact = purl.version().and_then(|version| patches.get(format!("{name}@{version}").as_str()));
    let patch = exact.or_else(|| patches.get(name)).copied();
    let digest =
        || suffix.split_once("(patch_hash=").map(|(_, rest)| rest.split_once(')').map_or(rest, |(digest, _)| digest));
    patch.or_else(digest).unwrap_or("true").into()
}

/// The fields of an entry under `packages` or `snapshots`.
#[derive(Clone, Default)]
struct Facts<'d> {
    name: Option<Node<'d>>,
    version: Option<Node<'d>>,
    resolution: Option<Node<'d>>,
    dependencies: Option<Node<'d>>,
    optional_dependencies: Option<Node<'d>>,
    peers: Option<Node<'d>>,
    dev: Option<bool>,
    optional: bool,
    patched: bool,
}

impl<'d> Facts<'d> {
    fn of(node: Node<'d>) -> Self {
        let mut facts = Self::default();
        for (key, value) in node.entries() {
            match key.scalar() {
                Some("name") => facts.name = Some(value),
                Some("version") => facts.version = Some(value),
                Some("resolution") => facts.resolution = Some(value),
                Some("dependencies") => facts.dependencies = Some(value),
                Some("optionalDependencies") => facts.optional_dependencies = Some(value),
                Some("peerDependencies") => facts.peers = Some(value),
                Some("dev") => facts.dev = value.boolean(),
                Some("optional") => facts.optional = value.boolean() == Some(true),
                Some("patched") => facts.patched = value.boolean() == Some(true),
                _ => {}
            }
        }
        facts
    }
}

/// How a package is had.
#[derive(Default)]
struct Resolution<'d> {
    integrity: Option<&'d str>,
    tarball: Option<&'d str>,
    repository: Option<&'d str>,
    commit: Option<&'d str>,
    directory: Option<&'d str>,
    registry: Option<&'d str>,
}

impl<'d> Resolution<'d> {
    fn of(node: Node<'d>) -> Self {
        let mut resolution = Self::default();
        for (key, value) in node.entries() {
            match key.scalar() {
                Some("integrity") => resolution.integrity = value.scalar(),
                Some("tarball") => resolution.tarball = value.scalar(),
                Some("repo") => resolution.repository = value.scalar(),
                Some("commit") => resolution.commit = value.scalar(),
                Some("directory") => resolution.directory = value.scalar(),
                Some("registry") => resolution.registry = value.scalar(),
                _ => {}
            }
        }
        resolution
    }

    fn hashes(&self) -> Vec<Hash> {
        self.integrity.map(identity::integrity).unwrap_or_default()
    }

    fn origin(&self, name: &str, reference: &str) -> Origin {
        if let Some(path) = self.directory {
            return Origin::Path { path: path.into() };
        }
        if let Some(repository) = self.repository {
            let url = match identity::git(repository) {
                Some(Origin::Git { url, .. }) => url,
                _ => without_user_info(repository).as_ref().into(),
            };
            let commit = self.commit.filter(|commit| identity::is_commit(commit));
            let reference = self.commit.filter(|_| commit.is_none());
            return Origin::Git {
                url,
                commit: commit.map(CompactString::from),
                reference: reference.map(CompactString::from),
            };
        }
        let registry = || Origin::Registry {
            url: self.registry.map(|url| without_user_info(url.trim_end_matches('/')).as_ref().into()),
        };
        let from_registry = identity::version(reference).is_some();
        match self.tarball.map(|url| identity::resolved(url, name)) {
            // Registries may keep their archives at addresses of any shape, and old files have them relative.
            Some(Origin::Archive { .. } | Origin::Unknown | Origin::Path { .. }) if from_registry => registry(),
            Some(origin) => origin,
            None if from_registry => registry(),
            None => match identity::specifier(reference) {
                Specifier::Git(origin) => origin,
                Specifier::Archive(url) => Origin::Archive { url },
                Specifier::LocalArchive(path) | Specifier::Directory(path) => Origin::Path { path: path.into() },
                _ => Origin::Unknown,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new("web/pnpm-lock.yaml"), text.to_owned()).unwrap()
    }

    fn links(parsed: &Parsed) -> Vec<(String, String, Scope, String)> {
        let name = |at: u32| {
            let package = &parsed.packages[at as usize];
            match package.party {
                Party::First => format!("/{}", package.directory.as_deref().unwrap()),
                Party::Third => format!("{}@{}", package.purl.full_name(), package.purl.version().unwrap_or_default()),
            }
        };
        let text = |requirement: &Option<CompactString>| requirement.as_deref().unwrap_or_default().to_owned();
        parsed.links.iter().map(|link| (name(link.from), name(link.to), link.scope, text(&link.requirement))).collect()
    }

    fn has(links: &[(String, String, Scope, String)], want: (&str, &str, Scope, &str)) {
        let found =
            links.iter().any(|(from, to, scope, text)| (from.as_str(), to.as_str(), *scope, text.as_str()) == want);
        assert!(found, "{want:?} in {links:#?}");
    }

    #[test]
    fn one_importer_in_four_layouts() {
        for (text, dialect, key) in [
            (include_str!("testdata/pnpm-5.1/pnpm-lock.yaml"), "lockfileVersion 5.1", "/is-odd/3.0.1"),
            (include_str!("testdata/pnpm-5.4/pnpm-lock.yaml"), "lockfileVersion 5.4", "/is-odd/3.0.1"),
            (include_str!("testdata/pnpm-6.0/pnpm-lock.yaml"), "lockfileVersion 6.0", "/is-odd@3.0.1"),
            (include_str!("testdata/pnpm-9.0/pnpm-lock.yaml"), "lockfileVersion 9.0", "is-odd@3.0.1"),
        ] {
            let source = source(text);
            let parsed = parse(&source).unwrap();
            assert_eq!(parsed.dialect, dialect);
            assert_eq!(parsed.notes, []);
            assert_eq!(parsed.packages.iter().filter(|package| package.party == Party::Third).count(), 20);
            let by_name = |name: &str, version: &str| {
                let found = parsed
                    .packages
                    .iter()
                    .find(|package| package.purl.full_name() == name && package.purl.version() == Some(version));
                found.unwrap_or_else(|| panic!("{name} {version} in {dialect}"))
            };
            let odd = by_name("is-odd", "3.0.1");
            assert_eq!((odd.id.as_str(), source.slice(odd.mark.span)), (key, key));
            assert_eq!(odd.origin, Origin::Registry { url: None });
            assert_eq!(odd.hashes.len(), 1);
            let store = by_name("use-sync-external-store", "1.2.0");
            assert!(store.id.contains("react@17.0.2") && !source.slice(store.mark.span).contains("react"));
            assert_eq!(by_name("is-odd", "2.0.0").properties, [(identity::ALIAS, "odd-alias".into())]);
            let git = by_name("tiny-git", "0.4.2");
            assert!(matches!(&git.origin, Origin::Git { commit: Some(_), .. }), "{git:?}");
            assert!(source.slice(git.mark.span).contains("tiny-git"));
            let archive = by_name("tiny-tar", "1.2.3");
            assert_eq!(archive.purl.qualifier("download_url"), Some("http://git.example/tiny-tar-1.2.3.tgz"));

            let links = links(&parsed);
            has(&links, ("/", "is-odd@3.0.1", Scope::Runtime, "^3.0.0"));
            has(&links, ("/", "is-odd@2.0.0", Scope::Runtime, "npm:is-odd@2.0.0"));
            has(&links, ("/", "/lib/local", Scope::Runtime, "file:lib/local"));
            has(&links, ("/", "is-negative@2.1.0", Scope::Development, "^2.1.0"));
            has(&links, ("/", "fsevents@2.3.3", Scope::Optional, "^2.3.2"));
            has(&links, ("/", "tiny-git@0.4.2", Scope::Runtime, "git+http://git.example/tiny-git.git#v0.4.2"));
            has(&links, ("is-odd@3.0.1", "is-number@6.0.0", Scope::Runtime, ""));
            let asked = "^16.8.0 || ^17.0.0 || ^18.0.0";
            has(&links, ("use-sync-external-store@1.2.0", "react@17.0.2", Scope::Peer, asked));
            for link in parsed.links.iter().filter(|link| link.requirement.is_some()) {
                assert_eq!(source.slice(link.mark.unwrap().span), link.requirement.as_deref().unwrap());
            }
        }
    }

    #[test]
    fn workspaces_with_catalogs_overrides_and_patches() {
        for (text, catalog) in [
            (include_str!("testdata/pnpm-5.4-workspace/pnpm-lock.yaml"), None),
            (include_str!("testdata/pnpm-9.0-workspace/pnpm-lock.yaml"), Some(("catalog:", "catalog:legacy"))),
        ] {
            let parsed = parse(&source(text)).unwrap();
            assert_eq!(parsed.notes, []);
            let importers: Vec<_> = parsed.packages.iter().filter_map(|package| package.directory.as_deref()).collect();
            assert_eq!(importers, ["", "packages/app", "packages/core"]);
            assert_eq!(parsed.packages[1].purl.to_string(), "pkg:npm/app");
            assert_eq!(parsed.packages[1].origin, Origin::Unknown);
            let (react, store) = catalog.unwrap_or(("17.0.2", "1.2.0"));
            let links = links(&parsed);
            has(&links, ("/packages/app", "/packages/core", Scope::Runtime, "workspace:^1.0.0"));
            has(&links, ("/packages/app", "react@17.0.2", Scope::Runtime, react));
            has(&links, ("/packages/app", "use-sync-external-store@1.2.0", Scope::Runtime, store));
            has(&links, ("/packages/core", "react@17.0.2", Scope::Development, "17.0.2"));
            has(&links, ("is-odd@3.0.1", "is-number@7.0.0", Scope::Runtime, ""));
            let patched: Vec<_> = parsed
                .packages
                .iter()
                .filter(|package| package.properties.iter().any(|(name, _)| *name == identity::PATCHED))
                .map(|package| package.purl.to_string())
                .collect();
            assert_eq!(patched, ["pkg:npm/is-negative@2.1.0"]);
        }
    }

    #[test]
    fn the_first_of_two_documents_is_pnpms_own() {
        let parsed = parse(&source(include_str!("testdata/pnpm-9.0-two-documents/pnpm-lock.yaml"))).unwrap();
        let links = links(&parsed);
        has(&links, ("/", "is-buffer@1.1.6", Scope::Development, "1.1.6"));
        has(&links, ("/", "is-odd@3.0.1", Scope::Runtime, "^3.0.0"));
        let own: Vec<_> = parsed
            .packages
            .iter()
            .filter(|package| package.properties.iter().any(|(name, _)| *name == DOCUMENT))
            .map(|package| package.purl.name())
            .collect();
        assert_eq!(own, ["is-buffer"]);
        assert_eq!(parsed.packages.iter().filter(|package| package.party == Party::First).count(), 1);
    }

    #[test]
    fn packages_that_come_from_elsewhere() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let text = format!(
            "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      in:\n        specifier: workspace:*\n        \
             version: file:pkgs/in(react@1.0.0)\n      out:\n        specifier: link:../../out\n        \
             version: link:../../out\n      node:\n        specifier: runtime:^24\n        version: runtime:24.4.1\n      \
             hub:\n        specifier: o/r\n        version: https://codeload.github.com/o/r/tar.gz/{commit}\n  pkgs/in: {{}}\n\
             packages:\n  in@file:pkgs/in:\n    resolution: {{directory: pkgs/in, type: directory}}\n  \
             node@runtime:24.4.1:\n    hasBin: true\n    resolution:\n      type: variations\n      variants: []\n    \
             version: 24.4.1\n  hub@https://codeload.github.com/o/r/tar.gz/{commit}:\n    \
             resolution: {{tarball: https://codeload.github.com/o/r/tar.gz/{commit}}}\n    version: 1.0.0\n  react@1.0.0:\n    \
             resolution: {{integrity: sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=, tarball: https://h.example/r/react/-/react-1.0.0.tgz}}\n\
             snapshots:\n  in@file:pkgs/in(react@1.0.0):\n    dependencies:\n      react: 1.0.0\n  node@runtime:24.4.1: {{}}\n  \
             hub@https://codeload.github.com/o/r/tar.gz/{commit}: {{}}\n  react@1.0.0: {{}}\n"
        );
        let parsed = parse(&source(&text)).unwrap();
        assert_eq!(parsed.notes, []);
        let links = links(&parsed);
        has(&links, ("/", "/pkgs/in", Scope::Runtime, "workspace:*"));
        has(&links, ("/pkgs/in", "react@1.0.0", Scope::Runtime, ""));
        has(&links, ("/", "out@", Scope::Runtime, "link:../../out"));
        has(&links, ("/", "node@24.4.1", Scope::Runtime, "runtime:^24"));
        let purl =
            |name: &str| parsed.packages.iter().find(|package| package.purl.name() == name).unwrap().purl.to_string();
        assert_eq!(purl("node"), "pkg:generic/node@24.4.1");
        assert_eq!(
            purl("hub"),
            format!("pkg:npm/hub@1.0.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Fr.git%40{commit}")
        );
        let react = parsed.packages.iter().find(|package| package.purl.name() == "react").unwrap();
        assert_eq!(react.origin, Origin::Registry { url: Some("https://h.example/r".into()) });
    }

    #[test]
    fn shrinkwrap_and_what_is_wrong() {
        let parsed = parse(&source(
            "dependencies:\n  a: 1.0.0\n  b: h.example/b/2.0.0\n  c: 9.9.9\npackages:\n  /a/1.0.0/p@1.0.0:\n    \
             resolution:\n      integrity: sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=\n  h.example/b/2.0.0:\n    dev: true\n    \
             resolution:\n      registry: 'https://h.example/'\n      tarball: b/-/b-2.0.0.tgz\n  /x: {}\nregistry: \
             'https://registry.example/'\nshrinkwrapVersion: 3\nspecifiers:\n  a: ^1.0.0\n",
        ))
        .unwrap();
        assert_eq!(parsed.dialect, "shrinkwrapVersion 3");
        let links = links(&parsed);
        has(&links, ("/", "b@2.0.0", Scope::Runtime, ""));
        assert_eq!(parsed.packages[2].stated, Some(Scope::Development));
        assert_eq!(parsed.packages[2].origin, Origin::Registry { url: Some("https://h.example".into()) });
        let messages: Vec<_> = parsed.notes.iter().map(|note| (note.mark.line, note.message.as_str())).collect();
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert!(messages[0].1.contains("/x") && messages[1].1.contains("`c`"));

        for text in ["a: 1", "- a", "version: 3", "lockfileVersion: [1]", "lockfileVersion: '9.0'\npackages: ["] {
            assert!(parse(&source(text)).is_err(), "{text}");
        }
        assert_eq!(parse(&source("")).unwrap().packages, []);
        let odd = "lockfileVersion: '9.0'\nimporters: {1: 2, .: {dependencies: {a: {}, b: [], c: {version: 1}}}}\npackages: \
                   {'': 1, '@': 2, a@: 3}\nsnapshots: {'': 1, x@1.0.0: {dependencies: {y: {}}}}\n";
        assert!(!parse(&source(odd)).unwrap().notes.is_empty());
    }
}
