//! What modules need, as Gradle's cache on this machine tells: their module metadata, or else their poms with the poms above.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use compact_str::{CompactString, format_compact};

use super::module::{self, MODULE};
use crate::ecosystem::maven::{coordinates, pom};
use crate::ecosystem::{Aids, Parsed, Statement};
use crate::model::{LookUp, Mark, Purl, RepoPath};

/// The name of Gradle's home among the directories of a machine.
const HOME: &str = "gradle-home";

/// How many poms above one are followed. Real ones have fewer than ten.
const MOST_PARENTS: usize = 32;

/// What modules need.
pub(super) struct Needs<'c> {
    aids: &'c Aids<'c>,
    any: bool,
    /// What was asked before: the projects of a build lock the same modules again and again.
    known: RefCell<LookUp<Purl, Option<Rc<Found>>>>,
}

/// What a module needs, as `group:name` with the place.
pub(super) type Found = (RepoPath, Vec<(CompactString, Mark)>);

impl<'c> Needs<'c> {
    pub fn new(aids: &'c Aids<'c>) -> Self {
        Self { aids, any: aids.caches.has(HOME), known: RefCell::default() }
    }

    /// Whether there is a cache at all.
    pub fn any(&self) -> bool {
        self.any
    }

    /// The modules that this one needs when it is used, with the file that says so. `None` if the cache does not have it.
    pub fn of(&self, purl: &Purl) -> Option<Rc<Found>> {
        if let Some(known) = self.known.borrow().get(purl) {
            return known.clone();
        }
        let found = self.read(purl).map(Rc::new);
        self.known.borrow_mut().insert(purl.clone(), found.clone());
        found
    }

    fn read(&self, purl: &Purl) -> Option<Found> {
        let (group, name, version) = (purl.namespace()?, purl.name(), purl.version()?);
        let path = |ending: &str| cached(group, name, version, ending);
        if let Some(file) = self.aids.caches.read(HOME, &path("module")?, &MODULE)
            && let Some(parsed) = &file.parsed
        {
            let needed = parsed.statements.iter().filter(|statement| statement.kind == module::DEPENDENCY);
            let needed = needed.map(|one| (format_compact!("{}:{}", one.name, one.value), one.mark)).collect();
            return Some((file.path.clone(), needed));
        }
        let file = self.aids.caches.read(HOME, &path("pom")?, &pom::FORMAT)?;
        let parsed = file.parsed.as_ref()?;
        Some((file.path.clone(), self.of_pom(parsed, group)))
    }

    /// What a pom needs at compile time and at run time. What is inherited counts too, at the place of the pom's first word:
    /// its own place is in another file.
    fn of_pom(&self, own: &Parsed, group: &str) -> Vec<(CompactString, Mark)> {
        let mut scopes: BTreeMap<CompactString, CompactString> = BTreeMap::new();
        let mut found: Vec<(CompactString, Mark, Option<CompactString>)> = Vec::new();
        let mut seen: BTreeSet<CompactString> = BTreeSet::new();
        take(own, group, None, &mut seen, &mut found, &mut scopes);
        let start = own.packages.first().map(|package| package.mark);
        let mut above = parent_of(own);
        for _ in 0..MOST_PARENTS {
            let Some((group, name, version)) = above.take() else { break };
            let Some(path) = cached(&group, &name, &version, "pom") else { break };
            let Some(file) = self.aids.caches.read(HOME, &path, &pom::FORMAT) else { break };
            let Some(parsed) = &file.parsed else { break };
            take(parsed, &group, start, &mut seen, &mut found, &mut scopes);
            above = parent_of(parsed);
        }
        let used = |name: &CompactString, scope: &Option<CompactString>| {
            let scope = scope.as_ref().or_else(|| scopes.get(name)).map_or("compile", CompactString::as_str);
            matches!(scope, "compile" | "runtime")
        };
        found.into_iter().filter(|(name, _, scope)| used(name, scope)).map(|(name, mark, _)| (name, mark)).collect()
    }
}

/// Where the cache keeps a file of a module: the directory between is the digest of the file.
fn cached(group: &str, name: &str, version: &str, ending: &str) -> Option<[String; 1]> {
    let plain = [group, name, version].into_iter().all(coordinates::is_plain);
    plain.then(|| [format!("caches/modules-2/files-2.1/{group}/{name}/{version}/*/{name}-{version}.{ending}")])
}

fn parts(parsed: &Parsed, of: usize) -> impl Iterator<Item = &Statement> {
    let after = parsed.statements.get(of + 1..).unwrap_or_default();
    after
        .iter()
        .take_while(move |one| one.within.is_some_and(|within| within as usize >= of))
        .filter(move |one| one.within == Some(of as u32) && one.kind == pom::PART)
}

fn parent_of(parsed: &Parsed) -> Option<(CompactString, CompactString, CompactString)> {
    let at = parsed.statements.iter().position(|statement| statement.kind == pom::PARENT)?;
    let part = |name: &str| parts(parsed, at).find(|one| one.name == name).map(|one| one.value.clone());
    Some((part("groupId")?, part("artifactId")?, part("version")?))
}

fn take(
    parsed: &Parsed,
    own_group: &str,
    inherited_at: Option<Mark>,
    seen: &mut BTreeSet<CompactString>,
    found: &mut Vec<(CompactString, Mark, Option<CompactString>)>,
    scopes: &mut BTreeMap<CompactString, CompactString>,
) {
    for (at, statement) in parsed.statements.iter().enumerate() {
        let managed = statement.kind == pom::MANAGED;
        if statement.within.is_some() || !(managed || statement.kind == pom::DEPENDENCY) {
            continue;
        }
        let group = match statement.name.as_str() {
            "${project.groupId}" | "${pom.groupId}" | "${groupId}" => own_group,
            group => group,
        };
        // What is not filled in is no edge.
        if !coordinates::is_plain(group) || !coordinates::is_plain(&statement.value) {
            continue;
        }
        let name = format_compact!("{group}:{}", statement.value);
        let part = |wanted: &str| parts(parsed, at).find(|one| one.name == wanted).map(|one| one.value.clone());
        let scope = part("scope");
        if managed {
            if let Some(scope) = scope {
                scopes.entry(name).or_insert(scope);
            }
        } else if seen.insert(name.clone()) && part("optional").is_none_or(|text| text != "true") {
            found.push((name, inherited_at.unwrap_or(statement.mark), scope));
        }
    }
}
