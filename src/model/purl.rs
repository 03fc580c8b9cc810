//! Package URLs (ECMA-427): the only identity of a component.
//!
//! This type holds the parts and writes and reads the canonical form. What a *type* asks of a name (lower case for
//! `github`, underscores for `pypi`) is done by the ecosystem that makes the purl, never by a switch here; for those of other
//! documents the types' own definitions are in `purl_type`.

use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;

/// A package URL. Ordered by type, namespace, name, version, qualifiers, subpath.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    pub(super) kind: CompactString,
    pub(super) namespace: Option<CompactString>,
    pub(super) name: CompactString,
    pub(super) version: Option<CompactString>,
    qualifiers: Vec<(CompactString, CompactString)>,
    subpath: Option<CompactString>,
}

/// Why a text is not a package URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PurlError {
    /// It does not start with `pkg:`.
    #[error("a package URL starts with `pkg:`")]
    Scheme,
    /// The type is missing or has other characters than ASCII letters, digits, `.` and `-`, or starts with a digit.
    #[error("`{0}` is not a package type")]
    Type(String),
    /// There is no name.
    #[error("the package URL has no name")]
    Name,
    /// A qualifier's key has characters that are not allowed, or occurs twice.
    #[error("`{0}` is not a qualifier, or occurs twice")]
    Qualifier(String),
    /// Its type forbids what it says.
    #[error("no package URL of type {kind}: {why}")]
    Rule {
        /// The type.
        kind: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A percent sign is not followed by two hexadecimal digits, or the bytes are not UTF-8.
    #[error("`{0}` is not percent-encoded UTF-8")]
    Encoding(String),
}

impl Purl {
    /// A purl of a type (lower case) and a name. Both must not be empty.
    pub fn new(kind: &str, name: &str) -> Self {
        debug_assert!(!kind.is_empty() && !name.is_empty());
        Self {
            kind: kind.into(),
            namespace: None,
            name: name.into(),
            version: None,
            qualifiers: Vec::new(),
            subpath: None,
        }
    }

    /// With a namespace (`@acme` of `@acme/kit`); an empty one counts as none.
    pub fn with_namespace(mut self, namespace: &str) -> Self {
        let namespace = namespace.trim_matches('/');
        self.namespace = (!namespace.is_empty()).then(|| namespace.into());
        self
    }

    /// With a version; an empty one counts as none.
    pub fn with_version(mut self, version: &str) -> Self {
        self.version = (!version.is_empty()).then(|| version.into());
        self
    }

    /// With a qualifier; an empty value removes it. `key` must be lower case.
    pub fn with_qualifier(mut self, key: &str, value: &str) -> Self {
        match self.qualifiers.binary_search_by(|(have, _)| have.as_str().cmp(key)) {
            Ok(at) if value.is_empty() => {
                self.qualifiers.remove(at);
            }
            Ok(at) => self.qualifiers[at].1 = value.into(),
            Err(_) if value.is_empty() => {}
            Err(at) => self.qualifiers.insert(at, (key.into(), value.into())),
        }
        self
    }

    /// With a subpath; segments that are empty, `.` or `..` are left out.
    pub fn with_subpath(mut self, subpath: &str) -> Self {
        let kept: Vec<&str> = subpath.split('/').filter(|segment| !matches!(*segment, "" | "." | "..")).collect();
        self.subpath = (!kept.is_empty()).then(|| kept.join("/").into());
        self
    }

    /// The type: `cargo`, `npm`, `github`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The namespace: an npm scope with its `@`, a Maven group, a GitHub owner.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The name without its namespace.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The qualifiers, sorted by key.
    pub fn qualifiers(&self) -> &[(CompactString, CompactString)] {
        &self.qualifiers
    }

    /// The value of one qualifier.
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers.iter().find(|(have, _)| have == key).map(|(_, value)| value.as_str())
    }

    /// The subpath.
    pub fn subpath(&self) -> Option<&str> {
        self.subpath.as_deref()
    }

    /// Namespace and name as the ecosystem's users write them: `@acme/kit`, `serde`, `org.example:lib` has `/` here.
    pub fn full_name(&self) -> CompactString {
        match &self.namespace {
            Some(namespace) => {
                let mut full = CompactString::with_capacity(namespace.len() + 1 + self.name.len());
                full.push_str(namespace);
                full.push('/');
                full.push_str(&self.name);
                full
            }
            None => self.name.clone(),
        }
    }

    /// The identity without version, qualifiers and subpath: the same for every version of a package.
    pub fn without_version(&self) -> Purl {
        Purl { version: None, qualifiers: Vec::new(), subpath: None, ..self.clone() }
    }
}

/// Writes `text` percent-encoded: ASCII letters, digits and `.-_~` stay, and so do `:` and what `keep` names.
fn encode(f: &mut fmt::Formatter<'_>, text: &str, keep: &[u8]) -> fmt::Result {
    /// What is written as it is whatever the part.
    const STAYS: [bool; 256] = {
        let mut stays = [false; 256];
        let mut byte = 0;
        while byte < 128 {
            let sign = byte as u8;
            stays[byte] = sign.is_ascii_alphanumeric() || matches!(sign, b'.' | b'-' | b'_' | b'~' | b':');
            byte += 1;
        }
        stays
    };
    let stays = |byte: u8| STAYS[usize::from(byte)] || keep.contains(&byte);
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !stays(byte)) {
        f.write_str(&rest[..at])?;
        let width = rest[at..].chars().next().map_or(1, char::len_utf8);
        for byte in rest[at..at + width].bytes() {
            write!(f, "%{byte:02X}")?;
        }
        rest = &rest[at + width..];
    }
    f.write_str(rest)
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pkg:")?;
        f.write_str(&self.kind)?;
        f.write_str("/")?;
        if let Some(namespace) = &self.namespace {
            encode(f, namespace, b"/")?;
            f.write_str("/")?;
        }
        // A repository's name is its way on its host.
        encode(f, &self.name, if self.kind == "git" { b"/" } else { b"" })?;
        if let Some(version) = &self.version {
            f.write_str("@")?;
            encode(f, version, b"")?;
        }
        for (index, (key, value)) in self.qualifiers.iter().enumerate() {
            f.write_str(if index == 0 { "?" } else { "&" })?;
            f.write_str(key)?;
            f.write_str("=")?;
            encode(f, value, b"")?;
        }
        if let Some(subpath) = &self.subpath {
            f.write_str("#")?;
            encode(f, subpath, b"/")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn decode(text: &str) -> Result<CompactString, PurlError> {
    if !text.contains('%') {
        return Ok(text.into());
    }
    let wrong = || PurlError::Encoding(text.to_owned());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let digits = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok()).ok_or_else(wrong)?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(wrong());
            }
            bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
            rest = &after[2..];
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).map(CompactString::from).map_err(|_| wrong())
}

impl FromStr for Purl {
    type Err = PurlError;

    /// Reads the canonical form and what ECMA-427 asks parsers to accept beside it (`pkg://`, empty segments, an
    /// upper-case type). The last `@` after the last `/` starts the version.
    fn from_str(text: &str) -> Result<Self, PurlError> {
        let rest = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("pkg:")).map(|_| &text[4..]);
        let rest = rest.ok_or(PurlError::Scheme)?.trim_start_matches('/');
        let (rest, subpath) = rest.split_once('#').map_or((rest, None), |(before, after)| (before, Some(after)));
        let (rest, qualifiers) = rest.split_once('?').map_or((rest, None), |(before, after)| (before, Some(after)));
        let (kind, rest) = rest.split_once('/').ok_or(PurlError::Name)?;
        let kind_is_valid = kind.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
            && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        if !kind_is_valid {
            return Err(PurlError::Type(kind.to_owned()));
        }
        let rest = rest.trim_matches('/');
        let last = rest.rfind('/').map_or(0, |at| at + 1);
        let (path, version) = match rest[last..].rfind('@') {
            // What stands before the version is the name.
            Some(0) => return Err(PurlError::Name),
            Some(at) => (&rest[..last + at], Some(&rest[last + at + 1..])),
            _ => (rest, None),
        };
        let (namespace, name) = path.rsplit_once('/').map_or((None, path), |(before, name)| (Some(before), name));
        let name = decode(name)?;
        if name.is_empty() {
            return Err(PurlError::Name);
        }
        let mut purl = Purl::new(&kind.to_ascii_lowercase(), &name);
        if let Some(namespace) = namespace {
            let segments: Vec<CompactString> =
                namespace.split('/').filter(|segment| !segment.is_empty()).map(decode).collect::<Result<_, _>>()?;
            purl = purl.with_namespace(&segments.join("/"));
        }
        if let Some(version) = version {
            purl = purl.with_version(&decode(version)?);
        }
        for pair in qualifiers.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let wrong = || PurlError::Qualifier(pair.to_owned());
            let (key, value) = pair.split_once('=').ok_or_else(wrong)?;
            let key = key.to_ascii_lowercase();
            let starts_well = key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
            let valid = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
            if !starts_well || !valid || purl.qualifier(&key).is_some() {
                return Err(wrong());
            }
            purl = purl.with_qualifier(&key, &decode(value)?);
        }
        if let Some(subpath) = subpath {
            let segments: Vec<CompactString> = subpath.split('/').map(decode).collect::<Result<_, _>>()?;
            purl = purl.with_subpath(&segments.join("/"));
        }
        Ok(purl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_forms_round_trip() {
        for text in [
            "pkg:cargo/serde@1.0.219",
            "pkg:npm/%40acme/kit@2.0.0-rc.1%2B5",
            "pkg:github/actions/checkout@v4#sub/dir",
            "pkg:docker/alpine@3.20?repository_url=registry.example%2Fmirror",
            "pkg:maven/org.example/lib@1.0?classifier=sources&type=jar",
            "pkg:npm/na%C3%AFve@1",
        ] {
            assert_eq!(text.parse::<Purl>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn parts_are_taken_apart() {
        let purl: Purl = "PKG://Npm/%40acme//kit@1.0?B=2&a=1#./x/../y".parse().unwrap();
        assert_eq!(purl.kind(), "npm");
        assert_eq!(purl.namespace(), Some("@acme"));
        assert_eq!(purl.full_name(), "@acme/kit");
        assert_eq!(purl.version(), Some("1.0"));
        assert_eq!(purl.subpath(), Some("x/y"));
        assert_eq!(purl.to_string(), "pkg:npm/%40acme/kit@1.0?a=1&b=2#x/y");
    }

    #[test]
    fn wrong_texts_are_told_apart() {
        assert_eq!("npm/a@1".parse::<Purl>(), Err(PurlError::Scheme));
        assert_eq!("pkg:npm".parse::<Purl>(), Err(PurlError::Name));
        assert_eq!("pkg:npm/@1".parse::<Purl>(), Err(PurlError::Name));
        assert!(matches!("pkg:1n/a".parse::<Purl>(), Err(PurlError::Type(_))));
        assert!(matches!("pkg:npm/a?x=1&x=2".parse::<Purl>(), Err(PurlError::Qualifier(_))));
        assert!(matches!("pkg:npm/a%2".parse::<Purl>(), Err(PurlError::Encoding(_))));
        assert!(matches!("pkg:npm/a%FF".parse::<Purl>(), Err(PurlError::Encoding(_))));
    }
}
