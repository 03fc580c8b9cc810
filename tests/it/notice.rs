//! `sepal notice`: every text that the copies of packages carry, and a word on every one that they do not.

use serde_json::Value;

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
