//! Identification: which licenses a text holds or names, and where. A text in, an expression with its evidence out.
//!
//! Here belongs what can be told from the text and the role of its file alone. What a package declares is read by the
//! ecosystems; what is concluded from both is decided by `enrich`.
//!
//! # Stages
//! 1. `signs.rs`: one pass over the bytes for words that licenses have. A file without them is done.
//! 2. `tags.rs`: `SPDX-License-Identifier` in comments.
//!    `declarations.rs`: the line of a manifest that names the license. `links.rs`: badges, and attributes of markup.
//! 3. `copyrights.rs`: statements of who holds rights.
//! 4. `words.rs`, `texinfo.rs`, `roff.rs`: what is near the signs, as words by the matching guidelines of SPDX.
//! 5. `texts.rs`, `align.rs`: the texts of the SPDX license list (`corpus.bin`), found by runs of four words and compared word
//!    by word with what their templates leave open. Terms that were added make another license of it, and so do sentences beside
//!    it that restrict it (`riders.rs`).
//! 6. `notices.rs`, `names.txt`: sentences that grant a license by name. `marks.rs`: what comments and programs they stand in.
//!    `grants.rs`: where nothing else is said, sentences that grant something in words of their own.
//! 7. `join.rs`: one expression for the whole. `terms.rs`: a license file without any may be a license that nobody knows.
//!
//! Every stage takes time in proportion to the text, and all of them share one budget ([`Identification::truncated`]).
//!
//! # How to add
//! A name or wording: one phrase in `names.txt`. A new version of the SPDX list: make `corpus.bin` anew (`make.rs`).

mod align;
mod asides;
mod copyrights;
mod corpus;
mod declarations;
mod grants;
mod join;
mod links;
mod marks;
mod names;
mod notices;
mod riders;
mod roff;
mod role;
mod signs;
mod tags;
mod terms;
mod texinfo;
mod texts;
mod words;

#[cfg(test)]
mod make;

use std::sync::OnceLock;

pub use copyrights::Copyright;
pub use role::FileRole;

use super::{Expression, read};
use crate::model::Span;
use corpus::{Corpus, Kind};
use join::Part;
use notices::Join;
use words::Place;

/// How a license was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Technique {
    /// An `SPDX-License-Identifier` tag.
    Tag,
    /// The line of a package's manifest that names its license.
    Declaration,
    /// The text of the license, word for word as far as its template asks.
    ExactText,
    /// The text of the license with differences.
    Text,
    /// A sentence that grants the license by its name.
    Notice,
    /// The name of the license, in a place that is for it: `License: MIT`, a title, a section of a README.
    Reference,
}

impl Technique {
    /// The word used in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Technique::Tag => "tag",
            Technique::Declaration => "declaration",
            Technique::ExactText => "exact text",
            Technique::Text => "text",
            Technique::Notice => "notice",
            Technique::Reference => "reference",
        }
    }
}

/// A difference between a license's text and the one that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// First and last line, from one.
    pub lines: (u32, u32),
    /// The words that were put in, as written; cut where they are many.
    pub added: String,
    /// How many words of the license are not there.
    pub missing: u32,
}

/// A license that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// What this place says. `LicenseRef-sepal-…` for what is not on the SPDX list; `LicenseRef-sepal-…-modified` for a text to
    /// which terms were added.
    pub expression: Expression,
    /// First and last line, from one.
    pub lines: (u32, u32),
    /// The bytes.
    pub span: Span,
    /// How it was told.
    pub technique: Technique,
    /// How sure it is, in percent; for a text, how much of it agrees.
    pub confidence: u8,
    /// What differs from the license's text beyond what its template leaves open.
    pub differences: Vec<Difference>,
}

/// What a text says of licenses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identification {
    /// All of it as one expression; `None` if nothing was found.
    pub expression: Option<Expression>,
    /// Where each part was found, in the order of the text.
    pub matches: Vec<Match>,
    /// Copyright statements, in the order of the text, each once.
    pub copyrights: Vec<Copyright>,
    /// The budget of one file was used up before everything was looked at.
    pub truncated: bool,
}

/// What the terms of a license are called that is not on the SPDX list, and not known otherwise.
const UNKNOWN: &str = "LicenseRef-sepal-unknown";

/// Steps of comparison for one file; some hundred milliseconds.
const WORK: u64 = 60_000_000;
/// Words that are read of one file.
const MOST_WORDS: usize = 3_000_000;
/// Exceptions named apart from a license that are looked at in one file: each is held against all that was found.
const MOST_EXCEPTIONS: usize = 50;
/// How often the text of an exception is held against something that was found, in one file.
const MOST_HELD: usize = 5_000_000;
/// Statements and tags that are kept of one file.
const MOST_STATEMENTS: usize = 20_000;

/// Identifies the licenses of a text whose name is not known: as a license file, where a bare name counts.
pub fn identify(text: &str) -> Identification {
    identify_as(FileRole::License, text)
}

/// Identifies the licenses of a text in a file of this role.
///
/// Never fails. Time and memory grow in proportion to the text and are bounded for one file; what was left out is said by
/// [`Identification::truncated`]. Byte offsets beyond 4 GiB cannot be told: such a text is not looked at.
pub fn identify_as(role: FileRole, text: &str) -> Identification {
    Looked::at(role, text).identify()
}

/// What identification is made of besides the program: texts and names of licenses, as bytes that differ where they do.
pub fn identification_data() -> [&'static [u8]; 2] {
    [corpus::DATA, names::DATA.as_bytes()]
}

/// A text after the first, cheap look at it: whether it has words that licenses have.
pub struct Looked<'a> {
    role: FileRole,
    text: &'a str,
    /// `None` for a text that is too long.
    signs: Option<signs::Signs>,
}

impl<'a> Looked<'a> {
    /// Looks at a text in a file of this role.
    pub fn at(role: FileRole, text: &'a str) -> Self {
        let signs = u32::try_from(text.len()).is_ok().then(|| signs::Signs::of(text));
        Self { role, text, signs }
    }

    /// Whether telling what it holds costs more than telling whether it is known.
    pub fn is_worth_keeping(&self) -> bool {
        self.signs.as_ref().is_some_and(|signs| !signs.licenses.is_empty())
    }

    /// What it holds: see [`identify_as`].
    pub fn identify(self) -> Identification {
        let text = self.text;
        // A script without an ending.
        let is_script = self.role == FileRole::Document && text.starts_with("#!");
        let role = if is_script { FileRole::Source } else { self.role };
        let mut answer = Identification::default();
        let Some(signs) = self.signs else {
            answer.truncated = true;
            return answer;
        };
        if signs.tags.is_empty() && signs.licenses.is_empty() && signs.copyrights.is_empty() {
            let bare = matches!(role, FileRole::License) && text.len() < 400 && !text.trim().is_empty();
            if !bare {
                return answer;
            }
        }
        // A symbolic link that was checked out as a text: what it points to says something, the path does not.
        let written = text.trim();
        let is_path = written.len() < 200 && written.contains('/') && !written.contains(char::is_whitespace);
        if role == FileRole::License && is_path && !written.contains("://") {
            return answer;
        }
        let lines = Lines::of(text);
        let mut parts: Vec<(Span, Part)> = Vec::new();
        read_tags(role, text, &signs, &lines, &mut answer, &mut parts);
        let declares = match role {
            FileRole::Manifest => Some(declarations::in_line as declarations::In),
            FileRole::Source if declarations::is_setup(text) => Some(declarations::in_setup as _),
            FileRole::Source => Some(declarations::in_program as _),
            _ => None,
        };
        read_declarations((role, declares), text, &signs, &lines, &mut answer, &mut parts);
        read_links(role, text, &signs, &lines, &mut answer, &mut parts);
        if role == FileRole::License {
            read_expressions(text, &lines, &mut answer, &mut parts);
        }
        let statements = read_statements(role, text, &signs, &lines);
        let for_licenses = matches!(role, FileRole::License | FileRole::Notice | FileRole::Readme);
        if !signs.licenses.is_empty() || matches!(role, FileRole::License) {
            let ranges = signs.ranges(text, for_licenses && text.len() < 2_000_000);
            read_words(role, text, &ranges, &statements, &lines, &mut answer, &mut parts);
        }
        answer.matches.sort_by_key(|found| (found.span, found.technique));
        parts.sort_by_key(|(span, _)| *span);
        drop_named_dedications(role, &mut parts, &lines);
        let choice = offers_choice(role, text, &answer);
        let parts: Vec<Part> = parts.into_iter().map(|(_, part)| part).collect();
        answer.expression = join::expression(&parts, choice, role == FileRole::Notice);
        if role == FileRole::License && answer.expression.is_none() && terms::is_license(text) {
            add_unknown(text, &lines, &mut answer);
        }
        keep_statements(statements, &lines, &mut answer);
        answer
    }
}

/// "Any copyright is dedicated to the public domain", and in the next lines the address of CC0: the name says how. In a list each
/// stands for another component.
fn drop_named_dedications(role: FileRole, parts: &mut Vec<(Span, Part)>, lines: &Lines) {
    const NEAR: u32 = 6;
    let line = |span: &Span| lines.line(span.start);
    let names: Vec<u32> = parts
        .iter()
        .filter(|(_, part)| {
            part.licenses.iter().any(|license| match license.as_str() {
                "blessing" => role != FileRole::Notice,
                "CC-PDDC" => true,
                "CC0-1.0" | "Unlicense" => role == FileRole::Source,
                _ => false,
            })
        })
        .map(|(span, _)| line(span))
        .collect();
    if names.is_empty() {
        return;
    }
    parts.retain(|(span, part)| {
        let at = line(span);
        // They are in the order of the text.
        let near = names.get(names.partition_point(|name| *name + NEAR < at)).is_some_and(|name| *name <= at + NEAR);
        part.licenses != [notices::PUBLIC_DOMAIN] || !near
    });
}

/// The whole text as the terms of a license that is not known.
fn add_unknown(text: &str, lines: &Lines, answer: &mut Identification) {
    let span = Span::new(0, text.trim_end().len() as u32);
    answer.expression = read(UNKNOWN).expression;
    answer.matches.extend(answer.expression.clone().map(|expression| Match {
        expression,
        lines: lines.of_span(span),
        span,
        technique: Technique::Text,
        confidence: 50,
        differences: Vec::new(),
    }));
}

/// What is made once for all texts.
struct Knowledge {
    corpus: &'static Corpus,
    names: &'static names::Names,
    grammar: notices::Grammar,
    loaded: align::Loaded,
}

fn knowledge() -> &'static Knowledge {
    static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
    KNOWLEDGE.get_or_init(|| {
        let corpus = corpus::corpus();
        Knowledge {
            corpus,
            names: names::names(),
            grammar: notices::Grammar::new(corpus),
            loaded: align::Loaded::new(|word| corpus.number(word)),
        }
    })
}

/// Where lines begin.
struct Lines(Vec<u32>);

impl Lines {
    fn of(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        Self(starts)
    }

    /// The line of a byte, from one.
    fn line(&self, at: u32) -> u32 {
        self.0.partition_point(|start| *start <= at) as u32
    }

    fn of_span(&self, span: Span) -> (u32, u32) {
        (self.line(span.start), self.line(span.end.saturating_sub(1).max(span.start)))
    }

    /// The bytes of a line (from one) without its end.
    fn range(&self, text: &str, line: u32) -> std::ops::Range<usize> {
        let from = self.0.get(line as usize - 1).copied().unwrap_or(0) as usize;
        let to = self.0.get(line as usize).map_or(text.len(), |next| *next as usize - 1);
        from..to.max(from)
    }
}

fn read_tags(
    role: FileRole,
    text: &str,
    signs: &signs::Signs,
    lines: &Lines,
    answer: &mut Identification,
    parts: &mut Vec<(Span, Part)>,
) {
    let lenient = matches!(role, FileRole::License);
    /// A tag so near the top of a history is about the file.
    const TOP: usize = 600;
    if role == FileRole::Document && signs.tags.len() > 3 {
        return;
    }
    let nexts = signs.tags.iter().skip(1).copied().chain([text.len()]);
    for (at, next) in signs.tags.iter().zip(nexts).take(MOST_STATEMENTS) {
        if role == FileRole::History && *at > TOP {
            break;
        }
        let Some(tag) = tags::tag_at(text, *at, next, lenient) else { continue };
        let span = Span::new(tag.start as u32, tag.end as u32);
        parts.push((
            span,
            Part {
                licenses: vec![tag.expression.to_string()],
                join: Join::And,
                technique: Technique::Tag,
                versioned: true,
                vague: false,
                alternative: false,
            },
        ));
        answer.matches.push(Match {
            expression: tag.expression,
            lines: lines.of_span(span),
            span,
            technique: Technique::Tag,
            confidence: 100,
            differences: Vec::new(),
        });
    }
    answer.truncated |= signs.tags.len() > MOST_STATEMENTS;
}

fn read_declarations(
    (role, declares): (FileRole, Option<declarations::In>),
    text: &str,
    signs: &signs::Signs,
    lines: &Lines,
    answer: &mut Identification,
    parts: &mut Vec<(Span, Part)>,
) {
    let mut last = 0;
    let mut declared: Vec<declarations::Declaration> = Vec::new();
    for at in signs.licenses.iter().take(MOST_STATEMENTS) {
        let Some(declares) = declares else { break };
        let line = lines.line(*at as u32);
        if line == last {
            continue;
        }
        last = line;
        let range = lines.range(text, line);
        declared.extend(declares(&text[range.clone()], range.start));
    }
    if role == FileRole::Data {
        declared.extend(declarations::in_pom(text));
    }
    if declared.iter().any(|found| !found.classifier) {
        declared.retain(|found| !found.classifier);
    }
    for found in declared {
        let span = Span::new(found.start as u32, found.end as u32);
        let states = matches!(role, FileRole::Manifest | FileRole::Data);
        let technique = if found.sure && states { Technique::Declaration } else { Technique::Reference };
        parts.push((
            span,
            Part {
                licenses: vec![found.expression.to_string()],
                join: Join::And,
                technique,
                versioned: found.sure,
                vague: !found.sure,
                alternative: false,
            },
        ));
        answer.matches.push(Match {
            expression: found.expression,
            lines: lines.of_span(span),
            span,
            technique,
            confidence: if found.sure { 95 } else { 60 },
            differences: Vec::new(),
        });
    }
}

/// Lines at the top of a license file that are an expression by the grammar of SPDX: `MIT OR Apache-2.0`.
fn read_expressions(text: &str, lines: &Lines, answer: &mut Identification, parts: &mut Vec<(Span, Part)>) {
    /// Lines that are looked at.
    const MOST: u32 = 10;
    for line in 1..=MOST.min(lines.0.len() as u32) {
        let range = lines.range(text, line);
        let written = text.get(range.clone()).unwrap_or_default().trim();
        let (operator, join) = if written.contains(" OR ") { (" OR ", Join::Or) } else { (" AND ", Join::And) };
        if written.len() > 400 || !written.contains(operator) || spdx::Expression::parse(written).is_err() {
            continue;
        }
        let mixed = written.contains('(') || written.contains(" OR ") && written.contains(" AND ");
        let all = if mixed { vec![written] } else { written.split(operator).collect() };
        let part = Part {
            licenses: all.into_iter().map(|license| license.trim().to_owned()).collect(),
            join,
            technique: Technique::Reference,
            versioned: true,
            vague: false,
            alternative: false,
        };
        let start = range.start + text[range.clone()].len() - text[range].trim_start().len();
        add(answer, parts, lines, Span::new(start as u32, (start + written.len()) as u32), part, 90, Vec::new());
    }
}

fn read_links(
    role: FileRole,
    text: &str,
    signs: &signs::Signs,
    lines: &Lines,
    answer: &mut Identification,
    parts: &mut Vec<(Span, Part)>,
) {
    for at in signs.licenses.iter().take(MOST_STATEMENTS) {
        let Some(link) = links::link_at(role, text, *at) else { continue };
        let part = Part {
            licenses: link.licenses,
            join: link.join,
            technique: Technique::Reference,
            versioned: true,
            vague: false,
            alternative: false,
        };
        add(answer, parts, lines, Span::new(link.start as u32, link.end as u32), part, 85, Vec::new());
    }
}

fn read_statements(role: FileRole, text: &str, signs: &signs::Signs, lines: &Lines) -> Vec<copyrights::Statement> {
    let mut out: Vec<copyrights::Statement> = Vec::new();
    let mut end = 0;
    for at in signs.copyrights.iter().take(MOST_STATEMENTS) {
        if *at < end {
            continue;
        }
        let line = lines.line(*at as u32);
        let range = lines.range(text, line);
        // A very long line is looked at from the sign on.
        let from = if *at - range.start > 400 { *at } else { range.start.max(end) };
        let to = {
            let mut to = range.end.min(from + if from == *at { 500 } else { 1_200 });
            while !text.is_char_boundary(to) {
                to -= 1;
            }
            to
        };
        // The lines on which it may go on.
        let next = lines.0.get(line as usize).map_or(text.len(), |start| *start as usize);
        let mut next_end = (next + 400).min(text.len());
        while !text.is_char_boundary(next_end) {
            next_end -= 1;
        }
        let next = text.get(next..next_end).unwrap_or_default();
        let Some(one) = text.get(from..to).and_then(|piece| copyrights::in_line(piece, from, next, from == *at)) else {
            end = *at + 1;
            continue;
        };
        end = one.end.max(*at + 1);
        if role == FileRole::Source && !is_comment_line(text, range.start, one.start) {
            continue;
        }
        out.push(one);
    }
    out
}

/// Whether what stands before a statement on its line leaves it a statement and not a string of the program.
fn is_comment_line(text: &str, line_start: usize, at: usize) -> bool {
    if at - line_start > 400 {
        return true;
    }
    let before = text.get(line_start..at).unwrap_or_default();
    let code = |c: char| matches!(c, '=' | '(' | '{' | '[' | '"' | '\'' | '`');
    !before.contains(code) || before.trim_start().starts_with(['/', '*', '#', '<']) || before.contains("/*")
}

fn keep_statements(statements: Vec<copyrights::Statement>, lines: &Lines, answer: &mut Identification) {
    let mut seen = std::collections::BTreeSet::new();
    let authored: Vec<Vec<(u32, u32)>> = AUTHORS.iter().map(|(_, families)| texts_of(families, answer)).collect();
    for statement in statements {
        let line = lines.line(statement.start as u32);
        // The texts of some licenses open with the statement of those who wrote the license. Foundations hold rights in software
        // under other licenses, too: there the statement is the software's.
        let of_license = AUTHORS.iter().zip(&authored).any(|((author, _), texts)| {
            let first = texts.partition_point(|(_, last)| *last < line);
            texts.get(first).is_some_and(|(from, _)| *from <= line + 3) && statement.text.contains(author)
        });
        if !of_license && seen.insert(statement.text.clone()) {
            answer.copyrights.push(Copyright { text: statement.text, line });
        }
    }
}

/// Those who wrote licenses, with what identifiers of these contain.
const AUTHORS: &[(&str, &[&str])] = &[
    ("Free Software Foundation", &["GPL", "GFDL"]),
    ("Sam Hocevar", &["WTFPL"]),
    ("Open Source Initiative", &[""]),
    ("Mozilla Foundation", &["MPL"]),
    ("MongoDB, Inc", &["SSPL"]),
    ("Larry Rosen", &["AFL", "OSL", "NPOSL"]),
    ("Lawrence E. Rosen", &["AFL", "OSL", "NPOSL"]),
    ("LaTeX3 Project", &["LPPL"]),
    ("Affero Inc", &["AGPL"]),
    ("MariaDB Corporation", &["BUSL"]),
    ("Perl Foundation", &["Artistic"]),
    ("Elastic", &["Elastic"]),
];

/// The lines of the texts of these licenses: ranges that end one after the other, none within another.
fn texts_of(families: &[&str], answer: &Identification) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for found in &answer.matches {
        let is_text = matches!(found.technique, Technique::Text | Technique::ExactText);
        if !is_text || !families.iter().any(|family| found.expression.as_str().contains(family)) {
            continue;
        }
        // Matches stand in the order in which they begin.
        match ranges.last_mut() {
            Some(last) if found.lines.0 <= last.1 => last.1 = last.1.max(found.lines.1),
            _ => ranges.push(found.lines),
        }
    }
    ranges
}

#[allow(clippy::too_many_arguments, reason = "the state of one identification")]
fn read_words(
    role: FileRole,
    text: &str,
    ranges: &[std::ops::Range<usize>],
    statements: &[copyrights::Statement],
    lines: &Lines,
    answer: &mut Identification,
    parts: &mut Vec<(Span, Part)>,
) {
    let known = knowledge();
    let mut words: Vec<u16> = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    let total: usize = ranges.iter().map(std::ops::Range::len).sum();
    words.reserve(total.min(1 << 20) / 6);
    places.reserve(total.min(1 << 20) / 6);
    let mut too_many = false;
    words::each_word(text, ranges, |word, place| {
        if words.len() < MOST_WORDS {
            words.push(known.corpus.number(word));
            places.push(place);
        } else {
            too_many = true;
        }
    });
    answer.truncated |= too_many;
    join_broken(text, known.corpus, &mut words, &mut places);
    let mut copyright = vec![false; words.len()];
    for statement in statements {
        let from = places.partition_point(|place| (place.start as usize) < statement.start);
        let to = places.partition_point(|place| (place.start as usize) < statement.end);
        copyright[from..to.max(from)].fill(true);
    }
    mark_reserved(known, &words, &mut copyright);
    for (place, copyright) in places.iter().zip(&mut copyright) {
        *copyright |= is_year(&text[place.start as usize..place.end as usize]);
    }
    let mut work = WORK;
    let (mut found, complete) = texts::find(known.corpus, &known.loaded, &words, &copyright, &mut work);
    for one in &mut found {
        begin_at_paragraph(one, &places);
    }
    answer.truncated |= !complete || work == 0;
    let mut taken = vec![false; words.len()];
    for one in &found {
        taken[one.from..one.to].fill(true);
        for differs in one.differences.iter().filter(|differs| differs.offers) {
            taken[differs.text.0..differs.text.1].fill(false);
        }
        // What fills a hole with so many words is no name: "Alternatively, this product may be distributed under".
        const SENTENCE: usize = 20;
        for (from, to) in one.filled.iter().filter(|(from, to)| to - from >= SENTENCE) {
            taken[*from..*to].fill(false);
        }
    }
    let span = |from: usize, to: usize| {
        let start = places.get(from).map_or(0, |place| place.start);
        let end = to.checked_sub(1).and_then(|last| places.get(last)).map_or(start, |place| place.end);
        Span::new(start, end.max(start))
    };
    let reading = notices::Reading {
        text,
        words: &words,
        places: &places,
        taken: &taken,
        role,
        manual: role == FileRole::Document && roff::is_manual(text),
        markup: text.trim_start().starts_with('<'),
        page: matches!(role, FileRole::Source | FileRole::Data) && is_page(text),
        blocks: std::cell::RefCell::default(),
        programs: std::cell::RefCell::default(),
        asides: std::cell::OnceCell::new(),
        pascal: std::cell::OnceCell::new(),
        names: known.names,
        grammar: &known.grammar,
    };
    let mut said = vec![false; words.len()];
    let (notices, loose) = reading.notices();
    for notice in notices.into_iter().take(MOST_STATEMENTS) {
        said[notice.from..notice.to.min(words.len()).max(notice.from)].fill(true);
        // A title over a text: the text says it better.
        // But whether later versions may be chosen is said nowhere else.
        let later = notice.versioned && notice.licenses.iter().any(|license| license.ends_with("-or-later"));
        let is_title = notice.reference
            && !notice.item
            && !later
            && found[found.partition_point(|one| one.from + 8 < notice.to)..]
                .iter()
                .take_while(|one| one.from < notice.to + 30)
                .any(|one| {
                    let document = &known.corpus.documents[one.document];
                    let same = |license: &String| join::family(license).eq_ignore_ascii_case(join::family(document.id));
                    // Where another license's name stands over it, that is another item.
                    let over = one.from < notice.to + 4 || !notice.versioned || notice.licenses.iter().any(same);
                    over && document.kind == Kind::License
                });
        if is_title {
            continue;
        }
        let part = Part {
            licenses: notice.licenses,
            join: notice.join,
            technique: if notice.reference { Technique::Reference } else { Technique::Notice },
            versioned: notice.versioned,
            vague: notice.percent <= 60,
            alternative: notice.alternative,
        };
        add(answer, parts, lines, span(notice.from, notice.to), part, notice.percent, Vec::new());
    }
    for (from, to, expression) in reading.phrases() {
        // Part of a license's name.
        if said[from..to].iter().all(|said| *said) {
            continue;
        }
        let part = Part {
            licenses: vec![expression.to_owned()],
            join: Join::And,
            technique: Technique::Notice,
            versioned: true,
            vague: false,
            alternative: false,
        };
        add(answer, parts, lines, span(from, to), part, 80, Vec::new());
    }
    let mut held: usize = 0;
    let mut exceptions: Vec<(Span, &str, u8)> = Vec::new();
    for (at, one) in found.iter().enumerate() {
        let document = &known.corpus.documents[one.document];
        let span = span(one.from, one.to);
        if document.kind == Kind::Exception {
            held += answer.matches.len();
            if held > MOST_HELD {
                answer.truncated = true;
                continue;
            }
            exceptions.push((span, document.id, one.percent));
            continue;
        }
        // A part of a text that is named above it is nearer to its shorter twin than to itself.
        let is_part_of = |part: &Part| {
            let longer = |id: &String| {
                let twin = document.id.strip_prefix(id.as_str()).is_some_and(|rest| rest.starts_with('-'));
                twin && known.corpus.documents.iter().any(|named| named.id == *id && named.required > document.required)
            };
            part.versioned && part.technique != Technique::Tag && part.licenses.iter().any(longer)
        };
        if one.percent < 95
            && one.differences.iter().any(|one| one.added > 0)
            && parts.iter().any(|(_, part)| is_part_of(part))
        {
            continue;
        }
        let next = found.get(at + 1).map_or(words.len(), |next| next.from);
        let before = at.checked_sub(1).map_or(0, |before| found[before].to.min(one.from));
        let around = riders::Around { text, places: &places, copyright: &copyright, said: &said };
        let rider = role == FileRole::License && !one.longer && around.has_rider((one.from, one.to), (before, next));
        let modified = one.modified || rider || around.adds_terms(one);
        let id = if modified { join::modified_id(document.id) } else { document.id.to_owned() };
        let differences =
            one.differences.iter().take(20).map(|differs| difference(text, &places, lines, differs)).collect();
        let exact = one.percent == 100 && !modified;
        let part = Part {
            licenses: vec![id],
            join: Join::And,
            technique: if exact { Technique::ExactText } else { Technique::Text },
            versioned: true,
            vague: false,
            alternative: false,
        };
        add(answer, parts, lines, span, part, one.percent, differences);
    }
    // It may stand before the text that it is added to.
    for (span, exception, percent) in exceptions {
        add_exception(answer, parts, lines, span, (exception, Technique::Text, percent));
    }
    for one in loose.iter().take(MOST_EXCEPTIONS) {
        // Named again, in a list of contents or a title, it is added to nothing more.
        let with = format!(" WITH {}", one.exception);
        if parts.iter().any(|(_, part)| part.licenses.iter().any(|license| license.ends_with(&with))) {
            continue;
        }
        add_exception(answer, parts, lines, span(one.from, one.to), (one.exception, Technique::Notice, 85));
    }
    if parts.is_empty()
        && let Some((from, to)) = reading.own_terms()
    {
        let part = Part {
            licenses: vec![UNKNOWN.to_owned()],
            join: Join::And,
            technique: Technique::Notice,
            versioned: true,
            vague: false,
            alternative: false,
        };
        add(answer, parts, lines, span(from, to), part, 50, Vec::new());
    }
}

/// "Licensed under Apache-2.0 OR MIT.", and then the text, whose title has the same first word: the text begins where its
/// paragraph does.
fn begin_at_paragraph(one: &mut texts::Found, places: &[Place]) {
    let flag = |at: usize, flag: u8| places.get(at).is_some_and(|place| place.flags & flag != 0);
    let Some(first) = one.differences.first().filter(|_| !flag(one.from, words::LINE_START)) else { return };
    let near = first.text.0 <= one.from + 2 && first.missing == 0;
    let mut here = first.text.0..=first.text.1;
    if let Some(begin) = here.find(|at| near && flag(*at, words::PARAGRAPH_START)) {
        one.from = begin;
        one.differences.remove(0);
    }
}

/// Puts words together that the end of a line breaks: `fur-` and `nished`, where both are one word of a license.
fn join_broken(text: &str, corpus: &Corpus, words: &mut Vec<u16>, places: &mut Vec<Place>) {
    let bytes = text.as_bytes();
    // At the right edge of a box stands the sign that the comment is drawn with: `Soft- --`.
    let breaks = |place: &Place| {
        let end = place.end as usize;
        let edge = |byte: &u8| matches!(byte, b' ' | b'-' | b'*' | b'#' | b'|' | b'/' | b';');
        let after = bytes.get(end + 1..(end + 24).min(bytes.len())).unwrap_or_default();
        let at_end = after.iter().find(|byte| !edge(byte)).is_some_and(|byte| matches!(byte, b'\n' | b'\r'));
        bytes.get(end) == Some(&b'-') && at_end
    };
    if !places.iter().any(breaks) {
        return;
    }
    let mut kept = 0;
    let mut at = 0;
    while at < words.len() {
        let (mut word, mut place) = (words[at], places[at]);
        if breaks(&place)
            && let Some(next) = places.get(at + 1)
        {
            let half = |place: &Place| text[place.start as usize..place.end as usize].to_ascii_lowercase();
            let whole = corpus.number(&(half(&place) + &half(next)));
            if whole != corpus::UNKNOWN {
                (word, place.end) = (whole, next.end);
                at += 1;
            }
        }
        (words[kept], places[kept]) = (word, place);
        kept += 1;
        at += 1;
    }
    words.truncate(kept);
    places.truncate(kept);
}

/// Whether a text opens as a page: its words are shown.
fn is_page(text: &str) -> bool {
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        return false;
    }
    let opening: Vec<u8> = text.bytes().take(1_000).map(|byte| byte.to_ascii_lowercase()).collect();
    // Of HTML or DocBook.
    let marks = [
        &b"<!doctype html"[..],
        b"<html",
        b"docbook",
        b"<legalnotice",
        b"<refentry",
        b"<chapter",
        b"<article",
        b"<h1",
        b"<h2",
        b"<p>",
        b"<body",
        b"<title",
        b"<head",
    ];
    marks.iter().any(|mark| memchr::memmem::find(&opening, mark).is_some())
}

/// "All rights reserved" belongs to the copyright statement before it, and in some texts stands alone.
fn mark_reserved(known: &Knowledge, words: &[u16], copyright: &mut [bool]) {
    let phrase = ["all", "rights", "reserved"].map(|word| known.corpus.number(word));
    for at in 0..words.len().saturating_sub(2) {
        if words[at..at + 3] == phrase {
            copyright[at..at + 3].fill(true);
        }
    }
}

/// A year: texts of licenses collect them (`2001, 2002, 2003 …`).
fn is_year(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == 4 && (word.starts_with("19") || word.starts_with("20")) && bytes.iter().all(u8::is_ascii_digit)
}

fn difference(text: &str, places: &[Place], lines: &Lines, differs: &texts::Differs) -> Difference {
    let (from, to) = differs.text;
    let start = places.get(from).map_or(text.len() as u32, |place| place.start);
    let end = if to > from { places[to - 1].end } else { start };
    let mut cut = (end as usize).min(start as usize + 200);
    while !text.is_char_boundary(cut) {
        cut -= 1;
    }
    let added = text.get(start as usize..cut).unwrap_or_default();
    let added: Vec<&str> = added.split_whitespace().collect();
    Difference { lines: lines.of_span(Span::new(start, end)), added: added.join(" "), missing: differs.missing }
}

fn add(
    answer: &mut Identification,
    parts: &mut Vec<(Span, Part)>,
    lines: &Lines,
    span: Span,
    part: Part,
    confidence: u8,
    differences: Vec<Difference>,
) {
    let operator = if part.join == Join::Or { " OR " } else { " AND " };
    let Some(expression) = read(&part.licenses.join(operator)).expression else { return };
    answer.matches.push(Match {
        expression,
        lines: lines.of_span(span),
        span,
        technique: part.technique,
        confidence,
        differences,
    });
    parts.push((span, part));
}

/// Adds an exception to the license that it belongs to: the nearest one before it that it can be added to, else the first after.
fn add_exception(
    answer: &mut Identification,
    parts: &mut [(Span, Part)],
    lines: &Lines,
    span: Span,
    (exception, technique, percent): (&str, Technique, u8),
) {
    let wanted = |license: &str| {
        let apache = matches!(exception, "LLVM-exception" | "Swift-exception");
        if exception == "PCRE2-exception" {
            return license == "BSD-3-Clause";
        }
        !license.contains(" WITH ")
            && (license.starts_with("Apache-2.0") == apache)
            && (apache || ["GPL-", "LGPL-", "AGPL-"].iter().any(|family| license.starts_with(family)))
    };
    let place = parts
        .iter()
        .enumerate()
        .filter(|(_, (_, part))| {
            part.technique != Technique::Tag && part.licenses.iter().any(|license| wanted(license))
        })
        .min_by_key(|(_, (place, part))| (!part.versioned, place.start > span.start, place.start.abs_diff(span.start)))
        .map(|(at, _)| at);
    let Some(at) = place else { return };
    let (place, part) = &mut parts[at];
    for license in &mut part.licenses {
        if wanted(license) {
            *license = format!("{license} WITH {exception}");
        }
    }
    let operator = if part.join == Join::Or { " OR " } else { " AND " };
    let Some(expression) = read(&part.licenses.join(operator)).expression else { return };
    if let Some(found) =
        answer.matches.iter_mut().find(|found| found.span == *place && found.technique == part.technique)
    {
        found.expression = expression.clone();
    }
    answer.matches.push(Match {
        expression,
        lines: lines.of_span(span),
        span,
        technique,
        confidence: percent,
        differences: Vec::new(),
    });
}

/// Whether words outside of what was found offer a choice.
fn offers_choice(role: FileRole, text: &str, answer: &Identification) -> join::Choice {
    if !matches!(role, FileRole::License | FileRole::Source) || answer.matches.len() < 2 {
        return join::Choice::No;
    }
    let first = answer.matches.first().map_or(0, |found| found.span.start as usize);
    let mut between = String::new();
    let mut at = first.saturating_sub(600);
    for found in &answer.matches {
        while !text.is_char_boundary(at) {
            at += 1;
        }
        between.push_str(text.get(at..found.span.start as usize).unwrap_or_default());
        between.push(' ');
        // A sentence that grants may itself say that there is a choice.
        if found.technique == Technique::Notice {
            between.push_str(text.get(found.span.start as usize..found.span.end as usize).unwrap_or_default());
            between.push(' ');
        }
        at = at.max(found.span.end as usize);
        if between.len() > 4_000 {
            break;
        }
    }
    // Wherever lines end.
    let between = between.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| between.contains(word));
    // "Available to you under a choice of one of two licenses": the one named, the other as a text.
    if has(&[
        "choice of one of",
        "choice of exactly one of",
        "one of the following two licenses",
        "choice of two licenses",
        "choice of licenses",
        "dual bsd/gpl",
        "dual mit/gpl",
        "dual licensing terms",
    ]) {
        join::Choice::OfAll
    } else if role == FileRole::License
        && has(&["either", "dual", "your option", "your choice", "alternatively", "choose"])
    {
        join::Choice::OfTexts
    } else {
        join::Choice::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compatible_with_a_license_is_not_under_it() {
        for text in [
            "    Release         Owner       GPL-\n                                compatible? (1)\n",
            "GPL-compatible doesn't mean that we're distributing Kit under the GPL.",
            "This makes it possible to combine Kit with other software that is released under the GPL; the others don't.",
            "All releases have also been compatible with the GPL.",
        ] {
            assert_eq!(identify(text).expression, None, "{text}");
        }
        let granted = identify("Kit is released under the GPL, and compatible with others.").expression.unwrap();
        assert_eq!(granted.as_str(), "GPL-1.0-or-later");
    }

    fn told(role: FileRole, text: &str) -> String {
        identify_as(role, text).expression.map_or_else(|| "-".to_owned(), |expression| expression.to_string())
    }

    /// The text of a license of the list, as the `spdx` crate has it.
    fn text_of(id: &str) -> &'static str {
        spdx::license_id(id).unwrap().text()
    }

    #[test]
    fn texts_of_the_list_are_themselves() {
        for (id, text) in spdx::text::LICENSE_TEXTS.iter().step_by(9) {
            let license = spdx::license_id(id).unwrap();
            if license.is_deprecated() || *id == "NOASSERTION" || id.ends_with("-or-later") || text.len() < 200 {
                continue;
            }
            let base = |id: &str| id.replace("-only", "").replace("-no-invariants", "").replace("-invariants", "");
            let found = told(FileRole::License, text);
            assert_eq!(
                base(&found).replace("-RFN", "").replace("-no", ""),
                base(id).replace("-RFN", "").replace("-no", ""),
                "{id}"
            );
        }
    }

    #[test]
    fn the_lgpl_is_itself_with_and_without_the_gpl_that_it_refers_to() {
        let whole = text_of("LGPL-3.0-only");
        let alone = &whole[..whole.find("GNU GENERAL PUBLIC LICENSE\nVersion 3").unwrap()];
        for text in [whole, alone] {
            assert_eq!(told(FileRole::License, text), "LGPL-3.0-only");
        }
    }

    #[test]
    fn near_twins_are_told_apart_also_with_words_lost_and_lines_rewrapped() {
        for id in [
            "MIT",
            "ISC",
            "MIT-0",
            "X11",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "BSD-4-Clause",
            "Apache-1.1",
            "Apache-2.0",
            "Zlib",
            "Libpng",
            "JSON",
            "Unlicense",
            "CC0-1.0",
            "CC-BY-4.0",
            "CC-BY-SA-4.0",
            "CC-BY-NC-4.0",
            "MPL-1.1",
            "MPL-2.0",
            "EPL-1.0",
            "EPL-2.0",
            "LGPL-2.1-only",
            "AGPL-3.0-only",
            "GPL-2.0-only",
            "GPL-3.0-only",
            "Artistic-2.0",
            "BUSL-1.1",
            "SSPL-1.0",
            "Elastic-2.0",
        ] {
            let words = text_of(id).split_whitespace().enumerate();
            let lost: Vec<&str> = words.filter(|(at, _)| at % 41 != 17).map(|(_, word)| word).collect();
            assert_eq!(told(FileRole::License, &lost.join(" ")), id);
        }
    }

    #[test]
    fn notices_name_version_choice_and_exception() {
        for (notice, expected) in [
            ("Licensed under the Apache License, Version 2.0 (the \"License\");", "Apache-2.0"),
            ("Licensed under the Apache License v2.0 with LLVM Exceptions.", "Apache-2.0 WITH LLVM-exception"),
            (
                "Licensed under either of Apache License, Version 2.0 or MIT license at your option.",
                "Apache-2.0 OR MIT",
            ),
            ("Dual licensed under the MIT and GPL licenses.", "MIT OR GPL-1.0-or-later"),
            (
                "This file is distributed under the terms of the GNU General Public License version 2 only.",
                "GPL-2.0-only",
            ),
            ("This library is released under the LGPLv2.1+.", "LGPL-2.1-or-later"),
            ("Distributed under the Boost Software License, Version 1.0.", "BSL-1.0"),
            ("This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0.", "MPL-2.0"),
            ("Released under the MIT licence", "MIT"),
            ("License: BSD 3-Clause", "BSD-3-Clause"),
            ("This software is proprietary and confidential.", "LicenseRef-sepal-proprietary"),
            ("This code is hereby placed in the public domain.", "LicenseRef-sepal-public-domain"),
        ] {
            let source = format!("/*\n * {notice}\n */\nint x;\n");
            assert_eq!(told(FileRole::Source, &source), expected, "{notice}");
        }
    }

    #[test]
    fn every_name_of_the_list_is_one_as_title_and_identifier() {
        for (notice, expected) in [
            ("Distributed under the Creative Commons Attribution 3.0 Germany; see COPYING.", "CC-BY-3.0-DE"),
            (
                "Licensed under the GNU Free Documentation License v1.3 only - no invariants.",
                "GFDL-1.3-no-invariants-only",
            ),
            ("License: MIT-CMU", "MIT-CMU"),
            ("This code is licensed under NTP.", "NTP"),
            ("This code is licensed under the ntp terms of use.", "-"),
            ("Released under the OpenLDAP Public License, Version 2.7.", "OLDAP-2.7"),
            ("MIT or Apache-2.0 licensed.", "MIT OR Apache-2.0"),
            ("Kit is dual licensed under the Apache 2.0 license as well as the MIT license.", "Apache-2.0 OR MIT"),
            ("Author: Ann, license: ISC", "ISC"),
            ("Use of this code is governed by the MIT Festival Variant.", "MIT-Festival"),
        ] {
            assert_eq!(told(FileRole::Source, &format!("/*\n * {notice}\n */\nint x;\n")), expected, "{notice}");
        }
        let mut unknown = Vec::new();
        for license in spdx::identifiers::LICENSES {
            if license.flags & spdx::flags::IS_DEPRECATED != 0 || license.name == "NOASSERTION" {
                continue;
            }
            let tagged = told(FileRole::Source, &format!("// License: {}\n", license.name));
            if tagged != license.name {
                unknown.push((license.name, tagged));
            }
        }
        assert!(unknown.len() * 50 < spdx::identifiers::LICENSES.len(), "{unknown:?}");
    }

    #[test]
    fn lists_of_components_name_a_license_for_each() {
        let list = "Third-party software\n\n* serde (MIT)\n\nzlib - Zlib license\n\n| ring | ISC |\n\n\
            Icons: CC BY 4.0\n\nrequire,left-pad,WTFPL,Copyright 2016 Ann\n";
        assert_eq!(told(FileRole::Notice, list), "MIT AND Zlib AND ISC AND CC-BY-4.0 AND WTFPL");
        assert_eq!(told(FileRole::Document, list), "-");
    }

    #[test]
    fn the_name_of_a_file_counts_where_nothing_else_says_which_version() {
        let path = "On Debian systems the text of the GNU Lesser General Public License is in\n\
            `/usr/share/common-licenses/LGPL-2.1'.\n";
        assert_eq!(told(FileRole::Notice, path), "LGPL-2.1-only");
        let granted = format!("This library is licensed under the GNU LGPL, version 2 or later.\n\n{path}");
        assert_eq!(told(FileRole::Notice, &granted), "LGPL-2.0-or-later");
        assert_eq!(told(FileRole::Notice, "See /usr/share/common-licenses/Apache-2.0 for the text."), "Apache-2.0");
        assert_eq!(told(FileRole::Document, path), "-");
    }

    #[test]
    fn half_of_a_common_text_is_said_and_is_not_that_license() {
        let text = text_of("Apache-2.0");
        let half = &text[..text.find("4. Redistribution").unwrap()];
        assert_eq!(told(FileRole::Notice, half), "LicenseRef-sepal-Apache-2.0-modified");
    }

    #[test]
    fn a_text_without_its_disclaimer_grants_the_same_and_is_told_with_less_confidence() {
        for (id, disclaimer) in [("MIT", "THE SOFTWARE IS PROVIDED"), ("BSD-3-Clause", "THIS SOFTWARE IS PROVIDED")] {
            let text = text_of(id);
            let found = identify_as(FileRole::Source, &format!("/*\n{}*/", &text[..text.find(disclaimer).unwrap()]));
            assert_eq!(found.expression.unwrap().as_str(), id);
            let texts = found.matches.iter().filter(|one| one.technique == Technique::Text);
            let confidence: Vec<u8> = texts.map(|one| one.confidence).collect();
            assert!(matches!(confidence.as_slice(), [..=60]), "{id} {confidence:?}");
        }
    }

    #[test]
    fn sentences_around_a_text_that_restrict_it_make_another_of_it() {
        let text = text_of("MIT");
        let (head, tail) = text.split_at(text.find("Permission").unwrap());
        for rider in [
            "The Software may be used for non-commercial purposes only.",
            "Use is permitted for evaluation, teaching and research only; any other use requires a separate license.",
            "This software must not be used by anyone who makes weapons.",
            "Commercial use requires a separate license.",
            "For academic and research purposes only.",
            "The rights below are granted to individuals and non-profit organizations only.",
            "Redistribution is permitted only to members of the consortium.",
            "It may not be included in any product that is sold.",
            "No profit may be made from the software or anything derived from it.",
            "Users in countries under embargo are excluded from this grant.",
            "You have to publish all your modifications.",
            "Everyone who distributes the software has to tell the author about it.",
            "Persons who earn money with the software owe ten percent of it to the author.",
            "The user agrees to be contacted by the author for marketing purposes.",
            "All modifications become the property of the author.",
            "This license ends on 31 December 2027.",
            "Every copy must be accompanied by a printed manual.",
        ] {
            let within = text.replacen("\n\nTHE SOFTWARE", &format!("\n\n{rider}\n\nTHE SOFTWARE"), 1);
            assert_ne!(within, text);
            for whole in [
                format!("{rider}\n\n{text}"),
                format!("{head}{rider}\n\n{tail}"),
                within,
                format!("{text}\n\n{rider}\n"),
            ] {
                assert_eq!(told(FileRole::License, &whole), "LicenseRef-sepal-MIT-modified", "{whole}");
            }
        }
        for after in [
            "You need not use this software under both licenses.",
            "There is no fee for using the software.",
            "No registration is required to use the software.",
            "We would appreciate a postcard, but you do not have to send one.",
            "You must have CMake 3.20 or later to build the library.",
            "All pull requests must pass the test suite.",
            "All contributors must sign a contributor license agreement.",
            "If you use this software in academic work, please cite our paper.",
            "This software can be used for any purpose, including commercial ones.",
            "Only the files in src are part of the library.",
            "The software is not affiliated with or endorsed by Kit Corp.",
            "-----\n\nLicensed under the Apache License, Version 2.0; you may not use this file except in compliance with it.",
        ] {
            let found = told(FileRole::License, &format!("{text}\n\n{after}\n"));
            assert!(!found.contains("modified"), "{after}: {found}");
        }
    }

    #[test]
    fn words_that_turn_a_grant_make_another_license() {
        let text = text_of("MIT").split_whitespace().collect::<Vec<_>>().join(" ");
        for (words, others, license) in [
            ("is hereby granted", "is hereby denied", "LicenseRef-sepal-MIT-modified"),
            ("to any person", "to any employee of Kit Corp", "LicenseRef-sepal-MIT-modified"),
            ("and/or sell copies", "and/or give copies", "LicenseRef-sepal-MIT-modified"),
            ("the following conditions", "the restrictions below", "LicenseRef-sepal-MIT-modified"),
            ("granted, free of charge, to", "granted, for a charge, to", "LicenseRef-sepal-MIT-modified"),
            (
                "deal in the Software without restriction",
                "evaluate the Software internally",
                "LicenseRef-sepal-MIT-modified",
            ),
            ("be included in all", "be displayed in the about box of all", "LicenseRef-sepal-MIT-modified"),
            // Misread.
            ("granted", "granled", "MIT"),
            ("conditions", "terms", "MIT"),
        ] {
            assert!(text.contains(words));
            assert_eq!(told(FileRole::License, &text.replacen(words, others, 1)), license, "{others}");
        }
    }

    #[test]
    fn what_lacks_a_clause_or_one_side_of_a_choice_is_another_license() {
        let bsd = text_of("BSD-4-Clause");
        let clause = &bsd[bsd.find("Neither the name").unwrap()..bsd.find("THIS SOFTWARE IS PROVIDED").unwrap()];
        let without = bsd.replacen(clause, "\n", 1);
        let found = told(FileRole::License, &without);
        assert!(found.starts_with("LicenseRef-sepal-BSD-") && found.ends_with("-modified"), "{found}");
        for (id, words, others) in [
            ("MIT", "to any person", "to any natural person"),
            ("MIT", "to any person", "to members of the consortium"),
            ("MIT", "to deal in the Software", "to view the Software"),
            ("MIT", "is hereby granted", "may be granted on request"),
            ("BSD-2-Clause", "Redistribution and use", "Use"),
            ("BSD-2-Clause", "must retain", "may omit"),
            ("BSD-2-Clause", "are permitted provided", "are permitted for private persons provided"),
            ("Zlib", "must not be misrepresented", "may be misrepresented"),
            ("Zlib", "including commercial", "excluding commercial"),
            ("Apache-2.0", "non-exclusive, no-charge", "non-exclusive, non-transferable, no-charge"),
            ("BSD-2-Clause", "with or without modification", "without modification"),
            ("Unlicense", "commercial or non-commercial", "non-commercial"),
        ] {
            let text = text_of(id).split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(words));
            let modified = format!("LicenseRef-sepal-{id}-modified");
            assert_eq!(told(FileRole::License, &text.replacen(words, others, 1)), modified, "{others}");
        }
    }

    #[test]
    fn other_names_for_the_work_make_no_difference() {
        for (id, words, others) in [
            ("ISC", "this software", "this software and its documentation"),
            (
                "BSD-3-Clause",
                "source and binary forms",
                "source and binary forms of the software as well as documentation",
            ),
            ("MIT", "INCLUDING BUT NOT LIMITED TO", "INCLUDING"),
            ("MIT", "this permission notice shall", "this permission notice must"),
        ] {
            let text = text_of(id).split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(words), "{words}");
            assert_eq!(told(FileRole::License, &text.replacen(words, others, 1)), id, "{others}");
        }
    }

    #[test]
    fn a_text_that_breaks_off_is_not_its_shorter_twin() {
        for (id, last) in [("Unlicense", "under copyright law."), ("0BSD", "WHETHER IN AN ACTION")] {
            let text = text_of(id).split_whitespace().collect::<Vec<_>>().join(" ");
            let end = text.find(last).unwrap() + last.len();
            assert_eq!(told(FileRole::License, &text[..end]), id);
        }
    }

    #[test]
    fn texts_of_other_languages_are_looked_for_in_programs() {
        let text = text_of("CC-BY-NC-3.0-DE").lines().map(|line| format!("REM {line}\n")).collect::<String>();
        assert_eq!(told(FileRole::Source, &format!("@echo off\n{text}dir\n")), "CC-BY-NC-3.0-DE");
    }

    #[test]
    fn two_texts_in_a_row_are_each_the_nearest() {
        let comment = |id: &str| text_of(id).lines().map(|line| format!(" * {line}\n")).collect::<String>();
        let source = format!("/*\n{} */\n\n/*-\n{} */\nint kit;\n", comment("BSD-2-Clause"), comment("BSD-3-Clause"));
        assert_eq!(told(FileRole::Source, &source), "BSD-2-Clause AND BSD-3-Clause");
    }

    #[test]
    fn a_list_keeps_the_version_of_each_component() {
        let list = "Files: a\nLicense: GPL-2+\n\nFiles: b\nLicense: GPL-2\n\nFiles: c\nLicense: LGPL-2.1 or GPL-2\n";
        assert_eq!(told(FileRole::Notice, list), "GPL-2.0-or-later AND (LGPL-2.1-only OR GPL-2.0-only)");
    }

    #[test]
    fn the_public_domain_is_told_in_any_words_that_put_a_work_there() {
        let header = |text: &str| told(FileRole::Source, &format!("/*\n * {text}\n */\nint kit;\n"));
        for said in [
            "I hereby release this code to the public domain. Use it as you like.",
            "This file was written by Ann and has been put into the public\n * domain.",
            "This is free and public domain code, without any guarantees.",
            "This work is not subject to copyright protection and is in the public domain.",
            "The author disclaims copyright to this source code.",
            "Not copyrighted -- provided to the public domain",
            "This algorithm and source code is released to the public domain.",
        ] {
            assert_eq!(header(said), "LicenseRef-sepal-public-domain", "{said}");
        }
        for talk in [
            "Based on public domain code by Ann.",
            "This code is not in the public domain.",
            "Some parts are taken from code that is in the public domain.",
            "Returns whether the name lies in the public domain suffix list.",
        ] {
            assert_eq!(header(talk), "-", "{talk}");
        }
        assert_eq!(
            header(
                "Any copyright is dedicated to the Public Domain.\n * http://creativecommons.org/publicdomain/zero/1.0/"
            ),
            "CC0-1.0"
        );
        assert_eq!(
            told(FileRole::Document, "# This file is in the public domain\nAD\t+4230\n"),
            "LicenseRef-sepal-public-domain"
        );
    }

    #[test]
    fn what_is_said_in_other_places_and_forms_counts() {
        for (name, text, license) in [
            ("kit.py", "# kit\n__license__ = \"Apache-2.0\"\n", "Apache-2.0"),
            ("setup.py", "from setuptools import setup\nsetup(name='kit', license='MIT')\n", "MIT"),
            ("Build.PL", "my $build = Module::Build->new(\n    license => 'mit',\n);\n", "MIT"),
            (
                "kit.pas",
                "unit Kit;\n{ This program is free software; you can redistribute it and/or modify it under the terms of the\n  GNU General Public License version 2. }\ninterface\n",
                "GPL-2.0-only",
            ),
            (
                "kit.html",
                "<h1>Kit</h1>\n<p>Distributed under the terms of the GNU General Public License, see below.</p>\n",
                "GPL-1.0-or-later",
            ),
            (
                "kit",
                "#!/usr/bin/env python3\n# Prints things\n# LGPLv2 license\n# Copyright Kit 2014\n",
                "LGPL-2.0-only",
            ),
            ("kit.1", ".\\\" * KIND, either express or implied.\n.\\\" * SPDX-License-Identifier: MIT\n", "MIT"),
            ("kit.c", "// Copyright 2018 the Kit authors. MIT license.\n", "MIT"),
            ("kit.c", "/*\n * Licensed under the MIT license, see\n * x.\n */\n", "MIT"),
            (
                "kit.php",
                "<?php\n/**\n * @license http://www.kit.example/copyleft/gpl.html GNU GPL v3 or later\n */\n",
                "GPL-3.0-or-later",
            ),
            (
                "kit.pm",
                "# you can redistribute it under the terms of either the GNU General Public License or the Artistic License\n",
                "GPL-1.0-or-later OR Artistic-1.0-Perl",
            ),
            (
                "kit.h",
                "/* under the terms of either the Apache License, Version 2.0 or the GNU Lesser General Public License */\n",
                "Apache-2.0 OR LGPL-2.0-or-later",
            ),
            (
                "kit.c",
                "/*\n * Under the terms of the one of two licenses as you choose:\n *\n * 1. The MIT License\n * 2. The GNU General Public License, version 2\n */\n",
                "MIT OR GPL-2.0-only",
            ),
            (
                "kit.c",
                "/* GNU GPL, version 2 dated June, 1991, or (at your option) any later version */\n/* Licensed under the GNU GPL, version 2 dated June, 1991, or (at your option) any later version */\n",
                "GPL-2.0-or-later",
            ),
        ] {
            assert_eq!(told(FileRole::of_path(name), text), license, "{name}: {text}");
        }
        // A license that holds one day is not one that holds now, and a name beside a year is a holder's.
        assert_eq!(
            told(
                FileRole::Source,
                "/*\n * Use is governed by the Business Source License.\n *\n * As of the Change Date, use of this software will be \
                 governed by the Apache License, Version 2.0.\n */\n"
            ),
            "BUSL-1.1"
        );
        assert_eq!(told(FileRole::Notice, "Copyright: 2009, Nokia.\n"), "-");
    }

    #[test]
    fn short_statements_in_their_places_count() {
        for (name, text, license) in [
            ("kit.1", ".TH KIT 1\n.SH LICENSE\nGPLv2+\n", "GPL-2.0-or-later"),
            (
                "kit.1",
                ".TH KIT 1\n.SH AUTHOR\nThis program is in the public domain.\n",
                "LicenseRef-sepal-public-domain",
            ),
            ("README.md", "# Kit\n\n## License\nMIT.\n", "MIT"),
            ("README", "Kit\n\nLICENSE\n  GPLv3+\n", "GPL-3.0-or-later"),
            ("kit.lua", "-- LICENSE\n-- MIT\n", "MIT"),
            ("kit.c", "/*\n * LICENSE\n *\n * MIT, see LICENSE file\n */\n", "MIT"),
            (
                "kit.pm",
                "=head1 LICENSE\n\nSame license as Perl itself.\n\n=cut\n",
                "Artistic-1.0-Perl OR GPL-1.0-or-later",
            ),
            (
                "kit.rs",
                "//! # License\n//!\n//! [`CC0`]. Attribution kindly requested.\n//!\n//! [`CC0`]: x\n",
                "CC0-1.0",
            ),
            ("README.md", "# Kit\n\n# License\n\n- Kit: [MIT](x)\n- Fonts: [OFL 1.1](y)\n", "MIT AND OFL-1.1"),
            ("kit.rst", "Kit is free, the license used is\n`the MIT license <https://kit.example/mit>`_.\n", "MIT"),
            (
                "kit.go",
                "// Use of this source code is governed by a public domain\n// license that can be found in x.\n",
                "LicenseRef-sepal-public-domain",
            ),
            (
                "INSTALL",
                "Install\n\n   This file is free documentation; the Kit Foundation gives\nunlimited permission to copy, distribute and modify it.\n",
                "FSFUL",
            ),
            ("setup.py", "from setuptools import setup\nsetup (name='kit', license=\"MIT License\",\n)\n", "MIT"),
            (
                "kit.c",
                "// under the terms of:\n//\n// (i)  the Universal Permissive License v 1.0 or at your option, any\n//      later version (http://kit.example/upl); and/or\n//\n// (ii) the Apache License v 2.0. (http://kit.example/LICENSE-2.0)\n",
                "UPL-1.0 OR Apache-2.0",
            ),
            ("kit.el", ";; kit.el\n;; License: CC-0\n", "CC0-1.0"),
            ("kit.bat", "@REM Licensed under the Apache License, Version 2.0\n", "Apache-2.0"),
            ("kit.c", "/* Under the GPL (https://kit.example/gpl.html), version 2. */\n", "GPL-2.0-only"),
            (
                "kit.c",
                "/* Licensed under the GNU GPL, see http://kit.example/x, version 2 or later. */\n",
                "GPL-2.0-or-later",
            ),
            ("kit.c", "/* This library is LGPL v2.1+. */\n", "LGPL-2.1-or-later"),
            ("kit.hs", "-- This file is LGPL (relicensed)\nmodule Kit where\n", "LGPL-2.0-or-later"),
            ("kit.h", "/* CC0 (Public domain) - see LICENSE file for details */\n#define K\n", "CC0-1.0"),
            (
                "kit.py",
                "\"\"\" this file was written by Ann\n  it is released under the GNU/GPL license.\n\"\"\"\n",
                "GPL-1.0-or-later",
            ),
            (
                "kit.c",
                "/* Copying is permitted under those conditions described by the GNU General Public License. */\n",
                "GPL-1.0-or-later",
            ),
            (
                "kit.rdf",
                "<rdf>\n<dc:rights>GNU General Public License Version 2 or later</dc:rights>\n</rdf>\n",
                "GPL-2.0-or-later",
            ),
            (
                "kit.svg",
                "<svg><dc:rights>\n<cc:Agent><dc:title>GPL 2.0</dc:title></cc:Agent></dc:rights></svg>\n",
                "GPL-2.0-only",
            ),
            (
                "kit.ads",
                "-- terms of the  GNU General Public License as published  by the Free Soft- --\n-- ware  Foundation;  either version 2,  or (at your option) any later ver- --\n-- sion.  You may modify it under terms of the  GNU General Public License as published by the Free Soft- --\n-- ware  Foundation;  either version 2,  or (at your option) any later ver- --\n-- sion. --\n",
                "GPL-2.0-or-later",
            ),
            (
                "kit.texi",
                "@copying\nYou may copy this document\nunder the terms of the @uref{https://kit.example/fdl.html,GNU\nFree Documentation License}, Version 1.3 or any later version; with no Invariant Sections.\n@end copying\n",
                "GFDL-1.3-no-invariants-or-later",
            ),
            (
                "changes.xml",
                "<?xml version=\"1.0\"?>\n<!--\n Licensed under the Apache License, Version 2.0\n-->\n<x/>\n",
                "Apache-2.0",
            ),
            (
                "kit.m4",
                "dnl This file is free software; the author(s) gives unlimited\ndnl permission to copy and/or distribute it, with or without\ndnl modifications, as long as this notice is preserved.\n",
                "FSFULLR",
            ),
            (
                "README",
                "This file is free documentation: you have unlimited permission to copy, distribute, and modify it.\n",
                "FSFUL",
            ),
            (
                "kit.de.8",
                ".TH KIT 8\nEs wird unter Version 2 der GNU General Public License vertrieben.\n",
                "GPL-2.0-only",
            ),
            (
                "format.txt",
                "0.1. Copying\n\n  This document has been put into the public domain.\n",
                "LicenseRef-sepal-public-domain",
            ),
            (
                "Kit.java",
                "/*\n * Released to the public domain, as explained at\n * http://creativecommons.org/licenses/publicdomain\n */\n",
                "CC-PDDC",
            ),
            (
                "kit.c",
                "/*\n * Copyright Patrick Powell 1995\n * This code is based on code written by Patrick Powell (papowell@kit.example)\n * It may be used for any purpose as long as this notice remains intact\n * on all source code distributions\n */\n",
                "snprintf",
            ),
        ] {
            assert_eq!(told(FileRole::of_path(name), text), license, "{name}: {text}");
        }
        for (name, text) in [
            ("kit.c", "/* same license as the kit */\n"),
            (
                "kit.py",
                "error(\n    \"  You are linking a version licensed under AGPL3 or have a commercial license.\\n\"\n)\n",
            ),
            ("kit.c", "/* This parser is GPL-compatible. */\n"),
            ("LICENSE.spdx", "SPDXVersion: SPDX-2.1\nDataLicense: CC0-1.0\nPackageName: kit\n"),
        ] {
            assert_eq!(told(FileRole::of_path(name), text), "-", "{name}: {text}");
        }
    }

    #[test]
    fn license_files_without_a_text_say_what_holds() {
        for (text, license) in [
            ("MIT OR Apache-2.0 OR Zlib\n", "MIT OR Apache-2.0 OR Zlib"),
            ("(MIT OR Apache-2.0) AND Unicode-3.0\n", "(MIT OR Apache-2.0) AND Unicode-3.0"),
            (
                "Available under the terms of *either* of the licenses found in LICENSE.APACHE2 or LICENSE.MIT.\n",
                "Apache-2.0 OR MIT",
            ),
            (
                "Licensed under either of\n\n * Apache License, Version 2.0, (see ./LICENSE-APACHE or http://kit.example/LICENSE-2.0)\n * MIT license (see ./LICENSE-MIT or http://kit.example/MIT)\n\nat your option.\n",
                "Apache-2.0 OR MIT",
            ),
            (
                "- all files in the `lib` directory use a BSD 2-Clause license\n- all other files use a GPL-2.0-or-later license\n",
                "BSD-2-Clause AND GPL-2.0-or-later",
            ),
            (
                "This software is available under:\n\n* the GNU General Public License Version 2 or later,\n* or commercial license terms from Kit Corp.\n",
                "GPL-2.0-or-later OR LicenseRef-sepal-proprietary",
            ),
            (
                "Dual Licensed - GNU AFFERO GPL 3.0 or Kit Commercial License",
                "AGPL-3.0-only OR LicenseRef-sepal-proprietary",
            ),
            (
                "The software is licensed under the Kit Maps TOS for use only with the product.\n",
                "LicenseRef-sepal-proprietary",
            ),
            ("SPDXVersion: SPDX-2.1\nDataLicense: CC0-1.0\nPackageLicenseDeclared: Apache-2.0\n", "Apache-2.0"),
            ("License: CPL-1.0 (Kit 3), EPL-1.0 (Kit 4), EPL-2.0 (Kit 5)\n", "CPL-1.0 AND EPL-1.0 AND EPL-2.0"),
            ("License: GPL-3.0-or-later WITH GCC-exception-3.1\n", "GPL-3.0-or-later WITH GCC-exception-3.1"),
            ("tree.h (from Kit), copyright Ann Author. Two clause BSD license.\n", "BSD-2-Clause"),
            (
                "Use of this is subject to your choice of exactly one of\nthe following two licenses:\n  * The FreeType License, which is similar to the original BSD license, or\n  * The GNU General Public License (GPL), version 2 or later.\n",
                "FTL OR GPL-2.0-or-later",
            ),
            ("../../LICENSE-APACHE\n", "-"),
            ("https://kit.example/licenses/MIT\n", "MIT"),
            ("NOTICE file corresponding to section 4d of the Apache License, Version 2.0, in this case for Kit\n", "-"),
            ("Notwithstanding other terms, you may debug changes to any libraries licensed under the GNU LGPL.\n", "-"),
            ("Kit 1.x was released under the LGPL license.\n", "-"),
            ("The code was formerly licensed under the MIT license.\n", "-"),
            ("Note that Kit 4.3 and earlier was \"public domain\".\n", "-"),
            ("Other portions are under the same license from Intel:\n", "-"),
            (
                "Licensed under the GNU General Public License version 2, found in `docs/GPLv2.TXT` (any later version can be used also)\n",
                "GPL-2.0-or-later",
            ),
            ("Some of the libraries this links against may be subject to the LGPL.\n", "-"),
            ("The Kit License is similar to the BSD, MIT and NCSA licenses.\n", "-"),
        ] {
            assert_eq!(told(FileRole::License, text), license, "{text}");
        }
        let now = "The code was originally written by Ann and is released under the MIT license.\n";
        assert_eq!(told(FileRole::License, now), "MIT");
        // What is granted with an exception, and the text of the license below.
        let text =
            format!("Licensed under the GPL, version 2, with the Classpath exception.\n\n{}", text_of("GPL-2.0"));
        assert_eq!(told(FileRole::License, &text), "GPL-2.0-only WITH Classpath-exception-2.0");
        // A text with an exception is not covered by a choice that has none.
        let llvm = spdx::exception_id("LLVM-exception").unwrap().text();
        let text = format!("Kit is licensed under Apache-2.0 OR MIT.\n\n---\n\n{}\n\n{llvm}", text_of("Apache-2.0"));
        assert_eq!(told(FileRole::License, &text), "(Apache-2.0 OR MIT) AND Apache-2.0 WITH LLVM-exception");
        // The notice says which sections the text has, and whether later versions may be chosen.
        let text = format!(
            "Permission is granted to copy this document under the terms of the GNU Free Documentation License, Version 1.3 or any \
             later version; with no Invariant Sections.\n\n{}",
            text_of("GFDL-1.3-only")
        );
        assert_eq!(told(FileRole::License, &text), "GFDL-1.3-no-invariants-or-later");
        // An offer in the middle of a text, where a template leaves room for names.
        let bsd = text_of("BSD-3-Clause");
        let (head, tail) = bsd.split_at(bsd.find("THIS SOFTWARE IS PROVIDED").unwrap());
        let offer = "ALTERNATIVELY, provided that this notice is retained in full, this product may be distributed under the terms of the \
                     GNU General Public License (GPL), in which case the provisions of the GPL apply INSTEAD OF those given above.";
        assert_eq!(told(FileRole::License, &format!("{head}{offer}\n\n{tail}")), "BSD-3-Clause OR GPL-1.0-or-later");
        // A choice at the end of a list is not about the text at its top.
        let text = format!(
            "{}\n\n---\n\n{}\n\n---\n\nPurr is licensed under Apache-2.0 OR MPL-2.0.\n",
            text_of("Apache-2.0"),
            text_of("ISC")
        );
        assert_eq!(told(FileRole::License, &text), "Apache-2.0 AND ISC AND (Apache-2.0 OR MPL-2.0)");
    }

    #[test]
    fn restrictions_beside_a_statement_of_copyright_are_no_holder() {
        let mit = text_of("MIT").replace("Copyright (c) <year> <copyright holders>", "");
        for line in [
            "Copyright (c) 2020 Ann Smith. For non-commercial use only.",
            "Copyright (c) 2020 Ann Smith\nFor non-commercial use only.",
            "Copyright (c) 2020 Kit, Inc. Commercial use requires a separate agreement.",
            "Copyright (c) 2020 Ann Smith. Free for private and educational use.",
        ] {
            let found = identify(&format!("{line}\n\n{mit}"));
            assert_eq!(found.expression.unwrap().as_str(), "LicenseRef-sepal-MIT-modified", "{line}");
            assert!(!found.copyrights[0].text.contains("use"), "{line}");
        }
        for line in
            ["Copyright (c) 2020 Kit, Inc. All rights reserved.", "Copyright (c) 2020 A. B. Smith. Portions by Ben."]
        {
            assert_eq!(told(FileRole::License, &format!("{line}\n\n{mit}")), "MIT", "{line}");
        }
    }

    #[test]
    fn terms_in_words_of_ones_own_are_said_where_nothing_else_is() {
        const UNKNOWN: &str = "LicenseRef-sepal-unknown";
        for (name, text) in [
            (
                "kit.vim",
                "\" Permission is hereby granted to use and distribute this code,\n\" provided that this notice stays.\n",
            ),
            (
                "kit.1",
                ".TH K 1\n.SH COPYRIGHT\nI hereby give permission to use and modify this code, so long as I am named.\n",
            ),
            ("kit.sty", "% Permission is granted for use and non-profit distribution of this package\n"),
            ("kit.c", "/* This code may be freely used and redistributed. */\n"),
        ] {
            assert_eq!(told(FileRole::of_path(name), text), UNKNOWN, "{name}: {text}");
        }
        for (name, text) in [
            ("kit.c", "/* Returns an error if permission is not granted to use the device. */\n"),
            ("kit.kt", "// Called when the permission is granted by the user.\n"),
            ("kit.md", "Ask whether permission to use this file is given.\n"),
            ("kit.c", "/* This function may be used by others in the same thread. */\nint x;\n"),
        ] {
            assert_eq!(told(FileRole::of_path(name), text), "-", "{name}: {text}");
        }
    }

    #[test]
    fn texts_in_a_row_do_not_reach_into_each_other() {
        for ids in
            [["GPL-2.0-only", "Vim"], ["Vim", "GPL-2.0-only"], ["MIT", "Apache-2.0"], ["GPL-2.0-only", "MPL-2.0"]]
        {
            let texts = ids.map(text_of).join("\n\n-----\n\nPackage: kit\n\n");
            assert_eq!(told(FileRole::Notice, &texts), ids.join(" AND "));
        }
    }

    #[test]
    fn a_choice_between_a_named_license_and_a_text_is_one() {
        let header = format!(
            "/*\n * This software is available to you under a choice of one of two licenses. You may choose to be licensed\n\
             * under the terms of the GNU General Public License (GPL) Version 2, or the license below:\n *\n{}\n */\n",
            text_of("BSD-2-Clause").lines().map(|line| format!(" * {line}\n")).collect::<String>()
        );
        assert_eq!(told(FileRole::Source, &header), "GPL-2.0-only OR BSD-2-Clause");
    }

    #[test]
    fn several_tags_bind_together_and_reuse_leaves_out_what_it_marks() {
        let text = "# SPDX-License-Identifier: MIT\n# SPDX-License-Identifier: Apache-2.0 OR ISC\n\
            # REUSE-IgnoreStart\n# SPDX-License-Identifier: GPL-3.0-only\n# REUSE-IgnoreEnd\n";
        assert_eq!(told(FileRole::Source, text), "MIT AND (Apache-2.0 OR ISC)");
    }

    #[test]
    fn statements_of_a_licenses_author_are_left_out_where_it_is_that_license() {
        let statements = |holder: &str, id: &str| {
            let text = format!("Copyright (c) 2009-2011, {holder}\n\n{}", text_of(id));
            identify(&text).copyrights.iter().any(|one| one.text.contains(holder))
        };
        assert!(statements("Mozilla Foundation and contributors", "BSD-3-Clause"));
        assert!(!statements("Mozilla Foundation", "MPL-2.0"));
        assert!(statements("Free Software Foundation, Inc.", "MIT"));
    }

    #[test]
    fn a_product_that_is_called_like_a_license_is_none() {
        let header = |line: &str| told(FileRole::Source, &format!("/**\n * {line}\n * Does things.\n */\nint kit;\n"));
        assert_eq!(header("@license zlib.js"), "-");
        assert_eq!(header("@license Zlib"), "Zlib");
    }

    #[test]
    fn headers_of_several_licenses_are_read_as_they_are_meant() {
        let header = |text: &str| {
            let lines: String = text.lines().map(|line| format!(" * {line}\n")).collect();
            told(FileRole::Source, &format!("/*\n * Kit. (c) 2020 Ann\n *\n{lines} */\nint kit;\n"))
        };
        for (text, license) in [
            ("@license MIT", "MIT"),
            (
                "You can redistribute it under the terms of the GNU General Public License as published by the Free\nSoftware \
                 Foundation; version 2 dated June, 1991, or (at your option)\nversion 3 dated 29 June, 2007.",
                "GPL-2.0-only OR GPL-3.0-only",
            ),
            ("License:   MIT", "MIT"),
            (
                "Licensed under both the BSD-style license (found in the LICENSE file in the root directory of this\nsource \
                 tree) and the GPLv2 (found in the COPYING file). You may select, at your option, one of them.",
                "BSD-3-Clause OR GPL-2.0-only",
            ),
            ("Licensed under a BSD-style license\n(https://opensource.org/licenses/BSD-2-Clause).", "BSD-2-Clause"),
            (
                "you can modify it under the terms of either\n\n  * the Apache License, Version 2.0 or\n  * the MIT License\n\n\
                 at your option.",
                "Apache-2.0 OR MIT",
            ),
            (
                "Made available under the terms of the Eclipse Public License v. 2.0.\n\nThis Source Code may also be made \
                 available under the following Secondary\nLicenses when the conditions for such availability set forth in \
                 the\nEclipse Public License v. 2.0 are satisfied: GNU General Public License,\nversion 2 with the GNU \
                 Classpath Exception.",
                "EPL-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0",
            ),
            (
                "You can redistribute it under the terms of the GNU General Public License as published by the Free\nSoftware \
                 Foundation; either version 3, or (at your option) any later version.\n\nUnder Section 7 of GPL version 3, \
                 you are granted additional\npermissions described in the GCC Runtime Library Exception, version\n3.1.",
                "GPL-3.0-or-later WITH GCC-exception-3.1",
            ),
            (
                "Alternatively, this software may be distributed under the terms of the 2-clause BSD license.\n\nThis program \
                 is free software; you can redistribute it under the terms of the GNU General Public License, version 2.",
                "BSD-2-Clause OR GPL-2.0-only",
            ),
            ("Kit is released under the same terms as Rust itself.", "MIT OR Apache-2.0"),
            ("Written by Ann. Public domain.", "LicenseRef-sepal-public-domain"),
            ("Public domain, authors: Ann, Ben.\n\nTaken from kit.", "LicenseRef-sepal-public-domain"),
            ("Written by Ann and put to public domain. Do with it what you want.", "LicenseRef-sepal-public-domain"),
            ("Multiple-Licensed under the MPL 2.0, and the EPL 1.0.", "MPL-2.0 OR EPL-1.0"),
            ("Licensed under the LGPL, MPL 2.0 and EPL 1.0.", "LGPL-2.0-or-later AND MPL-2.0 AND EPL-1.0"),
            (
                "Made available under the terms of the Eclipse Public License 2.0 and Eclipse Distribution License v1.0 which \
                 accompany this distribution.",
                "EPL-2.0 AND BSD-3-Clause",
            ),
            (
                "The contents of this file are subject to the terms of the Common Development and Distribution License (the \
                 \"License\"). You can obtain a copy of the License at https://kit.example/public/CDDL+GPL_1_1.html",
                "CDDL-1.1",
            ),
            (
                "See the file COPYING for terms of use. The zlib license also may be found at https://kit.example/z",
                "Zlib",
            ),
            ("kit.js : 1.1.5 : MIT License\nhttps://kit.example", "MIT"),
            ("kit.js - compatible with: MIT License", "-"),
            ("Kit\nLicense - https://kit.example/l (Font: SIL OFL 1.1, CSS: MIT License)", "OFL-1.1 AND MIT"),
            ("A table (font: MIT License, CSS: ISC License)", "-"),
            ("License](https://kit.example/a-MIT%20License/)", "-"),
            ("The name.\nidentifier: MIT License of kits", "-"),
            ("If all these files are missing, the zlib license also may be found at: https://kit.example", "Zlib"),
            ("Freely available under the terms of the Lua license.", "MIT"),
            ("Kit by Ann\n100% Public Domain", "LicenseRef-sepal-public-domain"),
            ("The actual code of the kit library is covered by the GNU Lesser General Public License.", "-"),
            ("The rest of the kit is covered by the GNU General Public License.", "-"),
            ("Unless otherwise noted, the content is provided to you under the terms of the ISC license.", "ISC"),
            ("Unless others object, it is provided to you under the terms of the ISC license.", "-"),
            ("Redistribution and use are permitted only as authorized by the OpenLDAP Public License.", "OLDAP-2.8"),
            ("Available via Academic Free License >= 2.1 OR the modified BSD license.", "AFL-2.1 OR BSD-3-Clause"),
            ("This code has been relicensed under the MIT license.", "MIT"),
            ("We could relicense this under MIT.", "-"),
            ("For internal use only. It is not licensed to anybody.", "-"),
            ("GPL version 2 or any later version approved by the Kit e.V.", "-"),
        ] {
            assert_eq!(header(text), license, "{text}");
        }
    }

    #[test]
    fn badges_and_attributes_of_markup_name_licenses() {
        let readme = "# kit\n\n[![x](https://badges.example/badge/license-MIT%20OR%20Apache--2.0-blue.svg)](LICENSE)\n";
        assert_eq!(told(FileRole::Readme, readme), "MIT OR Apache-2.0");
        assert_eq!(told(FileRole::Document, readme), "-");
        let style = "<style><info><rights license=\"http://creativecommons.org/licenses/by-sa/3.0/\"/></info></style>";
        assert_eq!(told(FileRole::Data, style), "CC-BY-SA-3.0");
    }

    #[test]
    fn words_that_lines_break_are_one() {
        let text = text_of("ISC").replace("permission", "permis-\nsion").replace("WARRANTIES", "WARRAN-\n  TIES");
        assert_ne!(text, text_of("ISC"));
        let found = identify(&text);
        assert_eq!(found.matches.iter().map(|found| found.confidence).collect::<Vec<_>>(), [100]);
    }

    #[test]
    fn an_exception_for_somebody_else_is_another() {
        let notice = "This program is free software; you can redistribute it and/or modify it under the terms of the GNU \
            General Public License version 2.\n\n";
        let exception = spdx::exception_id("openvpn-openssl-exception").map(|exception| exception.text()).unwrap();
        assert_eq!(
            told(FileRole::License, &format!("{notice}{exception}")),
            "GPL-2.0-only WITH openvpn-openssl-exception"
        );
        let other = exception.replace("OpenSSL", "Kit").replace("OpenVPN", "Ann");
        assert_ne!(other, exception);
        assert_eq!(told(FileRole::License, &format!("{notice}{other}")), "GPL-2.0-only");
    }

    #[test]
    fn histories_scripts_and_manuals_say_what_they_are_under() {
        let tagged = "Kit news\n\nSPDX-License-Identifier: MIT\n\nWe are no longer licensed under the GPL version 2.\n";
        assert_eq!(told(FileRole::History, tagged), "MIT");
        assert_eq!(
            told(FileRole::History, &format!("{}SPDX-License-Identifier: MIT\n", "Kit is new.\n".repeat(60))),
            "-"
        );
        assert_eq!(
            told(FileRole::Document, "#!/bin/sh\n# Made by Ann\n# Public domain\n\nerrors=0\n"),
            "LicenseRef-sepal-public-domain"
        );
        assert_eq!(told(FileRole::Document, "Made by Ann\nPublic domain\n"), "-");
        let manual = "Permission is granted to copy, distribute and/or modify this document under the terms of the GNU Free \
            Documentation License, Version 1.3.\n";
        assert_eq!(told(FileRole::Document, manual), "GFDL-1.3-only");
        assert_eq!(told(FileRole::Notice, "All content is the property of the respective authors."), "-");
    }

    #[test]
    fn pages_speak_in_what_they_show() {
        let page =
            |body: &str| told(FileRole::Source, &format!("<!DOCTYPE html>\n<html><body>\n{body}\n</body></html>\n"));
        assert_eq!(page("<p>Freely available under the terms of the <a href=\"l.html\">ISC license</a>.</p>"), "ISC");
        assert_eq!(
            page("<h2>License</h2>\n\n<p>This package is released under the Apache License 2.0.</p>"),
            "Apache-2.0"
        );
        assert_eq!(page("<script>\nsay(\"released under the Apache License 2.0\");\n</script>"), "-");
        assert_eq!(page("<p>What you can do if others have put it all under the MIT License</p>"), "-");
        assert_eq!(told(FileRole::Source, "print(\"<html>\")\nx = say released under the ISC license\n"), "-");
    }

    #[test]
    fn texts_marked_up_as_manuals_are_themselves() {
        let text = text_of("GPL-3.0-only");
        let marked: String = text
            .split("\n\n")
            .map(|paragraph| {
                format!("@heading Terms of use\n@display\n@c a note\n{paragraph}\n@end display\n@cindex must not\n")
            })
            .collect();
        let plain: String = text.split("\n\n").map(|paragraph| format!("{paragraph}\n\n")).collect();
        assert_eq!(told(FileRole::License, &plain), "GPL-3.0-only");
        let marked = marked.replace("Terms of use", "").replace("@c a note", "@c");
        assert_eq!(told(FileRole::License, &marked), "GPL-3.0-only");
    }

    #[test]
    fn what_is_offered_in_the_middle_of_a_text_does_not_change_it() {
        let text = text_of("BSD-3-Clause").replace(
            "THIS SOFTWARE IS",
            "ALTERNATIVELY, this software may be distributed under the terms of the GNU General Public License, version 2 or \
             any later version, in which case its provisions hold instead.\n\nTHIS SOFTWARE IS",
        );
        assert_eq!(told(FileRole::Source, &format!("/*\n{text}\n*/")), "BSD-3-Clause OR GPL-2.0-or-later");
    }

    #[test]
    fn what_binds_before_a_choice_stays_together() {
        let text = "Licensed under the MIT license.\n\nAlternatively, licensed under the ISC license.\n\nThe font is licensed \
            under the SIL Open Font License, Version 1.1.";
        assert_eq!(told(FileRole::License, text), "(MIT OR ISC) AND OFL-1.1");
    }

    #[test]
    fn any_text_is_answered() {
        for text in [
            "",
            "\u{feff}",
            "(c)",
            "©",
            "<",
            "&lt;",
            "SPDX-License-Identifier:",
            "licen",
            "GPL",
            "\u{1f980}licen\u{301}",
        ] {
            for role in [FileRole::License, FileRole::Source, FileRole::Readme, FileRole::Manifest] {
                let _ = identify_as(role, text);
            }
        }
        assert_eq!(told(FileRole::License, "MIT"), "MIT");
        assert_eq!(told(FileRole::Document, "MIT"), "-");
    }
}
