//! A lock entry without a checksum.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::ecosystem::{self, Role};
use crate::model::{ComponentId, ComponentKind, Location, Origin, ProjectId, RepoPath, Severity};
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};

/// A lock entry without a checksum.
pub static RULE: Rule = Rule {
    id: "deps/integrity-missing",
    summary: "entries of a lock file lack the checksum that their format has",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires once for a lock file in which components from a registry or an archive URL have no checksum, although \
               the file's format has a place for it. Git sources are not meant: their commit is their checksum.",
        why: "Without a checksum nobody notices if the artefact behind a name and version is exchanged.",
        how_to_fix: "1. Let the package manager write the lock file anew; current versions of all of them record checksums.\n\
                     2. For an archive taken by URL, publish it to a registry, or record its hash where the manager allows it.",
        fine_when: "The registry is one's own, does not deliver checksums, and its contents cannot change.",
        example_bad: "[[package]]\nname = \"kit\"\nversion = \"1.0.0\"\nsource = \"registry+https://registry.example/index\"\n",
        example_good: "[[package]]\nname = \"kit\"\nversion = \"1.0.0\"\nsource = \"registry+https://registry.example/index\"\nchecksum = \"9f86d081…\"\n",
    },
    params: &[SHIPPED],
    mappings: &[
        ("GGI", "23.V1"),
        ("S2C2F", "AUD-3"),
        ("OpenSSF Scorecard", "Pinned-Dependencies"),
        ("OSPS", "BR-05.01"),
    ],
    check: Check::Scan(check),
};

/// File patterns of locks and installed trees whose format has checksums.
fn hashing_files() -> GlobSet {
    let mut patterns = GlobSetBuilder::new();
    for (_, format) in ecosystem::formats() {
        if format.capabilities.hashes && matches!(format.role, Role::Lock | Role::Installed) {
            for pattern in format.patterns {
                // A pattern that does not compile finds no file for the walker either; a test of the table says so.
                if let Ok(pattern) = Glob::new(pattern) {
                    patterns.add(pattern);
                }
            }
        }
    }
    patterns.build().unwrap_or_else(|_| GlobSet::empty())
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let by_format = hashing_files();
    // Per file: whether any entry has a checksum, and what lacks one.
    let mut with: BTreeSet<&RepoPath> = BTreeSet::new();
    let mut without: BTreeMap<(ProjectId, &RepoPath), Vec<(ComponentId, &Location)>> = BTreeMap::new();
    for (id, component) in context.third_parties() {
        let fetched = matches!(component.origin, Origin::Registry { .. } | Origin::Archive { .. });
        if !fetched || component.kind == ComponentKind::Container || component.purl.version().is_none() {
            continue;
        }
        for occurrence in &component.occurrences {
            let location = &occurrence.evidence.location;
            // Yarn's own checksum, of the archive that it makes, is no hash of the package, and is checked all the same.
            if component.stated_hashes().is_empty() && !component.properties.contains_key("sepal:yarn:checksum") {
                without.entry((occurrence.project, &location.path)).or_default().push((id, location));
            } else {
                with.insert(&location.path);
            }
        }
    }
    for ((project, path), entries) in without {
        if !with.contains(path) && !by_format.is_match(path.as_str()) {
            continue;
        }
        const SHOWN: usize = 3;
        let mut names: Vec<String> = entries.iter().take(SHOWN).map(|(id, _)| context.name(*id)).collect();
        names.dedup();
        let more = if entries.len() > SHOWN { ", …" } else { "" };
        let count = if entries.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", entries.len()) };
        let have = if entries.len() == 1 { "has" } else { "have" };
        let mut draft = Draft::new(
            Subject::Project(project),
            format!("{count} of {path} ({}{more}) {have} no checksum", names.join(", ")),
            "without a checksum nobody notices if the artefact behind a name and version is exchanged",
        );
        draft.help.push("let the package manager write the lock file anew, so that it records checksums".to_owned());
        draft.help.push("if the registry delivers none, say so in a [[waiver]] with its reason and end".to_owned());
        draft.locations = entries.iter().map(|(_, location)| (*location).clone()).collect();
        draft.discriminator = path.file_name().into();
        drafts.push(draft);
    }
}
