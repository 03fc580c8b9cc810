//! Files that design programs save and people edit.

use super::{design, stem, value, version};
use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability, pointer};
use crate::model::artefact::hardware::{MAKER, SOURCES};
use crate::text::{Source, SyntaxError};

pub(super) static FORMAT: Format = Format {
    id: "hardware/design",
    patterns: &[
        "**/*.kicad_pro",
        "**/*.kicad_sch",
        "**/*.kicad_pcb",
        "**/*.PrjPcb",
        "**/*.SchDoc",
        "**/*.PcbDoc",
        "**/*.brd",
        "**/*.scad",
        "**/*.FCStd",
        "**/*.step",
        "**/*.stp",
        "**/*.STEP",
        "**/*.v",
        "**/*.sv",
        "**/*.vhd",
        "**/*.vhdl",
    ],
    role: Role::Artefact,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "Sources of designs: KiCad (with the title block's name, revision and company), Altium, Eagle, OpenSCAD, FreeCAD, STEP, \
           Verilog, SystemVerilog and VHDL. Files of these names that are something else are passed over.",
    parse,
};

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// What program saved a file, by its ending and first bytes; `None`: it is something else.
fn program(ending: &str, head: &[u8], text: &str) -> Option<&'static str> {
    if pointer::read(head).is_some() {
        return match ending {
            "v" | "sv" | "vhd" | "vhdl" => None,
            "FCStd" => Some("FreeCAD"),
            "step" | "stp" | "STEP" => Some("STEP"),
            "scad" => Some("OpenSCAD"),
            "brd" => None,
            ending if ending.starts_with("kicad") => Some("KiCad"),
            _ => Some("Altium"),
        };
    }
    let starts = |sign: &[u8]| head.starts_with(sign);
    match ending {
        "kicad_pro" => text.trim_start().starts_with('{').then_some("KiCad"),
        "kicad_sch" | "kicad_pcb" => text.trim_start().starts_with("(kicad_").then_some("KiCad"),
        // Compound files of Microsoft hold Altium's documents; the project is an INI text.
        "SchDoc" | "PcbDoc" => (starts(b"\xD0\xCF\x11\xE0") || starts(b"|")).then_some("Altium"),
        "PrjPcb" => text.trim_start().starts_with('[').then_some("Altium"),
        "brd" => has(text, &["<eagle", "PCBNEW-BOARD"]).then_some("Eagle"),
        "scad" => has(
            text,
            &[
                "module ",
                "cube(",
                "cylinder(",
                "sphere(",
                "difference(",
                "union(",
                "linear_extrude(",
                "use <",
                "include <",
            ],
        )
        .then_some("OpenSCAD"),
        "FCStd" => starts(b"PK\x03\x04").then_some("FreeCAD"),
        "step" | "stp" | "STEP" => starts(b"ISO-10303-21").then_some("STEP"),
        // `.v` is also a file of Coq or of the language V.
        "v" | "sv" => {
            let verilog = has(text, &["endmodule", "endpackage", "endinterface", "`timescale", "`define", "endclass"]);
            verilog.then_some("Verilog")
        }
        "vhd" | "vhdl" => {
            let lower = text.get(..text.len().min(20_000)).unwrap_or(text).to_ascii_lowercase();
            (lower.contains("library ieee") || lower.contains("entity ") || lower.contains("package "))
                .then_some("VHDL")
        }
        _ => None,
    }
}

/// A field of a KiCad title block: `(title "Sensor")`.
fn field<'t>(text: &'t str, key: &str) -> Option<(&'t str, usize)> {
    let block = text.find("(title_block")?;
    let block_end = (block + 4_000).min(text.len());
    let inside = text.get(block..block_end).or_else(|| text.get(block..))?;
    let start = format!("({key} \"");
    let at = inside.find(&start)? + start.len();
    let end = inside[at..].find('"')?;
    let value = inside[at..at + end].trim();
    (!value.is_empty() && !value.contains(['\\', '$', '\n'])).then_some((value, block + at))
}

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let path = source.path();
    let name = path.file_name();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let text = source.text();
    let Some(program) = program(ending, source.bytes(), text) else { return Ok(Parsed::default()) };
    let mut own = design(path.as_str(), stem(name), program, source.start());
    own.properties.push((SOURCES, "yes".into()));
    if program == "KiCad" {
        if let Some(revision) = field(text, "rev").and_then(|(revision, _)| version(revision)) {
            own.purl = own.purl.clone().with_version(revision);
        }
        own.properties.extend(field(text, "company").map(|(company, _)| (MAKER, value(company))));
    }
    Ok(Parsed { dialect: program.into(), packages: vec![own], ..Parsed::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn read(path: &str, text: &str) -> Parsed {
        parse(&Source::from_head(RepoPath::new(path), text.as_bytes().to_vec(), text.len() as u64)).unwrap()
    }

    #[test]
    fn designs_are_told_from_other_files_of_the_name() {
        let is = |path: &str, text: &str| !read(path, text).packages.is_empty();
        assert!(is("a.v", "module a(input b);\nendmodule\n") && !is("a.v", "Require Import List.\nQed.\n"));
        assert!(!is("a.v", "module main\nfn main() { println('a') }\n"));
        assert!(is("a.vhd", "library ieee;\n") && !is("disk.vhd", "conectix"));
        assert!(is("a.step", "ISO-10303-21;\n") && !is("first.step", "do this\n"));
        assert!(is("a.kicad_pcb", "(kicad_pcb (version 1))") && !is("a.brd", "board"));
    }

    #[test]
    fn a_title_block_is_read() {
        let text = "(kicad_sch (title_block\n (title \"Sensor\")\n (rev \"B.2\")\n (company \"Acme\")))";
        let own = &read("hw/sensor.kicad_sch", text).packages[0];
        assert_eq!(own.purl.version(), Some("B.2"));
        assert!(own.properties.iter().any(|(name, value)| *name == MAKER && value == "Acme"));
    }
}
