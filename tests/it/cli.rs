//! Arguments, exit codes, stdout and stderr.

use super::world::World;

#[test]
fn the_four_exit_codes_mean_one_thing_each() {
    let world = World::npm();
    assert_eq!(world.run(&["check"]).code(), 0, "{}", world.run(&["check"]).stdout());
    world.write("sepal.toml", "extends = [\"builtin:baseline\"]\n[licenses]\ndeny = [\"MIT\"]\n");
    assert_eq!(world.run(&["check"]).code(), 1);
    assert_eq!(world.run(&["check", "no-such-directory"]).code(), 2);
    assert_eq!(world.run(&["check", "--no-such-flag"]).code(), 2);
    world.write("sepal.toml", "extends = [\"builtin:baseline\"]\n[completeness]\nrequire = true\n");
    world.write("sub/package-lock.json", "{ broken");
    let ran = world.run(&["check"]);
    assert_eq!(ran.code(), 3, "{}", ran.stdout());
}

#[test]
fn nothing_to_scan_is_said_and_is_no_pass() {
    let world = World::new();
    world.write("src/main.c", "int main(void) { return 0; }\n");
    let ran = world.run(&["check"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("nothing to scan"), "{}", ran.stderr());
    assert!(ran.stdout().is_empty());
    assert_eq!(world.run(&["check", "--allow-empty"]).code(), 0);
}

#[test]
fn files_that_a_hook_names_are_one_project_under_their_names() {
    let world = World::npm();
    let ran = world.run(&["check", "package.json", "package-lock.json", "--format", "json"]);
    let projects = ran.json()["projects"].clone();
    assert_eq!(projects.as_array().map(Vec::len), Some(1), "{projects:#}");
    let files: Vec<&str> = projects[0]["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    assert_eq!(files, ["package-lock.json", "package.json"]);
}

#[test]
fn without_arguments_it_checks() {
    let world = World::npm();
    let (bare, check) = (world.run(&[]), world.run(&["check"]));
    assert_eq!(bare.code(), check.code());
    assert!(bare.stdout().contains("components"), "{}", bare.stdout());
}

#[test]
fn the_report_is_all_that_goes_to_stdout() {
    let world = World::npm();
    for format in ["json", "sarif"] {
        let ran = world.run(&["check", "--format", format]);
        ran.json();
        assert_eq!(ran.stderr(), "");
    }
    let ran = world.run(&["check", "--format", "json", "-o", "report.json"]);
    assert_eq!(ran.stdout(), "");
    assert!(world.path().join("report.json").is_file());
}

#[test]
fn scan_writes_several_documents_in_one_run() {
    let world = World::npm();
    let ran = world.run(&["scan", "-o", "cyclonedx-json=bom.json", "-o", "spdx-json=bom.spdx.json", "-o", "purls"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    assert_eq!(ran.stdout(), "pkg:npm/checker@3.1.4\npkg:npm/core@1.2.3\npkg:npm/kit@2.0.1\n");
    for file in ["bom.json", "bom.spdx.json"] {
        let text = std::fs::read_to_string(world.path().join(file)).unwrap();
        assert!(text.contains("pkg:npm/core@1.2.3"), "{file}");
    }
    assert_eq!(world.run(&["scan", "-o", "no-such-format"]).code(), 2);
    assert_eq!(world.run(&["scan", "-o", "cyclonedx-json@9.9"]).code(), 2);
}

#[test]
fn why_names_the_way_and_the_line_to_edit() {
    let world = World::npm();
    let ran = world.run(&["why", "core"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    let text = ran.stdout();
    assert!(text.contains("pkg:npm/core@1.2.3"), "{text}");
    assert!(text.contains("package.json:6"), "{text}");
    assert!(text.contains("kit"), "{text}");
    let ran = world.run(&["why", "cora"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("core"), "{}", ran.stderr());
}

#[test]
fn rules_licenses_and_findings_are_explained() {
    let world = World::npm();
    assert!(world.run(&["explain", "legal/component-license-denied"]).stdout().contains("license"));
    assert!(world.run(&["explain", "AGPL-3.0-only"]).stdout().contains("network"));
    let ran = world.run(&["explain", "legal/component-license-denid"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("legal/component-license-denied"), "{}", ran.stderr());
}

#[test]
fn the_program_documents_itself() {
    let world = World::new();
    assert!(world.run(&["formats"]).stdout().contains("cargo/lock"));
    let formats = world.run(&["formats", "--json"]).json();
    assert!(formats["formats"].as_array().unwrap().len() > 8);
    assert!(world.run(&["man"]).stdout().contains(".TH"));
    assert!(world.run(&["completions", "bash"]).stdout().contains("_sepal"));
    assert!(world.run(&["--help"]).stdout().contains("Examples:"));
    let help = world.run(&["scan", "--help"]).stdout();
    for encoding in sepal::sbom::TABLE {
        assert!(help.contains(encoding.id), "`sepal scan --help` does not name {}", encoding.id);
    }
}

#[test]
fn init_writes_a_policy_that_holds_and_overwrites_nothing() {
    let world = World::npm();
    assert_eq!(world.run(&["init"]).code(), 0);
    let ran = world.run(&["check"]);
    assert_eq!(ran.code(), 0, "{}{}", ran.stdout(), ran.stderr());
    let ran = world.run(&["init"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("exists already"), "{}", ran.stderr());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let world = World::npm();
    let mut child = world
        .sepal()
        .args(["check", "--format", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
