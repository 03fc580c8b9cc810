//! Declarations: the line of a package's manifest that names its license.
//!
//! `"license": "MIT"` of package.json, composer.json and bower.json, `license = "MIT"` of Cargo.toml and pyproject.toml,
//! `License-Expression: MIT` of Python metadata (PEP 639), `License: MIT` of spec files and of `debian/copyright` (DEP 5). Only what can be read as
//! an expression without guessing counts.

use crate::license::{Expression, read};
use crate::model::Reading;

/// A declaration and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    pub expression: Expression,
    pub start: usize,
    pub end: usize,
}

const KEYS: &[&str] = &["license", "licence", "license-expression"];

/// The declaration on a line, which begins at `start`.
pub(super) fn in_line(line: &str, start: usize) -> Option<Declaration> {
    let separator = line.find([':', '='])?;
    let key = line[..separator].trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '{'));
    // `spec.license` of a gemspec.
    let key = key.rsplit_once('.').map_or(key, |(_, key)| key);
    if !KEYS.iter().any(|known| key.eq_ignore_ascii_case(known)) {
        return None;
    }
    let value = line[separator + 1..]
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | '"' | '\'' | '>' | '='));
    if value.is_empty() || value.len() > 10_000 {
        return None;
    }
    let reading = read(value);
    let sure = !matches!(reading.reading, Reading::Guess(_) | Reading::Unmapped(_));
    let at = line.find(value).unwrap_or(0);
    let expression = reading.expression.filter(|_| sure)?;
    Some(Declaration { expression, start: start + at, end: start + at + value.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_declare() {
        for line in [
            "  \"license\": \"MIT OR Apache-2.0\",",
            "license = \"MIT OR Apache-2.0\"",
            "License-Expression: MIT OR Apache-2.0",
            "  spec.license = 'MIT OR Apache-2.0'",
        ] {
            let found = in_line(line, 0).unwrap();
            assert_eq!(found.expression.as_str(), "MIT OR Apache-2.0");
            assert_eq!(&line[found.start..found.end], "MIT OR Apache-2.0");
        }
        for line in ["license-file = \"MIT\"", "\"license\": \"SEE LICENSE IN x\"", "licensed: \"MIT\"", "license"] {
            assert!(in_line(line, 0).is_none(), "{line}");
        }
    }
}
