//! Every text of a tree, whatever it is called: for questions that are not about formats.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::{WalkBuilder, WalkState};

use crate::model::{Diagnostic, DiagnosticKind, RepoPath};

use super::Root;
use super::name::repo_path;
use super::read::special;

/// What a walk over texts met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextCounts {
    /// Texts that were read.
    pub texts: u64,
    /// Files that are no text.
    pub binary: u64,
    /// Bytes of the texts.
    pub bytes: u64,
}

/// How to walk over texts.
#[derive(Debug)]
pub struct TextOptions<'a> {
    /// Where.
    pub roots: &'a [Root],
    /// Whether `.gitignore` files hide what they name.
    pub respect_ignore_files: bool,
    /// Larger files are not read, and said so.
    pub file_bytes: u64,
    /// Workers; 0 means one for each processor.
    pub threads: usize,
}

/// So many bytes tell whether a file is a text.
const PROBE: usize = 8_000;

/// The text of these bytes: UTF-8, UTF-16 by its mark, else one byte a character, as old license files with a `©` are. `None` for
/// what holds a zero byte and is no text.
pub fn text_of(bytes: Vec<u8>) -> Option<String> {
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] => {
            let little = bytes[0] == 0xFF;
            let units = rest
                .as_chunks::<2>()
                .0
                .iter()
                .map(|pair| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) });
            return Some(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect());
        }
        _ => {}
    }
    if memchr::memchr(0, &bytes[..bytes.len().min(PROBE)]).is_some() {
        return None;
    }
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().map(|byte| char::from(*byte)).collect());
    Some(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

enum Outcome {
    Text(String),
    Binary,
    Trouble(Diagnostic),
}

fn read(file: &Path, path: &RepoPath, most: u64) -> Outcome {
    let trouble = |kind, message: String| Outcome::Trouble(Diagnostic::file(path, kind, message));
    // Asked before opening: opening a FIFO waits for a writer that may never come.
    let metadata = match std::fs::symlink_metadata(file) {
        Ok(metadata) => metadata,
        Err(error) => return trouble(DiagnosticKind::Unreadable, format!("could not be read: {error}")),
    };
    if let Some(what) = special(&metadata) {
        return trouble(DiagnosticKind::Unreadable, format!("is {what}, which is not read"));
    }
    let opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) => return trouble(DiagnosticKind::Unreadable, format!("could not be read: {error}")),
    };
    let mut opened = opened.take(most + 1);
    let mut bytes = Vec::with_capacity(metadata.len().min(most + 1) as usize + 1);
    // The first bytes alone tell what is no text; nothing more of it is read.
    let probed = (&mut opened).take(PROBE as u64).read_to_end(&mut bytes);
    let marked = matches!(bytes.as_slice(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    if probed.is_ok() && !marked && memchr::memchr(0, &bytes).is_some() {
        return Outcome::Binary;
    }
    if metadata.len() > most {
        return trouble(
            DiagnosticKind::Limit,
            format!("is larger than the {} MiB that are read of one file", most >> 20),
        );
    }
    if let Err(error) = probed.and_then(|_| opened.read_to_end(&mut bytes)) {
        return trouble(DiagnosticKind::Unreadable, format!("could not be read: {error}"));
    }
    if bytes.len() as u64 > most {
        return trouble(
            DiagnosticKind::Limit,
            format!("is larger than the {} MiB that are read of one file", most >> 20),
        );
    }
    text_of(bytes).map_or(Outcome::Binary, Outcome::Text)
}

/// The text of one file in any encoding that texts of licenses have; `None` if it is none, is larger than `most` bytes or
/// cannot be read.
pub fn read_text(file: &Path, most: u64) -> Option<String> {
    match read(file, &RepoPath::root(), most) {
        Outcome::Text(text) => Some(text),
        Outcome::Binary | Outcome::Trouble(_) => None,
    }
}

struct Shared<T, F> {
    handle: F,
    items: Mutex<Vec<(RepoPath, T)>>,
    diagnostics: Mutex<Vec<Diagnostic>>,
    counts: Mutex<TextCounts>,
}

impl<T: Send, F: Fn(&RepoPath, &str) -> T + Sync> Shared<T, F> {
    fn take(&self, file: &Path, path: RepoPath, most: u64) {
        let outcome = read(file, &path, most);
        let mut counts = self.counts.lock().expect("no worker panics while it holds this");
        match outcome {
            Outcome::Binary => counts.binary += 1,
            Outcome::Trouble(diagnostic) => {
                drop(counts);
                self.diagnostics.lock().expect("no worker panics while it holds this").push(diagnostic);
            }
            Outcome::Text(text) => {
                counts.texts += 1;
                counts.bytes += text.len() as u64;
                drop(counts);
                let item = (self.handle)(&path, &text);
                self.items.lock().expect("no worker panics while it holds this").push((path, item));
            }
        }
    }
}

/// Reads every text below the roots in parallel and hands each to the worker that read it. Answers come sorted by path.
/// Symbolic links are not followed; `.git` is left out.
pub fn texts<T: Send>(
    options: &TextOptions<'_>,
    handle: impl Fn(&RepoPath, &str) -> T + Sync,
) -> (Vec<(RepoPath, T)>, TextCounts, Vec<Diagnostic>) {
    let shared = Shared {
        handle,
        items: Mutex::new(Vec::new()),
        diagnostics: Mutex::new(Vec::new()),
        counts: Mutex::new(TextCounts::default()),
    };
    let named: Vec<(&Root, &PathBuf)> =
        options.roots.iter().filter_map(|root| Some((root, root.only.as_ref()?))).collect();
    let take_named = |(root, file): &(&Root, &PathBuf)| {
        let relative = file.strip_prefix(&root.directory).unwrap_or(file);
        shared.take(file, repo_path(&root.label, relative), options.file_bytes);
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
    match pool {
        Ok(pool) if named.len() > 1 => pool.install(|| {
            use rayon::prelude::*;
            named.par_iter().for_each(take_named);
        }),
        _ => named.iter().for_each(take_named),
    }
    for root in options.roots.iter().filter(|root| root.only.is_none()) {
        let mut builder = WalkBuilder::new(&root.directory);
        builder
            .standard_filters(false)
            .git_ignore(options.respect_ignore_files)
            .parents(options.respect_ignore_files)
            .require_git(false)
            .hidden(false)
            .follow_links(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .threads(options.threads);
        builder.build_parallel().run(|| {
            Box::new(|entry| {
                match entry {
                    Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                        let relative = entry.path().strip_prefix(&root.directory).unwrap_or(entry.path());
                        shared.take(entry.path(), repo_path(&root.label, relative), options.file_bytes);
                    }
                    Ok(_) => {}
                    Err(error) => {
                        let message = format!("a directory could not be walked: {error}");
                        let diagnostic = Diagnostic::file(&root.label, DiagnosticKind::Unreadable, message);
                        shared.diagnostics.lock().expect("no worker panics while it holds this").push(diagnostic);
                    }
                }
                WalkState::Continue
            })
        });
    }
    let mut items = shared.items.into_inner().expect("no worker panics while it holds this");
    items.sort_by(|a, b| a.0.cmp(&b.0));
    let mut diagnostics = shared.diagnostics.into_inner().expect("no worker panics while it holds this");
    diagnostics.sort();
    (items, shared.counts.into_inner().expect("no worker panics while it holds this"), diagnostics)
}

/// A file of a walk over all files.
#[derive(Debug)]
pub struct WholeFile<'a> {
    /// Its bytes; `None`: it is larger than what is read of one file.
    pub bytes: Option<&'a [u8]>,
    /// Its text, if it is one.
    pub text: Option<&'a str>,
    /// How large it is.
    pub size: u64,
}

/// Hands every plain file below the roots, texts or not, to the worker that read it. Answers come sorted by path. Symbolic links
/// are not followed; `.git` is left out, and so are directories whose name and place `enters` refuses.
pub fn files<T: Send>(
    options: &TextOptions<'_>,
    enters: &(dyn Fn(&Path) -> bool + Sync),
    handle: impl Fn(&RepoPath, &WholeFile<'_>) -> Option<T> + Sync,
) -> (Vec<(RepoPath, T)>, Vec<Diagnostic>) {
    let items: Mutex<Vec<(RepoPath, T)>> = Mutex::new(Vec::new());
    let diagnostics: Mutex<Vec<Diagnostic>> = Mutex::new(Vec::new());
    let complain = |path: &RepoPath, message: String| {
        let diagnostic = Diagnostic::file(path, DiagnosticKind::Unreadable, message);
        diagnostics.lock().expect("no worker panics while it holds this").push(diagnostic);
    };
    let take = |file: &Path, path: RepoPath| {
        let read = || -> std::io::Result<Option<T>> {
            let metadata = std::fs::symlink_metadata(file)?;
            if special(&metadata).is_some() {
                return Ok(None);
            }
            let size = metadata.len();
            if size > options.file_bytes {
                return Ok(handle(&path, &WholeFile { bytes: None, text: None, size }));
            }
            let mut bytes = Vec::with_capacity(size as usize + 1);
            File::open(file)?.take(options.file_bytes).read_to_end(&mut bytes)?;
            // Nearly every text is UTF-8 and needs no copy.
            let binary = memchr::memchr(0, &bytes[..bytes.len().min(PROBE)]).is_some();
            let plain = if binary { None } else { std::str::from_utf8(&bytes).ok() };
            let other = if plain.is_none() { text_of(bytes.clone()) } else { None };
            Ok(handle(&path, &WholeFile { bytes: Some(&bytes), text: plain.or(other.as_deref()), size }))
        };
        match read() {
            Ok(Some(item)) => items.lock().expect("no worker panics while it holds this").push((path, item)),
            Ok(None) => {}
            Err(error) => complain(&path, format!("could not be read: {error}")),
        }
    };
    for root in options.roots {
        if let Some(only) = &root.only {
            take(only, repo_path(&root.label, only.strip_prefix(&root.directory).unwrap_or(only)));
            continue;
        }
        let mut builder = WalkBuilder::new(&root.directory);
        builder
            .standard_filters(false)
            .git_ignore(options.respect_ignore_files)
            .parents(options.respect_ignore_files)
            .require_git(false)
            .hidden(false)
            .follow_links(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .threads(options.threads);
        builder.build_parallel().run(|| {
            Box::new(|entry| {
                match entry {
                    Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {
                        let below = entry.path() != root.directory;
                        if below && !enters(entry.path()) {
                            return WalkState::Skip;
                        }
                    }
                    Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                        let relative = entry.path().strip_prefix(&root.directory).unwrap_or(entry.path());
                        take(entry.path(), repo_path(&root.label, relative));
                    }
                    Ok(_) => {}
                    Err(error) => complain(&root.label, format!("a directory could not be walked: {error}")),
                }
                WalkState::Continue
            })
        });
    }
    let mut items = items.into_inner().expect("no worker panics while it holds this");
    items.sort_by(|a, b| a.0.cmp(&b.0));
    let mut diagnostics = diagnostics.into_inner().expect("no worker panics while it holds this");
    diagnostics.sort();
    (items, diagnostics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_old_encodings_are_read_and_binaries_are_not() {
        assert_eq!(text_of(b"\xa9 2001 M\xfcller".to_vec()).as_deref(), Some("© 2001 Müller"));
        assert_eq!(text_of(b"\xff\xfeM\0I\0T\0".to_vec()).as_deref(), Some("MIT"));
        assert_eq!(text_of("\u{feff}MIT".as_bytes().to_vec()).as_deref(), Some("MIT"));
        assert_eq!(text_of(b"\x7fELF\0\0".to_vec()), None);
    }
}
