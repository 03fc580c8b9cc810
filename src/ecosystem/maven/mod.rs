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

/// Maven.
pub static ECOSYSTEM: Ecosystem = Ecosystem {
    purl_type: "maven",
    name: "Maven (JVM)",
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
    caches: &["maven-repository", "gradle-home"],
    installed_trees: &[
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
other generated poms.";
