//! Documents that other tools wrote: an SBOM as input.
//!
//! Here belongs what a document *states*, standard by standard: bytes in, a [`Bill`] out, which `resolve` turns into a Bom
//! as it does with everything else that was read. Here does not belong what any of it means for a policy, nor opening files.
//!
//! # Own readers, and why
//! The crates that read these formats (`cyclonedx-bom` up to 1.5, `spdx-rs` 2.x) keep no place of anything, refuse a whole
//! document for one wrong enumeration value, and the latter panics on some inputs. A finding needs the line it speaks of, and
//! a document with one wrong hash still names its components. So the readers here go over [`crate::text`], which keeps the
//! place of everything; the crates are witnesses in `tests/sbom_read.rs`, where both must name the same components.
//!
//! # How a document is recognised
//! By what it says of itself, never by its name: `bomFormat` or a CycloneDX schema or namespace, `spdxVersion`,
//! `SPDXVersion:`, the SPDX 3 context. Only a file that is *named* is asked; a walk takes no SBOM for a project, since the one
//! that lies in a repository mostly describes that repository, and its components would be counted twice.
//!
//! # What is made of what is wrong
//! Nothing is dropped without a word. A component without a package URL stays under `pkg:generic` with the property
//! [`UNIDENTIFIED`]; one without even a name, a reference that leads nowhere, an identifier given twice, a value of the wrong
//! type is a note with its line, and costs the document its completeness.
//!
//! # How to add a format
//! A reader beside the others that yields a [`Bill`], and its line in [`recognise`] and [`Dialect::read`].

use crate::ecosystem::Note;
use crate::model::DiagnosticKind;
use crate::text::{Document, Kind, Source, SyntaxError, json, xml};

mod bill;
mod cyclonedx;
mod cyclonedx_facts;
mod facts;
mod spdx;
mod spdx_facts;
mod spdx_json;
mod spdx_three;
mod tag_value;
mod view;

pub(crate) use bill::algorithm;
pub use bill::{Bill, Edge, Item, Said, UNIDENTIFIED};
pub(crate) use view::View;

/// In which language a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// CycloneDX as JSON.
    CyclonedxJson,
    /// CycloneDX as XML.
    CyclonedxXml,
    /// SPDX 2 as JSON.
    SpdxJson,
    /// SPDX 2 as tag-value text.
    SpdxTagValue,
    /// SPDX 3 as JSON-LD.
    SpdxThree,
}

/// How much of a text is looked at for a first guess. What a document says of itself may stand anywhere in a JSON object, so
/// that JSON is looked through whole.
const HEAD: usize = 4096;

/// In which language a text is an SBOM, if it is one.
pub fn recognise(text: &str) -> Option<Dialect> {
    let start = text.trim_start();
    let mut end = start.len().min(HEAD);
    while !start.is_char_boundary(end) {
        end -= 1;
    }
    let head = &start[..end];
    let has = |word: &str| memchr::memmem::find(start.as_bytes(), word.as_bytes()).is_some();
    match start.as_bytes().first()? {
        b'{' => {
            if has("\"bomFormat\"") && has("CycloneDX") || head.contains("cyclonedx.org/schema/bom") {
                Some(Dialect::CyclonedxJson)
            } else if has("\"spdxVersion\"") {
                Some(Dialect::SpdxJson)
            } else if has("spdx.org/rdf/3.") || has("\"@graph\"") && has("\"spdxId\"") {
                Some(Dialect::SpdxThree)
            } else {
                None
            }
        }
        b'<' if head.contains("cyclonedx.org/schema/bom") => Some(Dialect::CyclonedxXml),
        b'<' => None,
        _ => {
            let is_version = |line: &str| line.trim_start().starts_with("SPDXVersion:");
            head.lines().take(64).any(is_version).then_some(Dialect::SpdxTagValue)
        }
    }
}

impl Dialect {
    /// The name for a person, without the version.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::CyclonedxJson => "CycloneDX (JSON)",
            Dialect::CyclonedxXml => "CycloneDX (XML)",
            Dialect::SpdxJson => "SPDX (JSON)",
            Dialect::SpdxTagValue => "SPDX (tag-value)",
            Dialect::SpdxThree => "SPDX 3 (JSON-LD)",
        }
    }

    /// Reads a text as a document in this language.
    ///
    /// # Errors
    /// If the text is not of the syntax, or not the object that the language asks for. What could be understood in part is a
    /// [`Bill`] with notes.
    pub fn read(self, source: &Source) -> Result<Bill, SyntaxError> {
        match self {
            Dialect::CyclonedxJson => {
                object(json::parse(source)?).and_then(|tree| cyclonedx::read(source, &tree, false))
            }
            Dialect::CyclonedxXml => cyclonedx::read(source, &xml::parse(source)?, true),
            Dialect::SpdxJson => object(json::parse(source)?).and_then(|tree| spdx_json::read(source, &tree)),
            Dialect::SpdxTagValue => tag_value::read(source),
            Dialect::SpdxThree => object(json::parse(source)?).and_then(|tree| spdx_three::read(source, &tree)),
        }
    }
}

fn object(tree: Document<'_>) -> Result<Document<'_>, SyntaxError> {
    if tree.root().kind() == Kind::Mapping {
        Ok(tree)
    } else {
        Err(SyntaxError::new(tree.root().span(), "expected an object"))
    }
}

/// How many notes of one kind of trouble are kept; more are counted in one.
const MOST_NOTES: usize = 20;

/// Notes of one kind of trouble: the first few with their places, the rest counted, so that a hostile document makes no
/// report of its own size.
struct Troubles {
    kind: DiagnosticKind,
    /// What the others are, for `and 12 more … `.
    what: &'static str,
    notes: Vec<Note>,
    more: usize,
}

impl Troubles {
    fn new(kind: DiagnosticKind, what: &'static str) -> Self {
        Self { kind, what, notes: Vec::new(), more: 0 }
    }

    fn push(&mut self, mark: crate::model::Mark, message: impl FnOnce() -> String) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(Note { mark, kind: self.kind, message: message() });
        } else {
            self.more += 1;
        }
    }

    fn is_empty(&self) -> bool {
        self.notes.is_empty()
    }

    fn finish(self, into: &mut Vec<Note>) {
        if let (Some(last), true) = (self.notes.last(), self.more > 0) {
            let message = format!("and {} more {}", self.more, self.what);
            let rest = Note { mark: last.mark, kind: self.kind, message };
            into.extend(self.notes);
            into.push(rest);
        } else {
            into.extend(self.notes);
        }
    }
}

/// A stranger's text for a message: of bearable length.
fn shown(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_by_what_they_say() {
        let told = [
            (r#"{"bomFormat":"CycloneDX","specVersion":"1.6"}"#, Some(Dialect::CyclonedxJson)),
            ("<?xml version='1.0'?>\n<bom xmlns='http://cyclonedx.org/schema/bom/1.4'/>", Some(Dialect::CyclonedxXml)),
            (r#"{"name":"x","spdxVersion":"SPDX-2.3"}"#, Some(Dialect::SpdxJson)),
            ("# made\nSPDXVersion: SPDX-2.3\n", Some(Dialect::SpdxTagValue)),
            (r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}"#, Some(Dialect::SpdxThree)),
            (r#"{"name":"shop","version":"1.0.0"}"#, None),
            ("<project/>", None),
            ("", None),
            ("serde==1.0", None),
        ];
        for (text, dialect) in told {
            assert_eq!(recognise(text), dialect, "{text}");
        }
    }
}
