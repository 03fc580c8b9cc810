//! YAML through the events of `saphyr-parser`.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput, Tag};

use super::plain_kind;
use crate::model::{LookUp, Span};
use crate::text::{Builder, Document, Kind, MAX_DEPTH, NodeId, SyntaxError};

/// How many nodes the aliases and merge keys of one document may copy. Workflows and compose files stay below 1,000.
const COPIES: usize = 100_000;

/// Reads the first document; an empty stream is null.
pub(super) fn first(text: &str) -> Result<Document<'_>, SyntaxError> {
    match Reader::new(text).document()? {
        Some(document) => Ok(document),
        None => {
            let mut builder = Builder::expecting(text, 0);
            builder.add(None, Kind::Null, Span::new(0, 0), None);
            Ok(builder.finish())
        }
    }
}

/// Reads all documents.
pub(super) fn all(text: &str) -> Result<Vec<Document<'_>>, SyntaxError> {
    let mut reader = Reader::new(text);
    let mut documents = Vec::new();
    while let Some(document) = reader.document()? {
        documents.push(document);
    }
    Ok(documents)
}

/// From the characters that the parser counts to bytes.
struct Offsets {
    /// The offset of every [`Offsets::STEP`]th character; `None` if characters are bytes.
    steps: Option<Vec<u32>>,
}

impl Offsets {
    const STEP: usize = 64;

    fn new(text: &str) -> Self {
        let steps = (!text.is_ascii())
            .then(|| text.char_indices().step_by(Self::STEP).map(|(offset, _)| offset as u32).collect());
        Self { steps }
    }

    fn byte(&self, text: &str, marker: Marker) -> usize {
        let Some(steps) = &self.steps else { return marker.index().min(text.len()) };
        let Some(step) = steps.get(marker.index() / Self::STEP) else { return text.len() };
        let rest = &text[*step as usize..];
        let within = rest.char_indices().nth(marker.index() % Self::STEP).map_or(rest.len(), |(offset, _)| offset);
        *step as usize + within
    }
}

/// A container that is being read.
struct Frame {
    node: NodeId,
    mapping: bool,
    /// In a mapping: the value of this key comes next.
    key: Option<Key>,
    /// What merge keys of this mapping stand for, in their order.
    merges: Vec<NodeId>,
    anchor: usize,
}

#[derive(Clone, Copy)]
enum Key {
    /// It is in the tree.
    Added,
    /// It is `<<` at this place, and not in the tree.
    Merge(Span),
}

/// Where a value goes.
enum Place {
    Under(Option<NodeId>),
    /// Beside the tree, to be merged when the mapping ends.
    Merged,
}

struct Reader<'s> {
    text: &'s str,
    offsets: Offsets,
    parser: Parser<'s, StrInput<'s>>,
}

struct Tree<'s> {
    builder: Builder<'s>,
    open: Vec<Frame>,
    anchors: LookUp<usize, NodeId>,
    copies: usize,
}

impl<'s> Reader<'s> {
    fn new(text: &'s str) -> Self {
        Self { text, offsets: Offsets::new(text), parser: Parser::new_from_str(text) }
    }

    fn error(&self, error: &ScanError) -> SyntaxError {
        let start = self.offsets.byte(self.text, *error.marker());
        let width = self.text[start..].chars().next().map_or(0, char::len_utf8);
        SyntaxError::new(Span::new(start as u32, (start + width) as u32), error.info().to_owned())
    }

    fn span(&self, span: saphyr_parser::Span) -> Span {
        let start = self.offsets.byte(self.text, span.start);
        let end = self.offsets.byte(self.text, span.end).max(start);
        Span::new(start as u32, end as u32)
    }

    /// The span of a container that has just begun; `marked` if it has an anchor or a tag.
    fn container(&self, span: Span, marked: bool) -> Span {
        if !marked {
            return span;
        }
        let rest = Span::new(span.start, self.text.len() as u32);
        let start = without_properties(self.text, rest).start;
        Span::new(start, start.max(span.end))
    }

    /// The next document of the stream.
    fn document(&mut self) -> Result<Option<Document<'s>>, SyntaxError> {
        let mut tree = Tree {
            builder: Builder::expecting(self.text, 0),
            open: Vec::new(),
            anchors: LookUp::new(),
            copies: COPIES,
        };
        loop {
            let (event, span) = match self.parser.next_event() {
                None => return Ok(None),
                Some(Err(error)) => return Err(self.error(&error)),
                Some(Ok((event, span))) => (event, self.span(span)),
            };
            match event {
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
                Event::StreamEnd => return Ok(None),
                Event::DocumentEnd => return Ok(Some(tree.builder.finish())),
                Event::Alias(anchor) => tree.alias(anchor, span)?,
                Event::Scalar(value, style, anchor, tag) => {
                    let marked = anchor != 0 || tag.is_some();
                    let mut span = if marked { without_properties(self.text, span) } else { span };
                    if marked && matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                        // Only then does the parser's span begin before the line of `|` or `>` ends.
                        span.start += self.text[span.range()].find('\n').unwrap_or(0) as u32;
                    }
                    let (kind, span) = place_scalar(self.text, &value, style, tag.as_deref(), span);
                    tree.scalar(kind, span, &value, style, anchor);
                }
                Event::SequenceStart(anchor, tag) => {
                    tree.start(Kind::Sequence, self.container(span, anchor != 0 || tag.is_some()), anchor)?;
                }
                Event::MappingStart(anchor, tag) => {
                    tree.start(Kind::Mapping, self.container(span, anchor != 0 || tag.is_some()), anchor)?;
                }
                Event::SequenceEnd | Event::MappingEnd => tree.end(span)?,
            }
        }
    }
}

impl Tree<'_> {
    /// Where the node that comes next goes, given that it is a merge key or not. Moves on from key to value and back.
    fn place(&mut self, container: bool) -> Place {
        let Some(frame) = self.open.last_mut() else { return Place::Under(None) };
        if frame.mapping {
            match frame.key.take() {
                None => frame.key = Some(Key::Added),
                Some(Key::Added) => {}
                Some(Key::Merge(_)) if container => return Place::Merged,
                Some(Key::Merge(span)) => {
                    // Nothing to merge: an ordinary key that is named so.
                    self.builder.add(Some(frame.node), Kind::String, span, None);
                }
            }
        }
        Place::Under(Some(frame.node))
    }

    fn scalar(&mut self, kind: Kind, span: Span, value: &str, style: ScalarStyle, anchor: usize) {
        if let Some(frame) = self.open.last_mut()
            && frame.mapping
            && frame.key.is_none()
            && style == ScalarStyle::Plain
            && value == "<<"
        {
            frame.key = Some(Key::Merge(span));
            return;
        }
        let parent = match self.place(false) {
            Place::Under(parent) => parent,
            Place::Merged => return,
        };
        let text = self.builder.text();
        let decoded = (kind != Kind::Null && text[span.range()] != *value).then(|| value.to_owned());
        let node = self.builder.add(parent, kind, span, decoded);
        self.remember(anchor, node);
    }

    fn start(&mut self, kind: Kind, span: Span, anchor: usize) -> Result<(), SyntaxError> {
        if self.open.len() == MAX_DEPTH {
            return Err(too_deep(span));
        }
        let place = self.place(true);
        let parent = match place {
            Place::Under(parent) => parent,
            Place::Merged => None,
        };
        let node = self.builder.add(parent, kind, span, None);
        if let (Place::Merged, Some(frame)) = (place, self.open.last_mut()) {
            frame.merges.push(node);
        }
        self.open.push(Frame { node, mapping: kind == Kind::Mapping, key: None, merges: Vec::new(), anchor });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), SyntaxError> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        let bracketed = matches!(
            self.builder.text().as_bytes().get(self.builder.span(frame.node).start as usize),
            Some(b'[' | b'{')
        );
        // The end of a block is only noticed at what follows it; it ends with its last child.
        let end = match self.builder.last_child(frame.node) {
            _ if bracketed => span.end,
            Some(child) => self.builder.span(child).end,
            None => self.builder.span(frame.node).start,
        };
        self.builder.close(frame.node, end.max(self.builder.span(frame.node).start));
        if frame.mapping {
            if let Some(key) = self.builder.repeated_key(frame.node) {
                return Err(repeated(&self.builder, key));
            }
            self.merge(&frame)?;
        }
        self.remember(frame.anchor, frame.node);
        Ok(())
    }

    fn remember(&mut self, anchor: usize, node: NodeId) {
        if anchor != 0 {
            self.anchors.insert(anchor, node);
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), SyntaxError> {
        let Some(node) = self.anchors.get(&anchor).copied() else {
            return Err(SyntaxError::new(span, "the alias stands within what it refers to"));
        };
        let container = matches!(self.builder.kind(node), Kind::Mapping | Kind::Sequence);
        match self.place(container) {
            Place::Under(parent) => self.copy(node, parent, span),
            Place::Merged => {
                if let Some(frame) = self.open.last_mut() {
                    frame.merges.push(node);
                }
                Ok(())
            }
        }
    }

    /// Copies a node with all below it to the end of `parent`. What asked for it stands at `span`.
    fn copy(&mut self, node: NodeId, parent: Option<NodeId>, span: Span) -> Result<(), SyntaxError> {
        let mut pending = vec![(node, parent, self.open.len())];
        while let Some((node, parent, depth)) = pending.pop() {
            self.spend(span)?;
            if depth > MAX_DEPTH {
                return Err(too_deep(span));
            }
            let copied = self.builder.add_like(parent, node);
            let first_of_children = pending.len();
            let mut child = self.builder.first_child(node);
            while let Some(node) = child {
                if pending.len() - first_of_children > self.copies {
                    break;
                }
                pending.push((node, Some(copied), depth + 1));
                child = self.builder.next(node);
            }
            pending[first_of_children..].reverse();
        }
        Ok(())
    }

    fn spend(&mut self, span: Span) -> Result<(), SyntaxError> {
        match self.copies.checked_sub(1) {
            Some(rest) => self.copies = rest,
            None => return Err(SyntaxError::new(span, format!("the aliases stand for more than {COPIES} values"))),
        }
        Ok(())
    }

    /// Adds what the merge keys of a mapping stand for: what a mapping says itself wins, then what is merged first.
    fn merge(&mut self, frame: &Frame) -> Result<(), SyntaxError> {
        if frame.merges.is_empty() {
            return Ok(());
        }
        let span = self.builder.span(frame.node);
        let mut sources = Vec::new();
        for merged in &frame.merges {
            if self.builder.kind(*merged) == Kind::Mapping {
                sources.push(*merged);
                continue;
            }
            let mut item = self.builder.first_child(*merged);
            while let Some(mapping) = item {
                if self.builder.kind(mapping) != Kind::Mapping {
                    return Err(SyntaxError::new(
                        self.builder.span(mapping),
                        "expected a mapping or a list of mappings under the merge key `<<`",
                    ));
                }
                sources.push(mapping);
                item = self.builder.next(mapping);
            }
        }
        let mut said: LookUp<String, ()> = LookUp::new();
        let mut key = self.builder.first_child(frame.node);
        while let Some(node) = key {
            said.insert(self.builder.scalar(node).to_owned(), ());
            key = self.builder.next(node).and_then(|value| self.builder.next(value));
        }
        for source in sources {
            let mut key = self.builder.first_child(source);
            while let Some(node) = key {
                let Some(value) = self.builder.next(node) else { break };
                // Looking costs as well: the same mapping may be merged over and over.
                self.spend(span)?;
                if said.insert(self.builder.scalar(node).to_owned(), ()).is_none() {
                    self.copy(node, Some(frame.node), span)?;
                    self.copy(value, Some(frame.node), span)?;
                }
                key = self.builder.next(value);
            }
        }
        Ok(())
    }
}

fn too_deep(span: Span) -> SyntaxError {
    SyntaxError::new(span, format!("nested deeper than {MAX_DEPTH} levels"))
}

/// The error for a key that occurs twice.
fn repeated(builder: &Builder<'_>, key: NodeId) -> SyntaxError {
    SyntaxError::new(builder.span(key), format!("the key `{}` occurs twice", builder.scalar(key)))
}

/// A span without the anchor and tag that it begins with, and what stands between them and the value.
fn without_properties(text: &str, span: Span) -> Span {
    let mut rest = &text[span.range()];
    loop {
        rest = match rest.as_bytes().first() {
            Some(b'&' | b'!') => rest.find([' ', '\t', '\r', '\n', ',', ']', '}']).map_or("", |end| &rest[end..]),
            Some(b'#') => rest.find('\n').map_or("", |end| &rest[end..]),
            Some(b' ' | b'\t' | b'\r' | b'\n') => rest.trim_start_matches([' ', '\t', '\r', '\n']),
            _ => return Span::new(span.end - rest.len() as u32, span.end),
        };
    }
}

/// The kind of a scalar and the place of its text: without quotes; a block from its indicator to its last text.
fn place_scalar(text: &str, value: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> (Kind, Span) {
    let raw = &text[span.range()];
    match style {
        ScalarStyle::Plain => {
            let trimmed = raw.trim_end_matches([' ', '\t', '\r', '\n']);
            let kind = match tag {
                Some(tag) if (tag.is_yaml_core_schema() && tag.suffix == "str") || tag.handle.is_empty() => {
                    Kind::String
                }
                _ => plain_kind(value),
            };
            (kind, Span::new(span.start, span.start + trimmed.len() as u32))
        }
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            // The parser's span goes on over blanks and a comment.
            (Kind::String, Span::new(span.start + 1, span.start + closing_quote(raw.as_bytes()) as u32))
        }
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let start = span.start + (raw.len() - raw.trim_start().len()) as u32;
            (Kind::String, Span::new(start, start + raw.trim().len() as u32))
        }
    }
}

/// Where the quote stands that closes the string whose opening quote is the first byte.
fn closing_quote(raw: &[u8]) -> usize {
    let quote = raw.first().copied().unwrap_or(b'"');
    let mut at = 1;
    while let Some(byte) = raw.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\'' if quote == b'\'' && raw.get(at + 1) == Some(&b'\'') => at += 1,
            byte if *byte == quote => return at,
            _ => {}
        }
        at += 1;
    }
    raw.len().max(1)
}
