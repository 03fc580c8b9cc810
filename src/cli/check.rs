//! `sepal check`

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum, builder::PossibleValuesParser};

use crate::app::{self, CheckSettings, Checked, check};
use crate::evaluate::fix_plan;
use crate::report::{self, Report, RunInfo, Show, Style};

use super::compare::{Compare, Judged};
use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::surroundings;
use super::target::Target;

/// Judges what is there by the policy.
#[derive(Args, Debug, Default)]
#[command(after_help = super::exit::HELP)]
pub struct Check {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    compare: Compare,
    /// How to write the report
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = PossibleValuesParser::new(report::TABLE.iter().map(|reporter| reporter.id)))]
    format: String,
    /// Write the report to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Show more
    #[arg(long, value_name = "WHAT", value_enum)]
    show: Vec<Shown>,
    /// Instead of the report, say which versions to take so that few steps clear many findings about advisories (text, or with
    /// --format json)
    #[arg(long)]
    fix_plan: bool,
    /// Say how long each stage took
    #[arg(long)]
    timings: bool,
}

/// What to show beyond the usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shown {
    /// Every finding in full, waived ones too
    All,
    /// The components whose terms are not known
    Unknown,
}

impl Check {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let started = Instant::now();
        let progress = Progress::start(terminal.watched, "checking");
        let id = if self.format.is_empty() { "human" } else { &self.format };
        let checked = match self.compare.judge(&self.target, id == "human")? {
            Judged::Checked(checked) => checked,
            #[cfg(feature = "git")]
            Judged::Nothing(sentence) => {
                drop(progress);
                output::write(self.output.as_deref(), format!("sepal: {}\n", output::printable(&sentence)).as_bytes())?;
                return Ok(Code::Holds);
            }
        };
        let code = Code::of(&checked.verdict);
        let reporter = report::by_id(id).ok_or_else(|| Failure::new(format!("there is no format `{id}`")))?;
        if self.fix_plan {
            let plan = fix_plan(&checked.scanned.bom, &checked.verdict);
            let write = match id {
                "human" => report::fix_plan::write_text,
                "json" => report::fix_plan::write_json,
                other => return Err(Failure::new(format!("there is no fix plan in the format `{other}`"))),
            };
            let mut bytes = Vec::new();
            write(&checked.scanned.bom, &plan, &mut bytes)?;
            drop(progress);
            output::write(self.output.as_deref(), &bytes)?;
            return Ok(code);
        }
        let to_stdout = self.output.is_none();
        let style = Style {
            color: to_stdout && terminal.color,
            width: if to_stdout { terminal.width } else { 0 },
            show: Show { all: self.show.contains(&Shown::All), unknown: self.show.contains(&Shown::Unknown) },
            links: None,
        };
        let bytes = render(reporter, &self.target, &checked, style, |run| {
            run.elapsed_ms = u64::try_from(started.elapsed().as_millis()).ok();
            run.timings = self.timings.then(|| checked.scanned.timings.clone());
            run.exit = Some(code as u8);
        })?;
        drop(progress);
        output::write(self.output.as_deref(), &bytes)?;
        // The process ends here: giving back what there is, piece by piece, would take longer than judging it did.
        std::mem::forget(checked);
        Ok(code)
    }
}

/// Checks a target by its policy, today.
pub fn judge(target: &Target) -> Result<Checked, Failure> {
    let mut scan = target.settings()?;
    scan.advisories = target.reading.advisory_source();
    Ok(check(CheckSettings {
        scan,
        policy: target.reading.policy.clone(),
        baseline: None,
        today: surroundings::today()?,
    })?)
}

/// Writes a report.
pub fn render(
    reporter: &report::Reporter,
    target: &Target,
    checked: &Checked,
    style: Style,
    complete: impl FnOnce(&mut RunInfo),
) -> Result<Vec<u8>, Failure> {
    let (bom, verdict) = (&checked.scanned.bom, &checked.verdict);
    let mut excerpts = report::Excerpts::new();
    let shown = (reporter.shows_lines_of)(verdict, &style);
    for ((path, line), text) in checked.scanned.excerpts(&report::wanted(bom, &shown)) {
        excerpts.insert(&path, line, &text);
    }
    let rules = app::explain::rule_texts(&checked.policy);
    let mut run = super::target::run_info(&target.paths, bom);
    run.prefix = app::files::prefix(&checked.scanned.roots);
    complete(&mut run);
    let report = Report { bom, verdict, rules: &rules, excerpts: &excerpts, run, style };
    let mut bytes = Vec::new();
    (reporter.write)(&report, &mut bytes)?;
    Ok(bytes)
}
