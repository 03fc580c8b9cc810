//! Which licenses and copyright statements files hold.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use crate::license::{FileRole, Identification, identify_as};
use crate::model::{Diagnostic, LookUp, RepoPath};
use crate::walk::{TextCounts, TextOptions, texts};

use super::files::{self, RootError};

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct IdentifySettings {
    /// Files and directories; the working directory if there is none.
    pub paths: Vec<PathBuf>,
    /// Also look at what `.gitignore` hides.
    pub no_ignore: bool,
    /// Workers; 0 means one for each processor.
    pub threads: usize,
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

/// Larger files are not looked at.
const FILE_BYTES: u64 = 64 << 20;

/// Identifies. The same license file lies in a tree a hundred times: each distinct one is read as words once.
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
    let known: Mutex<Known> = Mutex::new(LookUp::new());
    let (items, counts, diagnostics) = texts(&options, |path, text| {
        let role = FileRole::of_path(path.as_str());
        if !matches!(role, FileRole::License | FileRole::Notice) {
            return (role, Arc::new(identify_as(role, text)));
        }
        let key = (role, Sha256::digest(text.as_bytes()).into());
        if let Some(found) = known.lock().expect("no worker panics while it holds this").get(&key) {
            return (role, Arc::clone(found));
        }
        let found = Arc::new(identify_as(role, text));
        known.lock().expect("no worker panics while it holds this").insert(key, Arc::clone(&found));
        (role, found)
    });
    let files = items.into_iter().map(|(path, (role, found))| IdentifiedFile { path, role, found }).collect();
    Ok(Identified { files, counts, diagnostics })
}
