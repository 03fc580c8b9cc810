//! What identification found in texts of earlier runs, by their digests: a tree that is looked at again costs reading it, and
//! little more.
//!
//! They lie on a [`Shelf`]; its build is the digest of version, program and license texts. An answer that does not fit its text is
//! none. So the output is the same with it, without it, and with any other file in its place.

use std::path::PathBuf;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::license::{Copyright, Difference, FileRole, Identification, Match, Technique, identification_data, read};
use crate::model::{LookUp, Span};

use super::shelf::{Key, Shelf};

/// Where answers are kept, and for which program.
#[derive(Clone, Debug)]
pub struct KeepIn {
    /// The file.
    pub file: PathBuf,
    /// What tells this program from any other: its version, its size, when it was made.
    pub program: String,
}

const MAGIC: &[u8] = b"sepal: what texts hold, 1\n";
/// Bytes of one answer, at most. A longer one is of a long list of licenses, and rare.
const MOST_OF_ONE: usize = 64 << 10;
/// So many new answers are worth writing the file again: fewer are found anew in a moment.
const LEAST_NEW: usize = 100;

/// Answers of earlier runs, and those of this one.
#[derive(Debug)]
pub(super) struct Kept {
    shelf: Shelf,
    new: Mutex<LookUp<Key, Vec<u8>>>,
    keys: Mutex<Vec<Key>>,
}

impl Kept {
    /// Opens what is kept; nothing if it is not there, is damaged, or is another program's.
    pub fn open(place: KeepIn) -> Self {
        let build = {
            let mut hash = Sha256::new();
            hash.update(place.program.as_bytes());
            for data in identification_data() {
                hash.update((data.len() as u64).to_le_bytes());
                hash.update(data);
            }
            hash.finalize().into()
        };
        let shelf = Shelf::open(place.file, MAGIC, build);
        Self { shelf, new: Mutex::new(LookUp::new()), keys: Mutex::new(Vec::new()) }
    }

    /// What a text is called here.
    pub fn key(role: FileRole, text: &str) -> Key {
        let mut hash = Sha256::new();
        hash.update(role.as_str().as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.finalize().into()
    }

    /// What was found in this text, if that is kept.
    pub fn get(&self, key: &Key, text: &str) -> Option<Identification> {
        decoded(self.shelf.get(key)?, text)
    }

    /// Keeps what was found. What was given up for lack of time is not kept.
    pub fn put(&self, key: Key, found: &Identification) {
        if found.truncated {
            return;
        }
        let Some(bytes) = encoded(found).filter(|bytes| bytes.len() <= MOST_OF_ONE) else { return };
        let mut new = self.new.lock().expect("no worker panics while it holds this");
        if new.get(&key).is_none() {
            new.insert(key, bytes);
            self.keys.lock().expect("no worker panics while it holds this").push(key);
        }
    }

    /// Writes the file where enough is new. That it cannot be written is no failure of the run: the next one finds it anew.
    pub fn save(self) {
        let mut keys = self.keys.into_inner().expect("no worker panics while it holds this");
        if keys.len() < LEAST_NEW {
            return;
        }
        keys.sort_unstable();
        let new = self.new.into_inner().expect("no worker panics while it holds this");
        self.shelf.save(keys.iter().filter_map(|key| Some((*key, new.get(key)?.as_slice()))));
    }
}

/// An answer as it is written: JSON, with short names.
#[derive(Serialize, Deserialize)]
struct Answer {
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    expression: Option<String>,
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    matches: Vec<OneMatch>,
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    copyrights: Vec<(String, u32)>,
}

/// Expression, lines, span, technique, confidence, differences (lines, words added, words missing).
type OneMatch = (String, (u32, u32), (u32, u32), u8, u8, Vec<((u32, u32), String, u32)>);

const TECHNIQUES: &[Technique] = &[
    Technique::Tag,
    Technique::Declaration,
    Technique::ExactText,
    Technique::Text,
    Technique::Notice,
    Technique::Reference,
];

fn encoded(found: &Identification) -> Option<Vec<u8>> {
    if found.expression.is_none() && found.matches.is_empty() && found.copyrights.is_empty() {
        return Some(Vec::new());
    }
    let mut matches = Vec::with_capacity(found.matches.len());
    for one in &found.matches {
        let technique = TECHNIQUES.iter().position(|technique| *technique == one.technique)? as u8;
        let differences = one.differences.iter().map(|one| (one.lines, one.added.clone(), one.missing)).collect();
        let span = (one.span.start, one.span.end);
        matches.push((one.expression.to_string(), one.lines, span, technique, one.confidence, differences));
    }
    let answer = Answer {
        expression: found.expression.as_ref().map(ToString::to_string),
        matches,
        copyrights: found.copyrights.iter().map(|one| (one.text.clone(), one.line)).collect(),
    };
    serde_json::to_vec(&answer).ok()
}

/// The answer of these bytes, if it fits the text.
fn decoded(bytes: &[u8], text: &str) -> Option<Identification> {
    if bytes.is_empty() {
        return Some(Identification::default());
    }
    let answer: Answer = serde_json::from_slice(bytes).ok()?;
    // Only what reads back as it is written was written here.
    let known = |written: &str| read(written).expression.filter(|expression| expression.as_str() == written);
    let expression = match answer.expression {
        Some(written) => Some(known(&written)?),
        None => None,
    };
    let mut matches = Vec::with_capacity(answer.matches.len());
    for (written, lines, (start, end), technique, confidence, differences) in answer.matches {
        if start > end || text.get(start as usize..end as usize).is_none() || confidence > 100 || lines.0 > lines.1 {
            return None;
        }
        matches.push(Match {
            expression: known(&written)?,
            lines,
            span: Span::new(start, end),
            technique: *TECHNIQUES.get(technique as usize)?,
            confidence,
            differences: differences
                .into_iter()
                .map(|(lines, added, missing)| Difference { lines, added, missing })
                .collect(),
        });
    }
    let copyrights = answer.copyrights.into_iter().map(|(text, line)| Copyright { text, line }).collect();
    Some(Identification { expression, matches, copyrights, truncated: false })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "tests write and damage the file")]

    use super::*;
    use crate::license::identify_as;

    fn place(directory: &tempfile::TempDir, program: &str) -> KeepIn {
        KeepIn { file: directory.path().join("deep").join("identified"), program: program.to_owned() }
    }

    /// Texts of every kind of answer, enough of them to be worth keeping.
    fn texts() -> Vec<String> {
        let mut texts: Vec<String> =
            (0..LEAST_NEW).map(|at| format!("MIT License {at}\n\nCopyright {at} Ann")).collect();
        texts.push("Nothing of the kind.".to_owned());
        texts.push(format!("{}\nYou must not use it on Mondays, nor sell it to anybody at all.\n", {
            spdx::license_id("BSD-3-Clause").unwrap().text()
        }));
        texts
    }

    fn filled(directory: &tempfile::TempDir) -> Vec<(Key, String, Identification)> {
        let kept = Kept::open(place(directory, "a"));
        let all: Vec<_> = texts()
            .into_iter()
            .map(|text| {
                let found = identify_as(FileRole::License, &text);
                let key = Kept::key(FileRole::License, &text);
                assert!(kept.get(&key, &text).is_none());
                kept.put(key, &found);
                (key, text, found)
            })
            .collect();
        kept.save();
        all
    }

    #[test]
    fn what_was_found_is_found_again_word_for_word() {
        let directory = tempfile::tempdir().unwrap();
        let all = filled(&directory);
        let again = Kept::open(place(&directory, "a"));
        for (key, text, found) in &all {
            assert_eq!(again.get(key, text).as_ref(), Some(found), "{text}");
        }
        // What another role or another text holds is not known.
        assert!(again.get(&Kept::key(FileRole::Source, &all[0].1), &all[0].1).is_none());
        let other = Kept::open(place(&directory, "b"));
        assert!(other.get(&all[0].0, &all[0].1).is_none());
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let directory = tempfile::tempdir().unwrap();
        let all = filled(&directory);
        let file = place(&directory, "a").file;
        let whole = std::fs::read(&file).unwrap();
        let step = whole.len() / 97 + 1;
        for at in (0..whole.len()).step_by(step) {
            let mut torn = whole.clone();
            torn[at] ^= 0x41;
            for bytes in [torn.as_slice(), &whole[..at]] {
                std::fs::write(&file, bytes).unwrap();
                let kept = Kept::open(place(&directory, "a"));
                assert!(kept.shelf.len() == 0, "{at}");
                assert!(kept.get(&all[0].0, &all[0].1).is_none());
            }
        }
    }

    #[test]
    fn an_answer_that_does_not_fit_the_text_is_none() {
        let found = identify_as(FileRole::License, "MIT License\n\nLicensed under the MIT license, see there.");
        let bytes = encoded(&found).unwrap();
        assert!(decoded(&bytes, "short").is_none());
        for bytes in [&b"{"[..], b"7", br#"{"e":"(("}"#, br#"{"m":[["MIT",[2,1],[0,1],0,1,[]]]}"#] {
            assert!(decoded(bytes, "a text").is_none());
        }
    }

    #[test]
    fn a_file_full_of_old_answers_makes_room() {
        let directory = tempfile::tempdir().unwrap();
        let all = filled(&directory);
        let kept = Kept::open(place(&directory, "a"));
        assert!(kept.get(&all[3].0, &all[3].1).is_some());
        for at in 0..LEAST_NEW as u32 {
            let text = format!("license {at}");
            kept.put(Kept::key(FileRole::Source, &text), &Identification::default());
        }
        kept.save();
        let again = Kept::open(place(&directory, "a"));
        assert_eq!(again.shelf.len(), all.len() + LEAST_NEW);
        assert!(again.get(&all[3].0, &all[3].1).is_some());
    }
}
