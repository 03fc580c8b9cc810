//! Joining what was read, scopes by reachability, merging and sorting: from extracted files to the Bom.

mod support;

use divan::Bencher;
use divan::counter::ItemsCount;
use sepal::ecosystem::{self, Aids};
use sepal::extract::{Extracted, extract};
use sepal::model::{FileCounts, RepoPath};
use sepal::resolve::resolve;
use sepal::text::Source;

fn main() {
    divan::main();
}

fn measure(bencher: Bencher, components: usize, files: &[(&str, &str, String)]) {
    let read = || -> Vec<Extracted> {
        let one = |(name, id, text): &(&str, &str, String)| {
            let (_, format) = ecosystem::formats().find(|(_, format)| format.id == *id).expect("a format of this name");
            let source = Source::from_text(RepoPath::new(name), text.clone()).expect("smaller than 4 GiB");
            extract(format, &source)
        };
        files.iter().map(one).collect()
    };
    let bom = resolve(read(), &Aids::NONE, FileCounts::default(), Vec::new());
    assert!(bom.components.len() >= components && bom.dependencies.len() >= components, "what is generated is joined");
    bencher
        .counter(ItemsCount::new(components))
        .with_inputs(read)
        .bench_local_values(|read| resolve(read, &Aids::NONE, FileCounts::default(), Vec::new()));
}

#[divan::bench(args = support::sizes())]
fn package_lock_v3(bencher: Bencher, components: usize) {
    let manifest = ("package.json", "npm/package-json", support::package_json(components));
    measure(
        bencher,
        components,
        &[manifest, ("package-lock.json", "npm/package-lock", support::package_lock(components))],
    );
}

#[divan::bench(args = support::sizes())]
fn cargo_lock_v4(bencher: Bencher, components: usize) {
    let manifest = ("Cargo.toml", "cargo/manifest", support::cargo_toml(components));
    measure(bencher, components, &[manifest, ("Cargo.lock", "cargo/lock", support::cargo_lock(components))]);
}

#[divan::bench(args = support::sizes())]
fn pnpm_lock_v9(bencher: Bencher, components: usize) {
    let manifest = ("package.json", "npm/package-json", support::package_json(components));
    measure(bencher, components, &[manifest, ("pnpm-lock.yaml", "npm/pnpm-lock", support::pnpm_lock(components))]);
}

#[divan::bench(args = support::sizes())]
fn yarn_berry_lock_v8(bencher: Bencher, components: usize) {
    let manifest = ("package.json", "npm/package-json", support::package_json(components));
    measure(bencher, components, &[manifest, ("yarn.lock", "npm/yarn-lock", support::yarn_berry_lock(components))]);
}

/// How many modules: ten thousand is the largest reactor that anybody has asked for.
fn reactors() -> Vec<usize> {
    if support::is_full() { vec![1_000, 10_000] } else { vec![1_000] }
}

#[divan::bench(args = reactors())]
fn maven_reactor(bencher: Bencher, modules: usize) {
    let files = support::reactor(modules);
    let files: Vec<(&str, &str, String)> =
        files.iter().map(|(path, text)| (path.as_str(), "maven/pom", text.clone())).collect();
    measure(bencher, modules, &files);
}
