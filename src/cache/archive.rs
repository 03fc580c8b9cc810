//! One file out of an archive (a wheel, a jar, a module): read into memory within a budget, never unpacked to disk.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use crate::model::RepoPath;
use crate::text::Source;

use super::fold;

/// What parts the path of an archive from a path in it: `kit-1.0.whl!/kit-1.0.dist-info/METADATA`.
pub(super) const INSIDE: &str = "!/";

/// A larger archive is not opened: its list of files alone may be as large.
const LARGEST: u64 = 2 << 30;

/// An archive of more files is not searched.
const MOST_FILES: usize = 200_000;

/// The text of the file `inner` of an archive, at most `limit` bytes of it unpacked: what an archive says of the size of its
/// files is not believed. A segment of `inner` that begins with `~` is compared as [`Copies::find`](super::Copies::find) says.
pub(super) fn read(archive: &Path, inner: &str, path: &RepoPath, limit: u64) -> Option<Source> {
    // Asked before opening: opening a FIFO waits for a writer that may never come.
    let metadata = std::fs::metadata(archive).ok()?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return None;
    }
    let mut archive = ZipArchive::new(BufReader::new(File::open(archive).ok()?)).ok()?;
    if archive.len() > MOST_FILES {
        return None;
    }
    let place = if inner.contains('~') {
        archive.file_names().flatten().find(|name| alike(inner, name))?.into_owned()
    } else {
        inner.to_owned()
    };
    let file = archive.by_name(&place).ok()?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).ok()?;
    if bytes.len() as u64 > limit {
        return None;
    }
    Source::from_bytes(path.clone(), bytes).ok()
}

fn alike(wanted: &str, name: &str) -> bool {
    let mut names = name.split('/');
    let same = wanted.split('/').all(|segment| {
        names.next().is_some_and(|name| match segment.strip_prefix('~') {
            Some(folded) => fold(folded) == fold(name),
            None => segment == name,
        })
    });
    same && names.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn archive(files: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer = ZipWriter::new(file.reopen().unwrap());
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap();
        file
    }

    #[test]
    fn one_file_is_read_by_any_spelling_of_its_directory() {
        let file = archive(&[("Kit_X-1.0.dist-info/METADATA", b"Name: Kit_X"), ("kit_x/__init__.py", b"")]);
        let read =
            |inner: &str| read(file.path(), inner, &RepoPath::new("x"), 1 << 20).map(|source| source.text().to_owned());
        assert_eq!(read("~kit-x-1.0.dist-info/METADATA").as_deref(), Some("Name: Kit_X"));
        assert_eq!(read("Kit_X-1.0.dist-info/METADATA").as_deref(), Some("Name: Kit_X"));
        assert_eq!(read("kit-x-1.0.dist-info/METADATA"), None);
        assert_eq!(read("~kit-x-1.0.dist-info"), None);
    }

    #[test]
    fn a_file_that_unpacks_to_more_than_its_budget_is_not_read() {
        let bomb = vec![b'a'; 1 << 20];
        let file = archive(&[("METADATA", &bomb)]);
        assert!(file.as_file().metadata().unwrap().len() < 10_000);
        assert!(read(file.path(), "METADATA", &RepoPath::new("x"), 1 << 19).is_none());
        assert!(read(file.path(), "METADATA", &RepoPath::new("x"), 1 << 20).is_some());
    }

    #[test]
    fn what_is_no_archive_is_no_trouble() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(read(file.path(), "METADATA", &RepoPath::new("x"), 1 << 20).is_none());
        assert!(read(Path::new("/"), "METADATA", &RepoPath::new("x"), 1 << 20).is_none());
    }
}
