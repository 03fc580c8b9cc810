//! A component that the policy names as one not to be used.

use crate::model::Severity;
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};

/// A component that the policy names as one not to be used.
pub static RULE: Rule = Rule {
    id: "deps/component-denied",
    summary: "a component or version is on the policy's list of those not to be used",
    default: Some(Severity::Error),
    since: "0.2.0",
    docs: Docs {
        what: "Fires for every third-party component that an entry `[[deny]]` of the policy fits, by package URL pattern and, if it \
               names one, range of versions. A version that cannot be compared with the range counts as meant, and the finding \
               says so. Without entries the rule finds nothing.",
        why: "Somebody decided about it once, and wrote down why. The next team should not have to find out again.",
        how_to_fix: "1. Take what the entry names instead.\n\
                     2. If it comes in through another component, look for a version of that one without it.\n\
                     3. If the entry is wrong here, talk to whoever keeps the list, or ask for a waiver.",
        fine_when: "The reason of the entry does not hold for how it is used here; a waiver says so until it is removed.",
        example_bad: "[[deny]]\ncomponent = \"pkg:npm/kit\"\nversions = \">=1.0.0 <2.0.0\"\nreason = \"taken over by strangers\"\n\
                      instead = \"pkg:npm/better-kit\"\n# and kit 1.4.0 in the lock file\n",
        example_good: "[[deny]]\ncomponent = \"pkg:npm/kit\"\nversions = \">=1.0.0 <2.0.0\"\nreason = \"taken over by strangers\"\n\
                       # and kit 2.0.0 in the lock file\n",
    },
    params: &[SHIPPED],
    mappings: &[("GGI", "23.R2"), ("Stage 1", "S1.2b"), ("S2C2F", "ING-3")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for judged in context.judged {
        let Some(denial) = judged.denied else { continue };
        let name = context.name(judged.component);
        let why = denial.reason.trim().trim_end_matches('.').to_owned();
        let message = match (&denial.versions, denial.undecided) {
            (Some(versions), true) => {
                format!(
                    "{name} may be one of the versions that are not to be used ({versions}): they cannot be compared"
                )
            }
            _ => format!("{name} is not to be used"),
        };
        let mut draft = Draft::new(Subject::Component(judged.component), message, why);
        draft.help.extend(denial.instead.as_ref().map(|instead| format!("use {instead} instead")));
        if let Some(versions) = &denial.versions
            && !denial.undecided
        {
            draft.help.push(format!("or take a version outside of {versions}"));
        }
        if let Some((_, dependency)) = context.introduced_by(judged.component)
            && dependency.to != judged.component
        {
            draft.help.push(context.replace(judged.component));
        }
        draft.help.push(context.waive(judged.component));
        draft.locations = context.manifest_places(judged.component);
        draft.because = Some(denial.because.clone());
        drafts.push(draft);
    }
}
