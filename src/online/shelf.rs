//! A directory of downloads that one run at a time works in, and what was made of them.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::download::{self, Kept, Progress, download};
use super::store::{make_private, put_whole};
use super::{Address, Client, Moment, OnlineError, Secret};

const MADE: &str = "made";

/// The directory, for as long as this run works in it.
#[derive(Debug)]
pub struct Shelf {
    directory: PathBuf,
    /// Locked while it is open; the system lets go of it however the process ends.
    _lock: File,
}

/// What was made of the downloads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Of which: name and SHA-256, sorted.
    pub of: Vec<(String, String)>,
    /// By what the result can be told from another one.
    pub result: String,
}

impl Shelf {
    /// Opens a directory, made if it is not there. `None` if another run works in it.
    ///
    /// # Errors
    /// If it cannot be made or locked.
    pub fn open(directory: &Path) -> Result<Option<Self>, OnlineError> {
        let fail = |what| move |cause| OnlineError::Io { path: directory.to_owned(), what, cause };
        make_private(directory).map_err(fail("made"))?;
        let lock = File::create(directory.join("lock")).map_err(fail("opened"))?;
        match lock.try_lock() {
            Ok(()) => {
                let shelf = Self { directory: directory.to_owned(), _lock: lock };
                shelf.tidy()?;
                Ok(Some(shelf))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(cause)) => Err(fail("locked")(cause)),
        }
    }

    /// Removes what runs that were killed left behind: files that nothing names.
    fn tidy(&self) -> Result<(), OnlineError> {
        let named: Vec<String> = self.all()?.into_iter().map(|(_, kept, _)| kept.file).collect();
        let fail = |cause| OnlineError::Io { path: self.directory.clone(), what: "read", cause };
        for entry in fs::read_dir(&self.directory).map_err(fail)? {
            let name = entry.map_err(fail)?.file_name().to_string_lossy().into_owned();
            let is_begun = name.ends_with(".part");
            let is_known = name == "lock" || name.ends_with(".json") && !is_content(&name);
            if !is_begun && !is_known && !named.contains(&name) {
                // What cannot be removed is in nobody's way.
                let _ = fs::remove_file(self.directory.join(name));
            }
        }
        Ok(())
    }

    /// Makes sure that a file is what is at an address: see [`download()`].
    ///
    /// # Errors
    /// As there.
    pub fn download(
        &self,
        client: &Client,
        from: (&Address, Option<&Secret>),
        name: &str,
        limit: u64,
        now: &Moment,
        check: impl Fn(&Path) -> Result<(), String>,
    ) -> Result<Progress, OnlineError> {
        download(client, from, (&self.directory, name), limit, now, check)
    }

    /// Whether there is a file of this name.
    pub fn has(&self, name: &str) -> bool {
        download::kept(&self.directory, name).is_some()
    }

    /// All files that are there whole, with their names and places, sorted by name.
    ///
    /// # Errors
    /// If the directory cannot be read.
    pub fn all(&self) -> Result<Vec<(String, Kept, PathBuf)>, OnlineError> {
        let fail = |cause| OnlineError::Io { path: self.directory.clone(), what: "read", cause };
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.directory).map_err(fail)? {
            let name = entry.map_err(fail)?.file_name().to_string_lossy().into_owned();
            let Some(name) = name.strip_suffix(".json").filter(|name| *name != MADE && !name.ends_with(".part")) else {
                continue;
            };
            if let Some(kept) = download::kept(&self.directory, name) {
                let place = self.directory.join(&kept.file);
                found.push((name.to_owned(), kept, place));
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(found)
    }

    /// What was made last, if anything.
    pub fn made(&self) -> Option<Made> {
        serde_json::from_slice(&fs::read(self.directory.join(format!("{MADE}.json"))).ok()?).ok()
    }

    /// Remembers what was made.
    ///
    /// # Errors
    /// If that cannot be written.
    pub fn set_made(&self, made: &Made) -> Result<(), OnlineError> {
        let file = self.directory.join(format!("{MADE}.json"));
        let text = serde_json::to_vec_pretty(made).map_err(|error| OnlineError::Io {
            path: file.clone(),
            what: "written",
            cause: error.into(),
        })?;
        put_whole(&file, &text)
    }
}

/// Whether a name is that of content: with sixteen digits of its SHA-256 before the ending.
fn is_content(name: &str) -> bool {
    let stem = name.rsplit_once('-').map_or("", |(_, rest)| rest);
    let digits = stem.split('.').next().unwrap_or_default();
    digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
