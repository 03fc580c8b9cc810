//! A system of others on the organisation's list has no SBOM.

use crate::model::InventoryKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject, listed};

/// A system of others on the organisation's list has no SBOM.
pub static RULE: Rule = Rule {
    id: "inventory/system-not-inventoried",
    summary: "an application, image, host or service on the organisation's list has no SBOM",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Looks at `[[inventory]]` entries of the kinds `application`, `image`, `host` and `service` in `sepal-governance.toml`. \
               Fires when one names no SBOM, or a path where none is, and gives no `reason` why. URLs are not opened.",
        why: "Whoever runs a program answers for what is in it, also if others wrote it.",
        how_to_fix: "1. Ask the supplier for an SBOM, or make one of the image.\n\
                     2. If the supplier refuses, write that down: `reason`.",
        fine_when: "It is given up soon; then say so in `reason`.",
        example_bad: "==> sepal-governance.toml <==\n[[inventory]]\nname = \"ticket desk\"\nkind = \"application\"\nowner = \"it@example.org\"\n",
        example_good: "==> sepal-governance.toml <==\n[[inventory]]\nname = \"ticket desk\"\nkind = \"application\"\nowner = \"it@example.org\"\nreason = \"the supplier was asked on 1 September and has not answered\"\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.3b"),
        ("GGI", "23.V2"),
        ("GGI", "22.V1"),
        ("CRA", "article 13 (5)"),
        ("S2C2F", "AUD-4"),
    ],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    for entry in evidence.practices.inventory.iter().filter(|entry| entry.kind != InventoryKind::Repository) {
        let Some(trouble) = listed::sbom_trouble(entry) else { continue };
        if entry.reason.is_some() {
            continue;
        }
        let message = format!("the {} {} on the list has {trouble}", entry.kind.as_str(), entry.name);
        let why = "whoever runs a program answers for what is in it, also if others wrote it";
        let mut draft = Draft::new(Subject::Place, message, why);
        draft.discriminator = compact_str::format_compact!("{}:{}", entry.kind.as_str(), entry.name);
        draft.locations.push(entry.location.clone());
        draft.help.push("ask the supplier for an SBOM, or make one of the image".to_owned());
        draft.help.push("if there will be none, say why: reason in the entry".to_owned());
        drafts.push(draft);
    }
}
