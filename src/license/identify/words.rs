//! A text as words, as the matching guidelines of SPDX compare them: without case, punctuation, bullets and markup.
//!
//! SPDX Specification, Annex "License matching guidelines and templates": whitespace, case, punctuation, code comment
//! markers, bullets and numbering, varieties of spelling, and `http` for `https` make no difference. Both the texts that are
//! searched and the corpus that they are compared with pass through here.

use std::ops::Range;

use super::{roff, texinfo};

/// The word is the first of its line.
pub(super) const LINE_START: u8 = 1;
/// The word is the first after an empty line (or one that holds only comment markers).
pub(super) const PARAGRAPH_START: u8 = 2;
/// The word is the first of a sentence or clause: before it stands `.`, `:` or `;`.
pub(super) const CLAUSE_START: u8 = 4;
/// The word stands directly after a quotation mark.
pub(super) const QUOTED: u8 = 8;
/// A comma stands before the word.
pub(super) const AFTER_COMMA: u8 = 16;
/// A slash joins the word to the one before.
pub(super) const AFTER_SLASH: u8 = 32;

/// A word where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What stands before it.
    pub flags: u8,
}

/// Longer words are no words; they are cut here and match nothing.
const LONGEST_WORD: usize = 40;

/// How far the end of a tag or placeholder in angle brackets is looked for.
const LONGEST_TAG: usize = 160;

/// Spellings that are to be taken as equal: SPDX's list of equivalent words, with the forms that license texts also have.
const SPELLINGS: &[(&str, &str)] = &[
    ("acknowledgement", "acknowledgment"),
    ("acknowledgements", "acknowledgments"),
    ("analogue", "analog"),
    ("analyse", "analyze"),
    ("artefact", "artifact"),
    ("authorisation", "authorization"),
    ("authorised", "authorized"),
    ("calibre", "caliber"),
    ("cancelled", "canceled"),
    ("capitalisations", "capitalizations"),
    ("catalogue", "catalog"),
    ("categorise", "categorize"),
    ("centre", "center"),
    ("emphasised", "emphasized"),
    ("favor", "favour"),
    ("favorite", "favourite"),
    ("fulfil", "fulfill"),
    ("fulfilment", "fulfillment"),
    ("initialise", "initialize"),
    ("judgement", "judgment"),
    ("labelling", "labeling"),
    ("labour", "labor"),
    ("licence", "license"),
    ("licenced", "licensed"),
    ("licences", "licenses"),
    ("maximise", "maximize"),
    ("modelled", "modeled"),
    ("modelling", "modeling"),
    ("offence", "offense"),
    ("optimise", "optimize"),
    ("organisation", "organization"),
    ("organise", "organize"),
    ("owner", "holder"),
    ("owners", "holders"),
    ("practise", "practice"),
    ("programme", "program"),
    ("realise", "realize"),
    ("recognise", "recognize"),
    ("signalling", "signaling"),
    ("sublicence", "sublicense"),
    ("utilisation", "utilization"),
    ("while", "whilst"),
    ("wilful", "willful"),
];

fn spelled(word: &str) -> &str {
    match SPELLINGS.binary_search_by(|(variant, _)| (*variant).cmp(word)) {
        Ok(at) => SPELLINGS[at].1,
        Err(_) => word,
    }
}

/// A word that numbers an item of a list.
fn is_enumerator(word: &str) -> bool {
    let bytes = word.as_bytes();
    match bytes {
        [byte] => byte.is_ascii_alphanumeric(),
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => true,
        _ => matches!(word, "ii" | "iii" | "iv" | "vi" | "vii" | "viii" | "ix"),
    }
}

/// Words that only mark a line as a comment, in languages that write comments with a word: `dnl`, `rem`, and the `C` in the first
/// column of Fortran (or after a mark, as in `//C- the text`).
fn is_comment_word(word: &str, text: &[u8], start: usize, next: u8) -> bool {
    let marks = || {
        let before = start.checked_sub(1).map_or(b'\n', |before| text[before]);
        matches!(before, b'\n' | b'/' | b'#' | b';') && matches!(next, b' ' | b'\t' | b'-' | b'\n' | b'\r')
    };
    matches!(word, "dnl" | "rem") || word == "c" && marks()
}

/// Where the version begins in a word such as `lgplv2.1`.
fn gnu_version(word: &str) -> Option<usize> {
    let stem = ["gpl", "lgpl", "agpl"].into_iter().find(|stem| word.starts_with(stem))?;
    let version = &word[stem.len()..];
    let digits = version.strip_prefix('v').unwrap_or(version);
    (digits.starts_with(|c: char| c.is_ascii_digit())).then_some(stem.len())
}

struct Pending {
    word: String,
    place: Place,
}

/// Walks the words of a range of a text in order.
struct Reader<'a, F: FnMut(&str, Place)> {
    text: &'a str,
    /// Whether it is a manual page.
    roff: bool,
    pending: Option<Pending>,
    emit: F,
}

impl<F: FnMut(&str, Place)> Reader<'_, F> {
    fn flush(&mut self) {
        if let Some(pending) = self.pending.take() {
            (self.emit)(spelled(&pending.word), pending.place);
        }
    }

    fn word(&mut self, word: &str, place: Place) {
        if let Some(pending) = &mut self.pending {
            let joins = pending.word == "non" || (pending.word == "sub" && word.starts_with("licen"));
            if joins && place.start.saturating_sub(pending.place.end) < 8 {
                pending.word.push_str(word);
                pending.place.end = place.end;
                return;
            }
        }
        // One buffer is used again and again: most words are read to be looked up once.
        match &mut self.pending {
            Some(pending) => {
                (self.emit)(spelled(&pending.word), pending.place);
                pending.word.clear();
                pending.word.push_str(word);
                pending.place = place;
            }
            None => self.pending = Some(Pending { word: word.to_owned(), place }),
        }
    }
}

/// The end of a markup tag or placeholder that opens at `at` (`<`), if it is one.
fn tag_end(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let first = *bytes.get(at + 1)?;
    if !(first.is_ascii_alphabetic() || first == b'/') {
        return None;
    }
    let limit = (at + LONGEST_TAG).min(end);
    let inside = &bytes[at + 1..limit];
    let stop = memchr::memchr2(b'<', b'>', inside)?;
    (inside[stop] == b'>').then_some(at + 1 + stop + 1)
}

/// The end of a character reference (`&quot;`) that begins at `at`, if it is one.
fn entity_end(bytes: &[u8], at: usize, end: usize) -> Option<usize> {
    let limit = (at + 10).min(end);
    let inside = &bytes[at + 1..limit];
    let stop = memchr::memchr(b';', inside)?;
    // `&lt;year&gt;` is a placeholder as `<year>` is.
    if inside[..stop].eq_ignore_ascii_case(b"lt") && bytes.get(at + 1 + stop + 1).is_some_and(u8::is_ascii_alphabetic) {
        let from = at + 1 + stop + 1;
        let inside = &bytes[from..(from + LONGEST_TAG).min(end).max(from)];
        let close = memchr::memmem::find(inside, b"&gt;");
        if let Some(close) = close.filter(|close| memchr::memchr2(b'<', b'>', &inside[..*close]).is_none()) {
            return Some(from + close + 4);
        }
    }
    (stop >= 2 && inside[..stop].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#'))
        .then_some(at + 1 + stop + 1)
}

/// Calls `emit` for each word of the ranges, in order. Linear in their length.
pub(super) fn each_word(text: &str, ranges: &[Range<usize>], emit: impl FnMut(&str, Place)) {
    let mut reader = Reader { text, roff: roff::is_manual(text), pending: None, emit };
    for range in ranges {
        read_range(&mut reader, range.clone());
        reader.flush();
    }
}

#[allow(clippy::too_many_lines, reason = "one loop over bytes, whose state is its locals")]
fn read_range<F: FnMut(&str, Place)>(reader: &mut Reader<'_, F>, range: Range<usize>) {
    let (text, is_roff) = (reader.text, reader.roff);
    let bytes = text.as_bytes();
    let end = range.end;
    let mut at = range.start;
    let mut flags = LINE_START | PARAGRAPH_START | CLAUSE_START;
    let mut line_has_word = false;
    let mut buffer = String::with_capacity(LONGEST_WORD);
    while at < end {
        let byte = bytes[at];
        let starts_word = byte.is_ascii_alphanumeric() || (byte >= 0x80 && starts_letter(text, at));
        if !starts_word {
            match byte {
                b'\n' => {
                    flags |= LINE_START;
                    if !line_has_word {
                        flags |= PARAGRAPH_START | CLAUSE_START;
                    }
                    line_has_word = false;
                    at += 1;
                }
                b'.' if is_roff && !line_has_word && flags & LINE_START != 0 => {
                    let request = roff::request_end(&bytes[..end], at);
                    flags |= CLAUSE_START | if request.is_some() { PARAGRAPH_START } else { 0 };
                    at = request.unwrap_or(at + 1);
                }
                b'\\' if is_roff => {
                    let escape = roff::escape_end(&bytes[..end], at).unwrap_or(at + 1);
                    at = (escape..=end).find(|at| text.is_char_boundary(*at)).unwrap_or(end);
                }
                // An item of a list or a heading, where nothing stands before on the line.
                b'-' | b'#' | b'=' if !line_has_word => {
                    flags |= CLAUSE_START;
                    at += 1;
                }
                b'.' | b':' | b';' | b'*' => {
                    flags |= CLAUSE_START;
                    at += 1;
                }
                b',' => {
                    flags |= AFTER_COMMA;
                    at += 1;
                }
                b'/' => {
                    flags |= AFTER_SLASH;
                    at += 1;
                }
                b'"' | b'\'' | b'`' => {
                    flags |= QUOTED;
                    at += 1;
                }
                b'<' => {
                    at = tag_end(bytes, at, end).unwrap_or(at + 1);
                }
                b'@' => {
                    at = texinfo::command_end(&bytes[..end], at, line_has_word).unwrap_or(at + 1);
                }
                b'&' => {
                    at = entity_end(bytes, at, end).unwrap_or(at + 1);
                }
                // `\n` in a string literal.
                b'\\' if matches!(bytes.get(at + 1), Some(b'n' | b't' | b'r')) && at + 1 < end => {
                    at += 2;
                }
                b'(' if at + 2 < end && matches!(bytes[at + 1], b'c' | b'C') && bytes[at + 2] == b')' => {
                    at += 3;
                }
                byte if byte < 0x80 => {
                    if !byte.is_ascii_whitespace() {
                        flags &= !QUOTED;
                    }
                    at += 1;
                }
                _ => at += text[at..].chars().next().map_or(1, char::len_utf8),
            }
            continue;
        }
        let start = at;
        buffer.clear();
        let mut too_long = false;
        while at < end {
            let byte = bytes[at];
            if byte >= 0xE3
                && let Some(character) = text[at..].chars().next().filter(|character| is_ideograph(*character))
            {
                // No spaces stand between words: each character is taken for one.
                if at == start {
                    buffer.push(character);
                    at += character.len_utf8();
                }
                break;
            }
            if byte.is_ascii_alphanumeric() {
                if buffer.len() < LONGEST_WORD {
                    buffer.push(byte.to_ascii_lowercase() as char);
                } else {
                    too_long = true;
                }
                at += 1;
            } else if byte >= 0x80 && starts_letter(text, at) {
                let Some(character) = text[at..].chars().next() else { break };
                if buffer.len() < LONGEST_WORD {
                    buffer.extend(character.to_lowercase());
                } else {
                    too_long = true;
                }
                at += character.len_utf8();
            } else if byte == b'.'
                && at > start
                && bytes[at - 1].is_ascii_digit()
                && at + 1 < end
                && bytes[at + 1].is_ascii_digit()
            {
                if buffer.len() < LONGEST_WORD {
                    buffer.push('.');
                }
                at += 1;
            } else {
                break;
            }
        }
        let next = if at < end { bytes[at] } else { b' ' };
        let after_next = if at + 1 < end { bytes[at + 1] } else { b' ' };
        let at_line_start = flags & LINE_START != 0;
        let numbers_item = is_enumerator(&buffer)
            && match next {
                b')' => true,
                b'.' | b':' => {
                    at_line_start && (buffer.len() <= 2)
                        || flags & CLAUSE_START != 0 && after_next.is_ascii_whitespace()
                }
                _ => false,
            };
        let is_scheme = matches!(buffer.as_str(), "http" | "https" | "www") && matches!(next, b':' | b'.');
        if at_line_start && is_comment_word(&buffer, bytes, start, next) {
            // The line begins after it, and is empty where nothing follows.
            continue;
        }
        if numbers_item || is_scheme {
            // The item that follows begins a clause, and the line still has its first word to come.
            flags |= CLAUSE_START;
            line_has_word = true;
            continue;
        }
        // A possessive or a contraction: `holder's` is read as `holders`.
        if next == b'\'' && after_next.is_ascii_alphabetic() && at + 1 < end {
            let rest = bytes[at + 1..end].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            if rest <= 2 && buffer.len() + rest <= LONGEST_WORD {
                buffer.extend(bytes[at + 1..at + 1 + rest].iter().map(|byte| byte.to_ascii_lowercase() as char));
                at += 1 + rest;
            }
        }
        if too_long {
            buffer.clear();
            buffer.push('\u{fffd}');
        }
        let place = Place { start: start as u32, end: at as u32, flags };
        match gnu_version(&buffer) {
            // `GPLv2` are two words.
            Some(split) => {
                reader.word(&buffer[..split], Place { end: (start + split) as u32, ..place });
                reader.word(&buffer[split..], Place { start: (start + split) as u32, flags: 0, ..place });
            }
            None => reader.word(&buffer, place),
        }
        line_has_word = true;
        flags = 0;
        // `GPLv2+`: the only sign that is a word, where it ends a version.
        if at < end && bytes[at] == b'+' && bytes[at - 1].is_ascii_digit() {
            reader.word("+", Place { start: at as u32, end: at as u32 + 1, flags: 0 });
            at += 1;
        }
    }
}

/// Characters of scripts that are written without spaces.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

fn starts_letter(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn words(text: &str) -> String {
        let mut found: Vec<String> = Vec::new();
        each_word(text, std::slice::from_ref(&(0..text.len())), |word, _| found.push(word.to_owned()));
        found.join(" ")
    }

    #[test]
    fn spellings_are_sorted() {
        assert!(SPELLINGS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn what_makes_no_difference_is_gone() {
        assert_eq!(words("// THE \"SOFTWARE\" (the &quot;Licence&quot;)"), "the software the license");
        assert_eq!(words(" * 1. Redistributions\n * b) of\n(iii) source. 2. code"), "redistributions of source code");
        assert_eq!(words("<p>Non-infringement &amp; sub-licenses</p>"), "noninfringement sublicenses");
        assert_eq!(words("Copyright © (C) <year> <name>"), "copyright");
        assert_eq!(words("https://www.example.org/x"), "example org x");
        assert_eq!(words("holder's “quoted” copyright owner’s"), "holders quoted copyright holder s");
    }

    #[test]
    fn letters_that_mark_comments_are_no_words() {
        assert_eq!(
            words("C     under the terms\nC\nC     of this\n//C- kit\nc kat"),
            "under the terms of this kit kat"
        );
        assert_eq!(words("written in C and\n c) so on\n C is more"), "written in c and so on c is more");
        assert_eq!(words("dnl under the\nREM terms"), "under the terms");
    }

    #[test]
    fn versions_stay_whole_and_keep_their_plus() {
        assert_eq!(words("GPLv2+, version 2.0. Version 2."), "gpl v2 + version 2.0 version 2");
        assert_eq!(words("C++ and version 2 of"), "c and version 2 of");
    }

    #[test]
    fn places_hold_the_word() {
        let text = "one\n\n  «Zwölf» non-\nfree";
        let mut found = Vec::new();
        each_word(text, std::slice::from_ref(&(0..text.len())), |_, place| {
            found.push((&text[place.start as usize..place.end as usize], place.flags));
        });
        assert_eq!(found[1], ("Zwölf", LINE_START | PARAGRAPH_START | CLAUSE_START));
        assert_eq!(found[2].0, "non-\nfree");
    }
}
