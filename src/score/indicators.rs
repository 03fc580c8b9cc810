//! The six indicators that GGI-A-24 names, as far as a checkout can give them.

use crate::license::{self, Class};
use crate::model::{Bom, LicenseVerdict, Severity, Verdict};
use crate::rule::{self, Check};

use super::{Indicator, Said};

fn absent(id: &'static str, key: &'static str) -> Indicator {
    Indicator { id, value: None, by: Vec::new(), note: Some(Said::new(key, [""; 0])), previous: None }
}

/// The class of a component's license: of several terms that bind, the one that comes last in the order of classes.
fn class_of(bom: &Bom, verdict: &crate::model::ComponentVerdict) -> Option<Class> {
    let expression = verdict.chosen.clone().or_else(|| {
        bom.component(verdict.component).licensing.effective().and_then(|claim| claim.expression.clone())
    })?;
    let read = license::read(&expression).expression?;
    read.terms().map(|term| license::classes().class_of(term)).max()
}

/// All six.
pub(super) fn all(bom: &Bom, verdict: &Verdict) -> Vec<Indicator> {
    let mut classes: Vec<(String, u64)> = Class::ALL.iter().map(|class| (class.as_str().to_owned(), 0)).collect();
    let mut unknown = 0;
    for component in &verdict.components {
        match class_of(bom, component).filter(|_| component.verdict != LicenseVerdict::Unknown) {
            Some(class) => {
                if let Some(slot) = classes.iter_mut().find(|(name, _)| name == class.as_str()) {
                    slot.1 += 1;
                }
            }
            None => unknown += 1,
        }
    }
    classes.retain(|(_, count)| *count > 0);
    if unknown > 0 {
        classes.push(("unknown".to_owned(), unknown));
    }
    let advisories = bom.stages.iter().any(|stage| stage.name.contains("advisor") || stage.name.contains("vulnerab"));
    let vulnerable = if advisories {
        let mut hit: Vec<_> = verdict
            .findings
            .iter()
            .filter(|finding| finding.standing.is_open() && finding.rule.starts_with("vuln/"))
            .filter_map(|finding| finding.component)
            .collect();
        hit.sort();
        hit.dedup();
        Indicator {
            id: "24.K2",
            value: Some(hit.len() as u64),
            by: Vec::new(),
            note: Some(Said::new("k2-outdated", [""; 0])),
            previous: None,
        }
    } else {
        absent("24.K2", "k2-absent")
    };
    let legal = |severity: Severity| {
        let open = verdict.findings.iter().filter(|finding| finding.standing.is_open() && finding.severity == severity);
        // What concerns licenses, not what concerns documents about them.
        let about = |rule: &str| matches!(rule::by_id(rule).map(|rule| rule.check), Some(Check::Scan(_)));
        open.filter(|finding| finding.rule.starts_with("legal/") && about(&finding.rule)).count() as u64
    };
    let by: Vec<(String, u64)> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (severity.as_str().to_owned(), legal(severity)))
        .collect();
    vec![
        Indicator {
            id: "24.K1",
            value: Some(verdict.components.len() as u64),
            by: classes,
            note: None,
            previous: None,
        },
        vulnerable,
        Indicator { id: "24.K3", value: Some(by.iter().map(|(_, count)| count).sum()), by, note: None, previous: None },
        absent("24.K4", "k4-absent"),
        absent("24.K5", "k5-absent"),
        absent("24.K6", "k6-absent"),
    ]
}
