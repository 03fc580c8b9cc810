//! Whether a commit shows that somebody else looked at it. A heuristic over words that hosts and people leave in messages:
//! a review that left no trace there is not seen, and a merge shows that changes came by a request, not that it was read.

use crate::model::Reviews;

/// A commit of the main line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Its name, shortened.
    pub name: String,
    /// How many parents it has.
    pub parents: usize,
    /// Its message.
    pub message: String,
    /// Who wrote it: `name <address>`; empty if it is not known.
    pub author: String,
    /// Who put it where it is: `name <address>`.
    pub committer: String,
}

/// Trailers by which projects record a review (git's own `Reviewed-by`, and those of common review systems).
const TRAILERS: &[&str] = &[
    "acked-by:",
    "approved-by:",
    "differential revision:",
    "pr-url:",
    "pull request resolved:",
    "pull-request:",
    "r+:",
    "reviewed-by:",
    "reviewed-on:",
    "see merge request",
];

/// Whether a number of a request stands in a subject: `… (#123)`, `… (!45)`, `Merge pull request #1`.
fn names_request(subject: &str) -> bool {
    ["(#", "(!", "pull request #", "merge request !"].iter().any(|sign| {
        subject.match_indices(sign).any(|(at, _)| subject[at + sign.len()..].starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// Whether another person than its author put a commit where it is: whoever applies a patch, or rebases a request, had it
/// before them. What hosts and programs commit on behalf of people says nothing.
fn applied_by_another(step: &Step) -> bool {
    let part = |person: &str| {
        let (name, address) = person.split_once('<').unwrap_or((person, ""));
        (name.trim().to_lowercase(), address.trim_end_matches('>').trim().to_lowercase())
    };
    let (author, committer) = (part(&step.author), part(&step.committer));
    let program = |(name, address): &(String, String)| {
        matches!(
            name.as_str(),
            "github" | "gitlab" | "gitea" | "forgejo" | "bitbucket" | "weblate" | "web-flow" | "root" | "ci"
        ) || name
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| matches!(word, "bot" | "action" | "actions" | "sync"))
            || address.starts_with("noreply@")
            || address.contains("[bot]")
    };
    let known = !author.0.is_empty() && !committer.0.is_empty();
    known && author.0 != committer.0 && author.1 != committer.1 && !program(&committer)
}

/// Whether a commit shows a review.
pub fn shows_review(step: &Step) -> bool {
    let mut lines = step.message.lines();
    let subject = lines.next().unwrap_or_default();
    step.parents > 1
        || names_request(subject)
        || applied_by_another(step)
        || lines.any(|line| {
            let line = line.trim().to_ascii_lowercase();
            TRAILERS.iter().any(|trailer| line.starts_with(trailer))
        })
}

/// Counts commits that show a review.
pub fn reviews(steps: &[Step], since: &str) -> Reviews {
    let without = steps.iter().filter(|step| !shows_review(step));
    let examples = without.clone().take(3).map(|step| {
        let subject = super::shortened(step.message.lines().next().unwrap_or_default());
        compact_str::format_compact!("{} {subject}", step.name)
    });
    Reviews {
        since: since.into(),
        commits: steps.len() as u32,
        reviewed: (steps.len() - without.clone().count()) as u32,
        examples: examples.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(parents: usize, message: &str) -> Step {
        Step { name: "1a2b3c4d5e6f".to_owned(), parents, message: message.to_owned(), ..Step::default() }
    }

    #[test]
    fn who_applies_what_another_wrote_has_seen_it_and_programs_have_not() {
        let by = |author: &str, committer: &str| {
            shows_review(&Step {
                author: author.to_owned(),
                committer: committer.to_owned(),
                ..step(1, "Sort in place")
            })
        };
        assert!(by("A Kit <a@example.org>", "B Kat <b@example.org>"));
        for (author, committer) in [
            ("A Kit <a@example.org>", "A Kit <a@example.org>"),
            ("A Kit <a@example.org>", "A Kit <a@users.example.org>"),
            ("A Kit <a@example.org>", "Kit <a@example.org>"),
            ("A Kit <a@example.org>", "GitHub <noreply@github.example>"),
            ("A Kit <a@example.org>", "Weblate <noreply@weblate.example>"),
            ("A Kit <a@example.org>", "kit-sync[bot] <1+kit[bot]@users.example.org>"),
            ("", ""),
        ] {
            assert!(!by(author, committer), "{author} {committer}");
        }
    }

    #[test]
    fn traces_of_reviews_are_numbers_trailers_and_merges() {
        for reviewed in [
            step(2, "Merge branch 'a'"),
            step(1, "Sort in place (#123)"),
            step(1, "Sort in place\n\nReviewed-by: A <a@example.org>\n"),
            step(1, "Sort\n\nSee merge request kit/kit!12"),
        ] {
            assert!(shows_review(&reviewed), "{}", reviewed.message);
        }
        for alone in ["Sort in place", "Fixes #123", "Release 1.0 (final)", "Sort\n\nSigned-off-by: A"] {
            assert!(!shows_review(&step(1, alone)), "{alone}");
        }
        let counted = reviews(&[step(1, "a (#1)"), step(1, "b")], "v1.0");
        assert_eq!((counted.commits, counted.reviewed, counted.examples.len()), (2, 1, 1));
    }
}
