//! Terms that are no license of the list and have no name that is known: a license file that is one all the same.
//!
//! Saying nothing of such a file would leave the package with what its manifest claims.

/// What terms of a license say, each in a way that other texts do not.
const SAYINGS: &[&[&str]] = &[
    &["hereby grant", "grants you", "grants to you", "license grant", "grant of license", "grant you", "grants each"],
    &["permission to use", "right to use", "license to use", "may use the", "may use this", "non-exclusive"],
    &["licensee", "licensor", "this license", "this agreement", "these terms", "the license agreement"],
    &["may not", "shall not", "must not", "prohibited", "not permitted", "except as"],
    &["redistribut", "distribute", "sublicens", "copy, modify", "derivative works", "reproduce"],
    &["warrant", "\"as is\"", "as-is", "liable", "liability"],
    &["terminat", "governing law", "governed by the laws", "jurisdiction"],
];

/// How many kinds of sayings make a license.
const ENOUGH: usize = 5;
/// Shorter texts refer to a license or talk of one.
const SHORTEST: usize = 500;
/// Of longer texts so much is looked at.
const LONGEST: usize = 64 << 10;

/// Whether a text that holds no known license is the terms of one: it grants, asks and disclaims, and its title says so.
pub(super) fn is_license(text: &str) -> bool {
    if text.len() < SHORTEST {
        return false;
    }
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let lower: String = text[..end].split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let said = SAYINGS.iter().filter(|ways| ways.iter().any(|way| lower.contains(way))).count();
    said >= ENOUGH && has_title(&text[..end])
}

/// Whether one of the first lines is the title of terms.
fn has_title(text: &str) -> bool {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(6);
    lines.into_iter().any(|line| {
        let lower = line.to_ascii_lowercase();
        let names = ["licen", "agreement", "terms", "eula", "conditions"].iter().any(|word| lower.contains(word));
        names && line.split_whitespace().count() <= 14 && !lower.ends_with('.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: &str = "ACME SOURCE LICENSE, VERSION 3\n\nAcme grants you a non-exclusive right to use the Kit, and to \
        distribute it, under these terms.\n\n1. You may not offer the Kit to others as a service.\n2. Rights under this \
        license terminate when you break it.\n3. The Kit comes as it is; Acme gives no warranty of any kind and is not \
        liable for what it does or does not do, whoever says otherwise, in whatever court and under whatever law, as far as \
        that law allows it.\n4. Whoever hands the Kit on hands on these terms with it, and names the holder of the rights \
        in a place where everybody who gets it can read it before use.\n";

    #[test]
    fn terms_of_an_unknown_license_are_terms() {
        assert!(is_license(TERMS));
    }

    #[test]
    fn talk_of_licenses_is_none() {
        assert!(!is_license(&"This page tells how to choose a license for your project. ".repeat(20)));
        assert!(!is_license("See the license agreement."));
        let untitled = TERMS.split_once("\n\n").unwrap().1;
        assert!(!is_license(&untitled.replace("under these terms.\n\n", "").replace('\n', " ")));
    }
}
