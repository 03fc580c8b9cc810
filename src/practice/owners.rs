//! CODEOWNERS: who answers for which files (as GitHub and GitLab document it: a pattern, then owners; the last match counts).

use crate::model::{FactKind, RepoPath};
use crate::text::{Source, lines};

use super::Read;

/// Whether a pattern covers manifests or lock files: it is for everything, or its last segment is the name of one.
fn covers_manifests(pattern: &str) -> bool {
    if matches!(pattern, "*" | "**" | "/**" | "/*" | "/**/*" | "**/*" | "/") {
        return true;
    }
    let name = pattern.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if name.is_empty() {
        return false;
    }
    if name.contains('*') {
        let known = ["Cargo.toml", "Cargo.lock", "package.json", "package-lock.json", "go.mod", "pom.xml", "uv.lock"];
        let glob = globset::Glob::new(name).map(|glob| glob.compile_matcher());
        return glob.is_ok_and(|glob| known.iter().any(|name| glob.is_match(name)));
    }
    let path = RepoPath::new(name);
    use crate::ecosystem::Role;
    crate::ecosystem::formats()
        .filter(|(_, format)| !matches!(format.role, Role::Artefact | Role::Code))
        .any(|(_, format)| format.patterns.iter().any(|glob| glob.rsplit('/').next() == Some(path.as_str())))
}

/// Reads the rules.
pub(super) fn read(source: &Source, read: &mut Read) {
    for line in lines::lines(source) {
        let text = line.text.split(" #").next().unwrap_or_default().trim();
        if text.is_empty() || text.starts_with(['#', '[', '^']) {
            continue;
        }
        let mut words = text.split_whitespace();
        let Some(pattern) = words.next() else { continue };
        let owners: Vec<&str> = words.filter(|word| word.contains('@')).collect();
        if owners.is_empty() {
            continue;
        }
        let value = format!("{pattern} {}", owners.join(" "));
        if covers_manifests(pattern) {
            read.fact(source, FactKind::ManifestOwners, line.span, &value);
        }
        read.fact(source, FactKind::Owners, line.span, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::covers_manifests;

    #[test]
    fn patterns_that_cover_manifests_are_told() {
        for yes in ["*", "/Cargo.lock", "**/package.json", "*.toml", "web/pnpm-lock.yaml"] {
            assert!(covers_manifests(yes), "{yes}");
        }
        for no in ["/docs/", "*.md", "/src/**/api.rs"] {
            assert!(!covers_manifests(no), "{no}");
        }
    }
}
