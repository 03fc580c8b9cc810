//! Links that name a license: badges in a README, and `license` attributes of markup.
//!
//! A badge is a picture with words in its address, `…/badge/license-MIT%20OR%20Apache--2.0-blue.svg` (two dashes are one, a low line
//! is a space), or `…/badge/license/MIT%20OR%20Apache-2.0/blue`. Markup names the license by its address: `<rights license="http://creativecommons.org/licenses/by-sa/3.0/">` of
//! citation styles, `rel="license"` of HTML, `<cc:license rdf:resource="…">` of SVG (Creative Commons Rights Expression Language).

use super::notices::Join;
use super::role::FileRole;
use crate::license::read;
use crate::model::Reading;

/// A license that a link names, and the bytes of it.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub licenses: Vec<String>,
    pub join: Join,
    pub start: usize,
    pub end: usize,
}

/// Addresses of badges are not longer.
const LONGEST: usize = 300;

/// Where the address of Creative Commons begins.
const CREATIVE_COMMONS: &str = "creativecommons.org/";

/// The link at a sign (`licen`, `creativecommons`) of a file of this role.
pub(super) fn link_at(role: FileRole, text: &str, at: usize) -> Option<Link> {
    match role {
        FileRole::History | FileRole::Manifest => None,
        FileRole::Readme => badge_at(text, at).or_else(|| attribute_at(role, text, at)),
        _ => attribute_at(role, text, at),
    }
}

/// The badge whose label begins at `at`.
fn badge_at(text: &str, at: usize) -> Option<Link> {
    let before = text.as_bytes().get(at.checked_sub(6)?..at)?;
    if !before.eq_ignore_ascii_case(b"badge/") {
        return None;
    }
    let rest = &text.as_bytes()[at..(at + LONGEST).min(text.len())];
    let length = rest.iter().position(|byte| byte.is_ascii_whitespace() || b")\"'>?]#".contains(byte))?;
    let parts = parts(text.get(at..at + length)?);
    let [label, message, _, ..] = parts.as_slice() else { return None };
    if !["license", "licence", "licenses", "licences"].iter().any(|word| label.eq_ignore_ascii_case(word)) {
        return None;
    }
    let reading = read(message.trim());
    let sure = !matches!(reading.reading, Reading::Guess(_) | Reading::Unmapped(_));
    let expression = reading.expression.filter(|_| sure)?.to_string();
    let (join, operator) = match (expression.contains(" OR "), expression.contains(" AND ")) {
        (true, true) => return None,
        (true, false) => (Join::Or, " OR "),
        _ => (Join::And, " AND "),
    };
    let licenses = expression.split(operator).map(str::to_owned).collect();
    Some(Link { licenses, join, start: at, end: at + length })
}

/// The parts of a badge's address, between slashes or else single dashes, as they are shown.
fn parts(address: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut rest = address;
    let with_slashes = address.contains('/');
    while let Some(first) = rest.chars().next() {
        let (shown, length) = if first == '/' {
            parts.push(std::mem::take(&mut part));
            rest = &rest[1..];
            continue;
        } else if with_slashes && first != '%' {
            (first, first.len_utf8())
        } else if rest.starts_with("--") {
            ('-', 2)
        } else if rest.starts_with("__") {
            ('_', 2)
        } else if first == '-' {
            parts.push(std::mem::take(&mut part));
            rest = &rest[1..];
            continue;
        } else if first == '_' {
            (' ', 1)
        } else if let Some(character) = rest.strip_prefix('%').and_then(escaped) {
            (character, 3)
        } else {
            (first, first.len_utf8())
        };
        part.push(shown);
        rest = &rest[length..];
    }
    parts.push(part);
    parts
}

/// The character that two hexadecimal digits stand for, of ASCII.
fn escaped(digits: &str) -> Option<char> {
    let value = u8::from_str_radix(digits.get(..2)?, 16).ok()?;
    (value.is_ascii_graphic() || value == b' ').then_some(value as char)
}

/// A license of Creative Commons whose address begins at `at`, in a tag that says that it is the license.
fn attribute_at(role: FileRole, text: &str, at: usize) -> Option<Link> {
    let path = text.get(at..)?.strip_prefix(CREATIVE_COMMONS)?;
    let mut from = at.saturating_sub(200);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let window = text.get(from..at)?;
    let open = window.rfind('<')?;
    let tag = &window[open..];
    // In a string of a program, the tag is something that the program writes.
    let in_string = window[..open].ends_with(['"', '\'', '`']) || tag.contains("\\\"") || tag.contains("\\'");
    let name = tag[1..].split(char::is_whitespace).next()?.to_ascii_lowercase();
    let element = name == "rights" || name.rsplit(':').next() == Some("license");
    let named = element || role != FileRole::Document && tag.to_ascii_lowercase().contains("license");
    if tag.contains('>') || in_string || !named {
        return None;
    }
    let (id, length) = creative_commons(path)?;
    Some(Link { licenses: vec![id], join: Join::And, start: at, end: at + CREATIVE_COMMONS.len() + length })
}

/// The identifier of what an address of Creative Commons names, from its path (`licenses/by-sa/3.0/de/`), and how much of it says so.
fn creative_commons(path: &str) -> Option<(String, usize)> {
    const WHOLE: [(&str, &str); 3] = [
        ("publicdomain/zero/1.0", "CC0-1.0"),
        ("publicdomain/mark/1.0", "CC-PDM-1.0"),
        ("licenses/publicdomain", "CC-PDDC"),
    ];
    if let Some((address, id)) = WHOLE.iter().find(|(address, _)| path.starts_with(address)) {
        return Some(((*id).to_owned(), address.len()));
    }
    let rest = path.strip_prefix("licenses/")?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '-' | '.')).unwrap_or(rest.len());
    let mut segments = rest[..end].split('/');
    let (kind, version) = (segments.next()?, segments.next()?);
    let id = format!("CC-{}-{version}", kind.to_ascii_uppercase());
    let ported = segments.next().map(|place| format!("{id}-{}", place.to_ascii_uppercase()));
    let known = [ported, Some(id)].into_iter().flatten().find(|id| spdx::license_id(id).is_some())?;
    Some((known, "licenses/".len() + kind.len() + 1 + version.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(role: FileRole, text: &str, sign: &str) -> Option<String> {
        link_at(role, text, text.find(sign)?).map(|link| {
            assert!(text.get(link.start..link.end).is_some());
            link.licenses.join(if link.join == Join::Or { " OR " } else { " AND " })
        })
    }

    #[test]
    fn badges_name_licenses() {
        let badge = |words: &str| {
            let text = format!("[![x](https://badges.example/badge/{words}.svg)](LICENSE)");
            link(FileRole::Readme, &text, words)
        };
        assert_eq!(badge("license-MIT%20OR%20Apache--2.0-blue").as_deref(), Some("MIT OR Apache-2.0"));
        assert_eq!(badge("License-Apache--2.0_OR_MIT-blue").as_deref(), Some("Apache-2.0 OR MIT"));
        assert_eq!(badge("licence-BSD--3--Clause-green").as_deref(), Some("BSD-3-Clause"));
        assert_eq!(badge("license/Zlib%20OR%20Apache-2.0/blue").as_deref(), Some("Zlib OR Apache-2.0"));
        assert_eq!(badge("license-none%20of%20them-green"), None);
        assert_eq!(badge("license-MIT"), None);
        assert_eq!(badge("build-passing-green"), None);
    }

    #[test]
    fn attributes_name_licenses() {
        let rights = "<rights license=\"http://creativecommons.org/licenses/by-sa/3.0/\">free</rights>";
        assert_eq!(link(FileRole::Data, rights, "creativecommons").as_deref(), Some("CC-BY-SA-3.0"));
        assert_eq!(link(FileRole::Document, rights, "creativecommons").as_deref(), Some("CC-BY-SA-3.0"));
        let ported = "<cc:license rdf:resource='https://creativecommons.org/licenses/by/3.0/de/'/>";
        assert_eq!(link(FileRole::Data, ported, "creativecommons").as_deref(), Some("CC-BY-3.0-DE"));
        let zero = "<a rel=\"license\" href=\"https://creativecommons.org/publicdomain/zero/1.0/\">";
        assert_eq!(link(FileRole::Source, zero, "creativecommons").as_deref(), Some("CC0-1.0"));
        for talk in [
            "see <a href=\"https://creativecommons.org/licenses/by/4.0/\">",
            "write('<a rel=\"license\" href=\"https://creativecommons.org/licenses/by/4.0/\">')",
            "<rights>x</rights> https://creativecommons.org/licenses/by/4.0/",
            "<license rdf:resource='https://creativecommons.org/licenses/zz/4.0/'>",
        ] {
            assert_eq!(link(FileRole::Source, talk, "creativecommons"), None, "{talk}");
        }
    }
}
