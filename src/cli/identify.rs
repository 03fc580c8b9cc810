//! `sepal identify`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::identify::{IdentifiedFile, IdentifySettings, identify};
use crate::report::identify::{Elsewhere, File, write_jsonl, write_text};

use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::surroundings;

/// Tells the licenses and copyright statements that files hold.
#[derive(Args, Debug)]
pub struct Identify {
    /// Files and directories; the working directory if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Also look at files that .gitignore hides
    #[arg(long)]
    no_ignore: bool,
    /// Neither read nor keep what earlier runs found
    #[arg(long)]
    no_caches: bool,
    /// Workers; 0 is one for each processor
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person: files in which something was found
    Human,
    /// One JSON object a line for every text
    Jsonl,
}

impl Identify {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let progress = Progress::start(terminal.watched, "identifying");
        let kept = if self.no_caches { None } else { surroundings::identified() };
        let settings = IdentifySettings { paths: self.paths, no_ignore: self.no_ignore, threads: self.threads, kept };
        let answer = identify(&settings)?;
        drop(progress);
        let expressions: Vec<_> = answer.files.iter().map(IdentifiedFile::expression).collect();
        let files = answer.files.iter().zip(&expressions).map(|(file, expression)| File {
            path: file.path.display(),
            role: file.role,
            found: &file.found,
            expression: expression.as_ref().map(|expression| expression.as_str()),
            stated: file.stated.as_ref().map(|stated| Elsewhere {
                by: stated.by.display(),
                line: stated.line,
                expression: stated.expression.as_ref().map(|expression| expression.as_str()),
                copyrights: &stated.copyrights,
                precedence: stated.precedence.as_str(),
            }),
        });
        output::stream(|out| match self.format {
            Format::Human => write_text(files, terminal.color, out),
            Format::Jsonl => write_jsonl(files, out),
        })?;
        let counts = answer.counts;
        let with_license = expressions.iter().flatten().count();
        let mut note = format!(
            "{with_license} of {} texts hold a license or a notice of one; {} binary files were not read",
            counts.texts, counts.binary
        );
        for diagnostic in answer.diagnostics.iter().take(20) {
            note.push_str(&format!("\n{}: {}", diagnostic.location, diagnostic.message));
        }
        let more = answer.diagnostics.len().saturating_sub(20);
        if more > 0 {
            note.push_str(&format!("\nand {more} more"));
        }
        output::note(&note);
        io::stderr().flush()?;
        Ok(Code::Holds)
    }
}
