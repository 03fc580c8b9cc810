//! A tree of files that lies in no directory: a revision, or what is staged. The second source of a scan.
//!
//! What is in it is tracked, so no `.gitignore` is asked; which files somebody wants, which directories are installed trees
//! and what is left out is told by the same tables as in a walk of directories.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use compact_str::CompactString;
use rayon::prelude::*;

use crate::model::{Diagnostic, DiagnosticKind, FileCounts, RepoPath};
use crate::text::Source;

use super::name::repo_path;
use super::patterns::Patterns;
use super::read::{Limits, Unread};
use super::tree::{Noticed, Options, Root, Walked};

/// Bytes that are held before they are handed to the workers.
const BATCH: usize = 64 << 20;

/// How many links may follow one another.
const MOST_LINKS: usize = 8;

/// The name of a stored object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName(pub [u8; 20]);

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A plain file.
    File(ObjectName),
    /// A symbolic link; the object is where it leads.
    Link(ObjectName),
    /// Another repository.
    Submodule,
    /// A directory.
    Directory,
}

/// Why a snapshot could not be read as a whole.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct SnapshotError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<&'static str>,
}

/// Bytes of a file, or that they are too many.
#[derive(Debug)]
pub enum Content {
    /// All of them.
    Bytes(Vec<u8>),
    /// More than asked for.
    TooLarge,
}

/// A tree of files that lies in no directory.
pub trait Snapshot: fmt::Debug {
    /// For a person: `main at 1a2b3c4d5e6f`, `what is staged`.
    fn label(&self) -> &str;

    /// The commit, if it is one.
    fn commit(&self) -> Option<CompactString>;

    /// The directory of this machine that its top stands for.
    fn top(&self) -> &Path;

    /// Hands on every file, link and submodule below a directory (empty: the top), with its path from the top.
    ///
    /// # Errors
    /// If a part of it is not there.
    fn list(&self, below: &str, visit: &mut dyn FnMut(&[u8], Entry)) -> Result<(), SnapshotError>;

    /// What stands at a path from the top.
    ///
    /// # Errors
    /// If a part of it is not there.
    fn entry(&self, path: &str) -> Result<Option<Entry>, SnapshotError>;

    /// The bytes of a file, if they are at most so many.
    ///
    /// # Errors
    /// If the object is not there.
    fn content(&self, object: ObjectName, most: u64) -> Result<Content, SnapshotError>;
}

/// The path of a root from the top of a snapshot; `None` if it lies outside.
pub fn root_in(snapshot: &dyn Snapshot, root: &Root) -> Option<String> {
    let below = root.directory.strip_prefix(snapshot.top()).ok()?;
    let segments: Option<Vec<&str>> = below.iter().map(std::ffi::OsStr::to_str).collect();
    Some(segments?.join("/"))
}

fn joined(directory: &str, path: &str) -> String {
    match (directory, path) {
        ("", path) => path.to_owned(),
        (directory, "") => directory.to_owned(),
        (directory, path) => format!("{directory}/{path}"),
    }
}

/// Reads one file of a snapshot by its path in a report.
///
/// # Errors
/// As [`super::read_file`].
pub fn read_in(snapshot: &dyn Snapshot, roots: &[Root], path: &RepoPath, limits: Limits) -> Result<Source, Unread> {
    let root = roots.iter().filter(|root| path.is_within(&root.label)).max_by_key(|root| root.label.as_str().len());
    let Some(root) = root else { return Err(Unread::Missing) };
    let (Some(prefix), Some(relative)) = (root_in(snapshot, root), path.relative_to(&root.label)) else {
        return Err(Unread::Missing);
    };
    read_at(snapshot, &prefix, relative, path, limits)
}

/// Every file and link of a snapshot below these roots, by its path in a report and sorted, with where a file's bytes are.
///
/// # Errors
/// If a part of the snapshot is not there.
pub fn files_in(snapshot: &dyn Snapshot, roots: &[Root]) -> Result<Vec<(RepoPath, Option<ObjectName>)>, SnapshotError> {
    let mut found = Vec::new();
    for root in roots {
        let Some(prefix) = root_in(snapshot, root) else { continue };
        let skip = if prefix.is_empty() { 0 } else { prefix.len() + 1 };
        snapshot.list(&prefix, &mut |from_top, entry| {
            let path = || repo_path(&root.label, &native(from_top.get(skip..).unwrap_or_default()));
            match entry {
                Entry::File(object) => found.push((path(), Some(object))),
                Entry::Link(_) => found.push((path(), None)),
                Entry::Submodule | Entry::Directory => {}
            }
        })?;
    }
    found.sort();
    Ok(found)
}

/// Where the bytes of a file are, by its path in a report, following links that stay below its root.
pub fn object_in(snapshot: &dyn Snapshot, roots: &[Root], path: &RepoPath) -> Option<ObjectName> {
    let root = roots.iter().filter(|root| path.is_within(&root.label)).max_by_key(|root| root.label.as_str().len())?;
    let prefix = root_in(snapshot, root)?;
    let mut place = joined(&prefix, path.relative_to(&root.label)?);
    for _ in 0..MOST_LINKS {
        let inside = prefix.is_empty() || place.strip_prefix(&prefix).is_some_and(|below| below.starts_with('/'));
        match snapshot.entry(&place).ok()?? {
            Entry::File(object) => return inside.then_some(object),
            Entry::Link(object) => place = target(snapshot, &place, object)?,
            Entry::Directory | Entry::Submodule => return None,
        }
    }
    None
}

/// Whether there is a file at a path of a report, as [`super::is_file`] says it of directories.
pub fn is_file_in(snapshot: &dyn Snapshot, roots: &[Root], path: &RepoPath) -> bool {
    object_in(snapshot, roots, path).is_some()
}

/// The bytes of a file, as [`super::read_bytes`] reads them from directories.
pub fn bytes_in(snapshot: &dyn Snapshot, roots: &[Root], path: &RepoPath, most: u64) -> Option<Vec<u8>> {
    match snapshot.content(object_in(snapshot, roots, path)?, most).ok()? {
        Content::Bytes(bytes) => Some(bytes),
        Content::TooLarge => None,
    }
}

/// Reads a file below a directory of the snapshot, following links that stay below it.
fn read_at(
    snapshot: &dyn Snapshot,
    prefix: &str,
    relative: &str,
    shown: &RepoPath,
    limits: Limits,
) -> Result<Source, Unread> {
    let trouble = |kind, message| Unread::Trouble(Diagnostic::file(shown, kind, message));
    let missing = |error: SnapshotError| trouble(DiagnosticKind::Unreadable, error.message);
    let mut place = joined(prefix, relative);
    for _ in 0..MOST_LINKS {
        let below = if prefix.is_empty() { Some(place.as_str()) } else { place.strip_prefix(prefix) };
        let inside = below.is_some_and(|below| prefix.is_empty() || below.starts_with('/'));
        match snapshot.entry(&place).map_err(missing)? {
            Some(Entry::File(object)) if inside => {
                return source(snapshot.content(object, limits.file_bytes).map_err(missing)?, shown, limits);
            }
            Some(Entry::Link(object)) => place = target(snapshot, &place, object).ok_or(Unread::Missing)?,
            Some(_) | None => return Err(Unread::Missing),
        }
    }
    Err(Unread::Missing)
}

fn source(content: Content, shown: &RepoPath, limits: Limits) -> Result<Source, Unread> {
    let trouble = |kind, message| Unread::Trouble(Diagnostic::file(shown, kind, message));
    match content {
        Content::Bytes(bytes) => Source::from_bytes(shown.clone(), bytes)
            .map_err(|error| trouble(DiagnosticKind::Malformed, error.to_string())),
        Content::TooLarge => {
            let message = format!("is larger than the {} MiB that are read of one file", limits.file_bytes >> 20);
            Err(trouble(DiagnosticKind::Limit, message))
        }
    }
}

/// The first bytes of an artefact. Of one that is too large to be taken out of the repository nothing is known but its name.
fn head(content: Content, shown: &RepoPath, most: u64) -> Source {
    let (mut bytes, size) = match content {
        Content::Bytes(bytes) => {
            let size = bytes.len() as u64;
            (bytes, size)
        }
        Content::TooLarge => (Vec::new(), 0),
    };
    bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Source::from_head(shown.clone(), bytes, size)
}

/// Where a link leads, as a path from the top; `None` if that is outside.
fn target(snapshot: &dyn Snapshot, link: &str, object: ObjectName) -> Option<String> {
    let Content::Bytes(bytes) = snapshot.content(object, 1 << 12).ok()? else { return None };
    let text = std::str::from_utf8(&bytes).ok()?;
    if text.starts_with('/') {
        return None;
    }
    let mut segments: Vec<&str> = link.split('/').collect();
    segments.pop();
    for segment in text.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

/// A file name of git as one of this system.
fn native(bytes: &[u8]) -> Cow<'_, Path> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Cow::Borrowed(Path::new(std::ffi::OsStr::from_bytes(bytes)))
    }
    #[cfg(not(unix))]
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => Cow::Borrowed(Path::new(text)),
        Cow::Owned(text) => Cow::Owned(PathBuf::from(text)),
    }
}

/// A file that is to be read.
struct Wanted {
    by: usize,
    path: RepoPath,
    relative: PathBuf,
    /// Where its bytes are, or why they cannot be had.
    object: Result<ObjectName, Diagnostic>,
}

/// Walks a snapshot as [`super::walk`] walks directories. Submodules are named in the answer and not entered.
///
/// # Errors
/// If a part of the snapshot is not there.
pub fn walk_snapshot<T: Send>(
    snapshot: &dyn Snapshot,
    options: &Options<'_>,
    patterns: &Patterns,
    handle: impl Fn(usize, Result<Source, RepoPath>) -> T + Sync,
) -> Result<Walked<T>, SnapshotError> {
    let mut walked = Walked {
        items: Vec::new(),
        counts: FileCounts::default(),
        diagnostics: Vec::new(),
        noticed: Vec::new(),
        submodules: Vec::new(),
    };
    let mut noticed: BTreeMap<usize, Noticed> = BTreeMap::new();
    let mut wanted = Vec::new();
    for root in options.roots {
        let Some(prefix) = root_in(snapshot, root) else {
            return Err(SnapshotError {
                message: format!("{} lies outside of the repository", root.directory.display()),
                help: Some("name paths of one repository"),
            });
        };
        let found = gather(snapshot, options, patterns, root, &prefix)?;
        walked.counts.seen += found.seen;
        walked.counts.excluded += found.excluded;
        walked.counts.installed_trees += found.installed;
        walked.submodules.extend(found.submodules);
        for (by, path) in found.noticed {
            let entry = noticed.entry(by).or_insert_with(|| Noticed { by, count: 0, first: path.clone() });
            entry.count += 1;
            if (path.lies_in_test_data(), &path) < (entry.first.lies_in_test_data(), &entry.first) {
                entry.first = path;
            }
        }
        wanted.extend(found.wanted);
    }
    let mut batch: Vec<(usize, RepoPath, Result<Content, Diagnostic>)> = Vec::new();
    let mut held = 0;
    for Wanted { by, path, object, .. } in wanted {
        let content = if walked.counts.bytes > options.limits.total_bytes {
            let message = "was not read: the run's budget of bytes is used up";
            Err(Diagnostic::file(&path, DiagnosticKind::Limit, message))
        } else {
            match object {
                Ok(object) => Ok(snapshot.content(object, options.limits.file_bytes)?),
                Err(diagnostic) => Err(diagnostic),
            }
        };
        if let Ok(Content::Bytes(bytes)) = &content {
            held += bytes.len();
            walked.counts.bytes += bytes.len() as u64;
        }
        batch.push((by, path, content));
        if held > BATCH {
            hand_on(std::mem::take(&mut batch), options.limits, patterns, &handle, &mut walked);
            held = 0;
        }
    }
    hand_on(batch, options.limits, patterns, &handle, &mut walked);
    walked.items.sort_by(|a, b| a.0.cmp(&b.0));
    walked.diagnostics.sort();
    walked.noticed = noticed.into_values().collect();
    Ok(walked)
}

/// Lets the workers read a batch.
fn hand_on<T: Send>(
    batch: Vec<(usize, RepoPath, Result<Content, Diagnostic>)>,
    limits: Limits,
    patterns: &Patterns,
    handle: &(impl Fn(usize, Result<Source, RepoPath>) -> T + Sync),
    walked: &mut Walked<T>,
) {
    let done: Vec<(RepoPath, T, Option<Diagnostic>)> = batch
        .into_par_iter()
        .map(|(by, path, content)| {
            let read = match (content, patterns.head(by)) {
                (Ok(content), Some(most)) => Ok(head(content, &path, most)),
                (Ok(content), None) => source(content, &path, limits).map_err(|unread| match unread {
                    Unread::Trouble(diagnostic) => diagnostic,
                    Unread::Missing => Diagnostic::file(&path, DiagnosticKind::Unreadable, "is not there"),
                }),
                (Err(diagnostic), _) => Err(diagnostic),
            };
            match read {
                Ok(source) => (path, handle(by, Ok(source)), None),
                Err(diagnostic) => (path.clone(), handle(by, Err(path)), Some(diagnostic)),
            }
        })
        .collect();
    for (path, item, trouble) in done {
        match trouble {
            Some(diagnostic) => walked.diagnostics.push(diagnostic),
            None => {
                walked.counts.read += 1;
                walked.counts.fixtures += u64::from(path.parent().lies_in_test_data());
            }
        }
        walked.items.push((path, item));
    }
}

/// What one root holds.
#[derive(Default)]
struct Found {
    seen: u64,
    excluded: u64,
    installed: u64,
    wanted: Vec<Wanted>,
    noticed: Vec<(usize, RepoPath)>,
    submodules: Vec<RepoPath>,
}

fn gather(
    snapshot: &dyn Snapshot,
    options: &Options<'_>,
    patterns: &Patterns,
    root: &Root,
    prefix: &str,
) -> Result<Found, SnapshotError> {
    let mut found = Found::default();
    let mut links = Vec::new();
    let mut installed: BTreeSet<Vec<u8>> = BTreeSet::new();
    let mut noticed: Vec<(usize, PathBuf)> = Vec::new();
    let only = root.only.as_deref().map(|file| file.strip_prefix(&root.directory).unwrap_or(file));
    let skip = if prefix.is_empty() { 0 } else { prefix.len() + 1 };
    snapshot.list(prefix, &mut |from_top, entry| {
        let below = from_top.get(skip..).unwrap_or_default();
        let relative = native(below);
        if only.is_some_and(|only| only != relative) {
            return;
        }
        found.seen += u64::from(entry != Entry::Submodule);
        installed_trees(options, below, &mut installed);
        let Some(name) = relative.file_name() else { return };
        let path = || repo_path(&root.label, &relative);
        let object = match entry {
            Entry::Submodule => return found.submodules.push(path()),
            Entry::Directory => return,
            Entry::Link(object) => {
                if patterns.may_want(name) {
                    links.push((from_top.to_vec(), relative.to_path_buf(), object));
                }
                return;
            }
            Entry::File(object) => object,
        };
        if !patterns.may_want(name) && !options.noticed.may_want(name) {
            return;
        }
        match patterns.wanted_by(&relative) {
            Some(by) => {
                found.wanted.push(Wanted { by, path: path(), relative: relative.to_path_buf(), object: Ok(object) });
            }
            None => noticed.extend(options.noticed.wanted_by(&relative).map(|by| (by, relative.to_path_buf()))),
        }
    })?;
    for (from_top, relative, object) in links {
        link(snapshot, patterns, root, skip, (&from_top, &relative, object), &mut found)?;
    }
    let is_excluded = |path: &RepoPath| !options.exclude.is_empty() && options.exclude.is_match(path.as_str());
    // A tree within another one is part of it.
    let outer: Vec<&Vec<u8>> = installed.iter().filter(|tree| !lies_in(tree, &installed)).collect();
    found.installed = outer.iter().filter(|tree| !is_excluded(&repo_path(&root.label, &native(tree)))).count() as u64;
    let in_installed =
        |relative: &Path| !installed.is_empty() && lies_in(relative.as_os_str().as_encoded_bytes(), &installed);
    let mut excluded = 0;
    found.wanted.retain(|wanted| {
        if in_installed(&wanted.relative) {
            return false;
        }
        let out = is_excluded(&wanted.path);
        excluded += u64::from(out);
        !out
    });
    found.excluded = excluded;
    let noticed = noticed.into_iter().filter(|(_, relative)| !in_installed(relative));
    let noticed = noticed.map(|(by, relative)| (by, repo_path(&root.label, &relative)));
    found.noticed = noticed.filter(|(_, path)| !is_excluded(path)).collect();
    found.submodules.retain(|path| !is_excluded(path));
    Ok(found)
}

const OUT: &str = "is a symbolic link out of the scanned tree, which is not followed";

/// A link whose name may be wanted: what is meant is read under the link's name, unless its own name is recognised.
fn link(
    snapshot: &dyn Snapshot,
    patterns: &Patterns,
    root: &Root,
    skip: usize,
    (from_top, relative, object): (&[u8], &Path, ObjectName),
    found: &mut Found,
) -> Result<(), SnapshotError> {
    let (Some(by), Ok(mut place)) = (patterns.wanted_by(relative), std::str::from_utf8(from_top).map(str::to_owned))
    else {
        return Ok(());
    };
    let path = repo_path(&root.label, relative);
    let mut object = object;
    let inside = |place: &str| skip == 0 || place.as_bytes().get(..skip) == from_top.get(..skip);
    let mut trouble = "is a symbolic link that leads nowhere";
    for _ in 0..MOST_LINKS {
        let Some(leads_to) = target(snapshot, &place, object) else {
            trouble = OUT;
            break;
        };
        match snapshot.entry(&leads_to)? {
            Some(Entry::Link(next)) => {
                place = leads_to;
                object = next;
            }
            Some(_) if !inside(&leads_to) => {
                trouble = OUT;
                break;
            }
            Some(Entry::File(object)) => {
                if patterns.wanted_by(leads_to.get(skip..).unwrap_or_default()).is_none() {
                    found.wanted.push(Wanted { by, path, relative: relative.to_owned(), object: Ok(object) });
                }
                return Ok(());
            }
            Some(Entry::Directory | Entry::Submodule) => return Ok(()),
            None => break,
        }
    }
    let object = Err(Diagnostic::file(&path, DiagnosticKind::Unreadable, trouble));
    found.wanted.push(Wanted { by, path, relative: relative.to_owned(), object });
    Ok(())
}

fn lies_in(path: &[u8], trees: &BTreeSet<Vec<u8>>) -> bool {
    memchr::memchr_iter(b'/', path).any(|at| trees.contains(&path[..at]))
}

/// The directories of which this path shows that they are installed trees.
fn installed_trees(options: &Options<'_>, path: &[u8], found: &mut BTreeSet<Vec<u8>>) {
    let mut start = 0;
    for end in memchr::memchr_iter(b'/', path) {
        let segment = &path[start..end];
        start = end + 1;
        for prune in options.prune.iter().filter(|prune| prune.name.as_bytes() == segment) {
            let mut rest = &path[end + 1..];
            let is_one = match prune.sign {
                None => true,
                Some(sign) => {
                    let sign = match sign.strip_prefix("*/") {
                        Some(below) => {
                            rest = memchr::memchr(b'/', rest).map_or(&[][..], |at| &rest[at + 1..]);
                            below
                        }
                        None => sign,
                    };
                    rest.strip_prefix(sign.as_bytes()).is_some_and(|rest| rest.first().is_none_or(|byte| *byte == b'/'))
                }
            };
            if is_one {
                found.insert(path[..end].to_vec());
            }
        }
    }
}
