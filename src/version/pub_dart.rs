//! pub (Dart): package pub_semver, `Version.compareTo`. SemVer, except that build metadata counts: a version with a build is
//! above the same without, and builds compare as pre-releases do. Leading zeros are allowed and do not count.

use super::key::Encoder;
use super::semver::{bare, identifiers, precedence, split};
use super::{Scheme, as_bytes};

pub static SCHEME: Scheme = Scheme {
    id: "pub",
    purl_types: &["dart"],
    osv: &["Pub"],
    source: "pub_semver: lib/src/version.dart, Version.compareTo",
    encode,
    order: as_bytes,
    normalise: super::semver::normalise,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let parts = split(bare(text), false)?;
    precedence(&parts, key);
    identifiers(parts.build.unwrap_or_default(), key);
    Ok(())
}
