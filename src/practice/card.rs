//! Scorecards that a project keeps beside its code: what its own history says, with places.
//!
//! Known by their directory and by what they say of themselves ([`CARD_SCHEMA`]). `score` reads cards for trends by their values
//! alone; here every number keeps its line, for a rule that shows it.

use crate::model::{CardNumber, CardOpen, KeptCard, Location};
use crate::text::{Node, Source, json};

/// What the JSON form of a scorecard calls itself.
pub const CARD_SCHEMA: &str = "sepal.scorecard/1";

/// Points, numbers and rules of one card that are read at most.
const MOST: usize = 10_000;

fn number(node: Node<'_>) -> Option<u64> {
    node.scalar()?.parse().ok()
}

/// Reads a card of one repository; `None` if the file is none.
pub(super) fn read(source: &Source) -> Option<KeptCard> {
    let document = json::parse(source).ok()?;
    let root = document.root();
    if root.get_str("schema") != Some(CARD_SCHEMA) || root.get_str("level") != Some("repository") {
        return None;
    }
    let at = |node: Node<'_>| Location::at(source.path(), source.mark(node.span()));
    let time = root.get("generated")?.get("time")?;
    let day = time.string()?.get(..10)?.parse().ok()?;
    let mut card = KeptCard {
        location: at(time),
        name: root.get("subject")?.get_str("name")?.into(),
        time: time.string()?.into(),
        day,
        points: Vec::new(),
        components: None,
        numbers: Vec::new(),
        open: None,
    };
    let groups = ["activities", "stage1"].into_iter().filter_map(|key| root.get(key)).flat_map(Node::items);
    for point in groups.filter_map(|group| group.get("points")).flat_map(Node::items).take(MOST) {
        let (Some(id), Some(status)) = (point.get_str("id"), point.get("status")) else { continue };
        let met = match status.string() {
            Some("verified" | "attested") => true,
            Some("not_met" | "unknown") => false,
            _ => continue,
        };
        card.points.push((id.into(), met, at(status)));
    }
    card.points.sort();
    for indicator in root.get("indicators").into_iter().flat_map(Node::items).take(MOST) {
        let Some(value) = indicator.get("value").filter(|value| number(*value).is_some()) else { continue };
        match indicator.get_str("id") {
            Some("24.K1") => {
                card.components = number(value);
                // A card names only the classes that occur.
                let unknown = indicator.get("by").and_then(|by| by.get("unknown"));
                let place = unknown.or_else(|| indicator.get("by")).unwrap_or(value);
                let count = unknown.and_then(number).unwrap_or(0);
                card.numbers.push(CardNumber {
                    what: "components without a known license",
                    count,
                    location: at(place),
                });
            }
            Some(id @ ("24.K2" | "24.K3")) => card.numbers.push(CardNumber {
                what: if id == "24.K2" { "vulnerable components" } else { "open licensing issues" },
                count: number(value).unwrap_or(0),
                location: at(value),
            }),
            _ => {}
        }
    }
    card.open = root.get("open_findings").map(|list| {
        let read = |entry: Node<'_>| {
            let count = entry.get("count")?;
            Some(CardOpen {
                rule: entry.get_str("rule")?.into(),
                owner: entry.get_str("owner").unwrap_or_default().into(),
                count: number(count)?,
                location: at(count),
            })
        };
        list.items().take(MOST).filter_map(read).collect()
    });
    Some(card)
}
