//! The VERS type `intdot`: numbers between dots, up to the first character that is neither; nginx numbers its versions so.

use super::key::{Encoder, Padded};
use super::{Scheme, as_bytes};

pub static SCHEME: Scheme = Scheme {
    id: "intdot",
    purl_types: &["nginx"],
    osv: &[],
    source: "VERS specification, special types: intdot",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'.').unwrap_or(text.len());
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return Err("it does not begin with a digit");
    }
    let mut list = Padded::default();
    for part in text[..end].split('.') {
        match part.trim_start_matches('0') {
            "" => list.nothing(),
            digits => {
                list.above(key, 0x70);
                key.number(digits);
            }
        }
    }
    list.end(key);
    Ok(())
}
