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
const BEGINNINGS: &[&str] =
    &["Licensed", "See", "Released", "Distributed", "Use", "This", "Permission", "All", "Dual", "Multi", "Multiple"];

/// What a group is called that holds rights together: `the Kit authors`.
const GROUPS: &[&str] =
    &["authors", "community", "contributors", "developers", "foundation", "maintainers", "project", "team"];

/// Signs of a company, whose name need not begin with a capital.
const COMPANIES: &[&str] = &["Inc", "Inc.", "Ltd", "Ltd.", "LLC", "GmbH", "Corp", "Corp.", "B.V.", "AG"];

/// So many lines a statement goes on at most, where its years fill a line.
const MOST_LINES: usize = 3;

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

/// Whether a holder is a group of people by a name of their own: `the Kit project authors`.
fn is_group(holder: &str) -> bool {
    let words: Vec<&str> = holder.split_whitespace().take(9).collect();
    let last = words.last().map_or("", |last| last.trim_end_matches(['.', ',']));
    words.first() == Some(&"the")
        && (2..=8).contains(&words.len())
        && GROUPS.iter().any(|group| last.eq_ignore_ascii_case(group))
}

/// Where prose ends in a line: at what only code has. A semicolon may end a character reference (`&copy;`).
fn prose_end(window: &str, sign: usize) -> Option<usize> {
    let is_reference = |at: usize| {
        let name = window[..at].rfind('&').map(|open| &window[open + 1..at]);
        name.is_some_and(|name| name.len() <= 8 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#'))
    };
    window
        .match_indices(['"', '`', '{', '}', '=', ';', '\t', '|'])
        .filter(|(at, mark)| *mark != ";" || !is_reference(*at))
        // Between the label and the holder a tab only sets apart: `Copyright:<tab>2013 Kit Corp`.
        .find(|(at, mark)| *mark != "\t" || window[sign.min(*at)..*at].contains(char::is_alphabetic))
        .map(|(at, _)| at)
}

/// Where a sentence of its own begins behind a statement on its line: "Copyright 2020 Ann Smith. For private use only."
fn sentence_after(window: &str) -> Option<usize> {
    const FIRST: &[&str] = &["Commercial", "Do", "For", "Free", "May", "No", "Not", "Only", "Use", "You"];
    const WITHIN: &[&str] = &[
        "allowed",
        "are",
        "can",
        "cannot",
        "forbidden",
        "granted",
        "is",
        "may",
        "must",
        "not",
        "only",
        "permitted",
        "prohibited",
        "require",
        "requires",
        "shall",
        "used",
        "without",
    ];
    const ABBREVIATIONS: &[&str] = &["Co", "Corp", "Dr", "Inc", "Jr", "Ltd", "Mr", "Ms", "Prof", "St", "al", "etc"];
    window.match_indices(". ").find_map(|(at, _)| {
        let before = window[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let tail = window[at + 2..].trim_start();
        let words: Vec<&str> = tail.split_whitespace().map(|word| word.trim_end_matches(['.', ',', '!'])).collect();
        let opens = words.first().is_some_and(|first| FIRST.contains(first));
        let abbreviates = before.len() < 2 || ABBREVIATIONS.contains(&before);
        let says = words.iter().skip(1).take(20).any(|word| WITHIN.contains(word));
        let capital = tail.starts_with(|c: char| c.is_ascii_uppercase());
        let is_sentence = words.len() >= 4 && (says || opens) && capital && (!abbreviates || opens);
        is_sentence.then(|| window.len() - tail.len())
    })
}

/// The words of a line without marks of a comment, up to where a statement ends.
fn words_of_line(line: &str) -> &str {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end();
    let line = line.strip_prefix("dnl ").unwrap_or(line).trim_start();
    let lower = line.to_ascii_lowercase();
    let end = ENDS.iter().filter_map(|end| lower.find(end)).min().unwrap_or(line.len());
    line[..end].trim_end_matches([' ', '*', '/', '#', '-', ';', '\\'])
}

/// What the next lines add to years without a holder, or to a holder whose name breaks off: as it is to be shown.
fn continuation(holder: &str, next_lines: &str) -> Option<String> {
    let last = holder.split_whitespace().next_back().unwrap_or_default();
    let within = matches!(last, "of" | "and" | "&" | "the" | "Free") || holder.ends_with("Free Software");
    if !holder.is_empty() && !within {
        return None;
    }
    let mut added = String::new();
    for line in next_lines.lines().take(MOST_LINES) {
        let words = words_of_line(line);
        let begins_year = is_year(words);
        let name =
            words.trim_start_matches(|c: char| begins_year && (c.is_ascii_digit() || matches!(c, ',' | ' ' | '-')));
        let proper = name.starts_with(char::is_uppercase) && !name.starts_with("Copyright");
        if words.len() >= 80 || words.contains("ermission") || !(proper || begins_year && holder.is_empty()) {
            return None;
        }
        added.push(' ');
        added.push_str(words);
        if proper {
            return Some(added);
        }
    }
    None
}

/// The first statement on a line, which begins at `start` in the text; `first_only` looks at its first sign alone.
pub(super) fn in_line(line: &str, start: usize, next_lines: &str, first_only: bool) -> Option<Statement> {
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
        if is_label(line, at + length) {
            at += length;
            continue;
        }
        tried += 1;
        let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'_' && bytes[at - 1] != b'-';
        if alone && let Some(statement) = statement(line, at, length, next_lines) {
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

/// Whether a sign that ends here is the label of the statement behind it: `:copyright: Copyright 2012 by Ann Author`, a field of
/// reStructuredText.
fn is_label(line: &str, end: usize) -> bool {
    const WORD: &str = "copyright";
    let behind = line[end..].trim_start();
    line[..end].ends_with(':') && behind.get(..WORD.len()).is_some_and(|word| word.eq_ignore_ascii_case(WORD))
}

/// The statement that begins at `at` with a sign of `length` bytes: its text and where it ends.
fn statement(line: &str, at: usize, length: usize, next_lines: &str) -> Option<(String, usize)> {
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
    let mut whole = end == lower.len();
    if let Some(end) = sentence_after(window) {
        window = &window[..end];
        whole = false;
    }
    if let Some(end) = prose_end(window, length) {
        // Past it a statement is no prose any more; what stands before may be one.
        window = &window[..end];
        whole = false;
    }
    let mut holds_sign = !line[at..].starts_with(['c', 'C']);
    let holds_word = !holds_sign;
    let mut rest = window[length.min(window.len())..].trim_start();
    let mut years = false;
    loop {
        let before = rest;
        for sign in ["(c)", "(C)", "©", "&copy;", "copyright", "Copyright", "(©)", "@", "\\(co"] {
            if let Some(after) = rest.strip_prefix(sign) {
                holds_sign = true;
                rest = after.trim_start();
            }
        }
        rest = rest.trim_start_matches([',', ':', '-', '–', ' ', '\t', '.']);
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
    if whole
        && years
        && let Some(more) = continuation(holder, next_lines)
    {
        continued = more;
        if holder.is_empty() {
            holder = &continued;
        }
    }
    let first = holder.split([' ', ',', '/', '(', '.']).next().unwrap_or_default();
    let first_letter = holder.chars().find(|c| c.is_alphanumeric())?;
    let talk = TALK.binary_search(&first.to_ascii_lowercase().as_str()).is_ok();
    let letters = holder.chars().filter(|c| c.is_alphabetic()).count();
    let group = is_group(holder);
    let company = holder.split([' ', ',']).any(|word| COMPANIES.contains(&word));
    // A bare sign wants a year; a bare word wants a year, a sign, "by", or a name in capitals.
    let is_one = if years {
        letters >= 2 && !(talk && first_letter.is_lowercase() && !matches!(first, "the" | "The"))
    } else if holds_word && (holds_sign || by.is_some()) {
        group || letters >= 3 && first_letter.is_uppercase() && !talk || (talk && first == "The" && holder.len() > 8)
    } else {
        let named = first_letter.is_uppercase() && !talk || group || company && !talk;
        holds_word && named && letters >= 3 && line[at..].starts_with('C') && at < 12
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
    // As manual pages write them (groff_char(7)).
    let text = text.replace("\\(co", "©").replace("\\-", "-");
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
            ("Copyright:\t2013-2017 Kit Corp", "Copyright: 2013-2017 Kit Corp"),
            ("Copyright \\(co 2012\\-2017 Ann Author", "Copyright © 2012-2017 Ann Author"),
            ("Copyright by Jane Doe", "Copyright by Jane Doe"),
            ("/* Copyright (c) the Kit Project Authors. All rights reserved.", "Copyright (c) the Kit Project Authors"),
            (" * Copyright the Kit project contributors", "Copyright the Kit project contributors"),
            ("<p>Copyright &copy; 1995-2020 A.B. Author</p>", "Copyright © 1995-2020 A.B. Author"),
            ("Copyright kit, Inc.", "Copyright kit, Inc."),
            ("    :copyright: Copyright 2012 by Ann Author", "Copyright 2012 by Ann Author"),
            ("Copyright 2004 Kit Group. Multiple-Licensed under", "Copyright 2004 Kit Group"),
        ] {
            assert_eq!(one(line).as_deref(), Some(text), "{line}");
        }
    }

    #[test]
    fn names_go_on_in_the_next_line() {
        let two = |line: &str, next: &str| in_line(line, 0, next, false).map(|statement| statement.text);
        for (line, next, text) in [
            (
                "# Copyright (C) 2020 Free Software",
                "# Foundation, Inc.\n#",
                "Copyright (C) 2020 Free Software Foundation, Inc.",
            ),
            (
                "dnl Copyright (C) 2020,",
                "dnl 2021, 2022\ndnl Ann Author\ndnl This file",
                "Copyright (C) 2020, 2021, 2022 Ann Author",
            ),
            (" * Copyright (c) 1996", " *  Ann Author.  All rights reserved.", "Copyright (c) 1996 Ann Author"),
            (
                " * Copyright (c) 1999 Kit, Inc. and the University of",
                " *   Oz.",
                "Copyright (c) 1999 Kit, Inc. and the University of Oz",
            ),
            (" * Copyright (c) 1999 Ann Author", " * Ben Author", "Copyright (c) 1999 Ann Author"),
        ] {
            assert_eq!(two(line, next).as_deref(), Some(text), "{line}");
        }
        assert_eq!(two("/* Copyright (c) 1996 */", "int kit;"), None);
        assert_eq!(two("# Copyright 1996", "# Permission is granted"), None);
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
            "Copyright the above persons",
            "the copyright the authors",
        ] {
            assert_eq!(one(line), None, "{line}");
        }
    }
}
