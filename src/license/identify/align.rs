//! How a piece of text differs from a document of the corpus, word by word.
//!
//! The fewest words put in and left out are found by the greedy algorithm of E. Myers ("An O(ND) difference algorithm and its
//! variations", 1986), which costs the product of length and difference: nothing where they agree, and it gives up where they
//! differ too much. What differs is then weighed by what the template leaves open.

use super::corpus::{Slot, UNKNOWN};

/// Words that change what a license grants, should somebody have put them in.
pub(super) struct Loaded {
    numbers: Vec<u16>,
    /// Those that no name has: they are terms even where a template leaves room.
    terms: Vec<u16>,
    negations: Vec<u16>,
    demands: Vec<u16>,
}

const TERMS: &[&str] = &[
    "commercial",
    "must",
    "noncommercial",
    "permitted",
    "prohibited",
    "forbidden",
    "requires",
    "terminates",
    "royalty",
    "postcard",
    "licensee",
    "pays",
    "shall",
];

const LOADED: &[&str] = &[
    "academic",
    "bearing",
    "cannot",
    "commercial",
    "denied",
    "display",
    "displayed",
    "educational",
    "employee",
    "employees",
    "ethical",
    "evaluate",
    "evaluation",
    "except",
    "excluding",
    "fee",
    "forbidden",
    "government",
    "internal",
    "internally",
    "military",
    "must",
    "never",
    "no",
    "nobody",
    "noncommercial",
    "not",
    "nontransferable",
    "only",
    "paid",
    "payment",
    "personal",
    "prohibited",
    "research",
    "restrictions",
    "revocable",
    "royalties",
    "royalty",
    "test",
    "testing",
    "transferable",
    "unless",
];

/// Words that say no. One of them for another changes nothing: "neither the name … may be used", "the name … may not be used".
const NEGATIONS: &[&str] = &["cannot", "denied", "neither", "never", "no", "nobody", "none", "nor", "not", "without"];

/// Words that ask. One of them for another changes nothing, either.
const DEMANDS: &[&str] = &["must", "required", "shall"];

/// The words above, for the vocabulary: most stand in no license's text, so that one who has them is no license.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    [TERMS, LOADED, NEGATIONS, DEMANDS].into_iter().flatten().copied()
}

/// So many words for others may be a word that turns the meaning; more are another wording.
const PHRASE: u32 = 12;

impl Loaded {
    pub fn new(number: impl Fn(&str) -> u16) -> Self {
        let all = |words: &[&str]| {
            let mut numbers: Vec<u16> = words.iter().map(|word| number(word)).filter(|word| *word != UNKNOWN).collect();
            numbers.sort_unstable();
            numbers
        };
        Self { numbers: all(LOADED), terms: all(TERMS), negations: all(NEGATIONS), demands: all(DEMANDS) }
    }

    fn denies(&self, word: u16) -> bool {
        self.negations.binary_search(&word).is_ok()
    }

    fn asks(&self, word: u16) -> bool {
        self.demands.binary_search(&word).is_ok()
    }

    /// Whether a word of a text that stands for others of the document says something that none of those does.
    fn is_new(&self, word: u16, instead_of: &[u16]) -> bool {
        let says_so = |other: &u16| {
            *other == word || self.denies(word) && self.denies(*other) || self.asks(word) && self.asks(*other)
        };
        self.has(word) && !instead_of.iter().any(says_so)
    }

    fn has(&self, word: u16) -> bool {
        self.numbers.binary_search(&word).is_ok()
    }
}

/// A stretch where text and document differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Words of the document that are not in the text.
    pub document: (u32, u32),
    /// Words of the text that are not in the document.
    pub text: (u32, u32),
    /// How much of it the template does not allow for, in words.
    pub missing: u32,
    /// The same, of the words put in.
    pub added: u32,
    /// Whether a word that changes the grant is among those put in.
    pub loaded: bool,
    /// Whether such a word stands for words of the document that do not say it.
    pub turned: bool,
}

/// How a text compares with a document.
#[derive(Clone, Debug)]
pub(super) struct Alignment {
    /// First word of the text that belongs to the document …
    pub from: u32,
    /// … and one past the last.
    pub to: u32,
    /// How many of the document's required words are there.
    pub matched: u32,
    /// How many words of the text the document explains, in hundredths: those that it has, and for a part those that it leaves
    /// room for.
    pub explained: u32,
    /// What differs and is not left open by the template, in hundredths of a word; what is left open counts one or two.
    pub cost: u32,
    /// What is not left open.
    pub differences: Vec<Difference>,
    /// Words of the text that stand where the template leaves room for a name, as far as they may be a sentence.
    pub filled: Vec<(u32, u32)>,
}

/// No comparison goes beyond so many words: the furthest points of each number are kept.
const MOST_DIFFERENCES: usize = 2_500;

/// What is compared.
pub(super) struct Pair<'a> {
    pub document: &'a [u16],
    pub slots: &'a [Slot],
    pub text: &'a [u16],
    /// For each word of the text, whether it belongs to a copyright statement.
    pub copyright: &'a [bool],
    pub loaded: &'a Loaded,
}

/// A stretch of equal words.
#[derive(Clone, Copy, Debug)]
struct Same {
    document: u32,
    text: u32,
    length: u32,
}

/// Compares; `None` if more than `most` words differ. `work` is what may still be spent, in steps; it is counted down.
pub(super) fn align(pair: &Pair<'_>, most: usize, work: &mut u64) -> Option<Alignment> {
    let mut stretches = stretches(pair.document, pair.text, most, work)?;
    trim(&mut stretches);
    trim_far(pair, &mut stretches);
    trim_sparse(&mut stretches);
    Some(weigh(pair, &stretches))
}

fn stretches(document: &[u16], text: &[u16], most: usize, work: &mut u64) -> Option<Vec<Same>> {
    let (n, m) = (document.len() as i64, text.len() as i64);
    let most = most.min((n + m) as usize).min(MOST_DIFFERENCES);
    // One row of furthest points for each number of differences: row d has d + 1 diagonals.
    let mut rows: Vec<Vec<i32>> = Vec::new();
    let mut furthest = vec![0i32; 2 * most + 3];
    let middle = most as i64 + 1;
    let mut found = None;
    'search: for d in 0..=most as i64 {
        let mut row = Vec::with_capacity(d as usize + 1);
        let mut k = -d;
        while k <= d {
            let at = (middle + k) as usize;
            // x counts words of the document, y of the text.
            let down = k == -d || (k != d && furthest[at - 1] < furthest[at + 1]);
            let mut x = if down { furthest[at + 1] as i64 } else { furthest[at - 1] as i64 + 1 };
            let mut y = x - k;
            let began = x;
            while x < n && y < m && y >= 0 && document[x as usize] == text[y as usize] {
                x += 1;
                y += 1;
            }
            let steps = (x - began) as u64 + 1;
            if *work < steps {
                *work = 0;
                return None;
            }
            *work -= steps;
            furthest[at] = x as i32;
            row.push(x as i32);
            if k == n - m && x >= n {
                rows.push(row);
                found = Some((d, k));
                break 'search;
            }
            k += 2;
        }
        rows.push(row);
    }
    let (d, mut k) = found?;
    let mut same = Vec::new();
    let mut push = |document: i64, text: i64, length: i64| {
        if length > 0 {
            same.push(Same { document: document as u32, text: text as u32, length: length as u32 });
        }
    };
    let reached = |row: &[i32], d: i64, k: i64| row.get(((k + d) / 2) as usize).copied().map_or(-1, i64::from);
    for d in (0..=d).rev() {
        let x = reached(&rows[d as usize], d, k);
        if d == 0 {
            push(0, 0, x);
            break;
        }
        let before = &rows[d as usize - 1];
        let left = if k == -d { -1 } else { reached(before, d - 1, k - 1) };
        let right = if k == d { -1 } else { reached(before, d - 1, k + 1) };
        let down = k == -d || (k != d && left < right);
        let started = if down { right } else { left + 1 };
        push(started, started - k, x - started);
        k = if down { k + 1 } else { k - 1 };
    }
    same.reverse();
    Some(same)
}

/// Takes single words at both ends that agree by chance out again.
fn trim(same: &mut Vec<Same>) {
    let stray = |near: &Same, next: &Same, gap: u32| near.length <= 2 && next.length > near.length && gap > 4;
    while let [first, next, ..] = same.as_slice() {
        if !stray(first, next, next.text - first.text - first.length) {
            break;
        }
        same.remove(0);
    }
    while let [.., next, last] = same.as_slice() {
        if !stray(last, next, last.text - next.text - next.length) {
            break;
        }
        same.pop();
    }
}

/// Takes off what lies beyond other text at both ends and is nothing that the document must have: its title in another place, the
/// end of an appendix that the next text has as well.
fn trim_far(pair: &Pair<'_>, same: &mut Vec<Same>) {
    /// So many words between are other text.
    const FAR: u32 = 8;
    /// So many required words agree by chance.
    const CHANCE: u32 = 3;
    let required = |one: &Same| {
        let range = one.document as usize..(one.document + one.length) as usize;
        pair.slots[range].iter().filter(|slot| !slot.free).count() as u32
    };
    // How many stretches are to go, seen from one end; `pairs` are each stretch and the words up to the next one.
    let cut = |pairs: &mut dyn Iterator<Item = (Same, u32)>| {
        let (mut agree, mut needed, mut between, mut cut) = (0, 0, 0, 0);
        for (count, (one, gap)) in pairs.enumerate() {
            agree += one.length;
            needed += required(&one);
            between += gap;
            if needed > CHANCE {
                break;
            }
            if gap >= FAR && between > agree {
                cut = count + 1;
            }
        }
        cut
    };
    let gap = |before: &Same, after: &Same| after.text.saturating_sub(before.text + before.length);
    let last = cut(&mut same.windows(2).rev().map(|two| (two[1], gap(&two[0], &two[1]))));
    same.truncate(same.len() - last);
    let first = cut(&mut same.windows(2).map(|two| (two[0], gap(&two[0], &two[1]))));
    same.drain(..first);
}

/// Takes off the end of a long text where only single words agree between many that do not: the last paragraph is missing, and
/// what follows is another text.
fn trim_sparse(same: &mut Vec<Same>) {
    /// Shorter texts have no paragraphs to lose.
    const LONG: u32 = 400;
    /// Longer stretches are no chance.
    const CHANCE: u32 = 3;
    let total: u32 = same.iter().map(|one| one.length).sum();
    let (mut kept, mut agree, mut between) = (same.len(), 0, 0);
    while let Some([before, last]) = kept.checked_sub(2).map(|from| [same[from], same[from + 1]]) {
        let put = last.text - before.text - before.length;
        let lost = last.document - before.document - before.length;
        if last.length > CHANCE || put == 0 || agree + last.length > total / 20 {
            break;
        }
        (kept, agree, between) = (kept - 1, agree + last.length, between + put.max(lost));
    }
    if total >= LONG && same.len() - kept >= 2 && between > agree * 3 / 2 {
        same.truncate(kept);
    }
}

fn weigh(pair: &Pair<'_>, same: &[Same]) -> Alignment {
    let n = pair.document.len() as u32;
    let mut out =
        Alignment { from: 0, to: 0, matched: 0, explained: 0, cost: 0, differences: Vec::new(), filled: Vec::new() };
    let (Some(first), Some(last)) = (same.first(), same.last()) else {
        return out;
    };
    out.from = first.text;
    out.to = last.text + last.length;
    for stretch in same {
        let range = stretch.document as usize..(stretch.document + stretch.length) as usize;
        out.explained += 100 * stretch.length;
        out.matched += pair.slots[range].iter().filter(|slot| !slot.free).count() as u32;
    }
    let begins = pair.slots.iter().position(|slot| !slot.free).unwrap_or(0) as u32;
    let mut block = |document: (u32, u32), text: (u32, u32), at_end: bool| {
        if document.0 == document.1 && text.0 == text.1 {
            return;
        }
        let slots = &pair.slots[document.0 as usize..document.1 as usize];
        let missing = slots.iter().filter(|slot| !slot.free).count() as u32;
        let left_open = slots.len() as u32 - missing;
        let mut added = 0;
        let mut loaded = false;
        let mut turned = false;
        let instead_of = &pair.document[document.0 as usize..document.1 as usize];
        let mut tolerated = 0;
        let mut has_terms = false;
        if !at_end {
            let near = document.0.saturating_sub(1) as usize..(document.1 as usize + 2).min(pair.slots.len());
            let room = pair.slots[near].iter().map(|slot| u32::from(slot.room)).max().unwrap_or(0);
            for at in text.0 as usize..text.1 as usize {
                if pair.copyright[at] {
                    tolerated += 1;
                } else {
                    added += 1;
                    loaded |= pair.loaded.has(pair.text[at]);
                    turned |= missing <= PHRASE && pair.loaded.is_new(pair.text[at], instead_of);
                    has_terms |= pair.loaded.terms.binary_search(&pair.text[at]).is_ok();
                }
            }
            // A hole takes words in as a whole or not at all: what is longer than a name is no name.
            if added <= room && !(has_terms && added > 4) {
                if added >= 4 {
                    out.filled.push(text);
                }
                tolerated += added;
                added = 0;
            }
        }
        out.cost += 100 * (missing + added) + left_open + tolerated;
        // Statements before the text proper say nothing for one document or another.
        if document.0 > begins {
            out.explained += 60 * tolerated;
        }
        if missing + added > 0 {
            // A name may take the place of a word beside it, not of several.
            let (loaded, turned) = (loaded && added > 0, turned && (added > 0 || missing > 1));
            out.differences.push(Difference { document, text, missing, added, loaded, turned });
        }
    };
    block((0, first.document), (first.text, first.text), true);
    for pair in same.windows(2) {
        let [before, after] = pair else { continue };
        let document = (before.document + before.length, after.document);
        let text = (before.text + before.length, after.text);
        block(document, text, false);
    }
    block((last.document + last.length, n), (out.to, out.to), true);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(document: &str, text: &str) -> Alignment {
        let mut seen: Vec<String> = Vec::new();
        let mut number = |word: &str| match seen.iter().position(|have| have == word) {
            Some(at) => at as u16,
            None => {
                seen.push(word.to_owned());
                seen.len() as u16 - 1
            }
        };
        let loaded = Loaded {
            numbers: vec![number("not")],
            terms: Vec::new(),
            negations: vec![number("not"), number("nor")],
            demands: Vec::new(),
        };
        let (mut words, mut slots, mut room) = (Vec::new(), Vec::new(), 0);
        for word in document.split_whitespace() {
            if word == "<>" {
                room = 3;
                continue;
            }
            let free = word.ends_with('?');
            words.push(number(word.trim_end_matches('?')));
            slots.push(Slot { free, room });
            room = 0;
        }
        let text: Vec<u16> = text.split_whitespace().map(&mut number).collect();
        let copyright = vec![false; text.len()];
        let pair = Pair { document: &words, slots: &slots, text: &text, copyright: &copyright, loaded: &loaded };
        align(&pair, 100, &mut 1_000_000).unwrap()
    }

    #[test]
    fn what_the_template_leaves_open_is_no_difference() {
        let answer = compare(
            "title? neither the name of <> foo? nor the others",
            "neither the name of the big corp nor the others",
        );
        assert!(answer.differences.is_empty());
        assert_eq!((answer.from, answer.to, answer.matched), (0, 10, 7));
        let answer = compare("a b c <> d e f", "a b c one two three four d e f");
        assert_eq!(answer.differences[0].added, 4);
    }

    #[test]
    fn words_before_and_after_are_not_part_of_it() {
        let answer = compare("a b c d e f", "x y z a b c not d e f u v w");
        assert_eq!((answer.from, answer.to, answer.cost), (3, 10, 100));
        assert!(answer.differences[0].loaded);
    }

    #[test]
    fn a_word_that_turns_the_meaning_is_told_from_another_way_to_say_no() {
        assert!(compare("a b may c d e f g", "a b not c d e f g").differences[0].turned);
        assert!(!compare("a b nor x c d e f g", "a b y not c d e f g").differences[0].turned);
        assert!(!compare("a b may c d e f g", "a b mey c d e f g").differences[0].turned);
    }

    #[test]
    fn too_much_difference_ends_it() {
        let loaded = Loaded { numbers: Vec::new(), terms: Vec::new(), negations: Vec::new(), demands: Vec::new() };
        let (document, text) = ([1u16; 50], [2u16; 50]);
        let slots = [Slot { free: false, room: 0 }; 50];
        let pair = Pair { document: &document, slots: &slots, text: &text, copyright: &[false; 50], loaded: &loaded };
        assert!(align(&pair, 20, &mut 1_000_000).is_none());
        let mut work = 10;
        assert!(align(&pair, 100, &mut work).is_none());
        assert_eq!(work, 0);
    }
}
