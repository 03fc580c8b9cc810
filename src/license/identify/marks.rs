//! Where a text opens and closes what mentions stand in: comments that span lines, and programs within a page of HTML.
//!
//! Each mention asks for what stands before it. The marks are therefore found once, as far as mentions are asked about, and each
//! mention looks its own up: a page of a hundred thousand notices is read through once, and not once for each of them.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// How blocks of comments are opened and closed.
const BLOCKS: &[(&str, &str)] = &[
    ("/*", "*/"),
    ("<!--", "-->"),
    ("{-", "-}"),
    ("(*", "*)"),
    ("--[[", "]]"),
    ("=pod", "=cut"),
    ("=head", "=cut"),
    ("=begin", "=end"),
    ("#|", "|#"),
    ("{#", "#}"),
    ("<%--", "--%>"),
];

/// No mark is longer.
const LONGEST: usize = 6;

fn automaton() -> Option<&'static AhoCorasick> {
    static AUTOMATON: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    AUTOMATON
        .get_or_init(|| {
            AhoCorasick::builder()
                // All marks are wanted, also those that lie within others: `]]]`.
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::DFA))
                .build(BLOCKS.iter().flat_map(|(open, close)| [open, close]))
                .ok()
        })
        .as_ref()
}

/// The marks of blocks in one stretch of a text, which grows as mentions further down are asked about.
#[derive(Default)]
pub(super) struct Blocks {
    stretch: Range<usize>,
    /// Where the marks of each kind begin, in order: for each block those that open it, and those that close it.
    marks: [Vec<u32>; 2 * BLOCKS.len()],
}

impl Blocks {
    /// Whether a block is opened in this range of a text and not closed up to its end.
    pub fn is_open(&mut self, text: &[u8], range: Range<usize>) -> bool {
        self.reach(text, &range);
        let last = |marks: &[u32], length: usize| {
            let before = marks.partition_point(|at| *at as usize + length <= range.end);
            before.checked_sub(1).map(|last| marks[last] as usize)
        };
        BLOCKS.iter().zip(self.marks.chunks_exact(2)).any(|((open, close), marks)| {
            let opened = last(&marks[0], open.len()).filter(|at| *at >= range.start);
            opened.is_some_and(|opened| last(&marks[1], close.len()).is_none_or(|closed| closed < opened))
        })
    }

    /// Makes the stretch hold a range. What lies apart from the stretch begins another, so that nothing is read that nobody asks
    /// about.
    fn reach(&mut self, text: &[u8], range: &Range<usize>) {
        if range.start < self.stretch.start || range.start > self.stretch.end {
            self.stretch = range.start..range.start;
            self.marks.iter_mut().for_each(Vec::clear);
        }
        let known = self.stretch.end;
        let Some(automaton) = automaton().filter(|_| range.end > known) else { return };
        let from = known.saturating_sub(LONGEST).max(self.stretch.start);
        for found in automaton.find_overlapping_iter(&text[from..range.end]) {
            if from + found.end() > known {
                self.marks[found.pattern().as_usize()].push((from + found.start()) as u32);
            }
        }
        self.stretch.end = range.end;
    }
}

/// How far a page is looked back through for the program that a mention may be part of, in bytes.
const REACH: usize = 30_000;

/// The programs and styles in one stretch of a page, which grows as mentions further down are asked about.
#[derive(Default)]
pub(super) struct Programs {
    stretch: Range<usize>,
    /// Where the name of a tag of a program ends, and whether that tag closes it.
    tags: Vec<(usize, bool)>,
}

impl Programs {
    /// Whether a byte of a page is part of what is shown, and not of a program or style in it.
    pub fn is_shown(&mut self, page: &[u8], at: usize) -> bool {
        if at < self.stretch.start || at >= self.stretch.end + REACH {
            let from = at.saturating_sub(REACH);
            self.stretch = from..from;
            self.tags.clear();
        }
        // A tag that the last byte asked about cuts is looked at again.
        const TAG: usize = "</script".len();
        let from = self.stretch.end.saturating_sub(TAG).max(self.stretch.start);
        for open in memchr::memchr_iter(b'<', page.get(from..at).unwrap_or_default()) {
            let tag = &page[from + open + 1..at];
            let (closes, name) = tag.strip_prefix(b"/").map_or((false, tag), |name| (true, name));
            let Some(name) = [&b"script"[..], b"style"].into_iter().find(|known| name.starts_with(known)) else {
                continue;
            };
            let end = from + open + 1 + usize::from(closes) + name.len();
            if end > self.stretch.end {
                self.tags.push((end, closes));
            }
        }
        self.stretch.end = self.stretch.end.max(at);
        let before = self.tags.partition_point(|(end, _)| *end <= at);
        before.checked_sub(1).is_none_or(|last| self.tags[last].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_open_until_they_are_closed_whatever_was_asked_before() {
        let text = format!("a /* b */ c {}{}=head d --[[ e ]]] /* f", "x".repeat(200), "=cut ".repeat(9));
        let plain = |range: &Range<usize>| {
            let above = &text[range.clone()];
            BLOCKS.iter().any(|(open, close)| {
                above.rfind(open).is_some_and(|at| above.rfind(close).is_none_or(|closed| closed < at))
            })
        };
        // Upwards, downwards and to and fro: a stretch is begun anew, and grows.
        let ends: Vec<usize> = (0..=text.len()).collect();
        let fro: Vec<usize> = ends.iter().flat_map(|end| [*end, end / 2, *end]).collect();
        for ends in [ends.clone(), ends.iter().rev().copied().collect(), fro] {
            let mut blocks = Blocks::default();
            for end in ends {
                let range = end.saturating_sub(60)..end;
                assert_eq!(blocks.is_open(text.as_bytes(), range.clone()), plain(&range), "{end}");
            }
        }
    }

    #[test]
    fn every_mark_is_as_long_as_can_be_cut() {
        assert!(BLOCKS.iter().all(|(open, close)| open.len() <= LONGEST && close.len() <= LONGEST));
    }

    #[test]
    fn programs_are_not_shown_whatever_was_asked_before() {
        let page = "<p>a</p><script>b</script><style>c</style> d <script src=e>f";
        let shown = |at: usize| {
            let ends = |tag: &str| page[..at].rfind(tag).map(|found| found + tag.len());
            let opened = ["<script", "<style"].into_iter().filter_map(ends).max();
            opened <= ["</script", "</style"].into_iter().filter_map(ends).max()
        };
        let mut up = Programs::default();
        let mut fro = Programs::default();
        for at in 0..page.len() {
            assert_eq!(up.is_shown(page.as_bytes(), at), shown(at), "{at}");
            for at in [at, at / 2, at] {
                assert_eq!(fro.is_shown(page.as_bytes(), at), shown(at), "{at}");
            }
        }
        let far = format!("{page}{}", "x".repeat(2 * REACH));
        assert!(Programs::default().is_shown(far.as_bytes(), far.len()));
    }
}
