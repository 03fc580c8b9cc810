//! `setup.cfg`: what a project of setuptools asks for, in the form of Python's `configparser`.

use compact_str::{CompactString, format_compact};

use super::name;
use super::origin;
use super::requirement::Requirement;
use crate::ecosystem::{Capabilities, Declaration, Format, Note, Parsed, Role, Stability};
use crate::model::{DiagnosticKind, Origin, Scope, Span};
use crate::text::{Source, SyntaxError, lines};

/// `setup.cfg`.
pub(super) static FORMAT: Format = Format {
    id: "pypi/setup-cfg",
    patterns: &["**/setup.cfg"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: true, hashes: false, licenses: true },
    docs: "The declarative manifest of setuptools: `install_requires`, `extras_require`, `setup_requires` and `tests_require`.",
    parse,
};

/// A value of several lines: each with its place.
type Value<'s> = Vec<(&'s str, Span)>;

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let mut parsed = Parsed { dialect: "setup.cfg".into(), ..Parsed::default() };
    let mut section = "";
    let mut key: Option<String> = None;
    let mut value: Value<'_> = Vec::new();
    let mut taken = Taken::default();
    for line in lines::lines(file) {
        let trimmed = line.text.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        let start = line.text.len() - line.text.trim_start().len();
        let part = |from: usize, text: &str| line.part(from..from + text.len());
        if start > 0 && key.is_some() {
            // ` # …` begins a comment in a list of setuptools.
            let text = trimmed.split(" #").next().unwrap_or(trimmed).trim_end();
            value.push((text, part(start, text)));
            continue;
        }
        taken.take(file, section, key.take(), std::mem::take(&mut value), &mut parsed);
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.trim();
            continue;
        }
        if let Some(at) = trimmed.find(['=', ':']) {
            key = Some(trimmed[..at].trim().to_ascii_lowercase());
            let text = trimmed[at + 1..].trim();
            let from = start + at + 1 + (trimmed[at + 1..].len() - trimmed[at + 1..].trim_start().len());
            if !text.is_empty() {
                value.push((text, part(from, text)));
            }
        }
    }
    taken.take(file, section, key.take(), value, &mut parsed);
    if taken.name.is_none() && parsed.declarations.is_empty() {
        // Settings of tools (flake8, coverage): no project.
        return Ok(Parsed { dialect: parsed.dialect, ..Parsed::default() });
    }
    let version = taken.version.filter(|(text, _)| name::is_version(text));
    let purl = match &taken.name {
        Some((name, _)) => name::purl(name, version.map(|(version, _)| version), &Origin::Unknown),
        None => name::unnamed(file.path().parent().as_str()),
    };
    let mark = taken.name.map_or_else(|| file.start(), |(_, span)| file.mark(span));
    let mut package = name::own(taken.name.map_or("", |(name, _)| name), purl, "", mark);
    package.license = taken.license.map(|(text, span)| (CompactString::from(text), file.mark(span)));
    parsed.packages.push(package);
    Ok(parsed)
}

#[derive(Default)]
struct Taken<'s> {
    name: Option<(&'s str, Span)>,
    version: Option<(&'s str, Span)>,
    license: Option<(&'s str, Span)>,
}

impl<'s> Taken<'s> {
    fn take(&mut self, file: &Source, section: &str, key: Option<String>, value: Value<'s>, parsed: &mut Parsed) {
        let Some(key) = key else { return };
        let first =
            || value.first().copied().filter(|(text, _)| !text.starts_with("attr:") && !text.starts_with("file:"));
        let underscored = key.replace('-', "_");
        match (section, underscored.as_str()) {
            ("metadata", "name") => self.name = first().filter(|(text, _)| name::is_name(text)),
            ("metadata", "version") => self.version = first(),
            ("metadata", "license") => self.license = first(),
            ("options", "install_requires") => {
                requirements(file, "options.install_requires", Scope::Runtime, &value, parsed)
            }
            ("options", "setup_requires") => requirements(file, "options.setup_requires", Scope::Build, &value, parsed),
            ("options", "tests_require") => requirements(file, "options.tests_require", Scope::Test, &value, parsed),
            ("options.extras_require", _) => {
                requirements(file, &format_compact!("options.extras_require.{key}"), Scope::Optional, &value, parsed);
            }
            _ => {}
        }
    }
}

fn requirements(file: &Source, section: &str, scope: Scope, value: &Value<'_>, parsed: &mut Parsed) {
    // On one line, several are set apart by semicolons; on lines of their own a semicolon begins a marker.
    let single = value.len() == 1;
    for (line, span) in value {
        let mut from = 0;
        let parts: Vec<&str> =
            if single && !line.contains("==\"") && !line.contains("=='") && !line.contains("_version") {
                line.split(';').collect()
            } else {
                vec![line]
            };
        for part in parts {
            let lead = part.len() - part.trim_start().len();
            let text = part.trim();
            let start = span.start + (from + lead) as u32;
            let place = Span::new(start, start + text.len() as u32);
            from += part.len() + 1;
            if text.is_empty() {
                continue;
            }
            let mark = file.mark(place);
            let mut note = |kind: DiagnosticKind, message: String| parsed.notes.push(Note { mark, kind, message });
            if text.starts_with("file:") {
                note(DiagnosticKind::Entry, format!("{text:?} names files that were not followed"));
                continue;
            }
            let Some(asked) = Requirement::parse(text) else {
                // `%(name)s` is interpolation of configparser.
                let shown: String = text.chars().take(60).collect();
                note(DiagnosticKind::Entry, format!("{shown:?} is no requirement"));
                continue;
            };
            parsed.declarations.push(Declaration {
                package: Some(0),
                section: section.into(),
                name: asked.name.into(),
                alias: None,
                requirement: name::shown(Requirement::rest(text)),
                scope,
                origin: asked.url.map_or(Origin::Registry { url: None }, |url| origin::of_url(url).0),
                inherited: false,
                mark,
            });
        }
    }
}
