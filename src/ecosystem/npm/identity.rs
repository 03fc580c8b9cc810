//! Names, specifiers, origins and digests as the npm family writes them.
//!
//! The grammar of specifiers is the one of npm's `package.json` documentation ("dependencies"), with the protocols that
//! yarn (`patch:`, `portal:`, `link:`, `workspace:`, `npm:`), pnpm (`catalog:`, `workspace:`) and bun document beside it.
//!
//! What every lock parser of this ecosystem keeps to, so that `join` can treat them alike:
//! - *Importers* (the root and workspace members) are [`Party::First`](crate::model::Party) with
//!   [`Origin::Unknown`] and a `directory`; directories that are merely linked (`file:`, `link:`, `portal:`) are
//!   `Party::First` with [`Origin::Path`] and a `directory`. Importers become the roots of the graph.
//! - A package keeps its real name where it is known by an alias; the alias is the property [`ALIAS`].
//! - A version is a version or nothing: see [`version`].

use std::borrow::Cow;
use std::collections::BTreeSet;

use compact_str::{CompactString, format_compact};

use crate::ecosystem::{percent_decoded, without_user_info};
use crate::model::{Hash, HashAlgorithm, Origin, Purl, Scope};
use crate::text::{Node, base64};

/// Property: the name under which an aliased package is installed (`"foo": "npm:bar@1"`).
pub const ALIAS: &str = "sepal:npm:alias";

/// Property: the patch that is applied to a package after it is unpacked, as written.
pub const PATCHED: &str = "sepal:npm:patched";

/// Property: the package came inside the archive of another one (CycloneDX npm taxonomy).
pub const BUNDLED: &str = "cdx:npm:package:bundled";

/// Property: the package is marked as not to be published (CycloneDX npm taxonomy).
pub const PRIVATE: &str = "cdx:npm:package:private";

/// The sections of a manifest that ask for packages, in the order in which npm reads them: a name in a later one replaces
/// the same name in an earlier one (npm's arborist, `Node._loadDeps`).
pub const SECTIONS: [(&str, Scope); 4] = [
    ("peerDependencies", Scope::Peer),
    ("dependencies", Scope::Runtime),
    ("optionalDependencies", Scope::Optional),
    ("devDependencies", Scope::Development),
];

/// The peers that `peerDependenciesMeta` marks as optional. Such a peer is [`Scope::Optional`], as for npm (arborist's
/// `peerOptional`): the mark never causes an installation, so it does not tie more than an optional dependency.
pub fn optional_peers(meta: Option<Node<'_>>) -> BTreeSet<&str> {
    meta.into_iter()
        .flat_map(Node::entries)
        .filter(|(_, meta)| meta.get("optional").and_then(Node::boolean) == Some(true))
        .filter_map(|(name, _)| name.scalar())
        .collect()
}

/// Whether a text can be a package's name. Looser than what registries accept today, since old names have upper case and
/// more characters, but never a path: names become directories below `node_modules`.
pub fn is_name(name: &str) -> bool {
    // npm's own limit is 214.
    const MAX_NAME: usize = 512;
    fn part(text: &str) -> bool {
        let plain = |byte: u8| byte > b' ' && byte < 0x7F && !matches!(byte, b'/' | b'\\' | b'@' | b':' | b'#');
        let is_space = |c: char| c.is_whitespace() || c.is_control();
        !text.is_empty()
            && !text.starts_with('.')
            && text.bytes().all(|byte| plain(byte) || byte >= 0x80)
            && (text.is_ascii() || !text.chars().any(is_space))
    }
    if name.len() > MAX_NAME {
        return false;
    }
    let Some(scoped) = name.strip_prefix('@') else { return part(name) };
    memchr::memchr(b'/', scoped.as_bytes()).is_some_and(|at| part(&scoped[..at]) && part(&scoped[at + 1..]))
}

/// The purl of a package: the scope with its `@` is the namespace. `None` if the text is not a name.
pub fn purl(name: &str, version: Option<&str>) -> Option<Purl> {
    if !is_name(name) {
        return None;
    }
    let purl = match name.rsplit_once('/') {
        Some((scope, name)) => Purl::new("npm", name).with_namespace(scope),
        None => Purl::new("npm", name),
    };
    Some(match version {
        Some(version) => purl.with_version(version),
        None => purl,
    })
}

/// The purl of a package whose origin is not a registry: with `vcs_url` for git and `download_url` for an archive.
pub fn purl_with_origin(name: &str, version: Option<&str>, origin: &Origin) -> Option<Purl> {
    let purl = purl(name, version)?;
    Some(match origin {
        Origin::Git { url, commit, reference } => {
            let at = commit.as_ref().or(reference.as_ref());
            let url = if url.starts_with("git+") { url.clone() } else { format_compact!("git+{url}") };
            match at {
                Some(at) => purl.with_qualifier("vcs_url", &format_compact!("{url}@{at}")),
                None => purl.with_qualifier("vcs_url", &url),
            }
        }
        Origin::Archive { url } => purl.with_qualifier("download_url", url),
        Origin::Registry { .. } | Origin::Path { .. } | Origin::Unknown => purl,
    })
}

/// The purl of a package of one's own that the file does not name: after its directory, else `root`; no version.
pub fn unnamed(directory: &str) -> Purl {
    let name = directory.rsplit('/').find(|segment| is_name(segment)).unwrap_or("root");
    Purl::new("npm", name)
}

/// A text that is one version (`1.2.3`, `1.2.3-rc.1+5`, and the older `1.2.3beta`), as it stands; `None` for ranges, tags,
/// URLs and paths.
pub fn version(text: &str) -> Option<&str> {
    let mut rest = text;
    for separator in [Some('.'), Some('.'), None] {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        rest = &rest[digits..];
        if let Some(separator) = separator {
            rest = rest.strip_prefix(separator)?;
        }
    }
    let suffix = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_'));
    // `1.2.x` never gets here, `1.2.3.x` does.
    (suffix && !rest.starts_with('.')).then_some(text)
}

/// `name@rest`, as in `lodash@^4.17.0` and `@babel/core@npm:^7.0.0`: split at the first `@` that is not a scope's.
pub fn split_descriptor(text: &str) -> Option<(&str, &str)> {
    let from = usize::from(text.starts_with('@'));
    let at = from + memchr::memchr(b'@', &text.as_bytes()[from..])?;
    is_name(&text[..at]).then(|| (&text[..at], &text[at + 1..]))
}

/// What a specifier asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Specifier<'a> {
    /// A version, range or tag from a registry, as written behind `npm:` if that stood there. Empty means any.
    Registry(&'a str),
    /// Another package from a registry: `npm:bar@1`.
    Alias {
        /// The real name.
        name: &'a str,
        /// What is asked of it; empty means any.
        requirement: &'a str,
    },
    /// A git repository. The origin is always [`Origin::Git`].
    Git(Origin),
    /// An archive behind a URL, without user info.
    Archive(CompactString),
    /// An archive in the file system, relative to the asking package.
    LocalArchive(&'a str),
    /// A directory in the file system, relative to the asking package: `file:`, `link:`, `portal:`, or a bare path.
    Directory(&'a str),
    /// A member of the same workspace: what follows `workspace:`.
    Workspace(&'a str),
    /// A package with a patch applied (yarn): `patch:name@npm%3A1.0.0#path`.
    Patched {
        /// The descriptor of the package that is patched, decoded: `name@npm:1.0.0`.
        of: Cow<'a, str>,
        /// The patch, as written, without parameters.
        patch: &'a str,
    },
    /// An entry of a pnpm or bun catalog; the default one has an empty name.
    Catalog(&'a str),
    /// A protocol that is not known here.
    Other(&'a str),
}

/// Reads a specifier.
pub fn specifier(text: &str) -> Specifier<'_> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("npm:") {
        return match split_descriptor(rest) {
            Some((name, requirement)) => Specifier::Alias { name, requirement },
            None if is_name(rest) && !starts_like_range(rest) => Specifier::Alias { name: rest, requirement: "" },
            None => Specifier::Registry(rest),
        };
    }
    for protocol in ["file:", "link:", "portal:"] {
        if let Some(path) = text.strip_prefix(protocol) {
            // `file://` is written by hand now and then; it means the same.
            let path = path.strip_prefix("//").unwrap_or(path);
            return if protocol == "file:" {
                path_specifier(path)
            } else {
                Specifier::Directory(without_binding(path))
            };
        }
    }
    if let Some(rest) = text.strip_prefix("workspace:") {
        return Specifier::Workspace(rest);
    }
    if let Some(rest) = text.strip_prefix("patch:") {
        return patched(rest);
    }
    if let Some(rest) = text.strip_prefix("catalog:") {
        return Specifier::Catalog(if rest == "default" { "" } else { rest });
    }
    if let Some(origin) = git(text) {
        return Specifier::Git(origin);
    }
    if text.starts_with("https://") || text.starts_with("http://") {
        return Specifier::Archive(without_user_info(text).as_ref().into());
    }
    if text.starts_with("./") || text.starts_with("../") || text.starts_with("~/") || text.starts_with('/') {
        return path_specifier(text);
    }
    if text.contains(':') && !starts_like_range(text) { Specifier::Other(text) } else { Specifier::Registry(text) }
}

fn starts_like_range(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '^' | '~' | '<' | '>' | '=' | '*'))
        || text
            .strip_prefix(['v', 'x', 'X'])
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
}

/// Yarn berry appends parameters to paths: `./a::locator=root%40workspace%3A.`.
fn without_binding(path: &str) -> &str {
    path.split_once("::").map_or(path, |(path, _)| path)
}

fn path_specifier(path: &str) -> Specifier<'_> {
    let path = without_binding(path);
    let plain = path.split_once('#').map_or(path, |(path, _)| path);
    let archive = [".tgz", ".tar.gz", ".tar"].iter().any(|end| plain.ends_with(end));
    if archive { Specifier::LocalArchive(plain) } else { Specifier::Directory(path) }
}

fn patched(rest: &str) -> Specifier<'_> {
    let (of, patch) = rest.split_once('#').unwrap_or((rest, ""));
    let of = if of.contains('%') { Cow::Owned(percent_decoded(of)) } else { Cow::Borrowed(of) };
    Specifier::Patched { of, patch: without_binding(patch) }
}

/// The forges whose shorthands the npm family knows (npm's hosted-git-info), with their hosts.
const FORGES: [(&str, &str); 4] =
    [("github", "github.com"), ("gitlab", "gitlab.com"), ("bitbucket", "bitbucket.org"), ("gist", "gist.github.com")];

/// A git origin from any of the ways to write one: `git+https://…#commit`, `git@host:path`, `github:owner/repo#ref`,
/// `owner/repo`, a forge's `https://…/repo.git`, and a forge's archive of a commit (`…/tar.gz/<commit>`), which yarn and
/// pnpm write for the same thing. Repositories on known forges are written as `https://host/path.git` whatever protocol was
/// used, so that the same repository has one identity. `None` if it is not git.
pub fn git(text: &str) -> Option<Origin> {
    let (location, fragment) = text.split_once('#').map_or((text, ""), |(location, fragment)| (location, fragment));
    let url = repository(location);
    let (url, archive_commit) = match url {
        Some(url) => (url, None),
        None => {
            let (url, commit) = forge_archive(location)?;
            (url, Some(commit))
        }
    };
    let (commit, reference) = match archive_commit {
        Some(at) => committish(at),
        None => fragment_of_git(fragment),
    };
    Some(Origin::Git { url, commit, reference })
}

/// Whether a text is a full commit id: SHA-1 or SHA-256 in hexadecimal.
pub fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn committish(text: &str) -> (Option<CompactString>, Option<CompactString>) {
    match text {
        "" => (None, None),
        text if is_commit(text) => (Some(text.to_ascii_lowercase().into()), None),
        text => (None, Some(text.into())),
    }
}

/// `<commit>`, `<branch>`, `semver:^1.0`, and yarn berry's `commit=…&workspace=…`, `branch=…`, `tag=…`, `head=…`.
fn fragment_of_git(fragment: &str) -> (Option<CompactString>, Option<CompactString>) {
    let fragment = without_binding(fragment);
    let mut answer = (None, None);
    for part in fragment.split('&') {
        // pnpm separates a path inside the repository by `&path:`; it says nothing about the revision.
        if part.starts_with("path:") {
            continue;
        }
        match part.split_once('=') {
            Some(("commit" | "branch" | "tag" | "head", value)) => {
                let (commit, reference) = committish(value);
                answer = (commit.or(answer.0), reference.or(answer.1));
            }
            Some(("semver", _)) | Some(("workspace", _)) | Some(("cwd", _)) => {}
            _ => {
                let (commit, reference) = committish(part);
                answer = (commit.or(answer.0), reference.or(answer.1));
            }
        }
    }
    answer
}

fn repository(location: &str) -> Option<CompactString> {
    for (shorthand, host) in FORGES {
        if let Some(path) = location.strip_prefix(shorthand).and_then(|rest| rest.strip_prefix(':')) {
            // `gitlab:token@host` forms exist; what is before an `@` is user info.
            let path = path.rsplit_once('@').map_or(path, |(_, path)| path);
            return (!path.is_empty() && !path.starts_with("//")).then(|| on_forge(host, path));
        }
    }
    if let Some((scheme, rest)) = location.split_once("://") {
        let (prefixed, scheme) = match scheme.strip_prefix("git+") {
            Some(scheme) => (true, scheme),
            None => (false, scheme),
        };
        if !matches!(scheme, "https" | "http" | "ssh" | "git" | "file" | "rsync" | "ftp") {
            return None;
        }
        let (authority, path) = rest.split_once(['/', ':']).unwrap_or((rest, ""));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        // A port is not part of the path; anything else behind a colon is the scp form with a scheme in front.
        let path = path.split_once('/').map_or(path, |(first, after)| {
            if !first.is_empty()
                && first.bytes().all(|byte| byte.is_ascii_digit())
                && rest[authority.len()..].starts_with(':')
            {
                after
            } else {
                path
            }
        });
        if let Some((_, host)) = FORGES.iter().find(|(_, known)| host.eq_ignore_ascii_case(known)) {
            let plain_archive = !prefixed && matches!(scheme, "https" | "http") && !is_repository_path(host, path);
            return (!plain_archive).then(|| on_forge(host, path));
        }
        let is_git =
            prefixed || matches!(scheme, "git" | "ssh") || (scheme.starts_with("http") && path.ends_with(".git"));
        let plain = location.strip_prefix("git+").unwrap_or(location);
        return is_git.then(|| without_user_info(plain).as_ref().into());
    }
    if let Some((login, rest)) = location.split_once('@') {
        // `git@host:owner/repo.git`: neither a path nor a descriptor.
        if !login.is_empty() && !login.contains(['/', ':']) {
            let (host, path) = rest.split_once(':')?;
            if host.contains('/') || path.is_empty() || !path.contains('/') {
                return None;
            }
            return Some(match FORGES.iter().find(|(_, known)| host.eq_ignore_ascii_case(known)) {
                Some((_, host)) => on_forge(host, path),
                None => format_compact!("ssh://git@{host}/{path}"),
            });
        }
        return None;
    }
    let (owner, name) = location.split_once('/')?;
    let plain = |text: &str| {
        !text.is_empty()
            && !text.starts_with('.')
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    (plain(owner) && plain(name)).then(|| on_forge("github.com", location))
}

/// `owner/repo` with nothing behind it: what a person copies from the address bar of a forge.
fn is_repository_path(host: &str, path: &str) -> bool {
    let segments = path.trim_end_matches('/').split('/').count();
    path.ends_with(".git")
        || (host != "gitlab.com" && segments == 2 && !path.ends_with(".tgz") && !path.ends_with(".tar.gz"))
}

fn on_forge(host: &str, path: &str) -> CompactString {
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    format_compact!("https://{host}/{path}.git")
}

/// Archives of a revision that forges offer: `https://codeload.github.com/o/r/tar.gz/<commit>`,
/// `https://github.com/o/r/archive/<commit>.tar.gz`, `https://gitlab.com/…/archive/<commit>.tar.gz`. Only with a full
/// commit id: with a branch or tag they are archives like others.
fn forge_archive(location: &str) -> Option<(CompactString, &str)> {
    let rest = location.strip_prefix("https://")?;
    let (host, path) = rest.split_once('/')?;
    let segments: Vec<&str> = path.split('/').collect();
    let (host, commit) = match (host, segments.as_slice()) {
        ("codeload.github.com", [_, _, "tar.gz", commit]) => ("github.com", *commit),
        ("github.com", [_, _, "archive", file]) => ("github.com", file.strip_suffix(".tar.gz")?),
        ("bitbucket.org", [_, _, "get", file]) => ("bitbucket.org", file.strip_suffix(".tar.gz")?),
        ("gitlab.com", [_, _, "repository", "archive.tar.gz?ref", ..]) => return None,
        _ => return None,
    };
    is_commit(commit).then(|| (on_forge(host, &segments[..2].join("/")), commit))
}

/// Where a `resolved` URL of a lock file points to.
///
/// Registries are recognised by the shape of their archives' addresses, never by host: `<base>/<name>/-/<file>.tgz` (what
/// all registry servers write) and `<base>/download/<name>/<version>/<digest>`. The base is kept as the lock has it,
/// without user info and trailing slash. It says which server was used when the lock was written, which may be a mirror.
pub fn resolved(url: &str, name: &str) -> Origin {
    if let Some(base) = registry_base(url, name) {
        return Origin::Registry { url: Some(without_user_info(base).as_ref().into()) };
    }
    match specifier(url) {
        Specifier::Git(origin) => origin,
        Specifier::Archive(url) => Origin::Archive { url },
        Specifier::LocalArchive(path) | Specifier::Directory(path) => Origin::Path { path: path.into() },
        _ => Origin::Unknown,
    }
}

/// The part of a registry's archive address before the package's path; `None` if the address is not of that shape.
pub fn registry_base<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return None;
    }
    let url = memchr::memchr2(b'#', b'?', url.as_bytes()).map_or(url, |at| &url[..at]);
    let bare = name.rsplit_once('/').map_or(name, |(_, bare)| bare);
    if let Some(at) = memchr::memmem::rfind(url.as_bytes(), b"/-/") {
        let file = url[at + 3..].rsplit_once('/').map_or(&url[at + 3..], |(_, file)| file);
        let is_archive = file.ends_with(".tgz") || file.ends_with(".tar.gz");
        if is_archive
            && file.len() > bare.len()
            && file.is_char_boundary(bare.len())
            && file[..bare.len()].eq_ignore_ascii_case(bare)
        {
            return strip_name(&url[..at], name);
        }
        return None;
    }
    let (rest, _digest) = url.rsplit_once('/')?;
    let (rest, version_text) = rest.rsplit_once('/')?;
    version(version_text)?;
    strip_name(rest, name)?.strip_suffix("/download")
}

/// The version in the file name of a registry's archive: `…/a/-/a-1.0.0.tgz`.
pub fn version_in_archive<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    registry_base(url, name)?;
    let url = url.split_once(['#', '?']).map_or(url, |(url, _)| url);
    let file = url.rsplit_once('/').map_or(url, |(_, file)| file);
    let bare = name.rsplit_once('/').map_or(name, |(_, bare)| bare);
    let file = file.strip_suffix(".tgz").or_else(|| file.strip_suffix(".tar.gz"))?;
    version(file.get(bare.len()..)?.strip_prefix('-')?)
}

fn strip_name<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let ends = |end: &str| {
        let at = url.len().checked_sub(end.len())?;
        (url.is_char_boundary(at) && url[at..].eq_ignore_ascii_case(end)).then(|| url[..at].strip_suffix('/'))?
    };
    ends(name).or_else(|| match name.split_once('/') {
        Some((scope, bare)) => ends(&format!("{scope}%2f{bare}")).or_else(|| {
            let scope = scope.strip_prefix('@')?;
            ends(&format!("%40{scope}%2f{bare}")).or_else(|| ends(&format!("%40{scope}/{bare}")))
        }),
        None => None,
    })
}

/// The digests of an `integrity` text (Subresource Integrity, section 3.1): `sha512-<base64>`, several separated by
/// blanks. What cannot be read is left out; options behind `?` are ignored. Sorted.
pub fn integrity(text: &str) -> Vec<Hash> {
    let mut hashes: Vec<Hash> = text
        .split_ascii_whitespace()
        .filter_map(|one| {
            let (algorithm, digest) = one.split_once('-')?;
            let digest = digest.split_once('?').map_or(digest, |(digest, _)| digest);
            let algorithm = algorithm_named(algorithm)?;
            Hash::from_bytes(algorithm, &base64::decode(digest)?)
        })
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn algorithm_named(name: &str) -> Option<HashAlgorithm> {
    Some(match name {
        "md5" => HashAlgorithm::Md5,
        "sha1" => HashAlgorithm::Sha1,
        "sha256" => HashAlgorithm::Sha256,
        "sha384" => HashAlgorithm::Sha384,
        "sha512" => HashAlgorithm::Sha512,
        _ => return None,
    })
}

/// The SHA-1 that yarn classic puts behind `#` of a `resolved` URL.
pub fn fragment_hash(url: &str) -> Option<Hash> {
    let fragment = &url[memchr::memrchr(b'#', url.as_bytes())? + 1..];
    Hash::from_hex(HashAlgorithm::Sha1, fragment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git_of(text: &str) -> Option<(String, Option<String>, Option<String>)> {
        match git(text)? {
            Origin::Git { url, commit, reference } => {
                Some((url.to_string(), commit.map(|c| c.to_string()), reference.map(|r| r.to_string())))
            }
            other => panic!("not git: {other:?}"),
        }
    }

    #[test]
    fn names_are_never_paths() {
        for name in ["a", "JSONStream", "@acme/kit", "lodash.merge", "a_b", "~a", "é"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", ".", "..", ".bin", "a/b", "@a", "@a/", "@/b", "@a/../b", "@a/..", "a b", "a\n", "c:\\x", "a@1"]
        {
            assert!(!is_name(name), "{name}");
        }
        assert_eq!(purl("@acme/kit", Some("1.0.0")).unwrap().to_string(), "pkg:npm/%40acme/kit@1.0.0");
        assert_eq!(unnamed("web/app").to_string(), "pkg:npm/app");
        assert_eq!(unnamed("").to_string(), "pkg:npm/root");
    }

    #[test]
    fn versions_are_told_from_ranges() {
        for text in ["1.2.3", "0.0.0-use.local", "1.0.0-rc.1+5", "1.0.0beta", "2024.10.1"] {
            assert_eq!(version(text), Some(text));
        }
        for text in
            ["", "1", "1.2", "^1.2.3", "1.2.x", "1.2.3 || 2", "1.2.3 - 2", "latest", "file:a", "v1.2.3", "1.2.3.x"]
        {
            assert_eq!(version(text), None, "{text}");
        }
    }

    #[test]
    fn specifiers_are_told_apart() {
        use Specifier::*;
        assert_eq!(specifier("^1.0"), Registry("^1.0"));
        assert_eq!(specifier(""), Registry(""));
        assert_eq!(specifier("latest"), Registry("latest"));
        assert_eq!(specifier(">=1 <2 || 3"), Registry(">=1 <2 || 3"));
        assert_eq!(specifier("npm:^7.0.0"), Registry("^7.0.0"));
        assert_eq!(specifier("npm:bar@1"), Alias { name: "bar", requirement: "1" });
        assert_eq!(specifier("npm:@a/b@^2"), Alias { name: "@a/b", requirement: "^2" });
        assert_eq!(specifier("npm:bar"), Alias { name: "bar", requirement: "" });
        assert_eq!(specifier("file:../x"), Directory("../x"));
        assert_eq!(specifier("file:x-1.0.0.tgz"), LocalArchive("x-1.0.0.tgz"));
        assert_eq!(specifier("link:x"), Directory("x"));
        assert_eq!(specifier("portal:./x::locator=a%40workspace%3A."), Directory("./x"));
        assert_eq!(specifier("workspace:^"), Workspace("^"));
        assert_eq!(specifier("catalog:"), Catalog(""));
        assert_eq!(specifier("catalog:react18"), Catalog("react18"));
        assert_eq!(specifier("./x"), Directory("./x"));
        assert_eq!(specifier("https://a:b@h.example/x.tgz"), Archive("https://h.example/x.tgz".into()));
        assert_eq!(specifier("exec:./x.js"), Other("exec:./x.js"));
        assert_eq!(
            specifier("patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch::version=1.0.0&hash=abc"),
            Patched { of: "a@npm:1.0.0".into(), patch: "~/.yarn/patches/a.patch" }
        );
    }

    #[test]
    fn one_repository_has_one_spelling() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let want = Some(("https://github.com/o/r.git".to_owned(), Some(commit.to_owned()), None));
        for text in [
            format!("git+ssh://git@github.com/o/r.git#{commit}"),
            format!("git+https://token@github.com/o/r.git#{commit}"),
            format!("git://github.com/o/r#{commit}"),
            format!("git@github.com:o/r.git#{commit}"),
            format!("git+ssh://git@github.com:o/r.git#{commit}"),
            format!("github:o/r#{commit}"),
            format!("o/r#{commit}"),
            format!("https://github.com/o/r.git#commit={commit}"),
            format!("https://codeload.github.com/o/r/tar.gz/{commit}"),
            format!("https://github.com/o/r/archive/{commit}.tar.gz"),
        ] {
            assert_eq!(git_of(&text), want, "{text}");
        }
        assert_eq!(
            git_of("git+ssh://git@code.example:2222/o/r.git#main"),
            Some(("ssh://git@code.example:2222/o/r.git".into(), None, Some("main".into())))
        );
        assert_eq!(git_of("https://u:p@code.example/r.git"), Some(("https://code.example/r.git".into(), None, None)));
        assert_eq!(git_of("o/r#semver:^1").unwrap().2.as_deref(), Some("semver:^1"));
        for text in ["^1.0", "lodash", "@a/b", "./a/b", "../a", "a/b/c", "https://h.example/x.tgz", "a@b", "~1.2"] {
            assert_eq!(git_of(text), None, "{text}");
        }
    }

    #[test]
    fn registries_are_recognised_by_the_shape_of_the_address() {
        let base = |url, name| registry_base(url, name).map(str::to_owned);
        assert_eq!(base("https://registry.example/a/-/a-1.0.0.tgz", "a").as_deref(), Some("https://registry.example"));
        assert_eq!(base("https://h.example/npm/@s/a/-/a-1.0.0.tgz", "@s/a").as_deref(), Some("https://h.example/npm"));
        assert_eq!(base("https://h.example/@s%2fa/-/a-1.0.0.tgz#abc", "@s/a").as_deref(), Some("https://h.example"));
        assert_eq!(base("https://h.example/x/@s/a/-/@s/a-1.0.0.tgz", "@s/a").as_deref(), Some("https://h.example/x"));
        assert_eq!(base("https://h.example/download/@s/a/1.0.0/0a1b", "@s/a").as_deref(), Some("https://h.example"));
        assert_eq!(base("https://h.example/g/a/-/archive/v1/a-v1.tar.gz", "b"), None);
        assert_eq!(base("https://h.example/x.tgz", "x"), None);
        assert_eq!(version_in_archive("https://h.example/@s/a/-/a-1.0.0-b.tgz#x", "@s/a"), Some("1.0.0-b"));
        assert_eq!(version_in_archive("https://h.example/a-1.0.0.tgz", "a"), None);
        assert_eq!(
            resolved("https://u:p@registry.example/a/-/a-1.0.0.tgz", "a"),
            Origin::Registry { url: Some("https://registry.example".into()) }
        );
        assert_eq!(resolved("file:x.tgz", "x"), Origin::Path { path: "x.tgz".into() });
    }

    #[test]
    fn digests_are_read_and_wrong_ones_left_out() {
        let hashes = integrity("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha512-xx md5-1B2M2Y8AsgTpgAmY7PhCfg==");
        assert_eq!(hashes.len(), 2);
        assert_eq!(&*hashes[0].hex, "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(&*hashes[1].hex, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert!(integrity("").is_empty() && integrity("sha1-***").is_empty());
        let hash = fragment_hash("https://h.example/a.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(hash.as_ref(), Some(&hashes[1]));
    }
}
