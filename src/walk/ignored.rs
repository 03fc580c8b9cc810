//! What git leaves out: the `.gitignore` files on the way down, and what git tracks all the same.
//!
//! A pattern hides only what is not tracked. So nearly nothing has to be compared with patterns in a checkout: what the
//! index names is in, and only what it does not name (a `target`, a new lock file) is asked of the patterns, which are
//! compiled when the first question comes. How a pattern is read is the `ignore` crate's knowledge.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::index::Index;

/// The name of the files that hold patterns.
const FILE: &str = ".gitignore";

/// How much of one such file counts. Larger ones are not made by people, and what is not hidden is read.
const MOST_BYTES: u64 = 256 << 10;

/// A directory on the way down, with what is known of its patterns.
#[derive(Debug)]
pub struct Ground {
    above: Option<Arc<Ground>>,
    place: PathBuf,
    /// The checkout it is part of, and the path from there with a slash at its end; empty for the top.
    checkout: Option<Arc<Index>>,
    from_top: Vec<u8>,
    has_patterns: bool,
    patterns: OnceLock<Option<Gitignore>>,
    hidden: OnceLock<bool>,
}

impl Ground {
    /// The directory in which a walk begins. Of the directories above it, those of the same checkout count: their patterns
    /// and their index are the repository's own. What lies above a repository, or above a tree without one, does not.
    pub fn first(place: &Path) -> Arc<Self> {
        let top = place.ancestors().find(|above| above.join(".git").exists()).unwrap_or(place);
        let mut ground = None;
        let mut ways: Vec<&Path> = place.ancestors().take_while(|above| above.starts_with(top)).collect();
        ways.reverse();
        for way in ways {
            let signs = Signs {
                patterns: way.join(FILE).is_file(),
                checkout: way == top && way.join(".git").exists(),
                visible: false,
            };
            ground = Some(Arc::new(Self::below(ground.as_ref(), way.to_owned(), signs)));
        }
        ground.unwrap_or_else(|| Arc::new(Self::below(None, place.to_owned(), Signs::default())))
    }

    /// A directory below `above`, in which `signs` were found.
    pub fn below(above: Option<&Arc<Ground>>, place: PathBuf, signs: Signs) -> Self {
        let (above, checkout, from_top) = match above {
            // Another repository's files are not a matter of this one's patterns.
            _ if signs.checkout => (None, Index::read(&place).map(Arc::new), Vec::new()),
            None => (None, None, Vec::new()),
            Some(above) => {
                let name = place.file_name().unwrap_or_default().as_encoded_bytes();
                (Some(Arc::clone(above)), above.checkout.clone(), [&above.from_top, name, b"/"].concat())
            }
        };
        let hidden = if signs.visible { OnceLock::from(false) } else { OnceLock::new() };
        let has_patterns = signs.patterns;
        Self { above, place, checkout, from_top, has_patterns, patterns: OnceLock::new(), hidden }
    }

    /// What git makes of this entry of the directory.
    pub fn standing(&self, name: &OsStr, is_directory: bool) -> Standing {
        if let Some(index) = &self.checkout {
            let path = [&self.from_top, name.as_encoded_bytes()].concat();
            if if is_directory { index.tracks_below(&path) } else { index.tracks(&path) } {
                return Standing::Tracked;
            }
        }
        let hidden = self.is_hidden() || self.matches(&self.place.join(name), is_directory);
        if hidden { Standing::LeftOut } else { Standing::Visible }
    }

    /// Whether a pattern names the directory itself or one above it: then everything in it that is not tracked is left out.
    fn is_hidden(&self) -> bool {
        *self.hidden.get_or_init(|| {
            // From the top down, so that no chain of directories is too long for the stack.
            let ways: Vec<&Ground> = std::iter::successors(Some(self), |ground| ground.above.as_deref()).collect();
            let mut hidden = false;
            for ground in ways.into_iter().rev() {
                hidden = match ground.hidden.get() {
                    Some(known) => *known,
                    None => hidden || ground.above.as_ref().is_some_and(|above| above.matches(&ground.place, true)),
                };
            }
            hidden
        })
    }

    /// Whether patterns of this directory or of those above it name the path: the innermost that says something decides.
    fn matches(&self, path: &Path, is_directory: bool) -> bool {
        std::iter::successors(Some(self), |ground| ground.above.as_deref())
            .filter_map(|ground| {
                let matched = ground.patterns()?.matched(path, is_directory);
                (!matched.is_none()).then(|| matched.is_ignore())
            })
            .next()
            .unwrap_or(false)
    }

    fn patterns(&self) -> Option<&Gitignore> {
        self.patterns
            .get_or_init(|| {
                let mut bytes = Vec::new();
                if self.has_patterns {
                    File::open(self.place.join(FILE)).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
                }
                let mut builder = GitignoreBuilder::new(&self.place);
                for line in String::from_utf8_lossy(&bytes).lines() {
                    // A line that is no pattern names nothing, as for git.
                    let _ = builder.add_line(None, line);
                }
                builder.build().ok().filter(|patterns| !patterns.is_empty())
            })
            .as_ref()
    }
}

/// What git makes of a file or directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is tracked, or something in it is, whatever the patterns say.
    Tracked,
    /// No pattern names it.
    Visible,
    /// A pattern names it or a directory that it is in.
    LeftOut,
}

/// What is known of a directory when it is entered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signs {
    /// There is a `.gitignore`.
    pub patterns: bool,
    /// There is a `.git`: it is the top of a checkout.
    pub checkout: bool,
    /// It was asked already whether a pattern names it, and none does.
    pub visible: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(files: &[(&str, &str)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let file = directory.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        directory
    }

    /// Whether a file is left out, asked the way a walk asks: directory by directory.
    fn left_out(top: &Path, path: &str) -> bool {
        let mut ground = Ground::first(top);
        let (directories, name) = path.rsplit_once('/').unwrap_or(("", path));
        for segment in directories.split('/').filter(|segment| !segment.is_empty()) {
            let standing = ground.standing(OsStr::new(segment), true);
            if standing == Standing::LeftOut {
                return true;
            }
            let place = ground.place.join(segment);
            let signs = Signs {
                patterns: place.join(FILE).exists(),
                checkout: place.join(".git").exists(),
                visible: standing == Standing::Visible,
            };
            ground = Arc::new(Ground::below(Some(&ground), place, signs));
        }
        ground.standing(OsStr::new(name), false) == Standing::LeftOut
    }

    #[test]
    fn the_innermost_pattern_decides_and_a_hidden_directory_stays_hidden() {
        let world = world(&[
            (".gitignore", "*.lock\n/out\nbuild/\n# a remark\n\\#real\n"),
            ("web/.gitignore", "!keep.lock\n"),
            ("out/.gitignore", "!a.txt\n"),
        ]);
        let out = |path| left_out(world.path(), path);
        assert!(out("x.lock") && out("web/x.lock") && !out("web/keep.lock") && out("keep.lock"));
        assert!(out("out/a.txt") && !out("web/out/a.txt") && out("web/build/a.txt") && !out("build"));
        assert!(out("#real") && !out("# a remark"));
    }

    #[test]
    fn patterns_of_the_checkout_above_count_and_those_of_another_one_do_not() {
        let world = world(&[
            (".gitignore", "*.lock\n"),
            ("repo/.git/HEAD", ""),
            ("repo/.gitignore", "a.txt\n"),
            ("repo/sub/b.txt", ""),
            ("repo/other/.git/HEAD", ""),
        ]);
        assert!(!left_out(&world.path().join("repo"), "x.lock"));
        assert!(left_out(&world.path().join("repo/sub"), "a.txt"));
        assert!(!left_out(&world.path().join("repo"), "other/a.txt"));
        assert!(left_out(&world.path().join("repo"), "sub/a.txt"));
    }
}
