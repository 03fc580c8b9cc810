//! Which revision of the repository is checked out, read from the files of `.git` without running git.

use std::fs;
use std::path::{Path, PathBuf};

use compact_str::CompactString;

/// A checked-out revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The full commit id.
    pub commit: CompactString,
    /// The branch, if one is checked out.
    pub branch: Option<CompactString>,
}

fn commit(text: &str) -> Option<CompactString> {
    let text = text.trim();
    let valid = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid.then(|| text.into())
}

/// Reads a small file of the git directory; a large one is not what it should be.
fn small(file: &Path) -> Option<String> {
    let metadata = fs::metadata(file).ok()?;
    (metadata.is_file() && metadata.len() < 1 << 24).then(|| fs::read_to_string(file).ok()).flatten()
}

/// The numbers of a tag that names a release (`v1.2.3`, `1.2`); `None` for any other, also for one before a release.
fn release_numbers(tag: &str) -> Option<Vec<u64>> {
    let plain = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    let numbers: Option<Vec<u64>> = plain.split('.').map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| (2..=4).contains(&numbers.len()))
}

/// The tag of the newest release in the git directory of a checkout, by its numbers; `None` where there is none.
pub fn newest_release_tag(directory: &Path) -> Option<CompactString> {
    const MOST: usize = 100_000;
    let git = directory.join(".git");
    let packed = small(&git.join("packed-refs")).unwrap_or_default();
    let packed = packed.lines().filter_map(|line| line.split_once(" refs/tags/")).map(|(_, tag)| tag.to_owned());
    let loose = fs::read_dir(git.join("refs/tags")).into_iter().flatten().take(MOST);
    let loose = loose.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    packed.chain(loose).filter_map(|tag| Some((release_numbers(&tag)?, tag))).max().map(|(_, tag)| tag.into())
}

/// The revision of the checkout whose top directory this is. `None` where there is no `.git`, or it cannot be read.
pub fn revision(directory: &Path) -> Option<Revision> {
    let entry = directory.join(".git");
    let metadata = fs::symlink_metadata(&entry).ok()?;
    let git: PathBuf = if metadata.is_dir() {
        entry
    } else {
        // A work tree beside its repository: `gitdir: <path>`.
        directory.join(small(&entry)?.strip_prefix("gitdir:")?.trim())
    };
    let head = small(&git.join("HEAD"))?;
    let Some(reference) = head.trim().strip_prefix("ref:").map(str::trim) else {
        return commit(&head).map(|commit| Revision { commit, branch: None });
    };
    if reference.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return None;
    }
    let common = small(&git.join("commondir")).map_or_else(|| git.clone(), |text| git.join(text.trim()));
    let loose = small(&git.join(reference)).or_else(|| small(&common.join(reference)));
    let commit = loose.as_deref().and_then(commit).or_else(|| {
        let packed = small(&common.join("packed-refs"))?;
        packed.lines().find_map(|line| line.strip_suffix(reference)?.strip_suffix(' ').and_then(commit))
    })?;
    Some(Revision { commit, branch: reference.strip_prefix("refs/heads/").map(CompactString::from) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_release_is_told_by_its_numbers_and_not_by_its_text() {
        let directory = tempfile::tempdir().unwrap();
        let git = directory.path().join(".git");
        fs::create_dir_all(git.join("refs/tags")).unwrap();
        assert_eq!(newest_release_tag(directory.path()), None);
        let id = "0123456789abcdef0123456789abcdef01234567";
        let packed =
            ["v1.9.0", "v1.10.0-rc.1", "nightly", "2026"].map(|tag| format!("{id} refs/tags/{tag}\n")).concat();
        fs::write(git.join("packed-refs"), packed).unwrap();
        assert_eq!(newest_release_tag(directory.path()).as_deref(), Some("v1.9.0"));
        fs::write(git.join("refs/tags/v1.10.0"), id).unwrap();
        assert_eq!(newest_release_tag(directory.path()).as_deref(), Some("v1.10.0"));
    }

    #[test]
    fn head_is_followed_through_loose_and_packed_references() {
        let directory = tempfile::tempdir().unwrap();
        let git = directory.path().join(".git");
        fs::create_dir_all(git.join("refs/heads")).unwrap();
        assert_eq!(revision(directory.path()), None);
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        let id = "0123456789abcdef0123456789abcdef01234567";
        fs::write(git.join("packed-refs"), format!("# pack-refs\n{id} refs/heads/main\n")).unwrap();
        let found = revision(directory.path()).unwrap();
        assert_eq!((found.commit.as_str(), found.branch.as_deref()), (id, Some("main")));
        let other = "f".repeat(40);
        fs::write(git.join("refs/heads/main"), format!("{other}\n")).unwrap();
        assert_eq!(revision(directory.path()).unwrap().commit, other);
        fs::write(git.join("HEAD"), "ref: ../../etc/passwd\n").unwrap();
        assert_eq!(revision(directory.path()), None);
    }
}
