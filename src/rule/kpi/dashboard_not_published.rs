//! No report on dependencies is published.

use crate::model::FactKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// No report on dependencies is published.
pub static RULE: Rule = Rule {
    id: "kpi/dashboard-not-published",
    summary: "no report on dependencies is published",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires when no pipeline publishes the result of a scan (pages, code scanning, a job's summary, an artefact in the job of a scanner), and no statement about 24.V3 counts today. Who can open what is published cannot be seen in a checkout.",
        why: "A risk that only the pipeline knows is a risk that nobody acts on.",
        how_to_fix: "1. Publish `sepal scorecard --format html` as a page or artefact of the pipeline.\n2. Or state where the dashboard is: `24.V3`.",
        fine_when: "The dashboard is fed from outside; then state that.",
        example_bad: "==> .github/workflows/ci.yml <==\non: push\njobs:\n  scan:\n    steps:\n      - run: cargo deny check\n",
        example_good: "==> .github/workflows/ci.yml <==\non: push\njobs:\n  scan:\n    steps:\n      - run: sepal check --format sarif -o sepal.sarif\n      - uses: github/codeql-action/upload-sarif@v3\n",
    },
    params: &[],
    mappings: &[("GGI", "24.V3"), ("GGI", "22.N1"), ("GGI", "24.R4")],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    if evidence.one(FactKind::ReportPublished).is_some() || evidence.attested("24.V3").is_some() {
        return;
    }
    let message = "no report on dependencies is published where people can open it";
    let mut draft =
        Draft::new(Subject::Place, message, "a risk that only the pipeline knows is one that nobody acts on");
    draft.help.push("publish `sepal scorecard --format html` as a page or artefact of the pipeline".to_owned());
    drafts.push(draft);
}
