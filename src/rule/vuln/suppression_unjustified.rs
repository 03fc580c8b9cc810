//! A VEX statement that does not say why.

use crate::model::{Date, Severity, VexStatus};
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject};

/// A VEX statement that does not say why.
pub static RULE: Rule = Rule {
    id: "vuln/suppression-unjustified",
    summary: "a VEX statement keeps a finding away and does not say why or who says so",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every vulnerability of a component that a VEX document calls not affected without a \
             justification or an impact statement, or calls not affected or fixed without saying who does; and for \
             those that have been under investigation for longer than `investigation-days`. Waivers have to give \
             reason, justification, approver and end anyway.",
        why: "A statement without a reason cannot be checked by the next reader, and nobody notices when it stops \
             being true.",
        how_to_fix: "1. Write why: a justification of the VEX vocabulary (`vulnerable_code_not_in_execute_path`) or an \
             impact statement, and who says so.\n2. Finish the investigation, or remove the statement.",
        fine_when: "The reason stands in a document that the statement names.",
        example_bad: "{ \"status\": \"not_affected\" }\n",
        example_good: "{ \"status\": \"not_affected\", \"justification\": \"vulnerable_code_not_in_execute_path\" }\n",
    },
    params: &[Param {
        name: "investigation-days",
        kind: ParamKind::Number { default: 30, most: 36_500 },
        docs: "For how many days something may be under investigation.",
    }],
    mappings: &[("GGI", "22.V3"), ("ISO/IEC 18974", "4.3.2.2"), ("OSPS", "VM-04.02")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let Some(advisories) = &context.bom.advisories else { return };
    let most = i32::try_from(context.params.number("investigation-days")).unwrap_or(i32::MAX);
    for (at, known) in advisories.vulnerabilities.iter().enumerate() {
        let Some(statement) = known.standing.statement() else { continue };
        let stated = statement.stated.get(..10).and_then(|day| day.parse::<Date>().ok());
        let unexplained = statement.justification.is_none() && statement.impact.is_none();
        let lacks = match statement.status {
            VexStatus::NotAffected if unexplained => "not affected and does not say why",
            VexStatus::NotAffected if statement.by.is_empty() => "not affected and does not say who says so",
            VexStatus::Fixed if statement.by.is_empty() => "fixed and does not say who says so",
            VexStatus::UnderInvestigation if stated.is_none_or(|day| day.days_until(context.today) > most) => {
                "under investigation for too long"
            }
            _ => continue,
        };
        let message = format!("a VEX statement calls {} of {} {lacks}", known.id, context.name(known.component));
        let why = "a decision without a reason cannot be checked";
        let mut draft = Draft::new(Subject::Component(known.component), message, why);
        draft.help.push("give the status its justification and author, or remove the statement".to_owned());
        draft.locations.push(statement.location.clone());
        draft.discriminator = known.id.clone();
        draft.vulnerability = u32::try_from(at).ok();
        drafts.push(draft);
    }
}
