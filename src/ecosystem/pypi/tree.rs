//! What lies where: which files of a tree belong to one project.

use std::collections::BTreeMap;

use super::name::normal;
use super::{metadata, pipfile, pipfile_lock, pyproject, requirements, setup_cfg, setup_py};
use crate::ecosystem::{Declaration, Package, Parsed, ReadFile, Role};
use crate::model::{LookUp, RepoPath};

/// What lies in one directory.
#[derive(Default)]
pub(super) struct Place<'a> {
    /// `pyproject.toml`, `setup.cfg` and `setup.py`, in this order.
    pub manifests: [Option<&'a ReadFile<'a>>; 3],
    pub pipfile: Option<&'a ReadFile<'a>>,
    pub locks: Vec<&'a ReadFile<'a>>,
    pub requirements: Vec<&'a ReadFile<'a>>,
    pub installed: Vec<&'a ReadFile<'a>>,
}

impl<'a> Place<'a> {
    fn parsed(&self, at: usize) -> Option<(&'a Parsed, &'a RepoPath)> {
        let file = self.manifests[at]?;
        Some((file.parsed?, file.path))
    }

    /// The package that lives here, from the first manifest that names it, else from the first that has one.
    pub fn package(&self) -> Option<(&'a Package, &'a RepoPath)> {
        let all = || {
            (0..3).filter_map(|at| self.parsed(at)).filter_map(|(parsed, path)| Some((parsed.packages.first()?, path)))
        };
        all().find(|(package, _)| !package.id.is_empty()).or_else(|| all().next())
    }

    /// Whether the manifest leaves a field to the build backend.
    pub fn is_dynamic(&self) -> bool {
        self.parsed(0).is_some_and(|(parsed, _)| {
            parsed.settings.iter().any(|(name, value)| *name == pyproject::DYNAMIC && value == "dependencies")
        })
    }

    /// Whether `pyproject.toml` itself says what the package needs, so that setuptools' own files do not count.
    fn is_static(&self) -> bool {
        self.parsed(0).is_some_and(|(parsed, _)| {
            let named = parsed.packages.first().is_some_and(|package| !package.id.is_empty());
            named && !self.is_dynamic()
        })
    }

    /// The manifests that count, with what they say.
    pub fn manifests(&self) -> impl Iterator<Item = (&'a Parsed, &'a RepoPath)> {
        let last = if self.is_static() { 1 } else { 3 };
        (0..last).filter_map(|at| self.parsed(at))
    }

    /// What the manifests ask for, each with its file.
    pub fn declarations(&self) -> Vec<(&'a Declaration, &'a RepoPath)> {
        let pairs =
            self.manifests().flat_map(|(parsed, path)| parsed.declarations.iter().map(move |asked| (asked, path)));
        pairs.collect()
    }
}

/// All files of the ecosystem.
pub(super) struct Tree<'a> {
    pub places: BTreeMap<RepoPath, Place<'a>>,
    /// Requirements files by their path.
    pub requirements: LookUp<&'a RepoPath, &'a ReadFile<'a>>,
    /// Files that others name as constraints, and nobody includes.
    pub constraints: LookUp<RepoPath, ()>,
    /// Names of packages that live in the tree.
    own: LookUp<String, ()>,
}

/// The directory of the project that a file belongs to.
fn directory_of(file: &ReadFile<'_>) -> RepoPath {
    let directory = file.directory();
    if file.format.id == metadata::FORMAT.id {
        return directory.parent();
    }
    // `requirements/base.txt` is the project's whose directory holds `requirements`.
    if file.format.id == requirements::FORMAT.id && directory.file_name() == "requirements" {
        return directory.parent();
    }
    directory
}

impl<'a> Tree<'a> {
    pub fn of(files: &'a [ReadFile<'a>]) -> Self {
        let mut tree = Self {
            places: BTreeMap::new(),
            requirements: LookUp::new(),
            constraints: LookUp::new(),
            own: LookUp::new(),
        };
        let mut included: LookUp<RepoPath, ()> = LookUp::new();
        for file in files {
            let place = tree.places.entry(directory_of(file)).or_default();
            let id = file.format.id;
            if id == pyproject::FORMAT.id {
                place.manifests[0] = Some(file);
            } else if id == setup_cfg::FORMAT.id {
                place.manifests[1] = Some(file);
            } else if id == setup_py::FORMAT.id {
                place.manifests[2] = Some(file);
            } else if id == pipfile::FORMAT.id {
                place.pipfile = Some(file);
            } else if id == metadata::FORMAT.id {
                place.installed.push(file);
            } else if file.format.role == Role::Lock {
                place.locks.push(file);
            } else {
                place.requirements.push(file);
                tree.requirements.insert(file.path, file);
                for (name, path) in file.parsed.iter().flat_map(|parsed| &parsed.settings) {
                    let Some(path) = file.directory().join(path) else { continue };
                    match *name {
                        requirements::INCLUDE => drop(included.insert(path, ())),
                        requirements::CONSTRAINTS => drop(tree.constraints.insert(path, ())),
                        _ => {}
                    }
                }
            }
            let packages =
                file.parsed.iter().filter(|_| file.format.role == Role::Manifest).flat_map(|parsed| &parsed.packages);
            for package in packages.filter(|package| !package.id.is_empty() && id != requirements::FORMAT.id) {
                tree.own.insert(package.purl.name().to_owned(), ());
            }
        }
        // A file by the name of one that only constrains, and one that is used so, adds nothing to a project by itself.
        let mut constraints = LookUp::new();
        for place in tree.places.values() {
            for file in &place.requirements {
                let named = file.path.file_name().split(['.', '-', '_']).any(|word| word.starts_with("constraint"));
                if (named || tree.constraints.contains_key(file.path)) && !included.contains_key(file.path) {
                    constraints.insert(file.path.clone(), ());
                }
            }
        }
        tree.constraints = constraints;
        for place in tree.places.values_mut() {
            place.requirements.retain(|file| !tree.constraints.contains_key(file.path));
            // The metadata that building one's own package leaves behind is not an installed package.
            place.installed.retain(|file| {
                let package = file.parsed.and_then(|parsed| parsed.packages.first());
                package.is_some_and(|package| !tree.own.contains_key(&*normal(package.purl.name())))
            });
        }
        tree
    }

    /// The requirements files of a project with all that they include, each once.
    pub fn with_includes(&self, files: &[&'a ReadFile<'a>]) -> Vec<&'a ReadFile<'a>> {
        let mut seen: LookUp<&RepoPath, ()> = LookUp::new();
        let mut found = Vec::new();
        let mut open: Vec<&'a ReadFile<'a>> = files.iter().rev().copied().collect();
        while let Some(file) = open.pop() {
            if seen.insert(file.path, ()).is_some() {
                continue;
            }
            found.push(file);
            for (name, path) in file.parsed.iter().flat_map(|parsed| &parsed.settings).rev() {
                if *name == requirements::INCLUDE
                    && let Some(path) = file.directory().join(path)
                    && let Some(included) = self.requirements.get(&path)
                {
                    open.push(included);
                }
            }
        }
        found
    }
}

/// Whether a lock file is one that does not say who needs whom or what the project asks for.
pub(super) fn is_flat(file: &ReadFile<'_>) -> bool {
    file.format.id == pipfile_lock::FORMAT.id || file.format.id == super::pylock::FORMAT.id
}
