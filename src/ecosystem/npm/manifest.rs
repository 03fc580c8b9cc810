//! `package.json`: what is asked for.

use compact_str::{CompactString, format_compact};

use super::catalogs;
use super::identity::{self, Specifier};
use crate::ecosystem::{Capabilities, Declaration, Format, Note, Package, Parsed, Reference, Role, Stability};
use crate::model::{ComponentKind, DiagnosticKind, Mark, Origin, Party, Scope};
use crate::text::{Kind, Node, Source, SyntaxError, json};

/// The package manager (and its version) that a project asks for: `pnpm@9.1.0`.
pub const PACKAGE_MANAGER: &str = "packageManager";

/// `package.json`.
pub static FORMAT: Format = Format {
    id: "npm/package-json",
    patterns: &["**/package.json"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: true, hashes: false, licenses: true },
    docs: "npm's manifest: name, version, license, workspaces, what is asked for and for what. The line of a direct \
           dependency is taken from here.",
    parse,
};

/// Reads a `package.json`.
///
/// # Errors
/// If it is not JSON or not an object.
pub fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let document = json::parse(source)?;
    let root = document.root();
    if root.kind() != Kind::Mapping {
        return Err(SyntaxError::new(root.span(), "expected an object"));
    }
    let mut parsed = Parsed { dialect: "package.json".into(), ..Parsed::default() };
    let (mut name, mut version, mut license, mut licenses) = (None, None, None, None);
    let (mut private, mut manager, mut dev_engines) = (false, None, None);
    let (mut asks, mut peers_meta) = (false, None);
    for (key, value) in root.entries() {
        match key.string().unwrap_or_default() {
            "name" => name = name.or(text(value)),
            "version" => version = version.or(text(value)),
            "license" => license = license.or(Some(value)),
            "licenses" | "licence" => licenses = licenses.or(Some(value)),
            "private" => private = value.boolean() == Some(true),
            "packageManager" => manager = manager.or(value.string()),
            "devEngines" => dev_engines = value.get("packageManager").and_then(|manager| manager.get_str("name")),
            "workspaces" => {
                let globs = if value.kind() == Kind::Mapping { value.get("packages") } else { Some(value) };
                let globs = globs.into_iter().flat_map(Node::items).filter_map(Node::string);
                parsed.members.extend(globs.map(CompactString::from));
                for (key, value) in value.entries() {
                    bun_catalogs(source, key.string().unwrap_or_default(), value, &mut parsed);
                }
            }
            section @ ("catalog" | "catalogs") => bun_catalogs(source, section, value, &mut parsed),
            "peerDependenciesMeta" => peers_meta = Some(value),
            section @ ("overrides" | "resolutions") => replacements(source, section, value, &mut parsed),
            "pnpm" => {
                if let Some(value) = value.get("overrides") {
                    replacements(source, "pnpm.overrides", value, &mut parsed);
                }
            }
            section => {
                if let Some((section, scope)) = identity::SECTIONS.iter().find(|(known, _)| *known == section) {
                    asks |= value.entries().next().is_some();
                    declarations(source, section, *scope, value, &mut parsed);
                }
            }
        }
    }
    let optional_peers = identity::optional_peers(peers_meta);
    for declaration in parsed.declarations.iter_mut().filter(|declaration| declaration.scope == Scope::Peer) {
        if optional_peers.contains(declaration.alias.as_deref().unwrap_or(&declaration.name)) {
            declaration.scope = Scope::Optional;
        }
    }
    if let Some(manager) = manager.or(dev_engines) {
        parsed.settings.push((PACKAGE_MANAGER, manager.into()));
    }
    // `{"type": "module"}` and the like are settings of a directory, not a package.
    if name.is_none() && version.is_none() && parsed.members.is_empty() && !asks {
        parsed.declarations.retain(|declaration| declaration.package.is_none());
        return Ok(parsed);
    }
    let directory = source.path().parent();
    let stated_name = name.filter(|(text, _)| identity::is_name(text));
    let stated_version = version.filter(|(text, _)| is_single_word(text));
    let purl = stated_name.and_then(|(name, _)| identity::purl(name, stated_version.map(|(version, _)| version)));
    // Without a name the version alone identifies nothing.
    let purl = purl.unwrap_or_else(|| identity::unnamed(directory.as_str()));
    let mark = stated_name.map_or_else(|| source.start(), |(_, node)| source.mark(node.span()));
    let mut package = Package {
        id: stated_name.map_or_else(CompactString::default, |(name, _)| name.into()),
        purl,
        kind: ComponentKind::Application,
        party: Party::First,
        origin: Origin::Unknown,
        hashes: Vec::new(),
        license: license.and_then(|node| self::license(source, node)),
        stated: None,
        directory: Some(CompactString::default()),
        answers: Vec::new(),
        properties: Vec::new(),
        mark,
    };
    if package.license.is_none() {
        package.license = licenses.and_then(|node| self::license(source, node));
    }
    if private {
        package.properties.push((identity::PRIVATE, "true".into()));
    }
    parsed.packages.push(package);
    if asks {
        let path = "node_modules/.package-lock.json".into();
        parsed.references.push(Reference { path, mark: source.start(), optional: true });
    }
    Ok(parsed)
}

fn text(node: Node<'_>) -> Option<(&str, Node<'_>)> {
    node.string().map(str::trim).filter(|text| !text.is_empty()).map(|text| (text, node))
}

fn is_single_word(text: &str) -> bool {
    !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// A license as any of the forms that npm has known: a string, `{"type": …}`, and lists of those, which the npm
/// documentation calls deprecated. A list says nothing of how its parts relate; it is joined by `AND`, so that every part
/// has to be acceptable.
pub fn license(source: &Source, node: Node<'_>) -> Option<(CompactString, Mark)> {
    fn one(node: Node<'_>) -> Option<Node<'_>> {
        let node = match node.kind() {
            Kind::Mapping => node.get("type").or_else(|| node.get("name"))?,
            _ => node,
        };
        node.string().is_some_and(|text| !text.trim().is_empty()).then_some(node)
    }
    let node = match node.kind() {
        Kind::Sequence => {
            let parts: Vec<&str> = node.items().filter_map(one).filter_map(Node::string).map(str::trim).collect();
            match parts.as_slice() {
                [] => return None,
                [_] => node.items().find_map(one)?,
                parts => {
                    let joined: Vec<CompactString> = parts
                        .iter()
                        .map(|part| if is_single_word(part) { (*part).into() } else { format_compact!("({part})") })
                        .collect();
                    return Some((joined.join(" AND ").into(), source.mark(node.span())));
                }
            }
        }
        _ => one(node)?,
    };
    Some((node.string()?.trim().into(), source.mark(node.span())))
}

fn declarations(source: &Source, section: &str, scope: Scope, value: Node<'_>, parsed: &mut Parsed) {
    for (key, value) in value.entries() {
        let name = key.string().unwrap_or_default();
        let Some(requirement) = value.string().filter(|_| identity::is_name(name)) else {
            parsed.notes.push(Note {
                mark: source.mark(key.span()),
                kind: DiagnosticKind::Entry,
                message: format!("an entry of `{section}` is left out: it is not a package name with a text"),
            });
            continue;
        };
        let mut declaration = declaration(name, requirement, scope);
        declaration.package = Some(0);
        declaration.section = section.into();
        // The empty requirement has no characters to point at.
        let place = if value.span().start == value.span().end { key } else { value };
        declaration.mark = source.mark(place.span());
        parsed.declarations.push(declaration);
    }
}

/// What is asked for by a name and a specifier, without package, section and place.
pub(super) fn declaration(key: &str, requirement: &str, scope: Scope) -> Declaration {
    let (mut name, mut inherited) = (key, false);
    let origin = match identity::specifier(requirement) {
        Specifier::Registry(_) => Origin::Registry { url: None },
        Specifier::Alias { name: real, .. } => {
            name = real;
            Origin::Registry { url: None }
        }
        Specifier::Git(origin) => origin,
        Specifier::Archive(url) => Origin::Archive { url },
        Specifier::LocalArchive(path) | Specifier::Directory(path) => Origin::Path { path: path.into() },
        Specifier::Workspace(_) => Origin::Unknown,
        Specifier::Patched { .. } => Origin::Registry { url: None },
        Specifier::Catalog(_) => {
            inherited = true;
            Origin::Registry { url: None }
        }
        Specifier::Other(_) => Origin::Unknown,
    };
    Declaration {
        package: None,
        section: CompactString::default(),
        name: name.into(),
        alias: (name != key).then(|| key.into()),
        requirement: crate::ecosystem::without_user_info(requirement).as_ref().into(),
        scope,
        origin,
        inherited,
        mark: Mark { span: crate::model::Span::default(), line: 1, column: 1 },
    }
}

/// bun keeps the catalogs of a workspace in the root's manifest, under `workspaces` or at the top.
fn bun_catalogs(source: &Source, key: &str, value: Node<'_>, parsed: &mut Parsed) {
    match key {
        "catalog" => replacements(source, &catalogs::section(""), value, parsed),
        "catalogs" => {
            for (name, entries) in value.entries() {
                let section = catalogs::section(name.string().unwrap_or_default());
                replacements(source, &section, entries, parsed);
            }
        }
        _ => {}
    }
}

/// `overrides` (npm, nested), `resolutions` (yarn) and `pnpm.overrides`: what is put in place of what others ask for.
fn replacements(source: &Source, section: &str, value: Node<'_>, parsed: &mut Parsed) {
    // Depth is bounded by the reader; a stack of its own keeps the order of the file.
    let mut stack: Vec<(CompactString, Node<'_>, Node<'_>)> = Vec::new();
    push_reversed(&mut stack, "", value);
    while let Some((name, key, value)) = stack.pop() {
        if value.kind() == Kind::Mapping {
            push_reversed(&mut stack, &name, value);
            continue;
        }
        let Some(requirement) = value.string().filter(|_| identity::is_name(&name)) else { continue };
        let mut declaration = declaration(&name, requirement, Scope::Runtime);
        declaration.section = section.into();
        let place = if value.span().start == value.span().end { key } else { value };
        declaration.mark = source.mark(place.span());
        parsed.declarations.push(declaration);
    }
}

fn push_reversed<'d>(stack: &mut Vec<(CompactString, Node<'d>, Node<'d>)>, outer: &str, value: Node<'d>) {
    let from = stack.len();
    for (key, value) in value.entries() {
        let name = match key.string().unwrap_or_default() {
            "." => outer.into(),
            key => replaced_name(key),
        };
        stack.push((name, key, value));
    }
    stack[from..].reverse();
}

/// The package that the key of a replacement is about: the last one of `a>b@1`, `a/**/b`, `**/@s/b`, `b@^2`.
pub fn replaced_name(key: &str) -> CompactString {
    let last = key.rsplit('>').next().unwrap_or(key).trim();
    let last = match identity::split_descriptor(last) {
        Some((name, _)) => name,
        None => last,
    };
    // A path of packages: the last segment, with its scope where the one before is a scope.
    let mut segments = last.rsplit('/');
    let name = segments.next().unwrap_or(last);
    let name = match segments.next() {
        Some(scope) if scope.starts_with('@') => &last[last.len() - scope.len() - 1 - name.len()..],
        _ => name,
    };
    match identity::split_descriptor(name) {
        Some((name, _)) => name.into(),
        None => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn read(text: &str) -> (Source, Parsed) {
        let source = Source::from_text(RepoPath::new("web/package.json"), text.into()).unwrap();
        let parsed = parse(&source).unwrap();
        (source, parsed)
    }

    #[test]
    fn what_is_asked_for_has_its_place() {
        let (source, parsed) = read(
            r#"{"name": "@acme/web", "version": "1.0.0", "license": "MIT", "private": true, "packageManager": "pnpm@9.1.0",
            "workspaces": {"packages": ["a/*", "!a/b"]},
            "dependencies": {"x": "^1.0.0", "y": "npm:z@2", "any": "", "../w": "1", "n": 1},
            "peerDependencies": {"p": "1", "q": "2"}, "peerDependenciesMeta": {"q": {"optional": true}},
            "overrides": {"x": {".": "1.2.0", "deep": "3"}, "o@^1": "2"},
            "resolutions": {"**/@s/r": "1", "a/b": "npm:c@1"}, "pnpm": {"overrides": {"x>v@1": "1.1.0"}}}"#,
        );
        let package = &parsed.packages[0];
        assert_eq!(package.purl.to_string(), "pkg:npm/%40acme/web@1.0.0");
        assert_eq!(package.license.as_ref().unwrap().0, "MIT");
        assert_eq!(package.properties, [(identity::PRIVATE, "true".into())]);
        assert_eq!(parsed.members, ["a/*", "!a/b"]);
        assert_eq!(parsed.settings, [(PACKAGE_MANAGER, "pnpm@9.1.0".into())]);
        let told: Vec<String> = parsed
            .declarations
            .iter()
            .map(|one| {
                let place = source.slice(one.mark.span);
                format!("{} {} {} {} {place}", one.section, one.name, one.requirement, one.scope.as_str())
            })
            .collect();
        assert_eq!(
            told,
            [
                "dependencies x ^1.0.0 runtime ^1.0.0",
                "dependencies z npm:z@2 runtime npm:z@2",
                "dependencies any  runtime any",
                "peerDependencies p 1 peer 1",
                "peerDependencies q 2 optional 2",
                "overrides x 1.2.0 runtime 1.2.0",
                "overrides deep 3 runtime 3",
                "overrides o 2 runtime 2",
                "resolutions @s/r 1 runtime 1",
                "resolutions c npm:c@1 runtime npm:c@1",
                "pnpm.overrides v 1.1.0 runtime 1.1.0",
            ]
        );
        assert_eq!(parsed.declarations[1].alias.as_deref(), Some("y"));
        assert_eq!(parsed.notes.len(), 2);
        assert_eq!(parsed.references.len(), 1);
    }

    #[test]
    fn settings_of_a_directory_are_no_package() {
        for text in ["{}", r#"{"type": "module"}"#, r#"{"private": true, "license": "MIT"}"#] {
            assert!(read(text).1.packages.is_empty(), "{text}");
        }
        let (_, parsed) = read(r#"{"dependencies": {"x": "1"}}"#);
        assert_eq!(parsed.packages[0].purl.to_string(), "pkg:npm/web");
    }
}
