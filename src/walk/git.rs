//! The door to a repository's history: revisions and the index, read from git's own objects in this process.
//!
//! No git is run. Of the machine's and the user's git configuration nothing is read, of the repository's own only what says
//! how its objects are stored: no hook, filter, credential helper or alias can have a say, and nothing is fetched.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use compact_str::CompactString;
use gix::ObjectId;
use gix::objs::{Kind, TreeRefIter};

use super::index::StagedIndex;
use super::snapshot::{Content, Entry, ObjectName, Snapshot, SnapshotError};

/// How many files a tree may have before it is taken for an attack (the largest known repositories have some 500,000).
const MOST_ENTRIES: usize = 8_000_000;

/// How deep directories may lie in one another.
const DEEPEST: usize = 1_000;

/// How many commits are looked through for the common one.
const MOST_COMMITS: usize = 2_000_000;

/// Takes what stands below a tree: the path from the top, what it is, and its object.
type Visit<'v> = dyn FnMut(&[u8], Entry, [u8; 20]) + 'v;

/// Why a repository cannot be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// There is none.
    #[error("{} is not in a git repository", place.display())]
    NoRepository {
        /// Where one was looked for.
        place: PathBuf,
    },
    /// There is one that cannot be opened.
    #[error("the repository at {} cannot be read: {cause}", place.display())]
    Open {
        /// Where it is.
        place: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// It has no such revision.
    #[error("`{name}` is no branch, tag or commit of this repository")]
    NoRevision {
        /// What was asked for.
        name: String,
        /// Whether the clone has a part of the history only.
        shallow: bool,
    },
    /// Two revisions that have no common commit, as far as the clone goes.
    #[error("`{name}` and HEAD have no common commit in this clone")]
    NoCommon {
        /// What was asked for.
        name: String,
        /// Whether the clone has a part of the history only.
        shallow: bool,
    },
    /// An object is not there.
    #[error("the object {id} of this repository cannot be read: {cause}")]
    Object {
        /// Its name.
        id: String,
        /// What is wrong.
        cause: String,
    },
    /// The index cannot be used.
    #[error("the index {cause}")]
    Index {
        /// Why not.
        cause: String,
    },
}

impl GitError {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            GitError::NoRepository { .. } => "name a path of a git checkout, or a bare repository",
            GitError::NoRevision { shallow: true, .. } | GitError::NoCommon { shallow: true, .. } => {
                "this clone is shallow: fetch more of it (git fetch --unshallow origin; with actions/checkout: fetch-depth: \
                 0; with GitLab CI: GIT_DEPTH: 0)"
            }
            GitError::NoRevision { .. } => "fetch it (git fetch origin), or name another one",
            GitError::NoCommon { .. } => "compare with the revision itself: two dots after its name (--since REF..)",
            GitError::Object { .. } => {
                "a partial clone lacks objects until git fetches them, which sepal does not do: clone without --filter, or \
                 run git fetch --refetch --no-filter"
            }
            GitError::Index { .. } => "let git write it anew: git update-index --no-split-index",
            GitError::Open { .. } => return None,
        })
    }
}

impl From<SnapshotError> for GitError {
    fn from(error: SnapshotError) -> Self {
        GitError::Object { id: "of the tree".to_owned(), cause: error.message }
    }
}

/// A repository.
#[derive(Clone)]
pub struct Repository {
    inner: Rc<gix::Repository>,
    top: PathBuf,
}

impl fmt::Debug for Repository {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Repository({})", self.top.display())
    }
}

/// A commit of the main line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineCommit {
    /// Its first twelve digits.
    pub name: String,
    /// How many parents it has.
    pub parents: usize,
    /// Its message; what is no UTF-8 is replaced.
    pub message: String,
    /// Who wrote it: `name <address>`.
    pub author: String,
    /// Who put it where it is: `name <address>`.
    pub committer: String,
    /// A tag that names it.
    pub tag: Option<String>,
}

/// A revision of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    id: ObjectId,
    /// For a person: `main at 1a2b3c4d5e6f`.
    pub label: String,
}

impl Commit {
    /// The commit's name in full.
    pub fn name(&self) -> CompactString {
        CompactString::from(self.id.to_string())
    }

    /// Its first twelve digits.
    pub fn short(&self) -> String {
        self.id.to_string()[..12].to_owned()
    }
}

impl Repository {
    /// Whether a directory is a repository without a checkout.
    pub fn is_bare(directory: &Path) -> bool {
        directory.join("HEAD").is_file() && directory.join("objects").is_dir() && directory.join("refs").is_dir()
    }

    /// The repository that a directory is part of, or that it is (a bare one).
    ///
    /// # Errors
    /// If there is none or it cannot be opened.
    pub fn of(directory: &Path) -> Result<Self, GitError> {
        let place = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
        let top = place
            .ancestors()
            .find(|above| above.join(".git").exists() || Self::is_bare(above))
            .ok_or_else(|| GitError::NoRepository { place: directory.to_owned() })?;
        let git = if top.join(".git").exists() { top.join(".git") } else { top.to_owned() };
        let mut inner = gix::open_opts(git, gix::open::Options::isolated())
            .map_err(|error| GitError::Open { place: top.to_owned(), cause: error.to_string() })?;
        inner.object_cache_size_if_unset(16 << 20);
        Ok(Self { inner: Rc::new(inner), top: top.to_owned() })
    }

    /// Where its checkout is; for a bare one, where it is itself.
    pub fn top(&self) -> &Path {
        &self.top
    }

    fn shallow(&self) -> bool {
        self.inner.is_shallow().unwrap_or(false)
    }

    fn object(&self, id: ObjectId) -> Result<(Kind, Vec<u8>), GitError> {
        let found = self.inner.try_find_object(id);
        let fail = |cause: String| GitError::Object { id: id.to_string(), cause };
        match found {
            Ok(Some(mut object)) => Ok((object.kind, std::mem::take(&mut object.data))),
            Ok(None) => Err(fail("it is not in this clone".to_owned())),
            Err(error) => Err(fail(error.to_string())),
        }
    }

    /// The commit that an object is or, for a tag, leads to.
    fn peeled(&self, mut id: ObjectId) -> Option<ObjectId> {
        for _ in 0..16 {
            let (kind, data) = self.object(id).ok()?;
            match kind {
                Kind::Commit => return Some(id),
                Kind::Tag => {
                    let line = data.split(|byte| *byte == b'\n').next()?;
                    id = ObjectId::from_hex(line.strip_prefix(b"object ")?).ok()?;
                }
                Kind::Tree | Kind::Blob => return None,
            }
        }
        None
    }

    /// A name without `~` and `^`: a reference, a remote's branch of that name, or the beginning of a commit's name.
    fn named(&self, name: &str) -> Option<ObjectId> {
        let name = if name == "@" { "HEAD" } else { name };
        for candidate in [name.to_owned(), format!("refs/remotes/origin/{name}")] {
            if let Ok(Some(mut reference)) = self.inner.try_find_reference(candidate.as_str())
                && let Ok(id) = reference.peel_to_id()
            {
                return self.peeled(id.detach());
            }
        }
        if name.len() < 4 || name.len() > 40 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        if let Ok(id) = ObjectId::from_hex(name.to_ascii_lowercase().as_bytes()) {
            return self.peeled(id);
        }
        let prefix = gix::hash::Prefix::from_hex(&name.to_ascii_lowercase()).ok()?;
        match self.inner.objects.lookup_prefix(prefix, None) {
            Ok(Some(Ok(id))) => self.peeled(id),
            _ => None,
        }
    }

    /// The commit that a person means: a branch, a tag, a commit's name or its beginning, each with `~N` or `^N` after it.
    ///
    /// # Errors
    /// If there is no such commit in this clone.
    pub fn revision(&self, name: &str) -> Result<Commit, GitError> {
        let unknown = || GitError::NoRevision { name: name.to_owned(), shallow: self.shallow() };
        let end = name.find(['~', '^']).unwrap_or(name.len());
        let mut id = self.named(&name[..end]).ok_or_else(unknown)?;
        let mut steps = &name[end..];
        while let Some(kind) = steps.chars().next() {
            let digits = steps[1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(steps.len() - 1);
            let count: usize = match &steps[1..=digits] {
                "" => 1,
                number => number.parse().map_err(|_| unknown())?,
            };
            match kind {
                '~' => {
                    for _ in 0..count.min(MOST_COMMITS) {
                        id = *self.parents(id)?.first().ok_or_else(unknown)?;
                    }
                }
                '^' if count == 0 => {}
                '^' => id = *self.parents(id)?.get(count - 1).ok_or_else(unknown)?,
                _ => return Err(unknown()),
            }
            steps = &steps[1 + digits..];
        }
        let commit = Commit { id, label: String::new() };
        let short = commit.short();
        let label = if id.to_string().starts_with(name) { short } else { format!("{name} at {short}") };
        Ok(Commit { label, ..commit })
    }

    /// What is checked out; `None` before the first commit.
    ///
    /// # Errors
    /// If it is a commit that is not there.
    pub fn head(&self) -> Result<Option<Commit>, GitError> {
        match self.named("HEAD") {
            Some(_) => self.revision("HEAD").map(Some),
            None => Ok(None),
        }
    }

    fn commit(&self, id: ObjectId) -> Result<(Vec<ObjectId>, i64), GitError> {
        let (_, data) = self.object(id)?;
        let hash = self.inner.object_hash();
        let parents = gix::objs::CommitRefIter::from_bytes(&data, hash).parent_ids().collect();
        let seconds = gix::objs::CommitRefIter::from_bytes(&data, hash)
            .committer()
            .ok()
            .and_then(|signature| signature.time().ok())
            .map_or(0, |time| time.seconds);
        Ok((parents, seconds))
    }

    /// The parents of a commit, as far as the clone has them.
    fn parents(&self, id: ObjectId) -> Result<Vec<ObjectId>, GitError> {
        Ok(self.reached(id)?.0)
    }

    /// As `commit`, without parents that a shallow clone leaves out.
    fn reached(&self, id: ObjectId) -> Result<(Vec<ObjectId>, i64), GitError> {
        let (mut parents, time) = self.commit(id)?;
        if let Ok(Some(boundary)) = self.inner.shallow_commits()
            && boundary.contains(&id)
        {
            parents.clear();
        }
        Ok((parents, time))
    }

    /// The newest commit that both have: where a branch left the other one, as pull requests see it.
    ///
    /// # Errors
    /// If there is none in this clone.
    pub fn merge_base(&self, name: &str, one: &Commit, other: &Commit) -> Result<Commit, GitError> {
        const ONE: u8 = 1;
        const OTHER: u8 = 2;
        const OLD: u8 = 4;
        /// Commits from the newest to the oldest.
        #[derive(PartialEq, Eq)]
        struct Next(i64, ObjectId);
        impl Ord for Next {
            fn cmp(&self, other: &Self) -> Ordering {
                self.0.cmp(&other.0).then_with(|| self.1.cmp(&other.1))
            }
        }
        impl PartialOrd for Next {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
        let none = || GitError::NoCommon { name: name.to_owned(), shallow: self.shallow() };
        let mut marks: BTreeMap<ObjectId, u8> = BTreeMap::new();
        let mut queue = BinaryHeap::new();
        // Commits in the queue of which it is not yet known that they are older than a common one.
        let mut open: BTreeSet<ObjectId> = BTreeSet::new();
        for (commit, mark) in [(one, ONE), (other, OTHER)] {
            let marks = marks.entry(commit.id).or_default();
            *marks |= mark;
            queue.push(Next(self.reached(commit.id)?.1, commit.id));
            open.insert(commit.id);
        }
        let mut found: Vec<(i64, ObjectId)> = Vec::new();
        let mut looked = 0;
        while let Some(Next(time, id)) = queue.pop() {
            looked += 1;
            if looked > MOST_COMMITS {
                break;
            }
            open.remove(&id);
            let mut mark = marks.get(&id).copied().unwrap_or_default();
            if mark & (ONE | OTHER) == ONE | OTHER {
                if mark & OLD == 0 && !found.iter().any(|(_, known)| *known == id) {
                    found.push((time, id));
                }
                mark |= OLD;
            }
            for parent in self.reached(id)?.0 {
                let known = marks.entry(parent).or_default();
                if *known | mark == *known {
                    continue;
                }
                *known |= mark;
                if *known & OLD == 0 {
                    open.insert(parent);
                } else {
                    open.remove(&parent);
                }
                queue.push(Next(self.reached(parent)?.1, parent));
            }
            if open.is_empty() && !found.is_empty() {
                break;
            }
        }
        let mut best = found.into_iter().filter(|(_, id)| marks.get(id).is_some_and(|mark| mark & OLD == 0));
        let first = best.next();
        let id = best.fold(first, |best, next| best.max(Some(next))).map(|(_, id)| id).ok_or_else(none)?;
        let mut commit = Commit { id, label: String::new() };
        commit.label =
            if id == other.id { other.label.clone() } else { format!("{}, where HEAD left {name}", commit.short()) };
        Ok(commit)
    }

    /// The newest commits from HEAD along first parents, up to `most`, and as far as the clone has them.
    ///
    /// # Errors
    /// If one of them is not there.
    pub fn main_line(&self, most: usize) -> Result<Vec<LineCommit>, GitError> {
        let mut tags: BTreeMap<ObjectId, String> = BTreeMap::new();
        if let Ok(references) = self.inner.references()
            && let Ok(all) = references.tags()
        {
            for mut reference in all.filter_map(Result::ok) {
                let name = reference.name().shorten().to_string();
                if let Ok(id) = reference.peel_to_id() {
                    tags.insert(id.detach(), name);
                }
            }
        }
        let mut next = self.head()?.map(|head| head.id);
        let mut line = Vec::new();
        while let Some(id) = next.filter(|_| line.len() < most) {
            let (_, data) = self.object(id)?;
            // A message begins after the first empty line.
            let end = memchr::memmem::find(&data, b"\n\n");
            let text = end.map_or(&[][..], |at| &data[at + 2..]);
            // `author name <address> seconds zone`.
            let person = |field: &str| {
                let head = String::from_utf8_lossy(&data[..end.unwrap_or(data.len())]).into_owned();
                let line = head.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(' ').map(str::to_owned));
                let line = line.unwrap_or_default();
                line.rfind('>').map_or(String::new(), |at| line[..=at].to_owned())
            };
            let parents = self.reached(id)?.0;
            next = parents.first().copied();
            line.push(LineCommit {
                name: id.to_string()[..12].to_owned(),
                parents: parents.len(),
                message: String::from_utf8_lossy(text).into_owned(),
                author: person("author"),
                committer: person("committer"),
                tag: tags.remove(&id),
            });
        }
        Ok(line)
    }

    /// The files of a commit.
    ///
    /// # Errors
    /// If its tree is not there.
    pub fn files(&self, commit: &Commit) -> Result<Revision, GitError> {
        let tree = self.tree_of(commit)?;
        let name = Some(commit.name());
        Ok(Revision { repository: self.clone(), tree: Some(tree), label: commit.label.clone(), name })
    }

    /// No files at all: what there is before the first commit.
    pub fn nothing(&self) -> Revision {
        Revision { repository: self.clone(), tree: None, label: "nothing (no commit yet)".to_owned(), name: None }
    }

    fn tree_of(&self, commit: &Commit) -> Result<ObjectId, GitError> {
        let (_, data) = self.object(commit.id)?;
        gix::objs::CommitRefIter::from_bytes(&data, self.inner.object_hash())
            .tree_id()
            .map_err(|error| GitError::Object { id: commit.id.to_string(), cause: error.to_string() })
    }

    /// What a commit would take now. `index` is the index to read where it is not the repository's own: git names one to its
    /// hooks when a commit takes a part of what is staged.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn staged(&self, index: Option<&Path>) -> Result<Staged, GitError> {
        let own = self.inner.git_dir().join("index");
        let file = index.map_or(own, |index| self.top.join(index));
        let index = StagedIndex::read(&file).map_err(|cause| GitError::Index { cause: cause.to_owned() })?;
        Ok(Staged { repository: self.clone(), index: index.unwrap_or_default() })
    }

    fn blob(&self, object: ObjectName, most: u64) -> Result<Content, SnapshotError> {
        let id = ObjectId::from(object.0);
        let fail = |cause: String| {
            let error = GitError::Object { id: id.to_string(), cause };
            SnapshotError { help: error.help(), message: error.to_string() }
        };
        match self.inner.find_header(id) {
            Ok(header) if header.size() > most => return Ok(Content::TooLarge),
            Ok(_) => {}
            Err(_) => return Err(fail("it is not in this clone".to_owned())),
        }
        let (_, data) = self.object(id).map_err(|error| fail(error.to_string()))?;
        Ok(Content::Bytes(data))
    }

    /// Hands on what is below a tree, except for directories that `known` knows to be uninteresting.
    fn list_tree(
        &self,
        tree: ObjectId,
        below: &[u8],
        known: &dyn Fn(&[u8], ObjectId) -> bool,
        visit: &mut Visit<'_>,
    ) -> Result<(), SnapshotError> {
        let fail = |error: GitError| SnapshotError { help: error.help(), message: error.to_string() };
        let strange = |message: &str| SnapshotError { message: message.to_owned(), help: None };
        let mut count = 0;
        let mut stack = vec![(below.to_vec(), tree, 0_usize)];
        while let Some((directory, tree, depth)) = stack.pop() {
            if known(&directory, tree) {
                continue;
            }
            if depth > DEEPEST {
                return Err(strange("the tree of this revision is nested too deeply"));
            }
            let (_, data) = self.object(tree).map_err(fail)?;
            let mut below = Vec::new();
            for entry in TreeRefIter::from_bytes(&data, self.inner.object_hash()) {
                let entry = entry.map_err(|error| strange(&format!("the tree {tree} is broken: {error}")))?;
                let mut path = directory.clone();
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(entry.filename);
                count += 1;
                if count > MOST_ENTRIES {
                    return Err(strange("this revision has more files than are read"));
                }
                let id = entry.oid.to_owned();
                match found(entry.mode.value().into(), id) {
                    Entry::Directory => below.push((path, id, depth + 1)),
                    other => visit(&path, other, bytes_of(id)),
                }
            }
            stack.extend(below.into_iter().rev());
        }
        Ok(())
    }
}

fn bytes_of(id: ObjectId) -> [u8; 20] {
    id.as_slice().try_into().unwrap_or_default()
}

/// What a mode of a tree or the index means.
fn found(mode: u32, id: ObjectId) -> Entry {
    match mode & 0o170_000 {
        0o040_000 => Entry::Directory,
        0o120_000 => Entry::Link(ObjectName(bytes_of(id))),
        0o160_000 => Entry::Submodule,
        _ => Entry::File(ObjectName(bytes_of(id))),
    }
}

/// The files of a commit.
#[derive(Debug)]
pub struct Revision {
    repository: Repository,
    tree: Option<ObjectId>,
    label: String,
    name: Option<CompactString>,
}

impl Revision {
    /// The object at a path, with its mode's meaning.
    fn at(&self, path: &str) -> Result<Option<(Entry, ObjectId)>, SnapshotError> {
        let Some(mut tree) = self.tree else { return Ok(None) };
        if path.is_empty() {
            return Ok(Some((Entry::Directory, tree)));
        }
        let mut segments = path.split('/').peekable();
        while let Some(segment) = segments.next() {
            let (_, data) = self
                .repository
                .object(tree)
                .map_err(|error| SnapshotError { help: error.help(), message: error.to_string() })?;
            let here = TreeRefIter::from_bytes(&data, self.repository.inner.object_hash())
                .filter_map(Result::ok)
                .find(|entry| entry.filename == segment.as_bytes())
                .map(|entry| (found(entry.mode.value().into(), entry.oid.to_owned()), entry.oid.to_owned()));
            match (here, segments.peek()) {
                (Some(found), None) => return Ok(Some(found)),
                (Some((Entry::Directory, below)), Some(_)) => tree = below,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

impl Snapshot for Revision {
    fn label(&self) -> &str {
        &self.label
    }

    fn commit(&self) -> Option<CompactString> {
        self.name.clone()
    }

    fn top(&self) -> &Path {
        &self.repository.top
    }

    fn list(&self, below: &str, visit: &mut dyn FnMut(&[u8], Entry)) -> Result<(), SnapshotError> {
        let Some((Entry::Directory, tree)) = self.at(below)? else { return Ok(()) };
        self.repository.list_tree(tree, below.as_bytes(), &|_, _| false, &mut |path, entry, _| visit(path, entry))
    }

    fn entry(&self, path: &str) -> Result<Option<Entry>, SnapshotError> {
        Ok(self.at(path)?.map(|(entry, _)| entry))
    }

    fn content(&self, object: ObjectName, most: u64) -> Result<Content, SnapshotError> {
        self.repository.blob(object, most)
    }
}

/// What a commit would take now.
#[derive(Debug)]
pub struct Staged {
    repository: Repository,
    index: StagedIndex,
}

impl Staged {
    /// The paths in which it differs from a revision, sorted.
    ///
    /// # Errors
    /// If a part of the revision is not there.
    pub fn changes(&self, base: &Revision) -> Result<Vec<String>, SnapshotError> {
        let same: std::cell::RefCell<BTreeSet<Vec<u8>>> = std::cell::RefCell::default();
        let mut before: BTreeMap<Vec<u8>, (Entry, [u8; 20])> = BTreeMap::new();
        if let Some(tree) = base.tree {
            let known = |directory: &[u8], tree: ObjectId| {
                let known = self.index.trees.get(directory).is_some_and(|id| *id == bytes_of(tree));
                if known {
                    same.borrow_mut().insert(directory.to_vec());
                }
                known
            };
            self.repository.list_tree(tree, b"", &known, &mut |path, entry, id| {
                before.insert(path.to_vec(), (entry, id));
            })?;
        }
        let same = same.into_inner();
        if same.contains(&b""[..]) {
            return Ok(Vec::new());
        }
        let unchanged = |path: &[u8]| memchr::memchr_iter(b'/', path).any(|at| same.contains(&path[..at]));
        let mut changed: BTreeSet<Vec<u8>> = BTreeSet::new();
        for entry in self.index.entries.iter().filter(|entry| !unchanged(&entry.path)) {
            let kind = found(entry.mode, ObjectId::from(entry.id));
            match before.remove(&entry.path) {
                Some(known) if known == (kind, entry.id) => {}
                _ => {
                    changed.insert(entry.path.clone());
                }
            }
        }
        changed.extend(before.into_keys());
        Ok(changed.into_iter().map(|path| String::from_utf8_lossy(&path).into_owned()).collect())
    }

    /// The paths in conflict.
    pub fn conflicts(&self) -> Vec<String> {
        self.index.conflicts.iter().map(|path| String::from_utf8_lossy(path).into_owned()).collect()
    }

    /// The first entry that is not before a path.
    fn first(&self, path: &[u8]) -> usize {
        self.index.entries.partition_point(|entry| entry.path.as_slice() < path)
    }
}

impl Snapshot for Staged {
    fn label(&self) -> &str {
        "what is staged"
    }

    fn commit(&self) -> Option<CompactString> {
        None
    }

    fn top(&self) -> &Path {
        &self.repository.top
    }

    fn list(&self, below: &str, visit: &mut dyn FnMut(&[u8], Entry)) -> Result<(), SnapshotError> {
        let directory = if below.is_empty() { Vec::new() } else { [below.as_bytes(), b"/"].concat() };
        for entry in &self.index.entries[self.first(&directory)..] {
            if !entry.path.starts_with(&directory) {
                break;
            }
            let id = ObjectId::from(entry.id);
            match found(entry.mode, id) {
                // A sparse index names whole directories.
                Entry::Directory => {
                    let directory = entry.path.strip_suffix(b"/").unwrap_or(&entry.path);
                    self.repository
                        .list_tree(id, directory, &|_, _| false, &mut |path, found, _| visit(path, found))?;
                }
                found => visit(&entry.path, found),
            }
        }
        Ok(())
    }

    fn entry(&self, path: &str) -> Result<Option<Entry>, SnapshotError> {
        let at = self.first(path.as_bytes());
        if let Some(entry) = self.index.entries.get(at).filter(|entry| entry.path == path.as_bytes()) {
            return Ok(Some(found(entry.mode, ObjectId::from(entry.id))));
        }
        let below = [path.as_bytes(), b"/"].concat();
        let entry = self.index.entries.get(self.first(&below));
        Ok(entry.filter(|entry| entry.path.starts_with(&below)).map(|_| Entry::Directory))
    }

    fn content(&self, object: ObjectName, most: u64) -> Result<Content, SnapshotError> {
        self.repository.blob(object, most)
    }
}
