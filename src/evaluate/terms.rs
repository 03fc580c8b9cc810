//! What the policy's lists make of each component's terms: once per distinct expression.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::license::{self, ListKind};
use crate::model::{Bom, ComponentId, ComponentVerdict, LicenseClaim, LicenseVerdict, Reading, TEXT_DIGESTS};
use crate::policy::Policy;
use crate::rule::{Approval, DecidedTerm, Denial, Judged, Namespace, Terms};

/// The claim that counts for each third-party component, and what curations did.
pub(super) struct Claims<'a> {
    /// In the Bom's order; what the policy calls first party is left out.
    pub components: Vec<(ComponentId, Option<&'a LicenseClaim>)>,
    /// How many components each curation applies to.
    pub curated: Vec<usize>,
    /// For a curation that fits a component but not what it declares: what that is now.
    pub changed: Vec<Option<String>>,
    /// For a curation that fits a component but was bound to another license text: what its copy carries now.
    pub outdated: Vec<Option<String>>,
}

/// Takes curations into account. The Bom is not changed: a conclusion is the policy's, not a fact of the scan.
pub(super) fn claims<'a>(bom: &'a Bom, policy: &'a Policy) -> Claims<'a> {
    let mut curated = vec![0; policy.curations.len()];
    let mut changed = vec![None; policy.curations.len()];
    let mut outdated = vec![None; policy.curations.len()];
    let mut components = Vec::with_capacity(bom.components.len());
    for (id, component) in bom.third_parties() {
        if policy.first_party.iter().any(|pattern| pattern.value.matches(&component.purl)) {
            continue;
        }
        let mut claim = component.licensing.effective();
        for (index, curation) in policy.curations.iter().enumerate() {
            if !curation.component.matches(&component.purl) {
                continue;
            }
            if let Some(expected) = &curation.declared {
                let licensing = &component.licensing;
                let declares = licensing.declared.first().map(|claim| claim.raw.as_str());
                let stated = licensing.stated().map(|claim| claim.raw.as_str());
                if declares != Some(expected.as_str()) && stated != Some(expected.as_str()) {
                    changed[index].get_or_insert_with(|| match declares {
                        Some(raw) => format!("{} now declares \"{raw}\"", component.purl),
                        None => format!("{} declares nothing that was found", component.purl),
                    });
                    continue;
                }
            }
            if let Some(expected) = &curation.text_sha256 {
                match component.properties.get(TEXT_DIGESTS) {
                    Some(digests) if digests.split(',').any(|digest| digest == expected) => {}
                    Some(digests) => {
                        outdated[index].get_or_insert_with(|| {
                            format!("the license texts of {} now have the digests {digests}", component.purl)
                        });
                        continue;
                    }
                    None => {
                        changed[index].get_or_insert_with(|| {
                            format!("no license text of {} was found on this machine to compare", component.purl)
                        });
                        continue;
                    }
                }
            }
            curated[index] += 1;
            claim = Some(&curation.claim);
            break;
        }
        components.push((id, claim));
    }
    Claims { components, curated, changed, outdated }
}

/// Judges every distinct expression.
pub(super) fn judge_all<'a>(claims: &Claims<'a>, policy: &Policy) -> BTreeMap<&'a str, Terms> {
    let mut distinct: BTreeMap<&'a str, ()> = BTreeMap::new();
    for (_, claim) in &claims.components {
        if let Some(expression) = claim.and_then(|claim| claim.expression.as_deref()) {
            distinct.entry(expression).or_insert(());
        }
    }
    let distinct: Vec<&'a str> = distinct.into_keys().collect();
    let judged: Vec<(&'a str, Option<Terms>)> =
        distinct.into_par_iter().map(|text| (text, judge(text, policy))).collect();
    judged.into_iter().filter_map(|(text, terms)| Some((text, terms?))).collect()
}

fn judge(text: &str, policy: &Policy) -> Option<Terms> {
    let expression = license::read(text).expression?;
    let judgement = policy.licenses.lists.judge(&expression);
    let decided = judgement
        .decisions
        .iter()
        .map(|decision| DecidedTerm {
            term: decision.term.to_string(),
            verdict: match decision.list {
                ListKind::Allow => LicenseVerdict::Allowed,
                ListKind::Review | ListKind::NotListed => LicenseVerdict::NeedsReview,
                ListKind::Deny => LicenseVerdict::Denied,
            },
            class: decision.class,
            listed: decision.list != ListKind::NotListed,
            because: policy.licenses.because(decision.list, decision.entry).cloned(),
        })
        .collect();
    Some(Terms {
        verdict: judgement.verdict,
        chosen: judgement.chosen,
        chosen_by: judgement.chosen_by,
        unrecorded: judgement.unrecorded,
        expression,
        decided,
    })
}

/// Brings claims and terms together.
pub(super) fn judged<'a>(
    bom: &Bom,
    policy: &'a Policy,
    claims: &Claims<'a>,
    known: &'a BTreeMap<&'a str, Terms>,
) -> Vec<Judged<'a>> {
    claims
        .components
        .iter()
        .map(|(component, claim)| {
            let terms = claim.and_then(|claim| known.get(claim.expression.as_deref()?));
            let verdict = match (claim, terms) {
                (Some(claim), Some(terms)) => match claim.reading {
                    // A guess may turn out wrong, so it never lets anything pass.
                    Reading::Guess(_) => terms.verdict.max(LicenseVerdict::NeedsReview),
                    _ => terms.verdict,
                },
                _ => LicenseVerdict::Unknown,
            };
            // The nearest file's statements come first.
            let usage = policy.usages.iter().find(|usage| usage.component.matches(&bom.component(*component).purl));
            let linkage = usage.map(|usage| (usage.linkage, &usage.because));
            let (denied, approval) = entries_about(bom, policy, *component);
            Judged { component: *component, claim: *claim, verdict, terms, linkage, denied, approval }
        })
        .collect()
}

/// Third-party components that belong to a namespace of the policy, each with the first entry that fits.
pub(super) fn namespaces<'a>(bom: &Bom, policy: &'a Policy) -> Vec<(ComponentId, &'a Namespace)> {
    if policy.namespaces.is_empty() {
        return Vec::new();
    }
    let fits =
        |purl| policy.namespaces.iter().find(|entry| entry.component.matches(purl)).map(|entry| &entry.namespace);
    bom.third_parties().filter_map(|(id, component)| Some((id, fits(&component.purl)?))).collect()
}

/// The first entry of the policy by which a component is denied, and the first by which somebody approved of it.
fn entries_about<'a>(
    bom: &Bom,
    policy: &'a Policy,
    component: ComponentId,
) -> (Option<&'a Denial>, Option<&'a Approval>) {
    if policy.denied.is_empty() && policy.approvals.is_empty() {
        return (None, None);
    }
    let purl = &bom.component(component).purl;
    let denied = policy.denied.iter().find_map(|entry| entry.about(purl));
    let approved = policy.approvals.iter().find(|entry| entry.component.matches(purl));
    (denied, approved.map(|entry| &entry.approval))
}

/// The verdict as reports show it.
pub(super) fn verdict(judged: &Judged<'_>, waived: bool) -> ComponentVerdict {
    let mut because = None;
    let reason = match (judged.claim, judged.terms) {
        (None, _) => "no license was found".to_owned(),
        (Some(claim), None) => format!("\"{}\" is not a license expression", claim.raw),
        (Some(claim), Some(terms)) => {
            let worst = terms.decided.first();
            because = worst.and_then(|term| term.because.clone());
            let mut reason = match worst {
                Some(term) if !term.listed => format!("{} is in no list of the policy", term.term),
                Some(term) => format!("{} {}", term.term, phrase(term.verdict)),
                None => phrase(terms.verdict).to_owned(),
            };
            if terms.chosen.is_some() {
                reason.push_str(&format!(", chosen from {}", terms.expression));
                if let Some(by) = terms.chosen_by {
                    reason.push_str(&format!(" {}", by.phrase()));
                }
            }
            if let Reading::Guess(_) = claim.reading {
                reason.push_str(&format!("; that \"{}\" means this is a guess", claim.raw));
            }
            reason
        }
    };
    ComponentVerdict {
        component: judged.component,
        verdict: judged.verdict,
        chosen: judged.terms.and_then(|terms| terms.chosen.as_ref()).map(|chosen| chosen.as_str().into()),
        reason,
        because,
        waived,
    }
}

fn phrase(verdict: LicenseVerdict) -> &'static str {
    match verdict {
        LicenseVerdict::Allowed => "is allowed",
        LicenseVerdict::NeedsReview => "needs review",
        LicenseVerdict::Denied => "is denied",
        LicenseVerdict::Unknown => "is unknown",
    }
}
