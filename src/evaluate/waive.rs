//! Waivers: which findings they cover, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Because, Bom, Component, Date, Location, ProjectId, RepoPath, Standing};
use crate::policy::{Policy, Waiver};
use crate::rule::{Decision, DecisionState, Draft, Subject};

use super::terms::Claims;
use super::weigh::Weighed;

/// A draft, or the part of it that concerns some projects.
pub(super) struct Part {
    pub draft: Draft,
    /// `None`: all projects in which it occurs.
    pub projects: Option<BTreeSet<ProjectId>>,
    /// What the waiver that cut it off calls its projects.
    pub name: Option<String>,
    pub standing: Standing,
}

impl Part {
    pub fn whole(draft: Draft) -> Self {
        Self { draft, projects: None, name: None, standing: Standing::Open }
    }
}

/// The waivers of a policy, by rule, with what they covered.
pub(super) struct Waivers<'p> {
    policy: &'p Policy,
    today: Date,
    by_rule: BTreeMap<&'p str, Vec<usize>>,
    covered: Vec<usize>,
}

impl<'p> Waivers<'p> {
    pub fn new(policy: &'p Policy, today: Date) -> Self {
        let mut by_rule: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, waiver) in policy.waivers.iter().enumerate() {
            by_rule.entry(&waiver.rule).or_default().push(index);
        }
        Self { policy, today, by_rule, covered: vec![0; policy.waivers.len()] }
    }

    fn in_force(&self, waiver: &Waiver) -> bool {
        self.today <= waiver.expires
    }

    /// The first end of a waiver that covers something.
    pub fn next_expiry(&self) -> Option<Date> {
        let used = self
            .policy
            .waivers
            .iter()
            .zip(&self.covered)
            .filter(|(waiver, covered)| **covered > 0 && self.in_force(waiver));
        used.map(|(waiver, _)| waiver.expires).min()
    }

    /// That waivers in use will end soon, in a sentence.
    pub fn ending(&self) -> Option<String> {
        let most = self.policy.waiver_warn_days();
        let mut ending: Vec<(Date, String)> = self
            .policy
            .waivers
            .iter()
            .zip(&self.covered)
            .filter(|(waiver, covered)| **covered > 0 && self.in_force(waiver))
            .filter(|(waiver, _)| self.today.days_until(waiver.expires) <= i32::try_from(most).unwrap_or(i32::MAX))
            .map(|(waiver, _)| (waiver.expires, waiver.label()))
            .collect();
        ending.sort();
        let (first, label) = ending.first()?;
        let more = match ending.len() {
            1 => String::new(),
            count => format!(", and {} more within {most} days", count - 1),
        };
        Some(format!("{label} ends on {first}: what it covers counts again after that day{more}"))
    }

    /// Cuts a draft into what is waived and what is not, and hands on each part.
    pub fn apply(&mut self, bom: &Bom, rule: &str, draft: Draft, mut part: impl FnMut(Part)) {
        if let Some(standing) = settled(bom, &draft) {
            return part(Part { draft, projects: None, name: None, standing });
        }
        match self.by_rule.contains_key(rule) {
            true => self.cut(bom, rule, draft).into_iter().for_each(part),
            false => part(Part::whole(draft)),
        }
    }

    fn cut(&mut self, bom: &Bom, rule: &str, draft: Draft) -> Vec<Part> {
        let Some(candidates) = self.by_rule.get(rule) else { return vec![Part::whole(draft)] };
        let matching: Vec<usize> =
            candidates.iter().copied().filter(|index| fits(bom, &self.policy.waivers[*index], &draft)).collect();
        if matching.is_empty() {
            return vec![Part::whole(draft)];
        }
        let all = projects_of(bom, &draft);
        let mut rest = all.clone();
        let mut parts = Vec::new();
        for index in matching {
            let waiver = &self.policy.waivers[index];
            let within: BTreeSet<ProjectId> =
                rest.iter().copied().filter(|project| in_project(waiver, &bom.project(*project).directory)).collect();
            let whole = waiver.project.is_none() || (all.is_empty() && place_within(waiver, &draft));
            if !whole && within.is_empty() {
                continue;
            }
            // Something may be left for a second waiver only if the first one names projects.
            if !parts.is_empty() && rest.is_empty() {
                break;
            }
            self.covered[index] += 1;
            if !self.in_force(waiver) {
                continue;
            }
            let standing = Standing::Waived {
                by: waiver.approved_by.clone(),
                until: waiver.expires.to_string().into(),
                reason: format!("{}: {}", waiver.reason.name, waiver.justification),
                because: waiver.because.clone(),
            };
            if parts.is_empty() && (whole || within.len() == all.len()) {
                return vec![Part { draft, projects: None, name: None, standing }];
            }
            let taken = if whole { std::mem::take(&mut rest) } else { within };
            rest.retain(|project| !taken.contains(project));
            let name = waiver.project.as_ref().map(ToString::to_string);
            parts.push(cut(bom, &draft, &all, taken, name, standing));
        }
        if parts.is_empty() {
            return vec![Part::whole(draft)];
        }
        if !rest.is_empty() {
            // What is left keeps the identity of the whole: it was open before the waiver and still is.
            parts.push(cut(bom, &draft, &all, rest, None, Standing::Open));
        }
        parts
    }
}

/// That a VEX document says of the vulnerability that there is nothing to do. It holds until whoever stated it withdraws it. What
/// is wrong with the statement itself is not settled by it.
fn settled(bom: &Bom, draft: &Draft) -> Option<Standing> {
    let advisories = bom.advisories.as_ref()?;
    let known = advisories.vulnerabilities.get(draft.vulnerability? as usize)?;
    let statement = known.standing.statement().filter(|_| known.standing.is_resolved())?;
    if draft.locations.first() == Some(&statement.location) {
        return None;
    }
    let why = [statement.justification.as_deref(), statement.impact.as_deref()].into_iter().flatten().next();
    let status = statement.status.as_str();
    Some(Standing::Waived {
        by: statement.by.clone(),
        until: "withdrawn".into(),
        reason: why.map_or_else(|| status.to_owned(), |why| format!("{status}: {why}")),
        because: Because {
            policy: statement.location.path.as_str().into(),
            line: statement.location.line(),
            text: format!("VEX says {status} of {}", known.id),
        },
    })
}

/// The part of a draft that concerns some of its projects.
fn cut(
    bom: &Bom,
    draft: &Draft,
    all: &BTreeSet<ProjectId>,
    projects: BTreeSet<ProjectId>,
    name: Option<String>,
    standing: Standing,
) -> Part {
    let belongs = |place: &Location, project: ProjectId| bom.project(project).files.contains(&place.path);
    let mut draft = draft.clone();
    draft.locations.retain(|place| {
        projects.iter().any(|project| belongs(place, *project)) || !all.iter().any(|project| belongs(place, *project))
    });
    if draft.locations.is_empty()
        && let Subject::Component(id) = draft.subject
    {
        let occurrences = bom.component(id).occurrences.iter();
        let meant = occurrences.filter(|occurrence| projects.contains(&occurrence.project));
        draft.locations.extend(meant.map(|occurrence| occurrence.evidence.location.clone()));
    }
    Part { draft, projects: Some(projects), name, standing }
}

fn projects_of(bom: &Bom, draft: &Draft) -> BTreeSet<ProjectId> {
    match draft.subject {
        Subject::Component(id) => bom.component(id).occurrences.iter().map(|occurrence| occurrence.project).collect(),
        Subject::Project(id) => BTreeSet::from([id]),
        Subject::Place => BTreeSet::new(),
    }
}

/// Whether a directory is what a waiver's `project` names, or lies below it.
fn in_project(waiver: &Waiver, directory: &RepoPath) -> bool {
    let Some(wanted) = &waiver.project else { return true };
    let mut at = directory.clone();
    loop {
        if wanted.matches(at.display()) {
            return true;
        }
        if at.as_str().is_empty() {
            return false;
        }
        at = at.parent();
    }
}

fn place_within(waiver: &Waiver, draft: &Draft) -> bool {
    draft.locations.first().is_some_and(|place| in_project(waiver, &place.path))
}

fn component_of<'b>(bom: &'b Bom, draft: &Draft) -> Option<&'b Component> {
    match draft.subject {
        Subject::Component(id) => Some(bom.component(id)),
        Subject::Project(_) | Subject::Place => None,
    }
}

/// Whether a waiver of the same rule fits a draft, its projects aside.
fn fits(bom: &Bom, waiver: &Waiver, draft: &Draft) -> bool {
    let component = match (&waiver.component, component_of(bom, draft)) {
        (Some(pattern), Some(component)) => pattern.matches(&component.purl),
        (Some(_), None) => false,
        (None, _) => true,
    };
    component && license_fits(waiver, draft) && advisory_fits(bom, waiver, draft)
}

/// Whether a waiver is about what is publicly known of a component. One that names no advisory covers nothing of that kind: it
/// would cover tomorrow's as well.
fn advisory_fits(bom: &Bom, waiver: &Waiver, draft: &Draft) -> bool {
    let known = draft.vulnerability.and_then(|at| bom.advisories.as_ref()?.vulnerabilities.get(at as usize));
    match (&waiver.advisory, known) {
        (Some(id), Some(known)) => known.is_called(id),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn license_fits(waiver: &Waiver, draft: &Draft) -> bool {
    waiver.license.as_ref().is_none_or(|license| draft.licenses.contains(license))
}

/// What became of every waiver and curation.
pub(super) fn decisions(
    bom: &Bom,
    policy: &Policy,
    waivers: &Waivers<'_>,
    claims: &Claims<'_>,
    findings: &[Weighed<'_>],
    ran: impl Fn(&str) -> bool,
) -> Vec<Decision> {
    let of_waivers = policy.waivers.iter().zip(&waivers.covered).map(|(waiver, covered)| {
        let state = if !waivers.in_force(waiver) {
            DecisionState::Expired(*covered)
        } else if *covered > 0 {
            DecisionState::Used(*covered)
        } else if !ran(&waiver.rule) {
            DecisionState::Unused(Some(format!("{} is off", waiver.rule)))
        } else {
            DecisionState::Unused(near(bom, waiver, findings))
        };
        Decision {
            label: waiver.label(),
            location: waiver.location.clone(),
            because: waiver.because.clone(),
            key: waiver.label().into(),
            waiver: true,
            expires: Some(waiver.expires),
            max_days: policy.waiver_days(&waiver.rule).map(|set| set.value),
            state,
        }
    });
    let of_curations = policy.curations.iter().enumerate().map(|(index, curation)| {
        let state = match (claims.curated[index], &claims.outdated[index]) {
            (_, Some(now)) => DecisionState::Outdated(now.clone()),
            (0, None) => DecisionState::Unused(claims.changed[index].clone()),
            (count, None) => DecisionState::Used(count),
        };
        let label = format!("the curation of {}", curation.component);
        Decision {
            key: label.as_str().into(),
            label,
            location: curation.location.clone(),
            because: curation.because.clone(),
            waiver: false,
            expires: None,
            max_days: None,
            state,
        }
    });
    of_waivers.chain(of_curations).collect()
}

/// What keeps an unused waiver from the finding that is nearest to it. Only asked for waivers that covered nothing.
fn near(bom: &Bom, waiver: &Waiver, findings: &[Weighed<'_>]) -> Option<String> {
    let pattern = waiver.component.as_ref()?;
    let mut best: Option<(u8, String)> = None;
    for finding in findings.iter().filter(|finding| finding.rule == waiver.rule) {
        let Some(component) = component_of(bom, &finding.draft) else { continue };
        if !pattern.matches_name(&component.purl) {
            continue;
        }
        let (distance, text) = if !pattern.matches(&component.purl) {
            (2, format!("{} has another version", component.purl))
        } else if !license_fits(waiver, &finding.draft) {
            let licenses = finding.draft.licenses.first().map_or("none", |license| license.as_str());
            (1, format!("the license of {} is {licenses}", component.purl))
        } else if !advisory_fits(bom, waiver, &finding.draft) {
            let known =
                finding.draft.vulnerability.and_then(|at| bom.advisories.as_ref()?.vulnerabilities.get(at as usize));
            match known {
                Some(known) => {
                    (1, format!("what is known of {} is {}; name it in `advisory`", component.purl, known.id))
                }
                None => (1, format!("the finding about {} is about no advisory", component.purl)),
            }
        } else if finding.standing.is_open() {
            (0, format!("{} is not in that project", component.purl))
        } else {
            (0, format!("{} is covered by an earlier waiver", component.purl))
        };
        if best.as_ref().is_none_or(|(least, _)| distance < *least) {
            best = Some((distance, text));
        }
    }
    let about_projects = || findings.iter().any(|finding| finding.rule == waiver.rule && finding.component.is_none());
    match best {
        Some((_, text)) => Some(text),
        None if about_projects() => Some("the rule's findings are about projects, so name one in `project`".to_owned()),
        None => None,
    }
}
