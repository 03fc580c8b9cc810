//! The parts of an SPDX document that are written, field by field in the order of `spdx-2.3.schema.json`'s chapters.

use std::borrow::Cow;

use serde::Serialize;

/// What SPDX writes for what is not known.
pub const NOASSERTION: &str = "NOASSERTION";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Root<'a> {
    pub spdx_version: &'static str,
    pub data_license: &'static str,
    #[serde(rename = "SPDXID")]
    pub id: &'static str,
    pub name: Cow<'a, str>,
    pub document_namespace: String,
    pub creation_info: CreationInfo<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    pub packages: Vec<Package<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub has_extracted_licensing_infos: Vec<ExtractedLicense>,
    pub relationships: Vec<Relationship<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationInfo<'a> {
    pub created: &'a str,
    pub creators: Vec<String>,
    pub license_list_version: String,
    pub comment: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Package<'a> {
    #[serde(rename = "SPDXID")]
    pub id: &'a str,
    pub name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_info: Option<&'a str>,
    pub supplier: Cow<'a, str>,
    pub originator: &'static str,
    pub download_location: Cow<'a, str>,
    pub files_analyzed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checksums: Vec<Checksum<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_info: Option<String>,
    pub license_concluded: &'a str,
    pub license_declared: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_comments: Option<String>,
    pub copyright_text: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    pub external_refs: Vec<ExternalReference>,
    pub primary_package_purpose: &'static str,
}

/// SPDX 2.3, chapter 8.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct File<'a> {
    #[serde(rename = "SPDXID")]
    pub id: &'a str,
    pub file_name: String,
    pub checksums: Vec<Checksum<'a>>,
    pub license_concluded: &'static str,
    pub license_info_in_files: Vec<String>,
    pub copyright_text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checksum<'a> {
    pub algorithm: &'static str,
    pub checksum_value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalReference {
    pub reference_category: &'static str,
    pub reference_type: &'static str,
    pub reference_locator: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtractedLicense {
    pub license_id: String,
    pub extracted_text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Relationship<'a> {
    pub spdx_element_id: &'a str,
    pub relationship_type: &'static str,
    pub related_spdx_element: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotation<'a> {
    pub annotation_date: &'a str,
    pub annotation_type: &'static str,
    pub annotator: String,
    pub comment: String,
}
