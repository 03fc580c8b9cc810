//! What cargo itself decided, applied to a graph made from the lock file.
//!
//! The evidence stays the lock file's and the manifests': cargo only says what each package is for. A package reached in
//! several ways has the strongest of them; what cargo did not choose at all is optional.

use std::collections::BTreeMap;

use super::metadata::{MEMBER, RESOLVED};
use crate::ecosystem::{Graph, GraphEdge, Link, Parsed};
use crate::model::{Party, Purl, Scope};

/// Sets the scopes of a graph's packages and edges by an answer of `cargo metadata` for the same workspace.
pub(super) fn apply(graph: &mut Graph<'_>, answer: &Parsed) {
    let mut places: BTreeMap<(&Purl, Party), u32> = BTreeMap::new();
    for (index, package) in answer.packages.iter().enumerate() {
        places.entry((&package.purl, package.party)).or_insert(index as u32);
    }
    // A package beside the scanned tree is cargo's own path package, and somebody else's here.
    let place =
        |purl: &Purl, party: Party| places.get(&(purl, party)).or_else(|| places.get(&(purl, Party::First))).copied();
    let of_node: Vec<Option<u32>> =
        graph.nodes.iter().map(|node| place(&node.package.purl, node.package.party)).collect();
    let scopes = scopes(answer);
    let resolved = numbers(answer, RESOLVED);
    for (node, at) in graph.nodes.iter_mut().zip(&of_node) {
        let known = at.is_some() || node.package.purl.version().is_some();
        if known && node.package.party == Party::Third {
            node.decided = Some(at.and_then(|at| scopes[at as usize]).unwrap_or(Scope::Optional));
        }
    }
    let mut links: BTreeMap<(u32, u32), Vec<&Link>> = BTreeMap::new();
    for link in &answer.links {
        links.entry((link.from, link.to)).or_default().push(link);
    }
    let mut more = Vec::new();
    for edge in &mut graph.edges {
        let (Some(from), to) = (of_node[edge.from as usize], of_node[edge.to as usize]) else { continue };
        if resolved.binary_search(&from).is_err() {
            continue;
        }
        let first_party = graph.nodes[edge.from as usize].package.party == Party::First;
        let found = to.and_then(|to| links.get(&(from, to))).map_or(&[][..], Vec::as_slice);
        match found {
            // What a manifest declares stands, but for what only a feature turns on.
            _ if first_party && edge.scope != Scope::Optional => {}
            [] => edge.scope = Scope::Optional,
            [first, rest @ ..] => {
                edge.scope = first.scope;
                edge.requirement = edge.requirement.take().or_else(|| first.requirement.clone());
                if !first_party {
                    more.extend(rest.iter().map(|link| GraphEdge {
                        scope: link.scope,
                        requirement: link.requirement.clone(),
                        ..edge.clone()
                    }));
                }
            }
        }
    }
    graph.edges.extend(more);
}

fn numbers(answer: &Parsed, setting: &str) -> Vec<u32> {
    let values = answer.settings.iter().filter(|(name, _)| *name == setting);
    let mut numbers: Vec<u32> = values.filter_map(|(_, value)| value.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

/// The strongest scope by which the members reach each package of the answer.
fn scopes(answer: &Parsed) -> Vec<Option<Scope>> {
    let count = answer.packages.len();
    let mut outgoing: Vec<Vec<&Link>> = vec![Vec::new(); count];
    for link in &answer.links {
        outgoing[link.from as usize].push(link);
    }
    let mut best: Vec<Option<Scope>> = vec![None; count];
    let mut open: BTreeMap<Scope, Vec<u32>> = BTreeMap::from([(Scope::Runtime, numbers(answer, MEMBER))]);
    // Strongest first: what is settled in one round cannot become stronger in a later one.
    for scope in Scope::ALL {
        let mut round = open.remove(&scope).unwrap_or_default();
        while let Some(package) = round.pop() {
            let Some(slot) = best.get_mut(package as usize).filter(|slot| slot.is_none()) else { continue };
            *slot = Some(scope);
            for link in &outgoing[package as usize] {
                match link.scope.max(scope) {
                    same if same == scope => round.push(link.to),
                    weaker => open.entry(weaker).or_default().push(link.to),
                }
            }
        }
    }
    best
}
