//! One comment for a pull or merge request, or a job's summary.
//!
//! It begins with a marker that does not change, so that a script finds the comment it wrote before and replaces it instead
//! of adding one with every push. Services refuse a comment of more than 65,536 characters; this one stays below and says
//! what was cut. Names, paths and messages are text or code in it and nothing else.

use std::io;

use super::encode::{markdown as text, markdown_code as code};
use super::tally::{self, VERDICTS};
use super::{Report, Reporter, encode, trail};
use crate::model::{Finding, Location, Outcome, Severity, Standing};

/// The output.
pub static REPORTER: Reporter = Reporter {
    id: "markdown",
    docs: "one comment for a pull request, or a job's summary",
    shows_lines_of: super::no_lines,
    write,
};

/// The first line of every comment.
pub const MARKER: &str = "<!-- sepal -->";

/// Bytes that a comment never exceeds; there are at most as many characters.
pub const LIMIT: usize = 64_000;

/// Findings of one rule above which they are folded.
const OPEN: usize = 5;

/// Ecosystems named; a document that was read as input may name any number.
const KINDS: usize = 20;

/// Characters of one message or reason.
const PROSE: usize = 600;

fn write(report: &Report<'_>, writer: &mut dyn io::Write) -> io::Result<()> {
    writer.write_all(compose(report).as_bytes())
}

/// The findings of one rule at one severity, in the verdict's order.
struct Group<'a> {
    rule: &'a str,
    severity: Severity,
    findings: Vec<&'a Finding>,
}

fn compose(report: &Report<'_>) -> String {
    let mut out = String::new();
    head(report, &mut out);
    let foot = foot(report);
    let room = LIMIT - foot.len().min(LIMIT / 2) - 400;

    let mut groups: Vec<Group<'_>> = Vec::new();
    for finding in tally::open(report.verdict) {
        let (rule, severity) = (finding.rule.as_str(), finding.severity);
        match groups.iter_mut().find(|group| group.rule == rule && group.severity == severity) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Group { rule, severity, findings: vec![finding] }),
        }
    }
    let mut left_out = 0;
    for group in &groups {
        left_out += self::group(report, group, room, &mut out);
    }
    left_out += waived(report, room, &mut out);
    if left_out > 0 {
        out.push_str(&format!(
            "\n**{} not shown here**, since a comment holds no more. `sepal check --show all` shows each of them.\n",
            if left_out == 1 { "1 finding is".to_owned() } else { format!("{left_out} findings are") }
        ));
    }
    out.push_str(&foot);
    out
}

fn head(report: &Report<'_>, out: &mut String) {
    let verdict = report.verdict;
    let (mark, outcome) = match verdict.outcome {
        Outcome::Holds => ("✅", "the policy holds"),
        Outcome::Violated => ("❌", "the policy is violated"),
        Outcome::Incomplete => ("⚠️", "incomplete: the policy demands to know more than could be found out"),
    };
    out.push_str(&format!("{MARKER}\n### {mark} sepal: {outcome}\n\n"));
    let counts = tally::findings(verdict);
    out.push_str(
        "| errors | warnings | notes | waived | components | licenses found |\n|---:|---:|---:|---:|---:|---:|\n",
    );
    let coverage = &verdict.coverage;
    let percent = tally::percent(coverage.licensed, coverage.components).map(|percent| format!(" ({percent} %)"));
    out.push_str(&format!(
        "| {} | {} | {} | {} | {} | {}{} |\n",
        counts.errors,
        counts.warnings,
        counts.notes,
        counts.waived,
        coverage.components,
        coverage.licensed,
        percent.unwrap_or_default(),
    ));
    if let Some(compared) = tally::comparison(verdict) {
        out.push_str(&format!("\nCompared {}\n", text(&encode::clip(&compared, PROSE))));
    }
    for remark in verdict.remarks.iter().take(10) {
        out.push_str(&format!("\n> {}\n", text(&encode::clip(remark, PROSE))));
    }
}

/// Writes a rule's findings while they fit and returns how many did not.
fn group(report: &Report<'_>, group: &Group<'_>, room: usize, out: &mut String) -> usize {
    let (mark, total) = match group.severity {
        Severity::Error => ("🔴", trail::count(group.findings.len(), "error")),
        Severity::Warning => ("🟡", trail::count(group.findings.len(), "warning")),
        Severity::Note => ("🔵", trail::count(group.findings.len(), "note")),
    };
    let summary = report.rule(group.rule).map(|rule| format!(": {}", text(rule.summary))).unwrap_or_default();
    let head = format!("\n#### {mark} {total}, {}{summary}\n\n", code(&encode::clip(group.rule, 100)));
    if out.len() + head.len() > room {
        return group.findings.len();
    }
    out.push_str(&head);
    let mut shown = 0;
    let mut folded = false;
    for finding in &group.findings {
        let item = item(report, finding);
        if out.len() + item.len() > room {
            break;
        }
        if shown == OPEN && group.findings.len() > OPEN + 1 {
            folded = true;
            let rest = group.findings.len() - OPEN;
            out.push_str(&format!("\n<details><summary>and {rest} more</summary>\n\n"));
        }
        out.push_str(&item);
        shown += 1;
    }
    if folded {
        out.push_str("\n</details>\n");
    }
    group.findings.len() - shown
}

fn place(location: &Location) -> String {
    code(&encode::clip(&trail::line(location), 300))
}

fn item(report: &Report<'_>, finding: &Finding) -> String {
    let bom = report.bom;
    let mut item = String::from("- ");
    if let Some(id) = finding.component {
        item.push_str(&format!("{}: ", code(&trail::name(bom.component(id)))));
    }
    item.push_str(&text(&encode::clip(&finding.message, PROSE)));
    if let Some(location) = finding.locations.first() {
        item.push_str(&format!(" ({}", place(location)));
        if finding.locations.len() > 1 {
            item.push_str(&format!(" and {}", trail::count(finding.locations.len() - 1, "more place")));
        }
        item.push(')');
    }
    item.push('\n');
    if finding.path.len() > 1 {
        const NAMED: usize = 8;
        let mut names: Vec<String> =
            finding.path.iter().take(NAMED).map(|id| code(&trail::name(bom.component(*id)))).collect();
        if finding.path.len() > NAMED {
            names.push(format!("… {} more", finding.path.len() - NAMED));
        }
        item.push_str(&format!("  <br>comes in through {}\n", names.join(" → ")));
    }
    let because = &finding.because;
    let line = because.line.map(|line| format!(":{line}")).unwrap_or_default();
    item.push_str(&format!(
        "  <br>policy: {} ({})\n",
        text(&encode::clip(&because.text, PROSE)),
        code(&format!("{}{line}", encode::clip(&because.policy, 200)))
    ));
    if !finding.help.is_empty() {
        let help: Vec<String> = finding.help.iter().take(5).map(|help| text(&encode::clip(help, PROSE))).collect();
        item.push_str(&format!("  <br>ways out: {}\n", help.join(" · ")));
    }
    item
}

/// Writes what waivers cover while it fits and returns how many did not.
fn waived(report: &Report<'_>, room: usize, out: &mut String) -> usize {
    let all = report.verdict.findings.iter().filter(|finding| matches!(finding.standing, Standing::Waived { .. }));
    let total = all.clone().count();
    if total == 0 {
        return 0;
    }
    let head = format!("\n<details><summary>{} waived</summary>\n\n", trail::count(total, "finding"));
    if out.len() + head.len() > room {
        return total;
    }
    out.push_str(&head);
    let mut shown = 0;
    for finding in all {
        let Standing::Waived { by, until, reason, .. } = &finding.standing else { continue };
        let about = finding.component.map(|id| format!("{} ", code(&trail::name(report.bom.component(id)))));
        let item = format!(
            "- {}{}, until {}, by {}: {}\n",
            about.unwrap_or_default(),
            code(&encode::clip(&finding.rule, 100)),
            text(&encode::clip(until, 20)),
            text(&encode::clip(by, 100)),
            text(&encode::clip(reason, PROSE)),
        );
        if out.len() + item.len() > room {
            break;
        }
        out.push_str(&item);
        shown += 1;
    }
    out.push_str("\n</details>\n");
    total - shown
}

fn foot(report: &Report<'_>) -> String {
    let (bom, verdict) = (report.bom, report.verdict);
    let mut out = String::from("\n<details><summary>what was looked at</summary>\n\n");
    let kinds: Vec<String> =
        tally::ecosystems(bom).iter().take(KINDS).map(|(kind, count)| format!("{} {count}", text(kind))).collect();
    let projects = trail::count(bom.projects.len(), "project");
    out.push_str(&format!("- {} in {projects}", trail::count(verdict.coverage.components, "component")));
    if !kinds.is_empty() {
        out.push_str(&format!(": {}", kinds.join(" · ")));
    }
    out.push('\n');
    let incomplete = tally::incomplete(bom);
    if incomplete > 0 {
        out.push_str(&format!("- {} not resolved completely\n", trail::count(incomplete, "project")));
    }
    let verdicts = VERDICTS.iter().zip(verdict.coverage.verdicts);
    let verdicts: Vec<String> = verdicts.map(|(verdict, count)| format!("{count} {}", verdict.as_str())).collect();
    out.push_str(&format!("- licenses: {}\n", verdicts.join(" · ")));
    if let Some(advisories) = &bom.advisories {
        out.push_str(&format!("- advisories: {}\n", text(&tally::known_risks(advisories))));
        out.push_str(&format!("- advisory data: {}\n", text(&tally::advisory_data(advisories))));
    }
    let trouble = bom.diagnostics.len() + verdict.diagnostics.len();
    if trouble > 0 {
        out.push_str(&format!("- {}, listed by `sepal check --show all`\n", trail::count(trouble, "diagnostic")));
    }
    if let Some(next) = &verdict.next_expiry {
        out.push_str(&format!("- the next waiver ends on {}\n", text(next)));
    }
    out.push_str(&format!(
        "- sepal {}, policy {} (sha256 {})\n\n</details>\n",
        text(&report.run.version),
        text(&encode::clip(&verdict.policy, 200)),
        code(verdict.policy_digest.get(..12).unwrap_or(&verdict.policy_digest)),
    ));
    out
}
