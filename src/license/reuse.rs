//! What `REUSE.toml` and `.reuse/dep5` say of files that cannot carry a header (REUSE Specification 3.3).
//!
//! Pure: [`Annotations`] are read from one file's text, [`Reuse`] looks a path up in all of them. What a file says itself, in
//! a header or in a `.license` file beside it, is handed in by the caller and joined by the rules of precedence.

use compact_str::CompactString;

use super::{Expression, read};
use crate::model::{Mark, RepoPath};
use crate::text::{Kind, Node, Source, SyntaxError, lines::lines, toml};

/// Entries of one file that are read at most.
const MOST_ENTRIES: usize = 10_000;
/// Patterns of one entry that are read at most.
const MOST_PATTERNS: usize = 10_000;

/// Which source of information counts where there are several (REUSE 3.3, "REUSE.toml", `precedence`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precedence {
    /// What stands closest to the file counts: its own header, else a `.license` file, else the nearest `REUSE.toml`.
    #[default]
    Closest,
    /// It is said in addition to what others say. The only one of `.reuse/dep5`.
    Aggregate,
    /// It alone counts, whatever the file or files below say.
    Override,
}

impl Precedence {
    /// As `REUSE.toml` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Precedence::Closest => "closest",
            Precedence::Aggregate => "aggregate",
            Precedence::Override => "override",
        }
    }
}

/// What is said of one file, from one or several sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Licenses, each as one expression; all of them bind. In the order of the sources, each once.
    pub licenses: Vec<Expression>,
    /// Statements of who holds rights, as written, each once.
    pub copyrights: Vec<CompactString>,
}

impl Info {
    /// Whether REUSE asks for nothing more.
    pub fn is_complete(&self) -> bool {
        !self.licenses.is_empty() && !self.copyrights.is_empty()
    }

    /// Adds what another source says.
    pub fn add(&mut self, other: &Info) {
        self.add_licenses(other);
        self.add_copyrights(other);
    }

    /// All licenses as one expression, since all of them bind.
    pub fn expression(&self) -> Option<Expression> {
        match self.licenses.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            many => {
                let all: Vec<String> = many.iter().map(|license| format!("({license})")).collect();
                read(&all.join(" AND ")).expression
            }
        }
    }

    fn add_licenses(&mut self, other: &Info) {
        for license in &other.licenses {
            if !self.licenses.contains(license) {
                self.licenses.push(license.clone());
            }
        }
    }

    fn add_copyrights(&mut self, other: &Info) {
        for copyright in &other.copyrights {
            if !self.copyrights.contains(copyright) {
                self.copyrights.push(copyright.clone());
            }
        }
    }
}

/// One entry: the files that it is about, and what it says of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    patterns: Vec<Pattern>,
    /// What counts beside others.
    pub precedence: Precedence,
    /// What it says.
    pub info: Info,
    /// Where it stands.
    pub mark: Mark,
}

impl Annotation {
    /// Whether it is about a file, given by its path below the annotating file's directory.
    pub fn is_about(&self, below: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(below))
    }
}

/// Something in an annotating file that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub mark: Mark,
    /// What: a lowercase fragment without a full stop.
    pub message: String,
}

/// All entries of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotations {
    /// The file.
    pub path: RepoPath,
    /// The directory that its patterns are relative to.
    pub directory: RepoPath,
    /// In the order of the file: the last one that is about a path counts.
    pub entries: Vec<Annotation>,
    /// What could not be used.
    pub problems: Vec<Problem>,
}

/// Whether a path is that of a file that annotates others.
pub fn is_annotating(path: &RepoPath) -> bool {
    path.file_name() == "REUSE.toml" || is_dep5(path)
}

fn is_dep5(path: &RepoPath) -> bool {
    path.as_str() == ".reuse/dep5" || path.as_str().ends_with("/.reuse/dep5")
}

impl Annotations {
    /// Reads a file whose path [`is_annotating`].
    ///
    /// # Errors
    /// If a `REUSE.toml` is not TOML. What is wrong with single entries is in [`Annotations::problems`].
    pub fn read(source: &Source) -> Result<Self, SyntaxError> {
        if is_dep5(source.path()) { Ok(Self::read_dep5(source)) } else { Self::read_toml(source) }
    }

    /// Reads a `REUSE.toml`.
    ///
    /// # Errors
    /// If it is not TOML.
    pub fn read_toml(source: &Source) -> Result<Self, SyntaxError> {
        let document = toml::parse(source)?;
        let mut out = Self {
            path: source.path().clone(),
            directory: source.path().parent(),
            entries: Vec::new(),
            problems: Vec::new(),
        };
        let root = document.root();
        match root.get("version") {
            Some(version) if version.scalar() == Some("1") => {}
            Some(version) => out.complain(source, version, "version 1 is the only one there is"),
            None => out.complain(source, root, "`version = 1` is missing"),
        }
        let Some(annotations) = root.get("annotations") else { return Ok(out) };
        if annotations.kind() != Kind::Sequence {
            out.complain(source, annotations, "`annotations` is not a list of tables: write [[annotations]]");
            return Ok(out);
        }
        for table in annotations.items().take(MOST_ENTRIES) {
            out.read_table(source, table);
        }
        Ok(out)
    }

    fn complain(&mut self, source: &Source, node: Node<'_>, message: impl Into<String>) {
        self.problems.push(Problem { mark: source.mark(node.span()), message: message.into() });
    }

    fn read_table(&mut self, source: &Source, table: Node<'_>) {
        let texts = |node: Option<Node<'_>>| -> Vec<CompactString> {
            match node {
                Some(node) if node.kind() == Kind::Sequence => {
                    node.items().filter_map(Node::string).take(MOST_PATTERNS).map(CompactString::from).collect()
                }
                Some(node) => node.string().map(CompactString::from).into_iter().collect(),
                None => Vec::new(),
            }
        };
        let patterns: Vec<Pattern> = texts(table.get("path")).iter().map(|path| Pattern::of_toml(path)).collect();
        if patterns.is_empty() {
            self.complain(source, table, "an annotation without `path` is about no file");
            return;
        }
        let precedence = match table.get("precedence") {
            None => Precedence::Closest,
            Some(node) => match node.string() {
                Some("closest") => Precedence::Closest,
                Some("aggregate") => Precedence::Aggregate,
                Some("override") => Precedence::Override,
                _ => {
                    self.complain(source, node, "precedence is one of closest, aggregate, override");
                    Precedence::Closest
                }
            },
        };
        let mut info = Info::default();
        let stated = table.get("SPDX-License-Identifier");
        for text in texts(stated) {
            match read(&text).expression {
                Some(expression) => info.add(&Info { licenses: vec![expression], copyrights: Vec::new() }),
                None => {
                    let message = format!("`{text}` is not an SPDX license expression");
                    self.complain(source, stated.unwrap_or(table), message);
                }
            }
        }
        for copyright in texts(table.get("SPDX-FileCopyrightText")) {
            if !copyright.trim().is_empty() && !info.copyrights.contains(&copyright) {
                info.copyrights.push(copyright);
            }
        }
        self.entries.push(Annotation { patterns, precedence, info, mark: source.mark(table.span()) });
    }

    /// Reads a `.reuse/dep5`: paragraphs of the machine-readable debian/copyright format 1.0.
    pub fn read_dep5(source: &Source) -> Self {
        let mut out = Self {
            path: source.path().clone(),
            directory: source.path().parent().parent(),
            entries: Vec::new(),
            problems: Vec::new(),
        };
        let mut paragraph = Paragraph::default();
        for line in lines(source) {
            let text = line.text;
            if text.trim().is_empty() {
                out.add_paragraph(source, std::mem::take(&mut paragraph));
                continue;
            }
            if text.starts_with('#') {
                continue;
            }
            if text.starts_with([' ', '\t']) {
                if let Some((_, value)) = paragraph.fields.last_mut() {
                    value.push('\n');
                    value.push_str(text.trim());
                }
                continue;
            }
            if let Some((name, value)) = text.split_once(':') {
                paragraph.mark.get_or_insert_with(|| source.mark(line.span));
                paragraph.fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        out.add_paragraph(source, paragraph);
        out
    }

    fn add_paragraph(&mut self, source: &Source, paragraph: Paragraph) {
        let (Some(files), Some(mark)) = (paragraph.get("files"), paragraph.mark) else { return };
        if self.entries.len() >= MOST_ENTRIES {
            return;
        }
        let patterns = files.split_whitespace().take(MOST_PATTERNS).map(Pattern::of_dep5).collect();
        let mut info = Info::default();
        if let Some(copyright) = paragraph.get("copyright") {
            info.copyrights =
                copyright.lines().map(str::trim).filter(|line| !line.is_empty()).map(Into::into).collect();
        }
        if let Some(license) = paragraph.get("license").and_then(|license| license.lines().next()) {
            match read(license.trim()).expression {
                Some(expression) => info.licenses.push(expression),
                None if license.trim().is_empty() => {}
                None => self
                    .problems
                    .push(Problem { mark, message: format!("`{}` is not an SPDX license expression", license.trim()) }),
            }
        }
        debug_assert_eq!(&self.path, source.path());
        self.entries.push(Annotation { patterns, precedence: Precedence::Aggregate, info, mark });
    }

    /// The entry that counts for a path: the last one that is about it.
    pub fn of(&self, path: &RepoPath) -> Option<&Annotation> {
        let below = self.below(path)?;
        self.entries.iter().rev().find(|entry| entry.is_about(below))
    }

    fn below<'p>(&self, path: &'p RepoPath) -> Option<&'p str> {
        match self.directory.as_str() {
            "" => Some(path.as_str()),
            directory => path.as_str().strip_prefix(directory)?.strip_prefix('/'),
        }
    }
}

/// A paragraph of fields on its way.
#[derive(Default)]
struct Paragraph {
    fields: Vec<(String, String)>,
    mark: Option<Mark>,
}

impl Paragraph {
    fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

/// A glob over paths.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern(Vec<Token>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Byte(u8),
    /// Any one character: dep5's `?`.
    Any,
    /// Anything without a slash.
    Star,
    /// Anything.
    Stars,
}

impl Pattern {
    /// REUSE.toml: `*` stops at a slash, `**` does not, a backslash takes the next character as it is.
    fn of_toml(text: &str) -> Self {
        let mut tokens = Vec::with_capacity(text.len());
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' => tokens.push(Token::Byte(bytes.next().unwrap_or(b'\\'))),
                b'*' => {
                    let mut stars = 1;
                    while bytes.next_if_eq(&b'*').is_some() {
                        stars += 1;
                    }
                    tokens.push(if stars > 1 { Token::Stars } else { Token::Star });
                }
                byte => tokens.push(Token::Byte(byte)),
            }
        }
        Self(tokens)
    }

    /// debian/copyright: `*` is anything, slashes too, `?` one character.
    fn of_dep5(text: &str) -> Self {
        let mut tokens = Vec::with_capacity(text.len());
        let mut bytes = text.strip_prefix("./").unwrap_or(text).bytes();
        while let Some(byte) = bytes.next() {
            tokens.push(match byte {
                b'\\' => Token::Byte(bytes.next().unwrap_or(b'\\')),
                b'*' => Token::Stars,
                b'?' => Token::Any,
                byte => Token::Byte(byte),
            });
        }
        Self(tokens)
    }

    /// Whether it is the whole of a path. Of each kind of star only the last one met is ever tried again, so the time is at
    /// most in proportion to the square of the path and not exponential.
    fn matches(&self, path: &str) -> bool {
        let (tokens, text) = (&self.0, path.as_bytes());
        let (mut at, mut token) = (0, 0);
        // Where to go on if what follows a star does not fit: the token behind it, and the byte up to which it reaches.
        let mut star: Option<(usize, usize)> = None;
        let mut stars: Option<(usize, usize)> = None;
        loop {
            match tokens.get(token) {
                Some(Token::Star) => {
                    token += 1;
                    star = Some((token, at));
                    continue;
                }
                Some(Token::Stars) => {
                    token += 1;
                    stars = Some((token, at));
                    star = None;
                    continue;
                }
                Some(Token::Byte(byte)) if text.get(at) == Some(byte) => {
                    at += 1;
                    token += 1;
                    continue;
                }
                Some(Token::Any) if at < text.len() => {
                    at += 1;
                    while text.get(at).is_some_and(|byte| byte & 0xC0 == 0x80) {
                        at += 1;
                    }
                    token += 1;
                    continue;
                }
                None if at == text.len() => return true,
                _ => {}
            }
            if let Some((behind, reach)) = star
                && text.get(reach).is_some_and(|byte| *byte != b'/')
            {
                star = Some((behind, reach + 1));
                (token, at) = (behind, reach + 1);
                continue;
            }
            star = None;
            match stars {
                Some((behind, reach)) if reach < text.len() => {
                    stars = Some((behind, reach + 1));
                    (token, at) = (behind, reach + 1);
                }
                _ => return false,
            }
        }
    }
}

/// The statements of holders that tags of a text make (`SPDX-FileCopyrightText`, `SPDX-SnippetCopyrightText`; REUSE 3.3), what
/// stands between `REUSE-IgnoreStart` and `REUSE-IgnoreEnd` left out. Licenses are not read here: `identify` knows their tags.
pub fn header(text: &str) -> Info {
    const TAGS: [&str; 2] = ["SPDX-FileCopyrightText:", "SPDX-SnippetCopyrightText:"];
    let mut info = Info::default();
    if memchr::memmem::find(text.as_bytes(), b"CopyrightText:").is_none() {
        return info;
    }
    let mut ignored = false;
    for line in text.lines() {
        if line.contains("REUSE-IgnoreStart") {
            ignored = true;
        } else if line.contains("REUSE-IgnoreEnd") {
            ignored = false;
        }
        let Some(value) = TAGS.iter().find_map(|tag| line.split_once(tag)).map(|(_, value)| value) else { continue };
        let mut value = value.trim();
        for end in ["*/", "-->", "*)", "#}", "--%>", "--}}"] {
            value = value.strip_suffix(end).unwrap_or(value).trim_end();
        }
        if !ignored && !value.is_empty() && info.copyrights.len() < MOST_PATTERNS {
            info.add_copyrights(&Info { licenses: Vec::new(), copyrights: vec![value.into()] });
        }
    }
    info
}

/// Everything that annotating files of a tree say.
#[derive(Clone, Debug, Default)]
pub struct Reuse {
    /// From the top of the tree down.
    files: Vec<Annotations>,
}

impl Reuse {
    /// Of these files, in any order.
    pub fn new(mut files: Vec<Annotations>) -> Self {
        let depth = |path: &RepoPath| if path.as_str().is_empty() { 0 } else { path.as_str().split('/').count() };
        files.sort_by(|a, b| {
            (depth(&a.directory), &a.directory, &a.path).cmp(&(depth(&b.directory), &b.directory, &b.path))
        });
        Self { files }
    }

    /// Whether there is nothing to look up.
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.entries.is_empty())
    }

    /// The annotating files, from the top of the tree down.
    pub fn files(&self) -> &[Annotations] {
        &self.files
    }

    /// What holds for a file. `own` is what it says itself: in its header, or in the `.license` file beside it, which counts
    /// in place of the header.
    ///
    /// The highest entry with `override` is all that counts of the annotating files and of the file. Otherwise `aggregate`
    /// entries are added to what the file says, and of the entries with `closest` the lowest one fills in what is missing: a
    /// file that names a license and no holder takes the holders from there.
    pub fn of(&self, path: &RepoPath, own: &Info) -> Info {
        let entries: Vec<&Annotation> = self.files.iter().filter_map(|file| file.of(path)).collect();
        if let Some(entry) = entries.iter().find(|entry| entry.precedence == Precedence::Override) {
            return entry.info.clone();
        }
        let mut info = own.clone();
        let closest = |has: fn(&Info) -> bool| {
            entries.iter().rev().find(|entry| entry.precedence == Precedence::Closest && has(&entry.info))
        };
        if own.licenses.is_empty()
            && let Some(entry) = closest(|info| !info.licenses.is_empty())
        {
            info.add_licenses(&entry.info);
        }
        if own.copyrights.is_empty()
            && let Some(entry) = closest(|info| !info.copyrights.is_empty())
        {
            info.add_copyrights(&entry.info);
        }
        for entry in entries.iter().filter(|entry| entry.precedence == Precedence::Aggregate) {
            info.add(&entry.info);
        }
        info
    }
}

/// Whether REUSE asks for information on a file at all ("Covered File", REUSE 3.3): not on license texts, on what carries
/// information on others, and on SPDX documents. Empty files, links and what version control ignores are not asked for
/// either; only the caller knows those.
pub fn is_covered(path: &RepoPath) -> bool {
    let text = path.as_str();
    let name = path.file_name();
    let is_text =
        |stem: &str| name.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']));
    let in_directory = |directory: &str| text.split('/').rev().skip(1).any(|segment| segment == directory);
    let spdx = [".spdx", ".spdx.rdf", ".spdx.json", ".spdx.xml", ".spdx.yml", ".spdx.yaml"];
    !(["LICENSE", "LICENCE", "COPYING"].into_iter().any(is_text)
        || name == "REUSE.toml"
        || name.ends_with(".license")
        || spdx.iter().any(|end| name.ends_with(end))
        || in_directory("LICENSES")
        || in_directory(".reuse")
        || in_directory(".git")
        || in_directory(".hg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source::from_text(RepoPath::new(path), text.to_owned()).unwrap()
    }

    fn toml(path: &str, text: &str) -> Annotations {
        Annotations::read(&source(path, text)).unwrap()
    }

    fn told(info: &Info) -> String {
        let licenses: Vec<&str> = info.licenses.iter().map(Expression::as_str).collect();
        format!("{} | {}", licenses.join(", "), info.copyrights.join(", "))
    }

    #[test]
    fn stars_stop_at_slashes_and_two_do_not() {
        for (pattern, path, fits) in [
            ("a.txt", "a.txt", true),
            ("a.txt", "b/a.txt", false),
            ("*.txt", "a.txt", true),
            ("*.txt", "b/a.txt", false),
            ("**.txt", "b/a.txt", true),
            ("**/*.txt", "b/c/a.txt", true),
            ("**/*.txt", "a.txt", false),
            ("src/**", "src/a/b", true),
            ("src/**", "src", false),
            ("src/*/b*c/**/d", "src/x/bcbc/y/z/d", true),
            ("src/*/b*c/**/d", "src/x/y/bc/z/d", false),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("**a*b", "x/a/ab", true),
            ("**", "", true),
            ("*", "x/y", false),
        ] {
            assert_eq!(Pattern::of_toml(pattern).matches(path), fits, "{pattern} {path}");
        }
        assert!(Pattern::of_dep5("img/*.p?g").matches("img/a/ö.png"));
        assert!(!Pattern::of_dep5("img/?.png").matches("img/ab.png"));
        let long = "a/".repeat(2_000);
        assert!(!Pattern::of_toml(&"**a*".repeat(50)).matches(&long.replace('a', "b")));
    }

    #[test]
    fn the_last_entry_counts_and_lists_are_taken() {
        let file = toml(
            "sub/REUSE.toml",
            "version = 1\n[[annotations]]\npath = [\"**\"]\nSPDX-FileCopyrightText = \"2024 Ann\"\n\
             SPDX-License-Identifier = \"MIT\"\n[[annotations]]\npath = \"img/*\"\n\
             SPDX-FileCopyrightText = [\"2023 Bea\", \"2022 Cem\"]\nSPDX-License-Identifier = [\"CC0-1.0\", \"MIT OR ISC\"]\n",
        );
        assert_eq!(file.problems, []);
        assert_eq!(file.directory.as_str(), "sub");
        let reuse = Reuse::new(vec![file]);
        let of = |path: &str| told(&reuse.of(&RepoPath::new(path), &Info::default()));
        assert_eq!(of("sub/img/a.png"), "CC0-1.0, MIT OR ISC | 2023 Bea, 2022 Cem");
        assert_eq!(of("sub/src/a.rs"), "MIT | 2024 Ann");
        assert_eq!(of("a.rs"), " | ");
        assert_eq!(reuse.files()[0].entries[1].mark.line, 6);
    }

    #[test]
    fn precedence_says_what_counts() {
        let top = |precedence: &str| {
            let text = format!(
                "version = 1\n[[annotations]]\npath = \"**\"\nprecedence = \"{precedence}\"\n\
                 SPDX-FileCopyrightText = \"Top\"\nSPDX-License-Identifier = \"MIT\"\n"
            );
            toml("REUSE.toml", &text)
        };
        let below = toml(
            "a/REUSE.toml",
            "version = 1\n[[annotations]]\npath = \"**\"\nSPDX-FileCopyrightText = \"Below\"\n\
             SPDX-License-Identifier = \"ISC\"\n",
        );
        let path = RepoPath::new("a/x.c");
        let own = Info { licenses: vec![read("Zlib").expression.unwrap()], copyrights: Vec::new() };
        let of = |precedence: &str, own: &Info| told(&Reuse::new(vec![below.clone(), top(precedence)]).of(&path, own));
        assert_eq!(of("closest", &own), "Zlib | Below");
        assert_eq!(of("closest", &Info::default()), "ISC | Below");
        assert_eq!(of("aggregate", &own), "Zlib, MIT | Below, Top");
        assert_eq!(of("override", &own), "MIT | Top");
    }

    #[test]
    fn dep5_is_added_to_what_files_say() {
        let file = Annotations::read(&source(
            "x/.reuse/dep5",
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: Kit\n\n\
             # a remark\nFiles: img/* data/?.csv\nCopyright: 2020 Ann\n  2021 Bea\nLicense: CC0-1.0\n\n\
             Files: img/logo.*\nCopyright: 2022 Cem\nLicense: Apache-2.0 and MIT\n the text\n",
        ))
        .unwrap();
        let reuse = Reuse::new(vec![file]);
        let of = |path: &str| told(&reuse.of(&RepoPath::new(path), &Info::default()));
        assert_eq!(of("x/img/a/b.png"), "CC0-1.0 | 2020 Ann, 2021 Bea");
        assert_eq!(of("x/img/logo.svg"), "Apache-2.0 AND MIT | 2022 Cem");
        assert_eq!(of("x/data/12.csv"), " | ");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let file = toml(
            "REUSE.toml",
            "version = 2\n[[annotations]]\nSPDX-License-Identifier = \"MIT\"\n[[annotations]]\npath = \"a\"\n\
             precedence = \"last\"\nSPDX-License-Identifier = \"no license !\"\n",
        );
        let told: Vec<String> =
            file.problems.iter().map(|problem| format!("{}: {}", problem.mark.line, problem.message)).collect();
        assert_eq!(
            told,
            [
                "1: version 1 is the only one there is",
                "2: an annotation without `path` is about no file",
                "6: precedence is one of closest, aggregate, override",
                "7: `no license !` is not an SPDX license expression",
            ]
        );
        assert!(Annotations::read(&source("REUSE.toml", "version = ")).is_err());
    }

    #[test]
    fn holders_are_read_from_tags() {
        let text = "<!-- SPDX-FileCopyrightText: 2020 Ann -->\n# SPDX-FileCopyrightText:\n# REUSE-IgnoreStart\n\
                    # SPDX-FileCopyrightText: none\n# REUSE-IgnoreEnd\n * SPDX-SnippetCopyrightText: Bea */\n";
        assert_eq!(told(&header(text)), " | 2020 Ann, Bea");
        assert_eq!(header("Copyright 2020 Ann\n"), Info::default());
    }

    #[test]
    fn license_texts_and_documents_are_not_covered() {
        for path in [
            "LICENSE",
            "a/COPYING.LESSER",
            "LICENCE-MIT",
            "LICENSES/MIT.txt",
            "x.png.license",
            "a/REUSE.toml",
            ".reuse/dep5",
            "bom.spdx.json",
        ] {
            assert!(!is_covered(&RepoPath::new(path)), "{path}");
        }
        for path in ["LICENSEE.md", "src/license.rs", "README.md", "a.license.rs", "img/a.png"] {
            assert!(is_covered(&RepoPath::new(path)), "{path}");
        }
    }
}
