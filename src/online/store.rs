//! Answers that are kept, so that the same question is not asked twice: by address, with the day and the validators.
//!
//! ```text
//! answers/ab/abcd….json    what was answered at an address: status, ETag, when, and the digest of the content
//! content/12/1234…         the content, named by its SHA-256
//! ```
//!
//! Both are written beside their place and moved there whole. Content that is not what its name says is as good as none.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::client::Whole;
use super::{Address, Client, Moment, OnlineError, Request};

/// Answers on disk, in a directory of this user's.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    /// How old an answer may be before it is asked for again, in seconds.
    longest: u64,
}

/// That there is nothing at an address may change soon.
const LONGEST_MISSING: u64 = 86_400;

/// What is kept of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    address: String,
    status: u16,
    etag: Option<String>,
    modified: Option<String>,
    /// Seconds since 1970.
    at: u64,
    /// The same in words.
    answered: String,
    sha256: String,
}

/// An answer, of today or kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Whether there is something at that address.
    pub found: bool,
    /// The content; empty if there is none.
    pub bytes: Vec<u8>,
    /// When the server last said so (RFC 3339).
    pub answered: String,
    /// Why the server could not be asked again, although the answer is old.
    pub old: Option<String>,
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Makes a directory that only its owner can look into.
pub(super) fn make_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Writes a file whole or not at all.
pub(crate) fn put_whole(file: &Path, bytes: &[u8]) -> Result<(), OnlineError> {
    // Several threads, and several runs, may keep the same answer at once: each has a file of its own until it is whole.
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let beside = file.with_extension(format!("part-{}-{number}", nanos));
    let written = file.parent().map_or(Ok(()), make_private).and_then(|()| {
        let mut out = fs::File::create_new(&beside)?;
        out.write_all(bytes)?;
        out.sync_data()?;
        fs::rename(&beside, file)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.map_err(|cause| OnlineError::Io { path: file.to_owned(), what: "written", cause })
}

impl Store {
    /// The answers in a directory, which need not be there yet. Older ones than `days` are asked for again.
    pub fn new(directory: PathBuf, days: u64) -> Self {
        Self { directory, longest: days.saturating_mul(86_400) }
    }

    fn answer_file(&self, address: &Address) -> PathBuf {
        let key = digest(address.shown().as_bytes());
        self.directory.join("answers").join(&key[..2]).join(format!("{key}.json"))
    }

    fn content_file(&self, sha256: &str) -> PathBuf {
        self.directory.join("content").join(sha256.get(..2).unwrap_or("-")).join(sha256)
    }

    fn look(&self, address: &Address) -> Option<(About, Vec<u8>)> {
        let about: About = serde_json::from_slice(&fs::read(self.answer_file(address)).ok()?).ok()?;
        let named = about.sha256.len() == 64 && about.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        if about.address != address.shown() || !named {
            return None;
        }
        let bytes = if about.status == 200 { fs::read(self.content_file(&about.sha256)).ok()? } else { Vec::new() };
        (digest(&bytes) == about.sha256).then_some((about, bytes))
    }

    fn keep(&self, address: &Address, about: &About, bytes: Option<&[u8]>) -> Result<(), OnlineError> {
        if let Some(bytes) = bytes {
            put_whole(&self.content_file(&about.sha256), bytes)?;
        }
        let text = serde_json::to_vec(about).map_err(|error| OnlineError::Io {
            path: self.directory.clone(),
            what: "written",
            cause: error.into(),
        })?;
        put_whole(&self.answer_file(address), &text)
    }

    /// What is at an address: from here if it is young enough, else asked for, and kept.
    ///
    /// # Errors
    /// If it is not here and cannot be had, or is longer than `limit` bytes.
    pub fn ask(&self, client: &Client, request: &Request, limit: u64, now: &Moment) -> Result<Reply, OnlineError> {
        let address = &request.address;
        let kept = self.look(address);
        if let Some((about, bytes)) = &kept {
            let longest = if about.status == 200 { self.longest } else { self.longest.min(LONGEST_MISSING) };
            if now.seconds.saturating_sub(about.at) < longest {
                return Ok(about.reply(bytes.clone(), None));
            }
        }
        let mut request = request.clone();
        if let Some((about, _)) = kept.as_ref().filter(|(about, _)| about.status == 200) {
            request.unless.clone_from(&about.etag);
            request.since = about.modified.clone().filter(|_| about.etag.is_none());
        }
        let whole = match (client.fetch(&request, limit), kept) {
            (Ok(Whole { status: 304, .. }), Some((about, bytes))) => {
                let about = About { at: now.seconds, answered: now.text.clone(), ..about };
                self.keep(address, &about, None)?;
                return Ok(about.reply(bytes, None));
            }
            (Ok(whole), _) => whole,
            // What was said of an exact version holds as long as nobody says otherwise.
            (Err(error), Some((about, bytes))) if about.status == 200 => {
                return Ok(about.reply(bytes, Some(error.to_string())));
            }
            (Err(error), _) => return Err(error),
        };
        if whole.status == 304 {
            return Err(OnlineError::Status { address: address.shown().to_owned(), status: 304 });
        }
        let about = About {
            address: address.shown().to_owned(),
            status: whole.status,
            etag: whole.etag,
            modified: whole.modified,
            at: now.seconds,
            answered: now.text.clone(),
            sha256: digest(&whole.bytes),
        };
        self.keep(address, &about, (whole.status == 200).then_some(&whole.bytes))?;
        Ok(about.reply(whole.bytes, None))
    }
}

impl About {
    fn reply(&self, bytes: Vec<u8>, old: Option<String>) -> Reply {
        Reply { found: self.status == 200, bytes, answered: self.answered.clone(), old }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::client::tests::{Script, quick};
    use super::*;

    fn now(day: u64) -> Moment {
        Moment { seconds: day * 86_400, text: format!("day {day}") }
    }

    #[test]
    fn an_answer_is_asked_for_once_and_again_when_it_is_old() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::new(directory.path().join("online"), 30);
        let script =
            [Some((200, None, "one")), Some((304, None, "")), None, None, None, None, Some((200, None, "two"))];
        let client = Client::new(Box::new(Script(Mutex::new(script.into_iter().collect()))), quick());
        let request = Request::new(Address::parse("https://a.example/x").unwrap(), "*/*");
        let ask = |day| store.ask(&client, &request, 10, &now(day)).unwrap();
        for (day, content, answered, old) in [
            (1, "one", "day 1", false),
            (30, "one", "day 1", false),
            (31, "one", "day 31", false),
            (60, "one", "day 31", false),
            // Nobody answers: what is known stays known, and the report says how old it is.
            (61, "one", "day 31", true),
            (62, "two", "day 62", false),
        ] {
            let reply = ask(day);
            assert_eq!(
                (reply.bytes.as_slice(), reply.answered.as_str(), reply.old.is_some()),
                (content.as_bytes(), answered, old),
                "day {day}"
            );
        }
    }

    #[test]
    fn damaged_answers_are_asked_for_again_and_missing_ones_soon() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::new(directory.path().join("online"), 30);
        let script = [Some((200, None, "one")), Some((200, None, "one")), Some((404, None, "")), Some((404, None, ""))];
        let client = Client::new(Box::new(Script(Mutex::new(script.into_iter().collect()))), quick());
        let at = |path| Request::new(Address::parse(path).unwrap(), "*/*");
        let there = at("https://a.example/x");
        store.ask(&client, &there, 10, &now(1)).unwrap();
        fs::write(store.content_file(&digest(b"one")), "on").unwrap();
        assert_eq!(store.ask(&client, &there, 10, &now(1)).unwrap().bytes, b"one");
        let missing = at("https://a.example/y");
        assert!(!store.ask(&client, &missing, 10, &now(1)).unwrap().found);
        assert!(!store.ask(&client, &missing, 10, &now(1)).unwrap().found);
        assert!(!store.ask(&client, &missing, 10, &now(2)).unwrap().found);
    }
}
