//! The card of many repositories: each point's share of repositories that meet it.

use std::collections::BTreeMap;

use super::{Former, GGI, STAGE1, Status};

/// A card of many repositories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisation {
    /// When it was made.
    pub time: String,
    /// The newest card of each repository, those with the fewest points met first.
    pub repositories: Vec<Former>,
    /// Files that were no cards, with the reason: what is missing counts as not met nowhere, so it is said.
    pub unread: Vec<(String, String)>,
    /// Components by class of license, over all.
    pub classes: Vec<(String, u64)>,
}

impl Organisation {
    /// How many repositories meet a point, and to how many it applies. A card that does not know the point counts as one that
    /// does not meet it.
    pub fn share(&self, point: &str) -> (usize, usize) {
        let status = |former: &Former| former.points.get(point).copied().unwrap_or(Status::Unknown);
        let applies = self.repositories.iter().filter(|former| status(former) != Status::NotApplicable).count();
        (self.repositories.iter().filter(|former| status(former).is_met()).count(), applies)
    }

    /// In how many repositories a point has a status; one whose card does not know the point has it unknown.
    pub fn count(&self, point: &str, status: Status) -> usize {
        let have = |former: &&Former| former.points.get(point).copied().unwrap_or(Status::Unknown) == status;
        self.repositories.iter().filter(have).count()
    }

    /// The ids of all points, in order.
    pub fn points() -> impl Iterator<Item = &'static str> {
        GGI.iter().chain(STAGE1).flat_map(|activity| activity.points.iter().map(|(id, ..)| *id))
    }
}

/// Puts cards together: of each repository the newest counts.
pub fn organisation(cards: Vec<Former>, unread: Vec<(String, String)>, time: String) -> Organisation {
    let mut newest: BTreeMap<String, Former> = BTreeMap::new();
    for card in cards {
        match newest.get(&card.name) {
            Some(have) if have.time >= card.time => {}
            _ => {
                newest.insert(card.name.clone(), card);
            }
        }
    }
    let mut classes: BTreeMap<String, u64> = BTreeMap::new();
    for (name, count) in newest.values().flat_map(|card| &card.classes) {
        *classes.entry(name.clone()).or_default() += count;
    }
    let mut repositories: Vec<Former> = newest.into_values().collect();
    repositories.sort_by(|a, b| a.met().cmp(&b.met()).then_with(|| a.name.cmp(&b.name)));
    let mut classes: Vec<(String, u64)> = classes.into_iter().collect();
    classes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Organisation { time, repositories, unread, classes }
}
