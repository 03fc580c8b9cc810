//! No indicators of open source use are collected.

use crate::model::FactKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// No indicators of open source use are collected.
pub static RULE: Rule = Rule {
    id: "kpi/indicators-not-collected",
    summary: "no indicators of open source use are collected",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires when no pipeline runs `sepal scorecard`, no two scorecards of the last year are kept in the repository (`scorecards/*.json`), and no statement about 24.V1 or 24.V2 counts today.",
        why: "What is not counted is decided by the last incident.",
        how_to_fix: "1. Run `sepal scorecard --format json` on a schedule and keep the results.\n2. Or state where the indicators are: `24.V1`.",
        fine_when: "The organisation collects them from outside; then state that.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n",
        example_good: "==> .github/workflows/score.yml <==\non:\n  schedule:\n    - cron: '0 4 1 * *'\njobs:\n  score:\n    steps:\n      - run: sepal scorecard --format json -o score.json\n",
    },
    params: &[],
    mappings: &[("GGI", "24.V1"), ("GGI", "24.V2"), ("ISO/IEC 18974", "4.1.4.2")],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let collected = evidence.one(FactKind::ScorecardProduced).is_some() || evidence.kept_cards().len() >= 2;
    if collected || evidence.attested_any(&["24.V1", "24.V2"]).is_some() {
        return;
    }
    let message = "no indicators of open source use are collected";
    let mut draft = Draft::new(Subject::Place, message, "what is not counted is decided by the last incident");
    draft.help.push("run `sepal scorecard --format json` on a schedule and keep the results".to_owned());
    drafts.push(draft);
}
