//! Importing 300,000 advisories (3,000 without `SEPAL_BENCH_FULL=1`) in the layout of the OSV bucket, opening what was made of
//! them, and asking it about 5,000 components.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use sepal::advisory::database;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

mod support;

/// Ecosystems with how many of each hundred records are theirs, as far as public sources tell.
const SHARES: [(&str, usize); 6] =
    [("npm", 60), ("PyPI", 15), ("Go", 8), ("Maven", 7), ("crates.io", 5), ("Packagist", 5)];

/// How many components are asked about.
const ASKED: usize = 5_000;

fn main() {
    divan::main();
}

fn records() -> usize {
    if support::is_full() { 300_000 } else { 3_000 }
}

/// The ecosystem of a record and the name of its package: two records are about the same package now and then.
fn package(record: usize) -> (&'static str, String) {
    let mut share = record % 100;
    let ecosystem = SHARES.iter().find(|(_, size)| {
        let found = share < *size;
        share = share.saturating_sub(*size);
        found
    });
    let name = ecosystem.map_or("npm", |(name, _)| *name);
    let number = record / 100 * 37 % (records() / 100 * 3 / 4 + 1) * 100 + record % 100;
    match name {
        "Maven" => (name, format!("org.example.group{}:library-{number}", number % 211)),
        "Go" => (name, format!("git.example.org/team{}/module-{number}", number % 211)),
        "Packagist" => (name, format!("vendor{}/package-{number}", number % 211)),
        _ => (name, format!("package-{number}")),
    }
}

/// A record as databases write them: one in three lists its versions, the others have ranges alone.
fn record(number: usize) -> String {
    let (ecosystem, name) = package(number);
    let (major, minor) = (number % 7, number % 23);
    let kind = if ecosystem == "npm" && number.is_multiple_of(2) { "MAL" } else { "GHSA" };
    let versions: Vec<String> = if number.is_multiple_of(3) {
        (0..20).map(|patch| format!("\"{major}.{minor}.{patch}\"")).collect()
    } else {
        Vec::new()
    };
    let details = "An attacker who reaches the parser can make it work for very long. ".repeat(12);
    format!(
        r#"{{"schema_version":"1.7.0","id":"{kind}-2026-{number}","modified":"2026-05-01T08:00:00Z","published":"2026-04-01T08:00:00Z",
"aliases":["CVE-2026-{number}"],"summary":"Long work in the parser","details":"{details}",
"severity":[{{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}}],
"affected":[{{"package":{{"ecosystem":"{ecosystem}","name":"{name}"}},"ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"{major}.{minor}.0"}},{{"fixed":"{major}.{minor}.20"}}]}}],"versions":[{}]}}],
"references":[{{"type":"ADVISORY","url":"https://advisories.example.org/{number}"}}]}}"#,
        versions.join(",")
    )
}

/// The archive of all records, and the index made of it.
struct World {
    _folder: TempDir,
    archive: PathBuf,
    index: PathBuf,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary directory can be made");
    let archive = folder.path().join("all.zip");
    let mut zip = zip::ZipWriter::new(File::create(&archive).expect("a temporary file can be made"));
    for number in 0..records() {
        zip.start_file(format!("R-{number}.json"), SimpleFileOptions::default()).expect("the archive takes a file");
        zip.write_all(record(number).as_bytes()).expect("the archive takes its text");
    }
    zip.finish().expect("the archive can be closed");
    let index = folder.path().join(database::FILE);
    import(&archive, &index);
    World { _folder: folder, archive, index }
});

fn import(archive: &Path, index: &Path) -> u64 {
    database::import(&[archive.to_owned()], index, "2026-06-01T00:00:00Z").expect("the records can be imported").records
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn importing(bencher: Bencher) {
    let world = &*WORLD;
    let other = world.index.with_extension("again");
    bencher.counter(ItemsCount::new(records())).bench_local(|| import(&world.archive, &other));
}

#[divan::bench]
fn opening(bencher: Bencher) {
    let world = &*WORLD;
    bencher.bench_local(|| database::open(&world.index).expect("it was just written").status().records);
}

/// Opened anew each time, as every run of the program does. Half of the components have advisories, and half of those a
/// version that is affected.
#[divan::bench]
fn looking_up(bencher: Bencher) {
    let world = &*WORLD;
    let questions: Vec<(&str, String, String)> = (0..ASKED)
        .map(|at| {
            let number = at * (records() / ASKED).max(1) % records();
            let (ecosystem, name) = package(number);
            let name = if at.is_multiple_of(2) { name } else { format!("{name}-unknown") };
            let patch = if at.is_multiple_of(4) { 3 } else { 99 };
            (ecosystem, name, format!("{}.{}.{patch}", number % 7, number % 23))
        })
        .collect();
    bencher.counter(ItemsCount::new(ASKED)).bench_local(|| {
        let index = database::open(&world.index).expect("it was just written");
        index.prepare();
        let found = |(ecosystem, name, version): &(&str, String, String)| {
            index.affecting(ecosystem, name, version).expect("the index is whole").len()
        };
        questions.iter().map(found).sum::<usize>()
    });
}
