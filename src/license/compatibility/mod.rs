//! Whether code under one license may be part of a product under another: a verdict with its reasons and their sources.
//!
//! Pure, advisory, and careful: what is not known is `unknown`, where readers differ a person looks, and `ok` is said only
//! where the facts (`policies/licenses/facts.toml`) or a listed pair (`pairs.toml`) carry it. How it is derived and measured:
//! `docs/compatibility.md`.

use std::sync::OnceLock;

use compact_str::CompactString;

use crate::model::LookUp;

use super::facts::{Effect, GplList};
use super::{Class, Condition, Distribution, Expression, Facts, Linkage, Part, Patents, Reach, Term, TermFacts};

/// How a component is used in a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usage {
    /// How it is joined to the product.
    pub linkage: Linkage,
    /// How the product reaches others.
    pub distribution: Distribution,
}

/// What can be said of a combination, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fitness {
    /// The licenses go together in this use. Duties may remain.
    Ok,
    /// A person has to look: it depends on something that no file says, or readers differ.
    Review,
    /// Too little is known of one of the licenses.
    Unknown,
    /// What one license demands, the other does not give.
    Conflict,
}

impl Fitness {
    /// The word used in reports and in the file of pairs.
    pub fn as_str(self) -> &'static str {
        match self {
            Fitness::Ok => "ok",
            Fitness::Review => "review",
            Fitness::Unknown => "unknown",
            Fitness::Conflict => "conflict",
        }
    }
}

/// A step of the reasoning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// A clause without a full stop.
    pub text: String,
    /// Where it stands: the license and its section, or a published list. Empty where it follows from the steps before.
    pub source: CompactString,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compatibility {
    /// The verdict.
    pub fitness: Fitness,
    /// The terms that decided, inbound first.
    pub between: (Term, Term),
    /// Why, in the order of the reasoning. Never empty.
    pub reasons: Vec<Reason>,
}

/// More pairs of different terms than this are not compared: no license of a real component needs it.
const MOST_PAIRS: usize = 16_384;

/// Whether a component under `inbound` may be part of a product that is given out under `outbound`.
///
/// Of an inbound OR the best arm counts, of an AND the worst part. An outbound expression of several licenses promises each of
/// them, so all have to fit; where only some do, a person decides which to drop. Linear in the expressions but for the number
/// of different terms, which is bounded.
pub fn compatible(inbound: &Expression, outbound: &Expression, usage: Usage) -> Compatibility {
    let ins = Distinct::of(inbound);
    let outs = Distinct::of(outbound);
    if ins.terms.len() * outs.terms.len() > MOST_PAIRS {
        let text = "the expressions hold too many different licenses to be compared".to_owned();
        return Compatibility {
            fitness: Fitness::Unknown,
            between: (ins.terms[0].0.clone(), outs.terms[0].0.clone()),
            reasons: vec![Reason { text, source: CompactString::default() }],
        };
    }
    let mut answers: Vec<(Fitness, usize)> = Vec::with_capacity(outs.terms.len());
    for (out, out_facts) in &outs.terms {
        let verdicts: Vec<Fitness> = ins
            .terms
            .iter()
            .map(|(term, facts)| Pair { inbound: (term, facts), outbound: (out, out_facts), usage }.judge().0)
            .collect();
        answers.push(fold(inbound, &ins, &verdicts));
    }
    // Which outbound term decides: the worst, or the first of the best where all are fine.
    let worst =
        answers.iter().enumerate().max_by_key(|(at, (fitness, _))| (*fitness, usize::MAX - at)).map_or(0, |(at, _)| at);
    let (mut fitness, which) = answers[worst];
    let (out, out_facts) = &outs.terms[worst];
    let (term, facts) = &ins.terms[which];
    let mut reasons = Pair { inbound: (term, facts), outbound: (out, out_facts), usage }.judge().1;
    let fits = answers.iter().any(|(fitness, _)| *fitness <= Fitness::Review);
    if fitness == Fitness::Conflict && fits {
        fitness = Fitness::Review;
        reasons.push(Reason {
            text: format!("the product is given out under {outbound}, and only some of these fit"),
            source: CompactString::default(),
        });
    }
    Compatibility { fitness, between: (term.clone(), out.clone()), reasons }
}

/// The different terms of an expression. Terms of which nothing is known share one place.
struct Distinct {
    terms: Vec<(Term, TermFacts)>,
    /// By place among the expression's terms in the order of its parts.
    places: Vec<usize>,
}

impl Distinct {
    fn of(expression: &Expression) -> Distinct {
        let mut seen: LookUp<&Term, usize> = LookUp::new();
        let mut terms: Vec<(Term, TermFacts)> = Vec::new();
        let mut places = Vec::new();
        let mut unknown = None;
        for term in expression.terms() {
            let place = match seen.get(&term) {
                Some(place) => *place,
                None => {
                    let facts = TermFacts::of(term);
                    let place = match unknown {
                        Some(place) if facts.class == Class::Unreviewed => place,
                        _ => {
                            terms.push((term.clone(), facts));
                            terms.len() - 1
                        }
                    };
                    if facts.class == Class::Unreviewed {
                        unknown = Some(place);
                    }
                    seen.insert(term, place);
                    place
                }
            };
            places.push(place);
        }
        Distinct { terms, places }
    }
}

/// The verdict on an expression from those on its terms, with the term that decided.
fn fold(expression: &Expression, distinct: &Distinct, verdicts: &[Fitness]) -> (Fitness, usize) {
    let mut done: Vec<(Fitness, usize)> = Vec::with_capacity(expression.parts().len());
    let mut next = 0;
    for part in expression.parts() {
        let answer = match part {
            Part::Term(_) => {
                let place = distinct.places[next];
                next += 1;
                (verdicts[place], place)
            }
            // The first of the worst, and the first of the best.
            Part::And(members) => {
                let mut worst = done[members[0] as usize];
                for member in &members[1..] {
                    let other = done[*member as usize];
                    worst = if other.0 > worst.0 { other } else { worst };
                }
                worst
            }
            Part::Or(arms) => {
                let mut best = done[arms[0] as usize];
                for arm in &arms[1..] {
                    let other = done[*arm as usize];
                    best = if other.0 < best.0 { other } else { best };
                }
                best
            }
        };
        done.push(answer);
    }
    done[expression.root() as usize]
}

/// A pair that the file lists.
struct Listed {
    inbound: Vec<CompactString>,
    outbound: Vec<CompactString>,
    /// `Some(true)`: only where it is copied; `Some(false)`: only where it is linked.
    copied: Option<bool>,
    fitness: Fitness,
    why: CompactString,
    source: CompactString,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPairs {
    pair: Vec<RawPair>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPair {
    inbound: Vec<String>,
    outbound: Vec<String>,
    how: Option<String>,
    verdict: String,
    why: String,
    source: String,
}

/// The pairs that sepal ships. A test holds that the file is good.
fn listed() -> &'static [Listed] {
    static PAIRS: OnceLock<Vec<Listed>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let raw: RawPairs = toml::from_str(PAIRS_FILE).unwrap_or(RawPairs { pair: Vec::new() });
        let ids = |ids: Vec<String>| ids.into_iter().map(Into::into).collect();
        raw.pair
            .into_iter()
            .map(|raw| Listed {
                inbound: ids(raw.inbound),
                outbound: ids(raw.outbound),
                copied: raw.how.map(|how| how == "copied"),
                fitness: match raw.verdict.as_str() {
                    "ok" => Fitness::Ok,
                    "conflict" => Fitness::Conflict,
                    _ => Fitness::Review,
                },
                why: raw.why.into(),
                source: raw.source.into(),
            })
            .collect()
    })
}

const PAIRS_FILE: &str = include_str!("../../../policies/licenses/pairs.toml");

/// Family, version and what follows: `GPL-2.0-or-later` → `("GPL", (2, 0), "")`.
fn version(id: &str) -> Option<(&str, (u32, u32), &str)> {
    let bare = id.strip_suffix("-only").or_else(|| id.strip_suffix("-or-later")).unwrap_or(id);
    let at = bare
        .match_indices('-')
        .map(|(at, _)| at)
        .find(|at| bare[at + 1..].starts_with(|c: char| c.is_ascii_digit()))?;
    let (family, rest) = (&bare[..at], &bare[at + 1..]);
    let (number, tail) = rest.split_once('-').unwrap_or((rest, ""));
    let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
    Some((family, (major.parse().ok()?, minor.parse().ok()?), tail))
}

/// Whether terms can be met by giving a work out under others.
enum Fit {
    /// They can; why, and where it stands.
    Yes(String, CompactString),
    /// They can, and the work then is under this, which is less than it promises.
    Only(CompactString),
    /// The exception that the work promises no longer holds for the whole.
    WithoutException,
    /// They cannot.
    No,
}

/// Two terms in one use.
#[derive(Clone, Copy)]
struct Pair<'a> {
    inbound: (&'a Term, &'a TermFacts),
    outbound: (&'a Term, &'a TermFacts),
    usage: Usage,
}

fn reason(text: impl Into<String>, source: impl Into<CompactString>) -> Reason {
    Reason { text: text.into(), source: source.into() }
}

/// `Apache-2.0, section 4`, or nothing where no place is known.
fn place(license: &str, place: &str) -> CompactString {
    match place {
        "" => license.into(),
        place => compact_str::format_compact!("{license}, {place}"),
    }
}

impl Pair<'_> {
    fn judge(self) -> (Fitness, Vec<Reason>) {
        let (term, known) = self.inbound;
        let Usage { linkage, distribution } = self.usage;
        let say = |fitness, text: String| (fitness, vec![reason(text, "")]);
        match known.class {
            Class::Unreviewed => return say(Fitness::Unknown, format!("nobody has read {term} for this program")),
            Class::Proprietary => {
                return say(Fitness::Review, format!("{term} is no public license: use needs an agreement"));
            }
            Class::FieldOfUse | Class::SourceAvailable | Class::NonCommercial | Class::NoDerivatives => {
                return self.limited();
            }
            _ => {}
        }
        if linkage == Linkage::Tool {
            return say(Fitness::Ok, format!("it is {}, so {term} asks nothing of the product", linkage.phrase()));
        }
        let Some(facts) = known.license else { return self.by_class() };
        if !linkage.is_joined() {
            let text = format!("it is {}, so the terms of {term} stay with it", linkage.phrase());
            return (Fitness::Ok, vec![reason(text, "")]);
        }
        let mut chain = Vec::new();
        if facts.reach != Reach::None {
            let source = facts
                .ask(Condition::SameLicense)
                .or_else(|| facts.ask(Condition::DiscloseSource))
                .map_or_else(CompactString::default, |ask| place(&term.license, &ask.place));
            chain.push(reason(format!("{term} covers {}", facts.reach.phrase()), source));
        }
        if let Some(exception) = known.exception {
            let name = term.exception.as_deref().unwrap_or_default();
            chain.push(reason(format!("its exception: {}", exception.text), name));
        }
        let (fitness, reasons) = match distribution {
            Distribution::Internal | Distribution::Hosted => self.kept(facts),
            Distribution::Binary | Distribution::Source | Distribution::Device => self.given_out(facts),
        };
        chain.extend(reasons);
        (fitness, chain)
    }

    /// Not free for every use.
    fn limited(self) -> (Fitness, Vec<Reason>) {
        let (term, known) = self.inbound;
        let source = known
            .license
            .and_then(|facts| facts.ask(Condition::UseLimit))
            .map_or_else(|| term.license.clone(), |ask| place(&term.license, &ask.place));
        let chain = vec![reason(format!("{term} does not cover every use"), source)];
        let given_out = !matches!(self.usage.distribution, Distribution::Internal | Distribution::Hosted);
        if given_out && self.usage.linkage.is_joined() && self.closed() && !self.same_license() {
            let text = format!("{} grants every use to whoever gets the product", self.outbound.0);
            return (Fitness::Conflict, [chain, vec![reason(text, "")]].concat());
        }
        (Fitness::Review, chain)
    }

    /// Only the class is known: enough where the other license takes anything in, and no further.
    fn by_class(self) -> (Fitness, Vec<Reason>) {
        let (term, known) = self.inbound;
        let notices = matches!(known.class, Class::PublicDomain | Class::Permissive);
        let open = self.outbound.1.class != Class::Unreviewed && !self.closed();
        let kept = matches!(self.usage.distribution, Distribution::Internal | Distribution::Hosted);
        if notices && (open || kept || !self.usage.linkage.is_joined()) {
            let text = format!("{term} is {}: nothing but its own notices has to stay", known.class);
            return (Fitness::Ok, vec![reason(text, "policies/licenses/classes.toml")]);
        }
        let text = format!("of {term} only its class is known ({}), and that does not decide", known.class);
        (Fitness::Unknown, vec![reason(text, "")])
    }

    fn same_license(self) -> bool {
        self.inbound.0.license == self.outbound.0.license
    }

    /// Whether the product's license has to hold for everything in it, without further conditions.
    fn closed(self) -> bool {
        let (term, known) = self.outbound;
        let linked = self.usage.linkage != Linkage::Copied;
        match known.class {
            Class::StrongCopyleft | Class::NetworkCopyleft | Class::WeakCopyleft | Class::ShareAlike => {}
            Class::Permissive => {
                // A few ask that their code stays under them, and take in what adds nothing.
                let stays = known.license.is_some_and(|facts| facts.ask(Condition::SameLicense).is_some());
                return stays && !linked;
            }
            _ => return term.is_reference() && known.class == Class::Unreviewed,
        }
        match known.license {
            None => true,
            Some(facts) if linked => {
                let opened = matches!(known.exception, Some(exception) if exception.effect == Effect::Link);
                facts.reach == Reach::Work && !opened
            }
            Some(_) => true,
        }
    }

    /// The product is not given to others.
    fn kept(self, facts: &Facts) -> (Fitness, Vec<Reason>) {
        let (term, known) = self.inbound;
        let distribution = self.usage.distribution;
        if !facts.copyleft_due(distribution) {
            let text = format!(
                "no copy leaves {}, so {term} asks for nothing of the whole",
                match distribution {
                    Distribution::Hosted => "your service",
                    _ => "your organisation",
                }
            );
            return (Fitness::Ok, vec![reason(text, "")]);
        }
        let ask = facts.ask(Condition::DiscloseSource).or_else(|| facts.ask(Condition::SameLicense));
        let source = ask.map_or_else(CompactString::default, |ask| place(&term.license, &ask.place));
        let due = reason(
            format!(
                "{term} asks for source {} too",
                match distribution {
                    Distribution::Hosted => "where it is used over a network",
                    _ => "where it is used inside an organisation",
                }
            ),
            source,
        );
        if known.reach(self.usage.linkage) == Some(Reach::File) && self.usage.linkage != Linkage::Copied {
            return (Fitness::Ok, vec![due, reason("that is the source of its own files", "")]);
        }
        match self.fit() {
            Fit::Yes(text, place) => (Fitness::Ok, vec![due, reason(text, place)]),
            _ => {
                let text = format!(
                    "the product is under {}, so look whether its users get the source they may ask for",
                    self.outbound.0
                );
                (Fitness::Review, vec![due, reason(text, "")])
            }
        }
    }

    /// Others get the product.
    fn given_out(self, facts: &Facts) -> (Fitness, Vec<Reason>) {
        let (term, known) = self.inbound;
        let (out, out_known) = self.outbound;
        let Usage { linkage, distribution } = self.usage;
        if let Some(answer) = self.by_pair() {
            return answer;
        }
        if out_known.class == Class::Unreviewed && term != out {
            return (Fitness::Unknown, vec![reason(format!("nobody has read {out} for this program"), "")]);
        }
        if out_known.license.is_none() && self.closed() && term != out {
            let text = format!("of {out} only its class is known ({}), and that does not decide", out_known.class);
            return (Fitness::Unknown, vec![reason(text, "")]);
        }
        let linked = linkage != Linkage::Copied;
        let reach = known.reach(linkage).unwrap_or(Reach::Work);
        if reach == Reach::None {
            return self.permissive(facts);
        }
        let keeps = || reason(format!("the product keeps {out} beside it"), "");
        match self.fit() {
            Fit::Yes(text, source) => return (Fitness::Ok, vec![reason(text, source)]),
            Fit::Only(id) => {
                let text = format!("the whole can be given out under {id} only, which is less than {out} promises");
                return (Fitness::Review, vec![reason(text, "")]);
            }
            Fit::WithoutException => {
                let text = format!("the exception of {out} no longer holds for the whole");
                return (Fitness::Review, vec![reason(text, "")]);
            }
            Fit::No => {}
        }
        let demand = format!("{out} has to hold for the whole, and {term} does not let its code be under it");
        match reach {
            Reach::None => self.permissive(facts),
            Reach::File if linked && facts.content && known.class == Class::WeakCopyleft => {
                let text = "fonts may be bundled with any software".to_owned();
                (Fitness::Ok, vec![reason(text, place(&term.license, "condition 2"))])
            }
            Reach::File if linked && !self.closed() => (Fitness::Ok, vec![keeps()]),
            Reach::Library if linked && !self.closed() => match (linkage, distribution) {
                (Linkage::Static, Distribution::Binary | Distribution::Device)
                    if facts.ask(Condition::Relink).is_some() || facts.ask(Condition::DiscloseSource).is_some() =>
                {
                    let source = facts
                        .ask(Condition::Relink)
                        .map_or_else(CompactString::default, |ask| place(&term.license, &ask.place));
                    let text = "linked into one file, its user has to be able to put another version of it in: give object files or source, or link dynamically";
                    (Fitness::Review, vec![reason(text, source)])
                }
                _ => (Fitness::Ok, vec![reason("its user can put another version of it in", ""), keeps()]),
            },
            Reach::File if known.class == Class::ShareAlike => (Fitness::Review, vec![reason(demand, "")]),
            Reach::File | Reach::Library => (Fitness::Conflict, vec![reason(demand, "")]),
            Reach::Work if known.class == Class::ShareAlike => {
                let text = "kept apart it is fine; an adaptation has to be under the same terms".to_owned();
                (Fitness::Review, vec![reason(text, "")])
            }
            Reach::Work if matches!(known.exception, Some(exception) if exception.effect == Effect::Boundary) => {
                let text = "it depends on which side of the boundary the product stands".to_owned();
                (Fitness::Review, vec![reason(text, "")])
            }
            Reach::Work if linked && distribution == Distribution::Source && !self.closed() => {
                let text = format!(
                    "your own files may stay under {out}; whoever gives the whole out, as source or built, does so under {term}"
                );
                (Fitness::Review, vec![reason(text, "")])
            }
            Reach::Work => (
                Fitness::Conflict,
                vec![reason(format!("{out} is not among the licenses under which the whole may be given out"), "")],
            ),
        }
    }

    /// Inbound asks for notices and the like, and for nothing of the whole.
    fn permissive(self, facts: &Facts) -> (Fitness, Vec<Reason>) {
        let (term, known) = self.inbound;
        let (out, _) = self.outbound;
        let ok = |text: String, source: CompactString| (Fitness::Ok, vec![reason(text, source)]);
        if self.same_license() {
            return ok(format!("both are {}", term.license), CompactString::default());
        }
        if let Some(ask) = facts.ask(Condition::SameLicense)
            && self.usage.linkage == Linkage::Copied
        {
            let text = format!("{term} asks that its code stays under it");
            return (Fitness::Review, vec![reason(text, place(&term.license, &ask.place))]);
        }
        if !self.closed() {
            return ok(format!("{term} asks for nothing that {out} forbids"), CompactString::default());
        }
        let further = further_conditions(facts);
        if let Some(needs) = gnu_version(&out.license) {
            let list = known.exception.and_then(|exception| exception.gpl).or(facts.gpl);
            let by_list = |list: GplList| match needs {
                Gnu::Two => (list.two, false),
                Gnu::Three => (list.three, false),
                Gnu::TwoOrLater => (list.two || list.three, !list.two && list.three),
            };
            if let Some(list) = list {
                return match by_list(list) {
                    // The list speaks of versions 2 and 3.
                    (true, _) if further.is_some() && out.license.starts_with("GPL-1.0-only") => {
                        let text = format!("{term} goes together with version 2, and no list speaks of version 1");
                        (Fitness::Review, vec![reason(text, "FSF license list")])
                    }
                    (true, false) => ok(format!("{term} adds no restriction to {out}"), "FSF license list".into()),
                    (true, true) => ok(
                        format!("by taking version 3 of {out}, with which {term} goes together"),
                        "FSF license list".into(),
                    ),
                    (false, _) => {
                        let text = format!("{term} adds restrictions that {out} does not have");
                        let asks = further
                            .map_or_else(Vec::new, |(text, source)| vec![reason(text, place(&term.license, &source))]);
                        (Fitness::Conflict, [vec![reason(text, "FSF license list")], asks].concat())
                    }
                };
            }
        }
        // What adds restrictions to the GPL may well add some to other licenses.
        let further = further.or_else(|| {
            let restricts = facts.gpl == Some(GplList { two: false, three: false });
            restricts.then(|| ("the FSF finds that it adds restrictions".to_owned(), "FSF license list".into()))
        });
        match further {
            None => ok(format!("{term} asks for notices, which {out} lets stay"), CompactString::default()),
            Some((text, source)) => {
                let open = format!("nothing says for certain whether {out} takes that in");
                (Fitness::Review, vec![reason(text, place(&term.license, &source)), reason(open, "")])
            }
        }
    }

    fn by_pair(self) -> Option<(Fitness, Vec<Reason>)> {
        let (term, known) = self.inbound;
        let (out, out_known) = self.outbound;
        if let Some(exception) = out_known.exception
            && exception.effect == Effect::Partner
            && self.usage.linkage != Linkage::Copied
        {
            let name = out.exception.clone().unwrap_or_default();
            if exception.partners.contains(&term.license) {
                return Some((Fitness::Ok, vec![reason(format!("{out} names {term}"), name)]));
            }
            if known.license.is_some_and(|facts| further_conditions(facts).is_some()) {
                let text = "whether the exception names it has to be read".to_owned();
                return Some((Fitness::Review, vec![reason(text, name)]));
            }
        }
        if known.exception.is_some_and(|exception| exception.gpl.is_some()) || term.license == out.license {
            return None;
        }
        let copied = self.usage.linkage == Linkage::Copied;
        let opened = !copied && matches!(out_known.exception, Some(exception) if exception.effect == Effect::Link);
        if opened {
            return None;
        }
        let options = options(term);
        // What fits by itself needs no pair.
        if options.iter().any(|option| matches!(matches(option, out), Fit::Yes(..))) {
            return None;
        }
        listed()
            .iter()
            .filter(|pair| pair.copied.is_none_or(|only| only == copied) && pair.outbound.contains(&out.license))
            .find(|pair| {
                pair.inbound.contains(&term.license)
                    || options.iter().filter(|option| !option.later).any(|option| {
                        pair.inbound.iter().any(|listed| {
                            let wanted = Term { license: listed.clone(), or_later: false, exception: None };
                            matches!(matches(option, &wanted), Fit::Yes(..))
                        })
                    })
            })
            .map(|pair| (pair.fitness, vec![reason(pair.why.as_str(), pair.source.clone())]))
    }

    /// Whether inbound lets its code be given out under outbound.
    fn fit(self) -> Fit {
        let (term, _) = self.inbound;
        let (out, _) = self.outbound;
        let mut best = Fit::No;
        for option in options(term) {
            match matches(&option, out) {
                Fit::Yes(..) if out.exception.is_some() && out.exception != term.exception => {
                    return Fit::WithoutException;
                }
                Fit::Yes(text, source) => return Fit::Yes(text, source),
                Fit::Only(id) => best = Fit::Only(id),
                Fit::WithoutException | Fit::No => {}
            }
        }
        best
    }
}

/// What a permissive license asks beyond notices, as a clause, and where it stands.
fn further_conditions(facts: &Facts) -> Option<(String, CompactString)> {
    if facts.content {
        return Some(("it is a license for texts and media, not for code".to_owned(), CompactString::default()));
    }
    for (condition, text) in [
        (Condition::UseLimit, "it does not cover every use"),
        (Condition::Acknowledgement, "it asks for an acknowledgement"),
        (Condition::Rename, "it asks that changed versions take another name"),
        (Condition::SameLicense, "it asks that its code stays under it"),
        (Condition::NoticeFile, "it asks to pass on a NOTICE file"),
    ] {
        if let Some(ask) = facts.ask(condition) {
            return Some((text.to_owned(), ask.place.clone()));
        }
    }
    (facts.patents.0 == Patents::GrantAndTermination)
        .then(|| ("it ends for whoever sues over patents".to_owned(), facts.patents.1.clone()))
}

/// Which version of the GPL has to take something in, for it to be in a work under this GNU license.
#[derive(Clone, Copy)]
enum Gnu {
    Two,
    Three,
    TwoOrLater,
}

fn gnu_version(id: &str) -> Option<Gnu> {
    let (family, (major, _), _) = version(id)?;
    if !matches!(family, "GPL" | "LGPL" | "AGPL") {
        return None;
    }
    Some(match (major, id.ends_with("-or-later")) {
        (3.., _) => Gnu::Three,
        (_, true) => Gnu::TwoOrLater,
        (_, false) => Gnu::Two,
    })
}

/// A license under which inbound may be taken.
struct Choice {
    id: CompactString,
    or_later: bool,
    /// Whether it is a later version by another name, which is other terms.
    later: bool,
    /// How one comes to it; empty for the license itself.
    how: String,
    source: CompactString,
}

/// All licenses under which a term may be taken by its own text, itself first. Later versions in the GNU family are left to
/// [`matches`].
fn options(term: &Term) -> Vec<Choice> {
    let table = super::facts();
    let mut found = vec![Choice {
        id: term.license.clone(),
        or_later: term.or_later || term.license.ends_with("-or-later"),
        later: false,
        how: String::new(),
        source: CompactString::default(),
    }];
    // One step only: what a later version would permit in turn, or another license, is not the text that was received.
    if let Some(facts) = table.license(&term.license) {
        let ways = [
            (&facts.later, true, "a later version of it"),
            (&facts.into, false, "its text lets it be given out under it"),
        ];
        for (listed, later, how) in ways {
            let Some((ids, source)) = listed else { continue };
            for next in ids {
                found.push(Choice {
                    id: next.clone(),
                    or_later: next.ends_with("-or-later"),
                    later,
                    how: format!("{next}: {how}"),
                    source: place(&term.license, source),
                });
            }
        }
    }
    found
}

/// Whether a choice meets what a work under `out` promises, its exception left aside.
fn matches(choice: &Choice, out: &Term) -> Fit {
    let yes = |text: String| Fit::Yes(text, choice.source.clone());
    let said = |otherwise: String| if choice.how.is_empty() { otherwise } else { choice.how.clone() };
    if choice.id == out.license && (choice.or_later || !out.or_later) {
        return yes(said(format!("both are {}", choice.id)));
    }
    let (Some((family, have, tail)), Some((out_family, want, out_tail))) = (version(&choice.id), version(&out.license))
    else {
        return Fit::No;
    };
    if family != out_family || tail != out_tail {
        return Fit::No;
    }
    match (choice.or_later, out.or_later) {
        (true, _) if want >= have => yes(said(format!("its recipient may choose {}", out.license))),
        (true, true) | (false, true) if have >= want => Fit::Only(choice.id.clone()),
        (false, false) if have == want => yes(said(format!("both are {}", choice.id))),
        _ => Fit::No,
    }
}

#[cfg(test)]
mod tests;
