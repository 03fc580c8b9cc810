//! Which files make a project: a workspace with its modules, or one module.

use std::collections::{BTreeMap, BTreeSet};

use super::directives::USE;
use super::project::Project;
use super::{module, sum, vendor, work};
use crate::ecosystem::{Aids, Declaration, Graph, Package, Parsed, ReadFile};
use crate::model::{Location, RepoPath};

/// A `go.mod` of the tree.
#[derive(Clone, Copy)]
pub(super) struct Module<'a> {
    pub file: &'a RepoPath,
    pub parsed: &'a Parsed,
}

impl<'a> Module<'a> {
    /// The module itself: the first package of its file.
    pub fn package(&self) -> Option<&'a Package> {
        self.parsed.packages.first()
    }

    pub fn declarations(&self) -> &'a [Declaration] {
        &self.parsed.declarations
    }
}

/// All files of the tree, by the directory they speak for.
#[derive(Default)]
pub(super) struct Tree<'a> {
    pub modules: BTreeMap<RepoPath, Module<'a>>,
    /// `go.mod` files that could not be read.
    pub unread: BTreeSet<RepoPath>,
    pub works: BTreeMap<RepoPath, &'a ReadFile<'a>>,
    pub sums: BTreeMap<RepoPath, Vec<&'a ReadFile<'a>>>,
    pub vendors: BTreeMap<RepoPath, &'a ReadFile<'a>>,
}

impl<'a> Tree<'a> {
    fn of(files: &'a [ReadFile<'a>]) -> Self {
        let mut tree = Self::default();
        for file in files {
            let directory = file.directory();
            match (file.format.id, file.parsed) {
                // One that says nothing is no module.
                (id, Some(parsed)) if id == module::FORMAT.id && parsed.packages.is_empty() => {}
                (id, Some(parsed)) if id == module::FORMAT.id => {
                    tree.modules.insert(directory, Module { file: file.path, parsed });
                }
                (id, None) if id == module::FORMAT.id => drop(tree.unread.insert(directory)),
                (id, _) if id == work::FORMAT.id => drop(tree.works.insert(directory, file)),
                (id, _) if id == sum::FORMAT.id => tree.sums.entry(directory).or_default().push(file),
                (id, _) if id == vendor::FORMAT.id => drop(tree.vendors.insert(directory.parent(), file)),
                _ => {}
            }
        }
        tree
    }
}

/// Joins all files of Go modules.
pub(super) fn join<'a>(files: &'a [ReadFile<'a>], aids: &Aids<'_>) -> Vec<Graph<'a>> {
    let tree = Tree::of(files);
    let mut graphs = Vec::new();
    let mut used: BTreeSet<&RepoPath> = BTreeSet::new();
    for (directory, file) in &tree.works {
        let mut project = Project::new(&tree, aids, directory.clone());
        project.take_file(file.path);
        let Some(parsed) = file.parsed else { continue };
        project.take_workspace(file.path, parsed);
        for asked in parsed.declarations.iter().filter(|asked| asked.section == USE) {
            let place = || Location::at(file.path, asked.mark);
            let Some(inside) = work::directory(&asked.name).and_then(|name| directory.join(name)) else {
                project.gap(
                    place(),
                    format!("`{}` lies outside of the scanned tree, and so does what it requires", asked.name),
                );
                continue;
            };
            match tree.modules.get_key_value(&inside) {
                Some((inside, module)) => {
                    used.insert(inside);
                    project.take_main(*module);
                }
                None if tree.unread.contains(&inside) => {
                    project.take_file(&inside.join("go.mod").expect("a name below a directory is a path"));
                    project.gap(place(), format!("the go.mod of `{}` could not be read", asked.name));
                }
                None => project.gap(place(), format!("there is no go.mod in `{}`", asked.name)),
            }
        }
        graphs.push(project.graph());
    }
    for (directory, module) in &tree.modules {
        if !used.contains(directory) {
            let mut project = Project::new(&tree, aids, directory.clone());
            project.take_main(*module);
            graphs.push(project.graph());
        }
    }
    graphs.sort_by(|a, b| (&a.directory, &a.files).cmp(&(&b.directory, &b.files)));
    graphs
}
