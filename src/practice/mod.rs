//! What projects write about how they work, read as evidence: policies, contacts, owners, pipelines, signed statements.
//!
//! Here belongs knowing such documents by name and reading facts from them, each with its place ([`look`]), and what a signed
//! statement is worth on a day ([`trouble`]). Here does not belong what follows from a fact being absent: that is said by
//! `rule` and `score`, which both ask the same [`Evidence`], so that a rule and a scorecard cannot contradict one another.
//! Nothing here is executed, fetched or guessed at from the outside of a file.
//!
//! # How to add a document
//! A kind in `model`, its names in `names.rs`, and, if it says more than that it is there, a reader in [`look`]. Facts are
//! read from what is written; a heuristic says so where it stands.

use std::collections::BTreeSet;

use crate::model::{
    Attestation, Diagnostic, Document, DocumentKind, Fact, FactKind, InventoryEntry, KeptCard, Location, Practices,
    Release, RepoPath, Sbom, Span,
};
use crate::sbom::read::recognise;
use crate::text::Source;

mod artifact;
mod attestation;
mod card;
mod evidence;
mod github;
mod header;
mod insights;
mod lifecycle;
mod manifest;
mod names;
mod notices;
mod owners;
mod pipeline;
mod prose;
mod review;
mod snippet;
mod tools;

#[cfg(test)]
mod tests;

pub use artifact::{copied_directories, head_wanted, look_at_head, tells_of_copies};
pub use attestation::{FILE, MOST_MONTHS, trouble};
pub use card::CARD_SCHEMA;
pub use evidence::{Answer, Evidence};
pub use header::{Header, file_notices, header, header_wanted};
pub use lifecycle::{cycles, in_line, runtime, shipped};
pub use names::{PATTERNS, kind_of};
pub use notices::{Gone, gone, has_notices, kept, may_hold_notices};
pub use owners::Owners;
pub use prose::stub;
pub use review::{Step, reviews, shows_review};
pub use snippet::{has_candidate, look_at_text};

/// What one document says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// The document.
    pub documents: Vec<Document>,
    /// What it says.
    pub facts: Vec<Fact>,
    /// What somebody signed in it.
    pub attestations: Vec<Attestation>,
    /// What an organisation has, by it.
    pub inventory: Vec<InventoryEntry>,
    /// What was released, by it.
    pub releases: Vec<Release>,
    /// The SBOM that it is.
    pub sbom: Option<Sbom>,
    /// The scorecard that it is.
    pub card: Option<KeptCard>,
    /// What is wrong with it.
    pub problems: Vec<Diagnostic>,
    /// A workflow that runs before a change is in.
    judges_changes: Vec<RepoPath>,
    /// Which workflow of this repository calls which.
    calls: Vec<(RepoPath, RepoPath)>,
    /// Gates of a workflow that others call: they are some where a caller judges changes.
    called: Vec<Fact>,
}

impl Read {
    fn fact(&mut self, source: &Source, kind: FactKind, span: Span, value: impl AsRef<str>) {
        let location = Location::at(source.path(), source.mark(span));
        self.facts.push(Fact { kind, location, value: shortened(value.as_ref()).into() });
    }
}

/// A text for a report: one line, and not longer than a line.
fn shortened(text: &str) -> String {
    const MOST: usize = 120;
    let line = text.trim().replace(['\n', '\r', '\t'], " ");
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// A document that is there and could not be read.
pub fn unread(path: &RepoPath) -> Option<Read> {
    let kind = kind_of(path.as_str())?;
    let document = Document { kind, path: path.clone(), stub: Some("could not be read".into()) };
    Some(Read { documents: vec![document], ..Read::default() })
}

/// Reads a document; `None` if the file is none.
pub fn look(source: &Source) -> Option<Read> {
    let Some(kind) = kind_of(source.path().as_str()) else { return manifest::read(source) };
    let mut read = Read::default();
    let prose = !matches!(
        kind,
        DocumentKind::License
            | DocumentKind::CodeOwners
            | DocumentKind::Pipeline
            | DocumentKind::UpdateBot
            | DocumentKind::SecurityInsights
            | DocumentKind::SecurityTxt
            | DocumentKind::Attestations
            | DocumentKind::ToolPolicy
            | DocumentKind::Sbom
            | DocumentKind::Reuse
            | DocumentKind::Runtime
            | DocumentKind::Scorecard
    );
    let mut stub = if prose {
        prose::stub_of_document(kind, source.text())
    } else {
        source.text().trim().is_empty().then(|| "is empty".into())
    };
    match kind {
        DocumentKind::CodeOwners => owners::read(source, &mut read),
        DocumentKind::SecurityInsights => insights::read(source, &mut read),
        DocumentKind::Attestations => attestation::read(source, &mut read),
        DocumentKind::Pipeline if github::is_workflow(source.path()) => github::read(source, &mut read),
        DocumentKind::Pipeline => pipeline::read(source, &mut read),
        DocumentKind::Runtime => lifecycle::read(source, &mut read),
        DocumentKind::SecurityTxt => prose::read_security_txt(source, &mut read),
        DocumentKind::Sbom => {
            read.sbom = sbom(source);
            // Other things have bills of materials, too.
            stub = stub.or_else(|| read.sbom.is_none().then(|| "is no SBOM".into()));
        }
        DocumentKind::Scorecard => {
            read.card = card::read(source);
            stub = stub.or_else(|| read.card.is_none().then(|| "is no scorecard of a repository".into()));
        }
        _ if prose && stub.is_none() => prose::read(kind, source, &mut read),
        _ => {}
    }
    read.documents.push(Document { kind, path: source.path().clone(), stub });
    Some(read)
}

/// An SBOM as a document; `None` if the file says that it is none.
fn sbom(source: &Source) -> Option<Sbom> {
    let dialect = recognise(source.text())?;
    let said = match dialect.read(source) {
        Ok(bill) => Ok(bill.facts),
        Err(error) => Err((source.mark(error.span), error.message)),
    };
    Some(Sbom { path: source.path().clone(), named: false, signature: None, said })
}

/// All that was read, in one. The SBOMs among it are left to the caller.
pub fn gather(parts: impl IntoIterator<Item = Read>) -> Practices {
    let mut all = Practices::default();
    let mut judging: BTreeSet<RepoPath> = BTreeSet::new();
    let mut calls: Vec<(RepoPath, RepoPath)> = Vec::new();
    let mut called: Vec<Fact> = Vec::new();
    for part in parts {
        judging.extend(part.judges_changes);
        calls.extend(part.calls);
        called.extend(part.called);
        all.documents.extend(part.documents);
        all.facts.extend(part.facts);
        all.attestations.extend(part.attestations);
        all.inventory.extend(part.inventory);
        all.releases.extend(part.releases);
        all.cards.extend(part.card);
        all.problems.extend(part.problems);
    }
    // What a workflow that judges changes calls judges them, too; each round follows calls one step further.
    let mut rounds = calls.len();
    while rounds > 0 {
        let before = judging.len();
        let reached: Vec<RepoPath> =
            calls.iter().filter(|(from, _)| judging.contains(from)).map(|(_, to)| to.clone()).collect();
        judging.extend(reached);
        rounds = if judging.len() == before { 0 } else { rounds - 1 };
    }
    all.facts.extend(called.into_iter().filter(|fact| judging.contains(&fact.location.path)));
    all.documents.sort();
    all.documents.dedup();
    all.facts.sort();
    all.facts.dedup();
    all.attestations.sort_by(|a, b| a.location.cmp(&b.location));
    all.inventory.sort_by(|a, b| a.location.cmp(&b.location));
    all.releases.sort_by(|a, b| a.location.cmp(&b.location));
    all.cards.sort_by(|a, b| (&a.time, &a.location).cmp(&(&b.time, &b.location)));
    all.problems.sort();
    all
}
