//! The license texts and notices that the copies of packages carry: all of them, verbatim, for documents of attribution.
//!
//! This costs reading every directory of every copy, so it is done only where somebody asks for such a document.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::cache::{Copies, CopyPlace};
use crate::ecosystem::{self, CopyLicense, CopyWanted};
use crate::license::{FileRole, Identification, Technique, identify_as};
use crate::model::{Bom, Component, ComponentId, LookUp};

/// What a text of a package is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextPurpose {
    /// Terms of a license.
    License,
    /// A notice that is to be handed on (`NOTICE`, `COPYRIGHT`, notices of third parties).
    Notice,
    /// A section of a README that holds a license's text, where no file of its own does.
    Readme,
}

/// A text of a package's own copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageText {
    /// Its path below the package's directory.
    pub file: String,
    /// What it is for.
    pub purpose: TextPurpose,
    /// The text; of a README the lines that hold the license.
    pub text: Arc<str>,
    /// What it says.
    pub found: Arc<Identification>,
}

/// The texts of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageTexts {
    /// Whether any copy of it was found at all.
    pub has_copy: bool,
    /// Licenses and notices, those at the top of the package first.
    pub texts: Vec<PackageText>,
    /// Copyright statements of a README, where no license file and no notice has any.
    pub copyrights: Vec<String>,
    /// Files that look like licenses or notices and could not be read.
    pub unread: Vec<String>,
}

/// Directories whose texts are about test data, examples or other people's packages.
const PASSED_OVER: &[&str] = &[
    ".git",
    "__tests__",
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "example",
    "examples",
    "fixtures",
    "node_modules",
    "site-packages",
    "target",
    "test",
    "test-data",
    "testdata",
    "tests",
];

/// Directories at the top of a package that hold its license texts under any name.
const OF_TEXTS: &[&str] = &["license", "license_files", "licenses", "licence", "licences"];

/// What a file of a package is for, if it is for attribution. Below the top of a package only names that say so themselves
/// count: a package about licenses has hundreds of texts as data.
fn purpose(path: &str) -> Option<TextPurpose> {
    let lower = path.to_ascii_lowercase();
    let (directory, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    if name.starts_with("readme") && directory.is_empty() {
        return Some(TextPurpose::Readme);
    }
    let folded: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    if folded.starts_with("thirdparty") && (folded.contains("notice") || folded.contains("licen")) {
        return Some(TextPurpose::Notice);
    }
    // Words run together: `CopyrightNotice.txt`.
    let is_text = !matches!(FileRole::of_path(name), FileRole::Source | FileRole::Data | FileRole::Manifest);
    if is_text && (folded.starts_with("copyrightnotice") || folded.starts_with("licensenotice")) {
        return Some(TextPurpose::Notice);
    }
    if matches!(name, "license.html" | "license.htm" | "copying.html" | "about.html") {
        return Some(TextPurpose::License);
    }
    if name.ends_with(".html") && name.starts_with("notice") {
        return Some(TextPurpose::Notice);
    }
    // The file's own name, and that of a directory of texts at the top. Deeper down only words that say it in full.
    let plain = ["license", "licence", "copying", "notice", "copyright"].iter().any(|word| name.contains(word));
    if !directory.is_empty() && !plain && !OF_TEXTS.contains(&directory) {
        return None;
    }
    let by_name = match FileRole::of_path(name) {
        FileRole::License => Some(TextPurpose::License),
        FileRole::Notice => Some(TextPurpose::Notice),
        _ => None,
    };
    let is_texts = OF_TEXTS.contains(&directory) || directory.ends_with(".dist-info/licenses");
    by_name.or_else(|| (is_texts && FileRole::of_path(&lower) == FileRole::License).then_some(TextPurpose::License))
}

fn enters(path: &str) -> bool {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = name.to_ascii_lowercase();
    // Texts of licenses as data of a program about licenses; at the top of a package they are its own.
    if !above.is_empty() && !above.ends_with(".dist-info") && OF_TEXTS.contains(&name.as_str()) {
        return false;
    }
    PASSED_OVER.binary_search(&name.as_str()).is_err()
}

/// A link that became a file with the link's target as its text, as some packagers make of it.
fn is_lost_link(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.len() < 200 && !text.contains(char::is_whitespace) && text.starts_with("..")
}

/// Everything that was identified, by role and digest: the same text lies in many packages.
type Known = Mutex<LookUp<(FileRole, [u8; 32]), Arc<Identification>>>;

fn identified(known: &Known, role: FileRole, text: &str) -> Arc<Identification> {
    let key = (role, Sha256::digest(text.as_bytes()).into());
    if let Some(found) = known.lock().expect("no worker panics while it holds this").get(&key) {
        return Arc::clone(found);
    }
    let found = Arc::new(identify_as(role, text));
    known.lock().expect("no worker panics while it holds this").insert(key, Arc::clone(&found));
    found
}

/// The texts of these components, in their order.
pub fn package_texts(bom: &Bom, copies: &Copies, wanted: &[ComponentId]) -> Vec<PackageTexts> {
    let places: Vec<Vec<CopyPlace>> = wanted.par_iter().map(|id| places_of(bom, bom.component(*id), copies)).collect();
    // A vendored module may lie within another one's directory.
    let all: BTreeSet<&CopyPlace> = places.iter().flatten().collect();
    let known = Known::default();
    places.par_iter().map(|places| texts_at(copies, places, &all, &known)).collect()
}

/// The directories where a component's copies lie: the first of its metadata's, and the first of its texts'.
fn places_of(bom: &Bom, component: &Component, copies: &Copies) -> Vec<CopyPlace> {
    let Some(ecosystem) = ecosystem::by_purl_type(component.purl.kind()) else { return Vec::new() };
    let is_meant = |found: &CopyLicense| {
        found.name.as_deref().is_none_or(|name| name == component.purl.full_name())
            && found.version.as_deref().is_none_or(|version| Some(version) == component.purl.version())
    };
    let mut places: Vec<CopyPlace> = Vec::new();
    let mut add = |place: Option<CopyPlace>| match place {
        Some(place) if !places.contains(&place) => places.push(place),
        _ => {}
    };
    let asked = |paths: fn(&CopyWanted<'_>) -> Vec<String>| {
        let mut all: Vec<String> = Vec::new();
        for occurrence in &component.occurrences {
            let of_one = paths(&CopyWanted {
                purl: &component.purl,
                origin: &component.origin,
                directory: occurrence.directory.as_ref(),
                project: &bom.project(occurrence.project).directory,
            });
            for path in of_one {
                if !all.contains(&path) {
                    all.push(path);
                }
            }
        }
        all
    };
    // A metadata file that declares no license still says which package it is by where it lies, except in a flat tree, where
    // another version may lie in its place: there the file has to say the version itself.
    add(ecosystem.copies.iter().find_map(|kind| {
        copies.place_of(kind.base, &asked(kind.candidates), |source| match (kind.license)(source) {
            Some(found) => is_meant(&found),
            None => states(source.text(), component),
        })
    }));
    add(ecosystem.texts.iter().find_map(|kind| copies.place_at(kind.base, &asked(kind.directories))));
    places
}

/// Whether a metadata file that declares no license names the version that is meant.
fn states(text: &str, component: &Component) -> bool {
    let version = component.purl.version().unwrap_or_default();
    !version.is_empty() && text.contains(version) && text.contains(component.purl.name())
}

fn texts_at(copies: &Copies, places: &[CopyPlace], all: &BTreeSet<&CopyPlace>, known: &Known) -> PackageTexts {
    let mut answer = PackageTexts { has_copy: !places.is_empty(), ..PackageTexts::default() };
    let mut readmes: Vec<(String, String)> = Vec::new();
    for place in places {
        let found =
            copies.whole(place, &|path| purpose(path).is_some(), &|path, inner| enters(path) && !all.contains(inner));
        for (file, text) in found.files {
            let Some(purpose) = purpose(&file) else { continue };
            if purpose == TextPurpose::Readme {
                readmes.push((file, text));
                continue;
            }
            // Bundlers write a file for every module, also where there is nothing to say.
            if text.trim().is_empty() {
                continue;
            }
            if is_lost_link(&text) {
                answer.unread.push(file);
                continue;
            }
            let role = if purpose == TextPurpose::License { FileRole::License } else { FileRole::Notice };
            let found = identified(known, role, &text);
            answer.texts.push(PackageText { file, purpose, text: text.into(), found });
        }
        answer.unread.extend(found.unread);
        if !answer.texts.is_empty() {
            break;
        }
    }
    answer.texts.sort_by(|a, b| {
        let depth = |text: &PackageText| text.file.matches('/').count();
        (depth(a), &a.file).cmp(&(depth(b), &b.file))
    });
    answer.unread.retain(|file| purpose(file) != Some(TextPurpose::Readme));
    let has_license = answer.texts.iter().any(|text| text.purpose == TextPurpose::License && !text.file.contains('/'));
    let has_copyright = answer.texts.iter().any(|text| !text.found.copyrights.is_empty());
    for (file, text) in readmes.into_iter().filter(|_| !has_license || !has_copyright) {
        let found = identified(known, FileRole::Readme, &text);
        if !has_copyright {
            answer.copyrights.extend(found.copyrights.iter().map(|one| one.text.clone()));
        }
        if !has_license && let Some(section) = section_of(&text, &found) {
            let found = identified(known, FileRole::License, &section);
            let text = section.into();
            answer.texts.push(PackageText { file, purpose: TextPurpose::Readme, text, found });
        }
    }
    answer
}

/// The lines of a README that hold the text of a license: from the heading above it to its end.
fn section_of(text: &str, found: &Identification) -> Option<String> {
    let texts = || found.matches.iter().filter(|one| matches!(one.technique, Technique::ExactText | Technique::Text));
    let first = texts().map(|one| one.lines.0).min()? as usize;
    let last = texts().map(|one| one.lines.1).max()? as usize;
    let lines: Vec<&str> = text.lines().collect();
    let heading = |line: &&str| {
        let line = line.trim();
        line.starts_with('#') || line.len() >= 3 && line.bytes().all(|byte| matches!(byte, b'=' | b'-' | b'~'))
    };
    let above = first.saturating_sub(1).min(lines.len());
    // The heading's own words may be part of what was found.
    let above = if lines.get(above).is_some_and(heading) { above + 1 } else { above };
    let from = lines[above.saturating_sub(12)..above]
        .iter()
        .rposition(heading)
        .map_or(above, |at| above.saturating_sub(12) + at + 1);
    let section = lines.get(from..last.min(lines.len()))?.join("\n");
    Some(section.trim_matches('\n').to_owned()).filter(|section| !section.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_for_attribution_are_told_by_name_and_place() {
        assert!(PASSED_OVER.windows(2).all(|pair| pair[0] < pair[1]));
        for (path, expected) in [
            ("LICENSE", Some(TextPurpose::License)),
            ("LICENSE-MIT.txt", Some(TextPurpose::License)),
            ("LICENSES/Foo.txt", Some(TextPurpose::License)),
            ("src/zlib/LICENSE", Some(TextPurpose::License)),
            ("NOTICE.md", Some(TextPurpose::Notice)),
            ("ThirdPartyNoticeText.txt", Some(TextPurpose::Notice)),
            ("CopyrightNotice.txt", Some(TextPurpose::Notice)),
            ("README.md", Some(TextPurpose::Readme)),
            ("docs/README.md", None),
            ("src/text/licenses/AGPL-3.0", None),
            ("src/license.rs", None),
            ("lib/index.js", None),
        ] {
            assert_eq!(purpose(path), expected, "{path}");
        }
        assert!(enters("src/zlib") && !enters("a/Tests") && !enters("node_modules"));
        assert!(enters("LICENSES") && !enters("src/text/licenses"));
        assert!(is_lost_link("../../LICENSE\n") && !is_lost_link("MIT") && !is_lost_link("../a b"));
    }

    #[test]
    fn a_readme_gives_its_license_section_and_nothing_else() {
        let mit = crate::license::standard_text("MIT").unwrap().text;
        let text =
            format!("# Kit\n\nDoes things.\n\n## License\n\nCopyright (c) 2020 Ann Author\n\n{mit}\n\n## More\n\nx\n");
        let found = identify_as(FileRole::Readme, &text);
        let section = section_of(&text, &found).unwrap();
        assert!(section.starts_with("Copyright (c) 2020 Ann Author"), "{section}");
        assert!(!section.contains("More") && !section.contains("Does things"));
        let text = "# Kit\n\n## License\n\nMIT\n";
        assert_eq!(section_of(text, &identify_as(FileRole::Readme, text)), None);
    }
}
