//! `sepal init`

use std::path::PathBuf;

use clap::Args;

use crate::app;

use super::exit::Code;
use super::output::{self, Failure, Terminal};

/// Writes a commented `sepal.toml` to start from.
#[derive(Args, Debug)]
pub struct Init {
    /// The directory to write it into
    #[arg(value_name = "DIRECTORY", default_value = ".")]
    directory: PathBuf,
}

impl Init {
    pub fn run(self, _terminal: &Terminal) -> Result<Code, Failure> {
        let file = app::init::init(&self.directory).map_err(|error| {
            Failure::from(error).with_help("sepal overwrites nothing of yours; move the file away for a fresh start")
        })?;
        let text = format!("wrote {}: read it, change it, then run `sepal check`\n", file.display());
        output::write(None, text.as_bytes())?;
        Ok(Code::Holds)
    }
}
