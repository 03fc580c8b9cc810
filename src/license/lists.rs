//! What lists of licenses say of an expression.

use super::{Class, Classes, Expression, Part, Term, ids, reading};
use crate::model::LicenseVerdict;

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// All licenses of a class: `class:permissive`.
    Class(Class),
    /// One license, with its exception if it has one: `MIT`, `Apache-2.0 WITH LLVM-exception`, `LicenseRef-acme`.
    ///
    /// It means exactly that term, with two equivalences. `X` without `-only`, `-or-later` or `+` also means `X+`, in
    /// every list: whoever is given `Apache-2.0+` holds it under Apache-2.0. And in `allow` and `prefer`, an entry for one
    /// version of a GNU license (`GPL-3.0-only`) also means an `-or-later` of that or an earlier version
    /// (`GPL-2.0-or-later`), since the recipient may choose it. In `review` and `deny` each has to be named, or its class.
    Term(Term),
}

/// Why a text is not a selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectorError {
    /// After `class:` stands no class.
    #[error("`{name}` is not a license class{}", did_you_mean(.nearest))]
    Class {
        /// What stands there.
        name: String,
        /// The class whose name is nearest.
        nearest: Option<&'static str>,
    },
    /// No identifier of the SPDX list, and no `LicenseRef-`.
    #[error("`{name}` is neither on the SPDX license list {} nor a `LicenseRef-`{}", ids::list_version(), did_you_mean(.nearest))]
    License {
        /// What stands there.
        name: String,
        /// The identifier that is nearest, or `class:…`.
        nearest: Option<String>,
    },
    /// An expression of several terms.
    #[error("`{0}` joins several licenses; list each as an entry of its own")]
    Several(String),
}

fn did_you_mean(nearest: &Option<impl std::fmt::Display>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

impl Selector {
    /// Reads an entry of a list.
    ///
    /// # Errors
    /// If it names no class and no license. The error names the nearest one.
    pub fn parse(text: &str) -> Result<Selector, SelectorError> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix("class:") {
            let name = name.trim();
            return Class::from_name(name)
                .map(Selector::Class)
                .ok_or_else(|| SelectorError::Class { name: name.to_owned(), nearest: nearest_class(name) });
        }
        let read = reading::read(text);
        match (&read.reading, read.expression) {
            (crate::model::Reading::Strict | crate::model::Reading::Canonical, Some(expression)) => {
                match expression.parts() {
                    [Part::Term(term)] => Ok(Selector::Term(term.clone())),
                    _ => Err(SelectorError::Several(text.to_owned())),
                }
            }
            // A policy is written by people who can look up the identifier: an alias is offered, not taken.
            (_, Some(expression)) => {
                Err(SelectorError::License { name: text.to_owned(), nearest: Some(expression.to_string()) })
            }
            (_, None) => {
                let nearest = Class::from_name(text)
                    .map(|class| format!("class:{class}"))
                    .or_else(|| ids::nearest(text).map(str::to_owned));
                Err(SelectorError::License { name: text.to_owned(), nearest })
            }
        }
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Selector::Class(class) => write!(f, "class:{class}"),
            Selector::Term(term) => write!(f, "{term}"),
        }
    }
}

fn nearest_class(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.len() > 64 {
        return None;
    }
    // Half a name is the likelier slip than a wrong letter.
    if let Some(class) = Class::ALL.into_iter().find(|class| class.as_str().contains(name)) {
        return Some(class.as_str());
    }
    Class::ALL
        .into_iter()
        .map(|class| (strsim::osa_distance(name, class.as_str()), class.as_str()))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, class)| *distance <= class.len() / 2)
        .map(|(_, class)| class)
}

/// A policy's lists of licenses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// What may be used.
    pub allow: Vec<Selector>,
    /// What a person looks at first.
    pub review: Vec<Selector>,
    /// What may not be used.
    pub deny: Vec<Selector>,
    /// Which arm of an OR is taken where several are equally good: earlier entries first.
    pub prefer: Vec<Selector>,
}

/// Which list decided about a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListKind {
    /// `allow`.
    Allow,
    /// `review`.
    Review,
    /// None: a person has to look.
    NotListed,
    /// `deny`.
    Deny,
}

impl ListKind {
    /// The word used in policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ListKind::Allow => "allow",
            ListKind::Review => "review",
            ListKind::NotListed => "not listed",
            ListKind::Deny => "deny",
        }
    }

    fn verdict(self) -> LicenseVerdict {
        match self {
            ListKind::Allow => LicenseVerdict::Allowed,
            ListKind::Review | ListKind::NotListed => LicenseVerdict::NeedsReview,
            ListKind::Deny => LicenseVerdict::Denied,
        }
    }
}

/// What was decided about one term, and by which entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The term.
    pub term: Term,
    /// The list that decided.
    pub list: ListKind,
    /// The entry's place in that list, from zero; `None` if no list has it.
    pub entry: Option<usize>,
    /// The term's class.
    pub class: Class,
}

/// What decided which arm of an OR is taken, from the most deliberate to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChosenBy {
    /// The lists allow it, or object less to it.
    Lists,
    /// The entry of `prefer` at this place, from zero.
    Preference(usize),
    /// Its class asks less.
    Class,
    /// It stands first.
    Order,
}

impl ChosenBy {
    /// Fits after the arm's name: `since it is preferred`.
    pub fn phrase(self) -> &'static str {
        match self {
            ChosenBy::Lists => "since the policy's lists leave it",
            ChosenBy::Preference(_) => "since the policy prefers it",
            ChosenBy::Class => "since it asks least",
            ChosenBy::Order => "since it stands first",
        }
    }
}

/// What the lists say of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Allowed, needs review or denied; never unknown, since the terms are known.
    pub verdict: LicenseVerdict,
    /// The expression with its best arms taken; `None` if it offers no choice.
    pub chosen: Option<Expression>,
    /// What decided the choice: of several choices the one that was decided least deliberately. `None` if there is none.
    pub chosen_by: Option<ChosenBy>,
    /// Whether a choice between arms of different kinds (copyleft or a limit of use on one side, at least) was left to what
    /// asks least: nobody has recorded it.
    pub unrecorded: bool,
    /// What was decided about each term of the chosen arms (of all terms, where there is no choice), worst first, each term
    /// once.
    pub decisions: Vec<Decision>,
}

/// How good a part is; smaller is better, compared field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    verdict: LicenseVerdict,
    /// Place in `prefer` of the term preferred least.
    prefer: usize,
    class: Class,
}

impl Rank {
    /// Why this arm is taken and not one of another rank, and whether that is a choice that somebody should record.
    fn over(self, next: Rank) -> (ChosenBy, bool) {
        if self.verdict != next.verdict {
            (ChosenBy::Lists, false)
        } else if self.prefer != next.prefer {
            (ChosenBy::Preference(self.prefer), false)
        } else if self.class != next.class {
            (ChosenBy::Class, next.class > Class::Permissive)
        } else {
            (ChosenBy::Order, false)
        }
    }
}

/// How closely an entry fits a term; a closer one wins whatever list it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Class,
    Equivalent,
    Exact,
}

fn fit(selector: &Selector, term: &Term, class: Class, may_choose: bool) -> Option<Fit> {
    match selector {
        Selector::Class(wanted) => (*wanted == class).then_some(Fit::Class),
        Selector::Term(wanted) if wanted == term => Some(Fit::Exact),
        Selector::Term(wanted) => {
            if wanted.exception != term.exception || wanted.or_later || !term.or_later {
                return None;
            }
            let same = wanted.license == term.license;
            (same || may_choose && is_a_later_version(&wanted.license, &term.license)).then_some(Fit::Equivalent)
        }
    }
}

/// Whether `only` (`GPL-3.0-only`) is a version that `or_later` (`GPL-2.0-or-later`) lets one choose.
fn is_a_later_version(only: &str, or_later: &str) -> bool {
    let (Some(only), Some(least)) = (only.strip_suffix("-only"), or_later.strip_suffix("-or-later")) else {
        return false;
    };
    let split = |name: &str| -> Option<(String, (u32, u32), String)> {
        let (family, rest) = name.split_once('-')?;
        let (version, tail) = rest.split_once('-').unwrap_or((rest, ""));
        let (major, minor) = version.split_once('.')?;
        Some((family.to_owned(), (major.parse().ok()?, minor.parse().ok()?), tail.to_owned()))
    };
    match (split(only), split(least)) {
        (Some((family, version, tail)), Some((least_family, least_version, least_tail))) => {
            family == least_family && tail == least_tail && version >= least_version
        }
        _ => false,
    }
}

impl Lists {
    /// What the lists say of an expression, with the classes that sepal ships.
    ///
    /// An entry that names a license beats one that names a class; among entries of the same kind `deny` beats `review` beats
    /// `allow`. A term in no list needs review. AND is as good as its worst part; OR as its best arm, by verdict, then by
    /// `prefer`, then by class, then in the order written. Linear in the expression: every part is judged once.
    pub fn judge(&self, expression: &Expression) -> Judgement {
        self.judge_with(super::classes(), expression)
    }

    /// The same with other classes.
    pub fn judge_with(&self, classes: &Classes, expression: &Expression) -> Judgement {
        let parts = expression.parts();
        let mut ranks: Vec<Rank> = Vec::with_capacity(parts.len());
        let mut choices: Vec<u32> = vec![0; parts.len()];
        let mut reasons: Vec<Option<(ChosenBy, bool)>> = vec![None; parts.len()];
        for (index, part) in parts.iter().enumerate() {
            let rank = match part {
                Part::Term(term) => self.rank(classes, term),
                Part::And(members) => {
                    let mut worst = ranks[members[0] as usize];
                    for member in &members[1..] {
                        let rank = ranks[*member as usize];
                        worst = Rank {
                            verdict: worst.verdict.max(rank.verdict),
                            prefer: worst.prefer.max(rank.prefer),
                            class: worst.class.max(rank.class),
                        };
                    }
                    worst
                }
                Part::Or(arms) => {
                    let mut best = 0;
                    for (place, arm) in arms.iter().enumerate() {
                        if ranks[*arm as usize] < ranks[arms[best] as usize] {
                            best = place;
                        }
                    }
                    choices[index] = best as u32;
                    let winner = ranks[arms[best] as usize];
                    let others = arms.iter().enumerate().filter(|(place, _)| *place != best);
                    let next = others.map(|(_, arm)| ranks[*arm as usize]).min();
                    reasons[index] = next.map(|next| winner.over(next));
                    winner
                }
            };
            ranks.push(rank);
        }
        let verdict = ranks[expression.root() as usize].verdict;
        // Only choices that are met on the way from the root count.
        let met = std::cell::Cell::new((None::<ChosenBy>, false));
        let chosen = expression.has_choice().then(|| {
            expression.with_choices(|at| {
                if let Some((by, unrecorded)) = reasons[at as usize] {
                    let (have, open) = met.get();
                    met.set((Some(have.map_or(by, |have| have.max(by))), open || unrecorded));
                }
                choices[at as usize] as usize
            })
        });
        let (chosen_by, unrecorded) = met.get();
        let mut seen = std::collections::BTreeSet::new();
        let judged = chosen.as_ref().unwrap_or(expression);
        let mut decisions: Vec<Decision> =
            judged.terms().filter(|term| seen.insert((*term).clone())).map(|term| self.decide(classes, term)).collect();
        decisions.sort_by_key(|decision| std::cmp::Reverse(decision.list));
        Judgement { verdict, chosen, chosen_by, unrecorded, decisions }
    }

    /// What the lists say of one term.
    pub fn decide(&self, classes: &Classes, term: &Term) -> Decision {
        let class = classes.class_of(term);
        let mut best: Option<(Fit, ListKind, usize)> = None;
        for (list, entries) in
            [(ListKind::Deny, &self.deny), (ListKind::Review, &self.review), (ListKind::Allow, &self.allow)]
        {
            for (index, entry) in entries.iter().enumerate() {
                let Some(fit) = fit(entry, term, class, list == ListKind::Allow) else { continue };
                // Lists come worst first and entries in order, so only a closer one replaces what was found.
                if best.is_none_or(|(found, _, _)| fit > found) {
                    best = Some((fit, list, index));
                }
            }
        }
        match best {
            Some((_, list, index)) => Decision { term: term.clone(), list, entry: Some(index), class },
            None => Decision { term: term.clone(), list: ListKind::NotListed, entry: None, class },
        }
    }

    fn rank(&self, classes: &Classes, term: &Term) -> Rank {
        let decision = self.decide(classes, term);
        let prefer = self.prefer.iter().position(|entry| fit(entry, term, decision.class, true).is_some());
        Rank { verdict: decision.list.verdict(), prefer: prefer.unwrap_or(usize::MAX), class: decision.class }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use LicenseVerdict::{Allowed, Denied, NeedsReview};

    fn selectors(texts: &[&str]) -> Vec<Selector> {
        texts.iter().map(|text| Selector::parse(text).unwrap()).collect()
    }

    fn lists(allow: &[&str], review: &[&str], deny: &[&str], prefer: &[&str]) -> Lists {
        Lists { allow: selectors(allow), review: selectors(review), deny: selectors(deny), prefer: selectors(prefer) }
    }

    /// What the shipped policy will look like.
    fn usual() -> Lists {
        lists(
            &["class:permissive", "class:public-domain", "MPL-2.0"],
            &["class:weak-copyleft"],
            &["class:strong-copyleft", "class:network-copyleft", "class:source-available"],
            &["MIT", "Apache-2.0"],
        )
    }

    fn expression(text: &str) -> Expression {
        crate::license::read(text).expression.unwrap()
    }

    fn judge(lists: &Lists, text: &str) -> (LicenseVerdict, Option<String>, Vec<String>) {
        let judgement = lists.judge(&expression(text));
        let decisions = judgement
            .decisions
            .iter()
            .map(|decision| {
                let entry = decision.entry.map(|entry| entry.to_string()).unwrap_or_else(|| "-".into());
                format!("{}: {} {entry}", decision.term, decision.list.as_str())
            })
            .collect();
        (judgement.verdict, judgement.chosen.map(|chosen| chosen.to_string()), decisions)
    }

    #[test]
    fn a_choice_says_what_decided_it() {
        let by = |lists: &Lists, text: &str| {
            let judgement = lists.judge(&expression(text));
            (judgement.chosen_by, judgement.unrecorded)
        };
        let usual = usual();
        assert_eq!(by(&usual, "MIT"), (None, false));
        assert_eq!(by(&usual, "MIT OR GPL-2.0-only"), (Some(ChosenBy::Lists), false));
        assert_eq!(by(&usual, "Apache-2.0 OR ISC"), (Some(ChosenBy::Preference(1)), false));
        assert_eq!(by(&usual, "ISC OR CC0-1.0"), (Some(ChosenBy::Class), false));
        assert_eq!(by(&usual, "ISC OR 0BSD"), (Some(ChosenBy::Order), false));
        assert_eq!(by(&usual, "GPL-2.0-only OR AGPL-3.0-only"), (Some(ChosenBy::Class), true));
        assert_eq!(by(&usual, "(MIT OR Apache-2.0) AND (ISC OR 0BSD)"), (Some(ChosenBy::Order), false));
        let open = lists(&["class:permissive", "class:weak-copyleft"], &[], &[], &[]);
        assert_eq!(by(&open, "MPL-2.0 OR ISC"), (Some(ChosenBy::Class), true));
        // What an arm that is not taken would have left open, nobody has to decide.
        assert_eq!(by(&usual, "MIT OR (GPL-2.0-only OR AGPL-3.0-only) AND ISC"), (Some(ChosenBy::Lists), false));
    }

    #[test]
    fn the_truth_table() {
        for (text, verdict, chosen) in [
            ("MIT", Allowed, None),
            ("MPL-2.0", Allowed, None),
            ("MPL-1.1", NeedsReview, None),
            ("GPL-3.0-only", Denied, None),
            ("LicenseRef-x", NeedsReview, None),
            ("Watcom-1.0", NeedsReview, None),
            ("CC-BY-NC-4.0", NeedsReview, None),
            ("MIT OR Apache-2.0", Allowed, Some("MIT")),
            ("Apache-2.0 OR MIT", Allowed, Some("MIT")),
            ("ISC OR Apache-2.0", Allowed, Some("Apache-2.0")),
            ("ISC OR 0BSD", Allowed, Some("ISC")),
            ("ISC OR CC0-1.0", Allowed, Some("CC0-1.0")),
            ("GPL-2.0-only OR MIT", Allowed, Some("MIT")),
            ("GPL-2.0-only OR LGPL-2.1-only", NeedsReview, Some("LGPL-2.1-only")),
            ("GPL-2.0-only OR AGPL-3.0-only", Denied, Some("GPL-2.0-only")),
            ("MIT AND GPL-2.0-only", Denied, None),
            ("MIT AND LGPL-2.1-only", NeedsReview, None),
            ("MIT AND ISC", Allowed, None),
            ("(MIT OR GPL-2.0-only) AND (ISC OR AGPL-3.0-only)", Allowed, Some("MIT AND ISC")),
            ("MIT AND GPL-2.0-only OR ISC", Allowed, Some("ISC")),
            ("MIT OR (Artistic-2.0 OR GPL-2.0-or-later)", Allowed, Some("MIT")),
            ("Apache-2.0 WITH LLVM-exception", Allowed, None),
            ("GPL-2.0-only WITH Classpath-exception-2.0", NeedsReview, None),
            ("GPL-2.0-only WITH AdditionRef-x", NeedsReview, None),
            // Two permissive arms, of which one has a preferred part only in company.
            ("MIT AND ISC OR Apache-2.0", Allowed, Some("Apache-2.0")),
        ] {
            let (have, taken, _) = judge(&usual(), text);
            assert_eq!((have, taken.as_deref()), (verdict, chosen), "{text}");
        }
    }

    #[test]
    fn decisions_name_term_list_and_entry_worst_first_and_once() {
        let (_, _, decisions) = judge(&usual(), "MIT AND LicenseRef-x AND GPL-2.0-only AND LGPL-3.0-only AND MIT");
        assert_eq!(
            decisions,
            ["GPL-2.0-only: deny 0", "LicenseRef-x: not listed -", "LGPL-3.0-only: review 0", "MIT: allow 0"]
        );
        let (_, _, decisions) = judge(&usual(), "GPL-2.0-only OR MPL-2.0");
        assert_eq!(decisions, ["MPL-2.0: allow 2"]);
    }

    #[test]
    fn a_named_license_beats_its_class_and_deny_beats_review_beats_allow() {
        let verdict = |allow: &[&str], review: &[&str], deny: &[&str], text: &str| {
            judge(&lists(allow, review, deny, &[]), text).0
        };
        assert_eq!(verdict(&["GPL-2.0-only"], &[], &["class:strong-copyleft"], "GPL-2.0-only"), Allowed);
        assert_eq!(verdict(&["class:permissive"], &[], &["MIT"], "MIT"), Denied);
        assert_eq!(verdict(&["class:permissive"], &["MIT"], &[], "MIT"), NeedsReview);
        assert_eq!(verdict(&["MIT"], &["MIT"], &["MIT"], "MIT"), Denied);
        assert_eq!(verdict(&["MIT"], &["MIT"], &[], "MIT"), NeedsReview);
        assert_eq!(verdict(&["class:permissive"], &[], &["class:permissive"], "MIT"), Denied);
        assert_eq!(verdict(&["class:unreviewed"], &[], &[], "Watcom-1.0"), Allowed);
        assert_eq!(verdict(&[], &[], &[], "MIT"), NeedsReview);
    }

    #[test]
    fn with_is_a_unit() {
        let classpath = "GPL-2.0-only WITH Classpath-exception-2.0";
        let judged = |allow: &[&str], deny: &[&str], text: &str| judge(&lists(allow, &[], deny, &[]), text).0;
        assert_eq!(judged(&["GPL-2.0-only"], &[], classpath), NeedsReview);
        assert_eq!(judged(&[classpath], &[], "GPL-2.0-only"), NeedsReview);
        assert_eq!(judged(&[classpath], &["GPL-2.0-only"], classpath), Allowed);
        assert_eq!(judged(&["class:weak-copyleft"], &["class:strong-copyleft"], classpath), Allowed);
    }

    #[test]
    fn or_later_is_as_good_as_a_version_that_may_be_chosen() {
        let judged = |allow: &[&str], deny: &[&str], text: &str| judge(&lists(allow, &[], deny, &[]), text).0;
        assert_eq!(judged(&["GPL-3.0-only"], &[], "GPL-2.0-or-later"), Allowed);
        assert_eq!(judged(&["GPL-2.0-only"], &[], "GPL-2.0-or-later"), Allowed);
        assert_eq!(judged(&["GPL-2.0-only"], &[], "GPL-3.0-or-later"), NeedsReview);
        assert_eq!(judged(&["GPL-2.0-or-later"], &[], "GPL-2.0-only"), NeedsReview);
        assert_eq!(judged(&["LGPL-3.0-only"], &[], "GPL-2.0-or-later"), NeedsReview);
        assert_eq!(judged(&["GPL-2.0-only"], &["GPL-2.0-or-later"], "GPL-2.0-or-later"), Denied);
        assert_eq!(judged(&["class:strong-copyleft"], &["GPL-2.0-only"], "GPL-2.0-or-later"), Allowed);
        assert_eq!(judged(&["Apache-2.0"], &[], "Apache-2.0+"), Allowed);
        assert_eq!(judged(&["class:permissive"], &["Apache-2.0"], "Apache-2.0+"), Denied);
        assert_eq!(judged(&["Apache-2.0+"], &[], "Apache-2.0"), NeedsReview);
    }

    #[test]
    fn selectors_are_read_and_mistakes_answered_with_the_nearest_name() {
        for text in ["class:permissive", "MIT", "Apache-2.0 WITH LLVM-exception", "LicenseRef-acme", "Apache-2.0+"] {
            assert_eq!(Selector::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Selector::parse(" gpl-2.0 ").unwrap().to_string(), "GPL-2.0-only");
        let error = |text: &str| Selector::parse(text).unwrap_err().to_string();
        assert_eq!(error("class:permisive"), "`permisive` is not a license class; did you mean `permissive`?");
        assert_eq!(error("class:strong"), "`strong` is not a license class; did you mean `strong-copyleft`?");
        assert_eq!(error("class:qqqqqq"), "`qqqqqq` is not a license class");
        assert!(error("Apach-2.0").ends_with("did you mean `Apache-2.0`?"), "{}", error("Apach-2.0"));
        assert!(error("permissive").ends_with("did you mean `class:permissive`?"));
        assert!(error("Apache 2.0").ends_with("did you mean `Apache-2.0`?"));
        assert!(error("whatever this is").ends_with("nor a `LicenseRef-`"));
        assert_eq!(error("MIT OR ISC"), "`MIT OR ISC` joins several licenses; list each as an entry of its own");
    }

    /// All ways of choosing, written out; the best of them. Exponential, so for small trees only.
    fn brute_force(lists: &Lists, expression: &Expression) -> LicenseVerdict {
        fn ways(parts: &[Part], at: u32) -> Vec<Vec<Term>> {
            match &parts[at as usize] {
                Part::Term(term) => vec![vec![term.clone()]],
                Part::Or(arms) => arms.iter().flat_map(|arm| ways(parts, *arm)).collect(),
                Part::And(members) => members.iter().fold(vec![Vec::new()], |before, member| {
                    let here = ways(parts, *member);
                    before
                        .iter()
                        .flat_map(|way| here.iter().map(move |more| way.iter().chain(more).cloned().collect()))
                        .collect()
                }),
            }
        }
        let classes = crate::license::classes();
        ways(expression.parts(), expression.root())
            .iter()
            .map(|way| way.iter().map(|term| lists.decide(classes, term).list.verdict()).max().unwrap())
            .min()
            .unwrap()
    }

    #[test]
    fn agrees_with_all_choices_written_out() {
        // A small generator of its own: the test must not depend on chance.
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        fn tree(next: &mut impl FnMut(u64) -> u64, depth: u64) -> String {
            const TERMS: [&str; 8] =
                ["MIT", "GPL-2.0-only", "MPL-1.1", "LicenseRef-x", "MPL-2.0", "ISC", "AGPL-3.0-only", "Apache-2.0+"];
            if depth == 0 || next(3) == 0 {
                return TERMS[next(8) as usize].to_owned();
            }
            let operator = if next(2) == 0 { " AND " } else { " OR " };
            let parts: Vec<String> = (0..2 + next(2)).map(|_| tree(next, depth - 1)).collect();
            format!("({})", parts.join(operator))
        }
        for _ in 0..2_000 {
            let text = tree(&mut next, 3);
            let expression = expression(&text);
            let lists = usual();
            let judgement = lists.judge(&expression);
            assert_eq!(judgement.verdict, brute_force(&lists, &expression), "{text}");
            // What was chosen is judged the same and offers no further choice.
            let chosen = judgement.chosen.unwrap_or(expression);
            assert!(!chosen.has_choice(), "{text}");
            assert_eq!(lists.judge(&chosen).verdict, judgement.verdict, "{text}");
            assert_eq!(judgement.decisions[0].list.verdict(), judgement.verdict, "{text}");
            assert!(judgement.decisions.windows(2).all(|pair| pair[0].list >= pair[1].list), "{text}");
        }
    }

    #[test]
    fn judging_is_linear_where_writing_out_would_explode() {
        let text = vec!["(MIT OR GPL-2.0-only)"; 5_000].join(" AND ");
        let judgement = usual().judge(&expression(&text));
        assert_eq!(judgement.verdict, Allowed);
        assert_eq!(judgement.decisions.len(), 1);
        let deep = format!("{}MIT{}", "GPL-2.0-only OR (ISC AND (".repeat(10_000), "))".repeat(10_000));
        let judgement = usual().judge(&expression(&deep));
        assert_eq!(judgement.verdict, Allowed);
        assert_eq!(judgement.decisions.len(), 2);
    }
}
