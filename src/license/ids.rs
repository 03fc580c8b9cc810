//! The identifiers of the SPDX license list: found in any case, deprecated ones brought up to date.

use std::sync::OnceLock;

use compact_str::CompactString;
use spdx::identifiers::{EXCEPTIONS, LICENSES};

/// The version of the SPDX license list that identifiers are taken from.
pub fn list_version() -> &'static str {
    spdx::license_version()
}

/// What an identifier means today: the license, and the exception that a deprecated identifier had in its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Current {
    pub license: CompactString,
    pub exception: Option<&'static str>,
}

/// Deprecated identifiers whose successor is not their own name with `-only` or `-or-later`; the successor is the one that
/// the SPDX list's notes on the deprecated entry name.
const SUCCESSORS: &[(&str, &str, Option<&str>)] = &[
    ("BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views", None),
    ("BSD-2-Clause-NetBSD", "BSD-2-Clause", None),
    ("GPL-2.0-with-GCC-exception", "GPL-2.0-or-later", Some("GCC-exception-2.0")),
    ("GPL-2.0-with-autoconf-exception", "GPL-2.0-or-later", Some("Autoconf-exception-2.0")),
    ("GPL-2.0-with-bison-exception", "GPL-2.0-or-later", Some("Bison-exception-2.2")),
    ("GPL-2.0-with-classpath-exception", "GPL-2.0-only", Some("Classpath-exception-2.0")),
    ("GPL-2.0-with-font-exception", "GPL-2.0-only", Some("Font-exception-2.0")),
    ("GPL-3.0-with-GCC-exception", "GPL-3.0-only", Some("GCC-exception-3.1")),
    ("GPL-3.0-with-autoconf-exception", "GPL-3.0-only", Some("Autoconf-exception-3.0")),
    ("StandardML-NJ", "SMLNJ", None),
    ("bzip2-1.0.5", "bzip2-1.0.6", None),
    ("eCos-2.0", "GPL-2.0-or-later", Some("eCos-exception-2.0")),
    ("wxWindows", "LGPL-2.0-or-later", Some("WxWindows-exception-3.1")),
];

/// Entries of the crate's table that are no licenses.
fn is_license(name: &str) -> bool {
    name != "NOASSERTION"
}

/// Names in lower case with their index, sorted.
type Folded = Vec<(Box<str>, usize)>;

fn folded<'a>(names: impl Iterator<Item = &'a str>) -> Folded {
    let mut table: Folded =
        names.enumerate().map(|(index, name)| (name.to_ascii_lowercase().into_boxed_str(), index)).collect();
    table.sort();
    table
}

fn position(table: &Folded, text: &str) -> Option<usize> {
    // No identifier is longer; nothing is copied for a text that cannot be one.
    if text.len() > 64 {
        return None;
    }
    let wanted = text.to_ascii_lowercase();
    table.binary_search_by(|(name, _)| (**name).cmp(wanted.as_str())).ok().map(|at| table[at].1)
}

/// The license whose identifier this is, in any case, with its `+` if that is part of a deprecated identifier.
pub(super) fn license(text: &str) -> Option<&'static spdx::License> {
    static TABLE: OnceLock<Folded> = OnceLock::new();
    let table = TABLE.get_or_init(|| folded(LICENSES.iter().map(|license| license.name)));
    position(table, text).map(|index| &LICENSES[index]).filter(|license| is_license(license.name))
}

/// The exception whose identifier this is, in any case.
pub(super) fn exception(text: &str) -> Option<&'static str> {
    static TABLE: OnceLock<Folded> = OnceLock::new();
    let table = TABLE.get_or_init(|| folded(EXCEPTIONS.iter().map(|exception| exception.name)));
    match position(table, text).map(|index| EXCEPTIONS[index].name) {
        // The SPDX list: renamed when version 1.1 turned out to be Digia's as well as Nokia's.
        Some("Nokia-Qt-exception-1.1") => Some("Qt-LGPL-exception-1.1"),
        found => found,
    }
}

fn listed(name: &str) -> bool {
    LICENSES.binary_search_by(|license| license.name.cmp(name)).is_ok()
}

/// What a license identifier, written with or without `+`, is called today. The answer's license ends in `+` only where
/// the list has no identifier of its own for "or later".
pub(super) fn current(license: &spdx::License, plus: bool) -> Option<Current> {
    let plain = |name: &str| Some(Current { license: name.into(), exception: None });
    if let Ok(at) = SUCCESSORS.binary_search_by(|(old, _, _)| (*old).cmp(license.name)) {
        let (_, name, exception) = SUCCESSORS[at];
        if plus && exception.is_some() {
            return None;
        }
        let name = if plus { compact_str::format_compact!("{name}+") } else { name.into() };
        return Some(Current { license: name, exception });
    }
    // `GPL-2.0+` is an entry of its own in the list.
    let (name, plus) = license.name.strip_suffix('+').map_or((license.name, plus), |name| (name, true));
    if name.ends_with("-or-later") {
        // Says it already; `+` on top is wrong.
        return if plus { None } else { plain(name) };
    }
    let base = name.strip_suffix("-only").unwrap_or(name);
    let later = compact_str::format_compact!("{base}-or-later");
    if plus {
        return if listed(&later) {
            // "only, or later" contradicts itself.
            if base == name { plain(&later) } else { None }
        } else {
            Some(Current { license: compact_str::format_compact!("{name}+"), exception: None })
        };
    }
    let only = compact_str::format_compact!("{base}-only");
    if listed(&only) { plain(&only) } else { plain(name) }
}

/// The identifier of a license or exception that is written most similarly, if any is similar enough to be meant.
pub fn nearest(text: &str) -> Option<&'static str> {
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    let wanted = text.to_ascii_lowercase();
    let most = |name: &str| (name.len().min(text.len()) / 5).max(1);
    let names = LICENSES.iter().map(|license| license.name).filter(|name| is_license(name));
    names
        .chain(EXCEPTIONS.iter().map(|exception| exception.name))
        // A distance is at least the difference of the lengths: most names need not be compared.
        .filter(|name| name.len().abs_diff(text.len()) <= most(name))
        .map(|name| (strsim::osa_distance(&wanted, &name.to_ascii_lowercase()), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= most(name))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn successors_are_sorted_and_on_the_list() {
        assert!(SUCCESSORS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (old, new, exception) in SUCCESSORS {
            assert!(spdx::license_id(old).unwrap().is_deprecated(), "{old}");
            assert!(!spdx::license_id(new).unwrap().is_deprecated(), "{new}");
            assert!(exception.is_none_or(|name| spdx::exception_id(name).is_some()), "{exception:?}");
        }
    }

    #[test]
    fn identifiers_are_unique_without_case() {
        let names = LICENSES.iter().map(|license| license.name.to_ascii_lowercase());
        let unique: std::collections::BTreeSet<String> = names.collect();
        assert_eq!(unique.len(), LICENSES.len());
        assert!(LICENSES.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn every_deprecated_identifier_has_a_successor_but_those_that_name_several_licenses() {
        let mut left = Vec::new();
        for license in LICENSES.iter().filter(|license| license.flags & spdx::flags::IS_DEPRECATED != 0) {
            let now = current(license, false).unwrap();
            if spdx::license_id(&now.license).unwrap().is_deprecated() {
                left.push(now.license);
            }
        }
        // Net-SNMP is a bundle of texts, Nunit is zlib-acknowledgement with other words: the list names no single successor.
        assert_eq!(left, ["Net-SNMP", "Nunit"]);
    }

    #[test]
    fn or_later_is_written_the_way_the_list_has_it() {
        let now = |text: &str, plus| current(license(text).unwrap(), plus).map(|now| now.license.to_string());
        assert_eq!(now("gpl-2.0", false).as_deref(), Some("GPL-2.0-only"));
        assert_eq!(now("GPL-2.0", true).as_deref(), Some("GPL-2.0-or-later"));
        assert_eq!(now("GPL-2.0+", false).as_deref(), Some("GPL-2.0-or-later"));
        assert_eq!(now("GPL-2.0-only", true), None);
        assert_eq!(now("GPL-2.0-or-later", true), None);
        assert_eq!(now("Apache-2.0", true).as_deref(), Some("Apache-2.0+"));
        assert_eq!(now("GFDL-1.3", false).as_deref(), Some("GFDL-1.3-only"));
        assert_eq!(license("NOASSERTION").map(|license| license.name), None);
    }

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        assert_eq!(nearest("Apche-2.0"), Some("Apache-2.0"));
        assert_eq!(nearest("BSD-3-Cluase"), Some("BSD-3-Clause"));
        assert_eq!(nearest("something else"), None);
    }
}
