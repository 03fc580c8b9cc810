//! A scan: walk → extract → resolve → enrich. The network is asked only where [`ScanSettings::online`] says how.

#![allow(clippy::disallowed_methods, reason = "it times its stages")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Instant;

use compact_str::CompactString;
use globset::GlobSet;

use crate::advisory::IndexError;
use crate::advisory::database::DatabaseError;
use crate::cache::Copies;
use crate::ecosystem::{self, Aids, Format};
use crate::enrich::{self, TextsWanted};
use crate::extract::{Extracted, extract, unread};
use crate::model::{Bom, Component, Diagnostic, DiagnosticKind, Location, RepoPath, Stage, Subject};
use crate::policy::PurlPattern;
use crate::resolve::resolve;
use crate::tool;
use crate::walk::{self, Limits, Patterns, Prune, Root, Unread, read_reference};

use super::advisories::{self, AdvisorySource};
use super::files::{self, RootError};
use super::online::{self, Way, WayError};

/// What to scan and how.
#[derive(Debug, Default)]
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
    /// What is stated of the platforms that the product runs on ([`Aids::targets`]).
    pub targets: Vec<CompactString>,
    /// Which advisories to ask about the components.
    pub advisories: AdvisorySource,
    /// Read the license texts of all third parties, not only where nothing certain is declared.
    pub all_texts: bool,
    /// Components whose license texts are read in any case: those that a curation is bound to.
    pub texts_of: Vec<PurlPattern>,
    /// Whether it is an answer, and no error, that nothing was found to scan.
    pub allow_empty: bool,
    /// How to ask the network for licenses that nothing here states; `None`: not at all.
    pub online: Option<Way>,
}

/// What a scan brought.
#[derive(Debug)]
pub struct Scanned {
    /// What there is.
    pub bom: Bom,
    /// Where it was found, to read lines for reports.
    pub roots: Vec<Root>,
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
    #[error("nothing to scan: none of the {seen} files under {places} is a manifest or lock file that sepal reads")]
    Nothing {
        /// How many files were seen.
        seen: u64,
        /// Where.
        places: String,
    },
    /// There are advisories that cannot be asked.
    #[error(transparent)]
    Advisories(#[from] DatabaseError),
    /// The advisories turned out to be damaged while they were asked.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The network was to be asked, and cannot be.
    #[error(transparent)]
    Online(#[from] WayError),
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
    let patterns = Patterns::new(
        formats.iter().enumerate().flat_map(|(index, format)| format.patterns.iter().map(move |glob| (*glob, index))),
    )?;
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
    let options = walk::Options {
        noticed: &unread_names,
        roots: &roots,
        respect_ignore_files: !settings.no_ignore,
        exclude: &settings.exclude,
        prune: &prune,
        limits: Limits::default(),
    };
    let walked = walk::walk(&options, &patterns, |by, source| match source {
        Ok(source) => extract(formats[by], &source),
        Err(path) => unread(path, formats[by]),
    });
    let mut diagnostics = walked.diagnostics;
    diagnostics.extend(walked.noticed.iter().map(not_read));
    let mut counts = walked.counts;
    let mut files: Vec<Extracted> = walked.items.into_iter().map(|(_, file)| file).collect();
    watch.lap("walk and extract");

    counts.read += follow(&roots, &patterns, &formats, &mut files, &mut diagnostics);
    watch.lap("references");
    if files.is_empty() && !settings.allow_empty {
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
    let copies = Copies::new(&roots, settings.machine.clone());
    let aids = Aids { caches: &copies, targets: &settings.targets };
    let mut bom = resolve(files, &aids, counts, diagnostics);
    bom.diagnostics.extend(copies.diagnostics());
    bom.diagnostics.sort();
    bom.stages.push(Stage { name: "extract", detail: format!("{read} files in {} projects", bom.projects.len()) });
    if let Some(detail) = asked {
        bom.stages.push(Stage { name: "trusted-tools", detail });
    }
    bom.subject = subject(&roots);
    watch.lap("resolve");

    enrich::declared_licenses(&mut bom, &copies);
    watch.lap("license copies");
    let bound = |component: &Component| settings.texts_of.iter().any(|pattern| pattern.matches(&component.purl));
    let texts = if settings.all_texts { TextsWanted::Always } else { TextsWanted::Missing(&bound) };
    enrich::detected_licenses(&mut bom, &copies, &texts);
    bom.diagnostics.extend(copies.mismatches());
    bom.diagnostics.sort();
    watch.lap("license texts");
    if let Some(index) = advisories::open(&settings.advisories)? {
        enrich::known_vulnerabilities(&mut bom, &index)?;
        watch.lap("advisories");
    }
    if let Some(way) = &settings.online {
        let inquiry = online::licenses(&bom, way)?;
        enrich::online_licenses(&mut bom, inquiry);
        watch.lap("online licenses");
    }
    Ok(Scanned { bom, roots, timings: watch.timings })
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
    roots: &[Root],
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
            match read_reference(roots, &path, Limits::default()) {
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

fn subject(roots: &[Root]) -> Subject {
    let [root] = roots else {
        let names: Vec<&str> = roots.iter().map(|root| root.label.as_str()).collect();
        return Subject { name: names.join(" "), revision: None };
    };
    let place = root.only.as_ref().unwrap_or(&root.directory);
    let name = place.file_name().map_or_else(|| "root".to_owned(), |name| name.to_string_lossy().into_owned());
    Subject { name, revision: walk::revision(&root.directory).map(|revision| revision.commit) }
}
