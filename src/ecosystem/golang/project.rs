//! The graph of one project: the modules that its packages may need, and who requires whom.
//!
//! Of a module of Go 1.17 or later that is what its `go.mod` lists. Of an older one it is the build list, if the module cache
//! of this machine has what is needed to tell it; else what a vendor directory holds; else, and as a guess, what `go.sum` has.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use compact_str::{CompactString, format_compact};

use super::directives::{COMPLETE_SINCE, GO, INDIRECT, REQUIRE, TOOL};
use super::identity::{self, H1, REPLACES, STDLIB, TOOLCHAIN, VENDORED};
use super::join::{Module, Tree};
use super::mvs::{ModuleGraph, Summary};
use super::replacements::{Replacements, Target};
use super::version::{self, GoVersion};
use super::{CACHE, module};
use crate::ecosystem::{Aids, Declaration, Graph, GraphEdge, GraphNode, Package, Parsed};
use crate::model::{Completeness, Location, LookUp, Mark, Origin, Party, RepoPath, Scope};

/// Where a module is stated, to be its evidence.
#[derive(Clone)]
struct Stated {
    version: CompactString,
    file: RepoPath,
    mark: Mark,
}

/// A project in the making.
pub(super) struct Project<'t, 'a, 'c> {
    tree: &'t Tree<'a>,
    aids: &'t Aids<'c>,
    directory: RepoPath,
    files: BTreeSet<RepoPath>,
    mains: Vec<Module<'a>>,
    workspace: Option<(&'a RepoPath, &'a Parsed)>,
    replacements: Replacements,
    gaps: Vec<(Location, String)>,
    nodes: Vec<GraphNode<'a>>,
    edges: Vec<GraphEdge>,
    completeness: Completeness,
}

fn is_requirement(asked: &&Declaration) -> bool {
    asked.section == REQUIRE || asked.section == INDIRECT
}

fn go_of(parsed: &Parsed) -> Option<GoVersion> {
    let (_, text) = parsed.settings.iter().find(|(name, _)| *name == GO)?;
    GoVersion::of(text)
}

fn prunes(parsed: &Parsed) -> bool {
    go_of(parsed).is_some_and(|version| version.is_at_least(COMPLETE_SINCE))
}

/// What a `go.mod` requires, but what is excluded.
fn summary(parsed: &Parsed, file: &RepoPath, replacements: &Replacements) -> Summary {
    let kept = |asked: &&Declaration| is_requirement(asked) && !replacements.excludes(&asked.name, &asked.requirement);
    let of = |asked: &Declaration| (asked.name.clone(), asked.requirement.clone(), asked.mark);
    let properties = parsed.packages.first().map(|package| package.properties.as_slice()).unwrap_or_default();
    let deprecated = properties.iter().find(|(name, _)| *name == identity::DEPRECATED);
    Summary {
        prunes: prunes(parsed),
        requires: parsed.declarations.iter().filter(kept).map(of).collect(),
        file: file.clone(),
        deprecated: deprecated.map(|(_, why)| why.clone()),
    }
}

impl<'t, 'a, 'c> Project<'t, 'a, 'c> {
    pub fn new(tree: &'t Tree<'a>, aids: &'t Aids<'c>, directory: RepoPath) -> Self {
        Self {
            tree,
            aids,
            directory,
            files: BTreeSet::new(),
            mains: Vec::new(),
            workspace: None,
            replacements: Replacements::default(),
            gaps: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            completeness: Completeness::Complete,
        }
    }

    pub fn take_file(&mut self, path: &RepoPath) {
        self.files.insert(path.clone());
    }

    /// Something that is not known.
    pub fn gap(&mut self, place: Location, what: String) {
        self.completeness = self.completeness.max(Completeness::Incomplete);
        self.gaps.push((place, what));
    }

    pub fn take_workspace(&mut self, file: &'a RepoPath, parsed: &'a Parsed) {
        self.workspace = Some((file, parsed));
        self.take_notes(file, parsed);
        self.replacements.take(file, &parsed.declarations);
    }

    pub fn take_main(&mut self, module: Module<'a>) {
        self.take_file(module.file);
        self.take_notes(module.file, module.parsed);
        self.replacements.take(module.file, module.declarations());
        self.mains.push(module);
    }

    fn take_notes(&mut self, file: &RepoPath, parsed: &Parsed) {
        for note in parsed.notes.iter().filter(|note| note.kind.loses_facts()) {
            self.gap(Location::at(file, note.mark), note.message.clone());
        }
    }

    /// Makes the graph.
    pub fn graph(mut self) -> Graph<'a> {
        let directories: Vec<RepoPath> = self.mains.iter().map(|main| main.file.parent()).collect();
        let own_paths: BTreeSet<CompactString> =
            self.mains.iter().filter_map(|main| Some(main.package()?.purl.full_name())).collect();
        let mut roots = Vec::new();
        let mut own: BTreeMap<RepoPath, u32> = BTreeMap::new();
        for (main, directory) in self.mains.clone().iter().zip(&directories) {
            let Some(package) = main.package() else { continue };
            own.insert(directory.clone(), self.nodes.len() as u32);
            roots.push(self.nodes.len() as u32);
            self.nodes.push(GraphNode { package: Cow::Borrowed(package), file: main.file.clone(), decided: None });
        }

        let graph = self.module_graph(&own_paths);
        let digests = self.digests(&directories);
        let vendored = self.vendored();
        let listed = self.listed(&graph, &own_paths, &digests, &vendored);

        // Every listed module as a node; those replaced by a directory of the tree are one's own.
        let mut node_of: LookUp<CompactString, u32> = LookUp::new();
        for (at, main) in self.mains.iter().enumerate() {
            if let (Some(package), Some(root)) = (main.package(), roots.get(at)) {
                node_of.insert(package.purl.full_name(), *root);
            }
        }
        for (path, stated) in &listed {
            let node = self.module(path, stated, &graph, &digests, &vendored, &mut own);
            node_of.insert(path.clone(), node);
        }
        self.direct_edges(&roots, &node_of, &listed);
        let known = self.module_edges(&graph, &listed, &node_of);
        self.toolchains(&roots);
        self.decide(&roots, known);
        let mut gaps = std::mem::take(&mut self.gaps);
        gaps.sort();
        gaps.dedup();
        Graph {
            directory: self.directory,
            files: self.files.into_iter().collect(),
            nodes: self.nodes,
            edges: self.edges,
            roots,
            completeness: self.completeness,
            gaps,
            notes: Vec::new(),
        }
    }

    /// The module graph, as far as the tree and the module cache tell it.
    fn module_graph(&self, own_paths: &BTreeSet<CompactString>) -> ModuleGraph {
        let mains: Vec<(CompactString, Summary)> = self
            .mains
            .iter()
            .filter_map(|main| {
                Some((main.package()?.purl.full_name(), summary(main.parsed, main.file, &self.replacements)))
            })
            .collect();
        let has_cache = self.aids.caches.has(CACHE);
        let nothing =
            Arc::new(Summary { prunes: true, requires: Vec::new(), file: RepoPath::root(), deprecated: None });
        ModuleGraph::new(&mains, self.workspace.is_some(), |path, version| {
            // A released version of a main module counts as any other; one that is to be had nowhere is the one in the tree.
            let fallback = || own_paths.contains(path).then(|| Arc::clone(&nothing));
            let (path, version) = match self.replacements.of(path, version).map(|replacement| &replacement.target) {
                Some(Target::Directory(_, directory)) => {
                    let module = self.tree.modules.get(directory.as_ref()?)?;
                    return Some(Arc::new(summary(module.parsed, module.file, &self.replacements)));
                }
                Some(Target::Module(path, version)) => (path.as_str(), version.as_str()),
                None => (path, version),
            };
            if !has_cache {
                return fallback();
            }
            let file = format!("cache/download/{}/@v/{}.mod", identity::escaped(path)?, identity::escaped(version)?);
            match self.aids.caches.read(CACHE, &[file], &module::CACHED) {
                Some(found) => Some(Arc::new(summary(found.parsed.as_ref()?, &found.path, &self.replacements))),
                None => fallback(),
            }
        })
    }

    /// The entries of all `go.sum` files of the project, by module and version.
    fn digests(&mut self, directories: &[RepoPath]) -> BTreeMap<&'a str, (&'a Package, &'a RepoPath)> {
        let mut found: BTreeMap<&'a str, (&'a Package, &'a RepoPath)> = BTreeMap::new();
        let places: BTreeSet<&RepoPath> = directories.iter().chain([&self.directory]).collect();
        for file in places.into_iter().filter_map(|place| self.tree.sums.get(place)).flatten() {
            self.files.insert(file.path.clone());
            for package in file.parsed.iter().flat_map(|parsed| &parsed.packages) {
                let entry = found.entry(&package.id).or_insert((package, file.path));
                // A version may be unpacked for one module and only looked at for another.
                if entry.0.properties.is_empty() && !package.properties.is_empty() {
                    *entry = (package, file.path);
                }
            }
        }
        found
    }

    /// The vendored modules, by the name and version that the `go.mod` files ask for.
    fn vendored(&mut self) -> BTreeMap<&'a str, (&'a Package, &'a RepoPath)> {
        let Some(file) = self.tree.vendors.get(&self.directory) else { return BTreeMap::new() };
        self.files.insert(file.path.clone());
        let packages = file.parsed.iter().flat_map(|parsed| &parsed.packages);
        packages.map(|package| (package.id.as_str(), (package, file.path))).collect()
    }

    /// The modules that packages of the project may need, each with its version and the place that states it.
    fn listed(
        &mut self,
        graph: &ModuleGraph,
        own_paths: &BTreeSet<CompactString>,
        digests: &BTreeMap<&'a str, (&'a Package, &'a RepoPath)>,
        vendored: &BTreeMap<&'a str, (&'a Package, &'a RepoPath)>,
    ) -> BTreeMap<CompactString, Stated> {
        let mut listed: BTreeMap<CompactString, Stated> = BTreeMap::new();
        for main in self.mains.iter() {
            for asked in main.declarations().iter().filter(is_requirement) {
                if own_paths.contains(&asked.name) || self.replacements.excludes(&asked.name, &asked.requirement) {
                    continue;
                }
                let stated = Stated { version: asked.requirement.clone(), file: main.file.clone(), mark: asked.mark };
                // Of several requirements the highest is the one that is taken, and its line the evidence.
                match listed.get_mut(&asked.name) {
                    Some(have) if version::compare(&have.version, &asked.requirement).is_ge() => {}
                    Some(have) => *have = stated,
                    None => drop(listed.insert(asked.name.clone(), stated)),
                }
            }
        }
        for (path, stated) in &mut listed {
            // What dependencies require may be higher, whatever else is known of them.
            if let Some(selected) = graph.selected(path)
                && version::is_version(selected)
                && version::compare(&stated.version, selected).is_lt()
            {
                stated.version = selected.clone();
            }
        }
        if let Some(old) = self.mains.iter().find(|main| !prunes(main.parsed)).copied() {
            self.listed_before_1_17(old, graph, own_paths, digests, vendored, &mut listed);
        } else if self.workspace.is_some() && graph.missing().len() > 0 {
            let place = Location::file(self.workspace.map_or(&self.directory, |(file, _)| file));
            let what = format!(
                "versions are the highest that the modules of the workspace ask for; {} go.mod files of dependencies, which \
                 might ask for higher ones, are not in the module cache",
                graph.missing().len()
            );
            self.completeness = self.completeness.max(Completeness::Unknown);
            self.gaps.push((place, what));
        }
        listed
    }

    /// What `go.mod` did not have to list before Go 1.17.
    fn listed_before_1_17(
        &mut self,
        old: Module<'a>,
        graph: &ModuleGraph,
        own_paths: &BTreeSet<CompactString>,
        digests: &BTreeMap<&'a str, (&'a Package, &'a RepoPath)>,
        vendored: &BTreeMap<&'a str, (&'a Package, &'a RepoPath)>,
        listed: &mut BTreeMap<CompactString, Stated>,
    ) {
        let is_new = |listed: &BTreeMap<CompactString, Stated>, path: &str| {
            !own_paths.contains(path) && !listed.contains_key(path)
        };
        let place = old.package().map_or(Location::file(old.file), |package| Location::at(old.file, package.mark));
        // What is vendored is what is built.
        if !vendored.is_empty() {
            for (id, (package, file)) in vendored {
                let Some((path, version)) = id.split_once(' ') else { continue };
                if is_new(listed, path) && package.properties.iter().any(|(name, _)| *name == VENDORED) {
                    let stated = Stated { version: version.into(), file: (*file).clone(), mark: package.mark };
                    listed.insert(path.into(), stated);
                }
            }
            return;
        }
        if graph.missing().len() == 0 {
            for (path, version) in graph.build_list() {
                if !is_new(listed, path) || !version::is_version(version) {
                    continue;
                }
                let (real, real_version) = match self.replacements.of(path, version).map(|found| &found.target) {
                    Some(Target::Module(path, version)) => (path, version),
                    Some(Target::Directory(..)) => {
                        self.list_transitive(graph, path, version, listed);
                        continue;
                    }
                    None => (path, version),
                };
                match digests.get(format!("{real} {real_version}").as_str()) {
                    // Nobody ever unpacked it: no package of it was needed, not even to see whether it has one.
                    Some((package, _)) if package.properties.is_empty() => {}
                    Some((package, file)) => {
                        let stated = Stated { version: version.clone(), file: (*file).clone(), mark: package.mark };
                        listed.insert(path.clone(), stated);
                    }
                    None if digests.is_empty() => self.list_transitive(graph, path, version, listed),
                    None => {}
                }
            }
            return;
        }
        if digests.is_empty() {
            if !listed.is_empty() {
                let what = "the go.mod is of before Go 1.17 and does not list what its dependencies require; there is no go.sum";
                self.gap(place, what.to_owned());
            }
            return;
        }
        // The highest version of each module that was looked at is the one that is taken, if no line has been left behind.
        let mut highest: BTreeMap<&str, (&str, &Package, &RepoPath)> = BTreeMap::new();
        for (id, (package, file)) in digests {
            let Some((path, version)) = id.split_once(' ') else { continue };
            let entry = highest.entry(path).or_insert((version, package, file));
            if version::compare(entry.0, version).is_lt() {
                *entry = (version, package, file);
            }
        }
        let standing_in: BTreeSet<CompactString> = listed
            .iter()
            .filter_map(|(path, stated)| match &self.replacements.of(path, &stated.version)?.target {
                Target::Module(path, _) => Some(path.clone()),
                Target::Directory(..) => None,
            })
            .collect();
        let mut taken = 0;
        for (path, (version, package, file)) in highest {
            if !package.properties.is_empty() && is_new(listed, path) && !standing_in.contains(path) {
                taken += 1;
                listed.insert(path.into(), Stated { version: version.into(), file: file.clone(), mark: package.mark });
            }
        }
        self.completeness = self.completeness.max(Completeness::Unknown);
        let what = format!(
            "the go.mod is of before Go 1.17 and does not list what its dependencies require: {taken} modules were taken from \
             go.sum in their highest version, some of which may not be used any more"
        );
        self.gaps.push((place, what));
    }

    /// A module that only a dependency's file states.
    fn list_transitive(
        &self,
        graph: &ModuleGraph,
        path: &CompactString,
        version: &CompactString,
        listed: &mut BTreeMap<CompactString, Stated>,
    ) {
        let requiring = graph.build_list().find_map(|(other, _)| {
            let summary = graph.summary(other)?;
            let (_, _, mark) = summary.requires.iter().find(|(required, _, _)| required == path)?;
            Some((summary.file.clone(), *mark))
        });
        let fallback = self.mains.first().and_then(|main| Some((main.file.clone(), main.package()?.mark)));
        if let Some((file, mark)) = requiring.or(fallback) {
            listed.insert(path.clone(), Stated { version: version.clone(), file, mark });
        }
    }

    /// The node of a module, made if it is somebody else's or a directory that is not in the project yet.
    fn module(
        &mut self,
        path: &CompactString,
        stated: &Stated,
        graph: &ModuleGraph,
        digests: &BTreeMap<&'a str, (&'a Package, &'a RepoPath)>,
        vendored: &BTreeMap<&'a str, (&'a Package, &'a RepoPath)>,
        own: &mut BTreeMap<RepoPath, u32>,
    ) -> u32 {
        let version = &stated.version;
        let replacement = self.replacements.of(path, version).cloned();
        let mut properties = Vec::new();
        let mut file = stated.file.clone();
        let mut mark = stated.mark;
        let known = version::is_version(version).then_some(version.as_str());
        let mut origin = Origin::Registry { url: None };
        let mut real = (path.clone(), known.map(CompactString::from));
        if let Some(replacement) = &replacement {
            properties.push((REPLACES, format_compact!("{path} {version}")));
            match &replacement.target {
                Target::Module(path, version) => {
                    real = (path.clone(), Some(version.clone()));
                    (file, mark) = (replacement.file.clone(), replacement.mark);
                }
                Target::Directory(written, directory) => {
                    let inside = directory.as_ref().and_then(|inside| self.tree.modules.get_key_value(inside));
                    if let Some((inside, module)) = inside
                        && let Some(package) = module.package()
                    {
                        let next = self.nodes.len() as u32;
                        let node = *own.entry(inside.clone()).or_insert(next);
                        if node == next {
                            self.files.insert(module.file.clone());
                            self.nodes.push(GraphNode {
                                package: Cow::Borrowed(package),
                                file: module.file.clone(),
                                decided: None,
                            });
                        }
                        return node;
                    }
                    let what = match directory {
                        Some(_) => {
                            format!("{path} is replaced by `{written}`, where there is no go.mod that could be read")
                        }
                        None => format!("{path} is replaced by `{written}`, which lies outside of the scanned tree"),
                    };
                    self.gap(Location::at(&replacement.file, replacement.mark), what);
                    origin = Origin::Path { path: written.clone() };
                    real.1 = None;
                }
            }
        }
        if let Some((_, version)) = real.1.as_ref().map(|version| (&real.0, version))
            && let Some((package, _)) = digests.get(format!("{} {version}", real.0).as_str())
            && let Some((_, digest)) = package.properties.first()
        {
            properties.push((H1, digest.clone()));
        }
        let mut copy = None;
        if let Some((package, place)) = vendored.get(format!("{path} {version}").as_str()) {
            let packages = package.properties.iter().find(|(name, _)| *name == VENDORED);
            properties.extend(packages.cloned());
            let inside = place.parent().join(path);
            let below = inside.as_ref().and_then(|inside| inside.relative_to(&file.parent()));
            copy = below.filter(|_| packages.is_some()).map(CompactString::from);
        } else if !vendored.is_empty() && self.workspace.is_none() && prunes(self.mains[0].parsed) {
            let older = vendored.iter().find(|(id, _)| id.split_once(' ').is_some_and(|(have, _)| have == path));
            if let Some((id, (package, place))) = older {
                let what = format!(
                    "`{id}` is vendored, and {path} {version} is required: the vendor directory is out of date"
                );
                self.gap(Location::at(place, package.mark), what);
            }
        }
        if let Some(why) = graph.summary(path).and_then(|summary| summary.deprecated.clone()) {
            properties.push((identity::DEPRECATED, why));
        }
        let purl = identity::purl(&real.0, real.1.as_deref());
        let package =
            Package { properties, directory: copy, ..Package::library(&purl.to_string(), purl, origin, mark) };
        self.nodes.push(GraphNode { package: Cow::Owned(package), file, decided: None });
        self.nodes.len() as u32 - 1
    }

    /// What the project's own modules import, and the tools they run.
    fn direct_edges(
        &mut self,
        roots: &[u32],
        node_of: &LookUp<CompactString, u32>,
        listed: &BTreeMap<CompactString, Stated>,
    ) {
        for (main, root) in self.mains.clone().iter().zip(roots) {
            for asked in main.declarations() {
                let location = Some(Location::at(main.file, asked.mark));
                if asked.section == REQUIRE {
                    let Some(to) = node_of.get(&asked.name).filter(|to| *to != root) else { continue };
                    let requirement = Some(asked.requirement.clone());
                    self.edges.push(GraphEdge { from: *root, to: *to, scope: Scope::Runtime, requirement, location });
                } else if asked.section == TOOL {
                    let own = main.package().map(|package| package.purl.full_name()).unwrap_or_default();
                    let has = |path: &str| listed.contains_key(path) || node_of.contains_key(path);
                    match providing(&asked.name, has) {
                        Some(path) if path == own.as_str() => {}
                        Some(path) => {
                            let Some(to) = node_of.get(path).filter(|to| *to != root) else { continue };
                            let scope = Scope::Development;
                            self.edges.push(GraphEdge { from: *root, to: *to, scope, requirement: None, location });
                        }
                        None => {
                            let what = format!("no module that is required has the tool {}", asked.name);
                            self.gap(Location::at(main.file, asked.mark), what);
                        }
                    }
                }
            }
        }
    }

    /// What the modules require of each other. Answers whether all of that is known.
    fn module_edges(
        &mut self,
        graph: &ModuleGraph,
        listed: &BTreeMap<CompactString, Stated>,
        node_of: &LookUp<CompactString, u32>,
    ) -> bool {
        let mut unknown = 0;
        let mut first_unknown = None;
        for (path, stated) in listed {
            let Some(from) = node_of.get(path).copied() else { continue };
            let Some(summary) = graph.summary(path) else {
                unknown += 1;
                first_unknown.get_or_insert_with(|| Location::at(&stated.file, stated.mark));
                continue;
            };
            for (required, version, mark) in &summary.requires {
                let Some(to) = node_of.get(required).copied().filter(|to| *to != from) else { continue };
                self.edges.push(GraphEdge {
                    from,
                    to,
                    scope: Scope::Runtime,
                    requirement: Some(version.clone()),
                    location: Some(Location::at(&summary.file, *mark)),
                });
            }
        }
        if let Some(place) = first_unknown {
            let what = format!(
                "what {unknown} of {} modules require of each other is not known: their go.mod files are not in the module cache",
                listed.len()
            );
            self.gaps.push((place, what));
        }
        unknown == 0
    }

    /// The standard library and the toolchain: in a workspace the highest that is stated.
    fn toolchains(&mut self, roots: &[u32]) {
        for name in [STDLIB, TOOLCHAIN] {
            let stated = self
                .workspace
                .into_iter()
                .chain(self.mains.iter().map(|main| (main.file, main.parsed)))
                .flat_map(|(file, parsed)| parsed.packages.iter().map(move |package| (file, package)))
                .filter(|(_, package)| package.party == Party::Third && package.purl.name() == name)
                .rev()
                .max_by_key(|(_, package)| package.purl.version().and_then(GoVersion::of));
            let Some((file, package)) = stated else { continue };
            let is_go = |main: &Module<'_>| {
                main.package()
                    .is_some_and(|own| matches!(own.purl.to_string().as_str(), "pkg:golang/std" | "pkg:golang/cmd"))
            };
            if self.mains.iter().any(is_go) {
                continue;
            }
            let to = self.nodes.len() as u32;
            self.nodes.push(GraphNode { package: Cow::Borrowed(package), file: file.clone(), decided: None });
            let scope = package.stated.unwrap_or(Scope::Runtime);
            let requirement = package.purl.version().or(package.answers.first().map(CompactString::as_str));
            for root in roots {
                self.edges.push(GraphEdge {
                    from: *root,
                    to,
                    scope,
                    requirement: requirement.map(CompactString::from),
                    location: Some(Location::at(file, package.mark)),
                });
            }
        }
    }

    /// What no known edge leads to is needed all the same: the files list it. Where not every edge is known, what seems to be
    /// needed for less than running may be needed for that.
    fn decide(&mut self, roots: &[u32], known: bool) {
        let mut outgoing: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        let mut tools: BTreeSet<u32> = BTreeSet::new();
        for edge in &self.edges {
            if edge.scope == Scope::Runtime {
                outgoing[edge.from as usize].push(edge.to);
            } else {
                tools.insert(edge.to);
                if known {
                    outgoing[edge.from as usize].push(edge.to);
                }
            }
        }
        let mut reached = vec![false; self.nodes.len()];
        let mut open = roots.to_vec();
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut reached[node as usize], true) {
                open.extend(&outgoing[node as usize]);
            }
        }
        for (at, node) in self.nodes.iter_mut().enumerate() {
            if !reached[at] && node.package.party == Party::Third && !tools.contains(&(at as u32)) {
                node.decided = Some(Scope::Runtime);
            }
        }
    }
}

/// The module that has a package: of those whose path begins the package's, the longest.
fn providing(package: &str, has: impl Fn(&str) -> bool) -> Option<&str> {
    let mut path = package;
    loop {
        if has(path) {
            return Some(path);
        }
        path = path.rsplit_once('/')?.0;
    }
}
