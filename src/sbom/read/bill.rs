//! What a document states, whatever its standard.

use compact_str::CompactString;

use crate::ecosystem::{self, Note, without_user_info};
use crate::model::{Completeness, ComponentKind, Hash, HashAlgorithm, Mark, Origin, Party, Purl, SbomFacts, Scope};

/// The property of a component that its document names without a package URL: nothing can be looked up for it.
pub const UNIDENTIFIED: &str = "sepal:unidentified";

/// What a document states.
#[derive(Clone, Debug, PartialEq)]
pub struct Bill {
    /// The standard with its version and form: `CycloneDX 1.6 (JSON)`.
    pub dialect: String,
    /// What it is about.
    pub subject: Option<CompactString>,
    /// The revision of a tree that this program scanned, where that is what it is about.
    pub revision: Option<CompactString>,
    /// Who made it and when, in words.
    pub made: String,
    /// Its components.
    pub items: Vec<Item>,
    /// Who needs whom.
    pub edges: Vec<Edge>,
    /// The components that it is about: indices into `items`.
    pub roots: Vec<u32>,
    /// Whether the document says that it names all third parties.
    pub completeness: Completeness,
    /// What it says is missing, with the place.
    pub gaps: Vec<(Mark, String)>,
    /// What could not be understood, or deserves a word.
    pub notes: Vec<Note>,
    /// What the document says of itself, for those who judge documents.
    pub facts: SbomFacts,
}

/// A text with its place.
pub type Said = (CompactString, Mark);

/// A component as a document states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The identity.
    pub purl: Purl,
    /// What kind of thing.
    pub kind: ComponentKind,
    /// Whose it is.
    pub party: Party,
    /// Who delivers it.
    pub supplier: Option<CompactString>,
    /// Where its bytes come from.
    pub origin: Origin,
    /// Digests.
    pub hashes: Vec<Hash>,
    /// The declared license.
    pub declared: Option<Said>,
    /// The license that the document's author concluded.
    pub concluded: Option<Said>,
    /// What was found in its texts.
    pub detected: Option<Said>,
    /// What the document says it is needed for; `None`: as its dependents say.
    pub scope: Option<Scope>,
    /// Whether the document says outright that a root needs it directly.
    pub direct: Option<bool>,
    /// Further facts.
    pub properties: Vec<(CompactString, CompactString)>,
    /// Where its name stands.
    pub mark: Mark,
}

/// `from` needs `to`: indices into [`Bill::items`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Who needs.
    pub from: u32,
    /// Who is needed.
    pub to: u32,
    /// What for; `None`: the document does not say.
    pub scope: Option<Scope>,
    /// Where that is written.
    pub mark: Mark,
}

impl Bill {
    /// Adds what contains whom as edges: for parts that nothing is said to need, since what is in the product hangs on it.
    pub(super) fn contain(&mut self, parts: &[(u32, u32, Mark)]) {
        let mut needed = vec![false; self.items.len()];
        for edge in &self.edges {
            needed[edge.to as usize] = true;
        }
        let new = parts.iter().filter(|(from, to, _)| from != to && !needed[*to as usize]);
        self.edges.extend(new.map(|(from, to, mark)| Edge { from: *from, to: *to, scope: None, mark: *mark }));
    }

    /// Says what edges are for where the document does not. Both ends are known: a part that is needed less than the one that
    /// needs it hangs on a tie of its own weakness, any other on a full one.
    pub(super) fn weigh_edges(&mut self) {
        for edge in self.edges.iter_mut().filter(|edge| edge.scope.is_none()) {
            let from = self.items[edge.from as usize].scope.unwrap_or(Scope::Runtime);
            let to = self.items[edge.to as usize].scope.unwrap_or(Scope::Runtime);
            edge.scope = Some(if to > from { to } else { Scope::Runtime });
        }
    }
}

/// The identity of what has a name and maybe a version, but no package URL.
pub(super) fn unidentified(group: Option<&str>, name: &str, version: Option<&str>) -> Purl {
    Purl::new("generic", name).with_namespace(group.unwrap_or_default()).with_version(version.unwrap_or_default())
}

/// Types whose packages come from one registry if a package URL says nothing else (the `default_repository_url` of the type's
/// definition), of those that have no folder among the ecosystems.
const WITH_REGISTRY: &[&str] = &[
    "cocoapods",
    "composer",
    "conan",
    "conda",
    "cpan",
    "cran",
    "gem",
    "hackage",
    "hex",
    "julia",
    "luarocks",
    "nuget",
    "opam",
    "pub",
];

/// Where the bytes come from, as far as a package URL says it (ECMA-427, known qualifiers).
pub(super) fn origin_of(purl: &Purl) -> Origin {
    let clean = |url: &str| CompactString::from(without_user_info(url).as_ref());
    if let Some(url) = purl.qualifier("vcs_url") {
        return git_origin(url);
    }
    if let Some(url) = purl.qualifier("download_url") {
        return Origin::Archive { url: clean(url) };
    }
    if let Some(url) = purl.qualifier("repository_url").or_else(|| purl.qualifier("registry_url")) {
        return Origin::Registry { url: Some(clean(url)) };
    }
    let registered = WITH_REGISTRY.binary_search(&purl.kind()).is_ok()
        || ecosystem::by_purl_type(purl.kind()).is_some_and(|ecosystem| ecosystem.purl_type != "github");
    if registered { Origin::Registry { url: None } } else { Origin::Unknown }
}

/// A version control location (SPDX 2.3, 7.7): `git+https://host/path@revision#part`.
pub(super) fn git_origin(url: &str) -> Origin {
    let plain = url.split('#').next().unwrap_or(url);
    let plain = plain.strip_prefix("git+").unwrap_or(plain);
    let start = plain.find("://").map_or(0, |at| at + 3);
    let path = plain[start..].find('/').map_or(plain.len(), |at| start + at);
    let (place, revision) = match plain[path..].rfind('@') {
        Some(at) => (&plain[..path + at], Some(&plain[path + at + 1..])),
        None => (plain, None),
    };
    let is_commit = |text: &str| matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    Origin::Git {
        url: without_user_info(place).as_ref().into(),
        commit: revision.filter(|text| is_commit(text)).map(Into::into),
        reference: revision.filter(|text| !is_commit(text) && !text.is_empty()).map(Into::into),
    }
}

/// The algorithm of a name as the standards write it: `SHA-256` in CycloneDX, `SHA256` in SPDX 2, `sha256` in SPDX 3.
pub(crate) fn algorithm(name: &str) -> Option<HashAlgorithm> {
    let all =
        [HashAlgorithm::Md5, HashAlgorithm::Sha1, HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512];
    let same = |known: &HashAlgorithm| {
        let plain = known.as_str().bytes().filter(|byte| *byte != b'-');
        plain.eq(name.bytes().filter(|byte| !matches!(byte, b'-' | b'_')).map(|byte| byte.to_ascii_uppercase()))
    };
    all.into_iter().find(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_from_package_urls() {
        assert!(WITH_REGISTRY.is_sorted());
        let origin = |text: &str| origin_of(&text.parse().unwrap());
        assert_eq!(origin("pkg:npm/a@1"), Origin::Registry { url: None });
        assert_eq!(origin("pkg:gem/a@1"), Origin::Registry { url: None });
        assert_eq!(origin("pkg:generic/a@1"), Origin::Unknown);
        assert_eq!(
            origin("pkg:npm/a@1?vcs_url=git%2Bhttps://u:p%40forge.example/a.git%40main"),
            Origin::Git { url: "https://forge.example/a.git".into(), commit: None, reference: Some("main".into()) }
        );
    }

    #[test]
    fn algorithms_have_several_spellings() {
        for name in ["SHA-256", "SHA256", "sha256"] {
            assert_eq!(algorithm(name), Some(HashAlgorithm::Sha256));
        }
        assert_eq!(algorithm("SHA3-256"), None);
    }
}
