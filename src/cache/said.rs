//! What was read of archives: the files that were asked for, and digests. Unpacking an archive and digesting it take longer than
//! everything that is then done with what is in it, and both sides of a comparison ask the same.
//!
//! Where somebody keeps it ([`Shelf`]) it lasts from run to run, for as long as the archive is the very same file: same device and
//! inode, same size, same times of its last write and its last change. The latter cannot be set back, so what was written anew
//! is read anew. A file that changed just before the run is not kept: clocks of file systems are coarse.

use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use super::file::{Files, open};
use super::sqlite::Database;
use crate::model::LookUp;

/// What an archive is known by: the digest of what tells this file from every other one.
pub type Key = [u8; 32];

/// Where answers last from run to run.
pub trait Shelf: Send + Sync + std::fmt::Debug {
    /// What was put there under this key.
    fn get(&self, key: &Key) -> Option<&[u8]>;

    /// Puts these there, each key once. What is there under one of the keys is replaced.
    fn put(&self, answers: &[(Key, Vec<u8>)]);

    /// When this run began, in seconds since 1970.
    fn began(&self) -> i64;
}

/// Bytes that are kept in memory of all archives together. What is beyond them is read again when it is asked for again.
const MOST: usize = 64 << 20;

/// Bytes of one archive that last from run to run.
const MOST_OF_ONE: usize = 64 << 10;

/// So many new answers are worth writing all of them again.
const LEAST_NEW: usize = 20;

/// Seconds for which a file must have lain unchanged before its answers are kept.
const SETTLED: i64 = 2;

/// What one question was answered.
pub(super) type Said = Arc<Files>;

/// What was read of archives. Shared by the scans of one run.
#[derive(Clone, Debug, Default)]
pub struct Archives(Arc<All>);

#[derive(Debug, Default)]
struct All {
    known: Mutex<LookUp<PathBuf, Arc<One>>>,
    shelf: Option<Arc<dyn Shelf>>,
    held: AtomicUsize,
    /// Databases that are open, each of them from the first question on; `None`: it cannot be read as one.
    databases: Mutex<LookUp<PathBuf, Opened>>,
    /// Archives of which something new is to be kept.
    new: Mutex<Vec<Arc<One>>>,
}

/// A database that all workers ask, one after the other.
pub(super) type Opened = Arc<Mutex<Option<Database<File>>>>;

/// One archive.
#[derive(Debug)]
struct One {
    /// Whether there is such a file at all. Lock files name thousands that are not in a cache, each of which is asked for several
    /// times.
    is_there: bool,
    /// `None`: its answers are not kept.
    key: Option<Key>,
    answers: Mutex<Answers>,
}

#[derive(Debug, Default)]
struct Answers {
    /// Question and answer, in the order in which they were asked: there are a few.
    known: Vec<(String, Said)>,
    is_new: bool,
}

impl Archives {
    /// With what lasts from run to run.
    pub fn kept_in(shelf: Arc<dyn Shelf>) -> Self {
        Self(Arc::new(All { shelf: Some(shelf), ..All::default() }))
    }

    /// What an archive says: as it was read before, or else as `read` reads it; nothing if it is not there. A `read` that answers
    /// `None` could not open it, and the next one may. The question tells everything that the answer depends on, but for the archive.
    pub(super) fn said(&self, archive: &Path, question: &str, read: impl FnOnce() -> Option<Files>) -> Said {
        let one = self.one(archive);
        if !one.is_there {
            return Said::default();
        }
        let known = one.answers.lock().expect("no worker panics while it holds this").get(question);
        if let Some(known) = known {
            return known;
        }
        let Some(answer) = read().map(Arc::new) else { return Said::default() };
        let bytes: usize = question.len() + answer.iter().map(|(name, bytes)| name.len() + bytes.len()).sum::<usize>();
        if self.0.held.fetch_add(bytes, Ordering::Relaxed) + bytes <= MOST {
            let mut answers = one.answers.lock().expect("no worker panics while it holds this");
            if answers.get(question).is_none() {
                answers.known.push((question.to_owned(), Arc::clone(&answer)));
            }
            if one.key.is_some() && !std::mem::replace(&mut answers.is_new, true) {
                drop(answers);
                self.0.new.lock().expect("no worker panics while it holds this").push(one);
            }
        }
        answer
    }

    /// A database, opened when it is asked for first.
    pub(super) fn database(&self, path: &Path) -> Opened {
        let mut databases = self.0.databases.lock().expect("no worker panics while it holds this");
        if let Some(known) = databases.get(path) {
            return Arc::clone(known);
        }
        let database = open(path, u64::MAX).and_then(Database::open);
        Arc::clone(databases.get_or_insert_with(path.to_owned(), || Arc::new(Mutex::new(database))))
    }

    fn one(&self, archive: &Path) -> Arc<One> {
        if let Some(one) = self.0.known.lock().expect("no worker panics while it holds this").get(archive) {
            return Arc::clone(one);
        }
        // Before it is read: what is written while it is read makes it another file.
        let file = std::fs::metadata(archive).ok();
        let shelf = self.0.shelf.as_deref();
        let key = shelf.zip(file.as_ref()).and_then(|(shelf, file)| key_of(file, shelf.began()));
        let earlier = shelf.zip(key.as_ref()).and_then(|(shelf, key)| decoded(shelf.get(key)?)).unwrap_or_default();
        let one = Arc::new(One {
            is_there: file.is_some(),
            key,
            answers: Mutex::new(Answers { known: earlier, is_new: false }),
        });
        let mut known = self.0.known.lock().expect("no worker panics while it holds this");
        Arc::clone(known.get_or_insert_with(archive.to_owned(), || one))
    }

    /// Keeps what is new for the runs after this one, where it is enough to be worth it.
    pub fn save(&self) {
        let Some(shelf) = &self.0.shelf else { return };
        let new = self.0.new.lock().expect("no worker panics while it holds this");
        let is_new = |one: &&Arc<One>| one.answers.lock().expect("no worker panics while it holds this").is_new;
        if new.iter().filter(is_new).count() < LEAST_NEW {
            return;
        }
        // All of this run, also what was put there by an earlier scan of it: the shelf is replaced whole.
        let answers = new.iter().filter_map(|one| {
            let mut answers = one.answers.lock().expect("no worker panics while it holds this");
            answers.is_new = false;
            Some((one.key?, encoded(&answers.known)))
        });
        let mut answers: Vec<(Key, Vec<u8>)> = answers.collect();
        answers.sort_unstable();
        answers.dedup_by(|b, a| a.0 == b.0);
        shelf.put(&answers);
    }
}

impl Answers {
    fn get(&self, question: &str) -> Option<Said> {
        self.known.iter().find(|(asked, _)| asked == question).map(|(_, answer)| Arc::clone(answer))
    }
}

/// What tells this file from every other one, also from itself before it was changed; `None` where the system does not say, or it
/// was changed just now.
#[cfg(unix)]
fn key_of(file: &Metadata, now: i64) -> Option<Key> {
    use std::os::unix::fs::MetadataExt;
    if file.ctime().max(file.mtime()) > now - SETTLED {
        return None;
    }
    let mut hash = Sha256::new();
    for number in [file.dev(), file.ino(), file.size()] {
        hash.update(number.to_le_bytes());
    }
    for number in [file.mtime(), file.mtime_nsec(), file.ctime(), file.ctime_nsec()] {
        hash.update(number.to_le_bytes());
    }
    Some(hash.finalize().into())
}

#[cfg(not(unix))]
fn key_of(_: &Metadata, _: i64) -> Option<Key> {
    None
}

/// Answers as they are kept: each question and its files behind their lengths (little-endian). What is too long is left out.
fn encoded(known: &[(String, Said)]) -> Vec<u8> {
    let mut out = Vec::new();
    let put = |out: &mut Vec<u8>, bytes: &[u8]| {
        out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(bytes);
    };
    for (question, files) in known {
        let mut one = Vec::new();
        put(&mut one, question.as_bytes());
        one.extend_from_slice(&u32::try_from(files.len()).unwrap_or(u32::MAX).to_le_bytes());
        for (name, bytes) in files.iter() {
            put(&mut one, name.as_bytes());
            put(&mut one, bytes);
        }
        if out.len() + one.len() <= MOST_OF_ONE {
            out.extend(one);
        }
    }
    out
}

fn decoded(bytes: &[u8]) -> Option<Vec<(String, Said)>> {
    fn number<'a>(rest: &mut &'a [u8]) -> Option<usize> {
        let (number, after): (&'a [u8; 4], _) = rest.split_first_chunk()?;
        *rest = after;
        usize::try_from(u32::from_le_bytes(*number)).ok()
    }
    fn some<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
        let length = number(rest)?;
        let (some, after) = rest.split_at_checked(length)?;
        *rest = after;
        Some(some)
    }
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    let mut rest = bytes;
    let mut known = Vec::new();
    while !rest.is_empty() {
        let question = text(some(&mut rest)?)?;
        let count = number(&mut rest)?;
        let mut files = Files::new();
        for _ in 0..count {
            files.push((text(some(&mut rest)?)?, some(&mut rest)?.to_vec()));
        }
        known.push((question, Arc::new(files)));
    }
    Some(known)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::OnceLock;

    use super::*;

    /// A shelf in memory: what is put there is for the next run.
    #[derive(Debug, Default)]
    struct Memory {
        earlier: BTreeMap<Key, Vec<u8>>,
        put: OnceLock<BTreeMap<Key, Vec<u8>>>,
        early: bool,
    }

    impl Shelf for Memory {
        fn get(&self, key: &Key) -> Option<&[u8]> {
            self.earlier.get(key).map(Vec::as_slice)
        }

        fn put(&self, answers: &[(Key, Vec<u8>)]) {
            self.put.set(answers.iter().cloned().collect()).unwrap();
        }

        fn began(&self) -> i64 {
            if self.early { 0 } else { i64::MAX }
        }
    }

    fn answer(text: &str) -> Option<Files> {
        Some(vec![("LICENSE".to_owned(), text.as_bytes().to_vec())])
    }

    fn archives(directory: &Path) -> Vec<PathBuf> {
        let names = (0..LEAST_NEW).map(|at| directory.join(format!("{at}.tgz")));
        let write = |file: PathBuf| {
            std::fs::write(&file, "archive").unwrap();
            file
        };
        names.map(write).collect()
    }

    #[test]
    fn within_a_run_each_question_is_asked_once() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("kit.tgz");
        std::fs::write(&file, "archive").unwrap();
        let archives = Archives::default();
        assert_eq!(*archives.said(&file, "a", || answer("one")), answer("one").unwrap());
        assert_eq!(*archives.clone().said(&file, "a", || panic!("it is known")), answer("one").unwrap());
        assert_eq!(*archives.said(&file, "b", || answer("two")), answer("two").unwrap());
        // What could not be opened may be there the next time.
        assert_eq!(*archives.said(&file, "c", || None), Files::new());
        assert_eq!(*archives.said(&file, "c", || answer("three")), answer("three").unwrap());
        // What is not there when it is asked for first is not there for this run.
        let absent = directory.path().join("absent.tgz");
        assert_eq!(*archives.said(&absent, "a", || panic!("it is not there")), Files::new());
    }

    #[cfg(unix)]
    #[test]
    fn an_archive_that_was_written_anew_is_read_anew() {
        let directory = tempfile::tempdir().unwrap();
        let files = archives(directory.path());
        let ask = |earlier: BTreeMap<Key, Vec<u8>>, early: bool, text: &str| {
            let shelf = Arc::new(Memory { earlier, early, put: OnceLock::new() });
            let run = Archives::kept_in(Arc::clone(&shelf) as Arc<dyn Shelf>);
            let said: Vec<Said> = files.iter().map(|file| run.said(file, "q", || answer(text))).collect();
            run.save();
            (said, shelf.put.get().cloned().unwrap_or_default())
        };
        let is = |said: &Said, text: &str| **said == answer(text).unwrap();
        let (_, kept) = ask(BTreeMap::new(), false, "old");
        assert_eq!(kept.len(), LEAST_NEW);
        let (said, new) = ask(kept.clone(), false, "new");
        assert!(said.iter().all(|said| is(said, "old")) && new.is_empty());
        // As long, and with the time of its last write set back.
        let written = std::fs::metadata(&files[1]).unwrap().modified().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
        std::fs::write(&files[1], "ARCHIVE").unwrap();
        std::fs::File::options().write(true).open(&files[1]).unwrap().set_modified(written).unwrap();
        // Another one was put in its place.
        std::fs::write(directory.path().join("other"), "archive").unwrap();
        std::fs::rename(directory.path().join("other"), &files[2]).unwrap();
        let (said, _) = ask(kept, false, "new");
        let anew: Vec<usize> = (0..said.len()).filter(|at| is(&said[*at], "new")).collect();
        assert_eq!(anew, [1, 2]);
        // What was changed just before the run began is not kept.
        let (_, kept) = ask(BTreeMap::new(), true, "new");
        assert!(kept.is_empty());
    }

    #[test]
    fn answers_are_read_back_as_they_were_or_not_at_all() {
        let long = vec![b'x'; MOST_OF_ONE];
        let known: Vec<(String, Said)> = vec![
            ("a".to_owned(), Arc::new(answer("MIT").unwrap())),
            ("none".to_owned(), Arc::new(Files::new())),
            ("long".to_owned(), Arc::new(vec![("x".to_owned(), long)])),
        ];
        let bytes = encoded(&known);
        assert_eq!(decoded(&bytes).unwrap(), known[..2]);
        for end in 1..bytes.len() {
            // Cut between two answers the first one is whole.
            assert!(decoded(&bytes[..end]).is_none_or(|found| found == known[..1]), "{end}");
        }
        assert!(decoded(&[0xFF; 64]).is_none());
    }
}
