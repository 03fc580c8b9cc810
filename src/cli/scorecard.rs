//! `sepal scorecard`

use std::path::PathBuf;

use clap::{Args, builder::PossibleValuesParser};
use globset::GlobSet;

use crate::app::CheckSettings;
use crate::app::scorecard::{ScorecardError, ScorecardSettings, organisation, scorecard};
use crate::score::{self, LANGUAGES, Shown, Words};

use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::surroundings;
use super::target::Target;

/// Tells how far the GGI Trust goal and OSPO Stage 1 are met, point by point, with evidence.
#[derive(Args, Debug)]
pub struct Scorecard {
    #[command(flatten)]
    target: Target,
    /// How to write the card
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = PossibleValuesParser::new(score::TABLE.iter().map(|writer| writer.id)))]
    format: String,
    /// Write the card to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The language of its texts
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = PossibleValuesParser::new(LANGUAGES))]
    lang: String,
    /// Former cards in JSON, or directories of them, for the trend
    #[arg(long, value_name = "PATH")]
    history: Vec<PathBuf>,
    /// Put the JSON cards of many repositories together, instead of scanning one
    #[arg(long, value_name = "PATH", conflicts_with_all = ["history", "activity", "paths"])]
    results: Vec<PathBuf>,
    /// Only this activity (GGI-A-22) or item (S1.1): with --format markdown the body of one issue
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(score::GGI.iter().chain(score::STAGE1).map(|it| it.id)))]
    activity: Option<String>,
}

impl Scorecard {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let words = Words::of(&self.lang).unwrap_or_else(Words::english);
        let writer =
            score::by_id(&self.format).ok_or_else(|| Failure::new(format!("there is no format `{}`", self.format)))?;
        let time = surroundings::now();
        let shown = if self.results.is_empty() {
            let progress = Progress::start(terminal.watched, "scanning");
            let mut scan = self.target.reading.settings(&self.target.paths, GlobSet::empty());
            scan.advisories = self.target.reading.advisory_source();
            let check = CheckSettings {
                scan,
                policy: self.target.reading.policy.clone(),
                baseline: None,
                today: surroundings::today()?,
            };
            let card = scorecard(ScorecardSettings { check, history: self.history, time });
            drop(progress);
            let mut card = match card {
                Ok(card) => card,
                // A policy's mistakes are shown with their lines.
                Err(ScorecardError::Check(error)) => return Err(error.into()),
                Err(error) => return Err(error.into()),
            };
            if let Some(only) = &self.activity {
                card.activities.retain(|group| group.id == only);
                card.stage1.retain(|group| group.id == only);
            }
            Shown::Repository(card)
        } else {
            Shown::Organisation(organisation(&self.results, time)?)
        };
        output::write(self.output.as_deref(), (writer.write)(&shown, words).as_bytes())?;
        Ok(Code::Holds)
    }
}
