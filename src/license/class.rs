//! What kind of terms a license has.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use compact_str::CompactString;

use super::Term;

/// Kinds of terms, from those that ask least to those that ask most. Policies name them in kebab case (`class:permissive`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Given up or waived: no condition at all.
    PublicDomain,
    /// Keep notices and texts.
    Permissive,
    /// Source of the covered files or library, and of changes to them.
    WeakCopyleft,
    /// Documents and media: adaptations under the same license.
    ShareAlike,
    /// Source of the whole work that is given to others.
    StrongCopyleft,
    /// The same, also for those who only use it over a network.
    NetworkCopyleft,
    /// Free for all but certain fields of use.
    FieldOfUse,
    /// Source can be read, use is limited (competing services, production, size of the company).
    SourceAvailable,
    /// Not for commercial use.
    NonCommercial,
    /// May not be changed.
    NoDerivatives,
    /// No public license: all rights reserved or a contract.
    Proprietary,
    /// Nobody has sorted it in yet.
    Unreviewed,
}

impl Class {
    /// All classes, in the order of the type.
    pub const ALL: [Class; 12] = [
        Class::PublicDomain,
        Class::Permissive,
        Class::WeakCopyleft,
        Class::ShareAlike,
        Class::StrongCopyleft,
        Class::NetworkCopyleft,
        Class::FieldOfUse,
        Class::SourceAvailable,
        Class::NonCommercial,
        Class::NoDerivatives,
        Class::Proprietary,
        Class::Unreviewed,
    ];

    /// The name in policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::PublicDomain => "public-domain",
            Class::Permissive => "permissive",
            Class::WeakCopyleft => "weak-copyleft",
            Class::ShareAlike => "share-alike",
            Class::StrongCopyleft => "strong-copyleft",
            Class::NetworkCopyleft => "network-copyleft",
            Class::FieldOfUse => "field-of-use",
            Class::SourceAvailable => "source-available",
            Class::NonCommercial => "non-commercial",
            Class::NoDerivatives => "no-derivatives",
            Class::Proprietary => "proprietary",
            Class::Unreviewed => "unreviewed",
        }
    }

    /// The class of a name.
    pub fn from_name(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.as_str() == name)
    }
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Which license is of which class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    licenses: BTreeMap<CompactString, Class>,
    exceptions: BTreeMap<CompactString, WithRule>,
}

/// What an exception makes of a license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithRule {
    /// The class of a strong-copyleft license with this exception.
    pub class: Class,
    /// Why.
    pub reason: String,
}

/// Why a file of classes cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClassesError {
    /// It is not TOML of the expected shape.
    #[error("not a table of license classes: {0}")]
    Shape(String),
    /// A table is named after no class.
    #[error("`{0}` is not a license class")]
    Class(String),
    /// A license or exception is not on the SPDX list, or not written as there.
    #[error("`{0}` is not an identifier of the SPDX license list")]
    Identifier(String),
    /// A license or exception stands in two places.
    #[error("`{0}` is listed twice")]
    Twice(String),
}

impl Classes {
    /// The class of a term. An exception gives further permission, so the license without it says the most that can be
    /// asked: that class counts, unless the table knows that the exception makes it a weaker one. An `AdditionRef` may add
    /// anything and is unreviewed.
    pub fn class_of(&self, term: &Term) -> Class {
        let base = self.licenses.get(&term.license).copied().unwrap_or(Class::Unreviewed);
        match &term.exception {
            None => base,
            Some(exception) if exception.contains("AdditionRef-") => Class::Unreviewed,
            Some(_) => self.exception_rule(term).map_or(base, |rule| rule.class),
        }
    }

    /// The rule by which a term's exception makes it another class, if there is one.
    pub fn exception_rule(&self, term: &Term) -> Option<&WithRule> {
        let base = self.licenses.get(&term.license)?;
        let exception = term.exception.as_ref()?;
        self.exceptions.get(exception).filter(|_| *base == Class::StrongCopyleft)
    }
}

impl std::str::FromStr for Classes {
    type Err = ClassesError;

    /// Reads a file in the form of `policies/licenses/classes.toml`.
    fn from_str(text: &str) -> Result<Self, ClassesError> {
        let mut file: BTreeMap<String, toml::Value> =
            toml::from_str(text).map_err(|error| ClassesError::Shape(error.message().to_owned()))?;
        let mut classes = Classes::default();
        let tables = file.remove("class").unwrap_or_else(|| toml::Table::new().into());
        for (name, listed) in shaped::<BTreeMap<String, Listed>>(tables)? {
            let class = Class::from_name(&name).ok_or(ClassesError::Class(name))?;
            for license in listed.licenses {
                let on_list = spdx::license_id(&license).is_some_and(|found| found.name == license);
                if !on_list && !license.starts_with("LicenseRef-") {
                    return Err(ClassesError::Identifier(license));
                }
                if classes.licenses.insert(license.as_str().into(), class).is_some() {
                    return Err(ClassesError::Twice(license));
                }
            }
        }
        let exceptions = file.remove("exception").unwrap_or_else(|| toml::Value::Array(Vec::new()));
        for rule in shaped::<Vec<ExceptionRule>>(exceptions)? {
            let class = Class::from_name(&rule.class).ok_or(ClassesError::Class(rule.class))?;
            if spdx::exception_id(&rule.id).is_none() {
                return Err(ClassesError::Identifier(rule.id));
            }
            let entry = WithRule { class, reason: rule.reason };
            if classes.exceptions.insert(rule.id.as_str().into(), entry).is_some() {
                return Err(ClassesError::Twice(rule.id));
            }
        }
        match file.into_keys().next() {
            None => Ok(classes),
            Some(key) => Err(ClassesError::Shape(format!("unknown key `{key}`"))),
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    /// For people; the texts that the program shows are in `explain.rs`.
    #[serde(rename = "about")]
    _about: String,
    licenses: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionRule {
    id: String,
    class: String,
    reason: String,
}

fn shaped<T: serde::de::DeserializeOwned>(value: toml::Value) -> Result<T, ClassesError> {
    value.try_into().map_err(|error: toml::de::Error| ClassesError::Shape(error.message().to_owned()))
}

/// The classes that sepal ships: `policies/licenses/classes.toml`. A test holds that the file is good; if it were not,
/// everything would be unreviewed, which allows nothing.
pub fn classes() -> &'static Classes {
    static CLASSES: OnceLock<Classes> = OnceLock::new();
    CLASSES.get_or_init(|| SHIPPED.parse().unwrap_or_default())
}

const SHIPPED: &str = include_str!("../../policies/licenses/classes.toml");

#[cfg(test)]
mod tests {
    use super::*;

    fn class_of(text: &str) -> Class {
        let expression = crate::license::read(text).expression.unwrap();
        classes().class_of(expression.terms().next().unwrap())
    }

    #[test]
    fn the_shipped_file_is_good() {
        let shipped: Classes = SHIPPED.parse().unwrap();
        assert!(shipped.licenses.len() > 500);
        assert!(shipped.exceptions.len() > 20);
        for class in Class::ALL {
            assert_eq!(Class::from_name(class.as_str()), Some(class));
            let listed = shipped.licenses.values().any(|have| *have == class);
            assert_eq!(listed, class != Class::Unreviewed, "{class}");
        }
    }

    #[test]
    fn mistakes_in_a_file_are_named() {
        let error = |text: &str| text.parse::<Classes>().unwrap_err().to_string();
        assert_eq!(error("[class.nice]\nabout = \"\"\nlicenses = []"), "`nice` is not a license class");
        let listed = |ids: &str| format!("[class.permissive]\nabout = \"\"\nlicenses = [{ids}]");
        assert!(error(&listed("\"mit\"")).contains("`mit` is not an identifier"));
        assert_eq!(error(&listed("\"MIT\", \"MIT\"")), "`MIT` is listed twice");
        assert!(error("[classes]").contains("unknown key `classes`"));
        assert!(error("class = 1").starts_with("not a table of license classes"));
        assert!(error("[").starts_with("not a table of license classes"));
    }

    #[test]
    fn well_known_licenses_have_the_class_everybody_expects() {
        for (license, class) in [
            ("MIT", Class::Permissive),
            ("Apache-2.0 WITH LLVM-exception", Class::Permissive),
            ("CC0-1.0", Class::PublicDomain),
            ("MPL-2.0", Class::WeakCopyleft),
            ("LGPL-2.1-or-later", Class::WeakCopyleft),
            ("GPL-2.0-only", Class::StrongCopyleft),
            ("GPL-2.0-only WITH Classpath-exception-2.0", Class::WeakCopyleft),
            ("GPL-2.0-only WITH AdditionRef-mine", Class::Unreviewed),
            ("GPL-2.0-only WITH stunnel-exception", Class::StrongCopyleft),
            ("AGPL-3.0-or-later", Class::NetworkCopyleft),
            ("CC-BY-SA-4.0", Class::ShareAlike),
            ("BUSL-1.1", Class::SourceAvailable),
            ("JSON", Class::FieldOfUse),
            ("CC-BY-NC-4.0", Class::NonCommercial),
            ("CC-BY-ND-4.0", Class::NoDerivatives),
            ("UNLICENSED", Class::Proprietary),
            ("Apache-1.0+", Class::Permissive),
            ("Watcom-1.0", Class::Unreviewed),
            ("LicenseRef-whatever", Class::Unreviewed),
        ] {
            assert_eq!(class_of(license), class, "{license}");
        }
    }

    /// Every one of the ids in the shared license facts, against the categories there.
    #[test]
    fn agrees_with_the_shared_license_facts() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/license-facts/licenses.csv");
        #[allow(clippy::disallowed_methods, reason = "a measurement against facts beside the repository, in a test")]
        let Ok(facts) = std::fs::read_to_string(path) else {
            println!("skipped: no ../shared");
            return;
        };
        let mut rows = 0;
        for line in facts.lines().skip(1) {
            let mut fields = line.split(',');
            let (Some(license), Some(category)) = (fields.next(), fields.next()) else { continue };
            let expected = match category {
                "permissive-content" => "permissive",
                "weak-copyleft-file" | "weak-copyleft-library" => "weak-copyleft",
                "share-alike-content" => "share-alike",
                same => same,
            };
            assert_eq!(class_of(license).as_str(), expected, "{license}");
            rows += 1;
        }
        assert!(rows > 150, "{rows} rows");
        println!("{rows} of {rows} licenses have the class of the shared facts");
    }
}
