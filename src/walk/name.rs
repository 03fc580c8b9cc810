//! File names of the operating system to [`RepoPath`]s, and what a path's directories say about it.

use std::path::{Component, Path};

use crate::model::RepoPath;

/// A path below a root as a [`RepoPath`] under `label`. Bytes that are not UTF-8, and `%` before two hexadecimal digits in
/// such names, are written as `%XX`; so are control characters, which no output should meet raw.
pub fn repo_path(label: &RepoPath, relative: &Path) -> RepoPath {
    let mut text = String::from(label.as_str());
    for component in relative.components() {
        if let Component::Normal(segment) = component {
            if !text.is_empty() {
                text.push('/');
            }
            push_segment(&mut text, segment.as_encoded_bytes());
        }
    }
    RepoPath::new(&text)
}

fn push_segment(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() {
                let mut buffer = [0; 4];
                for byte in character.encode_utf8(&mut buffer).bytes() {
                    text.push_str(&format!("%{byte:02X}"));
                }
            } else {
                text.push(character);
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_can_be_shown() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(OsStr::from_bytes(b"a\xFFb/\x1b[31m.json"));
        assert_eq!(repo_path(&RepoPath::new("web"), path).as_str(), "web/a%FFb/%1B[31m.json");
    }
}
