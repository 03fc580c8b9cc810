//! It is not said which versions get security fixes, or until when.

use crate::model::FactKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// It is not said which versions get security fixes, or until when.
pub static RULE: Rule = Rule {
    id: "vuln/support-period-undeclared",
    summary: "it is not said which versions get security fixes, or until when",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks at the documents by their usual names at the top of the repository, in `.github/`, `docs/` and `policy/`, and at `sepal-governance.toml`. Fires when README, SUPPORT, SECURITY and Security Insights have no word of supported versions, a support period or an end of life. A heading in README counts; a table without a heading does not.",
        why: "Who builds on a version needs to know when to leave it; the Cyber Resilience Act asks manufacturers to say it.",
        how_to_fix: "1. Add a section on supported versions to SECURITY.md or SUPPORT.md: which get fixes, and until when.\n2. Or put `support-policy` into `security-insights.yml`.",
        fine_when: "Nothing is ever released.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n",
        example_good: "==> README.md <==\n# Kit\n\nA kit.\n\n## Supported versions\n\nEach release gets security fixes for two years.\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.1e"),
        ("OSPS", "DO-04.01"),
        ("OSPS", "DO-05.01"),
        ("CRA", "Article 13(8), 13(19)"),
        ("Best Practices", "maintenance_or_update"),
    ],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    if evidence.one(FactKind::SupportPeriod).is_some() {
        return;
    }
    let message = "it is not said which versions get security fixes, or until when";
    let mut draft = Draft::new(Subject::Place, message, "who builds on a version needs to know when to leave it");
    draft.help.push("add a section on supported versions to SECURITY.md or SUPPORT.md".to_owned());
    drafts.push(draft);
}
