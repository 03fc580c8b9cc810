//! The arguments that say beside what a judgement is made, the same for every command that judges.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::app::{CheckSettings, Checked, baseline, check};

use super::output::{self, Failure};
use super::surroundings;
use super::target::Target;

/// What was known before.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Only what is new")]
pub struct Compare {
    /// Only what is new since this branch, tag or commit fails: compares with where HEAD left it, as a pull request does; with
    /// the revision itself where two dots follow (main..)
    #[cfg(feature = "git")]
    #[arg(long, value_name = "REF", conflicts_with_all = ["trust_tools", "write_baseline"])]
    since: Option<String>,
    /// Judge what is staged, and let only what is new beside HEAD fail
    #[cfg(feature = "git")]
    #[arg(long, conflicts_with_all = ["since", "trust_tools", "write_baseline"])]
    staged: bool,
    /// What this file holds was known: a baseline, or a kept answer of --format json
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    baseline: Option<PathBuf>,
    /// Write what counts now as a baseline, and take it as known
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
}

/// What came of it.
pub enum Judged {
    /// A judgement.
    Checked(Box<Checked>),
    /// Nothing was looked at, in a sentence.
    #[cfg(feature = "git")]
    Nothing(String),
}

impl Compare {
    /// Judges a target. With `briefly` nothing is read where nothing that matters is staged.
    pub fn judge(&self, target: &Target, briefly: bool) -> Result<Judged, Failure> {
        let mut scan = target.settings()?;
        scan.advisories = target.reading.advisory_source();
        let settings = CheckSettings {
            scan,
            policy: target.reading.policy.clone(),
            baseline: self.baseline.clone(),
            today: surroundings::today()?,
        };
        #[cfg(feature = "git")]
        {
            use crate::app::since::{self, Staged};
            if let Some(name) = &self.since {
                return Ok(Judged::Checked(Box::new(since::since(settings, name)?)));
            }
            if self.staged {
                let index = surroundings::git_index();
                return Ok(match since::staged(settings, index.as_deref(), briefly)? {
                    Staged::Nothing(sentence) => Judged::Nothing(sentence),
                    Staged::Checked(checked) => Judged::Checked(checked),
                });
            }
        }
        let _ = briefly;
        let mut checked = check(settings)?;
        if let Some(file) = &self.write_baseline {
            write_baseline(file, &mut checked)?;
        }
        Ok(Judged::Checked(Box::new(checked)))
    }
}

fn write_baseline(file: &Path, checked: &mut Checked) -> Result<(), Failure> {
    let (bom, verdict) = (&checked.scanned.bom, &mut checked.verdict);
    let count = baseline::write(file, bom, &checked.policy, verdict)?;
    baseline::apply(baseline::read(file)?, bom, &checked.policy, verdict);
    output::note(&format!(
        "{} known from now on, in {}: sepal check --baseline {}",
        if count == 1 { "1 finding is".to_owned() } else { format!("{count} findings are") },
        file.display(),
        file.display()
    ));
    Ok(())
}
