//! `cargo metadata`, without anything that the scanned repository may have set up around it.
//!
//! Cargo reads `.cargo/config.toml` from its working directory upwards and runs what that names (`build.rustc`,
//! `build.rustc-wrapper`, credential helpers). So it works in the root of the file system, where neither the repository nor,
//! as in a directory for temporary files, another user of the machine can put one, and the manifest is named by its path.
//! What configuration remains, the user's own, is the user's; wrappers are overridden all the same, since they have no part
//! in the answer. A `rust-toolchain` file is not followed either: rustup looks for it from the working directory, too.

use std::path::Path;

use super::ToolError;
#[cfg(feature = "trust-tools")]
use super::run::{Asked, OwnDirectory, answer};

/// How long cargo may take.
#[cfg(feature = "trust-tools")]
const LIMIT: std::time::Duration = std::time::Duration::from_secs(120);
/// How much of its answer is read. Real answers for thousands of packages stay below 50 MB.
#[cfg(feature = "trust-tools")]
const LIMIT_BYTES: u64 = 1 << 30;

#[cfg(feature = "trust-tools")]
const PROGRAM: &str = "cargo metadata";

/// The answer of `cargo metadata --format-version 1 --locked --offline` for a manifest, as JSON.
///
/// `cargo` is the path of the cargo to run, which the caller found in a place that the user trusts; the `rustc` beside it is
/// used with it. Nothing is written into the tree: without a `Cargo.lock` that is up to date, the answer is an error.
///
/// # Errors
/// If there is no `rustc` beside `cargo`, if cargo cannot be started, fails or takes more than two minutes, and always if
/// the program was built without the feature `trust-tools`.
pub fn cargo_metadata(manifest: &Path, cargo: &Path) -> Result<String, ToolError> {
    #[cfg(not(feature = "trust-tools"))]
    {
        let _ = (manifest, cargo);
        Err(ToolError::NotBuilt { feature: "trust-tools" })
    }
    #[cfg(feature = "trust-tools")]
    run(manifest, cargo, LIMIT)
}

#[cfg(feature = "trust-tools")]
fn run(manifest: &Path, cargo: &Path, limit: std::time::Duration) -> Result<String, ToolError> {
    use std::process::Stdio;

    let start = |source| ToolError::Start { program: PROGRAM, source };
    let manifest = std::path::absolute(manifest).map_err(start)?;
    let cargo = std::path::absolute(cargo).map_err(start)?;
    let rustc = cargo.with_file_name(format!("rustc{}", std::env::consts::EXE_SUFFIX));
    if !rustc.is_file() {
        return Err(ToolError::NotFound { program: "rustc", place: "beside cargo".to_owned() });
    }
    let own = OwnDirectory::make(&std::env::temp_dir()).map_err(start)?;
    let mut command = cargo_metadata::MetadataCommand::new();
    command
        .cargo_path(&cargo)
        .manifest_path(&manifest)
        .current_dir(manifest.ancestors().last().unwrap_or(own.path()))
        .other_options(["--locked".to_owned(), "--offline".to_owned()])
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TARGET_DIR", own.path().join("target"))
        .env("CARGO_TERM_COLOR", "never")
        .env("RUSTC", &rustc)
        .env("CARGO_BUILD_RUSTC", &rustc);
    // Empty means none: it wins over configuration.
    for wrapper in
        ["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER"]
    {
        command.env(wrapper, "");
    }
    // What the surroundings of this program (a `cargo run`, a rustup shim) set must not decide which toolchain answers.
    for inherited in ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "RUSTC_BOOTSTRAP"] {
        command.env_remove(inherited);
    }
    let mut command = command.cargo_command();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let asked = Asked { program: PROGRAM, limit, limit_bytes: LIMIT_BYTES };
    let answer = answer(command.spawn().map_err(start)?, &asked)?;
    String::from_utf8(answer).map_err(|_| ToolError::Answer { program: PROGRAM, limit: LIMIT_BYTES })
}

#[cfg(all(test, feature = "trust-tools", unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;
    use std::time::Duration;

    /// The cargo that runs this test.
    fn cargo() -> PathBuf {
        PathBuf::from(std::env::var_os("CARGO").expect("cargo sets CARGO for tests"))
    }

    fn script(path: &Path, text: &str) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A package whose configuration names programs that leave a mark when they run.
    fn trapped(lock: bool) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("tree");
        fs::create_dir_all(root.join(".cargo")).unwrap();
        fs::create_dir_all(root.join("src")).unwrap();
        fs::write(root.join("src/lib.rs"), "").unwrap();
        fs::write(root.join("Cargo.toml"), "[package]\nname = \"kit\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
            .unwrap();
        if lock {
            fs::write(root.join("Cargo.lock"), "version = 4\n\n[[package]]\nname = \"kit\"\nversion = \"0.1.0\"\n")
                .unwrap();
        }
        let marker = directory.path().join("trap");
        let trap = root.join("trap.sh");
        script(&trap, &format!("#!/bin/sh\necho trapped >> '{}'\nexec \"$@\"\n", marker.display()));
        let trap = trap.display();
        let config = format!(
            "[build]\nrustc-wrapper = \"{trap}\"\nrustc-workspace-wrapper = \"{trap}\"\nrustc = \"{trap}\"\n\
             [env]\nRUSTC = {{ value = \"{trap}\", force = true }}\n"
        );
        fs::write(root.join(".cargo/config.toml"), config).unwrap();
        (directory, marker)
    }

    fn listing(root: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![root.to_path_buf()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path.clone());
                }
                found.push(path);
            }
        }
        found.sort();
        found
    }

    #[test]
    fn what_the_repository_configures_does_not_run() {
        let (directory, marker) = trapped(true);
        let root = directory.path().join("tree");
        let before = listing(&root);
        let answer = cargo_metadata(&root.join("Cargo.toml"), &cargo()).unwrap();
        assert!(answer.contains("\"name\":\"kit\""));
        assert!(!marker.exists(), "the repository's wrapper ran");
        assert_eq!(listing(&root), before, "something was written into the tree");
    }

    #[test]
    fn the_trap_does_fire_when_cargo_is_run_in_the_tree() {
        let (directory, marker) = trapped(true);
        let root = directory.path().join("tree");
        let mut command = std::process::Command::new(cargo());
        command.args(["metadata", "--format-version", "1", "--offline"]).current_dir(&root);
        for name in ["RUSTC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_RUSTC"] {
            command.env_remove(name);
        }
        // Whether cargo is content with the trap's answer does not matter: it ran.
        let _ = command.output().unwrap();
        assert!(marker.exists(), "the trap is no trap");
    }

    #[test]
    fn without_a_lock_file_there_is_an_error_and_none_is_written() {
        let (directory, marker) = trapped(false);
        let root = directory.path().join("tree");
        let before = listing(&root);
        let error = cargo_metadata(&root.join("Cargo.toml"), &cargo()).unwrap_err();
        assert!(matches!(&error, ToolError::Failed { message, .. } if message.contains("--locked")), "{error}");
        assert_eq!(listing(&root), before);
        assert!(!marker.exists());
    }

    #[test]
    fn a_cargo_that_does_not_end_is_ended() {
        let directory = tempfile::tempdir().unwrap();
        let slow = directory.path().join("cargo");
        script(&slow, "#!/bin/sh\nexec sleep 60\n");
        script(&directory.path().join("rustc"), "#!/bin/sh\n");
        let began = std::time::Instant::now();
        let error = run(Path::new("Cargo.toml"), &slow, Duration::from_millis(200)).unwrap_err();
        assert!(matches!(error, ToolError::TimedOut { .. }), "{error}");
        assert!(began.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_cargo_without_a_rustc_beside_it_is_not_run() {
        let directory = tempfile::tempdir().unwrap();
        let cargo = directory.path().join("cargo");
        script(&cargo, "#!/bin/sh\n");
        let error = cargo_metadata(Path::new("Cargo.toml"), &cargo).unwrap_err();
        assert!(matches!(error, ToolError::NotFound { program: "rustc", .. }), "{error}");
    }
}
