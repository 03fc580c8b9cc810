//! Words that stand aside of their sentence: in round brackets, and within addresses.
//!
//! "Licensed under both the BSD-style license (found in the LICENSE file) and the GPLv2": what joins both names stands after
//! the brackets.

use super::words::{PARAGRAPH_START, Place};

/// Brackets that are not closed within so many words are none.
const LONGEST: usize = 40;

/// What a word is part of, besides its sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Aside {
    /// Of nothing else.
    #[default]
    No,
    /// Of words in brackets.
    Brackets,
    /// Of an address: `https://example.org/licenses/MIT`.
    Address,
}

/// What each word is part of.
pub(super) fn asides(text: &str, places: &[Place]) -> Vec<Aside> {
    let mut asides = vec![Aside::No; places.len()];
    let mut opened: Option<usize> = None;
    let mut in_address = false;
    let mut end = places.first().map_or(0, |place| place.start as usize);
    for (at, place) in places.iter().enumerate() {
        let gap = text.get(end..place.start as usize).unwrap_or_default();
        end = place.end as usize;
        let ends = place.flags & PARAGRAPH_START != 0;
        if opened.is_some_and(|from| at - from > LONGEST) {
            opened = None;
        }
        for byte in gap.bytes() {
            match byte {
                // Brackets do not reach into the next paragraph.
                b'\n' if ends => opened = None,
                b'(' => opened = Some(at),
                b')' => {
                    if let Some(from) = opened.take() {
                        for aside in &mut asides[from..at] {
                            *aside = if *aside == Aside::Address { Aside::Address } else { Aside::Brackets };
                        }
                    }
                }
                _ => {}
            }
        }
        // An address goes on until a blank, a bracket or a quotation mark.
        in_address &= !gap.bytes().any(|byte| byte.is_ascii_whitespace() || b"()<>\"'`,".contains(&byte));
        // The scheme is no word, nor is `www` (`words.rs`).
        in_address |= gap.ends_with("://") || gap.ends_with("://www.");
        if in_address {
            asides[at] = Aside::Address;
        }
    }
    // Behind the last word.
    if let Some(from) =
        opened.filter(|_| text.as_bytes().get(end..).is_some_and(|rest| rest.iter().take(8).any(|byte| *byte == b')')))
    {
        for aside in asides[from..].iter_mut().filter(|aside| **aside == Aside::No) {
            *aside = Aside::Brackets;
        }
    }
    asides
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::identify::words::each_word;

    #[test]
    fn brackets_and_addresses_stand_aside() {
        let text = "under the BSD license (see https://kit.example/terms, http://www.kit.example) and (c) GPL (not closed. Then (MIT)\n\nand (some\n\nmore) words";
        let mut words = Vec::new();
        let mut places = Vec::new();
        each_word(text, std::slice::from_ref(&(0..text.len())), |word, place| {
            words.push(word.to_owned());
            places.push(place);
        });
        let asides = asides(text, &places);
        let of = |kind| -> Vec<&str> {
            words.iter().zip(&asides).filter(|(_, aside)| **aside == kind).map(|(word, _)| word.as_str()).collect()
        };
        assert_eq!(of(Aside::Brackets), ["see", "mit"]);
        assert_eq!(of(Aside::Address), ["kit", "example", "terms", "kit", "example"]);
    }
}
