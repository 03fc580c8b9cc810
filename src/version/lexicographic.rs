//! The VERS type `lexicographic`: the bytes of the text in UTF-8.

use super::key::Encoder;
use super::{Scheme, as_bytes};

pub static SCHEME: Scheme = Scheme {
    id: "lexicographic",
    purl_types: &[],
    osv: &[],
    source: "VERS specification, special types: lexicographic",
    encode: |text: &str, key: &mut Encoder| {
        key.raw(text.as_bytes());
        Ok(())
    },
    order: as_bytes,
    normalise: super::as_is,
};
