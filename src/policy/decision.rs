//! Decisions on record: waivers and curations.

use compact_str::CompactString;

use crate::license::Linkage;
use crate::model::{Because, Date, LicenseClaim, Location, Purl};
use crate::rule::{Approval, Denial, Namespace};
use crate::version::{NativeError, Range};

use super::{Glob, PurlPattern};

/// A finding that is accepted for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The rule's id.
    pub rule: CompactString,
    /// Which components; `None`: the finding is about a project or a place.
    pub component: Option<PurlPattern>,
    /// Only in this project's directory, or below.
    pub project: Option<Glob>,
    /// Only for this license: canonical where it is an expression, else as written.
    pub license: Option<CompactString>,
    /// Only for this advisory, by any of its ids. Findings about advisories are covered by no waiver without one.
    pub advisory: Option<CompactString>,
    /// Why, in a word.
    pub reason: &'static Reason,
    /// Why, in a sentence.
    pub justification: String,
    /// Who decided.
    pub approved_by: CompactString,
    /// The last day on which it holds.
    pub expires: Date,
    /// Where the discussion can be found.
    pub ticket: Option<CompactString>,
    /// Its place in the policy file.
    pub location: Location,
    /// Its policy line.
    pub because: Because,
}

impl Waiver {
    /// For a sentence: `the waiver of legal/component-license-denied for pkg:npm/ghost-kit@2.*`.
    pub fn label(&self) -> String {
        let mut label = format!("the waiver of {}", self.rule);
        if let Some(component) = &self.component {
            label.push_str(&format!(" for {component}"));
        }
        if let Some(license) = &self.license {
            label.push_str(&format!(" under {license}"));
        }
        if let Some(advisory) = &self.advisory {
            label.push_str(&format!(" of {advisory}"));
        }
        if let Some(project) = &self.project {
            label.push_str(&format!(" in {project}"));
        }
        label
    }
}

/// Why a finding is accepted: a closed list, so that reasons can be counted and compared.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    /// The word in policies.
    pub name: &'static str,
    /// What it means.
    pub docs: &'static str,
}

/// All reasons, sorted by name.
pub static REASONS: &[Reason] = &[
    Reason { name: "accepted-risk", docs: "Known, weighed and accepted until the end given." },
    Reason { name: "build-only", docs: "Runs while the product is built and is not part of it." },
    Reason { name: "dynamic-linkage", docs: "Linked so that users can replace it, as the license asks." },
    Reason {
        name: "inline-mitigation",
        docs: "Something else in the product keeps the vulnerability from being used.",
    },
    Reason { name: "internal-use-only", docs: "Not given to others and not offered to them over a network." },
    Reason { name: "license-acquired", docs: "Another license was bought or granted; the proof is on file." },
    Reason { name: "not-a-third-party", docs: "Written by the organisation itself." },
    Reason { name: "not-modified", docs: "Used as it is, and the license asks more only for changed versions." },
    Reason { name: "replacement-planned", docs: "It will be gone by the end given." },
    Reason { name: "separate-program", docs: "Runs as a program of its own, not linked." },
    Reason { name: "test-data", docs: "Serves tests and is not part of the product." },
    Reason {
        name: "vulnerable-code-not-used",
        docs: "The affected part is not in the product, or nothing of the product reaches it.",
    },
    Reason { name: "wrong-finding", docs: "The finding does not apply; if sepal is wrong, please report it." },
];

/// What a person concluded about a component's license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curation {
    /// Which components.
    pub component: PurlPattern,
    /// Only while this is what the component declares.
    pub declared: Option<CompactString>,
    /// Only while the component's copy carries a license text with this SHA-256 digest, in lower-case hexadecimal.
    pub text_sha256: Option<CompactString>,
    /// The conclusion, as a claim whose evidence is the policy file's line.
    pub claim: LicenseClaim,
    /// How that is known.
    pub known_by: String,
    /// Who concluded it.
    pub by: CompactString,
    /// Its place in the policy file.
    pub location: Location,
    /// Its policy line, with how the conclusion is known.
    pub because: Because,
}

/// How a component is joined to the product, where that is not what is assumed of its ecosystem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageNote {
    /// Which components.
    pub component: PurlPattern,
    /// How they are joined.
    pub linkage: Linkage,
    /// How that is known.
    pub known_by: String,
    /// Its policy line, with how that is known.
    pub because: Because,
}

/// That components are used in a form that differs from what their authors gave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifiedNote {
    /// Which components.
    pub component: PurlPattern,
    /// What was changed, or where the change can be seen.
    pub what: String,
    /// Who says so.
    pub by: CompactString,
    /// Its policy line, with what was changed.
    pub because: Because,
}

/// That components are not to be used.
#[derive(Clone, Debug)]
pub struct DenyEntry {
    /// Which components.
    pub component: PurlPattern,
    /// Which of their versions; `None`: all.
    pub versions: Option<Range>,
    /// What the entry says.
    denial: Denial,
    /// The same where it cannot be told that a version is meant.
    undecided: Denial,
}

/// Ranges are equal if they are written alike, which the denial knows.
impl PartialEq for DenyEntry {
    fn eq(&self, other: &Self) -> bool {
        self.component == other.component && self.denial == other.denial
    }
}

impl Eq for DenyEntry {}

impl DenyEntry {
    /// An entry.
    pub fn new(component: PurlPattern, versions: Option<Range>, denial: Denial) -> Self {
        let undecided = Denial { undecided: true, ..denial.clone() };
        Self { component, versions, denial, undecided }
    }

    /// What the entry says.
    pub fn denial(&self) -> &Denial {
        &self.denial
    }

    /// What it says of a component, if it is about it. A version that has no place in the order of its ecosystem may be meant,
    /// so it is.
    pub fn about(&self, purl: &Purl) -> Option<&Denial> {
        if !self.component.matches(purl) {
            return None;
        }
        let Some(range) = &self.versions else { return Some(&self.denial) };
        match purl.version().map(|version| range.contains(version)) {
            Some(Ok(true)) => Some(&self.denial),
            Some(Ok(false)) => None,
            Some(Err(_)) | None => Some(&self.undecided),
        }
    }
}

/// Where packages of a namespace of one's own are to come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespaceEntry {
    /// Which packages.
    pub component: PurlPattern,
    /// What the entry says.
    pub namespace: Namespace,
}

/// That somebody approved of components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalEntry {
    /// Which components.
    pub component: PurlPattern,
    /// What the record says.
    pub approval: Approval,
}

/// Reads a range of versions: VERS (`vers:npm/>=1.0.0|<2.0.0`), what the package manager writes where that is known (`^1.2`),
/// else comparisons with commas (`>=1.0, <2.0`).
///
/// # Errors
/// In words, if it is none of these.
pub(super) fn read_versions(kind: &str, text: &str) -> Result<Range, String> {
    let text = text.trim();
    if text.starts_with("vers:") {
        return Range::read(text).map_err(|error| error.to_string());
    }
    match Range::from_native(kind, text) {
        Err(NativeError::UnknownType(_)) => {
            let parts = text.split([',', '|']).map(|part| part.split_whitespace().collect::<String>());
            let parts: Vec<String> = parts.map(|part| part.strip_prefix("==").unwrap_or(&part).to_owned()).collect();
            if parts.iter().any(|part| part.is_empty() || part.starts_with(['^', '~'])) {
                return Err("write comparisons (`>=1.0, <2.0`) or VERS".to_owned());
            }
            Range::read(&format!("vers:{kind}/{}", parts.join("|"))).map_err(|error| error.to_string())
        }
        other => other.map_err(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_sorted_and_explained() {
        assert!(REASONS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(REASONS.iter().all(|reason| reason.docs.ends_with('.')));
    }
}
