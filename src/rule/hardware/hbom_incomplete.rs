//! A circuit board has no list of parts, or one that leaves out what is needed to buy them.

use crate::model::ComponentKind;
use crate::model::artefact::hardware;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A circuit board has no list of parts, or one that leaves out what is needed to buy them.
pub static RULE: Rule = Rule {
    id: "hardware/hbom-incomplete",
    summary: "a circuit board has no list of parts, or one without manufacturer, part number or quantity",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for a board (KiCad, Altium, Eagle, Gerber) without a list of parts: a manifest that names one, or a CSV \
               file with BOM in its name; and for a CSV list without columns for manufacturer, part number or quantity. Parts \
               that are described only inside a schematic are not seen, nor are spreadsheets. Measured on 14 real repositories \
               of hardware and firmware: 13 findings; 4 of them are plates without parts, and the list of one lay in a \
               directory beside it, where it is looked for since.",
        why: "Who makes, repairs or has to answer for a board needs to know what is on it; a list in the drawing's program alone is \
              read by nobody else.",
        how_to_fix: "1. Export the list of parts as CSV and commit it.\n2. Complete manufacturer, part number and quantity.",
        fine_when: "A carrier without parts of its own, or a drawing that came along with a part.",
        example_bad: "==> board/board.kicad_pcb <==\n(kicad_pcb (version 20240108))\n\
                      ==> board/board-bom.csv <==\nRef,Value,Qty\nR1,10k,1\n",
        example_good: "==> board/board.kicad_pcb <==\n(kicad_pcb (version 20240108))\n\
                       ==> board/board-bom.csv <==\nRef,Value,Qty,Manufacturer,MPN\nR1,10k,1,Acme,R-10K\n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.4b"), ("CycloneDX", "cdx:device"), ("CRA checklist", "3.1.7")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (id, component) in context.bom.ids().filter(|(_, component)| component.kind == ComponentKind::Device) {
        let said = |name: &str| component.properties.get(name).map(|value| value.as_str());
        let formats = said(hardware::FORMATS).unwrap_or_default();
        let board = formats.split(", ").any(|format| matches!(format, "KiCad" | "Altium" | "Eagle" | "Gerber"));
        if !board {
            continue;
        }
        let name = component.purl.name();
        let message = match (said(hardware::PARTS), said(hardware::PARTS_LACK)) {
            (None, _) => format!("the board {name} has no list of parts"),
            (Some(list), Some(lacks)) => format!("the list of parts {list} has no column for {lacks}"),
            (Some(_), None) => continue,
        };
        let mut draft = Draft::new(
            Subject::Component(id),
            message,
            "who makes, repairs or answers for a board needs to know what is on it",
        );
        draft.help.push("export the list of parts as CSV, and commit it".to_owned());
        draft.help.push("complete manufacturer, part number and quantity".to_owned());
        draft.locations = context.entries(id);
        drafts.push(draft);
    }
}
