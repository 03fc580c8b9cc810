//! stdout, stderr and the terminal.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::ValueEnum;

use crate::app::files;
use crate::app::online::WayError;
use crate::app::policy::PolicyError;
use crate::app::settings::SettingsError;
use crate::app::update::UpdateError;
use crate::app::{CheckError, ScanError};
use crate::model::RepoPath;
use crate::policy::PolicyProblem;

use super::surroundings;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What is known of where the output goes.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether stdout gets colour.
    pub color: bool,
    /// Whether stderr gets colour.
    pub error_color: bool,
    /// Columns of stdout; 0 in a pipe.
    pub width: u16,
    /// Whether a person is looking at stderr.
    pub watched: bool,
}

impl Terminal {
    /// The terminal of this process.
    pub fn of(color: Color) -> Self {
        let stdout = io::stdout().is_terminal();
        let stderr = io::stderr().is_terminal();
        let plain = surroundings::is_dumb_terminal();
        let colored = |is_terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => surroundings::color_wish().unwrap_or(is_terminal && !plain),
        };
        let width = if stdout { terminal_size::terminal_size().map_or(80, |(width, _)| width.0) } else { 0 };
        Self { color: colored(stdout), error_color: colored(stderr), width, watched: stderr && !plain }
    }

    /// How a failure is shown: what, and each cause.
    pub fn failure(&self, failure: &Failure) -> String {
        let mut text = failure.message.clone();
        if let Some(help) = &failure.help {
            text.push_str("\n  = help: ");
            text.push_str(help);
        }
        if self.error_color { format!("\u{1b}[1;31merror\u{1b}[0m: {text}") } else { format!("error: {text}") }
    }
}

/// Why a command could not do what was asked.
#[derive(Debug)]
pub struct Failure {
    /// What, with its causes.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Failure {
    /// A failure in words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// With what to do about it.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let error: &(dyn Error + 'static) = &error;
        match error.downcast_ref::<CheckError>() {
            Some(CheckError::Policy(PolicyError::Problems { problems, lines })) => {
                return problems_of("the policy", problems, lines);
            }
            Some(CheckError::Scan(ScanError::Online(error))) => return of_way(error),
            Some(error) => return Self { message: error.to_string(), help: error.help().map(str::to_owned) },
            None => {}
        }
        match error.downcast_ref::<UpdateError>() {
            Some(UpdateError::Way(error)) => of_way(error),
            Some(update) => Self { message: error.to_string(), help: update.help().map(str::to_owned) },
            None => Self::new(error.to_string()),
        }
    }
}

/// Why the network is not used, and what to do.
fn of_way(error: &WayError) -> Failure {
    match error {
        WayError::Settings(SettingsError::Problems { problems, lines }) => problems_of("the settings", problems, lines),
        _ => Failure { message: printable(&error.to_string()), help: error.help().map(str::to_owned) },
    }
}

/// All that is wrong with a policy or with settings, each with its line, as a compiler would tell it.
fn problems_of(what: &str, problems: &[PolicyProblem], lines: &BTreeMap<(RepoPath, u32), String>) -> Failure {
    let mut text = match problems {
        [_] => format!("{what} cannot be used"),
        _ => format!("{what} cannot be used: {} problems", problems.len()),
    };
    for problem in problems {
        text.push_str(&format!("\n\n{}: {}", problem.location, problem.message));
        let at = problem.location.mark.zip(problem.location.line());
        let excerpt =
            at.and_then(|(mark, line)| Some((mark, line, lines.get(&(problem.location.path.clone(), line))?)));
        if let Some((mark, line, excerpt)) = excerpt {
            let number = line.to_string();
            let gutter = " ".repeat(number.len());
            let before = " ".repeat(mark.column as usize - 1);
            let room = excerpt.chars().count().saturating_sub(mark.column as usize - 1);
            let marked = (mark.span.end - mark.span.start) as usize;
            let excerpt = excerpt.replace('\t', " ");
            text.push_str(&format!(
                "\n {gutter} |\n {number} | {excerpt}\n {gutter} | {before}{}",
                "^".repeat(marked.min(room).max(1))
            ));
        }
        if let Some(help) = &problem.help {
            text.push_str(&format!("\n   = help: {help}"));
        }
    }
    Failure::new(text)
}

/// Writes to stdout piece by piece: an answer about a hundred thousand files is not held in memory as a whole.
///
/// # Errors
/// If stdout cannot be written; a reader that closed it early is none.
pub fn stream(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut stdout = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut stdout).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("stdout could not be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes an answer to a file, or to stdout where `-` or nothing is named. A reader that went away (`| head`) is no failure.
///
/// # Errors
/// If it cannot be written.
pub fn write(file: Option<&Path>, bytes: &[u8]) -> Result<(), Failure> {
    match file {
        Some(file) if file != Path::new("-") => Ok(files::write(file, bytes)?),
        _ => match io::stdout().write_all(bytes).and_then(|()| io::stdout().flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::new(format!("stdout could not be written: {error}")))
            }
            _ => Ok(()),
        },
    }
}

/// A word beside the answer, to stderr; nothing if there is nothing to say.
pub fn note(text: &str) {
    if !text.is_empty() {
        let _ = writeln!(io::stderr(), "{}", printable(text));
    }
}

/// A text without the control characters that could steer a terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
