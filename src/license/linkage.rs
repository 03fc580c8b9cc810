//! How a component and the product are joined.

use crate::model::Scope;

/// How a component and the product are joined, from the closest to the loosest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Linkage {
    /// Its code is taken into files of one's own.
    Copied,
    /// Bundled or linked into one file.
    Static,
    /// Loaded at run time, and replaceable.
    Dynamic,
    /// A program of its own: started, or talked to over a socket or pipe.
    Separate,
    /// Read as data: fonts, pictures, tables.
    Data,
    /// Used while the product is made, and no part of it.
    Tool,
}

impl Linkage {
    /// All of them.
    pub const ALL: [Linkage; 6] =
        [Linkage::Copied, Linkage::Static, Linkage::Dynamic, Linkage::Separate, Linkage::Data, Linkage::Tool];

    /// The word used in policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Linkage::Copied => "copied",
            Linkage::Static => "static",
            Linkage::Dynamic => "dynamic",
            Linkage::Separate => "separate",
            Linkage::Data => "data",
            Linkage::Tool => "tool",
        }
    }

    /// The linkage of a word.
    pub fn from_name(name: &str) -> Option<Linkage> {
        Linkage::ALL.into_iter().find(|linkage| linkage.as_str() == name)
    }

    /// Fits after "it is": `linked statically`.
    pub fn phrase(self) -> &'static str {
        match self {
            Linkage::Copied => "copied into files of the product",
            Linkage::Static => "linked or bundled into the product",
            Linkage::Dynamic => "loaded by the product at run time",
            Linkage::Separate => "a program of its own beside the product",
            Linkage::Data => "data that the product reads",
            Linkage::Tool => "a tool that is no part of the product",
        }
    }

    /// What is assumed of a component where nobody says more: by the type of its purl and the strongest scope in which it is
    /// needed. What is needed only by those who work on the product, by its tests or by its build does not become part of
    /// it. Rust and Go link statically; the JVM, npm, Python and the like load modules; an unknown ecosystem is taken to
    /// link statically, which asks most.
    pub fn assumed(purl_type: &str, scope: Scope) -> Linkage {
        match scope {
            Scope::Build | Scope::Test | Scope::Development => return Linkage::Tool,
            Scope::Runtime | Scope::Provided | Scope::Peer | Scope::Optional => {}
        }
        match purl_type {
            "maven" | "npm" | "pypi" | "gem" | "composer" | "nuget" | "hex" | "pub" | "conda" | "cran" | "luarocks" => {
                Linkage::Dynamic
            }
            "github" | "githubactions" => Linkage::Tool,
            "docker" | "oci" => Linkage::Separate,
            _ => Linkage::Static,
        }
    }

    /// Whether both make up one work.
    pub fn is_joined(self) -> bool {
        matches!(self, Linkage::Copied | Linkage::Static | Linkage::Dynamic)
    }
}

impl std::fmt::Display for Linkage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ecosystems_and_scopes_have_the_linkage_one_expects() {
        for (purl_type, scope, linkage) in [
            ("cargo", Scope::Runtime, Linkage::Static),
            ("golang", Scope::Optional, Linkage::Static),
            ("npm", Scope::Runtime, Linkage::Dynamic),
            ("maven", Scope::Provided, Linkage::Dynamic),
            ("pypi", Scope::Development, Linkage::Tool),
            ("cargo", Scope::Build, Linkage::Tool),
            ("github", Scope::Runtime, Linkage::Tool),
            ("something", Scope::Runtime, Linkage::Static),
        ] {
            assert_eq!(Linkage::assumed(purl_type, scope), linkage, "{purl_type}");
        }
        for linkage in Linkage::ALL {
            assert_eq!(Linkage::from_name(linkage.as_str()), Some(linkage));
        }
    }
}
