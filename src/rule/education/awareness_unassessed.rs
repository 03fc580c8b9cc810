//! Nothing shows that people know the policy.

use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Nothing shows that people know the policy.
pub static RULE: Rule = Rule {
    id: "education/awareness-unassessed",
    summary: "nothing shows that people know the policy",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires when no statement about S1.4f counts today: a quiz, an acknowledgement, a summary of either.",
        why: "That a policy was sent is not that it was read.",
        how_to_fix: "1. Run a short quiz or ask for an acknowledgement.\n2. Keep the summary, and state it: `S1.4f` in `sepal-governance.toml`.",
        fine_when: "The organisation assesses this for all repositories; then state that.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n",
        example_good: "==> sepal-governance.toml <==\n[[statement]]\npoint = \"S1.4f\"\nstatement = \"Every developer answered the quiz on our open source policy.\"\nowner = \"license office\"\nevidence = \"https://intranet.example/S1.4f\"\nsigned-by = \"head of engineering\"\ndate = 2026-05-01\nexpires = 2027-05-01\n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.2a"), ("Stage 1", "S1.4f"), ("ISO/IEC 5230", "3.1.3.1"), ("ISO/IEC 18974", "4.1.3.1")],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    if evidence.attested("S1.4f").is_some() {
        return;
    }
    let message = "nothing shows that people know the policy, its aims and their part in it";
    let mut draft = Draft::new(Subject::Place, message, "that a policy was sent is not that it was read");
    draft.help.push("run a short quiz and state its summary: point = \"S1.4f\" in sepal-governance.toml".to_owned());
    drafts.push(draft);
}
