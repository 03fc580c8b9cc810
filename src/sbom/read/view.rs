//! One way to look at a CycloneDX document in either form.
//!
//! The XML form writes the same names: a field is an element or an attribute, and a list is an element that holds one element
//! for each entry. With that, one reader reads both.

use crate::model::Span;
use crate::text::{Kind, Node, xml};

/// The form of a document.
#[derive(Clone, Copy)]
pub struct View {
    pub xml: bool,
}

impl View {
    /// The value of a field.
    pub fn field<'d>(self, node: Node<'d>, name: &str) -> Option<Node<'d>> {
        let found = node.get(name);
        if !self.xml || found.is_some() {
            return found;
        }
        let named = |key: Node<'d>| key.scalar().and_then(|key| key.strip_prefix('@')) == Some(name);
        node.entries().find(|(key, _)| named(*key)).map(|(_, value)| value)
    }

    /// The text of a node, trimmed, with its place; nothing if it is empty or no text.
    pub fn text<'d>(self, node: Node<'d>) -> Option<(&'d str, Span)> {
        let node = if self.xml { xml::text(node)? } else { node };
        let text = node.string()?.trim();
        (!text.is_empty()).then_some((text, node.span()))
    }

    /// The text of a field.
    pub fn text_of<'d>(self, node: Node<'d>, name: &str) -> Option<(&'d str, Span)> {
        self.field(node, name).and_then(|node| self.text(node))
    }

    /// The same without its place.
    pub fn str_of<'d>(self, node: Node<'d>, name: &str) -> Option<&'d str> {
        self.text_of(node, name).map(|(text, _)| text)
    }

    /// The entries of a list: `components` of `component`s.
    pub fn list<'d>(self, node: Node<'d>, plural: &str, singular: &str) -> Vec<Node<'d>> {
        match node.get(plural) {
            Some(list) if self.xml => xml::elements(list, singular).collect(),
            Some(list) => list.items().collect(),
            None => Vec::new(),
        }
    }

    /// A field that is no list where one belongs.
    pub fn wrong_list<'d>(self, node: Node<'d>, plural: &str) -> Option<Node<'d>> {
        node.get(plural).filter(|list| !self.xml && !matches!(list.kind(), Kind::Sequence | Kind::Null))
    }
}
