//! Graphs of builds: one for each, with its projects as roots.
//!
//! A lock file says which versions were chosen and for what; it has no edges, and nothing of what a person wrote. The scripts
//! say that, where it is literal. What a locked module needs stands in its pom or its module metadata in Gradle's cache on this
//! machine: an edge is made from there where the needed module is locked for one of the same configurations. Nothing else is
//! an edge.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use compact_str::{CompactString, format_compact};

use super::asked::{self, AllAsked, Asked, Module, Used};
use super::builds::{Build, Builds, Project, settings};
use super::catalog;
use super::configuration::Configurations;
use super::coordinates;
use super::lock::{self, CONFIGURATIONS, Locks, PER_CONFIGURATION};
use super::needs::Needs;
use super::script::setting;
use super::verification::METADATA_ONLY;
use crate::ecosystem::{Aids, Graph, GraphEdge, GraphNode, Package, ReadFile};
use crate::model::{
    Completeness, ComponentKind, Hash, Location, LookUp, Mark, Origin, Party, Purl, RepoPath, Scope, Span,
};

/// Joins the files of Gradle among those of the ecosystem.
pub fn join<'a>(files: &'a [ReadFile<'a>], aids: &Aids<'_>) -> Vec<Graph<'a>> {
    let builds = Builds::of(files);
    let mut used = Used::new();
    let all: Vec<AllAsked<'_>> = (0..builds.all.len()).map(|build| asked::asked(&builds, build, &mut used)).collect();
    let locks = files.iter().filter(|file| file.format.id == lock::LOCK.id).filter_map(|file| file.parsed);
    let locked: LookUp<&Purl, ()> =
        locks.flat_map(|parsed| &parsed.packages).map(|package| (&package.purl, ())).collect();
    let mut graphs = Vec::new();
    for (index, asked) in all.iter().enumerate() {
        graphs.extend(graph(&builds, index, asked, &Known { used: &used, locked: &locked }, aids));
    }
    graphs.sort_by(|a, b| (&a.directory, &a.files).cmp(&(&b.directory, &b.files)));
    graphs
}

const START: Mark = Mark { span: Span { start: 0, end: 0 }, line: 1, column: 1 };

/// The locked modules of a project, of its own configurations or of its build script.
#[derive(Default)]
struct Locked<'a> {
    /// Whether there is a lock file at all.
    any: bool,
    /// By `group:name`.
    by_module: LookUp<CompactString, Vec<u32>>,
    /// The nodes with the configurations they are locked for.
    nodes: Vec<(u32, Cow<'a, str>)>,
}

/// What is known over all builds.
struct Known<'a, 'k> {
    /// The entries of catalogs that scripts name.
    used: &'k Used<'k>,
    /// What any lock file locks.
    locked: &'k LookUp<&'a Purl, ()>,
}

struct Joining<'a, 'b> {
    builds: &'b Builds<'a>,
    known: &'b Known<'a, 'b>,
    build: &'b Build<'a>,
    graph: Graph<'a>,
    files: BTreeSet<RepoPath>,
    /// One's own projects: the node of each by directory.
    own: BTreeMap<RepoPath, u32>,
    /// What is asked for and not locked.
    unlocked: LookUp<Purl, u32>,
    digests: LookUp<&'a Purl, &'a [Hash]>,
    /// Expressions that are not resolved, by file: how many, with the first.
    unknown: BTreeMap<RepoPath, (usize, Location, CompactString)>,
    /// What is asked for without a version that is written out, by file.
    unversioned: BTreeMap<RepoPath, (usize, Location, CompactString)>,
    any_lock: bool,
    any_script_lock: bool,
    plugins: Option<Location>,
}

fn graph<'a>(
    builds: &Builds<'a>,
    index: usize,
    asked: &AllAsked<'_>,
    known: &Known<'a, '_>,
    aids: &Aids<'_>,
) -> Option<Graph<'a>> {
    let build = &builds.all[index];
    let mut joining = Joining {
        builds,
        known,
        build,
        graph: Graph::new(build.directory.clone(), &[]),
        files: BTreeSet::new(),
        own: BTreeMap::new(),
        unlocked: LookUp::new(),
        digests: LookUp::new(),
        unknown: BTreeMap::new(),
        unversioned: BTreeMap::new(),
        any_lock: false,
        any_script_lock: false,
        plugins: None,
    };
    joining.take_files(asked);
    joining.digests(index);
    joining.projects();
    let needs = Needs::new(aids);
    let mut locked: BTreeMap<&RepoPath, [Locked<'a>; 2]> = BTreeMap::new();
    for (directory, project) in &build.projects {
        let made = joining.take_locks(project);
        for part in &made {
            joining.needed(part, &needs);
        }
        locked.insert(directory, made);
    }
    joining.asked(asked, &locked);
    joining.unused();
    joining.verified();
    joining.wrapper();
    joining.finish(asked)
}

impl<'a> Joining<'a, '_> {
    fn take_files(&mut self, asked: &AllAsked<'_>) {
        let build = self.build;
        let of_projects =
            build.projects.values().flat_map(|project| project.script.iter().chain(&project.locks).copied());
        let of_build = [build.settings, build.verification, build.wrapper].into_iter().flatten();
        let catalogs = build.catalogs.values().copied();
        let all: Vec<&'a ReadFile<'a>> =
            of_projects.chain(of_build).chain(catalogs).chain(build.loose.iter().copied()).collect();
        self.files.extend(all.iter().map(|file| file.path.clone()));
        self.files.extend(asked.files.iter().map(|path| (*path).clone()));
        for file in all {
            for note in file.parsed.iter().flat_map(|parsed| &parsed.notes).filter(|note| note.kind.loses_facts()) {
                self.graph.gaps.push((Location::at(file.path, note.mark), note.message.clone()));
            }
        }
    }

    /// The digests of the build's verification metadata, or of the build around it.
    fn digests(&mut self, index: usize) {
        let mut at = Some(index);
        while let Some(build) = at {
            let build = &self.builds.all[build];
            if let Some(file) = build.verification {
                for package in file.parsed.iter().flat_map(|parsed| &parsed.packages) {
                    if !package.hashes.is_empty() {
                        self.digests.get_or_insert_with(&package.purl, || &package.hashes);
                    }
                }
                break;
            }
            at = self.builds.above(&build.directory);
        }
    }

    /// The node of a package, with the digests that are known of it.
    fn node(&mut self, mut package: Cow<'a, Package>, file: &RepoPath, decided: Option<Scope>) -> u32 {
        if package.hashes.is_empty()
            && let Some(hashes) = self.digests.get(&package.purl)
        {
            package.to_mut().hashes = hashes.to_vec();
        }
        self.graph.nodes.push(GraphNode { package, file: file.clone(), decided });
        self.graph.nodes.len() as u32 - 1
    }

    /// One's own projects.
    fn projects(&mut self) {
        let build = self.build;
        let root = build.projects.get(&build.directory);
        let settings_file = build.settings.filter(|file| file.parsed.is_some());
        let named = settings_file
            .and_then(|file| file.parsed)
            .and_then(|parsed| parsed.packages.iter().find(|package| !package.id.starts_with(':')))
            .map(|package| package.purl.name());
        let directory = build.directory.file_name();
        let name = named.unwrap_or(if directory.is_empty() { "root" } else { directory });
        let script_of = |project: Option<&Project<'a>>| project.and_then(|project| project.script?.parsed);
        let said = |project: Option<&Project<'a>>, own: &'static str, all: &'static str| {
            let own = script_of(project).and_then(|parsed| settings(parsed, own).next());
            own.or_else(|| settings(script_of(root)?, all).next())
        };
        for (directory, project) in &build.projects {
            let is_root = *directory == build.directory;
            let files = project.script.is_some() || !project.locks.is_empty();
            if !files && !is_root {
                continue;
            }
            let own = if is_root { name } else { project.path.rsplit(':').next().unwrap_or(&project.path) };
            // Gradle's group of a project that sets none is the path of the projects above it.
            let group = match said(Some(project), setting::GROUP, setting::GROUP_FOR_ALL) {
                Some(group) => CompactString::from(group),
                None if is_root => name.into(),
                None => {
                    let above = project.path.trim_start_matches(':').rsplit_once(':').map_or("", |(above, _)| above);
                    format_compact!("{name}{}{}", if above.is_empty() { "" } else { "." }, above.replace(':', "."))
                }
            };
            let version = said(Some(project), setting::VERSION, setting::VERSION_FOR_ALL).unwrap_or_default();
            let purl = coordinates::purl(&group, own, asked::version_of(version));
            let stated = settings_file.zip(project.mark);
            let (file, mark) = match (stated, project.script, project.locks.first().copied()) {
                (Some((file, mark)), ..) => (file.path, mark),
                (None, Some(file), _) | (None, None, Some(file)) => (file.path, START),
                (None, None, None) => match settings_file.or(build.settings).or(build.wrapper).or(build.verification) {
                    Some(file) => (file.path, START),
                    None => match build.catalogs.values().chain(&build.loose).next() {
                        Some(file) => (file.path, START),
                        None => continue,
                    },
                },
            };
            let below = relative(&file.parent(), directory);
            let package = Package {
                kind: ComponentKind::Application,
                party: Party::First,
                directory: below,
                ..Package::library(&project.path, purl, Origin::Unknown, mark)
            };
            let node = self.node(Cow::Owned(package), file, None);
            self.own.insert(directory.clone(), node);
            self.graph.roots.push(node);
        }
    }

    /// The entries of a project's lock files: of its own configurations, and of its build script.
    fn take_locks(&mut self, project: &Project<'a>) -> [Locked<'a>; 2] {
        let mut made = [Locked::default(), Locked::default()];
        // One kind after the other, so that the nodes of each are in a row.
        let (scripts, own): (Vec<&'a ReadFile<'a>>, Vec<&'a ReadFile<'a>>) =
            project.locks.iter().partition(|file| lock::locks(file.path) == Locks::Script);
        // Where each configuration has a file of its own, only all of them together tell what is not on a class path that
        // runs.
        let mut known = Configurations::default();
        for parsed in own.iter().filter_map(|file| file.parsed).filter(|parsed| parsed.dialect == PER_CONFIGURATION) {
            settings(parsed, CONFIGURATIONS).for_each(|name| known.add(name));
        }
        for (of_script, file) in
            own.into_iter().map(|file| (false, file)).chain(scripts.into_iter().map(|file| (true, file)))
        {
            let part = &mut made[usize::from(of_script)];
            part.any = true;
            self.any_lock |= !of_script;
            self.any_script_lock |= of_script;
            let Some(parsed) = file.parsed else {
                self.graph.gaps.push((Location::file(file.path), "the lock file could not be read".to_owned()));
                continue;
            };
            let alone = (!of_script && parsed.dialect == PER_CONFIGURATION)
                .then(|| settings(parsed, CONFIGURATIONS).next().map(|name| known.scope(name)))
                .flatten();
            let lists: Vec<&'a str> = settings(parsed, CONFIGURATIONS).collect();
            self.graph.nodes.reserve(parsed.packages.len());
            for package in &parsed.packages {
                let decided = match alone.or(package.stated) {
                    Some(Scope::Runtime | Scope::Provided | Scope::Optional) if self.build.logic => Some(Scope::Build),
                    stated => stated,
                };
                let node = self.node(Cow::Borrowed(package), file.path, decided);
                let key = module_of(&package.purl);
                part.by_module.get_or_insert_with(key, Vec::new).push(node);
                let list = package.answers.first().and_then(|list| lists.get(list.parse::<usize>().ok()?));
                part.nodes.push((node, Cow::Borrowed(list.copied().unwrap_or_default())));
            }
        }
        made
    }

    /// Edges between locked modules, from the cache.
    fn needed(&mut self, locked: &Locked<'a>, needs: &Needs<'_>) {
        if !needs.any() || locked.nodes.is_empty() {
            return;
        }
        let shared = Shared::of(&locked.nodes);
        for (place, (node, _)) in locked.nodes.iter().enumerate() {
            let purl = self.graph.nodes[*node as usize].package.purl.clone();
            let Some(found) = needs.of(&purl) else { continue };
            let (path, modules) = &*found;
            for (module, mark) in modules {
                for to in locked.by_module.get(module).into_iter().flatten() {
                    // The nodes of a project are made one after another.
                    let other = (*to - locked.nodes[0].0) as usize;
                    if to != node
                        && locked.nodes.get(other).is_some_and(|(at, _)| at == to)
                        && shared.meet(place, other)
                    {
                        self.graph.edges.push(GraphEdge {
                            from: *node,
                            to: *to,
                            scope: Scope::Runtime,
                            requirement: None,
                            location: Some(Location::at(path, *mark)),
                        });
                    }
                }
            }
        }
    }

    fn asked(&mut self, asked: &AllAsked<'_>, locked: &BTreeMap<&RepoPath, [Locked<'a>; 2]>) {
        let build = self.build;
        let by_path: BTreeMap<&str, &RepoPath> =
            build.projects.iter().map(|(directory, project)| (project.path.as_str(), directory)).collect();
        let mut missing: BTreeMap<RepoPath, (usize, Location, CompactString)> = BTreeMap::new();
        let mut without_lock: BTreeMap<&RepoPath, Location> = BTreeMap::new();
        for (directory, all) in &asked.by_project {
            let Some(from) = self.own.get(directory).copied() else { continue };
            let here = locked.get(directory);
            let root = locked.get(&build.directory);
            for one in all {
                match one {
                    Asked::Unknown { expression, location } => {
                        count(&mut self.unknown, location, expression);
                    }
                    Asked::Project { path, scope, location } => {
                        let to = by_path.get(path.as_str()).and_then(|directory| self.own.get(*directory)).copied();
                        match to {
                            Some(to) if to == from => {}
                            Some(to) => self.graph.edges.push(GraphEdge {
                                from,
                                to,
                                scope: *scope,
                                requirement: None,
                                location: Some(location.clone()),
                            }),
                            None => count(&mut self.unknown, location, &format!("the project {path:?}")),
                        }
                    }
                    Asked::Module(module) if module.of_script => {
                        let parts = here.into_iter().chain(root).map(|parts| &parts[1]).filter(|part| part.any);
                        let found = parts.clone().find_map(|part| self.locked(part, module));
                        let lockable = parts.clone().next().is_some();
                        match found {
                            Some(nodes) => nodes.into_iter().for_each(|to| self.edge(from, to, module)),
                            None => {
                                if !lockable {
                                    self.plugins.get_or_insert_with(|| module.location.clone());
                                }
                                let to = self.unlocked(module);
                                self.edge(from, to, module);
                            }
                        }
                    }
                    Asked::Module(module) => {
                        let part = here.map(|parts| &parts[0]).filter(|part| part.any);
                        match part.and_then(|part| self.locked(part, module)) {
                            Some(nodes) => nodes.into_iter().for_each(|to| self.edge(from, to, module)),
                            None => {
                                if part.is_some() {
                                    count(&mut missing, &module.location, module.name);
                                } else {
                                    without_lock.entry(directory).or_insert_with(|| module.location.clone());
                                }
                                let to = self.unlocked(module);
                                self.edge(from, to, module);
                            }
                        }
                    }
                }
            }
        }
        for (number, location, first) in missing.into_values() {
            let (are, more) = if number == 1 { ("dependency is", "") } else { ("dependencies are", ", …") };
            let message = format!(
                "{number} {are} asked for here and not in the lock file, which is out of date or does not lock the \
                 configuration: {first}{more}"
            );
            self.graph.gaps.push((location, message));
        }
        if self.any_lock {
            for location in without_lock.into_values() {
                let message = "no lock file for this project: the versions that would be chosen and what those depend on \
                               cannot be told";
                self.graph.gaps.push((Location::file(&location.path), message.to_owned()));
            }
        }
    }

    /// The locked modules that answer what is asked for: the one version there is, the version that is asked for, or all that
    /// are locked for such a purpose.
    fn locked(&self, part: &Locked<'a>, module: &Module<'_>) -> Option<Vec<u32>> {
        let all = part.by_module.get(module.name)?;
        let package = |node: &u32| &self.graph.nodes[*node as usize];
        let version = asked::version_of(&module.requirement);
        let same_version = |node: &&u32| package(node).package.purl.version() == Some(version);
        let same_scope = |node: &&u32| package(node).decided == Some(module.scope);
        let chosen: Vec<u32> = all.iter().filter(same_version).copied().collect();
        if !chosen.is_empty() {
            return Some(chosen);
        }
        let chosen: Vec<u32> = all.iter().filter(same_scope).copied().collect();
        Some(if chosen.is_empty() { all.clone() } else { chosen })
    }

    fn edge(&mut self, from: u32, to: u32, module: &Module<'_>) {
        let requirement = (!module.requirement.is_empty()).then(|| module.requirement.clone());
        let location = Some(module.location.clone());
        self.graph.edges.push(GraphEdge { from, to, scope: module.scope, requirement, location });
    }

    /// The node of what is asked for and not locked.
    fn unlocked(&mut self, module: &Module<'_>) -> u32 {
        let (group, name) = module.name.split_once(':').unwrap_or(("", module.name));
        let (classifier, extension) = module.detail.split_once('@').unwrap_or_default();
        let version = asked::version_of(&module.requirement);
        let purl = coordinates::asked(group, name, version, classifier, extension);
        if version.is_empty() {
            count(&mut self.unversioned, &module.location, module.name);
        }
        if let Some(node) = self.unlocked.get(&purl) {
            return *node;
        }
        let mark = module.location.mark.unwrap_or(START);
        let id = purl.to_string().into();
        let mut package = coordinates::library(id, purl.clone(), Vec::new(), None, mark);
        // A property is of the component, wherever it occurs.
        if !self.known.locked.contains_key(&package.purl) {
            package.properties.push(("sepal:gradle:locked", "false".into()));
        }
        let node = self.node(Cow::Owned(package), &module.location.path, None);
        self.unlocked.insert(purl, node);
        node
    }

    /// Entries of the build's catalogs that no script names, where no lock file says what is used.
    fn unused(&mut self) {
        if self.any_lock {
            return;
        }
        for file in self.build.catalogs.values() {
            let mut first = None;
            let mut number = 0;
            for (at, declaration) in file.parsed.iter().flat_map(|parsed| parsed.declarations.iter().enumerate()) {
                if self.known.used.contains(&(file.path, at)) {
                    continue;
                }
                let location = Location::at(file.path, declaration.mark);
                first.get_or_insert_with(|| location.clone());
                number += 1;
                let scope = if declaration.section == catalog::PLUGINS { Scope::Build } else { declaration.scope };
                let node = self.unlocked(&Module {
                    name: &declaration.name,
                    requirement: declaration.requirement.clone(),
                    detail: "",
                    scope,
                    of_script: false,
                    location,
                });
                let node = &mut self.graph.nodes[node as usize];
                if node.package.stated.is_none() && scope != Scope::Runtime {
                    node.package.to_mut().stated = Some(scope);
                }
            }
            if let Some(location) = first {
                let entries = if number == 1 { "entry" } else { "entries" };
                let message = format!(
                    "no script that could be read names {number} {entries} of this catalog: whether they are used, and what \
                     for, cannot be told"
                );
                self.graph.gaps.push((location, message));
            }
        }
    }

    /// Where no lock file says what was chosen, everything that the build is known to have fetched.
    fn verified(&mut self) {
        let Some(file) = self.build.verification.filter(|_| !self.any_lock) else { return };
        let mut listed = 0;
        for package in file.parsed.iter().flat_map(|parsed| &parsed.packages) {
            if package.answers.iter().any(|answer| answer == METADATA_ONLY) || self.unlocked.contains_key(&package.purl)
            {
                continue;
            }
            listed += 1;
            let mut package = package.clone();
            if !self.known.locked.contains_key(&package.purl) {
                package.properties.push(("sepal:gradle:verified", "fetched by the build".into()));
            }
            let node = self.node(Cow::Owned(package.clone()), file.path, None);
            self.unlocked.insert(package.purl, node);
        }
        if listed > 0 {
            let message = "no lock file: this lists what any part of the build has ever fetched, so that what is used, and \
                           what for, cannot be told";
            self.graph.gaps.push((Location::file(file.path), message.to_owned()));
        }
    }

    fn wrapper(&mut self) {
        let Some(file) = self.build.wrapper else { return };
        let Some(root) = self.own.get(&self.build.directory).copied() else { return };
        for package in file.parsed.iter().flat_map(|parsed| &parsed.packages) {
            let location = Some(Location::at(file.path, package.mark));
            let to = self.node(Cow::Borrowed(package), file.path, None);
            self.graph.edges.push(GraphEdge { from: root, to, scope: Scope::Build, requirement: None, location });
        }
    }

    fn finish(mut self, asked: &AllAsked<'_>) -> Option<Graph<'a>> {
        let build = self.build;
        let root = build.projects.get(&build.directory).and_then(|root| root.script).or(build.settings);
        let scripts = build.projects.values().filter_map(|project| project.script).chain(build.settings);
        let any_script = scripts.clone().next().is_some();
        let place = root.or_else(|| scripts.clone().next()).map(|file| Location::file(file.path));
        let gaps = &mut self.graph.gaps;
        for (number, location, first) in std::mem::take(&mut self.unknown).into_values() {
            let (are, more) = if number == 1 { ("dependency is", "") } else { ("dependencies are", ", …") };
            let message = format!(
                "{number} {are} not written out literally and only running the script would tell: {first}{more}"
            );
            gaps.push((location, message));
        }
        for (number, location, first) in std::mem::take(&mut self.unversioned).into_values() {
            let (are, more) = if number == 1 { ("dependency has", "") } else { ("dependencies have", ", …") };
            gaps.push((location, format!("{number} {are} no version that is written out here: {first}{more}")));
        }
        let third = self.graph.nodes.iter().any(|node| node.package.party == Party::Third);
        let asks = third || !gaps.is_empty() || asked.by_project.values().any(|all| !all.is_empty());
        if let Some(place) = &place {
            if !self.any_lock && asks {
                let message = "no lock file: a version asked for may be raised by another one, and what the versions depend \
                               on cannot be told";
                gaps.push((place.clone(), message.to_owned()));
            }
            if build.guessed && build.settings.is_some() {
                let message = "the settings include projects that only running them would tell: every directory with a build \
                               script counts as one";
                let place = build.settings.map_or(place.clone(), |file| Location::file(file.path));
                gaps.push((place, message.to_owned()));
            }
        }
        if let Some(location) = self.plugins.filter(|_| self.any_lock) {
            let message = "no lock file for the plugins of the build: what they depend on cannot be told";
            gaps.push((location, message.to_owned()));
        }
        if asked.cut {
            let message = "the shared scripts declare more for the projects of this build than is followed";
            gaps.extend(place.map(|place| (place, message.to_owned())));
        }
        if !gaps.is_empty() {
            self.graph.completeness = Completeness::Incomplete;
        }
        if !any_script && (self.any_lock || self.any_script_lock) {
            let location = Location::file(self.files.iter().next()?);
            gaps.push((
                location,
                "no build script was read beside the lock files: what is asked for cannot be told".to_owned(),
            ));
            self.graph.completeness = self.graph.completeness.max(Completeness::Unknown);
        }
        // The list of components is whole all the same: the lock file names them, and says what for.
        let mut needed = vec![false; self.graph.nodes.len()];
        self.graph.edges.iter().for_each(|edge| needed[edge.to as usize] = true);
        let third = |node: &GraphNode<'_>| node.package.party == Party::Third && node.decided.is_some();
        let mut alone = self.graph.nodes.iter().zip(needed).filter(|(node, needed)| !needed && third(node));
        if let Some((first, _)) = alone.next() {
            let number = 1 + alone.count();
            let are = if number == 1 { "entry is" } else { "entries are" };
            let location = Location::at(&first.file, first.package.mark);
            let message = format!(
                "{number} lock {are} listed without what needs them: lock files of Gradle do not tell, no script asks for \
                 them literally, and the cache of this machine has nothing that does"
            );
            gaps.push((location, message));
        }
        self.graph.files = self.files.into_iter().collect();
        let own_only = self.graph.nodes.iter().all(|node| node.package.party == Party::First);
        // A directory with settings or properties alone says nothing of anybody.
        (!(own_only && !any_script && self.graph.gaps.is_empty())).then_some(self.graph)
    }
}

fn count(table: &mut BTreeMap<RepoPath, (usize, Location, CompactString)>, location: &Location, first: &str) {
    let entry = table.entry(location.path.clone()).or_insert_with(|| (0, location.clone(), first.into()));
    entry.0 += 1;
    if location.mark < entry.1.mark {
        entry.1 = location.clone();
        entry.2 = first.into();
    }
}

/// `group:name` of a purl.
fn module_of(purl: &Purl) -> CompactString {
    format_compact!("{}:{}", purl.namespace().unwrap_or_default(), purl.name())
}

/// A directory as seen from another that it lies below, or beside.
fn relative(from: &RepoPath, to: &RepoPath) -> Option<CompactString> {
    if let Some(below) = to.relative_to(from) {
        return Some(below.into());
    }
    let mut up = String::new();
    let mut above = from.clone();
    while !to.is_within(&above) {
        up.push_str("../");
        above = above.parent();
    }
    Some(format_compact!("{up}{}", to.relative_to(&above)?))
}

/// Which entries are locked for a configuration in common.
struct Shared {
    /// The list of each entry.
    lists: Vec<u32>,
    /// The configurations of each list, as sorted numbers.
    sets: Vec<Vec<u32>>,
}

impl Shared {
    fn of(nodes: &[(u32, Cow<'_, str>)]) -> Self {
        let mut by_text: BTreeMap<&str, u32> = BTreeMap::new();
        let mut names: BTreeMap<&str, u32> = BTreeMap::new();
        let mut sets = Vec::new();
        let lists = nodes
            .iter()
            .map(|(_, text)| {
                let next = by_text.len() as u32;
                let list = *by_text.entry(text).or_insert(next);
                if list == next {
                    let number = |name| {
                        let next = names.len() as u32;
                        *names.entry(name).or_insert(next)
                    };
                    let mut set: Vec<u32> = text.split(',').map(number).collect();
                    set.sort_unstable();
                    sets.push(set);
                }
                list
            })
            .collect();
        Self { lists, sets }
    }

    fn meet(&self, a: usize, b: usize) -> bool {
        if self.lists[a] == self.lists[b] {
            return true;
        }
        let (mut one, mut other) =
            (self.sets[self.lists[a] as usize].as_slice(), self.sets[self.lists[b] as usize].as_slice());
        while let ([first, one_rest @ ..], [second, other_rest @ ..]) = (one, other) {
            match first.cmp(second) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => one = one_rest,
                std::cmp::Ordering::Greater => other = other_rest,
            }
        }
        false
    }
}
