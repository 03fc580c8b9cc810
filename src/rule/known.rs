//! The sentences that rules about advisories share.

use crate::model::{AdvisoryKind, Certainty, Fix, Project, Purl, Vulnerability};

use super::{Context, Draft, Manager, Step, Subject, allows};

/// A package as its ecosystem's commands write it.
pub fn package_name(purl: &Purl) -> String {
    match (purl.kind(), purl.namespace()) {
        ("maven", Some(namespace)) => format!("{namespace}:{}", purl.name()),
        _ => purl.full_name().to_string(),
    }
}

impl<'a> Context<'a> {
    /// What is known of the judged components, with its place in the list of all, also what a VEX document says to be settled:
    /// that stays visible and does not count. What could not be decided is not among it.
    pub(super) fn known(&self) -> impl Iterator<Item = (u32, &'a Vulnerability)> + '_ {
        let all = self.bom.advisories.as_ref().map_or(&[][..], |advisories| &advisories.vulnerabilities);
        all.iter()
            .enumerate()
            .filter(|(_, known)| known.certainty == Certainty::Affected)
            .filter(|(_, known)| self.judged.binary_search_by_key(&known.component, |judged| judged.component).is_ok())
            .map(|(at, known)| (at as u32, known))
    }

    /// A draft about something known: the line that brings the component in, the ways out, its identity.
    pub(super) fn about(&self, at: u32, known: &Vulnerability, message: String) -> Draft {
        let mut draft = Draft::new(Subject::Component(known.component), message, self.facts(known));
        draft.help = self.ways_out(known);
        draft.locations = self.manifest_places(known.component);
        draft.discriminator = known.id.clone();
        draft.vulnerability = Some(at);
        draft
    }

    /// `CVE-2021-23337 (high, 7.2): Command Injection in lodash`.
    pub(super) fn called(&self, known: &Vulnerability) -> String {
        let severity = match (&known.score, known.kind) {
            (Some(score), _) => format!(" ({}, {:.1})", known.level.as_str(), score.value()),
            (None, AdvisoryKind::Vulnerability) => format!(" ({} severity)", known.level.as_str()),
            (None, _) => String::new(),
        };
        let summary = known.summary.trim().trim_end_matches('.').trim_end();
        let summary = if summary.is_empty() { String::new() } else { format!(": {summary}") };
        format!("{}{severity}{summary}", known.id)
    }

    /// What speaks for haste, in one sentence.
    fn facts(&self, known: &Vulnerability) -> String {
        let mut facts = Vec::new();
        if let Some(entry) = &known.exploited {
            let ransomware = if entry.ransomware { ", also for ransomware" } else { "" };
            facts.push(format!("known to be exploited since {}{ransomware}", entry.added));
        }
        match known.affected.as_str() {
            "" => {}
            "all versions" => facts.push("all versions are affected".to_owned()),
            range => facts.push(format!("affected are {range}")),
        }
        if let Some(likelihood) = known.likelihood {
            facts.push(format!(
                "exploited within 30 days with a probability of {:.1} %, above {:.0} % of all (EPSS)",
                likelihood.probability() * 100.0,
                likelihood.percentile() * 100.0
            ));
        }
        if !known.aliases.is_empty() {
            let named: Vec<&str> = known.aliases.iter().take(3).map(|id| id.as_str()).collect();
            let more = if known.aliases.len() > named.len() { ", …" } else { "" };
            facts.push(format!("also called {}{more}", named.join(", ")));
        }
        if let Some(statement) = known.standing.statement() {
            facts.push(format!("VEX says {} ({})", statement.status.as_str(), statement.location));
        }
        if let Some(advisories) = &self.bom.advisories {
            let day = |time: &str| time.get(..10).unwrap_or("an unknown day").to_owned();
            facts.push(format!("data imported on {}", day(&advisories.data.imported)));
        }
        facts.join("; ")
    }

    fn ways_out(&self, known: &Vulnerability) -> Vec<String> {
        let mut ways = Vec::new();
        let id = known.component;
        let component = self.bom.component(id);
        let name = component.purl.full_name();
        let clear = self.bom.advisories.as_ref().and_then(|advisories| advisories.remedy(id));
        match (known.kind, known.fix.as_ref()) {
            (AdvisoryKind::Malware, _) => {
                ways.push(format!(
                    "remove {name}, take every machine that installed it for compromised, and change its secrets"
                ));
                ways.extend(known.fix.as_ref().map(|fix| self.update(known, fix)));
            }
            (_, Some(fix)) => {
                ways.push(self.update(known, fix));
                if let Some(clear) = clear.filter(|clear| clear.version != fix.version) {
                    ways.push(format!("{} is clear of everything known{}", clear.version, breaking(clear)));
                }
            }
            (AdvisoryKind::Vulnerability, None) => {
                ways.push(format!(
                    "no version is known to be fixed: look into {} for a mitigation, or replace {name}{}",
                    known.records.first().unwrap_or(&known.id),
                    self.line_of(known)
                ));
            }
            (_, None) => ways.push(format!("replace {name}, or take it over{}", self.line_of(known))),
        }
        ways.extend(self.ask("security"));
        if known.kind != AdvisoryKind::Malware {
            ways.push(format!(
                "accept it until a day you choose: [[waiver]] in sepal.toml with component = \"{}\", advisory = \"{}\", \
                 reason, justification, approved-by and expires",
                component.purl, known.id
            ));
        }
        ways
    }

    /// Where the line stands that brings the component in, in brackets.
    fn line_of(&self, known: &Vulnerability) -> String {
        match self.edited_at(known.component) {
            Some(location) => match location.line() {
                Some(line) => format!(" ({}:{line})", location.path),
                None => format!(" ({})", location.path),
            },
            None => String::new(),
        }
    }

    fn update(&self, known: &Vulnerability, fix: &Fix) -> String {
        let id = known.component;
        let purl = &self.bom.component(id).purl;
        let mut text = format!("take {} {}{}", purl.full_name(), fix.version, breaking(fix));
        let Some((project, dependency)) = self.introduced_by(id) else { return text };
        let project: &Project = self.bom.project(project);
        let line = self.line_of(known);
        if dependency.to != id {
            let through = self.bom.component(dependency.to).purl.full_name();
            text.push_str(&format!("; it comes in through {through}{line}; the command: sepal check --fix-plan"));
            return text;
        }
        let requirement = dependency.requirement.as_deref();
        let allowed = requirement.and_then(|requirement| allows(project.ecosystem, requirement, &fix.version));
        let package = package_name(purl);
        let from = purl.version().unwrap_or_default();
        let step = Step { name: &package, from, to: &fix.version, direct: true, allowed };
        if let Some(command) = Manager::of(project).and_then(|manager| manager.command(&step)) {
            text.push_str(&format!(": {command}"));
        }
        text + &line
    }
}

fn breaking(fix: &Fix) -> &'static str {
    if fix.major { " (a major step, which may break something)" } else { "" }
}
