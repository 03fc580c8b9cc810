//! The statements that `go.mod` and `go.work` have in common: `go`, `toolchain` and `replace`.

use compact_str::{CompactString, format_compact};

use super::identity::{self, STDLIB, TOOLCHAIN};
use super::statements::{Notes, Statement, Token};
use super::version::{self, GoVersion};
use crate::ecosystem::{Declaration, Package, Parsed, Reference};
use crate::model::{ComponentKind, DiagnosticKind, Mark, Origin, Party, Scope};

/// The section of what is required.
pub(super) const REQUIRE: &str = "require";
/// The section of what is required and imported by no package of the module itself.
pub(super) const INDIRECT: &str = "require // indirect";
/// The section of versions that are passed over.
pub(super) const EXCLUDE: &str = "exclude";
/// The section of replacements; for one version only, that version follows after a space.
pub(super) const REPLACE: &str = "replace";
/// The section of packages that are run by `go tool`.
pub(super) const TOOL: &str = "tool";
/// The section of a workspace's modules.
pub(super) const USE: &str = "use";
/// The setting with the argument of the `go` statement.
pub(super) const GO: &str = "go";

/// From this release on, `go.mod` has every module that is needed to build and test the module (module graph pruning).
pub(super) const COMPLETE_SINCE: u32 = 17;
/// From this release on, the `go` statement is the oldest toolchain that may build the module; before, it named the language.
const TOOLCHAIN_SINCE: u32 = 21;

/// What the file says of Go itself.
#[derive(Default)]
pub(super) struct Toolchains {
    go: Option<(CompactString, Mark)>,
    toolchain: Option<(CompactString, Mark)>,
}

impl Toolchains {
    pub fn go(&mut self, statement: &Statement<'_, '_>, notes: &mut Notes) {
        match statement.arguments {
            [version] if GoVersion::of(&version.text).is_some() && self.go.is_none() => {
                self.go = Some((version.text.as_ref().into(), statement.mark(version)));
            }
            _ if self.go.is_some() => {
                notes.add(statement.whole(), DiagnosticKind::Entry, "a second `go` statement was passed over");
            }
            _ => notes.add(statement.whole(), DiagnosticKind::Entry, "this is no version of Go"),
        }
    }

    pub fn toolchain(&mut self, statement: &Statement<'_, '_>, notes: &mut Notes) {
        match statement.arguments {
            [name] if name.text == "default" => {}
            [name] if version::of_toolchain(&name.text).is_some() => {
                self.toolchain = Some((name.text.as_ref().into(), statement.mark(name)));
            }
            _ => notes.add(statement.whole(), DiagnosticKind::Entry, "this is no name of a Go toolchain"),
        }
    }

    /// Adds the standard library, and the toolchain where one is named. Since Go 1.21 the `go` statement is the oldest
    /// toolchain that will do; a `toolchain` statement names one. Before, nothing says which release builds the module.
    pub fn finish(self, parsed: &mut Parsed) {
        if let Some((text, _)) = &self.go {
            parsed.settings.push((GO, text.clone()));
        }
        let named = self.toolchain.and_then(|(name, mark)| Some((version::of_toolchain(&name)?.into(), mark)));
        let enforced = |(text, _): &(CompactString, Mark)| {
            GoVersion::of(text).is_some_and(|version| version.is_at_least(TOOLCHAIN_SINCE))
        };
        let stated: Option<(CompactString, Mark)> = named.or_else(|| self.go.clone().filter(enforced));
        let origin = Origin::Registry { url: None };
        if let Some((version, mark)) = stated {
            let library = Package::library(STDLIB, identity::purl(STDLIB, Some(&version)), origin.clone(), mark);
            let tools = Package::library(TOOLCHAIN, identity::purl(TOOLCHAIN, Some(&version)), origin, mark);
            parsed.packages.push(library);
            parsed.packages.push(Package { kind: ComponentKind::Application, stated: Some(Scope::Build), ..tools });
        } else if let Some((language, mark)) = self.go {
            let library = Package::library(STDLIB, identity::purl(STDLIB, None), origin, mark);
            parsed.packages.push(Package { answers: vec![format_compact!("{language}")], ..library });
        }
    }
}

/// Reads `old [version] => new [version]` into a declaration of [`REPLACE`]: the new path is its alias, for a directory its
/// origin. A directory's `go.mod` is wanted too.
pub(super) fn replace(statement: &Statement<'_, '_>, parsed: &mut Parsed, notes: &mut Notes) {
    let arguments = statement.arguments;
    let wrong = |notes: &mut Notes, message: String| notes.add(statement.whole(), DiagnosticKind::Entry, message);
    let Some(arrow) = arguments.iter().position(|token| token.text == "=>") else {
        return wrong(
            notes,
            "a replacement has the form `module [version] => module version` or `… => directory`".into(),
        );
    };
    let (old, new) = (&arguments[..arrow], &arguments[arrow + 1..]);
    let ([path] | [path, _], [target] | [target, _]) = (old, new) else {
        return wrong(notes, "a replacement has one module, with or without version, on each side".into());
    };
    if !identity::is_module_path(&path.text) {
        return wrong(notes, format!("{:?} is no module path", path.text));
    }
    let section: CompactString = match old.get(1) {
        Some(version) => format_compact!("{REPLACE} {}", version.text),
        None => REPLACE.into(),
    };
    let declaration = Declaration {
        package: None,
        section,
        name: path.text.as_ref().into(),
        alias: Some(target.text.as_ref().into()),
        requirement: CompactString::default(),
        scope: Scope::Runtime,
        origin: Origin::Registry { url: None },
        inherited: false,
        mark: statement.mark(target),
    };
    match new.get(1) {
        Some(version) if !version::is_version(&version.text) || !identity::is_module_path(&target.text) => {
            wrong(notes, format!("{} {} is no module with its version", target.text, version.text));
        }
        Some(version) => {
            parsed.declarations.push(Declaration { requirement: version.text.as_ref().into(), ..declaration });
        }
        None if identity::is_directory(&target.text) => {
            let origin = Origin::Path { path: target.text.as_ref().into() };
            parsed.declarations.push(Declaration { origin, ..declaration });
            parsed.references.push(go_mod_of(target, statement));
        }
        None => wrong(notes, format!("{:?} has no version and is no directory", target.text)),
    }
}

/// That the `go.mod` in a directory is wanted. Whether its absence is trouble is for the join to say.
pub(super) fn go_mod_of(directory: &Token<'_>, statement: &Statement<'_, '_>) -> Reference {
    let path = format_compact!("{}/go.mod", directory.text.trim_end_matches('/'));
    Reference { path, mark: statement.mark(directory), optional: true }
}

/// A package of one's own, which its file is about.
pub(super) fn own(path: &str, mark: Mark) -> Package {
    Package {
        kind: ComponentKind::Application,
        party: Party::First,
        directory: Some(CompactString::default()),
        ..Package::library(path, identity::purl(path, None), Origin::Unknown, mark)
    }
}
