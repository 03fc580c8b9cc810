//! How fast texts become trees, in bytes a second. The aim is 200 MB/s on one core.

mod support;

use divan::Bencher;
use divan::counter::BytesCount;
use sepal::model::RepoPath;
use sepal::text::{Document, Source, SyntaxError, json, toml, yaml};

fn main() {
    divan::main();
}

const SIZES: [usize; 2] = [1_000, support::LARGE];

fn measure(bencher: Bencher, text: String, parse: fn(&Source) -> Result<Document<'_>, SyntaxError>) {
    let source = Source::from_text(RepoPath::new("lock"), text).expect("smaller than 4 GiB");
    assert!(parse(&source).is_ok(), "what is generated is well-formed");
    bencher.counter(BytesCount::of_str(source.text())).bench_local(|| parse(&source).is_ok());
}

#[divan::bench(args = SIZES)]
fn package_lock_v3(bencher: Bencher, components: usize) {
    measure(bencher, support::package_lock(components), json::parse);
}

#[divan::bench(args = SIZES)]
fn cargo_lock_v4(bencher: Bencher, components: usize) {
    measure(bencher, support::cargo_lock(components), toml::parse);
}

#[divan::bench(args = SIZES)]
fn uv_lock(bencher: Bencher, components: usize) {
    measure(bencher, support::uv_lock(components), toml::parse);
}

#[divan::bench(args = SIZES)]
fn poetry_lock_v2(bencher: Bencher, components: usize) {
    measure(bencher, support::poetry_lock(components), toml::parse);
}

#[divan::bench(args = SIZES)]
fn pdm_lock_v4(bencher: Bencher, components: usize) {
    measure(bencher, support::pdm_lock(components), toml::parse);
}

#[divan::bench(args = SIZES)]
fn pnpm_lock_v9(bencher: Bencher, components: usize) {
    measure(bencher, support::pnpm_lock(components), yaml::parse);
}

#[divan::bench(args = SIZES)]
fn yarn_berry_lock_v8(bencher: Bencher, components: usize) {
    measure(bencher, support::yarn_berry_lock(components), yaml::parse);
}

/// What the crates behind the fast readers take for the same.
mod general {
    use super::*;

    #[divan::bench(args = [1_000])]
    fn cargo_lock_v4(bencher: Bencher, components: usize) {
        measure(bencher, support::cargo_lock(components), toml::parse_general);
    }

    #[divan::bench(args = [1_000])]
    fn pnpm_lock_v9(bencher: Bencher, components: usize) {
        measure(bencher, support::pnpm_lock(components), yaml::parse_general);
    }
}
