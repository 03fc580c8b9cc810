//! Walking 100,000 files (2,000 without `SEPAL_BENCH_FULL=1`), against the floor: the tree listed once, the recognised
//! files read once.

mod support;

use std::path::Path;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use globset::GlobSet;
use sepal::ecosystem;
use sepal::model::RepoPath;
use sepal::walk::{Limits, Options, Patterns, Prune, Root, walk};
use tempfile::TempDir;

fn main() {
    divan::main();
}

static TREE: LazyLock<TempDir> = LazyLock::new(|| support::tree::make(support::tree::files(), 0));

fn patterns() -> Patterns {
    let formats = ecosystem::formats().enumerate();
    Patterns::new(formats.flat_map(|(index, (_, format))| format.patterns.iter().map(move |glob| (*glob, index))))
        .expect("they are globs")
}

/// With one worker, and with one for each processor.
#[divan::bench(args = [1, 0])]
fn all_files(bencher: Bencher, threads: usize) {
    let roots = [Root { directory: TREE.path().to_owned(), label: RepoPath::root(), only: None }];
    let exclude = GlobSet::empty();
    let prune: Vec<Prune> = ecosystem::TABLE
        .iter()
        .flat_map(|ecosystem| ecosystem.installed_trees)
        .map(|tree| Prune { name: tree.name, sign: tree.sign })
        .collect();
    let noticed = Patterns::new(std::iter::empty()).expect("no pattern is wrong");
    let options = Options {
        noticed: &noticed,
        roots: &roots,
        respect_ignore_files: true,
        exclude: &exclude,
        prune: &prune,
        limits: Limits::default(),
    };
    let patterns = patterns();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("there are threads to be had");
    bencher.counter(ItemsCount::new(support::tree::files())).bench_local(|| {
        let walked =
            pool.install(|| walk(&options, &patterns, |_, source| source.map_or(0, |source| source.text().len())));
        assert!(walked.counts.read > 0);
        walked.counts.seen
    });
}

#[divan::bench]
fn floor(bencher: Bencher) {
    let recognised = |name: &Path| matches!(name.to_str(), Some("package.json" | "Cargo.toml"));
    bencher
        .counter(ItemsCount::new(support::tree::files()))
        .bench_local(|| support::tree::floor(TREE.path(), &recognised));
}
