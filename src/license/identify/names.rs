//! Names of licenses as people write them: `names.txt`, read once, and found in a text as runs of words.

use std::sync::OnceLock;

use crate::model::LookUp;

use super::corpus::Corpus;

pub(super) const DATA: &str = include_str!("names.txt");

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One of the families, whose version follows.
    Family(usize),
    /// This expression.
    License(&'static str),
    /// An exception, which `WITH` adds.
    Exception(&'static str),
    /// This expression, where the words stand so.
    Phrase(&'static str, Stands),
}

/// Where a phrase says what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// Everywhere.
    Anywhere,
    /// In files that are for licenses: of a function, a program text says "for internal use only", too.
    LicenseFiles,
    /// As a sentence of its own.
    Alone,
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
    /// The identifier as the list writes it, where nothing else written with these words is meant: `blessing`, `Xerox`.
    pub exact: Option<&'static str>,
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
        .chain(list_words().split(' '))
}

/// The words of the identifiers and full names of the SPDX list, as `words.rs` reads them, with a space between.
fn list_words() -> &'static str {
    static WORDS: OnceLock<String> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut all = String::new();
        let licenses = spdx::identifiers::LICENSES.iter().flat_map(|license| [license.name, license.full_name]);
        let exceptions = spdx::identifiers::EXCEPTIONS.iter().map(|exception| exception.name);
        for word in licenses.chain(exceptions).flat_map(words_of) {
            all.push_str(&word);
            all.push(' ');
        }
        all.truncate(all.trim_end().len());
        all
    })
}

/// A name as `words.rs` reads it.
fn words_of(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    super::words::each_word(name, std::slice::from_ref(&(0..name.len())), |word, _| words.push(word.to_owned()));
    words
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
                "phrase" => (Meaning::Phrase(line.head, Stands::Anywhere), false),
                "file" => (Meaning::Phrase(line.head, Stands::LicenseFiles), false),
                "alone" => (Meaning::Phrase(line.head, Stands::Alone), false),
                "weak" | "vague" => (Meaning::License(line.head), line.kind == "weak"),
                _ => (Meaning::License(line.head), false),
            };
            for phrase in phrases(&line) {
                names.add(corpus, phrase, meaning, weak, line.kind == "vague");
            }
        }
        names.add_identifiers(corpus);
        names.add_exceptions(corpus);
        names.add_full_names(corpus);
        names.order();
        names
    }

    /// Identifiers themselves. What is one word, or short, is also an everyday word: it counts only where it is written as the list
    /// writes it, and where nothing but a license can be meant.
    fn add_identifiers(&mut self, corpus: &Corpus) {
        for license in spdx::identifiers::LICENSES {
            if license.flags & spdx::flags::IS_DEPRECATED != 0 || license.name == "NOASSERTION" {
                continue;
            }
            let words = words_of(license.name);
            let speaks = license.name.contains('-') && license.name.len() >= 6 && words.len() >= 2;
            let phrase = words.join(" ");
            if speaks {
                self.add(corpus, &phrase, Meaning::License(license.name), false, false);
            } else {
                self.add_exact(corpus, &phrase, license.name);
            }
        }
    }

    /// Identifiers of exceptions, which are no everyday words: `GCC-exception-3.1`.
    fn add_exceptions(&mut self, corpus: &Corpus) {
        for exception in spdx::identifiers::EXCEPTIONS {
            let words = words_of(exception.name);
            if words.len() >= 2 && words.iter().any(|word| word == "exception" || word == "note") {
                self.add(corpus, &words.join(" "), Meaning::Exception(exception.name), false, false);
            }
        }
    }

    /// Full names of the list, with `v1.0` also as `version 1.0` and without either word.
    fn add_full_names(&mut self, corpus: &Corpus) {
        for license in spdx::identifiers::LICENSES {
            if license.flags & spdx::flags::IS_DEPRECATED != 0
                || ["GPL-", "LGPL-", "AGPL-", "GFDL-"].iter().any(|family| license.name.starts_with(family))
            {
                continue;
            }
            // `X.Net` is read as an item `X.` of a list, and "net license" is no name.
            if license.full_name.as_bytes().get(1) == Some(&b'.') {
                continue;
            }
            let mut words = words_of(license.full_name);
            if words.first().is_some_and(|word| word == "the") {
                words.remove(0);
            }
            let speaks = words.iter().any(|word| word == "license");
            if words.len() < if speaks { 2 } else { 3 } {
                continue;
            }
            self.add(corpus, &words.join(" "), Meaning::License(license.name), !speaks, false);
            // "Do What You Want License" is also called "the Do What You Want license" and "Do What You Want".
            if words.len() > 4 && words.last().is_some_and(|word| word == "license") {
                self.add(corpus, &words[..words.len() - 1].join(" "), Meaning::License(license.name), true, false);
            }
            let Some(at) = words.iter().rposition(|word| is_number(word.trim_start_matches('v'))) else { continue };
            let ends =
                words[at + 1..].iter().all(|word| matches!(word.as_str(), "license" | "unported" | "international"));
            let number = words[at].trim_start_matches('v').to_owned();
            words.truncate(if at > 0 && words[at - 1] == "version" { at - 1 } else { at });
            if words.len() < 2 || !ends {
                continue;
            }
            for version in [format!("v{number}"), format!("version {number}"), number] {
                self.add(
                    corpus,
                    &format!("{} {version}", words.join(" ")),
                    Meaning::License(license.name),
                    false,
                    false,
                );
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
        let named = Named { meaning, weak, vague, exact: None, length: words.len() };
        self.names.push(Name { words, named });
        self.first.get_or_insert_with(first, Vec::new).push(at);
    }

    fn add_exact(&mut self, corpus: &Corpus, phrase: &str, id: &'static str) {
        let before = self.names.len();
        self.add(corpus, phrase, Meaning::License(id), true, false);
        if let Some(name) = self.names.get_mut(before) {
            name.named.exact = Some(id);
        }
    }

    /// The longest name that begins here; `written` says of an identifier that is an everyday word whether it is written as one.
    pub fn at(&self, words: &[u16], written: impl Fn(&str, usize) -> bool) -> Option<Named> {
        let list = self.first.get(words.first()?)?;
        list.iter()
            .map(|at| &self.names[*at as usize])
            .find(|name| {
                words.starts_with(&name.words) && name.named.exact.is_none_or(|id| written(id, name.words.len()))
            })
            .map(|name| name.named)
    }
}

/// `1.0`
fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.len() <= 6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::read;

    #[test]
    fn every_name_means_a_valid_expression_and_is_written_as_words_are_read() {
        for line in lines() {
            assert!(
                matches!(line.kind, "family" | "name" | "weak" | "vague" | "exception" | "phrase" | "file" | "alone"),
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
