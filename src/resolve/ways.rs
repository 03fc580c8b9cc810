//! Why is this here? Every direct dependency that brings a component in, with the shortest way from each.

use std::collections::VecDeque;

use crate::model::{Bom, ComponentId, Dependency, LookUp, ProjectId};

/// How a component comes into one project.
#[derive(Debug)]
pub struct ProjectWays {
    /// The project.
    pub project: ProjectId,
    /// One for each direct dependency that leads to the component, the shortest first.
    pub ways: Vec<Way>,
}

/// One way in.
#[derive(Debug)]
pub struct Way {
    /// The edge from a root: its place in [`Bom::dependencies`]. Its evidence is the line to edit.
    pub direct: usize,
    /// From the root to the component, both included.
    pub path: Vec<ComponentId>,
}

/// How a component comes in, project by project.
pub fn ways_to(bom: &Bom, component: ComponentId) -> Vec<ProjectWays> {
    let mut projects: Vec<ProjectId> =
        bom.component(component).occurrences.iter().map(|occurrence| occurrence.project).collect();
    projects.dedup();
    projects.into_iter().map(|project| ProjectWays { project, ways: ways(bom, project, component) }).collect()
}

fn ways(bom: &Bom, project: ProjectId, component: ComponentId) -> Vec<Way> {
    let first = bom.dependencies.partition_point(|edge| edge.project < project);
    let end = bom.dependencies.partition_point(|edge| edge.project <= project);
    let edges: &[Dependency] = &bom.dependencies[first..end];
    let mut incoming: Vec<(ComponentId, ComponentId)> = edges.iter().map(|edge| (edge.to, edge.from)).collect();
    incoming.sort();
    incoming.dedup();
    // From the component backwards: for everything that leads to it, the next step on the shortest way.
    let mut next: LookUp<ComponentId, (ComponentId, usize)> = LookUp::new();
    next.insert(component, (component, 0));
    let mut waiting = VecDeque::from([component]);
    while let Some(at) = waiting.pop_front() {
        let steps = next.get(&at).map_or(0, |(_, steps)| *steps);
        let start = incoming.partition_point(|(to, _)| *to < at);
        for (_, from) in incoming[start..].iter().take_while(|(to, _)| *to == at) {
            if !next.contains_key(from) {
                next.insert(*from, (at, steps + 1));
                waiting.push_back(*from);
            }
        }
    }
    let mut found: Vec<(usize, Way)> = Vec::new();
    for (index, edge) in edges.iter().enumerate().filter(|(_, edge)| edge.direct) {
        let Some((_, steps)) = next.get(&edge.to) else { continue };
        let mut path = vec![edge.from, edge.to];
        while let Some((to, _)) = path.last().filter(|at| **at != component).and_then(|at| next.get(at)) {
            path.push(*to);
        }
        found.push((*steps, Way { direct: first + index, path }));
    }
    found.sort_by_key(|(steps, way)| (*steps, way.direct));
    // A direct dependency asked for in two sections is one way in: the first stands for both.
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|(_, way)| seen.insert((way.path[0], way.path[1])));
    found.into_iter().map(|(_, way)| way).collect()
}
