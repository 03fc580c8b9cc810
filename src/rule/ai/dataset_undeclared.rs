//! Data for training lies in the tree and nothing says what it is.

use crate::model::artefact::ai;
use crate::model::{ComponentId, ComponentKind, LicenseClaim, Origin};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Data for training lies in the tree and nothing says what it is.
pub static RULE: Rule = Rule {
    id: "ai/dataset-undeclared",
    summary: "data lies in the tree and nothing says what it is",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for directories with Parquet, Arrow or TFRecord files for which neither a dataset card, nor a Croissant \
               file, nor DVC, nor a committed SBOM says what they are. Test data is left out, and so are CSV and JSON, which \
               are used for too much else. Measured on 16 real repositories that use or hold models and data: 1 finding, for \
               data whose description follows an older draft of Croissant that is not known.",
        why: "Data has terms and owners like code has, and what a model was trained on cannot be asked of the model afterwards.",
        how_to_fix: "1. Put a dataset card beside it: a README.md whose front matter states license and task_categories, and whose \
                     text says where the data comes from.\n\
                     2. Or describe it in a Croissant file, or in a committed SBOM as a component of type data.\n\
                     3. Or delete it, and load it by name and revision.",
        fine_when: "The data is made by the project's own programs, or is a test's: keep that in a directory of test data.",
        example_bad: "==> data/train.parquet <==\n\
                      version https://git-lfs.github.com/spec/v1\n\
                      oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n\
                      size 26843545\n",
        example_good: "==> README.md <==\n---\nlicense: cc-by-4.0\ntask_categories:\n- text-classification\n---\n# words\n\
                       ==> data/train.parquet <==\n\
                       version https://git-lfs.github.com/spec/v1\n\
                       oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n\
                       size 26843545\n",
    },
    params: &[],
    mappings: &[
        ("Stage 1", "S1.4c"),
        ("Stage 1", "S1.3a"),
        ("G7 AI SBOM", "Dataset Properties"),
        ("CycloneDX", "data"),
    ],
    check: Check::Scan(check),
};

/// Data in the tree that nothing describes. Other rules about datasets leave it to this one: the rest follows from it.
pub(super) fn is_undescribed(context: &Context<'_>, id: ComponentId, claim: Option<&LicenseClaim>) -> bool {
    let component = context.bom.component(id);
    let has = |name: &str| component.properties.contains_key(name);
    // Only files have a format; what DVC tracks is told by its list.
    let lies_here = matches!(component.origin, Origin::Path { .. }) && has(ai::FORMAT);
    component.kind == ComponentKind::Data
        && lies_here
        && !has(ai::CARD)
        && claim.is_none()
        && !context.is_documented(id)
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for judged in context.judged.iter().filter(|judged| is_undescribed(context, judged.component, judged.claim)) {
        let component = context.bom.component(judged.component);
        let place = component.purl.subpath().unwrap_or(component.purl.name());
        let mut draft = Draft::new(
            Subject::Component(judged.component),
            format!("nothing says what the data in {place} is"),
            "data has terms and owners like code has, and a model does not tell what it was trained on",
        );
        draft.help.push("put a dataset card or a Croissant file beside it that states license and origin".to_owned());
        draft.help.push("or list it in a committed SBOM as a component of type data".to_owned());
        draft.help.extend(context.ask("license"));
        draft.locations = context.entries(judged.component);
        drafts.push(draft);
    }
}
