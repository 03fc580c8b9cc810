//! Go modules.
//!
//! What belongs here: the files of the go command ([`module`], [`work`], [`sum`], [`vendor`]), the grammar that two of them
//! share ([`statements`], [`directives`]), and what they mean together: [`join`] finds projects, [`replacements`] and [`mvs`]
//! choose versions as the go command does, [`project`] makes the graph, [`copies`] says where license texts lie. What does
//! not: running the go command. To read another file of Go's, add a file with a `Format` and list it below.

mod copies;
mod directives;
mod identity;
mod join;
mod module;
mod mvs;
mod project;
mod replacements;
mod statements;
mod sum;
mod vendor;
mod version;
mod work;

#[cfg(test)]
mod tests;

use super::{Ecosystem, InstalledTree};

/// The name of the module cache of this machine (`GOMODCACHE`).
const CACHE: &str = "go-mod-cache";

/// The name of the Go installation of this machine (`GOROOT`).
const ROOT: &str = "go-root";

/// Go modules.
pub static ECOSYSTEM: Ecosystem = Ecosystem {
    purl_type: "golang",
    name: "Go modules",
    osv: Some("Go"),
    formats: &[&module::FORMAT, &sum::FORMAT, &work::FORMAT, &vendor::FORMAT],
    join: join::join,
    copies: &[],
    texts: copies::TEXTS,
    caches: &[CACHE, ROOT],
    installed_trees: &[InstalledTree { name: "vendor", sign: Some("modules.txt") }],
    docs: DOCS,
};

const DOCS: &str = "\
A module is a project, and so is a workspace (`go.work`) with its modules. Modules nested in a repository are projects of \
their own unless a workspace joins them.

**What is listed.** The modules whose packages may be part of a build or test of the project. Since Go 1.17 that is what \
`go.mod` lists, in the versions that it lists (higher ones if the module cache shows that a dependency asks for them). \
`go list -m all` prints more: modules that stand in the module graph and have no package that anybody imports. They are in \
no build and are not listed here. `go mod vendor` copies less: nothing that only tests of dependencies need. Which modules \
only tests need cannot be told from `go.mod`; all are runtime.

**Before Go 1.17** `go.mod` need not list what dependencies require. Where there is a vendor directory, `vendor/modules.txt` \
says what is used. Else, if the module cache of this machine has the `go.mod` files of all dependencies, versions are \
selected as the go command selects them, and a module is left out whose contents `go.sum` has no digest of: nobody ever \
needed a package of it. Without the cache, the highest version of each module in `go.sum` is taken, which is reported as \
not certain: `go.sum` keeps lines that are not used any more.

**Edges** come from the `go.mod` files of dependencies in the module cache (`GOMODCACHE`). Without them only what the project's \
own modules ask for is known: the others are listed without edges, and the project says so.

**Scopes.** What is required is runtime. A module that is only there for a `tool` is development, as are those that only it \
leads to; the toolchain is build.

**Replacements.** What replaces a module is the component; what it replaces is the property `sepal:golang:replaces`. A \
directory of the tree with a `go.mod` is one's own; other directories are listed without version, as a gap. Only the \
replacements and exclusions of the project itself count.

**Go itself.** `stdlib` and `toolchain` are components, by the names that advisories use. Their version is that of the \
`toolchain` statement, else that of `go`, which since Go 1.21 is the oldest release that may build the module. Before, it \
names the language only: the standard library is listed without version, for whoever builds chooses it.

**Digests.** `h1:` of `go.sum` is the digest of a list of files, not of an artefact. It is the property `sepal:golang:h1`, never a hash.

**Names** keep their case: module paths differ by it, and so do advisories.

**Licenses.** Modules declare none. License files in the vendor directory or the module cache are detected.

**Not read.** Imports of source files, `go.mod` files under other names (`-modfile`), `GOFLAGS`, and the lock files of older tools (dep, glide).";
