//! The policy that holds, with where each value comes from.
//!
//! What is shown is what judges: every rule with its level and all its parameters, also those that nobody set. As TOML it is
//! itself a policy that judges alike (tests read it again); as JSON each value has its file and line.

use std::fmt::Write;

use serde_json::{Value as Json, json};

use crate::license::Selector;
use crate::model::{Because, Severity};
use crate::rule::{self, Params, SourcePattern, Value};

use super::{Policy, Set};

/// A policy as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its tables, in the order of the reference.
    pub tables: Vec<ShownTable>,
}

/// A table of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownTable {
    /// Its name as in a header: empty for the top, `project`, `rules."deps/unpinned"`.
    pub name: String,
    /// Whether there may be several of it (`[[waiver]]`).
    pub repeated: bool,
    /// Its values.
    pub values: Vec<ShownValue>,
}

/// A value of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownValue {
    /// Its key.
    pub key: String,
    /// The value, or all entries of a list.
    pub value: Json,
    /// Where it comes from; for a list one for each entry.
    pub from: Vec<Origin>,
    /// How TOML writes it.
    form: Form,
}

/// How TOML writes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// In one line.
    Plain,
    /// Without quotes.
    Date,
    /// One entry a line, each with its place.
    Entries,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `builtin:baseline`, the path of a file, or `default` for what nobody set.
    pub file: String,
    /// The line, from one.
    pub line: Option<u32>,
}

impl Origin {
    /// `sepal.toml:4`.
    pub fn as_text(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }
}

/// A table that is being filled.
struct Filling<'p> {
    policy: &'p Policy,
    table: ShownTable,
}

impl Filling<'_> {
    fn origin(&self, because: Option<&Because>) -> Origin {
        let Some(because) = because.filter(|because| because.line.is_some()) else {
            return Origin { file: "default".to_owned(), line: None };
        };
        let files = || self.policy.files.iter().filter(|file| file.path.as_str() == because.policy.as_str());
        // A file of the tree may lie where a shipped policy lies in sepal's own repository.
        let builtin =
            if files().any(|file| file.builtin.is_none()) { None } else { files().find_map(|file| file.builtin) };
        let file = builtin.map_or_else(|| because.policy.to_string(), |name| format!("builtin:{name}"));
        Origin { file, line: because.line }
    }

    fn one(&mut self, key: &str, value: Json, because: Option<&Because>) {
        let from = vec![self.origin(because)];
        self.table.values.push(ShownValue { key: key.to_owned(), value, from, form: Form::Plain });
    }

    fn set<T>(&mut self, key: &str, set: Option<&Set<T>>, value: impl Fn(&T) -> Json) {
        if let Some(set) = set {
            self.one(key, value(&set.value), Some(&set.because));
        }
    }

    fn date(&mut self, key: &str, date: crate::model::Date, because: &Because) {
        self.one(key, json!(date.to_string()), Some(because));
        if let Some(last) = self.table.values.last_mut() {
            last.form = Form::Date;
        }
    }

    fn list<'b>(&mut self, key: &str, entries: impl Iterator<Item = (String, Option<&'b Because>)>) {
        let (mut values, mut from) = (Vec::new(), Vec::new());
        for (entry, because) in entries {
            values.push(Json::String(entry));
            from.push(self.origin(because));
        }
        self.table.values.push(ShownValue {
            key: key.to_owned(),
            value: Json::Array(values),
            from,
            form: Form::Entries,
        });
    }

    /// A list, if it has an entry.
    fn sets<T: ToString>(&mut self, key: &str, sets: &[Set<T>]) {
        if !sets.is_empty() {
            self.list(key, sets.iter().map(|set| (set.value.to_string(), Some(&set.because))));
        }
    }

    fn selectors(&mut self, key: &str, selectors: &[Selector], because: &[Because]) {
        if !selectors.is_empty() {
            self.list(
                key,
                selectors.iter().zip(because).map(|(selector, because)| (selector.to_string(), Some(because))),
            );
        }
    }
}

/// The policy that holds.
pub fn show(policy: &Policy) -> Shown {
    let mut tables = Vec::new();
    let mut table = |name: &str, repeated: bool, fill: &mut dyn FnMut(&mut Filling<'_>)| {
        let mut filling = Filling { policy, table: ShownTable { name: name.to_owned(), repeated, values: Vec::new() } };
        fill(&mut filling);
        if !filling.table.values.is_empty() {
            tables.push(filling.table);
        }
    };
    table("", false, &mut |to| {
        to.set("only-named", policy.only_named.as_ref(), |only| json!(only));
        let because = policy.fail_on.as_ref().map(|set| &set.because);
        to.one("fail-on", json!(policy.fail_on().as_str()), because);
    });
    table("project", false, &mut |to| {
        to.set("license", policy.license.as_ref(), |license| json!(license.as_str()));
        let because = policy.distribution.as_ref().map(|set| &set.because);
        to.one("distribution", json!(policy.settings.distribution.as_str()), because);
        to.sets("first-party", &policy.first_party);
    });
    table("project.contact", false, &mut |to| {
        for (subject, contact) in &policy.settings.contacts {
            let because = policy.origins.get(&format!("project.contact.{subject}"));
            to.one(&key(subject), json!(contact), because);
        }
    });
    table("licenses", false, &mut |to| {
        let licenses = &policy.licenses;
        to.selectors("prefer", &licenses.lists.prefer, &licenses.prefer_because);
        to.selectors("allow", &licenses.lists.allow, &licenses.allow_because);
        to.selectors("review", &licenses.lists.review, &licenses.review_because);
        to.selectors("deny", &licenses.lists.deny, &licenses.deny_because);
        to.set("detect", policy.all_texts.as_ref(), |all| json!(if *all { "always" } else { "missing" }));
    });
    table("rules", false, &mut |to| {
        for rule in rule::TABLE.iter().filter(|rule| rule.params.is_empty()) {
            let (level, because) = policy.level(rule);
            to.one(&key(rule.id), json!(level.map_or("off", Severity::as_str)), Some(&because));
        }
    });
    for rule in rule::TABLE.iter().filter(|rule| !rule.params.is_empty()) {
        table(&format!("rules.{}", key(rule.id)), false, &mut |to| {
            let (level, because) = policy.level(rule);
            to.one("level", json!(level.map_or("off", Severity::as_str)), Some(&because));
            let params: Params = policy.params(rule);
            for param in rule.params {
                let because = policy.origins.get(&format!("rules.{}.{}", rule.id, param.name));
                match params.get(param.name) {
                    Some(Value::Boolean(value)) => to.one(param.name, json!(value), because),
                    Some(Value::Number(value)) => to.one(param.name, json!(value), because),
                    Some(Value::Level(value)) => to.one(param.name, json!(value.as_str()), because),
                    Some(Value::Scopes(scopes)) => {
                        let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
                        to.one(param.name, json!(words), because);
                    }
                    Some(Value::Ecosystems(kinds)) => {
                        let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
                        to.one(param.name, json!(words), because);
                    }
                    Some(Value::Choice(word)) => to.one(param.name, json!(word), because),
                    None => {}
                }
            }
        });
    }
    table("sources", false, &mut |to| {
        if let Some(allow) = &policy.settings.sources.allow {
            to.list("allow", allow.iter().map(|(pattern, because)| (source(pattern), Some(because))));
        }
    });
    table("scan", false, &mut |to| {
        to.sets("exclude", &policy.exclude);
        to.sets("targets", &policy.targets);
    });
    table("vex", false, &mut |to| to.sets("documents", &policy.vex));
    table("completeness", false, &mut |to| {
        to.set("require", policy.require_complete.as_ref(), |require| json!(require));
        to.set("advisories", policy.require_advisories.as_ref(), |require| json!(require));
        let because = policy.origins.get("completeness.accept-unknown");
        if because.is_some() {
            to.one("accept-unknown", json!(policy.settings.accept_unknown), because);
        }
    });
    table("notice", false, &mut |to| {
        to.set("file", policy.notice_file.as_ref(), |path| json!(path.as_str()));
        let because = policy.origins.get("notice.include");
        if because.is_some() {
            let words: Vec<&str> = policy.notice_include.iter().map(|scope| scope.as_str()).collect();
            to.one("include", json!(words), because);
        }
    });
    table("lifecycle", false, &mut |to| to.set("file", policy.lifecycle.as_ref(), |path| json!(path.as_str())));
    table("gate", false, &mut |to| {
        if let Some(until) = &policy.warn_until {
            to.date("warn-until", until.value, &until.because);
        }
    });
    table("waivers.max-days", false, &mut |to| {
        for (severity, days) in policy.waiver_days.iter().rev() {
            to.one(severity.as_str(), json!(days.value), Some(&days.because));
        }
    });
    table("waivers", false, &mut |to| to.set("warn-days", policy.waiver_warn_days.as_ref(), |days| json!(days)));
    for rule in &policy.own {
        table("rule", true, &mut |to| {
            let because = Some(&rule.because);
            to.one("id", json!(rule.id.as_str()), because);
            to.one("when", json!(rule.when.as_str()), because);
            to.one("message", json!(rule.message), because);
            to.one("level", json!(rule.level.value.map_or("off", Severity::as_str)), Some(&rule.level.because));
            if rule.unknown.is_some_and(|unknown| unknown != rule.level.value) {
                to.one("unknown", json!(rule.unknown.flatten().map_or("off", Severity::as_str)), because);
            }
            if !rule.why.is_empty() {
                to.one("why", json!(rule.why), because);
            }
            if !rule.help.is_empty() {
                to.one("help", json!(rule.help), because);
            }
        });
    }
    for waiver in &policy.waivers {
        table("waiver", true, &mut |to| {
            let because = Some(&waiver.because);
            to.one("rule", json!(waiver.rule.as_str()), because);
            let optional = [
                ("component", waiver.component.as_ref().map(|pattern| pattern.to_string())),
                ("project", waiver.project.as_ref().map(|glob| glob.to_string())),
                ("license", waiver.license.as_ref().map(|license| license.to_string())),
                ("advisory", waiver.advisory.as_ref().map(|id| id.to_string())),
            ];
            for (name, value) in optional {
                if let Some(value) = value {
                    to.one(name, json!(value), because);
                }
            }
            to.one("reason", json!(waiver.reason.name), because);
            to.one("justification", json!(waiver.justification), because);
            to.one("approved-by", json!(waiver.approved_by.as_str()), because);
            to.date("expires", waiver.expires, &waiver.because);
            if let Some(ticket) = &waiver.ticket {
                to.one("ticket", json!(ticket.as_str()), because);
            }
        });
    }
    for usage in &policy.usages {
        table("usage", true, &mut |to| {
            let because = Some(&usage.because);
            to.one("component", json!(usage.component.as_str()), because);
            to.one("linkage", json!(usage.linkage.as_str()), because);
            to.one("because", json!(usage.known_by), because);
        });
    }
    for note in &policy.modified {
        table("modified", true, &mut |to| {
            let because = Some(&note.because);
            to.one("component", json!(note.component.as_str()), because);
            to.one("because", json!(note.what), because);
            to.one("by", json!(note.by.as_str()), because);
        });
    }
    for entry in &policy.denied {
        table("deny", true, &mut |to| {
            let denial = entry.denial();
            let because = Some(&denial.because);
            to.one("component", json!(entry.component.as_str()), because);
            if let Some(versions) = &denial.versions {
                to.one("versions", json!(versions.as_str()), because);
            }
            to.one("reason", json!(denial.reason), because);
            if let Some(instead) = &denial.instead {
                to.one("instead", json!(instead), because);
            }
        });
    }
    for entry in &policy.namespaces {
        table("namespace", true, &mut |to| {
            let because = Some(&entry.namespace.because);
            to.one("component", json!(entry.component.as_str()), because);
            let from: Vec<String> = entry.namespace.from.iter().map(source).collect();
            to.one("from", json!(from), because);
        });
    }
    for entry in &policy.approvals {
        table("approval", true, &mut |to| {
            let because = Some(&entry.approval.because);
            to.one("component", json!(entry.component.as_str()), because);
            to.one("by", json!(entry.approval.by.as_str()), because);
            to.date("date", entry.approval.date, &entry.approval.because);
            to.one("reason", json!(entry.approval.reason), because);
        });
    }
    for curation in &policy.curations {
        table("curation", true, &mut |to| {
            let because = Some(&curation.because);
            to.one("component", json!(curation.component.as_str()), because);
            if let Some(declared) = &curation.declared {
                to.one("declared", json!(declared.as_str()), because);
            }
            if let Some(digest) = &curation.text_sha256 {
                to.one("text-sha256", json!(digest.as_str()), because);
            }
            to.one("concluded", json!(curation.claim.expression.as_deref().unwrap_or_default()), because);
            to.one("because", json!(curation.known_by), because);
            to.one("by", json!(curation.by.as_str()), because);
        });
    }
    Shown { tables }
}

/// An entry of `[sources] allow` as it can be written.
fn source(pattern: &SourcePattern) -> String {
    match pattern {
        SourcePattern::DefaultRegistry => "default-registry".to_owned(),
        SourcePattern::Path => "path".to_owned(),
        SourcePattern::AnyGit => "git".to_owned(),
        SourcePattern::AnyArchive => "archive".to_owned(),
        SourcePattern::Url { scheme, rest, open } => {
            let scheme = scheme.as_ref().map(|scheme| format!("{scheme}://")).unwrap_or_default();
            format!("{scheme}{rest}{}", if *open { "*" } else { "" })
        }
    }
}

/// A key of TOML: bare where it may be.
fn key(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { quoted(name) }
}

/// A basic string of TOML. What a terminal could take for an order, and what turns the direction of writing, is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c as u32, 0x200e | 0x200f | 0x202a..=0x202e | 0x2066..=0x2069) => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A value in one line of TOML.
pub(super) fn inline(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        Json::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Json::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(name, value)| format!("{} = {}", key(name), inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

impl Shown {
    /// As a policy file that says all of it and starts from nothing, with where each value comes from behind it.
    pub fn toml(&self, policy: &Policy) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "# {}", policy.name.escape_debug());
        let _ = writeln!(text, "# sha256:{}", policy.digest);
        let _ = writeln!(text, "extends = []");
        for table in &self.tables {
            if !table.name.is_empty() {
                let (open, close) = if table.repeated { ("[[", "]]") } else { ("[", "]") };
                let _ = writeln!(text, "\n{open}{}{close}", table.name);
            }
            let lines: Vec<(String, Option<String>)> = table
                .values
                .iter()
                .flat_map(|value| {
                    let single = |shown: String| vec![(shown, value.from.first().map(Origin::as_text))];
                    match &value.value {
                        Json::Array(items) if value.form == Form::Entries => {
                            let mut lines = vec![(format!("{} = [", value.key), None)];
                            let entries = items.iter().zip(&value.from);
                            lines.extend(
                                entries.map(|(item, from)| (format!("  {},", inline(item)), Some(from.as_text()))),
                            );
                            lines.push(("]".to_owned(), None));
                            lines
                        }
                        Json::String(date) if value.form == Form::Date => single(format!("{} = {date}", value.key)),
                        other => single(format!("{} = {}", value.key, inline(other))),
                    }
                })
                .collect();
            let widest =
                lines.iter().map(|(line, _)| line.chars().count()).filter(|width| *width <= 60).max().unwrap_or(0);
            for (line, from) in lines {
                match from {
                    Some(from) => {
                        let gap = widest.saturating_sub(line.chars().count());
                        let _ = writeln!(text, "{line}{:gap$}  # {}", "", from.escape_debug());
                    }
                    None => {
                        let _ = writeln!(text, "{line}");
                    }
                }
            }
        }
        text
    }

    /// As JSON: each value with its key, table, file and line.
    pub fn json(&self, policy: &Policy) -> Json {
        let place = |origin: &Origin| match origin.line {
            Some(line) => json!({ "file": origin.file, "line": line }),
            None => json!({ "file": origin.file }),
        };
        let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        let mut values = Vec::new();
        for table in &self.tables {
            let mut entry_of = None;
            if table.repeated {
                let count = counts.entry(&table.name).or_default();
                entry_of = Some(*count);
                *count += 1;
            }
            for value in &table.values {
                let mut entry = json!({
                    "table": table.name,
                    "key": value.key.trim_matches('"'),
                    "value": value.value,
                    "from": value.from.iter().map(place).collect::<Vec<_>>(),
                });
                if let Some(index) = entry_of {
                    entry["index"] = json!(index);
                }
                values.push(entry);
            }
        }
        let files: Vec<Json> = policy
            .files
            .iter()
            .map(|file| {
                let name = file.builtin.map_or_else(|| file.path.to_string(), |name| format!("builtin:{name}"));
                json!({ "file": name, "sha256": file.sha256 })
            })
            .collect();
        json!({
            "schema": "sepal-policy/1",
            "policy": policy.name,
            "digest": policy.digest,
            "files": files,
            "values": values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;
    use crate::policy::BUILTIN;
    use crate::text::Source;

    const ALL: &str = "[project]\nlicense = \"MIT\"\nfirst-party = [\"pkg:npm/@acme/*\"]\ncontact.license = \"a\\u202Eb\"\n\
        [licenses]\nprefer = [\"ISC\"]\ndeny = [\"MPL-2.0\"]\ndetect = \"always\"\nunlisted = \"deny\"\n\
        [rules]\n\"deps/unpinned\" = { level = \"error\", scopes = [\"build\"] }\n\"legal/contact-missing\" = \"off\"\n\
        [sources]\nallow = [\"path\", \"https://git.example.org/acme/*\"]\n[scan]\nexclude = [\"a/**\"]\n\
        [completeness]\naccept-unknown = [\"github\"]\n[notice]\ninclude = [\"peer\"]\n[gate]\nwarn-until = 2027-01-01\n\
        [waivers]\nmax-days = { error = 90 }\nwarn-days = 3\n\
        [[rule]]\nid = \"acme/x\"\nwhen = \"component.direct\"\nmessage = \"m\"\nunknown = \"off\"\nhelp = [\"a\", \"b\"]\n\
        [[waiver]]\nrule = \"deps/unpinned\"\nproject = \"web\"\nreason = \"build-only\"\njustification = \"x\"\n\
        approved-by = \"y\"\nexpires = 2027-01-01\n\
        [[usage]]\ncomponent = \"pkg:npm/a\"\nlinkage = \"data\"\nbecause = \"b\"\n\
        [[modified]]\ncomponent = \"pkg:npm/a\"\nbecause = \"b\"\nby = \"c\"\n\
        [[curation]]\ncomponent = \"pkg:npm/a\"\nconcluded = \"MIT\"\nbecause = \"b\"\nby = \"c\"\n";

    fn read(text: &str) -> Policy {
        let source = Source::from_text(RepoPath::new("sepal.toml"), text.to_owned()).unwrap();
        Policy::read(&source, &|_| None).unwrap()
    }

    /// All values, without where they come from.
    fn values(policy: &Policy) -> Vec<(String, String, Json)> {
        let tables = show(policy).tables.into_iter();
        let of = |table: ShownTable| {
            let name = table.name;
            table.values.into_iter().map(move |value| (name.clone(), value.key, value.value)).collect::<Vec<_>>()
        };
        tables.flat_map(of).collect()
    }

    #[test]
    fn what_is_shown_is_a_policy_that_says_the_same() {
        let shipped = BUILTIN.iter().map(|(_, text)| *text);
        for text in shipped.chain([ALL, ""]) {
            let policy = read(text);
            let shown = show(&policy).toml(&policy);
            assert!(!shown.contains('\u{202e}'), "{shown}");
            let again = read(&shown);
            assert_eq!(values(&policy), values(&again), "{shown}");
            assert_eq!(policy.settings.contacts, again.settings.contacts);
            assert_eq!(policy.licenses.lists, again.licenses.lists);
        }
    }

    #[test]
    fn every_value_says_where_it_comes_from() {
        let policy = read(ALL);
        let text = show(&policy).toml(&policy);
        let line = |start: &str| text.lines().find(|line| line.trim().starts_with(start)).unwrap_or("none").to_owned();
        assert!(line("fail-on").ends_with("# builtin:baseline:8"), "{text}");
        assert!(line("license = ").ends_with("# sepal.toml:2"), "{text}");
        assert!(line("\"ISC\"").ends_with("# sepal.toml:6"), "{text}");
        assert!(line("\"class:permissive\"").contains("# builtin:baseline:"), "{text}");
        assert!(line("\"legal/contact-missing\"").ends_with("# sepal.toml:12"), "{text}");
        assert!(line("scopes = [\"build\"]").ends_with("# sepal.toml:11"), "{text}");
        assert!(line("\"legal/notices-incomplete\"").ends_with("# default"), "{text}");
        let json = show(&policy).json(&policy);
        assert_eq!(json["files"][1]["file"], "builtin:baseline");
        let values = json["values"].as_array().unwrap();
        assert!(values.iter().all(|value| !value["from"].as_array().unwrap().is_empty()));
    }
}
