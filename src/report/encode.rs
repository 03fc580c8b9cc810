//! How untrusted text becomes harmless in each place it is written to.
//!
//! Names, versions, paths, URLs and lines of scanned files are chosen by strangers. Every reporter passes them through one
//! of these functions, and no reporter encodes by itself:
//!
//! | place | function | what it keeps out |
//! |---|---|---|
//! | a terminal, a log | [`printable`] | escape sequences, line breaks, text that runs backwards or is invisible, commands of CI systems |
//! | a GitHub workflow command | [`command_data`], [`command_property`] | ends of the command or of a property |
//! | Markdown | [`markdown`], [`markdown_code`] | markup, HTML, links, mentions, table cells |
//! | a URI | [`uri`] | everything but unreserved characters and `/` |
//! | JSON, SARIF | [`Json`] | control and invisible characters, written as `\uXXXX`: the value stays exact |
//! | all of them | [`without_user_info`] | names and passwords in URLs |

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

/// Whether a terminal, an editor or a reader would be misled by a character: controls, and what is invisible or changes the
/// direction of writing (Unicode general categories Cc and Cf as far as they occur in such attacks; UTR #36, section 2.5).
pub(super) fn is_unsafe(char: char) -> bool {
    matches!(char,
        '\0'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

fn escape_into(out: &mut String, char: char) {
    match char {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // Writing to a String cannot fail.
        char => _ = write!(out, "\\u{{{:x}}}", u32::from(char)),
    }
}

/// How the first character of `rest` is shown on a terminal, where it is not shown as itself; see [`printable`].
pub(super) fn shown(before: char, rest: &str) -> Option<String> {
    let char = rest.chars().next()?;
    let opens_command = match char {
        ':' => before.is_whitespace() && rest.starts_with("::"),
        '#' => ["##[", "##vso[", "##teamcity["].iter().any(|opening| rest.starts_with(opening)),
        _ => false,
    };
    (opens_command || is_unsafe(char)).then(|| {
        let mut out = String::new();
        escape_into(&mut out, char);
        out
    })
}

/// Text for one line of a terminal or log: unsafe characters are shown as `\n`, `\u{1b}` and so on.
///
/// CI systems read commands from what a job prints, so their openings are broken as well: `::` at the start of a word
/// (GitHub trims a line before it looks, and wrapping may put any word first), `##[`, `##vso[` and `##teamcity[` anywhere.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b':' && byte != b'#') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for (at, char) in text.char_indices() {
        match shown(before, &text[at..]) {
            Some(escape) => out.push_str(&escape),
            None => out.push(char),
        }
        before = char;
    }
    Cow::Owned(out)
}

/// `text` cut after `max` characters, with an ellipsis in place of the rest.
pub(super) fn clip(text: &str, max: usize) -> Cow<'_, str> {
    if text.len() <= max {
        return Cow::Borrowed(text);
    }
    match text.char_indices().nth(max) {
        Some(_) => {
            let end = text.char_indices().nth(max.saturating_sub(1)).map_or(0, |(at, _)| at);
            Cow::Owned(format!("{}…", &text[..end]))
        }
        None => Cow::Borrowed(text),
    }
}

/// The bytes of the user info in the first URL at or after `from`, and where to go on: RFC 3986, section 3.2.1.
fn user_info(text: &str, from: usize) -> Option<(std::ops::Range<usize>, usize)> {
    let mut from = from;
    while let Some(at) = text[from..].find("://") {
        let start = from + at + 3;
        let ends = |byte: &u8| {
            matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\') || byte.is_ascii_whitespace()
        };
        let end = text.as_bytes()[start..].iter().position(ends).map_or(text.len(), |length| start + length);
        if let Some(sign) = text[start..end].rfind('@') {
            return Some((start..start + sign + 1, end));
        }
        from = end.max(start);
    }
    None
}

/// `text` with the user info of every URL in it taken out: `https://name:word@host/` becomes `https://host/`.
pub fn without_user_info(text: &str) -> Cow<'_, str> {
    let Some(mut found) = user_info(text, 0) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    loop {
        let (range, next) = found;
        out.push_str(&text[kept..range.start]);
        kept = range.end;
        match user_info(text, next) {
            Some(more) => found = more,
            None => break,
        }
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

/// A line of a file with the user info of every URL replaced by as many `*`, so that columns stay what they were.
pub(super) fn masked(line: &str) -> Cow<'_, str> {
    let Some(mut found) = user_info(line, 0) else { return Cow::Borrowed(line) };
    let mut out = String::with_capacity(line.len());
    let mut kept = 0;
    loop {
        let (range, next) = found;
        out.push_str(&line[kept..range.start]);
        out.extend(line[range.start..range.end - 1].chars().map(|_| '*'));
        out.push('@');
        kept = range.end;
        match user_info(line, next) {
            Some(more) => found = more,
            None => break,
        }
    }
    out.push_str(&line[kept..]);
    Cow::Owned(out)
}

/// The text part of a GitHub workflow command (`actions/toolkit`, `command.ts`, `escapeData`). Line breaks are kept.
pub(super) fn command_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a GitHub workflow command (`escapeProperty`): as [`command_data`], and `:` and `,`.
pub(super) fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text for Markdown as GitHub and GitLab read it: nothing in it is markup, HTML, a link, a mention or a reference.
///
/// A mention, `#1` and a bare URL become links after Markdown is read, where a backslash no longer helps: an empty comment
/// in their middle does, and is not seen.
pub(super) fn markdown(text: &str) -> String {
    let text = without_user_info(text);
    let text = printable(&text);
    let mut out = String::with_capacity(text.len() + 16);
    for (at, char) in text.char_indices() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("@<!-- -->"),
            '#' => out.push_str("\\#<!-- -->"),
            ':' if text[at..].starts_with("://") => out.push_str(":<!-- -->"),
            '.' if text[..at].ends_with("www") || text[..at].ends_with("WWW") => out.push_str("<!-- -->."),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '|' | '!' | '~' | '$' => {
                out.push('\\');
                out.push(char);
            }
            // These open a list, a heading's underline or a setext line only where a line begins.
            '-' | '+' | '=' if out.is_empty() => {
                out.push('\\');
                out.push(char);
            }
            char => out.push(char),
        }
    }
    out
}

/// Text for Markdown as code, safe in a table's cell: mentions, references and bare URLs are not looked for in code.
pub(super) fn markdown_code(text: &str) -> String {
    let text = without_user_info(text);
    let text = printable(&text);
    let mut longest = 0;
    let mut run = 0;
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    // GFM, section 4.10: a pipe ends a cell even within code, unless a backslash stands before it.
    let text = text.replace('|', "\\|");
    if text.is_empty() {
        return String::new();
    }
    let space = if longest > 0 || text.starts_with(' ') || text.ends_with(' ') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A relative URI reference for a path: all but unreserved characters (RFC 3986, section 2.3) and `/` percent-encoded. The
/// `:` of a first segment is encoded too, so that it cannot be read as a scheme. The root is `.`.
pub(super) fn uri(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(byte as char);
        } else {
            // Writing to a String cannot fail.
            _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Text of a SARIF message. `[text](target)` is a link there (SARIF 2.1.0, section 3.11.6); brackets that would make one
/// are escaped as the section says.
pub(super) fn sarif_text(text: &str) -> Cow<'_, str> {
    if !text.contains("](") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"))
}

/// A JSON layout for people and line-based tools alike: the first levels are indented, what is deeper stays on its line, so
/// that one component or finding is one line. Unsafe characters are written as `\uXXXX`, so that a report shown on a
/// terminal is harmless and yet exact.
pub(super) struct Json {
    depth: usize,
    open: usize,
    filled: bool,
}

impl Json {
    /// Indents the first `open` levels.
    pub(super) fn new(open: usize) -> Self {
        Self { depth: 0, open, filled: false }
    }

    fn line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }

    fn begin<W: ?Sized + io::Write>(&mut self, writer: &mut W, mark: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(mark)
    }

    fn end<W: ?Sized + io::Write>(&mut self, writer: &mut W, mark: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.filled && self.depth < self.open {
            self.line(writer)?;
        }
        // What was just closed is an item of what is around it.
        self.filled = true;
        writer.write_all(mark)
    }

    fn item<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.filled = true;
        if self.depth <= self.open { self.line(writer) } else { Ok(()) }
    }
}

impl serde_json::ser::Formatter for Json {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.item(writer, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.item(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.depth <= self.open { writer.write_all(b": ") } else { writer.write_all(b":") }
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut kept = 0;
        for (at, char) in fragment.char_indices().filter(|(_, char)| is_unsafe(*char)) {
            writer.write_all(&fragment.as_bytes()[kept..at])?;
            for unit in char.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            kept = at + char.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[kept..])
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize as _;

    use super::*;

    #[test]
    fn a_terminal_sees_no_controls_and_no_hidden_text() {
        assert_eq!(printable("serde 1.0"), "serde 1.0");
        assert_eq!(printable("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(printable("\u{9b}31m"), "\\u{9b}31m");
        assert_eq!(printable("a\u{202e}b\u{2066}\u{200b}"), "a\\u{202e}b\\u{2066}\\u{200b}");
        assert_eq!(printable("naïve 漢字\r\n"), "naïve 漢字\\r\\n");
    }

    #[test]
    fn a_log_starts_no_command_of_a_ci_system() {
        assert_eq!(printable("::stop-commands::x"), "\\u{3a}:stop-commands::x");
        assert_eq!(printable("a ::error::b"), "a \\u{3a}:error::b");
        assert_eq!(printable("std::io"), "std::io");
        assert_eq!(printable("x##[add-mask]y"), "x\\u{23}#[add-mask]y");
        assert_eq!(printable("##vso[task]"), "\\u{23}#vso[task]");
        assert_eq!(printable("## heading"), "## heading");
    }

    #[test]
    fn commands_cannot_be_ended_early() {
        assert_eq!(command_data("50%\r\n::x"), "50%25%0D%0A::x");
        assert_eq!(command_property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }

    #[test]
    fn urls_lose_their_user_info() {
        assert_eq!(without_user_info("git+https://u:p@host.example/x"), "git+https://host.example/x");
        assert_eq!(without_user_info("a://b@c d://e@f@g/h@i"), "a://c d://g/h@i");
        assert_eq!(without_user_info("https://host.example/@acme/kit"), "https://host.example/@acme/kit");
        assert_eq!(without_user_info("https://a@"), "https://");
        assert_eq!(masked("\"https://u:pä@host/\""), "\"https://****@host/\"");
    }

    #[test]
    fn markdown_is_only_text() {
        assert_eq!(markdown("a|b *c* [x](javascript:1)"), "a\\|b \\*c\\* \\[x\\]\\(javascript:1\\)");
        assert_eq!(markdown("<img onerror=x>&"), "&lt;img onerror=x&gt;&amp;");
        assert_eq!(
            markdown("@team #1 https://e.example www.e.example"),
            "@<!-- -->team \\#<!-- -->1 https:<!-- -->//e.example www<!-- -->.e.example"
        );
        assert_eq!(markdown("a\nb"), "a\\\\nb");
        assert_eq!(markdown("- x"), "\\- x");
    }

    #[test]
    fn code_in_markdown_cannot_be_left() {
        assert_eq!(markdown_code("a"), "`a`");
        assert_eq!(markdown_code("a`b``c"), "``` a`b``c ```");
        assert_eq!(markdown_code("a|b\n"), "`a\\|b\\n`");
        assert_eq!(markdown_code("<b>"), "`<b>`");
    }

    #[test]
    fn uris_are_relative_and_encoded() {
        assert_eq!(uri("web/a b.json"), "web/a%20b.json");
        assert_eq!(uri("cargo-registry:serde/Cargo.toml"), "cargo-registry%3Aserde/Cargo.toml");
        assert_eq!(uri("ä?#%"), "%C3%A4%3F%23%25");
        assert_eq!(uri(""), ".");
    }

    #[test]
    fn clip_counts_characters() {
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(clip("äöüß", 3), "äö…");
        assert_eq!(clip("abc", 3), "abc");
    }

    #[test]
    fn json_is_exact_and_shows_no_controls() {
        let value = serde_json::json!({"a": ["x\u{1b}\u{202e}\u{e0041}é\u{85}", {}, []], "b": {"c": [1, 2]}});
        let mut bytes = Vec::new();
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Json::new(2))).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        assert!(text.chars().all(|char| char == '\n' || !is_unsafe(char)), "{text}");
        assert_eq!(
            text,
            concat!(
                "{\n  \"a\": [\n    \"x\\u001b\\u202e\\udb40\\udc41é\\u0085\",\n    {},\n    []\n  ],\n",
                "  \"b\": {\n    \"c\": [1,2]\n  }\n}"
            )
        );
    }
}
