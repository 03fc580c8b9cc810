//! What a policy tells the rules beside their own parameters: how the product is used, whom to ask, which sources are fine,
//! and which decisions are on record.

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::model::{Because, Date, Location, Origin};

pub use crate::license::Distribution;

/// What all rules may ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How the product reaches others.
    pub distribution: Distribution,
    /// Whom to ask, by subject: `license` → an address.
    pub contacts: BTreeMap<CompactString, String>,
    /// Where components may come from.
    pub sources: Sources,
    /// Purl types of which it is accepted that nobody can tell whether everything is known.
    pub accept_unknown: Vec<String>,
    /// The license the product is given out under, if the policy says it: canonical, with its line.
    pub license: Option<(CompactString, Because)>,
}

impl Settings {
    /// Whether it is accepted that completeness cannot be told in this ecosystem.
    pub fn accepts_unknown(&self, purl_type: &str) -> bool {
        self.accept_unknown.iter().any(|accepted| accepted == purl_type)
    }
}

impl Default for Settings {
    /// A product given to others in object form: what asks most, so that silence is never the lenient answer.
    fn default() -> Self {
        Self {
            distribution: Distribution::Binary,
            contacts: BTreeMap::new(),
            sources: Sources::default(),
            accept_unknown: Vec::new(),
            license: None,
        }
    }
}

/// Where components may come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The policy's entries with their lines; `None`: every source is fine as long as its connection is encrypted.
    pub allow: Option<Vec<(SourcePattern, Because)>>,
}

/// An entry of the list of sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourcePattern {
    /// `default-registry`: the registry an ecosystem uses unless told otherwise.
    DefaultRegistry,
    /// `path`: directories of this repository or beside it.
    Path,
    /// `git`: any git repository.
    AnyGit,
    /// `archive`: any archive by URL.
    AnyArchive,
    /// A URL, or the start of one that ends in `*`. Without a scheme it stands for all of them.
    Url {
        /// Without scheme and user.
        rest: CompactString,
        /// With `://` where the entry has a scheme.
        scheme: Option<CompactString>,
        /// Whether anything may follow.
        open: bool,
    },
}

/// Why a text is not a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourcePatternError {
    /// A `*` stands elsewhere than at the end.
    #[error("`{0}` has a `*` that is not its last character")]
    Star(String),
    /// Neither one of the words nor a URL.
    #[error("`{0}` is neither default-registry, path, git or archive nor a URL")]
    Form(String),
}

/// A URL without scheme, user and `.git`: `git@host:a/b.git` and `https://host/a/b` are the same place.
pub(super) fn place(url: &str) -> (Option<&str>, CompactString) {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.strip_prefix("git+").unwrap_or(scheme)), rest),
        None => (None, url),
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let rest = rest[..end].rfind('@').map_or(rest, |at| &rest[at + 1..]);
    let trimmed = rest.split(['#', '?']).next().unwrap_or(rest);
    let trimmed = trimmed.strip_suffix(".git").unwrap_or(trimmed);
    let mut place = CompactString::from(trimmed);
    if scheme.is_none()
        && let Some((host, path)) = trimmed.split_once(':')
        && !path.starts_with(|c: char| c.is_ascii_digit())
    {
        place = compact_str::format_compact!("{host}/{path}");
    }
    (scheme, place)
}

impl SourcePattern {
    /// Reads an entry.
    ///
    /// # Errors
    /// If it is none of the words and no URL.
    pub fn parse(text: &str) -> Result<SourcePattern, SourcePatternError> {
        match text {
            "default-registry" => return Ok(SourcePattern::DefaultRegistry),
            "path" => return Ok(SourcePattern::Path),
            "git" => return Ok(SourcePattern::AnyGit),
            "archive" => return Ok(SourcePattern::AnyArchive),
            _ => {}
        }
        let (url, open) = text.strip_suffix('*').map_or((text, false), |start| (start, true));
        if url.contains('*') {
            return Err(SourcePatternError::Star(text.to_owned()));
        }
        let (scheme, rest) = place(url);
        let host = rest.split('/').next().unwrap_or_default();
        if !host.contains('.') || host.contains(char::is_whitespace) {
            return Err(SourcePatternError::Form(text.to_owned()));
        }
        Ok(SourcePattern::Url { scheme: scheme.map(Into::into), rest, open })
    }

    /// Whether it covers all that another entry covers.
    pub fn covers(&self, other: &SourcePattern) -> bool {
        match (self, other) {
            (
                SourcePattern::Url { rest, scheme, open },
                SourcePattern::Url { rest: inner, scheme: inner_scheme, open: inner_open },
            ) => {
                let within = match inner.strip_prefix(rest.as_str()) {
                    Some("") => *open || !inner_open,
                    Some(more) => *open || rest.ends_with('/') || more.starts_with('/'),
                    None => false,
                };
                within && (scheme.is_none() || scheme == inner_scheme)
            }
            _ => self == other,
        }
    }

    /// Whether it covers an origin.
    pub fn matches(&self, origin: &Origin) -> bool {
        match self {
            SourcePattern::DefaultRegistry => matches!(origin, Origin::Registry { url: None }),
            SourcePattern::Path => matches!(origin, Origin::Path { .. }),
            SourcePattern::AnyGit => matches!(origin, Origin::Git { .. }),
            SourcePattern::AnyArchive => matches!(origin, Origin::Archive { .. }),
            SourcePattern::Url { rest, scheme, open } => {
                let Some(url) = origin.url() else { return false };
                let (their_scheme, place) = place(url);
                if scheme.is_some() && scheme.as_deref() != their_scheme {
                    return false;
                }
                match place.strip_prefix(rest.as_str()) {
                    Some("" | "/") => true,
                    // Without a star the entry names a place and what lies below it, in whole segments.
                    Some(more) => *open || rest.ends_with('/') || more.starts_with('/'),
                    None => false,
                }
            }
        }
    }
}

/// Whether anybody between could read and change what comes from this origin.
pub(super) fn is_unencrypted(origin: &Origin) -> bool {
    let Some((scheme, rest)) = origin.url().and_then(|url| url.strip_prefix("git+").unwrap_or(url).split_once("://"))
    else {
        return false;
    };
    let unencrypted = ["http", "git", "ftp"].iter().any(|name| scheme.eq_ignore_ascii_case(name));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    // A port, but not the colons of an address in brackets.
    let host = host
        .rsplit_once(':')
        .filter(|(host, _)| !host.contains(':') || host.ends_with(']'))
        .map_or(host, |(host, _)| host);
    unencrypted && !["localhost", "127.0.0.1", "[::1]"].contains(&host)
}

/// Where packages of a namespace of one's own are to come from (`[[namespace]]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// Which packages, as written.
    pub pattern: CompactString,
    /// Where they may come from.
    pub from: Vec<SourcePattern>,
    /// The same as written, for a sentence.
    pub shown: String,
    /// Its policy line.
    pub because: Because,
}

/// That a component is not to be used (`[[deny]]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Why.
    pub reason: String,
    /// What to use instead, if the policy says it.
    pub instead: Option<String>,
    /// The versions that are meant, as written; `None`: all.
    pub versions: Option<CompactString>,
    /// Whether it could not be told that a version is meant, so that it counts as meant.
    pub undecided: bool,
    /// Its policy line.
    pub because: Because,
}

/// That somebody approved of a component (`[[approval]]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Who approved: a role or an address.
    pub by: CompactString,
    /// When.
    pub date: Date,
    /// Why.
    pub reason: String,
    /// Its policy line.
    pub because: Because,
}

/// A decision on record in a policy, after it has been applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What it is, for a sentence: `the waiver of legal/component-license-denied for pkg:npm/ghost-kit@2.*`.
    pub label: String,
    /// Its place in the policy file.
    pub location: Location,
    /// Its policy line.
    pub because: Because,
    /// What tells it from other decisions, and does not change when lines do.
    pub key: CompactString,
    /// Whether it is a waiver; otherwise it is a curation.
    pub waiver: bool,
    /// Its last day; `None` for a curation.
    pub expires: Option<Date>,
    /// How many days away its end may be, where the policy's `[waivers] max-days` says it.
    pub max_days: Option<u32>,
    /// What became of it.
    pub state: DecisionState,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionState {
    /// It was applied to so many findings or components.
    Used(usize),
    /// Nothing matched it. If something matched but for one thing, that is what.
    Unused(Option<String>),
    /// What it judged has changed: what is there now.
    Outdated(String),
    /// Its last day is over; it would have been applied to so many findings.
    Expired(usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(url: &str) -> Origin {
        Origin::Git { url: url.into(), commit: None, reference: None }
    }

    #[test]
    fn a_url_covers_every_way_to_write_its_place() {
        let entry = SourcePattern::parse("git.example.org/acme/*").unwrap();
        for url in [
            "https://git.example.org/acme/kit.git",
            "git+ssh://git@git.example.org/acme/kit#main",
            "git@git.example.org:acme/kit.git",
        ] {
            assert!(entry.matches(&git(url)), "{url}");
        }
        assert!(!entry.matches(&git("https://git.example.org/other/kit")));
        assert!(!entry.matches(&git("https://git.example.org.evil.example/acme/kit")));
        assert!(!entry.matches(&Origin::Unknown));
    }

    #[test]
    fn a_scheme_narrows_and_segments_are_whole() {
        let entry = SourcePattern::parse("https://registry.example/team").unwrap();
        let registry = |url: &str| Origin::Registry { url: Some(url.into()) };
        assert!(entry.matches(&registry("https://registry.example/team/")));
        assert!(entry.matches(&registry("https://registry.example/team/a")));
        assert!(!entry.matches(&registry("https://registry.example/team2")));
        assert!(!entry.matches(&registry("http://registry.example/team")));
        assert!(!entry.matches(&Origin::Registry { url: None }));
        assert!(SourcePattern::parse("default-registry").unwrap().matches(&Origin::Registry { url: None }));
    }

    #[test]
    fn wrong_entries_are_told_apart() {
        assert!(matches!(SourcePattern::parse("https://*.example.org/a"), Err(SourcePatternError::Star(_))));
        assert!(matches!(SourcePattern::parse("registries"), Err(SourcePatternError::Form(_))));
    }

    #[test]
    fn unencrypted_connections_are_seen_and_this_machine_is_not_one() {
        assert!(is_unencrypted(&git("git://git.example.org/a")));
        assert!(is_unencrypted(&git("git+http://git.example.org/a")));
        assert!(!is_unencrypted(&git("https://git.example.org/a")));
        for here in ["http://localhost:8080/a", "http://127.0.0.1/a", "http://[::1]:80/a", "http://[::1]"] {
            assert!(!is_unencrypted(&git(here)), "{here}");
        }
        assert!(is_unencrypted(&git("http://localhost.evil.example/a")));
        assert!(is_unencrypted(&git("HTTP://git.example.org:80/a")));
    }
}
