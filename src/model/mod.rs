//! The nouns: what there is. Data with identity and order.
//!
//! No I/O, no policy, no formats. Every other room speaks in these words; their meaning follows CycloneDX 1.6 and SPDX
//! where those have one. To add a noun, add a file here and export it below; to add a *fact* about a component, prefer an
//! existing field in the standards' terms and a named property for the rest: no field here is of type "anything".

mod advisory;
pub mod artefact;
mod bom;
mod comparison;
mod component;
mod date;
mod dependency;
mod diagnostic;
mod evidence;
mod finding;
mod licensing;
mod look_up;
mod own;
mod past;
mod practice;
mod purl;
mod purl_type;
mod sbom;

pub use advisory::{
    Advisories, AdvisoryData, AdvisoryKind, Certainty, CvssScore, EcosystemData, ExploitLikelihood, Fix,
    KnownExploited, Remedy, SeverityLevel, VexStanding, VexStatement, VexStatus, Vulnerability,
};
pub use bom::{Bom, Completeness, FileCounts, Project, Stage, Subject};
pub use comparison::{Comparison, Fixed};
pub use component::{AI_KIND, Component, ComponentKind, Hash, HashAlgorithm, KEPT_DIGEST, Occurrence, Origin, Party};
pub use date::{Date, DateError};
pub use dependency::{ComponentId, Dependency, ProjectId, Scope};
pub use diagnostic::{Diagnostic, DiagnosticKind};
pub use evidence::{Evidence, Field, Location, Mark, RepoPath, Span, Technique};
pub use finding::{
    Because, ComponentVerdict, Coverage, Finding, LicenseVerdict, Outcome, RuleSummary, Severity, Standing, Verdict,
};
pub use licensing::{LicenseClaim, LicenseSource, Licensing, Reading, TEXT_DIGESTS};
pub use look_up::LookUp;
pub use own::{NoticeState, Own, OwnLicense, OwnNotice, ScopeRegistry, SourceFile};
pub use past::{Basis, Past, PastComponent, PastTerms, RemovedNotice};
pub use practice::{
    Attestation, CardNumber, CardOpen, Cycle, Document, DocumentKind, Fact, FactKind, FileNotices, FoundEvidence,
    FoundSbom, InventoryEntry, InventoryKind, KeptCard, Practices, Release, Reviews,
};
pub use purl::{Purl, PurlError};
pub use sbom::{Sbom, SbomComponent, SbomFacts, SbomField, SbomFields, SbomFormat};
