//! Only what is new fails: beside a revision, beside HEAD, beside a baseline. The repositories are made by git itself.

use std::process::Command;

use crate::world::{Ran, World};

/// A git repository in a world.
pub(crate) struct Repository(World);

impl std::ops::Deref for Repository {
    type Target = World;
    fn deref(&self) -> &World {
        &self.0
    }
}

impl Repository {
    pub(crate) fn new() -> Self {
        let repository = Self(World::new());
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"])
            .args(arguments)
            .output()
            .expect("these tests need git");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(crate) fn commit(&self, message: &str) -> &Self {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self
    }

    /// An npm project in a directory with these direct dependencies: name, version, license.
    pub(crate) fn project(&self, directory: &str, needs: &[(&str, &str, &str)]) {
        let at = |file: &str| if directory.is_empty() { file.to_owned() } else { format!("{directory}/{file}") };
        let own = format!("app-{}", directory.rsplit('/').next().unwrap_or_default());
        let wanted: Vec<String> = needs.iter().map(|(name, ..)| format!("    \"{name}\": \"*\"")).collect();
        let wanted = wanted.join(",\n");
        let head = format!("\"name\": \"{own}\",\n  \"version\": \"1.0.0\",\n  \"license\": \"Apache-2.0\"");
        self.write(&at("package.json"), &format!("{{\n  {head},\n  \"dependencies\": {{\n{wanted}\n  }}\n}}\n"));
        let package = |(name, version, license): &(&str, &str, &str)| {
            format!(
                "    \"node_modules/{name}\": {{\n      \"version\": \"{version}\",\n      \"resolved\": \
                 \"https://registry.example/{name}/-/{name}-{version}.tgz\",\n      \"integrity\": \"sha512-{}==\",\n      \
                 \"license\": \"{license}\"\n    }}",
                "A".repeat(86)
            )
        };
        let packages: Vec<String> = needs.iter().map(package).collect();
        self.write(
            &at("package-lock.json"),
            &format!(
                "{{\n  {head},\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"\": {{ {head}, \"dependencies\": {{\n{wanted}\n    \
                 }} }},\n{}\n  }}\n}}\n",
                packages.join(",\n")
            ),
        );
    }

    pub(crate) fn since(&self, reference: &str) -> Ran {
        self.run(&["check", "--since", reference, "--format", "json"])
    }
}

pub(crate) const OLD: &[(&str, &str, &str)] = &[("ghost", "1.0.0", "AGPL-3.0-only"), ("kit", "1.0.0", "MIT")];

fn with<'a>(more: &[(&'a str, &'a str, &'a str)]) -> Vec<(&'a str, &'a str, &'a str)> {
    OLD.iter().chain(more).copied().collect()
}

pub(crate) fn open(ran: &Ran) -> Vec<serde_json::Value> {
    let findings = ran.json()["findings"].as_array().unwrap().clone();
    findings.into_iter().filter(|finding| finding["standing"]["status"] == "open").collect()
}

#[test]
fn a_gpl_dependency_fails_alone_beside_five_hundred_old_findings() {
    let repository = Repository::new();
    let names: Vec<String> = (0..500).map(|number| format!("old-{number:03}")).collect();
    let mut needs: Vec<(&str, &str, &str)> =
        names.iter().map(|name| (name.as_str(), "1.0.0", "AGPL-3.0-only")).collect();
    repository.project("", &needs);
    repository.commit("old");
    repository.git(&["switch", "--quiet", "-c", "change"]);
    repository.write("notes.txt", "nothing that matters");
    repository.commit("text");
    assert_eq!(repository.run(&["check"]).code(), 1);
    let green = repository.since("main");
    assert_eq!(green.code(), 0, "{}", green.stderr());
    assert_eq!(open(&green).len(), 0);
    assert_eq!(green.json()["comparison"]["known"], 500);

    needs.push(("gpl-thing", "2.0.0", "GPL-3.0-only"));
    repository.project("", &needs);
    repository.commit("adds it");
    let red = repository.since("main");
    assert_eq!(red.code(), 1);
    let found = open(&red);
    assert_eq!(found.len(), 1, "{found:#?}");
    let finding = &found[0];
    assert_eq!(finding["rule"], "legal/component-license-denied");
    let place = &finding["locations"][0];
    let path = place["path"].as_str().unwrap();
    let line = place["line"].as_u64().unwrap() as usize;
    let text = std::fs::read_to_string(repository.path().join(path)).unwrap();
    assert!(text.lines().nth(line - 1).unwrap().contains("GPL-3.0-only"), "{path}:{line}");
    let way: Vec<&str> = finding["path"].as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();
    assert_eq!(way, ["pkg:npm/app-@1.0.0", "pkg:npm/gpl-thing@2.0.0"]);
    assert!(!finding["help"].as_array().unwrap().is_empty());
    let shown = repository.run(&["check", "--since", "main"]).stdout();
    assert!(shown.contains("1 new error") && shown.contains("500 known before"), "{shown}");
    assert_eq!(shown.matches("error[").count(), 1, "{shown}");
}

#[test]
fn what_main_got_meanwhile_is_not_the_changes_doing() {
    let repository = Repository::new();
    repository.project("", OLD);
    repository.commit("old");
    repository.git(&["branch", "change"]);
    repository.project("", &[("kit", "1.0.0", "MIT")]);
    repository.commit("main removes ghost");
    repository.git(&["switch", "--quiet", "change"]);
    repository.write("a.txt", "a");
    repository.commit("text");
    assert_eq!(repository.since("main").code(), 0, "beside where it left main");
    assert_eq!(repository.since("main..").code(), 1, "beside main itself");
}

#[test]
fn a_new_lock_and_a_new_place_do_not_bring_old_findings_back() {
    let repository = Repository::new();
    repository.project("web", OLD);
    repository.write(
        "web/loose/package.json",
        r#"{"name": "loose", "version": "1.0.0", "dependencies": {"a": "1", "b": "1"}}"#,
    );
    repository.commit("old");
    repository.git(&["switch", "--quiet", "-c", "change"]);
    repository.git(&["mv", "web", "apps"]);
    repository.project("apps", &[("ghost", "1.4.2", "AGPL-3.0-only"), ("kit", "3.0.0", "MIT")]);
    repository.commit("moved and locked anew");
    let ran = repository.since("main");
    assert_eq!((ran.code(), open(&ran).len()), (0, 0), "{}", ran.stdout());
    let remarks = ran.json()["run"]["remarks"].to_string();
    assert!(remarks.contains("the project in apps/loose is the one that was in web/loose"), "{remarks}");
}

#[test]
fn what_was_accepted_for_one_project_is_new_in_another() {
    let repository = Repository::new();
    repository.project("tools", OLD);
    repository.project("web", &[("kit", "1.0.0", "MIT")]);
    repository.commit("old");
    repository.git(&["switch", "--quiet", "-c", "change"]);
    repository.project("web", &with(&[]));
    repository.commit("spreads");
    let ran = repository.since("main");
    assert_eq!((ran.code(), open(&ran).len()), (1, 1), "{}", ran.stdout());
    let why = ran.json()["comparison"]["grown"][0]["reason"].to_string();
    assert!(why.contains("known in tools and now concerns web"), "{why}");
}

#[test]
fn a_change_cannot_allow_itself_what_it_brings() {
    let repository = Repository::new();
    repository.write("sepal.toml", "[licenses]\ndeny = [\"GPL-3.0-only\"]\n");
    repository.project("", &[("kit", "1.0.0", "MIT")]);
    repository.commit("old");
    repository.git(&["switch", "--quiet", "-c", "change"]);
    repository.project("", &[("kit", "1.0.0", "MIT"), ("gpl-thing", "1.0.0", "GPL-3.0-only")]);
    repository.write("sepal.toml", "[licenses]\nallow = [\"GPL-3.0-only\"]\n");
    repository.commit("allows itself");
    assert_eq!(repository.run(&["check"]).code(), 0);
    let ran = repository.since("main");
    assert_eq!(ran.code(), 1);
    let remarks = ran.json()["run"]["remarks"].to_string();
    assert!(remarks.contains("this change edits the policy") && remarks.contains("would leave 0 errors"), "{remarks}");
}

#[test]
fn a_missing_revision_is_no_pass() {
    let repository = Repository::new();
    repository.project("", OLD);
    repository.commit("one").commit("two");
    let ran = repository.since("mian");
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("`mian` is no branch, tag or commit"), "{}", ran.stderr());

    let clone = World::new();
    let from = format!("file://{}", repository.path().display());
    repository.git(&["clone", "--quiet", "--depth=1", &from, clone.path().join("shallow").to_str().unwrap()]);
    let ran = clone.run(&["check", "shallow", "--since", "main~1"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.stderr().contains("fetch-depth: 0"), "{}", ran.stderr());
    assert_eq!(clone.run(&["check", "shallow", "--since", "main"]).code(), 0, "the newest commit is there");
    let outside = World::npm();
    assert_eq!(outside.run(&["check", "--since", "main"]).code(), 2, "there is no repository");
}

#[test]
fn revisions_are_found_wherever_git_keeps_them() {
    let repository = Repository::new();
    repository.project("", &[("kit", "1.0.0", "MIT")]);
    repository.commit("one");
    repository.git(&["tag", "-a", "v1", "-m", "one"]);
    repository.project("", OLD);
    repository.commit("two");
    let id = repository.git(&["rev-parse", "HEAD~1"]);
    repository.git(&["pack-refs", "--all"]);
    repository.git(&["gc", "--quiet"]);
    for name in ["v1", &id, &id[..9], "HEAD~1", "HEAD^", "main~1", "@~"] {
        assert_eq!(open(&repository.since(name)).len(), 1, "{name}");
    }
    assert_eq!(open(&repository.since("HEAD")).len(), 0);

    // A second working tree, and a repository without any.
    let other = World::new();
    let beside = other.path().join("beside");
    repository.git(&["worktree", "add", "--quiet", "--detach", beside.to_str().unwrap(), "HEAD"]);
    assert_eq!(other.run(&["check", "beside", "--since", "v1"]).code(), 1);
    assert_eq!(other.run(&["check", "beside", "--staged"]).code(), 0);
    let bare = other.path().join("bare.git");
    repository.git(&["clone", "--quiet", "--bare", repository.path().to_str().unwrap(), bare.to_str().unwrap()]);
    assert_eq!(other.run(&["check", "bare.git"]).code(), 1);
    assert_eq!(other.run(&["check", "bare.git@v1"]).code(), 0);
    assert_eq!(other.run(&["check", "bare.git@main", "--since", "v1"]).code(), 1);
    let scanned = other.run(&["scan", "bare.git@v1", "-o", "json"]);
    assert_eq!(scanned.third_parties(), ["pkg:npm/kit@1.0.0"]);
}

#[test]
fn a_revision_and_its_checkout_hold_the_same() {
    let repository = Repository::new();
    repository.project("web", OLD);
    repository.project("node_modules/kit", OLD);
    repository.write("node_modules/.package-lock.json", "{}");
    repository.write(".gitignore", "dist\n");
    repository.write("api/requirements.txt", "-r more/deps.txt\nkit==1.0.0\n");
    repository.write("api/more/deps.txt", "ghost==2.0.0\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../api/requirements.txt", repository.path().join("web/requirements.txt")).unwrap();
    repository.commit("all");
    let findings =
        |ran: Ran| (ran.json()["findings"].clone(), ran.json()["components"].clone(), ran.json()["projects"].clone());
    let files = findings(repository.run(&["check", "--format", "json"]));
    assert_eq!(files, findings(repository.run(&["check", ".@HEAD", "--format", "json"])));
    let part = findings(repository.run(&["check", "web", "--format", "json"]));
    assert_eq!(part, findings(repository.run(&["check", "web@HEAD", "--format", "json"])));
}

#[test]
fn what_is_staged_is_judged_and_what_is_not_is_not() {
    let repository = Repository::new();
    repository.project("", OLD);
    repository.write("src/main.js", "1");
    repository.commit("old");
    let quiet = repository.run(&["check", "--staged"]);
    assert_eq!(
        (quiet.code(), quiet.stdout().as_str()),
        (0, "sepal: nothing is staged, so there was nothing to look at\n")
    );
    repository.write("src/main.js", "2");
    repository.git(&["add", "src"]);
    let quiet = repository.run(&["check", "--staged"]);
    assert!(
        quiet.code() == 0 && quiet.stdout().contains("looked at nothing: src/main.js is staged"),
        "{}",
        quiet.stdout()
    );

    repository.project("", &with(&[("gpl-thing", "1.0.0", "GPL-3.0-only")]));
    assert_eq!(repository.run(&["check", "--staged"]).code(), 0, "it is not staged yet");
    repository.git(&["add", "--all"]);
    repository.project("", OLD);
    let ran = repository.run(&["check", "--staged", "--format", "json"]);
    assert_eq!((ran.code(), open(&ran).len()), (1, 1), "what is staged counts, not what lies in the directory");
    // A commit that takes a part of what is staged names its own index.
    let empty = repository.path().join(".git/part");
    repository.git(&["read-tree", "--index-output=.git/part", "HEAD"]);
    let part = repository.sepal().args(["check", "--staged"]).env("GIT_INDEX_FILE", &empty).output().unwrap();
    assert_eq!(part.status.code(), Some(0));
}

#[test]
fn a_waiver_that_is_staged_helps_at_once() {
    let repository = Repository::new();
    repository.project("", OLD);
    repository.commit("old");
    repository.project("", &with(&[("gpl-thing", "1.0.0", "GPL-3.0-only")]));
    repository.git(&["add", "--all"]);
    assert_eq!(repository.run(&["check", "--staged"]).code(), 1);
    repository.write(
        "sepal.toml",
        "[[waiver]]\nrule = \"legal/component-license-denied\"\ncomponent = \"pkg:npm/gpl-thing\"\nreason = \
         \"build-only\"\njustification = \"never shipped\"\napproved-by = \"ospo@example.org\"\nexpires = 2026-12-01\n",
    );
    repository.git(&["add", "--all"]);
    let ran = repository.run(&["check", "--staged"]);
    assert!(ran.code() == 0 && ran.stdout().contains("the staged change edits the policy"), "{}", ran.stdout());
}

#[test]
fn the_first_commit_can_be_judged() {
    let repository = Repository::new();
    repository.project("", OLD);
    repository.git(&["add", "--all"]);
    let ran = repository.run(&["check", "--staged", "--format", "json"]);
    assert_eq!((ran.code(), open(&ran).len()), (1, 1), "{}", ran.stderr());
}

#[test]
fn edits_of_vex_documents_are_said() {
    let repository = Repository::new();
    let document = |impact: &str| {
        format!(
            "{{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"@id\": \"https://example.org/vex\", \"author\": \"A\", \"timestamp\": \
             \"2026-01-01T00:00:00Z\", \"version\": 1, \"statements\": [{{\"vulnerability\": {{\"name\": \"CVE-2026-0001\"}}, \"products\": \
             [{{\"@id\": \"pkg:npm/kit\"}}], \"status\": \"not_affected\", \"impact_statement\": \"{impact}\"}}]}}"
        )
    };
    repository.project("", &[("kit", "1.0.0", "MIT")]);
    repository.write("sepal.toml", "[vex]\ndocuments = [\"vex.json\", \"other.json\"]\n");
    repository.write("vex.json", &document("never called"));
    repository.write("other.json", &document("never called"));
    repository.commit("first");
    assert!(!repository.since("HEAD").stdout().contains("the VEX document"));
    repository.write("vex.json", &document("called, and harmless"));
    let said = repository.since("HEAD").stdout();
    assert!(
        said.contains("this change edits the VEX document vex.json") && !said.contains("document other.json"),
        "{said}"
    );
}

#[test]
fn a_baseline_knows_what_was_there_and_says_by_which_policy() {
    let world = Repository::new();
    world.project("", OLD);
    let made = world.run(&["check", "--write-baseline", "known.json"]);
    assert_eq!(made.code(), 0, "{}", made.stderr());
    let kept = world.run(&["check", "--format", "json"]);
    world.write("kept.json", &kept.stdout());
    for baseline in ["known.json", "kept.json"] {
        assert_eq!(world.run(&["check", "--baseline", baseline]).code(), 0, "{baseline}");
    }
    world.project("", &[("new", "1.0.0", "AGPL-3.0-only"), ("kit", "1.0.0", "MIT")]);
    for baseline in ["known.json", "kept.json"] {
        let ran = world.run(&["check", "--baseline", baseline, "--format", "json"]);
        let compared = ran.json()["comparison"].clone();
        assert_eq!(
            (ran.code(), compared["new"].as_u64(), compared["known"].as_u64()),
            (1, Some(1), Some(0)),
            "{baseline}"
        );
        assert_eq!(compared["fixed"].as_array().unwrap().len(), 1, "{baseline}");
    }
    world.write("sepal.toml", "[licenses]\nallow = [\"MIT\"]\n");
    let ran = world.run(&["check", "--baseline", "known.json"]);
    assert!(ran.stdout().contains("was made by another policy (baseline (built in))"), "{}", ran.stdout());
    assert_eq!(world.run(&["check", "--baseline", "package.json"]).code(), 2);
}

#[test]
fn a_roll_out_warns_until_its_last_day() {
    let world = World::new();
    let repository = Repository(world);
    repository.project("", OLD);
    let code = |until: &str| {
        repository.write("sepal.toml", &format!("[gate]\nwarn-until = {until}\n"));
        let ran = repository.run(&["check"]);
        (ran.code(), ran.stdout())
    };
    let (today, said) = code("2026-09-21");
    assert!(today == 0 && said.contains("its last day is today") && said.contains("fails after 2026-09-21"), "{said}");
    assert!(code("2026-09-20").0 == 1 && code("2026-09-20").1.contains("the roll-out ended"));
    assert!(code("2999-01-01").0 == 1 && code("2999-01-01").1.contains("is not heeded"));
}

fn of_rule(ran: &Ran, rule: &str) -> Vec<String> {
    let found = open(ran).into_iter().filter(|finding| finding["rule"] == rule);
    found.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_license_that_changes_with_an_update_is_found_once_and_survives_a_move() {
    let repository = Repository::new();
    repository.project("web", &with(&[]));
    repository.commit("old");
    repository.git(&["switch", "--quiet", "-c", "change"]);
    let newer = [("ghost", "1.0.0", "AGPL-3.0-only"), ("kit", "2.0.0", "BUSL-1.1")];
    repository.project("web", &newer);
    repository.commit("updates");
    let changed = repository.since("main");
    let message = of_rule(&changed, "legal/license-changed");
    assert_eq!(message.len(), 1, "{message:?}");
    assert!(message[0].starts_with("kit 2.0.0 is under BUSL-1.1; 1.0.0 was under MIT (main at "), "{message:?}");
    let finding = open(&changed).into_iter().find(|finding| finding["rule"] == "legal/license-changed").unwrap();
    let place = &finding["locations"][0];
    let text = std::fs::read_to_string(repository.path().join(place["path"].as_str().unwrap())).unwrap();
    let line = text.lines().nth(place["line"].as_u64().unwrap() as usize - 1).unwrap();
    assert!(line.contains("BUSL-1.1"), "{line}");

    // A move of the project with the same lock brings nothing new, and with the update the same finding.
    repository.git(&["mv", "web", "apps"]);
    repository.commit("moves");
    assert_eq!(of_rule(&repository.since("main"), "legal/license-changed"), message);
    assert_eq!(of_rule(&repository.since("HEAD~1.."), "legal/license-changed"), [""; 0]);
    // A check of the tree alone knows of no change.
    let alone = repository.run(&["check", "--format", "json"]);
    assert_eq!(of_rule(&alone, "legal/license-changed"), [""; 0]);
}

#[test]
fn a_baseline_knows_the_licenses_of_its_day_and_old_ones_say_that_they_do_not() {
    let world = Repository(World::new());
    world.project("", OLD);
    world.run(&["check", "--write-baseline", "known.json"]);
    let text = std::fs::read_to_string(world.path().join("known.json")).unwrap();
    assert!(text.contains("\"purl\":\"pkg:npm/kit@1.0.0\",\"license\":\"MIT\",\"origin\":\"registry\""), "{text}");
    world.project("", &[("ghost", "1.0.0", "AGPL-3.0-only"), ("kit", "1.1.0", "ISC")]);
    let ran = world.run(&["check", "--baseline", "known.json", "--format", "json"]);
    assert_eq!(of_rule(&ran, "legal/license-changed").len(), 1, "{}", ran.stdout());
    let old: String =
        text.split("  \"components\"").next().unwrap().trim_end().trim_end_matches(',').to_owned() + "\n}\n";
    world.write("old.json", &old);
    let ran = world.run(&["check", "--baseline", "old.json"]);
    assert!(ran.stdout().contains("holds no components"), "{}{}", ran.stdout(), ran.stderr());
}

#[test]
fn a_notice_that_is_taken_out_is_found_where_the_file_was_moved_to() {
    let repository = Repository::new();
    repository.project("", OLD);
    let body: String = (0..20).map(|line| format!("let value_{line} = {line};\n")).collect();
    repository.write("src/sort.js", &format!("// Copyright (c) 2019 Acme Ltd.\n{body}"));
    repository.write("src/kept.js", &format!("// Copyright (c) 2019 Acme Ltd.\n{body}"));
    repository.commit("old");
    repository.git(&["switch", "--quiet", "-c", "change"]);
    repository.write("src/kept.js", &format!("// Copyright (c) 2019-2026 Acme Ltd.\n{body}"));
    std::fs::remove_file(repository.path().join("src/sort.js")).unwrap();
    repository.write("lib/sort.js", &format!("// Sorts.\n{body}"));
    repository.git(&["add", "--all"]);
    let staged = repository.run(&["check", "--staged", "--format", "json"]);
    let found = of_rule(&staged, "review/notice-removed");
    assert_eq!(found.len(), 1, "{found:?}");
    let said = "\"Copyright (c) 2019 Acme Ltd.\" is gone from lib/sort.js, which was src/sort.js";
    assert!(found[0].starts_with(said), "{found:?}");
    repository.commit("moves");
    assert_eq!(of_rule(&repository.since("main"), "review/notice-removed").len(), 1);
}

#[test]
fn new_direct_dependencies_need_an_approval_where_the_policy_asks() {
    let repository = Repository::new();
    let asks = "[rules]\n\"deps/new-component-unapproved\" = \"error\"\n";
    repository.write("sepal.toml", asks);
    repository.project("", OLD);
    repository.commit("old");
    repository.git(&["switch", "--quiet", "-c", "change"]);
    repository.project("", &with(&[("fresh", "1.0.0", "MIT")]));
    repository.git(&["add", "--all"]);
    let staged = repository.run(&["check", "--staged", "--format", "json"]);
    assert_eq!((staged.code(), of_rule(&staged, "deps/new-component-unapproved").len()), (1, 1), "{}", staged.stderr());
    let approval =
        "[[approval]]\ncomponent = \"pkg:npm/fresh\"\nby = \"a@example.org\"\ndate = 2026-09-01\nreason = \"x\"\n";
    repository.write("sepal.toml", &format!("{asks}{approval}"));
    repository.git(&["add", "--all"]);
    assert_eq!(repository.run(&["check", "--staged"]).code(), 0);
}

#[test]
fn a_commit_of_sources_alone_is_looked_at_where_it_takes_a_notice_out() {
    let repository = Repository::new();
    repository.project("", OLD);
    let body: String = (0..20).map(|line| format!("let value_{line} = {line};\n")).collect();
    repository.write("src/sort.js", &format!("// Copyright (c) 2019 Acme Ltd.\n{body}"));
    repository.commit("old");
    repository.write("src/sort.js", &format!("// Copyright (c) 2019 Acme Ltd.\n// Sorts.\n{body}"));
    repository.git(&["add", "--all"]);
    assert!(repository.run(&["check", "--staged"]).stdout().contains("looked at nothing"));
    repository.write("src/sort.js", &body);
    repository.git(&["add", "--all"]);
    assert!(repository.run(&["check", "--staged"]).stdout().contains("is gone from src/sort.js"));
}
