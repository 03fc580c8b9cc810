//! Documents made elsewhere: SBOMs read as input (`fixtures/documents`), VEX both ways, and the public suite of package URLs.

use std::path::{Path, PathBuf};
use std::process::Command;

use sepal::model::{Purl, RepoPath};
use sepal::sbom::read::{Bill, recognise};
use sepal::text::Source;
use serde_json::Value;

use super::world::World;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents").join(name)
}

fn scan(name: &str) -> Value {
    let world = World::new();
    std::fs::copy(fixture(name), world.path().join(name)).unwrap();
    let ran = world.run(&["scan", name, "-o", "json"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    ran.json()
}

/// `purl party scope direct license` of every component of an inventory.
fn components(inventory: &Value) -> Vec<String> {
    let list = inventory["components"].as_array().unwrap();
    list.iter()
        .map(|component| {
            let text = |key: &str| component[key].as_str().unwrap_or("-").to_owned();
            let declared = &component["licensing"]["declared"][0];
            let license = declared["expression"].as_str().or_else(|| declared["raw"].as_str()).unwrap_or("-");
            format!("{} {} {} {} {license}", text("purl"), text("party"), text("scope"), component["direct"])
        })
        .collect()
}

fn diagnostics(inventory: &Value) -> Vec<String> {
    let list = inventory["diagnostics"].as_array().unwrap();
    list.iter()
        .map(|found| {
            let line = found["location"]["line"].as_u64().or_else(|| found["line"].as_u64()).unwrap_or(0);
            format!("{} {line} {}", found["kind"].as_str().unwrap_or("?"), found["message"].as_str().unwrap_or("?"))
        })
        .collect()
}

fn bill(name: &str) -> Bill {
    let text = std::fs::read_to_string(fixture(name)).unwrap();
    let source = Source::from_text(RepoPath::new(name), text.clone()).unwrap();
    recognise(&text).unwrap_or_else(|| panic!("{name} is no SBOM")).read(&source).unwrap()
}

/// `purl party scope declared concluded` of every item of a document.
fn items(bill: &Bill) -> Vec<String> {
    bill.items
        .iter()
        .map(|item| {
            let said = |said: &Option<sepal::sbom::read::Said>| {
                said.as_ref().map_or("-".to_owned(), |said| said.0.to_string())
            };
            let scope = item.scope.map_or("-", |scope| scope.as_str());
            format!("{} {} {scope} {} {}", item.purl, item.party.as_str(), said(&item.declared), said(&item.concluded))
        })
        .collect()
}

/// `from -> to scope` of every edge.
fn edges(bill: &Bill) -> Vec<String> {
    let name = |at: u32| bill.items[at as usize].purl.name();
    let mut edges: Vec<String> = bill
        .edges
        .iter()
        .map(|edge| {
            format!("{} -> {} {}", name(edge.from), name(edge.to), edge.scope.map_or("-", |scope| scope.as_str()))
        })
        .collect();
    edges.sort();
    edges
}

#[test]
fn cyclonedx_says_all_of_this() {
    let bill = bill("shop.cdx.json");
    assert_eq!(
        items(&bill),
        [
            "pkg:npm/shop@1.0.0 first - - -",
            "pkg:npm/kit@2.1.0 third - MIT -",
            "pkg:npm/%40acme/checker@3.0.0 third development MIT AND Acme Notice -",
            "pkg:generic/vendored-code@7 third - ISC MIT",
            "pkg:pypi/django-package@1.0 third - - -",
            "pkg:npm/inner@0.3.0 third - MIT OR Apache-2.0 -",
        ]
    );
    assert_eq!(
        edges(&bill),
        [
            "django-package -> kit runtime",
            "kit -> django-package runtime",
            "kit -> inner runtime",
            "shop -> checker development",
            "shop -> kit runtime",
            "shop -> vendored-code runtime",
        ]
    );
    assert_eq!(bill.made, "made by maker 9.1, 2026-01-02T03:04:05Z");
    assert_eq!(bill.completeness.as_str(), "complete");
    let notes: Vec<&str> = bill.notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(notes.len(), 3, "a service, vulnerabilities, a file: {notes:?}");
    let kit = &bill.items[1];
    assert_eq!((kit.mark.line, kit.supplier.as_deref(), kit.hashes.len()), (29, Some("Acme"), 1));
}

#[test]
fn the_xml_form_says_the_same() {
    let (xml, json) = (bill("shop.cdx.xml"), bill("shop.cdx.json"));
    for item in items(&xml) {
        assert!(items(&json).contains(&item), "{item}");
    }
    assert_eq!(edges(&xml), ["kit -> inner runtime", "shop -> checker development", "shop -> kit runtime"]);
    assert_eq!(xml.completeness.as_str(), "incomplete");
    assert_eq!(xml.items[1].hashes, json.items[1].hashes);
    assert_eq!((xml.dialect.as_str(), xml.made.as_str()), ("CycloneDX 1.5 (XML)", json.made.as_str()));
}

#[test]
fn spdx_tells_nothing_from_not_looked() {
    for name in ["shop.spdx.json", "shop.spdx"] {
        let bill = bill(name);
        assert_eq!(
            items(&bill),
            [
                "pkg:npm/shop@1.0.0 first - Apache-2.0 -",
                "pkg:npm/kit@2.1.0 third - MIT MIT",
                "pkg:npm/%40acme/checker@3.0.0 third - NONE -",
                "pkg:generic/vendored-code@7 third - ISC MIT",
                "pkg:generic/bare@1 third - - NONE",
            ],
            "{name}"
        );
        assert_eq!(
            edges(&bill),
            [
                "kit -> bare optional",
                "shop -> checker development",
                "shop -> kit runtime",
                "shop -> vendored-code runtime",
            ],
            "{name}"
        );
        assert_eq!(bill.completeness.as_str(), "complete", "{name}: every leaf says that it needs nothing");
        assert_eq!(bill.items[1].supplier.as_deref(), Some("Acme"), "{name}: no address of a person");
        assert_eq!(bill.items[1].hashes.len(), 1);
    }
}

#[test]
fn spdx_three_says_the_same_in_other_words() {
    let bill = bill("shop.spdx3.json");
    assert_eq!(
        items(&bill),
        [
            "pkg:npm/shop@1.0.0 first - - -",
            "pkg:npm/kit@2.1.0 third - MIT -",
            "pkg:npm/%40acme/checker@3.0.0 third - NONE -",
            "pkg:generic/vendored-code@7 third - - -",
        ]
    );
    assert_eq!(edges(&bill), ["shop -> checker development", "shop -> kit runtime", "shop -> vendored-code runtime"]);
    assert_eq!((bill.dialect.as_str(), bill.completeness.as_str()), ("SPDX 3.0.1 (JSON-LD)", "complete"));
    assert_eq!(bill.items[1].supplier.as_deref(), Some("Acme"));
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_costs_completeness() {
    let broken = bill("dangling.cdx.json");
    assert_eq!(broken.completeness.as_str(), "incomplete", "it calls itself complete");
    let notes: Vec<String> = broken.notes.iter().map(|note| format!("{} {}", note.mark.line, note.message)).collect();
    for wanted in [
        "names two things",
        "`not a purl` is no package URL",
        "neither name nor package URL",
        "no SHA-1 digest",
        "`sometimes` is no scope",
        "a dependency without `ref`",
        "`dependsOn` is no list",
        "`nowhere` is no `bom-ref`",
        "`elsewhere` is no `bom-ref`",
    ] {
        assert!(notes.iter().any(|note| note.contains(wanted)), "{wanted}: {notes:#?}");
    }
    assert!(broken.notes.iter().all(|note| note.mark.line > 1));
    let names: Vec<&str> = broken.items.iter().map(|item| item.purl.name()).collect();
    assert_eq!(names, ["a", "b", "c", "d"], "what has a name is kept");

    let broken = bill("dangling.spdx.json");
    for wanted in [
        "names two things",
        "neither name nor package URL",
        "a package is no object",
        "no identifier",
        "`SPDXRef-gone` is no element",
        "lacks an end",
    ] {
        assert!(broken.notes.iter().any(|note| note.message.contains(wanted)), "{wanted}: {:#?}", broken.notes);
    }
    let broken = bill("odd.spdx");
    for wanted in ["no `Tag: value`", "a checksum is not", "a relationship is not", "never closed"] {
        assert!(broken.notes.iter().any(|note| note.message.contains(wanted)), "{wanted}: {:#?}", broken.notes);
    }
}

#[test]
fn a_document_is_checked_like_a_project_and_only_where_it_is_named() {
    let inventory = scan("shop.cdx.json");
    assert_eq!(inventory["projects"][0]["ecosystem"], "sbom");
    let listed = components(&inventory);
    assert!(listed.iter().any(|line| line.starts_with("pkg:generic/vendored-code@7 third")), "{listed:#?}");
    assert!(diagnostics(&inventory).iter().any(|line| line.contains("service")), "{:?}", diagnostics(&inventory));

    let world = World::new();
    let text = std::fs::read_to_string(fixture("shop.cdx.json")).unwrap();
    world.write("anything.txt", &text);
    let ran = world.run(&["check", "anything.txt", "--format", "json"]);
    assert!(ran.code() < 2, "recognised by what it says: {}", ran.stderr());
    assert!(ran.third_parties().contains(&"pkg:npm/kit@2.1.0".to_owned()));
    assert_eq!(ran.json()["run"]["subject"], "shop");
    let ran = world.run(&["why", "kit", "anything.txt"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    assert!(ran.stdout().contains("shop"), "{}", ran.stdout());
    let ran = world.run(&["scan", ".", "-o", "purls"]);
    assert_eq!(ran.code(), 2, "a walk takes no SBOM for a project: {}", ran.stdout());
    // Beside a project, it is one project more.
    let world = World::npm();
    world.write("other/bom.json", &text);
    let ran = world.run(&["scan", ".", "other/bom.json", "-o", "purls"]);
    assert!(!ran.stdout().contains("pkg:npm/kit@2.1.0"), "what lies in a root that is walked is part of it");
    let elsewhere = World::new();
    let file = elsewhere.write("bom.json", &text);
    let ran = world.run(&["scan", ".", file.to_str().unwrap(), "-o", "purls"]);
    assert!(ran.stdout().contains("pkg:npm/kit@2.1.0") && ran.stdout().lines().count() > 5, "{}", ran.stdout());
}

#[test]
fn our_own_documents_come_back_as_they_were() {
    let world = World::npm();
    let before = world.run(&["scan", "-o", "json"]).json();
    for (format, file) in
        [("cyclonedx-json", "a.json"), ("cyclonedx-json@1.4", "b.json"), ("spdx-json", "c.json"), ("spdx-tv", "d.spdx")]
    {
        let ran = world.run(&["scan", "-o", &format!("{format}={file}")]);
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        let after = world.run(&["scan", file, "-o", "json"]).json();
        assert_eq!(components(&before), components(&after), "{format}");
    }
}

#[test]
fn no_document_takes_the_program_down() {
    let world = World::new();
    let deep = format!("{{\"bomFormat\":\"CycloneDX\",\"components\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let circle: String = (0..2_000)
        .map(|at| format!(r#"{{"ref":"r{at}","dependsOn":["r{}","r{at}"]}}"#, (at + 1) % 2_000))
        .collect::<Vec<_>>()
        .join(",");
    let parts: String = (0..2_000)
        .map(|at| format!(r#"{{"type":"library","bom-ref":"r{at}","name":"n{at}"}}"#))
        .collect::<Vec<_>>()
        .join(",");
    let circle =
        format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{parts}],"dependencies":[{circle}]}}"#);
    for (name, text) in [
        ("deep.json", deep),
        ("circle.json", circle),
        ("cut.json", r#"{"bomFormat":"CycloneDX","components":["#.to_owned()),
        ("list.json", r#"{"bomFormat":"CycloneDX","components":{"a":1},"dependencies":7,"metadata":[]}"#.to_owned()),
        ("odd.json", r#"{"spdxVersion":7,"packages":[[],{}],"relationships":"x"}"#.to_owned()),
        (
            "three.json",
            r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[1,{"type":"Relationship"}]}"#
                .to_owned(),
        ),
        (
            "entity.xml",
            "<!DOCTYPE bom [<!ENTITY a \"b\">]><bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"/>".to_owned(),
        ),
        ("bare.spdx", "SPDXVersion:".to_owned()),
    ] {
        world.write(name, &text);
        let ran = world.run(&["check", name, "--format", "json"]);
        assert!(ran.code() <= 3, "{name}: {}", ran.stderr());
        assert!(!ran.stderr().contains("panicked"), "{name}: {}", ran.stderr());
    }
}

/// A folder of the public suites, unpacked beside the build; `None` (said aloud) where it is not at hand.
fn suite(name: &str) -> Option<PathBuf> {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../shared/conformance/{name}.tar.xz"));
    if !archive.exists() {
        eprintln!("skipped: no ../shared");
        return None;
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&directory).unwrap();
    let status = Command::new("tar").arg("-xJf").arg(&archive).arg("-C").arg(&directory).status().unwrap();
    assert!(status.success(), "the suite could not be unpacked");
    Some(directory.join(name))
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() { files(&entry, found) } else { found.push(entry) }
    }
}

fn built(input: &Value) -> Option<String> {
    let text = |key: &str| input[key].as_str().unwrap_or_default();
    let kind = text("type").to_ascii_lowercase();
    let valid = kind.starts_with(|c: char| c.is_ascii_alphabetic());
    if !valid || text("name").is_empty() || !kind.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
    {
        return None;
    }
    let mut purl = Purl::new(&kind, text("name").trim_matches('/'))
        .with_namespace(text("namespace"))
        .with_version(text("version"))
        .with_subpath(text("subpath"));
    for (key, value) in input["qualifiers"].as_object().into_iter().flatten() {
        let key = key.to_ascii_lowercase();
        let fine = key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
        if !fine || key.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        purl = purl.with_qualifier(&key, value.as_str().unwrap_or_default());
    }
    Some(purl.canonical().ok()?.to_string())
}

fn parts(purl: &Purl) -> Value {
    let qualifiers: serde_json::Map<String, Value> =
        purl.qualifiers().iter().map(|(key, value)| (key.to_string(), value.as_str().into())).collect();
    serde_json::json!({
        "type": purl.kind(), "namespace": purl.namespace(), "name": purl.name(), "version": purl.version(),
        "qualifiers": if qualifiers.is_empty() { Value::Null } else { qualifiers.into() }, "subpath": purl.subpath(),
    })
}

/// What we say to a test of the suite; nothing if that is what the suite says.
fn differs(test: &Value) -> Option<String> {
    let (input, expected) = (&test["input"], &test["expected_output"]);
    let fails = test["expected_failure"].as_bool().unwrap_or(false);
    let text = input.as_str().unwrap_or_default();
    let said = match test["test_type"].as_str().unwrap() {
        "parse" => Purl::strict(text).ok().map(|purl| parts(&purl)),
        "validate" => Purl::read(text).ok().map(|purl| purl.to_string().into()),
        "build" => built(input).map(Value::from),
        other => panic!("a new kind of test: {other}"),
    };
    match said {
        None if fails => None,
        Some(said) if !fails && said == *expected => None,
        said => Some(format!("{} {input} gives {said:?}, not {expected}", test["test_type"])),
    }
}

#[test]
fn every_required_case_of_the_public_suite_of_package_urls_is_passed() {
    let Some(directory) = suite("purl") else { return };
    let mut found = Vec::new();
    files(&directory.join("tests"), &mut found);
    let (mut required, mut recommended, mut different, mut open) = (0, 0, Vec::new(), Vec::new());
    for file in found {
        let document: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        for test in document["tests"].as_array().unwrap() {
            let is_required = test["test_group"] == "required";
            match differs(test) {
                None if is_required => required += 1,
                None => recommended += 1,
                Some(said) if is_required => {
                    different.push(format!("{}: {said}", file.file_stem().unwrap().to_string_lossy()))
                }
                Some(said) => open.push(format!("{}: {said}", file.file_stem().unwrap().to_string_lossy())),
            }
        }
    }
    println!("required {required}, recommended {recommended}, open:\n{}", open.join("\n"));
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
    assert!(required >= 521 && recommended >= 64, "{required} {recommended}:\n{}", open.join("\n"));
}

#[test]
fn the_specifications_own_documents_are_read_whole() {
    let Some(directory) = suite("cyclonedx") else { return };
    let mut found = Vec::new();
    files(&directory, &mut found);
    let (mut read, mut noted) = (0, Vec::new());
    for file in found {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let Some(dialect) = recognise(&text) else {
            let foreign = name.starts_with("invalid") || name.ends_with(".textproto");
            assert!(foreign, "{name} is not recognised");
            continue;
        };
        let source = Source::from_text(RepoPath::new(&name), text).unwrap();
        let bill = dialect.read(&source);
        if name.starts_with("valid") {
            read += 1;
            let bill = bill.unwrap_or_else(|error| panic!("{name}: {error}"));
            let wrong = bill.notes.iter().filter(|note| note.kind.loses_facts());
            noted.extend(wrong.map(|note| format!("{name}:{}: {}", note.mark.line, note.message)));
        }
    }
    assert!(read > 300, "only {read}");
    assert!(noted.is_empty(), "{} of valid documents:\n{}", noted.len(), noted.join("\n"));
}

#[test]
fn published_spdx_documents_are_read_whole() {
    let Some(directory) = suite("spdx") else { return };
    let mut found = Vec::new();
    files(&directory, &mut found);
    let mut read = 0;
    for file in found {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let Some(dialect) = recognise(&text) else { continue };
        let source = Source::from_text(RepoPath::new(&name), text).unwrap();
        let bill = dialect.read(&source).unwrap_or_else(|error| panic!("{name}: {error}"));
        for note in bill.notes.iter().filter(|note| note.kind.loses_facts()) {
            println!("{}:{}: {}", file.display(), note.mark.line, note.message);
        }
        read += 1;
    }
    assert!(read > 60, "only {read}");
}
