//! Maven, and what else publishes to its repositories.
//!
//! What belongs here: the poms of projects and of repositories, and how Maven makes dependency trees of them. What does not:
//! running Maven, and reading XML (`text`).

mod coordinates;
mod copies;
mod descriptor;
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
    formats: &[&pom::EXTENSIONS, &pom::FORMAT],
    join,
    copies: copies::COPIES,
    caches: &["maven-repository", "gradle-home"],
    installed_trees: &[
        InstalledTree { name: "target", sign: Some("classes") },
        InstalledTree { name: "target", sign: Some("maven-archiver") },
        InstalledTree { name: "target", sign: Some("maven-status") },
        InstalledTree { name: "target", sign: Some("test-classes") },
    ],
    docs: "",
};

fn join<'a>(files: &'a [ReadFile<'a>], aids: &Aids<'_>) -> Vec<Graph<'a>> {
    join::join(files, aids)
}
