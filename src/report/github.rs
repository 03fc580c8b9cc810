//! Workflow commands of GitHub Actions: annotations at the lines of manifests, without code scanning.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step; more are dropped in silence. So ten of each are
//! written, the most important first, and one more line says how many there are in all. Names and paths cannot end a
//! command or start another one: everything goes through `encode`, and every line begins with a command of ours.

use std::io;

use super::{Report, Reporter, encode, tally, trail};
use crate::model::{Finding, Location, Outcome, Severity};

/// The output.
pub static REPORTER: Reporter = Reporter {
    id: "github",
    docs: "annotations for GitHub Actions, ten of each severity at most",
    shows_lines_of: super::open_findings,
    write,
};

/// Annotations of one kind that GitHub shows of a step.
const SHOWN: usize = 10;

/// Characters of a title.
const TITLE: usize = 200;

/// Characters of a message.
const MESSAGE: usize = 4_000;

fn write(report: &Report<'_>, writer: &mut dyn io::Write) -> io::Result<()> {
    let mut hidden = 0;
    for (severity, command) in [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "notice")]
    {
        // The last line is a notice as well.
        let shown = if severity == Severity::Note { SHOWN - 1 } else { SHOWN };
        let all = || tally::open(report.verdict).filter(|finding| finding.severity == severity);
        for finding in all().take(shown) {
            annotation(report, command, finding, writer)?;
        }
        hidden += all().skip(shown).count();
    }

    let counts = tally::findings(report.verdict);
    let outcome = match report.verdict.outcome {
        Outcome::Holds => "the policy holds",
        Outcome::Violated => "the policy is violated",
        Outcome::Incomplete => "incomplete: the policy demands to know more than could be found out",
    };
    let mut text = format!(
        "{outcome}: {}, {}, {}, {} waived; {} in {}",
        trail::count(counts.errors, "error"),
        trail::count(counts.warnings, "warning"),
        trail::count(counts.notes, "note"),
        counts.waived,
        trail::count(report.verdict.coverage.components, "component"),
        trail::count(report.bom.projects.len(), "project"),
    );
    if hidden > 0 {
        text.push_str(&format!(
            "; {} not shown here, since GitHub shows {SHOWN} of a kind",
            trail::count(hidden, "finding")
        ));
    }
    if let Some(advisories) = &report.bom.advisories {
        let (risks, data) = (tally::known_risks(advisories), tally::advisory_data(advisories));
        text.push_str(&format!("; advisories: {} ({})", encode::printable(&risks), encode::printable(&data)));
    }
    if let Some(compared) = tally::comparison(report.verdict) {
        text.push_str(&format!("; compared {}", encode::printable(&compared)));
    }
    for remark in &report.verdict.remarks {
        text.push_str(&format!("; {}", trail::prose(remark)));
    }
    writeln!(writer, "::notice title=sepal::{}", encode::command_data(&text))
}

fn annotation(report: &Report<'_>, command: &str, finding: &Finding, writer: &mut dyn io::Write) -> io::Result<()> {
    let mut properties = Vec::new();
    if let Some(location) = finding.locations.first().filter(|location| in_repository(location)) {
        properties.push(format!("file={}", property(&path(report, location))));
        if let Some(mark) = location.mark {
            properties.push(format!("line={}", mark.line));
            properties.push(format!("col={}", mark.column));
            if let Some((first, count)) = report.excerpts.extent(location) {
                // The last character, from one.
                properties.push(format!("endColumn={}", first + count));
            }
        }
    }
    let title = match finding.component {
        Some(id) => format!("{}: {}", finding.rule, trail::name(report.bom.component(id))),
        None => finding.rule.to_string(),
    };
    properties.push(format!("title={}", property(&encode::clip(&title, TITLE))));

    let mut lines = vec![trail::prose(&finding.message)];
    if finding.path.len() > 1 {
        let names: Vec<String> = finding.path.iter().map(|id| trail::name(report.bom.component(*id))).collect();
        lines.push(format!("comes in through: {}", names.join(" → ")));
    }
    lines.push(format!("policy: {}", trail::policy(&finding.because)));
    if !finding.help.is_empty() {
        let help: Vec<String> = finding.help.iter().map(|help| trail::prose(help)).collect();
        lines.push(format!("ways out: {}", help.join(" · ")));
    }
    lines.push(format!("learn: sepal explain {}", encode::printable(&finding.rule)));
    let message = lines.join("\n");
    writeln!(writer, "::{command} {}::{}", properties.join(","), encode::command_data(&encode::clip(&message, MESSAGE)))
}

fn property(text: &str) -> String {
    encode::command_property(&encode::printable(text))
}

/// Files of package caches have no place in the repository, and the root is not a file.
pub(super) fn in_repository(location: &Location) -> bool {
    let path = location.path.as_str();
    let first = path.split('/').next().unwrap_or_default();
    !path.is_empty() && !first.contains(':')
}

/// A place's path from the top of the repository.
pub(super) fn path(report: &Report<'_>, location: &Location) -> String {
    match &report.run.prefix {
        Some(prefix) if !prefix.as_str().is_empty() => format!("{prefix}/{}", location.path),
        _ => location.path.to_string(),
    }
}
