//! Which manifests belong to which lock file, and what the edges from one's own packages are for.
//!
//! A project is a lock file with the manifests of its members. Lock files say who needs whom; the manifests say what a
//! person asked for, and where. So every edge from an importer gets the manifest's line, and where a lock file does not
//! know its importers (yarn 1, npm's first version, an installed tree) the edges are made here. What the manifests ask for
//! and the lock file does not answer is a gap.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use super::asked::{Agreement, Asked, key};
use super::catalogs;
use super::identity::{self, Specifier};
use super::manifest;
use super::members::Members;
use super::package_lock;
use crate::ecosystem::{Aids, Declaration, Graph, GraphEdge, GraphNode, Note, Package, Parsed, ReadFile, Role};
use crate::model::{
    Completeness, ComponentKind, DiagnosticKind, Location, LookUp, Mark, Origin, Party, RepoPath, Scope, Span,
};

/// Joins all files of the npm family.
pub fn join<'a>(files: &'a [ReadFile<'a>], _: &Aids<'_>) -> Vec<Graph<'a>> {
    let tree = Tree::of(files);
    let mut graphs = Vec::new();
    let mut covered: BTreeSet<&RepoPath> = BTreeSet::new();
    for (directory, place) in &tree.places {
        for lock in &place.locks {
            let graph = tree.lock_graph(directory, place, lock);
            covered.extend(tree.directories_of(&graph));
            graphs.push(graph);
        }
    }
    // What no lock file answers: by the directory of its workspace, which is its own for most.
    let mut without: BTreeMap<&RepoPath, Vec<&RepoPath>> = BTreeMap::new();
    for (directory, place) in &tree.places {
        if place.package().is_some() && !covered.contains(directory) {
            without.entry(tree.workspace_of(directory).unwrap_or(directory)).or_default().push(directory);
        }
    }
    graphs.extend(without.into_iter().map(|(directory, members)| tree.graph_without_lock(directory, &members)));
    graphs.sort_by(|a, b| (&a.directory, &a.files).cmp(&(&b.directory, &b.files)));
    graphs
}

/// How a lock file's importers are tied to its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tie {
    /// The lock file does it.
    Stated,
    /// By install directory (npm's first version, an installed tree).
    Directory,
    /// By descriptor (yarn 1).
    Descriptor,
}

impl Tie {
    fn of(file: &ReadFile<'_>) -> Self {
        let dialect = file.parsed.map_or("", |parsed| parsed.dialect.as_str());
        if file.format.role == Role::Installed || dialect == package_lock::VERSION_1 {
            Tie::Directory
        } else if dialect.starts_with("yarn lockfile v1") {
            Tie::Descriptor
        } else {
            Tie::Stated
        }
    }
}

/// What lies in one directory.
#[derive(Default)]
struct Place<'a> {
    manifest: Option<&'a ReadFile<'a>>,
    locks: Vec<&'a ReadFile<'a>>,
    /// A lock file that another one beside it makes void.
    ignored: Option<&'a ReadFile<'a>>,
    installed: Option<&'a ReadFile<'a>>,
    /// `pnpm-workspace.yaml` and its like.
    settings: Vec<&'a ReadFile<'a>>,
    members: Members,
}

impl<'a> Place<'a> {
    fn manifest(&self) -> Option<&'a Parsed> {
        self.manifest.and_then(|file| file.parsed)
    }

    /// The package that the manifest is about, with its file.
    fn package(&self) -> Option<(&'a Package, &'a RepoPath)> {
        let file = self.manifest?;
        Some((file.parsed?.packages.first()?, file.path))
    }
}

struct Tree<'a> {
    places: BTreeMap<RepoPath, Place<'a>>,
}

impl<'a> Tree<'a> {
    fn of(files: &'a [ReadFile<'a>]) -> Self {
        let mut places: BTreeMap<RepoPath, Place<'a>> = BTreeMap::new();
        for file in files {
            let role = file.format.role;
            let directory = if role == Role::Installed { file.directory().parent() } else { file.directory() };
            let place = places.entry(directory).or_default();
            match role {
                Role::Lock => place.locks.push(file),
                Role::Installed => place.installed = Some(file),
                Role::Manifest if file.format.id == manifest::FORMAT.id => place.manifest = Some(file),
                Role::Manifest | Role::Tool | Role::Artefact | Role::Code => place.settings.push(file),
            }
        }
        for place in places.values_mut() {
            // npm reads the shrinkwrap alone where there are both; bun turns the binary file into the other one.
            for (wins, void) in [("npm-shrinkwrap.json", "package-lock.json"), ("bun.lock", "bun.lockb")] {
                let has = |name: &str| place.locks.iter().position(|file| file.path.file_name() == name);
                if let (Some(_), Some(void)) = (has(wins), has(void)) {
                    place.ignored = Some(place.locks.remove(void));
                }
            }
            let globs: Vec<CompactString> = place
                .manifest
                .iter()
                .chain(&place.settings)
                .filter_map(|file| file.parsed)
                .flat_map(|parsed| parsed.members.iter().cloned())
                .collect();
            place.members = Members::new(&globs);
        }
        Self { places }
    }

    /// The nearest directory above whose workspace takes in this one.
    fn workspace_of(&self, directory: &RepoPath) -> Option<&RepoPath> {
        let mut above = directory.clone();
        while !above.as_str().is_empty() {
            above = above.parent();
            let Some((path, place)) = self.places.get_key_value(&above) else { continue };
            if !place.members.is_empty()
                && directory.relative_to(path).is_some_and(|below| place.members.contains(below))
            {
                return Some(path);
            }
        }
        None
    }

    /// The directories whose manifests a graph has taken in.
    fn directories_of(&self, graph: &Graph<'_>) -> Vec<&RepoPath> {
        let directories = graph.files.iter().filter(|path| path.file_name() == "package.json").map(RepoPath::parent);
        directories.filter_map(|directory| self.places.get_key_value(&directory)).map(|(path, _)| path).collect()
    }

    fn lock_graph(&self, directory: &RepoPath, place: &Place<'a>, lock: &'a ReadFile<'a>) -> Graph<'a> {
        let mut joining = Joining::new(self, directory, lock, Tie::of(lock));
        joining.take_settings(place);
        let Some(parsed) = lock.parsed else {
            // What is asked for is known even if what was chosen is not.
            joining.files.insert(lock.path.clone());
            joining.take_members(place, false);
            joining.declare();
            return joining.finish();
        };
        joining.take_lock(parsed);
        joining.take_members(place, true);
        joining.tie(parsed);
        joining.notes_on_lock_files(place);
        if place.package().is_none() && (joining.tie != Tie::Stated || joining.hides_scopes()) {
            let message = "there is no package.json beside this lock file, which does not say what is needed for what: \
                           scopes are not known";
            joining.gaps.push((Location::file(lock.path), message.to_owned()));
        }
        joining.finish()
    }

    fn graph_without_lock(&self, directory: &RepoPath, members: &[&RepoPath]) -> Graph<'a> {
        let place = self.places.get(directory).expect("every directory of a project has a place");
        let installed = place.installed.filter(|file| file.parsed.is_some());
        let file = installed.or(place.manifest).or_else(|| self.places.get(*members.first()?)?.manifest);
        let file = file.expect("a project without a lock file has a manifest");
        let mut joining = Joining::new(self, directory, file, Tie::Directory);
        joining.take_settings(place);
        if let Some(parsed) = installed.and_then(|file| file.parsed) {
            joining.take_lock(parsed);
            joining.take_directories(members);
            joining.tie(parsed);
            let message = "there is no lock file: this is what is installed here now, and another checkout may get \
                           something else";
            joining.gaps.push((Location::file(place.manifest.map_or(file.path, |file| file.path)), message.to_owned()));
        } else {
            joining.take_directories(members);
            joining.declare();
        }
        joining.finish()
    }
}

/// A package of one's own that asks for others.
struct Importer<'a> {
    node: u32,
    directory: RepoPath,
    manifest: Option<(&'a Parsed, &'a RepoPath)>,
    /// Whether it is a root, not a directory that is only linked.
    root: bool,
    /// Whether the lock file has it.
    locked: bool,
}

/// A graph in the making.
struct Joining<'t, 'a> {
    tree: &'t Tree<'a>,
    directory: RepoPath,
    lock: &'a ReadFile<'a>,
    tie: Tie,
    files: BTreeSet<RepoPath>,
    nodes: Vec<GraphNode<'a>>,
    edges: Vec<GraphEdge>,
    gaps: Vec<(Location, String)>,
    notes: Vec<(RepoPath, Note)>,
    importers: Vec<Importer<'a>>,
    /// Importers by directory: places in `importers`.
    by_directory: LookUp<RepoPath, u32>,
    /// One's own packages by name: places in `nodes`.
    by_name: LookUp<CompactString, u32>,
    /// Names that are replaced for everybody (`overrides`, `resolutions`), with what by.
    replaced: LookUp<&'a str, &'a str>,
    /// What the entries of catalogs ask for, by section and name.
    catalogs: LookUp<(&'a str, &'a str), &'a str>,
}

impl<'t, 'a> Joining<'t, 'a> {
    fn new(tree: &'t Tree<'a>, directory: &RepoPath, lock: &'a ReadFile<'a>, tie: Tie) -> Self {
        Self {
            tree,
            directory: directory.clone(),
            lock,
            tie,
            files: BTreeSet::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            gaps: Vec::new(),
            notes: Vec::new(),
            importers: Vec::new(),
            by_directory: LookUp::new(),
            by_name: LookUp::new(),
            replaced: LookUp::new(),
            catalogs: LookUp::new(),
        }
    }

    fn finish(mut self) -> Graph<'a> {
        self.gaps.sort();
        self.gaps.dedup();
        let roots = self.importers.iter().filter(|importer| importer.root).map(|importer| importer.node).collect();
        Graph {
            directory: self.directory,
            files: self.files.into_iter().collect(),
            nodes: self.nodes,
            edges: self.edges,
            roots,
            completeness: if self.gaps.is_empty() { Completeness::Complete } else { Completeness::Incomplete },
            gaps: self.gaps,
            notes: self.notes,
        }
    }

    fn is_npm(&self) -> bool {
        self.lock.format.id == package_lock::LOCK.id || self.lock.format.role != Role::Lock
    }

    /// Whether the lock file ties importers to entries without saying what for (yarn berry).
    fn hides_scopes(&self) -> bool {
        !self.lock.format.capabilities.scopes
    }

    fn take_settings(&mut self, place: &Place<'a>) {
        for file in place.manifest.iter().chain(&place.settings) {
            self.files.insert(file.path.clone());
            for declaration in file.parsed.iter().flat_map(|parsed| &parsed.declarations) {
                let requirement = declaration.requirement.as_str();
                if declaration.package.is_some() {
                    continue;
                }
                if declaration.section.starts_with("catalog") {
                    self.catalogs.insert((declaration.section.as_str(), key(declaration)), requirement);
                } else {
                    self.replaced.insert(key(declaration), requirement);
                }
            }
        }
    }

    /// What the entry of a catalog asks for.
    fn catalog(&self, catalog: &str, name: &str) -> Option<&'a str> {
        self.catalogs.get(&(catalogs::section(catalog).as_str(), name)).copied()
    }

    /// All packages of the lock file, so that its indices are those of `nodes`; one's own as their manifests state them.
    fn take_lock(&mut self, parsed: &'a Parsed) {
        self.files.insert(self.lock.path.clone());
        let base = self.lock.directory();
        self.nodes.reserve(parsed.packages.len());
        for (at, package) in parsed.packages.iter().enumerate() {
            let node = at as u32;
            let mut stated = GraphNode { package: Cow::Borrowed(package), file: self.lock.path.clone(), decided: None };
            if package.party == Party::First {
                self.by_name.insert(package.purl.full_name(), node);
                let directory = package.directory.as_deref().and_then(|directory| base.join(directory));
                if let Some(directory) = directory {
                    let root = package.origin == Origin::Unknown;
                    if let Some(own) = self.import(node, directory, root, true) {
                        stated = own;
                    }
                }
            }
            self.nodes.push(stated);
        }
        for note in parsed.notes.iter().filter(|note| note.kind.loses_facts()) {
            self.gaps.push((Location::at(self.lock.path, note.mark), note.message.clone()));
        }
    }

    /// Registers a package of one's own. Answers how its manifest states it, if it has one.
    fn import(&mut self, node: u32, directory: RepoPath, root: bool, locked: bool) -> Option<GraphNode<'a>> {
        let place = self.tree.places.get(&directory);
        let manifest = place.and_then(|place| {
            place.package()?;
            Some((place.manifest()?, place.manifest?.path))
        });
        if let Some(file) = place.and_then(|place| place.manifest) {
            self.files.insert(file.path.clone());
        }
        self.by_directory.insert(directory.clone(), self.importers.len() as u32);
        self.importers.push(Importer { node, directory, manifest, root, locked });
        let (parsed, path) = manifest?;
        let package = parsed.packages.first()?;
        self.by_name.insert(package.purl.full_name(), node);
        Some(GraphNode { package: Cow::Borrowed(package), file: path.clone(), decided: None })
    }

    /// The members that the globs take in and the lock file does not know, and the root itself.
    fn take_members(&mut self, place: &Place<'a>, locked: bool) {
        let mut directories = vec![&self.directory];
        if !place.members.is_empty() {
            // Paths below sort right behind, mixed with such as `a-b` between `a` and `a/b`.
            let below = self.tree.places.range(self.directory.clone()..).map(|(path, _)| path);
            let below = below.take_while(|path| path.as_str().starts_with(self.directory.as_str()));
            directories.extend(below.filter(|path| {
                path.relative_to(&self.directory).is_some_and(|path| !path.is_empty() && place.members.contains(path))
            }));
        }
        let mut missing = Vec::new();
        for directory in directories {
            let Some(member) = self.tree.places.get(directory) else { continue };
            let Some((_, path)) = member.package() else { continue };
            if self.by_directory.contains_key(directory) {
                continue;
            }
            // A member with a lock file of its own is a project of its own (pnpm without a shared lock file).
            if *directory != self.directory && !member.locks.is_empty() {
                continue;
            }
            if locked && self.tie == Tie::Stated {
                let message = format!("the lock file {} does not know this package", self.lock.path);
                self.gaps.push((Location::file(path), message));
            }
            missing.push(directory.clone());
        }
        self.take_directories(&missing.iter().collect::<Vec<_>>());
    }

    fn take_directories(&mut self, directories: &[&RepoPath]) {
        for directory in directories {
            if self.by_directory.contains_key(*directory) {
                continue;
            }
            let node = self.nodes.len() as u32;
            if let Some(own) = self.import(node, (*directory).clone(), true, false) {
                self.nodes.push(own);
            } else {
                // Its manifest has no package; it asks for nothing.
                self.importers.pop();
            }
        }
    }

    /// Ties what the manifests ask for to the lock file's entries.
    fn tie(&mut self, parsed: &'a Parsed) {
        let mut asked: Vec<Option<Asked<'a>>> =
            self.importers.iter().map(|importer| importer.manifest.map(|(manifest, _)| self.asked(manifest))).collect();
        let mut importer_of: LookUp<u32, usize> = LookUp::new();
        for (at, importer) in self.importers.iter().enumerate() {
            importer_of.insert(importer.node, at);
        }
        self.edges.reserve(parsed.links.len());
        let mut unasked: Vec<(Location, CompactString)> = Vec::new();
        for link in &parsed.links {
            let mut edge = GraphEdge {
                from: link.from,
                to: link.to,
                scope: link.scope,
                requirement: link.requirement.clone(),
                location: link.mark.map(|mark| Location::at(self.lock.path, mark)),
            };
            let importer = importer_of.get(&link.from).copied();
            if let Some(importer) = importer
                && let Some(asked) = &mut asked[importer]
                && let Some((_, path)) = self.importers[importer].manifest
            {
                let to = &self.nodes[link.to as usize].package;
                let is_own = to.party == Party::First;
                match asked.answer(link, to) {
                    Some((declaration, agreement)) => {
                        // Members are taken as they are, whatever is asked of them.
                        if agreement == Agreement::Differs && !is_own && self.importers[importer].root {
                            self.differs(path, declaration, link.requirement.as_deref().unwrap_or_default());
                        }
                        // An entry of version 1 says what a linked directory needs, and not what for.
                        let hidden = self.hides_scopes() || self.tie == Tie::Directory;
                        if hidden && !(link.scope == Scope::Optional && declaration.scope == Scope::Runtime) {
                            edge.scope = declaration.scope;
                        }
                        edge.requirement = Some(declaration.requirement.clone());
                        edge.location = Some(Location::at(path, declaration.mark));
                    }
                    None => {
                        if let (Some(mark), true) = (link.mark, self.importers[importer].root) {
                            unasked.push((
                                Location::at(self.lock.path, mark),
                                self.nodes[link.to as usize].package.purl.full_name(),
                            ));
                        }
                    }
                }
            }
            self.edges.push(edge);
        }
        self.note_unasked(unasked);
        let by_id: LookUp<&str, u32> = match self.tie {
            Tie::Directory => parsed.packages.iter().zip(0..).map(|(package, at)| (package.id.as_str(), at)).collect(),
            _ => LookUp::new(),
        };
        let by_answer: LookUp<&str, u32> = match self.tie {
            Tie::Descriptor | Tie::Stated => parsed
                .packages
                .iter()
                .zip(0..)
                .flat_map(|(package, at)| package.answers.iter().map(move |answer| (answer.as_str(), at)))
                .collect(),
            Tie::Directory => LookUp::new(),
        };
        for (at, asked) in asked.iter().enumerate() {
            let Some(asked) = asked else { continue };
            for declaration in asked.unanswered(self.is_npm()) {
                let found = match self.tie {
                    // Yarn's lock file alone does not say what an entry of a catalog asks for.
                    Tie::Stated => self.cataloged(&by_answer, declaration),
                    Tie::Directory => self.installed(&by_id, at, key(declaration)),
                    Tie::Descriptor => self.described(&by_answer, declaration),
                };
                self.add_answer(at, declaration, found);
            }
        }
    }

    /// A requirement that has no edge yet: to what was found, to a package of one's own, or a gap.
    fn add_answer(&mut self, importer: usize, declaration: &'a Declaration, found: Option<u32>) {
        let found = found.or_else(|| self.own(importer, declaration));
        let importer = &self.importers[importer];
        let Some((_, path)) = importer.manifest else { return };
        let location = Location::at(path, declaration.mark);
        match found {
            Some(to) => self.edges.push(GraphEdge {
                from: importer.node,
                to,
                scope: declaration.scope,
                requirement: Some(declaration.requirement.clone()),
                location: Some(location),
            }),
            // Who asks for a peer may leave it to others, and what is optional may be missing.
            None if matches!(declaration.scope, Scope::Peer | Scope::Optional) => {}
            // A linked directory's own development needs are installed there, if at all; a member that the lock file does
            // not know is a gap already.
            None if !importer.root || (!importer.locked && self.tie == Tie::Stated) => {}
            None => {
                let lock = self.lock.path;
                let message = match (declaration.requirement.as_str(), &declaration.origin) {
                    (_, Origin::Path { path }) => {
                        format!("`{}` is not in {lock}: {path} was not read", key(declaration))
                    }
                    ("", _) => format!("`{}` is asked for and {lock} has no answer", key(declaration)),
                    (requirement, _) => {
                        format!("`{}` `{requirement}` is asked for and {lock} has no answer", key(declaration))
                    }
                };
                self.gaps.push((location, message));
            }
        }
    }

    /// What is installed under a name, as seen from an importer.
    fn installed(&self, by_id: &LookUp<&str, u32>, importer: usize, name: &str) -> Option<u32> {
        let mut directory = self.importers[importer].directory.relative_to(&self.directory)?;
        loop {
            let separator = if directory.is_empty() { "" } else { "/" };
            let id = compact_str::format_compact!("{directory}{separator}node_modules/{name}");
            if let Some(at) = by_id.get(id.as_str()) {
                return Some(*at);
            }
            if directory.is_empty() {
                return None;
            }
            directory = directory.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// What answers a descriptor. Where `resolutions` replace what is asked for, the lock file may know only the
    /// replacement.
    fn described(&self, by_answer: &LookUp<&str, u32>, declaration: &Declaration) -> Option<u32> {
        let name = key(declaration);
        let find =
            |requirement: &str| by_answer.get(compact_str::format_compact!("{name}@{requirement}").as_str()).copied();
        find(&declaration.requirement)
            .or_else(|| {
                if declaration.requirement.is_empty() {
                    by_answer.get(name).copied().or_else(|| find("*"))
                } else {
                    None
                }
            })
            .or_else(|| find(self.replaced.get(name)?))
    }

    /// What answers an entry of a catalog.
    fn cataloged(&self, by_answer: &LookUp<&str, u32>, declaration: &Declaration) -> Option<u32> {
        let Specifier::Catalog(catalog) = identity::specifier(&declaration.requirement) else { return None };
        let name = key(declaration);
        let requirement = self.catalog(catalog, name)?;
        ["npm:", ""].into_iter().find_map(|protocol| {
            by_answer.get(compact_str::format_compact!("{name}@{protocol}{requirement}").as_str()).copied()
        })
    }

    fn asked(&self, manifest: &'a Parsed) -> Asked<'a> {
        Asked::of(manifest, |catalog, name| self.catalog(catalog, name))
    }

    /// A package of one's own that a requirement is about: by directory, else by name.
    fn own(&self, importer: usize, declaration: &Declaration) -> Option<u32> {
        if let Origin::Path { path } = &declaration.origin {
            let directory = self.importers[importer].directory.join(path)?;
            return self.by_directory.get(&directory).map(|at| self.importers[*at as usize].node);
        }
        match declaration.origin {
            Origin::Registry { .. } | Origin::Unknown => self.by_name.get(&declaration.name).copied(),
            _ => None,
        }
    }

    fn differs(&mut self, path: &RepoPath, declaration: &Declaration, locked: &str) {
        // pnpm writes the replacement where something is replaced.
        if self.replaced.contains_key(key(declaration)) {
            return;
        }
        let asked = &declaration.requirement;
        let message =
            format!("`{}` `{asked}` is asked for, and {} answers `{locked}`", key(declaration), self.lock.path);
        self.gaps.push((Location::at(path, declaration.mark), message));
    }

    /// What the lock file says is asked for and no manifest asks for: nothing is lost, and the file is out of date.
    fn note_unasked(&mut self, unasked: Vec<(Location, CompactString)>) {
        let Some((first, name)) = unasked.first() else { return };
        let Some(mark) = first.mark else { return };
        let message = match unasked.len() - 1 {
            0 => format!("the lock file answers `{name}`, which package.json does not ask for"),
            more => format!("the lock file answers `{name}` and {more} more, which no package.json asks for"),
        };
        self.notes.push((first.path.clone(), Note { mark, kind: DiagnosticKind::Note, message }));
    }

    fn notes_on_lock_files(&mut self, place: &Place<'a>) {
        let start = Mark { span: Span::default(), line: 1, column: 1 };
        let mut note = |file: &ReadFile<'_>, message: String| {
            self.notes.push((file.path.clone(), Note { mark: start, kind: DiagnosticKind::Note, message }));
        };
        if let Some(ignored) = place.ignored {
            let message = format!("not read, since {} stands beside it", self.lock.path.file_name());
            note(ignored, message);
        }
        if place.locks.len() < 2 {
            return;
        }
        let manager = place
            .manifest()
            .and_then(|parsed| parsed.settings.iter().find(|(name, _)| *name == manifest::PACKAGE_MANAGER))
            .map(|(_, value)| value.split_once('@').map_or(value.as_str(), |(name, _)| name));
        match manager.map(|manager| (manager, writes(manager, self.lock.path.file_name()))) {
            Some((manager, false)) => {
                let message =
                    format!("package.json names {manager} as package manager, and this lock file is not its own");
                note(self.lock, message);
            }
            Some((_, true)) => {}
            None => {
                let others: Vec<&str> = place
                    .locks
                    .iter()
                    .map(|file| file.path.file_name())
                    .filter(|name| *name != self.lock.path.file_name())
                    .collect();
                let message = format!("stands beside {}, and nothing says which of them counts", others.join(", "));
                note(self.lock, message);
            }
        }
    }

    /// Without a lock file: what is asked for, by name, with no version.
    fn declare(&mut self) {
        let mut made: BTreeMap<(CompactString, Origin), u32> = BTreeMap::new();
        let mut first: Option<Location> = None;
        let mut names = 0_usize;
        for at in 0..self.importers.len() {
            let Some((parsed, path)) = self.importers[at].manifest else { continue };
            for declaration in self.asked(parsed).unanswered(self.is_npm()) {
                let own = self.own(at, declaration).filter(|own| *own != self.importers[at].node);
                let to = match own {
                    Some(own) => Some(own),
                    None => {
                        let identity = (declaration.name.clone(), declaration.origin.clone());
                        match made.get(&identity) {
                            Some(to) => Some(*to),
                            None => declared(declaration).map(|package| {
                                let node = self.nodes.len() as u32;
                                let package = Cow::Owned(package);
                                self.nodes.push(GraphNode { package, file: path.clone(), decided: None });
                                made.insert(identity, node);
                                names += 1;
                                first.get_or_insert_with(|| Location::at(path, declaration.mark));
                                node
                            }),
                        }
                    }
                };
                let Some(to) = to else { continue };
                self.edges.push(GraphEdge {
                    from: self.importers[at].node,
                    to,
                    scope: declaration.scope,
                    requirement: Some(declaration.requirement.clone()),
                    location: Some(Location::at(path, declaration.mark)),
                });
            }
        }
        if let Some(location) = first
            && self.lock.format.role != Role::Lock
        {
            let packages = if names == 1 { "package" } else { "packages" };
            let message = format!(
                "there is no lock file: the versions of {names} {packages} are not known, nor what they need themselves"
            );
            self.gaps.push((location, message));
        }
    }
}

/// The package that a requirement asks for, of which no version is known.
fn declared(declaration: &Declaration) -> Option<Package> {
    let requirement = &declaration.requirement;
    Some(Package {
        id: compact_str::format_compact!("{}@{requirement}", key(declaration)),
        purl: identity::purl_with_origin(&declaration.name, None, &declaration.origin)?,
        kind: ComponentKind::Library,
        party: Party::Third,
        origin: declaration.origin.clone(),
        hashes: Vec::new(),
        license: None,
        stated: None,
        directory: None,
        answers: Vec::new(),
        properties: declaration.alias.iter().map(|alias| (identity::ALIAS, alias.clone())).collect(),
        mark: declaration.mark,
    })
}

/// Whether a package manager writes a lock file of that name.
fn writes(manager: &str, file: &str) -> bool {
    match manager {
        "npm" => matches!(file, "package-lock.json" | "npm-shrinkwrap.json"),
        "yarn" => file == "yarn.lock",
        "pnpm" => file == "pnpm-lock.yaml",
        "bun" => matches!(file, "bun.lock" | "bun.lockb"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecosystem::Format;
    use crate::resolve::reach;
    use crate::text::Source;

    /// The format of a file, by its name.
    fn format(path: &RepoPath) -> &'static Format {
        let id = match path.file_name() {
            "package.json" => "npm/package-json",
            ".package-lock.json" => "npm/installed",
            "package-lock.json" | "npm-shrinkwrap.json" => "npm/package-lock",
            "yarn.lock" => "npm/yarn-lock",
            "bun.lock" => "npm/bun-lock",
            "bun.lockb" => "npm/bun-lockb",
            other => panic!("{other}"),
        };
        super::super::ECOSYSTEM.formats.iter().copied().find(|format| format.id == id).unwrap()
    }

    /// What is said of a repository of these files: one text a graph.
    fn joined(files: &[(&str, &str)]) -> Vec<String> {
        let mut parsed: Vec<(RepoPath, Option<Parsed>)> = files
            .iter()
            .map(|(path, text)| {
                let path = RepoPath::new(path);
                let source = Source::from_text(path.clone(), (*text).to_owned()).unwrap();
                let parsed = (format(&path).parse)(&source).ok();
                (path, parsed)
            })
            .collect();
        parsed.sort_by(|a, b| a.0.cmp(&b.0));
        let read: Vec<ReadFile<'_>> = parsed
            .iter()
            .map(|(path, parsed)| ReadFile { path, format: format(path), parsed: parsed.as_ref() })
            .collect();
        join(&read, &Aids::NONE).iter().map(told).collect()
    }

    fn told(graph: &Graph<'_>) -> String {
        let name = |at: u32| {
            let purl = &graph.nodes[at as usize].package.purl;
            format!("{}@{}", purl.full_name(), purl.version().unwrap_or("?"))
        };
        let mut lines: Vec<String> = Vec::new();
        for edge in &graph.edges {
            let place = edge.location.as_ref().map(|place| format!("{}:{}", place.path, place.line().unwrap_or(0)));
            let requirement = edge.requirement.as_deref().unwrap_or_default();
            lines.push(format!(
                "{} -> {} {} {requirement} {}",
                name(edge.from),
                name(edge.to),
                edge.scope.as_str(),
                place.unwrap_or_default()
            ));
        }
        let reached = reach(graph.nodes.len(), &graph.edges, &graph.roots);
        for (at, how) in reached.iter().enumerate() {
            let party = graph.nodes[at].package.party.as_str();
            lines.push(format!("{} {party} {}", name(at as u32), how.scope.map_or("unreached", Scope::as_str)));
        }
        lines.sort();
        lines.extend(graph.gaps.iter().map(|(place, message)| format!("gap {place} {message}")));
        lines.extend(graph.notes.iter().map(|(path, note)| format!("note {path}:{} {}", note.mark.line, note.message)));
        format!("[{}] {}\n{}", graph.directory, graph.completeness.as_str(), lines.join("\n"))
    }

    fn assert_says(graph: &str, lines: &[&str]) {
        for line in lines {
            assert!(graph.lines().any(|have| have == *line), "{line:?} is not said:\n{graph}");
        }
    }

    macro_rules! case {
        ($case:literal, $($path:literal),+ $(,)?) => {
            joined(&[$(($path, include_str!(concat!("testdata/", $case, "/", $path)))),+])
        };
    }

    #[test]
    fn a_lock_is_joined_with_its_manifest_and_linked_directories() {
        let graphs = case!("npm-lock-3", "package.json", "package-lock.json", "lib/local/package.json");
        let [graph] = graphs.as_slice() else { panic!("{graphs:?}") };
        assert_says(
            graph,
            &[
                "[.] complete",
                "shop@1.2.0 -> debug@4.4.3 runtime ^4.3.4 package.json:7",
                "shop@1.2.0 -> ms@2.0.0 runtime npm:ms@2.0.0 package.json:8",
                "shop@1.2.0 -> local@0.1.0 runtime file:lib/local package.json:9",
                "shop@1.2.0 -> react@18.3.1 peer ^18.0.0 package.json:21",
                "local@0.1.0 -> debug@2.6.9 runtime 2.6.9 lib/local/package.json:5",
                "local@0.1.0 -> wrappy@1.0.2 development 1.0.2 lib/local/package.json:8",
                "debug@4.4.3 -> ms@2.1.3 runtime ^2.1.3 package-lock.json:142",
                "local@0.1.0 first runtime",
                "once@1.4.0 third development",
                "wrappy@1.0.2 third development",
                "tslib@2.8.0 third optional",
                "loose-envify@1.4.0 third peer",
            ],
        );
        assert!(!graph.contains("gap") && !graph.contains("note"), "{graph}");
    }

    #[test]
    fn the_first_lock_version_gets_its_roots_from_the_manifest() {
        let three = case!("npm-lock-3", "package.json", "package-lock.json", "lib/local/package.json");
        let one = case!("npm-lock-1", "package.json", "package-lock.json", "lib/local/package.json");
        let direct = |graph: &str| -> Vec<String> {
            let lines = graph.lines().filter(|line| line.starts_with("shop@1.2.0 -> ") || line.contains(" third "));
            // A local archive has no version in the first lock version.
            lines.filter(|line| !line.contains("packed")).map(str::to_owned).collect()
        };
        assert_eq!(direct(&one[0]), direct(&three[0]));
        let alone = case!("npm-lock-1", "package-lock.json");
        assert!(alone[0].contains("gap package-lock.json there is no package.json"), "{}", alone[0]);
        assert_says(&alone[0], &["debug@4.4.3 third unreached", "[.] incomplete"]);
    }

    #[test]
    fn members_are_roots_and_linked_tools_are_not() {
        let graphs = case!(
            "npm-workspace",
            "package.json",
            "package-lock.json",
            "packages/app/package.json",
            "packages/core/package.json",
            "tools/lint/package.json"
        );
        let [graph] = graphs.as_slice() else { panic!("{graphs:?}") };
        assert_says(
            graph,
            &[
                "[.] complete",
                "mill@? -> lint@0.0.1 development file:tools/lint package.json:9",
                "@mill/app@2.0.0 -> @mill/core@1.1.0 runtime ^1.0.0 packages/app/package.json:6",
                "@mill/core@1.1.0 -> debug@4.3.4 runtime 4.3.4 packages/core/package.json:6",
                "@mill/app@2.0.0 first runtime",
                "@mill/core@1.1.0 first runtime",
                "lint@0.0.1 first development",
                "debug@4.3.4 third runtime",
                "use-sync-external-store@1.2.0 third development",
                // An optional peer of the product, and a peer of what only its developers need.
                "react@18.3.1 third optional",
            ],
        );
    }

    #[test]
    fn a_stale_lock_is_a_gap_on_the_line_a_person_edits() {
        let graphs = case!("npm-lock-stale", "package.json", "package-lock.json");
        assert_says(
            &graphs[0],
            &[
                "[.] incomplete",
                "gap package.json:5:15 `debug` `^3.0.0` is asked for, and package-lock.json answers `^4.0.0`",
                "gap package.json:6:18 `left-pad` `1.3.0` is asked for and package-lock.json has no answer",
                "note package-lock.json:14 the lock file answers `once`, which package.json does not ask for",
            ],
        );
    }

    #[test]
    fn two_lock_files_are_two_projects_and_the_stranger_is_named() {
        let graphs = case!("npm-two-locks", "package.json", "package-lock.json", "yarn.lock");
        assert_eq!(graphs.len(), 2);
        assert!(graphs[0].contains("names yarn as package manager"), "{}", graphs[0]);
        assert_says(
            &graphs[1],
            &[
                "[.] complete",
                "small@1.0.0 -> once@1.4.0 development ^1.0.0 package.json:9",
                "wrappy@1.0.2 third development",
                "debug@4.3.4 third runtime",
            ],
        );
        assert!(!graphs[1].contains("note"), "{}", graphs[1]);
    }

    #[test]
    fn a_shrinkwrap_makes_the_other_lock_void() {
        let graphs = case!("npm-shrinkwrap", "package.json", "package-lock.json", "npm-shrinkwrap.json");
        assert_eq!(graphs.len(), 1);
        assert_says(
            &graphs[0],
            &[
                "[.] complete",
                "debug@4.4.3 third runtime",
                "note package-lock.json:1 not read, since npm-shrinkwrap.json stands beside it",
            ],
        );
    }

    #[test]
    fn without_a_lock_what_is_asked_for_is_told_without_versions() {
        let graphs = case!("npm-no-lock", "package.json", "packages/a/package.json", "config/package.json");
        let [graph] = graphs.as_slice() else { panic!("{graphs:?}") };
        assert_says(
            graph,
            &[
                "[.] incomplete",
                "small@1.0.0 -> debug@? runtime ^4.0.0 package.json:6",
                "a@? -> debug@? runtime npm:debug@^4.0.0 packages/a/package.json:4",
                "a@? -> small@1.0.0 runtime * packages/a/package.json:5",
                "once@? third development",
                "gap package.json:6:15 there is no lock file: the versions of 3 packages are not known, nor what they need \
                 themselves",
            ],
        );
    }

    #[test]
    fn an_installed_tree_stands_in_for_a_lock_and_says_so() {
        let graphs = case!("npm-installed", "package.json", "node_modules/.package-lock.json");
        let [graph] = graphs.as_slice() else { panic!("{graphs:?}") };
        assert_says(
            graph,
            &[
                "[.] incomplete",
                "small@1.0.0 -> debug@4.4.3 runtime ^4.0.0 package.json:5",
                "ms@2.1.3 third runtime",
                "wrappy@1.0.2 third development",
            ],
        );
        assert!(graph.contains("gap package.json there is no lock file: this is what is installed"), "{graph}");
        let small = include_str!("testdata/npm-shrinkwrap/package-lock.json");
        let installed = include_str!("testdata/npm-installed/node_modules/.package-lock.json");
        let manifest = include_str!("testdata/npm-installed/package.json");
        let both = joined(&[
            ("package.json", manifest),
            ("package-lock.json", small),
            ("node_modules/.package-lock.json", installed),
        ]);
        assert_says(&both[0], &["[.] complete", "debug@4.0.0 third runtime"]);
    }

    #[test]
    fn bun_members_aliases_and_catalogs() {
        let graphs =
            case!("bun-1", "package.json", "bun.lock", "packages/app/package.json", "packages/core/package.json");
        assert_says(
            &graphs[0],
            &[
                "[.] complete",
                "@shop/app@0.2.0 -> left@1.1.0 runtime catalog: packages/app/package.json:6",
                "@shop/app@0.2.0 -> @long/name@2.0.3 runtime npm:@long/name@2 packages/app/package.json:7",
                "@shop/core@0.1.0 -> left@2.0.1 runtime ^2.0.0 packages/core/package.json:6",
                "tester@? third development",
                "host@3.1.4 third peer",
            ],
        );
        let binary = case!("bun-lockb", "package.json", "bun.lockb");
        assert_says(&binary[0], &["left@? third runtime", "tester@? third development"]);
    }

    #[test]
    fn a_manifest_of_settings_is_no_project_and_each_lock_has_its_own() {
        assert!(joined(&[("a/package.json", r#"{"type":"module"}"#), ("package.json", "{}")]).is_empty());
        let lock = |name: &str| {
            format!(
                r#"{{"name":"{name}","lockfileVersion":3,"packages":{{"":{{"name":"{name}","dependencies":{{"x":"1"}}}},"node_modules/x":{{"version":"1.0.0"}}}}}}"#
            )
        };
        let manifest = |name: &str| format!(r#"{{"name":"{name}","dependencies":{{"x":"1"}}}}"#);
        let graphs = joined(&[
            ("package.json", &manifest("top")),
            ("package-lock.json", &lock("top")),
            ("sub/package.json", &manifest("sub")),
            ("sub/package-lock.json", &lock("sub")),
            ("other/package.json", &manifest("other")),
        ]);
        let heads: Vec<&str> = graphs.iter().filter_map(|graph| graph.lines().next()).collect();
        assert_eq!(heads, ["[.] complete", "[other] incomplete", "[sub] complete"]);
    }

    #[test]
    fn a_member_that_the_lock_does_not_know_is_a_gap() {
        let graphs = joined(&[
            ("package.json", r#"{"name":"top","workspaces":["p/*"]}"#),
            ("package-lock.json", r#"{"lockfileVersion":3,"packages":{"":{"name":"top","workspaces":["p/*"]}}}"#),
            ("p/new/package.json", r#"{"name":"new","dependencies":{"x":"1"}}"#),
        ]);
        assert_says(
            &graphs[0],
            &[
                "[.] incomplete",
                "gap p/new/package.json the lock file package-lock.json does not know this package",
                "new@? first runtime",
            ],
        );
        assert_eq!(graphs.len(), 1);
    }
}
