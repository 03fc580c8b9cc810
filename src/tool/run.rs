//! Waiting for a program: its answer, its end, and what it said if it failed.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::ToolError;

/// What a program may take.
pub(super) struct Asked {
    /// What it is called in messages.
    pub program: &'static str,
    /// How long it may take.
    pub limit: Duration,
    /// How many bytes of its answer are read.
    pub limit_bytes: u64,
}

/// Waits for a program's answer, and ends it when its time is over. Its output and errors must be piped.
pub(super) fn answer(mut child: Child, asked: &Asked) -> Result<Vec<u8>, ToolError> {
    let Asked { program, limit, limit_bytes } = *asked;
    let start = |source| ToolError::Start { program, source };
    let output = collect(child.stdout.take().expect("the output is piped"), limit_bytes);
    let errors = collect(child.stderr.take().expect("the errors are piped"), limit_bytes);
    let began = Instant::now();
    let timed_out = ToolError::TimedOut { program, seconds: limit.as_secs() };
    // It closes its output when it ends. Whoever else holds the pipe open, a grandchild say, is not waited for.
    let Ok(output) = output.recv_timeout(limit) else {
        // It may have ended in this moment: then there is nothing to kill.
        let _ = child.kill();
        let _ = child.wait();
        return Err(timed_out);
    };
    let status = loop {
        if let Some(status) = child.try_wait().map_err(start)? {
            break status;
        }
        if began.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            return Err(timed_out);
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    // One that was cut off fails as well, since nobody reads on.
    if (output.len() as u64) >= limit_bytes {
        return Err(ToolError::Answer { program, limit: limit_bytes });
    }
    if !status.success() {
        let grace = Duration::from_secs(1);
        let said = errors.recv_timeout(grace).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).take(8).collect();
        return Err(ToolError::Failed { program, message: lines.join("; ") });
    }
    Ok(output)
}

/// Reads to the end in a thread of its own, so that a full pipe cannot block the program.
fn collect(from: impl Read + Send + 'static, limit: u64) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error still tells what happened.
        let _ = from.take(limit).read_to_end(&mut bytes);
        let _ = sender.send(bytes);
    });
    receiver
}

/// An empty directory that only its owner can look into, for what a program keeps beside its answer. It goes away with this
/// value.
pub(super) struct OwnDirectory(PathBuf);

impl OwnDirectory {
    /// A new one below a directory that is there.
    pub fn make(below: &Path) -> std::io::Result<Self> {
        // The name is not a secret; that the directory is new is what counts, and `create_dir` fails if it is not.
        let mut last = None;
        for attempt in 0..64_u32 {
            let path = below.join(format!("sepal-{}-{attempt}", std::process::id()));
            match create_private(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| std::io::ErrorKind::AlreadyExists.into()))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir(path)
}

impl Drop for OwnDirectory {
    fn drop(&mut self) {
        // Nothing can be done about a directory that stays; the next run takes another.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
