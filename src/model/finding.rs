//! What judgement says: findings, verdicts per component, and the outcome.

use compact_str::CompactString;

use super::{Comparison, ComponentId, Diagnostic, LicenseSource, Location, ProjectId};

/// How much a finding matters. Ordered from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Should be looked at; does not fail the gate unless the policy says so.
    Warning,
    /// Fails the gate.
    Error,
}

impl Severity {
    /// The word used in policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// The line of a policy (or the built-in default) that asked for something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Because {
    /// The policy's name for a person: a path in the repository, or `policies/baseline.toml` for a built-in one.
    pub policy: CompactString,
    /// The line, from one; `None` for a rule's own default.
    pub line: Option<u32>,
    /// What it says, in words: `class network-copyleft is denied when distribution = "binary"`.
    pub text: String,
}

/// Whether a finding is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Open,
    /// Accepted by a waiver: it stays visible and does not count.
    Waived {
        /// Who approved.
        by: CompactString,
        /// The last day it holds, `YYYY-MM-DD`.
        until: CompactString,
        /// Why.
        reason: String,
        /// The waiver's line.
        because: Because,
    },
    /// Known before: it stays visible and does not fail the gate.
    Known {
        /// Since when, for a person: `main at 1a2b3c4d5e6f`, `the baseline sepal-baseline.json of 2026-11-02`.
        since: CompactString,
    },
}

impl Standing {
    /// Whether it counts.
    pub fn is_open(&self) -> bool {
        matches!(self, Standing::Open)
    }
}

/// One thing that is not as the policy wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id, `group/name`.
    pub rule: CompactString,
    /// How much it matters under this policy.
    pub severity: Severity,
    /// The component it is about, if it is about one.
    pub component: Option<ComponentId>,
    /// The project it is about, if it is about one; for a component, the project of `path`.
    pub project: Option<ProjectId>,
    /// From a root of the project to the component, both included; empty where no component is meant or no path is known.
    pub path: Vec<ComponentId>,
    /// What: one plain sentence, without a full stop.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// What to do: ways out in the order to try them.
    pub help: Vec<String>,
    /// Where: the first is the place to show, the line a person edits where there is one. Never empty.
    pub locations: Vec<Location>,
    /// What asked for it.
    pub because: Because,
    /// Stable identity: a hash of rule, purl without version, project and discriminator (license or advisory id). Never of
    /// offsets, versions or prose.
    pub fingerprint: CompactString,
    /// Whether it counts.
    pub standing: Standing,
    /// What is publicly known that it is about: its place in [`Advisories::vulnerabilities`](super::Advisories).
    pub vulnerability: Option<u32>,
}

/// What the license lists of the policy say of one component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LicenseVerdict {
    /// Its terms are allowed.
    Allowed,
    /// A person has to look.
    NeedsReview,
    /// Its terms are denied.
    Denied,
    /// Its terms are not known.
    Unknown,
}

impl LicenseVerdict {
    /// The words used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            LicenseVerdict::Allowed => "allowed",
            LicenseVerdict::NeedsReview => "needs review",
            LicenseVerdict::Denied => "denied",
            LicenseVerdict::Unknown => "unknown",
        }
    }
}

/// The judgement of one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentVerdict {
    /// The component.
    pub component: ComponentId,
    /// What the policy's license lists say.
    pub verdict: LicenseVerdict,
    /// The part of the expression that was chosen where it offers a choice (`MIT` of `MIT OR GPL-2.0-only`).
    pub chosen: Option<CompactString>,
    /// Why: the list entries or the missing fact that decided.
    pub reason: String,
    /// The policy line that decided, if one did.
    pub because: Option<Because>,
    /// Whether a waiver covers every open license finding about it.
    pub waived: bool,
}

/// What one rule did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSummary {
    /// The rule's id.
    pub rule: CompactString,
    /// The level it ran at.
    pub level: Severity,
    /// Open findings.
    pub open: usize,
    /// Waived findings.
    pub waived: usize,
    /// Findings that were known before.
    pub known: usize,
}

/// How much of what should be known is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Third-party components.
    pub components: usize,
    /// Of those, with a license claim of any kind.
    pub licensed: usize,
    /// Of those, per source of the claim that counts.
    pub by_source: Vec<(LicenseSource, usize)>,
    /// Third-party components by verdict: allowed, needs review, denied, unknown.
    pub verdicts: [usize; 4],
    /// Components covered by waivers.
    pub waived: usize,
}

/// What the policy makes of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The policy holds.
    Holds,
    /// The policy is violated.
    Violated,
    /// The policy holds for what is known, and it demands to know more than could be found out.
    Incomplete,
}

impl Outcome {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Holds => "holds",
            Outcome::Violated => "violated",
            Outcome::Incomplete => "incomplete",
        }
    }
}

/// The judgement of a Bom under a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// All findings: sorted by severity (most first), then by the direct dependency that causes them, then by component.
    pub findings: Vec<Finding>,
    /// One entry per third-party component, in the Bom's order.
    pub components: Vec<ComponentVerdict>,
    /// What each rule that ran did, sorted by id.
    pub rules: Vec<RuleSummary>,
    /// How much is known.
    pub coverage: Coverage,
    /// Trouble of judgement itself.
    pub diagnostics: Vec<Diagnostic>,
    /// What the policy makes of it.
    pub outcome: Outcome,
    /// The policy's name for a person.
    pub policy: String,
    /// SHA-256 of the merged policy's text, in hexadecimal.
    pub policy_digest: String,
    /// The day that waivers were measured against, `YYYY-MM-DD`.
    pub today: CompactString,
    /// The first day, if any, on which a waiver now in use ends.
    pub next_expiry: Option<CompactString>,
    /// How it compares with what was known before, if it was compared.
    pub comparison: Option<Comparison>,
    /// The last day, `YYYY-MM-DD`, on which a violation does not fail the gate: the policy is being rolled out.
    pub warns_until: Option<CompactString>,
    /// What is said aloud on every run, one sentence each without a full stop.
    pub remarks: Vec<String>,
}
