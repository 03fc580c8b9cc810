//! `go.work`: which modules of a tree are built together.

use compact_str::CompactString;

use super::directives::{self, Toolchains, USE};
use super::identity;
use super::statements::{self, Notes};
use crate::ecosystem::{Capabilities, Declaration, Format, Parsed, Reference, Role, Stability};
use crate::model::{DiagnosticKind, Origin, Scope};
use crate::text::{Source, SyntaxError};

/// `go.work`.
pub(super) static FORMAT: Format = Format {
    id: "golang/go-work",
    patterns: &["**/go.work"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "The file of a Go workspace: its modules are one's own and are resolved together; its replacements count for all.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let mut parsed = Parsed::default();
    let mut notes = Notes::default();
    let mut toolchains = Toolchains::default();
    let mut known = 0;
    statements::read(source, &mut notes, |statement, notes| {
        known += 1;
        match statement.verb {
            "go" => toolchains.go(statement, notes),
            "toolchain" => toolchains.toolchain(statement, notes),
            "replace" => directives::replace(statement, &mut parsed, notes),
            USE => {
                let [directory] = statement.arguments else {
                    return notes.add(
                        statement.whole(),
                        DiagnosticKind::Entry,
                        "a workspace uses one directory a line",
                    );
                };
                parsed.references.push(directives::go_mod_of(directory, statement));
                parsed.declarations.push(Declaration {
                    package: None,
                    section: CompactString::const_new(USE),
                    name: directory.text.as_ref().into(),
                    alias: None,
                    requirement: CompactString::default(),
                    scope: Scope::Runtime,
                    origin: Origin::Path { path: directory.text.as_ref().into() },
                    inherited: false,
                    mark: statement.mark(directory),
                });
            }
            "godebug" => {}
            _ => {
                known -= 1;
                notes.add(statement.whole(), DiagnosticKind::Entry, "this is no statement that this reader knows");
            }
        }
    });
    if known == 0 && !notes.list.is_empty() {
        return Err(SyntaxError::new(source.start().span, "no statement of a workspace: this is not a go.work"));
    }
    // Directories may have any name; those that would not be paths are told apart by the join.
    debug_assert!(parsed.packages.is_empty());
    toolchains.finish(&mut parsed);
    let beside = |path: &str| Reference { path: path.into(), mark: source.start(), optional: true };
    parsed.references.extend([beside("go.work.sum"), beside("vendor/modules.txt")]);
    parsed.notes = notes.list;
    Ok(parsed)
}

/// The part of a `use` or of a replacement's directory that names a directory below: `./a/` is `a`.
pub(super) fn directory(text: &str) -> Option<&str> {
    (identity::is_directory(text) || !text.starts_with('/')).then(|| text.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn parsed(text: &str) -> Result<Parsed, SyntaxError> {
        parse(&Source::from_text(RepoPath::new("go.work"), text.to_owned()).unwrap())
    }

    #[test]
    fn a_workspace_uses_directories() {
        let parsed = parsed("go 1.22.0\nuse .\nuse (\n\t./a // first\n\t\"./b c\"\n)\nreplace x => ./y\n").unwrap();
        let names: Vec<&str> = parsed.declarations.iter().map(|asked| asked.name.as_str()).collect();
        assert_eq!(names, [".", "./a", "./b c", "x"]);
        let wanted: Vec<&str> = parsed.references.iter().map(|reference| reference.path.as_str()).collect();
        assert_eq!(
            wanted,
            ["./go.mod", "./a/go.mod", "./b c/go.mod", "./y/go.mod", "go.work.sum", "vendor/modules.txt"]
        );
        assert!(parsed.notes.is_empty());
    }

    #[test]
    fn something_else_is_no_workspace() {
        assert!(parsed("{}\n<a>\n").is_err());
        assert_eq!(parsed("use a b\ngo 1.22\n").unwrap().notes.len(), 1);
    }
}
