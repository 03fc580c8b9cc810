//! Where installed packages lie in the tree, and how their license is read from there.

use crate::ecosystem::{CopyBase, CopyKind, CopyLicense, CopyWanted, inherits_nothing};
use crate::model::Origin;
use crate::text::{Source, json};

use super::manifest;

/// `node_modules`, in all layouts that package managers give it.
pub const NODE_MODULES: CopyKind = CopyKind {
    name: "node_modules",
    base: CopyBase::Tree { installed: true },
    below: &["node_modules"],
    candidates,
    license,
    inherits: inherits_nothing,
};

pub(super) fn candidates(wanted: &CopyWanted<'_>) -> Vec<String> {
    let purl = wanted.purl;
    if purl.kind() != "npm" || matches!(wanted.origin, Origin::Path { .. }) && wanted.directory.is_none() {
        return Vec::new();
    }
    let name = purl.full_name();
    let project = match wanted.project.as_str() {
        "" => String::new(),
        project => format!("{project}/"),
    };
    let mut paths = Vec::new();
    // npm's lock file says where.
    if let Some(directory) = wanted.directory.filter(|directory| !directory.as_str().is_empty()) {
        paths.push(format!("{directory}/package.json"));
    }
    let flat = format!("{project}node_modules/{name}/package.json");
    if !paths.contains(&flat) {
        paths.push(flat);
    }
    if let Some(version) = purl.version() {
        // pnpm: `.pnpm/@s+a@1.0.0_peer@2.0.0/node_modules/@s/a`; bun's isolated layout is the same in `.bun`.
        let flattened = name.replace('/', "+");
        for store in [".pnpm", ".bun"] {
            paths
                .push(format!("{project}node_modules/{store}/{flattened}@{version}*/node_modules/{name}/package.json"));
        }
        // yarn with `nodeLinker: pnpm`: `.store/@s-a-npm-1.0.0-0123456789/package`.
        let slug = name.replace('/', "-");
        paths.push(format!("{project}node_modules/.store/{slug}-npm-{version}-*/package/package.json"));
    }
    paths
}

pub(super) fn license(source: &Source) -> Option<CopyLicense> {
    let document = json::parse(source).ok()?;
    let root = document.root();
    let (raw, mark) = ["license", "licenses", "licence"]
        .into_iter()
        .filter_map(|key| root.get(key))
        .find_map(|node| manifest::license(source, node))?;
    let text = |key| root.get_str(key).map(str::trim).filter(|text| !text.is_empty()).map(Into::into);
    Some(CopyLicense { raw, mark, beside: Vec::new(), files: Vec::new(), name: text("name"), version: text("version") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    #[test]
    fn the_directory_that_the_lock_names_comes_first() {
        let origin = Origin::Registry { url: None };
        let directory = RepoPath::new("web/node_modules/x/node_modules/@s/a");
        let purl = super::super::identity::purl("@s/a", Some("1.0.0")).unwrap();
        let project = RepoPath::new("web");
        let wanted = CopyWanted { purl: &purl, origin: &origin, directory: Some(&directory), project: &project };
        assert_eq!(
            candidates(&wanted)[..3],
            [
                "web/node_modules/x/node_modules/@s/a/package.json",
                "web/node_modules/@s/a/package.json",
                "web/node_modules/.pnpm/@s+a@1.0.0*/node_modules/@s/a/package.json",
            ]
        );
    }

    #[test]
    fn all_forms_of_a_license_are_read() {
        let read = |text: &str| {
            let source = Source::from_text(RepoPath::new("package.json"), text.into()).unwrap();
            license(&source).map(|license| (license.raw.to_string(), license.version.map(String::from)))
        };
        let version = Some("1.0.0".to_owned());
        assert_eq!(read(r#"{"version":"1.0.0","license":"MIT"}"#), Some(("MIT".into(), version)));
        assert_eq!(read(r#"{"license":{"type":"MIT","url":"x"}}"#), Some(("MIT".into(), None)));
        assert_eq!(read(r#"{"licenses":[{"type":"MIT"}]}"#), Some(("MIT".into(), None)));
        let several = r#"{"licenses":[{"type":"MIT"},"Apache-2.0 OR ISC"]}"#;
        assert_eq!(read(several), Some(("MIT AND (Apache-2.0 OR ISC)".into(), None)));
        assert_eq!(read(r#"{"license":"","licenses":"ISC"}"#), Some(("ISC".into(), None)));
        assert_eq!(read(r#"{"license":null}"#), None);
        assert_eq!(read("["), None);
    }
}
