//! YAML as package managers write it and as people write workflows, in one pass.
//!
//! Block mappings and sequences, scalars of one line, block scalars, and collections in brackets. Gives up (`None`) at
//! anything else and at anything wrong, so that the general parser reads or words it. It must never read what the general
//! parser reads differently, and accepts what that refuses in two cases only, in which the tools whose files these are
//! agree: keys of more than 1024 characters without `?` (written by yarn 2), and lines within brackets that are not
//! indented further than the block around them (a closing bracket below its key, in many workflows and compose files).

use super::plain_kind;
use crate::model::Span;
use crate::text::{Builder, Document, Kind, NodeId, scan};

/// Deeper structures are left to the general parser.
const DEPTH: usize = 64;

/// The column of what comes after the end of a document: left of everything.
const END: i32 = -1;

/// Reads the first document, if it is of the usual kind; an empty stream is null.
pub(super) fn first(text: &str) -> Option<Document<'_>> {
    let mut reader = Reader::new(text)?;
    match reader.document()? {
        Some(document) => Some(document),
        None => {
            reader.builder.add(None, Kind::Null, Span::new(0, 0), None);
            Some(reader.builder.finish())
        }
    }
}

/// Reads all documents, if they are of the usual kind.
pub(super) fn all(text: &str) -> Option<Vec<Document<'_>>> {
    let mut reader = Reader::new(text)?;
    let mut documents = Vec::new();
    while let Some(document) = reader.document()? {
        documents.push(document);
    }
    Some(documents)
}

struct Reader<'s> {
    text: &'s str,
    bytes: &'s [u8],
    /// Between values: where the next content begins.
    at: usize,
    /// Between values: the column of the next content, or [`END`].
    column: i32,
    builder: Builder<'s>,
}

/// A scalar that is not yet in the tree, since it may turn out to be a key.
struct Scalar {
    kind: Kind,
    span: Span,
    decoded: Option<String>,
}

impl<'s> Reader<'s> {
    fn new(text: &'s str) -> Option<Self> {
        // A byte-order mark within a stream has rules of its own.
        if memchr::memmem::find(text.as_bytes(), "\u{feff}".as_bytes()).is_some() {
            return None;
        }
        Some(Self { text, bytes: text.as_bytes(), at: 0, column: END, builder: Builder::expecting(text, 0) })
    }

    /// Reads one document. `Some(None)` at the end of the stream.
    fn document(&mut self) -> Option<Option<Document<'s>>> {
        self.next_line()?;
        let marked = self.column == END && self.marker(self.at);
        if marked {
            if self.peek() == Some(b'.') {
                return None;
            }
            self.at += 3;
            self.line_end()?;
            self.next_line()?;
        } else if self.column == END {
            return Some(None);
        }
        let rest = &self.bytes[self.at..];
        if rest.first() == Some(&b'%') {
            return None;
        }
        let length = memchr::memmem::find(rest, b"\n---").unwrap_or(rest.len());
        self.builder = Builder::expecting(self.text, length);
        if self.column == END {
            let at = self.at;
            self.builder.add(None, Kind::Null, span(at, at), None);
        } else {
            self.block(None, END, 1)?;
        }
        if self.column != END || (self.marker(self.at) && self.peek() == Some(b'.')) {
            return None;
        }
        let done = std::mem::replace(&mut self.builder, Builder::expecting(self.text, 0));
        Some(Some(done.finish()))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Whether the byte at `at` is a blank, an end of line or the end of the text.
    fn blank(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    /// Whether `---` or `...` stands at `at`, which begins a line.
    fn marker(&self, at: usize) -> bool {
        let rest = &self.bytes[at..];
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && self.blank(at + 3)
    }

    /// Skips spaces and answers how many.
    fn spaces(&mut self) -> usize {
        let start = self.at;
        self.at = scan::spaces(self.bytes, start);
        self.at - start
    }

    /// Skips the end of a line or stays at the end of the text.
    fn newline(&mut self) -> Option<()> {
        match self.peek() {
            None => return Some(()),
            Some(b'\n') => {}
            Some(b'\r') if self.bytes.get(self.at + 1) == Some(&b'\n') => self.at += 1,
            Some(_) => return None,
        }
        self.at += 1;
        Some(())
    }

    /// Skips a comment up to the end of its line.
    fn comment(&mut self) {
        loop {
            self.at = scan::control(self.bytes, self.at);
            if self.peek() != Some(b'\t') {
                return;
            }
            self.at += 1;
        }
    }

    /// Skips the rest of a line, which may only be blank or a comment.
    fn line_end(&mut self) -> Option<()> {
        if self.spaces() > 0 && self.peek() == Some(b'#') {
            self.comment();
        }
        self.newline()
    }

    /// From the start of a line to the next content, whose column it sets.
    fn next_line(&mut self) -> Option<()> {
        loop {
            let column = self.spaces();
            match self.peek() {
                None => {
                    self.column = END;
                    return Some(());
                }
                Some(b'\n' | b'\r') => self.newline()?,
                Some(b'#') => {
                    self.comment();
                    self.newline()?;
                }
                Some(b'\t') => return None,
                Some(_) => {
                    self.column = if column == 0 && self.marker(self.at) { END } else { column as i32 };
                    return Some(());
                }
            }
        }
    }

    /// After a value: to the next content, which must not belong to a block further right than `limit`, for then the value
    /// would go on there.
    fn finish(&mut self, limit: i32) -> Option<()> {
        self.line_end()?;
        self.next_line()?;
        if self.column > limit { None } else { Some(()) }
    }

    /// Whether a `-` of a sequence stands here.
    fn dash(&self) -> bool {
        self.peek() == Some(b'-') && self.blank(self.at + 1)
    }

    /// Reads the value that stands here, in a block whose column is `limit`.
    fn block(&mut self, parent: Option<NodeId>, limit: i32, depth: usize) -> Option<()> {
        match self.peek()? {
            b'-' if self.dash() => self.sequence(parent, self.column, depth),
            b'?' if self.blank(self.at + 1) => self.mapping(parent, None, depth),
            b'[' | b'{' => {
                self.flow(parent, depth)?;
                self.finish(limit)
            }
            b'|' | b'>' => self.block_scalar(parent, limit),
            _ => {
                let scalar = self.scalar(false)?;
                if self.colon()? {
                    return self.mapping(parent, Some(scalar), depth);
                }
                self.add(parent, scalar);
                self.finish(limit)
            }
        }
    }

    fn add(&mut self, parent: Option<NodeId>, scalar: Scalar) {
        self.builder.add(parent, scalar.kind, scalar.span, scalar.decoded);
    }

    /// Skips the `:` after what would be a key; `false` if there is none.
    fn colon(&mut self) -> Option<bool> {
        let end = self.at;
        self.spaces();
        if self.peek() != Some(b':') {
            self.at = end;
            return Some(false);
        }
        if !self.blank(self.at + 1) {
            return None;
        }
        self.at += 1;
        Some(true)
    }

    /// Reads a mapping, whose first key may have been read before, up to its `:`.
    fn mapping(&mut self, parent: Option<NodeId>, mut first: Option<Scalar>, depth: usize) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        let column = self.column;
        let start = first.as_ref().map_or(self.at as u32, |key| key.span.start);
        let node = self.builder.add(parent, Kind::Mapping, Span::new(start, start), None);
        while self.column == column {
            match first.take() {
                Some(key) => {
                    self.key(node, key)?;
                    self.entry(node, column, depth)?;
                }
                None if self.peek() == Some(b'?') && self.blank(self.at + 1) => {
                    self.explicit_entry(node, column, depth)?;
                }
                None => {
                    let key = self.scalar(false)?;
                    if !self.colon()? {
                        return None;
                    }
                    self.key(node, key)?;
                    self.entry(node, column, depth)?;
                }
            }
        }
        if self.column > column {
            return None;
        }
        self.close_block(node);
        if self.builder.repeated_key(node).is_some() { None } else { Some(()) }
    }

    fn key(&mut self, mapping: NodeId, key: Scalar) -> Option<()> {
        // A merge key.
        if key.span.end - key.span.start == 2 && &self.text[key.span.range()] == "<<" {
            return None;
        }
        self.add(Some(mapping), key);
        Some(())
    }

    /// A block ends with its last child.
    fn close_block(&mut self, node: NodeId) {
        if let Some(child) = self.builder.last_child(node) {
            let end = self.builder.span(child).end;
            self.builder.close(node, end);
        }
    }

    /// Reads a value from behind the `:` of its key, in a mapping at `column`.
    fn entry(&mut self, mapping: NodeId, column: i32, depth: usize) -> Option<()> {
        let after = self.at;
        self.spaces();
        match self.peek() {
            None | Some(b'\n' | b'\r' | b'#') => {
                self.at = after;
                self.line_end()?;
                self.next_line()?;
                if self.column > column {
                    self.block(Some(mapping), column, depth + 1)
                } else if self.column == column && self.dash() {
                    self.sequence(Some(mapping), column, depth + 1)
                } else {
                    self.builder.add(Some(mapping), Kind::Null, span(after, after), None);
                    Some(())
                }
            }
            Some(b'[' | b'{') => {
                self.flow(Some(mapping), depth + 1)?;
                self.finish(column)
            }
            Some(b'|' | b'>') => self.block_scalar(Some(mapping), column),
            Some(_) => {
                // What is no plain scalar is refused there. A `:` behind the value is refused at the end of the line.
                let scalar = self.scalar(false)?;
                self.add(Some(mapping), scalar);
                self.finish(column)
            }
        }
    }

    /// Reads `? key`, and `: value` on a line of its own, as written for keys that are too long.
    fn explicit_entry(&mut self, mapping: NodeId, column: i32, depth: usize) -> Option<()> {
        self.at += 1;
        self.spaces();
        let key = self.scalar(false)?;
        self.key(mapping, key)?;
        self.finish(column)?;
        if self.column != column || self.peek() != Some(b':') || !self.blank(self.at + 1) {
            return None;
        }
        self.at += 1;
        self.nested(mapping, column, depth)
    }

    fn sequence(&mut self, parent: Option<NodeId>, column: i32, depth: usize) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        let node = self.builder.add(parent, Kind::Sequence, span(self.at, self.at), None);
        while self.column == column && self.dash() {
            self.at += 1;
            self.nested(node, column, depth)?;
        }
        self.close_block(node);
        if self.column > column { None } else { Some(()) }
    }

    /// Reads what follows a `-`, or the `:` of a `?`, that stands at `column`: on the same line, where it may be a block of
    /// its own, or on the next.
    fn nested(&mut self, parent: NodeId, column: i32, depth: usize) -> Option<()> {
        let after = self.at;
        let spaces = self.spaces();
        if !matches!(self.peek(), None | Some(b'\n' | b'\r' | b'#')) {
            self.column = column + 1 + spaces as i32;
            return self.block(Some(parent), column, depth + 1);
        }
        self.at = after;
        self.line_end()?;
        self.next_line()?;
        if self.column > column {
            return self.block(Some(parent), column, depth + 1);
        }
        self.builder.add(Some(parent), Kind::Null, span(after, after), None);
        Some(())
    }

    /// Reads a scalar of one line, in brackets or not.
    fn scalar(&mut self, flow: bool) -> Option<Scalar> {
        match self.peek()? {
            b'"' => self.double_quoted(),
            b'\'' => self.single_quoted(),
            _ => self.plain(flow),
        }
    }

    fn plain(&mut self, flow: bool) -> Option<Scalar> {
        let start = self.at;
        match self.bytes[start] {
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                return None;
            }
            b'-' | b'?' | b':' => {
                let next = self.bytes.get(start + 1).copied()?;
                if self.blank(start + 1) || (flow && matches!(next, b',' | b'[' | b']' | b'{' | b'}' | b':')) {
                    return None;
                }
            }
            _ => {}
        }
        let mut at = start;
        loop {
            at = if flow { scan::plain_in_brackets(self.bytes, at) } else { scan::plain(self.bytes, at) };
            match self.bytes.get(at) {
                None | Some(b'\n' | b'\r') => break,
                Some(b':') => {
                    if self.blank(at + 1) {
                        break;
                    }
                    if flow && matches!(self.bytes[at + 1], b',' | b'[' | b']' | b'{' | b'}') {
                        break;
                    }
                }
                Some(b'#') => {
                    if self.bytes[at - 1] == b' ' {
                        break;
                    }
                }
                // The general parser refuses a `-` before these, wherever it stands.
                Some(b',' | b'[' | b']' | b'{' | b'}') if self.bytes[at - 1] == b'-' => return None,
                Some(b',' | b'[' | b']' | b'{' | b'}') => break,
                // A tab or another control character.
                Some(_) => return None,
            }
            at += 1;
        }
        if at == start {
            return None;
        }
        let mut end = at;
        while self.bytes[end - 1] == b' ' {
            end -= 1;
        }
        self.at = end;
        Some(Scalar { kind: plain_kind(&self.text[start..end]), span: span(start, end), decoded: None })
    }

    fn single_quoted(&mut self) -> Option<Scalar> {
        let start = self.at + 1;
        let mut decoded: Option<String> = None;
        let (mut copied, mut stop) = (start, start);
        loop {
            stop = scan::single_quoted(self.bytes, stop);
            match self.bytes.get(stop)? {
                b'\'' if self.bytes.get(stop + 1) == Some(&b'\'') => {
                    decoded.get_or_insert_default().push_str(&self.text[copied..stop + 1]);
                    stop += 2;
                    copied = stop;
                }
                b'\'' => break,
                b'\t' => stop += 1,
                _ => return None,
            }
        }
        if let Some(text) = &mut decoded {
            text.push_str(&self.text[copied..stop]);
        }
        self.at = stop + 1;
        Some(Scalar { kind: Kind::String, span: span(start, stop), decoded })
    }

    fn double_quoted(&mut self) -> Option<Scalar> {
        let start = self.at + 1;
        let mut decoded: Option<String> = None;
        let (mut copied, mut stop) = (start, start);
        loop {
            stop = scan::double_quoted(self.bytes, stop);
            match self.bytes.get(stop)? {
                b'"' => break,
                b'\t' => stop += 1,
                b'\\' => {
                    let (character, end) = self.escape(stop)?;
                    let text = decoded.get_or_insert_default();
                    text.push_str(&self.text[copied..stop]);
                    text.push(character);
                    (copied, stop) = (end, end);
                }
                _ => return None,
            }
        }
        if let Some(text) = &mut decoded {
            text.push_str(&self.text[copied..stop]);
        }
        self.at = stop + 1;
        Some(Scalar { kind: Kind::String, span: span(start, stop), decoded })
    }

    /// The character that the escape at `at` stands for, and where the escape ends.
    fn escape(&self, at: usize) -> Option<(char, usize)> {
        let digits = |count: usize| {
            let digits = self.text.get(at + 2..at + 2 + count)?;
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?;
            Some((char::from_u32(code)?, at + 2 + count))
        };
        let character = match self.bytes.get(at + 1)? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'_' => '\u{a0}',
            b'x' => return digits(2),
            b'u' => return digits(4),
            b'U' => return digits(8),
            _ => return None,
        };
        Some((character, at + 2))
    }

    /// Skips what may stand between the parts of a collection in brackets.
    fn flow_space(&mut self) -> Option<()> {
        self.spaces();
        while !matches!(self.peek(), Some(b'!'..)) || self.peek() == Some(b'#') {
            // Only blanks, a comment and the end of the line can follow, or it is none of this reader's business.
            if self.peek()? == b'#' && self.bytes[self.at - 1] != b' ' {
                return None;
            }
            if self.peek()? == b'#' {
                self.comment();
            }
            self.newline()?;
            self.next_line()?;
            if self.column == END {
                return None;
            }
        }
        Some(())
    }

    /// Reads a collection in brackets.
    fn flow(&mut self, parent: Option<NodeId>, depth: usize) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        let mapping = self.peek()? == b'{';
        let (kind, closing) = if mapping { (Kind::Mapping, b'}') } else { (Kind::Sequence, b']') };
        let node = self.builder.add(parent, kind, span(self.at, self.at), None);
        self.at += 1;
        self.flow_space()?;
        while self.peek()? != closing {
            if mapping {
                let quoted = matches!(self.peek()?, b'"' | b'\'');
                let key = self.scalar(true)?;
                self.spaces();
                // Behind a quoted key the value may follow at once.
                if self.peek()? != b':' || !(quoted || self.blank(self.at + 1)) {
                    return None;
                }
                self.at += 1;
                self.key(node, key)?;
                self.flow_space()?;
            }
            match self.peek()? {
                b'[' | b'{' => self.flow(Some(node), depth + 1)?,
                b',' | b'}' if mapping => {
                    self.builder.add(Some(node), Kind::Null, span(self.at, self.at), None);
                }
                _ => {
                    let scalar = self.scalar(true)?;
                    self.add(Some(node), scalar);
                }
            }
            self.flow_space()?;
            match self.peek()? {
                b',' => {
                    self.at += 1;
                    self.flow_space()?;
                }
                byte if byte == closing => {}
                _ => return None,
            }
        }
        self.at += 1;
        self.builder.close(node, self.at as u32);
        if mapping && self.builder.repeated_key(node).is_some() { None } else { Some(()) }
    }

    /// Reads a scalar of several lines after `|` or `>`, in a block whose column is `limit`.
    fn block_scalar(&mut self, parent: Option<NodeId>, limit: i32) -> Option<()> {
        if limit < 0 {
            return None;
        }
        let folded = self.peek()? == b'>';
        self.at += 1;
        let chomping = self.peek().filter(|byte| matches!(byte, b'+' | b'-'));
        if chomping.is_some() {
            self.at += 1;
        }
        self.line_end()?;

        let mut text = String::new();
        let mut place: Option<(usize, usize)> = None;
        let mut indent = 0;
        let mut blank_lines = 0;
        let mut widest_blank = 0;
        let mut after_deeper = false;
        loop {
            let line = self.at;
            let width = self.spaces();
            let Some(byte) = self.peek() else {
                // The general parser takes blanks at the very end for a line.
                if width > 0 {
                    return None;
                }
                break;
            };
            if matches!(byte, b'\n' | b'\r') {
                // Blanks beyond the indentation are text.
                if place.is_some() && width > indent {
                    return None;
                }
                widest_blank = widest_blank.max(width);
                blank_lines += 1;
                self.newline()?;
                continue;
            }
            if place.is_none() {
                // The first line that is not blank sets the indentation.
                if (width as i32) <= limit || widest_blank > width || byte == b'\t' {
                    return None;
                }
                indent = width;
            } else if width < indent {
                if byte == b'\t' {
                    return None;
                }
                self.at = line;
                break;
            }
            let start = line + indent;
            let line_break = start + memchr::memchr(b'\n', &self.bytes[start..])?;
            let end = if self.bytes[line_break - 1] == b'\r' { line_break - 1 } else { line_break };
            let content = &self.text[start..end];
            if memchr::memchr(b'\r', content.as_bytes()).is_some() {
                return None;
            }
            let deeper = content.starts_with([' ', '\t']);
            if place.is_some() {
                if !folded || deeper || after_deeper {
                    text.push('\n');
                } else if blank_lines == 0 {
                    text.push(' ');
                }
            }
            text.extend(std::iter::repeat_n('\n', blank_lines));
            text.push_str(content);
            after_deeper = deeper;
            blank_lines = 0;
            place = match place {
                None => Some((line + width, start + content.trim_end().len())),
                Some(place) if content.trim_ascii_start().is_empty() => Some(place),
                Some((first, _)) => Some((first, start + content.trim_end().len())),
            };
            self.at = line_break + 1;
        }
        match chomping {
            Some(b'-') => {}
            Some(_) => text.extend(std::iter::repeat_n('\n', blank_lines + 1)),
            None => text.push('\n'),
        }
        let (start, end) = place?;
        let decoded = (self.text[start..end] != text).then_some(text);
        self.builder.add(parent, Kind::String, span(start, end), decoded);
        self.next_line()?;
        if self.column > limit { None } else { Some(()) }
    }
}

/// A span of offsets in a text, which are known to fit: a source is never larger.
fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}
