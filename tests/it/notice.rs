//! `sepal notice`: every text that the copies of packages carry, and a word on every one that they do not.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::world::World;

const MIT: &str = "Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the \"Software\"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
";

fn installed(world: &World, name: &str, license: &str) {
    let text = format!("{{\"name\":\"{name}\",\"version\":\"1.0.0\",\"license\":\"{license}\"}}");
    world.write(&format!("node_modules/{name}/package.json"), &text);
}

/// `kit` carries its license, a vendored part's and a notice; `core` has a README only; `odd` is not installed; `checker` is for
/// development.
fn world() -> World {
    let world = World::new();
    world.write(
        "package.json",
        r#"{"name":"shop","version":"1.0.0","dependencies":{"kit":"1.0.0","core":"1.0.0","odd":"1.0.0"},"devDependencies":{"checker":"1.0.0"}}"#,
    );
    let entry = |name: &str, license: &str, dev: bool| {
        let dev = if dev { ",\"dev\":true" } else { "" };
        format!(
            "\"node_modules/{name}\":{{\"version\":\"1.0.0\",\"resolved\":\"https://registry.example/{name}/-/{name}-1.0.0.tgz\",\"license\":\"{license}\"{dev}}}"
        )
    };
    let lock = format!(
        "{{\"name\":\"shop\",\"version\":\"1.0.0\",\"lockfileVersion\":3,\"packages\":{{\"\":{{\"name\":\"shop\",\"version\":\"1.0.0\",\
         \"dependencies\":{{\"kit\":\"1.0.0\",\"core\":\"1.0.0\",\"odd\":\"1.0.0\"}},\"devDependencies\":{{\"checker\":\"1.0.0\"}}}},\
         {},{},{},{}}}}}",
        entry("checker", "GPL-3.0-only", true),
        entry("core", "MIT", false),
        entry("kit", "MIT", false),
        entry("odd", "Apache-2.0", false)
    );
    world.write("package-lock.json", &lock);
    installed(&world, "kit", "MIT");
    installed(&world, "core", "MIT");
    installed(&world, "checker", "GPL-3.0-only");
    world.write("node_modules/kit/LICENSE", &format!("Copyright (c) 2021 Ann Author\r\n\r\n{MIT}"));
    world.write("node_modules/kit/NOTICE", "Kit holds parts of Old Kit.\n");
    world.write("node_modules/kit/src/part/LICENSE", &format!("Copyright (c) 2011 Bea Author\n\n{MIT}"));
    world.write("node_modules/kit/test/LICENSE", "Copyright (c) 1999 Nobody\n");
    world.write(
        "node_modules/core/README.md",
        &format!("# core\n\nDoes things.\n\n## License\n\nCopyright (c) 2019 Cem Author\n\n{MIT}\n## Thanks\n\nAll.\n"),
    );
    world
}

fn document(world: &World, arguments: &[&str]) -> Value {
    let mut all = vec!["notice", "--no-caches", "--format", "json"];
    all.extend(arguments);
    let ran = world.run(&all);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    serde_json::from_str(&ran.stdout()).unwrap()
}

#[test]
fn texts_statements_and_gaps_are_those_of_the_copies() {
    let document = document(&world(), &[]);
    let names: Vec<&str> =
        document["components"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["core", "kit", "odd"]);
    let kit = &document["components"][1];
    assert_eq!(
        kit["copyrights"],
        serde_json::json!(["Copyright (c) 2021 Ann Author", "Copyright (c) 2011 Bea Author"])
    );
    let files: Vec<String> = document["texts"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|text| text["used_by"].as_array().unwrap())
        .map(|one| format!("{} {}", one["name"].as_str().unwrap(), one["file"].as_str().unwrap_or("standard")))
        .collect();
    assert_eq!(files, ["odd standard", "core README.md", "kit LICENSE", "kit src/part/LICENSE"]);
    let core = document["texts"][1]["text"].as_str().unwrap();
    assert!(core.starts_with("Copyright (c) 2019 Cem Author") && core.ends_with("SOFTWARE."), "{core}");
    assert_eq!(document["notices"][0]["text"], "Kit holds parts of Old Kit.");
    let gaps: Vec<String> = document["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| format!("{} {}", gap["kind"].as_str().unwrap(), gap["name"].as_str().unwrap()))
        .collect();
    assert_eq!(gaps, ["no-copy odd"]);
    assert_eq!(document["left_out"][0]["count"], 1);
    let all = self::document(&world(), &["--include", "dev"]);
    assert_eq!(all["components"].as_array().unwrap().len(), 4);
    assert_eq!(all["offers"][0]["name"], "checker");
}

#[test]
fn terms_and_holders_that_a_list_of_authors_alone_states_are_read_there() {
    let world = world();
    world.write("node_modules/core/README.md", "# core\n\nDoes things.\n");
    let authors = format!("LICENSE:\n\n{MIT}\nCOPYRIGHT:\n\nCopyright (c) 2018 Dag Author\n");
    world.write("node_modules/core/AUTHORS", &authors);
    // Where a license file says all of it, the list of authors is none of its texts.
    world.write("node_modules/kit/AUTHORS", "Copyright (c) 1990 Everybody\n");
    let document = document(&world, &[]);
    let of = |name: &str| {
        let components = document["components"].as_array().unwrap();
        components.iter().find(|one| one["name"] == name).unwrap()["copyrights"].clone()
    };
    assert_eq!(of("core"), serde_json::json!(["Copyright (c) 2018 Dag Author"]));
    assert_eq!(of("kit"), serde_json::json!(["Copyright (c) 2021 Ann Author", "Copyright (c) 2011 Bea Author"]));
    let gaps = document["gaps"].as_array().unwrap();
    assert!(gaps.iter().all(|gap| gap["name"] != "core"), "{gaps:#?}");
    let texts = document["texts"].as_array().unwrap();
    assert!(texts.iter().any(|text| text["used_by"][0]["file"] == "AUTHORS"), "{texts:#?}");
}

#[test]
fn the_heads_of_program_texts_are_asked_where_nothing_else_names_terms_or_holders() {
    let world = world();
    world.write("node_modules/core/README.md", "# core\n");
    let head: String = MIT.lines().map(|line| format!("// {line}\n")).collect();
    world.write("node_modules/core/index.js", &format!("// Copyright (c) 2017 Eli Author\n//\n{head}\nexport {{}};\n"));
    world.write("node_modules/core/lib/a.js", "console.log('Copyright (c) 1970 Nobody');\n");
    world.write("node_modules/core/test/a.js", "// Copyright (c) 1971 Nobody\n");
    world.write("node_modules/kit/index.js", "// Copyright (c) 1990 Everybody\n");
    let document = document(&world, &[]);
    let core = document["components"].as_array().unwrap().iter().find(|one| one["name"] == "core").unwrap();
    assert_eq!(core["copyrights"], serde_json::json!(["Copyright (c) 2017 Eli Author"]));
    let texts = document["texts"].as_array().unwrap();
    let text = texts.iter().find(|text| text["used_by"][0]["name"] == "core").unwrap();
    assert_eq!(text["used_by"][0]["file"], "index.js");
    assert!(text["text"].as_str().unwrap().contains("// IMPLIED, INCLUDING BUT NOT LIMITED TO"), "{text}");
    let gaps = document["gaps"].as_array().unwrap();
    assert!(gaps.iter().all(|gap| gap["name"] != "core"), "{gaps:#?}");
    // What has its license file has its holders there.
    assert!(!document.to_string().contains("Everybody"));
}

#[test]
fn a_committed_document_is_compared_with_todays() {
    let world = world();
    let write = |format: &str, file: &str| {
        let ran = world.run(&["notice", "--no-caches", "--format", format, "-o", file]);
        assert_eq!((ran.code(), ran.stdout().as_str()), (0, ""), "{}", ran.stderr());
    };
    write("text", "NOTICE.txt");
    write("html", "notice.html");
    let check = |format: &str, file: &str| world.run(&["notice", "--no-caches", "--format", format, "--check", file]);
    assert_eq!(check("text", "NOTICE.txt").code(), 0);
    assert_eq!(check("html", "notice.html").code(), 0);
    world.write("node_modules/kit/LICENSE", &format!("Copyright (c) 2022 Ann Author\n\n{MIT}"));
    let stale = check("text", "NOTICE.txt");
    assert_eq!((stale.code(), stale.stdout().as_str()), (1, ""));
    assert!(stale.stderr().contains("NOTICE.txt is out of date"), "{}", stale.stderr());
    assert!(stale.stderr().contains("2021 Ann Author"), "{}", stale.stderr());
    assert_eq!(check("text", "gone.txt").code(), 2);
}

#[test]
fn a_gap_fails_where_the_policy_asks_for_completeness() {
    let world = world();
    world.write("sepal.toml", "[completeness]\nrequire = true\n");
    let ran = world.run(&["notice", "--no-caches"]);
    assert_eq!(ran.code(), 3);
    assert!(ran.stdout().contains("no-copy: odd 1.0.0"), "{}", ran.stdout());
    assert!(ran.stderr().contains("missing: odd 1.0.0"), "{}", ran.stderr());
}

#[test]
fn a_template_of_ones_own_and_its_mistakes() {
    let world = world();
    world.write("own.txt.jinja", "{% for c in components %}{{ c.name }} {{ c.license }}\n{% endfor %}");
    let ran = world.run(&["notice", "--no-caches", "--template", "own.txt.jinja"]);
    assert_eq!(ran.stdout(), "core MIT\nkit MIT\nodd Apache-2.0\n", "{}", ran.stderr());
    world.write("bad.jinja", "{% for c in %}");
    let ran = world.run(&["notice", "--no-caches", "--template", "bad.jinja"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("bad.jinja:1"), "{}", ran.stderr());
    let ran = world.run(&["notice", "--print-template"]);
    assert!(ran.stdout().contains("{% for component in components %}"));
}

#[test]
fn a_check_looks_at_the_notice_that_the_policy_names() {
    let world = world();
    world.write("sepal.toml", "[notice]\nfile = \"NOTICE.txt\"\n[rules]\n\"legal/component-no-license\" = \"off\"\n");
    let rules = |world: &World| -> Vec<String> {
        let ran = world.run(&["check", "--no-caches", "--format", "json"]);
        let report: Value = serde_json::from_str(&ran.stdout()).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let text = |finding: &Value| finding["message"].as_str().unwrap().to_owned();
        findings.filter(|one| one["rule"] == "legal/notices-incomplete").map(text).collect()
    };
    let of_odd = "the notice lacks something (no-copy) of odd 1.0.0";
    assert_eq!(rules(&world), ["there is no such notice", of_odd]);
    assert_eq!(world.run(&["notice", "--no-caches", "-o", "NOTICE.txt"]).code(), 0);
    assert_eq!(rules(&world), [of_odd]);
    installed(&world, "odd", "Apache-2.0");
    let ran = rules(&world);
    assert!(ran.len() == 1 && ran[0].starts_with("the notice is not what would be written today: "), "{ran:?}");
    world.write("sepal.toml", "[project]\ndistribution = \"hosted\"\n[notice]\nfile = \"gone.txt\"\n");
    assert!(rules(&world).is_empty());
}

/// Writes a zip archive and answers its digest.
fn archive(file: &Path, entries: &[(&str, &str)]) -> String {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    fs::write(file, &bytes).unwrap();
    Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Which files each listed component's texts and notices come from, and its gaps.
fn told(document: &Value) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for kind in ["texts", "notices"] {
        for text in document[kind].as_array().unwrap() {
            for one in text["used_by"].as_array().unwrap() {
                all.push(format!("{} {}", one["name"].as_str().unwrap(), one["file"].as_str().unwrap_or("standard")));
            }
        }
    }
    let gaps = document["gaps"].as_array().unwrap().iter();
    all.extend(gaps.map(|gap| format!("{} {}", gap["kind"].as_str().unwrap(), gap["name"].as_str().unwrap())));
    all.sort();
    all
}

#[test]
fn texts_in_jars_of_the_local_repository_are_read() {
    let world = World::new();
    let dependency = |artifact: &str| {
        format!(
            "<dependency><groupId>org.kit</groupId><artifactId>{artifact}</artifactId><version>1.0</version></dependency>"
        )
    };
    world.write(
        "pom.xml",
        &format!(
            "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>shop</artifactId><version>1</version>\
             <dependencies>{}{}</dependencies></project>",
            dependency("kit"),
            dependency("bare")
        ),
    );
    let repository = world.path().join("home/.m2/repository/org/kit");
    for artifact in ["kit", "bare"] {
        let licenses = if artifact == "kit" { "" } else { "<licenses><license><name>MIT</name></license></licenses>" };
        let pom = format!(
            "<project><modelVersion>4.0.0</modelVersion><groupId>org.kit</groupId><artifactId>{artifact}</artifactId><version>1.0</version>{licenses}</project>"
        );
        world.write(&format!("home/.m2/repository/org/kit/{artifact}/1.0/{artifact}-1.0.pom"), &pom);
    }
    archive(
        &repository.join("kit/1.0/kit-1.0.jar"),
        &[
            ("META-INF/LICENSE.txt", &format!("Copyright (c) 2021 Ann Author\n\n{MIT}")),
            ("META-INF/NOTICE", "Kit holds parts of Old Kit.\n"),
            ("org/kit/Notice.class", "no text"),
            ("tests/LICENSE", "Copyright (c) 1999 Nobody\n"),
        ],
    );
    let run = |arguments: &[&str]| {
        let output = world.sepal().env("HOME", world.path().join("home")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let document = run(&["notice", "--format", "json"]);
    assert_eq!(
        told(&document),
        [
            "no-copy org.kit/bare",
            "org.kit/bare standard",
            "org.kit/kit META-INF/LICENSE.txt",
            "org.kit/kit META-INF/NOTICE"
        ]
    );
    // No pom declares it: the text in the jar is what is known.
    let scanned = run(&["scan", "-o", "json"]);
    let kit = scanned["components"].as_array().unwrap().iter().find(|one| one["purl"] == "pkg:maven/org.kit/kit@1.0");
    assert_eq!(kit.unwrap()["licensing"]["detected"][0]["expression"], "MIT");
}

#[test]
fn a_wheel_that_was_never_installed_gives_its_texts_if_it_is_the_one_that_the_lock_means() {
    let world = World::new();
    let wheels = world.path().join("poetry/artifacts/ab/cd/ef/01");
    let metadata = |name: &str| format!("Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nLicense-Expression: MIT\n");
    let wheel = |name: &str| {
        let dist = format!("{name}-1.0.dist-info");
        let record = format!("{name}/__init__.py,,\n{name}/_vendor/part/COPYING,,\n{dist}/licenses/LICENSE,,\n");
        archive(
            &wheels.join(format!("{name}-1.0-py3-none-any.whl")),
            &[
                (&format!("{dist}/METADATA"), &metadata(name)),
                (&format!("{dist}/RECORD"), &record),
                (&format!("{dist}/licenses/LICENSE"), &format!("Copyright (c) 2021 Ann Author\n\n{MIT}")),
                (&format!("{name}/_vendor/part/COPYING"), &format!("Copyright (c) 2011 Bea Author\n\n{MIT}")),
                (&format!("{name}/tests/LICENSE"), "Copyright (c) 1999 Nobody\n"),
            ],
        )
    };
    let good = wheel("kit");
    wheel("other");
    let wrong = "0".repeat(64);
    let package = |name: &str, digest: &str| {
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"1.0\"\noptional = false\npython-versions = \"*\"\ngroups = [\"main\"]\n\
             files = [{{file = \"{name}-1.0-py3-none-any.whl\", hash = \"sha256:{digest}\"}}]\n\n"
        )
    };
    world.write(
        "poetry.lock",
        &format!(
            "{}{}[metadata]\nlock-version = \"2.1\"\npython-versions = \"*\"\ncontent-hash = \"x\"\n",
            package("kit", &good),
            package("other", &wrong)
        ),
    );
    world.write(
        "pyproject.toml",
        "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"kit\", \"other\"]\n[tool.poetry]\n",
    );
    let ran = world
        .sepal()
        .env("POETRY_CACHE_DIR", world.path().join("poetry"))
        .args(["notice", "--format", "json"])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(told(&document), ["kit kit/_vendor/part/COPYING", "kit licenses/LICENSE", "no-copy other"]);
}

#[test]
fn a_changed_component_is_said_to_be_one_by_the_policys_word() {
    let world = world();
    world.write(
        "sepal.toml",
        "[[modified]]\ncomponent = \"pkg:npm/odd\"\nbecause = \"patches/odd.patch makes it even\"\nby = \"legal@example.org\"\n",
    );
    let document = document(&world, &[]);
    let odd = &document["components"][2];
    assert_eq!(odd["changed"], "patches/odd.patch makes it even");
    assert_eq!(odd["change_asks"], serde_json::json!(["mark changed files as changed (Apache-2.0, section 4(b))"]));
    assert!(document["components"][0]["changed"].is_null());
    let explained = world.run(&["explain", "Apache-2.0"]).stdout();
    assert!(explained.contains("used in a changed form: patches/odd.patch makes it even"), "{explained}");
    world.write("sepal.toml", "[[modified]]\ncomponent = \"pkg:npm/odd\"\nbecause = \"x\"\n");
    let ran = world.run(&["notice", "--no-caches"]);
    assert!(ran.code() == 2 && ran.stderr().contains("`by`"), "{}", ran.stderr());
}

#[test]
fn a_license_that_stands_in_a_readme_alone_is_detected_there() {
    let world = World::new();
    world.write("package.json", r#"{"name":"shop","version":"1.0.0","dependencies":{"kit":"1.0.0","mute":"1.0.0"}}"#);
    let entry = |name: &str| {
        format!(
            "\"node_modules/{name}\":{{\"version\":\"1.0.0\",\"resolved\":\"https://registry.example/{name}/-/{name}-1.0.0.tgz\"}}"
        )
    };
    world.write(
        "package-lock.json",
        &format!(
            "{{\"name\":\"shop\",\"version\":\"1.0.0\",\"lockfileVersion\":3,\"packages\":{{\"\":{{\"name\":\"shop\",\"version\":\"1.0.0\",\
             \"dependencies\":{{\"kit\":\"1.0.0\",\"mute\":\"1.0.0\"}}}},{},{}}}}}",
            entry("kit"),
            entry("mute")
        ),
    );
    for name in ["kit", "mute"] {
        let text = format!("{{\"name\":\"{name}\",\"version\":\"1.0.0\"}}");
        world.write(&format!("node_modules/{name}/package.json"), &text);
    }
    world
        .write("node_modules/kit/README.md", &format!("# kit\n\n## License\n\nCopyright (c) 2019 Cem Author\n\n{MIT}"));
    world.write("node_modules/mute/README.md", "# mute\n\nReads the license of a file.\n");
    let scanned = world.run(&["scan", "--no-caches", "-o", "json"]).json();
    let detected = |name: &str| {
        let all = scanned["components"].as_array().unwrap();
        let one = all.iter().find(|one| one["purl"] == format!("pkg:npm/{name}@1.0.0")).unwrap();
        one["licensing"]["detected"][0].clone()
    };
    let kit = detected("kit");
    assert_eq!((kit["expression"].as_str(), kit["source"].as_str()), (Some("MIT"), Some("installed")));
    assert!(kit.to_string().contains("node_modules/kit/README.md"), "{kit}");
    assert!(detected("mute").is_null());
}
