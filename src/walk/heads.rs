//! How files of a tree begin, whatever they are: for questions that a name and few bytes answer.
//!
//! What git tracks is asked of its index, so that only what is committed (or about to be) counts and no directory is walked; where
//! there is no index, the tree is walked as its `.gitignore` files say.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use rayon::prelude::*;

use crate::model::RepoPath;

use super::Root;
use super::index::Index;
use super::name::repo_path;
use super::read::special;

/// What was found of a tree.
#[derive(Debug)]
pub struct Heads<T> {
    /// Every file, sorted.
    pub paths: Vec<RepoPath>,
    /// What became of those of which a head was read, in the same order.
    pub items: Vec<T>,
}

fn head(file: &Path, most: usize) -> Option<(Vec<u8>, u64)> {
    let metadata = std::fs::symlink_metadata(file).ok()?;
    if special(&metadata).is_some() || !metadata.is_file() {
        return None;
    }
    let mut bytes = Vec::with_capacity(most);
    File::open(file).ok()?.take(most as u64).read_to_end(&mut bytes).ok()?;
    Some((bytes, metadata.len()))
}

/// The files of a root with their places on this machine.
fn files(root: &Root, respect_ignore_files: bool) -> Vec<(RepoPath, PathBuf)> {
    if let Some(only) = &root.only {
        let relative = only.strip_prefix(&root.directory).unwrap_or(only);
        return vec![(repo_path(&root.label, relative), only.clone())];
    }
    let top = root.directory.ancestors().find(|above| above.join(".git").exists());
    if let Some(top) = top
        && let Some(index) = Index::read(top)
        && let Ok(below) = root.directory.strip_prefix(top)
    {
        let tracked = index.paths().filter_map(|path| {
            let path = std::str::from_utf8(path).ok()?;
            let relative = Path::new(path).strip_prefix(below).ok()?;
            Some((repo_path(&root.label, relative), top.join(path)))
        });
        return tracked.collect();
    }
    let mut builder = WalkBuilder::new(&root.directory);
    builder
        .standard_filters(false)
        .git_ignore(respect_ignore_files)
        .require_git(false)
        .hidden(false)
        .follow_links(false)
        .filter_entry(|entry| entry.file_name() != ".git");
    let plain = builder.build().flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    plain
        .map(|entry| {
            let relative = entry.path().strip_prefix(&root.directory).unwrap_or(entry.path());
            (repo_path(&root.label, relative), entry.path().to_owned())
        })
        .collect()
}

/// Hands the beginning of every file of which `wanted` says that so many bytes are worth reading to `handle`, with the size of
/// the file. What cannot be read is left out: nothing is concluded of it.
pub fn heads<T: Send>(
    roots: &[Root],
    respect_ignore_files: bool,
    wanted: impl Fn(&str) -> usize + Sync,
    handle: impl Fn(&RepoPath, &[u8], u64) -> Option<T> + Sync,
) -> Heads<T> {
    let mut all: Vec<(RepoPath, PathBuf)> = roots.iter().flat_map(|root| files(root, respect_ignore_files)).collect();
    all.sort();
    all.dedup_by(|a, b| a.0 == b.0);
    let items = all
        .par_iter()
        .filter_map(|(path, file)| {
            let most = wanted(path.as_str());
            let (bytes, size) = (most > 0).then(|| head(file, most)).flatten()?;
            handle(path, &bytes, size)
        })
        .collect();
    Heads { paths: all.into_iter().map(|(path, _)| path).collect(), items }
}
