//! Declarations: the line of a package's manifest, or of a program that describes one, that names its license.
//!
//! `"license": "MIT"` of package.json, composer.json and bower.json, `license = "MIT"` of Cargo.toml and pyproject.toml,
//! `License-Expression: MIT` of Python metadata (PEP 639), `License: MIT` of spec files, of R's `DESCRIPTION` and of
//! `debian/copyright` (DEP 5), elements of AppStream, NuGet, Maven and DOAP; classifiers of Python (`License :: OSI Approved :: …`)
//! where nothing else is said; and in programs `__license__ = "MIT"` of Python modules, `license="MIT"` of a `setup.py`,
//! `license => 'perl'` of a `Build.PL`, `:license {:name "MIT"}` of a `project.clj`, `:licence "MIT"` of a system of Lisp.

use crate::license::{Expression, LicenseReading, read};
use crate::model::Reading;

/// A declaration and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    pub expression: Expression,
    /// Whether it says exactly this: `BSD` is a guess.
    pub sure: bool,
    /// Whether it is one of Python's classifiers, which often say less than the rest of the metadata.
    pub classifier: bool,
    pub start: usize,
    pub end: usize,
}

/// How a line is read that begins at a byte.
pub(super) type In = fn(&str, usize) -> Option<Declaration>;

const KEYS: &[&str] = &["license", "licence", "license-expression", "copying-policy"];

/// Elements of XML that name the license of what a manifest describes, or its own: of AppStream, NuGet and IBus.
const ELEMENTS: &[&str] =
    &["<project_license>", "<metadata_license>", "<license type=\"expression\">", "<license>", "<licence>"];

/// DOAP names the license by an address.
const RESOURCE: &str = "<license rdf:resource=\"";

/// What a claim of the public domain is read as; identification has a name of its own for it.
const DEDICATION: &str = "LicenseRef-public-domain";

/// What Python's classifiers of licenses begin with (core metadata, `Classifier`).
const CLASSIFIER: &str = "License ::";

/// The declaration on a line of a manifest, which begins at `start`.
pub(super) fn in_line(line: &str, start: usize) -> Option<Declaration> {
    if let Some(element) = ELEMENTS.iter().find(|element| line.trim_start().starts_with(**element)) {
        let from = line.find(element)? + element.len();
        let length = line[from..].find("</")?;
        return value_at(line, from..from + length, start);
    }
    if let Some(at) = line.find(RESOURCE) {
        let from = at + RESOURCE.len();
        let length = line[from..].find('"')?;
        return value_at(line, from..from + length, start);
    }
    if let Some(found) = in_classifier(line, start) {
        return Some(found);
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

/// A classifier of Python metadata: `License :: OSI Approved :: MIT License`, also in quotation marks.
fn in_classifier(line: &str, start: usize) -> Option<Declaration> {
    let at = line.find(CLASSIFIER)?;
    let before = line[..at].trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '[' | '-'));
    let from = line.rfind(":: ")? + 3;
    let end = line[from..].find(['"', '\'']).map_or(line.len(), |length| from + length);
    let begins = before.is_empty()
        || ["classifier:", "classifiers =", "classifiers=["].contains(&before.to_ascii_lowercase().as_str());
    let found = value_at(line, from..end, start).filter(|_| begins)?;
    Some(Declaration { classifier: true, ..found })
}

/// The licenses that a `pom.xml` names (`licenses/license/name`, else `url`).
pub(super) fn in_pom(text: &str) -> Vec<Declaration> {
    const OPENS: &str = "<license>";
    let element = |within: std::ops::Range<usize>, name: &str| {
        let open = format!("<{name}>");
        let from = within.start + text[within.clone()].find(&open)? + open.len();
        let length = text[from..within.end].find("</")?;
        value_at(text, from..from + length, 0)
    };
    if !text.contains("<licenses>") || !text.contains("<project") {
        return Vec::new();
    }
    text.match_indices(OPENS)
        .take(20)
        .filter_map(|(at, _)| {
            let from = at + OPENS.len();
            let within = from..from + text[from..].find("</license>")?;
            let (name, url) = (element(within.clone(), "name"), element(within, "url"));
            // "LGPL" beside the address of a version, which does not say that it is this one only.
            match (name, url) {
                (Some(name), Some(url)) if !name.sure && url.sure => Some(Declaration { sure: false, ..url }),
                (name, url) => name.or(url),
            }
        })
        .collect()
}

/// The declaration in a program, which begins at `start`: `__license__ = "MIT"` of a Python module, `license => 'perl'` of a Perl
/// distribution's `Build.PL`.
pub(super) fn in_program(line: &str, start: usize) -> Option<Declaration> {
    if let Some(found) = in_lisp(line, start) {
        return Some(found);
    }
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

/// The declaration in a Lisp program, which begins at `start`: `:licence "MIT"` of a system, `:license {:name "MIT"` of a project.
fn in_lisp(line: &str, start: usize) -> Option<Declaration> {
    let at = [":license ", ":licence ", ":license{", ":licenses "].iter().find_map(|key| {
        let at = line.find(key)?;
        let opens = line[..at].trim_end();
        (opens.is_empty() || opens.ends_with('{') || opens.starts_with("(def"))
            .then_some(at + key.trim_end_matches('{').len())
    })?;
    let rest = line[at..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '[' | '{'));
    let rest = rest.strip_prefix(":name").unwrap_or(rest);
    value_at(line, quoted(line, line.len() - rest.len())?, start)
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
        None => in_classifier(line, start).or_else(|| in_program(line, start)),
    }
}

/// Whether a program is the `setup.py` of a Python distribution.
pub(super) fn is_setup(text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    (has("setup(") || has("setup (")) && (has("setuptools") || has("distutils"))
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
    // Of what is stated here the words are the program's own, as of sentences.
    let own = |reading: LicenseReading| match reading.expression.as_ref().is_some_and(|one| one.as_str() == DEDICATION)
    {
        true => read(super::notices::PUBLIC_DOMAIN),
        false => reading,
    };
    let is_known = |reading: &LicenseReading| !matches!(reading.reading, Reading::Unmapped(_));
    // R writes `BSD_2_clause`; others say the name again in brackets.
    let reading = Some(read(value)).filter(is_known).or_else(|| Some(read(&value.replace('_', "-"))).filter(is_known));
    let reading = reading.unwrap_or_else(|| read(value.split(" (").next().unwrap_or(value)));
    let reading = own(reading);
    let known = is_known(&reading);
    let sure = known && !matches!(reading.reading, Reading::Guess(_));
    let at = within.start + line[within.clone()].find(value).unwrap_or(0);
    let expression = reading.expression.filter(|_| known)?;
    Some(Declaration { expression, sure, classifier: false, start: start + at, end: start + at + value.len() })
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
    fn systems_of_lisp_declare() {
        for line in [
            "  :license {:name \"MIT License\"}",
            "    :licence \"MIT\"",
            "(defsystem kit :license \"MIT\"",
            "  :licenses [{:name \"MIT\"}]",
        ] {
            assert_eq!(in_program(line, 0).map(|found| found.expression.to_string()).as_deref(), Some("MIT"), "{line}");
        }
        assert!(in_program("(get map :license \"MIT\")", 0).is_none());
    }

    #[test]
    fn a_pom_names_licenses_and_addresses() {
        let pom = "<project>\n <licenses>\n  <license>\n   <name>The MIT License</name>\n   <url>https://x.example</url>\n  \
            </license>\n  <license><url>https://opensource.org/licenses/ISC</url></license>\n </licenses>\n</project>\n";
        let found: Vec<String> = in_pom(pom).iter().map(|found| found.expression.to_string()).collect();
        assert_eq!(found, ["MIT", "ISC"]);
        assert_eq!(&pom[in_pom(pom)[0].start..in_pom(pom)[0].end], "The MIT License");
        assert!(in_pom("<project><license><name>MIT</name>").is_empty());
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
            "  <metadata_license>MIT OR Apache-2.0</metadata_license>",
        ] {
            let found = in_line(line, 0).unwrap();
            assert_eq!(found.expression.as_str(), "MIT OR Apache-2.0");
            assert_eq!(&line[found.start..found.end], "MIT OR Apache-2.0");
        }
        for (line, license) in [
            ("License: BSD_2_clause + file LICENSE", "BSD-2-Clause"),
            ("Copying-policy: GNU GPL v2 (General Public License 2)", "GPL-2.0-only"),
            ("<license rdf:resource=\"https://opensource.org/licenses/MIT\" />", "MIT"),
            ("    License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
            ("Classifier: License :: OSI Approved :: MIT License", "MIT"),
        ] {
            assert_eq!(in_line(line, 0).map(|found| found.expression.to_string()).as_deref(), Some(license), "{line}");
        }
        for line in ["license-file = \"MIT\"", "\"license\": \"SEE LICENSE IN x\"", "licensed: \"MIT\"", "license"] {
            assert!(in_line(line, 0).is_none(), "{line}");
        }
    }
}
