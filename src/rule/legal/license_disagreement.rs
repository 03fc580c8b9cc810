//! License texts that say something else than what is declared.

use std::collections::BTreeSet;

use crate::license::{self, Class, Expression};
use crate::model::{Component, LicenseClaim, LicenseSource, Severity};
use crate::rule::{Check, Context, Docs, Draft, Judged, Rule, SHIPPED, Subject};

/// License texts that say something else than what is declared.
pub static RULE: Rule = Rule {
    id: "legal/license-disagreement",
    summary: "the license texts of a component say something else than it declares",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Compares what a component declares with the license texts in its own copy. It fires if the texts share no license \
               with the declaration, if one of them has terms added to the license that is declared, or if beside it there is a \
               license that asks for more than any that is declared. Texts of a GNU license cannot tell `-only` from `-or-later`, \
               and a package may carry the text of one arm of an `OR`: both agree. Needs the texts: by default only those are read \
               for which nothing certain is declared, and those that Python packages name; `[licenses] detect = \"always\"` reads all.",
        why: "The text is what binds. A declaration is a line that somebody wrote once, and texts of parts that were copied in are \
              often in nobody's declaration.",
        how_to_fix: "1. Read the text; the finding says where it lies.\n\
                     2. If the text is right, or the declaration is, record which as a `[[curation]]` with `text-sha256`, and tell the \
                     authors.\n\
                     3. Take a version whose text and declaration agree.",
        fine_when: "The other text belongs to something that is not used: examples, tests, a part left out of the build.",
        example_bad: "[licenses]\ndetect = \"always\"\n# and a component that declares MIT and carries the text of GPL-3.0\n",
        example_good: "[licenses]\ndetect = \"always\"\n# and a component that declares MIT OR Apache-2.0 and carries the text of MIT\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "21.V1"), ("ISO/IEC 5230", "3.3.1.2"), ("ISO/IEC 18974", "3.3.1")],
    check: Check::Scan(check),
};

/// The license that a term is about, without what texts cannot tell: later versions and exceptions.
fn family(term: &license::Term) -> String {
    let name = term.without_exception().to_string();
    let name = name.trim_end_matches('+');
    let name = name.strip_suffix("-only").or_else(|| name.strip_suffix("-or-later")).unwrap_or(name);
    name.to_owned()
}

/// The license of which a term is a text with added terms, if it is one.
fn modified(family: &str) -> Option<&str> {
    family.strip_prefix("LicenseRef-sepal-")?.strip_suffix("-modified")
}

fn families(expression: &Expression) -> BTreeSet<String> {
    expression.terms().map(family).collect()
}

/// Whether a class limits who may use something, or for what: not open source.
pub(super) fn is_restricted(class: Class) -> bool {
    matches!(
        class,
        Class::FieldOfUse | Class::SourceAvailable | Class::NonCommercial | Class::NoDerivatives | Class::Proprietary
    )
}

/// What a component declares and what its texts say with certainty, if both are known and nobody has concluded about them.
pub(super) fn both<'a>(
    judged: &Judged<'_>,
    component: &'a Component,
) -> Option<(&'a LicenseClaim, Expression, &'a LicenseClaim, Expression)> {
    if judged.claim.is_some_and(|claim| claim.source == LicenseSource::Curation) {
        return None;
    }
    let declared = component.licensing.stated()?;
    let detected = component.licensing.detected.first().filter(|claim| claim.is_certain())?;
    let read = |claim: &LicenseClaim| license::read(claim.expression.as_deref()?).expression;
    Some((declared, read(declared)?, detected, read(detected)?))
}

/// What the texts say against the declaration, in words that fit after the component's name.
fn disagreement(declared: &Expression, detected: &Expression) -> Option<String> {
    let (said, found) = (families(declared), families(detected));
    if let Some(base) = found.iter().filter_map(|one| modified(one)).find(|base| said.contains(*base)) {
        return Some(format!("declares {declared}, and terms were added to the text of {base} that it carries"));
    }
    if said.is_disjoint(&found) && !license::are_kin(declared, detected) {
        return Some(format!("declares {declared}, and its license texts say {detected}"));
    }
    let classes = license::classes();
    let most = declared.terms().map(|term| classes.class_of(term)).max()?;
    let more: Vec<String> = detected
        .terms()
        .filter(|term| !said.contains(&family(term)))
        .filter(|term| {
            let class = classes.class_of(term);
            class > most && class != Class::Unreviewed
        })
        .map(ToString::to_string)
        .collect();
    (!more.is_empty()).then(|| format!("declares {declared}, and its license texts hold {} too", more.join(" and ")))
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let classes = license::classes();
    for judged in context.judged {
        let component = context.bom.component(judged.component);
        let Some((_, declared, detected, found)) = both(judged, component) else { continue };
        // What limits use has a rule of its own.
        let restricted = |expression: &Expression| expression.terms().any(|term| is_restricted(classes.class_of(term)));
        if restricted(&found) && !restricted(&declared) {
            continue;
        }
        let Some(what) = disagreement(&declared, &found) else { continue };
        let name = context.name(judged.component);
        let mut draft = Draft::new(
            Subject::Component(judged.component),
            format!("{name} {what}"),
            "the text is what binds, and nobody has said which of the two is right",
        );
        if let Some(evidence) = &detected.evidence {
            draft.help.push(format!("read the text: {}", evidence.location));
        }
        draft.help.push(context.curate(judged.component));
        draft.help.extend(context.ask("license"));
        draft.help.push(context.waive(judged.component));
        draft.locations = context.license_places(judged);
        draft.discriminator = found.as_str().into();
        draft.licenses = vec![found.as_str().into(), declared.as_str().into()];
        drafts.push(draft);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(declared: &str, detected: &str) -> Option<String> {
        let read = |text: &str| license::read(text).expression.unwrap();
        disagreement(&read(declared), &read(detected))
    }

    #[test]
    fn texts_agree_as_far_as_texts_can_tell() {
        for (declared, detected) in [
            ("MIT", "MIT"),
            ("MIT OR Apache-2.0", "Apache-2.0"),
            ("MIT OR Apache-2.0", "MIT AND Apache-2.0"),
            ("GPL-2.0-or-later", "GPL-2.0-only"),
            ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only"),
            ("MIT", "MIT AND BSD-3-Clause"),
            ("GPL-3.0-only", "GPL-3.0-only AND MIT"),
            ("PSF-2.0", "Python-2.0.1"),
            ("GPL-2.0-or-later", "GPL-3.0-only"),
        ] {
            assert_eq!(between(declared, detected), None, "{declared} and {detected}");
        }
    }

    #[test]
    fn other_texts_more_texts_and_changed_texts_disagree() {
        let says = |declared, detected, what: &str| {
            let found = between(declared, detected).unwrap_or_default();
            assert!(found.ends_with(what), "{declared} and {detected}: {found}");
        };
        says("MIT", "BSD-3-Clause", "its license texts say BSD-3-Clause");
        says("GPL-2.0-only", "GPL-3.0-only", "its license texts say GPL-3.0-only");
        says("MIT", "MIT AND LGPL-2.1-only", "its license texts hold LGPL-2.1-only too");
        says("MIT", "LicenseRef-sepal-MIT-modified", "terms were added to the text of MIT that it carries");
    }
}
