//! `vendor/modules.txt`: which modules lie in a vendor directory, and which of their packages.
//!
//! Written by `go mod vendor` and `go work vendor` (Go Modules Reference, "Vendoring"). `# module version` begins a module,
//! `=>` names what replaces it, lines with `##` say more of it, all others are its packages. A module without packages is
//! listed because something requires or replaces it; none of its code is there.

use compact_str::{CompactString, format_compact};

use super::identity::{self, REPLACES, VENDORED};
use super::statements::Notes;
use super::version;
use crate::ecosystem::{Capabilities, Format, Package, Parsed, Role, Stability};
use crate::model::{DiagnosticKind, LookUp, Mark, Origin, Span};
use crate::text::lines::{Line, lines};
use crate::text::{Source, SyntaxError};

/// `vendor/modules.txt`.
pub(super) static FORMAT: Format = Format {
    id: "golang/vendor-modules",
    patterns: &["**/vendor/modules.txt"],
    role: Role::Installed,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "The list of vendored modules and of the packages of each that are used. Modules without packages are not vendored.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let mut parsed = Parsed::default();
    let mut notes = Notes::default();
    let mut known: LookUp<CompactString, ()> = LookUp::new();
    // The module whose packages follow: its own path and its place in the list.
    let mut module: Option<(&str, Option<usize>)> = None;
    let mut packages = String::new();
    for (index, line) in lines(source).enumerate() {
        let number = index as u32 + 1;
        let text = line.text.trim_end();
        if let Some(rest) = text.strip_prefix("# ") {
            close(&mut parsed, module, &mut packages);
            module = head(rest).map(|head| {
                let package = of_head(&head, &line, number);
                let fresh = package.filter(|package| known.insert(package.id.clone(), ()).is_none());
                let at = fresh.map(|package| {
                    parsed.packages.push(package);
                    parsed.packages.len() - 1
                });
                (head.path, at)
            });
            if module.is_none() {
                notes.add(mark(&line, number, 0, text), DiagnosticKind::Entry, "this line names no module");
            }
        } else if !text.is_empty() && !text.starts_with("##") {
            match module {
                // Packages have the original's paths, whatever replaces it.
                Some((path, Some(_)))
                    if text.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) =>
                {
                    if !packages.is_empty() {
                        packages.push(' ');
                    }
                    let below = text[path.len()..].trim_start_matches('/');
                    packages.push_str(if below.is_empty() { "." } else { below });
                }
                _ => notes.add(
                    mark(&line, number, 0, text),
                    DiagnosticKind::Entry,
                    "this package belongs to no module above",
                ),
            }
        }
    }
    close(&mut parsed, module, &mut packages);
    if parsed.packages.is_empty() && !notes.list.is_empty() {
        return Err(SyntaxError::new(
            notes.list[0].mark.span,
            "no line names a module: this is not a list of vendored modules",
        ));
    }
    parsed.notes = notes.list;
    Ok(parsed)
}

fn close(parsed: &mut Parsed, module: Option<(&str, Option<usize>)>, packages: &mut String) {
    if let Some((_, Some(at))) = module
        && !packages.is_empty()
    {
        parsed.packages[at].properties.push((VENDORED, packages.as_str().into()));
    }
    packages.clear();
}

struct Head<'s> {
    path: &'s str,
    version: Option<&'s str>,
    replacement: Option<(&'s str, Option<&'s str>)>,
}

fn head(rest: &str) -> Option<Head<'_>> {
    let mut words = rest.split_whitespace().peekable();
    let path = words.next().filter(|path| identity::is_module_path(path))?;
    let version = words.next_if(|word| *word != "=>");
    if version.is_some_and(|version| !version::is_version(version)) {
        return None;
    }
    let replacement = match words.next() {
        Some("=>") => Some((words.next()?, words.next())),
        Some(_) => return None,
        None => None,
    };
    (version.is_some() || replacement.is_some()).then_some(Head { path, version, replacement })
}

/// The module, if it is one: a replacement for every version only repeats what `go.mod` says.
fn of_head(head: &Head<'_>, line: &Line<'_>, number: u32) -> Option<Package> {
    let version = head.version?;
    let (shown, purl, origin) = match head.replacement {
        Some((path, Some(version))) if identity::is_module_path(path) && version::is_version(version) => {
            (path, identity::purl(path, Some(version)), Origin::Registry { url: None })
        }
        Some((path, _)) => (head.path, identity::purl(head.path, None), Origin::Path { path: path.into() }),
        None => (head.path, identity::purl(head.path, Some(version)), Origin::Registry { url: None }),
    };
    let at = line.text.find(shown)?;
    let package = Package::library("", purl, origin, mark(line, number, at, shown));
    let properties = match head.replacement {
        Some(_) => vec![(REPLACES, format_compact!("{} {version}", head.path))],
        None => Vec::new(),
    };
    Some(Package { id: format_compact!("{} {version}", head.path), properties, ..package })
}

fn mark(line: &Line<'_>, number: u32, at: usize, part: &str) -> Mark {
    let Span { start, .. } = line.span;
    let column = line.text[..at].chars().count() as u32 + 1;
    Mark { span: Span::new(start + at as u32, start + (at + part.len()) as u32), line: number, column }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn parsed(text: &str) -> Result<Parsed, SyntaxError> {
        parse(&Source::from_text(RepoPath::new("vendor/modules.txt"), text.to_owned()).unwrap())
    }

    #[test]
    fn modules_have_the_packages_that_are_used() {
        let parsed = parsed(
            "## workspace\n# a.example/a v1.0.0\n## explicit; go 1.20\na.example/a\na.example/a/x/y\n\
             # a.example/b v1.0.0 => c.example/c v0.9.0\na.example/b/z\n# a.example/d v1.0.0 => ./d\na.example/d\n\
             # a.example/e v1.0.0\n# a.example/b => c.example/c v0.9.0\n",
        )
        .unwrap();
        let seen: Vec<String> = parsed
            .packages
            .iter()
            .map(|package| {
                let properties: Vec<&str> = package.properties.iter().map(|(_, value)| value.as_str()).collect();
                format!("{} {} [{}]", package.id, package.purl, properties.join("|"))
            })
            .collect();
        assert_eq!(
            seen,
            [
                "a.example/a v1.0.0 pkg:golang/a.example/a@v1.0.0 [. x/y]",
                "a.example/b v1.0.0 pkg:golang/c.example/c@v0.9.0 [a.example/b v1.0.0|z]",
                "a.example/d v1.0.0 pkg:golang/a.example/d [a.example/d v1.0.0|.]",
                "a.example/e v1.0.0 pkg:golang/a.example/e@v1.0.0 []",
            ]
        );
        assert!(parsed.notes.is_empty());
    }

    #[test]
    fn wrong_lines_are_notes() {
        let parsed = parsed("x\n# a.example/a v1.0.0\nother/package\n# a b c\n").unwrap();
        assert_eq!(parsed.notes.iter().map(|note| note.mark.line).collect::<Vec<_>>(), [1, 3, 4]);
        assert!(super::tests::parsed("hello\n").is_err());
    }
}
