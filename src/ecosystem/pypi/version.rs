//! Versions (PEP 440) and what is asked of them: specifiers, and Poetry's `^`, `~`, `||` and bare versions.
//!
//! Only to tell which of several entries answers a requirement, and whether any does. What cannot be read answers `None`,
//! and nobody concludes anything from that.

use std::cmp::Ordering;

/// A version, in the order of PEP 440.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    epoch: u64,
    /// Without trailing zeros.
    release: Vec<u64>,
    /// How many parts were written.
    written: usize,
    /// Whether it is a development version alone (`1.0.dev1`), a pre-release (`a`, `b`, `rc` as 0, 1, 2), or neither.
    pre: Option<(u8, u64)>,
    post: Option<u64>,
    dev: Option<u64>,
    local: Vec<(u64, String)>,
}

/// Release parts of more digits than this are compared as if they had no end.
fn number(digits: &str) -> u64 {
    digits.parse().unwrap_or(if digits.is_empty() { 0 } else { u64::MAX })
}

fn take_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

impl Version {
    /// Reads a version in any of the spellings of PEP 440 (appendix B).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let rest = lower.strip_prefix('v').unwrap_or(&lower);
        let (public, local) = rest.split_once('+').map_or((rest, ""), |(public, local)| (public, local));
        let (epoch, mut rest) = match public.split_once('!') {
            Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit()) => {
                (number(epoch), rest)
            }
            Some(_) => return None,
            None => (0, public),
        };
        let mut release = Vec::new();
        loop {
            let (digits, after) = take_digits(rest);
            if digits.is_empty() {
                return None;
            }
            release.push(number(digits));
            rest = after;
            match after.strip_prefix('.') {
                Some(more) if more.starts_with(|character: char| character.is_ascii_digit()) => rest = more,
                _ => break,
            }
        }
        let (mut pre, mut post, mut dev) = (None, None, None);
        while !rest.is_empty() {
            let bare = rest.trim_start_matches(['.', '-', '_']);
            if rest.len() - bare.len() > 1 {
                return None;
            }
            let letters = bare.bytes().take_while(u8::is_ascii_alphabetic).count();
            let (word, after) = bare.split_at(letters);
            // `1.0-1` is the first post-release.
            let after = if word.is_empty() { after } else { after.strip_prefix(['.', '-', '_']).unwrap_or(after) };
            let (digits, after) = take_digits(after);
            let value = number(digits);
            match word {
                "a" | "alpha" if pre.is_none() => pre = Some((0, value)),
                "b" | "beta" if pre.is_none() => pre = Some((1, value)),
                "c" | "rc" | "pre" | "preview" if pre.is_none() => pre = Some((2, value)),
                "post" | "rev" | "r" if post.is_none() => post = Some(value),
                "" if post.is_none() && rest.starts_with('-') && !digits.is_empty() => post = Some(value),
                "dev" if dev.is_none() => dev = Some(value),
                _ => return None,
            }
            rest = after;
        }
        let local = local
            .split(['.', '-', '_'])
            .filter(|part| !part.is_empty())
            .map(|part| match part.parse() {
                // Numbers are greater than words.
                Ok(value) => (value, String::new()),
                Err(_) => (0, part.to_owned()),
            })
            .collect();
        let written = release.len();
        while release.len() > 1 && release.last() == Some(&0) {
            release.pop();
        }
        Some(Self { epoch, release, written, pre, post, dev, local })
    }

    fn part(&self, at: usize) -> u64 {
        self.release.get(at).copied().unwrap_or(0)
    }

    /// The first parts of the release.
    fn starts_with(&self, prefix: &Version) -> bool {
        self.epoch == prefix.epoch && (0..prefix.written).all(|at| self.part(at) == prefix.part(at))
    }

    fn public_order(&self, other: &Self) -> Ordering {
        // A development version alone comes before pre-releases; what is no pre-release comes after them.
        let pre = |version: &Self| match (version.pre, version.post, version.dev) {
            (Some((kind, value)), _, _) => (1, kind, value),
            (None, None, Some(_)) => (0, 0, 0),
            (None, _, _) => (2, 0, 0),
        };
        let dev = |version: &Self| version.dev.map_or((1, 0), |value| (0, value));
        let post = |version: &Self| version.post.map_or((0, 0), |value| (1, value));
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| {
                let parts = self.release.len().max(other.release.len());
                (0..parts)
                    .map(|at| self.part(at).cmp(&other.part(at)))
                    .find(|order| order.is_ne())
                    .unwrap_or(Ordering::Equal)
            })
            .then_with(|| pre(self).cmp(&pre(other)))
            .then_with(|| post(self).cmp(&post(other)))
            .then_with(|| dev(self).cmp(&dev(other)))
    }

    /// The version with one part of its release raised and all after it gone.
    fn bumped(&self, at: usize) -> Self {
        let mut release: Vec<u64> = (0..=at).map(|place| self.part(place)).collect();
        if let Some(last) = release.last_mut() {
            *last = last.saturating_add(1);
        }
        Self { epoch: self.epoch, written: release.len(), release, pre: None, post: None, dev: None, local: Vec::new() }
    }

    /// Before a bound and no pre-release of it: how Poetry reads the upper ends of `^` and `~`.
    fn before(&self, bound: &Self) -> bool {
        self.public_order(bound).is_lt() && !(self.starts_with(bound) && (self.pre.is_some() || self.dev.is_some()))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.public_order(other).then_with(|| self.local.cmp(&other.local))
    }
}

/// One comparison: `>=1.2`, `==1.*`, `^1.2`. `None`: not understood.
fn holds(clause: &str, version: &Version) -> Option<bool> {
    let clause = clause.trim();
    if clause.is_empty() || clause == "*" {
        return Some(true);
    }
    let at = clause.bytes().take_while(|byte| matches!(byte, b'<' | b'>' | b'=' | b'!' | b'~' | b'^')).count();
    let (operator, wanted) = (&clause[..at], clause[at..].trim());
    let prefix = wanted.strip_suffix(".*").or_else(|| wanted.strip_suffix(".x"));
    if let Some(prefix) = prefix {
        let prefix = Version::parse(prefix)?;
        return match operator {
            "" | "=" | "==" => Some(version.starts_with(&prefix)),
            "!=" => Some(!version.starts_with(&prefix)),
            // Not of PEP 440, and read as the prefix itself.
            ">=" => Some(version.public_order(&prefix).is_ge()),
            "<" => Some(version.public_order(&prefix).is_lt()),
            "<=" => Some(version.public_order(&prefix).is_le() || version.starts_with(&prefix)),
            _ => None,
        };
    }
    let wanted = Version::parse(wanted)?;
    let order = version.public_order(&wanted);
    Some(match operator {
        "" | "=" | "==" => order.is_eq() && (wanted.local.is_empty() || wanted.local == version.local),
        "===" => version == &wanted,
        "!=" => !(order.is_eq() && (wanted.local.is_empty() || wanted.local == version.local)),
        ">=" => order.is_ge(),
        "<=" => order.is_le(),
        ">" => {
            order.is_gt() && (wanted.post.is_some() || !(version.post.is_some() && version.starts_with_all(&wanted)))
        }
        "<" => {
            let early = (version.pre.is_some() || version.dev.is_some()) && version.starts_with_all(&wanted);
            order.is_lt() && (wanted.pre.is_some() || wanted.dev.is_some() || !early)
        }
        "~=" if wanted.written > 1 => order.is_ge() && version.before(&wanted.bumped(wanted.written - 2)),
        "~" => order.is_ge() && version.before(&wanted.bumped(if wanted.written > 1 { 1 } else { 0 })),
        "^" => {
            let parts: Vec<u64> = (0..wanted.written).map(|at| wanted.part(at)).collect();
            let first = parts.iter().position(|part| *part != 0).unwrap_or(parts.len() - 1);
            order.is_ge() && version.before(&wanted.bumped(first))
        }
        _ => return None,
    })
}

impl Version {
    fn starts_with_all(&self, other: &Self) -> bool {
        let parts = self.release.len().max(other.release.len());
        self.epoch == other.epoch && (0..parts).all(|at| self.part(at) == other.part(at))
    }
}

/// Whether a version is one of those that a constraint asks for. `None`: one of the two cannot be read.
pub(super) fn admits(constraint: &str, version: &str) -> Option<bool> {
    let constraint = constraint.trim();
    let constraint = constraint.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(constraint);
    if constraint.is_empty() || constraint == "*" {
        return Some(true);
    }
    let version = Version::parse(version)?;
    let mut any = false;
    for arm in constraint.split("||").flat_map(|arm| arm.split('|')).filter(|arm| !arm.trim().is_empty()) {
        let mut all = true;
        for clause in arm.split(',').flat_map(clauses) {
            all &= holds(clause, &version)?;
        }
        any |= all;
    }
    Some(any)
}

/// The comparisons of a text without commas: Poetry also takes `>=1 <2`.
fn clauses(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let operator = rest.bytes().take_while(|byte| b"<>=!~^ ".contains(byte)).count();
        let end = rest[operator..].find([' ', '<', '>', '=', '!', '~', '^']).map_or(rest.len(), |at| operator + at);
        let (clause, after) = rest.split_at(end);
        rest = after.trim_start();
        Some(clause)
    })
}

/// The version that a constraint pins: a single `==` or `===` without a wildcard.
pub(super) fn pinned(constraint: &str) -> Option<&str> {
    let constraint = constraint.trim();
    let constraint =
        constraint.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(constraint).trim();
    let version = constraint.strip_prefix("===").or_else(|| constraint.strip_prefix("=="))?.trim();
    (super::name::is_version(version) && Version::parse(version).is_some()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_pep_440_orders_them() {
        let order = [
            "1.0.dev1",
            "1.0a1.dev2",
            "1.0a1",
            "1.0a2",
            "1.0b1",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+5",
            "1.0.post1.dev3",
            "1.0.post1",
            "1.1.dev1",
            "1.1",
            "1.10",
            "2!0.1",
        ];
        for pair in order.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|text| Version::parse(text).unwrap());
            assert!(a < b, "{} < {}", pair[0], pair[1]);
        }
        for (a, b) in [("1.0", "v1.0.0"), ("1.0-1", "1.0.post1"), ("1.0alpha_1", "1.0a1"), ("1.0C2", "1.0rc2")] {
            assert_eq!(Version::parse(a).unwrap().cmp(&Version::parse(b).unwrap()), Ordering::Equal, "{a} {b}");
        }
        for wrong in ["", "latest", "1..2", "1.0foo", "!1", "^1", "1.0.*", "ü"] {
            assert!(Version::parse(wrong).is_none(), "{wrong}");
        }
        assert!(Version::parse(&"9".repeat(40)).is_some());
    }

    #[test]
    fn constraints_admit_what_their_tools_admit() {
        for (constraint, version, expected) in [
            (">=1.0,<2", "1.5", true),
            (">=1.0 <2", "2.0", false),
            ("~=1.4.5", "1.4.9", true),
            ("~=1.4.5", "1.5", false),
            ("~=2.2", "2.9", true),
            ("==1.*", "1.9", true),
            ("!=1.5.*", "1.5.1", false),
            ("^1.2", "1.9", true),
            ("^1.2", "2.0", false),
            ("^0.3", "0.3.9", true),
            ("^0.3", "0.4", false),
            ("^0.0.3", "0.0.4", false),
            ("^0", "0.9", true),
            ("~1.2", "1.2.9", true),
            ("~1", "1.9", true),
            ("~1.2.3", "1.3", false),
            ("1.2.3", "1.2.3", true),
            ("1.2.*", "1.2.7", true),
            ("*", "0", true),
            ("", "1", true),
            (">=1 || <0.5", "0.4", true),
            ("==1.0", "1.0+cpu", true),
            ("==1.0+cpu", "1.0", false),
            ("<2", "2.0rc1", false),
            ("<2", "1.9", true),
            (">1.7", "1.7.post1", false),
            (">1.7", "1.7.1", true),
            ("(>=1)", "1", true),
            ("^1.0", "2.0a1", false),
        ] {
            assert_eq!(admits(constraint, version), Some(expected), "{constraint} {version}");
        }
        assert_eq!(admits("@ what", "1"), None);
        assert_eq!(admits(">=1", "what"), None);
    }

    #[test]
    fn only_one_version_is_a_pin() {
        assert_eq!(pinned("== 1.0"), Some("1.0"));
        assert_eq!(pinned("===1.0+local"), Some("1.0+local"));
        for open in ["", ">=1", "==1.*", "==1,==2", "1.0", "==${VERSION}", "==x"] {
            assert_eq!(pinned(open), None, "{open}");
        }
    }
}
