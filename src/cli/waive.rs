//! `sepal waive`

use std::path::PathBuf;

use clap::Args;

use crate::app::waive::{Wish, waive};
use crate::model::Date;

use super::check;
use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::surroundings;
use super::target::{Reading, Target};

/// Accepts a finding for a time: writes a waiver into the policy file.
#[derive(Args, Debug)]
pub struct Waive {
    /// What `sepal check` prints after `sepal waive`, a component, or both a rule and a component: RULE:COMPONENT
    finding: String,
    /// Why, in a word: build-only, internal-use-only, replacement-planned … (docs/policy.md)
    #[arg(long, value_name = "WORD")]
    reason: String,
    /// The last day on which it holds: YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    expires: Date,
    /// Who decided
    #[arg(long, value_name = "WHO")]
    by: String,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    justification: Option<String>,
    /// Where the discussion can be found
    #[arg(long, value_name = "TICKET")]
    ticket: Option<String>,
    /// Only in this directory's projects; without it, in those where the finding is now
    #[arg(long, value_name = "DIRECTORY")]
    project: Option<String>,
    /// The repository; the working directory if none is given
    #[arg(long = "in", value_name = "PATH")]
    place: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

impl Waive {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let progress = Progress::start(terminal.watched, "checking");
        let policy = self.reading.policy.clone();
        let target = Target { paths: self.place.into_iter().collect(), reading: self.reading };
        let checked = check::judge(&target)?;
        drop(progress);
        let wish = Wish {
            finding: self.finding,
            reason: self.reason,
            justification: self.justification,
            by: self.by,
            expires: self.expires,
            ticket: self.ticket,
            project: self.project,
            policy,
        };
        let written = waive(&checked, &wish, surroundings::today()?)
            .map_err(|error| Failure { help: error.help(), message: error.to_string() })?;
        let text = format!("{}:{}\n\n{}", written.file, written.line, written.text);
        output::write(None, output::printable(&text).as_bytes())?;
        Ok(Code::Holds)
    }
}
