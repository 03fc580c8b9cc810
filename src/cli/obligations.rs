//! `sepal obligations`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use globset::GlobSet;

use crate::app::obligations::{ObligationsSettings, obligations};
use crate::license::Distribution;
use crate::model::Scope;
use crate::report::obligations::{write_json, write_markdown, write_text};

use super::exit::Code;
use super::notice::scope;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::target::{self, Target};

/// Lists what the licenses of the components ask of whoever gives the product to others, to tick off.
#[derive(Args, Debug)]
#[command(after_help = super::exit::HELP)]
pub struct Obligations {
    #[command(flatten)]
    target: Target,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// How the product reaches others, instead of what the policy says: internal, hosted, binary, source, device
    #[arg(long, value_name = "WAY", value_parser = distribution)]
    distribution: Option<Distribution>,
    /// Also list what is needed in this scope: provided, peer, build, test, development. Repeat for several
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    include: Vec<Scope>,
    /// Name every component, also of long lists
    #[arg(long)]
    all: bool,
    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How the list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Human,
    /// A list with boxes to tick, and a table
    Markdown,
    /// One object
    Json,
}

fn distribution(word: &str) -> Result<Distribution, String> {
    Distribution::ALL.into_iter().find(|way| way.as_str() == word).ok_or_else(|| {
        let known: Vec<&str> = Distribution::ALL.into_iter().map(Distribution::as_str).collect();
        format!("one of {}", known.join(", "))
    })
}

impl Obligations {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let progress = Progress::start(terminal.watched, "reading terms");
        let listed = obligations(ObligationsSettings {
            scan: self.target.reading.settings(&self.target.paths, GlobSet::empty()),
            policy: self.target.reading.policy.clone(),
            include: self.include.clone(),
            distribution: self.distribution,
        })?;
        drop(progress);
        let list = &listed.obligations;
        let mut bytes = Vec::new();
        match self.format {
            Format::Human => {
                write_text(list, self.all, terminal.color && self.output.is_none(), &mut bytes)?;
            }
            Format::Markdown => write_markdown(list, &mut bytes)?,
            Format::Json => write_json(list, &mut bytes)?,
        }
        output::note(&target::what_was_lost(&listed.scanned.bom));
        output::write(self.output.as_deref(), &bytes)?;
        let asked = listed.policy.requires_completeness();
        Ok(if asked && !list.is_complete() { Code::Incomplete } else { Code::Holds })
    }
}
