//! Nothing proposes updates of dependencies.

use crate::model::DocumentKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Nothing proposes updates of dependencies.
pub static RULE: Rule = Rule {
    id: "deps/outdated",
    summary: "no program that proposes updates is set up",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires when there are third-party components and no configuration of Dependabot (`.github/dependabot.yml`) or Renovate \
               (`renovate.json` and its other names, also in `.github` and `.gitlab`, and the key `renovate` of the `package.json` at the \
               top), and no statement about 24.V2 counts today. How far a component is behind its newest version is not judged: no \
               file of a checkout says which versions there are. Bots that are set up at the host of the repository alone are not \
               seen.",
        why: "Small steps taken each week are cheap. Ten major versions at once, on the day of an advisory, are not.",
        how_to_fix: "1. Add `.github/dependabot.yml` or `renovate.json`, with groups, so that it is one request a week.\n\
                     2. Let the checks of the pipeline decide about small updates.\n\
                     3. If updates are done by hand on a schedule, state that in `sepal-governance.toml` (`24.V2`).",
        fine_when: "Updates are proposed by something that leaves no file here.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n",
        example_good: "==> .github/dependabot.yml <==\nversion: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n    schedule:\n      interval: weekly\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "24.K2"),
        ("Scorecard", "Dependency-Update-Tool"),
        ("S2C2F", "UPD-2"),
        ("Best Practices", "dependency_monitoring"),
    ],
    check: Check::Practices(check),
};

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let needs = context.bom.projects.iter().any(|project| !project.fixture);
    let configured = evidence.practices.documents_of(DocumentKind::UpdateBot).next().is_some();
    if !needs || configured || evidence.attested("24.V2").is_some() {
        return;
    }
    let message = "no program that proposes updates of dependencies is set up";
    let mut draft =
        Draft::new(Subject::Place, message, "small steps each week are cheaper than ten versions in one day");
    draft.help.push("add .github/dependabot.yml or renovate.json".to_owned());
    drafts.push(draft);
}
