//! SBOMs among the paths that were named.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::model::{Diagnostic, DiagnosticKind, Location, Mark, RepoPath, SbomFacts};
use crate::sbom::read::{Bill, recognise};
use crate::walk::{Limits, Patterns, Root, Unread, read_file, repo_path};

/// A document's path, and what it says of itself or why it could not be read.
pub type Said = (RepoPath, Result<SbomFacts, (Mark, String)>);

/// The documents among the roots.
#[derive(Debug, Default)]
pub struct Documents {
    /// Those that could be read, with their paths.
    pub read: Vec<(RepoPath, Bill)>,
    /// What each of the documents says of itself, or why it could not be read, with their paths.
    pub facts: Vec<Said>,
    /// For each root whether it is one, read or not.
    pub taken: Vec<bool>,
    /// How many bytes they have.
    pub bytes: u64,
    /// What could not be read of them.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the files among the roots that no format knows by name and that say of themselves that they are SBOMs. What lies in a
/// directory is not asked.
pub fn documents(roots: &[Root], patterns: &Patterns) -> Documents {
    let mut found = Documents { taken: vec![false; roots.len()], ..Documents::default() };
    for (at, root) in roots.iter().enumerate() {
        let Some(file) = &root.only else { continue };
        let path = repo_path(&root.label, file.strip_prefix(&root.directory).unwrap_or(file));
        if patterns.wanted_by(path.as_str()).is_some() || patterns.wanted_by(file).is_some() {
            continue;
        }
        let source = match read_file(file, &path, Limits::default()) {
            Ok(source) => source,
            // The walk says what is missing or is no text, in its own words.
            Err(Unread::Missing) => continue,
            Err(Unread::Trouble(diagnostic)) => {
                found.taken[at] = true;
                found.diagnostics.push(diagnostic);
                continue;
            }
        };
        let Some(dialect) = recognise(source.text()) else { continue };
        found.taken[at] = true;
        found.bytes += source.text().len() as u64;
        // A mistake of a reader costs its own document and not the run, and is said.
        let trouble = match catch_unwind(AssertUnwindSafe(|| dialect.read(&source))) {
            Ok(Ok(bill)) => {
                found.facts.push((path.clone(), Ok(bill.facts.clone())));
                found.read.push((path, bill));
                continue;
            }
            Ok(Err(error)) => Diagnostic {
                location: Location::at(&path, source.mark(error.span)),
                kind: DiagnosticKind::Malformed,
                message: format!("could not be read as {}: {}", dialect.name(), error.message),
                help: None,
            },
            Err(_) => Diagnostic::file(
                &path,
                DiagnosticKind::Malformed,
                format!("the reader of {} failed on this file; please report it with the file", dialect.name()),
            ),
        };
        let mark = trouble.location.mark.unwrap_or_else(|| source.start());
        found.facts.push((path, Err((mark, trouble.message.clone()))));
        found.diagnostics.push(trouble);
    }
    found
}
