//! What is said of pairs, and how far that agrees with a published matrix.

use std::collections::BTreeMap;

use super::*;

fn expression(text: &str) -> Expression {
    crate::license::read(text).expression.unwrap_or_else(|| panic!("{text}"))
}

fn judge(inbound: &str, outbound: &str, linkage: Linkage, distribution: Distribution) -> Compatibility {
    compatible(&expression(inbound), &expression(outbound), Usage { linkage, distribution })
}

fn is(inbound: &str, outbound: &str, linkage: Linkage, distribution: Distribution) -> &'static str {
    judge(inbound, outbound, linkage, distribution).fitness.as_str()
}

fn binary(inbound: &str, outbound: &str) -> &'static str {
    is(inbound, outbound, Linkage::Static, Distribution::Binary)
}

#[test]
fn the_file_of_pairs_is_good() {
    let raw: RawPairs = toml::from_str(PAIRS_FILE).unwrap();
    assert!(raw.pair.len() > 10);
    for pair in &raw.pair {
        for id in pair.inbound.iter().chain(&pair.outbound) {
            assert!(spdx::license_id(id).is_some_and(|found| found.name == id), "{id}");
        }
        assert!(matches!(pair.verdict.as_str(), "ok" | "review" | "conflict"), "{}", pair.verdict);
        assert!(pair.how.as_deref().is_none_or(|how| matches!(how, "copied" | "linked")));
        assert!(!pair.why.is_empty() && !pair.source.is_empty() && !pair.why.ends_with('.'));
    }
}

#[test]
fn pairs_that_a_naive_table_gets_wrong() {
    for (outbound, inbound, fitness) in [
        ("GPL-3.0-only", "Apache-2.0", "ok"),
        ("GPL-2.0-only", "Apache-2.0", "conflict"),
        ("GPL-2.0-only", "Apache-2.0 WITH LLVM-exception", "ok"),
        ("GPL-2.0-or-later", "Apache-2.0", "ok"),
        ("GPL-2.0-only", "GPL-3.0-only", "conflict"),
        ("GPL-3.0-only", "GPL-2.0-only", "conflict"),
        ("GPL-3.0-only", "GPL-2.0-or-later", "ok"),
        ("GPL-2.0-or-later", "GPL-3.0-only", "review"),
        ("GPL-2.0-only", "MPL-2.0", "ok"),
        ("GPL-2.0-only", "MPL-2.0-no-copyleft-exception", "conflict"),
        ("GPL-2.0-only", "CDDL-1.0", "conflict"),
        ("GPL-3.0-only", "AGPL-3.0-only", "ok"),
        ("AGPL-3.0-or-later", "GPL-3.0-or-later", "ok"),
        ("AGPL-3.0-only", "GPL-2.0-only", "conflict"),
        ("GPL-2.0-only", "EPL-2.0", "review"),
        ("GPL-2.0-only", "EPL-1.0", "conflict"),
        ("GPL-3.0-only", "CC-BY-SA-4.0", "ok"),
        ("GPL-2.0-only", "BSD-4-Clause", "conflict"),
        ("GPL-2.0-only", "OpenSSL", "conflict"),
        ("GPL-2.0-only WITH cryptsetup-OpenSSL-exception", "OpenSSL", "ok"),
        ("GPL-3.0-only", "JSON", "conflict"),
        ("GPL-3.0-only", "EUPL-1.2", "ok"),
        ("GPL-3.0-only", "OFL-1.1", "ok"),
        ("GPL-3.0-only", "Python-2.0", "review"),
        ("MIT", "JSON", "review"),
        ("MIT", "BUSL-1.1", "review"),
        ("MIT", "GPL-3.0-only", "conflict"),
        ("LicenseRef-proprietary", "GPL-3.0-only", "conflict"),
        ("LicenseRef-proprietary", "MPL-2.0", "ok"),
        ("LicenseRef-proprietary", "LGPL-2.1-only", "review"),
        ("LicenseRef-proprietary", "GPL-2.0-only WITH Classpath-exception-2.0", "ok"),
        ("LicenseRef-proprietary", "GPL-3.0-or-later WITH GCC-exception-3.1", "ok"),
        ("MIT", "LicenseRef-whatever", "unknown"),
        ("MIT", "Watcom-1.0", "unknown"),
        ("LicenseRef-whatever", "MIT", "unknown"),
    ] {
        assert_eq!(binary(inbound, outbound), fitness, "{inbound} into {outbound}");
    }
}

#[test]
fn how_it_is_joined_and_given_out_decides() {
    use Distribution::{Binary, Device, Hosted, Internal, Source};
    use Linkage::{Copied, Data, Dynamic, Separate, Static, Tool};
    for (inbound, outbound, linkage, distribution, fitness) in [
        ("GPL-3.0-only", "MIT", Static, Internal, "ok"),
        ("GPL-3.0-only", "MIT", Static, Hosted, "ok"),
        ("GPL-3.0-only", "MIT", Dynamic, Device, "conflict"),
        ("GPL-3.0-only", "MIT", Dynamic, Source, "review"),
        ("GPL-3.0-only", "MIT", Copied, Source, "conflict"),
        ("GPL-3.0-only", "MIT", Separate, Binary, "ok"),
        ("GPL-3.0-only", "MIT", Tool, Binary, "ok"),
        ("AGPL-3.0-only", "MIT", Static, Internal, "ok"),
        ("AGPL-3.0-only", "MIT", Static, Hosted, "review"),
        ("AGPL-3.0-only", "AGPL-3.0-or-later", Static, Hosted, "review"),
        ("AGPL-3.0-or-later", "AGPL-3.0-only", Static, Hosted, "ok"),
        ("RPL-1.5", "MIT", Static, Internal, "review"),
        ("SSPL-1.0", "MIT", Separate, Hosted, "review"),
        ("BUSL-1.1", "MIT", Tool, Binary, "review"),
        ("LicenseRef-x", "MIT", Tool, Binary, "unknown"),
        ("LGPL-3.0-only", "Apache-2.0", Dynamic, Binary, "ok"),
        ("LGPL-3.0-only", "Apache-2.0", Static, Binary, "review"),
        ("LGPL-3.0-only", "Apache-2.0", Static, Source, "ok"),
        ("LGPL-3.0-only", "GPL-2.0-only", Dynamic, Binary, "conflict"),
        ("LGPL-2.1-only", "GPL-3.0-only", Static, Binary, "ok"),
        ("MPL-2.0", "MIT", Static, Binary, "ok"),
        ("MPL-2.0", "MIT", Copied, Source, "conflict"),
        ("CC-BY-SA-4.0", "MIT", Data, Binary, "ok"),
        ("CC-BY-SA-4.0", "MIT", Copied, Binary, "review"),
        ("GPL-2.0-only WITH Linux-syscall-note", "MIT", Static, Binary, "review"),
        ("OpenSSL", "MIT", Copied, Source, "review"),
        ("OpenSSL", "MIT", Static, Binary, "ok"),
    ] {
        assert_eq!(is(inbound, outbound, linkage, distribution), fitness, "{inbound} into {outbound}, {linkage}");
    }
}

#[test]
fn expressions_are_logic() {
    assert_eq!(binary("GPL-2.0-only OR MIT", "Apache-2.0"), "ok");
    assert_eq!(binary("GPL-2.0-only AND MIT", "Apache-2.0"), "conflict");
    assert_eq!(binary("MIT OR LicenseRef-x", "Apache-2.0"), "ok");
    assert_eq!(binary("MIT AND LicenseRef-x", "Apache-2.0"), "unknown");
    assert_eq!(binary("Apache-2.0", "MIT OR Apache-2.0"), "ok");
    assert_eq!(binary("GPL-3.0-only", "MIT OR GPL-3.0-only"), "review");
    let both = judge("MIT AND (GPL-2.0-only OR AGPL-3.0-only)", "Apache-2.0", Linkage::Static, Distribution::Binary);
    assert_eq!(both.between.0.to_string(), "GPL-2.0-only");
    for (inbound, outbound) in [("Apache-2.0", "GPL-2.0-only"), ("MIT", "MIT"), ("LicenseRef-x", "MIT")] {
        let answer = judge(inbound, outbound, Linkage::Static, Distribution::Binary);
        assert!(!answer.reasons.is_empty());
        assert!(answer.reasons.iter().all(|reason| !reason.text.is_empty() && !reason.text.ends_with('.')));
    }
}

/// Every license against every other in every use: a word that is true of all of them.
#[test]
fn what_is_not_known_never_passes_and_nothing_panics() {
    let ids: Vec<&str> = crate::license::facts().licenses().map(|(id, _)| id).collect();
    let unknown = expression("LicenseRef-whatever");
    for linkage in Linkage::ALL {
        for distribution in Distribution::ALL {
            let usage = Usage { linkage, distribution };
            for inbound in &ids {
                let inbound = expression(inbound);
                assert_ne!(compatible(&unknown, &inbound, usage).fitness, Fitness::Ok);
                assert!(!compatible(&inbound, &inbound, usage).reasons.is_empty());
            }
        }
    }
}

#[test]
fn ten_thousand_terms_are_no_trouble() {
    let mut names: Vec<String> = (0..9_000).map(|n| format!("LicenseRef-{n}")).collect();
    names.extend(
        spdx::identifiers::LICENSES
            .iter()
            .map(|l| l.name.to_owned())
            .filter(|name| crate::license::read(name).expression.is_some())
            .take(400),
    );
    let many = expression(&names.join(" OR "));
    let usage = Usage { linkage: Linkage::Static, distribution: Distribution::Binary };
    let answer = compatible(&many, &expression("Apache-2.0"), usage);
    assert_eq!(answer.fitness, Fitness::Ok);
    assert_eq!(compatible(&many, &many, usage).fitness, Fitness::Unknown);
}

/// The published matrix asks: may code under this be combined with the work and given out under that? That is copied code,
/// given out as source.
#[test]
fn agrees_with_the_published_matrix() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/license-facts/osadl-compatibility.csv");
    #[allow(clippy::disallowed_methods, reason = "a measurement against facts beside the repository, in a test")]
    let Ok(matrix) = std::fs::read_to_string(path) else {
        println!("skipped: no ../shared");
        return;
    };
    let usage = Usage { linkage: Linkage::Copied, distribution: Distribution::Source };
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut by_outbound: BTreeMap<(&str, &str, String), Vec<String>> = BTreeMap::new();
    for line in matrix.lines().skip(1) {
        let mut fields = line.split(',');
        let (Some(outbound), Some(inbound), Some(theirs)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let ours = compatible(&expression(inbound), &expression(outbound), usage).fitness.as_str();
        *counts.entry((theirs, ours)).or_default() += 1;
        let differs = match theirs {
            "yes" | "same" => ours != "ok",
            _ => ours == "ok",
        };
        if differs {
            by_outbound.entry((theirs, ours, inbound.to_owned())).or_default().push(outbound.to_owned());
        }
    }
    for ((theirs, ours, inbound), outbounds) in &by_outbound {
        println!("matrix {theirs}, ours {ours}: {inbound} into {} licenses: {}", outbounds.len(), outbounds.join(" "));
    }
    let references = |id: &str| id.starts_with("LicenseRef-");
    let (mut decided, mut agreed, mut with_references) = (0, 0, (0, 0));
    for line in matrix.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        if !["yes", "no", "same"].contains(&fields[2]) {
            continue;
        }
        let ok = compatible(&expression(fields[1]), &expression(fields[0]), usage).fitness == Fitness::Ok;
        let agrees = ok == (fields[2] != "no");
        with_references.0 += 1;
        with_references.1 += usize::from(agrees);
        if !references(fields[0]) && !references(fields[1]) {
            decided += 1;
            agreed += usize::from(agrees);
        }
    }
    println!("{counts:?}");
    println!(
        "{agreed} of {decided} decided pairs of SPDX licenses agree; with its two own references {with_references:?}"
    );
    // Every pair that we call ok and the matrix does not, by what comes in: docs/compatibility.md says why.
    let explained = [
        "Apache-2.0",
        "Artistic-2.0",
        "ECL-2.0",
        "EUPL-1.1",
        "EUPL-1.2",
        "LGPL-2.0-or-later",
        "MPL-1.1",
        "PostgreSQL",
        "Unicode-DFS-2015",
        "W3C",
        "W3C-19980720",
        "W3C-20150513",
        "XFree86-1.1",
        "ZPL-2.0",
        "bzip2-1.0.5",
        "bzip2-1.0.6",
    ];
    for (theirs, ours, inbound) in by_outbound.keys().filter(|(_, ours, _)| *ours == "ok") {
        assert!(explained.contains(&inbound.as_str()), "matrix {theirs}, ours {ours}: {inbound}");
    }
    let lenient = |theirs: &str| counts.get(&(theirs, "ok")).copied().unwrap_or_default();
    assert_eq!((lenient("no"), lenient("unknown"), lenient("check-dependency")), PINNED_LENIENT);
    assert_eq!((agreed, decided), PINNED_AGREED);
}

/// Pairs that we call ok and the matrix calls no, unknown and check-dependency.
const PINNED_LENIENT: (usize, usize, usize) = (19, 133, 0);

/// Agreeing and decided pairs of SPDX licenses.
const PINNED_AGREED: (usize, usize) = (10_541, 10_648);
