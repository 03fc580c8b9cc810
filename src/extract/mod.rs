//! Runs a format over a source. A failure is a diagnostic, never the end of a run.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::ecosystem::{Format, Parsed};
use crate::model::{Diagnostic, DiagnosticKind, Location, RepoPath};
use crate::text::Source;

/// What became of one recognised file.
#[derive(Debug)]
pub struct Extracted {
    /// Its place.
    pub path: RepoPath,
    /// What kind of file it is.
    pub format: &'static Format,
    /// What it says; `None` if it could not be read or parsed at all, for which there is a diagnostic.
    pub parsed: Option<Parsed>,
    /// Trouble in parsing it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that could not be read: the walk has said so already.
pub fn unread(path: RepoPath, format: &'static Format) -> Extracted {
    Extracted { path, format, parsed: None, diagnostics: Vec::new() }
}

/// Parses a source as `format`.
///
/// A parser that panics has a mistake; that must cost its own file and not the run, and must be said, so the panic becomes
/// a diagnostic as well.
pub fn extract(format: &'static Format, source: &Source) -> Extracted {
    let path = source.path().clone();
    let malformed = |mark, message: String| Diagnostic {
        location: Location { path: source.path().clone(), mark },
        kind: DiagnosticKind::Malformed,
        message,
        help: None,
    };
    match catch_unwind(AssertUnwindSafe(|| (format.parse)(source))) {
        Ok(Ok(parsed)) => {
            let diagnostics = parsed
                .notes
                .iter()
                .map(|note| Diagnostic {
                    location: Location::at(&path, note.mark),
                    kind: note.kind,
                    message: note.message.clone(),
                    help: None,
                })
                .collect();
            Extracted { path, format, parsed: Some(parsed), diagnostics }
        }
        Ok(Err(error)) => {
            let message = format!("could not be read as {}: {}", format.id, error.message);
            let diagnostics = vec![malformed(Some(source.mark(error.span)), message)];
            Extracted { path, format, parsed: None, diagnostics }
        }
        Err(_) => {
            let message = format!("the reader of {} failed on this file; please report it with the file", format.id);
            Extracted { path, format, parsed: None, diagnostics: vec![malformed(None, message)] }
        }
    }
}
