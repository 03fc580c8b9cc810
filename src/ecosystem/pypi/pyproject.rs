//! `pyproject.toml`: what a project asks for, in the tables of the standards and of Poetry, PDM, uv and Hatch.
//!
//! `[project]` is PEP 621, `[dependency-groups]` PEP 735, `[build-system]` PEP 518. Of the tools' own tables those are read
//! that ask for packages or say where they come from.

use compact_str::{CompactString, format_compact};

use super::marker::Marker;
use super::name;
use super::origin;
use super::requirement::{Requirement, rest_of};
use crate::ecosystem::{Capabilities, Declaration, Format, Note, Package, Parsed, Reference, Role, Stability};
use crate::model::{DiagnosticKind, LookUp, Mark, Origin, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, toml};

/// `pyproject.toml`.
pub(super) static FORMAT: Format = Format {
    id: "pypi/pyproject",
    patterns: &["**/pyproject.toml"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: true, hashes: false, licenses: true },
    docs: "The manifest of Python projects: `[project]` (PEP 621), `[dependency-groups]` (PEP 735), `[build-system]`, and the \
           tables of Poetry 1 and 2, PDM, uv and Hatch.",
    parse,
};

/// Setting: what a person or a build backend must be asked for: a field of `[project]` that is dynamic.
pub(super) const DYNAMIC: &str = "dynamic";
/// Setting: a tool that the manifest has a table of.
pub(super) const TOOL: &str = "tool";
/// The section of what is needed to build.
pub(super) const BUILD: &str = "build-system.requires";

/// How deep groups may include one another.
const MOST_INCLUDES: usize = 64;

struct Reader<'s, 'd> {
    file: &'s Source,
    parsed: Parsed,
    /// Where uv is told to take packages from, by normal name.
    sources: LookUp<String, Node<'d>>,
    /// Indexes by name, of uv and Poetry.
    indexes: LookUp<&'d str, Origin>,
    default: Origin,
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = toml::parse(file)?;
    let root = document.root();
    let parsed = Parsed { dialect: "pyproject.toml".into(), ..Parsed::default() };
    let default = Origin::Registry { url: None };
    let mut reader = Reader { file, parsed, sources: LookUp::new(), indexes: LookUp::new(), default };
    let tool = |name: &str| root.get("tool").and_then(|tools| tools.get(name));
    let (project, poetry, uv, pdm) = (root.get("project"), tool("poetry"), tool("uv"), tool("pdm"));
    for (name, table) in [("poetry", poetry), ("uv", uv), ("pdm", pdm)] {
        if table.is_some() {
            reader.parsed.settings.push((TOOL, name.into()));
        }
    }
    reader.indexes(uv, poetry, pdm);
    reader.package(project, poetry);
    let before = reader.parsed.declarations.len();
    if let Some(project) = project {
        reader.list("project.dependencies", Scope::Runtime, project.get("dependencies"));
        for (key, list) in project.get("optional-dependencies").into_iter().flat_map(Node::entries) {
            let section = format_compact!("project.optional-dependencies.{}", key.scalar().unwrap_or_default());
            reader.list(&section, Scope::Optional, Some(list));
        }
        for field in project.get("dynamic").into_iter().flat_map(Node::items) {
            if let Some(name @ ("dependencies" | "optional-dependencies")) = field.string() {
                reader.parsed.settings.push((DYNAMIC, name.into()));
            }
        }
    }
    if let Some(groups) = root.get("dependency-groups") {
        reader.groups(groups);
    }
    if let Some(poetry) = poetry {
        reader.poetry(poetry, project.is_some_and(|project| project.get("dependencies").is_some()));
    }
    for (key, list) in pdm.and_then(|pdm| pdm.get("dev-dependencies")).into_iter().flat_map(Node::entries) {
        let group = key.scalar().unwrap_or_default();
        let scope = name::scope_of_group(group).unwrap_or(Scope::Development);
        reader.list(&format_compact!("tool.pdm.dev-dependencies.{group}"), scope, Some(list));
    }
    if let Some(uv) = uv {
        reader.list("tool.uv.dev-dependencies", Scope::Development, uv.get("dev-dependencies"));
        if let Some(workspace) = uv.get("workspace") {
            let texts = |key: &str| -> Vec<CompactString> {
                workspace.get(key).into_iter().flat_map(Node::items).filter_map(Node::string).map(Into::into).collect()
            };
            reader.parsed.members = texts("members");
            reader.parsed.members.extend(texts("exclude").iter().map(|glob| format_compact!("!{glob}")));
        }
    }
    let environments = tool("hatch").and_then(|hatch| hatch.get("envs"));
    for (key, environment) in environments.into_iter().flat_map(Node::entries) {
        let name = key.scalar().unwrap_or_default();
        let scope = name::scope_of_group(name).unwrap_or(Scope::Development);
        for list in ["dependencies", "extra-dependencies"] {
            reader.list(&format_compact!("tool.hatch.envs.{name}.{list}"), scope, environment.get(list));
        }
    }
    let asks = reader.parsed.declarations.len() > before;
    reader.list(BUILD, Scope::Build, root.get("build-system").and_then(|build| build.get("requires")));
    // Settings of tools alone are no project.
    if project.is_none() && poetry.is_none() && !asks && reader.parsed.declarations.is_empty() {
        reader.parsed.packages.clear();
        reader.parsed.settings.clear();
    } else {
        for name in ["setup.cfg", "setup.py"] {
            let mark = file.start();
            reader.parsed.references.push(Reference { path: name.into(), mark, optional: true });
        }
    }
    Ok(reader.parsed)
}

/// A license as `[project]` has it: PEP 639's expression, or PEP 621's table with a text that may be a whole license.
fn license(file: &Source, node: Node<'_>) -> Option<(CompactString, Mark)> {
    const LONGEST: usize = 200;
    let node = if node.kind() == Kind::Mapping { node.get("text")? } else { node };
    let text = node.string()?.trim();
    (!text.is_empty() && text.len() <= LONGEST && !text.contains('\n')).then(|| (text.into(), file.mark(node.span())))
}

impl<'d> Reader<'_, 'd> {
    fn remark(&mut self, node: Node<'_>, kind: DiagnosticKind, message: String) {
        self.parsed.notes.push(Note { mark: self.file.mark(node.span()), kind, message });
    }

    fn indexes(&mut self, uv: Option<Node<'d>>, poetry: Option<Node<'d>>, pdm: Option<Node<'d>>) {
        for (name, node) in uv.and_then(|uv| uv.get("sources")).into_iter().flat_map(Node::entries) {
            self.sources.insert(name::normal(name.scalar().unwrap_or_default()).into_owned(), node);
        }
        let of = |tool: Option<Node<'d>>, key: &str| -> Vec<Node<'d>> {
            tool.and_then(|tool| tool.get(key)).into_iter().flat_map(Node::items).collect()
        };
        for node in of(uv, "index").into_iter().chain(of(poetry, "source")).chain(of(pdm, "source")) {
            let Some(url) = node.get_str("url") else { continue };
            let index = origin::index(url);
            if node.get("default").and_then(Node::boolean) == Some(true)
                || matches!(node.get_str("priority"), Some("default"))
            {
                self.default = index.clone();
            }
            self.indexes.insert(node.get_str("name").unwrap_or_default(), index);
        }
        if let Some(url) = uv.and_then(|uv| uv.get_str("index-url")) {
            self.default = origin::index(url);
        }
    }

    fn package(&mut self, project: Option<Node<'d>>, poetry: Option<Node<'d>>) {
        let field = |key: &str| {
            let text =
                |table: Option<Node<'d>>| table.and_then(|table| table.get(key)).filter(|node| node.string().is_some());
            text(project).or_else(|| text(poetry))
        };
        let named = field("name").filter(|node| node.string().is_some_and(name::is_name));
        let version = field("version").and_then(Node::string).filter(|text| name::is_version(text));
        let purl = match named.and_then(Node::string) {
            Some(name) => name::purl(name, version, &Origin::Unknown),
            None => name::unnamed(self.file.path().parent().as_str()),
        };
        let mark = named.map_or_else(|| self.file.start(), |node| self.file.mark(node.span()));
        let mut package: Package = name::own(named.and_then(Node::string).unwrap_or_default(), purl, "", mark);
        let licenses = [project, poetry].into_iter().flatten().filter_map(|table| table.get("license"));
        package.license = licenses.filter_map(|node| license(self.file, node)).next();
        self.parsed.packages.push(package);
    }

    /// Where uv is told to take a package from; the index otherwise.
    fn origin_of(&self, name: &str) -> Origin {
        let Some(source) = self.sources.get(&*name::normal(name)).copied() else { return self.default.clone() };
        // Several sources for several platforms: the first stands for all.
        let source = source.items().next().unwrap_or(source);
        let text = |key: &str| source.get_str(key);
        if let Some(url) = text("git") {
            let references = [text("rev"), text("tag"), text("branch")].map(Option::unwrap_or_default);
            return origin::git(url, &references);
        }
        if let Some(url) = text("url") {
            return origin::of_url(url).0;
        }
        if let Some(path) = text("path") {
            return Origin::Path { path: path.into() };
        }
        if source.get("workspace").and_then(Node::boolean) == Some(true) {
            return Origin::Unknown;
        }
        text("index").and_then(|index| self.indexes.get(index)).unwrap_or(&self.default).clone()
    }

    fn list(&mut self, section: &str, scope: Scope, list: Option<Node<'d>>) {
        for node in list.into_iter().flat_map(Node::items) {
            self.requirement(section, scope, node);
        }
    }

    fn requirement(&mut self, section: &str, scope: Scope, node: Node<'d>) {
        let text = node.string().unwrap_or_default();
        // PDM's groups have editable packages as pip writes them.
        if let Some(editable) = text.strip_prefix("-e ") {
            let (origin, _) = origin::of_url(editable.trim());
            let Some(name) = origin::egg(editable).filter(|name| name::is_name(name)) else {
                return self.remark(node, DiagnosticKind::Note, format!("{text:?} does not say which package it is"));
            };
            return self.declare(section, scope, name, CompactString::default(), origin, self.file.mark(node.span()));
        }
        let Some(asked) = Requirement::parse(text) else {
            let shown: String = text.chars().take(60).collect();
            return self.remark(node, DiagnosticKind::Entry, format!("{shown:?} is no requirement"));
        };
        if let Some(marker) = asked.marker
            && Marker::parse(marker).is_none()
        {
            let message = format!("the marker of {:?} could not be understood: it is taken as if it held", asked.name);
            self.remark(node, DiagnosticKind::Note, message);
        }
        let origin = match asked.url {
            Some(url) => origin::of_url(url).0,
            None => self.origin_of(asked.name),
        };
        let rest = name::shown(Requirement::rest(text));
        self.declare(section, scope, asked.name, rest, origin, self.file.mark(node.span()));
    }

    fn declare(&mut self, section: &str, scope: Scope, name: &str, rest: CompactString, origin: Origin, mark: Mark) {
        self.parsed.declarations.push(Declaration {
            package: Some(0),
            section: section.into(),
            name: name.into(),
            alias: None,
            requirement: rest,
            scope,
            origin,
            inherited: false,
            mark,
        });
    }

    /// PEP 735. A group that includes another one asks for the same; what is asked for stands where it is written.
    fn groups(&mut self, groups: Node<'d>) {
        let mut by_name: LookUp<String, Node<'d>> = LookUp::new();
        for (key, list) in groups.entries() {
            by_name.insert(name::normal(key.scalar().unwrap_or_default()).into_owned(), list);
        }
        for (key, list) in groups.entries() {
            let group = key.scalar().unwrap_or_default();
            let section = format_compact!("dependency-groups.{group}");
            let scope = name::group(group);
            let mut seen: LookUp<String, ()> = LookUp::new();
            seen.insert(name::normal(group).into_owned(), ());
            let mut open = vec![list];
            while let Some(list) = open.pop() {
                for node in list.items() {
                    let Some(included) = node.get("include-group") else {
                        if node.kind() == Kind::String {
                            self.requirement(&section, scope, node);
                        }
                        continue;
                    };
                    let wanted = name::normal(included.string().unwrap_or_default()).into_owned();
                    match by_name.get(&wanted).copied() {
                        // Groups that include each other, or one twice, ask for nothing new.
                        Some(_) if seen.contains_key(&wanted) || seen.len() > MOST_INCLUDES => {}
                        Some(list) => {
                            seen.insert(wanted, ());
                            open.push(list);
                        }
                        None => {
                            let message = format!("there is no group {wanted:?} to include");
                            self.remark(included, DiagnosticKind::Entry, message);
                        }
                    }
                }
            }
        }
    }

    fn poetry(&mut self, poetry: Node<'d>, standard: bool) {
        // Optional dependencies belong to extras; where `[project]` lists dependencies, these only say where from.
        let mut asked: LookUp<String, Vec<usize>> = LookUp::new();
        for (at, have) in self.parsed.declarations.iter().enumerate() {
            if standard && have.section.starts_with("project.") {
                asked.get_or_insert_with(name::normal(&have.name).into_owned(), Vec::new).push(at);
            }
        }
        for (key, value) in poetry.get("dependencies").into_iter().flat_map(Node::entries) {
            match asked.get(&*name::normal(key.scalar().unwrap_or_default())) {
                Some(known) => {
                    let origin = self.poetry_origin(value.items().next().unwrap_or(value));
                    for at in known {
                        self.parsed.declarations[*at].origin = origin.clone();
                    }
                }
                None => self.poetry_entry("tool.poetry.dependencies", Scope::Runtime, key, value),
            }
        }
        for section in ["dev-dependencies"] {
            for (key, value) in poetry.get(section).into_iter().flat_map(Node::entries) {
                self.poetry_entry("tool.poetry.dev-dependencies", Scope::Development, key, value);
            }
        }
        for (group, table) in poetry.get("group").into_iter().flat_map(Node::entries) {
            let group = group.scalar().unwrap_or_default();
            let scope = if group == "main" { Scope::Runtime } else { name::group(group) };
            let section = format_compact!("tool.poetry.group.{group}.dependencies");
            for (key, value) in table.get("dependencies").into_iter().flat_map(Node::entries) {
                self.poetry_entry(&section, scope, key, value);
            }
        }
    }

    fn poetry_origin(&self, value: Node<'d>) -> Origin {
        let text = |key: &str| value.get_str(key);
        if let Some(url) = text("git") {
            let references = [text("rev"), text("tag"), text("branch")].map(Option::unwrap_or_default);
            return origin::git(url, &references);
        }
        if let Some(path) = text("path").or_else(|| text("file")) {
            return Origin::Path { path: path.into() };
        }
        if let Some(url) = text("url") {
            return origin::of_url(url).0;
        }
        text("source").and_then(|index| self.indexes.get(index)).unwrap_or(&self.default).clone()
    }

    fn poetry_entry(&mut self, section: &str, scope: Scope, key: Node<'d>, value: Node<'d>) {
        let name = key.scalar().unwrap_or_default();
        if name == "python" {
            return;
        }
        if !name::is_name(name) {
            return self.remark(key, DiagnosticKind::Entry, format!("{name:?} is no name of a package"));
        }
        let single = std::slice::from_ref(&value);
        let many: Vec<Node<'d>> = value.items().collect();
        for value in if value.kind() == Kind::Sequence { &many } else { single } {
            let text = |key: &str| value.get_str(key);
            let constraint = value.string().or_else(|| text("version")).unwrap_or_default();
            let constraint = if constraint == "*" { "" } else { constraint };
            let extras: Vec<&str> =
                value.get("extras").into_iter().flat_map(Node::items).filter_map(Node::string).collect();
            let optional = value.get("optional").and_then(Node::boolean) == Some(true);
            let scope = if optional && scope == Scope::Runtime { Scope::Optional } else { scope };
            let mut markers: Vec<String> = text("markers").map(|text| format!("({text})")).into_iter().collect();
            markers.extend(text("platform").map(|platform| format!("sys_platform == '{platform}'")));
            markers.extend(text("python").and_then(python_marker));
            let marker = match markers.as_slice() {
                [] => None,
                [only] => Some(only.trim_start_matches('(').trim_end_matches(')').to_owned())
                    .filter(|bare| Marker::parse(bare).is_some())
                    .or_else(|| Some(only.clone())),
                all => Some(all.join(" and ")),
            };
            let requirement = rest_of(&extras, constraint, marker.as_deref());
            let node = if value.string().is_some() && requirement == constraint && !constraint.is_empty() {
                *value
            } else {
                key
            };
            let origin = self.poetry_origin(*value);
            self.declare(section, scope, name, requirement, origin, self.file.mark(node.span()));
        }
    }
}

/// Poetry's `python = ">=3.8,<4"` as a marker; `None` for what cannot be written as one without loss.
fn python_marker(constraint: &str) -> Option<String> {
    let mut parts = Vec::new();
    for clause in constraint.split(',') {
        let clause = clause.trim();
        let at = clause.bytes().take_while(|byte| b"<>=!".contains(byte)).count();
        let plain = clause[at..].trim();
        if at == 0 || plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return None;
        }
        parts.push(format!("python_full_version {} '{plain}'", &clause[..at]));
    }
    (!parts.is_empty()).then(|| parts.join(" and "))
}
