//! Go modules: golang.org/x/mod/semver, `Compare`. SemVer behind a `v`, which OSV leaves out; `+incompatible` is build
//! metadata and does not count; a pseudo-version (`v0.0.0-20190101000000-abcdefabcdef`) is a pre-release like any other.
//!
//! Versions of the toolchain (`go1.21rc2`, go/version, `Compare`) are read as well: `go1.21` is the language version before
//! all its releases and candidates, `go1.20` and older the first release itself.

use super::key::Encoder;
use super::semver::{Parts, bare, precedence, split};
use super::{Scheme, as_bytes, leading_digits};

pub static SCHEME: Scheme = Scheme {
    id: "golang",
    purl_types: &["go"],
    osv: &["Go"],
    source: "golang.org/x/mod/semver, Compare; go/version, Compare, for versions of the toolchain",
    encode,
    order: as_bytes,
    normalise,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    if let Some(rest) = text.strip_prefix("go") {
        return toolchain(rest, key);
    }
    precedence(&split(bare(text), false)?, key);
    Ok(())
}

/// `1.21rc2`: a kind of pre-release without a hyphen.
fn toolchain(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    // What builds add behind the version (`go1.21.3-custom`, `go1.21 X:boringcrypto`) does not count.
    let text = text.split(['-', ' ']).next().unwrap_or_default();
    let end = text.bytes().position(|byte| byte.is_ascii_alphabetic()).unwrap_or(text.len());
    let (release, kind) = text.split_at(end);
    if release.split('.').any(|part| !super::is_number(part)) {
        return Err("it does not begin with numbers between dots");
    }
    let pre = if kind.is_empty() {
        let minor: u64 = release.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(u64::MAX);
        // From 1.21 on the first release is called 1.21.0.
        (release.split('.').count() == 2 && release.starts_with("1.") && minor >= 21).then_some(String::new())
    } else {
        let (digits, word) = {
            let at = kind.bytes().position(|byte| byte.is_ascii_digit()).unwrap_or(kind.len());
            (leading_digits(&kind[at..]).0, &kind[..at])
        };
        Some(format!("{word}.{digits}"))
    };
    precedence(&Parts { release, pre: pre.as_deref(), build: None }, key);
    Ok(())
}

fn normalise(text: &str) -> Option<String> {
    if text.starts_with("go") {
        return None;
    }
    // The build is dropped, as by semver.Canonical, except for the one that modules keep.
    let normal = super::semver::normalise(text)?;
    let (version, build) = normal.split_once('+').map_or((normal.as_str(), ""), |(version, build)| (version, build));
    let kept = if build == "incompatible" { "+incompatible" } else { "" };
    Some(format!("v{version}{kept}"))
}
