//! SPDX 2.2 and 2.3 as tag-value text: one `Tag: value` a line, `<text>` around what has several.

use crate::model::Span;
use crate::text::{Source, SyntaxError};

use super::bill::Bill;
use super::shown;
use super::spdx::{Package, Relationship, Stated, Val, bill, tie_of};

/// What the tags of a section belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Document,
    Package,
    File,
    Other,
}

/// A line: the tag and its value.
struct Tagged<'a> {
    tag: &'a str,
    value: Val<'a>,
    line: Span,
}

/// The tagged values of a text, in order. A value in `<text>` may have several lines.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    wrong: Vec<(Span, String)>,
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

impl<'a> Iterator for Lines<'a> {
    type Item = Tagged<'a>;

    fn next(&mut self) -> Option<Tagged<'a>> {
        while self.at < self.text.len() {
            let start = self.at;
            let end = memchr::memchr(b'\n', &self.text.as_bytes()[start..]).map_or(self.text.len(), |at| start + at);
            self.at = end + 1;
            let line = self.text[start..end].trim_end_matches('\r');
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let Some((tag, value)) = line.split_once(':') else {
                self.wrong.push((span(start, start + line.len()), "a line is no `Tag: value`".to_owned()));
                continue;
            };
            let mut from = start + tag.len() + 1 + (value.len() - value.trim_start().len());
            let mut to = start + line.trim_end().len();
            if self.text[from..].starts_with("<text>") {
                from += "<text>".len();
                to = match self.text[from..].find("</text>") {
                    Some(at) => from + at,
                    None => {
                        self.wrong.push((span(start, end), "a `<text>` is never closed".to_owned()));
                        self.text.len()
                    }
                };
                if to > end {
                    let rest = memchr::memchr(b'\n', &self.text.as_bytes()[to..]);
                    self.at = rest.map_or(self.text.len(), |at| to + at + 1);
                }
            }
            let value = &self.text[from.min(to)..to];
            return Some(Tagged { tag: tag.trim(), value: (value, span(from.min(to), to)), line: span(start, to) });
        }
        None
    }
}

/// The texts of a line with the spans of its words, split at white space.
fn words((text, at): Val<'_>) -> Vec<Val<'_>> {
    let start = at.start as usize;
    text.split_whitespace()
        .map(|word| {
            let from = start + (word.as_ptr() as usize - text.as_ptr() as usize);
            (word, span(from, from + word.len()))
        })
        .collect()
}

pub fn read(source: &Source) -> Result<Bill, SyntaxError> {
    let mut lines = Lines { text: source.text(), at: 0, wrong: Vec::new() };
    let mut stated = Stated { dialect: "SPDX (tag-value)".to_owned(), ..Stated::default() };
    stated.others.push(("SPDXRef-DOCUMENT", Span::new(0, 0)));
    let mut section = Section::Document;
    let mut seen = false;
    for Tagged { tag, value, line } in lines.by_ref() {
        match tag {
            "SPDXVersion" => {
                seen = true;
                stated.about.version = value.0.strip_prefix("SPDX-").unwrap_or(value.0);
                stated.about.root = line;
                stated.dialect = format!("{} (tag-value)", shown(value.0).replacen('-', " ", 1));
            }
            "PackageName" => {
                section = Section::Package;
                stated.packages.push(Package { name: Some(value), span: line, ..Package::default() });
            }
            "FileName" => {
                section = Section::File;
                stated.files += 1;
            }
            "SnippetSPDXID" => {
                section = Section::Other;
                stated.others.push(value);
            }
            "LicenseID" => section = Section::Other,
            "DocumentName" => {
                stated.name = Some(value.0);
                stated.about.name = Some(value);
            }
            "DocumentNamespace" => stated.about.namespace = Some(value),
            "DataLicense" => stated.about.data_license = Some(value),
            "CreatorComment" | "DocumentComment" => stated.about.comments.push(value.0),
            "Creator" => stated.creators.push(value.0),
            "Created" => {
                stated.created = Some(value.0);
                stated.about.created = Some(value);
            }
            "ExternalDocumentRef" => stated.external.push(value),
            "Relationship" => relationship(value, line, &mut stated),
            "SPDXID" => match (section, stated.packages.last_mut()) {
                (Section::Package, Some(package)) => package.id = Some(value),
                _ => {
                    if section == Section::Document {
                        stated.about.id = stated.about.id.or(Some(value));
                    }
                    stated.others.push(value);
                }
            },
            _ if section == Section::Package => {
                let Some(package) = stated.packages.last_mut() else { continue };
                match tag {
                    "PackageVersion" => package.version = Some(value),
                    "PackageSupplier" => package.supplier = Some(value),
                    "PackageDownloadLocation" => package.download = Some(value),
                    "PackageLicenseDeclared" => package.declared = Some(value),
                    "PackageLicenseConcluded" => package.concluded = Some(value),
                    "PrimaryPackagePurpose" => package.purpose = Some(value),
                    "PackageComment" => package.comment = Some(value),
                    "PackageOriginator" => package.originator = Some(value),
                    "PackageFileName" => package.file_name = Some(value),
                    "PackageSourceInfo" => package.source_info = true,
                    "PackageChecksum" => match words(value)[..] {
                        [(name, at), hex] => {
                            package.checksums.push(((name.trim_end_matches(':'), at), Some(hex)));
                        }
                        _ => stated.wrong.push((line, "a checksum is not of the form `SHA256: digest`".to_owned())),
                    },
                    "ExternalRef" => match words(value)[..] {
                        [_, ("purl", _), locator] => package.purls.push(locator),
                        [_, (kind, _), locator] if kind.contains("cpe2") => package.cpe = package.cpe.or(Some(locator)),
                        [_, ("swh" | "gitoid" | "swid", _), _] => package.identified = true,
                        [_, ("advisory" | "fix", _), _] => stated.about.vulnerability(line),
                        _ => {}
                    },
                    _ => {}
                }
            }
            _ => {}
        }
    }
    stated.wrong.append(&mut lines.wrong);
    if !seen {
        return Err(SyntaxError::new(Span::new(0, 0), "no `SPDXVersion:`"));
    }
    Ok(bill(source, stated))
}

fn relationship<'a>(value: Val<'a>, line: Span, stated: &mut Stated<'a>) {
    let [from, (word, _), to] = words(value)[..] else {
        stated.wrong.push((line, "a relationship is not of the form `A TYPE B`".to_owned()));
        return;
    };
    match tie_of(word) {
        Some((tie, false)) => stated.relationships.push(Relationship { from, tie, to, completeness: None }),
        Some((tie, true)) => stated.relationships.push(Relationship { from: to, tie, to: from, completeness: None }),
        None => stated.unused += 1,
    }
}
