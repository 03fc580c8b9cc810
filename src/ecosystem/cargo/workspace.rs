//! Which manifests belong together: cargo's workspaces.
//!
//! The rules are those of the Cargo Book ("Workspaces") and of `find_root` and `find_path_deps` in cargo's
//! `core/workspace.rs`: the nearest manifest above with a `[workspace]` table is the root unless it excludes the path;
//! members are what `members` names, the root's own package, and every path dependency of a member that lies below the
//! root. A package that says it belongs to a workspace which does not list it is an error to cargo; here it stands alone.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::manifest::{PATCH, REPLACE, WORKSPACE, WORKSPACE_AT, WORKSPACE_DEPENDENCIES, setting};
use crate::ecosystem::{Declaration, Parsed};
use crate::model::{Location, Origin, RepoPath};

/// A manifest that could be read.
pub(super) struct Manifest<'a> {
    pub path: &'a RepoPath,
    pub directory: RepoPath,
    pub parsed: &'a Parsed,
}

/// All manifests of a scan.
pub(super) struct Manifests<'a> {
    /// Sorted by directory.
    all: Vec<Manifest<'a>>,
    /// The root of each one's workspace; itself, if it belongs to none.
    roots: Vec<usize>,
    /// What its `[workspace]` table says about paths, for those that have one.
    memberships: Vec<Option<Membership>>,
    /// What members may inherit, for the manifests that have a `[workspace]` table: by the key it has there.
    inheritable: Vec<BTreeMap<&'a str, &'a Declaration>>,
}

/// Manifests that are resolved together.
pub(super) struct Workspace {
    /// The directory of its root.
    pub directory: RepoPath,
    /// Its members, as indices into [`Manifests`], sorted.
    pub members: Vec<usize>,
    /// Packages of the tree that members depend on by path without being members, sorted.
    pub locals: Vec<usize>,
    /// What could not be found.
    pub gaps: Vec<(Location, String)>,
}

/// What a declaration asks for, after inheritance.
pub(super) struct Wanted<'a> {
    /// The package's real name.
    pub name: &'a str,
    /// As written; empty where nothing is.
    pub requirement: &'a str,
    /// Where it is to come from.
    pub origin: &'a Origin,
    /// The directory in the tree, if it is to come from a path that lies in the tree.
    pub directory: Option<RepoPath>,
    /// The line a person edits.
    pub location: Location,
    /// Whether the workspace that decides was not read.
    pub undecided: bool,
}

/// Directories, to ask whether one of them holds a path.
struct Directories(BTreeSet<Box<str>>);

impl Directories {
    fn hold(&self, path: &RepoPath) -> bool {
        let mut rest = path.as_str();
        loop {
            if self.0.contains(rest) {
                return true;
            }
            match rest.rsplit_once('/') {
                Some((above, _)) => rest = above,
                None => return !rest.is_empty() && self.0.contains(""),
            }
        }
    }
}

/// What the `[workspace]` table of a root says about paths.
struct Membership {
    literal: Vec<(CompactString, Option<RepoPath>)>,
    explicit: Directories,
    excluded: Directories,
    globs: GlobSet,
    wrong: Vec<CompactString>,
}

impl Membership {
    fn of(root: &Manifest<'_>) -> Self {
        let (mut explicit, mut excluded) = (BTreeSet::new(), BTreeSet::new());
        let (mut literal, mut wrong) = (Vec::new(), Vec::new());
        let mut globs = GlobSetBuilder::new();
        for pattern in &root.parsed.members {
            if let Some(pattern) = pattern.strip_prefix('!') {
                excluded.extend(root.directory.join(pattern).map(|path| Box::from(path.as_str())));
                continue;
            }
            // `glob`'s patterns have no braces: those are ordinary characters there.
            if !pattern.contains(['*', '?', '[']) {
                let path = root.directory.join(pattern);
                explicit.extend(path.iter().map(|path| Box::from(path.as_str())));
                literal.push((pattern.clone(), path));
                continue;
            }
            // Dots are resolved as text; the directory's own name may have characters that mean something in a pattern.
            let glob = RepoPath::new(&globset::escape(root.directory.as_str())).join(pattern).and_then(|path| {
                let path = path.as_str().replace('{', "[{]").replace('}', "[}]");
                GlobBuilder::new(&path).literal_separator(true).build().ok()
            });
            match glob {
                Some(glob) => drop(globs.add(glob)),
                None => wrong.push(pattern.clone()),
            }
        }
        let globs = globs.build().unwrap_or_else(|_| GlobSet::empty());
        Self { literal, explicit: Directories(explicit), excluded: Directories(excluded), globs, wrong }
    }

    fn excludes(&self, directory: &RepoPath) -> bool {
        self.excluded.hold(directory) && !self.explicit.hold(directory)
    }
}

impl<'a> Manifests<'a> {
    /// Puts manifests in order.
    pub fn new(mut all: Vec<Manifest<'a>>) -> Self {
        all.sort_by(|a, b| a.directory.cmp(&b.directory));
        let memberships = all.iter().map(|one| is_root(one).then(|| Membership::of(one))).collect();
        let inheritable = all.iter().map(inheritable).collect();
        let mut manifests = Self { all, roots: Vec::new(), memberships, inheritable };
        manifests.roots = (0..manifests.all.len()).map(|index| manifests.find_root(index)).collect();
        manifests
    }

    /// A manifest by its index.
    pub fn get(&self, index: usize) -> &Manifest<'a> {
        &self.all[index]
    }

    /// The root of a manifest's workspace.
    pub fn root_of(&self, index: usize) -> &Manifest<'a> {
        &self.all[self.roots[index]]
    }

    /// The index of the root of a manifest's workspace.
    pub fn root_index(&self, index: usize) -> usize {
        self.roots[index]
    }

    /// The manifest in a directory.
    pub fn at(&self, directory: &RepoPath) -> Option<usize> {
        self.all.binary_search_by(|one| one.directory.cmp(directory)).ok()
    }

    fn find_root(&self, index: usize) -> usize {
        let one = &self.all[index];
        if self.memberships[index].is_some() {
            return index;
        }
        let named = |one: &Manifest<'_>| {
            let path = setting(one.parsed, WORKSPACE_AT)?;
            Some(one.directory.join(path).and_then(|directory| self.at(&directory)).unwrap_or(index))
        };
        if let Some(root) = named(one) {
            return root;
        }
        let mut directory = one.directory.clone();
        while !directory.as_str().is_empty() {
            directory = directory.parent();
            let Some(above) = self.at(&directory) else { continue };
            if let Some(root) = &self.memberships[above] {
                return if root.excludes(&one.directory) { index } else { above };
            }
            if let Some(root) = named(&self.all[above]) {
                return root;
            }
        }
        index
    }

    /// All workspaces, sorted by directory, and packages that stand alone. `locked` tells which directories have a lock file
    /// of their own.
    pub fn workspaces(&self, locked: &dyn Fn(&RepoPath) -> bool) -> Vec<Workspace> {
        let mut covered = vec![false; self.all.len()];
        let mut found = Vec::new();
        let cover = |workspace: Workspace, covered: &mut Vec<bool>, found: &mut Vec<Workspace>| {
            workspace.members.iter().for_each(|member| covered[*member] = true);
            // A package that others use by path is part of their resolution, unless it has one of its own.
            for local in &workspace.locals {
                covered[*local] |= !locked(&self.all[*local].directory) && !is_root(&self.all[*local]);
            }
            found.push(workspace);
        };
        for index in 0..self.all.len() {
            if let Some(membership) = &self.memberships[index] {
                covered[index] = true;
                cover(self.workspace(index, membership), &mut covered, &mut found);
            }
        }
        for with_lock in [true, false] {
            for (index, one) in self.all.iter().enumerate() {
                if !covered[index] && locked(&one.directory) == with_lock && !one.parsed.packages.is_empty() {
                    let alone = self.alone(index);
                    if with_lock {
                        cover(alone, &mut covered, &mut found);
                    } else {
                        found.push(alone);
                    }
                }
            }
        }
        found.sort_by(|a, b| a.directory.cmp(&b.directory));
        found
    }

    /// A package for itself, with what it uses by path.
    pub fn alone(&self, index: usize) -> Workspace {
        let mut workspace = Workspace {
            directory: self.all[index].directory.clone(),
            members: vec![index],
            locals: Vec::new(),
            gaps: Vec::new(),
        };
        self.follow_locals(
            &mut workspace,
            self.path_dependencies(index).into_iter().chain(self.replacements(index)).collect(),
        );
        workspace
    }

    fn workspace(&self, root: usize, membership: &Membership) -> Workspace {
        let manifest = &self.all[root];
        let mut workspace = Workspace {
            directory: manifest.directory.clone(),
            members: Vec::new(),
            locals: Vec::new(),
            gaps: Vec::new(),
        };
        let mut open: Vec<(usize, bool)> = Vec::new();
        for (written, directory) in &membership.literal {
            match directory.as_ref().map(|directory| self.at(directory)) {
                Some(Some(index)) => open.push((index, false)),
                Some(None) => {
                    let message = format!("the manifest of the workspace's member {written:?} was not read");
                    workspace.gaps.push((Location::file(manifest.path), message));
                }
                None => {
                    let message = format!("the workspace's member {written:?} lies outside of what was scanned");
                    workspace.gaps.push((Location::file(manifest.path), message));
                }
            }
        }
        for pattern in &membership.wrong {
            let message = format!("the workspace's members {pattern:?} are not a pattern that can be followed");
            workspace.gaps.push((Location::file(manifest.path), message));
        }
        if !membership.globs.is_empty() {
            open.extend(self.below(&root_of_patterns(manifest)).filter_map(|index| {
                membership.globs.is_match(self.all[index].directory.as_str()).then_some((index, false))
            }));
        }
        open.push((root, false));
        let mut members = BTreeSet::new();
        let mut locals = Vec::new();
        while let Some((index, by_path)) = open.pop() {
            if members.contains(&index) {
                continue;
            }
            let one = &self.all[index];
            let foreign = index != root && is_root(one);
            let outside = by_path && !one.directory.is_within(&manifest.directory) && self.roots[index] != root;
            if foreign || outside || membership.excludes(&one.directory) {
                if by_path {
                    locals.push(index);
                }
                continue;
            }
            members.insert(index);
            open.extend(self.path_dependencies(index).into_iter().map(|index| (index, true)));
        }
        locals.extend(self.replacements(root));
        // A manifest without a package only says what belongs together.
        workspace.members = members.into_iter().filter(|index| !self.all[*index].parsed.packages.is_empty()).collect();
        self.follow_locals(&mut workspace, locals);
        workspace
    }

    /// Adds packages that are used by path, and what they use by path.
    fn follow_locals(&self, workspace: &mut Workspace, mut open: Vec<usize>) {
        let mut seen = BTreeSet::new();
        while let Some(index) = open.pop() {
            if workspace.members.binary_search(&index).is_ok() || !seen.insert(index) {
                continue;
            }
            open.extend(self.path_dependencies(index));
        }
        workspace.locals = seen.into_iter().filter(|index| !self.all[*index].parsed.packages.is_empty()).collect();
    }

    /// The manifests below a directory, and in it.
    fn below(&self, directory: &RepoPath) -> impl Iterator<Item = usize> + use<> {
        let before = |limit: &str| self.all.partition_point(|one| one.directory.as_str() < limit);
        let path = directory.as_str();
        // What lies below `a` stands between `a/` and `a0`, since `0` is the character after `/`.
        let range =
            if path.is_empty() { 0..self.all.len() } else { before(&format!("{path}/"))..before(&format!("{path}0")) };
        self.at(directory).filter(|_| !path.is_empty()).into_iter().chain(range)
    }

    /// The packages that a manifest asks for by path.
    pub fn path_dependencies(&self, index: usize) -> Vec<usize> {
        let own = self.all[index].parsed.declarations.iter().filter(|declaration| declaration.package.is_some());
        own.filter_map(|declaration| self.at(&self.wanted(index, declaration).directory?)).collect()
    }

    /// Whether a package belongs to no workspace but, by its place, to that of `root`.
    pub fn stands_alone(&self, index: usize, root: usize) -> bool {
        self.memberships[index].is_none() && matches!(self.roots[index], at if at == root || at == index)
    }

    /// The packages that `[patch]` and `[replace]` of a root bring in by path, without making them members.
    pub fn replacements(&self, root: usize) -> Vec<usize> {
        let declarations = &self.all[root].parsed.declarations;
        let replacing = declarations
            .iter()
            .filter(|declaration| declaration.section.starts_with(PATCH) || declaration.section == REPLACE);
        replacing.filter_map(|declaration| self.at(&self.wanted(root, declaration).directory?)).collect()
    }

    /// The manifest by which `[patch]` of a root would answer a requirement, if its version fits: the same name, from the registry or
    /// repository that is patched.
    pub fn patched(&self, root: usize, wanted: &Wanted<'_>) -> Option<usize> {
        let is_patched = |source: &str| match wanted.origin {
            Origin::Git { url, .. } => url.as_str() == source,
            // A registry is named in the file, or by its address.
            Origin::Registry { url } => url.as_deref() == Some(source) || !source.contains("://"),
            _ => false,
        };
        let mut patches = self.all[root].parsed.declarations.iter().filter(|declaration| {
            declaration.name == wanted.name && declaration.section.strip_prefix(PATCH).is_some_and(is_patched)
        });
        patches.find_map(|declaration| self.at(&self.wanted(root, declaration).directory?))
    }

    /// What a declaration of a manifest asks for.
    pub fn wanted(&self, index: usize, declaration: &'a Declaration) -> Wanted<'a> {
        let one = &self.all[index];
        let root = self.roots[index];
        let key = declaration.alias.as_ref().unwrap_or(&declaration.name);
        let inherited = self.inheritable[root].get(key.as_str()).filter(|_| declaration.inherited);
        let (decides, by) = match inherited {
            Some(inherited) => (*inherited, &self.all[root]),
            None => (declaration, one),
        };
        Wanted {
            name: &decides.name,
            requirement: &decides.requirement,
            origin: &decides.origin,
            directory: match &decides.origin {
                Origin::Path { path } => by.directory.join(path),
                _ => None,
            },
            location: Location::at(by.path, decides.mark),
            undecided: declaration.inherited && inherited.is_none(),
        }
    }
}

fn is_root(manifest: &Manifest<'_>) -> bool {
    setting(manifest.parsed, WORKSPACE).is_some()
}

/// The directory below which all members can lie that the root's patterns name.
fn root_of_patterns(root: &Manifest<'_>) -> RepoPath {
    let mut directory = root.directory.clone();
    let up = root.parsed.members.iter().map(|pattern| pattern.split('/').filter(|part| *part == "..").count()).max();
    for _ in 0..up.unwrap_or(0).min(directory.as_str().len()) {
        directory = directory.parent();
    }
    directory
}

fn inheritable<'a>(manifest: &Manifest<'a>) -> BTreeMap<&'a str, &'a Declaration> {
    let of_workspace =
        manifest.parsed.declarations.iter().filter(|declaration| declaration.section == WORKSPACE_DEPENDENCIES);
    of_workspace
        .map(|declaration| (declaration.alias.as_ref().unwrap_or(&declaration.name).as_str(), declaration))
        .collect()
}
