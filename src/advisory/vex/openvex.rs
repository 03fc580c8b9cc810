//! OpenVEX 0.2.0 (and 0.0.x, where products are plain strings).

use compact_str::CompactString;

use crate::model::{Hash, HashAlgorithm, Location, Purl, VexStatus};
use crate::text::{Document, Kind, Node, Source};

use super::{Identifier, Product, Stated, Statement, shown};

pub fn read(source: &Source, tree: &Document<'_>) -> Stated {
    let root = tree.root();
    let mut stated = Stated::default();
    let author = root.get_str("author").unwrap_or_default();
    let of_document = time(root);
    let Some(list) = root.get("statements").filter(|node| node.kind() == Kind::Sequence) else {
        stated.note(source.mark(root.span()), || "has no list of `statements`".to_owned());
        return stated;
    };
    for node in list.items() {
        let mark = source.mark(node.span());
        let status = match node.get_str("status") {
            Some("not_affected") => VexStatus::NotAffected,
            Some("affected") => VexStatus::Affected,
            Some("fixed") => VexStatus::Fixed,
            Some("under_investigation") => VexStatus::UnderInvestigation,
            other => {
                stated.note(mark, || format!("`{}` is no status of OpenVEX", shown(other.unwrap_or_default())));
                continue;
            }
        };
        let vulnerabilities = vulnerability(node.get("vulnerability"));
        if vulnerabilities.is_empty() {
            stated.note(mark, || "a statement names no vulnerability".to_owned());
            continue;
        }
        let mut products = Vec::new();
        for product in node.get("products").into_iter().flat_map(Node::items) {
            let what = identifier(product);
            let inner: Vec<Node<'_>> = product.get("subcomponents").into_iter().flat_map(Node::items).collect();
            let subcomponents: Vec<Identifier> =
                inner.iter().map(|node| identifier(*node)).filter(Identifier::is_usable).collect();
            // A subcomponent that cannot be told narrows the statement to nothing that is known.
            if !what.is_usable() || subcomponents.len() < inner.len() {
                let mark = source.mark(product.span());
                stated.note(mark, || "a product has neither package URL nor digest and cannot be matched".to_owned());
            }
            if what.is_usable() && (inner.is_empty() || !subcomponents.is_empty()) {
                products.push(Product { what, subcomponents });
            }
        }
        if products.is_empty() {
            stated.note(mark, || {
                "a statement is about no product that can be matched, and counts for nothing".to_owned()
            });
            continue;
        }
        let impact = node
            .get_str("impact_statement")
            .or_else(|| node.get_str("action_statement"))
            .or_else(|| node.get_str("status_notes"));
        let own = time(node);
        stated.statements.push(Statement {
            status,
            vulnerabilities,
            products,
            justification: node.get_str("justification").map(Into::into),
            impact: impact.map(str::to_owned),
            by: node.get_str("supplier").filter(|_| author.is_empty()).unwrap_or(author).into(),
            stated: if own.is_empty() { of_document.into() } else { own.into() },
            location: Location::at(source.path(), mark),
        });
    }
    stated
}

/// When it was said last.
fn time<'d>(node: Node<'d>) -> &'d str {
    node.get_str("last_updated").or_else(|| node.get_str("timestamp")).unwrap_or_default()
}

fn vulnerability(node: Option<Node<'_>>) -> Vec<CompactString> {
    let Some(node) = node else { return Vec::new() };
    let aliases = node.get("aliases").into_iter().flat_map(Node::items).filter_map(Node::string);
    let name = node.string().or_else(|| node.get_str("name"));
    name.into_iter().chain(aliases).map(str::trim).filter(|id| !id.is_empty()).map(Into::into).collect()
}

fn identifier(node: Node<'_>) -> Identifier {
    let id = node.string().or_else(|| node.get_str("@id"));
    let given = node.get("identifiers").and_then(|inner| inner.get_str("purl"));
    let purl = given.or(id).and_then(|text| Purl::read(text).ok().or_else(|| text.parse().ok()));
    let mut hashes = Vec::new();
    for (name, value) in node.get("hashes").into_iter().flat_map(Node::entries) {
        let algorithm = match name.scalar() {
            Some("md5") => HashAlgorithm::Md5,
            Some("sha1" | "sha-1") => HashAlgorithm::Sha1,
            Some("sha-256") => HashAlgorithm::Sha256,
            Some("sha-384") => HashAlgorithm::Sha384,
            Some("sha-512") => HashAlgorithm::Sha512,
            _ => continue,
        };
        hashes.extend(value.string().and_then(|hex| Hash::from_hex(algorithm, hex)));
    }
    Identifier { purl, range: None, hashes }
}
