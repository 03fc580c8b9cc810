//! Python: pip, uv, Poetry, PDM, Pipenv, setuptools, and the standards that they share.
//!
//! What belongs here: their manifests, lock files and requirements files, the metadata of installed packages, and how all of
//! that is joined. What does not: running any of the tools, or `setup.py`; what a version order means for advisories.
//!
//! - [`name`], [`version`], [`requirement`] and [`marker`] are PEP 503, 440 and 508; [`origin`] tells where packages come from.
//! - One file for each format. Lock files find what answers a requirement by [`entries`]; what only an extra of a package
//!   needs hangs on an entry of its own, whose id ends in `[extra]` and which is the same package to everybody else.
//! - [`tree`] tells which files belong together, [`join`] makes graphs of them; [`copies`] says where installed packages lie.
//!
//! To add a format: a file with a `pub(super) static FORMAT`, one line in `formats` below, and a case in `testdata/`.

mod copies;
mod entries;
mod join;
mod marker;
mod metadata;
mod name;
mod origin;
mod pdm_lock;
mod pipfile;
mod pipfile_lock;
mod poetry_lock;
mod pylock;
mod pyproject;
mod reach;
mod requirement;
mod requirements;
mod setup_cfg;
mod setup_py;
mod stores;
mod tree;
mod uv_lock;
mod version;

pub(super) use stores::STORES;

use super::{Ecosystem, InstalledTree};

/// Python.
pub static ECOSYSTEM: Ecosystem = Ecosystem {
    purl_type: "pypi",
    name: "PyPI (Python)",
    osv: Some("PyPI"),
    formats: &[
        &metadata::FORMAT,
        &pdm_lock::FORMAT,
        &pipfile::FORMAT,
        &pipfile_lock::FORMAT,
        &poetry_lock::FORMAT,
        &pylock::FORMAT,
        &pyproject::FORMAT,
        &requirements::FORMAT,
        &setup_cfg::FORMAT,
        &setup_py::FORMAT,
        &uv_lock::FORMAT,
    ],
    join: join::join,
    copies: copies::COPIES,
    texts: &[],
    caches: &[
        "conda-environment",
        "pip-cache",
        "poetry-cache",
        "pipenv-environments",
        "poetry-environments",
        "python-environment",
        "python-user",
        "uv-cache",
    ],
    installed_trees: &[
        InstalledTree { name: ".venv", sign: Some("pyvenv.cfg") },
        InstalledTree { name: "venv", sign: Some("pyvenv.cfg") },
        InstalledTree { name: "env", sign: Some("pyvenv.cfg") },
        InstalledTree { name: ".env", sign: Some("pyvenv.cfg") },
        InstalledTree { name: "virtualenv", sign: Some("pyvenv.cfg") },
        InstalledTree { name: "site-packages", sign: None },
        InstalledTree { name: "__pypackages__", sign: None },
        InstalledTree { name: ".tox", sign: None },
        InstalledTree { name: ".nox", sign: None },
    ],
    docs: DOCS,
};

/// Whether a statement about the platforms of the product is one of Python's: see [`marker::statement`].
///
/// # Errors
/// What is wrong with it.
pub(super) fn target(text: &str) -> Result<(), String> {
    marker::statement(text).map(drop)
}

const DOCS: &str = "\
One directory is one project, whatever files of Python lie there (`requirements/*.txt` belong to the directory above). Its \
lock file says what was chosen, the manifests what a person asked for and on which line. A requirements file or `pylock.toml` \
beside a lock file adds places to the packages that both have in the same version; what only it has is added to the project. \
Several lock files of different tools in one directory are one project each.

**Names and versions.** Names are folded as PEP 503 says (`ruamel.yaml` is `ruamel-yaml`), so that one package has one purl. \
Versions are compared as PEP 440 says, to tell which entry answers a requirement and whether any does.

**Scopes.** `[project] dependencies` and their like are runtime, extras optional, `[build-system] requires` build. Groups \
(PEP 735, Poetry, PDM, Pipenv's categories) and requirements files are told by their name: `test` and its like are test, \
`dev`, `docs`, `lint` and their like development; a group whose name says nothing is optional, since it may be deployed, and \
such a requirements file is runtime. What only an extra of a third party needs is reached through that extra alone.

**Platforms.** Lock files answer for many platforms at once, and so does this reading: every entry is listed, its marker kept \
with the requirement or as the property `sepal:pypi:marker`. `[scan] targets` in the policy states the platforms that count \
(`targets = [\"sys_platform == 'linux'\", \"python_version == '3.12'\"]`); what certainly is for none of them is left out, \
which is noted. Statements about the same variable are alternatives, those about different ones hold together.

**Sources.** The default index is recognised by the shape of its address (the name of the ecosystem as a domain of its own, \
and `/simple`); lock files that name no index mean it. Packages of other indexes have a `repository_url`, packages from git \
a `vcs_url` with the commit, archives a `download_url`. Digests are those of all files that an entry lists. Packages from a \
directory in the tree are one's own. Environment variables in URLs are never resolved.

**Without a lock file.** What is asked for is listed without version, and a gap says so with the line. A requirement pinned \
with `==` has its version. A requirements file whose entries are all pinned is a complete list only if a tool says that it \
wrote it (pip-compile, uv, PDM) or if all entries carry digests, without which pip would refuse what is not listed; otherwise \
completeness is unknown. Its edges are the `# via` comments; without them each entry counts as asked for by the project. \
`.in` files are read as requirements, and answered by the lists beside them. Included files belong to the project that \
includes them; constraints files choose nothing by themselves and are not listed. Build requirements are in no lock file: they \
are listed without version, and that is no gap.

**Licenses.** From the metadata of installed packages, in the order of PEP 639: `License-Expression`; else the texts that \
`License-File` names, if every one of them is there and holds licenses with certainty, all of them joined with AND; else the \
`License` field if it is the name of a license, else the classifiers, joined with AND, since nothing says that one may \
choose. Where texts count and the words name the same licenses, the words tell how they hold (OR, or later). Texts and words \
that have no license in common are a guess, which has to be reviewed. All fields are kept as written. The name of a license \
file whose text is not certain is kept, and tells no terms.

**Not told.** `setup.py` is never run: literal lists are read, anything computed is a gap. `Pipfile.lock` and most \
`pylock.toml` do not say who needs whom. Poetry locks before 2.0 do not list `setuptools` and `pip`. `conda` environments, \
`environment.yml`, eggs and dependencies that a package copies into itself are not read.";

#[cfg(test)]
mod tests;
