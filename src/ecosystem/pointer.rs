//! Pointers that stand for large files kept elsewhere: Git LFS (specification v1). They carry the file's digest and size.

use crate::model::{Hash, HashAlgorithm};

/// What a pointer says of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pointer {
    /// SHA-256 of the file.
    pub hash: Hash,
    /// Its size in bytes.
    pub size: u64,
}

/// Larger pointers are none (the specification says below 1024 bytes).
const MOST: usize = 1024;

/// Reads a pointer; `None` if the bytes are none.
pub(super) fn read(bytes: &[u8]) -> Option<Pointer> {
    if bytes.len() >= MOST || !bytes.starts_with(b"version https://git-lfs") {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' ')).map(str::trim);
    let hash = Hash::from_hex(HashAlgorithm::Sha256, value("oid")?.strip_prefix("sha256:")?)?;
    Some(Pointer { hash, size: value("size")?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_has_a_digest_and_a_size() {
        let text = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n", "ab".repeat(32));
        let pointer = read(text.as_bytes()).unwrap();
        assert_eq!((pointer.size, &*pointer.hash.hex), (12_345, &*"ab".repeat(32)));
        assert_eq!(read(text.replace("sha256", "md5").as_bytes()), None);
        assert_eq!(read(text.replace("12345", "-1").as_bytes()), None);
        assert_eq!(read(b"version 1"), None);
    }
}
