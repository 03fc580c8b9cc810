//! What strangers write must not hurt: broken files, huge files, names that try to steer a sink.

use super::world::{PACKAGE_JSON, World};

/// A path that each pattern of each format matches, with the format's id.
fn paths(world: &World) -> Vec<(String, String)> {
    let formats = world.run(&["formats", "--json"]).json();
    let mut paths = Vec::new();
    for format in formats["formats"].as_array().unwrap() {
        for pattern in format["patterns"].as_array().unwrap() {
            let mut path = pattern.as_str().unwrap().replace("**/", "");
            while let (Some(open), Some(close)) = (path.find('{'), path.find('}')) {
                let first = path[open + 1..close].split(',').next().unwrap().to_owned();
                path.replace_range(open..=close, &first);
            }
            paths.push((path.replace('*', "a"), format["id"].as_str().unwrap().to_owned()));
        }
    }
    assert!(paths.len() > 8);
    paths
}

#[test]
fn a_broken_file_of_any_format_is_reported_and_ends_nothing() {
    let garbage: &[&[u8]] = &[
        b"",
        b"\xFF\xFE\x00",
        b"\x00\x00\x00\x00",
        b"{\"packages\": {\"\": [",
        b"<<<<<<< HEAD\nversion = 3\n=======\nversion = 4\n>>>>>>> other\n",
        b"a: &a [*a, *a]\n? {x: \n",
        b"[[package]]\nname = \"x\n",
        "\u{feff}\u{feff}{".as_bytes(),
    ];
    let list = World::new();
    for (path, id) in paths(&list) {
        for (number, bytes) in garbage.iter().enumerate() {
            let world = World::npm();
            // Beside a good project in another directory, so that the loss of one is seen in the other.
            let file = world.path().join("broken").join(&path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, bytes).unwrap();
            let ran = world.run(&["check", ".", "--no-ignore", "--format", "json"]);
            assert!(ran.code() < 2, "{id} with garbage {number}: {}", ran.stderr());
            assert!(!ran.stderr().contains("panicked"), "{id} with garbage {number}: {}", ran.stderr());
            assert!(ran.third_parties().contains(&"pkg:npm/kit@2.0.1".to_owned()), "{id} with garbage {number}");
            // What lies in an installed tree is read for the project beside it, and here is none.
            let installed = ["node_modules/", "vendor/"].iter().any(|tree| path.starts_with(tree));
            // Names of designs, images and weights are names of much else: what is none of them is nobody's loss.
            let by_content = ["hardware/", "huggingface/"].iter().any(|group| id.starts_with(group));
            if number == 1 && !installed && !by_content {
                let diagnostics = ran.json()["diagnostics"].to_string();
                assert!(diagnostics.contains(&format!("broken/{path}")), "{id}: {diagnostics}");
            }
        }
    }
}

#[test]
fn nesting_without_end_is_a_diagnostic() {
    let world = World::npm();
    world.write("a/package-lock.json", &"[".repeat(200_000));
    world.write("b/package-lock.json", &"{\"packages\":".repeat(100_000));
    world.write("c/pnpm-lock.yaml", &"- ".repeat(100_000));
    world.write("d/Cargo.lock", &format!("x = {}", "[".repeat(100_000)));
    world.write("e/.github/workflows/a.yml", &format!("on: {}", "{a: ".repeat(50_000)));
    let ran = world.run(&["check", ".", "--format", "json"]);
    assert!(ran.code() < 2, "{}", ran.stderr());
    let diagnostics = ran.json()["diagnostics"].to_string();
    for path in
        ["a/package-lock.json", "b/package-lock.json", "c/pnpm-lock.yaml", "d/Cargo.lock", "e/.github/workflows/a.yml"]
    {
        assert!(diagnostics.contains(path), "{path}: {diagnostics}");
    }
}

#[test]
fn names_cannot_steer_a_sink() {
    let evil = "x\\u001b[2J\\u0007\\r\\n::error::owned`<img src=x onerror=alert(1)>|@everyone\\u202e";
    let world = World::new();
    world.write("package.json", &PACKAGE_JSON.replace("kit", evil));
    let lock = super::world::PACKAGE_LOCK.replace("\"kit\": ", &format!("\"{evil}\": "));
    let lock =
        lock.replace("node_modules/kit", &format!("node_modules/{evil}")).replace("\"MIT\"", &format!("\"{evil}\""));
    world.write("package-lock.json", &lock);
    for format in ["human", "github", "markdown", "json", "sarif"] {
        let ran = world.run(&["check", ".", "--format", format]);
        assert!(ran.code() < 2, "{format}: {}", ran.stderr());
        let text = ran.stdout();
        let controls: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert!(controls.is_empty(), "{format}: {controls:?}");
        assert!(!text.contains('\u{202e}'), "{format}");
        if format == "github" {
            assert!(!text.lines().any(|line| line.starts_with("::error::owned")), "{text}");
        }
        if format == "markdown" {
            assert!(!text.contains("<img"), "{text}");
        }
    }
    for output in ["cyclonedx-json", "spdx-json", "purls"] {
        let ran = world.run(&["scan", ".", "-o", output]);
        assert_eq!(ran.code(), 0, "{output}: {}", ran.stderr());
        assert!(!ran.stdout().chars().any(|c| c.is_control() && c != '\n'), "{output}");
    }
}

#[test]
fn user_names_and_passwords_in_urls_reach_no_output() {
    let world = World::npm();
    let lock =
        super::world::PACKAGE_LOCK.replace("https://registry.example/", "https://alice:hunter2@registry.example/");
    world.write("package-lock.json", &lock);
    world.write(
        "rust/Cargo.lock",
        "version = 3\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"git+https://bob:hunter2@git.example/a?rev=abc#0123456789abcdef0123456789abcdef01234567\"\n",
    );
    for arguments in [
        ["check", "--format", "json"],
        ["check", "--format", "human"],
        ["check", "--format", "sarif"],
        ["scan", "-o", "cyclonedx-json"],
        ["scan", "-o", "spdx-json"],
    ] {
        let text = world.run(&arguments).stdout();
        assert!(text.len() > 100);
        assert!(!text.contains("hunter2"), "{arguments:?}");
    }
}
