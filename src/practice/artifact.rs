//! What lies in a tree and was not written there: programs in binary form, and copies of other people's libraries.
//!
//! Both are known by few bytes: a program by how its format begins, a copied library by the banner that its authors put at its
//! top (`/*! kit v3.6.0 | (c) … */`) or by a license of its own in a directory that is called like one for such copies. All of
//! these are heuristics: what carries no banner and no license is not seen.

use std::collections::BTreeSet;

use crate::license::FileRole;
use crate::model::{Fact, FactKind, Location, RepoPath};
use crate::text::Source;

/// So many bytes of a script or style sheet hold its banner.
const BANNER: usize = 700;

/// So many bytes of any other file tell what it is.
const MAGIC: usize = 16;

/// Endings of what is not run: not opened.
const NOT_RUN: &[&str] = &[
    "aac",
    "adoc",
    "ai",
    "avi",
    "avif",
    "bash",
    "bat",
    "bmp",
    "bz2",
    "c",
    "cc",
    "cfg",
    "cmake",
    "conf",
    "cpp",
    "crt",
    "cs",
    "csv",
    "cxx",
    "dart",
    "diff",
    "doc",
    "docx",
    "env",
    "eot",
    "eps",
    "erl",
    "ex",
    "exs",
    "flac",
    "fs",
    "gif",
    "go",
    "golden",
    "graphql",
    "groovy",
    "gz",
    "h",
    "hbs",
    "hh",
    "hpp",
    "hs",
    "html",
    "icns",
    "ico",
    "in",
    "inc",
    "ini",
    "ipynb",
    "java",
    "jl",
    "jpeg",
    "jpg",
    "json",
    "json5",
    "jsonl",
    "jsx",
    "key",
    "kt",
    "kts",
    "less",
    "license",
    "lock",
    "log",
    "lua",
    "m",
    "m4",
    "map",
    "md",
    "mdx",
    "mk",
    "ml",
    "mm",
    "mod",
    "mov",
    "mp3",
    "mp4",
    "mts",
    "nix",
    "odt",
    "ogg",
    "org",
    "otf",
    "out",
    "patch",
    "pdf",
    "pem",
    "php",
    "pl",
    "pm",
    "png",
    "po",
    "ppt",
    "pptx",
    "properties",
    "proto",
    "ps1",
    "psd",
    "py",
    "pyi",
    "r",
    "rb",
    "rs",
    "rst",
    "rtf",
    "sass",
    "scala",
    "scss",
    "sh",
    "snap",
    "sol",
    "sql",
    "stderr",
    "stdout",
    "sum",
    "svelte",
    "svg",
    "swift",
    "tar",
    "tex",
    "tf",
    "tgz",
    "tif",
    "tiff",
    "toml",
    "ts",
    "tsv",
    "tsx",
    "ttf",
    "txt",
    "vue",
    "wasmtext",
    "wat",
    "wav",
    "webm",
    "webp",
    "woff",
    "woff2",
    "xls",
    "xlsx",
    "xml",
    "xsd",
    "xz",
    "yaml",
    "yml",
    "zig",
    "zip",
    "zst",
];

/// Names of directories in which copies of other projects lie.
const COPIES: &[&str] = &[
    "3rd-party",
    "3rd_party",
    "3rdparty",
    "bundled",
    "extern",
    "external",
    "externals",
    "third-party",
    "third_party",
    "thirdparty",
    "vendor",
    "vendored",
];

/// Whether a directory is called like one for copies of other people's code.
pub(super) fn is_place_of_copies(name: &str) -> bool {
    COPIES.contains(&name.to_ascii_lowercase().as_str())
}

fn ending(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase())
}

fn has_banner(ending: &str) -> bool {
    matches!(ending, "js" | "mjs" | "cjs" | "css")
}

/// How many bytes of a file are worth reading; 0: none.
pub fn head_wanted(path: &str) -> usize {
    let ending = ending(path);
    match ending.as_str() {
        ending if has_banner(ending) => BANNER,
        ending if NOT_RUN.binary_search(&ending).is_ok() => 0,
        _ => MAGIC,
    }
}

/// What program format a file has, by how it begins and ends.
fn program(ending: &str, head: &[u8]) -> Option<&'static str> {
    let archives = ["aar", "apk", "ear", "egg", "ipa", "jar", "nupkg", "vsix", "war", "whl", "xpi"];
    Some(match head {
        [0x7F, b'E', b'L', b'F', ..] => "an ELF program or library",
        [0x00, b'a', b's', b'm', ..] => "a WebAssembly module",
        [0xCA, 0xFE, 0xBA, 0xBE, ..] if ending == "class" => "a Java class",
        [0xCA, 0xFE, 0xBA, 0xBE, ..] | [0xFE, 0xED, 0xFA, 0xCE | 0xCF, ..] | [0xCE | 0xCF, 0xFA, 0xED, 0xFE, ..] => {
            "a macOS program or library"
        }
        [b'd', b'e', b'x', b'\n', ..] => "Android bytecode",
        [b'B', b'C', 0xC0, 0xDE, ..] => "LLVM bitcode",
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] if ending == "deb" => "a Debian package",
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => "a static library",
        [0xED, 0xAB, 0xEE, 0xDB, ..] => "an RPM package",
        [b'M', b'Z', ..]
            if matches!(ending, "exe" | "dll" | "sys" | "ocx" | "scr" | "node" | "pyd" | "efi" | "cpl" | "msi") =>
        {
            "a Windows program or library"
        }
        [b'P', b'K', 3, 4, ..] if archives.contains(&ending) => "an archive of programs",
        [_, _, 0x0D, 0x0A, ..] if matches!(ending, "pyc" | "pyo") => "Python bytecode",
        _ => return None,
    })
}

fn size_of(bytes: u64) -> String {
    match bytes {
        0..=1023 => format!("{bytes} bytes"),
        1024..=1_048_575 => format!("{} KiB", bytes / 1024),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

/// Whether a word is a version: `v3.6.0`, `2.1`, `4.0.0-beta.1`.
fn version(word: &str) -> Option<&str> {
    let word = word.trim_end_matches([',', ':', ';', ')', '|', '*', '/']).trim_start_matches('(');
    let digits = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let dotted = digits.split('.').count() >= 2
        && digits
            .split('.')
            .take(2)
            .all(|part| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()));
    // The last of two parts may carry more: `4.0-beta`.
    let plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
    (dotted && plain).then_some(digits)
}

/// A name and version from a line of a banner: `jQuery JavaScript Library v3.6.0`.
fn named(line: &str) -> Option<(String, String)> {
    const NOT_A_NAME: &[&str] = &[
        "apache",
        "bsd",
        "build",
        "built",
        "by",
        "compatible",
        "copyright",
        "creative",
        "ecmascript",
        "es",
        "for",
        "from",
        "general",
        "generated",
        "gnu",
        "gpl",
        "html",
        "http",
        "in",
        "licence",
        "license",
        "licensed",
        "mit",
        "mpl",
        "node",
        "of",
        "public",
        "requires",
        "rfc",
        "section",
        "see",
        "since",
        "svg",
        "tested",
        "the",
        "this",
        "to",
        "unicode",
        "unported",
        "using",
        "version",
        "wcag",
        "with",
    ];
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
    let line = ["@license", "@preserve", "@name", "@fileoverview"]
        .iter()
        .fold(line, |line, tag| line.strip_prefix(tag).unwrap_or(line));
    let words: Vec<&str> = line.split_whitespace().filter(|word| *word != "-").take(6).collect();
    let at = words.iter().position(|word| version(word).is_some()).filter(|at| (1..=4).contains(at))?;
    let name = words[..at].iter().map(|word| word.trim_matches([',', ':', '-', '–']));
    let name: Vec<&str> = name.filter(|word| !matches!(*word, "" | "v" | "v.")).collect();
    let bad = |word: &&str| NOT_A_NAME.contains(&word.to_ascii_lowercase().as_str());
    let first = name.first()?;
    // Some authors name their page: its last segment is the name.
    let page = first.strip_prefix("https://").or_else(|| first.strip_prefix("http://"));
    let first = page.map_or(*first, |page| page.trim_end_matches('/').rsplit('/').next().unwrap_or(page));
    let written = first.chars().next().is_some_and(char::is_alphabetic) || first.starts_with('@');
    let whole = std::iter::once(first).chain(name[1..].iter().copied()).collect::<Vec<_>>().join(" ");
    let fits = written && whole.len() >= 2 && whole.len() <= 50 && !name.iter().any(bad) && whole.is_ascii();
    fits.then(|| Some((whole, version(words[at])?.to_owned())))?
}

/// The name and version by which a script or style sheet introduces itself, and the line.
fn banner(text: &str) -> Option<(u32, String, String)> {
    let start = text.trim_start();
    if !start.starts_with("/*") && !start.starts_with("//") {
        return None;
    }
    // Only the first comment.
    let end = if start.starts_with("/*") { start.find("*/").unwrap_or(start.len()) } else { start.len() };
    let skipped = text.len() - start.len();
    let comment = &text[..skipped + end];
    let lower = comment.to_ascii_lowercase();
    let marks = ["license", "licence", "copyright", "(c)", "©", "http://", "https://", "| mit"];
    if !marks.iter().any(|mark| lower.contains(mark)) {
        return None;
    }
    let mut lines = (1..).zip(comment.lines()).filter(|(_, line)| line.chars().any(char::is_alphanumeric)).take(4);
    let mut before: Option<&str> = None;
    lines.find_map(|(line, text)| {
        let inside = !start.starts_with("//") || text.trim_start().starts_with("//");
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric() && c != '@');
        // `//! kit.js` and `//! version : 2.29.1` in two lines.
        let lower = bare.to_ascii_lowercase();
        let apart = before.zip(lower.strip_prefix("version").or_else(|| lower.strip_prefix("@version"))).and_then(
            |(name, rest)| {
                let version = rest.trim_matches([' ', ':', '=']).split_whitespace().next()?;
                named(&format!("{name} {version}"))
            },
        );
        before = Some(bare);
        let (name, version) = named(text).or(apart).filter(|_| inside)?;
        Some((line, name, version))
    })
}

/// Looks at how a file begins. `size` is that of the whole file, in bytes.
pub fn look_at_head(path: &RepoPath, head: &[u8], size: u64) -> Option<Fact> {
    let ending = ending(path.as_str());
    if has_banner(&ending) {
        // What is installed is named by the lock file.
        let installed = path.as_str().split('/').any(|part| part == "node_modules");
        if installed || path.lies_in_test_data() {
            return None;
        }
        let text = String::from_utf8_lossy(&head[..head.len().min(BANNER)]).into_owned();
        let (line, name, version) = banner(&text)?;
        let source = Source::from_text(path.clone(), text).ok()?;
        let mut lines = crate::text::lines::lines(&source);
        let found = lines.nth(line as usize - 1)?;
        let location = Location::at(path, source.mark(found.part(0..found.text.len())));
        return Some(Fact {
            kind: FactKind::CopiedLibrary,
            location,
            value: super::shortened(&format!("{name} {version}")).into(),
        });
    }
    let what = program(&ending, head)?;
    let value = compact_str::format_compact!("{what} of {}", size_of(size));
    Some(Fact { kind: FactKind::BinaryArtifact, location: Location::file(path), value })
}

/// Whether [`copied_directories`] could answer otherwise without this file.
pub fn tells_of_copies(path: &RepoPath) -> bool {
    let name = path.file_name();
    FileRole::of_path(name) == FileRole::License
        || matches!(name, "modules.txt" | ".cargo-checksum.json" | "installed.json")
}

/// Directories that look like copies of other projects: below a directory of such a name, with a license of their own. Those
/// that a package manager keeps (`vendor/modules.txt`, `.cargo-checksum.json`) are declared by their lock files.
pub fn copied_directories<'p>(paths: impl Iterator<Item = &'p str> + Clone) -> Vec<Fact> {
    let kept: BTreeSet<&str> = paths
        .clone()
        .filter_map(|path| {
            let (directory, name) = path.rsplit_once('/')?;
            match name {
                "modules.txt" => Some(directory),
                ".cargo-checksum.json" => Some(directory.rsplit_once('/')?.0),
                "installed.json" => directory.strip_suffix("/composer"),
                _ => None,
            }
        })
        .collect();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut facts = Vec::new();
    let mut licenses: Vec<&str> = paths
        .filter(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            FileRole::of_path(name) == FileRole::License && !name.contains(".rs") && !name.contains(".go")
        })
        .collect();
    // A directory before what lies in it.
    licenses.sort_by_key(|path| (path.matches('/').count(), *path));
    for path in licenses {
        let Some((directory, _)) = path.rsplit_once('/') else { continue };
        let segments: Vec<&str> = directory.split('/').collect();
        let Some(at) = segments.iter().position(|segment| COPIES.contains(&segment.to_ascii_lowercase().as_str()))
        else {
            continue;
        };
        let below = segments.len() - at - 1;
        let root: usize = segments[..=at].iter().map(|segment| segment.len() + 1).sum::<usize>() - 1;
        let covered = found.iter().any(|known| {
            directory.starts_with(known)
                && (directory.len() == known.len() || directory.as_bytes()[known.len()] == b'/')
        });
        let shown = RepoPath::new(path);
        let installed = segments.contains(&"node_modules");
        if !(1..=3).contains(&below)
            || covered
            || kept.contains(&directory[..root])
            || installed
            || shown.lies_in_test_data()
        {
            continue;
        }
        found.insert(directory);
        facts.push(Fact { kind: FactKind::CopiedLibrary, location: Location::file(&shown), value: directory.into() });
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(path: &str, head: &[u8]) -> Option<String> {
        look_at_head(&RepoPath::new(path), head, head.len() as u64).map(|fact| fact.value.to_string())
    }

    #[test]
    fn lists_that_are_searched_by_halving_are_sorted() {
        assert!(NOT_RUN.is_sorted());
    }

    #[test]
    fn banners_name_what_was_copied() {
        let js = |text: &str| value("static/a.js", text.as_bytes());
        let is = |text: &str, name: &str| assert_eq!(js(text).as_deref(), Some(name), "{text}");
        is("/*! jQuery v3.6.0 | (c) OpenJS Foundation | x */\n!function(){}", "jQuery 3.6.0");
        is(
            "/*!\n * jQuery JavaScript Library v3.6.0\n * https://example.org/\n */\n",
            "jQuery JavaScript Library 3.6.0",
        );
        is("/*!\n * Bootstrap v4.0.0-beta.2 (https://example.org)\n */\n", "Bootstrap 4.0.0-beta.2");
        is("/*! https://example.org/cssesc v3.0.0 by @a */\n", "cssesc 3.0.0");
        is("//! moment.js\n//! version : 2.29.1\n//! license : MIT\n", "moment.js 2.29.1");
        is("/** @license React v16.13.1\n * react.js\n * Copyright (c) Facebook\n */\n", "React 16.13.1");
        for text in [
            "// Licensed under the Apache License, Version 2.0\n",
            "/* Copyright 2019 Acme, version 2.0 */\n",
            "/* uses ECMAScript 5.1, see https://example.org */\n",
            "/* our own file: kit v2.0 */\n",
            "import a from 'b' // kit v2.0 (c)\n",
            "/* see RFC 3.1 of https://example.org for this */\nlet a;\n/*! jQuery v3.6.0 | (c) */",
        ] {
            assert_eq!(js(text), None, "{text}");
        }
    }

    #[test]
    fn programs_are_known_by_how_they_begin() {
        assert_eq!(value("bin/kit", b"\x7fELF\x02\x01").as_deref(), Some("an ELF program or library of 6 bytes"));
        assert_eq!(value("a/kit.jar", b"PK\x03\x04").as_deref(), Some("an archive of programs of 4 bytes"));
        assert_eq!(value("a/kit.docm", b"PK\x03\x04"), None);
        assert_eq!(value("a/notes", b"MZ is a format"), None);
        assert_eq!(value("a/kit.exe", b"MZ\x90").as_deref(), Some("a Windows program or library of 3 bytes"));
        assert_eq!(head_wanted("a/photo.PNG"), 0);
    }

    #[test]
    fn copies_are_directories_with_a_license_of_their_own() {
        let found = |paths: &[&str]| -> Vec<String> {
            copied_directories(paths.iter().copied()).into_iter().map(|fact| fact.value.to_string()).collect()
        };
        assert_eq!(found(&["third_party/zlib/LICENSE", "third_party/zlib/doc/LICENSE"]), ["third_party/zlib"]);
        assert_eq!(found(&["third_party/LICENSE", "src/zlib/LICENSE"]), [""; 0]);
        assert_eq!(found(&["vendor/modules.txt", "vendor/example.org/kit/LICENSE"]), [""; 0]);
        assert_eq!(found(&["vendor/kit/.cargo-checksum.json", "vendor/kit/LICENSE"]), [""; 0]);
    }
}
