//! License texts in a text: which document of the corpus stands where, and what differs.
//!
//! Runs of four words that a document has vote for where it would have to begin; where enough votes agree, the candidates are
//! compared word by word, and the one that leaves least unexplained is taken.

use super::align::{Alignment, Loaded, Pair, align};
use super::corpus::{Corpus, Kind, is_sampled, run_of};

/// A document found in a text.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Its number in the corpus.
    pub document: usize,
    /// The words of the text that it takes, from the first …
    pub from: usize,
    /// … to one past the last.
    pub to: usize,
    /// How much of text and document agree, in percent.
    pub percent: u8,
    /// Whether the text is another license than the document: terms were added.
    pub modified: bool,
    /// What differs, in words of the text.
    pub differences: Vec<Differs>,
    /// Whether it is the longer form of the license that it was compared with.
    pub longer: bool,
    /// Where words fill a hole of the template, that may be a sentence.
    pub filled: Vec<(usize, usize)>,
}

/// One difference that no template allows for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Differs {
    /// Words of the text that the document does not have.
    pub text: (usize, usize),
    /// How many words of the document are missing there.
    pub missing: u32,
    /// How many words were put in.
    pub added: u32,
    /// Whether the words offer another license for this one: in the middle of the BSD license, "Alternatively, this software may be
    /// distributed under the terms of the GNU General Public License".
    pub offers: bool,
}

/// Most votes that are kept of one text.
const MOST_VOTES: usize = 2_000_000;
/// Votes for beginnings that lie so near each other are for the same beginning.
const SAME_PLACE: i64 = 40;
/// Most documents that are compared for one place.
const MOST_CANDIDATES: usize = 14;

#[derive(Clone, Copy, Debug)]
struct Vote {
    document: u16,
    /// Where the document's first word would stand.
    begins: i64,
    at: u32,
    in_document: u32,
}

#[derive(Clone, Debug)]
struct Candidate {
    document: u16,
    votes: u32,
    /// Words of the text between first and last vote.
    text: (u32, u32),
    words: (u32, u32),
}

/// Licenses that are met so often that they are taken where a rare twin explains a text only as well.
const COMMON: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unlicense",
    "Zlib",
];

/// All documents in a text, in its order; and whether everything was looked at.
pub(super) fn find(
    corpus: &Corpus,
    loaded: &Loaded,
    words: &[u16],
    copyright: &[bool],
    work: &mut u64,
) -> (Vec<Found>, bool) {
    let (votes, mut complete) = votes(corpus, words);
    let mut candidates = candidates(corpus, votes);
    candidates.sort_by(|a, b| b.votes.cmp(&a.votes).then(a.document.cmp(&b.document)).then(a.text.cmp(&b.text)));
    let mut finder = Finder {
        corpus,
        loaded,
        words,
        copyright,
        answers: vec![None; candidates.len()],
        alike: alike(&candidates),
        candidates,
        taken: Taken::none_of(words.len()),
        found: Vec::new(),
    };
    // First what is a license as it stands: a long text that resembles several of them in a row must not swallow them.
    for only_good in [true, false] {
        complete &= finder.pass(only_good, work);
    }
    let mut found = finder.found;
    found.sort_by_key(|one| (one.from, one.to));
    (found, complete)
}

/// From so much agreement on, in percent, a text is taken before others are looked at.
const GOOD: u8 = 85;

struct Finder<'a> {
    corpus: &'a Corpus,
    loaded: &'a Loaded,
    words: &'a [u16],
    copyright: &'a [bool],
    candidates: Vec<Candidate>,
    /// What comparing each candidate brought, once it was compared.
    answers: Vec<Option<Option<(i64, Found)>>>,
    /// Candidates of one vote, of two and three, of four to seven and so on.
    alike: Vec<Alike>,
    taken: Taken,
    found: Vec<Found>,
}

/// Candidates with about as many votes, by where they begin: to find those of the same place without looking at all.
#[derive(Clone, Default)]
struct Alike {
    by_place: Vec<usize>,
    /// How many words of the text the longest one takes.
    longest: u32,
}

/// Candidates by the power of two that their votes come to. Those with about as many votes are about as long: among them only few
/// begin so near a place that they may reach into it, however many short ones a long text is strewn with.
fn alike(candidates: &[Candidate]) -> Vec<Alike> {
    let mut alike = vec![Alike::default(); u32::BITS as usize];
    for (at, candidate) in candidates.iter().enumerate() {
        let group = &mut alike[candidate.votes.max(1).ilog2() as usize];
        group.by_place.push(at);
        group.longest = group.longest.max(candidate.text.1 - candidate.text.0);
    }
    for group in &mut alike {
        group.by_place.sort_by_key(|at| candidates[*at].text.0);
    }
    alike
}

impl Finder<'_> {
    /// Takes the best candidate of each place; answers whether the budget sufficed.
    fn pass(&mut self, only_good: bool, work: &mut u64) -> bool {
        for lead in 0..self.candidates.len() {
            if *work == 0 {
                return false;
            }
            let place = self.candidates[lead].text;
            if self.taken.share(place) > 0.5 {
                continue;
            }
            let mut best = self.best_of((lead, lead), place, only_good, work);
            // Where a long text resembles several in a row, what is the best of all that place is not yet the best of its own.
            if let Some((at, one)) = &best
                && (one.to - one.from) * 5 / 4 < (place.1 - place.0) as usize
            {
                let (at, own) = (*at, (one.from as u32, one.to as u32));
                best = self.best_of((lead, at), own, only_good, work).or(best);
            }
            if let Some((_, one)) = best {
                self.taken.take((one.from as u32, one.to as u32));
                self.found.push(one);
            }
        }
        true
    }

    /// The best of the candidates of a place, from the first that is left on, that have more than half as many votes as the one that
    /// leads there; and which it is.
    fn best_of(
        &mut self,
        (first, lead): (usize, usize),
        place: (u32, u32),
        only_good: bool,
        work: &mut u64,
    ) -> Option<(usize, Found)> {
        let most_votes = self.candidates[lead].votes;
        let most = most_votes.max(1).ilog2() as usize;
        let near = |group: &'_ Alike| {
            let begin = group.by_place.partition_point(|at| self.candidates[*at].text.0 + group.longest < place.0);
            let here = group.by_place[begin..].iter().copied();
            here.take_while(|at| self.candidates[*at].text.0 < place.1).collect::<Vec<usize>>()
        };
        // More than half as many votes.
        let mut here: Vec<usize> = self.alike[most.saturating_sub(1)..=most]
            .iter()
            .flat_map(near)
            .filter(|at| {
                let other = &self.candidates[*at];
                *at >= first && other.votes * 2 > most_votes && overlap(other.text, place) > 0.5
            })
            .collect();
        // Those that have most of what votes and least of what does not.
        let rank = |at: &usize| {
            let candidate = &self.candidates[*at];
            let sampled = self.corpus.documents[candidate.document as usize].sampled;
            (std::cmp::Reverse(i64::from(candidate.votes) * 2 - i64::from(sampled)), *at)
        };
        *work = work.saturating_sub(20 * here.len() as u64 + 100);
        here.sort_by_key(rank);
        here.truncate(MOST_CANDIDATES);
        let mut best: Option<(i64, usize, Found)> = None;
        for at in here {
            if self.answers[at].is_none() {
                let candidate = &self.candidates[at];
                let most = limit(self.corpus, candidate, best.as_ref().map(|(_, _, found)| found));
                let answer = compare(self.corpus, self.loaded, self.words, self.copyright, candidate, most, work);
                self.answers[at] = Some(answer.and_then(|answer| judged(self.corpus, self.words, candidate, answer)));
            }
            let Some(Some((score, one))) = &self.answers[at] else { continue };
            if only_good && one.percent < GOOD {
                continue;
            }
            if self.taken.share((one.from as u32, one.to as u32)) > 0.3 {
                continue;
            }
            if best.as_ref().is_none_or(|(have, _, _)| score > have) {
                best = Some((*score, at, one.clone()));
            }
            // Nothing is left to explain, and those that follow have less of what votes.
            if one.percent == 100 && self.candidates[at].votes == most_votes {
                break;
            }
        }
        best.map(|(_, at, one)| (at, one))
    }
}

/// How much of the smaller of two ranges lies in the other.
fn overlap(a: (u32, u32), b: (u32, u32)) -> f32 {
    let common = a.1.min(b.1).saturating_sub(a.0.max(b.0)) as f32;
    common / (a.1 - a.0).min(b.1 - b.0).max(1) as f32
}

/// Which words of the text belong to something that was found.
///
/// How many of a range do is asked for every candidate. Partial sums in a tree answer it in as many steps as the number of words
/// has binary digits (P. Fenwick, "A new data structure for cumulative frequency tables", 1994).
struct Taken {
    /// The ends of the ranges that were taken, by their beginning.
    ranges: std::collections::BTreeMap<u32, u32>,
    sums: Vec<u32>,
}

impl Taken {
    fn none_of(words: usize) -> Self {
        Self { ranges: std::collections::BTreeMap::new(), sums: vec![0; words + 1] }
    }

    /// How many words before this one are taken; those that two ranges have count twice.
    fn before(&self, word: u32) -> u32 {
        let mut at = (word as usize).min(self.sums.len() - 1);
        let mut sum = 0;
        while at > 0 {
            sum += self.sums[at];
            at &= at - 1;
        }
        sum
    }

    /// How much of a range is taken.
    fn share(&self, range: (u32, u32)) -> f32 {
        let common = self.before(range.1).saturating_sub(self.before(range.0));
        common as f32 / range.1.saturating_sub(range.0).max(1) as f32
    }

    fn take(&mut self, range: (u32, u32)) {
        let end = self.ranges.entry(range.0).or_insert(range.0);
        for word in *end..range.1 {
            let mut at = word as usize + 1;
            while let Some(sum) = self.sums.get_mut(at) {
                *sum += 1;
                at += at & at.wrapping_neg();
            }
        }
        *end = range.1.max(*end);
    }
}

fn votes(corpus: &Corpus, words: &[u16]) -> (Vec<Vote>, bool) {
    let mut votes = Vec::new();
    for (at, four) in words.windows(4).enumerate() {
        let run = run_of(four);
        if !is_sampled(run) {
            continue;
        }
        let postings = corpus.postings(run);
        if votes.len() + postings.len() > MOST_VOTES {
            return (votes, false);
        }
        votes.extend(postings.iter().map(|posting| Vote {
            document: posting.document,
            begins: at as i64 - i64::from(posting.at),
            at: at as u32,
            in_document: posting.at,
        }));
    }
    (votes, true)
}

fn candidates(corpus: &Corpus, mut votes: Vec<Vote>) -> Vec<Candidate> {
    votes.sort_unstable_by_key(|vote| (vote.document, vote.begins, vote.at));
    let mut found: Vec<Candidate> = Vec::new();
    for of_document in votes.chunk_by(|a, b| a.document == b.document) {
        let document = of_document[0].document;
        let mut pieces: Vec<Candidate> = Vec::new();
        for place in places(of_document) {
            let min = |f: fn(&Vote) -> u32| place.iter().map(f).min().unwrap_or(0);
            let max = |f: fn(&Vote) -> u32| place.iter().map(f).max().unwrap_or(0);
            let mut piece = Candidate {
                document,
                votes: place.len() as u32,
                text: (min(|vote| vote.at), max(|vote| vote.at) + 4),
                words: (min(|vote| vote.in_document), max(|vote| vote.in_document) + 4),
            };
            // One text after the other, each begun once: a piece of many places is cut where it begins anew.
            let most = (corpus.documents[document as usize].to - corpus.documents[document as usize].from) * 2 + 500;
            piece.text.1 = piece.text.1.min(piece.text.0 + most);
            pieces.push(piece);
        }
        found.extend(joined(corpus, pieces));
    }
    found
}

/// Votes for beginnings near each other. Where one copy of a text follows another, votes that are wrong by some words stand
/// between them and would tie both together: so a place is never wider than twice what is near.
fn places(votes: &[Vote]) -> Vec<&[Vote]> {
    let mut places = Vec::new();
    let mut rest = votes;
    while let Some(first) = rest.first() {
        let mut end = 1;
        while rest.get(end).is_some_and(|vote| {
            vote.begins - rest[end - 1].begins <= SAME_PLACE && vote.begins - first.begins <= 2 * SAME_PLACE
        }) {
            end += 1;
        }
        let (place, after) = rest.split_at(end);
        places.push(place);
        rest = after;
    }
    places
}

/// Puts pieces of the same document together where something long stands between them, and drops what is too little.
fn joined(corpus: &Corpus, mut pieces: Vec<Candidate>) -> Vec<Candidate> {
    let Some(document) = pieces.first().map(|piece| corpus.documents[piece.document as usize]) else { return pieces };
    let length = document.to - document.from;
    pieces.retain(|piece| piece.votes >= 2 || length < 60);
    pieces.sort_by_key(|piece| (piece.text, piece.words));
    let mut out: Vec<Candidate> = Vec::new();
    for piece in pieces {
        if let Some(last) = out.last_mut() {
            // What says the same words again is no continuation: a phrase that stands in each of twenty texts in a row would
            // make one long candidate of them, which then speaks for all.
            let follows =
                piece.words.0 + 12 >= last.words.1 && piece.words.1 > last.words.1 && piece.text.0 + 12 >= last.text.1;
            let gap = piece.text.0.saturating_sub(last.text.1);
            let skipped = piece.words.0.saturating_sub(last.words.1);
            if follows && gap <= 200 + skipped * 2 {
                last.votes += piece.votes;
                last.text.1 = last.text.1.max(piece.text.1);
                last.words.1 = last.words.1.max(piece.words.1);
                continue;
            }
        }
        out.push(piece);
    }
    out.retain(|piece| {
        // A quarter of all runs vote: a third of what the required words would bring is worth a look.
        let expected = document.required.min(length) / 4;
        piece.votes * 4 >= expected.max(4) && piece.votes >= 1
    });
    out
}

/// How many words may differ at most for a candidate to be worth comparing to the end.
fn limit(corpus: &Corpus, candidate: &Candidate, best: Option<&Found>) -> usize {
    /// What names in holes may come to.
    const NAMES: usize = 120;
    let document = &corpus.documents[candidate.document as usize];
    let free = (document.to - document.from - document.required) as usize;
    let own = document.required as usize / 2 + 40 + free.min(600) + NAMES;
    match best {
        Some(best) => {
            let differs: u32 = best.differences.iter().map(|one| one.missing + one.added).sum();
            own.min(differs as usize + NAMES + free.min(200))
        }
        None => own,
    }
}

fn compare(
    corpus: &Corpus,
    loaded: &Loaded,
    words: &[u16],
    copyright: &[bool],
    candidate: &Candidate,
    most: usize,
    work: &mut u64,
) -> Option<Alignment> {
    let document = &corpus.documents[candidate.document as usize];
    let known = corpus.words_of(document);
    // The text that stands for what lies before the first vote and after the last, with some words to spare.
    let before = candidate.words.0 as usize;
    let after = known.len() - (candidate.words.1 as usize).min(known.len());
    let spare = |words: usize| words + words / 4 + 8;
    let from = (candidate.text.0 as usize).saturating_sub(spare(before).min(1_000));
    let to = ((candidate.text.1 as usize) + spare(after).min(1_000)).min(words.len());
    // A piece that votes for one place again and again is looked at from its beginning, and no further than a text goes.
    let to = to.min(from + known.len() * 2 + 2_000);
    let pair = Pair {
        document: known,
        slots: corpus.slots_of(document),
        text: &words[from..to],
        copyright: &copyright[from..to],
        loaded,
    };
    // Words before and after that turn out not to belong to it are no difference.
    let margin = (candidate.text.0 as usize - from) + to.saturating_sub(candidate.text.1 as usize);
    let mut answer = align(&pair, most + margin, work)?;
    answer.from += from as u32;
    answer.to += from as u32;
    for one in &mut answer.differences {
        one.text.0 += from as u32;
        one.text.1 += from as u32;
    }
    Some(answer)
}

/// How much of a common license's text has to be there where nothing was put in.
const PART: f32 = 0.4;

/// So many words in one place are a clause, not a slip.
const CLAUSE: u32 = 8;

/// Exceptions are written one after the pattern of another: what differs is for whom it is made. Whether a text has none of the
/// names that are in the exception's identifier and in its words: `openssl`.
fn is_for_another(corpus: &Corpus, words: &[u16], document: &super::corpus::Document, answer: &Alignment) -> bool {
    let (known, slots) = (corpus.words_of(document), corpus.slots_of(document));
    let required = |name: u16| known.iter().zip(slots).any(|(word, slot)| *word == name && !slot.free);
    let text = words.get(answer.from as usize..answer.to as usize).unwrap_or_default();
    let names: Vec<u16> = document
        .id
        .split('-')
        .map(|name| corpus.number(&name.to_ascii_lowercase()))
        .filter(|name| *name != corpus.number("exception") && required(*name))
        .collect();
    !names.is_empty() && !names.iter().any(|name| text.contains(name))
}

/// Where no more than this differs, a missing word was left out on purpose; where much differs, it was lost.
const FEW: usize = 3;

/// Words by which licenses say what is granted.
const RIGHTS: &[&str] = &[
    "copy",
    "distribute",
    "free",
    "irrevocable",
    "merge",
    "modify",
    "nonexclusive",
    "perpetual",
    "publish",
    "royalty",
    "sell",
    "sublicense",
    "use",
    "worldwide",
];

/// The same, which one in a hundred words lost may hit: other words stand for them, or more is gone.
const GRANTS: &[&str] =
    &["alter", "anyone", "binary", "deal", "derivative", "everyone", "permit", "redistribute", "redistribution"];

/// Words by which licenses ask for something. One stands for another.
const DEMANDS: &[&str] = &["must", "required", "shall"];

/// Words that say no. One stands for another.
const DENIALS: &[&str] = &["cannot", "neither", "no", "nor", "not", "without"];

/// What no denial takes away: "but not limited to", "without limitation", "without warranty".
const OF_WARRANTIES: &[&str] = &["limitation", "limited", "warranties", "warranty"];

/// Whether a right that the document grants is not granted, or a condition is none any more: `sell` was left out, or stands for other
/// words, `may` for `must`. A word that nobody knows stands for it where it was misspelt or misread.
fn narrows(corpus: &Corpus, document: &super::corpus::Document, words: &[u16], one: &super::align::Difference) -> bool {
    let (known, slots) = (corpus.words_of(document), corpus.slots_of(document));
    let put = words.get(one.text.0 as usize..one.text.1 as usize).unwrap_or_default();
    let gone = |word: u16| {
        let range = one.document.0 as usize..one.document.1 as usize;
        range.into_iter().any(|at| known[at] == word && !slots[at].free)
    };
    let number = |word: &&str| corpus.number(word);
    // One word alone is lost by accident as well.
    let by_accident = one.added == 0 && one.missing <= 1;
    let stands = |list: &[&str]| list.iter().map(number).any(|word| put.contains(&word));
    let lost = |list: &[&str]| !by_accident && list.iter().map(number).any(gone) && !stands(list);
    let misread = put.contains(&super::corpus::UNKNOWN);
    let of = |list: &[&str]| list.iter().map(number).any(|right| gone(right) && !put.contains(&right));
    let right = || of(RIGHTS) || !by_accident && of(GRANTS);
    let denial = || lost(DENIALS) && !OF_WARRANTIES.iter().map(number).any(gone);
    one.missing < CLAUSE && !misread && (right() || lost(DEMANDS) || denial())
}

/// What a license may be of: to say `library` for `software` changes nothing.
const OBJECTS: &[&str] = &[
    "a",
    "an",
    "and",
    "application",
    "are",
    "as",
    "associated",
    "author",
    "authors",
    "code",
    "conditions",
    "copies",
    "copy",
    "data",
    "documentation",
    "file",
    "files",
    "following",
    "font",
    "fonts",
    "is",
    "its",
    "library",
    "licence",
    "license",
    "material",
    "materials",
    "module",
    "of",
    "or",
    "package",
    "plugin",
    "product",
    "program",
    "programs",
    "project",
    "script",
    "software",
    "source",
    "subject",
    "that",
    "the",
    "these",
    "this",
    "to",
    "well",
    "work",
    "works",
];

/// Whether a word was put into the sentence that grants, where it can be no name: "to any natural person".
fn is_in_grant(
    corpus: &Corpus,
    document: &super::corpus::Document,
    words: &[u16],
    one: &super::align::Difference,
) -> bool {
    const OPENS: &[&str] = &["permission", "redistribution", "anyone"];
    const ENDS: &[&str] = &["provided", "subject", "conditions"];
    let known = corpus.words_of(document);
    let numbers = |list: &[&str]| list.iter().map(|word| corpus.number(word)).collect::<Vec<_>>();
    let (opens, ends, objects) = (numbers(OPENS), numbers(ENDS), numbers(OBJECTS));
    let Some(opening) = known.iter().position(|word| opens.contains(word)) else { return false };
    let Some(length) = known[opening..].iter().position(|word| ends.contains(word)) else { return false };
    let zone = opening as u32..(opening + length) as u32;
    let put = words.get(one.text.0 as usize..one.text.1 as usize).unwrap_or_default();
    // One word for another may be the same one misread.
    let misread = |word: &u16| *word == super::corpus::UNKNOWN && one.missing > 0;
    let within = zone.start < one.document.0 && one.document.1 <= zone.end;
    within && length < 80 && one.added > 0 && put.iter().any(|word| !objects.contains(word) && !misread(word))
}

/// Whether all that a place lacks is one side of a choice: "with or" before "without modification", "commercial or" before
/// "non-commercial".
fn loses_a_choice(corpus: &Corpus, document: &super::corpus::Document, one: &super::align::Difference) -> bool {
    let (from, to) = (one.document.0 as usize, one.document.1 as usize);
    let lost = corpus.words_of(document).get(from..to).unwrap_or_default();
    let number = |word: &str| corpus.number(word);
    let or = number("or");
    let sides = ["with", "without", "commercial", "source", "binary"].map(number);
    let ends = lost.first() == Some(&or) || lost.last() == Some(&or);
    one.added == 0 && lost.len() == 2 && ends && lost.iter().any(|word| sides.contains(word))
}

/// Whether a whole clause is gone from within a text, and nothing stands for it, or another. What was cut off at an end is not
/// such a clause, whether or not a title is left.
fn loses_a_clause(
    corpus: &Corpus,
    document: &super::corpus::Document,
    words: &[u16],
    (answer, one): (&Alignment, &super::align::Difference),
) -> bool {
    let within = one.text.0 >= answer.from + 4 * CLAUSE && one.text.1 + 4 * CLAUSE <= answer.to;
    // Words of the clause before or after may stand in the midst of it.
    let here = |other: &&super::align::Difference| other.text.0.abs_diff(one.text.0) <= CLAUSE / 2 && other.added == 0;
    let missing: u32 = answer.differences.iter().filter(here).map(|other| other.missing).sum();
    let lost = corpus.words_of(document).get(one.document.0 as usize..one.document.1 as usize).unwrap_or_default();
    let put = words.get(one.text.0 as usize..one.text.1 as usize).unwrap_or_default();
    let kept = put.iter().filter(|word| lost.contains(word)).count();
    // The same in other words has many of the words.
    let other = one.added >= CLAUSE && kept * 2 < put.len();
    within && (one.added == 0 && missing >= 2 * CLAUSE || other && one.missing >= 2 * CLAUSE)
}

/// Whether one clause stands for another, with a word here and there that both have: what displays an acknowledgement for what
/// forbids to endorse.
fn swaps_a_clause(answer: &Alignment) -> bool {
    let differences = answer.differences.iter().map(|one| (one.text, one.missing));
    let mut places: Vec<((u32, u32), u32)> = differences.chain(answer.filled.iter().map(|text| (*text, 0))).collect();
    places.sort_unstable();
    let (mut end, mut added, mut missing) = (0, 0, 0);
    for ((from, to), lost) in places {
        if from > end + CLAUSE / 4 {
            (added, missing) = (0, 0);
        }
        end = to;
        added += to - from;
        missing += lost;
        if added >= CLAUSE * 3 / 2 && missing >= CLAUSE {
            return true;
        }
    }
    false
}

/// Whether the words that were put in are what a license writes where a program's name goes: `{one line to give the program's
/// name and an idea of what it does.}`, in brackets that are no markup.
fn is_unfilled(corpus: &Corpus, words: &[u16], one: &super::align::Difference) -> bool {
    let opening = ["one", "line", "to", "give", "the"].map(|word| corpus.number(word));
    words.get(one.text.0 as usize..).is_some_and(|words| words.starts_with(&opening))
}

/// Whether nothing differs but that the words at the end are missing in which a license disclaims warranty.
fn lacks_only_disclaimer(corpus: &Corpus, document: &super::corpus::Document, answer: &Alignment) -> bool {
    let [end] = answer.differences.as_slice() else { return false };
    let (known, slots) = (corpus.words_of(document), corpus.slots_of(document));
    let opening = ["software", "is", "provided"].map(|word| corpus.number(word));
    let Some(disclaimer) = known.windows(opening.len()).position(|words| words == opening) else { return false };
    let words = slots[disclaimer.saturating_sub(1)..].iter().filter(|slot| !slot.free).count();
    end.added == 0 && end.text.0 == answer.to && (words.saturating_sub(4)..words + 4).contains(&(end.missing as usize))
}

/// The longer form of a license whose identifier begins that of this one (`IJG` of `IJG-short`), if what was put in is what that
/// one has: then the text is the longer one without some of its paragraphs.
fn longer_twin(
    corpus: &Corpus,
    words: &[u16],
    document: &super::corpus::Document,
    answer: &Alignment,
) -> Option<usize> {
    let is_longer = |other: &super::corpus::Document| {
        let named = document.id.strip_prefix(other.id).is_some_and(|rest| rest.starts_with('-'));
        named && other.required > document.required && other.kind == document.kind
    };
    let twin = corpus.documents.iter().position(is_longer)?;
    let known = corpus.words_of(&corpus.documents[twin]);
    let has = |one: &super::align::Difference| {
        let put = words.get(one.text.0 as usize..one.text.1 as usize).unwrap_or_default();
        // Names and years are put in, too.
        put.len() < 4 || known.windows(put.len()).any(|there| there == put)
    };
    answer.differences.iter().all(has).then_some(twin)
}

fn judged(corpus: &Corpus, words: &[u16], candidate: &Candidate, answer: Alignment) -> Option<(i64, Found)> {
    let document = &corpus.documents[candidate.document as usize];
    let required = document.required.max(1);
    let missing: u32 = answer.differences.iter().map(|one| one.missing).sum();
    let alternatively = corpus.number("alternatively");
    let offers = |one: &super::align::Difference| {
        let (from, to) = (one.text.0 as usize, one.text.1 as usize);
        let near = words.get(from.saturating_sub(3)..to.min(from + 3)).unwrap_or_default();
        one.added >= CLAUSE && near.contains(&alternatively)
    };
    let offered: u32 = answer.differences.iter().filter(|one| offers(one)).map(|one| one.added).sum();
    let added = answer.differences.iter().map(|one| one.added).sum::<u32>() - offered;
    let share = answer.matched as f32 / required as f32;
    let common = COMMON.binary_search(&document.id).is_ok();
    let only_disclaimer = lacks_only_disclaimer(corpus, document, &answer);
    let (least, most_added) = match required {
        _ if common && only_disclaimer => (0.3, 0),
        0..40 => (0.9, required / 8),
        40..100 if common && added == 0 => (0.6, 0),
        40..100 => (0.8, required / 4),
        // The grant and its conditions alone, without the disclaimer: a part of what everybody uses, with nothing put in.
        _ if common && added == 0 => (PART, 0),
        _ => (0.68, required / 2),
    };
    if share < least || added > most_added {
        return None;
    }
    if document.kind == Kind::Exception && is_for_another(corpus, words, document, &answer) {
        return None;
    }
    let percent = 100.0 * (1.0 - (missing + added) as f32 / (required + added) as f32);
    let percent = if missing + added == 0 { 100 } else { (percent as u8).clamp(1, 99) };
    let narrows = |one: &super::align::Difference| {
        let lost = || loses_a_choice(corpus, document, one) || loses_a_clause(corpus, document, words, (&answer, one));
        let put = || common && is_in_grant(corpus, document, words, one);
        answer.differences.len() <= FEW && (narrows(corpus, document, words, one) || lost() || put())
    };
    let copyrighted = corpus.number("copyrighted");
    let modifies = |one: &super::align::Difference| {
        // Words that stand for others are another wording; words on top of what is there are other terms.
        // Who holds rights in which files is no term.
        let put = words.get(one.text.0 as usize..one.text.1 as usize).unwrap_or_default();
        let clause = one.added >= CLAUSE && one.added >= one.missing * 2 && !put.contains(&copyrighted);
        let turned = one.loaded && one.missing < one.added || one.turned;
        (clause || turned || narrows(one)) && !offers(one) && !is_unfilled(corpus, words, one)
    };
    // What lacks its conditions grants something else; what lacks the disclaimer at its end grants the same.
    let is_part = share < 0.68 && required >= 100 && !only_disclaimer;
    let swapped = answer.differences.len() <= FEW && swaps_a_clause(&answer);
    let modified = document.kind == Kind::License && (is_part || swapped || answer.differences.iter().any(modifies));
    let longer = if modified { longer_twin(corpus, words, document, &answer) } else { None };
    let modified = modified && longer.is_none();
    // A changed text is more likely a change of what everybody uses than of its rare twin; but what is no change of the twin
    // is the twin.
    let favour = match (common, modified) {
        (true, false) => 2_650,
        (true, true) | (false, false) => 2_500,
        (false, true) => 0,
    };
    let score = i64::from(answer.explained) - (i64::from(answer.cost) - i64::from(offered) * 100) * 3 / 2 + favour;
    // What the longer form has is nothing put into it.
    let kept = |one: &&super::align::Difference| longer.is_none() || one.added < 4;
    let differences = answer
        .differences
        .iter()
        .filter(kept)
        .map(|one| Differs {
            text: (one.text.0 as usize, one.text.1 as usize),
            missing: one.missing,
            added: one.added,
            offers: offers(one),
        })
        .collect();
    let found = Found {
        document: longer.unwrap_or(candidate.document as usize),
        from: answer.from as usize,
        to: answer.to as usize,
        percent,
        modified,
        differences,
        longer: longer.is_some(),
        filled: answer.filled.iter().map(|(from, to)| (*from as usize, *to as usize)).collect(),
    };
    Some((score, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_of_a_range_is_counted() {
        let mut taken = Taken::none_of(100);
        for range in [(10, 20), (15, 30), (10, 25), (10, 12), (90, 100)] {
            taken.take(range);
        }
        let parts = |range: (u32, u32)| {
            let common = |from: u32, to: u32| to.min(range.1).saturating_sub(from.max(range.0));
            common(10, 25) + common(15, 30) + common(90, 100)
        };
        for from in 0..100 {
            for to in from + 1..=100 {
                assert_eq!(taken.share((from, to)), parts((from, to)) as f32 / (to - from) as f32);
            }
        }
        assert_eq!(taken.share((40, 40)), 0.0);
    }

    #[test]
    fn candidates_are_kept_with_those_of_as_many_votes() {
        let candidate =
            |votes: u32, from: u32, to: u32| Candidate { document: 0, votes, text: (from, to), words: (0, 4) };
        let candidates = [candidate(9, 50, 90), candidate(15, 10, 20), candidate(1, 7, 11), candidate(16, 0, 3)];
        let alike = alike(&candidates);
        assert_eq!((alike[3].by_place.as_slice(), alike[3].longest), (&[1, 0][..], 40));
        assert_eq!((alike[0].by_place.as_slice(), alike[4].by_place.as_slice()), (&[2][..], &[3][..]));
    }
}
