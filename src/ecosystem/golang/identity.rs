//! What modules are called: module paths as purls and as directories of the module cache.

use compact_str::CompactString;

use crate::model::Purl;

/// The digest that `go.sum` has of a module: the base64 of a SHA-256 over the list of its files and their digests. No file
/// has that digest, so that it is no hash of an artefact in the sense of an SBOM.
pub(super) const H1: &str = "sepal:golang:h1";

/// The packages that `vendor/modules.txt` lists of a module, as seen from the module; `.` is the module's own directory.
pub(super) const VENDORED: &str = "sepal:golang:vendored-packages";

/// What a replacement stands for: the module and version that `go.mod` files ask for.
pub(super) const REPLACES: &str = "sepal:golang:replaces";

/// Why its own `go.mod` calls a module deprecated.
pub(super) const DEPRECATED: &str = "sepal:golang:deprecated";

/// The name OSV gives the standard library.
pub(super) const STDLIB: &str = "stdlib";

/// The name OSV gives the go command with its compiler and linker.
pub(super) const TOOLCHAIN: &str = "toolchain";

/// The purl of a module. Case is kept: module paths differ by it, the cache keeps them apart and advisories name them so.
/// The definition of the type marks names as case-sensitive (and asks for lower case in a remark, which would make two
/// modules one).
pub(super) fn purl(path: &str, version: Option<&str>) -> Purl {
    let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
    Purl::new("golang", name).with_namespace(namespace).with_version(version.unwrap_or_default())
}

/// How an entry of a file is named in it: `example.com/kit v1.0.0`.
pub(super) fn entry(path: &str, version: &str) -> CompactString {
    let mut id = CompactString::with_capacity(path.len() + 1 + version.len());
    for part in [path, " ", version] {
        id.push_str(part);
    }
    id
}

/// Whether a text can be a module path: segments of letters, digits and `-._~` with `/` between (Go Modules Reference,
/// "Module paths").
pub(super) fn is_module_path(text: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'!');
    text.split('/').all(|segment| !matches!(segment, "" | "." | "..") && segment.bytes().all(safe))
}

/// Whether a replacement is a directory: Go asks for `./`, `../` or an absolute path.
pub(super) fn is_directory(text: &str) -> bool {
    let drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
    matches!(text, "." | "..") || ["./", "../", "/", ".\\", "..\\"].iter().any(|start| text.starts_with(start)) || drive
}

/// A path or version as the module cache writes it: every upper-case letter as `!` and its lower case, since file systems
/// may not tell case. `None` if it would lead elsewhere.
pub(super) fn escaped(text: &str) -> Option<String> {
    if !is_module_path(text) || text.contains('!') {
        return None;
    }
    let mut made = String::with_capacity(text.len() + 4);
    for character in text.chars() {
        if character.is_ascii_uppercase() {
            made.push('!');
        }
        made.push(character.to_ascii_lowercase());
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_segment_is_the_name() {
        for (path, version, text) in [
            ("github.com/spf13/cobra", "v1.8.0", "pkg:golang/github.com/spf13/cobra@v1.8.0"),
            (
                "github.com/docker/docker",
                "v20.10.0+incompatible",
                "pkg:golang/github.com/docker/docker@v20.10.0%2Bincompatible",
            ),
            ("github.com/Azure/go-autorest/v2", "", "pkg:golang/github.com/Azure/go-autorest/v2"),
            ("gopkg.in/yaml.v3", "v3.0.1", "pkg:golang/gopkg.in/yaml.v3@v3.0.1"),
            ("stdlib", "1.22.3", "pkg:golang/stdlib@1.22.3"),
        ] {
            let made = purl(path, Some(version));
            assert_eq!(made.to_string(), text);
            assert_eq!(made.full_name(), path);
        }
    }

    #[test]
    fn the_cache_has_no_upper_case_and_leads_nowhere_else() {
        assert_eq!(escaped("github.com/BurntSushi/toml").as_deref(), Some("github.com/!burnt!sushi/toml"));
        for wrong in ["", "/a", "a//b", "a/../b", "a/.", "a b", "a\\b", "a*", "!a"] {
            assert_eq!(escaped(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn directories_begin_like_directories() {
        assert!([".", "..", "./a", "../a", "/a", "C:\\a", ".\\a"].into_iter().all(is_directory));
        assert!(!["a", "a/b", "...", "github.com/a/b"].into_iter().any(is_directory));
    }
}
