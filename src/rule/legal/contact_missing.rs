//! Nobody is named for questions of licensing.

use crate::model::FactKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Nobody is named for questions of licensing.
pub static RULE: Rule = Rule {
    id: "legal/contact-missing",
    summary: "nobody is named for questions of licensing",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Looks at the documents by their usual names at the top of the repository, in `.github/`, `docs/` and `policy/`, and at `sepal-governance.toml`. Fires when no address stands beside a word of licensing in README, CONTRIBUTING or SUPPORT, the policy has no `license` in `[project.contact]`, and no statement about 21.V3, 21.O1 or 21.O3 counts today.",
        why: "A question about a license that nobody answers is answered by guessing.",
        how_to_fix: "1. Put an address into the policy: `[project.contact]` with `license = \"…\"`; findings then name it.\n2. Name a role and an address in README or CONTRIBUTING, and how to escalate.\n3. Or state who it is: `21.V3` in `sepal-governance.toml`.",
        fine_when: "A person works alone and is named in the manifest.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n",
        example_good: "==> README.md <==\n# Kit\n\nA kit.\n\n## License\n\nQuestions about licensing: licenses@example.org.\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "21.V3"),
        ("GGI", "21.O1"),
        ("GGI", "21.O3"),
        ("GGI", "21.R9"),
        ("Stage 1", "S1.1b"),
        ("ISO/IEC 5230", "3.2.1.1"),
        ("ISO/IEC 5230", "3.2.2.1"),
        ("ISO/IEC 5230", "3.2.2.3"),
    ],
    check: Check::Practices(check),
};

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let named = context.settings.contacts.contains_key("license")
        || evidence.one(FactKind::LicenseContact).is_some()
        || evidence.attested_any(&["21.V3", "21.O1", "21.O3"]).is_some();
    if named {
        return;
    }
    let message = "nobody is named for questions of licensing and intellectual property";
    let mut draft = Draft::new(Subject::Place, message, "a question that nobody answers is answered by guessing");
    draft.help.push("add [project.contact] license = \"…\" to sepal.toml: findings will name it".to_owned());
    draft.help.push("or name a role and an address in CONTRIBUTING.md, and say how to escalate".to_owned());
    drafts.push(draft);
}
