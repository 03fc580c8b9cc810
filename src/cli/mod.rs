//! The front door: what a person types, and what the process answers with.
//!
//! One file per command. Each turns its arguments into the settings of a use case, calls it, hands the result to a report,
//! and answers with an [`exit::Code`]. Nothing is decided here.

#![allow(clippy::disallowed_methods, reason = "the door to environment, clock and terminal")]

use std::ffi::OsString;
use std::io::Write;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub mod exit;

mod advisories;
mod check;
mod compare;
mod completions;
mod explain;
mod formats;
mod identify;
mod init;
mod licenses;
mod man;
mod notice;
mod obligations;
mod output;
mod policy;
mod progress;
mod scan;
mod scorecard;
mod surroundings;
mod target;
mod versions;
mod vex;
mod waive;
mod why;

use exit::Code;

/// What third-party software is in your code, under which terms, and whether your policy allows it.
#[derive(Debug, Parser)]
#[command(
    name = "sepal",
    version,
    about,
    long_about = "What third-party software is in your code, under which terms, and whether your policy allows it.\n\n\
        sepal reads manifests and lock files. It executes nothing of what it scans, and opens no network connection unless \
        asked to by name (`--online`, `advisories update`).",
    before_help = EXAMPLES,
    after_help = exit::HELP,
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = false)]
    color: output::Color,
}

const EXAMPLES: &str = "\
Examples:
  sepal                                    check this repository against the built-in baseline policy
  sepal check web api --format sarif -o sepal.sarif
  sepal scan -o cyclonedx-json=bom.json -o spdx-json=bom.spdx.json
  sepal why lodash                         who brings it in, and the line to edit
  sepal explain AGPL-3.0-only              what a license asks
  sepal identify vendor                    which licenses and copyrights are in these files
";

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge what is there by the policy
    Check(check::Check),
    /// Write an inventory (SBOM) of what is there
    Scan(scan::Scan),
    /// Say who brings a component in, and the line to edit
    Why(why::Why),
    /// Tell how far GGI Trust and OSPO Stage 1 are met, with evidence
    Scorecard(scorecard::Scorecard),
    /// Accept a finding for a time: writes a waiver into the policy file
    Waive(waive::Waive),
    /// Explain a rule, a license or a finding
    Explain(explain::Explain),
    /// Tell the licenses and copyright statements that files hold
    Identify(identify::Identify),
    /// Show what the project says of its own license, and whether that agrees
    Licenses(licenses::Licenses),
    /// Write the document of attribution, with the texts that licenses ask to hand on
    Notice(notice::Notice),
    /// List what the licenses ask of whoever gives the product to others
    Obligations(obligations::Obligations),
    /// List the files that are read, and what each can tell
    Formats(formats::Formats),
    /// Write a commented `sepal.toml` to start from
    Init(init::Init),
    /// Show the policy that holds, or its schema
    Policy(policy::Policy),
    /// Fetch or import advisories, or say what is known
    Advisories(advisories::Advisories),
    /// Write what was decided about vulnerabilities as a VEX document
    Vex(vex::Vex),
    /// Compare versions as their ecosystem does
    Versions(versions::Versions),
    /// Print completions for a shell
    Completions(completions::Completions),
    /// Print the manual page
    Man,
}

/// The definition of the command line, for completions, the manual page and the reference.
pub fn definition() -> clap::Command {
    Arguments::command()
}

/// Does what the arguments ask. What belongs to the answer goes to stdout, everything else to stderr.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Code {
    let parsed = definition().try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Code::Failed } else { Code::Holds };
        }
    };
    let terminal = output::Terminal::of(arguments.color);
    if let Some(directory) = surroundings::cache_directory() {
        crate::app::policy::keep_in(directory.join("policies"));
    }
    let result = match arguments.command.unwrap_or_else(|| Command::Check(check::Check::default())) {
        Command::Check(command) => command.run(&terminal),
        Command::Scan(command) => command.run(&terminal),
        Command::Why(command) => command.run(&terminal),
        Command::Scorecard(command) => command.run(&terminal),
        Command::Waive(command) => command.run(&terminal),
        Command::Explain(command) => command.run(&terminal),
        Command::Identify(command) => command.run(&terminal),
        Command::Licenses(command) => command.run(&terminal),
        Command::Notice(command) => command.run(&terminal),
        Command::Obligations(command) => command.run(&terminal),
        Command::Formats(command) => command.run(&terminal),
        Command::Init(command) => command.run(&terminal),
        Command::Policy(command) => command.run(&terminal),
        Command::Advisories(command) => command.run(&terminal),
        Command::Vex(command) => command.run(&terminal),
        Command::Versions(command) => command.run(&terminal),
        Command::Completions(command) => command.run(),
        Command::Man => man::run(),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "{}", terminal.failure(&failure));
            Code::Failed
        }
    }
}
