//! The points, and what counts as evidence of each.
//!
//! What belongs into a repository and is not there is *not met*; what usually lives elsewhere in an organisation (an audit, a
//! training, a person's role) and is not stated is *unknown*. A statement that counts fills what is merely absent; it cannot
//! outweigh what was found against it.

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::model::{
    Bom, Completeness, Component, ComponentKind, Date, DocumentKind, FactKind, FoundSbom, InventoryEntry,
    InventoryKind, Location, Practices, Severity, Verdict,
};
use crate::practice::{Answer, Evidence};
use crate::rule::document_trouble;

use super::{Group, Piece, Point, Said, Status};

/// How a point is assessed.
pub type Assess = fn(&Facts<'_>) -> Found;

/// An activity or item with its points: id, class, and how each is assessed.
pub struct Activity {
    /// `GGI-A-21`, `S1.1`.
    pub id: &'static str,
    /// Its points: each with its class, and how it is assessed.
    pub points: &'static [(&'static str, &'static str, Assess)],
}

/// The Trust goal: five activities, 24 points.
pub static GGI: &[Activity] = &[
    Activity {
        id: "GGI-A-21",
        points: &[
            ("21.V1", "A", license_check),
            ("21.V2", "S", ip_check),
            ("21.V3", "S", license_contact),
            ("21.V4", "S", audits),
            ("21.O1", "S", license_contact_signposted),
            ("21.O2", "A", community_documents),
            ("21.O3", "S", team_contacts),
            ("21.O4", "H", only_a_person),
            ("21.O5", "H", only_a_person),
        ],
    },
    Activity {
        id: "GGI-A-22",
        points: &[
            ("22.V1", "A", vulnerabilities_known),
            ("22.V2", "A", gate),
            ("22.V3", "S", triage),
            ("22.V4", "S", dispatch),
        ],
    },
    Activity {
        id: "GGI-A-23",
        points: &[
            ("23.V1", "A", dependencies_known),
            ("23.V2", "H", only_a_person),
            ("23.V3", "A", analysis_in_ci),
            ("23.V4", "A", analysis_tools),
        ],
    },
    Activity {
        id: "GGI-A-24",
        points: &[("24.V1", "S", metrics_defined), ("24.V2", "A", metrics_kept), ("24.V3", "A", dashboard)],
    },
    Activity {
        id: "GGI-A-44",
        points: &[
            ("44.V1", "S", review_recognised),
            ("44.V2", "S", review_planned),
            ("44.V3", "S", review_agreed),
            ("44.V4", "A", review_done),
        ],
    },
];

/// Stage 1: four items with their sub-clauses.
pub static STAGE1: &[Activity] = &[
    Activity {
        id: "S1.1",
        points: &[
            ("S1.1a", "A", security_risk),
            ("S1.1b", "A", legal_risk),
            ("S1.1c", "A", licenses_known),
            ("S1.1d", "S", procedures),
            ("S1.1e", "S", documentation),
            ("S1.1f", "A", terms_followed),
        ],
    },
    Activity { id: "S1.2", points: &[("S1.2a", "S", programme), ("S1.2b", "S", decision_guide)] },
    Activity { id: "S1.3", points: &[("S1.3a", "A", sbom), ("S1.3b", "A", organisation_list)] },
    Activity {
        id: "S1.4",
        points: &[
            ("S1.4a", "H", only_a_person),
            ("S1.4b", "A", hardware),
            ("S1.4c", "A", models_and_data),
            ("S1.4d", "A", scorecards),
            ("S1.4e", "A", compliance),
            ("S1.4f", "S", programme_or_awareness),
            ("S1.4g", "A", sbom),
        ],
    },
];

/// What a look at the facts brings, before statements are asked.
pub struct Found {
    status: Status,
    /// Whether a statement may fill it.
    fillable: bool,
    evidence: Vec<Piece>,
}

impl Found {
    fn new(status: Status, evidence: Vec<Piece>) -> Self {
        let fillable = matches!(status, Status::NotMet | Status::Unknown | Status::NotApplicable);
        Self { status, fillable, evidence }
    }

    /// Something found speaks against it, which no statement outweighs.
    fn against(evidence: Vec<Piece>) -> Self {
        Self { status: Status::NotMet, fillable: false, evidence }
    }

    fn because(status: Status, key: &'static str) -> Self {
        Self::new(status, vec![note(key)])
    }
}

/// `path:line`.
pub(super) fn place(location: &Location) -> String {
    match location.line() {
        Some(line) => format!("{}:{line}", location.path),
        None => location.path.to_string(),
    }
}

fn note(key: &'static str) -> Piece {
    Piece { kind: "count", place: None, said: Said { key, values: Vec::new() } }
}

fn count<V: ToString>(key: &'static str, values: impl IntoIterator<Item = V>) -> Piece {
    Piece { kind: "count", place: None, said: Said::new(key, values) }
}

/// What stands in a file, under a heading in the reader's language.
fn file(key: &'static str, answer: &Answer) -> Piece {
    Piece { kind: "file", place: Some(place(&answer.location)), said: Said::new(key, [&answer.what]) }
}

/// What points are assessed from.
pub struct Facts<'a> {
    bom: &'a Bom,
    verdict: &'a Verdict,
    evidence: Evidence<'a>,
    contacts: &'a BTreeMap<CompactString, String>,
    former: usize,
}

static NOTHING: Practices = Practices {
    documents: Vec::new(),
    facts: Vec::new(),
    attestations: Vec::new(),
    inventory: Vec::new(),
    releases: Vec::new(),
    newest_tag: None,
    problems: Vec::new(),
    texts: None,
    files: None,
    reviews: None,
    cycles: Vec::new(),
    cards: Vec::new(),
    notices: None,
};

impl<'a> Facts<'a> {
    pub(super) fn new(
        bom: &'a Bom,
        verdict: &'a Verdict,
        today: Date,
        contacts: &'a BTreeMap<CompactString, String>,
        former: usize,
    ) -> Self {
        let practices = bom.practices.as_ref().unwrap_or(&NOTHING);
        Self { bom, verdict, evidence: Evidence { practices, today }, contacts, former }
    }

    fn files(&self, key: &'static str, kind: FactKind) -> Vec<Piece> {
        const MOST: usize = 5;
        self.evidence.all(kind).iter().take(MOST).map(|answer| file(key, answer)).collect()
    }

    fn contact(&self, subject: &str) -> Option<Piece> {
        let address = self.contacts.get(subject)?;
        Some(Piece { kind: "file", place: None, said: Said::new("contact-in-policy", [address.as_str()]) })
    }

    /// Open findings of rules whose ids begin so.
    fn open(&self, prefix: &str, least: Severity) -> Vec<Piece> {
        const MOST: usize = 3;
        let found: Vec<_> = self
            .verdict
            .findings
            .iter()
            .filter(|finding| {
                finding.standing.is_open() && finding.severity >= least && finding.rule.starts_with(prefix)
            })
            .collect();
        let mut pieces: Vec<Piece> = found
            .iter()
            .take(MOST)
            .map(|finding| Piece {
                kind: "finding",
                place: finding.locations.first().map(place),
                said: Said::new("finding", [finding.rule.as_str(), finding.message.as_str()]),
            })
            .collect();
        if found.len() > MOST {
            pieces.push(count("more", [found.len() - MOST]));
        }
        pieces
    }

    fn ran(&self, rule: &str) -> bool {
        self.verdict.rules.iter().any(|summary| summary.rule == rule)
    }

    fn components(&self) -> usize {
        self.verdict.coverage.components
    }

    /// Whether advisories were laid over the components in this run.
    fn advisories_ran(&self) -> bool {
        self.bom.stages.iter().any(|stage| stage.name.contains("advisor") || stage.name.contains("vulnerab"))
    }
}

/// Assesses all points of some activities.
pub(super) fn assess(activities: &'static [Activity], facts: &Facts<'_>) -> Vec<Group> {
    activities
        .iter()
        .map(|activity| Group {
            id: activity.id,
            points: activity
                .points
                .iter()
                .map(|(id, class, look)| {
                    let Found { mut status, fillable, mut evidence } = look(facts);
                    if let Some(statement) = facts.evidence.attested(id) {
                        if fillable {
                            status = Status::Attested;
                            evidence.clear();
                        }
                        evidence.push(Piece {
                            kind: "attestation",
                            place: Some(place(&statement.location)),
                            said: Said::new(
                                "attestation",
                                [
                                    statement.statement.as_str(),
                                    &statement.signed_by,
                                    &statement.expires.to_string(),
                                    &statement.evidence,
                                ],
                            ),
                        });
                    }
                    for statement in facts.evidence.practices.attestations.iter().filter(|s| s.point == *id) {
                        if let Some(trouble) = crate::practice::trouble(statement, facts.evidence.today) {
                            evidence.push(Piece {
                                kind: "attestation",
                                place: Some(place(&statement.location)),
                                said: Said::new("attestation-void", [trouble]),
                            });
                        }
                    }
                    Point { id, class, status, evidence }
                })
                .collect(),
        })
        .collect()
}

fn verified_or(evidence: Vec<Piece>, otherwise: Status, key: &'static str) -> Found {
    if evidence.is_empty() { Found::because(otherwise, key) } else { Found::new(Status::Verified, evidence) }
}

fn attested_or(evidence: Vec<Piece>, otherwise: Status, key: &'static str) -> Found {
    if evidence.is_empty() { Found::because(otherwise, key) } else { Found::new(Status::Attested, evidence) }
}

fn license_check(facts: &Facts<'_>) -> Found {
    let mut evidence = facts.files("scanner", FactKind::LicenseScanner);
    evidence.truncate(1);
    if evidence.is_empty() {
        evidence.extend(facts.evidence.document(DocumentKind::ToolPolicy).map(|policy| file("document", &policy)));
    }
    if evidence.is_empty() {
        return Found::because(Status::NotMet, "no-license-check");
    }
    let coverage = &facts.verdict.coverage;
    evidence.push(count("licensed", [coverage.licensed, coverage.components]));
    Found::new(Status::Verified, evidence)
}

fn ip_check(facts: &Facts<'_>) -> Found {
    let mut evidence = facts.files("contributor-terms", FactKind::ContributorTerms);
    evidence.truncate(2);
    evidence.extend(facts.files("notice-check", FactKind::NoticeCheck));
    attested_or(evidence, Status::Unknown, "no-ip-check")
}

fn license_contact(facts: &Facts<'_>) -> Found {
    let mut evidence: Vec<Piece> = facts.contact("license").into_iter().collect();
    evidence.extend(facts.files("contact", FactKind::LicenseContact));
    attested_or(evidence, Status::Unknown, "no-license-contact")
}

fn license_contact_signposted(facts: &Facts<'_>) -> Found {
    attested_or(facts.files("contact", FactKind::LicenseContact), Status::Unknown, "no-license-contact")
}

/// The oldest audit on record that still counts, in days.
const AUDIT_DAYS: i32 = 365;

fn audits(facts: &Facts<'_>) -> Found {
    if let Some(scan) = facts.evidence.scheduled_audit() {
        return Found::new(Status::Verified, vec![file("scheduled", &scan)]);
    }
    if let Some(statement) = facts.evidence.attested("21.V4") {
        let days = statement.date.days_until(facts.evidence.today);
        if days > AUDIT_DAYS {
            return Found::against(vec![count("audit-old", [days])]);
        }
    }
    Found::because(Status::Unknown, "no-audit")
}

fn community_documents(facts: &Facts<'_>) -> Found {
    let kinds = [DocumentKind::Readme, DocumentKind::License, DocumentKind::Contributing, DocumentKind::CodeOfConduct];
    let mut have = Vec::new();
    let mut lack = Vec::new();
    for kind in kinds {
        match facts.evidence.document_or_section(kind) {
            Some(answer) => {
                let said = Said::new("document", [kind.as_str()]);
                have.push(Piece { kind: "file", place: Some(place(&answer.location)), said });
            }
            None => lack.push(Piece { kind: "count", place: None, said: Said::new("no-document", [kind.as_str()]) }),
        }
    }
    if lack.is_empty() { Found::new(Status::Verified, have) } else { Found::new(Status::NotMet, lack) }
}

fn team_contacts(facts: &Facts<'_>) -> Found {
    attested_or(facts.files("owners", FactKind::ManifestOwners), Status::Unknown, "no-team-contact")
}

fn only_a_person(_: &Facts<'_>) -> Found {
    Found::because(Status::Unknown, "only-a-person")
}

/// Whether a stage ran that begins so: what nobody looked for is not absent.
fn looked(facts: &Facts<'_>, stage: &str) -> bool {
    facts.bom.stages.iter().any(|ran| ran.name == stage)
}

fn hardware(facts: &Facts<'_>) -> Found {
    let licenses = facts.bom.own.license_files.as_deref().unwrap_or_default();
    let beside = |component: &Component| {
        component.kind == ComponentKind::Device
            && component.occurrences.iter().any(|occurrence| {
                let directory = &facts.bom.project(occurrence.project).directory;
                licenses.iter().any(|file| {
                    let holder = file.path.parent();
                    directory.is_within(&holder) || holder.file_name() == "LICENSES"
                })
            })
    };
    let kinds = [ComponentKind::Device, ComponentKind::Firmware];
    inventoried(facts, "extract", &kinds, &beside, "designs-licensed", "no-designs")
}

fn models_and_data(facts: &Facts<'_>) -> Found {
    let kinds = [ComponentKind::Model, ComponentKind::Data];
    inventoried(facts, "models", &kinds, &|_| false, "models-licensed", "no-models")
}

/// Whether everything of some kinds has a license; not applicable where there is nothing of them and somebody looked.
fn inventoried(
    facts: &Facts<'_>,
    stage: &str,
    kinds: &[ComponentKind],
    beside: &dyn Fn(&Component) -> bool,
    licensed: &'static str,
    none: &'static str,
) -> Found {
    const MOST: usize = 5;
    let of_product = |component: &&Component| {
        let mut occurrences = component.occurrences.iter();
        kinds.contains(&component.kind) && occurrences.any(|it| !facts.bom.project(it.project).fixture)
    };
    let all: Vec<&Component> = facts.bom.components.iter().filter(of_product).collect();
    if all.is_empty() {
        return match looked(facts, stage) {
            true => Found::because(Status::NotApplicable, none),
            false => Found::because(Status::Unknown, "not-looked-for"),
        };
    }
    let has = |component: &&&Component| component.licensing.effective().is_some() || beside(component);
    let without: Vec<&&Component> = all.iter().filter(|component| !has(component)).collect();
    let mut evidence = vec![count(licensed, [all.len() - without.len(), all.len()])];
    evidence.extend(without.iter().take(MOST).map(|component| Piece {
        kind: "file",
        place: component.occurrences.first().map(|occurrence| place(&occurrence.evidence.location)),
        said: Said::new("no-license", [component.purl.full_name().as_str()]),
    }));
    if without.len() > MOST {
        evidence.push(count("more", [without.len() - MOST]));
    }
    match without.is_empty() {
        true => Found::new(Status::Verified, evidence),
        false => Found::new(Status::NotMet, evidence),
    }
}

/// The list of what an organisation has, where it keeps one here. The same is asked by `inventory/repo-not-inventoried` and
/// `inventory/system-not-inventoried`, whose findings are the evidence where a policy has them on.
fn organisation_list(facts: &Facts<'_>) -> Found {
    let list = &facts.evidence.practices.inventory;
    let Some(first) = list.first() else { return of_an_organisation(facts) };
    let whole = |entry: &&InventoryEntry| {
        let known = entry.sbom.is_some() && !matches!(entry.found, Some(FoundSbom::Missing | FoundSbom::Other));
        let answered = entry.owner.is_some() && entry.usage.is_some();
        (known || entry.reason.is_some() && entry.kind != InventoryKind::Repository) && answered
    };
    let counted = list.iter().filter(whole).count();
    let said = Said::new("organisation-list", [counted, list.len()]);
    let mut evidence = vec![Piece { kind: "file", place: Some(place(&first.location)), said }];
    evidence.extend(facts.open("inventory/repo-not-inventoried", Severity::Note));
    evidence.extend(facts.open("inventory/system-not-inventoried", Severity::Note));
    match counted == list.len() && evidence.len() == 1 {
        true => Found::new(Status::Attested, evidence),
        false => Found::against(evidence),
    }
}

fn of_an_organisation(_: &Facts<'_>) -> Found {
    Found::because(Status::NotApplicable, "of-an-organisation")
}

fn vulnerabilities_known(facts: &Facts<'_>) -> Found {
    if !facts.advisories_ran() {
        return Found::because(Status::Unknown, "no-advisories");
    }
    let coverage = &facts.verdict.coverage;
    Found::new(Status::Verified, vec![count("components", [coverage.components])])
}

fn gate(facts: &Facts<'_>) -> Found {
    let mut against = facts.files("dangerous-workflow", FactKind::DangerousWorkflow);
    against.extend(facts.files("secret", FactKind::Secret));
    if !against.is_empty() {
        return Found::against(against);
    }
    let gates = facts.files("gate", FactKind::Gate);
    if !gates.is_empty() {
        return Found::new(Status::Verified, gates);
    }
    let mut lack = vec![note("no-gate")];
    lack.extend(facts.files("scanner", FactKind::Scanner));
    Found::new(Status::NotMet, lack)
}

fn champion(facts: &Facts<'_>) -> Vec<Piece> {
    let champions = facts.evidence.all(FactKind::Insight);
    let champions = champions.iter().filter(|answer| answer.what.starts_with("champion="));
    champions.map(|answer| file("contact", answer)).chain(facts.contact("security")).collect()
}

fn triage(facts: &Facts<'_>) -> Found {
    attested_or(champion(facts), Status::Unknown, "no-triage")
}

fn dispatch(facts: &Facts<'_>) -> Found {
    let mut evidence = champion(facts);
    evidence.extend(facts.files("owners", FactKind::ManifestOwners));
    attested_or(evidence, Status::Unknown, "no-dispatch")
}

fn dependencies_known(facts: &Facts<'_>) -> Found {
    let projects = || facts.bom.projects.iter().filter(|project| !project.fixture);
    // What an action of another repository uses in its turn is in no file of this one.
    // Models and designs are asked about by S1.4.
    let others = ["github", "hardware", "huggingface"];
    let ours: Vec<_> = projects().filter(|project| !others.contains(&project.ecosystem)).collect();
    let lost: Vec<Piece> = facts
        .bom
        .diagnostics
        .iter()
        .filter(|found| found.kind.loses_facts() && !found.location.path.lies_in_test_data())
        .take(5)
        .map(|found| Piece {
            kind: "file",
            place: Some(place(&found.location)),
            said: Said::new("unreadable", [found.message.as_str()]),
        })
        .collect();
    let open: Vec<_> = ours.iter().filter(|project| project.completeness != Completeness::Complete).collect();
    if ours.is_empty() {
        return match lost.is_empty() {
            true => Found::because(Status::NotApplicable, "no-projects"),
            false => Found::new(Status::NotMet, lost),
        };
    }
    if !lost.is_empty() || !open.is_empty() {
        let mut evidence = lost;
        evidence.extend(open.iter().take(5).map(|project| Piece {
            kind: "file",
            place: Some(project.gaps.first().map_or_else(
                || project.files.first().unwrap_or(&project.directory).to_string(),
                |(location, _)| place(location),
            )),
            said: Said::new("incomplete", [project.directory.display(), project.ecosystem]),
        }));
        return Found::new(Status::NotMet, evidence);
    }
    Found::new(Status::Verified, vec![count("projects", [ours.len(), facts.components()])])
}

fn analysis_in_ci(facts: &Facts<'_>) -> Found {
    verified_or(facts.files("scanner", FactKind::Scanner), Status::NotMet, "no-scanner")
}

fn analysis_tools(facts: &Facts<'_>) -> Found {
    let mut evidence = facts.files("scanner", FactKind::Scanner);
    evidence.extend(facts.files("sbom-step", FactKind::SbomProduced));
    let bots = facts.evidence.practices.document(DocumentKind::UpdateBot);
    evidence.extend(bots.map(|bot| Piece {
        kind: "file",
        place: Some(bot.path.to_string()),
        said: Said::new("document", [bot.kind.as_str()]),
    }));
    verified_or(evidence, Status::NotMet, "no-tool")
}

fn metrics_defined(facts: &Facts<'_>) -> Found {
    let mut evidence = facts.files("scorecard-step", FactKind::ScorecardProduced);
    evidence.extend(facts.evidence.kept_cards().last().map(|card| Piece {
        kind: "file",
        place: Some(place(&card.location)),
        said: Said::new("document", [DocumentKind::Scorecard.as_str()]),
    }));
    verified_or(evidence, Status::Unknown, "no-metrics")
}

fn metrics_kept(facts: &Facts<'_>) -> Found {
    match facts.former.max(facts.evidence.kept_cards().len()) {
        0 => Found::because(Status::Unknown, "no-history"),
        former => Found::new(Status::Verified, vec![count("history", [former + 1])]),
    }
}

fn dashboard(facts: &Facts<'_>) -> Found {
    verified_or(facts.files("published", FactKind::ReportPublished), Status::NotMet, "no-dashboard")
}

fn review_words(facts: &Facts<'_>) -> Vec<Piece> {
    let words = facts.evidence.review_words();
    let mut evidence: Vec<Piece> = words.iter().take(2).map(|answer| file("review", answer)).collect();
    evidence.extend(facts.evidence.document(DocumentKind::ReviewPolicy).map(|policy| file("document", &policy)));
    evidence
}

fn review_recognised(facts: &Facts<'_>) -> Found {
    let mut evidence = review_words(facts);
    evidence.extend(facts.evidence.document(DocumentKind::CodeOwners).map(|owners| file("document", &owners)));
    attested_or(evidence, Status::Unknown, "no-review-policy")
}

fn review_planned(facts: &Facts<'_>) -> Found {
    let all = facts.evidence.practices.facts_of(FactKind::ReviewProcess);
    let release = |path: &str| crate::practice::kind_of(path) == Some(DocumentKind::Releasing);
    let planned: Vec<Piece> = all
        .filter(|fact| release(fact.location.path.as_str()))
        .map(|fact| Piece {
            kind: "file",
            place: Some(place(&fact.location)),
            said: Said::new("review", [&fact.value]),
        })
        .collect();
    attested_or(planned, Status::Unknown, "no-review-plan")
}

fn review_agreed(facts: &Facts<'_>) -> Found {
    attested_or(review_words(facts), Status::NotMet, "no-review-policy")
}

fn review_done(facts: &Facts<'_>) -> Found {
    /// As `review/evidence-low` has it where no policy says otherwise.
    const ENOUGH: u32 = 80;
    if let Some(reviews) = &facts.evidence.practices.reviews {
        // A rebase leaves no trace: too few of them do not show that nobody looked.
        let status = if reviews.percent() >= ENOUGH { Status::Verified } else { Status::Unknown };
        let values = [reviews.reviewed.to_string(), reviews.commits.to_string(), reviews.since.to_string()];
        return Found::new(status, vec![count("reviewed-commits", values)]);
    }
    Found::because(Status::Unknown, "no-commits")
}

fn security_risk(facts: &Facts<'_>) -> Found {
    let open = facts.open("vuln/", Severity::Error);
    if !open.is_empty() {
        return Found::against(open);
    }
    let Some(contact) = facts.evidence.security_contact() else {
        return Found::because(Status::NotMet, "no-security-policy");
    };
    let mut evidence = vec![file("contact", &contact)];
    if !facts.advisories_ran() {
        evidence.push(note("no-advisories"));
        return Found::new(Status::Unknown, evidence);
    }
    Found::new(Status::Verified, evidence)
}

fn legal_risk(facts: &Facts<'_>) -> Found {
    let [allowed, _, _, unknown] = facts.verdict.coverage.verdicts;
    let denied = facts.open("legal/component-license-denied", Severity::Note);
    if !denied.is_empty() {
        return Found::against(denied);
    }
    if facts.components() == 0 {
        return Found::because(Status::NotApplicable, "no-components");
    }
    if unknown > 0 || !facts.ran("legal/component-license-denied") {
        return Found::new(Status::Unknown, vec![count("terms-unknown", [unknown, facts.components()])]);
    }
    Found::new(Status::Verified, vec![count("allowed", [allowed, facts.components()])])
}

fn licenses_known(facts: &Facts<'_>) -> Found {
    let [_, review, _, unknown] = facts.verdict.coverage.verdicts;
    if facts.components() == 0 {
        return Found::because(Status::NotApplicable, "no-components");
    }
    if review + unknown > 0 {
        return Found::against(vec![count("unclassified", [unknown, review, facts.components()])]);
    }
    Found::new(Status::Verified, vec![count("classified", [facts.components()])])
}

fn policy_words(facts: &Facts<'_>) -> Vec<Piece> {
    facts.evidence.policy().map(|policy| file("policy", &policy)).into_iter().collect()
}

fn procedures(facts: &Facts<'_>) -> Found {
    attested_or(policy_words(facts), Status::Unknown, "no-procedures")
}

fn documentation(facts: &Facts<'_>) -> Found {
    attested_or(policy_words(facts), Status::NotMet, "no-policy")
}

fn terms_followed(facts: &Facts<'_>) -> Found {
    let denied = facts.open("legal/component-license-denied", Severity::Note);
    if !denied.is_empty() {
        return Found::against(denied);
    }
    let notices = facts.open("legal/notices-incomplete", Severity::Note);
    if !notices.is_empty() {
        return Found::against(notices);
    }
    if facts.components() == 0 {
        return Found::because(Status::NotApplicable, "no-components");
    }
    if facts.ran("legal/notices-incomplete") && facts.verdict.coverage.verdicts[3] == 0 {
        return Found::new(Status::Verified, vec![note("notices-complete")]);
    }
    let mut evidence: Vec<Piece> =
        facts.evidence.document(DocumentKind::Notice).map(|notice| file("document", &notice)).into_iter().collect();
    evidence.push(note("notices-not-compared"));
    Found::new(Status::Unknown, evidence)
}

fn programme(facts: &Facts<'_>) -> Found {
    match facts.evidence.attested("S1.2a") {
        Some(_) => Found::new(Status::Unknown, Vec::new()),
        None => Found::because(Status::Unknown, "no-training"),
    }
}

fn programme_or_awareness(facts: &Facts<'_>) -> Found {
    let Some(statement) = facts.evidence.attested("S1.2a") else {
        return Found::because(Status::Unknown, "no-training");
    };
    let piece =
        Piece { kind: "attestation", place: Some(place(&statement.location)), said: Said::new("see-point", ["S1.2a"]) };
    Found::new(Status::Attested, vec![piece])
}

fn decision_guide(facts: &Facts<'_>) -> Found {
    let guide = facts.evidence.decision_guide().map(|guide| file("guide", &guide));
    attested_or(guide.into_iter().collect(), Status::NotMet, "no-guide")
}

fn sbom(facts: &Facts<'_>) -> Found {
    let Some(sbom) = facts.evidence.sbom() else { return Found::because(Status::NotMet, "no-sbom") };
    let mut evidence = vec![file("sbom-step", &sbom)];
    // What is kept here must be a document that can be read, and that of what is here.
    let kept = facts.bom.sboms.iter().filter(|sbom| !sbom.named);
    let broken = kept.filter_map(|sbom| Some((sbom, document_trouble(sbom)?))).map(|(sbom, trouble)| Piece {
        kind: "file",
        place: Some(sbom.path.to_string()),
        said: Said::new("sbom-broken", [sbom.path.display(), trouble]),
    });
    let mut against: Vec<Piece> = broken.collect();
    against.extend(facts.open("inventory/sbom-drift", Severity::Note));
    // A document that the pipeline makes is another one than the one that lies here.
    if !against.is_empty() && facts.evidence.one(FactKind::SbomProduced).is_none() {
        return Found::against(against);
    }
    evidence.extend(against);
    Found::new(Status::Verified, evidence)
}

fn scorecards(facts: &Facts<'_>) -> Found {
    let mut evidence = facts.files("scorecard-step", FactKind::ScorecardProduced);
    let published = facts.evidence.all(FactKind::ReportPublished);
    let others = published.iter().filter(|answer| answer.what == "OpenSSF Scorecard");
    evidence.extend(others.map(|answer| file("scorecard-step", answer)));
    verified_or(evidence, Status::NotMet, "no-scorecard")
}

fn compliance(facts: &Facts<'_>) -> Found {
    let mut gates = facts.files("gate", FactKind::LicenseGate);
    gates.truncate(1);
    verified_or(gates, Status::NotMet, "no-compliance-gate")
}
