//! Licenses from copies of the packages: installed and vendored trees, package caches of this machine.
//!
//! What a package's own metadata declares comes first. Where nothing is declared, or what is declared is no certain answer, its
//! license files are read and what they hold is *detected*: kept apart, and judged by where there is nothing better. For all
//! components that is done only where somebody asks for it ([`TextsWanted`]).
//!
//! Metadata may name license files whose texts come before what it says in words (PEP 639): [`by_files`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::iter;
use std::sync::{Arc, Mutex};

use compact_str::CompactString;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::cache::{Copies, NamesOf, Place};
use crate::ecosystem::{self, CopyBase, CopyKind, CopyLicense, CopyWanted, LicenseFile, Store, TextKind, Told};
use crate::license::{self, Expression, FileRole, Identification, Together};
use crate::model::{
    Bom, Component, Evidence, Field, Hash, LicenseClaim, LicenseSource, Licensing, Location, LookUp, Mark, Occurrence,
    Project, Reading, RepoPath, Span, Stage, TEXT_DIGESTS, Technique,
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
    known: &Known,
) -> Option<Declared> {
    // A copy of another version in the same place says nothing about this one.
    let is_meant = |found: &CopyLicense| {
        found.name.as_deref().is_none_or(|name| name == component.purl.full_name())
            && found.version.as_deref().is_none_or(|version| Some(version) == component.purl.version())
    };
    kinds.iter().filter(|(kind, _)| copies.has(kind.base)).find_map(|(kind, places)| {
        find_by_occurrence(component, projects, places, kind.candidates, |candidates| {
            let (place, step) =
                copies.find_published(kind.base, candidates, &[], |source| match (kind.license)(source) {
                    Some(found) => is_meant(&found).then_some(Step::Found(found)),
                    None => Step::further((kind.inherits)(source)),
                })?;
            let (path, found) = inherited(kind, copies, place.path().clone(), step)?;
            let said = claims((found.raw, found.mark), found.beside, source_of(kind.base), &path);
            // What is inherited names no files of this package.
            let files = if path == *place.path() { found.files.as_slice() } else { &[] };
            Some(by_files(said, files, &place, copies, known))
        })
    })
}

/// The property in which the parser of installed packages keeps what their metadata says beside what it declares.
const OTHER: &str = "sepal:license:other";

/// For a package whose metadata was itself read as a file of the tree, and names license files: what it declares, with what
/// those hold.
fn claim_of_installed(
    component: &Component,
    kinds: &[(&CopyKind, Vec<bool>)],
    copies: &Copies,
    known: &Known,
) -> Option<Declared> {
    let first = component.licensing.declared.first()?;
    let names_files = |text: &str| text.split("; ").any(|part| part.starts_with("License-File: "));
    if !component.is_third_party()
        || !(first.is_license_file() || component.properties.get(OTHER).is_some_and(|other| names_files(other)))
    {
        return None;
    }
    let (kind, _) = kinds.iter().find(|(kind, _)| kind.base == CopyBase::Tree { installed: true })?;
    let path = first.evidence.as_ref()?.location.path.to_string();
    let (place, found) = copies.find_published(kind.base, &[path], &[], kind.license)?;
    let said = claims((found.raw, found.mark), found.beside, first.source, place.path());
    Some(by_files(said, &found.files, &place, copies, known))
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
    known: &Known,
) -> Option<Declared> {
    stores.iter().filter(|(store, _)| store.declares).find_map(|(store, places)| {
        let (place, told) = find_in_store(component, projects, (store, places), copies)?;
        let said = claims(told.license?, told.beside, source_of(store.base), place.path());
        Some(by_files(said, &told.files, &place, copies, known))
    })
}

/// What a package's metadata declares, the claim that counts first.
struct Declared {
    claims: Vec<LicenseClaim>,
    /// What the license files that it names hold, where they count.
    texts: Option<Detected>,
}

/// A license file that metadata names, as it was read.
struct NamedText {
    source: Source,
    expression: Expression,
    confidence: u8,
    /// Where the license stands in it.
    at: Location,
}

/// Reads a license file that metadata names; `None` if it is not there, or if what it holds is not certain.
fn named_text(file: &LicenseFile, place: &Place, copies: &Copies, known: &Known) -> Option<NamedText> {
    let source = copies.named(place, &file.places)?;
    let (_, found) = known.identify(FileRole::License, source.text());
    let confidence = confidence_of(&found);
    if confidence < SURE || found.truncated {
        return None;
    }
    let expression = found.expression.clone()?;
    let start = found.matches.first()?.span.start;
    let at = Location::at(source.path(), source.mark(Span::new(start, start)));
    Some(NamedText { source, expression, confidence, at })
}

/// Puts the license files that metadata names before what it states in words, where every one of them is there and holds
/// licenses with certainty; else nothing is changed, and the statement counts. Files hold together: that they are a choice
/// only words can say. Where the words name the same licenses, they tell how these go together; where they name others, both
/// are kept, as a guess that a person has to look at.
fn by_files(said: Vec<LicenseClaim>, files: &[LicenseFile], place: &Place, copies: &Copies, known: &Known) -> Declared {
    let holds_terms = |file: &&LicenseFile| {
        FileRole::of_path(&file.path) == FileRole::License && !file.path.to_ascii_lowercase().contains("patent")
    };
    let wanted: Vec<&LicenseFile> = files.iter().filter(holds_terms).collect();
    let read: Option<Vec<NamedText>> = wanted.iter().map(|file| named_text(file, place, copies, known)).collect();
    let texts = match read {
        Some(texts) if !texts.is_empty() => texts,
        _ => return Declared { claims: said, texts: None },
    };
    let expressions: Vec<Expression> = texts.iter().map(|text| text.expression.clone()).collect();
    let stated = said.iter().find(|claim| !claim.is_license_file());
    let Some((expression, reading)) = counted(&texts, &expressions, stated) else {
        return Declared { claims: said, texts: None };
    };
    // The claims of the files as they are named, with what each holds.
    let mut claims: Vec<LicenseClaim> = Vec::with_capacity(said.len() + 1);
    let (named, others): (Vec<LicenseClaim>, Vec<LicenseClaim>) =
        said.into_iter().partition(LicenseClaim::is_license_file);
    for mut claim in named {
        let mark = claim.evidence.as_ref().and_then(|evidence| evidence.location.mark);
        let which = wanted.iter().position(|file| Some(file.mark) == mark);
        if let Some((text, evidence)) = which.and_then(|which| texts.get(which)).zip(claim.evidence.as_mut()) {
            claim.expression = Some(text.expression.as_str().into());
            claim.reading = Reading::Alias(format!("the text at {} is {}", text.at, text.expression).into());
            evidence.confidence = text.confidence;
        }
        claims.push(claim);
    }
    claims.sort_by_key(|claim| claim.evidence.as_ref().and_then(|evidence| evidence.location.mark));
    let holding = claims.iter().position(|claim| claim.expression.is_some());
    match (holding, texts.len()) {
        (Some(one), 1) => {
            let mut first = claims.remove(one);
            first.expression = Some(expression);
            first.reading = reading;
            claims.insert(0, first);
        }
        (Some(one), _) => {
            let raws: Vec<&str> =
                claims.iter().filter(|claim| claim.expression.is_some()).map(|claim| claim.raw.as_str()).collect();
            let mut first = LicenseClaim {
                raw: raws.join("; ").into(),
                expression: Some(expression),
                reading,
                source: claims[one].source,
                evidence: claims[one].evidence.clone(),
            };
            if let Some(evidence) = &mut first.evidence {
                evidence.confidence = texts.iter().map(|text| text.confidence).min().unwrap_or(evidence.confidence);
            }
            claims.insert(0, first);
        }
        (None, _) => {}
    }
    claims.extend(others);
    let source = claims.first().map_or(LicenseSource::Cache, |claim| claim.source);
    let sources: Vec<Source> = texts.into_iter().map(|text| text.source).collect();
    Declared { claims, texts: Some(claim_of_texts(&sources, FileRole::License, source, known)) }
}

/// Whether words say no more than that there is a file: `see LICENSE`.
fn points_at_a_file(raw: &str) -> bool {
    let lower = raw.trim().to_ascii_lowercase();
    let words: Vec<&str> = lower.split([' ', ':', ',']).filter(|word| !word.is_empty()).collect();
    let says_nothing = |word: &&str| {
        matches!(*word, "see" | "the" | "file" | "in" | "file." | "for" | "details")
            || ["license", "licence", "copying"].iter().any(|name| word.starts_with(name))
    };
    !words.is_empty() && words.iter().all(says_nothing)
}

/// What counts where license files hold licenses with certainty, and how that was read.
fn counted(
    texts: &[NamedText],
    expressions: &[Expression],
    stated: Option<&LicenseClaim>,
) -> Option<(CompactString, Reading)> {
    let held: Vec<String> =
        texts.iter().map(|text| format!("the text at {} is {}", text.at, text.expression)).collect();
    let held = held.join(", ");
    let all = license::all_of(expressions)?;
    let read = |claim: &LicenseClaim| license::read(claim.expression.as_deref()?).expression;
    let Some(claim) = stated.filter(|claim| !points_at_a_file(&claim.raw)) else {
        return Some((all.as_str().into(), Reading::Alias(held.into())));
    };
    let raw = &claim.raw;
    let Some(words) = read(claim) else {
        // `Free for non-commercial use` beside the text of MIT: nobody has said which of the two is meant.
        let why = format!("{held}, and what \"{raw}\" means is not known");
        return Some((all.as_str().into(), Reading::Guess(why.into())));
    };
    let both =
        |all: &Expression| (all.as_str().into(), Reading::Guess(format!("{held}, and \"{raw}\" says {words}").into()));
    if !claim.is_certain() {
        if license::is_of_kind(&words, expressions) {
            return Some((all.as_str().into(), Reading::Alias(held.into())));
        }
        return license::together(&words, expressions).map(|found| match found {
            Together::More(all) | Together::Against(all) => both(&all),
            Together::Stated => both(&words),
        });
    }
    Some(match license::together(&words, expressions)? {
        Together::Stated if words == all => (all.as_str().into(), Reading::Alias(held.into())),
        Together::Stated => {
            (words.as_str().into(), Reading::Alias(format!("{held}; \"{raw}\" says how they hold: {words}").into()))
        }
        Together::More(all) => {
            (all.as_str().into(), Reading::Alias(format!("{held}, beside \"{raw}\", which says {words}").into()))
        }
        Together::Against(all) => both(&all),
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
            TextsWanted::Missing(also) => {
                component.licensing.is_uncertain() && component.licensing.detected.is_empty() || also(component)
            }
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

/// How sure it is what a text holds. A place that only likely names a license takes nothing away from another place in the
/// same text that leaves no doubt about it: the title above the text of the license itself.
fn confidence_of(found: &Identification) -> u8 {
    let terms = |found: &license::Match| found.expression.terms().map(ToString::to_string).collect::<Vec<_>>();
    let sure: BTreeSet<String> = found.matches.iter().filter(|one| one.confidence >= SURE).flat_map(terms).collect();
    let adds = |one: &&license::Match| one.confidence >= SURE || !terms(one).iter().all(|term| sure.contains(term));
    found.matches.iter().filter(adds).map(|one| one.confidence).min().unwrap_or(100)
}

/// Names of license files, but not those of patent grants.
const LICENSES: NamesOf = NamesOf { what: "license files", takes: is_license_file };

/// Names of READMEs, which say in a section what small packages have no file for.
const READMES: NamesOf = NamesOf { what: "readmes", takes: is_readme };

fn is_license_file(name: &str) -> bool {
    FileRole::of_path(name) == FileRole::License && !name.to_ascii_lowercase().contains("patent")
}

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
    let look = |texts: &dyn Fn(NamesOf) -> Vec<Source>, base: CopyBase| {
        let read = |accept: NamesOf, role: FileRole| {
            let texts = texts(accept);
            (!texts.is_empty()).then(|| claim_of_texts(&texts, role, source_of(base), known))
        };
        let files = read(LICENSES, FileRole::License);
        if !component.licensing.declared.is_empty() || files.as_ref().is_some_and(|files| files.claim.is_some()) {
            return files;
        }
        read(READMES, FileRole::Readme).filter(|readme| readme.claim.is_some()).or(files)
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
        confidence = confidence.min(confidence_of(&found));
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
            confirm(&mut component.licensing, &claim);
            // In place of what the files that the metadata names were found to hold.
            component.licensing.detected = vec![claim];
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

/// Makes a vague statement of a choice (`CDDL/GPLv2+CE`) a certain one where the texts beside it are those of its licenses: that
/// they are a choice is what no text can say.
fn confirm(licensing: &mut Licensing, text: &LicenseClaim) {
    let Some(vague) = licensing.declared.first_mut().filter(|claim| !claim.is_license_file()) else { return };
    let Reading::Guess(why) = &vague.reading else { return };
    let read = |claim: &LicenseClaim| license::read(claim.expression.as_deref()?).expression;
    let (Some(choice), Some(held)) = (read(vague), read(text).filter(|_| text.is_certain())) else { return };
    let Some(exact) = license::confirmed(&choice, &[held]) else { return };
    let at = text.evidence.as_ref().map(|evidence| format!(" at {}", evidence.location)).unwrap_or_default();
    let why = format!("{why}; the text{at} holds {}", text.raw);
    vague.reading = Reading::Alias(why.into());
    vague.expression = Some(exact.as_str().into());
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
    let known = Known::default();
    let all: Vec<Option<Declared>> = bom
        .components
        .par_iter()
        .zip(&is_wanted)
        .map(|(component, wanted)| {
            let (_, kinds, stores) = kinds.iter().find(|(purl_type, ..)| *purl_type == component.purl.kind())?;
            if !wanted {
                return claim_of_installed(component, kinds, copies, &known);
            }
            claim_of(component, &projects, kinds, copies, &known)
                .or_else(|| claim_of_stores(component, &projects, stores, copies, &known))
        })
        .collect();
    bom.projects = projects;
    let mut found: BTreeMap<LicenseSource, usize> = BTreeMap::new();
    for ((component, declared), wanted) in bom.components.iter_mut().zip(all).zip(is_wanted) {
        let Some(Declared { claims, texts }) = declared else { continue };
        if wanted {
            if let Some(claim) = claims.first() {
                *found.entry(claim.source).or_default() += 1;
            }
        } else {
            // Of an installed package that was read as a file: the same claims, and more.
            component.licensing.declared.clear();
            component.properties.remove(OTHER);
        }
        component.licensing.declared.extend(claims);
        if let Some(Detected { claim, digests }) = texts {
            component.licensing.detected.extend(claim);
            component.properties.insert(TEXT_DIGESTS.into(), hexadecimal(&digests).into());
        }
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
    fn a_vague_choice_counts_where_a_text_holds_what_it_names() {
        let raw = "CDDL + GPLv2 with classpath exception";
        let read = license::read(raw);
        let expression = read.expression.as_ref().map(|expression| expression.as_str().into());
        assert!(matches!(read.reading, Reading::Guess(_)));
        let source = LicenseSource::Cache;
        let vague = LicenseClaim { raw: raw.into(), expression, reading: read.reading, source, evidence: None };
        let of = |tag: &str| {
            let text = format!("SPDX-License-Identifier: {tag}\n");
            let text = claim(&[("a.jar!/META-INF/LICENSE", &text)]).unwrap();
            let mut licensing = Licensing { declared: vec![vague.clone()], ..Licensing::default() };
            confirm(&mut licensing, &text);
            licensing.detected.push(text);
            licensing.effective().and_then(|claim| claim.expression.clone()).unwrap()
        };
        // No text says that two licenses are a choice; the words do.
        let both = "CDDL-1.0 AND GPL-2.0-only WITH Classpath-exception-2.0";
        assert_eq!(of(both), "CDDL-1.0 OR GPL-2.0-only WITH Classpath-exception-2.0");
        assert_eq!(of("CDDL-1.0"), "CDDL-1.0");
    }

    #[test]
    fn words_that_only_point_at_a_file_say_nothing_else() {
        for raw in ["see LICENSE", "LICENSE.txt", "See the file COPYING", "file: LICENSE", "see LICENSE for details"] {
            assert!(points_at_a_file(raw), "{raw}");
        }
        for raw in [
            "",
            "MIT",
            "GPL-3.0-or-later",
            "Free for non-commercial use",
            "our own license terms",
            "Proprietary License",
        ] {
            assert!(!points_at_a_file(raw), "{raw}");
        }
    }

    #[test]
    fn a_title_takes_nothing_away_from_the_text_below_it() {
        let found = claim(&[("LICENSE", "SPDX-License-Identifier: MIT\n")]).unwrap();
        assert!(found.is_certain(), "{found:?}");
        let mut found = license::identify("SPDX-License-Identifier: MIT\n");
        assert_eq!(confidence_of(&found), 100);
        let other = license::read("ISC").expression.unwrap();
        found.matches.push(license::Match { expression: other, confidence: 70, ..found.matches[0].clone() });
        assert_eq!(confidence_of(&found), 70);
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
