//! `sepal policy`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::app::{CheckError, files, policy};
use crate::policy::{schema, show};

use super::exit::Code;
use super::output::{self, Failure, Terminal};

/// Shows the policy that holds, or its schema.
#[derive(Args, Debug)]
pub struct Policy {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the policy that holds, with where each value comes from
    Show(Show),
    /// Print the JSON schema of policy files, for editors
    Schema(Schema),
}

/// Which policy.
#[derive(Args, Debug)]
struct Which {
    /// The directory whose policy is meant; the working directory if none is given
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Use this policy file instead of the repository's sepal.toml
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct Show {
    #[command(flatten)]
    which: Which,
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "toml")]
    format: Format,
    /// Write it to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What a policy can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A policy file that says all of it, with comments
    Toml,
    /// A list of values with their places
    Json,
}

#[derive(Args, Debug)]
struct Schema {
    /// Write it to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Policy {
    pub fn run(self, _terminal: &Terminal) -> Result<Code, Failure> {
        match self.command {
            Command::Show(command) => command.run(),
            Command::Schema(command) => command.run(),
        }
    }
}

impl Which {
    /// The policy that is meant.
    fn load(&self) -> Result<crate::policy::Policy, Failure> {
        let paths: Vec<PathBuf> = self.path.iter().cloned().collect();
        let roots = files::roots(&paths)?;
        Ok(policy::load(&roots, self.policy.as_deref()).map_err(CheckError::from)?.policy)
    }
}

impl Show {
    fn run(self) -> Result<Code, Failure> {
        let policy = self.which.load()?;
        let shown = show(&policy);
        let bytes = match self.format {
            Format::Toml => shown.toml(&policy).into_bytes(),
            Format::Json => pretty(&shown.json(&policy))?,
        };
        output::write(self.output.as_deref(), &bytes)?;
        Ok(Code::Holds)
    }
}

impl Schema {
    fn run(self) -> Result<Code, Failure> {
        output::write(self.output.as_deref(), &pretty(&schema())?)?;
        Ok(Code::Holds)
    }
}

fn pretty(value: &serde_json::Value) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
