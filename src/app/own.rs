//! Looks at the product's own license files and at its committed notice, where a policy asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::cache::{Copies, NamesOf};
use crate::ecosystem::CopyBase;
use crate::license::{FileRole, identify_as};
use crate::model::{Bom, ComponentKind, NoticeState, OwnLicense, OwnNotice, RepoPath};
use crate::policy::Policy;
use crate::report::notice::{self, Format};
use crate::rule;
use crate::walk::{Content, Limits, Root, Snapshot, Unread, files_in, read_reference, text_of};

/// Larger files are no license texts.
const LARGEST: u64 = 4 << 20;

/// Directories of this machine that hold copies of packages, by the names that ecosystems use.
type Machine = BTreeMap<&'static str, PathBuf>;

/// Whether the policy asks about the product's own license files.
pub(super) fn asks_for_licenses(policy: &Policy) -> bool {
    let asks = |id: &str| rule::by_id(id).is_some_and(|rule| policy.level(rule).0.is_some());
    asks("legal/project-license-missing") || asks("legal/project-license-mismatch") || asks("hardware/design-license")
}

/// Looks at the license files alone, in a snapshot if there is one, as far as the policy asks.
pub(super) fn look_at_licenses(bom: &mut Bom, roots: &[Root], snapshot: Option<&dyn Snapshot>, policy: &Policy) {
    if asks_for_licenses(policy) {
        bom.own.license_files = Some(license_files(bom, roots, snapshot));
    }
}

/// Looks, as far as the policy asks. What is not asked for costs nothing.
pub(super) fn look(bom: &mut Bom, roots: &[Root], policy: &Policy, machine: &Machine) {
    let asks = |id: &str| rule::by_id(id).is_some_and(|rule| policy.level(rule).0.is_some());
    if asks_for_licenses(policy) || bom.components.iter().any(|component| component.kind == ComponentKind::Device) {
        bom.own.license_files = Some(license_files(bom, roots, None));
    }
    if let Some(file) = &policy.notice_file
        && (asks("legal/notices-incomplete") || asks("legal/source-obligation-unmet"))
    {
        let copies = Copies::new(roots, machine.clone());
        bom.own.notice = Some(committed(bom, roots, policy, &copies, &file.value));
    }
}

/// License files at the top, in `LICENSES/`, and beside the manifests of projects.
fn license_files(bom: &Bom, roots: &[Root], snapshot: Option<&dyn Snapshot>) -> Vec<OwnLicense> {
    let copies = Copies::new(roots, Default::default());
    let mut directories: BTreeSet<RepoPath> = BTreeSet::new();
    for root in roots {
        directories.insert(root.label.clone());
        directories.extend(root.label.join("LICENSES"));
    }
    for project in bom.projects.iter().filter(|project| !project.fixture) {
        directories.insert(project.directory.clone());
        directories.extend(project.files.iter().map(RepoPath::parent));
        if project.ecosystem == "hardware" {
            // One license beside `pcb/` and `case/` speaks for both.
            let above = project.directory.as_str();
            directories.extend(above.match_indices('/').map(|(end, _)| RepoPath::new(&above[..end])));
            directories.extend(project.directory.join("LICENSES"));
        }
    }
    let mut files: Vec<OwnLicense> = Vec::new();
    if let Some(snapshot) = snapshot {
        // What is not there is missed aloud by the scan of the same snapshot.
        for (path, object) in files_in(snapshot, roots).unwrap_or_default() {
            let directory = path.parent();
            let accepted = directories.contains(&directory)
                && (directory.file_name() == "LICENSES" || FileRole::of_path(path.file_name()) == FileRole::License);
            let content = object.filter(|_| accepted).and_then(|object| snapshot.content(object, LARGEST).ok());
            let Some(Content::Bytes(bytes)) = content else { continue };
            let Some(text) = text_of(bytes) else { continue };
            let expression = identify_as(FileRole::License, &text).expression;
            files.push(OwnLicense { path, expression: expression.map(|expression| expression.as_str().into()) });
        }
        files.sort();
        return files;
    }
    for directory in directories {
        let accept = match directory.file_name() {
            "LICENSES" => NamesOf { what: "all files", takes: |_| true },
            _ => NamesOf { what: "own license files", takes: |name| FileRole::of_path(name) == FileRole::License },
        };
        for source in copies.texts(CopyBase::Tree { installed: false }, &[directory.as_str().to_owned()], &[], accept) {
            let found = identify_as(FileRole::License, source.text());
            let expression = found.expression.map(|expression| expression.as_str().into());
            files.push(OwnLicense { path: source.path().clone(), expression });
        }
    }
    files.sort();
    files.dedup();
    files
}

/// The format of a document by its file's ending.
pub fn format_of(path: &str) -> Format {
    match path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("md" | "markdown") => Format::Markdown,
        Some("html" | "htm") => Format::Html,
        Some("json") => Format::Json,
        _ => Format::Text,
    }
}

fn committed(bom: &Bom, roots: &[Root], policy: &Policy, copies: &Copies, path: &RepoPath) -> OwnNotice {
    let today = super::notice::of_bom(bom, policy, copies, &[]);
    let mut bytes = Vec::new();
    let written = notice::write(&today, format_of(path.as_str()), &mut bytes);
    let state = match read_reference(roots, path, Limits::default()) {
        Err(Unread::Missing) => NoticeState::Missing,
        Err(Unread::Trouble(diagnostic)) => NoticeState::Stale(vec![diagnostic.message]),
        Ok(_) if written.is_err() => NoticeState::Stale(vec!["today's could not be written".to_owned()]),
        Ok(source) => match notice::differences(source.text(), &String::from_utf8_lossy(&bytes)) {
            differences if differences.is_empty() => NoticeState::Current,
            differences => NoticeState::Stale(differences),
        },
    };
    let gaps = today.gaps.iter().filter(|gap| gap.blocks && gap.kind != "no-source-offer");
    let name = |name: &str, version: &str| [name, version].join(" ").trim().to_owned();
    let unoffered = today.offers.iter().filter(|offer| offer.reaches_further && today.contact.is_none());
    OwnNotice {
        path: path.clone(),
        state,
        gaps: gaps.map(|gap| (gap.kind, name(&gap.name, &gap.version), gap.message.clone())).collect(),
        unoffered: unoffered.map(|offer| name(&offer.name, &offer.version)).collect(),
    }
}
