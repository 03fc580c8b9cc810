//! Reading one file, within its budget.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::model::{Diagnostic, DiagnosticKind, RepoPath};
use crate::text::Source;

use super::Root;

/// How much is read at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file. The largest real lock files known are some 30 MB.
    pub file_bytes: u64,
    /// Bytes of the whole run.
    pub total_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 256 << 20, total_bytes: 16 << 30 }
    }
}

/// Why a file's text is not there.
#[derive(Debug)]
pub enum Unread {
    /// There is no such file.
    Missing,
    /// There is, and it could not be read.
    Trouble(Diagnostic),
}

fn trouble(path: &RepoPath, kind: DiagnosticKind, message: String) -> Unread {
    Unread::Trouble(Diagnostic::file(path, kind, message))
}

/// What keeps a directory entry that is no plain file from being read, in words.
pub(super) fn special(metadata: &Metadata) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return Some("a FIFO");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
        if kind.is_block_device() || kind.is_char_device() {
            return Some("a device");
        }
    }
    if metadata.is_dir() {
        return Some("a directory");
    }
    (!metadata.is_file()).then_some("not a plain file")
}

/// Reads one file of the scanned tree or of a package cache.
///
/// # Errors
/// If it is missing, is no plain file, is larger than its budget, could not be read, or is not UTF-8.
pub fn read_file(file: &Path, path: &RepoPath, limits: Limits) -> Result<Source, Unread> {
    // Asked before opening: opening a FIFO waits for a writer that may never come.
    let metadata = match std::fs::metadata(file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Unread::Missing),
        Err(error) => return Err(trouble(path, DiagnosticKind::Unreadable, format!("could not be read: {error}"))),
    };
    if let Some(what) = special(&metadata) {
        return Err(trouble(path, DiagnosticKind::Unreadable, format!("is {what}, which is not read")));
    }
    let too_large = || {
        let message = format!("is larger than the {} MiB that are read of one file", limits.file_bytes >> 20);
        trouble(path, DiagnosticKind::Limit, message)
    };
    if metadata.len() > limits.file_bytes {
        return Err(too_large());
    }
    let unreadable =
        |error: std::io::Error| trouble(path, DiagnosticKind::Unreadable, format!("could not be read: {error}"));
    let opened = File::open(file).map_err(unreadable)?;
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    // The file may have grown since it was asked: the budget holds all the same.
    opened.take(limits.file_bytes + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large());
    }
    Source::from_bytes(path.clone(), bytes).map_err(|error| trouble(path, DiagnosticKind::Malformed, error.to_string()))
}

/// Reads the first bytes of an artefact of the scanned tree, whatever it holds and however large it is.
///
/// # Errors
/// If it is missing, is no plain file, or could not be read.
pub(super) fn read_head(file: &Path, path: &RepoPath, most: u64) -> Result<Source, Unread> {
    let unreadable =
        |error: std::io::Error| trouble(path, DiagnosticKind::Unreadable, format!("could not be read: {error}"));
    // Asked before opening: opening a FIFO waits for a writer that may never come.
    let metadata = match std::fs::metadata(file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Unread::Missing),
        Err(error) => return Err(unreadable(error)),
    };
    if let Some(what) = special(&metadata) {
        return Err(trouble(path, DiagnosticKind::Unreadable, format!("is {what}, which is not read")));
    }
    let mut bytes = Vec::with_capacity(metadata.len().min(most) as usize + 1);
    File::open(file).map_err(unreadable)?.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Source::from_head(path.clone(), bytes, metadata.len()))
}

/// Where a path of the scanned tree lies on this machine, if it is a plain file that does not leave its root.
fn locate(roots: &[Root], path: &RepoPath) -> Option<PathBuf> {
    let root = roots.iter().filter(|root| path.is_within(&root.label)).max_by_key(|root| root.label.as_str().len())?;
    let file = root.directory.join(path.relative_to(&root.label)?);
    // Most that is asked for is not there: one question tells, where resolving asks one for each segment.
    if !file.exists() {
        return None;
    }
    let resolved = file.canonicalize().ok()?;
    let inside = resolved == file || resolved.starts_with(root.directory.canonicalize().ok()?);
    inside.then_some(resolved)
}

/// Reads a file that another one refers to. It must lie in one of the roots, also after following links.
///
/// # Errors
/// As [`read_file`]; a file outside the roots counts as missing.
pub fn read_reference(roots: &[Root], path: &RepoPath, limits: Limits) -> Result<Source, Unread> {
    let file = locate(roots, path).ok_or(Unread::Missing)?;
    read_file(&file, path, limits)
}

/// Whether there is a plain file of the scanned tree that does not leave its root.
pub fn is_file(roots: &[Root], path: &RepoPath) -> bool {
    locate(roots, path).and_then(|file| std::fs::metadata(file).ok()).is_some_and(|metadata| metadata.is_file())
}

/// The bytes of a file of the scanned tree, whatever it holds; `None` if it is not there, leaves its root, is no plain file or
/// is larger than `most`.
pub fn read_bytes(roots: &[Root], path: &RepoPath, most: u64) -> Option<Vec<u8>> {
    let file = locate(roots, path)?;
    let metadata = std::fs::metadata(&file).ok()?;
    if special(&metadata).is_some() || metadata.len() > most {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(file).ok()?.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
