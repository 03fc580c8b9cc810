//! Copyright statements: who holds rights, since when, as written. For attribution, so a wrong one is worse than none.

/// A copyright statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copyright {
    /// The statement in one line, without what stands around it: `Copyright (c) 2015 Ann Author <ann@author.example>`.
    pub text: String,
    /// Its line, from one.
    pub line: u32,
}

/// A statement and the bytes that it takes.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub text: String,
    pub start: usize,
    pub end: usize,
}

/// Longer statements are cut.
const LONGEST: usize = 240;

/// Signs of one line that are looked at until one begins a statement.
const MOST_TRIED: usize = 4;

/// Words that follow "copyright" where it is not a statement but talk about one.
const TALK: &[&str] = &[
    "act",
    "and",
    "assignment",
    "claim",
    "claims",
    "disclaimer",
    "file",
    "footer",
    "for",
    "header",
    "headers",
    "holder",
    "holders",
    "in",
    "information",
    "infringement",
    "interest",
    "is",
    "law",
    "laws",
    "license",
    "licenses",
    "line",
    "lines",
    "message",
    "must",
    "name",
    "notice",
    "notices",
    "of",
    "on",
    "or",
    "owner",
    "owners",
    "ownership",
    "page",
    "permission",
    "policy",
    "protection",
    "registration",
    "rights",
    "statement",
    "statements",
    "status",
    "string",
    "symbol",
    "text",
    "the",
    "this",
    "to",
    "treaties",
    "treaty",
    "troll",
    "violation",
    "with",
    "year",
    "years",
];

/// Signs of a template that nobody has filled in.
const UNFILLED: &[&str] = &[
    "<year",
    "[year",
    "{year",
    "(year)",
    "[yyyy",
    "<yyyy",
    "{yyyy",
    "yyyy",
    "<name",
    "[name",
    "{name",
    "<copyright",
    "[copyright",
    "<owner",
    "<holder",
    "[fullname",
    "{fullname",
    "{{",
    "${",
    "$(",
    "%s",
    "%d",
    "{0}",
    "{}",
    "name of author",
    "your name",
    "name of copyright owner",
    "<date",
    "<dates",
    "20xx",
    "199x",
    "19xx",
    "xxxx",
    "year name",
    "<author",
    "[author",
    "<your",
    "[your",
    "<fullname",
    "<insert",
    "[insert",
    "copyright holder>",
    "<organization",
    "[full name]",
    "{author",
    "copyright_",
    "[dates of",
    "<first publication",
    "year(s)",
    "[project",
    "<project",
    "ty coon",
    "yoyodyne",
];

/// Where a statement ends although its line goes on.
const ENDS: &[&str] = &[
    "*/",
    "-->",
    "\\n",
    "all rights reserved",
    "all right reserved",
    "permission is",
    "permission to",
    "redistribution and",
    "licensed under",
    "released under",
    "distributed under",
    "this program",
    "this software",
    "this file",
    "this library",
    "this work",
    "this code",
    "use of this source",
    "this source",
    "the mit license",
    "mit license",
    "licensed to",
    "some rights",
    "http://",
    "https://",
    "see license",
    "see the license",
    "see copying",
    "under the terms",
    "is licensed",
    "</",
    "<br",
    "spdx-license",
    "dual licensed",
    "dual-licensed",
    "available under",
    "this is free",
    "this project",
    "| mit",
    "| license",
    "license:",
    "everyone is permitted",
    "verbatim copying",
    "-- license",
    " see the ",
];

/// Words that begin a sentence which goes on in the next line, where a line ends with them.
const BEGINNINGS: &[&str] = &["Licensed", "See", "Released", "Distributed", "Use", "This", "Permission", "All"];

/// Whether the bytes at `at` begin something that a statement may begin with.
fn sign_at(line: &str, at: usize) -> Option<usize> {
    let rest = &line.as_bytes()[at..];
    let starts = |word: &[u8]| rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word);
    if starts(b"copyright") {
        let mut length = 9;
        // "Copyrighted", "copyrights".
        if rest.get(length).is_some_and(u8::is_ascii_alphabetic) {
            return None;
        }
        if rest.get(length) == Some(&b':') {
            length += 1;
        }
        return Some(length);
    }
    if starts(b"(c)") {
        return Some(3);
    }
    if starts("©".as_bytes()) {
        return Some("©".len());
    }
    if starts(b"&copy;") {
        return Some(6);
    }
    None
}

/// The first statement on a line, which begins at `start` in the text; `first_only` looks at its first sign alone.
pub(super) fn in_line(line: &str, start: usize, next_line: &str, first_only: bool) -> Option<Statement> {
    let bytes = line.as_bytes();
    let mut at = 0;
    let mut tried = 0;
    while at < bytes.len() && tried < if first_only { 1 } else { MOST_TRIED } {
        let candidate = memchr::memchr3(b'c', b'C', b'(', &bytes[at..]);
        let other = memchr::memchr2(0xC2, b'&', &bytes[at..]);
        let found = [candidate, other].into_iter().flatten().min()?;
        at += found;
        if !line.is_char_boundary(at) {
            at += 1;
            continue;
        }
        let Some(length) = sign_at(line, at) else {
            at += 1;
            continue;
        };
        tried += 1;
        let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'_' && bytes[at - 1] != b'-';
        if alone && let Some(statement) = statement(line, at, length, next_line) {
            return Some(Statement { text: statement.0, start: start + at, end: start + statement.1 });
        }
        at += length;
    }
    None
}

fn is_year(word: &str) -> bool {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// The statement that begins at `at` with a sign of `length` bytes: its text and where it ends.
fn statement(line: &str, at: usize, length: usize, next_line: &str) -> Option<(String, usize)> {
    let window_end = floor(line, at + LONGEST * 2);
    let mut window = &line[at..window_end];
    let lower = window.to_ascii_lowercase();
    let first_word_end = length;
    let end = ENDS
        .iter()
        .filter_map(|end| lower[first_word_end..].find(end))
        .min()
        .map_or(window.len(), |end| first_word_end + end);
    window = &window[..end];
    if let Some(quote) = window.find(['"', '`', '{', '}', '=', ';', '\t', '|']) {
        // Past these a statement is no prose any more; what stands before may be one.
        window = &window[..quote];
    }
    let mut holds_sign = !line[at..].starts_with(['c', 'C']);
    let holds_word = !holds_sign;
    let mut rest = window[length.min(window.len())..].trim_start();
    let mut years = false;
    loop {
        let before = rest;
        for sign in ["(c)", "(C)", "©", "&copy;", "copyright", "Copyright", "(©)", "@"] {
            if let Some(after) = rest.strip_prefix(sign) {
                holds_sign = true;
                rest = after.trim_start();
            }
        }
        rest = rest.trim_start_matches([',', ':', '-', '–', ' ', '.']);
        let word = rest.split([' ', ',', '\t']).next().unwrap_or_default();
        if is_year(word) {
            years = true;
            rest = rest[word.len()..].trim_start();
        } else if matches!(word, "present" | "Present" | "now" | "to" | "and" | "&") && years && word.len() < rest.len()
        {
            rest = rest[word.len()..].trim_start();
        }
        if rest == before {
            break;
        }
    }
    let by = ["by ", "By ", "BY "].iter().find_map(|by| rest.strip_prefix(by));
    let mut holder = by.unwrap_or(rest).trim();
    let mut continued = String::new();
    if holder.is_empty() && years && end == lower.len() {
        // The holder on the next line.
        let next = next_line.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end();
        if next.len() < 80 && next.starts_with(char::is_uppercase) && !next.to_ascii_lowercase().contains("permission")
        {
            continued = format!(" {next}");
            holder = &continued;
        }
    }
    let first = holder.split([' ', ',', '/', '(', '.']).next().unwrap_or_default();
    let first_letter = holder.chars().find(|c| c.is_alphanumeric())?;
    let talk = TALK.binary_search(&first.to_ascii_lowercase().as_str()).is_ok();
    let letters = holder.chars().filter(|c| c.is_alphabetic()).count();
    // A bare sign wants a year; a bare word wants a year, a sign, "by", or a name in capitals.
    let is_one = if years {
        letters >= 2 && !(talk && first_letter.is_lowercase() && !matches!(first, "the" | "The"))
    } else if holds_word && (holds_sign || by.is_some()) {
        letters >= 3 && first_letter.is_uppercase() && !talk || (talk && first == "The" && holder.len() > 8)
    } else {
        holds_word && first_letter.is_uppercase() && !talk && letters >= 3 && line[at..].starts_with('C') && at < 12
    };
    if !is_one {
        return None;
    }
    let shown = &line[at..floor(line, at + LONGEST).min(at + window.len())];
    let full = format!("{shown}{continued}");
    let lower = full.to_ascii_lowercase();
    if UNFILLED.iter().any(|sign| lower.contains(sign)) {
        return None;
    }
    let words: Vec<&str> = full.split_whitespace().collect();
    let text = words.join(" ").replace("&copy;", "©").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let mut text = text
        .trim_end_matches([' ', '.', ',', '<', '*', '#', '-', '/', '(', ':', '\'', '_', '!', '\\', '–', '—'])
        .to_owned();
    if let Some((statement, last)) = text.rsplit_once(' ')
        && statement.ends_with(['.', ',', ';'])
        && BEGINNINGS.contains(&last)
    {
        text = statement.trim_end_matches([' ', '.', ',', ';']).to_owned();
    }
    for abbreviation in [" Inc", " Ltd", " Corp", " Co", " Jr", " S.A", " B.V", " GmbH & Co", ", LLC"] {
        if text.ends_with(abbreviation) && full[..full.len().min(LONGEST)].contains(&format!("{abbreviation}.")) {
            text.push('.');
        }
    }
    Some((text, at + window.len()))
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Option<String> {
        in_line(line, 0, "", false).map(|statement| statement.text)
    }

    #[test]
    fn statements_are_found_as_written() {
        assert!(TALK.windows(2).all(|pair| pair[0] < pair[1]));
        for (line, text) in [
            (
                " * Copyright (c) 2015 Ann Author <ann@author.example>",
                "Copyright (c) 2015 Ann Author <ann@author.example>",
            ),
            (
                "// Copyright 2011-2014 The Rust Project Developers. See the COPYRIGHT",
                "Copyright 2011-2014 The Rust Project Developers",
            ),
            ("// Copyright 2020 Foo Inc. Licensed", "Copyright 2020 Foo Inc."),
            ("© 2020, Example GmbH & Co.", "© 2020, Example GmbH & Co."),
            ("(c) 2009 Foo Inc. All rights reserved.", "(c) 2009 Foo Inc."),
            ("Copyright © Foo, Bar and contributors */", "Copyright © Foo, Bar and contributors"),
            ("Copyright (c) 2020 Foo Permission is hereby granted", "Copyright (c) 2020 Foo"),
            ("Copyright Google LLC", "Copyright Google LLC"),
            ("Copyright by Jane Doe", "Copyright by Jane Doe"),
        ] {
            assert_eq!(one(line).as_deref(), Some(text), "{line}");
        }
    }

    #[test]
    fn talk_code_and_templates_are_none() {
        for line in [
            "Redistributions must retain the above copyright notice, this list",
            "Copyright (c) <year> <copyright holders>",
            "Copyright [yyyy] [name of copyright owner]",
            "let copyright = format!(\"Copyright {year}\");",
            "The Copyright Holder may not",
            "copyright laws of 1976 and such",
            "if (c) return 2;",
            "fn copyright(c) { x }",
            "case (c): 2004",
        ] {
            assert_eq!(one(line), None, "{line}");
        }
    }
}
