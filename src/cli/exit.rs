//! The table of exit codes. They are a contract, and a code means one thing.

use crate::model::{Outcome, Verdict};

/// What the process answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Done; the policy holds.
    Holds = 0,
    /// The policy is violated.
    Violated = 1,
    /// sepal could not do what was asked: bad arguments, unreadable policy, nothing to scan.
    Failed = 2,
    /// Done, but incomplete where the policy demands completeness.
    Incomplete = 3,
}

/// The table as `--help` shows it.
pub const HELP: &str = "\
Exit codes:
  0  done; the policy holds
  1  the policy is violated
  2  could not do what was asked (arguments, policy file, nothing to scan)
  3  done, but incomplete where the policy demands completeness";

impl Code {
    /// What a verdict ends with: while a policy is being rolled out, nothing fails.
    pub fn of(verdict: &Verdict) -> Self {
        if verdict.warns_until.is_some() { Code::Holds } else { Code::from(verdict.outcome) }
    }
}

impl From<Outcome> for Code {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Holds => Code::Holds,
            Outcome::Violated => Code::Violated,
            Outcome::Incomplete => Code::Incomplete,
        }
    }
}
