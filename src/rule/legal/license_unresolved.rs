//! A license that still has to be settled by somebody.

use crate::model::Severity;
use crate::rule::{Check, Context, Docs, Draft, Judged, Rule, SHIPPED, Subject};

/// A license that still has to be settled by somebody.
pub static RULE: Rule = Rule {
    id: "legal/license-unresolved",
    summary: "a component leaves a choice between different kinds of terms, and nobody has recorded it",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for `A OR B` where the arms are of different kinds (copyleft or a limit of use on one side), the policy's \
               lists say the same of both, and `prefer` names neither. sepal then goes on with the arm that asks least, and says \
               so; a choice that matters should be somebody's.",
        why: "Which license you use a component under decides which duties you have, and an audit asks who chose and why. A \
              choice that is recorded once is used everywhere after: in findings, notices and the SBOM.",
        how_to_fix: "1. Add the license you take to `[licenses] prefer` in `sepal.toml`: earlier entries win.\n\
                     2. For one component, record it as a `[[curation]]` with the chosen license as `concluded`.\n\
                     3. Ask the license contact.",
        fine_when: "Either arm is fine for every use of the product: then a preference costs a line and settles it.",
        example_bad: "[licenses]\nallow = [\"MPL-2.0\", \"Apache-2.0\"]\n# and a component under MPL-2.0 OR Apache-2.0\n",
        example_good: "[licenses]\nprefer = [\"Apache-2.0\"]\nallow = [\"MPL-2.0\", \"Apache-2.0\"]\n# and the same component\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "21.V1"), ("Stage 1", "S1.1c"), ("ISO/IEC 5230", "3.3.1.2"), ("BSI TR-03183-2", "3.2.8")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for judged in context.judged {
        drafts.extend(choice_unrecorded(context, judged));
    }
}

/// A choice between different kinds of terms that nobody has recorded.
fn choice_unrecorded(context: &Context<'_>, judged: &Judged<'_>) -> Option<Draft> {
    let terms = judged.terms.filter(|terms| terms.unrecorded)?;
    let chosen = terms.chosen.as_ref()?;
    let name = context.name(judged.component);
    let message = format!("{name} may be used under {}, and nobody has recorded under which", terms.expression);
    let why = format!("its arms ask different things; {chosen} is assumed, since it asks least");
    let mut draft = Draft::new(Subject::Component(judged.component), message, why);
    draft.help.push(format!("add \"{chosen}\", or the one you take, to [licenses] prefer in sepal.toml"));
    draft.help.push(context.curate(judged.component));
    draft.help.extend(context.ask("license"));
    draft.locations = context.license_places(judged);
    draft.discriminator = terms.expression.as_str().into();
    draft.licenses = vec![terms.expression.as_str().into()];
    Some(draft)
}
