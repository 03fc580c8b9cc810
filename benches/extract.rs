//! What lock files say, from their text, in bytes a second.

mod support;

use divan::Bencher;
use divan::counter::BytesCount;
use sepal::ecosystem::{self, Parsed};
use sepal::extract::extract;
use sepal::model::RepoPath;
use sepal::text::Source;

fn main() {
    divan::main();
}

fn measure(bencher: Bencher, name: &str, id: &str, text: String) {
    let (_, format) = ecosystem::formats().find(|(_, format)| format.id == id).expect("a format of this name");
    let source = Source::from_text(RepoPath::new(name), text).expect("smaller than 4 GiB");
    let once = extract(format, &source);
    let entries = |parsed: Parsed| parsed.packages.len() + parsed.declarations.len() + parsed.statements.len();
    assert!(once.parsed.is_some_and(|parsed| entries(parsed) >= 1_000), "what is generated is understood");
    bencher.counter(BytesCount::of_str(source.text())).bench_local(|| extract(format, &source));
}

#[divan::bench(args = support::sizes())]
fn package_lock_v3(bencher: Bencher, components: usize) {
    measure(bencher, "package-lock.json", "npm/package-lock", support::package_lock(components));
}

#[divan::bench(args = support::sizes())]
fn cargo_lock_v4(bencher: Bencher, components: usize) {
    measure(bencher, "Cargo.lock", "cargo/lock", support::cargo_lock(components));
}

#[divan::bench(args = support::sizes())]
fn gradle_lock(bencher: Bencher, components: usize) {
    measure(bencher, "gradle.lockfile", "maven/gradle-lock", support::gradle_lock(components));
}

#[divan::bench(args = support::sizes())]
fn uv_lock(bencher: Bencher, components: usize) {
    measure(bencher, "uv.lock", "pypi/uv-lock", support::uv_lock(components));
}

#[divan::bench(args = support::sizes())]
fn poetry_lock_v2(bencher: Bencher, components: usize) {
    measure(bencher, "poetry.lock", "pypi/poetry-lock", support::poetry_lock(components));
}

#[divan::bench(args = support::sizes())]
fn pdm_lock_v4(bencher: Bencher, components: usize) {
    measure(bencher, "pdm.lock", "pypi/pdm-lock", support::pdm_lock(components));
}

#[divan::bench(args = support::sizes())]
fn requirements_txt(bencher: Bencher, components: usize) {
    measure(bencher, "requirements.txt", "pypi/requirements", support::requirements(components));
}

#[divan::bench(args = support::sizes())]
fn pnpm_lock_v9(bencher: Bencher, components: usize) {
    measure(bencher, "pnpm-lock.yaml", "npm/pnpm-lock", support::pnpm_lock(components));
}

#[divan::bench(args = support::sizes())]
fn yarn_berry_lock_v8(bencher: Bencher, components: usize) {
    measure(bencher, "yarn.lock", "npm/yarn-lock", support::yarn_berry_lock(components));
}

#[divan::bench(args = support::sizes())]
fn maven_pom(bencher: Bencher, components: usize) {
    let pom = support::reactor(components).swap_remove(0).1;
    measure(bencher, "pom.xml", "maven/pom", pom);
}

#[divan::bench(args = support::sizes())]
fn go_mod(bencher: Bencher, components: usize) {
    measure(bencher, "go.mod", "golang/go-mod", support::go_mod(components));
}

#[divan::bench(args = support::sizes())]
fn go_sum(bencher: Bencher, components: usize) {
    measure(bencher, "go.sum", "golang/go-sum", support::go_sum(components));
}
