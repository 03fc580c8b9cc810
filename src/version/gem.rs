//! RubyGems: `Gem::Version#<=>` (rubygems/version.rb). Runs of digits and runs of letters are segments; a letter segment is
//! below any number, a missing segment is zero, and a hyphen stands for `.pre.`. CocoaPods orders the same way.

use super::key::{Encoder, Padded};
use super::{Scheme, as_bytes};

pub static SCHEME: Scheme = Scheme {
    id: "gem",
    purl_types: &["cocoapods"],
    osv: &["RubyGems"],
    source: "rubygems/version.rb, Gem::Version#<=> and canonical_segments",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return Err("it does not begin with a digit");
    }
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) {
        return Err("it holds something else than letters, digits, dots and hyphens");
    }
    let mut list = Padded::default();
    let mut only_numbers = true;
    let mut letters = |list: &mut Padded, key: &mut Encoder, letters: &str| {
        // Zeros between the numbers and the first letters do not count: 1.0.a is 1.a.
        if std::mem::take(&mut only_numbers) {
            list.forget();
        }
        list.below(key, 1);
        key.text(letters);
    };
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let same = |byte: u8| match first {
            b'0'..=b'9' => byte.is_ascii_digit(),
            b'-' | b'.' => false,
            _ => byte.is_ascii_alphabetic(),
        };
        let end = rest.bytes().skip(1).position(|byte| !same(byte)).map_or(rest.len(), |at| at + 1);
        let (segment, behind) = rest.split_at(end);
        rest = behind;
        match first {
            b'.' => {}
            b'-' => letters(&mut list, key, "pre"),
            b'0'..=b'9' => match segment.trim_start_matches('0') {
                "" => list.nothing(),
                digits => {
                    list.above(key, 0x70);
                    key.number(digits);
                }
            },
            _ => letters(&mut list, key, segment),
        }
    }
    list.end(key);
    Ok(())
}
