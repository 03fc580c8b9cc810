//! CODEOWNERS: who answers for which files (as GitHub and GitLab document it: a pattern, then owners; the last match counts).

use compact_str::CompactString;
use globset::{GlobBuilder, GlobMatcher};

use crate::model::{FactKind, Practices, RepoPath};
use crate::text::{Source, lines};

use super::Read;

/// Whether a pattern covers manifests or lock files: it is for everything, or its last segment is the name of one. Who answers for
/// one directory (`docs/**`) is not thereby asked about dependencies.
fn covers_manifests(pattern: &str) -> bool {
    if matches!(pattern, "*" | "**" | "/**" | "/*" | "/**/*" | "**/*" | "/") {
        return true;
    }
    let name = pattern.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if name.trim_matches('*').is_empty() {
        return false;
    }
    if name.contains('*') {
        let known = ["Cargo.toml", "Cargo.lock", "package.json", "package-lock.json", "go.mod", "pom.xml", "uv.lock"];
        let glob = globset::Glob::new(name).map(|glob| glob.compile_matcher());
        return glob.is_ok_and(|glob| known.iter().any(|name| glob.is_match(name)));
    }
    let path = RepoPath::new(name);
    use crate::ecosystem::Role;
    crate::ecosystem::formats()
        .filter(|(_, format)| !matches!(format.role, Role::Artefact | Role::Code))
        .any(|(_, format)| format.patterns.iter().any(|glob| glob.rsplit('/').next() == Some(path.as_str())))
}

/// Reads the rules.
pub(super) fn read(source: &Source, read: &mut Read) {
    for line in lines::lines(source) {
        let text = line.text.split(" #").next().unwrap_or_default().trim();
        if text.is_empty() || text.starts_with(['#', '[', '^']) {
            continue;
        }
        let mut words = text.split_whitespace();
        let Some(pattern) = words.next() else { continue };
        let owners: Vec<&str> = words.filter(|word| word.contains('@')).collect();
        if owners.is_empty() {
            continue;
        }
        let value = format!("{pattern} {}", owners.join(" "));
        if covers_manifests(pattern) {
            read.fact(source, FactKind::ManifestOwners, line.span, &value);
        }
        read.fact(source, FactKind::Owners, line.span, &value);
    }
}

/// Where hosts look for the file, in their order; what lies elsewhere is not asked.
const PLACES: [&str; 4] = [".github/", "", "docs/", ".gitlab/"];

/// Who answers for files, by the first CODEOWNERS that a host would take.
#[derive(Debug, Default)]
pub struct Owners {
    rules: Vec<(Vec<GlobMatcher>, CompactString)>,
}

/// What a pattern is about, as the rules of `.gitignore` have it: with a slash before its end it counts from the top, else at any
/// depth; a directory is about everything below it, and `dir/*` only about what lies in it.
fn globs(pattern: &str) -> Vec<GlobMatcher> {
    let bare = pattern.trim_start_matches('/').trim_end_matches('/');
    let anchored = pattern.trim_end_matches('/').contains('/');
    if bare.is_empty() {
        return globs("**");
    }
    let plain: String =
        bare.chars().flat_map(|c| matches!(c, '[' | ']' | '{' | '}').then_some('\\').into_iter().chain([c])).collect();
    let base = if anchored { plain } else { format!("**/{plain}") };
    let below = (!base.ends_with("/*") || !anchored).then(|| format!("{base}/**"));
    let own = (!pattern.ends_with('/')).then_some(base);
    let glob = |text: String| GlobBuilder::new(&text).literal_separator(true).backslash_escape(true).build().ok();
    own.into_iter().chain(below).filter_map(glob).map(|glob| glob.compile_matcher()).collect()
}

impl Owners {
    /// By what was read.
    pub fn new(practices: &Practices) -> Self {
        let facts = |place: &'static str| {
            practices.facts_of(FactKind::Owners).filter(move |fact| {
                let path = fact.location.path.as_str();
                path.strip_prefix(place).is_some_and(|name| name.eq_ignore_ascii_case("codeowners"))
            })
        };
        let Some(place) = PLACES.into_iter().find(|place| facts(place).next().is_some()) else {
            return Self::default();
        };
        let mut lines: Vec<_> = facts(place).collect();
        lines.sort_by_key(|fact| fact.location.line());
        let rule = |value: &str| value.split_once(' ').map(|(pattern, owners)| (globs(pattern), owners.into()));
        Self { rules: lines.into_iter().filter_map(|fact| rule(&fact.value)).collect() }
    }

    /// The owners of a file as they are written, by the last line that is about it; `None`: nobody is named.
    pub fn of(&self, path: &str) -> Option<&str> {
        let about = |rule: &&(Vec<GlobMatcher>, CompactString)| rule.0.iter().any(|glob| glob.is_match(path));
        self.rules.iter().rev().find(about).map(|(_, owners)| owners.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Owners, covers_manifests};
    use crate::model::RepoPath;
    use crate::text::Source;

    #[test]
    fn the_last_line_about_a_file_names_its_owners() {
        let text = "* @acme/core\n*.js @acme/web # scripts\n/build/ @acme/ci\ndocs/* @acme/docs\napps/ @acme/apps @lee\n\
                    /a[1] @acme/odd\n";
        let read = |path: &str, text: &str| {
            crate::practice::look(&Source::from_text(RepoPath::new(path), text.to_owned()).unwrap()).unwrap()
        };
        let other = read("docs/CODEOWNERS", "* @acme/other\n");
        let owners = Owners::new(&crate::practice::gather([other, read("CODEOWNERS", text)]));
        for (path, owner) in [
            ("Cargo.lock", "@acme/core"),
            ("web/a.js", "@acme/web"),
            ("build/log/a.js", "@acme/ci"),
            ("web/build/a.c", "@acme/core"),
            ("docs/a.md", "@acme/docs"),
            ("docs/more/a.md", "@acme/core"),
            ("x/apps/y/z.js", "@acme/apps @lee"),
            ("a[1]/b", "@acme/odd"),
        ] {
            assert_eq!(owners.of(path), Some(owner), "{path}");
        }
        assert_eq!(Owners::default().of("a"), None);
    }

    #[test]
    fn patterns_that_cover_manifests_are_told() {
        for yes in ["*", "/Cargo.lock", "**/package.json", "*.toml", "web/pnpm-lock.yaml"] {
            assert!(covers_manifests(yes), "{yes}");
        }
        for no in ["/docs/", "*.md", "/src/**/api.rs"] {
            assert!(!covers_manifests(no), "{no}");
        }
    }
}
