//! Orders written as bytes: two versions compare as their keys do.
//!
//! A key is made once and compared often, can be stored in a file and compared there, and, since bytes have a total order,
//! cannot make a sort go astray. The pieces below keep their order when they are written one after the other: each ends by
//! itself, so that what follows is compared only where all before is equal.

use std::cmp::Ordering;

/// Writes a key piece by piece.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    pub fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity) }
    }

    pub fn finish(self) -> Box<[u8]> {
        self.bytes.into_boxed_slice()
    }

    /// Where the next piece goes.
    pub fn position(&self) -> usize {
        self.bytes.len()
    }

    /// A rank. What ends a list ranks before or after what continues it, as the scheme says.
    pub fn rank(&mut self, rank: u8) {
        self.bytes.push(rank);
    }

    /// A number of any size in ASCII digits; leading zeros do not count, and nothing is zero. The count of digits goes first,
    /// since of two numbers the one with more digits is greater.
    pub fn number(&mut self, digits: &str) {
        let digits = digits.trim_start_matches('0').as_bytes();
        match u8::try_from(digits.len()) {
            Ok(count) if count < u8::MAX => self.bytes.push(count),
            _ => {
                self.bytes.push(u8::MAX);
                self.bytes.extend((digits.len() as u64).to_be_bytes());
            }
        }
        self.bytes.extend(digits);
    }

    /// A number that is below all of [`Self::number`] with a lower rank before it: the greater its digits, the lower it is.
    pub fn negative(&mut self, digits: &str) {
        let start = self.position();
        self.number(digits);
        for byte in &mut self.bytes[start..] {
            *byte = !*byte;
        }
    }

    /// A text, compared byte by byte; a beginning is less than the whole.
    pub fn text(&mut self, text: &str) {
        for &byte in text.as_bytes() {
            if byte <= 1 {
                self.bytes.push(1);
            }
            self.bytes.push(byte);
        }
        self.bytes.push(0);
    }

    /// Bytes that need no end, because they are the last or of known length.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// Puts a length before what was written since a position. For keys that are taken apart by their scheme's own order.
    pub fn measure(&mut self, since: usize) {
        let length = (self.bytes.len() - since) as u64;
        self.bytes.splice(since..since, length.to_be_bytes());
    }
}

/// A list that goes on for ever with an element of no weight: `1`, `1.0` and `1.0.0` are one version where that is zero.
///
/// A run of weightless elements before one that weighs something is written as the run's length: the later something below
/// nothing comes, the greater is the list, and the other way round.
#[derive(Debug, Default)]
pub(super) struct Padded {
    run: u64,
}

impl Padded {
    const RUN_THEN_BELOW: u8 = 0x40;
    const END: u8 = 0x50;
    const RUN_THEN_ABOVE: u8 = 0x60;

    /// An element of no weight.
    pub fn nothing(&mut self) {
        self.run += 1;
    }

    /// Forgets the weightless elements since the last that had weight.
    pub fn forget(&mut self) {
        self.run = 0;
    }

    /// An element below nothing, of a rank under 0x40; the caller writes its value.
    pub fn below(&mut self, key: &mut Encoder, rank: u8) {
        if self.run > 0 {
            key.rank(Self::RUN_THEN_BELOW);
            key.raw(&self.run.to_be_bytes());
            self.run = 0;
        }
        key.rank(rank);
    }

    /// An element above nothing, of a rank over 0x60; the caller writes its value.
    pub fn above(&mut self, key: &mut Encoder, rank: u8) {
        if self.run > 0 {
            key.rank(Self::RUN_THEN_ABOVE);
            key.raw(&(u64::MAX - self.run).to_be_bytes());
            self.run = 0;
        }
        key.rank(rank);
    }

    /// The end, from where on there is nothing.
    pub fn end(self, key: &mut Encoder) {
        key.rank(Self::END);
    }
}

/// Takes apart a key whose scheme has an order of its own. What is no key of that scheme yields nothing rather than a panic.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decoder<'a> {
    bytes: &'a [u8],
}

impl<'a> Decoder<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    fn length(&mut self) -> Option<usize> {
        let bytes = self.take(8)?.try_into().ok()?;
        usize::try_from(u64::from_be_bytes(bytes)).ok()
    }

    /// The next rank; the end counts as 0.
    pub fn rank(&mut self) -> u8 {
        self.take(1).and_then(|taken| taken.first().copied()).unwrap_or(0)
    }

    /// The digits of a number, without leading zeros.
    pub fn number(&mut self) -> &'a [u8] {
        let count = match self.rank() {
            u8::MAX => self.length().unwrap_or(0),
            count => usize::from(count),
        };
        self.take(count).unwrap_or_default()
    }

    /// The bytes of a text as they were written.
    pub fn text(&mut self) -> &'a [u8] {
        let mut end = 0;
        while let Some(&byte) = self.bytes.get(end) {
            match byte {
                0 => break,
                1 => end += 2,
                _ => end += 1,
            }
        }
        let text = self.take(end.min(self.bytes.len())).unwrap_or_default();
        self.rank();
        text
    }

    /// What was measured with [`Encoder::measure`].
    pub fn measured(&mut self) -> Self {
        let length = self.length().unwrap_or(0);
        Self { bytes: self.take(length).unwrap_or_default() }
    }

    /// What is left.
    pub fn rest(self) -> &'a [u8] {
        self.bytes
    }
}

/// The order of two numbers by their digits without leading zeros.
pub(super) fn by_value(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Sorts by an order that need not be total, as that of a few tools is: stable, in n log n steps, and never a panic, which
/// the standard sort may answer to such an order.
pub(super) fn sort<T>(items: &mut Vec<T>, order: impl Fn(&T, &T) -> Ordering) {
    let mut runs: Vec<Vec<T>> = items.drain(..).map(|item| vec![item]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            merged.push(match pairs.next() {
                Some(right) => merge(left, right, &order),
                None => left,
            });
        }
        runs = merged;
    }
    items.extend(runs.pop().unwrap_or_default());
}

fn merge<T>(left: Vec<T>, right: Vec<T>, order: &impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        merged.extend(if order(a, b).is_gt() { right.next() } else { left.next() });
    }
    merged.extend(left);
    merged.extend(right);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(digits: &str) -> Box<[u8]> {
        let mut key = Encoder::default();
        key.number(digits);
        key.finish()
    }

    #[test]
    fn numbers_of_any_size_keep_their_order() {
        let long = "9".repeat(300);
        let longer = format!("1{}", "0".repeat(300));
        let rising = ["", "1", "9", "10", "99", "18446744073709551616", long.as_str(), longer.as_str()];
        assert!(rising.windows(2).all(|pair| number(pair[0]) < number(pair[1])));
        assert_eq!(number("007"), number("7"));
    }

    #[test]
    fn texts_keep_their_order_whatever_follows() {
        let texts = ["", "\0", "\0\0", "\u{1}", "a", "a\0", "aa", "b"];
        for pair in texts.windows(2) {
            for (after_a, after_b) in [(0, 255), (255, 0)] {
                let [a, b] = [(pair[0], after_a), (pair[1], after_b)].map(|(text, after)| {
                    let mut key = Encoder::default();
                    key.text(text);
                    key.rank(after);
                    key.finish()
                });
                assert!(a < b, "{pair:?}");
            }
        }
    }

    #[test]
    fn an_order_that_contradicts_itself_can_be_sorted_by() {
        let mut items: Vec<u32> = (0..1000).collect();
        sort(&mut items, |a, b| if (a + b) % 3 == 0 { Ordering::Less } else { Ordering::Greater });
        assert_eq!(items.len(), 1000);
        sort(&mut items, Ord::cmp);
        assert!(items.is_sorted());
    }
}
