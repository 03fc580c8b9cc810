//! The grammar that `go.mod` and `go.work` share: statements, one a line, alone or in blocks.
//!
//! The grammar is that of the Go Modules Reference ("go.mod files", lexical elements and grammar). A statement is a verb and
//! its arguments; `verb (` opens a block whose lines are statements with that verb. Comments begin with `//` and end with the
//! line, in the middle of a word too. Strings are interpreted (`"…"`) or raw (`` `…` ``) and end on their line.

use std::borrow::Cow;

use crate::ecosystem::Note;
use crate::model::{DiagnosticKind, Mark};
use crate::text::Source;
use crate::text::lines::{Line, lines};

/// More notes than this are not taken from one file: somebody wrote it to fill reports.
const MOST_NOTES: usize = 100;

/// A word, string or punctuation mark of a line.
#[derive(Clone, Debug)]
pub(super) struct Token<'s> {
    /// The text, without quotes and with escapes resolved.
    pub text: Cow<'s, str>,
    /// Where the text stands in its line, without quotes.
    start: u32,
    end: u32,
    kind: TokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenKind {
    Word,
    Text,
    Punctuation,
}

impl Token<'_> {
    fn is(&self, punctuation: &str) -> bool {
        self.kind == TokenKind::Punctuation && self.text == punctuation
    }
}

/// A statement.
#[derive(Debug)]
pub(super) struct Statement<'s, 't> {
    /// What it does: `require`.
    pub verb: &'t str,
    /// The rest of the line but comments.
    pub arguments: &'t [Token<'s>],
    /// The comment behind it, without `//`.
    pub comment: Option<&'s str>,
    /// The comment lines directly above it, without `//`.
    pub above: &'t [&'s str],
    line: Line<'s>,
    number: u32,
}

impl Statement<'_, '_> {
    /// The place of one of its tokens.
    pub fn mark(&self, token: &Token<'_>) -> Mark {
        mark(&self.line, self.number, token.start as usize..token.end as usize)
    }

    /// The place of the statement, without indentation.
    pub fn whole(&self) -> Mark {
        whole(&self.line, self.number)
    }
}

fn whole(line: &Line<'_>, number: u32) -> Mark {
    let trimmed = line.text.trim();
    let start = line.text.len() - line.text.trim_start().len();
    mark(line, number, start..start + trimmed.len())
}

fn mark(line: &Line<'_>, number: u32, range: std::ops::Range<usize>) -> Mark {
    let before = &line.text.as_bytes()[..range.start];
    let characters = before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
    Mark { span: line.part(range), line: number, column: characters as u32 + 1 }
}

/// Notes of one file, not more than a person would read.
#[derive(Default)]
pub(super) struct Notes {
    pub list: Vec<Note>,
}

impl Notes {
    pub fn add(&mut self, mark: Mark, kind: DiagnosticKind, message: impl Into<String>) {
        match self.list.len() {
            MOST_NOTES.. => {}
            count => {
                let message = if count + 1 == MOST_NOTES {
                    "further trouble in this file is not listed".into()
                } else {
                    message.into()
                };
                self.list.push(Note { mark, kind, message });
            }
        }
    }
}

/// Reads all statements in their order, and says what is no statement.
pub(super) fn read<'s>(
    source: &'s Source,
    notes: &mut Notes,
    mut statement: impl FnMut(&Statement<'s, '_>, &mut Notes),
) {
    let mut tokens: Vec<Token<'s>> = Vec::new();
    let mut above: Vec<&'s str> = Vec::new();
    let mut block: Option<(Cow<'s, str>, Mark)> = None;
    for (index, line) in lines(source).enumerate() {
        let number = index as u32 + 1;
        tokens.clear();
        let comment = match tokens_of(line.text, &mut tokens) {
            Ok(comment) => comment,
            Err(what) => {
                notes.add(whole(&line, number), DiagnosticKind::Entry, what);
                continue;
            }
        };
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            match comment {
                Some(comment) => above.push(comment),
                None => above.clear(),
            }
            continue;
        };
        let of = |verb, arguments, above| Statement { verb, arguments, comment, above, line, number };
        match &block {
            Some(_) if first.is(")") => {
                if tokens.len() > 1 {
                    notes.add(whole(&line, number), DiagnosticKind::Entry, "something follows the end of a block");
                }
                block = None;
            }
            Some((verb, _)) => statement(&of(verb, &tokens, &above), notes),
            None if first.kind != TokenKind::Word => {
                notes.add(whole(&line, number), DiagnosticKind::Entry, "this line is no statement");
            }
            None if tokens.len() >= 2 && last.is("(") => {
                if tokens.len() > 2 {
                    notes.add(whole(&line, number), DiagnosticKind::Entry, "a block has one verb");
                }
                block = Some((first.text.clone(), whole(&line, number)));
            }
            None if tokens.len() == 3 && tokens[1].is("(") && last.is(")") => {}
            None => {
                // The verb borrows from the text, the arguments from the list.
                let verb = first.text.clone();
                statement(&of(&verb, &tokens[1..], &above), notes);
            }
        }
        above.clear();
    }
    if let Some((verb, mark)) = block {
        notes.add(mark, DiagnosticKind::Entry, format!("the block of `{verb}` does not end; its entries were taken"));
    }
}

/// The tokens of a line, and its comment. A word is everything up to blanks, punctuation or a comment.
fn tokens_of<'s>(line: &'s str, tokens: &mut Vec<Token<'s>>) -> Result<Option<&'s str>, &'static str> {
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        match byte {
            b' ' | b'\t' | b'\r' => at += 1,
            b'/' if next == Some(b'/') => return Ok(Some(&line[at + 2..])),
            b'/' if next == Some(b'*') => return Err("comments in these files begin with //, not with /*"),
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' => {
                tokens.push(token(line, at..at + 1, TokenKind::Punctuation));
                at += 1;
            }
            b'"' | b'`' => {
                let end = string_end(bytes, at).ok_or("a string does not end on its line")?;
                let inner = at + 1..end;
                let mut made = token(line, inner.clone(), TokenKind::Text);
                if byte == b'"' && line[inner.clone()].contains('\\') {
                    made.text = Cow::Owned(unescaped(&line[inner]).ok_or("a string has an unknown escape")?);
                }
                tokens.push(made);
                at = end + 1;
            }
            _ => {
                let mut end = at + 1;
                while let Some(&byte) = bytes.get(end) {
                    let ends = match byte {
                        b' ' | b'\t' | b'\r' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' => true,
                        b'/' => matches!(bytes.get(end + 1), Some(b'/' | b'*')),
                        _ => false,
                    };
                    if ends {
                        break;
                    }
                    end += 1;
                }
                tokens.push(token(line, at..end, TokenKind::Word));
                at = end;
            }
        }
    }
    Ok(None)
}

fn token(line: &str, range: std::ops::Range<usize>, kind: TokenKind) -> Token<'_> {
    Token { start: range.start as u32, end: range.end as u32, text: Cow::Borrowed(&line[range]), kind }
}

fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = bytes[start];
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            byte if byte == quote => return Some(at),
            b'\\' if quote == b'"' => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// An interpreted string of Go, without its quotes (The Go Programming Language Specification, "String literals").
fn unescaped(text: &str) -> Option<String> {
    let mut made = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        made.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = *rest.as_bytes().get(at + 1)?;
        let digits = |count: usize, radix: u32| {
            let digits = rest.get(at + 2..at + 2 + count)?;
            Some((u32::from_str_radix(digits, radix).ok()?, at + 2 + count))
        };
        let character = |code: (u32, usize)| Some((char::from_u32(code.0)?, code.1));
        let mut plain = |byte: u8| {
            made.push(byte);
            at + 2
        };
        let end = match escape {
            b'a' => plain(7),
            b'b' => plain(8),
            b'f' => plain(12),
            b'n' => plain(b'\n'),
            b'r' => plain(b'\r'),
            b't' => plain(b'\t'),
            b'v' => plain(11),
            b'\\' | b'"' => plain(escape),
            b'x' => {
                let (byte, end) = digits(2, 16)?;
                made.push(u8::try_from(byte).ok()?);
                end
            }
            b'u' | b'U' => {
                let (character, end) = character(digits(if escape == b'u' { 4 } else { 8 }, 16)?)?;
                made.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                end
            }
            b'0'..=b'7' => {
                let octal = rest.get(at + 1..at + 4)?;
                made.push(u8::from_str_radix(octal, 8).ok()?);
                at + 4
            }
            _ => return None,
        };
        rest = rest.get(end..)?;
    }
    made.extend_from_slice(rest.as_bytes());
    String::from_utf8(made).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let source = Source::from_text(RepoPath::new("go.mod"), text.to_owned()).unwrap();
        let mut notes = Notes::default();
        let mut seen = Vec::new();
        read(&source, &mut notes, |statement, _| {
            let arguments: Vec<&str> = statement.arguments.iter().map(|token| token.text.as_ref()).collect();
            for token in statement.arguments.iter().filter(|token| matches!(token.text, Cow::Borrowed(_))) {
                assert_eq!(source.slice(statement.mark(token).span), token.text);
                assert_eq!(source.mark(statement.mark(token).span), statement.mark(token));
            }
            assert_eq!(source.mark(statement.whole().span), statement.whole());
            let comment = statement.comment.unwrap_or_default();
            seen.push(format!("{} [{}]{comment}", statement.verb, arguments.join("|")));
        });
        (seen, notes.list.into_iter().map(|note| format!("{}: {}", note.mark.line, note.message)).collect())
    }

    #[test]
    fn statements_stand_alone_or_in_blocks() {
        let (seen, notes) = told(
            "module a/b // c\n\nrequire (\n\tx v1 // indirect\r\n\n\t\"y z\" `v2`\n)\nretract [v1, v2]\nexclude ()\n",
        );
        assert_eq!(seen, ["module [a/b] c", "require [x|v1] indirect", "require [y z|v2]", "retract [[|v1|,|v2|]]"]);
        assert!(notes.is_empty());
    }

    #[test]
    fn a_comment_may_begin_within_a_word() {
        assert_eq!(told("replace a => https://x\n").0, ["replace [a|=>|https:]x"]);
    }

    #[test]
    fn escapes_are_those_of_go() {
        assert_eq!(unescaped(r#"a\t\x41\u00e9\101\"\\"#).as_deref(), Some("a\tAéA\"\\"));
        for wrong in [r"\q", r"\x4", r"\uD800", r"\8", "\\", r"\xé"] {
            assert_eq!(unescaped(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_statement_is_said() {
        let (seen, notes) = told("\"x\" y\n/* no */\nrequire (\n\ta v1\n\t\"b\n) z\nrequire (\n\tc v1\n");
        assert_eq!(seen, ["require [a|v1]", "require [c|v1]"]);
        assert_eq!(
            notes,
            [
                "1: this line is no statement",
                "2: comments in these files begin with //, not with /*",
                "5: a string does not end on its line",
                "6: something follows the end of a block",
                "7: the block of `require` does not end; its entries were taken",
            ]
        );
    }

    #[test]
    fn notes_end_somewhere() {
        assert_eq!(told(&")\n".repeat(10_000)).1.len(), MOST_NOTES);
    }
}
