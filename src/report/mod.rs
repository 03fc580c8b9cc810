//! The voices: one file per output, over a finished Bom and Verdict.
//!
//! Here everything is decided already. A reporter puts it into the words of those who read it: a person at a terminal
//! ([`human`]), a program ([`json`]), code scanning ([`sarif`]), the log of a workflow ([`github`]), a pull request
//! ([`markdown`]), a merge request ([`gitlab_quality`], [`gitlab_dependencies`]), any CI system ([`junit`]). What does not belong here: judging, counting what nobody counted before except for a summary, reading
//! files (the lines to show are handed in as [`Excerpts`]), the clock, the terminal. SBOM documents are the business of the
//! room `sbom`.
//!
//! To add an output: one file with one `pub static REPORTER`, and one line in [`TABLE`]. Everything that a stranger may have
//! chosen goes through `encode`; colours are known to `snippet` alone.

use std::io;

use crate::model::{Bom, Finding, RepoPath, Severity, Verdict};

mod encode;
mod excerpts;
mod layout;
mod snippet;
mod tally;
mod trail;

pub mod fix_plan;
pub mod github;
pub mod gitlab_dependencies;
pub mod gitlab_quality;
pub mod human;
pub mod identify;
pub mod json;
pub mod junit;
pub mod licenses;
pub mod markdown;
pub mod notice;
pub mod obligations;
pub mod sarif;
pub mod why;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use encode::without_user_info;
pub use excerpts::{Excerpts, wanted};

/// One way to write a [`Report`].
pub struct Reporter {
    /// The name that `--format` takes.
    pub id: &'static str,
    /// What it is for, in one sentence without a full stop.
    pub docs: &'static str,
    /// The findings whose lines it shows: only those have to be fetched.
    pub shows_lines_of: for<'a> fn(verdict: &'a Verdict, style: &Style) -> Vec<&'a Finding>,
    /// Writes the report. Fails only where `writer` does.
    pub write: fn(report: &Report<'_>, writer: &mut dyn io::Write) -> io::Result<()>,
}

/// All outputs, sorted by id.
pub static TABLE: &[&Reporter] = &[
    &github::REPORTER,
    &gitlab_dependencies::REPORTER,
    &gitlab_quality::REPORTER,
    &human::REPORTER,
    &json::REPORTER,
    &junit::REPORTER,
    &markdown::REPORTER,
    &sarif::REPORTER,
];

/// The output of a name that `--format` takes.
pub fn by_id(id: &str) -> Option<&'static Reporter> {
    TABLE.iter().copied().find(|reporter| reporter.id == id)
}

/// No finding: what a reporter without excerpts shows the lines of.
fn no_lines<'a>(_: &'a Verdict, _: &Style) -> Vec<&'a Finding> {
    Vec::new()
}

/// Every open finding.
fn open_findings<'a>(verdict: &'a Verdict, _: &Style) -> Vec<&'a Finding> {
    tally::open(verdict).collect()
}

/// What a reporter gets.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What there is.
    pub bom: &'a Bom,
    /// What the policy makes of it; made from `bom`.
    pub verdict: &'a Verdict,
    /// The texts of the rules, sorted by id. A rule without a text is shown by its id.
    pub rules: &'a [RuleText<'a>],
    /// Lines of scanned files: those that [`wanted`] names, as far as they could be had.
    pub excerpts: &'a Excerpts,
    /// How the run went.
    pub run: RunInfo,
    /// How to show it to a person.
    pub style: Style,
}

impl Report<'_> {
    /// The texts of a rule.
    fn rule(&self, id: &str) -> Option<&RuleText<'_>> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

/// What the catalogue says of one rule. The last three are Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleText<'a> {
    /// The rule's id, `group/name`.
    pub id: &'a str,
    /// What it looks for, in one sentence without a full stop.
    pub summary: &'a str,
    /// The level it has where no policy says otherwise.
    pub level: Severity,
    /// What it does.
    pub what: &'a str,
    /// Why that is bad.
    pub why: &'a str,
    /// How to fix it.
    pub fix: &'a str,
}

/// How the run went, as far as Bom and Verdict do not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunInfo {
    /// The version of this program.
    pub version: String,
    /// What was scanned, as given on the command line.
    pub roots: Vec<String>,
    /// The path from the top of the repository to the root of the scan, if it is not the top itself. Code scanning and
    /// annotations want paths from the top.
    pub prefix: Option<RepoPath>,
    /// The revision of the tree, where known.
    pub revision: Option<String>,
    /// Whether nothing was asked over the network.
    pub offline: bool,
    /// Which advisories are known, in a few words: `none installed (sepal advisories update)`.
    pub advisories: String,
    /// How long each stage took, in microseconds; only if somebody asked (`--timings`), since it differs from run to run.
    pub timings: Option<Vec<(String, u64)>>,
    /// How long all of it took, in milliseconds; shown to people only, or where `timings` are.
    pub elapsed_ms: Option<u64>,
    /// The exit code the process will end with, if the command has one that depends on the verdict.
    pub exit: Option<u8>,
}

/// How to show a report to a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colour.
    pub color: bool,
    /// The columns of the terminal; 0 for no limit (in a pipe).
    pub width: u16,
    /// What to show beyond the usual.
    pub show: Show,
    /// A URI for the root of the scan, ending in `/`, if the terminal can follow links (OSC 8); places then link to it.
    pub links: Option<String>,
}

/// What to show beyond the usual (`--show`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Show {
    /// Every finding in full instead of groups where there are more than [`human::LIMIT`], and those that are waived.
    pub all: bool,
    /// The components whose terms are not known, one a line.
    pub unknown: bool,
}
