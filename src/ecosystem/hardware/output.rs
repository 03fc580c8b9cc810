//! Files that design programs export for a manufacturer.

use super::{design, stem};
use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability};
use crate::text::{Source, SyntaxError};

pub(super) static FORMAT: Format = Format {
    id: "hardware/output",
    patterns: &["**/*.gbr", "**/*.gtl", "**/*.gbl", "**/*.GTL", "**/*.GBL", "**/*.gbrjob"],
    role: Role::Artefact,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "Gerber files (RS-274X) and Gerber jobs: a design that was exported.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let path = source.path().as_str();
    let text = source.text();
    let text = text.get(..text.len().min(8_000)).unwrap_or(text);
    let gerber = text.contains("%FS") || text.contains("G04") || text.contains("%MO");
    if !gerber && !path.ends_with(".gbrjob") {
        return Ok(Parsed::default());
    }
    let own = design(path, stem(path), "Gerber", source.start());
    Ok(Parsed { dialect: "Gerber".into(), packages: vec![own], ..Parsed::default() })
}
