//! A curation whose text has changed.

use crate::model::Severity;
use crate::rule::{Check, Context, Decision, DecisionState, Docs, Draft, Rule, Subject};

/// A curation whose text has changed.
pub static RULE: Rule = Rule {
    id: "governance/curation-outdated",
    summary: "the license text that a curation judged has changed",
    default: Some(Severity::Error),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every curation with `text-sha256` that matches a component whose copy carries license texts, but none \
               with this digest. The curation then does not count. Where no copy lies on this machine nothing can be compared: \
               the curation does not count either, and `governance/curation-unused` says so.",
        why: "Somebody read one text and concluded what it means. Another text may mean something else, and nobody has read it.",
        how_to_fix: "1. Read the new text, and write the conclusion and its digest anew.\n\
                     2. Narrow `component` to the versions whose text was read.",
        fine_when: "Never for long: either the new text is read, or the conclusion goes.",
        example_bad: "[[curation]]\ncomponent = \"pkg:pypi/oddlib@1.*\"\ntext-sha256 = \"0f1e…\"   # 1.4 carries another text\nconcluded = \"BSD-3-Clause\"\n",
        example_good: "[[curation]]\ncomponent = \"pkg:pypi/oddlib@1.4.*\"\ntext-sha256 = \"9c2b…\"\nconcluded = \"BSD-3-Clause\"\n",
    },
    params: &[],
    mappings: &[("GGI", "21.V1"), ("ISO/IEC 5230", "3.3.1.2")],
    check: Check::Decisions(check),
};

fn check(_: &Context<'_>, decisions: &[Decision], drafts: &mut Vec<Draft>) {
    for decision in decisions {
        let DecisionState::Outdated(now) = &decision.state else { continue };
        let message = format!("{} was made for another text: {now}", decision.label);
        let mut draft = Draft::new(Subject::Place, message, "nobody has said yet what the new text means");
        draft.help.push("read the new text, and write the conclusion and its digest anew".to_owned());
        draft.locations.push(decision.location.clone());
        draft.discriminator = decision.key.clone();
        draft.because = Some(decision.because.clone());
        drafts.push(draft);
    }
}
