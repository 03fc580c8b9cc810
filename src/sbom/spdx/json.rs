//! SPDX 2.3 as JSON.

use std::io;

use crate::sbom::json::{Breaks, Layout};
use crate::sbom::{Document, Encoding, json};

use super::build::build;

/// SPDX JSON.
pub static JSON: Encoding = Encoding {
    id: "spdx-json",
    versions: &["2.3"],
    docs: "SPDX as JSON, with relationships, checksums, licenses and the places where facts were read",
    write,
};

fn write(document: &Document<'_>, _version: &str, writer: &mut dyn io::Write) -> io::Result<()> {
    build(document, |root| json::pretty(root, Layout { open: 3, breaks: Breaks::Kept }, writer))
}
