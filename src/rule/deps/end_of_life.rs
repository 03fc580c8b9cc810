//! A runtime or component that gets no fixes any more.

use crate::model::{Cycle, FactKind};
use crate::practice::{self, Evidence};
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject};

/// A runtime or component that gets no fixes any more.
pub static RULE: Rule = Rule {
    id: "deps/end-of-life",
    summary: "a runtime or component is past the end of its support",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Compares the runtime that the project says it runs on (`.python-version`, `.nvmrc`, `.node-version`, `.ruby-version`, \
               `.tool-versions` at the top, and container images) and its components with dated facts: those of \
               `policies/lifecycle.toml`, which is part of sepal and names its sources, and those of the file that `[lifecycle] file` of \
               the policy names. Nobody is asked, and what no fact is about is not known: silence is no promise. What a package merely \
               supports (`engines`, `requires-python`, `rust-version`, the `go` line of `go.mod`) is a least version and not compared.",
        why: "A line past its end gets no fix for the next vulnerability, however bad it is.",
        how_to_fix: "1. Move to a line that is supported.\n\
                     2. Or buy support, and record until when in a file of your own: `[lifecycle] file`.",
        fine_when: "It is used only to test that old versions still work.",
        example_bad: "==> .python-version <==\n3.8.10\n",
        example_good: "==> .python-version <==\n3.11.2\n",
    },
    params: &[Param {
        name: "ahead",
        kind: ParamKind::Number { default: 0, most: 3_650 },
        docs: "How many days before its end a line is reported.",
    }],
    mappings: &[("GGI", "23.V1"), ("Stage 1", "S1.1a"), ("S2C2F", "SCA-3"), ("CRA", "13(5)"), ("CRA", "13(8)")],
    check: Check::Practices(check),
};

/// Which fact is about a version of a product, and over soon enough.
fn over<'a>(context: &Context<'_>, cycles: &'a [Cycle], product: &str, version: &str) -> Option<&'a Cycle> {
    let ahead = i32::try_from(context.params.number("ahead")).unwrap_or(0);
    let known = cycles.iter().find(|cycle| cycle.product == product && practice::in_line(version, &cycle.version))?;
    (context.today.days_until(known.ends) < ahead.max(0)).then_some(known)
}

fn draft(context: &Context<'_>, subject: Subject, name: &str, cycle: &Cycle) -> Draft {
    let verb = if cycle.ends < context.today { "ended" } else { "ends" };
    let message = format!("{name}: support of {} {verb} on {}", cycle.version, cycle.ends);
    let mut draft = Draft::new(subject, message, "it gets no fix for the next vulnerability, however bad it is");
    draft.help.push(format!("move to a line that is supported: {}", cycle.source));
    draft.help.push("or record bought support in the file of [lifecycle] file".to_owned());
    draft.discriminator = cycle.version.clone();
    draft
}

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let cycles = &evidence.practices.cycles;
    for found in evidence.all(FactKind::Runtime) {
        let Some((product, version)) = found.what.split_once(' ') else { continue };
        if let Some(cycle) = over(context, cycles, product, version) {
            let mut draft = draft(context, Subject::Place, &found.what, cycle);
            draft.locations.push(found.location);
            drafts.push(draft);
        }
    }
    for (id, component) in context.third_parties() {
        let purl = &component.purl;
        let Some(version) = purl.version() else { continue };
        let product = match purl.kind() {
            "docker" | "oci" if purl.namespace().is_none_or(|namespace| namespace == "library") => {
                practice::runtime(purl.name()).map(str::to_owned)
            }
            _ => Some(purl.without_version().to_string()),
        };
        let cycle = product.and_then(|product| over(context, cycles, &product, version));
        if let Some(cycle) = cycle {
            let mut draft = draft(context, Subject::Component(id), &context.name(id), cycle);
            draft.locations = context.manifest_places(id);
            drafts.push(draft);
        }
    }
}
