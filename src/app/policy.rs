//! Which policy holds: the file that was named, else the repository's `sepal.toml`, else the shipped baseline.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use compact_str::CompactString;
use globset::{Glob, GlobSet, GlobSetBuilder};
use sha2::{Digest, Sha256};

use crate::model::RepoPath;
use crate::policy::{BUILTIN, GitPin, Pin, Policy, PolicyProblem, WebPin, choose_from, proof};
use crate::rule::Distribution;
use crate::text::Source;
use crate::walk::{Content, Entry, Root, Snapshot, root_in};

use super::files::{self, FileError};

/// A policy with what the scan needs of it.
#[derive(Debug)]
pub struct Loaded {
    /// The policy.
    pub policy: Policy,
    /// The paths it leaves out of the scan.
    pub exclude: GlobSet,
    /// What it states of the platforms that the product runs on.
    pub targets: Vec<CompactString>,
    /// The VEX documents that it names.
    pub vex: Vec<PathBuf>,
}

/// Why there is no policy to judge by.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is something wrong with it.
    #[error("the policy has {} problem(s)", problems.len())]
    Problems {
        /// All that is wrong, sorted by place.
        problems: Vec<PolicyProblem>,
        /// The lines they are in, by file and line.
        lines: BTreeMap<(RepoPath, u32), String>,
    },
    /// The policy of the earlier side extends something that is not here. What would judge instead, the change's own policy, is what
    /// the change could loosen.
    #[error("the policy of {of} extends `{what}`, which is not on this machine")]
    Absent {
        /// Whose policy.
        of: String,
        /// What is not here.
        what: String,
    },
    /// There is no shipped policy of that name.
    #[error("there is no built-in policy `{name}`: {help}")]
    Shipped {
        /// The name.
        name: String,
        /// Which ones there are.
        help: String,
    },
    /// What is to be excluded is no glob.
    #[error("`{pattern}` in [scan] exclude is not a pattern: {cause}")]
    Exclude {
        /// The pattern.
        pattern: String,
        /// Why not.
        #[source]
        cause: globset::Error,
    },
}

/// How many files a policy may consist of.
const MOST_FILES: usize = 64;

/// Bytes of a policy file that count at most.
const LARGEST: u64 = 16 << 20;

/// The policy for these roots.
///
/// # Errors
/// If the file cannot be read, or if anything is wrong with it or with what it extends.
pub fn load(roots: &[Root], named: Option<&Path>) -> Result<Loaded, PolicyError> {
    let file = file_of(roots, named);
    let policy = load_for(roots, named, None)?;
    loaded(policy, &file.map(|file| base_of(&file, &files::shown_path(&file, roots.first()))).unwrap_or_default())
}

/// The shipped policy that is named in place of a file: `builtin:cisa-2026`.
fn shipped(named: Option<&Path>, distribution: Option<Distribution>) -> Result<Option<Policy>, PolicyError> {
    let Some(name) = named.and_then(Path::to_str).and_then(|text| text.strip_prefix("builtin:")) else {
        return Ok(None);
    };
    match Policy::builtin_for(name, distribution) {
        Some(policy) => Ok(Some(policy)),
        None => {
            let known: Vec<&str> = BUILTIN.iter().map(|(known, _)| *known).collect();
            Err(PolicyError::Shipped { name: name.to_owned(), help: choose_from(name, &known) })
        }
    }
}

/// The policy file that holds for these roots, if there is one.
fn file_of(roots: &[Root], named: Option<&Path>) -> Option<PathBuf> {
    match named {
        Some(named) if named.to_str().is_some_and(|text| text.starts_with("builtin:")) => None,
        Some(named) => Some(named.to_owned()),
        None => roots.first().and_then(files::find_settings),
    }
}

/// The policy for these roots, as it judges a product that reaches others in this way, if one is named.
///
/// # Errors
/// As [`load`].
pub(super) fn load_for(
    roots: &[Root],
    named: Option<&Path>,
    distribution: Option<Distribution>,
) -> Result<Policy, PolicyError> {
    if let Some(policy) = shipped(named, distribution)? {
        return Ok(policy);
    }
    match file_of(roots, named) {
        None => {
            Ok(Policy::builtin_for("baseline", distribution).unwrap_or_else(|| unreachable!("the baseline is shipped")))
        }
        Some(file) => read(&file, roots, distribution),
    }
}

/// The policy that a snapshot holds for these roots: the `sepal.toml` of the first root's directory, or of one above it.
///
/// # Errors
/// As [`load`].
pub fn load_from(snapshot: &dyn Snapshot, roots: &[Root]) -> Result<Loaded, PolicyError> {
    match settings_in(snapshot, roots) {
        None => {
            let baseline = Policy::builtin("baseline").unwrap_or_else(|| unreachable!("the baseline is shipped"));
            loaded(baseline, snapshot.top())
        }
        Some((directory, first)) => {
            let open = |path: &RepoPath| {
                let place = directory.join(path.as_str())?;
                text_in(snapshot, &place, path.clone())
            };
            // Documents that a policy names are read as they lie on this machine: both sides of a comparison see the same.
            loaded(compose(&first, &open)?, &snapshot.top().join(directory.as_str()))
        }
    }
}

/// A policy file that was named, as a snapshot has it; `None` if the snapshot has no such file.
pub fn load_named_from(snapshot: &dyn Snapshot, roots: &[Root], named: &Path) -> Option<Result<Loaded, PolicyError>> {
    if shipped(Some(named), None).is_ok_and(|policy| policy.is_some()) {
        return None;
    }
    let (directory, first) = named_in(snapshot, roots, named)?;
    let open = |path: &RepoPath| text_in(snapshot, &directory.join(path.as_str())?, path.clone());
    let base = snapshot.top().join(directory.as_str());
    Some(compose(&first, &open).and_then(|policy| loaded(policy, &base)))
}

/// A file that was named, as a snapshot has it, with the directory that its shown path is relative to.
fn named_in(snapshot: &dyn Snapshot, roots: &[Root], named: &Path) -> Option<(RepoPath, Source)> {
    let place = files::absolute(named);
    let below = place.strip_prefix(snapshot.top()).ok()?.to_str()?.replace('\\', "/");
    let place = RepoPath::new(&below);
    let shown = files::shown_path(named, roots.first());
    let mut directory = place.clone();
    for _ in shown.as_str().split('/') {
        directory = directory.parent();
    }
    Some((directory, text_in(snapshot, &place, shown)?))
}

/// The settings file that holds for the first root, with the directory that its shown path is relative to.
fn settings_in(snapshot: &dyn Snapshot, roots: &[Root]) -> Option<(RepoPath, Source)> {
    let root = roots.first()?;
    let top = RepoPath::new(&root_in(snapshot, root)?);
    let only = root.only.as_deref().and_then(|file| file.strip_prefix(&root.directory).ok()?.parent());
    let mut at = match only.and_then(Path::to_str) {
        Some(below) if !below.is_empty() => top.join(&below.replace('\\', "/"))?,
        _ => top.clone(),
    };
    loop {
        if let Some(place) = at.join(files::SETTINGS) {
            // Shown from the root where it lies below it, as a file of a directory is.
            let below = place.is_within(&top).then(|| place.relative_to(&top)).flatten().map(RepoPath::new);
            let directory = if below.is_some() { top.clone() } else { at.clone() };
            let shown = below.unwrap_or_else(|| RepoPath::new(files::SETTINGS));
            if let Some(source) = text_in(snapshot, &place, shown) {
                return Some((directory, source));
            }
        }
        if at.as_str().is_empty() {
            return None;
        }
        at = at.parent();
    }
}

/// The text of a file of a snapshot by its path from the top.
pub(super) fn text_in(snapshot: &dyn Snapshot, place: &RepoPath, shown: RepoPath) -> Option<Source> {
    let Ok(Some(Entry::File(object))) = snapshot.entry(place.as_str()) else { return None };
    let Ok(Content::Bytes(bytes)) = snapshot.content(object, LARGEST) else { return None };
    Source::from_bytes(shown, bytes).ok()
}

fn loaded(policy: Policy, base: &Path) -> Result<Loaded, PolicyError> {
    let exclude = exclude(&policy)?;
    let vex = policy.vex.iter().map(|named| base.join(named.value.as_str())).collect();
    let targets = policy.targets.iter().map(|target| target.value.clone()).collect();
    Ok(Loaded { policy, exclude, targets, vex })
}

/// The paths that a policy leaves out of the scan.
///
/// # Errors
/// If one of them is no glob.
pub fn exclude(policy: &Policy) -> Result<GlobSet, PolicyError> {
    globs(policy.exclude.iter().map(|pattern| pattern.value.as_str()))
}

/// Patterns of paths as one set.
///
/// # Errors
/// If one of them is no pattern.
pub(super) fn globs<'a>(patterns: impl Iterator<Item = &'a str>) -> Result<GlobSet, PolicyError> {
    let mut exclude = GlobSetBuilder::new();
    for pattern in patterns {
        exclude.add(Glob::new(pattern).map_err(|cause| wrong_pattern(pattern, cause))?);
    }
    exclude.build().map_err(|cause| wrong_pattern("", cause))
}

fn wrong_pattern(pattern: &str, cause: globset::Error) -> PolicyError {
    PolicyError::Exclude { pattern: pattern.to_owned(), cause }
}

fn read(file: &Path, roots: &[Root], distribution: Option<Distribution>) -> Result<Policy, PolicyError> {
    let shown = files::shown_path(file, roots.first());
    let base = base_of(file, &shown);
    let first = files::read(file, shown)?;
    compose_for(&first, distribution, &|path| files::read(&base.join(path.as_str()), path.clone()).ok())
}

/// A policy file as if this were its text.
///
/// # Errors
/// If anything is wrong with it or with what it extends.
pub(super) fn read_text(file: &Path, root: Option<&Root>, text: &str) -> Result<Policy, PolicyError> {
    let shown = files::shown_path(file, root);
    let base = base_of(file, &shown);
    let first =
        Source::from_text(shown, text.to_owned()).map_err(|cause| FileError::Text { path: file.to_owned(), cause })?;
    compose(&first, &|path| files::read(&base.join(path.as_str()), path.clone()).ok())
}

/// The files from elsewhere that a policy file and the files of its tree extend.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn pins(file: &Path, root: Option<&Root>) -> Result<Vec<Pin>, PolicyError> {
    let shown = files::shown_path(file, root);
    let base = base_of(file, &shown);
    let mut pins = Vec::new();
    let mut met = BTreeMap::from([(shown.clone(), ())]);
    let mut open = vec![files::read(file, shown)?];
    while let Some(source) = open.pop() {
        pins.extend(Policy::pinned(&source));
        for path in Policy::wanted(&source) {
            if met.len() <= MOST_FILES && met.insert(path.clone(), ()).is_none() {
                open.extend(files::read(&base.join(path.as_str()), path).ok());
            }
        }
    }
    Ok(pins)
}

/// What the policy that a snapshot holds for these roots extends from elsewhere: the file that was named, if the snapshot has it,
/// else its `sepal.toml`. Nothing, if it has neither.
#[cfg(feature = "git")]
pub(super) fn pins_in(snapshot: &dyn Snapshot, roots: &[Root], named: Option<&Path>) -> Vec<Pin> {
    let first = match named {
        Some(named) => named_in(snapshot, roots, named),
        None => settings_in(snapshot, roots),
    };
    let Some((directory, first)) = first else { return Vec::new() };
    let mut pins = Vec::new();
    let mut met = BTreeMap::from([(first.path().clone(), ())]);
    let mut open = vec![first];
    while let Some(source) = open.pop() {
        pins.extend(Policy::pinned(&source));
        for path in Policy::wanted(&source) {
            if met.len() <= MOST_FILES && met.insert(path.clone(), ()).is_none() {
                let place = directory.join(path.as_str());
                open.extend(place.and_then(|place| text_in(snapshot, &place, path)));
            }
        }
    }
    pins
}

/// A policy file with what it extends.
fn compose(first: &Source, open: &dyn Fn(&RepoPath) -> Option<Source>) -> Result<Policy, PolicyError> {
    compose_for(first, None, open)
}

fn compose_for(
    first: &Source,
    distribution: Option<Distribution>,
    open: &dyn Fn(&RepoPath) -> Option<Source>,
) -> Result<Policy, PolicyError> {
    let shown = first.path();
    let mut sources: BTreeMap<RepoPath, Source> = BTreeMap::new();
    let mut wanted = Policy::wanted(first);
    let mut pins = Policy::pinned(first);
    while let Some(path) = wanted.pop() {
        if path == *shown || sources.contains_key(&path) || sources.len() > MOST_FILES {
            continue;
        }
        // One that is missing is told by the policy's own reader, with the line that names it.
        if let Some(source) = open(&path) {
            wanted.extend(Policy::wanted(&source));
            pins.extend(Policy::pinned(&source));
            sources.insert(path, source);
        }
    }
    while let Some(pin) = pins.pop() {
        if sources.contains_key(&pin.path()) || sources.len() > MOST_FILES {
            continue;
        }
        if let Some(source) = kept(&pin) {
            pins.extend(Policy::pinned(&source));
            sources.insert(pin.path(), source);
        }
    }
    let lookup = |path: &RepoPath| if path == shown { Some(first) } else { sources.get(path) };
    Policy::read_for(first, &lookup, distribution).map_err(|problems| {
        let mut lines = BTreeMap::new();
        for problem in &problems {
            let location = &problem.location;
            let source = if location.path == *shown { Some(first) } else { sources.get(&location.path) };
            if let (Some(source), Some(line)) = (source, location.line()) {
                let text = source.text().lines().nth(line as usize - 1).unwrap_or_default();
                lines.insert((location.path.clone(), line), text.to_owned());
            }
        }
        PolicyError::Problems { problems, lines }
    })
}

/// Where files from elsewhere are kept: set once, at the front door.
static KEPT: OnceLock<PathBuf> = OnceLock::new();

/// Says where policies from elsewhere are kept. Only the first call counts; without one, none is.
pub fn keep_in(directory: PathBuf) {
    let _ = KEPT.set(directory);
}

/// Where policies from elsewhere are kept.
pub(super) fn kept_in() -> Option<&'static Path> {
    KEPT.get().map(PathBuf::as_path)
}

/// The place of a policy of the web on this machine.
pub(super) fn place_of(pin: &WebPin) -> Option<PathBuf> {
    Some(kept_in()?.join(format!("{}.toml", pin.sha256)))
}

/// The place of an object of git on this machine. Its name says what is in it, from whichever repository it was.
pub(super) fn place_of_object(name: &str) -> Option<PathBuf> {
    Some(kept_in()?.join("objects").join(name))
}

/// A policy from elsewhere as it is kept here; `None` if it is not, or its bytes are no longer those that were asked for.
pub(super) fn kept(pin: &Pin) -> Option<Source> {
    let bytes = match pin {
        Pin::Web(web) => files::bytes(&place_of(web)?).ok().filter(|bytes| digest_of(bytes) == web.sha256)?,
        Pin::Git(GitPin { rev, path, .. }) => {
            let mut object = |name: &str| files::bytes(&place_of_object(name)?).ok();
            proof::file_of(rev, path, &mut object).ok()?
        }
    };
    Source::from_bytes(pin.path(), bytes).ok()
}

/// The first of these that is not kept here, nor all that it extends in its turn.
#[cfg(feature = "git")]
pub(super) fn first_absent(mut pins: Vec<Pin>) -> Option<Pin> {
    let mut met = BTreeMap::new();
    while let Some(pin) = pins.pop() {
        if met.len() > MOST_FILES || met.insert(pin.path(), ()).is_some() {
            continue;
        }
        match kept(&pin) {
            Some(source) => pins.extend(Policy::pinned(&source)),
            None => return Some(pin),
        }
    }
    None
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The directory that a shown path is relative to.
fn base_of(file: &Path, shown: &RepoPath) -> PathBuf {
    let depth = shown.as_str().split('/').count();
    let place = files::absolute(file);
    place.ancestors().nth(depth).unwrap_or(Path::new("/")).to_owned()
}
