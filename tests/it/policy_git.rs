//! Policies that are files of a commit: fetched by the user's own git when asked to, and judged by from what is kept.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::{Ran, World};

const ORG: &str = "extends = [\"../base.toml\"]\n[licenses]\ndeny = [\"Apache-2.0\"]\n";
const BASE: &str = "extends = [\"builtin:baseline\"]\n[rules]\n\"deps/unpinned\" = \"error\"\n";

fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
        .args(arguments)
        .output()
        .expect("these tests need git");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A repository of policies in a world with a tree; its first commit, since whose time its files have changed.
fn made(format: &str) -> (World, String) {
    let world = World::new();
    world.write("tree/package.json", crate::world::PACKAGE_JSON);
    world.write("tree/package-lock.json", crate::world::PACKAGE_LOCK);
    world.write("policies/org/legal.toml", ORG);
    world.write("policies/base.toml", BASE);
    world.write("policies/org/long.toml", &format!("# {}\n", "x".repeat(5 << 20)));
    let place = world.path().join("policies");
    git(&place, &["init", "--quiet", "--initial-branch=main", &format!("--object-format={format}")]);
    git(&place, &["add", "--all"]);
    git(&place, &["commit", "--quiet", "-m", "first"]);
    let first = git(&place, &["rev-parse", "HEAD"]);
    git(&place, &["tag", "v1"]);
    world.write("policies/org/legal.toml", "extends = []\n");
    git(&place, &["commit", "--quiet", "--all", "-m", "second"]);
    (world, first)
}

fn url(world: &World) -> String {
    format!("file://{}", world.path().join("policies").display())
}

fn extends(world: &World, rev: &str, path: &str) {
    let text = format!("extends = [{{ git = \"{}\", rev = \"{rev}\", path = \"{path}\" }}]\n", url(world));
    world.write("tree/sepal.toml", &text);
}

fn run_with(world: &World, arguments: &[&str], environment: &[(&str, PathBuf)]) -> Ran {
    let mut command = world.sepal();
    command.env("XDG_CACHE_HOME", world.path().join("cache")).env_remove("SEPAL_OFFLINE");
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    Ran(command.args(arguments).output().unwrap())
}

fn run(world: &World, arguments: &[&str]) -> Ran {
    run_with(world, arguments, &[])
}

/// What lies in the folder of kept policies.
fn kept(world: &World) -> Vec<String> {
    let listed = std::fs::read_dir(world.path().join("cache/sepal/policies"));
    let mut names: Vec<String> =
        listed.into_iter().flatten().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[cfg(feature = "online")]
#[test]
fn a_policy_of_a_commit_is_fetched_by_name_only_and_counts_from_the_cache() {
    for format in ["sha1", "sha256"] {
        let (world, first) = made(format);
        extends(&world, &first, "org/legal.toml");
        let ran = run(&world, &["check", "tree"]);
        assert_eq!(ran.code(), 2);
        let said = ran.stderr();
        assert!(said.contains("is not on this machine") && said.contains("sepal policy update"), "{said}");
        assert_eq!(kept(&world), Vec::<String>::new(), "a check fetches nothing");

        let ran = run(&world, &["policy", "update", "tree"]);
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        // The file beside it is of the same commit, and nothing of git is left but what proves both.
        assert_eq!(ran.stderr().matches("fetched, and it is what was asked for").count(), 2, "{}", ran.stderr());
        assert_eq!(kept(&world), ["objects"]);
        let ran = run(&world, &["policy", "update", "tree"]);
        assert_eq!(ran.stderr().matches("is here already").count(), 2, "{}", ran.stderr());

        // From now on nobody needs the repository.
        std::fs::rename(world.path().join("policies"), world.path().join("elsewhere")).unwrap();
        let ran = run(&world, &["check", "tree"]);
        assert_eq!(ran.code(), 1, "{}", ran.stderr());
        assert!(ran.stdout().contains("Apache-2.0"), "{}", ran.stdout());
        let shown = run(&world, &["policy", "show", "tree"]).stdout();
        for file in ["org/legal.toml:3", "base.toml:3"] {
            let place = format!("{}@{first}/{file}", url(&world));
            assert!(shown.contains(&place), "{place} is not in\n{shown}");
        }

        // What somebody changed is no longer what the commit holds.
        let objects = world.path().join("cache/sepal/policies/objects");
        let file = std::fs::read_dir(&objects)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|file| std::fs::read(file).unwrap().ends_with(ORG.as_bytes()));
        let file = file.expect("the policy is kept");
        std::fs::write(&file, "blob 13\0extends = []\n").unwrap();
        assert_eq!(run(&world, &["check", "tree"]).code(), 2);
    }
}

#[cfg(feature = "online")]
#[test]
fn what_is_not_there_is_told() {
    let (world, first) = made("sha1");
    for (rev, path, told) in [
        (first.clone(), "org/missing.toml", "holds no file `org/missing.toml`"),
        (first.clone(), "org", "holds no file `org`"),
        (first.clone(), "org/long.toml", "is longer than"),
        ("0".repeat(40), "org/legal.toml", "could not be fetched"),
    ] {
        extends(&world, &rev, path);
        let ran = run(&world, &["policy", "update", "tree"]);
        assert_eq!(ran.code(), 2, "{path}: {}", ran.stderr());
        assert!(ran.stderr().contains(told), "{}", ran.stderr());
        assert_eq!(kept(&world), Vec::<String>::new(), "nothing of a failure is left");
    }
    // Another repository that has the commit not.
    let text = format!("extends = [{{ git = \"file:///no/such/place\", rev = \"{first}\", path = \"base.toml\" }}]\n");
    world.write("tree/sepal.toml", &text);
    assert_eq!(run(&world, &["policy", "update", "tree"]).code(), 2);
    // Without a git.
    extends(&world, &first, "base.toml");
    let ran = run_with(&world, &["policy", "update", "tree"], &[("PATH", world.path().join("none"))]);
    assert!(ran.code() == 2 && ran.stderr().contains("git was not found in the search path"), "{}", ran.stderr());
    // A file of this machine is no use of the network; anything else is.
    let text =
        format!("extends = [{{ git = \"https://git.example.org/p.git\", rev = \"{first}\", path = \"a.toml\" }}]\n");
    world.write("tree/sepal.toml", &text);
    let ran = run_with(&world, &["policy", "update", "tree"], &[("SEPAL_OFFLINE", "1".into())]);
    assert!(ran.code() == 2 && ran.stderr().contains("forbidden by SEPAL_OFFLINE"), "{}", ran.stderr());
}

#[test]
fn a_branch_a_tag_and_an_option_are_answered_with_their_line() {
    let (world, first) = made("sha1");
    for (rev, path) in [("main", "base.toml"), ("v1", "base.toml"), (&first[..12], "base.toml")] {
        extends(&world, rev, path);
        let said = run(&world, &["check", "tree"]).stderr();
        assert!(said.contains("sepal.toml:1:") && said.contains("is not a whole commit id"), "{said}");
        assert!(said.contains("git ls-remote"), "{said}");
    }
    for entry in [
        format!("git = \"--upload-pack=touch sprung\", rev = \"{first}\", path = \"base.toml\""),
        format!("git = \"ext::sh -c touch% sprung\", rev = \"{first}\", path = \"base.toml\""),
        format!("git = \"{}\", rev = \"{first}\", path = \"-p\"", url(&world)),
        format!("git = \"{}\", rev = \"{first}\", path = \"../x.toml\"", url(&world)),
        format!("git = \"{}\", rev = \"{first}\"", url(&world)),
    ] {
        world.write("tree/sepal.toml", &format!("extends = [{{ {entry} }}]\n"));
        for command in [&["check", "tree"][..], &["policy", "update", "tree"]] {
            let ran = run(&world, command);
            assert!(ran.code() == 2 && ran.stderr().contains("sepal.toml:1:"), "{entry}: {}", ran.stderr());
        }
    }
    assert!(!world.path().join("tree/sprung").exists() && !world.path().join("sprung").exists());
}

#[cfg(all(feature = "online", unix))]
#[test]
fn nothing_of_a_scanned_repository_runs_and_no_hook_does() {
    use std::os::unix::fs::PermissionsExt;
    let (world, first) = made("sha1");
    extends(&world, &first, "base.toml");
    let marker = |name: &str| format!("touch '{}'", world.path().join(format!("sprung-{name}")).display());
    let trap = |place: &str, name: &str| {
        let file = world.write(place, &format!("#!/bin/sh\n{}\n", marker(name)));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    let tree = world.path().join("tree");
    git(&tree, &["init", "--quiet"]);
    for hook in ["reference-transaction", "post-checkout", "pre-auto-gc", "post-index-change"] {
        trap(&format!("tree/.git/hooks/{hook}"), "repository");
        trap(&format!("user-hooks/{hook}"), "user");
    }
    let config = format!(
        "[core]\n\tfsmonitor = \"{0}\"\n\tsshCommand = \"{0}\"\n[url \"ext::{0} #\"]\n\tinsteadOf = file://\n",
        marker("config")
    );
    world.write("tree/.git/config", &config);
    let hooks = world.path().join("user-hooks");
    let global = world.write("gitconfig", &format!("[core]\n\thooksPath = \"{}\"\n", hooks.display()));
    // As if a hook of the scanned repository had started it, in its directory.
    let environment = [
        ("GIT_DIR", tree.join(".git")),
        ("GIT_WORK_TREE", tree.clone()),
        ("GIT_INDEX_FILE", tree.join(".git/index")),
        ("GIT_CONFIG_GLOBAL", global),
    ];
    let mut command = world.sepal();
    command.current_dir(&tree).env("XDG_CACHE_HOME", world.path().join("cache"));
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let ran = Ran(command.args(["policy", "update"]).output().unwrap());
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    let names = std::fs::read_dir(world.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let sprung: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with("sprung-")).collect();
    assert!(sprung.is_empty(), "{sprung:?}");
    assert!(!tree.join(".git/FETCH_HEAD").exists() && !tree.join(".git/shallow").exists());

    // The user's own configuration counts, and leads to no other protocol than those that are spoken.
    let other = format!("[url \"ext::sh -c {}\"]\n\tinsteadOf = file://\n", marker("ext").replace(' ', "% "));
    let global = world.write("gitconfig", &other);
    std::fs::remove_dir_all(world.path().join("cache")).unwrap();
    let ran = run_with(&world, &["policy", "update", "tree"], &[("GIT_CONFIG_GLOBAL", global)]);
    assert!(ran.code() == 2 && ran.stderr().contains("not allowed"), "{}", ran.stderr());
    assert!(!world.path().join("sprung-ext").exists());
}

#[cfg(all(feature = "online", feature = "git"))]
#[test]
fn a_change_of_the_commit_is_judged_by_the_one_before_or_not_at_all() {
    let (world, first) = made("sha1");
    let second = git(&world.path().join("policies"), &["rev-parse", "HEAD"]);
    let tree = world.path().join("tree");
    extends(&world, &first, "org/legal.toml");
    git(&tree, &["init", "--quiet", "--initial-branch=main"]);
    git(&tree, &["add", "--all"]);
    git(&tree, &["commit", "--quiet", "-m", "strict"]);
    git(&tree, &["checkout", "--quiet", "-b", "change"]);
    // What the second commit holds denies nothing.
    extends(&world, &second, "org/legal.toml");
    world.write("tree/package-lock.json", &crate::world::PACKAGE_LOCK.replace("\"MIT\"", "\"Apache-2.0\""));
    git(&tree, &["commit", "--quiet", "--all", "-m", "lax"]);

    assert_eq!(run(&world, &["policy", "update", "tree"]).code(), 0);
    let ran = run(&world, &["check", "tree", "--since", "main"]);
    let said = ran.stderr();
    assert!(ran.code() == 2 && said.contains("the policy of main at") && said.contains(&first), "{said}");
    assert!(said.contains("sepal policy update --since"), "{said}");

    let ran = run(&world, &["policy", "update", "tree", "--since", "main"]);
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    let ran = run(&world, &["check", "tree", "--since", "main"]);
    assert_eq!(ran.code(), 1, "{}{}", ran.stdout(), ran.stderr());
    assert!(ran.stdout().contains("this change edits the policy"), "{}", ran.stdout());
}
