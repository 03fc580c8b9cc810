//! What the statements of all documents together say about a Bom.
//!
//! A vulnerability of a component is settled only if it is on *every* way by which the component comes into a project: a library
//! that one part of the product uses harmlessly may be used otherwise by another part. A statement is about a way if its product
//! lies on it and, behind that, one of its subcomponents; a product that is the component itself is on all of its ways. Of
//! several statements about a way the latest counts; those without a time are older than those with one.
//!
//! Ways are not listed, since there may be more of them than could be: the search walks over components together with how far each
//! statement has been matched, and looks for one way that is not settled. Walking round a circle can only bring more statements
//! to a way; one that says "affected" then keeps the vulnerability open, which is the safe mistake.

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::model::{
    Bom, ComponentId, Dependency, LookUp, ProjectId, Purl, VexStanding, VexStatement, VexStatus, Vulnerability,
};

use super::{Identifier, Product, Statement};

/// What came of applying statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// How many vulnerabilities are settled: not affected or fixed on every way.
    pub settled: usize,
    /// How many are spoken of and not settled.
    pub open: usize,
    /// For how many some ways are settled and others are not.
    pub partly: usize,
    /// For each statement whether it is about anything that is there.
    pub used: Vec<bool>,
}

/// How many statements about one vulnerability of one component are told apart; the latest ones count.
const MOST_STATEMENTS: usize = 12;
/// How many states a search may visit before it gives up, which leaves the vulnerability open.
const MOST_STATES: usize = 200_000;

/// Sets the standing of every vulnerability of the Bom that a statement is about.
pub fn apply(bom: &mut Bom, statements: &[Statement]) -> Applied {
    let mut applied = Applied { used: vec![false; statements.len()], ..Applied::default() };
    let Some(advisories) = bom.advisories.take() else { return applied };
    let mut by_id: BTreeMap<CompactString, Vec<usize>> = BTreeMap::new();
    for (at, statement) in statements.iter().enumerate() {
        for id in &statement.vulnerabilities {
            by_id.entry(id.to_ascii_uppercase()).or_default().push(at);
        }
    }
    let ways = Ways::of(bom);
    let mut advisories = advisories;
    for known in &mut advisories.vulnerabilities {
        let mut about: Vec<usize> = ids(known).flat_map(|id| by_id.get(&id)).flatten().copied().collect();
        about.sort_unstable();
        about.dedup();
        if about.is_empty() {
            continue;
        }
        let said = settle(bom, &ways, known.component, statements, about, &mut applied.used);
        match said {
            Said::Settled(at) => {
                applied.settled += 1;
                known.standing = stated(&statements[at]);
            }
            Said::Open(at) => {
                applied.open += 1;
                known.standing = stated(&statements[at]);
            }
            Said::Partly => applied.partly += 1,
            Said::Nothing => {}
        }
    }
    bom.advisories = Some(advisories);
    applied
}

fn ids(known: &Vulnerability) -> impl Iterator<Item = CompactString> + '_ {
    let all = [&known.id].into_iter().chain(&known.aliases).chain(&known.records);
    all.map(|id| id.to_ascii_uppercase())
}

fn stated(statement: &Statement) -> VexStanding {
    VexStanding::Stated(Box::new(VexStatement {
        status: statement.status,
        by: statement.by.clone(),
        justification: statement.justification.clone(),
        impact: statement.impact.clone(),
        stated: statement.stated.clone(),
        location: statement.location.clone(),
    }))
}

enum Said {
    /// On every way; by this statement, the latest of those that count.
    Settled(usize),
    /// Some way is said to be affected or not known yet, by this statement.
    Open(usize),
    /// Some ways are settled and others are not spoken of.
    Partly,
    Nothing,
}

/// The edges of a Bom, from what is needed to what needs it, project by project.
struct Ways<'a> {
    incoming: Vec<(ProjectId, ComponentId, ComponentId)>,
    bom: &'a Bom,
    /// The scanned tree itself, as documents of this program name it.
    tree: Purl,
    /// Components by the name of their package URL, sorted.
    named: Vec<(&'a str, ComponentId)>,
}

impl<'a> Ways<'a> {
    fn of(bom: &'a Bom) -> Self {
        let edge = |edge: &Dependency| (edge.project, edge.to, edge.from);
        let mut incoming: Vec<_> = bom.dependencies.iter().map(edge).collect();
        incoming.sort_unstable();
        incoming.dedup();
        let name = if bom.subject.name.trim().is_empty() { "unnamed" } else { bom.subject.name.trim() };
        let tree = Purl::new("generic", name).with_version(bom.subject.revision.as_deref().unwrap_or_default());
        let mut named: Vec<(&str, ComponentId)> =
            bom.ids().map(|(id, component)| (component.purl.name(), id)).collect();
        named.sort_unstable();
        Self { incoming, bom, tree, named }
    }

    /// Whether an identifier names anything of the Bom, or the scanned tree.
    fn has(&self, identifier: &Identifier) -> bool {
        let Some(purl) = &identifier.purl else {
            return self.bom.components.iter().any(|component| identifier.means(component));
        };
        let start = self.named.partition_point(|(name, _)| *name < purl.name());
        let mut same = self.named[start..].iter().take_while(|(name, _)| *name == purl.name());
        identifier.names(&self.tree) || same.any(|(_, id)| identifier.means(self.bom.component(*id)))
    }

    fn needed_by(&self, project: ProjectId, component: ComponentId) -> impl Iterator<Item = ComponentId> + '_ {
        let start = self.incoming.partition_point(|(p, to, _)| (*p, *to) < (project, component));
        let here = self.incoming[start..].iter();
        here.take_while(move |(p, to, _)| (*p, *to) == (project, component)).map(|(_, _, from)| *from)
    }
}

/// A product of a statement, and what is said of it.
struct Asked<'a> {
    at: usize,
    status: VexStatus,
    product: &'a Product,
}

/// How far a statement has been matched on a way from the component upwards.
const OPEN: u8 = 0;
/// A subcomponent has been met: its product may come above.
const BELOW: u8 = 1;
/// It is about the way.
const DONE: u8 = 2;

type State = [u8; MOST_STATEMENTS];

impl Asked<'_> {
    /// The step that a component of the way is, seen from below.
    fn step(&self, before: u8, means: impl Fn(&Identifier) -> bool) -> u8 {
        if before == DONE {
            return DONE;
        }
        let inner = &self.product.subcomponents;
        if (inner.is_empty() || before == BELOW) && means(&self.product.what) {
            return DONE;
        }
        if inner.iter().any(means) { BELOW } else { before }
    }
}

fn settle(
    bom: &Bom,
    ways: &Ways<'_>,
    component: ComponentId,
    statements: &[Statement],
    mut about: Vec<usize>,
    used: &mut [bool],
) -> Said {
    // The latest first: of several about a way the first one counts.
    about.sort_by(|a, b| (&statements[*b].stated, *b).cmp(&(&statements[*a].stated, *a)));
    let asked: Vec<Asked<'_>> = about
        .iter()
        .flat_map(|at| {
            let statement = &statements[*at];
            statement.products.iter().map(|product| Asked { at: *at, status: statement.status, product })
        })
        // What names nothing that is there can be on no way.
        .filter(|asked| {
            let inner = &asked.product.subcomponents;
            ways.has(&asked.product.what) && (inner.is_empty() || inner.iter().any(|inner| ways.has(inner)))
        })
        .take(MOST_STATEMENTS)
        .collect();
    if asked.is_empty() {
        return Said::Nothing;
    }
    let mine = bom.component(component);
    let mut projects: Vec<ProjectId> = mine.occurrences.iter().map(|occurrence| occurrence.project).collect();
    projects.sort_unstable();
    projects.dedup();
    let mut found = Found::default();
    for project in projects {
        walk(ways, project, component, &asked, &mut found);
    }
    let (mut settled, mut open): (Option<usize>, Option<usize>) = (None, None);
    for rank in &found.counting {
        let asked = &asked[*rank];
        used[asked.at] = true;
        let place = match asked.status {
            VexStatus::NotAffected | VexStatus::Fixed => &mut settled,
            VexStatus::Affected | VexStatus::UnderInvestigation => &mut open,
        };
        // Ranks ascend, so that the latest comes first.
        place.get_or_insert(asked.at);
    }
    match (settled, open, found.unspoken) {
        (_, Some(at), _) => Said::Open(at),
        (Some(at), None, false) => Said::Settled(at),
        (Some(_), None, true) => Said::Partly,
        (None, None, _) => Said::Nothing,
    }
}

#[derive(Default)]
struct Found {
    /// The ranks of the statements that count on some way, ascending.
    counting: std::collections::BTreeSet<usize>,
    /// Whether some way is not spoken of.
    unspoken: bool,
}

/// Walks all ways of a component in a project, from the component to where they begin.
fn walk(ways: &Ways<'_>, project: ProjectId, component: ComponentId, asked: &[Asked<'_>], found: &mut Found) {
    let bom = ways.bom;
    let roots = &bom.project(project).roots;
    let step = |state: State, at: ComponentId| {
        let mut next = state;
        for (rank, asked) in asked.iter().enumerate() {
            next[rank] = asked.step(state[rank], |identifier| identifier.means(bom.component(at)));
        }
        next
    };
    let start = step([OPEN; MOST_STATEMENTS], component);
    let mut seen: LookUp<(ComponentId, State), ()> = LookUp::new();
    seen.insert((component, start), ());
    let mut count = 0;
    let mut waiting = vec![(component, start)];
    while let Some((at, state)) = waiting.pop() {
        count += 1;
        if count > MOST_STATES {
            found.unspoken = true;
            return;
        }
        let mut ends = true;
        for from in ways.needed_by(project, at) {
            ends = false;
            let next = (from, step(state, from));
            if !seen.contains_key(&next) {
                seen.insert(next, ());
                waiting.push(next);
            }
        }
        // A way begins at a root, or at what nothing needs. What only a circle needs has no beginning, and is met as itself.
        if ends || roots.contains(&at) || at == component && !reaches_root(ways, project, component, roots) {
            let mut last = state;
            for (rank, asked) in asked.iter().enumerate() {
                last[rank] = asked.step(state[rank], |identifier| identifier.names(&ways.tree));
            }
            match last.iter().take(asked.len()).position(|step| *step == DONE) {
                Some(rank) => {
                    found.counting.insert(rank);
                }
                None => found.unspoken = true,
            }
        }
    }
}

/// Whether any root, or anything that nothing needs, is above a component.
fn reaches_root(ways: &Ways<'_>, project: ProjectId, component: ComponentId, roots: &[ComponentId]) -> bool {
    let mut seen: LookUp<ComponentId, ()> = LookUp::new();
    let mut waiting = vec![component];
    seen.insert(component, ());
    while let Some(at) = waiting.pop() {
        if roots.contains(&at) {
            return true;
        }
        let mut ends = true;
        for from in ways.needed_by(project, at) {
            ends = false;
            if !seen.contains_key(&from) {
                seen.insert(from, ());
                waiting.push(from);
            }
        }
        if ends {
            return true;
        }
    }
    false
}
