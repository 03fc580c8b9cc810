//! Cargo, the package manager of Rust.
//!
//! What belongs here: the files that cargo reads and writes ([`lock`], [`manifest`]), the answer of `cargo metadata`
//! ([`metadata`]), where copies of packages lie ([`copies`]), and how all of that is joined: [`workspace`] finds what
//! belongs together, [`features`] what is turned on, [`locked`] and [`unlocked`] make the graphs, [`decided`] applies what
//! cargo itself decided. What does not: running cargo, which is `tool`'s. To read another file of cargo's, add a file with a
//! `Format` and list it below.

mod copies;
#[cfg(feature = "trust-tools")]
mod decided;
mod features;
mod lock;
mod locked;
mod manifest;
#[cfg(feature = "trust-tools")]
mod metadata;
mod origin;
mod replaced;
mod stores;
mod unlocked;
mod workspace;

pub(super) use stores::STORES;

use std::collections::BTreeMap;

use super::{Aids, Ecosystem, Graph, InstalledTree, Note, Parsed, ReadFile, Role};
use crate::model::{Completeness, DiagnosticKind, Location, Mark, RepoPath, Span};
use workspace::{Manifest, Manifests, Workspace};

/// Cargo.
pub static ECOSYSTEM: Ecosystem = Ecosystem {
    purl_type: "cargo",
    name: "Cargo (Rust)",
    osv: None,
    formats: &[
        &lock::LOCK,
        &manifest::MANIFEST,
        #[cfg(feature = "trust-tools")]
        &metadata::METADATA,
    ],
    join,
    copies: copies::COPIES,
    texts: &[],
    caches: &["cargo-home"],
    installed_trees: &[
        InstalledTree { name: "target", sign: Some("CACHEDIR.TAG") },
        InstalledTree { name: "vendor", sign: Some("*/.cargo-checksum.json") },
    ],
    docs: DOCS,
};

const DOCS: &str = "\
A `Cargo.lock` with the manifests of its workspace is one project. Its packages, digests and edges come from the lock \
file; what the packages of the repository ask for, and what for, comes from their manifests.

**Scopes.** `[dependencies]` are runtime, `[build-dependencies]` build, `[dev-dependencies]` development. A dependency with \
`optional = true` is optional, unless a feature turns it on: the `default` feature of a member of the workspace, or what \
that turns on in other packages of the repository. A lock file does not say what a third party needs its dependencies for: those edges are runtime, so \
that what a build script of a third party needs is counted as runtime rather than missed. Lock files list what every \
platform and feature may need. With `--trust-tools`, cargo itself decides: build scripts and procedural macros with \
everything below them are build, and what no chosen feature needs is optional.

**Sources.** The default registry is recognised by the form in which every lock file names it; packages of other \
registries have a `repository_url` and packages from git a `vcs_url` with the commit. Packages from a path in the tree \
are one's own, but for those that only stand in for what a registry or repository would give: a directory that `[patch]` or \
`[replace]` names, that is no member of a workspace, and that no member asks for by path, is a third party's package in a \
changed form.

**Gaps.** A dependency that the lock file does not answer (it is out of date), members whose manifest was not read, \
packages without a lock file: each is stated with its line. Packages without a lock file are listed without version.

**Not read.** `.cargo/config.toml` (source replacement, `paths`, patches), `[[patch.unused]]`, `default-members`, and the \
dependencies of single-file packages.";

fn join<'a>(files: &'a [ReadFile<'a>], _: &Aids<'_>) -> Vec<Graph<'a>> {
    let mut manifests = Vec::new();
    let mut unread: BTreeMap<RepoPath, &'a RepoPath> = BTreeMap::new();
    let mut locks: BTreeMap<RepoPath, &'a ReadFile<'a>> = BTreeMap::new();
    let mut answers: BTreeMap<RepoPath, &'a Parsed> = BTreeMap::new();
    for file in files {
        match (file.format.role, file.parsed) {
            (Role::Manifest, Some(parsed)) => {
                manifests.push(Manifest { path: file.path, directory: file.directory(), parsed });
            }
            (Role::Manifest, None) => drop(unread.insert(file.directory(), file.path)),
            (Role::Lock, _) => drop(locks.insert(file.directory(), file)),
            (Role::Tool, Some(parsed)) => drop(answers.insert(file.directory(), parsed)),
            (Role::Tool, None) | (Role::Installed | Role::Artefact | Role::Code, _) => {}
        }
    }
    let manifests = Manifests::new(manifests);
    let mut graphs = Vec::new();
    let workspaces = manifests.workspaces(&|directory| locks.contains_key(directory));
    for workspace in workspaces {
        let lock = locks.remove(&workspace.directory);
        graphs.extend(graph(&manifests, workspace, lock));
    }
    // Lock files that are left lie beside no manifest that was read, or beside one whose workspace is elsewhere.
    for (directory, lock) in locks {
        let member = manifests.at(&directory);
        let mut workspace = match member {
            Some(index) => manifests.alone(index),
            None => {
                Workspace { directory: directory.clone(), members: Vec::new(), locals: Vec::new(), gaps: Vec::new() }
            }
        };
        if let Some(path) = unread.get(&directory) {
            workspace
                .gaps
                .push((Location::file(path), "the manifest beside the lock file could not be read".to_owned()));
        }
        let Some(mut graph) = graph(&manifests, workspace, Some(lock)) else { continue };
        if let Some(index) = member {
            let root = manifests.root_of(index).path;
            let message =
                format!("cargo does not use this lock file: the package beside it belongs to the workspace of {root}");
            graph.notes.push((lock.path.clone(), Note { mark: START, kind: DiagnosticKind::Note, message }));
        }
        graphs.push(graph);
    }
    #[cfg(feature = "trust-tools")]
    for graph in &mut graphs {
        if let Some(answer) = answers.get(&graph.directory) {
            decided::apply(graph, answer);
        }
    }
    graphs.sort_by(|a, b| a.directory.cmp(&b.directory));
    graphs
}

const START: Mark = Mark { span: Span { start: 0, end: 0 }, line: 1, column: 1 };

/// The graph of a workspace. `None` if there is nothing to say: a workspace without packages.
fn graph<'a>(manifests: &Manifests<'a>, mut workspace: Workspace, lock: Option<&'a ReadFile<'a>>) -> Option<Graph<'a>> {
    // What could not be understood in a manifest may have been a dependency.
    for index in workspace.members.iter().chain(&workspace.locals) {
        let manifest = manifests.get(*index);
        let lost = manifest.parsed.notes.iter().filter(|note| note.kind.loses_facts());
        workspace.gaps.extend(lost.map(|note| (Location::at(manifest.path, note.mark), note.message.clone())));
    }
    match lock {
        Some(ReadFile { path, parsed: Some(parsed), .. }) => Some(locked::graph(manifests, workspace, path, parsed)),
        Some(ReadFile { path, parsed: None, .. }) => {
            let mut graph = unlocked::graph(manifests, workspace);
            graph.files.push((*path).clone());
            graph.files.sort();
            graph.completeness = Completeness::Incomplete;
            graph.gaps.push((Location::file(path), "the lock file could not be read".to_owned()));
            Some(graph)
        }
        None if workspace.members.is_empty() && workspace.gaps.is_empty() => None,
        None => Some(unlocked::graph(manifests, workspace)),
    }
}

#[cfg(test)]
mod tests;
