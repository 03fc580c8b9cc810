//! The value of an expression for some facts.
//!
//! Nothing here can fail to end: every step is counted, and there are [`MOST_STEPS`] of them. What is not known stays unknown until
//! something that is known decides: `false && unknown` is false, `true && unknown` is unknown. An error (a division by zero)
//! behaves alike, as CEL says of its logical operators, and counts more than not knowing.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::facts::{FieldId, Record, Root};
use super::parse::{Comparison, Expr, Loop, Operation, Search};

/// How many steps one answer may take.
const MOST_STEPS: u32 = 50_000;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Value<'a>>),
    /// Something with fields.
    Record(Record),
    /// Nobody knows: which fact.
    Unknown(&'static str),
    /// It cannot be worked out: why.
    Error(&'static str),
}

/// Where facts come from.
pub trait Facts<'a> {
    /// A field of a record; [`Value::Unknown`] if nobody knows.
    fn get(&self, record: Record, field: FieldId) -> Value<'a>;
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It depends on what nobody knows: the fact.
    Unknown(&'static str),
    /// It could not be worked out: why.
    Error(&'static str),
}

/// What is being worked out.
struct Run<'f, 'a> {
    facts: &'f dyn Facts<'a>,
    variables: Vec<Value<'a>>,
    steps: u32,
}

/// Whether a condition holds.
pub(super) fn holds<'a>(expr: &'a Expr, facts: &dyn Facts<'a>) -> Answer {
    let mut run = Run { facts, variables: Vec::new(), steps: 0 };
    match run.value(expr) {
        Value::Bool(true) => Answer::Yes,
        Value::Bool(false) => Answer::No,
        Value::Unknown(fact) => Answer::Unknown(fact),
        Value::Error(why) => Answer::Error(why),
        // The reader has checked the types.
        _ => Answer::Error("the condition has another type"),
    }
}

/// The value, or what keeps it from being known.
macro_rules! known {
    ($value:expr) => {
        match $value {
            Value::Unknown(fact) => return Value::Unknown(fact),
            Value::Error(why) => return Value::Error(why),
            value => value,
        }
    };
}

const MISMATCH: Value<'static> = Value::Error("a value has another type");

impl<'a> Run<'_, 'a> {
    /// Counts steps; whether there are too many.
    fn is_over(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_add(u32::try_from(steps).unwrap_or(u32::MAX));
        self.steps > MOST_STEPS
    }

    /// Recursion is bounded by the reader.
    fn value(&mut self, expr: &'a Expr) -> Value<'a> {
        if self.is_over(1) {
            return Value::Error("it takes too many steps");
        }
        match expr {
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Int(value) => Value::Int(*value),
            Expr::Double(value) => Value::Double(*value),
            Expr::Text(text) => Value::Text(Cow::Borrowed(text)),
            Expr::List(entries) => Value::List(entries.iter().map(|entry| self.value(entry)).collect()),
            Expr::Root(Root::Component) => Value::Record(Record::Component),
            Expr::Root(Root::Project) => Value::Record(Record::Project),
            Expr::Root(Root::Vulnerabilities) => self.facts.get(Record::Component, FieldId::Vulnerabilities),
            Expr::Root(Root::File) => match self.facts.get(Record::Component, FieldId::Paths) {
                Value::List(paths) => paths.into_iter().next().unwrap_or(Value::Unknown("file")),
                other => other,
            },
            Expr::Variable(at) => self.variables.get(*at).cloned().unwrap_or(MISMATCH),
            Expr::Field(of, field) => match known!(self.value(of)) {
                Value::Record(record) => self.facts.get(record, field.id),
                _ => MISMATCH,
            },
            Expr::Has(field) => match self.value(field) {
                Value::Unknown(_) => Value::Bool(false),
                Value::Error(why) => Value::Error(why),
                Value::Text(text) => Value::Bool(!text.is_empty()),
                Value::List(entries) => Value::Bool(!entries.is_empty()),
                _ => Value::Bool(true),
            },
            Expr::Not(inner) => match known!(self.value(inner)) {
                Value::Bool(value) => Value::Bool(!value),
                _ => MISMATCH,
            },
            Expr::Negate(inner) => match known!(self.value(inner)) {
                Value::Int(value) => value.checked_neg().map_or(Value::Error("a number is too large"), Value::Int),
                Value::Double(value) => Value::Double(-value),
                _ => MISMATCH,
            },
            Expr::And(left, right) => self.both(left, right, false),
            Expr::Or(left, right) => self.both(left, right, true),
            Expr::Choice(condition, yes, no) => match known!(self.value(condition)) {
                Value::Bool(true) => self.value(yes),
                Value::Bool(false) => self.value(no),
                _ => MISMATCH,
            },
            Expr::Compare(comparison, left, right) => {
                let left = known!(self.value(left));
                let right = known!(self.value(right));
                self.compare(*comparison, &left, &right)
            }
            Expr::Compute(operation, left, right) => {
                let left = known!(self.value(left));
                let right = known!(self.value(right));
                self.compute(*operation, left, right)
            }
            Expr::In(wanted, list) => {
                let wanted = known!(self.value(wanted));
                let Value::List(entries) = known!(self.value(list)) else { return MISMATCH };
                let mut open = Value::Bool(false);
                for entry in &entries {
                    match self.equal(&wanted, entry) {
                        Value::Bool(true) => return Value::Bool(true),
                        Value::Bool(false) => {}
                        other => open = other,
                    }
                }
                open
            }
            Expr::Index(list, index) => {
                let (list, index) = (known!(self.value(list)), known!(self.value(index)));
                let (Value::List(mut entries), Value::Int(index)) = (list, index) else { return MISMATCH };
                match usize::try_from(index).ok().filter(|index| *index < entries.len()) {
                    Some(index) => entries.swap_remove(index),
                    None => Value::Error("an index lies outside of its list"),
                }
            }
            Expr::Size(of) => match known!(self.value(of)) {
                Value::Text(text) => Value::Int(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)),
                Value::List(entries) => Value::Int(i64::try_from(entries.len()).unwrap_or(i64::MAX)),
                _ => MISMATCH,
            },
            Expr::Lower(of) => match known!(self.value(of)) {
                Value::Text(text) => Value::Text(Cow::Owned(text.to_ascii_lowercase())),
                _ => MISMATCH,
            },
            Expr::Search(search, text, part) => {
                let (text, part) = (known!(self.value(text)), known!(self.value(part)));
                let (Value::Text(text), Value::Text(part)) = (text, part) else { return MISMATCH };
                if self.is_over(text.len() / 64) {
                    return Value::Error("it takes too many steps");
                }
                Value::Bool(match search {
                    Search::Contains => memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some(),
                    Search::StartsWith => text.starts_with(&*part),
                    Search::EndsWith => text.ends_with(&*part),
                })
            }
            Expr::Loop(kind, list, body) => {
                let Value::List(entries) = known!(self.value(list)) else { return MISMATCH };
                self.go_through(*kind, entries, body)
            }
        }
    }

    /// `&&` and `||`: one side that decides is enough, whatever the other one is.
    fn both(&mut self, left: &'a Expr, right: &'a Expr, decides: bool) -> Value<'a> {
        let left = self.value(left);
        if left == Value::Bool(decides) {
            return left;
        }
        let right = self.value(right);
        if right == Value::Bool(decides) {
            return right;
        }
        match (&left, &right) {
            (Value::Error(_), _) | (Value::Unknown(_), Value::Bool(_) | Value::Unknown(_)) => left,
            _ => right,
        }
    }

    fn go_through(&mut self, kind: Loop, entries: Vec<Value<'a>>, body: &'a Expr) -> Value<'a> {
        let decides = match kind {
            Loop::All => Some(false),
            Loop::Exists => Some(true),
            Loop::ExistsOne | Loop::Filter | Loop::Map => None,
        };
        let (mut kept, mut count, mut open) = (Vec::new(), 0, None);
        for entry in entries {
            self.variables.push(entry);
            let value = self.value(body);
            let entry = self.variables.pop();
            match value {
                Value::Bool(value) if decides == Some(value) => return Value::Bool(value),
                Value::Bool(true) if kind != Loop::Map => {
                    count += 1;
                    if kind == Loop::Filter {
                        kept.extend(entry);
                    }
                }
                Value::Unknown(_) if kind != Loop::Map => {
                    open.get_or_insert(value);
                }
                Value::Error(_) => open = Some(value),
                value if kind == Loop::Map => kept.push(value),
                _ => {}
            }
            if self.steps > MOST_STEPS {
                return Value::Error("it takes too many steps");
            }
        }
        match (open, kind) {
            (Some(open), _) => open,
            (None, Loop::Filter | Loop::Map) => Value::List(kept),
            (None, Loop::ExistsOne) => Value::Bool(count == 1),
            (None, Loop::All) => Value::Bool(true),
            (None, Loop::Exists) => Value::Bool(false),
        }
    }

    fn compare(&mut self, comparison: Comparison, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
        match comparison {
            Comparison::Equal => return self.equal(left, right),
            Comparison::Unequal => {
                return match self.equal(left, right) {
                    Value::Bool(equal) => Value::Bool(!equal),
                    other => other,
                };
            }
            _ => {}
        }
        let order = match (left, right) {
            (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
            (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
            (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
            (left, right) => match (number(left), number(right)) {
                (Some(left), Some(right)) => left.partial_cmp(&right),
                _ => return MISMATCH,
            },
        };
        let Some(order) = order else { return Value::Bool(false) };
        Value::Bool(match comparison {
            Comparison::Less => order == Ordering::Less,
            Comparison::LessOrEqual => order != Ordering::Greater,
            Comparison::Greater => order == Ordering::Greater,
            _ => order != Ordering::Less,
        })
    }

    fn equal(&mut self, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
        if self.is_over(1) {
            return Value::Error("it takes too many steps");
        }
        match (left, right) {
            (Value::Error(why), _) | (_, Value::Error(why)) => Value::Error(why),
            (Value::Unknown(fact), _) | (_, Value::Unknown(fact)) => Value::Unknown(fact),
            (Value::List(left), Value::List(right)) if left.len() != right.len() => Value::Bool(false),
            (Value::List(left), Value::List(right)) => {
                let mut open = Value::Bool(true);
                for (left, right) in left.iter().zip(right) {
                    match self.equal(left, right) {
                        Value::Bool(true) => {}
                        Value::Bool(false) => return Value::Bool(false),
                        other => open = other,
                    }
                }
                open
            }
            (Value::Int(_), Value::Double(_)) | (Value::Double(_), Value::Int(_)) => {
                Value::Bool(number(left) == number(right))
            }
            (left, right) => Value::Bool(left == right),
        }
    }

    fn compute(&mut self, operation: Operation, left: Value<'a>, right: Value<'a>) -> Value<'a> {
        match (left, right) {
            (Value::Text(left), Value::Text(right)) => {
                if self.is_over((left.len() + right.len()) / 16) {
                    return Value::Error("it takes too many steps");
                }
                Value::Text(left + right)
            }
            (Value::Int(left), Value::Int(right)) => {
                let result = match operation {
                    Operation::Add => left.checked_add(right),
                    Operation::Subtract => left.checked_sub(right),
                    Operation::Multiply => left.checked_mul(right),
                    Operation::Divide | Operation::Remainder if right == 0 => {
                        return Value::Error("a division by zero");
                    }
                    Operation::Divide => left.checked_div(right),
                    Operation::Remainder => left.checked_rem(right),
                };
                result.map_or(Value::Error("a number is too large"), Value::Int)
            }
            (Value::Double(left), Value::Double(right)) => match operation {
                Operation::Add => Value::Double(left + right),
                Operation::Subtract => Value::Double(left - right),
                Operation::Multiply => Value::Double(left * right),
                Operation::Divide => Value::Double(left / right),
                Operation::Remainder => MISMATCH,
            },
            _ => MISMATCH,
        }
    }
}

fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        // Facts and limits that anybody writes are far below 2^53.
        Value::Int(value) => Some(*value as f64),
        Value::Double(value) => Some(*value),
        _ => None,
    }
}
