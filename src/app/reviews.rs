//! What the history of the main line tells about reviews.

use crate::model::Reviews;
use crate::practice::{self, Step};
use crate::walk::Root;
use crate::walk::git::Repository;

/// Fewer commits since the last tag say too little: then so many of the newest count, tagged or not.
const FEWEST: usize = 20;

/// So many are looked at at most.
const MOST: usize = 500;

/// How many count where there is no tag, or one that is too near.
const WITHOUT_TAG: usize = 100;

/// Counts the commits that show a review; `None`: there is no repository, or next to nothing of its history is here.
pub(super) fn look(roots: &[Root]) -> Option<Reviews> {
    let repository = Repository::of(&roots.first()?.directory).ok()?;
    let line = repository.main_line(MOST).ok()?;
    let tagged = line.iter().position(|commit| commit.tag.is_some()).filter(|at| *at >= FEWEST);
    let (count, since) = match tagged {
        Some(at) => (at, line[at].tag.clone().unwrap_or_default()),
        None => (line.len().min(WITHOUT_TAG), String::new()),
    };
    if count < FEWEST {
        return None;
    }
    let steps: Vec<Step> = line
        .into_iter()
        .take(count)
        .map(|commit| Step {
            name: commit.name,
            parents: commit.parents,
            message: commit.message,
            author: commit.author,
            committer: commit.committer,
        })
        .collect();
    let since = if since.is_empty() { format!("the last {count} commits") } else { format!("since {since}") };
    Some(practice::reviews(&steps, &since))
}
