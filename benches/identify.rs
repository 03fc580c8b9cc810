//! Identification of licenses: what a text of each kind takes, and the first one of a process.

use divan::{Bencher, counter::BytesCount};
use sepal::license::{FileRole, identify_as};

fn main() {
    divan::main();
}

const NOTICE: &str = "// Licensed under the Apache License, Version 2.0 (the \"License\");\n\
    // you may not use this file except in compliance with the License.\n";

/// Lines of a program, with words that licenses have too.
fn program(lines: usize) -> String {
    (0..lines)
        .map(|at| format!("    let value_{at} = compute(input[{at}], &options.mode) + {at}; // step {at}\n"))
        .collect()
}

fn measure(bencher: Bencher, role: FileRole, text: &str) {
    identify_as(FileRole::License, "MIT License");
    bencher.counter(BytesCount::of_str(text)).bench_local(|| identify_as(role, divan::black_box(text)));
}

#[divan::bench]
fn source_without_license(bencher: Bencher) {
    measure(bencher, FileRole::Source, &program(150));
}

#[divan::bench]
fn source_with_notice(bencher: Bencher) {
    measure(bencher, FileRole::Source, &format!("{NOTICE}\n{}", program(150)));
}

#[divan::bench]
fn license_file(bencher: Bencher) {
    measure(bencher, FileRole::License, include_str!("../LICENSE"));
}

#[divan::bench]
fn license_file_with_words_lost(bencher: Bencher) {
    let words = include_str!("../LICENSE").split(' ').enumerate();
    let text: Vec<&str> = words.filter(|(at, _)| at % 40 != 7).map(|(_, word)| word).collect();
    measure(bencher, FileRole::License, &text.join(" "));
}

#[divan::bench]
fn hostile_repetition(bencher: Bencher) {
    let fragment = &include_str!("../LICENSE")[2_000..3_000];
    measure(bencher, FileRole::License, &fragment.repeat(1_000));
}
