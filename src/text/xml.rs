//! XML 1.0, as data: elements and attributes become the same tree that the other readers make.
//!
//! The tokens are those of `quick-xml`. How they become a tree is decided here, once for every format written in XML:
//!
//! - The document is a mapping of one entry: the root element under its name.
//! - An element without attributes and without elements in it is a string: its text, without white space at both ends.
//!   `<a/>` and `<a></a>` are the empty string.
//! - Every other element is a mapping in the order of the file: first its attributes under `@name`, then its elements under
//!   their names, and text that is not blank under `#text`. Elements of one name stay as that many equal keys
//!   ([`Node::get`] answers the first, [`elements`] all of them).
//! - Names of elements stand without their namespace prefix; names of attributes as they are written.
//! - [`text`] is the text of an element whether or not it has attributes.
//!
//! The span of a string is its text; that of a mapping is the element from its first `<` to its last `>`.
//!
//! A document type definition is passed over, and one that declares entities is an error: entities are how a small file
//! becomes a large one, or reaches for another. The predefined entities and character references are resolved. A reference to
//! any other entity stays in the text as it is written, since Maven's poms use those of HTML (`&oslash;`) in people's names.

use quick_xml::Reader as Tokens;
use quick_xml::errors::{Error, IllFormedError, SyntaxError as Malformed};
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesStart, Event};

use super::{Builder, Document, Kind, MAX_DEPTH, Node, NodeId, Source, SyntaxError, conflict};
use crate::model::Span;

/// Reads XML.
///
/// # Errors
/// If the text is not one well-formed element, nests deeper than [`MAX_DEPTH`], or declares entities.
pub fn parse(source: &Source) -> Result<Document<'_>, SyntaxError> {
    let text = source.text();
    Reader::new(text).document().map_err(|error| conflict::explain(text, error))
}

/// The elements of one name in an element, in the order of the file.
pub fn elements<'d>(node: Node<'d>, name: &str) -> impl Iterator<Item = Node<'d>> {
    node.entries().filter(move |(key, _)| key.scalar() == Some(name)).map(|(_, value)| value)
}

/// The text of an element, as a node: itself, or the first text in it if it has attributes or elements.
pub fn text(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        Kind::String => Some(node),
        _ => node.get("#text"),
    }
}

/// An element that is not closed yet.
struct Open {
    /// Where its tag begins.
    start: u32,
    /// Its mapping, once it is known to be one.
    mapping: Option<NodeId>,
    /// Its text since the last element in it.
    run: Run,
}

/// Text in pieces: what stands between comments, references and CDATA sections.
#[derive(Default)]
struct Run {
    span: Option<Span>,
    /// The text, where it is not that of the span.
    decoded: Option<String>,
}

struct Reader<'s> {
    text: &'s str,
    tokens: Tokens<&'s [u8]>,
    builder: Builder<'s>,
    open: Vec<Open>,
    has_root: bool,
}

impl<'s> Reader<'s> {
    fn new(text: &'s str) -> Self {
        Self {
            text,
            tokens: Tokens::from_str(text),
            builder: Builder::new(text),
            open: Vec::with_capacity(16),
            has_root: false,
        }
    }

    fn document(mut self) -> Result<Document<'s>, SyntaxError> {
        // The tokenizer would pass over a mark here without counting its bytes; that of the file is gone already.
        if self.text.starts_with('\u{feff}') {
            return Err(self.error(0, "expected an element, found a second byte-order mark"));
        }
        let document = self.builder.add(None, Kind::Mapping, span(0, self.text.len()), None);
        loop {
            let start = self.at();
            let event = self.tokens.read_event();
            let end = self.at();
            match event.map_err(|error| self.refused(&error))? {
                Event::Start(tag) => self.start(document, &tag, start)?,
                Event::Empty(tag) => {
                    self.start(document, &tag, start)?;
                    self.end(end);
                }
                Event::End(_) => self.end(end),
                Event::Text(_) => self.characters(start, end)?,
                Event::CData(_) => {
                    if self.open.is_empty() {
                        return Err(self.error(start, "text outside of the root element"));
                    }
                    self.piece(span(start, end), span(start + "<![CDATA[".len(), end - "]]>".len()), None);
                }
                Event::GeneralRef(_) => {
                    if self.open.is_empty() {
                        return Err(self.error(start, "text outside of the root element"));
                    }
                    let whole = span(start, end);
                    let decoded = reference(&self.text[start + 1..end - 1]).map(String::from);
                    self.piece(whole, whole, decoded);
                }
                Event::DocType(_) => {
                    let definition = &self.text[start..end];
                    if let Some(at) = memchr::memmem::find(definition.as_bytes(), b"<!ENTITY") {
                        let message = "the document declares entities, which are never expanded here";
                        let at = start + at;
                        return Err(SyntaxError::new(span(at, at + "<!ENTITY".len()), message));
                    }
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        if let Some(open) = self.open.last() {
            let start = open.start as usize;
            let end = start + self.text[start..].find(['>', '\n']).map_or(1, |at| at + 1);
            return Err(SyntaxError::new(span(start, end), "the element that begins here is not closed"));
        }
        if !self.has_root {
            return Err(self.error(self.text.len(), "expected an element"));
        }
        Ok(self.builder.finish())
    }

    fn at(&self) -> usize {
        // The text is smaller than 4 GiB.
        usize::try_from(self.tokens.buffer_position()).unwrap_or(self.text.len()).min(self.text.len())
    }

    /// Where a part of the text that a token has borrowed stands in it.
    fn place_of(&self, part: &[u8]) -> Span {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let start = start.min(self.text.len());
        span(start, (start + part.len()).min(self.text.len()))
    }

    fn start(&mut self, document: NodeId, tag: &BytesStart<'_>, start: usize) -> Result<(), SyntaxError> {
        if self.open.len() == MAX_DEPTH {
            return Err(self.error(start, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let parent = match self.open.last_mut() {
            Some(Open { mapping: Some(mapping), run, .. }) => {
                let run = std::mem::take(run);
                let parent = *mapping;
                self.flush(parent, run);
                parent
            }
            Some(open) => {
                // The first element in it: it is a mapping after all.
                let run = std::mem::take(&mut open.run);
                let start = open.start;
                let node = self.builder.add(None, Kind::Mapping, Span::new(start, start), None);
                self.attach(node);
                self.flush(node, run);
                node
            }
            None if self.has_root => return Err(self.error(start, "expected nothing after the root element")),
            None => document,
        };
        self.has_root = true;
        let name = tag.name();
        let name = name.as_ref();
        let local = memchr::memrchr(b':', name).map_or(name, |colon| &name[colon + 1..]);
        if local.is_empty() {
            return Err(self.error(start, "an element without a name"));
        }
        let key = self.place_of(local);
        self.builder.add(Some(parent), Kind::String, key, None);
        let mut mapping = None;
        // Nearly no element of a pom has any.
        let attributes = (name.len() < tag.len()).then(|| tag.attributes());
        for attribute in attributes.into_iter().flatten() {
            let attribute = attribute.map_err(|error| self.wrong_attribute(start, &error))?;
            let node =
                *mapping.get_or_insert_with(|| self.builder.add(Some(parent), Kind::Mapping, span(start, start), None));
            let name = self.place_of(attribute.key.as_ref());
            let value = self.place_of(&attribute.value);
            let key = format!("@{}", &self.text[name.range()]);
            self.builder.add(Some(node), Kind::String, name, Some(key));
            let decoded = resolved(&self.text[value.range()]);
            self.builder.add(Some(node), Kind::String, value, decoded);
        }
        self.open.push(Open { start: start as u32, mapping, run: Run::default() });
        Ok(())
    }

    /// Puts a mapping that was made just now where its element's value belongs.
    fn attach(&mut self, node: NodeId) {
        let above = self.open.len().checked_sub(2).and_then(|at| self.open[at].mapping);
        self.builder.attach(above.unwrap_or(NodeId::ROOT), node);
        if let Some(open) = self.open.last_mut() {
            open.mapping = Some(node);
        }
    }

    fn end(&mut self, end: usize) {
        let above = self.open.len().checked_sub(2).and_then(|at| self.open[at].mapping);
        let Some(open) = self.open.pop() else { return };
        match open.mapping {
            Some(mapping) => {
                self.flush(mapping, open.run);
                self.builder.close(mapping, end as u32);
            }
            None => {
                let parent = above.unwrap_or(NodeId::ROOT);
                let (place, decoded) = match self.trimmed(open.run) {
                    Some(found) => found,
                    None => {
                        // Behind the start tag, which is the only one here.
                        let start = open.start as usize;
                        let tag =
                            memchr::memchr(b'>', &self.text.as_bytes()[start..end]).map_or(end, |at| start + at + 1);
                        (span(tag, tag), None)
                    }
                };
                self.builder.add(Some(parent), Kind::String, place, decoded);
            }
        }
    }

    fn characters(&mut self, start: usize, end: usize) -> Result<(), SyntaxError> {
        if self.open.is_empty() {
            let text = &self.text[start..end];
            return match text.find(|character: char| !character.is_ascii_whitespace()) {
                None => Ok(()),
                Some(at) => Err(self.error(start + at, "text outside of the root element")),
            };
        }
        let whole = span(start, end);
        self.piece(whole, whole, None);
        Ok(())
    }

    /// Adds a piece of text that was read from `whole`: the text of `content`, or `decoded`.
    fn piece(&mut self, whole: Span, content: Span, decoded: Option<String>) {
        let text = self.text;
        let Some(Open { run, .. }) = self.open.last_mut() else { return };
        match (&mut run.decoded, run.span) {
            (None, None) => {
                run.span = Some(if decoded.is_some() { whole } else { content });
                run.decoded = decoded;
            }
            (None, Some(before)) if decoded.is_none() && before.end == content.start => {
                run.span = Some(Span::new(before.start, content.end));
            }
            (have, Some(before)) => {
                let have = have.get_or_insert_with(|| text[before.range()].to_owned());
                have.push_str(decoded.as_deref().unwrap_or(&text[content.range()]));
                run.span = Some(Span::new(before.start, whole.end));
            }
            (Some(_), None) => {}
        }
    }

    /// The text of a run without white space at both ends; `None` if nothing is left.
    fn trimmed(&self, run: Run) -> Option<(Span, Option<String>)> {
        let place = run.span?;
        let raw = &self.text[place.range()];
        // What stands between elements: line ends and indentation.
        if run.decoded.is_none() && raw.bytes().all(|byte| byte.is_ascii_whitespace()) {
            return None;
        }
        let start = place.start + (raw.len() - raw.trim_start().len()) as u32;
        let end = place.end - (raw.len() - raw.trim_end().len()) as u32;
        let decoded = match run.decoded {
            Some(decoded) => Some(decoded.trim().replace("\r\n", "\n")),
            None => raw.trim().contains('\r').then(|| raw.trim().replace("\r\n", "\n")),
        };
        let blank = decoded.as_ref().map_or(start >= end, String::is_empty);
        (!blank).then(|| (Span::new(start.min(end), end), decoded))
    }

    fn flush(&mut self, mapping: NodeId, run: Run) {
        if let Some((place, decoded)) = self.trimmed(run) {
            let at = Span::new(place.start, place.start);
            self.builder.add(Some(mapping), Kind::String, at, Some("#text".to_owned()));
            self.builder.add(Some(mapping), Kind::String, place, decoded);
        }
    }

    /// An error at the character at this offset.
    fn error(&self, at: usize, message: impl Into<String>) -> SyntaxError {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let width = self.text[at..].chars().next().map_or(0, char::len_utf8);
        let mut message = message.into();
        if width == 0 {
            message.push_str(", found the end of the file");
        }
        SyntaxError::new(span(at, at + width), message)
    }

    fn refused(&self, error: &Error) -> SyntaxError {
        let at = usize::try_from(self.tokens.error_position()).unwrap_or(self.text.len());
        let message = match error {
            Error::Syntax(Malformed::InvalidBangMarkup) => "unknown markup after `<!`",
            Error::Syntax(Malformed::UnclosedPI | Malformed::UnclosedXmlDecl) => {
                "the `<?` that begins here is not closed"
            }
            Error::Syntax(Malformed::UnclosedComment) => "the comment that begins here is not closed",
            Error::Syntax(Malformed::UnclosedDoctype) => "the document type that begins here is not closed",
            Error::Syntax(Malformed::UnclosedCData) => "the CDATA section that begins here is not closed",
            Error::Syntax(_) => "the tag that begins here is not closed",
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, .. }) => {
                let expected: String = expected.chars().take(LONGEST_NAME).collect();
                return self.error(at, format!("expected `</{expected}>`"));
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => "an end tag without its start tag",
            Error::IllFormed(IllFormedError::UnclosedReference) => "the reference that begins here lacks its `;`",
            _ => "not well-formed",
        };
        self.error(at, message)
    }

    fn wrong_attribute(&self, tag: usize, error: &AttrError) -> SyntaxError {
        let (at, message) = match error {
            AttrError::ExpectedEq(at) => (*at, "expected `=` after the attribute's name"),
            AttrError::ExpectedValue(at) => (*at, "expected the attribute's value"),
            AttrError::UnquotedValue(at) => (*at, "the attribute's value has to be quoted"),
            AttrError::ExpectedQuote(at, _) => (*at, "the attribute's value is not closed"),
            AttrError::Duplicated(at, _) => (*at, "the attribute is there already"),
        };
        // Offsets count from behind the `<`.
        self.error(tag + 1 + at, message)
    }
}

/// How much of a name an error repeats.
const LONGEST_NAME: usize = 64;

/// The character of a predefined entity or a character reference, without `&` and `;`.
fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
            let plain = !digits.is_empty() && digits.bytes().all(|byte| (byte as char).is_digit(radix));
            let code = u32::from_str_radix(digits, radix).ok().filter(|_| plain)?;
            char::from_u32(code).filter(|character| *character != '\0')
        }
    }
}

/// An attribute's value with references resolved, if it has any or is broken over lines.
fn resolved(raw: &str) -> Option<String> {
    memchr::memchr3(b'&', b'\r', b'\n', raw.as_bytes())?;
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest that means anything is `&#x0010FFFF;`; white space and more zeros are nobody's.
        let end = rest.as_bytes().iter().take(LONGEST_NAME).position(|byte| *byte == b';');
        match end.and_then(|end| reference(&rest[1..end]).map(|character| (character, end + 1))) {
            Some((character, length)) => {
                text.push(character);
                rest = &rest[length..];
            }
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    Some(text.replace("\r\n", " ").replace('\n', " "))
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
        Source::from_text(RepoPath::new("pom.xml"), text.to_owned()).unwrap()
    }

    /// The message and the text it points at.
    fn error(text: &str) -> (String, String) {
        let source = source(text);
        let error = parse(&source).unwrap_err();
        (error.message.clone(), source.slice(error.span).to_owned())
    }

    #[test]
    fn elements_are_keys_and_spans_are_their_text() {
        let source = source(
            "<?xml version='1.0'?>\n<!-- c --><m:project xmlns:m=\"u\" a='1 &lt; 2'>\n <version> 1.0<!-- x -->-b </version>\n \
             <e/><module>a</module><module>b</module></m:project>\n",
        );
        let document = parse(&source).unwrap();
        let project = document.root().get("project").unwrap();
        assert_eq!(project.get_str("@a"), Some("1 < 2"));
        assert_eq!(source.slice(project.get("@a").unwrap().span()), "1 &lt; 2");
        let version = project.get("version").unwrap();
        assert_eq!((version.string(), source.slice(version.span())), (Some("1.0-b"), "1.0<!-- x -->-b"));
        assert_eq!(project.get_str("e"), Some(""));
        assert_eq!(elements(project, "module").filter_map(Node::string).collect::<Vec<_>>(), ["a", "b"]);
        assert!(
            source.slice(project.span()).starts_with("<m:project")
                && source.slice(project.span()).ends_with("project>")
        );
        let keys: Vec<_> = project.entries().filter_map(|(key, _)| key.scalar()).collect();
        assert_eq!(keys, ["@xmlns:m", "@a", "version", "e", "module", "module"]);
    }

    #[test]
    fn text_is_decoded_and_stays_beside_attributes_and_elements() {
        let read = |text: &str| {
            let source = source(text);
            let document = parse(&source).unwrap();
            let a = document.root().get("a").unwrap();
            super::text(a).and_then(Node::string).map(str::to_owned)
        };
        for (text, expected) in [
            ("<a>x &amp; &#65;&#x42;</a>", "x & AB"),
            ("<a>&oslash;&amp;</a>", "&oslash;&"),
            ("<a><![CDATA[ <b> ]]></a>", "<b>"),
            ("<a>1<![CDATA[2]]>3</a>", "123"),
            ("<a b='1'> x </a>", "x"),
            ("<a>x<b/>y</a>", "x"),
            ("<a>x\r\ny</a>", "x\ny"),
            ("<a>\n</a>", ""),
            ("<a> <!-- --> </a>", ""),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(read("<a b='1'/>"), None);
    }

    #[test]
    fn errors_say_what_was_wrong_and_where() {
        let cases = [
            ("<a><b></a>", "expected `</b>`", "<"),
            ("<a>", "the element that begins here is not closed", "<a>"),
            ("<a", "the tag that begins here is not closed", "<"),
            ("</a>", "an end tag without its start tag", "<"),
            ("<a/><b/>", "expected nothing after the root element", "<"),
            ("<a/> x", "text outside of the root element", "x"),
            ("x", "text outside of the root element", "x"),
            ("", "expected an element, found the end of the file", ""),
            ("<a>&b</a>", "the reference that begins here lacks its `;`", "&"),
            ("<a b=1/>", "the attribute's value has to be quoted", "1"),
            ("<a b='1' b='2'/>", "the attribute is there already", "b"),
            ("<a><!-- </a>", "the comment that begins here is not closed", "<"),
            (
                "<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>",
                "the document declares entities, which are never expanded here",
                "<!ENTITY",
            ),
        ];
        for (text, message, place) in cases {
            assert_eq!(error(text), (message.to_owned(), place.to_owned()), "{text}");
        }
        assert!(parse(&source("<!DOCTYPE a SYSTEM 'file:///x'><a/>")).is_ok());
    }

    #[test]
    fn a_merge_conflict_is_named() {
        assert_eq!(error("<a>\n<<<<<<< HEAD\n<b/>\n</a>").0, "unresolved merge conflict");
    }
}
