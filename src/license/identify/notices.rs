//! Notices: sentences that grant a license by its name, as "licensed under the Apache License, Version 2.0".
//!
//! Not a list of sentences but a small grammar: a name ([`super::names`]), its version and whether later ones may be chosen,
//! and before or after it words that grant. A name without granting words is talk, and says nothing.

use super::asides::{Aside, asides};
use super::corpus::Corpus;
use super::marks::{Blocks, Programs};
use super::names::{Meaning, Names, Stands};
use super::role::FileRole;
use super::words::{AFTER_COMMA, AFTER_SLASH, CLAUSE_START, LINE_START, PARAGRAPH_START, Place, QUOTED};

/// How alternatives are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    And,
    Or,
}

/// A license that a notice grants.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    /// Words of the text, from the granting word …
    pub from: usize,
    /// … to one past the last.
    pub to: usize,
    /// What is granted: expressions of one license each, and how they are joined.
    pub licenses: Vec<String>,
    pub join: Join,
    /// How sure it is, in percent.
    pub percent: u8,
    /// Whether it only names the license (`License: MIT`, a title) rather than grants it in a sentence.
    pub reference: bool,
    /// Whether each license has its version from the text.
    pub versioned: bool,
    /// Whether it offers something besides what was granted before ("Alternatively, …").
    pub alternative: bool,
    /// Whether it ends an item of a list of components, and is no title of the text that follows.
    pub item: bool,
    /// Those of its licenses whose version is not said, and stands for the one that is mostly meant.
    open: Vec<String>,
}

impl Notice {
    /// Adds what a name means.
    fn add(&mut self, mention: &Mention) {
        if mention.licenses.len() > 1 {
            self.join = Join::Or;
        }
        for license in &mention.licenses {
            let full = match mention.exception {
                Some(exception) => format!("{license} WITH {exception}"),
                None => license.clone(),
            };
            if !self.licenses.contains(&full) {
                if mention.open {
                    self.open.push(full.clone());
                }
                self.licenses.push(full);
            }
        }
        self.versioned &= mention.versioned;
        self.to = self.to.max(mention.to);
    }

    /// "The Common Development and Distribution License (see https://kit.example/CDDL-1.1)": the address says which version.
    fn sharpen_version(&mut self, other: &Mention) {
        let [license] = other.licenses.as_slice() else { return };
        let family = |license: &str| license.rsplit_once('-').map(|(family, _)| family.to_owned());
        let Some(at) = self.open.iter().position(|open| family(open) == family(license)) else { return };
        let open = self.open.remove(at);
        if other.vague || !other.versioned || self.licenses.contains(license) {
            return;
        }
        if let Some(have) = self.licenses.iter_mut().find(|have| **have == open) {
            have.clone_from(license);
            self.versioned = self.open.is_empty();
        }
    }

    /// "A BSD-style license (https://opensource.example/BSD-2-Clause)": what stands beside says which it is.
    fn sharpen(&mut self, vague: &str, other: &Mention) {
        let family = |license: &str| license.split('-').next().map(str::to_owned);
        let [license] = other.licenses.as_slice() else { return };
        if family(license) != family(vague) {
            return;
        }
        if let Some(have) = self.licenses.iter_mut().find(|have| *have == vague) {
            have.clone_from(license);
            self.versioned = true;
            self.percent = 90;
        }
    }
}

/// An exception that is named in a sentence of its own: "you are granted additional permissions described in the GCC Runtime
/// Library Exception".
#[derive(Clone, Copy, Debug)]
pub(super) struct Loose {
    /// Words of the text, from the first …
    pub from: usize,
    /// … to one past the last.
    pub to: usize,
    pub exception: &'static str,
}

/// The numbers of the words that the grammar knows.
pub(super) struct Grammar {
    lists: Vec<Vec<u16>>,
}

macro_rules! lists {
    ($($name:ident = $words:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        enum List { $($name,)* }
        const LISTS: &[(List, &str)] = &[$((List::$name, $words),)*];
    };
}

lists! {
    // Between a granting word and the name.
    Filler = "la le les los las der die den dem licencia lizenz licenza the a an terms term of and or conditions condition either both open source permissive standard free software same following \
        license licenses new simplified any version v to your choice at option one two revised modified liberal as by this these \
        provisions osi approved all its it our you choose which whichever dual multiple or three listed below very under alternatively also \
        approved exactly found in restrictions ability choose from those described stated old fsf copyleft public permission permissions agreement legal code gnu latest usual international x11";
    Under = "under uder unter sous bajo sotto sob";
    Verb = "licensed license licenses released release releases distributed distribute available published provided redistribute \
        redistributed modify modified use used covered offered made shared issued placed contributed sourced copy copied relicensed \
        sublicensed redistributing distributing licensing copyright open delivered licensing supplied redistribution put given falls \
        fall come comes freely free is are granted copyrighted reuse reused permitted released developed it distribute disponible lizenziert distribuido";
    By = "by with to in as on via";
    ByVerb = "governed covered licensed subject accordance compliance protected conformance bound comply available released distributed \
        following according pursuant ruled authorized";
    License = "license licenses licensing licensed copyright copyrights packagelicensedeclared lisans licencja licencji licenza licença licencia lizenz";
    Is = "is are be uses use using has";
    Later = "later newer higher greater above subsequent up + future recent superior neuer neuere neueren supérieure ultérieure posterior successiva";
    LaterFiller = "of the license or at your option any as published by free software foundation gnu general public version versions \
        lesser library affero and gpl lgpl agpl its choice opinion either v a that it inc documentation option this you may choose \
        can if wish prefer licenses terms preference more published oder ou o jede jeder";
    Only = "only";
    NameFiller = "license licenses as published by the free software foundation either its inc gpl lgpl agpl foundation fsf agreement \
        publicly terms text also known abbreviated of international unported generic legal code attribution mpl apl asl asf epl cddl \
        public deed united states us universal cite";
    Version = "version versions v ver rev";
    Between = "or and the license licenses at your option either a as well of terms under alternatively any version an plus in \
        addition to also terms both conditions with its you may choose optionally available then gnu software one dual public \
        published by free foundation open source is it that than later universal international unported";
    Or = "or alternatively either";
    And = "and plus well";
    Dual = "dual dually either choice option alternatively whichever choose double dualicensed duallicensed multi tri triple \
        election elect";
    Yours = "option choice election discretion preference";
    Pick = "select choose elect";
    Leads = "of either following below under licenses terms conditions both by choose choice options";
    Beside = "as shown at found in which see file is available root directory of this source tree repository project top level \
        distribution";
    Talk = "if not cannot never previously formerly was were example incompatible compatible compatibility dependencies dependency \
        instead relicense relicensing changed change switch switched contributions contribute contributed submitted \
        contributor contributing pull submit agree intentionally cla whether would unlike similar other non certain third party \
        parties unless assume assuming when e.g anyone possible supports require requires wants want";
    Subject = "this that all code software program library file files package project module source it work document documentation \
        content repository crate plugin script font tool itself framework app application data product everything toolkit schema";
    Heading = "license licenses licensing copyright and legal terms notice information the software credits author contact & of use sh";
    Licensed = "licensed";
    Compatible = "compatible incompatible compatibility";
    Relicense = "relicense relicensing could would whether if";
    Against = "not unlike other";
    Style = "style like type compatible compliant derived based";
    Exception = "with exception exceptions";
    Public = "public";
    Domain = "domain";
    PublicName = "dedication mark license licenses material works resources images books fonts suffix name names version";
    PublicFiller = "in into to the a as on for of and free hereby now entirely completely fully explicitly 100 also all under my \
        any open source truly strictly";
    Be = "is are its be being lies falls it's";
    This = "this these is are its it free";
    Dedicate = "release releases released releasing place places placed placing put puts putting dedicate dedicates dedicated \
        dedicating donate donates donated donating give gives given giving commit commits \
        committed make makes made declare declares declared considered assigned assign transferred entered waive waived provided \
        distributed published offered belongs belong falls fall fell posted submitted hereby left license licensed available \
        grant granted goes went passed relinquish relinquished into";
    Not = "not no never isn't isnt aren't arent nor neither cannot without";
    Elsewhere = "based derived adapted taken ported borrowed rewritten inspired uses \
        using includes contains if unless whether countries jurisdictions parts portions \
        except former formerly another modulo like instead";
    Means = "and is under license licensed";
}

/// Every word that the grammar knows.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    LISTS.iter().flat_map(|(_, words)| words.split_whitespace()).filter(|word| *word != "&")
}

impl Grammar {
    pub fn new(corpus: &Corpus) -> Self {
        let lists = LISTS
            .iter()
            .map(|(_, words)| {
                let mut numbers: Vec<u16> = words.split_whitespace().map(|word| corpus.number(word)).collect();
                numbers.sort_unstable();
                numbers
            })
            .collect();
        Self { lists }
    }

    fn is(&self, list: List, word: u16) -> bool {
        word != super::corpus::UNKNOWN && self.lists[list as usize].binary_search(&word).is_ok()
    }
}

/// A license named in the text.
#[derive(Clone, Debug)]
struct Mention {
    from: usize,
    to: usize,
    /// One license each; several for `version 2 or version 3`.
    licenses: Vec<String>,
    weak: bool,
    versioned: bool,
    exception: Option<&'static str>,
    /// A name that is only like this license: `BSD-style`.
    vague: bool,
    /// An identifier that is also an everyday word.
    exact: bool,
    /// Only the name of a file that holds the text.
    path: bool,
    /// A name of several versions without one, where notices do not say "or later".
    open: bool,
}

/// A text whose notices are looked for.
pub(super) struct Reading<'a> {
    pub text: &'a str,
    pub words: &'a [u16],
    pub places: &'a [Place],
    /// Which words belong to something that was found already.
    pub taken: &'a [bool],
    pub role: FileRole,
    /// Whether it is a page of HTML, whose words are shown and not only its comments.
    pub page: bool,
    /// Whether it is a manual page.
    pub manual: bool,
    /// Whether it opens with a tag of markup.
    pub markup: bool,
    /// Where comments and programs open and close, as far as that was asked.
    pub blocks: std::cell::RefCell<Blocks>,
    pub programs: std::cell::RefCell<Programs>,
    /// What each word is part of besides its sentence, once it was asked: see `aside`.
    pub asides: std::cell::OnceCell<Vec<Aside>>,
    /// Whether it is a program in Pascal, once it was asked.
    pub pascal: std::cell::OnceCell<bool>,
    pub names: &'a Names,
    pub grammar: &'a Grammar,
}

/// Where a mention is granted.
struct Cue {
    from: usize,
    percent: u8,
    reference: bool,
    /// Whether it offers something besides what was granted before.
    alternative: bool,
}

/// Words at the top of a file: a label there is about the file.
const TOP: usize = 40;

/// The same, in bytes.
const TOP_BYTES: usize = 3_000;

/// What is in the public domain, by the words of its author.
pub(super) const PUBLIC_DOMAIN: &str = "LicenseRef-sepal-public-domain";

/// Terms of a vendor's own.
const PROPRIETARY: &str = "LicenseRef-sepal-proprietary";

/// How sure a license is of which only a file is named, in percent.
pub(super) const PATH: u8 = 55;

/// How far granting words are looked for before a name, in words.
const REACH: usize = 18;

impl Reading<'_> {
    fn is(&self, list: List, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| self.grammar.is(list, *word))
    }

    pub fn flag(&self, at: usize, flag: u8) -> bool {
        self.places.get(at).is_some_and(|place| place.flags & flag != 0)
    }

    pub fn written(&self, at: usize) -> &str {
        self.places
            .get(at)
            .and_then(|place| self.text.get(place.start as usize..place.end as usize))
            .unwrap_or_default()
    }

    /// What a word is part of besides its sentence.
    fn aside(&self, at: usize) -> Aside {
        self.asides.get_or_init(|| asides(self.text, self.places)).get(at).copied().unwrap_or_default()
    }

    /// Whether a word of these is written here.
    pub fn is_one_of(&self, words: &[&str], at: usize) -> bool {
        words.iter().any(|word| self.written(at).eq_ignore_ascii_case(word))
    }

    /// A number of a version at this word: `2`, `2.0`, `v2.1`.
    fn number(&self, at: usize) -> Option<&str> {
        let written = self.written(at);
        let digits = written.strip_prefix(['v', 'V']).unwrap_or(written);
        (digits.len() <= 6 && digits.starts_with(|c: char| c.is_ascii_digit())).then_some(digits)
    }

    /// The longest name that begins at this word.
    fn named(&self, at: usize) -> Option<super::names::Named> {
        self.names.at(&self.words[at..], |id, length| {
            let (first, last) = (self.places.get(at), self.places.get(at + length - 1));
            let (Some(first), Some(last)) = (first, last) else { return false };
            self.text.get(first.start as usize..last.end as usize) == Some(id)
        })
    }

    /// All notices, in the order of the text, and exceptions that are named apart from what they are added to.
    pub fn notices(&self) -> (Vec<Notice>, Vec<Loose>) {
        let (mentions, mut loose) = self.mentions();
        let mut out: Vec<Notice> = Vec::new();
        let mut at = 0;
        while at < mentions.len() {
            let first = &mentions[at];
            let Some(cue) = self.cue(first).or_else(|| self.cue_after_all(&mentions[at..])) else {
                loose.extend(first.exception.map(|exception| Loose { from: first.from, to: first.to, exception }));
                at += 1;
                continue;
            };
            let mut notice = Notice {
                from: cue.from.min(first.from),
                to: first.to,
                licenses: Vec::new(),
                join: Join::And,
                percent: cue.percent.min(if first.versioned { 99 } else { 80 }).min(if first.vague { 60 } else { 99 }),
                reference: cue.reference,
                versioned: first.versioned,
                alternative: cue.alternative,
                item: cue.reference && self.is_item(first),
                open: Vec::new(),
            };
            notice.add(first);
            let mut next = at + 1;
            // Names in brackets and addresses beside the ones that are joined, until the next that is.
            let mut passed = 0;
            while let Some(other) = mentions.get(next + passed) {
                let aside = self.aside(other.to - 1);
                // `LICENSE-MIT` is the name of a file.
                let aside = if self.is_file_name(other) { Aside::Address } else { aside };
                let joined = match aside {
                    Aside::Address => None,
                    _ if passed > 0 => None,
                    _ => self.joined(notice.to, other.from),
                };
                let joined = joined.or_else(|| self.joined_past(notice.to, other.from));
                let joined = joined.or_else(|| self.listed(&notice, other));
                if let Some(join) = joined {
                    if join == Join::Or {
                        notice.join = Join::Or;
                    }
                    notice.add(other);
                    next += passed + 1;
                    passed = 0;
                } else if aside != Aside::No && passed < 4 && other.from.saturating_sub(notice.to) < 40 {
                    if first.vague && !other.vague {
                        notice.sharpen(&first.licenses[0], other);
                    } else if aside == Aside::Address {
                        notice.sharpen_version(other);
                    }
                    passed += 1;
                } else {
                    break;
                }
            }
            at = next;
            if notice.licenses.len() > 1 && (self.is_dual(notice.from, notice.to) || self.is_yours(notice.to)) {
                notice.join = Join::Or;
            }
            if notice.reference && notice.percent <= 70 && notice.licenses.len() > 1 && self.goes_on(notice.to) {
                continue;
            }
            if let Some(to) = self.commercial_after(notice.to).filter(|_| !notice.licenses.is_empty()) {
                notice.licenses.push(PROPRIETARY.to_owned());
                (notice.join, notice.to) = (Join::Or, to);
            }
            let back = notice.from.saturating_sub(16).max(out.last().map_or(0, |last| last.to));
            notice.alternative |=
                (back..notice.from).any(|at| self.is(List::Or, at) && self.flag(at, CLAUSE_START | LINE_START));
            out.push(notice);
        }
        (out, loose)
    }

    /// How names are joined once the word here is read, too: one "or" decides.
    fn joined_by(&self, at: usize, join: Option<Join>) -> Option<Join> {
        match join {
            _ if self.is(List::Or, at) => Some(Join::Or),
            Some(Join::Or) => join,
            _ if self.is(List::And, at) => Some(Join::And),
            _ => join,
        }
    }

    /// How two names are joined, where only brackets and addresses stand between them besides joining words.
    fn joined_past(&self, from: usize, to: usize) -> Option<Join> {
        if to < from || to - from > 60 || to >= self.words.len() || self.aside(to) != Aside::No {
            return None;
        }
        let mut join = None;
        let mut words = 0;
        for at in from..=to {
            // "… and/or", and the next item after an empty line.
            if self.flag(at, PARAGRAPH_START) && at > from && !self.is(List::Or, at - 1) {
                return None;
            }
            let is_aside = self.aside(at) != Aside::No;
            if !is_aside && self.flag(at, AFTER_COMMA) {
                join = join.or(Some(Join::And));
            }
            // Parts of names of files; "and/or" joins.
            let joins = self.is(List::Or, at) || self.is(List::And, at);
            let hyphenated = at > 0 && self.is_hyphenated(at) || self.is_hyphenated(at + 1);
            if is_aside || hyphenated && !joins {
                continue;
            }
            if at == to {
                break;
            }
            words += 1;
            if words > 18 || !self.is(List::Between, at) && !self.is(List::Beside, at) {
                return None;
            }
            join = self.joined_by(at, join);
        }
        join
    }

    /// How a name is joined that is the next item of a list: "under one of two licenses, as you choose", and each on a line.
    fn listed(&self, notice: &Notice, other: &Mention) -> Option<Join> {
        // Where the text is, in brackets, and then the next item.
        let aside =
            |at: &usize| self.aside(*at) != Aside::No || self.is(List::License, *at) && self.is_hyphenated(*at + 1);
        let begins =
            (notice.to..(notice.to + 40).min(other.from)).find(|at| !aside(at)).unwrap_or(other.from.max(notice.to));
        let between = begins..other.from;
        let item = between.len() <= 3
            && begins - notice.to < 40
            && between.clone().all(|at| self.is(List::Filler, at) && !self.is(List::License, at))
            && self.flag(begins, LINE_START)
            && (self.flag(begins, CLAUSE_START) || self.is(List::Or, begins));
        (item && self.is_dual(notice.from, notice.to)).then_some(Join::Or)
    }

    /// Whether a name is part of the name of a file: `LICENSE-MIT`, `/usr/share/common-licenses/GPL-2`.
    fn is_file_name(&self, mention: &Mention) -> bool {
        let from = mention.from;
        mention.path || from > 0 && self.is(List::License, from - 1) && self.is_hyphenated(from)
    }

    /// Whether the reader is offered a choice in what follows: "you may select, at your option, one of these licenses".
    fn is_yours(&self, to: usize) -> bool {
        let end = (to + 60).min(self.words.len());
        let mut words = 0;
        for at in to..end {
            if self.flag(at, PARAGRAPH_START) || words > 30 {
                break;
            }
            if self.aside(at) != Aside::No {
                continue;
            }
            words += 1;
            let word = self.written(at);
            let yours = word.eq_ignore_ascii_case("your") && self.is(List::Yours, at + 1);
            if yours || word.eq_ignore_ascii_case("may") && self.is(List::Pick, at + 1) {
                return true;
            }
        }
        false
    }

    /// "MIT or Apache-2.0 licensed": what stands after the last of several names holds for all of them.
    fn cue_after_all(&self, mentions: &[Mention]) -> Option<Cue> {
        const MOST: usize = 6;
        let first = mentions.first()?;
        let together = mentions.windows(2).take(MOST).take_while(|two| self.joined(two[0].to, two[1].from).is_some());
        let last = mentions.get(together.count()).filter(|last| last.from > first.from)?;
        self.cue_after(last)?;
        self.cue(last).map(|cue| Cue { from: first.from, ..cue })
    }

    /// Words near a notice that say that one license may be chosen.
    fn is_dual(&self, from: usize, to: usize) -> bool {
        let before = from.saturating_sub(8)..to.min(self.words.len());
        let after = to..(to + 6).min(self.words.len());
        let multiple = |at: usize| self.written(at).eq_ignore_ascii_case("multiple") && self.is(List::Licensed, at + 1);
        before.chain(after).any(|at| self.is(List::Dual, at) || multiple(at))
    }

    /// How two mentions are joined, if only joining words stand between them.
    fn joined(&self, from: usize, to: usize) -> Option<Join> {
        if to < from || to - from > 14 {
            return None;
        }
        let mut join = None;
        for at in from..=to {
            if self.flag(at, PARAGRAPH_START) && at > from {
                // "… or", and the next item of a list.
                if join.is_none() && !self.is(List::Or, at) {
                    return None;
                }
            }
            if self.flag(at, AFTER_SLASH) {
                join = join.or(Some(Join::Or));
            }
            if self.flag(at, AFTER_COMMA) {
                join = join.or(Some(Join::And));
            }
            if at == to {
                break;
            }
            if !self.is(List::Between, at) {
                // A bracketed short name or a stray word.
                return None;
            }
            join = self.joined_by(at, join);
        }
        join
    }

    /// All names of licenses in what is not taken, with their versions; and exceptions that are near none of them.
    fn mentions(&self) -> (Vec<Mention>, Vec<Loose>) {
        let mut out: Vec<Mention> = Vec::new();
        let mut loose: Vec<Loose> = Vec::new();
        // Where the last name ended that something is only similar to.
        let mut likened: Option<usize> = None;
        let mut at = 0;
        while at < self.words.len() {
            if self.taken[at] {
                at += 1;
                continue;
            }
            let Some(named) = self.named(at) else {
                at += 1;
                continue;
            };
            let end = at + named.length;
            // `license: MIT-CMU`, "the MIT Festival variant": a name that begins within this one and goes on is the name.
            let opens = self.is(List::License, at) || self.written(at).eq_ignore_ascii_case("the");
            if opens && self.named(at + 1).is_some_and(|next| at + 1 + next.length > end) {
                at += 1;
                continue;
            }
            // The license of the SPDX document itself.
            if at > 0 && self.is_one_of(&["datalicense"], at - 1) {
                at = end;
                continue;
            }
            // `/usr/share/common-licenses/GPL-2` is a path: what it says counts where nothing else says it.
            if at > 0 && self.is_hyphenated(at) && self.written(at - 1).eq_ignore_ascii_case("licenses") {
                out.extend(self.at_path(named, at));
                at = end;
                continue;
            }
            // "GPL-compatible", "compatible with the GPL" and "similar to the BSD license" grant nothing.
            let similar = at > 1
                && (at.saturating_sub(4)..at)
                    .any(|at| self.is_one_of(&["similar"], at) && self.is_one_of(&["to"], at + 1))
                || likened.is_some_and(|last: usize| at.saturating_sub(last) <= 2);
            likened = similar.then_some(end).or(likened);
            let compatible = self.is(List::Compatible, end)
                || similar
                || (at.saturating_sub(3)..at).any(|at| self.is(List::Compatible, at))
                || self.breaks_off(end);
            if compatible && !matches!(named.meaning, Meaning::Exception(_)) {
                at = end;
                continue;
            }
            match named.meaning {
                Meaning::Exception(exception) => {
                    if let Some(last) = out.last_mut()
                        && at - last.to <= 8
                        && last.exception.is_none()
                        && last
                            .licenses
                            .iter()
                            .all(|license| !license.contains(' ') && !license.starts_with("LicenseRef"))
                    {
                        last.exception = Some(exception);
                        last.to = end;
                    } else if self.is_ready_for(at) {
                        loose.push(Loose { from: at, to: end, exception });
                    }
                    at = end;
                }
                Meaning::Phrase(..) => at += 1,
                Meaning::License(expression) => {
                    let vague = named.vague || (at..end + 1).any(|at| self.is(List::Style, at));
                    let licenses = expression.split(" OR ").map(str::to_owned).collect();
                    let versioned = !vague;
                    let mut to = end;
                    while self.is(List::License, to) && !self.flag(to, LINE_START) && to < end + 1 {
                        to += 1;
                    }
                    let exact = named.exact.is_some();
                    out.push(Mention {
                        from: at,
                        to,
                        licenses,
                        weak: named.weak,
                        versioned,
                        exception: None,
                        vague,
                        exact,
                        path: false,
                        open: false,
                    });
                    at = end;
                }
                Meaning::Family(family) => {
                    let mention = self.family(family, at, end);
                    at = mention.as_ref().map_or(end, |mention| mention.to.max(end));
                    out.extend(mention);
                }
            }
        }
        (out, loose)
    }

    /// Whether an exception that is named here is part of what the file grants.
    fn is_ready_for(&self, at: usize) -> bool {
        match self.role {
            FileRole::License | FileRole::Notice => true,
            FileRole::Source => self.in_comment(self.places[at].start as usize),
            _ => false,
        }
    }

    /// The license that the name of a file of license texts stands for.
    fn at_path(&self, named: super::names::Named, from: usize) -> Option<Mention> {
        let end = from + named.length;
        let (license, to) = match named.meaning {
            Meaning::License(license) if !named.vague && named.exact.is_none() => (license.to_owned(), end),
            Meaning::Family(family) => {
                let family = &self.names.families[family];
                let version = family.version(self.number(end)?)?;
                let suffix = if family.gnu { "-only" } else { "" };
                (format!("{}-{version}{suffix}", family.id), end + 1)
            }
            _ => return None,
        };
        Some(Mention {
            from,
            to,
            licenses: vec![license],
            weak: false,
            versioned: true,
            exception: None,
            vague: false,
            exact: false,
            path: true,
            open: false,
        })
    }

    fn family(&self, family: usize, from: usize, end: usize) -> Option<Mention> {
        let family = &self.names.families[family];
        let mut to = end;
        let (version, version_end) = match self.version_after(family, end) {
            Some((version, to)) => (Some(version), to),
            None => (None, end),
        };
        let (version, later, start) = match version {
            Some(version) => {
                to = version_end;
                let (later, later_end) = self.later_after(to);
                if later.is_some() {
                    to = later_end;
                }
                (Some(version), later, from)
            }
            None => match self.version_before(family, from) {
                Some((version, start, later)) => {
                    let (after, later_end) = self.later_after(to);
                    if after.is_some() {
                        to = later_end;
                    }
                    (Some(version), later.or(after), start)
                }
                None => (None, None, from),
            },
        };
        let mut licenses = Vec::new();
        match version {
            Some(version) if family.gnu => {
                let suffix = if later == Some(true) { "or-later" } else { "only" };
                let sections = if family.id == "GFDL" { self.invariants_after(to) } else { "" };
                licenses.push(format!("{}-{version}{sections}-{suffix}", family.id));
                // `version 2 or version 3`.
                if later.is_none()
                    && let Some((other, end)) = self.other_version(family, to)
                {
                    to = end;
                    let (later, later_end) = self.later_after(to);
                    to = if later.is_some() { later_end } else { to };
                    let suffix = if later == Some(true) { "or-later" } else { "only" };
                    licenses.push(format!("{}-{other}-{suffix}", family.id));
                }
            }
            Some(version) => licenses.push(format!("{}-{version}", family.id)),
            None => {
                let (after, later_end) = self.later_after(to);
                let _ = after.filter(|_| later_end < to + 6);
                match family.default {
                    Some(default) => licenses.push(format!("{}-{default}", family.id)),
                    None if family.versions.is_empty() => licenses.push(family.id.to_owned()),
                    None => return None,
                }
            }
        }
        Some(Mention {
            from: start,
            to,
            licenses,
            weak: false,
            versioned: version.is_some(),
            exception: None,
            vague: false,
            exact: false,
            path: false,
            open: version.is_none() && !family.gnu,
        })
    }

    /// What a notice of the GNU Free Documentation License says of invariant sections: with them, or with none.
    fn invariants_after(&self, to: usize) -> &'static str {
        for at in to..(to + 40).min(self.words.len()) {
            if self.flag(at, PARAGRAPH_START) {
                break;
            }
            let (word, next) = (self.written(at), self.written(at + 1));
            let sections = word.eq_ignore_ascii_case("invariant")
                && ["section", "sections"].iter().any(|word| next.eq_ignore_ascii_case(word));
            if sections || word.eq_ignore_ascii_case("invariants") {
                let none = at > 0 && self.written(at - 1).eq_ignore_ascii_case("no");
                return if none { "-no-invariants" } else { "-invariants" };
            }
        }
        ""
    }

    /// The version that follows a name, past words such as "as published by the Free Software Foundation, either".
    fn version_after(&self, family: &super::names::Family, end: usize) -> Option<(&'static str, usize)> {
        let mut at = end;
        let mut said = false;
        let mut beside = true;
        let mut strange = false;
        let mut limit = end + 18;
        while at < limit {
            // "The GNU GPL (https://kit.example/copying), version 2".
            let addressed = self.aside(at) == Aside::Address && self.number(at).is_none();
            if addressed || self.is_one_of(&["see"], at) && self.aside(at + 1) == Aside::Address {
                (at, limit, beside) = (at + 1, limit + 1, false);
                if limit > end + 40 {
                    return None;
                }
                continue;
            }
            if self.is(List::Version, at) {
                said = true;
                at += 1;
                continue;
            }
            if let Some(number) = self.number(at) {
                let prefixed = self.written(at).starts_with(['v', 'V']);
                if (said || prefixed || beside || number.contains('.'))
                    && let Some(version) = family.version(number)
                {
                    return Some((version, at + 1));
                }
                return None;
            }
            // One word may be misspelt: "the Freeoftware Foundation".
            let misspelt = !strange && !beside && self.words.get(at) == Some(&super::corpus::UNKNOWN);
            strange |= misspelt;
            let filler = self.is(List::NameFiller, at) || misspelt;
            if said || !filler || self.flag(at, PARAGRAPH_START) || self.is_other(family, at) {
                return None;
            }
            beside &= self.is(List::License, at) || self.written(at).len() <= 5;
            at += 1;
        }
        None
    }

    /// Whether another family is named here: in "LGPL, MPL 2.0" the version is not that of the first. A short name in brackets or
    /// quotation marks is another name of the same.
    fn is_other(&self, family: &super::names::Family, at: usize) -> bool {
        let other = match self.named(at).map(|named| named.meaning) {
            Some(Meaning::Family(other)) => self.names.families[other].id,
            Some(Meaning::License(license)) => license.split('-').next().unwrap_or(license),
            _ => return false,
        };
        let before = self.text.get(..self.places[at].start as usize).unwrap_or_default();
        other != family.id && !before.ends_with(['(', '"', '\'', '\u{201c}'])
    }

    /// Past the day of a version: "version 2 dated June, 1991".
    fn past_date(&self, at: usize) -> usize {
        const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        if !["dated", "of"].iter().any(|word| self.written(at).eq_ignore_ascii_case(word)) {
            return at;
        }
        let is_month =
            |word: &str| word.get(..3).is_some_and(|month| MONTHS.contains(&month.to_ascii_lowercase().as_str()));
        let is_number = |word: &str| word.len() <= 4 && word.starts_with(|c: char| c.is_ascii_digit());
        let end = (at + 1..at + 4).take_while(|at| is_month(self.written(*at)) || is_number(self.written(*at))).count();
        let has_month = (at + 1..=at + end).any(|at| is_month(self.written(at)));
        if has_month { at + 1 + end } else { at }
    }

    fn other_version(&self, family: &super::names::Family, to: usize) -> Option<(&'static str, usize)> {
        let to = self.past_date(to);
        let mut at = to;
        let mut or = false;
        while at < to + 8 {
            if self.is(List::Or, at) {
                or = true;
            } else if or && self.is(List::Version, at) {
                let number = self.number(at + 1)?;
                return family.version(number).map(|version| (version, at + 2));
            } else if or && let Some(number) = self.number(at) {
                return family.version(number).map(|version| (version, at + 1));
            } else if !self.is(List::LaterFiller, at) || self.is_other(family, at) {
                return None;
            }
            at += 1;
        }
        None
    }

    /// The version before a name: "version 2 or later of the GNU GPL".
    fn version_before(
        &self,
        family: &super::names::Family,
        from: usize,
    ) -> Option<(&'static str, usize, Option<bool>)> {
        let mut at = from;
        while at > 0
            && from - at < 3
            && matches!(
                self.written(at - 1).to_ascii_lowercase().as_str(),
                "the" | "of" | "a" | "der" | "de" | "la" | "des"
            )
        {
            at -= 1;
        }
        let mut later = None;
        let mut or = false;
        let floor = at.saturating_sub(9);
        while at > floor {
            at -= 1;
            // "The Kit License, Version 2.0, or the GNU GPL": the version is that of the other name.
            or |= self.is(List::Or, at);
            if self.number(at).is_some() && or && later.is_none() {
                return None;
            }
            if let Some(number) = self.number(at) {
                let said = at > 0 && self.is(List::Version, at - 1);
                if said || self.written(at).starts_with(['v', 'V']) {
                    let version = family.version(number)?;
                    return Some((version, at - usize::from(said), later));
                }
                return None;
            }
            if self.is(List::Later, at) {
                later = Some(true);
            } else if self.is(List::Only, at) {
                later = later.or(Some(false));
            } else if !self.is(List::LaterFiller, at) {
                return None;
            }
        }
        None
    }

    /// Whether what follows a version says "or any later" (true) or "only" (false), and where that ends.
    fn later_after(&self, to: usize) -> (Option<bool>, usize) {
        let named = to;
        let to = self.past_date(to);
        let mut or = false;
        // "Any later version approved by the KDE Free Qt Foundation" is no later version until they say so.
        let approved = |at: usize| {
            (at..at + 4)
                .any(|at| ["approved", "accepted"].iter().any(|word| self.written(at).eq_ignore_ascii_case(word)))
        };
        // "Version 2, found in `docs/GPLv2.TXT` (any later version can be used also)".
        let found = self.is_one_of(&["found"], to) && self.is_one_of(&["in"], to + 1);
        let bracket = (to..to + 10).find(|at| found && self.aside(*at) == Aside::Brackets);
        for at in (bracket.unwrap_or(to)..to + 40).filter(|at| self.aside(*at) != Aside::Address).take(16) {
            if self.is(List::Only, at) && at < to + 4 {
                return (Some(false), at + 1);
            }
            if self.is(List::Later, at) {
                // `2+`, "2 or later", "2 (or newer)"; a sentence that goes on with "later" is another matter.
                return match or || at == to {
                    true if approved(at + 1) => (Some(false), at + 1),
                    true => (Some(true), at + 1),
                    false => (None, named),
                };
            }
            if !self.is(List::LaterFiller, at) {
                return (None, named);
            }
            let word = self.written(at);
            or |= ["oder", "ou", "o"].iter().any(|or| word.eq_ignore_ascii_case(or))
                || word.eq_ignore_ascii_case("or")
                || word.eq_ignore_ascii_case("any")
                || word.eq_ignore_ascii_case("and");
        }
        (None, named)
    }

    /// The words that grant a mention; `None` where it is talk.
    fn cue(&self, mention: &Mention) -> Option<Cue> {
        if mention.path {
            let lists = matches!(self.role, FileRole::License | FileRole::Notice);
            return lists.then_some(Cue { from: mention.from, percent: PATH, reference: true, alternative: false });
        }
        if let Some(cue) = self.secondary(mention).or_else(|| self.in_rights(mention)) {
            return Some(cue);
        }
        let cue = self
            .cue_before(mention)
            .or_else(|| self.cue_after(mention))
            .or_else(|| self.said_of_this(mention))
            .or_else(|| self.title(mention))
            .or_else(|| self.labelled(mention));
        let Some(cue) = cue else {
            // "If the file is missing, the license may also be found at": no talk for that.
            return self.found_at(mention).filter(|_| self.in_comment(self.places[mention.from].start as usize));
        };
        let at = self.places[mention.from].start as usize;
        let speaks = match self.role {
            FileRole::Source | FileRole::Data => self.in_comment(at) || self.page && self.is_shown(at),
            // `changes.xml` with a header.
            FileRole::History => at < TOP_BYTES && self.text.starts_with('<') && self.in_comment(at),
            FileRole::Manifest => false,
            _ => true,
        };
        // `"license": "MIT"` outside of a manifest is an example or data.
        let quoted = cue.reference
            && !matches!(self.role, FileRole::License | FileRole::Notice)
            && (self.flag(cue.from, QUOTED) || self.flag(mention.from, QUOTED))
            // Under a heading: [`CC0`]. In a sentence, as a link of reStructuredText: `the MIT license <https://kit.example>`_.
            && !(cue.from == mention.from && self.text[..at].ends_with("[`"))
            && !(self.text[..at].ends_with('`') && (mention.from..mention.to).any(|at| self.is(List::License, at)));
        let speaks = speaks && !quoted && (!mention.exact || self.is_named_alone(cue.from, mention));
        (speaks && !self.is_talk(cue.from, mention)).then_some(cue)
    }

    /// Whether directly after the granting words only this name stands, and then a new sentence, line or "license".
    fn is_named_alone(&self, from: usize, mention: &Mention) -> bool {
        let granting = |at: usize| {
            self.is(List::Under, at) || self.is(List::By, at) || self.is(List::License, at) || self.is(List::Is, at)
        };
        // "The same license from Kit."
        if self.is_one_of(&["from", "at"], mention.from.saturating_sub(1)) {
            return false;
        }
        let direct = from >= mention.from || (mention.from.saturating_sub(2)..mention.from).any(granting);
        let ends = mention.to >= self.words.len()
            || self.flag(mention.to, LINE_START | CLAUSE_START | AFTER_COMMA)
            || self.is(List::License, mention.to)
            || self.is(List::Or, mention.to)
            || self.is(List::And, mention.to);
        direct && ends
    }

    fn is_talk(&self, from: usize, mention: &Mention) -> bool {
        if matches!(self.role, FileRole::License | FileRole::Notice) {
            // "doesn't mean that it is distributed under the GPL": only what has no version, since such sentences have none.
            return !mention.versioned && (self.is_denied(from) || self.is_of_any(from))
                || self.is_past(from, mention.from);
        }
        if (from..mention.from).any(|at| self.is(List::Relicense, at)) || self.is_later_on(from) {
            return true;
        }
        // Back to the beginning of the sentence.
        let mut at = from;
        let mut subject = (from..mention.from).any(|at| self.is(List::Subject, at));
        let floor = from.saturating_sub(16);
        // "Unless otherwise noted, the content is provided under".
        let otherwise = |at: usize| self.written(at + 1).eq_ignore_ascii_case("otherwise");
        // In a header: "the rest of the kit is covered by", "the actual code of the kit is under".
        let elsewhere = |at: usize| {
            self.role == FileRole::Source
                && ["rest", "actual"].iter().any(|word| self.written(at).eq_ignore_ascii_case(word))
        };
        loop {
            // "Contributions after 2012-01-13 are licensed under" grants.
            let dated = self.is_one_of(&["after", "since"], at + 1) && self.is_one_of(&["contributions"], at);
            // "This file was written by Ann, it is released under".
            let made = self.is_one_of(&["was", "were"], at)
                && self.is_one_of(&["written", "created", "developed", "made", "designed"], at + 1);
            let talks = self.is(List::Talk, at) && !dated && !made && !otherwise(at);
            if (talks || elsewhere(at) && !otherwise(at)) && at < mention.from {
                return true;
            }
            subject |= self.is(List::Subject, at);
            if at == floor || self.flag(at, CLAUSE_START | PARAGRAPH_START) {
                break;
            }
            at -= 1;
        }
        let starts = self.flag(from, LINE_START | CLAUSE_START);
        let prose = self.role == FileRole::Document || self.page;
        prose && !subject && !starts && from - at > 6
    }

    /// "As of the Change Date, use of this software will be governed by": what holds one day is not what holds now.
    fn is_later_on(&self, from: usize) -> bool {
        let floor = from.saturating_sub(40);
        (floor..from)
            .rev()
            .take_while(|at| !self.flag(at + 1, PARAGRAPH_START))
            .any(|at| self.is_one_of(&["change"], at) && self.is_one_of(&["date"], at + 1))
    }

    /// What an element of markup states that is for it (Dublin Core): `<dc:rights>GNU GPL 2.0</dc:rights>`, in SVG with an agent and
    /// its title between.
    fn in_rights(&self, mention: &Mention) -> Option<Cue> {
        const ELEMENTS: &[&str] = &["<dc:rights", "<dc:license", "<dcterms:license", "<cc:license"];
        if !matches!(self.role, FileRole::Data | FileRole::Document) {
            return None;
        }
        let at = self.places[mention.from].start as usize;
        let before = self.text.get(ceil(self.text, at.saturating_sub(200))..at)?;
        let opening = ELEMENTS.iter().filter_map(|element| before.rfind(element)).max()?;
        let mut within = false;
        let only_tags = before[opening..].chars().all(|c| {
            within = (within || c == '<') && c != '>';
            within || c == '>' || c.is_whitespace()
        });
        let closed = before[opening..].contains("</");
        (only_tags && !closed).then_some(Cue { from: mention.from, percent: 85, reference: true, alternative: false })
    }

    /// Whether the word before this one ends in a dash that something in another place goes on from: the heading `GPL-` over
    /// `compatible?` in a table.
    fn breaks_off(&self, end: usize) -> bool {
        let after = end.checked_sub(1).and_then(|last| self.text.get(self.places[last].end as usize..));
        after.is_some_and(|after| ["-\n", "-\r", "- "].iter().any(|dash| after.starts_with(dash)))
    }

    /// Whether a sentence says, up to this word, that something is not so.
    fn is_denied(&self, from: usize) -> bool {
        let floor = from.saturating_sub(16);
        let mut at = from;
        while at > floor && !self.flag(at, CLAUSE_START | PARAGRAPH_START) {
            at -= 1;
            let written = self.written(at);
            if self.is(List::Against, at)
                || written.eq_ignore_ascii_case("doesn")
                || written.eq_ignore_ascii_case("doesn't")
            {
                return true;
            }
        }
        false
    }

    /// Whether a sentence tells what held once: "Kit 1.x was released under the LGPL", "it was formerly under the GPL".
    fn is_past(&self, from: usize, to: usize) -> bool {
        const ONCE: &[&str] = &[
            "earlier",
            "formerly",
            "historically",
            "older",
            "originally",
            "previous",
            "previously",
            "prior",
            "time",
            "until",
            "x",
        ];
        let floor = from.saturating_sub(16);
        // "1.x" begins no sentence.
        let begins = |at: &usize| self.flag(*at, CLAUSE_START | PARAGRAPH_START) && !self.is_one_of(&["x"], *at);
        let begin = (floor..=from).rev().find(begins).unwrap_or(floor);
        // "Was originally written by Ann and is released under" tells what holds.
        let near = |words: &[&str]| (from.saturating_sub(3)..from).any(|at| self.is_one_of(words, at));
        near(&["was", "were"]) && !near(&["is", "are"]) && (begin..to).any(|at| self.is_one_of(ONCE, at))
    }

    /// Whether what is granted is whatever there may be: "to debug changes to any libraries licensed under the LGPL".
    fn is_of_any(&self, from: usize) -> bool {
        const PARTS: &[&str] = &["libraries", "components", "third", "software"];
        let any = |at: usize| self.is_one_of(&["any"], at) && self.is_one_of(PARTS, at + 1);
        (from.saturating_sub(3)..from).any(any)
    }

    /// A license that the Eclipse Public License 2.0 names as a secondary one (its Exhibit A): "may also be made available under
    /// the following Secondary Licenses when the conditions … are satisfied: GNU General Public License, version 2".
    fn secondary(&self, mention: &Mention) -> Option<Cue> {
        let is = |at: usize, word: &str| self.written(at).eq_ignore_ascii_case(word);
        let near = mention.from.saturating_sub(4);
        let satisfied = (near..mention.from).rev().find(|at| is(*at, "satisfied"))?;
        let begin = satisfied.saturating_sub(40);
        let from = (begin..satisfied).rev().find(|at| is(*at, "secondary") && self.is(List::License, at + 1))?;
        let speaks = self.role != FileRole::Source || self.in_comment(self.places[mention.from].start as usize);
        speaks.then_some(Cue { from, percent: 95, reference: false, alternative: true })
    }

    /// Whether a sentence goes on in the next paragraph after this word: "under the terms of either", before a list.
    fn leads_on(&self, at: usize) -> bool {
        let Some(place) = self.places.get(at) else { return false };
        let ends = self.text.get(place.end as usize..).is_some_and(|after| after.starts_with(['.', '!', '?']));
        self.is(List::Leads, at) && !ends
    }

    /// Whether a license is named as a part of what a product or file is called: `@license zlib.js`.
    fn is_in_product(&self, mention: &Mention) -> bool {
        let Some(last) = mention.to.checked_sub(1).and_then(|last| self.places.get(last)) else { return false };
        let after = self.text.get(last.end as usize..).unwrap_or_default();
        [".js", ".py", ".rb", ".rs", ".io"].iter().any(|ending| {
            after.strip_prefix(ending).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        })
    }

    fn cue_before(&self, mention: &Mention) -> Option<Cue> {
        if self.is_in_product(mention) {
            return None;
        }
        let mut at = mention.from;
        let mut floor = at.saturating_sub(REACH);
        let mut strangers = 0;
        let sure = |from, percent| Some(Cue { from, percent, reference: false, alternative: false });
        while at > floor {
            let crossed = self.flag(at, PARAGRAPH_START);
            let colon = self.flag(at, CLAUSE_START);
            let starts_line = self.flag(at, LINE_START);
            let before = at - 1;
            if crossed && !self.leads_on(before) {
                return self.under_heading(at, mention);
            }
            if starts_line
                && self.is(List::License, before)
                && self.is_heading_above(at)
                && let Some(cue) = self.under_heading(at, mention)
            {
                return Some(cue);
            }
            if self.is(List::Under, before) {
                let verb = (before.saturating_sub(9)..before).rev().find(|at| self.is(List::Verb, *at));
                return match verb {
                    Some(verb) => sure(self.granting_start(verb), 98),
                    None if self.flag(before, LINE_START | CLAUSE_START) => sure(before, 80),
                    None => sure(before, 70),
                };
            }
            let same = at == mention.from && self.is_one_of(&["same"], at)
                || at + 1 == mention.from && self.is_one_of(&["same"], at + 1);
            if same && self.is(List::By, before) && before > 0 && self.is(List::Verb, before - 1) {
                return sure(before - 1, 90);
            }
            if self.is(List::By, before)
                && let Some(verb) =
                    (self.past_in_part(before).saturating_sub(3)..before).rev().find(|at| self.is(List::ByVerb, *at))
                && !(mention.weak && self.is_one_of(&["with"], before) && self.is(List::Verb, verb))
                && !self.is_supposed(verb)
            {
                return sure(verb, 95);
            }
            // "This file is free software (MIT License)", "released into the public domain with CC0".
            let bracketed = at == mention.from && self.aside(at) == Aside::Brackets && self.aside(before) == Aside::No;
            if bracketed && self.is_one_of(&["software"], before) && before > 0 && self.is_one_of(&["free"], before - 1)
            {
                return sure(before - 1, 85);
            }
            let with = before - usize::from(before > 0 && self.is(List::By, before));
            if with > 0 && self.is(List::Domain, with) && self.is(List::Public, with - 1) && mention.from - with <= 3 {
                return sure(with - 1, 85);
            }
            if mention.exact && self.is_one_of(&["copyright", "copyrights"], before) {
                return None;
            }
            if self.is(List::License, before) && !self.is_hyphenated(at) {
                let at_start = self.flag(before, LINE_START | CLAUSE_START)
                    || (before > 0 && self.flag(before - 1, LINE_START) && self.written(before - 1).len() <= 9);
                // `License: MIT`, `@license MIT`, `Licensed MIT`.
                if at_start && (colon || mention.from - before <= 2) && !starts_line {
                    return Some(Cue { from: before, percent: 90, reference: true, alternative: false });
                }
                // `Author: Ann, License: MIT`
                let said = self.places[before].end as usize..self.places[mention.from].start as usize;
                if at == mention.from && self.text.get(said).is_some_and(|between| between.trim() == ":") {
                    return Some(Cue { from: before, percent: 85, reference: true, alternative: false });
                }
                if self.is(List::Licensed, before) && mention.from - before <= 3 {
                    return sure(before, 85);
                }
            }
            // `SPDX: MIT`, `SPDX short identifier: MIT`
            if at == mention.from && colon && at < TOP && self.is_spdx_label(before) {
                return Some(Cue { from: before, percent: 90, reference: true, alternative: false });
            }
            if self.is(List::Is, before) && (before.saturating_sub(3)..before).any(|at| self.is(List::License, at)) {
                return Some(Cue { from: before.saturating_sub(2), percent: 85, reference: true, alternative: false });
            }
            // `@license https://kit.example/terms.html Kit license`
            if self.is_in_address_before(before, mention) {
                at = before;
                floor = floor.saturating_sub(1).max(mention.from.saturating_sub(2 * REACH));
                continue;
            }
            let lists = matches!(self.role, FileRole::License | FileRole::Notice);
            let sure_name = mention.versioned && !mention.weak && !mention.exact;
            if lists
                && at == mention.from
                && self.is(List::Is, before)
                && sure_name
                && !self.is_one_of(&["has", "use"], before)
            {
                return Some(Cue { from: before, percent: 70, reference: true, alternative: false });
            }
            // "All files in the directory use a BSD license."
            if lists && self.is_one_of(&["use", "uses"], before) && self.is_of_files(before) {
                return sure(before, 85);
            }
            // "Under the Kit Maps Terms of Service": whose they are stands before.
            let whose = strangers < 2 && mention.licenses.first().is_some_and(|license| license == PROPRIETARY);
            if !self.is(List::Filler, before) && self.number(before).is_none() {
                if !whose {
                    break;
                }
                strangers += 1;
            }
            at = before;
        }
        None
    }

    /// Whether a sentence, up to this word, is about files.
    fn is_of_files(&self, to: usize) -> bool {
        let begin = to.saturating_sub(24);
        let from = (begin..=to).rev().find(|at| self.flag(*at, PARAGRAPH_START)).unwrap_or(begin);
        (from..to).any(|at| self.is_one_of(&["files"], at))
    }

    /// What may be chosen instead: "or commercial license terms from Kit Corp.", right after a grant.
    fn commercial_after(&self, to: usize) -> Option<usize> {
        let beside = |at: &usize| self.aside(*at) != Aside::No || self.is(List::NameFiller, *at);
        let or = (to..to + 12).find(|at| !beside(at))?;
        let end = (or + 1..or + 7).find(|at| self.is_one_of(&["commercial"], *at))?;
        let named = self.is(List::License, end + 1) || self.is_one_of(&["terms"], end + 1);
        let within = (or + 1..=end).all(|at| !self.flag(at, PARAGRAPH_START | CLAUSE_START));
        (self.is_one_of(&["or"], or) && named && within).then_some(end + 2)
    }

    /// The word before which "in whole or in part" stands, if it does: "subject in whole or in part to".
    fn past_in_part(&self, at: usize) -> usize {
        let part = at > 5 && self.is_one_of(&["part"], at - 1) && (at - 5..at).any(|at| self.is_one_of(&["whole"], at));
        if part { at - 5 } else { at }
    }

    /// Whether something is only supposed to be under a license: "the libraries may be subject to the LGPL".
    fn is_supposed(&self, verb: usize) -> bool {
        self.is_one_of(&["subject", "covered", "governed"], verb)
            && (verb.saturating_sub(3)..verb).any(|at| self.is_one_of(&["may", "might", "could"], at))
    }

    /// Whether a label ends here that says that an identifier of SPDX follows.
    fn is_spdx_label(&self, last: usize) -> bool {
        let label = ["license", "short", "identifier", "id", "expression"];
        let first = (last.saturating_sub(3)..=last).rev().find(|at| !self.is_one_of(&label, *at));
        // `SPDX-License-Identifier` is read as a tag.
        first.is_some_and(|at| self.is_one_of(&["spdx"], at) && !self.is_hyphenated(at + 1))
    }

    /// Whether a word belongs to an address that ended before this mention began.
    fn is_in_address_before(&self, at: usize, mention: &Mention) -> bool {
        self.aside(at) == Aside::Address && self.aside(mention.from) != Aside::Address
    }

    /// Whether a word is joined to the one before, as in the file name `LICENSE-MIT`.
    fn is_hyphenated(&self, at: usize) -> bool {
        let (Some(before), Some(word)) = (at.checked_sub(1).and_then(|at| self.places.get(at)), self.places.get(at))
        else {
            return false;
        };
        matches!(self.text.get(before.end as usize..word.start as usize), Some("-" | "_" | "." | "/"))
    }

    /// The first word of the phrase that grants: "you can redistribute it and/or modify it under".
    fn granting_start(&self, verb: usize) -> usize {
        let mut at = verb;
        while at > 0 && verb - at < 8 && !self.flag(at, CLAUSE_START | PARAGRAPH_START) && self.is(List::Verb, at - 1) {
            at -= 1;
        }
        at
    }

    /// A name in the paragraph below a heading "License".
    fn under_heading(&self, paragraph: usize, mention: &Mention) -> Option<Cue> {
        let silent = matches!(self.role, FileRole::Data | FileRole::Manifest | FileRole::History);
        if silent && !self.page || mention.from - paragraph > 4 {
            return None;
        }
        // In a program text the name alone, or the first words of a sentence that ends with it.
        let (line, end) = self.line_around(mention);
        // "MIT, see LICENSE file", "CC0. Attribution kindly requested."
        let pointed = self.is_one_of(&["see"], mention.to) && self.flag(mention.to, AFTER_COMMA);
        let pointed = pointed || self.flag(mention.to, CLAUSE_START) && line == mention.from;
        if self.role == FileRole::Source && !self.page && (line < paragraph || end > mention.to && !pointed) {
            return None;
        }
        let mut at = paragraph;
        let mut names_license = false;
        while at > 0 && paragraph - at < 6 {
            at -= 1;
            if !self.is(List::Heading, at) {
                return None;
            }
            names_license |= self.is(List::License, at);
            if self.flag(at, LINE_START) {
                return names_license.then_some(Cue {
                    from: mention.from,
                    percent: 85,
                    reference: true,
                    alternative: false,
                });
            }
        }
        None
    }

    /// Whether the line above the one that begins with this word is marked as a heading, and no paragraph lies between: by
    /// the signs of Markdown, AsciiDoc or roff, by capitals over what is set in, or in a comment as a line of its own.
    fn is_heading_above(&self, at: usize) -> bool {
        let Some(place) = self.places.get(at) else { return false };
        let mut lines = self.text.get(..place.start as usize).unwrap_or_default().rsplitn(3, '\n');
        let (Some(own), Some(above)) = (lines.next(), lines.next()) else { return false };
        let roff = [".SH", ".Sh", ".SS", ".Ss"].iter().any(|mark| above.starts_with(mark));
        let words = above.trim().trim_start_matches(|c: char| c.is_ascii_punctuation() || c == ' ');
        if self.role == FileRole::Source {
            let words = words.trim_end_matches([':', '*', '/', ' ']);
            return roff || words.split_whitespace().count() <= 3 && words.starts_with(char::is_uppercase);
        }
        let set_in = |line: &str| line.len() - line.trim_start().len();
        let capitals = !words.contains(char::is_lowercase) && set_in(own) > set_in(above);
        roff || above.starts_with(['#', '=']) || above.trim_end().ends_with(':') || capitals
    }

    /// "This library is LGPL v2.1+.": the work itself, and nothing but a name with its version.
    fn said_of_this(&self, mention: &Mention) -> Option<Cue> {
        let is = mention.from.checked_sub(3)?;
        let this = self.is_one_of(&["this"], is) && self.is(List::Subject, is + 1) && self.is_one_of(&["is"], is + 2);
        let ends = mention.to >= self.words.len()
            || self.flag(mention.to, CLAUSE_START | PARAGRAPH_START | AFTER_COMMA)
            || self.aside(mention.to) == Aside::Brackets
            || self.is_one_of(&["software", "code"], mention.to);
        let gnu = mention.licenses.iter().any(|license| license.contains("GPL-"));
        let sure = (mention.versioned || gnu) && !mention.weak && !mention.vague && !mention.path;
        let begins = self.flag(is, CLAUSE_START | PARAGRAPH_START);
        (this && ends && sure && begins).then_some(Cue { from: is, percent: 85, reference: true, alternative: false })
    }

    /// "MIT licensed", "Apache-2.0 licensed".
    fn cue_after(&self, mention: &Mention) -> Option<Cue> {
        let licensed = |at| self.is(List::Licensed, at) && !self.flag(at, LINE_START);
        (licensed(mention.to) || (mention.to > mention.from + 1 && licensed(mention.to - 1))).then_some(Cue {
            from: mention.from,
            percent: 85,
            reference: true,
            alternative: false,
        })
    }

    /// In a header: "the Kit license may also be found at https://kit.example".
    fn found_at(&self, mention: &Mention) -> Option<Cue> {
        if self.role != FileRole::Source || mention.weak || mention.vague {
            return None;
        }
        let word = |at: usize| self.written(at).to_ascii_lowercase();
        let words: Vec<String> = (mention.to..mention.to + 6)
            .map(word)
            .filter(|word| !matches!(word.as_str(), "license" | "also"))
            .collect();
        let first = [0, 1, 2, 3].map(|at| words.get(at).map_or("", String::as_str));
        let says = matches!(first, ["may" | "can", "be", "found" | "obtained", "at"] | ["is", "available", "at", _]);
        says.then_some(Cue { from: mention.from, percent: 70, reference: false, alternative: false })
    }

    /// What a line about licenses says of parts, in brackets: `License - https://kit.example (Font: OFL 1.1, CSS: MIT License)`.
    fn labelled(&self, mention: &Mention) -> Option<Cue> {
        let at = self.places[mention.from].start as usize;
        let window = ceil(self.text, at.saturating_sub(300));
        let line = self.text.get(window..at)?;
        let line = line.rsplit(['\n', '\r']).next()?;
        let (head, inside) = line.rsplit_once('(')?;
        // "SIL OFL 1.1": who made it stands before the name.
        let label = inside.rsplit([',', ';']).next()?.trim();
        let (label, rest) =
            label.split_once(':').filter(|(_, rest)| rest.chars().all(|c| c.is_alphabetic() || c == ' '))?;
        let short = |words: &str, most: usize| words.split_whitespace().count() <= most;
        let first = head.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty())?;
        let of_licenses =
            ["license", "licenses", "licence", "licences"].iter().any(|word| first.eq_ignore_ascii_case(word));
        (of_licenses && !inside.contains(')') && !label.is_empty() && short(label, 2) && short(rest, 1))
            .then_some(Cue { from: mention.from, percent: 85, reference: true, alternative: false })
    }

    /// Whether a line ends in a name that stands apart from what is before it: `kit.js : 1.1.5 : MIT License`.
    fn ends_line(&self, mention: &Mention, to: usize) -> bool {
        let start = self.places[mention.from].start as usize;
        let before = self.text.get(..start).unwrap_or_default();
        let apart = before.trim_end_matches([' ', '\t']);
        // "SPDX identifier: Kit" is a key of data.
        let stands_apart = apart.len() < before.len()
            && (apart.ends_with(['|', '-', '\u{2013}', '\u{2014}', ',', ';']) || apart.ends_with(" :"));
        let called = (mention.from..mention.to).any(|at| self.is(List::License, at));
        stands_apart && called && to == mention.to && !self.flag(mention.from, LINE_START)
    }

    /// Whether a line between others is only a name with the word: `LGPLv2 license`, and no sentence goes on in it.
    fn is_line_of_license(&self, mention: &Mention, to: usize) -> bool {
        let called = (mention.from..to).any(|at| self.is(List::License, at));
        let leads = mention.from.checked_sub(1).is_some_and(|before| {
            [List::Filler, List::Under, List::By, List::Verb, List::Is].into_iter().any(|list| self.is(list, before))
        });
        called && !leads
    }

    /// Whether a copyright statement ends in a name: "(c) 2001 Ann (GPL)", "Copyright 2015 Kit authors, Apache 2.0 license".
    fn ends_statement(&self, mention: &Mention, to: usize) -> bool {
        let at = self.places[mention.from].start as usize;
        let window = ceil(self.text, at.saturating_sub(200));
        let line = self.text.get(window..at).unwrap_or_default();
        let line = line.rsplit(['\n', '\r']).next().unwrap_or_default();
        let trimmed = line.trim_end();
        let apart = trimmed.ends_with(['(', '[', ',', ';', '.', '-', '\u{2013}', '\u{2014}', '|', '/']);
        let lower = line.to_ascii_lowercase();
        let stated = ["copyright", "(c)", "\u{a9}"].iter().any(|sign| lower.contains(sign));
        let shown = self.places[mention.to - 1].end as usize;
        let spelled = !mention.weak || self.text.get(at..shown).is_some_and(|name| name.contains(char::is_uppercase));
        apart && stated && spelled && to == mention.to && !self.flag(mention.from, LINE_START)
    }

    /// Whether a sentence goes on after names: "the BSD, MIT and NCSA licenses apply to".
    fn goes_on(&self, to: usize) -> bool {
        let verb = ["apply", "applies", "are", "can", "contain", "do", "have", "is", "may", "rely", "was"];
        self.is_one_of(&verb, to) && !self.flag(to, LINE_START | CLAUSE_START)
    }

    /// A line that holds little more than the name, in a file that is for licenses.
    fn title(&self, mention: &Mention) -> Option<Cue> {
        let (from, to) = self.line_around(mention);
        // "NOTICE file corresponding to section 4d of the Apache License".
        let section = |at: usize| self.is_one_of(&["section", "sections"], at);
        if self.is_one_of(&["of"], mention.from.saturating_sub(1))
            || self.is_one_of(&["the"], mention.from.saturating_sub(1))
        {
            let near = mention.from.saturating_sub(8).max(from);
            if (near..mention.from).any(section) {
                return None;
            }
        }
        if self.role == FileRole::Source {
            // At the top of a program text, a line that is only the full name.
            let alone = from == mention.from && self.is_only_address(mention, to) && self.flag(from, LINE_START);
            let top = mention.from < 60 && !mention.weak && !mention.vague && !mention.path;
            let ends = to >= self.words.len()
                || self.flag(to, CLAUSE_START | PARAGRAPH_START)
                || self.is_one_of(&["copyright"], to);
            let apart = top && !mention.exact && (self.ends_line(mention, to) || self.ends_statement(mention, to));
            let begins = self.flag(from, CLAUSE_START | PARAGRAPH_START) || self.is_line_of_license(mention, to);
            return (apart || alone && top && ends && begins).then_some(Cue {
                from: mention.from,
                percent: 70,
                reference: true,
                alternative: false,
            });
        }
        if self.role == FileRole::Readme && self.is_item_under_heading(mention) {
            return Some(Cue { from: mention.from, percent: 85, reference: true, alternative: false });
        }
        if !matches!(self.role, FileRole::License | FileRole::Notice) {
            return None;
        }
        let named = !mention.weak && !mention.exact && !mention.path && mention.versioned;
        if self.is_item(mention) || named && self.ends_statement(mention, to) {
            return Some(Cue { from: mention.from, percent: 70, reference: true, alternative: false });
        }
        let besides = (to - from) - (mention.to - mention.from).min(to - from);
        if self.role == FileRole::Notice && mention.weak {
            return None;
        }
        let short = self.words.len() < 40;
        // A line that begins or goes on within a sentence is no title.
        let goes_on = ["can", "is", "may", "for", "along", "as", "was"];
        let next = self.written(mention.to);
        // A line of its own that is only a name with the word.
        let only =
            !self.markup && self.is_line_of_license(mention, to) && besides <= 1 && !mention.weak && !mention.vague;
        let within = !only
            && (!self.flag(mention.to, LINE_START) && goes_on.iter().any(|word| next.eq_ignore_ascii_case(word))
                || !self.flag(from, PARAGRAPH_START | CLAUSE_START));
        // `OpenSSL` over a part of a long file is the name of the product.
        if (within || mention.exact && mention.to - mention.from == 1) && !short {
            return None;
        }
        let allowed = if short { 12 } else { 4 };
        let weak_alone = !mention.weak || besides <= 2;
        (besides <= allowed && weak_alone && self.flag(from, LINE_START)).then_some(Cue {
            from: mention.from,
            percent: 70,
            reference: true,
            alternative: false,
        })
    }

    /// Whether between a name, with the word `license` after it, and the end of its line only an address stands, or what
    /// ends the address that the name is in.
    fn is_only_address(&self, mention: &Mention, to: usize) -> bool {
        let named = mention.to + usize::from(mention.to < to && self.is(List::License, mention.to));
        // "CC0 (public domain) - see LICENSE file for details".
        let end = (named..to).find(|at| self.is_one_of(&["see"], *at)).unwrap_or(to);
        (named..end).all(|at| self.aside(at) != Aside::No)
    }

    /// The words of the line that a name stands on, as far as they are near.
    fn line_around(&self, mention: &Mention) -> (usize, usize) {
        let mut from = mention.from;
        while from > 0 && !self.flag(from, LINE_START) && mention.from - from < 8 {
            from -= 1;
        }
        let mut to = mention.to;
        while to < self.words.len() && !self.flag(to, LINE_START) && to - mention.to < 12 {
            to += 1;
        }
        (from, to)
    }

    /// Whether a name ends an item of a list of components and stands for itself there: `serde (MIT)`, `serde - MIT`,
    /// `| serde | MIT |`.
    fn is_item(&self, mention: &Mention) -> bool {
        let (line_start, line_end) = self.line_around(mention);
        if !matches!(self.role, FileRole::License | FileRole::Notice) || !self.flag(line_start, LINE_START) {
            return false;
        }
        let byte = |at: usize| self.places.get(at).map(|place| place.start as usize);
        let Some(start) = byte(mention.from).filter(|_| line_start < mention.from) else { return false };
        let end = self.places[mention.to - 1].end as usize;
        let before = self.text[..start].trim_end_matches([' ', '\t', '"', '`', '*', '[']);
        let after = self.text[end..].trim_start_matches([' ', '\t', '"', '`', '*', ']']);
        let inside = match before.chars().next_back() {
            Some('(') => after.starts_with(')'),
            Some('|') => after.starts_with('|'),
            Some('-' | '–' | '—') => before.len() < start && line_end == mention.to,
            Some(',') => after.starts_with(',') || line_end == mention.to,
            Some(':') => line_end == mention.to,
            _ => false,
        };
        let short = ["mit", "isc"].iter().any(|word| self.written(mention.from).eq_ignore_ascii_case(word));
        let spelled = !mention.weak || short && self.written(mention.from).chars().all(char::is_uppercase);
        inside && spelled && !mention.vague && mention.versioned
    }

    /// Whether a list below the heading "License" of a README says what a part is under: `- Fonts: [OFL 1.1](x)`.
    fn is_item_under_heading(&self, mention: &Mention) -> bool {
        /// Lines that are looked at above.
        const MOST: usize = 12;
        let start = self.places[mention.from].start as usize;
        let above = self.text.get(ceil(self.text, start.saturating_sub(2_000))..start).unwrap_or_default();
        let mut lines = above.rsplit('\n');
        let own = lines.next().unwrap_or_default();
        let label = own.trim_end_matches(['[', '`', '*', '_', ' ', '\t']);
        let bullet = |line: &str| line.trim_start().starts_with(['-', '*', '+']);
        if !bullet(own) || !label.ends_with(':') || label.len() > 60 {
            return false;
        }
        let heading = lines.take(MOST).find(|line| !line.trim().is_empty() && !bullet(line));
        heading.is_some_and(|line| {
            let words = line.trim_start_matches('#').trim();
            line.starts_with('#')
                && ["license", "licence", "licenses", "licences"].iter().any(|word| words.eq_ignore_ascii_case(word))
        })
    }

    /// Whether a byte of a page is part of what is shown, and not of a program in it.
    fn is_shown(&self, at: usize) -> bool {
        self.programs.borrow_mut().is_shown(self.text.as_bytes(), at)
    }

    /// Whether a byte of a program text lies in a comment, as far as that can be told without knowing the language.
    pub fn in_comment(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let window = at.saturating_sub(600);
        let line_start = memchr::memrchr(b'\n', &bytes[window..at]).map_or(window, |found| window + found + 1);
        let line = &self.text[ceil(self.text, line_start)..at];
        let trimmed = line.trim_start();
        // A string of JSON may hold the opening of a comment, and a whole README.
        if self.role == FileRole::Data && trimmed.starts_with('"') {
            return false;
        }
        const LINE_MARKS: &[&str] = &[
            "//", "/*", "*", "#", ";", "--", "%", "\"\"\"", "'''", "<!--", "{-", "(*", "dnl ", "..", "!", "C ", "c ",
            "|", "'", "{#", "<%--", "\\\"", ".\\\"", "@c ", "@ ", "@@", "\\", "=begin", "::",
        ];
        let remark = trimmed.strip_prefix('@').unwrap_or(trimmed).get(..4);
        if LINE_MARKS.iter().any(|mark| trimmed.starts_with(mark))
            // Vim's comments, which no quotation mark closes.
            || ["\"  ", "\" "].iter().any(|mark| trimmed.starts_with(mark)) && !self.closes_quotation(at)
            || remark.is_some_and(|mark| mark.eq_ignore_ascii_case("rem "))
        {
            return true;
        }
        if ["//", "/*", "<!--", " # "].iter().any(|mark| line.contains(mark)) && !line.contains(['"', '\'', '`']) {
            return true;
        }
        // A block that was opened above and not closed since. Prose in a block has no quotation marks before it on its line.
        if self.blocks.borrow_mut().is_open(bytes, at.saturating_sub(12_000)..line_start) {
            return true;
        }
        let above = &bytes[at.saturating_sub(12_000)..line_start];
        let braces = memchr::memrchr2(b'{', b'}', above).is_some_and(|last| above[last] == b'{');
        if braces && self.is_pascal() {
            return true;
        }
        for quotes in [&b"\"\"\""[..], b"'''"] {
            let whole = &bytes[..line_start.min(16_000)];
            if line_start <= 16_000 && memchr::memmem::find_iter(whole, quotes).count() % 2 == 1 {
                return true;
            }
        }
        false
    }

    /// Whether a quotation mark stands behind this byte on its line.
    fn closes_quotation(&self, at: usize) -> bool {
        let rest = &self.text.as_bytes()[at..(at + 400).min(self.text.len())];
        memchr::memchr2(b'"', b'\n', rest).is_some_and(|found| rest[found] == b'"')
    }

    /// Whether a program is written in Pascal, whose comments stand in braces.
    fn is_pascal(&self) -> bool {
        *self.pascal.get_or_init(|| {
            let mut end = self.text.len().min(8_000);
            while !self.text.is_char_boundary(end) {
                end -= 1;
            }
            let opens = |line: &str| {
                let mut words = line.trim().trim_end_matches(';').split_ascii_whitespace();
                let first = words.next().unwrap_or_default();
                let named = words.next().is_some() && words.next().is_none() && line.trim_end().ends_with(';');
                named && ["unit", "program", "library"].iter().any(|word| first.eq_ignore_ascii_case(word))
            };
            self.text[..end].lines().any(opens)
        })
    }

    /// Whether these words are a sentence, or the last of a line that names somebody: "(C) Ann, public domain".
    fn is_sentence(&self, from: usize, to: usize) -> bool {
        let ended = to >= self.words.len() || self.flag(to, CLAUSE_START | PARAGRAPH_START);
        let begun = self.flag(from, CLAUSE_START | PARAGRAPH_START | AFTER_COMMA);
        // "Public domain, authors: Ann, Ben" at the beginning of a paragraph.
        let opens = self.flag(from, PARAGRAPH_START) && self.flag(to, AFTER_COMMA);
        opens || begun && (ended || self.flag(to, LINE_START)) || self.flag(from, LINE_START) && ended
    }

    /// Phrases that say it all.
    pub fn phrases(&self) -> Vec<(usize, usize, &'static str)> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < self.words.len() {
            if self.taken[at] {
                at += 1;
                continue;
            }
            if self.is(List::Public, at)
                && self.is(List::Domain, at + 1)
                && self.is_dedicated(at)
                && (self.speaks(at) || self.is_of_this_text(at))
            {
                out.push((at, at + 2, PUBLIC_DOMAIN));
                at += 2;
                continue;
            }
            match self.named(at) {
                Some(named) if matches!(named.meaning, Meaning::Phrase(..)) => {
                    let Meaning::Phrase(expression, stands) = named.meaning else { break };
                    let for_licenses = matches!(self.role, FileRole::License | FileRole::Notice);
                    let stands = match stands {
                        Stands::Anywhere => true,
                        Stands::LicenseFiles => for_licenses,
                        Stands::Alone => self.is_sentence(at, at + named.length),
                    };
                    // "All content is the property of the respective authors" says nothing of a license.
                    let respective = (at + named.length..at + named.length + 2)
                        .any(|at| self.written(at).eq_ignore_ascii_case("respective"));
                    // "If you have executed an End User License Agreement": then other terms hold.
                    let executed = self.is_if_executed(at);
                    let speaks = self.speaks(at) || self.is_of_this_text(at);
                    if stands && speaks && !respective && !executed {
                        out.push((at, at + named.length, expression));
                    }
                    at += named.length;
                }
                _ => at += 1,
            }
        }
        out
    }

    /// Whether a sentence in a document is about that document: "This document has been put into".
    fn is_of_this_text(&self, to: usize) -> bool {
        const TEXT: &[&str] =
            &["article", "document", "documentation", "file", "manual", "page", "specification", "text"];
        let near = to.saturating_sub(10)..to;
        let this =
            |at: usize| self.is_one_of(&["this"], at) && self.is_one_of(TEXT, at + 1) && self.begins_sentence(at);
        self.role == FileRole::Document && near.into_iter().any(this)
    }

    /// Whether a sentence is, up to this word, about those who have executed some agreement.
    fn is_if_executed(&self, to: usize) -> bool {
        let floor = to.saturating_sub(40);
        let from = (floor..=to).rev().find(|at| self.flag(*at, CLAUSE_START | PARAGRAPH_START)).unwrap_or(floor);
        let has = |words: &[&str]| (from..to).any(|at| self.is_one_of(words, at));
        has(&["if", "unless"]) && has(&["executed", "signed", "purchased"])
    }

    /// Whether a phrase says something where it stands in a file of this role.
    fn speaks(&self, at: usize) -> bool {
        let in_comment = || self.in_comment(self.places[at].start as usize);
        match self.role {
            FileRole::Source | FileRole::Data => {
                in_comment() || self.page && self.is_shown(self.places[at].start as usize)
            }
            // At the top of a table of data, and in a manual page.
            FileRole::Document => self.manual || (self.places[at].start as usize) < TOP_BYTES && in_comment(),
            FileRole::History | FileRole::Manifest => false,
            _ => true,
        }
    }

    /// Whether a sentence or clause begins at a word; the asterisk of a line of a comment begins none.
    fn begins_sentence(&self, at: usize) -> bool {
        let marked = at.checked_sub(1).is_some_and(|before| {
            let gap = self.places[before].end as usize..self.places[at].start as usize;
            self.text.get(gap).is_some_and(|gap| gap.contains(['.', ':', ';']))
        });
        // "by Kit Corp., Inc. to the public domain"
        let abbreviated = at.checked_sub(1).is_some_and(|before| {
            let company = self.is_one_of(&["inc", "ltd", "corp", "co", "jr"], before);
            company && self.written(at).starts_with(char::is_lowercase)
        });
        let opens = self.flag(at, CLAUSE_START) && (marked || !self.flag(at, LINE_START));
        self.flag(at, PARAGRAPH_START) || opens && !abbreviated
    }

    /// Whether a sentence puts a work into the public domain: "released to", "is hereby", "this … code". A sentence that
    /// says from where something was taken, or that something is not so, does not.
    fn is_dedicated(&self, at: usize) -> bool {
        /// Words of a sentence that are looked at.
        const SENTENCE: usize = 30;
        let mut from = at;
        while from > 0 && at - from < SENTENCE && !self.begins_sentence(from) {
            from -= 1;
        }
        let denied = (at.saturating_sub(5).max(from)..at).any(|at| self.is(List::Not, at));
        // In a list of components, what is derived is one of them.
        let lists = matches!(self.role, FileRole::License | FileRole::Notice);
        let elsewhere = !lists && (from..at).any(|at| self.is(List::Elsewhere, at));
        // "Governed by a public domain license".
        let articles = usize::from(self.is_one_of(&["a", "the"], at.saturating_sub(1)));
        let under = at.checked_sub(1 + articles).is_some_and(|before| {
            let by = self.is(List::By, before) && before > 0 && self.is(List::ByVerb, before - 1);
            by || self.is(List::Under, before)
        });
        if under && self.is_one_of(&["license"], at + 2) && !denied && !elsewhere {
            return true;
        }
        let named = self.is(List::PublicName, at + 2) && !self.flag(at + 2, LINE_START | CLAUSE_START);
        if denied || elsewhere || named || self.is_past(at, at) {
            return false;
        }
        // "in the", "to the", "is", "as", "this free and".
        let mut before = at;
        while before > from && self.is(List::PublicFiller, before - 1) {
            before -= 1;
        }
        let said = |list: List, reach: usize| (before.saturating_sub(reach).max(from)..at).any(|at| self.is(list, at));
        let moved = before < at && said(List::Dedicate, 10);
        let is = (before.saturating_sub(2).max(from)..at).any(|at| self.is(List::Be, at));
        let work = self.is(List::Subject, at + 2) && said(List::This, 3);
        moved || is || work
    }
}

fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}
