//! Environment markers (PEP 508, with the sets of PEP 751), and what is stated of the platforms that the product runs on.
//!
//! Evaluation has three answers: a marker holds, does not hold, or it cannot be told from what is stated. Only what
//! certainly does not hold leaves anything out.

use compact_str::CompactString;

use super::version::{Version, admits};
use crate::text::MAX_DEPTH;

/// A marker.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Marker<'t> {
    Any(Vec<Marker<'t>>),
    All(Vec<Marker<'t>>),
    Compare(Value<'t>, Operator, Value<'t>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'t> {
    Variable(&'t str),
    Text(&'t str),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operator {
    /// A comparison of versions or texts, as written.
    Order(&'static str),
    In,
    NotIn,
}

/// The variables of PEP 508, PEP 685 and PEP 751.
const VARIABLES: &[&str] = &[
    "dependency_groups",
    "extra",
    "extras",
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
];

/// Spellings from before PEP 508, which its appendix keeps (`python_implementation`, `os.name`).
fn variable(word: &str) -> Option<&'static str> {
    let word = match word {
        "os.name" => "os_name",
        "sys.platform" => "sys_platform",
        "platform.version" => "platform_version",
        "platform.machine" => "platform_machine",
        "platform.python_implementation" | "python_implementation" => "platform_python_implementation",
        other => other,
    };
    VARIABLES.iter().copied().find(|known| *known == word)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        &self.text[self.at..]
    }

    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let found = rest.strip_prefix(word).is_some_and(|after| {
            !after.starts_with(|character: char| character.is_ascii_alphanumeric() || character == '_')
        });
        if found {
            self.at += word.len();
        }
        found
    }

    fn any(&mut self, depth: usize) -> Option<Marker<'t>> {
        let mut arms = vec![self.all(depth)?];
        while self.word("or") {
            arms.push(self.all(depth)?);
        }
        Some(if arms.len() == 1 { arms.pop()? } else { Marker::Any(arms) })
    }

    fn all(&mut self, depth: usize) -> Option<Marker<'t>> {
        let mut parts = vec![self.one(depth)?];
        while self.word("and") {
            parts.push(self.one(depth)?);
        }
        Some(if parts.len() == 1 { parts.pop()? } else { Marker::All(parts) })
    }

    fn one(&mut self, depth: usize) -> Option<Marker<'t>> {
        if self.rest().starts_with('(') {
            if depth >= MAX_DEPTH {
                return None;
            }
            self.at += 1;
            let inner = self.any(depth + 1)?;
            let closed = self.rest().starts_with(')');
            self.at += 1;
            return closed.then_some(inner);
        }
        let left = self.value()?;
        let operator = self.operator()?;
        Some(Marker::Compare(left, operator, self.value()?))
    }

    fn value(&mut self) -> Option<Value<'t>> {
        let rest = self.rest();
        if let Some(quote @ ('"' | '\'')) = rest.chars().next() {
            let end = rest[1..].find(quote)?;
            self.at += end + 2;
            return Some(Value::Text(&rest[1..=end]));
        }
        let end = rest
            .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '_' | '.')))
            .unwrap_or(rest.len());
        self.at += end;
        variable(&rest[..end]).map(Value::Variable)
    }

    fn operator(&mut self) -> Option<Operator> {
        if self.word("not") {
            return self.word("in").then_some(Operator::NotIn);
        }
        if self.word("in") {
            return Some(Operator::In);
        }
        let rest = self.rest();
        let operator =
            ["===", "==", "!=", "<=", ">=", "~=", "<", ">"].into_iter().find(|known| rest.starts_with(*known))?;
        self.at += operator.len();
        Some(Operator::Order(operator))
    }
}

impl<'t> Marker<'t> {
    /// Reads a marker. `None` if it is none, or nests deeper than anything that a person or a tool writes.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let mut parser = Parser { text, at: 0 };
        let marker = parser.any(0)?;
        parser.rest().is_empty().then_some(marker)
    }

    /// Whether it holds, by what `known` says of its comparisons.
    fn holds(&self, known: &dyn Fn(Value<'t>, Operator, Value<'t>) -> Option<bool>) -> Option<bool> {
        match self {
            Marker::Compare(left, operator, right) => known(*left, *operator, *right),
            Marker::Any(arms) => {
                let mut answer = Some(false);
                for arm in arms {
                    match arm.holds(known) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => answer = None,
                    }
                }
                answer
            }
            Marker::All(parts) => {
                let mut answer = Some(true);
                for part in parts {
                    match part.holds(known) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => answer = None,
                    }
                }
                answer
            }
        }
    }

    /// Whether it can hold when no extra is chosen, and of the groups those that `chosen` takes.
    pub(super) fn holds_without_extras(&self, chosen: &dyn Fn(&str) -> bool) -> bool {
        let known = |left: Value<'t>, operator: Operator, right: Value<'t>| match (left, operator, right) {
            (Value::Text(name), Operator::In, Value::Variable("dependency_groups")) => Some(chosen(name)),
            (Value::Text(name), Operator::NotIn, Value::Variable("dependency_groups")) => Some(!chosen(name)),
            (_, Operator::In, Value::Variable("extras")) => Some(false),
            (_, Operator::NotIn, Value::Variable("extras")) => Some(true),
            (Value::Variable("extra"), Operator::Order("=="), _)
            | (_, Operator::Order("=="), Value::Variable("extra")) => Some(false),
            _ => None,
        };
        self.holds(&known) != Some(false)
    }

    /// The extras and groups that it names, each with whether it is a group.
    pub(super) fn choices(&self, found: &mut Vec<(&'t str, bool)>) {
        match self {
            Marker::Any(parts) | Marker::All(parts) => parts.iter().for_each(|part| part.choices(found)),
            Marker::Compare(Value::Text(name), Operator::In, Value::Variable("dependency_groups")) => {
                found.push((name, true));
            }
            Marker::Compare(Value::Text(name), Operator::In, Value::Variable("extras"))
            | Marker::Compare(Value::Variable("extra"), Operator::Order("=="), Value::Text(name))
            | Marker::Compare(Value::Text(name), Operator::Order("=="), Value::Variable("extra")) => {
                found.push((name, false))
            }
            Marker::Compare(..) => {}
        }
    }
}

/// Platforms that the product runs on: all combinations of what is stated. None at all: every platform.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Targets<'a>(Vec<Vec<(&'static str, &'a str)>>);

/// More combinations than this are not told apart.
const MOST_TARGETS: usize = 256;

/// One statement, `sys_platform == 'linux'`: the variable and its value.
///
/// # Errors
/// What is wrong with it, as a fragment.
pub(super) fn statement(text: &str) -> Result<(&'static str, &str), String> {
    let expected = "a comparison of a PEP 508 variable with `==`, such as `sys_platform == 'linux'`";
    let found = match Marker::parse(text) {
        Some(Marker::Compare(Value::Variable(name), Operator::Order("=="), Value::Text(value)))
        | Some(Marker::Compare(Value::Text(value), Operator::Order("=="), Value::Variable(name))) => (name, value),
        _ => return Err(format!("not {expected}")),
    };
    let (name, value) = found;
    match variable(name) {
        Some("extra" | "extras" | "dependency_groups") | None => {
            Err(format!("`{name}` says nothing of a platform; expected {expected}"))
        }
        Some("python_version" | "python_full_version" | "implementation_version")
            if Version::parse(value).is_none() =>
        {
            Err(format!("`{value}` is not a version of Python"))
        }
        Some(name) => Ok((name, value)),
    }
}

impl<'a> Targets<'a> {
    /// The platforms that these statements describe. Statements about the same variable are alternatives; those about
    /// different ones hold together. What is no statement about Python is somebody else's.
    pub(super) fn of(statements: &'a [CompactString]) -> Self {
        let mut by_variable: Vec<(&'static str, Vec<&'a str>)> = Vec::new();
        for (name, value) in statements.iter().filter_map(|text| statement(text).ok()) {
            match by_variable.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => by_variable.push((name, vec![value])),
            }
        }
        if by_variable.is_empty() {
            return Self::default();
        }
        let mut made: Vec<Vec<(&'static str, &'a str)>> = vec![Vec::new()];
        for (name, values) in by_variable {
            if made.len() * values.len() > MOST_TARGETS {
                continue;
            }
            made = made
                .iter()
                .flat_map(|known| {
                    values.iter().map(move |value| {
                        let mut longer = known.clone();
                        longer.push((name, *value));
                        longer
                    })
                })
                .collect();
        }
        Self(made)
    }

    /// Whether every platform counts.
    pub(super) fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a marker holds on none of the platforms.
    pub(super) fn exclude(&self, marker: &str) -> bool {
        if self.is_everything() {
            return false;
        }
        let Some(marker) = Marker::parse(marker) else { return false };
        self.0
            .iter()
            .all(|target| marker.holds(&|left, operator, right| compare(target, left, operator, right)) == Some(false))
    }
}

/// What a target says of a variable, itself or by implication.
fn value_of<'t>(target: &[(&'static str, &'t str)], name: &str) -> Option<&'t str> {
    let stated = |name: &str| target.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    stated(name).or_else(|| match name {
        "os_name" => match (stated("sys_platform"), stated("platform_system")) {
            (Some("win32"), _) | (_, Some("Windows")) => Some("nt"),
            (Some("linux" | "darwin"), _) | (_, Some("Linux" | "Darwin")) => Some("posix"),
            _ => None,
        },
        "platform_system" => match stated("sys_platform")? {
            "linux" => Some("Linux"),
            "darwin" => Some("Darwin"),
            "win32" => Some("Windows"),
            _ => None,
        },
        "sys_platform" => match stated("platform_system")? {
            "Linux" => Some("linux"),
            "Darwin" => Some("darwin"),
            "Windows" => Some("win32"),
            _ => None,
        },
        "python_version" => {
            let full = stated("python_full_version")?;
            let end = full.match_indices('.').nth(1).map_or(full.len(), |(at, _)| at);
            Some(&full[..end])
        }
        "platform_python_implementation" => (stated("implementation_name")? == "cpython").then_some("CPython"),
        "implementation_name" => (stated("platform_python_implementation")? == "CPython").then_some("cpython"),
        _ => None,
    })
}

fn compare(target: &[(&'static str, &str)], left: Value<'_>, operator: Operator, right: Value<'_>) -> Option<bool> {
    let (name, text, turned) = match (left, right) {
        (Value::Variable(name), Value::Text(text)) => (name, text, false),
        (Value::Text(text), Value::Variable(name)) => (name, text, true),
        _ => return None,
    };
    let name = variable(name)?;
    if matches!(name, "extra" | "extras" | "dependency_groups") {
        return None;
    }
    if name == "python_full_version" && value_of(target, name).is_none() {
        return by_minor(value_of(target, "python_version")?, operator, text, turned);
    }
    let value = value_of(target, name)?;
    match operator {
        // `sys_platform in 'linux darwin'` and `'linux' in sys_platform` are both about parts of a text.
        Operator::In => Some(if turned { value.contains(text) } else { text.contains(value) }),
        Operator::NotIn => Some(!if turned { value.contains(text) } else { text.contains(value) }),
        Operator::Order(operator) => {
            let operator = if turned { mirrored(operator) } else { operator };
            if name.ends_with("_version") && name != "platform_version" {
                return admits(&format!("{operator}{text}"), value);
            }
            match operator {
                "==" | "===" => Some(value == text),
                "!=" => Some(value != text),
                _ => None,
            }
        }
    }
}

fn mirrored(operator: &'static str) -> &'static str {
    match operator {
        "<" => ">",
        ">" => "<",
        "<=" => ">=",
        ">=" => "<=",
        same => same,
    }
}

/// What `python_full_version` compared with `text` gives where only `python_version` is known: sure only if all patch
/// releases give the same.
fn by_minor(minor: &str, operator: Operator, text: &str, turned: bool) -> Option<bool> {
    let Operator::Order(operator) = operator else { return None };
    let operator = if turned { mirrored(operator) } else { operator };
    let first = admits(&format!("{operator}{text}"), &format!("{minor}.0"))?;
    let last = admits(&format!("{operator}{text}"), &format!("{minor}.999999"))?;
    // Between the two ends an equality may hold in the middle.
    let middle =
        matches!(operator, "==" | "===" | "!=" | "~=") && admits(&format!("=={minor}.*"), text.trim_end_matches(".*"))?;
    (first == last && !middle).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excluded(targets: &[&str], marker: &str) -> bool {
        let statements: Vec<CompactString> = targets.iter().map(|text| (*text).into()).collect();
        Targets::of(&statements).exclude(marker)
    }

    #[test]
    fn only_what_certainly_does_not_hold_is_excluded() {
        let linux = &["sys_platform == 'linux'", "python_version == '3.12'"];
        for out in [
            "sys_platform == 'win32'",
            "os_name == \"nt\"",
            "platform_system == 'Windows' and extra == 'x'",
            "python_version < '3.9'",
            "python_full_version < '3.12'",
            "python_full_version == '3.11.*'",
            "'3.9' > python_version",
            "(sys_platform == 'darwin' or sys_platform == 'win32')",
            "sys_platform not in 'linux'",
            "sys.platform == 'win32'",
        ] {
            assert!(excluded(linux, out), "{out}");
        }
        for kept in [
            "sys_platform == 'linux'",
            "platform_machine == 'arm64'",
            "sys_platform == 'win32' or platform_machine == 'x86_64'",
            "python_full_version < '3.12.4'",
            "python_full_version == '3.12.1'",
            "python_full_version >= '3.12'",
            "extra == 'x'",
            "python_version >= '3.9' and python_version < '4'",
            "nonsense",
            "sys_platform == ",
        ] {
            assert!(!excluded(linux, kept), "{kept}");
            assert!(!excluded(&[], kept));
        }
    }

    #[test]
    fn statements_on_one_variable_are_alternatives() {
        let two = &["sys_platform == 'linux'", "sys_platform == 'darwin'", "go: amd64"];
        assert!(!excluded(two, "sys_platform == 'darwin'"));
        assert!(excluded(two, "sys_platform == 'win32'"));
        assert!(statement("sys_platform == 'linux'").is_ok());
        for wrong in ["linux", "sys_platform != 'linux'", "extra == 'x'", "python_version == 'three'", ""] {
            assert!(statement(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn deep_and_broken_markers_are_no_markers() {
        for wrong in
            ["", "(", "a == b", "os_name == 'nt' and", "os_name = 'nt'", "os_name == 'nt", "os_name == 'nt' x", "not"]
        {
            assert_eq!(Marker::parse(wrong), None, "{wrong}");
        }
        let deep = |depth: usize| format!("{}os_name == 'nt'{}", "(".repeat(depth), ")".repeat(depth));
        assert!(Marker::parse(&deep(100)).is_some());
        assert_eq!(Marker::parse(&deep(100_000)), None);
    }

    #[test]
    fn extras_and_groups_are_told_from_platforms() {
        let marker = Marker::parse("'dev' in dependency_groups or 'x' in extras").unwrap();
        assert!(!marker.holds_without_extras(&|_| false));
        assert!(marker.holds_without_extras(&|group| group == "dev"));
        let mut choices = Vec::new();
        marker.choices(&mut choices);
        assert_eq!(choices, [("dev", true), ("x", false)]);
        assert!(Marker::parse("sys_platform == 'win32'").unwrap().holds_without_extras(&|_| false));
    }
}
