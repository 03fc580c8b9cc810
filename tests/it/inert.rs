//! No socket, no process: shown by tracing every system call of whole runs over a tree that is full of traps.

use std::process::Command;

use super::world::World;

/// A tree in which every ecosystem's own tool would run something: each trap writes a file `sprung-…`.
fn trapped() -> World {
    let world = World::npm();
    let marker = |name: &str| format!("touch '{}'", world.path().join(format!("sprung-{name}")).display());
    let trap = world.write("traps/wrapper.sh", &format!("#!/bin/sh\n{}\nexec \"$@\"\n", marker("rustc")));
    make_executable(&trap);
    world.write(".cargo/config.toml", &format!("[build]\nrustc-wrapper = \"{}\"\n", trap.display()));
    world.write(
        "Cargo.toml",
        "[package]\nname = \"trapped\"\nversion = \"0.1.0\"\nedition = \"2021\"\nbuild = \"build.rs\"\n",
    );
    world.write("Cargo.lock", "version = 3\n\n[[package]]\nname = \"trapped\"\nversion = \"0.1.0\"\n");
    world.write(
        "build.rs",
        &format!("fn main() {{ std::fs::write({:?}, \"\").unwrap(); }}\n", world.path().join("sprung-build")),
    );
    world.write("src/lib.rs", "");
    let scripts = format!(r#""scripts": {{"preinstall": "{}"}},"#, marker("npm"));
    let manifest = super::world::PACKAGE_JSON.replacen('{', &format!("{{\n  {scripts}"), 1);
    world.write("package.json", &manifest);
    world.write(".pnpmfile.cjs", &format!("require('fs').writeFileSync({:?}, '')", world.path().join("sprung-pnpm")));
    world.write(".yarnrc.yml", "yarnPath: ./traps/yarn.cjs\n");
    world.write("traps/yarn.cjs", &format!("require('fs').writeFileSync({:?}, '')", world.path().join("sprung-yarn")));
    world.write(".npmrc", "registry=https://registry.example/\n");
    world.write(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: acme/run@v1\n      - run: touch sprung-ci\n",
    );
    // A repository whose settings name programs for whatever git does; some of it committed, the rest staged.
    let git = |arguments: &[&str]| {
        let config = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
        let done = Command::new("git").current_dir(world.path()).args(config).args(arguments).status();
        assert!(done.expect("these tests need git").success(), "git {arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "Cargo.toml", "Cargo.lock"]);
    git(&["commit", "--quiet", "-m", "first"]);
    git(&["add", "--all"]);
    let hook = world.write(".git/hooks/post-index-change", &format!("#!/bin/sh\n{}\n", marker("hook")));
    make_executable(&hook);
    world.write(".gitattributes", "* filter=trap diff=trap\n");
    let config = std::fs::read_to_string(world.path().join(".git/config")).unwrap();
    let run = |name: &str| format!("\"{}\"", marker(name));
    world.write(
        ".git/config",
        &format!(
            "{config}\tfsmonitor = {}\n\tsshCommand = {}\n\tpager = {}\n[filter \"trap\"]\n\tclean = {}\n\tsmudge = {}\n\
             \tprocess = {}\n\trequired = true\n[diff \"trap\"]\n\ttextconv = {}\n[credential]\n\thelper = {}\n",
            run("fsmonitor"),
            run("ssh"),
            run("pager"),
            run("clean"),
            run("smudge"),
            run("process"),
            run("textconv"),
            run("credential"),
        ),
    );
    // Tools by these names stand first in the search path of every run below.
    for tool in ["cargo", "rustc", "npm", "node", "yarn", "pnpm", "bun", "git", "sh"] {
        let file = world.write(&format!("bin/{tool}"), &format!("#!/bin/sh\n{}\n", marker("path")));
        make_executable(&file);
    }
    world
}

#[cfg(unix)]
fn make_executable(file: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn make_executable(_file: &std::path::Path) {}

fn sprung(world: &World) -> Vec<String> {
    std::fs::read_dir(world.path())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.starts_with("sprung-"))
        .collect()
}

/// Whether a tool is there. Where CI says that it must be, its absence is a failure.
fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        assert!(std::env::var_os("SEPAL_NEED_TOOLS").is_none(), "{tool} is not installed, and this run must not skip");
        eprintln!("skipped: {tool} is not installed");
    }
    found
}

const RUNS: &[&[&str]] = &[
    &["check", "."],
    &["check", ".", "--format", "sarif", "--no-ignore"],
    &["check", ".", "--since", "HEAD"],
    &["check", ".", "--staged", "--format", "json"],
    &["check", ".@HEAD"],
    &["scan", ".", "-o", "cyclonedx-json=bom.json", "-o", "spdx-json=spdx.json"],
    &["why", "core"],
    &["explain", "MIT"],
    &["identify", "."],
    &["formats"],
];

#[test]
fn no_trap_springs() {
    let world = trapped();
    let path = format!("{}:{}", world.path().join("bin").display(), std::env::var("PATH").unwrap_or_default());
    for arguments in RUNS {
        let output = world.sepal().args(*arguments).env("PATH", &path).output().unwrap();
        assert!(
            output.status.code().is_some_and(|code| code < 2),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_eq!(sprung(&world), Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_opens_no_socket_and_executes_nothing() {
    if !has("strace") {
        return;
    }
    let world = trapped();
    let log = tempfile::NamedTempFile::new().unwrap();
    for arguments in RUNS {
        let status = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=%network,execve,execveat,fork,vfork", "-o"])
            .arg(log.path())
            .arg(env!("CARGO_BIN_EXE_sepal"))
            .args(*arguments)
            .current_dir(world.path())
            .env("CARGO_HOME", world.path().join("no-cargo-home"))
            .output()
            .unwrap();
        assert!(status.status.code().is_some_and(|code| code < 2), "{arguments:?}: {status:?}");
        let calls = std::fs::read_to_string(log.path()).unwrap();
        // Beside calls, strace tells of signals (---), of ends (+++), and of threads that the end of the process cut off
        // before it knew what they called (???): none of these is a call of the traced kinds.
        let is_call = |line: &&str| {
            let told = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
            !["---", "+++", "???"].iter().any(|other| told.starts_with(other))
        };
        let calls: Vec<&str> = calls.lines().filter(is_call).collect();
        assert_eq!(calls.len(), 1, "{arguments:?} did more than start: {calls:#?}");
        assert!(calls[0].contains("execve(") && calls[0].contains("sepal"), "{calls:?}");
    }
}

/// The traps are real: the ecosystems' own tools spring them.
#[cfg(unix)]
#[test]
fn the_real_tools_spring_the_traps() {
    let world = trapped();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--offline", "--format-version", "1"])
        .current_dir(world.path())
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .output()
        .unwrap();
    assert!(sprung(&world).contains(&"sprung-rustc".to_owned()), "{}", String::from_utf8_lossy(&output.stderr));
    if has("npm") {
        let _ = Command::new("npm")
            .args(["install", "--offline", "--no-audit", "--no-fund"])
            .current_dir(world.path())
            .output()
            .unwrap();
        let fired = sprung(&world).contains(&"sprung-npm".to_owned());
        // Offline npm may stop at the missing tarballs before it comes to scripts; `npm run` has nothing to fetch.
        if !fired {
            let _ = Command::new("npm").args(["run", "preinstall"]).current_dir(world.path()).output().unwrap();
        }
        assert!(sprung(&world).contains(&"sprung-npm".to_owned()));
    }
}

#[cfg(all(unix, feature = "trust-tools"))]
#[test]
fn trusted_tools_run_without_what_the_tree_names_and_write_nothing_into_it() {
    let world = trapped();
    std::fs::remove_dir_all(world.path().join("bin")).unwrap();
    let listing = |world: &World| {
        let mut names: Vec<_> =
            std::fs::read_dir(world.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = listing(&world);
    let home = std::env::var_os("CARGO_HOME");
    let mut command = world.sepal();
    match home {
        Some(home) => command.env("CARGO_HOME", home),
        None => command.env_remove("CARGO_HOME"),
    };
    let output = command.args(["check", ".", "--trust-tools", "--format", "json"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("1 of 1 workspaces answered"), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(sprung(&world), Vec::<String>::new());
    assert_eq!(listing(&world), before);
}
