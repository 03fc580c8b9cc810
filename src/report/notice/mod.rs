//! The document of attribution: whose software a product holds, under which terms, with the texts that those terms ask to
//! hand on.
//!
//! Here belongs putting texts together ([`compose`]) and writing them ([`write`]). Which copies of packages there are and what
//! they carry is found by `enrich`, which arm of a choice is taken is decided by `evaluate`.
//!
//! The formats for people are templates (`*.jinja`) over the same document that the JSON is made of, so that a template of
//! one's own has all of it ([`write_template`]).

use std::io;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::encode;

mod compose;

pub use compose::{Frame, Given, compose};

/// A document of attribution. The context of templates, and what `--format json` writes.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    /// `sepal-notice/1`.
    pub schema: &'static str,
    /// The product, where the root project has a name.
    pub product: Option<String>,
    /// Where requests for source code go, if the policy says so.
    pub contact: Option<String>,
    /// What is listed, sorted by package URL.
    pub components: Vec<Listed>,
    /// License texts, each distinct one once.
    pub texts: Vec<Text>,
    /// Notices to hand on, each distinct one once.
    pub notices: Vec<Text>,
    /// Components whose terms ask to offer source code.
    pub offers: Vec<Offer>,
    /// What is missing, sorted by component.
    pub gaps: Vec<Gap>,
    /// Components that are not listed, and why.
    pub left_out: Vec<LeftOut>,
}

/// A component in the document.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// Its full name.
    pub name: String,
    /// Its version; may be empty.
    pub version: String,
    /// Its package URL.
    pub purl: String,
    /// Its ecosystem, as a purl type.
    pub ecosystem: String,
    /// The terms it is used under: the arms taken, where it offers a choice. `None`: not known.
    pub license: Option<String>,
    /// The whole expression, where another one was offered.
    pub offered: Option<String>,
    /// What for, in the word of scopes.
    pub scope: &'static str,
    /// That it is used in a changed form: what was changed, or where the change can be seen.
    pub changed: Option<String>,
    /// What its terms ask of changed versions, where it is one.
    pub change_asks: Vec<String>,
    /// Who holds rights, as their statements say.
    pub copyrights: Vec<String>,
    /// Numbers of its license texts.
    pub texts: Vec<usize>,
    /// Numbers of its notices.
    pub notices: Vec<usize>,
}

/// A text with those who share it.
#[derive(Clone, Debug, Serialize)]
pub struct Text {
    /// Its number, from one.
    pub number: usize,
    /// What it is, as an expression; `None`: a text that no license of the list is.
    pub license: Option<String>,
    /// Whether it is the text of the SPDX list, since the copies carry none.
    pub standard: bool,
    /// The text.
    pub text: String,
    /// Who shares it.
    pub used_by: Vec<Use>,
}

/// Where a text was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Use {
    /// The component's full name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The file below the package's directory; `None` for a standard text.
    pub file: Option<String>,
}

/// A component whose terms ask to offer source code.
#[derive(Clone, Debug, Serialize)]
pub struct Offer {
    /// Its full name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its package URL.
    pub purl: String,
    /// The terms that ask.
    pub licenses: Vec<String>,
    /// Where its source comes from, if the files say so.
    pub source: Option<String>,
    /// Whether source is asked of the whole work or library (`GPL`, `LGPL`, `AGPL`) rather than of the component's files alone.
    pub reaches_further: bool,
}

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What kind: a word of [`GAPS`].
    pub kind: &'static str,
    /// Whether the document is incomplete without it.
    pub blocks: bool,
    /// The component's full name; empty if it is about the whole.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What, in a sentence without a full stop.
    pub message: String,
}

/// Components that are not listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// How many.
    pub count: usize,
    /// Why, in a few words.
    pub reason: String,
}

/// All kinds of gaps, what each means, and whether the document is incomplete without it.
pub static GAPS: &[(&str, bool, &str)] = &[
    ("no-license", true, "no license is known, so nobody can tell what is asked"),
    ("no-copy", true, "no copy of the package was found, so its own texts and statements are not here"),
    ("no-text", true, "the copy carries no text of its license, and there is no standard text of it here"),
    (
        "no-copyright",
        true,
        "a standard text stands in, the license asks to keep the holder's statement, and none was found",
    ),
    ("unread", true, "a license or notice file could not be read"),
    (
        "no-source-offer",
        true,
        "terms ask to offer source code, and the policy names nobody to ask ([project] contact.source)",
    ),
    ("standard-text", false, "the copy carries no text of its license, so the text of the SPDX list stands here"),
    ("no-holder", false, "the copy's own text is here, and names nobody who holds rights"),
    ("other-text", false, "the copy's own text is here, and it is of another license than the declared one"),
    ("unrecognised-text", false, "the copy's own text is here, and it is none that is known"),
    ("changed-text", false, "the copy's own text is here, and it is the license's with changes"),
];

impl Notice {
    /// Whether something is missing without which it is incomplete.
    pub fn is_complete(&self) -> bool {
        !self.gaps.iter().any(|gap| gap.blocks)
    }
}

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// A page that needs nothing else.
    Html,
    /// The document as data.
    Json,
}

/// Why a document could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoticeError {
    /// The template is wrong, or asks for what is not there.
    #[error("the template cannot be used: {0}")]
    Template(String),
    /// The writer failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes a document.
///
/// # Errors
/// If the writer fails.
pub fn write(notice: &Notice, format: Format, writer: &mut dyn io::Write) -> Result<(), NoticeError> {
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *writer, notice).map_err(io::Error::from)?;
            Ok(writer.write_all(b"\n")?)
        }
        format => {
            let (name, template) = builtin(format);
            write_template(notice, name, template, writer)
        }
    }
}

/// The name and text of a shipped template, to start one's own from; that of plain text for JSON, which has none.
pub fn builtin(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Markdown => ("notice.md", include_str!("markdown.jinja")),
        Format::Html => ("notice.html", include_str!("html.jinja")),
        Format::Text | Format::Json => ("notice.txt", include_str!("text.jinja")),
    }
}

/// Writes a document by a template. In templates whose name ends in `.html`, with or without `.jinja` behind it, what is put in
/// is escaped.
///
/// # Errors
/// If the template is wrong or the writer fails.
pub fn write_template(
    notice: &Notice,
    name: &str,
    template: &str,
    writer: &mut dyn io::Write,
) -> Result<(), NoticeError> {
    let fail = |error: minijinja::Error| {
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            message.push_str(&format!(": {error}"));
            cause = error.source();
        }
        NoticeError::Template(message)
    };
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.map_err(fail)?);
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(|name| {
        let name = name.strip_suffix(".jinja").or_else(|| name.strip_suffix(".j2")).unwrap_or(name);
        if name.ends_with(".html") || name.ends_with(".htm") { AutoEscape::Html } else { AutoEscape::None }
    });
    environment.add_filter("md", |text: String| encode::markdown(&text));
    environment.add_filter("code", |text: String| encode::markdown_code(&text));
    environment.add_filter("fence", |text: String| "`".repeat(longest_run(&text, '`').max(2) + 1));
    environment.add_template(name, template).map_err(fail)?;
    let template = environment.get_template(name).map_err(fail)?;
    let text = template.render(value(serde_json::to_value(notice).map_err(io::Error::from)?)).map_err(fail)?;
    Ok(writer.write_all(text.as_bytes())?)
}

/// Data as templates see it. Its depth is that of the types of this file.
fn value(data: serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match data {
        Json::Null => Value::from(()),
        Json::Bool(flag) => Value::from(flag),
        Json::Number(number) => Value::from(number.as_u64().unwrap_or_default()),
        Json::String(text) => Value::from(text),
        Json::Array(items) => Value::from(items.into_iter().map(value).collect::<Vec<Value>>()),
        Json::Object(fields) => Value::from_pairs(fields.into_iter().map(|(key, field)| (key, value(field)))),
    }
}

fn longest_run(text: &str, sign: char) -> usize {
    text.split(|character| character != sign).map(str::len).max().unwrap_or(0)
}

/// What changed between a committed document and today's, in a few lines; empty if nothing did. Line ends do not count.
pub fn differences(committed: &str, today: &str) -> Vec<String> {
    let lines = |text: &str| -> Vec<String> { text.lines().map(|line| line.trim_end().to_owned()).collect() };
    let (old, new) = (lines(committed), lines(today));
    if old == new {
        return Vec::new();
    }
    let count = |lines: &[String]| {
        let mut counts = std::collections::BTreeMap::new();
        for line in lines.iter().filter(|line| !line.trim().is_empty()) {
            *counts.entry(line.clone()).or_insert(0_i64) += 1;
        }
        counts
    };
    let (have, want) = (count(&old), count(&new));
    let extra = |a: &std::collections::BTreeMap<String, i64>, b: &std::collections::BTreeMap<String, i64>| -> i64 {
        a.iter().map(|(line, count)| (count - b.get(line).copied().unwrap_or(0)).max(0)).sum()
    };
    let first = old.iter().zip(&new).position(|(a, b)| a != b).unwrap_or(old.len().min(new.len()));
    let shown = |line: Option<&String>| {
        line.map_or_else(
            || "the end".to_owned(),
            |line| format!("`{}`", encode::clip(&encode::printable(line.trim()), 100)),
        )
    };
    vec![
        format!("{} lines are new and {} are gone", extra(&want, &have), extra(&have, &want)),
        format!("first difference at line {}: {} is {} now", first + 1, shown(old.get(first)), shown(new.get(first))),
    ]
}

#[cfg(test)]
mod tests;
