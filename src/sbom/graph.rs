//! What documents say of the whole: what it is about, who needs whom, and how much of that is known.

use std::collections::BTreeSet;

use crate::model::{Bom, Completeness, Component, ComponentId, Origin, Party, Scope};

/// The edges of a Bom over all projects, and how complete they are.
pub(crate) struct Graph {
    /// The component that the whole document is about, if the tree holds exactly one package of one's own.
    pub sole_root: Option<ComponentId>,
    /// What hangs on the subject where there is no sole root: the roots of the projects.
    pub tops: Vec<ComponentId>,
    /// Whether all of `tops` are known.
    pub whole: Completeness,
    /// By from, to: every pair once, with the strongest scope.
    edges: Vec<(ComponentId, ComponentId, Scope)>,
    /// Where the edges of a component start.
    starts: Vec<usize>,
    /// Whether a component's own dependencies are all known.
    completeness: Vec<Completeness>,
}

impl Graph {
    pub(crate) fn of(bom: &Bom) -> Self {
        let mut edges: Vec<(ComponentId, ComponentId, Scope)> = bom
            .dependencies
            .iter()
            .filter(|edge| edge.from != edge.to)
            .map(|edge| (edge.from, edge.to, edge.scope))
            .collect();
        edges.sort_unstable();
        edges.dedup_by_key(|(from, to, _)| (*from, *to));
        let mut starts = Vec::with_capacity(bom.components.len() + 1);
        let mut at = 0;
        for (id, _) in bom.ids() {
            while edges.get(at).is_some_and(|(from, _, _)| *from < id) {
                at += 1;
            }
            starts.push(at);
        }
        starts.push(edges.len());
        let told = tells_edges(bom, &edges);
        let completeness = bom.components.iter().map(|component| completeness(bom, component, &told)).collect();
        Self { sole_root: sole_root(bom), tops: tops(bom, &edges), whole: whole(bom), edges, starts, completeness }
    }

    /// What a component needs and what for, by id.
    pub(crate) fn needs(&self, id: ComponentId) -> impl ExactSizeIterator<Item = (ComponentId, Scope)> + '_ {
        let at = id.0 as usize;
        self.edges[self.starts[at]..self.starts[at + 1]].iter().map(|(_, to, scope)| (*to, *scope))
    }

    /// Whether all that a component needs is known.
    pub(crate) fn completeness(&self, id: ComponentId) -> Completeness {
        self.completeness[id.0 as usize]
    }
}

/// What a third party's package needs is told by any complete lock file that holds it; what one's own package needs, only
/// by all of the projects that it is part of.
fn completeness(bom: &Bom, component: &Component, tells_edges: &[bool]) -> Completeness {
    let third = component.is_third_party();
    let told = component.occurrences.iter().map(|occurrence| {
        let floor = if third && !tells_edges[occurrence.project.0 as usize] {
            Completeness::Unknown
        } else {
            Completeness::Complete
        };
        // Files that list components without saying who needs them say nothing about what these need.
        match bom.project(occurrence.project).completeness {
            Completeness::Complete => floor,
            other => other,
        }
    });
    let told = if component.is_third_party() { told.min() } else { told.max() };
    told.unwrap_or(Completeness::Unknown)
}

/// For each project whether it says who needs each of its third parties: a `go.mod` without the module cache does not.
fn tells_edges(bom: &Bom, edges: &[(ComponentId, ComponentId, Scope)]) -> Vec<bool> {
    let mut needed = vec![false; bom.components.len()];
    for (_, to, _) in edges {
        needed[to.0 as usize] = true;
    }
    let mut told = vec![true; bom.projects.len()];
    for (_, component) in bom.third_parties().filter(|(id, _)| !needed[id.0 as usize]) {
        for occurrence in &component.occurrences {
            told[occurrence.project.0 as usize] = false;
        }
    }
    told
}

fn sole_root(bom: &Bom) -> Option<ComponentId> {
    let mut first = bom.ids().filter(|(_, component)| component.party == Party::First);
    let (id, _) = first.next()?;
    let alone = first.next().is_none() && bom.projects.len() == 1 && bom.projects[0].roots == [id];
    alone.then_some(id)
}

/// The roots of the projects; for a project without one, what nothing else in it needs.
fn tops(bom: &Bom, edges: &[(ComponentId, ComponentId, Scope)]) -> Vec<ComponentId> {
    let mut tops: BTreeSet<ComponentId> =
        bom.projects.iter().flat_map(|project| project.roots.iter().copied()).collect();
    if bom.projects.iter().any(|project| project.roots.is_empty()) {
        let mut needed = vec![false; bom.components.len()];
        for (_, to, _) in edges {
            needed[to.0 as usize] = true;
        }
        let hangs = |id: ComponentId, component: &Component| {
            component
                .occurrences
                .iter()
                .any(|o| bom.project(o.project).roots.is_empty() && (o.direct || !needed[id.0 as usize]))
        };
        tops.extend(bom.ids().filter(|(id, component)| hangs(*id, component)).map(|(id, _)| id));
    }
    tops.into_iter().collect()
}

/// Whether all projects are known: not where a file could not be read or was left out.
fn whole(bom: &Bom) -> Completeness {
    let lost = bom.files.excluded > 0 || bom.diagnostics.iter().any(|diagnostic| diagnostic.kind.loses_facts());
    let worst = bom.projects.iter().map(|project| project.completeness).max().unwrap_or(Completeness::Unknown);
    match worst {
        Completeness::Complete if lost => Completeness::Incomplete,
        worst => worst,
    }
}

/// The facts that a good document has of a component and this one has not, in the words of the properties.
pub(crate) fn unknowns(component: &Component, completeness: Completeness) -> Vec<&'static str> {
    let mut missing = Vec::new();
    let mut unless = |known: bool, word| {
        if !known {
            missing.push(word);
        }
    };
    unless(completeness == Completeness::Complete, "dependencies");
    unless(!component.hashes.is_empty(), "hash");
    let licensed = component.licensing.effective().is_some_and(|claim| sure_expression(claim).is_some());
    unless(licensed, "license");
    unless(component.origin != Origin::Unknown, "origin");
    unless(component.supplier.is_some() || !component.is_third_party(), "supplier");
    unless(component.purl.version().is_some(), "version");
    missing
}

/// The data fields of the 2026 Minimum Elements (appendix A) that are not known of a component, in the words of
/// `cdx:cisa:unknown-information`. Nothing that is read says who made a component, so that the producer is always among them.
pub(crate) fn unknown_elements(component: &Component, completeness: Completeness) -> Vec<&'static str> {
    let words = unknowns(component, completeness);
    let said = |word: &str| words.contains(&word);
    let mut elements = vec!["Component Producer"];
    elements.extend(said("dependencies").then_some("Component Dependency Relationship"));
    elements.extend(component.hashes.is_empty().then_some("Component Hash Value"));
    // A raw text that is no expression is written as the name of a license, which is one.
    let raw = component.licensing.effective().is_some_and(|claim| !claim.raw.trim().is_empty());
    elements.extend((said("license") && !raw).then_some("Component License"));
    elements.extend(said("version").then_some("Component Version"));
    elements
}

/// The expression of a claim, unless it was guessed: a document would state it as a fact.
pub(crate) fn sure_expression(claim: &crate::model::LicenseClaim) -> Option<&str> {
    match claim.reading {
        crate::model::Reading::Guess(_) | crate::model::Reading::Unmapped(_) => None,
        _ => claim.expression.as_deref(),
    }
}
