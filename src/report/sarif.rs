//! SARIF 2.1.0 (OASIS, errata 01), as code scanning services accept it.
//!
//! One run. What decides how it is read there:
//!
//! - `locations` has one place, the first of the finding: services show only that one, and a pull request is annotated only
//!   if its lines are in the difference, so it is the line that a person edits. The other places and the steps of the path
//!   are `relatedLocations`.
//! - `partialFingerprints.primaryLocationLineHash` is the one fingerprint that is looked at; it is the finding's own, which
//!   does not change when lines move.
//! - Waived findings are there with `suppressions`, so that nothing is hidden. Services that do not read suppressions show
//!   them as open.
//! - `security-severity` is for vulnerabilities alone, and services read it from the rule: each advisory that a finding is about
//!   is a rule of its own, `vuln/severity-over-threshold/CVE-2021-23337`. Other rules have `problem.severity`.
//! - Limits: 25,000 results, 1,000 locations a result, 1,024 characters in a rule's descriptions. What is cut is said in
//!   `toolExecutionNotifications`, together with the diagnostics of the run.
//! - Paths are relative to the top of the repository (`%SRCROOT%`) and percent-encoded. Columns count code points; the end
//!   of a region is given where the line was handed in, and is the end of its line otherwise.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use serde::ser::{Serialize, SerializeMap};

use super::json::{Entries, Fields, List, Object};
use super::{Report, Reporter, encode, tally, trail};
use crate::model::{
    AdvisoryKind, Diagnostic, DiagnosticKind, Finding, Location, Severity, SeverityLevel, Standing, Vulnerability,
};

/// The output.
pub static REPORTER: Reporter =
    Reporter { id: "sarif", docs: "SARIF 2.1.0 for code scanning", shows_lines_of: super::open_findings, write };

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Results that code scanning takes from one run.
const RESULTS: usize = 25_000;

/// Results of one run that code scanning shows, the most severe first ("SARIF results exceed one or more limits").
const SHOWN: usize = 5_000;

/// Places that code scanning takes with one result.
const LOCATIONS: usize = 1_000;

/// Characters that code scanning takes in a rule's descriptions.
const DESCRIPTION: usize = 1_024;

/// Notifications written; beyond it they are counted. A limit of our own: a broken tree can have one per file.
const NOTIFICATIONS: usize = 1_000;

/// Characters of one message.
const MESSAGE: usize = 4_000;

fn write(report: &Report<'_>, writer: &mut dyn io::Write) -> io::Result<()> {
    write_capped(report, writer, RESULTS)
}

/// Writes at most so many results.
pub(super) fn write_capped(report: &Report<'_>, writer: &mut dyn io::Write, results: usize) -> io::Result<()> {
    let mut writer = io::BufWriter::with_capacity(1 << 16, writer);
    let log = Log { report, rules: &Rules::of(report), results };
    Object(log)
        .serialize(&mut serde_json::Serializer::with_formatter(&mut writer, encode::Json::new(4)))
        .map_err(io::Error::from)?;
    io::Write::write_all(&mut writer, b"\n")?;
    io::Write::flush(&mut writer)
}

/// The rules of the run: those with a text, and those that a finding names. Code scanning takes the severity of a vulnerability
/// from the rule, so that each advisory is a rule of its own there.
struct Rules<'a> {
    known: Vec<(Cow<'a, str>, Option<&'a Vulnerability>)>,
}

/// The rule of a finding, as code scanning sees it: with the advisory, where it is about one.
fn rule_of<'a>(report: &Report<'a>, finding: &'a Finding) -> (Cow<'a, str>, Option<&'a Vulnerability>) {
    let all = report.bom.advisories.as_ref();
    let known = finding.vulnerability.and_then(|at| all?.vulnerabilities.get(at as usize));
    match known {
        Some(known) => (format!("{}/{}", finding.rule, known.id).into(), Some(known)),
        None => (finding.rule.as_str().into(), None),
    }
}

impl<'a> Rules<'a> {
    fn of(report: &'a Report<'_>) -> Self {
        let texts = report.rules.iter().map(|rule| (Cow::from(rule.id), None));
        let named = report.verdict.findings.iter().map(|finding| rule_of(report, finding));
        let mut known: Vec<_> = texts.chain(named).collect();
        known.sort_by(|a, b| a.0.cmp(&b.0));
        known.dedup_by(|a, b| a.0 == b.0);
        Self { known }
    }

    fn index(&self, id: &str) -> Option<usize> {
        self.known.binary_search_by(|(known, _)| (**known).cmp(id)).ok()
    }
}

/// The score that code scanning ranks by, 0.1 to 10.0: what the vector comes to, else the middle of the level's band.
fn security_severity(known: &Vulnerability) -> Option<String> {
    let tenths = match (known.kind, &known.score, known.level) {
        (AdvisoryKind::Malware, ..) => 100,
        (_, Some(score), _) => score.tenths.max(1),
        (_, None, SeverityLevel::Critical) => 95,
        (_, None, SeverityLevel::High) => 79,
        (_, None, SeverityLevel::Medium) => 54,
        (_, None, SeverityLevel::Low) => 20,
        (_, None, SeverityLevel::None | SeverityLevel::Unknown) => return None,
    };
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

fn level(severity: Severity) -> &'static str {
    // The words happen to be those of SARIF, section 3.27.10.
    severity.as_str()
}

/// A message or description: `{"text": …}`.
struct Plain<'a>(std::borrow::Cow<'a, str>);

impl<'a> Plain<'a> {
    fn of(text: &'a str) -> Object<Self> {
        Self::cut(text, MESSAGE)
    }

    fn cut(text: &'a str, max: usize) -> Object<Self> {
        let text = encode::clip(text, max);
        let text = encode::sarif_text(&encode::without_user_info(&text)).into_owned();
        Object(Self(text.into()))
    }
}

impl Fields for Plain<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("text", &*self.0)
    }
}

struct Log<'a> {
    report: &'a Report<'a>,
    rules: &'a Rules<'a>,
    results: usize,
}

impl Fields for Log<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        to.put("$schema", SCHEMA)?;
        to.put("version", "2.1.0")?;
        to.put("runs", List(|| [Object(Run(self))]))
    }
}

struct Run<'a>(&'a Log<'a>);

impl Fields for Run<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Tool<'a>(&'a Log<'a>);
        impl Fields for Tool<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("driver", Object(Driver(self.0)))
            }
        }
        struct Driver<'a>(&'a Log<'a>);
        impl Fields for Driver<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("name", "sepal")?;
                to.put("semanticVersion", self.0.report.run.version.as_str())?;
                let rules = || self.0.rules.known.iter();
                to.put("rules", List(|| rules().map(|(id, known)| Object(Rule(self.0.report, id, *known)))))
            }
        }
        struct Bases;
        impl Fields for Bases {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("%SRCROOT%", Object(Base))
            }
        }
        struct Base;
        impl Fields for Base {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("description", Plain::of("the top of the repository"))
            }
        }
        struct Properties<'a>(&'a Report<'a>);
        impl Fields for Properties<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                let Report { bom, verdict, run, .. } = self.0;
                to.put("policy", &*encode::without_user_info(&verdict.policy))?;
                to.put("policySha256", verdict.policy_digest.as_str())?;
                to.put("outcome", verdict.outcome.as_str())?;
                to.maybe("advisoryData", bom.advisories.as_ref().map(tally::advisory_data))?;
                to.maybe("revision", run.revision.as_deref().or(bom.subject.revision.as_deref()))
            }
        }
        let log = self.0;
        let report = log.report;
        to.put("tool", Object(Tool(log)))?;
        to.put("columnKind", "unicodeCodePoints")?;
        to.put("originalUriBaseIds", Object(Bases))?;
        to.put("invocations", List(|| [Object(Invocation(log))]))?;
        to.put("properties", Object(Properties(report)))?;
        // Sorted with the most severe first: what is cut is what matters least.
        let kept = || report.verdict.findings.iter().take(log.results);
        to.put("results", List(|| kept().map(|finding| Object(Outcome { log, finding }))))
    }
}

struct Rule<'a>(&'a Report<'a>, &'a str, Option<&'a Vulnerability>);

impl Fields for Rule<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Help(String, String);
        impl Fields for Help {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("text", &self.0)?;
                to.put("markdown", &self.1)
            }
        }
        struct Defaults(Severity);
        impl Fields for Defaults {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("level", level(self.0))
            }
        }
        struct Properties<'a>(&'a str, Severity, Option<&'a Vulnerability>);
        impl Fields for Properties<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                let group = self.0.split_once('/').map_or("custom", |(group, _)| group);
                let security = self.2.map(|_| "security");
                to.put("tags", List(|| ["supply-chain", group].into_iter().chain(security)))?;
                to.maybe("security-severity", self.2.and_then(security_severity))?;
                to.put("precision", "very-high")?;
                to.put(
                    "problem.severity",
                    match self.1 {
                        Severity::Error => "error",
                        Severity::Warning => "warning",
                        Severity::Note => "recommendation",
                    },
                )
            }
        }
        let Rule(report, id, known) = *self;
        let base =
            known.and_then(|known| id.strip_suffix(known.id.as_str())).map_or(id, |base| base.trim_end_matches('/'));
        let text = report.rule(base);
        let summary = text.map(|text| text.summary).filter(|summary| !summary.is_empty()).unwrap_or(id);
        let ran = report.verdict.rules.iter().find(|rule| rule.rule == base).map(|rule| rule.level);
        let severity = ran.or(text.map(|text| text.level)).unwrap_or(Severity::Warning);
        to.put("id", id)?;
        let titled = known.map(|known| match known.summary.as_str() {
            "" => known.id.to_string(),
            summary => format!("{}: {summary}", known.id),
        });
        to.put("shortDescription", Plain::cut(titled.as_deref().unwrap_or(summary), DESCRIPTION))?;
        let what = text.map(|text| text.what).filter(|what| !what.is_empty()).unwrap_or(summary);
        to.put("fullDescription", Plain::cut(what, DESCRIPTION))?;
        let command = format!("sepal explain {base}");
        let (mut plain, mut markdown) = (String::new(), String::new());
        if let Some(text) = text {
            for (title, part) in [("What it does", text.what), ("Why it matters", text.why), ("What to do", text.fix)] {
                if !part.is_empty() {
                    plain.push_str(&format!("{title}: {part}\n\n"));
                    markdown.push_str(&format!("## {title}\n\n{part}\n\n"));
                }
            }
        }
        plain.push_str(&format!("Learn more: {command}"));
        markdown.push_str(&format!("Learn more: {}", encode::markdown_code(&command)));
        to.put("help", Object(Help(plain, markdown)))?;
        to.put("defaultConfiguration", Object(Defaults(severity)))?;
        to.put("properties", Object(Properties(base, severity, known)))
    }
}

/// A place in the repository, as a `location` object.
struct Place<'a> {
    report: &'a Report<'a>,
    location: &'a Location,
    id: Option<usize>,
    message: Option<String>,
}

impl Fields for Place<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Physical<'a>(&'a Place<'a>);
        impl Fields for Physical<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("artifactLocation", Object(Artifact(self.0)))?;
                to.put("region", Object(Region(self.0)))
            }
        }
        struct Artifact<'a>(&'a Place<'a>);
        impl Fields for Artifact<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("uri", uri(self.0.report, self.0.location))?;
                to.put("uriBaseId", "%SRCROOT%")
            }
        }
        struct Region<'a>(&'a Place<'a>);
        impl Fields for Region<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                let Place { report, location, .. } = self.0;
                // A whole file is shown at its first line.
                let Some(mark) = location.mark else { return to.put("startLine", 1) };
                to.put("startLine", mark.line.max(1))?;
                to.put("startColumn", mark.column.max(1))?;
                let extent = report.excerpts.extent(location);
                // One past the last character, from one (section 3.30.8).
                to.maybe("endColumn", extent.map(|(first, count)| first + count + 1))
            }
        }
        to.maybe("id", self.id)?;
        to.put("physicalLocation", Object(Physical(self)))?;
        to.maybe("message", self.message.as_deref().map(Plain::of))
    }
}

fn uri(report: &Report<'_>, location: &Location) -> String {
    let path = location.path.as_str();
    match &report.run.prefix {
        Some(prefix) if !prefix.as_str().is_empty() => encode::uri(format!("{prefix}/{path}").trim_end_matches('/')),
        _ => encode::uri(path),
    }
}

struct Outcome<'a> {
    log: &'a Log<'a>,
    finding: &'a Finding,
}

impl<'a> Outcome<'a> {
    /// The message: what, how it comes in, what to do. Services show the first sentence as the title.
    fn message(&self) -> String {
        let report = self.log.report;
        let finding = self.finding;
        let mut lines = vec![format!("{}.", trail::prose(&finding.message)), String::new()];
        if let Some(id) = finding.component {
            lines.push(format!("Component: {}", trail::purl(report.bom.component(id))));
        }
        if finding.path.len() > 1 {
            let names: Vec<String> = finding.path.iter().map(|id| trail::name(report.bom.component(*id))).collect();
            lines.push(format!("Comes in through: {}", names.join(" → ")));
        }
        lines.push(format!("Policy: {}", trail::policy(&finding.because)));
        if !finding.why.is_empty() {
            lines.push(format!("Why: {}", trail::prose(&finding.why)));
        }
        if !finding.help.is_empty() {
            let help: Vec<String> = finding.help.iter().map(|help| trail::prose(help)).collect();
            lines.push(format!("Ways out: {}", help.join(" · ")));
        }
        lines.join("\n")
    }

    /// The places beside the first: the steps of the path, then the others.
    fn related(&self) -> Vec<(&'a Location, String)> {
        let report = self.log.report;
        let finding = self.finding;
        let mut places = Vec::new();
        for step in trail::steps(report.bom, finding).flatten() {
            if let Some(evidence) = &step.evidence {
                let from = trail::name(report.bom.component(step.from));
                let to = trail::name(report.bom.component(step.to));
                places.push((&evidence.location, format!("{from} needs {to}")));
            }
        }
        places.extend(finding.locations.iter().skip(1).map(|location| (location, "also here".to_owned())));
        places.truncate(LOCATIONS - 1);
        places
    }
}

impl<'a> Fields for Outcome<'a> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Prints<'a>(&'a str);
        impl Fields for Prints<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("primaryLocationLineHash", self.0)?;
                to.put("sepal/v1", self.0)
            }
        }
        struct Properties<'a>(&'a Report<'a>, &'a Finding);
        impl Fields for Properties<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                let Properties(report, finding) = *self;
                to.maybe("purl", finding.component.map(|id| report.bom.component(id).purl.to_string()))?;
                to.maybe("project", finding.project.map(|id| report.bom.project(id).directory.to_string()))
            }
        }
        struct Suppression<'a>(&'a str, &'a str, &'a str);
        impl Fields for Suppression<'_> {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("kind", "external")?;
                to.put("status", "accepted")?;
                let Suppression(by, until, reason) = self;
                let text = format!("{reason} (approved by {by}, until {until})");
                to.put("justification", trail::prose(&text))
            }
        }
        let Outcome { log, finding } = self;
        let report = log.report;
        let (rule, _) = rule_of(report, finding);
        to.put("ruleId", &*rule)?;
        to.maybe("ruleIndex", log.rules.index(&rule))?;
        to.put("level", level(finding.severity))?;
        to.put("message", Plain::of(&self.message()))?;
        // Never empty by its contract; a result without a place would make the service refuse the whole file.
        let root = Location::file(&crate::model::RepoPath::root());
        let location = finding.locations.first().unwrap_or(&root);
        to.put("locations", List(|| [Object(Place { report, location, id: None, message: None })]))?;
        let related = self.related();
        if !related.is_empty() {
            let place = |(index, (location, message)): (usize, &(&'a Location, String))| {
                Object(Place { report, location, id: Some(index + 1), message: Some(message.clone()) })
            };
            to.put("relatedLocations", List(|| related.iter().enumerate().map(place)))?;
        }
        to.put("partialFingerprints", Object(Prints(&finding.fingerprint)))?;
        if let Standing::Waived { by, until, reason, .. } = &finding.standing {
            to.put("suppressions", List(|| [Object(Suppression(by, until, reason))]))?;
        }
        if report.verdict.comparison.is_some() {
            // SARIF 2.1.0, section 3.27.24.
            let known = matches!(finding.standing, Standing::Known { .. });
            to.put("baselineState", if known { "unchanged" } else { "new" })?;
        }
        to.put("properties", Object(Properties(report, finding)))
    }
}

struct Invocation<'a>(&'a Log<'a>);

impl Fields for Invocation<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        let Log { report, results, .. } = *self.0;
        let all = || report.bom.diagnostics.iter().chain(&report.verdict.diagnostics);
        let mut said: Vec<Notice<'_>> = Vec::new();
        let findings = report.verdict.findings.len();
        if findings > results {
            let text = format!(
                "{} of {findings} findings are left out: code scanning takes {results} of one run",
                findings - results
            );
            said.push(Notice { report, diagnostic: None, text });
        }
        if findings.min(results) > SHOWN {
            let text = format!("code scanning shows the {SHOWN} most severe of these results; --format json has all");
            said.push(Notice { report, diagnostic: None, text });
        }
        if all().count() > NOTIFICATIONS {
            let mut kinds: BTreeMap<DiagnosticKind, usize> = BTreeMap::new();
            all().skip(NOTIFICATIONS).for_each(|diagnostic| *kinds.entry(diagnostic.kind).or_default() += 1);
            let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{} {count}", kind.as_str())).collect();
            said.push(Notice {
                report,
                diagnostic: None,
                text: format!("more diagnostics are left out: {}", kinds.join(", ")),
            });
        }
        let diagnostics = || {
            all().take(NOTIFICATIONS).map(|diagnostic| Notice {
                report,
                diagnostic: Some(diagnostic),
                text: String::new(),
            })
        };
        to.put("executionSuccessful", true)?;
        to.maybe("exitCode", report.run.exit)?;
        to.put(
            "toolExecutionNotifications",
            List(|| said.iter().map(|notice| Object(notice.clone())).chain(diagnostics().map(Object))),
        )
    }
}

#[derive(Clone)]
struct Notice<'a> {
    report: &'a Report<'a>,
    diagnostic: Option<&'a Diagnostic>,
    text: String,
}

impl Fields for Notice<'_> {
    fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
        struct Descriptor(&'static str);
        impl Fields for Descriptor {
            fn fields<M: SerializeMap>(&self, to: &mut Entries<M>) -> Result<(), M::Error> {
                to.put("id", self.0)
            }
        }
        let Some(diagnostic) = self.diagnostic else {
            to.put("level", "warning")?;
            return to.put("message", Plain::of(&self.text));
        };
        to.put("descriptor", Object(Descriptor(diagnostic.kind.as_str())))?;
        to.put("level", if diagnostic.kind.loses_facts() { "warning" } else { "note" })?;
        let help = diagnostic.help.as_deref().map(|help| format!("\nHelp: {}", trail::prose(help))).unwrap_or_default();
        to.put("message", Plain::of(&format!("{}{help}", trail::prose(&diagnostic.message))))?;
        let (report, location) = (self.report, &diagnostic.location);
        to.put("locations", List(|| [Object(Place { report, location, id: None, message: None })]))
    }
}
