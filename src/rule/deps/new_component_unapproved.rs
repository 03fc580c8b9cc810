//! A direct dependency that a change brings in and nobody has approved of.

use crate::model::Past;
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};

/// A direct dependency that a change brings in and nobody has approved of.
pub static RULE: Rule = Rule {
    id: "deps/new-component-unapproved",
    summary: "a direct dependency is new, and the policy has no record that somebody approved of it",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for every direct dependency of which no version was there before the change (`--since`, `--staged`) or when the \
               baseline was written (`--baseline`), and which no `[[approval]]` of the policy fits. Updates are not new, and \
               neither is what was there already as a dependency of a dependency. With `--since` the policy of the earlier side \
               judges, so an approval has to be there before the change is merged; with `--staged` it may be staged with it. \
               An approval dated ahead does not count. Without a comparison the rule does not run. Off by default.",
        why: "Taking on a dependency is a decision for years: its license, its health and its security become yours. One minute of \
              thought is cheapest before the first line uses it.",
        how_to_fix: "1. Ask the questions: is it needed, does the license fit, who maintains it, how are vulnerabilities handled.\n\
                     2. Record the answer: `[[approval]]` in the policy with component, by, date and reason.\n\
                     3. Or do without it.",
        fine_when: "The project is an experiment, or approvals are recorded elsewhere; then leave the rule off.",
        example_bad: "+    \"kit\": \"^1.0.0\"\n",
        example_good: "[[approval]]\ncomponent = \"pkg:npm/kit\"\nby = \"architecture@example.org\"\ndate = 2026-09-01\n\
                       reason = \"parses what we would write ourselves; MIT; two maintainers, monthly releases\"\n",
    },
    params: &[SHIPPED],
    mappings: &[
        ("GGI", "23.R2"),
        ("Stage 1", "S1.2b"),
        ("ISO/IEC 5230", "3.3.1.1"),
        ("ISO/IEC 18974", "4.3.1.1"),
        ("OSPS", "DO-06.01"),
        ("CRA", "13(5)"),
    ],
    check: Check::Change(check),
};

fn check(context: &Context<'_>, past: &Past, drafts: &mut Vec<Draft>) {
    for judged in context.judged {
        let component = context.bom.component(judged.component);
        if !component.direct() || !past.of(&component.purl).is_empty() {
            continue;
        }
        let ahead = judged.approval.filter(|approval| approval.date > context.today);
        if judged.approval.is_some() && ahead.is_none() {
            continue;
        }
        let name = context.name(judged.component);
        let message = match ahead {
            Some(approval) => format!("{name} is a new direct dependency, and its approval is dated {}", approval.date),
            None => format!("{name} is a new direct dependency, and nobody has approved of it"),
        };
        let why = "its license, its health and its security become yours with the first line that uses it";
        let mut draft = Draft::new(Subject::Component(judged.component), message, why);
        draft.help.push(
            "ask: is it needed, does the license fit, who maintains it, how are vulnerabilities handled".to_owned(),
        );
        draft.help.push(format!(
            "record the answer: [[approval]] in sepal.toml with component = \"{}\", by, date and reason",
            component.purl.without_version()
        ));
        draft.help.extend(context.ask("sources"));
        draft.locations = context.manifest_places(judged.component);
        drafts.push(draft);
    }
}
