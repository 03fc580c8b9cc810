//! A package's copy as a whole: the files in it that somebody wants, wherever they lie.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Archives, Copies, LIMITS, Place, archive, is_other_archive};
use crate::ecosystem::CopyBase;
use crate::model::{Hash, RepoPath};
use crate::walk::{read_text, text_of};

/// Directories and files of one copy that are looked at.
const MOST_ENTRIES: usize = 50_000;
/// Directories above one another that are entered.
const DEEPEST: usize = 16;
/// Files of one copy that are read.
const MOST_FILES: usize = 256;

/// Bytes of one copy's texts that are kept; what is beyond them is not read.
const MOST_BYTES: usize = 64 << 20;

/// Where a copy of a package lies: in a directory, or in an archive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CopyPlace(Kind);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Directory {
        directory: PathBuf,
        /// Nothing outside of it is read.
        within: PathBuf,
    },
    Archive {
        file: PathBuf,
        /// The package's own directory in it: a pattern as in [`Copies::find`] behind `!/`; empty is the archive itself.
        top: String,
    },
}

impl CopyPlace {
    /// What lies `below` it.
    fn join(&self, below: &str) -> Self {
        Self(match &self.0 {
            Kind::Directory { directory, within } => {
                Kind::Directory { directory: directory.join(below), within: within.clone() }
            }
            Kind::Archive { file, top } if top.is_empty() => {
                Kind::Archive { file: file.clone(), top: below.to_owned() }
            }
            Kind::Archive { file, top } => Kind::Archive { file: file.clone(), top: format!("{top}/{below}") },
        })
    }

    /// What it lies in, if that is of the same base and the same archive.
    pub fn above(&self) -> Option<Self> {
        Some(Self(match &self.0 {
            Kind::Directory { directory, within } => {
                let above = directory.parent().filter(|above| above.starts_with(within))?;
                Kind::Directory { directory: above.to_owned(), within: within.clone() }
            }
            Kind::Archive { top, .. } if top.is_empty() => return None,
            Kind::Archive { file, top } => {
                let above = top.rsplit_once('/').map_or("", |(above, _)| above);
                Kind::Archive { file: file.clone(), top: above.to_owned() }
            }
        }))
    }
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
    /// Where the copy lies that this metadata file is of: the directory, or what stands for one in an archive.
    pub fn place_around(&self, metadata: &Place) -> Option<CopyPlace> {
        let (directory, ..) = self.base(metadata.base, metadata.shown.as_str())?;
        match metadata.found.split_once(archive::INSIDE) {
            Some((outer, inner)) => self.packed_place(metadata.base, directory, outer, inner.rsplit_once('/')),
            None => place(directory, metadata.found.rsplit_once('/').map_or("", |(above, _)| above)),
        }
    }

    fn packed_place(
        &self,
        base: CopyBase,
        directory: &Path,
        outer: &str,
        inner: Option<(&str, &str)>,
    ) -> Option<CopyPlace> {
        let file = self.archive(base, directory, outer)?;
        Some(CopyPlace(Kind::Archive { file, top: inner.map_or("", |(above, _)| above).to_owned() }))
    }

    /// The first of these directories that is there. Paths are as in [`Copies::texts`]; where several lead into one archive, the
    /// one that holds the others counts.
    pub fn place_at(&self, base: CopyBase, directories: &[String], published: &[Hash]) -> Option<CopyPlace> {
        let is_other = |candidate: &str| !published.is_empty() && is_other_archive(directories, candidate);
        directories.iter().filter(|candidate| !is_other(candidate)).find_map(|candidate| {
            let (directory, below, key, _) = self.base_of(base, candidate)?;
            if !self.may_lie_in(directory, [key.0, key.1], &format!("{below}/x")) {
                return None;
            }
            let Some((outer, inner)) = below.split_once(archive::INSIDE) else {
                return self.expand(directory, below).into_iter().find_map(|found| place(directory, &found));
            };
            let of_same =
                |other: &&str| inner.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            let inners = directories.iter().filter_map(|other| {
                let (other, inner) = self.base_of(base, other)?.1.split_once(archive::INSIDE)?;
                (other == outer).then_some(inner)
            });
            let top = inners
                .filter(|other| other.is_empty() || of_same(other))
                .min_by_key(|other| other.len())
                .unwrap_or(inner);
            self.expand(directory, outer).into_iter().find_map(|outer| {
                let file = self.archive(base, directory, &outer).filter(|file| file.is_file())?;
                let found = [&outer, archive::INSIDE].concat();
                if !published.is_empty() && !self.is_published(directory, &found, &RepoPath::new(candidate), published)
                {
                    return None;
                }
                Some(CopyPlace(Kind::Archive { file, top: top.to_owned() }))
            })
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
    /// looked into. Links to directories are not followed; a link to a file counts if the file lies in the same base. Of an
    /// archive, links are passed over.
    pub fn whole(
        &self,
        place: &CopyPlace,
        wanted: &dyn Fn(&str) -> bool,
        enters: &dyn Fn(&str, &CopyPlace) -> bool,
    ) -> WholeCopy {
        let Kind::Directory { directory, .. } = &place.0 else {
            let is_entered = |path: &str| {
                let mut above = path.match_indices('/').take(DEEPEST + 1).enumerate();
                above.all(|(depth, (end, _))| depth < DEEPEST && enters(&path[..end], &place.join(&path[..end])))
            };
            return unpacked(&self.archives, place, &|path| wanted(path) && is_entered(path));
        };
        let mut paths: Vec<String> = Vec::new();
        let mut pending: Vec<(String, usize)> = vec![(String::new(), 0)];
        let mut seen = 0;
        while let Some((below, depth)) = pending.pop() {
            let Ok(entries) = std::fs::read_dir(directory.join(&below)) else { continue };
            for entry in entries.flatten() {
                seen += 1;
                if seen > MOST_ENTRIES {
                    break;
                }
                let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
                let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
                if kind.is_dir() {
                    if depth < DEEPEST && enters(&path, &place.join(&path)) {
                        pending.push((path, depth + 1));
                    }
                } else if wanted(&path) {
                    paths.push(path);
                }
            }
        }
        paths.sort();
        read_all(place, paths)
    }

    /// These files of a copy, by their paths below it; those that are not there are passed over. None leads out of it.
    pub fn listed(&self, place: &CopyPlace, paths: &BTreeSet<String>) -> WholeCopy {
        let plain = |path: &&String| path.split('/').all(|segment| !matches!(segment, "" | "." | ".."));
        match &place.0 {
            Kind::Directory { directory, .. } => {
                let there = |path: &&String| plain(path) && directory.join(path).is_file();
                read_all(place, paths.iter().filter(there).cloned().collect())
            }
            Kind::Archive { .. } => unpacked(&self.archives, place, &|path| paths.contains(path)),
        }
    }
}

/// The texts of these files of a directory.
fn read_all(place: &CopyPlace, paths: Vec<String>) -> WholeCopy {
    let mut found = WholeCopy::default();
    let Kind::Directory { directory, within } = &place.0 else { return found };
    let mut bytes = 0;
    for (at, path) in paths.into_iter().enumerate() {
        let file = directory.join(&path);
        let inside = || file.canonicalize().ok().filter(|resolved| resolved.starts_with(within));
        let room = at < MOST_FILES && bytes < MOST_BYTES;
        match inside().filter(|_| room).and_then(|file| read_text(&file, LIMITS.file_bytes)) {
            Some(text) => {
                bytes += text.len();
                found.files.push((path, text));
            }
            None => found.unread.push(path),
        }
    }
    found
}

/// The texts of an archive that `wanted` takes.
fn unpacked(archives: &Archives, place: &CopyPlace, wanted: &dyn Fn(&str) -> bool) -> WholeCopy {
    let mut found = WholeCopy::default();
    let Kind::Archive { file, top } = &place.0 else { return found };
    let (files, unread) = archive::below(archives, file, top, wanted, LIMITS.file_bytes, MOST_FILES);
    found.unread = unread;
    let mut bytes = 0;
    for (path, content) in files {
        bytes += content.len();
        match text_of(content).filter(|_| bytes < MOST_BYTES) {
            Some(text) => found.files.push((path, text)),
            None => found.unread.push(path),
        }
    }
    found.unread.sort();
    found
}

fn place(base: &Path, below: &str) -> Option<CopyPlace> {
    let within = base.canonicalize().ok()?;
    let directory = base.join(below).canonicalize().ok()?;
    let is_there = directory.is_dir() && directory.starts_with(&within);
    is_there.then_some(CopyPlace(Kind::Directory { directory, within }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sha2::{Digest, Sha256};

    use super::super::Archives;
    use super::*;
    use crate::model::HashAlgorithm;
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
        let meant = |text: &str| {
            let text = text.to_owned();
            let found = copies.find_published(base, &metadata, &[], |source| (source.text() == text).then_some(()));
            found.and_then(|(place, ())| copies.place_around(&place))
        };
        let place = meant("kit").unwrap();
        let read = copies.whole(&place, &|path| path.ends_with("LICENSE"), &|path, _| path != "tests");
        let files: Vec<(&str, &str)> = read.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(files, [("LICENSE", "one"), ("inner/LICENSE", "two")]);
        assert_eq!(copies.place_at(base, &["src/b/gone".to_owned(), "src/b/kit-1.0".to_owned()], &[]), Some(place));
        assert!(meant("none").is_none());
        let listed = ["inner/LICENSE", "../kit-1.0/LICENSE", "gone"].map(str::to_owned).into();
        let files = copies.listed(&copies.place_at(base, &["src/b/kit-1.0".to_owned()], &[]).unwrap(), &listed).files;
        assert_eq!(files, [("inner/LICENSE".to_owned(), "two".to_owned())]);
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
        let place = copies.find_published(base, &["a/kit.toml".to_owned()], &[], |_| Some(())).unwrap().0;
        let place = copies.place_around(&place).unwrap();
        let read = copies.whole(&place, &|path| path.contains("LICENSE"), &|_, _| true);
        assert_eq!(read.files, [("LICENSE-IN".to_owned(), "mine".to_owned())]);
        assert_eq!(read.unread, ["LICENSE-OUT"]);
        assert!(copies.place_at(base, &["../secret".to_owned()], &[]).is_none());
    }
    #[test]
    fn an_archive_is_a_copy_like_a_directory() {
        let directory = tempfile::tempdir().unwrap();
        let jar = directory.path().join("org/kit/1.0/kit-1.0.jar");
        std::fs::create_dir_all(jar.parent().unwrap()).unwrap();
        let mut writer = zip::ZipWriter::new(std::fs::File::create(jar).unwrap());
        for (name, text) in
            [("META-INF/LICENSE", "mit"), ("META-INF/maven/x/LICENSE", "x"), ("tests/LICENSE", "t"), ("NOTICE", "\0")]
        {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        }
        writer.finish().unwrap();
        let copies = Copies::new(&[], BTreeMap::from([("repository", directory.path().to_owned())]));
        let base = CopyBase::Machine("repository");
        let all = ["org/kit/1.0/kit-1.0.jar!/META-INF", "org/kit/1.0/kit-1.0.jar!/"].map(str::to_owned);
        let place = copies.place_at(base, &all, &[]).unwrap();
        let wanted = |path: &str| path.ends_with("LICENSE") || path.ends_with("NOTICE");
        let read = copies.whole(&place, &wanted, &|path, _| path != "tests");
        let paths: Vec<&str> = read.files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["META-INF/LICENSE", "META-INF/maven/x/LICENSE"]);
        // What is no text is said.
        assert_eq!(read.unread, ["NOTICE"]);
        let inner = copies.place_at(base, &all[..1], &[]).unwrap();
        assert_eq!(copies.whole(&inner, &wanted, &|_, _| true).files[0].0, "LICENSE");
        assert_eq!(inner.above(), Some(place.clone()));
        assert_eq!(place.above(), None);
        // Digests are those of the first archive; another one is not compared and not used.
        let hash = Hash::from_hex(HashAlgorithm::Sha256, &"0".repeat(64)).unwrap();
        let archives = Archives::default();
        let copies = copies.with(archives.clone());
        assert!(copies.place_at(base, &all, std::slice::from_ref(&hash)).is_none());
        assert_eq!(copies.mismatches().len(), 1);
        // The next scan of the run knows, and says so as well. What was found out for other digests is not its answer.
        let next = Copies::new(&[], copies.machine.clone()).with(archives);
        assert!(next.place_at(base, &all, std::slice::from_ref(&hash)).is_none());
        assert_eq!(next.mismatches(), copies.mismatches());
        let whole = std::fs::read(directory.path().join("org/kit/1.0/kit-1.0.jar")).unwrap();
        let own = Hash::from_bytes(HashAlgorithm::Sha256, &Sha256::digest(&whole)).unwrap();
        assert!(next.place_at(base, &all, &[own]).is_some());
        let second = ["org/kit/1.0/kit-1.0.aar!/", &all[1]].map(str::to_owned);
        assert!(copies.place_at(base, &second, &[hash]).is_none() && copies.place_at(base, &second, &[]).is_some());
        assert_eq!(copies.mismatches().len(), 1);
        assert!(copies.place_at(base, &["org/kit/2.0/kit-2.0.jar!/".to_owned()], &[]).is_none());
    }
}
