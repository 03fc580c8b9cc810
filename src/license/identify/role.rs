//! What a file is for: a bare `MIT` says something in a file called LICENSE and nothing in a page of documentation.

/// What a file's name says that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileRole {
    /// A license file: LICENSE, COPYING, UNLICENSE, EULA and the like, under every usual name.
    License,
    /// A notice of what a product contains: NOTICE, COPYRIGHT, THIRD-PARTY-NOTICES, AUTHORS.
    Notice,
    /// A first page: README.
    Readme,
    /// A program text: what it says of its license stands in its comments.
    Source,
    /// A package's own description, which declares a license.
    Manifest,
    /// A file of settings or data.
    Data,
    /// A history of changes: it names licenses that hold no longer.
    History,
    /// Any other text.
    Document,
}

impl FileRole {
    /// The word used in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            FileRole::License => "license",
            FileRole::Notice => "notice",
            FileRole::Readme => "readme",
            FileRole::Source => "source",
            FileRole::Manifest => "manifest",
            FileRole::Data => "data",
            FileRole::History => "history",
            FileRole::Document => "document",
        }
    }

    /// What a path says. Names are compared without case; only the last segments count.
    pub fn of_path(path: &str) -> FileRole {
        let lower = path.to_ascii_lowercase();
        let name = lower.rsplit(['/', '\\']).next().unwrap_or(&lower);
        let in_licenses = lower.rsplit(['/', '\\']).nth(1).is_some_and(|directory| {
            matches!(directory, "licenses" | "licences" | "license" | "licence" | "license_files" | "common-licenses")
        });
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let is_manifest = MANIFESTS.contains(&name)
            || matches!(extension, "gemspec" | "podspec" | "cabal" | "doap" | "lsm" | "nuspec" | "opam" | "rockspec")
            || [".metainfo.xml", ".appdata.xml"].iter().any(|end| name.trim_end_matches(".in").ends_with(end))
            || (name == "copyright" && lower.ends_with("debian/copyright"));
        if is_manifest {
            return FileRole::Manifest;
        }
        let is_source = SOURCES.binary_search(&extension).is_ok();
        let stem = name.split('.').next().unwrap_or(name);
        let has = |words: &[&str]| words.iter().any(|word| begins_a_word(name, word));
        if extension == "license" && !stem.is_empty() {
            return FileRole::License;
        }
        // `LICENSE-3rdparty.csv` is a list of components for people.
        let is_table = matches!(extension, "csv" | "tsv") && begins_a_word(name, "license");
        // A page is no program.
        let is_program = is_source && !matches!(extension, "htm" | "html");
        if !is_program && (is_table || !DATA.contains(&extension)) {
            let third =
                ["third-party", "thirdparty", "third_party", "3rdparty", "3rd-party", "3rd_party", "third party"];
            let together = ["thirdpartynotice", "thirdpartylicense", "thirdpartylicence"];
            if has(&third) || has(&["notice", "notices"]) || together.iter().any(|word| name.starts_with(word)) {
                return FileRole::Notice;
            }
            let named = ["license", "licence", "licensing", "copying", "copyleft", "unlicense", "unlicence", "eula"];
            if has(&named) || has(&["licenses", "licences", "mit-license", "gpl", "lgpl", "legal", "patents"]) {
                return FileRole::License;
            }
            if has(&["copyright", "copyrights"]) {
                return FileRole::Notice;
            }
            if in_licenses && !matches!(stem, "readme" | "index") {
                return FileRole::License;
            }
        }
        if name.starts_with("readme") || name.starts_with("read.me") || extension == "readme" {
            return FileRole::Readme;
        }
        let histories = ["changelog", "changes", "history", "news", "releases", "release-notes", "whatsnew"];
        if !is_source && histories.iter().any(|word| name.starts_with(word)) {
            return FileRole::History;
        }
        if is_source || matches!(stem, "makefile" | "dockerfile" | "cmakelists" | "rakefile" | "gemfile" | "configure")
        {
            return FileRole::Source;
        }
        if DATA.contains(&extension) {
            return FileRole::Data;
        }
        FileRole::Document
    }
}

/// Whether `word` stands in a name as a word of its own: `LICENSE-MIT`, `foo.COPYING`, `my_license.txt`.
fn begins_a_word(name: &str, word: &str) -> bool {
    name.match_indices(word).any(|(at, _)| {
        let before = name[..at].chars().next_back();
        let after = name[at + word.len()..].chars().next();
        before.is_none_or(|character| !character.is_alphanumeric())
            && after.is_none_or(|character| !character.is_alphabetic())
    })
}

/// Files in which a package names its license.
const MANIFESTS: &[&str] = &[
    "bower.json",
    "cargo.toml",
    "composer.json",
    "description",
    "dist.ini",
    "doap.xml",
    "meta.json",
    "meta.yml",
    "metadata",
    "package.json",
    "pkg-info",
    "pyproject.toml",
    "reuse.toml",
    "setup.cfg",
];

/// Endings of files of settings and data.
const DATA: &[&str] =
    &["csv", "ini", "json", "json5", "lock", "map", "plist", "po", "pot", "svg", "toml", "tsv", "xml", "yaml", "yml"];

/// Endings of program texts.
const SOURCES: &[&str] = &[
    "ada", "adb", "ads", "as", "asd", "asm", "astro", "awk", "bas", "bash", "bat", "bzl", "c", "cc", "cjs", "cl",
    "clj", "cljs", "cls", "cmake", "cmd", "coffee", "cpp", "cr", "cs", "csh", "css", "cts", "cu", "cxx", "d", "dart",
    "def", "el", "elm", "erl", "ex", "exs", "f", "f03", "f77", "f90", "f95", "fish", "for", "frag", "fs", "fsx",
    "glsl", "go", "gradle", "groovy", "gyp", "gypi", "h", "hh", "hlsl", "hpp", "hrl", "hs", "htm", "html", "hx", "hxx",
    "i", "idl", "inc", "inl", "java", "jl", "js", "jsx", "kt", "kts", "ld", "less", "lhs", "lisp", "lua", "m", "m4",
    "mak", "mjs", "mk", "ml", "mli", "mm", "mts", "nim", "nix", "pas", "php", "pl", "pm", "pod", "pp", "proto", "ps1",
    "psm1", "pxd", "py", "pyi", "pyx", "qml", "r", "rake", "rb", "rego", "rkt", "rs", "s", "sass", "sc", "scala",
    "scm", "scss", "sh", "sol", "sql", "st", "styl", "sv", "svelte", "swift", "sx", "t", "tcl", "tf", "thrift", "ts",
    "tsx", "v", "vala", "vb", "vbs", "vert", "vhd", "vhdl", "vim", "vue", "wat", "xs", "y", "yy", "zig", "zsh",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_known() {
        assert!(SOURCES.windows(2).all(|pair| pair[0] < pair[1]));
        for (path, role) in [
            ("LICENSE", FileRole::License),
            ("a/LICENSE-MIT", FileRole::License),
            ("a/License.txt", FileRole::License),
            ("COPYING.LESSER", FileRole::License),
            ("LICENSES/Foo.txt", FileRole::License),
            ("src/img.png.license", FileRole::License),
            ("MIT-LICENSE.txt", FileRole::License),
            ("UNLICENSE", FileRole::License),
            ("NOTICE.md", FileRole::Notice),
            ("ThirdPartyNotices.txt", FileRole::Notice),
            ("LICENSE-3RD-PARTY.txt", FileRole::Notice),
            ("LICENSE-3rdparty.csv", FileRole::Notice),
            ("licenses.csv", FileRole::Data),
            ("THIRD-PARTY-LICENSES", FileRole::Notice),
            ("README.rst", FileRole::Readme),
            ("src/license.rs", FileRole::Source),
            ("license_check.json", FileRole::Data),
            ("web/package.json", FileRole::Manifest),
            ("data/org.kit.appdata.xml.in", FileRole::Manifest),
            ("CHANGELOG.md", FileRole::History),
            ("docs/guide.md", FileRole::Document),
        ] {
            assert_eq!(FileRole::of_path(path), role, "{path}");
        }
    }
}
