//! Where the poms of packages lie on this machine, and the license they declare.
//!
//! A pom without licenses has those of its parent (Maven's inheritance), which lies in the same cache.

use super::{coordinates, pom};
use crate::ecosystem::{CopyBase, CopyKind, CopyLicense, CopyWanted, Kept, TextKind, nothing_apart};
use crate::model::Origin;
use crate::text::{Node, Source, xml};

/// Maven's local repository, then Gradle's cache.
pub static COPIES: &[CopyKind] = &[
    CopyKind {
        name: "Maven local repository",
        base: CopyBase::Machine("maven-repository"),
        below: &[],
        candidates: in_maven,
        license,
        inherits: parent_in_maven,
    },
    CopyKind {
        name: "Gradle cache",
        base: CopyBase::Machine("gradle-home"),
        below: &[],
        candidates: in_gradle,
        license,
        inherits: parent_in_gradle,
    },
];

/// License texts in jars of the same places.
pub static TEXTS: &[TextKind] = &[
    TextKind {
        name: "jars of the Maven local repository",
        base: CopyBase::Machine("maven-repository"),
        below: &[],
        directories: |wanted| in_jars(wanted, in_maven),
        apart: nothing_apart,
    },
    TextKind {
        name: "jars of the Gradle cache",
        base: CopyBase::Machine("gradle-home"),
        below: &[],
        directories: |wanted| in_jars(wanted, in_gradle),
        apart: nothing_apart,
    },
];

/// Artefacts with the digests that their repository states (Maven, "About Checksums"): a transport keeps the checksum that it compared
/// with beside what it fetched.
pub(in crate::ecosystem) const KEPT: &[Kept] = &[Kept {
    name: "Maven local repository",
    base: CopyBase::Machine("maven-repository"),
    artefacts: artefacts_in_maven,
}];

/// The artefact beside the pom: a jar, or what the purl says that it is.
fn artefacts_in_maven(wanted: &CopyWanted<'_>) -> Vec<String> {
    let qualifier = |name: &str| wanted.purl.qualifier(name);
    let (classifier, kind) = (qualifier("classifier"), qualifier("type").unwrap_or("jar"));
    if !classifier.iter().chain([&kind]).all(is_plain) {
        return Vec::new();
    }
    let classifier = classifier.map_or_else(String::new, |classifier| format!("-{classifier}"));
    let stems = in_maven(wanted).into_iter().filter_map(|pom| Some(pom.strip_suffix(".pom")?.to_owned()));
    stems.map(|stem| format!("{stem}{classifier}.{kind}")).collect()
}

fn is_plain(text: &&str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Where an archive beside the pom has its license texts: as Apache's projects do, as others do, and at the top. The archive is
/// the artifact's own (Android's are called `aar`), or the one of its sources, which is of the same version.
fn in_jars(wanted: &CopyWanted<'_>, pom: fn(&CopyWanted<'_>) -> Vec<String>) -> Vec<String> {
    let mut directories = Vec::new();
    let classifier =
        wanted.purl.qualifier("classifier").filter(is_plain).map(|classifier| format!("-{classifier}.jar"));
    for pom in pom(wanted) {
        let Some(stem) = pom.strip_suffix(".pom") else { continue };
        for end in classifier.as_deref().into_iter().chain([".jar", ".aar", "-sources.jar"]) {
            for directory in ["META-INF", "", "META-INF/license", "META-INF/licenses"] {
                directories.push(format!("{stem}{end}!/{directory}"));
            }
        }
    }
    directories
}

/// Group, artifact and version of what is wanted, if a repository may have it.
fn wanted_parts<'w>(wanted: &'w CopyWanted<'_>) -> Option<[&'w str; 3]> {
    if wanted.purl.kind() != "maven" || !matches!(wanted.origin, Origin::Registry { .. }) {
        return None;
    }
    Some([wanted.purl.namespace()?, wanted.purl.name(), wanted.purl.version()?])
}

fn maven_path([group, artifact, version]: [&str; 3]) -> Vec<String> {
    coordinates::repository_path(group, artifact, version).into_iter().collect()
}

fn gradle_path([group, artifact, version]: [&str; 3]) -> Vec<String> {
    coordinates::gradle_path(group, artifact, version).into_iter().collect()
}

fn in_maven(wanted: &CopyWanted<'_>) -> Vec<String> {
    wanted_parts(wanted).map(maven_path).unwrap_or_default()
}

fn in_gradle(wanted: &CopyWanted<'_>) -> Vec<String> {
    wanted_parts(wanted).map(gradle_path).unwrap_or_default()
}

fn parent_of(source: &Source, path: fn([&str; 3]) -> Vec<String>) -> Vec<String> {
    let Ok(document) = xml::parse(source) else { return Vec::new() };
    let parent = document.root().get("project").and_then(|project| project.get("parent"));
    let part = |name| parent?.get(name).and_then(xml::text).and_then(Node::string);
    match (part("groupId"), part("artifactId"), part("version")) {
        (Some(group), Some(artifact), Some(version)) => path([group, artifact, version]),
        _ => Vec::new(),
    }
}

fn parent_in_maven(source: &Source) -> Vec<String> {
    parent_of(source, maven_path)
}

fn parent_in_gradle(source: &Source) -> Vec<String> {
    parent_of(source, gradle_path)
}

fn license(source: &Source) -> Option<CopyLicense> {
    let document = xml::parse(source).ok()?;
    let (raw, node) = pom::license(document.root().get("project")?)?;
    // The path names the package; what the pom says of itself may be inherited, or still to be filled in.
    Some(CopyLicense {
        raw: raw.into(),
        mark: source.mark(node.span()),
        beside: Vec::new(),
        files: Vec::new(),
        name: None,
        version: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Purl, RepoPath};

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new("a.pom"), text.into()).unwrap()
    }

    #[test]
    fn an_artefact_is_a_jar_unless_something_else_is_said() {
        let artefact = |purl: &str| {
            let (purl, origin, project): (Purl, _, _) =
                (purl.parse().unwrap(), Origin::Registry { url: None }, RepoPath::root());
            artefacts_in_maven(&CopyWanted { purl: &purl, origin: &origin, directory: None, project: &project })
        };
        assert_eq!(artefact("pkg:maven/g.h/a@1.0"), ["g/h/a/1.0/a-1.0.jar"]);
        assert_eq!(artefact("pkg:maven/g.h/a@1.0?classifier=x&type=aar"), ["g/h/a/1.0/a-1.0-x.aar"]);
        assert!(artefact("pkg:maven/g.h/a@1.0?classifier=..%2Fx").is_empty());
        assert!(artefact("pkg:maven/g.h/a@%5B1.0,2.0%29").is_empty());
    }

    #[test]
    fn several_licenses_are_all_taken_to_apply() {
        let read = |licenses: &str| {
            license(&source(&format!("<project><licenses>{licenses}</licenses></project>")))
                .map(|found| found.raw.to_string())
        };
        let one = "<license><name>The Apache License,\n  Version 2.0</name><url>u</url></license>";
        assert_eq!(read(one).as_deref(), Some("The Apache License, Version 2.0"));
        assert_eq!(read("<license><url>https://a.example/l</url></license>").as_deref(), Some("https://a.example/l"));
        let two = "<license><name>MIT</name></license><license><name>EPL-2.0 OR Apache-2.0</name></license>";
        assert_eq!(read(two).as_deref(), Some("MIT AND (EPL-2.0 OR Apache-2.0)"));
        let named = "<license><name>EPL 2.0</name></license><license><name>GPL2 w/ CPE</name></license>";
        assert_eq!(read(named).as_deref(), Some("EPL-2.0 AND GPL-2.0-only WITH Classpath-exception-2.0"));
        assert_eq!(read(""), None);
        assert_eq!(read("<license><name/></license>"), None);
    }

    #[test]
    fn the_parent_is_looked_for_in_the_same_cache() {
        let child = source(
            "<project><parent><groupId>a.b</groupId><artifactId>c</artifactId><version>1</version></parent></project>",
        );
        assert_eq!(parent_in_maven(&child), ["a/b/c/1/c-1.pom"]);
        assert_eq!(parent_in_gradle(&child), ["caches/modules-2/files-2.1/a.b/c/1/*/c-1.pom"]);
        assert!(parent_in_maven(&source("<project><parent><groupId>..</groupId></parent></project>")).is_empty());
    }

    #[test]
    fn nothing_leads_out_of_the_cache() {
        let origin = Origin::Registry { url: None };
        let project = RepoPath::root();
        let paths = |group: &str, name: &str, version: &str| {
            let purl = Purl::new("maven", name).with_namespace(group).with_version(version);
            in_maven(&CopyWanted { purl: &purl, origin: &origin, directory: None, project: &project })
        };
        assert_eq!(paths("org.a", "b", "1.0"), ["org/a/b/1.0/b-1.0.pom"]);
        assert!(paths("org.a", "..", "1.0").is_empty() && paths("org.a", "b", "../1").is_empty());
    }
}
