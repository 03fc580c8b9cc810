//! Adds to the Bom what the scanned files did not say themselves.
//!
//! One file per kind of addition; each says in a [`Stage`](crate::model::Stage) that it ran and with what, so that "not
//! looked" and "looked and found nothing" stay two answers.

mod digest;
mod license;
mod online;
mod texts;
mod vulnerability;

pub use digest::kept_digests;
pub use license::{TextsWanted, declared_licenses, detected_licenses, is_worth_looking};
pub use online::online_licenses;
pub use texts::{PackageText, PackageTexts, TextPurpose, package_texts};
pub use vulnerability::known_vulnerabilities;
