//! Lines of the scanned files, for reports that show them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::RepoPath;
use crate::text::Source;

use super::{Limits, Root, read_reference};

/// The lines (from one) that are wanted, without their line ends. Files that cannot be read any more, and places in package
/// caches, have none.
pub fn excerpts(roots: &[Root], wanted: &BTreeSet<(RepoPath, u32)>) -> BTreeMap<(RepoPath, u32), String> {
    excerpts_of(wanted, &|path| read_reference(roots, path, Limits::default()).ok())
}

/// The same, of files that `open` answers.
pub fn excerpts_of(
    wanted: &BTreeSet<(RepoPath, u32)>,
    open: &dyn Fn(&RepoPath) -> Option<Source>,
) -> BTreeMap<(RepoPath, u32), String> {
    let mut by_file: BTreeMap<&RepoPath, BTreeSet<u32>> = BTreeMap::new();
    for (path, line) in wanted {
        by_file.entry(path).or_default().insert(*line);
    }
    let mut found = BTreeMap::new();
    for (path, lines) in by_file {
        let Some(source) = open(path) else { continue };
        let text = source.text();
        let mut start = 0;
        let mut wanted = lines.into_iter().filter(|line| *line > 0).peekable();
        for (end, line) in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]).zip(1..) {
            match wanted.peek() {
                None => break,
                Some(next) if *next == line => {
                    found.insert((path.clone(), line), text[start..end].trim_end_matches('\r').to_owned());
                    wanted.next();
                }
                Some(_) => {}
            }
            start = end + 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_up_to_one_without_an_end_and_no_further() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("a"), "one\r\ntwo\n\nfour").unwrap();
        let place = directory.path().canonicalize().unwrap();
        let roots = [Root { directory: place, label: RepoPath::root(), only: None }];
        let wanted = [0, 1, 3, 4, 9].map(|line| (RepoPath::new("a"), line)).into_iter().collect();
        let found: Vec<(u32, String)> =
            excerpts(&roots, &wanted).into_iter().map(|((_, line), text)| (line, text)).collect();
        assert_eq!(found, [(1, "one".to_owned()), (3, String::new()), (4, "four".to_owned())]);
    }
}
