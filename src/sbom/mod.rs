//! Documents that describe a Bom: one folder per standard, one line per encoding in [`TABLE`]; and, in [`read`](mod@read), those that other tools
//! wrote.
//!
//! What several standards ask stands beside them: `graph` (edges, roots, completeness, what is not known) and `uri`. To add
//! an encoding, make a static [`Encoding`] in its standard's folder and name it in the table; `tests/sbom.rs` then runs it
//! over every odd Bom.
//!
//! Pure: a [`Document`] in, bytes out. Every encoding is deterministic: the same Bom and the same time stamp give the same
//! bytes, and the document's identity is made from its content. What is not known is written as not known (a missing
//! dependency entry, `NOASSERTION`, a composition that is incomplete, a property), never left to be taken for "nothing".
//! Vulnerabilities are in a document only where the Bom was asked about them for it (`scan --vulnerabilities`): BSI TR-03183-2
//! forbids them in an SBOM, and only CycloneDX has a place for them.

use std::io;

use sha2::{Digest, Sha256};

use crate::model::{Bom, ComponentId, LookUp, Party, Project, RepoPath};

mod cyclonedx;
mod graph;
mod json;
mod purls;
pub mod read;
mod spdx;
mod uri;

/// One way to write a [`Document`].
#[derive(Debug)]
pub struct Encoding {
    /// The name that `sepal scan -o` takes.
    pub id: &'static str,
    /// The versions of the standard that it can write, the default first; empty where there is but one form.
    pub versions: &'static [&'static str],
    /// What it is for, in one sentence without a full stop.
    pub docs: &'static str,
    /// Writes the document in one of `versions`. Fails only where `writer` does.
    pub write: fn(document: &Document<'_>, version: &str, writer: &mut dyn io::Write) -> io::Result<()>,
}

/// All encodings, sorted by id.
pub static TABLE: &[&Encoding] = &[&cyclonedx::JSON, &purls::PURLS, &spdx::JSON, &spdx::TAG_VALUE];

/// The encoding of a name.
pub fn by_id(id: &str) -> Option<&'static Encoding> {
    TABLE.iter().copied().find(|encoding| encoding.id == id)
}

/// A Bom with what a document says about itself.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// What there is.
    pub bom: &'a Bom,
    /// When it was found out: RFC 3339, UTC, whole seconds.
    pub created: &'a str,
    /// The version of this program.
    pub tool_version: &'a str,
    /// Who answers for the document, if somebody said so: nothing else knows.
    pub author: Option<Author<'a>>,
}

/// The organisation that answers for a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Author<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its e-mail address.
    pub email: Option<&'a str>,
}

impl<'a> Author<'a> {
    /// Reads `Acme <sbom@example.org>` or `Acme`; `None` if there is no name, or the address is none.
    pub fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.contains(char::is_control) {
            return None;
        }
        let Some((name, rest)) = text.split_once('<') else { return Some(Self { name: text, email: None }) };
        let email = rest.strip_suffix('>')?.trim();
        let (user, host) = email.split_once('@')?;
        let fits = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "<>()@".contains(c));
        let named = !name.trim().is_empty() && fits(user) && fits(host);
        named.then(|| Self { name: name.trim(), email: Some(email) })
    }
}

/// Names for components that are unique in a document: the purl. Where one's own package and a third party's have the same
/// purl (a workspace member whose published version is used too), the third party's keeps it, since that is what
/// advisories and VEX statements speak of. `!` is never raw in a purl, so that a name with a suffix meets no other.
pub(crate) struct References {
    names: Vec<String>,
    order: Vec<ComponentId>,
}

impl References {
    pub(crate) fn of(bom: &Bom) -> Self {
        let purls: Vec<String> = bom.components.iter().map(|component| component.purl.to_string()).collect();
        let mut by_party: Vec<ComponentId> = bom.ids().map(|(id, _)| id).collect();
        by_party.sort_by_key(|id| !bom.component(*id).is_third_party());
        let mut taken: LookUp<&str, u32> = LookUp::with_capacity(purls.len());
        let mut names = vec![String::new(); purls.len()];
        for id in &by_party {
            let at = id.0 as usize;
            let purl = purls[at].as_str();
            let count = taken.get_or_insert_with(purl, || 0);
            *count += 1;
            names[at] = match *count {
                1 => purl.to_owned(),
                2 if bom.component(*id).party == Party::First => format!("{purl}!first-party"),
                count => format!("{purl}!{count}"),
            };
        }
        let mut order = by_party;
        order.sort_by(|a, b| names[a.0 as usize].cmp(&names[b.0 as usize]));
        Self { names, order }
    }

    pub(crate) fn get(&self, id: ComponentId) -> &str {
        &self.names[id.0 as usize]
    }

    /// All components, sorted by name.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = ComponentId> + '_ {
        self.order.iter().copied()
    }
}

/// The subject's name; a scan of a root without one still needs a word.
pub(crate) fn subject_name(bom: &Bom) -> &str {
    let name = bom.subject.name.trim();
    if name.is_empty() { "unnamed" } else { name }
}

/// A project in one line: `cargo at web, complete, read from web/Cargo.lock, web/Cargo.toml`.
pub(crate) fn describe(project: &Project) -> String {
    let files: Vec<&str> = project.files.iter().map(RepoPath::display).collect();
    format!(
        "{} at {}, {}{}, read from {}",
        project.ecosystem,
        project.directory,
        project.completeness.as_str(),
        if project.fixture { ", test data of the repository" } else { "" },
        if files.is_empty() { "no file".to_owned() } else { files.join(", ") },
    )
}

/// Whether a path as written (`../lib`, `file:../lib`) is one of the repository and tells nothing of a machine.
pub(crate) fn is_relative(path: &str) -> bool {
    let rest = match path.split_once(':') {
        // One letter is a drive.
        Some((scheme, _)) if scheme.len() == 1 => return false,
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+') => rest,
        _ => path,
    };
    !rest.starts_with(['/', '\\', '~'])
}

/// A writer that keeps the digest only.
struct Hashed(Sha256);

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A UUID made from content (RFC 9562, section 5.8: version 8), so that equal documents have equal names.
pub(crate) fn uuid_of(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<String> {
    let mut hashed = Hashed(Sha256::new());
    write(&mut hashed)?;
    let digest = hashed.0.finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TABLE.iter().map(|encoding| encoding.id).is_sorted());
    }

    #[test]
    fn an_author_has_a_name_and_maybe_an_address() {
        let author = |text| Author::parse(text).map(|author| (author.name, author.email));
        assert_eq!(author("Acme <sbom@example.org>"), Some(("Acme", Some("sbom@example.org"))));
        assert_eq!(author(" Acme Inc. "), Some(("Acme Inc.", None)));
        for wrong in ["", "<sbom@example.org>", "Acme <sbom>", "Acme <sbom@example.org", "Acme <a b@example.org>"] {
            assert_eq!(author(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn paths_of_a_machine_are_told_apart() {
        for path in ["../lib", "file:../lib", "link:lib", "lib"] {
            assert!(is_relative(path), "{path}");
        }
        for path in ["/lib", "file:///lib", "path+file:///lib", "~/lib", "C:\\lib", "\\\\host\\lib"] {
            assert!(!is_relative(path), "{path}");
        }
    }

    #[test]
    fn a_name_made_from_content_is_a_uuid() {
        let one = uuid_of(|writer| writer.write_all(b"one")).unwrap();
        let again = uuid_of(|writer| writer.write_all(b"one")).unwrap();
        assert_eq!(one, again);
        assert_ne!(one, uuid_of(|writer| writer.write_all(b"two")).unwrap());
        assert_eq!((one.len(), &one[14..15]), (36, "8"));
        assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"));
    }
}
