//! A lock file and the manifests it answers, as a graph.
//!
//! The lock file says which packages there are and who needs whom. For packages of the repository the manifests say it
//! better: by which requirement, what for, and on which line. So the edges of a package whose manifest was read come from
//! there, each answered by the lock file's entry; all others come from the lock file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::features::{self, Enabled};
use super::manifest::{self, INHERITED, VERSION, WORKSPACE_LICENSE, WORKSPACE_VERSION};
use super::workspace::{Manifests, Wanted, Workspace};
use super::{origin, replaced};
use crate::ecosystem::{Graph, GraphEdge, GraphNode, Link, Note, Package, Parsed};
use crate::model::{Completeness, ComponentKind, DiagnosticKind, Location, Origin, Party, RepoPath, Scope};

/// The package of a manifest with what it inherits filled in. `None` for a manifest without one.
pub(super) fn package<'a>(manifests: &Manifests<'a>, index: usize) -> Option<Cow<'a, Package>> {
    let parsed = manifests.get(index).parsed;
    let root = manifests.root_of(index).parsed;
    let mut package = Cow::Borrowed(parsed.packages.first()?);
    if manifest::setting(parsed, VERSION) == Some(INHERITED)
        && let Some(version) = manifest::setting(root, WORKSPACE_VERSION)
    {
        let package = package.to_mut();
        package.purl = package.purl.clone().with_version(version);
    }
    if package.license.as_ref().is_some_and(|(raw, _)| raw == INHERITED) {
        let inherited = manifest::setting(root, WORKSPACE_LICENSE);
        let license = &mut package.to_mut().license;
        // The place stays the member's line: it is in the member's file, and says where to look on.
        *license = license.take().zip(inherited).map(|((_, mark), raw)| (raw.into(), mark));
    }
    Some(package)
}

/// A package that is asked for and not answered by a lock file: no version is known.
pub(super) fn unlocked_package(wanted: &Wanted<'_>) -> Package {
    let mark = wanted.location.mark.expect("a declaration has a place");
    let purl = origin::purl(wanted.name, None, wanted.origin);
    Package {
        id: purl.to_string().into(),
        purl,
        kind: ComponentKind::Library,
        party: Party::Third,
        origin: wanted.origin.clone(),
        hashes: Vec::new(),
        license: None,
        stated: None,
        directory: None,
        answers: Vec::new(),
        properties: vec![("sepal:cargo:locked", "false".into())],
        mark,
    }
}

pub(super) fn edge(from: u32, to: u32, scope: Scope, wanted: &Wanted<'_>) -> GraphEdge {
    GraphEdge {
        from,
        to,
        scope,
        requirement: (!wanted.requirement.is_empty()).then(|| wanted.requirement.into()),
        location: Some(wanted.location.clone()),
    }
}

struct Joiner<'a, 'm> {
    manifests: &'m Manifests<'a>,
    lock: &'a Parsed,
    graph: Graph<'a>,
    enabled: Enabled<'a>,
    /// The node of each manifest that is part of the graph.
    local: BTreeMap<usize, u32>,
    /// The lock file's entries by name, made when an entry is looked for that its dependent does not list.
    by_name: Option<BTreeMap<&'a str, Vec<u32>>>,
    /// Packages that are asked for and that the lock file does not have.
    unlocked: BTreeMap<String, u32>,
}

/// The graph of a lock file with its manifests.
pub(super) fn graph<'a>(
    manifests: &Manifests<'a>,
    workspace: Workspace,
    path: &'a RepoPath,
    lock: &'a Parsed,
) -> Graph<'a> {
    let mut files = vec![path.clone()];
    let all = workspace.members.iter().chain(&workspace.locals);
    files.extend(all.map(|index| manifests.get(*index).path.clone()));
    files.extend(manifests.at(&workspace.directory).map(|root| manifests.get(root).path.clone()));
    files.sort();
    files.dedup();
    let mut joiner = Joiner {
        manifests,
        lock,
        enabled: features::enabled(manifests, &workspace),
        graph: Graph {
            directory: workspace.directory.clone(),
            files,
            nodes: Vec::with_capacity(lock.packages.len()),
            edges: Vec::with_capacity(lock.links.len()),
            roots: Vec::new(),
            completeness: Completeness::Complete,
            gaps: workspace.gaps.clone(),
            notes: Vec::new(),
        },
        local: BTreeMap::new(),
        by_name: None,
        unlocked: BTreeMap::new(),
    };
    joiner.nodes(&workspace, path);
    joiner.edges(&workspace, path);
    let Joiner { mut graph, .. } = joiner;
    for note in lock.notes.iter().filter(|note| note.kind.loses_facts()) {
        graph.gaps.push((Location::at(path, note.mark), note.message.clone()));
    }
    if !graph.gaps.is_empty() {
        graph.completeness = Completeness::Incomplete;
    }
    if workspace.members.is_empty() {
        // Only the lock file is there: that it is up to date cannot be told.
        let message = "no manifest was read beside the lock file: what its packages are needed for cannot be told";
        graph.gaps.push((Location::file(path), message.to_owned()));
        graph.completeness = graph.completeness.max(Completeness::Unknown);
    }
    unreached(&mut graph, path);
    graph
}

impl<'a> Joiner<'a, '_> {
    /// Makes the nodes: one an entry of the lock file, at the same place, and one a member that has no entry.
    fn nodes(&mut self, workspace: &Workspace, path: &RepoPath) {
        let manifests = self.manifests;
        // Packages of the repository by name and version; members before others.
        let mut own: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for index in workspace.members.iter().chain(&workspace.locals) {
            if let Some(package) = package(manifests, *index) {
                let version = package.purl.version().unwrap_or_default();
                own.entry((package.purl.name().to_owned(), version.to_owned())).or_default().push(*index);
            }
        }
        let mut bound: BTreeMap<usize, usize> = BTreeMap::new();
        let key = |entry: &Package| (entry.purl.name().to_owned(), entry.purl.version().unwrap_or_default().to_owned());
        let entries: Vec<(usize, &'a Package)> =
            self.lock.packages.iter().enumerate().filter(|(_, entry)| entry.party == Party::First).collect();
        for (at, entry) in &entries {
            if let Some(index) = own.get_mut(&key(entry)).filter(|found| !found.is_empty()).map(|found| found.remove(0))
            {
                bound.insert(*at, index);
            }
        }
        // What is left has another version than its manifest says, if it has a manifest at all.
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for ((name, _), indices) in &own {
            indices.first().map(|index| left.entry(name).or_insert(*index));
        }
        for (at, entry) in &entries {
            if !bound.contains_key(at)
                && let Some(index) = left.remove(entry.purl.name())
            {
                let manifest = manifests.get(index);
                let message = format!(
                    "the lock file has {} {} and the manifest another version: it is out of date",
                    entry.purl.name(),
                    entry.purl.version().unwrap_or_default()
                );
                let mark = manifest.parsed.packages.first().map(|package| package.mark);
                self.graph.gaps.push((Location { path: manifest.path.clone(), mark }, message));
                bound.insert(*at, index);
            }
        }
        let outside = self.outside(workspace);
        let replaced = replaced::replaced(manifests, workspace);
        for (at, entry) in self.lock.packages.iter().enumerate() {
            let node = at as u32;
            let mut file = path.clone();
            let mut stated = Cow::Borrowed(entry);
            if let Some(index) = bound.get(&at) {
                self.local.insert(*index, node);
                file = manifests.get(*index).path.clone();
                stated = package(manifests, *index).unwrap_or(stated);
                if replaced.binary_search(index).is_ok() {
                    replaced::third(stated.to_mut(), &manifests.get(*index).directory);
                }
            } else if entry.party == Party::First {
                if let Some(written) = outside.get(entry.purl.name()) {
                    let package = stated.to_mut();
                    package.party = Party::Third;
                    package.kind = ComponentKind::Library;
                    package.origin = Origin::Path { path: (*written).into() };
                } else if workspace.members.is_empty() {
                    self.graph.roots.push(node);
                } else {
                    let message = format!(
                        "{} {} is a package of the repository whose manifest was not read: what it needs its \
                         dependencies for cannot be told",
                        entry.purl.name(),
                        entry.purl.version().unwrap_or_default()
                    );
                    self.graph.gaps.push((Location::at(path, entry.mark), message));
                }
            }
            self.graph.nodes.push(GraphNode { package: stated, file, decided: None });
        }
        for index in &workspace.members {
            let node = match self.local.get(index) {
                Some(node) => *node,
                None => {
                    let Some(package) = package(manifests, *index) else { continue };
                    let file = manifests.get(*index).path;
                    let message = format!(
                        "the lock file has no entry for {} {}: it is out of date",
                        package.purl.name(),
                        package.purl.version().unwrap_or_default()
                    );
                    self.graph.gaps.push((Location::at(file, package.mark), message));
                    self.graph.nodes.push(GraphNode { package, file: file.clone(), decided: None });
                    let node = self.graph.nodes.len() as u32 - 1;
                    self.local.insert(*index, node);
                    node
                }
            };
            self.graph.roots.push(node);
        }
        self.graph.roots.sort_unstable();
    }

    /// What comes from a path that leads out of the scanned tree, by name, with the path as written.
    fn outside(&self, workspace: &Workspace) -> BTreeMap<&'a str, &'a str> {
        let manifests = self.manifests;
        let mut outside = BTreeMap::new();
        let root = manifests.at(&workspace.directory);
        for index in workspace.members.iter().chain(&workspace.locals).copied().chain(root) {
            for declaration in &manifests.get(index).parsed.declarations {
                let wanted = manifests.wanted(index, declaration);
                if let (Origin::Path { path }, None) = (wanted.origin, &wanted.directory) {
                    outside.insert(wanted.name, path.as_str());
                }
            }
        }
        outside
    }

    fn edges(&mut self, workspace: &Workspace, path: &RepoPath) {
        let lock = self.lock;
        let described: Vec<bool> = {
            let mut described = vec![false; self.graph.nodes.len()];
            self.local.values().for_each(|node| described[*node as usize] = true);
            described
        };
        // The lock file's edges of packages whose manifest was read, to be answered below.
        let mut own: BTreeMap<u32, Vec<&'a Link>> = BTreeMap::new();
        for link in &lock.links {
            if described[link.from as usize] {
                own.entry(link.from).or_default().push(link);
            } else {
                self.graph.edges.push(GraphEdge {
                    from: link.from,
                    to: link.to,
                    scope: link.scope,
                    requirement: link.requirement.clone(),
                    location: link.mark.map(|mark| Location::at(path, mark)),
                });
            }
        }
        for (index, node) in self.local.clone() {
            let member = workspace.members.binary_search(&index).is_ok();
            self.declared(index, node, member, own.remove(&node).unwrap_or_default(), path);
        }
    }

    /// Adds the edges that a manifest declares, each to the lock file's entry that answers it.
    fn declared(&mut self, index: usize, node: u32, member: bool, mut links: Vec<&'a Link>, path: &RepoPath) {
        let (manifests, lock) = (self.manifests, self.lock);
        let manifest = manifests.get(index);
        let name_of = |link: &Link| lock.packages[link.to as usize].purl.name();
        links.sort_by_key(|link| (name_of(link), link.to));
        let mut used = vec![false; links.len()];
        let listed = (node as usize) < lock.packages.len();
        for declaration in manifest.parsed.declarations.iter().filter(|declaration| declaration.package.is_some()) {
            let wanted = manifests.wanted(index, declaration);
            let scope = self.enabled.scope(index, declaration);
            if wanted.undecided {
                let message = format!(
                    "{:?} is inherited from a workspace that does not state it or was not read",
                    declaration.name
                );
                self.graph.gaps.push((wanted.location.clone(), message));
            }
            let first = links.partition_point(|link| name_of(link) < wanted.name);
            let same_name = links[first..].iter().take_while(|link| name_of(link) == wanted.name).count();
            let candidates: Vec<u32> = links[first..first + same_name].iter().map(|link| link.to).collect();
            if let Some((at, fits)) = self.best(&wanted, &candidates) {
                used[first + at] = true;
                if !fits {
                    let have = lock.packages[candidates[at] as usize].purl.version().unwrap_or_default();
                    let message = format!(
                        "the manifest asks for {} {:?}, the lock file has {have}: it is out of date",
                        wanted.name, wanted.requirement
                    );
                    self.graph.gaps.push((wanted.location.clone(), message));
                }
                self.graph.edges.push(edge(node, candidates[at], scope, &wanted));
                continue;
            }
            // A lock file lists what tests of members need, and every optional dependency of theirs; not those of other
            // packages that are used by path.
            if !member && matches!(scope, Scope::Development | Scope::Optional) {
                continue;
            }
            let (to, message) = match self.elsewhere(&wanted) {
                Some(to) => {
                    (to, format!("the lock file does not list {} as needed here: it is out of date", wanted.name))
                }
                None => {
                    let to = self.missing(&wanted);
                    (to, format!("the lock file has no entry for {}: it is out of date", asked(&wanted)))
                }
            };
            if listed {
                // An unlisted member has its own gap already.
                self.graph.gaps.push((wanted.location.clone(), message));
            }
            self.graph.edges.push(edge(node, to, scope, &wanted));
        }
        for (link, _) in links.iter().zip(used).filter(|(_, used)| !used) {
            let location = link.mark.map_or_else(|| Location::file(path), |mark| Location::at(path, mark));
            let name = name_of(link);
            let message =
                format!("the lock file lists {name}, which {} does not ask for: it is out of date", manifest.path);
            self.graph.gaps.push((location.clone(), message));
            self.graph.edges.push(GraphEdge {
                from: node,
                to: link.to,
                scope: Scope::Runtime,
                requirement: None,
                location: Some(location),
            });
        }
    }

    /// Which of several entries of one name answers what is wanted: its place, and whether it fits the requirement.
    fn best(&self, wanted: &Wanted<'_>, candidates: &[u32]) -> Option<(usize, bool)> {
        if candidates.is_empty() {
            return None;
        }
        let directory = wanted.directory.as_ref().and_then(|directory| self.manifests.at(directory));
        if let Some(node) = directory.and_then(|index| self.local.get(&index))
            && let Some(at) = candidates.iter().position(|candidate| candidate == node)
        {
            return Some((at, true));
        }
        let requirement = semver::VersionReq::parse(wanted.requirement).ok();
        candidates
            .iter()
            .enumerate()
            .map(|(at, candidate)| {
                let package = &self.lock.packages[*candidate as usize];
                let version = semver::Version::parse(package.purl.version().unwrap_or_default()).ok();
                let fits = match (&requirement, &version) {
                    (Some(requirement), Some(version)) => requirement.matches(version),
                    // Nothing is asked for, or it cannot be compared.
                    _ => true,
                };
                // A patch may answer a registry's package by one from elsewhere, so that the kind of origin only decides
                // between entries that fit equally well.
                let same_kind = match (wanted.origin, &package.origin) {
                    (Origin::Path { .. }, _) => package.party == Party::First,
                    (Origin::Git { .. }, Origin::Git { .. }) | (Origin::Registry { .. }, Origin::Registry { .. }) => {
                        true
                    }
                    _ => false,
                };
                (fits, same_kind, version, std::cmp::Reverse(at))
            })
            .max()
            .map(|(fits, _, _, at)| (at.0, fits))
    }

    /// An entry of the lock file that fits, though it is not listed as needed here.
    fn elsewhere(&mut self, wanted: &Wanted<'_>) -> Option<u32> {
        if let Some(index) = wanted.directory.as_ref().and_then(|directory| self.manifests.at(directory))
            && let Some(node) = self.local.get(&index)
        {
            return Some(*node);
        }
        if self.by_name.is_none() {
            let mut by_name: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
            for (index, package) in self.lock.packages.iter().enumerate() {
                by_name.entry(package.purl.name()).or_default().push(index as u32);
            }
            self.by_name = Some(by_name);
        }
        let candidates = self.by_name.as_ref()?.get(wanted.name)?;
        let (at, fits) = self.best(wanted, candidates)?;
        fits.then(|| candidates[at])
    }

    /// The node of a package that the lock file does not have.
    fn missing(&mut self, wanted: &Wanted<'_>) -> u32 {
        let package = unlocked_package(wanted);
        let next = self.graph.nodes.len() as u32;
        let node = *self.unlocked.entry(package.purl.to_string()).or_insert(next);
        if node == next {
            let file = wanted.location.path.clone();
            self.graph.nodes.push(GraphNode { package: Cow::Owned(package), file, decided: None });
        }
        node
    }
}

fn asked(wanted: &Wanted<'_>) -> String {
    if wanted.requirement.is_empty() {
        wanted.name.to_owned()
    } else {
        format!("{} {:?}", wanted.name, wanted.requirement)
    }
}

/// Says which entries no root needs: they stay, since the lock file lists them.
fn unreached(graph: &mut Graph<'_>, path: &RepoPath) {
    let mut starts = vec![0_u32; graph.nodes.len() + 1];
    for edge in &graph.edges {
        starts[edge.from as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut targets = vec![0_u32; graph.edges.len()];
    let mut next = starts.clone();
    for edge in &graph.edges {
        targets[next[edge.from as usize] as usize] = edge.to;
        next[edge.from as usize] += 1;
    }
    let mut reached = vec![false; graph.nodes.len()];
    let mut open = graph.roots.clone();
    while let Some(node) = open.pop() {
        if !std::mem::replace(&mut reached[node as usize], true) {
            open.extend(&targets[starts[node as usize] as usize..starts[node as usize + 1] as usize]);
        }
    }
    let left: Vec<&GraphNode<'_>> =
        graph.nodes.iter().zip(reached).filter(|(_, reached)| !reached).map(|(node, _)| node).collect();
    let Some(first) = left.first() else { return };
    let mark = first.package.mark;
    let file = if first.file == *path { path.clone() } else { first.file.clone() };
    const SHOWN: usize = 5;
    let mut names: Vec<&str> = left.iter().take(SHOWN).map(|node| node.package.purl.name()).collect();
    if left.len() > SHOWN {
        names.push("…");
    }
    let message =
        format!("no manifest that was read needs {} of the lock file's packages: {}", left.len(), names.join(", "));
    graph.notes.push((file, Note { mark, kind: DiagnosticKind::Note, message }));
}
