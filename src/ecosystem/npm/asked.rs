//! What one manifest asks for, to be tied to what a lock file answers.

use compact_str::CompactString;

use super::identity::{self, Specifier};
use crate::ecosystem::{Declaration, Link, Package, Parsed};
use crate::model::{LookUp, Scope};

/// The requirements of a manifest by the name that is asked for.
pub struct Asked<'a> {
    /// By name as installed (the alias, where there is one): the places in `declarations`.
    by_key: LookUp<&'a str, Vec<u32>>,
    /// By the package's real name, where that differs.
    by_real_name: LookUp<&'a str, Vec<u32>>,
    /// By requirement, for those that name a place and not a version: a repository's own name may be another one.
    by_place: LookUp<&'a str, u32>,
    declarations: Vec<&'a Declaration>,
    answered: Vec<bool>,
}

/// How a link of a lock file agrees with the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// It is what is asked for.
    Same,
    /// The manifest asks for something else under that name.
    Differs,
}

impl<'a> Asked<'a> {
    /// What a manifest's package asks for. `catalog` knows what an entry of a catalog asks for in turn.
    pub fn of(manifest: &'a Parsed, catalog: impl Fn(&str, &str) -> Option<&'a str>) -> Self {
        let mut asked = Self {
            by_key: LookUp::new(),
            by_real_name: LookUp::new(),
            by_place: LookUp::new(),
            declarations: manifest.declarations.iter().filter(|declaration| declaration.package.is_some()).collect(),
            answered: Vec::new(),
        };
        asked.answered = vec![false; asked.declarations.len()];
        for (at, declaration) in asked.declarations.iter().enumerate() {
            let at = at as u32;
            asked.by_key.get_or_insert_with(key(declaration), Vec::new).push(at);
            let specifier = identity::specifier(&declaration.requirement);
            let real_name = match specifier {
                // An entry of a catalog may be an alias.
                Specifier::Catalog(name) => match catalog(name, key(declaration)).map(identity::specifier) {
                    Some(Specifier::Alias { name, .. }) => Some(name),
                    _ => None,
                },
                _ => declaration.alias.is_some().then_some(declaration.name.as_str()),
            };
            if let Some(name) = real_name {
                asked.by_real_name.get_or_insert_with(name, Vec::new).push(at);
            }
            if !matches!(specifier, Specifier::Registry(_) | Specifier::Alias { .. } | Specifier::Catalog(_)) {
                asked.by_place.insert(declaration.requirement.as_str(), at);
            }
        }
        asked
    }

    /// The declaration that a link from the manifest's package to `to` is the answer to, and whether it is the same one.
    /// `to` is the package as its own manifest states it, where it is one's own.
    pub fn answer(&mut self, link: &Link, to: &Package) -> Option<(&'a Declaration, Agreement)> {
        let name = to.purl.full_name();
        let alias = to.properties.iter().find(|(key, _)| *key == identity::ALIAS).map(|(_, name)| name.as_str());
        let requirement = link.requirement.as_deref();
        let same = |at: &u32| {
            requirement.is_none_or(|requirement| is_same(requirement, &self.declarations[*at as usize].requirement))
        };
        let lists = [
            alias.and_then(|alias| self.by_key.get(alias)),
            self.by_key.get(name.as_str()),
            self.by_real_name.get(name.as_str()),
        ];
        // The best is: not tied yet, of the same section, and asking for the same. A list has as many entries as there are
        // sections, or aliases of one package.
        let best = lists.into_iter().flatten().flatten().max_by_key(|at| {
            let declaration = self.declarations[**at as usize];
            (same(at), declaration.scope == link.scope, !self.answered[**at as usize])
        });
        let (at, agreement) = match best.copied() {
            Some(at) if same(&at) => (at, Agreement::Same),
            other => match requirement.and_then(|requirement| self.by_place.get(requirement)).copied() {
                Some(at) => (at, Agreement::Same),
                None => (other?, Agreement::Differs),
            },
        };
        self.answered[at as usize] = true;
        Some((self.declarations[at as usize], agreement))
    }

    /// What nothing has answered yet: one declaration a name, in the order of the file. `npm` says by whose rules a name
    /// that stands in several sections counts.
    pub fn unanswered(&self, npm: bool) -> Vec<&'a Declaration> {
        let mut effective = Vec::new();
        for (at, declaration) in self.declarations.iter().enumerate() {
            let Some(list) = self.by_key.get(key(declaration)) else { continue };
            if list.iter().any(|other| self.answered[*other as usize]) {
                continue;
            }
            let chosen = list.iter().max_by_key(|at| rank(self.declarations[**at as usize].scope, npm));
            if chosen == Some(&(at as u32)) {
                effective.push(*declaration);
            }
        }
        effective
    }
}

/// The name by which a requirement's answer is installed.
pub fn key(declaration: &Declaration) -> &str {
    declaration.alias.as_deref().unwrap_or(&declaration.name)
}

/// Which section counts where a name stands in several: for npm the order of [`identity::SECTIONS`]; yarn and pnpm let
/// `dependencies` win over `devDependencies`.
fn rank(scope: Scope, npm: bool) -> usize {
    match scope {
        Scope::Development if !npm => 1,
        Scope::Peer => 0,
        Scope::Runtime => 2,
        Scope::Optional => 3,
        _ => 4,
    }
}

/// Whether two requirements are the same text, leaving out blanks and yarn's `npm:` before a range.
fn is_same(a: &str, b: &str) -> bool {
    fn plain(text: &str) -> CompactString {
        let text = match identity::specifier(text) {
            Specifier::Registry(range) => range,
            _ => text,
        };
        text.chars().filter(|c| !c.is_whitespace()).collect()
    }
    a == b || plain(a) == plain(b)
}
