//! `sepal why`

use std::path::PathBuf;

use clap::Args;
use globset::GlobSet;

use crate::app::check::scan_by_policy;
use crate::app::why::{matching, resembling};
use crate::report::why::{Answer, write_json, write_text};
use crate::resolve::ways_to;

use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::target::Reading;

/// Says who brings a component in, and the line to edit.
#[derive(Args, Debug)]
pub struct Why {
    /// A name (`lodash`), a name with version (`lodash@4.17.21`) or a package URL
    component: String,
    /// Directories or single files; the working directory if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reading: Reading,
}

impl Why {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let progress = Progress::start(terminal.watched, "scanning");
        let settings = self.reading.settings(&self.paths, GlobSet::empty());
        let (scanned, _) = scan_by_policy(settings, self.reading.policy.clone())?;
        let bom = &scanned.bom;
        let found = matching(bom, &self.component);
        drop(progress);
        if found.is_empty() {
            let near = resembling(bom, &self.component);
            let failure = Failure::new(format!("no third-party component is called `{}`", self.component));
            return Err(if near.is_empty() {
                let count = bom.third_parties().count();
                failure.with_help(format!("`sepal scan -o purls` lists the {count} that were found"))
            } else {
                failure.with_help(format!("did you mean {}?", near.join(", ")))
            });
        }
        let answers: Vec<Answer> =
            found.into_iter().map(|component| Answer { component, projects: ways_to(bom, component) }).collect();
        let mut bytes = Vec::new();
        if self.json {
            write_json(bom, &answers, &mut bytes)?;
        } else {
            write_text(bom, &answers, terminal.color, &mut bytes)?;
        }
        output::write(None, &bytes)?;
        Ok(Code::Holds)
    }
}
