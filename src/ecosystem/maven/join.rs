//! From poms to projects: a reactor is one project, every module of it a root.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use compact_str::{CompactString, format_compact};
use rayon::prelude::*;

use super::coordinates;
use super::layer::{self, Layer};
use super::managed;
use super::mediation::{self, Chosen, Resolved};
use super::model::{Asked, Pom};
use super::names::NO_VERSION;
use super::shared::{Asking, Walk};
use super::world::{Own, World};
use crate::ecosystem::{Aids, Graph, GraphEdge, GraphNode, Note, Package, ReadFile};
use crate::model::{
    Completeness, ComponentKind, DiagnosticKind, Location, LookUp, Mark, Origin, Party, RepoPath, Scope, Span,
};

/// Property: where the version stands, if not where the artifact is asked for.
const VERSION_AT: &str = "sepal:maven:version-stated-at";
/// Property: who decides over the version, where no pom does.
const VERSION_BY: &str = "sepal:maven:version-decided-by";

/// How many gaps of one kind a project lists; the rest is counted.
const MOST_GAPS: usize = 100;

const START: Mark = Mark { span: Span { start: 0, end: 0 }, line: 1, column: 1 };

/// A plugin or an extension that a project is built with.
struct Tool {
    chosen: Chosen,
    needs: Vec<(Chosen, Location, CompactString)>,
    declared: Location,
    place: Location,
    requirement: CompactString,
}

/// What was made of one pom.
pub(super) struct Module {
    pub resolved: Resolved,
    tools: Vec<Tool>,
}

/// How many dependencies may be looked at to decide for modules one by one. Large reactors need some millions; what goes
/// beyond is made to take long.
const MOST_STEPS: usize = 50_000_000;

/// From how many modules on it pays to look at them together.
const MANY: usize = 8;

/// Joins poms.
pub(super) fn join<'a>(files: &'a [ReadFile<'a>], aids: &Aids<'_>) -> Vec<Graph<'a>> {
    let (world, templates) = World::new(files, aids);
    let read: LookUp<&RepoPath, &ReadFile<'a>> = files.iter().map(|file| (file.path, file)).collect();
    let budget = AtomicUsize::new(MOST_STEPS);
    let make = |project| {
        let modules = modules(&world, &project, &budget);
        Making::new(&world, &read, project).graph(modules)
    };
    let mut graphs: Vec<Graph<'a>> = projects(&world, &read).into_par_iter().map(make).collect();
    for template in templates {
        let message = "a template of an archetype, not a project: not read".to_owned();
        if let Some(graph) = graphs.first_mut() {
            graph.notes.push((template, Note { mark: START, kind: DiagnosticKind::Note, message }));
        }
    }
    graphs.sort_by(|a, b| (&a.directory, &a.files).cmp(&(&b.directory, &b.files)));
    graphs
}

/// What was made of the poms of one project, in their order, and what they have in common.
pub(super) struct Modules {
    pub each: Vec<Module>,
    pub common: Resolved,
    /// Whether there was no time to decide for each alone.
    pub hurried: bool,
}

/// The poms of the first project and what was made of them.
#[cfg(test)]
pub(super) fn modules_of_first(
    world: &World<'_>,
    files: &[ReadFile<'_>],
    budget: &AtomicUsize,
) -> (Vec<usize>, Modules) {
    let read: LookUp<&RepoPath, &ReadFile<'_>> = files.iter().map(|file| (file.path, file)).collect();
    let project = projects(world, &read).into_iter().next().expect("a world has a project");
    let modules = modules(world, &project, budget);
    (project.members, modules)
}

fn modules(world: &World<'_>, project: &Project, budget: &AtomicUsize) -> Modules {
    let asking: Vec<Asking> = project
        .members
        .par_iter()
        .map(|at| {
            let layer = &world.own[*at].layer;
            let management = world.management(layer);
            let dependencies = world.dependencies(layer, &management);
            world.know(*at, &dependencies);
            Asking { at: *at, management, dependencies }
        })
        .collect();
    let alone = |asking: &Asking, budget: &AtomicUsize| {
        mediation::resolve(world, asking.at, &asking.dependencies, &asking.management, budget)
    };
    // The management that most modules share.
    let mut groups: LookUp<usize, usize> = LookUp::new();
    let place = |asking: &Asking| Arc::as_ptr(&asking.management) as usize;
    let mut largest = (0, 0);
    for one in &asking {
        let count = groups.get_or_insert_with(place(one), || 0);
        *count += 1;
        if *count > largest.1 {
            largest = (place(one), *count);
        }
    }
    let (together, apart): (Vec<usize>, Vec<usize>) =
        (0..asking.len()).partition(|at| largest.1 >= MANY && place(&asking[*at]) == largest.0);
    let mut resolved: Vec<Option<Resolved>> = Vec::new();
    resolved.resize_with(asking.len(), || None);
    let decide = |at: &usize| (*at, alone(&asking[*at], budget));
    let decided: Vec<(usize, Option<Resolved>)> = apart.par_iter().map(decide).collect();
    let mut hurried = false;
    for (at, one) in decided {
        hurried |= one.is_none();
        resolved[at] = Some(one.unwrap_or_else(|| mediation::direct(world, asking[at].at, &asking[at].dependencies)));
    }
    let mut common = Resolved::default();
    if let Some(first) = together.first() {
        let group: Vec<&Asking> = together.iter().map(|at| &asking[*at]).collect();
        let mut walk = Walk::new(world, &asking[*first].management, &group);
        let open: Vec<usize> =
            together.iter().zip(walk.decided_alone()).filter(|(_, alone)| **alone).map(|(at, _)| *at).collect();
        let decided: Vec<(usize, Option<Resolved>)> = open.par_iter().map(decide).collect();
        for (at, one) in decided {
            hurried |= one.is_none();
            resolved[at] = one;
        }
        let is_common: Vec<bool> = together.iter().map(|at| resolved[*at].is_none()).collect();
        for (index, at) in together.iter().enumerate().filter(|(index, _)| is_common[*index]) {
            resolved[*at] = Some(Resolved { edges: walk.direct(index), ..Resolved::default() });
        }
        common = walk.resolved(&is_common);
    }
    let tools: Vec<Vec<Tool>> = project.members.par_iter().map(|at| tools(world, &world.own[*at].layer)).collect();
    let each = resolved
        .into_iter()
        .zip(tools)
        .map(|(resolved, tools)| Module { resolved: resolved.unwrap_or_default(), tools })
        .collect();
    Modules { each, common, hurried }
}

/// What a project is built with: the plugins and extensions that its pom names, or that it inherits from outside of the tree.
/// What it inherits from a pom of the tree is said there.
fn tools(world: &World<'_>, leaf: &Layer) -> Vec<Tool> {
    let mut tools: Vec<Tool> = Vec::new();
    let mut seen: LookUp<CompactString, ()> = LookUp::new();
    for (distance, one) in leaf.chain().enumerate() {
        if distance > 0 && world.is_own(&one.pom.path) {
            break;
        }
        for section in one.sections() {
            let lists = [(&section.plugins, true), (&section.extensions, false), (&section.reports, true)];
            for (list, is_plugin) in lists {
                for asked in list.iter().filter(|asked| distance == 0 || !asked.not_inherited) {
                    let Ok(group) = leaf.text(&asked.group) else { continue };
                    let key = layer::plugin_key(&group, &asked.artifact);
                    if seen.insert(key.clone(), ()).is_none()
                        && let Some(tool) = tool(world, leaf, &one.pom, asked, is_plugin.then_some(key.as_str()))
                    {
                        tools.push(tool);
                    }
                }
            }
        }
    }
    tools
}

fn tool(world: &World<'_>, leaf: &Layer, pom: &Pom, asked: &Asked, plugin: Option<&str>) -> Option<Tool> {
    let group = leaf.text(&asked.group).ok()?;
    let group = if group.is_empty() { layer::PLUGIN_GROUP } else { group.as_str() };
    let artifact = leaf.text(&asked.artifact).ok()?;
    if !coordinates::is_plain(group) || !coordinates::is_plain(&artifact) {
        return None;
    }
    let declared = pom.at(asked.mark);
    let managed = plugin.and_then(|key| leaf.managed_plugins(key).next());
    let managed_version = || {
        let mut all = plugin.into_iter().flat_map(|key| leaf.managed_plugins(key));
        all.find_map(|(one, asked)| asked.version.as_ref().map(|said| (said, one.pom.at(said.mark))))
    };
    // A plugin of the reports without a version has that of the build.
    let of_build = || {
        let build = leaf.chain().flat_map(|one| one.sections().map(move |section| (one, section)));
        let same = |other: &&Asked| layer::plugin_key(&other.group, &other.artifact) == plugin.unwrap_or_default();
        build.into_iter().find_map(|(one, section)| {
            let other = section.plugins.iter().filter(same).find_map(|other| other.version.as_ref())?;
            Some((other, one.pom.at(other.mark)))
        })
    };
    let said = asked
        .version
        .as_ref()
        .map(|said| (said, pom.at(said.mark)))
        .or_else(managed_version)
        .or_else(|| plugin.and_then(|_| of_build()));
    let version = said.map(|(said, place)| managed::version(world, leaf, &said.text, &place));
    let (name, requirement, place) = version
        .map_or((NO_VERSION, CompactString::default(), declared.clone()), |version| {
            (version.name, version.raw, version.place)
        });
    let mut needs = Vec::new();
    let managed_dependencies =
        managed.iter().flat_map(|(one, asked)| asked.dependencies.iter().map(|needed| (&one.pom, needed)));
    for (at, needed) in asked
        .dependencies
        .iter()
        .map(|needed| (pom, needed))
        .chain(managed_dependencies.map(|(pom, needed)| (&**pom, needed)))
    {
        let Some((key, _)) = managed::key_of(world, leaf, at, needed) else { continue };
        if needs.iter().any(|((have, _), ..): &(Chosen, Location, CompactString)| *have == key) {
            continue;
        }
        let version = needed.version.as_ref().map(|said| managed::version(world, leaf, &said.text, &at.at(said.mark)));
        let (name, raw, place) = version
            .map_or((NO_VERSION, CompactString::default(), at.at(needed.mark)), |version| {
                (version.name, version.raw, version.place)
            });
        needs.push(((key, name), place, raw));
    }
    let key = world.names.key_of(group, &artifact, "jar", "");
    Some(Tool { chosen: (key, name), needs, declared, place, requirement })
}

/// The poms of one project: places in [`World::own`], and files that could not be read.
struct Project {
    directory: RepoPath,
    members: Vec<usize>,
    unread: Vec<RepoPath>,
    gaps: Vec<(Location, String)>,
}

/// Which poms belong together: those that name each other as modules, in whatever profile.
fn projects(world: &World<'_>, read: &LookUp<&RepoPath, &ReadFile<'_>>) -> Vec<Project> {
    let places: LookUp<&RepoPath, usize> =
        world.own.iter().enumerate().map(|(at, own)| (&own.layer.pom.path, at)).collect();
    let mut above: Vec<usize> = (0..world.own.len()).collect();
    fn top(above: &mut [usize], mut at: usize) -> usize {
        while above[at] != at {
            above[at] = above[above[at]];
            at = above[at];
        }
        at
    }
    let mut is_module = vec![false; world.own.len()];
    let mut unread: Vec<(usize, RepoPath)> = Vec::new();
    let mut gaps: Vec<(usize, (Location, String))> = Vec::new();
    for (at, own) in world.own.iter().enumerate() {
        let pom = &own.layer.pom;
        for module in pom.modules() {
            let gap = |what: &str| (pom.at(module.mark), format!("the module {:?} {what}", module.text));
            let Some(place) =
                own.layer.text(&module.text).ok().and_then(|path| pom.path.parent().join(path.trim_end_matches('/')))
            else {
                gaps.push((at, gap("lies outside of the scanned tree, or nothing says where")));
                continue;
            };
            let inside = place.join("pom.xml").unwrap_or_else(|| place.clone());
            match places.get(&inside).or_else(|| places.get(&place)) {
                Some(found) if *found == at => {}
                Some(found) => {
                    let (a, b) = (top(&mut above, at), top(&mut above, *found));
                    is_module[*found] = true;
                    above[b] = a;
                }
                None if read.contains_key(&inside) => unread.push((at, inside)),
                None => gaps.push((at, gap("is not in the scanned tree"))),
            }
        }
    }
    let mut projects: BTreeMap<usize, Project> = BTreeMap::new();
    for at in 0..world.own.len() {
        let top = top(&mut above, at);
        let directory = || world.own[at].layer.pom.path.parent();
        let project = projects.entry(top).or_insert_with(|| Project {
            directory: directory(),
            members: Vec::new(),
            unread: Vec::new(),
            gaps: Vec::new(),
        });
        let first_top = !is_module[at] && project.members.iter().all(|member| is_module[*member]);
        if first_top {
            project.directory = directory();
        }
        project.members.push(at);
    }
    for (at, path) in unread {
        if let Some(project) = projects.get_mut(&top(&mut above, at)) {
            project.unread.push(path);
        }
    }
    for (at, gap) in gaps {
        if let Some(project) = projects.get_mut(&top(&mut above, at)) {
            project.gaps.push(gap);
        }
    }
    for project in projects.values_mut().filter(|project| project.members.len() > 1) {
        if project.members.iter().all(|member| is_module[*member]) {
            let first = project.members.iter().min_by_key(|member| {
                let path = &world.own[**member].layer.pom.path;
                (path.as_str().matches('/').count(), path)
            });
            if let Some(first) = first {
                let pom = &world.own[*first].layer.pom;
                project.directory = pom.path.parent();
                project.gaps.push((Location::file(&pom.path), "the modules name each other in a loop".to_owned()));
            }
        }
    }
    projects.into_values().collect()
}

/// The graph of one project in the making.
struct Making<'m, 'w, 'a> {
    world: &'m World<'w>,
    read: &'m LookUp<&'m RepoPath, &'m ReadFile<'a>>,
    project: Project,
    graph: Graph<'a>,
    own: LookUp<usize, u32>,
    nodes: LookUp<Chosen, u32>,
    edges: LookUp<(u32, u32, Scope), ()>,
}

impl<'m, 'w, 'a> Making<'m, 'w, 'a> {
    fn new(world: &'m World<'w>, read: &'m LookUp<&'m RepoPath, &'m ReadFile<'a>>, project: Project) -> Self {
        let graph = Graph {
            directory: project.directory.clone(),
            files: project.unread.clone(),
            nodes: Vec::new(),
            edges: Vec::new(),
            roots: Vec::new(),
            completeness: Completeness::Complete,
            gaps: project.gaps.clone(),
            notes: Vec::new(),
        };
        Self { world, read, project, graph, own: LookUp::new(), nodes: LookUp::new(), edges: LookUp::new() }
    }

    fn graph(mut self, modules: Modules) -> Graph<'a> {
        let members = self.project.members.clone();
        for member in &members {
            let node = self.own_node(*member);
            self.graph.roots.push(node);
            self.graph.files.push(self.world.own[*member].layer.pom.path.clone());
        }
        for (member, module) in members.iter().zip(&modules.each) {
            self.take(*member, module);
        }
        self.take_resolved(None, &modules.common);
        for member in &members {
            self.extensions(*member);
        }
        self.gaps(&members, &modules);
        if !self.graph.gaps.is_empty() {
            self.graph.completeness = Completeness::Incomplete;
        }
        self.graph.files.sort();
        self.graph
    }

    /// The node of a project of the tree.
    fn own_node(&mut self, at: usize) -> u32 {
        if let Some(node) = self.own.get(&at) {
            return *node;
        }
        let own = &self.world.own[at];
        let pom = &own.layer.pom;
        let mark = pom.artifact.as_ref().map_or(START, |said| said.mark);
        let version = own.version.as_deref().unwrap_or_default();
        let name = if own.artifact.is_empty() { "unnamed" } else { &own.artifact };
        let inherited = || {
            let parent = pom.parent.as_ref()?;
            let license = own.layer.chain().skip(1).find_map(|layer| layer.pom.license.as_ref())?;
            Some((license.0.clone(), parent.mark))
        };
        let package = Package {
            kind: ComponentKind::Application,
            party: Party::First,
            license: pom.license.clone().or_else(inherited),
            directory: Some(CompactString::default()),
            ..Package::library(
                name,
                coordinates::purl(&own.group, name, version, "jar", ""),
                Origin::Path { path: ".".into() },
                mark,
            )
        };
        let node = self.graph.nodes.len() as u32;
        self.graph.nodes.push(GraphNode { package: Cow::Owned(package), file: pom.path.clone(), decided: None });
        self.own.insert(at, node);
        node
    }

    /// The node of an artifact, made where it is first asked for.
    fn node(&mut self, chosen: Chosen, declared: &Location, place: &Location) -> u32 {
        if let Some(node) = self.nodes.get(&chosen) {
            return *node;
        }
        let artifact = self.world.names.artifact(chosen.0);
        // What bears the name of a project of the tree is that one, also where its version could not be told.
        let own = match chosen.1 {
            NO_VERSION => self.world.own_named.get(&(artifact.group, artifact.artifact)),
            version => self.world.own_by_name.get(&(artifact.group, artifact.artifact, version)),
        };
        let node = match own {
            Some(own) => self.own_node(*own),
            None => {
                let [group, name, extension, classifier] =
                    [artifact.group, artifact.artifact, artifact.extension, artifact.classifier]
                        .map(|part| self.world.names.text(part));
                let version = if chosen.1 == NO_VERSION { "".into() } else { self.world.names.text(chosen.1) };
                let purl = coordinates::purl(&group, &name, &version, &extension, &classifier);
                let id = purl.to_string();
                let mut package =
                    Package::library(&id, purl, Origin::Registry { url: None }, declared.mark.unwrap_or(START));
                if place != declared
                    && (place.path != declared.path || place.line() != declared.line())
                    && chosen.1 != NO_VERSION
                {
                    // Its own version element stands below it; what is elsewhere deserves a word.
                    let near = place.path == declared.path
                        && place.line().zip(declared.line()).is_some_and(|(place, asked)| place.abs_diff(asked) <= 4);
                    if !near {
                        package.properties.push((VERSION_AT, format_compact!("{place}")));
                    }
                }
                self.graph.nodes.push(GraphNode {
                    package: Cow::Owned(package),
                    file: declared.path.clone(),
                    decided: None,
                });
                self.graph.nodes.len() as u32 - 1
            }
        };
        self.nodes.insert(chosen, node);
        node
    }

    fn edge(
        &mut self,
        from: u32,
        to: u32,
        scope: Scope,
        requirement: &CompactString,
        declared: &Location,
        place: &Location,
    ) {
        if from == to || self.edges.insert((from, to, scope), ()).is_some() {
            return;
        }
        // Where a person would change the version, if that is in the tree; else where it is asked for.
        let editable = self.world.is_own(&place.path) || !self.world.is_own(&declared.path);
        let location = if editable { place } else { declared };
        self.graph.edges.push(GraphEdge {
            from,
            to,
            scope,
            requirement: (!requirement.is_empty()).then(|| requirement.clone()),
            location: Some(location.clone()),
        });
    }

    fn decide(&mut self, node: u32, scope: Scope) {
        let node = &mut self.graph.nodes[node as usize];
        if node.package.party == Party::Third {
            node.decided = Some(node.decided.map_or(scope, |before| before.min(scope)));
        }
    }

    fn take(&mut self, at: usize, module: &Module) {
        let root = self.own_node(at);
        self.take_resolved(Some(root), &module.resolved);
        for tool in &module.tools {
            self.tool(root, tool);
        }
    }

    fn take_resolved(&mut self, root: Option<u32>, resolved: &Resolved) {
        for edge in &resolved.edges {
            let to = self.node(edge.to, &edge.declared, &edge.place);
            let from = match edge.from {
                Some(from) => Some(self.node(from, &edge.declared, &edge.place)),
                None => root,
            };
            if let Some(from) = from {
                self.edge(from, to, edge.scope, &edge.requirement, &edge.declared, &edge.place);
            }
        }
        for (chosen, scope) in &resolved.scopes {
            if let Some(node) = self.nodes.get(chosen).copied() {
                self.decide(node, *scope);
            }
        }
    }

    fn tool(&mut self, root: u32, tool: &Tool) {
        let node = self.node(tool.chosen, &tool.declared, &tool.place);
        if tool.chosen.1 == NO_VERSION && tool.requirement.is_empty() {
            let package = self.graph.nodes[node as usize].package.to_mut();
            if package.properties.iter().all(|(name, _)| *name != VERSION_BY) {
                package.properties.push((VERSION_BY, "Maven's super pom and lifecycle".into()));
            }
        }
        self.edge(root, node, Scope::Build, &tool.requirement, &tool.declared, &tool.place);
        self.decide(node, Scope::Build);
        for (chosen, place, requirement) in &tool.needs {
            let needed = self.node(*chosen, place, place);
            self.edge(node, needed, Scope::Build, requirement, place, place);
            self.decide(needed, Scope::Build);
        }
    }

    /// What Maven itself is extended with, where this project's directory says so.
    fn extensions(&mut self, at: usize) {
        let own = &self.world.own[at];
        if own.layer.pom.path.file_name() != "pom.xml" {
            return;
        }
        let Some(path) = own.layer.pom.path.parent().join(".mvn/extensions.xml") else { return };
        let Some(file) = self.read.get(&path) else { return };
        self.graph.files.push(path.clone());
        let Some(parsed) = file.parsed else { return };
        let root = self.own_node(at);
        let pom = Pom::of(&path, parsed);
        for asked in &pom.section.extensions {
            if let Some(tool) = tool(self.world, &own.layer, &pom, asked, None) {
                self.tool(root, &tool);
            }
        }
    }

    /// Versions that are others on some machines, by a profile of which a tree cannot tell whether it is active.
    fn undecided(&self, own: &Own) -> Vec<(Location, String)> {
        let pom = &own.layer.pom;
        let profiles = own.layer.undecided.iter().map(|at| &pom.profiles[*at]);
        profiles
            .filter_map(|profile| {
                let (name, _) = profile.section.properties.iter().find(|(name, _)| self.world.makes_versions(name))?;
                let message = format!(
                    "the profile {:?} is active on some machines only, and `{name}` is another there",
                    profile.id.text
                );
                Some((pom.at(profile.id.mark), message))
            })
            .collect()
    }

    fn gaps(&mut self, members: &[usize], modules: &Modules) {
        let name = |(key, version): Chosen| {
            let artifact = self.world.names.artifact(key);
            let text = |part| self.world.names.text(part);
            let version = if version == NO_VERSION { "".into() } else { format!(":{}", text(version)) };
            format!("{}:{}{version}", text(artifact.group), text(artifact.artifact))
        };
        let mut gaps: BTreeSet<(Location, String)> = BTreeSet::new();
        let mut unknown: BTreeMap<String, Location> = BTreeMap::new();
        for resolved in modules.each.iter().map(|module| &module.resolved).chain([&modules.common]) {
            for (key, place, why) in &resolved.unversioned {
                gaps.insert((
                    place.clone(),
                    format!("the version of {} is not known: {why}", name((*key, NO_VERSION))),
                ));
            }
            for (chosen, place) in &resolved.unknown {
                let known = unknown.entry(name(*chosen)).or_insert_with(|| place.clone());
                if *place < *known {
                    *known = place.clone();
                }
            }
        }
        for member in members {
            let own = &self.world.own[*member];
            if let Some(parsed) = self.read.get(&own.layer.pom.path).and_then(|file| file.parsed) {
                gaps.extend(self.undecided(own));
                let lost = parsed.notes.iter().filter(|note| note.kind.loses_facts());
                gaps.extend(lost.map(|note| (own.layer.pom.at(note.mark), note.message.clone())));
            }
        }
        let paths: LookUp<&RepoPath, ()> =
            members.iter().map(|member| (&self.world.own[*member].layer.pom.path, ())).collect();
        let has_third = self.graph.nodes.iter().any(|node| node.package.party == Party::Third);
        for (pom, place, message) in self.world.trouble() {
            if paths.contains_key(&pom) || has_third && !self.world.is_own(&pom) {
                gaps.insert((place, message));
            }
        }
        if modules.hurried {
            let place = members.first().map(|member| Location::file(&self.world.own[*member].layer.pom.path));
            let message = "there is too much to decide here: versions that mediation would leave out are listed too";
            gaps.extend(place.map(|place| (place, message.to_owned())));
        }
        if self.world.has_repository() {
            let rest = unknown.len().saturating_sub(MOST_GAPS);
            let mut last = None;
            for (name, place) in unknown.into_iter().take(MOST_GAPS) {
                gaps.insert((
                    place.clone(),
                    format!("what {name} needs is not known: its pom is in no repository on this machine"),
                ));
                last = Some(place);
            }
            if let Some(place) = last.filter(|_| rest > 0) {
                gaps.insert((place, format!("what {rest} more artifacts need is not known")));
            }
        } else if let Some(place) = unknown.values().min() {
            let message = match unknown.len() {
                1 => "there is no Maven repository on this machine: what this dependency needs is not known".to_owned(),
                count => {
                    format!("there is no Maven repository on this machine: what {count} dependencies need is not known")
                }
            };
            gaps.insert((place.clone(), message));
        }
        self.graph.gaps.extend(gaps);
        self.graph.gaps.sort();
        self.graph.gaps.dedup();
    }
}
