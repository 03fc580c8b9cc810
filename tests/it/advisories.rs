//! Advisories: what a record means, the compiled index, `sepal advisories`, and the records that lie in `../shared`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use sepal::advisory::{Builder, Certainty, Index, IndexError, Kind, Level, Match, affected, database, osv};
use sepal::version::Scheme;
use serde_json::{Value, json};

use super::world::World;

fn index(records: &[Value]) -> Index {
    Index::new(Box::new(bytes(records))).unwrap()
}

fn bytes(records: &[Value]) -> Vec<u8> {
    let mut builder = Builder::new();
    for record in records {
        builder.add(&osv::read(&serde_json::to_vec(record).unwrap()).unwrap());
    }
    let mut bytes = Vec::new();
    builder.finish("2026-08-21T00:00:00Z", &mut bytes).unwrap();
    bytes
}

/// A record about one package of PyPI.
fn record(id: &str, ranges: Value, versions: Value) -> Value {
    json!({
        "id": id,
        "modified": "2026-01-01T00:00:00Z",
        "affected": [{ "package": { "ecosystem": "PyPI", "name": "Kit.Core" }, "ranges": ranges, "versions": versions }],
    })
}

fn range(events: Value) -> Value {
    json!({ "type": "ECOSYSTEM", "events": events })
}

fn ids(matches: &[Match]) -> Vec<&str> {
    matches.iter().map(|found| found.id.as_str()).collect()
}

fn is_affected(index: &Index, version: &str) -> bool {
    let matches = index.affecting("PyPI", "kit_core", version).unwrap();
    assert!(matches.iter().all(|found| found.certainty == Certainty::Affected), "{matches:?}");
    !matches.is_empty()
}

#[test]
fn events_are_walked_in_the_order_of_versions() {
    // Written in any order; twice introduced, once fixed, once last affected.
    let events = json!([
        { "last_affected": "2.5" }, { "introduced": "2.0" }, { "fixed": "1.10" }, { "introduced": "0" }, { "introduced": "1.10" },
        { "fixed": "1.2" },
    ]);
    let index = index(&[record("A-1", json!([range(events)]), json!([]))]);
    for (version, affected) in [
        ("0.1", true),
        ("1.1", true),
        ("1.2", false),
        ("1.9", false),
        ("2.0", true),
        ("2.5", true),
        ("2.5.0", true),
        ("2.5.1", false),
        ("2.5.post1", false),
    ] {
        assert_eq!(is_affected(&index, version), affected, "{version}");
    }
}

#[test]
fn one_of_several_ranges_or_the_list_is_enough() {
    let ranges = json!([
        range(json!([{ "introduced": "1.0" }, { "fixed": "1.5" }])),
        { "type": "GIT", "repo": "https://example.org/kit", "events": [{ "introduced": "0" }] },
        range(json!([{ "introduced": "2.0" }, { "fixed": "2.5" }])),
    ]);
    let index = index(&[record("A-1", ranges, json!(["1.1", "0.9.0", "unknown-thing"]))]);
    for (version, affected) in [
        ("0.9", true),
        ("0.8", false),
        ("1.0", true),
        ("1.5", false),
        ("2.1", true),
        ("2.5", false),
        ("unknown-thing", true),
    ] {
        assert_eq!(is_affected(&index, version), affected, "{version}");
    }
    let answer = index.answer("pypi", "kit-core", "1.2").unwrap();
    assert_eq!(answer.matches[0].fixed, ["1.5", "2.5"]);
    assert_eq!(answer.matches[0].range, ">= 1.0, < 1.5");
    assert_eq!(answer.clearing.as_deref(), Some("1.5"));
}

#[test]
fn beyond_a_limit_nothing_is_said() {
    let events = json!([{ "introduced": "1.0" }, { "limit": "2.0" }, { "limit": "1.5" }]);
    let limited = index(&[record("A-1", json!([range(events)]), json!([]))]);
    for (version, affected) in [("0.9", false), ("1.0", true), ("1.9", true), ("2.0", false), ("3.0", false)] {
        assert_eq!(is_affected(&limited, version), affected, "{version}");
    }
    let open = json!([{ "introduced": "1.0" }, { "limit": "*" }]);
    assert!(is_affected(&index(&[record("A-1", json!([range(open)]), json!([]))]), "9.0"));
}

#[test]
fn commits_alone_decide_nothing_and_that_is_said() {
    let commits = json!([{ "type": "GIT", "repo": "https://example.org/kit", "events": [{ "introduced": "0" }] }]);
    let undecided = index(&[record("A-1", commits.clone(), json!([]))]);
    assert_eq!(undecided.affecting("PyPI", "kit.core", "1.0").unwrap()[0].certainty, Certainty::Undecided);
    let listed = index(&[record("A-1", commits, json!(["1.0"]))]);
    assert!(is_affected(&listed, "1.0.0"));
    assert!(!is_affected(&listed, "1.1"));
}

#[test]
fn a_version_without_order_is_not_declared_clean() {
    let advisory = json!({
        "id": "A-1", "modified": "2026-01-01T00:00:00Z",
        "affected": [{
            "package": { "ecosystem": "npm", "name": "kit" },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "1.0.0" }, { "fixed": "1.5.0" }] }],
        }],
    });
    let index = index(&[advisory]);
    assert_eq!(index.affecting("npm", "kit", "latest").unwrap()[0].certainty, Certainty::Undecided);
    assert!(index.affecting("npm", "kit", "2.0.0").unwrap().is_empty());
    assert!(index.affecting("npm", "Kit", "1.0.0").unwrap().is_empty());
    assert!(index.ecosystem("npm").is_some());
    assert!(index.ecosystem("Maven").is_none(), "no data is not the same as nothing known");
}

#[test]
fn withdrawn_records_and_older_copies_do_not_count() {
    let all = json!([range(json!([{ "introduced": "0" }]))]);
    let none = json!([range(json!([{ "introduced": "9.0" }]))]);
    let mut withdrawn = record("A-1", all.clone(), json!([]));
    withdrawn["withdrawn"] = json!("2026-02-01T00:00:00Z");
    let mut newer = record("A-2", none, json!([]));
    newer["modified"] = json!("2026-03-01T00:00:00Z");
    let older = record("A-2", all.clone(), json!([]));
    for records in [[withdrawn.clone(), older.clone(), newer.clone()], [newer, withdrawn.clone(), older]] {
        assert!(!is_affected(&index(&records), "1.0"));
    }
    // Withdrawn later than it was published.
    let mut before = record("A-1", all, json!([]));
    before["modified"] = json!("2025-01-01T00:00:00Z");
    assert!(!is_affected(&index(&[before, withdrawn]), "1.0"));
}

#[test]
fn records_that_mean_the_same_are_one_match() {
    let all = json!([range(json!([{ "introduced": "0" }, { "fixed": "2.0" }]))]);
    let earlier = json!([range(json!([{ "introduced": "0" }, { "fixed": "1.9" }]))]);
    let mut one = record("PYSEC-2026-1", earlier, json!([]));
    one["aliases"] = json!(["CVE-2026-0001"]);
    let mut two = record("GHSA-aaaa-bbbb-cccc", all.clone(), json!([]));
    two["aliases"] = json!(["CVE-2026-0001"]);
    two["related"] = json!(["CVE-2026-0002"]);
    two["summary"] = json!("Breaks");
    two["severity"] = json!([
        { "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" },
        { "type": "CVSS_V4", "score": "CVSS:4.0/AV:N" },
    ]);
    let mut three = record("GHSA-dddd-eeee-ffff", all, json!([]));
    three["aliases"] = json!(["CVE-2026-0002"]);
    let index = index(&[one, two, three]);
    let matches = index.affecting("PyPI", "kit-core", "1.0").unwrap();
    assert_eq!(ids(&matches), ["CVE-2026-0001", "CVE-2026-0002"], "related is not the same");
    let first = &matches[0];
    assert_eq!(first.records, ["GHSA-aaaa-bbbb-cccc", "PYSEC-2026-1"]);
    assert_eq!(first.aliases, ["GHSA-aaaa-bbbb-cccc", "PYSEC-2026-1"]);
    assert_eq!(first.fixed, ["2.0"], "1.9 is affected by what the other record says");
    assert_eq!((first.level, first.summary.as_str()), (Level::Critical, "Breaks"));
    assert_eq!(first.score.as_ref().map(|score| score.tenths), Some(98));
    assert_eq!(matches[1].level, Level::Unknown, "without a score it is unknown, not none");
    assert!(index.status().problems.iter().any(|problem| problem.contains("lacks the metric")));
}

#[test]
fn what_a_record_is_about_is_told_apart() {
    let all = json!([range(json!([{ "introduced": "0" }]))]);
    let mut unmaintained = record("RUSTSEC-2026-0001", all.clone(), json!([]));
    unmaintained["affected"][0]["database_specific"] = json!({ "informational": "unmaintained" });
    let malware = record("MAL-2026-1", all.clone(), json!([]));
    let index = index(&[unmaintained, malware, record("A-1", all, json!([]))]);
    let kinds: Vec<(String, Kind)> =
        index.affecting("PyPI", "kit-core", "1").unwrap().into_iter().map(|found| (found.id, found.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("A-1".to_owned(), Kind::Vulnerability),
            ("MAL-2026-1".to_owned(), Kind::Malware),
            ("RUSTSEC-2026-0001".to_owned(), Kind::Unmaintained)
        ]
    );
}

#[test]
fn releases_of_a_distribution_are_told_apart() {
    let advisory = json!({
        "id": "A-1", "modified": "2026-01-01T00:00:00Z",
        "affected": [{
            "package": { "ecosystem": "Debian:12", "name": "kit" },
            "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": "1:1.0-2" }] }],
        }],
    });
    let index = index(&[advisory]);
    let certainty = |ecosystem: &str, version: &str| {
        index.affecting(ecosystem, "kit", version).unwrap().first().map(|found| found.certainty)
    };
    assert_eq!(certainty("Debian:12", "1:1.0-1"), Some(Certainty::Affected));
    assert_eq!(certainty("Debian:12", "1:1.0-2"), None);
    assert_eq!(certainty("Debian:13", "1:1.0-1"), None);
    assert_eq!(certainty("Debian", "1:1.0-1"), Some(Certainty::Undecided), "the release is not known");
}

fn many() -> Vec<Value> {
    (0..300)
        .map(|number| {
            let mut record = record(
                &format!("A-{number}"),
                json!([range(json!([{ "introduced": "0" }, { "fixed": format!("1.{number}") }]))]),
                json!(["7.0"]),
            );
            record["affected"][0]["package"]["name"] = json!(format!("kit{}", number / 2));
            record
        })
        .collect()
}

#[test]
fn a_file_that_is_cut_or_changed_is_noticed() {
    let whole = bytes(&many());
    let ask = |bytes: Vec<u8>| -> Result<usize, IndexError> {
        let index = Index::new(Box::new(bytes))?;
        let mut found = 0;
        for number in 0..150 {
            found += index.affecting("PyPI", &format!("kit{number}"), "7.0")?.len();
        }
        Ok(found)
    };
    assert_eq!(ask(whole.clone()).unwrap(), 300);
    for cut in (0..whole.len()).step_by(97).chain(whole.len() - 100..whole.len()) {
        assert!(ask(whole[..cut].to_vec()).is_err(), "cut at {cut}");
    }
    let mut noticed = 0;
    let places: Vec<usize> = (0..whole.len()).step_by(41).chain(whole.len() - 72..whole.len()).collect();
    for &at in &places {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        match ask(changed) {
            Ok(found) => assert_eq!(found, 300, "changed at {at}"),
            Err(_) => noticed += 1,
        }
    }
    assert!(noticed + 8 >= places.len(), "only {noticed} of {} changes were noticed", places.len());
    let older = [&whole[..whole.len() - 20], &1_u32.to_be_bytes()[..], &whole[whole.len() - 16..]].concat();
    assert!(matches!(ask(older), Err(IndexError::OtherForm(1))));
}

#[test]
fn advisories_are_imported_and_a_failed_import_leaves_the_old_ones() {
    let world = World::new();
    let all = json!([range(json!([{ "introduced": "0" }]))]);
    world.write("records/A-1.json", &record("A-1", all.clone(), json!([])).to_string());
    world.write("records/deep/A-2.json", &record("A-2", all, json!([])).to_string());
    world.write("records/deep/broken.json", "{");
    world.write("scores.csv", "#score_date:2026-08-16T00:00:00+0000\ncve,epss,percentile\nCVE-2026-0001,0.5,0.9\n");
    let import = |paths: &[&str]| {
        let mut arguments = vec!["advisories", "import"];
        arguments.extend(paths);
        arguments.extend(["--database", "data/db", "--json"]);
        world.run(&arguments)
    };
    let ran = import(&["records", "scores.csv"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    let status = ran.json();
    assert_eq!((&status["records"], &status["unreadable"]), (&json!(2), &json!(1)));
    assert_eq!(status["ecosystems"][0]["name"], "PyPI");
    assert_eq!(status["likelihoods"], json!(["2026-08-16T00:00:00+0000", 1]));
    let before = std::fs::read(world.path().join("data/db")).unwrap();
    for wrong in ["missing", "empty", "scores-wrong.csv"] {
        std::fs::create_dir_all(world.path().join("empty")).unwrap();
        world.write("scores-wrong.csv", "cve,epss,percentile\nCVE-2026-0001,high,0.9\n");
        assert_eq!(import(&[wrong]).code(), 2, "{wrong}");
        assert_eq!(std::fs::read(world.path().join("data/db")).unwrap(), before);
    }
    // What a killed import leaves beside it does not count, and is replaced.
    world.write("data/.db.part", "half");
    let ran = world.run(&["advisories", "status", "--database", "data/db"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    assert!(ran.stdout().contains("2 advisories, imported"), "{}", ran.stdout());
    assert_eq!(import(&["records"]).code(), 0);
    assert!(!world.path().join("data/.db.part").exists());
    world.write("data/db", "half");
    let ran = world.run(&["advisories", "status", "--database", "data/db"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("not whole"), "{}", ran.stderr());
    assert_eq!(world.run(&["advisories", "status", "--database", "data/none"]).code(), 2);
}

/// The share of listed versions that ranges hold, and of fixed versions that they do not.
#[derive(Default)]
struct Golden {
    listed: usize,
    outside: Vec<String>,
    no_version: usize,
    fixed: usize,
    inside: Vec<String>,
}

fn golden(record: &osv::Record, tally: &mut BTreeMap<String, Golden>) {
    for part in &record.affected {
        let base = part.ecosystem.split(':').next().unwrap_or_default();
        let Some(scheme) = Scheme::by_ecosystem(base) else { continue };
        let ranges: Vec<_> = part
            .ranges
            .iter()
            .filter_map(|range| {
                let by = affected::scheme_of(range, Some(scheme))?;
                Some((range, affected::ordered(range, by)?))
            })
            .collect();
        if ranges.is_empty() || part.versions.is_empty() {
            continue;
        }
        let tally = tally.entry(base.to_owned()).or_default();
        let holds = |version: &str| {
            let key = scheme.key(version).ok()?;
            Some(ranges.iter().any(|(_, range)| range.covers(scheme, key.as_bytes())))
        };
        for version in &part.versions {
            tally.listed += 1;
            match holds(version) {
                Some(true) => {}
                Some(false) => tally.outside.push(format!("{}: {version}", record.id)),
                None => tally.no_version += 1,
            }
        }
        let fixed =
            ranges.iter().flat_map(|(range, _)| &range.events).filter(|(kind, _)| *kind == osv::EventKind::Fixed);
        for (_, version) in fixed {
            tally.fixed += 1;
            if holds(version) == Some(true) {
                tally.inside.push(format!("{}: {version}", record.id));
            }
        }
    }
}

/// Where a record has ranges and a list of versions, each listed version is affected by the ranges alone, and no fixed one is.
#[test]
fn records_do_not_contradict_themselves() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/osv");
    if !shared.exists() {
        eprintln!("skipped: no ../shared");
        return;
    }
    let mut tally = BTreeMap::new();
    for entry in std::fs::read_dir(shared).unwrap() {
        let zip = entry.unwrap().path().join("all.zip");
        if !zip.exists() {
            continue;
        }
        let mut archive = zip::ZipArchive::new(std::fs::File::open(&zip).unwrap()).unwrap();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            let record = osv::read(&bytes).unwrap();
            if !record.withdrawn && record.kind != Kind::Malware {
                golden(&record, &mut tally);
            }
        }
    }
    for (ecosystem, golden) in &tally {
        eprintln!(
            "{ecosystem}: {} listed, {} outside, {} without order; {} fixed, {} inside",
            golden.listed,
            golden.outside.len(),
            golden.no_version,
            golden.fixed,
            golden.inside.len()
        );
        for line in golden.outside.iter().chain(&golden.inside).take(400) {
            eprintln!("  {line}");
        }
    }
    // Seven records contradict themselves by the order of their own ecosystem: they list pre-releases of the version in which
    // they say it was introduced, or say of a version that it is fixed which another of their ranges holds.
    let contradictory = [
        "GHSA-f4qf-m5gf-8jm8", // Maven: introduced in 9.0.0-M11, lists 9.0.0.M1
        "GHSA-g78h-pf65-46rv", // Packagist: introduced in 8.0, lists 8.0.0-beta10
        "PYSEC-2021-114",
        "PYSEC-2022-236",
        "PYSEC-2023-177",
        "PYSEC-2023-61", // PyPI: introduced in 3.2, lists 3.2rc1
        "PYSEC-2024-258",
    ];
    for (ecosystem, golden) in &tally {
        assert_eq!(golden.no_version, 0, "{ecosystem}");
        for line in golden.outside.iter().chain(&golden.inside) {
            assert!(contradictory.iter().any(|id| line.starts_with(id)), "{ecosystem}: {line}");
        }
    }
    assert!(tally.len() >= 5);
}

/// Thousands of questions to tens of thousands of records.
#[test]
fn all_records_at_hand_are_imported_and_asked() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if !shared.join("osv").exists() {
        eprintln!("skipped: no ../shared");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("db");
    let start = Instant::now();
    let kev = shared.join("kev/known_exploited_vulnerabilities.json");
    let status =
        database::import(&[shared.join("osv"), kev, shared.join("epss")], &file, "2026-08-21T00:00:00Z").unwrap();
    eprintln!("imported in {:?}: {} bytes", start.elapsed(), std::fs::metadata(&file).unwrap().len());
    assert!(status.records > 41_000, "{status:?}");
    assert!(status.withdrawn > 400);
    let start = Instant::now();
    let index = database::open(&file).unwrap();
    eprintln!("opened in {:?}", start.elapsed());
    let django = index.affecting("pypi", "Django", "3.2.1").unwrap();
    assert!(django.len() > 20, "{}", django.len());
    assert!(django.iter().all(|found| found.certainty == Certainty::Affected));
    assert!(django.iter().any(|found| found.likelihood.is_some()));
    let start = Instant::now();
    index.prepare();
    let mut found = 0;
    for number in 0..5_000 {
        let name = ["django", "requests", "urllib3", "flask", "jinja2"].get(number % 50).copied();
        let name = name.map_or_else(|| format!("package-{number}"), ToOwned::to_owned);
        found += index.affecting("PyPI", &name, "2.2.1").unwrap().len();
    }
    eprintln!("5,000 questions in {:?}, {found} answers", start.elapsed());
    // Listed versions are affected whether a range holds them or not.
    let listed = index.affecting("Packagist", "drupal/core", "8.0.0-beta10").unwrap();
    assert!(listed.iter().any(|found| found.records.contains(&"GHSA-g78h-pf65-46rv".to_owned())), "{listed:?}");
    let log4j = index.affecting("maven", "org.apache.logging.log4j:log4j-core", "2.14.1").unwrap();
    let shell = log4j.iter().find(|found| found.id == "CVE-2021-44228");
    assert!(shell.is_none_or(|found| found.exploited.is_some()), "{shell:?}");
    assert!(index.affecting("npm", "0-shadowenv", "1.0.0").unwrap().iter().all(|found| found.kind == Kind::Malware));
}
