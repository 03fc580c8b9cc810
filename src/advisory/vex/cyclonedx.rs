//! CycloneDX with `vulnerabilities` (1.4 and later): a VEX document of its own, or part of an SBOM.
//!
//! `affects[].ref` is a `bom-ref` of the same document or a BOM-Link (`urn:cdx:serial/version#bom-ref`) into another one, whose
//! last part is mostly a package URL. `affects[].versions` narrow it: what is said of the vulnerability holds for the versions
//! that are listed as `affected` (which is what is examined), and those listed as `unaffected` are not affected whatever is said.

use compact_str::CompactString;

use crate::ecosystem::percent_decoded;
use crate::model::{Location, LookUp, Mark, Purl, VexStatus};
use crate::sbom::read::View;
use crate::text::{Document, Node, Source};

use super::{Identifier, Product, Stated, Statement, shown};

fn purl_of(text: &str) -> Option<Purl> {
    Purl::read(text).ok().or_else(|| text.parse().ok())
}

pub fn read(source: &Source, tree: &Document<'_>, xml: bool) -> Stated {
    let view = View { xml };
    let root = tree.root();
    let root = if xml { root.get("bom").unwrap_or(root) } else { root };
    let mut stated = Stated::default();
    let metadata = view.field(root, "metadata");
    // What a reference stands for, and the product that it is a part of.
    let mut purls: LookUp<&str, (Purl, Option<Purl>)> = LookUp::new();
    let subject = metadata.and_then(|metadata| view.field(metadata, "component"));
    let product = subject.and_then(|node| purl_of(view.str_of(node, "purl")?));
    let subject_ref = subject.and_then(|node| view.str_of(node, "bom-ref"));
    let mut waiting: Vec<(Node<'_>, Option<Purl>)> = vec![(root, product.clone())];
    if let Some(subject) = subject {
        if let (Some(name), Some(purl)) = (subject_ref, &product) {
            purls.insert(name, (purl.clone(), None));
        }
        waiting.push((subject, product.clone()));
    }
    while let Some((node, whole)) = waiting.pop() {
        for child in view.list(node, "components", "component") {
            let purl = view.str_of(child, "purl").and_then(purl_of);
            if let (Some(name), Some(purl)) = (view.str_of(child, "bom-ref"), &purl) {
                purls.get_or_insert_with(name, || (purl.clone(), whole.clone()));
            }
            waiting.push((child, purl.or_else(|| whole.clone())));
        }
    }
    let of_document = metadata.and_then(|metadata| view.str_of(metadata, "timestamp")).unwrap_or_default();
    let by = metadata.map(|metadata| author(view, metadata)).unwrap_or_default();

    for node in view.list(root, "vulnerabilities", "vulnerability") {
        let mark = source.mark(node.span());
        let Some(id) = view.str_of(node, "id") else {
            stated.note(mark, || "a vulnerability has no id".to_owned());
            continue;
        };
        let mut ids: Vec<CompactString> = vec![id.into()];
        for reference in view.list(node, "references", "reference") {
            ids.extend(view.str_of(reference, "id").map(CompactString::from));
        }
        let analysis = view.field(node, "analysis");
        let state = analysis.and_then(|analysis| view.text_of(analysis, "state"));
        let status = match state.map(|(word, _)| word) {
            Some("not_affected" | "false_positive") => Some(VexStatus::NotAffected),
            Some("resolved" | "resolved_with_pedigree") => Some(VexStatus::Fixed),
            Some("exploitable") => Some(VexStatus::Affected),
            Some("in_triage") => Some(VexStatus::UnderInvestigation),
            Some(other) => {
                stated.note(mark, || format!("`{}` is no state of an analysis", shown(other)));
                None
            }
            None => None,
        };
        let text = |name: &str| analysis.and_then(|analysis| view.str_of(analysis, name));
        let justification = text("justification")
            .or((state.map(|(word, _)| word) == Some("false_positive")).then_some("false_positive"));
        let when = text("lastUpdated").or_else(|| text("firstIssued")).or_else(|| view.str_of(node, "updated"));
        let at = state.map_or(mark, |(_, span)| source.mark(span));
        let statement = |status: VexStatus, products: Vec<Product>, mark: Mark| Statement {
            status,
            vulnerabilities: ids.clone(),
            products,
            justification: justification.filter(|_| status == VexStatus::NotAffected).map(Into::into),
            impact: text("detail").map(str::to_owned),
            by: by.clone(),
            stated: when.unwrap_or(of_document).into(),
            location: Location::at(source.path(), mark),
        };
        let mut examined: Vec<Product> = Vec::new();
        let mut untouched: Vec<Product> = Vec::new();
        for target in view.list(node, "affects", "target") {
            let Some((name, span)) = view.text_of(target, "ref") else { continue };
            let local = purls.get(name);
            let linked = name.strip_prefix("urn:cdx:").and_then(|link| link.split_once('#'));
            let linked = linked.and_then(|(_, part)| purl_of(&percent_decoded(part)).or_else(|| purl_of(part)));
            let Some(purl) = local.map(|(purl, _)| purl.clone()).or(linked).or_else(|| purl_of(name)) else {
                let mark = source.mark(span);
                stated.note(mark, || format!("`{}` is not known here and names no package", shown(name)));
                continue;
            };
            // A document about a product speaks of its parts as parts of that product.
            let whole = local.and_then(|(_, whole)| whole.as_ref());
            let made = |what: Identifier| match whole {
                Some(product) => Product { what: Identifier::of(product.clone()), subcomponents: vec![what] },
                None => Product { what, subcomponents: Vec::new() },
            };
            let versions = view.list(target, "versions", "version");
            if versions.is_empty() {
                examined.push(made(Identifier::of(purl)));
                continue;
            }
            for entry in versions {
                let bare = || {
                    let mut bare = purl.without_version();
                    for (key, value) in purl.qualifiers() {
                        bare = bare.with_qualifier(key, value);
                    }
                    bare
                };
                let what = match (view.str_of(entry, "version"), view.str_of(entry, "range")) {
                    (Some(version), _) => Identifier::of(bare().with_version(version)),
                    (None, Some(range)) => Identifier { range: Some(range.into()), ..Identifier::of(bare()) },
                    (None, None) => continue,
                };
                match view.str_of(entry, "status") {
                    Some("unaffected") => untouched.push(made(what)),
                    Some("unknown") => {}
                    _ => examined.push(made(what)),
                }
            }
        }
        if !untouched.is_empty() {
            stated.statements.push(statement(VexStatus::NotAffected, untouched, at));
        }
        if let (Some(status), false) = (status, examined.is_empty()) {
            stated.statements.push(statement(status, examined, at));
        }
    }
    stated
}

/// Who speaks: the authors, else the supplier or manufacturer of the subject's document.
fn author(view: View, metadata: Node<'_>) -> CompactString {
    let names: Vec<&str> =
        view.list(metadata, "authors", "author").into_iter().filter_map(|node| view.str_of(node, "name")).collect();
    if !names.is_empty() {
        return names.join(", ").into();
    }
    let of = |field: &str| view.field(metadata, field).and_then(|node| view.str_of(node, "name"));
    of("supplier").or_else(|| of("manufacturer")).or_else(|| of("manufacture")).unwrap_or_default().into()
}
