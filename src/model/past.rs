//! What was there before a change, as far as rules about changes ask: versions, terms and origins of third parties.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::{Hash, LicenseClaim, LicenseSource, Location, Origin, Purl, Technique};

/// How terms of a component are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Its package or lock entry says so.
    Declared,
    /// Its license texts say so.
    Detected,
    /// A person concluded so.
    Concluded,
}

impl Basis {
    /// The word used in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Basis::Declared => "declared",
            Basis::Detected => "detected",
            Basis::Concluded => "concluded",
        }
    }
}

/// Terms of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastTerms {
    /// The canonical expression, or the text as written where it is none.
    pub text: CompactString,
    /// How they are known.
    pub basis: Basis,
}

impl PastTerms {
    /// What a claim says.
    pub fn of(claim: &LicenseClaim) -> Self {
        let from_text = claim.evidence.as_ref().is_some_and(|evidence| evidence.technique == Technique::TextAnalysis);
        let basis = match claim.source {
            LicenseSource::Curation => Basis::Concluded,
            _ if from_text => Basis::Detected,
            _ => Basis::Declared,
        };
        Self { text: claim.expression.clone().unwrap_or_else(|| claim.raw.clone()), basis }
    }
}

/// A component of a third party as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastComponent {
    /// Its identity.
    pub purl: Purl,
    /// Its terms; `None`: they were not known.
    pub terms: Option<PastTerms>,
    /// Where it came from.
    pub origin: Origin,
    /// Digests of its artefact; empty where they were not kept.
    pub hashes: Vec<Hash>,
}

/// A notice that a change took out of a file that it kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RemovedNotice {
    /// The file as it is now.
    pub location: Location,
    /// What the line said, shortened.
    pub text: CompactString,
    /// The line in the earlier file, from one.
    pub line: u32,
    /// The earlier file's path, where it was another one.
    pub from: Option<CompactString>,
}

/// What was there before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// When, for a person: `main at 1a2b3c4d5e6f`.
    pub since: CompactString,
    /// Components of third parties by [`Past::name`].
    components: BTreeMap<CompactString, Vec<PastComponent>>,
    /// Notices that are gone since, sorted; `None`: nobody looked.
    pub removed_notices: Option<Vec<RemovedNotice>>,
}

impl Past {
    /// What was there, of components in any order.
    pub fn new(since: impl Into<CompactString>, components: impl IntoIterator<Item = PastComponent>) -> Self {
        let mut by_name: BTreeMap<CompactString, Vec<PastComponent>> = BTreeMap::new();
        for component in components {
            by_name.entry(Self::name(&component.purl)).or_default().push(component);
        }
        for versions in by_name.values_mut() {
            versions.sort_by(|a, b| a.purl.cmp(&b.purl));
        }
        Self { since: since.into(), components: by_name, removed_notices: None }
    }

    /// By what a component is known whatever its version and origin: type, namespace and name.
    pub fn name(purl: &Purl) -> CompactString {
        compact_str::format_compact!("{}/{}", purl.kind(), purl.full_name())
    }

    /// All that was there of a package, sorted by package URL; empty: it was not there.
    pub fn of(&self, purl: &Purl) -> &[PastComponent] {
        self.components.get(&Self::name(purl)).map_or(&[], Vec::as_slice)
    }

    /// All components, sorted by name.
    pub fn components(&self) -> impl Iterator<Item = &PastComponent> {
        self.components.values().flatten()
    }
}
