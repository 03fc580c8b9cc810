//! An indicator is worse than the time before.

use compact_str::CompactString;

use crate::model::{KeptCard, Location};
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject};

/// An indicator is worse than the time before.
pub static RULE: Rule = Rule {
    id: "kpi/regression",
    summary: "an indicator of the scorecards that are kept here is worse than the time before",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Compares the two newest scorecards of this repository that are kept in it: JSON files of `sepal scorecard` in \
               `scorecards/`, `scorecard/`, `.scorecards/` or the same below `docs/`. It fires for each of these that became more \
               in number and, by more than `tolerance` percent points, in share: components without a known license, vulnerable \
               components and open licensing issues (of all components), and points that are not met (of those that both cards \
               have). A number that one of the two cards does not have is not compared, and with fewer than two cards the rule is \
               silent.",
        why: "A trend that nobody looks at goes down one release at a time.",
        how_to_fix: "1. See what changed between the two cards, and put that right.\n\
                     2. If more was decided to be fine, write that down: a waiver for this rule, with the reason and an end.\n\
                     3. Set `tolerance` to what you agree to let pass.",
        fine_when: "More is counted than before: another product was taken in, or advisories are used for the first time.",
        example_bad: "==> scorecards/2026-08.json <==\n{\n  \"schema\": \"sepal.scorecard/1\", \"level\": \"repository\",\n  \
                      \"subject\": { \"name\": \"kit\" }, \"generated\": { \"time\": \"2026-08-01T04:00:00Z\" },\n  \"indicators\": [\n    \
                      { \"id\": \"24.K1\", \"value\": 120 },\n    { \"id\": \"24.K2\", \"value\": 3 }\n  ]\n}\n\
                      ==> scorecards/2026-09.json <==\n{\n  \"schema\": \"sepal.scorecard/1\", \"level\": \"repository\",\n  \
                      \"subject\": { \"name\": \"kit\" }, \"generated\": { \"time\": \"2026-09-01T04:00:00Z\" },\n  \"indicators\": [\n    \
                      { \"id\": \"24.K1\", \"value\": 130 },\n    { \"id\": \"24.K2\", \"value\": 9 }\n  ]\n}\n",
        example_good: "==> scorecards/2026-08.json <==\n{\n  \"schema\": \"sepal.scorecard/1\", \"level\": \"repository\",\n  \
                       \"subject\": { \"name\": \"kit\" }, \"generated\": { \"time\": \"2026-08-01T04:00:00Z\" },\n  \"indicators\": [\n    \
                       { \"id\": \"24.K1\", \"value\": 120 },\n    { \"id\": \"24.K2\", \"value\": 3 }\n  ]\n}\n\
                       ==> scorecards/2026-09.json <==\n{\n  \"schema\": \"sepal.scorecard/1\", \"level\": \"repository\",\n  \
                       \"subject\": { \"name\": \"kit\" }, \"generated\": { \"time\": \"2026-09-01T04:00:00Z\" },\n  \"indicators\": [\n    \
                       { \"id\": \"24.K1\", \"value\": 130 },\n    { \"id\": \"24.K2\", \"value\": 2 }\n  ]\n}\n",
    },
    params: &[Param {
        name: "tolerance",
        kind: ParamKind::Number { default: 0, most: 100 },
        docs: "By how many percent points a share may rise before it is said.",
    }],
    mappings: &[("GGI", "23.R7"), ("GGI", "24.V3"), ("ISO/IEC 18974", "4.1.4.3")],
    check: Check::Practices(check),
};

/// How many there are of how many.
#[derive(Clone, Copy)]
struct Share {
    count: u64,
    of: u64,
}

impl Share {
    /// For a person: `9 of 130 components (6.9 %)`.
    fn told(self, unit: &str) -> String {
        match (u128::from(self.count) * 1000).checked_div(u128::from(self.of)) {
            Some(mille) => format!("{} of {} {unit} ({}.{} %)", self.count, self.of, mille / 10, mille % 10),
            None => format!("{} of {} {unit}", self.count, self.of),
        }
    }

    /// Whether there are more of it than before, also in proportion, by more than so many percent points. Where there was or is
    /// nothing to be a share of, the number alone counts.
    fn is_worse_than(self, before: Share, tolerance: u32) -> bool {
        if self.count <= before.count || self.of == 0 || before.of == 0 {
            return self.count > before.count;
        }
        let of = |share: Share| (share.count as f64 / share.of as f64) * 100.0;
        // The smallest difference that two shares of real numbers of components have is far above this.
        of(self) - of(before) > f64::from(tolerance) + 1e-9
    }
}

/// The newest card, and the one of the same repository before it.
fn last_two(cards: &[KeptCard]) -> Option<(&KeptCard, &KeptCard)> {
    let (now, rest) = cards.split_last()?;
    Some((now, rest.iter().rev().find(|card| card.name == now.name && card.time < now.time)?))
}

struct Worse<'a> {
    what: &'static str,
    unit: &'static str,
    now: (Share, &'a Location),
    before: (Share, &'a Location),
    more: Option<String>,
}

/// What can be compared of two cards.
fn compared<'a>(now: &'a KeptCard, before: &'a KeptCard) -> Vec<Worse<'a>> {
    let mut all = Vec::new();
    let of = |card: &KeptCard, count| Share { count, of: card.components.unwrap_or(0) };
    for number in &now.numbers {
        let Some(was) = before.numbers.iter().find(|was| was.what == number.what) else { continue };
        all.push(Worse {
            what: number.what,
            unit: "components",
            now: (of(now, number.count), &number.location),
            before: (of(before, was.count), &was.location),
            more: None,
        });
    }
    let was = |id: &CompactString| {
        before.points.binary_search_by(|(have, ..)| have.cmp(id)).ok().map(|at| &before.points[at])
    };
    let both: Vec<_> = now.points.iter().filter_map(|point| Some((point, was(&point.0)?))).collect();
    let lost: Vec<_> = both.iter().filter(|((_, is, _), (_, was, _))| *was && !*is).collect();
    if let Some(((_, _, place), (_, _, old))) = lost.first() {
        let share = |count: usize| Share { count: count as u64, of: both.len() as u64 };
        let names: Vec<&str> = lost.iter().map(|(point, _)| point.0.as_str()).collect();
        all.push(Worse {
            what: "points that are not met",
            unit: "points",
            now: (share(both.iter().filter(|((_, is, _), _)| !is).count()), place),
            before: (share(both.iter().filter(|(_, (_, was, _))| !was).count()), old),
            more: Some(format!("no longer met: {}", names.join(", "))),
        });
    }
    all
}

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let Some((now, before)) = last_two(&evidence.practices.cards) else { return };
    let tolerance = context.params.number("tolerance");
    let worse = |compared: &Worse<'_>| compared.now.0.is_worse_than(compared.before.0, tolerance);
    for found in compared(now, before).into_iter().filter(worse) {
        let message = format!(
            "more {} than the time before: {} on {}, after {} on {}",
            found.what,
            found.now.0.told(found.unit),
            now.day,
            found.before.0.told(found.unit),
            before.day
        );
        let why = "a trend that nobody looks at goes down one release at a time";
        let mut draft = Draft::new(Subject::Place, message, why);
        draft.help.push("see what changed between the two cards, and put that right".to_owned());
        draft.help.extend(found.more);
        draft.help.push("else agree on it: a waiver for kpi/regression with the reason and an end".to_owned());
        draft.discriminator = found.what.into();
        draft.locations.extend([found.now.1.clone(), found.before.1.clone()]);
        drafts.push(draft);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worse(now: (u64, u64), before: (u64, u64), tolerance: u32) -> bool {
        let share = |(count, of)| Share { count, of };
        share(now).is_worse_than(share(before), tolerance)
    }

    fn card(day: &str, met: &str) -> KeptCard {
        let text = format!(
            "{{\"schema\": \"sepal.scorecard/1\", \"level\": \"repository\", \"subject\": {{\"name\": \"kit\"}}, \"generated\": \
             {{\"time\": \"{day}T04:00:00Z\"}}, \"stage1\": [{{\"points\": [{met}]}}]}}"
        );
        let path = crate::model::RepoPath::new("scorecards/a.json");
        let source = crate::text::Source::from_text(path, text).unwrap();
        crate::practice::look(&source).unwrap().card.unwrap()
    }

    #[test]
    fn points_are_compared_where_both_cards_have_them() {
        let point = |id: &str, status: &str| format!("{{\"id\": \"{id}\", \"status\": \"{status}\"}}");
        let before = card("2026-08-01", &[point("a", "verified"), point("b", "attested")].join(","));
        let now = card(
            "2026-09-01",
            &[point("a", "verified"), point("b", "unknown"), point("c", "not_met"), point("d", "not_applicable")]
                .join(","),
        );
        let [found] = &compared(&now, &before)[..] else { panic!("one thing changed") };
        assert_eq!((found.now.0.told("points"), found.before.0.count), ("1 of 2 points (50.0 %)".to_owned(), 0));
        assert_eq!(found.more.as_deref(), Some("no longer met: b"));
        assert!(compared(&before, &now).is_empty(), "what is met now is no loss");
        let other = KeptCard { name: "other".into(), ..before.clone() };
        assert!(last_two(&[other, now.clone()]).is_none(), "a card of another repository is not the time before");
        assert!(last_two(&[before, now]).is_some());
    }

    #[test]
    fn worse_is_more_in_number_and_in_share() {
        assert!(worse((9, 130), (3, 120), 0));
        assert!(!worse((3, 100), (3, 120), 0), "fewer components are no worsening");
        assert!(!worse((4, 200), (3, 120), 0), "nor is growth in proportion");
        assert!(worse((9, 130), (3, 120), 4) && !worse((9, 130), (3, 120), 5));
        assert!(!worse((11, 100), (10, 100), 1), "the tolerance itself is tolerated");
        assert!(worse((1, 0), (0, 0), 50), "without a share the number counts");
    }
}
