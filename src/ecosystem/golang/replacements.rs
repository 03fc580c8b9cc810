//! What `replace` and `exclude` statements do to requirements.

use compact_str::CompactString;

use super::directives::{EXCLUDE, REPLACE};
use crate::ecosystem::Declaration;
use crate::model::{LookUp, Mark, Origin, RepoPath};

/// What stands in for a module.
#[derive(Clone, Debug)]
pub(super) struct Replacement {
    /// By what.
    pub target: Target,
    /// The file that says so.
    pub file: RepoPath,
    /// Where.
    pub mark: Mark,
}

/// By what a module is replaced.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// Another module.
    Module(CompactString, CompactString),
    /// A directory: as written, and in the tree if it lies there.
    Directory(CompactString, Option<RepoPath>),
}

/// The replacements and exclusions of a project.
#[derive(Default)]
pub(super) struct Replacements {
    /// By module, and version if it is for one only.
    replaced: LookUp<(CompactString, Option<CompactString>), Replacement>,
    excluded: LookUp<(CompactString, CompactString), ()>,
}

impl Replacements {
    /// Takes those of a file in. What is there already stays: a workspace's replacements count before those of its modules.
    pub fn take(&mut self, file: &RepoPath, declarations: &[Declaration]) {
        let directory = file.parent();
        for asked in declarations {
            if asked.section == EXCLUDE {
                self.excluded.insert((asked.name.clone(), asked.requirement.clone()), ());
            }
            let Some(rest) = asked.section.strip_prefix(REPLACE) else { continue };
            let version = rest.strip_prefix(' ').map(CompactString::from);
            let target = match &asked.origin {
                Origin::Path { path } => Target::Directory(path.clone(), directory.join(path)),
                _ => Target::Module(asked.alias.clone().unwrap_or_default(), asked.requirement.clone()),
            };
            let made = || Replacement { target, file: file.clone(), mark: asked.mark };
            self.replaced.get_or_insert_with((asked.name.clone(), version), made);
        }
    }

    /// What stands in for a module at a version: what is for that version only comes first.
    pub fn of(&self, path: &str, version: &str) -> Option<&Replacement> {
        if self.replaced.is_empty() {
            return None;
        }
        let exact = (CompactString::from(path), Some(CompactString::from(version)));
        self.replaced.get(&exact).or_else(|| self.replaced.get(&(exact.0, None)))
    }

    /// Whether this version is to be passed over.
    pub fn excludes(&self, path: &str, version: &str) -> bool {
        !self.excluded.is_empty()
            && self.excluded.contains_key(&(CompactString::from(path), CompactString::from(version)))
    }
}
