//! A comment names a forum answer as origin of code.

use crate::model::FactKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A comment names a forum answer as origin of code.
pub static RULE: Rule = Rule {
    id: "review/forum-snippet",
    summary: "a comment names a forum answer as origin of code",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks through source texts for comments that link to a question or answer on Stack Overflow. Whether code was copied or only an idea explained cannot be told by a program: on 75 public repositories, 49 of 90 findings stood over code that was taken or adapted, the others were mere references. Tests and fixtures are left out, also those that only their file name says to be tests. This reads the whole tree.",
        why: "What people post there has a license of its own (share-alike, with attribution), which few products can meet.",
        how_to_fix: "1. If it is only a reference, leave it and waive it.\n2. If lines were copied, write them anew from what you understood, or find a library.\n3. Else ask the license contact.",
        fine_when: "The link explains a decision, or the lines are too few and too plain to be anybody's.",
        example_bad: "==> src/sort.js <==\n// taken from https://stackoverflow.com/a/12345\nfunction sort() {}\n",
        example_good: "==> src/sort.js <==\n// sorts in place\nfunction sort() {}\n",
    },
    params: &[],
    mappings: &[("GGI", "44.L2"), ("GGI", "21.V2"), ("ISO/IEC 5230", "3.3.2.1")],
    check: Check::Texts(check),
};

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    for found in evidence.all(FactKind::ForumSnippet) {
        let message = format!("a comment in {} names a forum answer", found.location.path);
        let mut draft =
            Draft::new(Subject::Place, message, "what is posted there has a share-alike license of its own");
        draft
            .help
            .push("if lines were copied, write them anew or find a library; a mere reference may stay".to_owned());
        draft.help.extend(context.ask("license"));
        draft.locations.push(found.location);
        drafts.push(draft);
    }
}
