//! Policies from elsewhere: fetched when somebody asks for that by name, and kept if they are what was asked for.
//!
//! Of the web with the same client as everything else; of git with the user's own git, for which [`crate::tool`] sees that nothing
//! of a scanned repository has a say in it. What is kept of a commit are the objects from it to the file, so that a check verifies
//! each time that the file is the commit's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::online::{Address, OnlineError, Request, put_whole};
use crate::policy::proof::{self, ProofError};
use crate::policy::{GitPin, Pin, Policy, WebPin};
use crate::text::{Source, SourceError};
use crate::tool::{self, ToolError, Wanted};
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
    /// It is longer than a policy is.
    #[error("{url} is longer than {LONGEST} bytes")]
    TooLong {
        /// Where it is.
        url: String,
    },
    /// Git did not fetch it.
    #[error("the commit {rev} could not be fetched from {url}: {cause}")]
    Git {
        /// The repository.
        url: String,
        /// The commit.
        rev: String,
        /// Why not, without secrets.
        cause: String,
    },
    /// The commit does not hold it, or what was fetched is another one.
    #[error("{url}: {cause}")]
    Proof {
        /// The repository.
        url: String,
        /// Why.
        #[source]
        cause: ProofError,
    },
    /// There is nowhere to keep it.
    #[error("there is no directory to keep policies in")]
    Nowhere,
    /// There are too many.
    #[error("the policy extends more than {MOST} files from elsewhere")]
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
            PolicyUpdateError::Git { .. } => Some(
                "git is run as you configured it, and asks nothing: try `git ls-remote` on the repository, and see whether the commit \
                 was pushed",
            ),
            PolicyUpdateError::Proof { .. } => {
                Some("write the commit and the path as `git ls-tree -r <commit>` knows them")
            }
            PolicyUpdateError::Nowhere => Some("set XDG_CACHE_HOME, or HOME"),
            _ => None,
        }
    }
}

/// Fetches the files of the web and of commits that a policy extends, and those that they extend, unless they are here. Each
/// address with whether it was fetched, in the order in which they were met. `git` is the git to run, if one was found;
/// `earlier` is what an earlier policy extends that is wanted, too.
///
/// # Errors
/// If one cannot be had as its digest or commit says, or the policy is wrong.
pub fn update(
    roots: &[Root],
    named: Option<&Path>,
    way: &Way,
    git: Option<&Path>,
    earlier: Vec<Pin>,
) -> Result<Vec<(String, bool)>, PolicyUpdateError> {
    let file = named.map(Path::to_owned).or_else(|| roots.first().and_then(files::find_settings));
    let mut pins = earlier;
    if let Some(file) = file {
        pins.extend(policy::pins(&file, roots.first())?);
    }
    let (mut met, mut became, mut client) = (BTreeSet::new(), Vec::new(), None);
    while let Some(pin) = pins.pop() {
        if !met.insert(pin.clone()) {
            continue;
        }
        if met.len() > MOST {
            return Err(PolicyUpdateError::TooMany);
        }
        let (source, new) = match (policy::kept(&pin), &pin) {
            (Some(source), _) => (source, false),
            (None, Pin::Git(pin)) => (fetch(pin, way, git)?, true),
            (None, Pin::Web(pin)) => {
                if client.is_none() {
                    client = Some(way.client(&way.settings()?, LONGEST_SECONDS)?);
                }
                let request = Request::new(Address::parse(&pin.url)?, "application/toml, text/plain, */*");
                let Some(client) = &client else { return Err(PolicyUpdateError::Nowhere) };
                let answer = client.fetch(&request, LONGEST)?;
                if answer.status != 200 {
                    return Err(PolicyUpdateError::Missing { url: pin.url.clone() });
                }
                (keep(pin, answer.bytes)?, true)
            }
        };
        pins.extend(Policy::pinned(&source));
        became.push((pin.shown(), new));
    }
    // What is wrong with them is told now, and not by the first check.
    policy::load(roots, named)?;
    Ok(became)
}

fn keep(pin: &WebPin, bytes: Vec<u8>) -> Result<Source, PolicyUpdateError> {
    let found = policy::digest_of(&bytes);
    if found != pin.sha256 {
        return Err(PolicyUpdateError::Digest { url: pin.url.clone(), found, wanted: pin.sha256.clone() });
    }
    let place = policy::place_of(pin).ok_or(PolicyUpdateError::Nowhere)?;
    put_whole(&place, &bytes)?;
    let shown = Pin::Web(pin.clone()).path();
    Source::from_bytes(shown, bytes).map_err(|cause| PolicyUpdateError::Text { url: pin.url.clone(), cause })
}

/// Lets git fetch the commit of a policy, and keeps what proves that it holds the file.
fn fetch(pin: &GitPin, way: &Way, git: Option<&Path>) -> Result<Source, PolicyUpdateError> {
    let url = || pin.url.clone();
    if !pin.url.starts_with(tool::FROM_THIS_MACHINE) {
        way.settings()?;
    }
    let fail = |error: ToolError| {
        let mut cause = error.to_string();
        if let Some(why) = std::error::Error::source(&error) {
            cause.push_str(&format!(": {why}"));
        }
        // Git tells addresses as `insteadOf` made them, in which people keep tokens.
        let cause = crate::report::without_user_info(&cause).into_owned();
        PolicyUpdateError::Git { url: url(), rev: pin.rev.clone(), cause }
    };
    let cache = policy::kept_in().ok_or(PolicyUpdateError::Nowhere)?;
    let program =
        git.ok_or(ToolError::NotFound { program: "git", place: "in the search path".to_owned() }).map_err(fail)?;
    let wanted = Wanted { url: &pin.url, commit: &pin.rev, path: &pin.path };
    let objects = tool::git_objects(program, cache, wanted).map_err(fail)?;
    let known: BTreeMap<String, Vec<u8>> =
        objects.into_iter().map(|object| (object.name, proof::whole(&object.kind, &object.bytes))).collect();
    let mut way_there = Vec::new();
    let bytes = proof::file_of(&pin.rev, &pin.path, &mut |name| {
        way_there.push(name.to_owned());
        known.get(name).cloned()
    });
    let bytes = bytes.map_err(|cause| PolicyUpdateError::Proof { url: url(), cause })?;
    if bytes.len() as u64 > LONGEST {
        return Err(PolicyUpdateError::TooLong { url: pin.path().as_str().to_owned() });
    }
    let source = Source::from_bytes(pin.path(), bytes)
        .map_err(|cause| PolicyUpdateError::Text { url: pin.path().as_str().to_owned(), cause })?;
    for name in way_there {
        let place = policy::place_of_object(&name).ok_or(PolicyUpdateError::Nowhere)?;
        put_whole(&place, known.get(&name).map_or(&[][..], Vec::as_slice))?;
    }
    Ok(source)
}
