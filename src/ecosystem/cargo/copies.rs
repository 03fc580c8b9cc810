//! Where copies of packages lie, and the license their own manifest declares.
//!
//! A manifest in the registry's sources or in a vendored tree is the one that cargo normalised when the package was
//! published: nothing in it is inherited. In a git checkout it is the author's own, so that an inherited license is unknown
//! there rather than guessed.

use crate::ecosystem::{CopyBase, CopyKind, CopyLicense, CopyWanted, inherits_nothing};
use crate::model::Origin;
use crate::text::{Node, Source, toml};

/// All kinds of copies, most trusted first: the tree, then this machine.
pub static COPIES: &[CopyKind] = &[VENDORED, REGISTRY, GIT];

const VENDORED: CopyKind = CopyKind {
    name: "cargo vendored sources",
    base: CopyBase::Tree { installed: false },
    below: &VENDOR_DIRECTORIES,
    candidates: vendored,
    license,
    inherits: inherits_nothing,
};

const REGISTRY: CopyKind = CopyKind {
    name: "cargo registry sources",
    base: CopyBase::Machine("cargo-home"),
    below: &[],
    candidates: registry,
    license,
    inherits: inherits_nothing,
};

const GIT: CopyKind = CopyKind {
    name: "cargo git checkouts",
    base: CopyBase::Machine("cargo-home"),
    below: &[],
    candidates: git,
    license,
    inherits: inherits_nothing,
};

/// How many characters of a commit's id cargo names a checkout by.
const SHORT: usize = 7;

/// Where projects keep vendored packages: what `cargo vendor` makes, and the place large trees use instead.
pub(super) const VENDOR_DIRECTORIES: [&str; 2] = ["vendor", "third_party/rust"];

/// Name and version, if they are safe to make a path of: nothing in a lock file may lead out of the base directory.
fn path_parts<'w>(wanted: &'w CopyWanted<'_>) -> Option<(&'w str, &'w str)> {
    let safe = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+'))
            && !matches!(text, "" | "." | "..")
    };
    let (name, version) = (wanted.purl.name(), wanted.purl.version()?);
    (wanted.purl.kind() == "cargo" && safe(name) && safe(version)).then_some((name, version))
}

pub(super) fn vendored(wanted: &CopyWanted<'_>) -> Vec<String> {
    let Some((name, version)) = path_parts(wanted) else { return Vec::new() };
    if !matches!(wanted.origin, Origin::Registry { .. } | Origin::Git { .. }) {
        return Vec::new();
    }
    let mut bases = vec![wanted.project.as_str()];
    if !wanted.project.as_str().is_empty() {
        bases.push("");
    }
    let mut candidates = Vec::new();
    for base in bases {
        let slash = if base.is_empty() { "" } else { "/" };
        for directory in VENDOR_DIRECTORIES {
            // The newest of several versions has the plain name, unless the tree was made with `--versioned-dirs`.
            candidates.push(format!("{base}{slash}{directory}/{name}-{version}/Cargo.toml"));
            candidates.push(format!("{base}{slash}{directory}/{name}/Cargo.toml"));
        }
    }
    candidates
}

pub(super) fn registry(wanted: &CopyWanted<'_>) -> Vec<String> {
    match (path_parts(wanted), wanted.origin) {
        (Some((name, version)), Origin::Registry { .. }) => {
            vec![format!("registry/src/*/{name}-{version}/Cargo.toml")]
        }
        _ => Vec::new(),
    }
}

pub(super) fn git(wanted: &CopyWanted<'_>) -> Vec<String> {
    let (Some((name, _)), Origin::Git { commit: Some(commit), .. }) = (path_parts(wanted), wanted.origin) else {
        return Vec::new();
    };
    let Some(short) = commit.get(..SHORT).filter(|short| short.bytes().all(|byte| byte.is_ascii_hexdigit())) else {
        return Vec::new();
    };
    // A crate lies at the root of its repository, in a directory of its name there, or beside its siblings.
    ["", &format!("{name}/"), &format!("crates/{name}/")]
        .map(|directory| format!("git/checkouts/*/{short}/{directory}Cargo.toml"))
        .into()
}

pub(super) fn license(source: &Source) -> Option<CopyLicense> {
    let document = toml::parse(source).ok()?;
    let package = document.root().get("package").or_else(|| document.root().get("project"))?;
    let license = package.get("license")?;
    let text = |key| package.get(key).and_then(Node::string).map(Into::into);
    let raw = license.string().filter(|raw| !raw.trim().is_empty())?;
    Some(CopyLicense {
        raw: raw.into(),
        mark: source.mark(license.span()),
        beside: Vec::new(),
        files: Vec::new(),
        name: text("name"),
        version: text("version"),
    })
}
