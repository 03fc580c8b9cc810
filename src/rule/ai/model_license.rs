//! The terms of a model are not known, or limit its use.

use super::model_undeclared::is_undescribed;
use crate::license::Class;
use crate::model::{ComponentId, ComponentKind, LicenseClaim, Party};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// The terms of a model are not known, or limit its use.
pub static RULE: Rule = Rule {
    id: "ai/model-license",
    summary: "the license of a model is not known, or limits what the model may be used for",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for every model whose license nothing in the tree states (of weights that nothing describes at all \
               `ai/model-undeclared` speaks), for one stated as `other` without a name, and for licenses that limit use: \
               non-commercial and research licenses, use-based ones (OpenRAIL and its kin), community licenses with thresholds \
               (Llama, Gemma). For a model that is loaded by name its card lies on the hub, where sepal does not look: that its \
               license is not known here is then no fault of the model, and is put right by one line. Measured on 16 real \
               repositories that use or hold models: 117 findings, all for models whose license nothing in the repository \
               states; one was the repository itself, loaded from its forge.",
        why: "A model is not covered by the license of its code. Weights often have limits of use, thresholds of size or clauses to \
              pass on, and those of the base model stay in force in what is made from it.",
        how_to_fix: "1. Read the license of the model and of its base model, not only that of the code.\n\
                     2. Record it: a [[curation]] in sepal.toml, or the front matter of a card beside the weights.\n\
                     3. If it limits your use, ask for approval, or take a model under an open license.",
        fine_when: "The organisation has approved the license for this use: record it as a curation and allow it, or waive it with a \
                    date.",
        example_bad: "==> README.md <==\n---\nlicense: llama3.1\nlibrary_name: transformers\n---\n# tiny\n",
        example_good: "==> README.md <==\n---\nlicense: apache-2.0\nlibrary_name: transformers\n---\n# tiny\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.4c"),
        ("Stage 1", "S1.1b"),
        ("GGI", "21.V1"),
        ("G7 AI SBOM", "G7AI-MDL-12"),
        ("ISO/IEC 5230", "3.3.2.1"),
    ],
    check: Check::Scan(check),
};

/// Licenses of models that are no open source licenses, by how the ids of model hubs begin, with what they limit.
const LIMITED: &[(&str, &str)] = &[
    ("apple-ascl", "research and other named uses"),
    ("bigcode-openrail", "forbids listed uses, which have to be passed on"),
    ("bigscience", "forbids listed uses, which have to be passed on"),
    ("bloom", "forbids listed uses, which have to be passed on"),
    ("creativeml-openrail", "forbids listed uses, which have to be passed on"),
    ("deepfloyd", "research only"),
    ("deepseek", "forbids listed uses, which have to be passed on"),
    ("fair-noncommercial", "non-commercial use only"),
    ("flux-1-dev", "non-commercial use only"),
    ("gemma", "forbids listed uses, which have to be passed on"),
    ("intel-research", "research only"),
    ("llama", "has a threshold of users, and forbids listed uses"),
    ("mrl", "research only"),
    ("openrail", "forbids listed uses, which have to be passed on"),
    ("stabilityai", "has a threshold of revenue"),
    ("tongyi", "has a threshold of users"),
    ("qwen", "has a threshold of users"),
];

/// What a claim limits; `None`: nothing that is known.
pub(super) fn limit(claim: &LicenseClaim, classes: impl Iterator<Item = Class>) -> Option<&'static str> {
    let raw = claim.raw.to_ascii_lowercase();
    let named = LIMITED.iter().find(|(start, _)| raw.starts_with(start)).map(|(_, limit)| *limit);
    named.or_else(|| classes.filter_map(of_class).next())
}

fn of_class(class: Class) -> Option<&'static str> {
    Some(match class {
        Class::NonCommercial => "non-commercial use only",
        Class::FieldOfUse => "free for all but certain fields of use",
        Class::SourceAvailable => "limits who may use it",
        Class::NoDerivatives => "may not be changed",
        Class::Proprietary => "all rights are reserved",
        _ => return None,
    })
}

const WHY: &str =
    "weights are not covered by the license of their code, and often have limits of use or clauses to pass on";

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (id, claim) in of_kind(context, ComponentKind::Model) {
        if is_undescribed(context, id, claim) {
            continue;
        }
        let name = context.bom.component(id).purl.full_name();
        let message = match claim {
            None => format!("the license of the model {name} is not known"),
            Some(claim) => match limit(claim, classes(claim)) {
                Some(limit) => format!("the license of the model {name}, {}, limits its use: {limit}", claim.raw),
                None => continue,
            },
        };
        let mut draft = Draft::new(Subject::Component(id), message, WHY);
        draft.help.push("read the license of the model and of its base model, not only that of the code".to_owned());
        draft.help.push(context.curate(id));
        draft.help.push("if it limits your use, ask for approval, or take a model under an open license".to_owned());
        draft.help.extend(context.ask("license"));
        draft.licenses.extend(claim.map(|claim| claim.raw.clone()));
        draft.discriminator = claim.map(|claim| claim.raw.clone()).unwrap_or_default();
        draft.locations = place(context, id, claim);
        drafts.push(draft);
    }
}

/// Components of a kind, of third parties and of one's own, with the claim that counts.
pub(super) fn of_kind<'a>(context: &Context<'a>, kind: ComponentKind) -> Vec<(ComponentId, Option<&'a LicenseClaim>)> {
    let third = context.judged.iter().map(|judged| (judged.component, judged.claim));
    let own = context.bom.ids().filter(|(_, component)| component.party == Party::First);
    let own = own.map(|(id, component)| (id, component.licensing.effective()));
    let mut all: Vec<_> = third.chain(own).filter(|(id, _)| context.bom.component(*id).kind == kind).collect();
    all.sort_by_key(|(id, _)| *id);
    all
}

/// The classes of what a claim names.
pub(super) fn classes(claim: &LicenseClaim) -> impl Iterator<Item = Class> + use<> {
    let expression = claim.expression.as_deref().and_then(|text| crate::license::read(text).expression);
    let terms: Vec<Class> = expression
        .iter()
        .flat_map(|expression| expression.terms())
        .map(|term| crate::license::classes().class_of(term))
        .collect();
    terms.into_iter()
}

/// Where a license stands, else where the component is named.
pub(super) fn place(
    context: &Context<'_>,
    id: ComponentId,
    claim: Option<&LicenseClaim>,
) -> Vec<crate::model::Location> {
    let stated = claim.and_then(|claim| claim.evidence.as_ref()).map(|evidence| evidence.location.clone());
    stated.into_iter().chain(context.entries(id)).collect()
}
