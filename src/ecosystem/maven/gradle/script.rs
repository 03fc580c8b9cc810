//! Build scripts and settings: what is written out in them.
//!
//! A script is a program and is never run. What a person wrote down literally can be read all the same: coordinates in
//! `dependencies`, plugins with versions, accessors of a version catalog, names and places of subprojects. Everything else is
//! taken down as the expression it is, and the join says that it is not resolved.
//!
//! One reader is for `build.gradle`, `settings.gradle` and script plugins, in Groovy and in Kotlin: the statements that matter
//! look alike in both, and mean the same wherever they stand.

use compact_str::{CompactString, format_compact};

use super::configuration;
use super::coordinates;
use super::tokens::{Token, Word, tokens};
use crate::ecosystem::{Capabilities, Declaration, Format, Note, Package, Parsed, Role, Stability};
use crate::model::{ComponentKind, DiagnosticKind, LookUp, Mark, Origin, Party, Scope, Span};
use crate::text::{MAX_DEPTH, Source, SyntaxError};

/// Build scripts, settings and script plugins.
pub static SCRIPT: Format = Format {
    id: "maven/gradle-script",
    patterns: &["**/*.gradle", "**/*.gradle.kts"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: true, hashes: false, licenses: false },
    docs: "Gradle's build scripts, settings and script plugins, in Groovy and Kotlin. They are programs and are never run: \
           what is written out literally is read (dependencies, plugins, subprojects, names), and what only running them \
           would tell is stated as not resolved.",
    parse,
};

/// The section of plugins that a script applies, and of those that settings only give versions for.
pub(super) const PLUGINS: &str = "plugins";
pub(super) const PLUGIN_MANAGEMENT: &str = "pluginManagement.plugins";

/// How sections begin that are for other projects than the script's own.
pub(super) const ALL_PROJECTS: &str = "allprojects.";
pub(super) const SUBPROJECTS: &str = "subprojects.";
pub(super) const CONFIGURED: &str = "configure.";
pub(super) const PROJECT: &str = "project(";

/// Settings, each with what is written there.
pub(super) mod setting {
    /// An `include` that is not literal.
    pub const UNKNOWN_INCLUDE: &str = "include";
    /// `:path=directory`.
    pub const PROJECT_DIRECTORY: &str = "projectDir";
    pub const INCLUDED_BUILD: &str = "includeBuild";
    pub const INCLUDED_PLUGIN_BUILD: &str = "pluginManagement.includeBuild";
    pub const GROUP: &str = "group";
    pub const VERSION: &str = "version";
    pub const GROUP_FOR_ALL: &str = "allprojects.group";
    pub const VERSION_FOR_ALL: &str = "allprojects.version";
    pub const APPLIED_SCRIPT: &str = "apply from";
    pub const APPLIED_PLUGIN: &str = "apply plugin";
    /// A plugin that is applied in the version that settings or another script give it.
    pub const PLUGIN_WITHOUT_VERSION: &str = "plugin without version";
    /// `name=path`.
    pub const CATALOG: &str = "versionCatalogs";
    /// `name=text`.
    pub const PROPERTY: &str = "property";
}

/// Names at the beginning of a statement that are no configuration.
const NO_CONFIGURATIONS: &[&str] = &[
    "assert",
    "because",
    "catch",
    "const",
    "constraints",
    "def",
    "do",
    "else",
    "exclude",
    "ext",
    "extra",
    "final",
    "for",
    "fun",
    "if",
    "import",
    "is",
    "isTransitive",
    "logger",
    "print",
    "println",
    "return",
    "throw",
    "transitive",
    "try",
    "val",
    "var",
    "version",
    "when",
    "while",
];

/// Calls in the place of a dependency that stand for parts of Gradle or of the project itself.
const OWN_CALLS: &[&str] = &[
    "embeddedKotlin",
    "gradleApi",
    "gradleKotlinDsl",
    "gradleTestKit",
    "gradleRunnerApi",
    "localGroovy",
    "npm",
    "devNpm",
    "peerNpm",
    "optionalNpm",
];

/// Names in the place of a dependency whose parts are the project's own.
const OWN_NAMES: &[&str] = &["configurations", "sourceSets", "this"];

/// What statements in a block are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Elsewhere,
    Dependencies,
    Plugins,
    Catalogs,
    /// Details of one declaration, constraints, and blocks of other tools: nothing is read there.
    Passed,
}

#[derive(Clone, Debug)]
struct Context {
    place: Place,
    /// How the sections of declarations begin.
    target: CompactString,
    /// Whether the block belongs to tests.
    test: bool,
    plugin_management: bool,
    /// Whether it is the outermost of the script, or of all projects.
    outermost: bool,
    /// Whether names that get a text here are extra properties.
    properties: bool,
    /// The catalog that is made here.
    catalog: CompactString,
    /// Brackets that were open around the block.
    brackets: u32,
    /// Where the statement begins that the block is in.
    start: usize,
}

struct Reader<'s> {
    file: &'s Source,
    text: &'s str,
    contexts: Vec<Context>,
    /// Blocks that are open beyond the deepest that is looked at.
    deeper: u32,
    parsed: Parsed,
    included: LookUp<&'s str, ()>,
    /// Whether the root's name was read.
    named: bool,
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let text = file.text();
    let kotlin = file.path().file_name().ends_with(".kts");
    let words = tokens(text, kotlin);
    let outermost = Context {
        place: Place::Elsewhere,
        target: CompactString::default(),
        test: false,
        plugin_management: false,
        outermost: true,
        properties: true,
        catalog: CompactString::default(),
        brackets: 0,
        start: 0,
    };
    let mut reader = Reader {
        file,
        text,
        contexts: vec![outermost],
        deeper: 0,
        parsed: Parsed { dialect: if kotlin { "Kotlin" } else { "Groovy" }.into(), ..Parsed::default() },
        included: LookUp::new(),
        named: false,
    };
    reader.script(&words);
    Ok(reader.parsed)
}

/// The part of `words` before the bracket that closes one opened before them, or all.
fn within(words: &[Token]) -> &[Token] {
    let mut open = 0u32;
    for (at, token) in words.iter().enumerate() {
        match token.word {
            Word::Mark(b'(' | b'[' | b'{') => open += 1,
            Word::Mark(b')' | b']' | b'}') if open == 0 => return &words[..at],
            Word::Mark(b')' | b']' | b'}') => open -= 1,
            _ => {}
        }
    }
    words
}

/// `words` in parts between commas that are in no brackets.
fn arguments(words: &[Token]) -> impl Iterator<Item = &[Token]> {
    let mut open = 0u32;
    words.split(move |token| {
        match token.word {
            Word::Mark(b'(' | b'[' | b'{') => open += 1,
            Word::Mark(b')' | b']' | b'}') => open = open.saturating_sub(1),
            _ => {}
        }
        open == 0 && token.is(b',')
    })
}

/// `a.b.c` at the beginning of `words`: how many words it has.
fn chain(words: &[Token]) -> usize {
    let mut length = 0;
    while let Some(token) = words.get(length) {
        if token.word != Word::Name {
            break;
        }
        length += 1;
        let dot = words.get(length).is_some_and(|token| token.is(b'.'));
        if !dot || words.get(length + 1).is_none_or(|token| token.word != Word::Name) {
            break;
        }
        length += 1;
    }
    length
}

fn without_ends(words: &[Token]) -> &[Token] {
    let first = words.iter().position(|token| token.word != Word::End).unwrap_or(words.len());
    let last = words.iter().rposition(|token| token.word != Word::End).map_or(first, |last| last + 1);
    &words[first..last]
}

impl<'s> Reader<'s> {
    fn script(&mut self, words: &[Token]) {
        let mut start = 0;
        let mut brackets = 0u32;
        for (at, token) in words.iter().enumerate() {
            match token.word {
                Word::Mark(b'(' | b'[') => brackets += 1,
                Word::Mark(b')' | b']') => brackets = brackets.saturating_sub(1),
                Word::Mark(b'{') => {
                    let head = without_ends(&words[start..at]);
                    // Within brackets the statement goes on behind the block, and is read there.
                    let declared = brackets > 0 || self.statement(head);
                    self.open(head, declared, brackets, start);
                    brackets = 0;
                    start = at + 1;
                }
                Word::Mark(b'}') => {
                    self.statement(without_ends(&words[start..at]));
                    let before;
                    (brackets, before) = self.close();
                    start = if brackets > 0 { before } else { at + 1 };
                }
                Word::Mark(b';') if brackets == 0 => {
                    self.statement(without_ends(&words[start..at]));
                    start = at + 1;
                }
                Word::End if brackets == 0 => {
                    let goes_on = words[start..at].last().is_some_and(|last| {
                        matches!(last.word, Word::Mark(b',' | b'=' | b'.' | b'+' | b'&' | b'|' | b'?' | b':'))
                    }) || words.get(at + 1).is_some_and(|next| next.is(b'.') || next.is(b'?'));
                    if !goes_on {
                        self.statement(without_ends(&words[start..at]));
                        start = at + 1;
                    }
                }
                _ => {}
            }
        }
        self.statement(without_ends(&words[start..]));
    }

    fn context(&self) -> &Context {
        self.contexts.last().expect("the outermost context is never closed")
    }

    /// Opens a block with this head.
    fn open(&mut self, head: &[Token], declared: bool, brackets: u32, start: usize) {
        if self.contexts.len() >= MAX_DEPTH || self.deeper > 0 {
            if self.deeper == 0 {
                let span = head.first().map_or(Span::new(0, 0), Token::span);
                self.note(span, DiagnosticKind::Limit, "blocks nest too deep: what is in them was not read");
            }
            self.deeper += 1;
            return;
        }
        let outer = self.context();
        let mut inner = Context {
            place: outer.place,
            target: outer.target.clone(),
            test: outer.test,
            plugin_management: outer.plugin_management,
            outermost: false,
            properties: false,
            catalog: outer.catalog.clone(),
            brackets,
            start,
        };
        let (was_outermost, was) = (outer.outermost, outer.place);
        let length = chain(head);
        let name = |at: usize| head.get(at).map_or("", |token| token.text(self.text));
        let (first, last) = (name(0), if length == 0 { "" } else { name(length - 1) });
        // What the head names beside the chain: `getByName("test")`, `val commonTest by getting`.
        const LOOKED_AT: usize = 8;
        inner.test |= head.iter().take(LOOKED_AT).any(|token| {
            matches!(token.word, Word::Name | Word::Text) && configuration::scope(token.text(self.text)) == Scope::Test
        });
        let argument = head.get(length + 1).filter(|_| head.get(length).is_some_and(|token| token.is(b'(')));
        let literal = argument.filter(|token| token.word == Word::Text).map(|token| token.text(self.text));
        match (was, last) {
            (Place::Passed, _) => {}
            (Place::Dependencies, _) if matches!(first, "constraints" | "components" | "modules" | "artifactTypes") => {
                inner.place = Place::Passed;
            }
            (Place::Dependencies, _) if declared => inner.place = Place::Passed,
            (Place::Dependencies, _) => {}
            (_, "constraints" | "gradlePlugin" | "dependencyManagement" | "pom" | "publishing") => {
                inner.place = Place::Passed;
            }
            (_, "dependencies") => inner.place = Place::Dependencies,
            (Place::Elsewhere, "plugins") if was_outermost || inner.plugin_management => inner.place = Place::Plugins,
            (Place::Elsewhere, "pluginManagement") => inner.plugin_management = true,
            (Place::Elsewhere, "versionCatalogs") => inner.place = Place::Catalogs,
            (Place::Elsewhere, "ext" | "extra") => inner.properties = true,
            (Place::Elsewhere, "buildscript") => {
                inner.properties = true;
                inner.outermost = false;
            }
            (Place::Elsewhere, "allprojects") => (inner.target, inner.outermost) = (ALL_PROJECTS.into(), true),
            (Place::Elsewhere, "subprojects") => (inner.target, inner.outermost) = (SUBPROJECTS.into(), true),
            (Place::Elsewhere, "configure") => {
                let all = argument.map_or("", |token| token.text(self.text));
                inner.target = match all {
                    "allprojects" => ALL_PROJECTS,
                    "subprojects" => SUBPROJECTS,
                    // `configure<JavaPluginExtension> {` has no argument.
                    _ if argument.is_none() => inner.target.as_str(),
                    _ => CONFIGURED,
                }
                .into();
            }
            (Place::Elsewhere, "project") if first == "project" => {
                if let Some(path) = literal {
                    inner.target = format_compact!("{PROJECT}{path}).");
                }
            }
            (Place::Catalogs, _) if inner.catalog.is_empty() => {
                inner.catalog = literal.unwrap_or(last).into();
            }
            _ => {}
        }
        self.contexts.push(inner);
    }

    /// Closes a block. Answers how many brackets were open around it, and where the statement around it began.
    fn close(&mut self) -> (u32, usize) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return (0, 0);
        }
        if self.contexts.len() > 1 {
            return self.contexts.pop().map_or((0, 0), |context| (context.brackets, context.start));
        }
        (0, 0)
    }

    fn note(&mut self, span: Span, kind: DiagnosticKind, message: &str) {
        self.parsed.notes.push(Note { mark: self.file.mark(span), kind, message: message.to_owned() });
    }

    fn set(&mut self, name: &'static str, value: impl Into<CompactString>) {
        self.parsed.settings.push((name, value.into()));
    }

    /// Reads a statement. Answers whether it declares a dependency.
    fn statement(&mut self, words: &[Token]) -> bool {
        if words.is_empty() || self.deeper > 0 {
            return false;
        }
        // `{ name, other ->` begins what a block does with them.
        const NAMED: usize = 12;
        let arrow = words.windows(2).take(NAMED).position(|two| two[0].is(b'-') && two[1].is(b'>'));
        let words = without_ends(arrow.map_or(words, |at| &words[at + 2..]));
        match self.context().place {
            Place::Dependencies => self.dependency(words),
            Place::Plugins => self.plugin(words),
            Place::Catalogs => self.catalog(words),
            Place::Elsewhere => {
                self.assignment(words);
                false
            }
            Place::Passed => false,
        }
    }

    fn word(&self, words: &[Token], at: usize) -> &'s str {
        words.get(at).filter(|token| token.word == Word::Name).map_or("", |token| token.text(self.text))
    }

    /// The literal text at a place of a statement.
    fn literal(&self, words: &[Token], at: usize) -> Option<&'s str> {
        words.get(at).filter(|token| token.word == Word::Text).map(|token| token.text(self.text))
    }

    fn catalog(&mut self, words: &[Token]) -> bool {
        // `from(files("…"))`.
        let name = self.context().catalog.clone();
        let first = words.iter().position(|token| token.word == Word::Text);
        if self.word(words, 0) == "from"
            && words.iter().any(|token| token.text(self.text) == "files")
            && let Some(path) = first.and_then(|at| self.literal(words, at))
        {
            self.set(setting::CATALOG, format_compact!("{name}={path}"));
        }
        false
    }

    /// Statements outside of blocks that are known.
    fn assignment(&mut self, words: &[Token]) {
        let length = chain(words);
        let Some(last) = length.checked_sub(1).map(|at| self.word(words, at)) else { return };
        let first = self.word(words, 0);
        let next = words.get(length);
        let opens = next.is_some_and(|token| token.is(b'('));
        let assigns =
            next.is_some_and(|token| token.is(b'=')) && !words.get(length + 1).is_some_and(|token| token.is(b'='));
        // `group 'x'` and `group("x")` are the same as `group = 'x'`.
        let value = words.get(length + usize::from(opens || assigns)).filter(|token| token.word == Word::Text);
        let is_last =
            |token: &Token| words.last().is_some_and(|last| last.start == token.start || opens && last.is(b')'));
        let value = value.filter(|token| is_last(token)).map(|token| (token.text(self.text), token.span()));
        let context = self.context();
        let target = context.target.as_str();
        let for_all = matches!(target, ALL_PROJECTS | SUBPROJECTS);
        match (first, last) {
            ("rootProject", "name") => {
                // A name may have spaces; two of them stand in two branches.
                let plain =
                    |name: &str| !name.trim().is_empty() && !name.starts_with(':') && !name.contains(char::is_control);
                if let Some((name, span)) = value.filter(|(name, _)| plain(name))
                    && !std::mem::replace(&mut self.named, true)
                {
                    self.own(name, name, Some(""), span);
                }
            }
            ("include" | "includeFlat", _) if length == 1 && context.outermost => {
                self.include(&words[1..], first == "includeFlat");
            }
            ("includeBuild", _) if length == 1 => {
                if let Some(path) = self.literal(words, 1 + usize::from(opens)) {
                    let name = match context.plugin_management {
                        true => setting::INCLUDED_PLUGIN_BUILD,
                        false => setting::INCLUDED_BUILD,
                    };
                    self.set(name, path);
                }
            }
            ("project", "project") if opens => self.project_directory(words),
            ("group", "group") | ("project", "group") if context.outermost && (for_all || target.is_empty()) => {
                if let Some((text, _)) = value {
                    self.set(if for_all { setting::GROUP_FOR_ALL } else { setting::GROUP }, text);
                }
            }
            ("version", "version") | ("project", "version") if context.outermost && (for_all || target.is_empty()) => {
                if let Some((text, _)) = value {
                    self.set(if for_all { setting::VERSION_FOR_ALL } else { setting::VERSION }, text);
                }
            }
            ("apply", "apply") => self.apply(words),
            ("val" | "var" | "def" | "const" | "String" | "final" | "private", _) if length == 1 => {
                self.property(words)
            }
            ("ext" | "extra", _) if length == 3 && assigns => {
                if let Some((text, _)) = value {
                    self.set(setting::PROPERTY, format_compact!("{last}={text}"));
                }
            }
            ("ext" | "extra", _) if length == 1 => self.property(words),
            _ if context.properties && !context.outermost && assigns && length == 1 => {
                if let Some((text, _)) = value {
                    self.set(setting::PROPERTY, format_compact!("{first}={text}"));
                }
            }
            _ => {}
        }
    }

    /// `def name = 'text'`, `val name: String by extra("text")`, `extra["name"] = "text"`.
    fn property(&mut self, words: &[Token]) {
        let Some(last) = words.iter().rposition(|token| token.word == Word::Text) else { return };
        let ends = words[last + 1..].iter().all(|token| token.is(b')'));
        let Some(text) = self.literal(words, last).filter(|_| ends) else { return };
        let indexed = words.get(1).is_some_and(|token| token.is(b'['));
        let name = match indexed {
            true => self.literal(words, 2),
            // The name is the last one before `=` or `:` or `by`.
            false => {
                let stop = |token: &Token| token.is(b'=') || token.is(b':') || token.text(self.text) == "by";
                words.iter().position(stop).and_then(|at| Some(self.word(words, at.checked_sub(1)?)))
            }
        };
        let Some(name) = name.filter(|name| !name.is_empty()) else { return };
        // Between the name and the text there is nothing else that decides: `=`, `: String =`, `by extra(`, `] =`.
        let before = &words[..last];
        let plain = before
            .iter()
            .rev()
            .take(2)
            .all(|token| token.is(b'=') || token.is(b'(') || token.is(b']') || token.word == Word::Name);
        if plain && before.last().is_some_and(|token| token.is(b'=') || token.is(b'(')) {
            self.set(setting::PROPERTY, format_compact!("{name}={text}"));
        }
    }

    fn own(&mut self, id: &str, name: &str, directory: Option<&str>, span: Span) {
        let directory = directory.map(CompactString::from);
        let mark = self.file.mark(span);
        let purl = coordinates::purl("", name, "");
        self.parsed.packages.push(Package {
            kind: ComponentKind::Application,
            party: Party::First,
            directory,
            ..Package::library(id, purl, Origin::Unknown, mark)
        });
    }

    fn include(&mut self, words: &[Token], flat: bool) {
        let words = match words.first() {
            Some(token) if token.is(b'(') => within(&words[1..]),
            _ => words,
        };
        for argument in arguments(words) {
            let argument = without_ends(argument);
            let path = match argument {
                [token] if token.word == Word::Text => token.text(self.text),
                [] => continue,
                _ => {
                    self.set(setting::UNKNOWN_INCLUDE, "");
                    continue;
                }
            };
            let span = argument[0].span();
            // `include` also makes the projects above.
            let path = path.trim_matches(':');
            if path.is_empty() || !path.split(':').all(is_project_name) {
                self.note(span, DiagnosticKind::Entry, "this is not the path of a project");
                continue;
            }
            let mut ends: Vec<usize> = path.match_indices(':').map(|(at, _)| at).collect();
            // A path of very many parts would be as many longer and longer paths.
            ends.truncate(MAX_DEPTH);
            for end in ends.into_iter().chain([path.len()]) {
                let path = &path[..end];
                if self.included.insert(path, ()).is_none() {
                    let name = path.rsplit(':').next().unwrap_or(path);
                    let directory = path.replace(':', "/");
                    let directory = if flat { format!("../{directory}") } else { directory };
                    self.own(&format_compact!(":{path}"), name, Some(&directory), span);
                }
            }
        }
    }

    /// `project(":x").projectDir = file("…")`.
    fn project_directory(&mut self, words: &[Token]) {
        let Some(path) = self.literal(words, 2) else { return };
        if !words.iter().take(8).any(|token| token.text(self.text) == "projectDir") {
            return;
        }
        let last = words.iter().rev().find(|token| matches!(token.word, Word::Text | Word::Template));
        if let Some(directory) = last.filter(|token| token.start > words[2].start).and_then(|token| self.path(*token)) {
            self.set(setting::PROJECT_DIRECTORY, format_compact!("{path}={directory}"));
        }
    }

    /// A path in a text, in which only the root's directory is filled in: as seen from the root with a leading `/`.
    fn path(&self, token: Token) -> Option<CompactString> {
        let text = token.text(self.text);
        if token.word == Word::Text {
            return Some(text.into());
        }
        const ROOTS: &[&str] = &[
            "$rootDir/",
            "${rootDir}/",
            "$settingsDir/",
            "${settingsDir}/",
            "$rootProject.projectDir/",
            "${rootProject.projectDir}/",
            "${rootProject.rootDir}/",
            "$rootProject.rootDir/",
        ];
        const OWN: &[&str] = &["$projectDir/", "${projectDir}/", "${project.projectDir}/", "$project.projectDir/"];
        let below = |prefixes: &[&str]| prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
        match (below(ROOTS), below(OWN)) {
            (Some(rest), _) if !rest.contains('$') => Some(format_compact!("/{rest}")),
            (_, Some(rest)) if !rest.contains('$') => Some(rest.into()),
            _ => None,
        }
    }

    fn apply(&mut self, words: &[Token]) {
        for (at, token) in words.iter().enumerate() {
            let names = |name: &str| {
                token.word == Word::Name
                    && token.text(self.text) == name
                    && words.get(at + 1).is_some_and(|token| token.is(b':') || token.is(b'='))
            };
            if names("from") {
                let rest = &words[at + 2..];
                // `rootProject.file('…')`, `file("…")` or the text itself.
                let of_root = self.word(rest, 0) == "rootProject";
                let text = rest.iter().find(|token| matches!(token.word, Word::Text | Word::Template));
                if let Some(path) = text.and_then(|token| self.path(*token)) {
                    let root = if of_root && !path.starts_with('/') { "/" } else { "" };
                    let target = &self.context().target;
                    let path = format_compact!("{target}|{root}{path}");
                    self.set(setting::APPLIED_SCRIPT, path);
                }
                return;
            }
            if names("plugin") {
                if let Some(id) = self.literal(words, at + 2) {
                    let id = format_compact!("{}|{id}", self.context().target);
                    self.set(setting::APPLIED_PLUGIN, id);
                }
                return;
            }
        }
    }

    /// A line of `plugins { … }`.
    fn plugin(&mut self, words: &[Token]) -> bool {
        let opens = words.get(1).is_some_and(|token| token.is(b'('));
        let at = 1 + usize::from(opens);
        let section = if self.context().plugin_management { PLUGIN_MANAGEMENT } else { PLUGINS };
        let id = match (self.word(words, 0), self.literal(words, at)) {
            ("id", Some(id)) => CompactString::from(id),
            ("kotlin", Some(name)) => format_compact!("org.jetbrains.kotlin.{name}"),
            ("alias", None) => {
                let expression = &words[at..];
                let length = chain(expression);
                if length > 0 {
                    let name = self.expression(&expression[..length]);
                    self.accessor(section, name, &expression[..length], Scope::Build);
                }
                return false;
            }
            ("id", None) if words.len() > at => {
                let rest = within(&words[at..]);
                let name = self.expression(rest);
                self.accessor(section, name, rest, Scope::Build);
                return false;
            }
            _ => return false,
        };
        if !coordinates::is_name(&id) {
            return false;
        }
        if section == PLUGINS {
            self.set(setting::APPLIED_PLUGIN, format_compact!("|{id}"));
        }
        let after = &words[at + 1..];
        let Some(version) = after.iter().position(|token| token.text(self.text) == "version") else {
            if section == PLUGINS {
                self.set(setting::PLUGIN_WITHOUT_VERSION, id);
            }
            return false;
        };
        let rest = &after[version + 1..];
        let rest = match rest.first() {
            Some(token) if token.is(b'(') => within(&rest[1..]),
            _ => rest,
        };
        let Some(token) = rest.first() else { return false };
        let (requirement, span) = match token.word {
            Word::Text | Word::Template => (CompactString::from(token.text(self.text)), token.span()),
            _ => {
                let length = chain(rest).max(1);
                (format_compact!("${{{}}}", self.expression(&rest[..length])), words[at].span())
            }
        };
        self.declare(section.into(), coordinates::marker(&id), Some(id), requirement, Scope::Build, span);
        false
    }

    /// An expression as it is written, of bounded length.
    fn expression(&self, words: &[Token]) -> CompactString {
        const SHOWN: usize = 80;
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return CompactString::default() };
        let text = &self.text[first.start as usize..last.end as usize];
        let end = (0..=SHOWN.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text[..end].lines().next().unwrap_or_default().trim().into()
    }

    /// Something asked for by a name that is explained elsewhere, or not at all.
    fn accessor(&mut self, section: &str, name: CompactString, words: &[Token], scope: Scope) {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        let section = format_compact!("{}{section}", self.context().target);
        let mark = self.file.mark(Span::new(first.start, last.end));
        self.parsed.declarations.push(Declaration {
            package: None,
            section,
            name,
            alias: None,
            requirement: CompactString::default(),
            scope,
            origin: Origin::Unknown,
            inherited: true,
            mark,
        });
    }

    fn declare(
        &mut self,
        section: CompactString,
        name: CompactString,
        alias: Option<CompactString>,
        requirement: CompactString,
        scope: Scope,
        span: Span,
    ) {
        let section = format_compact!("{}{section}", self.context().target);
        self.parsed.declarations.push(Declaration {
            package: None,
            section,
            name,
            alias,
            requirement,
            scope,
            origin: Origin::Registry { url: None },
            inherited: false,
            mark: self.file.mark(span),
        });
    }

    /// A line of `dependencies { … }`.
    fn dependency(&mut self, words: &[Token]) -> bool {
        let mut words = words;
        let Some(first) = words.first() else { return false };
        let mut configuration = match first.word {
            Word::Name if NO_CONFIGURATIONS.binary_search(&first.text(self.text)).is_ok() => return false,
            Word::Name | Word::Text | Word::Template => first.text(self.text),
            _ => return false,
        };
        let rest = match words.get(1) {
            Some(token) if token.is(b'(') => within(&words[2..]),
            Some(token) if first.word == Word::Name => match token.word {
                Word::Text | Word::Template | Word::Name | Word::Mark(b'[') => &words[1..],
                _ => return false,
            },
            _ => return false,
        };
        words = rest;
        if configuration == "add" {
            // `add("name", …)`; a name that is not written out is one that nothing is known of.
            let name = arguments(words).next().unwrap_or_default();
            words = words.get(name.len() + 1..).unwrap_or_default();
            if let [token] = without_ends(name)
                && token.word == Word::Text
            {
                configuration = token.text(self.text);
            }
        }
        let scope = match (self.context().test, configuration::scope(configuration)) {
            (true, Scope::Runtime | Scope::Provided) => Scope::Test,
            (_, scope) => scope,
        };
        let mut declared = self.named(configuration, scope, words);
        if !declared {
            for argument in arguments(words) {
                declared |= self.argument(configuration, scope, without_ends(argument));
            }
        }
        declared
    }

    /// The notation with names: `group: 'g', name: 'a', version: '1'`, or with `=` in Kotlin.
    fn named(&mut self, configuration: &str, scope: Scope, words: &[Token]) -> bool {
        let words = match words.first() {
            Some(token) if token.is(b'[') => within(&words[1..]),
            _ => words,
        };
        let (mut group, mut name, mut version) = (None, None, None);
        for argument in arguments(words) {
            let argument = without_ends(argument);
            let [key, sign, value @ ..] = argument else { continue };
            if key.word != Word::Name || !(sign.is(b':') || sign.is(b'=')) {
                continue;
            }
            match key.text(self.text) {
                "group" => group = Some(value),
                "name" => name = Some(value),
                "version" => version = Some(value),
                _ => {}
            }
        }
        let (Some(group), Some(name)) = (group, name) else { return false };
        let literal = |words: &[Token]| match words {
            [token] if token.word == Word::Text => {
                Some(token.text(self.text)).filter(|text| coordinates::is_name(text))
            }
            _ => None,
        };
        let (Some(group_text), Some(name_text)) = (literal(group), literal(name)) else {
            let expression = self.expression(words);
            self.accessor(configuration, expression, words, scope);
            return true;
        };
        let (requirement, alias, span) = match version {
            Some([token]) if matches!(token.word, Word::Text | Word::Template) => {
                (token.text(self.text).into(), None, token.span())
            }
            // What only an expression says is stated at the name.
            Some(words @ [_, ..]) => {
                (format_compact!("${{{}}}", self.expression(words)), Some(name_text), name[0].span())
            }
            _ => (CompactString::default(), Some(name_text), name[0].span()),
        };
        let module = format_compact!("{group_text}:{name_text}");
        self.declare(configuration.into(), module, alias.map(CompactString::from), requirement, scope, span);
        true
    }

    /// One dependency.
    fn argument(&mut self, configuration: &str, scope: Scope, argument: &[Token]) -> bool {
        let mut words = argument;
        // Calls around a dependency: `platform(libs.x)`. Each takes away its own words.
        loop {
            let Some(first) = words.first() else { return false };
            match first.word {
                Word::Text | Word::Template => {
                    let text = first.text(self.text);
                    match coordinates::read(text) {
                        Some(read) => {
                            let module = format_compact!("{}:{}", read.group, read.name);
                            let mut span = first.span();
                            if !read.version.is_empty() {
                                let start = span.start + read.version_at as u32;
                                span = Span::new(start, start + read.version.len() as u32);
                            }
                            self.declare(configuration.into(), module, None, read.version.into(), scope, span);
                            if !(read.classifier.is_empty() && read.extension.is_empty()) {
                                let extra = format_compact!("{}@{}", read.classifier, read.extension);
                                self.detail(extra);
                            }
                            return true;
                        }
                        None if first.word == Word::Template && text.contains(':') => {
                            let name = self.expression(&words[..1]);
                            self.accessor(configuration, name, &words[..1], scope);
                            return true;
                        }
                        None => return false,
                    }
                }
                Word::Mark(b'[') => {
                    let inner = within(&words[1..]);
                    let mut declared = false;
                    // A list within a list is nothing that Gradle takes.
                    for argument in arguments(inner).filter(|inner| !inner.first().is_some_and(|token| token.is(b'[')))
                    {
                        declared |= self.argument(configuration, scope, without_ends(argument));
                    }
                    return declared;
                }
                Word::Name => {
                    let length = chain(words);
                    let called = words.get(length).is_some_and(|token| token.is(b'('));
                    let last = self.word(words, length - 1);
                    let root = self.word(words, 0);
                    let inner = if called { within(&words[length + 1..]) } else { &[] };
                    if !called {
                        let indexed = words.get(length).is_some_and(|token| token.is(b'['));
                        if OWN_NAMES.contains(&root) || length == 1 && root == "project" {
                            return true;
                        }
                        if length == 1 && matches!(root, "true" | "false" | "null") {
                            return false;
                        }
                        let whole = if indexed { words } else { &words[..length] };
                        let name = self.expression(whole);
                        self.accessor(configuration, name, whole, scope);
                        return true;
                    }
                    match last {
                        _ if OWN_CALLS.contains(&last) => return true,
                        "project" => {
                            let path = inner.iter().find(|token| token.word == Word::Text);
                            match path {
                                Some(token) => self.project(configuration, *token, scope),
                                None if inner.is_empty() => {}
                                None => {
                                    let name = self.expression(words);
                                    self.accessor(configuration, name, words, scope);
                                }
                            }
                            return true;
                        }
                        "kotlin" if length == 1 => {
                            return self.kotlin(configuration, scope, inner);
                        }
                        "findLibrary" | "findBundle" => {
                            if let Some(alias) = self.literal(inner, 0) {
                                let kind = if last == "findBundle" { ".bundles" } else { "" };
                                self.accessor(
                                    configuration,
                                    format_compact!("{root}{kind}.{alias}"),
                                    &inner[..1],
                                    scope,
                                );
                                return true;
                            }
                        }
                        "get" | "asProvider" | "getAsProvider" if length > 2 => {
                            let name = self.expression(&words[..length - 2]);
                            self.accessor(configuration, name, &words[..length - 2], scope);
                            return true;
                        }
                        _ if OWN_NAMES.contains(&root) && last != "create" => return true,
                        "files" | "fileTree" => {}
                        // A wrapper: `platform`, `testFixtures`, or one of the project's own.
                        _ => {
                            let wraps = inner.first().is_some_and(|token| match token.word {
                                Word::Text | Word::Template => coordinates::read(token.text(self.text)).is_some(),
                                Word::Name => true,
                                _ => false,
                            });
                            let known = matches!(last, "platform" | "enforcedPlatform" | "testFixtures" | "variantOf");
                            if wraps && (known || inner.len() == 1) {
                                words = inner;
                                continue;
                            }
                            if inner.iter().any(|token| token.is(b':') || token.is(b'='))
                                && self.named(configuration, scope, inner)
                            {
                                return true;
                            }
                        }
                    }
                    let whole = &words[..(length + 2 + inner.len()).min(words.len())];
                    let name = self.expression(whole);
                    self.accessor(configuration, name, whole, scope);
                    return true;
                }
                _ => return false,
            }
        }
    }

    /// Classifier and extension of the declaration just made.
    fn detail(&mut self, text: CompactString) {
        if let Some(declaration) = self.parsed.declarations.last_mut() {
            declaration.alias = Some(text);
        }
    }

    fn project(&mut self, configuration: &str, token: Token, scope: Scope) {
        let path = CompactString::from(token.text(self.text));
        let section = format_compact!("{}{configuration}", self.context().target);
        let mark: Mark = self.file.mark(token.span());
        self.parsed.declarations.push(Declaration {
            package: None,
            section,
            name: path.clone(),
            alias: None,
            requirement: CompactString::default(),
            scope,
            origin: Origin::Path { path },
            inherited: false,
            mark,
        });
    }

    /// `kotlin("stdlib", "1.0")`.
    fn kotlin(&mut self, configuration: &str, scope: Scope, inner: &[Token]) -> bool {
        let Some(module) = self.literal(inner, 0) else { return false };
        let version = inner.get(2).filter(|token| token.word == Word::Text);
        let requirement = version.map_or("", |token| token.text(self.text));
        let span = version.unwrap_or(&inner[0]).span();
        let name = format_compact!("org.jetbrains.kotlin:kotlin-{module}");
        self.declare(configuration.into(), name, Some(module.into()), requirement.into(), scope, span);
        true
    }
}

fn is_project_name(name: &str) -> bool {
    coordinates::is_name(name)
}

#[cfg(test)]
mod tests;
