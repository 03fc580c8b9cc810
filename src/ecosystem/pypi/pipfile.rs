//! `Pipfile`: what a project of Pipenv asks for.

use super::name;
use super::origin;
use super::pipfile_lock::scope_of;
use super::requirement::rest_of;
use crate::ecosystem::{Capabilities, Declaration, Format, Note, Parsed, Role, Stability};
use crate::model::{DiagnosticKind, LookUp, Origin, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, toml};

/// `Pipfile`.
pub(super) static FORMAT: Format = Format {
    id: "pypi/pipfile",
    patterns: &["**/Pipfile"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: true, hashes: false, licenses: false },
    docs: "The manifest of Pipenv, with all its categories of packages.",
    parse,
};

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = toml::parse(file)?;
    let root = document.root();
    let mut parsed = Parsed { dialect: "Pipfile".into(), ..Parsed::default() };
    let mut sources: LookUp<&str, Origin> = LookUp::new();
    let mut default = Origin::Registry { url: None };
    for (at, source) in root.get("source").into_iter().flat_map(Node::items).enumerate() {
        let index = origin::index(source.get_str("url").unwrap_or_default());
        if at == 0 && source.get_str("url").is_some() {
            default = index.clone();
        }
        sources.insert(source.get_str("name").unwrap_or_default(), index);
    }
    parsed.packages.push(name::own("", name::unnamed(file.path().parent().as_str()), "", file.start()));
    for (section, table) in root.entries() {
        let section = section.scalar().unwrap_or_default();
        if matches!(section, "source" | "requires" | "scripts" | "pipenv" | "pipfile") || table.kind() != Kind::Mapping
        {
            continue;
        }
        for (key, value) in table.entries() {
            let asked = key.scalar().unwrap_or_default();
            if !name::is_name(asked) {
                let mark = file.mark(key.span());
                let message = "this is no name of a package".to_owned();
                parsed.notes.push(Note { mark, kind: DiagnosticKind::Entry, message });
                continue;
            }
            parsed.declarations.push(declaration(file, section, scope_of(section), key, value, &sources, &default));
        }
    }
    Ok(parsed)
}

fn declaration(
    file: &Source,
    section: &str,
    scope: Scope,
    key: Node<'_>,
    value: Node<'_>,
    sources: &LookUp<&str, Origin>,
    default: &Origin,
) -> Declaration {
    let text = |key: &str| value.get_str(key);
    let constraint = value.string().or_else(|| text("version")).unwrap_or_default();
    let constraint = if constraint == "*" { "" } else { constraint };
    let extras: Vec<&str> = value.get("extras").into_iter().flat_map(Node::items).filter_map(Node::string).collect();
    // Besides `markers`, each variable can be a key of its own.
    let mut markers: Vec<String> = text("markers").map(ToOwned::to_owned).into_iter().collect();
    for (name, says) in value.entries() {
        let name = name.scalar().unwrap_or_default();
        if matches!(name, "sys_platform" | "os_name" | "python_version" | "platform_machine" | "platform_system")
            && let Some(says) = says.string()
        {
            markers.push(format!("{name} {says}"));
        }
    }
    let origin = if let Some(url) = text("git") {
        origin::git(url, &[text("ref").unwrap_or_default()])
    } else if let Some(path) = text("path") {
        Origin::Path { path: path.into() }
    } else if let Some(url) = text("file").or_else(|| text("url")) {
        origin::of_url(url).0
    } else {
        text("index").and_then(|index| sources.get(index)).unwrap_or(default).clone()
    };
    let marker = (!markers.is_empty()).then(|| markers.join(" and "));
    let plain = value.string().filter(|text| !text.is_empty() && extras.is_empty() && *text != "*").map(|_| value);
    Declaration {
        package: Some(0),
        section: section.into(),
        name: key.scalar().unwrap_or_default().into(),
        alias: None,
        requirement: rest_of(&extras, constraint, marker.as_deref()),
        scope,
        origin,
        inherited: false,
        mark: file.mark(plain.unwrap_or(key).span()),
    }
}
