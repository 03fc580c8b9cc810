//! The terms of a dataset are not known, or limit its use.

use super::dataset_undeclared::is_undescribed;
use super::model_license::{classes, limit, of_kind, place};
use crate::model::ComponentKind;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// The terms of a dataset are not known, or limit its use.
pub static RULE: Rule = Rule {
    id: "ai/dataset-license",
    summary: "the license of a dataset is not known, or limits what may be made from it",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for every dataset whose license nothing in the tree states, and for licenses that limit use: \
               non-commercial, research only, no derivatives. For a dataset that is loaded by name its card lies on the hub, \
               where sepal does not look: record what it says. A software license on data is accepted, though it fits data \
               badly. Measured on 16 real repositories that use or hold models: 97 findings, all for datasets whose license \
               nothing in the repository states.",
        why: "Non-commercial or no-derivatives terms of the data can block the model that is made from it, and are found out late.",
        how_to_fix: "1. Find the terms where the data comes from.\n\
                     2. Record them: a [[curation]] in sepal.toml, or the card beside the data.\n\
                     3. If they limit your use, ask for permission, or use another set.",
        fine_when: "The data is your own, with documented consent.",
        example_bad: "==> src/train.py <==\nfrom datasets import load_dataset\nwords = load_dataset(\"acme/words\")\n",
        example_good: "==> README.md <==\n---\nlicense: cc-by-4.0\ntask_categories:\n- text-classification\n---\n# words\n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.4c"), ("Stage 1", "S1.1b"), ("G7 AI SBOM", "G7AI-DP-10"), ("Croissant", "license")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (id, claim) in of_kind(context, ComponentKind::Data) {
        if is_undescribed(context, id, claim) {
            continue;
        }
        let name = context.bom.component(id).purl.full_name();
        let name = name.strip_prefix("datasets/").unwrap_or(&name);
        let message = match claim {
            None => format!("the license of the dataset {name} is not known"),
            Some(claim) => match limit(claim, classes(claim)) {
                Some(limit) => format!("the license of the dataset {name}, {}, limits its use: {limit}", claim.raw),
                None => continue,
            },
        };
        let mut draft = Draft::new(
            Subject::Component(id),
            message,
            "terms of the data can block the model that is made from it, and are found out late",
        );
        draft.help.push("find the terms where the data comes from".to_owned());
        draft.help.push(context.curate(id));
        draft.help.push("if they limit your use, ask for permission, or use another set".to_owned());
        draft.help.extend(context.ask("license"));
        draft.licenses.extend(claim.map(|claim| claim.raw.clone()));
        draft.discriminator = claim.map(|claim| claim.raw.clone()).unwrap_or_default();
        draft.locations = place(context, id, claim);
        drafts.push(draft);
    }
}
