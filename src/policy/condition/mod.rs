//! Conditions of an organisation's own rules: a part of CEL, the Common Expression Language, with types.
//!
//! What is here: reading an expression ([`Condition::parse`]), the facts that it can ask for ([`facts`]), and working out its value
//! ([`Condition::holds`]). What is not: where facts come from, and what becomes of a component of which a condition holds
//! (`evaluate`).
//!
//! The language is that of the [specification](https://github.com/google/cel-spec/blob/master/doc/langdef.md), without what nobody
//! asks of a component: maps, bytes, timestamps, `null`, regular expressions and values without a type. It was written anew and not
//! taken from a crate, since every name and type is to be checked when the policy is read, with its place; since a fact that nobody
//! knows has to stay unknown (CEL's partial evaluation: `unknown && false` is false, `unknown && true` is not known); since no
//! input may take long or panic; and since fifty thousand components want an answer in a fraction of a second.
//!
//! # How to add a fact
//! A variant of [`FieldId`] and a line in its record in `facts.rs`, and where it comes from in `evaluate/own.rs`.

mod eval;
pub mod facts;
mod parse;

pub use eval::{Answer, Facts, Value};
pub use facts::{FieldId, Record};

use parse::Expr;

/// The longest condition, in bytes.
pub const LONGEST: usize = 8 * 1024;

/// A condition: its types are checked, so that working it out cannot meet a name or a type that it does not know.
#[derive(Clone, Debug)]
pub struct Condition {
    text: String,
    expr: Expr,
}

impl PartialEq for Condition {
    /// The text decides: the same text is read as the same expression.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Condition {}

/// What is wrong with a condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConditionError {
    /// Where it begins, in bytes of the condition.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What: a lowercase fragment.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        Ok(Self { text: text.to_owned(), expr: parse::parse(text)? })
    }

    /// The condition as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it holds for these facts. Takes a bounded number of steps.
    pub fn holds<'a>(&'a self, facts: &dyn Facts<'a>) -> Answer {
        eval::holds(&self.expr, facts)
    }
}

#[cfg(test)]
mod tests;
