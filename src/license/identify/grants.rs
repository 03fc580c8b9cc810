//! Terms of somebody's own: a sentence that grants something in words that are no license's, in a file that says nothing else.
//!
//! "Permission is given to copy this as long as my name stays on it" is a license that nobody knows. What it asks cannot be told
//! from words alone; that it is there can, and to say nothing would be to pass it.

use super::notices::Reading;
use super::role::FileRole;
use super::words::{CLAUSE_START, PARAGRAPH_START};

/// Terms of a header stand in so many bytes at its top.
const TOP_BYTES: usize = 6_000;

/// Sentences are not looked at further than so many words.
const SENTENCE: usize = 40;

/// What may be done.
const ACTS: &[&str] = &[
    "copy",
    "copying",
    "copied",
    "distribute",
    "distributed",
    "distribution",
    "make",
    "modified",
    "modify",
    "redistribute",
    "redistributed",
    "redistribution",
    "reproduce",
    "reproduced",
    "reproduction",
    "sell",
    "use",
    "used",
];

/// The work.
const WORK: &[&str] = &[
    "code",
    "document",
    "file",
    "files",
    "font",
    "fonts",
    "function",
    "functions",
    "library",
    "macro",
    "macros",
    "material",
    "module",
    "notice",
    "package",
    "page",
    "program",
    "routine",
    "routines",
    "script",
    "software",
    "source",
    "work",
];

impl Reading<'_> {
    /// The words that grant something, from the first to one past the last.
    pub fn own_terms(&self) -> Option<(usize, usize)> {
        let speaks = |at: usize| match self.role {
            FileRole::Source | FileRole::Data => {
                let byte = self.places[at].start as usize;
                byte < TOP_BYTES && self.in_comment(byte)
            }
            FileRole::Readme | FileRole::Document => true,
            _ => false,
        };
        let opens = |at: &usize| self.is_one_of(&["permission", "may", "freely"], *at) && !self.taken[*at];
        (0..self.words.len()).filter(opens).find_map(|at| {
            let (from, to) = self.sentence(at);
            let grants = match self.written(at).to_ascii_lowercase().as_str() {
                "permission" => self.permits(at, from, to),
                "may" => self.allows(at, from, to),
                _ => self.is_free(at, from, to),
            };
            (grants && !self.denies(from, at) && speaks(at)).then_some((from, to))
        })
    }

    /// The sentence around a word.
    fn sentence(&self, at: usize) -> (usize, usize) {
        let begins = |at: &usize| self.flag(*at, CLAUSE_START | PARAGRAPH_START);
        let from = (at.saturating_sub(SENTENCE)..=at).rev().find(begins).unwrap_or(at.saturating_sub(SENTENCE));
        let end = (at + SENTENCE).min(self.words.len());
        (from, (at + 1..end).find(begins).unwrap_or(end))
    }

    fn any(&self, words: &[&str], from: usize, to: usize) -> bool {
        (from..to).any(|at| self.is_one_of(words, at))
    }

    /// Whether something is denied, asked for, or only supposed.
    fn denies(&self, from: usize, to: usize) -> bool {
        self.any(&["no", "not", "without", "if", "unless", "whether", "when", "ask", "requires", "need"], from, to)
    }

    /// "Permission is hereby granted to copy this", "permission to use this … is granted", "I give permission to modify".
    fn permits(&self, at: usize, from: usize, to: usize) -> bool {
        let granted = ["granted", "given"];
        let after = self.any(&granted, at + 1, (at + 4).min(to)) && self.any(ACTS, at + 2, to);
        let around =
            self.is_one_of(&["to"], at + 1) && self.any(ACTS, at + 2, (at + 5).min(to)) && self.any(&granted, at, to);
        let gives = self.any(&["give", "gives", "grant", "grants"], at.saturating_sub(3).max(from), at)
            && self.any(&["hereby", "i", "we"], from, at)
            && self.any(ACTS, at + 1, to);
        (after || around || gives)
            && (self.any(WORK, from, to) || self.any(&["anyone", "everyone", "any", "hereby"], from, to))
    }

    /// "This program may be copied and used freely", "these macros may be used by others as long as".
    fn allows(&self, at: usize, from: usize, to: usize) -> bool {
        let this = (from..at).any(|at| self.is_one_of(&["this", "these"], at) && self.any(WORK, at + 1, at + 4));
        let acts = (at + 1..to).filter(|at| self.is_one_of(ACTS, *at)).count();
        let passive = self.is_one_of(&["be"], at + 1) && acts >= 1;
        let freely = self.any(&["freely", "restriction", "restrictions", "provided", "others", "purpose"], at, to);
        this && passive && freely && acts >= 1
    }

    /// "This code is freely redistributable", "can be freely distributed".
    fn is_free(&self, at: usize, from: usize, to: usize) -> bool {
        let this = (from..at).any(|at| self.is_one_of(&["this", "these"], at) && self.any(WORK, at + 1, at + 4));
        let acts = ["copied", "distributable", "distributed", "modified", "redistributable", "redistributed", "used"];
        this && self.any(&acts, at + 1, (at + 2).min(to))
    }
}
