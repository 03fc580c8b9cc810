//! What Maven calls coordinates: which texts may be parts of them, and what the type of a dependency stands for.

use crate::model::Purl;

/// Whether a text is a group, an artifact or a version as it stands: nothing to be filled in, and safe to make a path of.
pub(super) fn is_plain(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
        && text.len() < 256
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'~'))
}

/// The version that a requirement pins, if it pins one: a range never is a version, `[1.0]` is, and `LATEST` and `RELEASE`
/// stand for whatever is there.
pub(super) fn pinned(requirement: &str) -> Option<&str> {
    let inner = requirement.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map_or(requirement, str::trim);
    (is_plain(inner) && !matches!(inner, "LATEST" | "RELEASE")).then_some(inner)
}

/// Extension and classifier of the artifact that a type stands for (Maven's default artifact handlers).
pub(super) fn artifact_of<'t>(kind: &'t str, classifier: &'t str) -> (&'t str, &'t str) {
    let (extension, usual) = match kind {
        "" | "jar" | "ejb" | "maven-plugin" | "eclipse-plugin" | "bundle" | "eclipse-test-plugin" => ("jar", ""),
        "test-jar" => ("jar", "tests"),
        "ejb-client" => ("jar", "client"),
        "java-source" => ("jar", "sources"),
        "javadoc" => ("jar", "javadoc"),
        other => (other, ""),
    };
    (extension, if classifier.is_empty() { usual } else { classifier })
}

/// Whether an artifact of this type carries what it depends on in itself, so that Maven looks no further.
pub(super) fn carries_dependencies(kind: &str) -> bool {
    matches!(kind, "war" | "ear" | "rar" | "par")
}

/// The purl of an artifact (purl specification, maven type: `type` is the extension, left out for `jar`).
pub(super) fn purl(group: &str, artifact: &str, version: &str, extension: &str, classifier: &str) -> Purl {
    Purl::new("maven", artifact)
        .with_namespace(group)
        .with_version(version)
        .with_qualifier("type", if extension == "jar" { "" } else { extension })
        .with_qualifier("classifier", classifier)
}

/// The path of a pom in a repository.
pub(super) fn repository_path(group: &str, artifact: &str, version: &str) -> Option<String> {
    [group, artifact, version]
        .into_iter()
        .all(is_plain)
        .then(|| format!("{}/{artifact}/{version}/{artifact}-{version}.pom", group.replace('.', "/")))
        .filter(|path| !path.contains("//") && !path.starts_with('/'))
}

/// The path of a pom in the cache of Gradle, which names the directory above the file by the file's digest.
pub(super) fn gradle_path(group: &str, artifact: &str, version: &str) -> Option<String> {
    [group, artifact, version]
        .into_iter()
        .all(is_plain)
        .then(|| format!("caches/modules-2/files-2.1/{group}/{artifact}/{version}/*/{artifact}-{version}.pom"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_no_version() {
        for (requirement, expected) in [
            ("1.0", Some("1.0")),
            ("[1.0]", Some("1.0")),
            ("[1.0,)", None),
            ("[1.0,2.0]", None),
            ("(,1]", None),
            ("LATEST", None),
            ("RELEASE", None),
            ("1.0-SNAPSHOT", Some("1.0-SNAPSHOT")),
            ("${x}", None),
            ("", None),
            ("..", None),
            ("1/2", None),
        ] {
            assert_eq!(pinned(requirement), expected, "{requirement}");
        }
    }

    #[test]
    fn types_stand_for_extensions_and_classifiers() {
        assert_eq!(purl("g", "a", "1", "jar", "").to_string(), "pkg:maven/g/a@1");
        assert_eq!(artifact_of("test-jar", ""), ("jar", "tests"));
        assert_eq!(artifact_of("zip", "dist"), ("zip", "dist"));
        assert_eq!(purl("g", "a", "1", "zip", "dist").to_string(), "pkg:maven/g/a@1?classifier=dist&type=zip");
        assert_eq!(repository_path("a.b", "c", "1").as_deref(), Some("a/b/c/1/c-1.pom"));
        assert_eq!(repository_path("a..b", "c", "1"), None);
        assert_eq!(repository_path("a", "../c", "1"), None);
    }
}
