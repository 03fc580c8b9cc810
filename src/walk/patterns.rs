//! Which files somebody wants, by their names.

use std::ffi::OsStr;
use std::path::Path;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::model::LookUp;

/// What files are wanted: globs, each with the number of what wants it.
///
/// Nearly every file of a tree is wanted by nobody, and nearly every pattern is a name in any directory (`**/Cargo.lock`):
/// names are looked up, and of the other patterns the end is compared first.
#[derive(Debug)]
pub struct Patterns {
    /// The last two bytes of everything that is wanted: most names are told by them not to be.
    last_two: LastTwo,
    names: LookUp<String, usize>,
    set: GlobSet,
    ends: Vec<String>,
    wanted_by: Vec<usize>,
    /// Of which only the first bytes are read, by who wants them.
    heads: Vec<Option<u64>>,
}

/// The name of a pattern that is a plain name in any directory.
fn plain_name(pattern: &str) -> Option<&str> {
    pattern.strip_prefix("**/").filter(|name| !name.contains(['/', '*', '?', '[', ']', '{', '}', '\\', '!']))
}

/// What a file name that a pattern matches ends in at least.
fn literal_end(pattern: &str) -> &str {
    let special = pattern.rfind(['/', '*', '?', '[', ']', '{', '}', ',', '\\']);
    special.map_or(pattern, |at| &pattern[at + 1..])
}

/// Which pairs of bytes wanted names may end in.
#[derive(Debug)]
struct LastTwo {
    pairs: Box<[u64; 1024]>,
    /// Whether something shorter than two bytes is wanted: then every name may be.
    any: bool,
}

impl Default for LastTwo {
    fn default() -> Self {
        Self { pairs: Box::new([0; 1024]), any: false }
    }
}

impl LastTwo {
    fn slot(end: &[u8]) -> Option<(usize, u64)> {
        let [.., first, second] = end else { return None };
        let pair = usize::from(u16::from_be_bytes([*first, *second]));
        Some((pair / 64, 1 << (pair % 64)))
    }

    fn add(&mut self, end: &[u8]) {
        match Self::slot(end) {
            Some((word, bit)) => self.pairs[word] |= bit,
            None => self.any = true,
        }
    }

    fn may_end(&self, name: &[u8]) -> bool {
        self.any || Self::slot(name).is_some_and(|(word, bit)| self.pairs[word] & bit != 0)
    }
}

impl Patterns {
    /// Patterns as globset reads them, over the path from the root.
    ///
    /// # Errors
    /// If one of them is not a glob.
    pub fn new<'a>(patterns: impl Iterator<Item = (&'a str, usize)>) -> Result<Self, globset::Error> {
        let mut names: LookUp<String, usize> = LookUp::new();
        let mut set = GlobSetBuilder::new();
        let mut ends = Vec::new();
        let mut wanted_by = Vec::new();
        let mut last_two = LastTwo::default();
        for (pattern, by) in patterns {
            if let Some(name) = plain_name(pattern) {
                last_two.add(name.as_bytes());
                let first = names.get_or_insert_with(name.to_owned(), || by);
                *first = by.min(*first);
                continue;
            }
            set.add(Glob::new(pattern)?);
            last_two.add(literal_end(pattern).as_bytes());
            ends.push(literal_end(pattern).to_owned());
            wanted_by.push(by);
        }
        Ok(Self { last_two, names, set: set.build()?, ends, wanted_by, heads: Vec::new() })
    }

    /// Says of whom only the first bytes are wanted, and how many: in the order of their numbers.
    pub fn with_heads(mut self, heads: impl Iterator<Item = Option<u64>>) -> Self {
        self.heads = heads.collect();
        self
    }

    /// How many first bytes are wanted of what this number wants; `None`: all.
    pub(super) fn head(&self, by: usize) -> Option<u64> {
        self.heads.get(by).copied().flatten()
    }

    /// Whether somebody may want a file of this name.
    pub(super) fn may_want(&self, name: &OsStr) -> bool {
        if !self.last_two.may_end(name.as_encoded_bytes()) {
            return false;
        }
        name.to_str().is_some_and(|name| self.names.contains_key(name))
            || self.ends.iter().any(|end| name.as_encoded_bytes().ends_with(end.as_bytes()))
    }

    /// Who wants this path: the first pattern's number.
    pub fn wanted_by(&self, path: impl AsRef<Path>) -> Option<usize> {
        let path = path.as_ref();
        let name = path.file_name()?;
        let by_name = name.to_str().and_then(|name| self.names.get(name)).copied();
        let by_end = self.ends.iter().any(|end| name.as_encoded_bytes().ends_with(end.as_bytes()));
        let matching = if by_end { self.set.matches(path) } else { Vec::new() };
        matching.into_iter().map(|index| self.wanted_by[index]).chain(by_name).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_globs_want_what_globset_says() {
        let globs =
            ["**/Cargo.lock", "**/.github/workflows/*.yml", "**/node_modules/.lock", "a/*/b.{json,yaml}", "**/*"];
        let paths = ["Cargo.lock", "x/Cargo.lock", "x/Cargo.locks", ".github/workflows/ci.yml", "ci.yml", "a/b/b.yaml"];
        for count in 1..=globs.len() {
            let patterns = Patterns::new(globs[..count].iter().copied().zip(0..)).unwrap();
            for path in paths.into_iter().chain(["node_modules/.lock", ".lock", "a/b/c.json", ""]) {
                let expected = globs[..count]
                    .iter()
                    .position(|glob| !path.is_empty() && Glob::new(glob).unwrap().compile_matcher().is_match(path));
                assert_eq!(patterns.wanted_by(path), expected, "{path}");
                let name = Path::new(path).file_name().unwrap_or_default();
                assert!(expected.is_none() || patterns.may_want(name), "{path}");
            }
        }
    }
}
