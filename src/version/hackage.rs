//! Hackage: Data.Version (base) and the Haskell Package Versioning Policy. Numbers between dots, compared as lists: a
//! beginning is less than the whole, so 1.0 is below 1.0.0.

use super::key::Encoder;
use super::{Scheme, as_bytes, is_number};

pub static SCHEME: Scheme = Scheme {
    id: "hackage",
    purl_types: &[],
    osv: &["Hackage"],
    source: "base: Data.Version, Ord Version; Cabal-syntax: Distribution.Types.Version; the PVP",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    list(text.split('.'), key)
}

/// Numbers as a list.
pub(super) fn list<'a>(parts: impl Iterator<Item = &'a str>, key: &mut Encoder) -> Result<(), &'static str> {
    for part in parts {
        if !is_number(part) {
            return Err("it is not numbers between dots");
        }
        key.rank(1);
        key.number(part);
    }
    key.rank(0);
    Ok(())
}
