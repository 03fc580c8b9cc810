//! All poms: those of the tree and those of repositories on this machine, each read once, with what they inherit.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};

use compact_str::CompactString;
use rayon::prelude::*;

use super::coordinates;
use super::descriptor::Descriptor;
use super::layer::{self, Layer};
use super::managed::Management;
use super::model::{Parent, Pom};
use super::names::{Name, Names};
use crate::ecosystem::{Aids, ReadFile};
use crate::model::{Location, LookUp, RepoPath};

/// The base names of repositories on this machine, and how a pom's path begins and ends there.
const REPOSITORY: &str = "maven-repository";
const GRADLE: &str = "gradle-home";

/// How many parents a pom may have above it.
const MOST_PARENTS: usize = 64;

/// A value for each of many keys, made once and shared. Two workers may make the same one at once; the first stays.
pub(super) struct Memo<K, V>(Vec<Mutex<LookUp<K, V>>>);

const SHARDS: usize = 16;

impl<K: std::hash::Hash + Eq, V: Clone> Memo<K, V> {
    fn new() -> Self {
        Self((0..SHARDS).map(|_| Mutex::new(LookUp::new())).collect())
    }

    pub(super) fn get_or(&self, shard: usize, key: K, make: impl FnOnce(&K) -> V) -> V {
        let shard = &self.0[shard % SHARDS];
        if let Some(value) = shard.lock().expect("no worker panics while it holds this").get(&key) {
            return value.clone();
        }
        let value = make(&key);
        shard.lock().expect("no worker panics while it holds this").get_or_insert_with(key, || value).clone()
    }
}

/// What kind of pom a file of the tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Project,
    /// It lies where a repository would have it: someone else's, kept in the tree.
    Repository,
}

/// A project of the tree.
#[derive(Debug)]
pub(super) struct Own {
    pub layer: Arc<Layer>,
    /// Group, artifact and version, as far as they can be filled in.
    pub group: CompactString,
    pub artifact: CompactString,
    pub version: Option<CompactString>,
}

/// Everything a join looks at.
pub(super) struct World<'w> {
    aids: &'w Aids<'w>,
    pub names: Names,
    /// The projects of the tree, sorted by path.
    pub own: Vec<Own>,
    by_path: LookUp<RepoPath, Arc<Pom>>,
    by_raw: LookUp<(CompactString, CompactString, CompactString), Arc<Pom>>,
    in_tree_repository: LookUp<String, Arc<Pom>>,
    /// The projects of the tree by the numbers of group, artifact and version.
    pub own_by_name: LookUp<(Name, Name, Name), usize>,
    /// The same without the version: the first in the order of paths.
    pub own_named: LookUp<(Name, Name), usize>,
    layers: Memo<RepoPath, Option<Arc<Layer>>>,
    cached: Memo<(CompactString, CompactString, CompactString), Option<Arc<Pom>>>,
    /// What a pom manages that manages nothing: one for all, so that those are seen to be alike.
    pub no_management: Arc<Management>,
    pub managements: Memo<(RepoPath, String), Arc<Management>>,
    pub descriptors: Memo<(Name, Name, Name), Arc<Descriptor>>,
    trouble: Mutex<BTreeSet<(RepoPath, Location, String)>>,
    /// The names that versions in the tree are written with.
    names_of_versions: OnceLock<LookUp<CompactString, ()>>,
}

impl<'w> World<'w> {
    /// The world of these files. Answers the poms that are no project beside it: templates of archetypes.
    pub(super) fn new(files: &[ReadFile<'_>], aids: &'w Aids<'w>) -> (Self, Vec<RepoPath>) {
        let mut world = Self {
            aids,
            names: Names::new(),
            own: Vec::new(),
            by_path: LookUp::new(),
            by_raw: LookUp::new(),
            in_tree_repository: LookUp::new(),
            own_by_name: LookUp::new(),
            own_named: LookUp::new(),
            layers: Memo::new(),
            cached: Memo::new(),
            no_management: Arc::default(),
            managements: Memo::new(),
            descriptors: Memo::new(),
            trouble: Mutex::new(BTreeSet::new()),
            names_of_versions: OnceLock::new(),
        };
        let is_pom = |file: &&ReadFile<'_>| file.format.id == super::pom::FORMAT.id && file.parsed.is_some();
        let is_template = |path: &RepoPath| path.as_str().split('/').any(|segment| segment == "archetype-resources");
        let (templates, files): (Vec<_>, Vec<_>) = files.iter().filter(is_pom).partition(|file| is_template(file.path));
        let templates = templates.into_iter().map(|file| file.path.clone()).collect();
        // In parallel, and laid down in the order of paths.
        let poms: Vec<Arc<Pom>> = files
            .into_par_iter()
            .filter_map(|file| Some(Arc::new(Pom::of(file.path, file.parsed?))))
            .filter(|pom| pom.artifact.is_some())
            .collect();
        let mut projects = Vec::new();
        for pom in poms {
            match world.part(&pom) {
                Part::Repository => {}
                Part::Project => {
                    world.by_path.insert(pom.path.clone(), Arc::clone(&pom));
                    let raw = [pom.raw_group(), pom.raw_artifact(), pom.raw_version()].map(CompactString::from);
                    let [group, artifact, version] = raw;
                    world.by_raw.get_or_insert_with((group, artifact, version), || Arc::clone(&pom));
                    projects.push(pom);
                }
            }
        }
        // Where a chain of parents is cut depends on which of its poms comes first, so that those are laid down in order. What
        // stands above a chain that ends has one that ends, too.
        let layers: Vec<Option<Arc<Layer>>> = projects.par_iter().map(|pom| world.layer_of_ending(pom)).collect();
        let layers: Vec<Arc<Layer>> =
            projects.into_iter().zip(layers).map(|(pom, layer)| layer.unwrap_or_else(|| world.layer(&pom))).collect();
        let own: Vec<Own> = layers
            .into_par_iter()
            .map(|layer| {
                let pom = &layer.pom;
                let text = |raw: &str| layer.text(&raw.into()).ok().filter(|text| coordinates::is_plain(text));
                let (group, version) = (text(pom.raw_group()), text(pom.raw_version()));
                let artifact = text(pom.raw_artifact()).unwrap_or_else(|| pom.raw_artifact().into());
                Own { group: group.unwrap_or_default(), artifact, version, layer }
            })
            .collect();
        for (index, one) in own.iter().enumerate() {
            let (group, artifact) = (world.names.name(&one.group), world.names.name(&one.artifact));
            world.own_named.get_or_insert_with((group, artifact), || index);
            if let Some(version) = &one.version {
                let key = (group, artifact, world.names.name(version));
                world.own_by_name.get_or_insert_with(key, || index);
            }
        }
        world.own = own;
        (world, templates)
    }

    /// Whether a pom of the tree is a project; one of a repository is kept for look-ups.
    fn part(&mut self, pom: &Arc<Pom>) -> Part {
        let path = pom.path.as_str();
        if !path.ends_with(".pom") {
            return Part::Project;
        }
        match coordinates::repository_path(pom.raw_group(), pom.raw_artifact(), pom.raw_version()) {
            Some(place) if path == place || path.ends_with(&format!("/{place}")) => {
                self.in_tree_repository.get_or_insert_with(place, || Arc::clone(pom));
                Part::Repository
            }
            _ => Part::Project,
        }
    }

    /// Whether there is a repository on this machine at all.
    pub(super) fn has_repository(&self) -> bool {
        !self.in_tree_repository.is_empty() || [REPOSITORY, GRADLE].iter().any(|base| self.aids.caches.has(base))
    }

    /// Whether versions in the tree are written with this property.
    pub(super) fn makes_versions(&self, name: &str) -> bool {
        let names = self.names_of_versions.get_or_init(|| {
            let sections = self.own.iter().flat_map(|own| own.layer.sections());
            let asked = sections.flat_map(|section| section.dependencies.iter().chain(&section.managed));
            let versions = asked.filter_map(|asked| asked.version.as_ref());
            versions.flat_map(|said| layer::names_in(&said.text)).map(|name| (name.into(), ())).collect()
        });
        names.contains_key(name)
    }

    /// Whether a path is that of a project of the tree.
    pub(super) fn is_own(&self, path: &RepoPath) -> bool {
        self.by_path.contains_key(path)
    }

    /// Says that something about a pom is not known.
    pub(super) fn miss(&self, pom: &RepoPath, place: Location, message: String) {
        self.trouble.lock().expect("no worker panics while it holds this").insert((pom.clone(), place, message));
    }

    /// What is not known of any pom, sorted.
    pub(super) fn trouble(&self) -> BTreeSet<(RepoPath, Location, String)> {
        self.trouble.lock().expect("no worker panics while it holds this").clone()
    }

    /// The project of the tree with these coordinates.
    pub(super) fn own_of(&self, group: &str, artifact: &str, version: &str) -> Option<usize> {
        let [group, artifact, version] = [group, artifact, version].map(|text| self.names.name(text));
        self.own_by_name.get(&(group, artifact, version)).copied()
    }

    /// The pom of these coordinates in a repository on this machine, or in one that lies in the tree.
    pub(super) fn in_repository(&self, group: &str, artifact: &str, version: &str) -> Option<Arc<Pom>> {
        let place = coordinates::repository_path(group, artifact, version)?;
        if let Some(pom) = self.in_tree_repository.get(&place) {
            return Some(Arc::clone(pom));
        }
        let key = (group.into(), artifact.into(), version.into());
        self.cached.get_or(artifact.len() + group.len(), key, |_| {
            let gradle = coordinates::gradle_path(group, artifact, version)?;
            let file = [(REPOSITORY, place), (GRADLE, gradle)]
                .into_iter()
                .find_map(|(base, path)| self.aids.caches.read(base, &[path], &super::pom::FORMAT))?;
            Some(Arc::new(Pom::of(&file.path, file.parsed.as_ref()?)))
        })
    }

    /// A pom with what it inherits.
    pub(super) fn layer(&self, pom: &Arc<Pom>) -> Arc<Layer> {
        let (chain, _) = self.chain(pom);
        self.layer_of(pom, chain)
    }

    /// The same, if its chain of parents comes to an end.
    fn layer_of_ending(&self, pom: &Arc<Pom>) -> Option<Arc<Layer>> {
        let (chain, ends) = self.chain(pom);
        ends.then(|| self.layer_of(pom, chain))
    }

    /// A pom and the parents above it, and whether those come to an end.
    fn chain(&self, pom: &Arc<Pom>) -> (Vec<Arc<Pom>>, bool) {
        let mut chain = vec![Arc::clone(pom)];
        while let Some(last) = chain.last() {
            let Some(parent) = &last.parent else { break };
            let Some(above) = self.parent(last, parent) else { break };
            if chain.len() == MOST_PARENTS || chain.iter().any(|below| below.path == above.path) {
                let message = "the parents of this pom form a loop, or never end".to_owned();
                self.miss(&pom.path, last.at(parent.mark), message);
                return (chain, false);
            }
            chain.push(above);
        }
        (chain, true)
    }

    /// From the top of a chain down to its pom.
    fn layer_of(&self, pom: &Arc<Pom>, chain: Vec<Arc<Pom>>) -> Arc<Layer> {
        let mut layer: Option<Arc<Layer>> = None;
        // A chain that ends in a loop is its own: elsewhere the same poms are cut at another place.
        for pom in chain.into_iter().rev() {
            let parent = layer.take();
            let is_own = self.is_own(&pom.path);
            let made = self.layers.get_or(pom.path.as_str().len(), pom.path.clone(), |_| {
                Some(Arc::new(Layer::new(Arc::clone(&pom), parent.clone(), is_own)))
            });
            layer = made.or_else(|| Some(Arc::new(Layer::new(pom, parent, is_own))));
        }
        layer.unwrap_or_else(|| Arc::new(Layer::new(Arc::clone(pom), None, self.is_own(&pom.path))))
    }

    /// The parent of a pom, as Maven looks for it: at its relative path if the coordinates there agree, then among the projects
    /// of the tree, then in the repository.
    fn parent(&self, pom: &Pom, parent: &Parent) -> Option<Arc<Pom>> {
        let in_tree = self.by_path.contains_key(&pom.path);
        let agrees = |other: &Arc<Pom>| {
            other.path != pom.path
                && other.raw_group() == parent.group
                && other.raw_artifact() == parent.artifact
                && (other.raw_version() == parent.version || coordinates::pinned(&parent.version).is_none())
        };
        if in_tree {
            let relative = parent.path.as_deref().unwrap_or("../pom.xml");
            let by_path = (!relative.is_empty())
                .then(|| {
                    let place = pom.path.parent().join(relative)?;
                    self.by_path.get(&place).or_else(|| self.by_path.get(&place.join("pom.xml")?))
                })
                .flatten();
            let raw = || (parent.group.clone(), parent.artifact.clone(), parent.version.clone());
            let found =
                by_path.filter(|found| agrees(found)).or_else(|| self.by_raw.get(&raw()).filter(|found| agrees(found)));
            if let Some(found) = found {
                return Some(Arc::clone(found));
            }
        }
        let pinned = coordinates::pinned(&parent.version);
        let found = pinned.and_then(|version| self.in_repository(&parent.group, &parent.artifact, version));
        if found.is_none() {
            let message = format!(
                "the parent {}:{}:{} is neither in the tree nor in a repository on this machine: what it adds is not known",
                parent.group, parent.artifact, parent.version
            );
            self.miss(&pom.path, pom.at(parent.mark), message);
        }
        found
    }
}
