//! NuGet: NuGet.Versioning, `VersionComparer.Default` and `NuGetVersion.Parse`. One to four numbers, missing ones zero, then
//! SemVer's pre-release labels without regard to case; build metadata does not count. A label like `-5` is a number, since
//! .NET reads it as one.
//!
//! Numbers that .NET's 32-bit integers cannot hold compare by value, also as labels.

use super::key::Encoder;
use super::semver::{release, split};
use super::{Scheme, as_bytes, is_number, plain};

pub static SCHEME: Scheme = Scheme {
    id: "nuget",
    purl_types: &[],
    osv: &["NuGet"],
    source: "NuGet.Versioning: VersionComparer.cs and NuGetVersionFactory.cs",
    encode,
    order: as_bytes,
    normalise,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let parts = split(super::semver::bare(text), false)?;
    release(parts.release, key);
    let Some(pre) = parts.pre else {
        key.rank(2);
        return Ok(());
    };
    key.rank(1);
    for label in pre.split('.') {
        if is_number(label) {
            key.rank(2);
            key.number(label);
        } else if let Some(digits) =
            label.strip_prefix('-').filter(|digits| is_number(digits) && plain(digits).len() < 10)
        {
            if plain(digits) == "0" {
                key.rank(2);
                key.number("0");
            } else {
                key.rank(1);
                key.negative(digits);
            }
        } else {
            key.rank(3);
            key.text(&label.to_ascii_uppercase());
        }
    }
    key.rank(0);
    Ok(())
}

/// `NuGetVersion.ToNormalizedString`: three numbers, or four if the last is not zero; no metadata.
fn normalise(text: &str) -> Option<String> {
    let parts = split(super::semver::bare(text), false).ok()?;
    let mut numbers: Vec<&str> = parts.release.split('.').map(plain).collect();
    while numbers.len() < 3 {
        numbers.push("0");
    }
    while numbers.len() > 3 && numbers.last() == Some(&"0") {
        numbers.pop();
    }
    Some(match parts.pre {
        Some(pre) => format!("{}-{pre}", numbers.join(".")),
        None => numbers.join("."),
    })
}
