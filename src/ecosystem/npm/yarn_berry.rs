//! yarn.lock as yarn 2 and later write it: YAML whose keys list descriptors and whose values are resolutions.
//!
//! Read after yarn's documentation ("Lexicon", "Protocols") and what its releases write: `__metadata.version` 3 to 10. A
//! *descriptor* is a name and a range (`lodash@npm:^4.0.0`), a *locator* a name and what was chosen
//! (`lodash@npm:4.17.21`). Workspaces are entries like others, so the file has its own roots; it does not say which of
//! their dependencies are for development only: `join` takes that from the manifests. Which package provides a peer is not
//! written either (yarn computes it at install time): a peer is linked where the file holds just one package of its name.

use std::borrow::Cow;

use compact_str::{CompactString, format_compact};

use super::gather::{self, Gather};
use super::identity::{self, Specifier};
use super::replaced::Replaced;
use crate::ecosystem::percent_decoded;
use crate::ecosystem::{Package, Parsed, without_user_info};
use crate::model::{DiagnosticKind, LookUp, Origin, Party, Purl, Scope, Span};
use crate::text::{Kind, Node, Source, SyntaxError, yaml};

/// Property: the digest of the archive that yarn makes of the package for its own cache. It is not a digest of what the
/// registry hands out, so it is none of the component's hashes.
const CHECKSUM: &str = "sepal:yarn:checksum";

/// Patches of patches are written by escaping once more; nobody nests deeper.
const NESTED_PATCHES: usize = 8;

/// Reads the file.
///
/// # Errors
/// If it is not YAML, or not a mapping.
pub(super) fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let documents = yaml::parse_all(source)?;
    let mut gather = Gather::new(source, "yarn berry".into());
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for document in &documents {
        let root = document.root();
        if root.kind() != Kind::Mapping {
            return Err(SyntaxError::new(root.span(), "not a yarn.lock: entries by descriptor are expected"));
        }
        for (key, value) in root.entries() {
            let Some(descriptors) = key.scalar() else {
                gather.note(key.span(), DiagnosticKind::Entry, "the key of an entry is a text");
                continue;
            };
            if descriptors == "__metadata" {
                if let Some(version) = value.get("version").and_then(Node::scalar) {
                    gather.parsed_mut().dialect = format_compact!("__metadata version {version}");
                }
                continue;
            }
            if let Some(entry) = Entry::read(&mut gather, key, descriptors, value) {
                entries.push(entry);
            }
        }
    }
    connect(&mut gather, &entries);
    Ok(gather.finish())
}

/// What an entry asks for.
struct Entry<'d> {
    index: u32,
    resolution: &'d str,
    dependencies: Option<Node<'d>>,
    dependencies_meta: Option<Node<'d>>,
    peers: Option<Node<'d>>,
    peers_meta: Option<Node<'d>>,
}

impl<'d> Entry<'d> {
    fn read(gather: &mut Gather<'_>, key: Node<'d>, descriptors: &'d str, value: Node<'d>) -> Option<Self> {
        let (mut version, mut resolution, mut checksum) = (None, None, None);
        let mut entry = Entry {
            index: 0,
            resolution: "",
            dependencies: None,
            dependencies_meta: None,
            peers: None,
            peers_meta: None,
        };
        for (name, field) in value.entries() {
            match name.scalar() {
                Some("version") => version = Some(field),
                Some("resolution") => resolution = Some(field),
                Some("checksum") => checksum = field.scalar(),
                Some("dependencies") => entry.dependencies = Some(field),
                Some("dependenciesMeta") => entry.dependencies_meta = Some(field),
                Some("peerDependencies") => entry.peers = Some(field),
                Some("peerDependenciesMeta") => entry.peers_meta = Some(field),
                _ => {}
            }
        }
        let Some((resolution, resolution_node)) = resolution.and_then(|node| Some((node.scalar()?, node))) else {
            gather.note(key.span(), DiagnosticKind::Entry, format!("`{}` has no resolution", shortened(descriptors)));
            return None;
        };
        entry.resolution = resolution;
        let written = version.and_then(Node::scalar);
        let Some(mut package) = package(gather, resolution, written, resolution_node.span()) else {
            let message =
                format!("the resolution `{}` is not a package name with what was chosen", shortened(resolution));
            gather.note(resolution_node.span(), DiagnosticKind::Entry, message);
            return None;
        };
        if package.party == Party::Third && package.purl.version().is_none() {
            let name = package.purl.full_name();
            let (span, message) = match (version, written) {
                (Some(node), Some(text)) => (node.span(), format!("`{text}` is not a version of {name}")),
                _ => (key.span(), format!("{name} has no version")),
            };
            gather.note(span, DiagnosticKind::Entry, message);
        }
        package.answers = descriptors
            .split(", ")
            .map(|descriptor| CompactString::from(without_user_info(descriptor).as_ref()))
            .collect();
        let name = package.purl.full_name();
        // The line a person looks for is the entry's first one, as long as it shows the real name.
        if key.span().range().len() == descriptors.len()
            && let Some(first) = descriptors.split(", ").next().filter(|first| first.contains(name.as_str()))
        {
            let start = key.span().start;
            package.mark = gather.mark(Span::new(start, start + first.len() as u32));
        }
        let alias = package
            .answers
            .iter()
            .filter_map(|descriptor| identity::split_descriptor(descriptor))
            .find(|(known_as, _)| *known_as != name)
            .map(|(known_as, _)| CompactString::from(known_as));
        if let Some(alias) = alias.filter(|_| package.party == Party::Third) {
            package.properties.push((identity::ALIAS, alias));
        }
        if let Some(checksum) = checksum {
            package.properties.push((CHECKSUM, checksum.into()));
        }
        entry.index = gather.add(package);
        Some(entry)
    }
}

/// The package of a resolution.
fn package(gather: &Gather<'_>, resolution: &str, version: Option<&str>, span: Span) -> Option<Package> {
    let version = version.and_then(gather::real_version);
    let mark = gather.mark(span);
    let mut patches: Vec<CompactString> = Vec::new();
    let mut locator: Cow<'_, str> = Cow::Borrowed(resolution);
    for _ in 0..NESTED_PATCHES {
        let (name, reference) = identity::split_descriptor(&locator)?;
        let inner = match identity::specifier(reference) {
            Specifier::Patched { of, patch } => {
                patches.push(patch.into());
                Cow::Owned(of.into_owned())
            }
            specifier => {
                let (origin, directory) = origin(gather, name, reference, &specifier);
                let purl = identity::purl_with_origin(name, version, &origin)?;
                let mut package = Package::library(resolution, purl, origin, mark);
                if directory.is_some() {
                    package.party = Party::First;
                    package.directory = directory;
                }
                if !patches.is_empty() {
                    package.properties.push((identity::PATCHED, patches.join(", ").into()));
                }
                return Some(package);
            }
        };
        locator = inner;
    }
    None
}

/// Where a package comes from, and its directory if it is one's own.
fn origin(
    gather: &Gather<'_>,
    name: &str,
    reference: &str,
    specifier: &Specifier<'_>,
) -> (Origin, Option<CompactString>) {
    match specifier {
        Specifier::Workspace(path) => (Origin::Unknown, gather::directory_from("", path)),
        Specifier::Directory(path) => {
            // `file:` repeats the path behind `#`; the path is as seen from the workspace that asks.
            let path = path.split_once('#').map_or(*path, |(path, _)| path);
            let base = parameter(reference, "locator");
            let base =
                base.as_deref().and_then(|locator| locator.split_once("@workspace:")).map_or("", |(_, path)| path);
            let directory = gather::directory_from(base, path);
            let path = directory.clone().unwrap_or_else(|| path.into());
            (Origin::Path { path }, directory.filter(|directory| gather.is_inside(directory)))
        }
        Specifier::LocalArchive(path) => (Origin::Path { path: (*path).into() }, None),
        Specifier::Git(origin) => (origin.clone(), None),
        Specifier::Archive(url) => (Origin::Archive { url: url.clone() }, None),
        Specifier::Registry(_) | Specifier::Alias { .. } => {
            // Where a registry hands out archives at unusual addresses, yarn binds the address.
            let url = parameter(reference, "__archiveUrl");
            let base = url.as_deref().map(|url| identity::resolved(url, name));
            (
                base.filter(|origin| matches!(origin, Origin::Registry { .. }))
                    .unwrap_or(Origin::Registry { url: None }),
                None,
            )
        }
        Specifier::Patched { .. } | Specifier::Catalog(_) | Specifier::Other(_) => (Origin::Unknown, None),
    }
}

/// The value of a parameter bound to a range or reference: `…::locator=root%40workspace%3A.&hash=abc`.
fn parameter(reference: &str, key: &str) -> Option<String> {
    let (_, parameters) = reference.split_once("::")?;
    let value = parameters.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))?;
    Some(percent_decoded(value))
}

/// Finds the entry for everything that entries ask for.
fn connect(gather: &mut Gather<'_>, entries: &[Entry<'_>]) {
    let packages = std::mem::take(&mut gather.parsed_mut().packages);
    let mut index = Index::of(&packages);
    let mut unanswered = Vec::new();
    let mut key = String::new();
    for entry in entries {
        let optional = optional_names(entry.dependencies_meta);
        for (name, range) in entry.dependencies.into_iter().flat_map(Node::entries) {
            let (Some(name_text), Some(range_text)) = (name.scalar(), range.scalar()) else {
                gather.note(name.span(), DiagnosticKind::Entry, "a dependency without a range");
                continue;
            };
            let scope = if optional.contains(name_text) { Scope::Optional } else { Scope::Runtime };
            let requirement = Some((range_text, range.span()));
            let plain = without_user_info(range_text);
            let found = index.find(&packages, &mut key, name_text, &plain, entry.resolution);
            if found == [None, None] {
                unanswered.push((entry.index, name, range, scope));
            }
            for to in found.into_iter().flatten().filter(|to| *to != entry.index) {
                gather.link(entry.index, to, scope, requirement);
            }
        }
        let optional = optional_names(entry.peers_meta);
        for (name, range) in entry.peers.into_iter().flat_map(Node::entries) {
            let (Some(name_text), Some(range_text)) = (name.scalar(), range.scalar()) else { continue };
            if let Some(to) = index.only(name_text).filter(|to| *to != entry.index && !optional.contains(name_text)) {
                gather.link(entry.index, to, Scope::Peer, Some((range_text, range.span())));
            }
        }
    }
    let replaced = if unanswered.is_empty() { Replaced::default() } else { index.replaced(&packages) };
    for (from, name, range, scope) in unanswered {
        let (name_text, range_text) = (name.scalar().unwrap_or_default(), range.scalar().unwrap_or_default());
        let cataloged = range_text.starts_with("catalog:");
        match if cataloged { index.only(name_text) } else { replaced.answer(name_text) } {
            Some(to) => gather.link(from, to, scope, Some((range_text, range.span()))),
            // Yarn leaves out what is optional and cannot be had.
            None if scope == Scope::Optional => {}
            // What a catalog asks for is written in `.yarnrc.yml`: `join` finds it.
            None if cataloged => {}
            // The package is listed; which of its versions is meant is all that is not known.
            None if replaced.knows(name_text) => {
                let message = format!("several entries may answer `{name_text}@{}`", shortened(range_text));
                gather.note(name.span(), DiagnosticKind::Note, message);
            }
            None => {
                let message = format!("no entry answers `{name_text}@{}`", shortened(range_text));
                gather.note(name.span(), DiagnosticKind::Reference, message);
            }
        }
    }
    gather.parsed_mut().packages = packages;
}

/// The names that a `…Meta` section marks as optional, sorted, to be looked up.
fn optional_names(meta: Option<Node<'_>>) -> Names<'_> {
    let mut names: Vec<&str> = meta
        .into_iter()
        .flat_map(Node::entries)
        .filter(|(_, facts)| facts.get("optional").is_some_and(|value| value.scalar() == Some("true")))
        .filter_map(|(name, _)| name.scalar())
        .collect();
    names.sort_unstable();
    Names(names)
}

struct Names<'d>(Vec<&'d str>);

impl Names<'_> {
    fn contains(&self, name: &str) -> bool {
        self.0.binary_search(&name).is_ok()
    }
}

/// The entries by what they answer.
struct Index<'p> {
    /// Number of the descriptor, by the descriptor as written; for one with parameters also without them, and without them
    /// but with the workspace that it is bound to.
    by_descriptor: LookUp<Cow<'p, str>, usize>,
    /// For every descriptor, in the order of the file, its entry and whether an entry asks for it.
    descriptors: Vec<(u32, bool)>,
    /// Entries with a patch that yarn brings along, by the descriptor that it replaces.
    patched: LookUp<String, u32>,
    /// By name, where all entries of that name are the same package.
    by_name: LookUp<&'p str, Option<u32>>,
    /// Workspaces by name.
    workspaces: LookUp<&'p str, u32>,
}

impl<'p> Index<'p> {
    fn of(packages: &'p [Package]) -> Self {
        let mut index = Index {
            by_descriptor: LookUp::with_capacity(packages.len() * 2),
            descriptors: Vec::with_capacity(packages.len() * 2),
            patched: LookUp::new(),
            by_name: LookUp::with_capacity(packages.len()),
            workspaces: LookUp::new(),
        };
        for (number, package) in packages.iter().enumerate() {
            let number = number as u32;
            for descriptor in &package.answers {
                let place = index.descriptors.len();
                index.descriptors.push((number, false));
                index.by_descriptor.get_or_insert_with(Cow::Borrowed(descriptor), || place);
                let Some((name, range)) = identity::split_descriptor(descriptor) else { continue };
                let only = index.by_name.get_or_insert_with(name, || Some(number));
                *only = only.filter(|have| packages[*have as usize].purl == package.purl);
                if range.starts_with("workspace:") {
                    index.workspaces.get_or_insert_with(name, || number);
                }
                if let Some((plain, _)) = descriptor.split_once("::") {
                    if let Some(locator) = parameter(range, "locator") {
                        index.by_descriptor.get_or_insert_with(Cow::Owned(bound(plain, &locator)), || place);
                    }
                    index.by_descriptor.get_or_insert_with(Cow::Borrowed(plain), || place);
                }
                if range.contains("builtin<")
                    && let Specifier::Patched { of, .. } = identity::specifier(range)
                {
                    index.patched.get_or_insert_with(of.into_owned(), || number);
                }
            }
        }
        index
    }

    /// The only package of a name.
    fn only(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied().flatten()
    }

    /// The entries that answer a dependency: the one it names and, where yarn brings a patch for it, the patched one. Both
    /// are the same package.
    fn find(
        &mut self,
        packages: &[Package],
        key: &mut String,
        name: &str,
        range: &str,
        asking: &str,
    ) -> [Option<u32>; 2] {
        let descriptor = |key: &mut String, protocol: &str| {
            key.clear();
            key.extend([name, "@", protocol, range]);
            let place = self.by_descriptor.get(key.as_str());
            let bound = || self.by_descriptor.get(bound(key, asking).as_str());
            // Only paths are bound to who asks.
            let place = if range.contains(':') && !range.starts_with("npm:") { bound().or(place) } else { place };
            (place.copied(), self.patched.get(key.as_str()).copied())
        };
        let (mut place, mut patched) = descriptor(key, "");
        if place.is_none() && patched.is_none() {
            (place, patched) = descriptor(key, "npm:");
        } else if patched.is_none() {
            patched = descriptor(key, "npm:").1;
        }
        let entry = match place {
            Some(place) => {
                self.descriptors[place].1 = true;
                Some(self.descriptors[place].0)
            }
            // Workspaces are found by name too.
            None => self.workspaces.get(name).copied().filter(|_| range.starts_with("workspace:")),
        };
        let same = |at: u32| entry.is_none_or(|entry| packages[entry as usize].purl == packages[at as usize].purl);
        [entry, patched.filter(|at| Some(*at) != entry && same(*at))]
    }

    fn replaced(&self, packages: &'p [Package]) -> Replaced<'p> {
        let mut same: LookUp<&Purl, u32> = LookUp::with_capacity(packages.len());
        for (number, package) in packages.iter().enumerate() {
            same.get_or_insert_with(&package.purl, || number as u32);
        }
        let all =
            packages.iter().flat_map(|package| package.answers.iter().map(move |descriptor| (package, descriptor)));
        Replaced::of(all.zip(&self.descriptors).filter_map(|((package, descriptor), (_, asked))| {
            // Every workspace answers its own place.
            let asked = *asked || *descriptor == package.id;
            Some((identity::split_descriptor(descriptor)?.0, *same.get(&package.purl)?, asked))
        }))
    }
}

fn bound(descriptor: &str, locator: &str) -> String {
    format!("{descriptor}\0{locator}")
}

/// A text for a message: entries can answer a hundred descriptors.
fn shortened(text: &str) -> &str {
    text.char_indices().nth(120).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new("yarn.lock"), text.to_owned()).unwrap()
    }

    fn links(parsed: &Parsed) -> Vec<(String, String, Scope, &str)> {
        let name = |at: u32| parsed.packages[at as usize].purl.to_string();
        let links = parsed.links.iter();
        links
            .map(|link| (name(link.from), name(link.to), link.scope, link.requirement.as_deref().unwrap_or("")))
            .collect()
    }

    const YARN_2: &str = include_str!("testdata/yarn-berry-4/yarn.lock");
    const YARN_3: &str = include_str!("testdata/yarn-berry-6/yarn.lock");
    const YARN_4: &str = include_str!("testdata/yarn-berry-10/yarn.lock");

    #[test]
    fn files_of_yarn_2_to_4() {
        for (text, dialect, prefix) in [
            (YARN_2, "__metadata version 4", ""),
            (YARN_3, "__metadata version 6", ""),
            (YARN_4, "__metadata version 10", "npm:"),
        ] {
            let source = source(text);
            let parsed = parse(&source).unwrap();
            assert_eq!(parsed.dialect, dialect);
            assert_eq!(parsed.notes, []);
            let by_id = |id: &str| {
                let found = parsed.packages.iter().find(|package| package.id.starts_with(id));
                found.unwrap_or_else(|| panic!("{id} in {dialect}"))
            };
            let core = by_id("@acme/core@workspace:");
            assert_eq!(
                (core.party, core.directory.as_deref(), core.purl.version()),
                (Party::First, Some("packages/core"), None)
            );
            assert_eq!(by_id("acme-workspace@workspace:").directory.as_deref(), Some(""));
            let local = by_id("local@file:");
            assert_eq!((local.party, local.directory.as_deref()), (Party::First, Some("lib/local")));
            let git = by_id("tiny-git@");
            assert!(git.purl.to_string().starts_with("pkg:npm/tiny-git@0.4.2?vcs_url=git%2Bhttp:"), "{:?}", git.purl);
            assert_eq!(
                by_id("tiny-tar@").purl.qualifier("download_url"),
                Some("http://git.example/tiny-tar-1.2.3.tgz")
            );
            let alias = by_id("is-odd@npm:2.0.0");
            assert!(alias.properties.contains(&(identity::ALIAS, "odd-alias".into())));
            assert_eq!(alias.answers, ["odd-alias@npm:is-odd@2.0.0"]);
            let odd = by_id("is-odd@npm:3.0.1");
            assert_eq!(source.slice(odd.mark.span), "is-odd@npm:^3.0.0");
            assert_eq!(odd.origin, Origin::Registry { url: None });
            assert!(odd.hashes.is_empty() && odd.properties.iter().any(|(name, _)| *name == CHECKSUM));
            let patched = by_id("is-positive@patch:");
            assert_eq!(patched.purl.to_string(), "pkg:npm/is-positive@3.1.0");
            let patch = patched.properties.iter().find(|(name, _)| *name == identity::PATCHED).unwrap();
            assert!(patch.1.ends_with("is-positive.patch"), "{patch:?}");

            let links = links(&parsed);
            let odd_asked = format!("{prefix}^3.0.1");
            let optional = format!("{prefix}^2.3.2");
            for (from, to, scope, requirement) in [
                ("pkg:npm/%40acme/app", "pkg:npm/%40acme/core", Scope::Runtime, "workspace:^1.0.0"),
                ("pkg:npm/%40acme/app", "pkg:npm/is-odd@2.0.0", Scope::Runtime, "npm:is-odd@2.0.0"),
                ("pkg:npm/%40acme/app", "pkg:npm/fsevents@2.3.3", Scope::Optional, &optional),
                ("pkg:npm/%40acme/app", "pkg:npm/local@0.0.1", Scope::Runtime, "file:../../lib/local"),
                ("pkg:npm/%40acme/core", "pkg:npm/is-odd@3.0.1", Scope::Runtime, &odd_asked),
                ("pkg:npm/%40acme/core", "pkg:npm/react@17.0.2", Scope::Peer, ">=16"),
                (
                    "pkg:npm/use-sync-external-store@1.2.0",
                    "pkg:npm/react@17.0.2",
                    Scope::Peer,
                    "^16.8.0 || ^17.0.0 || ^18.0.0",
                ),
            ] {
                assert!(links.contains(&(from.into(), to.into(), scope, requirement)), "{from} {to} in {dialect}");
            }
            // The patched package and the plain one have one purl: whoever asks for the patched one is linked to it.
            assert!(
                links.iter().any(|(from, to, ..)| from == "pkg:npm/%40acme/core" && to == "pkg:npm/is-positive@3.1.0")
            );
            for link in &parsed.links {
                assert_eq!(source.slice(link.mark.unwrap().span), link.requirement.as_deref().unwrap());
            }
        }
    }

    fn entries(text: &str) -> Parsed {
        parse(&source(&format!("__metadata:\n  version: 8\n\n{text}"))).unwrap()
    }

    #[test]
    fn patches_of_patches_and_archives_at_odd_addresses() {
        let parsed = entries(
            "\"a@patch:a@patch%3Aa@npm%253A1.0.0%23mine.patch#optional!builtin<compat/a>\":\n  version: 1.0.0\n  \
             resolution: \"a@patch:a@patch%3Aa@npm%253A1.0.0%23mine.patch#optional!builtin<compat/a>::hash=1\"\n\
             \"@s/b@npm:^1\":\n  version: 1.0.0\n  \
             resolution: \"@s/b@npm:1.0.0::__archiveUrl=https%3A%2F%2Fregistry.example%2Fdownload%2F@s%2Fb%2F1.0.0%2Fabc\"\n",
        );
        let purls: Vec<_> = parsed.packages.iter().map(|package| package.purl.to_string()).collect();
        assert_eq!(purls, ["pkg:npm/a@1.0.0", "pkg:npm/%40s/b@1.0.0"]);
        assert_eq!(
            parsed.packages[0].properties,
            [(identity::PATCHED, "optional!builtin<compat/a>, mine.patch".into())]
        );
        assert_eq!(parsed.packages[1].origin, Origin::Registry { url: Some("https://registry.example".into()) });
    }

    #[test]
    fn links_are_bound_to_the_workspace_that_asks() {
        let workspace = |name: &str| {
            format!(
                "\"{name}@workspace:{name}\":\n  version: 0.0.0-use.local\n  resolution: \"{name}@workspace:{name}\"\n  \
                 dependencies:\n    x: \"link:./x\"\n\
                 \"x@link:./x::locator={name}%40workspace%3A{name}\":\n  version: 0.0.0-use.local\n  \
                 resolution: \"x@link:./x::locator={name}%40workspace%3A{name}\"\n"
            )
        };
        let parsed = entries(&(workspace("a") + &workspace("b")));
        let linked: Vec<_> =
            parsed.links.iter().map(|link| parsed.packages[link.to as usize].directory.as_deref().unwrap()).collect();
        assert_eq!(linked, ["a/x", "b/x"]);
    }

    #[test]
    fn entries_that_make_no_sense_are_notes() {
        let parsed = entries(
            "\"a@npm:1\":\n  version: 1.0.0\n\"b@npm:1\":\n  resolution: \"b@npm:1.0.0\"\n\"c@npm:1\":\n  version: 1.0.0\n  \
             resolution: nothing\n\"d@npm:1\": 5\n\"e@npm:1\":\n  version: 1.0.0\n  resolution: \"e@npm:1.0.0\"\n  \
             dependencies:\n    missing: ^1\n",
        );
        let purls: Vec<_> = parsed.packages.iter().map(|package| package.purl.to_string()).collect();
        assert_eq!(purls, ["pkg:npm/b", "pkg:npm/e@1.0.0"]);
        assert_eq!(parsed.notes.len(), 5, "{:?}", parsed.notes);
        assert!(parse(&source("- __metadata:\n")).is_err());
    }
}
