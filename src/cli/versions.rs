//! `sepal versions`

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::app::files;
use crate::app::versions::compare_lines;
use crate::model::RepoPath;
use crate::version::{Scheme, TABLE};

use super::exit::Code;
use super::output::{self, Failure, Terminal};

/// Compares versions as their ecosystem does.
#[derive(Args, Debug)]
pub struct Versions {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try lines `A < B`, `A = B` and `A > B`; print those that do not hold
    Check(Check),
}

/// Tries comparisons: exit code 0 if all hold, 1 if one does not, 2 if a line cannot be read.
#[derive(Args, Debug)]
struct Check {
    /// Whose versions they are: an ecosystem of the OSV schema (`PyPI`), a package URL type (`pypi`) or a VERS type
    #[arg(long, value_name = "E")]
    ecosystem: String,
    /// The file with the lines; stdin if there is none
    file: Option<PathBuf>,
}

impl Versions {
    pub fn run(self, _terminal: &Terminal) -> Result<Code, Failure> {
        match self.command {
            Command::Check(check) => check.run(),
        }
    }
}

impl Check {
    fn run(self) -> Result<Code, Failure> {
        let Some(scheme) = Scheme::by_ecosystem(&self.ecosystem) else {
            let known: Vec<&str> =
                TABLE.iter().flat_map(|scheme| [scheme.id].into_iter().chain(scheme.osv.iter().copied())).collect();
            return Err(Failure::new(format!("no order of versions is known for `{}`", self.ecosystem))
                .with_help(format!("known are {}", known.join(", "))));
        };
        let found = match self.file.as_deref().filter(|file| *file != Path::new("-")) {
            Some(file) => compare_lines(scheme, files::read(file, RepoPath::new("versions"))?.text()),
            None => {
                let mut bytes = Vec::new();
                std::io::stdin()
                    .read_to_end(&mut bytes)
                    .map_err(|error| Failure::new(format!("stdin could not be read: {error}")))?;
                let text = String::from_utf8(bytes)
                    .map_err(|error| Failure::new(format!("stdin could not be read: it is not UTF-8: {error}")))?;
                compare_lines(scheme, text.strip_prefix('\u{feff}').unwrap_or(&text))
            }
        };
        let mut text = String::new();
        for wrong in &found.wrong {
            text.push_str(&format!("line {}: {} does not hold: {}\n", wrong.line, wrong.said, wrong.is));
        }
        output::write(None, output::printable(&text).as_bytes())?;
        for unreadable in &found.unreadable {
            output::note(&format!("line {}: {}", unreadable.line, unreadable.problem));
        }
        let (held, wrong, unreadable) = (found.held, found.wrong.len(), found.unreadable.len());
        if unreadable > 0 {
            return Err(Failure::new(format!("{unreadable} of {} lines cannot be read", held + wrong + unreadable)));
        }
        output::note(&format!("{held} of {} comparisons hold ({})", held + wrong, scheme.source));
        Ok(if wrong == 0 { Code::Holds } else { Code::Violated })
    }
}
