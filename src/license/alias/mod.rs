//! Wordings that are no identifiers and yet say which license is meant, each with the reason.
//!
//! First the table, then the full names of the SPDX list, then four rules that hold for many wordings (a word `License`
//! behind an identifier, an address that ends in an identifier, a classifier's prefix, a short name in parentheses). A
//! wording that can mean several things is a guess; one that is known to mean no license says so.

mod table;

use std::sync::OnceLock;

use compact_str::{CompactString, format_compact};
use spdx::identifiers::LICENSES;

use self::table::{Meaning, TABLE};
use super::ids;

/// What a wording means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alias {
    /// The SPDX expression; `None` for a wording that is known not to name a license.
    pub spdx: Option<CompactString>,
    /// Whether the wording can mean nothing else.
    pub sure: bool,
    /// Which wording, and why it means that.
    pub why: CompactString,
}

/// Wordings are short. A longer text is a license text or an attack, and not copied.
const LONGEST: usize = 200;

/// The meaning of a wording, if it is known.
pub(super) fn find(text: &str) -> Option<Alias> {
    if text.len() > LONGEST {
        return None;
    }
    npm(text).or_else(|| classifier(text)).or_else(|| titled(text)).or_else(|| twice(text))
}

/// The two words that npm's documentation of `license` gives a meaning of their own.
fn npm(text: &str) -> Option<Alias> {
    if text == "UNLICENSED" {
        return Some(Alias {
            spdx: Some("LicenseRef-npm-unlicensed".into()),
            sure: true,
            why: "`UNLICENSED`: npm's word for \"no right is granted to anybody\" (package.json, `license`)".into(),
        });
    }
    if text.eq_ignore_ascii_case("unlicensed") {
        return Some(nothing(format_compact!(
            "`{text}` may be npm's `UNLICENSED` (no rights at all) or The Unlicense (all rights given away)"
        )));
    }
    let head = text.get(..14)?;
    if !head.eq_ignore_ascii_case("see license in") {
        return None;
    }
    let file = text[14..].trim();
    Some(nothing(match file {
        "" => "the terms are in a file of the package".into(),
        file => format_compact!("the terms are in the package's file `{file}`, which has to be read"),
    }))
}

fn nothing(why: CompactString) -> Alias {
    Alias { spdx: None, sure: false, why }
}

/// `License :: OSI Approved :: MIT License`: a trove classifier of a Python package.
fn classifier(text: &str) -> Option<Alias> {
    let name = text.strip_prefix("License ::")?;
    let name = name.rsplit("::").next().unwrap_or(name).trim();
    let mut alias = titled(name).or_else(|| twice(name))?;
    alias.why = format_compact!("a Python package's classifier: {}", alias.why);
    Some(alias)
}

/// A title with its short name behind it in parentheses, both meaning the same: `GNU General Public License v3 (GPLv3)`.
fn twice(text: &str) -> Option<Alias> {
    let (title, short) = text.strip_suffix(')')?.rsplit_once('(')?;
    let long = titled(title)?;
    let agrees = |meaning: Option<CompactString>| meaning.is_some() && meaning == long.spdx;
    let short_is_identifier = agrees(super::reading::identifier(short.trim()).map(|now| now.license));
    // A short name often lacks the version that the title has; it must not say anything else.
    (short_is_identifier || titled(short).is_none_or(|short| !short.sure || agrees(short.spdx))).then_some(long)
}

/// A title or short name: by the table, by the full names of the SPDX list, or by an identifier inside it.
fn titled(text: &str) -> Option<Alias> {
    let text = text.trim();
    let normal = normal(text);
    if normal.is_empty() {
        return (!text.is_empty()).then(|| nothing(format_compact!("`{text}` {}", table::NO_NAME)));
    }
    if let Ok(at) = TABLE.binary_search_by(|(wording, _)| (*wording).cmp(normal.as_str())) {
        return Some(match TABLE[at].1 {
            Meaning::Sure(spdx, why) => known(text, spdx, true, why),
            Meaning::Guess(spdx, why) => known(text, spdx, false, why),
            Meaning::Nothing(why) => nothing(format_compact!("`{text}` {why}")),
        });
    }
    if let Some(license) = full_name(&normal) {
        let now = ids::current(license, false)?;
        let spdx = match now.exception {
            Some(exception) => format_compact!("{} WITH {exception}", now.license),
            None => now.license,
        };
        return Some(known(text, &spdx, true, "its full name on the SPDX license list"));
    }
    address(text).or_else(|| with_word(text, &normal))
}

fn known(text: &str, spdx: &str, sure: bool, why: &str) -> Alias {
    Alias { spdx: Some(spdx.into()), sure, why: format_compact!("`{text}` is read as {spdx}: {why}") }
}

/// `Apache-2.0 License`. Only for identifiers with a digit: `Intel License` need not be the license called `Intel`.
fn with_word(text: &str, normal: &str) -> Option<Alias> {
    let license = super::reading::identifier(normal)?;
    let exact = license.exception.is_none() && license.license.bytes().any(|byte| byte.is_ascii_digit());
    exact.then(|| known(text, &license.license, true, "the identifier with the word license"))
}

/// `https://spdx.org/licenses/MIT.html`, `https://opensource.org/licenses/MIT`.
fn address(text: &str) -> Option<Alias> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let name = rest
        .strip_prefix("spdx.org/licenses/")
        .or_else(|| rest.strip_prefix("opensource.org/licenses/"))
        .or_else(|| rest.strip_prefix("opensource.org/license/"))?;
    let name = name.trim_end_matches('/').trim_end_matches(".html");
    let now = super::reading::identifier(name).filter(|now| now.exception.is_none())?;
    Some(known(text, &now.license, true, table::ADDRESS))
}

/// The form in which wordings are compared: lower case, without the words that say nothing (`the`, `license`, `version`)
/// and without quotes and commas.
fn normal(text: &str) -> CompactString {
    let lower =
        text.to_lowercase().replace("licence", "license").replace([',', '"', '“', '”'], " ").replace(['\'', '`'], "");
    let mut normal = CompactString::default();
    for word in lower.split_whitespace() {
        let word = if word.starts_with("http") { word } else { word.trim_end_matches('.') };
        if matches!(word, "license" | "version" | "v" | "-" | "the" | "") {
            continue;
        }
        let word = match word.strip_prefix('v').map(|rest| rest.trim_start_matches('.')) {
            Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => number,
            _ => word,
        };
        if !normal.is_empty() {
            normal.push(' ');
        }
        normal.push_str(word);
    }
    normal
}

/// The license of the SPDX list with this full name in normal form; not if several have it.
fn full_name(wanted: &str) -> Option<&'static spdx::License> {
    static NAMES: OnceLock<Vec<(CompactString, usize)>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let mut names: Vec<(CompactString, usize)> =
            LICENSES.iter().enumerate().map(|(index, license)| (normal(license.full_name), index)).collect();
        names.sort();
        names
    });
    let from = names.partition_point(|(name, _)| name.as_str() < wanted);
    // Deprecated identifiers have the full name of their successor.
    let same = names[from..].iter().take_while(|(name, _)| name == wanted).map(|(_, index)| &LICENSES[*index]);
    let mut current = same.filter(|license| license.flags & spdx::flags::IS_DEPRECATED == 0);
    match (current.next(), current.next()) {
        (Some(license), None) if license.name != "NOASSERTION" => Some(license),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::reading::parse;

    #[test]
    fn the_table_is_sorted_unique_and_in_normal_form() {
        for pair in TABLE.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{:?} {:?}", pair[0].0, pair[1].0);
        }
        for (wording, _) in TABLE {
            assert_eq!(normal(wording), *wording);
        }
    }

    #[test]
    fn every_meaning_is_a_canonical_expression_and_has_a_reason() {
        for (wording, meaning) in TABLE {
            let (Meaning::Sure(_, why) | Meaning::Guess(_, why) | Meaning::Nothing(why)) = meaning;
            assert!(why.len() > 10 && !why.ends_with('.'), "{wording}: {why}");
            if let Meaning::Sure(spdx, _) | Meaning::Guess(spdx, _) = meaning {
                assert_eq!(parse(spdx).unwrap().to_string(), *spdx, "{wording}");
            }
        }
    }

    #[test]
    fn no_wording_contradicts_an_identifier() {
        for (wording, meaning) in TABLE {
            let (Some(now), Meaning::Sure(spdx, _)) = (crate::license::reading::identifier(wording), meaning) else {
                continue;
            };
            assert_eq!(now.license, *spdx, "{wording}");
        }
    }

    #[test]
    fn a_short_name_that_contradicts_its_title_is_no_alias() {
        assert!(find("GNU General Public License v3 (GPLv3)").unwrap().sure);
        assert_eq!(find("GNU General Public License v3 (GPLv2)"), None);
        assert_eq!(find("MIT License (Apache-2.0)"), None);
    }

    #[test]
    fn full_names_of_the_list_are_found() {
        let spdx = |text: &str| find(text).unwrap().spdx.unwrap();
        assert_eq!(spdx("Apache License 2.0"), "Apache-2.0");
        assert_eq!(spdx("BSD 3-Clause \"New\" or \"Revised\" License"), "BSD-3-Clause");
        assert_eq!(spdx("GNU General Public License v3.0 or later"), "GPL-3.0-or-later");
        assert_eq!(spdx("European Union Public Licence 1.2"), "EUPL-1.2");
        // Not deprecated identifiers are found by full name, unless two of them share it.
        let missed = LICENSES
            .iter()
            .filter(|license| license.flags & spdx::flags::IS_DEPRECATED == 0 && license.name != "NOASSERTION")
            .filter(|license| find(license.full_name).and_then(|alias| alias.spdx).as_deref() != Some(license.name))
            .map(|license| license.name)
            .collect::<Vec<_>>();
        assert!(missed.len() < 25, "{} {missed:?}", missed.len());
    }
}
