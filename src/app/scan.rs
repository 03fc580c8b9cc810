//! A scan: walk → extract → resolve → enrich. The network is asked only where [`ScanSettings::online`] says how.

#![allow(clippy::disallowed_methods, reason = "it times its stages")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use compact_str::CompactString;
use globset::GlobSet;

use crate::advisory::IndexError;
use crate::advisory::database::DatabaseError;
use crate::cache::{Archives, Copies};
use crate::ecosystem::{self, Aids, Format, Role};
use crate::enrich::{self, TextsWanted};
use crate::extract::{Extracted, extract, unread};
use crate::model::{
    Bom, Component, Cycle, Diagnostic, DiagnosticKind, Location, RepoPath, ScopeRegistry, Stage, Subject,
};
use crate::policy::PurlPattern;
use crate::resolve::resolve_with;
use crate::sbom::read::Bill;
use crate::text::Source;
use crate::tool;
use crate::walk::{self, Limits, Patterns, Prune, Root, Snapshot, SnapshotError, Unread, read_in, read_reference};

use super::advisories::{self, AdvisorySource};
use super::documents::documents;
use super::everywhere;
use super::files::{self, FileError, RootError};
use super::online::{self, Way, WayError};
use super::vex;

/// What to scan and how.
#[derive(Clone, Debug, Default)]
pub struct ScanSettings {
    /// Directories and files, as given.
    pub paths: Vec<PathBuf>,
    /// Read recognised files even where `.gitignore` hides them.
    pub no_ignore: bool,
    /// Paths left out by the policy; an empty set leaves nothing out.
    pub exclude: GlobSet,
    /// Ask the ecosystems' own tools, which the user trusts with this tree.
    pub trust_tools: bool,
    /// The cargo to ask, if one was found.
    pub cargo: Option<PathBuf>,
    /// Directories of this machine that hold copies of packages, by the names that ecosystems use.
    pub machine: BTreeMap<&'static str, PathBuf>,
    /// What other scans have read of archives there.
    pub archives: Archives,
    /// What is stated of the platforms that the product runs on ([`Aids::targets`]).
    pub targets: Vec<CompactString>,
    /// Which advisories to ask about the components.
    pub advisories: AdvisorySource,
    /// Read the license texts of all third parties, not only where nothing certain is declared.
    pub all_texts: bool,
    /// Components whose license texts are read in any case: those that a curation is bound to.
    pub texts_of: Vec<PurlPattern>,
    /// VEX documents that were named.
    pub vex: Vec<PathBuf>,
    /// Bring facts about the end of support: the shipped ones and those of a file, if one is named. `None`: nobody asks.
    pub lifecycle: Option<Option<RepoPath>>,
    /// Read which registries the package manager's configuration binds scopes to.
    pub registries: bool,
    /// Whether it is an answer, and no error, that nothing was found to scan.
    pub allow_empty: bool,
    /// How to ask the network for licenses that nothing here states; `None`: not at all.
    pub online: Option<Way>,
    /// What to read beyond manifests and lock files.
    pub look: Look,
    /// Where the files are, if not in the directories: a revision, or what is staged.
    pub snapshot: Option<Rc<dyn Snapshot>>,
}

/// What to read of how a project works. Nothing of it is read unless somebody asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Its documents: policies, guides, pipelines, signed statements, SBOMs that are kept.
    pub documents: bool,
    /// SBOMs, as documents: those that are named and those that are kept.
    pub sboms: bool,
    /// Every text of the tree, for what must not be in it.
    pub texts: bool,
    /// Program texts and cards, for the models and datasets that they name ([`ecosystem::Role::Code`]), also where nothing
    /// else gives a reason.
    pub code: bool,
    /// The names of all files, and how some begin.
    pub files: bool,
    /// Commits of the main line, for traces of reviews.
    pub commits: bool,
    /// How source files begin: whether they say whose they are and under which license.
    pub headers: bool,
}

/// What a scan brought.
#[derive(Debug)]
pub struct Scanned {
    /// What there is.
    pub bom: Bom,
    /// Where it was found, to read lines for reports.
    pub roots: Vec<Root>,
    /// The snapshot that it was found in, if it was one.
    pub snapshot: Option<Rc<dyn Snapshot>>,
    /// Other repositories that the snapshot names and does not hold.
    pub submodules: Vec<RepoPath>,
    /// How long each stage took, in microseconds.
    pub timings: Vec<(String, u64)>,
}

/// Why there is no answer at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// A path cannot be scanned.
    #[error(transparent)]
    Root(#[from] RootError),
    /// No file that any format reads was found.
    #[error(
        "nothing to scan: none of the {seen} files under {places} is a manifest, lock file or SBOM that sepal reads"
    )]
    Nothing {
        /// How many files were seen.
        seen: u64,
        /// Where.
        places: String,
    },
    /// There are advisories that cannot be asked.
    #[error(transparent)]
    Advisories(#[from] DatabaseError),
    /// A VEX document that was named cannot be read.
    #[error(transparent)]
    Vex(#[from] FileError),
    /// The advisories turned out to be damaged while they were asked.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The network was to be asked, and cannot be.
    #[error(transparent)]
    Online(#[from] WayError),
    /// A part of the snapshot is not there.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The table of formats holds a pattern that is no glob: a mistake of this program.
    #[error("the patterns of the formats cannot be used")]
    Patterns(#[from] globset::Error),
}

/// How often newly read files may name further ones.
const REFERENCE_ROUNDS: usize = 16;
/// How many referenced files are read at most.
const MOST_REFERENCES: usize = 100_000;

/// Measures the stages of a run.
struct Watch {
    last: Instant,
    timings: Vec<(String, u64)>,
}

impl Watch {
    fn lap(&mut self, name: &str) {
        let now = Instant::now();
        let micros = u64::try_from(now.duration_since(self.last).as_micros()).unwrap_or(u64::MAX);
        self.timings.push((name.to_owned(), micros));
        self.last = now;
    }
}

/// Scans.
///
/// # Errors
/// If a path does not exist or cannot be read, or if nothing was found to scan and that is not allowed.
pub fn scan(settings: &ScanSettings) -> Result<Scanned, ScanError> {
    let mut watch = Watch { last: Instant::now(), timings: Vec::new() };
    let roots = files::roots(&settings.paths)?;
    let formats: Vec<&'static Format> = ecosystem::formats().map(|(_, format)| format).collect();
    let globs_of = |code: bool| {
        let wanted = formats.iter().enumerate().filter(move |(_, format)| (format.role == Role::Code) == code);
        wanted.flat_map(|(index, format)| format.patterns.iter().map(move |glob| (*glob, index)))
    };
    let globs = || globs_of(false);
    let heads = || formats.iter().map(|format| format.head());
    let patterns = Patterns::new(globs())?.with_heads(heads());
    // Documents are known by their places from the top: of one whole tree.
    let papers = settings.look.documents && is_whole(&roots);
    let with_documents = match papers {
        true => {
            let documents = crate::practice::PATTERNS.iter().map(|glob| (*glob, formats.len()));
            Some(Patterns::new(globs().chain(documents))?.with_heads(heads()))
        }
        false => None,
    };
    let prune: Vec<Prune> = ecosystem::TABLE
        .iter()
        .flat_map(|ecosystem| ecosystem.installed_trees)
        .map(|tree| Prune { name: tree.name, sign: tree.sign })
        .collect();
    let unread_names = Patterns::new(
        ecosystem::UNREAD
            .iter()
            .enumerate()
            .flat_map(|(index, unread)| unread.patterns.iter().map(move |glob| (*glob, index))),
    )?;
    // Documents are named, and lie on this machine.
    let sboms = documents(if settings.snapshot.is_none() { &roots } else { &[] }, &patterns);
    let mut taken = sboms.taken.iter();
    let walked_roots: Vec<Root> = roots.iter().filter(|_| taken.next() != Some(&true)).cloned().collect();
    let options = walk::Options {
        noticed: &unread_names,
        roots: &walked_roots,
        respect_ignore_files: !settings.no_ignore,
        exclude: &settings.exclude,
        prune: &prune,
        limits: Limits::default(),
    };
    let handle = |by: usize, source: Result<Source, RepoPath>| {
        let format = formats.get(by).copied();
        match source {
            Ok(source) => (
                format.map(|format| extract(format, &source)),
                papers.then(|| crate::practice::look(&source)).flatten(),
            ),
            Err(path) => {
                let document = papers.then(|| crate::practice::unread(&path)).flatten();
                (format.map(|format| unread(path, format)), document)
            }
        }
    };
    let snapshot = settings.snapshot.as_deref();
    let walked = match snapshot {
        None => walk::walk(&options, with_documents.as_ref().unwrap_or(&patterns), handle),
        Some(snapshot) => {
            walk::walk_snapshot(snapshot, &options, with_documents.as_ref().unwrap_or(&patterns), handle)?
        }
    };
    let submodules = walked.submodules;
    let mut diagnostics = walked.diagnostics;
    // Of a document that nobody can read its own entry says so; no fact of the inventory is lost.
    diagnostics
        .retain(|found| !papers || patterns.wanted_by(found.location.path.as_str()).is_some() || !is_document(found));
    diagnostics.extend(walked.noticed.iter().map(not_read));
    let mut counts = walked.counts;
    counts.seen += sboms.taken.iter().filter(|taken| **taken).count() as u64;
    counts.read += sboms.read.len() as u64;
    counts.bytes += sboms.bytes;
    diagnostics.extend(sboms.diagnostics);
    let (files, mut read): (Vec<_>, Vec<_>) = walked.items.into_iter().map(|(_, item)| item).unzip();
    let kept = read.iter_mut().flatten().filter_map(|read: &mut crate::practice::Read| read.sbom.take());
    let mut judged_sboms =
        if settings.look.sboms { documents_of(settings, &roots, kept, sboms.facts) } else { Vec::new() };
    judged_sboms.sort_by(|a, b| a.path.cmp(&b.path));
    let mut files: Vec<Extracted> = files.into_iter().flatten().collect();
    let met = files.len();
    files.retain(says_something);
    counts.read -= (met - files.len()) as u64;
    watch.lap("walk and extract");
    let has_reason =
        |file: &Extracted| file.parsed.as_ref().is_some_and(|parsed| ecosystem::names_models(file.format, parsed));
    let mut programs = None;
    if settings.look.code || files.is_empty() && sboms.read.is_empty() || files.iter().any(has_reason) {
        let patterns = Patterns::new(globs_of(true))?;
        let nobody = Patterns::new(std::iter::empty())?;
        let options = walk::Options { noticed: &nobody, ..options };
        let handle = |by: usize, source: Result<Source, RepoPath>| {
            let extracted = source.ok().map(|source| extract(formats[by], &source));
            extracted.filter(says_something)
        };
        let walked = match snapshot {
            None => walk::walk(&options, &patterns, handle),
            Some(snapshot) => walk::walk_snapshot(snapshot, &options, &patterns, handle)?,
        };
        let found: Vec<Extracted> = walked.items.into_iter().filter_map(|(_, item)| item).collect();
        counts.read += found.len() as u64;
        counts.bytes += walked.counts.bytes;
        programs = Some((walked.counts.read, found.len()));
        files.extend(found.into_iter().map(|mut file| {
            file.diagnostics = file.diagnostics.into_iter().map(on_the_side).collect();
            file
        }));
        diagnostics.extend(walked.diagnostics.into_iter().map(on_the_side));
        watch.lap("programs and cards");
    }
    let open = |path: &RepoPath| match snapshot {
        None => read_reference(&roots, path, Limits::default()),
        Some(snapshot) => read_in(snapshot, &roots, path, Limits::default()),
    };
    let mut practices = papers.then(|| practices(settings, &roots, read.into_iter().flatten())).transpose()?;
    if let (Some(practices), Some(named)) = (&mut practices, &settings.lifecycle) {
        practices.cycles = lifecycle(named.as_ref(), &open, &mut diagnostics);
    }
    if papers {
        watch.lap("practices");
    }
    counts.read += follow(&open, &patterns, &formats, &mut files, &mut diagnostics);
    watch.lap("references");
    if files.is_empty() && sboms.read.is_empty() && !settings.allow_empty {
        let places: Vec<String> = settings.paths.iter().map(|path| path.display().to_string()).collect();
        let complaint = diagnostics.iter().find(|found| found.kind.loses_facts());
        let mut places = if places.is_empty() { ".".to_owned() } else { places.join(", ") };
        if let Some(found) = complaint {
            places.push_str(&format!(" ({}: {})", found.location, found.message));
        }
        return Err(ScanError::Nothing { seen: counts.seen, places });
    }

    let asked = settings.trust_tools.then(|| ask_tools(settings, &roots, &mut files, &mut diagnostics));
    if asked.is_some() {
        watch.lap("trusted tools");
    }
    let read = files.len();
    let copies = Copies::new(&roots, settings.machine.clone()).with(settings.archives.clone());
    let aids = Aids { caches: &copies, targets: &settings.targets };
    let read_sboms: Vec<String> = sboms.read.iter().map(|(path, bill)| described(path, bill)).collect();
    let named = match &sboms.read[..] {
        [(_, bill)] if roots.len() == 1 => bill.subject.clone().map(|name| (name, bill.revision.clone())),
        _ => None,
    };
    let mut bom = resolve_with(files, sboms.read, &aids, counts, diagnostics);
    bom.diagnostics.extend(copies.diagnostics());
    bom.diagnostics.sort();
    bom.stages.push(Stage { name: "extract", detail: format!("{read} files in {} projects", bom.projects.len()) });
    if let Some(detail) = asked {
        bom.stages.push(Stage { name: "trusted-tools", detail });
    }
    for detail in read_sboms {
        bom.stages.push(Stage { name: "document", detail });
    }
    bom.subject = match named {
        Some((name, revision)) => Subject { name: name.into(), revision },
        None => subject(&roots),
    };
    if let Some((read, found)) = programs {
        let detail = format!("{read} programs and cards looked through, {found} name models or datasets");
        bom.stages.push(Stage { name: "models", detail });
    }
    if let Some(practices) = &practices {
        let texts = practices.texts.map_or_else(String::new, |texts| format!(", {texts} texts looked through"));
        let files = practices.files.map_or_else(String::new, |files| format!(", {files} files looked at"));
        let detail = format!("{} documents, {} facts{texts}{files}", practices.documents.len(), practices.facts.len());
        bom.stages.push(Stage { name: "practices", detail });
    }
    bom.practices = practices;
    bom.sboms = judged_sboms;
    if settings.registries {
        bom.own.registries = registries(&bom, &roots, &open);
    }
    if let Some(snapshot) = snapshot {
        bom.subject.revision = snapshot.commit();
    }
    watch.lap("resolve");

    enrich::declared_licenses(&mut bom, &copies);
    watch.lap("license copies");
    let texts_of = &settings.texts_of;
    let bound = |component: &Component| texts_of.iter().any(|pattern| pattern.matches(&component.purl));
    let texts = if settings.all_texts { TextsWanted::Always } else { TextsWanted::Missing(&bound) };
    enrich::detected_licenses(&mut bom, &copies, &texts);
    enrich::kept_digests(&mut bom, &copies);
    bom.diagnostics.extend(copies.mismatches());
    bom.diagnostics.sort();
    settings.archives.save();
    watch.lap("license texts");
    if let Some(index) = advisories::open(&settings.advisories)? {
        enrich::known_vulnerabilities(&mut bom, &index)?;
        watch.lap("advisories");
    }
    if !settings.vex.is_empty() {
        vex::apply(&mut bom, &settings.vex, &roots)?;
        watch.lap("vex");
    }
    if let Some(way) = &settings.online {
        let inquiry = online::licenses(&bom, way)?;
        enrich::online_licenses(&mut bom, inquiry);
        watch.lap("online licenses");
    }
    Ok(Scanned { bom, roots, snapshot: settings.snapshot.clone(), submodules, timings: watch.timings })
}

impl Scanned {
    /// Lines of the files that were read, as [`walk::excerpts`].
    pub fn excerpts(&self, wanted: &BTreeSet<(RepoPath, u32)>) -> BTreeMap<(RepoPath, u32), String> {
        match self.snapshot.as_deref() {
            None => walk::excerpts(&self.roots, wanted),
            Some(snapshot) => {
                walk::excerpts_of(wanted, &|path| read_in(snapshot, &self.roots, path, Limits::default()).ok())
            }
        }
    }
}

/// How files that sign or attest another one are named: its name with one of these after it.
pub(super) const SIGNATURES: &[&str] = &[".sig", ".asc", ".sigstore", ".sigstore.json", ".intoto.jsonl"];

/// SBOMs as documents, with the signatures beside them. Of a signature only that it is there is looked at.
fn documents_of(
    settings: &ScanSettings,
    roots: &[Root],
    kept: impl Iterator<Item = crate::model::Sbom>,
    named: Vec<super::documents::Said>,
) -> Vec<crate::model::Sbom> {
    use crate::model::Sbom;
    let signature = |path: &RepoPath| {
        let beside = SIGNATURES.iter().filter_map(|end| path.parent().join(&format!("{}{end}", path.file_name())));
        beside.into_iter().find(|beside| there_is(settings, roots, beside))
    };
    let named = named.into_iter().map(|(path, said)| Sbom { path, named: true, signature: None, said });
    let with = |mut sbom: Sbom| {
        sbom.signature = signature(&sbom.path);
        sbom
    };
    kept.chain(named).map(with).collect()
}

/// Whether a file is of interest. Names of artefacts, programs and cards are names of much else as well, which is told only by
/// what is in them.
fn says_something(file: &Extracted) -> bool {
    let may_be_nothing = file.format.id.starts_with("huggingface/") || file.format.id.starts_with("hardware/");
    let says = |parsed: &ecosystem::Parsed| {
        !(parsed.packages.is_empty() && parsed.statements.is_empty() && parsed.notes.is_empty())
    };
    !may_be_nothing || file.parsed.as_ref().map_or(!file.diagnostics.is_empty(), says)
}

/// Trouble with a program's text or a page: what might be named there on the side is not known, and no fact of a manifest is
/// lost.
fn on_the_side(mut found: Diagnostic) -> Diagnostic {
    found.kind = DiagnosticKind::Note;
    found
}

fn is_document(found: &Diagnostic) -> bool {
    crate::practice::PATTERNS.iter().any(|glob| {
        globset::Glob::new(glob).is_ok_and(|glob| glob.compile_matcher().is_match(found.location.path.as_str()))
    })
}

/// Whether the roots are one whole tree, of which documents are known by their places from its top.
pub(super) fn is_whole(roots: &[Root]) -> bool {
    matches!(roots, [root] if root.only.is_none())
}

/// Whether there is such a file, where the files are.
fn there_is(settings: &ScanSettings, roots: &[Root], path: &RepoPath) -> bool {
    match settings.snapshot.as_deref() {
        None => walk::is_file(roots, path),
        Some(snapshot) => walk::is_file_in(snapshot, roots, path),
    }
}

/// Larger evidence is not compared.
const LARGEST_TEXT: u64 = 4 << 20;

/// What the project writes about how it works: what was read on the walk, what signed statements rest on, and, if asked for,
/// what source texts give away.
fn practices(
    settings: &ScanSettings,
    roots: &[Root],
    read: impl Iterator<Item = crate::practice::Read>,
) -> Result<crate::model::Practices, SnapshotError> {
    use crate::model::{FoundEvidence, FoundSbom};
    let snapshot = settings.snapshot.as_deref();
    let bytes_of = |path: RepoPath, most: u64| match snapshot {
        None => walk::read_bytes(roots, &path, most),
        Some(snapshot) => walk::bytes_in(snapshot, roots, &path, most),
    };
    let mut practices = crate::practice::gather(read);
    for statement in practices.attestations.iter_mut().filter(|statement| !statement.evidence.contains("://")) {
        let path = RepoPath::root().join(&statement.evidence);
        let bytes = path.and_then(|path| bytes_of(path, LARGEST_TEXT));
        statement.found = Some(match bytes {
            None => FoundEvidence::Missing,
            Some(bytes) => {
                use sha2::{Digest, Sha256};
                let digest = Sha256::digest(&bytes);
                let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
                // What is no text (a scanned signature, a PDF) cannot be a short one.
                let stub = std::str::from_utf8(&bytes).ok().and_then(crate::practice::stub);
                FoundEvidence::File { sha256, stub }
            }
        });
    }
    for entry in practices.inventory.iter_mut() {
        let Some(place) = entry.sbom.as_ref().filter(|place| !place.contains("://")) else { continue };
        let path = RepoPath::root().join(place);
        entry.found = Some(match path.and_then(|path| bytes_of(path, Limits::default().file_bytes)) {
            None => FoundSbom::Missing,
            Some(bytes) => match std::str::from_utf8(&bytes).ok().and_then(crate::sbom::read::recognise) {
                Some(_) => FoundSbom::Sbom,
                None => FoundSbom::Other,
            },
        });
    }
    for release in practices.releases.iter_mut() {
        let places = [&release.sbom, &release.notices].into_iter().flatten().filter(|place| !place.contains("://"));
        let missing =
            places.filter(|place| !RepoPath::root().join(place).is_some_and(|path| there_is(settings, roots, &path)));
        release.missing = missing.cloned().collect();
    }
    if !practices.releases.is_empty() {
        practices.newest_tag = roots.first().and_then(|root| walk::newest_release_tag(&root.directory));
    }
    #[cfg(feature = "git")]
    if settings.look.commits && snapshot.is_none() {
        practices.reviews = super::reviews::look(roots);
    }
    if settings.look.headers && snapshot.is_none() {
        let exclude = &settings.exclude;
        let heads = walk::heads(roots, !settings.no_ignore, crate::practice::header_wanted, |path, head, _| {
            crate::practice::header(path, head).filter(|_| !exclude.is_match(path.as_str()))
        });
        practices.notices = Some(crate::practice::file_notices(heads.items));
    }
    let everywhere = match snapshot {
        None => everywhere::in_directories(roots, settings.no_ignore, &settings.exclude, settings.look),
        Some(snapshot) => everywhere::in_snapshot(snapshot, roots, &settings.exclude, settings.look, None)?,
    };
    everywhere.add_to(&mut practices);
    Ok(practices)
}

/// Facts about the end of support: those of the named file, then those that are shipped.
fn lifecycle(
    named: Option<&RepoPath>,
    open: &dyn Fn(&RepoPath) -> Result<Source, Unread>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Cycle> {
    let mut all = Vec::new();
    if let Some(path) = named {
        match open(path) {
            Ok(source) => {
                let (own, problems) = crate::practice::cycles(&source);
                all.extend(own);
                diagnostics.extend(problems);
            }
            Err(Unread::Missing) => {
                let message = "is not in the scanned tree, and [lifecycle] file names it".to_owned();
                diagnostics.push(Diagnostic::file(path, DiagnosticKind::Unreadable, message));
            }
            Err(Unread::Trouble(diagnostic)) => diagnostics.push(diagnostic),
        }
    }
    all.extend(crate::practice::shipped());
    all
}

/// What `.npmrc` files beside npm projects and at the top bind scopes to (npm's documentation of npmrc: `@scope:registry=URL`).
fn registries(bom: &Bom, roots: &[Root], open: &dyn Fn(&RepoPath) -> Result<Source, Unread>) -> Vec<ScopeRegistry> {
    let of_npm = bom.projects.iter().filter(|project| project.ecosystem == "npm" && !project.fixture);
    let directories: BTreeSet<RepoPath> =
        of_npm.map(|project| project.directory.clone()).chain(roots.iter().map(|root| root.label.clone())).collect();
    let mut found = Vec::new();
    for path in directories.iter().filter_map(|directory| directory.join(".npmrc")) {
        let Ok(source) = open(&path) else { continue };
        let bound = source.text().lines().filter_map(|line| line.split_once('='));
        found.extend(bound.filter_map(|(key, url)| {
            let scope = key.trim().strip_suffix(":registry")?;
            let url = ecosystem::without_user_info(url.trim());
            Some(ScopeRegistry { scope: scope.into(), url: (*url).into(), path: path.clone() })
        }));
    }
    found.sort();
    found
}

/// That files of an ecosystem are there which no format reads: not looked is not nothing found.
fn not_read(noticed: &walk::Noticed) -> Diagnostic {
    let what = ecosystem::UNREAD[noticed.by].name;
    let more = match noticed.count {
        1 => String::new(),
        count => format!(", with {} more of its kind", count - 1),
    };
    let message =
        format!("is not read{more}: sepal does not know {what}, so what is named there is missing from this answer");
    Diagnostic::file(&noticed.first, DiagnosticKind::Unreadable, message)
        .with_help("check them with another tool, or leave them out with [scan] exclude in sepal.toml")
}

/// Reads the files that others name, as long as new ones appear. Answers how many were read.
fn follow(
    open: &dyn Fn(&RepoPath) -> Result<Source, Unread>,
    patterns: &Patterns,
    formats: &[&'static Format],
    files: &mut Vec<Extracted>,
    diagnostics: &mut Vec<Diagnostic>,
) -> u64 {
    let mut known: BTreeSet<RepoPath> = files.iter().map(|file| file.path.clone()).collect();
    let mut read = 0;
    let mut first_new = 0;
    for _ in 0..REFERENCE_ROUNDS {
        let mut wanted: BTreeMap<RepoPath, (Location, bool, Option<&'static Format>)> = BTreeMap::new();
        for file in &files[first_new..] {
            let references =
                file.parsed.iter().flat_map(|parsed| &parsed.references).map(|reference| (reference, None));
            let includes = file.parsed.iter().flat_map(|parsed| &parsed.includes);
            for (reference, format) in references.chain(includes.map(|include| (include, Some(file.format)))) {
                let at = Location::at(&file.path, reference.mark);
                match file.path.parent().join(&reference.path) {
                    Some(path) if known.contains(&path) => {}
                    Some(path) => {
                        let entry = wanted.entry(path).or_insert((at, true, None));
                        entry.1 &= reference.optional;
                        entry.2 = entry.2.or(format);
                    }
                    None if reference.optional => {}
                    None => diagnostics.push(Diagnostic {
                        location: at,
                        kind: DiagnosticKind::Reference,
                        message: format!("`{}` leads out of the scanned tree and was not read", reference.path),
                        help: None,
                    }),
                }
            }
        }
        first_new = files.len();
        if wanted.is_empty() || known.len() > MOST_REFERENCES {
            break;
        }
        for (path, (location, optional, included)) in wanted {
            known.insert(path.clone());
            let complain = |message: String| Diagnostic {
                location: location.clone(),
                kind: DiagnosticKind::Reference,
                message,
                help: None,
            };
            // What is included is of the kind that includes it, if its name says nothing else.
            let Some(format) = patterns.wanted_by(path.as_str()).map(|by| formats[by]).or(included) else {
                if !optional {
                    diagnostics.push(complain(format!("names `{path}`, which no format reads")));
                }
                continue;
            };
            match open(&path) {
                Ok(source) => {
                    read += 1;
                    files.push(extract(format, &source));
                }
                Err(Unread::Missing) if optional => {}
                Err(Unread::Missing) => {
                    diagnostics.push(complain(format!("names `{path}`, which is not in the scanned tree")));
                }
                Err(Unread::Trouble(diagnostic)) => {
                    diagnostics.push(diagnostic);
                    files.push(unread(path, format));
                }
            }
        }
    }
    read
}

/// Asks the tools that the user trusts, and adds their answers to the files. Answers what was done, in words.
fn ask_tools(
    settings: &ScanSettings,
    roots: &[Root],
    files: &mut Vec<Extracted>,
    diagnostics: &mut Vec<Diagnostic>,
) -> String {
    let questions = tool::questions(roots, files);
    let asked = questions.len();
    let mut answered = 0;
    for question in questions {
        match question.ask(settings.cargo.as_deref()) {
            Ok(source) => {
                answered += 1;
                files.push(extract(question.format, &source));
            }
            Err(error) => {
                let mut reason = error.to_string();
                let mut cause = std::error::Error::source(&error);
                while let Some(error) = cause {
                    reason.push_str(&format!(": {error}"));
                    cause = error.source();
                }
                let message =
                    format!("{} was not answered, so scopes come from the manifests: {reason}", question.tool);
                let help =
                    "let the tool fetch the packages once (cargo fetch); sepal asks it offline and downloads nothing";
                diagnostics.push(Diagnostic::file(&question.manifest, DiagnosticKind::Note, message).with_help(help));
            }
        }
    }
    format!("{answered} of {asked} workspaces answered")
}

/// A document in one line: where it lies, what it is, who made it.
fn described(path: &RepoPath, bill: &Bill) -> String {
    let made = if bill.made.is_empty() { String::new() } else { format!(", {}", bill.made) };
    format!("{path}: {}, {} components{made}", bill.dialect, bill.items.len())
}

fn subject(roots: &[Root]) -> Subject {
    let [root] = roots else {
        let names: Vec<&str> = roots.iter().map(|root| root.label.as_str()).collect();
        return Subject { name: names.join(" "), revision: None };
    };
    let place = root.only.as_ref().unwrap_or(&root.directory);
    let name = place.file_name().map_or_else(|| "root".to_owned(), |name| name.to_string_lossy().into_owned());
    Subject { name, revision: walk::revision(&root.directory).map(|revision| revision.commit) }
}
