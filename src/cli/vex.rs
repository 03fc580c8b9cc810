//! `sepal vex`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use globset::GlobSet;

use crate::advisory::vex::write::{Decisions, cyclonedx, openvex};
use crate::app;
use crate::app::check::scan_by_policy;

use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::surroundings;
use super::target::Target;

/// Writes the decisions of the policy about vulnerabilities as a VEX document.
#[derive(Args, Debug)]
pub struct Vex {
    #[command(flatten)]
    target: Target,
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "openvex")]
    format: Format,
    /// Write it to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// OpenVEX 0.2.0
    Openvex,
    /// CycloneDX 1.6
    Cyclonedx,
}

impl Vex {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let progress = Progress::start(terminal.watched, "scanning");
        let reading = &self.target.reading;
        let mut settings = reading.settings(&self.target.paths, GlobSet::empty());
        settings.advisories = reading.advisory_source();
        // What others stated is theirs to publish.
        settings.vex.clear();
        let (scanned, policy) = scan_by_policy(settings, reading.policy.clone())?;
        if scanned.bom.advisories.is_none() {
            return Err(Failure::new("no advisories were looked up, so that there is nothing to decide about")
                .with_help("import some with `sepal advisories import`, or name a file with --advisories"));
        }
        let created = surroundings::now();
        let decisions = app::vex::decisions(&scanned.bom, &policy, surroundings::today()?);
        drop(progress);
        if decisions.is_empty() {
            return Err(Failure::new("the policy has no decision about a vulnerability that is here")
                .with_help("a waiver of a vuln/ rule that names an `advisory` is one; docs/vex.md has an example"));
        }
        let document = Decisions {
            decisions,
            subject: &scanned.bom.subject.name,
            created: &created,
            tool_version: env!("CARGO_PKG_VERSION"),
        };
        let mut bytes = Vec::new();
        match self.format {
            Format::Openvex => openvex(&document, &mut bytes)?,
            Format::Cyclonedx => cyclonedx(&document, &mut bytes)?,
        }
        output::write(self.output.as_deref(), &bytes)?;
        Ok(Code::Holds)
    }
}
