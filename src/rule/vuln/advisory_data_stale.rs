//! Advisories that are old.

use crate::model::Severity;
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject};

/// Advisories that are old.
pub static RULE: Rule = Rule {
    id: "vuln/advisory-data-stale",
    summary: "the advisories that were asked are older than the policy allows",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires if the advisories were imported more than `days` days ago, or if the newest record of all was \
             changed more than `newest-days` days ago: importing old files does not make them new. It does not fire \
             where no advisories were looked up: `[completeness] advisories = true` asks for them.",
        why: "An answer from old data says nothing of what was found out since.",
        how_to_fix: "1. Get the records anew and import them: `sepal advisories import`.\n2. Let a job do that every day.",
        fine_when: "A build of an old release is looked at with the data of its day, on purpose.",
        example_bad: "sepal advisories status    # imported two months ago\n",
        example_good: "sepal advisories import all.zip && sepal check\n",
    },
    params: &[
        Param {
            name: "days",
            kind: ParamKind::Number { default: 7, most: 36_500 },
            docs: "How many days ago the advisories may have been imported.",
        },
        Param {
            name: "newest-days",
            kind: ParamKind::Number { default: 30, most: 36_500 },
            docs: "How many days ago the newest record may have been changed.",
        },
    ],
    mappings: &[("GGI", "22.V1"), ("ISO/IEC 18974", "4.1.5"), ("CRA", "I-II(1)")],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let Some(data) = context.bom.advisories.as_ref().map(|advisories| &advisories.data) else { return };
    let over = |age: Option<i32>, name| {
        let most = i32::try_from(context.params.number(name)).unwrap_or(i32::MAX);
        age.filter(|age| *age > most).map(|age| (age, most))
    };
    let message = match (over(data.age(context.today), "days"), over(data.newest_age(context.today), "newest-days")) {
        (Some((age, most)), _) => format!("the advisories were imported {age} days ago, and {most} are allowed"),
        (None, Some((age, most))) => {
            format!("the newest of the advisories was changed {age} days ago, and {most} are allowed")
        }
        (None, None) if data.age(context.today).is_none() => "nobody knows how old the advisories are".to_owned(),
        (None, None) => return,
    };
    let mut draft = Draft::new(Subject::Place, message, "what was found out since is not in this answer");
    draft.help.push("get the records anew: sepal advisories import".to_owned());
    draft.discriminator = "advisories".into();
    drafts.push(draft);
}
