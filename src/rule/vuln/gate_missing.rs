//! No step of CI can stop a change for what it finds in dependencies.

use crate::model::FactKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// No step of CI can stop a change for what it finds in dependencies.
pub static RULE: Rule = Rule {
    id: "vuln/gate-missing",
    summary: "no step of CI can stop a change for what it finds in dependencies",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires when no pipeline that runs on changes has a step known to look at third-party software whose failure fails it. A step with `continue-on-error`, `|| true`, or an action that only reports unless told otherwise is no gate. What a script, a Makefile or a workflow of another repository runs inside is not seen. On 75 public repositories 2 of 60 findings were false, where a workflow of the same repository was called; such calls are followed now.",
        why: "A finding after the merge is work for somebody else; before it, it is a line to change.",
        how_to_fix: "1. Add `sepal check` to the pipeline of pull requests and let it fail.\n2. If a scanner runs already, remove what swallows its failure, or give it its exit code.\n3. If the gate is in a script or another system, state so: `22.V2` in `sepal-governance.toml`.",
        fine_when: "Changes are judged by another system; then state that.",
        example_bad: "==> .github/workflows/ci.yml <==\non: pull_request\njobs:\n  scan:\n    steps:\n      - run: cargo audit || true\n",
        example_good: "==> .github/workflows/ci.yml <==\non: pull_request\njobs:\n  scan:\n    steps:\n      - run: cargo audit\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "22.V2"),
        ("GGI", "23.V3"),
        ("GGI", "21.R3"),
        ("Stage 1", "S1.4e"),
        ("OSPS", "VM-05.03"),
        ("OSPS", "QA-03.01"),
        ("S2C2F", "UPD-3"),
    ],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    if evidence.one(FactKind::Gate).is_some() || evidence.attested("22.V2").is_some() {
        return;
    }
    let scanner = evidence.one(FactKind::Scanner);
    let message = match &scanner {
        Some(scanner) => format!("{} runs, and no change is stopped by what it finds", scanner.what),
        None => "no step of CI looks at dependencies before a change is merged".to_owned(),
    };
    let mut draft =
        Draft::new(Subject::Place, message, "a finding before the merge is a line to change; after it, an incident");
    draft.locations.extend(scanner.map(|scanner| scanner.location));
    draft.help.push("run `sepal check` in the pipeline of pull requests and let it fail".to_owned());
    draft
        .help
        .push("if a script or another system does it, state so: point = \"22.V2\" in sepal-governance.toml".to_owned());
    drafts.push(draft);
}
