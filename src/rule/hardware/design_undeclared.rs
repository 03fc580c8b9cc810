//! Files of a design are there, and not what it is or not what it was made from.

use crate::model::ComponentKind;
use crate::model::artefact::hardware;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Files of a design are there, and not what it is or not what it was made from.
pub static RULE: Rule = Rule {
    id: "hardware/design-undeclared",
    summary: "a hardware design has neither manifest nor revision, or lies here only as exported files",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for a hardware design of which only exported files (Gerber) are in the tree, and for one without a \
               manifest (Open Know-How, FuseSoC core) that also states no revision in a KiCad title block. Measured on 14 real \
               repositories of hardware and firmware: 11 findings, all for designs without revision in any title block; none \
               lay there only as exported files.",
        why: "A design without name and revision cannot be told from its next revision once it is made, and one without its sources \
              cannot be changed or reviewed.",
        how_to_fix: "1. Commit the files that are edited, not only what was exported.\n\
                     2. Write an Open Know-How manifest (okh.toml: name, version, licensor, license, repo), or fill in the title \
                     block's revision.",
        fine_when: "A design that came along with a part and is not made here.",
        example_bad: "==> board/board-F_Cu.gbr <==\nG04 made by a program*\n%FSLAX46Y46*%\n",
        example_good: "==> board/okh.toml <==\nokhv = \"OKH-LOSHv1.0\"\nname = \"sensor board\"\nversion = \"1.2\"\nlicense = \"CERN-OHL-S-2.0\"\n\
                       licensor = \"Acme\"\nrepo = \"https://git.example.org/acme/board\"\n\
                       ==> board/board.kicad_pcb <==\n(kicad_pcb (version 20240108))\n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.4b"), ("Stage 1", "S1.3a"), ("Open Know-How", "manifest"), ("CycloneDX", "device")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (id, component) in context.bom.ids().filter(|(_, component)| component.kind == ComponentKind::Device) {
        let has = |name: &str| component.properties.contains_key(name);
        let formats = component.properties.get(hardware::FORMATS).map_or("", |formats| formats.as_str());
        if formats.is_empty() || context.is_documented(id) {
            continue;
        }
        let name = component.purl.name();
        let message = if !has(hardware::SOURCES) && !has(hardware::MANIFEST) {
            format!("the design {name} is here only as exported files ({formats})")
        } else if !has(hardware::MANIFEST) && component.purl.version().is_none() {
            format!("the design {name} ({formats}) has neither a manifest nor a revision")
        } else {
            continue;
        };
        let mut draft = Draft::new(
            Subject::Component(id),
            message,
            "what has no name and revision cannot be told from the next one, and without sources it cannot be changed",
        );
        draft.help.push("commit the files that are edited, with the revision in the title block".to_owned());
        draft.help.push(
            "write an Open Know-How manifest: okh.toml with name, version, licensor, license and repo".to_owned(),
        );
        draft.locations = context.entries(id);
        drafts.push(draft);
    }
}
