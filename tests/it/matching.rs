//! What is publicly known of components, from the records to the report.

use serde_json::{Value, json};

use super::world::World;

fn record(id: &str, name: &str, events: Value) -> Value {
    json!({
        "id": id,
        "published": "2026-01-01T00:00:00Z",
        "modified": "2026-09-19T00:00:00Z",
        "summary": "Runs what strangers send",
        "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
        "affected": [{
            "package": { "ecosystem": "npm", "name": name },
            "ranges": [{ "type": "SEMVER", "events": events }],
        }],
    })
}

/// A repository that asks for `kit` and through `tool` for `deep`, with advisories about both.
fn world() -> World {
    let world = World::new();
    let lock = json!({
        "name": "web", "version": "1.0.0", "lockfileVersion": 3,
        "packages": {
            "": { "name": "web", "version": "1.0.0", "dependencies": { "kit": "^1.0.0", "tool": "^2.0.0" } },
            "node_modules/kit": { "version": "1.0.0", "license": "MIT", "integrity": "sha512-AA==" },
            "node_modules/tool": {
                "version": "2.0.0", "license": "MIT", "integrity": "sha512-AA==", "dependencies": { "deep": "^0.3.0", "held": "1.0.0" }
            },
            "node_modules/deep": { "version": "0.3.1", "license": "MIT", "integrity": "sha512-AA==" },
            "node_modules/held": { "version": "1.0.0", "license": "MIT", "integrity": "sha512-AA==" },
        },
    });
    world.write("repo/package-lock.json", &serde_json::to_string_pretty(&lock).unwrap());
    let manifest = json!({ "name": "web", "version": "1.0.0", "dependencies": { "kit": "^1.0.0", "tool": "^2.0.0" } });
    world.write("repo/package.json", &serde_json::to_string_pretty(&manifest).unwrap());
    let mut one = record("GHSA-aaaa-bbbb-cccc", "kit", json!([{ "introduced": "0" }, { "fixed": "1.0.2" }]));
    one["aliases"] = json!(["CVE-2026-0001"]);
    // The other record of the same is fixed later, and 1.0.5 brings another vulnerability that 1.0.7 is rid of.
    let mut same = record("PYSEC-X-1", "kit", json!([{ "introduced": "0" }, { "fixed": "1.0.5" }]));
    same["aliases"] = json!(["CVE-2026-0001"]);
    let later = record("GHSA-dddd-eeee-ffff", "kit", json!([{ "introduced": "1.0.5" }, { "fixed": "1.0.7" }]));
    let second = record("GHSA-gggg-hhhh-jjjj", "kit", json!([{ "introduced": "0.9.0" }, { "fixed": "1.0.7" }]));
    let deep = record("GHSA-kkkk-llll-mmmm", "deep", json!([{ "introduced": "0" }, { "fixed": "0.3.4" }]));
    let held = record("GHSA-nnnn-oooo-pppp", "held", json!([{ "introduced": "0" }, { "fixed": "1.1.0" }]));
    let mut withdrawn = record("GHSA-zzzz-zzzz-zzzz", "kit", json!([{ "introduced": "0" }]));
    withdrawn["withdrawn"] = json!("2026-02-01T00:00:00Z");
    let other = record("GHSA-other-none", "kit", json!([{ "introduced": "1.1.0" }]));
    for (at, record) in [one, same, later, second, deep, held, withdrawn, other].iter().enumerate() {
        world.write(&format!("records/{at}.json"), &record.to_string());
    }
    world.write(
        "records/kev.json",
        &json!({
            "catalogVersion": "2026.09.01", "dateReleased": "2026-09-01T00:00:00Z",
            "vulnerabilities": [{
                "cveID": "CVE-2026-0001", "dateAdded": "2026-03-01", "dueDate": "2026-03-22",
                "knownRansomwareCampaignUse": "Known"
            }],
        })
        .to_string(),
    );
    world.write(
        "records/epss.csv",
        "#score_date:2026-09-18T00:00:00+0000\ncve,epss,percentile\nCVE-2026-0001,0.5,0.9\n",
    );
    let ran = world.run(&["advisories", "import", "records", "--database", "db"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    world
}

#[test]
fn what_is_known_is_found_with_its_fix_and_its_way_in() {
    let world = world();
    let ran = world.run(&["check", "repo", "--advisories", "db", "--format", "json"]);
    assert_eq!(ran.code(), 1, "{}", ran.stderr());
    let report = ran.json();
    let known = report["advisories"]["vulnerabilities"].as_array().unwrap();
    let of = |id: &str| known.iter().find(|known| known["id"] == id).unwrap_or_else(|| panic!("{id} is not known"));
    assert_eq!(known.len(), 4, "one of two records, none withdrawn, none of another range");
    let first = of("CVE-2026-0001");
    assert_eq!(first["records"], json!(["GHSA-aaaa-bbbb-cccc", "PYSEC-X-1"]));
    assert_eq!(
        first["fix"],
        json!({ "version": "1.0.5", "major": false }),
        "the fix that none of its records calls affected"
    );
    assert_eq!(first["known_exploited"]["ransomware"], true);
    assert_eq!(first["epss"]["probability"], 0.5);
    assert_eq!((&first["affected"], &first["cvss"]["score"]), (&json!("< 1.0.2"), &json!(9.8)));
    assert_eq!(
        report["advisories"]["remedies"][2],
        json!({ "component": "pkg:npm/kit@1.0.0", "version": "1.0.7", "major": false })
    );
    let findings = report["findings"].as_array().unwrap();
    let rules: Vec<&str> = findings.iter().filter_map(|found| found["rule"].as_str()).collect();
    assert_eq!(rules.iter().filter(|rule| **rule == "vuln/severity-over-threshold").count(), 4);
    assert_eq!(rules.iter().filter(|rule| **rule == "vuln/known-exploited").count(), 1);
    let deep = findings.iter().find(|found| found["component"] == "pkg:npm/deep@0.3.1").unwrap();
    assert_eq!(deep["path"], json!(["pkg:npm/web@1.0.0", "pkg:npm/tool@2.0.0", "pkg:npm/deep@0.3.1"]));
    assert_eq!(deep["locations"][0]["path"], "repo/package.json".trim_start_matches("repo/"));
    assert_eq!(deep["advisory"]["id"], "GHSA-kkkk-llll-mmmm");

    let text = world.run(&["check", "repo", "--advisories", "db"]).stdout();
    assert!(text.contains("advisories: 7, imported on 2026-09-21"), "{text}");
    assert!(text.contains("known to be exploited since 2026-03-01, also for ransomware"), "{text}");
    assert!(text.contains("npm install kit@1.0.5"), "{text}");
    assert!(text.contains("1.0.7 is clear of everything known"), "{text}");
    assert!(text.contains("4 vulnerabilities: critical 4 · 1 known to be exploited"), "{text}");
}

#[test]
fn without_advisories_nothing_fails_and_that_is_said() {
    let world = world();
    let ran = world.run(&["check", "repo"]);
    assert_eq!(ran.code(), 0, "{}", ran.stdout());
    assert!(ran.stdout().contains("advisories: not looked up (sepal advisories import)"), "{}", ran.stdout());
    assert!(world.run(&["check", "repo", "--format", "json"]).json().get("advisories").is_none());
    assert_eq!(world.run(&["check", "repo", "--advisories", "nowhere"]).code(), 2);
    assert_eq!(world.run(&["check", "repo", "--advisories", "db", "--no-advisories"]).code(), 2);
    assert_eq!(world.run(&["check", "repo", "--no-advisories"]).code(), 0);
    world.write("half", "half");
    let ran = world.run(&["check", "repo", "--advisories", "half"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("not whole"), "{}", ran.stderr());
    world.write("repo/sepal.toml", "[completeness]\nadvisories = true\n");
    assert_eq!(world.run(&["check", "repo"]).code(), 3, "a policy may demand that somebody looks");
}

#[test]
fn a_fix_plan_has_a_command_for_each_step_and_says_what_it_cannot_know() {
    let world = world();
    let ran = world.run(&["check", "repo", "--advisories", "db", "--fix-plan", "--format", "json"]);
    assert_eq!(ran.code(), 1, "{}", ran.stderr());
    let plan = ran.json();
    assert_eq!((&plan["findings"], &plan["cleared"]), (&json!(5), &json!(4)), "{plan}");
    let steps: Vec<(&str, &str)> = plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["component"].as_str().unwrap(), step["command"].as_str().unwrap()))
        .collect();
    assert_eq!(steps, [("pkg:npm/kit@1.0.0", "npm install kit@1.0.7"), ("pkg:npm/deep@0.3.1", "npm update deep")]);
    assert_eq!(plan["held_back"][0]["direct"], "pkg:npm/tool@2.0.0");
    assert_eq!(plan["held_back"][0]["packages"][0]["reason"], "tool 2.0.0 asks for 1.0.0");
    let text = world.run(&["check", "repo", "--advisories", "db", "--fix-plan"]).stdout();
    let (data, plan) = text.split_once('\n').unwrap();
    assert!(data.starts_with("advisories: npm 7 records to ") && data.contains("imported 20"), "{text}");
    assert!(plan.starts_with("2 steps for 4 of 5 findings"), "{text}");
}

#[test]
fn vulnerabilities_are_in_a_document_only_where_they_were_asked_for() {
    let world = world();
    let scan = |more: &[&str]| {
        let mut arguments = vec!["scan", "repo", "--advisories", "db"];
        arguments.extend(more);
        world.run(&arguments)
    };
    assert!(scan(&[]).json().get("vulnerabilities").is_none());
    let document = scan(&["--vulnerabilities"]).json();
    let first = &document["vulnerabilities"].as_array().unwrap()[2];
    assert_eq!(first["id"], "CVE-2026-0001");
    assert_eq!(
        first["affects"][0],
        json!({ "ref": "pkg:npm/kit@1.0.0", "versions": [{ "version": "1.0.0", "status": "affected" }] })
    );
    assert_eq!(first["ratings"][0]["method"], "CVSSv31");
    let refused = scan(&["--vulnerabilities", "-o", "spdx-json"]);
    assert_eq!(refused.code(), 2);
    assert!(refused.stderr().contains("no place for vulnerabilities"), "{}", refused.stderr());
    assert_eq!(world.run(&["scan", "repo", "--vulnerabilities", "--no-advisories"]).code(), 2);
}

#[test]
fn code_scanning_gets_the_severity_of_each_advisory() {
    let world = world();
    let log = world.run(&["check", "repo", "--advisories", "db", "--format", "sarif"]).json();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "vuln/severity-over-threshold/CVE-2026-0001").unwrap();
    assert_eq!(rule["properties"]["security-severity"], "9.8");
    assert!(rule["help"]["text"].as_str().unwrap().contains("sepal explain vuln/severity-over-threshold"));
    for result in log["runs"][0]["results"].as_array().unwrap() {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
    }
}
