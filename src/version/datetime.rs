//! The VERS type `datetime`: the instant that a timestamp of RFC 3339, section 5.6, names. A leap second counts as the first
//! second of the next minute.

use super::key::Encoder;
use super::{Scheme, as_bytes};

pub static SCHEME: Scheme = Scheme {
    id: "datetime",
    purl_types: &[],
    osv: &[],
    source: "VERS specification, special types: datetime; RFC 3339, section 5.6",
    encode,
    order: as_bytes,
    normalise: super::as_is,
};

const SHAPE: &str = "it is no timestamp like 2026-01-31T12:00:00Z";

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Result<i64, &'static str> {
        let digits = text.get(from..to).filter(|digits| super::is_number(digits)).ok_or(SHAPE)?;
        digits.parse().map_err(|_| SHAPE)
    };
    let sign = |at: usize, signs: &[u8]| bytes.get(at).filter(|byte| signs.contains(byte)).map(|_| ()).ok_or(SHAPE);
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    for (at, signs) in [(4, "-"), (7, "-"), (10, "Tt"), (13, ":"), (16, ":")] {
        sign(at, signs.as_bytes())?;
    }
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return Err("a part of it is out of its bounds");
    }
    let (fraction, zone) = match text.get(19..).ok_or(SHAPE)?.strip_prefix('.') {
        Some(rest) => super::leading_digits(rest),
        None => ("0", &text[19..]),
    };
    if fraction.is_empty() {
        return Err(SHAPE);
    }
    let offset = match zone.as_bytes() {
        [b'Z' | b'z'] => 0,
        [way @ (b'+' | b'-'), _, _, b':', _, _] => {
            let at = text.len() - 5;
            let (hours, minutes) = (number(at, at + 2)?, number(at + 3, at + 5)?);
            if hours > 23 || minutes > 59 {
                return Err("a part of it is out of its bounds");
            }
            let minutes = hours * 60 + minutes;
            if *way == b'-' { -minutes } else { minutes }
        }
        _ => return Err(SHAPE),
    };
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + (minute - offset) * 60 + second;
    // The sign bit is turned, so that instants before the epoch come first.
    key.raw(&(seconds as u64 ^ (1 << 63)).to_be_bytes());
    key.text(fraction.trim_end_matches('0'));
    Ok(())
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (century, year_of) = (year.div_euclid(400), year.rem_euclid(400));
    century * 146_097 + year_of * 365 + year_of / 4 - year_of / 100 + (month * 153 + 2) / 5 + day - 1 - 719_468
}
