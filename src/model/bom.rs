//! What was found: projects, components, edges, and how complete that is.

use compact_str::CompactString;

use super::{
    Advisories, Component, ComponentId, Dependency, Diagnostic, Location, Own, Practices, ProjectId, RepoPath, Sbom,
};

/// What was scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// A name for a person: the root directory's, or the only project's.
    pub name: String,
    /// The revision, where the tree is a git checkout and its `HEAD` can be read.
    pub revision: Option<CompactString>,
}

/// Whether all third parties of a project are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Completeness {
    /// The lock file proves it.
    Complete,
    /// Something is known to be missing; the gaps say what.
    Incomplete,
    /// It cannot be told.
    Unknown,
}

impl Completeness {
    /// The word CycloneDX 1.6 uses in `compositions`.
    pub fn as_str(self) -> &'static str {
        match self {
            Completeness::Complete => "complete",
            Completeness::Incomplete => "incomplete",
            Completeness::Unknown => "unknown",
        }
    }
}

/// A unit that is resolved together: a lock file with the manifests it answers, or manifests without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The directory that holds it.
    pub directory: RepoPath,
    /// The purl type of its ecosystem.
    pub ecosystem: &'static str,
    /// The components of one's own that it is about: a workspace has several.
    pub roots: Vec<ComponentId>,
    /// The files it was read from, sorted: lock file and manifests.
    pub files: Vec<RepoPath>,
    /// Whether its third parties are all known.
    pub completeness: Completeness,
    /// What is not known and why, each with a place.
    pub gaps: Vec<(Location, String)>,
    /// Whether it lies in a directory that holds test data of the scanned repository (`testdata/`, `fixtures/`).
    pub fixture: bool,
}

/// Something that ran, with the data it used. A stage that did not run is absent from [`Bom::stages`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its name: `extract`, `license-cache`, …
    pub name: &'static str,
    /// What it did, in one line: counts and data.
    pub detail: String,
}

/// What the walk met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileCounts {
    /// Files whose names were seen in the directories that were entered, also those that git leaves out.
    pub seen: u64,
    /// Files that a format wanted and that were read.
    pub read: u64,
    /// Bytes of those.
    pub bytes: u64,
    /// Recognised files left out by `[scan] exclude`.
    pub excluded: u64,
    /// Installed, vendored or built trees that were not searched for projects (`node_modules`, `target`).
    pub installed_trees: u64,
    /// Recognised files that lie in directories of test data (`testdata/`, `fixtures/`).
    pub fixtures: u64,
}

/// What there is: the answer of a scan before anybody judges it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bom {
    /// What was scanned.
    pub subject: Subject,
    /// Units that are resolved together, sorted by directory and ecosystem.
    pub projects: Vec<Project>,
    /// All components, sorted by purl, first party before third; a purl occurs once per party.
    pub components: Vec<Component>,
    /// All edges, sorted and without duplicates.
    pub dependencies: Vec<Dependency>,
    /// What is publicly known of the components; `None` where nobody looked, which is not that nothing is known.
    pub advisories: Option<Advisories>,
    /// What ran.
    pub stages: Vec<Stage>,
    /// What the walk met.
    pub files: FileCounts,
    /// Trouble on the way, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The product's own terms and papers, where a policy asks for them.
    pub own: Own,
    /// What the project writes about how it works; `None`: nobody asked, so nobody looked.
    pub practices: Option<Practices>,
    /// SBOM documents that were named or are kept here, as documents, sorted by path; empty where nobody asked for them.
    pub sboms: Vec<Sbom>,
}

impl Bom {
    /// The component of an id made by this Bom.
    pub fn component(&self, id: ComponentId) -> &Component {
        &self.components[id.0 as usize]
    }

    /// The project of an id made by this Bom.
    pub fn project(&self, id: ProjectId) -> &Project {
        &self.projects[id.0 as usize]
    }

    /// All components with their ids.
    pub fn ids(&self) -> impl Iterator<Item = (ComponentId, &Component)> {
        self.components.iter().enumerate().map(|(index, component)| (ComponentId(index as u32), component))
    }

    /// All components of third parties with their ids.
    pub fn third_parties(&self) -> impl Iterator<Item = (ComponentId, &Component)> {
        self.ids().filter(|(_, component)| component.is_third_party())
    }

    /// The edges that start at `from`: a slice is not possible since edges are sorted by project first.
    pub fn dependencies_of(&self, from: ComponentId) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(move |dependency| dependency.from == from)
    }
}
