//! `pom.xml`: what a project says of itself and asks for, as written.
//!
//! The grammar is the POM reference (model version 4.0.0). Nothing is inherited, interpolated or managed here: that takes
//! other files, and is the join's. What the join needs is carried in statements, whose kinds are the constants below; a
//! statement within a profile, a dependency or a plugin points at that one.

use super::coordinates;
use crate::ecosystem::{
    Capabilities, Format, Note, Package, Parsed, Reference, Role, Stability, Statement, without_user_info,
};
use crate::license;
use crate::model::{ComponentKind, DiagnosticKind, Mark, Origin, Party, Purl, Reading};
use crate::text::{Kind, Node, Source, SyntaxError, xml};

/// `pom.xml`.
pub static FORMAT: Format = Format {
    id: "maven/pom",
    patterns: &["**/pom.xml", "**/*.pom"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: false, licenses: true },
    docs: "The project object model of Maven, version 4.0.0: parents, properties, modules, dependencies and their management, \
           imported bills of materials, profiles, plugins, extensions and licenses.",
    parse,
};

/// `.mvn/extensions.xml`.
pub static EXTENSIONS: Format = Format {
    id: "maven/extensions",
    patterns: &["**/.mvn/extensions.xml"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: false, licenses: false },
    docs: "The extensions that Maven itself loads before it builds a project.",
    parse: parse_extensions,
};

/// A part of the project's coordinates: `groupId`, `artifactId`, `version` or `packaging` is the name.
pub(super) const OWN: &str = "own";
/// The parent; its parts are [`PART`]s.
pub(super) const PARENT: &str = "parent";
/// A part of a parent, dependency, plugin or relocation: the element's name and text.
pub(super) const PART: &str = "part";
/// A property.
pub(super) const PROPERTY: &str = "property";
/// A module.
pub(super) const MODULE: &str = "module";
/// A dependency: of the project, a profile or a plugin.
pub(super) const DEPENDENCY: &str = "dependency";
/// An entry of `dependencyManagement`.
pub(super) const MANAGED: &str = "managed";
/// An exclusion of a dependency: the group is the name, the artifact the value.
pub(super) const EXCLUSION: &str = "exclusion";
/// A plugin of the build.
pub(super) const PLUGIN: &str = "plugin";
/// An entry of `pluginManagement`.
pub(super) const MANAGED_PLUGIN: &str = "managed-plugin";
/// An extension of the build.
pub(super) const EXTENSION: &str = "extension";
/// A plugin of the reports.
pub(super) const REPORT: &str = "report";
/// A profile; its id is the value.
pub(super) const PROFILE: &str = "profile";
/// A condition of a profile: `activeByDefault`, `jdk`, `os`, `file`, or `property` with its name and value.
pub(super) const CONDITION: &str = "condition";
/// Where the project has moved to.
pub(super) const RELOCATION: &str = "relocation";

/// More statements than any real pom makes; bills of materials have some ten thousand.
const MOST_STATEMENTS: usize = 1_000_000;

struct Reader<'s> {
    source: &'s Source,
    parsed: Parsed,
}

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let document = xml::parse(source)?;
    let Some(project) = document.root().get("project") else {
        let message = "the root element is not `project`: this is not a pom";
        return Err(SyntaxError::new(root_name(document.root()), message));
    };
    let mut reader = Reader { source, parsed: Parsed::default() };
    reader.project(project);
    Ok(reader.parsed)
}

fn parse_extensions(source: &Source) -> Result<Parsed, SyntaxError> {
    let document = xml::parse(source)?;
    let Some(extensions) = document.root().get("extensions") else {
        let message = "the root element is not `extensions`: Maven does not read this";
        return Err(SyntaxError::new(root_name(document.root()), message));
    };
    let mut reader = Reader { source, parsed: Parsed::default() };
    for extension in xml::elements(extensions, "extension") {
        reader.artifact(EXTENSION, None, extension);
    }
    Ok(reader.parsed)
}

fn root_name(root: Node<'_>) -> crate::model::Span {
    root.entries().next().map_or(root.span(), |(name, _)| name.span())
}

/// The text of an element under this name, if there is any.
fn said<'d>(node: Node<'d>, name: &str) -> Option<Node<'d>> {
    xml::elements(node, name)
        .last()
        .and_then(xml::text)
        .filter(|text| text.string().is_some_and(|text| !text.is_empty()))
}

impl Reader<'_> {
    fn mark(&self, node: Node<'_>) -> Mark {
        self.source.mark(node.span())
    }

    fn note(&mut self, node: Node<'_>, kind: DiagnosticKind, message: &str) {
        let mark = self.mark(node);
        self.parsed.notes.push(Note { mark, kind, message: message.to_owned() });
    }

    fn state(&mut self, kind: &'static str, within: Option<u32>, name: &str, value: &str, mark: Mark) -> u32 {
        if self.parsed.statements.len() == MOST_STATEMENTS {
            let message = "more entries than are read; the rest is left out".to_owned();
            self.parsed.notes.push(Note { mark, kind: DiagnosticKind::Limit, message });
        }
        if self.parsed.statements.len() <= MOST_STATEMENTS {
            let value = without_user_info(value).as_ref().into();
            self.parsed.statements.push(Statement { kind, within, name: name.into(), value, mark });
        }
        self.parsed.statements.len() as u32 - 1
    }

    /// States the text of one element.
    fn part(&mut self, kind: &'static str, within: Option<u32>, node: Node<'_>, name: &str) {
        if let Some(text) = said(node, name) {
            let mark = self.mark(text);
            self.state(kind, within, name, text.string().unwrap_or_default(), mark);
        }
    }

    fn project(&mut self, project: Node<'_>) {
        for name in ["groupId", "artifactId", "version", "packaging"] {
            self.part(OWN, None, project, name);
        }
        if let Some(parent) = project.get("parent") {
            self.parent(parent);
        }
        self.section(None, project);
        for profile in project.get("profiles").into_iter().flat_map(|profiles| xml::elements(profiles, "profile")) {
            self.profile(profile);
        }
        if let Some(relocation) = project.get("distributionManagement").and_then(|place| place.get("relocation")) {
            let at = self.mark(relocation);
            let within = self.state(RELOCATION, None, "relocation", "", Mark { span: at.span, ..at });
            for name in ["groupId", "artifactId", "version"] {
                self.part(PART, Some(within), relocation, name);
            }
        }
        self.package(project);
    }

    fn parent(&mut self, parent: Node<'_>) {
        let mark = said(parent, "artifactId")
            .or_else(|| said(parent, "version"))
            .map_or(self.mark(parent), |node| self.mark(node));
        let within = self.state(PARENT, None, "parent", "", mark);
        for name in ["groupId", "artifactId", "version"] {
            self.part(PART, Some(within), parent, name);
        }
        // An empty path is an answer too: not in the tree.
        let path = parent.get("relativePath");
        let text = path.and_then(xml::text).and_then(Node::string);
        if let (Some(path), Some(text)) = (path, text) {
            let mark = self.mark(path);
            self.state(PART, Some(within), "relativePath", text, mark);
        }
        let text = text.unwrap_or("../pom.xml");
        if !text.is_empty() && text.ends_with(".xml") && !text.contains("${") {
            self.parsed.references.push(Reference { path: text.into(), mark, optional: true });
        }
    }

    /// What both a project and a profile may say.
    fn section(&mut self, within: Option<u32>, node: Node<'_>) {
        for (key, value) in node.entries() {
            match key.scalar().unwrap_or_default() {
                "properties" => {
                    for (name, value) in value.entries() {
                        let (Some(name), Some(text)) = (name.scalar(), xml::text(value)) else { continue };
                        if !name.starts_with(['@', '#']) {
                            let mark = self.mark(text);
                            let value = text.string().unwrap_or_default();
                            // An empty value is one; its place is between the tags.
                            self.state(PROPERTY, within, name, value, mark);
                        }
                    }
                }
                // Since model version 4.1.0 these may be called subprojects.
                "modules" | "subprojects" => {
                    for module in
                        value.entries().filter(|(name, _)| matches!(name.scalar(), Some("module" | "subproject")))
                    {
                        if let Some((node, text)) = xml::text(module.1).and_then(|node| Some((node, node.string()?))) {
                            let mark = self.mark(node);
                            self.state(MODULE, within, "module", text, mark);
                            self.parsed.members.push(text.into());
                        }
                    }
                }
                "dependencies" => self.artifacts(DEPENDENCY, within, value, "dependency"),
                "dependencyManagement" => {
                    if let Some(list) = value.get("dependencies") {
                        self.artifacts(MANAGED, within, list, "dependency");
                    }
                }
                "build" => {
                    for (key, list) in value.entries() {
                        match key.scalar().unwrap_or_default() {
                            "plugins" => self.artifacts(PLUGIN, within, list, "plugin"),
                            "extensions" => self.artifacts(EXTENSION, within, list, "extension"),
                            "pluginManagement" => {
                                if let Some(list) = list.get("plugins") {
                                    self.artifacts(MANAGED_PLUGIN, within, list, "plugin");
                                }
                            }
                            _ => {}
                        }
                    }
                }
                "reporting" => {
                    if let Some(list) = value.get("plugins") {
                        self.artifacts(REPORT, within, list, "plugin");
                    }
                }
                _ => {}
            }
        }
    }

    fn artifacts(&mut self, kind: &'static str, within: Option<u32>, list: Node<'_>, element: &str) {
        for entry in xml::elements(list, element) {
            self.artifact(kind, within, entry);
        }
    }

    /// A dependency, plugin or extension: stated at its artifact's name.
    fn artifact(&mut self, kind: &'static str, within: Option<u32>, entry: Node<'_>) {
        let Some(artifact) = said(entry, "artifactId") else {
            return self.note(entry, DiagnosticKind::Entry, "an entry without `artifactId`");
        };
        let group = said(entry, "groupId").and_then(Node::string).unwrap_or_default();
        let mark = self.mark(artifact);
        let this = self.state(kind, within, group, artifact.string().unwrap_or_default(), mark);
        for (key, value) in entry.entries() {
            match key.scalar().unwrap_or_default() {
                name @ ("version" | "type" | "classifier" | "scope" | "optional" | "inherited") => {
                    let Some(text) = xml::text(value).filter(|text| text.string().is_some_and(|text| !text.is_empty()))
                    else {
                        continue;
                    };
                    let mark = self.mark(text);
                    self.state(PART, Some(this), name, text.string().unwrap_or_default(), mark);
                }
                "exclusions" => {
                    for exclusion in xml::elements(value, "exclusion") {
                        let part = |name| said(exclusion, name).and_then(Node::string).unwrap_or("*");
                        let mark = said(exclusion, "artifactId").or_else(|| said(exclusion, "groupId"));
                        let mark = self.mark(mark.unwrap_or(exclusion));
                        self.state(EXCLUSION, Some(this), part("groupId"), part("artifactId"), mark);
                    }
                }
                "dependencies" if matches!(kind, PLUGIN | MANAGED_PLUGIN) => {
                    self.artifacts(DEPENDENCY, Some(this), value, "dependency");
                }
                _ => {}
            }
        }
    }

    fn profile(&mut self, profile: Node<'_>) {
        let id = said(profile, "id");
        let mark = self.mark(id.unwrap_or(profile));
        let this = self.state(PROFILE, None, "profile", id.and_then(Node::string).unwrap_or("default"), mark);
        if let Some(activation) = profile.get("activation") {
            self.part(CONDITION, Some(this), activation, "activeByDefault");
            self.part(CONDITION, Some(this), activation, "jdk");
            for name in ["os", "file"] {
                if let Some(node) = activation.get(name).filter(|node| node.kind() == Kind::Mapping) {
                    let parts: Vec<&str> = node.entries().filter_map(|(key, _)| key.scalar()).collect();
                    let mark = self.mark(node);
                    self.state(CONDITION, Some(this), name, &parts.join(" "), mark);
                }
            }
            if let Some(property) = activation.get("property")
                && let Some(name) = said(property, "name")
            {
                let value = said(property, "value");
                let mark = self.mark(name);
                let condition = self.state(CONDITION, Some(this), "property", name.string().unwrap_or_default(), mark);
                if value.is_some() {
                    self.part(PART, Some(condition), property, "value");
                }
            }
        }
        self.section(Some(this), profile);
    }

    /// The project itself, as far as this file alone tells.
    fn package(&mut self, project: Node<'_>) {
        let Some(artifact) = said(project, "artifactId") else {
            return self.note(project, DiagnosticKind::Entry, "the project has no `artifactId`");
        };
        let parent = project.get("parent");
        let own_or_inherited = |name| said(project, name).or_else(|| parent.and_then(|parent| said(parent, name)));
        let text = |node: Option<Node<'_>>| {
            node.and_then(Node::string).filter(|text| coordinates::is_plain(text)).map(str::to_owned)
        };
        let (group, version) = (text(own_or_inherited("groupId")), text(own_or_inherited("version")));
        let Some(name) = text(Some(artifact)) else { return };
        let purl = Purl::new("maven", &name).with_namespace(group.as_deref().unwrap_or_default());
        let purl = purl.with_version(version.as_deref().unwrap_or_default());
        let license = self.license(project);
        self.parsed.packages.push(Package {
            id: name.as_str().into(),
            purl,
            kind: ComponentKind::Application,
            party: Party::First,
            origin: Origin::Path { path: ".".into() },
            hashes: Vec::new(),
            license,
            stated: None,
            directory: Some(compact_str::CompactString::default()),
            answers: Vec::new(),
            properties: Vec::new(),
            mark: self.mark(artifact),
        });
    }

    fn license(&self, project: Node<'_>) -> Option<(compact_str::CompactString, Mark)> {
        let (raw, node) = license(project)?;
        Some((raw.into(), self.mark(node)))
    }
}

/// The license that a pom itself declares: the name of each, or its address where it has no name, and where the first stands.
///
/// The POM reference does not say how several are meant, and projects mean both; Maven's own documentation of the element
/// speaks of software under "one or more" licenses. All of them are taken to apply.
pub(super) fn license(project: Node<'_>) -> Option<(String, Node<'_>)> {
    let list = project.get("licenses")?;
    let mut names: Vec<(&str, Node<'_>)> = Vec::new();
    for license in xml::elements(list, "license") {
        let Some(node) = said(license, "name").or_else(|| said(license, "url")) else { continue };
        let Some(name) = node.string() else { continue };
        if !names.iter().any(|(have, _)| *have == name) {
            names.push((name, node));
        }
    }
    let first = names.first()?.1;
    let one = |name: &str| without_user_info(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let joined = match names.as_slice() {
        [(only, _)] => one(only),
        several => {
            let all: Vec<String> = several.iter().map(|(name, _)| one(name)).collect();
            let bound = |name: &String| if name.contains(" OR ") { format!("({name})") } else { name.clone() };
            let joined = all.iter().map(bound).collect::<Vec<_>>().join(" AND ");
            // Names that cannot be read side by side may be read one by one (`EPL 2.0` and `GPL2 w/ CPE`).
            let meant: Option<Vec<String>> = match license::read(&joined).expression {
                Some(_) => None,
                None => all
                    .iter()
                    .map(|name| {
                        let read = license::read(name);
                        let is_sure = !matches!(read.reading, Reading::Guess(_));
                        read.expression.filter(|_| is_sure).map(|expression| bound(&expression.to_string()))
                    })
                    .collect(),
            };
            meant.map_or(joined, |meant| meant.join(" AND "))
        }
    };
    Some((joined, first))
}
