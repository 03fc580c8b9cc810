//! Semantic Versioning 2.0.0, sections 9 to 11: precedence by major, minor, patch and pre-release; build metadata never counts.
//!
//! Cargo, Hex, SwiftPM and others order so. Read more widely than the standard: a leading `v`, missing minor and patch
//! (zero), further numeric components (compared after the patch), leading zeros, and a hyphen with nothing behind it, which
//! is below all pre-releases of its version.

use super::key::Encoder;
use super::{Scheme, as_bytes};

pub static SCHEME: Scheme = Scheme {
    id: "semver",
    purl_types: &["bitnami", "cargo", "github", "hex", "julia", "swift"],
    osv: &[
        "crates.io",
        "Hex",
        "SwiftURL",
        "GitHub Actions",
        "Bitnami",
        "Julia",
        "VSCode",
        "GHC",
        "Kubernetes",
        "Docker Hardened Images",
    ],
    source: "Semantic Versioning 2.0.0, sections 9 to 11",
    encode,
    order: as_bytes,
    normalise,
};

/// The parts of a version: `1.2.3-pre.1+build`.
pub(super) struct Parts<'a> {
    /// Numbers between dots, none of them empty.
    pub release: &'a str,
    /// What stands behind the hyphen.
    pub pre: Option<&'a str>,
    /// What stands behind the plus.
    pub build: Option<&'a str>,
}

/// Takes a version apart. With `loose`, the hyphen may be left out after three components (`1.2.3beta`), as npm has it.
pub(super) fn split(text: &str, loose: bool) -> Result<Parts<'_>, &'static str> {
    let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let end = rest.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'.').unwrap_or(rest.len());
    let (release, behind) = rest.split_at(end);
    if release.split('.').any(str::is_empty) {
        return Err("it does not begin with numbers between dots");
    }
    if text.contains(char::is_whitespace) {
        return Err("there is a space within it");
    }
    let pre = match behind.strip_prefix('-') {
        Some(pre) => Some(pre),
        None if behind.is_empty() => None,
        None if loose && release.split('.').count() == 3 => Some(behind),
        None => return Err("what follows the numbers is neither a pre-release behind `-` nor a build behind `+`"),
    };
    Ok(Parts { release, pre, build })
}

/// Three numbers, and more if there are more; missing ones are zero.
pub(super) fn release(release: &str, key: &mut Encoder) {
    let mut parts = release.split('.');
    for _ in 0..3 {
        key.number(parts.next().unwrap_or_default());
    }
    let more: Vec<&str> = parts.map(|part| part.trim_start_matches('0')).collect();
    let used = more.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
    for part in &more[..used] {
        key.rank(1);
        key.number(part);
    }
    key.rank(0);
}

/// Identifiers between dots: numbers by value before texts byte by byte; a beginning is less than the whole.
pub(super) fn identifiers(identifiers: &str, key: &mut Encoder) {
    if !identifiers.is_empty() {
        for identifier in identifiers.split('.') {
            if super::is_number(identifier) {
                key.rank(1);
                key.number(identifier);
            } else {
                key.rank(2);
                key.text(identifier);
            }
        }
    }
    key.rank(0);
}

/// Release and pre-release: any pre-release is below its release.
pub(super) fn precedence(parts: &Parts<'_>, key: &mut Encoder) {
    release(parts.release, key);
    match parts.pre {
        Some(pre) => {
            key.rank(1);
            identifiers(pre, key);
        }
        None => key.rank(2),
    }
}

/// Without the `v` that tags have and versions do not.
pub(super) fn bare(text: &str) -> &str {
    text.strip_prefix(['v', 'V']).unwrap_or(text)
}

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    precedence(&split(bare(text), false)?, key);
    Ok(())
}

pub(super) fn normalise(text: &str) -> Option<String> {
    let text = bare(text);
    let parts = split(text, true).ok()?;
    let mut numbers: Vec<&str> = parts.release.split('.').map(super::plain).collect();
    while numbers.len() < 3 {
        numbers.push("0");
    }
    let mut normal = numbers.join(".");
    for (sign, part) in [('-', parts.pre), ('+', parts.build)] {
        if let Some(part) = part {
            normal.push(sign);
            normal.push_str(part);
        }
    }
    Some(normal)
}
