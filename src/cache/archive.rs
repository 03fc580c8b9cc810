//! Files out of what holds packages whole: a zip (wheel, jar, module, yarn's cache), a gzipped tar (npm's packages, crates), or
//! the list of a package's files in pnpm's store; also where a response that pip kept holds it. Read into memory within a budget, never unpacked to disk.

use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256, Sha384, Sha512};
use zip::ZipArchive;

use crate::model::{Hash, HashAlgorithm, RepoPath};
use crate::text::Source;

use super::file::{Files, bounded};
use super::response::{Stretch, archive_in};
use super::said::{Archives, Said};
use super::{NamesOf, fold, pnpm, tar};

/// What parts the path of an archive from a path in it: `kit-1.0.whl!/kit-1.0.dist-info/METADATA`.
pub(super) const INSIDE: &str = "!/";

/// A larger archive is not opened: its list of files alone may be as large.
const LARGEST: u64 = 2 << 30;

/// An archive of more files is not searched.
const MOST_FILES: usize = 200_000;

/// How many bytes of the files of one archive are kept.
const KEPT: u64 = 64 << 20;

/// How much of an archive that can only be read from its beginning is unpacked.
const UNPACKED: u64 = 1 << 30;

/// What an archive says. The files of a list lie elsewhere, and change without it: that one is read each time.
fn said(archives: &Archives, archive: &Path, question: &str, read: impl FnOnce() -> Option<Files>) -> Said {
    if pnpm::is_list(archive) { Said::new(read().unwrap_or_default()) } else { archives.said(archive, question, read) }
}

/// The files of an archive whose names `wanted` takes, at most `most` of them, each of at most `limit` bytes. All of them lie in the
/// directory `within`, or below it. `None`: it cannot be opened.
fn files(
    archives: &Archives,
    archive: &Path,
    within: &str,
    wanted: &dyn Fn(&str) -> bool,
    limit: u64,
    most: usize,
) -> Option<Files> {
    files_and(archives, archive, within, wanted, limit, most, &mut |_| {})
}

/// As [`files`], and `unread` gets the names of those that are larger than they may be or damaged.
fn files_and(
    archives: &Archives,
    archive: &Path,
    within: &str,
    wanted: &dyn Fn(&str) -> bool,
    limit: u64,
    most: usize,
    unread: &mut dyn FnMut(&str),
) -> Option<Files> {
    if pnpm::is_list(archive) {
        let package = within.split('/').next().unwrap_or_default();
        return pnpm::files(archives, archive, package, wanted, limit, most, unread);
    }
    let mut reader = BufReader::new(archive_in(archive, LARGEST)?);
    let mut magic = [0_u8; 2];
    if reader.read_exact(&mut magic).is_err() || reader.rewind().is_err() {
        return None;
    }
    let mut found = Vec::new();
    let mut room = KEPT;
    if magic == [0x1F, 0x8B] {
        // What was read before an archive turns out to be damaged is good as far as it goes.
        let _ = tar::walk(MultiGzDecoder::new(reader), UNPACKED, MOST_FILES, |name, content| {
            if wanted(name) {
                match bounded(content, limit.min(room))? {
                    Some(bytes) => {
                        room -= bytes.len() as u64;
                        found.push((name.to_owned(), bytes));
                    }
                    None => unread(name),
                }
            }
            Ok(found.len() < most)
        });
        return Some(found);
    }
    let Some(mut archive) = zip(reader) else { return Some(found) };
    let names: Vec<String> =
        archive.file_names().flatten().filter(|name| wanted(name)).take(most).map(|name| name.into_owned()).collect();
    for name in names {
        let content = archive.by_name(&name).ok().and_then(|mut file| bounded(&mut file, limit.min(room)).ok()?);
        match content {
            Some(bytes) => {
                room -= bytes.len() as u64;
                found.push((name, bytes));
            }
            None => unread(&name),
        }
    }
    Some(found)
}

fn zip(reader: BufReader<Stretch>) -> Option<ZipArchive<BufReader<Stretch>>> {
    ZipArchive::new(reader).ok().filter(|archive| archive.len() <= MOST_FILES)
}

/// The names in a zip archive whose last part is `last`. Of a gzipped tar, which can only be read from its beginning, the file of
/// this name that it would have in its own directory: archives of sources have one, at their top.
pub(super) fn names(archives: &Archives, archive: &Path, last: &str) -> Said {
    let is_wanted = |name: &str| name.rsplit('/').next() == Some(last);
    said(archives, archive, &format!("names {last}"), || {
        let mut reader = BufReader::new(archive_in(archive, LARGEST)?);
        let mut magic = [0_u8; 2];
        if reader.read_exact(&mut magic).is_ok() && magic == [0x1F, 0x8B] {
            reader.rewind().ok()?;
            let mut found = Files::new();
            let _ = tar::walk(MultiGzDecoder::new(reader), UNPACKED, MOST_FILES, |name, _| {
                found.extend(name.split_once('/').map(|(top, _)| (format!("{top}/{last}"), Vec::new())));
                Ok(false)
            });
            return Some(found);
        }
        reader.rewind().ok()?;
        let names = zip(reader).map_or_else(Vec::new, |archive| {
            archive.file_names().flatten().filter(|name| is_wanted(name)).map(|name| name.into_owned()).collect()
        });
        Some(names.into_iter().map(|name| (name, Vec::new())).collect())
    })
}

/// The text of the file `inner` of an archive, at most `limit` bytes of it. A segment of `inner` that begins with `~` is
/// compared as [`Copies::find`](super::Copies::find) says, and `*` is any one segment.
pub(super) fn read(archives: &Archives, archive: &Path, inner: &str, path: &RepoPath, limit: u64) -> Option<Source> {
    let question = format!("file {limit} {inner}");
    let found =
        said(archives, archive, &question, || files(archives, archive, inner, &|name| alike(inner, name), limit, 1));
    let (_, bytes) = found.first()?;
    Source::from_bytes(path.clone(), bytes.clone()).ok()
}

/// The files in a directory of an archive whose names `accept` takes, sorted by name.
pub(super) fn texts(
    archives: &Archives,
    archive: &Path,
    directory: &str,
    accept: NamesOf,
    limit: u64,
    most: usize,
) -> Files {
    let wanted = |path: &str| {
        let (place, name) = path.rsplit_once('/').unwrap_or(("", path));
        (accept.takes)(name) && alike(directory, place)
    };
    let question = format!("{} {limit} {most} {directory}", accept.what);
    let found = said(archives, archive, &question, || files(archives, archive, directory, &wanted, limit, most));
    let name = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut found: Files = found.iter().map(|(path, bytes)| (name(path), bytes.clone())).collect();
    found.sort();
    found
}

/// The files of an archive below the directory `top` whose paths there `wanted` takes, at most `most` of them, with those paths,
/// sorted; and the paths of those that could not be read or were too many. `top` is a pattern as for [`read`]: what it stands for
/// is one directory in most archives.
pub(super) fn below(
    archives: &Archives,
    archive: &Path,
    top: &str,
    wanted: &dyn Fn(&str) -> bool,
    limit: u64,
    most: usize,
) -> (Files, Vec<String>) {
    let path_in = |name: &str| -> Option<String> {
        let below = match top {
            "" => name,
            top => {
                let (end, _) = name.match_indices('/').nth(top.matches('/').count())?;
                alike(top, &name[..end]).then(|| &name[end + 1..])?
            }
        };
        let plain = below.split('/').all(|segment| !matches!(segment, "" | "." | ".."));
        plain.then(|| below.to_owned())
    };
    let mut unread: Vec<String> = Vec::new();
    let takes = |name: &str| path_in(name).is_some_and(|path| wanted(&path));
    // One more than is read: that there are more is said.
    let files = files_and(archives, archive, top, &takes, limit, most + 1, &mut |name| {
        if unread.len() < most {
            unread.extend(path_in(name));
        }
    });
    let mut files = files.unwrap_or_default();
    let beyond = files.split_off(most.min(files.len()));
    unread.extend(beyond.iter().filter_map(|(name, _)| path_in(name)));
    let mut found: Files = files.into_iter().filter_map(|(name, bytes)| Some((path_in(&name)?, bytes))).collect();
    // Of two files of one name the first: an archive that has them was not made by a package manager.
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.dedup_by(|b, a| a.0 == b.0);
    unread.sort();
    unread.dedup();
    (found, unread)
}

pub(super) fn alike(wanted: &str, name: &str) -> bool {
    if !wanted.contains(['~', '*']) {
        return wanted == name;
    }
    let mut names = name.split('/');
    let same = wanted.split('/').all(|segment| {
        names.next().is_some_and(|name| match segment.strip_prefix('~') {
            Some(folded) => fold(folded) == fold(name),
            None => segment == name || segment == "*",
        })
    });
    same && names.next().is_none()
}

/// A larger archive is not digested: reading it would take longer than everything else.
const LARGEST_DIGESTED: u64 = 512 << 20;

/// Whether an archive is one of those that were published with these digests. `None`: none of them can be checked.
pub(super) fn is_one_of(archives: &Archives, archive: &Path, published: &[Hash]) -> Option<bool> {
    let algorithm = published
        .iter()
        .map(|hash| hash.algorithm)
        .filter(|algorithm| matches!(algorithm, HashAlgorithm::Sha256 | HashAlgorithm::Sha384 | HashAlgorithm::Sha512))
        .max()?;
    let found = said(archives, archive, &format!("digest {}", algorithm.as_str()), || {
        let file = archive_in(archive, LARGEST_DIGESTED)?;
        let bytes = match algorithm {
            HashAlgorithm::Sha256 => digest::<Sha256>(file)?,
            HashAlgorithm::Sha384 => digest::<Sha384>(file)?,
            _ => digest::<Sha512>(file)?,
        };
        Some(vec![(String::new(), bytes)])
    });
    let found = Hash::from_bytes(algorithm, &found.first()?.1)?;
    Some(published.contains(&found))
}

/// The SHA-1 digest of an artefact; `None` if it is not there, or too large.
pub(super) fn sha1(archives: &Archives, artefact: &Path) -> Option<Hash> {
    let found = said(archives, artefact, "digest SHA-1", || {
        Some(vec![(String::new(), digest::<sha1::Sha1>(archive_in(artefact, LARGEST_DIGESTED)?)?)])
    });
    Hash::from_bytes(HashAlgorithm::Sha1, &found.first()?.1)
}

fn digest<D: Digest>(mut file: Stretch) -> Option<Vec<u8>> {
    let mut digest = D::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(digest.finalize().to_vec()),
            count => digest.update(&buffer[..count]),
        }
    }
}

/// The archive of a path that leads into one, if it does.
pub(super) fn outer(path: &str) -> Option<PathBuf> {
    path.split_once(INSIDE).map(|(outer, _)| PathBuf::from(outer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
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

    fn packed(files: &[(&str, &[u8])]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer = GzEncoder::new(file.reopen().unwrap(), Compression::fast());
        writer.write_all(&tar::tests::tar(files)).unwrap();
        writer.finish().unwrap();
        file
    }

    #[test]
    fn one_file_is_read_by_any_spelling_of_its_directory() {
        let file = archive(&[("Kit_X-1.0.dist-info/METADATA", b"Name: Kit_X"), ("kit_x/__init__.py", b"")]);
        let read = |inner: &str| {
            read(&Archives::default(), file.path(), inner, &RepoPath::new("x"), 1 << 20)
                .map(|source| source.text().to_owned())
        };
        assert_eq!(read("~kit-x-1.0.dist-info/METADATA").as_deref(), Some("Name: Kit_X"));
        assert_eq!(read("Kit_X-1.0.dist-info/METADATA").as_deref(), Some("Name: Kit_X"));
        assert_eq!(read("kit-x-1.0.dist-info/METADATA"), None);
        assert_eq!(read("~kit-x-1.0.dist-info"), None);
        assert_eq!(names(&Archives::default(), file.path(), "METADATA")[0].0, "Kit_X-1.0.dist-info/METADATA");
    }

    #[test]
    fn packed_archives_are_read_alike() {
        let files: [(&str, &[u8]); 4] =
            [("kit/package.json", b"{}"), ("kit/LICENSE", b"B"), ("kit/COPYING", b"A"), ("kit/sub/LICENSE", b"C")];
        let short = NamesOf { what: "seven letters", takes: |name| name.len() == 7 };
        for file in [packed(&files), archive(&files)] {
            let one = read(&Archives::default(), file.path(), "*/package.json", &RepoPath::new("x"), 1 << 20).unwrap();
            assert_eq!(one.text(), "{}");
            let found = texts(&Archives::default(), file.path(), "*", short, 1 << 20, 9);
            assert_eq!(found, [("COPYING".into(), b"A".to_vec()), ("LICENSE".into(), b"B".to_vec())]);
        }
    }

    #[test]
    fn an_archive_of_sources_is_known_by_its_directory() {
        let all = |file: &tempfile::NamedTempFile| names(&Archives::default(), file.path(), "PKG-INFO").to_vec();
        let sources = packed(&[("Kit_X-1.0/setup.py", b""), ("Kit_X-1.0/PKG-INFO", b"Name: Kit_X")]);
        assert_eq!(all(&sources), [("Kit_X-1.0/PKG-INFO".to_owned(), Vec::new())]);
        assert!(all(&packed(&[("PKG-INFO", b"Name: kit")])).is_empty());
        assert!(all(&packed(&[])).is_empty());
        let text = tempfile::NamedTempFile::new().unwrap();
        text.as_file().write_all(b"<!DOCTYPE html>").unwrap();
        assert!(all(&text).is_empty());
    }

    #[test]
    fn a_file_that_unpacks_to_more_than_its_budget_is_not_read() {
        let bomb = vec![b'a'; 1 << 20];
        for file in [archive(&[("METADATA", &bomb)]), packed(&[("METADATA", &bomb)])] {
            assert!(file.as_file().metadata().unwrap().len() < 100_000);
            assert!(read(&Archives::default(), file.path(), "METADATA", &RepoPath::new("x"), 1 << 19).is_none());
            assert!(read(&Archives::default(), file.path(), "METADATA", &RepoPath::new("x"), 1 << 20).is_some());
        }
    }

    #[test]
    fn what_lies_below_a_directory_is_read_with_what_is_too_large() {
        let large = vec![b'a'; 2000];
        let files: [(&str, &[u8]); 6] = [
            ("kit-1.0/NOTICE", b"n"),
            ("kit-1.0/sub/LICENSE", b"s"),
            ("kit-1.0/LICENSE", &large),
            ("kit-1.0/../LICENSE", b"out"),
            ("other/LICENSE", b"o"),
            ("LICENSE", b"top"),
        ];
        let wanted = |path: &str| path.ends_with("LICENSE") || path.ends_with("NOTICE");
        for file in [packed(&files), archive(&files)] {
            let (found, unread) = below(&Archives::default(), file.path(), "~Kit_1.0", &wanted, 1000, 9);
            assert_eq!(found, [("NOTICE".to_owned(), b"n".to_vec()), ("sub/LICENSE".to_owned(), b"s".to_vec())]);
            assert_eq!(unread, ["LICENSE"]);
            assert_eq!(below(&Archives::default(), file.path(), "", &wanted, 1 << 20, 9).0.len(), 5);
            let (found, unread) = below(&Archives::default(), file.path(), "", &wanted, 1 << 20, 2);
            assert_eq!((found.len(), unread.len()), (2, 1));
            assert_eq!(below(&Archives::default(), file.path(), "none", &wanted, 1 << 20, 9).0.len(), 0);
        }
    }

    #[test]
    fn what_is_no_archive_is_no_trouble() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(read(&Archives::default(), file.path(), "METADATA", &RepoPath::new("x"), 1 << 20).is_none());
        assert!(read(&Archives::default(), Path::new("/"), "METADATA", &RepoPath::new("x"), 1 << 20).is_none());
        file.as_file().write_all(&[0x1F, 0x8B, 8, 0, 1]).unwrap();
        assert!(read(&Archives::default(), file.path(), "METADATA", &RepoPath::new("x"), 1 << 20).is_none());
    }

    #[test]
    fn an_archive_is_told_by_its_digest() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().write_all(b"abc").unwrap();
        let hash = |algorithm, hex: &str| Hash::from_hex(algorithm, hex).unwrap();
        // FIPS 180-2, appendix B.
        let right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let other = hash(HashAlgorithm::Sha256, &"0".repeat(64));
        let mixed = [other.clone(), hash(HashAlgorithm::Sha256, right)];
        assert_eq!(is_one_of(&Archives::default(), file.path(), &mixed), Some(true));
        assert_eq!(is_one_of(&Archives::default(), file.path(), &[other]), Some(false));
        assert_eq!(is_one_of(&Archives::default(), file.path(), &[hash(HashAlgorithm::Sha1, &"0".repeat(40))]), None);
    }
}
