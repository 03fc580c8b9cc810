//! Only what is new counts: a verdict beside what was known before.
//!
//! A finding is the one it was before if its fingerprint is: the same rule about the same package, whatever its version, line
//! or words. It counts all the same if it weighs more than it did, or if the package now serves a project that it did not
//! serve before, in a scope that decides its weight: what was accepted for a tool was not accepted for the product.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use crate::model::{
    Bom, Comparison, ComponentId, Finding, Fixed, LookUp, Occurrence, Outcome, Project, Severity, Standing, Verdict,
};
use crate::policy::Policy;
use crate::rule::{self, Check};

/// What was known of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFinding {
    /// Its rule's id.
    pub rule: CompactString,
    /// How much it mattered.
    pub severity: Severity,
    /// What it said; empty if that was not kept.
    pub message: String,
    /// The directories of the projects that it was about; empty if that was not kept, or it is about no component.
    pub projects: BTreeSet<String>,
}

/// What was known before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Since when, for a person: `main at 1a2b3c4d5e6f`.
    pub since: CompactString,
    /// The findings that counted, by fingerprint.
    pub findings: BTreeMap<CompactString, KnownFinding>,
    /// What was not known completely where the policy demands completeness.
    pub gaps: BTreeSet<(String, &'static str)>,
}

impl Known {
    /// All findings of a verdict that count.
    pub fn of(bom: &Bom, policy: &Policy, verdict: &Verdict, since: impl Into<CompactString>) -> Self {
        // What a change does is known of no state: beside the next change it is asked anew.
        let of_state =
            |finding: &&Finding| !rule::by_id(&finding.rule).is_some_and(|rule| matches!(rule.check, Check::Change(_)));
        let findings = verdict.findings.iter().filter(|finding| finding.standing.is_open()).filter(of_state);
        let known = |finding: &Finding| KnownFinding {
            rule: finding.rule.clone(),
            severity: finding.severity,
            message: finding.message.clone(),
            projects: finding.component.map(|id| projects(bom, id)).unwrap_or_default(),
        };
        Self {
            since: since.into(),
            findings: findings.map(|finding| (finding.fingerprint.clone(), known(finding))).collect(),
            gaps: super::gaps(bom, policy),
        }
    }
}

/// The directories of the projects in which a component weighs as much as it weighs at all: test data counts only where there
/// is nothing else, and weaker scopes only where there is no stronger one.
fn projects(bom: &Bom, id: ComponentId) -> BTreeSet<String> {
    let project = |occurrence: &Occurrence| -> &Project { bom.project(occurrence.project) };
    let weight = |occurrence: &Occurrence| (project(occurrence).fixture, occurrence.scope);
    let occurrences = &bom.component(id).occurrences;
    let strongest = occurrences.iter().map(weight).min();
    let meant = occurrences.iter().filter(|occurrence| Some(weight(occurrence)) == strongest);
    meant.map(|occurrence| project(occurrence).directory.display().to_owned()).collect()
}

/// Marks what was known, counts what is new and what is gone, and lets only what is new decide the outcome.
pub fn compare(bom: &Bom, policy: &Policy, verdict: &mut Verdict, known: &Known) {
    let mut comparison = Comparison { with: known.since.to_string(), ..Comparison::default() };
    let mut still: LookUp<CompactString, ()> = LookUp::new();
    for finding in &mut verdict.findings {
        still.insert(finding.fingerprint.clone(), ());
        if !finding.standing.is_open() {
            continue;
        }
        let Some(before) = known.findings.get(&finding.fingerprint) else {
            comparison.new += 1;
            continue;
        };
        match grown(bom, finding, before) {
            Some(why) => {
                comparison.new += 1;
                comparison.grown.push((finding.fingerprint.clone(), why));
            }
            None => {
                comparison.known += 1;
                finding.standing = Standing::Known { since: known.since.clone() };
                if let Some(rule) = verdict.rules.iter_mut().find(|rule| rule.rule == finding.rule) {
                    rule.open = rule.open.saturating_sub(1);
                    rule.known += 1;
                }
            }
        }
    }
    comparison.grown.sort();
    // What was found about decisions on record is not fixed by code: a waiver that is written with the change it is for
    // covered nothing before.
    let about_code = |finding: &KnownFinding| {
        !rule::by_id(&finding.rule).is_some_and(|rule| matches!(rule.check, Check::Decisions(_)))
    };
    let gone = known
        .findings
        .iter()
        .filter(|(fingerprint, finding)| !still.contains_key(fingerprint.as_str()) && about_code(finding));
    comparison.fixed = gone
        .map(|(fingerprint, finding)| Fixed {
            fingerprint: fingerprint.clone(),
            rule: finding.rule.clone(),
            severity: finding.severity,
            message: finding.message.clone(),
        })
        .collect();
    let unknown = || policy.requires_completeness() && !super::gaps(bom, policy).is_subset(&known.gaps);
    verdict.outcome = if super::fails(policy, &verdict.findings) {
        Outcome::Violated
    } else if unknown() {
        Outcome::Incomplete
    } else {
        Outcome::Holds
    };
    verdict.comparison = Some(comparison);
}

/// Why a finding that was known counts all the same.
fn grown(bom: &Bom, finding: &Finding, before: &KnownFinding) -> Option<String> {
    if finding.severity > before.severity {
        return Some(format!(
            "it was of level {} before, and is of level {} now",
            before.severity.as_str(),
            finding.severity.as_str()
        ));
    }
    if before.projects.is_empty() {
        return None;
    }
    let now = projects(bom, finding.component?);
    let further: Vec<&str> = now.difference(&before.projects).map(String::as_str).take(3).collect();
    let was: Vec<&str> = before.projects.iter().map(String::as_str).take(3).collect();
    (!further.is_empty())
        .then(|| format!("it was known in {} and now concerns {}, too", was.join(", "), further.join(", ")))
}
