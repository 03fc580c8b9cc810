//! No training in open source is on record.

use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// No training in open source is on record.
pub static RULE: Rule = Rule {
    id: "education/training-record-missing",
    summary: "no training in open source is on record",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires when no statement about S1.2a counts today. Training happens between people; only they can say it did.",
        why: "One person per team who knows the basics answers most questions where they arise.",
        how_to_fix: "1. Have one person per team take a course on license basics and one on secure development.\n2. State it with the record as evidence: `S1.2a` in `sepal-governance.toml`. It ends by itself, so that somebody looks again.",
        fine_when: "The organisation keeps these records elsewhere; then state that.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n",
        example_good: "==> sepal-governance.toml <==\n[[statement]]\npoint = \"S1.2a\"\nstatement = \"One person per team took the course on license basics.\"\nowner = \"license office\"\nevidence = \"https://intranet.example/S1.2a\"\nsigned-by = \"head of engineering\"\ndate = 2026-05-01\nexpires = 2027-05-01\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.2a"),
        ("GGI", "21.R7"),
        ("GGI", "A-18"),
        ("ISO/IEC 5230", "3.1.2.3"),
        ("ISO/IEC 18974", "4.1.2.4"),
        ("Best Practices", "know_secure_design"),
    ],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    if evidence.attested("S1.2a").is_some() {
        return;
    }
    let message = "no training in licenses and secure development is on record";
    let mut draft =
        Draft::new(Subject::Place, message, "one person per team who knows the basics answers most questions");
    draft.help.push("file the record and state it: point = \"S1.2a\" in sepal-governance.toml".to_owned());
    drafts.push(draft);
}
