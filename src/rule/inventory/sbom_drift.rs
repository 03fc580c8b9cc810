//! The SBOM that is kept here names other components than are here.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::{CompactString, format_compact};

use crate::model::{Bom, Completeness, Location, Mark, Project, Purl, Sbom, SbomFacts, Scope};
use crate::rule::{Check, Context, Docs, Draft, Rule, Settings, profile};

/// The SBOM that is kept here names other components than are here.
pub static RULE: Rule = Rule {
    id: "inventory/sbom-drift",
    summary: "the SBOM that is kept here names other components than are here",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Compares an SBOM that is kept in the repository with what is found now, by names and versions, in both directions. Only \
               if its primary component is this project (the name or package URL of one of its packages, or of the repository), and \
               only for the package types that both know. What is needed only for development, tests or the build may be missing \
               from it. Nothing is judged where not all third parties are known; the run says so in a remark. The age of files is \
               not looked at, since a checkout does not keep it.",
        why: "The next emergency begins with the question whether we are affected; an old list answers it wrongly.",
        how_to_fix: "1. Write it anew in the same step that makes the artefact, and keep it with the release.\n\
                     2. If it is meant for one release only, keep it there and not in the tree.",
        fine_when: "It describes the last release on purpose, and its name says so.",
        example_bad: "# bom.json of `shop` names kit 1.0.0, and package-lock.json has kit 1.0.1\n",
        example_good: "# bom.json of `shop` names kit 1.0.1, and package-lock.json has kit 1.0.1\n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.3a"), ("ISO/IEC 18974", "4.3.1.1"), ("BSI TR-03183-2", "3.1"), ("OSPS", "QA-02.02")],
    check: Check::Sboms(check),
};

/// What a package is called, without its version.
type Name = (CompactString, CompactString);

fn name_of(purl: &Purl) -> Name {
    (purl.kind().into(), purl.full_name())
}

/// The documents that describe this project.
fn ours(bom: &Bom) -> impl Iterator<Item = (&Sbom, &SbomFacts)> {
    let first: Vec<&Purl> =
        bom.components.iter().filter(|component| !component.is_third_party()).map(|own| &own.purl).collect();
    bom.sboms.iter().filter(|sbom| !sbom.named).filter_map(|sbom| Some((sbom, sbom.said.as_ref().ok()?))).filter(
        move |(_, facts)| {
            facts.primary().any(|primary| {
                let plain = primary.name.rsplit_once(' ').map_or(primary.name.as_str(), |(name, _)| name);
                let called = |name: &str| !name.is_empty() && (plain == name || primary.name == name);
                called(&bom.subject.name)
                    || first.iter().any(|own| {
                        called(own.name())
                            || called(&own.full_name())
                            || primary.purl.as_ref().is_some_and(|purl| name_of(purl) == name_of(own))
                    })
            })
        },
    )
}

fn kinds(facts: &SbomFacts) -> BTreeSet<&str> {
    let others = facts.components.iter().filter(|component| !component.primary);
    others.filter_map(|component| component.purl.as_ref()).map(Purl::kind).collect()
}

/// The projects that a document would describe.
fn concerned<'b>(bom: &'b Bom, facts: &SbomFacts) -> Vec<&'b Project> {
    let kinds = kinds(facts);
    bom.projects.iter().filter(|project| !project.fixture && kinds.contains(project.ecosystem)).collect()
}

fn is_known(projects: &[&Project], settings: &Settings) -> bool {
    projects.iter().all(|project| match project.completeness {
        Completeness::Complete => true,
        Completeness::Unknown => settings.accepts_unknown(project.ecosystem),
        Completeness::Incomplete => false,
    })
}

/// Which documents of this project were not compared with what is here, and why.
pub fn not_compared(bom: &Bom, settings: &Settings) -> Vec<String> {
    let unknown = ours(bom).filter(|(_, facts)| {
        let projects = concerned(bom, facts);
        !projects.is_empty() && !is_known(&projects, settings)
    });
    unknown
        .map(|(sbom, _)| format!("{} was not compared with what is here: not all third parties are known", sbom.path))
        .collect()
}

fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

type Versions = BTreeMap<Name, BTreeSet<CompactString>>;

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    const MOST_PLACES: usize = 5;
    let bom = context.bom;
    for (sbom, facts) in ours(bom) {
        let projects = concerned(bom, facts);
        if projects.is_empty() || !is_known(&projects, context.settings) {
            continue;
        }
        let types: BTreeSet<&str> = projects.iter().map(|project| project.ecosystem).collect();
        // What is here: all of it, and what must be in the document.
        let (mut here, mut needed, mut own) = (Versions::new(), Versions::new(), BTreeSet::new());
        for component in bom.components.iter().filter(|component| types.contains(component.purl.kind())) {
            if !component.is_third_party() {
                own.insert(name_of(&component.purl));
                continue;
            }
            let version = CompactString::from(component.purl.version().unwrap_or_default());
            here.entry(name_of(&component.purl)).or_default().insert(version.clone());
            let real = component.occurrences.iter().any(|o| {
                !bom.project(o.project).fixture && !matches!(o.scope, Scope::Build | Scope::Test | Scope::Development)
            });
            if real {
                needed.entry(name_of(&component.purl)).or_default().insert(version);
            }
        }
        let mut there = Versions::new();
        let mut places: BTreeMap<Name, Mark> = BTreeMap::new();
        for component in facts.components.iter().filter(|component| !component.primary) {
            let Some(purl) = component.purl.as_ref().filter(|purl| types.contains(purl.kind())) else { continue };
            let name = name_of(purl);
            if own.contains(&name) {
                continue;
            }
            places.entry(name.clone()).or_insert(component.mark);
            there.entry(name).or_default().insert(purl.version().unwrap_or_default().into());
        }
        let shown = |name: &Name, versions: &BTreeSet<CompactString>| match versions.first() {
            Some(version) if !version.is_empty() => format_compact!("{} {version}", name.1),
            _ => name.1.clone(),
        };
        let missing: Vec<CompactString> = needed
            .iter()
            .filter(|(name, _)| !there.contains_key(*name))
            .map(|(name, versions)| shown(name, versions))
            .collect();
        let gone: Vec<&Name> = there.keys().filter(|name| !here.contains_key(*name)).collect();
        let moved: Vec<(&Name, CompactString)> = there
            .iter()
            .filter_map(|(name, old)| {
                let new = here.get(name)?;
                // Several versions at a time are no drift as long as each that the document names is here.
                let dropped = old.iter().find(|version| !version.is_empty() && !new.contains(*version))?;
                let now = new.first()?;
                Some((name, format_compact!("{} {dropped} there and {now} here", name.1)))
            })
            .collect();
        let mut parts = Vec::new();
        if !missing.is_empty() {
            parts.push(format!(
                "{} here {} not in it ({})",
                profile::components(missing.len()),
                are(missing.len()),
                profile::some(missing.iter())
            ));
        }
        if !gone.is_empty() {
            let names: Vec<CompactString> = gone.iter().map(|name| shown(name, &there[*name])).collect();
            parts.push(format!(
                "{} of it {} not here ({})",
                profile::components(gone.len()),
                are(gone.len()),
                profile::some(names.iter())
            ));
        }
        if !moved.is_empty() {
            let names: Vec<CompactString> = moved.iter().map(|(_, text)| text.clone()).collect();
            let verb = if moved.len() == 1 { "has another version" } else { "have other versions" };
            parts.push(format!("{} {verb} ({})", profile::components(moved.len()), profile::some(names.iter())));
        }
        if parts.is_empty() {
            continue;
        }
        let message = format!("{} is not what is here: {}", sbom.path, parts.join("; "));
        let why =
            "the next emergency begins with the question whether we are affected, and an old list answers it wrongly";
        let mut draft = profile::about(sbom, "drift", message, why);
        let marks = moved.iter().map(|(name, _)| *name).chain(gone).filter_map(|name| places.get(name));
        draft.locations = marks.take(MOST_PLACES).map(|mark| Location::at(&sbom.path, *mark)).collect();
        if draft.locations.is_empty() {
            draft.locations.push(profile::start(sbom, facts));
        }
        draft.help.push(
            "write it anew in the step that makes the artefact: sepal scan -o cyclonedx-json=bom.json".to_owned(),
        );
        draft.help.push("or keep it with the release that it describes, and not in the tree".to_owned());
        drafts.push(draft);
    }
}
