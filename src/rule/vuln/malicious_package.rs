//! A package that does harm itself.

use crate::model::{AdvisoryKind, Severity};
use crate::rule::{Check, Context, Docs, Draft, Rule};

/// A package that does harm itself.
pub static RULE: Rule = Rule {
    id: "vuln/malicious-package",
    summary: "a component is a malicious package",
    default: Some(Severity::Error),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every third-party component whose version in use is named by an advisory about malware: \
             records with the prefix `MAL-`, and those that come from the collection of malicious packages. It needs \
             imported advisories.",
        why: "Such packages run their code when they are installed. There is nothing to weigh.",
        how_to_fix: "1. Remove the package and what brings it in.\n2. Take every machine that installed it for compromised; \
             change the secrets that were within its reach.\n3. Tell those who are responsible for security.",
        fine_when: "The record is about another package of the same name in another registry, which yours never asks: then \
             tell so in a waiver, and bind the name to your registry.",
        example_bad: "\"lodahs\": \"0.0.1-security\"\n",
        example_good: "\"lodash\": \"4.17.21\"\n",
    },
    params: &[],
    mappings: &[("GGI", "22.V1"), ("OSPS", "VM-05.03"), ("S2C2F", "ING-3"), ("S2C2F", "SCA-4")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (at, known) in context.known().filter(|(_, known)| known.kind == AdvisoryKind::Malware) {
        let message = format!("{} is malicious: {}", context.name(known.component), context.called(known));
        drafts.push(context.about(at, known, message));
    }
}
