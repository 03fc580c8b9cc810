//! `sepal completions`

use clap::Args;
use clap_complete::Shell;

use super::exit::Code;
use super::output::{self, Failure};

/// Prints completions for a shell.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<Code, Failure> {
        let mut bytes = Vec::new();
        clap_complete::generate(self.shell, &mut super::definition(), "sepal", &mut bytes);
        output::write(None, &bytes)?;
        Ok(Code::Holds)
    }
}
