//! A package's copy as a whole: the files in it that somebody wants, wherever they lie.

use std::path::{Path, PathBuf};

use super::{Copies, LIMITS, archive};
use crate::ecosystem::CopyBase;
use crate::model::RepoPath;
use crate::text::Source;
use crate::walk::{read_file, read_reference, read_text};

/// Directories and files of one copy that are looked at.
const MOST_ENTRIES: usize = 50_000;
/// Directories above one another that are entered.
const DEEPEST: usize = 16;
/// Files of one copy that are read.
const MOST_FILES: usize = 256;

/// The directory that a copy of a package lies in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CopyPlace {
    directory: PathBuf,
    /// Nothing outside of it is read.
    within: PathBuf,
}

/// What was found in a copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WholeCopy {
    /// Paths below the copy's directory with `/`, sorted, and their texts.
    pub files: Vec<(String, String)>,
    /// Paths of wanted files that could not be read as texts, or were too many.
    pub unread: Vec<String>,
}

impl Copies {
    /// Where the copy lies whose metadata file is the first of these that `meant` takes. Paths are as in [`Copies::find`];
    /// what lies in archives has no directory and is passed over.
    pub fn place_of(
        &self,
        base: CopyBase,
        metadata: &[String],
        mut meant: impl FnMut(&Source) -> bool,
    ) -> Option<CopyPlace> {
        metadata.iter().filter(|candidate| !candidate.contains(archive::INSIDE)).find_map(|candidate| {
            let (directory, below, key, label) = self.base_of(base, candidate)?;
            if !self.may_lie_in(directory, [key.0, key.1], below) {
                return None;
            }
            self.expand(directory, below).into_iter().find_map(|found| {
                let source = match base {
                    CopyBase::Tree { .. } => {
                        read_reference(&self.roots, &RepoPath::new(label).join(&found)?, LIMITS).ok()?
                    }
                    CopyBase::Machine(_) => {
                        read_file(&directory.join(&found), &RepoPath::new(candidate), LIMITS).ok()?
                    }
                };
                meant(&source).then(|| place(directory, found.rsplit_once('/').map_or("", |(above, _)| above)))?
            })
        })
    }

    /// The first of these directories that is there. Paths are as in [`Copies::texts`].
    pub fn place_at(&self, base: CopyBase, directories: &[String]) -> Option<CopyPlace> {
        directories.iter().filter(|candidate| !candidate.contains(archive::INSIDE)).find_map(|candidate| {
            let (directory, below, key, _) = self.base_of(base, candidate)?;
            if !self.may_lie_in(directory, [key.0, key.1], &format!("{below}/x")) {
                return None;
            }
            self.expand(directory, below).into_iter().find_map(|found| place(directory, &found))
        })
    }

    /// The directory, the path below it, the key of what is known of it, and the label of the root.
    #[allow(clippy::type_complexity, reason = "the parts of one answer")]
    fn base_of<'a>(
        &'a self,
        base: CopyBase,
        candidate: &'a str,
    ) -> Option<(&'a Path, &'a str, (&'a str, &'a str), &'a str)> {
        match base {
            CopyBase::Tree { .. } => {
                let (root, below) = self.in_tree(candidate)?;
                let label = root.label.as_str();
                Some((root.directory.as_path(), below, (label, "/"), label))
            }
            CopyBase::Machine(name) => Some((self.machine.get(name)?.as_path(), candidate, (name, ":"), "")),
        }
    }

    /// The files of a copy that `wanted` takes by their path below it. `enters` says by name and place which directories are
    /// looked into. Links to directories are not followed; a link to a file counts if the file lies in the same base.
    pub fn whole(
        &self,
        place: &CopyPlace,
        wanted: &dyn Fn(&str) -> bool,
        enters: &dyn Fn(&str, &CopyPlace) -> bool,
    ) -> WholeCopy {
        let mut found = WholeCopy::default();
        let mut paths: Vec<String> = Vec::new();
        let mut pending: Vec<(String, usize)> = vec![(String::new(), 0)];
        let mut seen = 0;
        while let Some((below, depth)) = pending.pop() {
            let Ok(entries) = std::fs::read_dir(place.directory.join(&below)) else { continue };
            for entry in entries.flatten() {
                seen += 1;
                if seen > MOST_ENTRIES {
                    break;
                }
                let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
                let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
                if kind.is_dir() {
                    let inner = CopyPlace { directory: entry.path(), within: place.within.clone() };
                    if depth < DEEPEST && enters(&path, &inner) {
                        pending.push((path, depth + 1));
                    }
                } else if wanted(&path) {
                    paths.push(path);
                }
            }
        }
        paths.sort();
        for (at, path) in paths.into_iter().enumerate() {
            let file = place.directory.join(&path);
            let inside = || file.canonicalize().ok().filter(|resolved| resolved.starts_with(&place.within));
            match inside().filter(|_| at < MOST_FILES).and_then(|file| read_text(&file, LIMITS.file_bytes)) {
                Some(text) => found.files.push((path, text)),
                None => found.unread.push(path),
            }
        }
        found
    }
}

fn place(base: &Path, below: &str) -> Option<CopyPlace> {
    let within = base.canonicalize().ok()?;
    let directory = base.join(below).canonicalize().ok()?;
    (directory.is_dir() && directory.starts_with(&within)).then_some(CopyPlace { directory, within })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::walk::Root;

    fn write(directory: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let file = directory.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
    }

    #[test]
    fn a_copy_is_found_by_its_metadata_and_read_below_it() {
        let directory = tempfile::tempdir().unwrap();
        write(
            directory.path(),
            &[
                ("src/a/kit-1.0/kit.toml", "other"),
                ("src/b/kit-1.0/kit.toml", "kit"),
                ("src/b/kit-1.0/LICENSE", "one"),
                ("src/b/kit-1.0/inner/LICENSE", "two"),
                ("src/b/kit-1.0/tests/LICENSE", "three"),
            ],
        );
        let copies = Copies::new(&[], BTreeMap::from([("home", directory.path().to_owned())]));
        let base = CopyBase::Machine("home");
        let metadata = ["src/*/kit-1.0/kit.toml".to_owned()];
        let place = copies.place_of(base, &metadata, |source| source.text() == "kit").unwrap();
        let read = copies.whole(&place, &|path| path.ends_with("LICENSE"), &|path, _| path != "tests");
        let files: Vec<(&str, &str)> = read.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(files, [("LICENSE", "one"), ("inner/LICENSE", "two")]);
        assert_eq!(copies.place_at(base, &["src/b/gone".to_owned(), "src/b/kit-1.0".to_owned()]), Some(place));
        assert!(copies.place_of(base, &metadata, |source| source.text() == "none").is_none());
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_files_of_the_same_base_only() {
        let directory = tempfile::tempdir().unwrap();
        write(
            directory.path(),
            &[("secret/LICENSE", "secret"), ("tree/top/LICENSE", "mine"), ("tree/a/kit.toml", "a")],
        );
        let tree = directory.path().join("tree");
        let link =
            |to: &str, name: &str| std::os::unix::fs::symlink(directory.path().join(to), tree.join(name)).unwrap();
        link("secret/LICENSE", "a/LICENSE-OUT");
        link("tree/top/LICENSE", "a/LICENSE-IN");
        link("secret", "a/out");
        let root = Root { directory: tree.clone(), label: RepoPath::root(), only: None };
        let copies = Copies::new(&[root], BTreeMap::new());
        let base = CopyBase::Tree { installed: true };
        let place = copies.place_of(base, &["a/kit.toml".to_owned()], |_| true).unwrap();
        let read = copies.whole(&place, &|path| path.contains("LICENSE"), &|_, _| true);
        assert_eq!(read.files, [("LICENSE-IN".to_owned(), "mine".to_owned())]);
        assert_eq!(read.unread, ["LICENSE-OUT"]);
        assert!(copies.place_at(base, &["../secret".to_owned()]).is_none());
    }
}
