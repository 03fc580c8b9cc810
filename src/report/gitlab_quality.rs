//! GitLab's code quality report, shown in merge requests of every tier: a JSON array of findings with their places.
//!
//! Fields as GitLab documents them (Code Quality, "Import results from a CI/CD job"): `description`, `check_name`,
//! `fingerprint`, `severity`, `location.path` and `location.lines.begin` are all required. What is waived is not in it; what
//! was known before is, since GitLab itself compares with the target branch.

use std::io;

use serde::ser::{SerializeSeq, Serializer};
use serde_json::json;

use super::{Report, Reporter, encode, github, junit};
use crate::model::{Finding, Severity, Standing};

/// The output.
pub static REPORTER: Reporter = Reporter {
    id: "gitlab-quality",
    docs: "GitLab code quality report, for merge requests",
    shows_lines_of: super::no_lines,
    write,
};

/// Characters of a description.
const TEXT: usize = 2_000;

fn severity(finding: &Finding) -> &'static str {
    match (&finding.standing, finding.severity) {
        // What does not fail the gate must not look as if it did.
        (Standing::Known { .. }, _) | (_, Severity::Note) => "info",
        (_, Severity::Warning) => "minor",
        (_, Severity::Error) => "critical",
    }
}

fn write(report: &Report<'_>, writer: &mut dyn io::Write) -> io::Result<()> {
    let findings =
        report.verdict.findings.iter().filter(|finding| !matches!(finding.standing, Standing::Waived { .. }));
    let mut serializer = serde_json::Serializer::with_formatter(&mut *writer, encode::Json::new(1));
    let mut list = serializer.serialize_seq(None)?;
    for finding in findings {
        list.serialize_element(&entry(report, finding))?;
    }
    SerializeSeq::end(list)?;
    writer.write_all(b"\n")
}

fn text(text: &str, most: usize) -> String {
    encode::printable(&encode::clip(&encode::without_user_info(text), most)).into_owned()
}

fn entry(report: &Report<'_>, finding: &Finding) -> serde_json::Value {
    let place = finding.locations.iter().find(|place| github::in_repository(place));
    // GitLab refuses an entry without a file: what has none in the repository is shown at the settings file.
    let path = place.map_or_else(|| "sepal.toml".to_owned(), |place| github::path(report, place));
    let line = place.and_then(crate::model::Location::line).unwrap_or(1);
    let help: Vec<String> = finding.help.iter().take(3).map(|help| text(help, TEXT)).collect();
    let body: Vec<String> = junit::detail(report, finding).iter().map(|line| text(line, TEXT)).collect();
    let mut description = text(&finding.message, TEXT);
    if let Standing::Known { since } = &finding.standing {
        description.push_str(&format!(" (known since {})", text(since, 200)));
    }
    if !help.is_empty() {
        description.push_str(&format!(" · ways out: {}", help.join(" · ")));
    }
    json!({
        "type": "issue",
        "description": description,
        "check_name": text(&finding.rule, 200),
        "fingerprint": finding.fingerprint.as_str(),
        "severity": severity(finding),
        "categories": ["Compatibility"],
        "content": { "body": body.join("\n\n") },
        "location": { "path": path, "lines": { "begin": line } },
    })
}
