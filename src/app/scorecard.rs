//! A scorecard: a check whose scan also reads what the project writes about how it works.

use std::path::PathBuf;

use crate::model::RepoPath;
use crate::score::{self, Card, Circumstances, Former, Organisation, read_former};

use super::check::{CheckError, CheckSettings, check};
use super::files::{self, FileError};

/// What a card is made from.
#[derive(Debug)]
pub struct ScorecardSettings {
    /// What to check.
    pub check: CheckSettings,
    /// Former cards: files, or directories of them.
    pub history: Vec<PathBuf>,
    /// Now, as RFC 3339 writes it.
    pub time: String,
}

/// Why there is no card.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScorecardError {
    /// The repository could not be judged.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// A former card could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file is no card.
    #[error("{file} is no scorecard: {cause}")]
    Former {
        /// The file's name.
        file: String,
        /// Why not.
        #[source]
        cause: score::FormerError,
    },
}

/// Former cards, and the files that are none with the reason.
type Formers = (Vec<Former>, Vec<(String, score::FormerError)>);

/// The cards of some files and directories, with those that are none and why.
fn formers(paths: &[PathBuf]) -> Result<Formers, FileError> {
    let (mut cards, mut others) = (Vec::new(), Vec::new());
    for path in paths {
        for file in files::json_files(path)? {
            let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let source = files::read(&file, RepoPath::new(&name))?;
            match read_former(source.text()) {
                Ok(card) => cards.push(card),
                Err(error) => others.push((name, error)),
            }
        }
    }
    Ok((cards, others))
}

/// Makes the card of a repository. Former cards of other repositories do not count.
///
/// # Errors
/// If the repository cannot be checked, or a file named as history is no card.
pub fn scorecard(mut settings: ScorecardSettings) -> Result<Card, ScorecardError> {
    let (history, others) = formers(&settings.history)?;
    if let Some((file, cause)) = others.into_iter().next() {
        return Err(ScorecardError::Former { file, cause });
    }
    settings.check.scan.look.documents = true;
    settings.check.scan.look.sboms = true;
    settings.check.scan.look.code = true;
    settings.check.scan.look.commits = true;
    // Nothing to scan is an answer here: the points are asked all the same.
    settings.check.scan.allow_empty = true;
    let today = settings.check.today;
    let checked = check(settings.check)?;
    let name = &checked.scanned.bom.subject.name;
    let history = history.into_iter().filter(|former| former.name == *name && former.time < settings.time).collect();
    let around = Circumstances { today, time: settings.time, contacts: &checked.policy.settings.contacts, history };
    Ok(score::card(&checked.scanned.bom, &checked.verdict, around))
}

/// Puts the cards of many repositories together. A file that is no card is named in the answer.
///
/// # Errors
/// If a file or directory cannot be read.
pub fn organisation(results: &[PathBuf], time: String) -> Result<Organisation, ScorecardError> {
    let (cards, others) = formers(results)?;
    let unread = others.into_iter().map(|(file, error)| (file, error.to_string())).collect();
    Ok(score::organisation(cards, unread, time))
}
