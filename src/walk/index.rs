//! The paths that git tracks, read from `.git/index` without running git.
//!
//! A `.gitignore` does not hide what is tracked: a lock file that somebody added although a pattern names it is part of the
//! repository. The format is that of git's own documentation (gitformat-index, versions 2 to 4).

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// An index larger than this (some million files) is not read.
const LARGEST: u64 = 512 << 20;

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// What git tracks of a checkout.
#[derive(Debug, Default)]
pub struct Index {
    /// The paths one after the other, and where each ends: some ten thousand strings would cost more than reading them.
    paths: Vec<u8>,
    ends: Vec<u32>,
}

impl Index {
    /// The index of the checkout whose top this is. `None` where there is none, or it is of a kind that is not understood:
    /// then what a pattern names is left out, as without git.
    pub fn read(top: &Path) -> Option<Self> {
        parse(&read(&top.join(".git").join("index"))?)
    }

    fn path(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.paths[start..self.ends[at] as usize]
    }

    /// All paths, in the order of the index.
    pub fn paths(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).map(|at| self.path(at))
    }

    /// The first path that is not before this one. The index is sorted; of one that is not, some paths count as untracked.
    fn find(&self, path: &[u8]) -> Option<&[u8]> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.path(middle) < path { low = middle + 1 } else { high = middle }
        }
        (low < self.ends.len()).then(|| self.path(low))
    }

    /// Whether a file is tracked.
    pub fn tracks(&self, path: &[u8]) -> bool {
        self.find(path) == Some(path)
    }

    /// Whether anything in a directory is tracked, or another repository is linked there.
    pub fn tracks_below(&self, directory: &[u8]) -> bool {
        let below = [directory, b"/"].concat();
        self.find(&below).is_some_and(|found| found.starts_with(&below)) || self.tracks(directory)
    }
}

fn read(file: &Path) -> Option<Vec<u8>> {
    let metadata = std::fs::metadata(file).ok()?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return None;
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    File::open(file).ok()?.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn parse(bytes: &[u8]) -> Option<Index> {
    let mut index = Index::default();
    each(bytes, |path, _| {
        index.paths.extend_from_slice(path);
        index.ends.push(u32::try_from(index.paths.len()).ok()?);
        Some(())
    })?;
    Some(index)
}

/// What the index says of a path beside its name.
#[cfg_attr(not(feature = "git"), allow(dead_code, reason = "without git's objects only names are of use"))]
struct Item {
    mode: u32,
    id: [u8; 20],
    /// 0 for what a commit would take; 1 to 3 for the sides of a conflict.
    stage: u8,
    /// `git add --intent-to-add`: announced, and not staged.
    announced: bool,
}

/// Hands every entry on, and answers where the extensions begin.
fn each(bytes: &[u8], mut visit: impl FnMut(&[u8], Item) -> Option<()>) -> Option<usize> {
    if bytes.get(..4)? != b"DIRC" {
        return None;
    }
    let version = number(bytes, 4)?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let entries = number(bytes, 8)?;
    let mut at = 12;
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..entries {
        // 62 bytes of stat data, object id (SHA-1) and flags; two more where a flag says so.
        let flags = u16::from_be_bytes(bytes.get(at + 60..at + 62)?.try_into().ok()?);
        let mode = number(bytes, at + 24)?;
        let id = bytes.get(at + 40..at + 60)?.try_into().ok()?;
        let mut announced = false;
        let mut name_at = at + 62;
        if version >= 3 && flags & 0x4000 != 0 {
            announced = bytes.get(name_at)? & 0x20 != 0;
            name_at += 2;
        }
        let end = if version == 4 {
            let (removed, length) = variable(bytes.get(name_at..)?)?;
            name_at += length;
            let rest = bytes.get(name_at..)?;
            let stop = memchr::memchr(0, rest)?;
            path.truncate(path.len().checked_sub(removed)?);
            path.extend_from_slice(&rest[..stop]);
            name_at + stop + 1
        } else {
            let rest = bytes.get(name_at..)?;
            let stop = memchr::memchr(0, rest)?;
            path.clear();
            path.extend_from_slice(&rest[..stop]);
            // Entries are padded with one to eight zero bytes to a multiple of eight.
            at + (name_at + stop - at) / 8 * 8 + 8
        };
        visit(&path, Item { mode, id, stage: (flags >> 12 & 3) as u8, announced })?;
        at = end;
    }
    Some(at)
}

/// Version 4's width of the part of the last path that is cut off: the "offset encoding" of pack files.
fn variable(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = usize::from(bytes.first()? & 0x7F);
    let mut length = 1;
    while bytes.get(length - 1)? & 0x80 != 0 {
        let next = *bytes.get(length)?;
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(next & 0x7F))?;
        length += 1;
        if length > 9 {
            return None;
        }
    }
    Some((value, length))
}

/// A path that is staged.
#[cfg(feature = "git")]
#[derive(Debug)]
pub struct StagedEntry {
    /// From the top of the checkout, with `/`.
    pub path: Vec<u8>,
    /// As in a tree: `0o100644`, `0o120000` for a link, `0o160000` for a submodule, `0o040000` for a directory of a sparse
    /// index.
    pub mode: u32,
    /// The object's name.
    pub id: [u8; 20],
}

/// Everything that a commit would take.
#[cfg(feature = "git")]
#[derive(Debug, Default)]
pub struct StagedIndex {
    /// Sorted as git sorts them: by the bytes of the path.
    pub entries: Vec<StagedEntry>,
    /// Paths in conflict: no commit takes them as they are.
    pub conflicts: Vec<Vec<u8>>,
    /// Directories (empty for the top) of which the index knows that they are this tree, unchanged.
    pub trees: std::collections::BTreeMap<Vec<u8>, [u8; 20]>,
}

#[cfg(feature = "git")]
impl StagedIndex {
    /// Reads an index file. `Ok(None)` if there is none: nothing was ever staged.
    ///
    /// # Errors
    /// In words, if it is of a kind that is not understood.
    pub fn read(file: &Path) -> Result<Option<Self>, &'static str> {
        if !file.exists() {
            return Ok(None);
        }
        let bytes = read(file).ok_or("cannot be read")?;
        staged(&bytes).map(Some)
    }
}

#[cfg(feature = "git")]
fn staged(bytes: &[u8]) -> Result<StagedIndex, &'static str> {
    const UNKNOWN: &str = "is of a kind that is not understood (versions 2 to 4 with SHA-1 are)";
    let mut index = StagedIndex::default();
    let extensions = each(bytes, |path, item| {
        match (item.stage, item.announced) {
            (0, false) => index.entries.push(StagedEntry { path: path.to_vec(), mode: item.mode, id: item.id }),
            (0, true) => {}
            _ if index.conflicts.last().is_some_and(|last| last == path) => {}
            _ => index.conflicts.push(path.to_vec()),
        }
        Some(())
    })
    .ok_or(UNKNOWN)?;
    // Extensions: four letters, a length, and so many bytes; then the check sum of the file.
    let mut at = extensions;
    while let (Some(kind), Some(length)) = (bytes.get(at..at + 4), number(bytes, at + 4)) {
        if at + 20 >= bytes.len() {
            break;
        }
        let body = bytes.get(at + 8..at + 8 + length as usize).ok_or(UNKNOWN)?;
        match kind {
            b"TREE" => index.trees = cached_trees(body).unwrap_or_default(),
            b"link" => return Err("is split in two files (core.splitIndex), which is not read"),
            // A small letter first: nobody can read the rest without understanding this. `sdir` only says that there may
            // be directories among the entries.
            b"sdir" => {}
            kind if kind[0].is_ascii_lowercase() => return Err(UNKNOWN),
            _ => {}
        }
        at += 8 + length as usize;
    }
    Ok(index)
}

/// The extension `TREE`: for each directory a name, how many entries it covers (-1: changed since), how many directories
/// follow as its own, and the name of its tree.
#[cfg(feature = "git")]
fn cached_trees(bytes: &[u8]) -> Option<std::collections::BTreeMap<Vec<u8>, [u8; 20]>> {
    let mut trees = std::collections::BTreeMap::new();
    // Directories whose own directories are still to come, with how many.
    let mut open: Vec<(Vec<u8>, u32)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let name_end = memchr::memchr(0, rest)?;
        let line_end = name_end + 1 + memchr::memchr(b'\n', &rest[name_end + 1..])?;
        let numbers = std::str::from_utf8(&rest[name_end + 1..line_end]).ok()?;
        let (covered, below) = numbers.split_once(' ')?;
        let (covered, below): (i64, u32) = (covered.parse().ok()?, below.parse().ok()?);
        let name = &rest[..name_end];
        let path = match open.last_mut() {
            None => name.to_vec(),
            Some((above, left)) => {
                *left = left.checked_sub(1)?;
                if above.is_empty() { name.to_vec() } else { [above, b"/".as_slice(), name].concat() }
            }
        };
        at += line_end + 1;
        if covered >= 0 {
            trees.insert(path.clone(), bytes.get(at..at + 20)?.try_into().ok()?);
            at += 20;
        }
        open.push((path, below));
        while open.last().is_some_and(|(_, left)| *left == 0) {
            open.pop();
        }
        if open.is_empty() {
            break;
        }
    }
    Some(trees)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(version: u32, path: &str, before: &str) -> Vec<u8> {
        let mut bytes = vec![0; 62];
        bytes[24..28].copy_from_slice(&0o100_644_u32.to_be_bytes());
        if version == 4 {
            let common = path.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
            bytes.push((before.len() - common) as u8);
            bytes.extend(&path.as_bytes()[common..]);
            bytes.push(0);
        } else {
            bytes.extend(path.as_bytes());
            let padded = bytes.len() / 8 * 8 + 8;
            bytes.resize(padded, 0);
        }
        bytes
    }

    fn index(version: u32, paths: &[&str]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend(version.to_be_bytes());
        bytes.extend((paths.len() as u32).to_be_bytes());
        let mut before = "";
        for path in paths {
            bytes.extend(entry(version, path, before));
            before = path;
        }
        bytes
    }

    #[test]
    fn all_versions_list_their_paths() {
        for version in 2..=4 {
            let index = parse(&index(version, &["a-b", "a/Cargo.lock", "a/c/Cargo.toml", "linked"])).unwrap();
            assert!(index.tracks(b"a-b") && index.tracks(b"a/Cargo.lock") && !index.tracks(b"a"), "version {version}");
            assert!(index.tracks_below(b"a") && index.tracks_below(b"a/c") && index.tracks_below(b"linked"));
            assert!(!index.tracks_below(b"a/c/Cargo") && !index.tracks_below(b"b") && !index.tracks_below(b"z"));
        }
    }

    #[test]
    fn a_cut_or_foreign_index_is_no_index() {
        let whole = index(2, &["a/Cargo.lock", "b"]);
        for end in 0..whole.len() - 8 {
            assert!(parse(&whole[..end]).is_none());
        }
        assert!(parse(b"DIRC\0\0\0\x09\0\0\0\0").is_none());
        assert!(parse(&index(4, &["a"]).iter().map(|byte| byte | 0x80).collect::<Vec<_>>()).is_none());
    }
}
