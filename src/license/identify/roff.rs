//! roff: requests and escapes that manual pages are marked up with, and the license texts in them.
//!
//! groff(7), "Requests" and "Escape sequences"; man(7) and mdoc(7) for macros. Markup is no difference by the matching guidelines
//! of SPDX. `.SH` and its kind stay words: what they head is a section.

/// Requests and macros before words that stand in the text.
const BEFORE_WORDS: &[&str] =
    &["B", "BI", "BR", "I", "IB", "IP", "IR", "It", "LP", "P", "PP", "Pp", "RB", "RI", "SM", "TP"];

/// Requests whose whole line says something of the layout.
const WHOLE_LINES: &[&str] =
    &["Bd", "Bl", "Ed", "El", "PD", "RE", "RS", "ad", "br", "fi", "hy", "in", "na", "ne", "nf", "nh", "sp", "ta", "ti"];

/// Longer arguments of an escape are none.
const LONGEST: usize = 60;

/// Whether a text is a manual page: its first request names it.
pub(super) fn is_manual(text: &str) -> bool {
    const COMMENTS: &[&str] = &["'\\\"", ".\\\"", "\\\"", "'''"];
    let says = |line: &&str| {
        let line = line.trim_end();
        !line.is_empty() && !COMMENTS.iter().any(|mark| line.starts_with(mark)) && line != "."
    };
    text.lines()
        .take(200)
        .filter(says)
        .take(8)
        .any(|line| [".TH ", ".Dd ", ".Dt "].iter().any(|mark| line.starts_with(mark)))
}

/// Where a request that opens a line at `at` (`.`) ends, if it is one that says something of the layout.
pub(super) fn request_end(bytes: &[u8], at: usize) -> Option<usize> {
    let opens = at == 0 || bytes[at - 1] == b'\n';
    let length = bytes[at + 1..].iter().take(4).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let end = at + 1 + length;
    if !opens || !bytes.get(end).is_none_or(u8::is_ascii_whitespace) {
        return None;
    }
    let name = std::str::from_utf8(&bytes[at + 1..end]).ok()?;
    if WHOLE_LINES.contains(&name) {
        return Some(memchr::memchr(b'\n', &bytes[end..]).map_or(bytes.len(), |length| end + length));
    }
    BEFORE_WORDS.contains(&name).then_some(end)
}

/// Where the escape that begins at `at` (`\`) ends, if it is none that holds words.
pub(super) fn escape_end(bytes: &[u8], at: usize) -> Option<usize> {
    let named = |from: usize| match bytes.get(from)? {
        b'(' => Some(from + 3),
        b'[' => {
            let inside = &bytes[from..(from + LONGEST).min(bytes.len())];
            memchr::memchr(b']', inside).map(|length| from + length + 1)
        }
        _ => Some(from + 1),
    };
    let end = match bytes.get(at + 1)? {
        b'f' | b'*' | b'm' | b'n' => named(at + 2)?,
        b'(' | b'[' => named(at + 1)?,
        b's' => {
            let sign = usize::from(matches!(bytes.get(at + 2), Some(b'+' | b'-')));
            let digits =
                bytes[(at + 2 + sign).min(bytes.len())..].iter().take(2).take_while(|byte| byte.is_ascii_digit());
            at + 2 + sign + digits.count()
        }
        b'h' | b'v' | b'w' | b'l' | b'o' | b'D' if bytes.get(at + 2) == Some(&b'\'') => {
            let inside = &bytes[at + 3..(at + 3 + LONGEST).min(bytes.len())];
            at + 3 + memchr::memchr(b'\'', inside)? + 1
        }
        b'c' | b'e' | b'd' | b'u' | b'p' | b'a' | b't' => at + 2,
        _ => return None,
    };
    Some(end.min(bytes.len()))
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
    fn requests_and_escapes_of_a_manual_page_are_no_words() {
        let page = ".\\\" kit\n.TH KIT 1\n.RS 4\n\\h'-04' 1.\\h'+02'The \\fIname\\fP of \\s-1KIT\\s0 \\(em\\[u2014] may\n.br\n.B not\n.RE\n";
        assert_eq!(words(page), "kit th kit 1 the name of kit may not");
        assert_eq!(words(".SH LICENSE\n\\fIname\n.B not"), "sh license finame b not");
    }

    #[test]
    fn what_breaks_off_is_read_to_its_end() {
        for page in [
            ".TH K 1\n.",
            ".TH K 1\n\\",
            ".TH K 1\n\\f",
            ".TH K 1\n\\s+",
            ".TH K 1\n\\h'",
            ".TH K 1\n\\[",
            ".TH K 1\n\\*(",
        ] {
            assert!(words(page).starts_with("th k"), "{page:?}");
        }
    }
}
