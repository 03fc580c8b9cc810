//! The name of a container image.

use crate::model::{Hash, HashAlgorithm, Purl};

/// `[registry/]path[:tag][@digest]` (the reference grammar of the distribution project).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Image<'t> {
    /// `None` for the default registry.
    pub registry: Option<&'t str>,
    /// Without `library/`, which the default registry puts before names of one word.
    pub path: &'t str,
    pub tag: Option<&'t str>,
    /// `sha256:…`.
    pub digest: Option<&'t str>,
}

impl<'t> Image<'t> {
    /// Takes a name apart. `None` if it is not one.
    pub fn parse(text: &'t str) -> Option<Image<'t>> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        let last = name.rfind('/').map_or(0, |at| at + 1);
        let (name, tag) = match name[last..].find(':') {
            Some(at) => (&name[..last + at], Some(&name[last + at + 1..])),
            None => (name, None),
        };
        let (registry, path) = match name.split_once('/') {
            // The rule by which a first part is told from a path: it has a dot or a port, or is `localhost`.
            Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), rest),
            _ => (None, name),
        };
        let path = match (registry, path.strip_prefix("library/")) {
            (None, Some(short)) => short,
            _ => path,
        };
        let is_segment = |segment: &str| {
            !segment.is_empty()
                && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        };
        let is_digest = |digest: &str| {
            let (algorithm, hex) = digest.split_once(':').unwrap_or_default();
            is_segment(algorithm) && hex.len() >= 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let valid = path.split('/').all(is_segment) && tag.is_none_or(is_segment) && digest.is_none_or(is_digest);
        valid.then_some(Image { registry, path, tag, digest })
    }

    /// Its identity (purl type `docker`): the digest is the version where there is one, else the tag.
    pub fn purl(&self) -> Purl {
        let (namespace, name) = self.path.rsplit_once('/').unwrap_or(("", self.path));
        Purl::new("docker", name)
            .with_namespace(namespace)
            .with_version(self.digest.or(self.tag).unwrap_or_default())
            .with_qualifier("repository_url", self.registry.unwrap_or_default())
    }

    /// The digest, if it is of an algorithm that is known.
    pub fn hash(&self) -> Option<Hash> {
        let (algorithm, hex) = self.digest?.split_once(':')?;
        let algorithm = match algorithm {
            "sha256" => HashAlgorithm::Sha256,
            "sha512" => HashAlgorithm::Sha512,
            _ => return None,
        };
        Hash::from_hex(algorithm, hex)
    }

    /// What is asked for, as written: everything behind the name.
    pub fn requirement(text: &'t str) -> &'t str {
        let last = text.split('@').next().and_then(|name| name.rfind('/')).map_or(0, |at| at + 1);
        text[last..].find([':', '@']).map_or("", |at| &text[last + at + 1..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purl(text: &str) -> String {
        Image::parse(text).unwrap_or_else(|| panic!("{text}")).purl().to_string()
    }

    #[test]
    fn names_become_purls() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        assert_eq!(purl("alpine"), "pkg:docker/alpine");
        assert_eq!(purl("alpine:3.20"), "pkg:docker/alpine@3.20");
        assert_eq!(purl("library/alpine:3.20"), "pkg:docker/alpine@3.20");
        assert_eq!(purl("acme/kit:1"), "pkg:docker/acme/kit@1");
        assert_eq!(purl(&format!("acme/kit:1@{digest}")), format!("pkg:docker/acme/kit@{digest}"));
        assert_eq!(
            purl("registry.example:5000/team/sub/kit:1"),
            "pkg:docker/team/sub/kit@1?repository_url=registry.example:5000"
        );
        assert_eq!(purl("localhost/kit"), "pkg:docker/kit?repository_url=localhost");
    }

    #[test]
    fn digests_are_hashes_and_requirements_stay_as_written() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        let text = format!("registry.example:5000/kit:1@{digest}");
        let image = Image::parse(&text).unwrap();
        assert_eq!(image.hash().unwrap().algorithm, HashAlgorithm::Sha256);
        assert_eq!(image.tag, Some("1"));
        assert_eq!(Image::requirement(&text), format!("1@{digest}"));
        assert_eq!(Image::requirement("registry.example:5000/kit"), "");
        assert_eq!(Image::requirement("alpine:3"), "3");
    }

    #[test]
    fn other_texts_are_no_images() {
        for wrong in ["", ":1", "a//b", "a:", "a b", "a@sha256", "a@sha256:xyz", "a/", "/a", "a:b:c"] {
            assert_eq!(Image::parse(wrong), None, "{wrong}");
        }
    }
}
