//! Markdown: for each activity the body of an issue as my-ggi-board reads it, and Stage 1 as tables.
//!
//! The board (v1.3) wants a line with the activity's id and language, a section `### Scorecard` with a fold, five headings of
//! level four, and counts check boxes inside that section only. It drops the last two lines of the last field, which must be
//! the end of the fold and a rule.

use super::{Card, Group, Organisation, Shown, Status, Words, Writer};

/// The output.
pub static WRITER: Writer =
    Writer { id: "markdown", docs: "bodies of issues as my-ggi-board reads them, and Stage 1", write };

/// Where the handbook's activities can be read.
const HANDBOOK: &str = "https://ospo-alliance.org/ggi/";

/// Text that is text in Markdown and nothing else.
fn text(value: &str) -> String {
    let mut out = String::new();
    for c in super::plain(value).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '@') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn write(shown: &Shown, words: &Words) -> String {
    match shown {
        Shown::Organisation(organisation) => table(organisation, words),
        Shown::Repository(card) => match (card.activities.as_slice(), card.stage1.as_slice()) {
            ([one], []) => body(card, one, words),
            _ => document(card, words),
        },
    }
}

fn document(card: &Card, words: &Words) -> String {
    let mut out = format!("# {}\n\n{}\n", text(&words.fill("ui.title", &[&card.name])), words.get("ui.note"));
    for group in &card.activities {
        out.push_str(&format!("\n## {}\n\n{}", words.get(&format!("group.{}", group.id)), body(card, group, words)));
    }
    if !card.stage1.is_empty() {
        out.push_str(&format!("\n## {}\n", words.get("ui.stage1")));
    }
    for group in &card.stage1 {
        out.push_str(&format!("\n### {} {}\n\n", group.id, words.get(&format!("group.{}", group.id))));
        out.push_str(&format!(
            "| {} | {} | {} |\n| --- | --- | --- |\n",
            words.get("ui.point"),
            words.get("ui.status"),
            words.get("ui.evidence")
        ));
        for point in &group.points {
            out.push_str(&format!(
                "| {} {} | {} | {} |\n",
                point.id,
                text(words.get(&format!("point.{}", point.id))),
                words.get(&format!("status.{}", point.status.as_str())),
                evidence(point, words)
            ));
        }
    }
    out
}

fn evidence(point: &super::Point, words: &Words) -> String {
    let pieces: Vec<String> = point
        .evidence
        .iter()
        .map(|piece| match &piece.place {
            Some(place) => format!("{}: {}", text(place), text(&words.said(&piece.said))),
            None => text(&words.said(&piece.said)),
        })
        .collect();
    pieces.join("; ")
}

fn body(card: &Card, group: &Group, words: &Words) -> String {
    let mut out = format!(
        "Activity ID: [{} (EN)]({HANDBOOK}).\n\n### Scorecard\n\n<details>\n<summary>Scorecard</summary>\n",
        group.id
    );
    let revision = card.revision.as_deref().unwrap_or("–");
    let scope = words.fill("ui.board-scope", &[&card.name, revision, &card.policy]);
    let components: usize = card.verdicts.iter().sum();
    let open: usize = card.actions.iter().map(|action| action.count).sum();
    let why = words.fill("ui.board-why", &[&components.to_string(), &open.to_string()]);
    out.push_str(&format!("\n#### Customized description\n\n{}\n", text(&scope)));
    out.push_str(&format!("\n#### Opportunity assessment\n\n{why}\n\n#### Objectives\n\n"));
    for point in group.points.iter().filter(|point| point.status != Status::NotApplicable) {
        let mark = if point.status.is_met() { 'x' } else { ' ' };
        out.push_str(&format!(
            "- [{mark}] {} {} ({}): {}\n",
            point.id,
            text(words.get(&format!("point.{}", point.id))),
            words.get(&format!("status.{}", point.status.as_str())),
            evidence(point, words)
        ));
    }
    out.push_str(&format!("\n#### Tools\n\nsepal {} ({})\n\n#### Operational Notes\n\n", card.version, card.time));
    let mut open =
        group.points.iter().filter(|point| matches!(point.status, Status::NotMet | Status::Unknown)).peekable();
    if open.peek().is_none() {
        out.push_str(words.get("ui.board-nothing"));
        out.push('\n');
    }
    for point in open {
        out.push_str(&format!("- {}: {}\n", point.id, text(words.get(&format!("next.{}", point.id)))));
    }
    out.push_str("\n</details>\n\n---\n");
    out
}

fn table(organisation: &Organisation, words: &Words) -> String {
    let mut out = format!("# {}\n\n", text(&words.fill("ui.title", &[words.get("ui.organisation")])));
    out.push_str(&format!("| {} | {} |\n| --- | --- |\n", words.get("ui.point"), words.get("ui.met")));
    for id in Organisation::points() {
        let (met, applicable) = organisation.share(id);
        let share = words.fill("ui.share", &[&met.to_string(), &applicable.to_string()]);
        out.push_str(&format!("| {id} {} | {share} |\n", text(words.get(&format!("point.{id}")))));
    }
    out.push_str(&format!("\n| {} | {} |\n| --- | --- |\n", words.get("ui.repository"), words.get("ui.points-met")));
    for card in &organisation.repositories {
        out.push_str(&format!("| {} | {} / {} |\n", text(&card.name), card.met(), card.points.len()));
    }
    for (file, why) in &organisation.unread {
        out.push_str(&format!("\n{}: {} ({})\n", words.get("ui.unread"), text(file), text(why)));
    }
    out
}
