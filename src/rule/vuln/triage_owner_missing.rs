//! Nobody is named for weighing and passing on vulnerabilities.

use crate::model::FactKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Nobody is named for weighing and passing on vulnerabilities.
pub static RULE: Rule = Rule {
    id: "vuln/triage-owner-missing",
    summary: "nobody is named for weighing and passing on vulnerabilities",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires when the policy has no `security` in `[project.contact]`, Security Insights names no champion, and no statement about 22.V3 or 22.V4 counts today.",
        why: "An advisory that belongs to nobody stays open, and under the Cyber Resilience Act a clock may run.",
        how_to_fix: "1. Put an address into the policy: `[project.contact]` with `security = \"…\"`.\n2. Or name a champion in `security-insights.yml`.\n3. Or state who weighs and who informs: `22.V3` and `22.V4` in `sepal-governance.toml`. One person may do both.",
        fine_when: "Never, for what others run.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n",
        example_good: "==> sepal-governance.toml <==\n[[statement]]\npoint = \"22.V3\"\nstatement = \"The product security team weighs each advisory.\"\nowner = \"product security\"\nevidence = \"https://intranet.example/22.V3\"\nsigned-by = \"head of engineering\"\ndate = 2026-05-01\nexpires = 2027-05-01\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "22.V3"),
        ("GGI", "22.V4"),
        ("ISO/IEC 18974", "4.2.2.1"),
        ("ISO/IEC 18974", "4.2.2.3"),
        ("CRA", "Article 14"),
    ],
    check: Check::Practices(check),
};

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let champion = evidence.practices.facts_of(FactKind::Insight).any(|fact| fact.value.starts_with("champion="));
    let named = champion
        || context.settings.contacts.contains_key("security")
        || evidence.attested_any(&["22.V3", "22.V4"]).is_some();
    if named {
        return;
    }
    let message = "nobody is named for weighing vulnerabilities and telling those concerned";
    let mut draft = Draft::new(Subject::Place, message, "an advisory that belongs to nobody stays open");
    draft.help.push("add [project.contact] security = \"…\" to sepal.toml".to_owned());
    draft.help.push("or state who it is: points 22.V3 and 22.V4 in sepal-governance.toml".to_owned());
    drafts.push(draft);
}
