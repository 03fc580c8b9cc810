//! What is done with policies beside judging by them.

use super::world::World;

fn with_policy(text: &str) -> World {
    let world = World::npm();
    world.write("sepal.toml", text);
    world
}

#[test]
fn show_prints_what_holds_with_where_it_comes_from() {
    let world = with_policy("[rules]\n\"deps/unpinned\" = \"error\"\n");
    let ran = world.run(&["policy", "show"]);
    assert_eq!((ran.code(), ran.stderr().as_str()), (0, ""));
    let text = ran.stdout();
    for part in ["distribution = \"binary\"  # builtin:baseline:", "level = \"error\"", "# sepal.toml:2", "# default"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // It is a policy itself, and judges alike.
    world.write("all.toml", &text);
    let judged = |arguments: &[&str]| {
        let ran = world.run(arguments);
        (ran.code(), ran.open_rules())
    };
    let all = judged(&["check", "--policy", "all.toml", "--format", "json"]);
    assert_eq!(judged(&["check", "--format", "json"]), all);
    let json: serde_json::Value =
        serde_json::from_str(&world.run(&["policy", "show", "--format", "json"]).stdout()).unwrap();
    assert_eq!(json["schema"], "sepal-policy/1");
    assert_eq!(json["files"][0]["file"], "sepal.toml");
}

#[test]
fn show_tells_what_is_wrong_with_a_policy() {
    let ran = with_policy("[rule]\n").run(&["policy", "show"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("sepal.toml:1"), "{}", ran.stderr());
}

#[test]
fn schema_prints_a_schema_that_holds_for_the_shipped_policies() {
    let ran = World::npm().run(&["policy", "schema"]);
    assert_eq!(ran.code(), 0);
    let schema: serde_json::Value = serde_json::from_str(&ran.stdout()).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let accepts = |text: &str| {
        let value: toml::Value = toml::from_str(text).unwrap();
        validator.is_valid(&serde_json::to_value(value).unwrap())
    };
    for (_, text) in sepal::policy::BUILTIN {
        assert!(accepts(text), "{text}");
    }
    assert!(!accepts("[licences]\nallow = []\n"));
}

const OWN: &str = r#"
[[rule]]
id = "acme/no-apache"
when = "component.direct == false && component.licenses.exists(l, l == 'Apache-2.0')"
level = "error"
message = "nothing under Apache-2.0 comes in through others"
why = "our lawyers are on holiday"
help = ["ask the architects"]
"#;

#[test]
fn a_rule_of_ones_own_is_reported_everywhere_like_a_shipped_one() {
    let world = with_policy(OWN);
    let ran = world.run(&["check"]);
    assert_eq!(ran.code(), 1, "{}", ran.stdout());
    let text = ran.stdout();
    for part in [
        "acme/no-apache",
        "nothing under Apache-2.0 comes in through others",
        "our lawyers are on holiday",
        "ask the architects",
        "sepal.toml:2",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let sarif: serde_json::Value = serde_json::from_str(&world.run(&["check", "--format", "sarif"]).stdout()).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "acme/no-apache"), "{rules:#?}");
    let explained = world.run(&["explain", "acme/no-apache"]);
    assert_eq!(explained.code(), 0);
    assert!(explained.stdout().contains("component.direct == false"), "{}", explained.stdout());
    assert!(world.run(&["policy", "show"]).stdout().contains("id = \"acme/no-apache\""));

    // It can be waived, by hand and by command, and the waiver is in use.
    let waived = world.run(&[
        "waive",
        "acme/no-apache:core",
        "--reason",
        "accepted-risk",
        "--justification",
        "until they are back",
        "--by",
        "ospo@example.org",
        "--expires",
        "2026-12-01",
    ]);
    assert_eq!(waived.code(), 0, "{}", waived.stderr());
    let ran = world.run(&["check"]);
    assert_eq!(ran.code(), 0, "{}", ran.stdout());
}

#[test]
fn what_nobody_knows_is_a_finding_of_the_rule_and_its_level_can_be_set() {
    let rule = |more: &str| {
        format!(
            "[[rule]]\nid = \"acme/known\"\nwhen = \"vulnerabilities.exists(v, v.kev)\"\nlevel = \"error\"\n\
             message = \"exploited\"\n{more}\n"
        )
    };
    let ran = with_policy(&rule("")).run(&["check", "--no-advisories"]);
    assert_eq!(ran.code(), 1);
    assert!(ran.stdout().contains("it cannot be told whether acme/known applies"), "{}", ran.stdout());
    assert_eq!(with_policy(&rule("unknown = \"note\"")).run(&["check", "--no-advisories"]).code(), 0);
}

#[test]
fn a_mistake_in_a_condition_is_told_with_its_place() {
    let ran = with_policy(&OWN.replace("licenses.exists", "license.exists")).run(&["check"]);
    assert_eq!(ran.code(), 2);
    let text = ran.stderr();
    assert!(text.contains("sepal.toml:4:") && text.contains("goes through a list"), "{text}");
}

#[test]
fn the_tests_of_the_shipped_policies_pass() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/tests");
    let mut files: Vec<String> = std::fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
        .filter(|path| path.ends_with(".toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 6, "{files:?}");
    let world = World::new();
    let mut arguments = vec!["policy", "test"];
    arguments.extend(files.iter().map(String::as_str));
    let ran = world.run(&arguments);
    assert_eq!(ran.code(), 0, "{}{}", ran.stdout(), ran.stderr());
    assert!(ran.stdout().contains(" 0 failed"), "{}", ran.stdout());
}

#[test]
fn policy_test_tells_what_was_expected_what_came_and_the_line_that_decided() {
    let world = with_policy("[project]\ndistribution = \"hosted\"\n[licenses]\ndeny = [\"MPL-2.0\"]\n");
    world.write(
        "policy-tests.toml",
        "[[case]]\nname = \"mpl\"\ncomponent = \"pkg:npm/kit@1\"\nlicense = \"MPL-2.0\"\nexpect = \"allowed\"\n\n\
         [[case]]\ncomponent = \"pkg:npm/other@1\"\nlicense = \"MIT\"\nexpect = { verdict = \"allowed\", fails = false }\n",
    );
    let ran = world.run(&["policy", "test"]);
    assert_eq!(ran.code(), 1, "{}", ran.stderr());
    let text = ran.stdout();
    for part in [
        "FAIL  mpl (line 1)",
        "expected: allowed",
        "got:      denied",
        "decided:  sepal.toml:4",
        "pass  pkg:npm/other@1: allowed",
        "2 cases: 1 passed, 1 failed",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let ran = world.run(&["policy", "test", "--format", "json"]);
    let told = ran.json();
    assert_eq!((ran.code(), &told["passed"], &told["failed"]), (1, &1.into(), &1.into()));
    let cases = &told["files"][0]["cases"];
    assert_eq!((&told["files"][0]["file"], &cases[0]["line"]), (&"policy-tests.toml".into(), &1.into()));
    assert_eq!((&cases[0]["passed"], &cases[1]["passed"]), (&false.into(), &true.into()));
    assert_eq!(cases[0]["wrong"][0]["expected"], "allowed");
    assert!(cases[0]["wrong"][0]["got"].as_str().unwrap().starts_with("denied"), "{told}");
    assert!(cases[0]["because"].as_str().unwrap().starts_with("sepal.toml:4"), "{told}");
    world.write("policy-tests.toml", "[[case]]\ncomponet = \"pkg:npm/kit@1\"\nexpect = \"alowed\"\n");
    let ran = world.run(&["policy", "test"]);
    assert_eq!(ran.code(), 2);
    let text = ran.stderr();
    for part in ["policy-tests.toml:2:1", "did you mean `component`?", "did you mean `allowed`?"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(world.run(&["policy", "test", "none.toml"]).code(), 2);
}

#[test]
fn an_extended_file_may_be_tightened_only_and_both_lines_are_named() {
    let world = with_policy("extends = [\"org.toml\"]\n[rules]\n\"deps/unpinned\" = \"off\"\n");
    world.write("org.toml", "[rules]\n\"deps/unpinned\" = \"error\"\n");
    let ran = world.run(&["check"]);
    assert_eq!(ran.code(), 2);
    let text = ran.stderr();
    for part in ["sepal.toml:3", "org.toml:2", "loosen = [\"rules.deps/unpinned\"]", "[[waiver]]"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    world.write("org.toml", "[inherit]\nloosen = [\"rules.deps/unpinned\"]\n[rules]\n\"deps/unpinned\" = \"error\"\n");
    assert!(world.run(&["check"]).code() < 2);
}

#[test]
fn every_fact_that_a_rule_can_ask_for_is_on_the_page() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policy.md");
    let page = std::fs::read_to_string(page).unwrap();
    for record in sepal::policy::condition::facts::RECORDS {
        let before = match record.name {
            "source" => "component.source",
            "vulnerability" => "v",
            name => name,
        };
        for field in record.fields {
            let (start, end) = (format!("| `{before}.{}` | ", field.name), format!(" | {} |", field.docs));
            let shown = page.lines().any(|line| line.starts_with(&start) && line.ends_with(&end));
            assert!(shown, "docs/policy.md lacks the row {start}…{end}");
        }
    }
    let policies = include_str!("../../policies/README.md");
    for (name, _) in sepal::policy::BUILTIN {
        let file = format!("`{name}.toml`");
        assert!(policies.contains(&file), "policies/README.md does not name {file}");
    }
}
