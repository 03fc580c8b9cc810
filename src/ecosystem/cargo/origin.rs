//! Where a cargo package comes from: the `source` strings of lock files, as an [`Origin`] and as purl qualifiers.
//!
//! The grammar is cargo's `SourceId` (`<kind>+<url>[?query][#precise]`). A lock file always writes the default registry
//! in its first form, a git index under the `rust-lang` organisation, whatever protocol cargo really used and whatever
//! mirror replaced it. That shape is how the default registry is recognised; a `sparse+` source in a lock file is
//! therefore never the default one. An index of another owner, on another host or under another name is an alternative
//! registry, even if it mirrors the default one: the files do not say that it does.

use compact_str::CompactString;

use crate::ecosystem::{percent_decoded, without_user_info};
use crate::model::{Origin, Purl};

/// The origin that a `source` string states. `None` if it is of no kind that lock files have.
pub(super) fn of_source(source: &str) -> Option<Origin> {
    let (kind, url) = source.split_once('+')?;
    match kind {
        "registry" if is_default_index(url) => Some(Origin::Registry { url: None }),
        "registry" => Some(Origin::Registry { url: Some(without_user_info(url).into()) }),
        // Cargo counts `sparse+` as part of the registry's URL: that is how people write it in `.cargo/config.toml`.
        "sparse" => Some(Origin::Registry { url: Some(without_user_info(source).into()) }),
        "git" => Some(git(url)),
        _ => None,
    }
}

/// Whether a registry's URL has the shape of the default registry's index: `https://github.com/rust-lang/<name>-index`.
fn is_default_index(url: &str) -> bool {
    url.strip_prefix("https://github.com/rust-lang/")
        .map(|name| name.trim_end_matches('/').trim_end_matches(".git"))
        .is_some_and(|name| name.len() > "-index".len() && name.ends_with("-index") && !name.contains('/'))
}

fn git(url: &str) -> Origin {
    let (url, commit) = url.split_once('#').map_or((url, None), |(url, commit)| (url, Some(commit)));
    let (url, query) = url.split_once('?').map_or((url, ""), |(url, query)| (url, query));
    let reference = query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        // Version 4 writes branches and tags percent-encoded, older ones as they are; both read the same here, but for a name
        // that contains a percent sign followed by two digits.
        matches!(key, "branch" | "tag" | "rev" | "ref").then(|| CompactString::from(percent_decoded(value)))
    });
    Origin::Git {
        url: without_user_info(url).into(),
        commit: commit.filter(|commit| is_commit(commit)).map(CompactString::from),
        reference,
    }
}

/// Whether a text is a full git object id (SHA-1 or SHA-256).
pub(super) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The purl of a package: nothing beside name and version for the default registry and for paths, `repository_url` for
/// other registries, `vcs_url` for git (purl specification, cargo type and known qualifiers).
pub(super) fn purl(name: &str, version: Option<&str>, origin: &Origin) -> Purl {
    let purl = Purl::new("cargo", name).with_version(version.unwrap_or_default());
    match origin {
        Origin::Registry { url: Some(url) } => purl.with_qualifier("repository_url", url),
        Origin::Git { url, commit, .. } => {
            let at = commit.as_ref().map_or_else(String::new, |commit| format!("@{commit}"));
            purl.with_qualifier("vcs_url", &format!("git+{url}{at}"))
        }
        _ => purl,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn the_default_registry_is_known_by_the_shape_of_its_index() {
        let default = Some(Origin::Registry { url: None });
        assert_eq!(of_source("registry+https://github.com/rust-lang/registry.example-index"), default);
        for other in [
            "registry+https://github.com/acme/registry.example-index",
            "registry+https://github.com/rust-lang/rust",
            "registry+https://github.com/rust-lang/a/b-index",
            "registry+https://github.com/rust-lang/-index",
            "registry+https://registry.example/rust-lang/x-index",
            "registry+ssh://git@github.com/rust-lang/x-index",
            "sparse+https://registry.example/index/",
        ] {
            assert!(matches!(of_source(other), Some(Origin::Registry { url: Some(_) })), "{other}");
        }
    }

    #[test]
    fn other_registries_keep_their_url_and_lose_their_user() {
        let origin = of_source("sparse+https://me:secret@registry.example/index/").unwrap();
        assert_eq!(origin.url(), Some("sparse+https://registry.example/index/"));
        let purl = purl("kit", Some("1.0.0"), &origin).to_string();
        assert_eq!(purl, "pkg:cargo/kit@1.0.0?repository_url=sparse%2Bhttps:%2F%2Fregistry.example%2Findex%2F");
    }

    #[test]
    fn git_sources_state_url_reference_and_commit() {
        let origin = of_source(&format!("git+https://git.example/kit?branch=fix%2Fit#{COMMIT}")).unwrap();
        assert_eq!(
            origin,
            Origin::Git {
                url: "https://git.example/kit".into(),
                commit: Some(COMMIT.into()),
                reference: Some("fix/it".into())
            }
        );
        let purl = purl("kit", Some("1.0.0"), &origin);
        assert_eq!(purl.qualifier("vcs_url"), Some(&*format!("git+https://git.example/kit@{COMMIT}")));
        let unpinned = of_source("git+ssh://git@git.example/kit").unwrap();
        assert_eq!(unpinned, Origin::Git { url: "ssh://git@git.example/kit".into(), commit: None, reference: None });
    }

    #[test]
    fn what_no_lock_file_says_is_no_origin() {
        for wrong in ["", "https://registry.example", "hg+https://git.example/kit", "path+file:///kit"] {
            assert_eq!(of_source(wrong), None, "{wrong}");
        }
    }
}
