//! That a file is the one that a commit of git holds: the objects on the way to it, each named by the hash of its bytes.
//!
//! The commit names its tree, a tree the trees and files below it; so the name of the commit decides what the file says, wherever
//! the objects were kept meanwhile. Git objects and their names: <https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>.

use sha2::{Digest, Sha256};

/// Why a file is not proven.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// An object is not there, or is not what its name says.
    #[error("the object {name} is not there, or is not what its name says")]
    Object {
        /// Its name.
        name: String,
    },
    /// What is named is no commit.
    #[error("{name} is no commit")]
    Commit {
        /// The name.
        name: String,
    },
    /// The commit holds no such file.
    #[error("the commit {commit} holds no file `{path}`")]
    File {
        /// The commit.
        commit: String,
        /// The path.
        path: String,
    },
}

/// An object as its name is made from: its kind and length, and its bytes.
pub fn whole(kind: &str, bytes: &[u8]) -> Vec<u8> {
    let mut whole = format!("{kind} {}\0", bytes.len()).into_bytes();
    whole.extend_from_slice(bytes);
    whole
}

/// The file at a path of a commit. `object` answers what is kept under a name, as [`whole`] makes it; it is asked for the objects
/// on the way only, and what it answers is not believed.
///
/// # Errors
/// If one of them is missing or another than its name says, or there is no such file.
pub fn file_of(
    commit: &str,
    path: &str,
    object: &mut dyn FnMut(&str) -> Option<Vec<u8>>,
) -> Result<Vec<u8>, ProofError> {
    let no_file = || ProofError::File { commit: commit.to_owned(), path: path.to_owned() };
    let (kind, bytes) = verified(commit, object)?;
    // The first line of a commit: `tree <name>`.
    let tree = bytes.strip_prefix(b"tree ").and_then(|rest| rest.get(..commit.len()));
    let tree = tree.filter(|_| kind == "commit").and_then(|name| std::str::from_utf8(name).ok());
    let mut name = tree.ok_or_else(|| ProofError::Commit { name: commit.to_owned() })?.to_owned();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let (kind, bytes) = verified(&name, object)?;
        let (mode, below) = entry(&bytes, segment, commit.len() / 2).filter(|_| kind == "tree").ok_or_else(no_file)?;
        let fits = if segments.peek().is_some() { mode == b"40000" } else { mode.starts_with(b"100") };
        if !fits {
            return Err(no_file());
        }
        name = below;
    }
    let (kind, bytes) = verified(&name, object)?;
    if kind == "blob" { Ok(bytes) } else { Err(no_file()) }
}

/// Mode and name of what a tree calls so: `<mode> <name>\0<hash>`, one after the other.
fn entry<'t>(mut tree: &'t [u8], wanted: &str, length: usize) -> Option<(&'t [u8], String)> {
    loop {
        let space = memchr::memchr(b' ', tree)?;
        let zero = space + memchr::memchr(0, &tree[space..])?;
        let hash = tree.get(zero + 1..zero + 1 + length)?;
        if &tree[space + 1..zero] == wanted.as_bytes() {
            return Some((&tree[..space], super::hexadecimal(hash)));
        }
        tree = &tree[zero + 1 + length..];
    }
}

/// Kind and content of an object that is what its name says.
fn verified(name: &str, object: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Result<(String, Vec<u8>), ProofError> {
    let wrong = || ProofError::Object { name: name.to_owned() };
    let mut bytes = object(name).ok_or_else(wrong)?;
    let hash = if name.len() == 64 {
        super::hexadecimal(&Sha256::digest(&bytes))
    } else {
        super::hexadecimal(&sha1::Sha1::digest(&bytes))
    };
    let zero = memchr::memchr(0, &bytes).filter(|_| hash == name).ok_or_else(wrong)?;
    let head = std::str::from_utf8(&bytes[..zero]).ok().and_then(|head| head.split_once(' '));
    let kind = head.map(|(kind, _)| kind.to_owned()).ok_or_else(wrong)?;
    bytes.drain(..=zero);
    Ok((kind, bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Objects by name, and the commit, for `dir/legal.toml` and a link beside it.
    fn made(sha256: bool) -> (BTreeMap<String, Vec<u8>>, String) {
        let mut objects = BTreeMap::new();
        let mut put = |kind: &str, bytes: &[u8]| {
            let whole = whole(kind, bytes);
            let hash = if sha256 { Sha256::digest(&whole).to_vec() } else { sha1::Sha1::digest(&whole).to_vec() };
            objects.insert(crate::policy::hexadecimal(&hash), whole);
            hash
        };
        let blob = put("blob", b"fail-on = \"warning\"\n");
        let below = [b"120000 a\0".as_slice(), &blob, b"100644 legal.toml\0", &blob].concat();
        let below = put("tree", &below);
        let top = put("tree", &[b"100644 a.toml\0".as_slice(), &blob, b"40000 dir\0", &below].concat());
        let text = format!("tree {}\nauthor A <a@example.org> 0 +0000\n\nfirst\n", crate::policy::hexadecimal(&top));
        let commit = put("commit", text.as_bytes());
        let commit = crate::policy::hexadecimal(&commit);
        (objects, commit)
    }

    #[test]
    fn a_file_is_found_below_its_commit_and_nothing_else_is() {
        for sha256 in [false, true] {
            let (objects, commit) = made(sha256);
            let mut look = |name: &str| objects.get(name).cloned();
            assert_eq!(file_of(&commit, "dir/legal.toml", &mut look).unwrap(), b"fail-on = \"warning\"\n");
            assert!(file_of(&commit, "a.toml", &mut look).is_ok());
            for path in ["dir", "dir/a", "dir/none.toml", "a.toml/x", "", "legal.toml"] {
                let error = file_of(&commit, path, &mut look).unwrap_err();
                assert!(matches!(error, ProofError::File { .. }), "{path}: {error}");
            }
        }
    }

    #[test]
    fn a_changed_object_proves_nothing() {
        let (objects, commit) = made(false);
        for changed in objects.keys() {
            let mut look = |name: &str| {
                let mut bytes = objects.get(name).cloned()?;
                if name == changed {
                    *bytes.last_mut()? ^= 1;
                }
                Some(bytes)
            };
            let found = file_of(&commit, "dir/legal.toml", &mut look);
            assert_eq!(found, Err(ProofError::Object { name: changed.clone() }));
        }
        let tree = objects.iter().find(|(_, bytes)| bytes.starts_with(b"tree")).unwrap().0;
        let found = file_of(tree, "a.toml", &mut |name| objects.get(name).cloned());
        assert!(matches!(found, Err(ProofError::Commit { .. })));
    }
}
