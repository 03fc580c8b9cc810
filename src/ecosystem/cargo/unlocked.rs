//! Manifests without a lock file, as a graph: what is asked for is known, what would be chosen is not.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::locked::{edge, package, unlocked_package};
use super::workspace::{Manifests, Wanted, Workspace};
use super::{features, replaced};
use crate::ecosystem::{Graph, GraphNode};
use crate::model::{Completeness, Location, RepoPath};

/// The graph of manifests that no lock file answers.
pub(super) fn graph<'a>(manifests: &Manifests<'a>, workspace: Workspace) -> Graph<'a> {
    let root = manifests.at(&workspace.directory);
    let all: Vec<usize> = workspace.members.iter().chain(&workspace.locals).copied().collect();
    let mut files: Vec<RepoPath> =
        all.iter().copied().chain(root).map(|index| manifests.get(index).path.clone()).collect();
    files.sort();
    files.dedup();
    let mut graph = Graph {
        directory: workspace.directory.clone(),
        files,
        nodes: Vec::new(),
        edges: Vec::new(),
        roots: Vec::new(),
        completeness: Completeness::Incomplete,
        gaps: workspace.gaps.clone(),
        notes: Vec::new(),
    };
    let enabled = features::enabled(manifests, &workspace);
    let replaced = replaced::replaced(manifests, &workspace);
    let mut local = BTreeMap::new();
    for index in &all {
        let Some(mut package) = package(manifests, *index) else { continue };
        if replaced.binary_search(index).is_ok() {
            replaced::third(package.to_mut(), &manifests.get(*index).directory);
        }
        local.insert(*index, graph.nodes.len() as u32);
        if workspace.members.binary_search(index).is_ok() {
            graph.roots.push(graph.nodes.len() as u32);
        }
        graph.nodes.push(GraphNode { package, file: manifests.get(*index).path.clone(), decided: None });
    }
    let mut unlocked: BTreeMap<String, u32> = BTreeMap::new();
    for (index, node) in &local {
        let declarations = &manifests.get(*index).parsed.declarations;
        for declaration in declarations.iter().filter(|declaration| declaration.package.is_some()) {
            let wanted = manifests.wanted(*index, declaration);
            if wanted.undecided {
                let message = format!(
                    "{:?} is inherited from a workspace that does not state it or was not read",
                    declaration.name
                );
                graph.gaps.push((wanted.location.clone(), message));
            }
            let beside = wanted.directory.as_ref().and_then(|directory| manifests.at(directory));
            let beside = beside.and_then(|index| local.get(&index)).copied();
            let to = match beside.or_else(|| patch(manifests, root?, &wanted, &local, &graph)) {
                Some(node) => node,
                None => {
                    let package = unlocked_package(&wanted);
                    let next = graph.nodes.len() as u32;
                    let to = *unlocked.entry(package.purl.to_string()).or_insert(next);
                    if to == next {
                        let file = wanted.location.path.clone();
                        graph.nodes.push(GraphNode { package: Cow::Owned(package), file, decided: None });
                    }
                    to
                }
            };
            graph.edges.push(edge(*node, to, enabled.scope(*index, declaration), &wanted));
        }
    }
    if unlocked.is_empty() && graph.gaps.is_empty() {
        // Nothing is asked of anybody: there is nothing that a lock file would have to say.
        graph.completeness = Completeness::Complete;
    } else {
        let place = root.or(all.first().copied()).map(|index| manifests.get(index).path);
        let place = place.map_or_else(|| Location::file(&workspace.directory), Location::file);
        let message = "no lock file: the versions that would be chosen and what those depend on cannot be told";
        graph.gaps.push((place, message.to_owned()));
    }
    graph
}

/// The package of the tree that stands in for what a registry or repository would give, if its version fits.
fn patch(
    manifests: &Manifests<'_>,
    root: usize,
    wanted: &Wanted<'_>,
    local: &BTreeMap<usize, u32>,
    graph: &Graph<'_>,
) -> Option<u32> {
    let node = *local.get(&manifests.patched(root, wanted)?)?;
    let version = graph.nodes[node as usize].package.purl.version().unwrap_or_default();
    match (semver::VersionReq::parse(wanted.requirement), semver::Version::parse(version)) {
        (Ok(requirement), Ok(version)) => requirement.matches(&version),
        // Nothing is asked for, or it cannot be compared.
        _ => true,
    }
    .then_some(node)
}
