//! Lines of scanned files, handed in: a reporter never reads a file.

use std::collections::{BTreeMap, BTreeSet};

use super::trail;
use crate::model::{Bom, Finding, Location, RepoPath};

/// Lines by path and number (from one).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpts {
    lines: BTreeMap<(RepoPath, u32), String>,
}

impl Excerpts {
    /// A line longer than this many bytes is cut: nobody reads more, and each finding on it would have to pass over it.
    pub const LONGEST: usize = 16 * 1024;

    /// No lines.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line without its line break.
    pub fn insert(&mut self, path: &RepoPath, line: u32, text: &str) {
        let mut end = text.len().min(Self::LONGEST);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.lines.insert((path.clone(), line), text[..end].trim_end_matches(['\r', '\n']).to_owned());
    }

    /// The line of a place, if it was handed in.
    pub fn at(&self, location: &Location) -> Option<&str> {
        let line = location.line()?;
        self.lines.get(&(location.path.clone(), line)).map(String::as_str)
    }

    /// The characters of a place on its line, as (first, count) in code points from zero. A span that runs past the line
    /// ends with it. `None` if the line was not handed in or ends before the place.
    pub(super) fn extent(&self, location: &Location) -> Option<(usize, usize)> {
        let mark = location.mark?;
        let text = self.at(location)?;
        let first = (mark.column as usize).checked_sub(1)?;
        let (start, _) = text.char_indices().nth(first)?;
        let bytes = (mark.span.end.saturating_sub(mark.span.start)) as usize;
        let count = text[start..].char_indices().take_while(|(at, _)| *at < bytes).count();
        Some((first, count.max(1)))
    }
}

/// The lines that a report shows of these findings: the place of each, and the line of the manifest through which its
/// component comes in. By path and number (from one).
pub fn wanted(bom: &Bom, findings: &[&Finding]) -> BTreeSet<(RepoPath, u32)> {
    let mut wanted = BTreeSet::new();
    for finding in findings {
        let manifest = trail::first_step(bom, finding).and_then(|step| step.evidence.as_ref());
        let places = finding.locations.first().into_iter().chain(manifest.map(|evidence| &evidence.location));
        wanted.extend(places.filter_map(|place| Some((place.path.clone(), place.line()?))));
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Mark, Span};

    fn extent(text: &str, column: u32, bytes: u32) -> Option<(usize, usize)> {
        let path = RepoPath::new("a");
        let mut excerpts = Excerpts::new();
        excerpts.insert(&path, 3, text);
        excerpts.extent(&Location::at(&path, Mark { span: Span::new(100, 100 + bytes), line: 3, column }))
    }

    #[test]
    fn extents_count_characters() {
        assert_eq!(extent("a = \"ä\"", 5, 4), Some((4, 3)));
        assert_eq!(extent("a = 1", 5, 900), Some((4, 1)));
        assert_eq!(extent("a = 1", 5, 0), Some((4, 1)));
        assert_eq!(extent("a", 7, 1), None);
        assert_eq!(extent("a", 0, 1), None);
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let text = format!("a{}", "ä".repeat(Excerpts::LONGEST));
        assert_eq!(extent(&text, 2, 2), Some((1, 1)));
        assert_eq!(extent(&text, Excerpts::LONGEST as u32, 2), None);
    }
}
