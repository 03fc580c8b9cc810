//! Which tools can be asked what, by the files that were read.

use std::path::{Path, PathBuf};

use crate::ecosystem::{self, Format};
use crate::extract::Extracted;
use crate::model::RepoPath;
use crate::text::Source;
use crate::walk::Root;

use super::{ToolError, cargo_metadata};

/// Something that a tool can be asked.
#[derive(Debug)]
pub struct Question {
    /// The tool, for a person.
    pub tool: &'static str,
    /// The manifest it is asked about.
    pub manifest: RepoPath,
    /// The format of the answer.
    pub format: &'static Format,
    file: PathBuf,
}

impl Question {
    /// Asks. The answer's path is not that of a file: it says which directory was asked about.
    ///
    /// # Errors
    /// If the tool is not there or gives no usable answer.
    pub fn ask(&self, cargo: Option<&Path>) -> Result<Source, ToolError> {
        let cargo = cargo.ok_or(ToolError::NotFound { program: "cargo", place: "in the search path".to_owned() })?;
        let answer = cargo_metadata(&self.file, cargo)?;
        let path = self.manifest.parent().join("cargo metadata").unwrap_or_else(RepoPath::root);
        Source::from_text(path, answer)
            .map_err(|_| ToolError::Answer { program: "cargo metadata", limit: u64::from(u32::MAX) })
    }
}

/// All questions about what was read: one for each lock file of cargo whose manifest lies beside it.
pub fn questions(roots: &[Root], files: &[Extracted]) -> Vec<Question> {
    let Some((_, format)) = ecosystem::formats().find(|(_, format)| format.id == "cargo/metadata") else {
        return Vec::new();
    };
    let mut questions = Vec::new();
    for lock in files.iter().filter(|file| file.format.id == "cargo/lock" && file.parsed.is_some()) {
        let Some(manifest) = lock.path.parent().join("Cargo.toml") else { continue };
        if !files.iter().any(|file| file.path == manifest) {
            continue;
        }
        let root =
            roots.iter().filter(|root| manifest.is_within(&root.label)).max_by_key(|root| root.label.as_str().len());
        let file = root.and_then(|root| Some(root.directory.join(manifest.relative_to(&root.label)?)));
        questions.extend(file.map(|file| Question { tool: "cargo metadata", manifest, format, file }));
    }
    questions
}
