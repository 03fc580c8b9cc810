//! A component's license does not go together with the license that the product is given out under.

use std::collections::BTreeMap;

use crate::license::{self, Compatibility, Expression, Fitness, Linkage, Usage};
use crate::model::{LicenseVerdict, Project, Reading, Severity};
use crate::rule::{Check, Context, Docs, Draft, Judged, Param, ParamKind, Rule, SHIPPED, Subject};

/// A component's license does not go together with the license that the product is given out under.
pub static RULE: Rule = Rule {
    id: "legal/license-incompatible",
    summary: "a component's license does not go together with the license that the product is given out under",
    default: Some(Severity::Error),
    since: "0.1.0",
    docs: Docs {
        what: "Compares the license of every component (after the choice of an arm) with the license of the product: \
               `[project] license` in the policy, else what the project's own manifest declares; where it states none, nothing \
               is compared. It depends on how the product reaches others (`[project] distribution`) and on how the component is \
               joined to it: Rust and Go link statically, the JVM, npm and Python load modules, what is needed only for \
               development, tests or the build is a tool; `[[usage]]` says otherwise for a component. Fires where what one \
               license demands, the other does not give; with `review = true` also where a person has to look. What the policy \
               denies already is not repeated. The verdict is advice from facts with their sources (docs/compatibility.md), \
               not law.",
        why: "You can give out a product only under terms that all of its parts allow. If one part asks for the whole to be \
              under its own license and the product says another, whoever passes it on breaks one of them.",
        how_to_fix: "1. Follow the path to the component that brings it in; replace it, or take a version with other terms.\n\
                     2. If it is joined to the product in another way than assumed (a program of its own, loaded at run time), \
                     say so in `[[usage]]` with the reason.\n\
                     3. If the product is given out under another license, or reaches others in another way, say so in \
                     `[project]`.\n\
                     4. Ask the license contact whether the product's license can change, or whether the authors grant an \
                     exception.",
        fine_when: "The authors have granted an exception, or a lawyer has read this combination: say which in a waiver.",
        example_bad: "[project]\nlicense = \"GPL-2.0-only\"\n# and a lock file that holds a component under Apache-2.0\n",
        example_good: "[project]\nlicense = \"GPL-3.0-or-later\"\n# and a lock file that holds a component under Apache-2.0\n",
    },
    params: &[
        SHIPPED,
        Param {
            name: "review",
            kind: ParamKind::Boolean(false),
            docs: "Whether combinations that a person has to look at are findings too, for instance an LGPL library that is linked \
                   statically.",
        },
    ],
    mappings: &[("GGI", "21.V1"), ("GGI", "23.R2"), ("Stage 1", "S1.1b"), ("ISO/IEC 5230", "3.3.2.1")],
    check: Check::Scan(check),
};

/// What the roots of a project are given out under: each different license once, in order.
fn declared<'a>(context: &Context<'a>, project: &'a Project) -> Vec<&'a str> {
    let mut licenses: Vec<&str> = Vec::new();
    for root in &project.roots {
        let claim = context.bom.component(*root).licensing.effective();
        if let Some(expression) = claim.and_then(|claim| claim.expression.as_deref())
            && !licenses.contains(&expression)
        {
            licenses.push(expression);
        }
    }
    licenses
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let policy_says = context.settings.license.as_ref();
    let outbounds: Vec<Vec<&str>> = context
        .bom
        .projects
        .iter()
        .map(|project| match policy_says {
            Some((license, _)) => vec![license.as_str()],
            None => declared(context, project),
        })
        .collect();
    if outbounds.iter().all(Vec::is_empty) {
        return;
    }
    let expressions: BTreeMap<&str, Expression> =
        outbounds.iter().flatten().filter_map(|text| Some((*text, license::read(text).expression?))).collect();
    // The same few licenses meet again and again.
    let mut known: BTreeMap<(&str, &str, Linkage), Compatibility> = BTreeMap::new();
    let worst_wanted = if context.params.boolean("review") { Fitness::Review } else { Fitness::Conflict };
    for judged in context.judged.iter().filter(|judged| judged.verdict != LicenseVerdict::Denied) {
        let Some(inbound) = judged.binding() else { continue };
        if judged.claim.is_none_or(|claim| matches!(claim.reading, Reading::Guess(_))) {
            continue;
        }
        let component = context.bom.component(judged.component);
        // The closest way in which each product uses it.
        let mut uses: BTreeMap<&[&str], Linkage> = BTreeMap::new();
        for occurrence in &component.occurrences {
            let outbound = outbounds.get(occurrence.project.0 as usize).map(Vec::as_slice).unwrap_or_default();
            let linkage = judged.linkage_in(component, occurrence.scope);
            if !outbound.is_empty() {
                uses.entry(outbound).and_modify(|have| *have = linkage.min(*have)).or_insert(linkage);
            }
        }
        for (outbound, linkage) in uses {
            let usage = Usage { linkage, distribution: context.settings.distribution };
            // Where a project's packages are given out under several licenses, one that fits is enough: which of them needs
            // the component, the project as a whole does not say.
            let best = outbound
                .iter()
                .filter_map(|text| {
                    let expression = expressions.get(text)?;
                    let answer = known
                        .entry((inbound.as_str(), text, linkage))
                        .or_insert_with(|| license::compatible(inbound, expression, usage));
                    Some((answer.fitness, *text))
                })
                .min();
            let Some((fitness, out)) = best.filter(|(fitness, _)| *fitness >= worst_wanted) else { continue };
            // What is not known has rules of its own.
            if fitness == Fitness::Unknown {
                continue;
            }
            // Where it is only advice, an arm of the choice that fits settles it.
            if fitness == Fitness::Review && another_arm_fits(judged, out, usage) {
                continue;
            }
            let Some(answer) = known.get(&(inbound.as_str(), out, linkage)) else { continue };
            drafts.push(draft(context, judged, answer, out, linkage));
        }
    }
}

/// Whether terms of which one arm was chosen go together with a license if another one is taken.
fn another_arm_fits(judged: &Judged<'_>, out: &str, usage: Usage) -> bool {
    let Some(terms) = judged.terms.filter(|terms| terms.chosen.is_some()) else { return false };
    let outbound = license::read(out).expression;
    outbound.is_some_and(|outbound| license::compatible(&terms.expression, &outbound, usage).fitness == Fitness::Ok)
}

fn draft(context: &Context<'_>, judged: &Judged<'_>, answer: &Compatibility, out: &str, linkage: Linkage) -> Draft {
    let name = context.name(judged.component);
    let term = &answer.between.0;
    let phrase = context.settings.distribution.phrase();
    let message = match answer.fitness {
        Fitness::Conflict => format!("{name} is licensed {term}, which does not go together with {out} {phrase}"),
        _ => format!("{name} is licensed {term}, which may not go together with {out} {phrase}"),
    };
    let reasons: Vec<String> = answer
        .reasons
        .iter()
        .map(|reason| match reason.source.as_str() {
            "" => reason.text.clone(),
            source => format!("{} ({source})", reason.text),
        })
        .collect();
    let why = format!("it is {}; {}", linkage.phrase(), reasons.join("; "));
    let mut draft = Draft::new(Subject::Component(judged.component), message, why);
    // Another arm of the choice may fit.
    if let Some(terms) = judged.terms
        && terms.chosen.is_some()
        && let Some(outbound) = license::read(out).expression
    {
        let usage = Usage { linkage, distribution: context.settings.distribution };
        let whole = license::compatible(&terms.expression, &outbound, usage);
        if whole.fitness == Fitness::Ok {
            draft.help.push(format!(
                "take {} of {}: add it to [licenses] prefer in sepal.toml",
                whole.between.0, terms.expression
            ));
        }
    }
    draft.help.push(context.replace(judged.component));
    draft.help.push(format!(
        "if it is joined to the product in another way, say so: [[usage]] in sepal.toml with component = \"{}\", linkage and because",
        context.bom.component(judged.component).purl
    ));
    draft.help.extend(context.ask("license"));
    draft.help.push(context.waive(judged.component));
    draft.locations = context.license_places(judged);
    draft.discriminator = format!("{term} in {out}").into();
    draft.licenses = vec![term.to_string().into()];
    draft.licenses.extend(judged.terms.map(|terms| terms.expression.as_str().into()));
    draft.because = judged
        .linkage
        .map(|(_, because)| because.clone())
        .or_else(|| context.settings.license.as_ref().map(|(_, because)| because.clone()));
    draft
}
