//! Hands the arguments to [`sepal::cli`] and turns its answer into an exit code; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(sepal::cli::run(std::env::args_os()) as u8)
}
