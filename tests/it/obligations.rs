//! `sepal obligations`: what licenses ask of whoever gives a product to others.

use serde_json::Value;

use super::world::World;

const LOCK: &str = r#"{
  "name": "shop", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
  "packages": {
    "": { "name": "shop", "version": "1.0.0", "license": "MIT",
          "dependencies": { "kit": "1.0.0", "glue": "2.0.0", "odd": "1.0.0", "own": "1.0.0" }, "devDependencies": { "lint": "3.0.0" } },
    "node_modules/kit": { "version": "1.0.0", "license": "MIT" },
    "node_modules/glue": { "version": "2.0.0", "license": "(LGPL-2.1-only OR MPL-2.0)" },
    "node_modules/odd": { "version": "1.0.0" },
    "node_modules/own": { "version": "1.0.0", "license": "LicenseRef-house" },
    "node_modules/lint": { "version": "3.0.0", "license": "GPL-3.0-only", "dev": true }
  }
}"#;

fn world(policy: &str) -> World {
    let world = World::new();
    let manifest = r#"{ "name": "shop", "version": "1.0.0", "license": "MIT",
        "dependencies": { "kit": "1.0.0", "glue": "2.0.0", "odd": "1.0.0", "own": "1.0.0" }, "devDependencies": { "lint": "3.0.0" } }"#;
    world.write("package.json", manifest);
    world.write("package-lock.json", LOCK);
    world.write("sepal.toml", policy);
    world
}

fn list(world: &World, more: &[&str]) -> Value {
    let ran = world.run(&[&["obligations", "--no-caches", "--format", "json"], more].concat());
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    serde_json::from_str(&ran.stdout()).unwrap()
}

fn conditions(list: &Value, purl: &str) -> Vec<String> {
    let components = list["components"].as_array().unwrap().iter();
    let one = components.clone().find(|one| one["purl"] == purl).unwrap_or_else(|| panic!("{purl}: {list}"));
    let duties = one["duties"].as_array().unwrap().iter();
    duties.map(|duty| duty["condition"].as_str().unwrap().to_owned()).collect()
}

const BINARY: &str = "extends = [\"builtin:baseline\"]\n[project]\ndistribution = \"binary\"\n";

#[test]
fn each_thing_to_do_stands_once_with_all_it_is_for() {
    let list = list(&world(BINARY), &[]);
    assert_eq!((&list["distribution"], &list["because"]), (&"binary".into(), &"sepal.toml:3".into()));
    let item = |condition: &str| {
        let items = list["items"].as_array().unwrap().iter();
        items.clone().find(|item| item["condition"] == condition).map(|item| item["components"].clone())
    };
    // The choice of glue is the policy's; both arms ask for the text and for source.
    assert_eq!(item("license-text").unwrap(), serde_json::json!(["pkg:npm/glue@2.0.0", "pkg:npm/kit@1.0.0"]));
    assert_eq!(item("disclose-source").unwrap(), serde_json::json!(["pkg:npm/glue@2.0.0"]));
    assert_eq!(conditions(&list, "pkg:npm/kit@1.0.0"), ["license-text", "copyright"]);
    // What only those who work on the product need is not handed on, and what nobody knows is not left out silently.
    assert!(!list["components"].to_string().contains("lint"), "{list}");
    assert_eq!(list["left_out"].as_array().unwrap().len(), 2);
    assert_eq!(list["unknown"], serde_json::json!(["pkg:npm/odd@1.0.0"]));
    assert_eq!(list["complete"], false);
    let own = list["components"].as_array().unwrap().iter().find(|one| one["name"] == "own").unwrap();
    assert_eq!(own["unread"], serde_json::json!(["LicenseRef-house"]));
}

#[test]
fn what_is_used_inside_asks_less_and_what_is_named_is_added() {
    let world = world(BINARY);
    let inside = list(&world, &["--distribution", "internal"]);
    assert_eq!(inside["items"], serde_json::json!([]));
    let with_tools = list(&world, &["--include", "development"]);
    assert!(with_tools["components"].to_string().contains("lint"), "{with_tools}");
    let ran = world.run(&["obligations", "--distribution", "sold"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("internal, hosted"), "{}", ran.stderr());
}

#[test]
fn a_person_reads_boxes_to_tick() {
    let world = world(BINARY);
    let text = world.run(&["obligations", "--no-caches"]);
    for part in [
        "given to others as a program (sepal.toml:3)",
        "[ ] ship the text of the license: 2 components",
        "sepal notice -o NOTICE.txt",
        "read the text of LicenseRef-house",
        "find out the license",
        "pkg:npm/odd@1.0.0",
        "not legal advice",
    ] {
        assert!(text.stdout().contains(part), "{part}: {}", text.stdout());
    }
    let markdown = world.run(&["obligations", "--no-caches", "--format", "markdown"]).stdout();
    assert!(markdown.contains("- [ ] **ship the text of the license**"), "{markdown}");
    assert!(markdown.contains("| kit 1.0.0 | MIT | "), "{markdown}");
}

#[test]
fn a_policy_that_asks_for_completeness_does_not_take_half_a_list() {
    let world = world(&format!("{BINARY}[completeness]\nrequire = true\n"));
    assert_eq!(world.run(&["obligations", "--no-caches"]).code(), 3);
}

#[test]
fn a_list_from_half_a_lock_file_says_so_and_is_not_complete() {
    let world = world(&format!("{BINARY}[completeness]\nrequire = true\n"));
    // All that is left is known: only what could not be read is missing.
    let lock = r#"{ "name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": { "": { "name": "shop", "version": "1.0.0" },
        "node_modules/kit": { "version": "1.0.0", "license": "MIT" } } }"#;
    let manifest = r#"{ "name": "shop", "version": "1.0.0", "dependencies": { "kit": "1.0.0" } }"#;
    world.write("package.json", manifest);
    world.write(
        "package-lock.json",
        &lock.replace(r#""version": "1.0.0" },"#, r#""version": "1.0.0", "dependencies": { "kit": "1.0.0" } },"#),
    );
    assert_eq!(world.run(&["obligations", "--no-caches"]).code(), 0);
    world.write("other/package.json", r#"{ "name": "other", "version": "1.0.0" }"#);
    world.write("other/package-lock.json", &LOCK[..200]);
    let ran = world.run(&["obligations", "--no-caches", "--format", "json"]);
    assert_eq!(ran.code(), 3, "{}", ran.stdout());
    let list: Value = serde_json::from_str(&ran.stdout()).unwrap();
    assert_eq!(list["complete"], false);
    assert!(list["missing"].to_string().contains("other/package-lock.json"), "{list}");
    let text = world.run(&["obligations", "--no-caches"]).stdout();
    assert!(text.contains("complete what was read") && text.contains("other/package-lock.json"), "{text}");
}
