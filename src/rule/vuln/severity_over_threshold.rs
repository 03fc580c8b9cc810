//! A component with a severe vulnerability.

use crate::model::{AdvisoryKind, Severity, SeverityLevel};
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, SHIPPED};

/// A component with a severe vulnerability.
pub static RULE: Rule = Rule {
    id: "vuln/severity-over-threshold",
    summary: "a component has a vulnerability of at least the severity that the policy names",
    default: Some(Severity::Error),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every third-party component whose version in use has a vulnerability of at least the severity \
             `severity`, unless a VEX document says that it is not affected or fixed. The severity is what the CVSS \
             vector comes to (the latest version of CVSS that a record has), else the word of a database. Where \
             neither is known it is taken to be `unknown`. Notices and malware have rules of their own. It needs \
             imported advisories.",
        why: "Published vulnerabilities are tried out by many. How severe one is says how much is lost if that \
             succeeds.",
        how_to_fix: "1. Take the version shown; `sepal check --fix-plan` lists the commands for all of them.\n2. If there is \
             none, look for a mitigation in the advisory, or replace the component.\n3. If it does not concern the \
             product, record why: a VEX statement, or a waiver with `advisory`.",
        fine_when: "The affected part is not in the product, or nothing reaches it. A waiver says so for one advisory, \
             until a day.",
        example_bad: "\"lodash\": \"4.17.20\"\n",
        example_good: "\"lodash\": \"4.17.21\"\n",
    },
    params: &[
        Param {
            name: "severity",
            kind: ParamKind::Level(SeverityLevel::High),
            docs: "The least severity that is reported.",
        },
        Param {
            name: "unknown",
            kind: ParamKind::Level(SeverityLevel::High),
            docs: "What a vulnerability of unknown severity is taken for. Many records of PyPI and RustSec have no \
             severity.",
        },
        SHIPPED,
    ],
    mappings: &[
        ("GGI", "22.V1"),
        ("GGI", "23.R3"),
        ("ISO/IEC 18974", "4.3.2"),
        ("CRA", "I-I(2)(a)"),
        ("OSPS", "VM-05.02"),
        ("S2C2F", "SCA-1"),
    ],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let (least, unknown) = (context.params.level("severity"), context.params.level("unknown"));
    for (at, known) in context.known().filter(|(_, known)| known.kind == AdvisoryKind::Vulnerability) {
        let level = if known.level == SeverityLevel::Unknown { unknown } else { known.level };
        if level >= least {
            let message = format!("{} is affected by {}", context.name(known.component), context.called(known));
            drafts.push(context.about(at, known, message));
        }
    }
}
