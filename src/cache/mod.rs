//! The door to copies of packages: installed and vendored trees of the scanned repository, and package caches of this
//! machine.
//!
//! Reading only: nothing is unpacked to disk, written or executed. Which files hold a package's metadata is the ecosystem's
//! knowledge ([`CopyKind`](crate::ecosystem::CopyKind)); this room only opens them.

#![allow(clippy::disallowed_methods, reason = "the door to copies of packages")]

mod archive;
mod file;
mod pnpm;
mod response;
mod said;
mod sqlite;
mod tar;
mod whole;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use crate::ecosystem::{CachedFile, Caches, CopyBase, Format};
use crate::extract::extract;
use crate::model::{Diagnostic, DiagnosticKind, Hash, HashAlgorithm, LookUp, RepoPath};
use crate::text::Source;
use crate::walk::{Limits, Root, read_file, read_reference};

pub use said::{Archives, Key, Shelf};
pub use whole::{CopyPlace, WholeCopy};

/// Metadata files of packages are small; a larger one is not what it should be.
const LIMITS: Limits = Limits { file_bytes: 4 << 20, total_bytes: u64::MAX };

/// How many directories a `*` segment may stand for: caches keep one for each package that the machine has ever seen.
const MOST_DIRECTORIES: usize = 200_000;

/// What joins were answered, by base, format and path.
type Answers = BTreeMap<(&'static str, String), Option<Arc<CachedFile>>>;

/// How many license texts of one package are read.
const MOST_TEXTS: usize = 16;

/// Names of directories, sorted by how they read when folded.
type Folded = Arc<Vec<(String, String)>>;

/// A package's metadata that was found: what lies beside it is of the same package.
#[derive(Clone, Debug)]
pub struct Place {
    base: CopyBase,
    /// As it is reported, with its `*`.
    shown: RepoPath,
    /// Below the base, without.
    found: String,
}

impl Place {
    /// The path as it is reported.
    pub fn path(&self) -> &RepoPath {
        &self.shown
    }
}

/// Names of files in an archive.
type Names = Arc<Vec<String>>;

/// Archives with the names of files in them, by the folded names of the directories that those lie in.
type Packed = Arc<BTreeMap<String, Vec<[String; 2]>>>;

/// Names of files that somebody wants.
#[derive(Clone, Copy, Debug)]
pub struct NamesOf {
    /// What they are called together; no two that take different names are called the same.
    pub what: &'static str,
    /// Whether a name is one.
    pub takes: fn(&str) -> bool,
}

/// Where copies of packages lie.
#[derive(Debug, Default)]
pub struct Copies {
    roots: Vec<Root>,
    machine: BTreeMap<&'static str, PathBuf>,
    listed: Mutex<BTreeMap<PathBuf, Arc<Vec<String>>>>,
    folded: Mutex<BTreeMap<PathBuf, Folded>>,
    is_there: RwLock<LookUp<String, bool>>,
    read: Mutex<Answers>,
    diagnostics: Mutex<Vec<Diagnostic>>,
    files: Mutex<BTreeMap<PathBuf, Names>>,
    packed: Mutex<BTreeMap<(PathBuf, String), Packed>>,
    archives: Archives,
    mismatches: Mutex<Vec<Diagnostic>>,
}

impl Copies {
    /// Copies in the scanned trees, and in the named directories of this machine (`cargo-home`).
    pub fn new(roots: &[Root], mut machine: BTreeMap<&'static str, PathBuf>) -> Self {
        // Asked once here, and not once for each component.
        machine.retain(|_, directory| directory.is_dir());
        Self { roots: roots.to_vec(), machine, ..Self::default() }
    }

    /// The same, with what other scans have read of archives.
    pub fn with(self, archives: Archives) -> Self {
        Self { archives, ..self }
    }

    /// What could not be parsed of the files that joins asked for.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.diagnostics.lock().expect("no worker panics while it holds this").clone()
    }

    /// The first of these files that `accept` takes, and what it made of it. A path segment `*` stands for every directory
    /// there, one that ends in `*` for every directory whose name begins so, in the order of their names, and one that begins
    /// with `~` for every directory whose name is the rest but for case and the choice among `-`, `_` and `.`. Behind `!/`
    /// stands a path within an archive (`wheels/kit-1.0-*.whl!/kit-1.0.dist-info/METADATA`), whose name may have one `*`. Where it
    /// begins with that, its path within has a directory, which is not `*`.
    pub fn find<T>(
        &self,
        base: CopyBase,
        candidates: &[String],
        accept: impl FnMut(&Source) -> Option<T>,
    ) -> Option<(RepoPath, T)> {
        self.find_published(base, candidates, &[], accept).map(|(place, made)| (place.shown, made))
    }

    /// As [`Copies::find`], and an archive is passed over if it is none of those that were published with these digests: what
    /// it holds is not what the lock file means. [`Copies::mismatches`] says so. No digests: nothing is compared.
    pub fn find_published<T>(
        &self,
        base: CopyBase,
        candidates: &[String],
        published: &[Hash],
        mut accept: impl FnMut(&Source) -> Option<T>,
    ) -> Option<(Place, T)> {
        candidates.iter().find_map(|candidate| {
            let (directory, label, below) = self.base(base, candidate)?;
            if !self.may_lie_in(directory, label, below) {
                return None;
            }
            self.expand(directory, below).into_iter().find_map(|found| {
                // The path that is reported of a machine keeps its `*`: what it stood for differs from machine to machine.
                let shown = match base {
                    CopyBase::Tree { .. } => RepoPath::new(label[0]).join(&found)?,
                    CopyBase::Machine(name) => RepoPath::new(&format!("{name}:{candidate}")),
                };
                let source = self.read_found(base, directory, &found, &shown)?;
                let made = accept(&source)?;
                if !published.is_empty() && !self.is_published(directory, &found, &shown, published) {
                    return None;
                }
                Some((Place { base, shown, found }, made))
            })
        })
    }

    /// The base directory of a candidate, what it is called, and the path below.
    fn base<'c>(&'c self, base: CopyBase, candidate: &'c str) -> Option<(&'c Path, [&'c str; 2], &'c str)> {
        match base {
            CopyBase::Tree { .. } => {
                let (root, below) = self.in_tree(candidate)?;
                Some((root.directory.as_path(), [root.label.as_str(), "/"], below))
            }
            CopyBase::Machine(name) => Some((self.machine.get(name)?.as_path(), [name, ":"], candidate)),
        }
    }

    fn read_found(&self, base: CopyBase, directory: &Path, found: &str, shown: &RepoPath) -> Option<Source> {
        match (found.split_once(archive::INSIDE), base) {
            (Some((outer, inner)), _) => {
                let file = self.archive(base, directory, outer)?;
                let read = archive::read(&self.archives, &file, inner, shown, LIMITS.file_bytes);
                if read.is_none() && pnpm::is_database(&file) {
                    self.note_on_database(&file, shown);
                }
                read
            }
            (None, CopyBase::Tree { .. }) => read_reference(&self.roots, shown, LIMITS).ok(),
            (None, CopyBase::Machine(_)) => read_file(&directory.join(found), shown, LIMITS).ok(),
        }
    }

    /// Why what is missing may be in a database all the same.
    fn note_on_database(&self, file: &Path, shown: &RepoPath) {
        if sqlite::has_log(file) {
            self.note(
                shown,
                "has changes that pnpm has not yet put into it (index.db-wal), which were not read",
                "run pnpm once more where nothing else uses the store: it puts them into the database when it ends",
            );
        } else if pnpm::is_damaged(&self.archives, file) {
            self.note(
                shown,
                "cannot be read as the database of a pnpm store",
                "move it away and install once more with pnpm, which makes it anew",
            );
        }
    }

    /// The file of an archive. One of a scanned tree does not lie outside of it.
    fn archive(&self, base: CopyBase, directory: &Path, outer: &str) -> Option<PathBuf> {
        let file = directory.join(outer);
        match base {
            CopyBase::Tree { .. } => {
                let file = file.canonicalize().ok()?;
                file.starts_with(directory.canonicalize().ok()?).then_some(file)
            }
            CopyBase::Machine(_) => Some(file),
        }
    }

    /// Whether the archive that a path leads into is one of those published. What cannot be compared passes: then the cache's
    /// own tool is trusted, as it is for what lies there unpacked.
    fn is_published(&self, directory: &Path, found: &str, shown: &RepoPath, published: &[Hash]) -> bool {
        let Some(archive) = archive::outer(found).map(|outer| directory.join(outer)) else { return true };
        let is_one = archive::is_one_of(&self.archives, &archive, published).unwrap_or(true);
        if !is_one {
            self.note(
                shown,
                "is not the archive that the lock file names by its digest, and was not used",
                "remove it from the cache and fetch the package again; if it differs again, the registry serves other bytes than before",
            );
        }
        is_one
    }

    /// The SHA-1 digest that a file beside an artefact of this machine states (`kit-1.0.jar.sha1`). Where the artefact is there and
    /// has another one, none counts, and [`Copies::mismatches`] says so. With it the path of that file, as it is reported.
    pub fn kept_digest(&self, base: CopyBase, artefact: &str) -> Option<(RepoPath, Hash)> {
        let (directory, label, below) = self.base(base, artefact)?;
        let beside = format!("{below}.sha1");
        if !matches!(base, CopyBase::Machine(_)) || !self.may_lie_in(directory, label, &beside) {
            return None;
        }
        let shown = RepoPath::new(&[label[0], label[1], below].concat());
        let source = self.read_found(base, directory, &beside, &shown)?;
        // The digest alone, or as tools print it: with the file's name before or behind it.
        let words = source.text().split(|c: char| c.is_whitespace() || c == '=').take(8);
        let stated = words.into_iter().find_map(|word| Hash::from_hex(HashAlgorithm::Sha1, word))?;
        if archive::sha1(&self.archives, &directory.join(below)).is_some_and(|real| real != stated) {
            self.note(
                &shown,
                "has another digest than the file beside it states (.sha1), which was not used",
                "remove both and let the package manager fetch the artefact again",
            );
            return None;
        }
        Some((RepoPath::new(&format!("{shown}.sha1")), stated))
    }

    /// Says something of the archive that a path leads into.
    fn note(&self, shown: &RepoPath, message: &str, help: &str) {
        let outer = shown.as_str().split_once(archive::INSIDE).map_or(shown.as_str(), |(outer, _)| outer);
        let diagnostic =
            Diagnostic::file(&RepoPath::new(outer), DiagnosticKind::Note, message.to_owned()).with_help(help);
        self.mismatches.lock().expect("no worker panics while it holds this").push(diagnostic);
    }

    /// Archives that are not what the lock files say, and lists that could not be read whole, each once, sorted.
    pub fn mismatches(&self) -> Vec<Diagnostic> {
        let mut all = self.mismatches.lock().expect("no worker panics while it holds this").clone();
        all.sort();
        all.dedup();
        all
    }

    /// The texts beside a package's metadata, in these directories below the one that it lies in (empty: that one itself),
    /// whose names `accept` takes, sorted by directory and name.
    pub fn beside(&self, place: &Place, directories: &[&str], accept: NamesOf) -> Vec<Source> {
        let mut texts = Vec::new();
        for below in directories {
            let Some((directory, found, shown)) = self.below(place, below) else { continue };
            texts.extend(self.texts_in(place.base, directory, &found, &shown, accept));
        }
        texts.truncate(MOST_TEXTS);
        texts
    }

    /// The first of these files that is there, by their paths below the directory that a package's metadata lies in. Paths
    /// must not lead out of it.
    pub fn named(&self, place: &Place, paths: &[String]) -> Option<Source> {
        paths.iter().find_map(|path| {
            let (directory, found, shown) = self.below(place, path)?;
            self.read_found(place.base, directory, &found, &RepoPath::new(&shown))
        })
    }

    /// The base directory of a package's metadata, and a path below the metadata's own directory: from the base, and as it is
    /// reported.
    fn below(&self, place: &Place, below: &str) -> Option<(&Path, String, String)> {
        let within = |path: &str| {
            let above = match path.rsplit_once('/') {
                // Directly in an archive: what parts it from its archive stays.
                Some((above, _)) if above.ends_with('!') => format!("{above}/"),
                Some((above, _)) => above.to_owned(),
                None => String::new(),
            };
            let slash = if above.is_empty() || above.ends_with('/') || below.is_empty() { "" } else { "/" };
            [&above, slash, below].concat()
        };
        let shown = within(place.shown.as_str());
        let (found, directory) = match place.base {
            CopyBase::Tree { .. } => {
                let (root, _) = self.in_tree(place.shown.as_str())?;
                let (_, below) = self.in_tree(&shown)?;
                (below.to_owned(), root.directory.as_path())
            }
            CopyBase::Machine(name) => (within(&place.found), self.machine.get(name)?.as_path()),
        };
        Some((directory, found, shown))
    }

    /// The texts in one directory, found at `found` below the base and reported as in `shown`.
    fn texts_in(&self, base: CopyBase, directory: &Path, found: &str, shown: &str, accept: NamesOf) -> Vec<Source> {
        let path_of = |name: &str| {
            let slash = if shown.is_empty() || shown.ends_with('/') { "" } else { "/" };
            RepoPath::new(&[shown, slash, name].concat())
        };
        if let Some((outer, inner)) = found.split_once(archive::INSIDE) {
            let Some(file) = self.archive(base, directory, outer) else { return Vec::new() };
            let texts = archive::texts(&self.archives, &file, inner, accept, LIMITS.file_bytes, MOST_TEXTS);
            return texts.into_iter().filter_map(|(name, bytes)| text_of(path_of(&name), bytes)).collect();
        }
        let place = directory.join(found);
        let names = files_in(&place, accept.takes);
        let read = |name: &String| match base {
            CopyBase::Machine(_) => {
                let file = place.join(name);
                let size = std::fs::metadata(&file).ok().filter(|file| file.is_file())?.len();
                (size <= LIMITS.file_bytes)
                    .then(|| std::fs::read(&file).ok())
                    .flatten()
                    .and_then(|bytes| text_of(path_of(name), bytes))
            }
            CopyBase::Tree { .. } => read_reference(&self.roots, &path_of(name), LIMITS).ok(),
        };
        names.iter().filter_map(read).collect()
    }

    /// The files whose names `accept` takes, in the first of these directories that has one, sorted by name. Directories may
    /// have `*` and lead into archives as in [`Copies::find`]; behind `!/` may stand nothing. An archive that is none of those
    /// that were published with these digests is passed over, as in [`Copies::find_published`]: they are those of the first one.
    pub fn texts(&self, base: CopyBase, directories: &[String], published: &[Hash], accept: NamesOf) -> Vec<Source> {
        let is_other = |candidate: &str| !published.is_empty() && is_other_archive(directories, candidate);
        for candidate in directories.iter().filter(|candidate| !is_other(candidate)) {
            let Some((directory, label, below)) = self.base(base, candidate) else { continue };
            // The top of a tree is there.
            let found = match below {
                "" => vec![String::new()],
                below if self.may_lie_in(directory, label, &format!("{below}/x")) => self.expand(directory, below),
                _ => continue,
            };
            for found in found {
                let shown = match base {
                    CopyBase::Tree { .. } if found.is_empty() => label[0].to_owned(),
                    CopyBase::Tree { .. } => match RepoPath::new(label[0]).join(&found) {
                        Some(path) => path.to_string(),
                        None => continue,
                    },
                    CopyBase::Machine(name) => format!("{name}:{candidate}"),
                };
                let sources = self.texts_in(base, directory, &found, &shown, accept);
                let is_meant =
                    || published.is_empty() || self.is_published(directory, &found, &RepoPath::new(&shown), published);
                if !sources.is_empty() && is_meant() {
                    return sources;
                }
            }
        }
        Vec::new()
    }

    /// Whether there is such a base at all: looked nowhere and found nothing are two answers.
    pub fn has(&self, base: CopyBase) -> bool {
        match base {
            CopyBase::Tree { .. } => !self.roots.is_empty(),
            CopyBase::Machine(name) => self.machine.contains_key(name),
        }
    }

    /// Whether a directory of this path is in the scanned trees.
    pub fn has_directory(&self, directory: &RepoPath) -> bool {
        self.in_tree(directory.as_str()).is_some_and(|(root, below)| root.directory.join(below).is_dir())
    }

    fn in_tree<'a>(&self, candidate: &'a str) -> Option<(&Root, &'a str)> {
        let within = |root: &&Root| {
            let label = root.label.as_str();
            label.is_empty()
                || candidate.strip_prefix(label).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let root = self.roots.iter().filter(within).max_by_key(|root| root.label.as_str().len())?;
        let label = root.label.as_str();
        let below = if label.is_empty() { candidate } else { candidate.get(label.len() + 1..).unwrap_or_default() };
        Some((root, below))
    }

    /// Whether the directories that a candidate's package would lie in are there, as far as the first `*`. Each is asked for
    /// once: a monorepo names some ten thousand packages in a few hundred places, of which most are not there at all.
    fn may_lie_in(&self, base: &Path, [name, separator]: [&str; 2], candidate: &str) -> bool {
        // What stands within an archive is no directory.
        let candidate = candidate.split_once(archive::INSIDE).map_or(candidate, |(outer, _)| outer);
        let fixed = candidate.find(['*', '~']).map_or(candidate, |star| &candidate[..star]);
        // The last directory is the package's own, and asking for it is as dear as asking for the file.
        let Some((above, _)) = fixed.rsplit_once('/') else { return true };
        let above = if fixed.len() < candidate.len() { Some(above) } else { above.rsplit_once('/').map(|(to, _)| to) };
        let Some(above) = above else { return true };
        let mut key = [name, separator, above].concat();
        let known = |key: &str| self.is_there.read().expect("no worker panics while it holds this").get(key).copied();
        if let Some(there) = known(&key) {
            return there;
        }
        // Outermost first: where a project has no such tree at all, everything below is answered by one entry.
        let ends: Vec<usize> = above.match_indices('/').map(|(at, _)| at).chain([above.len()]).collect();
        let mut there = true;
        for end in ends {
            key.truncate(name.len() + separator.len());
            key.push_str(&above[..end]);
            there = there && known(&key).unwrap_or_else(|| base.join(&above[..end]).is_dir());
            self.is_there.write().expect("no worker panics while it holds this").insert(key.clone(), there);
        }
        there
    }

    fn expand(&self, base: &Path, candidate: &str) -> Vec<String> {
        if let Some((outer, inner)) = candidate.split_once(archive::INSIDE) {
            let (directory, name) = outer.rsplit_once('/').unwrap_or(("", outer));
            let Some((prefix, suffix)) = name.split_once('*') else {
                let places = self.expand(base, outer);
                return places.into_iter().map(|place| [&place, archive::INSIDE, inner].concat()).collect();
            };
            if prefix.is_empty() {
                return self.anonymous(base, directory, suffix, inner);
            }
            let mut found = Vec::new();
            for place in self.places(base, directory) {
                let names = self.list_files(&base.join(&place));
                let slash = if place.is_empty() { "" } else { "/" };
                let first = names.partition_point(|name| name.as_str() < prefix);
                for name in names[first..].iter().take_while(|name| name.starts_with(prefix)) {
                    if name[prefix.len()..].ends_with(suffix) {
                        found.push([&place, slash, name, archive::INSIDE, inner].concat());
                    }
                }
            }
            return found;
        }
        let mut found = vec![String::new()];
        for segment in candidate.split('/') {
            if let Some(folded) = segment.strip_prefix('~') {
                let wanted = fold(folded);
                let mut longer = Vec::new();
                for path in &found {
                    let alike = self.list_folded(base.join(path));
                    let first = alike.partition_point(|(name, _)| *name < wanted);
                    for (_, name) in alike[first..].iter().take_while(|(name, _)| *name == wanted) {
                        longer.push(if path.is_empty() { name.clone() } else { format!("{path}/{name}") });
                    }
                }
                found = longer;
                continue;
            }
            let Some(prefix) = segment.strip_suffix('*') else {
                for path in &mut found {
                    if !path.is_empty() {
                        path.push('/');
                    }
                    path.push_str(segment);
                }
                continue;
            };
            let mut longer = Vec::new();
            for path in &found {
                let names = self.list(base.join(path));
                let first = names.partition_point(|name| name.as_str() < prefix);
                for name in names[first..].iter().take_while(|name| name.starts_with(prefix)) {
                    longer.push(if path.is_empty() { name.clone() } else { format!("{path}/{name}") });
                }
            }
            found = longer;
        }
        found
    }

    /// The directories that a pattern stands for.
    fn places(&self, base: &Path, directory: &str) -> Vec<String> {
        if directory.is_empty() { vec![String::new()] } else { self.expand(base, directory) }
    }

    /// The archives that have `inner`, of those whose names say nothing of what is inside: they are asked once, each for all its
    /// files of that name.
    fn anonymous(&self, base: &Path, directory: &str, suffix: &str, inner: &str) -> Vec<String> {
        let last = inner.rsplit('/').next().unwrap_or_default();
        let key = (base.to_owned(), [directory, "/*", suffix, archive::INSIDE, last].concat());
        let known = self.packed.lock().expect("no worker panics while it holds this").get(&key).cloned();
        let packed = known.unwrap_or_else(|| {
            let mut packed: BTreeMap<String, Vec<[String; 2]>> = BTreeMap::new();
            let mut damaged = 0;
            for place in self.places(base, directory) {
                let slash = if place.is_empty() { "" } else { "/" };
                for name in self.list_files(&base.join(&place)).iter().filter(|name| name.ends_with(suffix)) {
                    let outer = [&place, slash, name].concat();
                    let file = base.join(&outer);
                    let names = archive::names(&self.archives, &file, last);
                    damaged += usize::from(names.is_empty() && suffix.is_empty() && response::is_damaged(&file));
                    for (name, _) in names.iter() {
                        let top = name.split('/').next().unwrap_or_default();
                        packed.entry(fold(top)).or_default().push([outer.clone(), name.clone()]);
                    }
                }
            }
            if damaged > 0 {
                self.note_on_responses(base, directory, damaged);
            }
            let packed = Arc::new(packed);
            self.packed.lock().expect("no worker panics while it holds this").insert(key, Arc::clone(&packed));
            packed
        });
        let top = inner.split('/').next().unwrap_or_default();
        let of_top = packed.get(&fold(top.strip_prefix('~').unwrap_or(top)));
        let alike = of_top.into_iter().flatten().filter(|[_, name]| archive::alike(inner, name));
        alike.map(|[outer, _]| [outer, archive::INSIDE, inner].concat()).collect()
    }

    /// Responses that were to be kept, and of which nothing can be read.
    fn note_on_responses(&self, base: &Path, directory: &str, damaged: usize) {
        let label = self.machine.iter().find(|(_, machine)| machine.as_path() == base).map_or("", |(name, _)| *name);
        let files = if damaged == 1 { "one file".to_owned() } else { format!("{damaged} files") };
        self.note(
            &RepoPath::new(&format!("{label}:{directory}")),
            &format!("{files} in it cannot be read as what pip has fetched"),
            "empty the cache (`pip cache purge`): pip fetches anew what it needs",
        );
    }

    /// The plain files in a directory, sorted; asked once.
    fn list_files(&self, directory: &Path) -> Names {
        let known = self.files.lock().expect("no worker panics while it holds this").get(directory).cloned();
        if let Some(known) = known {
            return known;
        }
        let mut names: Vec<String> = std::fs::read_dir(directory)
            .map(|entries| {
                entries
                    .flatten()
                    .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
                    .filter_map(|entry| entry.file_name().into_string().ok())
                    .take(MOST_DIRECTORIES)
                    .collect()
            })
            .unwrap_or_default();
        names.sort();
        let names = Arc::new(names);
        let mut files = self.files.lock().expect("no worker panics while it holds this");
        files.insert(directory.to_owned(), Arc::clone(&names));
        names
    }

    /// The directories in a directory by their folded names, sorted; asked once.
    fn list_folded(&self, directory: PathBuf) -> Folded {
        let known = self.folded.lock().expect("no worker panics while it holds this").get(&directory).cloned();
        if let Some(known) = known {
            return known;
        }
        let names = self.list(directory.clone());
        let mut folded: Vec<(String, String)> = names.iter().map(|name| (fold(name), name.clone())).collect();
        folded.sort();
        let folded = Arc::new(folded);
        self.folded.lock().expect("no worker panics while it holds this").insert(directory, Arc::clone(&folded));
        folded
    }

    /// The directories in a directory, sorted; asked once.
    fn list(&self, directory: PathBuf) -> Arc<Vec<String>> {
        let mut listed = self.listed.lock().expect("no worker panics while it holds this");
        if let Some(names) = listed.get(&directory) {
            return Arc::clone(names);
        }
        let mut names: Vec<String> = std::fs::read_dir(&directory)
            .map(|entries| {
                entries
                    .flatten()
                    // The caches of some tools are links to directories. What leads out of a scanned tree is not read.
                    .filter(|entry| {
                        entry.file_type().is_ok_and(|kind| {
                            kind.is_dir() || kind.is_symlink() && entry.metadata().is_ok() && entry.path().is_dir()
                        })
                    })
                    .filter_map(|entry| entry.file_name().into_string().ok())
                    .take(MOST_DIRECTORIES)
                    .collect()
            })
            .unwrap_or_default();
        names.sort();
        let names = Arc::new(names);
        listed.insert(directory, Arc::clone(&names));
        names
    }
}

/// Whether a directory lies in another archive than the first one of these that lies in any.
fn is_other_archive(directories: &[String], candidate: &str) -> bool {
    let outer = |path: &str| path.split_once(archive::INSIDE).map(|(outer, _)| outer.to_owned());
    let first = directories.iter().find_map(|path| outer(path));
    outer(candidate).is_some_and(|outer| first.is_some_and(|first| first != outer))
}

/// A text of whatever encoding: many license files are older than UTF-8, and what was written then is mostly ISO-8859-1.
fn text_of(path: RepoPath, bytes: Vec<u8>) -> Option<Source> {
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.into_bytes().iter().map(|byte| char::from(*byte)).collect());
    Source::from_text(path, text).ok()
}

/// The names of files of a directory that `accept` takes, sorted. Links are followed when they are read, not here.
fn files_in(directory: &Path, accept: fn(&str) -> bool) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| accept(name))
        .collect();
    // The same ones in whatever order the directory has them.
    names.sort();
    names.truncate(MOST_TEXTS);
    names
}

/// A name without the differences that are none to some package managers: lower case, and `-`, `_` and `.` alike.
fn fold(name: &str) -> String {
    let fold =
        |character: char| if matches!(character, '-' | '_' | '.') { '-' } else { character.to_ascii_lowercase() };
    name.chars().map(fold).collect()
}

impl Caches for Copies {
    fn read(&self, base: &'static str, candidates: &[String], format: &'static Format) -> Option<Arc<CachedFile>> {
        let key = |candidate: &String| (base, format!("{}\n{candidate}", format.id));
        candidates.iter().find_map(|candidate| {
            let known = self.read.lock().expect("no worker panics while it holds this").get(&key(candidate)).cloned();
            known.unwrap_or_else(|| {
                let one = std::slice::from_ref(candidate);
                let found = self.find(CopyBase::Machine(base), one, |source| Some(extract(format, source)));
                let file = found.map(|(path, file)| {
                    let trouble = file.diagnostics.into_iter().filter(|_| file.parsed.is_none());
                    self.diagnostics.lock().expect("no worker panics while it holds this").extend(trouble);
                    Arc::new(CachedFile { path, parsed: file.parsed })
                });
                let mut read = self.read.lock().expect("no worker panics while it holds this");
                read.insert(key(candidate), file.clone());
                file
            })
        })
    }

    fn has(&self, base: &'static str) -> bool {
        Copies::has(self, CopyBase::Machine(base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: NamesOf = NamesOf { what: "any", takes: |_| true };

    #[test]
    fn stars_stand_for_directories_in_order_and_stay_in_the_reported_path() {
        let directory = tempfile::tempdir().unwrap();
        for registry in ["b-2", "a-1"] {
            let package = directory.path().join("registry/src").join(registry).join("kit-1.0.0");
            std::fs::create_dir_all(&package).unwrap();
            std::fs::write(package.join("Cargo.toml"), registry).unwrap();
        }
        let copies = Copies::new(&[], BTreeMap::from([("cargo-home", directory.path().to_owned())]));
        let candidates = ["registry/src/*/kit-1.0.0/Cargo.toml".to_owned()];
        let read = |source: &Source| Some(source.text().to_owned());
        let (path, text) = copies.find(CopyBase::Machine("cargo-home"), &candidates, read).unwrap();
        assert_eq!((path.as_str(), text.as_str()), ("cargo-home:registry/src/*/kit-1.0.0/Cargo.toml", "a-1"));
        let second = |source: &Source| (source.text() == "b-2").then_some(());
        assert!(copies.find(CopyBase::Machine("cargo-home"), &candidates, second).is_some());
        assert!(copies.find(CopyBase::Machine("elsewhere"), &candidates, second).is_none());
    }

    #[test]
    fn a_tilde_stands_for_any_spelling_and_archives_are_looked_into() {
        let directory = tempfile::tempdir().unwrap();
        let site = directory.path().join("lib/python3.12/site-packages/Kit_X-1.0.dist-info");
        std::fs::create_dir_all(&site).unwrap();
        std::fs::write(site.join("METADATA"), "unpacked").unwrap();
        let wheels = directory.path().join("wheels/ab");
        std::fs::create_dir_all(&wheels).unwrap();
        let wheel = std::fs::File::create(wheels.join("kit_x-1.0-py3-none-any.whl")).unwrap();
        let mut writer = zip::ZipWriter::new(wheel);
        writer.start_file("kit_x-1.0.dist-info/METADATA", zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, b"packed").unwrap();
        writer.finish().unwrap();
        let copies = Copies::new(&[], BTreeMap::from([("python-environment", directory.path().to_owned())]));
        let find = |candidate: &str| {
            let read = |source: &Source| Some(source.text().to_owned());
            copies.find(CopyBase::Machine("python-environment"), &[candidate.to_owned()], read)
        };
        let (path, text) = find("lib/*/site-packages/~kit.x-1.0.dist-info/METADATA").unwrap();
        let shown = "python-environment:lib/*/site-packages/~kit.x-1.0.dist-info/METADATA";
        assert_eq!((path.as_str(), text.as_str()), (shown, "unpacked"));
        assert_eq!(find("wheels/*/kit_x-1.0-*.whl!/~kit-x-1.0.dist-info/METADATA").unwrap().1, "packed");
        assert!(find("wheels/*/kit_x-2.0-*.whl!/~kit-x-2.0.dist-info/METADATA").is_none());
        assert!(find("wheels/ab/none.whl!/METADATA").is_none());
        let exact = "wheels/ab/kit_x-1.0-py3-none-any.whl!/*/METADATA";
        assert_eq!(find(exact).unwrap().1, "packed");
    }

    #[test]
    fn a_copy_in_the_tree_does_not_lead_out_of_it() {
        let directory = tempfile::tempdir().unwrap();
        let tree = directory.path().join("tree");
        std::fs::create_dir_all(tree.join("node_modules")).unwrap();
        std::fs::write(directory.path().join("package.json"), "{}").unwrap();
        let root = Root { directory: tree, label: RepoPath::root(), only: None };
        let copies = Copies::new(&[root], BTreeMap::new());
        let base = CopyBase::Tree { installed: true };
        let candidates = ["node_modules/../../package.json".to_owned()];
        assert!(copies.find(base, &candidates, |_| Some(())).is_none());
    }

    #[test]
    fn license_texts_are_those_of_the_first_directory_that_has_one() {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in
            [("a@v1/README", "a"), ("b@v1/LICENSE-MIT", "b"), ("b@v1/LICENSE-A", "c"), ("b@v1/x.go", "d")]
        {
            let file = directory.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        std::fs::create_dir_all(directory.path().join("b@v1/LICENSES")).unwrap();
        let copies = Copies::new(&[], BTreeMap::from([("go-mod-cache", directory.path().to_owned())]));
        let licenses = NamesOf { what: "licenses", takes: |name| name.starts_with("LICENSE") };
        let wanted = ["gone", "a@v1", "b@*"].map(str::to_owned);
        let found = copies.texts(CopyBase::Machine("go-mod-cache"), &wanted, &[], licenses);
        let paths: Vec<&str> = found.iter().map(|source| source.path().as_str()).collect();
        assert_eq!(paths, ["go-mod-cache:b@*/LICENSE-A", "go-mod-cache:b@*/LICENSE-MIT"]);
        assert!(copies.texts(CopyBase::Machine("other"), &wanted, &[], ANY).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_license_text_in_the_tree_does_not_lie_outside_of_it() {
        let directory = tempfile::tempdir().unwrap();
        let tree = directory.path().join("tree");
        std::fs::create_dir_all(tree.join("vendor/a")).unwrap();
        std::fs::write(directory.path().join("LICENSE"), "secret").unwrap();
        std::os::unix::fs::symlink(directory.path().join("LICENSE"), tree.join("vendor/a/LICENSE")).unwrap();
        std::fs::write(tree.join("vendor/a/COPYING"), "mine").unwrap();
        let root = Root { directory: tree, label: RepoPath::root(), only: None };
        let copies = Copies::new(&[root], BTreeMap::new());
        let found = copies.texts(CopyBase::Tree { installed: false }, &["vendor/a".to_owned()], &[], ANY);
        let texts: Vec<&str> = found.iter().map(Source::text).collect();
        assert_eq!(texts, ["mine"]);
    }

    #[test]
    fn a_cached_file_is_parsed_once_and_trouble_with_it_is_said() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("Cargo.lock"), "version = 4\n").unwrap();
        std::fs::write(directory.path().join("broken.lock"), "version = [\n").unwrap();
        let copies = Copies::new(&[], BTreeMap::from([("cargo-home", directory.path().to_owned())]));
        let (_, lock) = crate::ecosystem::formats().find(|(_, format)| format.id == "cargo/lock").unwrap();
        let ask = |names: &[&str]| {
            let candidates: Vec<String> = names.iter().map(ToString::to_string).collect();
            Caches::read(&copies, "cargo-home", &candidates, lock)
        };
        let found = ask(&["absent.lock", "Cargo.lock"]).unwrap();
        assert_eq!((found.path.as_str(), found.parsed.is_some()), ("cargo-home:Cargo.lock", true));
        assert!(Arc::ptr_eq(&found, &ask(&["Cargo.lock"]).unwrap()));
        assert!(ask(&["absent.lock"]).is_none() && copies.diagnostics().is_empty());
        assert!(ask(&["broken.lock"]).unwrap().parsed.is_none());
        assert!(copies.diagnostics()[0].location.to_string().starts_with("cargo-home:broken.lock:1"));
    }
}
