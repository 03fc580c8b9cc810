//! An SBOM document does not say of itself what a profile asks for.

use crate::model::Location;
use crate::rule::profile::{self, Basis, PROFILE, Profile};
use crate::rule::{Check, Context, Docs, Draft, Rule};

/// An SBOM document does not say of itself what a profile asks for.
pub static RULE: Rule = Rule {
    id: "inventory/document-fields-missing",
    summary: "an SBOM document does not say who made it, when, with what, or from what",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Looks at SBOM documents that are named or kept in the repository. Fires when one does not say of itself what the \
               profile asks for: author, timestamp, name and version of the tool, generation context, version of the document. \
               One finding for each document. A tool is no author, except for NTIA 2021.",
        why: "A list of which nobody knows who made it, when, and from what, answers no question.",
        how_to_fix: "1. Tell the tool who you are; most have a setting for the producer. `sepal scan --author` is ours.\n\
                     2. The rest a current tool fills in by itself: write the document anew.",
        fine_when: "The document is an intermediate step, and the one that is given out has the fields.",
        example_bad: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"metadata\": {\"timestamp\": \"2026-09-01T08:00:00Z\"}}\n",
        example_good: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\",\n \"serialNumber\": \"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79\", \"version\": 1,\n \"metadata\": {\"timestamp\": \"2026-09-01T08:00:00Z\", \"lifecycles\": [{\"phase\": \"build\"}],\n  \"tools\": {\"components\": [{\"type\": \"application\", \"name\": \"maker\", \"version\": \"2.1\"}]},\n  \"manufacturer\": {\"name\": \"Acme\"}}}\n",
    },
    params: &[PROFILE],
    mappings: &[
        ("Stage 1", "S1.3a"),
        ("NTIA 2021", "author, timestamp"),
        ("CISA 2026", "appendix A, SBOM metadata"),
        ("BSI TR-03183-2", "5.2.1"),
        ("ISO/IEC 18974", "4.3.1.1"),
    ],
    check: Check::Sboms(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let profile = Profile::of(context);
    for (sbom, facts) in profile::readable(context) {
        let lacks = profile::document_lacks(profile, facts);
        if lacks.is_empty() {
            continue;
        }
        let words: Vec<&str> = lacks.iter().map(|(_, words)| words.as_str()).collect();
        let law = match lacks.iter().any(|(demand, _)| demand.basis == Basis::Evidence) {
            true => "helps to show conformity with",
            false => "is asked for by",
        };
        let message =
            format!("{} does not say of itself what {law} {}: {}", sbom.path, profile.as_str(), words.join(", "));
        let mut draft = profile::about(
            sbom,
            "document",
            message,
            "nobody can tell whom to ask, and whether this is the newest list",
        );
        draft.help = profile::document_help(&lacks, facts.format);
        draft.locations.push(Location::at(&sbom.path, facts.mark));
        drafts.push(draft);
    }
}
