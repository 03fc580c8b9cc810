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
    if bytes.get(..4)? != b"DIRC" {
        return None;
    }
    let version = number(bytes, 4)?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let entries = number(bytes, 8)?;
    let mut index = Index::default();
    let mut at = 12;
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..entries {
        // 62 bytes of stat data, object id (SHA-1) and flags; two more where a flag says so.
        let flags = u16::from_be_bytes(bytes.get(at + 60..at + 62)?.try_into().ok()?);
        let mut name_at = at + 62;
        if version >= 3 && flags & 0x4000 != 0 {
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
        index.paths.extend_from_slice(&path);
        index.ends.push(u32::try_from(index.paths.len()).ok()?);
        at = end;
    }
    Some(index)
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
