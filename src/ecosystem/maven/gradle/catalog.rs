//! Version catalogs: `gradle/libs.versions.toml` and others of that kind.
//!
//! Format: Gradle user manual, "Version Catalogs". `[versions]`, `[libraries]`, `[bundles]` and `[plugins]`, each a table from
//! aliases to what they stand for. Build scripts name an entry by an accessor (`libs.kotlin.stdlib`), in which the dashes and
//! underscores of the alias are dots.

use compact_str::{CompactString, format_compact};

use super::coordinates;
use crate::ecosystem::{Capabilities, Declaration, Format, Note, Parsed, Role, Stability};
use crate::model::{DiagnosticKind, LookUp, Origin, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, toml};

/// Version catalogs.
pub static CATALOG: Format = Format {
    id: "maven/gradle-catalog",
    patterns: &["**/*.versions.toml"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "Gradle's version catalogs: versions (also rich ones: `strictly`, `require`, `prefer`, `reject`), libraries in all \
           notations, bundles, and plugins, which stand for their marker modules `id:id.gradle.plugin`.",
    parse,
};

/// The sections of declarations.
pub(super) const LIBRARIES: &str = "libraries";
pub(super) const PLUGINS: &str = "plugins";

/// Settings: a bundle (`accessor=alias alias`), a version (`accessor=text`).
pub(super) const BUNDLE: &str = "bundle";
pub(super) const VERSION: &str = "version";

/// How build scripts name an alias.
pub(super) fn accessor(alias: &str) -> CompactString {
    alias.chars().map(|letter| if matches!(letter, '-' | '_') { '.' } else { letter }).collect()
}

struct Reader<'s, 'd> {
    file: &'s Source,
    versions: LookUp<&'d str, Node<'d>>,
    parsed: Parsed,
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = toml::parse(file)?;
    let root = document.root();
    let mut reader = Reader { file, versions: LookUp::new(), parsed: Parsed::default() };
    let tables = ["versions", LIBRARIES, "bundles", PLUGINS].map(|name| root.get(name));
    for table in tables.into_iter().flatten().filter(|table| table.kind() != Kind::Mapping) {
        reader.note(table, "this is not a table");
    }
    let [versions, libraries, bundles, plugins] = tables;
    for (key, value) in versions.into_iter().flat_map(Node::entries) {
        let alias = key.scalar().unwrap_or_default();
        match required(value) {
            Some(node) => {
                let text = format_compact!("{}={}", accessor(alias), node.scalar().unwrap_or_default());
                reader.parsed.settings.push((VERSION, text));
            }
            None if value.kind() == Kind::Mapping => {}
            None => reader.note(value, format!("what the version {alias:?} stands for is not a version")),
        }
        reader.versions.insert(alias, value);
    }
    libraries.into_iter().flat_map(Node::entries).for_each(|(key, value)| reader.library(key, value));
    plugins.into_iter().flat_map(Node::entries).for_each(|(key, value)| reader.plugin(key, value));
    for (key, value) in bundles.into_iter().flat_map(Node::entries) {
        let aliases: Vec<&str> = value.items().filter_map(Node::string).collect();
        let text = format_compact!("{}={}", accessor(key.scalar().unwrap_or_default()), aliases.join(" "));
        reader.parsed.settings.push((BUNDLE, text));
    }
    Ok(reader.parsed)
}

/// What a version asks for: itself, or the strongest that a rich version states. Rejections alone ask for nothing.
fn required(version: Node<'_>) -> Option<Node<'_>> {
    match version.kind() {
        Kind::String => Some(version),
        Kind::Mapping => ["strictly", "require", "prefer"]
            .into_iter()
            .find_map(|key| version.get(key).filter(|node| node.string().is_some_and(|text| !text.is_empty()))),
        _ => None,
    }
}

impl<'d> Reader<'_, 'd> {
    fn note(&mut self, node: Node<'_>, message: impl Into<String>) {
        let mark = self.file.mark(node.span());
        self.parsed.notes.push(Note { mark, kind: DiagnosticKind::Entry, message: message.into() });
    }

    /// The version of an entry, through a reference into `[versions]`.
    fn version(&mut self, entry: Node<'d>) -> Option<Node<'d>> {
        let version = entry.get("version")?;
        let Some(reference) = version.get("ref").filter(|_| version.kind() == Kind::Mapping) else {
            return required(version);
        };
        match self.versions.get(reference.string().unwrap_or_default()) {
            Some(version) => required(*version),
            None => {
                let text = format!("{:?} is not in `[versions]`", reference.scalar().unwrap_or_default());
                self.note(reference, text);
                None
            }
        }
    }

    fn declare(
        &mut self,
        section: &'static str,
        key: Node<'d>,
        name: CompactString,
        version: Option<(&str, Node<'d>)>,
    ) {
        let scope = if section == PLUGINS { Scope::Build } else { Scope::Runtime };
        let (requirement, place) = version.unwrap_or(("", key));
        self.parsed.declarations.push(Declaration {
            package: None,
            section: section.into(),
            name,
            alias: Some(key.scalar().unwrap_or_default().into()),
            requirement: requirement.into(),
            scope,
            origin: Origin::Registry { url: None },
            inherited: false,
            mark: self.file.mark(place.span()),
        });
    }

    fn library(&mut self, key: Node<'d>, value: Node<'d>) {
        let alias = key.scalar().unwrap_or_default();
        if let Some(text) = value.string() {
            match coordinates::read(text.trim()) {
                Some(read) => {
                    let version = Some((read.version, value)).filter(|(version, _)| !version.is_empty());
                    self.declare(LIBRARIES, key, format_compact!("{}:{}", read.group, read.name), version);
                }
                None => self.note(value, format!("what the library {alias:?} stands for is not `group:name:version`")),
            }
            return;
        }
        let module = match (value.get_str("module"), value.get_str("group"), value.get_str("name")) {
            (Some(module), ..) => module.split_once(':'),
            (None, Some(group), Some(name)) => Some((group, name)),
            _ => None,
        };
        match module.filter(|(group, name)| coordinates::is_name(group) && coordinates::is_name(name)) {
            Some((group, name)) => {
                let version = self.version(value).map(|node| (node.scalar().unwrap_or_default(), node));
                self.declare(LIBRARIES, key, format_compact!("{group}:{name}"), version);
            }
            None => self.note(value, format!("the library {alias:?} has no group and name")),
        }
    }

    fn plugin(&mut self, key: Node<'d>, value: Node<'d>) {
        let alias = key.scalar().unwrap_or_default();
        let (id, version) = match value.string() {
            Some(text) => match text.split_once(':') {
                Some((id, version)) => (Some(id), Some((version, value))),
                None => (Some(text), None),
            },
            None => {
                let version = self.version(value).map(|node| (node.scalar().unwrap_or_default(), node));
                (value.get_str("id"), version)
            }
        };
        match id.filter(|id| coordinates::is_name(id)) {
            Some(id) => self.declare(PLUGINS, key, coordinates::marker(id), version),
            None => self.note(value, format!("the plugin {alias:?} has no id")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    #[test]
    fn all_notations_are_read() {
        let text = r#"
[versions]
kit = "1.0"
rich = { strictly = "[1.7, 1.8[", prefer = "1.7.25" }
only-rejects = { reject = ["1.1"] }
[libraries]
a = "org.example:a:2.0"
b = { module = "org.example:b", version.ref = "kit" }
c = { group = "org.example", name = "c", version = { require = "3.0" } }
d_d = { module = "org.example:d" }
e = { module = "org.example:e", version.ref = "rich" }
f = { module = "org.example:f", version.ref = "absent" }
g = "nonsense"
[bundles]
all-of = ["a", "b"]
[plugins]
p = { id = "org.example.p", version.ref = "kit" }
q = "org.example.q:4"
"#;
        let source = Source::from_text(RepoPath::new("gradle/libs.versions.toml"), text.to_owned()).unwrap();
        let parsed = parse(&source).unwrap();
        let seen: Vec<String> = parsed
            .declarations
            .iter()
            .map(|one| format!("{} {} {} @{}", one.section, one.name, one.requirement, one.mark.line))
            .collect();
        assert_eq!(
            seen,
            [
                "libraries org.example:a 2.0 @7",
                "libraries org.example:b 1.0 @3",
                "libraries org.example:c 3.0 @9",
                "libraries org.example:d  @10",
                "libraries org.example:e [1.7, 1.8[ @4",
                "libraries org.example:f  @12",
                "plugins org.example.p:org.example.p.gradle.plugin 1.0 @3",
                "plugins org.example.q:org.example.q.gradle.plugin 4 @18",
            ]
        );
        assert_eq!(parsed.notes.len(), 2);
        assert!(parsed.settings.contains(&(BUNDLE, "all.of=a b".into())));
        assert!(parsed.settings.contains(&(VERSION, "kit=1.0".into())));
    }
}
