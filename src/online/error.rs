//! Why something could not be had from the network, and what to do about it.

use std::io;
use std::path::PathBuf;

/// Why there is no answer. No message holds credentials.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OnlineError {
    /// The program was built without the feature `online`.
    #[error("this sepal was built without the feature `online` and cannot use the network")]
    NotBuilt,
    /// What was named is no address.
    #[error("`{shown}` is no address: {why}")]
    Address {
        /// What was named, without credentials.
        shown: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The certificates of the user's own authorities cannot be used.
    #[error("the certificates in {} cannot be used: {why}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The client could not be set up.
    #[error("the network cannot be used: {why}")]
    Start {
        /// Why.
        why: String,
    },
    /// The host could not be reached, or broke off.
    #[error("{address} could not be reached: {why}")]
    Reach {
        /// Where.
        address: String,
        /// Why.
        why: String,
    },
    /// A redirect that is not followed.
    #[error("{address} redirects to where sepal does not follow: {why}")]
    Redirect {
        /// Where.
        address: String,
        /// Why.
        why: String,
    },
    /// The host answered that it cannot or will not.
    #[error("{address} answered with status {status}")]
    Status {
        /// Where.
        address: String,
        /// The status.
        status: u16,
    },
    /// The host asks to wait for longer than this run may take.
    #[error("{address} asks to be left alone for {seconds} seconds")]
    Wait {
        /// Where.
        address: String,
        /// For how long.
        seconds: u64,
    },
    /// The host failed several times, so it is not asked again.
    #[error("{host} is not asked any more, after it failed {times} times")]
    GivenUp {
        /// The host.
        host: String,
        /// How often.
        times: u32,
    },
    /// A budget of the run is used up.
    #[error("the budget of this run is used up: {what}")]
    Budget {
        /// Which: so many requests, so much time.
        what: String,
    },
    /// An answer is longer than what was asked for can be.
    #[error("the answer of {address} is longer than {limit} bytes")]
    TooLong {
        /// Where.
        address: String,
        /// How much is read.
        limit: u64,
    },
    /// There is nothing at that address.
    #[error("there is nothing at {address}")]
    Missing {
        /// Where.
        address: String,
    },
    /// What came is not what the server says of it.
    #[error("what came from {address} is not whole or not what it should be: {why}")]
    Damaged {
        /// Where.
        address: String,
        /// What does not agree.
        why: String,
    },
    /// An answer of a form that is not known.
    #[error("the answer of {address} could not be understood: {why}")]
    Answer {
        /// Where.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// A token would go over a connection that anybody can read.
    #[error("no token is sent to {address}, since the connection is not encrypted")]
    Exposed {
        /// Where.
        address: String,
    },
    /// A file on this machine could not be read or written.
    #[error("{} could not be {what}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

impl OnlineError {
    /// Whether the same question may be answered a little later.
    pub fn may_pass(&self) -> bool {
        match self {
            OnlineError::Reach { .. } => true,
            OnlineError::Status { status, .. } => is_passing(*status),
            _ => false,
        }
    }

    /// What to do about it, if anything.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            OnlineError::NotBuilt => {
                "build it with `--features online`, or bring the files yourself: `sepal advisories import`"
            }
            OnlineError::Address { .. } => "write it as https://host/path",
            OnlineError::Certificates { .. } => "name a file of certificates in PEM form",
            OnlineError::Reach { .. } => {
                "check the connection; behind a proxy set HTTPS_PROXY, and name the certificates of your own authorities with \
                 `--ca-bundle FILE`"
            }
            OnlineError::Redirect { .. } => "name the address it leads to, if you trust it",
            OnlineError::Status { status: 401 | 403, .. } => "set `token-from` for this address in your settings",
            OnlineError::Status { status: 407, .. } => {
                "the proxy asks for credentials: HTTPS_PROXY=http://user:password@host:port"
            }
            OnlineError::Status { .. } | OnlineError::Wait { .. } | OnlineError::GivenUp { .. } => "try again later",
            OnlineError::Budget { .. } => {
                "what was answered is kept: run it again, or raise `requests` or `seconds` under [online] in your settings"
            }
            OnlineError::Damaged { .. } => "run it again; if it stays, the mirror is damaged",
            OnlineError::Exposed { .. } => "use https",
            OnlineError::Start { .. }
            | OnlineError::TooLong { .. }
            | OnlineError::Missing { .. }
            | OnlineError::Answer { .. }
            | OnlineError::Io { .. } => return None,
        })
    }
}

/// Statuses that say "not now": RFC 9110 (408, 500, 502, 503, 504), RFC 8470 (425), RFC 6585 (429).
pub(super) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}
