//! `sepal waive`: what it writes, what it refuses, and that what it wrote works.

use crate::world::World;

const DENIES: &str = "# ours\n[licenses]   # lists\ndeny = [\n  \"GPL-3.0-only\",  # not in the product\n]\n\n[rules]\n\
                      \"legal/component-license-denied\" = { level = \"error\", scopes = [\"runtime\", \"development\"] }\n";

fn fingerprint(world: &World) -> String {
    let report = world.run(&["check", "--format", "json"]).json();
    let findings = report["findings"].as_array().unwrap();
    let denied = findings.iter().find(|finding| finding["rule"] == "legal/component-license-denied");
    denied.expect("checker is under a denied license")["fingerprint"].as_str().unwrap().to_owned()
}

fn waive<'a>(finding: &'a str, expires: &'a str) -> [&'a str; 8] {
    ["waive", finding, "--reason", "build-only", "--by", "ospo@example.org", "--expires", expires]
}

fn world() -> World {
    let world = World::npm();
    world.write("sepal.toml", DENIES);
    world
}

#[test]
fn a_waiver_is_written_where_it_belongs_and_holds() {
    for name in ["", "checker", "legal/component-license-denied:checker"] {
        let world = world();
        let id = fingerprint(&world);
        let name = if name.is_empty() { &id[..8] } else { name };
        let ran = world.run(&waive(name, "2026-12-01"));
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        let policy = std::fs::read_to_string(world.path().join("sepal.toml")).unwrap();
        assert!(policy.starts_with(DENIES), "what was there stays as it was: {policy}");
        let line: usize = ran.stdout().lines().next().unwrap().strip_prefix("sepal.toml:").unwrap().parse().unwrap();
        assert_eq!(policy.lines().nth(line - 1), Some("[[waiver]]"), "{policy}");
        for part in
            ["component = \"pkg:npm/checker\"", "license = \"GPL-3.0-only\"", "expires = 2026-12-01", "project = \".\""]
        {
            assert!(policy.contains(part) && ran.stdout().contains(part), "{part}: {policy}");
        }
        let report = world.run(&["check", "--format", "json"]).json();
        let mut findings = report["findings"].as_array().unwrap().iter();
        let waived = findings.find(|finding| finding["fingerprint"] == id.as_str()).unwrap();
        assert_eq!(waived["standing"]["status"], "waived");
        assert_eq!(waived["standing"]["by"], "ospo@example.org");
    }
}

#[test]
fn nothing_is_written_that_the_policy_does_not_allow() {
    let world = world();
    let limit = format!("{DENIES}[waivers]\nmax-days = {{ error = 30, warning = 60, note = 60 }}\n");
    world.write("sepal.toml", &limit);
    let id = fingerprint(&world);
    let refused = [
        (waive(&id, "2027-06-01"), "[waivers] max-days has error = 30"),
        (waive(&id, "2026-01-01"), "is over"),
        (waive("nobody", "2026-10-01"), "no open finding here is called `nobody`"),
        (waive(&id, "soon"), "YYYY-MM-DD"),
        (["waive", &id, "--reason", "because", "--by", "a", "--expires", "2026-10-01"], "`because` is not a reason"),
    ];
    for (arguments, why) in refused {
        let ran = world.run(&arguments);
        assert!(ran.code() == 2 && ran.stderr().contains(why), "{why}: {}", ran.stderr());
        assert_eq!(std::fs::read_to_string(world.path().join("sepal.toml")).unwrap(), limit);
    }
    assert_eq!(world.run(&waive(&id, "2026-10-20")).code(), 0);
}

#[test]
fn an_end_that_comes_near_is_said_and_too_long_a_waiver_is_found() {
    let world = world();
    let id = fingerprint(&world);
    assert_eq!(world.run(&waive(&id, "2026-10-01")).code(), 0);
    let said = world.run(&["check"]).stdout();
    assert!(said.contains("for pkg:npm/checker under GPL-3.0-only in . ends on 2026-10-01"), "{said}");
    let policy = std::fs::read_to_string(world.path().join("sepal.toml")).unwrap();
    world.write("sepal.toml", &format!("{policy}\n[waivers]\nwarn-days = 3\nmax-days = 5\n"));
    let said = world.run(&["check"]).stdout();
    assert!(!said.contains("ends on 2026-10-01:") && said.contains("at most 5 are allowed"), "{said}");
}

#[test]
fn where_there_is_no_policy_file_one_is_begun() {
    let world = World::npm();
    let report = world.run(&["check", "--format", "json"]).json();
    let finding = report["findings"].as_array().unwrap().iter().find(|finding| !finding["component"].is_null());
    let id = finding.expect("something is found about a component")["fingerprint"].as_str().unwrap().to_owned();
    let ran = world.run(&waive(&id, "2026-12-01"));
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    assert!(ran.stdout().starts_with("sepal.toml:1\n"), "{}", ran.stdout());
    assert!(std::fs::read_to_string(world.path().join("sepal.toml")).unwrap().starts_with("[[waiver]]\n"));
}
