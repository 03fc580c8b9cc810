//! Lock files: what was chosen.
//!
//! Gradle writes two forms ("Locking versions" in the user manual; `LockFileReaderWriter` and `DependencyLockFile` in its
//! sources). Since 6.8 one file holds all configurations, `group:name:version=configuration,…`, and a last line `empty=` the
//! configurations that have nothing. Before, each configuration had a file of its own in `gradle/dependency-locks`, with one
//! `group:name:version` a line. Either form has a prefix in its name for what a build script (`buildscript-`) or the settings
//! (`settings-`) are run with. Lines that begin with `#` are comments.
//!
//! A lock file has no edges, and says nothing of first parties. Gradle locks versions of modules, not artefacts: there are no
//! classifiers and no digests.

use compact_str::format_compact;

use super::configuration::Configurations;
use super::coordinates;
use crate::ecosystem::{Capabilities, Format, Note, Parsed, Reference, Role, Stability};
use crate::model::{DiagnosticKind, LookUp, Mark, RepoPath, Scope, Span};
use crate::text::{Source, SyntaxError, lines};

/// All kinds of lock files.
pub static LOCK: Format = Format {
    id: "maven/gradle-lock",
    patterns: &["**/gradle.lockfile", "**/*-gradle.lockfile", "**/gradle/dependency-locks/*.lockfile"],
    role: Role::Lock,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: true, hashes: false, licenses: false },
    docs: "Gradle's lock files: the single `gradle.lockfile`, those of build scripts and settings \
           (`buildscript-gradle.lockfile`, `settings-gradle.lockfile`), and the older ones with one file a configuration in \
           `gradle/dependency-locks`. They list every version that was chosen and by which configurations, and no edges.",
    parse,
};

/// The setting that holds the configurations of entries, as written: one for each different list. An entry names its list by
/// its number in [`Package::answers`](crate::ecosystem::Package::answers).
pub(super) const CONFIGURATIONS: &str = "configurations";

/// The setting that names configurations which were locked with nothing in them.
pub(super) const EMPTY: &str = "empty";

/// The dialects.
pub(super) const SINGLE: &str = "single file";
pub(super) const PER_CONFIGURATION: &str = "per configuration";

/// What a lock file locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locks {
    /// What the project's own configurations resolve to.
    Project,
    /// What its build script, or the settings, are run with.
    Script,
}

/// What the lock file of this name locks.
pub(super) fn locks(path: &RepoPath) -> Locks {
    let name = path.file_name();
    if name.starts_with("buildscript-") || name.starts_with("settings-") { Locks::Script } else { Locks::Project }
}

/// The directory of the project that a lock file belongs to.
pub(super) fn project_of(path: &RepoPath) -> RepoPath {
    let directory = path.parent();
    match directory.as_str().strip_suffix("gradle/dependency-locks") {
        Some("") => RepoPath::root(),
        Some(above) if above.ends_with('/') => directory.parent().parent(),
        _ => directory,
    }
}

fn is_per_configuration(path: &RepoPath) -> bool {
    project_of(path) != path.parent()
}

/// An entry, before its scope is known.
struct Entry<'s> {
    line: u32,
    start: u32,
    coordinates: &'s str,
    /// The place of its list of configurations.
    list: u32,
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let alone = is_per_configuration(file.path());
    let of_script = locks(file.path()) == Locks::Script;
    let mut parsed = Parsed { dialect: if alone { PER_CONFIGURATION } else { SINGLE }.into(), ..Parsed::default() };
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(file.text().len() / 64 + 1);
    let mut lists: Vec<&str> = Vec::new();
    let mut by_list: LookUp<&str, u32> = LookUp::new();
    let mut known = Configurations::default();
    let mut understood = false;
    let mut first_trouble: Option<Span> = None;
    if alone {
        let name = file.path().file_name();
        let name = name.strip_suffix(".lockfile").unwrap_or(name);
        lists.push(name.strip_prefix("buildscript-").or_else(|| name.strip_prefix("settings-")).unwrap_or(name));
    }
    // The list of the line before: neighbours mostly have the same.
    let mut previous: Option<(&str, u32)> = None;
    for (number, line) in (1u32..).zip(lines::lines(file)) {
        let text = line.text.trim();
        if text.is_empty() || text.starts_with('#') {
            understood |= text.starts_with('#');
            continue;
        }
        let start = line.span.start + (line.text.len() - line.text.trim_start().len()) as u32;
        let (coordinates, list) = match (text.split_once('='), alone) {
            (Some(("empty", names)), false) => {
                names.split(',').filter(|name| !name.is_empty()).for_each(|name| known.add(name));
                parsed.settings.push((EMPTY, names.into()));
                understood = true;
                continue;
            }
            (Some((coordinates, names)), false) => match previous {
                Some((before, list)) if before == names => (coordinates, list),
                _ => {
                    let next = lists.len() as u32;
                    let list = *by_list.get_or_insert_with(names, || next);
                    if list == next {
                        lists.push(names);
                        names.split(',').filter(|name| !name.is_empty()).for_each(|name| known.add(name));
                    }
                    previous = Some((names, list));
                    (coordinates, list)
                }
            },
            (None, true) => (text, 0),
            _ => ("", 0),
        };
        if coordinates.is_empty() {
            let span = Span::new(start, start + text.len() as u32);
            first_trouble.get_or_insert(span);
            parsed.notes.push(Note {
                mark: file.mark(span),
                kind: DiagnosticKind::Entry,
                message: "this line is not an entry of a lock file".to_owned(),
            });
            continue;
        }
        entries.push(Entry { line: number, start, coordinates, list });
    }
    let scopes: Vec<Scope> = lists
        .iter()
        .map(|list| match of_script {
            true => Scope::Build,
            false => list.split(',').map(|name| known.scope(name)).min().unwrap_or(Scope::Runtime),
        })
        .collect();
    let text = file.text();
    let numbers: Vec<_> = (0..lists.len()).map(|list| format_compact!("{list}")).collect();
    parsed.packages.reserve(entries.len());
    let mut before = "";
    let mut ascending = true;
    for entry in &entries {
        let span = Span::new(entry.start, entry.start + entry.coordinates.len() as u32);
        let line_start = memchr::memrchr(b'\n', &text.as_bytes()[..entry.start as usize]).map_or(0, |at| at + 1);
        // A line begins with its entry; white space before it has one byte a column, or is counted out by the source.
        let mark = match entry.start as usize == line_start {
            true => Mark { span, line: entry.line, column: 1 },
            false => file.mark(span),
        };
        let read = coordinates::read(entry.coordinates).filter(|read| {
            coordinates::is_exact(read.version) && read.classifier.is_empty() && read.extension.is_empty()
        });
        let Some(read) = read else {
            first_trouble.get_or_insert(span);
            parsed.notes.push(Note {
                mark,
                kind: DiagnosticKind::Entry,
                message: format!("{:?} is not group, name and version", shortened(entry.coordinates)),
            });
            continue;
        };
        ascending &= before < entry.coordinates;
        before = entry.coordinates;
        let purl = coordinates::purl(read.group, read.name, read.version);
        let stated = Some(scopes[entry.list as usize]);
        let mut package = coordinates::library(entry.coordinates.into(), purl, Vec::new(), stated, mark);
        package.answers = vec![numbers[entry.list as usize].clone()];
        parsed.packages.push(package);
    }
    if let Some(span) = first_trouble.filter(|_| parsed.packages.is_empty() && !understood) {
        return Err(SyntaxError::new(span, "no line of this file is an entry of a lock file of Gradle"));
    }
    if !ascending {
        tell_apart(&mut parsed);
    }
    parsed.settings.extend(lists.iter().map(|list| (CONFIGURATIONS, (*list).into())));
    for name in ["build.gradle", "build.gradle.kts"] {
        let up = if alone { "../../" } else { "" };
        let path = format_compact!("{up}{name}");
        parsed.references.push(Reference { path, mark: file.start(), optional: true });
    }
    Ok(parsed)
}

/// Gives entries that stand twice ids of their own.
fn tell_apart(parsed: &mut Parsed) {
    let mut seen = LookUp::with_capacity(parsed.packages.len());
    for package in &mut parsed.packages {
        if seen.insert(package.id.clone(), ()).is_some() {
            let message = format!("{} is listed twice", package.id);
            parsed.notes.push(Note { mark: package.mark, kind: DiagnosticKind::Note, message });
            package.id = format_compact!("{} (line {})", package.id, package.mark.line);
        }
    }
}

/// The start of a text that may be of any length.
fn shortened(text: &str) -> &str {
    const SHOWN: usize = 80;
    let end = (0..=SHOWN.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Result<Parsed, SyntaxError> {
        parse(&Source::from_text(RepoPath::new(path), text.to_owned()).unwrap())
    }

    fn scopes(parsed: &Parsed) -> Vec<(String, Option<Scope>)> {
        parsed.packages.iter().map(|package| (package.purl.to_string(), package.stated)).collect()
    }

    #[test]
    fn the_strongest_configuration_decides() {
        let parsed = read(
            "gradle.lockfile",
            "# comment\norg.a:a:1=compileClasspath,testCompileClasspath\norg.a:b:2=runtimeClasspath,compileClasspath\n\
             org.a:c:3=testRuntimeClasspath\nempty=annotationProcessor\n",
        )
        .unwrap();
        assert_eq!(
            scopes(&parsed),
            [
                ("pkg:maven/org.a/a@1".to_owned(), Some(Scope::Provided)),
                ("pkg:maven/org.a/b@2".to_owned(), Some(Scope::Runtime)),
                ("pkg:maven/org.a/c@3".to_owned(), Some(Scope::Test)),
            ]
        );
        assert!(parsed.notes.is_empty());
    }

    #[test]
    fn a_file_of_one_configuration_is_named_after_it() {
        let parsed = read("x/gradle/dependency-locks/testRuntime.lockfile", "# c\norg.a:a:1\n").unwrap();
        assert_eq!(scopes(&parsed), [("pkg:maven/org.a/a@1".to_owned(), Some(Scope::Test))]);
        let parsed = read("gradle/dependency-locks/buildscript-classpath.lockfile", "org.a:a:1\n").unwrap();
        assert_eq!(parsed.packages[0].stated, Some(Scope::Build));
        assert_eq!(project_of(&RepoPath::new("x/gradle/dependency-locks/a.lockfile")).as_str(), "x");
        assert_eq!(project_of(&RepoPath::new("gradle/dependency-locks/a.lockfile")).as_str(), "");
        assert_eq!(
            project_of(&RepoPath::new("xgradle/dependency-locks/a.lockfile")).as_str(),
            "xgradle/dependency-locks"
        );
    }

    #[test]
    fn what_is_no_entry_is_said_and_the_rest_is_read() {
        let parsed = read("gradle.lockfile", "org.a:a:1=x\nnonsense\norg.a:a=x\norg.a:a:1=x\n a:b:[1,2]=x\n").unwrap();
        assert_eq!(parsed.packages.len(), 2);
        let messages: Vec<&str> = parsed.notes.iter().map(|note| note.message.as_str()).collect();
        assert_eq!(messages.len(), 4, "{messages:?}");
        assert!(read("gradle.lockfile", "{\"not\": 1}\n").is_err());
        assert!(read("gradle.lockfile", "").unwrap().packages.is_empty());
    }
}
