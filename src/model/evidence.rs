//! Where a fact was seen: path, span, line and column, and by which technique.

use std::fmt;
use std::sync::Arc;

/// A path inside what was scanned: relative to the scan's root, `/` between segments, never `.` or `..`.
///
/// The empty path is the root itself. Bytes of a file name that are not UTF-8 are written as `%XX` by the walker, so a
/// `RepoPath` can always be shown. Files of a package cache outside the tree have a path that starts with the cache's
/// name and a colon (`cargo-registry:serde-1.0.0/Cargo.toml`), so that no path of this machine reaches an output.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Arc<str>);

impl RepoPath {
    /// A path as it stands. The caller vouches for the form described on the type.
    pub fn new(path: &str) -> Self {
        Self(Arc::from(path))
    }

    /// The root of the scan.
    pub fn root() -> Self {
        Self::new("")
    }

    /// The path as text; empty for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path for a person: `.` for the root.
    pub fn display(&self) -> &str {
        if self.0.is_empty() { "." } else { &self.0 }
    }

    /// The last segment; empty for the root.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// The directory that holds this path; the root for a path of one segment and for the root itself.
    pub fn parent(&self) -> RepoPath {
        RepoPath::new(self.0.rsplit_once('/').map_or("", |(directory, _)| directory))
    }

    /// This directory's `relative` path, with `.` and `..` resolved as text. `None` if it is absolute, leaves the root or
    /// uses a backslash.
    pub fn join(&self, relative: &str) -> Option<RepoPath> {
        if relative.starts_with('/') || relative.contains('\\') {
            return None;
        }
        let mut segments: Vec<&str> = if self.0.is_empty() { Vec::new() } else { self.0.split('/').collect() };
        for segment in relative.split('/') {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop()?;
                }
                name => segments.push(name),
            }
        }
        Some(RepoPath(Arc::from(segments.join("/"))))
    }

    /// Whether this path is `directory` or lies below it.
    pub fn is_within(&self, directory: &RepoPath) -> bool {
        directory.0.is_empty()
            || self.0.strip_prefix(&*directory.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// This path as seen from `directory`, or `None` if it does not lie within it.
    pub fn relative_to<'a>(&'a self, directory: &RepoPath) -> Option<&'a str> {
        if directory.0.is_empty() {
            return Some(&self.0);
        }
        let rest = self.0.strip_prefix(&*directory.0)?;
        if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
    }
}

/// Directory names by which projects mark data and programs of their own tests.
const TEST_DIRECTORIES: &[&str] = &[
    "__fixtures__",
    "__mocks__",
    "__tests__",
    "fixture",
    "fixtures",
    "test",
    "test-data",
    "test-fixtures",
    "test_data",
    "test_fixtures",
    "testdata",
    "testing",
    "tests",
];

impl RepoPath {
    /// Whether one of its segments is a name by which projects mark data of their own tests.
    pub fn lies_in_test_data(&self) -> bool {
        self.0.split('/').any(|segment| TEST_DIRECTORIES.binary_search(&segment).is_ok())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.display())
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.display())
    }
}

/// A range of bytes in a text, end exclusive. The byte-order mark is not part of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`.
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The span as a range of `usize`, to index a text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A span with its line and column, both counted from one; the column counts Unicode code points. Fixed when the file
/// is read, since the text is gone afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// The bytes.
    pub span: Span,
    /// Line, from one.
    pub line: u32,
    /// Column, from one, in code points.
    pub column: u32,
}

/// A mark in a named file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub path: RepoPath,
    /// The place in it; `None` when the whole file is meant.
    pub mark: Option<Mark>,
}

impl Location {
    /// A place in a file.
    pub fn at(path: &RepoPath, mark: Mark) -> Self {
        Self { path: path.clone(), mark: Some(mark) }
    }

    /// A whole file.
    pub fn file(path: &RepoPath) -> Self {
        Self { path: path.clone(), mark: None }
    }

    /// The line, from one, if a place is known.
    pub fn line(&self) -> Option<u32> {
        self.mark.map(|mark| mark.line)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mark {
            Some(mark) => write!(f, "{}:{}:{}", self.path, mark.line, mark.column),
            None => write!(f, "{}", self.path),
        }
    }
}

/// How a fact was found (CycloneDX 1.6, `evidence.identity.methods.technique`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Technique {
    /// Read from a manifest or lock file.
    ManifestAnalysis,
    /// Concluded from a file's name or place.
    Filename,
    /// Concluded from a text that people wrote for people: a license file.
    TextAnalysis,
    /// A digest was compared.
    HashComparison,
    /// Answered by the ecosystem's own tool (`--trust-tools`).
    Tool,
}

impl Technique {
    /// The name CycloneDX 1.6 gives it.
    pub fn as_str(self) -> &'static str {
        match self {
            Technique::ManifestAnalysis => "manifest-analysis",
            Technique::Filename => "filename",
            Technique::TextAnalysis => "source-code-analysis",
            Technique::HashComparison => "hash-comparison",
            Technique::Tool => "other",
        }
    }
}

/// Which fact of a component an evidence supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Its name.
    Name,
    /// Its version.
    Version,
    /// Its declared license.
    License,
    /// What a dependent asks for.
    Requirement,
}

impl Field {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Version => "version",
            Field::License => "license",
            Field::Requirement => "requirement",
        }
    }
}

/// That a field was seen at a place, by a technique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// Where.
    pub location: Location,
    /// What it supports.
    pub field: Field,
    /// How it was found.
    pub technique: Technique,
    /// How sure that is, in percent: 100 for a fact the file states, less for a conclusion.
    pub confidence: u8,
}

impl Evidence {
    /// A fact that a manifest or lock file states.
    pub fn stated(path: &RepoPath, mark: Mark, field: Field) -> Self {
        Self { location: Location::at(path, mark), field, technique: Technique::ManifestAnalysis, confidence: 100 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_resolves_dots_and_never_leaves_the_root() {
        let web = RepoPath::new("web/app");
        assert_eq!(web.join("../lib/./x").unwrap().as_str(), "web/lib/x");
        assert_eq!(web.join("../..").unwrap().as_str(), "");
        assert_eq!(web.join("../../.."), None);
        assert_eq!(web.join("/etc/passwd"), None);
        assert_eq!(web.join("..\\x"), None);
    }

    #[test]
    fn whole_segments_mark_test_data() {
        assert!(TEST_DIRECTORIES.is_sorted(), "they are searched by halving");
        assert!(RepoPath::new("crates/a/testdata/x").lies_in_test_data());
        assert!(RepoPath::new("__tests__").lies_in_test_data());
        assert!(!RepoPath::new("contest/latest").lies_in_test_data());
    }

    #[test]
    fn within_compares_whole_segments() {
        let web = RepoPath::new("web");
        assert!(RepoPath::new("web/a").is_within(&web));
        assert!(!RepoPath::new("webapp").is_within(&web));
        assert!(web.is_within(&RepoPath::root()));
        assert_eq!(RepoPath::new("web/a/b").relative_to(&web), Some("a/b"));
        assert_eq!(RepoPath::new("webapp").relative_to(&web), None);
    }
}
