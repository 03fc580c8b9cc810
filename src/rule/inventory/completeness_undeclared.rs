//! An SBOM document does not say whether it names everything.

use crate::model::{Location, SbomComponent, SbomField, SbomFormat};
use crate::rule::profile::{self, PROFILE, Profile};
use crate::rule::{Check, Context, Docs, Draft, Rule};

/// An SBOM document does not say whether it names everything.
pub static RULE: Rule = Rule {
    id: "inventory/completeness-undeclared",
    summary: "an SBOM document does not say whether its lists of dependencies are complete",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Looks at SBOM documents that are named or kept in the repository. Fires when one does not say whether the \
               dependencies of its primary component are all named: in CycloneDX by `compositions`, in SPDX 2 by `DEPENDS_ON NONE` \
               or `NOASSERTION`, in SPDX 3 by `completeness`. With the profile `bsi-tr-03183-2` every component needs such a word. \
               *Unknown* is a word, too. Whether a statement is true is not looked at.",
        why: "A list that says nothing of what it leaves out is read as if it left out nothing.",
        how_to_fix: "1. Let the tool declare completeness; those that read lock files can.\n\
                     2. Declare by hand what is known to be missing, and what is withheld.",
        fine_when: "The standard's version has no way to say it (CycloneDX before 1.3).",
        example_bad: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\",\n \"metadata\": {\"component\": {\"type\": \"application\", \"name\": \"shop\", \"bom-ref\": \"shop\"}},\n \"dependencies\": [{\"ref\": \"shop\"}]}\n",
        example_good: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\",\n \"metadata\": {\"component\": {\"type\": \"application\", \"name\": \"shop\", \"bom-ref\": \"shop\"}},\n \"dependencies\": [{\"ref\": \"shop\"}],\n \"compositions\": [{\"aggregate\": \"complete\", \"dependencies\": [\"shop\"]}]}\n",
    },
    params: &[PROFILE],
    mappings: &[
        ("Stage 1", "S1.3b"),
        ("NTIA 2021", "Practices and Processes, Known Unknowns"),
        ("CISA 2026", "Explicitly Identifying Unknown Information"),
        ("BSI TR-03183-2", "5.2.2"),
    ],
    check: Check::Sboms(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    const MOST_PLACES: usize = 5;
    let profile = Profile::of(context);
    let why = "a list that says nothing of what it leaves out is read as if it left out nothing";
    for (sbom, facts) in profile::readable(context) {
        let silent = |component: &&SbomComponent| !component.given.has(SbomField::Completeness);
        let silent: Vec<&SbomComponent> = facts.components.iter().filter(silent).collect();
        let (what, message, locations) = if !facts.whole_declared {
            let message = format!("{} does not say whether it names everything", sbom.path);
            ("whole", message, vec![profile::start(sbom, facts)])
        } else if profile == Profile::Bsi && !silent.is_empty() {
            let names = profile::some(silent.iter().map(|component| &component.name));
            let message = format!(
                "{} does not say of {} whether their dependencies are all named: {names} (BSI TR-03183-2, 5.2.2)",
                sbom.path,
                profile::components(silent.len()),
            );
            let places = silent.iter().take(MOST_PLACES);
            ("each", message, places.map(|component| Location::at(&sbom.path, component.mark)).collect())
        } else {
            continue;
        };
        let mut draft = profile::about(sbom, what, message, why);
        draft.locations = locations;
        draft.help.push(match facts.format {
            SbomFormat::CycloneDx => {
                "let the tool declare it in compositions: complete, incomplete or unknown".to_owned()
            }
            SbomFormat::Spdx if facts.version.starts_with('3') => {
                "let the tool declare it: completeness of the dependsOn relationships".to_owned()
            }
            SbomFormat::Spdx => {
                "let the tool declare it: DEPENDS_ON NONE where nothing is needed, NOASSERTION where that is not known"
                    .to_owned()
            }
        });
        drafts.push(draft);
    }
}
