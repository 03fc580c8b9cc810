//! `sepal licenses`

use clap::{Args, ValueEnum};
use globset::GlobSet;

use crate::app::licenses::{LicensesSettings, licenses};
use crate::report::licenses::{write_json, write_text};

use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::target::Target;

/// Shows what the project says of its own license: manifests, license files, headers, REUSE.
#[derive(Args, Debug)]
#[command(after_help = super::exit::HELP)]
pub struct Licenses {
    #[command(flatten)]
    target: Target,
    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Fail (exit code 1) if manifests, license files and headers do not agree
    #[arg(long)]
    check: bool,
    /// Fail (exit code 1) if a file lacks its license or holder, or a license its text, as REUSE asks
    #[arg(long)]
    reuse: bool,
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Human,
    /// One object
    Json,
}

impl Licenses {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let progress = Progress::start(terminal.watched, "reading headers");
        let hygiene = licenses(LicensesSettings {
            scan: self.target.reading.settings(&self.target.paths, GlobSet::empty()),
            policy: self.target.reading.policy.clone(),
            threads: self.target.reading.threads,
        })?;
        drop(progress);
        let mut bytes = Vec::new();
        match self.format {
            Format::Human => write_text(&hygiene, terminal.color, &mut bytes)?,
            Format::Json => write_json(&hygiene, &mut bytes)?,
        }
        output::write(None, &bytes)?;
        let told = hygiene.diagnostics.iter().take(20).map(|one| format!("{}: {}", one.location, one.message));
        output::note(&told.collect::<Vec<_>>().join("\n"));
        let violated = self.check && !hygiene.problems.is_empty() || self.reuse && !hygiene.follows_reuse();
        Ok(if violated { Code::Violated } else { Code::Holds })
    }
}
