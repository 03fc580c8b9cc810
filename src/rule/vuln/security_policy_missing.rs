//! There is no usable security policy.

use crate::model::{DocumentKind, FactKind};
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject};

/// There is no usable security policy.
pub static RULE: Rule = Rule {
    id: "vuln/security-policy-missing",
    summary: "there is no usable security policy",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks at the documents by their usual names at the top of the repository, in `.github/`, `docs/` and `policy/`, and at `sepal-governance.toml`. Fires when there is no SECURITY file, `security.txt` or Security Insights with a contact; or when the SECURITY file names no private channel (an address, a form, the host's private reporting), or does not say how fast a report is answered. A policy inherited from the organisation's `.github` repository is not in a checkout.",
        why: "Who finds a hole and no door tells everybody, or nobody.",
        how_to_fix: "1. Add SECURITY.md: a private address or form, what is in scope, how fast you answer.\n2. If it exists, add what the finding names.\n3. If the organisation has one for all repositories, link it here.",
        fine_when: "Nobody but its authors ever runs it.",
        example_bad: "==> SECURITY.md <==\n# Security\n\nOpen an issue.\n",
        example_good: "==> SECURITY.md <==\n# Security\n\nWrite to security@example.org. We answer within 3 days.\n",
    },
    params: &[Param {
        name: "response-time",
        kind: ParamKind::Boolean(true),
        docs: "Whether a policy must say how fast a report is answered.",
    }],
    mappings: &[
        ("Stage 1", "S1.1a"),
        ("Stage 1", "S1.1e"),
        ("OSPS", "VM-01.01"),
        ("OSPS", "VM-02.01"),
        ("OSPS", "VM-03.01"),
        ("Scorecard", "Security-Policy"),
        ("ISO/IEC 18974", "4.2.1.1"),
        ("CRA", "Annex I part II (5)-(6)"),
        ("Best Practices", "vulnerability_report_process"),
    ],
    check: Check::Practices(check),
};

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let policy = evidence.document(DocumentKind::SecurityPolicy);
    let contact = evidence.security_contact();
    let mut lacks = Vec::new();
    if contact.is_none() {
        lacks.push("names no private channel");
    }
    if policy.is_some() && context.params.boolean("response-time") && evidence.one(FactKind::ResponseTime).is_none() {
        lacks.push("does not say how fast a report is answered");
    }
    let message = match &policy {
        Some(policy) if !lacks.is_empty() => format!("{} {}", policy.location.path, lacks.join(" and ")),
        Some(_) => return,
        None if contact.is_some() => return,
        None => "there is no security policy: nobody can know how to report a vulnerability".to_owned(),
    };
    let mut draft = Draft::new(Subject::Place, message, "who finds a hole and no door tells everybody, or nobody");
    draft.locations.extend(policy.map(|policy| policy.location));
    draft.help.push("write SECURITY.md with a private contact, what is in scope, and how fast you answer".to_owned());
    draft.help.extend(context.ask("security"));
    drafts.push(draft);
}
