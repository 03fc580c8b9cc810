//! Where in a text something about licenses may stand: one pass over the bytes, before anything is read as words.
//!
//! Nearly every file of a tree says nothing of licenses; this is all that is spent on it.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::tags::TAG;

/// What a sign is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Tag,
    License,
    Copyright,
    Ignore,
    Resume,
}

const SIGNS: &[(&str, Sign)] = &[
    (TAG, Sign::Tag),
    ("reuse-ignorestart", Sign::Ignore),
    ("reuse-ignoreend", Sign::Resume),
    ("spdx-filecopyrighttext", Sign::Copyright),
    ("copyright", Sign::Copyright),
    ("(c)", Sign::Copyright),
    ("©", Sign::Copyright),
    ("&copy;", Sign::Copyright),
    ("licen", Sign::License),
    ("lizenz", Sign::License),
    ("redistribut", Sign::License),
    ("permission", Sign::License),
    ("permitted", Sign::License),
    ("warrant", Sign::License),
    ("public domain", Sign::License),
    ("the public\n", Sign::License),
    ("the public\r", Sign::License),
    ("disclaims", Sign::License),
    ("not copyrighted", Sign::License),
    ("no rights reserved", Sign::License),
    ("spdx:", Sign::License),
    ("spdx short identifier", Sign::License),
    ("proprietary", Sign::License),
    ("confidential", Sign::License),
    ("under the terms", Sign::License),
    ("gpl", Sign::License),
    ("unauthorized", Sign::License),
    ("provided \"as is\"", Sign::License),
    ("commons clause", Sign::License),
    ("creative commons", Sign::License),
    ("creativecommons", Sign::License),
    ("distributed under", Sign::License),
    ("released under", Sign::License),
    ("available under", Sign::License),
    ("governed by", Sign::License),
    ("conditions of distribution", Sign::License),
    ("used for any purpose", Sign::License),
    ("freeware", Sign::License),
];

/// What one pass finds.
#[derive(Default)]
pub(super) struct Signs {
    /// Where tags begin.
    pub tags: Vec<usize>,
    /// Where words stand that licenses and notices have.
    pub licenses: Vec<usize>,
    /// Where a copyright statement may begin.
    pub copyrights: Vec<usize>,
    /// What REUSE says to leave out.
    pub ignored: Vec<Range<usize>>,
}

fn automaton() -> Option<&'static AhoCorasick> {
    static AUTOMATON: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    AUTOMATON
        .get_or_init(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::LeftmostFirst)
                .kind(Some(AhoCorasickKind::DFA))
                .build(SIGNS.iter().map(|(word, _)| word))
                .ok()
        })
        .as_ref()
}

impl Signs {
    /// All signs of a text.
    pub fn of(text: &str) -> Signs {
        let mut signs = Signs::default();
        let Some(automaton) = automaton() else { return signs };
        let mut ignored_from = None;
        for found in automaton.find_iter(text) {
            let at = found.start();
            match SIGNS[found.pattern().as_usize()].1 {
                Sign::Ignore => ignored_from = ignored_from.or(Some(at)),
                Sign::Resume => signs.ignored.extend(ignored_from.take().map(|from| from..found.end())),
                _ if ignored_from.is_some() => {}
                Sign::Tag => signs.tags.push(at),
                Sign::License => signs.licenses.push(at),
                Sign::Copyright => signs.copyrights.push(at),
            }
        }
        signs.ignored.extend(ignored_from.map(|from| from..text.len()));
        signs
    }

    /// The ranges to read as words: all of it where the file is for licenses, else around the signs.
    pub fn ranges(&self, text: &str, whole: bool) -> Vec<Range<usize>> {
        /// A license's text goes on for less than so long without one of the signs.
        const BEFORE: usize = 1_600;
        const AFTER: usize = 2_600;
        let mut ranges: Vec<Range<usize>> = Vec::new();
        if whole {
            ranges.push(0..text.len());
        } else {
            for at in &self.licenses {
                let (from, to) = (line_before(text, at.saturating_sub(BEFORE)), floor(text, at + AFTER));
                match ranges.last_mut() {
                    Some(last) if last.end >= from => last.end = last.end.max(to),
                    _ => ranges.push(from..to),
                }
            }
        }
        if self.ignored.is_empty() {
            return ranges;
        }
        let mut kept = Vec::new();
        for range in ranges {
            let mut from = range.start;
            let first = self.ignored.partition_point(|ignored| ignored.end <= from);
            for ignored in self.ignored[first..].iter().take_while(|ignored| ignored.start < range.end) {
                if ignored.start > from {
                    kept.push(from..ignored.start);
                }
                from = ignored.end;
            }
            if from < range.end {
                kept.push(from..range.end);
            }
        }
        kept
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The beginning of the line at `at`, if it is near.
fn line_before(text: &str, at: usize) -> usize {
    let at = floor(text, at);
    let window = at.saturating_sub(300);
    memchr::memrchr(b'\n', &text.as_bytes()[window..at]).map_or(at, |found| window + found + 1)
}
