//! Minimal version selection over the module graph, pruned as the go command prunes it.
//!
//! The rules are those of the Go Modules Reference ("Minimal version selection", "Module graph pruning", "Workspaces") and,
//! where that is silent, of the go command (`cmd/go/internal/modload/buildlist.go`, `readModGraph`): of a module that supports
//! pruning (Go 1.17 and later) only its own requirements count; of an older one, everything below it. Requirements of a
//! version count even if a higher one is selected. In a workspace, the selected versions of what its modules need are looked
//! at as well.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use compact_str::CompactString;

use super::version;
use crate::model::{LookUp, RepoPath};

/// More module versions than this are not looked at: no real graph has a tenth of them.
const MOST_MODULES: usize = 200_000;

/// How much of what is below a module counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pruning {
    /// Its requirements, and everything below those that do not support pruning.
    Pruned,
    /// Everything.
    Unpruned,
    /// The module is one of a workspace, or needed by one.
    Workspace,
}

/// What the `go.mod` of a module says.
#[derive(Clone, Debug)]
pub(super) struct Summary {
    /// Whether it is of Go 1.17 or later.
    pub prunes: bool,
    /// Module, version, and the place of the requirement in its file.
    pub requires: Vec<(CompactString, CompactString, crate::model::Mark)>,
    /// The file.
    pub file: RepoPath,
    /// Why the module calls itself deprecated.
    pub deprecated: Option<CompactString>,
}

/// A module at a version; the version of a main module is empty, and above all others.
type Node = (CompactString, CompactString);

/// A module graph.
#[derive(Default)]
pub(super) struct ModuleGraph {
    numbers: LookUp<Node, u32>,
    nodes: Vec<Node>,
    /// `None`: not looked at, or not found.
    summaries: Vec<Option<Arc<Summary>>>,
    requires: Vec<Vec<u32>>,
    loaded: Vec<bool>,
    selected: LookUp<CompactString, u32>,
    paths: BTreeSet<CompactString>,
    /// Modules whose `go.mod` should have been looked at and is not there.
    missing: Vec<u32>,
}

/// The order of versions of one module.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (false, false) => version::compare(a, b),
        (a, b) => a.cmp(&b),
    }
}

impl ModuleGraph {
    fn number(&mut self, path: &CompactString, version: &CompactString) -> u32 {
        let next = self.nodes.len() as u32;
        let number = *self.numbers.get_or_insert_with((path.clone(), version.clone()), || next);
        if number == next {
            self.nodes.push((path.clone(), version.clone()));
            self.summaries.push(None);
            self.requires.push(Vec::new());
            self.loaded.push(false);
            match self.selected.get_mut(path) {
                Some(selected) if compare(&self.nodes[*selected as usize].1, version) == Ordering::Less => {
                    *selected = number
                }
                Some(_) => {}
                None => {
                    self.selected.insert(path.clone(), number);
                    self.paths.insert(path.clone());
                }
            }
        }
        number
    }

    /// The graph from the main modules on. `load` gives what is said of a module; exclusions and replacements are its business.
    pub fn new(
        mains: &[(CompactString, Summary)],
        workspace: bool,
        mut load: impl FnMut(&str, &str) -> Option<Arc<Summary>>,
    ) -> Self {
        let mut graph = Self::default();
        let mut open: Vec<(u32, Pruning)> = Vec::new();
        let mut roots = Vec::new();
        for (path, summary) in mains {
            let main = graph.number(path, &CompactString::default());
            graph.take(main, Some(Arc::new(summary.clone())));
            roots.push(main);
            if workspace {
                open.push((main, Pruning::Workspace));
            } else {
                let pruning = if summary.prunes { Pruning::Pruned } else { Pruning::Unpruned };
                open.extend(graph.requires[main as usize].iter().map(|required| (*required, pruning)));
            }
        }
        let mut seen: LookUp<(u32, u8), ()> = LookUp::new();
        graph.close(&mut open, &mut seen, &mut load);
        if workspace {
            graph.close_workspace(&roots, &mut seen, &mut load);
        } else {
            graph.close_roots(&roots, mains, &mut seen, &mut load);
        }
        graph
    }

    fn take(&mut self, node: u32, summary: Option<Arc<Summary>>) {
        self.loaded[node as usize] = true;
        let Some(summary) = summary else { return self.missing.push(node) };
        let requires = summary.requires.iter().map(|(path, version, _)| self.number(path, version)).collect();
        self.requires[node as usize] = requires;
        self.summaries[node as usize] = Some(summary);
    }

    fn close(
        &mut self,
        open: &mut Vec<(u32, Pruning)>,
        seen: &mut LookUp<(u32, u8), ()>,
        load: &mut impl FnMut(&str, &str) -> Option<Arc<Summary>>,
    ) {
        while let Some((node, pruning)) = open.pop() {
            if seen.insert((node, pruning as u8), ()).is_some() {
                continue;
            }
            if !self.loaded[node as usize] {
                let (path, version) = self.nodes[node as usize].clone();
                let sound = version::is_version(&version) && self.nodes.len() < MOST_MODULES;
                let summary = if sound { load(&path, &version) } else { None };
                self.take(node, summary);
            }
            let Some(summary) = &self.summaries[node as usize] else { continue };
            let below = match (pruning, summary.prunes) {
                (Pruning::Pruned, true) => continue,
                (Pruning::Unpruned, _) | (_, false) => Pruning::Unpruned,
                (Pruning::Workspace, true) => Pruning::Pruned,
            };
            open.extend(self.requires[node as usize].iter().map(|required| (*required, below)));
        }
    }

    /// Looks at the selected versions of what the main module requires, where dependencies ask for higher ones than it does: the
    /// go command would raise them in its `go.mod`.
    fn close_roots(
        &mut self,
        roots: &[u32],
        mains: &[(CompactString, Summary)],
        seen: &mut LookUp<(u32, u8), ()>,
        load: &mut impl FnMut(&str, &str) -> Option<Arc<Summary>>,
    ) {
        let [root] = roots else { return };
        let pruning = if mains[0].1.prunes { Pruning::Pruned } else { Pruning::Unpruned };
        loop {
            let selected = self.requires[*root as usize].iter().map(|required| self.selected_of(*required));
            let mut open: Vec<(u32, Pruning)> = selected
                .filter(|node| !self.loaded[*node as usize] && *node != *root)
                .map(|node| (node, pruning))
                .collect();
            if open.is_empty() {
                return;
            }
            self.close(&mut open, seen, load);
        }
    }

    /// Looks at the selected versions of what the modules of a workspace need, until nothing changes.
    fn close_workspace(
        &mut self,
        roots: &[u32],
        seen: &mut LookUp<(u32, u8), ()>,
        load: &mut impl FnMut(&str, &str) -> Option<Arc<Summary>>,
    ) {
        let mut needed: BTreeSet<CompactString> =
            roots.iter().map(|root| self.nodes[*root as usize].0.clone()).collect();
        let mut looked: BTreeSet<u32> = BTreeSet::new();
        loop {
            let mut wanted: BTreeSet<u32> = BTreeSet::new();
            for path in &needed {
                let Some(node) = self.selected.get(path).copied() else { continue };
                if !looked.contains(&node) {
                    wanted.insert(node);
                    continue;
                }
                for required in &self.requires[node as usize] {
                    let selected = self.selected_of(*required);
                    if selected != *required && !looked.contains(&selected) {
                        wanted.insert(selected);
                    }
                }
            }
            if wanted.is_empty() {
                return;
            }
            let mut open = Vec::new();
            for node in wanted {
                looked.insert(node);
                needed.insert(self.nodes[node as usize].0.clone());
                open.push((node, Pruning::Workspace));
            }
            self.close(&mut open, seen, load);
        }
    }

    fn selected_of(&self, node: u32) -> u32 {
        self.selected.get(&self.nodes[node as usize].0).copied().unwrap_or(node)
    }

    /// The selected version of a module; empty for a main module.
    pub fn selected(&self, path: &str) -> Option<&CompactString> {
        self.selected.get(path).map(|node| &self.nodes[*node as usize].1)
    }

    /// Every module of the graph with its selected version, but the main modules.
    pub fn build_list(&self) -> impl Iterator<Item = (&CompactString, &CompactString)> {
        self.paths
            .iter()
            .filter_map(|path| Some((path, self.selected(path)?)))
            .filter(|(_, version)| !version.is_empty())
    }

    /// What is said of the selected version of a module.
    pub fn summary(&self, path: &str) -> Option<&Arc<Summary>> {
        self.summaries[*self.selected.get(path)? as usize].as_ref()
    }

    /// The modules whose files would have been needed and are not there.
    pub fn missing(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.missing.iter().map(|node| &self.nodes[*node as usize])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn summary(prunes: bool, requires: &[&str]) -> Summary {
        let mark = crate::model::Mark { span: Default::default(), line: 1, column: 1 };
        let split = |text: &&str| {
            let (path, version) = text.split_once('@').unwrap();
            (path.into(), version.into(), mark)
        };
        Summary { prunes, requires: requires.iter().map(split).collect(), file: RepoPath::root(), deprecated: None }
    }

    /// The build list, then what is missing.
    fn list(mains: &[(&str, Summary)], workspace: bool, world: &[(&str, bool, &[&str])]) -> (Vec<String>, usize) {
        let world: BTreeMap<&str, Arc<Summary>> =
            world.iter().map(|(name, prunes, requires)| (*name, Arc::new(summary(*prunes, requires)))).collect();
        let mains: Vec<_> = mains.iter().map(|(name, summary)| (CompactString::from(*name), summary.clone())).collect();
        let graph =
            ModuleGraph::new(&mains, workspace, |path, version| world.get(&*format!("{path}@{version}")).cloned());
        (graph.build_list().map(|(path, version)| format!("{path}@{version}")).collect(), graph.missing().len())
    }

    #[test]
    fn the_highest_requirement_is_selected_and_no_higher_one() {
        let world: &[(&str, bool, &[&str])] = &[
            ("a@v1.0.0", false, &["c@v1.2.0"]),
            ("b@v1.0.0", false, &["c@v1.3.0", "main@v9.0.0"]),
            ("c@v1.2.0", false, &["d@v1.0.0"]),
            ("c@v1.3.0", false, &[]),
            ("d@v1.0.0", false, &["a@v1.0.0"]),
            ("main@v9.0.0", false, &["z@v1.0.0"]),
            ("z@v1.0.0", false, &[]),
        ];
        let (found, missing) = list(&[("main", summary(false, &["a@v1.0.0", "b@v1.0.0"]))], false, world);
        // c@v1.2.0 is not selected, and its requirement counts all the same.
        assert_eq!(found, ["a@v1.0.0", "b@v1.0.0", "c@v1.3.0", "d@v1.0.0", "z@v1.0.0"]);
        assert_eq!(missing, 0);
    }

    #[test]
    fn what_supports_pruning_hides_what_is_below_its_requirements() {
        let world: &[(&str, bool, &[&str])] = &[
            ("a@v1.0.0", true, &["b@v1.0.0"]),
            ("b@v1.0.0", true, &["c@v1.0.0"]),
            ("old@v1.0.0", false, &["x@v1.0.0"]),
            ("x@v1.0.0", true, &["y@v1.0.0"]),
            ("y@v1.0.0", true, &[]),
        ];
        let main = [("main", summary(true, &["a@v1.0.0", "old@v1.0.0"]))];
        assert_eq!(list(&main, false, world).0, ["a@v1.0.0", "b@v1.0.0", "old@v1.0.0", "x@v1.0.0", "y@v1.0.0"]);
        let main = [("main", summary(false, &["a@v1.0.0"]))];
        // A main module that does not prune sees everything, and c is not to be had.
        assert_eq!(list(&main, false, world), (vec!["a@v1.0.0".into(), "b@v1.0.0".into(), "c@v1.0.0".into()], 1));
    }

    #[test]
    fn a_workspace_takes_the_maximum_and_what_that_needs() {
        let world: &[(&str, bool, &[&str])] = &[
            ("a@v1.0.0", true, &[]),
            ("a@v1.1.0", true, &["b@v1.0.0"]),
            ("b@v1.0.0", true, &["c@v1.0.0"]),
            ("c@v1.0.0", true, &[]),
        ];
        let mains = [("one", summary(true, &["a@v1.0.0"])), ("two", summary(true, &["a@v1.1.0", "one@v0.0.0"]))];
        assert_eq!(list(&mains, true, world).0, ["a@v1.1.0", "b@v1.0.0", "c@v1.0.0"]);
    }

    #[test]
    fn a_requirement_that_is_too_low_is_raised() {
        let world: &[(&str, bool, &[&str])] =
            &[("a@v1.0.0", true, &["b@v1.1.0"]), ("b@v1.0.0", true, &[]), ("b@v1.1.0", true, &["c@v1.0.0"])];
        let main = [("main", summary(true, &["a@v1.0.0", "b@v1.0.0"]))];
        assert_eq!(list(&main, false, world).0, ["a@v1.0.0", "b@v1.1.0", "c@v1.0.0"]);
    }

    #[test]
    fn circles_end_and_versions_that_are_none_are_missing() {
        let world: &[(&str, bool, &[&str])] = &[("a@v1.0.0", false, &["b@v1.0.0"]), ("b@v1.0.0", false, &["a@v1.0.0"])];
        let main = [("main", summary(false, &["a@v1.0.0", "c@main"]))];
        assert_eq!(list(&main, false, world), (vec!["a@v1.0.0".into(), "b@v1.0.0".into(), "c@main".into()], 1));
    }
}
