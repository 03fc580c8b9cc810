//! Few commits show that somebody looked at them.

use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject};

/// Few commits show that somebody looked at them.
pub static RULE: Rule = Rule {
    id: "review/evidence-low",
    summary: "few commits of the main line show that somebody else looked at them",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Goes back the main line (first parents) from what is checked out to the last tag, or over the last 100 commits where there \
               is none or it is nearer than 20, and counts the commits that show a review: merges, numbers of requests in the subject \
               (`(#123)`, `(!45)`), trailers such as `Reviewed-by`, and commits that another person than their author put there (no program on \
               somebody's behalf). It fires when fewer than `percent` of them do and no statement \
               about 44.V4 counts today. A review that left no trace in the message is not seen, and a merge does not prove that \
               anybody read it. In a clone with fewer than 20 commits it cannot be told, and the rule is silent. Git's objects are read \
               in the process. On 29 public repositories with their history it fired on 11; one of these works with requests that are \
               rebased, which leave few traces.",
        why: "A change that nobody else has seen is where licenses slip in, and worse.",
        how_to_fix: "1. Merge through requests that somebody else approves, and protect the main branch.\n\
                     2. Let the host write the request's number into the message (squash and merge does).\n\
                     3. If reviews leave their traces elsewhere, state where: `44.V4` in `sepal-governance.toml`.",
        fine_when: "One person keeps the project, or reviews are recorded elsewhere.",
        example_bad: "==> .git/log <==\nSort in place\nFix typo\nRelease\n",
        example_good: "==> .git/log <==\nSort in place (#12)\nFix typo (#13)\nRelease (#14)\n",
    },
    params: &[Param {
        name: "percent",
        kind: ParamKind::Number { default: 80, most: 100 },
        docs: "How many of a hundred commits have to show a review.",
    }],
    mappings: &[
        ("GGI", "44.V2"),
        ("GGI", "44.V4"),
        ("OSPS", "QA-07.01"),
        ("Scorecard", "Code-Review"),
        ("Best Practices", "two_person_review"),
    ],
    check: Check::Practices(check),
};

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let Some(reviews) = &evidence.practices.reviews else { return };
    let percent = reviews.percent();
    if percent >= context.params.number("percent") || evidence.attested("44.V4").is_some() {
        return;
    }
    let message = format!(
        "{} of {} commits of the main line ({}) show a review: {percent} %",
        reviews.reviewed, reviews.commits, reviews.since
    );
    let mut draft = Draft::new(Subject::Place, message, "a change that nobody else has seen is where trouble slips in");
    draft.help.push("merge through requests that somebody else approves, and protect the main branch".to_owned());
    if let Some(example) = reviews.examples.first() {
        draft.help.push(format!("begin with what shows none, such as {example}"));
    }
    drafts.push(draft);
}
