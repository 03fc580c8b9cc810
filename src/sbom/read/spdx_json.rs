//! SPDX 2.2 and 2.3 as JSON.

use crate::text::{Document, Kind, Node, Source, SyntaxError};

use super::bill::Bill;
use super::shown;
use super::spdx::{About, Package, Relationship, Stated, Val, bill, tie_of};

fn text<'d>(node: Node<'d>, key: &str) -> Option<Val<'d>> {
    let node = node.get(key)?;
    node.string().filter(|text| !text.trim().is_empty()).map(|text| (text, node.span()))
}

fn list<'d>(node: Node<'d>, key: &str) -> impl Iterator<Item = Node<'d>> {
    node.get(key).into_iter().flat_map(Node::items)
}

pub fn read(source: &Source, tree: &Document<'_>) -> Result<Bill, SyntaxError> {
    let root = tree.root();
    // Some tools wrap the document in an object of its own.
    let root = root.get("sbom").filter(|inner| inner.get("spdxVersion").is_some()).unwrap_or(root);
    let version = text(root, "spdxVersion").map_or("SPDX-?", |(text, _)| text);
    let mut stated = Stated {
        dialect: format!("{} (JSON)", shown(version).replacen('-', " ", 1)),
        name: text(root, "name").map(|(text, _)| text),
        about: About {
            version: version.strip_prefix("SPDX-").unwrap_or(version),
            json: true,
            root: root.span(),
            id: text(root, "SPDXID"),
            name: text(root, "name"),
            namespace: text(root, "documentNamespace"),
            data_license: text(root, "dataLicense"),
            comments: text(root, "comment").map(|(text, _)| text).into_iter().collect(),
            ..About::default()
        },
        ..Stated::default()
    };
    if let Some(info) = root.get("creationInfo") {
        stated.creators = list(info, "creators").filter_map(Node::string).collect();
        stated.created = text(info, "created").map(|(text, _)| text);
        stated.about.created = text(info, "created");
        stated.about.comments.extend(text(info, "comment").map(|(text, _)| text));
    }
    stated.others.extend(text(root, "SPDXID"));
    stated.others.push(("SPDXRef-DOCUMENT", root.span()));
    for key in ["files", "snippets"] {
        for file in list(root, key) {
            stated.others.extend(text(file, "SPDXID"));
            stated.files += usize::from(key == "files");
        }
    }
    for key in ["packages", "relationships"] {
        if let Some(wrong) = root.get(key).filter(|node| !matches!(node.kind(), Kind::Sequence | Kind::Null)) {
            stated.wrong.push((wrong.span(), format!("`{key}` is no list")));
        }
    }
    for node in list(root, "packages") {
        if node.kind() != Kind::Mapping {
            stated.wrong.push((node.span(), "a package is no object".to_owned()));
            continue;
        }
        stated.packages.push(package(node, &mut stated.about));
    }
    let names = |node: Node<'_>| -> Option<()> { node.string().map(|_| ()) };
    for node in list(root, "documentDescribes").filter(|node| names(*node).is_some()) {
        stated.describes.extend(node.string().map(|text| (text, node.span())));
    }
    for node in list(root, "externalDocumentRefs") {
        stated.external.push((text(node, "externalDocumentId").map_or("", |(text, _)| text), node.span()));
    }
    for node in list(root, "relationships") {
        let ends = (text(node, "spdxElementId"), text(node, "relationshipType"), text(node, "relatedSpdxElement"));
        let (Some(from), Some((word, _)), Some(to)) = ends else {
            stated.wrong.push((node.span(), "a relationship lacks an end or its type".to_owned()));
            continue;
        };
        match tie_of(word) {
            Some((tie, false)) => stated.relationships.push(Relationship { from, tie, to, completeness: None }),
            Some((tie, true)) => {
                stated.relationships.push(Relationship { from: to, tie, to: from, completeness: None });
            }
            None => stated.unused += 1,
        }
    }
    Ok(bill(source, stated))
}

fn package<'d>(node: Node<'d>, about: &mut About<'d>) -> Package<'d> {
    let mut package = Package {
        id: text(node, "SPDXID"),
        name: text(node, "name"),
        span: node.span(),
        version: text(node, "versionInfo"),
        supplier: text(node, "supplier"),
        download: text(node, "downloadLocation"),
        declared: text(node, "licenseDeclared"),
        concluded: text(node, "licenseConcluded"),
        purpose: text(node, "primaryPackagePurpose"),
        comment: text(node, "comment"),
        originator: text(node, "originator"),
        file_name: text(node, "packageFileName"),
        source_info: text(node, "sourceInfo").is_some(),
        ..Package::default()
    };
    for sum in list(node, "checksums") {
        if let Some(name) = text(sum, "algorithm") {
            package.checksums.push((name, text(sum, "checksumValue")));
        }
    }
    for reference in list(node, "externalRefs") {
        let locator = text(reference, "referenceLocator");
        match text(reference, "referenceType").map_or("", |(text, _)| text) {
            "purl" => package.purls.extend(locator),
            kind if kind.contains("cpe2") => package.cpe = package.cpe.or(locator),
            "swh" | "gitoid" | "swid" => package.identified |= locator.is_some(),
            "advisory" | "fix" => about.vulnerability(reference.span()),
            _ => {}
        }
    }
    package
}
