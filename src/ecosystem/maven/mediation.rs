//! Which version of each artifact a project gets: Maven's mediation.
//!
//! Breadth first: what is asked for nearest to the project wins, and of equals the first (Maven's `ConflictResolver` with the
//! nearest version, over the classic dependency manager: what the project manages counts for all that others bring in, and
//! what those manage themselves is in their own poms already). What is asked for directly keeps the scope it is asked for
//! with; for the rest the strongest way counts.

use std::sync::Arc;

use compact_str::CompactString;

use super::descriptor::{Dependency, Descriptor};
use super::managed::{Exclusions, Managed, Management, MavenScope, Version};
use super::names::{ANY, Artifact, Key, NO_VERSION, Name};
use super::world::World;
use crate::model::{Location, LookUp, Scope};

/// An artifact with its version.
pub(super) type Chosen = (Key, Name);

/// `from` (the project itself if `None`) needs `to`.
#[derive(Debug)]
pub(super) struct Edge {
    pub from: Option<Chosen>,
    pub to: Chosen,
    pub scope: Scope,
    pub requirement: CompactString,
    /// Where it is asked for, and where a person would change the version.
    pub declared: Location,
    pub place: Location,
}

/// What a project gets.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub edges: Vec<Edge>,
    /// What each artifact is needed for.
    pub scopes: Vec<(Chosen, Scope)>,
    /// What is asked for in a version that is not known, and why.
    pub unversioned: Vec<(Key, Location, CompactString)>,
    /// Of what it is not known what it needs.
    pub unknown: Vec<(Chosen, Location)>,
}

/// How often an artifact may have moved.
const MOST_MOVES: usize = 8;

/// Exclusions along a path.
struct Shut {
    here: Exclusions,
    above: Option<Arc<Shut>>,
}

fn is_shut(mut shut: Option<&Arc<Shut>>, artifact: Artifact) -> bool {
    while let Some(one) = shut {
        let hit = |(group, name): &(Name, Name)| {
            (*group == ANY || *group == artifact.group) && (*name == ANY || *name == artifact.artifact)
        };
        if one.here.iter().any(hit) {
            return true;
        }
        shut = one.above.as_ref();
    }
    false
}

/// An artifact that won.
struct Node {
    chosen: Chosen,
    descriptor: Option<Arc<Descriptor>>,
    shut: Option<Arc<Shut>>,
    /// What the project asks for it itself.
    direct: Option<Scope>,
}

fn scope_of(scope: MavenScope, optional: bool) -> Scope {
    let scope = match scope {
        MavenScope::Compile | MavenScope::Runtime => Scope::Runtime,
        MavenScope::System | MavenScope::Provided => Scope::Provided,
        MavenScope::Test => Scope::Test,
    };
    if optional { scope.max(Scope::Optional) } else { scope }
}

struct Mediation<'m, 'w> {
    world: &'m World<'w>,
    nodes: Vec<Node>,
    winners: LookUp<Key, u32>,
    /// Between nodes.
    inner: Vec<(u32, u32, Scope)>,
    resolved: Resolved,
}

/// What is shut out below a dependency: its own exclusions and what the project manages of it. Those count together, also where
/// the project asks for it itself.
fn exclusions_of(dependency: &Dependency, managed: Option<&Managed>) -> Exclusions {
    match managed {
        Some(managed) if !managed.exclusions.is_empty() => {
            dependency.exclusions.iter().chain(managed.exclusions.iter()).copied().collect()
        }
        _ => Arc::clone(&dependency.exclusions),
    }
}

/// What a project with these dependencies and this management gets. `itself` is its own place in the world.
pub(super) fn resolve(
    world: &World<'_>,
    itself: usize,
    dependencies: &[Dependency],
    management: &Management,
) -> Resolved {
    let mut mediation = Mediation {
        world,
        nodes: Vec::new(),
        winners: LookUp::new(),
        inner: Vec::new(),
        resolved: Resolved::default(),
    };
    for dependency in dependencies {
        let scope = scope_of(dependency.scope, dependency.optional);
        let exclusions = exclusions_of(dependency, management.get(dependency.key));
        if !mediation.leads_back(itself, dependency, &dependency.version) {
            mediation.ask(None, dependency, &dependency.version, scope, &exclusions, None);
        }
    }
    let mut at = 0;
    while at < mediation.nodes.len() {
        let node = &mut mediation.nodes[at];
        let (descriptor, shut) = (node.descriptor.take(), node.shut.take());
        for dependency in descriptor.iter().flat_map(|descriptor| &descriptor.dependencies) {
            if is_shut(shut.as_ref(), dependency.artifact) {
                continue;
            }
            let managed = management.get(dependency.key);
            let version = managed.and_then(|managed| managed.version.as_ref()).unwrap_or(&dependency.version);
            let scope = managed.and_then(|managed| managed.scope).unwrap_or(dependency.scope);
            if mediation.leads_back(itself, dependency, version) {
                continue;
            }
            let exclusions = exclusions_of(dependency, managed);
            mediation.ask(Some(at as u32), dependency, version, scope_of(scope, false), &exclusions, shut.as_ref());
        }
        at += 1;
    }
    mediation.finish()
}

impl Mediation<'_, '_> {
    /// Whether a dependency is the project itself, in its own version.
    fn leads_back(&self, itself: usize, dependency: &Dependency, version: &Version) -> bool {
        let Artifact { group, artifact, .. } = dependency.artifact;
        self.world.own_by_name.get(&(group, artifact, version.name)) == Some(&itself)
    }

    fn ask(
        &mut self,
        from: Option<u32>,
        dependency: &Dependency,
        version: &Version,
        scope: Scope,
        exclusions: &Exclusions,
        above: Option<&Arc<Shut>>,
    ) {
        let to = match self.winners.get(&dependency.key) {
            Some(node) => *node,
            None => self.choose(dependency, version, scope, from.is_none(), exclusions, above),
        };
        if let Some(from) = from {
            self.inner.push((from, to, scope));
        }
        self.resolved.edges.push(Edge {
            from: from.map(|from| self.nodes[from as usize].chosen),
            to: self.nodes[to as usize].chosen,
            scope,
            requirement: version.raw.clone(),
            declared: dependency.declared.clone(),
            place: version.place.clone(),
        });
    }

    fn choose(
        &mut self,
        dependency: &Dependency,
        version: &Version,
        scope: Scope,
        direct: bool,
        exclusions: &Exclusions,
        above: Option<&Arc<Shut>>,
    ) -> u32 {
        let mut key = dependency.key;
        let mut artifact = dependency.artifact;
        let mut number = version.name;
        let is_file = dependency.scope == MavenScope::System;
        let mut descriptor = None;
        if number == NO_VERSION {
            let why = version.unknown.clone().unwrap_or_default();
            self.resolved.unversioned.push((key, dependency.declared.clone(), why));
        } else if !is_file && !dependency.closed {
            for _ in 0..MOST_MOVES {
                let found = self.world.descriptor(artifact.group, artifact.artifact, number);
                let Some((group, name, moved)) = found.moved else {
                    if !found.known {
                        self.resolved.unknown.push(((key, number), dependency.declared.clone()));
                    }
                    descriptor = Some(found);
                    break;
                };
                artifact = Artifact { group, artifact: name, ..artifact };
                key = self.world.names.key(artifact);
                number = moved;
            }
        }
        let known = if key == dependency.key { None } else { self.winners.get(&key).copied() };
        let node = known.unwrap_or_else(|| {
            let shut = if exclusions.is_empty() {
                above.cloned()
            } else {
                Some(Arc::new(Shut { here: Arc::clone(exclusions), above: above.cloned() }))
            };
            self.nodes.push(Node { chosen: (key, number), descriptor, shut, direct: direct.then_some(scope) });
            self.nodes.len() as u32 - 1
        });
        self.winners.insert(dependency.key, node);
        self.winners.insert(key, node);
        node
    }

    /// What each artifact is needed for: as asked for directly, or by the strongest way, which is as weak as its weakest edge.
    fn finish(mut self) -> Resolved {
        let count = self.nodes.len();
        let mut first = vec![0u32; count + 1];
        for (from, ..) in &self.inner {
            first[*from as usize + 1] += 1;
        }
        for at in 0..count {
            first[at + 1] += first[at];
        }
        // Breadth first, so that edges come in the order of the nodes they leave.
        let targets = &self.inner;
        let mut scopes: Vec<Option<Scope>> = vec![None; count];
        let mut waiting: Vec<Vec<u32>> = vec![Vec::new(); Scope::ALL.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            if let Some(direct) = node.direct {
                waiting[direct as usize].push(at as u32);
            }
        }
        for (rank, scope) in Scope::ALL.into_iter().enumerate() {
            while let Some(node) = waiting[rank].pop() {
                let at = node as usize;
                if scopes[at].is_some() {
                    continue;
                }
                scopes[at] = Some(scope);
                for (_, to, along) in &targets[first[at] as usize..first[at + 1] as usize] {
                    let target = *to as usize;
                    if scopes[target].is_none() && self.nodes[target].direct.is_none() {
                        waiting[rank.max(*along as usize)].push(*to);
                    }
                }
            }
        }
        self.resolved.scopes =
            self.nodes.iter().zip(scopes).map(|(node, scope)| (node.chosen, scope.unwrap_or(Scope::Runtime))).collect();
        self.resolved
    }
}
