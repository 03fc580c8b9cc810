//! A check: what there is, judged by a policy.

#![allow(clippy::disallowed_methods, reason = "it times its stages")]

use std::path::PathBuf;
use std::time::Instant;

use crate::evaluate::{evaluate_beside, wants_past};
use crate::model::{Date, Own, Past, Verdict};
use crate::policy::Policy;
use crate::rule::{self, Check};
#[cfg(feature = "git")]
use crate::walk::git::GitError;

use super::baseline::{self, BaselineError};
use super::files;
use super::own;
use super::policy::{self, Loaded, PolicyError};
use super::scan::{ScanError, ScanSettings, Scanned, scan};

/// What to check and how.
#[derive(Debug)]
pub struct CheckSettings {
    /// What to scan. Its `exclude` and `targets` are replaced by the policy's.
    pub scan: ScanSettings,
    /// The policy file that was named, if one was.
    pub policy: Option<PathBuf>,
    /// Findings that were known before, if a file of them was named.
    pub baseline: Option<PathBuf>,
    /// The day that waivers are measured against.
    pub today: Date,
}

/// What a check brought.
#[derive(Debug)]
pub struct Checked {
    /// What there is.
    pub scanned: Scanned,
    /// What it was judged by.
    pub policy: Policy,
    /// The judgement.
    pub verdict: Verdict,
}

/// Why there is no judgement.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// There is nothing to judge.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// There is nothing to judge by.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// What was known before cannot be read.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// The repository cannot answer.
    #[cfg(feature = "git")]
    #[error(transparent)]
    Git(#[from] GitError),
}

impl CheckError {
    /// What to do about it, where there is something.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            CheckError::Scan(ScanError::Snapshot(error)) => error.help,
            CheckError::Policy(PolicyError::Absent { .. }) => {
                Some("fetch it with: sepal policy update --since REF, as the check says it")
            }
            CheckError::Scan(_) | CheckError::Policy(_) => None,
            CheckError::Baseline(_) => Some("make one with: sepal check --write-baseline FILE"),
            #[cfg(feature = "git")]
            CheckError::Git(error) => error.help(),
        }
    }
}

/// Scans as the policy's settings say, without judging.
///
/// # Errors
/// If the policy cannot be read or the paths cannot be scanned.
pub fn scan_by_policy(mut settings: ScanSettings, named: Option<PathBuf>) -> Result<(Scanned, Policy), CheckError> {
    let roots = files::roots(&settings.paths).map_err(ScanError::from)?;
    let loaded = match (&settings.snapshot, &named) {
        (Some(snapshot), None) => policy::load_from(snapshot.as_ref(), &roots)?,
        _ => policy::load(&roots, named.as_deref())?,
    };
    ask(&mut settings, &loaded);
    Ok((scan(&settings)?, loaded.policy))
}

/// Lets a scan look for what a policy asks for.
pub(super) fn ask(settings: &mut ScanSettings, loaded: &Loaded) {
    settings.exclude = loaded.exclude.clone();
    settings.targets = loaded.targets.clone();
    settings.vex.extend(loaded.vex.iter().cloned());
    settings.registries = !loaded.policy.namespaces.is_empty();
    settings.all_texts |= loaded.policy.all_texts.as_ref().is_some_and(|all| all.value);
    let bound = loaded.policy.curations.iter().filter(|curation| curation.text_sha256.is_some());
    settings.texts_of.extend(bound.map(|curation| curation.component.clone()));
    let on = |wanted: fn(&Check) -> bool| {
        rule::TABLE.iter().any(|rule| wanted(&rule.check) && loaded.policy.level(rule).0.is_some())
    };
    settings.look.texts |= on(|check| matches!(check, Check::Texts(_)));
    if rule::by_id("deps/end-of-life").is_some_and(|rule| loaded.policy.level(rule).0.is_some()) {
        settings.lifecycle = Some(loaded.policy.lifecycle.as_ref().map(|set| set.value.clone()));
    }
    settings.look.commits |=
        rule::by_id("review/evidence-low").is_some_and(|rule| loaded.policy.level(rule).0.is_some());
    settings.look.headers |=
        rule::by_id("review/file-notice-missing").is_some_and(|rule| loaded.policy.level(rule).0.is_some());
    settings.look.files |= on(|check| matches!(check, Check::Tree(_)));
    settings.look.code |= names_models(&loaded.policy);
    settings.look.sboms |= on(|check| matches!(check, Check::Sboms(_)));
    settings.look.documents |= settings.look.files
        || settings.look.texts
        || settings.look.sboms
        || on(|check| matches!(check, Check::Practices(_)));
}

/// Whether a policy asks about models and datasets, which programs name.
pub(super) fn names_models(policy: &Policy) -> bool {
    // One that runs unasked is content with what lies in the tree.
    let asked = |rule: &&&rule::Rule| rule.group() == "ai" && rule.default.is_none();
    rule::TABLE.iter().filter(asked).any(|rule| policy.level(rule).0.is_some())
}

/// Checks.
///
/// # Errors
/// If the policy cannot be read or the paths cannot be scanned.
pub fn check(settings: CheckSettings) -> Result<Checked, CheckError> {
    let machine = settings.scan.machine.clone();
    let (mut scanned, policy) = scan_by_policy(settings.scan, settings.policy)?;
    if let Some(snapshot) = scanned.snapshot.clone() {
        own::look_at_licenses(&mut scanned.bom, &scanned.roots, Some(snapshot.as_ref()), &policy);
    } else {
        let start = Instant::now();
        own::look(&mut scanned.bom, &scanned.roots, &policy, &machine);
        let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        if scanned.bom.own != Own::default() {
            scanned.timings.push(("own licenses and notice".to_owned(), micros));
        }
    }
    let known = settings.baseline.as_deref().map(baseline::read).transpose()?;
    let past = known.as_ref().and_then(|known| known.past.as_ref());
    let mut verdict = judge_beside(&mut scanned, &policy, settings.today, past);
    #[cfg(feature = "git")]
    if scanned.snapshot.is_some() {
        verdict.remarks.extend(super::change::left_out(&policy));
    }
    if let Some(known) = known {
        if known.past.is_none() && wants_past(&policy) {
            verdict.remarks.push(format!(
                "{} holds no components, so what changed of them since cannot be told: write it anew",
                known.known.since
            ));
        }
        baseline::apply(known, &scanned.bom, &policy, &mut verdict);
    }
    Ok(Checked { scanned, policy, verdict })
}

/// Judges what was scanned. Everything that is judged is judged here: what is compared is judged with the same data.
#[cfg(feature = "git")]
pub(super) fn judge(scanned: &mut Scanned, policy: &Policy, today: Date) -> Verdict {
    judge_beside(scanned, policy, today, None)
}

/// The same, with what was there before, if that is known.
pub(super) fn judge_beside(scanned: &mut Scanned, policy: &Policy, today: Date, before: Option<&Past>) -> Verdict {
    let start = Instant::now();
    let verdict = evaluate_beside(&scanned.bom, policy, today, before);
    let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    scanned.timings.push(("evaluate".to_owned(), micros));
    verdict
}
