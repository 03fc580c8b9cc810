//! Licenses from copies of the packages: installed and vendored trees, package caches of this machine.
//!
//! What a package's own metadata declares comes first. Where nothing is declared, or what is declared is no certain answer, its
//! license files are read and what they hold is *detected*: kept apart, and judged by where there is nothing better. For all
//! components that is done only where somebody asks for it ([`TextsWanted`]).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::iter;
use std::sync::{Arc, Mutex};

use compact_str::CompactString;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::cache::{Copies, Place};
use crate::ecosystem::{self, CopyBase, CopyKind, CopyLicense, CopyWanted, Store, TextKind, Told};
use crate::license::{self, FileRole, Identification};
use crate::model::{
    Bom, Component, Evidence, Field, Hash, LicenseClaim, LicenseSource, Location, LookUp, Mark, Occurrence, Project,
    Reading, RepoPath, Span, Stage, TEXT_DIGESTS, Technique,
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
pub(super) fn places(below: &[&str], purl_type: &str, projects: &[Project], copies: &Copies) -> Vec<bool> {
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
pub(super) fn find_by_occurrence<T>(
    component: &Component,
    projects: &[Project],
    places: &[bool],
    paths: impl Fn(&CopyWanted<'_>) -> Vec<String>,
    look: impl Fn(&[String]) -> Option<T>,
) -> Option<T> {
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
) -> Option<Vec<LicenseClaim>> {
    // A copy of another version in the same place says nothing about this one.
    let is_meant = |found: &CopyLicense| {
        found.name.as_deref().is_none_or(|name| name == component.purl.full_name())
            && found.version.as_deref().is_none_or(|version| Some(version) == component.purl.version())
    };
    kinds.iter().filter(|(kind, _)| copies.has(kind.base)).find_map(|(kind, places)| {
        find_by_occurrence(component, projects, places, kind.candidates, |candidates| {
            let (path, step) = copies.find(kind.base, candidates, |source| match (kind.license)(source) {
                Some(found) => is_meant(&found).then_some(Step::Found(found)),
                None => Step::further((kind.inherits)(source)),
            })?;
            let (path, found) = inherited(kind, copies, path, step)?;
            Some(claims((found.raw, found.mark), found.beside, source_of(kind.base), &path))
        })
    })
}

/// What counts of one file of metadata, and after it what else the file says.
fn claims(
    counted: (CompactString, Mark),
    beside: Vec<(CompactString, Mark)>,
    source: LicenseSource,
    path: &RepoPath,
) -> Vec<LicenseClaim> {
    let claim = |(raw, mark): (CompactString, Mark)| {
        let read = license::read(&raw);
        LicenseClaim {
            raw,
            expression: read.expression.map(|expression| expression.to_string().into()),
            reading: read.reading,
            source,
            evidence: Some(Evidence {
                location: Location::at(path, mark),
                field: Field::License,
                technique: Technique::ManifestAnalysis,
                confidence: 100,
            }),
        }
    };
    iter::once(counted).chain(beside).map(claim).collect()
}

/// The stores of an ecosystem, and for each whether each project has such a place at all.
pub(super) type StorePlaces = Vec<(&'static Store, Vec<bool>)>;

pub(super) fn stores_of(purl_type: &str, projects: &[Project], copies: &Copies) -> StorePlaces {
    let stores = ecosystem::STORES.iter().find(|(name, _)| *name == purl_type).map_or(&[][..], |(_, stores)| stores);
    stores.iter().map(|store| (store, places(store.below, purl_type, projects, copies))).collect()
}

/// Where a store has this component, and what its metadata tells.
pub(super) fn find_in_store(
    component: &Component,
    projects: &[Project],
    (store, places): (&Store, &[bool]),
    copies: &Copies,
) -> Option<(Place, Told)> {
    if !copies.has(store.base) {
        return None;
    }
    let hashes = component.hashes.as_slice();
    let published = if store.published { hashes } else { &[] };
    let is_meant = |told: &Told| {
        told.name.as_deref().is_none_or(|name| name == component.purl.full_name())
            && told.version.as_deref().is_none_or(|version| Some(version) == component.purl.version())
    };
    let paths = |wanted: &CopyWanted<'_>| (store.candidates)(wanted, hashes);
    find_by_occurrence(component, projects, places, paths, |candidates| {
        copies.find_published(store.base, candidates, published, |source| (store.tells)(source).filter(is_meant))
    })
}

/// What the stores that no kind of copy reads declare.
fn claim_of_stores(
    component: &Component,
    projects: &[Project],
    stores: &StorePlaces,
    copies: &Copies,
) -> Option<Vec<LicenseClaim>> {
    stores.iter().filter(|(store, _)| store.declares).find_map(|(store, places)| {
        let (place, told) = find_in_store(component, projects, (store, places), copies)?;
        Some(claims(told.license?, told.beside, source_of(store.base), place.path()))
    })
}

/// Whose license texts are read.
pub enum TextsWanted<'a> {
    /// Those of components for which nothing certain is declared, and of those for which the answer is true.
    Missing(&'a (dyn Fn(&Component) -> bool + Sync)),
    /// Those of all third parties.
    Always,
}

impl TextsWanted<'_> {
    fn include(&self, component: &Component) -> bool {
        if !component.is_third_party() || component.purl.version().is_none() {
            return false;
        }
        match self {
            TextsWanted::Always => true,
            TextsWanted::Missing(also) => component.licensing.is_uncertain() || also(component),
        }
    }
}

/// What texts hold, by role and digest.
type Identified = LookUp<(FileRole, [u8; 32]), Arc<Identification>>;

/// What texts hold, each distinct one read once: the same license file lies in a hundred packages.
#[derive(Default)]
struct Known(Mutex<Identified>);

impl Known {
    fn identify(&self, role: FileRole, text: &str) -> ([u8; 32], Arc<Identification>) {
        let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        if let Some(found) = self.0.lock().expect("no worker panics while it holds this").get(&(role, digest)) {
            return (digest, Arc::clone(found));
        }
        let found = Arc::new(license::identify_as(role, text));
        self.0.lock().expect("no worker panics while it holds this").insert((role, digest), Arc::clone(&found));
        (digest, found)
    }
}

/// Confidence below which a license text is only taken for what it may be.
const SURE: u8 = 90;

/// Confidence of a name that several licenses have: `BSD license`.
const VAGUE: u8 = 60;

/// Names of license files, but not those of patent grants.
fn is_license_file(name: &str) -> bool {
    FileRole::of_path(name) == FileRole::License && !name.to_ascii_lowercase().contains("patent")
}

/// Names of READMEs, which say in a section what small packages have no file for.
fn is_readme(name: &str) -> bool {
    FileRole::of_path(name) == FileRole::Readme
}

/// Where texts of an ecosystem's packages lie.
struct TextSources<'k> {
    purl_type: &'k str,
    kinds: TextPlaces<'k>,
    stores: StorePlaces,
}

/// What license files of a component's copy say.
struct Detected {
    claim: Option<LicenseClaim>,
    digests: Vec<[u8; 32]>,
}

/// What the license files of a component's copy say; where nothing is declared and they say nothing, its README.
fn detected_in(
    component: &Component,
    projects: &[Project],
    sources: &TextSources<'_>,
    copies: &Copies,
    known: &Known,
) -> Option<Detected> {
    let look = |texts: &dyn Fn(fn(&str) -> bool) -> Vec<Source>, base: CopyBase| {
        let read = |accept: fn(&str) -> bool, role: FileRole| {
            let texts = texts(accept);
            (!texts.is_empty()).then(|| claim_of_texts(&texts, role, source_of(base), known))
        };
        let files = read(is_license_file, FileRole::License);
        if !component.licensing.declared.is_empty() || files.as_ref().is_some_and(|files| files.claim.is_some()) {
            return files;
        }
        read(is_readme, FileRole::Readme).filter(|readme| readme.claim.is_some()).or(files)
    };
    let by_name = sources.kinds.iter().filter(|(kind, _)| copies.has(kind.base)).find_map(|(kind, places)| {
        find_by_occurrence(component, projects, places, kind.directories, |directories| {
            look(&|accept| copies.texts(kind.base, directories, digests_of(component), accept), kind.base)
        })
    });
    by_name.or_else(|| {
        sources.stores.iter().find_map(|(store, places)| {
            let (place, _) = find_in_store(component, projects, (store, places), copies)?;
            look(&|accept| copies.beside(&place, store.texts, accept), store.base)
        })
    })
}

/// The digests that a component's archive was published with, where they are known to be of that very archive: an artifact with a
/// classifier is one of several.
pub(super) fn digests_of(component: &Component) -> &[Hash] {
    if component.purl.qualifier("classifier").is_none() { &component.hashes } else { &[] }
}

/// One claim for all license files of a package. Several files are terms that hold together: that they are a choice would have
/// to be declared.
fn claim_of_texts(texts: &[Source], role: FileRole, source: LicenseSource, known: &Known) -> Detected {
    let mut parts: Vec<String> = Vec::new();
    let mut place: Option<Location> = None;
    let mut confidence = 100;
    let mut whole = true;
    let mut digests = Vec::new();
    for text in texts {
        let (digest, found) = known.identify(role, text.text());
        digests.push(digest);
        let (Some(expression), Some(first)) = (&found.expression, found.matches.first()) else { continue };
        confidence = found.matches.iter().map(|found| found.confidence).fold(confidence, u8::min);
        whole &= !found.truncated;
        let mark = text.mark(Span::new(first.span.start, first.span.start));
        place.get_or_insert_with(|| Location::at(text.path(), mark));
        let part = expression.to_string();
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    digests.sort_unstable();
    digests.dedup();
    let joined = match parts.as_slice() {
        [] => return Detected { claim: None, digests },
        [one] => one.clone(),
        several => {
            let bound = |part: &String| if part.contains(" OR ") { format!("({part})") } else { part.clone() };
            several.iter().map(bound).collect::<Vec<_>>().join(" AND ")
        }
    };
    let read = license::read(&joined);
    let reading = match read.reading {
        Reading::Strict | Reading::Canonical if confidence < SURE || !whole => Reading::Guess(if confidence <= VAGUE {
            "the text names a license only by likeness, without saying which one of its kind".into()
        } else {
            format!("the text agrees to {confidence} percent").into()
        }),
        reading => reading,
    };
    let claim = LicenseClaim {
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
    };
    Detected { claim: Some(claim), digests }
}

fn hexadecimal(digests: &[[u8; 32]]) -> String {
    let mut text = String::with_capacity(digests.len() * 65);
    for (index, digest) in digests.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        for byte in digest {
            let _ = write!(text, "{byte:02x}");
        }
    }
    text
}

/// For each kind of place with license texts, whether each project has such a place at all.
pub(super) type TextPlaces<'k> = Vec<(&'k TextKind, Vec<bool>)>;

/// Adds what license texts say to the components whose texts are wanted, and the stage that says so.
pub fn detected_licenses(bom: &mut Bom, copies: &Copies, wanted: &TextsWanted<'_>) {
    let projects = std::mem::take(&mut bom.projects);
    let is_there = |purl_type: &str| projects.iter().any(|project| project.ecosystem == purl_type);
    // Where nothing is asked for, nobody looks where texts might be.
    let is_wanted: Vec<bool> = bom.components.iter().map(|component| wanted.include(component)).collect();
    let asks_for = |purl_type: &str| {
        bom.components.iter().zip(&is_wanted).any(|(component, wanted)| *wanted && component.purl.kind() == purl_type)
    };
    let sources: Vec<TextSources<'_>> = ecosystem::TABLE
        .iter()
        .filter(|ecosystem| is_there(ecosystem.purl_type) && asks_for(ecosystem.purl_type))
        .map(|ecosystem| {
            let purl_type = ecosystem.purl_type;
            let with_places = |kind: &'static TextKind| (kind, places(kind.below, purl_type, &projects, copies));
            let kinds = ecosystem.texts.iter().map(with_places).collect();
            TextSources { purl_type, kinds, stores: stores_of(purl_type, &projects, copies) }
        })
        .filter(|sources| !sources.kinds.is_empty() || !sources.stores.is_empty())
        .collect();
    let known = Known::default();
    let claims: Vec<Option<Detected>> = bom
        .components
        .par_iter()
        .zip(&is_wanted)
        .map(|(component, wanted)| {
            let sources = sources.iter().find(|sources| sources.purl_type == component.purl.kind())?;
            if *wanted { detected_in(component, &projects, sources, copies, &known) } else { None }
        })
        .collect();
    let named = |base: CopyBase, places: &[bool]| copies.has(base) && places.contains(&true);
    let looked_in: Vec<&str> = sources
        .iter()
        .flat_map(|sources| {
            let kinds = sources.kinds.iter().map(|(kind, places)| (kind.name, kind.base, places));
            kinds.chain(sources.stores.iter().map(|(store, places)| (store.name, store.base, places)))
        })
        .filter(|(_, base, places)| named(*base, places))
        .map(|(name, ..)| name)
        .collect();
    let nothing_to_ask = sources.is_empty();
    bom.projects = projects;
    let mut found: BTreeMap<LicenseSource, usize> = BTreeMap::new();
    for (component, detected) in bom.components.iter_mut().zip(claims) {
        let Some(detected) = detected else { continue };
        if !detected.digests.is_empty() {
            component.properties.insert(TEXT_DIGESTS.into(), hexadecimal(&detected.digests).into());
        }
        if let Some(claim) = detected.claim {
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
    let is_wanted: Vec<bool> = bom.components.iter().map(is_worth_looking).collect();
    let kinds: Vec<(&str, Places<'_>, StorePlaces)> = ecosystem::TABLE
        .iter()
        .filter(|ecosystem| projects.iter().any(|project| project.ecosystem == ecosystem.purl_type))
        .map(|ecosystem| {
            let purl_type = ecosystem.purl_type;
            let with_places = |kind: &'static CopyKind| (kind, places(kind.below, purl_type, &projects, copies));
            let kinds = ecosystem.copies.iter().map(with_places).collect();
            (purl_type, kinds, stores_of(purl_type, &projects, copies))
        })
        .collect();
    let claims: Vec<Option<Vec<LicenseClaim>>> = bom
        .components
        .par_iter()
        .zip(&is_wanted)
        .map(|(component, wanted)| {
            if !wanted {
                return None;
            }
            let (_, kinds, stores) = kinds.iter().find(|(purl_type, ..)| *purl_type == component.purl.kind())?;
            claim_of(component, &projects, kinds, copies)
                .or_else(|| claim_of_stores(component, &projects, stores, copies))
        })
        .collect();
    bom.projects = projects;
    let mut found: BTreeMap<LicenseSource, usize> = BTreeMap::new();
    for (component, claims) in bom.components.iter_mut().zip(claims) {
        if let Some(claim) = claims.iter().flatten().next() {
            *found.entry(claim.source).or_default() += 1;
        }
        component.licensing.declared.extend(claims.into_iter().flatten());
    }
    bom.stages.push(Stage { name: "license-copies", detail: where_looked(bom, copies, &found) });
}

/// Which places were looked in, what they gave, and which ones are not there if something is still missing: so that "not
/// known" comes with what would help.
fn where_looked(bom: &Bom, copies: &Copies, found: &BTreeMap<LicenseSource, usize>) -> String {
    let mut looked_in: Vec<&str> = Vec::new();
    let mut absent: Vec<&str> = Vec::new();
    for ecosystem in ecosystem::TABLE {
        let purl_type = ecosystem.purl_type;
        if !bom.projects.iter().any(|project| project.ecosystem == purl_type) {
            continue;
        }
        let lacks =
            bom.components.iter().any(|component| component.purl.kind() == purl_type && is_worth_looking(component));
        let stores =
            ecosystem::STORES.iter().find(|(name, _)| *name == purl_type).map_or(&[][..], |(_, stores)| stores);
        let kinds = ecosystem.copies.iter().map(|kind| (kind.name, kind.base));
        let stores = stores.iter().filter(|store| store.declares).map(|store| (store.name, store.base));
        for (name, base) in kinds.chain(stores) {
            match copies.has(base) {
                true => looked_in.push(name),
                false if lacks => absent.push(name),
                false => {}
            }
        }
    }
    let counts: Vec<String> = found.iter().map(|(source, count)| format!("{} {count}", source.as_str())).collect();
    let counts = if counts.is_empty() { "none found".to_owned() } else { counts.join(", ") };
    let mut detail = if looked_in.is_empty() {
        "no copies of packages to look in".to_owned()
    } else {
        format!("looked in {}: {counts}", looked_in.join(", "))
    };
    if !absent.is_empty() {
        detail.push_str(&format!("; not on this machine: {}", absent.join(", ")));
    }
    detail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(texts: &[(&str, &str)]) -> Option<LicenseClaim> {
        let source = |(path, text): &(&str, &str)| Source::from_text(RepoPath::new(path), (*text).to_owned()).unwrap();
        let texts: Vec<Source> = texts.iter().map(source).collect();
        claim_of_texts(&texts, FileRole::License, LicenseSource::Vendored, &Known::default()).claim
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
