//! TOML through the `toml` crate.

use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use crate::model::Span;
use crate::text::{Builder, Document, Kind, MAX_DEPTH, NodeId, SyntaxError};

/// Reads all of TOML.
pub(super) fn read(text: &str) -> Result<Document<'_>, SyntaxError> {
    check_nesting(text)?;
    let table = DeTable::parse(text).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        SyntaxError::new(span(text, &range), fragment(error.message()))
    })?;
    let mut converter = Converter { text, builder: Builder::new(text) };
    let root = converter.builder.add(None, Kind::Mapping, Span::new(0, text.len() as u32), None);
    converter.table(root, table.get_ref(), 1)?;
    Ok(converter.builder.finish())
}

/// The crate limits how deep brackets nest and how long a dotted key is, but not their product, and drops its tables by
/// recursion. So the depth is bounded here before the crate sees the text: brackets that are open, plus the dots of the
/// keys that lead to them. Dots of numbers count too, which is harmless: only one can stand before a bracket opens.
fn check_nesting(text: &str) -> Result<(), SyntaxError> {
    let bytes = text.as_bytes();
    // For each open bracket the dots that had been seen before it opened on its level.
    let mut open: Vec<usize> = Vec::new();
    let (mut depth, mut dots, mut at) = (0, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at = string_end(bytes, at, quote);
                continue;
            }
            b'#' => {
                at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
                continue;
            }
            b'.' => dots += 1,
            b'[' | b'{' => {
                depth += dots + 1;
                open.push(dots);
                dots = 0;
            }
            b']' | b'}' => {
                if let Some(before) = open.pop() {
                    depth -= before + 1;
                }
                dots = 0;
            }
            b',' => dots = 0,
            b'\n' if open.is_empty() => dots = 0,
            _ => {}
        }
        if depth + dots > MAX_DEPTH {
            return Err(too_deep(Span::new(at as u32, at as u32 + 1)));
        }
        at += 1;
    }
    Ok(())
}

/// One past the string that begins at `at`, as far as it goes.
fn string_end(bytes: &[u8], at: usize, quote: u8) -> usize {
    let rest = &bytes[at..];
    let multiline = rest.len() >= 3 && rest[1] == quote && rest[2] == quote;
    let mut end = if multiline { 3 } else { 1 };
    while end < rest.len() {
        match rest[end] {
            b'\\' if quote == b'"' => end += 1,
            b'\n' if !multiline => return at + end,
            byte if byte == quote => {
                if !multiline {
                    return at + end + 1;
                }
                if rest[end..].starts_with(&[quote; 3]) {
                    return at + end + 3;
                }
            }
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}

fn too_deep(span: Span) -> SyntaxError {
    SyntaxError::new(span, format!("nested deeper than {MAX_DEPTH} levels"))
}

/// A range of the crate as a span within the text.
fn span(text: &str, range: &Range<usize>) -> Span {
    let end = range.end.min(text.len());
    Span::new(range.start.min(end) as u32, end as u32)
}

/// A message as this program words it: a lowercase fragment without full stop.
fn fragment(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut characters = message.chars();
    match characters.next() {
        Some(first) if characters.clone().next().is_none_or(|second| !second.is_uppercase()) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => message.to_owned(),
    }
}

struct Converter<'s> {
    text: &'s str,
    builder: Builder<'s>,
}

impl<'s> Converter<'s> {
    fn table(&mut self, node: NodeId, table: &DeTable<'s>, depth: usize) -> Result<(), SyntaxError> {
        // The crate sorts by key; the file's order is that of the spans.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            self.string(node, &key.span(), key.get_ref());
            self.value(node, value, depth)?;
        }
        Ok(())
    }

    fn value(&mut self, parent: NodeId, value: &Spanned<DeValue<'s>>, depth: usize) -> Result<(), SyntaxError> {
        let range = value.span();
        let place = span(self.text, &range);
        let kind = match value.get_ref() {
            DeValue::String(text) => {
                self.string(parent, &range, text);
                return Ok(());
            }
            DeValue::Integer(_) | DeValue::Float(_) => Kind::Number,
            DeValue::Boolean(_) => Kind::Boolean,
            DeValue::Datetime(_) => Kind::Date,
            DeValue::Array(_) => Kind::Sequence,
            DeValue::Table(_) => Kind::Mapping,
        };
        let node = self.builder.add(Some(parent), kind, place, None);
        if matches!(kind, Kind::Sequence | Kind::Mapping) && depth >= MAX_DEPTH {
            return Err(too_deep(place));
        }
        match value.get_ref() {
            DeValue::Array(items) => items.iter().try_for_each(|item| self.value(node, item, depth + 1)),
            DeValue::Table(table) => self.table(node, table, depth + 1),
            _ => Ok(()),
        }
    }

    /// Adds a string that stands at `range`, with its quotes if it has any.
    fn string(&mut self, parent: NodeId, range: &Range<usize>, value: &str) {
        let (start, end) = unquoted(self.text, range.clone());
        let decoded = (self.text[start..end] != *value).then(|| value.to_owned());
        self.builder.add(Some(parent), Kind::String, Span::new(start as u32, end as u32), decoded);
    }
}

/// Where the inside of a string lies: without its quotes and without the line break that may follow three of them.
fn unquoted(text: &str, range: Range<usize>) -> (usize, usize) {
    let raw = &text[range.clone()];
    for quotes in ["\"\"\"", "'''"] {
        let inside = raw.strip_prefix(quotes).and_then(|inside| inside.strip_suffix(quotes));
        if let Some(inside) = inside {
            let line_break = match inside.as_bytes() {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                _ => 0,
            };
            return (range.start + 3 + line_break, range.end - 3);
        }
    }
    if raw.len() >= 2 && raw.starts_with(['"', '\'']) {
        return (range.start + 1, range.end - 1);
    }
    (range.start, range.end)
}
