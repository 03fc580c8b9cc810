//! From what was found to one expression for the whole.

use super::Technique;
use super::notices::Join;
use crate::license::{Expression, read};

/// Something found, on its way into the expression.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Single licenses, with their exceptions; whole expressions for tags.
    pub licenses: Vec<String>,
    pub join: Join,
    pub technique: Technique,
    /// Whether the version stands in the text.
    pub versioned: bool,
    /// Whether it names a license only by likeness.
    pub vague: bool,
    /// Whether it is offered besides what stands before.
    pub alternative: bool,
}

impl Part {
    fn text(&self) -> String {
        let operator = match self.join {
            Join::And => " AND ",
            Join::Or => " OR ",
        };
        self.licenses.join(operator)
    }

    /// Whether only a file with the text is named: it has a version, but says nothing beside what does.
    fn is_path(&self) -> bool {
        self.technique == Technique::Reference && self.vague && self.versioned
    }

    /// The exceptions.
    fn exceptions(&self) -> impl Iterator<Item = &str> {
        let words = self.licenses.iter().flat_map(|license| license.split([' ', '(', ')']));
        words.filter(|word| spdx::exception_id(word).is_some())
    }

    /// The identifiers without operators and exceptions.
    fn ids(&self) -> Vec<&str> {
        self.licenses.iter().flat_map(|license| license.split([' ', '(', ')'])).filter(|word| is_id(word)).collect()
    }
}

fn is_id(word: &str) -> bool {
    !word.is_empty() && !matches!(word, "AND" | "OR" | "WITH") && spdx::exception_id(word).is_none()
}

/// The license without what a notice decides: `GPL-2.0` of `GPL-2.0-or-later`.
fn base(id: &str) -> &str {
    id.strip_suffix("-or-later").or_else(|| id.strip_suffix("-only")).unwrap_or(id)
}

/// What identifiers of one license begin with: `GPL` of `GPL-2.0-only`, `BSD` of `BSD-3-Clause`.
pub(super) fn family(id: &str) -> &str {
    let end = id.find('-').unwrap_or(id.len());
    if id.starts_with("CC-") || id.starts_with("LicenseRef") { base(id) } else { &id[..end] }
}

fn is_gnu(id: &str) -> bool {
    matches!(family(id), "GPL" | "LGPL" | "AGPL" | "GFDL")
}

/// More different statements of one file are not joined.
const MOST_PARTS: usize = 2_000;

/// More notices of several licenses are not looked at to find out which of the others say nothing new.
const MOST_COVERING: usize = 50;

/// A part that says what others say, too.
struct Covering {
    at: usize,
    /// The identifiers of what it says.
    covered: std::collections::BTreeSet<String>,
    /// The last text before it that it says nothing of.
    last_other: Option<usize>,
}

/// What words outside of the parts offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// No choice: all bind together.
    No,
    /// One of several texts, where there is nothing else.
    OfTexts,
    /// One of all that is there.
    OfAll,
}

/// The expression of all parts together. `choice` says what words outside of them offer, `is_list` that the parts are of
/// several components: each may have its own version of a license.
pub(super) fn expression(parts: &[Part], choice: Choice, is_list: bool) -> Option<Expression> {
    // A hostile text says the same a million times; what follows compares parts with each other.
    let mut said = std::collections::BTreeSet::new();
    let mut parts: Vec<Part> = parts
        .iter()
        .filter(|part| said.insert((part.text(), part.technique, part.versioned, part.vague, part.alternative)))
        .take(MOST_PARTS)
        .cloned()
        .collect();
    decide_versions(&mut parts);
    if !is_list {
        choose_later(&mut parts);
    }
    sharpen_choices(&mut parts);
    drop_weaker(&mut parts, is_list);
    // What a tag or a notice of several licenses says covers the texts and names of those licenses.
    let several = |part: &Part| part.licenses.len() > 1 || part.licenses.iter().any(|license| license.contains('('));
    let rank = |part: &Part| match (part.technique, several(part), part.join) {
        (Technique::Tag | Technique::Declaration, _, _) => 3,
        (_, true, Join::Or) => 2,
        (_, true, Join::And) => 1,
        (_, false, _) => 0,
    };
    // Perl's own variant of the Artistic License is named by notices; its text is taken for that of the others.
    let same =
        |id: &'static str, have: &str| have.strip_prefix(id).is_some_and(|rest| matches!(rest, "" | "-Perl" | "-cl8"));
    let plain = |id: &str| if same("Artistic-1.0", id) { "Artistic-1.0".to_owned() } else { base(id).to_owned() };
    // In a list each component has its own version: what a name says of it is covered by nothing else.
    let exact = |part: &Part| {
        let named = matches!(part.technique, Technique::Notice | Technique::Reference);
        is_list && named && part.versioned && !part.vague
    };
    let ids: Vec<Vec<String>> = parts
        .iter()
        .map(|part| part.ids().into_iter().map(|id| if exact(part) { id.to_owned() } else { plain(id) }).collect())
        .collect();
    let is_text = |part: &Part| matches!(part.technique, Technique::Text | Technique::ExactText);
    let covering: Vec<Covering> = (0..parts.len())
        .filter(|at| rank(&parts[*at]) > 0)
        .take(MOST_COVERING)
        .map(|at| {
            let covered: std::collections::BTreeSet<String> =
                parts[at].ids().into_iter().flat_map(|id| [plain(id), id.to_owned()]).collect();
            let is_other =
                |other: &usize| is_text(&parts[*other]) && !ids[*other].iter().all(|id| covered.contains(id));
            let last_other = (0..at).rev().find(is_other).filter(|_| rank(&parts[at]) < 3);
            Covering { at, covered, last_other }
        })
        .collect();
    // The text of a GNU license that is granted with an exception.
    let excepted: std::collections::BTreeSet<&str> = parts
        .iter()
        .filter(|part| !is_text(part))
        .flat_map(|part| &part.licenses)
        .filter_map(|license| license.split_once(" WITH ").map(|(license, _)| license))
        .filter(|license| is_gnu(license))
        .collect();
    let covers = |by: &Covering, at: usize, part: &Part| {
        let (ours, theirs) = (rank(part), rank(&parts[by.at]));
        // What is granted without an exception does not cover a text that comes with one.
        let has = |exception: &str| parts[by.at].exceptions().any(|theirs| theirs == exception);
        // A text at the top of a list of others is of its own: a choice further down is about something else.
        let apart = || is_text(part) && by.last_other.is_some_and(|other| at < other);
        by.at != at
            && (theirs > ours || theirs == ours && by.at < at)
            && ids[at].iter().all(|id| by.covered.contains(id))
            && part.exceptions().all(has)
            && !(is_text(part)
                && at < by.at
                && part.exceptions().count() < parts[by.at].exceptions().count()
                && theirs == 3)
            && !apart()
    };
    let mut seen = std::collections::BTreeSet::new();
    let mut kept: Vec<&Part> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let stated = matches!(part.technique, Technique::Tag | Technique::Declaration);
        let covered = !is_list && is_text(part) && excepted.contains(part.text().as_str())
            || !stated && covering.iter().any(|by| covers(by, at, part));
        if !covered && seen.insert(part.text()) {
            kept.push(part);
        }
    }
    if kept.is_empty() {
        return None;
    }
    let wrapped = |part: &Part| {
        let text = part.text();
        let is_choice = part.join == Join::Or && part.licenses.len() > 1
            || part.licenses.iter().any(|license| license.contains(" OR "));
        if is_choice { format!("({text})") } else { text }
    };
    let only_texts =
        kept.iter().all(|part| part.technique == Technique::Text || part.technique == Technique::ExactText);
    let choice = match choice {
        Choice::No => false,
        Choice::OfTexts => only_texts,
        Choice::OfAll => kept.iter().all(|part| part.technique != Technique::Tag),
    };
    let mut text = String::new();
    // How often all that was put together so far was put in brackets: those that open it are written once, at the end.
    let mut opened = 0;
    let mut binds = false;
    // Whether what was put together so far ends in alternatives without brackets around them.
    let mut is_open_choice = false;
    // "Alternatively, under the BSD license", and then the GPL: what comes first may be the alternative.
    let mut before_is_alternative = false;
    for part in kept {
        if !text.is_empty() {
            let or = part.alternative || choice || before_is_alternative;
            // `AND` binds before `OR` (SPDX 2.3, Annex D.4.5): what was said before stays together.
            if or && binds || !or && is_open_choice {
                opened += 1;
                text.push(')');
                is_open_choice = false;
            }
            is_open_choice |= or;
            binds |= !or;
            text.push_str(if or { " OR " } else { " AND " });
        }
        before_is_alternative = text.is_empty() && part.alternative;
        let wrapped = wrapped(part);
        binds |= wrapped.contains(" AND ");
        text.push_str(&wrapped);
    }
    read(&("(".repeat(opened) + &text)).expression
}

/// A text says only which version it is; a notice says whether later ones may be chosen. A name without version gives way to
/// one that has it.
fn decide_versions(parts: &mut [Part]) {
    // Each once: an expression may name the same a million times.
    let granted: std::collections::BTreeSet<String> = parts
        .iter()
        .filter(|part| {
            matches!(part.technique, Technique::Notice | Technique::Reference | Technique::Tag | Technique::Declaration)
                && part.versioned
        })
        .flat_map(|part| part.ids().into_iter().map(str::to_owned).collect::<Vec<_>>())
        .filter(|id| is_gnu(id))
        .collect();
    for part in parts.iter_mut() {
        if !matches!(part.technique, Technique::Text | Technique::ExactText) {
            continue;
        }
        for license in &mut part.licenses {
            let id = license.split(' ').next().unwrap_or_default().to_owned();
            if !is_gnu(&id) {
                continue;
            }
            // "With no Invariant Sections", and the text of the license below.
            let sections = |granted: &&String| {
                let base = base(granted);
                let plain = base.strip_suffix("-no-invariants").or_else(|| base.strip_suffix("-invariants"));
                plain.is_some_and(|plain| family(plain) == "GFDL" && plain == self::base(&id))
            };
            let mut with_sections = granted.iter().filter(sections);
            if let (Some(one), None) = (with_sections.next(), with_sections.next()) {
                license.clone_from(one);
                continue;
            }
            let same: Vec<&String> = granted.iter().filter(|granted| base(granted) == base(&id)).collect();
            if let Some(later) = same.iter().find(|granted| granted.ends_with("-or-later"))
                && !same.iter().any(|granted| granted.ends_with("-only"))
            {
                *license = license.replacen(&id, later, 1);
            }
        }
    }
}

/// "Under a BSD license or the GNU GPL, version 2", and below the notice that says "or any later version": the choice means
/// what the notice grants.
fn choose_later(parts: &mut [Part]) {
    let single = |part: &Part| part.technique == Technique::Notice && part.versioned && part.licenses.len() == 1;
    let ids = parts.iter().filter(|part| single(part)).map(|part| part.licenses[0].clone());
    let granted: std::collections::BTreeSet<String> = ids.filter(|id| is_gnu(id)).collect();
    for part in parts.iter_mut().filter(|part| part.technique == Technique::Notice && part.join == Join::Or) {
        for license in part.licenses.iter_mut().filter(|license| is_gnu(license) && license.ends_with("-only")) {
            let later = format!("{}-or-later", base(license));
            if granted.contains(&later) && !granted.contains(license) {
                *license = later;
            }
        }
    }
}

/// "Under a dual BSD/GPLv2 license", and below a text of the BSD license: what else is there says which one the choice means.
fn sharpen_choices(parts: &mut [Part]) {
    let sure: std::collections::BTreeSet<String> = parts
        .iter()
        .filter(|part| part.versioned && !part.vague && !(part.join == Join::Or && part.licenses.len() > 1))
        .flat_map(|part| part.ids().into_iter().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    for part in parts.iter_mut() {
        let open = part.vague || !part.versioned;
        let named = matches!(part.technique, Technique::Notice | Technique::Reference);
        if !open || !named || part.licenses.len() < 2 || part.join != Join::Or {
            continue;
        }
        let mut all = true;
        for license in &mut part.licenses {
            if sure.contains(license) {
                continue;
            }
            let mut same = sure.iter().filter(|have| family(have) == family(license));
            match (same.next(), same.next()) {
                (Some(have), None) => license.clone_from(have),
                _ => all = false,
            }
        }
        if all {
            (part.vague, part.versioned) = (false, true);
        }
    }
}

fn drop_weaker(parts: &mut Vec<Part>, is_list: bool) {
    let known: std::collections::BTreeSet<(String, bool, Technique)> = parts
        .iter()
        .flat_map(|part| {
            part.ids()
                .into_iter()
                .map(|id| (id.to_owned(), part.versioned && !part.vague, part.technique))
                .collect::<Vec<_>>()
        })
        .collect();
    // "The GNU LGPL, whose text is in `common-licenses/LGPL-2.1`": the file says which.
    let at_path: std::collections::BTreeSet<String> = parts
        .iter()
        .filter(|part| part.is_path())
        .flat_map(|part| part.ids())
        .map(|id| family(id).to_owned())
        .collect();
    // The stack of Python's licenses holds the text of the PSF, and names it in its first words.
    let has_text = |ids: &[&str]| {
        let text = |technique: &Technique| matches!(technique, Technique::Text | Technique::ExactText);
        known.iter().any(|(have, _, technique)| text(technique) && ids.contains(&have.as_str()))
    };
    let stack = ["Python-2.0", "Python-2.0.1"].into_iter().find(|id| has_text(&[id]));
    let has_psf = has_text(&["PSF-2.0"]);
    for part in parts.iter_mut() {
        let named = matches!(part.technique, Technique::Notice | Technique::Reference);
        if let Some(stack) = stack.filter(|_| named && part.licenses == ["PSF-2.0"]) {
            part.licenses = vec![stack.to_owned()];
        }
    }
    hand_on_alternatives(parts);
    let families: std::collections::BTreeSet<&str> =
        known.iter().filter(|(_, sure, _)| *sure).map(|(have, _, _)| family(have)).collect();
    let gnu: Vec<&(String, bool, Technique)> = known.iter().filter(|(have, _, _)| is_gnu(have)).collect();
    let modified_ids: std::collections::BTreeSet<&str> =
        known.iter().map(|(have, _, _)| have.as_str()).filter(|have| have.ends_with("-modified")).collect();
    let modified = |id: &str| modified_ids.contains(modified_id(id).as_str());
    parts.retain(|part| {
        let named = matches!(part.technique, Technique::Notice | Technique::Reference);
        if !named {
            return true;
        }
        let ids = part.ids();
        let in_stack = stack.is_some() && (ids.contains(&"PSF-2.0") || ids == ["Python-2.0"]);
        let over_psf = has_psf && named && !is_list && ids.iter().all(|id| id.starts_with("Python-2.0"));
        if in_stack || over_psf {
            return false;
        }
        let weak = !part.versioned || part.vague;
        let all = |test: &dyn Fn(&str) -> bool| part.ids().iter().all(|id| test(id));
        // `BSD` beside a text of the BSD family, `GPL` beside `GPL-2.0`: the other one says which.
        if weak && all(&|id| families.contains(family(id))) {
            return false;
        }
        if !part.versioned && all(&|id| at_path.contains(family(id))) {
            return false;
        }
        // "GPL, version 2" somewhere beside a notice that says "or any later version".
        let decided = |id: &str| {
            is_gnu(id)
                && gnu.iter().any(|(have, sure, technique)| {
                    *sure && *technique != Technique::Reference && base(have) == base(id) && have != id
                })
        };
        if !is_list && part.technique == Technique::Reference && all(&decided) {
            return false;
        }
        // The title over a text that was changed.
        !(part.technique == Technique::Reference && all(&modified))
    });
}

/// "Alternatively you can redistribute this file under the BSD license as stated below": the text below is the alternative.
fn hand_on_alternatives(parts: &mut [Part]) {
    for at in 0..parts.len() {
        let part = &parts[at];
        let named = matches!(part.technique, Technique::Notice | Technique::Reference);
        let [license] = part.licenses.as_slice() else { continue };
        if !part.alternative || !named || part.versioned && !part.vague {
            continue;
        }
        let kind = family(license).to_owned();
        let below = parts[at + 1..].iter_mut().find(|below| {
            let sure = below.versioned && !below.vague;
            sure && matches!(below.licenses.as_slice(), [one] if family(one) == kind)
        });
        if let Some(below) = below {
            below.alternative = true;
        }
    }
}

/// What a license is called whose text was changed so that it is another one.
pub(super) fn modified_id(id: &str) -> String {
    format!("LicenseRef-sepal-{id}-modified")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(licenses: &[&str], join: Join, technique: Technique) -> Part {
        Part {
            licenses: licenses.iter().map(|license| (*license).to_owned()).collect(),
            join,
            technique,
            versioned: true,
            vague: false,
            alternative: false,
        }
    }

    fn joined(parts: &[Part]) -> String {
        expression(parts, Choice::No, false).unwrap().to_string()
    }

    #[test]
    fn what_binds_together_is_joined_by_and() {
        let (mit, isc) = (part(&["MIT"], Join::And, Technique::Text), part(&["ISC"], Join::And, Technique::Text));
        assert_eq!(joined(&[mit.clone(), isc.clone(), mit.clone()]), "MIT AND ISC");
        assert_eq!(expression(&[mit, isc], Choice::OfTexts, false).unwrap().as_str(), "MIT OR ISC");
    }

    #[test]
    fn a_notice_decides_what_texts_leave_open() {
        let text = part(&["GPL-2.0-only"], Join::And, Technique::Text);
        let notice = part(&["GPL-2.0-or-later"], Join::And, Technique::Notice);
        assert_eq!(joined(&[notice, text]), "GPL-2.0-or-later");
        let either = part(&["MIT", "Apache-2.0"], Join::Or, Technique::Notice);
        let texts = [part(&["Apache-2.0"], Join::And, Technique::Text), part(&["MIT"], Join::And, Technique::Text)];
        assert_eq!(joined(&[either, texts[0].clone(), texts[1].clone()]), "MIT OR Apache-2.0");
    }

    #[test]
    fn the_stack_of_pythons_licenses_holds_the_one_it_names() {
        let notice = part(&["PSF-2.0", "0BSD"], Join::Or, Technique::Notice);
        let stack = part(&["Python-2.0.1"], Join::And, Technique::Text);
        let psf = part(&["PSF-2.0"], Join::And, Technique::ExactText);
        let title = part(&["Python-2.0"], Join::And, Technique::Reference);
        let zero = part(&["0BSD"], Join::And, Technique::ExactText);
        let named = part(&["PSF-2.0"], Join::And, Technique::Notice);
        let parts = [named, notice, stack, zero];
        assert_eq!(expression(&parts, Choice::OfTexts, false).unwrap().as_str(), "Python-2.0.1 AND 0BSD");
        assert_eq!(joined(&[title, psf]), "PSF-2.0");
    }

    #[test]
    fn perls_choice_covers_both_texts() {
        let notice = part(&["Artistic-1.0-Perl", "GPL-1.0-or-later"], Join::Or, Technique::Notice);
        let gpl = part(&["GPL-1.0-only"], Join::And, Technique::Text);
        let artistic = part(&["Artistic-1.0"], Join::And, Technique::Text);
        assert_eq!(joined(&[notice, gpl, artistic]), "Artistic-1.0-Perl OR GPL-1.0-or-later");
    }

    #[test]
    fn a_tag_covers_the_notice_that_says_the_same() {
        let tag = part(&["GPL-2.0-only WITH Linux-syscall-note"], Join::And, Technique::Tag);
        let notice = part(&["GPL-2.0-only"], Join::And, Technique::Notice);
        assert_eq!(joined(&[tag, notice]), "GPL-2.0-only WITH Linux-syscall-note");
    }
}
