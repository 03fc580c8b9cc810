//! The door to the user's own files: what to scan, policies, outputs.

#![allow(clippy::disallowed_methods, reason = "the door to the user's own files")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use crate::model::RepoPath;
use crate::text::{Source, SourceError};
use crate::walk::Root;

/// The name of the settings file of a repository.
pub const SETTINGS: &str = "sepal.toml";

/// Why a path cannot be scanned.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be scanned: {cause}", path.display())]
pub struct RootError {
    path: PathBuf,
    #[source]
    cause: std::io::Error,
}

/// Why a file of the user's could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The operating system said no.
    #[error("{} could not be {what}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried: `read`, `written`.
        what: &'static str,
        /// What it said.
        #[source]
        cause: std::io::Error,
    },
    /// It is not a text.
    #[error("{} could not be read: {cause}", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: SourceError,
    },
    /// It is there already, and nothing of the user's is overwritten.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
}

/// The roots of these paths; the working directory if there are none. A path within another one is part of it already.
///
/// # Errors
/// If one of them does not exist or cannot be asked.
pub fn roots(paths: &[PathBuf]) -> Result<Vec<Root>, RootError> {
    let here = [PathBuf::from(".")];
    let given: &[PathBuf] = if paths.is_empty() { &here } else { paths };
    let mut found: Vec<(&PathBuf, PathBuf, bool)> = Vec::new();
    for path in given {
        let fail = |cause| RootError { path: path.clone(), cause };
        let place = fs::canonicalize(path).map_err(fail)?;
        let metadata = fs::metadata(&place).map_err(fail)?;
        found.push((path, place, metadata.is_dir()));
    }
    let all: Vec<PathBuf> = found.iter().filter(|(.., is_dir)| *is_dir).map(|(_, place, _)| place.clone()).collect();
    let mut taken = BTreeSet::new();
    found.retain(|(_, place, _)| {
        let covered = all.iter().any(|other| place != other && place.starts_with(other));
        !covered && taken.insert(place.clone())
    });
    let several = found.len() > 1;
    // Files that a hook names are called what the hook calls them.
    let from_here = found.iter().all(|(given, _, is_dir)| !is_dir && is_plain(given));
    let mut labels = BTreeSet::new();
    // Files of one directory belong together, and their names tell them apart.
    let mut of_files: BTreeMap<PathBuf, String> = BTreeMap::new();
    Ok(found
        .into_iter()
        .map(|(given, place, is_dir)| {
            let directory = if is_dir {
                place.clone()
            } else if several {
                parent(&place)
            } else {
                // The only file is seen from the top of its checkout: some formats are known by the directories they lie in.
                let top = place.ancestors().skip(1).find(|above| above.join(".git").exists());
                top.map_or_else(|| parent(&place), Path::to_owned)
            };
            let mut made = || {
                let label = label(given, &directory, is_dir);
                unique(if label.is_empty() && !from_here { "root".to_owned() } else { label }, &mut labels)
            };
            let label = match (several, is_dir) {
                (false, _) => String::new(),
                (true, true) => made(),
                (true, false) => of_files.entry(directory.clone()).or_insert_with(made).clone(),
            };
            Root { directory, label: RepoPath::new(&label), only: (!is_dir).then_some(place) }
        })
        .collect())
}

fn parent(place: &Path) -> PathBuf {
    place.parent().unwrap_or(Path::new("/")).to_owned()
}

/// Whether an argument says where it is from here, downwards.
fn is_plain(given: &Path) -> bool {
    given.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

/// What a root's paths start with: the argument as given, if it says where it is from here, else its name. Empty: from here.
fn label(given: &Path, directory: &Path, is_dir: bool) -> String {
    let shown = if is_dir { given } else { given.parent().unwrap_or(Path::new("")) };
    let parts: Vec<String> = if is_plain(shown) {
        shown
            .components()
            .filter(|part| matches!(part, Component::Normal(_)))
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect()
    } else {
        directory.file_name().map(|name| name.to_string_lossy().into_owned()).into_iter().collect()
    };
    parts.join("/")
}

fn unique(label: String, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = label.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{label}~{number}");
        number += 1;
    }
    candidate
}

/// The settings file that holds for a root: in its directory, or in one above it up to the top of its git checkout.
pub fn find_settings(root: &Root) -> Option<PathBuf> {
    let start = root.only.as_deref().and_then(Path::parent).unwrap_or(&root.directory);
    for directory in start.ancestors() {
        let file = directory.join(SETTINGS);
        if file.is_file() {
            return Some(file);
        }
        if directory.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The way from the top of the git checkout to what the paths of a report are relative to: the only root, or the working
/// directory for several. `None` if that is the top itself, or there is no checkout.
pub fn prefix(roots: &[Root]) -> Option<RepoPath> {
    let base = match roots {
        [root] => root.directory.clone(),
        _ => absolute(Path::new(".")),
    };
    let top = base.ancestors().find(|directory| directory.join(".git").exists())?;
    let below = base.strip_prefix(top).ok()?;
    let segments: Vec<String> = below.iter().map(|segment| segment.to_string_lossy().into_owned()).collect();
    (!segments.is_empty()).then(|| RepoPath::new(&segments.join("/")))
}

/// How a policy's path is shown: from the root of the scan or from the working directory, where it lies below one of them;
/// else its file name alone, since no path of this machine belongs into a report.
pub fn shown_path(file: &Path, root: Option<&Root>) -> RepoPath {
    let place = absolute(file);
    let below = root.and_then(|root| place.strip_prefix(&root.directory).ok().map(Path::to_owned));
    let shown = below.or_else(|| {
        let here = fs::canonicalize(".").ok()?;
        place.strip_prefix(here).ok().map(Path::to_owned)
    });
    let shown = shown.unwrap_or_else(|| place.file_name().map(PathBuf::from).unwrap_or_default());
    RepoPath::new(&shown.to_string_lossy().replace('\\', "/"))
}

/// A path with links and dots resolved, where it exists.
pub fn absolute(file: &Path) -> PathBuf {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned())
}

/// Reads a policy or settings file.
///
/// # Errors
/// If it cannot be read or is no text.
pub fn read(file: &Path, shown: RepoPath) -> Result<Source, FileError> {
    let bytes = fs::read(file).map_err(|cause| FileError::Io { path: file.to_owned(), what: "read", cause })?;
    Source::from_bytes(shown, bytes).map_err(|cause| FileError::Text { path: file.to_owned(), cause })
}

/// The bytes of a file.
///
/// # Errors
/// If it cannot be read.
pub(super) fn bytes(file: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(file).map_err(|cause| FileError::Io { path: file.to_owned(), what: "read", cause })
}

/// The bytes of a plain file that has no more than so many.
///
/// # Errors
/// If it cannot be read, is no plain file, or is larger.
pub(super) fn bytes_up_to(file: &Path, most: u64) -> Result<Vec<u8>, FileError> {
    use std::io::Read;
    let fail = |cause| FileError::Io { path: file.to_owned(), what: "read", cause };
    // Asked before opening: opening a FIFO waits for a writer that may never come.
    if !fs::metadata(file).map_err(fail)?.is_file() {
        return Err(fail(std::io::ErrorKind::InvalidInput.into()));
    }
    let mut bytes = Vec::new();
    fs::File::open(file).and_then(|open| open.take(most + 1).read_to_end(&mut bytes)).map_err(fail)?;
    if bytes.len() as u64 > most { Err(fail(std::io::ErrorKind::FileTooLarge.into())) } else { Ok(bytes) }
}

/// Puts bytes that can be had again in their place: whole or not at all, also where another run does the same, and with the
/// directories above it.
///
/// # Errors
/// If it cannot be written.
pub(super) fn keep(file: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let fail = |cause| FileError::Io { path: file.to_owned(), what: "written", cause };
    /// So many runs may write at once, or have been killed while they did.
    const MOST: u32 = 16;
    file.parent().map_or(Ok(()), fs::create_dir_all).map_err(fail)?;
    let names: Vec<PathBuf> = (0..MOST).map(|number| file.with_extension(format!("part-{number}"))).collect();
    let opened = names.iter().find_map(|beside| {
        let out = fs::OpenOptions::new().write(true).create_new(true).open(beside);
        out.ok().map(|out| (beside, out))
    });
    let Some((beside, mut out)) = opened else {
        // What killed runs left behind is in nobody's way the next time.
        for beside in &names {
            let _ = fs::remove_file(beside);
        }
        return Err(fail(std::io::ErrorKind::AlreadyExists.into()));
    };
    let written = out.write_all(bytes).and_then(|()| fs::rename(beside, file));
    if written.is_err() {
        let _ = fs::remove_file(beside);
    }
    written.map_err(fail)
}

/// How many bytes a file has, and when it was written, in nanoseconds since 1970. `None` where that cannot be told.
pub fn size_and_time(file: &Path) -> Option<(u64, u128)> {
    let metadata = fs::metadata(file).ok()?;
    let written = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some((metadata.len(), written.as_nanos()))
}

/// The JSON files of a directory, sorted by name; a file as it is.
///
/// # Errors
/// If it is neither, or cannot be listed.
pub fn json_files(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    let fail = |cause| FileError::Io { path: path.to_owned(), what: "read", cause };
    if !fs::metadata(path).map_err(fail)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(fail)? {
        let file = entry.map_err(fail)?.path();
        if file.extension().is_some_and(|extension| extension == "json") && file.is_file() {
            found.push(file);
        }
    }
    found.sort();
    Ok(found)
}

/// Writes a report: whole or not at all, by renaming a file written beside it.
///
/// # Errors
/// If it cannot be written.
pub fn write(file: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let fail = |cause| FileError::Io { path: file.to_owned(), what: "written", cause };
    // A device or pipe is written to; only a plain file can be replaced.
    if fs::metadata(file).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::OpenOptions::new().write(true).open(file).and_then(|mut out| out.write_all(bytes)).map_err(fail);
    }
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let beside = directory.join(format!(".{name}.part"));
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, file));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.map_err(fail)
}

/// Writes a file that must not be there yet.
///
/// # Errors
/// If it exists or cannot be written.
pub fn create(file: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut out = fs::OpenOptions::new().write(true).create_new(true).open(file).map_err(|cause| {
        if cause.kind() == std::io::ErrorKind::AlreadyExists {
            FileError::Exists { path: file.to_owned() }
        } else {
            FileError::Io { path: file.to_owned(), what: "written", cause }
        }
    })?;
    out.write_all(bytes).map_err(|cause| FileError::Io { path: file.to_owned(), what: "written", cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_roots_have_labels_and_nested_ones_are_part_of_the_outer() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["web", "api/web", "x"] {
            fs::create_dir_all(directory.path().join(name)).unwrap();
        }
        let at = |name: &str| directory.path().join(name);
        let made = roots(&[at("web"), at("api/web"), at("x"), at("api"), at("web")]).unwrap();
        let labels: Vec<&str> = made.iter().map(|root| root.label.as_str()).collect();
        assert_eq!(labels, ["web", "x", "api"]);
        assert!(roots(&[at("missing")]).is_err());
        assert_eq!(roots(&[at("web")]).unwrap()[0].label, RepoPath::root());
    }

    #[test]
    fn files_of_one_directory_lie_in_one_directory() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        for name in ["web/package.json", "web/package-lock.json", "api/web/go.mod", "x/go.mod"] {
            fs::create_dir_all(at(name).parent().unwrap()).unwrap();
            fs::write(at(name), "").unwrap();
        }
        let given = [at("web/package.json"), at("web/package-lock.json"), at("api/web/go.mod"), at("x")];
        let made = roots(&given).unwrap();
        let labels: Vec<&str> = made.iter().map(|root| root.label.as_str()).collect();
        assert_eq!(labels, ["web", "web", "web~2", "x"]);
        // Of this package, from where its tests run.
        let made = roots(&["Cargo.toml", "Cargo.lock", "src/lib.rs"].map(PathBuf::from)).unwrap();
        let labels: Vec<&str> = made.iter().map(|root| root.label.as_str()).collect();
        assert_eq!(labels, ["", "", "src"]);
        let made = roots(&["Cargo.toml", "src"].map(PathBuf::from)).unwrap();
        let labels: Vec<&str> = made.iter().map(|root| root.label.as_str()).collect();
        assert_eq!(labels, ["root", "src"]);
    }

    #[test]
    fn a_report_replaces_a_file_whole_and_nothing_is_created_twice() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("report.json");
        write(&file, b"one").unwrap();
        write(&file, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        assert!(matches!(create(&file, b"three"), Err(FileError::Exists { .. })));
    }

    #[test]
    fn a_report_on_a_part_knows_the_way_from_the_top() {
        let directory = tempfile::tempdir().unwrap();
        let inner = directory.path().join("web/app");
        fs::create_dir_all(&inner).unwrap();
        assert_eq!(prefix(&roots(std::slice::from_ref(&inner)).unwrap()), None);
        fs::create_dir_all(directory.path().join(".git")).unwrap();
        assert_eq!(prefix(&roots(&[inner]).unwrap()), Some(RepoPath::new("web/app")));
        assert_eq!(prefix(&roots(&[directory.path().to_owned()]).unwrap()), None);
    }

    #[test]
    fn settings_are_looked_for_up_to_the_top_of_the_checkout() {
        let directory = tempfile::tempdir().unwrap();
        let inner = directory.path().join("repository/sub");
        fs::create_dir_all(&inner).unwrap();
        fs::create_dir_all(directory.path().join("repository/.git")).unwrap();
        fs::write(directory.path().join(SETTINGS), "").unwrap();
        let root = roots(&[inner]).unwrap().remove(0);
        assert_eq!(find_settings(&root), None);
        fs::write(directory.path().join("repository").join(SETTINGS), "").unwrap();
        assert!(find_settings(&root).is_some());
    }
}
