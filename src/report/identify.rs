//! The answer of `sepal identify`: which licenses and copyright statements each file holds, and where.
//!
//! `jsonl` writes one JSON object a line for every text, so that a reader can tell "nothing there" from "not looked":
//!
//! | key | what it holds |
//! | --- | --- |
//! | `path` | the file |
//! | `role` | what its name says that it is for: `license`, `notice`, `readme`, `source`, `manifest`, `data`, `history`, `document` |
//! | `expression` | all of it as one SPDX expression, or `null` |
//! | `matches` | `expression`, `lines` (first and last, from one), `technique`, `confidence` in percent; `differences` of a text |
//! | `copyrights` | `text` and `line` |
//! | `stated` | what another file states for it: `by`, `line`, `expression`, `copyrights`, `precedence`; only where one does |
//! | `truncated` | `true` if the budget of the file was used up |

use std::io;

use serde_json::{Map, Value, json};

use crate::license::{FileRole, Identification, Match};
use crate::model::SourceFile;

use super::encode::{clip, printable};

/// A file with what it holds.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its path, as it is shown.
    pub path: &'a str,
    /// What its name says that it is for.
    pub role: FileRole,
    /// What was found.
    pub found: &'a Identification,
    /// The license of the file, also from what is stated for it elsewhere.
    pub expression: Option<&'a str>,
    /// What is stated for it elsewhere: by which file and line, which license, which statements, and which of the two counts.
    pub stated: Option<Elsewhere<'a>>,
}

/// What another file states for a file.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere<'a> {
    /// The file that states it.
    pub by: &'a str,
    /// The line, from one.
    pub line: u32,
    /// The license.
    pub expression: Option<&'a str>,
    /// Copyright statements.
    pub copyrights: &'a [String],
    /// Which counts: `closest`, `aggregate` or `override`.
    pub precedence: &'static str,
}

fn match_json(found: &Match) -> Value {
    let mut value = json!({
        "expression": found.expression.as_str(),
        "lines": [found.lines.0, found.lines.1],
        "technique": found.technique.as_str(),
        "confidence": found.confidence,
    });
    if let (false, Some(object)) = (found.differences.is_empty(), value.as_object_mut()) {
        let differences = found.differences.iter().map(
            |one| json!({ "lines": [one.lines.0, one.lines.1], "added": one.added, "missing_words": one.missing }),
        );
        object.insert("differences".to_owned(), differences.collect());
    }
    value
}

/// Writes one JSON object for each file.
///
/// # Errors
/// If the writer fails.
pub fn write_jsonl<'a>(files: impl Iterator<Item = File<'a>>, writer: &mut dyn io::Write) -> io::Result<()> {
    for file in files {
        let mut object = Map::new();
        object.insert("path".to_owned(), file.path.into());
        object.insert("role".to_owned(), file.role.as_str().into());
        object.insert("expression".to_owned(), file.expression.into());
        object.insert("matches".to_owned(), file.found.matches.iter().map(match_json).collect());
        let copyrights = file.found.copyrights.iter().map(|one| json!({ "text": one.text, "line": one.line }));
        object.insert("copyrights".to_owned(), copyrights.collect());
        if let Some(stated) = file.stated {
            let value = json!({
                "by": stated.by,
                "line": stated.line,
                "expression": stated.expression,
                "copyrights": stated.copyrights,
                "precedence": stated.precedence,
            });
            object.insert("stated".to_owned(), value);
        }
        if file.found.truncated {
            object.insert("truncated".to_owned(), true.into());
        }
        writeln!(writer, "{}", escaped(&Value::Object(object).to_string()))?;
    }
    Ok(())
}

/// Writes one JSON object for each file of `sepal scan --source-licenses`: `path`, `expression`, `line`, `copyrights`, `sha1`,
/// `sha256`.
///
/// # Errors
/// If the writer fails.
pub fn write_source_files<'a>(
    files: impl Iterator<Item = &'a SourceFile>,
    writer: &mut dyn io::Write,
) -> io::Result<()> {
    for file in files {
        let object = json!({
            "path": file.path.display(),
            "expression": file.expression.as_deref(),
            "line": file.line,
            "copyrights": file.copyrights.iter().map(|text| text.as_str()).collect::<Vec<_>>(),
            "sha1": file.sha1,
            "sha256": file.sha256,
        });
        writeln!(writer, "{}", escaped(&object.to_string()))?;
    }
    Ok(())
}

/// Control and invisible characters of strangers' texts as JSON escapes: showing the answer on a terminal is harmless.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if super::encode::is_unsafe(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
    }
    out
}

/// Lines of differences and statements that are shown of one file.
const SHOWN: usize = 12;

/// For a person: files in which something was found.
///
/// # Errors
/// If the writer fails.
pub fn write_text<'a>(
    files: impl Iterator<Item = File<'a>>,
    color: bool,
    writer: &mut dyn io::Write,
) -> io::Result<()> {
    let bold = |text: &str| if color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    let dim = |text: &str| if color { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() };
    for file in files {
        let found = file.found;
        if file.expression.is_none() && found.copyrights.is_empty() && file.stated.is_none() {
            continue;
        }
        let expression = file.expression.unwrap_or("no license");
        writeln!(writer, "{}: {}", printable(file.path), bold(&clip(&printable(expression), 300)))?;
        let mut shown: Vec<&Match> = found.matches.iter().collect();
        let more = shown.len().saturating_sub(SHOWN);
        shown.truncate(SHOWN);
        for one in shown {
            let (first, last) = one.lines;
            let lines = if first == last { format!("line {first}") } else { format!("lines {first}-{last}") };
            let how = format!("{} %, {}", one.confidence, one.technique.as_str());
            writeln!(
                writer,
                "  {lines}: {} {}",
                clip(&printable(one.expression.as_str()), 200),
                dim(&format!("({how})"))
            )?;
            for difference in one.differences.iter().filter(|one| !one.added.is_empty() || one.missing > 1).take(5) {
                let missing = match difference.missing {
                    0 => String::new(),
                    1 => ", 1 word missing".to_owned(),
                    count => format!(", {count} words missing"),
                };
                let added = if difference.added.is_empty() {
                    "differs".to_owned()
                } else {
                    format!("added: {}", clip(&printable(&difference.added), 100))
                };
                writeln!(writer, "    {}", dim(&format!("line {}: {added}{missing}", difference.lines.0)))?;
            }
        }
        if more > 0 {
            writeln!(writer, "  {}", dim(&format!("and {more} more places")))?;
        }
        for one in found.copyrights.iter().take(SHOWN) {
            writeln!(writer, "  line {}: {}", one.line, clip(&printable(&one.text), 200))?;
        }
        if found.copyrights.len() > SHOWN {
            let more = found.copyrights.len() - SHOWN;
            writeln!(writer, "  {}", dim(&format!("and {more} more copyright statements")))?;
        }
        if let Some(stated) = file.stated {
            let expression = stated.expression.unwrap_or("no license");
            let place = format!("{}, line {}", printable(stated.by), stated.line);
            writeln!(writer, "  {place}: {} {}", clip(&printable(expression), 200), dim("(states it for this file)"))?;
            for one in stated.copyrights.iter().take(SHOWN) {
                writeln!(writer, "  {place}: {}", clip(&printable(one), 200))?;
            }
        }
        if found.truncated {
            writeln!(writer, "  the file is too large to be looked at as a whole")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::identify;

    #[test]
    fn strangers_text_steers_no_terminal() {
        let found = identify("Copyright 2020 Eve\u{1b}[2J\u{202e}Mallory\n\nSPDX-License-Identifier: MIT\n");
        let files = || {
            std::iter::once(File {
                path: "a",
                role: FileRole::License,
                found: &found,
                expression: found.expression.as_ref().map(|expression| expression.as_str()),
                stated: None,
            })
        };
        let (mut json, mut text) = (Vec::new(), Vec::new());
        write_jsonl(files(), &mut json).unwrap();
        write_text(files(), false, &mut text).unwrap();
        for bytes in [json, text] {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains("MIT") && text.contains("Mallory"), "{text}");
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
        }
    }
}
