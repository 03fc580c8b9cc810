//! An SBOM document has no signature.

use crate::model::{Location, SbomField};
use crate::rule::profile;
use crate::rule::{Check, Context, Docs, Draft, Rule};

/// An SBOM document has no signature.
pub static RULE: Rule = Rule {
    id: "inventory/sbom-unsigned",
    summary: "an SBOM document has no signature",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Looks at SBOM documents that are named or kept in the repository. Fires when one has neither a signature inside \
               (CycloneDX: JSF in JSON, XML-DSig in XML) nor a file beside it that holds one: its name with `.sig`, `.asc`, \
               `.sigstore`, `.sigstore.json` or `.intoto.jsonl` after it. **Only whether there is one is looked at**: no \
               signature is verified, and nobody can tell from this whose it is.",
        why: "Who receives an unsigned list cannot tell whether it is the one that was written.",
        how_to_fix: "1. Sign the document where it is made, and publish the signature beside it.\n\
                     2. Or attest it in the pipeline (in-toto, Sigstore) and keep the attestation beside it.",
        fine_when: "It is delivered in something that is signed as a whole: an image, a package, a release.",
        example_bad: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\"}\n",
        example_good: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\",\n \"signature\": {\"algorithm\": \"ES256\", \"value\": \"tqIT\"}}\n",
    },
    params: &[],
    mappings: &[
        ("CISA 2026", "appendix A, SBOM Author Signature"),
        ("BSI TR-03183-2", "8.1.15"),
        ("S2C2F", "REB-4"),
        ("OSPS", "BR-06.01"),
    ],
    check: Check::Sboms(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (sbom, facts) in profile::readable(context) {
        if facts.given.has(SbomField::Signature) || sbom.signature.is_some() {
            continue;
        }
        let message = format!("{} has no signature, neither inside nor beside it", sbom.path);
        let why = "who receives it cannot tell whether it is the one that was written";
        let mut draft = profile::about(sbom, "signature", message, why);
        draft.locations.push(Location::at(&sbom.path, facts.mark));
        draft
            .help
            .push(format!("sign it where it is made, and put the signature beside it ({}.sig)", sbom.path.file_name()));
        drafts.push(draft);
    }
}
