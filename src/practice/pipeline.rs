//! Pipelines of other services: known by name, read line by line by the words of tools.

use crate::model::FactKind;
use crate::text::{Source, lines};

use super::{Read, tools};

/// Reads a pipeline. A line that ignores its failure (`|| true`), or a job that may fail (`allow_failure: true`, GitLab), is
/// no gate; which job a line belongs to is told by indentation alone.
pub(super) fn read(source: &Source, read: &mut Read) {
    let all: Vec<_> = lines::lines(source).collect();
    // For each line the first line of its top-level block.
    let mut block = 0;
    let mut blocks = Vec::with_capacity(all.len());
    for (index, line) in all.iter().enumerate() {
        if line.indent == 0 && !line.text.is_empty() && !line.text.starts_with(['#', '-', '}']) {
            block = index;
        }
        blocks.push(block);
    }
    let may_fail = |block: usize| {
        let inside = blocks.iter().zip(&all).filter(|(own, _)| **own == block);
        inside.into_iter().any(|(_, line)| {
            let line = line.content();
            line.starts_with("allow_failure: true") || line.starts_with("continueOnError: true")
        })
    };
    // CircleCI: by which names orbs are used here, and what they are.
    let in_orbs = |index: usize| all[blocks[index]].text.trim_end() == "orbs:";
    let orbs: Vec<(&str, String)> = all
        .iter()
        .enumerate()
        .filter(|(index, _)| in_orbs(*index))
        .filter_map(|(_, line)| {
            let (alias, orb) = line.text.trim().split_once(':')?;
            Some((alias, orb.trim().to_ascii_lowercase())).filter(|(_, orb)| orb.contains('/'))
        })
        .collect();
    for (index, line) in all.iter().enumerate() {
        let lower = line.text.to_ascii_lowercase();
        let mut content = lower.trim();
        if content.is_empty() || content.starts_with(['#', '/']) || content.contains("install") {
            continue;
        }
        // What is only made known here is used elsewhere, or not at all.
        if in_orbs(index) {
            continue;
        }
        let step = content.strip_prefix("- ").unwrap_or_default();
        let used = orbs.iter().find(|(alias, _)| step.strip_prefix(alias).is_some_and(|rest| rest.starts_with('/')));
        let of_orb = used.map(|(_, orb)| format!("- {orb}"));
        if let Some(of_orb) = &of_orb {
            content = of_orb;
        }
        if content.starts_with("cron:") || content.contains("\"schedule\"") || content.starts_with("schedules:") {
            read.fact(source, FactKind::Schedule, line.span, line.text);
        }
        if let Some(tool) = tools::scanner(content) {
            read.fact(source, FactKind::Scanner, line.span, tool);
            let licenses = tools::looks_at_licenses(tool, content);
            if licenses {
                read.fact(source, FactKind::LicenseScanner, line.span, tool);
            }
            let report_only = tool == "GitLab dependency scanning" || content.contains("|| true");
            if !report_only && !may_fail(blocks[index]) && (content.starts_with('-') || content.contains("run")) {
                read.fact(source, FactKind::Gate, line.span, tool);
                if licenses {
                    read.fact(source, FactKind::LicenseGate, line.span, tool);
                }
            }
        }
        if let Some(tool) = tools::notices(content) {
            read.fact(source, FactKind::NoticeCheck, line.span, tool);
        }
        if content.contains("sepal scorecard") {
            read.fact(source, FactKind::ScorecardProduced, line.span, "sepal scorecard");
        }
        if let Some(tool) = tools::sbom(content) {
            read.fact(source, FactKind::SbomProduced, line.span, tool);
        }
    }
}
