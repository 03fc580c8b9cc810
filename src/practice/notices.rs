//! Copyright lines and license notices of a file, and which of them another state of the file no longer has.
//!
//! Known by form, not by meaning: a line that begins as copyright lines do and names a year or the sign, an SPDX tag, a sentence
//! that says under which terms a file is. In code only comments count.

use std::collections::BTreeSet;

use crate::license::FileRole;
use crate::model::RepoPath;

use super::shortened;

/// Longer lines are written by programs.
const LONGEST_LINE: usize = 400;

/// How far down a file may say under which terms it is.
const HEAD: u32 = 80;

/// A file of which less than this remains (in percent of its lines) is another file under the old name.
const SAME_FILE: usize = 10;

/// What a notice says, however it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Says {
    /// Who holds rights: without years, signs and addresses.
    Holder(String),
    /// The licenses of an SPDX tag.
    Tag(BTreeSet<String>),
    /// Under which terms, in words.
    Terms,
}

#[derive(Clone, Debug)]
struct Notice {
    line: u32,
    text: String,
    says: Says,
}

/// A notice that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its line in the earlier text, from one.
    pub line: u32,
    /// What it said, shortened.
    pub text: String,
}

/// Which lines of a file may be notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ground {
    /// All: it is a file of notices.
    All,
    /// Comments.
    Comments,
}

fn ground(path: &str) -> Option<Ground> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if extension == "license" || FileRole::of_path(name) == FileRole::License || name.starts_with("NOTICE") {
        return Some(Ground::All);
    }
    const MORE: &[&str] = &[
        "asm", "bat", "bash", "cjs", "cmake", "cxx", "el", "erl", "ex", "exs", "f90", "fs", "groovy", "hh", "hs",
        "html", "hxx", "jl", "less", "m", "mk", "ml", "mm", "mts", "nix", "pm", "proto", "ps1", "r", "s", "sass",
        "sol", "sql", "tcl", "toml", "v", "vhd", "xml", "yaml", "yml",
    ];
    let code = super::snippet::is_code(name) || MORE.contains(&extension) || matches!(name, "Makefile" | "Dockerfile");
    code.then_some(Ground::Comments)
}

/// Whether notices are looked for in a file of this path. Copies of other projects that are brought up to date as a whole are
/// left out, and so is test data.
pub fn may_hold_notices(path: &RepoPath) -> bool {
    let copied = path.as_str().split('/').any(|part| matches!(part, "vendor" | "node_modules"));
    ground(path.as_str()).is_some() && !copied && !path.lies_in_test_data()
}

/// A line without what makes it a comment, if it is one.
fn comment(line: &str) -> Option<&str> {
    let line = line.trim();
    let signs = [
        "//", "/*", "*", "#", "--", ";", "%", "<!--", "\"\"\"", "'''", "(*", "{-", "dnl ", "REM ", "rem ", "@REM ",
        "!", "..", "'",
    ];
    // Inside a block comment a line may begin with its words.
    let begins = signs.iter().any(|sign| line.starts_with(sign));
    let words =
        ["Copyright", "COPYRIGHT", "copyright", "(c) ", "(C) ", "©", "SPDX-", "Licensed under", "Permission is hereby"];
    if !begins && !words.iter().any(|word| line.starts_with(word)) {
        return None;
    }
    let bare = line.trim_start_matches("dnl ").trim_start_matches("@REM ").trim_start_matches("REM ");
    Some(bare.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | '©' | '&')).trim_end())
}

fn has_year(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(4).enumerate().any(|(at, year)| {
        let alone = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(|byte| !byte.is_ascii_digit());
        year.iter().all(u8::is_ascii_digit)
            && (year.starts_with(b"19") || year.starts_with(b"20"))
            && alone(at.checked_sub(1))
            && alone(Some(at + 4))
    })
}

/// A holder without years, signs, addresses and the words that many write and many do not.
fn holder(text: &str) -> String {
    let mut inside = false;
    let plain: String = text
        .chars()
        .filter(|c| {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    return false;
                }
                _ => {}
            }
            !inside
        })
        .collect::<String>()
        .to_lowercase()
        .replace("(c)", " ")
        .replace("&copy;", " ")
        .replace("all rights reserved", " ")
        .replace("spdx-filecopyrighttext", " ");
    let word = |word: &&str| !matches!(*word, "" | "copyright" | "by" | "present" | "and" | "the" | "its");
    let words = plain.split(|c: char| !c.is_alphabetic()).filter(word);
    words.collect::<Vec<_>>().join(" ")
}

fn ids(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '*' | '/' | '>'));
    let license = |word: &str| {
        let word = word.trim_end_matches("--");
        (word.len() > 1 && !matches!(word, "OR" | "AND" | "WITH" | "-->")).then(|| word.to_ascii_lowercase())
    };
    words.filter_map(license).collect()
}

fn says(text: &str, line: u32, ground: Ground) -> Option<Says> {
    let lower = text.to_lowercase();
    if let Some((_, rest)) = lower.split_once("spdx-license-identifier:") {
        return Some(Says::Tag(ids(rest))).filter(|says| *says != Says::Tag(BTreeSet::new()));
    }
    let held = |rest: &str| Some(Says::Holder(holder(rest))).filter(|says| *says != Says::Holder(String::new()));
    if let Some((_, rest)) = lower.split_once("spdx-filecopyrighttext:") {
        return held(rest);
    }
    let begins = ["copyright", "(c)", "©", "&copy;"].iter().any(|word| lower.starts_with(word));
    if begins
        && (has_year(&lower) || lower.contains("(c)") && lower.contains("copyright") || lower.contains("copyright ©"))
    {
        // A template that nobody has filled in is no notice.
        return held(text)
            .filter(|_| !lower.contains("[yyyy]") && !lower.contains("<year>") && !lower.contains("{yyyy}"));
    }
    let terms = ["licensed under", "released under the", "permission is hereby granted", "subject to the terms of the"];
    let stated = ground == Ground::Comments && line <= HEAD && terms.iter().any(|words| lower.contains(words));
    stated.then_some(Says::Terms)
}

fn notices(path: &str, text: &str) -> Vec<Notice> {
    let Some(ground) = ground(path) else { return Vec::new() };
    let mut found = Vec::new();
    for (line, raw) in (1..).zip(text.lines()) {
        if raw.len() > LONGEST_LINE {
            continue;
        }
        let content = match ground {
            Ground::All => raw.trim(),
            Ground::Comments => match comment(raw) {
                Some(content) => content,
                None => continue,
            },
        };
        if let Some(says) = says(content, line, ground) {
            let text = shortened(content.trim_end_matches("*/").trim_end_matches("-->").trim());
            found.push(Notice { line, text, says });
        }
    }
    found
}

/// Lines that say something: not braces and blanks.
fn lines(text: &str) -> BTreeSet<&str> {
    text.lines().map(str::trim).filter(|line| line.len() > 10).collect()
}

/// How much of a text another one still has, in percent of its lines; 100 where there is next to nothing to compare.
pub fn kept(before: &str, now: &str) -> usize {
    let (before, now) = (lines(before), lines(now));
    if before.len() < 5 { 100 } else { before.intersection(&now).count() * 100 / before.len() }
}

/// Whether a text has anything that could be missed. One pass, for most texts have not.
pub fn has_notices(path: &RepoPath, text: &str) -> bool {
    !notices(path.as_str(), text).is_empty()
}

/// The notices of a text that a later state of the same file no longer has.
pub fn gone(path: &RepoPath, before: &str, now: &str) -> Vec<Gone> {
    let were = notices(path.as_str(), before);
    if were.is_empty() || kept(before, now) < SAME_FILE {
        return Vec::new();
    }
    let are = notices(path.as_str(), now);
    let states_terms = are.iter().any(|notice| matches!(notice.says, Says::Tag(_) | Says::Terms));
    let still = |was: &Says| match was {
        Says::Holder(old) => are.iter().any(|is| match &is.says {
            Says::Holder(new) => {
                new == old || new.contains(old.as_str()) || new.len() > 3 && old.contains(new.as_str())
            }
            Says::Tag(_) | Says::Terms => false,
        }),
        Says::Tag(old) => {
            let mut tags = are.iter().filter_map(|is| match &is.says {
                Says::Tag(ids) => Some(ids),
                Says::Holder(_) | Says::Terms => None,
            });
            match tags.next() {
                None => states_terms,
                Some(first) => std::iter::once(first).chain(tags).any(|new| old.is_subset(new)),
            }
        }
        Says::Terms => states_terms,
    };
    let mut seen: Vec<&Says> = Vec::new();
    let mut gone = Vec::new();
    for notice in were.iter().filter(|notice| !still(&notice.says)) {
        if !seen.contains(&&notice.says) {
            seen.push(&notice.says);
            gone.push(Gone { line: notice.line, text: notice.text.clone() });
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(path: &str, before: &str, now: &str) -> Vec<String> {
        gone(&RepoPath::new(path), before, now).into_iter().map(|gone| gone.text).collect()
    }

    #[test]
    fn other_years_signs_and_words_are_no_removal() {
        let old = "/* Copyright (c) 2019 Acme Ltd. All rights reserved. */\nint a;\n";
        for now in [
            "// Copyright 2019-2026 Acme Ltd.\nint a;\n",
            "/*\n * SPDX-FileCopyrightText: 2019 Acme Ltd. <kit@example.org>\n */\nint a;\n",
            "/* (c) 2020 Other\n   Copyright (c) 2019 Acme Ltd. */\nint a;\n",
        ] {
            assert_eq!(lost("src/a.c", old, now), [""; 0], "{now}");
        }
        assert_eq!(lost("src/a.c", old, "int a;\n"), ["Copyright (c) 2019 Acme Ltd. All rights reserved."]);
        assert_eq!(lost("src/a.c", old, "/* Copyright (c) 2026 Other */\nint a;\n").len(), 1);
    }

    #[test]
    fn terms_may_be_said_in_other_words_but_not_become_others() {
        let text = "// Licensed under the Apache License, Version 2.0\nfn a() {}\n";
        assert_eq!(lost("a.rs", text, "// SPDX-License-Identifier: Apache-2.0\nfn a() {}\n"), [""; 0]);
        assert_eq!(lost("a.rs", text, "fn a() {}\n").len(), 1);
        let tag = "# SPDX-License-Identifier: MIT\nx = 1\n";
        assert_eq!(lost("a.py", tag, "# SPDX-License-Identifier: MIT OR Apache-2.0\nx = 1\n"), [""; 0]);
        assert_eq!(
            lost("a.py", tag, "# SPDX-License-Identifier: Apache-2.0\nx = 1\n"),
            ["SPDX-License-Identifier: MIT"]
        );
    }

    #[test]
    fn what_only_speaks_of_copyright_is_no_notice() {
        for text in [
            "// the copyright notice is printed below\n",
            "let text = \"Copyright (c) 2019 Acme\";\n",
            "// Copyright [yyyy] [name of copyright owner]\n",
            "print('(c) 2020 Acme')\n",
        ] {
            assert!(!has_notices(&RepoPath::new("a.rs"), text), "{text}");
        }
        assert!(!may_hold_notices(&RepoPath::new("vendor/a.c")));
        assert!(!may_hold_notices(&RepoPath::new("README.md")));
        assert!(may_hold_notices(&RepoPath::new("LICENSE")));
    }

    #[test]
    fn another_file_under_the_old_name_has_lost_nothing() {
        let body = |word: &str| (0..20).map(|at| format!("let {word}_{at} = {at};\n")).collect::<String>();
        let old = format!("// Copyright 2019 Acme\n{}", body("old"));
        assert_eq!(lost("a.rs", &old, &body("new")), [""; 0]);
        assert_eq!(lost("a.rs", &old, &body("old")).len(), 1);
    }
}
