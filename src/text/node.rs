//! The tree that all readers make.
//!
//! One flat vector of small entries; a mapping's children alternate key and value. Nothing is copied out of the text
//! unless an escape has to be resolved, so a document costs 20 bytes a value beside its text.

use std::fmt;

use crate::model::{LookUp, Span};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// JSON `null`, YAML `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number, kept as text. In YAML every plain scalar that is not null or boolean is a [`Kind::String`].
    Number,
    /// A string.
    String,
    /// A list.
    Sequence,
    /// A table of keys and values, in the order of the file.
    Mapping,
    /// A TOML date or time, kept as text.
    Date,
}

/// The number of a node in its document. Only the reader that builds a document needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

const NONE: u32 = u32::MAX;

impl NodeId {
    /// The first node of every document.
    pub(super) const ROOT: Self = Self(0);

    fn known(index: u32) -> Option<Self> {
        if index == NONE { None } else { Some(Self(index)) }
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: u32,
    end: u32,
    /// First child of a container; index into `decoded` of a scalar, or [`NONE`].
    child: u32,
    next: u32,
    kind: Kind,
}

/// A file's structure.
pub struct Document<'s> {
    text: &'s str,
    entries: Vec<Entry>,
    decoded: Vec<Box<str>>,
}

impl<'s> Document<'s> {
    /// The outermost value.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, index: 0 }
    }
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.root(), f)
    }
}

/// Two documents are equal if their trees have the same kinds, texts, keys and spans.
impl PartialEq for Document<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.root().same(other.root())
    }
}

/// A value of a document, with its place.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    index: u32,
}

impl<'d> Node<'d> {
    fn entry(self) -> &'d Entry {
        &self.document.entries[self.index as usize]
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.entry().kind
    }

    /// The bytes it was read from: for a string without its quotes, for a container with its brackets where it has any.
    pub fn span(self) -> Span {
        let entry = self.entry();
        Span::new(entry.start, entry.end)
    }

    /// The text of a scalar with escapes resolved; a number, boolean or date as written; `None` for null and containers.
    pub fn scalar(self) -> Option<&'d str> {
        let entry = self.entry();
        match entry.kind {
            Kind::String | Kind::Number | Kind::Boolean | Kind::Date => Some(match entry.child {
                NONE => &self.document.text[entry.start as usize..entry.end as usize],
                decoded => &self.document.decoded[decoded as usize],
            }),
            Kind::Null | Kind::Sequence | Kind::Mapping => None,
        }
    }

    /// The text of a string; `None` for anything else.
    pub fn string(self) -> Option<&'d str> {
        if self.kind() == Kind::String { self.scalar() } else { None }
    }

    /// The value of a boolean; `None` for anything else.
    pub fn boolean(self) -> Option<bool> {
        match (self.kind(), self.scalar()) {
            (Kind::Boolean, Some(text)) => Some(text.eq_ignore_ascii_case("true")),
            _ => None,
        }
    }

    /// The keys and values of a mapping, in the order of the file; nothing for anything else.
    pub fn entries(self) -> impl Iterator<Item = (Node<'d>, Node<'d>)> + use<'d> {
        let mut children = if self.kind() == Kind::Mapping { self.children() } else { Children::none(self.document) };
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The values of a sequence; nothing for anything else.
    pub fn items(self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        if self.kind() == Kind::Sequence { self.children() } else { Children::none(self.document) }
    }

    /// The value under a key of a mapping, by walking along its keys. The first one, if the key occurs twice.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.entries().find(|(name, _)| name.scalar() == Some(key)).map(|(_, value)| value)
    }

    /// The string under a key.
    pub fn get_str(self, key: &str) -> Option<&'d str> {
        self.get(key)?.string()
    }

    fn children(self) -> Children<'d> {
        Children { document: self.document, next: self.entry().child }
    }

    fn same(self, other: Node<'_>) -> bool {
        self.kind() == other.kind()
            && self.scalar() == other.scalar()
            && (self.span() == other.span() || matches!(self.kind(), Kind::Mapping | Kind::Sequence | Kind::Null))
            && match self.kind() {
                Kind::Mapping | Kind::Sequence => {
                    let (mut ours, mut theirs) = (self.children(), other.children());
                    loop {
                        match (ours.next(), theirs.next()) {
                            (None, None) => return true,
                            (Some(a), Some(b)) if a.same(b) => {}
                            _ => return false,
                        }
                    }
                }
                _ => true,
            }
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            Kind::Mapping => f.debug_map().entries(self.entries()).finish(),
            Kind::Sequence => f.debug_list().entries(self.items()).finish(),
            Kind::Null => f.write_str("null"),
            kind => write!(
                f,
                "{kind:?}({:?})@{}..{}",
                self.scalar().unwrap_or_default(),
                self.span().start,
                self.span().end
            ),
        }
    }
}

struct Children<'d> {
    document: &'d Document<'d>,
    next: u32,
}

impl<'d> Children<'d> {
    fn none(document: &'d Document<'d>) -> Self {
        Self { document, next: NONE }
    }
}

impl<'d> Iterator for Children<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Node<'d>> {
        if self.next == NONE {
            return None;
        }
        let node = Node { document: self.document, index: self.next };
        self.next = node.entry().next;
        Some(node)
    }
}

/// Makes a document. A reader adds nodes in any order: it may come back to a container that it has left, as TOML's tables
/// need. For a mapping it adds key and value in turn. The first node added is the root.
pub struct Builder<'s> {
    text: &'s str,
    entries: Vec<Entry>,
    /// Last child of each container, so that adding is constant time. Scalars have no use for theirs.
    last: Vec<u32>,
    decoded: Vec<Box<str>>,
}

impl<'s> Builder<'s> {
    /// A document of this text.
    pub fn new(text: &'s str) -> Self {
        Self::expecting(text, text.len())
    }

    /// A document of some `length` bytes within this text.
    pub(super) fn expecting(text: &'s str, length: usize) -> Self {
        // A value of machine-written text takes some 30 bytes on average.
        let expected = length / 24 + 8;
        Self { text, entries: Vec::with_capacity(expected), last: Vec::with_capacity(expected), decoded: Vec::new() }
    }

    /// The text it is made from.
    pub fn text(&self) -> &'s str {
        self.text
    }

    /// Adds a node under `parent`, as its last child (`None` for the root, once). For a string whose text is not the text
    /// of its span, `decoded` is that text.
    pub fn add(&mut self, parent: Option<NodeId>, kind: Kind, span: Span, decoded: Option<String>) -> NodeId {
        let index = self.entries.len() as u32;
        let child = match decoded {
            None => NONE,
            Some(text) => {
                self.decoded.push(text.into_boxed_str());
                self.decoded.len() as u32 - 1
            }
        };
        self.entries.push(Entry { start: span.start, end: span.end, child, next: NONE, kind });
        self.last.push(NONE);
        if let Some(parent) = parent {
            self.attach(parent, NodeId(index));
        }
        NodeId(index)
    }

    /// Makes a node that was added without a parent the last child of one.
    pub(super) fn attach(&mut self, NodeId(parent): NodeId, NodeId(index): NodeId) {
        match std::mem::replace(&mut self.last[parent as usize], index) {
            NONE => self.entries[parent as usize].child = index,
            before => self.entries[before as usize].next = index,
        }
    }

    /// Sets where a container ends.
    pub fn close(&mut self, node: NodeId, end: u32) {
        self.entries[node.0 as usize].end = end;
    }

    /// A node added before, to look at: its kind.
    pub fn kind(&self, node: NodeId) -> Kind {
        self.entries[node.0 as usize].kind
    }

    /// The last child of a container added before.
    pub fn last_child(&self, node: NodeId) -> Option<NodeId> {
        NodeId::known(self.last[node.0 as usize])
    }

    /// The value under a key of a mapping added before, by walking along its keys.
    pub fn value(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        let mut at = self.entries[mapping.0 as usize].child;
        while at != NONE {
            let name = &self.entries[at as usize];
            let value = name.next;
            let same = match name.child {
                NONE => &self.text[name.start as usize..name.end as usize] == key,
                decoded => &*self.decoded[decoded as usize] == key,
            };
            if same && value != NONE {
                return Some(NodeId(value));
            }
            at = if value == NONE { NONE } else { self.entries[value as usize].next };
        }
        None
    }

    /// The bytes a node added before was read from.
    pub(super) fn span(&self, node: NodeId) -> Span {
        let entry = &self.entries[node.0 as usize];
        Span::new(entry.start, entry.end)
    }

    /// The first child of a container added before.
    pub(super) fn first_child(&self, node: NodeId) -> Option<NodeId> {
        let entry = &self.entries[node.0 as usize];
        if matches!(entry.kind, Kind::Mapping | Kind::Sequence) { NodeId::known(entry.child) } else { None }
    }

    /// The node that follows a node added before in its container.
    pub(super) fn next(&self, node: NodeId) -> Option<NodeId> {
        NodeId::known(self.entries[node.0 as usize].next)
    }

    /// The text of a scalar added before; empty for null and containers.
    pub(super) fn scalar(&self, node: NodeId) -> &str {
        let entry = &self.entries[node.0 as usize];
        match entry.kind {
            Kind::String | Kind::Number | Kind::Boolean | Kind::Date => match entry.child {
                NONE => &self.text[entry.start as usize..entry.end as usize],
                decoded => &self.decoded[decoded as usize],
            },
            Kind::Null | Kind::Sequence | Kind::Mapping => "",
        }
    }

    /// Adds a node under `parent` that is like the node `like`, without its children. Decoded text is shared.
    pub(super) fn add_like(&mut self, parent: Option<NodeId>, like: NodeId) -> NodeId {
        let entry = self.entries[like.0 as usize];
        let node = self.add(parent, entry.kind, Span::new(entry.start, entry.end), None);
        if !matches!(entry.kind, Kind::Mapping | Kind::Sequence) {
            self.entries[node.0 as usize].child = entry.child;
        }
        node
    }

    /// Whether each key of a mapping is greater than the one before, as in many lock files: then no two are equal.
    fn keys_ascend(&self, mapping: NodeId) -> bool {
        let mut previous: Option<&str> = None;
        let mut at = self.first_child(mapping);
        while let Some(key) = at {
            let name = self.scalar(key);
            if previous.is_some_and(|previous| previous >= name) {
                return false;
            }
            previous = Some(name);
            at = self.next(key).and_then(|value| self.next(value));
        }
        true
    }

    /// The second of two equal keys of a mapping, if there are such. Keys that are containers are not compared. Takes time
    /// in proportion to the keys, however many there are.
    pub(super) fn repeated_key(&self, mapping: NodeId) -> Option<NodeId> {
        const FEW: usize = 8;
        let comparable = |key: NodeId| !matches!(self.kind(key), Kind::Mapping | Kind::Sequence);
        let name = |key: NodeId| (self.scalar(key), self.kind(key));
        if self.keys_ascend(mapping) {
            return None;
        }
        let mut few = [mapping; FEW];
        let mut count = 0;
        let mut at = self.first_child(mapping);
        while let Some(key) = at {
            if count == FEW {
                break;
            }
            at = self.next(key).and_then(|value| self.next(value));
            if comparable(key) {
                let new = name(key);
                if few[..count].iter().any(|before| name(*before) == new) {
                    return Some(key);
                }
                few[count] = key;
                count += 1;
            }
        }
        at?;
        let mut seen: LookUp<(&str, Kind), ()> = few[..count].iter().map(|key| (name(*key), ())).collect();
        while let Some(key) = at {
            if comparable(key) && seen.insert(name(key), ()).is_some() {
                return Some(key);
            }
            at = self.next(key).and_then(|value| self.next(value));
        }
        None
    }

    /// The document.
    ///
    /// # Panics
    /// If no node was added: every reader adds a root first.
    pub fn finish(self) -> Document<'s> {
        assert!(!self.entries.is_empty(), "a reader adds the root before anything else");
        Document { text: self.text, entries: self.entries, decoded: self.decoded }
    }
}
