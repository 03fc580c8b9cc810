//! A check: what there is, judged by a policy.

#![allow(clippy::disallowed_methods, reason = "it times its stages")]

use std::path::PathBuf;
use std::time::Instant;

use crate::evaluate::evaluate;
use crate::model::{Date, Own, Verdict};
use crate::policy::Policy;
use crate::rule::{self, Check};

use super::files;
use super::own;
use super::policy::{self, PolicyError};
use super::scan::{ScanError, ScanSettings, Scanned, scan};

/// What to check and how.
#[derive(Debug)]
pub struct CheckSettings {
    /// What to scan. Its `exclude` and `targets` are replaced by the policy's.
    pub scan: ScanSettings,
    /// The policy file that was named, if one was.
    pub policy: Option<PathBuf>,
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
}

/// Scans as the policy's settings say, without judging.
///
/// # Errors
/// If the policy cannot be read or the paths cannot be scanned.
pub fn scan_by_policy(mut settings: ScanSettings, named: Option<PathBuf>) -> Result<(Scanned, Policy), CheckError> {
    let roots = files::roots(&settings.paths).map_err(ScanError::from)?;
    let loaded = policy::load(&roots, named.as_deref())?;
    settings.exclude = loaded.exclude;
    settings.targets = loaded.targets;
    settings.all_texts |= loaded.policy.all_texts.as_ref().is_some_and(|all| all.value);
    let bound = loaded.policy.curations.iter().filter(|curation| curation.text_sha256.is_some());
    settings.texts_of.extend(bound.map(|curation| curation.component.clone()));
    let on = |wanted: fn(&Check) -> bool| {
        rule::TABLE.iter().any(|rule| wanted(&rule.check) && loaded.policy.level(rule).0.is_some())
    };
    settings.look.texts |= on(|check| matches!(check, Check::Texts(_)));
    settings.look.documents |= settings.look.texts || on(|check| matches!(check, Check::Practices(_)));
    Ok((scan(&settings)?, loaded.policy))
}

/// Checks.
///
/// # Errors
/// If the policy cannot be read or the paths cannot be scanned.
pub fn check(settings: CheckSettings) -> Result<Checked, CheckError> {
    let machine = settings.scan.machine.clone();
    let (mut scanned, policy) = scan_by_policy(settings.scan, settings.policy)?;
    let start = Instant::now();
    own::look(&mut scanned.bom, &scanned.roots, &policy, &machine);
    let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    if scanned.bom.own != Own::default() {
        scanned.timings.push(("own licenses and notice".to_owned(), micros));
    }
    let start = Instant::now();
    let verdict = evaluate(&scanned.bom, &policy, settings.today);
    let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    scanned.timings.push(("evaluate".to_owned(), micros));
    Ok(Checked { scanned, policy, verdict })
}
