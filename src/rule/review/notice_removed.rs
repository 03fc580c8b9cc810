//! A notice that a change took out of a file that it kept.

use crate::model::{Past, Severity};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// A notice that a change took out of a file that it kept.
pub static RULE: Rule = Rule {
    id: "review/notice-removed",
    summary: "a change deletes a copyright or license line from a file that it keeps",
    default: Some(Severity::Warning),
    since: "0.2.0",
    docs: Docs {
        what: "With `--since` and `--staged`, compares the files that the change touches with what they were, also where they were \
               moved, and fires for copyright lines, SPDX tags and license notices in comments (and in LICENSE and NOTICE files) that \
               are gone. Other years, other comment signs, another order, and the same holder or license in other words (`SPDX-\
               License-Identifier: MIT` in place of the text) are no removal, and neither is a file that was deleted. Unstaged \
               edits of files that are otherwise unchanged are not looked at. It reads only files that changed; without a \
               comparison the rule does not run. Measured over the last 300 to 1,500 commits of 16 repositories: one finding, and it is true.",
        why: "Nearly every license lets you use and change the code on the one condition that notices stay.",
        how_to_fix: "1. Put the line back; add your own below it rather than in its place.\n\
                     2. If the code that it was about is gone from the file, say so in a waiver or keep the line all the same.\n\
                     3. If everything in the file is your own, the holder may change his notice; have the license contact agree.",
        fine_when: "You are the only holder, or nothing of what the notice was about is left in the file.",
        example_bad: "--- src/sort.c\n+++ src/sort.c\n-/* Copyright (c) 2019 Acme Ltd. */\n+/* Sorting. */\n",
        example_good: "--- src/sort.c\n+++ src/sort.c\n-/* Copyright (c) 2019 Acme Ltd. */\n+/* Copyright (c) 2019-2026 Acme Ltd. */\n",
    },
    params: &[],
    mappings: &[("GGI", "44.L1"), ("Stage 1", "S1.1f"), ("ISO/IEC 5230", "3.3.2.1")],
    check: Check::Change(check),
};

fn check(context: &Context<'_>, past: &Past, drafts: &mut Vec<Draft>) {
    let mut rest = past.removed_notices.as_deref().unwrap_or_default();
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|notice| notice.location.path == first.location.path).count();
        let (of_file, others) = rest.split_at(count);
        rest = others;
        let path = &first.location.path;
        let more = match count {
            1 => String::new(),
            2 => " and one more notice".to_owned(),
            count => format!(" and {} more notices", count - 1),
        };
        let from = first.from.as_ref().map_or_else(String::new, |from| format!(", which was {from}"));
        let message = format!("\"{}\"{more} is gone from {path}{from} ({})", first.text, past.since);
        let mut draft = Draft::new(
            Subject::Place,
            message,
            "most licenses let code be used on the condition that its notices stay",
        );
        let were: Vec<String> = of_file.iter().take(5).map(|notice| notice.line.to_string()).collect();
        let lines = if were.len() == 1 { "line" } else { "lines" };
        draft
            .help
            .push(format!("put it back ({lines} {} before the change); add your own line below it", were.join(", ")));
        draft.help.extend(context.ask("license"));
        draft.locations.push(first.location.clone());
        draft.discriminator = first.text.clone();
        drafts.push(draft);
    }
}
