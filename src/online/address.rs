//! Addresses of the web, with what may be shown of them.

use std::fmt;

use super::OnlineError;

/// An address. What is shown of it has no user info and no query, where people and storage services keep secrets.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    shown: String,
    whole: String,
}

impl Address {
    /// Reads an address: `http` or `https`, a host, and whatever follows.
    ///
    /// # Errors
    /// If it is something else.
    pub fn parse(text: &str) -> Result<Self, OnlineError> {
        let text = text.trim();
        let wrong = |why| OnlineError::Address { shown: without_secrets(text), why };
        let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong("it does not begin with https://"))?;
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err(wrong("it does not begin with https://"));
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(wrong("it holds a character that no address has"));
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let host = authority.rsplit('@').next().unwrap_or_default();
        if host.is_empty() || host.starts_with(':') {
            return Err(wrong("it names no host"));
        }
        let bare = path.split('?').next().unwrap_or_default();
        Ok(Self { shown: format!("{scheme}://{host}{bare}"), whole: format!("{scheme}://{authority}{path}") })
    }

    /// The address below this one, each segment percent-encoded whole. `None` if a segment is empty or means a directory above.
    pub fn join<S: AsRef<str>>(&self, segments: &[S]) -> Option<Self> {
        let mut below = String::new();
        for segment in segments {
            let segment = segment.as_ref();
            if matches!(segment, "" | "." | "..") {
                return None;
            }
            below.push('/');
            encode(segment, &mut below);
        }
        let (path, query) = self.whole.split_once('?').map_or((self.whole.as_str(), None), |(p, q)| (p, Some(q)));
        let mut whole = format!("{}{below}", path.trim_end_matches('/'));
        if let Some(query) = query {
            whole.push('?');
            whole.push_str(query);
        }
        Some(Self { shown: format!("{}{below}", self.shown.trim_end_matches('/')), whole })
    }

    /// The address beside this one, by an ending: `all.zip` and `.sha256`.
    pub fn with_ending(&self, ending: &str) -> Self {
        let (path, query) = self.whole.split_once('?').map_or((self.whole.as_str(), None), |(p, q)| (p, Some(q)));
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        Self { shown: format!("{}{ending}", self.shown), whole: format!("{path}{ending}{query}") }
    }

    /// What may be shown of it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The host, with its port if it has one.
    pub fn host(&self) -> &str {
        let rest = self.shown.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }

    /// All of it, with what must not be shown.
    #[cfg_attr(not(feature = "online"), allow(dead_code, reason = "without the network there is nobody to tell"))]
    pub(super) fn whole(&self) -> &str {
        &self.whole
    }

    /// Whether nobody on the way can read what is said: it is encrypted, or does not leave this machine.
    pub fn is_private(&self) -> bool {
        let host = self.host();
        let name = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
        self.shown.starts_with("https://") || matches!(name, "localhost" | "127.0.0.1") || host.starts_with("[::1]")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.shown)
    }
}

/// What is no address may hold secrets all the same.
fn without_secrets(text: &str) -> String {
    let bare = text.split(['?', '#']).next().unwrap_or_default();
    match bare.rsplit_once('@') {
        Some((before, after)) => {
            let scheme = before.split_once("://").map_or(String::new(), |(scheme, _)| format!("{scheme}://"));
            format!("{scheme}{after}")
        }
        None => bare.to_owned(),
    }
}

/// Everything but the unreserved characters of RFC 3986 becomes `%XX`.
fn encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_kept_and_never_shown() {
        let address = Address::parse("https://user:pass@mirror.example:8443/osv/?sig=secret#x").unwrap();
        assert_eq!(
            format!("{address} {address:?}"),
            "https://mirror.example:8443/osv/ \"https://mirror.example:8443/osv/\""
        );
        assert_eq!(address.host(), "mirror.example:8443");
        let below = address.join(&["GitHub Actions", "all.zip"]).unwrap();
        assert_eq!(below.whole(), "https://user:pass@mirror.example:8443/osv/GitHub%20Actions/all.zip?sig=secret");
        assert_eq!(
            below.with_ending(".sha256").shown(),
            "https://mirror.example:8443/osv/GitHub%20Actions/all.zip.sha256"
        );
        assert!(!below.with_ending(".sha256").shown().contains("secret"));
        for wrong in
            ["user:pass@mirror.example", "ftp://user:pass@mirror.example", "https://user:pass@", "https:// x", ""]
        {
            let error = Address::parse(wrong).unwrap_err().to_string();
            assert!(!error.contains("pass"), "{error}");
        }
    }

    #[test]
    fn a_segment_stays_one_segment() {
        let base = Address::parse("https://api.example/v3").unwrap();
        assert_eq!(
            base.join(&["@acme/kit", "1.0.0+b?"]).unwrap().shown(),
            "https://api.example/v3/%40acme%2Fkit/1.0.0%2Bb%3F"
        );
        assert_eq!(base.join(&["a", ".."]), None);
        assert_eq!(base.join(&[""]), None);
    }

    #[test]
    fn tokens_go_over_private_connections_only() {
        for (text, private) in [
            ("https://a.example", true),
            ("http://127.0.0.1:80/x", true),
            ("http://[::1]:80/x", true),
            ("http://a.example", false),
            ("http://localhost.example", false),
        ] {
            assert_eq!(Address::parse(text).unwrap().is_private(), private, "{text}");
        }
    }
}
