//! Answers of earlier runs by their keys, in one file of sepal's cache directory:
//!
//! ```text
//! magic · build (32 bytes) · count (u32) · count × (key (32 bytes) · length (u32) · answer) · SHA-256 of all that
//! ```
//!
//! The build is the digest of whatever an answer depends on beside its key: what another program found is never taken. The file is
//! read whole, is as good as none where it is not what its checksum says, and is replaced whole.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use crate::model::LookUp;

use super::files;

/// Bytes of the file, at most.
const MOST_BYTES: usize = 64 << 20;

pub(super) type Key = [u8; 32];

/// The answers of earlier runs.
#[derive(Debug)]
pub(super) struct Shelf {
    file: PathBuf,
    /// Magic and build.
    head: Vec<u8>,
    bytes: Vec<u8>,
    /// Where each answer lies, sorted by key.
    places: Vec<(Key, Range<usize>)>,
    /// Which of them were asked for in this run.
    used: Vec<AtomicBool>,
}

impl Shelf {
    /// Opens what is kept; nothing if it is not there, is damaged, or is another build's.
    pub fn open(file: PathBuf, magic: &[u8], build: Key) -> Self {
        let head = [magic, &build].concat();
        let bytes = files::bytes_up_to(&file, MOST_BYTES as u64).unwrap_or_default();
        let places = places(&bytes, &head).unwrap_or_default();
        let used = places.iter().map(|_| AtomicBool::new(false)).collect();
        Self { file, head, bytes, places, used }
    }

    /// What is kept under a key.
    pub fn get(&self, key: &Key) -> Option<&[u8]> {
        let at = self.places.binary_search_by(|(have, _)| have.cmp(key)).ok()?;
        self.used[at].store(true, Ordering::Relaxed);
        self.bytes.get(self.places[at].1.clone())
    }

    /// How many answers there are.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Writes these, each key once, and of the old ones as many as there is room for, first those that this run asked for. That it
    /// cannot be written is no failure of the run: the next one finds it anew.
    pub fn save<'a>(&'a self, new: impl Iterator<Item = (Key, &'a [u8])>) {
        let of_one = |length: usize| 32 + 4 + length;
        let mut room = MOST_BYTES - self.head.len() - 4 - 32;
        let mut kept: Vec<(Key, &[u8])> = Vec::new();
        let mut replaced: LookUp<Key, ()> = LookUp::new();
        let mut take = |key: Key, answer: &'a [u8]| {
            if of_one(answer.len()) <= room {
                room -= of_one(answer.len());
                kept.push((key, answer));
            }
        };
        for (key, answer) in new {
            replaced.insert(key, ());
            take(key, answer);
        }
        for wanted in [true, false] {
            for ((key, range), used) in self.places.iter().zip(&self.used) {
                if used.load(Ordering::Relaxed) == wanted && !replaced.contains_key(key) {
                    take(*key, self.bytes.get(range.clone()).unwrap_or_default());
                }
            }
        }
        kept.sort_unstable_by_key(|(key, _)| *key);
        let mut out = Vec::with_capacity(MOST_BYTES - room);
        out.extend_from_slice(&self.head);
        out.extend_from_slice(&(kept.len() as u32).to_le_bytes());
        for (key, answer) in kept {
            out.extend_from_slice(&key);
            out.extend_from_slice(&(answer.len() as u32).to_le_bytes());
            out.extend_from_slice(answer);
        }
        let sum: Key = Sha256::digest(&out).into();
        out.extend_from_slice(&sum);
        let _ = files::keep(&self.file, &out);
    }
}

/// Where the answers lie in a file that is whole and of this build.
fn places(bytes: &[u8], head: &[u8]) -> Option<Vec<(Key, Range<usize>)>> {
    let body = bytes.len().checked_sub(32)?;
    let (body, sum) = bytes.split_at(body);
    let rest = body.strip_prefix(head)?;
    if Sha256::digest(body).as_slice() != sum {
        return None;
    }
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let count = u32::from_le_bytes(*count) as usize;
    let mut places: Vec<(Key, Range<usize>)> = Vec::with_capacity(count.min(rest.len() / 36));
    for _ in 0..count {
        let (key, after) = rest.split_first_chunk::<32>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let start = body.len() - after.len();
        rest = after.get(length..)?;
        // Sorted and each once, or it was not written here.
        if places.last().is_some_and(|(last, _)| last >= key) {
            return None;
        }
        places.push((*key, start..start + length));
    }
    rest.is_empty().then_some(places)
}
