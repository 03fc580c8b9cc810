//! The use cases, one file each: the rooms below called in order, each with the last one's answer.
//!
//! This room sees every other and holds nothing. [`files`] is its door: policies, settings and outputs; the scanned tree
//! itself is read by `walk`.

pub mod advisories;
pub mod archives;
pub mod baseline;
#[cfg(feature = "git")]
mod change;
pub mod check;
mod documents;
mod everywhere;
pub mod explain;
pub mod files;
pub mod identify;
pub mod init;
pub mod kept;
pub mod licenses;
pub mod notice;
#[cfg(feature = "git")]
mod notices;
pub mod obligations;
pub mod online;
pub mod own;
pub mod policy;
pub mod policy_test;
pub mod policy_update;
#[cfg(feature = "git")]
mod reviews;
pub mod scan;
pub mod scorecard;
pub mod settings;
mod shelf;
#[cfg(feature = "git")]
pub mod since;
pub mod source;
pub mod update;
pub mod versions;
pub mod vex;
pub mod waive;
pub mod why;

pub use advisories::AdvisorySource;
pub use check::{CheckError, CheckSettings, Checked, check};
pub use scan::{ScanError, ScanSettings, Scanned, scan};
