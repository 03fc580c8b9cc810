//! The dialects of package ecosystems: one folder per purl type.
//!
//! A [`Format`] reads one kind of file: bytes in, [`Parsed`] out, and nothing else: it opens no other file, asks no clock,
//! environment, network or build tool. What it would like to see beside its own file it names as a [`Reference`]. An
//! [`Ecosystem`] joins what its formats have read into [`Graph`]s: which manifest belongs to which lock file, and what
//! each edge is for. Scopes by reachability, merging by purl and sorting are the same for all and done by `resolve`.
//!
//! # How to add an ecosystem
//! A folder here with `mod.rs` (a `pub static ECOSYSTEM: Ecosystem` and its `join`), one file per format, and `testdata/`
//! with one folder per case; then one line in [`TABLE`]. The walker's patterns, `sepal formats`, the reference page and
//! the laws that every format is tested by all come from the table.

use std::borrow::Cow;
use std::sync::Arc;

use compact_str::CompactString;

use crate::model::{
    Completeness, ComponentKind, DiagnosticKind, Hash, Location, Mark, Origin, Party, Purl, RepoPath, Scope,
};
use crate::text::{Source, SourceError, SyntaxError};

mod cargo;
mod github;
mod golang;
mod hardware;
mod huggingface;
mod maven;
mod npm;
mod pointer;
mod pypi;

/// All ecosystems, sorted by purl type.
pub static TABLE: &[&Ecosystem] = &[
    &cargo::ECOSYSTEM,
    &github::ECOSYSTEM,
    &golang::ECOSYSTEM,
    &hardware::ECOSYSTEM,
    &huggingface::ECOSYSTEM,
    &maven::ECOSYSTEM,
    &npm::ECOSYSTEM,
    &pypi::ECOSYSTEM,
];

/// An ecosystem that is not read, and the files by which its presence is told: those that name third parties beyond doubt.
#[derive(Debug)]
pub struct Unread {
    /// Its name for a person.
    pub name: &'static str,
    /// Globs over the whole path.
    pub patterns: &'static [&'static str],
}

/// Ecosystems whose files are noticed and not read, so that "not looked" is never taken for "nothing found". A line goes when
/// its ecosystem gets a folder here.
pub static UNREAD: &[Unread] = &[
    Unread { name: "RubyGems", patterns: &["**/Gemfile", "**/Gemfile.lock"] },
    Unread { name: "Composer (PHP)", patterns: &["**/composer.json", "**/composer.lock"] },
    Unread { name: "NuGet (.NET)", patterns: &["**/packages.lock.json", "**/packages.config", "**/*.csproj"] },
    Unread { name: "pub (Dart)", patterns: &["**/pubspec.yaml", "**/pubspec.lock"] },
    Unread { name: "Hex (Elixir, Erlang)", patterns: &["**/mix.exs", "**/mix.lock", "**/rebar.lock"] },
    Unread { name: "Swift packages", patterns: &["**/Package.swift", "**/Package.resolved"] },
    Unread { name: "CocoaPods", patterns: &["**/Podfile", "**/Podfile.lock"] },
    Unread { name: "Conan (C, C++)", patterns: &["**/conanfile.txt", "**/conanfile.py", "**/conan.lock"] },
    Unread { name: "Haskell packages", patterns: &["**/stack.yaml.lock", "**/cabal.project.freeze"] },
    Unread { name: "Deno", patterns: &["**/deno.lock"] },
    Unread { name: "Nix flakes", patterns: &["**/flake.lock"] },
    Unread { name: "Terraform providers", patterns: &["**/.terraform.lock.hcl"] },
];

/// Everything that the rest of the program asks of an ecosystem.
#[derive(Debug)]
pub struct Ecosystem {
    /// The purl type, which is also the folder's name: `cargo`.
    pub purl_type: &'static str,
    /// The name people use: `Cargo (Rust)`.
    pub name: &'static str,
    /// The name the OSV schema uses (`crates.io`), if it has one.
    pub osv: Option<&'static str>,
    /// The files it reads, sorted by id.
    pub formats: &'static [&'static Format],
    /// Joins everything that was read of this ecosystem into graphs. `files` are sorted by path. It touches nothing itself;
    /// what it may ask for beyond the files of the tree is in `aids`.
    pub join: for<'a> fn(files: &'a [ReadFile<'a>], aids: &Aids<'_>) -> Vec<Graph<'a>>,
    /// Where copies of its packages lie: in the tree and in caches of this machine.
    pub copies: &'static [CopyKind],
    /// Where copies of its packages carry license texts, from which a license is detected if none is declared.
    pub texts: &'static [TextKind],
    /// The directories of a machine that its tools keep packages in, by the names that `cli` gives them (`cargo-home`).
    pub caches: &'static [&'static str],
    /// Directories in which its tools put other people's packages: never walked into for projects of one's own.
    pub installed_trees: &'static [InstalledTree],
    /// What the reading of this ecosystem can and cannot tell: Markdown, for the reference page.
    pub docs: &'static str,
}

/// A kind of file.
#[derive(Debug)]
pub struct Format {
    /// Its id, `ecosystem/name`: `npm/package-lock`.
    pub id: &'static str,
    /// Globs over the whole path, as globset reads them: `**/Cargo.lock`.
    pub patterns: &'static [&'static str],
    /// What part it plays.
    pub role: Role,
    /// How settled its reader is.
    pub stage: Stability,
    /// What it can tell.
    pub capabilities: Capabilities,
    /// What it is and which versions are read: one or two sentences of Markdown for the reference page.
    pub docs: &'static str,
    /// Reads it.
    ///
    /// # Errors
    /// If nothing in the file could be understood. What could be understood in part is a [`Parsed`] with [`Note`]s.
    pub parse: fn(source: &Source) -> Result<Parsed, SyntaxError>,
}

/// So many first bytes are read of an artefact: headers fit, and small images of firmware as a whole.
pub const HEAD_BYTES: u64 = 1 << 20;

/// Lock files that are no text. They are recognised and not read, so that their bytes must not be asked to be one.
const BINARY_LOCKS: &[&str] = &["npm/bun-lockb"];

impl Format {
    /// How many first bytes are read of a file of this format; `None`: all of it.
    pub fn head(&self) -> Option<u64> {
        (self.role == Role::Artefact || BINARY_LOCKS.contains(&self.id)).then_some(HEAD_BYTES)
    }

    /// A file of this format, given by its bytes: the whole of them, or at least [`Format::head`].
    ///
    /// # Errors
    /// If it has to be a text and is none.
    pub fn source(&self, path: RepoPath, mut bytes: Vec<u8>) -> Result<Source, SourceError> {
        match self.head() {
            Some(most) => {
                let size = bytes.len() as u64;
                bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
                Ok(Source::from_head(path, bytes, size))
            }
            None => Source::from_bytes(path, bytes),
        }
    }
}

/// The part a file plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// States what is asked for.
    Manifest,
    /// States what was chosen.
    Lock,
    /// States what is installed in the tree.
    Installed,
    /// Answered by the ecosystem's own tool; not a file (`--trust-tools`). Has no patterns.
    Tool,
    /// Is a thing itself (weights, a design, a firmware image): told by its name and first bytes, never loaded, and no more
    /// than these are read.
    Artefact,
    /// Program text and cards, which say on the side what is used. There are many, so they are read only where there is a
    /// reason: an artefact, a package that loads models, or a policy that asks.
    Code,
}

impl Role {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Manifest => "manifest",
            Role::Lock => "lock",
            Role::Installed => "installed",
            Role::Tool => "tool",
            Role::Artefact => "artefact",
            Role::Code => "code",
        }
    }
}

/// How settled a reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stability {
    /// Measured on real files.
    Stable,
    /// Works, and has been measured on few real files.
    Preview,
}

impl Stability {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Stability::Stable => "stable",
            Stability::Preview => "preview",
        }
    }
}

/// What a format can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Who needs whom.
    pub edges: bool,
    /// What for.
    pub scopes: bool,
    /// Digests of artefacts.
    pub hashes: bool,
    /// Declared licenses.
    pub licenses: bool,
}

/// A directory that holds installed, vendored or built things rather than projects of the repository.
#[derive(Debug)]
pub struct InstalledTree {
    /// The directory's name: `node_modules`.
    pub name: &'static str,
    /// A path below it that must exist for it to count, where the name alone does not tell (`target` with `CACHEDIR.TAG`). A
    /// first segment `*` stands for any of its directories.
    pub sign: Option<&'static str>,
}

/// A place where copies of an ecosystem's packages lie, from which declared licenses can be read.
#[derive(Debug)]
pub struct CopyKind {
    /// What it is, for coverage and docs: `cargo registry sources`.
    pub name: &'static str,
    /// Which base directory it is relative to.
    pub base: CopyBase,
    /// Directories below a project's or below the root, one of which every candidate passes through that no lock file
    /// names (`node_modules`): where none is there, nobody looks further. Empty if that says nothing.
    pub below: &'static [&'static str],
    /// The paths below the base, most likely first, at which the metadata file of a package may lie. A path segment that is
    /// just `*` stands for every directory there. An empty answer means: not of this kind.
    pub candidates: fn(wanted: &CopyWanted<'_>) -> Vec<String>,
    /// Reads the declared license out of the metadata file.
    pub license: fn(source: &Source) -> Option<CopyLicense>,
    /// For a metadata file that declares no license itself: the paths below the base of the one that it inherits it from, most
    /// likely first. [`inherits_nothing`] where there is no such thing.
    pub inherits: fn(source: &Source) -> Vec<String>,
}

/// For copies that say everything themselves.
pub fn inherits_nothing(_: &Source) -> Vec<String> {
    Vec::new()
}

/// A place where copies of an ecosystem's packages lie with their license texts. Which files of a directory are license texts
/// is the same for all ecosystems, and so is what they say: `enrich` does both.
#[derive(Debug)]
pub struct TextKind {
    /// What it is, for coverage and docs: `go module cache`.
    pub name: &'static str,
    /// Which base directory it is relative to.
    pub base: CopyBase,
    /// As [`CopyKind::below`].
    pub below: &'static [&'static str],
    /// The directories below the base that may be the package's own, most likely first, with `*` as in
    /// [`CopyKind::candidates`]. They must be of that version: nothing in a license text tells.
    pub directories: fn(wanted: &CopyWanted<'_>) -> Vec<String>,
    /// Directories below such a one that are no part of this package.
    pub apart: fn(purl: &Purl) -> &'static [&'static str],
}

/// For directories that are wholly the package's.
pub fn nothing_apart(_: &Purl) -> &'static [&'static str] {
    &[]
}

/// A place that holds packages whole, each with a metadata file that tells which package it is: what lies beside that file is
/// of the same version, also where the place's own name does not say so.
#[derive(Debug)]
pub struct Store {
    /// What it is, for coverage and docs: `npm cache`.
    pub name: &'static str,
    /// Which base directory it is relative to.
    pub base: CopyBase,
    /// As [`CopyKind::below`].
    pub below: &'static [&'static str],
    /// The paths below the base at which the package's metadata file may lie, as in [`CopyKind::candidates`]. Beside what is
    /// wanted stand the digests of its artefacts, where the files state them: some places are ordered by those.
    pub candidates: fn(wanted: &CopyWanted<'_>, hashes: &[Hash]) -> Vec<String>,
    /// Reads the metadata file.
    pub tells: fn(source: &Source) -> Option<Told>,
    /// Whether declared licenses are read here; not where a [`CopyKind`] reads them already.
    pub declares: bool,
    /// Whether an archive here is one as published, so that it has to have a digest that the files state.
    pub published: bool,
    /// Directories below the metadata file's own in which license texts lie; empty is that one itself.
    pub texts: &'static [&'static str],
    /// The file beside the metadata that lists all files of the package, where these lie among those of other packages.
    pub list: Option<List>,
}

/// A file that lists all files of a package.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// Its name: `RECORD`.
    pub name: &'static str,
    /// Reads out of it the paths, relative to what the metadata's directory lies in, with their SHA-256 digests. What lies in the
    /// metadata's own directory is left out.
    pub files: fn(text: &str) -> Vec<ListedFile>,
}

/// A file's path and its SHA-256 digest, if that is stated.
pub type ListedFile = (String, Option<[u8; 32]>);

/// What a package's metadata file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The package's name, if it is stated.
    pub name: Option<CompactString>,
    /// Its version, if it is stated.
    pub version: Option<CompactString>,
    /// The license that it declares, as written, with its place.
    pub license: Option<(CompactString, Mark)>,
    /// See [`CopyLicense::beside`].
    pub beside: Vec<(CompactString, Mark)>,
    /// See [`CopyLicense::files`].
    pub files: Vec<LicenseFile>,
}

/// Places that hold packages whole, by purl type, most trusted first. A line for each ecosystem that has any.
pub static STORES: &[(&str, &[Store])] = &[("cargo", cargo::STORES), ("npm", npm::STORES), ("pypi", pypi::STORES)];

/// Where a package manager keeps artefacts with the digest that their repository states, each in a file beside it
/// (`kit-1.0.jar.sha1`).
#[derive(Debug)]
pub struct Kept {
    /// What it is, for coverage: `Maven local repository`.
    pub name: &'static str,
    /// Which base directory it is relative to.
    pub base: CopyBase,
    /// The paths below the base at which the artefact may lie.
    pub artefacts: fn(wanted: &CopyWanted<'_>) -> Vec<String>,
}

/// Such places, by purl type.
pub static KEPT: &[(&str, &[Kept])] = &[("maven", maven::KEPT)];

/// What a copy is looked for.
#[derive(Debug)]
pub struct CopyWanted<'a> {
    /// The package.
    pub purl: &'a Purl,
    /// Where its bytes come from.
    pub origin: &'a Origin,
    /// The directory (from the scan's root) where the files say it is installed, if they do.
    pub directory: Option<&'a RepoPath>,
    /// The directory of the project it occurs in.
    pub project: &'a RepoPath,
}

/// Which directory a kind of copy is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CopyBase {
    /// The scan's root: installed or vendored trees.
    Tree {
        /// Whether it is an installed tree (`node_modules`) rather than a vendored one.
        installed: bool,
    },
    /// A directory of this machine, by the name that `app` gives it: `cargo-home`.
    Machine(&'static str),
}

/// A license as a package's own metadata declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyLicense {
    /// As written; for several entries in a form without operators, joined the conservative way and noted by the reader.
    pub raw: CompactString,
    /// Where.
    pub mark: Mark,
    /// What the same metadata says of its terms in other fields, as written, with its places: kept and not judged by.
    pub beside: Vec<(CompactString, Mark)>,
    /// License files that the metadata names and whose texts come before what it states in words, each of which `raw` or
    /// `beside` names, too. Empty where the statement comes first.
    pub files: Vec<LicenseFile>,
    /// The name and version that the metadata itself states, to make sure that it is the package meant.
    pub name: Option<CompactString>,
    /// See `name`.
    pub version: Option<CompactString>,
}

/// A license file that a package's metadata names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseFile {
    /// Its path as written.
    pub path: CompactString,
    /// Where the metadata names it.
    pub mark: Mark,
    /// Where it may lie, below the metadata's own directory, most likely first.
    pub places: Vec<String>,
}

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// Which version of its format the file is in, as it says itself: `4`, `lockfileVersion 3`.
    pub dialect: CompactString,
    /// What it names: entries of a lock file, or the package that a manifest is about.
    pub packages: Vec<Package>,
    /// Who needs whom among `packages`, where the file alone decides it.
    pub links: Vec<Link>,
    /// What is asked for, by name and requirement.
    pub declarations: Vec<Declaration>,
    /// Globs (relative to the file's directory) of further manifests that belong to the same project; a leading `!` excludes.
    pub members: Vec<CompactString>,
    /// Named settings that the join needs (`packageManager`, `resolver`), as written.
    pub settings: Vec<(&'static str, CompactString)>,
    /// What else it says, where the meaning of that depends on other files: a flat tree for the ecosystem's own join.
    pub statements: Vec<Statement>,
    /// Other files that should be read too.
    pub references: Vec<Reference>,
    /// Files that this one includes: of its own format, whatever their names are (`-r base.txt`).
    pub includes: Vec<Reference>,
    /// What could not be understood, or deserves a word.
    pub notes: Vec<Note>,
}

/// A package as one file states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// How the file itself names the entry, unique in the file: `node_modules/a`, `serde 1.0.0 (registry+…)`.
    pub id: CompactString,
    /// The identity.
    pub purl: Purl,
    /// What kind of thing.
    pub kind: ComponentKind,
    /// Whose it is.
    pub party: Party,
    /// Where its bytes come from.
    pub origin: Origin,
    /// Digests of its artefact.
    pub hashes: Vec<Hash>,
    /// Its declared license as written, with its place, where the file carries it.
    pub license: Option<(CompactString, Mark)>,
    /// The scope that the file states outright (`"dev": true`), as a witness; reachability decides.
    pub stated: Option<Scope>,
    /// Its directory relative to the file's own, where the file says it: a workspace member, an installed copy. Empty: the
    /// file's own directory.
    pub directory: Option<CompactString>,
    /// The requirements that this entry answers, as written (yarn: `lodash@^4.17.0`), where the file lists them.
    pub answers: Vec<CompactString>,
    /// Further facts under names of registered property taxonomies.
    pub properties: Vec<(&'static str, CompactString)>,
    /// Where its name or version stands: the text there contains one of the two.
    pub mark: Mark,
}

impl Package {
    /// A third party's library of which nothing is known but this; the rest is for the caller to fill in.
    pub fn library(id: &str, purl: Purl, origin: Origin, mark: Mark) -> Self {
        Self {
            id: without_user_info(id).as_ref().into(),
            purl,
            kind: ComponentKind::Library,
            party: Party::Third,
            origin,
            hashes: Vec::new(),
            license: None,
            stated: None,
            directory: None,
            answers: Vec::new(),
            properties: Vec::new(),
            mark,
        }
    }
}

/// `from` needs `to`: indices into [`Parsed::packages`].
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Who needs.
    pub from: u32,
    /// Who is needed.
    pub to: u32,
    /// What for, as `from` declares it.
    pub scope: Scope,
    /// What `from` asks for, as written.
    pub requirement: Option<CompactString>,
    /// Where that is written.
    pub mark: Option<Mark>,
}

/// Something a manifest asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// Which of the file's packages asks; `None` for what the file says for others (`[workspace.dependencies]`, `overrides`).
    pub package: Option<u32>,
    /// The section as written: `dev-dependencies`, `target.'cfg(unix)'.dependencies`.
    pub section: CompactString,
    /// The package's real name.
    pub name: CompactString,
    /// The name it is known by here, where that differs (cargo rename, npm alias).
    pub alias: Option<CompactString>,
    /// What is asked for, as written; empty where nothing is (a path or git dependency without version).
    pub requirement: CompactString,
    /// What for.
    pub scope: Scope,
    /// Where it is to come from, as far as the manifest says.
    pub origin: Origin,
    /// Whether the requirement is written in another file (`workspace = true`).
    pub inherited: bool,
    /// Where the requirement (or, without one, the name) is written: the line a person edits.
    pub mark: Mark,
}

/// Something that a file says and that only its ecosystem's join understands: a property that others are made of, a parent to
/// inherit from. Name and value are as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What kind of statement, in the ecosystem's own words.
    pub kind: &'static str,
    /// The statement that it is a part of: an index of an earlier one in [`Parsed::statements`].
    pub within: Option<u32>,
    /// What it is about; empty if the kind says that.
    pub name: CompactString,
    /// What it says.
    pub value: CompactString,
    /// Where the value (or, without one, the name) is written.
    pub mark: Mark,
}

/// Another file that a file points to.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Its path relative to the file's directory.
    pub path: CompactString,
    /// Where it is named.
    pub mark: Mark,
    /// Whether it is no trouble if there is no such file.
    pub optional: bool,
}

/// A diagnostic of a parser: its file is known by the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Where.
    pub mark: Mark,
    /// What kind.
    pub kind: DiagnosticKind,
    /// What could not be done and why: a sentence without a full stop.
    pub message: String,
}

/// A file that was read.
#[derive(Debug)]
pub struct ReadFile<'a> {
    /// Its place.
    pub path: &'a RepoPath,
    /// What kind of file it is.
    pub format: &'static Format,
    /// What it says; `None` if it could not be read or parsed at all, for which there is a diagnostic already.
    pub parsed: Option<&'a Parsed>,
}

impl ReadFile<'_> {
    /// The directory it lies in.
    pub fn directory(&self) -> RepoPath {
        self.path.parent()
    }
}

/// What a join may ask for beyond the files of the tree.
#[derive(Clone, Copy)]
pub struct Aids<'a> {
    /// Files of package caches on this machine.
    pub caches: &'a dyn Caches,
    /// What the user states of the platforms that the product runs on, in the words of an ecosystem (PEP 508:
    /// `sys_platform == 'linux'`). Each ecosystem takes those it understands. Empty: every platform that the files name.
    pub targets: &'a [CompactString],
}

/// Package caches of this machine, as a look-up: some of what a tree means stands outside of it (the parents of a `pom.xml`, the
/// `go.mod` of a dependency), and only the join knows which. During a run the same question has the same answer.
pub trait Caches: Sync {
    /// The first of these files below the machine's directory `base` (a name as in [`CopyBase::Machine`]) that is there, read
    /// as `format`. A segment `*` stands for every directory, one that ends in `*` for those whose names begin so.
    fn read(&self, base: &'static str, candidates: &[String], format: &'static Format) -> Option<Arc<CachedFile>>;

    /// Whether this machine has such a directory at all.
    fn has(&self, base: &'static str) -> bool;
}

/// A file of a package cache.
#[derive(Debug)]
pub struct CachedFile {
    /// Its place: the base's name, a colon, and the path below it.
    pub path: RepoPath,
    /// What it says; `None` if it could not be parsed, for which there is a diagnostic already.
    pub parsed: Option<Parsed>,
}

/// No caches: what a join says by the tree alone.
#[derive(Clone, Copy, Debug)]
pub struct NoCaches;

impl Caches for NoCaches {
    fn read(&self, _: &'static str, _: &[String], _: &'static Format) -> Option<Arc<CachedFile>> {
        None
    }

    fn has(&self, _: &'static str) -> bool {
        false
    }
}

impl Aids<'static> {
    /// The tree alone, for every platform.
    pub const NONE: Self = Aids { caches: &NoCaches, targets: &[] };
}

/// A project: the packages and edges of files that are resolved together.
#[derive(Debug)]
pub struct Graph<'a> {
    /// The directory that holds it.
    pub directory: RepoPath,
    /// The files it was joined from.
    pub files: Vec<RepoPath>,
    /// Its packages; the same package may stand here several times (several installed copies), to be merged by purl.
    pub nodes: Vec<GraphNode<'a>>,
    /// Who needs whom: indices into `nodes`.
    pub edges: Vec<GraphEdge>,
    /// The packages of one's own from which everything is reached: indices into `nodes`.
    pub roots: Vec<u32>,
    /// Whether its third parties are all known.
    pub completeness: Completeness,
    /// What is not known and why, each with a place.
    pub gaps: Vec<(Location, String)>,
    /// Trouble in joining.
    pub notes: Vec<(RepoPath, Note)>,
}

impl<'a> Graph<'a> {
    /// One without packages yet, joined from these files, of which nothing is missing.
    pub fn new(directory: RepoPath, files: &[&'a ReadFile<'a>]) -> Self {
        Self {
            directory,
            files: files.iter().map(|file| file.path.clone()).collect(),
            nodes: Vec::new(),
            edges: Vec::new(),
            roots: Vec::new(),
            completeness: Completeness::Complete,
            gaps: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// A package of a graph, with the file that states it.
#[derive(Clone, Debug)]
pub struct GraphNode<'a> {
    /// The package.
    pub package: Cow<'a, Package>,
    /// The file.
    pub file: RepoPath,
    /// The tool or file that decided the scope otherwise than by reachability, if any (`--trust-tools`).
    pub decided: Option<Scope>,
}

/// An edge of a graph.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphEdge {
    /// Who needs.
    pub from: u32,
    /// Who is needed.
    pub to: u32,
    /// What for, as `from` declares it.
    pub scope: Scope,
    /// What `from` asks for, as written.
    pub requirement: Option<CompactString>,
    /// Where that is written: for a root, the manifest's line where there is one.
    pub location: Option<Location>,
}

/// Tells what is wrong with a statement, if anything.
type ReadTarget = fn(&str) -> Result<(), String>;

/// Readers of statements about the platforms that the product runs on ([`Aids::targets`]), each with what it reads. A line
/// for each ecosystem that has such a thing.
static TARGETS: &[(&str, ReadTarget)] = &[("PEP 508", pypi::target)];

/// Whether some ecosystem understands a statement about the platforms that the product runs on.
///
/// # Errors
/// What each of them misses.
pub fn read_target(statement: &str) -> Result<(), String> {
    let mut problems = Vec::new();
    for (name, read) in TARGETS {
        match read(statement) {
            Ok(()) => return Ok(()),
            Err(problem) => problems.push(format!("{name}: {problem}")),
        }
    }
    Err(problems.join("; "))
}

/// The ecosystem of a purl type.
pub fn by_purl_type(purl_type: &str) -> Option<&'static Ecosystem> {
    TABLE.iter().copied().find(|ecosystem| ecosystem.purl_type == purl_type)
}

/// All formats of all ecosystems, with their ecosystem.
pub fn formats() -> impl Iterator<Item = (&'static Ecosystem, &'static Format)> {
    TABLE.iter().flat_map(|ecosystem| ecosystem.formats.iter().map(|format| (*ecosystem, *format)))
}

/// Whether what was read gives a reason to read program texts and cards as well ([`Role::Code`]): a model, a dataset, or a
/// package that loads such.
pub fn names_models(format: &Format, parsed: &Parsed) -> bool {
    huggingface::is_reason(format, parsed)
}

/// Removes user name and password from a URL: they never reach an output.
pub fn without_user_info(url: &str) -> Cow<'_, str> {
    // Nearly every text that is asked about has no `@`, or no scheme.
    if memchr::memchr(b'@', url.as_bytes()).is_none() {
        return Cow::Borrowed(url);
    }
    let Some(scheme) = memchr::memmem::find(url.as_bytes(), b"://") else { return Cow::Borrowed(url) };
    let authority = scheme + 3;
    let end = url[authority..].find(['/', '?', '#']).map_or(url.len(), |at| authority + at);
    match url[authority..end].rfind('@') {
        // `git@` is the login that ssh URLs of forges ask everybody to use: no secret, and the URL is wrong without it.
        Some(at) if &url[authority..authority + at] != "git" => {
            Cow::Owned(format!("{}{}", &url[..authority], &url[authority + at + 1..]))
        }
        _ => Cow::Borrowed(url),
    }
}

/// Resolves percent-encoding; text that would not be UTF-8 afterwards stays as it is.
pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|digit| (*digit as char).to_digit(16));
        match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
