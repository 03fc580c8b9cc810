//! The JSON schema of a policy file, for editors: made from the tables that reading is made from.
//!
//! Draft 7, which Taplo and the editors that build on it read. What a key takes is a [`shape`], with an example that a test
//! hands to the reader, so that the schema calls nothing right that the reader refuses.

use serde_json::{Map, Value as Json, json};

use crate::license::{Class, Distribution, Linkage};
use crate::model::{Scope, Severity, SeverityLevel};
use crate::rule::{self, ParamKind, Rule};

use super::key::{KEYS, Key, keys_of, required_of};
use super::{BUILTIN, REASONS};

/// The levels of a rule, as policies write them.
const LEVELS: [&str; 4] = ["off", "note", "warning", "error"];

/// What ids of one's own rules look like; that their group is none of the shipped ones is told when the policy is read.
const OWN_ID: &str =
    "^(?!(deps|education|governance|inventory|kpi|legal|review|vuln|ai|hardware)/)[a-z0-9-]+/[a-z0-9-]+$";

/// The JSON schema of a policy file.
pub fn schema() -> Json {
    let mut schema = table("");
    let root = schema.as_object_mut().expect("a table is an object");
    root.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    root.insert("title".to_owned(), json!("sepal policy"));
    root.insert(
        "description".to_owned(),
        json!("What an organisation wants of third-party software: sepal.toml, and what it extends."),
    );
    root.insert(
        "definitions".to_owned(),
        json!({
            "selector": {
                "type": "string",
                "description": "An SPDX license, one WITH an exception, or a class of licenses.",
                "anyOf": [
                    { "enum": Class::ALL.map(|class| format!("class:{}", class.as_str())) },
                    { "pattern": "^(?!class:)[A-Za-z0-9]" },
                ],
            },
            "level": { "enum": LEVELS, "description": "How much it matters; `off`: it does not run." },
            "purl": {
                "type": "string",
                "pattern": "^pkg:[a-z]",
                "description": "A package URL in which `*` stands for anything.",
            },
            "scope": { "enum": Scope::ALL.map(Scope::as_str) },
        }),
    );
    schema
}

/// A table, or a file for the empty name.
fn table(name: &str) -> Json {
    let mut properties = Map::new();
    for key in keys_of(name) {
        properties.insert(key.name.to_owned(), value(key));
    }
    let mut schema = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    let required = required_of(name);
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if name == "waiver" {
        schema["anyOf"] = json!([{ "required": ["component"] }, { "required": ["project"] }]);
    }
    schema
}

/// What a key takes, with its description.
fn value(key: &Key) -> Json {
    let below = if key.table.is_empty() { key.name.to_owned() } else { format!("{}.{}", key.table, key.name) };
    let has = |name: &str| KEYS.iter().any(|key| key.table == name);
    let mut schema = if below == "rules" {
        rules()
    } else if has(&format!("{below}.*")) {
        let kinds = Distribution::ALL.map(|kind| (kind.as_str().to_owned(), table(&format!("{below}.*"))));
        json!({ "type": "object", "additionalProperties": false, "properties": Map::from_iter(kinds) })
    } else if has(&below) && key.expects.starts_with("tables ") {
        json!({ "type": "array", "items": table(&below) })
    } else if let (Some(shape), true) = (shape(key.table, key.name), has(&below)) {
        json!({ "anyOf": [shape, table(&below)] })
    } else if has(&below) {
        table(&below)
    } else {
        shape(key.table, key.name).unwrap_or_else(|| json!({}))
    };
    schema["description"] = json!(key.docs);
    schema
}

/// The levels and parameters of the rules, by id.
fn rules() -> Json {
    let of = |rule: &&Rule| {
        let mut properties = Map::new();
        properties.insert("level".to_owned(), json!({ "$ref": "#/definitions/level" }));
        for param in rule.params {
            let mut shape = match param.kind {
                ParamKind::Boolean(default) => json!({ "type": "boolean", "default": default }),
                ParamKind::Number { default, most } => {
                    json!({ "type": "integer", "minimum": 0, "maximum": most, "default": default })
                }
                ParamKind::Level(default) => {
                    let words: Vec<&str> = SeverityLevel::ALL[1..].iter().map(|level| level.as_str()).collect();
                    json!({ "enum": words, "default": default.as_str() })
                }
                ParamKind::Scopes(default) => {
                    let default: Vec<&str> = default.iter().map(|scope| scope.as_str()).collect();
                    json!({ "type": "array", "items": { "$ref": "#/definitions/scope" }, "default": default })
                }
                ParamKind::Choice { default, of } => json!({ "enum": of, "default": default }),
                ParamKind::Ecosystems(default) => {
                    json!({ "type": "array", "items": { "type": "string", "pattern": "^[a-z0-9-]+$" }, "default": default })
                }
            };
            shape["description"] = json!(param.docs);
            properties.insert(param.name.to_owned(), shape);
        }
        let default = rule.default.map_or("off", Severity::as_str);
        let schema = json!({
            "description": format!("{}. Default: {default}.\n\n{}", rule.summary, rule.docs.what),
            "anyOf": [
                { "$ref": "#/definitions/level" },
                { "type": "object", "additionalProperties": false, "properties": properties },
            ],
        });
        (rule.id.to_owned(), schema)
    };
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": Map::from_iter(rule::TABLE.iter().map(of)),
        "patternProperties": { OWN_ID: { "$ref": "#/definitions/level" } },
    })
}

fn text(examples: &[&str]) -> Json {
    json!({ "type": "string", "minLength": 1, "examples": examples })
}

fn list(items: Json, example: &[&str]) -> Json {
    json!({ "type": "array", "items": items, "examples": [example] })
}

/// What a key takes, with an example. `None`: a table, or a key that is told nowhere (a test finds it).
fn shape(table: &str, name: &str) -> Option<Json> {
    let purl = |example: &str| json!({ "$ref": "#/definitions/purl", "examples": [example] });
    let selectors = |example: &[&str]| list(json!({ "$ref": "#/definitions/selector" }), example);
    let days = || json!({ "type": "integer", "minimum": 0, "maximum": 36_500, "examples": [90] });
    Some(match (table, name) {
        ("", "extends") => {
            let builtins: Vec<String> = BUILTIN.iter().map(|(name, _)| format!("builtin:{name}")).collect();
            let one = json!({
                "anyOf": [
                    { "enum": builtins },
                    { "type": "string", "pattern": "^(?!builtin:)(?!.*://).", "description": "The path of a file, relative to this one." },
                    {
                        "type": "object",
                        "additionalProperties": false,
                        "required": ["url", "sha256"],
                        "properties": {
                            "url": { "type": "string", "pattern": "^https?://", "description": "Where the file is." },
                            "sha256": {
                                "type": "string",
                                "pattern": "^[0-9A-Fa-f]{64}$",
                                "description": "The SHA-256 digest of its bytes, in hexadecimal.",
                            },
                        },
                    },
                    {
                        "type": "object",
                        "additionalProperties": false,
                        "required": ["git", "rev", "path"],
                        "properties": {
                            "git": {
                                "type": "string",
                                "pattern": "^(https|ssh|file)://",
                                "description": "Where the repository is.",
                            },
                            "rev": {
                                "type": "string",
                                "pattern": "^([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$",
                                "description": "The whole id of a commit: no branch, no tag.",
                            },
                            "path": {
                                "type": "string",
                                "minLength": 1,
                                "description": "The file, from the top of the repository.",
                            },
                        },
                    },
                ],
            });
            json!({ "anyOf": [one, { "type": "array", "items": one }], "examples": [["builtin:baseline"], "builtin:strict"] })
        }
        ("inherit", "loosen") => json!({
            "anyOf": [{ "type": "boolean" }, { "type": "array", "items": { "type": "string", "minLength": 1 } }],
            "examples": [true, ["rules.deps/unpinned", "licenses.allow"]],
        }),
        ("", "only-named") => json!({ "type": "boolean", "examples": [true] }),
        ("", "fail-on") => json!({ "enum": ["error", "warning"], "examples": ["warning"] }),
        ("project", "license") => text(&["Apache-2.0", "MIT OR Apache-2.0"]),
        ("project", "distribution") => {
            json!({ "enum": Distribution::ALL.map(Distribution::as_str), "examples": ["hosted"] })
        }
        ("project", "first-party") => {
            list(json!({ "$ref": "#/definitions/purl" }), &["pkg:npm/@acme/*", "pkg:cargo/acme-*"])
        }
        ("project", "contact") => json!({
            "type": "object",
            "additionalProperties": { "type": "string", "minLength": 1 },
            "examples": [{ "license": "ospo@example.org" }],
        }),
        ("licenses", "prefer") => selectors(&["MIT", "Apache-2.0"]),
        ("licenses" | "licenses.distribution.*", "allow") => selectors(&["class:permissive", "MPL-2.0"]),
        ("licenses" | "licenses.distribution.*", "review") => selectors(&["class:weak-copyleft"]),
        ("licenses" | "licenses.distribution.*", "deny") => {
            selectors(&["class:network-copyleft", "LicenseRef-acme-forbidden"])
        }
        ("licenses", "unlisted") => json!({ "enum": ["review", "deny"], "examples": ["deny"] }),
        ("licenses", "detect") => json!({ "enum": ["missing", "always"], "examples": ["always"] }),
        ("sources", "allow") => {
            list(json!({ "type": "string", "minLength": 1 }), &["default-registry", "path", "git.example.org/acme/*"])
        }
        ("scan", "exclude") => list(json!({ "type": "string", "minLength": 1 }), &["**/testdata/**"]),
        ("scan", "targets") => list(json!({ "type": "string", "minLength": 1 }), &["sys_platform == 'linux'"]),
        ("vex", "documents") => list(json!({ "type": "string", "minLength": 1 }), &["vex/shop.openvex.json"]),
        ("completeness", "require" | "advisories") => json!({ "type": "boolean", "examples": [true] }),
        ("completeness", "accept-unknown") => list(json!({ "type": "string", "minLength": 1 }), &["github"]),
        ("notice", "file") => text(&["THIRD-PARTY-NOTICES.md"]),
        ("notice", "include") => list(json!({ "$ref": "#/definitions/scope" }), &["provided", "peer"]),
        ("lifecycle", "file") => text(&["lifecycle.toml"]),
        ("deny", "versions") => text(&["<2.0.0"]),
        ("deny", "reason") => text(&["its maintainer handed it to a stranger"]),
        ("deny", "instead") => text(&["pkg:npm/kit"]),
        ("namespace", "from") => list(json!({ "type": "string", "minLength": 1 }), &["https://registry.example/*"]),
        ("approval", "reason") => text(&["reads what no other library reads, and has three maintainers"]),
        ("gate", "warn-until") | ("waiver", "expires") | ("approval", "date") => {
            json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["2027-05-01"] })
        }
        ("waivers", "max-days" | "warn-days") | ("waivers.max-days", _) => days(),
        ("rule", "id") => json!({ "type": "string", "pattern": OWN_ID, "examples": ["acme/no-gpl-in-runtime"] }),
        ("rule", "when") => text(&["component.scope == 'runtime' && component.license.contains('GPL')"]),
        ("rule", "message") => text(&["nothing under the GPL runs in our products"]),
        ("rule", "level" | "unknown") => json!({ "$ref": "#/definitions/level", "examples": ["error"] }),
        ("rule", "why") => text(&["our customers link against it"]),
        ("rule", "help") => json!({
            "anyOf": [
                { "type": "string", "minLength": 1 },
                { "type": "array", "items": { "type": "string", "minLength": 1 } },
            ],
            "examples": ["ask the architects", ["use something else", "ask the architects"]],
        }),
        ("waiver", "rule") => {
            let ids: Vec<&str> = rule::TABLE.iter().map(|rule| rule.id).collect();
            json!({ "anyOf": [{ "enum": ids }, { "pattern": OWN_ID }], "examples": ["legal/component-license-denied"] })
        }
        ("waiver" | "usage" | "modified" | "curation" | "deny" | "namespace" | "approval", "component") => {
            purl("pkg:npm/ghost-kit@2.*")
        }
        ("waiver", "project") => text(&["web/internal-tools"]),
        ("waiver", "license") => text(&["AGPL-3.0-only"]),
        ("waiver", "advisory") => text(&["CVE-2021-23337"]),
        ("waiver", "reason") => {
            let reasons: Vec<&str> = REASONS.iter().map(|reason| reason.name).collect();
            let docs: Vec<String> =
                REASONS.iter().map(|reason| format!("`{}`: {}", reason.name, reason.docs)).collect();
            json!({ "enum": reasons, "examples": ["internal-use-only"], "x-taplo": { "docs": { "enumValues": docs } } })
        }
        ("waiver", "justification") => text(&["renders reports on our own machines"]),
        ("waiver", "approved-by") | ("curation" | "approval" | "modified", "by") => text(&["ospo@example.org"]),
        ("waiver", "ticket") => text(&["LEGAL-112"]),
        ("usage", "linkage") => json!({ "enum": Linkage::ALL.map(Linkage::as_str), "examples": ["separate"] }),
        ("usage" | "curation", "because") => text(&["LICENSE.txt holds the text of Apache-2.0"]),
        ("modified", "because") => text(&["patches/kit-timeout.patch makes its timeout longer"]),
        ("curation", "declared") => text(&["SEE LICENSE IN LICENSE.txt"]),
        ("curation", "text-sha256") => json!({
            "type": "string",
            "pattern": "^[0-9A-Fa-f]{64}$",
            "examples": ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
        }),
        ("curation", "concluded") => text(&["Apache-2.0"]),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::show::inline;
    use super::*;
    use crate::model::RepoPath;
    use crate::policy::Policy;
    use crate::text::Source;

    fn accepts(schema: &jsonschema::Validator, text: &str) -> bool {
        let value: toml::Value = toml::from_str(text).unwrap();
        let mut json = serde_json::to_value(value).unwrap();
        dates(&mut json);
        schema.is_valid(&json)
    }

    /// A date of TOML is a string for JSON schema; serde shows it as a table of one private key.
    fn dates(value: &mut Json) {
        match value {
            Json::Object(entries) if entries.len() == 1 && entries.keys().all(|key| key.starts_with("$__toml")) => {
                *value = entries.values().next().unwrap().clone();
            }
            Json::Object(entries) => entries.values_mut().for_each(dates),
            Json::Array(items) => items.iter_mut().for_each(dates),
            _ => {}
        }
    }

    fn read(text: &str) -> Result<(), Vec<String>> {
        let source = Source::from_text(RepoPath::new("sepal.toml"), text.to_owned()).unwrap();
        let read = Policy::read(&source, &|_| None);
        read.map(|_| ()).map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn shipped_policies_and_examples_are_of_the_schema_and_mistyped_ones_are_not() {
        let validator = jsonschema::draft7::new(&schema()).unwrap();
        for (name, text) in BUILTIN {
            assert!(accepts(&validator, text), "{name}");
        }
        let examples = [
            include_str!("../../policies/examples/waivers.toml"),
            include_str!("../../policies/examples/curations.toml"),
            super::super::STARTER,
        ];
        assert!(examples.iter().all(|text| accepts(&validator, text)));
        for wrong in [
            "[licences]\nallow = [\"MIT\"]",
            "[project]\ndistribution = \"binry\"",
            "[rules]\n\"deps/unpined\" = \"error\"",
            "[rules]\n\"deps/unpinned\" = \"fatal\"",
            "[rules]\n\"governance/waiver-too-long\" = { max-day = 3 }",
            "[licenses]\ndeny = [\"class:permisive\"]",
            "[[waiver]]\nrule = \"deps/unpinned\"",
            "extends = [\"builtin:basline\"]",
            "fail-on = true",
        ] {
            assert!(!accepts(&validator, wrong), "{wrong}");
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    /// A key with a value in a file of its own; the other keys that its table needs are filled in from their examples.
    fn file(key: &Key, example: &Json) -> String {
        let table = key.table.replace('*', "hosted");
        let mut lines = vec![(key.name, inline(example))];
        let mut needed: Vec<&str> = required_of(key.table).to_vec();
        if key.table == "waiver" {
            needed.push("component");
        }
        for name in needed.into_iter().filter(|name| *name != key.name) {
            let shape = shape(key.table, name).unwrap();
            let shape = shape.get("examples").and_then(|examples| examples.get(0)).unwrap().clone();
            lines.push((name, inline(&shape)));
        }
        let mut text = String::new();
        if !table.is_empty() {
            let repeated = !required_of(key.table).is_empty();
            text = if repeated { format!("[[{table}]]\n") } else { format!("[{table}]\n") };
        }
        for (name, value) in lines {
            text.push_str(&format!("{name} = {value}\n"));
        }
        text
    }

    #[test]
    fn every_key_has_a_shape_whose_examples_the_reader_takes() {
        let whole = schema();
        let validator = jsonschema::draft7::new(&whole).unwrap();
        for key in KEYS {
            let below = if key.table.is_empty() { key.name.to_owned() } else { format!("{}.{}", key.table, key.name) };
            if KEYS.iter().any(|other| other.table == below || other.table == format!("{below}.*")) || below == "rules"
            {
                continue;
            }
            let shape = shape(key.table, key.name);
            let shape = shape.unwrap_or_else(|| panic!("[{}] {} has no shape in schema.rs", key.table, key.name));
            let examples = shape["examples"].as_array().unwrap_or_else(|| panic!("{below} has no example"));
            for example in examples {
                let text = file(key, example);
                assert_eq!(read(&text), Ok(()), "{text}");
                assert!(accepts(&validator, &text), "{text}");
            }
        }
    }
}
