//! A repository on the organisation's list has no SBOM, or nobody answers for it.

use crate::model::{InventoryEntry, InventoryKind};
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject, listed};

/// A repository on the organisation's list has no SBOM, or nobody answers for it.
pub static RULE: Rule = Rule {
    id: "inventory/repo-not-inventoried",
    summary: "a repository on the organisation's list has no SBOM, owner, criticality or category of use",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Looks at `[[inventory]]` entries of kind `repository` in `sepal-governance.toml`. Fires when one names no SBOM, or a path \
               where none is; no owner; no criticality; no category of use (`use`, `integrate`, `produce`, `host`); or when nobody \
               looked at it for `max-days`. URLs are not opened.",
        why: "What is on no list is found again only after something has happened to it.",
        how_to_fix: "1. Let the repository write its SBOM (`sepal scan`), and name where it is.\n\
                     2. Fill in `owner`, `criticality` and `use`, and renew `date` when you have looked.",
        fine_when: "The repository is archived, and nothing of it is used; then take it off the list.",
        example_bad: "==> sepal-governance.toml <==\n[[inventory]]\nname = \"shop\"\nkind = \"repository\"\n",
        example_good: "==> sepal-governance.toml <==\n[[inventory]]\nname = \"shop\"\nkind = \"repository\"\nowner = \"shop team <shop@example.org>\"\ncriticality = \"high\"\nuse = \"produce\"\nsbom = \"https://example.org/shop/bom.json\"\ndate = 2026-09-01\n",
    },
    params: &[Param {
        name: "max-days",
        kind: ParamKind::Number { default: 365, most: 3650 },
        docs: "How long ago somebody may have looked at an entry.",
    }],
    mappings: &[
        ("Stage 1", "S1.3b"),
        ("GGI", "22.V1"),
        ("GGI", "23.V1"),
        ("GGI", "GGI-A-17"),
        ("ISO/IEC 5230", "3.3.1.2"),
        ("S2C2F", "INV-1"),
        ("OSPS", "QA-04.01"),
    ],
    check: Check::Practices(check),
};

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let most = context.params.number("max-days");
    let repositories = evidence.practices.inventory.iter().filter(|entry| entry.kind == InventoryKind::Repository);
    for entry in repositories {
        let InventoryEntry { owner, criticality, usage, .. } = entry;
        let mut lacks: Vec<String> = listed::sbom_trouble(entry).into_iter().collect();
        for (said, what) in [(owner, "no owner"), (criticality, "no criticality"), (usage, "no category of use")] {
            if said.is_none() {
                lacks.push(what.to_owned());
            }
        }
        lacks.extend(listed::age_trouble(entry, context.today, most));
        if lacks.is_empty() {
            continue;
        }
        let message = format!("the repository {} on the list has {}", entry.name, lacks.join(", "));
        let why = "what is on no list is found again only after something has happened to it";
        let mut draft = Draft::new(Subject::Place, message, why);
        draft.discriminator = compact_str::format_compact!("repository:{}", entry.name);
        draft.locations.push(entry.location.clone());
        draft
            .help
            .push("let it write its SBOM (sepal scan -o cyclonedx-json=bom.json), and name where it is".to_owned());
        draft.help.push("fill in owner, criticality and use, and renew date".to_owned());
        drafts.push(draft);
    }
}
