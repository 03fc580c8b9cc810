//! A fix that was not taken in time.

use crate::model::{AdvisoryKind, SeverityLevel};
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, SHIPPED};

/// A fix that was not taken in time.
pub static RULE: Rule = Rule {
    id: "vuln/fix-overdue",
    summary: "a vulnerability with a fix was not put right within the days that the policy gives",
    default: None,
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every third-party component with a vulnerability that has a fixed version and has been public \
             for longer than the days of its severity. The days are counted from the publication of the first record \
             about it, or from its last change where no record says when it was published; nobody here knows when \
             the product began to use the component. It needs imported advisories.",
        why: "A fix that exists and is not taken is the commonest way to be broken into, and the one that is asked \
             about afterwards.",
        how_to_fix: "1. Take the version shown; `sepal check --fix-plan` lists the commands for all of them.\n2. If it has \
             to wait, say until when: a waiver with `advisory`.",
        fine_when: "Nothing of the product reaches what is affected; a VEX statement says so.",
        example_bad: "\"lodash\": \"4.17.20\"    # fixed for years\n",
        example_good: "\"lodash\": \"4.17.21\"\n",
    },
    params: &[
        Param {
            name: "critical-days",
            kind: ParamKind::Number { default: 7, most: 36_500 },
            docs: "Days for those of critical severity, and for those that are known to be exploited.",
        },
        Param {
            name: "high-days",
            kind: ParamKind::Number { default: 30, most: 36_500 },
            docs: "Days for those of high and of unknown severity.",
        },
        Param {
            name: "medium-days",
            kind: ParamKind::Number { default: 60, most: 36_500 },
            docs: "Days for those of medium severity.",
        },
        Param {
            name: "low-days",
            kind: ParamKind::Number { default: 180, most: 36_500 },
            docs: "Days for those of low severity.",
        },
        SHIPPED,
    ],
    mappings: &[
        ("GGI", "22.V2"),
        ("GGI", "24.K5"),
        ("ISO/IEC 18974", "4.1.5.1"),
        ("CRA", "I-II(2)"),
        ("S2C2F", "UPD-2"),
    ],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (at, known) in context.known().filter(|(_, known)| known.kind == AdvisoryKind::Vulnerability) {
        let (Some(fix), Some(since)) = (&known.fix, known.known_since()) else { continue };
        let days = match known.level {
            _ if known.exploited.is_some() => "critical-days",
            SeverityLevel::Critical => "critical-days",
            SeverityLevel::High | SeverityLevel::Unknown => "high-days",
            SeverityLevel::Medium => "medium-days",
            SeverityLevel::Low => "low-days",
            SeverityLevel::None => continue,
        };
        let allowed = context.params.number(days);
        let open = since.days_until(context.today);
        if open > i32::try_from(allowed).unwrap_or(i32::MAX) {
            let message = format!(
                "{} could be {}: {} has been public since {since}, {open} days ago, and {allowed} are given",
                context.name(known.component),
                fix.version,
                known.id
            );
            drafts.push(context.about(at, known, message));
        }
    }
}
