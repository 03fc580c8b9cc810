//! Declarations: the line of a package's manifest, or of a program that describes one, that names its license.
//!
//! `"license": "MIT"` of package.json, composer.json and bower.json, `license = "MIT"` of Cargo.toml and pyproject.toml,
//! `License-Expression: MIT` of Python metadata (PEP 639), `License: MIT` of spec files and of `debian/copyright` (DEP 5), elements of AppStream and NuGet; and in programs
//! `__license__ = "MIT"` of Python modules, `license="MIT"` of a `setup.py`, `license => 'perl'` of a `Build.PL`.

use crate::license::{Expression, read};
use crate::model::Reading;

/// A declaration and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    pub expression: Expression,
    /// Whether it says exactly this: `BSD` is a guess.
    pub sure: bool,
    pub start: usize,
    pub end: usize,
}

/// How a line is read that begins at a byte.
pub(super) type In = fn(&str, usize) -> Option<Declaration>;

const KEYS: &[&str] = &["license", "licence", "license-expression", "copying-policy"];

/// Elements of XML that name the license of what a manifest describes: of AppStream and NuGet.
const ELEMENTS: &[&str] = &["<project_license>", "<license type=\"expression\">"];

/// The declaration on a line of a manifest, which begins at `start`.
pub(super) fn in_line(line: &str, start: usize) -> Option<Declaration> {
    if let Some(element) = ELEMENTS.iter().find(|element| line.trim_start().starts_with(**element)) {
        let from = line.find(element)? + element.len();
        let length = line[from..].find("</")?;
        return value_at(line, from..from + length, start);
    }
    let separator = line.find([':', '='])?;
    let key = line[..separator].trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '{'));
    // `spec.license` of a gemspec.
    let key = key.rsplit_once('.').map_or(key, |(_, key)| key);
    if !KEYS.iter().any(|known| key.eq_ignore_ascii_case(known)) {
        return None;
    }
    value_at(line, separator + 1..line.len(), start)
}

/// The declaration in a program, which begins at `start`: `__license__ = "MIT"` of a Python module, `license => 'perl'` of a Perl
/// distribution's `Build.PL`.
pub(super) fn in_program(line: &str, start: usize) -> Option<Declaration> {
    let separator = line.find('=')?;
    let key = line[..separator].trim();
    let arrow = line[separator + 1..].starts_with('>');
    let named = match arrow {
        true => key.trim_matches(['"', '\'']).eq_ignore_ascii_case("license"),
        false => ["__license__", "__licence__"].contains(&key),
    };
    let from = separator + 1 + usize::from(arrow);
    if named { value_at(line, quoted(line, from)?, start) } else { None }
}

/// The declaration in a `setup.py`, which begins at `start`: `license="MIT",` as an argument.
pub(super) fn in_setup(line: &str, start: usize) -> Option<Declaration> {
    const KEY: &str = "license";
    let argument = line.match_indices(KEY).find_map(|(at, _)| {
        let before = line[..at].trim_end();
        let rest = line[at + KEY.len()..].trim_start();
        let opens = before.is_empty() || before.ends_with(['(', ',']);
        (opens && rest.starts_with('=')).then(|| line.len() - rest.len() + 1)
    });
    match argument {
        Some(from) => value_at(line, quoted(line, from)?, start),
        None => in_program(line, start),
    }
}

/// Whether a program is the `setup.py` of a Python distribution.
pub(super) fn is_setup(text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has("setup(") && (has("setuptools") || has("distutils"))
}

/// What stands in quotation marks at the beginning of a piece of a line.
fn quoted(line: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let rest = &line[from..];
    let open = from + (rest.len() - rest.trim_start().len());
    let quote = line[open..].chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let length = line[open + 1..].find(quote)?;
    Some(open + 1..open + 1 + length)
}

fn value_at(line: &str, within: std::ops::Range<usize>, start: usize) -> Option<Declaration> {
    let value = line[within.clone()]
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | '"' | '\'' | '>' | '='));
    // `BSD_2_clause + file LICENSE` of R says where the text is.
    let value = value.split(" + file ").next().unwrap_or(value);
    if value.is_empty() || value.len() > 10_000 {
        return None;
    }
    let reading = read(value);
    let known = !matches!(reading.reading, Reading::Unmapped(_));
    let sure = known && !matches!(reading.reading, Reading::Guess(_));
    let at = within.start + line[within.clone()].find(value).unwrap_or(0);
    let expression = reading.expression.filter(|_| known)?;
    Some(Declaration { expression, sure, start: start + at, end: start + at + value.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_declare() {
        let found = in_program("__license__ = 'MIT OR Apache-2.0'", 10).unwrap();
        assert_eq!((found.expression.as_str(), found.sure, found.start), ("MIT OR Apache-2.0", true, 25));
        assert!(!in_program("__license__ = \"BSD\"", 0).unwrap().sure);
        assert_eq!(in_program("    license => 'mit',", 0).unwrap().expression.as_str(), "MIT");
        assert_eq!(in_setup("setup(name='kit', license='ISC')", 0).unwrap().expression.as_str(), "ISC");
        assert_eq!(in_setup("    license='MIT',", 0).unwrap().expression.as_str(), "MIT");
        for line in
            ["license = 'MIT'", "license => $license", "__license__ = read()", "__license__ == 'MIT'", "__license__"]
        {
            assert!(in_program(line, 0).is_none(), "{line}");
        }
    }

    #[test]
    fn manifests_declare() {
        for line in [
            "  \"license\": \"MIT OR Apache-2.0\",",
            "license = \"MIT OR Apache-2.0\"",
            "License-Expression: MIT OR Apache-2.0",
            "  spec.license = 'MIT OR Apache-2.0'",
            "  <project_license>MIT OR Apache-2.0</project_license>",
            "<license type=\"expression\">MIT OR Apache-2.0</license>",
            "Copying-policy: MIT OR Apache-2.0",
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
