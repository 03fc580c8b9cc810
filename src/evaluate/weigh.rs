//! How much a finding matters: the policy's level, less where nothing of it is shipped.

use std::collections::BTreeSet;

use crate::model::{Because, Bom, ComponentId, Location, Occurrence, ProjectId, RepoPath, Scope, Severity, Standing};
use crate::rule::{Draft, SHIPPED, Subject};

use super::Chosen;
use super::waive::Part;

/// A draft with its weight.
pub(super) struct Weighed<'p> {
    /// The rule's id.
    pub rule: &'p str,
    pub draft: Draft,
    pub component: Option<ComponentId>,
    pub project: Option<ProjectId>,
    /// The projects that are meant, where not all in which the component occurs are.
    pub projects: Option<BTreeSet<ProjectId>>,
    /// What a waiver that covers only some projects calls them.
    pub part: Option<String>,
    pub severity: Severity,
    pub because: Because,
    pub standing: Standing,
}

fn lower(severity: Severity) -> Severity {
    match severity {
        Severity::Error => Severity::Warning,
        Severity::Warning | Severity::Note => Severity::Note,
    }
}

/// For each project the strongest scope in which it needs a third party: a project of CI workflows has nothing stronger than
/// the build.
pub(super) fn project_scopes(bom: &Bom) -> Vec<Option<Scope>> {
    let mut scopes: Vec<Option<Scope>> = vec![None; bom.projects.len()];
    for (_, component) in bom.third_parties() {
        for occurrence in &component.occurrences {
            if let Some(scope) = scopes.get_mut(occurrence.project.0 as usize) {
                *scope = Some(scope.map_or(occurrence.scope, |have| have.min(occurrence.scope)));
            }
        }
    }
    scopes
}

/// Gives a part of a draft its severity.
pub(super) fn weigh<'p>(bom: &Bom, scopes: &[Option<Scope>], chosen: &Chosen<'p>, part: Part) -> Weighed<'p> {
    let Part { mut draft, projects, name, standing } = part;
    let mut because = draft.because.take().unwrap_or_else(|| chosen.because.clone());
    let mut severity = chosen.level;
    let (mut component, mut project, mut needed) = (None, None, None);
    let test_data = match draft.subject {
        Subject::Component(id) => {
            component = Some(id);
            let meant = |occurrence: &&Occurrence| {
                projects.as_ref().is_none_or(|projects| projects.contains(&occurrence.project))
            };
            let occurrences = || bom.component(id).occurrences.iter().filter(meant);
            let strongest = occurrences()
                .filter(|occurrence| !bom.project(occurrence.project).fixture)
                .map(|occurrence| occurrence.scope)
                .min()
                .unwrap_or(Scope::Development);
            let test_data = occurrences().all(|occurrence| bom.project(occurrence.project).fixture);
            needed = (!test_data).then_some(strongest);
            test_data
        }
        Subject::Project(id) => {
            project = Some(id);
            needed = scopes.get(id.0 as usize).copied().flatten();
            bom.project(id).fixture
        }
        Subject::Place => draft.locations.first().is_some_and(|place| place.path.lies_in_test_data()),
    };
    if !test_data
        && let (Some(scope), Some(full)) = (needed, chosen.params.scopes(SHIPPED.name))
        && !full.contains(&scope)
        && severity > Severity::Note
    {
        severity = lower(severity);
        because.text.push_str(&format!("; one level lower, since it is needed in scope {} at most", scope.as_str()));
    }
    if test_data && severity > Severity::Note {
        severity = Severity::Note;
        because.text.push_str("; a note only, since it concerns test data alone");
    }
    unique(&mut draft.locations);
    if draft.locations.is_empty() {
        draft.locations.push(match (component, project) {
            (Some(id), _) => bom
                .component(id)
                .occurrences
                .first()
                .map_or_else(|| Location::file(&RepoPath::root()), |occurrence| occurrence.evidence.location.clone()),
            (None, Some(id)) => {
                let project = bom.project(id);
                Location::file(project.files.first().unwrap_or(&project.directory))
            }
            (None, None) => Location::file(&RepoPath::root()),
        });
    }
    Weighed { rule: chosen.id, draft, component, project, projects, part: name, severity, because, standing }
}

/// Removes repetitions, also of the same line, and keeps the order.
fn unique(locations: &mut Vec<Location>) {
    let mut seen = BTreeSet::new();
    let first: Vec<bool> = locations.iter().map(|location| seen.insert((&location.path, location.line()))).collect();
    let mut first = first.into_iter();
    locations.retain(|_| first.next().unwrap_or(true));
}
