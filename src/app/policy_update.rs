//! Policies of the web: fetched when somebody asks for that by name, and kept if they are what was asked for.

use std::collections::BTreeSet;
use std::path::Path;

use crate::online::{Address, OnlineError, Request, put_whole};
use crate::policy::{Pin, Policy};
use crate::text::{Source, SourceError};
use crate::walk::Root;

use super::files::{self, FileError};
use super::online::{Way, WayError};
use super::policy::{self, PolicyError};

/// The longest policy that is fetched, in bytes.
const LONGEST: u64 = 4 << 20;
/// How many are fetched at most.
const MOST: usize = 64;
/// How long fetching may take, in seconds.
const LONGEST_SECONDS: u64 = 300;

/// Why policies could not be fetched. What was fetched before is still there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyUpdateError {
    /// The policy cannot be used, or a file not be written.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The network is not used.
    #[error(transparent)]
    Way(#[from] WayError),
    /// There is no such file.
    #[error("{url} is not there")]
    Missing {
        /// Where it was looked for.
        url: String,
    },
    /// It is another file.
    #[error("{url} is not what the policy asks for: its digest is {found}, not {wanted}")]
    Digest {
        /// Where it is.
        url: String,
        /// The digest of what is there.
        found: String,
        /// The digest that was asked for.
        wanted: String,
    },
    /// It is no text.
    #[error("{url} could not be read: {cause}")]
    Text {
        /// Where it is.
        url: String,
        /// Why.
        #[source]
        cause: SourceError,
    },
    /// There is nowhere to keep it.
    #[error("there is no directory to keep policies in")]
    Nowhere,
    /// There are too many.
    #[error("the policy extends more than {MOST} files of the web")]
    TooMany,
}

impl From<OnlineError> for PolicyUpdateError {
    fn from(error: OnlineError) -> Self {
        Self::Way(error.into())
    }
}

impl From<FileError> for PolicyUpdateError {
    fn from(error: FileError) -> Self {
        Self::Policy(error.into())
    }
}

impl PolicyUpdateError {
    /// What to do about it, if anything.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            PolicyUpdateError::Digest { .. } => {
                Some("somebody has changed it: read what is there, and write its digest into `extends` if you agree")
            }
            PolicyUpdateError::Nowhere => Some("set XDG_CACHE_HOME, or HOME"),
            _ => None,
        }
    }
}

/// Fetches the files of the web that a policy extends, and those that they extend, unless they are here. Each address with whether
/// it was fetched, in the order in which they were met.
///
/// # Errors
/// If one cannot be had as its digest says, or the policy is wrong.
pub fn update(roots: &[Root], named: Option<&Path>, way: &Way) -> Result<Vec<(String, bool)>, PolicyUpdateError> {
    let file = named.map(Path::to_owned).or_else(|| roots.first().and_then(files::find_settings));
    let Some(file) = file else { return Ok(Vec::new()) };
    let mut pins = policy::pins(&file, roots.first())?;
    let (mut met, mut became, mut client) = (BTreeSet::new(), Vec::new(), None);
    while let Some(pin) = pins.pop() {
        if !met.insert(pin.clone()) {
            continue;
        }
        if met.len() > MOST {
            return Err(PolicyUpdateError::TooMany);
        }
        let (source, new) = match policy::kept(&pin) {
            Some(source) => (source, false),
            None => {
                if client.is_none() {
                    client = Some(way.client(&way.settings()?, LONGEST_SECONDS)?);
                }
                let request = Request::new(Address::parse(&pin.url)?, "application/toml, text/plain, */*");
                let Some(client) = &client else { return Err(PolicyUpdateError::Nowhere) };
                let answer = client.fetch(&request, LONGEST)?;
                if answer.status != 200 {
                    return Err(PolicyUpdateError::Missing { url: pin.url });
                }
                (keep(&pin, answer.bytes)?, true)
            }
        };
        pins.extend(Policy::pinned(&source));
        became.push((pin.url, new));
    }
    // What is wrong with them is told now, and not by the first check.
    policy::load(roots, named)?;
    Ok(became)
}

fn keep(pin: &Pin, bytes: Vec<u8>) -> Result<Source, PolicyUpdateError> {
    let found = policy::digest_of(&bytes);
    if found != pin.sha256 {
        return Err(PolicyUpdateError::Digest { url: pin.url.clone(), found, wanted: pin.sha256.clone() });
    }
    let place = policy::place_of(pin).ok_or(PolicyUpdateError::Nowhere)?;
    put_whole(&place, &bytes)?;
    Source::from_bytes(pin.path(), bytes).map_err(|cause| PolicyUpdateError::Text { url: pin.url.clone(), cause })
}
