//! Terms that limit use, behind a declaration of open source.

use super::license_disagreement::{both, is_restricted};
use crate::license;
use crate::model::Severity;
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};

/// Terms that limit use, behind a declaration of open source.
pub static RULE: Rule = Rule {
    id: "legal/source-available-undeclared",
    summary: "a component declares an open source license, and its text limits who may use it or for what",
    default: Some(Severity::Error),
    since: "0.1.0",
    docs: Docs {
        what: "Compares what a component declares with the license texts in its own copy. It fires if the declaration names only \
               terms without limits of use, and a text is of another kind: Business Source License, Server Side Public License, Elastic \
               License, Commons Clause, no commercial use, no changes, an agreement of the vendor. Needs the texts: by default \
               only those are read for which nothing certain is declared, and those that Python packages name; `[licenses] detect = \"always\"` reads all.",
        why: "Such a component passes every list that goes by names, and binds all the same. It often comes with a new version: the \
              text was changed and the declaration was not.",
        how_to_fix: "1. Read the text; the finding says where it lies.\n\
                     2. Stay at the last version under open terms, or take an alternative.\n\
                     3. If the text does not hold for what you use, record that as a `[[curation]]` with `text-sha256`.\n\
                     4. Ask the license contact whether an agreement exists or can be had.",
        fine_when: "The text belongs to a part that is not used (an enterprise edition in a directory of its own), or a license was \
                    bought.",
        example_bad: "[licenses]\ndetect = \"always\"\n# and a component that declares Apache-2.0 and carries the text of Elastic-2.0\n",
        example_good: "[licenses]\ndetect = \"always\"\n# and a component that declares Apache-2.0 and carries its text\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "21.V1"), ("GGI", "21.R1"), ("ISO/IEC 5230", "3.3.2.1")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let classes = license::classes();
    for judged in context.judged {
        let component = context.bom.component(judged.component);
        let Some((_, declared, detected, found)) = both(judged, component) else { continue };
        if declared.terms().any(|term| is_restricted(classes.class_of(term))) {
            continue;
        }
        let limits: Vec<String> =
            found.terms().filter(|term| is_restricted(classes.class_of(term))).map(ToString::to_string).collect();
        if limits.is_empty() {
            continue;
        }
        let name = context.name(judged.component);
        let joined = limits.join(" and ");
        let mut draft = Draft::new(
            Subject::Component(judged.component),
            format!("{name} declares {declared}, and its license text is {joined}, which is not open source"),
            "some uses need another agreement, whatever the declaration says",
        );
        if let Some(evidence) = &detected.evidence {
            draft.help.push(format!("read the text: {}", evidence.location));
        }
        draft.help.push(context.replace(judged.component));
        draft.help.extend(context.ask("license"));
        draft.help.push(context.curate(judged.component));
        draft.help.push(context.waive(judged.component));
        draft.locations = context.license_places(judged);
        draft.discriminator = joined.into();
        draft.licenses = vec![found.as_str().into(), declared.as_str().into()];
        drafts.push(draft);
    }
}
