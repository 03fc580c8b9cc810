//! Typed access to the nodes of a policy file. Whatever is wrong is noted, with its place, and reading goes on.

use std::fmt;

use crate::model::{Because, Evidence, Field, Location};
use crate::text::{Kind, Node, Source};

use super::key::{keys_of, required_of};
use super::problem::{PolicyProblem, choose_from, nearest};

/// A value with the line that set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<T> {
    /// The value.
    pub value: T,
    /// Where it was set.
    pub because: Because,
}

/// A policy file that is being read, and what was wrong so far.
pub(super) struct Reader<'s> {
    pub source: &'s Source,
    pub problems: Vec<PolicyProblem>,
}

/// The rules that somebody may have meant.
pub(super) fn rules_like(id: &str) -> String {
    let ids = || crate::rule::TABLE.iter().map(|rule| rule.id);
    let list = |group: &str| {
        let of_group = ids().filter(|id| id.split('/').next() == Some(group) || group.is_empty());
        of_group.collect::<Vec<_>>().join(", ")
    };
    match nearest(id, ids()) {
        Some(near) => {
            let group = near.split('/').next().unwrap_or_default();
            format!("did you mean `{near}`? rules of this group: {}", list(group))
        }
        None => format!("rules: {}", list("")),
    }
}

/// What a node is, for a sentence.
fn found(node: Node<'_>) -> &'static str {
    match node.kind() {
        Kind::Null => "nothing",
        Kind::Boolean => "true or false",
        Kind::Number => "a number",
        Kind::String => "a text",
        Kind::Sequence => "a list",
        Kind::Mapping => "a table",
        Kind::Date => "a date",
    }
}

impl<'s> Reader<'s> {
    pub fn new(source: &'s Source) -> Self {
        Self { source, problems: Vec::new() }
    }

    pub fn location(&self, node: Node<'_>) -> Location {
        Location::at(self.source.path(), self.source.mark(node.span()))
    }

    pub fn because(&self, node: Node<'_>, text: impl Into<String>) -> Because {
        Because {
            policy: self.source.path().as_str().into(),
            line: Some(self.source.mark(node.span()).line),
            text: text.into(),
        }
    }

    pub fn evidence(&self, node: Node<'_>) -> Evidence {
        Evidence::stated(self.source.path(), self.source.mark(node.span()), Field::License)
    }

    pub fn set<T>(&self, node: Node<'_>, value: T, text: impl Into<String>) -> Set<T> {
        Set { value, because: self.because(node, text) }
    }

    pub fn problem(&mut self, node: Node<'_>, message: impl Into<String>, help: Option<String>) {
        let location = self.location(node);
        self.problems.push(PolicyProblem { location, message: message.into(), help });
    }

    fn wrong_type(&mut self, node: Node<'_>, name: &str, expects: &str) {
        self.problem(node, format!("`{name}` is {}", found(node)), Some(format!("write {expects}")));
    }

    /// The keys and values of a table that [`super::key::KEYS`] knows; the others are problems.
    pub fn table<'d>(&mut self, node: Node<'d>, table: &str, shown: &str) -> Vec<(&'static str, Node<'d>)> {
        if node.kind() != Kind::Mapping {
            self.wrong_type(node, shown, "a table");
            return Vec::new();
        }
        let mut known = Vec::new();
        for (key, value) in node.entries() {
            let Some(name) = key.scalar() else { continue };
            match keys_of(table).find(|known| known.name == name) {
                Some(found) => known.push((found.name, value)),
                None => {
                    let place = if shown.is_empty() { "of a policy".to_owned() } else { format!("of {shown}") };
                    let names: Vec<&str> = keys_of(table).map(|key| key.name).collect();
                    self.problem(key, format!("`{name}` is not a key {place}"), Some(choose_from(name, &names)));
                }
            }
        }
        known
    }

    pub fn text<'d>(&mut self, node: Node<'d>, name: &str, expects: &str) -> Option<&'d str> {
        match node.string() {
            Some(text) if text.trim().is_empty() => {
                self.problem(node, format!("`{name}` is empty"), Some(format!("write {expects}")));
                None
            }
            Some(text) => Some(text),
            None => {
                self.wrong_type(node, name, expects);
                None
            }
        }
    }

    pub fn boolean(&mut self, node: Node<'_>, name: &str) -> Option<bool> {
        let value = node.boolean();
        if value.is_none() {
            self.wrong_type(node, name, "true or false");
        }
        value
    }

    /// A list of texts with their nodes.
    pub fn texts<'d>(&mut self, node: Node<'d>, name: &str, expects: &str) -> Vec<(Node<'d>, &'d str)> {
        if node.kind() != Kind::Sequence {
            self.wrong_type(node, name, expects);
            return Vec::new();
        }
        node.items().filter_map(|item| Some((item, self.text(item, name, expects)?))).collect()
    }

    /// A list of values that are read from text; what cannot be read is a problem.
    pub fn parsed<'d, T, E: fmt::Display>(
        &mut self,
        node: Node<'d>,
        name: &str,
        expects: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Vec<(Node<'d>, T)> {
        let texts = self.texts(node, name, expects);
        let mut values = Vec::with_capacity(texts.len());
        for (item, text) in texts {
            match parse(text) {
                Ok(value) => values.push((item, value)),
                Err(error) => self.problem(item, error.to_string(), Some(format!("`{name}` takes {expects}"))),
            }
        }
        values
    }

    /// One word of several.
    pub fn word<T>(
        &mut self,
        node: Node<'_>,
        name: &str,
        words: &[&'static str],
        value: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(node, name, &format!("one of {}", words.join(", ")))?;
        let value = value(text);
        if value.is_none() {
            self.problem(node, format!("`{text}` is not a value of `{name}`"), Some(choose_from(text, words)));
        }
        value
    }

    /// A required key that is missing is a problem at the table's header.
    pub fn required(&mut self, table: Node<'_>, shown: &str, have: &[(&'static str, Node<'_>)]) {
        let wanted = required_of(shown);
        let missing: Vec<String> = wanted
            .iter()
            .filter(|name| !have.iter().any(|(key, _)| key == *name))
            .map(|name| format!("`{name}`"))
            .collect();
        if !missing.is_empty() {
            let message = format!("this {shown} has no {}", missing.join(", "));
            let help = format!("a {shown} needs {}", wanted.join(", "));
            self.problem(table, message, Some(help));
        }
    }

    /// The id of a rule.
    pub fn rule(&mut self, node: Node<'_>, id: &str) -> Option<&'static crate::rule::Rule> {
        let rule = crate::rule::by_id(id);
        if rule.is_none() {
            self.problem(node, format!("`{id}` is not a rule"), Some(rules_like(id)));
        }
        rule
    }
}
