//! Places that hold packages whole: environments with the license files that PEP 639 puts beside the metadata, and wheels as
//! they were published.
//!
//! - pip's cache of what it fetched (`http-v2`; `http` before pip 23.3) orders wheels and sdists by digests of their addresses, which nobody else knows: each is asked
//!   for what is in it, once.
//! - Poetry keeps wheels and sdists by their names, below digests.
//! - uv keeps what it has built wheels of, unpacked.
//! - An installed package lies among others: which files are its own stands in its `RECORD`.

use super::copies::{self, parts};
use super::metadata;
use crate::ecosystem::{CopyBase, CopyKind, CopyWanted, List, ListedFile, Store};
use crate::model::Hash;
use crate::text::base64;

/// The tree first, then this machine; archives where nothing is unpacked.
pub(in crate::ecosystem) const STORES: &[Store] = &[
    Store { below: copies::TREE.below, ..environment(&copies::TREE, |wanted, _| copies::in_tree(wanted)) },
    environment(&copies::ENVIRONMENT, |wanted, _| copies::sites(wanted, "")),
    environment(&copies::CONDA, |wanted, _| copies::sites(wanted, "")),
    environment(&copies::USER, |wanted, _| copies::sites(wanted, "")),
    environment(&copies::UV, |wanted, _| copies::uv(wanted)),
    environment(&copies::POETRY, |wanted, _| copies::sites(wanted, "*/")),
    environment(&copies::PIPENV, |wanted, _| copies::sites(wanted, "*/")),
    environment(&copies::WHEELS, |wanted, _| copies::wheels(wanted)),
    Store { declares: true, published: true, ..archives("wheels that Poetry has fetched", "poetry-cache", of_poetry) },
    Store { declares: true, published: true, ..archives("wheels that pip has fetched", "pip-cache", of_pip) },
    Store {
        declares: true,
        published: true,
        ..archives("wheels that pip before 23.3 has fetched", "pip-cache", of_old_pip)
    },
    Store {
        name: "sdists that uv has unpacked",
        declares: true,
        texts: &[""],
        list: None,
        ..environment(&copies::UV, |wanted, _| copies::uv_sources(wanted))
    },
    Store {
        declares: true,
        published: true,
        texts: &[""],
        list: None,
        ..archives("sdists that Poetry has fetched", "poetry-cache", sdists_of_poetry)
    },
    Store {
        declares: true,
        published: true,
        texts: &[""],
        list: None,
        ..archives("sdists that pip has fetched", "pip-cache", sdists_of_pip)
    },
    Store {
        declares: true,
        published: true,
        texts: &[""],
        list: None,
        ..archives("sdists that pip before 23.3 has fetched", "pip-cache", sdists_of_old_pip)
    },
];

const fn environment(kind: &CopyKind, candidates: fn(&CopyWanted<'_>, &[Hash]) -> Vec<String>) -> Store {
    Store {
        name: kind.name,
        base: kind.base,
        below: &[],
        candidates,
        tells: metadata::tells,
        declares: false,
        published: false,
        // Where PEP 639 puts them, and where tools did before.
        texts: &["licenses", "", "license_files"],
        list: Some(List { name: "RECORD", files: recorded }),
    }
}

const fn archives(
    name: &'static str,
    base: &'static str,
    candidates: fn(&CopyWanted<'_>, &[Hash]) -> Vec<String>,
) -> Store {
    Store { name, base: CopyBase::Machine(base), ..environment(&copies::WHEELS, candidates) }
}

fn of_poetry(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    let file = name.replace('-', "_");
    vec![format!("artifacts/*/*/*/*/{file}-{version}-*.whl!/~{name}-{version}.dist-info/METADATA")]
}

/// An sdist's name is spelled as its project pleases.
fn sdists_of_poetry(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    let mut files = vec![name.replace('-', "_"), name.to_owned(), name.replace('-', ".")];
    files.dedup();
    files.into_iter().map(|file| format!("artifacts/*/*/*/*/{file}-{version}.tar.gz!/*/PKG-INFO")).collect()
}

/// Longer lists of files are cut: so many files has no package.
const MOST_FILES: usize = 200_000;

/// The files of a `RECORD`: lines of `path,sha256=digest,size`, where a path with a comma or a quote stands in quotes (PyPA,
/// "Recording installed projects"). Left out is what the metadata's directory holds, and what is installed elsewhere than among the
/// packages.
fn recorded(text: &str) -> Vec<ListedFile> {
    let file = |line: &str| {
        let (path, rest) = match line.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => line.split_once(',').map(|(path, rest)| (path.to_owned(), rest))?,
        };
        let path = path.replace('\\', "/");
        let top = path.split('/').next().unwrap_or_default();
        let is_own = !matches!(top, "" | "..") && !top.ends_with(".dist-info") && !top.ends_with(".data");
        let digest = rest.split(',').next().and_then(|digest| digest.strip_prefix("sha256=")).and_then(digest);
        is_own.then_some((path, digest))
    };
    text.lines().take(MOST_FILES).filter_map(file).collect()
}

/// A path in quotes, in which two quotes are one that is meant, and what stands behind its comma.
fn unquoted(quoted: &str) -> Option<(String, &str)> {
    let mut path = String::new();
    let mut rest = quoted;
    loop {
        let (part, after) = rest.split_once('"')?;
        path.push_str(part);
        match after.strip_prefix('"') {
            Some(after) => {
                path.push('"');
                rest = after;
            }
            None => return Some((path, after.strip_prefix(',').unwrap_or(after))),
        }
    }
}

/// A digest as `RECORD` writes it: base64 for URLs, without padding.
fn digest(text: &str) -> Option<[u8; 32]> {
    base64::decode(text)?.try_into().ok()
}

fn of_pip(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    vec![format!("http-v2/*/*/*/*/*/*.body!/~{name}-{version}.dist-info/METADATA")]
}

fn sdists_of_pip(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    vec![format!("http-v2/*/*/*/*/*/*.body!/~{name}-{version}/PKG-INFO")]
}

fn of_old_pip(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    vec![format!("http/*/*/*/*/*/*!/~{name}-{version}.dist-info/METADATA")]
}

fn sdists_of_old_pip(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    vec![format!("http/*/*/*/*/*/*!/~{name}-{version}/PKG-INFO")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, Purl, RepoPath};

    #[test]
    fn a_record_names_files_in_quotes_or_without() {
        let text = "LICENSE,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\nkit/NOTICE,,\n\"kit/a, \"\"b\"\".txt\",,\n\
                    kit-1.0.dist-info/licenses/LICENSE,,\n../../bin/kit,,\nkit\\x/COPYING,sha256=short,1\n\n,,\n\"open\n";
        let found = recorded(text);
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["LICENSE", "kit/NOTICE", "kit/a, \"b\".txt", "kit/x/COPYING"]);
        // SHA-256 of nothing (FIPS 180-4).
        assert_eq!(found[0].1.map(|digest| digest[..4].to_vec()), Some(vec![0xE3, 0xB0, 0xC4, 0x42]));
        assert_eq!(found[3].1, None);
    }

    #[test]
    fn an_sdist_may_be_spelled_in_three_ways() {
        let purl: Purl = "pkg:pypi/kit-x@1.0".parse().unwrap();
        let (origin, project) = (Origin::Registry { url: None }, RepoPath::root());
        let wanted = CopyWanted { purl: &purl, origin: &origin, directory: None, project: &project };
        let all = sdists_of_poetry(&wanted, &[]);
        assert_eq!(all[0], "artifacts/*/*/*/*/kit_x-1.0.tar.gz!/*/PKG-INFO");
        assert_eq!(all.len(), 3);
    }
}
