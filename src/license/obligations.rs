//! What has to be done for the licenses of a product's components: per component, and as one checklist.
//!
//! Pure: from facts (`policies/licenses/facts.toml`), how each component is joined to the product, and how the product reaches
//! others. A checklist is for people to tick off, with the places in the texts; it is not legal advice.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::{Class, Condition, Distribution, Expression, Linkage, Reach, Term, TermFacts};

/// A component whose license binds.
#[derive(Clone, Debug)]
pub struct Used<'a> {
    /// What binds: the arms taken, where the license offers a choice. Of a choice that is left the first arm is taken.
    pub license: &'a Expression,
    /// How it is joined to the product.
    pub linkage: Linkage,
    /// Whether it is used in a changed form. `None`: nobody has said so, and what is asked of changed versions is marked
    /// ([`Duty::if_modified`]).
    pub modified: Option<bool>,
}

/// Something to do for one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// What.
    pub condition: Condition,
    /// For which license.
    pub term: Term,
    /// Where its text says so; may be empty.
    pub place: CompactString,
    /// How far: of what the source is asked, or what stays under the license.
    pub reach: Reach,
    /// Only if the component has been changed, of which nothing is known.
    pub if_modified: bool,
}

/// What one component asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duties {
    /// What is due, in the order of [`Condition::ALL`].
    pub due: Vec<Duty>,
    /// Terms of which too little is known: their texts have to be read.
    pub unread: Vec<Term>,
}

/// What a component asks when the product is given out like this.
///
/// A tool is not given out, so nothing of it is due but limits of its use. Linear in the license.
pub fn duties(used: &Used<'_>, distribution: Distribution) -> Duties {
    let settled;
    let license = if used.license.has_choice() {
        settled = used.license.with_choices(|_| 0);
        &settled
    } else {
        used.license
    };
    let mut found = Duties::default();
    let mut seen = std::collections::BTreeSet::new();
    for term in license.terms().filter(|term| seen.insert((*term).clone())) {
        let known = TermFacts::of(term);
        let Some(facts) = known.license else {
            // Notices are what everything asks that is known to be permissive; its text may ask for more.
            let given_out =
                used.linkage != Linkage::Tool && !matches!(distribution, Distribution::Internal | Distribution::Hosted);
            if known.class == Class::Permissive && given_out {
                for condition in [Condition::LicenseText, Condition::Copyright] {
                    found.due.push(Duty {
                        condition,
                        term: term.clone(),
                        place: CompactString::default(),
                        reach: Reach::None,
                        if_modified: false,
                    });
                }
            }
            if known.class != Class::PublicDomain {
                found.unread.push(term.clone());
            }
            continue;
        };
        if term.exception.is_some() && known.exception.is_none() {
            found.unread.push(term.clone());
        }
        for ask in &facts.asks {
            let limit = ask.condition == Condition::UseLimit;
            if !ask.when.is_due(distribution) || (used.linkage == Linkage::Tool && !limit) {
                continue;
            }
            if ask.when.if_modified && used.modified == Some(false) {
                continue;
            }
            if ask.when.if_static && !matches!(used.linkage, Linkage::Static | Linkage::Copied) {
                continue;
            }
            // The waivers speak of what compiling puts into the product, not of a library that is shipped beside it.
            if matches!(used.linkage, Linkage::Static | Linkage::Copied) && known.waives(ask.condition, distribution) {
                continue;
            }
            let reach = if used.linkage.is_joined() { known.reach(used.linkage) } else { None };
            found.due.push(Duty {
                condition: ask.condition,
                term: term.clone(),
                place: ask.place.clone(),
                // What is not joined to the product owes its own source and nothing else.
                reach: reach.unwrap_or(facts.reach.min(Reach::File)),
                if_modified: ask.when.if_modified && used.modified.is_none(),
            });
        }
    }
    let order = |duty: &Duty| Condition::ALL.iter().position(|condition| *condition == duty.condition);
    found.due.sort_by_key(|duty| (order(duty), duty.term.clone()));
    found
}

/// A line of a checklist: one thing to do for several components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    /// What.
    pub condition: Condition,
    /// How far: of what the source is asked, or what stays under the license.
    pub reach: Reach,
    /// Only where the component has been changed.
    pub if_modified: bool,
    /// The licenses that ask for it, with the places in their texts.
    pub licenses: Vec<(Term, CompactString)>,
    /// The components it is for, by their place in what was asked about.
    pub components: Vec<usize>,
}

/// What has to be done for a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// How the product is given out.
    pub distribution: Distribution,
    /// What to do: what costs most first.
    pub items: Vec<ChecklistItem>,
    /// Components with a license that nobody has read for this program, by place, with the terms.
    pub unread: Vec<(usize, Vec<Term>)>,
}

/// One checklist for a product. Deterministic; linear in the components and their licenses.
pub fn obligations(components: &[Used<'_>], distribution: Distribution) -> Checklist {
    type Key = (usize, std::cmp::Reverse<Reach>, bool);
    let mut items: BTreeMap<Key, (BTreeMap<Term, CompactString>, Vec<usize>)> = BTreeMap::new();
    let mut unread = Vec::new();
    // The same license in the same use is met again and again.
    let mut known: BTreeMap<(&str, Linkage, Option<bool>), Duties> = BTreeMap::new();
    for (at, used) in components.iter().enumerate() {
        let key = (used.license.as_str(), used.linkage, used.modified);
        let found = known.entry(key).or_insert_with(|| duties(used, distribution));
        for duty in &found.due {
            let Some(order) = Condition::ALL.iter().position(|condition| *condition == duty.condition) else {
                continue;
            };
            // How far a license reaches matters for source and for staying under it.
            let reach = match duty.condition {
                Condition::DiscloseSource | Condition::SameLicense => duty.reach,
                _ => Reach::None,
            };
            let (licenses, list) = items.entry((order, std::cmp::Reverse(reach), duty.if_modified)).or_default();
            licenses.entry(duty.term.clone()).or_insert_with(|| duty.place.clone());
            if list.last() != Some(&at) {
                list.push(at);
            }
        }
        if !found.unread.is_empty() {
            unread.push((at, found.unread.clone()));
        }
    }
    let items = items
        .into_iter()
        .map(|((order, reach, if_modified), (licenses, components))| ChecklistItem {
            condition: Condition::ALL[order],
            reach: reach.0,
            if_modified,
            licenses: licenses.into_iter().collect(),
            components,
        })
        .collect();
    Checklist { distribution, items, unread }
}

impl ChecklistItem {
    /// What to do, in a sentence without a full stop.
    pub fn act(&self) -> String {
        let mut text = match (self.condition, self.reach) {
            (Condition::DiscloseSource, Reach::Work) => {
                "give the source of the whole program along, or a written offer of it, or say where it can be had"
                    .to_owned()
            }
            (Condition::DiscloseSource, Reach::Library) => {
                "give the source of the library along, or a written offer of it, or say where it can be had".to_owned()
            }
            (Condition::SameLicense, Reach::Work) => "give the whole program out under the same license".to_owned(),
            _ => self.condition.act().to_owned(),
        };
        if self.if_modified {
            text.push_str(", where you changed it");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(text: &str) -> Expression {
        crate::license::read(text).expression.unwrap()
    }

    fn due(license: &str, linkage: Linkage, distribution: Distribution) -> Vec<&'static str> {
        let license = expression(license);
        let mut names: Vec<&str> = duties(&Used { license: &license, linkage, modified: None }, distribution)
            .due
            .iter()
            .filter(|duty| !duty.if_modified)
            .map(|duty| duty.condition.as_str())
            .collect();
        names.dedup();
        names
    }

    #[test]
    fn what_is_due_depends_on_the_use() {
        use Distribution::{Binary, Device, Hosted, Internal, Source};
        use Linkage::{Dynamic, Static, Tool};
        for (license, linkage, distribution, expected) in [
            ("MIT", Static, Binary, &["license-text", "copyright"][..]),
            ("MIT", Static, Hosted, &[]),
            ("MIT", Tool, Binary, &[]),
            ("0BSD", Static, Binary, &[]),
            ("Zlib", Static, Binary, &[]),
            ("Zlib", Static, Source, &["license-text", "copyright"]),
            ("Apache-2.0", Static, Binary, &["license-text", "notice-file"]),
            ("Apache-2.0 WITH LLVM-exception", Dynamic, Binary, &["license-text", "notice-file"]),
            ("Apache-2.0 WITH LLVM-exception", Static, Binary, &[]),
            ("GPL-3.0-only", Dynamic, Internal, &[]),
            ("GPL-3.0-only", Dynamic, Binary, &["disclose-source", "same-license", "license-text", "copyright"]),
            (
                "GPL-3.0-only",
                Dynamic,
                Device,
                &["disclose-source", "same-license", "installation-information", "license-text", "copyright"],
            ),
            ("AGPL-3.0-only", Static, Hosted, &["disclose-source", "same-license"]),
            ("LGPL-2.1-only", Dynamic, Binary, &["disclose-source", "same-license", "license-text", "copyright"]),
            (
                "LGPL-2.1-only",
                Static,
                Binary,
                &["disclose-source", "same-license", "relink", "license-text", "copyright"],
            ),
            ("BUSL-1.1", Tool, Internal, &["use-limit"]),
            ("MIT OR GPL-3.0-only", Static, Binary, &["license-text", "copyright"]),
        ] {
            assert_eq!(due(license, linkage, distribution), expected, "{license} {linkage} {}", distribution.as_str());
        }
    }

    #[test]
    fn one_checklist_names_each_thing_once_and_what_nobody_has_read() {
        let licenses = ["MIT", "MIT", "LGPL-2.1-only", "GPL-2.0-only", "LicenseRef-x AND ISC", "BSD-3-Clause"];
        let licenses: Vec<Expression> = licenses.iter().map(|text| expression(text)).collect();
        let used: Vec<Used<'_>> =
            licenses.iter().map(|license| Used { license, linkage: Linkage::Dynamic, modified: None }).collect();
        let list = obligations(&used, Distribution::Binary);
        let source: Vec<(Reach, &[usize])> = list
            .items
            .iter()
            .filter(|item| item.condition == Condition::DiscloseSource)
            .map(|item| (item.reach, item.components.as_slice()))
            .collect();
        assert_eq!(source, [(Reach::Work, &[3][..]), (Reach::Library, &[2])]);
        let text = list.items.iter().find(|item| item.condition == Condition::LicenseText).unwrap();
        assert_eq!(text.components, [0, 1, 2, 3, 4, 5]);
        assert_eq!(text.licenses.len(), 5);
        assert_eq!(list.unread.len(), 1);
        assert_eq!((list.unread[0].0, list.unread[0].1[0].to_string().as_str()), (4, "LicenseRef-x"));
        assert!(list.items.iter().all(|item| !item.act().ends_with('.')));
        assert_eq!(list, obligations(&used, Distribution::Binary));
    }

    #[test]
    fn what_is_asked_of_changed_versions_is_due_for_those_and_not_for_others() {
        let license = expression("Apache-2.0");
        let asked = |modified: Option<bool>| -> Vec<bool> {
            let used = Used { license: &license, linkage: Linkage::Static, modified };
            let due = duties(&used, Distribution::Source).due;
            due.iter().filter(|duty| duty.condition == Condition::StateChanges).map(|duty| duty.if_modified).collect()
        };
        // Section 4(b).
        assert_eq!((asked(None), asked(Some(true)), asked(Some(false))), (vec![true], vec![false], vec![]));
    }
}
