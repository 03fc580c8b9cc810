//! A file whose facts are missing from the answer.

use std::collections::BTreeMap;

use crate::model::{Diagnostic, DiagnosticKind, RepoPath, Severity};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A file whose facts are missing from the answer.
pub static RULE: Rule = Rule {
    id: "inventory/unreadable-file",
    summary: "a file could not be read or understood, so facts are missing from the answer",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires once for every file and kind of trouble by which facts were lost: it could not be opened, is no valid \
               text of its format, has entries that could not be understood, reached a budget, or points to a file that is \
               not there.",
        why: "A file that was passed over in silence looks exactly like a file without problems.",
        how_to_fix: "1. Look at the line shown; a conflict marker or a file written by half is the usual reason.\n\
                     2. Let the package manager write the file anew.\n\
                     3. If the file is right and sepal is wrong, report it with the smallest file that shows it.\n\
                     4. Leave out files that are broken on purpose with `[scan] exclude`; the report counts them.",
        fine_when: "Test data that is broken on purpose.",
        example_bad: "{\n  \"lockfileVersion\": 3,\n<<<<<<< HEAD\n",
        example_good: "{\n  \"lockfileVersion\": 3,\n  \"packages\": {}\n}\n",
    },
    params: &[],
    mappings: &[("GGI", "23.V1"), ("Stage 1", "S1.3a"), ("CISA 2026", "unknown information")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let mut groups: BTreeMap<(&RepoPath, DiagnosticKind), Vec<&Diagnostic>> = BTreeMap::new();
    // What nobody answered is missing, too, but not from a file.
    let of_files =
        |diagnostic: &&Diagnostic| diagnostic.kind.loses_facts() && diagnostic.kind != DiagnosticKind::Unanswered;
    for diagnostic in context.bom.diagnostics.iter().filter(of_files) {
        groups.entry((&diagnostic.location.path, diagnostic.kind)).or_default().push(diagnostic);
    }
    for ((path, kind), diagnostics) in groups {
        let Some(first) = diagnostics.first() else { continue };
        let message = match diagnostics.len() {
            1 => format!("{path}: {}", first.message),
            count => format!("{path}: {}, and {} more of this kind", first.message, count - 1),
        };
        let mut draft = Draft::new(Subject::Place, message, "facts that this file states are missing from the answer");
        draft.help.extend(first.help.clone());
        draft.help.push(match kind {
            DiagnosticKind::Unreadable => {
                "give sepal the right to read it, or leave it out with [scan] exclude".to_owned()
            }
            DiagnosticKind::Reference => "put the file there, or remove the line that points to it".to_owned(),
            _ => "let the package manager write the file anew, or leave it out with [scan] exclude".to_owned(),
        });
        draft.locations = diagnostics.iter().map(|diagnostic| diagnostic.location.clone()).collect();
        draft.discriminator = kind.as_str().into();
        drafts.push(draft);
    }
}
