//! What an organisation wants: levels and parameters of rules, lists of licenses, sources, waivers, curations.
//!
//! Here belongs reading policy files, with the place of everything, and laying them over one another. Here does not belong
//! opening files (the caller hands in [`Source`]s), knowing what is wrong with a component (`rule`), or judging anything
//! (`evaluate`). Every value remembers the file and line that set it, so that every finding can say what asked for it.
//! Everything that is wrong with a file is collected before anything stops ([`PolicyProblem`]).
//!
//! # How to add a key
//! One entry in [`KEYS`] (which error messages and the reference page are made from), its reading in `layer.rs`, and what
//! two files that both have it mean together in `merge.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use compact_str::CompactString;
use sha2::{Digest, Sha256};

use crate::license::{ListKind, Lists};
use crate::model::{Because, Date, RepoPath, Scope, Severity};
use crate::rule::{self, Distribution, Params, Rule, Settings, Value};
use crate::text::Source;

mod case;
pub mod condition;
mod decision;
mod git_pin;
mod inherit;
mod key;
mod layer;
mod merge;
mod own;
mod pattern;
mod pin;
mod problem;
pub mod proof;
mod reader;
mod schema;
mod show;
#[cfg(test)]
mod tests;

pub use case::{Case, CaseVulnerability, Cases, Expect};
pub use decision::{
    ApprovalEntry, Curation, DenyEntry, ModifiedNote, NamespaceEntry, REASONS, Reason, UsageNote, Waiver,
};
pub use git_pin::GitPin;
pub use key::{KEYS, Key, keys_of};
pub use own::OwnRule;
pub use pattern::{Glob, PurlPattern};
pub use pin::{Pin, WebPin};
pub use problem::PolicyProblem;
pub(crate) use problem::choose_from;
pub use reader::Set;
pub use schema::schema;
pub use show::{Origin, Shown, ShownTable, ShownValue, show};

use layer::{Base, Layer};

/// The shipped policies: name and text.
pub static BUILTIN: &[(&str, &str)] = &[
    ("baseline", include_str!("../../policies/baseline.toml")),
    ("strict", include_str!("../../policies/strict.toml")),
    ("ggi-trust", include_str!("../../policies/ggi-trust.toml")),
    ("ospo-stage1", include_str!("../../policies/ospo-stage1.toml")),
    ("ntia", include_str!("../../policies/ntia.toml")),
    ("cisa-2026", include_str!("../../policies/cisa-2026.toml")),
    ("bsi-tr-03183-2", include_str!("../../policies/bsi-tr-03183-2.toml")),
    ("cra", include_str!("../../policies/cra.toml")),
    ("internal", include_str!("../../policies/internal.toml")),
    ("hosted", include_str!("../../policies/hosted.toml")),
    ("distributed", include_str!("../../policies/distributed.toml")),
    ("embedded", include_str!("../../policies/embedded.toml")),
    ("openchain", include_str!("../../policies/openchain.toml")),
];

/// What `sepal init` writes: a policy that starts from the baseline, with every table that people change first, explained.
pub const STARTER: &str = include_str!("../../policies/examples/starter.toml");

/// How many files may extend one another in a row.
const MOST_BASES: usize = 32;

/// What an organisation wants, from all files together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// For a person: `baseline (built in)`, `sepal.toml, extending baseline (built in)`.
    pub name: String,
    /// SHA-256 over the files it was made from, in hexadecimal.
    pub digest: String,
    /// What rules ask about.
    pub settings: Settings,
    /// The line that set [`Settings::distribution`]; `None`: nothing did, and the most demanding kind counts.
    pub distribution: Option<Set<Distribution>>,
    /// The license the product is given out under, if the policy says it.
    pub license: Option<Set<CompactString>>,
    /// Components of one's own.
    pub first_party: Vec<Set<PurlPattern>>,
    /// Lists of licenses.
    pub licenses: Licenses,
    /// Whether the license texts of all components are read, not only where nothing certain is declared.
    pub all_texts: Option<Set<bool>>,
    /// What was set of rules, by id.
    pub rules: BTreeMap<&'static str, RuleSetting>,
    /// Globs over paths that are left out of the scan.
    pub exclude: Vec<Set<String>>,
    /// VEX documents that count, as paths of the policy's tree.
    pub vex: Vec<Set<RepoPath>>,
    /// What is stated of the platforms that the product runs on.
    pub targets: Vec<Set<CompactString>>,
    /// Whether not knowing everything fails the run.
    pub require_complete: Option<Set<bool>>,
    /// Whether the run fails where no advisories were looked up.
    pub require_advisories: Option<Set<bool>>,
    /// The lowest severity that fails the gate.
    pub fail_on: Option<Set<Severity>>,
    /// Whether rules that nothing names are off.
    pub only_named: Option<Set<bool>>,
    /// The document of attribution that is committed.
    pub notice_file: Option<Set<RepoPath>>,
    /// What it lists beside the components that reach the user of the product.
    pub notice_include: Vec<Scope>,
    /// A file of facts about the end of support.
    pub lifecycle: Option<Set<RepoPath>>,
    /// The last day on which violations do not fail the gate, while the policy is being rolled out.
    pub warn_until: Option<Set<Date>>,
    /// How many days away the end of a waiver may be, by the level of the rule that it is about.
    pub waiver_days: BTreeMap<Severity, Set<u32>>,
    /// How many days before its end a waiver is announced.
    pub waiver_warn_days: Option<Set<u32>>,
    /// Findings that are accepted for a time; the nearest file's first.
    pub waivers: Vec<Waiver>,
    /// Conclusions about licenses; the nearest file's first. The first that fits a component counts.
    pub curations: Vec<Curation>,
    /// How components are joined to the product, where that is not what is assumed; the nearest file's first. The first that
    /// fits a component counts.
    pub usages: Vec<UsageNote>,
    /// Components that are used in a changed form; the nearest file's first. The first that fits a component counts.
    pub modified: Vec<ModifiedNote>,
    /// Components that are not to be used; the nearest file's first.
    pub denied: Vec<DenyEntry>,
    /// Components that somebody approved of; the nearest file's first.
    pub approvals: Vec<ApprovalEntry>,
    /// Namespaces of one's own; the nearest file's first.
    pub namespaces: Vec<NamespaceEntry>,
    /// The organisation's own rules, sorted by id.
    pub own: Vec<OwnRule>,
    /// The lines of values that do not carry their own, by the path of the key: `rules.deps/unpinned.scopes`,
    /// `project.contact.license`.
    pub origins: BTreeMap<String, Because>,
    /// The files it was made from, the nearest first.
    pub files: Vec<PolicyFile>,
}

/// A file that a policy was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFile {
    /// Its path, as places name it.
    pub path: RepoPath,
    /// The name of a shipped policy; `None`: a file.
    pub builtin: Option<&'static str>,
    /// SHA-256 of its text, in hexadecimal.
    pub sha256: String,
}

/// Lists of licenses, with the line of each entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Licenses {
    /// The lists.
    pub lists: Lists,
    /// The lines of [`Lists::allow`].
    pub allow_because: Vec<Because>,
    /// The lines of [`Lists::review`].
    pub review_because: Vec<Because>,
    /// The lines of [`Lists::deny`].
    pub deny_because: Vec<Because>,
    /// The lines of [`Lists::prefer`].
    pub prefer_because: Vec<Because>,
}

impl Licenses {
    /// The line of an entry.
    pub fn because(&self, list: ListKind, entry: Option<usize>) -> Option<&Because> {
        let lines = match list {
            ListKind::Allow => &self.allow_because,
            ListKind::Review => &self.review_because,
            ListKind::Deny => &self.deny_because,
            ListKind::NotListed => return None,
        };
        lines.get(entry?)
    }
}

/// What was set of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSetting {
    /// Its level (`None` inside: off) with the line that set it; `None`: the rule's default.
    pub level: Option<Set<Option<Severity>>>,
    /// Its parameters, as far as they were set.
    pub params: BTreeMap<&'static str, Value>,
}

impl Policy {
    /// A shipped policy.
    pub fn builtin(name: &str) -> Option<Policy> {
        Policy::builtin_for(name, None)
    }

    /// A shipped policy, as it judges a product that reaches others in this way.
    pub fn builtin_for(name: &str, distribution: Option<Distribution>) -> Option<Policy> {
        let source = builtin_source(name)?;
        Some(Policy::read_for(source, &|_| None, distribution).expect("tests read every shipped policy"))
    }

    /// The files of the tree that a policy file extends directly, so that the caller can bring them before reading. Shipped
    /// policies are not among them. What cannot be understood is left out here and told by [`Policy::read`].
    pub fn wanted(source: &Source) -> Vec<RepoPath> {
        let files = layer::bases(source).into_iter().filter_map(|base| match base {
            // A file of the web sees no file of this tree.
            Base::File(path) if !pin::is_pinned(source) => Some(path),
            _ => None,
        });
        files.collect()
    }

    /// The files from elsewhere (the web, commits) that a policy file extends directly: they are wanted as sources with the path [`Pin::path`].
    pub fn pinned(source: &Source) -> Vec<Pin> {
        let pins = layer::bases(source).into_iter().filter_map(|base| match base {
            Base::Pinned(pin) => Some(pin),
            _ => None,
        });
        pins.collect()
    }

    /// Reads a policy file and what it extends. `lookup` answers the files that [`Policy::wanted`] names, of this file and of
    /// those it extends.
    ///
    /// # Errors
    /// All that is wrong with any of the files, sorted by place.
    pub fn read<'s>(
        source: &'s Source,
        lookup: &dyn Fn(&RepoPath) -> Option<&'s Source>,
    ) -> Result<Policy, Vec<PolicyProblem>> {
        Policy::read_for(source, lookup, None)
    }

    /// Reads a policy as if its nearest file said that the product reaches others in this way.
    ///
    /// # Errors
    /// As [`Policy::read`].
    pub fn read_for<'s>(
        source: &'s Source,
        lookup: &dyn Fn(&RepoPath) -> Option<&'s Source>,
        distribution: Option<Distribution>,
    ) -> Result<Policy, Vec<PolicyProblem>> {
        let mut stack =
            Stack { lookup, done: BTreeSet::new(), open: Vec::new(), layers: Vec::new(), problems: Vec::new() };
        stack.add(source);
        if let (Some(kind), Some((source, nearest))) = (distribution, stack.layers.last_mut()) {
            let text = format!("distribution = \"{}\" is asked for", kind.as_str());
            let because = Because { policy: source.path().as_str().into(), line: None, text };
            nearest.distribution = Some(Set { value: kind, because });
        }
        if stack.problems.is_empty() {
            let layers = || stack.layers.iter().map(|(_, layer)| layer);
            let kind = merge::distribution(layers()).map_or(Settings::default().distribution, |set| set.value);
            let layers: Vec<(&Source, &Layer, bool)> =
                stack.layers.iter().map(|(source, layer)| (*source, layer, builtin_name(source).is_some())).collect();
            stack.problems = own::unknown(stack.layers.iter().map(|(_, layer)| layer));
            stack.problems.extend(inherit::check(&layers, kind));
        }
        if !stack.problems.is_empty() {
            stack.problems.sort();
            stack.problems.dedup();
            return Err(stack.problems);
        }
        let mut digest = Sha256::new();
        for (source, _) in &stack.layers {
            digest.update((source.text().len() as u64).to_le_bytes());
            digest.update(source.text().as_bytes());
        }
        let digest = hexadecimal(&digest.finalize());
        let mut names = stack.layers.iter().rev().map(|(source, _)| name_of(source));
        let mut name = names.next().unwrap_or_default();
        let bases: Vec<String> = names.collect();
        if !bases.is_empty() {
            name.push_str(&format!(", extending {}", bases.join(", ")));
        }
        let files = stack.layers.iter().rev().map(|(source, _)| PolicyFile {
            path: source.path().clone(),
            builtin: builtin_name(source),
            sha256: hexadecimal(&Sha256::digest(source.text().as_bytes())),
        });
        let files = files.collect();
        let layers = stack.layers.into_iter().map(|(_, layer)| layer).collect();
        Ok(Policy { files, ..merge::merge(layers, name, digest) })
    }

    /// The level of a rule (`None`: off) and what set it.
    pub fn level(&self, rule: &'static Rule) -> (Option<Severity>, Because) {
        match self.rules.get(rule.id).and_then(|setting| setting.level.as_ref()) {
            Some(set) => (set.value, set.because.clone()),
            None if self.only_named.as_ref().is_some_and(|set| set.value) => {
                let because = self.only_named.as_ref().map(|set| set.because.clone());
                (None, because.unwrap_or_else(|| Because { policy: "sepal".into(), line: None, text: String::new() }))
            }
            None => {
                let word = rule.default.map_or("off", Severity::as_str);
                let text = format!("{} is set to {word} by default", rule.id);
                (rule.default, Because { policy: "sepal".into(), line: None, text })
            }
        }
    }

    /// The parameters of a rule: every one has a value.
    pub fn params(&self, rule: &'static Rule) -> Params {
        let mut params = Params::defaults(rule.params);
        if let Some(setting) = self.rules.get(rule.id) {
            for (name, value) in &setting.params {
                params.set(name, value.clone());
            }
        }
        params
    }

    /// The lowest severity that fails the gate.
    pub fn fail_on(&self) -> Severity {
        self.fail_on.as_ref().map_or(Severity::Error, |set| set.value)
    }

    /// How many days away the end of a waiver of a rule may be, and what says so; `None`: the policy does not say, and
    /// `governance/waiver-too-long` has a number of its own.
    pub fn waiver_days(&self, rule: &str) -> Option<&Set<u32>> {
        let level = match rule::by_id(rule) {
            Some(rule) => self.level(rule).0,
            None => self.own_rule(rule)?.level.value,
        };
        self.waiver_days.get(&level?)
    }

    /// The organisation's own rule of an id.
    pub fn own_rule(&self, id: &str) -> Option<&OwnRule> {
        self.own.iter().find(|rule| rule.id == id)
    }

    /// How many days before its end a waiver is announced: 14, unless the policy says otherwise.
    pub fn waiver_warn_days(&self) -> u32 {
        self.waiver_warn_days.as_ref().map_or(14, |set| set.value)
    }

    /// Whether not knowing everything fails the run.
    pub fn requires_completeness(&self) -> bool {
        self.require_complete.as_ref().is_some_and(|set| set.value)
    }

    /// Whether the run fails where no advisories were looked up.
    pub fn requires_advisories(&self) -> bool {
        self.require_advisories.as_ref().is_some_and(|set| set.value)
    }
}

/// The shipped policy of a name as a source: its path is `policies/<name>.toml`, as in the repository of sepal.
pub fn builtin_source(name: &str) -> Option<&'static Source> {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    let sources = SOURCES.get_or_init(|| {
        let source = |(name, text): &(&str, &str)| {
            let path = RepoPath::new(&format!("policies/{name}.toml"));
            Source::from_text(path, (*text).to_owned()).expect("a shipped policy is shorter than 4 GiB")
        };
        BUILTIN.iter().map(source).collect()
    });
    BUILTIN.iter().position(|(known, _)| *known == name).map(|at| &sources[at])
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn builtin_name(source: &Source) -> Option<&'static str> {
    BUILTIN
        .iter()
        .map(|(name, _)| *name)
        .find(|name| builtin_source(name).is_some_and(|builtin| std::ptr::eq(builtin, source)))
}

fn name_of(source: &Source) -> String {
    match builtin_name(source) {
        Some(name) => format!("{name} (built in)"),
        None => source.path().as_str().to_owned(),
    }
}

/// Files on the way to becoming one policy.
struct Stack<'l, 's> {
    lookup: &'l dyn Fn(&RepoPath) -> Option<&'s Source>,
    /// Files that are laid down; each counts once, where it is first needed.
    done: BTreeSet<String>,
    /// Files whose bases are being laid down.
    open: Vec<String>,
    layers: Vec<(&'s Source, Layer)>,
    problems: Vec<PolicyProblem>,
}

impl<'s> Stack<'_, 's> {
    /// Lays down what a file extends, then the file. Recursion is bounded by [`MOST_BASES`].
    fn add(&mut self, source: &'s Source) {
        let (layer, problems) = layer::read(source);
        self.problems.extend(problems);
        let key = name_of(source);
        self.open.push(key.clone());
        // Who says nothing starts from the baseline; the shipped policies say that they start from nothing.
        let bases: Vec<(Option<&'s Source>, Option<crate::model::Location>, String)> = match &layer.extends {
            None => vec![(builtin_source("baseline"), None, "builtin:baseline".to_owned())],
            Some(bases) => bases
                .iter()
                .map(|(base, location)| match base {
                    Base::Builtin(name) => (builtin_source(name), Some(location.clone()), format!("builtin:{name}")),
                    Base::File(path) => {
                        let found = if pin::is_pinned(source) { None } else { (self.lookup)(path) };
                        (
                            found,
                            Some(location.clone()),
                            if pin::is_pinned(source) { path.file_name().to_owned() } else { path.to_string() },
                        )
                    }
                    Base::Pinned(pin) => ((self.lookup)(&pin.path()), Some(location.clone()), pin.shown()),
                })
                .collect(),
        };
        for (base, location, shown) in bases {
            let location = location.unwrap_or_else(|| crate::model::Location::file(source.path()));
            let mut trouble = |message: String, help: &str| {
                let help = Some(help.to_owned());
                self.problems.push(PolicyProblem { location: location.clone(), message, help });
            };
            let Some(base) = base else {
                if shown.contains("://") {
                    trouble(format!("`{shown}` is not on this machine"), "fetch it with: sepal policy update");
                } else if pin::is_pinned(source) {
                    let help = "pin it as well: { url = \"…\", sha256 = \"…\" }, or extend shipped policies only";
                    trouble(format!("`{shown}` is a path, and this file is not part of a tree"), help);
                } else {
                    trouble(format!("`{shown}` cannot be read"), "the path is relative to the file that names it");
                }
                continue;
            };
            let base_key = name_of(base);
            if self.open.contains(&base_key) {
                trouble(format!("`{shown}` extends itself"), "remove one of the files from `extends`");
            } else if self.open.len() >= MOST_BASES {
                trouble("too many policies extend one another".to_owned(), "put them into fewer files");
            } else if !self.done.contains(&base_key) {
                self.add(base);
            }
        }
        self.open.pop();
        self.done.insert(key);
        self.layers.push((source, layer));
    }
}
