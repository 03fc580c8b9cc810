//! The catalogue of known exploited vulnerabilities (KEV) of CISA.

use serde::Deserialize;

/// The catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Catalogue {
    /// Its version, which is its day: `2025.08.25`.
    pub catalog_version: String,
    /// When it was released (RFC 3339).
    pub date_released: String,
    /// Its entries.
    pub vulnerabilities: Vec<Exploited>,
}

/// One vulnerability that is exploited.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exploited {
    /// Its CVE id.
    #[serde(rename = "cveID")]
    pub cve: String,
    /// The day it was added, `YYYY-MM-DD`.
    pub date_added: String,
    /// The day by which federal agencies have to act, `YYYY-MM-DD`.
    #[serde(default)]
    pub due_date: String,
    /// `Known` or `Unknown`.
    #[serde(default)]
    pub known_ransomware_campaign_use: String,
}

/// Reads the catalogue.
///
/// # Errors
/// If it is no JSON of its form.
pub fn read(bytes: &[u8]) -> Result<Catalogue, serde_json::Error> {
    serde_json::from_slice(bytes)
}
