//! A license text that is no SPDX expression, or was read as one by guess.

use crate::model::{Reading, Severity};
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};

/// A license text that is no SPDX expression, or was read as one by guess.
pub static RULE: Rule = Rule {
    id: "legal/component-license-unmapped",
    summary: "what a component declares is not an SPDX license expression, or could only be guessed",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires if the declared text is no valid SPDX expression and no listed alias says for certain what it means, or \
               if the reading is marked as a guess. The raw text is kept. Texts are never joined by guess: `MIT, Apache-2.0` \
               does not say whether both bind or one may be chosen.",
        why: "Terms without a name cannot be checked by anybody downstream. A guess that turns out wrong is worse than a \
              question, so what is guessed is never allowed without review.",
        how_to_fix: "1. Look at the component's license text and record the SPDX expression as a `[[curation]]`.\n\
                     2. For terms that are not on the SPDX list, use `LicenseRef-…` and add it to one of the policy's lists.\n\
                     3. Tell upstream: a valid expression in the manifest helps everybody.",
        fine_when: "The license contact has reviewed the text; then a curation says so.",
        example_bad: "\"license\": \"MIT, Apache-2.0\"\n",
        example_good: "\"license\": \"MIT OR Apache-2.0\"\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "21.V1"), ("Stage 1", "S1.1c"), ("BSI TR-03183-2", "6.1"), ("ISO/IEC 5230", "3.1.5.1")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for judged in context.judged {
        let Some(claim) = judged.claim else { continue };
        let name = context.name(judged.component);
        let (message, detail) = match &claim.reading {
            Reading::Unmapped(why) => {
                (format!("{name} declares \"{}\", which is not a license expression", shortened(&claim.raw)), why)
            }
            Reading::Guess(why) if claim.is_detected() => {
                let meant = claim.expression.as_deref().unwrap_or("another license");
                (format!("the license text of {name} may be {meant}"), why)
            }
            Reading::Guess(why) => {
                let meant = claim.expression.as_deref().unwrap_or("another license");
                (format!("{name} declares \"{}\", which may mean {meant}", shortened(&claim.raw)), why)
            }
            Reading::Strict | Reading::Canonical | Reading::Alias(_) => continue,
        };
        let why = format!("terms without a name cannot be checked: {detail}");
        let mut draft = Draft::new(Subject::Component(judged.component), message, why);
        draft.help.push(context.curate(judged.component));
        draft.help.extend(context.ask("license"));
        draft.help.push("ask upstream for a valid SPDX expression in the manifest".to_owned());
        draft.locations = context.license_places(judged);
        draft.discriminator = claim.raw.clone();
        draft.licenses.push(claim.raw.clone());
        draft.licenses.extend(claim.expression.clone());
        drafts.push(draft);
    }
}

/// The text on one line, cut where it is longer than a name of a license would be.
fn shortened(raw: &str) -> String {
    const MOST: usize = 60;
    let line: String = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
