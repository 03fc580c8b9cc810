//! The walk itself: in parallel, each recognised file read once and handed on by the worker that read it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::FileType;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use globset::GlobSet;

use crate::model::{Diagnostic, DiagnosticKind, FileCounts, RepoPath};
use crate::text::Source;

use super::ignored::{Ground, Signs, Standing};
use super::name::repo_path;
use super::patterns::Patterns;
use super::read::{Limits, Unread, read_file, read_head, special};

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
    /// Other repositories that a snapshot names and does not hold; none in a walk of directories, which enters them.
    pub submodules: Vec<RepoPath>,
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

/// Whether a directory of the name of an installed tree is one: whether its sign is there, if it needs one.
pub fn is_installed_tree(directory: &Path, sign: Option<&str>) -> bool {
    sign.is_none_or(|sign| has_sign(directory, sign))
}

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
        let read = match self.patterns.head(by) {
            Some(most) => read_head(file, &path, most),
            None => read_file(file, &path, self.options.limits),
        };
        match read {
            Ok(source) => {
                self.read.fetch_add(1, Ordering::Relaxed);
                self.bytes.fetch_add(source.bytes().len() as u64, Ordering::Relaxed);
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
    fn link(&self, place: &Place<'_>, entry: &Path, path: &RepoPath) {
        let Some(top) = &place.top else { return };
        let wanted = self.patterns.wanted_by(path.as_str());
        match entry.canonicalize() {
            Err(error) if wanted.is_some() => {
                let message = format!("is a symbolic link that leads nowhere: {error}");
                self.complain(Diagnostic::file(path, DiagnosticKind::Unreadable, message));
                self.hand_on(path.clone(), wanted.unwrap_or_default(), Err(path.clone()));
            }
            Err(_) => {}
            Ok(target) if !target.starts_with(top) => {
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
                let own = target.strip_prefix(top).map(|below| repo_path(&place.root.label, below));
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
        let top = root.directory.canonicalize().ok();
        let place = Place { root, top };
        rayon::scope(|scope| {
            let respect = self.options.respect_ignore_files;
            let ground = respect.then(|| Ground::first(&root.directory));
            let way = Way { place: root.directory.clone(), above: None, here: ground, visible: true };
            self.directory(scope, &place, way);
        });
    }

    /// Lists a directory, enters those in it and takes the files that somebody wants. Every directory and every wanted file is
    /// a piece of work of its own, so that one large lock file keeps one worker busy and the others walk on.
    fn directory<'s>(&'s self, scope: &rayon::Scope<'s>, place: &'s Place<'s>, way: Way) {
        let listed = std::fs::read_dir(&way.place).and_then(|entries| {
            let entry =
                |entry: std::io::Result<std::fs::DirEntry>| entry.and_then(|it| Ok((it.file_name(), it.file_type()?)));
            entries.map(entry).collect::<std::io::Result<Vec<_>>>()
        });
        let entries = match listed {
            Ok(entries) => entries,
            Err(error) => {
                let path = place.path(&way.place);
                let message = format!("could not be walked: {error}");
                self.complain(Diagnostic::file(&path, DiagnosticKind::Unreadable, message));
                return;
            }
        };
        let ground = way.ground(&entries);
        let mut files = 0;
        for (name, kind) in entries {
            let standing =
                |is_directory| ground.as_ref().map_or(Standing::Visible, |it| it.standing(&name, is_directory));
            if kind.is_dir() {
                if name == ".git" {
                    continue;
                }
                let standing = standing(true);
                let below = way.place.join(&name);
                if standing == Standing::LeftOut || self.is_pruned(place, &name, &below) {
                    continue;
                }
                let visible = standing == Standing::Visible;
                let way = Way { place: below, above: ground.clone(), here: None, visible };
                scope.spawn(move |scope| self.directory(scope, place, way));
                continue;
            }
            files += 1;
            // The cheap test first: nearly no file is wanted. Only a wanted path becomes a RepoPath.
            let is_link = kind.is_symlink();
            if !is_link && !self.patterns.may_want(&name) && !self.options.noticed.may_want(&name) {
                continue;
            }
            if standing(false) == Standing::LeftOut {
                continue;
            }
            let file = way.place.join(&name);
            if is_link {
                let path = place.path(&file);
                if !self.is_excluded(&path) {
                    self.link(place, &file, &path);
                }
                continue;
            }
            let relative = place.relative(&file);
            let Some(by) = self.patterns.wanted_by(relative) else {
                self.notice(place.root, relative);
                continue;
            };
            let path = place.path(&file);
            if self.is_excluded(&path) {
                self.excluded.fetch_add(1, Ordering::Relaxed);
            } else if kind.is_file() {
                scope.spawn(move |_| self.take(&file, path, by));
            } else {
                let metadata = std::fs::symlink_metadata(&file).ok();
                let what = metadata.and_then(|metadata| special(&metadata)).unwrap_or("not a plain file");
                let message = format!("is {what}, which is not read");
                self.complain(Diagnostic::file(&path, DiagnosticKind::Unreadable, message));
                self.hand_on(path.clone(), by, Err(path));
            }
        }
        self.seen.fetch_add(files, Ordering::Relaxed);
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

    fn is_pruned(&self, place: &Place<'_>, name: &OsStr, directory: &Path) -> bool {
        let named = self.options.prune.iter().filter(|prune| name == prune.name);
        let mut signs = named.map(|prune| prune.sign);
        if !signs.any(|sign| sign.is_none_or(|sign| has_sign(directory, sign))) {
            return false;
        }
        if !self.is_excluded(&place.path(directory)) {
            self.installed_trees.fetch_add(1, Ordering::Relaxed);
        }
        true
    }
}

/// A root that is walked, and where it really is.
struct Place<'a> {
    root: &'a Root,
    top: Option<PathBuf>,
}

impl Place<'_> {
    fn relative<'p>(&self, file: &'p Path) -> &'p Path {
        file.strip_prefix(&self.root.directory).unwrap_or(file)
    }

    fn path(&self, file: &Path) -> RepoPath {
        repo_path(&self.root.label, self.relative(file))
    }
}

/// A directory to be entered.
struct Way {
    place: PathBuf,
    /// The directory above it; `None` for the first one, and where `.gitignore` files do not count.
    above: Option<Arc<Ground>>,
    /// The first directory's own ground, which knows those above the root.
    here: Option<Arc<Ground>>,
    /// Whether patterns were asked about it, and none named it.
    visible: bool,
}

impl Way {
    fn ground(&self, entries: &[(OsString, FileType)]) -> Option<Arc<Ground>> {
        let above = self.above.as_ref();
        self.here.clone().or_else(|| {
            let above = above?;
            let signs = Signs {
                patterns: entries.iter().any(|(name, kind)| name == ".gitignore" && kind.is_file()),
                checkout: entries.iter().any(|(name, _)| name == ".git"),
                visible: self.visible,
            };
            Some(Arc::new(Ground::below(Some(above), self.place.clone(), signs)))
        })
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
    Walked { items, counts, diagnostics, noticed: noticed.into_values().collect(), submodules: Vec::new() }
}
