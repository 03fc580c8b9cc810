//! What a policy can set of a rule, with types.

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::model::{Scope, SeverityLevel};

/// A parameter of a rule.
#[derive(Debug)]
pub struct Param {
    /// Its key in a policy, lower case with hyphens.
    pub name: &'static str,
    /// What values it takes, and which it has where no policy sets it.
    pub kind: ParamKind,
    /// What it means: Markdown, one or two sentences.
    pub docs: &'static str,
}

/// The type of a parameter, with its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Number {
        /// Where no policy sets it.
        default: u32,
        /// The largest that makes sense.
        most: u32,
    },
    /// A severity of advisories.
    Level(SeverityLevel),
    /// A list of scopes.
    Scopes(&'static [Scope]),
    /// A list of purl types; empty means all.
    Ecosystems(&'static [&'static str]),
    /// One of some words.
    Choice {
        /// Where no policy sets it.
        default: &'static str,
        /// The words.
        of: &'static [&'static str],
    },
}

impl ParamKind {
    /// What it takes, for error messages and docs: `a list of scopes`.
    pub fn expects(self) -> String {
        match self {
            ParamKind::Boolean(_) => "true or false".to_owned(),
            ParamKind::Number { most, .. } => format!("a whole number from 0 to {most}"),
            ParamKind::Level(_) => {
                let words: Vec<&str> = SeverityLevel::ALL[1..].iter().map(|level| level.as_str()).collect();
                format!("one of {}", words.join(", "))
            }
            ParamKind::Scopes(_) => {
                let words: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
                format!("a list of scopes ({})", words.join(", "))
            }
            ParamKind::Ecosystems(_) => "a list of package types (cargo, npm, github, …)".to_owned(),
            ParamKind::Choice { of, .. } => format!("one of {}", of.join(", ")),
        }
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of [`ParamKind::Boolean`].
    Boolean(bool),
    /// Of [`ParamKind::Number`].
    Number(u32),
    /// Of [`ParamKind::Level`].
    Level(SeverityLevel),
    /// Of [`ParamKind::Scopes`].
    Scopes(Vec<Scope>),
    /// Of [`ParamKind::Ecosystems`].
    Ecosystems(Vec<CompactString>),
    /// Of [`ParamKind::Choice`].
    Choice(&'static str),
}

/// The parameters of one rule: every one has a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<&'static str, Value>);

impl Params {
    /// The defaults.
    pub fn defaults(params: &'static [Param]) -> Self {
        let value = |kind| match kind {
            ParamKind::Boolean(default) => Value::Boolean(default),
            ParamKind::Number { default, .. } => Value::Number(default),
            ParamKind::Level(default) => Value::Level(default),
            ParamKind::Scopes(default) => Value::Scopes(default.to_vec()),
            ParamKind::Ecosystems(default) => Value::Ecosystems(default.iter().map(|name| (*name).into()).collect()),
            ParamKind::Choice { default, .. } => Value::Choice(default),
        };
        Self(params.iter().map(|param| (param.name, value(param.kind))).collect())
    }

    /// The value of a parameter; `None` if the rule has no such parameter.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// With another value.
    pub fn set(&mut self, name: &'static str, value: Value) {
        self.0.insert(name, value);
    }

    /// A number; 0 if the rule has no such parameter.
    pub fn number(&self, name: &str) -> u32 {
        match self.0.get(name) {
            Some(Value::Number(number)) => *number,
            _ => 0,
        }
    }

    /// A severity of advisories; [`SeverityLevel::Unknown`] if the rule has no such parameter.
    pub fn level(&self, name: &str) -> SeverityLevel {
        match self.0.get(name) {
            Some(Value::Level(level)) => *level,
            _ => SeverityLevel::Unknown,
        }
    }

    /// A word; empty if the rule has no such parameter.
    pub fn word(&self, name: &str) -> &'static str {
        match self.0.get(name) {
            Some(Value::Choice(word)) => word,
            _ => "",
        }
    }

    /// A boolean; false if the rule has no such parameter.
    pub fn boolean(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Value::Boolean(true)))
    }

    /// A list of scopes; `None` if the rule has no such parameter.
    pub fn scopes(&self, name: &str) -> Option<&[Scope]> {
        match self.0.get(name) {
            Some(Value::Scopes(scopes)) => Some(scopes),
            _ => None,
        }
    }

    /// Whether a list of purl types names `kind`; an empty list names all.
    pub fn names_ecosystem(&self, name: &str, kind: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Ecosystems(kinds)) => kinds.is_empty() || kinds.iter().any(|have| have == kind),
            _ => true,
        }
    }
}

/// The parameter by which `evaluate` weighs what is shipped above what is not: a component whose strongest scope is not in
/// the list counts one level less. The same for every rule that has it.
pub const SHIPPED: Param = Param {
    name: "scopes",
    kind: ParamKind::Scopes(&[Scope::Runtime, Scope::Provided, Scope::Peer, Scope::Optional]),
    docs: "Scopes in which the rule has its full level. What is needed only in other scopes (development, tests, the build) is \
           reported one level lower, and the finding says so.",
};
