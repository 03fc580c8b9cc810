//! Judgement: a Bom under a policy on a day makes a Verdict. Pure, and the same answer however many threads there are.
//!
//! Here belongs the order of judgement: curations, the verdict on each component's terms (`terms.rs`), the rules, weighing
//! by scope and place (`weigh.rs`), waivers (`waive.rs`), identity (`fingerprint.rs`), the outcome. Here does not belong what
//! is wrong with anything (`rule`), what an organisation wants (`policy`) or how it is shown (`report`). A new rule needs
//! nothing here; a new kind of standing (a baseline, say) is one more step between weighing and counting.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use rayon::prelude::*;

use crate::license::{Expression, Linkage};
use crate::model::{
    Because, Bom, Completeness, ComponentId, ComponentVerdict, Coverage, Date, Finding, LicenseClaim, LicenseSource,
    Outcome, Past, Project, ProjectId, RuleSummary, Severity, Verdict,
};
use crate::policy::Policy;
use crate::practice::Evidence;
use crate::rule::{self, Check, Context, Draft, Params, Paths, Rule};

mod fingerprint;
mod fix_plan;
mod known;
mod modified;
mod moved;
mod own;
mod past;
mod terms;
mod waive;
mod weigh;

#[cfg(test)]
mod documents;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod world;

pub use fix_plan::{FixPlan, HeldBack, Left, PlannedStep, fix_plan};
pub use known::{Known, KnownFinding, compare};
pub use modified::{Modification, modification};
pub use moved::{Move, moves, rename};
pub use past::{past, wants_past};
use waive::Waivers;
use weigh::Weighed;

/// A rule that a policy asks for, as it asks for it.
struct Chosen<'p> {
    id: &'p str,
    /// `None`: the organisation's own.
    rule: Option<&'static Rule>,
    /// Whether it is counted: what an own rule says of what is not known stands beside what it finds.
    counts: bool,
    level: Severity,
    because: Because,
    params: Params,
}

/// Judges what there is by a policy. `today` is the day that waivers are measured against.
pub fn evaluate(bom: &Bom, policy: &Policy, today: Date) -> Verdict {
    evaluate_beside(bom, policy, today, None)
}

/// The same, with what was there before for the rules that ask what changed. Without it those do not run.
pub fn evaluate_beside(bom: &Bom, policy: &Policy, today: Date, before: Option<&Past>) -> Verdict {
    let claims = terms::claims(bom, policy);
    let known = terms::judge_all(&claims, policy);
    let (judged, paths) = rayon::join(|| terms::judged(bom, policy, &claims, &known), || Paths::of(bom));
    let namespaces = terms::namespaces(bom, policy);
    let mut chosen: Vec<Chosen<'_>> = rule::TABLE
        .iter()
        .filter(|rule| before.is_some() || !matches!(rule.check, Check::Change(_)))
        .filter_map(|rule| {
            let (level, because) = policy.level(rule);
            let (level, params) = (level?, policy.params(rule));
            Some(Chosen { id: rule.id, rule: Some(rule), counts: true, level, because, params })
        })
        .collect();
    let context = |chosen: &'_ Chosen<'_>| -> Vec<Draft> {
        let mut drafts = Vec::new();
        let Some(rule) = chosen.rule else { return drafts };
        let context = Context {
            namespaces: &namespaces,
            bom,
            judged: &judged,
            paths: &paths,
            params: &chosen.params,
            settings: &policy.settings,
            today,
        };
        let evidence = bom.practices.as_ref().map(|practices| Evidence { practices, today });
        match (rule.check, evidence) {
            (Check::Scan(check) | Check::Sboms(check), _) => check(&context, &mut drafts),
            (Check::Change(check), _) => before.iter().for_each(|past| check(&context, past, &mut drafts)),
            (Check::Practices(check), Some(evidence)) => check(&context, &evidence, &mut drafts),
            (Check::Texts(check), Some(evidence)) if evidence.practices.texts.is_some() => {
                check(&context, &evidence, &mut drafts);
            }
            (Check::Tree(check), Some(evidence)) if evidence.practices.files.is_some() => {
                check(&context, &evidence, &mut drafts);
            }
            // Nobody looked, or it is not yet time.
            (Check::Practices(_) | Check::Texts(_) | Check::Tree(_) | Check::Decisions(_), _) => {}
        }
        drafts
    };
    // In parallel, and collected in the order of the table.
    let mut drafts: Vec<Vec<Draft>> = chosen.par_iter().map(context).collect();
    let none = Params::default();
    let context = Context {
        namespaces: &namespaces,
        bom,
        judged: &judged,
        paths: &paths,
        params: &none,
        settings: &policy.settings,
        today,
    };
    for rule in &policy.own {
        let Some(level) = rule.level.value else { continue };
        let (found, open) = own::check(rule, policy, &context);
        let because =
            || if rule.level.because.policy == rule.because.policy { &rule.because } else { &rule.level.because };
        let chosen_as = |level, counts| {
            let because = because().clone();
            Chosen { id: &rule.id, rule: None, counts, level, because, params: Params::default() }
        };
        chosen.push(chosen_as(level, true));
        drafts.push(found);
        if let Some(level) = rule.unknown_level() {
            chosen.push(chosen_as(level, false));
            drafts.push(open);
        }
    }

    let scopes = weigh::project_scopes(bom);
    let mut waivers = Waivers::new(policy, today);
    // Which waiver covers what depends on the order; how much each part weighs does not.
    let mut parts: Vec<(&Chosen<'_>, waive::Part)> = Vec::new();
    for (chosen, drafts) in chosen.iter().zip(drafts) {
        for draft in drafts {
            waivers.apply(bom, chosen.id, draft, |part| parts.push((chosen, part)));
        }
    }
    let mut weighed: Vec<Weighed<'_>> =
        parts.into_par_iter().map(|(chosen, part)| weigh::weigh(bom, &scopes, chosen, part)).collect();
    let ran = |id: &str| chosen.iter().any(|chosen| chosen.id == id);
    let decisions = waive::decisions(bom, policy, &waivers, &claims, &weighed, ran);
    for chosen in &chosen {
        let Some(Check::Decisions(check)) = chosen.rule.map(|rule| rule.check) else { continue };
        let mut drafts = Vec::new();
        let context = Context {
            namespaces: &namespaces,
            bom,
            judged: &judged,
            paths: &paths,
            params: &chosen.params,
            settings: &policy.settings,
            today,
        };
        check(&context, &decisions, &mut drafts);
        weighed.extend(drafts.into_iter().map(|draft| weigh::weigh(bom, &scopes, chosen, waive::Part::whole(draft))));
    }

    let findings = finish(bom, &paths, weighed);
    let rules = chosen
        .iter()
        .filter(|chosen| chosen.counts)
        .map(|chosen| {
            let of_rule = findings.iter().filter(|finding| finding.rule == chosen.id);
            let (open, waived): (Vec<_>, Vec<_>) = of_rule.partition(|finding| finding.standing.is_open());
            RuleSummary {
                rule: chosen.id.into(),
                level: chosen.level,
                open: open.len(),
                waived: waived.len(),
                known: 0,
            }
        })
        .collect();
    let components = component_verdicts(&judged, &findings);
    let coverage = coverage(&judged, &components);
    let roll_out = roll_out(policy, today);
    let drift = chosen.iter().any(|chosen| chosen.id == "inventory/sbom-drift");
    // A policy that judges documents alone and found none has judged nothing.
    let alone = policy.only_named.as_ref().is_some_and(|set| set.value);
    let asked = chosen.iter().any(|chosen| chosen.rule.is_some_and(|rule| matches!(rule.check, Check::Sboms(_))));
    let unmeasured = (alone && asked && bom.sboms.is_empty())
        .then(|| "no SBOM was named or is kept here, so that none was measured".to_owned());
    let not_compared = if drift { rule::sboms_not_compared(bom, &policy.settings) } else { Vec::new() };
    let untold = before.filter(|_| ran("legal/license-changed")).and_then(|past| past::untold(bom, &judged, past));
    Verdict {
        outcome: outcome(bom, policy, &findings),
        findings,
        components,
        rules,
        coverage,
        diagnostics: Vec::new(),
        policy: policy.name.clone(),
        policy_digest: policy.digest.clone(),
        today: today.to_string().into(),
        next_expiry: waivers.next_expiry().map(|date| date.to_string().into()),
        comparison: None,
        warns_until: roll_out.0,
        remarks: roll_out
            .1
            .into_iter()
            .chain(waivers.ending())
            .chain(unmeasured)
            .chain(not_compared)
            .chain(untold)
            .collect(),
    }
}

/// The longest roll-out, in days: a gate that warns for ever is none.
const LONGEST_ROLL_OUT: i32 = 366;

/// Until when a violation does not fail the gate, and what is to be said about it.
fn roll_out(policy: &Policy, today: Date) -> (Option<CompactString>, Option<String>) {
    let Some(set) = &policy.warn_until else { return (None, None) };
    let (until, days) = (set.value, today.days_until(set.value));
    let line = set.because.line.map(|line| format!(":{line}")).unwrap_or_default();
    let place = format!("{}{line}", set.because.policy);
    match days {
        ..0 => (None, Some(format!("the roll-out ended on {until}, so violations fail the gate ({place})"))),
        0..=LONGEST_ROLL_OUT => {
            let left = match days {
                0 => "its last day is today".to_owned(),
                1 => "1 day is left".to_owned(),
                days => format!("{days} days are left"),
            };
            (
                Some(until.to_string().into()),
                Some(format!("warn-only roll-out: violations fail the gate after {until}, {left} ({place})")),
            )
        }
        _ => (
            None,
            Some(format!(
                "warn-until = {until} is more than {LONGEST_ROLL_OUT} days away and is not heeded: violations fail the \
                 gate ({place})"
            )),
        ),
    }
}

/// What a third-party component is under, after curations and choices.
#[derive(Clone, Debug)]
pub struct ComponentTerms {
    /// The component.
    pub component: ComponentId,
    /// The claim that counts.
    pub claim: Option<LicenseClaim>,
    /// It as an expression, where it could be read as one.
    pub expression: Option<Expression>,
    /// The arms taken, where it offers a choice.
    pub chosen: Option<Expression>,
    /// How it is joined to the product, where the policy says so.
    pub linkage: Option<Linkage>,
    /// That it is used in a changed form.
    pub modified: Option<Modification>,
}

/// The terms of every third-party component in the Bom's order, without running any rule. What the policy calls first party is
/// left out.
pub fn terms(bom: &Bom, policy: &Policy) -> Vec<ComponentTerms> {
    let claims = terms::claims(bom, policy);
    let known = terms::judge_all(&claims, policy);
    let judged = terms::judged(bom, policy, &claims, &known);
    let of = |judged: rule::Judged<'_>| ComponentTerms {
        component: judged.component,
        claim: judged.claim.cloned(),
        expression: judged.terms.map(|terms| terms.expression.clone()),
        chosen: judged.terms.and_then(|terms| terms.chosen.clone()),
        linkage: judged.linkage.map(|(linkage, _)| linkage),
        modified: modification(bom.component(judged.component), policy),
    };
    judged.into_iter().map(of).collect()
}

/// Gives every finding its path and identity, and sorts them.
fn finish(bom: &Bom, paths: &Paths, weighed: Vec<Weighed<'_>>) -> Vec<Finding> {
    let mut identities = fingerprint::Identities::default();
    // Digests and paths in parallel; the ranks of equal digests in order, so that they are stable.
    let mut findings: Vec<Finding> = weighed
        .into_par_iter()
        .map(|weighed| {
            let fingerprint = fingerprint::of(bom, &weighed);
            let project = match weighed.component {
                Some(component) => weighed.projects.as_ref().map_or_else(
                    || paths.best_project(bom, component),
                    |within| paths.best_project_of(bom, component, |project| within.contains(&project)),
                ),
                None => weighed.project,
            };
            let path = match (weighed.component, project) {
                (Some(component), Some(project)) => paths.path(bom, project, component),
                _ => Vec::new(),
            };
            let finding = Finding {
                rule: weighed.rule.into(),
                severity: weighed.severity,
                component: weighed.component,
                project,
                path,
                message: weighed.draft.message,
                why: weighed.draft.why,
                help: weighed.draft.help,
                locations: weighed.draft.locations,
                because: weighed.because,
                fingerprint: CompactString::default(),
                standing: weighed.standing,
                vulnerability: weighed.draft.vulnerability,
            };
            (fingerprint, finding)
        })
        .collect::<Vec<_>>()
        .into_iter()
        .map(|(fingerprint, finding)| Finding { fingerprint: identities.ranked(fingerprint), ..finding })
        .collect();
    let key = |finding: &Finding| {
        // What a person changes: the direct dependency, else the component itself; then projects and places.
        let cause: Option<ComponentId> = finding.path.get(1).copied().or(finding.component);
        let project: Option<ProjectId> = finding.project;
        (Reverse(finding.severity), cause.is_none(), cause, finding.component, project)
    };
    findings.par_sort_by(|a, b| {
        key(a)
            .cmp(&key(b))
            .then_with(|| a.rule.cmp(&b.rule))
            .then_with(|| a.locations.cmp(&b.locations))
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    findings
}

fn component_verdicts(judged: &[rule::Judged<'_>], findings: &[Finding]) -> Vec<ComponentVerdict> {
    // Per component: open and waived findings about its terms.
    let mut standing: BTreeMap<ComponentId, (usize, usize)> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.rule.starts_with("legal/")) {
        if let Some(component) = finding.component {
            let counts = standing.entry(component).or_default();
            match finding.standing.is_open() {
                true => counts.0 += 1,
                false => counts.1 += 1,
            }
        }
    }
    judged
        .par_iter()
        .map(|judged| {
            let waived = matches!(standing.get(&judged.component), Some((0, waived)) if *waived > 0);
            terms::verdict(judged, waived)
        })
        .collect()
}

fn coverage(judged: &[rule::Judged<'_>], components: &[ComponentVerdict]) -> Coverage {
    let mut verdicts = [0; 4];
    for component in components {
        verdicts[component.verdict as usize] += 1;
    }
    let by_source = LicenseSource::ALL
        .into_iter()
        .map(|source| {
            (source, judged.iter().filter(|judged| judged.claim.is_some_and(|claim| claim.source == source)).count())
        })
        .filter(|(_, count)| *count > 0)
        .collect();
    Coverage {
        components: judged.len(),
        licensed: judged.iter().filter(|judged| judged.claim.is_some()).count(),
        by_source,
        verdicts,
        waived: components.iter().filter(|component| component.waived).count(),
    }
}

fn outcome(bom: &Bom, policy: &Policy, findings: &[Finding]) -> Outcome {
    if fails(policy, findings) {
        return Outcome::Violated;
    }
    let not_looked = policy.requires_advisories() && bom.advisories.is_none();
    let unknown = policy.requires_completeness() && !gaps(bom, policy).is_empty();
    if not_looked || unknown { Outcome::Incomplete } else { Outcome::Holds }
}

/// Whether a finding that counts is severe enough to fail the gate.
fn fails(policy: &Policy, findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.standing.is_open() && finding.severity >= policy.fail_on())
}

/// What is not known completely and should be where the policy demands completeness: projects and files, each with its kind.
pub fn gaps(bom: &Bom, policy: &Policy) -> BTreeSet<(String, &'static str)> {
    let lacks = |project: &Project| match project.completeness {
        Completeness::Complete => false,
        Completeness::Incomplete => true,
        Completeness::Unknown => !policy.settings.accepts_unknown(project.ecosystem),
    };
    let projects = bom.projects.iter().filter(|project| !project.fixture && lacks(project));
    let files = bom
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.kind.loses_facts() && !diagnostic.location.path.lies_in_test_data());
    projects
        .map(|project| (project.directory.to_string(), project.ecosystem))
        .chain(files.map(|file| (file.location.path.to_string(), file.kind.as_str())))
        .collect()
}
