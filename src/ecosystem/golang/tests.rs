//! Joins that need several files, and files that somebody wrote to do harm.

use std::fmt::Write;

use super::*;
use crate::ecosystem::{Aids, Graph, ReadFile};
use crate::model::{Completeness, Party, RepoPath};
use crate::text::Source;

/// Joins files and hands the graphs to a test.
fn joined<R>(files: &[(&str, &str)], check: impl FnOnce(&[Graph<'_>]) -> R) -> R {
    let format = |path: &str| match path.rsplit('/').next().unwrap() {
        "go.mod" => &module::FORMAT,
        "go.work" => &work::FORMAT,
        "modules.txt" => &vendor::FORMAT,
        _ => &sum::FORMAT,
    };
    let mut read: Vec<_> = files
        .iter()
        .map(|(path, text)| {
            let source = Source::from_text(RepoPath::new(path), (*text).to_owned()).unwrap();
            (RepoPath::new(path), format(path), (format(path).parse)(&source).ok())
        })
        .collect();
    read.sort_by(|a, b| a.0.cmp(&b.0));
    let files: Vec<ReadFile<'_>> =
        read.iter().map(|(path, format, parsed)| ReadFile { path, format, parsed: parsed.as_ref() }).collect();
    check(&join::join(&files, &Aids::NONE))
}

fn third(graph: &Graph<'_>) -> Vec<String> {
    let nodes = graph.nodes.iter().filter(|node| node.package.party == Party::Third);
    let mut purls: Vec<String> = nodes.map(|node| node.package.purl.to_string()).collect();
    purls.retain(|purl| !purl.contains("golang/stdlib") && !purl.contains("golang/toolchain"));
    purls.sort();
    purls
}

const SUM: &str = "a.example/a v1.0.0 h1:YQ==\na.example/a v1.0.0/go.mod h1:YQ==\na.example/b v1.1.0/go.mod h1:YQ==\n\
                   a.example/c v1.0.0 h1:YQ==\na.example/c v1.1.0/go.mod h1:YQ==\na.example/d v1.2.0 h1:YQ==\n";

#[test]
fn a_sum_adds_nothing_to_a_complete_list() {
    joined(&[("go.mod", "module m\ngo 1.17\nrequire a.example/a v1.0.0\n"), ("go.sum", SUM)], |graphs| {
        assert_eq!(third(&graphs[0]), ["pkg:golang/a.example/a@v1.0.0"]);
        assert_eq!(graphs[0].completeness, Completeness::Complete);
    });
}

#[test]
fn before_1_17_a_sum_is_a_guess_that_is_said() {
    joined(&[("go.mod", "module m\ngo 1.16\nrequire a.example/a v1.0.0\n"), ("go.sum", SUM)], |graphs| {
        // c was looked at in a higher version than the one that was unpacked, b was never unpacked.
        assert_eq!(third(&graphs[0]), ["pkg:golang/a.example/a@v1.0.0", "pkg:golang/a.example/d@v1.2.0"]);
        assert_eq!(graphs[0].completeness, Completeness::Unknown);
        assert!(graphs[0].gaps.iter().any(|(_, gap)| gap.contains("taken from go.sum")));
    });
    joined(&[("go.mod", "module m\nrequire a.example/a v1.0.0\n")], |graphs| {
        assert_eq!(graphs[0].completeness, Completeness::Incomplete);
    });
    joined(&[("go.mod", "module m\ngo 1.16\n")], |graphs| {
        assert_eq!((graphs[0].completeness, graphs[0].gaps.len()), (Completeness::Complete, 0));
    });
}

#[test]
fn a_vendor_directory_of_another_version_is_out_of_date() {
    let files = [
        ("go.mod", "module m\ngo 1.20\nrequire a.example/a v1.1.0\n"),
        ("vendor/modules.txt", "# a.example/a v1.0.0\n## explicit\na.example/a\n"),
    ];
    joined(&files, |graphs| {
        assert!(graphs[0].gaps.iter().any(|(place, gap)| {
            place.to_string() == "vendor/modules.txt:1:3" && gap.ends_with("the vendor directory is out of date")
        }));
    });
}

#[test]
fn a_workspace_takes_its_modules_in_and_leaves_others_alone() {
    let files = [
        ("go.work", "go 1.22\nuse (\n\t./a\n\t./gone\n\t../out\n)\n"),
        ("a/go.mod", "module m/a\ngo 1.22\nrequire (\n\tx.example/x v1.0.0\n\tm/b v1.0.0\n)\n"),
        ("b/go.mod", "module m/b\ngo 1.22\nrequire x.example/x v1.1.0\n"),
    ];
    joined(&files, |graphs| {
        let directories: Vec<&str> = graphs.iter().map(|graph| graph.directory.as_str()).collect();
        assert_eq!(directories, ["", "b"]);
        // A module of the tree that no workspace uses and nothing replaces is fetched like any other.
        assert_eq!(third(&graphs[0]), ["pkg:golang/m/b@v1.0.0", "pkg:golang/x.example/x@v1.0.0"]);
        let gaps: Vec<&str> = graphs[0].gaps.iter().map(|(_, gap)| gap.as_str()).collect();
        assert!(gaps.contains(&"there is no go.mod in `./gone`"), "{gaps:?}");
        assert!(gaps.iter().any(|gap| gap.starts_with("`../out` lies outside")), "{gaps:?}");
    });
}

#[test]
fn replacements_in_a_circle_end() {
    let files = [
        ("a/go.mod", "module m/a\ngo 1.22\nrequire m/b v1.0.0\nreplace m/b => ../b\n"),
        ("b/go.mod", "module m/b\ngo 1.16\nrequire m/a v1.0.0\nreplace m/a => ../a\n"),
        ("c/go.mod", "module m/c\ngo 1.22\nrequire m/x v1.0.0\nreplace m/x => ../c\n"),
        (
            "d/go.mod",
            "module m/d\ngo 1.22\nrequire m/x v1.0.0\nreplace (\n\tm/x => m/y v1.0.0\n\tm/y => m/x v1.0.0\n)\n",
        ),
    ];
    joined(&files, |graphs| {
        assert_eq!(graphs.len(), 4);
        assert!(graphs[..3].iter().all(|graph| third(graph).is_empty()));
        // A replacement is not replaced in its turn.
        assert_eq!(third(&graphs[3]), ["pkg:golang/m/y@v1.0.0"]);
    });
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the time it takes is what is tested")]
fn ten_megabytes_are_read_whole() {
    let mut text = String::from("module m\ngo 1.22\nrequire (\n");
    let mut number = 0;
    while text.len() < 10 << 20 {
        number += 1;
        writeln!(text, "\texample.com/owner/module-{number} v1.{number}.0 // indirect").unwrap();
    }
    joined(&[("go.mod", &text)], |graphs| assert_eq!(third(&graphs[0]).len(), number));
    // One line, in which everything that could be looked for again is there many times: no end in sight if anything were
    // quadratic.
    for unit in ["(", "\"a\" ", "x => ", "// ", "\t", "`", "\\", "v1.0.0 "] {
        joined(&[("go.mod", &format!("module m\nrequire {}\n", unit.repeat(1 << 18)))], |graphs| {
            assert!(graphs.len() <= 1)
        });
        joined(&[("go.mod", &format!("{unit}\n").repeat(1 << 16))], |graphs| assert!(graphs.len() <= 1));
        joined(&[("vendor/modules.txt", &format!("# a v1.0.0\n{}", format!("{unit}\n").repeat(1 << 16)))], |graphs| {
            assert!(graphs.is_empty());
        });
    }
}
