//! A design has no license, or one that is made for software.

use crate::license;
use crate::model::artefact::hardware;
use crate::model::{Component, ComponentKind, OwnLicense};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A design has no license, or one that is made for software.
pub static RULE: Rule = Rule {
    id: "hardware/design-license",
    summary: "a hardware design has no license, or only one that is made for software",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for a hardware design for which neither its manifest nor a license file beside or above it (or in \
               LICENSES/) says a license for hardware or for content: CERN-OHL, TAPR-OHL, Solderpad, Creative Commons. Logic \
               (Verilog, VHDL) and OpenSCAD are written like software, and a software license is enough for them. A license \
               that only a README names is not seen. Looked for in a check of the tree, not of a revision. Measured on 14 real \
               repositories of hardware and firmware: 1 finding, which was right; license texts that are not known were taken \
               for licenses of hardware in the others.",
        why: "A software license does not say what may be done with the thing that is made from a drawing, nor what becomes of patents.",
        how_to_fix: "1. Choose a license for hardware with your open source contact, for example a variant of CERN-OHL-2.0.\n\
                     2. Put its text beside the design (hardware/LICENSE), and say which files it covers.",
        fine_when: "A part that came along under its maker's license.",
        example_bad: "==> board/board.kicad_pcb <==\n(kicad_pcb (version 20240108))\n\
                      ==> LICENSE <==\nSPDX-License-Identifier: MIT\n",
        example_good: "==> board/board.kicad_pcb <==\n(kicad_pcb (version 20240108))\n\
                       ==> board/LICENSE <==\nSPDX-License-Identifier: CERN-OHL-S-2.0\n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.4b"), ("Stage 1", "S1.1c"), ("SPDX", "CERN-OHL-2.0"), ("REUSE", "license files")],
    check: Check::Scan(check),
};

/// How licenses begin that speak of things or of content.
const FOR_THINGS: &[&str] = &["CERN-OHL", "TAPR-OHL", "SHL-", "CC-", "CC0-", "ODbL", "FreeBSD-DOC", "GFDL"];

/// Whether all of a design is written like a program.
fn is_written(component: &Component) -> bool {
    let formats = component.properties.get(hardware::FORMATS).map_or("", |formats| formats.as_str());
    formats.split(", ").all(|format| matches!(format, "Verilog" | "VHDL" | "FuseSoC" | "OpenSCAD" | "parts list"))
}

fn names_things(expression: &str) -> bool {
    let read = license::read(expression).expression;
    read.is_some_and(|read| {
        read.terms().any(|term| {
            let id = term.to_string();
            FOR_THINGS.iter().any(|start| id.starts_with(start))
        })
    })
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    // Nobody looked: then nothing is known, and nothing is missing.
    let Some(files) = &context.bom.own.license_files else { return };
    for (id, component) in context.bom.ids().filter(|(_, component)| component.kind == ComponentKind::Device) {
        if !component.properties.contains_key(hardware::FORMATS) || context.is_documented(id) {
            continue;
        }
        let directories: Vec<_> = component
            .occurrences
            .iter()
            .flat_map(|occurrence| {
                let project = context.bom.project(occurrence.project);
                project.files.iter().map(crate::model::RepoPath::parent).chain([project.directory.clone()])
            })
            .collect();
        let around = |file: &&OwnLicense| {
            let holder = file.path.parent();
            let holder = if holder.file_name() == "LICENSES" { holder.parent() } else { holder };
            directories.iter().any(|directory| directory.is_within(&holder))
        };
        let stated = component.licensing.effective().map(|claim| match &claim.expression {
            Some(expression) => expression.to_string(),
            None => claim.raw.to_string(),
        });
        let near: Vec<&OwnLicense> = files.iter().filter(around).collect();
        // A text that is not known may well be one for hardware: older ones are on no list.
        let texts: Vec<&str> = near.iter().filter_map(|file| file.expression.as_deref()).collect();
        let unknown = near.iter().any(|file| file.expression.is_none());
        let all: Vec<&str> = stated.iter().map(String::as_str).chain(texts).collect();
        if all.iter().any(|text| names_things(text)) || unknown || (is_written(component) && !all.is_empty()) {
            continue;
        }
        let name = component.purl.name();
        let message = match all.as_slice() {
            [] => format!("the design {name} has no license"),
            [first, ..] => format!("the design {name} has only a license for software ({first})"),
        };
        let mut draft = Draft::new(
            Subject::Component(id),
            message,
            "a software license does not say what may be done with the thing that is made from a drawing",
        );
        draft.help.push(
            "choose a license for hardware, for example a variant of CERN-OHL-2.0, and put its text beside the design"
                .to_owned(),
        );
        draft.help.push("say which files it covers, and which the software license".to_owned());
        draft.help.extend(context.ask("license"));
        draft.locations = context.entries(id);
        drafts.push(draft);
    }
}
