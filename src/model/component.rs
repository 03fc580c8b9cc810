//! A piece of software, and where it comes from.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::{Evidence, Licensing, ProjectId, Purl, RepoPath, Scope};

/// What kind of thing a component is (the CycloneDX 1.6 component types this program meets).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    /// A package that others link or import.
    Library,
    /// A program, a CI action or a project of one's own.
    Application,
    /// A container image.
    Container,
    /// A trained model: its weights, or a reference to them.
    Model,
    /// A dataset.
    Data,
    /// A design of a thing that can be made: a circuit board, an enclosure, a chip's logic.
    Device,
    /// An image that runs on such a thing.
    Firmware,
}

impl ComponentKind {
    /// All of them.
    pub const ALL: [ComponentKind; 7] = [
        ComponentKind::Library,
        ComponentKind::Application,
        ComponentKind::Container,
        ComponentKind::Model,
        ComponentKind::Data,
        ComponentKind::Device,
        ComponentKind::Firmware,
    ];

    /// Whether it is software in the narrow sense, which package managers fetch, fix and name. Models, datasets, designs and
    /// firmware have no lock files, and rules of their own (`ai/*`, `hardware/*`).
    pub fn is_software(self) -> bool {
        matches!(self, ComponentKind::Library | ComponentKind::Application | ComponentKind::Container)
    }

    /// The kind of a CycloneDX name; other types are read as libraries.
    pub fn from_cyclonedx(name: &str) -> Self {
        match name {
            "application" => ComponentKind::Application,
            "container" => ComponentKind::Container,
            "machine-learning-model" => ComponentKind::Model,
            "data" => ComponentKind::Data,
            "device" => ComponentKind::Device,
            "firmware" => ComponentKind::Firmware,
            _ => ComponentKind::Library,
        }
    }

    /// The name CycloneDX gives it.
    pub fn as_str(self) -> &'static str {
        match self {
            ComponentKind::Library => "library",
            ComponentKind::Application => "application",
            ComponentKind::Container => "container",
            ComponentKind::Model => "machine-learning-model",
            ComponentKind::Data => "data",
            ComponentKind::Device => "device",
            ComponentKind::Firmware => "firmware",
        }
    }
}

/// Property of a model or dataset: which of the two it is (`model`, `data`), for document formats that have no word for it.
pub const AI_KIND: &str = "sepal:ai:kind";

/// Whose software it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// Part of the product: workspace members, the scanned package itself.
    First,
    /// Somebody else's.
    Third,
}

impl Party {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Party::First => "first",
            Party::Third => "third",
        }
    }
}

/// Where the bytes of a component come from, as the lock or manifest states it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A package registry. `url` is `None` for the ecosystem's default registry; otherwise as written, without user info.
    Registry {
        /// The registry, where it is not the default one.
        url: Option<CompactString>,
    },
    /// A git repository.
    Git {
        /// The repository, without user info.
        url: CompactString,
        /// The full commit id, if the files pin one.
        commit: Option<CompactString>,
        /// The branch or tag asked for, if any.
        reference: Option<CompactString>,
    },
    /// An archive fetched by URL.
    Archive {
        /// The URL, without user info.
        url: CompactString,
    },
    /// A directory or file of this repository, or beside it.
    Path {
        /// As written.
        path: CompactString,
    },
    /// The files do not say.
    Unknown,
}

impl Origin {
    /// The word used in policies and reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Origin::Registry { .. } => "registry",
            Origin::Git { .. } => "git",
            Origin::Archive { .. } => "archive",
            Origin::Path { .. } => "path",
            Origin::Unknown => "unknown",
        }
    }

    /// The URL, where there is one.
    pub fn url(&self) -> Option<&str> {
        match self {
            Origin::Registry { url } => url.as_deref(),
            Origin::Git { url, .. } | Origin::Archive { url } => Some(url),
            Origin::Path { .. } | Origin::Unknown => None,
        }
    }
}

/// Digest algorithms that lock files use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashAlgorithm {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl HashAlgorithm {
    /// The name CycloneDX gives it (`SHA-256`).
    pub fn as_str(self) -> &'static str {
        match self {
            HashAlgorithm::Md5 => "MD5",
            HashAlgorithm::Sha1 => "SHA-1",
            HashAlgorithm::Sha256 => "SHA-256",
            HashAlgorithm::Sha384 => "SHA-384",
            HashAlgorithm::Sha512 => "SHA-512",
        }
    }

    /// Length of the digest in bytes.
    pub fn bytes(self) -> usize {
        match self {
            HashAlgorithm::Md5 => 16,
            HashAlgorithm::Sha1 => 20,
            HashAlgorithm::Sha256 => 32,
            HashAlgorithm::Sha384 => 48,
            HashAlgorithm::Sha512 => 64,
        }
    }
}

/// A digest of the component's distributed artefact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash {
    /// By which algorithm.
    pub algorithm: HashAlgorithm,
    /// The digest in lower-case hexadecimal.
    pub hex: Box<str>,
}

impl Hash {
    /// A digest given in hexadecimal. `None` if it is not of the algorithm's length or not hexadecimal.
    pub fn from_hex(algorithm: HashAlgorithm, hex: &str) -> Option<Hash> {
        // All of it without an early end, which is several bytes at a time: nearly every text that is asked about is valid.
        let is_hex = |hex: &str| hex.bytes().fold(true, |valid, byte| valid & byte.is_ascii_hexdigit());
        if hex.len() != algorithm.bytes() * 2 || !is_hex(hex) {
            return None;
        }
        let mut hex: Box<str> = hex.into();
        hex.make_ascii_lowercase();
        Some(Hash { algorithm, hex })
    }

    /// A digest given as bytes. `None` if it is not of the algorithm's length.
    pub fn from_bytes(algorithm: HashAlgorithm, bytes: &[u8]) -> Option<Hash> {
        /// Both digits of every byte.
        static PAIRS: [[u8; 2]; 256] = {
            let digits = b"0123456789abcdef";
            let mut pairs = [[0; 2]; 256];
            let mut byte = 0;
            while byte < pairs.len() {
                pairs[byte] = [digits[byte >> 4], digits[byte & 15]];
                byte += 1;
            }
            pairs
        };
        if bytes.len() != algorithm.bytes() {
            return None;
        }
        let mut hex = vec![0; bytes.len() * 2];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&PAIRS[usize::from(*byte)]);
        }
        Some(Hash { algorithm, hex: String::from_utf8(hex).ok()?.into() })
    }
}

/// That a component is part of a project: one entry per project and lock entry that names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The project.
    pub project: ProjectId,
    /// What for: the strongest scope by which the project's roots reach it.
    pub scope: Scope,
    /// Whether a root of the project depends on it directly.
    pub direct: bool,
    /// Where the entry stands.
    pub evidence: Evidence,
    /// Directory (or file) in the tree that holds the installed or member copy, where the files say so
    /// (`web/node_modules/a`).
    pub directory: Option<RepoPath>,
}

/// A piece of software: of one's own or of a third party. Its purl is its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// The identity.
    pub purl: Purl,
    /// What kind of thing.
    pub kind: ComponentKind,
    /// Whose it is.
    pub party: Party,
    /// Who delivers it, where the files say so.
    pub supplier: Option<CompactString>,
    /// Where it comes from.
    pub origin: Origin,
    /// Digests of the distributed artefact, sorted.
    pub hashes: Vec<Hash>,
    /// What is known of its terms.
    pub licensing: Licensing,
    /// Where it occurs: sorted, never empty.
    pub occurrences: Vec<Occurrence>,
    /// Further facts under the names of registered property taxonomies.
    pub properties: BTreeMap<CompactString, CompactString>,
}

/// The property that says which file of this machine states the digest of an artefact, where no scanned file does.
pub const KEPT_DIGEST: &str = "sepal:hash:kept";

impl Component {
    /// Digests that the scanned files state. Those that a package manager keeps beside what it fetched say nothing of what the
    /// project pins.
    pub fn stated_hashes(&self) -> &[Hash] {
        if self.properties.contains_key(KEPT_DIGEST) { &[] } else { &self.hashes }
    }

    /// The strongest scope over all occurrences.
    pub fn scope(&self) -> Scope {
        self.occurrences.iter().map(|occurrence| occurrence.scope).min().unwrap_or(Scope::Runtime)
    }

    /// Whether any project depends on it directly.
    pub fn direct(&self) -> bool {
        self.occurrences.iter().any(|occurrence| occurrence.direct)
    }

    /// The patches that its package manager applies to it, as the files name them (properties `sepal:<ecosystem>:patched`): it
    /// is used in a changed form. Patches that a package manager brings along itself (yarn's `builtin<compat/…>`) are none of the
    /// product's. `None`: no file says so.
    pub fn patches(&self) -> Option<CompactString> {
        let said = self.properties.iter().filter(|(name, _)| name.starts_with("sepal:") && name.ends_with(":patched"));
        let own = said.flat_map(|(_, value)| value.split(", ")).filter(|patch| !patch.contains("builtin<"));
        let own: Vec<&str> = own.collect();
        (!own.is_empty()).then(|| own.join(", ").into())
    }

    /// Whether it is somebody else's.
    pub fn is_third_party(&self) -> bool {
        self.party == Party::Third
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_the_length_of_its_algorithm() {
        assert!(Hash::from_hex(HashAlgorithm::Sha1, "abc").is_none());
        assert!(Hash::from_hex(HashAlgorithm::Md5, &"g".repeat(32)).is_none());
        assert_eq!(&*Hash::from_hex(HashAlgorithm::Md5, &"A".repeat(32)).unwrap().hex, "a".repeat(32));
        assert_eq!(&*Hash::from_bytes(HashAlgorithm::Md5, &[0xab; 16]).unwrap().hex, "ab".repeat(16));
    }
}
