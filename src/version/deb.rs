//! Debian and Ubuntu: deb-version(7), Debian Policy 5.6.12, and dpkg's `verrevcmp`. Epoch, upstream version, revision; in
//! turn the part without digits (`~` before the end, the end before letters, letters before everything else) and the number.
//! opam orders the same way, without epochs or revisions.

use super::key::Encoder;
use super::{Scheme, as_bytes, is_number, leading_digits};

pub static SCHEME: Scheme = Scheme {
    id: "deb",
    purl_types: &["opam"],
    osv: &["Debian", "Ubuntu", "Echo", "opam"],
    source: "deb-version(7); dpkg: lib/dpkg/version.c",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    if text.contains(char::is_whitespace) {
        return Err("there is a space within it");
    }
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    if !is_number(epoch) {
        return Err("the epoch before `:` is no number");
    }
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    if upstream.is_empty() {
        return Err("there is no upstream version");
    }
    key.number(epoch);
    part(upstream, key);
    part(revision, key);
    Ok(())
}

/// The end of a part without digits, and of the whole: between `~` and letters.
const END: u8 = 2;

fn part(text: &str, key: &mut Encoder) {
    let mut rest = text;
    loop {
        let digits = rest.bytes().position(|byte| byte.is_ascii_digit()).unwrap_or(rest.len());
        let (other, behind) = rest.split_at(digits);
        for byte in other.bytes() {
            match byte {
                b'~' => key.rank(1),
                byte if byte.is_ascii_alphabetic() => key.rank(byte),
                byte => {
                    key.rank(u8::MAX);
                    key.rank(byte);
                }
            }
        }
        key.rank(END);
        let (number, behind) = leading_digits(behind);
        key.number(number);
        if behind.is_empty() {
            // From here on there is the end of nothing, for ever.
            key.rank(END);
            return;
        }
        rest = behind;
    }
}
