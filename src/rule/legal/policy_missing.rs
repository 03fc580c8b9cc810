//! No open source policy was found.

use crate::model::DocumentKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// No open source policy was found.
pub static RULE: Rule = Rule {
    id: "legal/policy-missing",
    summary: "no open source policy was found",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks at the documents by their usual names at the top of the repository, in `.github/`, `docs/` and `policy/`, and at `sepal-governance.toml`. Fires when there is neither an open source policy of at least some 200 characters, nor a link to one in README or CONTRIBUTING, nor a statement about S1.1d or S1.1e that counts today. Only the presence is judged, not what the policy says.",
        why: "People follow rules that they can find. A policy says which licenses are fine, who approves, how to contribute, and whom to ask.",
        how_to_fix: "1. If the organisation has a policy, link it from CONTRIBUTING.md.\n2. Else write one page: allowed licenses, approval route, contribution rules, who to ask; `docs/open-source-policy.md` is found.\n3. If it lives on an intranet, say so in a statement about `S1.1e` in `sepal-governance.toml`.",
        fine_when: "The repository is an experiment that is never given to anybody.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n",
        example_good: "==> README.md <==\n# Kit\n\nA kit.\n\nOur open source policy is on https://intranet.example/oss.\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "21.V2"),
        ("GGI", "21.R4"),
        ("Stage 1", "S1.1d"),
        ("Stage 1", "S1.1e"),
        ("Stage 1", "S1.4a"),
        ("ISO/IEC 5230", "3.1.1.1"),
        ("ISO/IEC 5230", "3.5.1.1"),
        ("ISO/IEC 18974", "4.1.1.1"),
        ("OSPS", "VM-05.01"),
    ],
    check: Check::Practices(check),
};

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    if evidence.policy().is_some() || evidence.attested_any(&["S1.1e", "S1.1d"]).is_some() {
        return;
    }
    let stub = evidence.stubs(DocumentKind::OpenSourcePolicy).into_iter().next();
    let message = match &stub {
        Some(stub) => format!("{} {}, so it counts as no policy", stub.location.path, stub.what),
        None => "no open source policy was found, and no link to one".to_owned(),
    };
    let mut draft = Draft::new(Subject::Place, message, "people follow rules that they can find");
    draft.locations.extend(stub.map(|stub| stub.location));
    draft
        .help
        .push("link the organisation's policy from CONTRIBUTING.md, or write docs/open-source-policy.md".to_owned());
    draft.help.push("if it lives elsewhere, state so: point = \"S1.1e\" in sepal-governance.toml".to_owned());
    draft.help.extend(context.ask("license"));
    drafts.push(draft);
}
