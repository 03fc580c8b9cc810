//! A license that asks for source from whoever hosts the component for others.

use crate::license::{Linkage, TermFacts};
use crate::model::{LicenseVerdict, Severity};
use crate::rule::{Check, Context, Distribution, Docs, Draft, Rule, SHIPPED, Subject};

/// A license that asks for source from whoever hosts the component for others.
pub static RULE: Rule = Rule {
    id: "legal/network-copyleft-in-service",
    summary: "a hosted service has a component whose license asks to offer its source to users over the network",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires where the policy says `[project] distribution = \"hosted\"` and the license that binds (after the choice of \
               an arm) asks for source from those who only let others use the program over a network: the AGPL, OSL, EUPL-1.2, \
               SSPL and their like. What is only a tool (development, tests, the build, or `[[usage]]` with `linkage = \"tool\"`) \
               is left out, and so is what the policy denies already.",
        why: "Hosting is the one case in which ordinary copyleft asks for nothing, so these licenses are easily missed. The AGPL \
              asks only if the program was changed, and a program that is linked into yours makes one with it; the others do not \
              ask whether it was.",
        how_to_fix: "1. Find out whether users reach it: a batch job behind the service may not be part of what they use.\n\
                     2. Find out whether it is changed, or linked into a program of yours. If not, and it is the AGPL, say so in \
                     a `[[waiver]]` with the reason `not-modified`.\n\
                     3. Offer the source where users find it, or replace the component.\n\
                     4. Ask the license contact.",
        fine_when: "It is the AGPL, unchanged, and a program of its own; or the source is offered, and the waiver says where.",
        example_bad: "[project]\ndistribution = \"hosted\"\n# and a lock file that holds a component under OSL-3.0\n",
        example_good: "[project]\ndistribution = \"hosted\"\n# and a lock file that holds a component under GPL-3.0-only\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "21.R1"), ("Stage 1", "S1.1f"), ("ISO/IEC 5230", "3.3.2.1")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    if context.settings.distribution != Distribution::Hosted {
        return;
    }
    for judged in context.judged.iter().filter(|judged| judged.verdict != LicenseVerdict::Denied) {
        let Some(binding) = judged.binding() else { continue };
        let component = context.bom.component(judged.component);
        let scope = component.occurrences.iter().map(|occurrence| occurrence.scope).min();
        if scope.is_some_and(|scope| judged.linkage_in(component, scope) == Linkage::Tool) {
            continue;
        }
        let asks = |facts: &TermFacts| facts.license.is_some_and(|facts| facts.reaches_over_network());
        let Some(term) = binding.terms().find(|term| asks(&TermFacts::of(term))) else { continue };
        let name = context.name(judged.component);
        let message = format!("{name} is licensed {term}, which asks to offer its source to users of a hosted service");
        let why = if term.license.starts_with("AGPL") {
            "users who reach it over the network may ask for its source if it was changed, or linked into your program"
        } else {
            "users who reach it over the network may ask for its source, whether it was changed or not"
        };
        let mut draft = Draft::new(Subject::Component(judged.component), message, why);
        draft.help.push("offer the source where users of the service find it, and say where in a waiver".to_owned());
        draft.help.push(context.replace(judged.component));
        draft.help.extend(context.ask("license"));
        draft.help.push(context.waive(judged.component));
        draft.locations = context.license_places(judged);
        draft.discriminator = term.to_string().into();
        draft.licenses = vec![term.to_string().into(), binding.as_str().into()];
        drafts.push(draft);
    }
}
