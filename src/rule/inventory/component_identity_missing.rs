//! Components of an SBOM document cannot be told from others.

use crate::rule::profile::{self, PROFILE, Part};
use crate::rule::{Check, Context, Docs, Draft, Rule};

/// Components of an SBOM document cannot be told from others.
pub static RULE: Rule = Rule {
    id: "inventory/component-identity-missing",
    summary: "components of an SBOM document lack a name, version, producer or identifier",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Looks at SBOM documents that are named or kept in the repository. Fires for each of name, version, producer (NTIA: \
               supplier; BSI: an address of the creator) and identifier that components lack and the profile asks for: what the \
               same components lack is one finding, with how many they are and the first of them. CISA 2026 accepts that something is not \
               known where the document says so (`cdx:cisa:unknown-information`, `NOASSERTION`); the others do not.",
        why: "What cannot be named exactly cannot be looked up when it turns out to be vulnerable.",
        how_to_fix: "1. Take a tool that reads lock files or packages instead of file names.\n\
                     2. Complete what it cannot know, or say that it is not known or is withheld.\n\
                     3. Ask suppliers for a complete document.",
        fine_when: "The component is internal, and its makers are known to all who get the document.",
        example_bad: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [\n {\"type\": \"library\", \"name\": \"kit\", \"version\": \"1.0.0\"}]}\n",
        example_good: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [\n {\"type\": \"library\", \"name\": \"kit\", \"version\": \"1.0.0\", \"purl\": \"pkg:npm/kit@1.0.0\",\n  \"manufacturer\": {\"name\": \"Kit Makers\"}}]}\n",
    },
    params: &[PROFILE],
    mappings: &[
        ("Stage 1", "S1.3b"),
        ("GGI", "23.V1"),
        ("NTIA 2021", "supplier, name, version, identifiers"),
        ("CISA 2026", "appendix A, component data"),
        ("BSI TR-03183-2", "5.2.2"),
        ("CRA", "Annex I part II (1)"),
    ],
    check: Check::Sboms(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    profile::judge_components(context, Part::Identity, drafts);
}
