//! TOML as machines and most people write it, in one pass.
//!
//! Gives up (`None`) at anything unusual and at anything wrong, so that the general parser reads or words it. It must never
//! accept what the general parser refuses, nor read it differently.

use crate::model::{LookUp, Span};
use crate::text::{Builder, Document, Kind, NodeId, scan};

/// Deeper structures are left to the general parser, which knows the exact limits.
const DEPTH: usize = 64;

/// Tables with more keys than this get an index.
const FEW_KEYS: u32 = 16;

/// Reads the text if it is of the usual kind.
pub(super) fn read(text: &str) -> Option<Document<'_>> {
    // Allowed nowhere in TOML, and the only such character that the scanning below would run over.
    if memchr::memchr(0x7F, text.as_bytes()).is_some() {
        return None;
    }
    let mut builder = Builder::new(text);
    let root = builder.add(None, Kind::Mapping, span(0, text.len()), None);
    let tables = vec![Table::new(root, Made::Header, 1)];
    let mut reader =
        Reader { text, bytes: text.as_bytes(), at: 0, builder, tables, index: LookUp::new(), path: Vec::new() };
    reader.document()?;
    Some(reader.builder.finish())
}

/// How a table came to be, which says what may extend it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    /// By its own header.
    Header,
    /// By a longer header.
    Implied,
    /// By a dotted key.
    Dotted,
    /// In braces.
    Inline,
    /// It is a list, by headers in double brackets.
    List,
}

struct Table {
    node: NodeId,
    made: Made,
    depth: u32,
    keys: u32,
    /// Of a list: which of the tables is its last item.
    item: usize,
}

impl Table {
    fn new(node: NodeId, made: Made, depth: u32) -> Self {
        Self { node, made, depth, keys: 0, item: 0 }
    }
}

struct Reader<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    builder: Builder<'s>,
    /// All tables and lists of tables, in the order of their nodes.
    tables: Vec<Table>,
    /// The values of large tables by their keys.
    index: LookUp<(NodeId, &'s str), NodeId>,
    /// The parts of the dotted key that is being read.
    path: Vec<Span>,
}

impl<'s> Reader<'s> {
    fn document(&mut self) -> Option<()> {
        let mut current = 0;
        loop {
            self.blank();
            match self.peek() {
                None => return Some(()),
                Some(b'\n' | b'\r' | b'#') => {}
                Some(b'[') => current = self.header()?,
                Some(_) => self.entry(current)?,
            }
            self.line_end()?;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self, byte: u8) -> Option<()> {
        if self.peek() != Some(byte) {
            return None;
        }
        self.at += 1;
        Some(())
    }

    /// Skips spaces and tabs.
    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Skips the rest of a line, which may only be a comment, and its end.
    fn line_end(&mut self) -> Option<()> {
        self.blank();
        if self.peek() == Some(b'#') {
            self.comment();
        }
        match self.peek() {
            None => Some(()),
            Some(b'\n') => self.skip(b'\n'),
            Some(b'\r') => {
                self.at += 1;
                self.skip(b'\n')
            }
            Some(_) => None,
        }
    }

    /// Skips a comment, up to the first control character: the end of the line if it is a sound one.
    fn comment(&mut self) {
        loop {
            self.at = scan::control(self.bytes, self.at);
            if self.peek() != Some(b'\t') {
                return;
            }
            self.at += 1;
        }
    }

    /// Skips white space, ends of lines and comments, as they may stand within brackets.
    fn space(&mut self) -> Option<()> {
        loop {
            match self.peek() {
                Some(b' ') => self.at = scan::spaces(self.bytes, self.at + 1),
                Some(b'\t' | b'\n') => self.at += 1,
                Some(b'\r') => {
                    self.at += 1;
                    self.skip(b'\n')?;
                }
                Some(b'#') => self.comment(),
                _ => return Some(()),
            }
        }
    }

    /// Reads `[a.b]` or `[[a.b]]` and answers the table that it opens.
    fn header(&mut self) -> Option<usize> {
        let start = self.at;
        self.at += 1;
        let list = self.peek() == Some(b'[');
        if list {
            self.at += 1;
        }
        self.blank();
        self.key()?;
        self.skip(b']')?;
        if list {
            self.skip(b']')?;
        }
        let span = span(start, self.at);

        let mut table = 0;
        for part in 0..self.path.len() - 1 {
            let key = self.path[part];
            table = match self.find(table, key) {
                None => self.add_table(table, key, key, Made::Implied)?,
                Some(node) => {
                    let found = self.table_of(node)?;
                    match self.tables[found].made {
                        Made::Header | Made::Implied => found,
                        Made::List => self.tables[found].item,
                        Made::Dotted | Made::Inline => return None,
                    }
                }
            };
        }
        let key = *self.path.last()?;
        if !list {
            // A table that a longer header has implied before takes its place from this header: left to the general parser.
            return if self.find(table, key).is_some() { None } else { self.add_table(table, key, span, Made::Header) };
        }
        let list = match self.find(table, key) {
            None => self.add_table(table, key, span, Made::List)?,
            Some(node) => self.table_of(node).filter(|found| self.tables[*found].made == Made::List)?,
        };
        let item = self.builder.add(Some(self.tables[list].node), Kind::Mapping, span, None);
        let depth = self.deeper(list)?;
        self.tables.push(Table::new(item, Made::Header, depth));
        self.tables[list].item = self.tables.len() - 1;
        Some(self.tables.len() - 1)
    }

    /// Reads `a.b = value` into a table.
    fn entry(&mut self, mut table: usize) -> Option<()> {
        self.key()?;
        self.skip(b'=')?;
        self.blank();
        for part in 0..self.path.len() - 1 {
            let key = self.path[part];
            table = match self.find(table, key) {
                None => self.add_table(table, key, key, Made::Dotted)?,
                Some(node) => self.table_of(node).filter(|found| self.tables[*found].made == Made::Dotted)?,
            };
        }
        let key = *self.path.last()?;
        if self.find(table, key).is_some() {
            return None;
        }
        let node = self.tables[table].node;
        self.builder.add(Some(node), Kind::String, key, None);
        let value = self.value(node, self.tables[table].depth)?;
        self.added(table, key, value);
        Some(())
    }

    /// Reads a dotted key into `path`, and the blanks behind it.
    fn key(&mut self) -> Option<()> {
        self.path.clear();
        loop {
            let start = self.at;
            let span = match self.peek()? {
                quote @ (b'"' | b'\'') => {
                    let end = if quote == b'"' {
                        scan::double_quoted(self.bytes, start + 1)
                    } else {
                        scan::single_quoted(self.bytes, start + 1)
                    };
                    self.at = end;
                    self.skip(quote)?;
                    span(start + 1, end)
                }
                _ => {
                    while matches!(self.peek(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_')) {
                        self.at += 1;
                    }
                    if self.at == start {
                        return None;
                    }
                    span(start, self.at)
                }
            };
            self.path.push(span);
            self.blank();
            if self.peek() != Some(b'.') {
                return if self.path.len() < DEPTH { Some(()) } else { None };
            }
            self.at += 1;
            self.blank();
        }
    }

    /// The value under a key of a table.
    fn find(&self, table: usize, key: Span) -> Option<NodeId> {
        let name = &self.text[key.range()];
        let table = &self.tables[table];
        if table.keys > FEW_KEYS {
            return self.index.get(&(table.node, name)).copied();
        }
        self.builder.value(table.node, name)
    }

    /// Counts a key that was added to a table.
    fn added(&mut self, table: usize, key: Span, value: NodeId) {
        let Table { node, keys, .. } = &mut self.tables[table];
        *keys += 1;
        if *keys <= FEW_KEYS {
            return;
        }
        if *keys > FEW_KEYS + 1 {
            self.index.insert((*node, &self.text[key.range()]), value);
            return;
        }
        let mut next = self.builder.first_child(*node);
        while let Some(key) = next {
            let Some(value) = self.builder.next(key) else { return };
            self.index.insert((*node, &self.text[self.builder.span(key).range()]), value);
            next = self.builder.next(value);
        }
    }

    /// Adds a table, or a list of tables, under a key of another table.
    fn add_table(&mut self, parent: usize, key: Span, span: Span, made: Made) -> Option<usize> {
        let node = self.tables[parent].node;
        self.builder.add(Some(node), Kind::String, key, None);
        let kind = if made == Made::List { Kind::Sequence } else { Kind::Mapping };
        let value = self.builder.add(Some(node), kind, span, None);
        self.added(parent, key, value);
        let depth = self.deeper(parent)?;
        self.tables.push(Table::new(value, made, depth));
        Some(self.tables.len() - 1)
    }

    fn deeper(&self, parent: usize) -> Option<u32> {
        let depth = self.tables[parent].depth + 1;
        if depth as usize > DEPTH { None } else { Some(depth) }
    }

    /// The table whose node this is. `None` if it is an array in brackets or no table at all.
    fn table_of(&self, node: NodeId) -> Option<usize> {
        self.tables.binary_search_by_key(&node, |table| table.node).ok()
    }

    fn value(&mut self, parent: NodeId, depth: u32) -> Option<NodeId> {
        match self.peek()? {
            b'"' => self.string(parent, b'"'),
            b'\'' => self.string(parent, b'\''),
            b'[' => self.array(parent, depth + 1),
            b'{' => self.inline_table(parent, depth + 1),
            b't' => self.word(parent, "true"),
            b'f' => self.word(parent, "false"),
            b'0'..=b'9' | b'+' | b'-' => self.number(parent),
            _ => None,
        }
    }

    fn array(&mut self, parent: NodeId, depth: u32) -> Option<NodeId> {
        if depth as usize > DEPTH {
            return None;
        }
        let node = self.builder.add(Some(parent), Kind::Sequence, span(self.at, self.at), None);
        self.at += 1;
        self.space()?;
        while self.peek() != Some(b']') {
            self.value(node, depth)?;
            self.space()?;
            match self.peek()? {
                b',' => {
                    self.at += 1;
                    self.space()?;
                }
                b']' => {}
                _ => return None,
            }
        }
        self.at += 1;
        self.builder.close(node, self.at as u32);
        Some(node)
    }

    fn inline_table(&mut self, parent: NodeId, depth: u32) -> Option<NodeId> {
        if depth as usize > DEPTH {
            return None;
        }
        let node = self.builder.add(Some(parent), Kind::Mapping, span(self.at, self.at), None);
        let table = self.tables.len();
        self.tables.push(Table::new(node, Made::Inline, depth));
        self.at += 1;
        self.space()?;
        while self.peek() != Some(b'}') {
            self.entry(table)?;
            self.space()?;
            match self.peek()? {
                b',' => {
                    self.at += 1;
                    self.space()?;
                }
                b'}' => {}
                _ => return None,
            }
        }
        self.at += 1;
        self.builder.close(node, self.at as u32);
        Some(node)
    }

    fn string(&mut self, parent: NodeId, quote: u8) -> Option<NodeId> {
        let start = self.at + 1;
        if self.bytes[start..].starts_with(&[quote, quote]) {
            return self.long_string(parent, quote);
        }
        let mut decoded: Option<String> = None;
        let mut copied = start;
        let mut stop = start;
        loop {
            stop = if quote == b'"' {
                scan::double_quoted(self.bytes, stop)
            } else {
                scan::single_quoted(self.bytes, stop)
            };
            match *self.bytes.get(stop)? {
                byte if byte == quote => break,
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
        Some(self.builder.add(Some(parent), Kind::String, span(start, stop), decoded))
    }

    /// The character that the escape at `at` stands for, and where the escape ends.
    fn escape(&self, at: usize) -> Option<(char, usize)> {
        let character = match self.bytes.get(at + 1)? {
            b'"' => '"',
            b'\\' => '\\',
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'u' => {
                let digits =
                    self.text.get(at + 2..at + 6).filter(|digits| digits.bytes().all(|d| d.is_ascii_hexdigit()))?;
                return Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, at + 6));
            }
            _ => return None,
        };
        Some((character, at + 2))
    }

    /// A string in three quotes, if it has no escapes and only plain ends of lines.
    fn long_string(&mut self, parent: NodeId, quote: u8) -> Option<NodeId> {
        let mut start = self.at + 3;
        if self.bytes.get(start) == Some(&b'\n') {
            start += 1;
        }
        let end = start + memchr::memmem::find(&self.bytes[start..], &[quote; 3])?;
        let strange = |byte: u8| (byte < 0x20 && byte != b'\n' && byte != b'\t') || (byte == b'\\' && quote == b'"');
        if self.bytes.get(end + 3) == Some(&quote) || self.bytes[start..end].iter().any(|byte| strange(*byte)) {
            return None;
        }
        self.at = end + 3;
        Some(self.builder.add(Some(parent), Kind::String, span(start, end), None))
    }

    fn word(&mut self, parent: NodeId, word: &str) -> Option<NodeId> {
        let start = self.at;
        if !self.bytes[start..].starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        // What follows has to end the value, or the caller gives up at it.
        Some(self.builder.add(Some(parent), Kind::Boolean, span(start, self.at), None))
    }

    /// A decimal integer or a plain fraction.
    fn number(&mut self, parent: NodeId) -> Option<NodeId> {
        let start = self.at;
        if matches!(self.peek(), Some(b'+' | b'-')) {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let digits = self.digits();
        if digits == 0 || digits > 18 || (leading_zero && digits > 1) {
            return None;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return None;
            }
        }
        match self.peek() {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}' | b'#') => {}
            Some(_) => return None,
        }
        Some(self.builder.add(Some(parent), Kind::Number, span(start, self.at), None))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }
}

/// A span of offsets in a text, which are known to fit: a source is never larger.
fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}
