//! pnpm-workspace.yaml: which directories are members of a workspace, and what is settled for all of them.

use compact_str::CompactString;

use super::gather::Gather;
use super::{catalogs, manifest};
use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability};
use crate::model::{DiagnosticKind, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, yaml};

/// pnpm-workspace.yaml.
pub static FORMAT: Format = Format {
    id: "npm/pnpm-workspace",
    patterns: &["**/pnpm-workspace.yaml"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "The members of a pnpm workspace, its catalogs and its overrides.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let document = yaml::parse(source)?;
    let root = document.root();
    let mut gather = Gather::new(source, "pnpm-workspace.yaml".into());
    match root.kind() {
        Kind::Mapping => {}
        // A file of comments alone marks the root of a workspace.
        Kind::Null => return Ok(gather.finish()),
        _ => return Err(SyntaxError::new(root.span(), "expected settings by name")),
    }
    for (key, value) in root.entries() {
        match key.scalar().unwrap_or_default() {
            "packages" => {
                for glob in value.items() {
                    match glob.scalar() {
                        Some(glob) => gather.parsed_mut().members.push(CompactString::from(glob)),
                        None => gather.note(glob.span(), DiagnosticKind::Entry, "an entry of `packages` is a pattern"),
                    }
                }
            }
            "overrides" => overrides(&mut gather, value),
            key => catalogs::read(&mut gather, key, value),
        }
    }
    Ok(gather.finish())
}

/// What is put in place of what others ask for: `name`, `name@range`, `parent>name`.
fn overrides(gather: &mut Gather<'_>, value: Node<'_>) {
    for (key, value) in value.entries() {
        let name = manifest::replaced_name(key.scalar().unwrap_or_default());
        let Some(requirement) = value.scalar().filter(|_| super::identity::is_name(&name)) else {
            gather.note(key.span(), DiagnosticKind::Entry, "an entry of `overrides` is left out: it names no package");
            continue;
        };
        let mut declaration = manifest::declaration(&name, requirement, Scope::Runtime);
        declaration.section = "overrides".into();
        let place = if value.span().range().is_empty() { key } else { value };
        declaration.mark = gather.mark(place.span());
        gather.parsed_mut().declarations.push(declaration);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn read(text: &str) -> Result<Parsed, SyntaxError> {
        let source = Source::from_text(RepoPath::new("pnpm-workspace.yaml"), text.to_owned()).unwrap();
        let parsed = parse(&source)?;
        for declaration in &parsed.declarations {
            assert_eq!(source.slice(declaration.mark.span), declaration.requirement);
        }
        Ok(parsed)
    }

    #[test]
    fn members_catalogs_and_overrides() {
        let parsed = read(
            "packages:\n  - 'packages/*'\n  - '!**/test/**'\ncatalog:\n  react: ^18.0.0\ncatalogs:\n  old:\n    \
             '@s/a': npm:b@1\n    c: 2\noverrides:\n  'x>y@1': 1.0.1\nnodeLinker: hoisted\n",
        )
        .unwrap();
        assert_eq!(parsed.members, ["packages/*", "!**/test/**"]);
        let declared: Vec<_> = parsed
            .declarations
            .iter()
            .map(|one| (one.section.as_str(), one.name.as_str(), one.alias.as_deref(), one.requirement.as_str()))
            .collect();
        assert_eq!(
            declared,
            [
                ("catalog", "react", None, "^18.0.0"),
                ("catalogs.old", "b", Some("@s/a"), "npm:b@1"),
                ("catalogs.old", "c", None, "2"),
                ("overrides", "y", None, "1.0.1"),
            ]
        );
        assert!(parsed.notes.is_empty());
    }

    #[test]
    fn odd_files() {
        assert!(read("").unwrap().members.is_empty());
        assert!(read("# nothing\n").unwrap().members.is_empty());
        assert!(read("- a\n").is_err());
        assert!(read("packages: [").is_err());
        let parsed = read("packages:\n  - {a: 1}\n  - b\ncatalog:\n  ../x: 1\noverrides:\n  '': 2\n").unwrap();
        assert_eq!(parsed.members, ["b"]);
        assert_eq!(parsed.notes.len(), 3);
    }
}
