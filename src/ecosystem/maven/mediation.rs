//! Which version of each artifact a project gets: Maven's mediation.
//!
//! Breadth first: what is asked for nearest to the project wins, and of equals the first (Maven's `ConflictResolver` with the
//! nearest version, over the classic dependency manager: what the project manages counts for all that others bring in, and
//! what those manage themselves is in their own poms already). What is asked for directly keeps the scope it is asked for
//! with; for the rest the strongest way counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use compact_str::CompactString;

use super::descriptor::{Dependency, Descriptor};
use super::managed::{Exclusions, Managed, Management, MavenScope, Version};
use super::names::{ANY, Artifact, Key, NO_VERSION, Name};
use super::world::World;
use crate::model::{Location, LookUp, Scope};

/// An artifact with its version.
pub(super) type Chosen = (Key, Name);

/// `from` (the project itself if `None`) needs `to`.
#[derive(Clone, Debug)]
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

/// What a dependency is for.
pub(super) fn scope_of(scope: MavenScope, optional: bool) -> Scope {
    let scope = match scope {
        MavenScope::Compile | MavenScope::Runtime => Scope::Runtime,
        MavenScope::System | MavenScope::Provided => Scope::Provided,
        MavenScope::Test => Scope::Test,
    };
    if optional { scope.max(Scope::Optional) } else { scope }
}

/// Whether a dependency is the project itself, in its own version.
pub(super) fn leads_back(world: &World<'_>, itself: usize, dependency: &Dependency, version: &Version) -> bool {
    let Artifact { group, artifact, .. } = dependency.artifact;
    world.own_by_name.get(&(group, artifact, version.name)) == Some(&itself)
}

/// The edge that a dependency makes.
pub(super) fn edge(from: Option<Chosen>, to: Chosen, scope: Scope, dependency: &Dependency, version: &Version) -> Edge {
    Edge {
        from,
        to,
        scope,
        requirement: version.raw.clone(),
        declared: dependency.declared.clone(),
        place: version.place.clone(),
    }
}

/// Where a dependency leads, after all relocations.
pub(super) struct Landed {
    pub chosen: Chosen,
    /// What it brings in, where Maven looks for that.
    pub descriptor: Option<Arc<Descriptor>>,
    /// Whether there is no pom to say so.
    pub unknown: bool,
}

/// Where a dependency leads in a version.
pub(super) fn land(world: &World<'_>, dependency: &Dependency, version: &Version) -> Landed {
    let mut landed = Landed { chosen: (dependency.key, version.name), descriptor: None, unknown: false };
    let mut artifact = dependency.artifact;
    if version.name == NO_VERSION || dependency.closed || dependency.scope == MavenScope::System {
        return landed;
    }
    for _ in 0..MOST_MOVES {
        let found = world.descriptor(artifact.group, artifact.artifact, landed.chosen.1);
        let Some((group, name, moved)) = found.moved else {
            landed.unknown = !found.known;
            landed.descriptor = Some(found);
            break;
        };
        artifact = Artifact { group, artifact: name, ..artifact };
        landed.chosen = (world.names.key(artifact), moved);
    }
    landed
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
pub(super) fn exclusions_of(dependency: &Dependency, managed: Option<&Managed>) -> Exclusions {
    match managed {
        Some(managed) if !managed.exclusions.is_empty() => {
            dependency.exclusions.iter().chain(managed.exclusions.iter()).copied().collect()
        }
        _ => Arc::clone(&dependency.exclusions),
    }
}

/// What a project with these dependencies and this management gets. `itself` is its own place in the world. `None` if that
/// would take more steps than are left.
pub(super) fn resolve(
    world: &World<'_>,
    itself: usize,
    dependencies: &[Dependency],
    management: &Management,
    budget: &AtomicUsize,
) -> Option<Resolved> {
    let mut mediation = Mediation {
        world,
        nodes: Vec::new(),
        winners: LookUp::new(),
        inner: Vec::new(),
        resolved: Resolved::default(),
    };
    for dependency in dependencies {
        let scope = scope_of(dependency.scope, dependency.optional || dependency.conditional);
        let exclusions = exclusions_of(dependency, management.get(dependency.key));
        if !leads_back(world, itself, dependency, &dependency.version) {
            mediation.ask(None, dependency, &dependency.version, scope, &exclusions, None);
        }
    }
    let mut at = 0;
    while at < mediation.nodes.len() {
        let node = &mut mediation.nodes[at];
        let cost = node.descriptor.as_ref().map_or(0, |descriptor| descriptor.dependencies.len()) + 1;
        if budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_err() {
            return None;
        }
        let (descriptor, shut) = (node.descriptor.take(), node.shut.take());
        for dependency in descriptor.iter().flat_map(|descriptor| &descriptor.dependencies) {
            if is_shut(shut.as_ref(), dependency.artifact) {
                continue;
            }
            let managed = management.get(dependency.key);
            let version = managed.and_then(|managed| managed.version.as_ref()).unwrap_or(&dependency.version);
            let scope = managed.and_then(|managed| managed.scope).unwrap_or(dependency.scope);
            if leads_back(world, itself, dependency, version) {
                continue;
            }
            let exclusions = exclusions_of(dependency, managed);
            mediation.ask(
                Some(at as u32),
                dependency,
                version,
                scope_of(scope, dependency.conditional),
                &exclusions,
                shut.as_ref(),
            );
        }
        at += 1;
    }
    Some(mediation.finish())
}

/// What a project asks for itself, without a look at what that brings in.
pub(super) fn direct(world: &World<'_>, itself: usize, dependencies: &[Dependency]) -> Resolved {
    let mut resolved = Resolved::default();
    for dependency in dependencies.iter().filter(|one| !leads_back(world, itself, one, &one.version)) {
        let chosen = land(world, dependency, &dependency.version).chosen;
        let scope = scope_of(dependency.scope, dependency.optional || dependency.conditional);
        resolved.scopes.push((chosen, scope));
        resolved.edges.push(edge(None, chosen, scope, dependency, &dependency.version));
    }
    resolved
}

impl Mediation<'_, '_> {
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
        let from = from.map(|from| self.nodes[from as usize].chosen);
        self.resolved.edges.push(edge(from, self.nodes[to as usize].chosen, scope, dependency, version));
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
        let Landed { chosen, descriptor, unknown } = land(self.world, dependency, version);
        let key = chosen.0;
        if chosen.1 == NO_VERSION {
            let why = version.unknown.clone().unwrap_or_default();
            self.resolved.unversioned.push((key, dependency.declared.clone(), why));
        } else if unknown {
            self.resolved.unknown.push((chosen, dependency.declared.clone()));
        }
        let known = if key == dependency.key { None } else { self.winners.get(&key).copied() };
        let node = known.unwrap_or_else(|| {
            let shut = if exclusions.is_empty() {
                above.cloned()
            } else {
                Some(Arc::new(Shut { here: Arc::clone(exclusions), above: above.cloned() }))
            };
            self.nodes.push(Node { chosen, descriptor, shut, direct: direct.then_some(scope) });
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
