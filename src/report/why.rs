//! The answer of `sepal why`: who brings a component in, one way from each direct dependency, and the line to edit.
//!
//! Not one of the outputs of a report: it is about one component, and nothing is judged.

use std::collections::BTreeMap;
use std::io;

use serde_json::json;

use crate::model::{Bom, ComponentId, Dependency, LicenseClaim};
use crate::resolve::{ProjectWays, Way};

use super::encode::printable;

/// One component with the ways to it.
#[derive(Debug)]
pub struct Answer {
    /// The component.
    pub component: ComponentId,
    /// Project by project.
    pub projects: Vec<ProjectWays>,
}

/// Ways shown in full for one project; more are counted.
const SHOWN: usize = 10;

fn terms(claim: &LicenseClaim) -> String {
    let what = claim.expression.as_ref().unwrap_or(&claim.raw);
    match &claim.evidence {
        Some(evidence) => {
            let line = evidence.location.line().map(|line| format!(":{line}")).unwrap_or_default();
            let how = if claim.is_detected() { "detected" } else { "declared" };
            format!("{} ({how} in {}{line})", printable(what), printable(evidence.location.path.display()))
        }
        None => format!("{} ({})", printable(what), claim.source.as_str()),
    }
}

/// Name and version as a person says them.
fn label(bom: &Bom, id: ComponentId) -> String {
    let purl = &bom.component(id).purl;
    let name = purl.full_name();
    match purl.version() {
        Some(version) => format!("{} {}", printable(&name), printable(version)),
        None => printable(&name).into_owned(),
    }
}

/// The line that a person edits: `web/package.json:14  "^4.0.0"`.
fn asked(edge: &Dependency) -> String {
    let mut text = String::new();
    if let Some(evidence) = &edge.evidence {
        text.push_str(&printable(evidence.location.path.display()));
        if let Some(line) = evidence.location.line() {
            text.push_str(&format!(":{line}"));
        }
    }
    if let Some(requirement) = &edge.requirement {
        text.push_str(&format!("  \"{}\"", printable(requirement)));
    }
    text
}

/// For a person.
///
/// # Errors
/// If the writer fails.
pub fn write_text(bom: &Bom, answers: &[Answer], color: bool, writer: &mut dyn io::Write) -> io::Result<()> {
    let bold = |text: &str| if color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    let dim = |text: &str| if color { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() };
    for (index, answer) in answers.iter().enumerate() {
        if index > 0 {
            writeln!(writer)?;
        }
        let component = bom.component(answer.component);
        let license = component.licensing.effective().map_or_else(|| "license unknown".to_owned(), terms);
        let purl = component.purl.to_string();
        writeln!(writer, "{}   {}   {license}", bold(&printable(&purl)), component.scope().as_str())?;
        let mut direct = 0;
        for ProjectWays { project, ways } in &answer.projects {
            let project = bom.project(*project);
            if ways.is_empty() {
                let places: Vec<String> =
                    component.occurrences.iter().map(|occurrence| occurrence.evidence.location.to_string()).collect();
                let place = places.first().map_or("", String::as_str);
                writeln!(
                    writer,
                    "{} ({}): listed at {}, and no manifest leads to it",
                    printable(project.directory.display()),
                    project.ecosystem,
                    printable(place)
                )?;
                continue;
            }
            direct += ways.len();
            let mut by_root: BTreeMap<ComponentId, Vec<&Way>> = BTreeMap::new();
            for way in ways {
                by_root.entry(way.path[0]).or_default().push(way);
            }
            for (root, ways) in by_root {
                writeln!(
                    writer,
                    "{} {}",
                    label(bom, root),
                    dim(&format!("({}, {})", printable(project.directory.display()), project.ecosystem))
                )?;
                let shown = ways.len().min(SHOWN);
                for (number, way) in ways.iter().take(shown).enumerate() {
                    let last = number + 1 == ways.len();
                    for (depth, id) in way.path[1..].iter().enumerate() {
                        let lead = match (depth, last) {
                            (0, true) => "└─ ".to_owned(),
                            (0, false) => "├─ ".to_owned(),
                            (_, true) => format!("{}└─ ", "   ".repeat(depth)),
                            (_, false) => format!("│  {}└─ ", "   ".repeat(depth - 1)),
                        };
                        let edge = &bom.dependencies[way.direct];
                        let place = if depth == 0 { format!("   {}", dim(&asked(edge))) } else { String::new() };
                        writeln!(writer, "{lead}{}{}", label(bom, *id), place.trim_end())?;
                    }
                }
                if ways.len() > shown {
                    writeln!(writer, "└─ and {} more ways in (--json lists them)", ways.len() - shown)?;
                }
            }
        }
        match direct {
            0 => {}
            1 => writeln!(writer, "1 way in.")?,
            _ => writeln!(writer, "{direct} ways in: to be rid of it, each has to go.")?,
        }
    }
    Ok(())
}

/// For a program: `sepal-why/1`.
///
/// # Errors
/// If the writer fails.
pub fn write_json(bom: &Bom, answers: &[Answer], writer: &mut dyn io::Write) -> io::Result<()> {
    let purl = |id: ComponentId| bom.component(id).purl.to_string();
    let way = |way: &Way| {
        let edge = &bom.dependencies[way.direct];
        let place = edge.evidence.as_ref().map(|evidence| {
            let mark = evidence.location.mark;
            json!({
                "path": evidence.location.path.display(),
                "line": mark.map(|mark| mark.line),
                "column": mark.map(|mark| mark.column),
            })
        });
        json!({
            "path": way.path.iter().map(|id| purl(*id)).collect::<Vec<_>>(),
            "scope": edge.scope.as_str(),
            "requirement": edge.requirement.as_deref(),
            "location": place,
        })
    };
    let components: Vec<_> = answers
        .iter()
        .map(|answer| {
            let projects: Vec<_> = answer
                .projects
                .iter()
                .map(|found| {
                    let project = bom.project(found.project);
                    json!({
                        "directory": project.directory.display(),
                        "ecosystem": project.ecosystem,
                        "ways": found.ways.iter().map(way).collect::<Vec<_>>(),
                    })
                })
                .collect();
            json!({
                "purl": purl(answer.component),
                "scope": bom.component(answer.component).scope().as_str(),
                "projects": projects,
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *writer, &json!({ "schema": "sepal-why/1", "components": components }))?;
    writer.write_all(b"\n")
}
