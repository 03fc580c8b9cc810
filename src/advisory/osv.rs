//! Records of the OSV schema (ossf/osv-schema, docs/schema.md, 1.7).
//!
//! Unknown fields are passed over. What is wrong in a part of a record is a problem of that part, and the rest is read: an
//! event that is no text, a vector without a score.

use serde::Deserialize;
use serde_json::Value;

use super::severity::{Level, Score};

pub use crate::model::AdvisoryKind as Kind;

impl Kind {
    pub(super) fn of_byte(byte: u8) -> Kind {
        match byte {
            1 => Kind::Malware,
            2 => Kind::Unmaintained,
            3 => Kind::Unsound,
            4 => Kind::Notice,
            _ => Kind::Vulnerability,
        }
    }
}

/// An advisory.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id: `GHSA-…`.
    pub id: String,
    /// When it was last changed (RFC 3339); empty if it does not say.
    pub modified: String,
    /// When it was published (RFC 3339); empty if it does not say.
    pub published: String,
    /// Whether it was withdrawn: kept for history, never reported.
    pub withdrawn: bool,
    /// Other ids of the same.
    pub aliases: Vec<String>,
    /// Ids of what has to do with it and is not the same.
    pub related: Vec<String>,
    /// What it is about.
    pub kind: Kind,
    /// In one line.
    pub summary: String,
    /// Its vectors, those that have a score, the latest version of CVSS first.
    pub scores: Vec<Score>,
    /// The level that its database names by a word.
    pub word: Level,
    /// What it is about.
    pub affected: Vec<Affected>,
    /// What could not be read of it.
    pub problems: Vec<String>,
}

/// A package that an advisory is about, with versions.
#[derive(Clone, Debug)]
pub struct Affected {
    /// The ecosystem with its suffix: `Debian:12`.
    pub ecosystem: String,
    /// The package's name there.
    pub name: String,
    /// Ranges of versions.
    pub ranges: Vec<Range>,
    /// Versions one by one.
    pub versions: Vec<String>,
}

/// How the events of a range are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeKind {
    /// By SemVer 2.0.
    Semver,
    /// By the ecosystem.
    Ecosystem,
    /// By the commits of a repository, which are not at hand.
    Git,
}

/// A range of versions.
#[derive(Clone, Debug)]
pub struct Range {
    /// How its events are ordered.
    pub kind: RangeKind,
    /// Its events as written.
    pub events: Vec<(EventKind, String)>,
}

/// What happens at a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// From it on versions are affected.
    Introduced,
    /// From it on they are not.
    Fixed,
    /// After it they are not.
    LastAffected,
    /// From it on nothing is said.
    Limit,
}

impl EventKind {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "introduced" => EventKind::Introduced,
            "fixed" => EventKind::Fixed,
            "last_affected" => EventKind::LastAffected,
            "limit" => EventKind::Limit,
            _ => return None,
        })
    }
}

/// Why a file is no record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It is no JSON of the form of a record.
    #[error("no OSV record: {0}")]
    Json(#[from] serde_json::Error),
    /// It has no id.
    #[error("no OSV record: the id is empty")]
    NoId,
}

#[derive(Deserialize)]
struct RawRecord {
    id: String,
    #[serde(default)]
    modified: Option<String>,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    withdrawn: Option<Value>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    related: Option<Vec<String>>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    severity: Option<Vec<RawSeverity>>,
    #[serde(default)]
    affected: Option<Vec<RawAffected>>,
    #[serde(default)]
    database_specific: Option<Value>,
}

#[derive(Deserialize)]
struct RawSeverity {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    score: Option<String>,
}

#[derive(Deserialize)]
struct RawAffected {
    #[serde(default)]
    package: Option<RawPackage>,
    #[serde(default)]
    severity: Option<Vec<RawSeverity>>,
    #[serde(default)]
    ranges: Option<Vec<RawRange>>,
    #[serde(default)]
    versions: Option<Vec<String>>,
    #[serde(default)]
    database_specific: Option<Value>,
}

#[derive(Deserialize)]
struct RawPackage {
    #[serde(default)]
    ecosystem: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct RawRange {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    events: Option<Vec<Value>>,
}

/// The longest summary that is kept, in characters: more is prose.
const SUMMARY: usize = 240;

/// Reads one record.
///
/// # Errors
/// If it is no record at all.
pub fn read(bytes: &[u8]) -> Result<Record, RecordError> {
    let raw: RawRecord = serde_json::from_slice(bytes)?;
    if raw.id.trim().is_empty() {
        return Err(RecordError::NoId);
    }
    let mut problems = Vec::new();
    let mut scores = Vec::new();
    let mut word = Level::Unknown;
    let mut rate = |severities: Option<Vec<RawSeverity>>, problems: &mut Vec<String>| {
        for RawSeverity { kind, score } in severities.into_iter().flatten() {
            let (Some(kind), Some(score)) = (kind, score) else { continue };
            if !kind.starts_with("CVSS_") {
                word = word.max(Level::of_word(&score));
                continue;
            }
            match Score::of(&score) {
                Ok(score) if !scores.contains(&score) => scores.push(score),
                Ok(_) => {}
                Err(error) => problems.push(format!("`{}` is not scored: {error}", shortened(&score))),
            }
        }
    };
    rate(raw.severity, &mut problems);
    let mut kind = Kind::Vulnerability;
    let mut affected = Vec::new();
    for part in raw.affected.into_iter().flatten() {
        rate(part.severity, &mut problems);
        if let Some(said) = part.database_specific.as_ref().and_then(|specific| specific.get("informational")?.as_str())
        {
            kind = kind.max(match said {
                "unmaintained" => Kind::Unmaintained,
                "unsound" => Kind::Unsound,
                _ => Kind::Notice,
            });
        }
        let Some(package) = part.package.filter(|package| !package.ecosystem.is_empty() && !package.name.is_empty())
        else {
            continue;
        };
        affected.push(Affected {
            ecosystem: package.ecosystem,
            name: package.name,
            ranges: part.ranges.into_iter().flatten().filter_map(|range| range_of(range, &mut problems)).collect(),
            versions: part.versions.unwrap_or_default(),
        });
    }
    let specific = raw.database_specific.as_ref();
    if let Some(said) = specific.and_then(|specific| specific.get("severity")?.as_str()) {
        word = word.max(Level::of_word(said));
    }
    if raw.id.starts_with("MAL-")
        || specific.is_some_and(|specific| specific.get("malicious-packages-origins").is_some())
    {
        kind = Kind::Malware;
    }
    scores.sort_by(|a: &Score, b: &Score| b.version().cmp(a.version()).then(b.tenths.cmp(&a.tenths)));
    let summary = raw.summary.filter(|summary| !summary.trim().is_empty()).or(raw.details).unwrap_or_default();
    let summary = summary.trim().lines().next().unwrap_or_default().chars().take(SUMMARY).collect();
    Ok(Record {
        id: raw.id,
        modified: raw.modified.unwrap_or_default(),
        published: raw.published.unwrap_or_default(),
        withdrawn: raw.withdrawn.is_some_and(|withdrawn| !withdrawn.is_null()),
        aliases: raw.aliases.unwrap_or_default(),
        related: raw.related.unwrap_or_default(),
        kind,
        summary,
        scores,
        word,
        affected,
        problems,
    })
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// A range with the events that can be read. One with an event that cannot says less than it should, and is left out.
fn range_of(raw: RawRange, problems: &mut Vec<String>) -> Option<Range> {
    let kind = match raw.kind.as_str() {
        "SEMVER" => RangeKind::Semver,
        "ECOSYSTEM" => RangeKind::Ecosystem,
        "GIT" => return Some(Range { kind: RangeKind::Git, events: Vec::new() }),
        other => {
            problems.push(format!("a range of the kind `{}` is not known", shortened(other)));
            return None;
        }
    };
    let mut events = Vec::new();
    for event in raw.events.into_iter().flatten() {
        for (name, version) in event.as_object().into_iter().flatten() {
            match (EventKind::of(name), version.as_str()) {
                (Some(kind), Some(version)) => events.push((kind, version.trim().to_owned())),
                (None, _) => problems.push(format!("an event `{}` is not known", shortened(name))),
                (Some(_), None) => {
                    problems.push(format!("the version of an event `{name}` is no text"));
                    return None;
                }
            }
        }
    }
    Some(Range { kind, events })
}
