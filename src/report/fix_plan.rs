//! The plan of `sepal check --fix-plan`, as text and as JSON (`sepal-fix-plan/1`).

use std::io;

use serde_json::{Value, json};

use super::{encode, tally, trail};
use crate::evaluate::FixPlan;
use crate::model::{Bom, ComponentId, Location, ProjectId};

/// Ids named of one step.
const IDS: usize = 4;

fn ids(ids: &[compact_str::CompactString]) -> String {
    let named: Vec<&str> = ids.iter().take(IDS).map(|id| id.as_str()).collect();
    let text = match ids.len() - named.len() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    };
    trail::prose(&text)
}

fn texts(ids: &[compact_str::CompactString]) -> Vec<&str> {
    ids.iter().map(|id| id.as_str()).collect()
}

fn at(line: Option<&Location>) -> String {
    line.map(|line| format!(" ({})", trail::line(line))).unwrap_or_default()
}

/// Writes the plan for a person.
///
/// # Errors
/// If the writer fails.
pub fn write_text(bom: &Bom, plan: &FixPlan, writer: &mut dyn io::Write) -> io::Result<()> {
    let name = |id| trail::name(bom.component(id));
    let Some(asked) = &bom.advisories else {
        return writeln!(writer, "no advisories were looked up, so there is nothing to plan: sepal advisories import");
    };
    writeln!(writer, "advisories: {}", trail::prose(&tally::advisory_data(asked)))?;
    if plan.findings == 0 {
        return writeln!(writer, "no open finding is about an advisory: nothing to do");
    }
    let steps = trail::count(plan.steps.len(), "step");
    writeln!(writer, "{steps} for {} of {}", plan.cleared, trail::count(plan.findings, "finding"))?;
    let mut last: Option<ProjectId> = None;
    for step in &plan.steps {
        if last != Some(step.project) {
            last = Some(step.project);
            let project = bom.project(step.project);
            writeln!(writer, "\nin {} ({})", trail::project(bom, project), project.ecosystem)?;
        }
        let major = if step.major { " · MAJOR, may break something" } else { "" };
        writeln!(writer, "  {} → {}{major}", name(step.component), trail::prose(&step.to))?;
        for (component, to) in &step.others {
            writeln!(writer, "  {} → {}, by the same command", name(*component), trail::prose(to))?;
        }
        writeln!(writer, "      clears {}: {}", step.clears.len(), ids(&step.clears))?;
        if let Some(command) = &step.command {
            writeln!(writer, "      $ {}", trail::prose(command))?;
        }
        match (step.through, step.allowed) {
            (Some(through), _) if through != step.component => {
                writeln!(writer, "      comes in through {}{}", name(through), at(step.line.as_ref()))?;
            }
            _ => writeln!(writer, "      asked for directly{}", at(step.line.as_ref()))?,
        }
        match step.allowed {
            Some(true) => {}
            Some(false) => writeln!(writer, "      what is asked for now does not allow it, so the line changes")?,
            None => writeln!(writer, "      whether all that need it allow it is not in the files: run the tests")?,
        }
    }
    if !plan.held_back.is_empty() {
        writeln!(writer, "\nheld back: a newer version of these is needed; which one, no file here says")?;
        for held in &plan.held_back {
            let place = trail::project(bom, bom.project(held.project));
            writeln!(writer, "  {}{} in {place}", name(held.direct), at(held.line.as_ref()))?;
            for (component, to, reason, findings) in &held.packages {
                let count = trail::count(*findings, "finding");
                let (to, reason) = (trail::prose(to), trail::prose(reason));
                writeln!(writer, "      {} → {to}: {reason} ({count})", name(*component))?;
            }
        }
    }
    if !plan.left.is_empty() {
        writeln!(writer, "\nno version puts these right")?;
        for left in &plan.left {
            writeln!(writer, "  {}: {} ({})", name(left.component), left.reason, ids(&left.ids))?;
        }
    }
    Ok(())
}

/// Writes the plan for a program.
///
/// # Errors
/// If the writer fails.
pub fn write_json(bom: &Bom, plan: &FixPlan, writer: &mut dyn io::Write) -> io::Result<()> {
    let purl = |id| bom.component(id).purl.to_string();
    let line = |line: &Option<Location>| -> Value {
        let Some(line) = line else { return Value::Null };
        json!({ "path": line.path.display(), "line": line.line() })
    };
    let others = |others: &[(ComponentId, compact_str::CompactString)]| -> Value {
        if others.is_empty() {
            return Value::Null;
        }
        others.iter().map(|(component, to)| json!({ "component": purl(*component), "to": to.as_str() })).collect()
    };
    let mut steps: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| {
            json!({
                "project": bom.project(step.project).directory.display(),
                "component": purl(step.component),
                "to": step.to.as_str(),
                "others": others(&step.others),
                "major": step.major,
                "command": step.command,
                "through": step.through.map(purl),
                "line": line(&step.line),
                "allowed": step.allowed,
                "clears": texts(&step.clears),
                "findings": step.findings,
            })
        })
        .collect();
    let mut held: Vec<Value> = plan
        .held_back
        .iter()
        .map(|held| {
            let packages = held.packages.iter().map(|(component, to, reason, findings)| {
                json!({ "component": purl(*component), "to": to.as_str(), "reason": reason, "findings": findings })
            });
            json!({
                "project": bom.project(held.project).directory.display(),
                "direct": purl(held.direct),
                "line": line(&held.line),
                "findings": held.findings,
                "packages": packages.collect::<Vec<_>>(),
            })
        })
        .collect();
    let left: Vec<Value> = plan
        .left
        .iter()
        .map(|left| json!({ "component": purl(left.component), "ids": texts(&left.ids), "reason": left.reason }))
        .collect();
    // What is not known is absent, as in the report.
    for object in steps.iter_mut().chain(&mut held).filter_map(Value::as_object_mut) {
        object.retain(|_, value| !value.is_null());
    }
    let whole = json!({
        "schema": "sepal-fix-plan/1",
        "looked": bom.advisories.is_some(),
        "findings": plan.findings,
        "cleared": plan.cleared,
        "steps": steps,
        "held_back": held,
        "left": left,
    });
    let text = serde_json::to_string_pretty(&whole).map_err(io::Error::from)?;
    writeln!(writer, "{}", encode::without_user_info(&text))
}
