//! Whole small repositories (`fixtures/repositories/<name>/`) and the report on each (`expected/<name>.json`).
//!
//! A new one costs no code. `SEPAL_BLESS=1 cargo test --test it repositories` writes the reports; read them before you
//! commit them.

use std::fs;
use std::path::{Path, PathBuf};

use super::world::World;

const EXPECTED: &str = "expected";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repositories")
}

/// The names of the repositories.
fn names() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir() && entry.file_name() != EXPECTED)
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(!names.is_empty(), "no repository was found");
    names
}

/// Copies a directory, so that a run can neither see what lies around it nor change it.
pub fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn every_repository_gets_the_report_that_was_read_and_accepted() {
    let mut wrong = Vec::new();
    for name in names() {
        let world = World::new();
        copy_tree(&folder().join(&name), &world.path().join(&name));
        let ran = world.run(&["check", &name, "--format", "json"]);
        assert!(ran.stderr().is_empty(), "{name}: {}", ran.stderr());
        let expected = folder().join(EXPECTED).join(format!("{name}.json"));
        if std::env::var_os("SEPAL_BLESS").is_some() {
            fs::write(&expected, ran.stdout()).unwrap();
        } else if fs::read_to_string(&expected).ok().as_deref() != Some(&*ran.stdout()) {
            wrong.push(name);
        }
    }
    assert!(
        wrong.is_empty(),
        "other reports than expected on {wrong:?}: SEPAL_BLESS=1 writes them, then read the difference"
    );
}

#[test]
fn every_expected_report_has_its_repository() {
    let names = names();
    for entry in fs::read_dir(folder().join(EXPECTED)).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(names.contains(&name), "{name} has a report and no repository");
    }
}

#[test]
fn the_shop_has_one_open_error_and_one_waived() {
    let world = World::new();
    copy_tree(&folder().join("shop"), world.path());
    let ran = world.run(&["check", "--format", "json"]);
    assert_eq!(ran.code(), 1);
    let report = ran.json();
    assert_eq!(report["summary"]["errors"], 1, "{}", report["summary"]);
    assert_eq!(report["summary"]["waived"], 1, "{}", report["summary"]);
    let first = &report["findings"][0];
    assert_eq!(first["component"], "pkg:npm/ghost-kit@2.1.0");
    assert_eq!(first["locations"][0]["path"], "web/package-lock.json");
}
