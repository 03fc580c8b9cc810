//! Decisions as VEX documents: OpenVEX 0.2.0 and CycloneDX 1.6.
//!
//! What is written is what somebody decided and signed with a name: the time is that of the run, the identities are made of the
//! content, so that the same decisions give the same bytes. Nothing is claimed that nobody decided: what has no decision is
//! written as under investigation only if that is asked for.

use std::collections::BTreeMap;
use std::io;

use compact_str::CompactString;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::model::{Purl, VexStatus};

/// A decision about a vulnerability of a component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decision {
    /// The id of the vulnerability.
    pub id: CompactString,
    /// Its other ids, sorted.
    pub aliases: Vec<CompactString>,
    /// The component.
    pub component: Purl,
    /// The product that it is a part of; `None`: the component is what the decision is about.
    pub product: Option<Purl>,
    /// What was decided.
    pub status: VexStatus,
    /// Why, in the words of OpenVEX.
    pub justification: Option<CompactString>,
    /// Why, or what is to be done, in the words of whoever decided.
    pub statement: String,
    /// Who decided.
    pub by: CompactString,
}

/// A document to write.
#[derive(Clone, Debug)]
pub struct Decisions<'a> {
    /// What was decided, in any order.
    pub decisions: Vec<Decision>,
    /// What it is about, for a person.
    pub subject: &'a str,
    /// RFC 3339, UTC, whole seconds.
    pub created: &'a str,
    /// The version of this program.
    pub tool_version: &'a str,
}

fn digest(of: &Value) -> String {
    let digest = Sha256::digest(of.to_string().as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Decisions<'_> {
    fn sorted(&self) -> Vec<&Decision> {
        let mut sorted: Vec<&Decision> = self.decisions.iter().collect();
        sorted.sort();
        sorted.dedup();
        sorted
    }

    /// Who decided, all of them.
    fn authors(&self) -> String {
        let names: std::collections::BTreeSet<&str> =
            self.decisions.iter().map(|decision| decision.by.as_str()).collect();
        let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
        if names.is_empty() { "unknown".to_owned() } else { names.join(", ") }
    }
}

/// Writes OpenVEX 0.2.0.
///
/// # Errors
/// Only where the writer fails.
pub fn openvex(document: &Decisions<'_>, writer: &mut dyn io::Write) -> io::Result<()> {
    // One statement for all components of which the same is said.
    type Key<'d> = (&'d str, &'d [CompactString], VexStatus, Option<&'d str>, &'d str, &'d str);
    let mut said: BTreeMap<Key<'_>, Vec<&Decision>> = BTreeMap::new();
    for decision in document.sorted() {
        let key: Key<'_> = (
            &decision.id,
            &decision.aliases,
            decision.status,
            decision.justification.as_deref(),
            &decision.statement,
            &decision.by,
        );
        said.entry(key).or_default().push(decision);
    }
    let mut statements = Vec::new();
    for ((id, aliases, status, justification, words, by), decisions) in said {
        let mut vulnerability = json!({ "name": id });
        if !aliases.is_empty() {
            vulnerability["aliases"] = json!(aliases.iter().map(CompactString::as_str).collect::<Vec<_>>());
        }
        let mut products: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for decision in decisions {
            let component = decision.component.to_string();
            match &decision.product {
                Some(product) => products.entry(product.to_string()).or_default().push(component),
                None => {
                    products.entry(component).or_default();
                }
            }
        }
        let named = |purl: &str| json!({ "@id": purl, "identifiers": { "purl": purl } });
        let products: Vec<Value> = products
            .iter()
            .map(|(product, parts)| {
                let mut written = named(product);
                if !parts.is_empty() {
                    written["subcomponents"] = parts.iter().map(|part| named(part)).collect();
                }
                written
            })
            .collect();
        let mut statement = Map::new();
        statement.insert("vulnerability".to_owned(), vulnerability);
        statement.insert("products".to_owned(), Value::Array(products));
        statement.insert("status".to_owned(), status.as_str().into());
        match status {
            VexStatus::NotAffected => {
                if let Some(word) = justification {
                    statement.insert("justification".to_owned(), word.into());
                }
                statement.insert("impact_statement".to_owned(), words.into());
            }
            VexStatus::Affected => {
                statement.insert("action_statement".to_owned(), words.into());
            }
            VexStatus::Fixed | VexStatus::UnderInvestigation => {
                if !words.is_empty() {
                    statement.insert("status_notes".to_owned(), words.into());
                }
            }
        }
        if !by.is_empty() {
            statement.insert("supplier".to_owned(), by.into());
        }
        let id = digest(&Value::Object(statement.clone()));
        statement.insert("@id".to_owned(), format!("urn:sepal:vex-statement:{}", &id[..32]).into());
        statements.push(Value::Object(statement));
    }
    let id = digest(&json!([document.subject, statements]));
    let written = json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": format!("urn:sepal:vex:{}", &id[..32]),
        "author": document.authors(),
        "timestamp": document.created,
        "version": 1,
        "tooling": format!("sepal {}", document.tool_version),
        "statements": statements,
    });
    finish(&written, writer)
}

/// The words of CycloneDX for those of OpenVEX.
fn justification(word: &str) -> &'static str {
    match word {
        "component_not_present" | "vulnerable_code_not_present" => "code_not_present",
        "vulnerable_code_not_in_execute_path" => "code_not_reachable",
        "vulnerable_code_cannot_be_controlled_by_adversary" => "requires_environment",
        _ => "protected_by_mitigating_control",
    }
}

/// Writes CycloneDX 1.6 with `vulnerabilities`, and as components no more than what those name.
///
/// # Errors
/// Only where the writer fails.
pub fn cyclonedx(document: &Decisions<'_>, writer: &mut dyn io::Write) -> io::Result<()> {
    let mut components: BTreeMap<String, Value> = BTreeMap::new();
    let mut parts: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    let mut vulnerabilities = Vec::new();
    let mut product = None;
    let component = |purl: &Purl, kind: &str| {
        let text = purl.to_string();
        let mut written = json!({ "type": kind, "bom-ref": text, "name": purl.name() });
        if let Some(namespace) = purl.namespace() {
            written["group"] = namespace.into();
        }
        if let Some(version) = purl.version() {
            written["version"] = version.into();
        }
        written["purl"] = text.into();
        written
    };
    let products: std::collections::BTreeSet<Option<&Purl>> =
        document.decisions.iter().map(|decision| decision.product.as_ref()).collect();
    // A document has one subject. Where there are several, each holds its own parts.
    let sole = if products.len() == 1 { products.first().copied().flatten() } else { None };
    if let Some(purl) = sole {
        product = Some(component(purl, "application"));
    }
    for decision in document.sorted() {
        let mut reference = decision.component.to_string();
        match decision.product.as_ref().filter(|_| sole.is_none()) {
            Some(whole) => {
                let name = whole.to_string();
                components.entry(name.clone()).or_insert_with(|| component(whole, "application"));
                reference = format!("{name}|{reference}");
                let mut part = component(&decision.component, "library");
                part["bom-ref"] = reference.as_str().into();
                parts.entry(name).or_default().insert(reference.clone(), part);
            }
            None => {
                components.entry(reference.clone()).or_insert_with(|| component(&decision.component, "library"));
            }
        }
        let mut analysis = Map::new();
        let state = match decision.status {
            VexStatus::NotAffected => "not_affected",
            VexStatus::Affected => "exploitable",
            VexStatus::Fixed => "resolved",
            VexStatus::UnderInvestigation => "in_triage",
        };
        analysis.insert("state".to_owned(), state.into());
        if let (VexStatus::NotAffected, Some(word)) = (decision.status, &decision.justification) {
            analysis.insert("justification".to_owned(), justification(word).into());
        }
        if !decision.statement.is_empty() {
            analysis.insert("detail".to_owned(), decision.statement.as_str().into());
        }
        let mut vulnerability = json!({ "id": decision.id.as_str() });
        if !decision.aliases.is_empty() {
            let references =
                decision.aliases.iter().map(|id| json!({ "id": id.as_str(), "source": { "name": source_of(id) } }));
            vulnerability["references"] = references.collect();
        }
        vulnerability["analysis"] = Value::Object(analysis);
        vulnerability["affects"] = json!([{ "ref": reference }]);
        if !decision.by.is_empty() {
            vulnerability["properties"] = json!([{ "name": "sepal:vex:by", "value": decision.by.as_str() }]);
        }
        vulnerabilities.push(vulnerability);
    }
    if let Some(purl) = sole {
        components.remove(&purl.to_string());
    }
    for (whole, parts) in parts {
        components.entry(whole).and_modify(|whole| whole["components"] = parts.into_values().collect());
    }
    let components: Vec<Value> = components.into_values().collect();
    let digest = digest(&json!([document.subject, product, components, vulnerabilities]));
    let serial = format!(
        "urn:uuid:{}-{}-8{}-a{}-{}",
        &digest[..8],
        &digest[8..12],
        &digest[13..16],
        &digest[17..20],
        &digest[20..32]
    );
    let tool = json!({ "type": "application", "name": "sepal", "version": document.tool_version });
    let mut metadata = json!({
        "timestamp": document.created,
        "tools": { "components": [tool] },
        "authors": [{ "name": document.authors() }],
    });
    if let Some(product) = product {
        metadata["component"] = product;
    }
    let written = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": serial,
        "version": 1,
        "metadata": metadata,
        "components": components,
        "vulnerabilities": vulnerabilities,
    });
    finish(&written, writer)
}

fn source_of(id: &str) -> &'static str {
    match id.split('-').next() {
        Some("CVE") => "NVD",
        Some("GHSA") => "GitHub Advisory Database",
        _ => "OSV",
    }
}

fn finish(written: &Value, writer: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *writer, written)?;
    writer.write_all(b"\n")
}
