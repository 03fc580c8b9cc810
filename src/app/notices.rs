//! Notices that a change takes out of files: the files it touches, beside what they were.

use std::collections::BTreeMap;

use globset::GlobSet;

use crate::model::{Location, RemovedNotice, RepoPath};
use crate::practice;
use crate::walk::git::{GitError, Repository, Revision};
use crate::walk::{Content, Entry, Root, Snapshot, SnapshotError, read_text, root_in};

/// Larger files are written by programs.
const LARGEST: u64 = 1 << 20;

/// So many files that came are compared with each one that went.
const MOST_MOVED: usize = 300;

/// From this part of its lines on (in percent) a file that came is the one that went.
const SAME: usize = 50;

/// The earlier and the present side of the files of a repository.
pub(super) struct Sides<'a> {
    pub before: &'a Revision,
    /// `None`: the working tree.
    pub now: Option<&'a dyn Snapshot>,
    pub roots: &'a [Root],
    pub exclude: &'a GlobSet,
}

/// A path from the top of the repository, as reports show it; `None`: it is not scanned.
fn shown(sides: &Sides<'_>, path: &str) -> Option<RepoPath> {
    sides.roots.iter().filter(|root| root.only.is_none()).find_map(|root| {
        let below = root_in(sides.before, root)?;
        let relative = match below.as_str() {
            "" => path,
            below => path.strip_prefix(below)?.strip_prefix('/')?,
        };
        let shown = root.label.join(relative)?;
        (!sides.exclude.is_match(shown.as_str())).then_some(shown)
    })
}

fn text_in(snapshot: &dyn Snapshot, path: &str) -> Option<String> {
    match snapshot.entry(path).ok()?? {
        Entry::File(object) => match snapshot.content(object, LARGEST).ok()? {
            Content::Bytes(bytes) => String::from_utf8(bytes).ok(),
            Content::TooLarge => None,
        },
        Entry::Link(_) | Entry::Submodule | Entry::Directory => None,
    }
}

fn text_now(sides: &Sides<'_>, path: &str) -> Option<String> {
    match sides.now {
        Some(snapshot) => text_in(snapshot, path),
        None => read_text(&sides.before.top().join(path), LARGEST),
    }
}

/// The paths in which two snapshots differ.
pub(super) fn differing(before: &Revision, now: &dyn Snapshot) -> Result<Vec<String>, SnapshotError> {
    let mut known: BTreeMap<Vec<u8>, Entry> = BTreeMap::new();
    before.list("", &mut |path, entry| {
        known.insert(path.to_vec(), entry);
    })?;
    let mut changed: Vec<Vec<u8>> = Vec::new();
    now.list("", &mut |path, entry| match known.remove(path) {
        Some(same) if same == entry => {}
        _ => changed.push(path.to_vec()),
    })?;
    changed.extend(known.into_keys());
    changed.sort();
    Ok(changed.into_iter().map(|path| String::from_utf8_lossy(&path).into_owned()).collect())
}

/// The paths that a change touches: by the index, where the present side is the working tree.
pub(super) fn touched(repository: &Repository, sides: &Sides<'_>) -> Result<Vec<String>, GitError> {
    match sides.now {
        Some(now) => Ok(differing(sides.before, now)?),
        None => Ok(repository.staged(None)?.changes(sides.before)?),
    }
}

/// The notices that are gone from files that are still there, of the paths that differ.
pub(super) fn removed(sides: &Sides<'_>, touched: &[String]) -> Vec<RemovedNotice> {
    let mut found = Vec::new();
    let mut went: Vec<(&str, String)> = Vec::new();
    let mut came: Vec<(&str, String)> = Vec::new();
    for path in touched {
        let Some(shown) = shown(sides, path).filter(practice::may_hold_notices) else { continue };
        let (before, now) = (text_in(sides.before, path), text_now(sides, path));
        match (before, now) {
            (Some(before), Some(now)) => compare(&shown, &before, &now, None, &mut found),
            (Some(before), None) if practice::has_notices(&shown, &before) => went.push((path, before)),
            (None, Some(now)) => came.push((path, now)),
            (Some(_) | None, None) => {}
        }
    }
    for (path, before) in &went {
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let likeness = |(other, now): &&(&str, String)| {
            let kept = practice::kept(before, now);
            (kept >= SAME).then_some((kept, name(path) == name(other)))
        };
        let best = came.iter().take(MOST_MOVED).max_by_key(likeness);
        if let Some((other, now)) = best.filter(|best| likeness(best).is_some())
            && let Some(shown) = shown(sides, other)
        {
            compare(&shown, before, now, Some(path), &mut found);
        }
    }
    found.sort();
    found
}

fn compare(shown: &RepoPath, before: &str, now: &str, from: Option<&str>, found: &mut Vec<RemovedNotice>) {
    let gone = practice::gone(shown, before, now);
    found.extend(gone.into_iter().map(|gone| RemovedNotice {
        location: Location::file(shown),
        text: gone.text.into(),
        line: gone.line,
        from: from.map(Into::into),
    }));
}
