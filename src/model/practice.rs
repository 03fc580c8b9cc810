//! What a project writes about how it works: documents, and what was read in them, each with its place.

use compact_str::CompactString;

use super::{Date, Diagnostic, Location, RepoPath};

/// What kind of document a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// The text of a license, at the top or in `LICENSES/`.
    License,
    /// What the project is.
    Readme,
    /// How to report a vulnerability.
    SecurityPolicy,
    /// The same for machines: `security.txt` (RFC 9116).
    SecurityTxt,
    /// Who reviews which files.
    CodeOwners,
    /// How to contribute.
    Contributing,
    /// How people treat one another.
    CodeOfConduct,
    /// Who decides.
    Governance,
    /// Who keeps the project.
    Maintainers,
    /// Where to get help and for how long.
    Support,
    /// Notices and licenses of third parties.
    Notice,
    /// Licensing of files (REUSE specification 3.3).
    Reuse,
    /// How releases are made.
    Releasing,
    /// How reviews are done.
    ReviewPolicy,
    /// The open source policy of the project or organisation.
    OpenSourcePolicy,
    /// When and how to choose open source.
    DecisionGuide,
    /// Statements for machines: OpenSSF Security Insights.
    SecurityInsights,
    /// Dated statements that a person signs: `sepal-governance.toml`.
    Attestations,
    /// A policy that a tool evaluates: `sepal.toml`, `deny.toml`, …
    ToolPolicy,
    /// A pipeline: GitHub workflow, GitLab, others.
    Pipeline,
    /// Configuration of a program that proposes updates.
    UpdateBot,
    /// A committed inventory.
    Sbom,
    /// Which version of a language runtime is used: `.python-version`, `.nvmrc`, `.tool-versions`.
    Runtime,
    /// A scorecard of this repository that is kept in it.
    Scorecard,
}

impl DocumentKind {
    /// What it is called in a sentence.
    pub fn as_str(self) -> &'static str {
        match self {
            DocumentKind::License => "license text",
            DocumentKind::Readme => "README",
            DocumentKind::SecurityPolicy => "security policy",
            DocumentKind::SecurityTxt => "security.txt",
            DocumentKind::CodeOwners => "CODEOWNERS",
            DocumentKind::Contributing => "contribution guide",
            DocumentKind::CodeOfConduct => "code of conduct",
            DocumentKind::Governance => "governance document",
            DocumentKind::Maintainers => "list of maintainers",
            DocumentKind::Support => "support document",
            DocumentKind::Notice => "notices of third parties",
            DocumentKind::Reuse => "REUSE.toml",
            DocumentKind::Releasing => "release instructions",
            DocumentKind::ReviewPolicy => "review policy",
            DocumentKind::OpenSourcePolicy => "open source policy",
            DocumentKind::DecisionGuide => "guide for choosing open source",
            DocumentKind::SecurityInsights => "Security Insights",
            DocumentKind::Attestations => "attestations",
            DocumentKind::ToolPolicy => "policy of a tool",
            DocumentKind::Pipeline => "CI pipeline",
            DocumentKind::UpdateBot => "update bot configuration",
            DocumentKind::Sbom => "SBOM",
            DocumentKind::Runtime => "runtime version",
            DocumentKind::Scorecard => "scorecard",
        }
    }
}

/// A document that is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Document {
    /// What kind.
    pub kind: DocumentKind,
    /// Where.
    pub path: RepoPath,
    /// Why its text counts as none (`holds only 12 characters`, `could not be read`); `None`: it says something.
    pub stub: Option<CompactString>,
}

/// What was read in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactKind {
    /// An address for reporting a vulnerability in private.
    SecurityContact,
    /// How fast a report is answered.
    ResponseTime,
    /// What is in scope of the security policy.
    SecurityScope,
    /// Which versions get security fixes, or until when.
    SupportPeriod,
    /// Whom to ask about licensing and intellectual property.
    LicenseContact,
    /// A link to (or section of) the open source policy.
    PolicyLink,
    /// How changes are reviewed.
    ReviewProcess,
    /// Contributors certify origin or sign terms (DCO, CLA).
    ContributorTerms,
    /// When and how to take on a dependency.
    DependencyGuide,
    /// A rule of CODEOWNERS: who answers for files.
    Owners,
    /// Such a rule that covers manifests or lock files.
    ManifestOwners,
    /// A pipeline that runs by the clock.
    Schedule,
    /// A step that looks at dependencies, by the tool's name.
    Scanner,
    /// Such a step in a pipeline of changes whose failure fails it.
    Gate,
    /// A step that looks at licenses of components, by the tool's name.
    LicenseScanner,
    /// Such a step in a pipeline of changes whose failure fails it.
    LicenseGate,
    /// A step that looks at the notices of one's own files, by the tool's name.
    NoticeCheck,
    /// A section or link that stands for a document of its own: a code of conduct kept elsewhere.
    ConductLink,
    /// A section of a README on how to contribute.
    ContributingSection,
    /// A step that writes an SBOM.
    SbomProduced,
    /// A step that publishes a report of a scan.
    ReportPublished,
    /// A step that runs sepal's scorecard.
    ScorecardProduced,
    /// A workflow that runs or inserts what strangers write, with rights.
    DangerousWorkflow,
    /// A workflow that asks for every right.
    BroadPermissions,
    /// A field of Security Insights: `name=value`.
    Insight,
    /// A credential, by its kind; never its text.
    Secret,
    /// A source file that names a forum as the origin of code.
    ForumSnippet,
    /// A language runtime that is used: its name and version.
    Runtime,
    /// A program in binary form: what it is and how large.
    BinaryArtifact,
    /// A copy of somebody else's code: its name and version (at a line), or its directory (the whole file is its license).
    CopiedLibrary,
}

/// Something that a document says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// What.
    pub kind: FactKind,
    /// Where it says so.
    pub location: Location,
    /// In words: an address, a tool's name, a pattern with its owners.
    pub value: CompactString,
}

/// A statement that somebody signed (`[[statement]]` in `sepal-governance.toml`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attestation {
    /// The point it is about: `21.V3`, `S1.2a`.
    pub point: CompactString,
    /// What is stated.
    pub statement: String,
    /// Who answers for it: a role or an address.
    pub owner: CompactString,
    /// A path in the repository or an `https` URL.
    pub evidence: CompactString,
    /// SHA-256 of the evidence in hexadecimal, if it was pinned.
    pub sha256: Option<CompactString>,
    /// Who signed.
    pub signed_by: CompactString,
    /// When.
    pub date: Date,
    /// The last day it holds.
    pub expires: Date,
    /// Its place.
    pub location: Location,
    /// What was found where `evidence` points; `None`: a URL, which nobody opened.
    pub found: Option<FoundEvidence>,
}

/// What lies where an attestation points.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundEvidence {
    /// Nothing: there is no such file in the tree.
    Missing,
    /// A file.
    File {
        /// SHA-256 of its bytes, in hexadecimal.
        sha256: CompactString,
        /// Why its text counts as none, if it does.
        stub: Option<CompactString>,
    },
}

/// What kind of thing an organisation keeps on its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InventoryKind {
    /// A repository of one's own.
    Repository,
    /// A service, one's own or another's.
    Service,
    /// A container image.
    Image,
    /// A machine.
    Host,
    /// A program of others that is run or shipped.
    Application,
}

impl InventoryKind {
    /// All, as the file writes them.
    pub const ALL: [InventoryKind; 5] = [
        InventoryKind::Repository,
        InventoryKind::Service,
        InventoryKind::Image,
        InventoryKind::Host,
        InventoryKind::Application,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            InventoryKind::Repository => "repository",
            InventoryKind::Service => "service",
            InventoryKind::Image => "image",
            InventoryKind::Host => "host",
            InventoryKind::Application => "application",
        }
    }
}

/// What lies where a list says that an SBOM is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundSbom {
    /// Nothing: there is no such file in the tree.
    Missing,
    /// A file that is no SBOM.
    Other,
    /// An SBOM.
    Sbom,
}

/// An entry of an organisation's list of what it has (`[[inventory]]` in `sepal-governance.toml`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InventoryEntry {
    /// Its name.
    pub name: CompactString,
    /// What it is.
    pub kind: InventoryKind,
    /// Who answers for it.
    pub owner: Option<CompactString>,
    /// How much depends on it: `low`, `medium`, `high`, `critical`.
    pub criticality: Option<CompactString>,
    /// What is done with it: `use`, `integrate`, `produce`, `host`.
    pub usage: Option<CompactString>,
    /// Where its SBOM is: a path in the repository or an `https` URL.
    pub sbom: Option<CompactString>,
    /// Why there is none: the supplier refused, say.
    pub reason: Option<CompactString>,
    /// When somebody last looked at the entry.
    pub date: Option<Date>,
    /// Its place.
    pub location: Location,
    /// What was found where `sbom` points; `None`: a URL, which nobody opened, or nothing is named.
    pub found: Option<FoundSbom>,
}

/// A released version (`[[release]]` in `sepal-governance.toml`) and where its documents are kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    /// The version.
    pub version: CompactString,
    /// When it was released.
    pub date: Option<Date>,
    /// Where its SBOM is kept: a path in the repository or an `https` URL.
    pub sbom: Option<CompactString>,
    /// Where its notices are kept.
    pub notices: Option<CompactString>,
    /// Until when both are kept.
    pub keep_until: Option<Date>,
    /// Its place.
    pub location: Location,
    /// Paths among these that are not in the repository.
    pub missing: Vec<CompactString>,
}

/// What a project writes about how it works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Practices {
    /// The documents, sorted.
    pub documents: Vec<Document>,
    /// What they say, sorted.
    pub facts: Vec<Fact>,
    /// What somebody signed, in the order of the file.
    pub attestations: Vec<Attestation>,
    /// What an organisation has, in the order of the file.
    pub inventory: Vec<InventoryEntry>,
    /// What was released, in the order of the file.
    pub releases: Vec<Release>,
    /// The newest tag of a release in the git directory, if it has one.
    pub newest_tag: Option<CompactString>,
    /// What is wrong with the documents that are made for machines, sorted by place.
    pub problems: Vec<Diagnostic>,
    /// Source texts that were looked through for credentials; `None`: nobody asked.
    pub texts: Option<u64>,
    /// Files of the tree whose names were looked at for programs and copies; `None`: nobody asked.
    pub files: Option<u64>,
    /// Until when products get fixes, a user's own facts first; empty: nobody asked.
    pub cycles: Vec<Cycle>,
    /// What the history of the main line tells about reviews; `None`: nobody asked, or it is not here.
    pub reviews: Option<Reviews>,
    /// Scorecards that are kept in the tree, oldest first.
    pub cards: Vec<KeptCard>,
    /// How many source files say whose they are and under which license; `None`: nobody asked.
    pub notices: Option<FileNotices>,
}

/// How many of the project's own source files say whose they are and under which license.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileNotices {
    /// How many there are.
    pub files: u64,
    /// How many of them say both.
    pub complete: u64,
    /// How many state no license.
    pub without_license: u64,
    /// How many name no holder.
    pub without_copyright: u64,
    /// The first that lack one of both, by path.
    pub examples: Vec<RepoPath>,
}

/// A scorecard that is kept in the tree: a point of the repository's own history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCard {
    /// Where it says when it was made.
    pub location: Location,
    /// The repository that it is about.
    pub name: CompactString,
    /// When it was made, as RFC 3339 writes it.
    pub time: CompactString,
    /// The day of that.
    pub day: Date,
    /// The points that concern the repository: the id, whether it was met, and the place of its status. Sorted.
    pub points: Vec<(CompactString, bool, Location)>,
    /// How many components there were, if it says so.
    pub components: Option<u64>,
    /// What is counted, in the order of the file. Of all of it, less is better.
    pub numbers: Vec<CardNumber>,
    /// Open findings by rule and owner; `None`: the card was made by a version that did not write them.
    pub open: Option<Vec<CardOpen>>,
}

/// A number of a kept scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardNumber {
    /// What is counted, for a sentence: `vulnerable components`.
    pub what: &'static str,
    /// How many.
    pub count: u64,
    /// Where it stands.
    pub location: Location,
}

/// Open findings of one rule in files of one owner, by a kept scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardOpen {
    /// The rule's id.
    pub rule: CompactString,
    /// Who answers for the files by CODEOWNERS; empty: nobody is named.
    pub owner: CompactString,
    /// How many.
    pub count: u64,
    /// Where it stands.
    pub location: Location,
}

/// Until when a line of a product gets fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// A runtime (`python`, `nodejs`) or a package URL without version.
    pub product: CompactString,
    /// The line: `3.8`.
    pub version: CompactString,
    /// The last day.
    pub ends: Date,
    /// Who says so.
    pub source: CompactString,
    /// Where that is written down.
    pub location: Location,
}

/// How many commits of the main line show a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviews {
    /// Which commits, for a person: `since v1.2`, `the last 100 commits`.
    pub since: CompactString,
    /// How many.
    pub commits: u32,
    /// How many of them show a review.
    pub reviewed: u32,
    /// Some that show none: name and subject.
    pub examples: Vec<CompactString>,
}

impl Reviews {
    /// How many of a hundred show a review, rounded down.
    pub fn percent(&self) -> u32 {
        (u64::from(self.reviewed) * 100).checked_div(u64::from(self.commits)).unwrap_or(0) as u32
    }
}

impl Practices {
    /// The first document of a kind that says something.
    pub fn document(&self, kind: DocumentKind) -> Option<&Document> {
        self.documents_of(kind).find(|document| document.stub.is_none())
    }

    /// All documents of a kind.
    pub fn documents_of(&self, kind: DocumentKind) -> impl Iterator<Item = &Document> {
        self.documents.iter().filter(move |document| document.kind == kind)
    }

    /// The first fact of a kind.
    pub fn fact(&self, kind: FactKind) -> Option<&Fact> {
        self.facts_of(kind).next()
    }

    /// All facts of a kind.
    pub fn facts_of(&self, kind: FactKind) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |fact| fact.kind == kind)
    }
}
