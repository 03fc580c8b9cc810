//! What an SBOM document says of itself, and how much it says of each component: what rules judge of documents.

use compact_str::CompactString;

use super::{Mark, Purl, RepoPath};

/// Something that a standard may ask of an SBOM: first of the document, then of each component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SbomField {
    /// The person or organisation that made the document; a program is none.
    Author,
    /// How to reach them: an e-mail address or a URL.
    AuthorContact,
    /// A signature inside of the document.
    Signature,
    /// When it was made.
    Timestamp,
    /// The name of the program that made it.
    ToolName,
    /// The version of that program.
    ToolVersion,
    /// From what it was made: sources, a build, what runs.
    Context,
    /// What tells this version of the document from others.
    DocumentVersion,
    /// Who delivers a component.
    Supplier,
    /// Who made it.
    Producer,
    /// How to reach who made it.
    ProducerContact,
    /// Its name.
    Name,
    /// Its version.
    Version,
    /// An identifier that others know: a package URL, a CPE name, a SWID tag, a SWHID.
    Identifier,
    /// A digest, with its algorithm.
    Hash,
    /// The SHA-512 of the file that is deployed.
    DeployableHash,
    /// A license, declared or concluded.
    License,
    /// The license under which it is distributed (BSI): the concluded one.
    DistributionLicense,
    /// The name of its file.
    FileName,
    /// Whether it is executable.
    Executable,
    /// Whether it is an archive.
    Archive,
    /// Whether an archive is structured.
    Structured,
    /// Where its source is.
    SourceUri,
    /// Where the deployed file is.
    DeployableUri,
    /// Whether all that it needs is listed.
    Completeness,
    /// What it needs, or that it needs nothing.
    Dependencies,
}

impl SbomField {
    /// All, in the order of the type.
    pub const ALL: [SbomField; 26] = [
        SbomField::Author,
        SbomField::AuthorContact,
        SbomField::Signature,
        SbomField::Timestamp,
        SbomField::ToolName,
        SbomField::ToolVersion,
        SbomField::Context,
        SbomField::DocumentVersion,
        SbomField::Supplier,
        SbomField::Producer,
        SbomField::ProducerContact,
        SbomField::Name,
        SbomField::Version,
        SbomField::Identifier,
        SbomField::Hash,
        SbomField::DeployableHash,
        SbomField::License,
        SbomField::DistributionLicense,
        SbomField::FileName,
        SbomField::Executable,
        SbomField::Archive,
        SbomField::Structured,
        SbomField::SourceUri,
        SbomField::DeployableUri,
        SbomField::Completeness,
        SbomField::Dependencies,
    ];

    /// What it is called in a sentence: `the author`, `a hash`.
    pub fn as_str(self) -> &'static str {
        match self {
            SbomField::Author => "author",
            SbomField::AuthorContact => "contact of the author",
            SbomField::Signature => "signature",
            SbomField::Timestamp => "timestamp",
            SbomField::ToolName => "tool name",
            SbomField::ToolVersion => "tool version",
            SbomField::Context => "generation context",
            SbomField::DocumentVersion => "version of the document",
            SbomField::Supplier => "supplier",
            SbomField::Producer => "producer",
            SbomField::ProducerContact => "contact of the producer",
            SbomField::Name => "name",
            SbomField::Version => "version",
            SbomField::Identifier => "identifier",
            SbomField::Hash => "hash",
            SbomField::DeployableHash => "SHA-512 of the deployed file",
            SbomField::License => "license",
            SbomField::DistributionLicense => "distribution license",
            SbomField::FileName => "file name",
            SbomField::Executable => "executable property",
            SbomField::Archive => "archive property",
            SbomField::Structured => "structured property",
            SbomField::SourceUri => "source URI",
            SbomField::DeployableUri => "URI of the deployed file",
            SbomField::Completeness => "completeness of the dependencies",
            SbomField::Dependencies => "dependencies",
        }
    }
}

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SbomFields(u32);

impl SbomFields {
    /// Whether a field is in it.
    pub fn has(self, field: SbomField) -> bool {
        self.0 & (1 << field as u32) != 0
    }

    /// Puts a field in.
    pub fn put(&mut self, field: SbomField) {
        self.0 |= 1 << field as u32;
    }

    /// Puts a field in if that is so.
    pub fn put_if(&mut self, field: SbomField, said: bool) {
        if said {
            self.put(field);
        }
    }
}

/// The standard that a document follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SbomFormat {
    /// CycloneDX (ECMA-424).
    #[default]
    CycloneDx,
    /// SPDX.
    Spdx,
}

/// A component as far as its document describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SbomComponent {
    /// For a person: `ghost-kit 2.1.0`.
    pub name: CompactString,
    /// The package URL, if it has one that is one.
    pub purl: Option<Purl>,
    /// Where its name stands.
    pub mark: Mark,
    /// What is said of it.
    pub given: SbomFields,
    /// What is said not to be known, or to be withheld.
    pub unknown: SbomFields,
    /// Whether the document is about it.
    pub primary: bool,
    /// Whether something is said to consist of it or need it, from the primary component on.
    pub reached: bool,
    /// Whether other components are parts of it: then it may have no file of its own.
    pub has_parts: bool,
}

/// What a document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SbomFacts {
    /// The standard.
    pub format: SbomFormat,
    /// Its version, as written: `1.6`, `2.3`, `3.0.1`.
    pub version: CompactString,
    /// Whether it is written as JSON or XML; otherwise it is tag-value text.
    pub structured: bool,
    /// What it says of itself.
    pub given: SbomFields,
    /// What it says of itself not to be known.
    pub unknown: SbomFields,
    /// What of its standard it breaks, with the place; the first ones.
    pub wrong: Vec<(Mark, String)>,
    /// How many more there are.
    pub wrong_more: usize,
    /// Statements about vulnerabilities: the first place, and how many.
    pub vulnerabilities: Option<(Mark, usize)>,
    /// Its components, the primary one among them; files that are mere parts are not.
    pub components: Vec<SbomComponent>,
    /// How many relationships between components it states.
    pub relationships: usize,
    /// Whether it says how complete the dependencies of the whole are.
    pub whole_declared: bool,
    /// Where the object of the primary component, or else the document, begins.
    pub mark: Mark,
}

impl SbomFacts {
    /// A document of a standard that says nothing yet and begins at `mark`.
    pub fn new(format: SbomFormat, version: &str, mark: Mark) -> Self {
        Self {
            format,
            version: version.into(),
            structured: true,
            given: SbomFields::default(),
            unknown: SbomFields::default(),
            wrong: Vec::new(),
            wrong_more: 0,
            vulnerabilities: None,
            components: Vec::new(),
            relationships: 0,
            whole_declared: false,
            mark,
        }
    }

    /// Notes what of the standard is broken. A hostile document makes no report of its own size.
    pub fn break_at(&mut self, mark: Mark, message: impl FnOnce() -> String) {
        const MOST: usize = 50;
        if self.wrong.len() < MOST {
            self.wrong.push((mark, message()));
        } else {
            self.wrong_more += 1;
        }
    }

    /// `CycloneDX 1.6`.
    pub fn dialect(&self) -> String {
        let name = match self.format {
            SbomFormat::CycloneDx => "CycloneDX",
            SbomFormat::Spdx => "SPDX",
        };
        format!("{name} {}", self.version)
    }

    /// What the document is about.
    pub fn primary(&self) -> impl Iterator<Item = &SbomComponent> {
        self.components.iter().filter(|component| component.primary)
    }
}

/// An SBOM document: one that was named, or one that is kept in the scanned repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sbom {
    /// Where it is.
    pub path: RepoPath,
    /// Whether it was named; otherwise it lies in the scanned tree and is no part of what was found.
    pub named: bool,
    /// The file beside it that holds a signature or an attestation.
    pub signature: Option<RepoPath>,
    /// What it says, or where and why it could not be read.
    pub said: Result<SbomFacts, (Mark, String)>,
}
