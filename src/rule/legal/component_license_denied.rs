//! Terms that the policy denies.

use crate::license::Class;
use crate::model::{LicenseVerdict, Severity};
use crate::rule::{Check, Context, Distribution, Docs, Draft, Rule, SHIPPED, Subject};

/// Terms that the policy denies.
pub static RULE: Rule = Rule {
    id: "legal/component-license-denied",
    summary: "a component's license is one that the policy denies for this product",
    default: Some(Severity::Error),
    since: "0.1.0",
    docs: Docs {
        what: "Judges the license expression of every third-party component by the policy's lists `allow`, `review` and \
               `deny`. An expression is logic: of `A OR B` one arm may be taken, of `A AND B` both bind, and `A WITH B` is one \
               set of terms. The rule fires if no choice is left that is not denied. The classes that lists name \
               (`class:strong-copyleft`) are this program's reading of the licenses and a policy's way to say what an \
               organisation wants. They are not law.",
        why: "A license is the condition under which you may use the component. Some conditions do not fit how a product \
              reaches its users: the source of the whole work may have to be offered, or a use may not be covered at all. It \
              is cheap to see that before a release and expensive afterwards.",
        how_to_fix: "1. Follow the path to the direct dependency that brings the component in, and look for a version or an \
                     alternative that does not need it.\n\
                     2. Check how the product is used: `[project] distribution` in `sepal.toml` says whether it is `internal`, \
                     `hosted`, `binary`, `source` or `device`.\n\
                     3. If the license is wrong, record what it really is as a `[[curation]]`.\n\
                     4. Ask the license contact. A `[[waiver]]` records what was decided, by whom, why and until when.",
        fine_when: "The component is a program of its own that is not linked, runs in the build only, is used inside the \
                    organisation only, or another license was bought: say which in a waiver.",
        example_bad: "[licenses]\ndeny = [\"class:network-copyleft\"]\n# and a lock file that holds a component under AGPL-3.0-only\n",
        example_good: "[licenses]\ndeny = [\"class:network-copyleft\"]\n# and a lock file that holds components under MIT and Apache-2.0\n",
    },
    params: &[SHIPPED],
    mappings: &[
        ("GGI", "21.V1"),
        ("GGI", "21.R1"),
        ("Stage 1", "S1.1b"),
        ("ISO/IEC 5230", "3.3.2.1"),
        ("OSPS", "VM-05.01"),
        ("S2C2F", "SCA-2"),
    ],
    check: Check::Scan(check),
};

/// Why terms of a class are denied, in one sentence without blame.
fn why(class: Class) -> &'static str {
    match class {
        Class::PublicDomain | Class::Permissive => {
            "your organisation has decided against these terms; its policy or license contact knows the reason"
        }
        Class::WeakCopyleft => "changes to its files or to the library have to be offered under the same terms",
        Class::ShareAlike => "adaptations of it have to be given out under the same terms",
        Class::StrongCopyleft => {
            "whoever receives the product may ask for the source of the whole work under the same terms"
        }
        Class::NetworkCopyleft => {
            "whoever receives the product, or uses it over a network, may ask for the source of the whole work"
        }
        Class::FieldOfUse => "some uses are not covered, and that binds those you give the product to as well",
        Class::SourceAvailable => {
            "it is not open source: some uses, such as offering a competing service, need another agreement"
        }
        Class::NonCommercial => "commercial use is not covered by the license",
        Class::NoDerivatives => "changed versions may not be given to others",
        Class::Proprietary => "there is no public license: use needs an agreement with the owner",
        Class::Unreviewed => {
            "nobody has sorted these terms into a class yet, and the policy denies what it does not know"
        }
    }
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for judged in context.judged.iter().filter(|judged| judged.verdict == LicenseVerdict::Denied) {
        let Some(terms) = judged.terms else { continue };
        let denied: Vec<_> = terms.decided.iter().filter(|term| term.verdict == LicenseVerdict::Denied).collect();
        let Some(worst) = denied.first() else { continue };
        let names: Vec<&str> = denied.iter().map(|term| term.term.as_str()).collect();
        let joined = names.join(" and ");
        let name = context.name(judged.component);
        let phrase = context.settings.distribution.phrase();
        let message = if terms.decided.len() == 1 && terms.chosen.is_none() {
            format!("{name} is licensed {joined}, which is not allowed {phrase}")
        } else {
            let which = if names.len() == 1 { "is" } else { "are" };
            format!("{name} is licensed {}, of which {joined} {which} not allowed {phrase}", terms.expression)
        };
        let mut draft = Draft::new(Subject::Component(judged.component), message, why(worst.class));
        draft.help.push(context.replace(judged.component));
        if matches!(worst.class, Class::StrongCopyleft | Class::NetworkCopyleft)
            && matches!(context.settings.distribution, Distribution::Binary | Distribution::Device)
        {
            draft.help.push(
                "if the product is not given to others, or its source is, say so: [project] distribution = \"internal\", \
                 \"hosted\" or \"source\" in sepal.toml"
                    .to_owned(),
            );
        }
        draft.help.extend(context.ask("license"));
        draft.help.push(context.curate(judged.component));
        draft.help.push(context.waive(judged.component));
        draft.locations = context.license_places(judged);
        draft.discriminator = names.join(",").into();
        draft.licenses = names.iter().map(|name| (*name).into()).collect();
        draft.licenses.push(terms.expression.as_str().into());
        draft.because = worst.because.clone();
        drafts.push(draft);
    }
}
