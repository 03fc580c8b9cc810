//! `sepal explain`

use clap::Args;

use crate::app::explain::{self, Explained};
use crate::app::{files, policy};
use crate::report::{self, Show, Style};

use super::check;
use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::surroundings;
use super::target::{Reading, Target};

/// Explains a rule, a license or a finding.
#[derive(Args, Debug)]
pub struct Explain {
    /// A rule (`deps/unpinned`), a license (`AGPL-3.0-only`), or the fingerprint of a finding in the working directory
    what: String,
    #[command(flatten)]
    reading: Reading,
}

impl Explain {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let text = match explain::explain(&self.what) {
            Some(Explained::Rule(text)) => text,
            Some(Explained::License(text)) => self.with_project(text),
            None if self.own_rule().is_some() => self.own_rule().unwrap_or_default(),
            None if explain::is_fingerprint(&self.what) => self.finding(terminal)?,
            None => {
                let near = explain::resembling(&self.what);
                let failure = Failure::new(format!("there is no rule, license or finding called `{}`", self.what));
                return Err(if near.is_empty() {
                    failure.with_help("`sepal formats` lists what is read; docs/rules.md lists the rules")
                } else {
                    failure.with_help(format!("did you mean {}?", near.join(", ")))
                });
            }
        };
        output::write(None, text.as_bytes())?;
        Ok(Code::Holds)
    }

    /// Adds which components of the working directory have the license, where that is a project. A page about a license is of
    /// use without, so what cannot be checked is left out.
    fn with_project(&self, mut text: String) -> String {
        let target = Target { paths: Vec::new(), reading: self.reading.clone() };
        if !surroundings::in_a_project() {
            return text;
        }
        if let (Some(found), Ok(checked)) = (explain::explained_license(&self.what), check::judge(&target)) {
            text.push_str(&explain::license_here(&found, &checked.scanned.bom, &checked.policy, &checked.verdict));
        }
        text
    }

    /// The page of a rule that the policy of the working directory has of its own. A policy that cannot be read has none.
    fn own_rule(&self) -> Option<String> {
        let roots = files::roots(&[]).ok()?;
        let loaded = policy::load(&roots, self.reading.policy.as_deref()).ok()?;
        loaded.policy.own_rule(&self.what).map(|rule| output::printable(&explain::own_page(rule)))
    }

    /// Checks the working directory again and shows the one finding in full, with its rule.
    fn finding(&self, terminal: &Terminal) -> Result<String, Failure> {
        let target = Target { paths: Vec::new(), reading: self.reading.clone() };
        let mut checked = check::judge(&target)?;
        checked.verdict.findings.retain(|finding| finding.fingerprint.starts_with(&self.what));
        let Some(rule) = checked.verdict.findings.first().map(|finding| finding.rule.clone()) else {
            return Err(Failure::new(format!("no finding here has the fingerprint `{}`", self.what))
                .with_help("`sepal check --format json` lists the findings with their fingerprints"));
        };
        let reporter = report::by_id("human").ok_or_else(|| Failure::new("there is no human report"))?;
        let style = Style {
            color: terminal.color,
            width: terminal.width,
            show: Show { all: true, unknown: false },
            links: None,
        };
        let bytes = check::render(reporter, &target, &checked, style, |_| {})?;
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        let page = match explain::explain(&rule) {
            Some(Explained::Rule(page)) => Some(page),
            _ => checked.policy.own_rule(&rule).map(explain::own_page),
        };
        if let Some(page) = page {
            text.push('\n');
            text.push_str(&page);
        }
        Ok(text)
    }
}
