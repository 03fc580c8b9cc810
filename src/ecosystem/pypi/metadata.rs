//! `METADATA` of installed packages and wheels, and `PKG-INFO`: core metadata, which is headers as of a mail.

use compact_str::{CompactString, format_compact};

use super::name;
use super::requirement::Requirement;
use crate::ecosystem::{
    Capabilities, CopyLicense, Declaration, Format, LicenseFile, Package, Parsed, Role, Stability, Told,
};
use crate::license;
use crate::model::{Mark, Origin, Scope, Span};
use crate::text::{Source, SyntaxError, lines};

/// Installed packages.
pub(super) static FORMAT: Format = Format {
    id: "pypi/installed",
    patterns: &["**/*.dist-info/METADATA", "**/*.egg-info/PKG-INFO"],
    role: Role::Installed,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: false, hashes: false, licenses: true },
    docs: "The metadata of an installed package, in directories that are no installed tree of their own (`pip install \
           --target`): name, version, license, and what it needs.",
    parse,
};

/// Longer texts are licenses themselves rather than their names.
const LONGEST: usize = 200;

/// More statements of one package about its terms than any has.
const MOST_BESIDE: usize = 100;

/// The headers: names and values with their places. Continued lines are left out, since none that matters is continued.
fn headers(source: &Source) -> Vec<(&str, &str, Span)> {
    let mut headers = Vec::new();
    for line in lines::lines(source) {
        if line.text.is_empty() {
            break;
        }
        if line.text.starts_with([' ', '\t']) {
            continue;
        }
        let Some((key, value)) = line.text.split_once(':') else { continue };
        let lead = value.len() - value.trim_start().len();
        let start = key.len() + 1 + lead;
        let value = value.trim();
        headers.push((key, value, line.part(start..start + value.len())));
    }
    headers
}

/// The license that the metadata declares: PEP 639's expression; else the `License` field, if it is a license's name; else
/// the classifiers. The names of license files alone say nothing of terms, and stand last.
pub(super) fn declared(source: &Source) -> Option<(CompactString, Mark)> {
    let headers = headers(source);
    let first = |wanted: &str| {
        let mut found = headers.iter().filter(|(key, value, _)| key.eq_ignore_ascii_case(wanted) && !value.is_empty());
        found.next().map(|(_, value, span)| (*value, *span))
    };
    let made = |text: &str, span: Span| Some((CompactString::from(text), source.mark(span)));
    if let Some((text, span)) = first("License-Expression") {
        return made(text, span);
    }
    let is_known = |text: &str| license::read(text).expression.is_some();
    let field = first("License").filter(|(text, _)| text.len() <= LONGEST && !text.eq_ignore_ascii_case("unknown"));
    if let Some((text, span)) = field
        && is_known(text)
    {
        return made(text, span);
    }
    let classifiers: Vec<(&str, Span)> = headers
        .iter()
        .filter(|(key, value, _)| key.eq_ignore_ascii_case("Classifier") && value.starts_with("License ::"))
        // The heading of a family, beside which the license itself stands.
        .filter(|(_, value, _)| !matches!(value.trim_end(), "License :: OSI Approved"))
        .map(|(_, value, span)| (*value, *span))
        .collect();
    match (classifiers.as_slice(), field) {
        ([], Some((text, span))) => made(text, span),
        ([], None) => {
            let (text, span) = first("License-File")?;
            Some((format_compact!("License-File: {text}"), source.mark(span)))
        }
        ([(text, span)], _) if field.is_none() || is_known(text) => made(text, *span),
        ([_], Some((text, span))) => made(text, span),
        // Nothing says whether one may choose: all of them hold.
        ([(_, span), ..], _) => {
            let parts: Vec<String> = classifiers
                .iter()
                .map(|(text, _)| match license::read(text).expression {
                    Some(expression) if !expression.to_string().contains(' ') => expression.to_string(),
                    _ => format!("({text})"),
                })
                .collect();
            made(&parts.join(" AND "), *span)
        }
    }
}

/// Everything that the metadata says of its terms beside what counts, in the order of PEP 639 with the field that it replaces
/// before the classifiers, each as written with its field's name. A text that stands where a name belongs is left to those who
/// read texts.
fn beside(source: &Source, counted: Option<&(CompactString, Mark)>) -> Vec<(CompactString, Mark)> {
    let headers = headers(source);
    let mut all = Vec::new();
    for wanted in ["License-Expression", "License-File", "License", "Classifier"] {
        for (key, value, span) in &headers {
            let says_terms = key.eq_ignore_ascii_case(wanted)
                && !value.is_empty()
                && value.len() <= LONGEST
                && (wanted != "Classifier" || value.starts_with("License ::"));
            let mark = source.mark(*span);
            let is_counted = counted.is_some_and(|(raw, at)| *at == mark && (raw == value || raw.ends_with(value)));
            if says_terms && !is_counted && all.len() < MOST_BESIDE {
                let field = if wanted == "Classifier" { "" } else { wanted };
                let lead = if field.is_empty() { "" } else { ": " };
                all.push((format_compact!("{field}{lead}{value}"), mark));
            }
        }
    }
    all
}

/// More license files of one package than any names that has no expression for them.
const MOST_FILES: usize = 64;

/// The license files that the metadata names, where no expression says what they hold (PEP 639: the expression is for all of
/// them). Since metadata 2.4 they lie in `licenses/` under the path that they had in the sources; tools put them beside the
/// metadata before, by their names alone.
fn files(source: &Source) -> Vec<LicenseFile> {
    let headers = headers(source);
    let named = |wanted: &'static str| {
        headers.iter().filter(move |(key, value, _)| key.eq_ignore_ascii_case(wanted) && !value.is_empty())
    };
    if named("License-Expression").next().is_some() {
        return Vec::new();
    }
    let name_of = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let names: Vec<Option<String>> = named("License-File").map(|(_, path, _)| name_of(path)).collect();
    let made = |(_, path, span): &(&str, &str, Span)| {
        let stays =
            !path.contains(['\\', '!', '*', '~']) && path.split('/').all(|segment| !matches!(segment, "" | "." | ".."));
        let mut places = Vec::new();
        if stays {
            places.extend([format!("licenses/{path}"), (*path).to_owned(), format!("license_files/{path}")]);
            let name = name_of(path);
            if path.contains('/') && names.iter().filter(|other| **other == name).count() == 1 {
                places.extend(name.into_iter().flat_map(|name| [format!("licenses/{name}"), name]));
            }
        }
        LicenseFile { path: (*path).into(), mark: source.mark(*span), places }
    };
    if names.len() > MOST_FILES {
        return Vec::new();
    }
    named("License-File").map(made).collect()
}

/// The license of a copy, for the caches and installed trees.
pub(super) fn copy(source: &Source) -> Option<CopyLicense> {
    let counted = declared(source);
    let beside = beside(source, counted.as_ref());
    let (raw, mark) = counted?;
    let headers = headers(source);
    let field =
        |wanted: &str| headers.iter().find(|(key, ..)| key.eq_ignore_ascii_case(wanted)).map(|(_, value, _)| *value);
    Some(CopyLicense {
        raw,
        mark,
        beside,
        files: files(source),
        name: field("Name").map(|name| name::normal(name).as_ref().into()),
        version: field("Version").map(Into::into),
    })
}

/// What the metadata tells, for the places that hold packages whole.
pub(super) fn tells(source: &Source) -> Option<Told> {
    let headers = headers(source);
    let field =
        |wanted: &str| headers.iter().find(|(key, ..)| key.eq_ignore_ascii_case(wanted)).map(|(_, value, _)| *value);
    let license = declared(source);
    let beside = beside(source, license.as_ref());
    Some(Told {
        name: Some(name::normal(field("Name")?).as_ref().into()),
        version: field("Version").map(Into::into),
        license,
        beside,
        files: files(source),
    })
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let headers = headers(file);
    let field = |wanted: &str| headers.iter().find(|(key, ..)| key.eq_ignore_ascii_case(wanted));
    let named = field("Name").filter(|(_, value, _)| name::is_name(value));
    let version = field("Version").filter(|(_, value, _)| name::is_version(value));
    let (Some((_, named, _)), Some((_, version, span))) = (named, version) else {
        return Err(SyntaxError::new(Span::new(0, 0), "neither name nor version: this is no metadata of a package"));
    };
    let dialect = field("Metadata-Version").map_or_else(CompactString::default, |(_, value, _)| (*value).into());
    let mut parsed = Parsed { dialect, ..Parsed::default() };
    let origin = Origin::Registry { url: None };
    let purl = name::purl(named, Some(version), &origin);
    let mut package = Package::library(&format_compact!("{named} {version}"), purl, origin, file.mark(*span));
    package.license = declared(file);
    let others: Vec<CompactString> = beside(file, package.license.as_ref()).into_iter().map(|(raw, _)| raw).collect();
    if !others.is_empty() {
        package.properties.push(("sepal:license:other", others.join("; ").into()));
    }
    parsed.packages.push(package);
    for (_, value, span) in headers.iter().filter(|(key, ..)| key.eq_ignore_ascii_case("Requires-Dist")) {
        let Some(asked) = Requirement::parse(value) else { continue };
        let optional = asked.marker.is_some_and(|marker| marker.contains("extra"));
        parsed.declarations.push(Declaration {
            package: Some(0),
            section: "Requires-Dist".into(),
            name: asked.name.into(),
            alias: None,
            requirement: name::shown(Requirement::rest(value)),
            scope: if optional { Scope::Optional } else { Scope::Runtime },
            origin: Origin::Registry { url: None },
            inherited: false,
            mark: file.mark(*span),
        });
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn said(text: &str) -> Vec<String> {
        let source = Source::from_text(RepoPath::new("kit.dist-info/METADATA"), text.into()).unwrap();
        let found = copy(&source).expect("the metadata says something of its terms");
        let lines = found.beside.iter().map(|(raw, mark)| format!("{raw} ({})", mark.line));
        std::iter::once(format!("{} ({})", found.raw, found.mark.line)).chain(lines).collect()
    }

    #[test]
    fn the_expression_counts_and_all_else_is_kept_in_the_order_of_pep_639() {
        let text = "Metadata-Version: 2.4\nName: kit\nVersion: 1.0\nClassifier: License :: OSI Approved :: MIT License\n\
                    Classifier: Topic :: Software Development\nLicense-File: COPYING\nLicense-Expression: MIT OR Apache-2.0\n\
                    License-File: LICENSE\n\nLicense: not a header\n";
        let expected = [
            "MIT OR Apache-2.0 (7)",
            "License-File: COPYING (6)",
            "License-File: LICENSE (8)",
            "License :: OSI Approved :: MIT License (4)",
        ];
        assert_eq!(said(text), expected);
    }

    #[test]
    fn joined_classifiers_are_kept_one_by_one() {
        let text = "Name: kit\nVersion: 1.0\nClassifier: License :: OSI Approved :: MIT License\n\
                    Classifier: License :: OSI Approved :: Apache Software License\n";
        let said = said(text);
        assert_eq!(said[0], "MIT AND Apache-2.0 (3)");
        assert!(said.contains(&"License :: OSI Approved :: Apache Software License (4)".to_owned()), "{said:?}");
        assert!(said.contains(&"License :: OSI Approved :: MIT License (3)".to_owned()), "{said:?}");
    }
}
