//! What is read, what is not, and what is said about it.

use super::world::{PACKAGE_JSON, PACKAGE_LOCK, World};

#[test]
fn installed_trees_are_no_projects_of_ones_own() {
    let world = World::npm();
    world.write("node_modules/kit/package.json", r#"{"name": "kit", "version": "2.0.1", "dependencies": {"x": "1"}}"#);
    world.write("node_modules/kit/package-lock.json", PACKAGE_LOCK);
    let report = world.run(&["check", "--format", "json"]);
    assert_eq!(report.json()["projects"].as_array().unwrap().len(), 1);
}

#[test]
fn licenses_come_from_installed_copies_of_the_same_version_only() {
    let world = World::npm();
    let lock = PACKAGE_LOCK.replace("      \"license\": \"MIT\",\n", "");
    world.write("package-lock.json", &lock);
    world.write("node_modules/kit/package.json", r#"{"name": "kit", "version": "9.9.9", "license": "GPL-3.0-only"}"#);
    let report = world.run(&["scan", "-o", "json"]).json();
    let kit = |report: &serde_json::Value| {
        let components = report["components"].as_array().unwrap();
        components.iter().find(|component| component["name"] == "kit").unwrap()["licensing"].to_string()
    };
    assert!(!kit(&report).contains("GPL"), "{}", kit(&report));
    world.write("node_modules/kit/package.json", r#"{"name": "kit", "version": "2.0.1", "license": "ISC"}"#);
    let report = world.run(&["scan", "-o", "json"]).json();
    assert!(kit(&report).contains("ISC") && kit(&report).contains("node_modules/kit/package.json"), "{}", kit(&report));
}

#[test]
fn ignored_files_are_read_only_if_asked() {
    let world = World::npm();
    world.write(".gitignore", "hidden/\n");
    world.write("hidden/package-lock.json", &PACKAGE_LOCK.replace("core", "other"));
    world.write("hidden/package.json", PACKAGE_JSON);
    assert!(!world.run(&["check", "--format", "json"]).stdout().contains("pkg:npm/other@"));
    assert!(world.run(&["check", "--format", "json", "--no-ignore"]).stdout().contains("pkg:npm/other@"));
}

/// `.gitignore` does not hide what is tracked: git itself goes on with it.
#[test]
fn tracked_files_are_read_even_where_a_pattern_names_them() {
    let world = World::npm();
    world.write(".gitignore", "hidden/\n*-lock.json\n");
    world.write("hidden/package-lock.json", &PACKAGE_LOCK.replace("core", "other"));
    assert!(!world.run(&["scan", "-o", "purls"]).stdout().contains("pkg:npm/core@1.2.3"));
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git").args(arguments).current_dir(world.path()).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "-f", "package.json", "package-lock.json"]);
    let purls = world.run(&["scan", "-o", "purls"]).stdout();
    assert!(purls.contains("pkg:npm/core@1.2.3") && !purls.contains("pkg:npm/other"), "{purls}");
}

/// Not looked and nothing found are two answers.
#[test]
fn files_of_ecosystems_that_are_not_read_are_said() {
    let world = World::npm();
    assert_eq!(world.run(&["check", "--format", "json"]).json()["diagnostics"].as_array().unwrap().len(), 0);
    for path in ["Gemfile", "testdata/Gemfile", "services/a/pom.xml", "services/b/pom.xml"] {
        world.write(path, "");
    }
    let diagnostics = world.run(&["check", "--format", "json"]).json()["diagnostics"].to_string();
    assert!(diagnostics.contains("\"path\":\"Gemfile\"") && diagnostics.contains("RubyGems"), "{diagnostics}");
    assert!(
        diagnostics.contains("services/a/pom.xml") && diagnostics.contains("with 1 more of its kind"),
        "{diagnostics}"
    );
    world.write("sepal.toml", "[completeness]\nrequire = true\n");
    assert_eq!(world.run(&["check"]).code(), 3);
    world.write("sepal.toml", "[completeness]\nrequire = true\n[scan]\nexclude = [\"**/Gemfile\", \"services/**\"]\n");
    assert_eq!(world.run(&["check"]).code(), 0);
}

#[test]
fn excluded_files_are_counted() {
    let world = World::npm();
    world.write("testdata/package-lock.json", &PACKAGE_LOCK.replace("core", "other"));
    let report = world.run(&["check", "--format", "json"]);
    assert!(report.stdout().contains("pkg:npm/other@"), "test data is scanned unless the policy leaves it out");
    assert!(report.json()["projects"].to_string().contains("\"test_data\":true"));
    world.write("sepal.toml", "extends = [\"builtin:baseline\"]\n[scan]\nexclude = [\"testdata/**\"]\n");
    let report = world.run(&["check", "--format", "json"]);
    assert!(!report.stdout().contains("pkg:npm/other@"));
    assert_eq!(report.json()["run"]["files"]["excluded"], 1, "{}", report.json()["run"]);
}

#[test]
fn several_roots_are_told_apart_and_nested_ones_are_read_once() {
    let world = World::new();
    for name in ["web", "api"] {
        world.write(&format!("{name}/package.json"), PACKAGE_JSON);
        world.write(&format!("{name}/package-lock.json"), PACKAGE_LOCK);
    }
    let report = world.run(&["check", "web", "api", "web/package-lock.json", "--format", "json"]).json();
    let directories: Vec<&str> =
        report["projects"].as_array().unwrap().iter().map(|project| project["directory"].as_str().unwrap()).collect();
    assert_eq!(directories, ["api", "web"]);
}

/// Annotations and code scanning want paths from the top of the repository, wherever the check was started.
#[test]
fn paths_for_code_scanning_start_at_the_top_of_the_checkout() {
    let world = World::new();
    std::fs::create_dir(world.path().join(".git")).unwrap();
    world.write("web/package.json", PACKAGE_JSON);
    world.write("web/package-lock.json", PACKAGE_LOCK);
    world.write("sepal.toml", "[licenses]\ndeny = [\"MIT\"]\n");
    for format in ["github", "sarif"] {
        let text = world.run(&["check", "web", "--format", format]).stdout();
        assert!(text.contains("web/package-lock.json"), "{format}: {text}");
    }
}

#[test]
fn a_single_lock_file_finds_its_manifest() {
    let world = World::npm();
    let whole = world.run(&["scan", "-o", "purls"]).stdout();
    assert_eq!(world.run(&["scan", "package-lock.json", "-o", "purls"]).stdout(), whole);
    let ran = world.run(&["check", "package.json"]);
    assert!(ran.code() < 2, "{}", ran.stderr());
    // Known by the directory it lies in, with and without a checkout around it.
    let workflow = ".github/workflows/ci.yml";
    world.write(workflow, "on: push\njobs:\n  a:\n    steps:\n      - uses: acme/run@v1\n");
    assert_eq!(world.run(&["scan", workflow, "-o", "purls"]).stdout(), "pkg:github/acme/run@v1\n");
    std::fs::create_dir(world.path().join(".git")).unwrap();
    let report = world.run(&["check", workflow, "--format", "json"]);
    assert_eq!(report.third_parties(), ["pkg:github/acme/run@v1"]);
    assert!(report.stdout().contains("\"path\":\".github/workflows/ci.yml\""), "{}", report.stdout());
}

#[cfg(unix)]
mod special {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn what_is_no_plain_file_is_reported_and_never_opened() {
        let world = World::npm();
        std::fs::create_dir(world.path().join("pipe")).unwrap();
        let fifo = world.path().join("pipe/package-lock.json");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        std::fs::create_dir(world.path().join("socket")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(world.path().join("socket/Cargo.lock")).unwrap();
        let report = world.run(&["check", "--format", "json"]);
        let diagnostics = report.json()["diagnostics"].to_string();
        assert!(diagnostics.contains("a FIFO") && diagnostics.contains("pipe/package-lock.json"), "{diagnostics}");
        assert!(diagnostics.contains("a socket") && diagnostics.contains("socket/Cargo.lock"), "{diagnostics}");
        assert!(report.third_parties().contains(&"pkg:npm/kit@2.0.1".to_owned()), "the rest is read all the same");
    }

    #[test]
    fn links_do_not_lead_out_of_the_root_nor_into_loops() {
        let world = World::new();
        world.write("outside/secret/package-lock.json", &PACKAGE_LOCK.replace("core", "secret"));
        world.write("tree/package.json", PACKAGE_JSON);
        world.write("tree/package-lock.json", PACKAGE_LOCK);
        let tree = world.path().join("tree");
        symlink("../outside", tree.join("out")).unwrap();
        symlink(".", tree.join("loop")).unwrap();
        std::fs::create_dir(tree.join("a")).unwrap();
        symlink("../../outside/secret/package-lock.json", tree.join("a/package-lock.json")).unwrap();
        std::fs::create_dir(tree.join("b")).unwrap();
        symlink("nowhere", tree.join("b/yarn.lock")).unwrap();
        let report = world.run(&["check", "tree", "--format", "json"]);
        assert!(!report.stdout().contains("pkg:npm/secret@"));
        let diagnostics = report.json()["diagnostics"].to_string();
        for path in ["a/package-lock.json", "b/yarn.lock", "\"out\""] {
            assert!(diagnostics.contains(path), "{path}: {diagnostics}");
        }
        assert_eq!(report.third_parties().len(), 3);
    }

    #[test]
    fn names_that_are_not_utf8_and_unreadable_files_are_reported() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::PermissionsExt;
        let world = World::npm();
        let odd = world.path().join(OsStr::from_bytes(b"odd\xFF"));
        std::fs::create_dir(&odd).unwrap();
        std::fs::write(odd.join("package-lock.json"), PACKAGE_LOCK.replace("core", "inside")).unwrap();
        let closed = world.write("closed/package-lock.json", PACKAGE_LOCK);
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
        let report = world.run(&["check", "--format", "json"]);
        assert!(report.stdout().contains("pkg:npm/inside@") && report.stdout().contains("odd%FF/package-lock.json"));
        // Whoever may read everything (root) reads this file too; everybody else is told.
        let read = std::fs::read(&closed).is_ok();
        assert_eq!(report.json()["diagnostics"].to_string().contains("closed/package-lock.json"), !read);
    }
}
