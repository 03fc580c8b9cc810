//! Where packages come from, by the shape of URLs and by what files say: no host of an index is known by name.

use compact_str::CompactString;

use crate::ecosystem::without_user_info;
use crate::model::{Hash, Origin};

/// Names of top-level domains that belong to nobody and are used within organisations (RFC 6762, appendix G; RFC 6761).
const PRIVATE_DOMAINS: &[&str] =
    &["corp", "home", "internal", "intranet", "invalid", "lan", "local", "localhost", "private", "test"];

/// Whether the URL of an index has the shape of the default one: `https://pypi.<top-level domain>/simple`, the ecosystem's
/// name as a domain of its own. Mirrors and private indexes lie below another domain or another path.
pub(super) fn is_default_index(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    // Old files write the path without `simple`, and the domain it had until 2018 one level deeper.
    let domain = host.strip_prefix("pypi.").map(|domain| domain.strip_prefix("python.").unwrap_or(domain));
    let is_public = |domain: &str| {
        domain.len() > 1 && domain.bytes().all(|byte| byte.is_ascii_lowercase()) && !PRIVATE_DOMAINS.contains(&domain)
    };
    matches!(path.trim_end_matches('/'), "simple" | "") && domain.is_some_and(is_public)
}

/// The index that a URL names.
pub(super) fn index(url: &str) -> Origin {
    if is_default_index(url) {
        return Origin::Registry { url: None };
    }
    Origin::Registry { url: Some(without_user_info(url).into()) }
}

/// Whether a text is a full git object id (SHA-1 or SHA-256).
pub(super) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The git repository of a URL with its reference; a full commit among `references` pins it.
pub(super) fn git(url: &str, references: &[&str]) -> Origin {
    let url = url.strip_prefix("git+").unwrap_or(url);
    let commit = references.iter().copied().find(|text| is_commit(text));
    let reference = references.iter().copied().find(|text| !text.is_empty() && !is_commit(text));
    Origin::Git {
        url: without_user_info(url).into(),
        commit: commit.map(CompactString::from),
        reference: reference.map(CompactString::from),
    }
}

/// What stands behind `@` in a requirement, or alone on a line of a requirements file: a URL, a version control system's
/// URL, or a path. With the digest that the fragment may carry.
pub(super) fn of_url(text: &str) -> (Origin, Option<Hash>) {
    let (url, fragment) = text.split_once('#').map_or((text, ""), |(url, fragment)| (url, fragment));
    let hash = fragment.split('&').find_map(super::name::hash);
    // Windows and Poetry write local files as URLs too.
    if let Some(path) = url.strip_prefix("file://").or_else(|| url.strip_prefix("file:")) {
        return (Origin::Path { path: path.into() }, hash);
    }
    let Some((scheme, _)) = url.split_once("://") else {
        // `git@git.example:acme/kit.git`, which only version control systems take.
        if url.starts_with("git@") && url.contains(':') {
            return (git(url, &[]), hash);
        }
        return (Origin::Path { path: url.into() }, hash);
    };
    let is_vcs = scheme.starts_with("git+") || scheme == "git" || scheme.starts_with("git-");
    if !is_vcs {
        return match scheme.split_once('+') {
            Some(("hg" | "svn" | "bzr", _)) => (Origin::Archive { url: without_user_info(url).into() }, hash),
            _ => (Origin::Archive { url: without_user_info(url).into() }, hash),
        };
    }
    let path_at = url.find("://").map_or(0, |at| at + 3);
    let path_at = url[path_at..].find('/').map_or(url.len(), |at| path_at + at);
    match url[path_at..].rfind('@') {
        Some(at) => (git(&url[..path_at + at], &[&url[path_at + at + 1..]]), hash),
        None => (git(url, &[]), hash),
    }
}

/// The name in the fragment of a URL: `#egg=kit[extra]`.
pub(super) fn egg(text: &str) -> Option<&str> {
    let (_, fragment) = text.split_once('#')?;
    fragment.split('&').find_map(|part| part.strip_prefix("egg="))
}

/// Name and version in the name of a wheel or source archive: `kit_x-1.0-py3-none-any.whl`, `kit-1.0.tar.gz`.
pub(super) fn of_file(url: &str) -> Option<(&str, &str)> {
    let file = url.split(['#', '?']).next()?;
    let file = file.rsplit(['/', '\\']).next()?;
    if let Some(wheel) = file.strip_suffix(".whl") {
        let mut parts = wheel.split('-');
        let found = (parts.next()?, parts.next()?);
        return (super::name::is_name(found.0) && super::name::is_version(found.1)).then_some(found);
    }
    let stem = [".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz"].iter().find_map(|end| file.strip_suffix(end))?;
    let (name, version) = stem.rsplit_once('-')?;
    let is_version = super::version::Version::parse(version).is_some() && super::name::is_version(version);
    (super::name::is_name(name) && is_version).then_some((name, version))
}

/// The index behind the URL of a file, where nothing else names it: `None` for the shape of the default one, whose files lie
/// on a host of their own (`files.…`) below the digest of their content, `/packages/<2>/<2>/<60>/<file>`.
pub(super) fn index_of_file(url: &str) -> Option<CompactString> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let is_hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut parts = path.split('/');
    let digest = parts.next() == Some("packages")
        && parts.next().is_some_and(|part| is_hex(part, 2))
        && parts.next().is_some_and(|part| is_hex(part, 2))
        && parts.next().is_some_and(|part| is_hex(part, 60));
    if digest && host.starts_with("files.") && url.starts_with("https://") {
        return None;
    }
    let shown = without_user_info(url);
    let end = shown.find("://").map_or(0, |at| at + 3);
    let end = shown[end..].find('/').map_or(shown.len(), |at| end + at);
    Some(shown[..end].into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn the_default_index_is_known_by_its_shape() {
        for default in
            ["https://pypi.example/simple", "https://pypi.example/simple/", "https://pypi.python.example/simple"]
        {
            assert!(is_default_index(default), "{default}");
        }
        for other in [
            "http://pypi.example/simple",
            "https://pypi.acme.example/simple",
            "https://pypi.corp/simple",
            "https://pypi.local/simple/",
            "https://pypi.example/root/simple",
            "https://registry.example/simple",
            "https://pypi.example:8080/simple",
            "https://pypi.x@registry.example/simple",
        ] {
            assert!(!is_default_index(other), "{other}");
        }
        let secret = index("https://me:word@registry.example/simple");
        assert_eq!(secret.url(), Some("https://registry.example/simple"));
    }

    #[test]
    fn urls_are_archives_repositories_or_paths() {
        let (origin, _) = of_url(&format!("git+https://git.example/kit.git@{COMMIT}#egg=kit"));
        let expected =
            Origin::Git { url: "https://git.example/kit.git".into(), commit: Some(COMMIT.into()), reference: None };
        assert_eq!(origin, expected);
        let (origin, _) = of_url("git+ssh://git@git.example/kit@v1");
        let expected =
            Origin::Git { url: "ssh://git@git.example/kit".into(), commit: None, reference: Some("v1".into()) };
        assert_eq!(origin, expected);
        let (origin, hash) = of_url(&format!("https://registry.example/kit-1.0.tar.gz#sha256={}", "a".repeat(64)));
        assert_eq!(origin.url(), Some("https://registry.example/kit-1.0.tar.gz"));
        assert!(hash.is_some());
        assert_eq!(of_url("./kit").0, Origin::Path { path: "./kit".into() });
        assert_eq!(of_url("file:///kit.whl").0, Origin::Path { path: "/kit.whl".into() });
        assert_eq!(egg("git+https://git.example/kit#subdirectory=x&egg=kit[a]"), Some("kit[a]"));
    }

    #[test]
    fn files_name_their_package() {
        assert_eq!(of_file("https://x/kit_x-1.0-py3-none-any.whl#sha256=1"), Some(("kit_x", "1.0")));
        assert_eq!(of_file("kit-x-1.0.tar.gz"), Some(("kit-x", "1.0")));
        assert_eq!(of_file("kit.tar.gz"), None);
        let digest = format!("https://files.registry.example/packages/ab/cd/{}/k.whl", "0".repeat(60));
        assert_eq!(index_of_file(&digest), None);
        let own = "https://me@registry.example/packages/k.whl";
        assert_eq!(index_of_file(own).as_deref(), Some("https://registry.example"));
    }
}
