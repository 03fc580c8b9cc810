//! Tables with the columns of my-ggi-board: its `issues.csv` with a row for each activity, its `tasks.csv` with a row for each
//! point. An organisation's table has a row for each repository.

use super::{Card, Group, Organisation, Shown, Status, Words, Writer};

/// One row an activity (for an organisation: a repository).
pub static WRITER: Writer = Writer { id: "csv", docs: "activities in the columns of my-ggi-board's issues.csv", write };

/// One row a point.
pub static TASKS: Writer =
    Writer { id: "csv-tasks", docs: "points in the columns of my-ggi-board's tasks.csv", write: tasks };

/// A cell as RFC 4180 writes it. What a spreadsheet would take for a formula gets an apostrophe before it.
fn cell(text: &str) -> String {
    let text = super::plain(text);
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    cells.join(",") + "\n"
}

/// The labels that the board knows: the goal, and one of progress, in the board's own (English) words.
pub(super) fn progress_label(group: &Group) -> &'static str {
    match group.progress() {
        "done" => "Done",
        "in_progress" => "In Progress",
        _ => "Not Selected",
    }
}

fn write(shown: &Shown, words: &Words) -> String {
    match shown {
        Shown::Repository(card) => issues(card),
        Shown::Organisation(organisation) => matrix(organisation, words),
    }
}

fn issues(card: &Card) -> String {
    let mut out =
        row(&["issue_id", "activity_id", "state", "title", "labels", "updated_at", "url", "tasks_total", "tasks_done"]);
    // The board's titles are the English ones of the handbook, by which it finds its activities.
    let english = Words::english();
    for group in &card.activities {
        let met = group.count(Status::Verified) + group.count(Status::Attested);
        let total = group.points.len() - group.count(Status::NotApplicable);
        let labels = format!("Trust Goal, {}", progress_label(group));
        out.push_str(&row(&[
            "",
            group.id,
            "opened",
            english.get(&format!("group.{}", group.id)),
            &labels,
            &card.time,
            "",
            &total.to_string(),
            &met.to_string(),
        ]));
    }
    out
}

fn tasks(shown: &Shown, words: &Words) -> String {
    let Shown::Repository(card) = shown else { return write(shown, words) };
    let mut out = row(&["issue_id", "state", "task"]);
    for group in card.groups() {
        for point in group.points.iter().filter(|point| point.status != Status::NotApplicable) {
            let state = if point.status.is_met() { "completed" } else { "open" };
            let task = format!("{} {}", point.id, words.get(&format!("point.{}", point.id)));
            out.push_str(&row(&[group.id, state, &task]));
        }
    }
    out
}

fn matrix(organisation: &Organisation, _: &Words) -> String {
    let mut head = vec!["repository", "time", "met"];
    head.extend(Organisation::points());
    let mut out = row(&head);
    for card in &organisation.repositories {
        let met = card.met().to_string();
        let mut cells = vec![card.name.as_str(), &card.time, &met];
        cells.extend(Organisation::points().map(|id| card.points.get(id).copied().unwrap_or(Status::Unknown).as_str()));
        out.push_str(&row(&cells));
    }
    out
}
