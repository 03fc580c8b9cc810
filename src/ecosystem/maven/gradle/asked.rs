//! What projects ask for: declarations with accessors, properties and shared scripts followed as far as they are literal.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::{CompactString, format_compact};

use super::builds::{Build, Builds, Project, settings};
use super::catalog::{self, accessor};
use super::coordinates;
use super::script::{ALL_PROJECTS, CONFIGURED, PLUGIN_MANAGEMENT, PLUGINS, PROJECT, SUBPROJECTS, setting};
use crate::ecosystem::{Declaration, Parsed, ReadFile};
use crate::model::{Location, LookUp, Origin, RepoPath, Scope};

/// How many declarations of shared scripts are followed into projects: more than any real build has, and a bound for what
/// many projects times many shared declarations can come to.
const MOST_ASKED: usize = 2_000_000;

/// Something that a project asks for.
pub(super) enum Asked<'a> {
    Module(Module<'a>),
    /// Another project of the build, by its path.
    Project {
        path: CompactString,
        scope: Scope,
        location: Location,
    },
    /// An expression that only running the script would explain.
    Unknown {
        expression: &'a str,
        location: Location,
    },
}

/// A module that is asked for.
pub(super) struct Module<'a> {
    /// `group:name`.
    pub name: &'a str,
    /// As it is written, with what could be filled in filled in.
    pub requirement: CompactString,
    /// `classifier@extension`.
    pub detail: &'a str,
    pub scope: Scope,
    /// Whether it is for the build itself: a plugin, or on the class path of a build script.
    pub of_script: bool,
    /// The line that a person edits.
    pub location: Location,
}

/// The declarations of a catalog that something names: its path and their places.
pub(super) type Used<'a> = BTreeSet<(&'a RepoPath, usize)>;

struct Catalog<'a> {
    path: &'a RepoPath,
    libraries: LookUp<CompactString, usize>,
    plugins: LookUp<CompactString, usize>,
    bundles: LookUp<&'a str, &'a str>,
    versions: LookUp<&'a str, &'a str>,
    declarations: &'a [Declaration],
}

impl<'a> Catalog<'a> {
    fn of(file: &'a ReadFile<'a>) -> Option<Self> {
        let parsed = file.parsed?;
        let mut made = Self {
            path: file.path,
            libraries: LookUp::new(),
            plugins: LookUp::new(),
            bundles: settings(parsed, catalog::BUNDLE).filter_map(|text| text.split_once('=')).collect(),
            versions: settings(parsed, catalog::VERSION).filter_map(|text| text.split_once('=')).collect(),
            declarations: &parsed.declarations,
        };
        for (at, declaration) in parsed.declarations.iter().enumerate() {
            let name = accessor(declaration.alias.as_deref().unwrap_or_default());
            let table = if declaration.section == catalog::PLUGINS { &mut made.plugins } else { &mut made.libraries };
            table.insert(name, at);
        }
        Some(made)
    }
}

/// What the names of a project's scripts mean.
struct Meaning<'a, 'c> {
    catalogs: &'c BTreeMap<&'a str, Catalog<'a>>,
    /// Extra properties with one literal value, of the root's script; then of the script itself.
    shared: &'c LookUp<&'a str, Option<&'a str>>,
}

/// The properties of a script; `None` for those that are set twice.
fn properties(parsed: &Parsed) -> LookUp<&str, Option<&str>> {
    let mut found: LookUp<&str, Option<&str>> = LookUp::new();
    for (name, text) in settings(parsed, setting::PROPERTY).filter_map(|text| text.split_once('=')) {
        let known = found.get(name).copied();
        let value = match known {
            None => Some(text),
            Some(Some(before)) if before == text => Some(text),
            Some(_) => None,
        };
        found.insert(name, value);
    }
    found
}

/// A requirement with what is written elsewhere filled in, as far as that is literal.
fn filled<'r>(requirement: &'r str, own: &LookUp<&str, Option<&str>>, meaning: &Meaning<'_, '_>) -> CompactString {
    if !requirement.contains('$') {
        return requirement.into();
    }
    let mut made = CompactString::default();
    let mut rest: &'r str = requirement;
    while let Some(at) = rest.find('$') {
        made.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, end) = match after.strip_prefix('{') {
            Some(inner) => match inner.find('}') {
                Some(end) => (&inner[..end], end + 2),
                None => return requirement.into(),
            },
            None => {
                let end = after.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
                let end = end.unwrap_or(after.len());
                (&after[..end], end)
            }
        };
        match value_of(name.trim(), own, meaning) {
            Some(value) => made.push_str(value),
            None => return requirement.into(),
        }
        rest = &after[end..];
    }
    made.push_str(rest);
    made
}

fn value_of<'v>(
    expression: &str,
    own: &LookUp<&'v str, Option<&'v str>>,
    meaning: &Meaning<'v, '_>,
) -> Option<&'v str> {
    let plain = expression.strip_suffix("()").unwrap_or(expression);
    let plain = plain.strip_suffix(".get").unwrap_or(plain);
    if let Some((catalog, rest)) = plain.split_once('.')
        && let Some(name) = rest.strip_prefix("versions.")
    {
        return meaning.catalogs.get(catalog)?.versions.get(name).copied();
    }
    let mut name = plain;
    for prefix in ["rootProject.", "project.", "ext.", "extra."] {
        name = name.strip_prefix(prefix).unwrap_or(name);
    }
    if name.contains(['.', '(', '[', ' ']) {
        return None;
    }
    match own.get(name) {
        Some(value) => *value,
        None => meaning.shared.get(name).copied().flatten(),
    }
}

/// A script as a project uses it: whether its declarations for other projects count, and for whom.
struct Applied<'a> {
    path: &'a RepoPath,
    parsed: &'a Parsed,
    /// Where its unmarked declarations go.
    target: CompactString,
}

/// Everything that the projects of a build ask for, by their directories.
pub(super) struct AllAsked<'a> {
    pub by_project: BTreeMap<RepoPath, Vec<Asked<'a>>>,
    /// The scripts that were followed.
    pub files: BTreeSet<&'a RepoPath>,
    /// Whether there is more than is followed.
    pub cut: bool,
}

/// What the projects of a build ask for. Notes in `used` which entries of catalogs are named.
pub(super) fn asked<'a>(builds: &'a Builds<'a>, index: usize, used: &mut Used<'a>) -> AllAsked<'a> {
    let build = &builds.all[index];
    let catalogs: BTreeMap<&str, Catalog<'a>> =
        builds.catalogs(index).into_iter().filter_map(|(name, file)| Some((name, Catalog::of(file)?))).collect();
    let root = build.projects.get(&build.directory).and_then(|root| root.script);
    let shared = root.and_then(|file| file.parsed).map(properties).unwrap_or_default();
    let managed = managed(build);
    let asking = Asking {
        builds,
        build,
        meaning: Meaning { catalogs: &catalogs, shared: &shared },
        managed,
        by_path: build.projects.iter().map(|(directory, project)| (project.path.as_str(), directory)).collect(),
        by_accessor: build.projects.values().map(|project| (plain(&project.path), project.path.as_str())).collect(),
        applied_names: applied_names(build),
    };
    let mut all = AllAsked { by_project: BTreeMap::new(), files: BTreeSet::new(), cut: false };
    let mut count = 0;
    // What the root's scripts say for others, so that each project takes only what is for it.
    let mut scripts = Vec::new();
    if let Some(file) = build.settings
        && let Some(parsed) = file.parsed
    {
        scripts.push(Applied { path: file.path, parsed, target: CompactString::default() });
    }
    for file in &build.loose {
        if let Some(parsed) = file.parsed.filter(|_| !asking.applied_names.contains(file.path.file_name())) {
            scripts.push(Applied { path: file.path, parsed, target: CompactString::default() });
        }
    }
    let mut for_others: Vec<(Applied<'a>, LookUp<&'a str, Option<&'a str>>)> = Vec::new();
    for (directory, project) in &build.projects {
        let is_root = *directory == build.directory;
        let mut open = if is_root { std::mem::take(&mut scripts) } else { Vec::new() };
        if let Some(file) = project.script
            && let Some(parsed) = file.parsed
        {
            open.push(Applied { path: file.path, parsed, target: CompactString::default() });
        }
        let mut seen: BTreeSet<(CompactString, &RepoPath)> = BTreeSet::new();
        let mut made = Vec::new();
        while let Some(script) = open.pop() {
            if !seen.insert((script.target.clone(), script.path)) {
                continue;
            }
            all.files.insert(script.path);
            open.extend(asking.applied(directory, &script));
            let own = properties(script.parsed);
            if script.target.is_empty() {
                for declaration in &script.parsed.declarations {
                    if count >= MOST_ASKED {
                        all.cut = true;
                        break;
                    }
                    if let Some(rest) = asking.for_this(&declaration.section, is_root) {
                        count += 1;
                        asking.resolve(project, script.path, declaration, rest, &own, used, &mut made);
                    }
                }
            }
            if script.target.is_empty() {
                asking.managed_plugins(&script, &own, &mut made);
            }
            if is_root {
                for_others.push((script, own));
            }
        }
        all.by_project.insert(directory.clone(), made);
    }
    for (script, own) in &for_others {
        for declaration in &script.parsed.declarations {
            let whole = format_compact!("{}{}", script.target, declaration.section);
            for directory in asking.others(&whole) {
                if count >= MOST_ASKED {
                    all.cut = true;
                    return all;
                }
                let (Some(project), Some(made)) = (build.projects.get(directory), all.by_project.get_mut(directory))
                else {
                    continue;
                };
                count += 1;
                let section = whole.rsplit_once('.').map_or(whole.as_str(), |(_, section)| section);
                asking.resolve(project, script.path, declaration, section, own, used, made);
            }
        }
    }
    all
}

/// The versions that settings give plugins, by marker.
fn managed<'a>(build: &Build<'a>) -> BTreeMap<&'a str, (&'a RepoPath, &'a Declaration)> {
    let Some(file) = build.settings else { return BTreeMap::new() };
    let declarations = file.parsed.map_or(&[][..], |parsed| &parsed.declarations);
    let managed = declarations.iter().filter(|one| one.section == PLUGIN_MANAGEMENT && !one.inherited);
    managed.map(|declaration| (declaration.name.as_str(), (file.path, declaration))).collect()
}

struct Asking<'a, 'c> {
    builds: &'a Builds<'a>,
    build: &'a Build<'a>,
    meaning: Meaning<'a, 'c>,
    managed: BTreeMap<&'a str, (&'a RepoPath, &'a Declaration)>,
    by_path: BTreeMap<&'a str, &'a RepoPath>,
    /// The paths of projects by how type-safe accessors would spell them.
    by_accessor: BTreeMap<String, &'a str>,
    /// The file names of scripts that some script of the build applies: where from decides little here.
    applied_names: BTreeSet<&'a str>,
}

/// The path of a project without what an accessor leaves out.
fn plain(path: &str) -> String {
    path.replace(['-', '_'], "").to_ascii_lowercase()
}

fn applied_names<'a>(build: &Build<'a>) -> BTreeSet<&'a str> {
    let scripts = build.projects.values().filter_map(|project| project.script).chain(build.settings);
    let all = scripts.chain(build.loose.iter().copied()).filter_map(|file| file.parsed);
    all.flat_map(|parsed| settings(parsed, setting::APPLIED_SCRIPT))
        .filter_map(|text| text.split_once('|').map_or(text, |(_, path)| path).rsplit('/').next())
        .collect()
}

impl<'a> Asking<'a, '_> {
    /// The section of a declaration in a project's own script, if it is for that project.
    fn for_this<'s>(&self, section: &'s str, is_root: bool) -> Option<&'s str> {
        if let Some(rest) = section.strip_prefix(ALL_PROJECTS) {
            return Some(rest);
        }
        if section.starts_with(PROJECT) && !is_root || section == PLUGIN_MANAGEMENT {
            return None;
        }
        if section.starts_with(PROJECT) {
            // The root may be named like the others.
            return section.strip_prefix(PROJECT)?.strip_prefix(":).");
        }
        if let Some(rest) = section.strip_prefix(SUBPROJECTS) {
            // Below the root these are projects of projects, which hardly any build has.
            return (!is_root).then_some(rest);
        }
        Some(section.strip_prefix(CONFIGURED).unwrap_or(section))
    }

    /// The other projects that a declaration of the root's scripts is for.
    fn others(&self, section: &str) -> Vec<&'a RepoPath> {
        if section.starts_with(ALL_PROJECTS) || section.starts_with(SUBPROJECTS) {
            let with_files = |project: &Project<'_>| project.script.is_some() || !project.locks.is_empty();
            let others = self
                .build
                .projects
                .iter()
                .filter(|(directory, project)| **directory != self.build.directory && with_files(project));
            return others.map(|(directory, _)| directory).collect();
        }
        let path = section.strip_prefix(PROJECT).and_then(|rest| rest.split_once(')')).map(|(path, _)| path);
        path.filter(|path| *path != ":").and_then(|path| self.by_path.get(path).copied()).into_iter().collect()
    }

    /// The scripts that a script applies.
    fn applied(&self, project: &RepoPath, script: &Applied<'a>) -> Vec<Applied<'a>> {
        let mut found = Vec::new();
        let targeted = |text: &'a str| {
            let (target, rest) = text.split_once('|').unwrap_or(("", text));
            let target = if script.target.is_empty() { target } else { script.target.as_str() };
            (CompactString::from(target), rest)
        };
        for (target, written) in settings(script.parsed, setting::APPLIED_SCRIPT).map(targeted) {
            let candidates = match written.strip_prefix('/') {
                Some(rest) => vec![self.build.directory.join(rest)],
                None => vec![project.join(written), script.path.parent().join(written)],
            };
            let known = candidates.into_iter().flatten().find_map(|path| self.builds.scripts.get_key_value(&path));
            found.extend(known.map(|(path, parsed)| Applied { path, parsed, target }));
        }
        for (target, id) in settings(script.parsed, setting::APPLIED_PLUGIN).map(targeted) {
            let known = self.builds.conventions.get(id).and_then(|path| self.builds.scripts.get_key_value(path));
            found.extend(known.map(|(path, parsed)| Applied { path, parsed, target }));
        }
        found
    }

    #[allow(clippy::too_many_arguments, reason = "a declaration and all that its names may mean")]
    fn resolve(
        &self,
        project: &Project<'a>,
        file: &'a RepoPath,
        declaration: &'a Declaration,
        section: &str,
        own: &LookUp<&'a str, Option<&'a str>>,
        used: &mut Used<'a>,
        made: &mut Vec<Asked<'a>>,
    ) {
        let location = Location::at(file, declaration.mark);
        let scope = match declaration.scope {
            Scope::Runtime | Scope::Provided | Scope::Optional if self.build.logic => Scope::Build,
            scope => scope,
        };
        let of_script = section == PLUGINS || section == "classpath";
        if let Origin::Path { path } = &declaration.origin {
            let path = match (path.strip_prefix(':'), project.path.as_str()) {
                (Some(_), _) => path.clone(),
                (None, ":") => format_compact!(":{path}"),
                (None, above) => format_compact!("{above}:{path}"),
            };
            made.push(Asked::Project { path, scope, location });
            return;
        }
        if !declaration.inherited {
            let requirement = filled(&declaration.requirement, own, &self.meaning);
            let detail = declaration.alias.as_deref().filter(|alias| alias.contains('@')).unwrap_or_default();
            made.push(Asked::Module(Module {
                name: &declaration.name,
                requirement,
                detail,
                scope,
                of_script,
                location,
            }));
            return;
        }
        let name = declaration.name.as_str();
        if let Some(path) = name.strip_prefix("projects.").and_then(|path| self.project_of(path)) {
            made.push(Asked::Project { path, scope, location });
            return;
        }
        let found = self.entries(name, used);
        if found.is_empty() {
            made.push(Asked::Unknown { expression: name, location });
        }
        for (path, entry) in found {
            made.push(Asked::Module(Module {
                name: &entry.name,
                requirement: entry.requirement.clone(),
                detail: "",
                scope,
                of_script: of_script || entry.section == catalog::PLUGINS,
                location: Location::at(path, entry.mark),
            }));
        }
    }

    /// The plugins that a script applies in the version that settings give them.
    fn managed_plugins(&self, script: &Applied<'a>, own: &LookUp<&'a str, Option<&'a str>>, made: &mut Vec<Asked<'a>>) {
        for id in settings(script.parsed, setting::PLUGIN_WITHOUT_VERSION) {
            let Some((path, managed)) = self.managed.get(coordinates::marker(id).as_str()) else { continue };
            made.push(Asked::Module(Module {
                name: &managed.name,
                requirement: filled(&managed.requirement, own, &self.meaning),
                detail: "",
                scope: Scope::Build,
                of_script: true,
                location: Location::at(path, managed.mark),
            }));
        }
    }

    /// The project that a type-safe accessor names: `projects.coreData` for `:core-data`.
    fn project_of(&self, accessor: &str) -> Option<CompactString> {
        let wanted = format!(":{}", plain(&accessor.replace('.', ":")));
        self.by_accessor.get(&wanted).map(|path| CompactString::from(*path))
    }

    /// The entries of catalogs that an accessor names.
    fn entries(&self, name: &str, used: &mut Used<'a>) -> Vec<(&'a RepoPath, &'a Declaration)> {
        let Some((root, rest)) = name.split_once('.') else { return Vec::new() };
        let Some(catalog) = self.meaning.catalogs.get(root) else { return Vec::new() };
        let rest = accessor(rest);
        let mut places = Vec::new();
        if let Some(name) = rest.strip_prefix("bundles.") {
            let aliases = catalog.bundles.get(name).copied().unwrap_or_default();
            places.extend(aliases.split(' ').filter_map(|alias| catalog.libraries.get(&accessor(alias)).copied()));
        } else if let Some(place) = rest.strip_prefix("plugins.").and_then(|name| catalog.plugins.get(name)) {
            places.push(*place);
        }
        if places.is_empty() {
            places.extend(catalog.libraries.get(&rest).copied());
        }
        used.extend(places.iter().map(|place| (catalog.path, *place)));
        places.into_iter().map(|place| (catalog.path, &catalog.declarations[place])).collect()
    }
}

/// Whether a requirement is one version, as it stands.
pub(super) fn version_of(requirement: &str) -> &str {
    let plain = requirement.strip_suffix("!!").unwrap_or(requirement);
    if coordinates::is_exact(plain) { plain } else { "" }
}
