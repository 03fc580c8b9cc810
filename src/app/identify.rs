//! Which licenses and copyright statements files hold.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use crate::license::reuse::{Annotations, Precedence, is_annotating};
use crate::license::{Expression, FileRole, Identification, Looked, read};
use crate::model::{Diagnostic, DiagnosticKind, Location, LookUp, RepoPath};
use crate::text::Source;
use crate::walk::{TextCounts, TextOptions, texts};

use super::files::{self, RootError};
use super::kept::{KeepIn, Kept};

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct IdentifySettings {
    /// Files and directories; the working directory if there is none.
    pub paths: Vec<PathBuf>,
    /// Also look at what `.gitignore` hides.
    pub no_ignore: bool,
    /// Workers; 0 means one for each processor.
    pub threads: usize,
    /// Where what is found is kept for the next run; nowhere if `None`.
    pub kept: Option<KeepIn>,
}

/// What one file holds.
#[derive(Clone, Debug)]
pub struct IdentifiedFile {
    /// The file.
    pub path: RepoPath,
    /// What its name says that it is for.
    pub role: FileRole,
    /// What was found in it.
    pub found: Arc<Identification>,
    /// What another file states for it (REUSE specification): `REUSE.toml`, `.reuse/dep5`, or a file of its name with `.license`.
    pub stated: Option<Box<Stated>>,
}

impl IdentifiedFile {
    /// The license of the file, from what it says itself and what is stated for it.
    pub fn expression(&self) -> Option<Expression> {
        let own = self.found.expression.as_ref();
        let Some(stated) = &self.stated else { return own.cloned() };
        let other = stated.expression.as_ref();
        match (stated.precedence, own, other) {
            (Precedence::Closest, Some(own), _) => Some(own.clone()),
            (Precedence::Aggregate, Some(own), Some(other)) if own != other => {
                read(&format!("({own}) AND ({other})")).expression
            }
            (Precedence::Override, ..) => other.or(own).cloned(),
            _ => own.or(other).cloned(),
        }
    }
}

/// What another file states for a file.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The file that states it.
    pub by: RepoPath,
    /// The line, from one.
    pub line: u32,
    /// The license, if one is stated.
    pub expression: Option<Expression>,
    /// Copyright statements, as written.
    pub copyrights: Vec<String>,
    /// Which counts: that or what stands in the file.
    pub precedence: Precedence,
}

/// What a run of identification brought.
#[derive(Debug)]
pub struct Identified {
    /// Every text, sorted by path, also those in which nothing was found.
    pub files: Vec<IdentifiedFile>,
    /// What was met.
    pub counts: TextCounts,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// What was found in license files, by role and digest.
type Known = LookUp<(FileRole, [u8; 32]), Arc<Identification>>;

/// Larger files are not looked at. Reading one as words takes some times as much.
const FILE_BYTES: u64 = 16 << 20;

/// What was found in the texts of a run. The same license file lies in a tree a hundred times: each distinct one is read as words
/// once. And in most files nothing is found: that is kept once for all of them.
#[derive(Debug)]
pub(super) struct Remembered {
    known: Mutex<Known>,
    nothing: Arc<Identification>,
    /// What runs before this one found.
    kept: Option<Kept>,
}

impl Remembered {
    pub(super) fn new(kept: Option<KeepIn>) -> Self {
        let kept = kept.map(Kept::open);
        Self { known: Mutex::new(LookUp::new()), nothing: Arc::new(Identification::default()), kept }
    }

    /// Keeps what was found for the runs after this one.
    pub(super) fn save(self) {
        if let Some(kept) = self.kept {
            kept.save();
        }
    }

    /// What this text holds.
    pub(super) fn identify(&self, role: FileRole, text: &str) -> Arc<Identification> {
        if !matches!(role, FileRole::License | FileRole::Notice) {
            return self.kept(self.find(role, text));
        }
        let key = (role, Sha256::digest(text.as_bytes()).into());
        if let Some(found) = self.known.lock().expect("no worker panics while it holds this").get(&key) {
            return Arc::clone(found);
        }
        let found = self.kept(self.find(role, text));
        self.known.lock().expect("no worker panics while it holds this").insert(key, Arc::clone(&found));
        found
    }

    fn find(&self, role: FileRole, text: &str) -> Identification {
        let looked = Looked::at(role, text);
        let Some(kept) = self.kept.as_ref().filter(|_| looked.is_worth_keeping()) else {
            return looked.identify();
        };
        let key = Kept::key(role, text);
        kept.get(&key, text).unwrap_or_else(|| {
            let found = looked.identify();
            kept.put(key, &found);
            found
        })
    }

    fn kept(&self, mut found: Identification) -> Arc<Identification> {
        if found == *self.nothing {
            return Arc::clone(&self.nothing);
        }
        found.matches.shrink_to_fit();
        found.copyrights.shrink_to_fit();
        Arc::new(found)
    }
}

/// Identifies.
///
/// # Errors
/// If a path does not exist or cannot be read.
pub fn identify(settings: &IdentifySettings) -> Result<Identified, RootError> {
    let roots = files::roots(&settings.paths)?;
    let options = TextOptions {
        roots: &roots,
        respect_ignore_files: !settings.no_ignore,
        file_bytes: FILE_BYTES,
        threads: settings.threads,
    };
    let remembered = Remembered::new(settings.kept.clone());
    let statements: Mutex<Vec<(RepoPath, String)>> = Mutex::new(Vec::new());
    let (items, counts, mut diagnostics) = texts(&options, |path, text| {
        let role = FileRole::of_path(path.as_str());
        if is_annotating(path) {
            statements.lock().expect("no worker panics while it holds this").push((path.clone(), text.to_owned()));
        }
        (role, remembered.identify(role, text))
    });
    let mut files: Vec<IdentifiedFile> =
        items.into_iter().map(|(path, (role, found))| IdentifiedFile { path, role, found, stated: None }).collect();
    remembered.save();
    let statements = statements.into_inner().expect("no worker panics while it holds this");
    state(&mut files, statements, &mut diagnostics);
    Ok(Identified { files, counts, diagnostics })
}

/// Ties what some files state to the files that they state it for. What stands nearest counts: a file of the same name with
/// `.license`, then the `REUSE.toml` of the nearest directory (REUSE specification 3.3).
fn state(files: &mut [IdentifiedFile], texts: Vec<(RepoPath, String)>, diagnostics: &mut Vec<Diagnostic>) {
    let mut by_directory: BTreeMap<RepoPath, Annotations> = BTreeMap::new();
    for (path, text) in texts {
        let read = Source::from_text(path.clone(), text)
            .map_err(|error| error.to_string())
            .and_then(|source| Annotations::read(&source).map_err(|error| error.message));
        match read {
            Ok(annotations) => {
                for problem in &annotations.problems {
                    let location = Location::at(&path, problem.mark);
                    let message = problem.message.clone();
                    diagnostics.push(Diagnostic { location, kind: DiagnosticKind::Entry, message, help: None });
                }
                // Where both are, the newer form counts: it comes after `.reuse/dep5`.
                by_directory.insert(annotations.directory.clone(), annotations);
            }
            Err(message) => diagnostics.push(Diagnostic::file(&path, DiagnosticKind::Malformed, message)),
        }
    }
    let mut beside: BTreeMap<RepoPath, (RepoPath, Arc<Identification>)> = BTreeMap::new();
    for file in files.iter() {
        if let Some(of) = file.path.as_str().strip_suffix(".license") {
            beside.insert(RepoPath::new(of), (file.path.clone(), Arc::clone(&file.found)));
        }
    }
    if by_directory.is_empty() && beside.is_empty() {
        return;
    }
    for file in files {
        if let Some((by, found)) = beside.get(&file.path) {
            file.stated = Some(Box::new(Stated {
                by: by.clone(),
                line: found.matches.first().map_or(1, |first| first.lines.0),
                expression: found.expression.clone(),
                copyrights: found.copyrights.iter().map(|one| one.text.clone()).collect(),
                precedence: Precedence::Override,
            }));
            continue;
        }
        // License texts state themselves, and so do the files that state others.
        if is_annotating(&file.path) || is_license_text(file.path.as_str()) {
            continue;
        }
        let mut directory = file.path.parent();
        loop {
            if let Some(annotations) = by_directory.get(&directory)
                && let Some(annotation) = annotations.of(&file.path)
            {
                file.stated = Some(Box::new(Stated {
                    by: annotations.path.clone(),
                    line: annotation.mark.line,
                    expression: annotation.info.expression(),
                    copyrights: annotation.info.copyrights.iter().map(ToString::to_string).collect(),
                    precedence: annotation.precedence,
                }));
                break;
            }
            if directory.as_str().is_empty() {
                break;
            }
            directory = directory.parent();
        }
    }
}

/// Whether a file is one of those that a project's license texts lie in by the specification.
fn is_license_text(path: &str) -> bool {
    path.starts_with("LICENSES/") || path.contains("/LICENSES/") || path.ends_with(".license")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a test makes the tree that it looks at")]
    fn what_is_stated_for_files_is_tied_to_them() {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("REUSE.toml", "version = 1\n[[annotations]]\npath = \"img/**\"\nSPDX-License-Identifier = \"CC0-1.0\"\n"),
            ("img/a.svg", "<svg/>"),
            ("img/b.svg", "<!-- SPDX-License-Identifier: MIT -->"),
            ("img/c.svg", "<!-- SPDX-License-Identifier: MIT -->"),
            ("img/c.svg.license", "SPDX-License-Identifier: ISC\n"),
            ("src/d.c", "int d;"),
            ("old/.reuse/dep5", "Format: x\n\nFiles: *.c\nCopyright: 2020 Acme\nLicense: BSD-2-Clause\n"),
            ("old/x/e.c", "int e;"),
        ] {
            let file = directory.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let settings = IdentifySettings { paths: vec![directory.path().to_owned()], ..IdentifySettings::default() };
        let answer = identify(&settings).unwrap();
        let of = |end: &str| {
            let file = answer.files.iter().find(|file| file.path.as_str().ends_with(end)).unwrap();
            file.expression().map(|expression| expression.to_string())
        };
        assert_eq!(of("a.svg").as_deref(), Some("CC0-1.0"));
        assert_eq!(of("b.svg").as_deref(), Some("MIT"));
        assert_eq!(of("c.svg").as_deref(), Some("ISC"));
        assert_eq!(of("d.c"), None);
        assert_eq!(of("e.c").as_deref(), Some("BSD-2-Clause"));
    }
}
