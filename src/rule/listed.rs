//! What an entry of an organisation's list lacks.

use crate::model::{Date, FoundSbom, InventoryEntry};

/// What is wrong with the SBOM of an entry, after "has".
pub(super) fn sbom_trouble(entry: &InventoryEntry) -> Option<String> {
    let Some(sbom) = &entry.sbom else { return Some("no SBOM".to_owned()) };
    match entry.found {
        None | Some(FoundSbom::Sbom) => None,
        Some(FoundSbom::Missing) => Some(format!("no SBOM at `{sbom}`")),
        Some(FoundSbom::Other) => Some(format!("a file at `{sbom}` that is no SBOM")),
    }
}

/// Whether nobody looked at an entry for too long, after "has".
pub(super) fn age_trouble(entry: &InventoryEntry, today: Date, most_days: u32) -> Option<String> {
    let Some(date) = entry.date else { return Some("no date".to_owned()) };
    let days = date.days_until(today);
    if days < 0 {
        return Some(format!("the date {date}, which is still to come"));
    }
    (i64::from(days) > i64::from(most_days)).then(|| format!("not been looked at since {date}"))
}
