//! FuseSoC cores: packages of logic (CAPI2, FuseSoC documentation).

use super::{design, value, version};
use crate::ecosystem::{Capabilities, Format, Note, Parsed, Role, Stability};
use crate::model::DiagnosticKind;
use crate::model::artefact::hardware::{MANIFEST, SOURCES};
use crate::text::{Source, SyntaxError, yaml};

pub(super) static FORMAT: Format = Format {
    id: "hardware/core",
    patterns: &["**/*.core"],
    role: Role::Artefact,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: true },
    docs: "FuseSoC core files (CAPI2): vendor, name and version of a design, and its license where it is stated. Memory dumps of \
           that name are passed over.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    if !source.text().starts_with("CAPI=2") {
        return Ok(Parsed::default());
    }
    // The first line is no YAML for every reader: `CAPI=2:` is a key without a value.
    let document = match yaml::parse(source) {
        Ok(document) => document,
        Err(error) => {
            let message = format!("could not be read as a FuseSoC core: {}", error.message);
            let notes = vec![Note { mark: source.mark(error.span), kind: DiagnosticKind::Entry, message }];
            return Ok(Parsed { notes, ..Parsed::default() });
        }
    };
    let root = document.root();
    let path = source.path().as_str();
    // vendor:library:name:version
    let Some(node) = root.get("name").filter(|name| name.scalar().is_some()) else { return Ok(Parsed::default()) };
    let parts: Vec<&str> = node.scalar().unwrap_or_default().split(':').collect();
    let name = parts.get(2).or(parts.last()).copied().unwrap_or_default().trim();
    if name.is_empty() {
        return Ok(Parsed::default());
    }
    let mut own = design(path, name, "FuseSoC", source.mark(node.span()));
    if let Some(version) = parts.get(3).copied().and_then(version) {
        own.purl = own.purl.clone().with_version(version);
    }
    own.properties.extend([(MANIFEST, path.into()), (SOURCES, "yes".into())]);
    own.license = root.get("license").and_then(|node| Some((value(node.scalar()?), source.mark(node.span()))));
    Ok(Parsed { dialect: "CAPI2".into(), packages: vec![own], ..Parsed::default() })
}
