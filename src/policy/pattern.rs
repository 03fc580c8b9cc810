//! Patterns over purls and paths, with `*` and nothing else.

use std::fmt;

use compact_str::CompactString;

use crate::model::Purl;

/// A text in which `*` stands for any characters, also for none and for `/`. Matching takes time linear in the text for each
/// piece between stars.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Glob {
    /// The pieces between stars; one piece: no star.
    pieces: Vec<CompactString>,
}

impl Glob {
    /// The pattern as written.
    pub fn new(pattern: &str) -> Self {
        let mut pieces: Vec<CompactString> = pattern.split('*').map(Into::into).collect();
        // `**` means what `*` means.
        let last = pieces.len() - 1;
        let mut at = 0;
        pieces.retain(|piece| {
            at += 1;
            !piece.is_empty() || at == 1 || at == last + 1
        });
        Self { pieces }
    }

    /// Whether the whole text fits.
    pub fn matches(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.pieces.as_slice() else {
            return self.pieces.first().is_some_and(|piece| piece == text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        for piece in middle {
            let Some(at) = memchr::memmem::find(rest.as_bytes(), piece.as_bytes()) else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last.as_str())
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pieces.join("*"))
    }
}

/// A pattern over components: `pkg:npm/@acme/*`, `pkg:npm/ghost-kit@2.*`, `pkg:cargo/acme-*`.
///
/// Type, name (with its namespace) and version are matched each for itself, so that a `*` in the name never reaches into the
/// version. Without a version every version fits. Qualifiers and subpath count only if the pattern has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurlPattern {
    text: CompactString,
    kind: CompactString,
    name: Glob,
    version: Option<Glob>,
    qualifiers: Vec<(CompactString, Glob)>,
    subpath: Option<Glob>,
}

impl PurlPattern {
    /// Reads a pattern. `@` in a namespace may be written as it is or as `%40`.
    ///
    /// # Errors
    /// Why it is no pattern over purls: a lowercase fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        // The star is an ordinary character of a name for the purl grammar, so one reader serves both.
        let purl: Purl = text.parse().map_err(|error: crate::model::PurlError| error.to_string())?;
        Ok(Self {
            text: text.into(),
            kind: purl.kind().into(),
            name: Glob::new(&purl.full_name()),
            version: purl.version().map(Glob::new),
            qualifiers: purl.qualifiers().iter().map(|(key, value)| (key.clone(), Glob::new(value))).collect(),
            subpath: purl.subpath().map(Glob::new),
        })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The type of package that it is about.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Whether a component's purl fits.
    pub fn matches(&self, purl: &Purl) -> bool {
        self.matches_name(purl)
            && self.version.as_ref().is_none_or(|version| purl.version().is_some_and(|text| version.matches(text)))
            && self.qualifiers.iter().all(|(key, glob)| purl.qualifier(key).is_some_and(|value| glob.matches(value)))
            && self.subpath.as_ref().is_none_or(|glob| purl.subpath().is_some_and(|text| glob.matches(text)))
    }

    /// Whether type and name fit, whatever the version.
    pub fn matches_name(&self, purl: &Purl) -> bool {
        self.kind == purl.kind() && self.name.matches(&purl.full_name())
    }
}

impl fmt::Display for PurlPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, purl: &str) -> bool {
        PurlPattern::parse(pattern).unwrap().matches(&purl.parse().unwrap())
    }

    #[test]
    fn scopes_may_be_written_as_people_write_them() {
        for pattern in ["pkg:npm/@acme/*", "pkg:npm/%40acme/*"] {
            assert!(fits(pattern, "pkg:npm/%40acme/kit@1.0.0"));
            assert!(!fits(pattern, "pkg:npm/%40acme-evil/kit@1.0.0"));
            assert!(!fits(pattern, "pkg:cargo/%40acme/kit@1.0.0"));
        }
    }

    #[test]
    fn a_star_in_the_name_does_not_reach_into_the_version() {
        assert!(fits("pkg:npm/ghost-kit@2.*", "pkg:npm/ghost-kit@2.1.0"));
        assert!(!fits("pkg:npm/ghost-kit@2.*", "pkg:npm/ghost-kit@12.1.0"));
        assert!(!fits("pkg:npm/ghost-kit@2.*", "pkg:npm/ghost-kit"));
        assert!(!fits("pkg:npm/ghost*2", "pkg:npm/ghost-kit@1.2"));
        assert!(fits("pkg:npm/ghost-kit", "pkg:npm/ghost-kit@1.2"));
        assert!(!fits("pkg:npm/ghost-kit", "pkg:npm/ghost-kit-2@1.2"));
        assert!(fits("pkg:cargo/acme-*", "pkg:cargo/acme-core@1.0.0"));
    }

    #[test]
    fn qualifiers_and_subpaths_count_only_if_asked_for() {
        assert!(fits("pkg:github/actions/cache@v4", "pkg:github/actions/cache@v4#restore"));
        assert!(!fits("pkg:github/actions/cache@v4#save", "pkg:github/actions/cache@v4#restore"));
        assert!(fits("pkg:docker/alpine?repository_url=*", "pkg:docker/alpine@3?repository_url=images.example"));
        assert!(!fits("pkg:docker/alpine?repository_url=*", "pkg:docker/alpine@3"));
    }

    #[test]
    fn globs_are_anchored_at_both_ends() {
        assert!(Glob::new("a*c").matches("abc"));
        assert!(Glob::new("a*c").matches("ac"));
        assert!(!Glob::new("a*a").matches("a"));
        assert!(!Glob::new("a*c").matches("abcd"));
        assert!(Glob::new("*b**d").matches("abcd"));
        assert!(Glob::new("*").matches(""));
        assert!(Glob::new("**").matches("x/y"));
        assert!(!Glob::new("").matches("x"));
    }

    #[test]
    fn hostile_patterns_take_linear_time() {
        let pattern = Glob::new(&"a*".repeat(20_000));
        assert!(!pattern.matches(&"a".repeat(19_999)));
        assert!(pattern.matches(&"a".repeat(100_000)));
    }
}
