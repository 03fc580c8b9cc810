//! What a change does to what rules read beyond the inventory: documents of the project, its own license files, texts and
//! programs anywhere in the tree.
//!
//! Documents are few and are read on both sides. What any file may tell is asked of the files that the change touches alone: the
//! others tell the same before and after. Some rules ask what a change cannot answer, and [`said`] names those.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;

use crate::ecosystem::{self, Role};
use crate::license::FileRole;
use crate::model::{Practices, RepoPath};
use crate::policy::Policy;
use crate::practice;
use crate::rule;
use crate::walk::git::Revision;
use crate::walk::{Entry, ObjectName, Patterns, Root, Snapshot, SnapshotError, bytes_in, object_in, root_in};

use super::check::ask;
use super::everywhere;
use super::notices;
use super::own;
use super::policy::Loaded;
use super::scan::{Look, SIGNATURES, ScanSettings, Scanned, is_whole};

/// Whether a policy asks for anything that [`Change`] knows.
pub(super) fn concerns(loaded: &Loaded) -> bool {
    asked(loaded).documents || own::asks_for_licenses(&loaded.policy)
}

/// What a policy asks a scan to look for.
pub(super) fn asked(loaded: &Loaded) -> Look {
    let mut settings = ScanSettings::default();
    ask(&mut settings, loaded);
    settings.look
}

/// The path in a report of a path from the top of a repository; `None`: it is not scanned.
fn shown(snapshot: &dyn Snapshot, roots: &[Root], path: &str) -> Option<RepoPath> {
    roots.iter().filter(|root| root.only.is_none()).find_map(|root| {
        let below = root_in(snapshot, root)?;
        let relative = match below.as_str() {
            "" => path,
            below => path.strip_prefix(below)?.strip_prefix('/')?,
        };
        root.label.join(relative)
    })
}

/// So many paths are asked for faster than all are listed.
const ASKED_ONE_BY_ONE: usize = 100;

/// Where the bytes of these files are, by their sorted paths from the top.
fn objects(snapshot: &dyn Snapshot, wanted: &[String]) -> Result<BTreeMap<String, ObjectName>, SnapshotError> {
    let mut found = BTreeMap::new();
    if wanted.len() <= ASKED_ONE_BY_ONE {
        for path in wanted {
            if let Some(Entry::File(object)) = snapshot.entry(path)? {
                found.insert(path.clone(), object);
            }
        }
        return Ok(found);
    }
    snapshot.list("", &mut |path, entry| {
        let (Entry::File(object), Ok(path)) = (entry, std::str::from_utf8(path)) else { return };
        if wanted.binary_search_by(|wanted| wanted.as_str().cmp(path)).is_ok() {
            found.insert(path.to_owned(), object);
        }
    })?;
    Ok(found)
}

/// The files that a change touches.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// They, on whichever side they are.
    touched: BTreeSet<RepoPath>,
    /// Where files are that were elsewhere, byte by byte: what was known of them is known.
    moved: BTreeMap<RepoPath, RepoPath>,
    /// Whether one of them has a say in which license projects have of their own.
    licenses: bool,
    /// Whether nothing else differs.
    complete: bool,
}

/// Whether this is a file of license texts by its name.
fn is_license(path: &RepoPath) -> bool {
    path.parent().file_name() == "LICENSES" || FileRole::of_path(path.file_name()) == FileRole::License
}

/// Which files make a project or say something of it, by whether they only choose versions. Program text says nothing of it.
fn of_projects() -> Option<Patterns> {
    let formats = ecosystem::formats().map(|(_, format)| format).filter(|format| format.role != Role::Code);
    let globs =
        formats.flat_map(|format| format.patterns.iter().map(|glob| (*glob, usize::from(format.role == Role::Lock))));
    Patterns::new(globs).ok()
}

impl Change {
    /// What differs between two snapshots: `touched` from the top, if that is known.
    ///
    /// # Errors
    /// If a part of them is not there.
    pub fn of(
        before: &Revision,
        now: &dyn Snapshot,
        roots: &[Root],
        touched: Option<Vec<String>>,
    ) -> Result<Self, SnapshotError> {
        let mut touched = touched.map_or_else(|| notices::differing(before, now), Ok)?;
        touched.sort();
        let mut change = Self { complete: true, ..Self::default() };
        // Of many paths both sides are listed once: asking for each would read the same directories again and again.
        let (mut were, mut are) = (objects(before, &touched)?, objects(now, &touched)?);
        let mut went: BTreeMap<ObjectName, RepoPath> = BTreeMap::new();
        let mut came = Vec::new();
        let projects = of_projects();
        for path in touched {
            let Some(shown) = shown(now, roots, &path) else { continue };
            let (was, is) = (were.remove(&path), are.remove(&path));
            let kind = projects.as_ref().and_then(|patterns| patterns.wanted_by(shown.as_str()));
            // A lock file that is still there changes what a project needs, and not whose it is.
            let only_chooses = kind == Some(1) && was.is_some() && is.is_some();
            change.licenses |= is_license(&shown) || kind.is_some() && !only_chooses;
            match (was, is) {
                (Some(object), None) => drop(went.entry(object).or_insert(shown.clone())),
                (None, Some(object)) => came.push((object, shown.clone())),
                _ => {}
            }
            change.touched.insert(shown);
        }
        let moves = came.into_iter().filter_map(|(object, to)| Some((went.remove(&object)?, to)));
        change.moved = moves.collect();
        Ok(change)
    }

    /// The same, where other files may differ as well: those of a working tree that are not staged.
    pub fn and_more(self) -> Self {
        Self { complete: false, ..self }
    }

    /// Whether the licenses that projects have of their own can be others than they were.
    pub fn concerns_licenses(&self) -> bool {
        self.licenses || !self.complete
    }

    /// Looks at both sides for what any file may tell, and lets what moved with its file be known where it is now.
    ///
    /// # Errors
    /// If a part of a snapshot is not there.
    pub fn look(
        &self,
        earlier: &mut Scanned,
        scanned: &mut Scanned,
        exclude: &GlobSet,
        no_ignore: bool,
        look: Look,
    ) -> Result<(), SnapshotError> {
        if let (Some(before), Some(now)) = (&mut earlier.bom.practices, &mut scanned.bom.practices)
            && (look.texts || look.files)
        {
            let told = match &scanned.snapshot {
                Some(snapshot) => {
                    let only = self.complete.then_some(&self.touched);
                    everywhere::in_snapshot(snapshot.as_ref(), &scanned.roots, exclude, look, only)?
                }
                None => everywhere::in_directories(&scanned.roots, no_ignore, exclude, look),
            };
            // A file that tells nothing now tells nothing new.
            let only: BTreeSet<RepoPath> = self.touched.iter().chain(told.told()).cloned().collect();
            told.add_to(now);
            if let Some(snapshot) = &earlier.snapshot {
                everywhere::in_snapshot(snapshot.as_ref(), &earlier.roots, exclude, look, Some(&only))?.add_to(before);
            }
        }
        if let Some(before) = &mut earlier.bom.practices {
            self.follow(before);
        }
        Ok(())
    }

    fn follow(&self, practices: &mut Practices) {
        if self.moved.is_empty() {
            return;
        }
        for fact in &mut practices.facts {
            if let Some(to) = self.moved.get(&fact.location.path) {
                fact.location.path = to.clone();
            }
        }
        for document in &mut practices.documents {
            if let Some(to) = self.moved.get(&document.path) {
                document.path = to.clone();
            }
        }
        practices.facts.sort();
        practices.documents.sort();
    }
}

/// Which files rules beyond the inventory read, to tell whether a change touches one.
pub(super) struct Papers<'a> {
    snapshot: &'a dyn Snapshot,
    roots: &'a [Root],
    look: Look,
    licenses: bool,
    /// Files that the project's own statements name, and the policy.
    named: BTreeSet<RepoPath>,
}

impl<'a> Papers<'a> {
    /// Those that a policy asks about. What statements name is read on both sides.
    pub fn of(now: &'a dyn Snapshot, before: &Revision, roots: &'a [Root], policy: &Policy, look: Look) -> Self {
        let look = if is_whole(roots) { look } else { Look::default() };
        let mut named: BTreeSet<RepoPath> = policy.lifecycle.iter().map(|set| set.value.clone()).collect();
        let statements = RepoPath::root().join(practice::FILE).filter(|_| look.documents);
        for (side, path) in [now, before].into_iter().zip(std::iter::repeat(statements)) {
            let Some(path) = path else { continue };
            let Some(bytes) = bytes_in(side, roots, &path, LARGEST_STATEMENTS) else { continue };
            let read = crate::text::Source::from_bytes(path, bytes).ok().and_then(|source| practice::look(&source));
            let Some(read) = read else { continue };
            let evidence = read.attestations.iter().map(|statement| &statement.evidence);
            let sboms = read.inventory.iter().filter_map(|entry| entry.sbom.as_ref());
            let kept = read.releases.iter().flat_map(|release| [&release.sbom, &release.notices]).flatten();
            named.extend(evidence.chain(sboms).chain(kept).filter_map(|place| RepoPath::root().join(place)));
        }
        Self { snapshot: now, roots, look, licenses: own::asks_for_licenses(policy), named }
    }

    /// Whether a policy asks about any at all.
    pub fn asked(&self) -> bool {
        self.look.documents || self.licenses
    }

    /// Whether any file at all is looked through.
    pub fn looks_everywhere(&self) -> bool {
        self.asked() && (self.look.texts || self.look.files)
    }

    /// Whether a file says by itself what some rule asks of every file. What cannot be read counts, so that it is told.
    fn tells(&self, path: &RepoPath) -> bool {
        (self.look.texts || self.look.files)
            && object_in(self.snapshot, self.roots, path)
                .is_some_and(|object| everywhere::tells(self.snapshot, object, path, self.look).unwrap_or(true))
    }

    /// Whether a path, from the top of the repository, is one of a file that some rule reads, and what it holds may matter.
    pub fn is_read(&self, path: &str, exclude: &GlobSet) -> bool {
        if !self.asked() {
            return false;
        }
        let Some(path) = shown(self.snapshot, self.roots, path).filter(|path| !exclude.is_match(path.as_str())) else {
            return false;
        };
        let signed = SIGNATURES.iter().find_map(|end| path.as_str().strip_suffix(end));
        let document = practice::kind_of(signed.unwrap_or(path.as_str())).is_some();
        self.look.documents && (document || self.named.contains(&path))
            || self.look.files && (practice::tells_of_copies(&path) || is_license(&path))
            || self.tells(&path)
            || self.licenses && is_license(&path)
    }
}

/// Larger statements are not read.
const LARGEST_STATEMENTS: u64 = 4 << 20;

/// What was judged beyond the inventory, and which rules could not be.
pub(super) fn said(earlier: &Scanned, scanned: &Scanned, policy: &Policy, look: Look) -> Vec<String> {
    let mut said = Vec::new();
    match (&earlier.bom.practices, &scanned.bom.practices) {
        (Some(before), Some(now)) => {
            let mut more = String::new();
            if let Some(texts) = now.texts {
                more.push_str(&format!(", {} looked through", counted(texts, "text")));
            }
            if let Some(files) = now.files {
                more.push_str(&format!(", {} looked at for programs and copies", counted(files, "file")));
            }
            said.push(format!(
                "rules about how the project works and about its own papers are judged on both sides: {} before, {} now{more}",
                counted(before.documents.len() as u64, "document"),
                now.documents.len()
            ));
        }
        _ if look.documents => said.push(
            "rules about how the project works and about its own papers are judged for one whole directory, and not here"
                .to_owned(),
        ),
        _ => {}
    }
    said.extend(left_out(policy));
    said
}

/// What a policy asks that no revision answers.
pub(super) fn left_out(policy: &Policy) -> Option<String> {
    let notices = policy.notice_file.is_some();
    let asks = |id: &&str| rule::by_id(id).is_some_and(|rule| policy.level(rule).0.is_some());
    let mut left: Vec<&str> = ["review/evidence-low", "review/file-notice-missing"].into_iter().filter(asks).collect();
    left.extend(["legal/notices-incomplete", "legal/source-obligation-unmet"].iter().filter(|id| notices && asks(id)));
    (!left.is_empty())
        .then(|| format!("judged by a check of the tree alone, and not of a revision or a change: {}", left.join(", ")))
}

fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
