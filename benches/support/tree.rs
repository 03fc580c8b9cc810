//! A directory tree to walk: few files that are recognised among many that are not, as in real repositories.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// How many files a directory holds.
const IN_A_DIRECTORY: usize = 40;

/// How many directories share a parent.
const BESIDE: usize = 20;

/// Every so many directories is a package with manifests of its own.
const PACKAGE_EVERY: usize = 10;

/// How many files the tree to walk has.
pub fn files() -> usize {
    if super::is_full() { 100_000 } else { 2_000 }
}

/// Makes a tree of so many files, empty except for the manifests, and a lock file of so many components at the top.
pub fn make(files: usize, components: usize) -> TempDir {
    let top = tempfile::tempdir().expect("a temporary directory can be made");
    let write = |path: &Path, text: &str| fs::write(path, text).expect("a temporary file can be written");
    write(&top.path().join(".gitignore"), "dist/\n*.log\n/target\n");
    if components > 0 {
        write(&top.path().join("package.json"), &super::package_json(components));
        write(&top.path().join("package-lock.json"), &super::package_lock(components));
        write(&top.path().join("Cargo.toml"), &super::cargo_toml(components));
        write(&top.path().join("Cargo.lock"), &super::cargo_lock(components));
    }
    for directory in 0..files.div_ceil(IN_A_DIRECTORY) {
        let place = top.path().join(format!("packages/group-{}/unit-{directory}/src", directory / BESIDE));
        fs::create_dir_all(&place).expect("a temporary directory can be made");
        if directory % PACKAGE_EVERY == 0 {
            let name = format!("unit-{directory}");
            write(&place.join("package.json"), &format!("{{ \"name\": \"{name}\", \"version\": \"1.0.0\" }}\n"));
            write(&place.join("Cargo.toml"), &format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\n"));
        }
        for file in 0..IN_A_DIRECTORY {
            let extension = ["rs", "ts", "md", "json", "yml"][file % 5];
            fs::File::create(place.join(format!("file-{file}.{extension}"))).expect("a temporary file can be made");
        }
    }
    top
}

/// What a walk cannot be cheaper than: every directory listed once and every recognised file read once, by one worker that
/// does nothing else. Answers how many files and bytes that were.
pub fn floor(top: &Path, is_recognised: &dyn Fn(&Path) -> bool) -> (u64, u64) {
    let mut waiting = vec![top.to_owned()];
    let (mut files, mut bytes) = (0, 0);
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(&directory).expect("the tree is there").flatten() {
            let kind = entry.file_type().expect("the system says what it is");
            if kind.is_dir() {
                waiting.push(entry.path());
                continue;
            }
            files += 1;
            if is_recognised(Path::new(&entry.file_name())) {
                bytes += fs::read(entry.path()).map_or(0, |text| text.len() as u64);
            }
        }
    }
    (files, bytes)
}
