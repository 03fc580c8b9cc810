//! `Cargo.toml`: what is asked for.
//!
//! What counts is the manifest format of the Cargo Book (chapters "The Manifest Format", "Specifying Dependencies",
//! "Workspaces", "Features"), with the spellings that cargo still reads: `[project]`, `dev_dependencies`,
//! `build_dependencies`. What another manifest decides (`workspace = true`) is left as it is written, for the join.
//!
//! `default-members` is not read: it says what `cargo build` builds by default, not what belongs to the workspace.
//!
//! A dependency with `optional = true` is [`Scope::Optional`] here; whether a feature turns it on is for the join to say,
//! which knows all manifests of the workspace. What it needs for that is carried in settings.

use compact_str::{CompactString, format_compact};

use super::origin;
use crate::ecosystem::{
    Capabilities, Declaration, Format, Note, Package, Parsed, Reference, Role, Stability, without_user_info,
};
use crate::model::{ComponentKind, DiagnosticKind, Mark, Origin, Party, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, toml};

/// `Cargo.toml`.
pub static MANIFEST: Format = Format {
    id: "cargo/manifest",
    patterns: &["**/Cargo.toml"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: true, hashes: false, licenses: true },
    docs: "The manifest of a cargo package or workspace: which packages are one's own, what they ask for and what for \
           (normal, build and development sections, also per target), renames, optional dependencies, inheritance from the \
           workspace, `[patch]` and `[replace]`.",
    parse,
};

/// How a value that the workspace decides is carried until the join looks it up: as it is written.
pub(super) const INHERITED: &str = "workspace = true";

/// Setting: the manifest has a `[workspace]` table.
pub(super) const WORKSPACE: &str = "workspace";
/// Setting: where the package says that its workspace is (`package.workspace`).
pub(super) const WORKSPACE_AT: &str = "package.workspace";
/// Setting: the package's version, where it is [`INHERITED`].
pub(super) const VERSION: &str = "package.version";
/// Setting: the version that members may inherit.
pub(super) const WORKSPACE_VERSION: &str = "workspace.package.version";
/// Setting: the license that members may inherit.
pub(super) const WORKSPACE_LICENSE: &str = "workspace.package.license";
/// Setting: a feature, and one thing that it turns on: `default std`. Without the latter, only that there is the feature.
pub(super) const FEATURE: &str = "feature";
/// Setting: the place of a declaration, and one feature that it asks for: `3 derive`.
pub(super) const ASKED: &str = "dependency.features";
/// Setting: the place of a declaration that has `default-features = false`.
pub(super) const NO_DEFAULT: &str = "dependency.default-features";
/// The section of what members may inherit.
pub(super) const WORKSPACE_DEPENDENCIES: &str = "workspace.dependencies";
/// What sections of replacements start with; the rest names the registry that is patched.
pub(super) const PATCH: &str = "patch.";
/// The section of `[replace]`.
pub(super) const REPLACE: &str = "replace";

/// Property: the file that holds the terms of a package that has no license expression.
const LICENSE_FILE: &str = "sepal:cargo:license-file";
/// Property: `false` where the manifest forbids to publish the package.
const PUBLISH: &str = "sepal:cargo:publish";

struct Reader<'s> {
    file: &'s Source,
    parsed: Parsed,
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = toml::parse(file)?;
    let root = document.root();
    let mut reader = Reader { file, parsed: Parsed::default() };
    if let Some(table) = root.get("package").or_else(|| root.get("project")) {
        reader.package(table);
    }
    if let Some(table) = root.get("workspace") {
        reader.workspace(table);
    }
    let package = (!reader.parsed.packages.is_empty()).then_some(0);
    for (key, value) in root.entries() {
        match key.scalar().unwrap_or_default() {
            "target" => {
                for (target, sections) in value.entries() {
                    let target = target.scalar().unwrap_or_default();
                    // As TOML writes the key: `target.'cfg(unix)'`, `target.x86_64-unknown-linux-gnu`.
                    let bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
                    let prefix = if !target.is_empty() && target.bytes().all(bare) {
                        format_compact!("target.{target}.")
                    } else {
                        format_compact!("target.'{target}'.")
                    };
                    reader.sections(sections, package, &prefix);
                }
            }
            "patch" => {
                for (registry, table) in value.entries() {
                    let registry = without_user_info(registry.scalar().unwrap_or_default());
                    let section = format_compact!("{PATCH}{registry}");
                    reader.table(table, None, &section, Scope::Runtime);
                }
            }
            "features" => {
                for (feature, list) in value.entries() {
                    let feature = feature.scalar().unwrap_or_default();
                    reader.parsed.settings.push((FEATURE, feature.into()));
                    for item in list.items().filter_map(Node::string) {
                        reader.parsed.settings.push((FEATURE, format_compact!("{feature} {item}")));
                    }
                }
            }
            "replace" => reader.table(value, None, REPLACE, Scope::Runtime),
            _ => {}
        }
    }
    reader.sections(root, package, "");
    if reader.parsed.packages.is_empty() && reader.setting(WORKSPACE).is_none() && reader.parsed.declarations.is_empty()
    {
        let message = "neither a package nor a workspace: this is not a manifest of cargo";
        return Err(SyntaxError::new(root.span(), message));
    }
    Ok(reader.parsed)
}

/// The value of a setting of a parsed manifest.
pub(super) fn setting<'p>(parsed: &'p Parsed, name: &str) -> Option<&'p str> {
    parsed.settings.iter().find(|(have, _)| *have == name).map(|(_, value)| value.as_str())
}

fn is_inherited(node: Node<'_>) -> bool {
    node.get("workspace").and_then(Node::boolean) == Some(true)
}

fn text_of(node: Node<'_>) -> Option<&str> {
    node.string().filter(|text| !text.trim().is_empty())
}

impl Reader<'_> {
    fn mark(&self, node: Node<'_>) -> Mark {
        self.file.mark(node.span())
    }

    fn note(&mut self, node: Node<'_>, message: impl Into<String>) {
        let mark = self.mark(node);
        self.parsed.notes.push(Note { mark, kind: DiagnosticKind::Entry, message: message.into() });
    }

    fn setting(&self, name: &str) -> Option<&str> {
        setting(&self.parsed, name)
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.parsed.settings.push((name, value.into()));
    }

    fn refer(&mut self, directory: &str, mark: Mark) {
        let directory = directory.trim_end_matches('/');
        let path = format_compact!("{}{}Cargo.toml", directory, if directory.is_empty() { "" } else { "/" });
        // Whether a missing manifest matters is for the join to say: it knows who depends on it.
        self.parsed.references.push(Reference { path, mark, optional: true });
    }

    fn package(&mut self, table: Node<'_>) {
        let Some(name) = table.get("name") else {
            return self.note(table, "the package has no name");
        };
        let Some(text) = text_of(name) else { return self.note(name, "the package's name is not a text") };
        // Cargo takes a package without version for 0.0.0 (since 1.75).
        let mut version = Some("0.0.0");
        if let Some(node) = table.get("version") {
            version = text_of(node);
            if is_inherited(node) {
                self.set(VERSION, INHERITED);
            } else if version.is_none() {
                self.note(node, "the package's version is not a text");
            }
        }
        let mut license = None;
        if let Some(node) = table.get("license") {
            match text_of(node) {
                Some(raw) => license = Some((raw.into(), self.mark(node))),
                None if is_inherited(node) => license = Some((INHERITED.into(), self.mark(node))),
                // An empty license states nothing, and neither does `workspace = false`.
                None if node.string().is_some() => {}
                None => self.note(node, "the package's license is not a text"),
            }
        }
        let mut properties = Vec::new();
        if let Some(path) = table.get("license-file").and_then(text_of) {
            properties.push((LICENSE_FILE, path.into()));
        }
        if table.get("publish").is_some_and(|node| node.boolean() == Some(false)) {
            properties.push((PUBLISH, "false".into()));
        }
        if let Some(node) = table.get("workspace") {
            match text_of(node) {
                Some(path) => {
                    self.set(WORKSPACE_AT, path);
                    let mark = self.mark(node);
                    self.refer(path, mark);
                }
                None => self.note(node, "`package.workspace` is not a path"),
            }
        }
        let origin = Origin::Path { path: ".".into() };
        self.parsed.packages.push(Package {
            id: text.into(),
            purl: origin::purl(text, version, &origin),
            kind: ComponentKind::Application,
            party: Party::First,
            origin,
            hashes: Vec::new(),
            license,
            stated: None,
            directory: Some(CompactString::default()),
            answers: Vec::new(),
            properties,
            mark: self.mark(name),
        });
    }

    fn workspace(&mut self, table: Node<'_>) {
        self.set(WORKSPACE, "true");
        for (key, value) in table.entries() {
            match key.scalar().unwrap_or_default() {
                "members" => self.members(value, ""),
                "exclude" => self.members(value, "!"),
                "dependencies" => {
                    self.table(value, None, WORKSPACE_DEPENDENCIES, Scope::Runtime);
                }
                "package" => {
                    if let Some(version) = value.get_str("version") {
                        self.set(WORKSPACE_VERSION, version);
                    }
                    if let Some(license) = value.get_str("license") {
                        self.set(WORKSPACE_LICENSE, license);
                    }
                }
                _ => {}
            }
        }
    }

    fn members(&mut self, list: Node<'_>, prefix: &str) {
        if list.kind() != Kind::Sequence {
            return self.note(list, "this is not a list of paths");
        }
        for item in list.items() {
            let Some(path) = text_of(item) else {
                self.note(item, "this is not a path");
                continue;
            };
            self.parsed.members.push(format_compact!("{prefix}{path}"));
            if prefix.is_empty() && !path.contains(['*', '?', '[', '{']) {
                let mark = self.mark(item);
                self.refer(path, mark);
            }
        }
    }

    /// Reads the dependency sections that `table` has.
    fn sections(&mut self, table: Node<'_>, package: Option<u32>, prefix: &str) {
        for (key, value) in table.entries() {
            let name = key.scalar().unwrap_or_default();
            let Some(scope) = section_scope(name) else { continue };
            if package.is_none() {
                self.note(key, format!("`{prefix}{name}` without a package"));
            }
            self.table(value, package, &format_compact!("{prefix}{name}"), scope);
        }
    }

    fn table(&mut self, table: Node<'_>, package: Option<u32>, section: &str, scope: Scope) {
        if table.kind() != Kind::Mapping {
            return self.note(table, format!("`{section}` is not a table"));
        }
        for (key, value) in table.entries() {
            let Some(name) = key.scalar().filter(|name| !name.trim().is_empty()) else {
                self.note(key, "a dependency has no name");
                continue;
            };
            self.dependency(key, name, value, package, section, scope);
        }
    }

    fn dependency(
        &mut self,
        key: Node<'_>,
        name: &str,
        value: Node<'_>,
        package: Option<u32>,
        section: &str,
        scope: Scope,
    ) {
        let mut declaration = Declaration {
            package,
            section: section.into(),
            name: name.into(),
            alias: None,
            requirement: CompactString::default(),
            scope,
            origin: Origin::Registry { url: None },
            inherited: false,
            mark: self.mark(key),
        };
        if section == REPLACE {
            // The key is a package id: `name:version`, or a URL with both behind `#`.
            let spec = name.rsplit_once('#').map_or(name, |(_, spec)| spec);
            declaration.name = spec.split([':', '@']).next().unwrap_or(spec).into();
        }
        match value.kind() {
            Kind::String => {
                declaration.requirement = value.scalar().unwrap_or_default().into();
                if !declaration.requirement.is_empty() {
                    declaration.mark = self.mark(value);
                }
            }
            Kind::Mapping => self.detailed(&mut declaration, name, value),
            _ => return self.note(value, format!("what is asked of {name:?} is neither a version nor a table")),
        }
        if let Origin::Path { path } = &declaration.origin {
            let path = path.clone();
            self.refer(&path, declaration.mark);
        }
        self.parsed.declarations.push(declaration);
    }

    /// Reads a dependency that is a table.
    fn detailed(&mut self, declaration: &mut Declaration, name: &str, table: Node<'_>) {
        // Where the declaration will stand.
        let place = self.parsed.declarations.len();
        let mut features: Vec<&str> = Vec::new();
        let (mut path, mut git, mut reference, mut commit, mut registry) = (None, None, None, None, None);
        for (key, value) in table.entries() {
            let text = text_of(value);
            match key.scalar().unwrap_or_default() {
                "version" => match text {
                    Some(text) => {
                        declaration.requirement = text.into();
                        declaration.mark = self.mark(value);
                    }
                    None => self.note(value, format!("the version asked of {name:?} is not a text")),
                },
                "package" => {
                    if let Some(real) = text {
                        declaration.alias = (real != name).then(|| name.into());
                        declaration.name = real.into();
                    }
                }
                "path" => path = text,
                "git" => git = text,
                "branch" | "tag" => reference = text,
                "rev" => {
                    reference = text;
                    commit = text.filter(|text| origin::is_commit(text));
                }
                "registry" | "registry-index" => registry = text,
                "workspace" => declaration.inherited = value.boolean() == Some(true),
                "optional" if value.boolean() == Some(true) => declaration.scope = Scope::Optional,
                "features" => features.extend(value.items().filter_map(Node::string)),
                "default-features" | "default_features" if value.boolean() == Some(false) => {
                    self.parsed.settings.push((NO_DEFAULT, format_compact!("{place}")));
                }
                _ => {}
            }
        }
        for feature in features {
            self.parsed.settings.push((ASKED, format_compact!("{place} {feature}")));
        }
        declaration.origin = match (declaration.inherited, path, git, registry) {
            (true, ..) => Origin::Unknown,
            // With a path beside it, `git` and `version` are for those who get the package from a registry.
            (_, Some(path), _, _) => Origin::Path { path: path.into() },
            (_, None, Some(url), _) => Origin::Git {
                url: without_user_info(url).into(),
                commit: commit.map(CompactString::from),
                reference: reference.map(CompactString::from),
            },
            (_, None, None, Some(registry)) => Origin::Registry { url: Some(without_user_info(registry).into()) },
            (_, None, None, None) => Origin::Registry { url: None },
        };
    }
}

fn section_scope(name: &str) -> Option<Scope> {
    match name {
        "dependencies" => Some(Scope::Runtime),
        "build-dependencies" | "build_dependencies" => Some(Scope::Build),
        "dev-dependencies" | "dev_dependencies" => Some(Scope::Development),
        _ => None,
    }
}
