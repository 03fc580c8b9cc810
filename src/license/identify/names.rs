//! Names of licenses as people write them: `names.txt`, read once, and found in a text as runs of words.

use std::sync::OnceLock;

use crate::model::LookUp;

use super::corpus::{Corpus, UNKNOWN};

const DATA: &str = include_str!("names.txt");

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One of the families, whose version follows.
    Family(usize),
    /// This expression.
    License(&'static str),
    /// An exception, which `WITH` adds.
    Exception(&'static str),
    /// This expression, wherever the words stand.
    Phrase(&'static str),
}

/// A license of several versions.
#[derive(Clone, Debug)]
pub(super) struct Family {
    /// What its identifiers begin with.
    pub id: &'static str,
    /// Whether identifiers say `-only` and `-or-later`.
    pub gnu: bool,
    /// What stands for the version where none is given.
    pub default: Option<&'static str>,
    pub versions: Vec<&'static str>,
}

impl Family {
    /// The version that a number as written means: `2` is `2.0`, `1.3` of LPPL is `1.3c`.
    pub fn version(&self, written: &str) -> Option<&'static str> {
        let matches = |version: &&&str| {
            **version == written
                || version.strip_suffix(".0") == Some(written)
                || version.strip_suffix(".0.0") == Some(written)
        };
        let found = self.versions.iter().find(matches).copied();
        // The newest of `1.3a` and `1.3c`.
        found.or_else(|| {
            let lettered = |version: &&&str| version.trim_end_matches(|c: char| c.is_ascii_lowercase()) == written;
            self.versions.iter().rev().find(lettered).copied()
        })
    }
}

/// A name in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub meaning: Meaning,
    /// An everyday word too.
    pub weak: bool,
    /// A name that several licenses have.
    pub vague: bool,
    /// How many words it has.
    pub length: usize,
}

struct Name {
    words: Vec<u16>,
    named: Named,
}

/// All names.
pub(super) struct Names {
    pub families: Vec<Family>,
    names: Vec<Name>,
    /// Names by their first word, the longest first.
    first: LookUp<u16, Vec<u32>>,
}

struct Line {
    kind: &'static str,
    head: &'static str,
    phrases: &'static str,
}

fn lines() -> impl Iterator<Item = Line> {
    DATA.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (head, phrases) = line.split_once(": ")?;
        let (kind, head) = head.split_once(' ')?;
        Some(Line { kind, head: head.trim(), phrases })
    })
}

fn phrases(line: &Line) -> impl Iterator<Item = &'static str> {
    line.phrases.split('|').map(str::trim).filter(|phrase| !phrase.is_empty())
}

/// Every word of every name, for the vocabulary.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    lines()
        .flat_map(|line| phrases(&line).flat_map(str::split_whitespace).collect::<Vec<_>>())
        .chain(super::notices::words())
}

/// Names in the numbers of the corpus.
pub(super) fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| Names::of(super::corpus::corpus()))
}

impl Names {
    fn of(corpus: &Corpus) -> Names {
        let mut names = Names { families: Vec::new(), names: Vec::new(), first: LookUp::new() };
        for line in lines() {
            let (meaning, weak) = match line.kind {
                "family" => {
                    let mut fields = line.head.split(' ');
                    let id = fields.next().unwrap_or_default();
                    let gnu = fields.next() == Some("gnu");
                    let default = fields.next().filter(|default| *default != "-");
                    names.families.push(Family { id, gnu, default, versions: fields.collect() });
                    (Meaning::Family(names.families.len() - 1), false)
                }
                "exception" => (Meaning::Exception(line.head), false),
                "phrase" => (Meaning::Phrase(line.head), false),
                "weak" | "vague" => (Meaning::License(line.head), line.kind == "weak"),
                _ => (Meaning::License(line.head), false),
            };
            for phrase in phrases(&line) {
                names.add(corpus, phrase, meaning, weak, line.kind == "vague");
            }
        }
        // Identifiers themselves, where they are no everyday words.
        for license in spdx::identifiers::LICENSES {
            if !license.name.contains('-') || license.name.len() < 6 || license.flags & spdx::flags::IS_DEPRECATED != 0
            {
                continue;
            }
            let mut words = Vec::new();
            super::words::each_word(license.name, std::slice::from_ref(&(0..license.name.len())), |word, _| {
                words.push(word.to_owned());
            });
            if words.len() >= 2 && words.iter().all(|word| corpus.number(word) != UNKNOWN) {
                names.add(corpus, &words.join(" "), Meaning::License(license.name), false, false);
            }
        }
        names.add_full_names(corpus);
        names.order();
        names
    }

    /// Full names of the list, with `v1.0` also as `version 1.0`: where all their words are known.
    fn add_full_names(&mut self, corpus: &Corpus) {
        for license in spdx::identifiers::LICENSES {
            if license.flags & spdx::flags::IS_DEPRECATED != 0
                || license.name.contains("GPL")
                || license.name.contains("GFDL")
            {
                continue;
            }
            let mut words: Vec<String> = Vec::new();
            super::words::each_word(
                license.full_name,
                std::slice::from_ref(&(0..license.full_name.len())),
                |word, _| {
                    words.push(word.to_owned());
                },
            );
            let speaks = words.iter().any(|word| word == "license" || word == "licence");
            if words.len() < 3 || !speaks || words.iter().any(|word| corpus.number(word) == UNKNOWN) {
                continue;
            }
            self.add(corpus, &words.join(" "), Meaning::License(license.name), false, false);
            if let Some(at) = words.iter().position(|word| is_version(word)) {
                let number = words[at].trim_start_matches('v').to_owned();
                words.splice(at..=at, ["version".to_owned(), number.clone()]);
                self.add(corpus, &words.join(" "), Meaning::License(license.name), false, false);
                words.remove(at);
                self.add(corpus, &words.join(" "), Meaning::License(license.name), false, false);
            }
        }
    }

    fn first_lists(&mut self) -> Vec<u16> {
        let mut first: Vec<u16> = self.names.iter().map(|name| name.words[0]).collect();
        first.sort_unstable();
        first.dedup();
        first
    }

    /// The longest first; of equal ones, the one that stands first in the file.
    fn order(&mut self) {
        for word in self.first_lists() {
            let names = &self.names;
            if let Some(list) = self.first.get_mut(&word) {
                list.sort_by_key(|at| (std::cmp::Reverse(names[*at as usize].words.len()), *at));
            }
        }
    }

    fn add(&mut self, corpus: &Corpus, phrase: &str, meaning: Meaning, weak: bool, vague: bool) {
        let words: Vec<u16> = phrase.split_whitespace().map(|word| corpus.number(word)).collect();
        let Some(first) = words.first().copied() else { return };
        let at = self.names.len() as u32;
        let named = Named { meaning, weak, vague, length: words.len() };
        self.names.push(Name { words, named });
        self.first.get_or_insert_with(first, Vec::new).push(at);
    }

    /// The longest name that begins here.
    pub fn at(&self, words: &[u16]) -> Option<Named> {
        let list = self.first.get(words.first()?)?;
        list.iter()
            .map(|at| &self.names[*at as usize])
            .find(|name| words.starts_with(&name.words))
            .map(|name| name.named)
    }
}

/// `v1.0`
fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::read;

    #[test]
    fn every_name_means_a_valid_expression_and_is_written_as_words_are_read() {
        for line in lines() {
            assert!(
                matches!(line.kind, "family" | "name" | "weak" | "vague" | "exception" | "phrase"),
                "{}",
                line.kind
            );
            match line.kind {
                "family" => {}
                "exception" => assert!(spdx::exception_id(line.head).is_some(), "{}", line.head),
                _ => assert!(read(line.head).expression.is_some(), "{}", line.head),
            }
            for phrase in phrases(&line) {
                let mut words = Vec::new();
                crate::license::identify::words::each_word(
                    phrase,
                    std::slice::from_ref(&(0..phrase.len())),
                    |word, _| {
                        words.push(word.to_owned());
                    },
                );
                assert_eq!(words.join(" "), phrase);
            }
        }
    }

    #[test]
    fn versions_are_those_of_the_list() {
        for family in &names().families {
            for version in &family.versions {
                let suffix = if family.gnu { "-only" } else { "" };
                let id = format!("{}-{version}{suffix}", family.id);
                assert!(spdx::license_id(&id).is_some(), "{id}");
            }
        }
    }
}
