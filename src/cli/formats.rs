//! `sepal formats`

use clap::Args;
use serde_json::json;

use crate::ecosystem::{self, Stability};

use super::exit::Code;
use super::output::{self, Failure, Terminal};

/// Lists the files that are read, and what each can tell.
#[derive(Args, Debug)]
pub struct Formats {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Formats {
    pub fn run(self, _terminal: &Terminal) -> Result<Code, Failure> {
        let text = if self.json { as_json()? } else { as_table() };
        output::write(None, text.as_bytes())?;
        Ok(Code::Holds)
    }
}

fn as_table() -> String {
    let mut text = String::new();
    for ecosystem in ecosystem::TABLE {
        text.push_str(&format!("{} ({})\n", ecosystem.name, ecosystem.purl_type));
        for format in ecosystem.formats.iter().filter(|format| !format.patterns.is_empty()) {
            let can = format.capabilities;
            let told: Vec<&str> =
                [(can.edges, "edges"), (can.scopes, "scopes"), (can.hashes, "hashes"), (can.licenses, "licenses")]
                    .into_iter()
                    .filter_map(|(able, what)| able.then_some(what))
                    .collect();
            let stage = if format.stage == Stability::Stable { "" } else { "  (preview)" };
            text.push_str(&format!("  {:<24} {:<9} {}{stage}\n", format.id, format.role.as_str(), told.join(", ")));
            text.push_str(&format!("  {:<24} {}\n", "", format.patterns.join("  ")));
        }
        text.push('\n');
    }
    text
}

fn as_json() -> Result<String, Failure> {
    let formats: Vec<_> = ecosystem::formats()
        .map(|(ecosystem, format)| {
            json!({
                "id": format.id,
                "ecosystem": ecosystem.purl_type,
                "role": format.role.as_str(),
                "stage": format.stage.as_str(),
                "patterns": format.patterns,
                "edges": format.capabilities.edges,
                "scopes": format.capabilities.scopes,
                "hashes": format.capabilities.hashes,
                "licenses": format.capabilities.licenses,
                "docs": format.docs,
            })
        })
        .collect();
    Ok(serde_json::to_string_pretty(&json!({ "schema": "sepal-formats/1", "formats": formats }))? + "\n")
}
