//! Gentoo: Package Manager Specification, section 3.3 ("Version Comparison"); portage, lib/portage/versions.py, `vercmp`.
//! A component behind the first that begins with a zero, or is compared with one that does, counts as a decimal fraction.

use super::key::Encoder;
use super::{Scheme, as_bytes, is_number, leading_digits};

pub static SCHEME: Scheme = Scheme {
    id: "gentoo",
    purl_types: &["ebuild"],
    osv: &[],
    source: "Package Manager Specification, section 3.3; portage: lib/portage/versions.py, vercmp",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

const END: u8 = 5;
const SUFFIXES: &[(&str, u8)] = &[("alpha", 1), ("beta", 2), ("pre", 3), ("rc", 4), ("p", 6)];

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let (version, revision) = text.split_once("-r").unwrap_or((text, "0"));
    if !is_number(revision) {
        return Err("the revision behind `-r` is no number");
    }
    let mut parts = version.split('_');
    let numbers = parts.next().unwrap_or_default();
    let (numbers, letter) = match numbers.as_bytes().last() {
        Some(letter) if letter.is_ascii_lowercase() => (&numbers[..numbers.len() - 1], *letter),
        _ => (numbers, 0),
    };
    let mut components = numbers.split('.');
    let first = components.next().unwrap_or_default();
    if !is_number(first) {
        return Err("it does not begin with a number");
    }
    key.number(first);
    for component in components {
        if !is_number(component) {
            return Err("there is something else than a number between dots");
        }
        if component.starts_with('0') {
            key.rank(1);
            key.text(component.trim_end_matches('0'));
        } else {
            key.rank(2);
            key.number(component);
        }
    }
    key.rank(0);
    key.rank(letter);
    for suffix in parts {
        let word = suffix.trim_end_matches(|character: char| character.is_ascii_digit());
        let Some((_, rank)) = SUFFIXES.iter().find(|(known, _)| *known == word) else {
            return Err("the suffix behind `_` is none of alpha, beta, pre, rc and p");
        };
        key.rank(*rank);
        key.number(leading_digits(&suffix[word.len()..]).0);
    }
    key.rank(END);
    key.number(revision);
    Ok(())
}
