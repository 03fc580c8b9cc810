//! Conan: conans/model/version.py, `Version`. Items between dots, then a pre-release behind the first `-` and a build behind
//! the last `+`, each a list of items too. Trailing zero items do not count.
//!
//! Numbers compare by value, texts by their characters, and a number with a text as if it were one, so that 2 is above `1a`,
//! `1a` above 100, and 100 above 2. That is no total order, so keys are taken apart here.

use std::cmp::Ordering;

use super::Scheme;
use super::key::{Decoder, Encoder, by_value};

pub static SCHEME: Scheme = Scheme {
    id: "conan",
    purl_types: &[],
    osv: &["ConanCenter"],
    source: "Conan: conans/model/version.py, Version",
    encode,
    order,
    normalise: super::as_is,
};

const NUMBER: u8 = 1;
const TEXT: u8 = 2;

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let (rest, build) = text.rsplit_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (main, pre) = rest.split_once('-').map_or((rest, None), |(main, pre)| (main, Some(pre)));
    if main.contains(char::is_whitespace) {
        return Err("there is a space within it");
    }
    items(main, key);
    for part in [pre, build] {
        match part {
            Some(part) => {
                key.rank(1);
                items(part, key);
            }
            None => key.rank(0),
        }
    }
    Ok(())
}

fn items(text: &str, key: &mut Encoder) {
    let is_zero = |item: &&str| !item.is_empty() && item.bytes().all(|byte| byte == b'0');
    let items: Vec<&str> = text.split('.').collect();
    let used = items.iter().rposition(|item| !is_zero(item)).map_or(0, |last| last + 1);
    for item in &items[..used] {
        if super::is_number(item) {
            key.rank(NUMBER);
            key.number(item);
        } else {
            key.rank(TEXT);
            key.text(item);
        }
    }
    key.rank(0);
}

fn order(a: &[u8], b: &[u8]) -> Ordering {
    let (mut a, mut b) = (Decoder::new(a), Decoder::new(b));
    let main = lists(&mut a, &mut b);
    if main.is_ne() {
        return main;
    }
    let pre = match (a.rank(), b.rank()) {
        (1, 1) => lists(&mut a, &mut b),
        (1, _) => return Ordering::Less,
        (_, 1) => return Ordering::Greater,
        _ => Ordering::Equal,
    };
    pre.then_with(|| match (a.rank(), b.rank()) {
        (1, 1) => lists(&mut a, &mut b),
        (a, b) => a.cmp(&b),
    })
}

/// Compares two lists of items; both are read to their ends only if they are equal.
fn lists(a: &mut Decoder<'_>, b: &mut Decoder<'_>) -> Ordering {
    loop {
        let order = match (a.rank(), b.rank()) {
            (0, 0) => return Ordering::Equal,
            (0, _) => return Ordering::Less,
            (_, 0) => return Ordering::Greater,
            (NUMBER, NUMBER) => by_value(a.number(), b.number()),
            (NUMBER, _) => written(a.number()).cmp(b.text()),
            (_, NUMBER) => a.text().cmp(written(b.number())),
            _ => a.text().cmp(b.text()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// A number as text.
fn written(digits: &[u8]) -> &[u8] {
    if digits.is_empty() { b"0" } else { digits }
}
