//! The answer of `sepal obligations`: what has to be done for the licenses of a product, as a list to tick off.
//!
//! Not one of the outputs of a report: nothing is judged.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use serde_json::{Value, json};

use crate::license::{Checklist, ChecklistItem, Condition, Distribution, Duties, Linkage};

use super::encode::{self, clip, markdown, printable};
use super::notice::LeftOut;
use super::trail;

/// What has to be done for a product.
#[derive(Debug)]
pub struct Obligations {
    /// The product, if it has a name.
    pub product: Option<String>,
    /// How it reaches others.
    pub distribution: Distribution,
    /// Who says so: a place in a policy, or that it was asked for; `None`: nobody, and the most demanding way is taken.
    pub because: Option<String>,
    /// The components that are handed on and whose terms are known.
    pub components: Vec<Owed>,
    /// What to do, by the places of `components`.
    pub checklist: Checklist,
    /// Package URLs of components whose terms are not known, sorted.
    pub unknown: Vec<String>,
    /// What could not be read, or is not known of a project: what it brings may be missing in all of this.
    pub missing: Vec<String>,
    /// What is not handed on.
    pub left_out: Vec<LeftOut>,
}

/// A component and what its terms ask.
#[derive(Debug)]
pub struct Owed {
    /// Its full name.
    pub name: String,
    /// Its version; may be empty.
    pub version: String,
    /// Its package URL.
    pub purl: String,
    /// The terms taken.
    pub license: String,
    /// Whether that is a guess.
    pub guessed: bool,
    /// How it is joined to the product.
    pub linkage: Linkage,
    /// Whether it is used in a changed form, if anybody said so.
    pub modified: Option<bool>,
    /// What is due.
    pub duties: Duties,
}

impl Owed {
    fn label(&self) -> String {
        if self.version.is_empty() { self.name.clone() } else { format!("{} {}", self.name, self.version) }
    }
}

impl Obligations {
    /// Whether all components are known, and the terms of every one are known and were read.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
            && self.unknown.is_empty()
            && self.checklist.unread.is_empty()
            && self.components.iter().all(|one| !one.guessed)
    }

    fn labels(&self, item: &ChecklistItem) -> Vec<String> {
        item.components.iter().map(|at| self.components[*at].label()).collect()
    }

    /// Components with terms that nobody has read for this program, by those terms.
    fn unread(&self) -> BTreeMap<String, Vec<String>> {
        let mut unread: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (at, terms) in &self.checklist.unread {
            for term in terms {
                unread.entry(term.to_string()).or_default().push(self.components[*at].label());
            }
        }
        unread
    }

    fn guessed(&self) -> Vec<String> {
        self.components.iter().filter(|one| one.guessed).map(Owed::label).collect()
    }

    fn headline(&self) -> String {
        let product = self.product.as_deref().unwrap_or("this product");
        let because = match &self.because {
            Some(because) => format!(" ({because})"),
            None => " (nobody has said how it reaches others: [project] distribution)".to_owned(),
        };
        format!(
            "what the licenses ask of {product}, {}{because}: {} handed on",
            phrase(self.distribution),
            trail::count(self.components.len() + self.unknown.len(), "component"),
        )
    }
}

/// Fits after the name of a product.
fn phrase(distribution: Distribution) -> &'static str {
    match distribution {
        Distribution::Internal => "used inside one organisation",
        Distribution::Hosted => "used by others over a network",
        Distribution::Binary => "given to others as a program",
        Distribution::Source => "given to others as source",
        Distribution::Device => "built into a device",
    }
}

/// Which command does it, where one does.
fn by_command(condition: Condition) -> Option<&'static str> {
    match condition {
        Condition::LicenseText | Condition::Copyright | Condition::NoticeFile => Some("sepal notice -o NOTICE.txt"),
        _ => None,
    }
}

/// `MIT, Apache-2.0 (4(a))`
fn asked_by(item: &ChecklistItem) -> Vec<String> {
    let said = |(term, place): &(crate::license::Term, compact_str::CompactString)| match place.as_str() {
        "" => term.to_string(),
        place => format!("{term} ({place})"),
    };
    item.licenses.iter().map(said).collect()
}

/// So many of a list, and how many more.
fn first(names: &[String], shown: usize) -> String {
    let mut text = names.iter().take(shown).map(|name| printable(name).into_owned()).collect::<Vec<_>>().join(", ");
    if names.len() > shown {
        text.push_str(&format!(" and {} more", names.len() - shown));
    }
    text
}

/// Names that one line has.
const SHOWN: usize = 8;

/// For a person. `all`: every component by its name.
///
/// # Errors
/// If the writer fails.
pub fn write_text(list: &Obligations, all: bool, color: bool, writer: &mut dyn io::Write) -> io::Result<()> {
    let bold = |text: &str| if color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    let shown = if all { usize::MAX } else { SHOWN };
    writeln!(writer, "{}\n", clip(&printable(&list.headline()), 400))?;
    if list.checklist.items.is_empty() {
        writeln!(writer, "nothing is asked by the terms that are known\n")?;
    }
    for item in &list.checklist.items {
        let count = trail::count(item.components.len(), "component");
        writeln!(writer, "[ ] {}: {count}", bold(&item.act()))?;
        writeln!(writer, "    asked by  {}", first(&asked_by(item), shown))?;
        writeln!(writer, "    for       {}", first(&list.labels(item), shown))?;
        if let Some(command) = by_command(item.condition) {
            writeln!(writer, "    done by   {command}")?;
        }
        writeln!(writer)?;
    }
    for (term, components) in list.unread() {
        writeln!(
            writer,
            "[ ] {}: {}\n    for       {}\n",
            bold(&format!("read the text of {}; what it asks is not known here", printable(&term))),
            trail::count(components.len(), "component"),
            first(&components, shown)
        )?;
    }
    for (what, names) in [
        ("see which license it is; it was guessed, and what stands above for it rests on that", list.guessed()),
        ("find out the license; nothing is known of it, and all rights are reserved until then", list.unknown.clone()),
    ] {
        if !names.is_empty() {
            let count = trail::count(names.len(), "component");
            writeln!(writer, "[ ] {}: {count}\n    for       {}\n", bold(what), first(&names, shown))?;
        }
    }
    if !list.missing.is_empty() {
        let count = trail::count(list.missing.len(), "place");
        writeln!(writer, "[ ] {}: {count}", bold("complete what was read; what it brings is missing above"))?;
        for place in list.missing.iter().take(shown) {
            writeln!(writer, "    {}", clip(&printable(place), 300))?;
        }
        if list.missing.len() > shown {
            writeln!(writer, "    and {} more", list.missing.len() - shown)?;
        }
        writeln!(writer)?;
    }
    for left in &list.left_out {
        writeln!(writer, "not listed: {} {}", left.count, printable(&left.reason))?;
    }
    writeln!(writer, "A help for people who decide, not legal advice.")
}

/// For an issue or a release page: a list with boxes to tick, and a table of the components.
///
/// # Errors
/// If the writer fails.
pub fn write_markdown(list: &Obligations, writer: &mut dyn io::Write) -> io::Result<()> {
    writeln!(writer, "# Obligations\n\n{}.\n", markdown(&list.headline()))?;
    let boxed = |writer: &mut dyn io::Write, what: &str, asked: &[String], names: &[String]| -> io::Result<()> {
        writeln!(writer, "- [ ] **{}**", markdown(what))?;
        if !asked.is_empty() {
            writeln!(writer, "  - asked by {}", markdown(&asked.join(", ")))?;
        }
        let names: Vec<String> = names.iter().map(|name| markdown(name)).collect();
        writeln!(writer, "  - for {}: {}", trail::count(names.len(), "component"), names.join(", "))
    };
    for item in &list.checklist.items {
        boxed(writer, &item.act(), &asked_by(item), &list.labels(item))?;
    }
    for (term, components) in list.unread() {
        boxed(writer, &format!("read the text of {term}; what it asks is not known here"), &[], &components)?;
    }
    let guessed = list.guessed();
    if !guessed.is_empty() {
        boxed(writer, "see which license it is; it was guessed", &[], &guessed)?;
    }
    if !list.unknown.is_empty() {
        boxed(writer, "find out the license; nothing is known of it", &[], &list.unknown)?;
    }
    if !list.missing.is_empty() {
        writeln!(writer, "- [ ] **complete what was read; what it brings is missing here**")?;
        for place in &list.missing {
            writeln!(writer, "  - {}", markdown(place))?;
        }
    }
    writeln!(writer, "\n| component | license | joined | asks |\n| --- | --- | --- | --- |")?;
    for one in &list.components {
        let mut asks: Vec<&str> = Vec::new();
        for duty in &one.duties.due {
            if !asks.contains(&duty.condition.short()) {
                asks.push(duty.condition.short());
            }
        }
        let changed = if one.modified == Some(true) { ", changed" } else { "" };
        let asks = if asks.is_empty() { "nothing".to_owned() } else { asks.join(", ") };
        writeln!(
            writer,
            "| {} | {} | {}{changed} | {asks} |",
            markdown(&one.label()),
            markdown(&one.license),
            one.linkage.as_str()
        )?;
    }
    for left in &list.left_out {
        writeln!(writer, "\nNot listed: {} {}.", left.count, markdown(&left.reason))?;
    }
    writeln!(writer, "\nA help for people who decide, not legal advice.")
}

/// For a program: one object of the schema `sepal-obligations/1`.
///
/// # Errors
/// If the writer fails.
pub fn write_json(list: &Obligations, mut writer: &mut dyn io::Write) -> io::Result<()> {
    let items: Value = list
        .checklist
        .items
        .iter()
        .map(|item| {
            let asked: Value = item
                .licenses
                .iter()
                .map(|(term, place)| json!({ "license": term.to_string(), "place": place.as_str() }))
                .collect();
            let purls: Value =
                item.components.iter().map(|at| Value::from(list.components[*at].purl.as_str())).collect();
            json!({
                "condition": item.condition.as_str(),
                "act": item.act(),
                "reach": item.reach.as_str(),
                "if_modified": item.if_modified,
                "asked_by": asked,
                "components": purls,
            })
        })
        .collect();
    let components: Value = list
        .components
        .iter()
        .map(|one| {
            let due: Value = one
                .duties
                .due
                .iter()
                .map(|duty| {
                    json!({
                        "condition": duty.condition.as_str(),
                        "license": duty.term.to_string(),
                        "place": duty.place.as_str(),
                        "reach": duty.reach.as_str(),
                        "if_modified": duty.if_modified,
                    })
                })
                .collect();
            json!({
                "purl": one.purl,
                "name": one.name,
                "version": one.version,
                "license": one.license,
                "guessed": one.guessed,
                "linkage": one.linkage.as_str(),
                "modified": one.modified,
                "duties": due,
                "unread": one.duties.unread.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        })
        .collect();
    let document = json!({
        "schema": "sepal-obligations/1",
        "product": list.product,
        "distribution": list.distribution.as_str(),
        "because": list.because,
        "complete": list.is_complete(),
        "items": items,
        "components": components,
        "unknown": list.unknown,
        "missing": list.missing,
        "left_out": list.left_out,
    });
    document.serialize(&mut serde_json::Serializer::with_formatter(&mut writer, encode::Json::new(2)))?;
    writeln!(writer)
}
