//! Maven: maven-artifact 3.9 (and 3.8), `ComparableVersion`; "Version Order Specification" in the POM reference.
//!
//! A version is a list of numbers and words; behind a hyphen, and at each change between digits and letters, goes on a list
//! within it. What is null (zero, an empty word, an empty list) is dropped at the end of each list. Numbers are above
//! lists, lists above words; words that Maven knows come in its order, others behind them. Where one list ends, the other's
//! next element is compared with nothing, and there `sp` is above nothing although a list that begins with `alpha`, which is
//! above `sp`, is below nothing. That is no total order (`1-alpha` < `1` < `1.sp.1` < `1-alpha`), so keys are taken apart here.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Scheme;
use super::key::{Decoder, Encoder, by_value};

pub static SCHEME: Scheme = Scheme {
    id: "maven",
    purl_types: &[],
    osv: &["Maven"],
    source: "maven-artifact 3.9: org.apache.maven.artifact.versioning.ComparableVersion",
    encode,
    order,
    normalise: super::as_is,
};

/// What an element is, in the order of kinds that meet in the same place.
const END: u8 = 0;
const WORD: u8 = 1;
const LIST: u8 = 2;
const NUMBER: u8 = 3;

/// The rank of a release among words, as text: words are ranked by comparing these.
const RELEASE: &str = "5";

enum Item<'a> {
    Number(&'a str),
    Word(&'a str),
}

impl<'a> Item<'a> {
    fn of(text: &'a str, digits: bool) -> Self {
        if digits { Item::Number(text) } else { Item::Word(text) }
    }

    fn is_null(&self) -> bool {
        match self {
            Item::Number(digits) => digits.bytes().all(|byte| byte == b'0'),
            Item::Word(word) => rank(word) == RELEASE,
        }
    }
}

/// Lists one within the other: each goes on in the next.
fn parse(text: &str) -> Vec<Vec<Item<'_>>> {
    let mut lists: Vec<Vec<Item<'_>>> = Vec::new();
    let mut list: Vec<Item<'_>> = Vec::new();
    let (mut digits, mut start) = (false, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'.' | b'-' => {
                list.push(if at == start { Item::Number("0") } else { Item::of(&text[start..at], digits) });
                start = at + 1;
                if byte == b'-' {
                    lists.push(std::mem::take(&mut list));
                }
            }
            b'0'..=b'9' => {
                if !digits && at > start {
                    // A word before a number begins a list, as if a hyphen stood before it.
                    if !list.is_empty() {
                        lists.push(std::mem::take(&mut list));
                    }
                    let word = match &text[start..at] {
                        "a" => "alpha",
                        "b" => "beta",
                        "m" => "milestone",
                        word => word,
                    };
                    list.push(Item::Word(word));
                    start = at;
                    lists.push(std::mem::take(&mut list));
                }
                digits = true;
            }
            // The later bytes of a character belong to its first.
            0x80..=0xBF => {}
            _ => {
                if digits && at > start {
                    list.push(Item::Number(&text[start..at]));
                    start = at;
                    lists.push(std::mem::take(&mut list));
                }
                digits = false;
            }
        }
    }
    if text.len() > start {
        if !digits && !list.is_empty() {
            lists.push(std::mem::take(&mut list));
        }
        list.push(Item::of(&text[start..], digits));
    }
    lists.push(list);
    lists
}

fn encode(text: &str, key: &mut Encoder) -> Result<(), &'static str> {
    let text = text.to_lowercase();
    let mut lists = parse(&text);
    for list in &mut lists {
        let used = list.iter().rposition(|item| !item.is_null()).map_or(0, |last| last + 1);
        list.truncate(used);
    }
    let used = lists.iter().rposition(|list| !list.is_empty()).map_or(0, |last| last + 1);
    for (depth, list) in lists[..used].iter().enumerate() {
        if depth > 0 {
            key.rank(LIST);
        }
        for item in list {
            match item {
                Item::Number(digits) => {
                    key.rank(NUMBER);
                    key.number(digits);
                }
                Item::Word(word) => {
                    key.rank(WORD);
                    key.text(&rank(word));
                }
            }
        }
    }
    key.rank(END);
    Ok(())
}

/// `StringItem.comparableQualifier`.
fn rank(word: &str) -> Cow<'_, str> {
    Cow::Borrowed(match word {
        "alpha" => "0",
        "beta" => "1",
        "milestone" => "2",
        "rc" | "cr" => "3",
        "snapshot" => "4",
        "" | "ga" | "final" | "release" => RELEASE,
        "sp" => "6",
        word => return Cow::Owned(format!("7-{word}")),
    })
}

/// Compares an element with nothing. The elements of a list within follow by themselves.
fn with_nothing(kind: u8, element: &mut Decoder<'_>) -> Ordering {
    match kind {
        NUMBER => by_value(element.number(), b""),
        WORD => element.text().cmp(RELEASE.as_bytes()),
        _ => Ordering::Equal,
    }
}

fn order(a: &[u8], b: &[u8]) -> Ordering {
    let (mut a, mut b) = (Decoder::new(a), Decoder::new(b));
    let (mut a_ended, mut b_ended) = (false, false);
    loop {
        let kinds = (if a_ended { END } else { a.rank() }, if b_ended { END } else { b.rank() });
        a_ended = kinds.0 == END;
        b_ended = kinds.1 == END;
        let order = match kinds {
            (END, END) => return Ordering::Equal,
            (END, kind) => with_nothing(kind, &mut b).reverse(),
            (kind, END) => with_nothing(kind, &mut a),
            (LIST, LIST) => Ordering::Equal,
            (NUMBER, NUMBER) => by_value(a.number(), b.number()),
            (WORD, WORD) => a.text().cmp(b.text()),
            (a, b) => a.cmp(&b),
        };
        if order.is_ne() {
            return order;
        }
    }
}
