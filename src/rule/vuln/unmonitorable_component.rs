//! Components that advisories cannot be looked up for.

use std::collections::BTreeMap;

use crate::model::{Certainty, ComponentId, ProjectId, Severity};
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};

/// Components that advisories cannot be looked up for.
pub static RULE: Rule = Rule {
    id: "vuln/unmonitorable-component",
    summary: "advisories cannot tell whether components have vulnerabilities",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Where advisories were looked up, it fires once for every project and kind of package with components of \
             which they can say nothing: there are no records of their ecosystem, or the components have no version. \
             It fires, too, for a component with an advisory of which nobody could find out whether it concerns the \
             version in use: the version has no order, or only the commits of a repository are named.",
        why: "\"No data\" is not \"no vulnerabilities\". What nobody watches has to be watched in another way, or at \
             least be known.",
        how_to_fix: "1. Import records of the ecosystem, if there are any: `sepal advisories status` lists what there \
             is.\n2. Fix the version in a lock file.\n3. Watch the component by another route, and say which in a \
             waiver.",
        fine_when: "The components are watched by another tool; a waiver with `project` names it.",
        example_bad: "\"kit\": \"latest\"\n",
        example_good: "\"kit\": \"4.17.21\"\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "22.V1"), ("GGI", "23.V1"), ("ISO/IEC 18974", "4.1.5"), ("CRA", "13(5)")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let Some(advisories) = &context.bom.advisories else { return };
    // Per project and kind of package: those without data, those without a version.
    let mut gaps: BTreeMap<(ProjectId, &str), [Vec<ComponentId>; 2]> = BTreeMap::new();
    for (id, component) in context.third_parties() {
        let kind = component.purl.kind();
        let slot = match (advisories.data.covers(kind), component.purl.version()) {
            (false, _) => 0,
            (true, None) => 1,
            (true, Some(_)) => continue,
        };
        if let Some(project) = context.paths.best_project(context.bom, id) {
            gaps.entry((project, kind)).or_default()[slot].push(id);
        }
    }
    for ((project, kind), [no_data, no_version]) in gaps {
        let reasons =
            [(no_data, "there are no advisories of this kind", kind), (no_version, "they have no version", kind)];
        for (components, reason, kind) in reasons {
            let Some(first) = components.first() else { continue };
            let place = context.bom.project(project).directory.display();
            let message = match components.len() {
                1 => format!("{} ({kind}, in {place}) cannot be watched: {}", context.name(*first), one(reason)),
                count => format!("{count} components ({kind}, in {place}) cannot be watched: {reason}"),
            };
            let mut draft = Draft::new(Subject::Project(project), message, "no data is not the same as nothing known");
            draft.help.push("import records of the ecosystem (sepal advisories status lists what there is)".to_owned());
            draft.help.push("or watch them by another route, and name it in a waiver".to_owned());
            draft.locations = components.iter().take(100).flat_map(|id| context.manifest_places(*id)).collect();
            draft.discriminator = format!("{kind}: {reason}").into();
            drafts.push(draft);
        }
    }
    for (at, known) in advisories.vulnerabilities.iter().enumerate() {
        let judged = context.judged.binary_search_by_key(&known.component, |judged| judged.component).is_ok();
        if known.certainty == Certainty::Undecided && !known.standing.is_resolved() && judged {
            let name = context.name(known.component);
            let message = format!("nobody could find out whether {name} is affected by {}", context.called(known));
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let mut draft = context.about(at, known, message);
            draft.discriminator = format!("undecided {}", known.id).into();
            drafts.push(draft);
        }
    }
}

/// The reason where it is about one component.
fn one(reason: &str) -> &str {
    if reason == "they have no version" { "it has no version" } else { reason }
}
