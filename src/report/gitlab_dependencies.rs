//! GitLab's dependency scanning report: what is known to be vulnerable, for the security tab and merge requests.
//!
//! Fields as the schema `dependency-scanning-report-format` 15.1 of GitLab's security-report-schemas requires them: `version`;
//! `scan` with `analyzer`, `scanner`, `type`, `status`, `start_time`, `end_time`; for each vulnerability `id`, `identifiers`
//! and `location` with `file` and `dependency`. It holds findings about vulnerabilities only; licenses go to GitLab in the
//! CycloneDX report (`sepal scan -o cyclonedx-json`), and everything else in the code quality report.

use std::io;

use serde_json::{Value, json};

use super::{Report, Reporter, encode, github, tally};
use crate::model::{Finding, Severity, Standing};

/// The output.
pub static REPORTER: Reporter = Reporter {
    id: "gitlab-dependencies",
    docs: "GitLab dependency scanning report: vulnerabilities, for the security tab",
    shows_lines_of: super::no_lines,
    write,
};

/// The version of the schema.
const VERSION: &str = "15.1.4";

/// Rules of this group are about vulnerabilities.
const GROUP: &str = "vuln/";

/// How advisories' names begin, with what GitLab calls their kind.
const KINDS: &[(&str, &str)] = &[
    ("CVE-", "cve"),
    ("GHSA-", "ghsa"),
    ("RUSTSEC-", "rustsec"),
    ("PYSEC-", "pysec"),
    ("GO-", "go"),
    ("MAL-", "mal"),
    ("OSV-", "osv"),
];

fn text(text: &str, most: usize) -> String {
    encode::printable(&encode::clip(&encode::without_user_info(text), most)).into_owned()
}

fn write(report: &Report<'_>, writer: &mut dyn io::Write) -> io::Result<()> {
    let about =
        |finding: &&Finding| finding.rule.starts_with(GROUP) && !matches!(finding.standing, Standing::Waived { .. });
    let found: Vec<Value> =
        report.verdict.findings.iter().filter(about).map(|finding| entry(report, finding)).collect();
    // The day is known and the time is not: the same input gives the same bytes.
    let time = format!("{}T00:00:00", report.verdict.today);
    let program = json!({
        "id": "sepal",
        "name": "sepal",
        "version": report.run.version,
        "vendor": { "name": "sepal" },
    });
    let said = match &report.bom.advisories {
        Some(asked) => ("info", tally::advisory_data(asked)),
        None => ("warn", "no advisories were looked up: an empty list is not an answer".to_owned()),
    };
    let messages = json!([{ "level": said.0, "value": text(&said.1, 4_000) }]);
    let whole = json!({
        "version": VERSION,
        "scan": {
            "analyzer": program,
            "scanner": program,
            "type": "dependency_scanning",
            "status": "success",
            "start_time": time,
            "end_time": time,
            "messages": messages,
        },
        "vulnerabilities": found,
        "remediations": [],
        "dependency_files": [],
    });
    serde_json::to_writer_pretty(&mut *writer, &whole)?;
    writer.write_all(b"\n")
}

/// The names of advisories that a text holds.
fn advisories(text: &str) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'));
    for word in words {
        let kind = KINDS.iter().find(|(start, _)| word.starts_with(start) && word.len() > start.len() + 3);
        if let Some((_, kind)) = kind
            && !found.iter().any(|(_, known)| known == word)
        {
            found.push((kind, word.to_owned()));
        }
    }
    found
}

fn entry(report: &Report<'_>, finding: &Finding) -> Value {
    let component = finding.component.map(|id| report.bom.component(id));
    let place = finding.locations.iter().find(|place| github::in_repository(place));
    let file = place.map_or_else(|| "sepal.toml".to_owned(), |place| github::path(report, place));
    let mut identifiers: Vec<Value> = advisories(&finding.message)
        .into_iter()
        .map(|(kind, name)| json!({ "type": kind, "name": name, "value": name }))
        .collect();
    if identifiers.is_empty() {
        // The schema wants one at least.
        let rule = text(&finding.rule, 200);
        identifiers.push(json!({ "type": "sepal", "name": rule, "value": format!("{rule}:{}", finding.fingerprint) }));
    }
    json!({
        "id": finding.fingerprint.as_str(),
        "name": text(&finding.message, 255),
        "description": text(&finding.why, 10_000),
        "solution": text(&finding.help.join("; "), 7_000),
        "severity": match finding.severity {
            Severity::Error => "High",
            Severity::Warning => "Medium",
            Severity::Note => "Info",
        },
        "identifiers": identifiers,
        "location": {
            "file": file,
            "dependency": {
                "package": { "name": component.map(|it| text(&it.purl.full_name(), 400)).unwrap_or_default() },
                "version": component.and_then(|it| it.purl.version()).map(|version| text(version, 200)).unwrap_or_default(),
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advisories_are_found_in_sentences() {
        let found =
            advisories("kit 1.0.0 has CVE-2026-12345 (GHSA-aaaa-bbbb-cccc), and CVE-2026-12345 again; GO- is none");
        assert_eq!(found, [("cve", "CVE-2026-12345".to_owned()), ("ghsa", "GHSA-aaaa-bbbb-cccc".to_owned())]);
    }
}
