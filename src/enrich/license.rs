//! Declared licenses from copies of the packages: installed and vendored trees, package caches of this machine.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::cache::Copies;
use crate::ecosystem::{self, CopyBase, CopyKind, CopyLicense, CopyWanted};
use crate::license;
use crate::model::{
    Bom, Component, Evidence, Field, LicenseClaim, LicenseSource, Location, LookUp, Occurrence, Project, RepoPath,
    Stage, Technique,
};

/// Whether a component should be looked for: a third party's, with a version, whose license nobody has stated.
pub fn is_worth_looking(component: &Component) -> bool {
    component.is_third_party() && component.licensing.declared.is_empty() && component.purl.version().is_some()
}

fn source_of(base: CopyBase) -> LicenseSource {
    match base {
        CopyBase::Tree { installed: true } => LicenseSource::Installed,
        CopyBase::Tree { installed: false } => LicenseSource::Vendored,
        CopyBase::Machine(_) => LicenseSource::Cache,
    }
}

/// For each project whether copies of a kind may lie there.
fn places(kind: &CopyKind, purl_type: &str, projects: &[Project], copies: &Copies) -> Vec<bool> {
    let there = |directory: &RepoPath| {
        kind.below.iter().any(|below| directory.join(below).is_some_and(|place| copies.has_directory(&place)))
    };
    let everywhere = kind.below.is_empty() || there(&RepoPath::root());
    projects.iter().map(|project| everywhere || project.ecosystem == purl_type && there(&project.directory)).collect()
}

/// What a metadata file answers.
enum Step {
    Found(CopyLicense),
    /// It inherits from one of these.
    Further(Vec<String>),
}

impl Step {
    fn further(candidates: Vec<String>) -> Option<Self> {
        (!candidates.is_empty()).then_some(Self::Further(candidates))
    }
}

/// How many files may stand between a package and its license; Maven's longest chains have some ten.
const MOST_ABOVE: usize = 32;

/// Follows what a metadata file inherits from to the first that declares a license.
fn inherited(kind: &CopyKind, copies: &Copies, path: RepoPath, step: Step) -> Option<(RepoPath, CopyLicense)> {
    let mut at = (path, step);
    for _ in 0..MOST_ABOVE {
        let candidates = match at.1 {
            Step::Found(found) => return Some((at.0, found)),
            Step::Further(candidates) => candidates,
        };
        at = copies.find(kind.base, &candidates, |source| {
            (kind.license)(source).map(Step::Found).or_else(|| Step::further((kind.inherits)(source)))
        })?;
    }
    None
}

fn claim_of(
    component: &Component,
    projects: &[Project],
    kinds: &[(&CopyKind, Vec<bool>)],
    copies: &Copies,
) -> Option<LicenseClaim> {
    kinds.iter().find_map(|(kind, places)| {
        let mut tried: LookUp<String, ()> = LookUp::new();
        component.occurrences.iter().find_map(|Occurrence { project, directory, .. }| {
            if directory.is_none() && !places[project.0 as usize] {
                return None;
            }
            let wanted = CopyWanted {
                purl: &component.purl,
                origin: &component.origin,
                directory: directory.as_ref(),
                project: &projects[project.0 as usize].directory,
            };
            let mut candidates = (kind.candidates)(&wanted);
            candidates.retain(|candidate| !tried.contains_key(candidate));
            let (path, found) = copies
                .find(kind.base, &candidates, |source| match (kind.license)(source) {
                    Some(found) => {
                        // A copy of another version in the same place says nothing about this one.
                        let same_name = found.name.as_deref().is_none_or(|name| name == component.purl.full_name());
                        let same_version =
                            found.version.as_deref().is_none_or(|version| Some(version) == component.purl.version());
                        (same_name && same_version).then_some(Step::Found(found))
                    }
                    None => Step::further((kind.inherits)(source)),
                })
                .and_then(|(path, step)| inherited(kind, copies, path, step))
                .or_else(|| {
                    for candidate in candidates.drain(..) {
                        tried.insert(candidate, ());
                    }
                    None
                })?;
            let read = license::read(&found.raw);
            Some(LicenseClaim {
                raw: found.raw,
                expression: read.expression.map(|expression| expression.to_string().into()),
                reading: read.reading,
                source: source_of(kind.base),
                evidence: Some(Evidence {
                    location: Location::at(&path, found.mark),
                    field: Field::License,
                    technique: Technique::ManifestAnalysis,
                    confidence: 100,
                }),
            })
        })
    })
}

/// For each kind of copy, whether each project has such a place at all.
type Places<'k> = Vec<(&'k CopyKind, Vec<bool>)>;

/// Adds declared licenses to the components that have none, and the stage that says so.
pub fn declared_licenses(bom: &mut Bom, copies: &Copies) {
    let projects = std::mem::take(&mut bom.projects);
    let kinds: Vec<(&str, Places<'_>)> = ecosystem::TABLE
        .iter()
        .filter(|ecosystem| projects.iter().any(|project| project.ecosystem == ecosystem.purl_type))
        .map(|ecosystem| {
            let with_places = |kind| (kind, places(kind, ecosystem.purl_type, &projects, copies));
            (ecosystem.purl_type, ecosystem.copies.iter().map(with_places).collect())
        })
        .collect();
    let claims: Vec<Option<LicenseClaim>> = bom
        .components
        .par_iter()
        .map(|component| {
            let (_, kinds) = kinds.iter().find(|(purl_type, _)| *purl_type == component.purl.kind())?;
            if kinds.is_empty() || !is_worth_looking(component) {
                return None;
            }
            claim_of(component, &projects, kinds, copies)
        })
        .collect();
    bom.projects = projects;
    let mut found: BTreeMap<LicenseSource, usize> = BTreeMap::new();
    for (component, claim) in bom.components.iter_mut().zip(claims) {
        if let Some(claim) = claim {
            *found.entry(claim.source).or_default() += 1;
            component.licensing.declared.push(claim);
        }
    }
    let looked_in: Vec<&str> = ecosystem::TABLE
        .iter()
        .filter(|ecosystem| bom.projects.iter().any(|project| project.ecosystem == ecosystem.purl_type))
        .flat_map(|ecosystem| ecosystem.copies)
        .filter(|kind| copies.has(kind.base))
        .map(|kind| kind.name)
        .collect();
    let counts: Vec<String> = found.iter().map(|(source, count)| format!("{} {count}", source.as_str())).collect();
    let counts = if counts.is_empty() { "none found".to_owned() } else { counts.join(", ") };
    let detail = if looked_in.is_empty() {
        "no copies of packages to look in".to_owned()
    } else {
        format!("looked in {}: {counts}", looked_in.join(", "))
    };
    bom.stages.push(Stage { name: "license-copies", detail });
}
