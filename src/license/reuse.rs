//! Statements of licenses for files by their paths: `REUSE.toml` and `.reuse/dep5` (REUSE specification 3.3, "REUSE.toml" and
//! "DEP5"; the latter is the format of Debian's `debian/copyright`).
//!
//! Here belongs what these files say. What a file says itself, and which of the two counts where, is for the caller to put
//! together by [`Statement::precedence`].

use super::{Expression, read};
use crate::text::{Node, Source, SyntaxError, toml};

/// Which of two statements counts: the one in the file, or the one about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// What stands in the file; this statement where there is nothing.
    Closest,
    /// Both.
    Aggregate,
    /// This statement.
    Override,
}

impl Precedence {
    /// The word of the specification.
    pub fn as_str(self) -> &'static str {
        match self {
            Precedence::Closest => "closest",
            Precedence::Aggregate => "aggregate",
            Precedence::Override => "override",
        }
    }
}

/// What is stated for the files that some patterns name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Patterns of paths, relative to the directory that the statement is made for.
    patterns: Vec<Vec<Piece>>,
    /// Which statement counts.
    pub precedence: Precedence,
    /// The license, if one is stated that is an SPDX expression.
    pub expression: Option<Expression>,
    /// Copyright statements, as written.
    pub copyrights: Vec<String>,
    /// The line on which it begins, from one.
    pub line: u32,
}

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Character(char),
    /// Any one character.
    One,
    /// Any characters without `/`.
    Segment,
    /// Any characters.
    All,
}

/// Longer patterns are not read: comparing takes time in proportion to pattern and path.
const LONGEST_PATTERN: usize = 4096;

/// More patterns of one file are not read.
const MOST_PATTERNS: usize = 20_000;

impl Statement {
    /// Whether a path relative to the statement's directory is meant.
    pub fn covers(&self, path: &str) -> bool {
        self.patterns.iter().any(|pattern| fits(pattern, path))
    }
}

/// The statement that counts for a path: the last one that means it, as both formats say.
pub fn covering<'s>(statements: &'s [Statement], path: &str) -> Option<&'s Statement> {
    statements.iter().rev().find(|statement| statement.covers(path))
}

/// Compares from the left. Where it fails, the nearest star takes one character more; once a star of a segment has met a `/`, only
/// a star for everything before it can help.
fn fits(pattern: &[Piece], path: &str) -> bool {
    let path: Vec<char> = path.chars().collect();
    let (mut at, mut of) = (0, 0);
    let (mut segment, mut all): (Option<(usize, usize)>, Option<(usize, usize)>) = (None, None);
    loop {
        match pattern.get(of) {
            Some(Piece::All) => {
                all = Some((of, at));
                segment = None;
                of += 1;
                continue;
            }
            Some(Piece::Segment) => {
                segment = Some((of, at));
                of += 1;
                continue;
            }
            Some(Piece::One) if at < path.len() => {
                (at, of) = (at + 1, of + 1);
                continue;
            }
            Some(Piece::Character(wanted)) if path.get(at) == Some(wanted) => {
                (at, of) = (at + 1, of + 1);
                continue;
            }
            None if at == path.len() => return true,
            _ => {}
        }
        if let Some((star, from)) = segment
            && path.get(from).is_some_and(|character| *character != '/')
        {
            segment = Some((star, from + 1));
            (at, of) = (from + 1, star + 1);
        } else if let Some((star, from)) = all
            && from < path.len()
        {
            segment = None;
            all = Some((star, from + 1));
            (at, of) = (from + 1, star + 1);
        } else {
            return false;
        }
    }
}

/// A pattern of REUSE.toml: `*` stands for anything but `/`, `**` for anything, and `\` takes the meaning from what follows.
fn toml_pattern(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => pieces.extend(characters.next().map(Piece::Character)),
            '*' => {
                let mut all = false;
                while characters.next_if_eq(&'*').is_some() {
                    all = true;
                }
                pieces.push(if all { Piece::All } else { Piece::Segment });
            }
            other => pieces.push(Piece::Character(other)),
        }
    }
    pieces
}

/// A pattern of DEP5: `*` stands for anything, also `/`, `?` for one character, and `\` takes their meaning from them.
fn dep5_pattern(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut characters = text.strip_prefix("./").unwrap_or(text).chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => pieces.extend(characters.next().map(Piece::Character)),
            '*' if pieces.last() == Some(&Piece::All) => {}
            '*' => pieces.push(Piece::All),
            '?' => pieces.push(Piece::One),
            other => pieces.push(Piece::Character(other)),
        }
    }
    pieces
}

/// One text or a list of them.
fn texts(node: Option<Node<'_>>) -> Vec<&str> {
    let Some(node) = node else { return Vec::new() };
    match node.string() {
        Some(text) => vec![text],
        None => node.items().filter_map(Node::string).collect(),
    }
}

/// Several licenses of one statement hold together (REUSE specification, "SPDX-License-Identifier").
fn together(licenses: &[&str]) -> Option<Expression> {
    match licenses {
        [] => None,
        [one] => read(one).expression,
        several => {
            let wrapped: Vec<String> = several.iter().map(|one| format!("({one})")).collect();
            read(&wrapped.join(" AND ")).expression
        }
    }
}

/// Reads a `REUSE.toml`: what is stated for paths relative to its own directory.
///
/// # Errors
/// If it is no TOML.
pub fn read_toml(source: &Source) -> Result<Vec<Statement>, SyntaxError> {
    let document = toml::parse(source)?;
    let mut statements = Vec::new();
    let mut patterns = 0;
    for annotation in document.root().get("annotations").into_iter().flat_map(Node::items) {
        let paths = texts(annotation.get("path"));
        patterns += paths.len();
        if patterns > MOST_PATTERNS {
            break;
        }
        statements.push(Statement {
            patterns: paths.into_iter().filter(|path| path.len() <= LONGEST_PATTERN).map(toml_pattern).collect(),
            precedence: match annotation.get_str("precedence") {
                Some("aggregate") => Precedence::Aggregate,
                Some("override") => Precedence::Override,
                _ => Precedence::Closest,
            },
            expression: together(&texts(annotation.get("SPDX-License-Identifier"))),
            copyrights: texts(annotation.get("SPDX-FileCopyrightText")).into_iter().map(str::to_owned).collect(),
            line: source.mark(annotation.span()).line,
        });
    }
    Ok(statements)
}

/// Reads a `.reuse/dep5`: what is stated for paths relative to the directory above `.reuse`. Lines that are none of the format are
/// passed over.
pub fn read_dep5(text: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut fields: Vec<(String, Vec<&str>)> = Vec::new();
    let mut first_line = 1;
    let mut patterns = 0;
    let lines = text.lines().chain([""]).zip(1_u32..);
    for (line, number) in lines {
        if line.trim().is_empty() {
            let field =
                |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, lines)| lines.as_slice());
            if let Some(files) = field("files") {
                let files: Vec<&str> = files.iter().flat_map(|line| line.split_whitespace()).collect();
                patterns += files.len();
                if patterns > MOST_PATTERNS {
                    return statements;
                }
                let lines_of = |name| field(name).unwrap_or_default().iter().map(|line| line.trim());
                let license: Vec<&str> = lines_of("license").take(1).filter(|line| !line.is_empty()).collect();
                statements.push(Statement {
                    patterns: files
                        .into_iter()
                        .filter(|file| file.len() <= LONGEST_PATTERN)
                        .map(dep5_pattern)
                        .collect(),
                    // REUSE specification 3.3: what stands in a file is added to.
                    precedence: Precedence::Aggregate,
                    expression: together(&license),
                    copyrights: lines_of("copyright").filter(|line| !line.is_empty()).map(str::to_owned).collect(),
                    line: first_line,
                });
            }
            fields.clear();
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, lines)) = fields.last_mut() {
                lines.push(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            if fields.is_empty() {
                first_line = number;
            }
            fields.push((name.trim().to_ascii_lowercase(), vec![value]));
        }
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    #[test]
    fn stars_of_both_formats_stand_for_what_they_say() {
        let toml = |pattern: &str, path: &str| fits(&toml_pattern(pattern), path);
        assert!(toml("docs/*.png", "docs/a.png") && !toml("docs/*.png", "docs/b/a.png"));
        assert!(toml("docs/**", "docs/b/a.png") && toml("**/*.png", "docs/b/a.png") && toml("**", "a"));
        assert!(toml("a/**/b/*.c", "a/x/b/y/b/z.c") && !toml("a/**/b/*.c", "a/x/b/y/z.c"));
        assert!(toml(r"\*.c", "*.c") && !toml(r"\*.c", "a.c") && !toml("a", "ab") && !toml("ab", "a"));
        let dep5 = |pattern: &str, path: &str| fits(&dep5_pattern(pattern), path);
        assert!(dep5("docs/*.png", "docs/b/a.png") && dep5("a?c", "abc") && !dep5("a?c", "ac") && dep5("./a", "a"));
    }

    #[test]
    fn a_hostile_pattern_takes_no_long_time() {
        let pattern = "**a*".repeat(500);
        assert!(!fits(&toml_pattern(&pattern), &"a".repeat(400)));
    }

    #[test]
    fn the_last_statement_that_means_a_file_counts() {
        let text = "version = 1\n\n[[annotations]]\npath = \"**\"\nSPDX-FileCopyrightText = \"2020 Acme\"\n\
                    SPDX-License-Identifier = \"MIT\"\n\n[[annotations]]\npath = [\"img/*.png\", \"x\"]\nprecedence = \"override\"\n\
                    SPDX-FileCopyrightText = [\"2021 A\", \"2022 B\"]\nSPDX-License-Identifier = [\"CC0-1.0\", \"MIT OR ISC\"]\n";
        let statements = read_toml(&Source::from_text(RepoPath::new("REUSE.toml"), text.into()).unwrap()).unwrap();
        let found = covering(&statements, "img/a.png").unwrap();
        assert_eq!(found.expression.as_ref().unwrap().as_str(), "CC0-1.0 AND (MIT OR ISC)");
        assert_eq!((found.precedence, found.copyrights.len(), found.line), (Precedence::Override, 2, 8));
        let found = covering(&statements, "img/b/a.png").unwrap();
        assert_eq!((found.precedence, found.copyrights[0].as_str()), (Precedence::Closest, "2020 Acme"));
    }

    #[test]
    fn paragraphs_of_dep5_are_read() {
        let text = "Format: https://example.org/copyright-format/1.0/\nUpstream-Name: kit\n\nFiles: img/*\n doc/*.svg\n\
                    Copyright: 2020 Acme\n           2021 Others\nLicense: CC0-1.0\n\n# a remark\nFiles: *.c\nCopyright: 2022 C\n\
                    License: MIT or ISC\n A text\n";
        let statements = read_dep5(text);
        assert_eq!((statements.len(), statements[0].line, statements[1].line), (2, 4, 11));
        assert_eq!(statements[0].copyrights, ["2020 Acme", "2021 Others"]);
        assert_eq!(covering(&statements, "doc/a/b.svg").unwrap().line, 4);
        assert_eq!(covering(&statements, "src/a.c").unwrap().expression.as_ref().unwrap().as_str(), "MIT OR ISC");
        assert!(covering(&statements, "README").is_none());
    }
}
