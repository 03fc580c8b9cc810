//! Components of an SBOM document lack further fields that a profile asks for.

use crate::rule::profile::{self, PROFILE, Part};
use crate::rule::{Check, Context, Docs, Draft, Rule};

/// Components of an SBOM document lack further fields that a profile asks for.
pub static RULE: Rule = Rule {
    id: "inventory/component-profile-fields-missing",
    summary: "components of an SBOM document lack a hash, license or other field that a profile asks for",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Looks at SBOM documents that are named or kept in the repository. Fires for each further field that the profile asks \
               for and components lack: hash and license (CISA 2026); distribution license, file name, the properties executable, \
               archive and structured, and the SHA-512 of the deployed file (BSI TR-03183-2). What the same \
               components lack is one finding. What BSI asks for only if it exists (URIs, other identifiers, original license) is not demanded. A \
               component that merely holds others may have no file of its own, and is not asked for one. A hash often comes from \
               a lock file and not from the file that was installed; that is not told apart.",
        why: "Who receives the document compares what they have with what it names, and needs something to compare.",
        how_to_fix: "1. Write the document where the artefact is built: files and their digests are known there.\n\
                     2. Where something is not known, say so (CISA 2026 accepts that).",
        fine_when: "The document is made from sources, before there are files; then the one of the build answers.",
        example_bad: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [\n {\"type\": \"library\", \"name\": \"kit\", \"licenses\": [{\"license\": {\"id\": \"MIT\"}}]}]}\n",
        example_good: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [\n {\"type\": \"library\", \"name\": \"kit\", \"licenses\": [{\"license\": {\"id\": \"MIT\"}}],\n  \"properties\": [{\"name\": \"cdx:cisa:unknown-information\", \"value\": \"Component Hash Value\"}]}]}\n",
    },
    params: &[PROFILE],
    mappings: &[
        ("Stage 1", "S1.3b"),
        ("CISA 2026", "appendix A, Component Hash Value, Component Hash Algorithm, Component License"),
        ("BSI TR-03183-2", "5.2.2, 5.2.4"),
        ("ISO/IEC 5230", "3.3.1.2"),
    ],
    check: Check::Sboms(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    profile::judge_components(context, Part::Detail, drafts);
}
