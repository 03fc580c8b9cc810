//! What a document says of itself, standard by standard, for those who judge documents: see [`SbomFacts`].
//!
//! A field counts as given if it says something. `unknown`, `NOASSERTION` and the like say that something is not known, and so
//! do the properties `cdx:cisa:unknown-information` and `cdx:cisa:withheld-information` of the CycloneDX property taxonomy,
//! whose values are the names of data fields in the 2026 Minimum Elements, appendix A.

use crate::ecosystem::Note;
use crate::model::{DiagnosticKind, LookUp, SbomFacts, SbomField, SbomFields};

/// Who holds, needs or describes whom: components by their number.
#[derive(Default)]
pub struct Ties {
    pairs: Vec<(u32, u32)>,
}

impl Ties {
    pub fn add(&mut self, from: u32, to: u32) {
        if from != to {
            self.pairs.push((from, to));
        }
    }

    /// Marks what can be reached from the primary components, and counts the ties.
    pub fn settle(mut self, facts: &mut SbomFacts) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        facts.relationships = self.pairs.len();
        let mut waiting: Vec<u32> =
            (0..facts.components.len() as u32).filter(|at| facts.components[*at as usize].primary).collect();
        for at in &waiting {
            facts.components[*at as usize].reached = true;
        }
        while let Some(from) = waiting.pop() {
            let start = self.pairs.partition_point(|pair| pair.0 < from);
            for (_, to) in self.pairs[start..].iter().take_while(|pair| pair.0 == from) {
                let component = &mut facts.components[*to as usize];
                if !component.reached {
                    component.reached = true;
                    waiting.push(*to);
                }
            }
        }
    }
}

/// Whether a text says that something is not known.
pub fn says_unknown(text: &str) -> bool {
    let plain = text.trim().trim_start_matches("Organization:").trim_start_matches("Person:").trim();
    ["noassertion", "unknown", "n/a", "not known"].iter().any(|word| plain.eq_ignore_ascii_case(word))
}

/// A field for which the document has this text, or none.
pub fn put(given: &mut SbomFields, unknown: &mut SbomFields, field: SbomField, text: Option<&str>) {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) if says_unknown(text) => unknown.put(field),
        Some(_) => given.put(field),
        None => {}
    }
}

/// The data field of a name in appendix A of the 2026 Minimum Elements.
pub fn element(name: &str) -> Option<SbomField> {
    Some(match name {
        "SBOM Author" => SbomField::Author,
        "SBOM Author Signature" => SbomField::Signature,
        "SBOM Generation Context" => SbomField::Context,
        "SBOM Timestamp" => SbomField::Timestamp,
        "SBOM Tool Name" => SbomField::ToolName,
        "SBOM Tool Version" => SbomField::ToolVersion,
        "SBOM Version" => SbomField::DocumentVersion,
        "Component Producer" => SbomField::Producer,
        "Component Name" => SbomField::Name,
        "Component Version" => SbomField::Version,
        "Component Identifiers" => SbomField::Identifier,
        "Component Hash Value" | "Component Hash Algorithm" => SbomField::Hash,
        "Component License" => SbomField::License,
        "Component Dependency Relationship" => SbomField::Dependencies,
        _ => return None,
    })
}

/// The field of a word that documents of this program use (`sepal:unknown`, `not known: …`).
pub fn own_word(word: &str) -> Option<SbomField> {
    Some(match word {
        "version" => SbomField::Version,
        "license" => SbomField::License,
        "hash" => SbomField::Hash,
        "supplier" => SbomField::Supplier,
        "producer" => SbomField::Producer,
        "dependencies" => SbomField::Dependencies,
        _ => return None,
    })
}

/// Whether a text is a date and time as RFC 3339 writes it: `2026-09-21T08:00:00Z`.
pub fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let form = b"0000-00-00T00:00:00";
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't' | b' '),
        form => byte == form,
    };
    if bytes.len() < form.len() || !bytes.iter().zip(form).all(fits) {
        return false;
    }
    let mut rest = &text[form.len()..];
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == fraction.len() {
            return false;
        }
    }
    // RFC 9557 adds a time zone's name in brackets.
    let rest = rest.split('[').next().unwrap_or_default().as_bytes();
    match rest {
        b"Z" | b"z" => true,
        [b'+' | b'-', a, b, b':', c, d] => [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()),
        _ => false,
    }
}

/// Whether a text can be used to reach somebody.
pub fn is_contact(text: &str) -> bool {
    let text = text.trim();
    let mail = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    mail && !text.contains(char::is_whitespace) || text.contains("://")
}

/// What the reader of components met that breaks the standard.
pub fn take_notes(facts: &mut SbomFacts, notes: &[Note]) {
    for note in notes.iter().filter(|note| matches!(note.kind, DiagnosticKind::Entry | DiagnosticKind::Reference)) {
        facts.break_at(note.mark, || note.message.clone());
    }
}

/// Numbers by name; the first of two equal names counts.
#[derive(Default)]
pub struct Names<'d> {
    by_name: LookUp<&'d str, u32>,
}

impl<'d> Names<'d> {
    pub fn add(&mut self, name: &'d str, number: u32) {
        self.by_name.get_or_insert_with(name, || number);
    }

    pub fn get(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_contacts_are_told_from_other_texts() {
        for time in ["2026-09-21T08:00:00Z", "2026-09-21T08:00:00.123+02:00", "2026-09-21T08:00:00Z[Etc/UTC]"] {
            assert!(is_time(time), "{time}");
        }
        for other in ["2026-09-21", "yesterday", "2026-09-21T08:00:00", "2026-09-21T08:00:00.Z", ""] {
            assert!(!is_time(other), "{other}");
        }
        assert!(is_contact("sbom@example.org") && is_contact("https://example.org/contact"));
        assert!(!is_contact("Acme Inc.") && !is_contact("a @ b") && !is_contact("kit@2"));
    }

    #[test]
    fn words_for_not_known_say_so() {
        for word in ["NOASSERTION", "unknown", " Unknown ", "Organization: NOASSERTION"] {
            assert!(says_unknown(word), "{word}");
        }
        assert!(!says_unknown("Unknown Worlds") && !says_unknown("0"));
    }
}
