//! The user's git, asked for one commit of one repository, and for the objects on the way to one file of it.
//!
//! Git works in a bare folder that is made for this and removed afterwards, so that no configuration, hook or attribute of any
//! checkout is near. What configures it is the user's and the machine's own (credential helpers, proxies, certificates,
//! `insteadOf`): a private repository could not be read without. Of that, what would run beside the fetch is switched off: hooks,
//! maintenance, submodules. Variables that point a git command to a repository are removed, since sepal may itself run in a hook.
//! Nothing is asked at a terminal. Which protocols are spoken is said to git too, so that no `insteadOf` leads to another one.

use std::path::Path;

use super::ToolError;

/// How long fetching may take.
#[cfg(feature = "online")]
const LIMIT: std::time::Duration = std::time::Duration::from_secs(120);
/// How much of an answer is read.
#[cfg(feature = "online")]
const LIMIT_BYTES: u64 = 64 << 20;

#[cfg(feature = "online")]
const PROGRAM: &str = "git";

/// How addresses begin for which nobody else is asked.
pub const FROM_THIS_MACHINE: &str = "file://";

/// What is wanted of a repository. The caller has looked at all of it: nothing begins with `-`, or holds a line break.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// Where the repository is: `https://`, `ssh://` or `file://`.
    pub url: &'w str,
    /// The whole commit id.
    pub commit: &'w str,
    /// A file of that commit.
    pub path: &'w str,
}

/// An object as git holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitObject {
    /// What git calls it. Nobody has verified that yet.
    pub name: String,
    /// `commit`, `tree`, `blob` or `tag`.
    pub kind: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Fetches a commit, and answers the objects from it to a file: the commit, its tree, the trees below it, the file. What the
/// commit does not hold is not among them.
///
/// `git` is the program to run, which the caller found in a place that the user trusts. `cache` is a directory of the caller's in
/// which a folder for git may be made; it is there no longer when this returns.
///
/// # Errors
/// If git cannot be started, fails or takes more than two minutes, and always if the program was built without the feature
/// `online`.
pub fn git_objects(git: &Path, cache: &Path, wanted: Wanted<'_>) -> Result<Vec<GitObject>, ToolError> {
    #[cfg(not(feature = "online"))]
    {
        let _ = (git, cache, wanted);
        Err(ToolError::NotBuilt { feature: "online" })
    }
    #[cfg(feature = "online")]
    run::objects(git, cache, wanted, LIMIT)
}

#[cfg(feature = "online")]
mod run {
    use std::io::Write;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use super::super::ToolError;
    use super::super::run::{Asked, OwnDirectory, answer};
    use super::{GitObject, LIMIT_BYTES, PROGRAM, Wanted};

    /// Variables that point a git command to a repository, or to a part of one (git's documentation, and what
    /// `git rev-parse --local-env-vars` lists). Not among them are those by which a CI hands over credentials (`GIT_CONFIG_COUNT`).
    const LOCAL: &[&str] = &[
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_CONFIG_PARAMETERS",
        "GIT_DEFAULT_HASH",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_TEMPLATE_DIR",
        "GIT_WORK_TREE",
    ];

    pub(super) fn objects(
        git: &Path,
        cache: &Path,
        wanted: Wanted<'_>,
        limit: Duration,
    ) -> Result<Vec<GitObject>, ToolError> {
        let start = |source| ToolError::Start { program: PROGRAM, source };
        let options = [wanted.url, wanted.commit, wanted.path].iter().any(|word| word.starts_with('-'));
        if options || wanted.path.contains(['\n', '\0']) {
            let source =
                std::io::Error::new(std::io::ErrorKind::InvalidInput, "an option or a line break among its words");
            return Err(start(source));
        }
        let git = Git { program: std::path::absolute(git).map_err(start)?, limit };
        std::fs::create_dir_all(cache).map_err(start)?;
        let own = OwnDirectory::make(&std::path::absolute(cache).map_err(start)?).map_err(start)?;
        let folder = own.path();
        let mut init = git.command(folder);
        init.args(["init", "--quiet", "--bare", "--template="]);
        if wanted.commit.len() == 64 {
            init.arg("--object-format=sha256");
        }
        git.answer(init.arg("--").arg(folder), b"")?;

        let mut fetch = git.at(folder);
        if wanted.url.starts_with("ssh://") && git.asks_with_its_own(folder)? {
            fetch.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        }
        fetch.args(["fetch", "--quiet", "--no-tags", "--depth=1", "--no-recurse-submodules", "--"]);
        git.answer(fetch.args([wanted.url, wanted.commit]), b"")?;

        let mut asked = format!("{0}\n{0}^{{tree}}\n", wanted.commit);
        let ends = wanted.path.match_indices('/').map(|(at, _)| at).chain([wanted.path.len()]);
        for end in ends {
            asked.push_str(&format!("{}:{}\n", wanted.commit, &wanted.path[..end]));
        }
        let answered = git.answer(git.at(folder).args(["cat-file", "--batch"]), asked.as_bytes())?;
        read(&answered).ok_or(ToolError::Answer { program: PROGRAM, limit: LIMIT_BYTES })
    }

    struct Git {
        program: std::path::PathBuf,
        limit: Duration,
    }

    impl Git {
        /// A command that works in the folder and knows of no other repository.
        fn command(&self, folder: &Path) -> Command {
            let mut command = Command::new(&self.program);
            command.current_dir(folder);
            for name in LOCAL {
                command.env_remove(name);
            }
            command
                .env("GIT_ALLOW_PROTOCOL", "https:ssh:file")
                .env("GIT_TERMINAL_PROMPT", "0")
                .env("GCM_INTERACTIVE", "never")
                .env("GIT_NO_REPLACE_OBJECTS", "1")
                .env("GIT_NO_LAZY_FETCH", "1")
                .env("LC_ALL", "C");
            let mut hooks = std::ffi::OsString::from("core.hooksPath=");
            hooks.push(folder.join("no-hooks"));
            command.arg("-c").arg(hooks);
            for setting in [
                "gc.auto=0",
                "maintenance.auto=false",
                "fetch.writeCommitGraph=false",
                "init.defaultBranch=main",
                "http.lowSpeedLimit=1",
                "http.lowSpeedTime=60",
            ] {
                command.args(["-c", setting]);
            }
            command
        }

        /// A command on the bare folder.
        fn at(&self, folder: &Path) -> Command {
            let mut command = self.command(folder);
            command.arg("--git-dir").arg(folder);
            command
        }

        fn answer(&self, command: &mut Command, told: &[u8]) -> Result<Vec<u8>, ToolError> {
            let start = |source| ToolError::Start { program: PROGRAM, source };
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().map_err(start)?;
            // A pipe takes the few lines at once. Whoever does not read them says so by how it ends.
            let _ = child.stdin.take().map(|mut input| input.write_all(told));
            answer(child, &Asked { program: PROGRAM, limit: self.limit, limit_bytes: LIMIT_BYTES })
        }

        /// Whether git would run plain `ssh`, which may ask questions at the terminal, since nobody says another command.
        fn asks_with_its_own(&self, folder: &Path) -> Result<bool, ToolError> {
            if ["GIT_SSH_COMMAND", "GIT_SSH"].iter().any(|name| std::env::var_os(name).is_some()) {
                return Ok(false);
            }
            match self.answer(self.at(folder).args(["config", "--get", "core.sshCommand"]), b"") {
                Ok(_) => Ok(false),
                // Its way to say that nothing is set.
                Err(ToolError::Failed { .. }) => Ok(true),
                Err(error) => Err(error),
            }
        }
    }

    /// Reads what `git cat-file --batch` answers: a line `name kind size` and so many bytes, or a line that says what is missing.
    fn read(mut rest: &[u8]) -> Option<Vec<GitObject>> {
        let mut objects = Vec::new();
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n')?;
            let line = std::str::from_utf8(&rest[..end]).ok();
            rest = &rest[end + 1..];
            let Some(line) = line else { continue };
            // The name that was asked for stands in front of ` missing`, and may hold spaces.
            if ["missing", "ambiguous", "notdir", "loop", "dangling"]
                .iter()
                .any(|word| line.ends_with(&format!(" {word}")))
            {
                continue;
            }
            let mut words = line.split(' ');
            let (name, kind) = (words.next()?.to_owned(), words.next()?.to_owned());
            let size: usize = words.next()?.parse().ok()?;
            let bytes = rest.get(..size)?.to_vec();
            rest = rest.get(size + 1..)?;
            objects.push(GitObject { name, kind, bytes });
        }
        Some(objects)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn objects_are_read_and_what_is_missing_is_left_out() {
            let answer = b"ab commit 3\nx\ny\nab:no such file missing\ncd blob 0\n\n";
            let found = read(answer).unwrap();
            let shown: Vec<(&str, &[u8])> = found.iter().map(|it| (it.kind.as_str(), it.bytes.as_slice())).collect();
            assert_eq!(shown, [("commit", &b"x\ny"[..]), ("blob", b"")]);
            for cut in [&b"ab commit 30\nx"[..], b"ab commit", b"ab commit x\n\n"] {
                assert_eq!(read(cut), None);
            }
        }

        #[test]
        fn nothing_that_looks_like_an_option_reaches_git() {
            let here = Path::new("/nonexistent");
            for (url, path) in [("--upload-pack=x", "a"), ("https://git.example.org/p", "-a"), ("file:///p", "a\nb")] {
                let wanted = Wanted { url, commit: &"0".repeat(40), path };
                let error = objects(here, here, wanted, Duration::from_secs(1)).unwrap_err();
                assert!(matches!(error, ToolError::Start { .. }), "{error}");
            }
        }
    }
}
