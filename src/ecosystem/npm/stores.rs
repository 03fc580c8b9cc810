//! Places that hold packages whole: `node_modules`, and what npm, yarn, pnpm and bun keep on this machine.
//!
//! - npm's cache (cacache, version 2 of its contents) orders archives by their digests: `_cacache/content-v2/sha512/ab/cd/…`. Any lock
//!   file that states a package's digest finds them there, also those of yarn, pnpm and bun.
//! - yarn 1 keeps packages unpacked: `v6/npm-@s-a-1.0.0-<digest>-integrity/node_modules/@s/a`.
//! - yarn 2 and later keep zip archives that they make themselves, in the tree (`.yarn/cache`) or for all projects:
//!   `@s-a-npm-1.0.0-<digest>-<checksum or version of the cache>.zip!/node_modules/@s/a`.
//! - pnpm's store has a list of files for each package, by the digest of its archive: `v3/files/ab/<digest>-index.json`; of version 10
//!   `v10/index/ab/<digest, cut>-<name>@<version>.json`; since version 11 in a database, `v11/index.db`.
//! - bun keeps packages unpacked: `@s/a@1.0.0@@@1`.

use super::{copies, identity};
use crate::ecosystem::{CopyBase, CopyLicense, CopyWanted, Store, Told};
use crate::model::{Hash, HashAlgorithm, Origin};
use crate::text::{Source, json};

/// The directories of a machine that these tools keep packages in.
pub(super) const CACHES: &[&str] = &["bun-cache", "npm-cache", "pnpm-store", "yarn-cache", "yarn-global"];

/// The tree first, then this machine.
pub(in crate::ecosystem) const STORES: &[Store] = &[
    Store {
        name: "node_modules",
        base: CopyBase::Tree { installed: true },
        below: &["node_modules"],
        candidates: |wanted, _| copies::candidates(wanted),
        tells,
        declares: false,
        published: false,
        texts: &[""],
        list: None,
    },
    Store { below: &[".yarn/cache"], ..made("yarn cache of the project", CopyBase::Tree { installed: true }, in_tree) },
    Store { published: true, ..made("npm cache", CopyBase::Machine("npm-cache"), by_digest) },
    made("pnpm store", CopyBase::Machine("pnpm-store"), listed),
    made("yarn cache", CopyBase::Machine("yarn-cache"), classic),
    made("yarn cache for all projects", CopyBase::Machine("yarn-global"), global),
    made("bun cache", CopyBase::Machine("bun-cache"), of_bun),
];

const fn made(name: &'static str, base: CopyBase, candidates: fn(&CopyWanted<'_>, &[Hash]) -> Vec<String>) -> Store {
    Store { name, base, below: &[], candidates, tells, declares: true, published: false, texts: &[""], list: None }
}

/// Name and version, if they are safe to make a path of: nothing in a lock file may lead out of the base directory.
fn parts(wanted: &CopyWanted<'_>) -> Option<(String, String)> {
    if wanted.purl.kind() != "npm" || matches!(wanted.origin, Origin::Path { .. }) {
        return None;
    }
    let name = wanted.purl.full_name();
    let version = identity::version(wanted.purl.version()?)?;
    let safe = |text: &str| !text.contains(['*', '~', '!', '\\']) && !text.contains("..");
    let plain = identity::is_name(&name) && safe(&name) && safe(version) && !version.contains('/');
    plain.then(|| (name.to_string(), version.to_owned()))
}

/// `@s/a` as a part of a file's name: `@s-a`.
fn slug(name: &str) -> String {
    name.replace('/', "-")
}

fn by_digest(wanted: &CopyWanted<'_>, hashes: &[Hash]) -> Vec<String> {
    if wanted.purl.kind() != "npm" {
        return Vec::new();
    }
    let mut hashes: Vec<&Hash> = hashes.iter().collect();
    hashes.sort_by_key(|hash| std::cmp::Reverse(hash.algorithm));
    hashes
        .into_iter()
        .filter_map(|hash| {
            let algorithm = match hash.algorithm {
                HashAlgorithm::Sha1 => "sha1",
                HashAlgorithm::Sha256 => "sha256",
                HashAlgorithm::Sha384 => "sha384",
                HashAlgorithm::Sha512 => "sha512",
                HashAlgorithm::Md5 => return None,
            };
            let (first, second, rest) = (&hash.hex[..2], &hash.hex[2..4], &hash.hex[4..]);
            // Nearly all archives have one directory `package`; some tools name it after the package.
            Some(format!("_cacache/content-v2/{algorithm}/{first}/{second}/{rest}!/*/package.json"))
        })
        .collect()
}

/// Zip archives of yarn 2 and later. The first digest is of the locator: ten hexadecimal digits.
fn zips(wanted: &CopyWanted<'_>, directory: &str) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    vec![format!("{directory}{}-npm-{version}-*.zip!/node_modules/{name}/package.json", slug(&name))]
}

fn in_tree(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let mut found = zips(wanted, ".yarn/cache/");
    if !wanted.project.as_str().is_empty() {
        found.splice(..0, zips(wanted, &format!("{}/.yarn/cache/", wanted.project)));
    }
    found
}

fn global(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    zips(wanted, "cache/")
}

fn classic(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    vec![format!("v*/npm-{}-{version}-*/node_modules/{name}/package.json", classic_slug(&name))]
}

/// As yarn 1 makes directories of names: every run of characters that are not lower-case letters, digits or `@` is one dash, and
/// none stands at the beginning.
fn classic_slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '@' | 'a'..='z' | '0'..='9' => slug.push(character),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug
}

fn listed(wanted: &CopyWanted<'_>, hashes: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    let Some(hash) = hashes.iter().find(|hash| hash.algorithm == HashAlgorithm::Sha512) else { return Vec::new() };
    let (first, rest) = (&hash.hex[..2], &hash.hex[2..]);
    vec![
        format!("v11/index.db!/{}/package.json", hash.hex),
        format!("v10/index/{first}/{}-{}@{version}.json!/package.json", &rest[..62], name.replace('/', "+")),
        format!("v3/files/{first}/{rest}-index.json!/package.json"),
    ]
}

fn of_bun(wanted: &CopyWanted<'_>, _: &[Hash]) -> Vec<String> {
    let Some((name, version)) = parts(wanted) else { return Vec::new() };
    // A prerelease's label is cut to its digest there; that of a release stands as it is.
    vec![format!("{name}@{version}@@*/package.json")]
}

fn tells(source: &Source) -> Option<Told> {
    let document = json::parse(source).ok()?;
    let root = document.root();
    let text = |key| root.get_str(key).map(str::trim).filter(|text| !text.is_empty()).map(Into::into);
    let license = copies::license(source).map(|CopyLicense { raw, mark, .. }| (raw, mark));
    Some(Told { name: text("name"), version: text("version"), license, beside: Vec::new(), files: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Purl, RepoPath};

    fn all(purl: &str, hashes: &[Hash]) -> Vec<String> {
        let purl: Purl = purl.parse().unwrap();
        let (origin, project) = (Origin::Registry { url: None }, RepoPath::new("web"));
        let wanted = CopyWanted { purl: &purl, origin: &origin, directory: None, project: &project };
        STORES.iter().filter(|store| store.declares).flat_map(|store| (store.candidates)(&wanted, hashes)).collect()
    }

    #[test]
    fn each_tool_has_its_own_order() {
        let hex = format!("abcdef{}", "0".repeat(122));
        let hash = Hash::from_hex(HashAlgorithm::Sha512, &hex).unwrap();
        assert_eq!(
            all("pkg:npm/%40s/a@1.0.0", &[hash]),
            [
                "web/.yarn/cache/@s-a-npm-1.0.0-*.zip!/node_modules/@s/a/package.json".to_owned(),
                ".yarn/cache/@s-a-npm-1.0.0-*.zip!/node_modules/@s/a/package.json".to_owned(),
                format!("_cacache/content-v2/sha512/ab/cd/{}!/*/package.json", &hex[4..]),
                format!("v11/index.db!/{hex}/package.json"),
                format!("v10/index/ab/{}-@s+a@1.0.0.json!/package.json", &hex[2..64]),
                format!("v3/files/ab/{}-index.json!/package.json", &hex[2..]),
                "v*/npm-@s-a-1.0.0-*/node_modules/@s/a/package.json".to_owned(),
                "cache/@s-a-npm-1.0.0-*.zip!/node_modules/@s/a/package.json".to_owned(),
                "@s/a@1.0.0@@*/package.json".to_owned(),
            ]
        );
    }

    #[test]
    fn names_become_directories_as_the_tools_make_them() {
        assert_eq!(classic_slug("@s/big.js"), "@s-big-js");
        assert_eq!(classic_slug("JSONStream"), "tream");
        assert_eq!(slug("@s/big.js"), "@s-big.js");
    }

    #[test]
    fn nothing_leads_out_of_a_cache() {
        for purl in
            ["pkg:npm/a@..%2F1.0.0", "pkg:npm/%40s/..@1.0.0", "pkg:npm/a*@1.0.0", "pkg:npm/a@1.0.0-..%2Fb", "pkg:npm/a"]
        {
            assert_eq!(all(purl, &[]), Vec::<String>::new(), "{purl}");
        }
    }
}
