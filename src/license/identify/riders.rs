//! Sentences that make another license of a text: what stands before it, after it or was put into it and restricts what may be
//! done with the software, or asks something of those who use it.
//!
//! There is no list of such sentences; what tells them is who (`WORK`, `PEOPLE`), a word that denies or demands, and what about.
//! Sentences on names, warranties and contributions, which stand beside many a license, are left out.

use std::ops::Range;

use super::words::{self, Place};

/// What stands around a license's text in its file.
pub(super) struct Around<'a> {
    pub text: &'a str,
    pub places: &'a [Place],
    /// Which words belong to a copyright statement.
    pub copyright: &'a [bool],
    /// Which words belong to a text, or to a sentence that grants a license by name.
    pub said: &'a [bool],
}

/// So far from a license's text words are looked at that may change what it grants.
const RIDER: usize = 70;

impl Around<'_> {
    fn word(&self, at: usize) -> &str {
        self.places.get(at).map_or("", |place| &self.text[place.start as usize..place.end as usize])
    }

    fn is(&self, list: &[&str], at: usize) -> bool {
        list.iter().any(|have| self.word(at).eq_ignore_ascii_case(have))
    }

    /// Whether words before the text from here, or after it up to there, take back some of what it grants, or ask for more.
    pub fn has_rider(&self, (from, to): (usize, usize), (before, after): (usize, usize)) -> bool {
        let first = (before.max(from.saturating_sub(RIDER))..from).rev().take_while(|at| !self.said[*at]).last();
        let restricted = first.is_some_and(|first| self.restricts(first, from));
        // Where another part begins, the words are no longer about this one.
        let end = (to..after.min(to + RIDER)).find(|at| self.is_other_part(*at)).unwrap_or(after.min(to + RIDER));
        restricted || self.restricts(to, end) || self.sentences(to, end).any(|sentence| self.takes_back(sentence))
    }

    /// Whether what another part of the file says begins at a word: a sentence that grants, a rule across the page, a statement of
    /// who holds rights.
    fn is_other_part(&self, at: usize) -> bool {
        let place = &self.places[at];
        let line = &self.text[..place.start as usize];
        let opens = place.flags & words::LINE_START != 0;
        let rule = opens
            && line.lines().rev().skip(usize::from(!line.ends_with('\n'))).take(3).any(|line| {
                let line = line.trim();
                line.len() >= 3 && line.bytes().all(|byte| b"-=*_#~".contains(&byte))
            });
        self.said[at] || rule || opens && self.copyright[at]
    }

    fn begins_sentence(&self, at: usize) -> bool {
        self.places.get(at).is_some_and(|place| place.flags & (words::CLAUSE_START | words::PARAGRAPH_START) != 0)
    }

    /// Whether a line begins below a statement of who holds rights, which need not end in a full stop.
    fn is_below_statement(&self, at: usize) -> bool {
        let begins = self.places.get(at).is_some_and(|place| place.flags & words::LINE_START != 0);
        begins && at.checked_sub(1).is_some_and(|before| self.copyright[before])
    }

    /// The sentences between two places, but for statements of who holds rights.
    fn sentences(&self, from: usize, to: usize) -> impl Iterator<Item = Range<usize>> {
        let mut first = from;
        std::iter::from_fn(move || {
            let end =
                (first + 1..to).find(|at| self.begins_sentence(*at) || self.is_below_statement(*at)).unwrap_or(to);
            let sentence = (first < to).then_some(first..end);
            first = end;
            sentence
        })
        .filter(|sentence| !self.copyright[sentence.start])
    }

    /// Whether one of the sentences here restricts what may be done with the software: "The software may be used for non-commercial
    /// purposes only", "this program must not be used by".
    fn restricts(&self, from: usize, to: usize) -> bool {
        self.sentences(from, to).any(|sentence| sentence.len() >= 4 && self.is_restriction(sentence))
    }

    fn is_restriction(&self, sentence: Range<usize>) -> bool {
        const WORK: &[&str] = &[
            "software",
            "program",
            "library",
            "code",
            "work",
            "product",
            "package",
            "project",
            "you",
            "licensee",
            "licensees",
            "user",
            "users",
            "entity",
            "entities",
            "organization",
            "organizations",
            "company",
            "companies",
            "permission",
            "commercial",
            "noncommercial",
            "non-commercial",
            "use",
        ];
        const MODAL: &[&str] = &["may", "shall", "must", "can", "cannot", "is", "are", "will", "requires", "require"];
        const NO: &[&str] = &[
            "not",
            "never",
            "no",
            "nobody",
            "cannot",
            "only",
            "solely",
            "exclusively",
            "prohibited",
            "forbidden",
            "disallowed",
            "denied",
            "requires",
            "require",
        ];
        const USE: &[&str] = &[
            "use",
            "used",
            "uses",
            "usage",
            "using",
            "sell",
            "sold",
            "resold",
            "commercial",
            "commercially",
            "noncommercial",
            "non-commercial",
            "distribute",
            "distributed",
            "deployed",
            "run",
            "exploited",
            "train",
        ];
        // Of names and warranties such things are said in many a license.
        const OTHER: &[&str] = &[
            "compliance",
            "except",
            "accordance",
            "unless",
            // "If a copy was not distributed with this, you can obtain one at"; other terms, for those who agreed to them.
            "obtain",
            "supersede",
            "supersedes",
            "endorse",
            "promote",
            "advertising",
            "publicity",
            "trademark",
            "trademarks",
            "name",
            "names",
            "logo",
            "logos",
            "warranty",
            "warranties",
            "liable",
            "liability",
            "misrepresented",
        ];
        // Of those who choose a license, and of parts.
        const OF_PARTS: &[&str] = &[
            "contributions",
            "contribution",
            "need",
            "either",
            "choose",
            "option",
            "choice",
            "agree",
            "covered",
            "included",
            "part",
            "files",
            "apply",
            "applies",
        ];
        let has = |list: &[&str]| sentence.clone().any(|at| self.is(list, at));
        if has(OTHER) || self.is_free_of(sentence.clone()) {
            return false;
        }
        // "The software may not be".
        let direct = || sentence.clone().any(|at| self.is(WORK, at) && self.is(MODAL, at + 1) && self.is(NO, at + 2));
        let limited = has(NO) && has(USE) && has(WORK) && has(MODAL) && (!has(OF_PARTS) || direct());
        limited || self.is_for_some(sentence.clone()) || self.forbids(sentence.clone()) || self.demands(sentence)
    }

    /// "There is no fee for using the software", "no registration is required", "you do not have to ask".
    fn is_free_of(&self, sentence: Range<usize>) -> bool {
        const BURDEN: &[&str] = &[
            "charge",
            "cost",
            "costs",
            "fee",
            "fees",
            "limit",
            "limitation",
            "limitations",
            "limits",
            "need",
            "obligation",
            "obligations",
            "payment",
            "permission",
            "registration",
            "restriction",
            "restrictions",
            "royalties",
            "royalty",
        ];
        let none = |at: usize| self.is(&["no", "without"], at) && (at + 1..at + 3).any(|next| self.is(BURDEN, next));
        let free = |at: usize| self.is(&["not"], at) && self.is(&["have", "need", "required"], at + 1);
        sentence.clone().any(|at| none(at) || free(at))
    }

    /// "For academic and research purposes only", "granted to individuals and non-profit organizations only".
    fn is_for_some(&self, sentence: Range<usize>) -> bool {
        const ONLY: &[&str] = &["only", "solely", "exclusively"];
        const SOME: &[&str] = &[
            "academic",
            "education",
            "educational",
            "evaluation",
            "individuals",
            "noncommercial",
            "non-commercial",
            "nonprofit",
            "non-profit",
            "personal",
            "private",
            "research",
        ];
        const OTHERWISE: &[&str] = &["choose", "contributions", "either", "files", "option", "part"];
        let has = |list: &[&str]| sentence.clone().any(|at| self.is(list, at));
        // "Redistribution is permitted only to members."
        let few = sentence.clone().any(|at| {
            let granted = ["allowed", "distributed", "granted", "permitted", "use", "used"];
            at > sentence.start
                && self.is(&granted, at - 1)
                && self.is(ONLY, at)
                && self.is(&["by", "to", "within"], at + 1)
        });
        // "Free for private and educational use."
        const ALL: &[&str] = &["all", "any", "commercial", "everyone", "everybody"];
        let free = sentence.clone().any(|at| self.is(&["free"], at) && self.is(&["for"], at + 1));
        let profit = || sentence.clone().any(|at| self.is(&["non"], at) && self.is(&["commercial", "profit"], at + 1));
        (few || free && has(SOME) && !has(ALL) || has(ONLY) && (has(SOME) || profit())) && !has(OTHERWISE)
    }

    /// "Redistribution of modified versions is not permitted", "no profit may be made from the software".
    fn forbids(&self, sentence: Range<usize>) -> bool {
        const MAY: &[&str] = &["may", "must", "shall", "can"];
        const DENIED: &[&str] = &["allowed", "permitted", "grant", "granted", "licensed", "authorized"];
        const DENIES: &[&str] = &["cannot", "prohibited", "forbidden", "disallowed"];
        const ACT: &[&str] = &[
            "competition",
            "copies",
            "derived",
            "develop",
            "included",
            "modification",
            "modifications",
            "modified",
            "modify",
            "product",
            "products",
            "profit",
            "redistribute",
            "redistributed",
            "redistribution",
            "remove",
            "removed",
            "resell",
            "sell",
            "selling",
            "sold",
            "train",
            "use",
            "used",
            "using",
        ];
        // "Changing this license document is not allowed."
        const OF_PARTS: &[&str] = &[
            "changing",
            "choose",
            "contribution",
            "contributions",
            "covered",
            "files",
            "need",
            "notice",
            "notices",
            "option",
            "part",
            "verbatim",
        ];
        let has = |list: &[&str]| sentence.clone().any(|at| self.is(list, at));
        let excluded = || sentence.clone().any(|at| self.is(&["excluded"], at) && self.is(&["from"], at + 1));
        let denied = sentence.clone().any(|at| {
            let not = self.is(&["not"], at);
            let before = at > sentence.start && self.is(MAY, at - 1);
            not && (before || self.is(DENIED, at + 1)) || self.is(DENIES, at)
        }) || self.is(&["no", "none", "nobody"], sentence.start) && has(MAY);
        denied && has(ACT) && !has(OF_PARTS) || excluded()
    }

    /// "You have to publish all your modifications", "this license ends on 31 December 2027".
    fn demands(&self, sentence: Range<usize>) -> bool {
        const PEOPLE: &[&str] = &[
            "anybody",
            "anyone",
            "companies",
            "company",
            "entities",
            "everybody",
            "everyone",
            "licensee",
            "licensees",
            "organizations",
            "person",
            "persons",
            "recipients",
            "user",
            "users",
            "whoever",
            "you",
        ];
        const OF_PAPERS: &[&str] = &[
            "accept",
            "agreement",
            "comply",
            "conditions",
            "contribute",
            "contributing",
            "contribution",
            "contributions",
            "copyright",
            "license",
            "licence",
            "licenses",
            "notice",
            "notices",
            "read",
            "sign",
            "terms",
        ];
        const PAYS: &[&str] = &["buy", "donate", "fee", "fees", "pay", "purchase", "royalties", "royalty"];
        // What a program needs, and how those who make it work.
        const TECHNICAL: &[&str] = &[
            "bugs",
            "build",
            "built",
            "compile",
            "compiled",
            "compiler",
            "configured",
            "install",
            "installed",
            "issues",
            "pull",
            "requests",
            "tests",
            "version",
        ];
        const WORK: &[&str] = &[
            "changes",
            "code",
            "copies",
            "copy",
            "library",
            "modifications",
            "product",
            "products",
            "program",
            "software",
        ];
        const ENDS: &[&str] = &["ends", "expires", "terminates"];
        let has = |list: &[&str]| sentence.clone().any(|at| self.is(list, at));
        if has(TECHNICAL) {
            return false;
        }
        let to = |at: usize| self.is(&["has", "have"], at) && self.is(&["to"], at + 1);
        let owes = |at: usize| self.is(&["owe", "owes"], at);
        let asks = |at: usize| self.is(&["must", "shall"], at) || to(at) || owes(at);
        let Some(asked) = sentence.clone().find(|at| asks(*at)) else {
            let license = |at: usize| self.is(&["license", "licence", "grant"], at) && self.is(ENDS, at + 1);
            let agrees = |at: usize| self.is(&["agrees", "agree"], at) && self.is(&["to"], at + 1);
            let owned = |at: usize| self.is(&["become", "becomes"], at) && self.is(&["property"], at + 2);
            return sentence.clone().any(|at| license(at) || owned(at))
                || sentence.clone().any(agrees) && has(PEOPLE) && !has(OF_PAPERS);
        };
        let who = (sentence.start..asked).any(|at| self.is(PEOPLE, at));
        let passive = || self.is(&["be"], asked + 1 + usize::from(to(asked))) && has(WORK);
        let commercial = || self.is(&["be"], asked + 1) && has(&["commercial", "noncommercial", "non-commercial"]);
        who && (has(PAYS) || owes(asked)) || commercial() || !has(OF_PAPERS) && (who || passive())
    }

    /// Whether what was put into a text restricts it.
    pub fn adds_terms(&self, one: &super::texts::Found) -> bool {
        /// Words of the sentence may be words of the text by chance.
        const NEAR: usize = 3;
        let mut span = (0, 0, 0);
        // A name stands within a sentence; terms are sentences of their own.
        let begins = |at: usize| self.begins_sentence(at) || self.is_below_statement(at) || at == self.places.len();
        let mut found = one.filled.iter().any(|(from, to)| begins(*from) && begins(*to) && self.restricts(*from, *to));
        for one in one.differences.iter().filter(|one| one.added > one.missing && !one.offers) {
            let (from, to) = one.text;
            if from > span.1 + NEAR || span.2 == 0 {
                found |= span.2 >= 4 && self.restricts(span.0, span.1);
                span = (from, to, one.added);
            } else {
                span = (span.0, to, span.2 + one.added);
            }
        }
        found || span.2 >= 4 && self.restricts(span.0, span.1)
    }

    /// Whether a sentence after a text forbids or asks for something of those who use the software.
    fn takes_back(&self, sentence: Range<usize>) -> bool {
        const TAKES_BACK: &[&str] =
            &["prohibited", "forbidden", "notwithstanding", "terminates", "royalty", "disallowed", "indemnify"];
        const MODAL: &[&str] = &["may", "shall", "must", "is", "are", "do", "does", "can", "not"];
        const NO: &[&str] = &["not", "prohibited", "forbidden", "permitted"];
        // "This code is not standalone" takes nothing back; "is not permitted" does.
        const STATES: &[&str] = &["is", "are", "do", "does"];
        const DENIED: &[&str] = &[
            "permitted",
            "allowed",
            "granted",
            "licensed",
            "authorized",
            "grant",
            "include",
            "cover",
            "extend",
            "apply",
        ];
        const OF_USE: &[&str] = &[
            "use",
            "used",
            "user",
            "sell",
            "sold",
            "commercial",
            "distribute",
            "distributed",
            "deployed",
            "software",
            "licensee",
            "copy",
            "copies",
        ];
        let (mut takes_back, mut of_use) = (false, false);
        let mut before = None;
        for at in sentence.clone().filter(|at| !self.copyright[*at]) {
            let after = |list: &[&str]| before.is_some_and(|before| self.is(list, before));
            let only_says = after(STATES) && self.is(&["not"], at) && !self.is(DENIED, at + 1);
            takes_back |= self.is(TAKES_BACK, at) || after(MODAL) && self.is(NO, at) && !only_says;
            of_use |= self.is(OF_USE, at);
            before = Some(at);
        }
        takes_back && of_use && !self.is_free_of(sentence)
    }
}
