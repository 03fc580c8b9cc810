//! A component that nobody looks after.

use crate::model::{AdvisoryKind, Severity};
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, SHIPPED};

/// A component that nobody looks after.
pub static RULE: Rule = Rule {
    id: "deps/unmaintained",
    summary: "an advisory says that nobody looks after a component, or that it is unsound",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every third-party component that an informational advisory is about: `unmaintained`, and with \
             `notices` (the default) `unsound` and others. It needs imported advisories.",
        why: "What nobody looks after gets no fix for the next vulnerability. It is easier to leave while there is \
             time.",
        how_to_fix: "1. Take a replacement; the advisory often names one.\n2. If it comes in through another component, look \
             for a version of that one without it.\n3. Or take it over: name somebody who keeps it in order here.",
        fine_when: "It is small, finished and well understood, or somebody of your own looks after it.",
        example_bad: "[dependencies]\nansi_term = \"0.12\"    # RUSTSEC-2021-0139\n",
        example_good: "[dependencies]\nanstyle = \"1\"\n",
    },
    params: &[
        Param {
            name: "notices",
            kind: ParamKind::Boolean(true),
            docs: "Whether advisories about unsoundness and other notices count, too.",
        },
        SHIPPED,
    ],
    mappings: &[("GGI", "23.V1"), ("S2C2F", "SCA-3"), ("CRA", "13(5)"), ("Scorecard", "Maintained")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let notices = context.params.boolean("notices");
    for (at, known) in context.known() {
        let what = match known.kind {
            AdvisoryKind::Unmaintained => "is not maintained",
            AdvisoryKind::Unsound if notices => "is unsound",
            AdvisoryKind::Notice if notices => "has a notice",
            _ => continue,
        };
        let message = format!("{} {what}: {}", context.name(known.component), context.called(known));
        drafts.push(context.about(at, known, message));
    }
}
