//! `gradle/wrapper/gradle-wrapper.properties`: which Gradle runs the build.
//!
//! Format: Gradle user manual, "Gradle Wrapper". `distributionUrl` names an archive `gradle-<version>-<kind>.zip` and
//! `distributionSha256Sum` its digest. It is a properties file (`java.util.Properties`): `\:` stands for `:`.

use std::borrow::Cow;

use compact_str::format_compact;

use super::coordinates;
use crate::ecosystem::{Capabilities, Format, Note, Package, Parsed, Role, Stability, without_user_info};
use crate::model::{ComponentKind, DiagnosticKind, Hash, HashAlgorithm, Origin, Purl, Scope, Span};
use crate::text::{Source, SyntaxError, lines};

/// The wrapper's properties.
pub static WRAPPER: Format = Format {
    id: "maven/gradle-wrapper",
    patterns: &["**/gradle/wrapper/gradle-wrapper.properties"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: true, hashes: true, licenses: false },
    docs: "The properties of Gradle's wrapper: the Gradle distribution that runs the build is a build dependency, with its \
           URL and, where it is pinned, its digest. Its purl is `pkg:generic/gradle`: it comes from no repository of modules.",
    parse,
};

/// A key and its value in a line of a properties file, with the offset of the value.
pub(super) fn property(line: &str) -> Option<(&str, &str, usize)> {
    let start = line.len() - line.trim_start().len();
    let text = &line[start..];
    if text.starts_with(['#', '!']) {
        return None;
    }
    let end = text.find(['=', ':', ' ', '\t'])?;
    let rest = &text[end..];
    let value = rest.trim_start_matches([' ', '\t']);
    let value = value.strip_prefix(['=', ':']).unwrap_or(value).trim_start_matches([' ', '\t']);
    let at = line.len() - value.len();
    Some((&text[..end], value.trim_end(), at))
}

/// The value without the backslashes of a properties file.
fn unescaped(value: &str) -> Cow<'_, str> {
    if value.contains('\\') { Cow::Owned(value.replace('\\', "")) } else { Cow::Borrowed(value) }
}

/// The version in the name of a distribution: `8.5` of `gradle-8.5-bin.zip`.
fn version_of(url: &str) -> Option<(&str, usize)> {
    let start = url.rfind("gradle-")? + "gradle-".len();
    let rest = &url[start..];
    let end = ["-bin.zip", "-all.zip", "-src.zip", "-docs.zip"].iter().find_map(|ending| rest.find(ending))?;
    let version = &rest[..end];
    (coordinates::is_exact(version) && !version.contains('/')).then_some((version, start))
}

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let mut parsed = Parsed::default();
    let (mut url, mut sum) = (None, None);
    for line in lines::lines(file) {
        match property(line.text) {
            Some(("distributionUrl", value, at)) => url = Some((value, line.part(at..at + value.len()))),
            Some(("distributionSha256Sum", value, at)) => sum = Some((value, line.part(at..at + value.len()))),
            _ => {}
        }
    }
    let Some((written, span)) = url else {
        return Err(SyntaxError::new(Span::new(0, 0), "no `distributionUrl`: this names no distribution of Gradle"));
    };
    let Some((version, at)) = version_of(written) else {
        parsed.notes.push(Note {
            mark: file.mark(span),
            kind: DiagnosticKind::Entry,
            message: "the version of Gradle cannot be told from the name of its distribution".to_owned(),
        });
        return Ok(parsed);
    };
    let mut hashes = Vec::new();
    if let Some((text, span)) = sum {
        match Hash::from_hex(HashAlgorithm::Sha256, text) {
            Some(hash) => hashes.push(hash),
            None => parsed.notes.push(Note {
                mark: file.mark(span),
                kind: DiagnosticKind::Entry,
                message: "the distribution's digest is not a SHA-256 digest in hexadecimal".to_owned(),
            }),
        }
    }
    let start = span.start + at as u32;
    let address = unescaped(written);
    parsed.packages.push(Package {
        id: format_compact!("gradle {version}"),
        purl: Purl::new("generic", "gradle").with_version(version),
        kind: ComponentKind::Application,
        origin: Origin::Archive { url: without_user_info(&address).as_ref().into() },
        hashes,
        stated: Some(Scope::Build),
        ..Package::library(
            "",
            Purl::new("generic", "gradle"),
            Origin::Unknown,
            file.mark(Span::new(start, start + version.len() as u32)),
        )
    });
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    fn read(text: &str) -> Result<Parsed, SyntaxError> {
        parse(&Source::from_text(RepoPath::new("gradle-wrapper.properties"), text.to_owned()).unwrap())
    }

    #[test]
    fn the_distribution_has_a_version_a_url_and_a_digest() {
        let text = format!(
            "# c\ndistributionUrl = https\\://user\\:key@registry.example/gradle-8.5-rc-1-all.zip\r\ndistributionSha256Sum={}\n",
            "ab".repeat(32)
        );
        let parsed = read(&text).unwrap();
        let gradle = &parsed.packages[0];
        assert_eq!(gradle.purl.to_string(), "pkg:generic/gradle@8.5-rc-1");
        assert_eq!(gradle.origin.url(), Some("https://registry.example/gradle-8.5-rc-1-all.zip"));
        assert_eq!((gradle.hashes.len(), gradle.mark.line), (1, 2));
    }

    #[test]
    fn what_names_no_version_is_said() {
        assert_eq!(read("distributionUrl=https\\://registry.example/ours.zip\n").unwrap().notes.len(), 1);
        assert!(read("distributionBase=x\n").is_err());
    }
}
