//! Policies from elsewhere, pinned by what is in them.
//!
//! A digest, or the id of a commit, decides what counts: wherever the file comes from, and however often it is changed there, a policy means the same
//! until somebody changes its line.

use crate::model::RepoPath;
use crate::online::Address;
use crate::text::{Node, Source};

use super::git_pin::{self, GitPin};
use super::problem::choose_from;
use super::reader::Reader;

/// A file from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pin {
    /// A file of the web with its digest.
    Web(WebPin),
    /// A file of a commit.
    Git(GitPin),
}

/// A file of the web with its digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WebPin {
    /// Where it is. It holds no credentials.
    pub url: String,
    /// The SHA-256 digest of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

impl Pin {
    /// The path that places in it have: its address, with the beginning of its digest; or repository, commit and file.
    pub fn path(&self) -> RepoPath {
        match self {
            Pin::Web(pin) => RepoPath::new(&format!("{}@{}", pin.url, pin.sha256.get(..8).unwrap_or_default())),
            Pin::Git(pin) => pin.path(),
        }
    }

    /// What it is called where it is missing.
    pub fn shown(&self) -> String {
        match self {
            Pin::Web(pin) => pin.url.clone(),
            Pin::Git(pin) => pin.path().as_str().to_owned(),
        }
    }
}

/// Whether a source is a file from elsewhere. No path of a tree holds `://`.
pub(super) fn is_pinned(source: &Source) -> bool {
    source.path().as_str().contains("://")
}

/// Reads `{ url = "…", sha256 = "…" }`, or `{ git = "…", rev = "…", path = "…" }`.
pub(super) fn read(reader: &mut Reader<'_>, table: Node<'_>) -> Option<Pin> {
    const KEYS: [&str; 2] = ["url", "sha256"];
    let (mut url, mut sha256, mut whole) = (None, None, true);
    if table.get("git").is_some() {
        return git_pin::read(reader, table).map(Pin::Git);
    }
    for (key, node) in table.entries() {
        match key.scalar().unwrap_or_default() {
            "url" => {
                url = reader
                    .text(node, "url", "an address that begins with https://")
                    .and_then(|text| address(reader, node, text));
                whole &= url.is_some();
            }
            "sha256" => {
                let text = reader.text(node, "sha256", "64 hexadecimal digits");
                let valid = |text: &&str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                sha256 = text.filter(valid).map(str::to_ascii_lowercase);
                if text.is_some() && sha256.is_none() {
                    let help = "write 64 hexadecimal digits, as `sha256sum` prints them".to_owned();
                    reader.problem(node, "`sha256` is not a SHA-256 digest", Some(help));
                }
                whole &= sha256.is_some();
            }
            other => {
                reader.problem(
                    key,
                    format!("`{other}` is not a key of an entry of `extends`"),
                    Some(choose_from(other, &KEYS)),
                );
                return None;
            }
        }
    }
    if whole && (url.is_none() || sha256.is_none()) {
        let missing = if url.is_none() { "url" } else { "sha256" };
        let help =
            "write { url = \"https://…\", sha256 = \"…\" }: `sepal policy update` tells the digest that it finds"
                .to_owned();
        reader.problem(table, format!("this entry has no `{missing}`"), Some(help));
    }
    Some(Pin::Web(WebPin { url: url?, sha256: sha256? }))
}

fn address(reader: &mut Reader<'_>, node: Node<'_>, text: &str) -> Option<String> {
    let trouble = match Address::parse(text) {
        Err(error) => error.to_string(),
        Ok(address) if !address.is_private() => format!("the connection to {address} is not encrypted"),
        // What is not shown of it is user info or a query, where people keep secrets.
        Ok(address) if address.shown() != text => "user names, queries and fragments must not be in it".to_owned(),
        Ok(_) => return Some(text.to_owned()),
    };
    reader.problem(node, trouble, Some("write an address that begins with https://".to_owned()));
    None
}
