//! What can be wrong with a policy file, told like a compiler would.

use crate::model::Location;

/// One thing that is wrong with a policy file. All of them are collected before anything stops.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{location}: {message}")]
pub struct PolicyProblem {
    /// Where: file, span, line and column.
    pub location: Location,
    /// What: a lowercase fragment without a full stop.
    pub message: String,
    /// What to write instead: the nearest known word, the values that are allowed.
    pub help: Option<String>,
}

/// The word of a list that is nearest to what somebody wrote, if one is near enough to be meant.
pub(super) fn nearest<'w>(wrote: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    // A word of hostile length is near to none.
    if wrote.len() > 64 {
        return None;
    }
    words
        .into_iter()
        .map(|word| (strsim::osa_distance(wrote, word), word))
        .min_by_key(|(distance, word)| (*distance, *word))
        .filter(|(distance, word)| *distance <= (word.len().max(wrote.len()) / 3).max(1))
        .map(|(_, word)| word)
}

/// `did you mean …?` with the allowed words behind it.
pub(crate) fn choose_from(wrote: &str, words: &[&str]) -> String {
    let list = words.join(", ");
    match nearest(wrote, words.iter().copied()) {
        Some(word) => format!("did you mean `{word}`? allowed: {list}"),
        None => format!("allowed: {list}"),
    }
}
