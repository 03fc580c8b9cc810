//! Licenses that a service on the network stated when it was asked (`--online`).

use std::collections::BTreeMap;

use crate::license;
use crate::model::{
    Bom, Diagnostic, DiagnosticKind, Evidence, Field, LicenseClaim, LicenseSource, Location, Reading, RepoPath, Stage,
    Technique,
};
use crate::online::{Inquiry, Outcome};

/// How sure it is that what a service passes on is what the package declares, in percent.
const CONFIDENCE: u8 = 90;

/// Adds what services stated to the components, what they failed to say to the diagnostics, and the stage that says whom
/// was asked.
pub fn online_licenses(bom: &mut Bom, inquiry: Inquiry) {
    let Inquiry { asked, outcomes, withheld } = inquiry;
    let (mut found, mut not_stated) = (0, 0);
    let total = outcomes.len();
    let mut failures: BTreeMap<String, (usize, Location, String, Option<&'static str>)> = BTreeMap::new();
    let mut old: BTreeMap<String, (usize, Location, String, String)> = BTreeMap::new();
    let mut oldest: Option<String> = None;
    for (place, outcome) in outcomes {
        let Some(component) = bom.components.get_mut(place) else { continue };
        let place = component.occurrences.first().map(|occurrence| occurrence.evidence.location.clone());
        let place = place.unwrap_or_else(|| Location::file(&RepoPath::root()));
        match outcome {
            Outcome::NotStated => not_stated += 1,
            Outcome::Failed { service, why, help } => {
                failures.entry(service).and_modify(|first| first.0 += 1).or_insert((1, place, why, help));
            }
            Outcome::Stated { raw, uncertain, by } => {
                found += 1;
                let read = license::read(&raw);
                let reading = match uncertain {
                    Some(why) if read.expression.is_some() => Reading::Guess(why.into()),
                    _ => read.reading,
                };
                component.licensing.declared.push(LicenseClaim {
                    raw,
                    expression: read.expression.map(|expression| expression.to_string().into()),
                    reading,
                    source: LicenseSource::Online,
                    evidence: Some(Evidence {
                        location: Location::file(&RepoPath::new(&by.address)),
                        field: Field::License,
                        technique: Technique::ManifestAnalysis,
                        confidence: CONFIDENCE,
                    }),
                });
                let who = format!("{} on {}", by.service, by.answered);
                component.properties.insert("sepal:license-online".into(), who.into());
                if let Some(why) = by.old {
                    let first = (0, place, by.answered.clone(), why);
                    let entry = old.entry(by.service).or_insert(first);
                    entry.0 += 1;
                    if by.answered < entry.2 {
                        entry.2.clone_from(&by.answered);
                    }
                }
                if oldest.as_ref().is_none_or(|oldest| by.answered < *oldest) {
                    oldest = Some(by.answered);
                }
            }
        }
    }
    let failed: usize = failures.values().map(|(count, ..)| count).sum();
    for (service, (count, location, why, help)) in failures {
        let licenses = if count == 1 { "1 license".to_owned() } else { format!("{count} licenses") };
        bom.diagnostics.push(Diagnostic {
            location,
            kind: DiagnosticKind::Unanswered,
            message: format!("{licenses} could not be asked for at {service}: {why}"),
            help: help.map(str::to_owned),
        });
    }
    for (service, (count, location, answered, why)) in old {
        let message = format!(
            "{count} licenses are what {service} stated, first on {answered}, and it could not be asked again: {why}"
        );
        bom.diagnostics.push(Diagnostic { location, kind: DiagnosticKind::Note, message, help: None });
    }
    for (host, (count, first)) in withheld {
        let licenses = if count == 1 { "1 license was".to_owned() } else { format!("{count} licenses were") };
        let message = format!("{licenses} not asked for, since nothing says that what comes from {host} is public");
        let occurrence = bom.components.get(first).and_then(|component| component.occurrences.first());
        let location = occurrence.map(|occurrence| occurrence.evidence.location.clone());
        bom.diagnostics.push(Diagnostic {
            location: location.unwrap_or_else(|| Location::file(&RepoPath::root())),
            kind: DiagnosticKind::Note,
            message,
            help: Some("if it is, name the host under `public-registries` in [online] of your settings".to_owned()),
        });
    }
    bom.diagnostics.sort();
    let mut detail = match asked.as_slice() {
        [] => "there was nothing to ask for".to_owned(),
        asked => format!("asked {} for {total}: {found} stated", asked.join(", ")),
    };
    for (count, what) in [(not_stated, "not stated"), (failed, "not answered")] {
        if count > 0 {
            detail.push_str(&format!(", {count} {what}"));
        }
    }
    if let Some(oldest) = oldest {
        detail.push_str(&format!("; the oldest answer is of {oldest}"));
    }
    bom.stages.push(Stage { name: "license-online", detail });
}
