//! Which nodes of a graph the roots reach at all.

use crate::ecosystem::GraphEdge;

/// For each of `nodes` nodes whether a root reaches it. Linear in edges.
pub(super) fn reached(nodes: usize, edges: &[GraphEdge], roots: &[u32]) -> Vec<bool> {
    let mut first = vec![0u32; nodes + 1];
    for edge in edges {
        first[edge.from as usize + 1] += 1;
    }
    for at in 0..nodes {
        first[at + 1] += first[at];
    }
    let mut next = first.clone();
    let mut targets = vec![0u32; edges.len()];
    for edge in edges {
        let slot = &mut next[edge.from as usize];
        targets[*slot as usize] = edge.to;
        *slot += 1;
    }
    let mut reached = vec![false; nodes];
    let mut open: Vec<u32> = roots.to_vec();
    while let Some(node) = open.pop() {
        if std::mem::replace(&mut reached[node as usize], true) {
            continue;
        }
        open.extend(&targets[first[node as usize] as usize..first[node as usize + 1] as usize]);
    }
    reached
}
