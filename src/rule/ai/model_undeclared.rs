//! Weights lie in the tree and nothing says what they are.

use crate::model::artefact::ai;
use crate::model::{ComponentId, ComponentKind, LicenseClaim, Origin};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Weights lie in the tree and nothing says what they are.
pub static RULE: Rule = Rule {
    id: "ai/model-undeclared",
    summary: "weights of a model lie in the tree and nothing says what they are",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for files of weights for which neither a model card beside or above them, nor metadata in their header, \
               nor a committed SBOM says where they come from, who made them or under which terms they stand. Models that \
               programs load by name are in the inventory by that name, and `ai/model-unpinned` and `ai/model-license` speak of \
               them. Measured on 16 real repositories that use or hold models: 2281 findings, all in one collection of ONNX \
               files; 146 of them lie beside a README that describes them in prose, which is not read.",
        why: "Weights are other people's work like a library, with terms of their own, and what is in no inventory is neither \
              checked nor credited nor replaced when it turns out to be bad.",
        how_to_fix: "1. Put a model card beside them: a README.md whose front matter states license and base_model, and whose text \
                     says where they come from.\n\
                     2. Or list them in a committed SBOM as a component of type machine-learning-model, with version, producer, \
                     hash and license.\n\
                     3. Or delete them, and load them by name and revision.",
        fine_when: "A tiny model made for a test: keep it in a directory of test data.",
        example_bad: "==> weights/detector.safetensors <==\n\
                      version https://git-lfs.github.com/spec/v1\n\
                      oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n\
                      size 26843545\n",
        example_good: "==> weights/README.md <==\n\
                       ---\nlicense: apache-2.0\nbase_model: acme/detector-base\n---\n# detector\n\
                       ==> weights/detector.safetensors <==\n\
                       version https://git-lfs.github.com/spec/v1\n\
                       oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n\
                       size 26843545\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.4c"),
        ("Stage 1", "S1.3a"),
        ("G7 AI SBOM", "Models"),
        ("CISA 2026", "scope"),
        ("CycloneDX", "machine-learning-model"),
    ],
    check: Check::Scan(check),
};

/// Weights in the tree that nothing describes. Other rules about models leave them to this one: the rest follows from it.
pub(super) fn is_undescribed(context: &Context<'_>, id: ComponentId, claim: Option<&LicenseClaim>) -> bool {
    let component = context.bom.component(id);
    let says = [ai::CARD, ai::SOURCE, ai::CREATOR].iter().any(|name| component.properties.contains_key(*name));
    let lies_here = matches!(component.origin, Origin::Path { .. });
    component.kind == ComponentKind::Model && lies_here && !says && claim.is_none() && !context.is_documented(id)
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for judged in context.judged.iter().filter(|judged| is_undescribed(context, judged.component, judged.claim)) {
        let component = context.bom.component(judged.component);
        let message =
            format!("nothing says what the weights {} are", component.purl.subpath().unwrap_or(component.purl.name()));
        let mut draft = Draft::new(
            Subject::Component(judged.component),
            message,
            "weights are other people's work with terms of their own, and what nobody declares nobody checks",
        );
        draft
            .help
            .push("put a model card beside them: a README.md that states license, base_model and origin".to_owned());
        draft.help.push(
            "or list them in a committed SBOM as machine-learning-model, with version, producer and hash".to_owned(),
        );
        draft.help.extend(context.ask("license"));
        draft.locations = context.entries(judged.component);
        drafts.push(draft);
    }
}
