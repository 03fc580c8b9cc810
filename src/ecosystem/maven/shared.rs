//! Mediation for many modules at once.
//!
//! In a large reactor each module sees most of the others, so that asking for each of them alone takes time in proportion to
//! the square. But mediation only has something to decide where an artifact is asked for in several versions, where a path
//! shuts something out, or where a module asks directly for what others bring in more strongly. All other modules of the same
//! management get what a walk over everything that is asked for reaches from them; one walk serves them all.

use std::sync::Arc;

use super::descriptor::{Dependency, Descriptor};
use super::managed::{Management, Version};
use super::mediation::{self, Chosen, Edge, Landed, Resolved};
use super::names::{Key, NO_VERSION};
use super::world::World;
use crate::model::{LookUp, Scope};

/// A project of the tree and what it asks for.
pub(super) struct Asking {
    /// Its place in the world.
    pub at: usize,
    pub management: Arc<Management>,
    pub dependencies: Vec<Dependency>,
}

struct Node {
    chosen: Chosen,
    descriptor: Option<Arc<Descriptor>>,
    edges: Vec<(u32, Edge)>,
    /// Whether mediation may have something to decide at or below it.
    open: bool,
}

/// A walk over everything that modules of one management ask for.
pub(super) struct Walk<'m, 'w> {
    world: &'m World<'w>,
    management: &'m Management,
    nodes: Vec<Node>,
    ids: LookUp<Chosen, u32>,
    /// The first node of each artifact, to see a second version.
    versions: LookUp<Key, u32>,
    /// What is asked for by others than the modules themselves.
    brought: LookUp<Key, ()>,
    all: Resolved,
    direct: Vec<Vec<(u32, Edge)>>,
    decided_alone: Vec<bool>,
}

impl<'m, 'w> Walk<'m, 'w> {
    /// Walks from these modules, all of which have the same management.
    pub(super) fn new(world: &'m World<'w>, management: &'m Management, modules: &[&Asking]) -> Self {
        let mut walk = Self {
            world,
            management,
            nodes: Vec::new(),
            ids: LookUp::new(),
            versions: LookUp::new(),
            brought: LookUp::new(),
            all: Resolved::default(),
            direct: Vec::with_capacity(modules.len()),
            decided_alone: Vec::with_capacity(modules.len()),
        };
        for module in modules {
            let mut alone = false;
            let mut direct = Vec::with_capacity(module.dependencies.len());
            for dependency in &module.dependencies {
                if mediation::leads_back(world, module.at, dependency, &dependency.version) {
                    continue;
                }
                let managed = management.get(dependency.key);
                alone |= !mediation::exclusions_of(dependency, managed).is_empty();
                let scope = mediation::scope_of(dependency.scope, dependency.optional || dependency.conditional);
                let to = walk.node(dependency, &dependency.version);
                let edge =
                    mediation::edge(None, walk.nodes[to as usize].chosen, scope, dependency, &dependency.version);
                direct.push((to, edge));
            }
            walk.direct.push(direct);
            walk.decided_alone.push(alone);
        }
        let mut at = 0;
        while at < walk.nodes.len() {
            walk.expand(at);
            at += 1;
        }
        walk.spread();
        for (module, direct) in walk.direct.iter().enumerate() {
            let weak = |edge: &Edge| edge.scope != Scope::Runtime && walk.brought.contains_key(&edge.to.0);
            let open = direct.iter().any(|(to, edge)| walk.nodes[*to as usize].open || weak(edge));
            walk.decided_alone[module] |= open;
        }
        walk
    }

    fn node(&mut self, dependency: &Dependency, version: &Version) -> u32 {
        let Landed { chosen, descriptor, unknown } = mediation::land(self.world, dependency, version);
        if let Some(id) = self.ids.get(&chosen) {
            return *id;
        }
        if chosen.1 == NO_VERSION {
            let why = version.unknown.clone().unwrap_or_default();
            self.all.unversioned.push((chosen.0, dependency.declared.clone(), why));
        } else if unknown {
            self.all.unknown.push((chosen, dependency.declared.clone()));
        }
        let id = self.nodes.len() as u32;
        let first = *self.versions.get_or_insert_with(chosen.0, || id);
        let second = first != id;
        if second {
            self.nodes[first as usize].open = true;
        }
        self.nodes.push(Node { chosen, descriptor, edges: Vec::new(), open: second });
        self.ids.insert(chosen, id);
        id
    }

    fn expand(&mut self, at: usize) {
        let Some(descriptor) = self.nodes[at].descriptor.take() else { return };
        let from = self.nodes[at].chosen;
        let mut edges = Vec::with_capacity(descriptor.dependencies.len());
        for dependency in &descriptor.dependencies {
            let managed = self.management.get(dependency.key);
            let version = managed.and_then(|managed| managed.version.as_ref()).unwrap_or(&dependency.version);
            let scope = managed.and_then(|managed| managed.scope).unwrap_or(dependency.scope);
            let to = self.node(dependency, version);
            self.brought.insert(self.nodes[to as usize].chosen.0, ());
            if !mediation::exclusions_of(dependency, managed).is_empty() {
                self.nodes[at].open = true;
            }
            if to as usize != at {
                let scope = mediation::scope_of(scope, dependency.conditional);
                edges.push((
                    to,
                    mediation::edge(Some(from), self.nodes[to as usize].chosen, scope, dependency, version),
                ));
            }
        }
        self.nodes[at].edges = edges;
    }

    /// What leads to something open is open.
    fn spread(&mut self) {
        let count = self.nodes.len();
        let mut first = vec![0u32; count + 1];
        for (to, _) in self.nodes.iter().flat_map(|node| &node.edges) {
            first[*to as usize + 1] += 1;
        }
        for at in 0..count {
            first[at + 1] += first[at];
        }
        let mut next = first.clone();
        let mut sources = vec![0u32; first[count] as usize];
        for (from, node) in self.nodes.iter().enumerate() {
            for (to, _) in &node.edges {
                let slot = &mut next[*to as usize];
                sources[*slot as usize] = from as u32;
                *slot += 1;
            }
        }
        let mut waiting: Vec<usize> = (0..count).filter(|at| self.nodes[*at].open).collect();
        while let Some(at) = waiting.pop() {
            for from in &sources[first[at] as usize..first[at + 1] as usize] {
                let from = *from as usize;
                if !std::mem::replace(&mut self.nodes[from].open, true) {
                    waiting.push(from);
                }
            }
        }
    }

    /// For each module, whether it has to be decided alone.
    pub(super) fn decided_alone(&self) -> &[bool] {
        &self.decided_alone
    }

    /// What the modules get that need no decision, or for which there is no time to decide.
    pub(super) fn resolved(mut self, together: &[bool]) -> Resolved {
        let mut scopes: Vec<Option<Scope>> = vec![None; self.nodes.len()];
        let mut waiting: Vec<Vec<u32>> = vec![Vec::new(); Scope::ALL.len()];
        let chosen_modules = self.direct.iter().zip(together).filter(|(_, together)| **together);
        for (to, edge) in chosen_modules.flat_map(|(direct, _)| direct) {
            waiting[edge.scope as usize].push(*to);
        }
        for (rank, scope) in Scope::ALL.into_iter().enumerate() {
            while let Some(node) = waiting[rank].pop() {
                let at = node as usize;
                if scopes[at].is_some() {
                    continue;
                }
                scopes[at] = Some(scope);
                for (to, edge) in &self.nodes[at].edges {
                    if scopes[*to as usize].is_none() {
                        waiting[rank.max(edge.scope as usize)].push(*to);
                    }
                }
            }
        }
        let reached: LookUp<Chosen, ()> = self
            .nodes
            .iter()
            .zip(&scopes)
            .filter(|(_, scope)| scope.is_some())
            .map(|(node, _)| (node.chosen, ()))
            .collect();
        self.all.unversioned.retain(|(key, ..)| reached.contains_key(&(*key, NO_VERSION)));
        self.all.unknown.retain(|(chosen, _)| reached.contains_key(chosen));
        for (node, scope) in self.nodes.into_iter().zip(scopes) {
            if let Some(scope) = scope {
                self.all.scopes.push((node.chosen, scope));
                self.all.edges.extend(node.edges.into_iter().map(|(_, edge)| edge));
            }
        }
        self.all
    }

    /// The edges of a module itself.
    pub(super) fn direct(&mut self, module: usize) -> Vec<Edge> {
        // The places stay for the scopes; the edges themselves are only wanted once.
        self.direct[module].iter().map(|(_, edge)| edge.clone()).collect()
    }
}
