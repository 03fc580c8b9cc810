//! Alpine: apk-tools, src/version.c: `digits{.digits}{letter}{_suffix{digits}}{~hash}{-r digits}`. Where one version goes on
//! and the other does not, a pre-release suffix is below the end and everything else above it. Numbers behind a dot that
//! begin with a zero are compared as texts, and with those that do not likewise.

use super::key::Encoder;
use super::{Scheme, as_bytes, leading_digits};

pub static SCHEME: Scheme = Scheme {
    id: "apk",
    purl_types: &["alpine"],
    osv: &["Alpine", "Alpaquita", "BellSoft Hardened Containers", "Chainguard", "MinimOS", "Wolfi"],
    source: "apk-tools: src/version.c, apk_version_compare",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

/// The suffixes in their order, with their ranks: those below the end of a version, and those above it.
const SUFFIXES: &[(&str, u8)] =
    &[("alpha", 1), ("beta", 2), ("pre", 3), ("rc", 4), ("cvs", 20), ("svn", 21), ("git", 22), ("hg", 23), ("p", 24)];
const END: u8 = 10;
const REVISION: u8 = 11;
const HASH: u8 = 12;
const SUFFIX_NUMBER: u8 = 13;
const LETTER: u8 = 30;
const DIGITS_FROM_ZERO: u8 = 31;
const DIGITS: u8 = 32;

/// What stood last, which decides what may follow.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Last {
    Digits,
    Letter,
    Suffix,
    SuffixNumber,
    Hash,
    Revision,
}

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let (first, mut rest) = leading_digits(text);
    if first.is_empty() {
        return Err("it does not begin with a digit");
    }
    key.number(first);
    let mut last = Last::Digits;
    while let Some(sign) = rest.bytes().next() {
        let behind = rest.get(1..).unwrap_or_default();
        match sign {
            b'.' if last == Last::Digits => {
                let (digits, after) = leading_digits(behind);
                if digits.is_empty() {
                    return Err("there is no number behind a dot");
                }
                if digits.starts_with('0') {
                    key.rank(DIGITS_FROM_ZERO);
                    key.text(digits);
                } else {
                    key.rank(DIGITS);
                    key.number(digits);
                }
                rest = after;
            }
            b'a'..=b'z' if last == Last::Digits => {
                key.rank(LETTER);
                key.rank(sign);
                last = Last::Letter;
                rest = behind;
            }
            b'0'..=b'9' if last == Last::Suffix => {
                let (digits, after) = leading_digits(rest);
                key.rank(SUFFIX_NUMBER);
                key.number(digits);
                last = Last::SuffixNumber;
                rest = after;
            }
            b'_' if last <= Last::SuffixNumber => {
                let end = behind.bytes().position(|byte| !byte.is_ascii_lowercase()).unwrap_or(behind.len());
                let (word, after) = behind.split_at(end);
                let Some((_, rank)) = SUFFIXES.iter().find(|(suffix, _)| *suffix == word) else {
                    return Err("the suffix behind `_` is none of those that Alpine has");
                };
                key.rank(*rank);
                last = Last::Suffix;
                rest = after;
            }
            b'~' if last < Last::Hash => {
                let end = behind.bytes().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(behind.len());
                let (hash, after) = behind.split_at(end);
                if hash.is_empty() {
                    return Err("there is no commit behind `~`");
                }
                key.rank(HASH);
                key.text(hash);
                last = Last::Hash;
                rest = after;
            }
            b'-' if last < Last::Revision => {
                let (digits, after) = leading_digits(behind.strip_prefix('r').unwrap_or_default());
                if digits.is_empty() {
                    return Err("what stands behind `-` is no revision like r1");
                }
                key.rank(REVISION);
                key.number(digits);
                last = Last::Revision;
                rest = after;
            }
            _ => return Err("it is not of the form digits{.digits}{letter}{_suffix{digits}}{~hash}{-rdigits}"),
        }
    }
    key.rank(END);
    Ok(())
}
