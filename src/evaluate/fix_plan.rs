//! Which versions to take, so that few steps put many findings right.
//!
//! One step is one package taken to another version in one project: it puts right all that is known of that package there. What
//! needs another version of something else first is gathered under the direct dependency that has to move, since one step there
//! may put all of it right. Steps are taken greedily, the one that clears the most findings first; no registry is asked, so that
//! nobody here knows which version of a direct dependency brings in which version of what it needs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use crate::model::{AdvisoryKind, Bom, ComponentId, Dependency, Finding, Location, ProjectId, Verdict, Vulnerability};
use crate::rule::{Manager, Paths, Step, allows, package_name};

/// What to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixPlan {
    /// Steps with a version, those that clear the most first.
    pub steps: Vec<PlannedStep>,
    /// Direct dependencies of which a newer version is needed, nobody here knows which; those that hold back the most first.
    pub held_back: Vec<HeldBack>,
    /// What no version puts right.
    pub left: Vec<Left>,
    /// Open findings about advisories, in all.
    pub findings: usize,
    /// Of those, the ones that the steps clear.
    pub cleared: usize,
}

/// A package to take in another version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep {
    /// In which project.
    pub project: ProjectId,
    /// The package in the version in use.
    pub component: ComponentId,
    /// The version to take.
    pub to: CompactString,
    /// Other versions of the package that the same command moves, and where to.
    pub others: Vec<(ComponentId, CompactString)>,
    /// Whether that may break something.
    pub major: bool,
    /// What to type, or to write; `None` where the package manager is not known.
    pub command: Option<String>,
    /// The direct dependency through which it comes in; the package itself where the project asks for it.
    pub through: Option<ComponentId>,
    /// Where that is written.
    pub line: Option<Location>,
    /// Whether the requirements on it allow the version: `None` where the files do not say.
    pub allowed: Option<bool>,
    /// What it clears: preferred ids, sorted.
    pub clears: Vec<CompactString>,
    /// How many findings that are.
    pub findings: usize,
}

/// A direct dependency that keeps others back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBack {
    /// In which project.
    pub project: ProjectId,
    /// The direct dependency.
    pub direct: ComponentId,
    /// Where it is asked for.
    pub line: Option<Location>,
    /// What it keeps back: the package, the version that is needed, who asks for what instead, and how many findings that are.
    pub packages: Vec<(ComponentId, CompactString, String, usize)>,
    /// How many findings that are together.
    pub findings: usize,
}

/// What no version puts right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The component.
    pub component: ComponentId,
    /// What is known of it: preferred ids, sorted.
    pub ids: Vec<CompactString>,
    /// Why.
    pub reason: &'static str,
}

/// What one package in one project needs.
#[derive(Default)]
struct Need<'a> {
    fixable: BTreeMap<&'a str, &'a Vulnerability>,
    findings: usize,
}

/// Makes a plan for the open findings about advisories.
pub fn fix_plan(bom: &Bom, verdict: &Verdict) -> FixPlan {
    let mut plan = FixPlan::default();
    let Some(advisories) = &bom.advisories else { return plan };
    let paths = Paths::of(bom);
    let mut needs: BTreeMap<(ProjectId, ComponentId), Need<'_>> = BTreeMap::new();
    let mut left: BTreeMap<(ComponentId, &'static str), BTreeSet<&str>> = BTreeMap::new();
    let known_of = |finding: &Finding| {
        let at = finding.vulnerability?;
        Some((at, advisories.vulnerabilities.get(at as usize)?))
    };
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    for (at, known) in verdict.findings.iter().filter(|finding| finding.standing.is_open()).filter_map(known_of) {
        plan.findings += 1;
        if !seen.insert(at) {
            // Two rules say the same: the second finding goes with the first.
            continue;
        }
        let reason = match (known.kind, &known.fix) {
            (AdvisoryKind::Malware, _) => Some("it is malicious: remove it"),
            (AdvisoryKind::Vulnerability, None) => Some("no version is known to be fixed"),
            (_, None) => Some("no version is known to be better: replace it"),
            (_, Some(_)) => None,
        };
        if let Some(reason) = reason {
            left.entry((known.component, reason)).or_default().insert(&known.id);
            continue;
        }
        for occurrence in &bom.component(known.component).occurrences {
            let need = needs.entry((occurrence.project, known.component)).or_default();
            if need.fixable.insert(&known.id, known).is_none() {
                need.findings += 1;
            }
        }
    }
    // Who asks for what is to be changed.
    let mut askers: BTreeMap<(ProjectId, ComponentId), Vec<&Dependency>> = BTreeMap::new();
    for edge in &bom.dependencies {
        if needs.contains_key(&(edge.project, edge.to)) {
            askers.entry((edge.project, edge.to)).or_default().push(edge);
        }
    }
    let mut held: BTreeMap<(ProjectId, ComponentId), HeldBack> = BTreeMap::new();
    for ((project, component), need) in &needs {
        let edges = askers.get(&(*project, *component)).map_or(&[][..], Vec::as_slice);
        let Some((to, major)) = target(bom, *component, need) else { continue };
        let kind = bom.component(*component).purl.kind();
        let asks = |edge: &&&Dependency| edge.requirement.as_deref().and_then(|asked| allows(kind, asked, &to));
        let direct = edges.iter().any(|edge| edge.direct);
        let against = edges.iter().find(|edge| !edge.direct && asks(edge) == Some(false));
        let introduced = paths.introduced_by(bom, *project, *component);
        let line = introduced.and_then(|edge| edge.evidence.as_ref()).map(|evidence| evidence.location.clone());
        let through = introduced.map(|edge| edge.to);
        let manager = Manager::of(bom.project(*project));
        let forces = matches!(manager, Some(Manager::Go | Manager::Maven | Manager::Gradle));
        // Cargo's lock does not say who asks for what, but nearly all ask for compatible versions, and nothing overrides them.
        let unlikely = manager == Some(Manager::Cargo) && major && !direct && through != Some(*component);
        let reason = match against {
            Some(against) => {
                let asker = bom.component(against.from);
                Some(format!(
                    "{} {} asks for {}",
                    asker.purl.full_name(),
                    asker.purl.version().unwrap_or_default(),
                    against.requirement.as_deref().unwrap_or_default()
                ))
            }
            None => unlikely.then(|| "a major step, which what needs it will hardly allow".to_owned()),
        };
        if let (Some(reason), Some(through), false) = (reason, through, forces) {
            let entry = held.entry((*project, through)).or_insert_with(|| HeldBack {
                project: *project,
                direct: through,
                line: line.clone(),
                packages: Vec::new(),
                findings: 0,
            });
            entry.packages.push((*component, to, reason, need.findings));
            entry.findings += need.findings;
            continue;
        }
        // All that ask have to allow it; of one that does not say nobody knows.
        let allowed = match edges.iter().filter(|edge| edge.direct == direct).map(|edge| asks(&edge)).min() {
            Some(answer) if !edges.is_empty() => answer,
            _ => None,
        };
        let purl = &bom.component(*component).purl;
        let package = package_name(purl);
        let from = purl.version().unwrap_or_default();
        let step = Step { name: &package, from, to: &to, direct, allowed };
        let command = manager.and_then(|manager| manager.command(&step));
        let clears = need.fixable.keys().map(|id| CompactString::from(*id));
        let same =
            |have: &&mut PlannedStep| have.project == *project && have.command.is_some() && have.command == command;
        if let Some(have) = plan.steps.iter_mut().find(same) {
            // One command moves all versions of a package that are in use.
            have.others.push((*component, to));
            have.clears.extend(clears);
            have.clears.sort();
            have.clears.dedup();
            have.findings += need.findings;
            have.major |= major;
            continue;
        }
        plan.steps.push(PlannedStep {
            project: *project,
            component: *component,
            others: Vec::new(),
            command,
            to,
            major,
            through,
            line,
            allowed,
            clears: clears.collect(),
            findings: need.findings,
        });
    }
    let stuck: BTreeSet<ComponentId> =
        held.values().flat_map(|held| held.packages.iter().map(|(component, ..)| *component)).collect();
    for (_, known) in verdict.findings.iter().filter(|finding| finding.standing.is_open()).filter_map(known_of) {
        if known.fix.is_some() && known.kind != AdvisoryKind::Malware && !stuck.contains(&known.component) {
            plan.cleared += 1;
        }
    }
    let place = |project: ProjectId| &bom.project(project).directory;
    plan.steps.sort_by_key(|step| (Reverse(step.findings), step.major, place(step.project).clone(), step.component));
    plan.held_back = held.into_values().collect();
    plan.held_back.sort_by_key(|held| (Reverse(held.findings), place(held.project).clone(), held.direct));
    plan.left = left
        .into_iter()
        .map(|((component, reason), ids)| Left {
            component,
            ids: ids.into_iter().map(CompactString::from).collect(),
            reason,
        })
        .collect();
    plan
}

/// The version to take: the one that is clear of everything known, else the fix that most of the records name.
fn target(bom: &Bom, component: ComponentId, need: &Need<'_>) -> Option<(CompactString, bool)> {
    if let Some(clear) = bom.advisories.as_ref()?.remedy(component) {
        return Some((clear.version.clone(), clear.major));
    }
    let mut votes: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
    for fix in need.fixable.values().filter_map(|known| known.fix.as_ref()) {
        votes.entry(&fix.version).or_insert((0, fix.major)).0 += 1;
    }
    let (version, (_, major)) = votes.into_iter().max_by_key(|(_, (count, _))| *count)?;
    Some((version.into(), major))
}
