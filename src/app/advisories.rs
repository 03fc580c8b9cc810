//! Where a scan takes its advisories from.

use std::path::PathBuf;

use crate::advisory::Index;
use crate::advisory::database::{self, DatabaseError};

/// Which advisories to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AdvisorySource {
    /// None.
    #[default]
    Off,
    /// Those of this file, if there is one: where nobody has imported any, nobody looks.
    IfThere(PathBuf),
    /// Those of this file, or of the file of the usual name in this directory: it is an error if there is none.
    Named(PathBuf),
}

/// Opens the advisories; `None` if there are none to ask.
///
/// # Errors
/// If they were named and are not there, or if they are there and cannot be used: an answer without them would look like one
/// with them.
pub fn open(source: &AdvisorySource) -> Result<Option<Index>, DatabaseError> {
    match source {
        AdvisorySource::Off => Ok(None),
        AdvisorySource::IfThere(file) => match database::open(file) {
            Err(DatabaseError::Io { cause, .. }) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            opened => opened.map(Some),
        },
        AdvisorySource::Named(path) => {
            let inside = path.join(database::FILE);
            // A file has no paths below it, so that only a directory can hold one.
            match database::open(&inside) {
                Err(DatabaseError::Io { .. }) => database::open(path).map(Some),
                opened => opened.map(Some),
            }
        }
    }
}
