//! Croissant: datasets described in JSON-LD (MLCommons, Croissant Format Specification 1.0 and 1.1).

use super::{package, value};
use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability};
use crate::model::artefact::ai::{CARD, CREATOR, SENSITIVITY, SOURCE};
use crate::model::{ComponentKind, Hash, HashAlgorithm, Origin, Party, Purl};
use crate::text::{Node, Source, SyntaxError, json};

pub(super) static FORMAT: Format = Format {
    id: "huggingface/croissant",
    patterns: &["**/croissant.json", "**/*croissant*.json", "**/metadata.json"],
    role: Role::Code,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: true, licenses: true },
    docs: "Croissant descriptions of datasets: name, version, license, creator, origin, and the digest of a single file. Other \
           files of that name are passed over.",
    parse,
};

/// A text, or the name or address of an object.
fn said<'d>(node: Option<Node<'d>>) -> Option<&'d str> {
    let node = node?;
    let first = node.items().next().unwrap_or(node);
    let text = first.scalar().or_else(|| first.get_str("name")).or_else(|| first.get_str("url"));
    text.or_else(|| first.get_str("@id")).map(str::trim).filter(|text| !text.is_empty())
}

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    // Most files called `metadata.json` are something else.
    if memchr::memmem::find(source.text().as_bytes(), b"croissant").is_none() {
        return Ok(Parsed::default());
    }
    let document = json::parse(source)?;
    let root = document.root();
    let kind = said(root.get("@type")).unwrap_or_default();
    let is_dataset = matches!(kind, "sc:Dataset" | "Dataset" | "schema:Dataset" | "https://schema.org/Dataset");
    let croissant = said(root.get("conformsTo").or_else(|| root.get("dct:conformsTo")))
        .is_some_and(|text| text.contains("croissant"))
        || root.get("recordSet").is_some();
    let Some(name) = root.get("name").filter(|name| is_dataset && croissant && name.scalar().is_some()) else {
        return Ok(Parsed::default());
    };
    let text = name.scalar().unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(Parsed::default());
    }
    let path = source.path();
    let directory = path.parent();
    let version =
        said(root.get("version")).filter(|version| version.len() < 60 && !version.contains(['^', '*', '$', ' ']));
    let purl = Purl::new("generic", text).with_version(version.unwrap_or_default()).with_subpath(directory.as_str());
    let origin = Origin::Path { path: directory.as_str().into() };
    let mut own = package("", ComponentKind::Data, purl, origin, source.mark(name.span()));
    own.party = if directory.as_str().is_empty() { Party::First } else { Party::Third };
    own.directory = Some(Default::default());
    own.license = root.get("license").and_then(|node| Some((value(said(Some(node))?), source.mark(node.span()))));
    own.properties.push((CARD, path.as_str().into()));
    let facts = [
        (CREATOR, said(root.get("creator"))),
        (SOURCE, said(root.get("url")).or_else(|| said(root.get("sameAs")))),
        (SENSITIVITY, said(root.get("rai:personalSensitiveInformation"))),
    ];
    own.properties.extend(facts.into_iter().filter_map(|(name, text)| Some((name, value(text?)))));
    let mut files = root.get("distribution").into_iter().flat_map(|node| node.items());
    if let (Some(only), None) = (files.next(), files.next()) {
        let digest = only.get_str("sha256").and_then(|hex| Hash::from_hex(HashAlgorithm::Sha256, hex));
        own.hashes.extend(digest.or_else(|| Hash::from_hex(HashAlgorithm::Md5, only.get_str("md5")?)));
    }
    Ok(Parsed { dialect: "Croissant".into(), packages: vec![own], ..Parsed::default() })
}
