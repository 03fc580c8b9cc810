//! Maven, and what else publishes to its repositories.
//!
//! What belongs here: the poms of projects and of repositories, and how Maven makes dependency trees of them. What does not:
//! running Maven, and reading XML (`text`).
//!
//! - [`pom`] reads a file as written; [`model`] is that as a value, [`coordinates`] says what names and versions may be.
//! - [`world`] finds poms: in the tree, in the local repository. [`layer`] is a pom with what it inherits, and fills in
//!   properties; [`profile`] says which profiles are active; [`managed`] is dependency management with imports.
//! - [`descriptor`] is what a pom asks for in the end, [`mediation`] which versions a project gets, [`shared`] the same for
//!   many modules at once, over the numbers of [`names`].
//! - [`gradle`] reads and joins what Gradle writes.
//! - [`join`] makes projects of it; [`copies`] says where poms with licenses lie on a machine.

mod coordinates;
mod copies;
mod descriptor;
mod gradle;
mod join;
mod layer;
mod managed;
mod mediation;
mod model;
mod names;
mod pom;
mod profile;
mod shared;
mod world;

use super::{Aids, Ecosystem, Graph, InstalledTree, ReadFile};

pub(super) use copies::KEPT;

/// Maven.
pub static ECOSYSTEM: Ecosystem = Ecosystem {
    purl_type: "maven",
    name: "Maven and Gradle (JVM)",
    osv: Some("Maven"),
    formats: &[
        &pom::EXTENSIONS,
        &gradle::CATALOG,
        &gradle::LOCK,
        &gradle::SCRIPT,
        &gradle::VERIFICATION,
        &gradle::WRAPPER,
        &pom::FORMAT,
    ],
    join,
    copies: copies::COPIES,
    texts: copies::TEXTS,
    caches: &["maven-repository", "gradle-home"],
    installed_trees: &[
        InstalledTree { name: ".gradle", sign: None },
        InstalledTree { name: "build", sign: Some("classes/java") },
        InstalledTree { name: "build", sign: Some("classes/kotlin") },
        InstalledTree { name: "build", sign: Some("intermediates") },
        InstalledTree { name: "build", sign: Some("tmp/compileJava") },
        InstalledTree { name: "build", sign: Some("tmp/jar") },
        InstalledTree { name: "target", sign: Some("classes") },
        InstalledTree { name: "target", sign: Some("maven-archiver") },
        InstalledTree { name: "target", sign: Some("maven-status") },
        InstalledTree { name: "target", sign: Some("test-classes") },
    ],
    docs: DOCS,
};

fn join<'a>(files: &'a [ReadFile<'a>], aids: &Aids<'_>) -> Vec<Graph<'a>> {
    let mut graphs = join::join(files, aids);
    graphs.extend(gradle::join(files, aids));
    graphs
}

const DOCS: &str = "\
Maven is not run. What it would make of the poms is worked out: parents (by relative path where the coordinates agree, then \
among the projects of the tree, then in the local repository), properties in Maven's order, dependency management with \
imported bills of materials, exclusions, relocations, and mediation, by which the nearest version wins. Projects that name \
each other as modules, in whatever profile, are one project here, and each of them is a root of it.

**The local repository.** What dependencies need in turn stands in their poms, which lie in `~/.m2/repository` after a build \
(or where `localRepository` of the user's `settings.xml` says; a `-Dmaven.repo.local` in the scanned tree is not heeded), in \
Gradle's cache, or in a repository within the tree. A pom that is in none of them is a gap: what it would bring in is \
not guessed.

**Scopes.** `compile` and `runtime` are runtime, `provided` and `system` provided, `test` test; optional dependencies are \
optional, and so is what only they bring in. A scope that a project itself asks for counts for that artifact as it does in \
Maven, even where another way would need it more. Plugins, extensions (also those of `.mvn/extensions.xml`) and what is \
added to plugins are build. What plugins need themselves is not looked up. A plugin that no pom gives a version has none \
here, since Maven's own super pom and lifecycle decide; plugins that only those name are not listed.

**Versions.** A range, `LATEST` or `RELEASE` is never taken for a version, except one that pins (`[1.0]`). The property \
`sepal:maven:version-stated-at` says where a version stands that is not stated where the artifact is asked for; the place \
of an edge is where a person would change it. Values from the command line, the environment and the system are unknown.

**Profiles** count as they do when nobody asks for any. A condition on the JDK is decided if all JDKs agree that the project \
can be built with (by `maven.compiler.release` and its like). Where a tree cannot tell (operating systems, files, some \
JDKs), dependencies of the profile are listed as optional; its other contents are left out, and a version that depends on \
one is a gap.

**Licenses.** A pom without licenses has its parent's. Several licenses are all taken to apply, since the POM reference does \
not say how they are meant.

**Not projects.** Poms that lie where a repository would have them, templates of archetypes, `dependency-reduced-pom.xml` and \
other generated poms.

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
the same configurations. Without the cache those edges are unknown, which is stated: such entries are listed without \
what needs them.

**Gradle, without lock files.** What is asked for is listed with the version that is written out, marked \
`sepal:gradle:locked=false`: Gradle may choose a higher one. Ranges, `1.+`, `latest.release` and versions that a platform \
manages are no versions. Entries of a catalog that no script names are listed, with use unknown. Verification metadata adds \
what the build has ever fetched, marked `sepal:gradle:verified`. Such a project is never complete.

**Gradle, not read.** Plugins written as programs (also those in `buildSrc`), `gradle.properties`, init scripts, \
`dependencyManagement` blocks, constraints, catalogs that settings make in code, signatures and trusted artifacts of \
verification metadata.";

#[cfg(test)]
mod tests;
