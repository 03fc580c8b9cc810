//! The same rule is broken again and again.

use std::collections::BTreeMap;

use crate::model::{CardOpen, KeptCard};
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, Subject};

/// The same rule is broken again and again.
pub static RULE: Rule = Rule {
    id: "education/repeat-violation",
    summary: "the same rule was broken several times within the window, in files of the same owner",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Goes through the scorecards of this repository that are kept in it (JSON files of `sepal scorecard` in `scorecards/`, \
               `scorecard/`, `.scorecards/` or the same below `docs/`) and counts, by rule and by owner of the files, how often there \
               were more open findings than in the card before. It fires where that happened `times` times within the last `days` days. \
               Owners are those of CODEOWNERS when the card was made; without one, the repository counts as one owner's. What is \
               found, put right and found again between two cards is not seen: it is as exact as cards are frequent. Rules of `vuln/` \
               are left out, for advisories appear without anybody's doing, and so is this rule. Cards of older versions, which \
               do not hold `open_findings`, are passed over.",
        why: "What is put right each time and comes back is a question of knowing, not of care; one lesson costs less than many repairs.",
        how_to_fix: "1. Let those concerned take the training on it, and record that.\n\
                     2. Make it hard to do wrong: a template, a hook (`sepal check --staged`), a gate in the pipeline.\n\
                     3. If the rule does not fit, change the policy instead of breaking it.",
        fine_when: "The code is being taken over from elsewhere, and what comes with it is cleared step by step.",
        example_bad: "==> scorecards/2026-07-01.json <==\n{ \"schema\": \"sepal.scorecard/1\", \"level\": \"repository\",\n  \
                      \"subject\": { \"name\": \"kit\" }, \"generated\": { \"time\": \"2026-07-01T04:00:00Z\" }, \"open_findings\": [] }\n\
                      ==> scorecards/2026-07-15.json <==\n{ \"schema\": \"sepal.scorecard/1\", \"level\": \"repository\",\n  \
                      \"subject\": { \"name\": \"kit\" }, \"generated\": { \"time\": \"2026-07-15T04:00:00Z\" }, \"open_findings\": [\n    \
                      { \"rule\": \"legal/component-license-denied\", \"owner\": \"@acme/web\", \"count\": 1 } ] }\n\
                      ==> scorecards/2026-08-01.json <==\n{ \"schema\": \"sepal.scorecard/1\", \"level\": \"repository\",\n  \
                      \"subject\": { \"name\": \"kit\" }, \"generated\": { \"time\": \"2026-08-01T04:00:00Z\" }, \"open_findings\": [\n    \
                      { \"rule\": \"legal/component-license-denied\", \"owner\": \"@acme/web\", \"count\": 2 } ] }\n\
                      ==> scorecards/2026-09-01.json <==\n{ \"schema\": \"sepal.scorecard/1\", \"level\": \"repository\",\n  \
                      \"subject\": { \"name\": \"kit\" }, \"generated\": { \"time\": \"2026-09-01T04:00:00Z\" }, \"open_findings\": [\n    \
                      { \"rule\": \"legal/component-license-denied\", \"owner\": \"@acme/web\", \"count\": 4 } ] }\n",
        example_good: "==> scorecards/2026-08-01.json <==\n{ \"schema\": \"sepal.scorecard/1\", \"level\": \"repository\",\n  \
                       \"subject\": { \"name\": \"kit\" }, \"generated\": { \"time\": \"2026-08-01T04:00:00Z\" }, \"open_findings\": [\n    \
                       { \"rule\": \"legal/component-license-denied\", \"owner\": \"@acme/web\", \"count\": 4 } ] }\n\
                       ==> scorecards/2026-09-01.json <==\n{ \"schema\": \"sepal.scorecard/1\", \"level\": \"repository\",\n  \
                       \"subject\": { \"name\": \"kit\" }, \"generated\": { \"time\": \"2026-09-01T04:00:00Z\" }, \"open_findings\": [\n    \
                       { \"rule\": \"legal/component-license-denied\", \"owner\": \"@acme/web\", \"count\": 4 } ] }\n",
    },
    params: &[
        Param {
            name: "times",
            kind: ParamKind::Number { default: 3, most: 1000 },
            docs: "So many times are too many.",
        },
        Param {
            name: "days",
            kind: ParamKind::Number { default: 90, most: 36_500 },
            docs: "How far back the window goes from today.",
        },
    ],
    mappings: &[("Stage 1", "S1.2a"), ("Stage 1", "S1.2b"), ("GGI", "21.R1"), ("GGI", "24.V2")],
    check: Check::Practices(check),
};

/// By whose doing it cannot be said to come, or what would count itself.
fn is_left_out(rule: &str) -> bool {
    rule.starts_with("vuln/") || rule == RULE.id
}

/// Every time that there was more of something, with the cards' entries: by rule and owner, oldest first.
fn times<'a>(
    cards: &[(&'a KeptCard, &'a [CardOpen])],
    counts: impl Fn(&KeptCard) -> bool,
) -> BTreeMap<(&'a str, &'a str), Vec<(&'a KeptCard, &'a CardOpen)>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let key = |open: &'a CardOpen| (open.rule.as_str(), open.owner.as_str());
    for pair in cards.windows(2) {
        let [(_, before), (card, now)] = *pair else { continue };
        if !counts(card) {
            continue;
        }
        let was: BTreeMap<_, u64> = before.iter().map(|open| (key(open), open.count)).collect();
        for open in now.iter().filter(|open| !is_left_out(&open.rule)) {
            if open.count > was.get(&key(open)).copied().unwrap_or(0) {
                found.entry(key(open)).or_default().push((card, open));
            }
        }
    }
    found
}

fn check(context: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    let all = &evidence.practices.cards;
    let Some(newest) = all.last() else { return };
    let of_here = all.iter().filter(|card| card.name == newest.name);
    let cards: Vec<_> = of_here.filter_map(|card| Some((card, card.open.as_deref()?))).collect();
    let days = i64::from(context.params.number("days"));
    let in_window = |card: &KeptCard| i64::from(card.day.days_until(evidence.today)) <= days;
    let enough = context.params.number("times").max(1) as usize;
    for ((rule, owner), at) in times(&cards, in_window) {
        if at.len() < enough {
            continue;
        }
        let whose = if owner.is_empty() { String::new() } else { format!(" in files of {owner}") };
        let on: Vec<String> = at.iter().rev().take(5).rev().map(|(card, _)| card.day.to_string()).collect();
        let last = if at.len() > on.len() { "last on" } else { "on" };
        let message =
            format!("{rule} was broken anew {} times within {days} days{whose}: {last} {}", at.len(), on.join(", "));
        let why = "what is put right each time and comes back is a question of knowing, not of care";
        let mut draft = Draft::new(Subject::Place, message, why);
        draft.help.push(format!("book the training on it; read it together: sepal explain {rule}"));
        draft.help.push("make it hard to do wrong: a template, a hook (sepal check --staged), a gate".to_owned());
        draft.help.extend(context.ask("training").or_else(|| context.ask("license")));
        draft.discriminator = compact_str::format_compact!("{rule} {owner}");
        draft.locations.extend(at.iter().rev().map(|(_, open)| open.location.clone()));
        drafts.push(draft);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;
    use crate::text::Source;

    fn card(day: &str, open: &str) -> KeptCard {
        let text = format!(
            "{{\"schema\": \"sepal.scorecard/1\", \"level\": \"repository\", \"subject\": {{\"name\": \"kit\"}}, \"generated\": \
             {{\"time\": \"{day}T04:00:00Z\"}}, \"open_findings\": {open}}}"
        );
        let source = Source::from_text(RepoPath::new("scorecards/a.json"), text).unwrap();
        crate::practice::look(&source).unwrap().card.unwrap()
    }

    #[test]
    fn only_what_became_more_counts() {
        let open = |counts: &[(&str, &str, u64)]| {
            let entry = |(rule, owner, count): &(&str, &str, u64)| {
                format!("{{\"rule\": \"{rule}\", \"owner\": {owner}, \"count\": {count}}}")
            };
            format!("[{}]", counts.iter().map(entry).collect::<Vec<_>>().join(","))
        };
        let cards = [
            card("2026-05-01", &open(&[("legal/a", "\"@x\"", 2), ("legal/b", "null", 1)])),
            card("2026-06-01", &open(&[("legal/a", "\"@x\"", 2), ("legal/a", "\"@y\"", 1), ("vuln/c", "null", 1)])),
            card("2026-07-01", &open(&[("legal/a", "\"@x\"", 1), ("legal/b", "null", 1)])),
            card("2026-08-01", &open(&[("legal/a", "\"@x\"", 2), ("legal/b", "null", 2)])),
        ];
        let pairs: Vec<_> = cards.iter().map(|card| (card, card.open.as_deref().unwrap())).collect();
        let told = |from: &str| -> Vec<String> {
            let from = from.parse().unwrap();
            let found = times(&pairs, |card| card.day >= from);
            found.into_iter().map(|((rule, owner), at)| format!("{rule} {owner} {}", at.len())).collect()
        };
        assert_eq!(told("2026-01-01"), ["legal/a @x 1", "legal/a @y 1", "legal/b  2"]);
        assert_eq!(told("2026-08-01"), ["legal/a @x 1", "legal/b  1"]);
    }
}
