//! Baselines: findings that were known when a gate was switched on, in a file.
//!
//! A baseline is a small JSON document of its own (`sepal-baseline/1`, written by `--write-baseline`), or an answer of
//! `sepal check --format json` that was kept. Both are read as text of a stranger: what is not understood is an error.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::evaluate::{Known, KnownFinding, compare, gaps, past};
use crate::model::{Basis, Bom, Origin, Outcome, Past, PastComponent, PastTerms, RepoPath, Severity, Verdict};
use crate::policy::Policy;
use crate::report::without_user_info;

use super::files::{self, FileError};

/// The name and version of the format.
pub const SCHEMA: &str = "sepal-baseline/1";

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// It could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no baseline.
    #[error("{} is no baseline: {cause}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
}

/// A baseline as it is read.
#[derive(Debug)]
pub struct Baseline {
    /// What was known.
    pub known: Known,
    /// What was there, if it was kept.
    pub past: Option<Past>,
    /// SHA-256 of the policy that it was made by, in hexadecimal.
    pub policy_digest: String,
    /// That policy's name.
    pub policy: String,
}

#[derive(Deserialize, Serialize)]
struct File {
    schema: String,
    day: String,
    policy: PolicyOf,
    findings: Vec<Entry>,
    /// Since 0.2.0. Earlier baselines have none, and earlier programs do not look at it.
    #[serde(default)]
    components: Option<Vec<Piece>>,
}

/// A component as it was.
#[derive(Deserialize, Serialize)]
struct Piece {
    purl: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    license: Option<String>,
    /// How the license is known, unless it is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    origin: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl Piece {
    fn of(component: &PastComponent) -> Self {
        let terms = component.terms.as_ref();
        let basis = terms.map(|terms| terms.basis).filter(|basis| *basis != Basis::Declared);
        let url = match &component.origin {
            Origin::Path { path } => Some(path.as_str()),
            origin => origin.url(),
        };
        Self {
            purl: component.purl.to_string(),
            license: terms.map(|terms| terms.text.to_string()),
            basis: basis.map(|basis| basis.as_str().to_owned()),
            origin: component.origin.as_str().to_owned(),
            url: url.map(|url| without_user_info(url).into_owned()),
        }
    }

    fn component(self) -> Result<PastComponent, String> {
        let basis = match self.basis.as_deref() {
            None => Basis::Declared,
            Some(word) => [Basis::Declared, Basis::Detected, Basis::Concluded]
                .into_iter()
                .find(|known| known.as_str() == word)
                .ok_or_else(|| format!("`{word}` is no way to know a license"))?,
        };
        let url = || self.url.clone().unwrap_or_default().into();
        let origin = match self.origin.as_str() {
            "registry" => Origin::Registry { url: self.url.as_deref().map(Into::into) },
            "git" => Origin::Git { url: url(), commit: None, reference: None },
            "archive" => Origin::Archive { url: url() },
            "path" => Origin::Path { path: url() },
            _ => Origin::Unknown,
        };
        let purl = self.purl.parse().map_err(|error| format!("`{}`: {error}", self.purl))?;
        let terms = self.license.map(|text| PastTerms { text: text.into(), basis });
        Ok(PastComponent { purl, terms, origin, hashes: Vec::new() })
    }
}

#[derive(Deserialize, Serialize)]
struct PolicyOf {
    name: String,
    sha256: String,
}

#[derive(Deserialize, Serialize)]
struct Entry {
    fingerprint: String,
    rule: String,
    severity: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    projects: BTreeSet<String>,
}

/// What is needed of a whole report.
#[derive(Deserialize)]
struct Report {
    run: RunOf,
    projects: Vec<ProjectOf>,
    findings: Vec<FindingOf>,
    components: Vec<ComponentOf>,
}

#[derive(Deserialize)]
struct RunOf {
    policy: PolicyOf,
    today: String,
}

#[derive(Deserialize)]
struct ProjectOf {
    directory: String,
    #[serde(default)]
    test_data: bool,
}

#[derive(Deserialize)]
struct FindingOf {
    fingerprint: String,
    rule: String,
    severity: String,
    standing: StandingOf,
    component: Option<String>,
    message: String,
}

#[derive(Deserialize)]
struct StandingOf {
    status: String,
}

#[derive(Deserialize)]
struct ComponentOf {
    #[serde(rename = "ref")]
    reference: String,
    occurrences: Vec<OccurrenceOf>,
}

#[derive(Deserialize)]
struct OccurrenceOf {
    project: usize,
    scope: String,
}

#[derive(Deserialize)]
struct Kind {
    schema: String,
}

fn severity(word: &str) -> Option<Severity> {
    [Severity::Note, Severity::Warning, Severity::Error].into_iter().find(|known| known.as_str() == word)
}

/// Reads a baseline.
///
/// # Errors
/// If it cannot be read, or is none.
pub fn read(file: &Path) -> Result<Baseline, BaselineError> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let source = files::read(file, RepoPath::new(&name))?;
    parse(source.text(), &name).map_err(|cause| BaselineError::Form { path: file.to_owned(), cause })
}

/// Reads the text of a baseline that is called so.
///
/// # Errors
/// In words, if it is none.
pub fn parse(text: &str, name: &str) -> Result<Baseline, String> {
    let kind: Kind = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let file = match kind.schema.as_str() {
        SCHEMA => serde_json::from_str(text).map_err(|error| error.to_string())?,
        crate::report::json::SCHEMA => from_report(serde_json::from_str(text).map_err(|error| error.to_string())?),
        other => return Err(format!("it is of the form `{other}`, and neither {SCHEMA} nor a report")),
    };
    let File { day, policy, findings, components, .. } = file;
    let mut known = Known { since: format!("the baseline {name} of {day}").into(), ..Known::default() };
    for entry in findings {
        let severity = severity(&entry.severity).ok_or_else(|| format!("`{}` is no level", entry.severity))?;
        let finding =
            KnownFinding { rule: entry.rule.into(), severity, message: entry.message, projects: entry.projects };
        known.findings.insert(entry.fingerprint.into(), finding);
    }
    let pieces = components.map(|all| all.into_iter().map(Piece::component).collect::<Result<Vec<_>, _>>());
    let past = pieces.transpose()?.map(|pieces| Past::new(known.since.clone(), pieces));
    Ok(Baseline { known, past, policy: policy.name, policy_digest: policy.sha256 })
}

fn from_report(report: Report) -> File {
    let projects = |component: Option<&str>| -> BTreeSet<String> {
        let Some(component) = component.and_then(|name| {
            // Components are sorted by their names, but for a prefix that few have.
            report.components.iter().find(|component| component.reference == name)
        }) else {
            return BTreeSet::new();
        };
        let weight = |occurrence: &OccurrenceOf| {
            let scope = crate::model::Scope::ALL.into_iter().position(|scope| scope.as_str() == occurrence.scope);
            (report.projects.get(occurrence.project).is_some_and(|project| project.test_data), scope)
        };
        let strongest = component.occurrences.iter().map(weight).min();
        let meant = component.occurrences.iter().filter(|occurrence| Some(weight(occurrence)) == strongest);
        meant.filter_map(|at| Some(report.projects.get(at.project)?.directory.clone())).collect()
    };
    let open = report.findings.iter().filter(|finding| finding.standing.status != "waived");
    let entry = |finding: &FindingOf| Entry {
        fingerprint: finding.fingerprint.clone(),
        rule: finding.rule.clone(),
        severity: finding.severity.clone(),
        message: finding.message.clone(),
        projects: projects(finding.component.as_deref()),
    };
    let findings = open.map(entry).collect();
    File { schema: SCHEMA.to_owned(), day: report.run.today, policy: report.run.policy, findings, components: None }
}

/// Lets a baseline count: what it holds was known. Beside an earlier comparison it only adds to what was known.
pub fn apply(baseline: Baseline, bom: &Bom, policy: &Policy, verdict: &mut Verdict) {
    let Baseline { mut known, policy_digest, policy: name, .. } = baseline;
    if policy_digest != verdict.policy_digest {
        verdict.remarks.push(format!(
            "{} was made by another policy ({name}): what was not looked for then counts as new",
            known.since
        ));
    }
    let first = verdict.comparison.take();
    if first.is_some() {
        // What was not known completely on the other side of the comparison is not new either.
        known.gaps = match verdict.outcome {
            Outcome::Incomplete => BTreeSet::new(),
            Outcome::Holds | Outcome::Violated => gaps(bom, policy),
        };
    }
    compare(bom, policy, verdict, &known);
    if let (Some(first), Some(both)) = (first, &mut verdict.comparison) {
        both.with = format!("{}, and {}", first.with, both.with);
        both.known += first.known;
        both.fixed = first.fixed;
    }
}

/// Writes what counts now as a baseline: what is waived is not in it, so that it comes back when the waiver ends.
///
/// # Errors
/// If the file cannot be written.
pub fn write(file: &Path, bom: &Bom, policy: &Policy, verdict: &Verdict) -> Result<usize, BaselineError> {
    let known = Known::of(bom, policy, verdict, "");
    let document = File {
        schema: SCHEMA.to_owned(),
        day: verdict.today.to_string(),
        policy: PolicyOf { name: verdict.policy.clone(), sha256: verdict.policy_digest.clone() },
        findings: known
            .findings
            .into_iter()
            .map(|(fingerprint, finding)| Entry {
                fingerprint: fingerprint.to_string(),
                rule: finding.rule.to_string(),
                severity: finding.severity.as_str().to_owned(),
                message: without_user_info(&finding.message).into_owned(),
                projects: finding.projects,
            })
            .collect(),
        components: Some(past(bom, policy, "").components().map(Piece::of).collect()),
    };
    let count = document.findings.len();
    // One finding a line, so that a change of a baseline can be read in a review.
    let form = |cause| BaselineError::Form { path: file.to_owned(), cause };
    let lines: Vec<String> = document.findings.iter().map(line).collect::<Result<_, _>>().map_err(form)?;
    let pieces = document.components.iter().flatten();
    let pieces: Vec<String> = pieces.map(line).collect::<Result<_, _>>().map_err(form)?;
    let head = [
        format!("  \"schema\": {}", text(&document.schema)),
        format!("  \"day\": {}", text(&document.day)),
        format!(
            "  \"policy\": {{ \"name\": {}, \"sha256\": {} }}",
            text(&document.policy.name),
            text(&document.policy.sha256)
        ),
    ];
    let list = |lines: &[String]| match lines {
        [] => "[]".to_owned(),
        lines => format!("[\n    {}\n  ]", lines.join(",\n    ")),
    };
    let (findings, components) = (list(&lines), list(&pieces));
    let whole = format!("{{\n{},\n  \"findings\": {findings},\n  \"components\": {components}\n}}\n", head.join(",\n"));
    files::write(file, whole.as_bytes())?;
    Ok(count)
}

fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn line(entry: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(entry).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_baseline_says_why() {
        for (text, why) in [
            ("", "EOF"),
            ("{\"schema\": \"sepal-baseline/9\"}", "neither"),
            ("{\"schema\": \"sepal-baseline/1\"}", "missing field"),
            (
                "{\"schema\": \"sepal-baseline/1\", \"day\": \"2026-01-01\", \"policy\": {\"name\": \"a\", \"sha256\": \
                 \"b\"}, \"findings\": [{\"fingerprint\": \"f\", \"rule\": \"r\", \"severity\": \"grave\"}]}",
                "`grave` is no level",
            ),
        ] {
            let error = parse(text, "b.json").unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
