//! JSON as documents are written: deterministic, and harmless where somebody prints it.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

/// Room for the many small writes of a serializer.
const BUFFER: usize = 1 << 16;

/// Without white space: what the identity of a document is made from.
pub(crate) fn compact(value: &impl Serialize, writer: &mut dyn Write) -> io::Result<()> {
    let mut writer = BufWriter::with_capacity(BUFFER, writer);
    value.serialize(&mut Serializer::with_formatter(&mut writer, CompactFormatter))?;
    writer.flush()
}

/// What becomes of line breaks and tabs in strings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// They stay.
    Kept,
    /// They become spaces: where the standard's strings are of the type `normalizedString`.
    Spaces,
}

/// How a document is laid out.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    /// Containers nested this deep have a line for each entry, deeper ones are on one line: a property is one line, and a
    /// large document a third shorter.
    pub open: usize,
    /// Line breaks in strings.
    pub breaks: Breaks,
}

/// Indented by two, with a final newline.
pub(crate) fn pretty(value: &impl Serialize, layout: Layout, writer: &mut dyn Write) -> io::Result<()> {
    let mut writer = BufWriter::with_capacity(BUFFER, writer);
    value.serialize(&mut Serializer::with_formatter(&mut writer, Harmless { layout, depth: 0, filled: false }))?;
    writer.write_all(b"\n")?;
    writer.flush()
}

/// Escapes what JSON lets stand and terminals obey: DEL, the controls of C1 (U+009B starts a sequence as ESC [ does) and
/// the marks that reorder text.
struct Harmless {
    layout: Layout,
    /// How many containers are open.
    depth: usize,
    /// Whether the innermost one has an entry.
    filled: bool,
}

impl Harmless {
    fn new_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        const SPACES: &[u8] = b"\n                ";
        writer.write_all(&SPACES[..(1 + 2 * self.depth).min(SPACES.len())])
    }

    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(bracket)
    }

    fn entry<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        let open = self.depth <= self.layout.open;
        if !first {
            writer.write_all(if open { b"," } else { b", " })?;
        }
        if open { self.new_line(writer) } else { Ok(()) }
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        let open = self.depth <= self.layout.open;
        self.depth -= 1;
        if self.filled && open {
            self.new_line(writer)?;
        }
        self.filled = true;
        writer.write_all(bracket)
    }
}

fn is_harmful(character: char) -> bool {
    matches!(character, '\u{7f}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if !fragment.bytes().fold(false, |found, byte| found | (byte >= 0x7f)) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(is_harmful) {
            writer.write_all(&rest.as_bytes()[..at])?;
            let mut after = rest[at..].chars();
            if let Some(character) = after.next() {
                // All of them lie in the first plane.
                write!(writer, "\\u{:04x}", u32::from(character))?;
            }
            rest = after.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        let is_break = matches!(escape, CharEscape::LineFeed | CharEscape::CarriageReturn | CharEscape::Tab);
        if is_break && self.layout.breaks == Breaks::Spaces {
            return writer.write_all(b" ");
        }
        CompactFormatter.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &impl Serialize, open: usize, breaks: Breaks) -> String {
        let mut bytes = Vec::new();
        pretty(value, Layout { open, breaks }, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn terminals_are_not_spoken_to() {
        let text = "a\u{1b}[31m\u{9b}31m\u{202e}b\u{e9}\u{7f}\"";
        let json = written(&text, 1, Breaks::Kept);
        assert_eq!(json, "\"a\\u001b[31m\\u009b31m\\u202eb\u{e9}\\u007f\\\"\"\n");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn breaks_become_spaces_where_asked() {
        assert_eq!(written(&"a\r\n\tb", 1, Breaks::Kept), "\"a\\r\\n\\tb\"\n");
        assert_eq!(written(&"a\r\n\tb", 1, Breaks::Spaces), "\"a   b\"\n");
    }

    #[test]
    fn deep_containers_are_on_one_line() {
        let value = serde_json::json!({ "a": [{ "b": 1, "c": [] }, {}], "d": [] });
        assert_eq!(
            written(&value, 2, Breaks::Kept),
            "{\n  \"a\": [\n    {\"b\": 1, \"c\": []},\n    {}\n  ],\n  \"d\": []\n}\n"
        );
    }
}
