//! A signed statement does not count.

use crate::practice;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A signed statement does not count.
pub static RULE: Rule = Rule {
    id: "governance/attestation-invalid",
    summary: "a signed statement does not count",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks at `sepal-governance.toml`. Fires for a statement that has expired, is dated ahead, runs longer than 18 months, rests on a file that is missing, says next to nothing or has changed since it was signed, and for every key, point or date that cannot be understood. What lies behind a URL is not opened.",
        why: "A statement is worth what it rests on, and for as long as somebody stands by it.",
        how_to_fix: "1. Look at the evidence again.\n2. Correct it, and sign again with a new date and a new end.\n3. Remove what nobody stands by.",
        fine_when: "Never: it does not count as it is.",
        example_bad: "==> sepal-governance.toml <==\n[[statement]]\npoint = \"21.V3\"\nstatement = \"The license office answers for compliance.\"\nowner = \"license office\"\nevidence = \"https://intranet.example/21.V3\"\nsigned-by = \"head of engineering\"\ndate = 2026-05-01\nexpires = 2026-05-31\n",
        example_good: "==> sepal-governance.toml <==\n[[statement]]\npoint = \"21.V3\"\nstatement = \"The license office answers for compliance.\"\nowner = \"license office\"\nevidence = \"https://intranet.example/21.V3\"\nsigned-by = \"head of engineering\"\ndate = 2026-05-01\nexpires = 2027-05-01\n",
    },
    params: &[],
    mappings: &[("GGI", "all attested points"), ("ISO/IEC 5230", "3.6.2.1"), ("ISO/IEC 18974", "4.4.2.1")],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    for statement in &evidence.practices.attestations {
        let Some(trouble) = practice::trouble(statement, evidence.today) else { continue };
        let message = format!("the statement about {} {trouble}", statement.point);
        let mut draft =
            Draft::new(Subject::Place, message, "a statement is worth what it rests on, while somebody stands by it");
        draft.help.push(format!("ask {} to look at the evidence again and to sign it anew", statement.owner));
        draft.discriminator = statement.point.clone();
        draft.locations.push(statement.location.clone());
        drafts.push(draft);
    }
    for problem in &evidence.practices.problems {
        let why = "what cannot be understood does not count";
        let mut draft = Draft::new(Subject::Place, problem.message.clone(), why);
        draft.help.push(problem.help.clone().unwrap_or_else(|| "correct the line shown".to_owned()));
        draft.discriminator = problem.message.as_str().into();
        draft.locations.push(problem.location.clone());
        drafts.push(draft);
    }
}
