//! Which optional dependencies of one's own packages are turned on.
//!
//! The rules are those of the Cargo Book ("Features"): every member of a workspace has its `default` feature; a dependency
//! on another package of the repository turns on the features it names there, and `default` unless it says otherwise; a
//! feature turns on others (`a`), optional dependencies (`dep:a`, or `a` where no feature has that name), and features of
//! dependencies (`a/b`, and `a?/b` if something else turns on `a`).
//!
//! That is what the manifests of the repository alone decide. Features are united over all sections, targets and members,
//! as cargo's first resolver does it; where the newer ones keep them apart (a member that only a build script uses), an
//! optional dependency may count as turned on that is not. What third parties turn on among each other is not in their
//! lock entries and is left to cargo (`--trust-tools`).

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::{ASKED, FEATURE, NO_DEFAULT, WORKSPACE_DEPENDENCIES};
use super::workspace::{Manifests, Workspace};
use crate::ecosystem::Declaration;
use crate::model::Scope;

/// The optional dependencies that are turned on: manifest and the name a dependency has there.
pub(super) struct Enabled<'a>(BTreeSet<(usize, &'a str)>);

impl Enabled<'_> {
    /// What a dependency is for, after features.
    pub fn scope(&self, index: usize, declaration: &Declaration) -> Scope {
        if declaration.scope != Scope::Optional || !self.0.contains(&(index, key(declaration))) {
            return declaration.scope;
        }
        let section = declaration.section.rsplit('.').next().unwrap_or_default();
        if section.starts_with("build") { Scope::Build } else { Scope::Runtime }
    }
}

/// The name that a dependency has in its manifest.
fn key(declaration: &Declaration) -> &str {
    declaration.alias.as_ref().unwrap_or(&declaration.name)
}

/// What one manifest says about features.
#[derive(Default)]
struct Stated<'a> {
    /// What each feature turns on.
    features: BTreeMap<&'a str, Vec<&'a str>>,
    /// The manifest's own dependencies by the name they have there.
    dependencies: BTreeMap<&'a str, Vec<usize>>,
    /// The features that each dependency asks for, by its place.
    asked: BTreeMap<usize, Vec<&'a str>>,
    /// The dependencies that do not ask for `default`.
    no_default: BTreeSet<usize>,
    /// What `[workspace.dependencies]` has under a name.
    inheritable: BTreeMap<&'a str, usize>,
}

impl<'a> Stated<'a> {
    fn of(manifests: &Manifests<'a>, index: usize) -> Self {
        let parsed = manifests.get(index).parsed;
        let mut stated = Self::default();
        for (name, value) in &parsed.settings {
            let (first, rest) =
                value.split_once(' ').map_or((value.as_str(), None), |(first, rest)| (first, Some(rest)));
            match *name {
                FEATURE => stated.features.entry(first).or_default().extend(rest),
                ASKED => {
                    if let (Ok(place), Some(feature)) = (first.parse(), rest) {
                        stated.asked.entry(place).or_default().push(feature);
                    }
                }
                NO_DEFAULT => stated.no_default.extend(first.parse::<usize>().ok()),
                _ => {}
            }
        }
        for (place, declaration) in parsed.declarations.iter().enumerate() {
            if declaration.package.is_some() {
                stated.dependencies.entry(key(declaration)).or_default().push(place);
            } else if declaration.section == WORKSPACE_DEPENDENCIES {
                stated.inheritable.insert(key(declaration), place);
            }
        }
        stated
    }
}

struct Closure<'a, 'm> {
    manifests: &'m Manifests<'a>,
    stated: BTreeMap<usize, Stated<'a>>,
    members: &'m [usize],
    on: BTreeSet<(usize, &'a str)>,
    enabled: BTreeSet<(usize, &'a str)>,
    /// `a?/b` of a manifest: what is turned on in `a` as soon as `a` is.
    waiting: BTreeMap<(usize, &'a str), Vec<&'a str>>,
    open: Vec<(usize, &'a str)>,
}

/// Follows the features of a workspace.
pub(super) fn enabled<'a>(manifests: &Manifests<'a>, workspace: &Workspace) -> Enabled<'a> {
    let mut closure = Closure {
        manifests,
        stated: BTreeMap::new(),
        members: &workspace.members,
        on: BTreeSet::new(),
        enabled: BTreeSet::new(),
        waiting: BTreeMap::new(),
        open: Vec::new(),
    };
    let all = workspace.members.iter().chain(&workspace.locals);
    for index in all.clone() {
        closure.stated.insert(*index, Stated::of(manifests, *index));
        let root = manifests.root_index(*index);
        closure.stated.entry(root).or_insert_with(|| Stated::of(manifests, root));
    }
    for index in all {
        let declarations = &manifests.get(*index).parsed.declarations;
        for (place, declaration) in declarations.iter().enumerate() {
            // What is not optional is turned on; of what others use by path, only the members' tests are.
            let used = declaration.scope != Scope::Development || closure.is_member(*index);
            if declaration.package.is_some() && declaration.scope != Scope::Optional && used {
                closure.depend(*index, place);
            }
        }
    }
    for index in &workspace.members {
        closure.turn_on(*index, "default");
    }
    while let Some((index, feature)) = closure.open.pop() {
        closure.follow(index, feature);
    }
    Enabled(closure.enabled)
}

impl<'a> Closure<'a, '_> {
    fn is_member(&self, index: usize) -> bool {
        self.members.binary_search(&index).is_ok()
    }

    fn turn_on(&mut self, index: usize, feature: &'a str) {
        if self.stated.contains_key(&index) && self.on.insert((index, feature)) {
            self.open.push((index, feature));
        }
    }

    /// Turns on what a feature of a manifest turns on.
    fn follow(&mut self, index: usize, feature: &'a str) {
        let Some(items) = self.stated[&index].features.get(feature).cloned() else {
            // No feature of that name: it is the one that an optional dependency brings.
            return self.enable(index, feature);
        };
        for item in items {
            if let Some(dependency) = item.strip_prefix("dep:") {
                self.enable(index, dependency);
            } else if let Some((dependency, feature)) = item.split_once('/') {
                match dependency.strip_suffix('?') {
                    Some(weak) if !self.is_on(index, weak) => {
                        self.waiting.entry((index, weak)).or_default().push(feature)
                    }
                    Some(weak) => self.ask(index, weak, feature),
                    None => {
                        self.enable(index, dependency);
                        self.ask(index, dependency, feature);
                    }
                }
            } else {
                self.turn_on(index, item);
            }
        }
    }

    fn places(&self, index: usize, dependency: &str) -> Vec<usize> {
        self.stated[&index].dependencies.get(dependency).cloned().unwrap_or_default()
    }

    fn is_on(&self, index: usize, dependency: &str) -> bool {
        let declarations = &self.manifests.get(index).parsed.declarations;
        self.enabled.contains(&(index, dependency))
            || self.places(index, dependency).iter().any(|place| declarations[*place].scope != Scope::Optional)
    }

    /// Turns on an optional dependency.
    fn enable(&mut self, index: usize, dependency: &'a str) {
        if !self.enabled.insert((index, dependency)) {
            return;
        }
        for place in self.places(index, dependency) {
            self.depend(index, place);
        }
        for feature in self.waiting.remove(&(index, dependency)).unwrap_or_default() {
            self.ask(index, dependency, feature);
        }
    }

    /// Turns on a feature of a dependency, where that is a package of the repository.
    fn ask(&mut self, index: usize, dependency: &str, feature: &'a str) {
        for place in self.places(index, dependency) {
            if let Some(target) = self.target(index, place) {
                self.turn_on(target, feature);
            }
        }
    }

    /// The package of the repository that a dependency means.
    fn target(&self, index: usize, place: usize) -> Option<usize> {
        let declaration = &self.manifests.get(index).parsed.declarations[place];
        self.manifests.at(self.manifests.wanted(index, declaration).directory.as_ref()?)
    }

    /// Turns on the features that a dependency asks for.
    fn depend(&mut self, index: usize, place: usize) {
        let Some(target) = self.target(index, place) else { return };
        let declaration = &self.manifests.get(index).parsed.declarations[place];
        let own = &self.stated[&index];
        let mut asked: Vec<&'a str> = own.asked.get(&place).cloned().unwrap_or_default();
        let mut default = !own.no_default.contains(&place);
        if declaration.inherited
            && let Some(root) = self.stated.get(&self.manifests.root_index(index))
            && let Some(inherited) = root.inheritable.get(key(declaration))
        {
            asked.extend(root.asked.get(inherited).into_iter().flatten());
            // A member can add features to what it inherits, but not take `default` away.
            default = !root.no_default.contains(inherited);
        }
        if default {
            asked.push("default");
        }
        for feature in asked {
            self.turn_on(target, feature);
        }
    }
}
