//! Terms that a person has to look at.

use crate::license::Class;
use crate::model::{LicenseVerdict, Reading, Severity};
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};

/// Terms that a person has to look at.
pub static RULE: Rule = Rule {
    id: "legal/component-license-unreviewed",
    summary: "a component's license is in no list of the policy, or in the one that asks for review",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires if the best choice that a license expression leaves is neither allowed nor denied: the policy's `review` \
               list names it, or no list does.",
        why: "Known terms that nobody has decided about are not approved terms. Deciding once, in the policy, saves everybody \
              else the question.",
        how_to_fix: "1. Ask the license contact to decide, and add the license to `allow`, `review` or `deny`.\n\
                     2. Where one component is fine and the license in general is not, record a `[[waiver]]` with its reason.\n\
                     3. Take an alternative under terms that are allowed already.",
        fine_when: "The duties of the license are met for this use (for example: the library is linked dynamically and its \
                    changes are published). Say so in a waiver.",
        example_bad: "[licenses]\nallow = [\"MIT\"]\n# and a lock file that holds a component under MPL-2.0\n",
        example_good: "[licenses]\nallow = [\"MIT\", \"MPL-2.0\"]\n# and a lock file that holds a component under MPL-2.0\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "21.V1"), ("GGI", "21.R9"), ("Stage 1", "S1.1d"), ("ISO/IEC 5230", "3.1.5.1")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for judged in context.judged {
        let Some(terms) = judged.terms else { continue };
        // A guess has its own rule; what is denied too.
        let certain = judged.claim.is_some_and(|claim| !matches!(claim.reading, Reading::Guess(_)));
        if !certain || terms.verdict != LicenseVerdict::NeedsReview {
            continue;
        }
        let open: Vec<_> = terms.decided.iter().filter(|term| term.verdict == LicenseVerdict::NeedsReview).collect();
        let Some(worst) = open.first() else { continue };
        let names: Vec<&str> = open.iter().map(|term| term.term.as_str()).collect();
        let joined = names.join(" and ");
        let name = context.name(judged.component);
        let phrase = context.settings.distribution.phrase();
        let alone = terms.decided.len() == 1 && terms.chosen.is_none();
        let message = match (alone, worst.listed) {
            (true, true) => format!("{name} is licensed {joined}, which needs a review {phrase}"),
            (true, false) => format!("{name} is licensed {joined}, which is in no list of the policy"),
            (false, true) => {
                let verb = if names.len() == 1 { "needs" } else { "need" };
                format!("{name} is licensed {}, of which {joined} {verb} a review {phrase}", terms.expression)
            }
            (false, false) => {
                let verb = if names.len() == 1 { "is" } else { "are" };
                format!("{name} is licensed {}, of which {joined} {verb} in no list of the policy", terms.expression)
            }
        };
        let why = match worst.class {
            Class::WeakCopyleft => "its own files stay open: changes to them have to be offered under the same terms",
            Class::ShareAlike => "adaptations of it have to be given out under the same terms",
            Class::StrongCopyleft | Class::NetworkCopyleft => {
                "it can ask for the source of the whole work, depending on how the product is used"
            }
            Class::FieldOfUse | Class::SourceAvailable | Class::NonCommercial | Class::NoDerivatives => {
                "it limits who may use it, or for what"
            }
            Class::Proprietary => "there is no public license: use needs an agreement with the owner",
            Class::Unreviewed => "nobody has sorted these terms into a class yet",
            Class::PublicDomain | Class::Permissive => "the policy asks a person to look at these terms first",
        };
        let mut draft = Draft::new(Subject::Component(judged.component), message, why);
        draft.help.extend(context.ask("license"));
        draft.help.push(format!("if it is fine everywhere, add \"{}\" to [licenses] allow in sepal.toml", worst.term));
        draft.help.push(context.waive(judged.component));
        draft.help.push(context.replace(judged.component));
        draft.locations = context.license_places(judged);
        draft.discriminator = names.join(",").into();
        draft.licenses = names.iter().map(|name| (*name).into()).collect();
        draft.licenses.push(terms.expression.as_str().into());
        draft.because = worst.because.clone();
        drafts.push(draft);
    }
}
