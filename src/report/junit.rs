//! JUnit XML, which every CI system shows: one suite for each rule, one case for each finding.
//!
//! What can fail the gate is a failure; what is waived or was known before is skipped, with the reason; a rule that found
//! nothing is one case that passed. The form is the one that Jenkins and GitLab read (there is no official schema).

use std::io;

use super::{Report, Reporter, encode, tally, trail};
use crate::model::{Finding, Outcome, Severity, Standing};

/// The output.
pub static REPORTER: Reporter = Reporter {
    id: "junit",
    docs: "JUnit XML: a suite for each rule, a case for each finding",
    shows_lines_of: super::no_lines,
    write,
};

/// Characters of one text.
const TEXT: usize = 4_000;

fn attribute(text: &str) -> String {
    let text = encode::without_user_info(text);
    let mut out = String::with_capacity(text.len());
    for character in encode::printable(&encode::clip(&text, TEXT)).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // XML 1.0, section 2.2: not characters of any document.
            '\u{FFFE}' | '\u{FFFF}' => out.push(char::REPLACEMENT_CHARACTER),
            other => out.push(other),
        }
    }
    out
}

fn write(report: &Report<'_>, writer: &mut dyn io::Write) -> io::Result<()> {
    let verdict = report.verdict;
    let open_errors =
        verdict.findings.iter().any(|finding| finding.standing.is_open() && finding.severity == Severity::Error);
    // Where nothing of level error is open and the policy is violated all the same, it is warnings that fail.
    let lowest = if verdict.outcome == Outcome::Violated && !open_errors { Severity::Warning } else { Severity::Error };
    let fails = |finding: &&Finding| finding.standing.is_open() && finding.severity >= lowest;
    let mut rules: Vec<&str> = verdict.rules.iter().map(|rule| rule.rule.as_str()).collect();
    rules.extend(verdict.findings.iter().map(|finding| finding.rule.as_str()));
    rules.sort_unstable();
    rules.dedup();
    let of =
        |rule: &'_ str| -> Vec<&Finding> { verdict.findings.iter().filter(|finding| finding.rule == rule).collect() };
    let total: usize = rules.iter().map(|rule| of(rule).len().max(1)).sum();
    let failures = verdict.findings.iter().filter(fails).count();
    let skipped = verdict.findings.iter().filter(|finding| !finding.standing.is_open()).count();
    writeln!(writer, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        writer,
        "<testsuites name=\"sepal\" tests=\"{total}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"0\">"
    )?;
    for rule in rules {
        let findings = of(rule);
        let failures = findings.iter().copied().filter(|finding| fails(finding)).count();
        let skipped = findings.iter().filter(|finding| !finding.standing.is_open()).count();
        let name = attribute(rule);
        let tests = findings.len().max(1);
        writeln!(
            writer,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"0\">"
        )?;
        // What a rule about advisories did not find, it did not find in this data.
        let data = report.bom.advisories.as_ref().filter(|_| rule.starts_with("vuln/")).map(tally::advisory_data);
        if let Some(data) = data {
            let data = attribute(&data);
            writeln!(writer, "    <properties><property name=\"advisory-data\" value=\"{data}\"/></properties>")?;
        }
        if findings.is_empty() {
            let summary = report.rule(rule).map_or("nothing was found", |rule| rule.summary);
            writeln!(writer, "    <testcase classname=\"{name}\" name=\"not found: {}\"/>", attribute(summary))?;
        }
        for finding in findings {
            case(report, &name, finding, fails(&finding), writer)?;
        }
        writeln!(writer, "  </testsuite>")?;
    }
    writeln!(writer, "</testsuites>")
}

fn case(
    report: &Report<'_>,
    class: &str,
    finding: &Finding,
    fails: bool,
    writer: &mut dyn io::Write,
) -> io::Result<()> {
    let place = finding.locations.first();
    let file = place.filter(|place| super::github::in_repository(place)).map(|place| {
        let line = place.line().map(|line| format!(" line=\"{line}\"")).unwrap_or_default();
        format!(" file=\"{}\"{line}", attribute(&super::github::path(report, place)))
    });
    let message = attribute(&finding.message);
    // The name tells cases apart, also where two findings read the same.
    write!(
        writer,
        "    <testcase classname=\"{class}\" name=\"{message} [{}]\"{}>",
        attribute(&finding.fingerprint),
        file.unwrap_or_default()
    )?;
    match &finding.standing {
        Standing::Waived { by, until, reason, .. } => {
            let text = format!("waived by {by} until {until}: {reason}");
            writeln!(writer, "<skipped message=\"{}\"/></testcase>", attribute(&text))
        }
        Standing::Known { since } => {
            writeln!(writer, "<skipped message=\"known since {}\"/></testcase>", attribute(since))
        }
        Standing::Open => {
            let text = attribute_lines(&detail(report, finding));
            let severity = finding.severity.as_str();
            if fails {
                writeln!(writer, "<failure type=\"{severity}\" message=\"{message}\">{text}</failure></testcase>")
            } else {
                writeln!(writer, "<system-out>{severity}: {text}</system-out></testcase>")
            }
        }
    }
}

fn attribute_lines(lines: &[String]) -> String {
    lines.iter().map(|line| attribute(line)).collect::<Vec<_>>().join("\n")
}

/// What a person needs to act, line by line.
pub(super) fn detail(report: &Report<'_>, finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(place) = finding.locations.first() {
        lines.push(trail::line(place));
    }
    if finding.path.len() > 1 {
        let names: Vec<String> = finding.path.iter().map(|id| trail::name(report.bom.component(*id))).collect();
        lines.push(format!("comes in through: {}", names.join(" → ")));
    }
    lines.push(format!("policy: {}", trail::policy(&finding.because)));
    if !finding.why.is_empty() {
        lines.push(format!("why: {}", trail::prose(&finding.why)));
    }
    for way in &finding.help {
        lines.push(format!("way out: {}", trail::prose(way)));
    }
    lines.push(format!("learn: sepal explain {}", encode::printable(&finding.rule)));
    lines
}
