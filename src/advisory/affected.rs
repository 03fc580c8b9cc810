//! Whether a version is affected (OSV schema, "Evaluation").
//!
//! A version is affected if it is in the list of versions or in one of the ranges. In a range, the last event at or before
//! the version decides; events are walked in the order of their versions, whatever order they were written in.

use crate::version::{Key, Scheme};

use super::osv::{EventKind, Range, RangeKind};

pub use crate::model::Certainty;

/// An event with a version that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Step {
    /// Every version from the first on is affected.
    Beginning = 0,
    /// [`EventKind::Introduced`]
    Introduced = 1,
    /// [`EventKind::Fixed`]
    Fixed = 2,
    /// [`EventKind::LastAffected`]
    LastAffected = 3,
    /// [`EventKind::Limit`]
    Limit = 4,
    /// A limit that is none (`*`).
    NoLimit = 5,
}

impl Step {
    pub(super) fn of_byte(byte: u8) -> Option<Step> {
        Some(match byte {
            0 => Step::Beginning,
            1 => Step::Introduced,
            2 => Step::Fixed,
            3 => Step::LastAffected,
            4 => Step::Limit,
            5 => Step::NoLimit,
            _ => return None,
        })
    }
}

/// A range whose events are in order.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// The events: what happens, the version's key (empty where there is no version), and the version as written.
    pub steps: Vec<(Step, Vec<u8>, String)>,
}

/// Which scheme orders a range: the ecosystem's, or SemVer where the ecosystem has none and the range says so.
pub fn scheme_of(range: &Range, ecosystem: Option<&'static Scheme>) -> Option<&'static Scheme> {
    match range.kind {
        RangeKind::Git => None,
        RangeKind::Ecosystem => ecosystem,
        RangeKind::Semver => ecosystem.or_else(|| Scheme::by_id("semver")),
    }
}

/// Puts the events of a range in order; `None` if one of its versions cannot be ordered, or there is nothing to order.
pub fn ordered(range: &Range, scheme: &'static Scheme) -> Option<Ordered> {
    let mut first = Vec::new();
    let mut keyed: Vec<(Key, Step, &str)> = Vec::new();
    for (kind, version) in &range.events {
        let step = match (kind, version.as_str()) {
            (EventKind::Introduced, "0") => {
                first.push((Step::Beginning, Vec::new(), version.clone()));
                continue;
            }
            (EventKind::Limit, "*") => {
                first.push((Step::NoLimit, Vec::new(), version.clone()));
                continue;
            }
            (EventKind::Introduced, _) => Step::Introduced,
            (EventKind::Fixed, _) => Step::Fixed,
            (EventKind::LastAffected, _) => Step::LastAffected,
            (EventKind::Limit, _) => Step::Limit,
        };
        keyed.push((scheme.key(version).ok()?, step, version));
    }
    scheme.sort(&mut keyed, |(key, ..)| key);
    first.extend(keyed.into_iter().map(|(key, step, version)| (step, key.as_bytes().to_vec(), version.to_owned())));
    (!first.is_empty()).then_some(Ordered { steps: first })
}

/// Whether a range holds a version, by keys.
pub fn covers<'a>(scheme: &Scheme, steps: impl Iterator<Item = (Step, &'a [u8])>, version: &[u8]) -> bool {
    let (mut inside, mut limited, mut below) = (false, false, false);
    for (step, key) in steps {
        let order = || scheme.compare_bytes(version, key);
        match step {
            Step::Beginning => inside = true,
            Step::Introduced if order().is_ge() => inside = true,
            Step::Fixed if order().is_ge() => inside = false,
            Step::LastAffected if order().is_gt() => inside = false,
            Step::Limit => {
                limited = true;
                below |= order().is_lt();
            }
            Step::NoLimit => {
                limited = true;
                below = true;
            }
            Step::Introduced | Step::Fixed | Step::LastAffected => {}
        }
    }
    inside && (below || !limited)
}

impl Ordered {
    /// Whether the range holds a version.
    pub fn covers(&self, scheme: &Scheme, version: &[u8]) -> bool {
        covers(scheme, self.steps.iter().map(|(step, key, _)| (*step, key.as_slice())), version)
    }
}
