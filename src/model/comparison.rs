//! What a judgement looks like beside an earlier one: what is new, what was known, what is gone.

use compact_str::CompactString;

use super::Severity;

/// How a verdict compares with what was known before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What it is compared with, for a person: `main at 1a2b3c4d5e6f`, `the baseline sepal-baseline.json of 2026-11-02`.
    pub with: String,
    /// Findings that count: they were not known before.
    pub new: usize,
    /// Findings that were known before: visible, and not counted.
    pub known: usize,
    /// What was known before and is gone.
    pub fixed: Vec<Fixed>,
    /// Findings that were known and count all the same, by fingerprint, each with the reason: they weigh more now, or concern
    /// further projects. Sorted.
    pub grown: Vec<(CompactString, String)>,
}

impl Comparison {
    /// Why a finding that was known counts all the same.
    pub fn why_grown(&self, fingerprint: &str) -> Option<&str> {
        self.grown.iter().find(|(known, _)| known == fingerprint).map(|(_, why)| why.as_str())
    }
}

/// A finding that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Its fingerprint.
    pub fingerprint: CompactString,
    /// Its rule's id.
    pub rule: CompactString,
    /// How much it mattered.
    pub severity: Severity,
    /// What it said; empty if that was not kept.
    pub message: String,
}
