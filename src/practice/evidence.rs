//! Questions about how a project works, answered from what it wrote. Rules and scorecards ask the same ones.

use compact_str::CompactString;

use crate::model::{Attestation, Date, Document, DocumentKind, Fact, FactKind, KeptCard, Location, Practices};

use super::attestation::trouble;

/// What a question is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where it stands.
    pub location: Location,
    /// What stands there.
    pub what: CompactString,
}

impl Answer {
    fn fact(fact: &Fact) -> Self {
        Self { location: fact.location.clone(), what: fact.value.clone() }
    }

    fn document(document: &Document) -> Self {
        Self { location: Location::file(&document.path), what: document.kind.as_str().into() }
    }
}

/// What was read, on a day.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// What was read.
    pub practices: &'a Practices,
    /// The day on which statements are weighed.
    pub today: Date,
}

impl<'a> Evidence<'a> {
    /// The statement about a point that counts today.
    pub fn attested(&self, point: &str) -> Option<&'a Attestation> {
        let about = self.practices.attestations.iter().filter(|statement| statement.point == point);
        about.filter(|statement| trouble(statement, self.today).is_none()).max_by_key(|statement| statement.expires)
    }

    /// A statement about one of these points that counts today.
    pub fn attested_any(&self, points: &[&str]) -> Option<&'a Attestation> {
        points.iter().find_map(|point| self.attested(point))
    }

    /// Every fact of a kind.
    pub fn all(&self, kind: FactKind) -> Vec<Answer> {
        self.practices.facts_of(kind).map(Answer::fact).collect()
    }

    /// The first fact of a kind.
    pub fn one(&self, kind: FactKind) -> Option<Answer> {
        self.practices.fact(kind).map(Answer::fact)
    }

    /// A document of a kind that says something.
    pub fn document(&self, kind: DocumentKind) -> Option<Answer> {
        self.practices.document(kind).map(Answer::document)
    }

    /// Documents of a kind whose text counts as none, with the reason.
    pub fn stubs(&self, kind: DocumentKind) -> Vec<Answer> {
        let stub = |document: &Document| {
            let what = document.stub.clone()?;
            Some(Answer { location: Location::file(&document.path), what })
        };
        self.practices.documents_of(kind).filter_map(stub).collect()
    }

    /// An open source policy in words: its own document, or a link to one.
    pub fn policy(&self) -> Option<Answer> {
        self.document(DocumentKind::OpenSourcePolicy).or_else(|| self.one(FactKind::PolicyLink))
    }

    /// Where a vulnerability is reported in private.
    pub fn security_contact(&self) -> Option<Answer> {
        // The policy itself before a README that mentions it.
        let facts = || self.practices.facts_of(FactKind::SecurityContact);
        let from =
            |name: &str| facts().find(|fact| fact.location.path.file_name().to_ascii_lowercase().starts_with(name));
        from("security").or_else(|| facts().next()).map(Answer::fact)
    }

    /// Words on how changes are reviewed, those that say most of it first.
    pub fn review_words(&self) -> Vec<Answer> {
        let telling = |answer: &Answer| {
            let lower = answer.what.to_ascii_lowercase();
            ["review process", "reviewed by", "will review", "code review", "approv", "review of", "before merging"]
                .iter()
                .any(|words| lower.contains(words))
        };
        let mut all = self.all(FactKind::ReviewProcess);
        all.sort_by_key(|answer| !telling(answer));
        all
    }

    /// How changes are reviewed, in words or by owners.
    pub fn review_process(&self) -> Option<Answer> {
        self.review_words()
            .into_iter()
            .next()
            .or_else(|| self.document(DocumentKind::ReviewPolicy))
            .or_else(|| self.one(FactKind::Owners))
    }

    /// When and how to take on a dependency.
    pub fn decision_guide(&self) -> Option<Answer> {
        self.document(DocumentKind::DecisionGuide).or_else(|| self.one(FactKind::DependencyGuide))
    }

    /// A document of its own, or what stands for it: a section of README on contributing, a link to a code of conduct.
    pub fn document_or_section(&self, kind: DocumentKind) -> Option<Answer> {
        self.document(kind).or_else(|| match kind {
            DocumentKind::CodeOfConduct => self.one(FactKind::ConductLink),
            DocumentKind::Contributing => self.one(FactKind::ContributingSection),
            _ => None,
        })
    }

    /// Steps by the clock that could be a regular audit: a schedule in a file that also runs what looks at licenses.
    pub fn scheduled_audit(&self) -> Option<Answer> {
        let scans = |fact: &&Fact| {
            self.practices.facts_of(FactKind::LicenseScanner).any(|scan| scan.location.path == fact.location.path)
        };
        self.practices.facts_of(FactKind::Schedule).find(scans).map(|fact| Answer {
            location: fact.location.clone(),
            what: compact_str::format_compact!("scan on schedule {}", fact.value),
        })
    }

    /// Scorecards that are kept here, of the last year: older ones show that nobody counts any more. Oldest first.
    pub fn kept_cards(&self) -> Vec<&'a KeptCard> {
        let today = self.today;
        self.practices.cards.iter().filter(|card| card.day.days_until(today) <= 366).collect()
    }

    /// Everything that signs of an SBOM being made: a step, a committed file.
    pub fn sbom(&self) -> Option<Answer> {
        self.one(FactKind::SbomProduced).or_else(|| self.document(DocumentKind::Sbom))
    }
}
