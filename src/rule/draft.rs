//! What a check yields.

use compact_str::CompactString;

use crate::model::{Because, ComponentId, Location, ProjectId};

/// What a draft is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A component, wherever it occurs: ten lock files that name it make one finding.
    Component(ComponentId),
    /// A project as a whole.
    Project(ProjectId),
    /// A place: a file that could not be read, a line of a policy.
    Place,
}

/// Something that is not as it should be, before anybody weighs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it is about.
    pub subject: Subject,
    /// What: one plain sentence, without a full stop.
    pub message: String,
    /// Why it matters, here.
    pub why: String,
    /// Ways out, in the order to try them.
    pub help: Vec<String>,
    /// Where; the first is the place to show. May be empty for a component: its occurrences are filled in.
    pub locations: Vec<Location>,
    /// What tells it from other findings of the same rule about the same subject, and stays the same when lines or versions
    /// change: a license, a kind of trouble.
    pub discriminator: CompactString,
    /// The licenses it is about, as waivers may name them; empty where it is about none.
    pub licenses: Vec<CompactString>,
    /// What is publicly known that it is about: its place in [`Advisories::vulnerabilities`](crate::model::Advisories). A waiver
    /// covers it only if it names one of its ids.
    pub vulnerability: Option<u32>,
    /// The policy line that asked, where it is another one than the rule's level.
    pub because: Option<Because>,
}

impl Draft {
    /// A draft with what every draft needs.
    pub fn new(subject: Subject, message: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            subject,
            message: message.into(),
            why: why.into(),
            help: Vec::new(),
            locations: Vec::new(),
            discriminator: CompactString::default(),
            licenses: Vec::new(),
            vulnerability: None,
            because: None,
        }
    }
}
