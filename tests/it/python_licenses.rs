//! What Python packages declare: expression, license files, classifiers, in the order of PEP 639.

use serde_json::Value;

use super::world::World;

const SITE: &str = ".venv/lib/python3.12/site-packages/kit-1.0.dist-info";
const MIT: &str = "Classifier: License :: OSI Approved :: MIT License";
const APACHE: &str = "License: Apache-2.0";

/// A project with one package in its environment: these lines in its metadata, these files beside it.
fn world(headers: &[&str], files: &[(&str, &str)]) -> World {
    let world = World::new();
    world.write("requirements.txt", "kit==1.0\n");
    world.write(".venv/pyvenv.cfg", "version = 3.12.1\n");
    let metadata = format!("Metadata-Version: 2.4\nName: kit\nVersion: 1.0\n{}\n\nText.\n", headers.join("\n"));
    world.write(&format!("{SITE}/METADATA"), &metadata);
    for (path, license) in files {
        let text = if license.contains(' ') && !license.contains(" AND ") && !license.contains(" OR ") {
            (*license).to_owned()
        } else {
            format!("SPDX-License-Identifier: {license}\n")
        };
        world.write(&format!("{SITE}/{path}"), &text);
    }
    world
}

fn kit(world: &World, command: &[&str]) -> Value {
    let ran = world.run(command);
    let report: Value = serde_json::from_str(&ran.stdout()).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr()));
    let components = report["components"].as_array().unwrap();
    components.iter().find(|one| one["name"] == "kit" && one["party"] == "third").unwrap().clone()
}

/// The expression that counts, how it was read, and all claims in their order.
fn declared(headers: &[&str], files: &[(&str, &str)]) -> (String, String, Vec<String>) {
    let kit = kit(&world(headers, files), &["scan", "-o", "json"]);
    let claims = kit["licensing"]["declared"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (
        text(&kit["licensing"]["expression"]),
        text(&claims[0]["reading"]),
        claims.iter().map(|claim| text(&claim["raw"])).collect(),
    )
}

fn counts(headers: &[&str], files: &[(&str, &str)]) -> String {
    let (expression, reading, _) = declared(headers, files);
    format!("{expression} ({reading})")
}

#[test]
fn an_expression_comes_before_texts_and_texts_before_words() {
    let file = "License-File: LICENSE";
    let text = [("licenses/LICENSE", "ISC")];
    let (expression, reading, raw) = declared(&["License-Expression: MIT", MIT, file, APACHE], &text);
    assert_eq!((expression.as_str(), reading.as_str()), ("MIT", "strict"));
    assert_eq!(raw, ["MIT", file, APACHE, &MIT["Classifier: ".len()..]]);
    // Vague words, and none at all.
    let bsd = "Classifier: License :: OSI Approved :: BSD License";
    assert_eq!(counts(&[bsd, file], &[("licenses/LICENSE", "BSD-2-Clause")]), "BSD-2-Clause (alias)");
    assert_eq!(counts(&[file], &text), "ISC (alias)");
    // Where tools put the files before metadata 2.4.
    let (expression, _, raw) = declared(&[MIT, file], &[("LICENSE", "MIT")]);
    assert_eq!(expression, "MIT");
    assert_eq!(raw, ["License-File: LICENSE", &MIT["Classifier: ".len()..]]);
}

#[test]
fn words_tell_how_the_licenses_of_the_texts_hold() {
    let files = ["License-File: LICENSE.MIT", "License-File: LICENSE.APACHE", "License-File: AUTHORS"];
    let texts =
        [("licenses/LICENSE.MIT", "MIT"), ("licenses/LICENSE.APACHE", "Apache-2.0"), ("licenses/AUTHORS", "Ann A.")];
    let with = |word: &'static str| [&[word][..], &files].concat();
    let (expression, reading, raw) = declared(&with("License: MIT OR Apache-2.0"), &texts);
    assert_eq!((expression.as_str(), reading.as_str()), ("MIT OR Apache-2.0", "alias"));
    let joined = "License-File: LICENSE.MIT; License-File: LICENSE.APACHE";
    assert_eq!(raw, [&[joined][..], &files, &["MIT OR Apache-2.0"]].concat());
    // Nothing says that one may choose.
    assert_eq!(counts(&files, &texts), "MIT AND Apache-2.0 (alias)");
    let both = [MIT, "Classifier: License :: OSI Approved :: Apache Software License"];
    assert_eq!(counts(&[&both[..], &files].concat(), &texts), "MIT AND Apache-2.0 (alias)");
    // One license of two in words, as uvloop has it.
    assert_eq!(counts(&with(MIT), &texts), "MIT AND Apache-2.0 (alias)");
    let gpl = ["License: GPL-3.0-or-later", "License-File: COPYING"];
    assert_eq!(counts(&gpl, &[("licenses/COPYING", "GPL-3.0-only")]), "GPL-3.0-or-later (alias)");
}

#[test]
fn texts_of_bundled_parts_bind_too() {
    let headers =
        [MIT, "License-File: LICENSE", "License-File: LICENSE.bundled", "License-File: vendor/llhttp/LICENSE"];
    let texts = [
        ("licenses/LICENSE", "MIT"),
        ("licenses/LICENSE.bundled", "BSD-3-Clause AND MIT"),
        ("licenses/vendor/llhttp/LICENSE", "ISC OR Zlib"),
    ];
    assert_eq!(counts(&headers, &texts), "MIT AND BSD-3-Clause AND (ISC OR Zlib) (alias)");
    // One of them is missing, or is of no license that is known: the words count as if there were no texts.
    assert_eq!(counts(&headers, &texts[..2]), "MIT (alias)");
    let unknown = "Do what the bundled parts ask for, whatever that is.";
    let other = [texts[0], ("licenses/LICENSE.bundled", unknown), texts[2]];
    assert_eq!(counts(&headers, &other), "MIT (alias)");
}

#[test]
fn a_disagreement_is_reviewed_and_never_picked_from() {
    let headers = [APACHE, "License-File: LICENSE"];
    let texts = [("licenses/LICENSE", "MIT")];
    assert_eq!(counts(&headers, &texts), "Apache-2.0 AND MIT (guess)");
    let world = world(&headers, &texts);
    world.write("sepal.toml", "[licenses]\nallow = [\"MIT\", \"Apache-2.0\"]\n");
    let ran = world.run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout()).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let rules: Vec<&str> = findings.iter().filter_map(|finding| finding["rule"].as_str()).collect();
    for rule in ["legal/component-license-unmapped", "legal/license-disagreement"] {
        assert!(rules.contains(&rule), "{rule} is not in {rules:?}");
    }
    // Words that nobody can read may say anything; those that point at the file say nothing.
    assert_eq!(counts(&["License: Free for non-commercial use", headers[1]], &texts), "MIT (guess)");
    assert_eq!(counts(&["License: see LICENSE", headers[1]], &texts), "MIT (alias)");
    // Vague words of another kind disagree as well.
    let bsd = ["Classifier: License :: OSI Approved :: BSD License", headers[1]];
    assert!(counts(&bsd, &texts).ends_with("(guess)"), "{}", counts(&bsd, &texts));
}

#[test]
fn a_conclusion_bound_to_the_words_holds_on() {
    let world = world(&[APACHE, "License-File: LICENSE"], &[("licenses/LICENSE", "MIT")]);
    let curation = "[[curation]]\ncomponent = \"pkg:pypi/kit\"\ndeclared = \"Apache-2.0\"\nconcluded = \"MIT\"\n\
                    because = \"the text\"\nby = \"legal@example.org\"\n";
    world.write("sepal.toml", &format!("[licenses]\nallow = [\"MIT\"]\n\n{curation}"));
    let ran = world.run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout()).unwrap();
    let kit = report["components"].as_array().unwrap().iter().find(|one| one["name"] == "kit").unwrap().clone();
    assert_eq!(kit["verdict"]["license"], "allowed", "{kit}");
}

#[test]
fn no_path_in_metadata_leads_out_of_the_package() {
    let world = world(&[MIT, "License-File: ../../secret/LICENSE", "License-File: /LICENSE"], &[]);
    world.write(".venv/lib/python3.12/site-packages/secret/LICENSE", "SPDX-License-Identifier: ISC\n");
    let kit = kit(&world, &["scan", "-o", "json"]);
    assert_eq!(kit["licensing"]["expression"], "MIT");
    assert_eq!(kit["licensing"]["declared"][0]["raw"], MIT["Classifier: ".len()..]);
}

#[test]
fn packages_beside_the_sources_are_read_alike() {
    let world = World::new();
    world.write(
        "vendored/kit-1.0.dist-info/METADATA",
        &format!("Name: kit\nVersion: 1.0\n{MIT}\nLicense-File: LICENSE\n\n"),
    );
    world.write("vendored/kit-1.0.dist-info/licenses/LICENSE", "SPDX-License-Identifier: MIT AND ISC\n");
    let kit = kit(&world, &["scan", "-o", "json"]);
    assert_eq!(kit["licensing"]["expression"], "MIT AND ISC", "{kit}");
    let raw = |at: usize| kit["licensing"]["declared"][at]["raw"].as_str().unwrap().to_owned();
    assert_eq!([raw(0), raw(1)], ["License-File: LICENSE", &MIT["Classifier: ".len()..]]);
}
