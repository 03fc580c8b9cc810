//! Which files make a project, and what its edges are.
//!
//! One directory is one project, whatever files of Python lie there: its lock file says what was chosen, the manifests say
//! what a person asked for and on which line, and requirements files add to both. Where a lock file has an answer, it wins:
//! a pinned requirement of the same version is one more place where the package stands, an unpinned one is asked for by the
//! project. What no file answers is listed without version, and is a gap.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use compact_str::{CompactString, format_compact};

use super::entries::is_extra;
use super::marker::Targets;
use super::name::{self, MARKER, normal};
use super::pyproject::BUILD;
use super::requirement::Requirement;
use super::tree::{Place, Tree, is_flat};
use super::version::{admits, pinned};
use super::{pipfile_lock, pylock, requirements, uv_lock};
use crate::ecosystem::{Aids, Declaration, Graph, GraphEdge, GraphNode, Note, Package, Parsed, ReadFile};
use crate::model::{Completeness, DiagnosticKind, Location, LookUp, Mark, Origin, Party, RepoPath, Scope, Span};

const START: Mark = Mark { span: Span { start: 0, end: 0 }, line: 1, column: 1 };

/// Joins all files of Python.
pub(super) fn join<'a>(files: &'a [ReadFile<'a>], aids: &Aids<'_>) -> Vec<Graph<'a>> {
    let tree = Tree::of(files);
    let targets = Targets::of(aids.targets);
    let mut graphs = Vec::new();
    let mut covered: BTreeSet<RepoPath> = BTreeSet::new();
    for (directory, place) in &tree.places {
        for (at, lock) in main_locks(place).into_iter().enumerate() {
            let mut joining = Joining::new(&tree, directory, &targets);
            joining.with_lock(place, lock, at == 0);
            covered.extend(joining.importers.iter().map(|importer| importer.directory.clone()));
            covered.insert(directory.clone());
            graphs.push(joining.finish());
        }
    }
    for (directory, place) in &tree.places {
        if !place.installed.is_empty() {
            graphs.push(installed(directory, &place.installed));
        }
        if covered.contains(directory) {
            continue;
        }
        let mut joining = Joining::new(&tree, directory, &targets);
        if joining.without_lock(place) {
            graphs.push(joining.finish());
        }
    }
    graphs.sort_by(|a, b| (&a.directory, &a.files).cmp(&(&b.directory, &b.files)));
    graphs
}

/// The lock files that make projects: all but those of PEP 751 beside another one, which are exports of it.
fn main_locks<'a>(place: &Place<'a>) -> Vec<&'a ReadFile<'a>> {
    let is_export = |file: &ReadFile<'_>| file.format.id == pylock::FORMAT.id;
    let others: Vec<_> = place.locks.iter().copied().filter(|file| !is_export(file)).collect();
    if others.is_empty() {
        // `pylock.dev.toml` stands beside `pylock.toml`: one project, of which the others are further environments.
        return place.locks.iter().copied().take(1).collect();
    }
    others
}

/// A package of one's own that asks for others.
struct Importer {
    node: u32,
    directory: RepoPath,
}

/// A graph in the making.
struct Joining<'t, 'a> {
    tree: &'t Tree<'a>,
    targets: &'t Targets<'t>,
    directory: RepoPath,
    lock: Option<&'a ReadFile<'a>>,
    files: BTreeSet<RepoPath>,
    nodes: Vec<GraphNode<'a>>,
    edges: Vec<GraphEdge>,
    roots: Vec<u32>,
    gaps: Vec<(Location, String)>,
    notes: Vec<(RepoPath, Note)>,
    importers: Vec<Importer>,
    /// Entries of lock files by name, without those for extras.
    answers: LookUp<String, Vec<u32>>,
    /// Entries for extras, by the entry of the package, each with its extras.
    extras: LookUp<u32, Vec<(String, u32)>>,
    /// Pinned entries of requirements files by name.
    pins: LookUp<String, Vec<u32>>,
    /// What is asked for and answered by nobody, by name, version and origin.
    made: BTreeMap<(String, CompactString, Origin), u32>,
    /// Requirements without an answer, where there is no lock file: how many, and the first.
    open: Option<(usize, Location)>,
    /// Pinned in a manifest, where nothing says what those need.
    pinned_only: Option<Location>,
    /// Whether requirements files state a list that may not be closed.
    loose: Option<Location>,
    /// The project once more, for what it needs nobody knows how.
    elsewhere: Option<u32>,
}

impl<'t, 'a> Joining<'t, 'a> {
    fn new(tree: &'t Tree<'a>, directory: &RepoPath, targets: &'t Targets<'t>) -> Self {
        Self {
            tree,
            targets,
            directory: directory.clone(),
            lock: None,
            files: BTreeSet::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            roots: Vec::new(),
            gaps: Vec::new(),
            notes: Vec::new(),
            importers: Vec::new(),
            answers: LookUp::new(),
            extras: LookUp::new(),
            pins: LookUp::new(),
            made: BTreeMap::new(),
            open: None,
            pinned_only: None,
            loose: None,
            elsewhere: None,
        }
    }

    fn with_lock(&mut self, place: &Place<'a>, lock: &'a ReadFile<'a>, first: bool) {
        self.lock = Some(lock);
        self.files.insert(lock.path.clone());
        if let Some(parsed) = lock.parsed {
            self.lose(parsed, lock.path);
            self.take_entries(parsed, lock.path);
        }
        let own_roots = lock.format.id == uv_lock::FORMAT.id && !self.roots.is_empty();
        let pipenv = lock.format.id == pipfile_lock::FORMAT.id;
        let mut known = true;
        if !own_roots {
            known = self.take_root(place, pipenv);
        }
        let ties = lock.parsed.map(|parsed| self.ties(parsed)).unwrap_or_default();
        for at in 0..self.importers.len() {
            let Importer { node, directory } = &self.importers[at];
            let (node, directory) = (*node, directory.clone());
            let Some(there) = self.tree.places.get(&directory) else { continue };
            let asked = self.asked(there, pipenv);
            self.declare(node, &directory, &asked, ties.get(&node));
        }
        if let Some(parsed) = lock.parsed {
            self.link(parsed, lock.path, place);
        }
        if first {
            let mut files = Vec::new();
            let mut directories: BTreeSet<RepoPath> =
                self.importers.iter().map(|importer| importer.directory.clone()).collect();
            directories.insert(self.directory.clone());
            for directory in &directories {
                let Some(there) = self.tree.places.get(directory) else { continue };
                if *directory == self.directory || there.locks.is_empty() {
                    files.extend(there.requirements.iter().copied());
                }
            }
            self.take_exports(place, lock);
            self.take_requirements(&files);
        }
        if lock.parsed.is_some() && !known && !is_flat(lock) {
            let message =
                "there is no pyproject.toml beside this lock file: what the project itself asks for is not known";
            self.gaps.push((Location::file(lock.path), message.to_owned()));
        }
        if is_flat(lock) || !known {
            self.reach_the_rest();
        }
    }

    /// Answers whether there is anything to say.
    fn without_lock(&mut self, place: &Place<'a>) -> bool {
        let pipenv = place.package().is_none() && place.pipfile.is_some();
        let has_manifest = place.package().is_some() || pipenv;
        if !has_manifest && place.requirements.is_empty() {
            return false;
        }
        let broken = place.requirements.iter().all(|file| file.parsed.is_none());
        if !has_manifest && broken {
            return false;
        }
        self.take_root(place, pipenv);
        let root = self.roots[0];
        let listed = self.tree.with_includes(&place.requirements);
        self.take_pins(&listed);
        let directory = self.directory.clone();
        let mut asked = self.asked(place, pipenv);
        if !pipenv && let Some(both) = place.pipfile.and_then(|file| Some((file.parsed?, file.path))) {
            self.files.insert(both.1.clone());
            asked.extend(both.0.declarations.iter().map(|asked| (asked, both.1)));
        }
        self.declare(root, &directory, &asked, None);
        for (parsed, path) in place.manifests() {
            self.lose(parsed, path);
        }
        if place.is_dynamic()
            && !asked.iter().any(|(asked, _)| asked.section != BUILD)
            && let Some(file) = place.manifests[0]
            && place.requirements.is_empty()
        {
            let message = "the dependencies are dynamic: only the build backend knows them, which is not run";
            self.gaps.push((Location::file(file.path), message.to_owned()));
        }
        self.take_requirements(&place.requirements);
        true
    }

    /// What could not be understood may have been a dependency.
    fn lose(&mut self, parsed: &Parsed, path: &RepoPath) {
        let lost = parsed.notes.iter().filter(|note| note.kind.loses_facts());
        self.gaps.extend(lost.map(|note| (Location::at(path, note.mark), note.message.clone())));
    }

    fn asked(&mut self, place: &Place<'a>, pipenv: bool) -> Vec<(&'a Declaration, &'a RepoPath)> {
        if pipenv {
            let file = place.pipfile.and_then(|file| Some((file.parsed?, file.path)));
            return file
                .into_iter()
                .flat_map(|(parsed, path)| parsed.declarations.iter().map(move |asked| (asked, path)))
                .collect();
        }
        for (parsed, path) in place.manifests().filter(|(parsed, _)| !parsed.packages.is_empty()) {
            let _ = parsed;
            self.files.insert(path.clone());
        }
        place.declarations()
    }

    /// Makes the project itself a node. Answers whether a manifest says what it asks for.
    fn take_root(&mut self, place: &Place<'a>, pipenv: bool) -> bool {
        let node = self.nodes.len() as u32;
        let manifest = place.package();
        let pipfile = place.pipfile.and_then(|file| Some((file.parsed?.packages.first()?, file.path)));
        let found = if pipenv { manifest.filter(|(package, _)| !package.id.is_empty()).or(pipfile) } else { manifest };
        for file in place.manifests.iter().flatten().chain(&place.pipfile).filter(|file| file.parsed.is_none()) {
            self.files.insert(file.path.clone());
        }
        let known = if pipenv { pipfile.is_some() } else { found.is_some() };
        if pipenv && let Some((_, path)) = pipfile {
            self.files.insert(path.clone());
        }
        match found {
            Some((package, path)) => {
                self.files.insert(path.clone());
                self.nodes.push(GraphNode { package: Cow::Borrowed(package), file: path.clone(), decided: None });
            }
            None => {
                let file = self.lock.map(|lock| lock.path).or_else(|| place.requirements.first().map(|file| file.path));
                let file = file.cloned().unwrap_or_else(|| self.directory.clone());
                let purl = name::unnamed(self.directory.as_str());
                // The directory is the project's, which is not always the one that the file lies in.
                let mut package = name::own("", purl, "", START);
                package.directory = Some(if file.parent() == self.directory { "" } else { ".." }.into());
                self.nodes.push(GraphNode { package: Cow::Owned(package), file, decided: None });
            }
        }
        self.roots.push(node);
        self.importers.push(Importer { node, directory: self.directory.clone() });
        known
    }

    /// Takes in the entries of a lock file, so that their numbers are those of `nodes`.
    fn take_entries(&mut self, parsed: &'a Parsed, path: &'a RepoPath) {
        let base = path.parent();
        let mut by_id: LookUp<&str, u32> = LookUp::with_capacity(parsed.packages.len());
        self.nodes.reserve(parsed.packages.len());
        for (at, package) in parsed.packages.iter().enumerate() {
            let mut node = GraphNode { package: Cow::Borrowed(package), file: path.clone(), decided: None };
            let extra = is_extra(package);
            if package.party == Party::First {
                let directory = package.directory.as_deref().and_then(|directory| base.join(directory));
                match directory {
                    Some(directory) => {
                        if let Some(own) = self.own(&directory, package) {
                            node = own;
                        }
                        if !extra {
                            if package.origin == Origin::Unknown {
                                self.roots.push(at as u32);
                            }
                            self.importers.push(Importer { node: at as u32, directory });
                        }
                    }
                    // Beside the tree: somebody else's, as far as anybody can tell from here.
                    None => {
                        let mut outside = package.clone();
                        outside.party = Party::Third;
                        outside.directory = None;
                        node.package = Cow::Owned(outside);
                    }
                }
            }
            self.nodes.push(node);
            if extra {
                let Some((id, extras)) = package.id.rsplit_once(" [") else { continue };
                // The entry for an extra may be of another version than that of the package itself.
                let same = self.answers.get(package.purl.name()).and_then(|named| named.last());
                if let Some(base) = by_id.get(id).or(same) {
                    let list = self.extras.get_or_insert_with(*base, Vec::new);
                    let extras = extras.trim_end_matches(']').split(',');
                    list.extend(extras.map(|extra| (normal(extra.trim()).into_owned(), at as u32)));
                }
            } else {
                by_id.insert(&package.id, at as u32);
                self.answers.get_or_insert_with(package.purl.name().to_owned(), Vec::new).push(at as u32);
            }
        }
    }

    /// How the manifest in a directory states a package of the lock file.
    fn own(&mut self, directory: &RepoPath, package: &Package) -> Option<GraphNode<'a>> {
        let (stated, path) = self.tree.places.get(directory)?.package()?;
        let unnamed = stated.id.is_empty();
        if !unnamed && stated.purl.name() != package.purl.name() {
            return None;
        }
        self.files.insert(path.clone());
        let mut own = stated.clone();
        if is_extra(package) {
            own.id = package.id.clone();
        }
        if unnamed || own.purl.version().is_none() {
            own.purl = package.purl.clone();
        }
        Some(GraphNode { package: Cow::Owned(own), file: path.clone(), decided: None })
    }

    /// For each package of one's own, what the lock file ties to it.
    fn ties(&self, parsed: &Parsed) -> LookUp<u32, LookUp<u32, ()>> {
        let mut ties: LookUp<u32, LookUp<u32, ()>> =
            self.importers.iter().map(|importer| (importer.node, LookUp::new())).collect();
        for link in &parsed.links {
            if let Some(tied) = ties.get_mut(&link.from) {
                tied.insert(link.to, ());
            }
        }
        ties
    }

    /// The edges that the lock file states. Those of one's own packages come from the manifests, as far as those ask.
    fn link(&mut self, parsed: &'a Parsed, path: &RepoPath, place: &Place<'a>) {
        let mut asked: LookUp<u32, LookUp<String, ()>> = LookUp::new();
        let mut quiet: LookUp<u32, ()> = LookUp::new();
        for importer in &self.importers {
            let there = self.tree.places.get(&importer.directory);
            let Some(there) = there.filter(|there| there.package().is_some()) else {
                quiet.insert(importer.node, ());
                continue;
            };
            if there.is_dynamic() || !self.roots.contains(&importer.node) {
                quiet.insert(importer.node, ());
            }
            let names = there.declarations().into_iter().filter(|(asked, _)| asked.section != BUILD);
            asked.insert(importer.node, names.map(|(asked, _)| (normal(&asked.name).into_owned(), ())).collect());
        }
        let _ = place;
        let mut unasked: Vec<(Mark, CompactString)> = Vec::new();
        self.edges.reserve(parsed.links.len());
        for link in &parsed.links {
            if let Some(names) = asked.get(&link.from) {
                let name = self.nodes[link.to as usize].package.purl.name();
                if names.contains_key(name) {
                    continue;
                }
                if !quiet.contains_key(&link.from)
                    && let Some(mark) = link.mark
                {
                    unasked.push((mark, name.into()));
                }
            }
            self.edges.push(GraphEdge {
                from: link.from,
                to: link.to,
                scope: link.scope,
                requirement: link.requirement.clone(),
                location: link.mark.map(|mark| Location::at(path, mark)),
            });
        }
        if let Some((mark, name)) = unasked.first() {
            let message = match unasked.len() - 1 {
                0 => format!("the lock file answers `{name}`, which no manifest asks for"),
                more => format!("the lock file answers `{name}` and {more} more, which no manifest asks for"),
            };
            self.notes.push((path.clone(), Note { mark: *mark, kind: DiagnosticKind::Note, message }));
        }
    }

    /// Ties what a package of one's own asks for to what answers it.
    fn declare(
        &mut self,
        from: u32,
        directory: &RepoPath,
        asked: &[(&'a Declaration, &'a RepoPath)],
        ties: Option<&LookUp<u32, ()>>,
    ) {
        let own_name = self.nodes[from as usize].package.purl.name().to_owned();
        let is_root = self.roots.contains(&from);
        for (asked, path) in asked {
            let name = normal(&asked.name).into_owned();
            let parts = Requirement::parse_rest(&asked.requirement);
            let marker = parts.and_then(|parts| parts.marker);
            // `all = ["kit[a,b]"]`: extras of its own.
            if name == own_name || marker.is_some_and(|marker| self.targets.exclude(marker)) {
                continue;
            }
            // A package that is only linked does not bring its developers' tools along.
            if !is_root && !matches!(asked.scope, Scope::Runtime) {
                continue;
            }
            let constraint = parts.map_or("", |parts| parts.constraint);
            let location = Location::at(path, asked.mark);
            let build = asked.section == BUILD;
            let mut found =
                if build { Vec::new() } else { self.answer(&name, constraint, asked, path, directory, ties) };
            if found.is_empty() {
                found.extend(self.unanswered(&name, constraint, asked, path, build));
            }
            let extras: Vec<String> =
                parts.iter().flat_map(Requirement::extras).map(|extra| normal(extra).into_owned()).collect();
            for to in found {
                let below = self.extras.get(&to).map_or(&[][..], Vec::as_slice);
                let inner: Vec<u32> =
                    below.iter().filter(|(extra, _)| extras.contains(extra)).map(|(_, node)| *node).collect();
                for to in std::iter::once(to).chain(inner) {
                    self.edges.push(GraphEdge {
                        from,
                        to,
                        scope: asked.scope,
                        requirement: Some(asked.requirement.clone()),
                        location: Some(location.clone()),
                    });
                }
            }
        }
    }

    /// The entries that answer a requirement of one's own.
    fn answer(
        &mut self,
        name: &str,
        constraint: &str,
        asked: &Declaration,
        path: &RepoPath,
        directory: &RepoPath,
        ties: Option<&LookUp<u32, ()>>,
    ) -> Vec<u32> {
        // Pipenv takes a bare version for no requirement at all.
        let pipenv = path.file_name() == "Pipfile" && constraint.starts_with(|first: char| first.is_ascii_digit());
        let constraint = if pipenv { "" } else { constraint };
        if let Origin::Path { path } = &asked.origin
            && let Some(place) = directory.join(path)
            && let Some(importer) = self.importers.iter().find(|importer| importer.directory == place)
        {
            return vec![importer.node];
        }
        let mut named: Vec<u32> = self.answers.get(name).cloned().unwrap_or_default();
        let tied = |at: &u32| ties.is_some_and(|ties| ties.contains_key(at));
        if named.iter().any(tied) {
            named.retain(tied);
        }
        // Pipenv's categories: the entry of the category that asks.
        let same = |at: &u32| self.nodes[*at as usize].package.stated == Some(asked.scope);
        if self.lock.is_some_and(is_flat) && named.len() > 1 && named.iter().any(same) {
            named.retain(same);
        }
        if named.is_empty() {
            named = self.pins.get(name).cloned().unwrap_or_default();
        }
        let fits = |at: &u32| {
            let package = &self.nodes[*at as usize].package;
            package.party == Party::First
                || package.purl.version().is_none_or(|version| admits(constraint, version) != Some(false))
        };
        let fitting: Vec<u32> = named.iter().copied().filter(fits).collect();
        if fitting.is_empty() && !named.is_empty() {
            let package = &self.nodes[named[0] as usize];
            let locked = package.package.purl.version().unwrap_or_default();
            let message =
                format!("`{}` `{}` is asked for, and {} answers {locked}", asked.name, asked.requirement, package.file);
            self.gaps.push((Location::at(path, asked.mark), message));
            return named;
        }
        fitting
    }

    /// A package that no file answers: what is asked for is known, what would be chosen is not, unless it is pinned.
    fn unanswered(
        &mut self,
        name: &str,
        constraint: &str,
        asked: &'a Declaration,
        path: &'a RepoPath,
        build: bool,
    ) -> Option<u32> {
        let location = Location::at(path, asked.mark);
        if let Origin::Path { path: place } = &asked.origin {
            let directory = path.parent().join(place);
            let there =
                directory.as_ref().and_then(|directory| self.tree.places.get(directory)).and_then(Place::package);
            if let (Some((package, file)), Some(directory)) = (there, directory) {
                let node = self.nodes.len() as u32;
                self.nodes.push(GraphNode { package: Cow::Borrowed(package), file: file.clone(), decided: None });
                self.files.insert(file.clone());
                let _ = directory;
                return Some(node);
            }
        }
        let version = match asked.origin.url().filter(|_| matches!(asked.origin, Origin::Archive { .. })) {
            Some(url) => super::origin::of_file(url).map(|(_, version)| version),
            None => pinned(constraint),
        };
        if !build {
            match (self.lock, version) {
                (Some(lock), _) => {
                    let message = format!("`{}` is asked for and {} has no answer", asked.name, lock.path);
                    self.gaps.push((location, message));
                }
                (None, None) => self.open.get_or_insert((0, location)).0 += 1,
                (None, Some(_)) => drop(self.pinned_only.get_or_insert(location)),
            }
        }
        let key = (name.to_owned(), CompactString::from(version.unwrap_or_default()), asked.origin.clone());
        if let Some(node) = self.made.get(&key) {
            return Some(*node);
        }
        let node = self.nodes.len() as u32;
        let purl = name::purl(name, version, &asked.origin);
        let id = format_compact!("{} {}", asked.name, asked.requirement);
        let package = Package::library(&id, purl, asked.origin.clone(), asked.mark);
        self.nodes.push(GraphNode { package: Cow::Owned(package), file: path.clone(), decided: None });
        self.made.insert(key, node);
        Some(node)
    }

    /// Makes nodes of the pinned entries of requirements files that no lock file answers.
    fn take_pins(&mut self, listed: &[&'a ReadFile<'a>]) -> LookUp<(RepoPath, u32), u32> {
        let mut nodes: LookUp<(RepoPath, u32), u32> = LookUp::new();
        for file in listed {
            let Some(parsed) = file.parsed else { continue };
            for (at, package) in parsed.packages.iter().enumerate() {
                if package.party == Party::First || package.purl.version().is_none() || self.is_out(package) {
                    continue;
                }
                let node = self.nodes.len() as u32;
                self.nodes.push(GraphNode { package: Cow::Borrowed(package), file: file.path.clone(), decided: None });
                self.pins.get_or_insert_with(package.purl.name().to_owned(), Vec::new).push(node);
                nodes.insert((file.path.clone(), at as u32), node);
            }
        }
        nodes
    }

    fn is_out(&self, package: &Package) -> bool {
        let marker = package.properties.iter().find(|(name, _)| *name == MARKER);
        marker.is_some_and(|(_, marker)| self.targets.exclude(marker))
    }

    /// A lock file of PEP 751 beside another one: its entries are further places of the same packages.
    fn take_exports(&mut self, place: &Place<'a>, lock: &ReadFile<'_>) {
        for export in place.locks.iter().filter(|file| file.format.id == pylock::FORMAT.id && file.path != lock.path) {
            self.files.insert(export.path.clone());
            let mut mirrors = Vec::new();
            for package in export.parsed.iter().flat_map(|parsed| &parsed.packages) {
                if package.party == Party::First {
                    continue;
                }
                let node = self.nodes.len() as u32;
                self.nodes.push(GraphNode {
                    package: Cow::Borrowed(package),
                    file: export.path.clone(),
                    decided: None,
                });
                match self.same(package) {
                    Some(original) => mirrors.push((original, node)),
                    None => {
                        let scope = package.stated.unwrap_or(Scope::Runtime);
                        let from = self.elsewhere();
                        self.edges.push(GraphEdge { from, to: node, scope, requirement: None, location: None });
                    }
                }
            }
            self.mirror(&mirrors);
        }
    }

    /// The entry of the lock file for the same version of a package.
    fn same(&self, package: &Package) -> Option<u32> {
        let version = package.purl.version()?;
        let named = self.answers.get(package.purl.name())?;
        let equal = |at: &&u32| {
            let have = self.nodes[**at as usize].package.purl.version();
            have.is_some_and(|have| have == version || admits(&format!("=={version}"), have) == Some(true))
        };
        named.iter().find(equal).copied()
    }

    /// Gives copies of nodes the edges that lead to the originals.
    fn mirror(&mut self, mirrors: &[(u32, u32)]) {
        if mirrors.is_empty() {
            return;
        }
        let mut copies: LookUp<u32, Vec<u32>> = LookUp::new();
        for (original, copy) in mirrors {
            copies.get_or_insert_with(*original, Vec::new).push(*copy);
        }
        let mut more = Vec::new();
        for edge in &self.edges {
            for copy in copies.get(&edge.to).into_iter().flatten() {
                more.push(GraphEdge { to: *copy, ..edge.clone() });
            }
        }
        self.edges.extend(more);
    }

    /// The project once more, as the one who needs what nobody says the reason of: its edges are not direct ones.
    fn elsewhere(&mut self) -> u32 {
        if let Some(node) = self.elsewhere {
            return node;
        }
        let root = self.roots.first().copied().unwrap_or(0);
        let node = self.nodes.len() as u32;
        self.nodes.push(self.nodes[root as usize].clone());
        self.edges.push(GraphEdge { from: root, to: node, scope: Scope::Runtime, requirement: None, location: None });
        self.elsewhere = Some(node);
        node
    }

    /// Everything that the lock file lists and nothing ties to the project.
    fn reach_the_rest(&mut self) {
        let reached = super::reach::reached(self.nodes.len(), &self.edges, &self.roots);
        let lost: Vec<(u32, Scope)> = (0..self.nodes.len() as u32)
            .filter(|at| !reached[*at as usize])
            .filter_map(|at| {
                let package = &self.nodes[at as usize].package;
                (package.party == Party::Third && !is_extra(package))
                    .then(|| (at, package.stated.unwrap_or(Scope::Runtime)))
            })
            .collect();
        if lost.is_empty() {
            return;
        }
        let from = self.elsewhere();
        for (to, scope) in lost {
            self.edges.push(GraphEdge { from, to, scope, requirement: None, location: None });
        }
    }

    /// Takes in requirements files with what they include.
    fn take_requirements(&mut self, files: &[&'a ReadFile<'a>]) {
        let listed = self.tree.with_includes(files);
        if listed.is_empty() {
            return;
        }
        let root = self.roots.first().copied().unwrap_or(0);
        let pins_taken = self.lock.is_none();
        // Where something else says what is asked for, a list that a tool made says nothing of directness.
        let asked_elsewhere = self.edges.iter().any(|edge| edge.from == root && edge.scope != Scope::Build)
            || listed.iter().any(|file| file.path.as_str().ends_with(".in"));
        let mut pins: LookUp<(RepoPath, u32), u32> = LookUp::new();
        if pins_taken {
            for (at, node) in self.nodes.iter().enumerate() {
                if node.package.party == Party::Third
                    && let Some(file) = self.tree.requirements.get(&node.file)
                    && let Some(parsed) = file.parsed
                {
                    let place =
                        parsed.packages.binary_search_by_key(&node.package.mark.span, |package| package.mark.span);
                    if let Ok(place) = place {
                        pins.insert((node.file.clone(), place as u32), at as u32);
                    }
                }
            }
        }
        let mut mirrors: Vec<(u32, u32)> = Vec::new();
        for file in &listed {
            self.files.insert(file.path.clone());
            let Some(parsed) = file.parsed else { continue };
            self.lose(parsed, file.path);
            self.take_list(file, parsed, root, asked_elsewhere, &pins, &mut mirrors);
        }
        self.mirror(&mirrors);
    }

    fn take_list(
        &mut self,
        file: &'a ReadFile<'a>,
        parsed: &'a Parsed,
        root: u32,
        asked_elsewhere: bool,
        pins: &LookUp<(RepoPath, u32), u32>,
        mirrors: &mut Vec<(u32, u32)>,
    ) {
        let has = |name: &str| parsed.settings.iter().any(|(have, _)| *have == name);
        let (via, closed) = (has(requirements::VIA), has(requirements::CLOSED));
        let stem = file.path.file_name().rsplit_once('.').map_or(file.path.file_name(), |(stem, _)| stem);
        let scope = name::scope_of_group(stem).unwrap_or(Scope::Runtime);
        let direct: LookUp<u32, ()> = parsed
            .settings
            .iter()
            .filter(|(name, _)| *name == requirements::DIRECT)
            .filter_map(|(_, at)| Some((at.parse().ok()?, ())))
            .collect();
        let listed: LookUp<u32, ()> = parsed.links.iter().map(|link| (link.to, ())).collect();
        let mut of_entry: Vec<Option<u32>> = Vec::with_capacity(parsed.packages.len());
        let mut unpinned: Option<(usize, Location)> = None;
        for (at, package) in parsed.packages.iter().enumerate() {
            of_entry.push(None);
            let location = Location::at(file.path, package.mark);
            if package.party == Party::First {
                self.take_path(file, package, root, scope);
                continue;
            }
            if self.is_out(package) {
                continue;
            }
            // A bare name asks for nothing in particular.
            let requirement = package.answers.first().filter(|answer| !name::is_name(answer)).cloned();
            let edge = |from: u32, to: u32| GraphEdge {
                from,
                to,
                scope,
                requirement: requirement.clone(),
                location: Some(location.clone()),
            };
            if package.purl.version().is_none() {
                let parts = package.answers.first().and_then(|answer| Requirement::parse_rest(answer));
                let constraint = parts.map_or("", |parts| parts.constraint);
                let name = package.purl.name();
                let known = self.answers.get(name).or_else(|| self.pins.get(name)).cloned().unwrap_or_default();
                let fits = |at: &u32| {
                    let version = self.nodes[*at as usize].package.purl.version();
                    version.is_none_or(|version| admits(constraint, version) != Some(false))
                };
                let plain =
                    !matches!(package.origin, Origin::Git { .. } | Origin::Archive { .. } | Origin::Path { .. });
                let found: Vec<u32> = known.into_iter().filter(fits).collect();
                if !found.is_empty() && (plain || self.lock.is_some()) {
                    for to in found {
                        let new = edge(root, to);
                        self.edges.push(new);
                        let chosen: Vec<String> = parts
                            .iter()
                            .flat_map(Requirement::extras)
                            .map(|extra| normal(extra).into_owned())
                            .collect();
                        let below = self.extras.get(&to).map_or(&[][..], Vec::as_slice);
                        let inner: Vec<u32> =
                            below.iter().filter(|(extra, _)| chosen.contains(extra)).map(|(_, node)| *node).collect();
                        for inner in inner {
                            let new = edge(root, inner);
                            self.edges.push(new);
                        }
                    }
                    continue;
                }
                // A version that a constraints file or another list allows is not a choice.
                unpinned.get_or_insert((0, location.clone())).0 += 1;
                let node = self.nodes.len() as u32;
                self.nodes.push(GraphNode { package: Cow::Borrowed(package), file: file.path.clone(), decided: None });
                of_entry[at] = Some(node);
                self.edges.push(edge(root, node));
                continue;
            }
            let node = match pins.get(&(file.path.clone(), at as u32)) {
                Some(node) => *node,
                None => {
                    self.nodes.push(GraphNode {
                        package: Cow::Borrowed(package),
                        file: file.path.clone(),
                        decided: None,
                    });
                    self.nodes.len() as u32 - 1
                }
            };
            of_entry[at] = Some(node);
            if let Some(original) = self.same(package) {
                mirrors.push((original, node));
                continue;
            }
            if !via && !closed {
                self.loose.get_or_insert_with(|| location.clone());
            }
            let is_direct = if via { direct.contains_key(&(at as u32)) } else { !(closed && asked_elsewhere) };
            let needed = via && !is_direct && listed.contains_key(&(at as u32));
            if !needed {
                let from = if is_direct { root } else { self.elsewhere() };
                self.edges.push(edge(from, node));
            }
        }
        for link in &parsed.links {
            if let (Some(from), Some(to)) = (of_entry[link.from as usize], of_entry[link.to as usize]) {
                self.edges.push(GraphEdge { from, to, scope: link.scope, requirement: None, location: None });
            }
        }
        if let Some((count, location)) = unpinned {
            let message = match count {
                1 => "this requirement is not pinned: its version and what it needs itself are not known".to_owned(),
                _ => format!("{count} requirements are not pinned: their versions and what they need are not known"),
            };
            self.gaps.push((location, message));
        }
    }

    /// `-e ./lib`: a package of the tree.
    fn take_path(&mut self, file: &'a ReadFile<'a>, package: &'a Package, root: u32, scope: Scope) {
        let Some(directory) = package.directory.as_deref().and_then(|path| file.directory().join(path)) else { return };
        if directory == self.directory || self.importers.iter().any(|importer| importer.directory == directory) {
            return;
        }
        let node = self.nodes.len() as u32;
        let there = self.tree.places.get(&directory).and_then(Place::package);
        self.nodes.push(match there {
            Some((package, path)) => GraphNode { package: Cow::Borrowed(package), file: path.clone(), decided: None },
            None => GraphNode { package: Cow::Borrowed(package), file: file.path.clone(), decided: None },
        });
        let location = Some(Location::at(file.path, package.mark));
        self.edges.push(GraphEdge { from: root, to: node, scope, requirement: None, location });
        if there.is_none() {
            let message = "there is no manifest in this directory: what its package needs is not known".to_owned();
            self.gaps.push((Location::at(file.path, package.mark), message));
        }
    }

    fn finish(mut self) -> Graph<'a> {
        self.choose_platforms();
        if self.lock.is_none() {
            if let Some((count, location)) = self.open.take() {
                let packages = if count == 1 { "package" } else { "packages" };
                let message = format!(
                    "there is no lock file: the versions of {count} {packages} are not known, nor what they need themselves"
                );
                self.gaps.push((location, message));
            } else if let Some(location) = self.pinned_only.take() {
                let message = "there is no lock file: what this pinned package needs itself is not known".to_owned();
                self.gaps.push((location, message));
            }
        }
        let mut completeness = if self.gaps.is_empty() { Completeness::Complete } else { Completeness::Incomplete };
        if let Some(location) = self.loose.take() {
            if completeness == Completeness::Complete {
                completeness = Completeness::Unknown;
            }
            let message =
                "versions are pinned, but neither digests nor a tool say that all that these packages need is \
                           listed too"
                    .to_owned();
            self.gaps.push((location, message));
        }
        self.gaps.sort();
        self.gaps.dedup();
        self.roots.sort_unstable();
        self.roots.dedup();
        Graph {
            directory: self.directory,
            files: self.files.into_iter().collect(),
            nodes: self.nodes,
            edges: self.edges,
            roots: self.roots,
            completeness,
            gaps: self.gaps,
            notes: self.notes,
        }
    }

    /// Leaves out what is needed on none of the stated platforms, and entries for extras that nobody chose.
    fn choose_platforms(&mut self) {
        let reached = |joining: &Self| super::reach::reached(joining.nodes.len(), &joining.edges, &joining.roots);
        let before = reached(self);
        if !self.targets.is_everything() {
            let out: Vec<bool> = self.nodes.iter().map(|node| self.is_out(&node.package)).collect();
            let targets = self.targets;
            self.edges.retain(|edge| {
                let text = edge.requirement.as_deref().unwrap_or_default();
                let marker = text.split_once(';').map(|(_, marker)| marker.trim());
                !out[edge.to as usize] && !marker.is_some_and(|marker| targets.exclude(marker))
            });
        }
        let after = reached(self);
        let mut dropped = 0;
        let mut places: Vec<Option<u32>> = Vec::with_capacity(self.nodes.len());
        let mut kept = 0;
        for (at, node) in self.nodes.iter().enumerate() {
            let unchosen = is_extra(&node.package) && !after[at];
            let foreign = before[at] && !after[at] && node.package.party == Party::Third;
            if foreign && !is_extra(&node.package) {
                dropped += 1;
            }
            if unchosen || foreign {
                places.push(None);
            } else {
                places.push(Some(kept));
                kept += 1;
            }
        }
        if kept as usize == self.nodes.len() {
            return;
        }
        let mut at = 0;
        self.nodes.retain(|_| {
            at += 1;
            places[at - 1].is_some()
        });
        self.edges.retain_mut(|edge| match (places[edge.from as usize], places[edge.to as usize]) {
            (Some(from), Some(to)) => {
                (edge.from, edge.to) = (from, to);
                true
            }
            _ => false,
        });
        self.roots = self.roots.iter().filter_map(|root| places[*root as usize]).collect();
        if dropped > 0 {
            let entries = if dropped == 1 { "entry is" } else { "entries are" };
            let message = format!("{dropped} {entries} for none of the platforms in [scan] targets, and left out");
            let file = self.lock.map(|lock| lock.path.clone()).or_else(|| self.files.first().cloned());
            if let Some(file) = file {
                self.notes.push((file, Note { mark: START, kind: DiagnosticKind::Note, message }));
            }
        }
    }
}

/// Packages installed in a directory of the tree: whatever none of the others needs, the directory itself does.
fn installed<'a>(directory: &RepoPath, files: &[&'a ReadFile<'a>]) -> Graph<'a> {
    let purl = name::unnamed(directory.as_str());
    let mut nodes = Vec::new();
    let mut by_name: LookUp<&str, u32> = LookUp::new();
    let mut declarations: Vec<(u32, &'a ReadFile<'a>, &'a Parsed)> = Vec::new();
    for file in files {
        let Some(parsed) = file.parsed else { continue };
        let Some(package) = parsed.packages.first() else { continue };
        let node = nodes.len() as u32 + 1;
        by_name.insert(package.purl.name(), node);
        declarations.push((node, file, parsed));
        nodes.push(GraphNode { package: Cow::Borrowed(package), file: file.path.clone(), decided: None });
    }
    let mut edges = Vec::new();
    let mut needed: LookUp<u32, ()> = LookUp::new();
    for (from, file, parsed) in &declarations {
        for asked in &parsed.declarations {
            let Some(to) = by_name.get(&*normal(&asked.name)).copied().filter(|to| to != from) else { continue };
            needed.insert(to, ());
            edges.push(GraphEdge {
                from: *from,
                to,
                scope: asked.scope,
                requirement: Some(asked.requirement.clone()),
                location: Some(Location::at(file.path, asked.mark)),
            });
        }
    }
    let root = name::own("", purl, "..", START);
    let mut all = vec![GraphNode { package: Cow::Owned(root), file: files[0].path.clone(), decided: None }];
    all.append(&mut nodes);
    let direct = (1..all.len() as u32).filter(|node| !needed.contains_key(node));
    let mut tops: Vec<GraphEdge> =
        direct.map(|to| GraphEdge { from: 0, to, scope: Scope::Runtime, requirement: None, location: None }).collect();
    tops.append(&mut edges);
    let reached = super::reach::reached(all.len(), &tops, &[0]);
    // Packages that need each other and nobody else.
    for to in (1..all.len() as u32).filter(|to| !reached[*to as usize]) {
        tops.push(GraphEdge { from: 0, to, scope: Scope::Runtime, requirement: None, location: None });
    }
    Graph {
        directory: directory.clone(),
        files: files.iter().map(|file| file.path.clone()).collect(),
        nodes: all,
        edges: tops,
        roots: vec![0],
        completeness: Completeness::Complete,
        gaps: Vec::new(),
        notes: Vec::new(),
    }
}
