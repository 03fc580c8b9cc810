//! The document of attribution of a tree, and whether a committed one still is today's.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::cache::Copies;
use crate::enrich::package_texts;
use crate::evaluate::{self, ComponentTerms};
use crate::model::{Bom, Component, ComponentId, Scope};
use crate::policy::Policy;
use crate::report::notice::{Frame, Given, LeftOut, Notice, compose};

use super::check::{CheckError, scan_by_policy};
use super::scan::{ScanSettings, Scanned};

/// What to write a document of.
#[derive(Debug)]
pub struct NoticeSettings {
    /// What to scan. Its `exclude` and `targets` are replaced by the policy's.
    pub scan: ScanSettings,
    /// The policy file that was named, if one was.
    pub policy: Option<PathBuf>,
    /// Scopes beside those that reach the user of a product ([`DISTRIBUTED`]).
    pub include: Vec<Scope>,
}

/// What a product hands on to those who get it.
pub const DISTRIBUTED: &[Scope] = &[Scope::Runtime, Scope::Optional];

/// A document with what it was made from.
#[derive(Debug)]
pub struct Noticed {
    /// The document.
    pub notice: Notice,
    /// What there is.
    pub scanned: Scanned,
    /// The policy that chose.
    pub policy: Policy,
}

/// Makes the document.
///
/// # Errors
/// If the policy cannot be read or the paths cannot be scanned.
pub fn notice(settings: NoticeSettings) -> Result<Noticed, CheckError> {
    let (machine, archives) = (settings.scan.machine.clone(), settings.scan.archives.clone());
    let (scanned, policy) = scan_by_policy(settings.scan, settings.policy)?;
    let copies = Copies::new(&scanned.roots, machine).with(archives);
    let notice = of_bom(&scanned.bom, &policy, &copies, &settings.include);
    Ok(Noticed { notice, scanned, policy })
}

/// Why a component is not listed.
fn reason(component: &Component, scopes: &BTreeSet<Scope>) -> Option<String> {
    if scopes.contains(&component.scope()) {
        return None;
    }
    Some(match component.scope() {
        Scope::Provided => "provided: expected where the product runs (--include provided)".to_owned(),
        Scope::Peer => "peer: brought by whoever uses the package (--include peer)".to_owned(),
        Scope::Build => "build: runs while the product is built (--include build)".to_owned(),
        Scope::Test => "test: needed by tests only (--include test)".to_owned(),
        Scope::Development => "development: needed by those who work on the product (--include development)".to_owned(),
        scope => format!("{0} (--include {0})", scope.as_str()),
    })
}

/// What a product hands on to those who get it: third-party components in the scopes that reach them, with their terms; and what is
/// left out, with reasons.
pub(super) fn handed_on(bom: &Bom, policy: &Policy, include: &[Scope]) -> (Vec<ComponentTerms>, Vec<LeftOut>) {
    let scopes: BTreeSet<Scope> = DISTRIBUTED.iter().chain(include).chain(&policy.notice_include).copied().collect();
    let terms = evaluate::terms(bom, policy);
    let first_party = bom.components.len() - terms.len();
    let mut left: Vec<LeftOut> = Vec::new();
    let mut leave = |reason: String| match left.iter_mut().find(|have| have.reason == reason) {
        Some(have) => have.count += 1,
        None => left.push(LeftOut { count: 1, reason }),
    };
    let fixture =
        |component: &Component| component.occurrences.iter().all(|occurrence| bom.project(occurrence.project).fixture);
    let mut listed: Vec<ComponentTerms> = Vec::new();
    for one in terms {
        let component = bom.component(one.component);
        if fixture(component) {
            leave("test data of the repository".to_owned());
        } else if let Some(reason) = reason(component, &scopes) {
            leave(reason);
        } else {
            listed.push(one);
        }
    }
    for _ in 0..first_party {
        leave("first party".to_owned());
    }
    left.sort_by(|a, b| a.reason.cmp(&b.reason));
    (listed, left)
}

/// Makes the document of what was scanned.
pub(super) fn of_bom(bom: &Bom, policy: &Policy, copies: &Copies, include: &[Scope]) -> Notice {
    let (listed, left) = handed_on(bom, policy, include);
    let ids: Vec<ComponentId> = listed.iter().map(|terms| terms.component).collect();
    let texts = package_texts(bom, copies, &ids);
    let given: Vec<Given<'_>> = listed
        .iter()
        .zip(&texts)
        .map(|(terms, texts)| Given { component: bom.component(terms.component), terms, texts })
        .collect();
    let frame = Frame {
        product: product(bom),
        contact: policy.settings.contacts.get("source").cloned(),
        left_out: left,
        distribution: policy.distribution.as_ref().map(|set| set.value),
    };
    compose(frame, &given)
}

/// The name of the project at the top, if there is one and it has a single package of its own. A directory's name is no name: it
/// differs from checkout to checkout.
pub(super) fn product(bom: &Bom) -> Option<String> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for project in bom.projects.iter().filter(|project| project.directory.as_str().is_empty()) {
        if let [root] = project.roots.as_slice() {
            let purl = &bom.component(*root).purl;
            if purl.version().is_some() {
                names.insert(purl.full_name().to_string());
            }
        }
    }
    if names.len() == 1 { names.into_iter().next() } else { None }
}
