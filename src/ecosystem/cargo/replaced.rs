//! Crates of others that `[patch]` and `[replace]` take from a directory of the tree: somebody's code in a changed form.
//!
//! A package that lies in the tree is one's own as a rule. It is not where its manifest stands only for what a registry or a
//! repository would give: the root names it as a replacement, it is no member of a workspace, and no member asks for it by path.

use super::workspace::{Manifests, Workspace};
use crate::ecosystem::Package;
use crate::model::{ComponentKind, Origin, Party, RepoPath};

/// Property: what stands in for the package as it was published.
const PATCHED: &str = "sepal:cargo:patched";

/// The replacements of a workspace that are of others, as indices of manifests, sorted.
pub(super) fn replaced(manifests: &Manifests<'_>, workspace: &Workspace) -> Vec<usize> {
    let Some(root) = manifests.at(&workspace.directory) else { return Vec::new() };
    let mut found = manifests.replacements(root);
    found.sort_unstable();
    found.dedup();
    if found.is_empty() {
        return found;
    }
    let by_path: Vec<usize> =
        workspace.members.iter().flat_map(|member| manifests.path_dependencies(*member)).collect();
    found.retain(|index| {
        workspace.locals.binary_search(index).is_ok()
            && manifests.stands_alone(*index, root)
            && !by_path.contains(index)
    });
    found
}

/// Makes the package of such a manifest what it is: another's, in the form that lies in this directory.
pub(super) fn third(package: &mut Package, directory: &RepoPath) {
    package.party = Party::Third;
    package.kind = ComponentKind::Library;
    package.origin = Origin::Path { path: directory.as_str().into() };
    package.directory = Some("".into());
    package.properties.push((PATCHED, format!("replaced by {directory}").into()));
}
