//! The paths that git tracks, read from `.git/index` without running git.
//!
//! A `.gitignore` does not hide what is tracked: a lock file that somebody added although a pattern names it is part of the
//! repository. The format is that of git's own documentation (gitformat-index, versions 2 to 4).

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// An index larger than this (some million files) is not read.
const LARGEST: u64 = 512 << 20;

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The tracked paths that `wanted` takes, relative to the top of the checkout. Empty where there is no index, or it is of a
/// kind that is not understood: then what is ignored stays ignored, as without git.
pub fn tracked(top: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let Some(bytes) = read(&top.join(".git").join("index")) else { return Vec::new() };
    paths(&bytes, wanted).unwrap_or_default()
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

fn paths(bytes: &[u8], wanted: impl Fn(&Path) -> bool) -> Option<Vec<PathBuf>> {
    if bytes.get(..4)? != b"DIRC" {
        return None;
    }
    let version = number(bytes, 4)?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let entries = number(bytes, 8)?;
    let mut found = Vec::new();
    let mut at = 12;
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..entries {
        // 62 bytes of stat data, object id (SHA-1) and flags; two more where a flag says so.
        let mode = number(bytes, at + 24)?;
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
        let is_file = mode & 0o170_000 == 0o100_000;
        if is_file
            && let Some(candidate) = as_path(&path)
            && wanted(&candidate)
        {
            found.push(candidate);
        }
        at = end;
    }
    Some(found)
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

/// A path of the index, if it stays below the top.
fn as_path(bytes: &[u8]) -> Option<PathBuf> {
    let text = std::str::from_utf8(bytes).ok()?;
    let stays = !text.starts_with('/') && text.split('/').all(|segment| !matches!(segment, "" | "." | ".." | ".git"));
    stays.then(|| PathBuf::from(text))
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
        let wanted = ["Cargo.lock", "crates/a/Cargo.lock", "crates/b/Cargo.toml", "x/../y/Cargo.lock"];
        for version in 2..=4 {
            let found = paths(&index(version, &wanted), |path| path.ends_with("Cargo.lock")).unwrap();
            assert_eq!(found, [PathBuf::from("Cargo.lock"), PathBuf::from("crates/a/Cargo.lock")], "version {version}");
        }
    }

    #[test]
    fn a_cut_or_foreign_index_is_no_index() {
        let whole = index(2, &["a/Cargo.lock", "b"]);
        for end in 0..whole.len() - 8 {
            assert_eq!(paths(&whole[..end], |_| true).map(|found| found.len()).filter(|count| *count > 1), None);
        }
        assert_eq!(paths(b"DIRC\0\0\0\x09\0\0\0\0", |_| true), None);
        assert_eq!(paths(&index(4, &["a"]).iter().map(|byte| byte | 0x80).collect::<Vec<_>>(), |_| true), None);
    }
}
