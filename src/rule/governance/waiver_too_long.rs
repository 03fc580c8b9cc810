//! A waiver that ends too far away.

use crate::model::Severity;
use crate::rule::{Check, Context, Decision, DecisionState, Docs, Draft, Param, ParamKind, Rule, Subject};

/// A waiver that ends too far away.
pub static RULE: Rule = Rule {
    id: "governance/waiver-too-long",
    summary: "a waiver runs longer than the policy allows",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every waiver in force whose end is more than `max-days` away from today.",
        why: "An end in ten years is no end. A waiver is a decision for a time, and the time should be one that somebody \
              remembers.",
        how_to_fix: "1. Bring the end nearer.\n\
                     2. If the decision is meant for good, make it part of the policy's lists, where everybody sees it.",
        fine_when: "A contract with a known end was bought: name its end in the justification, and raise `max-days`.",
        example_bad: "expires = 2999-01-01\n",
        example_good: "expires = 2027-05-01\n",
    },
    params: &[Param {
        name: "max-days",
        kind: ParamKind::Number { default: 366, most: 36_500 },
        docs: "How many days away the end of a waiver may be, where `[waivers] max-days` says nothing.",
    }],
    mappings: &[("GGI", "21.R9"), ("ISO/IEC 5230", "3.2.2.5")],
    check: Check::Decisions(check),
};

fn check(context: &Context<'_>, decisions: &[Decision], drafts: &mut Vec<Draft>) {
    for decision in decisions {
        let most = decision.max_days.unwrap_or_else(|| context.params.number("max-days"));
        let Some(expires) = decision.expires else { continue };
        let days = context.today.days_until(expires);
        if matches!(decision.state, DecisionState::Expired(_)) || days <= most as i32 {
            continue;
        }
        let mut draft = Draft::new(
            Subject::Place,
            format!("{} runs until {expires}, {days} days from now; at most {most} are allowed", decision.label),
            "an end that nobody remembers is no end",
        );
        draft.help.push(format!("bring the end to within {most} days"));
        draft.help.push("if the decision is meant for good, make it part of the policy's license lists".to_owned());
        draft.locations.push(decision.location.clone());
        draft.discriminator = decision.key.clone();
        drafts.push(draft);
    }
}
