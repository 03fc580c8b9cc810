//! `Cargo.lock`: what was chosen.
//!
//! The grammar is cargo's own encoder (`core/resolver/encode.rs`). Four versions of it are about:
//!
//! 1. no `version`; checksums in a `[metadata]` table under `checksum name version (source)`; dependencies as `name
//!    version (source)`; before 2017 the root package in a `[root]` table of its own;
//! 2. no `version`; `checksum` in the package's entry; dependencies as short as they are unambiguous;
//! 3. `version = 3`: as 2, and git sources write their branch, tag or revision another way;
//! 4. `version = 4`: as 3, with the query of git sources percent-encoded.
//!
//! The reading is the same for all: a dependency names one entry by name and, where it says so, version and source.

use std::ops::Range;

use compact_str::format_compact;

use super::origin;
use crate::ecosystem::{
    Capabilities, Format, Link, Note, Package, Parsed, Reference, Role, Stability, without_user_info,
};
use crate::model::{ComponentKind, DiagnosticKind, Hash, HashAlgorithm, LookUp, Origin, Party, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, toml};

/// `Cargo.lock`.
pub static LOCK: Format = Format {
    id: "cargo/lock",
    patterns: &["**/Cargo.lock"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: false, hashes: true, licenses: false },
    docs: "The lock file of cargo, versions 1 to 4, with `[root]` tables and `[metadata]` checksums of old files. It lists \
           every package that any feature or platform may need, with its digest and its edges, but not what an edge is for.",
    parse,
};

/// The newest version of the format that this reader was written for.
const NEWEST: u64 = 4;

/// One entry of the file, as nodes of the document.
#[derive(Clone, Copy)]
struct Entry<'d> {
    name: &'d str,
    version: &'d str,
    source: Option<&'d str>,
    dependencies: Option<Node<'d>>,
    replace: Option<Node<'d>>,
}

struct Reader<'s, 'd> {
    file: &'s Source,
    entries: Vec<Entry<'d>>,
    /// Indices of `entries`, sorted by name, version, source and place in the file.
    by_name: Vec<u32>,
    /// Which part of `by_name` has a name: a lock file has some five edges a package, each looked up once.
    names: LookUp<&'d str, Range<usize>>,
    parsed: Parsed,
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = toml::parse(file)?;
    let root = document.root();
    let mut reader =
        Reader { file, entries: Vec::new(), by_name: Vec::new(), names: LookUp::new(), parsed: Parsed::default() };
    let mut version = None;
    let mut metadata = None;
    let mut has_root = false;
    for (key, value) in root.entries() {
        match key.scalar().unwrap_or_default() {
            "version" => version = Some(value),
            "package" if value.kind() == Kind::Sequence => value.items().for_each(|item| reader.package(item)),
            "root" if value.kind() == Kind::Mapping => {
                has_root = true;
                reader.package(value);
            }
            "metadata" => metadata = Some(value),
            "package" | "root" => reader.note(key, "this is not a table of packages"),
            _ => {}
        }
    }
    let knows_anything = version.is_some() || !reader.entries.is_empty() || metadata.is_some();
    if !knows_anything && root.entries().next().is_some() {
        return Err(SyntaxError::new(root.span(), "neither a version nor a package: this is not a lock file of cargo"));
    }
    reader.sort();
    let checksums_in_metadata = metadata.is_some_and(|table| reader.metadata(table));
    reader.links();
    reader.parsed.dialect = match version {
        Some(node) => {
            let text = node.scalar().unwrap_or_default();
            if text.parse::<u64>().map_or(true, |number| number > NEWEST) {
                let message =
                    format!("version {text:?} of the format is newer than {NEWEST}, the newest one known here");
                reader.remark(node, DiagnosticKind::Note, message);
            }
            text.into()
        }
        None if has_root || checksums_in_metadata => "1".into(),
        None if reader.parsed.packages.iter().any(|package| !package.hashes.is_empty()) => "2".into(),
        // Without checksums the way dependencies are written tells them apart: version 1 always names the source.
        None if root.get("package").is_some_and(names_sources) => "1".into(),
        None => "2".into(),
    };
    reader.parsed.references.push(Reference { path: "Cargo.toml".into(), mark: file.start(), optional: true });
    Ok(reader.parsed)
}

fn names_sources(packages: Node<'_>) -> bool {
    packages
        .items()
        .filter_map(|package| package.get("dependencies"))
        .flat_map(Node::items)
        .any(|dependency| dependency.string().is_some_and(|text| text.ends_with(')')))
}

impl<'d> Reader<'_, 'd> {
    fn note(&mut self, node: Node<'_>, message: impl Into<String>) {
        self.remark(node, DiagnosticKind::Entry, message);
    }

    fn remark(&mut self, node: Node<'_>, kind: DiagnosticKind, message: impl Into<String>) {
        self.parsed.notes.push(Note { mark: self.file.mark(node.span()), kind, message: message.into() });
    }

    /// Reads one `[[package]]` entry, or the `[root]` one.
    fn package(&mut self, item: Node<'d>) {
        let (mut name, mut version, mut source, mut checksum, mut dependencies, mut replace) =
            (None, None, None, None, None, None);
        for (key, value) in item.entries() {
            match key.scalar().unwrap_or_default() {
                "name" => name = Some(value),
                "version" => version = Some(value),
                "source" => source = Some(value),
                "checksum" => checksum = Some(value),
                "dependencies" => dependencies = Some(value),
                "replace" => replace = Some(value),
                _ => {}
            }
        }
        let text = |node: Option<Node<'d>>| node.and_then(Node::string).filter(|text| !text.trim().is_empty());
        let (Some(name), Some(version), Some(place)) = (text(name), text(version), version) else {
            return self.note(name.or(version).unwrap_or(item), "an entry without name or version was left out");
        };
        let (origin, party) = match source {
            // No source: a package of this repository. Where it lies is for its manifest to say.
            None => (Origin::Unknown, Party::First),
            Some(node) => match node.string().and_then(origin::of_source) {
                Some(origin) => (origin, Party::Third),
                None => {
                    self.note(node, format!("the source of {name:?} is of no kind that cargo writes"));
                    (Origin::Unknown, Party::Third)
                }
            },
        };
        let source = source.and_then(Node::string);
        let mut hashes = Vec::new();
        if let Some(node) = checksum {
            self.checksum(node, name, &mut hashes);
        }
        self.parsed.packages.push(Package {
            id: match source {
                Some(source) => format_compact!("{name} {version} ({})", without_user_info(source)),
                None => format_compact!("{name} {version}"),
            },
            purl: origin::purl(name, Some(version), &origin),
            kind: if party == Party::First { ComponentKind::Application } else { ComponentKind::Library },
            party,
            origin,
            hashes,
            license: None,
            stated: None,
            directory: None,
            answers: Vec::new(),
            properties: Vec::new(),
            mark: self.file.mark(place.span()),
        });
        self.entries.push(Entry { name, version, source, dependencies, replace });
    }

    fn checksum(&mut self, node: Node<'_>, name: &str, hashes: &mut Vec<Hash>) {
        match node.string() {
            // Version 1 writes this for packages that have none (git, path).
            Some("<none>") => {}
            text => match text.and_then(|text| Hash::from_hex(HashAlgorithm::Sha256, text)) {
                Some(hash) => hashes.push(hash),
                None => self.note(node, format!("the checksum of {name:?} is not a SHA-256 digest in hexadecimal")),
            },
        }
    }

    fn sort(&mut self) {
        let entries = &self.entries;
        self.by_name = (0..entries.len() as u32).collect();
        let key = |index: u32| {
            let entry = &entries[index as usize];
            (entry.name, entry.version, entry.source, index)
        };
        // Cargo writes them in this order already, so that sorting looks at each once.
        self.by_name.sort_by(|a, b| key(*a).cmp(&key(*b)));
        self.by_name.dedup_by(|later, first| {
            let (a, b) = (&entries[*first as usize], &entries[*later as usize]);
            let same = (a.name, a.version, a.source) == (b.name, b.version, b.source);
            if same {
                let package = &mut self.parsed.packages[*later as usize];
                package.id = format_compact!("{} (entry {later})", package.id);
                let mark = package.mark;
                let message = format!("{:?} {} is listed twice", b.name, b.version);
                self.parsed.notes.push(Note { mark, kind: DiagnosticKind::Note, message });
            }
            same
        });
        self.names = LookUp::with_capacity(self.by_name.len());
        let mut start = 0;
        for group in self.by_name.chunk_by(|a, b| entries[*a as usize].name == entries[*b as usize].name) {
            self.names.insert(entries[group[0] as usize].name, start..start + group.len());
            start += group.len();
        }
    }

    /// Reads the checksums of version 1. Returns whether there were any.
    fn metadata(&mut self, table: Node<'d>) -> bool {
        let mut any = false;
        for (key, value) in table.entries() {
            let Some(wanted) = key.scalar().and_then(|key| key.strip_prefix("checksum ")) else { continue };
            any = true;
            match self.find(wanted) {
                Some(index) => {
                    let name = self.entries[index as usize].name;
                    let mut hashes = std::mem::take(&mut self.parsed.packages[index as usize].hashes);
                    self.checksum(value, name, &mut hashes);
                    hashes.sort();
                    hashes.dedup();
                    self.parsed.packages[index as usize].hashes = hashes;
                }
                None => {
                    self.remark(key, DiagnosticKind::Note, format!("a checksum of {wanted:?}, which is not listed"))
                }
            }
        }
        any
    }

    /// The entry that `name`, `name version` or `name version (source)` names.
    fn find(&self, wanted: &str) -> Option<u32> {
        let (name, rest) = wanted.split_once(' ').map_or((wanted, None), |(name, rest)| (name, Some(rest)));
        let same_name = &self.by_name[self.names.get(name)?.clone()];
        let Some(rest) = rest else {
            return if let [only] = same_name { Some(*only) } else { None };
        };
        let from = |before: &dyn Fn(&Entry<'d>) -> bool| {
            &same_name[same_name.partition_point(|index| before(self.entry(*index)))..]
        };
        let Some((version, source)) = rest.split_once(" (") else {
            // Entries without a source stand before those with one. Where both are there, a name and a version alone mean
            // the one without: that is how version 1 names packages of the repository.
            let same = |index: u32| self.entry(index).version == rest;
            return match *from(&|entry| entry.version < rest) {
                [first, second, ..] if same(second) && self.entry(first).source.is_some() => None,
                [first, ..] if same(first) => Some(first),
                _ => None,
            };
        };
        let source = source.strip_suffix(')')?;
        let first = *from(&|entry| (entry.version, entry.source) < (version, Some(source))).first()?;
        let entry = self.entry(first);
        // The commit of a git source may be left out where an edge names it.
        let rest = entry.source?.strip_prefix(source)?;
        (entry.version == version && (rest.is_empty() || rest.starts_with('#'))).then_some(first)
    }

    fn entry(&self, index: u32) -> &Entry<'d> {
        &self.entries[index as usize]
    }

    /// Reads the edges.
    fn links(&mut self) {
        for from in 0..self.entries.len() {
            let Entry { dependencies, replace, .. } = self.entries[from];
            for node in dependencies.into_iter().flat_map(Node::items).chain(replace) {
                let text = node.string().unwrap_or_default();
                match self.find(text) {
                    Some(to) => self.parsed.links.push(Link {
                        from: from as u32,
                        to,
                        // The file does not say what for; whoever knows the manifest says better.
                        scope: Scope::Runtime,
                        requirement: None,
                        mark: Some(self.file.mark(node.span())),
                    }),
                    None => {
                        let name = self.entries[from].name;
                        self.note(node, format!("{name:?} depends on {text:?}, which names no entry, or several"));
                    }
                }
            }
        }
    }
}
