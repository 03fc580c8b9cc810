//! Where copies of modules lie with their license files. Modules declare no license: these files are all there is.

use super::identity::{self, STDLIB, TOOLCHAIN};
use super::{CACHE, ROOT};
use crate::ecosystem::{CopyBase, CopyWanted, TextKind, nothing_apart};
use crate::model::{Origin, Purl};

/// All places, most trusted first: the tree, then this machine.
pub(super) static TEXTS: &[TextKind] = &[
    TextKind {
        name: "go vendor directory",
        base: CopyBase::Tree { installed: false },
        below: &["vendor"],
        directories: vendored,
        apart: nothing_apart,
    },
    TextKind { name: "go module cache", base: CopyBase::Machine(CACHE), below: &[], directories: cached, apart },
    TextKind {
        name: "go module archives",
        base: CopyBase::Machine(CACHE),
        below: &[],
        directories: downloaded,
        apart: nothing_apart,
    },
    TextKind { name: "the Go installation", base: CopyBase::Machine(ROOT), below: &[], directories: installed, apart },
];

/// The module path and version, if a directory may be made of them.
fn module(wanted: &CopyWanted<'_>) -> Option<(String, String)> {
    let is_module = wanted.purl.kind() == "golang" && matches!(wanted.origin, Origin::Registry { .. });
    let path = wanted.purl.full_name();
    (is_module && identity::is_module_path(&path))
        .then(|| (path.into(), wanted.purl.version().unwrap_or_default().to_owned()))
}

/// The vendor directory of the project. It has no versions in its names: `modules.txt` says which one lies there, and that it is
/// the one that is required is checked by the join.
fn vendored(wanted: &CopyWanted<'_>) -> Vec<String> {
    let Some((path, _)) = module(wanted) else { return Vec::new() };
    if matches!(path.as_str(), STDLIB | TOOLCHAIN) {
        return Vec::new();
    }
    // A replacement lies under the path of what it replaces.
    if let Some(directory) = wanted.directory {
        return vec![directory.to_string()];
    }
    match wanted.project.as_str() {
        "" => vec![format!("vendor/{path}")],
        project => vec![format!("{project}/vendor/{path}")],
    }
}

/// The extracted module. Go's own library and tools lie there as the module of a toolchain, if the go command fetched it.
fn cached(wanted: &CopyWanted<'_>) -> Vec<String> {
    let Some((path, version)) = module(wanted) else { return Vec::new() };
    if matches!(path.as_str(), STDLIB | TOOLCHAIN) {
        let safe = version.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        return if safe && !version.is_empty() {
            vec![format!("golang.org/toolchain@v0.0.1-go{version}.*")]
        } else {
            Vec::new()
        };
    }
    let directory = identity::escaped(&path).zip(identity::escaped(&version));
    directory.map(|(path, version)| format!("{path}@{version}")).into_iter().collect()
}

/// The archive as the proxy served it, where it is not extracted. In it stand the module's own names.
fn downloaded(wanted: &CopyWanted<'_>) -> Vec<String> {
    let Some((path, version)) = module(wanted) else { return Vec::new() };
    if matches!(path.as_str(), STDLIB | TOOLCHAIN) {
        return Vec::new();
    }
    let escaped = identity::escaped(&path).zip(identity::escaped(&version));
    let archive = escaped.map(|(below, file)| format!("cache/download/{below}/@v/{file}.zip!/{path}@{version}"));
    archive.into_iter().collect()
}

/// The sources of the go command and its tools lie beside those of the library, and no product holds them.
fn apart(purl: &Purl) -> &'static [&'static str] {
    if purl.full_name() == STDLIB { &["src/cmd"] } else { &[] }
}

/// Go's own library and tools as they are installed here. The version that `go.mod` states is the least that will do: what is
/// built with is this one, unless the go command has fetched that very one.
fn installed(wanted: &CopyWanted<'_>) -> Vec<String> {
    match module(wanted) {
        Some((path, version)) if matches!(path.as_str(), STDLIB | TOOLCHAIN) && !version.is_empty() => {
            vec![String::new()]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn places(purl: &str, project: &str) -> (Vec<String>, Vec<String>) {
        let purl: Purl = purl.parse().unwrap();
        let (origin, project) = (Origin::Registry { url: None }, RepoPath::new(project));
        let wanted = CopyWanted { purl: &purl, origin: &origin, directory: None, project: &project };
        (vendored(&wanted), cached(&wanted))
    }

    #[test]
    fn directories_are_those_of_the_go_command() {
        let (vendored, cached) = places("pkg:golang/github.com/BurntSushi/toml@v1.0.0-RC1", "cmd/x");
        assert_eq!(vendored, ["cmd/x/vendor/github.com/BurntSushi/toml"]);
        assert_eq!(cached, ["github.com/!burnt!sushi/toml@v1.0.0-!r!c1"]);
        let purl: Purl = "pkg:golang/github.com/BurntSushi/toml@v1.0.0-RC1".parse().unwrap();
        let (origin, project) = (Origin::Registry { url: None }, RepoPath::root());
        let wanted = CopyWanted { purl: &purl, origin: &origin, directory: None, project: &project };
        let archive =
            "cache/download/github.com/!burnt!sushi/toml/@v/v1.0.0-!r!c1.zip!/github.com/BurntSushi/toml@v1.0.0-RC1";
        assert_eq!(downloaded(&wanted), [archive]);
        let (vendored, cached) = places("pkg:golang/stdlib@1.22.3", "");
        assert_eq!((vendored.len(), cached), (0, vec!["golang.org/toolchain@v0.0.1-go1.22.3.*".to_owned()]));
    }

    #[test]
    fn the_installation_holds_what_is_of_go_itself() {
        let of = |purl: &str| {
            let purl: Purl = purl.parse().unwrap();
            let (origin, project) = (Origin::Registry { url: None }, RepoPath::root());
            installed(&CopyWanted { purl: &purl, origin: &origin, directory: None, project: &project })
        };
        assert_eq!(of("pkg:golang/stdlib@1.22.6"), [""]);
        let apart = |purl: &str| apart(&purl.parse().unwrap());
        assert_eq!(
            (apart("pkg:golang/stdlib@1.22.6"), apart("pkg:golang/toolchain@1.22.6")),
            (&["src/cmd"][..], &[][..])
        );
        assert!(of("pkg:golang/stdlib").is_empty() && of("pkg:golang/a.example/b@v1.0.0").is_empty());
    }

    #[test]
    fn no_name_leads_elsewhere() {
        for purl in [
            "pkg:golang/a/..%2F..%2Fb@v1.0.0",
            "pkg:golang/%2Fa@v1.0.0",
            "pkg:golang/a@..%2Fv1",
            "pkg:golang/stdlib@..%2F*",
        ] {
            let (vendored, cached) = places(purl, "");
            assert!(vendored.iter().all(|path| !path.contains("..")) && cached.is_empty(), "{purl}");
        }
    }
}
