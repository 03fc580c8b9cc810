//! No audit of licenses is on record or scheduled.

use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject};

/// No audit of licenses is on record or scheduled.
pub static RULE: Rule = Rule {
    id: "legal/audit-overdue",
    summary: "no audit of licenses is on record or scheduled",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires when neither a pipeline runs a scanner that looks at licenses by the clock (a schedule in the file that runs it), nor a statement about 21.V4 counts today and is at most `max-days` old. That a schedule is switched on at the service cannot be seen in a checkout.",
        why: "What was right last year may be wrong today: components change their licenses, and lists change their minds.",
        how_to_fix: "1. Let the pipeline that scans run by the clock as well (`schedule` with `cron`).\n2. Or record the audit: date, scope and result as evidence of a statement about `21.V4`.",
        fine_when: "Audits are run over all repositories from outside; then state that once.",
        example_bad: "==> .github/workflows/ci.yml <==\non: push\njobs:\n  scan:\n    steps:\n      - run: sepal check\n",
        example_good: "==> .github/workflows/ci.yml <==\non:\n  push:\n  schedule:\n    - cron: '0 4 * * 1'\njobs:\n  scan:\n    steps:\n      - run: sepal check\n",
    },
    params: &[Param {
        name: "max-days",
        kind: ParamKind::Number { default: 365, most: 3650 },
        docs: "How old the last audit on record may be.",
    }],
    mappings: &[
        ("GGI", "21.V4"),
        ("GGI", "21.R6"),
        ("GGI", "23.R1"),
        ("ISO/IEC 5230", "3.6.2.1"),
        ("ISO/IEC 18974", "4.1.4.3"),
    ],
    check: Check::Practices(check),
};

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    if evidence.scheduled_audit().is_some() {
        return;
    }
    let most = context.params.number("max-days");
    let statement = evidence.attested("21.V4");
    let message = match statement.map(|statement| (statement, statement.date.days_until(context.today))) {
        Some((_, days)) if i64::from(days) <= i64::from(most) => return,
        Some((statement, days)) => format!("the last audit on record ({}) is {days} days old", statement.date),
        None => "no audit of licenses and dependencies is on record, and none is scheduled".to_owned(),
    };
    let mut draft = Draft::new(Subject::Place, message, "what was right last year may be wrong today");
    draft.locations.extend(statement.map(|statement| statement.location.clone()));
    draft.help.push("let the pipeline that scans run by the clock too (schedule with cron)".to_owned());
    draft.help.push(
        "or record the audit: point = \"21.V4\" in sepal-governance.toml, with its report as evidence".to_owned(),
    );
    drafts.push(draft);
}
