//! What the texts of one's own tree say of licenses, file by file, for an audit.

use globset::GlobSet;
use sha2::{Digest, Sha256};

use crate::license::FileRole;
use crate::model::{Bom, SourceFile, Stage};
use crate::walk::{Root, TextOptions, WholeFile, files};

use super::identify::Remembered;
use super::kept::KeepIn;
use super::licenses::{HEADER_BYTES, head, is_own};

/// How to look.
#[derive(Clone, Debug)]
pub struct SourceSettings<'a> {
    /// Where.
    pub roots: &'a [Root],
    /// Whether `.gitignore` files hide what they name.
    pub respect_ignore_files: bool,
    /// Paths that are left out.
    pub exclude: &'a GlobSet,
    /// Workers; 0 means one for each processor.
    pub threads: usize,
    /// Where what is found is kept for the next run; nowhere if `None`.
    pub kept: Option<KeepIn>,
}

/// Larger files are not looked into.
const FILE_BYTES: u64 = 16 << 20;
/// Statements of holders that are kept of one file.
const MOST_COPYRIGHTS: usize = 64;

/// Adds the files in which something was found to the Bom, and a stage that says how many were looked at. Of program texts the
/// first 64 KiB are read, of license files and notices all.
pub fn source_licenses(bom: &mut Bom, settings: SourceSettings<'_>) {
    let options = TextOptions {
        roots: settings.roots,
        respect_ignore_files: settings.respect_ignore_files,
        file_bytes: FILE_BYTES,
        threads: settings.threads,
    };
    let remembered = Remembered::new(settings.kept);
    let texts = std::sync::atomic::AtomicUsize::new(0);
    let (items, diagnostics) = files(&options, &is_own, |path, file: &WholeFile<'_>| {
        if settings.exclude.is_match(path.as_str()) {
            return None;
        }
        let (text, bytes) = (file.text?, file.bytes?);
        texts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let role = FileRole::of_path(path.as_str());
        let is_license = matches!(role, FileRole::License | FileRole::Notice);
        let read = if is_license { text } else { head(text, HEADER_BYTES) };
        let found = remembered.identify(role, read);
        let tagged = crate::license::reuse::header(read);
        if found.expression.is_none() && found.copyrights.is_empty() && tagged.copyrights.is_empty() {
            return None;
        }
        let mut copyrights = tagged.copyrights;
        copyrights.extend(found.copyrights.iter().map(|one| one.text.as_str().into()));
        copyrights.truncate(MOST_COPYRIGHTS);
        Some(SourceFile {
            path: path.clone(),
            line: found.matches.first().map(|found| found.lines.0),
            expression: found.expression.as_ref().map(|expression| expression.as_str().into()),
            copyrights,
            sha1: sha1(bytes).into(),
            sha256: Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
        })
    });
    remembered.save();
    let found: Vec<SourceFile> = items.into_iter().map(|(_, file)| file).collect();
    let with_license = found.iter().filter(|file| file.expression.is_some()).count();
    let detail = format!(
        "{} texts looked at, {with_license} say a license, {} a license or a holder",
        texts.into_inner(),
        found.len()
    );
    bom.stages.push(Stage { name: "source-licenses", detail });
    bom.diagnostics.extend(diagnostics);
    bom.diagnostics.sort();
    bom.own.files = Some(found);
}

/// The SHA-1 of these bytes in lower-case hexadecimal, which SPDX 2.3 asks for of every file (section 8.4). For nothing that has to
/// resist anybody.
fn sha1(bytes: &[u8]) -> String {
    use sha1::Digest;
    sha1::Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
