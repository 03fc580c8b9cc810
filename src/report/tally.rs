//! Counts for summaries, and what days mean.

use std::collections::BTreeMap;

use crate::model::{
    Advisories, AdvisoryKind, Bom, Completeness, Finding, LicenseVerdict, Severity, SeverityLevel, Standing, Verdict,
};

/// What is open and what is waived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
    pub(super) waived: usize,
    pub(super) known: usize,
}

pub(super) fn findings(verdict: &Verdict) -> Findings {
    let mut counts = Findings::default();
    for finding in &verdict.findings {
        match (&finding.standing, finding.severity) {
            (Standing::Waived { .. }, _) => counts.waived += 1,
            (Standing::Known { .. }, _) => counts.known += 1,
            (Standing::Open, Severity::Error) => counts.errors += 1,
            (Standing::Open, Severity::Warning) => counts.warnings += 1,
            (Standing::Open, Severity::Note) => counts.notes += 1,
        }
    }
    counts
}

pub(super) fn open(verdict: &Verdict) -> impl Iterator<Item = &Finding> {
    verdict.findings.iter().filter(|finding| finding.standing.is_open())
}

/// How a verdict compares with what was known before, in a sentence.
pub(super) fn comparison(verdict: &Verdict) -> Option<String> {
    let compared = verdict.comparison.as_ref()?;
    let mut text = format!("with {}: {} new", compared.with, compared.new);
    if compared.known > 0 {
        text.push_str(&format!(" · {} known before, not counted", compared.known));
    }
    if !compared.fixed.is_empty() {
        text.push_str(&format!(" · {} fixed", compared.fixed.len()));
    }
    Some(text)
}

/// Third-party components by the type of their purl, the largest first.
pub(super) fn ecosystems(bom: &Bom) -> Vec<(&str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, component) in bom.third_parties() {
        *counts.entry(component.purl.kind()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(kind, count)| (std::cmp::Reverse(count), kind));
    counts
}

/// Projects whose third parties are not all known.
pub(super) fn incomplete(bom: &Bom) -> usize {
    bom.projects.iter().filter(|project| project.completeness != Completeness::Complete).count()
}

/// Projects that lie in test data.
pub(super) fn fixtures(bom: &Bom) -> usize {
    bom.projects.iter().filter(|project| project.fixture).count()
}

/// The verdicts in the order of [`crate::model::Coverage::verdicts`].
pub(super) const VERDICTS: [LicenseVerdict; 4] =
    [LicenseVerdict::Allowed, LicenseVerdict::NeedsReview, LicenseVerdict::Denied, LicenseVerdict::Unknown];

/// `part` of `whole` in percent, rounded down: 100 only if nothing is missing. `None` of nothing.
pub(super) fn percent(part: usize, whole: usize) -> Option<usize> {
    part.saturating_mul(100).checked_div(whole)
}

/// Days since 1970-01-01 of a `YYYY-MM-DD` day in the proleptic Gregorian calendar. `None` if it is not written like that.
fn day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years that begin in March put the leap day last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468)
}

/// How far off a day is, in words: `in 12 days`, `today`, `3 days ago`.
pub(super) fn until(today: &str, then: &str) -> Option<String> {
    Some(match day(then)? - day(today)? {
        0 => "today".to_owned(),
        1 => "in 1 day".to_owned(),
        -1 => "1 day ago".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", -days),
    })
}

/// What is publicly known of the components, in one line: by kind and severity, what VEX resolves, and where nobody could look.
pub(super) fn known_risks(advisories: &Advisories) -> String {
    let open = || advisories.vulnerabilities.iter().filter(|known| !known.standing.is_resolved());
    let harmful = || open().filter(|known| known.kind == AdvisoryKind::Vulnerability);
    let total = harmful().count();
    let mut text = match total {
        0 => "no vulnerability known".to_owned(),
        1 => "1 vulnerability".to_owned(),
        count => format!("{count} vulnerabilities"),
    };
    let levels: Vec<String> = SeverityLevel::ALL
        .iter()
        .rev()
        .map(|level| (level, harmful().filter(|known| known.level == *level).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(level, count)| format!("{} {count}", level.as_str()))
        .collect();
    if !levels.is_empty() {
        text.push_str(&format!(": {}", levels.join(" · ")));
    }
    let mut more = |count: usize, what: &str| {
        if count > 0 {
            text.push_str(&format!(" · {count} {what}"));
        }
    };
    more(harmful().filter(|known| known.exploited.is_some()).count(), "known to be exploited");
    more(open().filter(|known| known.kind == AdvisoryKind::Malware).count(), "malicious");
    more(open().filter(|known| !known.kind.is_harm()).count(), "notices");
    more(advisories.vulnerabilities.iter().filter(|known| known.standing.is_resolved()).count(), "resolved by VEX");
    let blind: Vec<String> =
        advisories.data.without_data().map(|data| format!("{} {}", data.name, data.components)).collect();
    if !blind.is_empty() {
        text.push_str(&format!("; no data for {}", blind.join(", ")));
    }
    text
}

/// The advisories that were asked, in one line: how many records there are for each ecosystem of the components, and how old
/// they are. An ecosystem without records says so.
pub(super) fn advisory_data(advisories: &Advisories) -> String {
    // Times are RFC 3339; the day is enough for people.
    let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
    let data = &advisories.data;
    let mut parts: Vec<String> = data
        .ecosystems
        .iter()
        .map(|one| match (one.records, one.newest.as_str()) {
            (0, _) => format!("{} no records", one.name),
            (records, "") => format!("{} {records} records", one.name),
            (records, newest) => format!("{} {records} records to {}", one.name, day(newest)),
        })
        .collect();
    if parts.is_empty() {
        parts.push(format!("{} records", data.records));
    }
    parts.push(format!("imported {}", day(&data.imported)));
    parts.push(data.exploited.as_ref().map_or_else(|| "no KEV".to_owned(), |(version, _)| format!("KEV {version}")));
    parts.push(
        data.likelihoods.as_ref().map_or_else(|| "no EPSS".to_owned(), |(time, _)| format!("EPSS {}", day(time))),
    );
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_follow_the_calendar() {
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("2000-03-01"), Some(11_017));
        assert_eq!(day("2027-13-01"), None);
        assert_eq!(day("soon"), None);
        assert_eq!(until("2028-02-28", "2028-03-01").as_deref(), Some("in 2 days"));
        assert_eq!(until("2027-02-28", "2027-03-01").as_deref(), Some("in 1 day"));
        assert_eq!(until("2027-03-01", "2027-03-01").as_deref(), Some("today"));
        assert_eq!(until("2027-03-03", "2027-03-01").as_deref(), Some("2 days ago"));
    }

    #[test]
    fn percent_rounds_down() {
        assert_eq!(percent(999, 1000), Some(99));
        assert_eq!(percent(3, 3), Some(100));
        assert_eq!(percent(0, 0), None);
    }
}
