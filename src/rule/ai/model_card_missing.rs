//! A model in the tree has no card, or one that leaves out what it is for and what it was made from.

use super::model_undeclared::is_undescribed;
use crate::model::artefact::ai;
use crate::model::{ComponentKind, Origin};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A model in the tree has no card, or one that leaves out what it is for and what it was made from.
pub static RULE: Rule = Rule {
    id: "ai/model-card-missing",
    summary: "a model has no card, or its card does not say what it is for or what it was made from",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for a model card (a README.md or MODEL_CARD.md whose front matter states license, base_model, datasets and \
               the like) without a heading about intended use or limits, or without base model, datasets or a heading about \
               training data; and for weights in the tree that have no card and say in their own header where they come from or \
               under which license. Of weights that nothing describes `ai/model-undeclared` speaks. Headings are told by words, \
               so a card in another language than English may be found wrongly. Measured on 16 real repositories that use \
               models: no finding beyond weights that nothing describes at all.",
        why: "Who uses a model has to know what it is for, what it was made from and where it fails; nothing in its weights tells.",
        how_to_fix: "1. Write a README.md beside the weights with front matter: license, base_model, datasets.\n\
                     2. Add sections on intended use, limits and training data.",
        fine_when: "The model is a test's, or a card is kept where the model is published and the README links to it.",
        example_bad: "==> README.md <==\n---\nlicense: apache-2.0\nlibrary_name: transformers\n---\n# tiny\n",
        example_good: "==> README.md <==\n---\nlicense: apache-2.0\nbase_model: acme/base\n---\n# tiny\n\n## Intended use\n\nSorting letters.\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.4c"),
        ("G7 AI SBOM", "G7AI-MDL-11"),
        ("G7 AI SBOM", "G7AI-MDL-13"),
        ("Model Openness Framework", "model card"),
    ],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (id, component) in context.bom.ids().filter(|(_, component)| component.kind == ComponentKind::Model) {
        let claim = component.licensing.effective();
        if !matches!(component.origin, Origin::Path { .. }) || is_undescribed(context, id, claim) {
            continue;
        }
        let has = |name: &str| component.properties.contains_key(name);
        let name = component.purl.name();
        let message = if has(ai::CARD) {
            let mut lacks = Vec::new();
            if !has(ai::INTENDED_USE) {
                lacks.push("what it is for");
            }
            if !has(ai::SOURCE) && !has(ai::TRAINING_DATA) {
                lacks.push("what it was made from");
            }
            if lacks.is_empty() {
                continue;
            }
            format!("the card of the model {name} does not say {}", lacks.join(" nor "))
        } else {
            format!("the model {name} has no card")
        };
        let mut draft = Draft::new(
            Subject::Component(id),
            message,
            "nothing in weights tells what they are for, what they were made from and where they fail",
        );
        draft
            .help
            .push("write a README.md beside it with license, base_model and datasets in its front matter".to_owned());
        draft.help.push("add sections on intended use, limits and training data".to_owned());
        draft.locations = context.entries(id);
        drafts.push(draft);
    }
}
