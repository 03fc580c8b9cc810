//! The walk itself: in parallel, each recognised file read once and handed on by the worker that read it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use globset::{Glob, GlobSet, GlobSetBuilder};
use ignore::{WalkBuilder, WalkState};

use crate::model::{Diagnostic, DiagnosticKind, FileCounts, LookUp, RepoPath};
use crate::text::Source;

use super::index::tracked;
use super::name::repo_path;
use super::read::{Limits, Unread, read_file, special};

/// A directory (or single file) to walk.
#[derive(Clone, Debug)]
pub struct Root {
    /// Where it is on this machine.
    pub directory: PathBuf,
    /// What its paths start with in every output: empty for a single root.
    pub label: RepoPath,
    /// Only this file of it, if a file was named.
    pub only: Option<PathBuf>,
}

/// What files are wanted: globs, each with the number of what wants it.
///
/// Nearly every file of a tree is wanted by nobody, and nearly every pattern is a name in any directory (`**/Cargo.lock`):
/// names are looked up, and of the other patterns the end is compared first.
#[derive(Debug)]
pub struct Patterns {
    names: LookUp<String, usize>,
    set: GlobSet,
    ends: Vec<String>,
    wanted_by: Vec<usize>,
}

/// The name of a pattern that is a plain name in any directory.
fn plain_name(pattern: &str) -> Option<&str> {
    pattern.strip_prefix("**/").filter(|name| !name.contains(['/', '*', '?', '[', ']', '{', '}', '\\', '!']))
}

/// What a file name that a pattern matches ends in at least.
fn literal_end(pattern: &str) -> &str {
    let special = pattern.rfind(['/', '*', '?', '[', ']', '{', '}', ',', '\\']);
    special.map_or(pattern, |at| &pattern[at + 1..])
}

impl Patterns {
    /// Patterns as globset reads them, over the path from the root.
    ///
    /// # Errors
    /// If one of them is not a glob.
    pub fn new<'a>(patterns: impl Iterator<Item = (&'a str, usize)>) -> Result<Self, globset::Error> {
        let mut names: LookUp<String, usize> = LookUp::new();
        let mut set = GlobSetBuilder::new();
        let mut ends = Vec::new();
        let mut wanted_by = Vec::new();
        for (pattern, by) in patterns {
            if let Some(name) = plain_name(pattern) {
                let first = names.get_or_insert_with(name.to_owned(), || by);
                *first = by.min(*first);
                continue;
            }
            set.add(Glob::new(pattern)?);
            ends.push(literal_end(pattern).to_owned());
            wanted_by.push(by);
        }
        Ok(Self { names, set: set.build()?, ends, wanted_by })
    }

    /// Whether somebody may want a file of this name.
    fn may_want(&self, name: &OsStr) -> bool {
        name.to_str().is_some_and(|name| self.names.contains_key(name))
            || self.ends.iter().any(|end| name.as_encoded_bytes().ends_with(end.as_bytes()))
    }

    /// Who wants this path: the first pattern's number.
    pub fn wanted_by(&self, path: impl AsRef<Path>) -> Option<usize> {
        let path = path.as_ref();
        let name = path.file_name()?;
        let by_name = name.to_str().and_then(|name| self.names.get(name)).copied();
        let by_end = self.ends.iter().any(|end| name.as_encoded_bytes().ends_with(end.as_bytes()));
        let matching = if by_end { self.set.matches(path) } else { Vec::new() };
        matching.into_iter().map(|index| self.wanted_by[index]).chain(by_name).min()
    }
}

/// A directory that is not searched for projects: its name, and a path below it that must exist for it to count.
#[derive(Clone, Copy, Debug)]
pub struct Prune {
    /// The directory's name.
    pub name: &'static str,
    /// A path below it, whose first segment may be `*` for any directory.
    pub sign: Option<&'static str>,
}

/// How to walk.
#[derive(Debug)]
pub struct Options<'a> {
    /// Where.
    pub roots: &'a [Root],
    /// Whether `.gitignore` files hide what they name. Only those of the tree and of the directories above it count: what
    /// an answer is must not depend on a user's own git configuration.
    pub respect_ignore_files: bool,
    /// Paths that the policy leaves out, counted.
    pub exclude: &'a GlobSet,
    /// Names of files that nothing reads and that are worth a word.
    pub noticed: &'a Patterns,
    /// Trees of other people's files.
    pub prune: &'a [Prune],
    /// Budgets.
    pub limits: Limits,
    /// Workers; 0 means one for each processor.
    pub threads: usize,
}

/// What a walk brought.
#[derive(Debug)]
pub struct Walked<T> {
    /// What became of each file that was read, sorted by path.
    pub items: Vec<(RepoPath, T)>,
    /// What was met.
    pub counts: FileCounts,
    /// What could not be read, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// Files that nothing reads and that are worth a word, by their patterns' numbers.
    pub noticed: Vec<Noticed>,
}

/// Files that nothing reads and that are worth a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    /// The pattern's number.
    pub by: usize,
    /// How many there are.
    pub count: u64,
    /// One of them.
    pub first: RepoPath,
}

/// How many entries of a directory are asked for a sign that begins with `*`.
const SIGN_ENTRIES: usize = 32;

fn has_sign(directory: &Path, sign: &str) -> bool {
    match sign.strip_prefix("*/") {
        None => directory.join(sign).exists(),
        Some(below) => std::fs::read_dir(directory)
            .is_ok_and(|entries| entries.flatten().take(SIGN_ENTRIES).any(|entry| entry.path().join(below).exists())),
    }
}

struct Shared<'a, T, F> {
    options: &'a Options<'a>,
    patterns: &'a Patterns,
    handle: F,
    items: Mutex<Vec<(RepoPath, T)>>,
    diagnostics: Mutex<Vec<Diagnostic>>,
    noticed: Mutex<BTreeMap<usize, Noticed>>,
    seen: AtomicU64,
    read: AtomicU64,
    bytes: AtomicU64,
    excluded: AtomicU64,
    fixtures: AtomicU64,
    installed_trees: AtomicU64,
}

impl<T: Send, F: Fn(usize, Result<Source, RepoPath>) -> T + Sync> Shared<'_, T, F> {
    fn complain(&self, diagnostic: Diagnostic) {
        self.diagnostics.lock().expect("no worker panics while it holds this").push(diagnostic);
    }

    /// Reads a recognised file and hands it on.
    fn take(&self, file: &Path, path: RepoPath, by: usize) {
        let read_before = self.bytes.load(Ordering::Relaxed);
        if read_before > self.options.limits.total_bytes {
            let message = "was not read: the run's budget of bytes is used up";
            self.complain(Diagnostic::file(&path, DiagnosticKind::Limit, message));
            self.hand_on(path.clone(), by, Err(path));
            return;
        }
        match read_file(file, &path, self.options.limits) {
            Ok(source) => {
                self.read.fetch_add(1, Ordering::Relaxed);
                self.bytes.fetch_add(source.text().len() as u64, Ordering::Relaxed);
                if path.parent().lies_in_test_data() {
                    self.fixtures.fetch_add(1, Ordering::Relaxed);
                }
                self.hand_on(path, by, Ok(source));
            }
            Err(Unread::Missing) => {
                self.complain(Diagnostic::file(&path, DiagnosticKind::Unreadable, "vanished before it could be read"));
                self.hand_on(path.clone(), by, Err(path));
            }
            Err(Unread::Trouble(diagnostic)) => {
                self.complain(diagnostic);
                self.hand_on(path.clone(), by, Err(path));
            }
        }
    }

    fn hand_on(&self, path: RepoPath, by: usize, source: Result<Source, RepoPath>) {
        let item = (self.handle)(by, source);
        self.items.lock().expect("no worker panics while it holds this").push((path, item));
    }

    /// A symbolic link whose name is wanted, or that might hide a directory.
    fn link(&self, root: &Root, entry: &Path, path: &RepoPath) {
        let Ok(top) = root.directory.canonicalize() else { return };
        let wanted = self.patterns.wanted_by(path.as_str());
        match entry.canonicalize() {
            Err(error) if wanted.is_some() => {
                let message = format!("is a symbolic link that leads nowhere: {error}");
                self.complain(Diagnostic::file(path, DiagnosticKind::Unreadable, message));
                self.hand_on(path.clone(), wanted.unwrap_or_default(), Err(path.clone()));
            }
            Err(_) => {}
            Ok(target) if !target.starts_with(&top) => {
                if let Some(by) = wanted {
                    let message = "is a symbolic link out of the scanned tree, which is not followed";
                    self.complain(Diagnostic::file(path, DiagnosticKind::Unreadable, message));
                    self.hand_on(path.clone(), by, Err(path.clone()));
                } else if target.is_dir() {
                    let message = "is a symbolic link to a directory out of the scanned tree, which is not followed";
                    self.complain(Diagnostic::file(path, DiagnosticKind::Note, message));
                }
            }
            Ok(target) => {
                let Some(by) = wanted else { return };
                // A target that is recognised by itself is read under its own name.
                let own = target.strip_prefix(&top).map(|below| repo_path(&root.label, below));
                if own.is_ok_and(|own| self.patterns.wanted_by(own.as_str()).is_none()) {
                    self.take(&target, path.clone(), by);
                }
            }
        }
    }

    fn root(&self, root: &Root) {
        if let Some(file) = &root.only {
            let relative = file.strip_prefix(&root.directory).unwrap_or(file);
            let path = repo_path(&root.label, relative);
            self.seen.fetch_add(1, Ordering::Relaxed);
            match self.patterns.wanted_by(path.as_str()).or_else(|| self.patterns.wanted_by(file)) {
                Some(by) => self.take(file, path, by),
                None => {
                    let message = "no format has this name (`sepal formats` lists those that are read)";
                    self.complain(Diagnostic::file(&path, DiagnosticKind::Unreadable, message));
                }
            }
            return;
        }
        let mut builder = WalkBuilder::new(&root.directory);
        builder
            .standard_filters(false)
            .git_ignore(self.options.respect_ignore_files)
            .parents(self.options.respect_ignore_files)
            .require_git(false)
            .hidden(false)
            .follow_links(false)
            .threads(self.options.threads);
        builder.build_parallel().run(|| Box::new(|entry| self.entry(root, entry)));
        if self.options.respect_ignore_files {
            self.tracked(root);
        }
    }

    /// Reads the recognised files that git tracks although a pattern of `.gitignore` names them: the walk has not met them.
    fn tracked(&self, root: &Root) {
        let recognised = tracked(&root.directory, |path| self.patterns.wanted_by(path).is_some());
        if recognised.is_empty() {
            return;
        }
        let items = self.items.lock().expect("no worker panics while it holds this");
        let met: BTreeSet<RepoPath> = items.iter().map(|(path, _)| path.clone()).collect();
        drop(items);
        for relative in recognised {
            let path = repo_path(&root.label, &relative);
            let file = root.directory.join(&relative);
            let installed = || {
                relative.ancestors().skip(1).any(|directory| {
                    let name = directory.file_name();
                    let place = root.directory.join(directory);
                    self.options.prune.iter().any(|prune| {
                        name.is_some_and(|name| name == prune.name)
                            && prune.sign.is_none_or(|sign| has_sign(&place, sign))
                    })
                })
            };
            // What is a link, or lies behind one, is not what git tracks here.
            let is_plain = || file.canonicalize().is_ok_and(|place| place == file);
            if met.contains(&path) || self.is_excluded(&path) || installed() || !is_plain() {
                continue;
            }
            if let Some(by) = self.patterns.wanted_by(&relative) {
                self.seen.fetch_add(1, Ordering::Relaxed);
                self.take(&file, path, by);
            }
        }
    }

    fn entry(&self, root: &Root, entry: Result<ignore::DirEntry, ignore::Error>) -> WalkState {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                self.walk_error(root, &error);
                return WalkState::Continue;
            }
        };
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        let relative = || entry.path().strip_prefix(&root.directory).unwrap_or(entry.path());
        if kind.is_dir() {
            if entry.depth() > 0 && self.is_pruned(root, &entry, &relative) {
                return WalkState::Skip;
            }
            return WalkState::Continue;
        }
        self.seen.fetch_add(1, Ordering::Relaxed);
        // The cheap test first: nearly no file is wanted. Only a wanted path becomes a RepoPath.
        let name = entry.file_name();
        if !kind.is_symlink() && !self.patterns.may_want(name) && !self.options.noticed.may_want(name) {
            return WalkState::Continue;
        }
        let relative = relative();
        if kind.is_symlink() {
            let path = repo_path(&root.label, relative);
            if !self.is_excluded(&path) {
                self.link(root, entry.path(), &path);
            }
            return WalkState::Continue;
        }
        let Some(by) = self.patterns.wanted_by(relative) else {
            self.notice(root, relative);
            return WalkState::Continue;
        };
        let path = repo_path(&root.label, relative);
        if self.is_excluded(&path) {
            self.excluded.fetch_add(1, Ordering::Relaxed);
            return WalkState::Continue;
        }
        if kind.is_file() {
            self.take(entry.path(), path, by);
        } else {
            let what = entry.metadata().ok().and_then(|metadata| special(&metadata)).unwrap_or("not a plain file");
            self.complain(Diagnostic::file(&path, DiagnosticKind::Unreadable, format!("is {what}, which is not read")));
            self.hand_on(path.clone(), by, Err(path));
        }
        WalkState::Continue
    }

    /// Counts a file that nothing reads, and whose name says that something is missing from the answer.
    fn notice(&self, root: &Root, relative: &Path) {
        let Some(by) = self.options.noticed.wanted_by(relative) else { return };
        let path = repo_path(&root.label, relative);
        if self.is_excluded(&path) {
            return;
        }
        let mut noticed = self.noticed.lock().expect("no worker panics while it holds this");
        let found = noticed.entry(by).or_insert_with(|| Noticed { by, count: 0, first: path.clone() });
        found.count += 1;
        // The one to show: not of test data, if there is another, and the same whatever the order of the walk.
        if (path.lies_in_test_data(), &path) < (found.first.lies_in_test_data(), &found.first) {
            found.first = path;
        }
    }

    fn is_excluded(&self, path: &RepoPath) -> bool {
        !self.options.exclude.is_empty() && self.options.exclude.is_match(path.as_str())
    }

    fn is_pruned<'p>(&self, root: &Root, entry: &ignore::DirEntry, relative: &dyn Fn() -> &'p Path) -> bool {
        let name = entry.file_name();
        if name == ".git" {
            return true;
        }
        let prune = self.options.prune.iter().filter(|prune| name == prune.name);
        for tree in prune {
            if tree.sign.is_none_or(|sign| has_sign(entry.path(), sign)) {
                let path = repo_path(&root.label, relative());
                if !self.is_excluded(&path) {
                    self.installed_trees.fetch_add(1, Ordering::Relaxed);
                }
                return true;
            }
        }
        false
    }

    fn walk_error(&self, root: &Root, error: &ignore::Error) {
        fn path_of(error: &ignore::Error) -> Option<&Path> {
            match error {
                ignore::Error::WithPath { path, .. } => Some(path),
                ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
                ignore::Error::Loop { child, .. } => Some(child),
                _ => None,
            }
        }
        let relative = path_of(error).and_then(|path| path.strip_prefix(&root.directory).ok()).unwrap_or(Path::new(""));
        let path = repo_path(&root.label, relative);
        let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        self.complain(Diagnostic::file(&path, DiagnosticKind::Unreadable, format!("could not be walked: {reason}")));
    }
}

/// Walks the roots and hands every file that a pattern wants to `handle`: its pattern's number, and its text or, where it
/// could not be read (for which there is a diagnostic), its path. `handle` runs on the worker that read the file.
pub fn walk<T: Send>(
    options: &Options<'_>,
    patterns: &Patterns,
    handle: impl Fn(usize, Result<Source, RepoPath>) -> T + Sync,
) -> Walked<T> {
    let shared = Shared {
        options,
        patterns,
        handle,
        items: Mutex::new(Vec::new()),
        diagnostics: Mutex::new(Vec::new()),
        noticed: Mutex::new(BTreeMap::new()),
        seen: AtomicU64::new(0),
        read: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
        excluded: AtomicU64::new(0),
        fixtures: AtomicU64::new(0),
        installed_trees: AtomicU64::new(0),
    };
    for root in options.roots {
        shared.root(root);
    }
    let mut items = shared.items.into_inner().expect("no worker panics while it holds this");
    items.sort_by(|a, b| a.0.cmp(&b.0));
    let mut diagnostics = shared.diagnostics.into_inner().expect("no worker panics while it holds this");
    diagnostics.sort();
    let counts = FileCounts {
        seen: shared.seen.into_inner(),
        read: shared.read.into_inner(),
        bytes: shared.bytes.into_inner(),
        excluded: shared.excluded.into_inner(),
        installed_trees: shared.installed_trees.into_inner(),
        fixtures: shared.fixtures.into_inner(),
    };
    let noticed = shared.noticed.into_inner().expect("no worker panics while it holds this");
    Walked { items, counts, diagnostics, noticed: noticed.into_values().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_globs_want_what_globset_says() {
        let globs =
            ["**/Cargo.lock", "**/.github/workflows/*.yml", "**/node_modules/.lock", "a/*/b.{json,yaml}", "**/*"];
        let paths = ["Cargo.lock", "x/Cargo.lock", "x/Cargo.locks", ".github/workflows/ci.yml", "ci.yml", "a/b/b.yaml"];
        for count in 1..=globs.len() {
            let patterns = Patterns::new(globs[..count].iter().copied().zip(0..)).unwrap();
            for path in paths.into_iter().chain(["node_modules/.lock", ".lock", "a/b/c.json", ""]) {
                let expected = globs[..count]
                    .iter()
                    .position(|glob| !path.is_empty() && Glob::new(glob).unwrap().compile_matcher().is_match(path));
                assert_eq!(patterns.wanted_by(path), expected, "{path}");
                let name = Path::new(path).file_name().unwrap_or_default();
                assert!(expected.is_none() || patterns.may_want(name), "{path}");
            }
        }
    }
}
