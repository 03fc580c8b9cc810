//! Coordinates as Gradle writes them, and what a version says about itself.
//!
//! The notation is that of the user manual ("Declaring dependencies", "Declaring versions and ranges"):
//! `group:name:version:classifier@extension`, of which all but group and name may be missing; a version may end in `!!`
//! (strictly).

use compact_str::{CompactString, format_compact};

use crate::ecosystem::Package;
use crate::model::{ComponentKind, Hash, Mark, Origin, Party, Purl, Scope};

/// The tail of the name of a plugin's marker: the module that stands for a plugin's id in repositories ("Plugin Marker
/// Artifacts" in the user manual).
const MARKER: &str = ".gradle.plugin";

/// Coordinates in one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coordinates<'t> {
    pub group: &'t str,
    pub name: &'t str,
    /// As written, without `!!`; empty where there is none.
    pub version: &'t str,
    pub classifier: &'t str,
    pub extension: &'t str,
    /// Where `version` stands in the text.
    pub version_at: usize,
}

/// Reads `group:name[:version[:classifier]][@extension]`. `None` if it is not of that form.
pub(super) fn read(text: &str) -> Option<Coordinates<'_>> {
    let (modules, extension) = text.split_once('@').unwrap_or((text, ""));
    let mut parts = modules.split(':');
    let (group, name) = (parts.next()?, parts.next()?);
    let version_at = group.len() + name.len() + 2;
    let (version, classifier) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let plain = is_name(group) && is_name(name) && is_name_or_empty(classifier) && is_name_or_empty(extension);
    let version = version.strip_suffix("!!").unwrap_or(version);
    let spaced = version.contains(|letter: char| letter.is_control() || matches!(letter, '/' | '\\' | '"' | '\''));
    (parts.next().is_none() && plain && !spaced).then_some(Coordinates {
        group,
        name,
        version,
        classifier,
        extension,
        version_at,
    })
}

/// Whether a text can be a group or a name: it becomes part of a purl, and of a path in caches.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && is_name_or_empty(text) && text != "." && text != ".."
}

fn is_name_or_empty(text: &str) -> bool {
    !text.bytes().any(|byte| {
        matches!(
            byte,
            0..=b' '
                | b'/'
                | b'\\'
                | b':'
                | b'@'
                | b'$'
                | b'{'
                | b'}'
                | b'"'
                | b'\''
                | b'('
                | b')'
                | b','
                | b'='
                | b'*'
        )
    })
}

/// Whether a version is one version: no range, no prefix (`1.+`), no status (`latest.release`), nothing to be filled in.
pub(super) fn is_exact(version: &str) -> bool {
    !version.is_empty()
        && !version.ends_with('+')
        && !version.starts_with("latest.")
        && !version.bytes().any(|byte| {
            matches!(
                byte,
                0..=b' ' | b'[' | b']' | b'(' | b')' | b',' | b'$' | b'{' | b'}' | b'*' | b'^' | b'"' | b'\'' | b'\\'
            )
        })
}

/// The purl of a module. `version` is one version, or empty.
pub(super) fn purl(group: &str, name: &str, version: &str) -> Purl {
    Purl::new("maven", name).with_namespace(group).with_version(version)
}

/// The purl of what a text of coordinates asks for; without a version where it does not name one.
pub(super) fn asked(group: &str, name: &str, version: &str, classifier: &str, extension: &str) -> Purl {
    let extension = if extension == "jar" { "" } else { extension };
    purl(group, name, if is_exact(version) { version } else { "" })
        .with_qualifier("classifier", classifier)
        .with_qualifier("type", extension)
}

/// Group and name of the module that stands for a plugin.
pub(super) fn marker(plugin: &str) -> CompactString {
    format_compact!("{plugin}:{plugin}{MARKER}")
}

/// A library of a third party as one file names it.
pub(super) fn library(id: CompactString, purl: Purl, hashes: Vec<Hash>, stated: Option<Scope>, mark: Mark) -> Package {
    Package {
        id,
        purl,
        kind: ComponentKind::Library,
        party: Party::Third,
        origin: Origin::Registry { url: None },
        hashes,
        license: None,
        stated,
        directory: None,
        answers: Vec::new(),
        properties: Vec::new(),
        mark,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_of_the_notation_are_told_apart() {
        let all = read("org.example:kit:1.0:linux@zip").unwrap();
        assert_eq!((all.group, all.name, all.version), ("org.example", "kit", "1.0"));
        assert_eq!((all.classifier, all.extension, all.version_at), ("linux", "zip", 16));
        assert_eq!(read("g:a:1.7!!").unwrap().version, "1.7");
        assert_eq!(read("g:a").unwrap().version, "");
        assert_eq!(read("g:a@aar").unwrap().extension, "aar");
        assert_eq!(read("g:a::natives").unwrap().classifier, "natives");
    }

    #[test]
    fn what_is_no_coordinates_is_none() {
        for text in ["", "kit", ":app", "g:", "a b:c", "g:a:1:c:d", "g:../x:1", "g:..:1", "$g:a:1"] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn ranges_and_what_is_to_be_filled_in_are_no_versions() {
        for version in ["", "1.+", "+", "[1,2)", "latest.release", "$v", "${v}", "1.0,2.0", "*"] {
            assert!(!is_exact(version), "{version}");
        }
        for version in ["1.0", "1.0+build.3", "1.0-SNAPSHOT", "r09", "31.1-jre", "IU-261.22158.277"] {
            assert!(is_exact(version), "{version}");
        }
    }
}
