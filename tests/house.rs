//! The rules of the house: who may import whom, who may touch the world, and that tables and folders agree.
//!
//! Each test names the file and the culprit. A new room is one line in [`ROOMS`], at its floor.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground floor up. A room names only rooms that stand before it here.
const ROOMS: &[(u8, &str)] = &[
    (0, "model"),
    (1, "text"),
    (1, "version"),
    (1, "license"),
    (2, "ecosystem"),
    (2, "sbom"),
    (2, "advisory"),
    (2, "practice"),
    (3, "walk"),
    (3, "extract"),
    (3, "resolve"),
    (3, "cache"),
    (3, "tool"),
    (3, "online"),
    (3, "enrich"),
    (4, "rule"),
    (4, "policy"),
    (4, "evaluate"),
    (5, "report"),
    (5, "score"),
    (5, "inventory"),
    (6, "app"),
    (7, "cli"),
];

/// The files that may touch the world, and how: everything else is a function of its arguments.
const DOORS: &[(&str, &[&str])] = &[
    ("src/advisory/database.rs", &["fs"]),
    ("src/walk/", &["fs"]),
    ("src/cache/", &["fs"]),
    ("src/tool/", &["fs", "process", "env", "time"]),
    ("src/online/", &["fs", "net", "time"]),
    ("src/app/files.rs", &["fs"]),
    ("src/app/", &["time"]),
    ("src/cli/", &["env", "time"]),
    ("src/main.rs", &["env", "process"]),
];

/// What stands at the top of the repository.
const TOP: &[&str] = &[
    ".ci",
    ".git",
    ".gitattributes",
    ".github",
    ".gitignore",
    ".pre-commit-hooks.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "benches",
    "clippy.toml",
    "docs",
    "fixtures",
    "policies",
    "rustfmt.toml",
    "sepal.toml",
    "src",
    "target",
    "tests",
];

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            if entry.file_name().unwrap() != "testdata" {
                sources(&entry, found);
            }
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
}

/// The modules that a file declares for tests only, as paths without their ending.
fn test_modules(file: &Path, text: &str) -> Vec<PathBuf> {
    let folder = match file.file_name().and_then(|name| name.to_str()) {
        Some("mod.rs" | "lib.rs" | "main.rs") => file.parent().unwrap().to_owned(),
        _ => file.with_extension(""),
    };
    let mut lines = text.lines().peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]"
            && let Some(name) = lines.peek().and_then(|next| next.trim().strip_suffix(';'))
            && let Some(name) =
                name.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ").strip_prefix("mod ")
        {
            found.push(folder.join(name));
        }
    }
    found
}

/// Every source file of the program, without what is compiled for tests only: its path from the top, and its text without
/// comments.
fn code() -> Vec<(String, String)> {
    let mut files = Vec::new();
    sources(&top().join("src"), &mut files);
    assert!(files.len() > 30, "the sources were not found");
    let tests: Vec<PathBuf> =
        files.iter().flat_map(|file| test_modules(file, &fs::read_to_string(file).unwrap())).collect();
    files
        .into_iter()
        .filter(|file| !tests.iter().any(|test| *file == test.with_extension("rs") || file.starts_with(test)))
        .map(|file| {
            let path = file.strip_prefix(top()).unwrap().to_str().unwrap().replace('\\', "/");
            let text = fs::read_to_string(&file).unwrap();
            let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
            let code = code.join("\n");
            (path, code.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned())
        })
        .collect()
}

/// The rooms that a text names as `crate::room`, also in braces: `use crate::{model::X, text::Y}`.
fn named_rooms(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let (mut depth, mut start) = (0, 0);
            for (index, character) in list.char_indices() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => {
                        found.insert(word(list[start..index].trim()));
                        break;
                    }
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.insert(word(list[start..index].trim()));
                        start = index + 1;
                    }
                    _ => {}
                }
            }
        } else {
            found.insert(word(rest));
        }
    }
    found
}

fn place(room: &str) -> Option<usize> {
    ROOMS.iter().position(|(_, name)| *name == room)
}

#[test]
fn stairs_lead_down_only() {
    assert!(ROOMS.is_sorted_by_key(|(floor, _)| *floor));
    let mut culprits = Vec::new();
    for (path, code) in code() {
        let Some(room) = path.strip_prefix("src/").and_then(|rest| rest.split_once('/')).map(|(room, _)| room) else {
            continue;
        };
        let Some(own) = place(room) else {
            culprits.push(format!("{path}: the room `{room}` has no floor"));
            continue;
        };
        for named in named_rooms(&code) {
            match place(&named) {
                Some(other) if other > own => culprits.push(format!("{path}: names `{named}`, which is above it")),
                _ => {}
            }
        }
    }
    assert!(culprits.is_empty(), "{}", culprits.join("\n"));
}

#[test]
fn the_import_reader_sees_braces() {
    let rooms = named_rooms("use crate::{model::{A, B}, text};\nlet x = crate::walk::walk();");
    assert_eq!(rooms.into_iter().collect::<Vec<_>>(), ["model", "text", "walk"]);
}

#[test]
fn only_doors_touch_the_world() {
    let signs: &[(&str, &[&str])] = &[
        ("fs", &["std::fs", "fs::", "File::open", "read_dir("]),
        ("process", &["std::process", "Command::new", "MetadataCommand"]),
        ("env", &["std::env", "env::var"]),
        ("net", &["std::net", "TcpStream", "UdpSocket", "reqwest"]),
        ("time", &["SystemTime::now", "Instant::now"]),
    ];
    let mut culprits = Vec::new();
    for (path, code) in code() {
        let allowed: BTreeSet<&str> =
            DOORS.iter().filter(|(door, _)| path.starts_with(door)).flat_map(|(_, how)| how.iter().copied()).collect();
        for (world, words) in signs {
            if !allowed.contains(world) {
                for word in words.iter().filter(|word| code.contains(**word)) {
                    culprits.push(format!("{path}: `{word}` is for the doors to the {world}"));
                }
            }
        }
    }
    assert!(culprits.is_empty(), "{}", culprits.join("\n"));
}

#[test]
fn nothing_is_called_after_nothing() {
    for (path, _) in code() {
        for empty in ["util", "utils", "common", "helper", "helpers", "misc"] {
            assert!(!path.split(['/', '.']).any(|segment| segment == empty), "{path}: `{empty}` names no subject");
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut files = Vec::new();
    sources(&top().join("src"), &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{}: begins without saying what it is for", file.display());
    }
}

#[test]
fn nothing_is_unfinished() {
    for (path, code) in code() {
        for sign in ["todo!(", "unimplemented!(", "dbg!("] {
            assert!(!code.contains(sign), "{path}: {sign}");
        }
    }
}

#[test]
fn parsers_of_untrusted_input_do_not_unwrap() {
    for (path, code) in code() {
        let room = path.strip_prefix("src/").unwrap_or_default();
        if ["text/", "ecosystem/", "walk/", "extract/", "resolve/", "cache/"].iter().any(|door| room.starts_with(door))
        {
            assert!(
                !code.contains(".unwrap()"),
                "{path}: an unwrap on what somebody else wrote; use expect and say why"
            );
        }
    }
}

#[test]
fn nothing_strays_at_the_top() {
    for entry in fs::read_dir(top()).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(TOP.iter().any(|allowed| name == *allowed), "{name:?} has no place at the top of the repository");
    }
}

fn folders(directory: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(top().join(directory))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The modules of a folder: files and folders with Rust in them, without `mod.rs`.
fn modules(directory: &str) -> BTreeSet<String> {
    fs::read_dir(top().join(directory))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| Some(path.file_name()?.to_str()?.trim_end_matches(".rs").to_owned()))
        .filter(|name| name != "mod")
        .collect()
}

#[test]
fn the_table_of_ecosystems_is_the_folder() {
    let table: Vec<&str> = sepal::ecosystem::TABLE.iter().map(|ecosystem| ecosystem.purl_type).collect();
    assert_eq!(table, folders("src/ecosystem"), "sorted, complete, and nothing else in src/ecosystem");
    for ecosystem in sepal::ecosystem::TABLE {
        let ids: Vec<&str> = ecosystem.formats.iter().map(|format| format.id).collect();
        assert!(ids.is_sorted(), "{}: formats are sorted by id: {ids:?}", ecosystem.purl_type);
        for format in ecosystem.formats {
            assert!(format.id.starts_with(&format!("{}/", ecosystem.purl_type)), "{}", format.id);
            assert!(!format.docs.is_empty(), "{} has no docs", format.id);
        }
        assert!(!ecosystem.docs.is_empty(), "{} has no docs", ecosystem.purl_type);
    }
}

#[test]
fn the_table_of_rules_is_the_folder() {
    let mut files = BTreeSet::new();
    for group in folders("src/rule") {
        for file in modules(&format!("src/rule/{group}")) {
            files.insert(format!("{group}/{}", file.replace('_', "-")));
        }
    }
    let table: Vec<&str> = sepal::rule::TABLE.iter().map(|rule| rule.id).collect();
    assert!(table.is_sorted(), "rules are sorted by id");
    assert_eq!(table.iter().map(ToString::to_string).collect::<BTreeSet<_>>(), files);
}

#[test]
fn the_table_of_reporters_is_sorted_and_each_has_a_file() {
    let files = modules("src/report");
    let table: Vec<&str> = sepal::report::TABLE.iter().map(|reporter| reporter.id).collect();
    assert!(table.is_sorted());
    for id in table {
        assert!(files.contains(&id.replace('-', "_")), "the reporter `{id}` has no file of its name");
    }
}
