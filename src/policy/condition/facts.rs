//! The facts that a condition can ask for, with their types.

use crate::license::{Class, Distribution};
use crate::model::{ComponentKind, HashAlgorithm, Scope, SeverityLevel};

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A whole number of 64 bits.
    Int,
    /// A number.
    Double,
    /// A text.
    Text,
    /// A list of values of one type.
    List(&'static Type),
    /// Something with fields.
    Record(&'static RecordType),
}

impl Type {
    /// For a sentence: `a list of texts`.
    pub fn phrase(self) -> String {
        match self {
            Type::Bool => "true or false".to_owned(),
            Type::Int => "a whole number".to_owned(),
            Type::Double => "a number".to_owned(),
            Type::Text => "a text".to_owned(),
            Type::List(Type::Text) => "a list of texts".to_owned(),
            Type::List(Type::Record(record)) => format!("a list of {} records", record.name),
            Type::List(_) => "a list".to_owned(),
            Type::Record(record) => format!("a {} record", record.name),
        }
    }

    /// The list type of an element type.
    pub(super) fn listed(self) -> Type {
        match self {
            Type::Bool => Type::List(&Type::Bool),
            Type::Int => Type::List(&Type::Int),
            Type::Double => Type::List(&Type::Double),
            Type::Text => Type::List(&Type::Text),
            Type::Record(record) if std::ptr::eq(record, &VULNERABILITY) => VULNERABILITIES,
            // Lists of lists are asked for by nobody; they count as lists of texts, which finds what is wrong with them.
            Type::Record(_) | Type::List(_) => Type::List(&Type::Text),
        }
    }
}

/// Something with fields.
#[derive(Debug)]
pub struct RecordType {
    /// What conditions call it.
    pub name: &'static str,
    /// Its fields, in the order in which they are best read.
    pub fields: &'static [Field],
}

impl PartialEq for RecordType {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for RecordType {}

/// A field of a record.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// Which fact it is.
    pub id: FieldId,
    /// The words that it can be, if they are a closed list: another word in a comparison is an error.
    pub words: Option<fn() -> Vec<&'static str>>,
    /// What it means: Markdown, a sentence or two.
    pub docs: &'static str,
}

/// A fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is explained in the table of its record")]
pub enum FieldId {
    Purl,
    Type,
    Namespace,
    Name,
    Version,
    Kind,
    Scope,
    Scopes,
    Direct,
    License,
    Licenses,
    Classes,
    Verdict,
    Source,
    SourceKind,
    SourceUrl,
    Hashes,
    Paths,
    Projects,
    Vulnerabilities,
    ProjectName,
    ProjectDistribution,
    ProjectLicense,
    VulnerabilityId,
    Aliases,
    Severity,
    Score,
    KnownExploited,
    Likelihood,
    Fix,
}

/// A record that a value can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// The component that is judged.
    Component,
    /// Where it comes from.
    Source,
    /// The product.
    Project,
    /// What is publicly known of the component: its place in the list.
    Vulnerability(u32),
}

/// What a condition can name without a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// `component`
    Component,
    /// `project`
    Project,
    /// `vulnerabilities`
    Vulnerabilities,
    /// `file`
    File,
}

/// What a condition can name without a dot, with its type and what it means.
pub static ROOTS: &[(&str, Root, Type, &str)] = &[
    ("component", Root::Component, Type::Record(&COMPONENT), "The third-party component that is judged."),
    ("project", Root::Project, Type::Record(&PROJECT), "The product as a whole."),
    (
        "vulnerabilities",
        Root::Vulnerabilities,
        VULNERABILITIES,
        "What is publicly known of the component, short for `component.vulnerabilities`.",
    ),
    (
        "file",
        Root::File,
        Type::Text,
        "The path of the first file that names the component, short for `component.paths[0]`.",
    ),
];

const VULNERABILITIES: Type = Type::List(&Type::Record(&VULNERABILITY));

const fn field(name: &'static str, kind: Type, id: FieldId, docs: &'static str) -> Field {
    Field { name, kind, id, words: None, docs }
}

const fn word(name: &'static str, id: FieldId, words: fn() -> Vec<&'static str>, docs: &'static str) -> Field {
    Field { name, kind: Type::Text, id, words: Some(words), docs }
}

const fn words(name: &'static str, id: FieldId, words: fn() -> Vec<&'static str>, docs: &'static str) -> Field {
    Field { name, kind: Type::List(&Type::Text), id, words: Some(words), docs }
}

fn scopes() -> Vec<&'static str> {
    Scope::ALL.iter().map(|scope| scope.as_str()).collect()
}

fn classes() -> Vec<&'static str> {
    Class::ALL.iter().map(|class| class.as_str()).collect()
}

fn verdicts() -> Vec<&'static str> {
    vec!["allowed", "needs review", "denied", "unknown"]
}

fn kinds() -> Vec<&'static str> {
    ComponentKind::ALL.iter().map(|kind| kind.as_str()).collect()
}

fn sources() -> Vec<&'static str> {
    vec!["registry", "git", "archive", "path", "unknown"]
}

fn hashes() -> Vec<&'static str> {
    use HashAlgorithm::{Md5, Sha1, Sha256, Sha384, Sha512};
    [Md5, Sha1, Sha256, Sha384, Sha512].iter().map(|algorithm| algorithm.as_str()).collect()
}

fn distributions() -> Vec<&'static str> {
    Distribution::ALL.iter().map(|kind| kind.as_str()).collect()
}

fn severities() -> Vec<&'static str> {
    SeverityLevel::ALL.iter().map(|level| level.as_str()).collect()
}

/// A component.
pub static COMPONENT: RecordType = RecordType {
    name: "component",
    fields: &[
        field("purl", Type::Text, FieldId::Purl, "Its package URL: `pkg:npm/%40acme/kit@1.2.0`."),
        field("type", Type::Text, FieldId::Type, "The type of its package URL: `npm`, `cargo`, `maven`."),
        field("namespace", Type::Text, FieldId::Namespace, "The namespace of its package URL; empty if it has none."),
        field("name", Type::Text, FieldId::Name, "Its name, without the namespace."),
        field("version", Type::Text, FieldId::Version, "Its version. Not known where no lock file states it."),
        word("kind", FieldId::Kind, kinds, "What it is."),
        word("scope", FieldId::Scope, scopes, "The strongest scope in which anything needs it."),
        words("scopes", FieldId::Scopes, scopes, "All scopes in which it is needed."),
        field("direct", Type::Bool, FieldId::Direct, "Whether a manifest of this tree names it."),
        field(
            "license",
            Type::Text,
            FieldId::License,
            "Its license as an SPDX expression, after curations. Not known where none was found or it could not be read.",
        ),
        field(
            "licenses",
            Type::List(&Type::Text),
            FieldId::Licenses,
            "The licenses that bind: those of the expression, after the choice that was made. Not known as `license`.",
        ),
        words("classes", FieldId::Classes, classes, "The classes of `licenses`. Not known as `license`."),
        word("verdict", FieldId::Verdict, verdicts, "What the policy's license lists say."),
        field("source", Type::Record(&SOURCE), FieldId::Source, "Where it comes from."),
        words(
            "hashes",
            FieldId::Hashes,
            hashes,
            "The algorithms of the digests that a lock file states; may be empty.",
        ),
        field("paths", Type::List(&Type::Text), FieldId::Paths, "The files that name it, from the top of the tree."),
        field(
            "projects",
            Type::List(&Type::Text),
            FieldId::Projects,
            "The directories of the projects that need it; `.` for the top.",
        ),
        field(
            "vulnerabilities",
            VULNERABILITIES,
            FieldId::Vulnerabilities,
            "What is publicly known of it and no VEX document settles. Not known where no advisories were looked up.",
        ),
    ],
};

/// Where a component comes from.
pub static SOURCE: RecordType = RecordType {
    name: "source",
    fields: &[
        word("kind", FieldId::SourceKind, sources, "The kind of place."),
        field(
            "url",
            Type::Text,
            FieldId::SourceUrl,
            "The address as the lock file states it; empty if it states none, as for an ecosystem's own registry.",
        ),
    ],
};

/// The product.
pub static PROJECT: RecordType = RecordType {
    name: "project",
    fields: &[
        field("name", Type::Text, FieldId::ProjectName, "The name of what was scanned."),
        word("distribution", FieldId::ProjectDistribution, distributions, "How the product reaches others."),
        field(
            "license",
            Type::Text,
            FieldId::ProjectLicense,
            "The license it is given out under. Not known where the policy does not say it.",
        ),
    ],
};

/// What is publicly known of a component.
pub static VULNERABILITY: RecordType = RecordType {
    name: "vulnerability",
    fields: &[
        field("id", Type::Text, FieldId::VulnerabilityId, "Its id: that of the CVE, if it has one."),
        field("aliases", Type::List(&Type::Text), FieldId::Aliases, "Its other ids."),
        word("severity", FieldId::Severity, severities, "How severe it is; `unknown` if nobody says."),
        field("score", Type::Double, FieldId::Score, "The CVSS base score. Not known where none is stated."),
        field("kev", Type::Bool, FieldId::KnownExploited, "Whether CISA's catalogue says that it is exploited."),
        field(
            "epss",
            Type::Double,
            FieldId::Likelihood,
            "How likely it is exploited within 30 days, from 0 to 1 (EPSS). Not known where no such data was imported.",
        ),
        field("fix", Type::Text, FieldId::Fix, "The version that fixes it; empty if none is known."),
    ],
};

/// All records, for the reference.
pub static RECORDS: &[&RecordType] = &[&COMPONENT, &SOURCE, &PROJECT, &VULNERABILITY];
