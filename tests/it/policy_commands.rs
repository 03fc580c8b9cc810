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
