//! Open Know-How manifests: what a design is, who licenses it and how (Open Know-How specification; DIN SPEC 3105).

use super::{design, value, version};
use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability};
use crate::model::artefact::hardware::{MAKER, MANIFEST, PARTS, SOURCES};
use crate::text::{Document, Node, Source, SyntaxError, toml, yaml};

pub(super) static FORMAT: Format = Format {
    id: "hardware/manifest",
    patterns: &["**/okh.toml", "**/okh.yml", "**/okh.yaml", "**/okh-*.toml", "**/okh-*.yml", "**/okh-*.yaml"],
    role: Role::Manifest,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: true },
    docs: "Open Know-How manifests (TOML, and the YAML of version 1): name, version, license, licensor, list of parts.",
    parse,
};

/// A text, or the first one of a list or an object's `name`.
fn said<'d>(node: Option<Node<'d>>) -> Option<(&'d str, Node<'d>)> {
    let node = node?;
    let first = node.items().next().unwrap_or(node);
    let first = first.get("name").unwrap_or(first);
    let text = first.scalar()?.trim();
    (!text.is_empty()).then_some((text, first))
}

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let path = source.path();
    let document: Document<'_> =
        if path.file_name().ends_with(".toml") { toml::parse(source)? } else { yaml::parse(source)? };
    let root = document.root();
    let named = said(root.get("name").or_else(|| root.get("title")));
    let Some((name, node)) = named else { return Ok(Parsed::default()) };
    let mut own = design(path.as_str(), name, "Open Know-How", source.mark(node.span()));
    if let Some(version) = said(root.get("version")).and_then(|(text, _)| version(text)) {
        own.purl = own.purl.clone().with_version(version);
    }
    own.properties.push((MANIFEST, path.as_str().into()));
    let maker = ["licensor", "organization", "licensed-by", "made-by"].iter().find_map(|key| said(root.get(key)));
    own.properties.extend(maker.map(|(maker, _)| (MAKER, value(maker))));
    own.properties.extend(said(root.get("bom")).map(|(bom, _)| (PARTS, value(bom))));
    if said(root.get("source")).or_else(|| said(root.get("design-files"))).is_some() {
        own.properties.push((SOURCES, "yes".into()));
    }
    // Version 1 has a table with a license for hardware, documentation and software each.
    let license = root.get("license").or_else(|| root.get("spdx-license"));
    let license = license.and_then(|node| node.get("hardware").or(Some(node)));
    let alternative = root.get("alternative-license");
    own.license =
        said(license).or_else(|| said(alternative)).map(|(text, node)| (value(text), source.mark(node.span())));
    Ok(Parsed { dialect: "Open Know-How".into(), packages: vec![own], ..Parsed::default() })
}
