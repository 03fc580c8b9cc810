//! Arch Linux: pacman, lib/libalpm/version.c, `alpm_pkg_vercmp`; vercmp(8). Epoch, version, release. Runs of digits and runs of
//! letters as in RPM's older order, except that letters right behind a number make it older (`1.0rc` below `1.0`), and that
//! more separators make it newer.
//!
//! A release counts only if both versions have one: `1.5` equals `1.5-1` and `1.5-2`, which are not equal. That is no total
//! order, so keys are taken apart here.

use std::cmp::Ordering;

use super::key::{Decoder, Encoder};
use super::{Scheme, is_number};

pub static SCHEME: Scheme = Scheme {
    id: "alpm",
    purl_types: &["arch"],
    osv: &[],
    source: "pacman: lib/libalpm/version.c, alpm_pkg_vercmp; vercmp(8)",
    encode,
    order,
    normalise: super::as_is,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    if text.contains(char::is_whitespace) {
        return Err("there is a space within it");
    }
    let (epoch, rest) = match text.split_once(':') {
        Some(("", rest)) => ("0", rest),
        Some((epoch, rest)) if is_number(epoch) => (epoch, rest),
        _ => ("0", text),
    };
    let (version, release) = rest.rsplit_once('-').map_or((rest, None), |(version, release)| (version, Some(release)));
    let start = key.position();
    key.number(epoch);
    part(version, key);
    key.measure(start);
    if let Some(release) = release {
        part(release, key);
    }
    Ok(())
}

const LETTERS_BEHIND_NUMBER: u8 = 1;
const END: u8 = 2;
/// Higher with each separator, up to the highest rank; without any, the rank before.
const SEPARATED: u8 = 4;

fn part(text: &str, key: &mut Encoder) {
    let mut rest = text;
    let mut first = true;
    loop {
        let at = rest.bytes().position(|byte| byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (separators, behind) = rest.split_at(at);
        let Some(kind) = behind.bytes().next() else {
            match separators {
                "" => key.rank(END),
                // A separator at the end is above the end and above letters, but below a number behind it.
                _ => {
                    key.rank(SEPARATED);
                    key.rank(2);
                }
            }
            return;
        };
        let digits = kind.is_ascii_digit();
        let same = |byte: u8| if digits { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() };
        let end = behind.bytes().position(|byte| !same(byte)).unwrap_or(behind.len());
        let (run, after) = behind.split_at(end);
        if separators.is_empty() && !digits && !first {
            key.rank(LETTERS_BEHIND_NUMBER);
        } else {
            let count = u8::try_from(separators.len()).unwrap_or(u8::MAX);
            key.rank(SEPARATED.saturating_add(count) - 1);
            key.rank(if digits { 3 } else { 1 });
        }
        if digits {
            key.number(run);
        } else {
            key.text(run);
        }
        first = false;
        rest = after;
    }
}

fn order(a: &[u8], b: &[u8]) -> Ordering {
    let (mut a, mut b) = (Decoder::new(a), Decoder::new(b));
    let versions = a.measured().rest().cmp(b.measured().rest());
    let (a, b) = (a.rest(), b.rest());
    versions.then_with(|| if a.is_empty() || b.is_empty() { Ordering::Equal } else { a.cmp(b) })
}
