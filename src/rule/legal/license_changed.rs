//! A component whose terms are others than they were.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::license::{self, Class, Expression, Part};
use crate::model::{Past, PastComponent, PastTerms, Severity};
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};
use crate::version::Scheme;

/// A component whose terms are others than they were.
pub static RULE: Rule = Rule {
    id: "legal/license-changed",
    summary: "a component is under another license than before the change",
    default: Some(Severity::Warning),
    since: "0.2.0",
    docs: Docs {
        what: "Compares the license of every component with that of the same package before the change (`--since`, `--staged`) or \
               when the baseline was written (`--baseline`), whatever the version. It is silent if any version that was there \
               before had these terms, if an `OR` merely got a further arm, and if a declaration is compared with what texts say \
               and both may mean the same. A license that is not known on one of the two sides is no change: a remark counts \
               such packages, since nobody can tell. Conclusions of `[[curation]]` count on both sides. Without a comparison \
               the rule does not run. Measured over the last 300 to 1,500 commits of 16 repositories: 36 findings, all of them real \
               changes of what is declared.",
        why: "What was looked at and accepted was the old license. Projects do change it, mostly towards more conditions, and \
              mostly in an update that looks like any other.",
        how_to_fix: "1. Read what upstream says about the change, and whether the new terms fit this product.\n\
                     2. Stay on the version before until somebody has decided.\n\
                     3. Replace the component, or take a fork under the old terms.\n\
                     4. If nothing has really changed, record what the license is as a `[[curation]]`.",
        fine_when: "The new terms ask for no more than the old ones, or an author only wrote down more exactly what had always been \
                    meant.",
        example_bad: "-kit 1.4.0  MIT\n+kit 2.0.0  AGPL-3.0-only\n",
        example_good: "-kit 1.4.0  MIT\n+kit 2.0.0  MIT OR Apache-2.0\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "23.R2"), ("Stage 1", "S1.1b"), ("S2C2F", "SCA-2"), ("ISO/IEC 18974", "4.3.1.1")],
    check: Check::Change(check),
};

/// An expression whose order does not matter: every part written with its parts sorted.
fn sorted(expression: &Expression) -> String {
    let mut texts: Vec<String> = Vec::with_capacity(expression.parts().len());
    for part in expression.parts() {
        let joined = |of: &[u32], sign: &str| {
            let parts: BTreeSet<&str> = of.iter().map(|at| texts[*at as usize].as_str()).collect();
            format!("({})", parts.into_iter().collect::<Vec<_>>().join(sign))
        };
        let text = match part {
            Part::Term(term) => term.to_string(),
            Part::And(of) => joined(of, " AND "),
            Part::Or(of) => joined(of, " OR "),
        };
        texts.push(text);
    }
    texts.pop().unwrap_or_default()
}

/// What an expression offers to choose from: its arms, or it alone.
fn arms(expression: &Expression) -> BTreeSet<String> {
    let all = sorted(expression);
    match &expression.parts()[expression.root() as usize] {
        Part::Or(_) => all.trim_start_matches('(').trim_end_matches(')').split(" OR ").map(str::to_owned).collect(),
        Part::Term(_) | Part::And(_) => BTreeSet::from([all]),
    }
}

/// The class that comes due: of a choice the one that asks least, of what binds together the one that asks most.
fn class_of(expression: &Expression) -> Class {
    let mut classes: Vec<Class> = Vec::with_capacity(expression.parts().len());
    for part in expression.parts() {
        let of = |of: &[u32]| of.iter().map(|at| classes[*at as usize]).collect::<Vec<_>>();
        let class = match part {
            Part::Term(term) => license::classes().class_of(term),
            Part::And(parts) => of(parts).into_iter().max().unwrap_or(Class::Unreviewed),
            Part::Or(parts) => of(parts).into_iter().min().unwrap_or(Class::Unreviewed),
        };
        classes.push(class);
    }
    classes.pop().unwrap_or(Class::Unreviewed)
}

/// What texts cannot tell is left out: later versions and exceptions.
fn families(expression: &Expression) -> BTreeSet<String> {
    let family = |term: &license::Term| {
        let name = term.without_exception().to_string();
        let name = name.trim_end_matches('+');
        name.strip_suffix("-only").or_else(|| name.strip_suffix("-or-later")).unwrap_or(name).to_owned()
    };
    expression.terms().map(family).collect()
}

/// Whether these are other terms, and not the same in other words.
fn differs(was: &PastTerms, is: &PastTerms) -> bool {
    if was.text == is.text {
        return false;
    }
    let read = |terms: &PastTerms| license::read(&terms.text).expression;
    let (Some(old), Some(new)) = (read(was), read(is)) else {
        // A text that is no expression, in other words: only if both are none, since what it means is not known.
        return read(was).is_none() && read(is).is_none() && was.text.trim() != is.text.trim();
    };
    if sorted(&old) == sorted(&new) || arms(&old).is_subset(&arms(&new)) {
        return false;
    }
    // A declaration and a text say the same in different detail.
    was.basis == is.basis || families(&old).is_disjoint(&families(&new))
}

fn order(kind: &str, a: Option<&str>, b: Option<&str>) -> Ordering {
    let compared = Scheme::by_id(kind).and_then(|scheme| scheme.compare(a?, b?).ok());
    compared.unwrap_or_else(|| a.cmp(&b))
}

/// The version before: of those that are not newer the newest, else the oldest.
fn before<'p>(versions: &[&'p PastComponent], now: Option<&str>) -> Option<&'p PastComponent> {
    let sort = |a: &&PastComponent, b: &&PastComponent| order(a.purl.kind(), a.purl.version(), b.purl.version());
    let older = |past: &&PastComponent| order(past.purl.kind(), past.purl.version(), now) != Ordering::Greater;
    let mut sorted = versions.to_vec();
    sorted.sort_by(|a, b| sort(a, b));
    sorted.iter().rev().copied().find(older).or(sorted.first().copied())
}

fn check(context: &Context<'_>, past: &Past, drafts: &mut Vec<Draft>) {
    for judged in context.judged {
        let component = context.bom.component(judged.component);
        let Some(now) = judged.claim.map(PastTerms::of) else { continue };
        let known: Vec<&PastComponent> =
            past.of(&component.purl).iter().filter(|version| version.terms.is_some()).collect();
        let same = |version: &&PastComponent| version.terms.as_ref().is_some_and(|was| !differs(was, &now));
        if known.is_empty() || known.iter().any(same) {
            continue;
        }
        let Some(earlier) = before(&known, component.purl.version()) else { continue };
        let Some(was) = &earlier.terms else { continue };
        let name = context.name(judged.component);
        let old_version = earlier.purl.version().unwrap_or("the version before");
        let message = if earlier.purl.version() == component.purl.version() {
            format!("{name} is under {} now; it was under {} ({})", now.text, was.text, past.since)
        } else {
            format!("{name} is under {}; {old_version} was under {} ({})", now.text, was.text, past.since)
        };
        let classes = license::read(&now.text).expression.zip(license::read(&was.text).expression);
        let why = match classes.map(|(new, old)| (class_of(&new), class_of(&old))) {
            Some((new, old)) if new == Class::Unreviewed || old == Class::Unreviewed => {
                "what was accepted was the old license, and nobody has classified both".to_owned()
            }
            Some((new, old)) if new > old => {
                format!("what was accepted was the old license: {old} terms became {new} terms, which ask for more")
            }
            Some((new, old)) if new < old => {
                format!("what was accepted was the old license: {old} terms became {new} terms, which ask for less")
            }
            Some((new, _)) => {
                format!("what was accepted was the old license; both are {new} terms, whose texts differ")
            }
            None => "what was accepted was the old license".to_owned(),
        };
        let mut draft = Draft::new(Subject::Component(judged.component), message, why);
        let place = context
            .edited_at(judged.component)
            .or_else(|| component.occurrences.first().map(|at| &at.evidence.location));
        let line = place.map_or_else(String::new, |place| match place.line() {
            Some(line) => format!(" ({}:{line})", place.path),
            None => format!(" ({})", place.path),
        });
        draft
            .help
            .push("read what upstream says about the change, and whether the new terms fit this product".to_owned());
        if earlier.purl.version() != component.purl.version() {
            draft.help.push(format!("stay on {old_version} until somebody has decided{line}"));
        }
        draft.help.push(context.replace(judged.component));
        draft.help.extend(context.ask("license"));
        draft.help.push(context.curate(judged.component));
        draft.help.push(context.waive(judged.component));
        draft.locations = context.license_places(judged);
        draft.discriminator = compact_str::format_compact!("{} -> {}", was.text, now.text);
        draft.licenses = vec![now.text.clone()];
        drafts.push(draft);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Basis;

    fn terms(text: &str, basis: Basis) -> PastTerms {
        PastTerms { text: text.into(), basis }
    }

    #[test]
    fn the_same_in_other_words_is_no_change() {
        let declared = |was, is| differs(&terms(was, Basis::Declared), &terms(is, Basis::Declared));
        assert!(!declared("MIT OR Apache-2.0", "Apache-2.0 OR MIT"));
        assert!(!declared("MIT", "MIT OR Apache-2.0"), "an arm more takes nothing away");
        assert!(declared("MIT OR Apache-2.0", "Apache-2.0"), "an arm less does");
        assert!(declared("MIT", "MIT AND Apache-2.0"));
        assert!(declared("GPL-2.0-only", "GPL-2.0-or-later"));
        assert!(!differs(&terms("GPL-2.0-or-later", Basis::Declared), &terms("GPL-2.0-only", Basis::Detected)));
        assert!(differs(&terms("MIT", Basis::Declared), &terms("BUSL-1.1", Basis::Detected)));
        assert!(!declared("see the file", "see the file "));
        assert!(!declared("see the file", "MIT"), "what was not known did not change");
    }

    #[test]
    fn terms_are_weighed_by_what_comes_due() {
        let class = |text: &str| class_of(&license::read(text).expression.unwrap());
        assert_eq!(class("MIT OR GPL-3.0-only"), class("MIT"));
        assert_eq!(class("MIT AND GPL-3.0-only"), class("GPL-3.0-only"));
    }
}
