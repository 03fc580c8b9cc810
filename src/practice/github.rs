//! Workflows of GitHub: what they run, when, with which rights. Read from the structure of the file; what an action does
//! inside is not known.

use crate::model::{Diagnostic, DiagnosticKind, FactKind, Location, RepoPath, Span};
use crate::text::{Kind, Node, Source, yaml};

use super::{Read, tools};

/// Whether a path is a workflow in the form that GitHub reads.
pub(super) fn is_workflow(path: &RepoPath) -> bool {
    path.as_str().contains("/workflows/")
}

/// Events in which a change is judged before it is in. A push is judged afterwards, and stops nothing.
const CHANGES: &[&str] = &["pull_request", "merge_group", "pull_request_target"];

/// Ends of expressions whose value a stranger writes (GitHub, "Security hardening: untrusted input").
const UNTRUSTED: &[&str] = &[
    ".title",
    ".body",
    ".default_branch",
    ".email",
    ".head_ref",
    ".label",
    ".message",
    ".author.name",
    ".page_name",
    ".head.ref",
    ".head_branch",
];

/// The expression of a text that inserts what a stranger writes.
fn untrusted(text: &str) -> Option<&str> {
    text.split("${{").skip(1).find_map(|rest| {
        let expression = rest.split("}}").next()?.trim();
        let lower = expression.to_ascii_lowercase();
        let found = lower.contains("github.head_ref")
            || lower.contains("github.event.") && {
                // Only whole paths: a comparison with a title inserts `true` or `false`.
                let plain = !lower.contains(['(', '=', '&', '|', '<', '>', '!']);
                plain
                    && !lower.contains(".repository.")
                    && !lower.contains(".pusher.")
                    && UNTRUSTED.iter().any(|end| lower.ends_with(end))
            };
        let compared = lower.contains("==") || lower.contains("!=") || lower.contains('(') || lower.contains("&&");
        (found && !compared).then_some(expression)
    })
}

/// The path of a workflow of this repository, as `uses` names it: `./.github/workflows/a.yml`, also with `$/`.
fn of_this_repository(uses: &str) -> Option<&str> {
    uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/"))
}

fn events(on: Node<'_>) -> Vec<String> {
    let mut found: Vec<String> = on.scalar().map(str::to_owned).into_iter().collect();
    found.extend(on.items().filter_map(|item| item.scalar()).map(str::to_owned));
    found.extend(on.entries().filter_map(|(name, _)| name.scalar()).map(str::to_owned));
    found
}

fn is_true(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| node.scalar() == Some("true"))
}

/// A step as one text in lower case: the action, its inputs and its script.
fn text_of(step: Node<'_>) -> String {
    let mut text = String::new();
    for key in ["uses", "run"] {
        text.push_str(step.get_str(key).unwrap_or_default());
        text.push('\n');
    }
    for (name, value) in step.get("with").into_iter().flat_map(|with| with.entries()) {
        text.push_str(name.scalar().unwrap_or_default());
        text.push(' ');
        text.push_str(value.scalar().unwrap_or_default());
        text.push('\n');
    }
    text.make_ascii_lowercase();
    text
}

/// Whether the failure of what a step found fails the step.
fn fails(step: Node<'_>, tool: &str, text: &str) -> bool {
    if is_true(step.get("continue-on-error")) {
        return false;
    }
    let swallowed = ["|| true", "|| echo", "|| :", "set +e", "--exit-zero"].iter().any(|way| text.contains(way));
    let with =
        |name: &str| step.get("with").and_then(|with| with.get(name)).and_then(|node| node.scalar().map(str::to_owned));
    let by_action = step.get("uses").is_some();
    match tool {
        // Its action reports and passes unless it is told an exit code.
        "trivy" if by_action => with("exit-code").is_some_and(|code| code != "0"),
        "trivy" => text.contains("--exit-code") && !text.contains("--exit-code 0") && !swallowed,
        "dependency-review" => with("warn-only").as_deref() != Some("true"),
        "grype" if by_action => with("fail-build").as_deref() != Some("false"),
        "grype" => text.contains("--fail-on") && !swallowed,
        _ => !swallowed,
    }
}

/// Reads a workflow.
pub(super) fn read(source: &Source, read: &mut Read) {
    let document = match yaml::parse(source) {
        Ok(document) => document,
        Err(error) => {
            read.problems.push(Diagnostic {
                location: Location::at(source.path(), source.mark(error.span)),
                kind: DiagnosticKind::Malformed,
                message: format!("could not be read as a workflow: {}", error.message),
                help: None,
            });
            return;
        }
    };
    let root = document.root();
    let on = root.get("on");
    let events = on.map(events).unwrap_or_default();
    if let Some(schedule) = on.and_then(|on| on.get("schedule")) {
        for cron in schedule.items().filter_map(|item| item.get("cron")) {
            read.fact(source, FactKind::Schedule, cron.span(), cron.scalar().unwrap_or("schedule"));
        }
    }
    let changes = events.iter().any(|event| CHANGES.contains(&event.as_str()));
    let called_by_others = events.iter().any(|event| event == "workflow_call");
    if changes {
        read.judges_changes.push(source.path().clone());
    }
    let privileged = events.iter().any(|event| matches!(event.as_str(), "pull_request_target" | "workflow_run"));
    if let Some(all) = root.get("permissions").filter(|node| node.scalar() == Some("write-all")) {
        read.fact(source, FactKind::BroadPermissions, all.span(), "permissions: write-all");
    }
    let jobs = root.get("jobs").filter(|jobs| jobs.kind() == Kind::Mapping);
    for (_, job) in jobs.into_iter().flat_map(|jobs| jobs.entries()) {
        if let Some(all) = job.get("permissions").filter(|node| node.scalar() == Some("write-all")) {
            read.fact(source, FactKind::BroadPermissions, all.span(), "permissions: write-all");
        }
        let job_passes = is_true(job.get("continue-on-error"));
        let mut looked = false;
        let mut published: Vec<(Span, &'static str)> = Vec::new();
        let called = job.get("uses").filter(|node| node.scalar().is_some());
        if let Some(other) = called.and_then(|uses| uses.scalar()).and_then(of_this_repository)
            && !job_passes
        {
            read.calls.push((source.path().clone(), RepoPath::new(other)));
        }
        let steps = job.get("steps").into_iter().flat_map(|steps| steps.items());
        let steps = steps.map(|step| (step, text_of(step)));
        let called = called.map(|uses| (job, uses.scalar().unwrap_or_default().to_ascii_lowercase()));
        for (step, text) in steps.chain(called) {
            let place = step.get("uses").or_else(|| step.get("run")).unwrap_or(step);
            // Installing a tool is no use of it.
            let acts = without_installs(&text);
            if let Some(tool) = tools::scanner(&acts) {
                looked = true;
                read.fact(source, FactKind::Scanner, first_line(source, place.span()), tool);
                let licenses = tools::looks_at_licenses(tool, &acts);
                if licenses {
                    read.fact(source, FactKind::LicenseScanner, first_line(source, place.span()), tool);
                }
                if (changes || called_by_others) && !job_passes && fails(step, tool, &acts) {
                    let from = read.facts.len();
                    read.fact(source, FactKind::Gate, first_line(source, place.span()), tool);
                    if licenses {
                        read.fact(source, FactKind::LicenseGate, first_line(source, place.span()), tool);
                    }
                    if !changes {
                        // Whether it stops a change is told by who calls it.
                        read.called.extend(read.facts.drain(from..));
                    }
                }
            }
            if let Some(tool) = tools::notices(&acts) {
                read.fact(source, FactKind::NoticeCheck, first_line(source, place.span()), tool);
            }
            if acts.contains("sepal scorecard") {
                read.fact(source, FactKind::ScorecardProduced, first_line(source, place.span()), "sepal scorecard");
            }
            if let Some(tool) = tools::sbom(&acts) {
                looked = true;
                read.fact(source, FactKind::SbomProduced, first_line(source, place.span()), tool);
            }
            if let Some(way) = tools::publisher(&acts) {
                published.push((first_line(source, place.span()), way));
                looked |= way == "OpenSSF Scorecard";
            }
            let script = step.get("run").or_else(|| {
                let script = acts.contains("actions/github-script");
                step.get("with").filter(|_| script).and_then(|with| with.get("script"))
            });
            if let Some(script) = script
                && let Some(expression) = script.scalar().and_then(untrusted)
            {
                let value = format!("inserts ${{{{ {expression} }}}} into a script");
                read.fact(source, FactKind::DangerousWorkflow, first_line(source, script.span()), value);
            }
            if privileged && acts.contains("actions/checkout") {
                let reference = step.get("with").and_then(|with| with.get("ref"));
                let strange = reference.and_then(|node| node.scalar()).filter(|text| {
                    let text = text.to_ascii_lowercase();
                    ["pull_request.head", "head_ref", "workflow_run.head", "/merge", "pull_request.number"]
                        .iter()
                        .any(|sign| text.contains(sign))
                });
                let kept = step.get("with").and_then(|with| with.get("persist-credentials"));
                let forgotten = kept.is_some_and(|node| node.scalar() == Some("false"));
                if let (Some(reference), Some(strange)) = (reference, strange)
                    && !(forgotten && only_looks(job))
                {
                    let value = format!("checks out {strange} in a workflow with the rights of the repository");
                    read.fact(source, FactKind::DangerousWorkflow, reference.span(), value);
                }
            }
        }
        if looked {
            for (span, way) in published {
                read.fact(source, FactKind::ReportPublished, span, way);
            }
        }
    }
}

/// The lines of a step without those that only install something.
/// Whether a job only looks at what it checked out: its scripts call nothing but git and what prints and compares, and its
/// actions are those that run nothing of the checkout.
fn only_looks(job: Node<'_>) -> bool {
    const COMMANDS: &[&str] = &[
        "cat", "cut", "diff", "done", "echo", "elif", "else", "exit", "fi", "git", "grep", "head", "if", "jq",
        "printf", "set", "sort", "tail", "then", "tr", "wc",
    ];
    const ACTIONS: &[&str] = &["actions/checkout@", "actions/github-script@", "actions/upload-artifact@"];
    let harmless = |line: &str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        let chained = ["&&", "||", ";", "|", "$(", "`"].iter().any(|sign| line.contains(sign));
        word.is_empty() || word.starts_with('#') || COMMANDS.contains(&word) && !chained
    };
    job.get("steps").into_iter().flat_map(|steps| steps.items()).all(|step| {
        let run = step.get("run").and_then(Node::scalar).unwrap_or_default();
        let uses = step.get("uses").and_then(Node::scalar);
        run.lines().all(|line| harmless(line.trim()))
            && uses.is_none_or(|uses| ACTIONS.iter().any(|action| uses.starts_with(action)))
    })
}

fn without_installs(text: &str) -> String {
    let installs = [
        "cargo install",
        "cargo binstall",
        "pip install",
        "npm install",
        "brew install",
        "go install",
        "apt-get install",
        "install-action",
    ];
    let kept = text.lines().filter(|line| !installs.iter().any(|way| line.contains(way)) && !line.starts_with("tool "));
    kept.collect::<Vec<_>>().join("\n")
}

/// The part of a span in its first line: a script of a hundred lines is shown by where it begins.
fn first_line(source: &Source, span: Span) -> Span {
    let text = source.slice(span);
    let length = text.find('\n').unwrap_or(text.len());
    Span::new(span.start, span.start + length as u32)
}

#[cfg(test)]
mod tests {
    use super::untrusted;

    #[test]
    fn what_strangers_write_is_told_from_what_they_do_not() {
        assert_eq!(untrusted("echo ${{ github.event.issue.title }}"), Some("github.event.issue.title"));
        assert_eq!(untrusted("git log ${{ github.head_ref }}"), Some("github.head_ref"));
        for fine in [
            "echo ${{ github.event.number }}",
            "echo ${{ github.event.repository.default_branch }}",
            "echo ${{ github.event.issue.title == 'x' }}",
            "echo ${{ secrets.NAME }}",
            "echo title",
        ] {
            assert_eq!(untrusted(fine), None, "{fine}");
        }
    }
}
