//! The texts that are known: `corpus.bin`, as numbers of words, and an index of their runs of four words.
//!
//! The data are the templates of the SPDX license list (see `make.rs` for how the file is made). A template knows which of its
//! words may be missing and where other words may stand: the holder's name, a bullet, an optional title.

use std::sync::OnceLock;

use crate::model::LookUp;

/// First bytes of the file.
pub(super) const MAGIC: &[u8] = b"sepal-licenses-1\n";
/// What follows may be missing.
pub(super) const BEGIN_FREE: u32 = 0;
/// What follows may not be missing.
pub(super) const END_FREE: u32 = 1;
/// Here other words may stand; the next number says how many.
pub(super) const HOLE: u32 = 2;
/// The number of the first word.
pub(super) const FIRST_WORD: u32 = 3;

/// The number of every word that no document has.
pub(super) const UNKNOWN: u16 = u16::MAX;

/// What a document of the corpus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A license.
    License = 0,
    /// An exception, which is added to a license by `WITH`.
    Exception = 1,
}

/// A text that is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document {
    /// Its identifier on the SPDX list.
    pub id: &'static str,
    pub kind: Kind,
    /// Its words: from here in [`Corpus::words`] …
    pub from: u32,
    /// … to here.
    pub to: u32,
    /// How many of them may not be missing.
    pub required: u32,
    /// How many of its runs of four words are looked at.
    pub sampled: u32,
}

/// A word of a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// May be missing.
    pub free: bool,
    /// So many other words may stand before it.
    pub room: u8,
}

/// Where a run of four words stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting {
    pub document: u16,
    /// In words from the document's first.
    pub at: u32,
}

/// All that is known.
pub(super) struct Corpus {
    vocabulary: LookUp<&'static str, u16>,
    pub documents: Vec<Document>,
    pub words: Vec<u16>,
    pub slots: Vec<Slot>,
    index: Index,
}

pub(super) const DATA: &[u8] = include_bytes!("corpus.bin");

struct Bytes(&'static [u8]);

impl Bytes {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> u32 {
        let mut value = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte();
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    }

    fn take(&mut self, length: usize) -> &'static [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn text(&mut self, length: usize) -> &'static str {
        std::str::from_utf8(self.take(length)).unwrap_or_default()
    }
}

/// The corpus, read at first use: some milliseconds.
pub(super) fn corpus() -> &'static Corpus {
    static CORPUS: OnceLock<Corpus> = OnceLock::new();
    CORPUS.get_or_init(Corpus::read)
}

impl Corpus {
    fn read() -> Corpus {
        let mut data = Bytes(DATA);
        data.take(MAGIC.len());
        let length = data.number() as usize;
        let list = data.text(length);
        let mut vocabulary = LookUp::with_capacity(20_000);
        let mut next = 0u16;
        for word in list.split('\n') {
            vocabulary.insert(word, next);
            next += 1;
        }
        // Words of notices, and of those who change a license, that no license text has.
        for word in super::names::words().chain(super::align::words()) {
            if !vocabulary.contains_key(word) {
                vocabulary.insert(word, next);
                next += 1;
            }
        }
        let count = data.number() as usize;
        let mut documents = Vec::with_capacity(count);
        let mut words: Vec<u16> = Vec::with_capacity(700_000);
        let mut slots: Vec<Slot> = Vec::with_capacity(700_000);
        for _ in 0..count {
            let length = data.byte() as usize;
            let id = data.text(length);
            let kind = if data.byte() == 1 { Kind::Exception } else { Kind::License };
            let length = data.number() as usize;
            let mut body = Bytes(data.take(length));
            let from = words.len() as u32;
            let mut required = 0;
            let mut depth = 0u32;
            // Other words may stand anywhere within the part that a hole stands for, and after it.
            let mut room = 0u32;
            let mut in_hole = false;
            while !body.0.is_empty() {
                match body.number() {
                    BEGIN_FREE => {
                        in_hole = room > 0;
                        depth += 1;
                    }
                    END_FREE => {
                        in_hole = false;
                        depth = depth.saturating_sub(1);
                    }
                    HOLE => room = room.max(body.number()),
                    word => {
                        words.push((word - FIRST_WORD) as u16);
                        slots.push(Slot { free: depth > 0, room: room.min(255) as u8 });
                        required += u32::from(depth == 0);
                        if !in_hole {
                            room = 0;
                        }
                    }
                }
            }
            documents.push(Document { id, kind, from, to: words.len() as u32, required, sampled: 0 });
        }
        // The list's text of the LGPL 3.0 goes on with that of the GPL 3.0, which it refers to; nearly everybody ships it alone.
        let second = ["gnu", "general", "public", "license", "version", "3", "29", "june", "2007"];
        let second = second.map(|word| vocabulary.get(word).copied().unwrap_or(UNKNOWN));
        if let Some(whole) = documents.iter().find(|document| document.id == "LGPL-3.0-only").copied()
            && let Some(at) =
                words[whole.from as usize..whole.to as usize].windows(second.len()).position(|run| run == second)
        {
            let to = whole.from + at as u32;
            let required = slots[whole.from as usize..to as usize].iter().filter(|slot| !slot.free).count();
            documents.push(Document { to, required: required as u32, ..whole });
        }
        let index = Index::of(&mut documents, &words);
        Corpus { vocabulary, documents, words, slots, index }
    }

    /// The number of a word; [`UNKNOWN`] if no document and no notice has it.
    pub fn number(&self, word: &str) -> u16 {
        self.vocabulary.get(word).copied().unwrap_or(UNKNOWN)
    }

    /// The documents that have this run of four words, and where. Runs of which a quarter is looked at (see [`is_sampled`]).
    pub fn postings(&self, run: u64) -> &[Posting] {
        self.index.find(run)
    }

    pub fn words_of(&self, document: &Document) -> &[u16] {
        &self.words[document.from as usize..document.to as usize]
    }

    pub fn slots_of(&self, document: &Document) -> &[Slot] {
        &self.slots[document.from as usize..document.to as usize]
    }
}

/// Four words as one number.
pub(super) fn run_of(words: &[u16]) -> u64 {
    words.iter().take(4).fold(0, |run, word| run << 16 | u64::from(*word))
}

fn mixed(run: u64) -> u64 {
    let mixed = run.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ (mixed >> 29)
}

/// Whether a run of words is one of those that are looked at: one of four, the same ones in texts and documents.
pub(super) fn is_sampled(run: u64) -> bool {
    mixed(run).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 62 == 0
}

const BUCKET_BITS: u32 = 17;

/// Runs of words to where they stand: sorted into buckets by hash, two passes over the data and no comparison.
struct Index {
    starts: Vec<u32>,
    runs: Vec<u64>,
    postings: Vec<Posting>,
}

impl Index {
    fn of(documents: &mut [Document], words: &[u16]) -> Index {
        let mut starts = vec![0u32; (1 << BUCKET_BITS) + 1];
        let mut sampled: Vec<(u64, Posting)> = Vec::with_capacity(words.len() / 3);
        for (number, document) in documents.iter_mut().enumerate() {
            let before = sampled.len();
            let words = &words[document.from as usize..document.to as usize];
            for (at, four) in words.windows(4).enumerate() {
                let run = run_of(four);
                if is_sampled(run) {
                    sampled.push((run, Posting { document: number as u16, at: at as u32 }));
                    starts[Self::bucket(run) + 1] += 1;
                }
            }
            document.sampled = (sampled.len() - before) as u32;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut runs = vec![0; sampled.len()];
        let mut postings = vec![Posting { document: 0, at: 0 }; sampled.len()];
        for (run, posting) in sampled {
            let place = &mut next[Self::bucket(run)];
            runs[*place as usize] = run;
            postings[*place as usize] = posting;
            *place += 1;
        }
        // Within a bucket, equal runs side by side.
        for bucket in 0..1 << BUCKET_BITS {
            let range = starts[bucket] as usize..starts[bucket + 1] as usize;
            let slice = &runs[range.clone()];
            if slice.windows(2).any(|pair| pair[0] > pair[1]) {
                let mut both: Vec<(u64, Posting)> =
                    runs[range.clone()].iter().copied().zip(postings[range.clone()].iter().copied()).collect();
                both.sort_by_key(|(run, _)| *run);
                for (at, (run, posting)) in range.zip(both) {
                    runs[at] = run;
                    postings[at] = posting;
                }
            }
        }
        Index { starts, runs, postings }
    }

    fn bucket(run: u64) -> usize {
        (mixed(run) >> (64 - BUCKET_BITS)) as usize
    }

    fn find(&self, run: u64) -> &[Posting] {
        let bucket = Self::bucket(run);
        let (from, to) = (self.starts[bucket] as usize, self.starts[bucket + 1] as usize);
        let runs = &self.runs[from..to];
        let first = runs.iter().position(|have| *have == run);
        let Some(first) = first else { return &[] };
        let count = runs[first..].iter().take_while(|have| **have == run).count();
        &self.postings[from + first..from + first + count]
    }
}
