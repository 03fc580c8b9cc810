//! JSON (RFC 8259), and JSON as people relax it.
//!
//! One pass without recursion. The grammar is small enough that there is no general parser behind it; `serde_json` is its
//! judge in the tests. Two things are decided here that the RFC leaves open: of equal keys all stay in the tree
//! ([`super::Node::get`] answers the first), and a `\u` escape of half a surrogate pair becomes U+FFFD, since registries
//! cut descriptions in the middle of an emoji and a lock file that carries one is still a lock file.

use super::{Builder, Document, Kind, MAX_DEPTH, NodeId, Source, SyntaxError, conflict, scan};
use crate::model::Span;

/// Reads JSON.
///
/// # Errors
/// If the text is not one JSON value, or nests deeper than [`MAX_DEPTH`].
pub fn parse(source: &Source) -> Result<Document<'_>, SyntaxError> {
    read::<false>(source.text())
}

/// Reads JSON in which comments (`//` to the end of the line, `/* */`) and a comma after the last item are allowed, as in
/// the lock file of bun.
///
/// # Errors
/// If the text is not one such value, or nests deeper than [`MAX_DEPTH`].
pub fn parse_relaxed(source: &Source) -> Result<Document<'_>, SyntaxError> {
    read::<true>(source.text())
}

fn read<const RELAXED: bool>(text: &str) -> Result<Document<'_>, SyntaxError> {
    let reader = Reader::<RELAXED> { text, bytes: text.as_bytes(), at: 0, builder: Builder::new(text) };
    reader.document().map_err(|error| conflict::explain(text, error))
}

struct Reader<'s, const RELAXED: bool> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    builder: Builder<'s>,
}

impl<'s, const RELAXED: bool> Reader<'s, RELAXED> {
    fn document(mut self) -> Result<Document<'s>, SyntaxError> {
        // The containers that are still open, outermost first, and whether each is a mapping.
        let mut open: Vec<(NodeId, bool)> = Vec::with_capacity(16);
        self.space()?;
        loop {
            // Here stands a value.
            let parent = open.last().map(|(node, _)| *node);
            match self.peek() {
                Some(byte @ (b'{' | b'[')) => {
                    if open.len() == MAX_DEPTH {
                        return Err(self.error(format!("nested deeper than {MAX_DEPTH} levels")));
                    }
                    let mapping = byte == b'{';
                    let kind = if mapping { Kind::Mapping } else { Kind::Sequence };
                    let node = self.builder.add(parent, kind, span(self.at, self.at + 1), None);
                    self.at += 1;
                    self.space()?;
                    open.push((node, mapping));
                    if self.peek() != Some(if mapping { b'}' } else { b']' }) {
                        if mapping {
                            self.key(node)?;
                        }
                        continue;
                    }
                }
                Some(b'"') => self.string(parent)?,
                Some(b'-' | b'0'..=b'9') => self.number(parent)?,
                Some(b't') => self.word(parent, "true", Kind::Boolean)?,
                Some(b'f') => self.word(parent, "false", Kind::Boolean)?,
                Some(b'n') => self.word(parent, "null", Kind::Null)?,
                Some(b']') if open.last().is_some_and(|(_, mapping)| !mapping) => {
                    return Err(self.error("expected a value after the `,`"));
                }
                _ => return Err(self.error("expected a value")),
            }
            // A value has ended: close what ends with it, up to the next value.
            loop {
                let Some((node, mapping)) = open.last().copied() else {
                    self.space()?;
                    if self.at < self.bytes.len() {
                        return Err(self.error("expected nothing after the value"));
                    }
                    return Ok(self.builder.finish());
                };
                self.space()?;
                let closing = if mapping { b'}' } else { b']' };
                if self.peek() == Some(b',') {
                    self.at += 1;
                    self.space()?;
                    if !RELAXED || self.peek() != Some(closing) {
                        if mapping {
                            self.key(node)?;
                        }
                        break;
                    }
                }
                if self.peek() != Some(closing) {
                    return Err(self.error(if mapping { "expected `,` or `}`" } else { "expected `,` or `]`" }));
                }
                self.at += 1;
                self.builder.close(node, self.at as u32);
                open.pop();
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// An error at the character that comes next.
    fn error(&self, message: impl Into<String>) -> SyntaxError {
        let message = message.into();
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(character) => SyntaxError::new(span(self.at, self.at + character.len_utf8()), message),
            None => SyntaxError::new(span(self.at, self.at), format!("{message}, found the end of the file")),
        }
    }

    /// Skips white space, and comments where they are allowed.
    fn space(&mut self) -> Result<(), SyntaxError> {
        loop {
            match self.peek() {
                Some(b' ') => self.at = scan::spaces(self.bytes, self.at + 1),
                Some(b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(b'/') if RELAXED => self.comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Result<(), SyntaxError> {
        let rest = &self.bytes[self.at..];
        let length = match rest.get(1) {
            Some(b'/') => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            Some(b'*') => match memchr::memmem::find(&rest[2..], b"*/") {
                Some(end) => 2 + end + 2,
                None => return Err(SyntaxError::new(span(self.at, self.at + 2), "the comment is not closed")),
            },
            _ => return Err(self.error("expected `//` or `/*`")),
        };
        self.at += length;
        Ok(())
    }

    fn key(&mut self, mapping: NodeId) -> Result<(), SyntaxError> {
        if self.peek() != Some(b'"') {
            return Err(self.error("expected a key in double quotes"));
        }
        self.string(Some(mapping))?;
        self.space()?;
        if self.peek() != Some(b':') {
            return Err(self.error("expected `:` after the key"));
        }
        self.at += 1;
        self.space()
    }

    fn string(&mut self, parent: Option<NodeId>) -> Result<(), SyntaxError> {
        let start = self.at + 1;
        let mut stop = scan::double_quoted(self.bytes, start);
        let mut decoded = None;
        if self.bytes.get(stop) == Some(&b'\\') {
            let text: String;
            (text, stop) = self.escaped(start, stop)?;
            decoded = Some(text);
        }
        match self.bytes.get(stop) {
            Some(b'"') => {}
            Some(_) => {
                return Err(SyntaxError::new(
                    span(stop, stop + 1),
                    "control character in a string; it has to be escaped",
                ));
            }
            None => return Err(SyntaxError::new(span(self.at, start), "the string that begins here is not closed")),
        }
        self.builder.add(parent, Kind::String, span(start, stop), decoded);
        self.at = stop + 1;
        Ok(())
    }

    /// The text of a string that begins at `start` and has its first escape at `stop`, and where it ends.
    fn escaped(&self, start: usize, mut stop: usize) -> Result<(String, usize), SyntaxError> {
        let mut text = String::with_capacity(stop - start + 16);
        let mut copied = start;
        while self.bytes.get(stop) == Some(&b'\\') {
            text.push_str(&self.text[copied..stop]);
            let (character, end) = self.escape(stop)?;
            text.push(character);
            copied = end;
            stop = scan::double_quoted(self.bytes, end);
        }
        text.push_str(&self.text[copied..stop]);
        Ok((text, stop))
    }

    /// The character that the escape at `at` stands for, and where the escape ends.
    fn escape(&self, at: usize) -> Result<(char, usize), SyntaxError> {
        let character = match self.bytes.get(at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.hexadecimal(at)?;
                if !(0xD800..0xDC00).contains(&first) {
                    return Ok((char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), at + 6));
                }
                // The other half must follow as an escape of its own.
                if self.bytes.get(at + 6..at + 8) == Some(b"\\u") {
                    let second = self.hexadecimal(at + 6)?;
                    if (0xDC00..0xE000).contains(&second) {
                        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                        return Ok((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), at + 12));
                    }
                }
                return Ok((char::REPLACEMENT_CHARACTER, at + 6));
            }
            _ => return Err(SyntaxError::new(span(at, at + 1), "unknown escape in a string")),
        };
        Ok((character, at + 2))
    }

    /// The four hexadecimal digits of the `\u` escape at `at`.
    fn hexadecimal(&self, at: usize) -> Result<u32, SyntaxError> {
        let digits = self.bytes.get(at + 2..at + 6).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let Some(digits) = digits else {
            return Err(SyntaxError::new(span(at, at + 2), "expected four hexadecimal digits after `\\u`"));
        };
        Ok(digits.iter().fold(0, |code, digit| code * 16 + char::from(*digit).to_digit(16).unwrap_or(0)))
    }

    fn word(&mut self, parent: Option<NodeId>, word: &str, kind: Kind) -> Result<(), SyntaxError> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.error("expected a value"));
        }
        self.builder.add(parent, kind, span(self.at, self.at + word.len()), None);
        self.at += word.len();
        Ok(())
    }

    /// `-? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?`
    fn number(&mut self, parent: Option<NodeId>) -> Result<(), SyntaxError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return Err(self.error("a number cannot begin with `0`"));
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        self.builder.add(parent, Kind::Number, span(start, self.at), None);
        Ok(())
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.error("expected a digit"));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }
}

/// A span of offsets in a text, which are known to fit: a [`Source`] is never larger.
fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new("package.json"), text.to_owned()).unwrap()
    }

    /// The message and the text it points at.
    fn error(text: &str) -> (String, String) {
        let source = source(text);
        let error = parse(&source).unwrap_err();
        (error.message.clone(), source.slice(error.span).to_owned())
    }

    #[test]
    fn spans_are_the_raw_text_and_escapes_are_resolved() {
        let source = source(r#"{"name": "caf\u00e9", "n": -1.50, "list": [ 1 , {} ]}"#);
        let document = parse(&source).unwrap();
        let name = document.root().get("name").unwrap();
        assert_eq!((name.string(), source.slice(name.span())), (Some("café"), r"caf\u00e9"));
        assert_eq!(document.root().get("n").unwrap().scalar(), Some("-1.50"));
        assert_eq!(source.slice(document.root().get("list").unwrap().span()), "[ 1 , {} ]");
        assert_eq!(source.slice(document.root().span()), source.text());
    }

    #[test]
    fn of_equal_keys_all_stay_and_the_first_answers() {
        let source = source(r#"{"a": 1, "a": 2}"#);
        let document = parse(&source).unwrap();
        assert_eq!(document.root().entries().count(), 2);
        assert_eq!(document.root().get("a").unwrap().scalar(), Some("1"));
    }

    #[test]
    fn half_a_surrogate_pair_becomes_a_replacement_character() {
        for (text, expected) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""\ude00x""#, "\u{fffd}x"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
        ] {
            assert_eq!(parse(&source(text)).unwrap().root().string(), Some(expected), "{text}");
        }
    }

    #[test]
    fn errors_say_what_was_expected_and_where() {
        let cases = [
            (r#"{"a" 1}"#, "expected `:` after the key", "1"),
            (r#"{"a": 1 "b": 2}"#, "expected `,` or `}`", "\""),
            ("[1 2]", "expected `,` or `]`", "2"),
            ("[1,]", "expected a value after the `,`", "]"),
            (r#"{"a": 1,}"#, "expected a key in double quotes", "}"),
            ("{'a': 1}", "expected a key in double quotes", "'"),
            ("[01]", "a number cannot begin with `0`", "1"),
            ("[1.]", "expected a digit", "]"),
            ("[nul]", "expected a value", "n"),
            ("[\"a\nb\"]", "control character in a string; it has to be escaped", "\n"),
            (r#"["\x"]"#, "unknown escape in a string", "\\"),
            (r#"["\u12"]"#, "expected four hexadecimal digits after `\\u`", "\\u"),
            ("1 // x", "expected nothing after the value", "/"),
            ("ä", "expected a value", "ä"),
            (r#"["a"#, "the string that begins here is not closed", "\""),
            ("[1", "expected `,` or `]`, found the end of the file", ""),
            ("", "expected a value, found the end of the file", ""),
        ];
        for (text, message, place) in cases {
            assert_eq!(error(text), (message.to_owned(), place.to_owned()), "{text}");
        }
    }

    #[test]
    fn comments_and_last_commas_need_the_relaxed_reader() {
        let text = "// a\n{ /* b */ \"lockfileVersion\": 1, // c\n \"list\": [1, 2,],\n}\n/**/";
        let source = source(text);
        assert!(parse(&source).is_err());
        let document = parse_relaxed(&source).unwrap();
        assert_eq!(document.root().get("list").unwrap().items().count(), 2);
        for wrong in ["[,]", "[1,,]", "{,}", "[1] /* x", "[1] / 2", "{\"a\":1,,}"] {
            assert!(parse_relaxed(&self::source(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_merge_conflict_is_named() {
        let text = "{\n<<<<<<< HEAD\n  \"a\": 1\n=======\n  \"a\": 2\n>>>>>>> branch\n}\n";
        assert_eq!(error(text), ("unresolved merge conflict".to_owned(), "<<<<<<< HEAD".to_owned()));
    }
}
