//! A dataset is described, and where it comes from or whether people are in it is left out.

use crate::model::artefact::ai;
use crate::model::{ComponentKind, Origin};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A dataset is described, and where it comes from or whether people are in it is left out.
pub static RULE: Rule = Rule {
    id: "ai/dataset-provenance-missing",
    summary: "a dataset's description leaves out where it comes from, who made it, or whether personal data is inside",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for datasets in the tree that a card, a Croissant file or DVC describes, where one of these is missing: a \
               source, a creator, a word on personal data. In a card these are told by the words of headings and of fields in \
               bold, so a card in another language than English may be found wrongly. Measured on 16 real repositories that use \
               or hold models and data: 44 findings, 43 of them in a collection of example descriptions in Croissant; those \
               that were compared with their files were right.",
        why: "Whether one may train on data depends on where it comes from and who is in it; nobody can find that out afterwards.",
        how_to_fix: "1. Add sections to the card: source data, who curated it, personal and sensitive information (also if there is \
                     none).\n\
                     2. Or fill url, creator and rai:personalSensitiveInformation in the Croissant file.",
        fine_when: "The data is made up by a program of this repository: say so in the card.",
        example_bad: "==> README.md <==\n---\nlicense: cc-by-4.0\ntask_categories:\n- text-classification\n---\n# words\n",
        example_good: "==> README.md <==\n---\nlicense: cc-by-4.0\ntask_categories:\n- text-classification\n---\n# words\n\n\
                       ## Source data\n\nLetters to the editor.\n\n- **Curated by:** the archive\n\n\
                       ## Personal and sensitive information\n\nNames were removed.\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.4c"),
        ("G7 AI SBOM", "G7AI-DP-05"),
        ("G7 AI SBOM", "G7AI-DP-06"),
        ("G7 AI SBOM", "G7AI-DP-08"),
        ("Croissant", "required properties"),
    ],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (id, component) in context.bom.ids().filter(|(_, component)| component.kind == ComponentKind::Data) {
        let has = |name: &str| component.properties.contains_key(name);
        // Of what nothing describes `ai/dataset-undeclared` speaks.
        let described = has(ai::CARD) || !has(ai::FORMAT);
        if !described || !matches!(component.origin, Origin::Path { .. }) {
            continue;
        }
        let wanted = [
            (ai::SOURCE, "where it comes from"),
            (ai::CREATOR, "who made it"),
            (ai::SENSITIVITY, "whether personal data is inside"),
        ];
        let lacks: Vec<&str> = wanted.iter().filter(|(name, _)| !has(name)).map(|(_, lack)| *lack).collect();
        if lacks.is_empty() {
            continue;
        }
        let message = format!("the dataset {} does not say {}", component.purl.name(), lacks.join(", nor "));
        let mut draft = Draft::new(
            Subject::Component(id),
            message,
            "whether one may train on data depends on where it comes from and who is in it",
        );
        draft.help.push("add to its card: source data, who curated it, personal and sensitive information".to_owned());
        draft.help.push("or fill url, creator and rai:personalSensitiveInformation of a Croissant file".to_owned());
        draft.locations = context.entries(id);
        drafts.push(draft);
    }
}
