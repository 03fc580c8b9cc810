//! yarn.lock as yarn 1 writes it: a line-based format of its own that only looks like YAML.
//!
//! Read after yarn's documentation ("yarn.lock", classic) and the grammar of its own lock file package: keys at the line's
//! start list the descriptors that an entry answers; fields are indented by two blanks, the lines of the blocks
//! `dependencies` and `optionalDependencies` by four. The reader is tolerant where people's merges leave traces: blank
//! lines, a missing header, carriage returns and conflict marks do not end the file.
//!
//! The file names no importers: links are between its own entries, and `join` ties them to the manifests by
//! [`Package::answers`].

use std::borrow::Cow;

use compact_str::CompactString;

use super::gather::{self, Gather};
use super::identity::{self, Specifier};
use super::replaced::Replaced;
use crate::ecosystem::{Package, Parsed, without_user_info};
use crate::model::{DiagnosticKind, LookUp, Origin, Party, Scope, Span};
use crate::text::{Source, SyntaxError};

/// A piece of text with its place, without quotes.
#[derive(Clone, Debug)]
struct Piece<'s> {
    text: Cow<'s, str>,
    span: Span,
}

/// One line: its indentation and what stands on it.
#[derive(Clone, Copy)]
struct Line<'s> {
    indent: usize,
    text: &'s str,
    start: usize,
}

impl Line<'_> {
    fn span(self) -> Span {
        Span::new(self.start as u32, (self.start + self.text.len()) as u32)
    }
}

struct Lines<'s> {
    text: &'s str,
    at: usize,
}

impl<'s> Iterator for Lines<'s> {
    type Item = Line<'s>;

    /// The next line that says something.
    fn next(&mut self) -> Option<Line<'s>> {
        while self.at < self.text.len() {
            let start = self.at;
            let rest = &self.text.as_bytes()[start..];
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.at = start + length + 1;
            let line = &self.text[start..start + length];
            let text = line.trim_ascii_start();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let indent = line.len() - text.len();
            return Some(Line { indent, text: text.trim_ascii_end(), start: start + indent });
        }
        None
    }
}

/// Takes a quoted text off the front of `text`, which begins at `at`; answers it and what follows. `None` if the quote
/// does not end.
fn quoted<'s>(text: &'s str, at: usize) -> Option<(Piece<'s>, &'s str, usize)> {
    let bytes = text.as_bytes();
    let mut end = 1;
    let mut escaped = false;
    loop {
        end += memchr::memchr2(b'"', b'\\', bytes.get(end..)?)?;
        if bytes[end] == b'"' {
            break;
        }
        escaped = true;
        end += 2;
    }
    let inner = &text[1..end];
    let decoded = if escaped {
        serde_json::from_str(&text[..=end]).map_or(Cow::Borrowed(inner), Cow::Owned)
    } else {
        Cow::Borrowed(inner)
    };
    let span = Span::new(at as u32 + 1, (at + end) as u32);
    Some((Piece { text: decoded, span }, &text[end + 1..], at + end + 1))
}

/// The descriptors of an entry's first line: separated by commas, ended by a colon. `None` if it is no such line.
fn descriptors<'s>(line: Line<'s>) -> Option<Vec<Piece<'s>>> {
    let mut found = Vec::with_capacity(1);
    let (mut text, mut at) = (line.text, line.start);
    loop {
        if text.starts_with('"') {
            let (piece, rest, after) = quoted(text, at)?;
            found.push(piece);
            (text, at) = (rest, after);
        } else {
            let length = memchr::memchr(b',', text.as_bytes()).unwrap_or(text.len().checked_sub(1)?);
            let piece = text.get(..length)?;
            if piece.is_empty() || piece.contains(' ') {
                return None;
            }
            found.push(Piece { text: Cow::Borrowed(piece), span: Span::new(at as u32, (at + length) as u32) });
            (text, at) = (&text[length..], at + length);
        }
        if text == ":" {
            return Some(found);
        }
        let rest = text.strip_prefix(',')?;
        let trimmed = rest.trim_ascii_start();
        at += text.len() - trimmed.len();
        text = trimmed;
    }
}

/// A key and its value, separated by a blank. `None` if there is no value.
fn pair<'s>(line: Line<'s>) -> Option<(Piece<'s>, Piece<'s>)> {
    let (key, rest, at) = if line.text.starts_with('"') {
        quoted(line.text, line.start)?
    } else {
        let length = memchr::memchr(b' ', line.text.as_bytes())?;
        let span = Span::new(line.start as u32, (line.start + length) as u32);
        (Piece { text: Cow::Borrowed(&line.text[..length]), span }, &line.text[length..], line.start + length)
    };
    let value = rest.trim_ascii_start();
    let at = at + rest.len() - value.len();
    if value.is_empty() || value.len() == rest.len() {
        return None;
    }
    let value = if value.starts_with('"') {
        quoted(value, at)?.0
    } else {
        Piece { text: Cow::Borrowed(value), span: Span::new(at as u32, (at + value.len()) as u32) }
    };
    Some((key, value))
}

/// Git's marks of an unfinished merge.
fn is_conflict(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark))
}

#[derive(Clone, Default)]
struct Entry<'s> {
    descriptors: Vec<Piece<'s>>,
    name: Option<Piece<'s>>,
    version: Option<Piece<'s>>,
    resolved: Option<Piece<'s>>,
    integrity: Option<Piece<'s>>,
}

/// What an entry asks for: the entry's index, the name, the range, and what for.
struct Wanted<'s> {
    from: u32,
    name: Piece<'s>,
    range: Piece<'s>,
    scope: Scope,
}

/// Reads the file.
///
/// # Errors
/// If it has lines and none of them belongs to an entry.
pub(super) fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let mut gather = Gather::new(source, "yarn lockfile v1".into());
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    let mut entry: Option<Entry<'_>> = None;
    // The index that the open entry will have, should it be understood: its dependencies are read before it is closed.
    let mut first_wanted = 0;
    let mut block: Option<Scope> = None;
    // For conflicts: the entry as it was before the first side, and whether that side has changed anything.
    let mut before: Option<Entry<'_>> = None;
    let mut touched = false;
    let mut wrong: Option<Span> = None;

    for line in (Lines { text: source.text(), at: 0 }) {
        if line.indent == 0 {
            if is_conflict(line.text) {
                // Both sides are read, since either may be what is installed. A conflict in the middle of an entry has
                // the entry's head before it, which then counts for both sides.
                if line.text.starts_with('<') {
                    let message = "an unfinished merge: both sides of the conflict are read";
                    gather.note(line.span(), DiagnosticKind::Entry, message);
                    before = entry.clone();
                    touched = false;
                } else if line.text.starts_with('=') && touched {
                    if let Some(entry) = std::mem::replace(&mut entry, before.take()) {
                        close(&mut gather, entry, &mut wanted, first_wanted);
                    }
                    first_wanted = wanted.len();
                }
                block = None;
                continue;
            }
            if let Some(entry) = entry.take() {
                close(&mut gather, entry, &mut wanted, first_wanted);
            }
            before = None;
            touched = true;
            first_wanted = wanted.len();
            block = None;
            match descriptors(line) {
                Some(descriptors) => {
                    entry = Some(Entry { descriptors, ..Entry::default() });
                }
                None => {
                    wrong.get_or_insert(line.span());
                    gather.note(
                        line.span(),
                        DiagnosticKind::Entry,
                        "neither an entry of yarn.lock nor one of its fields",
                    );
                }
            }
            continue;
        }
        let Some(entry) = entry.as_mut() else { continue };
        touched = true;
        if line.indent <= 2 {
            block = None;
            if let Some(section) = line.text.strip_suffix(':') {
                block = match section {
                    "dependencies" => Some(Scope::Runtime),
                    "optionalDependencies" => Some(Scope::Optional),
                    _ => None,
                };
                continue;
            }
            let Some((key, value)) = pair(line) else {
                gather.note(line.span(), DiagnosticKind::Entry, "a field without a value");
                continue;
            };
            match &*key.text {
                "name" => entry.name = Some(value),
                "version" => entry.version = Some(value),
                "resolved" => entry.resolved = Some(value),
                "integrity" => entry.integrity = Some(value),
                _ => {}
            }
        } else if let Some(scope) = block {
            match pair(line) {
                Some((name, range)) => wanted.push(Wanted { from: u32::MAX, name, range, scope }),
                None => gather.note(line.span(), DiagnosticKind::Entry, "a dependency without a range"),
            }
        }
    }
    if let Some(entry) = entry.take() {
        close(&mut gather, entry, &mut wanted, first_wanted);
    }
    connect(&mut gather, &wanted);
    let parsed = gather.finish();
    match wrong {
        Some(span) if parsed.packages.is_empty() => {
            Err(SyntaxError::new(span, "not a yarn.lock: the line is neither an entry nor a comment"))
        }
        _ => Ok(parsed),
    }
}

/// Makes a package of an entry and says to its wishes whose they are; without a package they are dropped.
fn close<'s>(gather: &mut Gather<'s>, entry: Entry<'s>, wanted: &mut Vec<Wanted<'s>>, first_wanted: usize) {
    match package(gather, &entry) {
        Some(package) => {
            let index = gather.add(package);
            wanted[first_wanted..].iter_mut().for_each(|wish| wish.from = index);
        }
        None => wanted.truncate(first_wanted),
    }
}

fn package(gather: &mut Gather<'_>, entry: &Entry<'_>) -> Option<Package> {
    let first = entry.descriptors.first()?;
    let stated_name = entry.name.as_ref().map(|name| &*name.text).filter(|name| identity::is_name(name));
    let Some((known_as, range)) = split(&first.text).or_else(|| stated_name.map(|name| (name, &*first.text))) else {
        gather.note(first.span, DiagnosticKind::Entry, format!("`{}` does not begin with a package name", first.text));
        return None;
    };
    // The same entry may answer an alias and, through `resolutions`, plain ranges: the alias knows the real name.
    let real_name = entry.descriptors.iter().find_map(|descriptor| {
        let (_, range) = identity::split_descriptor(&descriptor.text)?;
        match range.starts_with("npm:").then(|| identity::specifier(range))? {
            Specifier::Alias { name, .. } => Some(name),
            _ => None,
        }
    });
    let name = stated_name.or(real_name).unwrap_or(known_as);
    let version = entry.version.as_ref().and_then(|version| gather::real_version(&version.text));
    if version.is_none() {
        let (span, message) = match &entry.version {
            Some(version) => (version.span, format!("`{}` is not a version of {name}", version.text)),
            None => (first.span, format!("{name} has no version")),
        };
        gather.note(span, DiagnosticKind::Entry, message);
    }

    let specifier = identity::specifier(range);
    let (origin, directory) = match (&entry.resolved, specifier) {
        (_, Specifier::Directory(path)) => {
            (Origin::Path { path: path.into() }, gather::directory_from("", path).filter(|_| gather.is_inside(path)))
        }
        (Some(resolved), _) => match identity::resolved(&resolved.text, name) {
            // Behind `#` stands the digest, which is no part of the address.
            Origin::Archive { url } => (Origin::Archive { url: url.split('#').next().unwrap_or(&url).into() }, None),
            origin => (origin, None),
        },
        (None, Specifier::Git(origin)) => (origin, None),
        (None, Specifier::Archive(url)) => (Origin::Archive { url }, None),
        (None, Specifier::LocalArchive(path)) => (Origin::Path { path: path.into() }, None),
        // An offline mirror leaves `resolved` out; the package comes from a registry all the same.
        (None, _) => (Origin::Registry { url: None }, None),
    };
    // The name in a registry's address is what was downloaded.
    let Some(purl) = identity::purl_with_origin(name, version, &origin) else {
        gather.note(first.span, DiagnosticKind::Entry, format!("`{name}` is not a package name"));
        return None;
    };
    let shows_name = first.text.contains(name);
    let span = match &entry.version {
        Some(version) if !shows_name => version.span,
        _ => first.span,
    };
    let mut package = Package::library(&first.text, purl, origin, gather.mark(span));
    if directory.is_some() {
        package.party = Party::First;
        package.directory = directory;
    }
    if let Some(integrity) = &entry.integrity {
        package.hashes = identity::integrity(&integrity.text);
    }
    if matches!(package.origin, Origin::Registry { .. } | Origin::Archive { .. } | Origin::Path { .. })
        && let Some(hash) = entry.resolved.as_ref().and_then(|resolved| identity::fragment_hash(&resolved.text))
        && let Err(at) = package.hashes.binary_search(&hash)
    {
        package.hashes.insert(at, hash);
    }
    if known_as != name {
        package.properties.push((identity::ALIAS, known_as.into()));
    }
    package.answers = entry
        .descriptors
        .iter()
        .map(|descriptor| CompactString::from(without_user_info(&descriptor.text).as_ref()))
        .collect();
    Some(package)
}

/// A descriptor's name and range; the name alone asks for any version.
fn split(descriptor: &str) -> Option<(&str, &str)> {
    identity::split_descriptor(descriptor).or_else(|| identity::is_name(descriptor).then_some((descriptor, "")))
}

/// Finds the entry for everything that entries ask for.
fn connect(gather: &mut Gather<'_>, wanted: &[Wanted<'_>]) {
    let packages = std::mem::take(&mut gather.parsed_mut().packages);
    let mut index = Index::of(&packages);
    let mut descriptor = String::new();
    let mut unanswered = Vec::new();
    for wish in wanted {
        descriptor.clear();
        descriptor.extend([&*wish.name.text, "@", &*without_user_info(&wish.range.text)]);
        if !index.by_descriptor.contains_key(descriptor.as_str()) && matches!(&*wish.range.text, "" | "*" | "latest") {
            descriptor.truncate(wish.name.text.len());
        }
        let found = index.by_descriptor.get_mut(descriptor.as_str());
        match found {
            Some((to, asked)) => {
                *asked = true;
                gather.link(wish.from, *to, wish.scope, Some((&wish.range.text, wish.range.span)));
            }
            None => unanswered.push(wish),
        }
    }
    let replaced = if unanswered.is_empty() { Replaced::default() } else { index.replaced(&packages) };
    for wish in unanswered {
        match replaced.answer(&wish.name.text) {
            Some(to) => gather.link(wish.from, to, wish.scope, Some((&wish.range.text, wish.range.span))),
            // Yarn leaves out what is optional and cannot be had.
            None if wish.scope == Scope::Optional => {}
            // The package is listed; which of its versions is meant is all that is not known.
            None if replaced.knows(&wish.name.text) => {
                let message = format!("several entries may answer `{}@{}`", wish.name.text, wish.range.text);
                gather.note(wish.name.span, DiagnosticKind::Note, message);
            }
            None => {
                let message = format!("no entry answers `{}@{}`", wish.name.text, wish.range.text);
                gather.note(wish.name.span, DiagnosticKind::Reference, message);
            }
        }
    }
    gather.parsed_mut().packages = packages;
}

/// The entries by what they answer, and whether an entry has asked for it.
struct Index<'p> {
    by_descriptor: LookUp<&'p str, (u32, bool)>,
}

impl<'p> Index<'p> {
    fn of(packages: &'p [Package]) -> Self {
        let mut by_descriptor = LookUp::with_capacity(packages.len() * 2);
        for (index, package) in packages.iter().enumerate() {
            for descriptor in &package.answers {
                by_descriptor.get_or_insert_with(descriptor.as_str(), || (index as u32, false));
            }
        }
        Self { by_descriptor }
    }

    fn replaced(&self, packages: &'p [Package]) -> Replaced<'p> {
        let all = packages.iter().flat_map(|package| &package.answers).filter_map(|descriptor| {
            let (index, asked) = *self.by_descriptor.get(descriptor.as_str())?;
            Some((split(descriptor)?.0, index, asked))
        });
        Replaced::of(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Hash, HashAlgorithm, RepoPath};

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new("web/yarn.lock"), text.to_owned()).unwrap()
    }

    /// Name, version and the text that the mark points at, for every package.
    fn packages(source: &Source) -> Vec<(String, String)> {
        let parsed = parse(source).unwrap();
        parsed
            .packages
            .iter()
            .map(|package| (package.purl.to_string(), source.slice(package.mark.span).to_owned()))
            .collect()
    }

    fn links(parsed: &Parsed) -> Vec<(String, String, Scope, String)> {
        let name = |at: u32| parsed.packages[at as usize].purl.to_string();
        let text = |requirement: &Option<CompactString>| requirement.as_deref().unwrap_or_default().to_owned();
        parsed.links.iter().map(|link| (name(link.from), name(link.to), link.scope, text(&link.requirement))).collect()
    }

    const CASE: &str = include_str!("testdata/yarn-classic-workspace/yarn.lock");

    #[test]
    fn a_file_of_yarn_1() {
        let source = source(CASE);
        let parsed = parse(&source).unwrap();
        assert_eq!(parsed.notes, []);
        assert_eq!(parsed.packages.len(), 19);
        let by_name = |name: &str, version: &str| {
            let found = parsed
                .packages
                .iter()
                .find(|package| package.purl.full_name() == name && package.purl.version() == Some(version));
            found.unwrap_or_else(|| panic!("{name} {version}"))
        };
        let odd = by_name("is-odd", "3.0.1");
        assert_eq!(odd.answers, ["is-odd@^3.0.0", "is-odd@^3.0.1"]);
        assert_eq!(odd.origin, Origin::Registry { url: Some("https://registry.example".into()) });
        assert_eq!(odd.hashes.len(), 2);
        assert_eq!(
            Hash::from_hex(HashAlgorithm::Sha1, "65101baf3727d728b66fa62f50cda7f2d3989601"),
            Some(odd.hashes[0].clone())
        );
        assert_eq!(source.slice(odd.mark.span), "is-odd@^3.0.0");

        let alias = by_name("is-odd", "2.0.0");
        assert_eq!(alias.properties, [(identity::ALIAS, "odd-alias".into())]);
        let git = by_name("tiny-git", "0.4.2");
        assert!(
            matches!(&git.origin, Origin::Git { url, commit: Some(_), .. } if url == "http://git.example/tiny-git.git")
        );
        assert!(git.purl.qualifier("vcs_url").unwrap().starts_with("git+http://git.example/tiny-git.git@"));
        assert!(git.hashes.is_empty());
        let archive = by_name("tiny-tar", "1.2.3");
        assert_eq!(archive.purl.qualifier("download_url"), Some("http://git.example/tiny-tar-1.2.3.tgz"));
        assert_eq!(archive.hashes.len(), 1);
        let local = by_name("local", "0.0.1");
        assert_eq!((local.party, local.directory.as_deref()), (Party::First, Some("lib/local")));

        let want = |from: &str, to: &str, requirement: &str| {
            (from.to_owned(), to.to_owned(), Scope::Runtime, requirement.to_owned())
        };
        let links = links(&parsed);
        assert!(links.contains(&want("pkg:npm/is-odd@3.0.1", "pkg:npm/is-number@6.0.0", "^6.0.0")));
        assert!(links.contains(&want("pkg:npm/is-odd@2.0.0", "pkg:npm/is-number@4.0.0", "^4.0.0")));
        assert!(links.contains(&want("pkg:npm/loose-envify@1.4.0", "pkg:npm/js-tokens@4.0.0", "^3.0.0 || ^4.0.0")));
        for link in &parsed.links {
            assert_eq!(source.slice(link.mark.unwrap().span), link.requirement.as_deref().unwrap());
        }
    }

    #[test]
    fn carriage_returns_change_nothing_but_places() {
        let plain = parse(&source(CASE)).unwrap();
        let windows = parse(&source(&CASE.replace('\n', "\r\n"))).unwrap();
        let of = |parsed: &Parsed| {
            parsed.packages.iter().map(|one| (one.purl.clone(), one.answers.clone())).collect::<Vec<_>>()
        };
        assert_eq!(of(&plain), of(&windows));
        assert_eq!(links(&plain), links(&windows));
    }

    #[test]
    fn sections_decide_the_scope_and_resolutions_are_seen_through() {
        let source = source(
            "a@^1.0.0:\n  version \"1.0.0\"\n  dependencies:\n    b \"^1.0.0\"\n  optionalDependencies:\n    c \"*\"\n    \
             gone \"1\"\n\nb@2.0.0:\n  version \"2.0.0\"\n\nb@^3.0.0:\n  version \"3.0.0\"\n\nc:\n  version \"1.0.0\"\n  \
             dependencies:\n    b \"^3.0.0\"\n    missing \"^1\"\n",
        );
        let parsed = parse(&source).unwrap();
        let scopes: Vec<_> = links(&parsed).into_iter().map(|(from, to, scope, _)| (from, to, scope)).collect();
        assert_eq!(
            scopes,
            [
                ("pkg:npm/a@1.0.0".into(), "pkg:npm/c@1.0.0".into(), Scope::Optional),
                ("pkg:npm/c@1.0.0".into(), "pkg:npm/b@3.0.0".into(), Scope::Runtime),
                // Nobody else asks for b@2.0.0: it stands in for what the root manifest has replaced.
                ("pkg:npm/a@1.0.0".into(), "pkg:npm/b@2.0.0".into(), Scope::Runtime),
            ]
        );
        assert_eq!(parsed.notes.len(), 1);
        assert_eq!(parsed.notes[0].message, "no entry answers `missing@^1`");
        assert_eq!(parsed.notes[0].mark.line, 19);
    }

    #[test]
    fn descriptors_of_every_kind() {
        let source = source(
            "\"@s/a@^1\", \"@s/a@~1.0\":\n  version \"1.0.0\"\n\
             \"x@npm:@s/real@^2\", y@^2:\n  version \"2.0.0\"\n\
             owner/repo:\n  name named\n  version \"1.0.0\"\n  \
             resolved \"https://codeload.github.com/owner/repo/tar.gz/0123456789abcdef0123456789abcdef01234567\"\n\
             \"l@link:../../out\":\n  version \"0.0.0\"\n  uid \"\"\n\
             \"m@file:../m\":\n  version \"1.0.0\"\n\
             \"p@https://user:secret@h.example/p.tgz\":\n  version \"1.0.0\"\n",
        );
        let names: Vec<_> = packages(&source).into_iter().map(|(purl, _)| purl).collect();
        assert_eq!(names[..2], ["pkg:npm/%40s/a@1.0.0", "pkg:npm/%40s/real@2.0.0"]);
        assert!(names[2].starts_with("pkg:npm/named@1.0.0?vcs_url="), "{}", names[2]);
        let parsed = parse(&source).unwrap();
        let of = |at: usize| (parsed.packages[at].party, parsed.packages[at].directory.as_deref());
        assert_eq!(of(3), (Party::Third, None), "out of the scanned tree");
        assert_eq!(of(4), (Party::First, Some("../m")));
        assert!(!format!("{parsed:?}").contains("secret"));
        assert_eq!(parsed.packages[5].answers, ["p@https://h.example/p.tgz"]);
    }

    #[test]
    fn entries_that_make_no_sense_are_notes() {
        let source = source(
            "good@1:\n  version \"1.0.0\"\n\nbad line\n  version \"9.9.9\"\n\n@:\n  version \"1.0.0\"\n\nnone@1:\n  \
             resolved \"x\"\n\nrange@1:\n  version \"^1.0\"\n\n\"open:\n  version \"1.0.0\"\n\nlast@1:\n  version\n",
        );
        let parsed = parse(&source).unwrap();
        let names: Vec<_> = packages(&source).into_iter().map(|(purl, _)| purl).collect();
        assert_eq!(names, ["pkg:npm/good@1.0.0", "pkg:npm/none", "pkg:npm/range", "pkg:npm/last"]);
        let lines: Vec<_> = parsed.notes.iter().map(|note| note.mark.line).collect();
        assert_eq!(lines, [4, 7, 10, 14, 16, 20, 19]);
        assert!(parse(&self::source("hello world\n")).is_err());
        assert_eq!(parse(&self::source("# yarn lockfile v1\n")).unwrap().packages, []);
    }

    #[test]
    fn both_sides_of_a_conflict_are_read() {
        let source = source(
            "a@^1:\n<<<<<<< HEAD\n  version \"1.0.0\"\n  dependencies:\n    b \"^1\"\n=======\n  version \"1.1.0\"\n\
             >>>>>>> other\n\n<<<<<<< HEAD\nb@^1:\n  version \"1.0.0\"\n\n=======\nb@^1:\n  version \"1.2.0\"\n\n\
             >>>>>>> other\nc@^1:\n  version \"1.0.0\"\n",
        );
        let names: Vec<_> = packages(&source).into_iter().map(|(purl, _)| purl).collect();
        assert_eq!(
            names,
            ["pkg:npm/a@1.0.0", "pkg:npm/a@1.1.0", "pkg:npm/b@1.0.0", "pkg:npm/b@1.2.0", "pkg:npm/c@1.0.0"]
        );
        let parsed = parse(&source).unwrap();
        assert_eq!(parsed.notes.len(), 2);
        assert_eq!(links(&parsed).len(), 1);
    }

    #[test]
    fn any_cut_of_a_file_is_read_without_panic() {
        for end in (0..CASE.len()).filter(|end| CASE.is_char_boundary(*end)) {
            let _ = parse(&source(&CASE[..end]));
        }
        for text in
            ["\"", "\"\\", "a@1:\n  \"", "a@1:\n  \"x\" \"\\", ",", ":", "a,:", "a, :", "  x", "\"é\\u00e9@1\":\n"]
        {
            let _ = parse(&source(text));
        }
    }
}
