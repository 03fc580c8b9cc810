//! A waiver that covers nothing.

use crate::model::Severity;
use crate::rule::{Check, Context, Decision, DecisionState, Docs, Draft, Rule, Subject};

/// A waiver that covers nothing.
pub static RULE: Rule = Rule {
    id: "governance/waiver-unused",
    summary: "a waiver covers no finding",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every waiver that is still in force and that no finding of this run matches: rule, component, project \
               and license together. If something matches but for one of these, the finding says which.",
        why: "A waiver without a purpose stays as an open door: it will cover a finding that nobody has decided about.",
        how_to_fix: "1. Remove it, if the component is gone or was updated.\n\
                     2. If it was to cover something, compare its component, project and license with the finding.",
        fine_when: "The policy is shared and the waiver is for another repository: then it belongs into that repository.",
        example_bad: "[[waiver]]\nrule = \"legal/component-license-denied\"\ncomponent = \"pkg:npm/gone-kit@2.*\"    # removed last year\n",
        example_good: "# no waiver: the component is gone\n",
    },
    params: &[],
    mappings: &[("GGI", "21.R9"), ("ISO/IEC 5230", "3.2.2.5")],
    check: Check::Decisions(check),
};

fn check(_: &Context<'_>, decisions: &[Decision], drafts: &mut Vec<Draft>) {
    for decision in decisions.iter().filter(|decision| decision.waiver) {
        let DecisionState::Unused(near) = &decision.state else { continue };
        let message = match near {
            Some(near) => format!("{} covers nothing: {near}", decision.label),
            None => format!("{} covers nothing", decision.label),
        };
        let mut draft =
            Draft::new(Subject::Place, message, "it would cover a later finding that nobody has decided about");
        draft.help.push("remove it, or compare its component, project and license with the finding".to_owned());
        draft.locations.push(decision.location.clone());
        draft.discriminator = decision.key.clone();
        draft.because = Some(decision.because.clone());
        drafts.push(draft);
    }
}
