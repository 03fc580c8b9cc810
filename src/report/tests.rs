//! Whole outputs: goldens, hostile text in every place, limits, the official schema.
//!
//! `SEPAL_BLESS=1 cargo test --lib report` rewrites the goldens; read the difference before you commit it.
#![allow(clippy::disallowed_methods, reason = "tests read goldens and schemas; the reporters themselves read nothing")]

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use super::layout::width;
use super::sample::{self, Sample};
use super::{TABLE, by_id, encode, markdown, sarif, wanted};
use crate::model::*;

fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/testdata").join(name);
    if std::env::var_os("SEPAL_BLESS").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(actual, expected, "{name} is not as its golden; SEPAL_BLESS=1 rewrites it");
}

#[test]
fn the_table_is_sorted_and_documented() {
    assert!(TABLE.windows(2).all(|pair| pair[0].id < pair[1].id));
    assert!(TABLE.iter().all(|reporter| !reporter.docs.is_empty() && !reporter.docs.ends_with('.')));
    assert_eq!(by_id("sarif").map(|reporter| reporter.id), Some("sarif"));
    assert!(by_id("SARIF").is_none());
}

#[test]
fn every_output_is_as_its_golden() {
    let sample = Sample::new();
    for (id, file) in [
        ("human", "human.txt"),
        ("json", "report.json"),
        ("sarif", "report.sarif"),
        ("github", "github.txt"),
        ("markdown", "comment.md"),
        ("junit", "junit.xml"),
        ("gitlab-quality", "gitlab-quality.json"),
        ("gitlab-dependencies", "gitlab-dependencies.json"),
    ] {
        golden(file, &sample.write(id));
    }
    let mut grouped = Sample::with_many(220, 30);
    golden("human-grouped.txt", &grouped.write("human"));
    grouped = Sample::new();
    grouped.style.width = 0;
    grouped.style.show.all = true;
    grouped.style.show.unknown = true;
    grouped.run.timings = Some(vec![("walk".into(), 12_340), ("extract".into(), 49)]);
    golden("human-all.txt", &grouped.write("human"));
}

#[test]
fn junit_is_well_formed_and_counts_right() {
    for sample in [Sample::new(), Sample::with_many(50, 7), hostile()] {
        let text = sample.write("junit");
        let mut reader = quick_xml::Reader::from_str(&text);
        let (mut cases, mut failures, mut skipped, mut said) = (0, 0, 0, None);
        loop {
            use quick_xml::events::Event;
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                    b"testsuites" => {
                        let number = |name: &str| -> usize {
                            let value = tag.try_get_attribute(name).unwrap().unwrap();
                            std::str::from_utf8(&value.value).unwrap().parse().unwrap()
                        };
                        said = Some((number("tests"), number("failures"), number("skipped")));
                    }
                    b"testcase" => cases += 1,
                    b"failure" => failures += 1,
                    b"skipped" => skipped += 1,
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(said, Some((cases, failures, skipped)));
        assert!(failures > 0);
    }
}

#[test]
fn gitlab_gets_every_field_that_it_requires() {
    let mut sample = Sample::new();
    let quality: Value = serde_json::from_str(&sample.write("gitlab-quality")).unwrap();
    assert!(!quality.as_array().unwrap().is_empty());
    for entry in quality.as_array().unwrap() {
        assert!(entry["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0), "{entry}");
        for key in ["/description", "/check_name", "/fingerprint", "/severity", "/location/path"] {
            assert!(entry.pointer(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty()), "{key}: {entry}");
        }
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&entry["severity"].as_str().unwrap()));
    }
    sample.verdict.findings[0].rule = "vuln/known".into();
    sample.verdict.findings[0].message = "ghost-kit 2.1.0 has CVE-2026-12345".into();
    let report: Value = serde_json::from_str(&sample.write("gitlab-dependencies")).unwrap();
    let found = report["vulnerabilities"].as_array().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["identifiers"][0]["value"], "CVE-2026-12345");
    assert_eq!(found[0]["location"]["dependency"]["package"]["name"], "ghost-kit");
    for key in ["start_time", "end_time", "status", "type", "analyzer", "scanner"] {
        assert!(!report["scan"][key].is_null(), "{key}");
    }
}

#[test]
fn outputs_are_the_same_every_time() {
    for reporter in TABLE {
        assert_eq!(Sample::with_many(50, 7).write(reporter.id), Sample::with_many(50, 7).write(reporter.id));
    }
}

#[test]
fn nothing_found_is_said_in_every_output() {
    let mut sample = Sample::new();
    sample.bom = Bom::default();
    sample.verdict.findings.clear();
    sample.verdict.components.clear();
    sample.verdict.coverage = Coverage::default();
    sample.verdict.outcome = Outcome::Holds;
    sample.verdict.next_expiry = None;
    sample.run.exit = Some(0);
    let human = sample.write("human");
    assert!(human.ends_with("\n  the policy holds: no findings · 38 ms · exit 0\n"), "{human}");
    assert!(sample.write("markdown").contains("sepal: the policy holds"));
    assert!(sample.write("github").starts_with("::notice title=sepal::the policy holds: 0 errors"));
    for id in ["json", "sarif"] {
        serde_json::from_str::<Value>(&sample.write(id)).unwrap();
    }
}

#[test]
fn lines_fit_the_terminal() {
    let long_word = "supercalifragilisticexpialidocious".len();
    for columns in [40, 64, 80, 110, 200] {
        for mut sample in [Sample::new(), Sample::with_many(100, 9)] {
            sample.style.width = columns;
            sample.style.show.unknown = true;
            for line in sample.write("human").lines() {
                let fits = width(line) <= usize::from(columns);
                // A path or purl is never broken.
                let one_word = line.trim().split(' ').any(|word| width(word) + long_word > usize::from(columns));
                assert!(fits || one_word, "{columns}: {line}");
            }
        }
    }
}

#[test]
fn colour_changes_no_word() {
    let mut sample = Sample::with_many(30, 4);
    let plain = sample.write("human");
    assert!(!plain.contains('\u{1b}'));
    sample.style.color = true;
    let painted = sample.write("human");
    assert_ne!(painted, plain);
    assert_eq!(without_escapes(&painted), plain);
    sample.style.links = Some("file:///srv/acme/".into());
    let linked = sample.write("human");
    assert!(linked.contains("\u{1b}]8;;file:///srv/acme/web/package-lock.json\u{1b}\\"));
    assert_eq!(without_escapes(&linked), plain);
}

/// Text without colours (CSI … m) and links (OSC 8 … ST), which are all the sequences that sepal writes.
fn without_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&rest[..at]);
        let sequence = &rest[at + 1..];
        rest = if let Some(colour) = sequence.strip_prefix('[') {
            let end = colour.find('m').unwrap();
            assert!(colour[..end].bytes().all(|byte| byte.is_ascii_digit() || byte == b';'), "{colour}");
            &colour[end + 1..]
        } else {
            let link = sequence.strip_prefix("]8;;").unwrap();
            &link[link.find("\u{1b}\\").unwrap() + 2..]
        };
    }
    out + rest
}

#[test]
fn findings_beyond_the_limit_are_grouped_by_cause() {
    let mut sample = Sample::with_many(220, 30);
    let text = sample.write("human");
    assert!(text.lines().count() < 60, "a wall of text");
    assert!(text.contains("error[legal/component-license-denied]: AGPL-3.0-only is not allowed"));
    assert!(text.contains("and 21 more causes with 63 findings"));
    assert!(text.contains("sepal check --show all"));
    sample.style.show.all = true;
    assert_eq!(sample.write("human").matches("\nwarning[").count(), 222);
}

#[test]
fn the_lines_that_reports_want_are_the_place_and_the_way_in() {
    let sample = Sample::new();
    let wanted: Vec<String> = wanted(&sample.bom, &super::open_findings(&sample.verdict, &super::Style::default()))
        .into_iter()
        .map(|(path, line)| format!("{path}:{line}"))
        .collect();
    assert_eq!(
        wanted,
        [
            ".github/workflows/ci.yml:9",
            "web/package-lock.json:300",
            "web/package-lock.json:1843",
            "web/package.json:14"
        ]
    );
}

// Hostile text ------------------------------------------------------------------------------------------------------------

const ATTACKS: &[&str] = &[
    "\u{1b}]52;c;aGk=\u{7}\u{1b}[2J\u{9b}31m",
    "\r\n::stop-commands::x\r\n::error::owned",
    " ::set-output name=a::b ##[add-mask]x ##vso[task.setvariable]y",
    "\u{202e}evil\u{2066}\u{200b}\u{feff}\u{e0041}",
    "</details><img src=x onerror=alert(1)><script>",
    "](javascript:alert(1)) [click](https://evil.example) ![x](y)",
    "`` ` ``` | a | b |\n| c |",
    "@everyone #1 https://evil.example/ www.evil.example <https://evil.example>",
    "git+https://user:hunter2@host.example/x",
    "\u{0}\t\u{85}\u{2028}",
    "%0A,file=x:y",
];

/// The sample with hostile text in every place that a stranger or a mistake can fill.
fn hostile() -> Sample {
    let evil = ATTACKS.join(" ");
    let mut sample = Sample::with_many(15, 3);
    let path = RepoPath::new(&format!("web/{}", ATTACKS[1..8].join("/")));
    let location = Location::at(&path, Mark { span: Span::new(4, 90), line: 1, column: 3 });
    sample.excerpts.insert(&path, 1, &format!("  {}", evil.replace('\n', " ")));
    for (index, component) in sample.bom.components.iter_mut().enumerate().filter(|(_, it)| it.is_third_party()) {
        component.purl = Purl::new(component.purl.kind(), &format!("{index}{evil}")).with_version(&evil);
        component.supplier = Some(evil.as_str().into());
        component.origin = Origin::Git { url: ATTACKS[8].into(), commit: Some(evil.as_str().into()), reference: None };
        component.properties.insert("x:y".into(), evil.as_str().into());
        component.licensing.concluded = Some(LicenseClaim {
            raw: evil.as_str().into(),
            expression: None,
            reading: Reading::Unmapped(evil.as_str().into()),
            source: LicenseSource::Lock,
            evidence: None,
        });
    }
    for edge in &mut sample.bom.dependencies {
        edge.requirement = Some(evil.as_str().into());
        if let Some(evidence) = &mut edge.evidence {
            evidence.location = location.clone();
        }
    }
    for project in &mut sample.bom.projects {
        project.directory = path.clone();
        project.gaps = vec![(location.clone(), evil.clone())];
        project.completeness = Completeness::Unknown;
    }
    for diagnostic in &mut sample.bom.diagnostics {
        diagnostic.location = location.clone();
        diagnostic.message.clone_from(&evil);
        diagnostic.help = Some(evil.clone());
    }
    for finding in &mut sample.verdict.findings {
        finding.message.clone_from(&evil);
        finding.why.clone_from(&evil);
        finding.help = vec![evil.clone(), evil.clone()];
        finding.locations = vec![location.clone(), location.clone()];
        finding.because = Because { policy: evil.as_str().into(), line: Some(1), text: evil.clone() };
        if let Standing::Waived { by, reason, .. } = &mut finding.standing {
            *by = evil.as_str().into();
            reason.clone_from(&evil);
        }
    }
    for verdict in &mut sample.verdict.components {
        verdict.reason.clone_from(&evil);
    }
    sample.verdict.policy.clone_from(&evil);
    sample.run.advisories.clone_from(&evil);
    sample.run.roots = vec![evil];
    sample
}

/// What no output may hold beside its own line breaks.
fn misleads(char: char) -> bool {
    char != '\n' && encode::is_unsafe(char)
}

#[test]
fn hostile_text_is_shown_and_does_nothing() {
    // The purl of a component is an identity: user info in a *name* is part of it, so it is looked for everywhere else.
    let mut sample = hostile();
    for reporter in TABLE {
        let text = sample.write(reporter.id);
        assert_eq!(text.chars().find(|char| misleads(*char)), None, "{}", reporter.id);
    }
    sample.style.show.all = true;
    sample.style.show.unknown = true;
    for columns in [0, 40, 80, 120] {
        sample.style.width = columns;
        sample.style.color = true;
        let text = without_escapes(&sample.write("human"));
        assert_eq!(text.chars().find(|char| misleads(*char)), None);
        for line in text.lines() {
            assert!(!line.trim_start().starts_with("::"), "{line}");
            assert!(!line.contains("##[") && !line.contains("##vso["), "{line}");
        }
    }
}

#[test]
fn passwords_in_urls_reach_no_output() {
    let mut sample = hostile();
    for component in sample.bom.components.iter_mut().filter(|component| component.is_third_party()) {
        component.purl = Purl::new("npm", "plain");
    }
    sample.style.show.all = true;
    sample.style.show.unknown = true;
    for reporter in TABLE {
        let text = sample.write(reporter.id);
        assert!(!text.contains("hunter2"), "{}: {}", reporter.id, &text[text.find("hunter2").unwrap() - 200..][..260]);
        // The sample has no vulnerabilities, and that report holds nothing else.
        assert!(text.contains("host.example") || reporter.id == "gitlab-dependencies", "{}", reporter.id);
    }
}

#[test]
fn workflow_commands_stay_what_they_are() {
    let text = hostile().write("github");
    assert!(text.lines().count() >= 12);
    for line in text.lines() {
        let rest = line.strip_prefix("::").unwrap();
        let (head, data) = rest.split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        for property in properties.split(',') {
            let (key, value) = property.split_once('=').unwrap();
            assert!(["file", "line", "col", "endColumn", "title"].contains(&key), "{key}");
            assert!(!value.contains(':'), "{value}");
        }
        assert!(!data.contains('\r'));
    }
}

#[test]
fn annotations_stay_within_what_github_shows() {
    let mut sample = Sample::with_many(300, 20);
    for index in 0..40 {
        let mut note = sample::finding("a/b", Severity::Note, "n", sample::at("Cargo.lock", index, 1, 1));
        note.component = None;
        sample.verdict.findings.push(note);
    }
    let text = sample.write("github");
    assert_eq!(text.matches("::warning ").count(), 10);
    assert_eq!(text.matches("::notice ").count(), 10);
    assert!(text.starts_with("::error "));
    assert!(text.ends_with("323 findings not shown here, since GitHub shows 10 of a kind\n"), "{text}");
    sample.run.prefix = Some(RepoPath::new("product"));
    assert!(sample.write("github").contains("file=product/web/package-lock.json,line=1843,col=18,endColumn=32,"));
}

#[test]
fn a_comment_holds_text_and_code_only() {
    let comment = hostile().write("markdown");
    assert!(comment.starts_with(markdown::MARKER));
    let mut prose = String::new();
    for line in comment.lines() {
        // Take out code spans as CommonMark finds them: a run of backticks up to the next run of the same length. A backslash
        // before a backtick outside of code makes it a character.
        let mut rest = line;
        while let Some(at) = rest.find('`') {
            if rest[..at].ends_with('\\') {
                prose.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
                continue;
            }
            prose.push_str(&rest[..at]);
            let fence = rest[at..].bytes().take_while(|byte| *byte == b'`').count();
            let mut from = at + fence;
            rest = loop {
                let next = from + rest[from..].find('`').expect("code that ends");
                let run = rest[next..].bytes().take_while(|byte| *byte == b'`').count();
                if run == fence {
                    break &rest[next + run..];
                }
                from = next + run;
            };
        }
        prose.push_str(rest);
        prose.push('\n');
    }
    let ours = ["<!-- sepal -->", "<!-- -->", "<br>", "<details>", "</details>", "<summary>", "</summary>", "**"];
    let text = ours.iter().fold(prose.clone(), |text, tag| text.replace(tag, "\u{0}"));
    assert!(!text.contains('<') && !text.contains('>'), "{text}");
    assert!(!text.contains("://") && !text.contains("www."), "{text}");
    for (sign, follows) in [('@', 'e'), ('#', '1')] {
        assert!(!text.contains(&format!("{sign}{follows}")), "{text}");
    }
    for (at, _) in text.match_indices(['[', ']', '(', '*', '_']).filter(|(at, _)| *at > 0) {
        let ours = text[..at].ends_with(' ') || text[..at].ends_with('\\');
        assert!(ours, "{}", &text[at.saturating_sub(20)..at + 1]);
    }
    // Two tags of ours per fold, and none of theirs.
    assert_eq!(prose.matches("<details>").count(), prose.matches("</details>").count());
}

#[test]
fn a_comment_is_never_too_long_and_says_what_is_missing() {
    let few = Sample::with_many(3, 1).write("markdown");
    assert!(!few.contains("not shown here"));
    for sample in [Sample::with_many(3_000, 40), hostile()] {
        let comment = sample.write("markdown");
        assert!(comment.len() <= markdown::LIMIT, "{}", comment.len());
        assert!(comment.len() > markdown::LIMIT / 3, "{}", comment.len());
        assert!(comment.contains("findings are not shown here"), "{}", &comment[comment.len() - 1500..]);
        let lines = |start: &str| comment.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!(lines("<details>"), lines("</details>"));
        assert!(comment.trim_end().ends_with("</details>"));
    }
}

#[test]
fn json_is_exact_about_names() {
    let sample = hostile();
    let report: Value = serde_json::from_str(&sample.write("json")).unwrap();
    for (component, json) in sample.bom.components.iter().zip(report["components"].as_array().unwrap()) {
        assert_eq!(json["name"], component.purl.full_name().as_str());
        assert_eq!(json["ref"], component.purl.to_string());
    }
}

#[test]
fn json_names_twins_apart() {
    let mut sample = Sample::new();
    let twin = sample.bom.components[0].clone();
    sample.bom.components[0] = Component { purl: sample.bom.components[1].purl.clone(), ..twin };
    let report: Value = serde_json::from_str(&sample.write("json")).unwrap();
    assert_eq!(report["components"][0]["ref"], "first-party:pkg:cargo/serde@1.0.219");
    assert_eq!(report["components"][1]["ref"], "pkg:cargo/serde@1.0.219");
    assert_eq!(report["dependencies"][0]["from"], "first-party:pkg:cargo/serde@1.0.219");
    assert_eq!(report["dependencies"][0]["to"], "pkg:cargo/serde@1.0.219");
    assert_eq!(report["components"][1]["verdict"]["license"], "allowed");
    assert!(report["components"][0]["verdict"].is_null());
}

#[test]
fn json_has_times_only_if_asked_and_nothing_empty() {
    let mut sample = Sample::new();
    let text = sample.write("json");
    assert!(!text.contains("elapsed_ms") && !text.contains("timings"));
    assert!(!text.contains("null") && !text.contains(":\"\""), "{text}");
    sample.run.timings = Some(vec![("walk".into(), 1200)]);
    let report: Value = serde_json::from_str(&sample.write("json")).unwrap();
    assert_eq!(report["run"]["timings"][0]["micros"], 1200);
    assert_eq!(report["run"]["elapsed_ms"], 38);
}

/// Every key of a report that has everything in it.
fn keys(value: &Value, found: &mut std::collections::BTreeSet<String>, open: bool) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                if !open {
                    found.insert(key.clone());
                }
                // Their keys are data.
                keys(value, found, ["ecosystems", "properties"].contains(&key.as_str()));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, found, false)),
        _ => {}
    }
}

#[test]
fn the_documentation_names_every_key() {
    let documentation = include_str!("../../docs/json.md");
    let mut sample = hostile();
    sample.run.timings = Some(vec![("walk".into(), 1200)]);
    sample.bom.components[1].hashes.extend(Hash::from_hex(HashAlgorithm::Md5, &"a".repeat(32)));
    sample.bom.components[1].occurrences[0].directory = Some(RepoPath::new("x"));
    sample.bom.components[2].origin = Origin::Path { path: "x".into() };
    sample.bom.components[3].origin = Origin::Git { url: "x".into(), commit: None, reference: Some("main".into()) };
    let mut found = Default::default();
    keys(&serde_json::from_str(&sample.write("json")).unwrap(), &mut found, false);
    assert!(found.len() > 80, "{}", found.len());
    let missing: Vec<_> = found.iter().filter(|key| !documentation.contains(&format!("`{key}`"))).collect();
    assert_eq!(missing, Vec::<&String>::new(), "docs/json.md does not name these");
    assert!(documentation.contains(super::json::SCHEMA));
}

// SARIF -------------------------------------------------------------------------------------------------------------------

#[test]
fn sarif_has_what_code_scanning_reads() {
    let mut sample = Sample::new();
    sample.run.prefix = Some(RepoPath::new("my product"));
    let log: Value = serde_json::from_str(&sample.write("sarif")).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), sample.verdict.findings.len());
    for (result, finding) in results.iter().zip(&sample.verdict.findings) {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["properties"].get("security-severity").is_none());
        assert!(!rule["help"]["markdown"].as_str().unwrap().is_empty());
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        assert_eq!(result["partialFingerprints"]["primaryLocationLineHash"], finding.fingerprint.as_str());
        assert_eq!(result.get("suppressions").is_some(), !finding.standing.is_open());
    }
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20product/web/package-lock.json");
    assert_eq!(place["region"], serde_json::json!({"startLine": 1843, "startColumn": 18, "endColumn": 33}));
    let related = results[0]["relatedLocations"].as_array().unwrap();
    assert_eq!(related[0]["message"]["text"], "web 1.0.0 needs report-tools 4.2.1");
    assert_eq!(related[0]["physicalLocation"]["region"]["startLine"], 14);
    assert_eq!(related.len(), 3);
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notifications.len(), 2);
    assert_eq!(notifications[1]["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
}

#[test]
fn sarif_stays_within_the_limits_and_says_so() {
    let mut sample = Sample::with_many(30, 3);
    for index in 0..3_000 {
        sample.verdict.findings[0].locations.push(sample::at("x", index + 1, 1, 1));
        let path = RepoPath::new(&format!("{index}"));
        sample.bom.diagnostics.push(Diagnostic::file(&path, DiagnosticKind::Entry, "odd"));
    }
    let mut bytes = Vec::new();
    sarif::write_capped(&sample.report(), &mut bytes, 10).unwrap();
    let log: Value = serde_json::from_slice(&bytes).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 10);
    assert_eq!(run["results"][0]["level"], "error");
    assert_eq!(run["results"][0]["relatedLocations"].as_array().unwrap().len(), 999);
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notifications.len(), 1_002);
    assert_eq!(
        notifications[0]["message"]["text"],
        "24 of 34 findings are left out: code scanning takes 10 of one run"
    );
    assert_eq!(notifications[1]["message"]["text"], "more diagnostics are left out: entry 2002");
}

#[test]
fn sarif_is_valid_under_the_official_schema() {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/schemas/schemas.tar.xz");
    if !archive.exists() {
        println!("skipped: no ../shared");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let unpacked = Command::new("tar").arg("-xJf").arg(&archive).arg("-C").arg(directory.path()).status().unwrap();
    assert!(unpacked.success());
    let schema = std::fs::read(directory.path().join("sarif/sarif-2.1.0.schema.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let validator = jsonschema::draft4::options().should_validate_formats(true).build(&schema).unwrap();
    let mut empty = Sample::new();
    empty.verdict.findings.clear();
    for sample in [Sample::new(), empty, Sample::with_many(50, 5), hostile()] {
        let log: Value = serde_json::from_str(&sample.write("sarif")).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    // The validator does look.
    let mut wrong: Value = serde_json::from_str(&Sample::new().write("sarif")).unwrap();
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&wrong));
}

// Scale -------------------------------------------------------------------------------------------------------------------

#[test]
#[ignore = "a measurement: cargo test --release --lib report::tests::fifty -- --ignored --nocapture"]
fn fifty_thousand_components() {
    let mut sample = Sample::with_many(50_000, 500);
    for findings in [50_004, 4] {
        sample.verdict.findings.truncate(findings);
        println!("{findings} findings");
        for reporter in TABLE {
            let start = Instant::now();
            let bytes = sample.write(reporter.id).len();
            let elapsed = start.elapsed();
            println!("  {:<9} {bytes:>10} bytes {:>8.1} ms", reporter.id, elapsed.as_secs_f64() * 1000.0);
        }
    }
}
