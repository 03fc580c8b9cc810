//! Versions of modules, which are semantic versions with a leading `v`, and versions of Go, which are not.

use std::cmp::Ordering;

/// Whether a text is a version of a module as `go.mod` files have them: `vMAJOR.MINOR.PATCH` with optional pre-release and
/// build (Go Modules Reference, "Versions"). Branch names and shortened versions, which the go command would replace, are not.
pub(super) fn is_version(text: &str) -> bool {
    Parts::of(text).is_some()
}

/// The order of module versions. What is no version comes first. Builds do not count.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    match (Parts::of(a), Parts::of(b)) {
        (Some(a), Some(b)) => a.compare(&b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

struct Parts<'a> {
    numbers: [&'a str; 3],
    before: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix('v')?;
        let (rest, build) = rest.split_once('+').map_or((rest, None), |(rest, build)| (rest, Some(build)));
        let (core, before) = rest.split_once('-').map_or((rest, None), |(core, before)| (core, Some(before)));
        let mut numbers = core.split('.');
        let found = [numbers.next()?, numbers.next()?, numbers.next()?];
        let number = |text: &str| is_number(text) && (text == "0" || !text.starts_with('0'));
        let word =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let sound = numbers.next().is_none()
            && found.into_iter().all(number)
            && before
                .is_none_or(|before| before.split('.').all(|part| word(part) && (!is_number(part) || number(part))))
            && build.is_none_or(|build| build.split('.').all(word));
        sound.then_some(Self { numbers: found, before })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.iter().zip(other.numbers).map(|(a, b)| compare_numbers(a, b));
        numbers.fold(Ordering::Equal, Ordering::then).then_with(|| match (self.before, other.before) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => compare_before(a, b),
        })
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Of numbers without leading zeros, the longer is the greater: they may be longer than any integer.
fn compare_numbers(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn compare_before(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let (a, b) = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => (a, b),
        };
        let order = match (is_number(a), is_number(b)) {
            (true, true) => compare_numbers(a, b),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => a.cmp(b),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// A version of Go itself: `1.17`, `1.21rc2`, `1.22.3`. Ordered as the go command orders them: a language version before its
/// release candidates, those before its releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GoVersion {
    major: u32,
    minor: u32,
    /// Language version, beta, release candidate, release.
    stage: u8,
    number: u32,
}

impl GoVersion {
    /// `None` if it is no version of Go.
    pub fn of(text: &str) -> Option<Self> {
        let (major, rest) = text.split_once('.')?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (minor, rest) = rest.split_at(digits);
        let number = |text: &str| if is_number(text) { text.parse::<u32>().ok() } else { None };
        let (stage, count) = if rest.is_empty() {
            (0, 0)
        } else if let Some(patch) = rest.strip_prefix('.') {
            (3, number(patch)?)
        } else if let Some(candidate) = rest.strip_prefix("rc") {
            (2, number(candidate)?)
        } else {
            (1, number(rest.strip_prefix("beta")?)?)
        };
        Some(Self { major: number(major)?, minor: number(minor)?, stage, number: count })
    }

    /// Whether it is this release of the language or a later one.
    pub fn is_at_least(self, minor: u32) -> bool {
        (self.major, self.minor) >= (1, minor)
    }
}

/// The version of Go in the name of a toolchain: `1.22.3` of `go1.22.3-custom`. `None` for `default`.
pub(super) fn of_toolchain(name: &str) -> Option<&str> {
    let version = name.strip_prefix("go")?;
    let version = version.split(['-', ' ', '+']).next().unwrap_or_default();
    GoVersion::of(version).map(|_| version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_semantic_versions() {
        let sorted = [
            "master",
            "v0.0.0-20180101000000-0123456789ab",
            "v0.0.0-20190101000000-0123456789ab",
            "v0.9.0",
            "v0.10.0",
            "v1.0.0-1",
            "v1.0.0-2",
            "v1.0.0-10",
            "v1.0.0-alpha",
            "v1.0.0-alpha.1",
            "v1.0.0-alpha.beta",
            "v1.0.0",
            "v1.0.1-0.20190101000000-0123456789ab",
            "v1.0.1",
            "v2.0.0+incompatible",
            "v99999999999999999999.0.0",
        ];
        for pair in sorted.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
        assert_eq!(compare("v1.0.0", "v1.0.0+incompatible"), Ordering::Equal);
    }

    #[test]
    fn what_the_go_command_would_replace_is_no_version() {
        for wrong in [
            "",
            "v",
            "v1",
            "v1.2",
            "1.2.3",
            "v1.2.3.4",
            "v01.2.3",
            "v1.2.3-",
            "v1.2.3-a..b",
            "v1.2.3-01",
            "main",
            "^v1.2.3",
        ] {
            assert!(!is_version(wrong), "{wrong}");
        }
        assert!(is_version("v1.2.3-pre.1+incompatible") && is_version("v0.0.0-20190101000000-0123456789ab"));
    }

    #[test]
    fn versions_of_go_have_their_own_order() {
        let sorted = ["1.9", "1.16", "1.17", "1.21", "1.21beta1", "1.21rc2", "1.21.0", "1.21.10", "1.22"];
        assert!(sorted.windows(2).all(|pair| GoVersion::of(pair[0]) < GoVersion::of(pair[1])));
        assert!(
            ["", "1", "go1.2", "1.x", "1.2.", "1.2rc", "v1.2", "1.2.3.4"]
                .iter()
                .all(|text| GoVersion::of(text).is_none())
        );
        assert!(GoVersion::of("1.17").unwrap().is_at_least(17) && !GoVersion::of("1.16.9").unwrap().is_at_least(17));
        assert_eq!(of_toolchain("go1.22.3-custom"), Some("1.22.3"));
        assert_eq!(of_toolchain("default"), None);
    }
}
