//! Names, digests and purls of Python packages.

use std::borrow::Cow;

use compact_str::CompactString;

use crate::ecosystem::Package;
use crate::model::{ComponentKind, Hash, HashAlgorithm, Mark, Origin, Party, Purl};

/// Property: the environment marker (PEP 508) under which a file lists a package.
pub(super) const MARKER: &str = "sepal:pypi:marker";

/// Longer names than this are no names: file systems and indexes end far below.
const MAX_NAME: usize = 256;

/// Whether a text is a name as PEP 508 has them: letters, digits and `-_.` in between.
pub(super) fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    text.len() <= MAX_NAME
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The one spelling that all spellings of a name have in common (PEP 503): lower case, runs of `-_.` as one dash.
pub(super) fn normal(name: &str) -> Cow<'_, str> {
    let bytes = name.as_bytes();
    let is_normal = bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'a'..=b'z' | b'0'..=b'9' => true,
        b'-' => at > 0 && bytes[at - 1] != b'-',
        _ => false,
    });
    if is_normal {
        return Cow::Borrowed(name);
    }
    let mut made = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '-' | '_' | '.' if made.ends_with('-') => {}
            '-' | '_' | '.' => made.push('-'),
            other => made.push(other.to_ascii_lowercase()),
        }
    }
    Cow::Owned(made)
}

/// Whether a text can stand as a version in a purl: one word without wildcards.
pub(super) fn is_version(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_NAME
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+' | b'!'))
}

/// The purl of a package (purl specification, type `pypi`; the name is folded as PEP 503 says, so that `ruamel.yaml` and
/// `ruamel-yaml` are one package). Nothing beside name and version for the default index and for paths.
pub(super) fn purl(name: &str, version: Option<&str>, origin: &Origin) -> Purl {
    let purl =
        Purl::new("pypi", &normal(name)).with_version(version.filter(|text| is_version(text)).unwrap_or_default());
    match origin {
        Origin::Registry { url: Some(url) } => purl.with_qualifier("repository_url", url),
        Origin::Git { url, commit, .. } => {
            let at = commit.as_ref().map_or_else(String::new, |commit| format!("@{commit}"));
            purl.with_qualifier("vcs_url", &format!("git+{url}{at}"))
        }
        Origin::Archive { url } => purl.with_qualifier("download_url", url),
        Origin::Registry { url: None } | Origin::Path { .. } | Origin::Unknown => purl,
    }
}

/// How an entry of a lock file is named in it: `kit 1.0`.
pub(super) fn entry(name: &str, version: &str) -> CompactString {
    let mut id = CompactString::with_capacity(name.len() + 1 + version.len());
    for part in [name, " ", version] {
        id.push_str(part);
    }
    id
}

/// The purl of a package of one's own that no file names: after its directory, else `root`; no version.
pub(super) fn unnamed(directory: &str) -> Purl {
    let name = directory.rsplit('/').find(|segment| is_name(segment)).unwrap_or("root");
    Purl::new("pypi", &normal(name))
}

/// A package of the repository.
pub(super) fn own(id: &str, purl: Purl, directory: &str, mark: Mark) -> Package {
    Package {
        party: Party::First,
        kind: ComponentKind::Application,
        directory: Some(directory.into()),
        ..Package::library(id, purl, Origin::Unknown, mark)
    }
}

/// A digest as lock files and requirements write it: `sha256:…`, or `sha256=…` in URLs.
pub(super) fn hash(text: &str) -> Option<Hash> {
    let (algorithm, hex) = text.split_once([':', '='])?;
    Hash::from_hex(algorithm_of(algorithm)?, hex)
}

/// An algorithm by the name that Python's `hashlib` gives it.
pub(super) fn algorithm_of(name: &str) -> Option<HashAlgorithm> {
    Some(match name {
        "sha256" => HashAlgorithm::Sha256,
        "sha512" => HashAlgorithm::Sha512,
        "sha384" => HashAlgorithm::Sha384,
        "sha1" => HashAlgorithm::Sha1,
        "md5" => HashAlgorithm::Md5,
        _ => return None,
    })
}

/// What a group of dependencies is for, by its name: of a dependency group (PEP 735), of a group of Poetry, PDM or Pipenv,
/// or of a requirements file. `None`: the name does not say.
pub(super) fn scope_of_group(name: &str) -> Option<crate::model::Scope> {
    use crate::model::Scope;
    const TEST: &[&str] = &["pytest", "test", "testing", "tests", "unittest"];
    const DEVELOPMENT: &[&str] = &[
        "bench",
        "benchmark",
        "benchmarks",
        "black",
        "ci",
        "coverage",
        "cov",
        "debug",
        "dev",
        "develop",
        "developer",
        "development",
        "devel",
        "doc",
        "docs",
        "documentation",
        "example",
        "examples",
        "format",
        "formatting",
        "lint",
        "linter",
        "linters",
        "linting",
        "mypy",
        "nox",
        "notebook",
        "notebooks",
        "pylint",
        "quality",
        "release",
        "ruff",
        "style",
        "tox",
        "tooling",
        "tools",
        "typecheck",
        "types",
        "typing",
    ];
    let mut found: Option<Scope> = None;
    for word in name.split(|character: char| !character.is_ascii_alphanumeric()) {
        let word = word.to_ascii_lowercase();
        let scope = if TEST.contains(&word.as_str()) {
            Scope::Test
        } else if DEVELOPMENT.contains(&word.as_str()) {
            Scope::Development
        } else {
            continue;
        };
        // The stronger of two words: `dev-test` is for tests.
        found = Some(found.map_or(scope, |before| before.min(scope)));
    }
    found
}

/// What a named group is for. One whose name says nothing may be part of what is deployed, so it counts as optional, which
/// is judged, rather than as development, which often is not.
pub(super) fn group(name: &str) -> crate::model::Scope {
    scope_of_group(name).unwrap_or(crate::model::Scope::Optional)
}

/// A text as written, without the user of a URL in it.
pub(super) fn shown(text: &str) -> CompactString {
    crate::ecosystem::without_user_info(text).as_ref().into()
}
