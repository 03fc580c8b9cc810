//! An organisation's own rules: the facts of each component, and what becomes of the answer.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::model::{Bom, Component, ComponentId, HashAlgorithm, RepoPath, Scope, SeverityLevel, Vulnerability};
use crate::policy::condition::{Answer, Facts, FieldId, Record, Value};
use crate::policy::{OwnRule, Policy};
use crate::rule::{Context, Draft, Judged, Subject};

/// What is known of one component.
struct Known<'a> {
    bom: &'a Bom,
    policy: &'a Policy,
    judged: &'a Judged<'a>,
    component: &'a Component,
}

fn text<'a>(text: impl Into<Cow<'a, str>>) -> Value<'a> {
    Value::Text(text.into())
}

fn texts<'a, T: Into<Cow<'a, str>>>(words: impl IntoIterator<Item = T>) -> Value<'a> {
    Value::List(words.into_iter().map(|word| Value::Text(word.into())).collect())
}

impl<'a> Known<'a> {
    fn scopes(&self) -> Vec<Scope> {
        let mut scopes: Vec<Scope> = self.component.occurrences.iter().map(|occurrence| occurrence.scope).collect();
        scopes.sort();
        scopes.dedup();
        scopes
    }

    fn paths(&self) -> Vec<&'a RepoPath> {
        let mut paths: Vec<&RepoPath> =
            self.component.occurrences.iter().map(|occurrence| &occurrence.evidence.location.path).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// What is publicly known of it, in the Bom's order; `None` where nobody looked.
    fn vulnerabilities(&self) -> Option<&'a [Vulnerability]> {
        let advisories = self.bom.advisories.as_ref()?;
        advisories.data.covers(self.component.purl.kind()).then(|| advisories.of(self.judged.component))
    }

    fn of_component(&self, field: FieldId) -> Value<'a> {
        let purl = &self.component.purl;
        match field {
            FieldId::Purl => text(purl.to_string()),
            FieldId::Type => text(purl.kind()),
            FieldId::Namespace => text(purl.namespace().unwrap_or_default()),
            FieldId::Name => text(purl.name()),
            FieldId::Version => purl.version().map_or(Value::Unknown("component.version"), text),
            FieldId::Kind => text(self.component.kind.as_str()),
            FieldId::Scope => {
                self.scopes().first().map_or(Value::Unknown("component.scope"), |scope| text(scope.as_str()))
            }
            FieldId::Scopes => texts(self.scopes().into_iter().map(Scope::as_str)),
            FieldId::Direct => Value::Bool(self.component.occurrences.iter().any(|occurrence| occurrence.direct)),
            FieldId::License => match self.judged.claim.filter(|claim| claim.is_certain()) {
                Some(claim) => claim.expression.as_deref().map_or(Value::Unknown("component.license"), text),
                None => Value::Unknown("component.license"),
            },
            FieldId::Licenses | FieldId::Classes => {
                let certain = self.judged.claim.is_some_and(|claim| claim.is_certain());
                match self.judged.terms.filter(|_| certain) {
                    Some(terms) if field == FieldId::Licenses => {
                        texts(terms.decided.iter().map(|decided| decided.term.as_str()))
                    }
                    Some(terms) => texts(terms.decided.iter().map(|decided| decided.class.as_str())),
                    None => Value::Unknown("component.license"),
                }
            }
            FieldId::Verdict => text(self.judged.verdict.as_str()),
            FieldId::Source => Value::Record(Record::Source),
            FieldId::SourceKind => text(self.component.origin.as_str()),
            FieldId::SourceUrl => text(self.component.origin.url().unwrap_or_default()),
            FieldId::Hashes => {
                let mut algorithms: Vec<HashAlgorithm> =
                    self.component.stated_hashes().iter().map(|hash| hash.algorithm).collect();
                algorithms.dedup();
                texts(algorithms.into_iter().map(HashAlgorithm::as_str))
            }
            FieldId::Paths => texts(self.paths().into_iter().map(RepoPath::as_str)),
            FieldId::Projects => {
                let mut directories: Vec<&str> = self
                    .component
                    .occurrences
                    .iter()
                    .map(|occurrence| self.bom.project(occurrence.project).directory.display())
                    .collect();
                directories.sort_unstable();
                directories.dedup();
                texts(directories)
            }
            FieldId::Vulnerabilities => match self.vulnerabilities() {
                Some(known) => {
                    let open = known.iter().enumerate().filter(|(_, known)| !known.standing.is_resolved());
                    Value::List(open.map(|(at, _)| Value::Record(Record::Vulnerability(at as u32))).collect())
                }
                None => Value::Unknown("what is publicly known, since no advisories about it were looked up"),
            },
            _ => Value::Error("a component has no such field"),
        }
    }

    fn of_project(&self, field: FieldId) -> Value<'a> {
        match field {
            FieldId::ProjectName => text(self.bom.subject.name.as_str()),
            FieldId::ProjectDistribution => text(self.policy.settings.distribution.as_str()),
            FieldId::ProjectLicense => match &self.policy.license {
                Some(license) => text(license.value.as_str()),
                None => Value::Unknown("project.license"),
            },
            _ => Value::Error("the project has no such field"),
        }
    }

    fn of_vulnerability(&self, at: u32, field: FieldId) -> Value<'a> {
        let Some(known) = self.vulnerabilities().and_then(|known| known.get(at as usize)) else {
            return Value::Error("there is no such vulnerability");
        };
        let data = self.bom.advisories.as_ref().map(|advisories| &advisories.data);
        match field {
            FieldId::VulnerabilityId => text(known.id.as_str()),
            FieldId::Aliases => texts(known.aliases.iter().map(|alias| alias.as_str())),
            FieldId::Severity => text(SeverityLevel::as_str(known.level)),
            FieldId::Score => match &known.score {
                Some(score) => Value::Double(score.value()),
                None => Value::Unknown("the CVSS score of a vulnerability"),
            },
            FieldId::KnownExploited => match (&known.exploited, data.and_then(|data| data.exploited.as_ref())) {
                (Some(_), _) => Value::Bool(true),
                (None, Some(_)) => Value::Bool(false),
                (None, None) => Value::Unknown("what is exploited, since no such catalogue was imported"),
            },
            FieldId::Likelihood => match known.likelihood {
                Some(likelihood) => Value::Double(likelihood.probability()),
                None => Value::Unknown("the EPSS score of a vulnerability"),
            },
            FieldId::Fix => text(known.fix.as_ref().map_or("", |fix| fix.version.as_str())),
            _ => Value::Error("a vulnerability has no such field"),
        }
    }
}

impl<'a> Facts<'a> for Known<'a> {
    fn get(&self, record: Record, field: FieldId) -> Value<'a> {
        match record {
            Record::Component | Record::Source => self.of_component(field),
            Record::Project => self.of_project(field),
            Record::Vulnerability(at) => self.of_vulnerability(at, field),
        }
    }
}

/// What a rule finds: the components of which its condition holds, and those of which nobody can tell.
pub(super) fn check(rule: &OwnRule, policy: &Policy, context: &Context<'_>) -> (Vec<Draft>, Vec<Draft>) {
    let of = |judged: &Judged<'_>| {
        let component = context.bom.component(judged.component);
        let known = Known { bom: context.bom, policy, judged, component };
        match rule.when.holds(&known) {
            Answer::No => None,
            answer => Some((judged.component, answer)),
        }
    };
    let answers: Vec<(ComponentId, Answer)> = context.judged.par_iter().filter_map(of).collect();
    let (mut found, mut open) = (Vec::new(), Vec::new());
    for (id, answer) in answers {
        let name = context.name(id);
        let mut draft = match answer {
            Answer::Unknown(fact) => Draft::new(
                Subject::Component(id),
                format!("{name}: it cannot be told whether {} applies: {fact} is not known", rule.id),
                "what is not known is never a pass",
            ),
            Answer::Error(why) => Draft::new(
                Subject::Component(id),
                format!("{name}: it cannot be told whether {} applies: {why}", rule.id),
                "what cannot be worked out is never a pass",
            ),
            Answer::Yes | Answer::No => Draft::new(
                Subject::Component(id),
                format!("{name}: {}", rule.message),
                if rule.why.is_empty() { "your organisation's own policy asks for it" } else { rule.why.as_str() },
            ),
        };
        draft.locations = context.manifest_places(id);
        let expression = context.judged.binary_search_by_key(&id, |judged| judged.component).ok();
        let claim = expression.and_then(|at| context.judged[at].claim);
        draft.licenses.extend(claim.and_then(|claim| claim.expression.clone()));
        if answer == Answer::Yes {
            draft.help.clone_from(&rule.help);
            if draft.help.is_empty() {
                draft.help.push(context.replace(id));
            }
            draft.help.push(context.waive(id));
            found.push(draft);
        } else {
            draft.discriminator = "unknown".into();
            draft.help = vec![
                "find out what is not known: for licenses a [[curation]], for vulnerabilities `sepal advisories update`".to_owned(),
                format!("let {} ask for it with has(…), or give it an `unknown` of its own", rule.id),
            ];
            open.push(draft);
        }
    }
    (found, open)
}
