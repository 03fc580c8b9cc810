//! The project's own license hygiene: what its manifests declare, what its license files hold, what the headers of its files say,
//! and how far it follows REUSE.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::ecosystem;
use crate::license::reuse::{Annotations, Info, Reuse, is_annotating, is_covered};
use crate::license::{self, Expression, FileRole, Technique, disagreement, identify_as};
use crate::model::{Bom, Diagnostic, DiagnosticKind, Location, RepoPath};
use crate::policy::Policy;
use crate::report::licenses::{Hygiene, ManifestLicense, OwnFile, Problem};
use crate::text::Source;
use crate::walk::{Root, TextOptions, WholeFile, files};

use super::check::{CheckError, scan_by_policy};
use super::scan::ScanSettings;

/// What to look at.
#[derive(Debug)]
pub struct LicensesSettings {
    /// What to scan. Its `exclude` and `targets` are replaced by the policy's.
    pub scan: ScanSettings,
    /// The policy file that was named, if one was.
    pub policy: Option<PathBuf>,
    /// Workers; 0 means one for each processor.
    pub threads: usize,
}

/// Larger files are not looked into.
const FILE_BYTES: u64 = 16 << 20;
/// Of other files than license files so many bytes are read: headers stand at the top.
pub(super) const HEADER_BYTES: usize = 64 << 10;

/// Lines of a program text that may be its header.
const HEADER_LINES: usize = 60;

fn first_lines(text: &str, count: usize) -> &str {
    let end = memchr::memchr_iter(b'\n', text.as_bytes()).nth(count.saturating_sub(1));
    end.map_or(text, |end| &text[..end])
}

/// Whether a directory holds the project's own files: not those that package managers put there.
pub(super) fn is_own(directory: &Path) -> bool {
    let Some(name) = directory.file_name().and_then(|name| name.to_str()) else { return true };
    !ecosystem::TABLE
        .iter()
        .flat_map(|ecosystem| ecosystem.installed_trees)
        .any(|tree| tree.name == name && crate::walk::is_installed_tree(directory, tree.sign))
}

/// The first bytes of a text, cut between characters.
pub(super) fn head(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// What one file says.
struct Said {
    role: FileRole,
    expression: Option<Expression>,
    own: Info,
    empty: bool,
    annotates: Option<Source>,
}

fn read(path: &RepoPath, file: &WholeFile<'_>) -> Option<Said> {
    let role = FileRole::of_path(path.as_str());
    let mut said = Said { role, expression: None, own: Info::default(), empty: file.size == 0, annotates: None };
    let Some(text) = file.text else { return Some(said) };
    if is_annotating(path) {
        said.annotates = Source::from_text(path.clone(), text.to_owned()).ok();
        return Some(said);
    }
    let text = match role {
        FileRole::License | FileRole::Notice => text,
        // What stands further down is a string of the program, or a part with terms of its own.
        FileRole::Source => head(first_lines(text, HEADER_LINES), HEADER_BYTES),
        _ => head(text, HEADER_BYTES),
    };
    said.own = license::reuse::header(text);
    let tagged = memchr::memmem::find(text.as_bytes(), b"SPDX-License-Identifier").is_some();
    if tagged || matches!(role, FileRole::License | FileRole::Source) {
        let found = identify_as(role, text);
        for one in &found.copyrights {
            let text = one.text.as_str();
            if !said.own.copyrights.iter().any(|have| have.contains(text) || text.contains(have.as_str())) {
                said.own.copyrights.push(text.into());
            }
        }
        let tagged = found.matches.iter().filter(|one| one.technique == Technique::Tag);
        let licenses = tagged.map(|one| one.expression.clone()).collect();
        said.own.add(&Info { licenses, copyrights: Vec::new() });
        said.expression = found.expression;
    }
    Some(said)
}

/// Looks.
///
/// # Errors
/// If the policy cannot be read or the paths cannot be scanned.
pub fn licenses(settings: LicensesSettings) -> Result<Hygiene, CheckError> {
    let respect = !settings.scan.no_ignore;
    let mut scan = settings.scan;
    scan.allow_empty = true;
    // Nothing of other people's packages is asked.
    scan.machine = BTreeMap::new();
    let (scanned, policy) = scan_by_policy(scan, settings.policy)?;
    Ok(of_tree(&scanned.bom, &policy, &scanned.roots, respect, settings.threads))
}

fn of_tree(bom: &Bom, policy: &Policy, roots: &[Root], respect: bool, threads: usize) -> Hygiene {
    let options = TextOptions { roots, respect_ignore_files: respect, file_bytes: FILE_BYTES, threads };
    let (items, mut diagnostics) = files(&options, &is_own, read);
    let mut annotating: Vec<Annotations> = Vec::new();
    let mut beside: BTreeMap<RepoPath, Info> = BTreeMap::new();
    for (path, said) in &items {
        if let Some(source) = &said.annotates {
            match Annotations::read(source) {
                Ok(file) => {
                    let problems = file.problems.iter().map(|problem| Diagnostic {
                        location: Location::at(path, problem.mark),
                        kind: DiagnosticKind::Malformed,
                        message: problem.message.clone(),
                        help: None,
                    });
                    diagnostics.extend(problems);
                    annotating.push(file);
                }
                Err(error) => diagnostics.push(Diagnostic {
                    location: Location::at(path, source.mark(error.span)),
                    kind: DiagnosticKind::Malformed,
                    message: error.message,
                    help: None,
                }),
            }
        }
        if let Some(of) = path.as_str().strip_suffix(".license") {
            beside.insert(RepoPath::new(of), said.own.clone());
        }
    }
    let reuse = Reuse::new(annotating);
    let mut hygiene = Hygiene {
        project: policy.license.as_ref().map(|set| set.value.to_string()),
        reuse_files: reuse.files().iter().map(|file| file.path.clone()).collect(),
        ..Hygiene::default()
    };
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (path, said) in &items {
        let at_home = matches!(path.parent().file_name(), "" | "LICENSES");
        let is_license = said.role == FileRole::License && (said.expression.is_some() || at_home);
        if is_license && !path.as_str().ends_with(".license") {
            let file = OwnFile { path: path.clone(), expression: said.expression.as_ref().map(ToString::to_string) };
            hygiene.license_files.push(file);
        }
        if said.empty || !is_covered(path) {
            continue;
        }
        let own = beside.get(path).unwrap_or(&said.own);
        let info = reuse.of(path, own);
        hygiene.covered += 1;
        hygiene.with_license += usize::from(!info.licenses.is_empty());
        hygiene.with_copyright += usize::from(!info.copyrights.is_empty());
        for term in info.licenses.iter().flat_map(Expression::terms) {
            used.insert(term.license.to_string());
            used.extend(term.exception.as_ref().map(ToString::to_string));
        }
        if info.is_complete() {
            hygiene.complete += 1;
        } else {
            hygiene.without.push(path.clone());
        }
        let stated: Vec<String> = match info.licenses.as_slice() {
            // A header in words where there is no tag.
            [] if said.role == FileRole::Source => said.expression.iter().map(ToString::to_string).collect(),
            licenses => licenses.iter().map(ToString::to_string).collect(),
        };
        if !stated.is_empty() {
            hygiene.headers.entry(stated.join(" AND ")).or_default().push(path.clone());
        }
    }
    hygiene.unlicensed_texts = missing_texts(&used, &hygiene.license_files);
    manifests(bom, &mut hygiene);
    hygiene.problems = problems(&hygiene);
    diagnostics.sort();
    hygiene.diagnostics = diagnostics;
    hygiene
}

/// Licenses that files are under and whose texts are not in `LICENSES/`, as REUSE asks; nothing where there is no such directory.
fn missing_texts(used: &BTreeSet<String>, files: &[OwnFile]) -> Vec<String> {
    let texts: Vec<&str> = files
        .iter()
        .filter(|file| file.path.parent().file_name() == "LICENSES")
        .map(|file| file.path.file_name())
        .collect();
    if texts.is_empty() {
        return Vec::new();
    }
    let has =
        |id: &str| texts.iter().any(|name| *name == id || name.rsplit_once('.').is_some_and(|(stem, _)| stem == id));
    used.iter().filter(|id| !has(id)).cloned().collect()
}

fn manifests(bom: &Bom, hygiene: &mut Hygiene) {
    for component in bom.components.iter().filter(|component| !component.is_third_party()) {
        let Some(occurrence) = component.occurrences.iter().find(|occurrence| !bom.project(occurrence.project).fixture)
        else {
            continue;
        };
        let claim = component.licensing.declared.first();
        let place = claim.and_then(|claim| claim.evidence.as_ref()).unwrap_or(&occurrence.evidence);
        hygiene.manifests.push(ManifestLicense {
            name: component.purl.full_name().to_string(),
            place: place.location.clone(),
            raw: claim.map(|claim| claim.raw.to_string()),
            expression: claim.and_then(|claim| license::read(&claim.raw).expression).map(|read| read.to_string()),
        });
    }
    hygiene.manifests.sort_by(|a, b| (&a.place, &a.name).cmp(&(&b.place, &b.name)));
}

/// What does not fit together.
fn problems(hygiene: &Hygiene) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |kind, place: Location, message: String| problems.push(Problem { kind, place, message });
    let at_top = |file: &&OwnFile| matches!(file.path.parent().as_str(), "" | "LICENSES");
    let read = |text: &String| license::read(text).expression;
    let top: Vec<&OwnFile> = hygiene.license_files.iter().filter(at_top).collect();
    if top.is_empty() {
        let place = Location::file(&RepoPath::new("LICENSE"));
        say("missing", place, "there is no license file at the top of the tree and none in LICENSES/".to_owned());
    }
    for manifest in &hygiene.manifests {
        let Some(raw) = &manifest.raw else {
            say("undeclared", manifest.place.clone(), format!("{} declares no license", manifest.name));
            continue;
        };
        let Some(declared) = manifest.expression.as_ref().and_then(read) else {
            let message = format!("{} declares `{raw}`, which is no license expression", manifest.name);
            say("undeclared", manifest.place.clone(), message);
            continue;
        };
        let directory = manifest.place.path.parent();
        let mut beside: Vec<&OwnFile> =
            hygiene.license_files.iter().filter(|file| file.path.parent() == directory).collect();
        if beside.is_empty() {
            beside = top.clone();
        }
        let held: Vec<Expression> = beside.iter().filter_map(|file| read(file.expression.as_ref()?)).collect();
        if let Some(how) = disagreement(&declared, &held) {
            let shown: Vec<&str> = beside.iter().map(|file| file.path.as_str()).collect();
            let message =
                format!("{} is declared to be under {declared}, and {} {how}", manifest.name, shown.join(", "));
            say("mismatch", manifest.place.clone(), message);
        }
        if let Some(project) = hygiene.project.as_ref().and_then(read)
            && project != declared
        {
            let message =
                format!("{} is declared to be under {declared}, and the policy says {project}", manifest.name);
            say("mismatch", manifest.place.clone(), message);
        }
    }
    let declared: BTreeSet<String> = hygiene
        .manifests
        .iter()
        .filter_map(|manifest| manifest.expression.clone())
        .chain(hygiene.project.clone())
        .chain(top.iter().filter_map(|file| file.expression.clone()))
        .collect();
    if !declared.is_empty() {
        let ids: BTreeSet<String> = declared
            .iter()
            .filter_map(read)
            .flat_map(|expression| {
                expression.terms().map(|term| license::text_id(&term.license).to_owned()).collect::<Vec<_>>()
            })
            .collect();
        for (stated, files) in &hygiene.headers {
            let Some(expression) = read(stated) else { continue };
            let other = expression.terms().any(|term| !ids.contains(license::text_id(&term.license)));
            if other && let Some(first) = files.first() {
                let who =
                    if files.len() > 1 { format!("{} files say", files.len()) } else { "the file says".to_owned() };
                let message = format!("{who} {stated}, which no manifest and no license file of the project names");
                say("header", Location::file(first), message);
            }
        }
    }
    for id in &hygiene.unlicensed_texts {
        let place = Location::file(&RepoPath::new("LICENSES"));
        say("text", place, format!("files are under {id}, and its text is not in LICENSES/"));
    }
    problems
}
