//! The JSON form: what programs read, what a history is made of, and what an organisation's card is put together from.

use serde_json::{Map, Value, json};

use super::{Card, Group, Organisation, SCHEMA, Shown, Status, Words, Writer};

/// The output.
pub static WRITER: Writer = Writer { id: "json", docs: "for programs, histories and organisations", write };

fn write(shown: &Shown, words: &Words) -> String {
    let value = match shown {
        Shown::Repository(card) => repository(card, words),
        Shown::Organisation(organisation) => of_organisation(organisation, words),
    };
    let mut text = serde_json::to_string_pretty(&value).expect("numbers and texts can be written");
    text.push('\n');
    text
}

fn group(group: &Group, words: &Words) -> Value {
    let points: Vec<Value> = group
        .points
        .iter()
        .map(|point| {
            let evidence: Vec<Value> = point
                .evidence
                .iter()
                .map(|piece| json!({ "kind": piece.kind, "place": piece.place, "value": words.said(&piece.said) }))
                .collect();
            let open = matches!(point.status, Status::NotMet | Status::Unknown);
            let next = open.then(|| words.get(&format!("next.{}", point.id)).to_owned());
            json!({
                "id": point.id,
                "summary": words.get(&format!("point.{}", point.id)),
                "class": point.class,
                "status": point.status.as_str(),
                "evidence": evidence,
                "next_step": next,
            })
        })
        .collect();
    let met = group.count(Status::Verified) + group.count(Status::Attested);
    json!({
        "id": group.id,
        "title": words.get(&format!("group.{}", group.id)),
        "status": group.progress(),
        "tasks_done": met,
        "tasks_total": group.points.len() - group.count(Status::NotApplicable),
        "points": points,
    })
}

fn parts(by: &[(String, u64)]) -> Value {
    Value::Object(by.iter().map(|(name, count)| (name.clone(), Value::from(*count))).collect::<Map<_, _>>())
}

fn repository(card: &Card, words: &Words) -> Value {
    let indicators: Vec<Value> = card
        .indicators
        .iter()
        .map(|indicator| {
            let delta = indicator.value.zip(indicator.previous).map(|(now, before)| now as i64 - before as i64);
            json!({
                "id": indicator.id,
                "name": words.get(&format!("kpi.{}", indicator.id)),
                "value": indicator.value,
                "by": parts(&indicator.by),
                "previous": indicator.previous,
                "delta": delta,
                "note": indicator.note.as_ref().map(|note| words.said(note)),
            })
        })
        .collect();
    let actions: Vec<Value> = card
        .actions
        .iter()
        .map(|action| json!({ "rule": action.rule, "severity": action.level, "count": action.count, "first": action.first, "place": action.place }))
        .collect();
    let open: Vec<Value> =
        card.open.iter().map(|open| json!({ "rule": open.rule, "owner": open.owner, "count": open.count })).collect();
    json!({
        "schema": SCHEMA,
        "level": "repository",
        "language": words.language,
        "subject": { "name": card.name, "revision": card.revision },
        "generated": { "tool": "sepal", "version": card.version, "time": card.time, "policy": card.policy },
        "frameworks": [{ "id": "ggi", "version": "1.3" }, { "id": "todo-stage1", "version": "2024-06" }],
        "activities": card.activities.iter().map(|it| group(it, words)).collect::<Vec<_>>(),
        "stage1": card.stage1.iter().map(|it| group(it, words)).collect::<Vec<_>>(),
        "indicators": indicators,
        "open_actions": actions,
        "open_findings": open,
    })
}

fn of_organisation(organisation: &Organisation, words: &Words) -> Value {
    let points: Vec<Value> = Organisation::points()
        .map(|id| {
            let (met, applicable) = organisation.share(id);
            json!({ "id": id, "summary": words.get(&format!("point.{id}")), "met": met, "applicable": applicable })
        })
        .collect();
    let repositories: Vec<Value> = organisation
        .repositories
        .iter()
        .map(|card| {
            let statuses: Map<String, Value> =
                card.points.iter().map(|(id, status)| (id.clone(), Value::from(status.as_str()))).collect();
            json!({ "name": card.name, "revision": card.revision, "time": card.time, "met": card.met(), "points": statuses })
        })
        .collect();
    let unread: Vec<Value> =
        organisation.unread.iter().map(|(file, why)| json!({ "file": file, "reason": why })).collect();
    json!({
        "schema": SCHEMA,
        "level": "organisation",
        "language": words.language,
        "generated": { "tool": "sepal", "version": env!("CARGO_PKG_VERSION"), "time": organisation.time },
        "points": points,
        "repositories": repositories,
        "licenses": parts(&organisation.classes),
        "unread": unread,
    })
}
