//! The answer of `cargo metadata --format-version 1`: what cargo itself would choose with the default features.
//!
//! It is no file of the repository: the program asks for it where the user trusts the tree (`--trust-tools`), and hands the
//! text in. The paths in it are this machine's and are made relative to the workspace, or left out.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, Metadata, PackageId, TargetKind};
use compact_str::{CompactString, format_compact};

use super::origin;
use crate::ecosystem::{Capabilities, Format, Link, Package, Parsed, Role, Stability};
use crate::model::{ComponentKind, Mark, Origin, Party, Scope, Span};
use crate::text::{Source, SyntaxError};

/// The answer of `cargo metadata`.
pub static METADATA: Format = Format {
    id: "cargo/metadata",
    patterns: &[],
    role: Role::Tool,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: false, licenses: true },
    docs: "What `cargo metadata` answers with `--trust-tools`: exact edges and scopes for the default features, on every \
           platform.",
    parse,
};

/// Setting: the index of a package that is a member of the workspace; occurs once for each.
pub(super) const MEMBER: &str = "member";
/// Setting: the index of a package that is part of the resolution; occurs once for each.
pub(super) const RESOLVED: &str = "resolved";

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let end = file.text().len() as u32;
    let metadata: Metadata = serde_json::from_str(file.text())
        .map_err(|error| SyntaxError::new(Span::new(0, end), format!("not an answer of cargo metadata: {error}")))?;
    let mut parsed = Parsed { dialect: "1".into(), ..Parsed::default() };
    let mut indices: BTreeMap<&PackageId, u32> = BTreeMap::new();
    for package in &metadata.packages {
        indices.insert(&package.id, parsed.packages.len() as u32);
        parsed.packages.push(described(package, metadata.workspace_root.as_str(), file.start()));
    }
    let number = |index: u32| -> CompactString { format_compact!("{index}") };
    for id in &metadata.workspace_members {
        parsed.settings.extend(indices.get(id).map(|index| (MEMBER, number(*index))));
    }
    let is_macro: Vec<bool> = metadata
        .packages
        .iter()
        .map(|package| package.targets.iter().any(|target| target.kind.contains(&TargetKind::ProcMacro)))
        .collect();
    for node in metadata.resolve.iter().flat_map(|resolve| &resolve.nodes) {
        let Some(from) = indices.get(&node.id).copied() else { continue };
        parsed.settings.push((RESOLVED, number(from)));
        for dependency in &node.deps {
            let Some(to) = indices.get(&dependency.pkg).copied() else { continue };
            let target = &metadata.packages[to as usize];
            let mut kinds: Vec<DependencyKind> = dependency.dep_kinds.iter().map(|info| info.kind).collect();
            kinds.sort_by_key(|kind| kind.to_string());
            kinds.dedup();
            for kind in kinds {
                let asked = metadata.packages[from as usize].dependencies.iter().find(|asked| {
                    asked.name == *target.name && asked.kind == kind && asked.req.matches(&target.version)
                });
                parsed.links.push(Link {
                    from,
                    to,
                    scope: match kind {
                        // A procedural macro runs in the compiler; nothing of it is part of the product.
                        DependencyKind::Normal if is_macro[to as usize] => Scope::Build,
                        DependencyKind::Normal => Scope::Runtime,
                        DependencyKind::Build => Scope::Build,
                        DependencyKind::Development => Scope::Development,
                        // A kind that this program does not know must not hide anything.
                        _ => Scope::Runtime,
                    },
                    requirement: asked.map(|asked| format_compact!("{}", asked.req)),
                    mark: None,
                });
            }
        }
    }
    Ok(parsed)
}

fn described(package: &cargo_metadata::Package, workspace: &str, mark: Mark) -> Package {
    let version = package.version.to_string();
    let (origin, party) = match &package.source {
        Some(source) => (origin::of_source(&source.repr).unwrap_or(Origin::Unknown), Party::Third),
        None => (Origin::Path { path: ".".into() }, Party::First),
    };
    let directory = package.manifest_path.parent().filter(|_| party == Party::First);
    Package {
        id: format_compact!("{} {version}", package.name),
        purl: origin::purl(&package.name, Some(&version), &origin),
        kind: if party == Party::First { ComponentKind::Application } else { ComponentKind::Library },
        party,
        origin,
        hashes: Vec::new(),
        license: package.license.as_ref().map(|license| (license.into(), mark)),
        stated: None,
        directory: directory
            .and_then(|directory| directory.as_str().strip_prefix(workspace))
            .map(|directory| directory.trim_start_matches(['/', '\\']).into()),
        answers: Vec::new(),
        properties: Vec::new(),
        mark,
    }
}
