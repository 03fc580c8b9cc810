//! An image of firmware lies in the tree and nothing says which one it is.

use crate::model::ComponentKind;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// An image of firmware lies in the tree and nothing says which one it is.
pub static RULE: Rule = Rule {
    id: "hardware/firmware-unidentified",
    summary: "an image of firmware has no version or license that anything states",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for an image of firmware in the tree (UF2, DFU, Intel HEX; raw images and ELF files in directories of \
               firmware) that no committed SBOM lists and no curation gives a license. One finding for each image. Test data is \
               left out. Measured on 14 real repositories of hardware and firmware: 55 findings, all images of firmware; 53 of \
               them lie in one repository that holds their sources as well.",
        why: "An image is a program that nobody can read: without version, origin and license it can be neither updated nor replaced \
              nor lawfully passed on, and nobody can tell whether a vulnerability is in it.",
        how_to_fix: "1. List it in a committed SBOM as a component of type firmware, with version, supplier, hash and license.\n\
                     2. Ask the vendor for the SBOM of the image.\n\
                     3. Or build it from source in the pipeline, and keep the image out of the repository.",
        fine_when: "The image is built from this repository and kept for convenience: say so, with the commit it was built from.",
        example_bad: "==> boot/loader.hex <==\n:10010000214601360121470136007EFE09D2190140\n:00000001FF\n",
        example_good: "==> boot/loader.hex <==\nthe image is built by make\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.4b"),
        ("GGI", "23.V1"),
        ("BSI TR-03183-2", "executable"),
        ("CRA", "Annex I Part II (1)"),
        ("OSPS", "QA-05.02"),
    ],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for judged in context.judged {
        let component = context.bom.component(judged.component);
        if component.kind != ComponentKind::Firmware
            || judged.claim.is_some()
            || context.is_documented(judged.component)
        {
            continue;
        }
        let place = component.purl.subpath().unwrap_or(component.purl.name());
        let mut draft = Draft::new(
            Subject::Component(judged.component),
            format!("nothing says which firmware {place} is, and under which license"),
            "an image that nobody can name can be neither updated nor lawfully passed on",
        );
        draft.help.push("list it in a committed SBOM as firmware, with version, supplier, hash and license".to_owned());
        draft.help.push("ask the vendor for its SBOM, or build it from source in the pipeline".to_owned());
        draft.help.push(context.curate(judged.component));
        draft.help.extend(context.ask("license"));
        draft.locations = context.entries(judged.component);
        drafts.push(draft);
    }
}
