//! Gradle, which takes from and publishes to the repositories of Maven.
//!
//! What belongs here: the files that Gradle reads and writes, one file each ([`lock`], [`catalog`], [`verification`],
//! [`wrapper`], [`script`] by [`tokens`]; [`module`] in its cache), and how they are joined: [`builds`] finds what belongs
//! together, [`asked`] what projects ask for, [`needs`] what locked modules need, [`join`] makes the graphs. What does not:
//! poms, and running Gradle. To read another file of Gradle's, add a file with a `Format` and list it in the ecosystem.

mod asked;
mod builds;
mod catalog;
mod configuration;
mod coordinates;
mod join;
mod lock;
mod module;
mod needs;
mod script;
mod tokens;
mod verification;
mod wrapper;

pub use catalog::CATALOG;
pub use join::join;
pub use lock::LOCK;
pub use script::SCRIPT;
pub use verification::VERIFICATION;
pub use wrapper::WRAPPER;

/// What the reading of Gradle's files can and cannot tell: the second part of the ecosystem's page.
pub const DOCS: &str = "\
**Gradle.** A build is one project: its settings, the build scripts and lock files of its projects, its version catalogs, \
its verification metadata and its wrapper. Each of its projects is a root. `buildSrc` and builds that are included in \
`pluginManagement` are builds of their own whose dependencies are build dependencies. Build scripts and settings are \
programs: they are never run. What is written out literally in them is read: `dependencies` in every notation, also in \
`allprojects`, `subprojects`, applied script plugins and precompiled ones, accessors of version catalogs, `plugins`, \
`include`, names, groups and versions, and properties that are set once to a literal text. Everything else is stated as not \
resolved, with its place.

**Gradle, with lock files.** The lock files decide which versions there are and, by the configurations of each entry, what \
for: class paths of the product are runtime; what is only on a compile class path is provided; tests, benchmarks and test \
fixtures are test; annotation processors, build scripts, plugins and the tools of the build are build; what only the debug \
variant of an app has is development; configurations that nothing is known of are runtime. The strongest wins. Lock files \
have no edges: direct dependencies have the line of the script or catalog that asks for them, and what a locked module needs \
is taken from its module metadata or its pom in Gradle's cache on this machine, as far as the needed module is locked for one of \
the same configurations. Without the cache those edges are unknown, and entries that no script asks for literally are \
counted as not reached.

**Gradle, without lock files.** What is asked for is listed with the version that is written out, marked \
`sepal:gradle:locked=false`: Gradle may choose a higher one. Ranges, `1.+`, `latest.release` and versions that a platform \
manages are no versions. Entries of a catalog that no script names are listed, with use unknown. Verification metadata adds \
what the build has ever fetched, marked `sepal:gradle:verified`. Such a project is never complete.

**Gradle, not read.** Plugins written as programs (also those in `buildSrc`), `gradle.properties`, init scripts, \
`dependencyManagement` blocks, constraints, catalogs that settings make in code, signatures and trusted artifacts of \
verification metadata.";
