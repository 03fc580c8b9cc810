//! Files that are fetched: in pieces if need be, checked, and never half.
//!
//! ```text
//! npm.zip.json         what there is: address, ETag, length, SHA-256, and the name of the file that holds it
//! npm.zip-0123456789abcdef.zip   that file
//! npm.zip.part         what has come so far of a newer one
//! npm.zip.part.json    of what that is a part: address, ETag
//! ```
//!
//! A new file counts from the moment that `npm.zip.json` names it, which is one rename. Whoever is interrupted has the old
//! file, and what came so far of the new one: the next run goes on from there, if the server says that it is still the same.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::store::{hex, make_private, put_whole};
use super::{Address, Answer, Client, Moment, OnlineError, Request, Secret};

/// The longest file of checksums.
const LONGEST_CHECKSUM: u64 = 64 << 10;
const PIECE: usize = 64 << 10;

/// A file that is there, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Where it came from, without credentials.
    pub address: String,
    /// The name of the file.
    pub file: String,
    /// The ETag of the server.
    pub etag: Option<String>,
    /// `Last-Modified` of the server.
    pub modified: Option<String>,
    /// Bytes.
    pub length: u64,
    /// The digest of its bytes.
    pub sha256: String,
    /// When it was fetched (RFC 3339).
    pub fetched: String,
}

/// What became of a download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A new file is there.
    New(Kept),
    /// What was there is what the server has.
    Same(Kept),
}

impl Progress {
    /// The file.
    pub fn kept(&self) -> &Kept {
        match self {
            Progress::New(kept) | Progress::Same(kept) => kept,
        }
    }
}

/// What a part is a part of.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    address: String,
    validator: String,
}

/// Where the files of one download lie.
struct Places {
    directory: PathBuf,
    name: String,
}

impl Places {
    fn of(&self, ending: &str) -> PathBuf {
        self.directory.join(format!("{}{ending}", self.name))
    }

    fn about(&self) -> PathBuf {
        self.of(".json")
    }

    fn part(&self) -> PathBuf {
        self.of(".part")
    }

    fn about_part(&self) -> PathBuf {
        self.of(".part.json")
    }

    fn drop_part(&self) {
        let _ = fs::remove_file(self.about_part());
        let _ = fs::remove_file(self.part());
    }
}

/// The file of this name in a directory of downloads, if it is there as long as it should be.
pub fn kept(directory: &Path, name: &str) -> Option<Kept> {
    let about = directory.join(format!("{name}.json"));
    let kept: Kept = serde_json::from_slice(&fs::read(about).ok()?).ok()?;
    // Its name is ours, and leads nowhere else.
    let honest = kept.file.starts_with(name) && !kept.file.contains(['/', '\\']);
    let there = fs::metadata(directory.join(&kept.file)).is_ok_and(|metadata| metadata.len() == kept.length);
    (honest && there).then_some(kept)
}

/// Makes sure that a directory of downloads holds what is at an address, under `name` (whose ending is kept).
///
/// `check` looks at a new file before it takes the place of the old one, and says what is wrong with it.
///
/// # Errors
/// If it cannot be had within the budget, is longer than `limit`, is not what the server or the file of checksums beside it
/// (`…​.sha256`) says, or does not pass `check`. What was there before is then still there.
pub fn download(
    client: &Client,
    (address, secret): (&Address, Option<&Secret>),
    (directory, name): (&Path, &str),
    limit: u64,
    now: &Moment,
    check: impl Fn(&Path) -> Result<(), String>,
) -> Result<Progress, OnlineError> {
    let places = Places { directory: directory.to_owned(), name: name.to_owned() };
    make_private(directory).map_err(|cause| io_error(directory, "made", cause))?;
    let old = kept(directory, name).filter(|old| old.address == address.shown());
    let mut request = Request::new(address.clone(), "*/*");
    request.secret = secret.cloned();
    let Some(came) = fetch(client, &mut request, &places, old.as_ref(), limit)? else {
        let old = old.ok_or_else(|| OnlineError::Status { address: address.shown().to_owned(), status: 304 })?;
        return Ok(Progress::Same(old));
    };
    let damaged = |why: String| {
        places.drop_part();
        OnlineError::Damaged { address: address.shown().to_owned(), why }
    };
    if let Some(wanted) = checksum(client, &request)?
        && wanted != came.sha256
    {
        return Err(damaged(format!("its SHA-256 is {}, and the mirror says {wanted}", came.sha256)));
    }
    let part = places.part();
    let ending = name.split_once('.').map_or("", |(_, ending)| ending);
    let file = format!("{name}-{}.{ending}", &came.sha256[..16]);
    if old.as_ref().is_some_and(|old| old.sha256 == came.sha256) {
        places.drop_part();
    } else {
        // The check goes by names, so the file gets its own before anything points to it.
        let whole = directory.join(&file);
        File::open(&part)
            .and_then(|part| part.sync_all())
            .and_then(|()| fs::rename(&part, &whole))
            .map_err(|cause| io_error(&whole, "written", cause))?;
        let _ = fs::remove_file(places.about_part());
        if let Err(why) = check(&whole) {
            let _ = fs::remove_file(&whole);
            return Err(damaged(why));
        }
    }
    let new = Kept {
        address: address.shown().to_owned(),
        file,
        etag: came.etag,
        modified: came.modified,
        length: came.length,
        sha256: came.sha256,
        fetched: now.text.clone(),
    };
    let text = serde_json::to_vec_pretty(&new).map_err(|error| io_error(&places.about(), "written", error.into()))?;
    put_whole(&places.about(), &text)?;
    match old {
        Some(old) if old.sha256 == new.sha256 => Ok(Progress::Same(new)),
        old => {
            if let Some(old) = old {
                let _ = fs::remove_file(directory.join(old.file));
            }
            Ok(Progress::New(new))
        }
    }
}

fn io_error(path: &Path, what: &'static str, cause: io::Error) -> OnlineError {
    OnlineError::Io { path: path.to_owned(), what, cause }
}

/// What came.
struct Came {
    etag: Option<String>,
    modified: Option<String>,
    length: u64,
    sha256: String,
}

/// The validator that a part can be asked for by: it must be strong (RFC 9110, 13.1.5).
fn validator(answer: &Answer) -> Option<String> {
    answer.etag.clone().filter(|etag| !etag.starts_with("W/")).or_else(|| answer.modified.clone())
}

/// Fetches until the part is the whole. `None` if the server has nothing newer than `old`.
fn fetch(
    client: &Client,
    request: &mut Request,
    places: &Places,
    old: Option<&Kept>,
    limit: u64,
) -> Result<Option<Came>, OnlineError> {
    let address = request.address.shown().to_owned();
    let part = places.part();
    let (mut fruitless, mut furthest) = (0, 0);
    loop {
        let begun = begun(places, &address);
        request.from = begun.as_ref().map(|(length, about)| (*length, about.validator.clone()));
        request.unless = old.filter(|_| begun.is_none()).and_then(|old| old.etag.clone());
        request.since = old.filter(|old| begun.is_none() && old.etag.is_none()).and_then(|old| old.modified.clone());
        let mut answer = client.send(request)?;
        let (mut out, mut length, mut hash, total) = match (answer.status, begun, answer.part) {
            (304, None, _) => return Ok(None),
            (206, Some((length, about)), Some((first, total)))
                if first == length && validator(&answer).is_none_or(|now| now == about.validator) =>
            {
                let (hash, read) = hash_of(&part)?;
                let out = OpenOptions::new().append(true).open(&part);
                (out.map_err(|cause| io_error(&part, "written", cause))?, read, hash, total)
            }
            (200, ..) => {
                places.drop_part();
                if let Some(validator) = validator(&answer) {
                    let about = serde_json::to_vec(&Part { address: address.clone(), validator })
                        .map_err(|error| io_error(&part, "written", error.into()))?;
                    put_whole(&places.about_part(), &about)?;
                }
                let out = File::create(&part).map_err(|cause| io_error(&part, "written", cause))?;
                (out, 0, Sha256::new(), answer.length)
            }
            // A part of something else, or beyond its end: from the beginning, then.
            (206 | 304 | 416, Some(_), _) => {
                places.drop_part();
                fruitless += 1;
                if fruitless > client.manners().tries {
                    return Err(OnlineError::Status { address, status: answer.status });
                }
                continue;
            }
            (404 | 410, ..) => return Err(OnlineError::Missing { address }),
            (status, ..) => return Err(OnlineError::Status { address, status }),
        };
        if total.is_some_and(|total| total > limit) {
            places.drop_part();
            return Err(OnlineError::TooLong { address, limit });
        }
        let mut buffer = vec![0; PIECE];
        let broken = loop {
            match answer.body.read(&mut buffer) {
                Ok(0) => break None,
                Ok(count) => {
                    length += count as u64;
                    if length > limit {
                        places.drop_part();
                        return Err(OnlineError::TooLong { address, limit });
                    }
                    hash.update(&buffer[..count]);
                    out.write_all(&buffer[..count]).map_err(|cause| io_error(&part, "written", cause))?;
                    // However slow a server is, the run ends.
                    client.rest(std::time::Duration::ZERO)?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Some(error.to_string()),
            }
        };
        let why = match (broken, total) {
            (Some(why), _) => why,
            (None, Some(total)) if total != length => format!("{length} of {total} bytes came"),
            (None, _) => {
                return Ok(Some(Came {
                    etag: answer.etag,
                    modified: answer.modified,
                    length,
                    sha256: hex(&hash.finalize()),
                }));
            }
        };
        // Who sends a little and breaks off, again and again from the beginning, brings nothing.
        fruitless = if length > furthest { 0 } else { fruitless + 1 };
        furthest = furthest.max(length);
        if fruitless >= client.manners().tries {
            return Err(OnlineError::Reach { address, why });
        }
        client.rest(client.manners().first_wait)?;
    }
}

/// What has come before of what is at this address, and by what it can be asked on.
fn begun(places: &Places, address: &str) -> Option<(u64, Part)> {
    let about: Part = serde_json::from_slice(&fs::read(places.about_part()).ok()?).ok()?;
    let length = fs::metadata(places.part()).ok()?.len();
    (about.address == address && length > 0).then_some((length, about))
}

fn hash_of(file: &Path) -> Result<(Sha256, u64), OnlineError> {
    let fail = |cause| io_error(file, "read", cause);
    let mut input = File::open(file).map_err(fail)?;
    let (mut hash, mut length) = (Sha256::new(), 0);
    let mut buffer = vec![0; PIECE];
    loop {
        match input.read(&mut buffer).map_err(fail)? {
            0 => return Ok((hash, length)),
            count => {
                hash.update(&buffer[..count]);
                length += count as u64;
            }
        }
    }
}

/// The SHA-256 that the mirror offers beside a file (`all.zip.sha256`, as `sha256sum` writes it), if it does.
fn checksum(client: &Client, request: &Request) -> Result<Option<String>, OnlineError> {
    let mut beside = Request::new(request.address.with_ending(".sha256"), "*/*");
    beside.secret.clone_from(&request.secret);
    let whole = match client.fetch(&beside, LONGEST_CHECKSUM) {
        Ok(whole) if whole.status == 200 => whole,
        // Storage services say "forbidden" of what is not there.
        Ok(_) | Err(OnlineError::Status { status: 400..=499, .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = String::from_utf8_lossy(&whole.bytes).to_ascii_lowercase();
    let first = text.split_whitespace().next().unwrap_or_default();
    if first.len() == 64 && first.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Some(first.to_owned()));
    }
    let address = beside.address.shown().to_owned();
    Err(OnlineError::Answer { address, why: "it does not begin with a SHA-256".to_owned() })
}
