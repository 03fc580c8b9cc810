//! Where copies of packages lie, with the metadata that declares their license: virtual environments in the tree, those of
//! this machine, and the caches of uv and pip.

use super::metadata;
use crate::ecosystem::{CopyBase, CopyKind, CopyWanted, inherits_nothing};
use crate::model::Origin;

/// All kinds of copies: the tree first, then what this machine uses now, then what it has used.
pub(super) static COPIES: &[CopyKind] = &[TREE, ENVIRONMENT, CONDA, USER, UV, POETRY, PIPENV, WHEELS];

/// Names of virtual environments in a project.
const ENVIRONMENTS: &[&str] = &[".venv", "venv", "env", ".env"];

pub(super) const TREE: CopyKind = CopyKind {
    name: "virtual environments",
    base: CopyBase::Tree { installed: true },
    below: &[".venv", "venv", "env", ".env", "__pypackages__"],
    candidates: in_tree,
    license: metadata::copy,
    inherits: inherits_nothing,
};

pub(super) const ENVIRONMENT: CopyKind =
    machine("the active virtual environment", "python-environment", |wanted| sites(wanted, ""));
pub(super) const CONDA: CopyKind =
    machine("the active conda environment", "conda-environment", |wanted| sites(wanted, ""));
pub(super) const USER: CopyKind = machine("packages of the user", "python-user", |wanted| sites(wanted, ""));
pub(super) const POETRY: CopyKind =
    machine("environments of Poetry", "poetry-environments", |wanted| sites(wanted, "*/"));
pub(super) const PIPENV: CopyKind =
    machine("environments of Pipenv", "pipenv-environments", |wanted| sites(wanted, "*/"));
pub(super) const UV: CopyKind = machine("cache of uv", "uv-cache", uv);
pub(super) const WHEELS: CopyKind = machine("wheels that pip has built", "pip-cache", wheels);

const fn machine(name: &'static str, base: &'static str, candidates: fn(&CopyWanted<'_>) -> Vec<String>) -> CopyKind {
    CopyKind {
        name,
        base: CopyBase::Machine(base),
        below: &[],
        candidates,
        license: metadata::copy,
        inherits: inherits_nothing,
    }
}

/// Name and version, if they are safe to make a path of: nothing in a lock file may lead out of the base directory.
pub(super) fn parts<'w>(wanted: &'w CopyWanted<'_>) -> Option<(&'w str, &'w str)> {
    let (name, version) = (wanted.purl.name(), wanted.purl.version()?);
    let safe = super::name::is_name(name) && super::name::is_version(version) && !version.contains("..");
    (wanted.purl.kind() == "pypi" && safe && !matches!(wanted.origin, Origin::Path { .. })).then_some((name, version))
}

/// The metadata below a directory of environments. A segment that begins with `~` stands for any spelling of the name.
pub(super) fn sites(wanted: &CopyWanted<'_>, below: &str) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    ["lib/*/site-packages", "Lib/site-packages", "lib64/*/site-packages"]
        .iter()
        .map(|site| format!("{below}{site}/~{name}-{version}.dist-info/METADATA"))
        .collect()
}

pub(super) fn in_tree(wanted: &CopyWanted<'_>) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    let project = wanted.project.as_str();
    let mut candidates = Vec::new();
    let mut bases = vec![project];
    if !project.is_empty() {
        bases.push("");
    }
    for base in bases {
        let slash = if base.is_empty() { "" } else { "/" };
        for environment in ENVIRONMENTS {
            candidates.extend(sites(wanted, &format!("{base}{slash}{environment}/")));
        }
        candidates.push(format!("{base}{slash}__pypackages__/*/lib/~{name}-{version}.dist-info/METADATA"));
    }
    candidates
}

/// uv keeps unpacked wheels by name and version: `wheels-v5/pypi/kit/1.0-py3-none-any`; those that it has built lie beside the sdist
/// that they are made of: `sdists-v9/pypi/kit/1.0/<id>/kit-1.0-py3-none-any`.
pub(super) fn uv(wanted: &CopyWanted<'_>) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    let tail = format!("{name}/{version}-*/~{name}-{version}.dist-info/METADATA");
    let file = name.replace('-', "_");
    let built = format!("{name}/{version}/*/{file}-{version}-*/~{name}-{version}.dist-info/METADATA");
    vec![
        format!("wheels-v*/pypi/{tail}"),
        format!("wheels-v*/index/*/{tail}"),
        format!("wheels-v*/url/*/{tail}"),
        format!("sdists-v*/pypi/{built}"),
        format!("sdists-v*/index/*/{built}"),
    ]
}

/// The sdists that uv has unpacked to build them.
pub(super) fn uv_sources(wanted: &CopyWanted<'_>) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    let tail = format!("{name}/{version}/*/src/PKG-INFO");
    vec![format!("sdists-v*/pypi/{tail}"), format!("sdists-v*/index/*/{tail}")]
}

/// pip keeps the wheels that it has built itself, below digests: `wheels/ab/cd/ef/…/kit-1.0-py3-none-any.whl`.
pub(super) fn wheels(wanted: &CopyWanted<'_>) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    let file = name.replace('-', "_");
    vec![format!("wheels/*/*/*/*/{file}-{version}-*.whl!/~{name}-{version}.dist-info/METADATA")]
}
