//! Bytes to structure, keeping the place of everything.
//!
//! A [`Source`] is a file's text with its lines; a [`Document`] is its structure as a tree of [`Node`]s, each with the
//! bytes it was read from. [`json`], [`toml`], [`xml`] and [`yaml`] all make the same kind of tree, so that a parser of an ecosystem
//! does not care by which reader its file was read. Each reader has a fast path for what machines write and, where that
//! does not suffice, a general parser behind it; a test holds that both agree. What belongs to one ecosystem's file
//! alone (yarn classic) is read in that ecosystem's room, from [`lines`] if it is line by line. [`base64`] is what digests are
//! written in.

mod conflict;
#[cfg(test)]
mod differential;
mod node;
mod scan;
mod source;

pub mod base64;
pub mod json;
pub mod lines;
pub mod toml;
pub mod xml;
pub mod yaml;

pub use node::{Builder, Document, Kind, Node, NodeId};
pub use source::{Source, SourceError};

use crate::model::Span;

/// Why a text could not be read as what its format says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Where it went wrong.
    pub span: Span,
    /// What was wrong: a lowercase fragment without a full stop.
    pub message: String,
}

impl SyntaxError {
    /// An error at a byte range.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

/// How deep structures may nest; more is an error in every reader. Real lock files stay below 20.
pub const MAX_DEPTH: usize = 128;
