//! What the types of package URLs ask of their parts (the type definitions of ECMA-427, `types/*-definition.json`).
//!
//! The purls that this program makes are right by construction: the ecosystem that makes one knows its type. Those that other
//! documents hold are made comparable here, so that `pkg:pypi/Django_package` and `pkg:pypi/django-package` are one component.
//!
//! To add a type, add its line to [`TYPES`]; a rule that no field of it can say is one arm in [`Purl::canonical`].

use super::{Purl, PurlError};

/// Whether a type has namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Namespace {
    Required,
    Optional,
    Prohibited,
}

use Namespace::{Optional, Prohibited, Required};

/// The rules of one type.
struct Rules {
    kind: &'static str,
    namespace: Namespace,
    /// Which parts are not told apart by case: namespace, name, version.
    folds: (bool, bool, bool),
    /// A qualifier without which nothing is named.
    needs: Option<&'static str>,
}

const fn rules(kind: &'static str, namespace: Namespace, folds: (bool, bool, bool)) -> Rules {
    Rules { kind, namespace, folds, needs: None }
}

const KEEPS: (bool, bool, bool) = (false, false, false);
const FOLDS: (bool, bool, bool) = (true, true, false);
const NAME: (bool, bool, bool) = (false, true, false);
const SPACE: (bool, bool, bool) = (true, false, false);

/// All types with rules, sorted.
static TYPES: &[Rules] = &[
    rules("alpm", Required, FOLDS),
    rules("apk", Required, FOLDS),
    rules("bazel", Prohibited, KEEPS),
    rules("bitbucket", Required, FOLDS),
    rules("bitnami", Prohibited, NAME),
    rules("brew", Optional, FOLDS),
    rules("cargo", Prohibited, KEEPS),
    rules("chrome-extension", Prohibited, NAME),
    rules("cocoapods", Prohibited, KEEPS),
    rules("composer", Required, FOLDS),
    rules("conda", Prohibited, KEEPS),
    rules("cran", Prohibited, KEEPS),
    rules("deb", Required, FOLDS),
    rules("gem", Prohibited, KEEPS),
    // The definition keeps case, its recommended test does not: owner and repository of a forge are not told apart by it.
    rules("git", Required, FOLDS),
    rules("github", Required, FOLDS),
    rules("golang", Required, KEEPS),
    rules("hackage", Prohibited, KEEPS),
    rules("hex", Optional, FOLDS),
    rules("huggingface", Required, (false, false, true)),
    Rules { kind: "julia", namespace: Prohibited, folds: KEEPS, needs: Some("uuid") },
    rules("luarocks", Optional, FOLDS),
    rules("maven", Required, KEEPS),
    rules("mlflow", Prohibited, KEEPS),
    rules("nuget", Prohibited, KEEPS),
    rules("oci", Prohibited, (false, true, true)),
    rules("opam", Prohibited, KEEPS),
    rules("otp", Prohibited, NAME),
    rules("pub", Prohibited, NAME),
    rules("pypi", Prohibited, (false, true, true)),
    rules("qpkg", Required, SPACE),
    rules("rpm", Required, SPACE),
    Rules { kind: "swid", namespace: Optional, folds: KEEPS, needs: Some("tag_id") },
    rules("swift", Required, KEEPS),
    rules("vcpkg", Prohibited, KEEPS),
    rules("vscode-extension", Required, (true, true, true)),
    rules("yocto", Optional, SPACE),
];

fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl Purl {
    /// A package URL from another document: read leniently, then put into the form that its type asks for.
    ///
    /// # Errors
    /// If it is none, or its type forbids what it says.
    pub fn read(text: &str) -> Result<Purl, PurlError> {
        text.parse::<Purl>()?.canonical()
    }

    /// A package URL as the specification's suite wants parsers to take it: as [`Purl::read`], with keys of qualifiers that do not
    /// begin with an upper-case letter (further on, the suite takes one).
    ///
    /// # Errors
    /// As [`Purl::read`].
    pub fn strict(text: &str) -> Result<Purl, PurlError> {
        let purl = Self::read(text)?;
        let qualifiers = text.split('#').next().unwrap_or_default().split_once('?').map_or("", |(_, after)| after);
        let wrong = qualifiers.split('&').find(|pair| pair.starts_with(|sign: char| sign.is_ascii_uppercase()));
        wrong.map_or(Ok(purl), |pair| Err(PurlError::Qualifier(pair.to_owned())))
    }

    /// The same in the form that its type asks for: case folded, signs replaced. A type without rules stays as it is.
    ///
    /// # Errors
    /// If the type forbids what it says: a namespace where there is none, none where there must be one, a name that cannot be.
    pub fn canonical(mut self) -> Result<Purl, PurlError> {
        let refuse = |why: &'static str, purl: &Purl| Err(PurlError::Rule { kind: purl.kind().to_owned(), why });
        if self.kind() == "cpan" && self.name().contains("::") {
            return refuse("a distribution has no `::` in its name, a module has", &self);
        }
        let Ok(at) = TYPES.binary_search_by(|rules| rules.kind.cmp(self.kind())) else { return Ok(self) };
        let rules = &TYPES[at];
        match (rules.namespace, self.namespace()) {
            (Required, None) => return refuse("a namespace is required", &self),
            (Prohibited, Some(_)) => return refuse("there are no namespaces", &self),
            _ => {}
        }
        if rules.needs.is_some_and(|key| self.qualifier(key).is_none()) {
            return refuse("a required qualifier is missing", &self);
        }
        let (mut space, mut name, version) = rules.folds;
        // Databricks does not tell models by case, Azure does (mlflow-definition).
        if self.kind() == "mlflow" {
            name = self.qualifier("repository_url").is_some_and(|url| url.to_ascii_lowercase().contains("databricks"));
        }
        space &= self.namespace.is_some();
        if space && let Some(namespace) = &self.namespace {
            self.namespace = Some(folded(namespace).into());
        }
        if name {
            self.name = folded(&self.name).into();
        }
        if version && let Some(version) = &self.version {
            self.version = Some(folded(version).into());
        }
        match self.kind() {
            // The namespace is the host, and the name the way on it.
            "git" => {
                let split = self.namespace.as_deref().and_then(|space| space.split_once('/'));
                if let Some((host, way)) = split {
                    let (host, name) = (host.into(), format!("{way}/{}", self.name).into());
                    (self.namespace, self.name) = (Some(host), name);
                }
            }
            "pypi" => self.name = self.name.replace('_', "-").into(),
            "pub" => {
                let sign = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '_' };
                self.name = self.name.chars().map(sign).collect();
            }
            "chrome-extension" => {
                let id = self.name.len() == 32 && self.name.bytes().all(|byte| (b'a'..=b'p').contains(&byte));
                if !id {
                    return refuse("a name is 32 letters from a to p", &self);
                }
                let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                let parts = |version: &str| version.split('.').count() <= 4 && version.split('.').all(number);
                if self.version().is_some_and(|version| !parts(version)) {
                    return refuse("a version is one to four numbers", &self);
                }
            }
            _ => {}
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_sorted() {
        assert!(TYPES.windows(2).all(|pair| pair[0].kind < pair[1].kind));
    }

    #[test]
    fn types_decide_what_is_the_same() {
        for (given, wanted) in [
            ("pkg:PYPI/Django_package@1.11.1.dev1", "pkg:pypi/django-package@1.11.1.dev1"),
            ("pkg:github/Acme/Kit@ABC", "pkg:github/acme/kit@ABC"),
            ("pkg:nuget/Acme.Kit@1", "pkg:nuget/Acme.Kit@1"),
            ("pkg:brew/kit@20@20.10.0", "pkg:brew/kit%4020@20.10.0"),
            ("pkg:huggingface/Acme/Kit@AB12", "pkg:huggingface/Acme/Kit@ab12"),
            (
                "pkg:mlflow/Kit@3?repository_url=https://x.databricks.example",
                "pkg:mlflow/kit@3?repository_url=https:%2F%2Fx.databricks.example",
            ),
            ("pkg:unheard-of/Kit@1", "pkg:unheard-of/Kit@1"),
            ("pkg:npm/@acme/kit", "pkg:npm/%40acme/kit"),
        ] {
            assert_eq!(Purl::read(given).unwrap().to_string(), wanted);
        }
        for refused in [
            "pkg:cargo/acme/kit@1",
            "pkg:maven/kit@1",
            "pkg:cpan/Acme::Kit",
            "pkg:julia/Kit",
            "pkg:swift/Kit@1",
            "pkg:swift/forge.example/acme/@1",
            "pkg:cran/@0.9.1",
            "pkg:hackage",
            "pkg:chrome-extension/dogs",
        ] {
            assert!(Purl::read(refused).is_err(), "{refused}");
        }
        assert!(Purl::read("pkg:gem/kit@1?Platform=java").is_ok());
        assert!(Purl::strict("pkg:gem/kit@1?Platform=java").is_err());
    }
}
