//! Trouble that did not stop the run: something could not be read, parsed, joined or matched.

use super::{Location, RepoPath};

/// What kind of trouble, which decides what it means for completeness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiagnosticKind {
    /// A file or directory could not be read: its contents are not part of the answer.
    Unreadable,
    /// A file was read, and what it says could not be understood at all.
    Malformed,
    /// One entry of a file could not be understood; the rest could.
    Entry,
    /// A budget (bytes, entries, nesting) was reached.
    Limit,
    /// A reference leads nowhere, or out of the scanned tree.
    Reference,
    /// A service on the network that was to be asked did not answer.
    Unanswered,
    /// Worth knowing; nothing was lost.
    Note,
}

impl DiagnosticKind {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            DiagnosticKind::Unreadable => "unreadable",
            DiagnosticKind::Malformed => "malformed",
            DiagnosticKind::Entry => "entry",
            DiagnosticKind::Limit => "limit",
            DiagnosticKind::Reference => "reference",
            DiagnosticKind::Unanswered => "unanswered",
            DiagnosticKind::Note => "note",
        }
    }

    /// Whether facts are missing from the answer because of it.
    pub fn loses_facts(self) -> bool {
        !matches!(self, DiagnosticKind::Note)
    }
}

/// One piece of trouble, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where.
    pub location: Location,
    /// What kind.
    pub kind: DiagnosticKind,
    /// What could not be done and why: a sentence without a full stop.
    pub message: String,
    /// What to do about it, if anything.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Trouble with a whole file.
    pub fn file(path: &RepoPath, kind: DiagnosticKind, message: impl Into<String>) -> Self {
        Self { location: Location::file(path), kind, message: message.into(), help: None }
    }

    /// The same, with what to do about it.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
