//! The one room that runs other programs: an ecosystem's own tool, on a tree that the user trusts (`--trust-tools`), and the
//! user's git, where `sepal policy update` is to fetch a commit.
//!
//! What belongs here: starting a tool so that nothing the scanned repository names is run with it, that nothing is written
//! into the tree, that it stays offline, and that it ends in time. What does not: understanding its answer, which is a
//! format of the ecosystem. To add a tool, add a file with one function that returns the tool's answer as text.

#![allow(clippy::disallowed_methods, reason = "the door to programs that the user trusts")]

mod cargo;
mod git;
mod question;
#[cfg(any(feature = "trust-tools", feature = "online"))]
mod run;

pub use cargo::cargo_metadata;
pub use git::{FROM_THIS_MACHINE, GitObject, Wanted, git_objects};
pub use question::{Question, questions};

/// Why a tool gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// The program was built without what it needs to run tools.
    #[error("this sepal was built without the feature `{feature}` and runs no tool")]
    NotBuilt {
        /// The feature.
        feature: &'static str,
    },
    /// The tool, or something that it needs, was not found.
    #[error("{program} was not found {place}")]
    NotFound {
        /// What was looked for.
        program: &'static str,
        /// Where.
        place: String,
    },
    /// The tool could not be started, or a directory for it could not be made.
    #[error("could not run {program}")]
    Start {
        /// What was to be run.
        program: &'static str,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The tool ended with an error.
    #[error("{program} failed: {message}")]
    Failed {
        /// What was run.
        program: &'static str,
        /// What it said, on one line.
        message: String,
    },
    /// The tool took longer than it may, and was ended.
    #[error("{program} gave no answer within {seconds} seconds")]
    TimedOut {
        /// What was run.
        program: &'static str,
        /// How long it had.
        seconds: u64,
    },
    /// The tool answered more than it may, or something that is not text.
    #[error("the answer of {program} is not a text of less than {limit} bytes")]
    Answer {
        /// What was run.
        program: &'static str,
        /// How much is read.
        limit: u64,
    },
}
