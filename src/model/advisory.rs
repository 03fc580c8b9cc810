//! What is publicly known of components: vulnerabilities and notices, with the data that was asked.
//!
//! Words follow the OSV schema, CVSS, the KEV catalogue of CISA, EPSS of FIRST and the VEX vocabulary of OpenVEX and CycloneDX.

use compact_str::CompactString;

use super::{ComponentId, Date, Location};

/// What an advisory is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdvisoryKind {
    /// Somebody can do harm through it.
    Vulnerability,
    /// It does harm itself.
    Malware,
    /// Nobody looks after it any more.
    Unmaintained,
    /// It can break the promises of its language, without a known way to do harm.
    Unsound,
    /// Something else to know.
    Notice,
}

impl AdvisoryKind {
    /// As it is written: `malware`.
    pub fn as_str(self) -> &'static str {
        match self {
            AdvisoryKind::Vulnerability => "vulnerability",
            AdvisoryKind::Malware => "malware",
            AdvisoryKind::Unmaintained => "unmaintained",
            AdvisoryKind::Unsound => "unsound",
            AdvisoryKind::Notice => "notice",
        }
    }

    /// Whether it is about harm, rather than a notice about the package.
    pub fn is_harm(self) -> bool {
        matches!(self, AdvisoryKind::Vulnerability | AdvisoryKind::Malware)
    }
}

/// The bands of CVSS 3.1, section 5, and 4.0, section 6; `Unknown` where nothing is said, which is never "none".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeverityLevel {
    /// Nothing is said, or nothing that could be read.
    Unknown,
    /// 0.0
    None,
    /// 0.1 to 3.9
    Low,
    /// 4.0 to 6.9
    Medium,
    /// 7.0 to 8.9
    High,
    /// 9.0 to 10.0
    Critical,
}

impl SeverityLevel {
    /// All of them, the least first.
    pub const ALL: [SeverityLevel; 6] = [
        SeverityLevel::Unknown,
        SeverityLevel::None,
        SeverityLevel::Low,
        SeverityLevel::Medium,
        SeverityLevel::High,
        SeverityLevel::Critical,
    ];

    /// As it is written: `critical`.
    pub fn as_str(self) -> &'static str {
        match self {
            SeverityLevel::Unknown => "unknown",
            SeverityLevel::None => "none",
            SeverityLevel::Low => "low",
            SeverityLevel::Medium => "medium",
            SeverityLevel::High => "high",
            SeverityLevel::Critical => "critical",
        }
    }
}

/// How sure it is that a version is affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It could not be found out: the version cannot be ordered, or only the commits of a repository are named.
    Undecided,
    /// It is.
    Affected,
}

impl Certainty {
    /// As it is written: `affected`.
    pub fn as_str(self) -> &'static str {
        match self {
            Certainty::Undecided => "undecided",
            Certainty::Affected => "affected",
        }
    }
}

/// A CVSS vector and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CvssScore {
    /// As the advisory has it: `CVSS:3.1/AV:N/…`.
    pub vector: String,
    /// The score in tenths, 0 to 100.
    pub tenths: u8,
}

impl CvssScore {
    /// The score, 0.0 to 10.0.
    pub fn value(&self) -> f64 {
        f64::from(self.tenths) / 10.0
    }

    /// The version of CVSS by which it was scored: `3.1`. Vectors of version 2 do not say it.
    pub fn version(&self) -> &str {
        self.vector.strip_prefix("CVSS:").and_then(|rest| rest.split('/').next()).unwrap_or("2.0")
    }
}

/// That a vulnerability is known to be exploited: its entry in the KEV catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KnownExploited {
    /// The CVE id under which it is listed.
    pub cve: CompactString,
    /// The day it was added, `YYYY-MM-DD`.
    pub added: CompactString,
    /// The day by which federal agencies of the United States have to act, `YYYY-MM-DD`; empty where none is named.
    pub due: CompactString,
    /// Whether it is known to be used for ransomware.
    pub ransomware: bool,
}

/// How likely it is that a vulnerability is exploited within thirty days (EPSS), in millionths, so that it compares exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExploitLikelihood {
    /// The probability in millionths: 1,000,000 is certain.
    pub probability: u32,
    /// The share of all vulnerabilities that are no likelier, in millionths.
    pub percentile: u32,
}

impl ExploitLikelihood {
    /// The probability, 0 to 1.
    pub fn probability(self) -> f64 {
        f64::from(self.probability) / 1e6
    }

    /// The percentile, 0 to 1.
    pub fn percentile(self) -> f64 {
        f64::from(self.percentile) / 1e6
    }
}

/// A version to go to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fix {
    /// The version, as the advisory writes it.
    pub version: CompactString,
    /// Whether it may break who uses the version in use: its major number is another (below 1.0.0 in ecosystems of SemVer: its
    /// minor number).
    pub major: bool,
}

/// The statuses of VEX that say what a vulnerability means for the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VexStatus {
    /// The product cannot be harmed through it.
    NotAffected,
    /// The product can be.
    Affected,
    /// The product carries a remedy.
    Fixed,
    /// It is not known yet.
    UnderInvestigation,
}

impl VexStatus {
    /// As OpenVEX 0.2.0 writes it: `not_affected`.
    pub fn as_str(self) -> &'static str {
        match self {
            VexStatus::NotAffected => "not_affected",
            VexStatus::Affected => "affected",
            VexStatus::Fixed => "fixed",
            VexStatus::UnderInvestigation => "under_investigation",
        }
    }
}

/// What a VEX document states about a vulnerability of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VexStatement {
    /// The status.
    pub status: VexStatus,
    /// Who states it; empty where the document does not say.
    pub by: CompactString,
    /// Why, in the words of the vocabulary (`vulnerable_code_not_in_execute_path`), if it says.
    pub justification: Option<CompactString>,
    /// Why, in the author's words, or what is to be done, if it says.
    pub impact: Option<String>,
    /// When it was stated last (RFC 3339); empty where the document does not say.
    pub stated: CompactString,
    /// The document and the line.
    pub location: Location,
}

/// What VEX documents make of a vulnerability.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum VexStanding {
    /// No document speaks of it.
    #[default]
    Unstated,
    /// A document does.
    Stated(Box<VexStatement>),
}

impl VexStanding {
    /// What is stated, if something is.
    pub fn statement(&self) -> Option<&VexStatement> {
        match self {
            VexStanding::Unstated => None,
            VexStanding::Stated(statement) => Some(statement),
        }
    }

    /// Whether a document says that there is nothing to do: not affected, or fixed.
    pub fn is_resolved(&self) -> bool {
        self.statement().is_some_and(|statement| matches!(statement.status, VexStatus::NotAffected | VexStatus::Fixed))
    }
}

/// One thing that is publicly known of a component in the version in use. Records that mean the same are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vulnerability {
    /// The component.
    pub component: ComponentId,
    /// The id that stands for all: a CVE id where there is one, the own id of malware.
    pub id: CompactString,
    /// All other ids of the same, sorted by how well known their kind is.
    pub aliases: Vec<CompactString>,
    /// Ids of what has to do with it and is not the same.
    pub related: Vec<CompactString>,
    /// The ids of the records that say so, sorted.
    pub records: Vec<CompactString>,
    /// What it is about.
    pub kind: AdvisoryKind,
    /// In one line; empty where no record has one.
    pub summary: String,
    /// How severe it is: by the score, else by the word of a database.
    pub level: SeverityLevel,
    /// The score that counts: of the latest version of CVSS that a record has, the highest.
    pub score: Option<CvssScore>,
    /// Its entry in the catalogue of known exploited vulnerabilities.
    pub exploited: Option<KnownExploited>,
    /// How likely it is to be exploited. The day of the scores is [`AdvisoryData::likelihoods`].
    pub likelihood: Option<ExploitLikelihood>,
    /// The range of affected versions that holds the one in use, in words: `>= 1.0, < 1.5`; empty where it is listed singly
    /// or could not be found out.
    pub affected: String,
    /// The nearest version that is not lower than the one in use and that none of the records calls affected.
    pub fix: Option<Fix>,
    /// All versions of which that is true and that a record names as fixed, the nearest first.
    pub fixed: Vec<CompactString>,
    /// How sure it is that the version in use is affected.
    pub certainty: Certainty,
    /// When the first of its records was published (RFC 3339); empty where none says so.
    pub published: CompactString,
    /// When the newest of its records was changed (RFC 3339); empty where none says so.
    pub modified: CompactString,
    /// What VEX documents say of it.
    pub standing: VexStanding,
}

impl Vulnerability {
    /// Whether one of its ids is this one. Ids differ in case only by mistake.
    pub fn is_called(&self, id: &str) -> bool {
        let mut ids = [&self.id].into_iter().chain(&self.aliases).chain(&self.records);
        ids.any(|own| own.eq_ignore_ascii_case(id))
    }

    /// Since when a remedy could have been taken, as far as the records say: the day of publication, else that of the last
    /// change.
    pub fn known_since(&self) -> Option<Date> {
        day(&self.published).or_else(|| day(&self.modified))
    }
}

/// The records of one ecosystem, and what was asked of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EcosystemData {
    /// Its name in the OSV schema; the purl type for a type that the schema has no ecosystem for.
    pub name: CompactString,
    /// The purl type of the components.
    pub purl_type: CompactString,
    /// How many records there are; 0 means that nothing can be said of its components.
    pub records: u64,
    /// When the newest of them was changed (RFC 3339); empty where there is none.
    pub newest: CompactString,
    /// How many third-party components are of it.
    pub components: usize,
    /// How many of those could not be asked about, since they have no version.
    pub without_version: usize,
}

/// The advisories that were asked: how old they are and how much they cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdvisoryData {
    /// When they were imported (RFC 3339).
    pub imported: CompactString,
    /// When the newest record of all was changed (RFC 3339); empty where there is none.
    pub newest: CompactString,
    /// How many records count, in all ecosystems.
    pub records: u64,
    /// By ecosystem, those of the Bom's third-party components only, sorted by name. One without records has no data.
    pub ecosystems: Vec<EcosystemData>,
    /// The version of the catalogue of known exploited vulnerabilities and how many it names; `None` where there is none.
    pub exploited: Option<(CompactString, u64)>,
    /// The day of the EPSS scores (RFC 3339) and how many there are; `None` where there are none.
    pub likelihoods: Option<(CompactString, u64)>,
}

impl AdvisoryData {
    /// How many days ago they were imported.
    pub fn age(&self, today: Date) -> Option<i32> {
        Some(day(&self.imported)?.days_until(today))
    }

    /// How many days ago the newest record was changed: an import of old files does not make them new.
    pub fn newest_age(&self, today: Date) -> Option<i32> {
        Some(day(&self.newest)?.days_until(today))
    }

    /// The ecosystems of the Bom of which there is no record.
    pub fn without_data(&self) -> impl Iterator<Item = &EcosystemData> {
        self.ecosystems.iter().filter(|ecosystem| ecosystem.records == 0)
    }

    /// Whether there is data for components of a purl type.
    pub fn covers(&self, purl_type: &str) -> bool {
        self.ecosystems.iter().any(|ecosystem| ecosystem.purl_type == purl_type && ecosystem.records > 0)
    }
}

/// The version of a component that is clear of everything known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The component.
    pub component: ComponentId,
    /// The nearest later version that a record names as fixed and that no record of the package calls affected.
    pub fix: Fix,
}

/// What is known of the Bom's components, after somebody looked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advisories {
    /// The data that was asked.
    pub data: AdvisoryData,
    /// What is known, sorted by component and id.
    pub vulnerabilities: Vec<Vulnerability>,
    /// Where to go with the components that have vulnerabilities, sorted by component. Those that no version is known to be
    /// clear of are absent.
    pub remedies: Vec<Remedy>,
}

impl Advisories {
    /// The version of a component that is clear of everything known, if there is one.
    pub fn remedy(&self, component: ComponentId) -> Option<&Fix> {
        let at = self.remedies.binary_search_by_key(&component, |remedy| remedy.component).ok()?;
        Some(&self.remedies[at].fix)
    }

    /// What is known of a component.
    pub fn of(&self, component: ComponentId) -> &[Vulnerability] {
        let start = self.vulnerabilities.partition_point(|known| known.component < component);
        let count = self.vulnerabilities[start..].partition_point(|known| known.component == component);
        &self.vulnerabilities[start..start + count]
    }
}

/// The day of a time (RFC 3339).
fn day(time: &str) -> Option<Date> {
    time.get(..10)?.parse().ok()
}
