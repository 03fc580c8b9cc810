//! Whole runs, from a directory to the bytes of the answer: 10,000 files with lock files of 1,000 components each, and with
//! `SEPAL_BENCH_FULL=1` also 100,000 files with lock files of 50,000.

mod support;

use std::path::Path;

use divan::Bencher;
use sepal::app::{CheckSettings, ScanSettings, check, scan};
use sepal::model::Date;
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// Files and components of a world.
fn worlds() -> Vec<&'static str> {
    if support::is_full() { vec!["10,000 files", "100,000 files"] } else { vec!["2,000 files"] }
}

fn make(world: &str) -> TempDir {
    match world {
        "100,000 files" => support::tree::make(100_000, support::LARGE),
        "10,000 files" => support::tree::make(10_000, 1_000),
        _ => support::tree::make(2_000, 1_000),
    }
}

fn settings(top: &Path) -> ScanSettings {
    ScanSettings { paths: vec![top.to_owned()], ..ScanSettings::default() }
}

/// The tree listed once and the recognised files read once, by one worker.
#[divan::bench(args = worlds())]
fn floor(bencher: Bencher, world: &str) {
    let tree = make(world);
    let recognised =
        |name: &Path| matches!(name.to_str(), Some("package.json" | "package-lock.json" | "Cargo.toml" | "Cargo.lock"));
    bencher.bench_local(|| support::tree::floor(tree.path(), &recognised));
}

#[divan::bench(args = worlds())]
fn scan_to_a_bom(bencher: Bencher, world: &str) {
    let tree = make(world);
    bencher.bench_local(|| scan(&settings(tree.path())).expect("there is something to scan"));
}

#[divan::bench(args = worlds())]
fn check_by_the_baseline(bencher: Bencher, world: &str) {
    let tree = make(world);
    let today = Date::new(2026, 9, 21).expect("a day");
    bencher.bench_local(|| {
        check(CheckSettings { scan: settings(tree.path()), policy: None, baseline: None, today })
            .expect("there is something to judge")
    });
}
