//! Layers laid over one another, the base first.
//!
//! A file's entry wins over what it extends wherever both say something about the same license: an entry for a class takes
//! the place of all earlier entries for that class and its licenses, an entry for a license that of earlier entries for it.
//! Within one file an entry for a license beats one for its class, and `deny` beats `review` beats `allow`.

use std::collections::{BTreeMap, BTreeSet};

use crate::license::{self, Class, Lists, Selector};
use crate::model::Because;
use crate::rule::{Distribution, Settings, Sources};

use super::layer::{Layer, ListLayer};
use super::own;
use super::{Licenses, Policy, Set};

/// How the product reaches others, by the nearest file that says it.
pub(super) fn distribution<'l>(layers: impl DoubleEndedIterator<Item = &'l Layer>) -> Option<&'l Set<Distribution>> {
    layers.rev().find_map(|layer| layer.distribution.as_ref())
}

/// Lays layers over one another. `name` and `digest` are the caller's to know.
pub(super) fn merge(layers: Vec<Layer>, name: String, digest: String) -> Policy {
    let distribution = distribution(layers.iter()).cloned();
    let kind = distribution.as_ref().map_or(Settings::default().distribution, |set| set.value);
    let mut policy = Policy {
        name,
        digest,
        settings: Settings { distribution: kind, ..Settings::default() },
        distribution,
        license: None,
        first_party: Vec::new(),
        licenses: Licenses::default(),
        all_texts: None,
        rules: BTreeMap::new(),
        exclude: Vec::new(),
        vex: Vec::new(),
        targets: Vec::new(),
        require_complete: None,
        require_advisories: None,
        fail_on: None,
        only_named: None,
        notice_file: None,
        notice_include: Vec::new(),
        lifecycle: None,
        warn_until: None,
        waiver_days: BTreeMap::new(),
        waiver_warn_days: None,
        waivers: Vec::new(),
        curations: Vec::new(),
        usages: Vec::new(),
        modified: Vec::new(),
        own: Vec::new(),
        origins: BTreeMap::new(),
        files: Vec::new(),
        denied: Vec::new(),
        approvals: Vec::new(),
        namespaces: Vec::new(),
    };
    let mut lists = ListLayer::default();
    let mut prefer: Vec<(Selector, Because)> = Vec::new();
    let mut deny_unlisted: Option<Set<bool>> = None;
    for mut layer in layers {
        lay_over(&mut lists, layer.lists);
        if let Some(special) = layer.by_distribution.remove(&kind) {
            lay_over(&mut lists, special);
        }
        layer.prefer.append(&mut prefer);
        prefer = layer.prefer;
        deny_unlisted = layer.deny_unlisted.or(deny_unlisted);
        policy.license = layer.license.or(policy.license);
        policy.all_texts = layer.all_texts.or(policy.all_texts);
        policy.first_party.extend(layer.first_party);
        policy.settings.contacts.extend(layer.contacts);
        if let Some(allow) = layer.sources {
            policy.settings.sources = Sources { allow: Some(allow) };
        }
        for (rule, said) in layer.rules {
            let setting = policy.rules.entry(rule).or_default();
            setting.level = said.level.or(setting.level.take());
            for (name, value, _) in said.params {
                setting.params.insert(name, value);
            }
        }
        policy.origins.extend(layer.origins);
        own::lay_over(&mut policy.own, layer.own, layer.own_levels);
        policy.exclude.extend(layer.exclude);
        policy.vex.extend(layer.vex);
        if let Some(targets) = layer.targets {
            policy.targets = targets;
        }
        policy.require_advisories = layer.require_advisories.or(policy.require_advisories);
        policy.require_complete = layer.require_complete.or(policy.require_complete);
        if let Some(types) = layer.accept_unknown {
            policy.settings.accept_unknown = types;
        }
        policy.fail_on = layer.fail_on.or(policy.fail_on);
        // Only the last one, which is the policy that is used, says this for the whole.
        policy.only_named = layer.only_named;
        policy.notice_file = layer.notice_file.or(policy.notice_file);
        policy.notice_include = layer.notice_include.unwrap_or(policy.notice_include);
        policy.lifecycle = layer.lifecycle.or(policy.lifecycle);
        policy.warn_until = layer.warn_until.or(policy.warn_until);
        policy.waiver_days.extend(layer.waiver_days);
        policy.waiver_warn_days = layer.waiver_warn_days.or(policy.waiver_warn_days);
        // The nearest file's decisions come first.
        layer.waivers.append(&mut policy.waivers);
        policy.waivers = layer.waivers;
        layer.curations.append(&mut policy.curations);
        policy.curations = layer.curations;
        layer.usages.append(&mut policy.usages);
        policy.usages = layer.usages;
        layer.modified.append(&mut policy.modified);
        policy.modified = layer.modified;
        layer.denied.append(&mut policy.denied);
        policy.denied = layer.denied;
        layer.approvals.append(&mut policy.approvals);
        policy.approvals = layer.approvals;
        layer.namespaces.append(&mut policy.namespaces);
        policy.namespaces = layer.namespaces;
    }
    if let Some(Set { value: true, because }) = deny_unlisted {
        let listed: BTreeSet<Class> = [&lists.allow, &lists.review, &lists.deny]
            .into_iter()
            .flatten()
            .filter_map(|(selector, _)| match selector {
                Selector::Class(class) => Some(*class),
                Selector::Term(_) => None,
            })
            .collect();
        for class in Class::ALL.into_iter().filter(|class| !listed.contains(class)) {
            lists.deny.push((Selector::Class(class), because.clone()));
        }
    }
    policy.settings.license = policy.license.as_ref().map(|set| (set.value.clone(), set.because.clone()));
    policy.licenses = with_lines(lists, prefer);
    policy
}

pub(super) fn lay_over(lists: &mut ListLayer, over: ListLayer) {
    let mut classes: BTreeSet<Class> = BTreeSet::new();
    let mut selectors: BTreeSet<&Selector> = BTreeSet::new();
    for (selector, _) in over.allow.iter().chain(&over.review).chain(&over.deny) {
        if let Selector::Class(class) = selector {
            classes.insert(*class);
        }
        selectors.insert(selector);
    }
    for list in [&mut lists.allow, &mut lists.review, &mut lists.deny] {
        list.retain(|(selector, _)| {
            let class = match selector {
                Selector::Class(class) => *class,
                Selector::Term(term) => license::classes().class_of(term),
            };
            !classes.contains(&class) && !selectors.contains(selector)
        });
    }
    for (list, mut over) in
        [(&mut lists.allow, over.allow), (&mut lists.review, over.review), (&mut lists.deny, over.deny)]
    {
        over.append(list);
        *list = over;
    }
}

fn with_lines(lists: ListLayer, prefer: Vec<(Selector, Because)>) -> Licenses {
    let (allow, allow_because) = lists.allow.into_iter().unzip();
    let (review, review_because) = lists.review.into_iter().unzip();
    let (deny, deny_because) = lists.deny.into_iter().unzip();
    let (prefer, prefer_because) = prefer.into_iter().unzip();
    let lists = Lists { allow, review, deny, prefer };
    Licenses { lists, allow_because, review_because, deny_because, prefer_because }
}
