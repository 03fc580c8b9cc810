//! Which policy holds: the file that was named, else the repository's `sepal.toml`, else the shipped baseline.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use compact_str::CompactString;
use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::model::RepoPath;
use crate::policy::{Policy, PolicyProblem};
use crate::text::Source;
use crate::walk::Root;

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

/// The policy for these roots.
///
/// # Errors
/// If the file cannot be read, or if anything is wrong with it or with what it extends.
pub fn load(roots: &[Root], named: Option<&Path>) -> Result<Loaded, PolicyError> {
    let file = named.map(Path::to_owned).or_else(|| roots.first().and_then(files::find_settings));
    let policy = match file {
        None => Policy::builtin("baseline").unwrap_or_else(|| unreachable!("the baseline is shipped")),
        Some(file) => read(&file, roots)?,
    };
    let exclude = exclude(&policy)?;
    let targets = policy.targets.iter().map(|target| target.value.clone()).collect();
    Ok(Loaded { policy, exclude, targets })
}

/// The paths that a policy leaves out of the scan.
///
/// # Errors
/// If one of them is no glob.
pub fn exclude(policy: &Policy) -> Result<GlobSet, PolicyError> {
    let mut exclude = GlobSetBuilder::new();
    for pattern in &policy.exclude {
        exclude.add(Glob::new(&pattern.value).map_err(|cause| wrong_pattern(&pattern.value, cause))?);
    }
    exclude.build().map_err(|cause| wrong_pattern("", cause))
}

fn wrong_pattern(pattern: &str, cause: globset::Error) -> PolicyError {
    PolicyError::Exclude { pattern: pattern.to_owned(), cause }
}

fn read(file: &Path, roots: &[Root]) -> Result<Policy, PolicyError> {
    let shown = files::shown_path(file, roots.first());
    let base = base_of(file, &shown);
    let mut sources: BTreeMap<RepoPath, Source> = BTreeMap::new();
    let first = files::read(file, shown.clone())?;
    let mut wanted = Policy::wanted(&first);
    while let Some(path) = wanted.pop() {
        if path == shown || sources.contains_key(&path) || sources.len() > MOST_FILES {
            continue;
        }
        // One that is missing is told by the policy's own reader, with the line that names it.
        if let Ok(source) = files::read(&base.join(path.as_str()), path.clone()) {
            wanted.extend(Policy::wanted(&source));
            sources.insert(path, source);
        }
    }
    Policy::read(&first, &|path| if *path == shown { Some(&first) } else { sources.get(path) }).map_err(|problems| {
        let mut lines = BTreeMap::new();
        for problem in &problems {
            let location = &problem.location;
            let source = if location.path == shown { Some(&first) } else { sources.get(&location.path) };
            if let (Some(source), Some(line)) = (source, location.line()) {
                let text = source.text().lines().nth(line as usize - 1).unwrap_or_default();
                lines.insert((location.path.clone(), line), text.to_owned());
            }
        }
        PolicyError::Problems { problems, lines }
    })
}

/// The directory that a shown path is relative to.
fn base_of(file: &Path, shown: &RepoPath) -> PathBuf {
    let depth = shown.as_str().split('/').count();
    let place = files::absolute(file);
    place.ancestors().nth(depth).unwrap_or(Path::new("/")).to_owned()
}
