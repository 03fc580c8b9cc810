//! The keys under which pnpm-lock.yaml lists packages ("dependency paths"), and what refers to them.
//!
//! Read after pnpm's lock file specifications (5.2, 6.0, 9.0) and what its releases write:
//! - up to 5.4: `/name/1.0.0`, `/@scope/name/1.0.0_peer@2.0.0`, `registry.example/name/1.0.0`, and still older
//!   `/name/1.0.0/peer@2.0.0`;
//! - 6.x: `/name@1.0.0(peer@2.0.0)`, `registry.example/name@1.0.0`;
//! - from 9.0: `name@1.0.0(peer@2.0.0)(patch_hash=…)`, `name@https://…`, `name@file:…`, `name@runtime:…`;
//! - for what comes from no registry, up to 6.x: `github.com/owner/name/<commit>`, `@host/name.tgz`, `file:name`, whose name
//!   stands inside the entry.

use super::identity;

/// How names and versions are put together, which the lock file's version decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Up to 5.4: `/name/1.0.0`.
    Slashes,
    /// From 6.0: `/name@1.0.0`, and without the slash from 9.0.
    At,
}

impl Layout {
    /// The layout of a lock file that says it has this version: `5.4`, `5.3-inlineSpecifiers`, `9.0`.
    pub(super) fn of(version: &str) -> Self {
        let digits = version.trim_start_matches('v');
        let major = digits.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse::<u32>().ok());
        if major.is_some_and(|major| major < 6) { Layout::Slashes } else { Layout::At }
    }
}

/// A key, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key<'k> {
    /// The package's name, where the key has it.
    pub name: Option<&'k str>,
    /// What was chosen: a version, or the address of something that comes from no registry.
    pub reference: &'k str,
    /// The key without peers and patches: what stands under `packages` from 9.0 on.
    pub plain: &'k str,
    /// Peers and patches, as written.
    pub suffix: &'k str,
}

impl<'k> Key<'k> {
    /// Takes a key apart. Real files mix layouts (a file of 5.4 that a newer pnpm has added to): a key that does not fit the
    /// file's own is read as one of 6.0 if it is one beyond doubt.
    pub(super) fn of(key: &'k str, layout: Layout) -> Self {
        let found = Self::laid_out(key, layout);
        if layout == Layout::Slashes && found.name.is_none() && key.starts_with('/') {
            let other = Self::laid_out(key, Layout::At);
            if other.name.is_some() && identity::version(other.reference).is_some() {
                return other;
            }
        }
        found
    }

    fn laid_out(key: &'k str, layout: Layout) -> Self {
        let (plain, suffix) = split_suffix(key);
        let whole = Key { name: None, reference: plain, plain, suffix };
        match layout {
            Layout::Slashes => {
                let path = match plain.strip_prefix('/') {
                    Some(path) => path,
                    // Packages of another registry than the default one begin with its host.
                    None => match plain.split_once('/') {
                        Some((host, path)) if is_host(host) => path,
                        _ => return whole,
                    },
                };
                let scope = if path.starts_with('@') { path.find('/').map_or(0, |at| at + 1) } else { 0 };
                let Some(at) = path[scope..].find('/').map(|at| scope + at) else { return whole };
                let rest = &path[at + 1..];
                // Versions have neither blanks nor underscores: behind them come peers.
                let end = rest.find(['/', '_']).unwrap_or(rest.len());
                let (version, peers) = rest.split_at(end);
                if identity::version(version).is_none() || !identity::is_name(&path[..at]) {
                    return whole;
                }
                let plain = &plain[..plain.len() - peers.len()];
                let suffix = &key[plain.len()..];
                Key { name: Some(&path[..at]), reference: version, plain, suffix }
            }
            Layout::At => {
                let path = plain.strip_prefix('/').unwrap_or(plain);
                if let Some((name, reference)) = identity::split_descriptor(path) {
                    return Key { name: Some(name), reference, plain, suffix };
                }
                let hosted = path.split_once('/').filter(|(host, _)| is_host(host));
                match hosted.and_then(|(_, path)| identity::split_descriptor(path)) {
                    Some((name, version)) if identity::version(version).is_some() => {
                        Key { name: Some(name), reference: version, plain, suffix }
                    }
                    _ => whole,
                }
            }
        }
    }

    /// Whether a patch of the repository's own is applied.
    pub(super) fn is_patched(&self) -> bool {
        self.suffix.contains("(patch_hash=")
    }
}

/// A host with a dot or a port (written `+`); never a scope, a protocol or a plain word.
fn is_host(text: &str) -> bool {
    !text.starts_with('@') && !text.ends_with(':') && text.contains(['.', '+', ':'])
}

/// Splits the balanced parentheses off the end of a key.
fn split_suffix(key: &str) -> (&str, &str) {
    let bytes = key.as_bytes();
    let (mut end, mut depth) = (bytes.len(), 0_usize);
    for (at, byte) in bytes.iter().enumerate().rev() {
        match byte {
            b')' => depth += 1,
            b'(' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    end = at;
                }
            }
            _ if depth == 0 => break,
            _ => {}
        }
    }
    key.split_at(end)
}

/// Calls `look_up` with every key that a dependency `name: reference` may mean, likeliest first, until one is known.
pub(super) fn resolve<T>(
    layout: Layout,
    name: &str,
    reference: &str,
    buffer: &mut String,
    look_up: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let mut joined = |before: &str, between: &str| {
        buffer.clear();
        buffer.extend([before, name, between, reference]);
        look_up(buffer)
    };
    match layout {
        Layout::Slashes => joined("/", "/").or_else(|| joined("/", "@")),
        Layout::At => joined("", "@").or_else(|| joined("/", "@")),
    }
    .or_else(|| look_up(reference))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(key: &str, layout: Layout) -> (Option<&str>, &str, &str, &str) {
        let key = Key::of(key, layout);
        (key.name, key.reference, key.plain, key.suffix)
    }

    #[test]
    fn layouts_follow_the_version() {
        for version in ["5", "5.4", "5.3-inlineSpecifiers", "v3", "3"] {
            assert_eq!(Layout::of(version), Layout::Slashes, "{version}");
        }
        for version in ["6.0", "6.1", "7.0", "9.0", "10.0", ""] {
            assert_eq!(Layout::of(version), Layout::At, "{version}");
        }
    }

    #[test]
    fn a_key_of_the_next_layout_is_read_in_an_older_file() {
        let parts = |key| parts(key, Layout::Slashes);
        assert_eq!(parts("/@s/a@1.0.0"), (Some("@s/a"), "1.0.0", "/@s/a@1.0.0", ""));
        assert_eq!(parts("/a@1.0.0(b@2.0.0)"), (Some("a"), "1.0.0", "/a@1.0.0", "(b@2.0.0)"));
        assert_eq!(parts("/encoding/").0, None);
        let known = |key: &str| (key == "/a@1.0.0").then_some(());
        assert!(resolve(Layout::Slashes, "a", "1.0.0", &mut String::new(), known).is_some());
    }

    #[test]
    fn slashes() {
        let parts = |key| parts(key, Layout::Slashes);
        assert_eq!(parts("/a/1.0.0"), (Some("a"), "1.0.0", "/a/1.0.0", ""));
        assert_eq!(
            parts("/@s/a/1.0.0-rc.1_b@2.0.0+c@3.0.0"),
            (Some("@s/a"), "1.0.0-rc.1", "/@s/a/1.0.0-rc.1", "_b@2.0.0+c@3.0.0")
        );
        assert_eq!(parts("/a/1.0.0/b@2.0.0"), (Some("a"), "1.0.0", "/a/1.0.0", "/b@2.0.0"));
        assert_eq!(parts("registry.example/@s/a/1.0.0").0, Some("@s/a"));
        assert_eq!(parts("localhost+4873/a/1.0.0").0, Some("a"));
        for key in ["github.com/o/r/0123456789abcdef0123456789abcdef01234567", "file:lib/local", "@h.example/a.tgz"] {
            assert_eq!(parts(key), (None, key, key, ""), "{key}");
        }
        for key in ["", "/", "/a", "/@s", "/@s/a", "//", "/a/", "_", "(", "file:"] {
            assert_eq!(parts(key).0, None, "{key}");
        }
    }

    #[test]
    fn at_signs() {
        let parts = |key| parts(key, Layout::At);
        assert_eq!(parts("/a@1.0.0"), (Some("a"), "1.0.0", "/a@1.0.0", ""));
        assert_eq!(
            parts("@s/a@1.0.0(b@2.0.0(c@3.0.0))(patch_hash=x)"),
            (Some("@s/a"), "1.0.0", "@s/a@1.0.0", "(b@2.0.0(c@3.0.0))(patch_hash=x)")
        );
        assert_eq!(
            parts("a@file:lib (old)/a(b@2.0.0)"),
            (Some("a"), "file:lib (old)/a", "a@file:lib (old)/a", "(b@2.0.0)")
        );
        assert_eq!(parts("a@https://h.example/a.tgz").1, "https://h.example/a.tgz");
        assert_eq!(parts("registry.example/a@1.0.0").0, Some("a"));
        for key in ["github.com/o/r/0123456789abcdef0123456789abcdef01234567", "file:lib/local", "@h.example/a.tgz"] {
            assert_eq!(parts(key), (None, key, key, ""), "{key}");
        }
        for key in ["", "/", "@", "a", "(", ")", "((", "()", "@s/a", "a@"] {
            let _ = parts(key);
        }
    }
}
