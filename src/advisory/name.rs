//! Which package an advisory and a component mean: ecosystems and names in the spelling of the OSV schema.

use std::borrow::Cow;

use crate::model::Purl;

/// The ecosystems of purl types, where a type belongs to one.
const ECOSYSTEMS: &[(&str, &str)] = &[
    ("cargo", "crates.io"),
    ("composer", "Packagist"),
    ("conan", "ConanCenter"),
    ("cran", "CRAN"),
    ("gem", "RubyGems"),
    ("github", "GitHub Actions"),
    ("golang", "Go"),
    ("hackage", "Hackage"),
    ("hex", "Hex"),
    ("maven", "Maven"),
    ("npm", "npm"),
    ("nuget", "NuGet"),
    ("pub", "Pub"),
    ("pypi", "PyPI"),
    ("swift", "SwiftURL"),
];

/// Whose releases have versions of their own, so that a suffix (`Debian:12`) says which one is meant.
const DISTRIBUTIONS: &[&str] = &[
    "AlmaLinux",
    "Alpaquita",
    "Alpine",
    "Android",
    "BellSoft Hardened Containers",
    "Chainguard",
    "Debian",
    "Mageia",
    "Photon OS",
    "Red Hat",
    "Rocky Linux",
    "SUSE",
    "Ubuntu",
    "Wolfi",
    "openEuler",
    "openSUSE",
];

/// The ecosystems that components of some purl type belong to, as the OSV schema calls them.
pub fn ecosystems() -> impl Iterator<Item = &'static str> {
    ECOSYSTEMS.iter().map(|(_, ecosystem)| *ecosystem)
}

/// The ecosystem's name in the OSV schema, of that name with or without a suffix or of a purl type, and the suffix.
pub fn ecosystem(given: &str) -> (&str, &str) {
    let (base, suffix) = given.split_once(':').unwrap_or((given, ""));
    let known = ECOSYSTEMS.iter().find(|(kind, _)| kind.eq_ignore_ascii_case(base));
    (known.map_or(base, |(_, ecosystem)| ecosystem), suffix)
}

/// Whether a suffix of this ecosystem names a release with versions of its own, rather than a registry.
pub fn is_distribution(base: &str) -> bool {
    DISTRIBUTIONS.contains(&base)
}

/// Ecosystem and name, in the spelling of the OSV schema, of a component; `None` if its type has no ecosystem.
pub fn of_purl(purl: &Purl) -> Option<(&'static str, String)> {
    let (_, ecosystem) = ECOSYSTEMS.iter().find(|(kind, _)| *kind == purl.kind())?;
    let separator = if purl.kind() == "maven" { ':' } else { '/' };
    let name = match purl.namespace() {
        Some(namespace) => format!("{namespace}{separator}{}", purl.name()),
        None => purl.name().to_owned(),
    };
    Some((ecosystem, name))
}

/// A name as it is compared: without regard to what the ecosystem's own registry does not regard.
///
/// PyPI: PEP 503. NuGet, Packagist, Hex, Pub, GitHub and Swift's repositories: case. All others tell every difference.
pub fn normal<'a>(base: &str, name: &'a str) -> Cow<'a, str> {
    match base {
        "PyPI" => {
            let mut normal = String::with_capacity(name.len());
            for part in name.split(['-', '_', '.']).filter(|part| !part.is_empty()) {
                if !normal.is_empty() {
                    normal.push('-');
                }
                normal.push_str(&part.to_ascii_lowercase());
            }
            Cow::Owned(normal)
        }
        "SwiftURL" => {
            let lower = name.to_lowercase();
            let bare = lower.split_once("://").map_or(lower.as_str(), |(_, bare)| bare);
            Cow::Owned(bare.strip_suffix(".git").unwrap_or(bare).to_owned())
        }
        "NuGet" | "Packagist" | "Hex" | "Pub" | "GitHub Actions" if name.chars().any(char::is_uppercase) => {
            Cow::Owned(name.to_lowercase())
        }
        _ => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_registries_do() {
        for (base, name, same) in [
            ("PyPI", "Zope.Interface", "zope-interface"),
            ("PyPI", "a__b--c", "a-b-c"),
            ("NuGet", "Newtonsoft.Json", "newtonsoft.json"),
            ("SwiftURL", "https://github.com/Vendor/Kit.git", "github.com/vendor/kit"),
            ("Go", "github.com/Vendor/kit", "github.com/Vendor/kit"),
            ("npm", "JSONStream", "JSONStream"),
        ] {
            assert_eq!(normal(base, name), same);
        }
    }

    #[test]
    fn components_have_the_names_that_advisories_use() {
        let of = |purl: &str| of_purl(&purl.parse().unwrap()).unwrap();
        assert_eq!(of("pkg:maven/org.example/kit@1"), ("Maven", "org.example:kit".to_owned()));
        assert_eq!(of("pkg:npm/%40scope/kit@1"), ("npm", "@scope/kit".to_owned()));
        assert_eq!(of("pkg:golang/example.org/kit/v2@v2.0.0"), ("Go", "example.org/kit/v2".to_owned()));
        assert_eq!(ecosystem("cargo"), ("crates.io", ""));
        assert_eq!(ecosystem("Debian:12"), ("Debian", "12"));
        assert!(of_purl(&"pkg:generic/kit@1".parse().unwrap()).is_none());
    }
}
