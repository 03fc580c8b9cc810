//! Tags: `SPDX-License-Identifier: MIT OR Apache-2.0`.
//!
//! SPDX Specification, Annex "Using SPDX license list short identifiers in source files"; REUSE Specification 3.3, "Comment
//! headers". A tag stands in a comment, alone on its line; in a string of a program it is something that the program handles.

use crate::license::{Expression, read};

/// A tag with a valid expression.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    pub expression: Expression,
    /// From the tag's first letter to the end of the expression.
    pub start: usize,
    pub end: usize,
}

/// What a tag begins with.
pub(super) const TAG: &str = "spdx-license-identifier";

/// No expression of a tag is longer.
const LONGEST: usize = 1 << 20;

/// Reads the tag whose first letter stands at `at`; `next` is where the next one begins, or the text ends. In a file that holds
/// nothing but text, `lenient` takes it from anywhere on a line.
pub(super) fn tag_at(text: &str, at: usize, next: usize, lenient: bool) -> Option<Tag> {
    let line_start = memchr::memrchr(b'\n', &text.as_bytes()[at.saturating_sub(400)..at])
        .map_or_else(|| if at <= 400 { Some(0) } else { None }, |found| Some(at.saturating_sub(400) + found + 1));
    let prefix = line_start.and_then(|start| text.get(start..at));
    let rest = &text[at + TAG.len()..];
    let bytes = rest.as_bytes();
    // A key of JSON or TOML closes its quotation marks before the colon or equals sign.
    let is_key = matches!(bytes.first(), Some(b'"' | b'\''));
    let separator = bytes.iter().take(8).position(|byte| matches!(byte, b':' | b'='))?;
    if !rest[..separator].bytes().all(|byte| matches!(byte, b'"' | b'\'' | b' ' | b'\t')) {
        return None;
    }
    let prefix = match prefix {
        Some(prefix) => prefix,
        // A line that long is minified code: the tag follows the opening of a comment.
        None => text.get(at.saturating_sub(4)..at).unwrap_or_default(),
    };
    let stands_alone = is_key || is_comment_opening(prefix) || (lenient && !prefix.contains(['"', '`', '\'']));
    if !stands_alone {
        return None;
    }
    // No tag is part of an expression: a line of many is read once, and not from each of them to its end.
    let value = text.get(at + TAG.len() + separator + 1..next)?;
    let line_end = memchr::memchr2(b'\n', b'\r', &value.as_bytes()[..value.len().min(LONGEST)]).unwrap_or_else(|| {
        let mut end = value.len().min(LONGEST);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        end
    });
    let line = &value[..line_end];
    let cut = ["*/", "-->", "\\n", "#}", "%>", "*)", "-}", "|#", "\"\"\"", "'''", "//", "<"]
        .iter()
        .filter_map(|closing| line.find(closing))
        .min()
        .unwrap_or(line.len());
    let noise =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '*' | '#' | '.' | '|' | '}' | ']');
    let goes_on = cut == value.len() && next < text.len();
    let written = line[..cut].trim_matches(noise);
    // `MIT (see LICENSE)`, `MIT -- a comment`, and a tag with another behind it: the part that is an expression.
    let read_whole = if goes_on { None } else { read(written).expression };
    let expression = read_whole.or_else(|| {
        let written = if goes_on { line[..cut].trim_start_matches(noise) } else { written };
        let first = written.split([' ', '\t']).next()?;
        if goes_on && first.len() == written.len() {
            return None;
        }
        let next = written[first.len()..].trim_start().split([' ', '\t']).next().unwrap_or_default();
        let continues = ["and", "or", "with"].iter().any(|word| next.eq_ignore_ascii_case(word));
        let is_id = || spdx::license_id(first).is_some() || first.starts_with("LicenseRef-");
        (!continues && is_id()).then(|| read(first).expression).flatten()
    })?;
    let start = at;
    let end = at + TAG.len() + separator + 1 + line.find(written).unwrap_or(0) + written.len();
    Some(Tag { expression, start, end })
}

/// Whether what stands before a tag on its line is the opening of a comment, or nothing.
fn is_comment_opening(prefix: &str) -> bool {
    let trimmed = prefix.trim_end();
    if trimmed.is_empty() || ["/*", "/*!", "/**", "//", "<!--"].iter().any(|open| trimmed.ends_with(open)) {
        return true;
    }
    let words: Vec<&str> = trimmed.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let only_marks =
        words.iter().all(|word| matches!(*word, "dnl" | "REM" | "rem" | "C" | "c" | "comment" | "Comment"));
    // A comment of a manual page.
    if words.is_empty() && [".\\\"", "'\\\""].iter().any(|mark| trimmed.starts_with(mark)) {
        return true;
    }
    let quotes = trimmed.matches(['"', '\'', '`']).count();
    only_marks
        && (quotes == 0 || trimmed.ends_with("\"\"\"") || trimmed.ends_with("'''") || trimmed == "\"" || trimmed == "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> Option<String> {
        let at = text.to_ascii_lowercase().find(TAG).unwrap();
        tag_at(text, at, text.len(), false).map(|tag| tag.expression.to_string())
    }

    #[test]
    fn comments_of_any_language_hold_tags() {
        for text in [
            "// SPDX-License-Identifier: MIT OR Apache-2.0\n",
            "/* SPDX-License-Identifier: MIT OR Apache-2.0 */",
            "<!-- spdx-license-identifier: MIT OR Apache-2.0 -->",
            "#!/bin/sh\n# SPDX-License-Identifier: MIT OR Apache-2.0",
            "\"\"\"SPDX-License-Identifier: MIT OR Apache-2.0\"\"\"",
            "dnl SPDX-License-Identifier: MIT OR Apache-2.0",
            ".\\\" SPDX-License-Identifier: MIT OR Apache-2.0",
            "SPDX-License-Identifier = \"MIT OR Apache-2.0\"",
            "{\"SPDX-License-Identifier\": \"MIT OR Apache-2.0\",",
            "{# SPDX-License-Identifier: MIT OR Apache-2.0 #}",
        ] {
            assert_eq!(tag(text).as_deref(), Some("MIT OR Apache-2.0"), "{text}");
        }
        assert_eq!(tag("// SPDX-License-Identifier: MIT (see LICENSE)").as_deref(), Some("MIT"));
    }

    #[test]
    fn tags_in_a_row_are_read_up_to_the_next() {
        let first = |line: &str| {
            let lower = line.to_ascii_lowercase();
            tag_at(line, lower.find(TAG)?, lower.rfind(TAG)?, false).map(|tag| tag.expression.to_string())
        };
        assert_eq!(first("// SPDX-License-Identifier: MIT  SPDX-License-Identifier: ISC").as_deref(), Some("MIT"));
        assert_eq!(first("// SPDX-License-Identifier: MIT // SPDX-License-Identifier: ISC").as_deref(), Some("MIT"));
        assert_eq!(first("# SPDX-License-Identifier: MIT OR SPDX-License-Identifier: ISC"), None);
        assert_eq!(first("# SPDX-License-Identifier: MIT,SPDX-License-Identifier: ISC"), None);
        assert_eq!(first("\"SPDX-License-Identifier: MIT\", \"SPDX-License-Identifier: ISC\""), None);
    }

    #[test]
    fn programs_that_handle_tags_have_none() {
        for text in [
            "let tag = \"SPDX-License-Identifier: MIT\";",
            "# write SPDX-License-Identifier: <license>",
            "print('SPDX-License-Identifier: MIT')",
            "The line `SPDX-License-Identifier: MIT` says",
            "// SPDX-License-Identifier: the license",
        ] {
            assert_eq!(tag(text), None, "{text}");
        }
    }
}
