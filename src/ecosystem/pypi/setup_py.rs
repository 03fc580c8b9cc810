//! `setup.py`, which is a program and is never run: what is plainly literal in its call of `setup(…)` is read, and what is
//! computed is said to be so.

use compact_str::{CompactString, format_compact};

use super::name;
use super::origin;
use super::requirement::Requirement;
use crate::ecosystem::{Capabilities, Declaration, Format, Note, Parsed, Role, Stability};
use crate::model::{DiagnosticKind, Origin, Scope, Span};
use crate::text::{Source, SyntaxError};

/// `setup.py`.
pub(super) static FORMAT: Format = Format {
    id: "pypi/setup-py",
    patterns: &["**/setup.py"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: true, hashes: false, licenses: true },
    docs: "The program by which older projects are built. It is never run: literal lists of requirements in its call of \
           `setup(…)` are read, anything computed is reported as not resolved.",
    parse,
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'s> {
    Word(&'s str),
    /// A string without prefix and escapes that change its meaning; `None` for any other.
    Text(Option<(&'s str, u32)>),
    Sign(u8),
}

/// The tokens of a program, as far as telling strings, comments and brackets apart needs it.
fn tokens(text: &str) -> Vec<(Token<'_>, u32)> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        match byte {
            b'#' => at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end),
            b'"' | b'\'' => {
                let (token, end) = string(text, at, true);
                tokens.push((token, at as u32));
                at = end;
            }
            _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                let end = bytes[at..]
                    .iter()
                    .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80))
                    .map_or(bytes.len(), |end| at + end);
                let word = &text[at..end];
                let is_prefix = word.len() <= 2 && word.bytes().all(|byte| b"rRbBuUfF".contains(&byte));
                if is_prefix && matches!(bytes.get(end), Some(b'"' | b'\'')) {
                    let (token, after) =
                        string(text, end, word.eq_ignore_ascii_case("u") || word.eq_ignore_ascii_case("r"));
                    tokens.push((token, at as u32));
                    at = after;
                } else {
                    tokens.push((Token::Word(word), at as u32));
                    at = end;
                }
            }
            _ => {
                if !byte.is_ascii_whitespace() && byte != b'\\' {
                    tokens.push((Token::Sign(byte), at as u32));
                }
                at += 1;
            }
        }
    }
    tokens
}

/// The string that begins at `at`, and where it ends.
fn string(text: &str, at: usize, plain: bool) -> (Token<'_>, usize) {
    let bytes = text.as_bytes();
    let quote = bytes[at];
    let triple = bytes[at..].starts_with(&[quote; 3]);
    let start = at + if triple { 3 } else { 1 };
    let mut end = start;
    let mut escaped = false;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => {
                escaped = true;
                end += 1;
            }
            b'\n' if !triple => break,
            byte if byte == quote && (!triple || bytes[end..].starts_with(&[quote; 3])) => {
                let inner = (plain && !escaped).then(|| (&text[start..end], start as u32));
                return (Token::Text(inner), end + if triple { 3 } else { 1 });
            }
            _ => {}
        }
        end += 1;
    }
    (Token::Text(None), end.min(bytes.len()))
}

/// A literal value.
enum Literal<'s> {
    Text(&'s str, Span),
    List(Vec<(&'s str, Span)>),
    /// Lists by their keys.
    Table(Vec<(&'s str, Vec<(&'s str, Span)>)>),
    /// Computed.
    Open,
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let mut parsed = Parsed { dialect: "setup.py".into(), ..Parsed::default() };
    let tokens = tokens(file.text());
    let (mut named, mut version, mut license) = (None, None, None);
    let mut called = false;
    let mut at = 0;
    while at < tokens.len() {
        let is_call = tokens[at].0 == Token::Word("setup")
            && tokens.get(at + 1).is_some_and(|next| next.0 == Token::Sign(b'('))
            && (at == 0 || tokens[at - 1].0 != Token::Word("def"));
        if !is_call {
            at += 1;
            continue;
        }
        called = true;
        at += 2;
        let mut depth = 0usize;
        let mut expects_key = true;
        while at < tokens.len() {
            match tokens[at].0 {
                Token::Sign(b'(' | b'[' | b'{') => depth += 1,
                Token::Sign(b')') if depth == 0 => break,
                Token::Sign(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
                Token::Sign(b',') if depth == 0 => expects_key = true,
                // `setup(**settings)`
                Token::Sign(b'*') if depth == 0 && expects_key => {
                    let mark = file.mark(Span::new(tokens[at].1, tokens[at].1 + 1));
                    let message =
                        "setup.py computes what it hands to setup(), and is not run: what it may ask for is not \
                                   known"
                            .to_owned();
                    parsed.notes.push(Note { mark, kind: DiagnosticKind::Entry, message });
                    expects_key = false;
                }
                Token::Word(key)
                    if depth == 0
                        && expects_key
                        && tokens.get(at + 1).is_some_and(|next| next.0 == Token::Sign(b'='))
                        && tokens.get(at + 2).is_some_and(|next| next.0 != Token::Sign(b'=')) =>
                {
                    expects_key = false;
                    let place = Span::new(tokens[at].1, tokens[at].1 + key.len() as u32);
                    let value = literal(&tokens, at + 2);
                    match (key, value) {
                        ("name", Literal::Text(text, span)) if name::is_name(text) => named = Some((text, span)),
                        ("version", Literal::Text(text, _)) if name::is_version(text) => version = Some(text),
                        ("license", Literal::Text(text, span)) if !text.is_empty() => license = Some((text, span)),
                        ("install_requires", value) => {
                            take(file, "install_requires", Scope::Runtime, value, place, &mut parsed)
                        }
                        ("setup_requires", value) => {
                            take(file, "setup_requires", Scope::Build, value, place, &mut parsed)
                        }
                        ("tests_require", value) => take(file, "tests_require", Scope::Test, value, place, &mut parsed),
                        ("extras_require", value) => {
                            take(file, "extras_require", Scope::Optional, value, place, &mut parsed)
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
    if !called {
        return Ok(parsed);
    }
    let purl = match named {
        Some((name, _)) => name::purl(name, version, &Origin::Unknown),
        None => name::unnamed(file.path().parent().as_str()),
    };
    let mark = named.map_or_else(|| file.start(), |(_, span)| file.mark(span));
    let mut package = name::own(named.map_or("", |(name, _)| name), purl, "", mark);
    package.license = license.map(|(text, span)| (CompactString::from(text), file.mark(span)));
    parsed.packages.push(package);
    Ok(parsed)
}

/// The literal that begins at a token.
fn literal<'s>(tokens: &[(Token<'s>, u32)], at: usize) -> Literal<'s> {
    let sign = |at: usize, sign: u8| tokens.get(at).is_some_and(|token| token.0 == Token::Sign(sign));
    // What follows a literal decides whether it is all there is: `[…] + more` is computed.
    let ends = |at: usize| sign(at, b',') || sign(at, b')');
    match tokens.get(at).map(|token| token.0) {
        Some(Token::Text(Some((text, start)))) if ends(at + 1) => {
            Literal::Text(text, Span::new(start, start + text.len() as u32))
        }
        Some(Token::Sign(b'[' | b'(')) => match list(tokens, at) {
            Some((found, after)) if ends(after) => Literal::List(found),
            _ => Literal::Open,
        },
        Some(Token::Sign(b'{')) => {
            let mut table = Vec::new();
            let mut at = at + 1;
            while !sign(at, b'}') {
                let Some(Token::Text(Some((key, _)))) = tokens.get(at).map(|token| token.0) else {
                    return Literal::Open;
                };
                if !sign(at + 1, b':') {
                    return Literal::Open;
                }
                let (found, after) = match tokens.get(at + 2).map(|token| token.0) {
                    Some(Token::Text(Some((text, start)))) => {
                        (vec![(text, Span::new(start, start + text.len() as u32))], at + 3)
                    }
                    _ => match list(tokens, at + 2) {
                        Some(found) => found,
                        None => return Literal::Open,
                    },
                };
                table.push((key, found));
                at = after;
                if sign(at, b',') {
                    at += 1;
                } else if !sign(at, b'}') {
                    return Literal::Open;
                }
            }
            if ends(at + 1) { Literal::Table(table) } else { Literal::Open }
        }
        _ => Literal::Open,
    }
}

/// Texts with their places, and where what they stand in ends.
type List<'s> = (Vec<(&'s str, Span)>, usize);

/// A list of texts, and the token behind it. `None` if anything else is in it.
fn list<'s>(tokens: &[(Token<'s>, u32)], at: usize) -> Option<List<'s>> {
    let close = match tokens.get(at)?.0 {
        Token::Sign(b'[') => b']',
        Token::Sign(b'(') => b')',
        _ => return None,
    };
    let mut found = Vec::new();
    let mut at = at + 1;
    loop {
        match tokens.get(at)?.0 {
            Token::Sign(sign) if sign == close => return Some((found, at + 1)),
            Token::Text(Some((text, start))) => {
                found.push((text, Span::new(start, start + text.len() as u32)));
                match tokens.get(at + 1)?.0 {
                    Token::Sign(b',') => at += 2,
                    Token::Sign(sign) if sign == close => at += 1,
                    // Two strings side by side are one string.
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
}

fn take(file: &Source, section: &str, scope: Scope, value: Literal<'_>, place: Span, parsed: &mut Parsed) {
    let lists = match value {
        Literal::List(list) => vec![(CompactString::from(section), list)],
        Literal::Text(text, span) => vec![(CompactString::from(section), vec![(text, span)])],
        Literal::Table(table) => {
            table.into_iter().map(|(key, list)| (format_compact!("{section}.{key}"), list)).collect()
        }
        Literal::Open => {
            let message = format!("{section} is computed by setup.py, which is not run: what it asks for is not known");
            return parsed.notes.push(Note { mark: file.mark(place), kind: DiagnosticKind::Entry, message });
        }
    };
    for (section, list) in lists {
        for (text, span) in list {
            // A text of several lines lists one requirement a line.
            let mut from = span.start;
            for line in text.split('\n') {
                let lead = (line.len() - line.trim_start().len()) as u32;
                let trimmed = line.trim();
                let mark = file.mark(Span::new(from + lead, from + lead + trimmed.len() as u32));
                from += line.len() as u32 + 1;
                if trimmed.is_empty() || trimmed.starts_with('#') {
                    continue;
                }
                let Some(asked) = Requirement::parse(trimmed) else {
                    let shown: String = trimmed.chars().take(60).collect();
                    let message = format!("{shown:?} is no requirement");
                    parsed.notes.push(Note { mark, kind: DiagnosticKind::Entry, message });
                    continue;
                };
                parsed.declarations.push(Declaration {
                    package: Some(0),
                    section: section.clone(),
                    name: asked.name.into(),
                    alias: None,
                    requirement: name::shown(Requirement::rest(trimmed)),
                    scope,
                    origin: asked.url.map_or(Origin::Registry { url: None }, |url| origin::of_url(url).0),
                    inherited: false,
                    mark,
                });
            }
        }
    }
}
