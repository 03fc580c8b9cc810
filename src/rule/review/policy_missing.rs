//! Nothing says how changes are reviewed.

use crate::model::DocumentKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Nothing says how changes are reviewed.
pub static RULE: Rule = Rule {
    id: "review/policy-missing",
    summary: "nothing says how changes are reviewed",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks at the documents by their usual names at the top of the repository, in `.github/`, `docs/` and `policy/`, and at `sepal-governance.toml`. Fires when there is no CODEOWNERS with a rule, no heading or sentence on reviews in CONTRIBUTING or RELEASING, no review policy, none in Security Insights, and no statement about 44.V1 to 44.V3 counts today. A sentence counts if it has a form of *review* and a word such as *pull request* or *maintainer*; guides that are directories (`docs/contributing/`) or lie deep in the documentation count as well. On 75 public repositories it fired on 36; 5 of these described their reviews in a place that was not looked at then and is now. What only a website says is not seen.",
        why: "A review that everybody does in their own way misses the same things each time, licenses and origin among them.",
        how_to_fix: "1. Say in CONTRIBUTING.md who reviews what, when, and what is looked at (license and origin of code too).\n2. Add CODEOWNERS, so that the right people are asked.\n3. If the policy lives elsewhere, state so: `44.V3`.",
        fine_when: "A person works alone.",
        example_bad: "==> CONTRIBUTING.md <==\n# Contributing\n\nSend patches.\n",
        example_good: "==> CONTRIBUTING.md <==\n# Contributing\n\nEvery pull request is reviewed by a maintainer before it is merged.\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "44.V1"),
        ("GGI", "44.V2"),
        ("GGI", "44.V3"),
        ("OSPS", "GV-03.02"),
        ("Best Practices", "code_review_standards"),
    ],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    if evidence.review_process().is_some() || evidence.attested_any(&["44.V1", "44.V2", "44.V3"]).is_some() {
        return;
    }
    let message = "nothing says how changes are reviewed: no CODEOWNERS, and no word of it in a guide";
    let mut draft =
        Draft::new(Subject::Place, message, "a review without a common list misses the same things each time");
    draft.locations.extend(evidence.document(DocumentKind::Contributing).map(|guide| guide.location));
    draft.help.push("say in CONTRIBUTING.md who reviews what, when, and what is looked at".to_owned());
    draft.help.push("or add CODEOWNERS, so that the right people are asked".to_owned());
    drafts.push(draft);
}
