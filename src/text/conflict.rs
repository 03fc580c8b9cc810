//! What a failed merge leaves in a file, so that an error can name it.

use super::SyntaxError;
use crate::model::Span;

/// The error to report for `text` when a reader found `error`: that the file has an unresolved merge conflict, if it has.
///
/// A conflict opens with seven `<` at the start of a line. The other markers also occur in sound text (a line of `=`), so
/// they count only on the line at which the reader gave up.
pub(super) fn explain(text: &str, error: SyntaxError) -> SyntaxError {
    match first_marker(text, error.span.start as usize) {
        Some((start, end)) => SyntaxError::new(Span::new(start as u32, end as u32), "unresolved merge conflict"),
        None => error,
    }
}

fn first_marker(text: &str, failed_at: usize) -> Option<(usize, usize)> {
    let opening = memchr::memmem::find_iter(text.as_bytes(), b"<<<<<<<").find(|at| starts_line(text, *at));
    let start = opening.or_else(|| {
        let failed_at = failed_at.min(text.len());
        let line = memchr::memrchr(b'\n', &text.as_bytes()[..failed_at]).map_or(0, |at| at + 1);
        let rest = &text.as_bytes()[line..];
        [b"=======", b">>>>>>>", b"|||||||"].iter().any(|marker| rest.starts_with(*marker)).then_some(line)
    })?;
    let rest = &text[start..];
    let end = start + memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
    Some((start, start + text[start..end].trim_end().len()))
}

fn starts_line(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(text: &str, at: u32) -> (String, String) {
        let error = explain(text, SyntaxError::new(Span::new(at, at), "expected a value"));
        (error.message, text[error.span.range()].to_owned())
    }

    #[test]
    fn the_opening_marker_is_named_wherever_the_reader_stopped() {
        let text = "{\r\n<<<<<<< HEAD\r\n\"a\": 1\n=======\n";
        assert_eq!(explained(text, 30), ("unresolved merge conflict".into(), "<<<<<<< HEAD".into()));
    }

    #[test]
    fn other_markers_count_only_where_the_reader_stopped() {
        assert_eq!(explained("a\n=======\nb", 4).0, "unresolved merge conflict");
        assert_eq!(explained("a\n=======\nb", 10).0, "expected a value");
        assert_eq!(explained("a <<<<<<< b", 2).0, "expected a value");
    }
}
