//! Rules that an organisation writes itself, with a condition over the facts of a component.

use compact_str::CompactString;

use crate::model::{Because, Location, Severity, Span};
use crate::text::{Kind, Node};

use super::condition::Condition;
use super::layer::{LEVELS, Layer, expects, level};
use super::problem::PolicyProblem;
use super::reader::{Reader, Set, rules_like};

/// A rule of an organisation's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRule {
    /// `group/name`; the group is none of the shipped rules'.
    pub id: CompactString,
    /// The components that it finds.
    pub when: Condition,
    /// How much it matters (`None` inside: off), with the line that set it.
    pub level: Set<Option<Severity>>,
    /// How much it matters that nobody can tell (`None` inside: off); `None`: as its level.
    pub unknown: Option<Option<Severity>>,
    /// What is wrong, without a full stop.
    pub message: String,
    /// Why that matters; may be empty.
    pub why: String,
    /// What to do, the cheapest way first.
    pub help: Vec<String>,
    /// Its place in the policy file.
    pub location: Location,
    /// Its policy line.
    pub because: Because,
}

impl OwnRule {
    /// The level of a finding that says that nobody can tell; `None`: off.
    pub fn unknown_level(&self) -> Option<Severity> {
        self.unknown.unwrap_or(self.level.value)
    }
}

/// Whether an id can only be that of an organisation's own rule: it has the form of one, and no shipped rule has its group.
pub(super) fn is_own(id: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    id.split_once('/').is_some_and(|(group, name)| {
        word(group) && word(name) && !crate::rule::TABLE.iter().any(|rule| rule.group() == group)
    })
}

/// Reads a rule.
pub(super) fn read(reader: &mut Reader<'_>, table: Node<'_>, rules: &mut Vec<OwnRule>) {
    let keys = reader.table(table, "rule", "[[rule]]");
    reader.required(table, "rule", &keys);
    let (mut id, mut when, mut message) = (None, None, None);
    let (mut set, mut unknown, mut why, mut help) = (None, None, String::new(), Vec::new());
    for (name, node) in keys {
        let wants = expects("rule", name);
        match name {
            "id" => id = read_id(reader, node, rules),
            "when" => when = read_condition(reader, node),
            "message" => message = reader.text(node, name, wants).map(str::to_owned),
            "level" => set = reader.word(node, name, &LEVELS, level).map(|level| (node, level)),
            "unknown" => unknown = reader.word(node, name, &LEVELS, level),
            "why" => why = reader.text(node, name, wants).unwrap_or_default().to_owned(),
            _ if node.kind() == Kind::Sequence => {
                help = reader.texts(node, name, wants).into_iter().map(|(_, text)| text.to_owned()).collect();
            }
            _ => help = reader.text(node, name, wants).into_iter().map(str::to_owned).collect(),
        }
    }
    let (Some(id), Some(when), Some(message)) = (id, when, message) else { return };
    let (at, level) = set.unwrap_or((table, Some(Severity::Warning)));
    let text = format!("{id} is set to {}", level.map_or("off", Severity::as_str));
    rules.push(OwnRule {
        level: reader.set(at, level, text),
        location: reader.location(table),
        because: reader.because(table, format!("the rule {id} of this policy: {message}")),
        id,
        when,
        unknown,
        message,
        why,
        help,
    });
}

fn read_id(reader: &mut Reader<'_>, node: Node<'_>, rules: &[OwnRule]) -> Option<CompactString> {
    let id = reader.text(node, "id", expects("rule", "id"))?;
    if !is_own(id) {
        let group = id.split('/').next().unwrap_or_default();
        let (message, help) = match crate::rule::TABLE.iter().any(|rule| rule.group() == group) {
            true => (
                format!("`{group}` is the group of shipped rules"),
                "take a group of your own, such as the name of your organisation",
            ),
            false => (
                format!("`{}` is not an id of a rule", id.escape_debug()),
                "write group/name in lower case with hyphens: acme/no-gpl-in-runtime",
            ),
        };
        reader.problem(node, message, Some(help.to_owned()));
        return None;
    }
    if rules.iter().any(|rule| rule.id == id) {
        reader.problem(node, format!("there are two rules `{id}` in this file"), Some("rename one of them".to_owned()));
        return None;
    }
    Some(id.into())
}

fn read_condition(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Condition> {
    let text = reader.text(node, "when", expects("rule", "when"))?;
    match Condition::parse(text) {
        Ok(condition) => Some(condition),
        Err(error) => {
            // Where the text stands in the file as it is, the place is that of the word; behind escapes it is the whole.
            let whole = node.span();
            let written = reader.source.text().get(whole.range()).unwrap_or_default();
            let span = written.find(text).map_or(whole, |offset| {
                let start = whole.start + (offset + error.start) as u32;
                Span::new(start, (whole.start + (offset + error.end) as u32).max(start))
            });
            let location = Location::at(reader.source.path(), reader.source.mark(span));
            reader.problems.push(PolicyProblem { location, message: error.message, help: error.help });
            None
        }
    }
}

/// Rules that are named and that nobody has written.
pub(super) fn unknown<'l>(layers: impl Iterator<Item = &'l Layer> + Clone) -> Vec<PolicyProblem> {
    let is_known = |id: &str| layers.clone().any(|layer| layer.own.iter().any(|rule| rule.id == id));
    let named = layers.clone().flat_map(|layer| &layer.named);
    named
        .filter(|(id, _)| !is_known(id))
        .map(|(id, location)| PolicyProblem {
            location: location.clone(),
            message: format!("`{id}` is not a rule"),
            help: Some(rules_like(id)),
        })
        .collect()
}

/// Lays a file's own rules and levels over those below: a rule takes the place of one with its id.
pub(super) fn lay_over(
    rules: &mut Vec<OwnRule>,
    over: Vec<OwnRule>,
    levels: std::collections::BTreeMap<CompactString, Set<Option<Severity>>>,
) {
    for rule in over {
        match rules.binary_search_by(|have| have.id.cmp(&rule.id)) {
            Ok(at) => rules[at] = rule,
            Err(at) => rules.insert(at, rule),
        }
    }
    for (id, level) in levels {
        if let Ok(at) = rules.binary_search_by(|have| have.id.cmp(&id)) {
            rules[at].level = level;
        }
    }
}
