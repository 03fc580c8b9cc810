//! A waiver whose last day is over.

use crate::model::Severity;
use crate::rule::{Check, Context, Decision, DecisionState, Docs, Draft, Rule, Subject};

/// A waiver whose last day is over.
pub static RULE: Rule = Rule {
    id: "governance/waiver-expired",
    summary: "a waiver has expired, so what it covered counts again",
    default: Some(Severity::Error),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every waiver whose `expires` lies before today. It no longer covers anything; what it covered is open \
               again and reported as well.",
        why: "Old decisions rest on old facts. The end is there so that somebody looks again.",
        how_to_fix: "1. Check again whether the reason still holds.\n\
                     2. If the problem is gone, remove the waiver.\n\
                     3. If the reason still holds, renew it: a new end, and who approved it.",
        fine_when: "Never: remove it or renew it.",
        example_bad: "[[waiver]]\nrule = \"legal/component-license-denied\"\ncomponent = \"pkg:npm/ghost-kit@2.*\"\nexpires = 2019-12-31\n",
        example_good: "[[waiver]]\nrule = \"legal/component-license-denied\"\ncomponent = \"pkg:npm/ghost-kit@2.*\"\nexpires = 2027-05-01\n",
    },
    params: &[],
    mappings: &[("GGI", "21.R9"), ("GGI", "22.V3"), ("ISO/IEC 5230", "3.2.2.5"), ("CRA", "checklist 2.4.6-2.4.8")],
    check: Check::Decisions(check),
};

fn check(context: &Context<'_>, decisions: &[Decision], drafts: &mut Vec<Draft>) {
    for decision in decisions {
        let DecisionState::Expired(count) = decision.state else { continue };
        let Some(expires) = decision.expires else { continue };
        let days = expires.days_until(context.today);
        let ago = if days == 1 { "1 day ago".to_owned() } else { format!("{days} days ago") };
        let effect = match count {
            0 => "and covers nothing".to_owned(),
            1 => "and the finding it covered counts again".to_owned(),
            count => format!("and the {count} findings it covered count again"),
        };
        let mut draft = Draft::new(
            Subject::Place,
            format!("{} ended on {expires}, {ago}, {effect}", decision.label),
            "old decisions rest on old facts: somebody should look again",
        );
        draft.help.push(match count {
            0 => "remove it".to_owned(),
            _ => "check whether its reason still holds; then renew it with a new end, or solve the finding".to_owned(),
        });
        draft.locations.push(decision.location.clone());
        draft.discriminator = decision.key.clone();
        draft.because = Some(decision.because.clone());
        drafts.push(draft);
    }
}
