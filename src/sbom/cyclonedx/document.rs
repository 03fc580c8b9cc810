//! The parts of a CycloneDX document that are written, field by field in the order of the specification
//! (`bom-1.6.schema.json`).

use std::borrow::Cow;

use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Root<'a> {
    #[serde(rename = "$schema")]
    pub schema: String,
    pub bom_format: &'static str,
    pub spec_version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    pub version: u32,
    pub metadata: Metadata<'a>,
    pub components: Vec<Component<'a>>,
    pub dependencies: Vec<Dependency<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compositions: Vec<Composition<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Serialize)]
pub struct Metadata<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lifecycles: Vec<Lifecycle>,
    pub tools: Tools<'a>,
    /// Who made the document, until 1.5.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Person<'a>>,
    pub component: Component<'a>,
    /// Who made the document by a program, from 1.6 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<Manufacturer<'a>>,
    pub licenses: Vec<License<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
pub struct Lifecycle {
    pub phase: &'static str,
}

/// From 1.5 on an object; before that a list of tools with fewer fields.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Tools<'a> {
    Components { components: Vec<Component<'a>> },
    List(Vec<Tool<'a>>),
}

#[derive(Serialize)]
pub struct Tool<'a> {
    pub name: &'static str,
    pub version: &'a str,
}

#[derive(Serialize)]
pub struct Person<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
}

#[derive(Serialize)]
pub struct Manufacturer<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contact: Vec<Person<'a>>,
}

#[derive(Serialize)]
pub struct Organization<'a> {
    pub name: &'a str,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Component<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(rename = "bom-ref", skip_serializing_if = "Option::is_none")]
    pub bom_ref: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Organization<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<&'a str>,
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Hash<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licenses: Vec<License<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purl: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_references: Vec<ExternalReference<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence<'a>>,
}

#[derive(Serialize)]
pub struct Hash<'a> {
    pub alg: &'static str,
    pub content: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
pub enum License<'a> {
    Choice {
        license: Named<'a>,
    },
    Expression {
        expression: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        acknowledgement: Option<&'static str>,
    },
}

#[derive(Serialize)]
pub struct Named<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<&'static str>,
}

#[derive(Serialize)]
pub struct ExternalReference<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
pub struct Property<'a> {
    pub name: Cow<'a, str>,
    pub value: Cow<'a, str>,
}

#[derive(Serialize)]
pub struct Evidence<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identity: Vec<Identity<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub occurrences: Vec<Occurrence<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licenses: Vec<License<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub copyright: Vec<Copyright<'a>>,
}

#[derive(Serialize)]
pub struct Copyright<'a> {
    pub text: &'a str,
}

#[derive(Serialize)]
pub struct Identity<'a> {
    pub field: &'static str,
    pub confidence: f32,
    pub methods: Vec<Method<'a>>,
}

#[derive(Serialize)]
pub struct Method<'a> {
    pub technique: &'static str,
    pub confidence: f32,
    pub value: &'a str,
}

#[derive(Serialize)]
pub struct Occurrence<'a> {
    pub location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dependency<'a> {
    #[serde(rename = "ref")]
    pub reference: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<&'a str>,
}

#[derive(Serialize)]
pub struct Composition<'a> {
    pub aggregate: &'static str,
    pub dependencies: Vec<&'a str>,
}

#[derive(Serialize)]
pub struct Vulnerability<'a> {
    #[serde(rename = "bom-ref")]
    pub bom_ref: String,
    pub id: &'a str,
    pub source: VulnerabilitySource,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<VulnerabilityReference<'a>>,
    pub ratings: Vec<Rating<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analysis: Option<Analysis<'a>>,
    pub affects: Vec<Affects<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
pub struct VulnerabilitySource {
    pub name: &'static str,
}

#[derive(Serialize)]
pub struct VulnerabilityReference<'a> {
    pub id: &'a str,
    pub source: VulnerabilitySource,
}

#[derive(Serialize)]
pub struct Rating<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    pub severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vector: Option<&'a str>,
}

#[derive(Serialize)]
pub struct Analysis<'a> {
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<&'a str>,
}

#[derive(Serialize)]
pub struct Affects<'a> {
    #[serde(rename = "ref")]
    pub reference: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<AffectedVersion<'a>>,
}

#[derive(Serialize)]
pub struct AffectedVersion<'a> {
    pub version: &'a str,
    pub status: &'static str,
}
