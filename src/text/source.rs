//! A file's text and its lines.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::model::{Mark, RepoPath, Span};

/// The text of one file, without byte-order mark, and where its lines begin.
#[derive(Debug)]
pub struct Source {
    path: RepoPath,
    text: String,
    head: Option<Head>,
    lines: OnceLock<Lines>,
}

/// The first bytes of a file that need not be a text.
#[derive(Debug)]
struct Head {
    bytes: Box<[u8]>,
    size: u64,
}

/// Why bytes are not a text this program reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The bytes are not UTF-8.
    #[error("not UTF-8: the byte at offset {offset} (line {line}) does not belong to a character")]
    NotUtf8 {
        /// The first wrong byte.
        offset: usize,
        /// Its line, from one.
        line: usize,
    },
    /// The bytes begin with the mark of another encoding.
    #[error("encoded as {encoding}; only UTF-8 is read")]
    Encoding {
        /// The encoding its byte-order mark names.
        encoding: &'static str,
    },
    /// Spans are 32 bits wide.
    #[error("larger than 4 GiB")]
    TooLarge,
}

#[derive(Debug)]
struct Lines {
    /// Offset of the first byte of each line.
    starts: Vec<u32>,
    /// For texts that are not ASCII: how many continuation bytes lie before each multiple of [`STEP`].
    continuations: Option<Vec<u32>>,
    /// The line that was asked for last: readers go from top to bottom, so the next one is near.
    last: AtomicU32,
}

const STEP: usize = 1024;

fn continuation_bytes(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| (**byte & 0xC0) == 0x80).count() as u32
}

impl Lines {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at as u32 + 1));
        let continuations = (!text.is_ascii()).then(|| {
            let mut before = 0;
            bytes
                .chunks(STEP)
                .map(|chunk| {
                    let here = before;
                    before += continuation_bytes(chunk);
                    here
                })
                .collect()
        });
        Self { starts, continuations, last: AtomicU32::new(0) }
    }

    /// The line of a byte, from zero.
    fn of_offset(&self, at: u32) -> usize {
        let last = self.last.load(Ordering::Relaxed) as usize;
        let from = if self.starts[last] <= at { last } else { 0 };
        let near = self.starts[from..].len().min(8);
        let line = match self.starts[from..from + near].iter().position(|start| *start > at) {
            Some(after) => from + after.max(1) - 1,
            None => from + self.starts[from..].partition_point(|start| *start <= at).max(1) - 1,
        };
        self.last.store(line as u32, Ordering::Relaxed);
        line
    }

    /// Number of characters before byte `at`.
    fn characters_before(&self, text: &str, at: usize) -> usize {
        match &self.continuations {
            None => at,
            Some(table) => {
                let block = (at / STEP).min(table.len().saturating_sub(1));
                let counted = table.get(block).copied().unwrap_or(0);
                let rest = continuation_bytes(&text.as_bytes()[block * STEP..at]);
                at - (counted + rest) as usize
            }
        }
    }
}

/// The text of an XML file that declares ISO-8859-1, which is how many old poms are written: each byte is the character of
/// its number. Nothing else that is not UTF-8 says what it is in a way to be relied on.
fn declared_latin(bytes: &[u8]) -> Option<String> {
    let declaration = bytes.strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memchr::memchr(b'>', declaration)?.min(200)];
    let declaration = std::str::from_utf8(declaration).ok()?.to_ascii_lowercase();
    let (_, encoding) = declaration.split_once("encoding")?;
    let encoding = encoding.trim_start().strip_prefix('=')?.trim_start().strip_prefix(['"', '\''])?;
    let encoding = &encoding[..encoding.find(['"', '\''])?];
    matches!(encoding, "iso-8859-1" | "iso8859-1" | "latin1" | "latin-1")
        .then(|| bytes.iter().copied().map(char::from).collect())
}

impl Source {
    /// The text of a file.
    ///
    /// # Errors
    /// If the bytes are neither UTF-8 nor XML that declares ISO-8859-1, or more than spans can count.
    pub fn from_bytes(path: RepoPath, bytes: Vec<u8>) -> Result<Self, SourceError> {
        let encoding = match bytes.as_slice() {
            [0xFF, 0xFE, 0, 0, ..] => Some("UTF-32 (little endian)"),
            [0xFF, 0xFE, ..] => Some("UTF-16 (little endian)"),
            [0xFE, 0xFF, ..] => Some("UTF-16 (big endian)"),
            _ => None,
        };
        if let Some(encoding) = encoding {
            return Err(SourceError::Encoding { encoding });
        }
        let text = String::from_utf8(bytes).or_else(|error| {
            if let Some(text) = declared_latin(error.as_bytes()) {
                return Ok(text);
            }
            let offset = error.utf8_error().valid_up_to();
            let line = memchr::memchr_iter(b'\n', &error.as_bytes()[..offset]).count() + 1;
            Err(SourceError::NotUtf8 { offset, line })
        })?;
        Self::from_text(path, text)
    }

    /// The text of a file that is already known to be UTF-8.
    ///
    /// # Errors
    /// If it is longer than spans can count.
    pub fn from_text(path: RepoPath, mut text: String) -> Result<Self, SourceError> {
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        if u32::try_from(text.len()).is_err() {
            return Err(SourceError::TooLarge);
        }
        Ok(Self { path, text, head: None, lines: OnceLock::new() })
    }

    /// The first bytes of a file of `size` bytes that is an artefact rather than a text: all of them if the file is no longer.
    /// As far as they are a text, that is its [`Source::text`]; else it is empty.
    pub fn from_head(path: RepoPath, bytes: Vec<u8>, size: u64) -> Self {
        let whole = match std::str::from_utf8(&bytes) {
            Ok(text) => text,
            // The cut may have gone through a character.
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(_) => "",
        };
        let text = whole.strip_prefix('\u{feff}').unwrap_or(whole);
        let text = if memchr::memchr(0, text.as_bytes()).is_some() { String::new() } else { text.to_owned() };
        Self { path, text, head: Some(Head { bytes: bytes.into(), size }), lines: OnceLock::new() }
    }

    /// The bytes that were read: for an artefact its first ones, else the text's.
    pub fn bytes(&self) -> &[u8] {
        self.head.as_ref().map_or(self.text.as_bytes(), |head| &head.bytes)
    }

    /// The size of the file in bytes, as far as that is known; for a text that of the text.
    pub fn size(&self) -> u64 {
        self.head.as_ref().map_or(self.text.len() as u64, |head| head.size)
    }

    /// Its place in the scanned tree.
    pub fn path(&self) -> &RepoPath {
        &self.path
    }

    /// The text, without byte-order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span made from this source.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// Line and column of a span made from this source.
    pub fn mark(&self, span: Span) -> Mark {
        let lines = self.lines.get_or_init(|| Lines::of(&self.text));
        let line = lines.of_offset(span.start);
        let start = lines.starts[line] as usize;
        let column =
            lines.characters_before(&self.text, span.start as usize) - lines.characters_before(&self.text, start);
        Mark { span, line: line as u32 + 1, column: column as u32 + 1 }
    }

    /// A text that need not be looked at closely: the first line's start.
    pub fn start(&self) -> Mark {
        Mark { span: Span::new(0, 0), line: 1, column: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new("x"), text.to_owned()).unwrap()
    }

    #[test]
    fn marks_count_from_one_and_columns_count_characters() {
        let text = source("ab\näöü x\n");
        let at = text.text().find('x').unwrap() as u32;
        let mark = text.mark(Span::new(at, at + 1));
        assert_eq!((mark.line, mark.column), (2, 5));
        let first = text.mark(Span::new(0, 1));
        assert_eq!((first.line, first.column), (1, 1));
    }

    #[test]
    fn columns_far_into_one_long_line_are_right() {
        let text = source(&("ä".repeat(5000) + "x"));
        let mark = text.mark(Span::new(10_000, 10_001));
        assert_eq!((mark.line, mark.column), (1, 5001));
    }

    #[test]
    fn a_byte_order_mark_moves_nothing() {
        let plain = source("{\n 1}");
        let marked = Source::from_bytes(RepoPath::new("x"), b"\xEF\xBB\xBF{\n 1}".to_vec()).unwrap();
        assert_eq!(plain.text(), marked.text());
    }

    #[test]
    fn xml_may_declare_latin_1() {
        let latin = |declaration: &str| {
            let bytes = [declaration.as_bytes(), b"<a>\xF8x</a>"].concat();
            Source::from_bytes(RepoPath::new("x"), bytes).map(|source| source.text().to_owned())
        };
        let text = latin("<?xml version='1.0' encoding='ISO-8859-1'?>").unwrap();
        assert!(text.ends_with("<a>\u{f8}x</a>"));
        for other in ["", "<?xml version='1.0'?>", "<?xml encoding='UTF-8'?>", "<?xml encoding='koi8-r'?>", "<?xml"] {
            assert!(matches!(latin(other), Err(SourceError::NotUtf8 { .. })), "{other}");
        }
    }

    #[test]
    fn other_encodings_are_named() {
        let error = Source::from_bytes(RepoPath::new("x"), b"\xFF\xFEa\0".to_vec()).unwrap_err();
        assert!(error.to_string().contains("UTF-16"));
        let error = Source::from_bytes(RepoPath::new("x"), b"a\nb\xC3".to_vec()).unwrap_err();
        assert_eq!(error, SourceError::NotUtf8 { offset: 3, line: 2 });
    }
}
