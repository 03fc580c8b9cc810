//! Texinfo: commands such as `@center` and `@dfn{…}` that the manuals of GNU are marked up with, and the license texts in them.
//!
//! Texinfo manual, "@-Command Syntax". Markup is no difference by the matching guidelines of SPDX; `@license` and `@author` of
//! other languages are no commands of Texinfo, and stay words.

/// Commands at the beginning of a line, before words that stand in the text.
const BEFORE_WORDS: &[&str] = &[
    "appendix",
    "appendixsec",
    "appendixsubsec",
    "c",
    "center",
    "chapheading",
    "comment",
    "display",
    "example",
    "flushleft",
    "group",
    "heading",
    "iftex",
    "item",
    "itemx",
    "majorheading",
    "noindent",
    "quotation",
    "smalldisplay",
    "smallexample",
    "smallquotation",
    "subheading",
    "subsubheading",
    "unnumbered",
    "unnumberedsec",
    "unnumberedsubsec",
];

/// Commands whose whole line says something of the layout.
const WHOLE_LINES: &[&str] = &[
    "anchor",
    "cindex",
    "end",
    "enumerate",
    "findex",
    "include",
    "itemize",
    "kindex",
    "node",
    "setfilename",
    "settitle",
    "sp",
    "tindex",
    "vindex",
];

/// Commands with their words in braces.
const BRACED: &[&str] = &[
    "acronym",
    "asis",
    "bullet",
    "cite",
    "code",
    "copyright",
    "dfn",
    "dots",
    "emph",
    "file",
    "footnote",
    "i",
    "b",
    "r",
    "samp",
    "sc",
    "strong",
    "w",
];

/// Commands whose braces hold an address, or a name that is to be filled in: as words in angle brackets they are none.
const PLACEHOLDERS: &[&str] = &["email", "uref", "url", "var"];

/// Longer placeholders are none.
const LONGEST_PLACEHOLDER: usize = 200;

/// Longer blocks for the reader on a screen are no repetition of a heading.
const LONGEST_REPETITION: usize = 200;

/// Longer paragraphs that are ignored say more than how the file may be processed.
const LONGEST_IGNORED: usize = 600;

/// Where the command that begins at `at` (`@`) ends, if it is one; `within` says that words stand before it on its line. `bytes` end
/// where reading ends.
pub(super) fn command_end(bytes: &[u8], at: usize, within: bool) -> Option<usize> {
    if at > 0 && bytes[at - 1].is_ascii_alphanumeric() {
        return None;
    }
    let length = bytes[at + 1..].iter().take(20).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let name = std::str::from_utf8(&bytes[at + 1..at + 1 + length]).ok().filter(|name| !name.is_empty())?;
    let end = at + 1 + length;
    if bytes.get(end) == Some(&b'{') {
        if PLACEHOLDERS.contains(&name) {
            let inside = &bytes[end..(end + LONGEST_PLACEHOLDER).min(bytes.len())];
            // `@uref{https://kit.example,the Kit License}` shows what stands behind the comma.
            let shown = memchr::memchr2(b',', b'}', inside).filter(|at| inside[*at] == b',' && name.starts_with('u'));
            if let Some(length) = shown {
                return Some(end + length + 1);
            }
            return memchr::memchr(b'}', inside).map(|length| end + length);
        }
        return BRACED.contains(&name).then_some(end);
    }
    if within {
        return None;
    }
    let line_end = |from: usize| memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |length| from + length);
    if name == "ifinfo" {
        // The heading of a text again, for readers who see no fonts.
        let block = &bytes[end..(end + LONGEST_REPETITION).min(bytes.len())];
        return Some(memchr::memmem::find(block, b"@end ifinfo").map_or(end, |length| line_end(end + length)));
    }
    if name == "ignore" {
        // "Permission is granted to process this file through TeX": for the source alone, and no part of what is granted.
        let block = &bytes[end..(end + LONGEST_IGNORED).min(bytes.len())];
        let close = memchr::memmem::find(block, b"@end ignore")?;
        return memchr::memmem::find(&block[..close], b"through TeX").map(|_| line_end(end + close));
    }
    if WHOLE_LINES.contains(&name) {
        return Some(line_end(end));
    }
    let ends = bytes.get(end).is_none_or(u8::is_ascii_whitespace);
    (ends && BEFORE_WORDS.contains(&name)).then_some(end)
}

#[cfg(test)]
mod tests {
    use crate::license::identify::words::each_word;

    fn words(text: &str) -> String {
        let mut found: Vec<String> = Vec::new();
        each_word(text, std::slice::from_ref(&(0..text.len())), |word, _| found.push(word.to_owned()));
        found.join(" ")
    }

    #[test]
    fn commands_are_no_words() {
        let text = "@node Copying\n@c under\n@center Kit Terms\n@iftex\n@heading Rights\n@end iftex\n@ifinfo\n@center Rights\n\
                    @end ifinfo\n@enumerate a\n@item\nthe @dfn{use} of @url{kit.example} @emph{all} @var{your name}\n@end enumerate\n";
        assert_eq!(words(text), "under kit terms rights the use of all");
    }

    #[test]
    fn what_other_languages_write_so_stays() {
        assert_eq!(
            words(" * @license MIT\n * @author Ann\n@copyright Kit\nann@c.example"),
            "license mit author ann copyright kit ann c example"
        );
        assert_eq!(words("@"), "");
        assert_eq!(words("x @ifinfo"), "x ifinfo");
    }
}
