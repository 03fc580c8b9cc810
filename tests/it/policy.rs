//! The file a person writes, and what it does.

use super::world::World;

fn with_policy(text: &str) -> World {
    let world = World::npm();
    world.write("sepal.toml", &format!("extends = [\"builtin:baseline\"]\n{text}"));
    world
}

#[test]
fn a_typo_is_answered_with_the_line_and_the_nearest_key() {
    let world = with_policy("\n[licences]\ndeny = [\"MIT\"]\n");
    let ran = world.run(&["check"]);
    assert_eq!(ran.code(), 2);
    let text = ran.stderr();
    assert!(text.contains("sepal.toml:3") && text.contains("licences") && text.contains("licenses"), "{text}");
    assert_eq!(ran.stdout(), "");
}

#[test]
fn all_problems_of_a_policy_are_told_at_once() {
    let world =
        with_policy("[licenses]\ndeny = [\"MITT\", \"class:permisive\"]\n[rules]\n\"deps/unpined\" = \"error\"\n");
    let text = world.run(&["check"]).stderr();
    for part in ["MITT", "permisive", "class:permissive", "deps/unpined", "deps/unpinned"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_denied_license_fails_with_the_line_the_path_and_the_policy_line() {
    let world = with_policy("[licenses]\ndeny = [\"Apache-2.0\"]\n");
    let ran = world.run(&["check"]);
    assert_eq!(ran.code(), 1);
    let text = ran.stdout();
    for part in
        ["legal/component-license-denied", "package-lock.json:29", "package.json:6", "sepal.toml:3", "kit", "core"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

const WAIVER: &str = r#"
[[waiver]]
rule = "legal/component-license-denied"
component = "pkg:npm/core@*"
license = "Apache-2.0"
reason = "internal-use-only"
justification = "never leaves the house"
approved-by = "legal@example.org"
expires = EXPIRES
"#;

fn waived(expires: &str, component: &str) -> World {
    let waiver = WAIVER.replace("EXPIRES", expires).replace("pkg:npm/core@*", component);
    with_policy(&format!("[licenses]\ndeny = [\"Apache-2.0\"]\n{waiver}"))
}

// The tests' day is 2026-09-21.
#[test]
fn a_waiver_holds_until_its_day_and_stays_visible() {
    let ran = waived("2026-12-31", "pkg:npm/core@*").run(&["check", "--format", "json"]);
    assert_eq!(ran.code(), 0, "{}", ran.stdout());
    assert!(ran.stdout().contains("legal@example.org") && ran.stdout().contains("2026-12-31"));
    let ran = waived("2026-09-20", "pkg:npm/core@*").run(&["check", "--format", "json"]);
    assert_eq!(ran.code(), 1);
    assert!(ran.open_rules().contains(&"governance/waiver-expired".to_owned()), "{:?}", ran.open_rules());
}

#[test]
fn a_waiver_that_nothing_needs_is_a_finding() {
    let ran = waived("2026-12-31", "pkg:npm/gone@*").run(&["check", "--format", "json"]);
    assert_eq!(ran.code(), 1);
    assert!(ran.open_rules().contains(&"governance/waiver-unused".to_owned()), "{:?}", ran.open_rules());
}

#[test]
fn a_waiver_without_an_end_is_refused() {
    let text = WAIVER.replace("expires = EXPIRES\n", "");
    let ran = with_policy(&text).run(&["check"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("expires"), "{}", ran.stderr());
}

#[test]
fn a_curation_decides_what_the_package_does_not_say() {
    let world = with_policy(
        "[[curation]]\ncomponent = \"pkg:npm/kit@2.*\"\nconcluded = \"GPL-3.0-only\"\nbecause = \"the text in LICENSE\"\nby = \"legal@example.org\"\n",
    );
    let ran = world.run(&["check", "--format", "json"]);
    assert_eq!(ran.code(), 1, "{}", ran.stdout());
    assert!(ran.stdout().contains("GPL-3.0-only"));
}

#[test]
fn unknown_is_not_a_pass() {
    let world = World::npm();
    let lock = super::world::PACKAGE_LOCK.replace("      \"license\": \"MIT\",\n", "");
    world.write("package-lock.json", &lock);
    let ran = world.run(&["check", "--format", "json"]);
    let report = ran.json();
    let kit = report["components"].as_array().unwrap().iter().find(|component| component["name"] == "kit").unwrap();
    assert!(kit["verdict"].to_string().contains("unknown"), "{kit}");
    assert!(ran.open_rules().contains(&"legal/component-no-license".to_owned()), "{:?}", ran.open_rules());
}

#[test]
fn the_shipped_policies_are_read_and_strict_is_stricter() {
    let world = World::npm();
    world.write("strict.toml", "extends = [\"builtin:strict\"]\n");
    let findings = |arguments: &[&str]| world.run(arguments).json()["findings"].as_array().unwrap().len();
    assert!(
        findings(&["check", "--policy", "strict.toml", "--format", "json"]) >= findings(&["check", "--format", "json"])
    );
}
