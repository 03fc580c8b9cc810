//! Calls in a text of Python, without more of the language than strings, comments and brackets. One pass over the text.

use std::collections::BTreeMap;
use std::ops::Range;

/// A call by one of the names that were asked for.
#[derive(Debug)]
pub(super) struct Call<'t> {
    /// What is called, with what stands before a dot: `torch.hub.load`.
    pub name: &'t str,
    /// Its arguments as written.
    pub arguments: Vec<Argument<'t>>,
    /// Where its name stands.
    pub at: Range<usize>,
}

/// An argument.
#[derive(Debug)]
pub(super) struct Argument<'t> {
    /// Its keyword, if it has one.
    pub key: Option<&'t str>,
    /// What it is.
    pub value: Value<'t>,
}

/// What an argument is.
#[derive(Clone, Debug)]
pub(super) enum Value<'t> {
    /// A text, with the place of what is between its quotes.
    Text(&'t str, Range<usize>),
    /// A name.
    Name(&'t str),
    /// Anything else.
    Other,
}

impl<'t> Call<'t> {
    /// The argument of one of these keywords, or else the one at a position.
    pub fn argument(&self, position: Option<usize>, keys: &[&str]) -> Option<&Value<'t>> {
        let by_key = self.arguments.iter().find(|argument| argument.key.is_some_and(|key| keys.contains(&key)));
        let by_place = || {
            let argument = self.arguments.get(position?)?;
            argument.key.is_none().then_some(argument)
        };
        by_key.or_else(by_place).map(|argument| &argument.value)
    }
}

/// Names that are given a text once, with the text and its place.
pub(super) type Constants<'t> = BTreeMap<&'t str, (&'t str, Range<usize>)>;

/// Longer lists of arguments are not read.
const LONGEST: usize = 4_000;

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// One past the end of the string that begins at `at` with a quote, and what is between the quotes.
fn string(bytes: &[u8], at: usize) -> (usize, Range<usize>) {
    let quote = bytes[at];
    let triple = bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote);
    let start = if triple { at + 3 } else { at + 1 };
    let mut i = start;
    while let Some(byte) = bytes.get(i) {
        match *byte {
            b'\\' => i += 1,
            b'\n' if !triple => return (i, start..i),
            byte if byte == quote => {
                if !triple {
                    return (i + 1, start..i);
                }
                if bytes.get(i + 1) == Some(&quote) && bytes.get(i + 2) == Some(&quote) {
                    return (i + 3, start..i);
                }
            }
            _ => {}
        }
        i += 1;
    }
    let end = bytes.len();
    (end, start.min(end)..end)
}

/// Where a comment that begins at `at` ends.
fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end)
}

/// What there is in a text: calls whose last name is wanted, and the constants that are given a text once.
pub(super) fn read<'t>(text: &'t str, wanted: &dyn Fn(&str) -> bool) -> (Vec<Call<'t>>, Constants<'t>) {
    let bytes = text.as_bytes();
    let mut calls = Vec::new();
    let mut constants: BTreeMap<&str, Option<(&str, Range<usize>)>> = BTreeMap::new();
    let mut i = 0;
    while let Some(byte) = bytes.get(i) {
        match *byte {
            b'#' => i = line_end(bytes, i),
            b'"' | b'\'' => i = string(bytes, i).0,
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let start = i;
                while bytes.get(i).is_some_and(|byte| is_word(*byte) || *byte == b'.') {
                    i += 1;
                }
                let name = &text[start..i];
                let last = name.rsplit('.').next().unwrap_or(name);
                if bytes.get(i) == Some(&b'(') && wanted(last) {
                    calls.push(Call { name, arguments: arguments(text, i + 1), at: start..i });
                } else if !name.contains('.')
                    && let Some(value) = assigned(text, i)
                {
                    // Given two different texts, it is not known which is meant.
                    let known = constants.entry(name).or_insert_with(|| Some(value.clone()));
                    if known.as_ref().is_some_and(|known| known.0 != value.0) {
                        *known = None;
                    }
                }
            }
            _ => i += 1,
        }
    }
    (calls, constants.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

/// The text that is given to a name that ends at `at`: `NAME = "…"`, `NAME: str = "…"`.
fn assigned(text: &str, at: usize) -> Option<(&str, Range<usize>)> {
    let bytes = text.as_bytes();
    let blank = |mut at: usize| {
        while matches!(bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        at
    };
    let mut i = blank(at);
    if bytes.get(i) == Some(&b':') {
        i = blank(i + 1);
        while bytes.get(i).is_some_and(|byte| is_word(*byte) || matches!(byte, b'.' | b'[' | b']')) {
            i += 1;
        }
        i = blank(i);
    }
    if bytes.get(i) != Some(&b'=') {
        return None;
    }
    i = blank(i + 1);
    if !matches!(bytes.get(i), Some(b'"' | b'\'')) {
        return None;
    }
    let (end, inner) = string(bytes, i);
    let rest = blank(end);
    matches!(bytes.get(rest), None | Some(b'\n' | b'\r' | b'#' | b',' | b')' | b';'))
        .then(|| (&text[inner.clone()], inner))
}

/// The arguments behind an opening bracket.
fn arguments(text: &str, open: usize) -> Vec<Argument<'_>> {
    let bytes = text.as_bytes();
    let limit = bytes.len().min(open + LONGEST);
    let mut found = Vec::new();
    let (mut i, mut start, mut depth) = (open, open, 0_u32);
    while i < limit {
        match bytes[i] {
            b'#' => {
                i = line_end(bytes, i);
                continue;
            }
            b'"' | b'\'' => {
                i = string(bytes, i).0;
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b')' | b']' | b'}' => {
                found.extend(argument(text, start..i));
                return found;
            }
            b',' if depth == 0 => {
                found.extend(argument(text, start..i));
                start = i + 1;
            }
            _ => {}
        }
        i += 1;
    }
    found
}

fn argument(text: &str, range: Range<usize>) -> Option<Argument<'_>> {
    // A cut may have gone through a character.
    let mut rest = text.get(range.clone())?;
    let end = range.end;
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix('#') {
            Some(comment) => rest = comment.split_once('\n').map_or("", |(_, rest)| rest),
            None => break,
        }
    }
    if rest.is_empty() {
        return None;
    }
    let word = |text: &str| text.bytes().take_while(|byte| is_word(*byte)).count();
    let (mut key, name) = (None, &rest[..word(rest)]);
    let after = rest[name.len()..].trim_start();
    if let Some(value) = after.strip_prefix('=').filter(|value| !name.is_empty() && !value.starts_with('=')) {
        key = Some(name);
        rest = value.trim_start();
    }
    let at = end - rest.len();
    let tail = |end: usize| {
        text.get(end..range.end).is_some_and(|tail| {
            let tail = tail.trim();
            tail.is_empty() || tail.starts_with('#')
        })
    };
    // `r"…"` is a text as well; `f"…"` is decided when the program runs.
    let raw = usize::from(rest.starts_with(['r', 'R', 'u']) && rest[1..].starts_with(['"', '\'']));
    let value = match rest.as_bytes().get(raw) {
        Some(b'"' | b'\'') => {
            let (end, inner) = string(text.as_bytes(), at + raw);
            match text.get(inner.clone()) {
                Some(inside) if tail(end) => Value::Text(inside, inner),
                _ => Value::Other,
            }
        }
        _ => {
            let length = word(rest);
            if length > 0 && !rest.starts_with(|c: char| c.is_ascii_digit()) && tail(at + length) {
                Value::Name(&rest[..length])
            } else {
                Value::Other
            }
        }
    };
    Some(Argument { key, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(text: &str) -> Vec<String> {
        let (calls, constants) = read(text, &|name| name == "load");
        let say = |value: &Value<'_>| match value {
            Value::Text(text, place) => format!("{text}@{}", place.start),
            Value::Name(name) => constants.get(name).map_or_else(|| format!("?{name}"), |(text, _)| (*text).to_owned()),
            Value::Other => "?".to_owned(),
        };
        let call = |call: &Call<'_>| {
            let argument = |it: &Argument<'_>| {
                format!("{}{}", it.key.map_or(String::new(), |key| format!("{key}=")), say(&it.value))
            };
            format!("{}({})", call.name, call.arguments.iter().map(argument).collect::<Vec<_>>().join(","))
        };
        calls.iter().map(call).collect()
    }

    #[test]
    fn calls_are_read_with_their_arguments() {
        assert_eq!(calls("m = A.load(\"x/y\", b=1)"), ["A.load(x/y@12,b=?)"]);
        assert_eq!(calls("load(\n  # which\n  name='x', # why\n  rev = r\"1\",\n)"), ["load(name=x@24,rev=1@44)"]);
        assert_eq!(calls("load(f\"{a}/b\", d, g(1, 2), **k)"), ["load(?,?d,?,?)"]);
        assert_eq!(calls("load(\"a\" + b)"), ["load(?)"]);
        assert_eq!(calls("N = \"x/y\"\nload(N)\n"), ["load(x/y)"]);
        assert_eq!(calls("N = \"x\"\nN = \"y\"\nload(N)\n"), ["load(?N)"]);
        assert_eq!(calls("load(load(\"a\"))"), ["load(?)", "load(a@11)"]);
    }

    #[test]
    fn texts_and_comments_hold_no_calls() {
        for text in [
            "# load(\"a\")",
            "\"\"\"\n>>> load(\"a\")\n\"\"\"",
            "'load(1)'",
            "reload(\"a\")",
            "load",
            "def load_all(): pass",
        ] {
            assert!(calls(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn no_cut_panics() {
        let text = "N: str = 'é/ü'\nload(N, a=\"ö\", b=[1, {2: '''x'''}], # é\n c=r'z')\n\"\\";
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            calls(&text[..end]);
        }
        calls(&format!("load({}", "é".repeat(4_000)));
        calls(&"load(".repeat(3_000));
    }
}
