//! Whether what is declared and what texts hold are the same licenses.

use std::collections::BTreeSet;

use super::{Expression, Part, read, text_id};

fn ids(expression: &Expression) -> BTreeSet<&str> {
    expression.terms().map(|term| text_id(&term.license)).collect()
}

/// How texts disagree with a declaration, to be read behind "the files": `hold MIT and not Apache-2.0`. `None`: they agree, or
/// nothing is known of the texts. Compared are the licenses whose texts there are, since no text tells "only" from "or later" and
/// several texts do not tell AND from OR.
pub fn disagreement(declared: &Expression, texts: &[Expression]) -> Option<String> {
    let wanted = ids(declared);
    let held: BTreeSet<&str> = texts.iter().flat_map(ids).collect();
    if held.is_empty() {
        return None;
    }
    let join = |ids: Vec<&str>| ids.join(", ");
    let missing: Vec<&str> = wanted.iter().filter(|id| !held.contains(*id)).copied().collect();
    // Lesser licenses come with the text of the greater.
    let lesser = wanted.iter().any(|id| id.starts_with("LGPL-"));
    let more: Vec<&str> =
        held.iter().filter(|id| !(wanted.contains(*id) || lesser && id.starts_with("GPL-"))).copied().collect();
    match (missing.is_empty(), more.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("hold no text of {}", join(missing))),
        (true, false) => Some(format!("also hold {}", join(more))),
        (false, false) => Some(format!("hold {} and no text of {}", join(more), join(missing))),
    }
}

/// What is stated in words and what the license files of the same package hold, taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Together {
    /// The files hold nothing that is not stated: the statement counts, which alone can tell AND from OR and "only" from "or
    /// later".
    Stated,
    /// The files hold more than is stated: the statement, and what they hold beside it.
    More(Expression),
    /// The files hold nothing that is stated. The expression is both, which is the most that can be asked; nobody has said
    /// that it is meant.
    Against(Expression),
}

/// What a package states in words and what the license files that it names hold, each of which binds. `None` if there are no
/// texts.
pub fn together(stated: &Expression, texts: &[Expression]) -> Option<Together> {
    let wanted = ids(stated);
    let parts: Vec<String> = texts.iter().flat_map(conjuncts).collect();
    let mut more: Vec<&String> = Vec::new();
    let mut related = false;
    for part in &parts {
        let Some(part_read) = read(part).expression else { continue };
        let held = ids(&part_read);
        // A choice that offers what is stated asks for nothing more.
        if held.iter().any(|id| covers(&wanted, id)) {
            related = true;
            continue;
        }
        related |= held.iter().any(|id| stated.terms().any(|term| is_kin(&term.license, id)));
        if !more.contains(&part) {
            more.push(part);
        }
    }
    if parts.is_empty() {
        return None;
    }
    if more.is_empty() {
        return Some(Together::Stated);
    }
    let bound = |text: &str| if text.contains(" OR ") { format!("({text})") } else { text.to_owned() };
    let all: Vec<String> =
        std::iter::once(stated.as_str()).chain(more.into_iter().map(String::as_str)).map(bound).collect();
    let both = read(&all.join(" AND ")).expression?;
    Some(if related { Together::More(both) } else { Together::Against(both) })
}

/// What a vague statement of a choice (`CDDL/GPL`) comes to where the package's texts are those of the licenses that it names:
/// no text says that two licenses are a choice, and no vague word which version is meant. `None` if the statement is no choice,
/// or if a license that it names has no text.
pub fn confirmed(choice: &Expression, texts: &[Expression]) -> Option<Expression> {
    if !choice.parts().iter().any(|part| matches!(part, Part::Or(_))) {
        return None;
    }
    let held: BTreeSet<&str> = texts.iter().flat_map(ids).collect();
    let mut named: Vec<(&str, &str)> = Vec::new();
    for term in choice.terms() {
        let id = text_id(&term.license);
        if held.contains(id) {
            continue;
        }
        // The one version whose text is there. Of the GPL, a text of another version is another license.
        if matches!(kind(id), "GPL" | "LGPL" | "AGPL") {
            return None;
        }
        let mut versions = held.iter().filter(|held| kind(held) == kind(id));
        let (version, None) = (versions.next()?, versions.next()) else { return None };
        named.push((term.license.as_str(), version));
    }
    let mut exact = String::with_capacity(choice.as_str().len());
    for word in choice.as_str().split_inclusive([' ', '(', ')']) {
        let bare = word.trim_end_matches([' ', '(', ')']);
        let version = named.iter().find(|(vague, _)| *vague == bare).map_or(bare, |(_, version)| version);
        exact.push_str(version);
        exact.push_str(&word[bare.len()..]);
    }
    let exact = read(&exact).expression?;
    match together(&exact, texts)? {
        Together::Stated => Some(exact),
        Together::More(all) => Some(all),
        Together::Against(_) => None,
    }
}

/// All licenses that bind together: those of several files. `None` if there are none.
pub fn all_of(texts: &[Expression]) -> Option<Expression> {
    let parts: Vec<String> = texts.iter().flat_map(conjuncts).collect();
    let mut distinct: Vec<&str> = Vec::new();
    for part in &parts {
        if !distinct.contains(&part.as_str()) {
            distinct.push(part);
        }
    }
    let bound = |part: &&str| if part.contains(" OR ") { format!("({part})") } else { (*part).to_owned() };
    let joined = match distinct.as_slice() {
        [one] => (*one).to_owned(),
        several => several.iter().map(bound).collect::<Vec<_>>().join(" AND "),
    };
    read(&joined).expression
}

/// Whether texts may be those that a vague name means: they share what the names of its licenses begin with (`BSD license` and
/// the text of BSD-2-Clause).
pub fn is_of_kind(vague: &Expression, texts: &[Expression]) -> bool {
    let kinds: BTreeSet<&str> = vague.terms().map(|term| kind(&term.license)).collect();
    texts.iter().flat_map(Expression::terms).any(|term| kinds.contains(kind(&term.license)))
}

/// What the names of a license's versions begin with; those of the same origin under other names are one kind.
fn kind(id: &str) -> &str {
    match id.split('-').next().unwrap_or(id) {
        "PSF" | "Python" | "CNRI" => "Python",
        "LicenseRef" => id,
        kind => kind,
    }
}

fn covers(wanted: &BTreeSet<&str>, id: &str) -> bool {
    // Lesser licenses come with the text of the greater.
    wanted.contains(id) || id.starts_with("GPL-") && wanted.iter().any(|id| id.starts_with("LGPL-"))
}

/// Whether a text that is not the one named still goes with it: the licenses of Python hold one another, and "or later" means
/// the later ones too.
fn is_kin(stated: &str, held: &str) -> bool {
    let is_python = |id: &str| matches!(kind(id), "Python");
    let is_later = stated.ends_with("-or-later") || stated.ends_with('+');
    is_python(stated) && is_python(held) || is_later && kind(stated) == kind(held) && text_id(stated) < held
}

/// Whether a text that has no license in common with a statement still goes with it: the text of Python's whole history of
/// licenses with `PSF-2.0`, that of a later version with "or later".
pub fn are_kin(stated: &Expression, held: &Expression) -> bool {
    stated.terms().any(|stated| ids(held).into_iter().any(|held| is_kin(&stated.license, held)))
}

/// The parts that bind together, each as written.
fn conjuncts(expression: &Expression) -> Vec<String> {
    let text = expression.as_str();
    if !matches!(expression.parts().last(), Some(Part::And(_))) {
        return vec![text.to_owned()];
    }
    let mut parts = Vec::new();
    let (mut depth, mut from) = (0_usize, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b' ' if depth == 0 && text[at..].starts_with(" AND ") => {
                parts.push(&text[from..at]);
                from = at + " AND ".len();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    let bare = |part: &str| part.strip_prefix('(').and_then(|part| part.strip_suffix(')')).unwrap_or(part).to_owned();
    parts.into_iter().map(bare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vague_choice_is_certain_where_the_texts_are_those_of_its_licenses() {
        let told = |choice: &str, texts: &[&str]| {
            let read = |text: &str| read(text).expression.unwrap();
            let texts: Vec<Expression> = texts.iter().map(|text| read(text)).collect();
            confirmed(&read(choice), &texts).map(|exact| exact.to_string())
        };
        let choice = "CDDL-1.1 OR GPL-2.0-only WITH Classpath-exception-2.0";
        let both = "CDDL-1.1 AND GPL-2.0-only WITH Classpath-exception-2.0";
        assert_eq!(told(choice, &[both]).as_deref(), Some(choice));
        assert_eq!(
            told(choice, &[both, "Apache-2.0"]),
            Some("(CDDL-1.1 OR GPL-2.0-only WITH Classpath-exception-2.0) AND Apache-2.0".to_owned())
        );
        // The text tells the version.
        assert_eq!(
            told(choice, &["CDDL-1.0", "GPL-2.0-only WITH Classpath-exception-2.0"]),
            Some("CDDL-1.0 OR GPL-2.0-only WITH Classpath-exception-2.0".to_owned())
        );
        // One of the licenses has no text, or another version of the GPL has.
        assert_eq!(told(choice, &["CDDL-1.1"]), None);
        assert_eq!(told(choice, &["CDDL-1.1", "GPL-3.0-only"]), None);
        assert_eq!(told("CDDL-1.1", &["CDDL-1.0"]), None);
    }

    #[test]
    fn what_is_stated_and_what_license_files_hold_are_taken_together() {
        let told = |stated: &str, texts: &[&str]| {
            let read = |text: &str| read(text).expression.unwrap();
            match together(&read(stated), &texts.iter().map(|text| read(text)).collect::<Vec<_>>()) {
                None => "nothing".to_owned(),
                Some(Together::Stated) => "stated".to_owned(),
                Some(Together::More(all)) => all.to_string(),
                Some(Together::Against(all)) => format!("against: {all}"),
            }
        };
        // Only words tell AND from OR, and "only" from "or later".
        assert_eq!(told("MIT OR Apache-2.0", &["Apache-2.0", "MIT"]), "stated");
        assert_eq!(told("MIT AND Apache-2.0", &["MIT"]), "stated");
        assert_eq!(told("GPL-3.0-or-later", &["GPL-3.0-only"]), "stated");
        assert_eq!(told("LGPL-3.0-or-later", &["GPL-3.0-only", "LGPL-3.0-only"]), "stated");
        assert_eq!(told("GPL-2.0-only", &["GPL-2.0-only WITH Classpath-exception-2.0"]), "stated");
        // What the files hold beside it binds, too.
        assert_eq!(told("MIT", &["MIT AND PSF-2.0"]), "MIT AND PSF-2.0");
        assert_eq!(
            told("MIT OR Apache-2.0", &["MIT", "Apache-2.0", "BSD-3-Clause"]),
            "(MIT OR Apache-2.0) AND BSD-3-Clause"
        );
        assert_eq!(told("PSF-2.0", &["(PSF-2.0 OR 0BSD) AND Python-2.0.1"]), "PSF-2.0 AND Python-2.0.1");
        assert_eq!(told("PSF-2.0", &["Python-2.0.1"]), "PSF-2.0 AND Python-2.0.1");
        assert_eq!(told("GPL-1.0-or-later", &["GPL-3.0-only"]), "GPL-1.0-or-later AND GPL-3.0-only");
        assert_eq!(told("MIT", &["MIT", "ISC OR Zlib"]), "MIT AND (ISC OR Zlib)");
        // Nothing in common.
        assert_eq!(told("BSD-3-Clause", &["MIT"]), "against: BSD-3-Clause AND MIT");
        assert_eq!(told("MIT OR Zlib", &["ISC"]), "against: (MIT OR Zlib) AND ISC");
        assert_eq!(told("GPL-3.0-or-later", &["GPL-2.0-only"]), "against: GPL-3.0-or-later AND GPL-2.0-only");
        assert_eq!(told("MIT", &[]), "nothing");
    }

    #[test]
    fn several_files_hold_together_each_license_once() {
        let all = |texts: &[&str]| {
            all_of(&texts.iter().map(|text| read(text).expression.unwrap()).collect::<Vec<_>>())
                .map(|all| all.to_string())
        };
        assert_eq!(all(&[]), None);
        assert_eq!(all(&["MIT"]).as_deref(), Some("MIT"));
        assert_eq!(all(&["MIT OR ISC"]).as_deref(), Some("MIT OR ISC"));
        assert_eq!(all(&["MIT", "MIT AND (ISC OR Zlib)", "0BSD"]).as_deref(), Some("MIT AND (ISC OR Zlib) AND 0BSD"));
    }

    #[test]
    fn a_vague_name_means_licenses_of_its_kind() {
        let is =
            |vague: &str, text: &str| is_of_kind(&read(vague).expression.unwrap(), &[read(text).expression.unwrap()]);
        assert!(is("BSD-3-Clause", "BSD-2-Clause") && is("LGPL-2.0-or-later", "LGPL-3.0-only"));
        assert!(is("PSF-2.0", "Python-2.0.1") && is("Apache-2.0", "MIT AND Apache-2.0"));
        assert!(!is("BSD-3-Clause", "MIT") && !is("LGPL-2.0-or-later", "GPL-3.0-only"));
    }

    #[test]
    fn licenses_are_compared_by_their_texts() {
        let told = |declared: &str, texts: &[&str]| {
            let read = |text: &str| read(text).expression.unwrap();
            disagreement(&read(declared), &texts.iter().map(|text| read(text)).collect::<Vec<_>>())
        };
        assert_eq!(told("MIT OR Apache-2.0", &["Apache-2.0", "MIT"]), None);
        assert_eq!(told("GPL-3.0-or-later", &["GPL-3.0-only"]), None);
        assert_eq!(told("LGPL-3.0-or-later", &["LGPL-3.0-only", "GPL-3.0-only"]), None);
        assert_eq!(told("MIT", &[]), None);
        assert_eq!(told("MIT", &["Apache-2.0"]).as_deref(), Some("hold Apache-2.0 and no text of MIT"));
        assert_eq!(told("MIT OR Apache-2.0", &["MIT"]).as_deref(), Some("hold no text of Apache-2.0"));
        assert_eq!(told("MIT", &["MIT", "ISC"]).as_deref(), Some("also hold ISC"));
    }
}
