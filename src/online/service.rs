//! Services that know the license of an exact version of a package: where each is asked, and how its answer is read.

use compact_str::CompactString;
use serde_json::Value;

use crate::ecosystem;
use crate::model::{Purl, RepoPath};
use crate::text::Source;

use super::{Address, Request, Secret};

/// What kind of answers a service gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceKind {
    /// deps.dev, API v3: `GetVersion`.
    DepsDev,
    /// An npm registry: the document of a version, else the packument of the package.
    Npm,
    /// A Python index with the JSON API: `…/{name}/{version}/json`.
    Pypi,
    /// A registry of crates with the API `…/api/v1/crates/{name}/{version}`. An index of crates holds no licenses.
    Cargo,
}

impl ServiceKind {
    /// All kinds.
    pub const ALL: [ServiceKind; 4] = [ServiceKind::DepsDev, ServiceKind::Npm, ServiceKind::Pypi, ServiceKind::Cargo];

    /// The word used in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            ServiceKind::DepsDev => "deps.dev",
            ServiceKind::Npm => "npm",
            ServiceKind::Pypi => "pypi",
            ServiceKind::Cargo => "cargo",
        }
    }

    /// Whether it can know packages of this purl type.
    pub fn serves(self, purl_type: &str) -> bool {
        match self {
            ServiceKind::DepsDev => system(purl_type).is_some(),
            ServiceKind::Npm => purl_type == "npm",
            ServiceKind::Pypi => purl_type == "pypi",
            ServiceKind::Cargo => purl_type == "cargo",
        }
    }
}

/// The systems of deps.dev, by purl type.
fn system(purl_type: &str) -> Option<&'static str> {
    Some(match purl_type {
        "cargo" => "cargo",
        "gem" => "rubygems",
        "golang" => "go",
        "maven" => "maven",
        "npm" => "npm",
        "nuget" => "nuget",
        "pypi" => "pypi",
        _ => return None,
    })
}

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name in reports.
    pub name: String,
    /// What it answers.
    pub kind: ServiceKind,
    /// Where it begins.
    pub base: Address,
    /// A token for it.
    pub secret: Option<Secret>,
}

/// What a service says of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The license as it is written there.
    pub raw: CompactString,
    /// Why that is not certain, if it is not.
    pub uncertain: Option<&'static str>,
}

impl Service {
    /// The questions about a version, to be asked in order until one is answered.
    pub fn requests(&self, purl: &Purl) -> Vec<Request> {
        let Some(version) = purl.version() else { return Vec::new() };
        let name = purl.full_name();
        let found: Vec<Option<Address>> = match self.kind {
            ServiceKind::DepsDev => {
                let Some(system) = system(purl.kind()) else { return Vec::new() };
                let name = match purl.namespace().filter(|_| purl.kind() == "maven") {
                    Some(group) => format!("{group}:{}", purl.name()),
                    None => name.to_string(),
                };
                vec![self.base.join(&["v3", "systems", system, "packages", &name, "versions", version])]
            }
            ServiceKind::Npm => vec![self.base.join(&[name.as_str(), version]), self.base.join(&[name.as_str()])],
            ServiceKind::Pypi => vec![self.base.join(&[name.as_str(), version, "json"])],
            ServiceKind::Cargo => vec![self.base.join(&["api", "v1", "crates", name.as_str(), version])],
        };
        let ask = |address| {
            let mut request = Request::new(address, "application/json");
            request.secret.clone_from(&self.secret);
            request.packed = true;
            request
        };
        found.into_iter().flatten().map(ask).collect()
    }

    /// Reads an answer about a version: what it says, or `None` if it states no license.
    ///
    /// # Errors
    /// If it is of another form, or about another version.
    pub fn read(&self, purl: &Purl, bytes: &[u8]) -> Result<Option<Said>, &'static str> {
        let value: Value = serde_json::from_slice(bytes).map_err(|_| "it is no JSON")?;
        let version = purl.version().unwrap_or_default();
        match self.kind {
            ServiceKind::DepsDev => deps_dev(&value, version),
            ServiceKind::Npm => npm(value, version),
            ServiceKind::Pypi => pypi(&value, version),
            ServiceKind::Cargo => cargo(&value, version),
        }
    }
}

const OTHER: &str = "it is about another version";

fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    path.iter().try_fold(value, |value, key| value.get(key))?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn certain(raw: impl Into<CompactString>) -> Option<Said> {
    Some(Said { raw: raw.into(), uncertain: None })
}

/// deps.dev API v3, `GetVersion`: `licenses` holds SPDX expressions, `non-standard` for what is none, and nothing for
/// what is not known. How several of them relate is not specified there.
fn deps_dev(value: &Value, version: &str) -> Result<Option<Said>, &'static str> {
    if text(value, &["versionKey", "version"]).ok_or("it has no versionKey")? != version {
        return Err(OTHER);
    }
    let licenses: Vec<&str> =
        value.get("licenses").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if licenses.is_empty() {
        return Ok(None);
    }
    // The text that no identifier was found for says more than that none was found.
    let as_written = |index: usize| {
        let details = value.get("licenseDetails").and_then(|details| details.get(index));
        details.and_then(|details| text(details, &["license"]))
    };
    let parts: Vec<&str> = licenses
        .iter()
        .enumerate()
        .map(|(index, license)| if *license == "non-standard" { as_written(index).unwrap_or(license) } else { license })
        .collect();
    let one = |part: &&str| if part.contains(" OR ") { format!("({part})") } else { (*part).to_owned() };
    Ok(match parts.as_slice() {
        [only] => certain(*only),
        several => Some(Said {
            raw: several.iter().map(one).collect::<Vec<_>>().join(" AND ").into(),
            uncertain: Some("the service lists several licenses and does not say whether one may choose"),
        }),
    })
}

/// The document of a version, which is its `package.json` and more, or a packument, which holds one for each version.
fn npm(mut value: Value, version: &str) -> Result<Option<Said>, &'static str> {
    let manifest = match value.get_mut("versions") {
        Some(versions) => versions.get_mut(version).ok_or("it does not know this version")?.take(),
        None => value,
    };
    if text(&manifest, &["version"]) != Some(version) {
        return Err(OTHER);
    }
    Ok(declared("npm/package-json", "package.json", manifest.to_string()))
}

/// PyPI's JSON API: the core metadata under `info`.
fn pypi(value: &Value, version: &str) -> Result<Option<Said>, &'static str> {
    let info = value.get("info").ok_or("it has no `info`")?;
    if text(info, &["version"]) != Some(version) {
        return Err(OTHER);
    }
    let mut headers = String::from("Metadata-Version: 2.4\nName: kit\nVersion: 1\n");
    let mut header = |name: &str, text: &str| {
        // A license that is written out in full is no name of one.
        if !text.contains(['\n', '\r']) {
            headers.push_str(&format!("{name}: {text}\n"));
        }
    };
    for (name, key) in [("License-Expression", "license_expression"), ("License", "license")] {
        if let Some(text) = text(info, &[key]) {
            header(name, text);
        }
    }
    for classifier in info.get("classifiers").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    {
        header("Classifier", classifier);
    }
    Ok(declared("pypi/installed", "METADATA", headers))
}

/// The API of the registry of crates: `{"version": {"num": …, "license": …}}`.
fn cargo(value: &Value, version: &str) -> Result<Option<Said>, &'static str> {
    let about = value.get("version").ok_or("it has no `version`")?;
    if text(about, &["num"]) != Some(version) {
        return Err(OTHER);
    }
    Ok(text(about, &["license"]).and_then(certain))
}

/// What a manifest of a known format declares: services that pass on manifests are read as those are.
fn declared(format: &str, name: &str, text: String) -> Option<Said> {
    let source = Source::from_text(RepoPath::new(name), text).ok()?;
    let (_, format) = ecosystem::formats().find(|(_, known)| known.id == format)?;
    let parsed = (format.parse)(&source).ok()?;
    certain(parsed.packages.into_iter().next()?.license?.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service(kind: ServiceKind) -> Service {
        let base = Address::parse("https://service.example/api").unwrap();
        Service { name: kind.as_str().to_owned(), kind, base, secret: None }
    }

    fn asked(kind: ServiceKind, purl: &str) -> Vec<String> {
        let requests = service(kind).requests(&purl.parse().unwrap());
        requests.iter().map(|request| request.address.shown().replace("https://service.example/api", "")).collect()
    }

    fn read(kind: ServiceKind, answer: &Value) -> Result<Option<String>, &'static str> {
        let purl = "pkg:npm/%40acme/kit@1.2.3".parse().unwrap();
        let said = service(kind).read(&purl, &serde_json::to_vec(answer).unwrap())?;
        Ok(said.map(|said| format!("{}{}", said.raw, if said.uncertain.is_some() { "?" } else { "" })))
    }

    #[test]
    fn each_is_asked_for_the_exact_version() {
        assert_eq!(
            asked(ServiceKind::DepsDev, "pkg:npm/%40acme/kit@1.2.3"),
            ["/v3/systems/npm/packages/%40acme%2Fkit/versions/1.2.3"]
        );
        assert_eq!(
            asked(ServiceKind::DepsDev, "pkg:maven/org.acme/kit@1.2.3"),
            ["/v3/systems/maven/packages/org.acme%3Akit/versions/1.2.3"]
        );
        assert_eq!(
            asked(ServiceKind::DepsDev, "pkg:golang/acme.example/kit/v2@v2.0.0%2Bincompatible"),
            ["/v3/systems/go/packages/acme.example%2Fkit%2Fv2/versions/v2.0.0%2Bincompatible"]
        );
        assert_eq!(asked(ServiceKind::DepsDev, "pkg:github/actions/checkout@v4"), [""; 0]);
        assert_eq!(asked(ServiceKind::Npm, "pkg:npm/%40acme/kit@1.2.3"), ["/%40acme%2Fkit/1.2.3", "/%40acme%2Fkit"]);
        assert_eq!(asked(ServiceKind::Pypi, "pkg:pypi/kit@1.2.3"), ["/kit/1.2.3/json"]);
        assert_eq!(asked(ServiceKind::Cargo, "pkg:cargo/kit@1.2.3"), ["/api/v1/crates/kit/1.2.3"]);
        assert_eq!(asked(ServiceKind::Npm, "pkg:npm/kit"), [""; 0]);
    }

    #[test]
    fn the_aggregator_is_read() {
        let answer = |licenses: Value, details: Value| {
            json!({ "versionKey": { "system": "NPM", "name": "@acme/kit", "version": "1.2.3" },
                    "licenses": licenses, "licenseDetails": details })
        };
        let read = |licenses, details| read(ServiceKind::DepsDev, &answer(licenses, details));
        assert_eq!(read(json!(["MIT"]), json!([])), Ok(Some("MIT".to_owned())));
        assert_eq!(read(json!([]), json!([])), Ok(None));
        assert_eq!(
            read(json!(["MIT OR ISC", "Apache-2.0"]), json!([])),
            Ok(Some("(MIT OR ISC) AND Apache-2.0?".to_owned()))
        );
        let details = json!([{ "license": "Acme Terms 4", "spdx": "non-standard" }]);
        assert_eq!(read(json!(["non-standard"]), details), Ok(Some("Acme Terms 4".to_owned())));
        assert_eq!(read(json!(["non-standard"]), json!([])), Ok(Some("non-standard".to_owned())));
        let other = json!({ "versionKey": { "version": "1.2.4" }, "licenses": ["MIT"] });
        assert_eq!(super::tests::read(ServiceKind::DepsDev, &other), Err(OTHER));
        assert!(super::tests::read(ServiceKind::DepsDev, &json!({ "code": 5 })).is_err());
    }

    #[test]
    fn documents_of_npm_registries_are_read() {
        let version = json!({ "name": "@acme/kit", "version": "1.2.3", "license": "MIT" });
        assert_eq!(read(ServiceKind::Npm, &version), Ok(Some("MIT".to_owned())));
        let packument = json!({ "name": "@acme/kit", "license": "ISC", "dist-tags": { "latest": "2.0.0" }, "versions": {
            "1.2.3": { "name": "@acme/kit", "version": "1.2.3", "licenses": [{ "type": "MIT" }, { "type": "ISC" }] },
            "2.0.0": { "name": "@acme/kit", "version": "2.0.0", "license": "Apache-2.0" },
        } });
        assert_eq!(read(ServiceKind::Npm, &packument), Ok(Some("MIT AND ISC".to_owned())));
        let other = json!({ "name": "@acme/kit", "versions": { "2.0.0": {} } });
        assert!(read(ServiceKind::Npm, &other).is_err());
        assert_eq!(read(ServiceKind::Npm, &json!({ "name": "@acme/kit", "version": "2.0.0" })), Err(OTHER));
    }

    #[test]
    fn answers_of_python_indexes_are_read() {
        let info = |more: Value| {
            let mut info = json!({ "name": "kit", "version": "1.2.3", "license": "", "classifiers": [] });
            for (key, value) in more.as_object().unwrap() {
                info[key] = value.clone();
            }
            read(ServiceKind::Pypi, &json!({ "info": info, "urls": [] }))
        };
        assert_eq!(
            info(json!({ "license_expression": "MIT OR Apache-2.0" })),
            Ok(Some("MIT OR Apache-2.0".to_owned()))
        );
        let classifier = json!(["License :: OSI Approved :: MIT License"]);
        let classified = info(json!({ "license": "Copyright\nall rights", "classifiers": classifier }));
        assert_eq!(classified, Ok(Some("License :: OSI Approved :: MIT License".to_owned())));
        assert_eq!(info(json!({ "license": null })), Ok(None));
        assert_eq!(read(ServiceKind::Pypi, &json!({ "info": { "version": "9" } })), Err(OTHER));
    }

    #[test]
    fn answers_of_crate_registries_are_read() {
        let answer = json!({ "version": { "crate": "kit", "num": "1.2.3", "license": "MIT/Apache-2.0" } });
        assert_eq!(read(ServiceKind::Cargo, &answer), Ok(Some("MIT/Apache-2.0".to_owned())));
        let none = json!({ "version": { "num": "1.2.3", "license": null } });
        assert_eq!(read(ServiceKind::Cargo, &none), Ok(None));
    }
}
