//! Text line by line, for the formats that are read that way.

use super::Source;
use crate::model::Span;

/// One line of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'s> {
    /// The bytes of `text`: without the line's end (`\n` or `\r\n`), with its indentation.
    pub span: Span,
    /// The line without its end.
    pub text: &'s str,
    /// How many spaces it begins with. A tab ends the count.
    pub indent: usize,
}

impl<'s> Line<'s> {
    /// The line without the spaces at its start.
    pub fn content(&self) -> &'s str {
        &self.text[self.indent..]
    }

    /// The bytes of a part of this line, given by its offsets in `text`.
    pub fn part(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.span.start + range.start as u32, self.span.start + range.end as u32)
    }
}

/// The lines of a text. An end of line at the very end of the text does not begin another line.
#[derive(Clone, Debug)]
pub struct Lines<'s> {
    text: &'s str,
    at: usize,
}

/// The lines of a source.
pub fn lines(source: &Source) -> Lines<'_> {
    Lines { text: source.text(), at: 0 }
}

impl<'s> Iterator for Lines<'s> {
    type Item = Line<'s>;

    fn next(&mut self) -> Option<Line<'s>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let (line, advance) = match memchr::memchr(b'\n', rest.as_bytes()) {
            Some(end) => (&rest[..end], end + 1),
            None => (rest, rest.len()),
        };
        let text = line.strip_suffix('\r').unwrap_or(line);
        let span = Span::new(self.at as u32, (self.at + text.len()) as u32);
        self.at += advance;
        Some(Line { span, text, indent: text.len() - text.trim_start_matches(' ').len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new("x"), text.to_owned()).unwrap()
    }

    #[test]
    fn both_ends_of_line_are_cut_and_spans_point_at_the_text() {
        let source = source("a\r\n  b c\n\n\tü\rx\r\n");
        let seen: Vec<_> = lines(&source).map(|line| (line.text, line.indent)).collect();
        assert_eq!(seen, [("a", 0), ("  b c", 2), ("", 0), ("\tü\rx", 0)]);
        for line in lines(&source) {
            assert_eq!(source.slice(line.span), line.text);
        }
        let second = lines(&source).nth(1).unwrap();
        assert_eq!(second.content(), "b c");
        assert_eq!(source.slice(second.part(4..5)), "c");
    }

    #[test]
    fn a_last_line_without_end_is_a_line() {
        assert_eq!(lines(&source("a\nb")).count(), 2);
        assert_eq!(lines(&source("a\nb\n")).count(), 2);
        assert_eq!(lines(&source("")).count(), 0);
    }
}
