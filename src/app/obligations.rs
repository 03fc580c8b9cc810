//! What the licenses of a product's components ask of whoever gives it to others: one checklist, and component by component.

use std::path::PathBuf;

use crate::license::{self, Distribution, Expression, Linkage, Used};
use crate::model::{Bom, Completeness, Reading, Scope};
use crate::policy::Policy;
use crate::report::obligations::{Obligations, Owed};

use super::check::{CheckError, scan_by_policy};
use super::notice::{handed_on, product};
use super::scan::{ScanSettings, Scanned};

/// What to make a checklist of.
#[derive(Debug)]
pub struct ObligationsSettings {
    /// What to scan. Its `exclude` and `targets` are replaced by the policy's.
    pub scan: ScanSettings,
    /// The policy file that was named, if one was.
    pub policy: Option<PathBuf>,
    /// Scopes beside those that reach the user of a product ([`super::notice::DISTRIBUTED`]).
    pub include: Vec<Scope>,
    /// How the product reaches others; `None`: as the policy says.
    pub distribution: Option<Distribution>,
}

/// A checklist with what it was made from.
#[derive(Debug)]
pub struct Listed {
    /// The checklist.
    pub obligations: Obligations,
    /// What there is.
    pub scanned: Scanned,
    /// The policy that chose.
    pub policy: Policy,
}

/// Makes the checklist.
///
/// # Errors
/// If the policy cannot be read or the paths cannot be scanned.
pub fn obligations(settings: ObligationsSettings) -> Result<Listed, CheckError> {
    let (scanned, policy) = scan_by_policy(settings.scan, settings.policy)?;
    let bom = &scanned.bom;
    let (distribution, because) = match (settings.distribution, &policy.distribution) {
        (Some(asked), _) => (asked, Some("as asked".to_owned())),
        (None, Some(set)) => {
            let line = set.because.line.map(|line| format!(":{line}")).unwrap_or_default();
            (set.value, Some(format!("{}{line}", set.because.policy)))
        }
        (None, None) => (policy.settings.distribution, None),
    };
    let (listed, left_out) = handed_on(bom, &policy, &settings.include);
    let mut components: Vec<Owed> = Vec::new();
    let mut unknown = Vec::new();
    let mut taken: Vec<Expression> = Vec::new();
    for one in &listed {
        let component = bom.component(one.component);
        let purl = component.purl.to_string();
        let Some(expression) = one.chosen.as_ref().or(one.expression.as_ref()) else {
            unknown.push(purl);
            continue;
        };
        let linkage = one.linkage.unwrap_or_else(|| Linkage::assumed(component.purl.kind(), component.scope()));
        let guessed = one.claim.as_ref().is_some_and(|claim| matches!(claim.reading, Reading::Guess(_)));
        taken.push(expression.clone());
        components.push(Owed {
            name: component.purl.full_name().to_string(),
            version: component.purl.version().unwrap_or_default().to_owned(),
            purl,
            license: expression.to_string(),
            guessed,
            linkage,
            // That a component is unchanged is said nowhere; what is asked of changed ones is then marked.
            modified: one.modified.as_ref().map(|_| true),
            duties: license::Duties::default(),
        });
    }
    let used: Vec<Used<'_>> = components
        .iter()
        .zip(&taken)
        .map(|(one, license)| Used { license, linkage: one.linkage, modified: one.modified })
        .collect();
    let checklist = license::obligations(&used, distribution);
    let duties: Vec<license::Duties> = used.iter().map(|used| license::duties(used, distribution)).collect();
    for (one, duties) in components.iter_mut().zip(duties) {
        one.duties = duties;
    }
    unknown.sort();
    let missing = missing(bom, &policy);
    let obligations =
        Obligations { product: product(bom), distribution, because, components, checklist, unknown, missing, left_out };
    Ok(Listed { obligations, scanned, policy })
}

/// What could not be read, and what is not known of projects, each with its place; but for what the policy accepts not to know.
fn missing(bom: &Bom, policy: &Policy) -> Vec<String> {
    let lost = bom.diagnostics.iter().filter(|one| one.kind.loses_facts());
    let mut missing: Vec<String> = lost.map(|one| format!("{}: {}", one.location, one.message)).collect();
    for project in &bom.projects {
        let accepted = project.completeness == Completeness::Unknown
            && (policy.settings.accepts_unknown(project.ecosystem) || project.ecosystem == "huggingface");
        if project.completeness == Completeness::Complete || project.fixture || accepted {
            continue;
        }
        let place = format!("{} ({})", project.directory.display(), project.ecosystem);
        match project.gaps.as_slice() {
            [] => missing.push(format!("{place}: not all of it is known")),
            gaps => missing.extend(gaps.iter().map(|(location, gap)| format!("{place}: {location}: {gap}"))),
        }
    }
    missing.sort();
    missing.dedup();
    missing
}
