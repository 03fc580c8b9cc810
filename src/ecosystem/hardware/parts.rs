//! Lists of parts: tables of comma-separated values called BOM.

use super::{design, stem};
use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability};
use crate::model::artefact::hardware::{PARTS, PARTS_LACK};
use crate::text::{Source, SyntaxError};

pub(super) static FORMAT: Format = Format {
    id: "hardware/parts",
    patterns: &["**/*bom*.csv", "**/*BOM*.csv", "**/*Bom*.csv"],
    role: Role::Artefact,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "Lists of parts as CSV with BOM in the name and a column of references or quantities: which columns they have. The \
           parts themselves are not made components.",
    parse,
};

/// Columns by what they tell: words that their headings hold.
const COLUMNS: &[(&str, &[&str])] = &[
    ("manufacturer", &["manufacturer", "mfr", "mfg", "maker", "brand", "vendor", "supplier"]),
    (
        "part number",
        &[
            "part number",
            "part no",
            "partnumber",
            "part_number",
            "mpn",
            "p/n",
            "mfr#",
            "part#",
            "lcsc",
            "jlcpcb",
            "digikey",
            "mouser",
            "sku",
        ],
    ),
    ("quantity", &["qty", "quantity", "quant", "count", "number", "designator", "reference"]),
];

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let lower = |line: &str| line.to_ascii_lowercase();
    // Some programs write a few lines about the project first.
    let heading = source.text().lines().take(20).map(lower).find(|line| {
        let separated = line.matches([',', ';', '\t']).count() >= 1;
        separated && ["ref", "designator", "qty", "quantity", "part"].iter().any(|word| line.contains(word))
    });
    let Some(heading) = heading else { return Ok(Parsed::default()) };
    let path = source.path().as_str();
    let lacks: Vec<&str> = COLUMNS
        .iter()
        .filter(|(_, words)| !words.iter().any(|word| heading.contains(word)))
        .map(|(what, _)| *what)
        .collect();
    let mut own = design(path, stem(path), "parts list", source.start());
    own.properties.push((PARTS, path.into()));
    if !lacks.is_empty() {
        own.properties.push((PARTS_LACK, lacks.join(", ").into()));
    }
    Ok(Parsed { dialect: "CSV".into(), packages: vec![own], ..Parsed::default() })
}
