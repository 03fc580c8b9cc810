//! OpenSSL's release strategy and its old numbering: `1.0.2zf` is a letter release of 1.0.2, above `1.0.2` and all letters
//! before it; from 3.0 on versions are semantic. Pre-releases (`3.0.0-alpha1`, `1.1.1-pre2`) are below their release.

use super::key::Encoder;
use super::semver::identifiers;
use super::{Scheme, as_bytes};

pub static SCHEME: Scheme = Scheme {
    id: "openssl",
    purl_types: &[],
    osv: &[],
    source: "OpenSSL: release strategy, and \"OpenSSL Versioning Policy\"",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let text = text.split_once('+').map_or(text, |(version, _)| version);
    let (version, pre) = text.split_once('-').map_or((text, None), |(version, pre)| (version, Some(pre)));
    let end = version.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'.').unwrap_or(version.len());
    let (numbers, letters) = version.split_at(end);
    if numbers.split('.').any(str::is_empty) {
        return Err("it does not begin with numbers between dots");
    }
    if !letters.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Err("what follows the numbers are not letters");
    }
    super::semver::release(numbers, key);
    key.text(&letters.to_ascii_lowercase());
    match pre {
        Some(pre) => {
            key.rank(1);
            identifiers(&numbered(pre), key);
        }
        None => key.rank(2),
    }
    Ok(())
}

/// `pre10` as `pre.10`, so that it comes after `pre9`.
fn numbered(pre: &str) -> String {
    let word = pre.trim_end_matches(|character: char| character.is_ascii_digit());
    if word.is_empty() || word.len() == pre.len() { pre.to_owned() } else { format!("{word}.{}", &pre[word.len()..]) }
}
