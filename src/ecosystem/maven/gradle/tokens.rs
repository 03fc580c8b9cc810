//! The words of a build script: enough of Groovy and Kotlin to tell names, literal texts and marks apart.
//!
//! Both languages have line and block comments (Kotlin's nest), texts in one or three quotes, and templates in which `$` marks
//! what is filled in; Groovy also has texts between slashes. A script is never run, so nothing else of the languages is needed.

use crate::model::Span;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A name, a key word or a number; in Kotlin also between backticks.
    Name,
    /// A text that is what it says.
    Text,
    /// A text with something to be filled in.
    Template,
    /// Any other character.
    Mark(u8),
    /// One or more ends of lines.
    End,
}

/// A word and its place: for texts without the quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub word: Word,
    pub start: u32,
    pub end: u32,
}

impl Token {
    pub fn is(&self, mark: u8) -> bool {
        self.word == Word::Mark(mark)
    }

    pub fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }

    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.end as usize]
    }
}

fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The words of a script, in their order.
pub(super) fn tokens(text: &str, kotlin: bool) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut found: Vec<Token> = Vec::with_capacity(bytes.len() / 8 + 8);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        match byte {
            b' ' | b'\t' | b'\r' => at += 1,
            b'\n' => {
                at += 1;
                if found.last().is_none_or(|last| last.word != Word::End) {
                    found.push(Token { word: Word::End, start: start as u32, end: at as u32 });
                }
            }
            b'\\' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = line_end(bytes, at),
            b'#' if at == 0 && bytes.get(1) == Some(&b'!') => at = line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => at = comment_end(bytes, at + 2, kotlin),
            b'/' if !kotlin && begins_slashy(text, &found) && slashy_end(bytes, at + 1).is_some() => {
                let end = slashy_end(bytes, at + 1).unwrap_or(at + 1);
                found.push(Token { word: Word::Template, start: start as u32 + 1, end: end as u32 });
                at = end + 1;
            }
            b'"' | b'\'' => {
                let (token, after) = quoted(bytes, at);
                found.push(token);
                at = after;
            }
            b'`' => {
                let rest = &bytes[at + 1..];
                let end = memchr::memchr2(b'`', b'\n', rest).map_or(bytes.len(), |end| at + 1 + end);
                found.push(Token { word: Word::Name, start: start as u32 + 1, end: end as u32 });
                at = (end + 1).min(bytes.len());
            }
            _ if begins_name(byte) => {
                while bytes.get(at).is_some_and(|byte| begins_name(*byte) || *byte == b'$') {
                    at += 1;
                }
                found.push(Token { word: Word::Name, start: start as u32, end: at as u32 });
            }
            _ => {
                at += 1;
                found.push(Token { word: Word::Mark(byte), start: start as u32, end: at as u32 });
            }
        }
    }
    found
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end)
}

fn comment_end(bytes: &[u8], mut at: usize, nests: bool) -> usize {
    let mut depth = 1usize;
    while let Some(next) = memchr::memchr2(b'*', b'/', &bytes[at.min(bytes.len())..]) {
        at += next;
        match (bytes[at], bytes.get(at + 1)) {
            (b'*', Some(b'/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            (b'/', Some(b'*')) if nests => {
                depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Whether a slash here begins a text, not a division: after nothing that could be divided.
fn begins_slashy(text: &str, before: &[Token]) -> bool {
    match before.last() {
        None => true,
        Some(last) => match last.word {
            Word::End => true,
            Word::Mark(mark) => !matches!(mark, b')' | b']' | b'}'),
            Word::Name => matches!(last.text(text), "in" | "return" | "matches" | "case"),
            Word::Text | Word::Template => false,
        },
    }
}

/// Where a text between slashes ends, if it does on its line.
fn slashy_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memchr::memchr3(b'/', b'\\', b'\n', bytes.get(at..)?)?;
        match bytes[found] {
            b'/' => return Some(found),
            b'\\' => at = found + 2,
            _ => return None,
        }
    }
}

/// A text in one or three quotes, and where it ends.
fn quoted(bytes: &[u8], at: usize) -> (Token, usize) {
    let quote = bytes[at];
    let long = bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote);
    let start = at + if long { 3 } else { 1 };
    let mut at = start;
    let mut template = false;
    // How many braces of `${…}` are open.
    let mut open = 0usize;
    let token = |end: usize, template: bool| Token {
        word: if template { Word::Template } else { Word::Text },
        start: start as u32,
        end: end as u32,
    };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' if !long => break,
            b'\\' if !long || quote == b'\'' => at += 2,
            b'$' if quote == b'"' && bytes.get(at + 1).is_some_and(|next| *next == b'{' || begins_name(*next)) => {
                template = true;
                if bytes[at + 1] == b'{' && open == 0 {
                    open = 1;
                    at += 1;
                }
                at += 1;
            }
            b'{' if open > 0 => {
                open += 1;
                at += 1;
            }
            b'}' if open > 0 => {
                open -= 1;
                at += 1;
            }
            // A text within what is filled in.
            b'"' | b'\'' if open > 0 && !long => {
                at += 1;
                at += memchr::memchr2(byte, b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
                if bytes.get(at) == Some(&byte) {
                    at += 1;
                }
            }
            _ if byte == quote && !long => return (token(at, template), at + 1),
            _ if byte == quote && bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote) => {
                return (token(at, template), at + 3);
            }
            _ => at += 1,
        }
    }
    // The text is cut off; an escape may have led past its end, or into a character.
    let end = at.min(bytes.len());
    (token(end, true), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, kotlin: bool) -> Vec<(Word, &str)> {
        tokens(text, kotlin).into_iter().map(|token| (token.word, token.text(text))).collect()
    }

    #[test]
    fn texts_templates_and_comments_are_told_apart() {
        use Word::{Mark, Name, Template, Text};
        assert_eq!(
            words("a 'b$c' /* \" */ \"d:$e\" \"${f(\"x}\")}g\" // '\n", false)[..4],
            [(Name, "a"), (Text, "b$c"), (Template, "d:$e"), (Template, "${f(\"x}\")}g")]
        );
        assert_eq!(words("/* /* */ a */ b", true), [(Name, "b")]);
        assert_eq!(words("`a-b`(\"\"\"c\"d\"\"\")", true)[..3], [(Name, "a-b"), (Mark(b'('), "("), (Text, "c\"d")]);
        assert_eq!(words("x = ~/'a/ ; y = 4 / 2 / 1", false).len(), 12);
    }

    #[test]
    fn a_text_that_does_not_end_ends_with_its_line() {
        assert_eq!(words("\"a\nb", false).iter().map(|(_, text)| *text).collect::<Vec<_>>(), ["a", "\n", "b"]);
        for text in ["\"", "'\\", "\"${", "/", "/*", "\"\"\"", "`", "\"\\ü", "'''\\"] {
            let _ = (tokens(text, false), tokens(text, true));
        }
    }
}
