//! Catalogs: requirements written once for all members of a workspace, who refer to them by `catalog:` and `catalog:<name>`.
//! pnpm keeps them in pnpm-workspace.yaml, yarn in .yarnrc.yml, in the same form.

use compact_str::{CompactString, format_compact};

use super::gather::Gather;
use super::{identity, manifest};
use crate::model::{DiagnosticKind, Scope};
use crate::text::{Kind, Node};

/// The section of a catalog's declarations: `catalog` for the default one, `catalogs.<name>` for the others.
pub(super) fn section(name: &str) -> CompactString {
    if matches!(name, "" | "default") { "catalog".into() } else { format_compact!("catalogs.{name}") }
}

/// Reads `catalog` or `catalogs` if `key` is one of them.
pub(super) fn read(gather: &mut Gather<'_>, key: &str, value: Node<'_>) {
    match key {
        "catalog" => declare(gather, &section(""), value),
        "catalogs" => {
            for (name, entries) in value.entries() {
                declare(gather, &section(name.scalar().unwrap_or_default()), entries);
            }
        }
        _ => {}
    }
}

/// Adds what a mapping of names and requirements asks for, on behalf of nobody in particular.
pub(super) fn declare(gather: &mut Gather<'_>, section: &str, entries: Node<'_>) {
    for (key, value) in entries.entries() {
        // A number without quotes is a text for these tools.
        let requirement = value.scalar().filter(|_| matches!(value.kind(), Kind::String | Kind::Number));
        let (Some(name), Some(requirement)) = (key.scalar().filter(|name| identity::is_name(name)), requirement) else {
            let message = format!("an entry of `{section}` is left out: it is not a package name with a text");
            gather.note(key.span(), DiagnosticKind::Entry, message);
            continue;
        };
        let mut declaration = manifest::declaration(name, requirement, Scope::Runtime);
        declaration.section = section.into();
        let place = if value.span().range().is_empty() { key } else { value };
        declaration.mark = gather.mark(place.span());
        gather.parsed_mut().declarations.push(declaration);
    }
}
