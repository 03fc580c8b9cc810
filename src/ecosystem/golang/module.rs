//! `go.mod`: what a module is called and what it requires.
//!
//! Of a dependency only `module`, `go` and `require` count; the go command passes over the rest of its file, and so does
//! [`CACHED`], which reads the files of the module cache.

use compact_str::CompactString;

use super::directives::{self, EXCLUDE, INDIRECT, REQUIRE, TOOL, Toolchains};
use super::identity;
use super::statements::{self, Notes, Statement};
use super::version;
use crate::ecosystem::{Capabilities, Declaration, Format, Package, Parsed, Reference, Role, Stability};
use crate::model::{DiagnosticKind, Origin, Scope};
use crate::text::{Source, SyntaxError};

/// `go.mod`.
pub(super) static FORMAT: Format = Format {
    id: "golang/go-mod",
    patterns: &["**/go.mod"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "The file of a Go module. Since Go 1.17 it has every module that is needed to build and test the packages of the \
           module, with the version that is taken, and tells by `// indirect` which of them the module does not import itself.",
    parse: own,
};

/// `go.mod` of a dependency, in the module cache.
pub(super) static CACHED: Format = Format {
    id: "golang/cached-go-mod",
    patterns: &[],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: false, hashes: false, licenses: false },
    docs: "The `go.mod` of a dependency, in the module cache.",
    parse: cached,
};

fn own(source: &Source) -> Result<Parsed, SyntaxError> {
    read(source, true)
}

fn cached(source: &Source) -> Result<Parsed, SyntaxError> {
    read(source, false)
}

fn read(source: &Source, main: bool) -> Result<Parsed, SyntaxError> {
    let mut parsed = Parsed::default();
    let mut notes = Notes::default();
    let mut toolchains = Toolchains::default();
    let mut module = None;
    // Lines of requirements have some sixty bytes each.
    parsed.declarations.reserve(source.text().len() / 64);
    statements::read(source, &mut notes, |statement, notes| match statement.verb {
        REQUIRE => require(statement, &mut parsed, notes),
        "module" if module.is_none() => module = self::module(statement, notes),
        "module" => notes.add(statement.whole(), DiagnosticKind::Entry, "a second `module` statement was passed over"),
        "go" => toolchains.go(statement, notes),
        _ if !main => {}
        "toolchain" => toolchains.toolchain(statement, notes),
        "replace" => directives::replace(statement, &mut parsed, notes),
        EXCLUDE => exclude(statement, &mut parsed, notes),
        TOOL => tool(statement, &mut parsed, notes),
        // Of no consequence for what a module is built from.
        "retract" | "ignore" | "godebug" => {}
        verb => notes.add(statement.whole(), DiagnosticKind::Entry, unknown(verb)),
    });
    parsed.packages.extend(module);
    if parsed.packages.is_empty() {
        // A go.mod that says nothing keeps its directory out of the module above it; people do that on purpose.
        if source.text().lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with("//")) {
            return Ok(parsed);
        }
        if parsed.declarations.is_empty() && notes.list.iter().any(|note| note.kind.loses_facts()) {
            return Err(SyntaxError::new(source.start().span, "there is no module statement: this is not a go.mod"));
        }
        // What a directory is called is not what its module is called; but something must hold the requirements.
        let directory = source.path().parent();
        let name = if identity::is_module_path(directory.file_name()) { directory.file_name() } else { "module" };
        parsed.packages.push(directives::own(name, source.start()));
        notes.add(source.start(), DiagnosticKind::Entry, "there is no module statement, so the module has no name");
    }
    toolchains.finish(&mut parsed);
    if main {
        let beside = |path: &str| Reference { path: path.into(), mark: source.start(), optional: true };
        parsed.references.extend([beside("go.sum"), beside("vendor/modules.txt")]);
    }
    parsed.notes = notes.list;
    Ok(parsed)
}

fn unknown(verb: &str) -> String {
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| verb.starts_with(marker)) {
        return "unresolved merge conflict".to_owned();
    }
    format!("`{}` is no statement that this reader knows", shortened(verb))
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

fn module(statement: &Statement<'_, '_>, notes: &mut Notes) -> Option<Package> {
    let [path] = statement.arguments else {
        notes.add(statement.whole(), DiagnosticKind::Entry, "a module has one path");
        return None;
    };
    if !identity::is_module_path(&path.text) {
        notes.add(
            statement.mark(path),
            DiagnosticKind::Entry,
            format!("{:?} is no module path", shortened(&path.text)),
        );
        return None;
    }
    let mut package = directives::own(&path.text, statement.mark(path));
    if let Some(why) = deprecation(statement) {
        package.properties.push((identity::DEPRECATED, why));
    }
    Some(package)
}

/// The paragraph that begins with `Deprecated:` in the comments of the `module` statement (Go Modules Reference, "Deprecation").
fn deprecation(statement: &Statement<'_, '_>) -> Option<CompactString> {
    let lines = statement.above.iter().chain(&statement.comment).map(|line| line.trim());
    let mut found: Option<String> = None;
    let mut starts = true;
    for line in lines {
        match &mut found {
            Some(_) if line.is_empty() => break,
            Some(text) => {
                text.push(' ');
                text.push_str(line);
            }
            None if starts => found = line.strip_prefix("Deprecated:").map(|rest| rest.trim().to_owned()),
            None => {}
        }
        starts = line.is_empty();
    }
    found.map(CompactString::from)
}

fn require(statement: &Statement<'_, '_>, parsed: &mut Parsed, notes: &mut Notes) {
    let [path, version] = statement.arguments else {
        return notes.add(statement.whole(), DiagnosticKind::Entry, "a requirement is a module and a version");
    };
    if !identity::is_module_path(&path.text) {
        let message = format!("{:?} is no module path", shortened(&path.text));
        return notes.add(statement.mark(path), DiagnosticKind::Entry, message);
    }
    if !version::is_version(&version.text) {
        let message = format!(
            "{:?} is not a version: the go command has not resolved the requirement of {}",
            shortened(&version.text),
            shortened(&path.text)
        );
        notes.add(statement.mark(version), DiagnosticKind::Entry, message);
    }
    let indirect = statement.comment.is_some_and(is_indirect);
    parsed.declarations.push(Declaration {
        package: Some(0),
        section: CompactString::const_new(if indirect { INDIRECT } else { REQUIRE }),
        name: path.text.as_ref().into(),
        alias: None,
        requirement: version.text.as_ref().into(),
        scope: Scope::Runtime,
        origin: Origin::Registry { url: None },
        inherited: false,
        mark: statement.mark(path),
    });
}

/// `// indirect`, alone or before `;` and more (Go Modules Reference, "require directive").
fn is_indirect(comment: &str) -> bool {
    let comment = comment.trim_start();
    comment.strip_prefix("indirect").is_some_and(|rest| rest.trim_end().is_empty() || rest.starts_with(';'))
}

fn exclude(statement: &Statement<'_, '_>, parsed: &mut Parsed, notes: &mut Notes) {
    let [path, version] = statement.arguments else {
        return notes.add(statement.whole(), DiagnosticKind::Entry, "an exclusion is a module and a version");
    };
    parsed.declarations.push(Declaration {
        package: None,
        section: CompactString::const_new(EXCLUDE),
        name: path.text.as_ref().into(),
        alias: None,
        requirement: version.text.as_ref().into(),
        scope: Scope::Runtime,
        origin: Origin::Registry { url: None },
        inherited: false,
        mark: statement.mark(path),
    });
}

fn tool(statement: &Statement<'_, '_>, parsed: &mut Parsed, notes: &mut Notes) {
    let [path] = statement.arguments else {
        return notes.add(statement.whole(), DiagnosticKind::Entry, "a tool is one package");
    };
    parsed.declarations.push(Declaration {
        package: Some(0),
        section: CompactString::const_new(TOOL),
        name: path.text.as_ref().into(),
        alias: None,
        requirement: CompactString::default(),
        scope: Scope::Development,
        origin: Origin::Registry { url: None },
        inherited: true,
        mark: statement.mark(path),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn parsed(text: &str) -> Parsed {
        own(&Source::from_text(RepoPath::new("kit/go.mod"), text.to_owned()).unwrap()).unwrap()
    }

    fn shown(parsed: &Parsed) -> Vec<String> {
        let one = |asked: &Declaration| {
            let alias = asked.alias.as_deref().map(|alias| format!(" => {alias}")).unwrap_or_default();
            format!("{}: {} {}{alias}", asked.section, asked.name, asked.requirement)
        };
        parsed.declarations.iter().map(one).collect()
    }

    #[test]
    fn every_directive_is_read() {
        let text = "// Deprecated: use b\n// instead.\nmodule example.com/a\n\ngo 1.22.3\ntoolchain go1.23.1\n\
                    require (\n\tb.example/b v1.0.0\n\t\"b.example/c\" v2.0.0+incompatible // indirect; why\n)\n\
                    exclude b.example/b v1.1.0\nreplace b.example/b v1.0.0 => ./b\n\
                    replace b.example/c => c.example/fork/c v0.1.0\nretract [v1.0.0, v1.1.0]\ntool b.example/b/cmd/x\n\
                    ignore ./x\ngodebug default=go1.21\n";
        let parsed = parsed(text);
        assert_eq!(parsed.notes, []);
        assert_eq!(
            shown(&parsed),
            [
                "require: b.example/b v1.0.0",
                "require // indirect: b.example/c v2.0.0+incompatible",
                "exclude: b.example/b v1.1.0",
                "replace v1.0.0: b.example/b  => ./b",
                "replace: b.example/c v0.1.0 => c.example/fork/c",
                "tool: b.example/b/cmd/x ",
            ]
        );
        let purls: Vec<String> = parsed.packages.iter().map(|package| package.purl.to_string()).collect();
        assert_eq!(purls, ["pkg:golang/example.com/a", "pkg:golang/stdlib@1.23.1", "pkg:golang/toolchain@1.23.1"]);
        assert_eq!(parsed.packages[0].properties, [(identity::DEPRECATED, "use b instead.".into())]);
        let references: Vec<&str> = parsed.references.iter().map(|reference| reference.path.as_str()).collect();
        assert_eq!(references, ["./b/go.mod", "go.sum", "vendor/modules.txt"]);
    }

    #[test]
    fn before_1_21_the_language_says_nothing_of_the_release() {
        let purls = |text: &str| -> Vec<String> {
            parsed(text).packages.iter().skip(1).map(|package| package.purl.to_string()).collect()
        };
        assert_eq!(purls("module a\ngo 1.20\n"), ["pkg:golang/stdlib"]);
        assert_eq!(purls("module a\ngo 1.21\n"), ["pkg:golang/stdlib@1.21", "pkg:golang/toolchain@1.21"]);
        assert_eq!(purls("module a\ngo 1.20\ntoolchain default\n"), ["pkg:golang/stdlib"]);
        assert_eq!(purls("module a\n"), [""; 0]);
    }

    #[test]
    fn wrong_entries_are_notes_and_the_rest_is_read() {
        let parsed = parsed(
            "module a b\nrequire x\nrequire ../x v1.0.0\nrequire b.example/b master\nreplace x\nreplace a => b\n\
             replace a => b latest\ngo one\nfuture x\n",
        );
        assert_eq!(shown(&parsed), ["require: b.example/b master"]);
        assert_eq!(parsed.packages[0].purl.to_string(), "pkg:golang/kit");
        let lines: Vec<u32> = parsed.notes.iter().map(|note| note.mark.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]);
        assert_eq!(
            own(&Source::from_text(RepoPath::new("go.mod"), "// nothing\n\n".into()).unwrap()),
            Ok(Parsed::default())
        );
        assert!(own(&Source::from_text(RepoPath::new("go.mod"), "<html>\n".into()).unwrap()).is_err());
    }

    #[test]
    fn of_a_dependency_little_counts() {
        let text = "module a\nfuture x\nreplace x\nrequire b v1.0.0\n";
        let source = Source::from_text(RepoPath::new("go.mod"), text.to_owned()).unwrap();
        let parsed = cached(&source).unwrap();
        assert_eq!((parsed.notes.len(), parsed.declarations.len(), parsed.references.len()), (0, 1, 0));
    }
}
