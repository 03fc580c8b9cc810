//! One exchange with a web server: what is asked and what is answered, whoever carries it.

use std::fmt;
use std::io::Read;

use super::{Address, OnlineError};

/// A token. It is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "online"), allow(dead_code, reason = "without the network there is nobody to tell"))]
pub struct Secret(String);

impl Secret {
    /// Takes a token into keeping.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The token, for the one header that it is for.
    #[cfg(feature = "online")]
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// A question: a GET, which changes nothing anywhere.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where.
    pub address: Address,
    /// The media type that is understood.
    pub accept: &'static str,
    /// Answer only if the content has another ETag by now (`If-None-Match`).
    pub unless: Option<String>,
    /// Answer only if the content has changed since (`If-Modified-Since`), for servers without ETags.
    pub since: Option<String>,
    /// From this byte on, if the validator still holds (`Range`, `If-Range`).
    pub from: Option<(u64, String)>,
    /// A token for this host.
    pub secret: Option<Secret>,
    /// Whether the content may be packed on the way. Files that are kept are fetched as they are.
    pub packed: bool,
}

impl Request {
    /// A plain question.
    pub fn new(address: Address, accept: &'static str) -> Self {
        Self { address, accept, unless: None, since: None, from: None, secret: None, packed: false }
    }
}

/// An answer, whose content is read as it comes.
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The ETag, quotes and all.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<String>,
    /// How long the content of this answer is, if the server says so.
    pub length: Option<u64>,
    /// Of a part (206): its first byte, and how long the whole is.
    pub part: Option<(u64, Option<u64>)>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// The content.
    pub body: Box<dyn Read + Send>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("length", &self.length).finish_non_exhaustive()
    }
}

/// Whatever carries a question to a server. One exchange each, no second try: patience is the business of
/// [`Client`](super::Client).
pub trait Transport: Send + Sync {
    /// Asks.
    ///
    /// # Errors
    /// If no answer came, or one that must not be followed.
    fn get(&self, request: &Request) -> Result<Answer, OnlineError>;
}

/// Reads `Content-Range: bytes 100-199/1000` (RFC 9110, 14.4): the first byte and how long the whole is.
#[cfg(any(test, feature = "online"))]
pub(super) fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.trim().parse().ok()?, total.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_say_where_they_begin() {
        assert_eq!(content_range("bytes 100-199/1000"), Some((100, Some(1000))));
        assert_eq!(content_range("bytes 100-199/*"), Some((100, None)));
        assert_eq!(content_range("bytes */1000"), None);
        assert_eq!(content_range("items 1-2/3"), None);
    }

    #[test]
    fn secrets_are_not_printed() {
        assert!(!format!("{:?}", Secret::new("abc")).contains("abc"));
    }
}
