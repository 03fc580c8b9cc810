//! A curation that applies to nothing.

use crate::model::Severity;
use crate::rule::{Check, Context, Decision, DecisionState, Docs, Draft, Rule, Subject};

/// A curation that applies to nothing.
pub static RULE: Rule = Rule {
    id: "governance/curation-unused",
    summary: "a curation applies to no component",
    default: Some(Severity::Note),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every curation that no component of this run matches, or whose `declared` no longer is what the \
               component declares.",
        why: "A curation is somebody's conclusion about a text. If the text has changed, the conclusion may be wrong; if the \
              component is gone, it is clutter.",
        how_to_fix: "1. If the declared text has changed, look at it again and write the conclusion anew.\n\
                     2. If the component is gone, remove the curation.",
        fine_when: "The policy is shared by many repositories and not all of them have the component.",
        example_bad: "[[curation]]\ncomponent = \"pkg:pypi/oddlib@1.*\"\ndeclared = \"BSD\"      # it says \"BSD-3-Clause\" since 1.4\nconcluded = \"BSD-3-Clause\"\n",
        example_good: "[[curation]]\ncomponent = \"pkg:pypi/oddlib@1.*\"\ndeclared = \"BSD-like\"\nconcluded = \"BSD-3-Clause\"\n",
    },
    params: &[],
    mappings: &[("GGI", "21.V1"), ("ISO/IEC 5230", "3.3.1.2")],
    check: Check::Decisions(check),
};

fn check(_: &Context<'_>, decisions: &[Decision], drafts: &mut Vec<Draft>) {
    for decision in decisions.iter().filter(|decision| !decision.waiver) {
        let DecisionState::Unused(near) = &decision.state else { continue };
        let message = match near {
            Some(near) => format!("{} does not apply: {near}", decision.label),
            None => format!("{} matches no component", decision.label),
        };
        let mut draft = Draft::new(Subject::Place, message, "a conclusion about a text that has changed may be wrong");
        draft.help.push("look at the component again and write the conclusion anew, or remove it".to_owned());
        draft.locations.push(decision.location.clone());
        draft.discriminator = decision.key.clone();
        draft.because = Some(decision.because.clone());
        drafts.push(draft);
    }
}
