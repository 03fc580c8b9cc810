//! Scope by reachability: what a package is needed for is decided by how the roots reach it, the same way for every
//! ecosystem and every format.

use crate::ecosystem::GraphEdge;
use crate::model::Scope;

/// How a node is reached from the roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The strongest scope over all paths, where a path is as weak as its weakest edge. `None`: no root reaches it.
    pub scope: Option<Scope>,
    /// Whether a root depends on it directly.
    pub direct: bool,
}

/// How each of `nodes` nodes is reached. Linear in edges times the number of scopes.
pub fn reach(nodes: usize, edges: &[GraphEdge], roots: &[u32]) -> Vec<Reach> {
    let mut first = vec![0u32; nodes + 1];
    for edge in edges {
        first[edge.from as usize + 1] += 1;
    }
    for at in 0..nodes {
        first[at + 1] += first[at];
    }
    let mut next = first.clone();
    let mut targets = vec![(0u32, Scope::Runtime); edges.len()];
    for edge in edges {
        let slot = &mut next[edge.from as usize];
        targets[*slot as usize] = (edge.to, edge.scope);
        *slot += 1;
    }
    let mut reached = vec![Reach { scope: None, direct: false }; nodes];
    // Weaker edges wait until everything that stronger ones reach is done, so that the first scope a node gets is its best.
    let mut waiting: Vec<Vec<u32>> = vec![Vec::new(); Scope::ALL.len()];
    waiting[0].extend_from_slice(roots);
    for (rank, scope) in Scope::ALL.into_iter().enumerate() {
        while let Some(node) = waiting[rank].pop() {
            if reached[node as usize].scope.is_some() {
                continue;
            }
            reached[node as usize].scope = Some(scope);
            let range = first[node as usize] as usize..first[node as usize + 1] as usize;
            for &(to, along) in &targets[range] {
                if reached[to as usize].scope.is_none() {
                    waiting[rank.max(along as usize)].push(to);
                }
            }
        }
    }
    for root in roots {
        let range = first[*root as usize] as usize..first[*root as usize + 1] as usize;
        for &(to, _) in &targets[range] {
            reached[to as usize].direct = true;
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: u32, to: u32, scope: Scope) -> GraphEdge {
        GraphEdge { from, to, scope, requirement: None, location: None }
    }

    #[test]
    fn a_path_is_as_weak_as_its_weakest_edge_and_the_strongest_path_wins() {
        let edges = [
            edge(0, 1, Scope::Development),
            edge(1, 2, Scope::Runtime),
            edge(0, 3, Scope::Optional),
            edge(3, 2, Scope::Runtime),
            edge(2, 4, Scope::Build),
        ];
        let reached = reach(6, &edges, &[0]);
        let scopes: Vec<_> = reached.iter().map(|reach| reach.scope).collect();
        assert_eq!(
            scopes,
            [
                Some(Scope::Runtime),
                Some(Scope::Development),
                Some(Scope::Optional),
                Some(Scope::Optional),
                Some(Scope::Build),
                None
            ]
        );
        assert_eq!(
            reached.iter().map(|reach| reach.direct).collect::<Vec<_>>(),
            [false, true, false, true, false, false]
        );
    }

    #[test]
    fn cycles_end() {
        let edges = [
            edge(0, 1, Scope::Runtime),
            edge(1, 2, Scope::Peer),
            edge(2, 1, Scope::Runtime),
            edge(2, 0, Scope::Runtime),
        ];
        assert_eq!(reach(3, &edges, &[0])[2].scope, Some(Scope::Peer));
    }

    #[test]
    fn the_order_of_scopes_is_the_order_of_ranks() {
        for (rank, scope) in Scope::ALL.into_iter().enumerate() {
            assert_eq!(scope as usize, rank);
        }
    }
}
