//! Places that hold crates whole: vendored and unpacked sources, and the archives as published.

use super::copies;
use crate::ecosystem::{CopyBase, CopyLicense, CopyWanted, Store, Told};
use crate::model::{Hash, Origin, RepoPath};
use crate::text::{Node, Source, toml};

/// The tree first, then this machine; archives where nothing is unpacked.
pub(in crate::ecosystem) const STORES: &[Store] = &[
    unpacked(
        "cargo vendored sources",
        CopyBase::Tree { installed: false },
        &copies::VENDOR_DIRECTORIES,
        |wanted, _| [replacing(wanted), copies::vendored(wanted)].concat(),
    ),
    unpacked("cargo registry sources", CopyBase::Machine("cargo-home"), &[], |wanted, _| copies::registry(wanted)),
    unpacked("cargo git checkouts", CopyBase::Machine("cargo-home"), &[], |wanted, _| copies::git(wanted)),
    Store {
        name: "cargo registry archives",
        base: CopyBase::Machine("cargo-home"),
        below: &[],
        candidates: packed,
        tells,
        declares: true,
        published: true,
        texts: &[""],
        list: None,
    },
];

const fn unpacked(
    name: &'static str,
    base: CopyBase,
    below: &'static [&'static str],
    candidates: fn(&CopyWanted<'_>, &[Hash]) -> Vec<String>,
) -> Store {
    Store { name, base, below, candidates, tells, declares: false, published: false, texts: &[""], list: None }
}

/// The directory that `[patch]` names, which is known with the package.
fn replacing(wanted: &CopyWanted<'_>) -> Vec<String> {
    match (wanted.origin, wanted.directory) {
        (Origin::Path { .. }, Some(directory)) if wanted.purl.kind() == "cargo" => {
            directory.join("Cargo.toml").iter().map(RepoPath::to_string).collect()
        }
        _ => Vec::new(),
    }
}

fn packed(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let unpacked = copies::registry(wanted);
    let Some(name) = unpacked.first().and_then(|path| path.split('/').nth(3)) else { return Vec::new() };
    vec![format!("registry/cache/*/{name}.crate!/{name}/Cargo.toml")]
}

fn tells(source: &Source) -> Option<Told> {
    let document = toml::parse(source).ok()?;
    let package = document.root().get("package").or_else(|| document.root().get("project"))?;
    let text = |key| package.get(key).and_then(Node::string).map(Into::into);
    let license = copies::license(source).map(|CopyLicense { raw, mark, .. }| (raw, mark));
    Some(Told { name: text("name"), version: text("version"), license, beside: Vec::new(), files: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Purl;

    #[test]
    fn archives_lie_beside_the_sources_of_their_registry() {
        let purl: Purl = "pkg:cargo/kit@1.0.0".parse().unwrap();
        let (origin, project) = (Origin::Registry { url: None }, RepoPath::root());
        let wanted = CopyWanted { purl: &purl, origin: &origin, directory: None, project: &project };
        assert_eq!(packed(&wanted, &[]), ["registry/cache/*/kit-1.0.0.crate!/kit-1.0.0/Cargo.toml"]);
        let git = Origin::Git { url: "x".into(), commit: None, reference: None };
        assert!(packed(&CopyWanted { origin: &git, ..wanted }, &[]).is_empty());
    }

    #[test]
    fn a_crate_without_license_still_tells_what_it_is() {
        let source = |text: &str| Source::from_text(RepoPath::new("Cargo.toml"), text.into()).unwrap();
        let told = tells(&source("[package]\nname = \"kit\"\nversion = \"1.0.0\"\nlicense-file = \"EULA\"\n")).unwrap();
        assert_eq!((told.name.as_deref(), told.license), (Some("kit"), None));
        assert!(tells(&source("[workspace]")).is_none());
    }
}
