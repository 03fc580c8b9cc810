//! The npm family: npm, yarn, pnpm and bun.
//!
//! What belongs here: their manifests, lock files and settings, and how those are joined. What does not: reading JSON and
//! YAML (`text`), and everything that is the same for every ecosystem (`resolve`).
//!
//! - [`identity`] reads what all of them write: names, specifiers, origins, digests. Every lock parser keeps to the contract
//!   at its top.
//! - One file for each format: [`manifest`], [`package_lock`], [`yarn`], [`pnpm`], [`pnpm_workspace`], [`yarnrc`], [`bun`].
//! - [`node_modules`] looks names up as Node does; [`members`] tells which directories a workspace has.
//! - [`join`] makes projects of them, by [`asked`]; [`copies`] says where installed packages lie.
//!
//! To add a format: a file with a `pub static FORMAT`, one line in `formats` below, and a case in `testdata/`. If it does not
//! state what its importers ask for, `join` has to learn how to tie them.

mod asked;
mod bun;
mod catalogs;
mod copies;
mod gather;
mod identity;
mod join;
mod manifest;
mod members;
mod node_modules;
mod package_lock;
mod pnpm;
mod pnpm_key;
mod pnpm_workspace;
mod replaced;
mod stores;
mod yarn;
mod yarn_berry;
mod yarn_classic;
mod yarnrc;

pub(super) use stores::STORES;

use super::{Ecosystem, InstalledTree};

/// npm, yarn, pnpm and bun.
pub static ECOSYSTEM: Ecosystem = Ecosystem {
    purl_type: "npm",
    name: "npm (JavaScript)",
    osv: Some("npm"),
    formats: &[
        &bun::FORMAT,
        &bun::BINARY,
        &package_lock::INSTALLED,
        &manifest::FORMAT,
        &package_lock::LOCK,
        &pnpm::FORMAT,
        &pnpm_workspace::FORMAT,
        &yarn::FORMAT,
        &yarnrc::FORMAT,
    ],
    join: join::join,
    copies: &[copies::NODE_MODULES],
    texts: &[],
    caches: stores::CACHES,
    installed_trees: &[InstalledTree { name: "node_modules", sign: None }],
    docs: "\
A project is a lock file with the manifests of its members. The lock file says what was chosen and who needs whom; the \
manifests say what a person asked for, and on which line.

**Scopes.** What a package is needed for is decided by how the project's own packages reach it. `devDependencies` are \
development, `optionalDependencies` and optional peers are optional, `peerDependencies` are peers. A name in several \
sections of one manifest counts as its package manager counts it: for npm development before optional before runtime \
before peer, for the others optional before runtime before development before peer. Lock files of yarn 2 and later do not \
tell development from runtime, and those of yarn 1 and npm 5 and 6 do not say at all what the project asks for: there the \
manifests decide. npm's first lock file version does not mark optional edges either; they are told by its flags where \
those leave no doubt.

**Identity.** Aliases have the purl of the real package. Git dependencies carry `vcs_url`, archives by URL `download_url`. \
The registry in a lock file's `resolved` is kept as origin and never made part of the purl: it names the server that was \
used when the lock file was written, which often is a mirror. Registries are recognised by the shape of the address.

**Several lock files in one directory** are one project each. npm ignores `package-lock.json` where `npm-shrinkwrap.json` \
stands beside it, and so does this reading.

**Not told.** Without a lock file only what manifests ask for is known, without versions; `node_modules/.package-lock.json` \
is taken if it is there. What a lock file answers differently from what its manifests ask for is reported as a gap. \
`bun.lockb` is recognised and not read. Extended globs such as `packages/!(old)` in `workspaces` match nothing. The digests \
that yarn 2 and later write are of yarn's own archives and are not given as the package's.",
};
