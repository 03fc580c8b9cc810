//! A first `sepal.toml`, explained line by line.

use std::path::{Path, PathBuf};

use crate::policy;

use super::files::{self, FileError, SETTINGS};

/// Writes the starter policy into a directory. Answers where.
///
/// # Errors
/// If there is a settings file already, or it cannot be written.
pub fn init(directory: &Path) -> Result<PathBuf, FileError> {
    let file = directory.join(SETTINGS);
    files::create(&file, policy::STARTER.as_bytes())?;
    Ok(file)
}
