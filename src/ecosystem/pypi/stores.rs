//! Places that hold packages whole: environments with the license files that PEP 639 puts beside the metadata, and wheels as
//! they were published.
//!
//! - pip's cache of what it fetched (`http-v2`) orders wheels by digests of their addresses, which nobody else knows: each is asked
//!   for what is in it, once.
//! - Poetry keeps wheels by their names, below digests.

use super::copies::{self, parts};
use super::metadata;
use crate::ecosystem::{CopyBase, CopyKind, CopyWanted, Store};
use crate::model::Hash;

/// The tree first, then this machine; archives where nothing is unpacked.
pub(in crate::ecosystem) const STORES: &[Store] = &[
    Store { below: copies::TREE.below, ..environment(&copies::TREE, |wanted, _| copies::in_tree(wanted)) },
    environment(&copies::ENVIRONMENT, |wanted, _| copies::sites(wanted, "")),
    environment(&copies::CONDA, |wanted, _| copies::sites(wanted, "")),
    environment(&copies::USER, |wanted, _| copies::sites(wanted, "")),
    environment(&copies::UV, |wanted, _| copies::uv(wanted)),
    environment(&copies::POETRY, |wanted, _| copies::sites(wanted, "*/")),
    environment(&copies::PIPENV, |wanted, _| copies::sites(wanted, "*/")),
    environment(&copies::WHEELS, |wanted, _| copies::wheels(wanted)),
    Store { declares: true, published: true, ..archives("wheels that Poetry has fetched", "poetry-cache", of_poetry) },
    Store { declares: true, published: true, ..archives("wheels that pip has fetched", "pip-cache", of_pip) },
];

const fn environment(kind: &CopyKind, candidates: fn(&CopyWanted<'_>, &[Hash]) -> Vec<String>) -> Store {
    Store {
        name: kind.name,
        base: kind.base,
        below: &[],
        candidates,
        tells: metadata::tells,
        declares: false,
        published: false,
        // Where PEP 639 puts them, and where tools did before.
        texts: &["licenses", "", "license_files"],
    }
}

const fn archives(
    name: &'static str,
    base: &'static str,
    candidates: fn(&CopyWanted<'_>, &[Hash]) -> Vec<String>,
) -> Store {
    Store { name, base: CopyBase::Machine(base), ..environment(&copies::WHEELS, candidates) }
}

fn of_poetry(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    let file = name.replace('-', "_");
    vec![format!("artifacts/*/*/*/*/{file}-{version}-*.whl!/~{name}-{version}.dist-info/METADATA")]
}

fn of_pip(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    vec![format!("http-v2/*/*/*/*/*/*.body!/~{name}-{version}.dist-info/METADATA")]
}
