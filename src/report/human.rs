//! What a person at a terminal reads: findings first, then a summary that says how much is known.
//!
//! The same text goes into a pipe, without colour and without a limit on the width. Order: the head (which policy, which
//! data), findings from the most severe down, trouble on the way, what is unknown, the summary, the outcome.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::layout::width;
use super::snippet::{self, Pen, Role};
use super::tally::{self, VERDICTS};
use super::{Report, Reporter, Style, encode, trail};
use crate::model::{
    Completeness, Diagnostic, DiagnosticKind, Finding, LicenseVerdict, Outcome, Severity, Standing, Verdict,
};

/// Findings up to this many are shown in full; those of a severity that would go beyond are grouped by what causes them.
pub const LIMIT: usize = 20;

/// Findings of one rule up to this many are not worth a group.
const FEW: usize = 3;

/// Causes named per rule where findings are grouped.
const CAUSES: usize = 10;

/// Diagnostics named; the others are counted.
const DIAGNOSTICS: usize = 5;

/// The output.
pub static REPORTER: Reporter = Reporter {
    id: "human",
    docs: "text for a person: findings with excerpts, then a summary",
    shows_lines_of: in_full,
    write,
};

/// The findings of one severity, as they are shown.
struct Section<'a> {
    severity: Severity,
    /// By rule, in the verdict's order; all under no rule's head where everything is shown in full.
    parts: Vec<(Option<&'a str>, Vec<&'a Finding>)>,
}

/// What is shown in full and what is grouped.
fn sections(verdict: &Verdict, all: bool) -> Vec<Section<'_>> {
    let mut left = LIMIT;
    let section = |severity| {
        let findings: Vec<&Finding> = tally::open(verdict).filter(|finding| finding.severity == severity).collect();
        if all || findings.len() <= left {
            left = left.saturating_sub(findings.len());
            return Section { severity, parts: vec![(None, findings)] };
        }
        let mut rules: Vec<(&str, Vec<&Finding>)> = Vec::new();
        for finding in findings {
            match rules.iter_mut().find(|(rule, _)| *rule == finding.rule) {
                Some((_, findings)) => findings.push(finding),
                None => rules.push((&finding.rule, vec![finding])),
            }
        }
        let part = |(rule, findings): (_, Vec<_>)| {
            let few = findings.len() <= FEW.min(left);
            left -= if few { findings.len() } else { 0 };
            ((!few).then_some(rule), findings)
        };
        Section { severity, parts: rules.into_iter().map(part).collect() }
    };
    [Severity::Error, Severity::Warning, Severity::Note].map(section).into()
}

fn in_full<'a>(verdict: &'a Verdict, style: &Style) -> Vec<&'a Finding> {
    let parts = sections(verdict, style.show.all).into_iter().flat_map(|section| section.parts);
    parts.filter(|(rule, _)| rule.is_none()).flat_map(|(_, findings)| findings).collect()
}

fn write(report: &Report<'_>, writer: &mut dyn io::Write) -> io::Result<()> {
    let pen = Pen::new(report);
    let mut out = String::new();
    head(report, &pen, &mut out);
    writer.write_all(out.as_bytes())?;

    let mut grouped = false;
    for Section { severity, parts } in sections(report.verdict, report.style.show.all) {
        for (rule, findings) in parts {
            match rule {
                Some(rule) => {
                    grouped = true;
                    out.clear();
                    group(report, &pen, severity, rule, &findings, &mut out);
                    writer.write_all(out.as_bytes())?;
                }
                None => {
                    for finding in findings {
                        out.clear();
                        out.push('\n');
                        snippet::finding(report, &pen, finding, &mut out);
                        writer.write_all(out.as_bytes())?;
                    }
                }
            }
        }
    }

    out.clear();
    if grouped {
        out.push('\n');
        out.push_str(&pen.hang(
            (Role::Quiet, "grouped: "),
            (
                Role::Plain,
                &format!("more than {LIMIT} findings; each of them with its excerpt: sepal check --show all"),
            ),
            4,
        ));
    }
    if report.style.show.all {
        waived(report, &pen, &mut out);
    }
    diagnostics(report, &pen, &mut out);
    unknown(report, &pen, &mut out);
    summary(report, &pen, &mut out);
    writer.write_all(out.as_bytes())
}

fn head(report: &Report<'_>, pen: &Pen<'_>, out: &mut String) {
    let run = &report.run;
    let mut parts = vec![format!("policy: {}", trail::prose(&report.verdict.policy))];
    parts.push(if run.offline { "offline" } else { "online" }.to_owned());
    if !run.advisories.is_empty() {
        parts.push(format!("advisories: {}", trail::prose(&run.advisories)));
    }
    let label = format!("sepal {} · ", run.version);
    out.push_str(&pen.hang((Role::Strong, &label), (Role::Quiet, &parts.join(" · ")), 4));
}

/// What brings findings in: a direct dependency of a project, or the place in a policy or file that they are about.
struct Cause<'a> {
    name: String,
    place: String,
    findings: Vec<&'a Finding>,
}

/// The findings of one rule by cause, those with the most first.
fn causes<'a>(report: &Report<'_>, findings: &[&'a Finding]) -> Vec<Cause<'a>> {
    let bom = report.bom;
    let mut at: BTreeMap<(Option<u32>, Option<u32>, usize), usize> = BTreeMap::new();
    let mut causes: Vec<Cause<'a>> = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        let component = trail::cause(finding);
        // What is about no component has nothing in common with its like but the rule.
        let alone = if component.is_none() { index + 1 } else { 0 };
        let key = (component.map(|id| id.0), finding.project.map(|id| id.0), alone);
        let slot = *at.entry(key).or_insert_with(|| {
            let step = trail::first_step(bom, finding).and_then(|step| step.evidence.as_ref());
            let place = step.map(|evidence| &evidence.location).or(finding.locations.first());
            causes.push(Cause {
                name: component.map(|id| trail::name(bom.component(id))).unwrap_or_default(),
                place: place.map(trail::line).unwrap_or_default(),
                findings: Vec::new(),
            });
            causes.len() - 1
        });
        causes[slot].findings.push(finding);
    }
    // The sort is stable: causes of equal weight stay in the verdict's order.
    causes.sort_by_key(|cause| Reverse(cause.findings.len()));
    causes
}

/// Writes the findings of one rule by what causes them.
fn group(report: &Report<'_>, pen: &Pen<'_>, severity: Severity, rule: &str, findings: &[&Finding], out: &mut String) {
    let head = format!("{}[{}]: ", severity.as_str(), encode::printable(rule));
    let causes = causes(report, findings);
    let summary = report.rule(rule).map_or(String::new(), |rule| trail::prose(rule.summary));
    let total = trail::count(findings.len(), "finding");
    let text = if summary.is_empty() { total.clone() } else { format!("{summary}: {total}") };
    out.push('\n');
    out.push_str(&pen.hang((Role::Severity(severity), &head), (Role::Strong, &text), 4));

    let named = &causes[..causes.len().min(CAUSES)];
    let digits = named.first().map_or(1, |cause| cause.findings.len().to_string().len()).max(2);
    let names = named.iter().map(|cause| width(&cause.name)).max().unwrap_or(0).min(36);
    let places = named.iter().map(|cause| width(&cause.place)).max().unwrap_or(0).min(40);
    for cause in named {
        let pad = |text: &str, columns: usize| " ".repeat(columns.saturating_sub(width(text)));
        let label = format!("  {:>digits$}  ", cause.findings.len());
        let mut line = format!("{}{}", cause.name, pad(&cause.name, names));
        if names > 0 {
            line.push_str("  ");
        }
        line.push_str(&cause.place);
        let stem = format!("{line}{}  ", pad(&cause.place, places));
        let brings = brings(report, cause, pen.left(width(&label) + width(&stem)));
        if !brings.is_empty() {
            line = stem + &brings;
        }
        out.push_str(&row(pen, &label, &line));
    }
    let rest = &causes[named.len()..];
    if !rest.is_empty() {
        let findings = rest.iter().map(|cause| cause.findings.len()).sum();
        let what = if trail::cause(rest[0].findings[0]).is_some() {
            format!("{} with {}", trail::count(rest.len(), "more cause"), trail::count(findings, "finding"))
        } else {
            trail::count(findings, "more finding")
        };
        out.push_str(&row(pen, &format!("  {:>digits$}  ", "…"), &format!("and {what}")));
    }
    let learn = format!("sepal explain {}", encode::printable(rule));
    out.push_str(&pen.hang((Role::Quiet, "    = learn: "), (Role::Plain, &learn), 8));
}

/// A row that is cut, not wrapped, at the width of the terminal.
fn row(pen: &Pen<'_>, label: &str, text: &str) -> String {
    let room = pen.left(width(label));
    let mut text = text.trim_end().to_owned();
    if room > 0 && width(&text) > room {
        while width(&text) >= room && text.pop().is_some() {}
        text.push('…');
    }
    format!("{}{text}\n", pen.paint(Role::Strong, label))
}

/// What a cause brings in, as many names as fit into `room` columns (0: no limit); the message where it has one finding.
fn brings(report: &Report<'_>, cause: &Cause<'_>, room: usize) -> String {
    const NAMED: usize = 3;
    if let [finding] = cause.findings[..] {
        return trail::prose(&finding.message);
    }
    let mut components: Vec<_> = cause.findings.iter().filter_map(|finding| finding.component).collect();
    components.sort_unstable();
    components.dedup();
    let list = |names: &[String]| match components.len() - names.len() {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    };
    let mut names: Vec<String> =
        components.iter().take(NAMED).map(|id| trail::name(report.bom.component(*id))).collect();
    while room > 0 && names.len() > 1 && width(&list(&names)) > room {
        names.pop();
    }
    if names.is_empty() { String::new() } else { list(&names) }
}

/// Findings that waivers cover, one a line.
fn waived(report: &Report<'_>, pen: &Pen<'_>, out: &mut String) {
    let mut first = true;
    for finding in &report.verdict.findings {
        let Standing::Waived { by, until, reason, because } = &finding.standing else { continue };
        if std::mem::take(&mut first) {
            out.push('\n');
            out.push_str(&pen.hang((Role::Strong, "waived: "), (Role::Plain, "accepted, and not counted"), 4));
        }
        let about = finding.component.map_or_else(
            || finding.locations.first().map(trail::line).unwrap_or_default(),
            |id| trail::name(report.bom.component(id)),
        );
        let line = because.line.map(|line| format!(":{line}")).unwrap_or_default();
        let text = format!(
            "{about}: {} until {}, by {}: {} ({}{line})",
            encode::printable(&finding.rule),
            encode::printable(until),
            trail::prose(by),
            trail::prose(reason),
            trail::prose(&because.policy),
        );
        out.push_str(&pen.hang((Role::Plain, "  "), (Role::Plain, &text), 6));
    }
}

/// Trouble on the way: what lost facts first, a few with their place, the rest counted.
fn diagnostics(report: &Report<'_>, pen: &Pen<'_>, out: &mut String) {
    let mut all: Vec<&Diagnostic> = report.bom.diagnostics.iter().chain(&report.verdict.diagnostics).collect();
    if all.is_empty() {
        return;
    }
    all.sort_by_key(|diagnostic| (!diagnostic.kind.loses_facts(), diagnostic.kind));
    let losses = all.iter().filter(|diagnostic| diagnostic.kind.loses_facts()).count();
    let notes = all.len() - losses;
    let lost = if losses == 1 { "what stands there is" } else { "what they hold is" };
    let (label, mut text) = match losses {
        0 => ("noticed: ", trail::count(notes, "note")),
        _ => ("not read: ", format!("{}; {lost} missing from this answer", trail::count(losses, "place"))),
    };
    if losses > 0 && notes > 0 {
        _ = write!(text, " ({} besides)", trail::count(notes, "note"));
    }
    let role = if losses > 0 { Role::Severity(Severity::Warning) } else { Role::Strong };
    out.push('\n');
    out.push_str(&pen.hang((role, label), (Role::Strong, &text), 4));
    let named = if report.style.show.all { all.len() } else { all.len().min(DIAGNOSTICS) };
    for diagnostic in &all[..named] {
        let place = trail::place(&diagnostic.location);
        let text = format!("{} ({})", trail::prose(&diagnostic.message), diagnostic.kind.as_str());
        let label = format!("  {}: ", pen.link(&diagnostic.location, &place));
        // The link's own characters take no columns, so the label is laid out without them.
        let plain = format!("  {place}: ");
        out.push_str(&pen.hang((Role::Plain, &plain), (Role::Plain, &text), 6).replacen(&plain, &label, 1));
        if let Some(help) = &diagnostic.help {
            out.push_str(&pen.hang((Role::Quiet, "      = help: "), (Role::Plain, &trail::prose(help)), 10));
        }
    }
    if named < all.len() {
        let mut kinds: BTreeMap<DiagnosticKind, usize> = BTreeMap::new();
        all[named..].iter().for_each(|diagnostic| *kinds.entry(diagnostic.kind).or_default() += 1);
        let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{} {count}", kind.as_str())).collect();
        let text = format!("and {} more ({}): sepal check --show all", all.len() - named, kinds.join(" · "));
        out.push_str(&pen.hang((Role::Plain, "  "), (Role::Quiet, &text), 4));
    }
}

/// Components whose terms are not known: the count, or the list where it was asked for.
fn unknown(report: &Report<'_>, pen: &Pen<'_>, out: &mut String) {
    let unknown: Vec<_> =
        report.verdict.components.iter().filter(|verdict| verdict.verdict == LicenseVerdict::Unknown).collect();
    if unknown.is_empty() {
        return;
    }
    out.push('\n');
    let text = match unknown.len() {
        1 => "the terms of 1 component are not known".to_owned(),
        count => format!("the terms of {count} components are not known"),
    };
    let text = if report.style.show.unknown { text } else { format!("{text} (sepal check --show unknown)") };
    out.push_str(&pen.hang((Role::Severity(Severity::Warning), "unknown: "), (Role::Plain, &text), 4));
    if report.style.show.unknown {
        for verdict in unknown {
            let component = report.bom.component(verdict.component);
            let place = component.occurrences.first().map(|occurrence| trail::line(&occurrence.evidence.location));
            let place = place.map(|place| format!(" · {place}")).unwrap_or_default();
            let text = format!("{}{place} · {}", trail::purl(component), trail::prose(&verdict.reason));
            out.push_str(&pen.hang((Role::Plain, "  "), (Role::Plain, text.trim_end_matches(" · ")), 6));
        }
    }
}

fn summary(report: &Report<'_>, pen: &Pen<'_>, out: &mut String) {
    let (bom, verdict, run) = (report.bom, report.verdict, &report.run);
    let mut lines: Vec<(&str, String)> = Vec::new();
    let mut line = |label: &'static str, text: &str| lines.push((label, text.to_owned()));
    let kinds: Vec<String> = tally::ecosystems(bom).iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    let mut text = format!("{} in {}", verdict.coverage.components, trail::count(bom.projects.len(), "project"));
    if !kinds.is_empty() {
        _ = write!(text, ": {}", kinds.join(" · "));
    }
    line("components", &text);

    let incomplete = tally::incomplete(bom);
    if incomplete > 0 {
        let project = bom.projects.iter().find(|project| project.completeness != Completeness::Complete);
        let gap = project.and_then(|project| project.gaps.first());
        let mut text = format!("{} not resolved completely", trail::count(incomplete, "project"));
        if let (Some(project), Some((place, message))) = (project, gap) {
            let name = trail::project(bom, project);
            _ = write!(text, "; {name} ({}): {}: {}", project.ecosystem, trail::line(place), trail::prose(message));
        }
        line("incomplete", &text);
    }

    let coverage = &verdict.coverage;
    if let Some(percent) = tally::percent(coverage.licensed, coverage.components) {
        let sources: Vec<String> = coverage
            .by_source
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(source, count)| format!("{} {count}", source.as_str()))
            .collect();
        let mut text = format!("{} of {} found ({percent} %)", coverage.licensed, coverage.components);
        if !sources.is_empty() {
            _ = write!(text, ": {}", sources.join(" · "));
        }
        line("licenses", &text);

        let mut parts: Vec<String> = VERDICTS
            .iter()
            .zip(coverage.verdicts)
            .filter(|(verdict, count)| *count > 0 || **verdict == LicenseVerdict::Allowed)
            .map(|(verdict, count)| match (verdict, count) {
                (LicenseVerdict::NeedsReview, 2..) => format!("{count} need review"),
                _ => format!("{count} {}", verdict.as_str()),
            })
            .collect();
        if coverage.waived > 0 {
            parts.push(format!("{} waived", coverage.waived));
        }
        line("verdicts", &parts.join(" · "));
    }

    if let Some(advisories) = &bom.advisories {
        line("advisories", &tally::known_risks(advisories));
        line("data", &encode::printable(&tally::advisory_data(advisories)));
    }

    let counts = tally::findings(verdict);
    if counts.waived > 0 || verdict.next_expiry.is_some() {
        let mut text = trail::count(counts.waived, "finding");
        if let Some(next) = &verdict.next_expiry {
            let days = tally::until(&verdict.today, next).map(|days| format!(", {days}")).unwrap_or_default();
            _ = write!(text, "; the next waiver ends on {}{days}", encode::printable(next));
        }
        line("waived", &text);
    }

    if let Some(text) = tally::comparison(verdict) {
        line("compared", &encode::printable(&text));
    }
    for remark in &verdict.remarks {
        line("note", &trail::prose(remark));
    }

    let mut left_out = Vec::new();
    if bom.files.excluded > 0 {
        left_out.push(format!("{} by [scan] exclude", trail::count(bom.files.excluded as usize, "file")));
    }
    if bom.files.installed_trees > 0 {
        left_out.push(trail::count(bom.files.installed_trees as usize, "installed or built tree"));
    }
    if !left_out.is_empty() {
        line("left out", &left_out.join(" · "));
    }
    let fixtures = tally::fixtures(bom);
    if fixtures > 0 {
        let verb = if fixtures == 1 { "lies" } else { "lie" };
        line("test data", &format!("{} {verb} in directories of test data", trail::count(fixtures, "project")));
    }
    if let Some(timings) = &run.timings {
        let stages: Vec<String> =
            timings.iter().map(|(stage, micros)| format!("{stage} {}", milliseconds(*micros))).collect();
        line("time", &stages.join(" · "));
    }
    out.push('\n');
    for (label, text) in lines {
        let mut block = pen.hang((Role::Quiet, &format!("  {label:<11}")), (Role::Plain, &text), 13);
        if label == "verdicts" {
            for (index, severity) in [(2, Severity::Error), (3, Severity::Warning)] {
                let part = format!("{} {}", coverage.verdicts[index], VERDICTS[index].as_str());
                block = block.replacen(&part, &pen.paint(Role::Severity(severity), &part), 1);
            }
        }
        out.push_str(&block);
    }
    outcome(report, pen, counts, out);
}

/// Microseconds as milliseconds with one digit after the point.
fn milliseconds(micros: u64) -> String {
    let tenths = micros.saturating_add(50) / 100;
    format!("{}.{} ms", tenths / 10, tenths % 10)
}

/// The last line: what the policy makes of it, and what the process says about that.
fn outcome(report: &Report<'_>, pen: &Pen<'_>, counts: tally::Findings, out: &mut String) {
    let (role, word) = match report.verdict.outcome {
        Outcome::Holds if report.verdict.coverage.verdicts[3] > 0 => (Role::Good, "the policy holds for what is known"),
        Outcome::Holds => (Role::Good, "the policy holds"),
        Outcome::Violated => (Role::Severity(Severity::Error), "the policy is violated"),
        Outcome::Incomplete => {
            (Role::Severity(Severity::Warning), "incomplete: the policy demands to know more than could be found out")
        }
    };
    let word = match &report.verdict.warns_until {
        Some(until) if report.verdict.outcome != Outcome::Holds => format!("{word} (which fails after {until})"),
        _ => word.to_owned(),
    };
    let new = if report.verdict.comparison.is_some() { "new " } else { "" };
    let counts: Vec<String> = [("error", counts.errors), ("warning", counts.warnings), ("note", counts.notes)]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(noun, count)| trail::count(count, &format!("{new}{noun}")))
        .collect();
    let mut text = if counts.is_empty() { format!("no {new}findings") } else { counts.join(", ") };
    if let Some(elapsed) = report.run.elapsed_ms {
        _ = write!(text, " · {elapsed} ms");
    }
    if let Some(exit) = report.run.exit {
        _ = write!(text, " · exit {exit}");
    }
    out.push('\n');
    out.push_str(&pen.hang((role, &format!("  {word}: ")), (Role::Plain, &text), 4));
}
