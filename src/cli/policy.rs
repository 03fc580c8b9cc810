//! `sepal policy`

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::app::policy_test::{CASES, PolicyTestError, Tested, TestedCase, test};
use crate::app::policy_update::{PolicyUpdateError, update};
#[cfg(feature = "git")]
use crate::app::since::pins_since;
use crate::app::update::UpdateError;
use crate::app::{CheckError, files, policy};
use crate::policy::{schema, show};

use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::surroundings;
use super::target::Network;

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
    /// Run example components against the policy: exit code 1 if one is not judged as expected
    Test(Test),
    /// Fetch the policies of the web and of git that the policy extends, and check their digests and commits
    Update(Update),
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

#[derive(Args, Debug)]
struct Test {
    /// Files of cases; by default `policy-tests.toml` of the working directory
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Test this policy file instead of the one that the cases name, or that holds where they lie
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How to write the results
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: TestFormat,
    /// Write them to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What the results of tests can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// A line for each case, and what is not as expected
    Human,
    /// One object with all cases, for a program
    Json,
}

#[derive(Args, Debug)]
struct Update {
    #[command(flatten)]
    which: Which,
    /// Fetch, too, what the policy extends that judges `sepal check --since REF`
    #[cfg(feature = "git")]
    #[arg(long, value_name = "REF")]
    since: Option<String>,
    #[command(flatten)]
    network: Network,
}

impl Policy {
    pub fn run(self, _terminal: &Terminal) -> Result<Code, Failure> {
        match self.command {
            Command::Show(command) => command.run(),
            Command::Schema(command) => command.run(),
            Command::Test(command) => command.run(),
            Command::Update(command) => command.run(),
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

impl Test {
    fn run(self) -> Result<Code, Failure> {
        let files = if self.files.is_empty() { vec![PathBuf::from(CASES)] } else { self.files };
        if let [file] = files.as_slice()
            && !file.exists()
        {
            return Err(Failure::new(format!("there is no {}", file.display()))
                .with_help("docs/policy.md shows how to write cases: [[case]] with component, license and expect"));
        }
        let today = surroundings::today()?;
        let mut all = Vec::new();
        for file in &files {
            all.push(test(file, self.policy.as_deref(), today).map_err(|error| match error {
                PolicyTestError::Policy(error) => Failure::from(CheckError::from(error)),
                other => Failure::from(other),
            })?);
        }
        let cases = || all.iter().flat_map(|tested| &tested.cases);
        let passed = cases().filter(|case| case.wrong.is_empty()).count();
        let failed = cases().count() - passed;
        let bytes = match self.format {
            TestFormat::Human => output::printable(&in_words(&all, passed, failed)).into_bytes(),
            TestFormat::Json => pretty(&as_json(&all, passed, failed))?,
        };
        output::write(self.output.as_deref(), &bytes)?;
        Ok(if failed == 0 { Code::Holds } else { Code::Violated })
    }
}

fn in_words(all: &[Tested], passed: usize, failed: usize) -> String {
    let mut text = String::new();
    for tested in all {
        let _ = writeln!(text, "{}", tested.file.display());
        for case in &tested.cases {
            if case.wrong.is_empty() {
                let because = case.because.as_ref().map(|because| format!(" ({because})")).unwrap_or_default();
                let _ = writeln!(text, "  pass  {}: {}{because}", case.name, case.got);
                continue;
            }
            let line = case.line.map(|line| format!(" (line {line})")).unwrap_or_default();
            let _ = writeln!(text, "  FAIL  {}{line}", case.name);
            for (expected, got) in &case.wrong {
                let _ = writeln!(text, "        expected: {expected}\n        got:      {got}");
            }
            if let Some(because) = &case.because {
                let _ = writeln!(text, "        decided:  {because}");
            }
        }
    }
    let _ = writeln!(text, "{} cases: {passed} passed, {failed} failed", passed + failed);
    text
}

fn as_json(all: &[Tested], passed: usize, failed: usize) -> serde_json::Value {
    use serde_json::json;
    let case = |case: &TestedCase| {
        let wrong: Vec<_> =
            case.wrong.iter().map(|(expected, got)| json!({ "expected": expected, "got": got })).collect();
        json!({
            "name": case.name,
            "line": case.line,
            "passed": case.wrong.is_empty(),
            "got": case.got,
            "because": case.because,
            "wrong": wrong,
        })
    };
    let file = |tested: &Tested| {
        let cases: Vec<_> = tested.cases.iter().map(case).collect();
        json!({ "file": tested.file.to_string_lossy(), "cases": cases })
    };
    json!({
        "schema": "sepal-policy-test/1",
        "passed": passed,
        "failed": failed,
        "files": all.iter().map(file).collect::<Vec<_>>(),
    })
}

impl Update {
    fn run(self) -> Result<Code, Failure> {
        let paths: Vec<PathBuf> = self.which.path.iter().cloned().collect();
        let roots = files::roots(&paths)?;
        #[cfg(feature = "git")]
        let earlier = match &self.since {
            Some(name) => pins_since(&roots, self.which.policy.as_deref(), name).map_err(CheckError::from)?,
            None => Vec::new(),
        };
        #[cfg(not(feature = "git"))]
        let earlier = Vec::new();
        let became =
            update(&roots, self.which.policy.as_deref(), &self.network.way(), surroundings::git().as_deref(), earlier)
                .map_err(|error| match error {
                    PolicyUpdateError::Policy(error) => Failure::from(CheckError::from(error)),
                    PolicyUpdateError::Way(error) => Failure::from(UpdateError::Way(error)),
                    other => {
                        let help = other.help();
                        // What others said (git, a server behind it) is in it.
                        let failure = Failure::new(output::printable(&other.to_string()));
                        if let Some(help) = help { failure.with_help(help) } else { failure }
                    }
                })?;
        if became.is_empty() {
            output::note("the policy extends nothing of the web or of git");
        }
        for (url, new) in became {
            output::note(&format!(
                "{url}: {}",
                if new { "fetched, and it is what was asked for" } else { "is here already" }
            ));
        }
        Ok(Code::Holds)
    }
}

fn pretty(value: &serde_json::Value) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
