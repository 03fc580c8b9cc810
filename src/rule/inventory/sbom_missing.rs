//! No SBOM is produced or kept.

use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// No SBOM is produced or kept.
pub static RULE: Rule = Rule {
    id: "inventory/sbom-missing",
    summary: "no SBOM is produced or kept",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires when no pipeline has a step known to write an SBOM, none is kept in the repository (at the top, in `sbom/`, `docs/`, `release/`), Security Insights names none, and no statement about S1.3a counts today. Those attached to releases are not in a checkout.",
        why: "The next emergency begins with the question whether we are affected; only a list answers it.",
        how_to_fix: "1. Run `sepal scan -o cyclonedx-json=bom.json` where the artefact is made, and attach it to the release.\n2. If that happens elsewhere, state so: `S1.3a`.",
        fine_when: "Nothing is built or released here.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n",
        example_good: "==> .github/workflows/release.yml <==\non: push\njobs:\n  bom:\n    steps:\n      - run: sepal scan -o cyclonedx-json=bom.json\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.3a"),
        ("Stage 1", "S1.4g"),
        ("GGI", "23.V1"),
        ("OSPS", "QA-02.02"),
        ("Scorecard", "SBOM"),
        ("ISO/IEC 5230", "3.3.1.1"),
        ("ISO/IEC 18974", "4.3.1.1"),
        ("CRA", "Annex I part II (1), Annex VII"),
        ("S2C2F", "INV-1"),
    ],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    if evidence.sbom().is_some() || evidence.attested("S1.3a").is_some() {
        return;
    }
    let message = "no SBOM is produced in the pipeline, and none is kept here";
    let mut draft =
        Draft::new(Subject::Place, message, "the next emergency begins with the question whether we are affected");
    draft.help.push(
        "run `sepal scan -o cyclonedx-json=bom.json` where the artefact is made, and keep it with the release"
            .to_owned(),
    );
    drafts.push(draft);
}
