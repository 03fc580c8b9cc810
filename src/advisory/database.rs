//! The door to advisories on this machine: reads files and folders of records, writes the compiled index, opens it.
//!
//! An index is written beside the old one and takes its place whole, so that whoever is killed in between leaves the old
//! one or the new one, never a half.

#![allow(clippy::disallowed_methods, reason = "the door to advisories on this machine")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::index::{Builder, Distilled, Index, IndexError, ReadAt, Status};
use super::osv::{self, Record};
use super::{epss, kev};

/// The name of the compiled index.
pub const FILE: &str = "advisories.sepal";

/// The longest single file that is read, unpacked: no record comes near it.
const LONGEST: u64 = 64 << 20;
/// The longest file of scores, unpacked.
const LONGEST_SCORES: u64 = 512 << 20;
/// How many records are read at a time: enough for all cores, and little memory.
const BATCH: usize = 2_048;

/// Why advisories could not be imported or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// A file could not be read or written.
    #[error("{} could not be {what}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// An archive could not be read.
    #[error("{} could not be read: {cause}", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: zip::result::ZipError,
    },
    /// A file of scores could not be read.
    #[error("{} could not be read: {cause}", path.display())]
    Scores {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: epss::EpssError,
    },
    /// A file is not what it should be.
    #[error("{} is not whole, or no data of its kind: {why}", path.file_name().unwrap_or_default().to_string_lossy())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// There was nothing to import.
    #[error("there are no advisories in what was named")]
    Nothing,
    /// The index cannot be used.
    #[error("{}: {cause}", path.display())]
    Index {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: IndexError,
    },
}

#[cfg(unix)]
impl ReadAt for File {
    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, buffer, offset)
    }
}

#[cfg(windows)]
impl ReadAt for File {
    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            let read = std::os::windows::fs::FileExt::seek_read(self, buffer, offset)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            buffer = &mut buffer[read..];
            offset += read as u64;
        }
        Ok(())
    }
}

/// Opens a compiled index.
///
/// # Errors
/// If there is none, or it cannot be used.
pub fn open(file: &Path) -> Result<Index, DatabaseError> {
    let source =
        File::open(file).map_err(|cause| DatabaseError::Io { path: file.to_owned(), what: "opened", cause })?;
    Index::new(Box::new(source)).map_err(|cause| DatabaseError::Index { path: file.to_owned(), cause })
}

/// Imports records from files, zips and folders (searched to the bottom), the catalogue of known exploited vulnerabilities
/// (a JSON file with `catalogVersion`) and EPSS scores (`.csv`, `.csv.gz`), and puts them in the place of what the file held
/// before.
///
/// # Errors
/// If something that was named cannot be read, there is nothing in it, or the index cannot be written. What was there before
/// is then still there.
pub fn import(paths: &[PathBuf], file: &Path, imported: &str) -> Result<Status, DatabaseError> {
    let mut builder = Builder::new();
    for path in paths {
        add(path, &mut builder)?;
    }
    if builder.is_empty() {
        return Err(DatabaseError::Nothing);
    }
    let fail = |path: &Path, what| {
        let path = path.to_owned();
        move |cause| DatabaseError::Io { path, what, cause }
    };
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(fail(directory, "made"))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let beside = directory.join(format!(".{name}.part"));
    let written = File::create(&beside).and_then(|part| {
        let mut out = BufWriter::with_capacity(1 << 20, part);
        let status = builder.finish(imported, &mut out)?;
        out.flush()?;
        // The bytes are on the disk before the name is, so that a machine that loses power has no name without bytes.
        out.get_ref().sync_all()?;
        fs::rename(&beside, file)?;
        Ok(status)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.map_err(fail(file, "written"))
}

fn add(path: &Path, builder: &mut Builder) -> Result<(), DatabaseError> {
    let fail = |cause| DatabaseError::Io { path: path.to_owned(), what: "read", cause };
    if fs::metadata(path).map_err(fail)?.is_dir() {
        let mut entries: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(path).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            // Links are not followed: what a folder of records holds lies in it.
            if !hidden && entry.file_type().is_ok_and(|kind| !kind.is_symlink()) {
                entries.push(entry.path());
            }
        }
        entries.sort();
        let records: Vec<PathBuf> = entries.iter().filter(|path| is(path, &["json"])).cloned().collect();
        for batch in records.chunks(BATCH) {
            let read: Vec<_> = batch.par_iter().map(|file| (file, read_whole(file, LONGEST))).collect();
            for (file, bytes) in read {
                add_json(&file.to_string_lossy(), &bytes?, builder);
            }
        }
        for entry in entries.iter().filter(|path| path.is_dir() || is(path, &["zip", "csv", "gz"])) {
            add(entry, builder)?;
        }
        return Ok(());
    }
    if is(path, &["zip"]) {
        return add_zip(path, builder);
    }
    if is(path, &["csv", "gz"]) {
        let bytes = read_whole(path, LONGEST_SCORES)?;
        let text = String::from_utf8_lossy(&bytes);
        let date = epss::read(&text, |cve, likelihood| builder.add_likelihood(cve, likelihood))
            .map_err(|cause| DatabaseError::Scores { path: path.to_owned(), cause })?;
        builder.set_likelihood_date(date.as_deref().unwrap_or_default());
        return Ok(());
    }
    let bytes = read_whole(path, LONGEST)?;
    add_json(&path.to_string_lossy(), &bytes, builder);
    Ok(())
}

/// The most that an archive may hold, unpacked: more is no honest one.
const LONGEST_ARCHIVE: u64 = 64 << 30;

/// Whether a file that was fetched can be imported whole: of a zip every entry unpacks to what its checksum says, and there
/// are records; scores and the catalogue can be read to the end.
///
/// # Errors
/// If not.
pub fn verify(path: &Path) -> Result<(), DatabaseError> {
    let unusable = |why: String| DatabaseError::Unusable { path: path.to_owned(), why };
    if is(path, &["csv", "gz"]) {
        let bytes = read_whole(path, LONGEST_SCORES)?;
        let mut rows = 0_u64;
        epss::read(&String::from_utf8_lossy(&bytes), |_, _| rows += 1).map_err(|error| unusable(error.to_string()))?;
        return if rows == 0 { Err(unusable("there are no scores in it".to_owned())) } else { Ok(()) };
    }
    if !is(path, &["zip"]) {
        let bytes = read_whole(path, LONGEST)?;
        return kev::read(&bytes).map(drop).map_err(|error| unusable(error.to_string()));
    }
    let fail = |cause| DatabaseError::Io { path: path.to_owned(), what: "read", cause };
    let file = File::open(path).map_err(fail)?;
    let size = ReadAt::size(&file).map_err(fail)?;
    let first = zip::ZipArchive::new(Positioned { file: Arc::new(file), at: 0, size })
        .map_err(|error| unusable(error.to_string()))?;
    let records = (0..first.len()).filter(|index| {
        first.name_for_index(*index).is_some_and(|name| name.is_ok_and(|name| is(Path::new(name.as_ref()), &["json"])))
    });
    if records.count() == 0 {
        return Err(unusable("there are no records in it".to_owned()));
    }
    let left = std::sync::atomic::AtomicU64::new(LONGEST_ARCHIVE);
    let all: Vec<usize> = (0..first.len()).collect();
    let part = all.len().div_ceil(rayon::current_num_threads().max(1)).max(1);
    all.par_chunks(part).try_for_each(|part| {
        let mut own = first.clone();
        part.iter().try_for_each(|index| {
            let entry = own.by_index(*index).map_err(|error| unusable(error.to_string()))?;
            // Reading to the end is what compares the checksum.
            let read = io::copy(&mut entry.take(LONGEST + 1), &mut io::sink());
            let read = read.map_err(|error| unusable(format!("entry {index}: {error}")))?;
            let before = left.fetch_sub(read.min(LONGEST), std::sync::atomic::Ordering::Relaxed);
            let is_honest = read <= LONGEST && before > read && before <= LONGEST_ARCHIVE;
            if is_honest { Ok(()) } else { Err(unusable("it unpacks to more than any honest one".to_owned())) }
        })
    })
}

fn is(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Reads a file, unpacked if it ends in `.gz`, as far as it may go.
fn read_whole(path: &Path, longest: u64) -> Result<Vec<u8>, DatabaseError> {
    let fail = |cause| DatabaseError::Io { path: path.to_owned(), what: "read", cause };
    let file = File::open(path).map_err(fail)?;
    let mut bytes = Vec::new();
    let read = if is(path, &["gz"]) {
        flate2::read::MultiGzDecoder::new(file).take(longest + 1).read_to_end(&mut bytes)
    } else {
        file.take(longest + 1).read_to_end(&mut bytes)
    };
    read.map_err(fail)?;
    if bytes.len() as u64 > longest {
        return Err(fail(io::Error::other("it is longer than any honest file of its kind")));
    }
    Ok(bytes)
}

/// Adds a JSON file: the catalogue of known exploited vulnerabilities, or a record.
fn add_json(name: &str, bytes: &[u8], builder: &mut Builder) {
    match osv::read(bytes) {
        Ok(record) => builder.add(&record),
        Err(error) => match kev::read(bytes) {
            Ok(catalogue) => builder.add_exploited(catalogue),
            Err(_) => builder.unreadable(name, &error.to_string()),
        },
    }
}

/// A file that several read at once, each at a place of its own.
#[derive(Clone)]
struct Positioned {
    file: Arc<File>,
    at: u64,
    size: u64,
}

impl Read for Positioned {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        ReadAt::read_at(&*self.file, self.at, &mut buffer[..count])?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Positioned {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Adds the records of a zip, as the OSV bucket has one for each ecosystem.
fn add_zip(path: &Path, builder: &mut Builder) -> Result<(), DatabaseError> {
    let fail = |cause| DatabaseError::Io { path: path.to_owned(), what: "read", cause };
    let file = File::open(path).map_err(fail)?;
    let size = ReadAt::size(&file).map_err(fail)?;
    let first = zip::ZipArchive::new(Positioned { file: Arc::new(file), at: 0, size })
        .map_err(|cause| DatabaseError::Archive { path: path.to_owned(), cause })?;
    let mut names: Vec<(usize, String)> = (0..first.len())
        .filter_map(|index| Some((index, first.name_for_index(index)?.ok()?.into_owned())))
        .filter(|(_, name)| is(Path::new(name), &["json"]))
        .collect();
    names.sort_by(|a, b| a.1.cmp(&b.1));
    for batch in names.chunks(BATCH) {
        let parts = batch.len().div_ceil(rayon::current_num_threads().max(1));
        let read: Vec<Distilled> = batch
            .par_chunks(parts.max(1))
            .map(|part| {
                // A clone shares the archive's table of contents, and reads at a place of its own.
                let mut own = first.clone();
                let mut distilled = Distilled::default();
                for (index, name) in part {
                    match read_entry(&mut own, *index) {
                        Ok(record) => distilled.push(&record),
                        Err(problem) => distilled.unreadable(&format!("{}: {name}", path.display()), &problem),
                    }
                }
                distilled
            })
            .collect();
        for distilled in &read {
            builder.add_all(distilled);
        }
    }
    Ok(())
}

fn read_entry(archive: &mut zip::ZipArchive<Positioned>, index: usize) -> Result<Record, String> {
    let entry = archive.by_index(index).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    entry.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LONGEST {
        return Err("it is longer than any honest record".to_owned());
    }
    osv::read(&bytes).map_err(|error| error.to_string())
}
