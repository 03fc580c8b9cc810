//! A model or dataset is loaded by a name that may mean another one tomorrow.

use crate::model::artefact::ai;
use crate::model::{ComponentKind, Origin};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A model or dataset is loaded by a name that may mean another one tomorrow.
pub static RULE: Rule = Rule {
    id: "ai/model-unpinned",
    summary: "a model or dataset is loaded by name, without the commit that fixes what it is",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires for every model or dataset that a program or Modelfile loads by name without naming a commit: no revision \
               at all, or a branch or tag. What is in the tree is fixed by the tree. Measured on 16 real repositories that use \
               or hold models: 200 findings for 194 names, all of them names of real models and datasets; most stand in \
               examples, notebooks and tests of libraries.",
        why: "Whoever may write to the repository on the hub decides what is loaded next time: two runs may differ, and swapped \
              weights go unseen.",
        how_to_fix: "1. Name the full commit: from_pretrained(\"org/name\", revision=\"<40 digits>\"); the page of the model shows it \
                     under its files.\n\
                     2. Keep the digest of the file where you download it yourself, and compare it.\n\
                     3. Let somebody renew the commit from time to time.",
        fine_when: "An example or a notebook that nobody ships.",
        example_bad: "==> src/app.py <==\nmodel = AutoModel.from_pretrained(\"acme/tiny\")\n",
        example_good: "==> src/app.py <==\nmodel = AutoModel.from_pretrained(\n    \"acme/tiny\", revision=\"08c6903cd8c0fde910a37f88322edcfb5dd907a8\"\n)\n",
    },
    params: &[],
    mappings: &[("Stage 1", "S1.4c"), ("G7 AI SBOM", "Models"), ("OpenSSF Scorecard", "Pinned-Dependencies")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for judged in context.judged {
        let component = context.bom.component(judged.component);
        let what = match component.kind {
            ComponentKind::Model => "model",
            ComponentKind::Data => "dataset",
            _ => continue,
        };
        let loose = match &component.origin {
            Origin::Registry { .. } => component.purl.version().is_none() && component.hashes.is_empty(),
            Origin::Git { commit, .. } => commit.is_none(),
            _ => false,
        };
        if !loose {
            continue;
        }
        let name = component.purl.full_name();
        let name = name.strip_prefix("datasets/").unwrap_or(&name);
        let asked = match (component.properties.get(ai::REVISION), &component.origin) {
            (Some(revision), _) => format!("by {revision}, which can come to mean another one"),
            (None, Origin::Git { reference: Some(reference), .. }) => {
                format!("by {reference}, which can come to mean another one")
            }
            _ => "by its name alone, whatever is newest".to_owned(),
        };
        let message = format!("the {what} {name} is loaded {asked}");
        let mut draft = Draft::new(
            Subject::Component(judged.component),
            message,
            "two runs may load different ones, and a swapped one goes unseen",
        );
        draft.help.push("name the full commit of its repository (revision=\"…\")".to_owned());
        draft.help.push("or keep the file's digest and compare it after the download".to_owned());
        draft.locations = context.entries(judged.component);
        drafts.push(draft);
    }
}
