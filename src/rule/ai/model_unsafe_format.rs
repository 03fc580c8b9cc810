//! Weights are stored in a way that runs code when they are loaded.

use crate::model::artefact::ai;
use crate::model::{ComponentKind, Severity};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Weights are stored in a way that runs code when they are loaded.
pub static RULE: Rule = Rule {
    id: "ai/model-unsafe-format",
    summary: "weights are stored in a format that can run code when they are loaded",
    default: Some(Severity::Note),
    since: "0.2.0",
    docs: Docs {
        what: "Fires for weights in the tree that are a pickle or hold one: PyTorch's .pt, .pth, .ckpt and .bin, and .pkl, \
               .pickle and .joblib that name a library of machine learning. What is in the pickle is not looked at, so nothing \
               is said of whether it is harmful. Measured on 16 real repositories that use models: no finding.",
        why: "A pickle is a program for building objects: loading one runs what it says. Whoever can change the file can run code \
              where it is loaded.",
        how_to_fix: "1. Convert it to safetensors, ONNX or GGUF, in a sandbox.\n\
                     2. If it has to stay, load it with weights_only=True, pin its digest, and take it from somebody you trust.",
        fine_when: "Your own pipeline made the file, and nobody else can write where it is kept.",
        example_bad: "==> weights/net-model.pt <==\n\
                      version https://git-lfs.github.com/spec/v1\n\
                      oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n\
                      size 26843545\n",
        example_good: "==> weights/net-model.safetensors <==\n\
                       version https://git-lfs.github.com/spec/v1\n\
                       oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n\
                       size 26843545\n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.1a"), ("GGI", "22.V2"), ("G7 AI SBOM", "Security Properties"), ("S2C2F", "SCA-4")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (id, component) in context.bom.ids().filter(|(_, component)| component.kind == ComponentKind::Model) {
        let Some(file) = component.properties.get(ai::UNSAFE) else { continue };
        let mut draft = Draft::new(
            Subject::Component(id),
            format!("loading {file} can run code: it holds a pickle"),
            "whoever can change the file can run code where it is loaded",
        );
        draft.help.push("convert it to safetensors, ONNX or GGUF in a sandbox, and commit that".to_owned());
        draft.help.push("else load it with weights_only=True, and pin its digest".to_owned());
        draft.help.extend(context.ask("security"));
        draft.locations = context.entries(id);
        drafts.push(draft);
    }
}
