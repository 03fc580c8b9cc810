//! Which of two versions is older, exactly as the package manager in question sees it.
//!
//! Here belongs what is true of versions anywhere: a [`Scheme`] for each way to order them, and [`Range`], the version range
//! specifier (VERS) over all of them. Here does not belong which versions a component could have (`resolve`), which are
//! affected by something (`advisory`), nor how a manifest writes a requirement (`ecosystem`).
//!
//! A scheme turns a version into a key of bytes, and two versions compare as their keys do; that is a total order by
//! construction. Three tools do not have one (see [`maven`], [`conan`] and [`alpm`]): their keys are taken apart by an order
//! of their own, so that each answer is still the tool's. Where a tool refuses a version that was published all the same,
//! or that an advisory names, the scheme reads it in the nearest sense and says so in its file; what has no sense at all is
//! a [`VersionError`].
//!
//! # How to add a scheme
//! One file with a `pub static SCHEME`, one line in [`TABLE`], and `fixtures/versions/<id>.txt` with lines `A < B` that the
//! tool itself said. The file names its source: the tool's documentation or code.

use std::cmp::Ordering;
use std::fmt;

mod alpm;
mod apk;
mod composer;
mod conan;
mod cran;
mod datetime;
mod deb;
mod gem;
mod generic;
mod gentoo;
mod golang;
mod hackage;
mod intdot;
mod key;
mod lexicographic;
mod maven;
mod native;
mod npm;
mod nuget;
mod openssl;
mod pub_dart;
mod pypi;
mod range;
mod rpm;
mod semver;
#[cfg(test)]
mod tests;

pub use native::NativeError;
pub use range::{Comparator, Constraint, Range, RangeError};

use key::Encoder;

/// All schemes, sorted by id.
pub static TABLE: &[&Scheme] = &[
    &alpm::SCHEME,
    &apk::SCHEME,
    &composer::SCHEME,
    &conan::SCHEME,
    &cran::SCHEME,
    &datetime::SCHEME,
    &deb::SCHEME,
    &gem::SCHEME,
    &generic::SCHEME,
    &gentoo::SCHEME,
    &golang::SCHEME,
    &hackage::SCHEME,
    &intdot::SCHEME,
    &lexicographic::SCHEME,
    &maven::SCHEME,
    &npm::SCHEME,
    &nuget::SCHEME,
    &openssl::SCHEME,
    &pub_dart::SCHEME,
    &pypi::SCHEME,
    &rpm::SCHEME,
    &semver::SCHEME,
];

/// A way to order versions.
pub struct Scheme {
    /// The VERS type of its name, which is also the name of its list in `fixtures/versions`: `pypi`.
    pub id: &'static str,
    /// Other VERS types and the purl types that are ordered so.
    pub purl_types: &'static [&'static str],
    /// The ecosystems of the OSV schema that are ordered so.
    pub osv: &'static [&'static str],
    /// Whose order it is, and where that is written.
    pub source: &'static str,
    /// Writes a version's key, or says what is wrong with it.
    encode: fn(&str, &mut Encoder) -> Result<(), &'static str>,
    /// The order of two keys.
    order: fn(&[u8], &[u8]) -> Ordering,
    /// The way the ecosystem itself writes a version that it reads, if it has one.
    normalise: fn(&str) -> Option<String>,
}

/// A version ready to be compared with others of its scheme.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key(Box<[u8]>);

impl Key {
    /// The key's bytes, to store and compare with [`Scheme::compare_bytes`].
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", self.0.escape_ascii())
    }
}

/// Why a text is no version of a scheme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{version}` is no {scheme} version: {problem}")]
pub struct VersionError {
    /// The scheme's id.
    pub scheme: &'static str,
    /// The text; only its beginning, if it is long.
    pub version: String,
    /// What is wrong: a lowercase fragment.
    pub problem: &'static str,
}

impl fmt::Debug for Scheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Scheme({})", self.id)
    }
}

impl PartialEq for Scheme {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Scheme {
    /// The scheme of a VERS type: `deb`, `generic`.
    pub fn by_id(id: &str) -> Option<&'static Scheme> {
        TABLE.iter().find(|scheme| scheme.id == id || scheme.purl_types.contains(&id)).copied()
    }

    /// The scheme of an ecosystem by its name in the OSV schema (`crates.io`, `Debian:12`), a purl type (`cargo`) or a VERS
    /// type, in upper or lower case. `None` if it is unknown or has no order of its own.
    pub fn by_ecosystem(name: &str) -> Option<&'static Scheme> {
        let base = name.split(':').next().unwrap_or(name).trim();
        let same = |known: &&str| known.eq_ignore_ascii_case(base);
        TABLE
            .iter()
            .find(|scheme| scheme.osv.contains(&base))
            .or_else(|| {
                TABLE.iter().find(|scheme| {
                    same(&scheme.id) || scheme.purl_types.iter().any(same) || scheme.osv.iter().any(same)
                })
            })
            .copied()
    }

    /// A version's key.
    ///
    /// # Errors
    /// If the text has no sense as a version of this scheme.
    pub fn key(&self, version: &str) -> Result<Key, VersionError> {
        let mut key = Encoder::with_capacity(version.len() + 16);
        let trimmed = version.trim();
        let result = if trimmed.is_empty() { Err("it is empty") } else { (self.encode)(trimmed, &mut key) };
        match result {
            Ok(()) => Ok(Key(key.finish())),
            Err(problem) => {
                let shown: String = version.chars().take(60).collect();
                let more = if shown.len() < version.len() { "…" } else { "" };
                Err(VersionError { scheme: self.id, version: shown + more, problem })
            }
        }
    }

    /// The order of two versions.
    ///
    /// # Errors
    /// If one of them is no version of this scheme.
    pub fn compare(&self, a: &str, b: &str) -> Result<Ordering, VersionError> {
        Ok(self.compare_keys(&self.key(a)?, &self.key(b)?))
    }

    /// The order of two versions by their keys, which are of this scheme.
    pub fn compare_keys(&self, a: &Key, b: &Key) -> Ordering {
        (self.order)(&a.0, &b.0)
    }

    /// The order of two keys that were stored as bytes. Bytes that are no keys of this scheme have some order.
    pub fn compare_bytes(&self, a: &[u8], b: &[u8]) -> Ordering {
        (self.order)(a, b)
    }

    /// Sorts by versions, the oldest first; equal ones keep their places.
    pub fn sort<T>(&self, items: &mut Vec<T>, key: impl Fn(&T) -> &Key) {
        key::sort(items, |a, b| self.compare_keys(key(a), key(b)));
    }

    /// A version as the ecosystem itself writes it (`1.0.0.0-beta2` for Composer's `v1.0b2`), or as it is where the scheme
    /// knows only one spelling.
    ///
    /// # Errors
    /// If the text is no version of this scheme.
    pub fn normalise(&self, version: &str) -> Result<String, VersionError> {
        self.key(version)?;
        let trimmed = version.trim();
        Ok((self.normalise)(trimmed).unwrap_or_else(|| trimmed.to_owned()))
    }
}

/// The order of keys that are compared as they are.
fn as_bytes(a: &[u8], b: &[u8]) -> Ordering {
    a.cmp(b)
}

/// For schemes in which every version has one spelling.
fn as_is(_version: &str) -> Option<String> {
    None
}

/// Whether a text is digits and at least one.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits at the beginning of a text, and the rest.
fn leading_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// A number as people write it: without leading zeros.
fn plain(digits: &str) -> &str {
    match digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    }
}
