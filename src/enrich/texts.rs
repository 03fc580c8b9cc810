//! The license texts and notices that the copies of packages carry: all of them, verbatim, for documents of attribution.
//!
//! This costs reading every directory of every copy, so it is done only where somebody asks for such a document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::cache::{Copies, CopyPlace, WholeCopy};
use crate::ecosystem::{self, Ecosystem, List, TextKind};
use crate::license::{FileRole, Identification, Technique, identify_as};
use crate::model::{Bom, Component, ComponentId, LookUp};

use super::license::{StorePlaces, TextPlaces, digests_of, find_by_occurrence, find_in_store, places, stores_of};

/// What a text of a package is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextPurpose {
    /// Terms of a license.
    License,
    /// A notice that is to be handed on (`NOTICE`, `COPYRIGHT`, notices of third parties).
    Notice,
    /// A section of a README or AUTHORS, or the head of a program text, that holds a license's text, where no file of its own
    /// does.
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
    /// Copyright statements of a README or AUTHORS, else of the heads of program texts, where no license file and no notice has
    /// any.
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

/// Program texts further down than this are not asked for what their heads say.
const DEEPEST_HEAD: usize = 3;

/// So many bytes and lines of a program text are its head.
const HEAD: usize = 16 << 10;
const HEAD_LINES: usize = 100;

/// How many texts, and about how many statements, are taken from the heads of one package's program texts.
const MOST_OF_HEADS: usize = 20;

/// Extensions of what programs write or people look at: a class that is called `Notice` is none.
const COMPILED: &[&str] = &[
    "a", "class", "dll", "dylib", "gif", "gz", "jar", "jpg", "lib", "o", "obj", "pdf", "png", "pyc", "pyd", "so",
    "svg", "zip",
];

/// What a file of a package is for, if it is for attribution. Below the top of a package only names that say so themselves
/// count: a package about licenses has hundreds of texts as data.
fn purpose(path: &str) -> Option<TextPurpose> {
    let lower = path.to_ascii_lowercase();
    let (directory, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    if name.rsplit_once('.').is_some_and(|(_, extension)| COMPILED.contains(&extension)) {
        return None;
    }
    // Some state terms and holders in the list of their authors alone.
    let is_first_page = name.starts_with("readme") || name == "authors" || name.starts_with("authors.");
    if is_first_page && directory.is_empty() {
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
    let plain = ["license", "licence", "copying", "notice", "copyright"].iter().any(|word| name.contains(word))
        || matches!(name, "patents" | "patents.md" | "patents.txt");
    let is_texts = is_of_texts(directory);
    if !directory.is_empty() && !plain && !is_texts {
        return None;
    }
    let by_name = match FileRole::of_path(name) {
        FileRole::License => Some(TextPurpose::License),
        FileRole::Notice => Some(TextPurpose::Notice),
        _ => None,
    };
    let of_people = ["authors", "contributors", "credits"].iter().any(|word| name.starts_with(word));
    let in_texts = is_texts && FileRole::of_path(&format!("licenses/{name}")) == FileRole::License;
    by_name.or_else(|| in_texts.then_some(if of_people { TextPurpose::Notice } else { TextPurpose::License }))
}

/// Whether a directory is one of license texts at the top of a package, or lies in one: a Python package keeps them there by the
/// paths that they had (`licenses/vendor/zlib`).
fn is_of_texts(directory: &str) -> bool {
    let lower = directory.to_ascii_lowercase();
    let metadata = lower.strip_prefix("meta-inf/").or_else(|| Some(lower.split_once(".dist-info/")?.1));
    OF_TEXTS.contains(&metadata.unwrap_or(&lower).split('/').next().unwrap_or_default())
}

fn enters(path: &str) -> bool {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = name.to_ascii_lowercase();
    // Texts of licenses as data of a program about licenses; at the top of a package they are its own.
    let is_top = above.is_empty() || above.ends_with(".dist-info") || above == "META-INF" || is_of_texts(above);
    if !is_top && OF_TEXTS.contains(&name.as_str()) {
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
    let mut sources: BTreeMap<&str, Sources> = BTreeMap::new();
    for id in wanted {
        let kind = bom.component(*id).purl.kind();
        if !sources.contains_key(kind)
            && let Some(ecosystem) = ecosystem::by_purl_type(kind)
        {
            sources.insert(kind, Sources::of(ecosystem, bom, copies));
        }
    }
    let of_kind = |component: &Component| sources.get(component.purl.kind());
    let first: Vec<Option<CopyFound>> = wanted
        .par_iter()
        .map(|id| {
            let component = bom.component(*id);
            of_kind(component)?.places(component, bom, copies).next()
        })
        .collect();
    // A vendored module may lie within another one's directory.
    let all: BTreeSet<&CopyPlace> = first.iter().flatten().map(|found| &found.place).collect();
    let known = Known::default();
    wanted
        .par_iter()
        .zip(&first)
        .map(|(id, first)| {
            let component = bom.component(*id);
            // Most have their texts in the first place.
            let others = || of_kind(component).into_iter().flat_map(|sources| sources.places(component, bom, copies));
            texts_at(copies, first.as_ref(), others, &all, &known)
        })
        .collect()
}

/// A copy of a component.
struct CopyFound {
    place: CopyPlace,
    /// What lists those of its files that lie elsewhere.
    list: Option<List>,
    /// Directories in it that are no part of it.
    apart: &'static [&'static str],
}

/// Where the packages of an ecosystem lie whole.
struct Sources {
    stores: StorePlaces,
    texts: TextPlaces<'static>,
}

impl Sources {
    fn of(ecosystem: &Ecosystem, bom: &Bom, copies: &Copies) -> Self {
        let purl_type = ecosystem.purl_type;
        let with_places = |kind: &'static TextKind| (kind, places(kind.below, purl_type, &bom.projects, copies));
        Self {
            stores: stores_of(purl_type, &bom.projects, copies),
            texts: ecosystem.texts.iter().map(with_places).collect(),
        }
    }

    /// The places of a component's copies, most trusted first.
    fn places<'a>(
        &'a self,
        component: &'a Component,
        bom: &'a Bom,
        copies: &'a Copies,
    ) -> impl Iterator<Item = CopyFound> + 'a {
        let projects = &bom.projects;
        let stores = self.stores.iter().filter_map(move |(store, places)| {
            let (metadata, _) = find_in_store(component, projects, (store, places), copies)?;
            Some(CopyFound { place: copies.place_around(&metadata)?, list: store.list, apart: &[] })
        });
        let texts = self.texts.iter().filter(|(kind, _)| copies.has(kind.base)).filter_map(move |(kind, places)| {
            find_by_occurrence(component, projects, places, kind.directories, |directories| {
                copies.place_at(kind.base, directories, digests_of(component))
            })
            .map(|place| CopyFound { place, list: None, apart: (kind.apart)(&component.purl) })
        });
        stores.chain(texts)
    }
}

/// The texts that lie in one place, and READMEs.
fn texts_in(
    copies: &Copies,
    found: &CopyFound,
    all: &BTreeSet<&CopyPlace>,
    known: &Known,
) -> (PackageTexts, Vec<(String, String)>) {
    let mut answer = PackageTexts { has_copy: true, ..PackageTexts::default() };
    let mut readmes: Vec<(String, String)> = Vec::new();
    let is_text = |path: &str| matches!(purpose(path), Some(TextPurpose::License | TextPurpose::Notice));
    let whole = files_of(copies, found, all, &|path| purpose(path).is_some(), &is_text);
    for (file, text) in whole.files {
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
    answer.unread.extend(whole.unread);
    (answer, readmes)
}

/// The files of a copy that are wanted by their path in it, and those that are wanted of what it lists beside itself.
fn files_of(
    copies: &Copies,
    found: &CopyFound,
    all: &BTreeSet<&CopyPlace>,
    wanted: &dyn Fn(&str) -> bool,
    wanted_beside: &dyn Fn(&str) -> bool,
) -> WholeCopy {
    let place = &found.place;
    let is_entered =
        |path: &str, inner: &CopyPlace| enters(path) && !found.apart.contains(&path) && !all.contains(inner);
    let mut whole = copies.whole(place, wanted, &is_entered);
    if let (Some(list), Some(above)) = (found.list, place.above()) {
        let elsewhere = listed(copies, place, &above, list, wanted_beside);
        whole.files.extend(elsewhere.files);
        whole.unread.extend(elsewhere.unread);
    }
    whole
}

/// The wanted files among those that a list names beside the package's metadata.
fn listed(
    copies: &Copies,
    place: &CopyPlace,
    above: &CopyPlace,
    list: List,
    wanted: &dyn Fn(&str) -> bool,
) -> WholeCopy {
    let lists = copies.listed(place, &BTreeSet::from([list.name.to_owned()]));
    let Some((_, text)) = lists.files.first() else { return WholeCopy::default() };
    let is_entered = |path: &str| path.match_indices('/').all(|(end, _)| enters(&path[..end]));
    let mut digests: BTreeMap<String, Option<[u8; 32]>> = (list.files)(text).into_iter().collect();
    digests.retain(|path, _| wanted(path) && is_entered(path));
    let mut found = copies.listed(above, &digests.keys().cloned().collect());
    // At the top, where the packages lie side by side, the last one that was installed has its file in the other's place.
    found.files.retain(|(path, text)| {
        path.contains('/') || digests[path].is_some_and(|digest| Sha256::digest(text.as_bytes())[..] == digest)
    });
    found
}

fn texts_at<P: Iterator<Item = CopyFound>>(
    copies: &Copies,
    first: Option<&CopyFound>,
    all_places: impl Fn() -> P,
    all: &BTreeSet<&CopyPlace>,
    known: &Known,
) -> PackageTexts {
    let Some(first) = first else { return PackageTexts::default() };
    let (mut answer, mut readmes) = texts_in(copies, first, all, known);
    let has_license = |answer: &PackageTexts| answer.texts.iter().any(|text| text.purpose == TextPurpose::License);
    if !has_license(&answer) {
        for other in all_places().filter(|other| other.place != first.place) {
            let (more, more_readmes) = texts_in(copies, &other, all, known);
            if !has_license(&more) {
                continue;
            }
            let have = |text: &PackageText| answer.texts.iter().any(|one| one.text == text.text);
            let new: Vec<PackageText> = more.texts.into_iter().filter(|text| !have(text)).collect();
            answer.texts.extend(new);
            answer.unread.extend(more.unread);
            if readmes.is_empty() {
                readmes = more_readmes;
            }
            break;
        }
        answer.unread.sort();
        answer.unread.dedup();
    }
    answer.texts.sort_by(|a, b| {
        let depth = |text: &PackageText| text.file.matches('/').count();
        (depth(a), &a.file).cmp(&(depth(b), &b.file))
    });
    answer.unread.retain(|file| purpose(file) != Some(TextPurpose::Readme));
    let is_own = |text: &PackageText| match text.file.split_once('/') {
        None => true,
        Some((directory, name)) => {
            !name.contains('/')
                && (directory == "META-INF" || OF_TEXTS.contains(&directory.to_ascii_lowercase().as_str()))
        }
    };
    let has_license = answer.texts.iter().any(|text| text.purpose == TextPurpose::License && is_own(text));
    let has_copyright = answer.texts.iter().any(|text| !text.found.copyrights.is_empty());
    let mut found_section = false;
    for (file, text) in readmes.into_iter().filter(|_| !has_license || !has_copyright) {
        let found = identified(known, FileRole::Readme, &text);
        if !has_copyright {
            answer.copyrights.extend(found.copyrights.iter().map(|one| one.text.clone()));
        }
        if !has_license && let Some(section) = section_of(&text, &found) {
            let found = identified(known, FileRole::License, &section);
            let text = section.into();
            answer.texts.push(PackageText { file, purpose: TextPurpose::Readme, text, found });
            found_section = true;
        }
    }
    let needs_text = !has_license && !found_section;
    let needs_holder = !has_copyright && answer.copyrights.is_empty();
    if needs_text || needs_holder {
        take_heads(&mut answer, copies, (first, all), known, (needs_text, needs_holder));
    }
    answer
}

/// The beginning of a program text.
fn head_of(text: &str) -> &str {
    let text = &text[..text.floor_char_boundary(HEAD)];
    text.match_indices('\n').nth(HEAD_LINES).map_or(text, |(end, _)| &text[..end])
}

/// Terms and holders that stand in program texts alone: what the comments say at the beginnings of their files.
fn take_heads(
    answer: &mut PackageTexts,
    copies: &Copies,
    (first, all): (&CopyFound, &BTreeSet<&CopyPlace>),
    known: &Known,
    (needs_text, needs_holder): (bool, bool),
) {
    let is_program =
        |path: &str| path.matches('/').count() <= DEEPEST_HEAD && FileRole::of_path(path) == FileRole::Source;
    let mut files = files_of(copies, first, all, &is_program, &is_program).files;
    files.sort_by(|(a, _), (b, _)| (a.matches('/').count(), a).cmp(&(b.matches('/').count(), b)));
    for (file, text) in files {
        let head = head_of(&text);
        let found = identified(known, FileRole::Source, head);
        if needs_holder && answer.copyrights.len() < MOST_OF_HEADS {
            answer.copyrights.extend(found.copyrights.iter().map(|one| one.text.clone()));
        }
        let taken = answer.texts.iter().filter(|text| text.purpose == TextPurpose::Readme).count();
        if needs_text
            && taken < MOST_OF_HEADS
            && let Some(section) = section_of(head, &found)
            && answer.texts.iter().all(|text| *text.text != *section)
        {
            answer.texts.push(PackageText { file, purpose: TextPurpose::Readme, text: section.into(), found });
        }
    }
    let mut seen = BTreeSet::new();
    answer.copyrights.retain(|one| seen.insert(one.clone()));
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
            ("forked/go/PATENTS", Some(TextPurpose::License)),
            ("licenses/AUTHORS.rst", Some(TextPurpose::Notice)),
            ("licenses/vendor/AUTHORS.rst", Some(TextPurpose::Notice)),
            ("kit-1.0.dist-info/licenses/licenses/LICENSE_APACHE", Some(TextPurpose::License)),
            ("META-INF/LICENSE.txt", Some(TextPurpose::License)),
            ("META-INF/NOTICE", Some(TextPurpose::Notice)),
            ("META-INF/licenses/slf4j-MIT.txt", Some(TextPurpose::License)),
            ("META-INF/DEPENDENCIES", None),
            ("NOTICE.md", Some(TextPurpose::Notice)),
            ("ThirdPartyNoticeText.txt", Some(TextPurpose::Notice)),
            ("CopyrightNotice.txt", Some(TextPurpose::Notice)),
            ("README.md", Some(TextPurpose::Readme)),
            ("docs/README.md", None),
            ("AUTHORS", Some(TextPurpose::Readme)),
            ("authors.md", Some(TextPurpose::Readme)),
            ("authorship.md", None),
            ("docs/AUTHORS", None),
            ("src/text/licenses/AGPL-3.0", None),
            ("src/license.rs", None),
            ("com/kit/Notice$Warning.class", None),
            ("img/license.svg", None),
            ("lib/index.js", None),
        ] {
            assert_eq!(purpose(path), expected, "{path}");
        }
        assert!(enters("src/zlib") && !enters("a/Tests") && !enters("node_modules"));
        assert!(enters("META-INF") && enters("META-INF/licenses"));
        assert!(enters("LICENSES") && !enters("src/text/licenses"));
        assert!(enters("licenses/licenses") && enters("kit-1.0.dist-info/licenses/licenses"));
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
