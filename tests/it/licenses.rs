//! `sepal licenses`: what a project says of itself, and where that does not fit together.

use std::fs;

use serde_json::Value;

use super::world::World;

fn hygiene(world: &World) -> Value {
    let ran = world.run(&["licenses", "--format", "json"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    serde_json::from_str(&ran.stdout()).unwrap()
}

fn kinds(hygiene: &Value) -> Vec<String> {
    let problems = hygiene["problems"].as_array().unwrap().iter();
    problems.map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
}

fn world() -> World {
    let world = World::new();
    world
        .write("Cargo.toml", "[package]\nname = \"kit\"\nversion = \"1.0.0\"\nedition = \"2021\"\nlicense = \"MIT\"\n");
    world.write("LICENSE", "SPDX-License-Identifier: MIT\n");
    world.write("src/main.rs", "// SPDX-FileCopyrightText: 2024 Ann\n// SPDX-License-Identifier: MIT\nfn main() {}\n");
    world
}

#[test]
fn what_agrees_is_said_to_agree() {
    let world = world();
    let hygiene = hygiene(&world);
    assert_eq!(kinds(&hygiene), [] as [&str; 0]);
    assert_eq!(hygiene["manifests"][0]["expression"], "MIT");
    assert_eq!(hygiene["headers"][0]["files"], serde_json::json!(["src/main.rs"]));
    assert_eq!((&hygiene["reuse"]["covered"], &hygiene["reuse"]["complete"]), (&Value::from(2), &Value::from(1)));
    let ran = world.run(&["licenses", "--check"]);
    assert_eq!(ran.code(), 0);
    assert!(ran.stdout().contains("manifests, license files and headers agree"), "{}", ran.stdout());
    assert_eq!(world.run(&["licenses", "--reuse"]).code(), 1);
}

#[test]
fn manifest_file_and_header_are_compared() {
    let world = world();
    world.write("LICENSE", "SPDX-License-Identifier: Apache-2.0\n");
    world.write("src/other.rs", "// SPDX-License-Identifier: GPL-2.0-only\n");
    let ran = world.run(&["licenses", "--check"]);
    assert_eq!(ran.code(), 1);
    for part in ["mismatch: Cargo.toml:5: kit is declared to be under MIT", "header: src/other.rs", "GPL-2.0-only"] {
        assert!(ran.stdout().contains(part), "{part}: {}", ran.stdout());
    }
    fs::remove_file(world.path().join("LICENSE")).unwrap();
    assert!(kinds(&hygiene(&world)).contains(&"missing".to_owned()));
}

#[test]
fn reuse_is_followed_in_all_its_ways() {
    let world = world();
    fs::write(world.path().join("logo.png"), b"\x89PNG\0\0").unwrap();
    fs::write(world.path().join("empty"), b"").unwrap();
    world.write("settings.yaml", "# SPDX-FileCopyrightText: 2024 Ann\n# SPDX-License-Identifier: MIT\na: 1\n");
    world.write("data.csv", "1,2\n");
    world.write("data.csv.license", "SPDX-FileCopyrightText: 2023 Bea\n\nSPDX-License-Identifier: CC0-1.0\n");
    world.write(
        "REUSE.toml",
        "version = 1\n[[annotations]]\npath = [\"*.png\", \"Cargo.toml\"]\nSPDX-FileCopyrightText = \"2022 Cem\"\n\
         SPDX-License-Identifier = \"MIT\"\n",
    );
    world.write("LICENSES/MIT.txt", "SPDX-License-Identifier: MIT\n");
    let hygiene = hygiene(&world);
    let reuse = &hygiene["reuse"];
    assert_eq!((&reuse["covered"], &reuse["complete"]), (&Value::from(5), &Value::from(5)), "{reuse}");
    assert_eq!(reuse["missing_texts"], serde_json::json!(["CC0-1.0"]));
    assert!(kinds(&hygiene).contains(&"text".to_owned()));
    world.write("LICENSES/CC0-1.0.txt", "SPDX-License-Identifier: CC0-1.0\n");
    assert_eq!(world.run(&["licenses", "--reuse"]).code(), 0);
}

#[test]
fn other_peoples_files_are_not_ones_own() {
    let world = world();
    world.write("node_modules/a/index.js", "// SPDX-License-Identifier: GPL-3.0-only\n");
    world.write(".gitignore", "out/\n");
    world.write("out/x.c", "// SPDX-License-Identifier: GPL-3.0-only\n");
    assert_eq!(kinds(&hygiene(&world)), [] as [&str; 0]);
}

#[test]
fn a_check_compares_manifest_and_file_where_the_policy_asks() {
    let world = world();
    let rules = |world: &World| -> Vec<String> {
        let ran = world.run(&["check", "--no-caches", "--format", "json"]);
        let report: Value = serde_json::from_str(&ran.stdout()).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let text = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
        findings.map(text).filter(|rule| rule.starts_with("legal/project-")).collect()
    };
    world.write("LICENSE", "SPDX-License-Identifier: Apache-2.0\n");
    assert!(rules(&world).is_empty());
    world.write(
        "sepal.toml",
        "[rules]\n\"legal/project-license-missing\" = \"error\"\n\"legal/project-license-mismatch\" = \"warning\"\n",
    );
    assert_eq!(rules(&world), ["legal/project-license-mismatch"]);
    fs::remove_file(world.path().join("LICENSE")).unwrap();
    assert_eq!(rules(&world), ["legal/project-license-missing"]);
}

#[test]
fn a_source_audit_lists_files_with_what_they_say() {
    let world = world();
    world.write(
        "src/part.c",
        "/* Copyright (c) 2001 Bea Author\n * SPDX-License-Identifier: Zlib AND LicenseRef-own */\n",
    );
    world.write("src/plain.c", "int x;\n");
    world.write("node_modules/a/index.js", "// SPDX-License-Identifier: GPL-3.0-only\n");
    let outputs =
        ["source-files=files.jsonl", "spdx-json=bom.spdx.json", "cyclonedx-json=bom.json", "spdx-tv=bom.spdx"];
    let mut arguments = vec!["scan", "--source-licenses", "--no-caches"];
    for output in outputs {
        arguments.extend(["-o", output]);
    }
    let ran = world.run(&arguments);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    let read = |name: &str| fs::read_to_string(world.path().join(name)).unwrap();
    let lines: Vec<Value> = read("files.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let paths: Vec<&str> = lines.iter().map(|line| line["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["Cargo.toml", "LICENSE", "src/main.rs", "src/part.c"]);
    let part = &lines[3];
    assert_eq!((&part["expression"], &part["line"]), (&Value::from("Zlib AND LicenseRef-own"), &Value::from(2)));
    assert_eq!(part["copyrights"], serde_json::json!(["Copyright (c) 2001 Bea Author"]));
    let sum = part["sha1"].as_str().unwrap();

    let spdx: Value = serde_json::from_str(&read("bom.spdx.json")).unwrap();
    let file = spdx["files"].as_array().unwrap().iter().find(|file| file["fileName"] == "./src/part.c").unwrap();
    assert_eq!(file["licenseInfoInFiles"], serde_json::json!(["LicenseRef-own", "Zlib"]));
    assert_eq!(file["checksums"][0]["checksumValue"], sum);
    let contains =
        |edge: &&Value| edge["relatedSpdxElement"] == file["SPDXID"] && edge["relationshipType"] == "DESCRIBES";
    assert_eq!(spdx["relationships"].as_array().unwrap().iter().filter(contains).count(), 1);
    assert_eq!(spdx["hasExtractedLicensingInfos"][0]["licenseId"], "LicenseRef-own");
    assert!(read("bom.spdx").contains("FileName: ./src/part.c\n"));

    let cyclonedx: Value = serde_json::from_str(&read("bom.json")).unwrap();
    let file = cyclonedx["components"].as_array().unwrap().iter().find(|one| one["name"] == "src/part.c").unwrap();
    assert_eq!((&file["type"], &file["hashes"][0]["content"]), (&Value::from("file"), &Value::from(sum)));
    assert_eq!(file["evidence"]["licenses"][0]["expression"], "Zlib AND LicenseRef-own");
    assert_eq!(file["evidence"]["copyright"][0]["text"], "Copyright (c) 2001 Bea Author");
    assert_eq!(world.run(&["scan", "-o", "source-files"]).code(), 2);
}
