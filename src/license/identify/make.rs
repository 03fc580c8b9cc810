//! Makes `corpus.bin` anew, from a copy of the SPDX license list. Compiled for tests only.
//!
//! ```text
//! SEPAL_LICENSE_TEMPLATES=<dir of the list's JSON files> cargo test --lib identify::make -- --ignored
//! ```
//!
//! The JSON files are those of the SPDX license list with its templates (`standardLicenseTemplate`), as the library
//! `org.spdx:java-spdx-library` carries them under `resources/stdlicenses`. Licenses that are newer than that copy come from the
//! texts of the `spdx` crate.

use std::collections::BTreeMap;

use super::corpus::{BEGIN_FREE, END_FREE, FIRST_WORD, HOLE, Kind, MAGIC};
use super::words::each_word;

/// A template as words and signs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Word(String),
    BeginFree,
    EndFree,
    /// Words may be put in here: at most so many.
    Hole(u32),
}

fn push_words(text: &str, items: &mut Vec<Item>) {
    each_word(text, std::slice::from_ref(&(0..text.len())), |word, _| items.push(Item::Word(word.to_owned())));
}

fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let from = format!(";{name}=\"");
    let Some(at) = tag.find(&from) else { return "" };
    let rest = &tag[at + from.len()..];
    // Values may hold quotation marks: they end before the next attribute or at the end of the tag.
    let end = ["\";match=\"", "\";original=\"", "\";name=\""]
        .iter()
        .filter_map(|next| rest.find(next))
        .min()
        .unwrap_or_else(|| rest.trim_end_matches('"').len());
    &rest[..end]
}

/// How many words a variable part may have: any name where the pattern takes anything, else the longest alternative.
fn room(pattern: &str) -> u32 {
    let anything = pattern.contains(".+") || pattern.contains(".*") || pattern.contains(".{");
    if anything {
        let bounded = pattern.find(".{").and_then(|at| {
            let (_, most) = pattern[at + 2..].split_once('}')?.0.split_once(',')?;
            most.parse::<u32>().ok()
        });
        return match bounded {
            Some(characters) if characters <= 20 => 2,
            Some(characters) if characters <= 200 => 20,
            _ => 60,
        };
    }
    let words = pattern
        .split('|')
        .map(|arm| {
            arm.replace("\\s", " ").split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count()
        })
        .max();
    words.unwrap_or(0).clamp(1, 60) as u32
}

fn template(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = text;
    let mut depth = 0u32;
    while let Some(at) = rest.find("<<") {
        push_words(&rest[..at], &mut items);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<<beginOptional") {
            let end = after.find(">>").unwrap() + 2;
            rest = &after[end..];
            depth += 1;
            items.push(Item::BeginFree);
        } else if let Some(after) = rest.strip_prefix("<<endOptional>>") {
            rest = after;
            depth -= 1;
            items.push(Item::EndFree);
        } else if rest.starts_with("<<var") {
            let end = rest.find("\">>").unwrap();
            let tag = &rest[5..=end];
            items.push(Item::Hole(room(attribute(tag, "match"))));
            items.push(Item::BeginFree);
            push_words(attribute(tag, "original"), &mut items);
            items.push(Item::EndFree);
            rest = &rest[end + 3..];
        } else {
            // `<<<endOptional>>`: the sign itself is what is optional.
            rest = &rest[1..];
        }
    }
    push_words(rest, &mut items);
    assert_eq!(depth, 0);
    items
}

/// Where the copyright statements at the head of a text end, and what version control writes there.
fn statements_end(text: &str) -> usize {
    let mut end = 0;
    let mut at = 0;
    for paragraph in text.split_inclusive("\n\n") {
        let words = paragraph.trim_start().to_ascii_lowercase();
        let is_statement =
            ["copyright ", "(c) ", "\u{a9} ", "$id", "release: $id"].iter().any(|sign| words.starts_with(sign));
        // A statement and the terms in one paragraph are told apart by nothing.
        let alone = !["permission", "redistribution", "license"].iter().any(|word| words.contains(word));
        let empty = words.is_empty();
        if !(is_statement && alone || empty) {
            break;
        }
        at += paragraph.len();
        end = if empty { end } else { at };
    }
    end
}

/// Licenses whose text another entry of the list has as well: those that differ only in what a notice says.
fn is_told_by_notices(id: &str) -> bool {
    id.ends_with("-or-later")
        || id.contains("-invariants")
        || id.contains("-no-invariants")
        || id.ends_with("-RFN")
        || id == "MPL-2.0-no-copyleft-exception"
}

fn is_deprecated(id: &str) -> bool {
    spdx::license_id(id).is_some_and(|license| license.is_deprecated())
        || spdx::exception_id(id).is_some_and(|exception| exception.is_deprecated())
}

fn varint(mut value: u32, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[test]
#[ignore = "makes the corpus anew, from data that is not part of the repository"]
#[allow(clippy::disallowed_methods, reason = "a tool, in a test")]
fn corpus_is_made() {
    let directory = std::env::var("SEPAL_LICENSE_TEMPLATES").expect("names the directory of the list's JSON files");
    let mut documents: BTreeMap<String, (Kind, Vec<Item>)> = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let value: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let field = |name: &str| value.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
        if let (Some(id), Some(text)) = (field("licenseId"), field("standardLicenseTemplate")) {
            documents.insert(id, (Kind::License, template(&text)));
        } else if let (Some(id), Some(text)) = (field("licenseExceptionId"), field("licenseExceptionTemplate")) {
            documents.insert(id, (Kind::Exception, template(&text)));
        }
    }
    assert!(documents.len() > 700, "{} templates", documents.len());
    // Who holds the rights in the example is no part of a license; templates leave it open themselves.
    let plain = |text: &str| {
        let (statements, terms) = text.split_at(statements_end(text));
        let mut items = vec![Item::Hole(60)];
        if !statements.is_empty() {
            items.push(Item::BeginFree);
            push_words(statements, &mut items);
            items.push(Item::EndFree);
        }
        push_words(terms, &mut items);
        items
    };
    for (id, text) in spdx::text::LICENSE_TEXTS {
        documents.entry((*id).to_owned()).or_insert_with(|| (Kind::License, plain(text)));
    }
    for (id, text) in spdx::text::EXCEPTION_TEXTS {
        documents.entry((*id).to_owned()).or_insert_with(|| (Kind::Exception, plain(text)));
    }
    documents.retain(|id, (kind, items)| {
        let on_list = match kind {
            Kind::License => spdx::license_id(id).is_some(),
            Kind::Exception => spdx::exception_id(id).is_some(),
        };
        let words = items.iter().filter(|item| matches!(item, Item::Word(_))).count();
        on_list && id != "NOASSERTION" && !is_deprecated(id) && !is_told_by_notices(id) && words >= 4
    });

    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, items) in documents.values() {
        for item in items {
            if let Item::Word(word) = item {
                *counts.entry(word).or_default() += 1;
            }
        }
    }
    let mut words: Vec<(&str, u32)> = counts.into_iter().collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    assert!(words.len() < 60_000, "identifiers of words have 16 bits");
    let number: BTreeMap<&str, u32> = words.iter().zip(0..).map(|((word, _), at)| (*word, at)).collect();

    let mut out = MAGIC.to_vec();
    let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let list = list.join("\n");
    varint(list.len() as u32, &mut out);
    out.extend(list.as_bytes());
    varint(documents.len() as u32, &mut out);
    for (id, (kind, items)) in &documents {
        out.push(id.len() as u8);
        out.extend(id.as_bytes());
        out.push(*kind as u8);
        let mut body = Vec::new();
        for item in items {
            match item {
                Item::BeginFree => varint(BEGIN_FREE, &mut body),
                Item::EndFree => varint(END_FREE, &mut body),
                Item::Hole(words) => {
                    varint(HOLE, &mut body);
                    varint(*words, &mut body);
                }
                Item::Word(word) => varint(FIRST_WORD + number[word.as_str()], &mut body),
            }
        }
        varint(body.len() as u32, &mut out);
        out.extend(body);
    }
    let target = concat!(env!("CARGO_MANIFEST_DIR"), "/src/license/identify/corpus.bin");
    std::fs::write(target, &out).unwrap();
    println!("{} documents, {} words, {} bytes", documents.len(), words.len(), out.len());
}
