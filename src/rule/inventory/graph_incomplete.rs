//! An SBOM document does not say what it is about, or who needs whom.

use crate::model::{Location, SbomComponent, SbomField};
use crate::rule::profile::{self, PROFILE, Profile};
use crate::rule::{Check, Context, Docs, Draft, Rule};

/// An SBOM document does not say what it is about, or who needs whom.
pub static RULE: Rule = Rule {
    id: "inventory/graph-incomplete",
    summary: "an SBOM document does not say what it is about, or who needs whom",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Looks at SBOM documents that are named or kept in the repository. Fires when one names no primary component; states \
               no relationships; does not say what the primary component needs; leaves components out of the graph; or names only \
               what the primary component needs directly. With the profile `cra` the last two are fine: the law asks for the top \
               level (Annex I part II (1)).",
        why: "Without relationships nobody can tell which update removes a vulnerable component.",
        how_to_fix: "1. Write the document from the lock file, which knows direct and indirect dependencies.\n\
                     2. Name the product itself as the primary component (`metadata.component`, `DESCRIBES`).",
        fine_when: "The document is a plain list of what is installed somewhere, and no product.",
        example_bad: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\",\n \"metadata\": {\"component\": {\"type\": \"application\", \"name\": \"shop\", \"bom-ref\": \"shop\"}},\n \"components\": [{\"type\": \"library\", \"name\": \"kit\", \"bom-ref\": \"kit\"}]}\n",
        example_good: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\",\n \"metadata\": {\"component\": {\"type\": \"application\", \"name\": \"shop\", \"bom-ref\": \"shop\"}},\n \"components\": [{\"type\": \"library\", \"name\": \"kit\", \"bom-ref\": \"kit\"}],\n \"dependencies\": [{\"ref\": \"shop\", \"dependsOn\": [\"kit\"]}, {\"ref\": \"kit\"}]}\n",
    },
    params: &[PROFILE],
    mappings: &[
        ("Stage 1", "S1.3b"),
        ("GGI", "23.V1"),
        ("NTIA 2021", "Data Fields, Dependency Relationship"),
        ("CISA 2026", "appendix A, Component Dependency Relationship"),
        ("BSI TR-03183-2", "5.1"),
        ("CRA", "Annex I part II (1)"),
    ],
    check: Check::Sboms(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    const MOST_PLACES: usize = 5;
    let profile = Profile::of(context);
    let why = "without relationships nobody can tell which update removes a vulnerable component";
    for (sbom, facts) in profile::readable(context) {
        let others = facts.components.iter().filter(|component| !component.primary).count();
        let mut say = |what: &str, message: String, help: &str, locations: Vec<Location>| {
            let mut draft = profile::about(sbom, what, message, why);
            draft.help.push(help.to_owned());
            draft.locations = locations;
            drafts.push(draft);
        };
        let start = || vec![profile::start(sbom, facts)];
        let lock = "write the document from the lock file, which knows direct and indirect dependencies";
        if facts.primary().next().is_none() {
            say(
                "primary",
                format!("{} does not say which component it is about", sbom.path),
                "name the product as the primary component: metadata.component in CycloneDX, DESCRIBES in SPDX",
                start(),
            );
        }
        if facts.components.len() < 2 && facts.primary().next().is_some() || facts.components.is_empty() {
            continue;
        }
        if facts.relationships == 0 {
            // One that says of its primary component that it needs nothing, or that this is not known, says something.
            let message =
                format!("{} names {} and does not say who needs whom", sbom.path, profile::components(others));
            say("relationships", message, lock, start());
            continue;
        }
        let primary: Vec<&SbomComponent> = facts.primary().collect();
        if primary.is_empty() {
            continue;
        }
        let reached = |component: &&SbomComponent| component.reached && !component.primary;
        if !facts.components.iter().any(|component| reached(&component)) {
            let names = profile::some(primary.iter().map(|component| &component.name));
            say("top", format!("{} does not say what {names} needs", sbom.path), lock, start());
            continue;
        }
        if profile == Profile::Cra {
            continue;
        }
        let lost: Vec<&SbomComponent> = facts.components.iter().filter(|component| !component.reached).collect();
        if !lost.is_empty() {
            let names = profile::some(lost.iter().map(|component| &component.name));
            let verb = if lost.len() == 1 { "hangs" } else { "hang" };
            let message = format!(
                "{} of {} {verb} on nothing that the primary component needs: {names}",
                profile::components(lost.len()),
                sbom.path
            );
            let places = lost.iter().take(MOST_PLACES);
            let places = places.map(|component| Location::at(&sbom.path, component.mark)).collect();
            say("orphans", message, lock, places);
        }
        let told = |component: &&SbomComponent| {
            !component.primary
                && (component.given.has(SbomField::Dependencies)
                    || component.unknown.has(SbomField::Dependencies)
                    || component.has_parts)
        };
        if !facts.components.iter().any(|component| told(&component)) {
            let message = format!("{} does not say what any of its components needs in its turn", sbom.path);
            say("transitive", message, lock, start());
        }
    }
}
