//! What is known of a component's terms. Declared, detected and concluded are kept apart, and raw is never thrown away.

use compact_str::CompactString;

use super::{Evidence, Technique};

/// What a component's package says, what its texts say, and what a person concluded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Licensing {
    /// What lock files, manifests and package caches declare, in the order of trust: the first one counts.
    pub declared: Vec<LicenseClaim>,
    /// What was found in the license texts that its copies carry. Counts where nothing is declared.
    pub detected: Vec<LicenseClaim>,
    /// What a person concluded (a curation in the policy). Overrides what is declared.
    pub concluded: Option<LicenseClaim>,
}

impl Licensing {
    /// The claim that judgement goes by: the conclusion, else the first declaration, else what its license texts say. A
    /// declaration that is only a guess, or does no more than name a text, gives way to a text that leaves no doubt.
    pub fn effective(&self) -> Option<&LicenseClaim> {
        let declared = self.declared.first();
        // A guess about what license files and the rest of the metadata say together has looked at those texts.
        let is_guess = |claim: &LicenseClaim| matches!(claim.reading, Reading::Guess(_)) && !claim.is_license_file();
        let gives_way = declared.is_some_and(|claim| is_guess(claim) || claim.names_a_text());
        let text = self.detected.first().filter(|claim| gives_way && claim.is_certain());
        self.concluded.as_ref().or(text).or(declared).or_else(|| self.detected.first())
    }

    /// What is declared in words: the first declaration that is not by way of a license file's text.
    pub fn stated(&self) -> Option<&LicenseClaim> {
        self.declared.iter().find(|claim| !claim.is_license_file())
    }

    /// Whether nothing is declared, or nothing that can be read with certainty.
    pub fn is_uncertain(&self) -> bool {
        !self.declared.first().is_some_and(LicenseClaim::is_certain)
    }
}

/// Property of a component: digests of the license texts that its copy carries, in hexadecimal, sorted, with commas. A curation
/// can be bound to one of them (`text-sha256`).
pub const TEXT_DIGESTS: &str = "sepal:license:text-sha256";

/// One statement about terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseClaim {
    /// As written.
    pub raw: CompactString,
    /// As a canonical SPDX expression, if it could be read as one.
    pub expression: Option<CompactString>,
    /// How the expression was got from the raw text.
    pub reading: Reading,
    /// Who says so.
    pub source: LicenseSource,
    /// Where it is written.
    pub evidence: Option<Evidence>,
}

impl LicenseClaim {
    /// Whether nobody states it and a license text says it.
    pub fn is_detected(&self) -> bool {
        self.is_text()
    }

    /// Whether it could be read as an expression without guessing.
    pub fn is_certain(&self) -> bool {
        self.expression.is_some() && !matches!(self.reading, Reading::Guess(_) | Reading::Unmapped(_))
    }

    /// Whether it says no more than in which file the terms stand (npm: `SEE LICENSE IN <filename>`; core metadata of Python
    /// packages: `License-File`).
    pub fn names_a_text(&self) -> bool {
        self.expression.is_none() && (begins(&self.raw, "SEE LICENSE IN ") || self.is_license_file())
    }

    /// Whether it is the name of a license file, or of several (core metadata of Python packages: `License-File`). Where it has
    /// an expression, that was read in the text.
    pub fn is_license_file(&self) -> bool {
        begins(&self.raw, LICENSE_FILE)
    }

    fn is_text(&self) -> bool {
        self.evidence.as_ref().is_some_and(|evidence| evidence.technique == Technique::TextAnalysis)
    }
}

/// What a claim begins with that names a license file, as the core metadata of Python packages does.
const LICENSE_FILE: &str = "License-File: ";

fn begins(raw: &str, lead: &str) -> bool {
    raw.get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead))
}

/// How an SPDX expression was got from raw text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// It is a valid expression as written.
    Strict,
    /// Valid after putting case, deprecated ids or operators into canonical form without changing the meaning.
    Canonical,
    /// Mapped by a listed alias, or read in the license files that the raw text names; the text says which and why it is
    /// sound.
    Alias(CompactString),
    /// Mapped by an uncertain reading; never good enough to be allowed without review.
    Guess(CompactString),
    /// Not an expression: kept raw. The text says what is wrong with it.
    Unmapped(CompactString),
}

impl Reading {
    /// The word used in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Reading::Strict => "strict",
            Reading::Canonical => "canonical",
            Reading::Alias(_) => "alias",
            Reading::Guess(_) => "guess",
            Reading::Unmapped(_) => "unmapped",
        }
    }
}

/// Who states a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LicenseSource {
    /// The lock file.
    Lock,
    /// A manifest of the repository (first-party packages).
    Manifest,
    /// An installed tree in the repository (`node_modules`).
    Installed,
    /// A vendored tree in the repository.
    Vendored,
    /// An SBOM that another tool wrote.
    Document,
    /// A package cache of this machine.
    Cache,
    /// A service on the network that was asked for it (`--online`).
    Online,
    /// A curation in the policy.
    Curation,
}

impl LicenseSource {
    /// All sources, in the order reports list them.
    pub const ALL: [LicenseSource; 8] = [
        LicenseSource::Lock,
        LicenseSource::Manifest,
        LicenseSource::Installed,
        LicenseSource::Vendored,
        LicenseSource::Document,
        LicenseSource::Cache,
        LicenseSource::Online,
        LicenseSource::Curation,
    ];

    /// The words used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            LicenseSource::Lock => "lock",
            LicenseSource::Manifest => "manifest",
            LicenseSource::Installed => "installed",
            LicenseSource::Vendored => "vendored",
            LicenseSource::Document => "document",
            LicenseSource::Cache => "package cache",
            LicenseSource::Online => "online",
            LicenseSource::Curation => "curation",
        }
    }
}
