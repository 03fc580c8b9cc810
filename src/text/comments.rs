//! The comments with which a program text begins: where people state whose it is and under which terms.

/// So many bytes at most are taken: longer ones are documentation, or a whole licensing history.
const LONGEST: usize = 64 << 10;

/// What opens a comment, and what closes it; what closes with the line has nothing here. A `#` also opens lines that are none
/// (`#ifndef`), which stand above the comment of many headers.
const OPENINGS: &[(&str, &str)] = &[
    ("/*", "*/"),
    ("<!--", "-->"),
    ("{-", "-}"),
    ("(*", "*)"),
    ("\"\"\"", "\"\"\""),
    ("'''", "'''"),
    ("//", ""),
    ("#", ""),
    ("--", ""),
    (";;", ""),
    ("; ", ""),
    ("%", ""),
    ("dnl ", ""),
    // What stands in front of the first comment of some files.
    ("'use strict'", ""),
    ("\"use strict\"", ""),
    ("<?php", ""),
    ("<?xml", "?>"),
];

/// The beginning of a program text up to its first line of code; the syntax is told by the text alone. Everything stays as it
/// is written, so that lines keep their numbers.
pub fn leading(text: &str) -> &str {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let mut at = 0;
    let mut end = 0;
    loop {
        at = text.len() - text[at..].trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').len();
        let rest = &text[at..];
        let Some((opening, closing)) = OPENINGS.iter().find(|(opening, _)| rest.starts_with(opening)) else { break };
        let inside = &rest[opening.len()..];
        let closing = if closing.is_empty() { "\n" } else { closing };
        let length = memchr::memmem::find(inside.as_bytes(), closing.as_bytes()).map(|at| at + closing.len());
        at = length.map_or(text.len(), |length| at + opening.len() + length);
        end = at;
    }
    text[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::leading;

    #[test]
    fn it_ends_before_the_first_code_in_any_language() {
        for (text, head) in [
            ("/* A */\n// B\nint main;\n/* C */", "/* A */\n// B"),
            ("#!/bin/sh\n# A\n\n# B\necho '# C'", "#!/bin/sh\n# A\n\n# B"),
            ("'use strict';\n\n/*! A */!function(){}\n/* B */", "'use strict';\n\n/*! A */"),
            ("\u{FEFF}<?php\n/** A */\nuse B;", "\u{FEFF}<?php\n/** A */"),
            ("\"\"\"A\n\nB\"\"\"\nimport c", "\"\"\"A\n\nB\"\"\""),
            ("#ifndef A_H\n#define A_H\n/* A */\nint a;", "#ifndef A_H\n#define A_H\n/* A */"),
            ("-- A\nlocal b", "-- A"),
            ("/* never closed", "/* never closed"),
            ("let a = 1; // A", ""),
            ("", ""),
        ] {
            assert_eq!(leading(text), head, "{text:?}");
        }
    }

    #[test]
    fn a_long_one_is_cut_between_characters() {
        let text = format!("/*{}*/", "é".repeat(100_000));
        assert!((60_000..=65_536).contains(&leading(&text).len()));
    }
}
