//! What people say that a vulnerability means for a product: VEX, read and written.
//!
//! Here belongs each format's reader, which turns a document into [`Statement`]s with their lines; what the statements of all
//! documents together say about a Bom ([`apply`]); and the writers of decisions ([`write`](mod@write)). Here does not belong which documents
//! count (the policy and the user name them; nothing of the scanned tree speaks for itself), nor whether a statement is good
//! enough (`vuln/suppression-unjustified`).
//!
//! # What all formats have in common
//! A statement is about some vulnerabilities in some products. A *product* is a component of ours by package URL (a version or a
//! range of them, where it says one), by digest, or the scanned tree itself; its *subcomponents* narrow it to what is vulnerable
//! in it. Of two statements about the same the later one counts: by its own time, else by its document's, else by its place.
//!
//! What cannot be matched (a product that has only a name, a status nobody knows) is a note with its line and suppresses
//! nothing.
//!
//! # How to add a format
//! A reader beside the others, and its lines in [`recognise`] and [`read`].

use compact_str::CompactString;

use crate::ecosystem::Note;
use crate::model::{Component, DiagnosticKind, Hash, Location, Mark, Purl, VexStatus};
use crate::text::{Source, SyntaxError, json, xml};
use crate::version::Range;

mod apply;
mod csaf;
mod cyclonedx;
mod openvex;
pub mod write;

pub use apply::{Applied, apply};

/// A kind of VEX document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OpenVEX, 0.0.x and 0.2.0.
    Openvex,
    /// CycloneDX with `vulnerabilities`, as JSON.
    CyclonedxJson,
    /// The same as XML.
    CyclonedxXml,
    /// CSAF 2.0 and 2.1.
    Csaf,
}

impl Format {
    /// The name for a person.
    pub fn name(self) -> &'static str {
        match self {
            Format::Openvex => "OpenVEX",
            Format::CyclonedxJson => "CycloneDX (JSON)",
            Format::CyclonedxXml => "CycloneDX (XML)",
            Format::Csaf => "CSAF",
        }
    }
}

/// What is stated of one or several vulnerabilities in one or several products.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What is said.
    pub status: VexStatus,
    /// The ids of the vulnerability, with its aliases.
    pub vulnerabilities: Vec<CompactString>,
    /// In which products.
    pub products: Vec<Product>,
    /// Why, in the words of the vocabulary.
    pub justification: Option<CompactString>,
    /// Why, or what to do, in the author's words.
    pub impact: Option<String>,
    /// Who says so; empty where the document does not say.
    pub by: CompactString,
    /// When (RFC 3339); empty where the document does not say.
    pub stated: CompactString,
    /// The document and the line.
    pub location: Location,
}

/// A product, and what of it is meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// The product.
    pub what: Identifier,
    /// What in it is vulnerable; empty: all of it.
    pub subcomponents: Vec<Identifier>,
}

/// How a document names a piece of software.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identifier {
    /// Its package URL. One without version means every version.
    pub purl: Option<Purl>,
    /// A range of versions (VERS) beside it.
    pub range: Option<String>,
    /// Digests of its artefact.
    pub hashes: Vec<Hash>,
}

impl Identifier {
    /// A package URL.
    pub fn of(purl: Purl) -> Self {
        Self { purl: Some(purl), ..Self::default() }
    }

    /// Whether it says anything that can be compared.
    pub fn is_usable(&self) -> bool {
        self.purl.is_some() || !self.hashes.is_empty()
    }

    /// Whether it names a package URL: type, namespace and name are the same, and so are version, qualifiers and subpath where
    /// it has them (OpenVEX 0.2.0, "matching package URLs").
    pub fn names(&self, purl: &Purl) -> bool {
        let Some(wanted) = &self.purl else { return false };
        let same =
            wanted.kind() == purl.kind() && wanted.namespace() == purl.namespace() && wanted.name() == purl.name();
        same && wanted.version().is_none_or(|version| purl.version() == Some(version))
            && wanted.qualifiers().iter().all(|(key, value)| purl.qualifier(key) == Some(value))
            && wanted.subpath().is_none_or(|subpath| purl.subpath() == Some(subpath))
            && self.in_range(purl.version())
    }

    /// Whether it names a component.
    pub fn means(&self, component: &Component) -> bool {
        if self.purl.is_some() {
            return self.names(&component.purl);
        }
        self.hashes.iter().any(|hash| component.hashes.contains(hash))
    }

    /// A range that cannot be read, or a version that cannot be ordered, holds nothing.
    fn in_range(&self, version: Option<&str>) -> bool {
        let Some(range) = &self.range else { return true };
        let Some(version) = version else { return false };
        Range::read(range).is_ok_and(|range| range.contains(version).unwrap_or(false))
    }
}

/// What a document says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stated {
    /// The statements, in the order of the document.
    pub statements: Vec<Statement>,
    /// What could not be understood.
    pub notes: Vec<Note>,
}

/// Which kind of VEX document a text is, if it is one.
pub fn recognise(text: &str) -> Option<Format> {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    match text.trim_start().as_bytes().first()? {
        b'{' if has("openvex.dev/ns") => Some(Format::Openvex),
        b'{' if has("\"csaf_version\"") => Some(Format::Csaf),
        b'{' if has("CycloneDX") && has("\"bomFormat\"") => Some(Format::CyclonedxJson),
        b'<' if has("cyclonedx.org/schema/bom") => Some(Format::CyclonedxXml),
        _ => None,
    }
}

/// Reads a document.
///
/// # Errors
/// If the text is not of the syntax of its format. What could be understood in part is there with notes.
pub fn read(format: Format, source: &Source) -> Result<Stated, SyntaxError> {
    match format {
        Format::Openvex => Ok(openvex::read(source, &json::parse(source)?)),
        Format::CyclonedxJson => Ok(cyclonedx::read(source, &json::parse(source)?, false)),
        Format::CyclonedxXml => Ok(cyclonedx::read(source, &xml::parse(source)?, true)),
        Format::Csaf => Ok(csaf::read(source, &json::parse(source)?)),
    }
}

/// How many notes a document may make.
const MOST_NOTES: usize = 50;

impl Stated {
    fn note(&mut self, mark: Mark, message: impl FnOnce() -> String) {
        if self.notes.len() < MOST_NOTES {
            // What is not understood settles nothing, so that nothing is missing from the answer.
            self.notes.push(Note { mark, kind: DiagnosticKind::Note, message: message() });
        }
    }
}

/// A stranger's text for a message: of bearable length.
fn shown(text: &str) -> String {
    text.chars().take(120).collect()
}
