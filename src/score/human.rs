//! The card for a person at a terminal.

use super::{Card, Group, Organisation, Shown, Status, Words, Writer, plain};

/// The output.
pub static WRITER: Writer = Writer { id: "human", docs: "for a person at a terminal", write };

/// A sign beside the word, so that neither colour nor place alone tells.
pub(super) fn sign(status: Status) -> &'static str {
    match status {
        Status::Verified => "✔",
        Status::Attested => "✎",
        Status::NotMet => "✘",
        Status::Unknown => "?",
        Status::NotApplicable => "–",
    }
}

/// `9 of 24 points met: 6 verified, 3 attested`.
pub(super) fn summary(groups: &[Group], words: &Words) -> String {
    let [verified, attested, not_met, unknown, _] = Card::counts(groups);
    let total = verified + attested + not_met + unknown;
    let values = [verified + attested, total, verified, attested].map(|number| number.to_string());
    words.fill("ui.met-of", &[&values[0], &values[1], &values[2], &values[3]])
}

fn write(shown: &Shown, words: &Words) -> String {
    match shown {
        Shown::Repository(card) => repository(card, words),
        Shown::Organisation(organisation) => of_organisation(organisation, words),
    }
}

fn repository(card: &Card, words: &Words) -> String {
    let mut out = format!("{}\n", plain(&words.fill("ui.title", &[&card.name])));
    let mut facts = vec![format!("{} {}", words.get("ui.policy"), plain(&card.policy))];
    if let Some(revision) = &card.revision {
        facts.insert(
            0,
            format!("{} {}", words.get("ui.revision"), &plain(revision).chars().take(12).collect::<String>()),
        );
    }
    out.push_str(&format!("{}\n", facts.join(" · ")));
    for (title, groups) in [("ui.ggi", &card.activities), ("ui.stage1", &card.stage1)] {
        if groups.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{}: {}\n", words.get(title), summary(groups, words)));
        for group in groups {
            out.push_str(&format!("\n  {} {}\n", group.id, words.get(&format!("group.{}", group.id))));
            for point in &group.points {
                out.push_str(&format!(
                    "    {} {:<6} {} ({})\n",
                    sign(point.status),
                    point.id,
                    words.get(&format!("point.{}", point.id)),
                    words.get(&format!("status.{}", point.status.as_str())),
                ));
                for piece in &point.evidence {
                    let said = plain(&words.said(&piece.said));
                    match &piece.place {
                        Some(place) => out.push_str(&format!("               {}: {said}\n", plain(place))),
                        None => out.push_str(&format!("               {said}\n")),
                    }
                }
                if matches!(point.status, Status::NotMet | Status::Unknown) {
                    out.push_str(&format!("               → {}\n", words.get(&format!("next.{}", point.id))));
                }
            }
        }
    }
    out.push_str(&format!("\n{}\n", words.get("ui.indicators")));
    for indicator in &card.indicators {
        let value = indicator.value.map_or_else(|| words.get("ui.no-value").to_owned(), |value| value.to_string());
        let before = indicator.previous.map(|value| words.fill("ui.before", &[&value.to_string()]));
        let note = indicator.note.as_ref().map(|note| words.said(note));
        let more: Vec<String> = before.into_iter().chain(note).collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join("; ")) };
        out.push_str(&format!("    {} {}: {value}{more}\n", indicator.id, words.get(&format!("kpi.{}", indicator.id))));
        let parts: Vec<String> =
            indicator.by.iter().map(|(name, count)| format!("{} {count}", class(name, words))).collect();
        if !parts.is_empty() {
            out.push_str(&format!("               {}\n", parts.join(", ")));
        }
    }
    out.push_str(&format!("\n{}\n", words.get("ui.note")));
    out
}

/// The name of a class of licenses, or of anything else that has none in the files, as it is.
pub(super) fn class(name: &str, words: &Words) -> String {
    match words.get(&format!("class.{name}")) {
        "" => name.to_owned(),
        named => named.to_owned(),
    }
}

fn of_organisation(organisation: &Organisation, words: &Words) -> String {
    let mut out = format!("{}\n\n", words.fill("ui.title", &[words.get("ui.organisation")]));
    for id in Organisation::points() {
        let (met, applicable) = organisation.share(id);
        let share = words.fill("ui.share", &[&met.to_string(), &applicable.to_string()]);
        out.push_str(&format!("  {id:<6} {share:<20} {}\n", words.get(&format!("point.{id}"))));
    }
    out.push_str(&format!("\n{}\n", words.get("ui.repositories")));
    for card in &organisation.repositories {
        out.push_str(&format!("  {:>3} / {:<3} {}\n", card.met(), card.points.len(), plain(&card.name)));
    }
    for (file, why) in &organisation.unread {
        out.push_str(&format!("\n{}: {} ({})\n", words.get("ui.unread"), plain(file), plain(why)));
    }
    out
}
