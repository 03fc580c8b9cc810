//! `go.sum` and `go.work.sum`: digests of modules and of their `go.mod` files.
//!
//! They hold every version that was ever looked at while versions were chosen, so that they say nothing about what is used.
//! A line is `module version digest`, where the version ends in `/go.mod` if only that file is meant (Go Modules Reference,
//! "go.sum files"). A module of which there is only such a line was looked at and never unpacked.

use super::identity::{self, H1};
use super::statements::Notes;
use super::version;
use crate::ecosystem::{Capabilities, Format, Package, Parsed, Role, Stability};
use crate::model::{DiagnosticKind, LookUp, Mark, Origin};
use crate::text::lines::{Line, lines};
use crate::text::{Source, SyntaxError};

/// `go.sum`.
pub(super) static FORMAT: Format = Format {
    id: "golang/go-sum",
    patterns: &["**/go.sum", "**/go.work.sum"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "Digests of modules. It lists versions that are not used, and therefore adds no component, but for modules of before \
           Go 1.17 whose `go.mod` does not list all. Its digests are of lists of files, not of an artefact, and are given as \
           the property `sepal:golang:h1`.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let mut parsed = Parsed::default();
    let mut notes = Notes::default();
    let mut known: LookUp<(&str, &str), u32> = LookUp::with_capacity(source.text().len() / 200);
    parsed.packages.reserve(source.text().len() / 200);
    // The line of a module and that of its `go.mod` follow one another.
    let mut last: Option<(&str, &str, u32)> = None;
    for (index, line) in lines(source).enumerate() {
        let number = index as u32 + 1;
        let Some((path, version, digest)) = entry(&line) else {
            if !line.text.trim().is_empty() {
                notes.add(mark(&line, number, line.text.trim()), DiagnosticKind::Entry, wrong(line.text));
            }
            continue;
        };
        let (version, of_module) = version.strip_suffix("/go.mod").map_or((version, true), |version| (version, false));
        let at = match last {
            Some((name, of, at)) if name == path && of == version => at,
            _ => {
                if !version::is_version(version) || !identity::is_module_path(path) {
                    notes.add(mark(&line, number, path), DiagnosticKind::Entry, wrong(line.text));
                    continue;
                }
                let next = parsed.packages.len() as u32;
                let at = *known.get_or_insert_with((path, version), || next);
                if at == next {
                    let purl = identity::purl(path, Some(version));
                    let origin = Origin::Registry { url: None };
                    let id = identity::entry(path, version);
                    let place = mark(&line, number, path);
                    parsed.packages.push(Package { id, ..Package::library("", purl, origin, place) });
                }
                last = Some((path, version, at));
                at
            }
        };
        let package = &mut parsed.packages[at as usize];
        if of_module && package.properties.is_empty() {
            package.properties = vec![(H1, digest.into())];
            package.mark = mark(&line, number, path);
        }
    }
    if parsed.packages.is_empty() && !notes.list.is_empty() {
        return Err(SyntaxError::new(notes.list[0].mark.span, "no line is a module, a version and a digest"));
    }
    parsed.notes = notes.list;
    Ok(parsed)
}

fn entry<'s>(line: &Line<'s>) -> Option<(&'s str, &'s str, &'s str)> {
    let (path, rest) = line.text.split_once(' ')?;
    let (version, digest) = rest.split_once(' ')?;
    let digest = digest.trim_end();
    let algorithm = digest.strip_prefix('h')?.split_once(':')?.0;
    let sound = !algorithm.is_empty() && algorithm.bytes().all(|byte| byte.is_ascii_digit()) && !digest.contains(' ');
    sound.then_some((path, version, digest))
}

fn wrong(line: &str) -> &'static str {
    if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker)) {
        "unresolved merge conflict"
    } else {
        "this line is not a module, a version and a digest"
    }
}

/// The place of a part of a line, which begins the line but for blanks.
fn mark(line: &Line<'_>, number: u32, part: &str) -> Mark {
    let start = line.text.len() - line.text.trim_start().len();
    let column = line.text[..start].chars().count() as u32 + 1;
    Mark { span: line.part(start..start + part.len()), line: number, column }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn parsed(text: &str) -> Result<Parsed, SyntaxError> {
        parse(&Source::from_text(RepoPath::new("go.sum"), text.to_owned()).unwrap())
    }

    #[test]
    fn a_module_and_its_go_mod_are_one_entry() {
        let parsed = parsed(
            "a.example/a v1.0.0/go.mod h1:bW9k=\na.example/a v1.0.0 h1:emlw=\na.example/a v1.1.0/go.mod h1:bW9k=\n\
             a.example/a v1.0.0 h1:emlw=\n",
        )
        .unwrap();
        let seen: Vec<(&str, usize, u32)> = parsed
            .packages
            .iter()
            .map(|package| (package.id.as_str(), package.properties.len(), package.mark.line))
            .collect();
        assert_eq!(seen, [("a.example/a v1.0.0", 1, 2), ("a.example/a v1.1.0", 0, 3)]);
        assert_eq!(parsed.packages[0].properties, [(H1, "h1:emlw=".into())]);
    }

    #[test]
    fn wrong_lines_are_notes() {
        let parsed = parsed("<<<<<<< HEAD\na v1.0.0 h1:x=\n=======\na b\na v1 h1:x=\n").unwrap();
        let notes: Vec<(u32, &str)> = parsed.notes.iter().map(|note| (note.mark.line, note.message.as_str())).collect();
        let line = "this line is not a module, a version and a digest";
        assert_eq!(notes, [(1, "unresolved merge conflict"), (3, "unresolved merge conflict"), (4, line), (5, line)]);
        assert_eq!(parsed.packages.len(), 1);
        assert!(super::tests::parsed("<html>\n").is_err() && super::tests::parsed("").unwrap().packages.is_empty());
    }
}
