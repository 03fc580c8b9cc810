//! Only what is new: a change beside what it changes, both judged by the same policy on the same day with the same data.
//!
//! `--since REF`: the working tree, or a revision, beside the commit where it left REF. Both are judged by the policy of that
//! commit, so that a change cannot allow itself what it brings. `--staged`: what a commit would take, beside HEAD; both are
//! judged by the policy as staged, since it is one's own machine, and a waiver should help the moment it is written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::evaluate::{self, Known};
use crate::model::{Past, RemovedNotice, RepoPath, Severity, Verdict};
use crate::policy::{Pin, Policy};
use crate::rule;
use crate::walk::git::{Commit, GitError, Repository, Revision};
use crate::walk::{Patterns, Root, Snapshot};

use super::baseline;
use super::change::{self, Change, Papers, asked};
use super::check::{CheckError, CheckSettings, Checked, ask, judge, judge_beside};
use super::files;
use super::notices;
use super::own;
use super::policy::{self, Loaded, PolicyError};
use super::scan::{Look, ScanError, ScanSettings, Scanned, scan};

/// How many names a remark gives.
const NAMED: usize = 3;

/// What `--staged` found.
#[derive(Debug)]
pub enum Staged {
    /// Nothing that any format or the policy wants is staged: in a sentence.
    Nothing(String),
    /// Something is.
    Checked(Box<Checked>),
}

/// What becomes of two sides.
struct Sides {
    before: ScanSettings,
    now: ScanSettings,
    /// What the earlier side is called.
    since: String,
    /// What both are judged by.
    loaded: Loaded,
    remarks: Vec<String>,
    /// Notices that are gone, if the policy asks.
    removed: Option<Vec<RemovedNotice>>,
    /// What the change does to the files that rules beyond the inventory read.
    change: Change,
}

/// Checks what is new since a revision.
///
/// `name` is a branch, tag or commit: the change is compared with the newest commit that it and HEAD have in common, as a
/// pull request is. With two dots after it (`main..`) it is compared with that revision itself.
///
/// # Errors
/// If there is no such revision, or what [`super::check()`] says.
pub fn since(settings: CheckSettings, name: &str) -> Result<Checked, CheckError> {
    let roots = files::roots(&settings.scan.paths).map_err(ScanError::from)?;
    let repository = Repository::of(place(&roots))?;
    let base = base_of(&repository, settings.scan.snapshot.as_deref(), name)?;
    let revision = Rc::new(repository.files(&base)?);
    let before: Rc<dyn Snapshot> = revision.clone();
    let own = match &settings.scan.snapshot {
        Some(snapshot) => own_policy(snapshot.as_ref(), &roots, settings.policy.as_deref()),
        None => policy::load(&roots, settings.policy.as_deref()),
    };
    let mut remarks = Vec::new();
    let loaded = match own_policy(before.as_ref(), &roots, settings.policy.as_deref()) {
        Ok(loaded) => loaded,
        Err(PolicyError::Problems { .. }) => {
            let pins = policy::pins_in(before.as_ref(), &roots, settings.policy.as_deref());
            if let Some(pin) = policy::first_absent(pins) {
                return Err(PolicyError::Absent { of: base.label, what: pin.shown() }.into());
            }
            remarks.push(format!("the policy of {} cannot be used, so the change's own policy judges", base.label));
            policy::load(&roots, settings.policy.as_deref())?
        }
        Err(error) => return Err(error.into()),
    };
    let removed = removed_notices(&repository, &loaded, &revision, settings.scan.snapshot.as_deref(), &roots, None);
    let removed = told(removed, &mut remarks);
    let change = match (&settings.scan.snapshot, change::concerns(&loaded)) {
        (_, false) => Change::default(),
        (Some(now), true) => Change::of(&revision, now.as_ref(), &roots, None).map_err(ScanError::from)?,
        // What is not staged is looked at as it lies there; what was renamed is known of what is.
        (None, true) => {
            let index = repository.staged(None)?;
            Change::of(&revision, &index, &roots, None).map_err(ScanError::from)?.and_more()
        }
    };
    let sides = Sides {
        removed,
        change,
        before: ScanSettings { snapshot: Some(before.clone()), ..settings.scan.clone() },
        now: settings.scan.clone(),
        since: base.label.clone(),
        loaded,
        remarks,
    };
    let documents: Vec<PathBuf> = sides.loaded.vex.iter().chain(&settings.scan.vex).cloned().collect();
    let (mut checked, past) = compared(sides, &settings)?;
    edits(&mut checked, own, &base.label, settings.today, past.as_ref());
    checked.verdict.remarks.extend(vex_edits(&documents, before.as_ref(), &base.label));
    if let Some(file) = &settings.baseline {
        with_baseline(&mut checked, file, before.as_ref(), &base.label)?;
    }
    Ok(checked)
}

/// The commit that a change is compared with: where it left the named revision, or that revision itself.
fn base_of(repository: &Repository, now: Option<&dyn Snapshot>, name: &str) -> Result<Commit, GitError> {
    let (name, exactly) = name.strip_suffix("..").map_or((name, false), |name| (name, true));
    let wanted = repository.revision(name)?;
    let head = match now {
        Some(snapshot) => snapshot.commit().map(|name| repository.revision(&name)).transpose()?,
        None => repository.head()?,
    };
    match head {
        Some(head) if !exactly => repository.merge_base(name, &head, &wanted),
        _ => Ok(wanted),
    }
}

/// What the policy extends from elsewhere that would judge a change since a revision.
///
/// # Errors
/// If there is no such revision.
pub fn pins_since(roots: &[Root], named: Option<&Path>, name: &str) -> Result<Vec<Pin>, GitError> {
    let repository = Repository::of(place(roots))?;
    let base = base_of(&repository, None, name)?;
    Ok(policy::pins_in(&repository.files(&base)?, roots, named))
}

/// Checks what a commit would take, beside HEAD. `index` is the index that git names to its hooks, if it names one. With
/// `briefly` nothing is read where nothing that matters is staged.
///
/// # Errors
/// If the index cannot be read or holds a conflict, or what [`super::check()`] says.
pub fn staged(settings: CheckSettings, index: Option<&Path>, briefly: bool) -> Result<Staged, CheckError> {
    let roots = files::roots(&settings.scan.paths).map_err(ScanError::from)?;
    let repository = Repository::of(place(&roots))?;
    let staged = repository.staged(index)?;
    let conflicts = staged.conflicts();
    if !conflicts.is_empty() {
        return Err(GitError::Index { cause: format!("holds conflicts, first in {}", conflicts[0]) }.into());
    }
    let head = repository.head()?;
    let base: Revision = head.as_ref().map_or_else(|| Ok(repository.nothing()), |head| repository.files(head))?;
    let changes = staged.changes(&base).map_err(ScanError::from)?;
    let loaded = own_policy(&staged, &roots, settings.policy.as_deref())?;
    // Also a commit of sources alone may take a notice out.
    let removed = removed_notices(&repository, &loaded, &base, Some(&staged), &roots, Some(changes.clone()));
    let lost = removed.as_ref().is_ok_and(|removed| removed.as_ref().is_some_and(|removed| !removed.is_empty()));
    let asked = asked(&loaded);
    let papers = Papers::of(&staged, &base, &roots, &loaded.policy, asked);
    let counts = |path: &String| {
        matters(path, &loaded.policy, settings.policy.as_deref()) || papers.is_read(path, &loaded.exclude)
    };
    if briefly && !lost && !changes.iter().any(counts) {
        let also = if papers.asked() { ", and none that a rule about the project's own papers reads" } else { "" };
        let (looked, through) = match papers.looks_everywhere() {
            true => ("judged no dependencies", "; what is staged was looked through for what no file may hold"),
            false => ("looked at nothing", ""),
        };
        return Ok(Staged::Nothing(match changes.len() {
            0 => "nothing is staged, so there was nothing to look at".to_owned(),
            1 => {
                format!("{looked}: {} is staged, and it is no manifest, lock file or policy{also}{through}", changes[0])
            }
            count => format!(
                "{looked}: none of the {count} staged files is a manifest, a lock file or a policy{}{through}",
                also.replace(", and none that", ", or one that")
            ),
        }));
    }
    let change = match change::concerns(&loaded) {
        true => Change::of(&base, &staged, &roots, Some(changes)).map_err(ScanError::from)?,
        false => Change::default(),
    };
    let mut remarks = Vec::new();
    let removed = told(removed, &mut remarks);
    let before: Rc<dyn Snapshot> = Rc::new(base);
    let since = head.map_or_else(|| "nothing (no commit yet)".to_owned(), |head| head.label);
    let own = own_policy(before.as_ref(), &roots, settings.policy.as_deref());
    let sides = Sides {
        removed,
        change,
        before: ScanSettings { snapshot: Some(before), ..settings.scan.clone() },
        now: ScanSettings { snapshot: Some(Rc::new(staged)), ..settings.scan.clone() },
        since,
        loaded,
        remarks,
    };
    let (mut checked, _) = compared(sides, &settings)?;
    if own.is_ok_and(|own| own.policy.digest != checked.policy.digest) {
        checked
            .verdict
            .remarks
            .push("the staged change edits the policy: both sides are judged by it as staged".to_owned());
    }
    if let Some(file) = &settings.baseline {
        let baseline = baseline::read(file)?;
        baseline::apply(baseline, &checked.scanned.bom, &checked.policy, &mut checked.verdict);
    }
    Ok(Staged::Checked(Box::new(checked)))
}

/// Notices that are gone between two sides, if the policy asks for them. `now` is `None` for the working tree.
fn removed_notices(
    repository: &Repository,
    loaded: &Loaded,
    before: &Revision,
    now: Option<&dyn Snapshot>,
    roots: &[Root],
    touched: Option<Vec<String>>,
) -> Result<Option<Vec<RemovedNotice>>, GitError> {
    let asked = rule::by_id("review/notice-removed").is_some_and(|rule| loaded.policy.level(rule).0.is_some());
    if !asked {
        return Ok(None);
    }
    let sides = notices::Sides { before, now, roots, exclude: &loaded.exclude };
    let touched = touched.map_or_else(|| notices::touched(repository, &sides), Ok)?;
    Ok(Some(notices::removed(&sides, &touched)))
}

/// What was found out; else a remark says why not.
fn told(
    removed: Result<Option<Vec<RemovedNotice>>, GitError>,
    remarks: &mut Vec<String>,
) -> Option<Vec<RemovedNotice>> {
    removed.unwrap_or_else(|error| {
        remarks.push(format!("whether notices were removed from files cannot be told: {error}"));
        None
    })
}

/// A directory, and the revision of it that is meant.
pub type AtRevision = (PathBuf, Rc<dyn Snapshot>);

/// The snapshot that `PATH@REV` means, or HEAD of a bare repository, with the path that it stands for; `None` if the path
/// is a path as it is.
///
/// # Errors
/// If there is no such revision.
pub fn revision_of(path: &Path) -> Result<Option<AtRevision>, CheckError> {
    if path.exists() {
        if !Repository::is_bare(path) {
            return Ok(None);
        }
        let repository = Repository::of(path)?;
        let Some(commit) = repository.head()? else { return Ok(None) };
        return Ok(Some((path.to_owned(), Rc::new(repository.files(&commit)?))));
    }
    let Some((place, name)) = path.to_str().and_then(|text| text.rsplit_once('@')) else { return Ok(None) };
    let place = if place.is_empty() { Path::new(".") } else { Path::new(place) };
    if !place.is_dir() || name.is_empty() {
        return Ok(None);
    }
    let repository = Repository::of(place)?;
    let commit = repository.revision(name)?;
    Ok(Some((place.to_owned(), Rc::new(repository.files(&commit)?))))
}

fn place(roots: &[Root]) -> &Path {
    roots.first().map_or(Path::new("."), |root| &root.directory)
}

/// The policy that a snapshot has for itself. A named file is taken as the snapshot has it, if it lies in it at all.
fn own_policy(snapshot: &dyn Snapshot, roots: &[Root], named: Option<&Path>) -> Result<Loaded, PolicyError> {
    match named {
        None => policy::load_from(snapshot, roots),
        Some(named) => match policy::load_named_from(snapshot, roots, named) {
            Some(loaded) => loaded,
            None => policy::load(roots, Some(named)),
        },
    }
}

/// Whether a changed path can change the answer.
fn matters(path: &str, policy: &Policy, named: Option<&Path>) -> bool {
    let is_settings = Path::new(path).file_name().is_some_and(|name| name == files::SETTINGS);
    let is_policy = policy.name.split(", ").any(|name| {
        let name = name.strip_prefix("extending ").unwrap_or(name);
        path == name || path.ends_with(&format!("/{name}"))
    });
    let is_named = named.is_some_and(|named| named.ends_with(path));
    is_settings || is_policy || is_named || wanted(policy).is_ok_and(|patterns| patterns.wanted_by(path).is_some())
}

/// Everything that a format reads, or that is missed aloud.
fn wanted(policy: &Policy) -> Result<Patterns, globset::Error> {
    let code = super::check::names_models(policy);
    let formats = crate::ecosystem::formats().map(|(_, format)| format);
    let formats = formats.filter(|format| code || format.role != crate::ecosystem::Role::Code);
    let formats = formats.flat_map(|format| format.patterns);
    let unread = crate::ecosystem::UNREAD.iter().flat_map(|unread| unread.patterns);
    Patterns::new(formats.chain(unread).map(|glob| (*glob, 0)))
}

/// Scans and judges both sides, and marks what was known.
fn compared(sides: Sides, settings: &CheckSettings) -> Result<(Checked, Option<Past>), CheckError> {
    let Sides { before, now, since, loaded, mut remarks, removed, change } = sides;
    let asked = asked(&loaded);
    let scan_side = |side: ScanSettings, exclude: globset::GlobSet| -> Result<Scanned, ScanError> {
        let mut side = ScanSettings { trust_tools: false, allow_empty: true, ..side };
        ask(&mut side, &loaded);
        // Of what any file may tell, only what the change touches is looked at, which takes both sides.
        let look = Look { texts: false, files: false, headers: false, commits: false, ..side.look };
        scan(&ScanSettings { exclude, look, ..side })
    };
    let mut earlier = scan_side(before, loaded.exclude.clone())?;
    let mut exclude = loaded.exclude.clone();
    if !earlier.submodules.is_empty() {
        let patterns: Vec<String> = loaded.policy.exclude.iter().map(|pattern| pattern.value.clone()).collect();
        let below = earlier.submodules.iter().map(|path| format!("{}/**", globset::escape(path.as_str())));
        let all: Vec<String> = patterns.into_iter().chain(below).collect();
        exclude = policy::globs(all.iter().map(String::as_str))?;
        remarks.push(format!(
            "{} not compared: check {} in their own repositories",
            names(&earlier.submodules, "submodule"),
            if earlier.submodules.len() == 1 { "it" } else { "them" }
        ));
    }
    let mut scanned = scan_side(now, exclude)?;
    change
        .look(&mut earlier, &mut scanned, &loaded.exclude, settings.scan.no_ignore, asked)
        .map_err(ScanError::from)?;
    for side in [&mut earlier, &mut scanned].into_iter().filter(|_| change.concerns_licenses()) {
        own::look_at_licenses(&mut side.bom, &side.roots, side.snapshot.as_deref(), &loaded.policy);
    }
    remarks.extend(change::said(&earlier, &scanned, &loaded.policy, asked));
    if scanned.bom.projects.is_empty() && earlier.bom.projects.is_empty() && !settings.scan.allow_empty {
        return Err(ScanError::Nothing { seen: scanned.bom.files.seen, places: "both sides".to_owned() }.into());
    }
    let moves = evaluate::moves(&earlier.bom, &scanned.bom);
    evaluate::rename(&mut earlier.bom, &moves);
    for moved in moves.iter().take(NAMED) {
        remarks.push(format!(
            "the project in {} is the one that was in {}: what was known of it is known",
            moved.to.display(),
            moved.from.display()
        ));
    }
    let policy = loaded.policy;
    let judged = judge(&mut earlier, &policy, settings.today);
    let past = evaluate::wants_past(&policy).then(|| {
        let mut past = evaluate::past(&earlier.bom, &policy, since.as_str());
        past.removed_notices = removed;
        past
    });
    let known = Known::of(&earlier.bom, &policy, &judged, since);
    let mut verdict = judge_beside(&mut scanned, &policy, settings.today, past.as_ref());
    evaluate::compare(&scanned.bom, &policy, &mut verdict, &known);
    verdict.remarks.extend(remarks);
    let timings = earlier.timings.into_iter().map(|(stage, micros)| (format!("before: {stage}"), micros));
    scanned.timings.splice(0..0, timings);
    Ok((Checked { scanned, policy, verdict }, past))
}

fn names(paths: &[RepoPath], noun: &str) -> String {
    let named: Vec<&str> = paths.iter().take(NAMED).map(RepoPath::as_str).collect();
    match paths.len() {
        1 => format!("the {noun} {} is", named[0]),
        count if count > NAMED => format!("{count} {noun}s ({}, …) are", named.join(", ")),
        count => format!("{count} {noun}s ({}) are", named.join(", ")),
    }
}

/// Says what a change does to the policy that would judge it.
fn edits(
    checked: &mut Checked,
    own: Result<Loaded, PolicyError>,
    base: &str,
    today: crate::model::Date,
    past: Option<&Past>,
) {
    let policy = &checked.policy;
    let own = match own {
        Ok(own) if own.policy.digest == policy.digest => return,
        Ok(own) => own.policy,
        Err(error) => {
            let remark = format!("this change edits the policy, and as edited it cannot be used ({error})");
            checked.verdict.remarks.push(remark);
            return;
        }
    };
    let labels = |policy: &Policy| -> Vec<String> {
        policy.waivers.iter().map(|waiver| format!("{} until {}", waiver.label(), waiver.expires)).collect()
    };
    let (were, are) = (labels(policy), labels(&own));
    let added = are.iter().filter(|label| !were.contains(label)).count();
    let removed = were.iter().filter(|label| !are.contains(label)).count();
    let waivers = match (added, removed) {
        (0, 0) => String::new(),
        (added, 0) => format!(" ({added} waivers added)"),
        (0, removed) => format!(" ({removed} waivers removed)"),
        (added, removed) => format!(" ({added} waivers added, {removed} removed)"),
    }
    .replace("(1 waivers", "(1 waiver");
    // What it would be by its own policy, so that whoever approves the edit sees what it does.
    let mut verdict: Verdict = judge_beside(&mut checked.scanned, &own, today, past);
    let standing = verdict.findings.iter().filter(|finding| finding.standing.is_open());
    let open: BTreeSet<_> = standing.map(|finding| finding.fingerprint.clone()).collect();
    let still = checked
        .verdict
        .findings
        .iter()
        .filter(|finding| finding.standing.is_open() && open.contains(&finding.fingerprint));
    let errors = still.filter(|finding| finding.severity == Severity::Error).count();
    verdict.findings.clear();
    checked.verdict.remarks.push(format!(
        "this change edits the policy{waivers} and is judged by the one of {base}; of what is new, its own policy would \
         leave {}",
        if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") }
    ));
}

/// What a change does to the VEX documents that both sides are judged with, as they lie here: a sentence for each.
fn vex_edits(documents: &[PathBuf], before: &dyn Snapshot, base: &str) -> Vec<String> {
    let edited = |file: &PathBuf| {
        let place = files::absolute(file);
        let below = place.strip_prefix(before.top()).ok().and_then(Path::to_str)?.replace('\\', "/");
        let shown = RepoPath::new(&below);
        let earlier = policy::text_in(before, &shown, shown.clone());
        let now = files::read(&place, shown.clone()).ok()?;
        let what = match &earlier {
            Some(earlier) if earlier.text() == now.text() => return None,
            Some(_) => "edits",
            None => "adds",
        };
        Some(format!(
            "this change {what} the VEX document {shown}: what it says now counts for both sides, {base} among them"
        ))
    };
    documents.iter().filter_map(edited).collect()
}

/// Lets a baseline count beside the comparison. A change that edits the baseline is judged by it as it was.
fn with_baseline(checked: &mut Checked, file: &Path, before: &dyn Snapshot, base: &str) -> Result<(), CheckError> {
    let place = files::absolute(file);
    let below = place.strip_prefix(before.top()).ok().and_then(Path::to_str).map(|path| path.replace('\\', "/"));
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let earlier = below.and_then(|path| policy::text_in(before, &RepoPath::new(&path), RepoPath::new(&name)));
    let baseline = match earlier {
        None => baseline::read(file)?,
        Some(earlier) => {
            if files::read(file, RepoPath::new(&name)).is_ok_and(|now| now.text() != earlier.text()) {
                let remark = format!("this change edits the baseline {name}; the one of {base} counts");
                checked.verdict.remarks.push(remark);
            }
            baseline::parse(earlier.text(), &name)
                .map_err(|cause| baseline::BaselineError::Form { path: file.to_owned(), cause })?
        }
    };
    baseline::apply(baseline, &checked.scanned.bom, &checked.policy, &mut checked.verdict);
    Ok(())
}
