//! How a finding's component comes in, and what to call things.

use std::borrow::Cow;

use super::encode;
use crate::model::{Because, Bom, Component, ComponentId, Dependency, Finding, Location, Project, ProjectId, Scope};

/// The first edge of a project from one component to another.
pub(super) fn edge(bom: &Bom, project: ProjectId, from: ComponentId, to: ComponentId) -> Option<&Dependency> {
    let key = (project, from, to);
    let at = bom.dependencies.partition_point(|edge| (edge.project, edge.from, edge.to) < key);
    bom.dependencies.get(at).filter(|edge| (edge.project, edge.from, edge.to) == key)
}

/// The edges of a finding's path, from the root on; `None` for a step that the Bom does not state.
pub(super) fn steps<'a>(bom: &'a Bom, finding: &'a Finding) -> impl Iterator<Item = Option<&'a Dependency>> {
    finding.path.windows(2).map(move |pair| edge(bom, finding.project?, pair[0], pair[1]))
}

/// The edge by which a finding's component comes in: what a person wrote into a manifest.
pub(super) fn first_step<'a>(bom: &'a Bom, finding: &'a Finding) -> Option<&'a Dependency> {
    steps(bom, finding).next().flatten()
}

/// The direct dependency that causes a finding; the component itself where no path is known; `None` if it is about none.
pub(super) fn cause(finding: &Finding) -> Option<ComponentId> {
    finding.path.get(1).or(finding.path.first()).copied().or(finding.component)
}

/// The scope that a finding's component has in the finding's project.
pub(super) fn scope(bom: &Bom, finding: &Finding) -> Option<Scope> {
    let component = bom.component(finding.component?);
    let here = component.occurrences.iter().filter(|occurrence| Some(occurrence.project) == finding.project);
    here.map(|occurrence| occurrence.scope).min().or_else(|| Some(component.scope()))
}

/// Name and version as people write them, for one line of a terminal: `ghost-kit 2.1.0`.
pub(super) fn name(component: &Component) -> String {
    let name = component.purl.full_name();
    let name = encode::clip(&name, 100);
    match component.purl.version() {
        Some(version) => format!("{} {}", encode::printable(&name), encode::printable(&encode::clip(version, 60))),
        None => encode::printable(&name).into_owned(),
    }
}

/// The purl for one line of a terminal.
pub(super) fn purl(component: &Component) -> String {
    encode::printable(&encode::clip(&component.purl.to_string(), 160)).into_owned()
}

/// What to call a project: its directory; its only root's name where that is the root of the scan.
pub(super) fn project(bom: &Bom, project: &Project) -> String {
    match (project.directory.as_str(), project.roots.as_slice()) {
        ("", [root]) => encode::printable(&bom.component(*root).purl.full_name()).into_owned(),
        _ => path(project.directory.display()).into_owned(),
    }
}

/// A path for one line of a terminal.
pub(super) fn path(path: &str) -> Cow<'_, str> {
    encode::printable(path)
}

/// `path:line:column` for one line of a terminal.
pub(super) fn place(location: &Location) -> String {
    match location.mark {
        Some(mark) => format!("{}:{}:{}", path(location.path.display()), mark.line, mark.column),
        None => path(location.path.display()).into_owned(),
    }
}

/// `path:line` for one line of a terminal.
pub(super) fn line(location: &Location) -> String {
    match location.mark {
        Some(mark) => format!("{}:{}", path(location.path.display()), mark.line),
        None => path(location.path.display()).into_owned(),
    }
}

/// Prose of rules and policies, which may quote what strangers chose, for one line of a terminal.
pub(super) fn prose(text: &str) -> String {
    let text = encode::without_user_info(text);
    encode::printable(&encode::clip(&text, 2000)).into_owned()
}

/// The policy line that asked, for one line of a terminal: what it says, then where.
pub(super) fn policy(because: &Because) -> String {
    let text = prose(&because.text);
    match (because.policy.is_empty(), because.line) {
        (true, _) => text,
        (false, Some(line)) => format!("{text} ({}:{line})", prose(&because.policy)),
        (false, None) => format!("{text} ({})", prose(&because.policy)),
    }
}

/// `1 finding`, `2 findings`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}
