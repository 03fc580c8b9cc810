//! One policy file as it stands, before it is laid over what it extends.

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::license::{self, Linkage, Selector};
use crate::model::{Because, Date, LicenseClaim, LicenseSource, Reading, RepoPath, Scope, Severity, SeverityLevel};
use crate::rule::{Approval, Check, Denial, Distribution, Namespace, ParamKind, Rule, SourcePattern, Value};
use crate::text::{Kind, Node, Source, toml};

use super::decision::{
    ApprovalEntry, Curation, DenyEntry, ModifiedNote, NamespaceEntry, REASONS, UsageNote, Waiver, read_versions,
};
use super::git_pin::GitPin;
use super::inherit::{self, Loosen};
use super::key::keys_of;
use super::own::{self, OwnRule};
use super::pattern::{Glob, PurlPattern};
use super::pin::Pin;
use super::problem::{PolicyProblem, choose_from};
use super::reader::{Reader, Set};

/// A policy that another one starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// Shipped with the program.
    Builtin(&'static str),
    /// A file of the tree.
    File(RepoPath),
    /// A file of the web, of which it is known what is in it.
    Pinned(Pin),
}

/// Lists of licenses of one table, each entry with its line.
#[derive(Clone, Debug, Default)]
pub(super) struct ListLayer {
    pub allow: Vec<(Selector, Because)>,
    pub review: Vec<(Selector, Because)>,
    pub deny: Vec<(Selector, Because)>,
}

/// What a file says about one rule.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleLayer {
    /// `None` inside: off.
    pub level: Option<Set<Option<Severity>>>,
    pub params: Vec<(&'static str, Value, Because)>,
}

/// One file.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    /// `None`: the file does not say.
    pub extends: Option<Vec<(Base, crate::model::Location)>>,
    /// Whether rules that nothing names are off, if this is the policy that is used.
    pub only_named: Option<Set<bool>>,
    /// What of it may be loosened.
    pub loosen: Loosen,
    pub fail_on: Option<Set<Severity>>,
    pub license: Option<Set<CompactString>>,
    pub distribution: Option<Set<Distribution>>,
    pub first_party: Vec<Set<PurlPattern>>,
    pub contacts: BTreeMap<CompactString, String>,
    pub prefer: Vec<(Selector, Because)>,
    pub lists: ListLayer,
    pub by_distribution: BTreeMap<Distribution, ListLayer>,
    /// Whether all license texts are read.
    pub all_texts: Option<Set<bool>>,
    /// Whether unlisted licenses are denied.
    pub deny_unlisted: Option<Set<bool>>,
    pub rules: BTreeMap<&'static str, RuleLayer>,
    pub sources: Option<Vec<(SourcePattern, Because)>>,
    pub exclude: Vec<Set<String>>,
    /// VEX documents, as paths of the tree.
    pub vex: Vec<Set<RepoPath>>,
    /// `None`: the file does not say.
    pub targets: Option<Vec<Set<CompactString>>>,
    pub require_complete: Option<Set<bool>>,
    pub require_advisories: Option<Set<bool>>,
    /// Purl types of which it is accepted that completeness cannot be told.
    pub accept_unknown: Option<Vec<String>>,
    pub notice_file: Option<Set<RepoPath>>,
    /// `None`: the file does not say.
    pub notice_include: Option<Vec<Scope>>,
    pub lifecycle: Option<Set<RepoPath>>,
    pub warn_until: Option<Set<Date>>,
    pub waiver_days: BTreeMap<Severity, Set<u32>>,
    pub waiver_warn_days: Option<Set<u32>>,
    pub waivers: Vec<Waiver>,
    pub curations: Vec<Curation>,
    pub usages: Vec<UsageNote>,
    pub modified: Vec<ModifiedNote>,
    /// Rules of one's own.
    pub own: Vec<OwnRule>,
    /// Levels of rules that are not shipped.
    pub own_levels: BTreeMap<CompactString, Set<Option<Severity>>>,
    /// Where rules are named that are not shipped: whether there are any is known when all files are read.
    pub named: Vec<(CompactString, crate::model::Location)>,
    /// The lines of values that do not carry their own, by the path of the key.
    pub origins: Vec<(String, Because)>,
    pub denied: Vec<DenyEntry>,
    pub approvals: Vec<ApprovalEntry>,
    pub namespaces: Vec<NamespaceEntry>,
}

pub(super) const LEVELS: [&str; 4] = ["off", "note", "warning", "error"];

pub(super) fn level(word: &str) -> Option<Option<Severity>> {
    match word {
        "off" => Some(None),
        "note" => Some(Some(Severity::Note)),
        "warning" => Some(Some(Severity::Warning)),
        "error" => Some(Some(Severity::Error)),
        _ => None,
    }
}

/// What a file extends, without looking at the rest of it: so that the files can be brought before it is read.
pub(super) fn bases(source: &Source) -> Vec<Base> {
    let Ok(document) = toml::parse(source) else { return Vec::new() };
    let mut reader = Reader::new(source);
    let extends = document.root().get("extends");
    extends.map(|node| read_extends(&mut reader, node)).unwrap_or_default().into_iter().map(|(base, _)| base).collect()
}

/// Reads a file.
pub(super) fn read(source: &Source) -> (Layer, Vec<PolicyProblem>) {
    let mut reader = Reader::new(source);
    let mut layer = Layer::default();
    let document = match toml::parse(source) {
        Ok(document) => document,
        Err(error) => {
            let location = crate::model::Location::at(source.path(), source.mark(error.span));
            return (layer, vec![PolicyProblem { location, message: error.message, help: None }]);
        }
    };
    for (name, node) in reader.table(document.root(), "", "") {
        match name {
            "extends" => layer.extends = Some(read_extends(&mut reader, node)),
            "only-named" => {
                layer.only_named =
                    reader.boolean(node, name).map(|only| reader.set(node, only, format!("only-named = {only}")));
            }
            "fail-on" => {
                let severity = reader.word(node, name, &["error", "warning"], |word| match word {
                    "error" => Some(Severity::Error),
                    "warning" => Some(Severity::Warning),
                    _ => None,
                });
                layer.fail_on =
                    severity.map(|severity| reader.set(node, severity, format!("fail-on = \"{}\"", severity.as_str())));
            }
            "inherit" => read_inherit(&mut reader, node, &mut layer),
            "project" => read_project(&mut reader, node, &mut layer),
            "licenses" => read_licenses(&mut reader, node, &mut layer),
            "rules" => read_rules(&mut reader, node, &mut layer),
            "sources" => {
                for (name, node) in reader.table(node, "sources", "[sources]") {
                    let expects = expects("sources", name);
                    let entries = reader.parsed(node, name, expects, SourcePattern::parse);
                    let entries = entries.into_iter().map(|(item, pattern)| {
                        (pattern, reader.because(item, "[sources] allow lists where components may come from"))
                    });
                    layer.sources = Some(entries.collect());
                }
            }
            "scan" => {
                for (name, node) in reader.table(node, "scan", "[scan]") {
                    if name == "targets" {
                        let targets = reader.parsed(node, name, expects("scan", name), |text| {
                            crate::ecosystem::read_target(text).map(|()| CompactString::from(text))
                        });
                        let because = |text: &CompactString| format!("[scan] targets has {text}");
                        let targets = targets.into_iter().map(|(item, text)| {
                            let because = because(&text);
                            reader.set(item, text, because)
                        });
                        layer.targets = Some(targets.collect());
                        continue;
                    }
                    let globs = reader.parsed(node, name, expects("scan", name), |text| {
                        globset::Glob::new(text).map(|_| text.to_owned()).map_err(|error| error.kind().to_string())
                    });
                    layer.exclude = globs
                        .into_iter()
                        .map(|(item, glob)| reader.set(item, glob.clone(), format!("[scan] exclude has {glob}")))
                        .collect();
                }
            }
            "vex" => {
                for (name, node) in reader.table(node, "vex", "[vex]") {
                    let directory = source.path().parent();
                    let paths = reader.parsed(node, name, expects("vex", name), |text| {
                        directory.join(text).ok_or("a path below the directory of this file is needed")
                    });
                    let set = |(item, path): (_, RepoPath)| {
                        reader.set(item, path.clone(), format!("[vex] documents has {path}"))
                    };
                    layer.vex.extend(paths.into_iter().map(set));
                }
            }
            "completeness" => {
                for (name, node) in reader.table(node, "completeness", "[completeness]") {
                    if name == "advisories" {
                        layer.require_advisories = reader
                            .boolean(node, name)
                            .map(|require| reader.set(node, require, format!("[completeness] advisories = {require}")));
                    } else if name == "accept-unknown" {
                        let types = reader.parsed(node, name, expects("completeness", name), |text| {
                            let known =
                                crate::ecosystem::by_purl_type(text).is_some() || text == crate::resolve::DOCUMENT;
                            if known { Ok(text.to_owned()) } else { Err(unknown_ecosystem(text)) }
                        });
                        layer.accept_unknown = Some(types.into_iter().map(|(_, purl_type)| purl_type).collect());
                        let because = reader.because(node, "[completeness] accept-unknown lists ecosystems");
                        layer.origins.push(("completeness.accept-unknown".to_owned(), because));
                    } else {
                        layer.require_complete = reader
                            .boolean(node, name)
                            .map(|require| reader.set(node, require, format!("[completeness] require = {require}")));
                    }
                }
            }
            "notice" => read_notice(&mut reader, node, &mut layer),
            "lifecycle" => {
                for (name, node) in reader.table(node, "lifecycle", "[lifecycle]") {
                    let Some(text) = reader.text(node, name, expects("lifecycle", name)) else { continue };
                    match RepoPath::root().join(text).filter(|path| !path.as_str().is_empty()) {
                        Some(path) => {
                            layer.lifecycle = Some(reader.set(node, path, format!("[lifecycle] file = \"{text}\"")));
                        }
                        None => {
                            let help = "name a path with `/`, inside the scanned tree".to_owned();
                            reader.problem(node, format!("`{text}` is not a path inside the scanned tree"), Some(help));
                        }
                    }
                }
            }
            "gate" => {
                for (name, node) in reader.table(node, "gate", "[gate]") {
                    layer.warn_until = read_date(&mut reader, node, name)
                        .map(|date| reader.set(node, date, format!("[gate] warn-until = {date}")));
                }
            }
            "waivers" => read_waivers(&mut reader, node, &mut layer),
            "waiver" => {
                for table in tables(&mut reader, node, name) {
                    layer.waivers.extend(read_waiver(&mut reader, table, &mut layer.named));
                }
            }
            "rule" => {
                for table in tables(&mut reader, node, name) {
                    own::read(&mut reader, table, &mut layer.own);
                }
            }
            "usage" => {
                for table in tables(&mut reader, node, name) {
                    layer.usages.extend(read_usage(&mut reader, table));
                }
            }
            "modified" => {
                for table in tables(&mut reader, node, name) {
                    layer.modified.extend(read_modified(&mut reader, table));
                }
            }
            "deny" => {
                for table in tables(&mut reader, node, name) {
                    layer.denied.extend(read_deny(&mut reader, table));
                }
            }
            "namespace" => {
                for table in tables(&mut reader, node, name) {
                    layer.namespaces.extend(read_namespace(&mut reader, table));
                }
            }
            "approval" => {
                for table in tables(&mut reader, node, name) {
                    layer.approvals.extend(read_approval(&mut reader, table));
                }
            }
            "curation" => {
                for table in tables(&mut reader, node, name) {
                    layer.curations.extend(read_curation(&mut reader, table));
                }
            }
            _ => {}
        }
    }
    (layer, reader.problems)
}

fn read_notice(reader: &mut Reader<'_>, node: Node<'_>, layer: &mut Layer) {
    for (name, node) in reader.table(node, "notice", "[notice]") {
        let wants = expects("notice", name);
        if name == "file" {
            let Some(text) = reader.text(node, name, wants) else { continue };
            match RepoPath::root().join(text).filter(|path| !path.as_str().is_empty()) {
                Some(path) => {
                    layer.notice_file = Some(reader.set(node, path, format!("[notice] file = \"{text}\"")));
                }
                None => {
                    let help = "name a path with `/`, inside the scanned tree".to_owned();
                    reader.problem(node, format!("`{text}` is not a path inside the scanned tree"), Some(help));
                }
            }
        } else {
            let scopes = reader.parsed(node, name, wants, |text| {
                let known = Scope::ALL.into_iter().find(|scope| scope.as_str() == text);
                known.ok_or_else(|| format!("there is no scope `{text}`"))
            });
            layer.notice_include = Some(scopes.into_iter().map(|(_, scope)| scope).collect());
            layer.origins.push(("notice.include".to_owned(), reader.because(node, "[notice] include lists scopes")));
        }
    }
}

pub(super) fn expects(table: &str, name: &str) -> &'static str {
    keys_of(table).find(|key| key.name == name).map_or("another value", |key| key.expects)
}

fn tables<'d>(reader: &mut Reader<'_>, node: Node<'d>, name: &str) -> Vec<Node<'d>> {
    if node.kind() == Kind::Sequence {
        return node.items().collect();
    }
    reader.problem(node, format!("`{name}` is not a list of tables"), Some(format!("write [[{name}]], once for each")));
    Vec::new()
}

fn read_extends(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<(Base, crate::model::Location)> {
    let wants = expects("", "extends");
    let items: Vec<Node<'_>> = match node.kind() {
        Kind::Sequence => node.items().collect(),
        _ => vec![node],
    };
    let mut bases = Vec::new();
    for item in items {
        if item.kind() == Kind::Mapping {
            if let Some(pin) = super::pin::read(reader, item) {
                bases.push((Base::Pinned(pin), reader.location(item)));
            }
            continue;
        }
        let Some(text) = reader.text(item, "extends", wants) else { continue };
        let base = if let Some(name) = text.strip_prefix("builtin:") {
            let known: Vec<&str> = super::BUILTIN.iter().map(|(name, _)| *name).collect();
            match known.iter().find(|known| **known == name) {
                Some(name) => Base::Builtin(name),
                None => {
                    let help = choose_from(name, &known);
                    reader.problem(item, format!("there is no built-in policy `{name}`"), Some(help));
                    continue;
                }
            }
        } else if text.contains("://") {
            let help = format!("say what is in it: {{ url = \"{}\", sha256 = \"…\" }}", text.escape_debug());
            reader.problem(item, "a policy of the web has no digest", Some(help));
            continue;
        } else if let Some(here) = GitPin::of(reader.source.path()) {
            match here.beside(text) {
                Some(pin) => Base::Pinned(Pin::Git(pin)),
                None => {
                    let help = "name a path relative to this file, with `/`, inside its repository".to_owned();
                    reader.problem(item, format!("`{text}` is not a path inside this repository"), Some(help));
                    continue;
                }
            }
        } else {
            match reader.source.path().parent().join(text) {
                Some(path) => Base::File(path),
                None => {
                    let help = "name a path relative to this file, with `/`, inside the scanned tree".to_owned();
                    reader.problem(item, format!("`{text}` is not a path inside the scanned tree"), Some(help));
                    continue;
                }
            }
        };
        bases.push((base, reader.location(item)));
    }
    bases
}

fn read_inherit(reader: &mut Reader<'_>, node: Node<'_>, layer: &mut Layer) {
    for (name, node) in reader.table(node, "inherit", "[inherit]") {
        layer.loosen = match node.boolean() {
            Some(true) => Loosen::All,
            Some(false) => Loosen::Nothing,
            None => {
                let entries = reader.parsed(node, name, expects("inherit", name), inherit::entry);
                Loosen::These(entries.into_iter().map(|(_, pattern)| pattern).collect())
            }
        };
    }
}

fn read_project(reader: &mut Reader<'_>, node: Node<'_>, layer: &mut Layer) {
    for (name, node) in reader.table(node, "project", "[project]") {
        let wants = expects("project", name);
        match name {
            "license" => {
                if let Some(expression) = read_expression(reader, node, name) {
                    let text = format!("license = \"{expression}\"");
                    layer.license = Some(reader.set(node, expression, text));
                }
            }
            "distribution" => {
                let words = Distribution::ALL.map(Distribution::as_str);
                layer.distribution = reader.word(node, name, &words, Distribution::from_name).map(|distribution| {
                    reader.set(node, distribution, format!("distribution = \"{}\"", distribution.as_str()))
                });
            }
            "first-party" => {
                let patterns = reader.parsed(node, name, wants, PurlPattern::parse);
                layer.first_party = patterns
                    .into_iter()
                    .map(|(item, pattern)| {
                        let text = format!("{pattern} is first party");
                        reader.set(item, pattern, text)
                    })
                    .collect();
            }
            "contact" if node.kind() == Kind::Mapping => {
                for (key, value) in node.entries() {
                    if let (Some(subject), Some(contact)) = (key.scalar(), reader.text(value, "contact", "an address"))
                    {
                        layer.contacts.insert(subject.into(), contact.to_owned());
                        let because = reader.because(value, format!("contact.{subject} = \"{contact}\""));
                        layer.origins.push((format!("project.contact.{subject}"), because));
                    }
                }
            }
            "contact" => {
                let help = "write contact.license = \"…\"".to_owned();
                reader.problem(node, "`contact` has no subject", Some(help));
            }
            _ => {}
        }
    }
}

/// A valid SPDX expression in canonical form.
fn read_expression(reader: &mut Reader<'_>, node: Node<'_>, name: &str) -> Option<CompactString> {
    let text = reader.text(node, name, "an SPDX expression")?;
    let read = license::read(text);
    match (read.reading, read.expression) {
        (Reading::Strict | Reading::Canonical, Some(expression)) => Some(expression.as_str().into()),
        (_, Some(expression)) => {
            let help = format!("did you mean `{expression}`?");
            reader.problem(node, format!("`{text}` is not an SPDX license expression"), Some(help));
            None
        }
        (Reading::Unmapped(why), None) => {
            reader.problem(node, format!("`{text}` is not an SPDX license expression"), Some(why.into()));
            None
        }
        (_, None) => None,
    }
}

fn read_licenses(reader: &mut Reader<'_>, node: Node<'_>, layer: &mut Layer) {
    let mut lists = Vec::new();
    for (name, node) in reader.table(node, "licenses", "[licenses]") {
        match name {
            "prefer" => {
                let entries = reader.parsed(node, name, expects("licenses", name), Selector::parse);
                layer.prefer = entries
                    .into_iter()
                    .map(|(item, selector)| {
                        let because = reader.because(item, format!("{} is preferred", shown(&selector)));
                        (selector, because)
                    })
                    .collect();
            }
            "unlisted" => {
                let deny = reader.word(node, name, &["review", "deny"], |word| match word {
                    "review" => Some(false),
                    "deny" => Some(true),
                    _ => None,
                });
                layer.deny_unlisted = deny.map(|deny| reader.set(node, deny, "licenses that no list names are denied"));
            }
            "detect" => {
                let all = reader.word(node, name, &["missing", "always"], |word| match word {
                    "missing" => Some(false),
                    "always" => Some(true),
                    _ => None,
                });
                layer.all_texts = all.map(|all| reader.set(node, all, "[licenses] detect says whose texts are read"));
            }
            "distribution" => {
                if node.kind() != Kind::Mapping {
                    let help = "write [licenses.distribution.binary] or another kind".to_owned();
                    reader.problem(node, "`distribution` is not a table of tables", Some(help));
                    continue;
                }
                for (key, table) in node.entries() {
                    let word = key.scalar().unwrap_or_default();
                    let Some(distribution) = Distribution::from_name(word) else {
                        let help = choose_from(word, &Distribution::ALL.map(Distribution::as_str));
                        reader.problem(key, format!("`{word}` is not a kind of distribution"), Some(help));
                        continue;
                    };
                    let shown = format!("[licenses.distribution.{word}]");
                    let keys = reader.table(table, "licenses.distribution.*", &shown);
                    let when = format!(" when distribution = \"{word}\"");
                    layer.by_distribution.insert(distribution, read_lists(reader, &keys, &when));
                }
            }
            _ => lists.push((name, node)),
        }
    }
    layer.lists = read_lists(reader, &lists, "");
}

/// A selector for a sentence.
fn shown(selector: &Selector) -> String {
    match selector {
        Selector::Class(class) => format!("class {class}"),
        Selector::Term(term) => term.to_string(),
    }
}

fn read_lists(reader: &mut Reader<'_>, keys: &[(&'static str, Node<'_>)], when: &str) -> ListLayer {
    let mut lists = ListLayer::default();
    let mut seen: BTreeMap<Selector, &'static str> = BTreeMap::new();
    for (name, node) in keys {
        let verb = match *name {
            "allow" => "is allowed",
            "review" => "needs review",
            _ => "is denied",
        };
        let mut entries = Vec::new();
        for (item, selector) in reader.parsed(*node, name, expects("licenses", name), Selector::parse) {
            if let Some(other) = seen.insert(selector.clone(), name) {
                let message = match other == *name {
                    true => format!("{} stands twice in `{name}`", shown(&selector)),
                    false => format!("{} stands both in `{other}` and in `{name}`", shown(&selector)),
                };
                reader.problem(item, message, Some("keep one of them".to_owned()));
                continue;
            }
            let because = reader.because(item, format!("{} {verb}{when}", shown(&selector)));
            entries.push((selector, because));
        }
        match *name {
            "allow" => lists.allow = entries,
            "review" => lists.review = entries,
            _ => lists.deny = entries,
        }
    }
    lists
}

fn read_rules(reader: &mut Reader<'_>, node: Node<'_>, layer: &mut Layer) {
    if node.kind() != Kind::Mapping {
        reader.problem(node, "`rules` is not a table", Some("write [rules] and \"group/name\" = \"level\"".to_owned()));
        return;
    }
    for (key, value) in node.entries() {
        let id = key.scalar().unwrap_or_default();
        if own::is_own(id) {
            layer.named.push((id.into(), reader.location(key)));
            if let Some(level) = reader.word(value, id, &LEVELS, level) {
                let text = format!("{id} is set to {}", level.map_or("off", Severity::as_str));
                layer.own_levels.insert(id.into(), reader.set(value, level, text));
            }
            continue;
        }
        let Some(rule) = reader.rule(key, id) else { continue };
        let mut said = RuleLayer::default();
        if value.kind() == Kind::Mapping {
            for (name, node) in value.entries() {
                match name.scalar().unwrap_or_default() {
                    "level" => said.level = read_level(reader, node, rule),
                    param => read_param(reader, rule, name, param, node, &mut said),
                }
            }
        } else {
            said.level = read_level(reader, value, rule);
        }
        for (name, _, because) in &said.params {
            layer.origins.push((format!("rules.{}.{name}", rule.id), because.clone()));
        }
        layer.rules.insert(rule.id, said);
    }
}

fn read_level(reader: &mut Reader<'_>, node: Node<'_>, rule: &Rule) -> Option<Set<Option<Severity>>> {
    let level = reader.word(node, rule.id, &LEVELS, level)?;
    let word = level.map_or("off", Severity::as_str);
    Some(reader.set(node, level, format!("{} is set to {word}", rule.id)))
}

fn read_param(
    reader: &mut Reader<'_>,
    rule: &'static Rule,
    key: Node<'_>,
    name: &str,
    node: Node<'_>,
    said: &mut RuleLayer,
) {
    let Some(param) = rule.param(name) else {
        let names: Vec<&str> = std::iter::once("level").chain(rule.params.iter().map(|param| param.name)).collect();
        reader.problem(key, format!("`{name}` is not a parameter of {}", rule.id), Some(choose_from(name, &names)));
        return;
    };
    let expects = param.kind.expects();
    let value = match param.kind {
        ParamKind::Boolean(_) => reader.boolean(node, name).map(Value::Boolean),
        ParamKind::Number { most, .. } => {
            let number = (node.kind() == Kind::Number).then(|| node.scalar().unwrap_or_default().parse::<u32>().ok());
            match number.flatten().filter(|number| *number <= most) {
                Some(number) => Some(Value::Number(number)),
                None => {
                    reader.problem(node, format!("`{name}` is not {expects}"), None);
                    None
                }
            }
        }
        ParamKind::Level(_) => {
            let words: Vec<&'static str> = SeverityLevel::ALL[1..].iter().map(|level| level.as_str()).collect();
            reader
                .word(node, name, &words, |word| {
                    SeverityLevel::ALL[1..].iter().copied().find(|level| level.as_str() == word)
                })
                .map(Value::Level)
        }
        ParamKind::Scopes(_) => {
            let scopes = reader.parsed(node, name, &expects, |text| {
                Scope::ALL
                    .into_iter()
                    .find(|scope| scope.as_str() == text)
                    .ok_or_else(|| format!("`{text}` is not a scope"))
            });
            Some(Value::Scopes(scopes.into_iter().map(|(_, scope)| scope).collect()))
        }
        ParamKind::Choice { of, .. } => {
            reader.word(node, name, of, |word| of.iter().copied().find(|known| *known == word)).map(Value::Choice)
        }
        ParamKind::Ecosystems(_) => {
            let kinds = reader.parsed(node, name, &expects, |text| {
                let valid = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
                if valid { Ok(CompactString::from(text)) } else { Err(format!("`{text}` is not a package type")) }
            });
            Some(Value::Ecosystems(kinds.into_iter().map(|(_, kind)| kind).collect()))
        }
    };
    if let Some(value) = value {
        let because = reader.because(node, format!("{} of {} is set", param.name, rule.id));
        said.params.push((param.name, value, because));
    }
}

fn read_pattern(reader: &mut Reader<'_>, node: Node<'_>, name: &str) -> Option<PurlPattern> {
    let wants = expects("waiver", "component");
    let text = reader.text(node, name, wants)?;
    match PurlPattern::parse(text) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            reader.problem(
                node,
                format!("`{text}` is not a package URL pattern: {error}"),
                Some(format!("write {wants}")),
            );
            None
        }
    }
}

fn read_date(reader: &mut Reader<'_>, node: Node<'_>, name: &str) -> Option<Date> {
    let wants = expects("waiver", "expires");
    if !matches!(node.kind(), Kind::Date | Kind::String) {
        reader.problem(node, format!("`{name}` is not a date"), Some(format!("write {wants}")));
        return None;
    }
    let text = node.scalar().unwrap_or_default();
    match text.parse::<Date>() {
        Ok(date) => Some(date),
        Err(error) => {
            reader.problem(node, format!("`{text}` is {error}"), Some(format!("write {wants}")));
            None
        }
    }
}

/// How long waivers may be and when their end is announced.
fn read_waivers(reader: &mut Reader<'_>, node: Node<'_>, layer: &mut Layer) {
    const LONGEST: u32 = 36_500;
    let days = |reader: &mut Reader<'_>, node: Node<'_>, name: &str| -> Option<u32> {
        let number = (node.kind() == Kind::Number).then(|| node.scalar().unwrap_or_default().parse::<u32>().ok());
        let days = number.flatten().filter(|days| *days <= LONGEST);
        if days.is_none() {
            let help = Some(format!("write a number of days from 0 to {LONGEST}"));
            reader.problem(node, format!("`{name}` is not a number of days"), help);
        }
        days
    };
    for (name, node) in reader.table(node, "waivers", "[waivers]") {
        if name == "warn-days" {
            layer.waiver_warn_days =
                days(reader, node, name).map(|days| reader.set(node, days, format!("[waivers] warn-days = {days}")));
        } else if node.kind() == Kind::Mapping {
            for (level, node) in reader.table(node, "waivers.max-days", "[waivers] max-days") {
                let severity = [Severity::Error, Severity::Warning, Severity::Note]
                    .into_iter()
                    .find(|known| known.as_str() == level);
                if let (Some(severity), Some(days)) = (severity, days(reader, node, level)) {
                    let text = format!("[waivers] max-days has {level} = {days}");
                    layer.waiver_days.insert(severity, reader.set(node, days, text));
                }
            }
        } else if let Some(days) = days(reader, node, name) {
            for severity in [Severity::Error, Severity::Warning, Severity::Note] {
                let set = reader.set(node, days, format!("[waivers] max-days = {days}"));
                layer.waiver_days.insert(severity, set);
            }
        }
    }
}

fn read_waiver(
    reader: &mut Reader<'_>,
    table: Node<'_>,
    named: &mut Vec<(CompactString, crate::model::Location)>,
) -> Option<Waiver> {
    let keys = reader.table(table, "waiver", "[[waiver]]");
    reader.required(table, "waiver", &keys);
    let (mut rule, mut component, mut project, mut license, mut advisory) = (None, None, None, None, None);
    let (mut reason, mut justification, mut approved_by, mut expires, mut ticket) = (None, None, None, None, None);
    let mut whole = true;
    for (name, node) in &keys {
        let wants = expects("waiver", name);
        let read = match *name {
            "rule" => {
                if let Some(id) = reader.text(*node, name, wants) {
                    if own::is_own(id) {
                        named.push((id.into(), reader.location(*node)));
                        rule = Some(CompactString::from(id));
                    } else if let Some(found) = reader.rule(*node, id) {
                        if matches!(found.check, Check::Decisions(_)) {
                            let help = "renew or remove the decision that it is about".to_owned();
                            reader.problem(*node, format!("{} cannot be waived", found.id), Some(help));
                        } else {
                            rule = Some(found.id.into());
                        }
                    }
                }
                rule.is_some()
            }
            "component" => {
                component = read_pattern(reader, *node, name);
                component.is_some()
            }
            "project" => {
                project = reader.text(*node, name, wants).map(|text| Glob::new(text.trim_end_matches('/')));
                project.is_some()
            }
            "license" => {
                let text = reader.text(*node, name, wants);
                license = text.map(|text| match license::read(text).expression {
                    Some(expression) => CompactString::from(expression.as_str()),
                    None => text.into(),
                });
                license.is_some()
            }
            "advisory" => {
                advisory = reader.text(*node, name, wants).map(CompactString::from);
                advisory.is_some()
            }
            "reason" => {
                let words: Vec<&'static str> = REASONS.iter().map(|reason| reason.name).collect();
                reason = reader.word(*node, name, &words, |word| REASONS.iter().find(|reason| reason.name == word));
                reason.is_some()
            }
            "justification" => {
                justification = reader.text(*node, name, wants).map(str::to_owned);
                justification.is_some()
            }
            "approved-by" => {
                approved_by = reader.text(*node, name, wants).map(CompactString::from);
                approved_by.is_some()
            }
            "expires" => {
                expires = read_date(reader, *node, name);
                expires.is_some()
            }
            "ticket" => {
                ticket = reader.text(*node, name, wants).map(CompactString::from);
                ticket.is_some()
            }
            _ => true,
        };
        whole &= read;
    }
    if !keys.iter().any(|(name, _)| matches!(*name, "component" | "project")) {
        let help = "a waiver names what it is about: add component = \"pkg:…\" or project = \"…\"".to_owned();
        reader.problem(table, "this waiver has neither `component` nor `project`", Some(help));
        return None;
    }
    if !whole {
        return None;
    }
    let (rule, reason) = (rule?, reason?);
    let mut waiver = Waiver {
        rule,
        component,
        project,
        license,
        advisory,
        reason,
        justification: justification?,
        approved_by: approved_by?,
        expires: expires?,
        ticket,
        location: reader.location(table),
        because: reader.because(table, ""),
    };
    waiver.because.text = waiver.label();
    Some(waiver)
}

fn read_curation(reader: &mut Reader<'_>, table: Node<'_>) -> Option<Curation> {
    let keys = reader.table(table, "curation", "[[curation]]");
    reader.required(table, "curation", &keys);
    let (mut component, mut declared, mut claim, mut known_by, mut by) = (None, None, None, None, None);
    let mut text_sha256 = None;
    let mut whole = true;
    for (name, node) in &keys {
        let wants = expects("curation", name);
        let read = match *name {
            "component" => {
                component = read_pattern(reader, *node, name);
                component.is_some()
            }
            "declared" => {
                declared = reader.text(*node, name, wants).map(CompactString::from);
                declared.is_some()
            }
            "text-sha256" => {
                let valid = |text: &&str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                let text = reader.text(*node, name, wants);
                text_sha256 = text.filter(valid).map(|text| CompactString::from(text.to_ascii_lowercase()));
                if text.is_some() && text_sha256.is_none() {
                    let help = "write 64 hexadecimal digits, as `sha256sum` prints them".to_owned();
                    reader.problem(*node, "`text-sha256` is not a SHA-256 digest", Some(help));
                }
                text_sha256.is_some()
            }
            "concluded" => {
                claim = read_expression(reader, *node, name).map(|expression| {
                    let raw: CompactString = node.scalar().unwrap_or_default().into();
                    LicenseClaim {
                        reading: if raw == expression { Reading::Strict } else { Reading::Canonical },
                        raw,
                        expression: Some(expression),
                        source: LicenseSource::Curation,
                        evidence: Some(reader.evidence(*node)),
                    }
                });
                claim.is_some()
            }
            "because" => {
                known_by = reader.text(*node, name, wants).map(str::to_owned);
                known_by.is_some()
            }
            "by" => {
                by = reader.text(*node, name, wants).map(CompactString::from);
                by.is_some()
            }
            _ => true,
        };
        whole &= read;
    }
    if !whole {
        return None;
    }
    let (component, claim, known_by, by) = (component?, claim?, known_by?, by?);
    let concluded = claim.expression.clone().unwrap_or_default();
    let text = format!("curated as {concluded} by {by}: {known_by}");
    Some(Curation {
        location: reader.location(table),
        because: reader.because(table, text),
        component,
        declared,
        text_sha256,
        claim,
        known_by,
        by,
    })
}

fn read_usage(reader: &mut Reader<'_>, table: Node<'_>) -> Option<UsageNote> {
    let keys = reader.table(table, "usage", "[[usage]]");
    reader.required(table, "usage", &keys);
    let (mut component, mut linkage, mut known_by) = (None, None, None);
    for (name, node) in &keys {
        let wants = expects("usage", name);
        match *name {
            "component" => component = read_pattern(reader, *node, name),
            "linkage" => {
                let words = Linkage::ALL.map(Linkage::as_str);
                linkage = reader.word(*node, name, &words, Linkage::from_name);
            }
            "because" => known_by = reader.text(*node, name, wants).map(str::to_owned),
            _ => {}
        }
    }
    let (component, linkage, known_by) = (component?, linkage?, known_by?);
    let because = reader.because(table, format!("{component} is {}: {known_by}", linkage.phrase()));
    Some(UsageNote { component, linkage, known_by, because })
}

fn read_modified(reader: &mut Reader<'_>, table: Node<'_>) -> Option<ModifiedNote> {
    let keys = reader.table(table, "modified", "[[modified]]");
    reader.required(table, "modified", &keys);
    let (mut component, mut what, mut by) = (None, None, None);
    for (name, node) in &keys {
        let wants = expects("modified", name);
        match *name {
            "component" => component = read_pattern(reader, *node, name),
            "because" => what = reader.text(*node, name, wants).map(str::to_owned),
            "by" => by = reader.text(*node, name, wants).map(CompactString::from),
            _ => {}
        }
    }
    let (component, what, by) = (component?, what?, by?);
    let because = reader.because(table, format!("{component} is used in a changed form, says {by}: {what}"));
    Some(ModifiedNote { component, what, by, because })
}

fn read_deny(reader: &mut Reader<'_>, table: Node<'_>) -> Option<DenyEntry> {
    let keys = reader.table(table, "deny", "[[deny]]");
    reader.required(table, "deny", &keys);
    let (mut component, mut reason, mut instead, mut versions) = (None, None, None, None);
    for (name, node) in &keys {
        let wants = expects("deny", name);
        match *name {
            "component" => component = read_pattern(reader, *node, name),
            "reason" => reason = reader.text(*node, name, wants).map(str::to_owned),
            "instead" => instead = reader.text(*node, name, wants).map(str::to_owned),
            "versions" => versions = reader.text(*node, name, wants).map(|text| (*node, text)),
            _ => {}
        }
    }
    let (component, reason) = (component?, reason?);
    let range = match versions {
        None => None,
        Some((node, text)) => match read_versions(component.kind(), text) {
            Ok(range) => Some(range),
            Err(error) => {
                let help = format!("`versions` takes {}", expects("deny", "versions"));
                reader.problem(node, format!("`{text}` is not a range of versions: {error}"), Some(help));
                return None;
            }
        },
    };
    let versions = versions.map(|(_, text)| CompactString::from(text));
    let which = versions.as_ref().map_or_else(String::new, |text| format!(" {text}"));
    let because = reader.because(table, format!("{component}{which} is denied: {reason}"));
    Some(DenyEntry::new(component, range, Denial { reason, instead, versions, undecided: false, because }))
}

fn read_namespace(reader: &mut Reader<'_>, table: Node<'_>) -> Option<NamespaceEntry> {
    let keys = reader.table(table, "namespace", "[[namespace]]");
    reader.required(table, "namespace", &keys);
    let (mut component, mut from, mut shown) = (None, None, Vec::new());
    for (name, node) in &keys {
        match *name {
            "component" => component = read_pattern(reader, *node, name),
            _ => {
                let patterns = reader.parsed(*node, name, expects("namespace", name), SourcePattern::parse);
                shown.extend(patterns.iter().filter_map(|(item, _)| item.scalar().map(str::to_owned)));
                from = Some(patterns.into_iter().map(|(_, pattern)| pattern).collect());
            }
        }
    }
    let (component, from) = (component?, from?);
    let shown = shown.join(" or ");
    let because = reader.because(table, format!("{component} is to come from {shown}"));
    let namespace = Namespace { pattern: component.as_str().into(), from, shown, because };
    Some(NamespaceEntry { component, namespace })
}

fn read_approval(reader: &mut Reader<'_>, table: Node<'_>) -> Option<ApprovalEntry> {
    let keys = reader.table(table, "approval", "[[approval]]");
    reader.required(table, "approval", &keys);
    let (mut component, mut by, mut date, mut reason) = (None, None, None, None);
    for (name, node) in &keys {
        let wants = expects("approval", name);
        match *name {
            "component" => component = read_pattern(reader, *node, name),
            "by" => by = reader.text(*node, name, wants).map(CompactString::from),
            "date" => date = read_date(reader, *node, name),
            "reason" => reason = reader.text(*node, name, wants).map(str::to_owned),
            _ => {}
        }
    }
    let (component, by, date, reason) = (component?, by?, date?, reason?);
    let because = reader.because(table, format!("{component} was approved by {by} on {date}"));
    Some(ApprovalEntry { component, approval: Approval { by, date, reason, because } })
}

fn unknown_ecosystem(text: &str) -> String {
    let known: Vec<&str> = crate::ecosystem::TABLE.iter().map(|ecosystem| ecosystem.purl_type).collect();
    format!("`{text}` is no ecosystem that is read; {}", choose_from(text, &known))
}
