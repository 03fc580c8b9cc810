//! Which files belong together: builds, their projects, and the scripts that projects apply.
//!
//! A build is a directory with settings and the projects that those include ("Structuring Projects with Gradle" in the user
//! manual); `buildSrc` is a build of its own, and a directory with a build script that no settings include is another. Where
//! settings include projects in a way that only running them would tell, every directory below with a build script counts as
//! one. A build that is named in `pluginManagement`, and `buildSrc`, make plugins: they run while the others are built.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::{CompactString, format_compact};

use super::catalog::CATALOG;
use super::lock::{self, LOCK};
use super::script::{SCRIPT, setting};
use super::verification::VERIFICATION;
use super::wrapper::WRAPPER;
use crate::ecosystem::{Parsed, ReadFile};
use crate::model::{Mark, RepoPath};

/// The build that Gradle makes before every other.
const BUILD_SRC: &str = "buildSrc";

/// A project of a build.
#[derive(Default)]
pub(super) struct Project<'a> {
    /// `:a:b`; `:` for the root.
    pub path: CompactString,
    /// Where settings name it.
    pub mark: Option<Mark>,
    pub script: Option<&'a ReadFile<'a>>,
    pub locks: Vec<&'a ReadFile<'a>>,
}

/// A build.
pub(super) struct Build<'a> {
    pub directory: RepoPath,
    pub settings: Option<&'a ReadFile<'a>>,
    /// Its projects by their directories, with those of which nothing was read.
    pub projects: BTreeMap<RepoPath, Project<'a>>,
    /// Whether it makes plugins for other builds.
    pub logic: bool,
    /// Whether settings may include projects that cannot be told.
    pub unknown_includes: bool,
    /// Whether it has projects for that reason.
    pub guessed: bool,
    /// By the names that scripts use.
    pub catalogs: BTreeMap<CompactString, &'a ReadFile<'a>>,
    pub verification: Option<&'a ReadFile<'a>>,
    pub wrapper: Option<&'a ReadFile<'a>>,
    /// Script plugins in its directory that no script is known to apply.
    pub loose: Vec<&'a ReadFile<'a>>,
}

/// All builds of a scan.
pub(super) struct Builds<'a> {
    pub all: Vec<Build<'a>>,
    by_directory: BTreeMap<RepoPath, usize>,
    /// All scripts that were read, by path.
    pub scripts: BTreeMap<&'a RepoPath, &'a Parsed>,
    /// Scripts that are plugins by their place and name, by plugin id.
    pub conventions: BTreeMap<&'a str, &'a RepoPath>,
}

/// What is written under a name.
pub(super) fn settings<'a>(parsed: &'a Parsed, name: &'static str) -> impl Iterator<Item = &'a str> {
    parsed.settings.iter().filter(move |(have, _)| *have == name).map(|(_, value)| value.as_str())
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".kts").unwrap_or(name).strip_suffix(".gradle").unwrap_or(name)
}

fn is_script_of_settings(path: &RepoPath) -> bool {
    stem(path.file_name()) == "settings"
}

/// Whether a script is a plugin by its place: Gradle compiles what lies in the sources of a build.
fn is_convention(path: &RepoPath) -> bool {
    path.as_str().contains("src/main/")
}

/// The directory that holds the `gradle` directory with a file.
fn above_gradle(path: &RepoPath) -> RepoPath {
    let mut directory = path.parent();
    for name in ["wrapper", "gradle"] {
        if directory.file_name() == name {
            directory = directory.parent();
        }
    }
    directory
}

impl<'a> Builds<'a> {
    /// Puts the files of Gradle among `files` in order.
    pub fn of(files: &'a [ReadFile<'a>]) -> Self {
        let of = |id: &'static str| files.iter().filter(move |file| file.format.id == id);
        let mut builds = Self {
            all: Vec::new(),
            by_directory: BTreeMap::new(),
            scripts: of(SCRIPT.id).filter_map(|file| Some((file.path, file.parsed?))).collect(),
            conventions: BTreeMap::new(),
        };
        // Settings first, so that everything else finds its build. Of two, Gradle takes the one in Groovy.
        let mut included: BTreeMap<RepoPath, (usize, CompactString, Mark)> = BTreeMap::new();
        for file in of(SCRIPT.id).filter(|file| is_script_of_settings(file.path) && !is_convention(file.path)) {
            let build = builds.at(&file.directory());
            if builds.all[build].settings.is_none() {
                builds.all[build].settings = Some(file);
                if let Some(parsed) = file.parsed {
                    builds.include(build, parsed, &mut included);
                }
            }
        }
        let directories: BTreeSet<RepoPath> = of(SCRIPT.id)
            .filter(|file| stem(file.path.file_name()) == "build" && !is_convention(file.path))
            .map(ReadFile::directory)
            .chain(of(LOCK.id).map(|file| lock::project_of(file.path)))
            .collect();
        for directory in &directories {
            builds.place(directory, &included);
        }
        let mut others = Vec::new();
        for file in of(SCRIPT.id).filter(|file| !is_script_of_settings(file.path)) {
            let (directory, name) = (file.directory(), stem(file.path.file_name()));
            if is_convention(file.path) {
                builds.conventions.insert(name, file.path);
                continue;
            }
            // Many builds name the script of a project after it.
            let named = name == directory.file_name() && !directories.contains(&directory);
            if name == "build" || named && (included.contains_key(&directory) || builds.nearest(&directory).is_some()) {
                let build = builds.place(&directory, &included);
                let project = builds.all[build].projects.entry(directory).or_default();
                // As with settings, the script in Groovy counts if there are two.
                project.script.get_or_insert(file);
            } else {
                others.push(file);
            }
        }
        for file in of(LOCK.id) {
            let directory = lock::project_of(file.path);
            let build = builds.place(&directory, &included);
            builds.all[build].projects.entry(directory).or_default().locks.push(file);
        }
        for file in of(CATALOG.id) {
            let build = builds.nearest_or_new(&above_gradle(file.path));
            builds.catalog(build, file);
        }
        for file in of(VERIFICATION.id) {
            let build = builds.nearest_or_new(&above_gradle(file.path));
            builds.all[build].verification.get_or_insert(file);
        }
        for file in of(WRAPPER.id) {
            let build = builds.nearest_or_new(&above_gradle(file.path));
            builds.all[build].wrapper.get_or_insert(file);
        }
        for file in others {
            let build = builds.nearest_or_new(&file.directory());
            builds.all[build].loose.push(file);
        }
        builds.logic();
        builds
    }

    /// The build at a directory, made if there is none.
    fn at(&mut self, directory: &RepoPath) -> usize {
        if let Some(build) = self.by_directory.get(directory) {
            return *build;
        }
        let build = self.all.len();
        self.by_directory.insert(directory.clone(), build);
        let mut made = Build {
            directory: directory.clone(),
            settings: None,
            projects: BTreeMap::new(),
            logic: false,
            unknown_includes: false,
            guessed: false,
            catalogs: BTreeMap::new(),
            verification: None,
            wrapper: None,
            loose: Vec::new(),
        };
        made.projects.insert(directory.clone(), Project { path: ":".into(), ..Project::default() });
        self.all.push(made);
        build
    }

    /// The build whose directory holds this one most closely.
    pub fn nearest(&self, directory: &RepoPath) -> Option<usize> {
        let mut directory = directory.clone();
        loop {
            if let Some(build) = self.by_directory.get(&directory) {
                return Some(*build);
            }
            if directory.as_str().is_empty() {
                return None;
            }
            directory = directory.parent();
        }
    }

    fn nearest_or_new(&mut self, directory: &RepoPath) -> usize {
        self.nearest(directory).unwrap_or_else(|| self.at(directory))
    }

    /// The nearest build above a directory, not at it.
    pub fn above(&self, directory: &RepoPath) -> Option<usize> {
        if directory.as_str().is_empty() { None } else { self.nearest(&directory.parent()) }
    }

    fn include(
        &mut self,
        build: usize,
        parsed: &'a Parsed,
        included: &mut BTreeMap<RepoPath, (usize, CompactString, Mark)>,
    ) {
        let base = self.all[build].directory.clone();
        // Where none is named, a plugin of the settings may still include some.
        self.all[build].unknown_includes = settings(parsed, setting::UNKNOWN_INCLUDE).next().is_some()
            || !parsed.packages.iter().any(|package| package.id.starts_with(':'));
        let moved: BTreeMap<&str, &str> =
            settings(parsed, setting::PROJECT_DIRECTORY).filter_map(|text| text.split_once('=')).collect();
        for package in &parsed.packages {
            let path = package.id.as_str();
            if !path.starts_with(':') {
                // The root's own name.
                let root = self.all[build].projects.entry(base.clone()).or_default();
                root.mark = Some(package.mark);
                continue;
            }
            let directory = match moved.get(path) {
                Some(written) => base.join(written.trim_start_matches('/')),
                // A project below one that was moved lies below it.
                None => match path.rmatch_indices(':').find_map(|(at, _)| Some((at, moved.get(&path[..at])?))) {
                    Some((at, above)) => {
                        let rest = path[at + 1..].replace(':', "/");
                        base.join(above.trim_start_matches('/')).and_then(|directory| directory.join(&rest))
                    }
                    None => package.directory.as_deref().and_then(|directory| base.join(directory)),
                },
            };
            let Some(directory) = directory else { continue };
            included.insert(directory.clone(), (build, path.into(), package.mark));
            let project = Project { path: path.into(), mark: Some(package.mark), ..Project::default() };
            self.all[build].projects.insert(directory, project);
        }
    }

    /// The build that a project's directory belongs to.
    fn place(&mut self, directory: &RepoPath, included: &BTreeMap<RepoPath, (usize, CompactString, Mark)>) -> usize {
        if let Some((build, ..)) = included.get(directory) {
            return *build;
        }
        // `buildSrc` needs no settings to be a build.
        let mut above = directory.clone();
        while !above.as_str().is_empty() {
            if above.file_name() == BUILD_SRC {
                if above == *directory {
                    return self.at(directory);
                }
                break;
            }
            above = above.parent();
        }
        let nearest = self.nearest(directory);
        match nearest {
            Some(build)
                if self.all[build].directory == *directory
                    || self.all[build].unknown_includes
                    || self.all[build].settings.is_none()
                    || self.all[build].projects.contains_key(directory) =>
            {
                let base = self.all[build].directory.clone();
                let below = directory.relative_to(&base).unwrap_or_default();
                let path = format_compact!(":{}", below.replace('/', ":"));
                let project = self.all[build].projects.entry(directory.clone()).or_default();
                if project.path.is_empty() {
                    project.path = path;
                    self.all[build].guessed = true;
                }
                build
            }
            _ => self.at(directory),
        }
    }

    fn catalog(&mut self, build: usize, file: &'a ReadFile<'a>) {
        let name = file.path.file_name();
        let usual = name.strip_suffix(".versions.toml").unwrap_or(name);
        let named: Option<CompactString> = self.all[build]
            .settings
            .and_then(|settings_file| settings_file.parsed)
            .into_iter()
            .flat_map(|parsed| settings(parsed, setting::CATALOG))
            .filter_map(|text| text.split_once('='))
            .find(|(_, path)| self.all[build].directory.join(path).is_some_and(|path| path == *file.path))
            .map(|(name, _)| name.into());
        self.all[build].catalogs.entry(named.unwrap_or_else(|| usual.into())).or_insert(file);
    }

    /// Marks the builds that make plugins.
    fn logic(&mut self) {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for build in &self.all {
            let parsed = build.settings.and_then(|file| file.parsed);
            for path in parsed.into_iter().flat_map(|parsed| settings(parsed, setting::INCLUDED_PLUGIN_BUILD)) {
                found.extend(
                    build.directory.join(path).and_then(|directory| self.by_directory.get(&directory).copied()),
                );
            }
            if build.directory.file_name() == BUILD_SRC {
                found.extend(self.by_directory.get(&build.directory).copied());
            }
        }
        for build in found {
            self.all[build].logic = true;
        }
    }

    /// The catalogs of a build: its own, then those of the builds around it.
    pub fn catalogs(&self, build: usize) -> BTreeMap<&str, &'a ReadFile<'a>> {
        let mut found: BTreeMap<&str, &'a ReadFile<'a>> = BTreeMap::new();
        let mut at = Some(build);
        while let Some(build) = at {
            for (name, file) in &self.all[build].catalogs {
                found.entry(name).or_insert(file);
            }
            at = self.above(&self.all[build].directory);
        }
        found
    }
}
