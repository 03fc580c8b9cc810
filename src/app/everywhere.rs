//! Questions that any file may answer: what must not be in a text, and what names and first bytes tell of programs and copies.

use std::collections::BTreeSet;

use globset::GlobSet;
use rayon::prelude::*;

use crate::model::{Fact, Practices, RepoPath};
use crate::practice;
use crate::walk::{self, Content, ObjectName, Root, Snapshot, SnapshotError};

use super::scan::Look;

/// Larger texts are not looked through.
const LARGEST_TEXT: u64 = 4 << 20;

/// Bytes that are held before they are handed to the workers.
const BATCH: usize = 64 << 20;

/// What was found, and at how many files was looked; `None`: nobody asked.
#[derive(Debug, Default)]
pub(super) struct Everywhere {
    facts: Vec<Fact>,
    texts: Option<u64>,
    files: Option<u64>,
}

impl Everywhere {
    /// Adds it to what else was read.
    pub fn add_to(self, practices: &mut Practices) {
        practices.facts.extend(self.facts);
        practices.facts.sort();
        practices.texts = self.texts.or(practices.texts);
        practices.files = self.files.or(practices.files);
    }

    /// The files of which something is told.
    #[cfg(feature = "git")]
    pub fn told(&self) -> impl Iterator<Item = &RepoPath> {
        self.facts.iter().map(|fact| &fact.location.path)
    }
}

/// Looks at all files of directories, as far as `look` asks.
pub(super) fn in_directories(roots: &[Root], no_ignore: bool, exclude: &GlobSet, look: Look) -> Everywhere {
    let mut found = Everywhere::default();
    let hidden = |path: &RepoPath| exclude.is_match(path.as_str());
    if look.texts {
        let options =
            walk::TextOptions { roots, respect_ignore_files: !no_ignore, file_bytes: LARGEST_TEXT, threads: 0 };
        let (facts, counts, _) =
            walk::texts(
                &options,
                |path, text| {
                    if hidden(path) { Vec::new() } else { practice::look_at_text(path, text) }
                },
            );
        found.facts.extend(facts.into_iter().flat_map(|(_, facts)| facts));
        found.texts = Some(counts.texts);
    }
    if look.files {
        let heads = walk::heads(roots, !no_ignore, practice::head_wanted, |path, head, size| {
            practice::look_at_head(path, head, size).filter(|_| !hidden(path))
        });
        found.facts.extend(heads.items);
        let paths: Vec<&str> = heads.paths.iter().filter(|path| !hidden(path)).map(RepoPath::as_str).collect();
        found.facts.extend(practice::copied_directories(paths.iter().copied()));
        found.files = Some(heads.paths.len() as u64);
    }
    found
}

/// The same of a snapshot. With `only`, of what a file says by itself nothing is looked at but these: of the others it says the
/// same on another side.
///
/// # Errors
/// If a part of the snapshot is not there.
pub(super) fn in_snapshot(
    snapshot: &dyn Snapshot,
    roots: &[Root],
    exclude: &GlobSet,
    look: Look,
    only: Option<&BTreeSet<RepoPath>>,
) -> Result<Everywhere, SnapshotError> {
    let mut found = Everywhere::default();
    if !look.texts && !look.files {
        return Ok(found);
    }
    // Where a directory is somebody else's, the names of all files tell; they tell the same if none of these has a say in it.
    let copies = look.files && only.is_none_or(|only| only.iter().any(practice::tells_of_copies));
    let mut all = match only.filter(|_| !copies) {
        Some(only) => only.iter().map(|path| (path.clone(), walk::object_in(snapshot, roots, path))).collect(),
        None => walk::files_in(snapshot, roots)?,
    };
    all.retain(|(path, _)| !exclude.is_match(path.as_str()));
    let (mut texts, mut files) = (0, 0);
    let mut batch: Vec<(&RepoPath, Vec<u8>)> = Vec::new();
    let mut held = 0;
    let mut hand_on = |batch: &mut Vec<(&RepoPath, Vec<u8>)>| {
        let told: Vec<(bool, Vec<Fact>)> =
            std::mem::take(batch).into_par_iter().map(|(path, bytes)| told_by(path, bytes, look)).collect();
        for (is_text, facts) in told {
            texts += u64::from(is_text);
            found.facts.extend(facts);
        }
    };
    for (path, object) in &all {
        let Some(object) = object.filter(|_| only.is_none_or(|only| only.contains(path))) else { continue };
        files += 1;
        if let Some(bytes) = wanted(snapshot, object, path, look)? {
            held += bytes.len();
            batch.push((path, bytes));
        }
        if held > BATCH {
            hand_on(&mut batch);
            held = 0;
        }
    }
    hand_on(&mut batch);
    if copies {
        let paths = all.iter().map(|(path, _)| path.as_str());
        found.facts.extend(practice::copied_directories(paths));
    }
    found.files = look.files.then_some(files);
    found.texts = look.texts.then_some(texts);
    Ok(found)
}

/// Whether a file is a text that was looked through, and what it tells by itself.
fn told_by(path: &RepoPath, bytes: Vec<u8>, look: Look) -> (bool, Vec<Fact>) {
    let most = if look.files { practice::head_wanted(path.as_str()) } else { 0 };
    let head = &bytes[..bytes.len().min(most)];
    let program = (most > 0).then(|| practice::look_at_head(path, head, bytes.len() as u64)).flatten();
    let mut facts: Vec<Fact> = program.into_iter().collect();
    let text = look.texts.then(|| walk::text_of(bytes)).flatten();
    facts.extend(text.iter().flat_map(|text| practice::look_at_text(path, text)));
    (text.is_some(), facts)
}

/// Whether a file of a snapshot tells anything that `look` asks of any file.
///
/// # Errors
/// If a part of the snapshot is not there.
#[cfg(feature = "git")]
pub(super) fn tells(
    snapshot: &dyn Snapshot,
    object: ObjectName,
    path: &RepoPath,
    look: Look,
) -> Result<bool, SnapshotError> {
    let bytes = wanted(snapshot, object, path, look)?;
    Ok(bytes.is_some_and(|bytes| !told_by(path, bytes, look).1.is_empty()))
}

/// The bytes of a file, if anybody asks for them.
fn wanted(
    snapshot: &dyn Snapshot,
    object: ObjectName,
    path: &RepoPath,
    look: Look,
) -> Result<Option<Vec<u8>>, SnapshotError> {
    if !look.texts && practice::head_wanted(path.as_str()) == 0 {
        return Ok(None);
    }
    // A program is larger than a text, and its first bytes are had with all others only.
    let most = if look.files { walk::Limits::default().file_bytes } else { LARGEST_TEXT };
    Ok(match snapshot.content(object, most)? {
        Content::Bytes(bytes) => Some(bytes),
        Content::TooLarge => None,
    })
}
