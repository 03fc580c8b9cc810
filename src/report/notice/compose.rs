//! From components with their terms and texts to one document.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::enrich::{PackageText, PackageTexts, TextPurpose};
use crate::evaluate::ComponentTerms;
use crate::license::{self, Class, Distribution, Expression, Linkage, Technique, Term, Used, text_id};
use crate::model::Component;

use super::super::encode::{is_unsafe, without_user_info};
use super::{GAPS, Gap, LeftOut, Listed, Notice, Offer, Text, Use};

/// What the document says beside its components.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The product.
    pub product: Option<String>,
    /// Where requests for source code go.
    pub contact: Option<String>,
    /// Components that are not listed.
    pub left_out: Vec<LeftOut>,
    /// How the product reaches others; `None`: as a program.
    pub distribution: Option<Distribution>,
}

/// A component to list.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The component.
    pub component: &'a Component,
    /// Its terms.
    pub terms: &'a ComponentTerms,
    /// Its texts.
    pub texts: &'a PackageTexts,
}

/// Texts shorter than this that are not recognised are a word about a license and no text of one.
const SHORTEST_TEXT: usize = 300;

/// Puts a document together. Components come in the order given.
pub fn compose(frame: Frame, given: &[Given<'_>]) -> Notice {
    let mut composer = Composer::default();
    let distribution = frame.distribution.unwrap_or(Distribution::Binary);
    for one in given {
        composer.add(one, distribution);
    }
    let asks = composer.offers.iter().any(|offer| offer.reaches_further);
    if asks && frame.contact.is_none() {
        let message = "the policy names nobody to ask for source code: set contact.source in [project]".to_owned();
        composer.gaps.push(gap("no-source-offer", "", "", message));
    }
    let (texts, text_numbers) = composer.texts.finish();
    let (notices, notice_numbers) = composer.notices.finish();
    for component in &mut composer.components {
        let numbers = |places: &mut Vec<usize>, numbers: &[usize]| {
            for place in places.iter_mut() {
                *place = numbers[*place];
            }
            places.sort_unstable();
            places.dedup();
        };
        numbers(&mut component.texts, &text_numbers);
        numbers(&mut component.notices, &notice_numbers);
    }
    Notice {
        schema: "sepal-notice/1",
        product: frame.product.as_deref().map(line),
        contact: frame.contact.as_deref().map(line),
        components: composer.components,
        texts,
        notices,
        offers: composer.offers,
        gaps: composer.gaps,
        left_out: frame.left_out,
    }
}

fn gap(kind: &'static str, name: &str, version: &str, message: String) -> Gap {
    let blocks = GAPS.iter().any(|(have, blocks, _)| *have == kind && *blocks);
    Gap { kind, blocks, name: name.to_owned(), version: version.to_owned(), message }
}

/// A stranger's text for one line.
fn line(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|character| if is_unsafe(character) { char::REPLACEMENT_CHARACTER } else { character })
        .collect();
    text.trim().to_owned()
}

/// A text as it is handed on: word for word. Only line ends, space at the ends of lines, page breaks, and characters that would
/// steer a terminal or a CI system's log are not kept.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split('\n') {
        let piece = piece.trim_end();
        let command = piece.trim_start();
        if command.starts_with("::") || command.starts_with("##[") || command.starts_with("##vso[") {
            out.push_str("| ");
        }
        for character in piece.chars() {
            match character {
                '\t' => out.push('\t'),
                '\u{c}' | '\u{feff}' | '\u{ad}' | '\u{200b}' => {}
                '\r' => out.push('\n'),
                character if is_unsafe(character) => out.push(char::REPLACEMENT_CHARACTER),
                character => out.push(character),
            }
        }
        out.push('\n');
    }
    let lines: Vec<&str> = out.split('\n').map(str::trim_end).collect();
    let from = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
    let to = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    lines.get(from..to).unwrap_or_default().join("\n")
}

/// Texts on their way: each distinct one once. Two are the same if their words are.
#[derive(Default)]
struct Texts {
    by_words: BTreeMap<[u8; 32], usize>,
    texts: Vec<Text>,
}

impl Texts {
    fn add(&mut self, text: &str, license: Option<String>, standard: bool, used_by: Use) -> usize {
        let mut words = Sha256::new();
        for word in text.split(|character: char| character.is_whitespace() || is_unsafe(character)) {
            if !word.is_empty() {
                words.update(word.as_bytes());
                words.update(b" ");
            }
        }
        // A standard text is told from the same words in a package's own copy only by who says so.
        words.update([u8::from(standard)]);
        let at = *self.by_words.entry(words.finalize().into()).or_insert_with(|| {
            self.texts.push(Text { number: 0, license, standard, text: clean(text), used_by: Vec::new() });
            self.texts.len() - 1
        });
        if !self.texts[at].used_by.contains(&used_by) {
            self.texts[at].used_by.push(used_by);
        }
        at
    }

    /// The texts by license, those without a known one last, and the number of each by its place so far.
    fn finish(self) -> (Vec<Text>, Vec<usize>) {
        let mut order: Vec<usize> = (0..self.texts.len()).collect();
        let key = |at: &usize| {
            let text = &self.texts[*at];
            (text.license.is_none(), text.license.clone(), *at)
        };
        order.sort_by_cached_key(key);
        let mut numbers = vec![0; order.len()];
        for (number, at) in order.iter().enumerate() {
            numbers[*at] = number + 1;
        }
        let mut texts = self.texts;
        for (text, number) in texts.iter_mut().zip(&numbers) {
            text.number = *number;
        }
        texts.sort_by_key(|text| text.number);
        (texts, numbers)
    }
}

#[derive(Default)]
struct Composer {
    components: Vec<Listed>,
    texts: Texts,
    notices: Texts,
    offers: Vec<Offer>,
    gaps: Vec<Gap>,
}

/// The licenses whose whole text is in a text of a package, by [`text_id`].
fn whole_texts(text: &PackageText) -> BTreeSet<String> {
    let whole = |technique: Technique| matches!(technique, Technique::ExactText | Technique::Text);
    let mut ids = BTreeSet::new();
    for found in text.found.matches.iter().filter(|found| whole(found.technique)) {
        for term in found.expression.terms() {
            ids.insert(own_id(&term.license));
            ids.extend(term.exception.as_ref().map(ToString::to_string));
        }
    }
    ids
}

const CHANGED: &str = "-modified";

/// The id of a license's text; that of the license which a changed text was made from.
fn own_id(license: &str) -> String {
    let changed = license.strip_prefix("LicenseRef-sepal-").and_then(|id| id.strip_suffix(CHANGED));
    text_id(changed.unwrap_or(license)).to_owned()
}

/// Whether a text belongs to an arm that was not taken: it holds nothing but whole texts of licenses that are offered and not
/// chosen.
fn is_of_other_arm(text: &PackageText, offered: &BTreeSet<String>, taken: &BTreeSet<String>) -> bool {
    let whole = |technique: Technique| matches!(technique, Technique::ExactText | Technique::Text);
    let ids = whole_texts(text);
    !ids.is_empty()
        && text.found.matches.iter().all(|found| whole(found.technique) || found.technique == Technique::Reference)
        && ids.iter().all(|id| offered.contains(id) && !taken.contains(id))
}

fn ids_of(expression: &Expression) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for term in expression.terms() {
        ids.insert(own_id(&term.license));
        ids.extend(term.exception.as_ref().map(ToString::to_string));
    }
    ids
}

impl Composer {
    fn add(&mut self, given: &Given<'_>, distribution: Distribution) {
        let component = given.component;
        let name = line(&component.purl.full_name());
        let version = line(component.purl.version().unwrap_or_default());
        let whole = given.terms.expression.as_ref();
        let taken = given.terms.chosen.as_ref().or(whole);
        let offered_ids = whole.map(ids_of).unwrap_or_default();
        let taken_ids = taken.map(ids_of).unwrap_or_default();
        let chose = given.terms.chosen.is_some();

        let mut listed = Listed {
            purl: line(&component.purl.to_string()),
            ecosystem: component.purl.kind().to_owned(),
            license: taken
                .map(|taken| line(taken.as_str()))
                .or_else(|| given.terms.claim.as_ref().map(|claim| line(&claim.raw))),
            offered: whole.filter(|whole| taken != Some(*whole)).map(|whole| line(whole.as_str())),
            scope: component.scope().as_str(),
            changed: given.terms.modified.as_ref().map(|modified| line(&modified.what)),
            change_asks: Vec::new(),
            copyrights: Vec::new(),
            texts: Vec::new(),
            notices: Vec::new(),
            name: name.clone(),
            version: version.clone(),
        };
        let mut say = |kind: &'static str, message: String| self.gaps.push(gap(kind, &name, &version, message));
        let used_by = |file: Option<&str>| Use { name: name.clone(), version: version.clone(), file: file.map(line) };

        let mut seen = BTreeSet::new();
        let statements = given.texts.texts.iter().flat_map(|text| &text.found.copyrights).map(|one| one.text.as_str());
        for statement in statements.chain(given.texts.copyrights.iter().map(String::as_str)) {
            let statement = line(statement);
            // Markup of a README that was cut in its middle.
            let statement = statement.trim_end_matches("&lt").trim_end().to_owned();
            let folded = statement.to_lowercase().replace("©", "(c)");
            if seen.insert(folded.trim_end_matches('.').to_owned()) {
                listed.copyrights.push(statement);
            }
        }

        let mut held: BTreeSet<String> = BTreeSet::new();
        let mut other: BTreeSet<String> = BTreeSet::new();
        let mut unknown_text = false;
        for text in &given.texts.texts {
            let label = text.found.expression.as_ref().map(|expression| line(expression.as_str()));
            if text.purpose == TextPurpose::Notice {
                held.extend(whole_texts(text));
                listed.notices.push(self.notices.add(&text.text, None, false, used_by(Some(&text.file))));
                continue;
            }
            if chose && is_of_other_arm(text, &offered_ids, &taken_ids) {
                continue;
            }
            let ids = whole_texts(text);
            let at_top =
                !text.file.contains('/') || text.file.matches('/').count() == 1 && !text.file.starts_with("src/");
            if ids.is_empty() && at_top && text.text.trim().len() >= SHORTEST_TEXT {
                unknown_text |= true;
                if text.found.expression.is_none() {
                    say("unrecognised-text", format!("`{}` is no text of a license that is known", line(&text.file)));
                }
            }
            if label.as_deref().is_some_and(|label| label.contains(CHANGED)) {
                say("changed-text", format!("`{}` holds a license with changes", line(&text.file)));
            }
            if at_top {
                other.extend(ids.iter().filter(|id| !offered_ids.contains(*id)).cloned());
            }
            held.extend(ids);
            listed.texts.push(self.texts.add(&text.text, label, false, used_by(Some(&text.file))));
        }

        let has_copy = given.texts.has_copy;
        if !has_copy {
            let unknown = if taken.is_none() { ", and no license is known" } else { "" };
            let message = format!("no copy of it was found in the tree or in a package cache of this machine{unknown}");
            say("no-copy", message);
        }
        for file in &given.texts.unread {
            say("unread", format!("`{}` could not be read as a text", line(file)));
        }
        match taken {
            None if !has_copy => {}
            None => match &given.terms.claim {
                None => say("no-license", "no license is known".to_owned()),
                Some(claim) => say("no-license", format!("\"{}\" is no license expression", line(&claim.raw))),
            },
            Some(taken) => {
                let mut needed: Vec<(String, &Term)> = Vec::new();
                for term in taken.terms() {
                    let mut need = |id: String| {
                        if !needed.iter().any(|(have, _)| *have == id) {
                            needed.push((id, term));
                        }
                    };
                    let id = own_id(&term.license);
                    // The Lesser GPL 3.0 is additional permissions on top of the GPL 3.0, and is incomplete without it.
                    let above = (id == "LGPL-3.0").then(|| "GPL-3.0".to_owned());
                    need(id);
                    above.map(&mut need);
                    term.exception.as_ref().map(ToString::to_string).map(&mut need);
                }
                let mut stands_in = false;
                // Python's license is a row of licenses that begins with the one of its foundation.
                if ["Python-2.0", "Python-2.0.1"].iter().any(|id| held.contains(*id)) {
                    held.insert("PSF-2.0".to_owned());
                }
                let covered = needed.iter().any(|(id, _)| held.contains(id));
                for (id, _) in &needed {
                    if held.contains(id) || unknown_text && !covered {
                        continue;
                    }
                    if !covered && !other.is_empty() {
                        let other: Vec<&str> = other.iter().map(String::as_str).collect();
                        say("other-text", format!("its copy carries {} and no text of {id}", other.join(", ")));
                        continue;
                    }
                    match license::standard_text(id) {
                        Some(standard) => {
                            let label = Some(standard.id.to_owned());
                            listed.texts.push(self.texts.add(standard.text, label, true, used_by(None)));
                            stands_in = true;
                            if has_copy {
                                let message = format!("its copy carries no text of {id}: the SPDX list's stands here");
                                say("standard-text", message);
                            }
                        }
                        None => say("no-text", format!("there is no text of {id}")),
                    }
                }
                let wants: Vec<&str> =
                    needed.iter().filter(|(id, _)| license::wants_copyright(id)).map(|(id, _)| id.as_str()).collect();
                if listed.copyrights.is_empty() && !wants.is_empty() && has_copy {
                    let wants = wants.join(", ");
                    if stands_in {
                        say("no-copyright", format!("{wants} asks to keep the holder's statement, and none was found"));
                    } else {
                        say("no-holder", format!("its own text of {wants} names nobody who holds rights"));
                    }
                }
                if listed.changed.is_some() {
                    listed.change_asks = change_asks(given, taken, distribution);
                }
                self.offers.extend(offer_of(&listed, component, taken));
            }
        }
        self.components.push(listed);
    }
}

/// What terms ask of a changed version and would not ask of the same component unchanged.
fn change_asks(given: &Given<'_>, taken: &Expression, distribution: Distribution) -> Vec<String> {
    let component = given.component;
    let assumed = || Linkage::assumed(component.purl.kind(), component.scope());
    let linkage = given.terms.linkage.unwrap_or_else(assumed);
    let due = |modified| license::duties(&Used { license: taken, linkage, modified }, distribution).due;
    let mut asks: Vec<String> = Vec::new();
    // Where nothing is said of changes, what is asked because of them is marked.
    for duty in due(None).into_iter().filter(|duty| duty.if_modified) {
        let place = if duty.place.is_empty() { String::new() } else { format!(", {}", duty.place) };
        let ask = format!("{} ({}{place})", duty.condition.act(), duty.term);
        if !asks.contains(&ask) {
            asks.push(ask);
        }
    }
    asks
}

/// What a component's terms ask of source code.
fn offer_of(listed: &Listed, component: &Component, taken: &Expression) -> Option<Offer> {
    let classes = license::classes();
    let asks = |term: &&Term| {
        matches!(classes.class_of(term), Class::WeakCopyleft | Class::StrongCopyleft | Class::NetworkCopyleft)
    };
    let asking: Vec<&Term> = taken.terms().filter(asks).collect();
    if asking.is_empty() {
        return None;
    }
    let family = |term: &&Term| ["GPL-", "LGPL-", "AGPL-"].iter().any(|family| term.license.starts_with(family));
    let mut licenses: Vec<String> = asking.iter().map(|term| line(&term.to_string())).collect();
    licenses.sort();
    licenses.dedup();
    Some(Offer {
        name: listed.name.clone(),
        version: listed.version.clone(),
        purl: listed.purl.clone(),
        licenses,
        source: component.origin.url().map(|url| line(&without_user_info(url))),
        reaches_further: asking.iter().any(family),
    })
}
