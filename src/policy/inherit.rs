//! Tighten only: what a file says itself, the files that are laid over it may make stricter and not looser.
//!
//! Bound is what stands in a file that is extended, not what that file takes from a shipped policy: whoever wants a line of
//! `builtin:strict` to bind repeats it. Shipped policies bind nobody. What describes the product (`[project]`, `[[usage]]`, `[[modified]]`), what
//! is looked at (`[scan]`) and decisions with a name on them (waivers, curations) are nobody's limits. Each file can say what of its
//! own may be loosened: `[inherit] loosen`.

use crate::license::{self, Selector};
use crate::model::{Because, Location, Severity, Span};
use crate::rule::{Rule, SourcePattern, Value};
use crate::text::Source;

use super::layer::{Layer, ListLayer};
use super::merge::lay_over;
use super::pattern::Glob;
use super::problem::{PolicyProblem, choose_from};

/// What of a file may be loosened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Loosen {
    /// Nothing.
    #[default]
    Nothing,
    /// Everything.
    All,
    /// These keys, and what lies below them.
    These(Vec<Glob>),
}

impl Loosen {
    fn permits(&self, key: &str) -> bool {
        match self {
            Loosen::Nothing => false,
            Loosen::All => true,
            Loosen::These(patterns) => {
                let mut at = Some(key);
                while let Some(name) = at {
                    if patterns.iter().any(|pattern| pattern.matches(name)) {
                        return true;
                    }
                    at = name.rsplit_once('.').map(|(above, _)| above);
                }
                false
            }
        }
    }
}

/// The keys that bind, beside those of rules.
const KEYS: [&str; 12] = [
    "completeness.accept-unknown",
    "completeness.advisories",
    "completeness.require",
    "fail-on",
    "gate.warn-until",
    "licenses.allow",
    "licenses.deny",
    "licenses.detect",
    "licenses.review",
    "licenses.unlisted",
    "sources.allow",
    "waivers.max-days",
];

/// An entry of `[inherit] loosen`.
///
/// # Errors
/// If no key that binds is meant: what is, with the nearest.
pub(super) fn entry(text: &str) -> Result<Glob, String> {
    let pattern = Glob::new(text);
    if let Some(rule) = text.strip_prefix("rules.").filter(|rule| !rule.contains('*')) {
        let id = rule.rsplit_once('.').map_or(rule, |(id, _)| id);
        if crate::rule::by_id(id).is_some() || crate::rule::by_id(rule).is_some() || super::own::is_own(id) {
            return Ok(pattern);
        }
        let ids: Vec<&str> = crate::rule::TABLE.iter().map(|rule| rule.id).collect();
        return Err(match super::problem::nearest(id, ids) {
            Some(near) => format!("`{id}` is not a rule; did you mean `rules.{near}`?"),
            None => format!("`{id}` is not a rule"),
        });
    }
    let above = |key: &&str| key.split_once('.').is_some_and(|(table, _)| pattern.matches(table));
    let binds =
        KEYS.iter().any(|key| pattern.matches(key) || above(key)) || text == "rules" || text.starts_with("rules.");
    if binds { Ok(pattern) } else { Err(format!("`{text}` binds nobody; {}", choose_from(text, &KEYS))) }
}

/// One thing that is looser than it may be.
struct Looser<'l> {
    key: String,
    here: &'l Because,
    there: &'l Because,
}

/// What is looser than a file below it allows. `layers` are in the order in which they are laid over one another, each with
/// whether it is shipped.
pub(super) fn check(layers: &[(&Source, &Layer, bool)], kind: license::Distribution) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    let lists: Vec<ListLayer> = layers.iter().map(|(_, layer, _)| lists_for(layer, kind)).collect();
    for (at, (source, over, _)) in layers.iter().enumerate() {
        for (below, (_, base, shipped)) in layers[..at].iter().enumerate() {
            if *shipped || base.loosen == Loosen::All {
                continue;
            }
            let mut found = Vec::new();
            rules(base, over, &mut found);
            licenses((base, &lists[below]), (over, &lists[at]), &mut found);
            others(base, over, &mut found);
            found.retain(|looser| !base.loosen.permits(&looser.key));
            problems.extend(found.into_iter().map(|looser| tell(source, looser)));
        }
    }
    problems
}

fn tell(source: &Source, looser: Looser<'_>) -> PolicyProblem {
    let Looser { key, here, there } = looser;
    let place = there.line.map_or_else(|| there.policy.to_string(), |line| format!("{}:{line}", there.policy));
    PolicyProblem {
        location: here.line.map_or_else(|| Location::file(source.path()), |line| line_of(source, line)),
        message: format!("{}: looser than {place}, by which {}", here.text, there.text),
        help: Some(format!(
            "what an extended file says may only be tightened: leave this out, accept single findings with [[waiver]], or let {} say \
             [inherit] loosen = [\"{key}\"]",
            there.policy
        )),
    }
}

/// A whole line as a place.
fn line_of(source: &Source, line: u32) -> Location {
    let text = source.text();
    let mut start = 0;
    for _ in 1..line {
        start = text[start..].find('\n').map_or(text.len(), |at| start + at + 1);
    }
    let whole = text[start..].lines().next().unwrap_or_default();
    let indent = whole.len() - whole.trim_start().len();
    let end = start + whole.trim_end().len();
    let span = Span::new((start + indent).min(end) as u32, end as u32);
    Location::at(source.path(), source.mark(span))
}

fn rules<'l>(base: &'l Layer, over: &'l Layer, found: &mut Vec<Looser<'l>>) {
    for (id, here) in &over.own_levels {
        let bound =
            base.own_levels.get(id).or_else(|| base.own.iter().find(|rule| rule.id == *id).map(|rule| &rule.level));
        if let Some(there) = bound.filter(|there| here.value < there.value) {
            found.push(Looser { key: format!("rules.{id}"), here: &here.because, there: &there.because });
        }
    }
    for rule in &over.own {
        if let Some(there) = base.own.iter().find(|bound| bound.id == rule.id) {
            found.push(Looser { key: format!("rules.{}", rule.id), here: &rule.because, there: &there.because });
        }
    }
    for (id, said) in &over.rules {
        let Some(bound) = base.rules.get(id) else { continue };
        if let (Some(here), Some(there)) = (&said.level, &bound.level)
            && here.value < there.value
        {
            found.push(Looser { key: format!("rules.{id}"), here: &here.because, there: &there.because });
        }
        let Some(rule) = crate::rule::by_id(id) else { continue };
        for (name, value, here) in &said.params {
            let there = bound.params.iter().find(|(bound, ..)| bound == name);
            if let Some((_, limit, there)) = there
                && !is_as_strict(rule, name, value, limit)
            {
                found.push(Looser { key: format!("rules.{id}.{name}"), here, there });
            }
        }
    }
}

/// Whether a parameter's value finds at least what the limit finds. Fewer days and more scopes find more; of other parameters
/// only the same value is as strict.
fn is_as_strict(rule: &Rule, name: &str, value: &Value, limit: &Value) -> bool {
    match (value, limit) {
        (Value::Number(value), Value::Number(limit)) if name.ends_with("days") => value <= limit,
        (Value::Scopes(value), Value::Scopes(limit)) => limit.iter().all(|scope| value.contains(scope)),
        (Value::Level(value), Value::Level(limit))
            if rule.id == "vuln/severity-over-threshold" && name == "severity" =>
        {
            value <= limit
        }
        (Value::Level(value), Value::Level(limit))
            if rule.id == "vuln/severity-over-threshold" && name == "unknown" =>
        {
            value >= limit
        }
        (value, limit) => value == limit,
    }
}

/// The lists of a file that hold for a kind of distribution.
fn lists_for(layer: &Layer, kind: license::Distribution) -> ListLayer {
    let mut lists = layer.lists.clone();
    if let Some(special) = layer.by_distribution.get(&kind) {
        lay_over(&mut lists, special.clone());
    }
    lists
}

/// The lists with how strict they are.
fn ranked(lists: &ListLayer) -> impl Iterator<Item = (u8, &Selector, &Because)> {
    let of = |rank: u8, list: &'_ [(Selector, Because)]| -> Vec<(u8, usize)> {
        (0..list.len()).map(|at| (rank, at)).collect()
    };
    let all = [of(0, &lists.allow), of(1, &lists.review), of(2, &lists.deny)].concat();
    all.into_iter().map(move |(rank, at)| {
        let list = match rank {
            0 => &lists.allow,
            1 => &lists.review,
            _ => &lists.deny,
        };
        (rank, &list[at].0, &list[at].1)
    })
}

/// What a list says of an entry, strictest first: of the same license, else of its class; of a class and all its licenses.
fn said_of<'l>(lists: &'l ListLayer, wanted: &Selector) -> Option<(u8, &'l Because)> {
    let class_of = |selector: &Selector| match selector {
        Selector::Class(class) => *class,
        Selector::Term(term) => license::classes().class_of(term),
    };
    let strictest = |fits: &dyn Fn(&Selector) -> bool| {
        ranked(lists)
            .filter(|(_, selector, _)| fits(selector))
            .max_by_key(|(rank, ..)| *rank)
            .map(|(rank, _, because)| (rank, because))
    };
    let class = class_of(wanted);
    match wanted {
        Selector::Class(_) => strictest(&|selector| class_of(selector) == class),
        Selector::Term(_) => strictest(&|selector| selector == wanted)
            .or_else(|| strictest(&|selector| matches!(selector, Selector::Class(have) if *have == class))),
    }
}

fn licenses<'l>(base: (&'l Layer, &'l ListLayer), over: (&'l Layer, &'l ListLayer), found: &mut Vec<Looser<'l>>) {
    let denies_unlisted = base.0.deny_unlisted.as_ref().filter(|set| set.value);
    for (rank, selector, here) in ranked(over.1) {
        let (key, there) = match said_of(base.1, selector) {
            Some((2, there)) if rank < 2 => ("licenses.deny", there),
            Some((1, there)) if rank < 1 => ("licenses.review", there),
            Some(_) => continue,
            None => match (rank, base.1.allow.first(), denies_unlisted) {
                (0, Some((_, there)), _) => ("licenses.allow", there),
                (0 | 1, _, Some(set)) => ("licenses.unlisted", &set.because),
                _ => continue,
            },
        };
        found.push(Looser { key: key.to_owned(), here, there });
    }
    if let (Some(there), Some(here)) = (denies_unlisted, over.0.deny_unlisted.as_ref().filter(|set| !set.value)) {
        found.push(Looser { key: "licenses.unlisted".to_owned(), here: &here.because, there: &there.because });
    }
}

fn others<'l>(base: &'l Layer, over: &'l Layer, found: &mut Vec<Looser<'l>>) {
    let mut add =
        |key: &str, here: &'l Because, there: &'l Because| found.push(Looser { key: key.to_owned(), here, there });
    if let (Some(there), Some(here)) = (&base.fail_on, &over.fail_on)
        && here.value > there.value
    {
        add("fail-on", &here.because, &there.because);
    }
    for (key, there, here) in [
        ("licenses.detect", &base.all_texts, &over.all_texts),
        ("completeness.require", &base.require_complete, &over.require_complete),
        ("completeness.advisories", &base.require_advisories, &over.require_advisories),
    ] {
        if let (Some(there), Some(here)) = (there, here)
            && there.value
            && !here.value
        {
            add(key, &here.because, &there.because);
        }
    }
    let origin = |layer: &'l Layer| {
        layer.origins.iter().find(|(key, _)| key == "completeness.accept-unknown").map(|(_, because)| because)
    };
    let required = || base.require_complete.as_ref().filter(|set| set.value).map(|set| &set.because);
    if let (Some(here), Some(there)) = (origin(over), origin(base).or_else(required)) {
        let accepted = base.accept_unknown.as_deref().unwrap_or_default();
        if over.accept_unknown.iter().flatten().any(|purl_type| !accepted.contains(purl_type)) {
            add("completeness.accept-unknown", here, there);
        }
    }
    if let Some(here) = &over.warn_until {
        let gate = base.fail_on.as_ref().map(|set| &set.because);
        match (&base.warn_until, gate) {
            (Some(there), _) if here.value > there.value => add("gate.warn-until", &here.because, &there.because),
            (None, Some(there)) => add("gate.warn-until", &here.because, there),
            _ => {}
        }
    }
    for (severity, here) in &over.waiver_days {
        let there = base.waiver_days.get::<Severity>(severity);
        if let Some(there) = there.filter(|there| here.value > there.value) {
            add("waivers.max-days", &here.because, &there.because);
        }
    }
    if let (Some(base), Some(over)) = (&base.sources, &over.sources)
        && let Some((_, there)) = base.first()
    {
        let covered = |wanted: &SourcePattern| base.iter().any(|(pattern, _)| pattern.covers(wanted));
        for (_, here) in over.iter().filter(|(pattern, _)| !covered(pattern)) {
            add("sources.allow", here, there);
        }
    }
}
