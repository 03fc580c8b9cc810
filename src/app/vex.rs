//! VEX documents: those that were named are applied, and decisions of the policy are written as one.

use std::path::PathBuf;

use crate::advisory::vex::write::Decision;
use crate::advisory::vex::{self, Statement};
use crate::evaluate;
use crate::model::{Bom, Date, Diagnostic, DiagnosticKind, Location, Purl, Stage, Standing, VexStatus};
use crate::policy::{Policy, Waiver};
use crate::walk::Root;

use super::files::{self, FileError};

/// Reads these documents and lets them speak about the Bom's vulnerabilities.
///
/// # Errors
/// If one of them cannot be read at all: it was named to count. What cannot be understood in one is a diagnostic.
pub fn apply(bom: &mut Bom, documents: &[PathBuf], roots: &[Root]) -> Result<(), FileError> {
    let mut statements: Vec<Statement> = Vec::new();
    let mut described = Vec::new();
    for file in documents {
        let source = files::read(file, files::shown_path(file, roots.first()))?;
        let path = source.path().clone();
        let Some(format) = vex::recognise(source.text()) else {
            let message =
                "is no VEX document that sepal reads (OpenVEX, CycloneDX, CSAF), so that nothing of it counts";
            bom.diagnostics.push(Diagnostic::file(&path, DiagnosticKind::Malformed, message));
            continue;
        };
        match vex::read(format, &source) {
            Ok(stated) => {
                bom.diagnostics.extend(stated.notes.into_iter().map(|note| Diagnostic {
                    location: Location::at(&path, note.mark),
                    kind: note.kind,
                    message: note.message,
                    help: None,
                }));
                described.push((path, format, statements.len(), stated.statements.len()));
                statements.extend(stated.statements);
            }
            Err(error) => bom.diagnostics.push(Diagnostic {
                location: Location::at(&path, source.mark(error.span)),
                kind: DiagnosticKind::Malformed,
                message: format!("could not be read as {}: {}", format.name(), error.message),
                help: None,
            }),
        }
    }
    let applied = vex::apply(bom, &statements);
    for (path, format, first, count) in described {
        let used = applied.used[first..first + count].iter().filter(|used| **used).count();
        let detail = format!("{path}: {}, {count} statements, {used} about something that is here", format.name());
        bom.stages.push(Stage { name: "vex", detail });
    }
    if applied.partly > 0 {
        let message = format!(
            "{} vulnerabilities are settled on some ways into the product and not on others, and stay open",
            applied.partly
        );
        let at = statements.first().map(|statement| statement.location.path.clone());
        bom.diagnostics.extend(at.map(|path| Diagnostic::file(&path, DiagnosticKind::Note, message)));
    }
    bom.diagnostics.sort();
    Ok(())
}

/// What a waiver's reason says in the words of VEX. Only those that mean that the vulnerability cannot do harm are "not
/// affected"; every other is a risk that somebody took, which leaves the product affected.
fn in_words_of_vex(waiver: &Waiver) -> (VexStatus, Option<&'static str>) {
    match waiver.reason.name {
        "build-only" | "test-data" => (VexStatus::NotAffected, Some("component_not_present")),
        "inline-mitigation" => (VexStatus::NotAffected, Some("inline_mitigations_already_exist")),
        "vulnerable-code-not-used" => (VexStatus::NotAffected, Some("vulnerable_code_not_in_execute_path")),
        "wrong-finding" => (VexStatus::NotAffected, None),
        _ => (VexStatus::Affected, None),
    }
}

/// The decisions that the policy's waivers are, on a day: one for each vulnerability that a waiver in force covers.
pub fn decisions(bom: &Bom, policy: &Policy, today: Date) -> Vec<Decision> {
    let Some(advisories) = &bom.advisories else { return Vec::new() };
    let verdict = evaluate::evaluate(bom, policy, today);
    let mut decided = Vec::new();
    for finding in &verdict.findings {
        let (Some(at), Standing::Waived { because, .. }) = (finding.vulnerability, &finding.standing) else { continue };
        let Some(known) = advisories.vulnerabilities.get(at as usize) else { continue };
        let Some(waiver) = policy.waivers.iter().find(|waiver| waiver.because == *because) else { continue };
        let (status, justification) = in_words_of_vex(waiver);
        let mut aliases = known.aliases.clone();
        aliases.sort();
        let until =
            if status == VexStatus::Affected { format!(" (accepted until {})", waiver.expires) } else { String::new() };
        // A waiver of one project says nothing of the others.
        let products: Vec<Option<Purl>> = match &waiver.project {
            None => vec![None],
            Some(_) => {
                let ways = finding.project.into_iter().flat_map(|project| &bom.project(project).roots);
                ways.map(|root| Some(bom.component(*root).purl.clone())).collect()
            }
        };
        for product in products {
            decided.push(Decision {
                id: known.id.clone(),
                aliases: aliases.clone(),
                component: bom.component(known.component).purl.clone(),
                product,
                status,
                justification: justification.map(Into::into),
                statement: format!("{}{until}", waiver.justification),
                by: waiver.approved_by.clone(),
            });
        }
    }
    decided.sort();
    decided.dedup();
    decided
}
