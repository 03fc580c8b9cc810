//! Licenses from copies of the packages: installed and vendored trees, package caches of this machine.
//!
//! What a package's own metadata declares comes first. Where nothing is declared, its license files are read and what they
//! hold is *detected*: kept apart, and judged by where there is nothing else.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::cache::Copies;
use crate::ecosystem::{self, CopyBase, CopyKind, CopyLicense, CopyWanted, TextKind};
use crate::license::{self, FileRole};
use crate::model::{
    Bom, Component, Evidence, Field, LicenseClaim, LicenseSource, Location, LookUp, Occurrence, Project, Reading,
    RepoPath, Span, Stage, Technique,
};
use crate::text::Source;

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
fn places(below: &[&str], purl_type: &str, projects: &[Project], copies: &Copies) -> Vec<bool> {
    let there = |directory: &RepoPath| {
        below.iter().any(|below| directory.join(below).is_some_and(|place| copies.has_directory(&place)))
    };
    let everywhere = below.is_empty() || there(&RepoPath::root());
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

/// What `look` finds in the places where a component's copy may lie, asked occurrence by occurrence, each path once.
fn find_by_occurrence(
    component: &Component,
    projects: &[Project],
    places: &[bool],
    paths: fn(&CopyWanted<'_>) -> Vec<String>,
    look: impl Fn(&[String]) -> Option<LicenseClaim>,
) -> Option<LicenseClaim> {
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
        let mut paths = paths(&wanted);
        paths.retain(|path| tried.insert(path.clone(), ()).is_none());
        look(&paths)
    })
}

fn claim_of(
    component: &Component,
    projects: &[Project],
    kinds: &[(&CopyKind, Vec<bool>)],
    copies: &Copies,
) -> Option<LicenseClaim> {
    // A copy of another version in the same place says nothing about this one.
    let is_meant = |found: &CopyLicense| {
        found.name.as_deref().is_none_or(|name| name == component.purl.full_name())
            && found.version.as_deref().is_none_or(|version| Some(version) == component.purl.version())
    };
    kinds.iter().find_map(|(kind, places)| {
        find_by_occurrence(component, projects, places, kind.candidates, |candidates| {
            let (path, step) = copies.find(kind.base, candidates, |source| match (kind.license)(source) {
                Some(found) => is_meant(&found).then_some(Step::Found(found)),
                None => Step::further((kind.inherits)(source)),
            })?;
            let (path, found) = inherited(kind, copies, path, step)?;
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

/// Confidence below which a license text is only taken for what it may be.
const SURE: u8 = 90;

/// Names of license files, but not those of patent grants.
fn is_license_file(name: &str) -> bool {
    FileRole::of_path(name) == FileRole::License && !name.to_ascii_lowercase().contains("patent")
}

/// What the license files of a component's copy say.
fn detected_in(
    component: &Component,
    projects: &[Project],
    kinds: &[(&TextKind, Vec<bool>)],
    copies: &Copies,
) -> Option<LicenseClaim> {
    kinds.iter().find_map(|(kind, places)| {
        find_by_occurrence(component, projects, places, kind.directories, |directories| {
            claim_of_texts(&copies.texts(kind.base, directories, is_license_file), source_of(kind.base))
        })
    })
}

/// One claim for all license files of a package. Several files are terms that hold together: that they are a choice would have
/// to be declared.
fn claim_of_texts(texts: &[Source], source: LicenseSource) -> Option<LicenseClaim> {
    let mut parts: Vec<String> = Vec::new();
    let mut place: Option<Location> = None;
    let mut confidence = 100;
    let mut whole = true;
    for text in texts {
        let found = license::identify_as(FileRole::License, text.text());
        let (Some(expression), Some(first)) = (found.expression, found.matches.first()) else { continue };
        confidence = found.matches.iter().map(|found| found.confidence).fold(confidence, u8::min);
        whole &= !found.truncated;
        let mark = text.mark(Span::new(first.span.start, first.span.start));
        place.get_or_insert_with(|| Location::at(text.path(), mark));
        let part = expression.to_string();
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let joined = match parts.as_slice() {
        [] => return None,
        [one] => one.clone(),
        several => {
            let bound = |part: &String| if part.contains(" OR ") { format!("({part})") } else { part.clone() };
            several.iter().map(bound).collect::<Vec<_>>().join(" AND ")
        }
    };
    let read = license::read(&joined);
    let reading = match read.reading {
        Reading::Strict | Reading::Canonical if confidence < SURE || !whole => {
            Reading::Guess(format!("the text agrees to {confidence} percent").into())
        }
        reading => reading,
    };
    Some(LicenseClaim {
        raw: joined.into(),
        expression: read.expression.map(|expression| expression.to_string().into()),
        reading,
        source,
        evidence: place.map(|location| Evidence {
            location,
            field: Field::License,
            technique: Technique::TextAnalysis,
            confidence,
        }),
    })
}

/// For each kind of place with license texts, whether each project has such a place at all.
type TextPlaces<'k> = Vec<(&'k TextKind, Vec<bool>)>;

/// Adds detected licenses to the components for which none is declared, and the stage that says so.
pub fn detected_licenses(bom: &mut Bom, copies: &Copies) {
    let projects = std::mem::take(&mut bom.projects);
    let is_there = |purl_type: &str| projects.iter().any(|project| project.ecosystem == purl_type);
    let kinds: Vec<(&str, TextPlaces<'_>)> = ecosystem::TABLE
        .iter()
        .filter(|ecosystem| !ecosystem.texts.is_empty() && is_there(ecosystem.purl_type))
        .map(|ecosystem| {
            let with_places =
                |kind: &'static TextKind| (kind, places(kind.below, ecosystem.purl_type, &projects, copies));
            (ecosystem.purl_type, ecosystem.texts.iter().map(with_places).collect())
        })
        .collect();
    let claims: Vec<Option<LicenseClaim>> = bom
        .components
        .par_iter()
        .map(|component| {
            let (_, kinds) = kinds.iter().find(|(purl_type, _)| *purl_type == component.purl.kind())?;
            if is_worth_looking(component) { detected_in(component, &projects, kinds, copies) } else { None }
        })
        .collect();
    let looked_in: Vec<&str> = kinds
        .iter()
        .flat_map(|(_, kinds)| kinds)
        .filter(|(kind, places)| copies.has(kind.base) && places.contains(&true))
        .map(|(kind, _)| kind.name)
        .collect();
    let nothing_to_ask = kinds.is_empty();
    bom.projects = projects;
    let mut found: BTreeMap<LicenseSource, usize> = BTreeMap::new();
    for (component, claim) in bom.components.iter_mut().zip(claims) {
        if let Some(claim) = claim {
            *found.entry(claim.source).or_default() += 1;
            component.licensing.detected.push(claim);
        }
    }
    if nothing_to_ask {
        return;
    }
    let counts: Vec<String> = found.iter().map(|(source, count)| format!("{} {count}", source.as_str())).collect();
    let counts = if counts.is_empty() { "none found".to_owned() } else { counts.join(", ") };
    let detail = if looked_in.is_empty() {
        "no copies of packages to look in".to_owned()
    } else {
        format!("read license texts in {}: {counts}", looked_in.join(", "))
    };
    bom.stages.push(Stage { name: "license-texts", detail });
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
            let with_places =
                |kind: &'static CopyKind| (kind, places(kind.below, ecosystem.purl_type, &projects, copies));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(texts: &[(&str, &str)]) -> Option<LicenseClaim> {
        let source = |(path, text): &(&str, &str)| Source::from_text(RepoPath::new(path), (*text).to_owned()).unwrap();
        claim_of_texts(&texts.iter().map(source).collect::<Vec<_>>(), LicenseSource::Vendored)
    }

    #[test]
    fn several_texts_hold_together_and_the_first_is_the_place() {
        let texts = [
            ("vendor/a/COPYING", "Nothing is said here."),
            ("vendor/a/LICENSE", "\nSPDX-License-Identifier: MIT OR ISC\n"),
            ("vendor/a/LICENSE.other", "SPDX-License-Identifier: Apache-2.0\n"),
            ("vendor/a/LICENSE.same", "SPDX-License-Identifier: Apache-2.0\n"),
        ];
        let found = claim(&texts).unwrap();
        assert_eq!(found.expression.as_deref(), Some("(MIT OR ISC) AND Apache-2.0"));
        assert!(found.is_detected());
        let evidence = found.evidence.unwrap();
        assert_eq!((evidence.location.path.as_str(), evidence.location.line()), ("vendor/a/LICENSE", Some(2)));
        assert_eq!(claim(&texts[..1]), None);
    }

    #[test]
    fn patent_grants_and_notices_are_no_license_files() {
        assert!(["LICENSE", "LICENCE.md", "COPYING", "UNLICENSE", "license.txt"].into_iter().all(is_license_file));
        assert!(!["PATENTS", "NOTICE", "README.md", "main.go", "license.go"].into_iter().any(is_license_file));
    }

    #[test]
    fn what_is_declared_comes_before_what_is_detected() {
        let mut licensing = crate::model::Licensing::default();
        licensing.detected.extend(claim(&[("LICENSE", "SPDX-License-Identifier: MIT\n")]));
        assert_eq!(licensing.effective().map(|claim| claim.raw.as_str()), Some("MIT"));
        let declared = LicenseClaim { raw: "ISC".into(), ..licensing.detected[0].clone() };
        licensing.declared.push(declared);
        assert_eq!(licensing.effective().map(|claim| claim.raw.as_str()), Some("ISC"));
    }
}
