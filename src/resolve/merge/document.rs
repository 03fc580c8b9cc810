//! A document that another tool wrote, as one project: what it states is taken as stated, and the rest is decided as for every
//! other project.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::Merge;
use crate::ecosystem::GraphEdge;
use crate::model::{
    Component, ComponentId, Dependency, Diagnostic, Evidence, Field, LicenseSource, Licensing, Location, Occurrence,
    Origin, Party, Project, ProjectId, RepoPath, Scope, Technique,
};
use crate::resolve::reach::reach;
use crate::sbom::read::{Bill, Item};

/// The word that stands for an ecosystem in a project that is a document.
pub const DOCUMENT: &str = "sbom";

impl Merge {
    /// Takes in a document, and answers what deserves a word.
    pub fn document(&mut self, path: &RepoPath, bill: Bill) -> Vec<Diagnostic> {
        let project = ProjectId(self.projects.len() as u32);
        let edges: Vec<GraphEdge> = bill
            .edges
            .iter()
            .map(|edge| GraphEdge {
                from: edge.from,
                to: edge.to,
                scope: edge.scope.unwrap_or(Scope::Runtime),
                requirement: None,
                location: Some(Location::at(path, edge.mark)),
            })
            .collect();
        let reached = reach(bill.items.len(), &edges, &bill.roots);
        let mut ids = Vec::with_capacity(bill.items.len());
        let mut unreached = None;
        for (item, how) in bill.items.iter().zip(&reached) {
            if how.scope.is_none() && item.party == Party::Third {
                unreached.get_or_insert((Location::at(path, item.mark), 0)).1 += 1;
            }
            let occurrence = Occurrence {
                project,
                scope: item.scope.or(how.scope).unwrap_or(Scope::Runtime),
                direct: item.direct.unwrap_or(how.direct),
                evidence: Evidence::stated(path, item.mark, Field::Name),
                directory: None,
            };
            ids.push(self.item(item, path, occurrence));
        }
        let mut gaps: Vec<(Location, String)> =
            bill.gaps.into_iter().map(|(mark, gap)| (Location::at(path, mark), gap)).collect();
        if let Some((location, count)) = unreached {
            let what = if count == 1 { "component is" } else { "components are" };
            gaps.push((
                location,
                format!("the document does not say what needs them: {count} {what} not reached from its subject"),
            ));
        }
        gaps.sort();
        gaps.dedup();
        for (edge, stated) in edges.into_iter().zip(&bill.edges) {
            let (from, to) = (ids[edge.from as usize], ids[edge.to as usize]);
            // Two entries of one package say nothing about each other.
            if from == to {
                continue;
            }
            self.dependencies.push(Dependency {
                project,
                from: ComponentId(from),
                to: ComponentId(to),
                scope: edge.scope,
                requirement: None,
                direct: bill.roots.binary_search(&edge.from).is_ok(),
                evidence: Some(Evidence {
                    location: Location::at(path, stated.mark),
                    field: Field::Requirement,
                    technique: Technique::ManifestAnalysis,
                    confidence: 100,
                }),
            });
        }
        let mut roots: Vec<ComponentId> = bill.roots.iter().map(|root| ComponentId(ids[*root as usize])).collect();
        roots.sort();
        roots.dedup();
        self.projects.push(Project {
            directory: path.parent(),
            ecosystem: DOCUMENT,
            roots,
            files: vec![path.clone()],
            completeness: bill.completeness,
            gaps,
            // It was named: nobody names what does not count.
            fixture: false,
        });
        let note = |note: crate::ecosystem::Note| Diagnostic {
            location: Location::at(path, note.mark),
            kind: note.kind,
            message: note.message,
            help: None,
        };
        bill.notes.into_iter().map(note).collect()
    }

    fn item(&mut self, item: &Item, path: &RepoPath, occurrence: Occurrence) -> u32 {
        let key = match item.party {
            Party::First => Some((item.purl.clone(), path.parent())),
            Party::Third => None,
        };
        let known = match &key {
            Some(key) => self.first.get(key),
            None => self.third.get(&item.purl),
        };
        let index = match known {
            Some(index) => *index,
            None => {
                let index = self.components.len() as u32;
                let component = Component {
                    purl: item.purl.clone(),
                    kind: item.kind,
                    party: item.party,
                    supplier: None,
                    origin: item.origin.clone(),
                    hashes: Vec::new(),
                    licensing: Licensing::default(),
                    occurrences: Vec::new(),
                    properties: BTreeMap::new(),
                };
                let directory = key.as_ref().map(|(_, directory)| directory.clone());
                match key {
                    Some(key) => self.first.insert(key, index),
                    None => self.third.insert(item.purl.clone(), index),
                };
                self.components.push((directory, component));
                index
            }
        };
        let mut claim = |said: &Option<(CompactString, crate::model::Mark)>, technique: Technique| {
            let (raw, mark) = said.as_ref()?;
            let mut claim = self.claim(raw, LicenseSource::Document, Location::at(path, *mark));
            if let Some(evidence) = &mut claim.evidence {
                evidence.technique = technique;
            }
            Some(claim)
        };
        let declared = claim(&item.declared, Technique::ManifestAnalysis);
        let concluded = claim(&item.concluded, Technique::ManifestAnalysis);
        let detected = claim(&item.detected, Technique::TextAnalysis);
        let component = &mut self.components[index as usize].1;
        component.occurrences.push(occurrence);
        component.hashes.extend(item.hashes.iter().cloned());
        component.supplier = component.supplier.take().or_else(|| item.supplier.clone());
        if component.origin == Origin::Unknown {
            component.origin = item.origin.clone();
        }
        let licensing = &mut component.licensing;
        let new = |have: &[crate::model::LicenseClaim], claim: &crate::model::LicenseClaim| {
            !have.iter().any(|have| have.raw == claim.raw && have.source == claim.source)
        };
        licensing.declared.extend(declared.filter(|claim| new(&licensing.declared, claim)));
        licensing.detected.extend(detected.filter(|claim| new(&licensing.detected, claim)));
        licensing.concluded = licensing.concluded.take().or(concluded);
        for (name, value) in &item.properties {
            component.properties.entry(name.clone()).or_insert_with(|| value.clone());
        }
        index
    }
}
