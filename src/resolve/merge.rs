//! Merging graphs into one Bom: one component per purl, with an occurrence for each place.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rayon::prelude::*;

use crate::ecosystem::{Ecosystem, Graph, GraphEdge, Package, ReadFile, Role};
use crate::license;
use crate::model::{
    Bom, Completeness, Component, ComponentId, Dependency, Evidence, Field, LicenseClaim, LicenseSource, Licensing,
    Location, LookUp, Occurrence, Origin, Party, Project, ProjectId, Purl, RepoPath, Scope, Technique,
};

use super::reach::reach;

mod document;

pub use document::DOCUMENT;

#[derive(Default)]
pub struct Merge {
    projects: Vec<Project>,
    third: LookUp<Purl, u32>,
    // First-party packages are also told apart by their directory: two projects of one repository may both be called `app`.
    first: LookUp<(Purl, RepoPath), u32>,
    components: Vec<(Option<RepoPath>, Component)>,
    dependencies: Vec<Dependency>,
    claims: LookUp<(CompactString, LicenseSource), LicenseClaim>,
}

impl Merge {
    /// Files that could not be parsed, or that no graph took, where nothing else says that something is missing there.
    pub fn unjoined(&mut self, ecosystem: &'static Ecosystem, read: &[ReadFile<'_>], graphs: &[Graph<'_>]) {
        let mut lost: BTreeMap<RepoPath, Vec<&RepoPath>> = BTreeMap::new();
        for file in read.iter().filter(|file| file.parsed.is_none()) {
            if !graphs.iter().any(|graph| graph.files.contains(file.path)) {
                lost.entry(file.directory()).or_default().push(file.path);
            }
        }
        for (directory, files) in lost {
            let gap = |path: &&RepoPath| (Location::file(path), "could not be read".to_owned());
            self.projects.push(Project {
                fixture: directory.lies_in_test_data(),
                directory,
                ecosystem: ecosystem.purl_type,
                roots: Vec::new(),
                gaps: files.iter().map(gap).collect(),
                files: files.into_iter().cloned().collect(),
                completeness: Completeness::Incomplete,
            });
        }
    }

    /// Takes in one project.
    pub fn graph(&mut self, ecosystem: &'static Ecosystem, graph: Graph<'_>, read: &[ReadFile<'_>]) {
        let project = ProjectId(self.projects.len() as u32);
        let reached = reach(graph.nodes.len(), &graph.edges, &graph.roots);
        let mut ids = Vec::with_capacity(graph.nodes.len());
        let mut unreached: Option<(Location, usize)> = None;
        let file_at = |path: &RepoPath| read.binary_search_by(|file| file.path.cmp(path)).ok().map(|at| &read[at]);
        let unreadable = |path: &RepoPath| file_at(path).is_some_and(|file| file.parsed.is_none());
        let mut roles: LookUp<RepoPath, Option<Role>> = LookUp::new();
        for (node, how) in graph.nodes.iter().zip(&reached) {
            let scope = node.decided.or(how.scope).or(node.package.stated).unwrap_or(Scope::Runtime);
            // What a file says is needed is needed, even where nothing says by whom; a tool's `optional` says that it is not.
            let needed = node.decided.is_some_and(|scope| scope != Scope::Optional);
            if how.scope.is_none() && !needed && node.package.party == Party::Third {
                let here = Location::at(&node.file, node.package.mark);
                unreached.get_or_insert((here, 0)).1 += 1;
            }
            let directory = node.package.directory.as_deref().and_then(|directory| node.file.parent().join(directory));
            let role = match roles.get(&node.file) {
                Some(role) => *role,
                None => {
                    let role = file_at(&node.file).map(|file| file.format.role);
                    roles.insert(node.file.clone(), role);
                    role
                }
            };
            let evidence = match role {
                // No text says what it is: it is there.
                Some(Role::Artefact) => Evidence {
                    location: Location::file(&node.file),
                    field: Field::Name,
                    technique: Technique::Filename,
                    confidence: 90,
                },
                _ => Evidence::stated(&node.file, node.package.mark, Field::Name),
            };
            let occurrence = Occurrence { project, scope, direct: how.direct, evidence, directory: directory.clone() };
            ids.push(self.component(&node.package, &node.file, role, &graph.directory, directory, occurrence));
        }
        let mut gaps = graph.gaps;
        if let Some((location, count)) = unreached {
            let entries = if count == 1 { "entry is" } else { "entries are" };
            gaps.push((location, format!("{count} lock {entries} not reached from any manifest of this project")));
        }
        for path in graph.files.iter().filter(|path| unreadable(path)) {
            gaps.push((Location::file(path), "could not be read".to_owned()));
        }
        gaps.sort();
        gaps.dedup();
        let mut is_root = vec![false; graph.nodes.len()];
        for root in &graph.roots {
            is_root[*root as usize] = true;
        }
        for GraphEdge { from, to, scope, requirement, location } in graph.edges {
            // Two nodes of one component (a package and what one of its extras needs) say nothing about each other.
            if ids[from as usize] == ids[to as usize] {
                continue;
            }
            self.dependencies.push(Dependency {
                project,
                from: ComponentId(ids[from as usize]),
                to: ComponentId(ids[to as usize]),
                scope,
                requirement,
                direct: is_root[from as usize],
                evidence: location.map(|location| Evidence {
                    location,
                    field: Field::Requirement,
                    technique: Technique::ManifestAnalysis,
                    confidence: 100,
                }),
            });
        }
        let mut roots: Vec<ComponentId> = graph.roots.iter().map(|root| ComponentId(ids[*root as usize])).collect();
        roots.sort();
        roots.dedup();
        let mut project_files = graph.files;
        project_files.sort();
        project_files.dedup();
        let lost = project_files.iter().any(unreadable);
        self.projects.push(Project {
            fixture: graph.directory.lies_in_test_data(),
            directory: graph.directory,
            ecosystem: ecosystem.purl_type,
            roots,
            files: project_files,
            completeness: if lost { Completeness::Incomplete } else { graph.completeness },
            gaps,
        });
    }

    fn component(
        &mut self,
        package: &Package,
        file: &RepoPath,
        role: Option<Role>,
        project: &RepoPath,
        directory: Option<RepoPath>,
        occurrence: Occurrence,
    ) -> u32 {
        let told_apart_by = match package.party {
            Party::First => Some(directory.unwrap_or_else(|| project.clone())),
            Party::Third => None,
        };
        let first = told_apart_by.map(|directory| (package.purl.clone(), directory));
        let claim = package.license.as_ref().map(|(raw, mark)| {
            let stated = matches!(role, Some(Role::Manifest | Role::Artefact | Role::Code));
            let source = if stated { LicenseSource::Manifest } else { LicenseSource::Lock };
            self.claim(raw, source, Location::at(file, *mark))
        });
        let known = match &first {
            Some(key) => self.first.get(key),
            None => self.third.get(&package.purl),
        };
        let index = match known {
            Some(index) => *index,
            None => {
                let index = self.components.len() as u32;
                let component = Component {
                    purl: package.purl.clone(),
                    kind: package.kind,
                    party: package.party,
                    supplier: None,
                    origin: package.origin.clone(),
                    hashes: Vec::new(),
                    licensing: Licensing::default(),
                    occurrences: Vec::new(),
                    properties: BTreeMap::new(),
                };
                let directory = first.as_ref().map(|(_, directory)| directory.clone());
                match first {
                    Some(key) => self.first.insert(key, index),
                    None => self.third.insert(package.purl.clone(), index),
                };
                self.components.push((directory, component));
                index
            }
        };
        let component = &mut self.components[index as usize].1;
        component.occurrences.push(occurrence);
        // A lock file states the same digest for each of its projects.
        for hash in &package.hashes {
            if !component.hashes.iter().rev().take(package.hashes.len()).any(|have| have == hash) {
                component.hashes.push(hash.clone());
            }
        }
        // The order of variants is the order of how much they say; ties are broken by text, so that the order in which
        // files are read does not matter.
        if component.origin == Origin::Unknown || package.origin < component.origin && package.origin != Origin::Unknown
        {
            component.origin = package.origin.clone();
        }
        if let Some(claim) = claim
            && !component.licensing.declared.iter().any(|have| have.raw == claim.raw && have.source == claim.source)
        {
            component.licensing.declared.push(claim);
        }
        for (name, value) in &package.properties {
            component.properties.entry((*name).into()).or_insert_with(|| value.clone());
        }
        index
    }

    /// A claim; each distinct text is read as an expression once.
    fn claim(&mut self, raw: &CompactString, source: LicenseSource, location: Location) -> LicenseClaim {
        let read = self.claims.get_or_insert_with((raw.clone(), source), || {
            let read = license::read(raw);
            LicenseClaim {
                raw: raw.clone(),
                expression: read.expression.map(|expression| expression.to_string().into()),
                reading: read.reading,
                source,
                evidence: None,
            }
        });
        let evidence =
            Evidence { location, field: Field::License, technique: Technique::ManifestAnalysis, confidence: 100 };
        LicenseClaim { evidence: Some(evidence), ..read.clone() }
    }

    /// Sorts everything and turns the provisional numbers into places.
    pub fn finish(mut self) -> Bom {
        self.tell_apart();
        let mut order: Vec<u32> = (0..self.components.len() as u32).collect();
        order.par_sort_by(|a, b| {
            let ((in_a, a), (in_b, b)) = (&self.components[*a as usize], &self.components[*b as usize]);
            (&a.purl, a.party, in_a).cmp(&(&b.purl, b.party, in_b))
        });
        let mut place = vec![0u32; order.len()];
        for (at, index) in order.iter().enumerate() {
            place[*index as usize] = at as u32;
        }
        let mut project_order: Vec<u32> = (0..self.projects.len() as u32).collect();
        project_order.sort_by(|a, b| {
            let (a, b) = (&self.projects[*a as usize], &self.projects[*b as usize]);
            (&a.directory, a.ecosystem, &a.files).cmp(&(&b.directory, b.ecosystem, &b.files))
        });
        let mut project_place = vec![0u32; project_order.len()];
        for (at, index) in project_order.iter().enumerate() {
            project_place[*index as usize] = at as u32;
        }

        let mut components: Vec<Option<Component>> = self.components.into_iter().map(|(_, made)| Some(made)).collect();
        let mut sorted = Vec::with_capacity(components.len());
        for index in order {
            if let Some(mut component) = components[index as usize].take() {
                for occurrence in &mut component.occurrences {
                    occurrence.project = ProjectId(project_place[occurrence.project.0 as usize]);
                }
                component.occurrences.sort();
                component.occurrences.dedup();
                component.hashes.sort();
                component.hashes.dedup();
                component.licensing.declared.sort_by(|a, b| (a.source, &a.raw).cmp(&(b.source, &b.raw)));
                sorted.push(component);
            }
        }
        for dependency in &mut self.dependencies {
            dependency.project = ProjectId(project_place[dependency.project.0 as usize]);
            dependency.from = ComponentId(place[dependency.from.0 as usize]);
            dependency.to = ComponentId(place[dependency.to.0 as usize]);
        }
        // Equal edges are equal in everything, so their order does not matter.
        self.dependencies.par_sort_unstable();
        // Two installed copies of one package state the same edge twice: one with its place is enough.
        self.dependencies.dedup_by(|later, kept| {
            let same = (later.project, later.from, later.to, later.scope)
                == (kept.project, kept.from, kept.to, kept.scope)
                && later.requirement == kept.requirement
                && later.direct == kept.direct;
            if same && kept.evidence.is_none() {
                kept.evidence = later.evidence.take();
            }
            same
        });
        let mut projects: Vec<Option<Project>> = self.projects.into_iter().map(Some).collect();
        let mut sorted_projects = Vec::with_capacity(projects.len());
        for index in project_order {
            if let Some(mut project) = projects[index as usize].take() {
                for root in &mut project.roots {
                    *root = ComponentId(place[root.0 as usize]);
                }
                project.roots.sort();
                sorted_projects.push(project);
            }
        }
        Bom { projects: sorted_projects, components: sorted, dependencies: self.dependencies, ..Bom::default() }
    }

    /// First-party packages that share a purl get their directory as its subpath: a purl is an identity.
    fn tell_apart(&mut self) {
        let is_own = |component: &Component| component.party == Party::First;
        let mut own: LookUp<Purl, u32> = LookUp::new();
        for (_, component) in self.components.iter().filter(|(_, component)| is_own(component)) {
            *own.get_or_insert_with(component.purl.clone(), || 0) += 1;
        }
        for (directory, component) in &mut self.components {
            let purl = &component.purl;
            if is_own(component)
                && (own.get(purl).is_some_and(|count| *count > 1) || self.third.contains_key(purl))
                && let Some(directory) = directory
                && purl.subpath().is_none()
            {
                component.purl = purl.clone().with_subpath(directory.as_str());
            }
        }
    }
}
