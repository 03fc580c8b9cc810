//! What package caches of the machine say of components: made here as the package managers lay them out.

use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};

use super::world::{Ran, World};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = bytes.chunks(3).flat_map(|three| {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(three.get(at).copied().unwrap_or_default()));
        (0..4)
            .map(move |at| if at <= three.len() { DIGITS[(bits >> (18 - 6 * at) & 63) as usize] as char } else { '=' })
    });
    digits.collect()
}

/// A gzipped tar of these files.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, text) in files {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..136].copy_from_slice(format!("{:011o}\0", text.len()).as_bytes());
        header[156] = b'0';
        header[257..262].copy_from_slice(b"ustar");
        tar.extend(header);
        tar.extend(text.as_bytes());
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    // Not compressed: what is as long stays as long.
    let mut writer = GzEncoder::new(Vec::new(), Compression::none());
    writer.write_all(&tar).unwrap();
    writer.finish().unwrap()
}

fn write(file: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, bytes).unwrap();
}

fn component(ran: &Ran, name: &str) -> Value {
    let report = ran.json();
    let components = report["components"].as_array().unwrap();
    components.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name}: {}", ran.stderr())).clone()
}

fn license(ran: &Ran, name: &str) -> (String, String) {
    let found = component(ran, name);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&found["licensing"]["expression"]), text(&found["licensing"]["declared"][0]["source"]))
}

const SCAN: &[&str] = &["scan", "-o", "json"];
/// What is kept must not lie in what is scanned.
const TREE: &[&str] = &["scan", "tree", "-o", "json"];

/// A project of `count` packages from npm's cache, each with the MIT license, whose lock file names no licenses.
fn npm(count: usize) -> (World, Vec<std::path::PathBuf>) {
    let world = World::new();
    let needs: Vec<String> = (0..count).map(|at| format!("\"kit-{at}\": \"1.0.0\"")).collect();
    world.write("tree/package.json", &format!("{{\"name\":\"app\",\"dependencies\":{{{}}}}}", needs.join(",")));
    let mut lock = "# yarn lockfile v1\n".to_owned();
    let mut files = Vec::new();
    for at in 0..count {
        let manifest = format!("{{\"name\":\"kit-{at}\",\"version\":\"1.0.0\",\"license\":\"MIT\"}}");
        let bytes = archive(&[("package/index.js", "x"), ("package/package.json", &manifest)]);
        let digest = Sha512::digest(&bytes);
        let hex = hex(&digest);
        let place = format!("no-home/.npm/_cacache/content-v2/sha512/{}/{}/{}", &hex[..2], &hex[2..4], &hex[4..]);
        write(&world.path().join(&place), &bytes);
        files.push(world.path().join(place));
        lock.push_str(&format!(
            "\n\"kit-{at}@1.0.0\":\n  version \"1.0.0\"\n  resolved \"https://registry.example/kit-{at}/-/kit-{at}-1.0.0.tgz\"\n  \
             integrity sha512-{}\n",
            base64(&digest)
        ));
    }
    world.write("tree/yarn.lock", &lock);
    (world, files)
}

#[cfg(unix)]
#[test]
fn what_archives_said_is_kept_and_changes_no_answer() {
    let (world, files) = npm(30);
    let kept = world.path().join("no-cache/sepal/archives");
    // What was written just now may be written again without a new time.
    let first = world.run(TREE);
    assert_eq!(license(&first, "kit-7"), ("MIT".to_owned(), "package cache".to_owned()));
    assert!(!kept.exists(), "files that were written a moment ago are not settled");
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert_eq!(world.run(&["scan", "tree", "--no-caches", "-o", "json"]).code(), 0);
    assert!(!kept.exists(), "nothing is kept where no caches are wanted");
    let plain = world.run(TREE).stdout();
    assert!(plain == first.stdout());
    let bytes = std::fs::read(&kept).expect("it is kept");
    assert!(bytes.starts_with(b"sepal: what archives say"));
    assert!(world.run(TREE).stdout() == plain);
    // A damaged file is as good as none, and is replaced by a whole one.
    std::fs::write(&kept, &bytes[..bytes.len() / 2]).unwrap();
    assert!(world.run(TREE).stdout() == plain);
    assert!(std::fs::read(&kept).unwrap() == bytes);
    // Another archive in the place of one, as long as that, and as old as it seems.
    let manifest = "{\"name\":\"kit-7\",\"version\":\"1.0.0\",\"license\":\"ISC\"}";
    let other = archive(&[("package/index.js", "x"), ("package/package.json", manifest)]);
    let was = std::fs::metadata(&files[7]).unwrap();
    assert_eq!(was.len(), other.len() as u64);
    std::fs::write(&files[7], other).unwrap();
    std::fs::File::options().write(true).open(&files[7]).unwrap().set_modified(was.modified().unwrap()).unwrap();
    let ran = world.run(TREE);
    assert_eq!(license(&ran, "kit-7").0, "");
    assert_eq!(license(&ran, "kit-8").0, "MIT");
    assert!(ran.stdout().contains("is not the archive that the lock file names by its digest"));
}

/// What pip kept before 23.3: the body among headers, as CacheControl wrote it.
fn response(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    let headers = b"\xA7headers\x81\xA4ETag\xA3\"x\"\xA6status\xCC\xC8\xA4vary\x80";
    [b"cc=4,\x82\xA8response\x83\xA4body\xC5", &length[..], body, headers].concat()
}

#[test]
fn sdists_in_the_cache_of_pip_are_found_by_what_is_in_them() {
    find_sdists_of_pip("http-v2", ".body", &|body| body.to_vec());
}

#[test]
fn sdists_that_pip_kept_among_headers_are_found_too() {
    let world = find_sdists_of_pip("http", "", &response);
    let directory = world.path().join("no-home/.cache/pip/http/3/f/8/f/6");
    write(&directory.join("dd"), b"cc=4,\x82\xA8response\x81\xA4body\xC6\xFF\xFF\xFF\xFFPK");
    let cache = world.path().join("no-home/.cache/pip");
    let ran = Ran(world.sepal().args(SCAN).env("PIP_CACHE_DIR", cache).output().unwrap());
    assert_eq!(license(&ran, "kit-x").0, "ISC");
    assert!(ran.stdout().contains("one file in it cannot be read as what pip has fetched"), "{}", ran.stdout());
}

fn find_sdists_of_pip(directory: &str, ending: &str, kept: &dyn Fn(&[u8]) -> Vec<u8>) -> World {
    let place = |name: &str| format!("no-home/.cache/pip/{directory}/3/f/8/f/6/{name}{ending}");
    let world = World::new();
    let sdist = archive(&[
        ("Kit_X-1.0/setup.py", "import os; os.system('touch sprung')\n"),
        ("Kit_X-1.0/LICENSE", "SPDX-License-Identifier: ISC\n"),
        ("Kit_X-1.0/PKG-INFO", "Metadata-Version: 2.4\nName: Kit_X\nVersion: 1.0\nLicense-Expression: ISC\n\n"),
    ]);
    let other = archive(&[("odd-1.0/PKG-INFO", "Metadata-Version: 2.1\nName: odd\nVersion: 1.0\nLicense: MIT\n\n")]);
    for (name, bytes) in [("aa", &sdist), ("bb", &other), ("cc", &b"<!DOCTYPE html>".to_vec())] {
        write(&world.path().join(place(name)), &kept(bytes));
    }
    let entry = |name: &str, digest: &str| {
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"1.0\"\ndescription = \"\"\noptional = false\npython-versions = \"*\"\n\
             files = [{{file = \"{name}-1.0.tar.gz\", hash = \"sha256:{digest}\"}}]\n\n"
        )
    };
    let lock = entry("kit-x", &hex(&Sha256::digest(&sdist))) + &entry("odd", &"0".repeat(64));
    let end =
        format!("[metadata]\nlock-version = \"2.0\"\npython-versions = \"*\"\ncontent-hash = \"{}\"\n", "0".repeat(64));
    world.write("poetry.lock", &(lock + &end));
    world.write(
        "pyproject.toml",
        "[tool.poetry]\nname = \"app\"\nversion = \"1.0\"\n[tool.poetry.dependencies]\nkit-x = \"*\"\nodd = \"*\"\n",
    );
    let scan = |world: &World| {
        let cache = world.path().join("no-home/.cache/pip");
        Ran(world.sepal().args(SCAN).env("PIP_CACHE_DIR", cache).output().unwrap())
    };
    let ran = scan(&world);
    assert_eq!(license(&ran, "kit-x"), ("ISC".to_owned(), "package cache".to_owned()));
    let evidence = component(&ran, "kit-x")["licensing"]["declared"][0].to_string();
    let shown = format!("pip-cache:{directory}/*/*/*/*/*/*{ending}!/~kit-x-1.0/PKG-INFO");
    assert!(evidence.contains(&shown), "{evidence}");
    // What has another digest than the lock file says is another one.
    assert_eq!(license(&ran, "odd").0, "");
    assert!(ran.stdout().contains("is not the archive that the lock file names by its digest"));
    assert!(!world.path().join("sprung").exists());
    world
}

#[test]
fn the_database_of_pnpm_11_leads_to_licenses_and_texts() {
    let world = World::new();
    let store = world.path().join("store/v11");
    write(&store.join("index.db"), include_bytes!("../../src/cache/testdata/pnpm-11.db"));
    let manifest = "{\n  \"name\": \"@sepal/kit\",\n  \"version\": \"1.0.0\",\n  \"license\": \"ISC\",\n  \"files\": [\"LICENSE\"]\n}\n";
    for text in [manifest, "ISC License\n\nCopyright (c) 2026 Ann Author\n"] {
        let hex = hex(&Sha512::digest(text.as_bytes()));
        write(&store.join("files").join(&hex[..2]).join(&hex[2..]), text.as_bytes());
    }
    let integrity = "sha512-GFrcf3bURzDCY8i3VTQh1Wi35KVJ1RByLwYym3XsTRpNgKlAKKast8l0q6Yi9HwStorcOUyn5TMjoVkjajcPTQ==";
    world.write("package.json", "{\"name\":\"a\",\"dependencies\":{\"@sepal/kit\":\"1.0.0\",\"gone\":\"1.0.0\"}}");
    world.write(
        "pnpm-lock.yaml",
        &format!(
            "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      '@sepal/kit':\n        specifier: 1.0.0\n        \
             version: 1.0.0\n      gone:\n        specifier: 1.0.0\n        version: 1.0.0\n\npackages:\n\n  '@sepal/kit@1.0.0':\n    \
             resolution: {{integrity: {integrity}}}\n\n  gone@1.0.0:\n    resolution: {{integrity: sha512-{}==}}\n\nsnapshots:\n\n  \
             '@sepal/kit@1.0.0': {{}}\n\n  gone@1.0.0: {{}}\n",
            "A".repeat(86)
        ),
    );
    let run = |arguments: &[&str]| {
        Ran(world.sepal().args(arguments).env("npm_config_store_dir", world.path().join("store")).output().unwrap())
    };
    let ran = run(SCAN);
    assert_eq!(license(&ran, "@sepal/kit"), ("ISC".to_owned(), "package cache".to_owned()));
    let log = "has changes that pnpm has not yet put into it";
    assert!(!ran.stdout().contains(log));
    let notice = run(&["notice"]).stdout();
    assert!(notice.contains("Copyright (c) 2026 Ann Author"), "{notice}");
    // A log that was not yet written into the database may have what is missing.
    write(&store.join("index.db-wal"), &[0; 32]);
    let ran = run(SCAN);
    assert_eq!(license(&ran, "@sepal/kit").0, "ISC");
    assert!(ran.stdout().contains(log), "{}", ran.stdout());
    // What cannot be read is not the same as what is not there.
    let damaged = "cannot be read as the database of a pnpm store";
    assert!(!ran.stdout().contains(damaged));
    write(&store.join("index.db-wal"), &[]);
    write(&store.join("index.db"), &[0x5A; 5000]);
    let ran = run(SCAN);
    assert!(ran.stdout().contains(damaged), "{}", ran.stdout());
}

#[test]
fn a_crate_that_a_patch_takes_from_the_tree_is_handed_on_with_its_text() {
    let world = World::new();
    world.write(
        "Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nlicense = \"Apache-2.0\"\n[dependencies]\nkit = \"1\"\n\
         [patch.registry]\nkit = { path = \"vendored/kit\" }\n",
    );
    world.write(
        "Cargo.lock",
        "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"kit\"]\n\
         [[package]]\nname = \"kit\"\nversion = \"1.2.0\"\n",
    );
    world.write("vendored/kit/Cargo.toml", "[package]\nname = \"kit\"\nversion = \"1.2.0\"\nlicense = \"MIT\"\n");
    world.write("vendored/kit/LICENSE", "MIT License\n\nCopyright (c) 2020 Ann Author\n");
    let ran = world.run(&["scan", "--no-caches", "-o", "json"]);
    let kit = component(&ran, "kit");
    assert_eq!((kit["party"].as_str(), kit["purl"].as_str()), (Some("third"), Some("pkg:cargo/kit@1.2.0")));
    assert_eq!(license(&ran, "kit"), ("MIT".to_owned(), "manifest".to_owned()));
    let notice = world.run(&["notice", "--no-caches"]).stdout();
    assert!(notice.contains("Copyright (c) 2020 Ann Author"), "{notice}");
    assert!(notice.contains("replaced by vendored/kit"), "{notice}");
}

#[test]
fn digests_that_mavens_repository_keeps_are_those_of_the_artefacts() {
    let world = World::new();
    let repository = world.path().join("home/.m2/repository/org/kit");
    // FIPS 180-1, appendix A: SHA-1 of `abc`.
    let digest = "a9993e364706816aba3e25717850c26c9cd0d89d";
    let files: [(&str, Option<&[u8]>, &str); 4] = [
        ("kit", Some(b"abc"), &format!("{digest}  kit-1.0.jar\n")),
        ("other", Some(b"abd"), digest),
        ("fetched", None, digest),
        ("odd", Some(b"abc"), "<!DOCTYPE html>"),
    ];
    let mut dependencies = String::new();
    for (name, jar, stated) in files {
        let directory = repository.join(name).join("1.0");
        let pom = format!(
            "<project><groupId>org.kit</groupId><artifactId>{name}</artifactId><version>1.0</version></project>"
        );
        write(&directory.join(format!("{name}-1.0.pom")), pom.as_bytes());
        if let Some(jar) = jar {
            write(&directory.join(format!("{name}-1.0.jar")), jar);
        }
        write(&directory.join(format!("{name}-1.0.jar.sha1")), stated.as_bytes());
        dependencies.push_str(&format!(
            "<dependency><groupId>org.kit</groupId><artifactId>{name}</artifactId><version>1.0</version></dependency>"
        ));
    }
    world.write(
        "app/pom.xml",
        &format!(
            "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>app</artifactId><version>1</version>\
             <dependencies>{dependencies}</dependencies></project>"
        ),
    );
    let scan = |more: &[&str]| {
        let args = [&["scan", "app", "-o", "json"], more].concat();
        Ran(world.sepal().args(args).env("HOME", world.path().join("home")).output().unwrap())
    };
    let ran = scan(&[]);
    let component = |ran: &Ran, name: &str| {
        let report = ran.json();
        let purl = format!("pkg:maven/org.kit/{name}@1.0");
        report["components"].as_array().unwrap().iter().find(|one| one["purl"] == purl).unwrap().clone()
    };
    let hash = |ran: &Ran, name: &str| component(ran, name)["hashes"].to_string();
    assert!(hash(&ran, "kit").contains(digest), "{}", ran.stdout());
    assert!(hash(&ran, "fetched").contains(digest));
    let place = &component(&ran, "kit")["properties"]["sepal:hash:kept"];
    assert_eq!(place, "maven-repository:org/kit/kit/1.0/kit-1.0.jar.sha1");
    for name in ["other", "odd"] {
        assert!(!hash(&ran, name).contains(digest), "{name}");
    }
    assert!(ran.stdout().contains("has another digest than the file beside it states"));
    assert!(ran.stdout().contains("Maven local repository: 2 of 4"));
    assert!(!hash(&scan(&["--no-caches"]), "kit").contains(digest));
}
