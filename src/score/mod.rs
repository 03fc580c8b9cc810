//! Scorecards: how far a repository, or all of them, meet the points of the GGI Trust goal and of Stage 1.
//!
//! Pure: a [`Card`] is made of a Bom, a Verdict and the practices that were read, on a day. Nothing is met because it could not
//! be seen: a point is *verified* by facts of this run, *attested* by a document or a signed statement, *not met*, *unknown*
//! or *not applicable*, and the first two are never added up without being named apart. Every word for people stands in
//! `messages/<language>.toml`; what is found is kept as a message with its arguments ([`Said`]), so that every output speaks the
//! language it was asked for.
//!
//! # How to add
//! A point: its row in `points.rs` and its texts in every language (a test compares the files). A language: a file beside the
//! others and its line in `words.rs`. An output: one file and one line in [`TABLE`].
//!
//! Names of points (`21.V1`) are ours, by their order in handbook 1.3 of the Good Governance Initiative (OSPO Alliance,
//! CC-BY 4.0); those of Stage 1 follow the TODO Group's five-stage model. Both are told in our own words.

use std::collections::BTreeMap;

use crate::model::{Bom, Date, Verdict};
use crate::practice::Owners;

mod chart;
mod csv;
mod history;
mod html;
mod human;
mod indicators;
mod json;
mod markdown;
mod organisation;
mod points;
mod words;

#[cfg(test)]
mod tests;

pub use history::{Former, FormerError, read_former};
pub use organisation::{Organisation, organisation};
pub use points::{Activity, GGI, STAGE1};
pub use words::{LANGUAGES, Words};

/// The name of the JSON form.
pub const SCHEMA: &str = crate::practice::CARD_SCHEMA;

/// How far a point is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Facts of this run show it.
    Verified,
    /// A document or a signed statement says it, and nothing found speaks against it.
    Attested,
    /// It is not there, or something found speaks against it.
    NotMet,
    /// There is no evidence either way. Never counted as met.
    Unknown,
    /// It does not concern what was looked at; the reason is said.
    NotApplicable,
}

impl Status {
    /// All of them, best first.
    pub const ALL: [Status; 5] =
        [Status::Verified, Status::Attested, Status::NotMet, Status::Unknown, Status::NotApplicable];

    /// The word in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Verified => "verified",
            Status::Attested => "attested",
            Status::NotMet => "not_met",
            Status::Unknown => "unknown",
            Status::NotApplicable => "not_applicable",
        }
    }

    /// The status of a word.
    pub fn from_name(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether it counts as met.
    pub fn is_met(self) -> bool {
        matches!(self, Status::Verified | Status::Attested)
    }
}

/// A message with what is filled in: the key of a text, and its arguments `{0}`, `{1}`, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The key in the files of messages, without `said.`.
    pub key: &'static str,
    /// What is filled in: numbers, names, places.
    pub values: Vec<String>,
}

impl Said {
    fn new<V: ToString>(key: &'static str, values: impl IntoIterator<Item = V>) -> Self {
        Self { key, values: values.into_iter().map(|value| value.to_string()).collect() }
    }
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What kind: `file`, `finding`, `count` or `attestation`.
    pub kind: &'static str,
    /// Where, as `path:line`, if it has a place.
    pub place: Option<String>,
    /// What.
    pub said: Said,
}

/// A point with what was found of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its id: `21.V1`, `S1.1a`.
    pub id: &'static str,
    /// Who can decide it: `A` a scanner, `S` an attested document, `H` only a person.
    pub class: &'static str,
    /// How far it is met.
    pub status: Status,
    /// On what that rests, for and against.
    pub evidence: Vec<Piece>,
}

/// Points that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `GGI-A-21`, `S1.1`.
    pub id: &'static str,
    /// Its points.
    pub points: Vec<Point>,
}

impl Group {
    /// How many points have a status.
    pub fn count(&self, status: Status) -> usize {
        self.points.iter().filter(|point| point.status == status).count()
    }

    /// `done`: every point is met or not applicable; `in_progress`: at least one is met; else `not_started`.
    pub fn progress(&self) -> &'static str {
        let met = self.count(Status::Verified) + self.count(Status::Attested);
        if met + self.count(Status::NotApplicable) == self.points.len() && met > 0 {
            "done"
        } else if met > 0 {
            "in_progress"
        } else {
            "not_started"
        }
    }
}

/// A number that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// `24.K1` to `24.K6`.
    pub id: &'static str,
    /// Its value; `None`: it cannot be had from a checkout, or what it needs was not read.
    pub value: Option<u64>,
    /// Its parts, in the order to show them.
    pub by: Vec<(String, u64)>,
    /// Why there is no value, or what it counts beyond its name.
    pub note: Option<Said>,
    /// Its value in the newest former card, if one was given.
    pub previous: Option<u64>,
}

/// What to do, the most pressing first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// A rule's id.
    pub rule: String,
    /// Its level.
    pub level: &'static str,
    /// Open findings.
    pub count: usize,
    /// The first finding's message.
    pub first: String,
    /// Its place.
    pub place: String,
}

/// Open findings of one rule in files of one owner.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Open {
    /// The rule's id.
    pub rule: String,
    /// Who answers for the files by CODEOWNERS, as it is written there; `None`: nobody is named.
    pub owner: Option<String>,
    /// How many.
    pub count: u64,
}

/// A scorecard of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The repository's name.
    pub name: String,
    /// Its revision.
    pub revision: Option<String>,
    /// When the card was made (RFC 3339, UTC).
    pub time: String,
    /// The program's version.
    pub version: String,
    /// The policy's name.
    pub policy: String,
    /// Activities of the Trust goal.
    pub activities: Vec<Group>,
    /// Items of Stage 1.
    pub stage1: Vec<Group>,
    /// What is watched.
    pub indicators: Vec<Indicator>,
    /// What to do.
    pub actions: Vec<Action>,
    /// Open findings by rule and owner, sorted: what repetitions are told by in a history of cards.
    pub open: Vec<Open>,
    /// Components by verdict: allowed, needs review, denied, unknown.
    pub verdicts: [usize; 4],
    /// Former cards, oldest first.
    pub history: Vec<Former>,
}

impl Card {
    /// All groups: activities, then Stage 1.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.activities.iter().chain(&self.stage1)
    }

    /// All points of some groups by status, in the order of [`Status::ALL`].
    pub fn counts(groups: &[Group]) -> [usize; 5] {
        Status::ALL.map(|status| groups.iter().map(|group| group.count(status)).sum())
    }
}

/// What a card is made of beyond Bom and Verdict.
#[derive(Clone, Debug)]
pub struct Circumstances<'a> {
    /// The day on which statements are weighed.
    pub today: Date,
    /// Now, as RFC 3339 writes it.
    pub time: String,
    /// Addresses of the policy, by subject.
    pub contacts: &'a BTreeMap<compact_str::CompactString, String>,
    /// Former cards, in any order.
    pub history: Vec<Former>,
}

/// Makes the card of a repository.
pub fn card(bom: &Bom, verdict: &Verdict, around: Circumstances<'_>) -> Card {
    let mut history = around.history;
    history.sort_by(|a, b| a.time.cmp(&b.time));
    let facts = points::Facts::new(bom, verdict, around.today, around.contacts, history.len());
    let mut indicators = indicators::all(bom, verdict);
    if let Some(last) = history.last() {
        for indicator in &mut indicators {
            indicator.previous = last.indicators.get(indicator.id).copied();
        }
    }
    Card {
        name: bom.subject.name.clone(),
        revision: bom.subject.revision.as_ref().map(ToString::to_string),
        time: around.time,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        policy: verdict.policy.clone(),
        activities: points::assess(GGI, &facts),
        stage1: points::assess(STAGE1, &facts),
        indicators,
        actions: actions(verdict),
        open: open(bom, verdict),
        verdicts: verdict.coverage.verdicts,
        history,
    }
}

/// How many actions a card names.
const MOST_ACTIONS: usize = 10;

fn actions(verdict: &Verdict) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    // Findings come with the most severe first.
    for finding in verdict.findings.iter().filter(|finding| finding.standing.is_open()) {
        if let Some(have) = actions.iter_mut().find(|action| action.rule == finding.rule) {
            have.count += 1;
        } else {
            actions.push(Action {
                rule: finding.rule.to_string(),
                level: finding.severity.as_str(),
                count: 1,
                first: finding.message.clone(),
                place: finding.locations.first().map(points::place).unwrap_or_default(),
            });
        }
    }
    actions.truncate(MOST_ACTIONS);
    actions
}

fn open(bom: &Bom, verdict: &Verdict) -> Vec<Open> {
    let owners = bom.practices.as_ref().map(Owners::new).unwrap_or_default();
    let mut counts: BTreeMap<(String, Option<String>), u64> = BTreeMap::new();
    for finding in verdict.findings.iter().filter(|finding| finding.standing.is_open()) {
        let owner = finding.locations.first().and_then(|place| owners.of(place.path.as_str()));
        *counts.entry((finding.rule.to_string(), owner.map(str::to_owned))).or_default() += 1;
    }
    counts.into_iter().map(|((rule, owner), count)| Open { rule, owner, count }).collect()
}

/// A card of a repository or of an organisation.
#[derive(Clone, Debug)]
pub enum Shown {
    /// Of one repository.
    Repository(Card),
    /// Of many.
    Organisation(Organisation),
}

/// One way to write a card.
pub struct Writer {
    /// The name that `--format` takes.
    pub id: &'static str,
    /// What it is for.
    pub docs: &'static str,
    /// Writes it in a language.
    pub write: fn(&Shown, &Words) -> String,
}

/// All outputs, sorted by id.
pub static TABLE: &[&Writer] =
    &[&csv::WRITER, &csv::TASKS, &html::WRITER, &human::WRITER, &json::WRITER, &markdown::WRITER];

/// The output of a name.
pub fn by_id(id: &str) -> Option<&'static Writer> {
    TABLE.iter().copied().find(|writer| writer.id == id)
}

/// Text without what could steer a terminal: control characters, and marks that turn the direction of writing.
fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
