//! Which of one's own source files say whose they are and under which license: in their header, in a `.license` file beside them,
//! in `REUSE.toml` or `.reuse/dep5` (REUSE 3.3).
//!
//! Only how a file begins is looked at. A license in words counts as one by its tag does.

use std::collections::BTreeMap;

use crate::license::reuse::{self, Annotations, Info, Reuse, is_annotating};
use crate::license::{Expression, FileRole, Technique, identify_as, read};
use crate::model::{FileNotices, RepoPath};
use crate::text::Source;

/// So many bytes of a source file are its head; what stands further down is a string of the program, or a part with terms of its
/// own.
const HEAD: usize = 8 << 10;

/// And so many lines.
const HEAD_LINES: usize = 60;

/// A file that annotates others is read up to here.
const ANNOTATING: usize = 1 << 20;

/// So many files without are named.
const EXAMPLES: usize = 10;

/// What a file says that bears on the question.
#[derive(Debug)]
pub enum Header {
    /// A source file, of itself.
    Own(RepoPath, Info),
    /// A `.license` file, of the file beside it.
    Beside(RepoPath, Info),
    /// A file that annotates others.
    Annotates(Annotations),
}

/// Whether a file is program text of one's own: no copy of somebody else's, nothing installed, no test data.
fn is_own_source(path: &RepoPath) -> bool {
    let copied = |part: &str| part == "node_modules" || super::artifact::is_place_of_copies(part);
    super::snippet::is_code(path.file_name())
        && FileRole::of_path(path.as_str()) == FileRole::Source
        && !path.lies_in_test_data()
        && !path.as_str().split('/').any(copied)
}

/// How many bytes of a file have to be read; 0: none.
pub fn header_wanted(path: &str) -> usize {
    let path = RepoPath::new(path);
    match path.as_str().strip_suffix(".license") {
        Some(of) if is_own_source(&RepoPath::new(of)) => HEAD,
        _ if is_annotating(&path) => ANNOTATING,
        _ if is_own_source(&path) => HEAD,
        _ => 0,
    }
}

/// Whether a text has any word that a notice has. Most files without one are told by this alone.
fn may_say(text: &str) -> bool {
    let bytes = text.as_bytes();
    [
        "opyright",
        "OPYRIGHT",
        "icense",
        "ICENSE",
        "icence",
        "(c)",
        "(C)",
        "©",
        "SPDX-",
        "ublic domain",
        "subject to the terms",
    ]
    .iter()
    .any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some())
}

/// The license that a line of copyright names at its end: `Copyright 2026 the Kit authors. MIT license.`
fn beside_a_holder(line: &str) -> Option<Expression> {
    let lower = line.to_ascii_lowercase();
    if !lower.contains("copyright") || !lower.contains("license") {
        return None;
    }
    let named = |part: &str| {
        let part = part.trim().trim_end_matches(['.', '*', '/', ' ']);
        let name = part.strip_suffix("license").or_else(|| part.strip_suffix("License"))?;
        read(name.trim()).expression
    };
    line.split(". ").skip(1).find_map(named)
}

fn info(text: &str) -> Info {
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).nth(HEAD_LINES - 1);
    let text = lines.map_or(text, |end| &text[..end]);
    if !may_say(text) {
        return Info::default();
    }
    let mut info = reuse::header(text);
    let found = identify_as(FileRole::Source, text);
    let tags = found.matches.iter().filter(|one| one.technique == Technique::Tag).map(|one| one.expression.clone());
    let mut licenses: Vec<_> = tags.collect();
    if licenses.is_empty() {
        licenses.extend(found.expression);
    }
    if licenses.is_empty() {
        licenses.extend(text.lines().find_map(beside_a_holder));
    }
    let copyrights = found.copyrights.iter().map(|one| one.text.as_str().into()).collect();
    info.add(&Info { licenses, copyrights });
    info
}

/// Reads how a file begins; `None` if it bears on nothing: it is empty, or cannot be read.
pub fn header(path: &RepoPath, head: &[u8]) -> Option<Header> {
    let text = String::from_utf8_lossy(head);
    if is_annotating(path) {
        let source = Source::from_text(path.clone(), text.into_owned()).ok()?;
        return Annotations::read(&source).ok().map(Header::Annotates);
    }
    if let Some(of) = path.as_str().strip_suffix(".license") {
        return Some(Header::Beside(RepoPath::new(of), info(&text)));
    }
    if text.trim().is_empty() || !is_own_source(path) {
        return None;
    }
    Some(Header::Own(path.clone(), info(&text)))
}

/// Puts together what the files say.
pub fn file_notices(headers: impl IntoIterator<Item = Header>) -> FileNotices {
    let (mut own, mut beside, mut annotating) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for header in headers {
        match header {
            Header::Own(path, info) => drop(own.insert(path, info)),
            Header::Beside(path, info) => drop(beside.insert(path, info)),
            Header::Annotates(annotations) => annotating.push(annotations),
        }
    }
    let reuse = Reuse::new(annotating);
    let mut notices = FileNotices { files: own.len() as u64, ..FileNotices::default() };
    for (path, said) in &own {
        let info = reuse.of(path, beside.get(path).unwrap_or(said));
        if info.is_complete() {
            notices.complete += 1;
            continue;
        }
        notices.without_license += u64::from(info.licenses.is_empty());
        notices.without_copyright += u64::from(info.copyrights.is_empty());
        if notices.examples.len() < EXAMPLES {
            notices.examples.push(path.clone());
        }
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)]) -> FileNotices {
        let wanted = files.iter().filter(|(path, _)| header_wanted(path) > 0);
        file_notices(wanted.filter_map(|(path, text)| header(&RepoPath::new(path), text.as_bytes())))
    }

    #[test]
    fn information_counts_wherever_reuse_lets_it_stand() {
        let found = of(&[
            ("src/tag.rs", "// SPDX-FileCopyrightText: 2026 Acme\n// SPDX-License-Identifier: MIT\nfn a() {}\n"),
            (
                "src/words.go",
                "// Copyright 2026 Acme Ltd.\n// Licensed under the Apache License, Version 2.0\n\npackage a\n",
            ),
            ("src/one_line.ts", "// Copyright 2018-2026 the Kit authors. MIT license.\n\nlet a;\n"),
            ("src/beside.c", "int a;\n"),
            ("src/beside.c.license", "SPDX-FileCopyrightText: 2026 Acme\nSPDX-License-Identifier: MIT\n"),
            ("gen/a.py", "a = 1\n"),
            (
                "REUSE.toml",
                "version = 1\n[[annotations]]\npath = \"gen/**\"\nSPDX-FileCopyrightText = \"2026 Acme\"\n\
                 SPDX-License-Identifier = \"MIT\"\n",
            ),
        ]);
        assert_eq!((found.files, found.complete), (5, 5), "{found:?}");
    }

    #[test]
    fn what_lacks_one_of_both_is_counted_and_named() {
        let found = of(&[
            ("a.rs", "fn a() {}\n"),
            ("b.rs", "// SPDX-License-Identifier: MIT\nfn b() {}\n"),
            ("c.rs", "// Copyright (c) 2026 Acme Ltd.\nfn c() {}\n"),
        ]);
        assert_eq!((found.files, found.complete, found.without_license, found.without_copyright), (3, 0, 2, 2));
        let names: Vec<&str> = found.examples.iter().map(RepoPath::as_str).collect();
        assert_eq!(names, ["a.rs", "b.rs", "c.rs"]);
    }

    #[test]
    fn what_is_not_ones_own_program_is_not_asked() {
        for path in
            ["README.md", "package.json", "LICENSE", "third_party/a.c", "node_modules/a/b.js", "tests/fixtures/a.py"]
        {
            assert_eq!(header_wanted(path), 0, "{path}");
        }
        assert_eq!(of(&[("pkg/__init__.py", "\n")]).files, 0, "an empty file has nothing to protect");
    }

    #[test]
    fn what_is_further_down_is_no_header() {
        let text = format!("{}// Copyright 2026 Acme\n// SPDX-License-Identifier: MIT\n", "let a = 1;\n".repeat(80));
        assert_eq!(of(&[("a.js", &text)]).complete, 0);
    }
}
