//! Projects that were moved: the same content in another directory.
//!
//! A finding about a project has the project's directory in its fingerprint, so that two projects are told apart. When a
//! project is moved, what was known of it would count as new. So what was known is told as if the project had always been
//! where it is now: a project that is gone and one that came are the same if nothing else of their ecosystem fits better and
//! they have their own package in common or nearly all that they need.

use std::collections::BTreeSet;

use crate::model::{Bom, Project, ProjectId, RepoPath};

/// How many projects may come and go before nobody looks for moved ones: each is compared with each.
const MOST: usize = 1_000;

/// A project that was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Its place in the earlier inventory.
    pub project: ProjectId,
    /// Where it was.
    pub from: RepoPath,
    /// Where it is.
    pub to: RepoPath,
}

/// What a project is, whatever its directory.
struct Content {
    own: BTreeSet<String>,
    needs: BTreeSet<String>,
}

fn contents(bom: &Bom, wanted: &[(ProjectId, &Project)]) -> Vec<Content> {
    let mut contents: Vec<Content> = wanted
        .iter()
        .map(|(_, project)| {
            let roots = project.roots.iter().map(|id| bom.component(*id).purl.without_version().to_string());
            Content { own: roots.collect(), needs: BTreeSet::new() }
        })
        .collect();
    for (_, component) in bom.third_parties() {
        let name = component.purl.without_version().to_string();
        for occurrence in &component.occurrences {
            if let Some(at) = wanted.iter().position(|(id, _)| *id == occurrence.project) {
                contents[at].needs.insert(name.clone());
            }
        }
    }
    contents
}

/// How much two contents have in common, in percent of what either has; 0 where it is not enough to be the same.
fn likeness(one: &Content, other: &Content) -> usize {
    let common = one.needs.intersection(&other.needs).count();
    let all = one.needs.union(&other.needs).count();
    let needs = (common * 100).checked_div(all).unwrap_or(0);
    if !one.own.is_disjoint(&other.own) {
        // The same package: what it needs may have changed much at the same time.
        return 101 + needs;
    }
    if needs >= 80 { needs } else { 0 }
}

/// The projects of `before` that are elsewhere `now`, each at most once.
pub fn moves(before: &Bom, now: &Bom) -> Vec<Move> {
    let key = |project: &Project| (project.directory.clone(), project.ecosystem);
    let keys = |bom: &Bom| -> BTreeSet<(RepoPath, &'static str)> { bom.projects.iter().map(key).collect() };
    let (old, new) = (keys(before), keys(now));
    fn missing<'b>(bom: &'b Bom, other: &BTreeSet<(RepoPath, &'static str)>) -> Vec<(ProjectId, &'b Project)> {
        let ids = (0..).map(ProjectId).zip(&bom.projects);
        ids.filter(|(_, project)| !other.contains(&(project.directory.clone(), project.ecosystem))).collect()
    }
    let (gone, came) = (missing(before, &new), missing(now, &old));
    if gone.is_empty() || came.is_empty() || gone.len() > MOST || came.len() > MOST {
        return Vec::new();
    }
    let (was, is) = (contents(before, &gone), contents(now, &came));
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for (from, one) in was.iter().enumerate() {
        for (to, other) in is.iter().enumerate().filter(|(to, _)| came[*to].1.ecosystem == gone[from].1.ecosystem) {
            let likeness = likeness(one, other);
            if likeness > 0 {
                pairs.push((likeness, from, to));
            }
        }
    }
    // The best pairs first; of equal ones those that stand first.
    pairs.sort_by_key(|(likeness, from, to)| (std::cmp::Reverse(*likeness), *from, *to));
    let (mut taken_from, mut taken_to) = (BTreeSet::new(), BTreeSet::new());
    let mut moves = Vec::new();
    for (_, from, to) in pairs {
        if !taken_from.contains(&from) && !taken_to.contains(&to) {
            taken_from.insert(from);
            taken_to.insert(to);
            let (project, was) = gone[from];
            moves.push(Move { project, from: was.directory.clone(), to: came[to].1.directory.clone() });
        }
    }
    moves.sort_by_key(|moved| moved.project);
    moves
}

/// Tells an inventory as if its projects had always been where they were moved to.
pub fn rename(bom: &mut Bom, moves: &[Move]) {
    let renamed = |path: &RepoPath, moved: &Move| -> Option<RepoPath> {
        let rest = path.is_within(&moved.from).then(|| path.relative_to(&moved.from)).flatten()?;
        if rest.is_empty() { Some(moved.to.clone()) } else { moved.to.join(rest) }
    };
    for moved in moves {
        let Some(project) = bom.projects.get_mut(moved.project.0 as usize) else { continue };
        project.directory = moved.to.clone();
        let old: Vec<RepoPath> = std::mem::take(&mut project.files);
        for file in &old {
            let new = renamed(file, moved).unwrap_or_else(|| file.clone());
            for diagnostic in &mut bom.diagnostics {
                if diagnostic.location.path == *file {
                    diagnostic.location.path = new.clone();
                }
            }
            project.files.push(new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::world::World;
    use crate::model::Scope;

    fn world(directory: &str, needs: &[&str]) -> Bom {
        let mut world = World::new();
        let project = world.project(directory, "npm");
        for need in needs {
            world.direct(project, &format!("pkg:npm/{need}@1.0.0"), Scope::Runtime);
        }
        world.bom()
    }

    #[test]
    fn a_project_is_known_by_what_it_needs_and_another_one_is_not() {
        let needs = ["a", "b", "c", "d", "e"];
        let before = world("web", &needs);
        let moved = moves(&before, &world("apps/web", &needs));
        assert_eq!(moved.len(), 1);
        assert_eq!((moved[0].from.as_str(), moved[0].to.as_str()), ("web", "apps/web"));
        assert_eq!(moves(&before, &world("apps/other", &["a", "x", "y"])), []);
        assert_eq!(moves(&before, &before), []);
        let mut told = before;
        rename(&mut told, &moved);
        assert_eq!(told.projects[0].directory.as_str(), "apps/web");
        assert!(told.projects[0].files.iter().all(|file| file.as_str().starts_with("apps/web/")));
    }
}
