//! Composer: composer/semver, `VersionParser::normalize`, then PHP's `version_compare` of what it yields, as
//! `Comparator::compare` does.
//!
//! Branches (`dev-main`) have no order in Composer. Here they are below all numbered versions, two of them ordered by name. What
//! Composer refuses but begins with a number (Drupal's `8.x-1.0`) is compared by `version_compare` as it stands.

use super::key::Encoder;
use super::{Scheme, as_bytes, leading_digits};

pub static SCHEME: Scheme = Scheme {
    id: "composer",
    purl_types: &[],
    osv: &["Packagist"],
    source: "composer/semver: VersionParser::normalize and Comparator::compare; PHP: version_compare",
    encode,
    order: as_bytes,
    normalise: normal,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    match normal(text) {
        Some(normal) if normal.starts_with("dev-") => {
            key.rank(0);
            key.text(&normal);
        }
        Some(normal) => {
            key.rank(1);
            version_compare(&normal, key);
        }
        None => {
            let bare = super::semver::bare(text);
            if !bare.starts_with(|first: char| first.is_ascii_digit()) || bare.contains(char::is_whitespace) {
                return Err("it is neither a number nor a branch");
            }
            key.rank(1);
            version_compare(bare, key);
        }
    }
    Ok(())
}

/// PHP's `version_compare`: runs of digits and runs of letters, whatever separates them. The words that it knows (by their
/// beginning) stand in its order below or above numbers; others are below all and equal to each other.
fn version_compare(text: &str, key: &mut Encoder) {
    const END: u8 = 10;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !first.is_ascii_alphanumeric() {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        if first.is_ascii_digit() {
            let (digits, behind) = leading_digits(rest);
            key.rank(END + 1);
            key.number(digits);
            rest = behind;
            continue;
        }
        let end = rest.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let words =
            [("dev", 2), ("alpha", 3), ("a", 3), ("beta", 4), ("b", 4), ("RC", 5), ("rc", 5), ("pl", 12), ("p", 12)];
        key.rank(words.iter().find(|(known, _)| word.starts_with(known)).map_or(1, |(_, rank)| *rank));
        rest = behind;
    }
    key.rank(END);
}

/// `VersionParser::normalize`.
fn normal(text: &str) -> Option<String> {
    let text = text.trim();
    let mut version = text;
    // An alias: `1.0.x-dev as 1.0`.
    if let Some((real, alias)) = version.split_once(' ')
        && let Some(alias) = alias.trim_start().strip_prefix("as ")
        && !real.contains(',')
        && !alias.trim_start().contains([',', ' '])
    {
        version = real;
    }
    if let Some((before, flag)) = version.rsplit_once('@')
        && ["stable", "rc", "beta", "alpha", "dev"].iter().any(|stability| flag.eq_ignore_ascii_case(stability))
    {
        version = before;
    }
    if matches!(version, "master" | "trunk" | "default") {
        return Some(format!("dev-{version}"));
    }
    if version.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("dev-")) {
        return Some(format!("dev-{}", &version[4..]));
    }
    if let Some((before, build)) = version.split_once('+')
        && !before.is_empty()
        && !before.contains([',', ' '])
        && !build.is_empty()
        && !build.contains(char::is_whitespace)
    {
        version = before;
    }
    numbered(version).or_else(|| dated(version)).or_else(|| branch(version))
}

/// One to four numbers, the first of at most five digits, with modifiers.
fn numbered(version: &str) -> Option<String> {
    let rest = super::semver::bare(version);
    let (major, mut rest) = leading_digits(rest);
    if major.is_empty() || major.len() > 5 {
        return None;
    }
    let mut normal = major.to_owned();
    for _ in 0..3 {
        let (digits, behind) = leading_digits(rest.strip_prefix('.').unwrap_or_default());
        if digits.is_empty() {
            normal.push_str(".0");
        } else {
            normal.push('.');
            normal.push_str(digits);
            rest = behind;
        }
    }
    modified(normal, rest)
}

/// A date, perhaps with a time: at least a year and two digits, with modifiers.
fn dated(version: &str) -> Option<String> {
    let text = super::semver::bare(version);
    let (year, _) = leading_digits(text.get(..4)?);
    if year.len() != 4 {
        return None;
    }
    let separated = |rest: &str| usize::from(rest.starts_with(['.', ':', '-']));
    // Where the date may end: behind each pair of digits, the latest first, and behind one to three digits more.
    let mut ends = Vec::new();
    let mut at = 4;
    for _ in 0..6 {
        let start = at + separated(&text[at..]);
        if leading_digits(text.get(start..start + 2).unwrap_or_default()).0.len() != 2 {
            break;
        }
        at = start + 2;
        ends.push(at);
    }
    for &end in ends.iter().rev() {
        let start = end + separated(&text[end..]);
        let more = leading_digits(&text[start..]).0.len().min(3);
        for digits in (0..=more).rev() {
            let end = if digits == 0 { end } else { start + digits };
            let date: String = text[..end].chars().map(|c| if c.is_ascii_digit() { c } else { '.' }).collect();
            if let Some(normal) = modified(date, &text[end..]) {
                return Some(normal);
            }
        }
    }
    None
}

/// A version with what stands behind its numbers: a stability with its number, `dev`, or nothing.
fn modified(version: String, modifiers: &str) -> Option<String> {
    let lower = modifiers.to_ascii_lowercase();
    let with_separator = lower.strip_prefix(['.', '_', '-']);
    [with_separator, Some(&lower)].into_iter().flatten().find_map(|rest| stability(&version, rest))
}

fn stability(version: &str, rest: &str) -> Option<String> {
    const STABILITIES: &[(&str, &str)] = &[
        ("stable", ""),
        ("beta", "beta"),
        ("b", "beta"),
        ("rc", "RC"),
        ("alpha", "alpha"),
        ("a", "alpha"),
        ("patch", "patch"),
        ("pl", "patch"),
        ("p", "patch"),
    ];
    let dev = |rest: &str| match rest {
        "" => Some(""),
        "dev" | ".dev" | "-dev" => Some("-dev"),
        _ => None,
    };
    for (written, name) in STABILITIES {
        let Some(behind) = rest.strip_prefix(written) else { continue };
        let mut end = 0;
        loop {
            let tail = &behind[end..];
            let sign = usize::from(tail.starts_with(['.', '-']));
            let digits = leading_digits(&tail[sign..]).0.len();
            if digits == 0 {
                break;
            }
            end += sign + digits;
        }
        if let Some(dev) = dev(&behind[end..]) {
            if name.is_empty() {
                return Some(version.to_owned());
            }
            let numbers = behind[..end].trim_start_matches(['.', '-']);
            return Some(format!("{version}-{name}{numbers}{dev}"));
        }
    }
    Some(format!("{version}{}", dev(rest)?))
}

/// A numbered branch: `2.1.x-dev`, with nines for what is open.
fn branch(version: &str) -> Option<String> {
    let end = version.len().checked_sub(3)?;
    if !version.get(end..)?.eq_ignore_ascii_case("dev") {
        return None;
    }
    let name = version[..end].strip_suffix(['.', '-']).unwrap_or(&version[..end]).trim();
    let parts: Vec<&str> = super::semver::bare(name).split('.').collect();
    let is_open = |part: &&str| matches!(*part, "x" | "X" | "*");
    let (first, others) = parts.split_first()?;
    if !super::is_number(first)
        || others.len() > 3
        || !others.iter().all(|part| is_open(part) || super::is_number(part))
    {
        return None;
    }
    let mut normal: Vec<&str> = vec![first];
    normal.extend(others.iter().map(|part| if is_open(part) { "9999999" } else { part }));
    normal.resize(4, "9999999");
    Some(format!("{}-dev", normal.join(".")))
}
