//! Other people's readers as witnesses: where `cyclonedx-bom` and `spdx-rs` take a document, they name the same components as
//! `sbom::read` does.

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;

use cyclonedx_bom::prelude::Bom as Theirs;
use sepal::model::RepoPath;
use sepal::sbom::read::{Bill, recognise};
use sepal::text::Source;
use spdx_rs::models::SPDX;

fn read(text: &str) -> Bill {
    let source = Source::from_text(RepoPath::new("document"), text.to_owned()).unwrap();
    recognise(text).expect("an SBOM").read(&source).unwrap()
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents").join(name)).unwrap()
}

/// Name and version of every component that `cyclonedx-bom` finds, but files, which are none to us.
fn theirs(bom: &Theirs) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let top = bom.components.iter().flat_map(|list| &list.0);
    let subject = bom.metadata.as_ref().and_then(|metadata| metadata.component.as_ref());
    let mut waiting: Vec<_> = top.chain(subject).collect();
    while let Some(component) = waiting.pop() {
        waiting.extend(component.components.iter().flat_map(|list| &list.0));
        let kind = component.component_type.to_string();
        if component.purl.is_some() || !matches!(kind.as_str(), "file" | "cryptographic-asset") {
            let version = component.version.as_ref().map(ToString::to_string).unwrap_or_default();
            found.insert((component.name.to_string(), version));
        }
    }
    found
}

fn ours(bill: &Bill) -> BTreeSet<(String, String)> {
    let part = |text: Option<&str>| text.unwrap_or_default().to_owned();
    bill.items.iter().map(|item| (item.purl.name().to_owned(), part(item.purl.version()))).collect()
}

#[test]
fn cyclonedx_bom_names_the_same_components() {
    let text = fixture("shop.cdx.xml");
    let bom = Theirs::parse_from_xml_v1_5(text.as_bytes()).unwrap();
    let theirs = theirs(&bom);
    assert_eq!(theirs.len(), 4);
    assert_eq!(theirs, ours(&read(&text)));
}

#[test]
fn spdx_rs_names_the_same_packages() {
    // It panics on some inputs: that is its own affair, and not ours.
    let json = fixture("shop.spdx.json");
    let tag_value = fixture("shop.spdx");
    let documents: [SPDX; 2] = [
        serde_json::from_str(&json).unwrap(),
        catch_unwind(|| spdx_rs::parsers::spdx_from_tag_value(&tag_value).unwrap()).unwrap(),
    ];
    for (document, text) in documents.iter().zip([&json, &tag_value]) {
        let mut named = BTreeSet::new();
        for package in &document.package_information {
            let name = package.package_name.rsplit('/').next().unwrap().to_owned();
            named.insert((name, package.package_version.clone().unwrap_or_default()));
        }
        assert_eq!(named.len(), 5);
        assert_eq!(named, ours(&read(text)));
    }
}

/// The documents of the specification, unpacked beside the build; `None` (said aloud) where they are not at hand.
fn suite() -> Option<PathBuf> {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/cyclonedx.tar.xz");
    if !archive.exists() {
        eprintln!("skipped: no ../shared");
        return None;
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("witness");
    std::fs::create_dir_all(&directory).unwrap();
    let status = Command::new("tar").arg("-xJf").arg(&archive).arg("-C").arg(&directory).status().unwrap();
    assert!(status.success(), "the suite could not be unpacked");
    Some(directory.join("cyclonedx"))
}

#[test]
fn the_specifications_own_documents_are_read_as_cyclonedx_bom_reads_them() {
    let Some(directory) = suite() else { return };
    let mut compared = 0;
    for version in ["1.3", "1.4", "1.5"] {
        let entries = std::fs::read_dir(directory.join(version)).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if !name.starts_with("valid") || !name.ends_with(".json") {
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap();
            // What it does not take is no witness.
            let Ok(Ok(bom)) = catch_unwind(|| Theirs::parse_from_json(text.as_bytes())) else { continue };
            // Names with a package URL are those of the package URL here, which the suite sometimes has otherwise.
            let (theirs, ours) = (theirs(&bom), ours(&read(&text)));
            assert_eq!(theirs.len(), ours.len(), "{version}/{name}: {theirs:?} {ours:?}");
            compared += 1;
        }
    }
    assert!(compared > 60, "only {compared}");
}
