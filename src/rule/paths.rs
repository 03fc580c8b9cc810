//! How a project comes to a component: the way to show a person, and the line to edit.

use std::collections::VecDeque;
use std::ops::Range;

use crate::model::{Bom, ComponentId, Dependency, ProjectId, Scope};

const NONE: u32 = u32::MAX;

/// For every project the best way from one of its roots to each of its components: over the strongest ties first, then the
/// shortest, then the first in the Bom's order. Made once, in time linear in the number of edges (and a sort of those that
/// weaken a path).
#[derive(Debug)]
pub struct Paths {
    /// The edges of each project in [`Bom::dependencies`].
    edges: Vec<Range<usize>>,
    /// For each project, sorted by component: the edge by which it is best reached ([`NONE`] for a root), and in how many.
    reached: Vec<Vec<Reached>>,
}

#[derive(Clone, Copy, Debug)]
struct Reached {
    component: ComponentId,
    edge: u32,
    /// The first edge of the way ([`NONE`] for a root).
    direct: u32,
    length: u32,
}

/// How many components a path shows at most. Real graphs are not nearly as deep; without a bound, a lock file that is one
/// long chain would make as much output as the square of its length.
const MOST_STEPS: usize = 128;

impl Paths {
    /// The ways through a Bom.
    pub fn of(bom: &Bom) -> Self {
        let mut edges = Vec::with_capacity(bom.projects.len());
        let mut at = 0;
        for project in 0..bom.projects.len() {
            // Edges are sorted by project; this holds even if some name a project that does not exist.
            while bom.dependencies.get(at).is_some_and(|edge| (edge.project.0 as usize) < project) {
                at += 1;
            }
            let start = at;
            while bom.dependencies.get(at).is_some_and(|edge| edge.project.0 as usize == project) {
                at += 1;
            }
            edges.push(start..at);
        }
        // One mark per component, of the last project that reached it, so that nothing has to be cleared in between.
        let mut mark = vec![NONE; bom.components.len()];
        let reached = bom
            .projects
            .iter()
            .enumerate()
            .map(|(index, project)| reach(bom, &project.roots, edges[index].clone(), index as u32, &mut mark))
            .collect();
        Self { edges, reached }
    }

    fn find(&self, project: ProjectId, component: ComponentId) -> Option<Reached> {
        let reached = self.reached.get(project.0 as usize)?;
        reached.binary_search_by_key(&component, |reached| reached.component).ok().map(|at| reached[at])
    }

    /// From a root of the project to the component, both included; empty if the project's roots do not reach it. Of a path
    /// of more than 128 components the ones after the direct dependency are left out.
    pub fn path(&self, bom: &Bom, project: ProjectId, component: ComponentId) -> Vec<ComponentId> {
        let Some(last) = self.find(project, component) else { return Vec::new() };
        let mut path = Vec::with_capacity((last.length as usize + 1).min(MOST_STEPS));
        let mut at = last;
        loop {
            path.push(at.component);
            if at.edge == NONE {
                break;
            }
            if path.len() == MOST_STEPS - 2 && at.length > 2 {
                let direct = &bom.dependencies[at.direct as usize];
                path.extend([direct.to, direct.from]);
                break;
            }
            match self.find(project, bom.dependencies[at.edge as usize].from) {
                Some(before) => at = before,
                None => break,
            }
        }
        path.reverse();
        path
    }

    /// The first edge of that path: the direct dependency of a root, whose requirement a person edits. `None` for a root and
    /// for what is not reached.
    pub fn introduced_by<'b>(
        &self,
        bom: &'b Bom,
        project: ProjectId,
        component: ComponentId,
    ) -> Option<&'b Dependency> {
        bom.dependencies.get(self.find(project, component)?.direct as usize)
    }

    /// Of the projects in which a component occurs, the one whose path to it says most: real ones before test data, then the
    /// strongest scope, then the shortest path, then the first.
    pub fn best_project(&self, bom: &Bom, component: ComponentId) -> Option<ProjectId> {
        self.best_project_of(bom, component, |_| true)
    }

    /// The same among the projects that `wanted` names.
    pub fn best_project_of(
        &self,
        bom: &Bom,
        component: ComponentId,
        wanted: impl Fn(ProjectId) -> bool,
    ) -> Option<ProjectId> {
        bom.component(component)
            .occurrences
            .iter()
            .filter(|occurrence| wanted(occurrence.project))
            .min_by_key(|occurrence| {
                let length = self.find(occurrence.project, component).map_or(NONE, |reached| reached.length);
                (bom.project(occurrence.project).fixture, occurrence.scope, length, occurrence.project)
            })
            .map(|occurrence| occurrence.project)
    }

    /// All direct dependencies of the project's roots through which it comes to a component, sorted as the Bom's edges are.
    /// Walks the graph upwards from the component: time linear in the project's edges, so for one question at a time.
    pub fn introducers<'b>(&self, bom: &'b Bom, project: ProjectId, component: ComponentId) -> Vec<&'b Dependency> {
        let Some(range) = self.edges.get(project.0 as usize) else { return Vec::new() };
        let edges = &bom.dependencies[range.clone()];
        let mut by_target: Vec<u32> = (0..edges.len() as u32).collect();
        by_target.sort_by_key(|edge| edges[*edge as usize].to);
        let roots = &bom.project(project).roots;
        let mut seen = vec![false; bom.components.len()];
        let mut pending = vec![component];
        let mut found = Vec::new();
        seen[component.0 as usize] = true;
        while let Some(at) = pending.pop() {
            let start = by_target.partition_point(|edge| edges[*edge as usize].to < at);
            for edge in by_target[start..].iter().take_while(|edge| edges[**edge as usize].to == at) {
                let from = edges[*edge as usize].from;
                if roots.contains(&from) {
                    found.push(*edge);
                } else if !std::mem::replace(&mut seen[from.0 as usize], true) {
                    pending.push(from);
                }
            }
        }
        found.sort_unstable();
        found.into_iter().map(|edge| &edges[edge as usize]).collect()
    }
}

/// Visits a project's components from its roots: one scope after the other from the strongest tie, breadth first within one.
fn reach(bom: &Bom, roots: &[ComponentId], edges: Range<usize>, stamp: u32, mark: &mut [u32]) -> Vec<Reached> {
    let first = edges.start;
    let own = &bom.dependencies[edges];
    let mut reached: Vec<Reached> = Vec::new();
    // What waits for a weaker scope: the edge, the length of the path that ends with it, and that path's first edge.
    let mut waiting: [Vec<(u32, u32, u32)>; Scope::ALL.len()] = Default::default();
    let mut queue: VecDeque<Reached> = VecDeque::new();
    for root in roots {
        if std::mem::replace(&mut mark[root.0 as usize], stamp) != stamp {
            let root = Reached { component: *root, edge: NONE, direct: NONE, length: 0 };
            reached.push(root);
            queue.push_back(root);
        }
    }
    for level in 0..Scope::ALL.len() {
        let mut starts = std::mem::take(&mut waiting[level]);
        starts.sort_by_key(|(edge, length, _)| (*length, *edge));
        let mut starts = starts.into_iter().peekable();
        loop {
            // Both lines are sorted by length: the shorter one goes first.
            let start_first = match (queue.front(), starts.peek()) {
                (Some(next), Some((_, length, _))) => *length <= next.length,
                (None, Some(_)) => true,
                (Some(_), None) => false,
                (None, None) => break,
            };
            let at = if start_first {
                let Some((edge, length, direct)) = starts.next() else { break };
                let component = bom.dependencies[edge as usize].to;
                if std::mem::replace(&mut mark[component.0 as usize], stamp) == stamp {
                    continue;
                }
                let at = Reached { component, edge, direct, length };
                reached.push(at);
                at
            } else {
                let Some(at) = queue.pop_front() else { break };
                at
            };
            let from = own.partition_point(|edge| edge.from < at.component);
            for (offset, edge) in own[from..].iter().enumerate().take_while(|(_, edge)| edge.from == at.component) {
                if mark[edge.to.0 as usize] == stamp {
                    continue;
                }
                let index = (first + from + offset) as u32;
                let direct = if at.edge == NONE { index } else { at.direct };
                if edge.scope as usize <= level {
                    mark[edge.to.0 as usize] = stamp;
                    let next = Reached { component: edge.to, edge: index, direct, length: at.length + 1 };
                    reached.push(next);
                    queue.push_back(next);
                } else {
                    waiting[edge.scope as usize].push((index, at.length + 1, direct));
                }
            }
        }
    }
    reached.sort_unstable_by_key(|reached| reached.component);
    reached
}
