//! `sepal man`

use super::exit::Code;
use super::output::{self, Failure};

/// Prints the manual page: the program's, and a section for each command.
pub fn run() -> Result<Code, Failure> {
    let mut bytes = Vec::new();
    let mut definition = super::definition();
    definition.build();
    clap_mangen::Man::new(definition.clone()).render(&mut bytes)?;
    for command in definition.get_subcommands() {
        clap_mangen::Man::new(command.clone()).title(format!("sepal-{}", command.get_name())).render(&mut bytes)?;
    }
    output::write(None, &bytes)?;
    Ok(Code::Holds)
}
