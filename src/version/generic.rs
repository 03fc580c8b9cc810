//! For versions of unknown kind: libversion's algorithm (libversion, doc/ALGORITHM.md), which the VERS type `generic` is to
//! follow. Runs of digits and runs of letters are components; known words say whether they are before or after a release,
//! unknown ones count as before, a letter right behind a number as after it. Missing components are zero.

use super::key::{Encoder, Padded};
use super::{Scheme, as_bytes};

pub static SCHEME: Scheme = Scheme {
    id: "generic",
    purl_types: &[],
    osv: &["OSS-Fuzz"],
    source: "libversion: doc/ALGORITHM.md",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

const PRE_RELEASE: u8 = 1;
const POST_RELEASE: u8 = 0x70;
const NUMBER: u8 = 0x71;
const LETTER_SUFFIX: u8 = 0x72;

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let mut list = Padded::default();
    let mut found = false;
    let mut behind_number = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = |byte: u8| if first.is_ascii_digit() { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() };
        if !first.is_ascii_alphanumeric() {
            rest = &rest[first.len_utf8()..];
            behind_number = false;
            continue;
        }
        found = true;
        let end = rest.bytes().position(|byte| !same(byte)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        if first.is_ascii_digit() {
            match run.trim_start_matches('0') {
                "" => list.nothing(),
                digits => {
                    list.above(key, NUMBER);
                    key.number(digits);
                }
            }
            behind_number = true;
            continue;
        }
        let word = run.to_ascii_lowercase();
        let before_number = after.starts_with(|next: char| next.is_ascii_digit());
        let is_pre = matches!(word.as_str(), "alpha" | "beta" | "rc") || word.starts_with("pre");
        let is_post = matches!(word.as_str(), "pl" | "errata") || word.starts_with("post") || word.starts_with("patch");
        if is_post {
            list.above(key, POST_RELEASE);
        } else if behind_number && !before_number && !is_pre {
            list.above(key, LETTER_SUFFIX);
        } else {
            list.below(key, PRE_RELEASE);
        }
        // Of a word only the first letter counts, so that `a` is `alpha`.
        key.rank(word.as_bytes().first().copied().unwrap_or(0));
        behind_number = false;
    }
    list.end(key);
    if found { Ok(()) } else { Err("there is neither a letter nor a digit in it") }
}
