//! `gradle/verification-metadata.xml`: what artefacts have to look like.
//!
//! Format: Gradle user manual, "Verifying dependencies", and its schema `dependency-verification-1.x.xsd`. For each module it
//! lists artefacts with digests that are accepted. It is written as modules are met and rarely cleaned up: it names everything
//! that any part of the build has ever fetched, with poms of parents and with versions that lost a conflict. So it proves what
//! bytes a version has, and not that the version is used.

use compact_str::format_compact;

use super::coordinates;
use crate::ecosystem::{Capabilities, Format, Note, Parsed, Role, Stability};
use crate::model::{DiagnosticKind, Hash, HashAlgorithm, LookUp};
use crate::text::{Node, Source, SyntaxError, xml};

/// Verification metadata.
pub static VERIFICATION: Format = Format {
    id: "maven/gradle-verification",
    patterns: &["**/gradle/verification-metadata.xml"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: false, hashes: true, licenses: false },
    docs: "Gradle's `verification-metadata.xml`: the digests of artefacts. They go onto the packages that a lock file or a \
           build script names. Where a build has no lock file, the modules that have an artefact beside their metadata are \
           listed as fetched by the build, with use and scope unknown.",
    parse,
};

/// What [`Package::answers`](crate::ecosystem::Package::answers) holds for a module of which only metadata was fetched: a
/// parent, a platform, or a version that lost.
pub(super) const METADATA_ONLY: &str = "metadata only";

/// The digests that Gradle knows, strongest first.
const ALGORITHMS: [(&str, HashAlgorithm); 4] = [
    ("sha512", HashAlgorithm::Sha512),
    ("sha256", HashAlgorithm::Sha256),
    ("sha1", HashAlgorithm::Sha1),
    ("md5", HashAlgorithm::Md5),
];

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = xml::parse(file)?;
    let Some(root) = document.root().get("verification-metadata") else {
        return Err(SyntaxError::new(document.root().span(), "no element `verification-metadata`"));
    };
    let mut parsed = Parsed::default();
    let mut seen = LookUp::new();
    for component in xml::elements(root, "components").flat_map(|list| xml::elements(list, "component")) {
        read(file, component, &mut parsed, &mut seen);
    }
    Ok(parsed)
}

fn read(file: &Source, component: Node<'_>, parsed: &mut Parsed, seen: &mut LookUp<String, ()>) {
    let (mut group, mut name, mut version) = (None, None, None);
    for (key, value) in component.entries() {
        match key.scalar().unwrap_or_default() {
            "@group" => group = value.string(),
            "@name" => name = value.string(),
            "@version" => version = Some(value),
            _ => {}
        }
    }
    let place = version.unwrap_or(component);
    let version = version.and_then(Node::string).unwrap_or_default();
    let (group, name) = (group.unwrap_or_default(), name.unwrap_or_default());
    if !coordinates::is_name(group) || !coordinates::is_name(name) || !coordinates::is_exact(version) {
        parsed.notes.push(Note {
            mark: file.mark(place.span()),
            kind: DiagnosticKind::Entry,
            message: "this component has no group, name and version".to_owned(),
        });
        return;
    }
    let mut id = format_compact!("{group}:{name}:{version}");
    if seen.insert(id.to_string(), ()).is_some() {
        id = format_compact!("{id} (byte {})", place.span().start);
        seen.insert(id.to_string(), ());
    }
    let (hashes, metadata_only) = digests(component, name, version);
    let purl = coordinates::purl(group, name, version);
    let mut package = coordinates::library(id, purl, hashes, None, file.mark(place.span()));
    if metadata_only {
        package.answers.push(METADATA_ONLY.into());
    }
    parsed.packages.push(package);
}

/// The digests of a module's main artefact, and whether nothing but metadata is listed.
fn digests(component: Node<'_>, name: &str, version: &str) -> (Vec<Hash>, bool) {
    let mut best: Option<(u8, Node<'_>)> = None;
    let mut rivals = 0;
    let mut others = 0;
    for artifact in xml::elements(component, "artifact") {
        let file = artifact.get_str("@name").unwrap_or_default();
        let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
        if matches!(ending, "pom" | "module" | "asc") {
            continue;
        }
        others += 1;
        let plain =
            file.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')?.strip_prefix(version)?.strip_prefix('.'));
        let rank = match plain {
            Some("jar") => 0,
            Some("aar") => 1,
            Some("klib") => 2,
            Some(_) => 3,
            None => 4,
        };
        match best {
            Some((have, _)) if have < rank => {}
            Some((have, _)) if have == rank => rivals += 1,
            _ => {
                best = Some((rank, artifact));
                rivals = 0;
            }
        }
    }
    // Among artefacts with classifiers none is the main one.
    let hashes = best.filter(|_| rivals == 0).map(|(_, artifact)| hashes(artifact)).unwrap_or_default();
    (hashes, others == 0)
}

/// The first digest of each algorithm: others (`also-trust`, a second element) are of files that go by the same name.
fn hashes(artifact: Node<'_>) -> Vec<Hash> {
    let digest = |(element, algorithm): (&str, HashAlgorithm)| {
        let value = artifact.get(element)?.get_str("@value")?;
        Hash::from_hex(algorithm, value.trim())
    };
    ALGORITHMS.into_iter().filter_map(digest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    #[test]
    fn digests_are_those_of_the_main_artefact() {
        let sums = |letter: &str| (letter.repeat(64), letter.repeat(128));
        let ((jar, long), (pom, _)) = (sums("a"), sums("b"));
        let text = format!(
            "<verification-metadata><components>\
             <component group=\"g\" name=\"a\" version=\"1\">\
             <artifact name=\"a-1-sources.jar\"><sha256 value=\"{pom}\"/></artifact>\
             <artifact name=\"a-1.jar\"><sha256 value=\"{jar}\"><also-trust value=\"{pom}\"/></sha256><sha512 value=\"{long}\"/></artifact>\
             <artifact name=\"a-1.pom\"><sha256 value=\"{pom}\"/></artifact></component>\
             <component group=\"g\" name=\"bom\" version=\"1\"><artifact name=\"bom-1.pom\"><pgp value=\"0\"/></artifact></component>\
             <component group=\"g\" name=\"bom\" version=\"1\"/>\
             <component group=\"g\" version=\"1\"/>\
             </components></verification-metadata>"
        );
        let parsed = parse(&Source::from_text(RepoPath::new("v.xml"), text).unwrap()).unwrap();
        let kit = &parsed.packages[0];
        let hashes: Vec<_> = kit.hashes.iter().map(|hash| (hash.algorithm, hash.hex.len())).collect();
        assert_eq!(hashes, [(HashAlgorithm::Sha512, 128), (HashAlgorithm::Sha256, 64)]);
        assert_eq!(&*kit.hashes[1].hex, jar);
        assert!(kit.answers.is_empty());
        assert_eq!(parsed.packages[1].answers, [METADATA_ONLY]);
        assert_eq!((parsed.packages.len(), parsed.notes.len()), (3, 1));
    }
}
