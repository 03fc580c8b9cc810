//! The laws that every format keeps, and the cases of every ecosystem.
//!
//! A case is a folder `src/ecosystem/<type>/testdata/<case>/` with the files of a small repository. Beside them stand
//! `expected.json`, what sepal makes of it (written with `SEPAL_BLESS=1 cargo test --test formats`, then read by a
//! person), and, where the ecosystem has a tool, `baseline.txt`: the name and version of every package as *that tool*
//! answered, with its command in the first line. A folder `caches/<base>/` beside them stands for a package cache of the
//! machine (`caches/maven-repository/…`). A new case costs no code here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sepal::cache::Copies;
use sepal::ecosystem::{self, Aids, Ecosystem, Format, Package, Parsed, Role};
use sepal::extract::{Extracted, extract};
use sepal::model::{Bom, FileCounts, Mark, Purl, RepoPath, Span};
use sepal::resolve::resolve;
use sepal::text::Source;
use sepal::walk::Patterns;

const BESIDE: &[&str] = &["expected.json", "baseline.txt", "README.md", "caches"];

struct Case {
    name: String,
    directory: PathBuf,
    ecosystem: &'static Ecosystem,
    files: Vec<(RepoPath, Vec<u8>)>,
}

fn read_tree(directory: &Path, at: &str, files: &mut Vec<(RepoPath, Vec<u8>)>) {
    let mut entries: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        let name = entry.file_name().unwrap().to_str().unwrap();
        let path = if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") };
        if at.is_empty() && BESIDE.contains(&name) {
            continue;
        }
        if entry.is_dir() {
            read_tree(&entry, &path, files);
        } else {
            files.push((RepoPath::new(&path), fs::read(&entry).unwrap()));
        }
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for ecosystem in ecosystem::TABLE {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ecosystem").join(ecosystem.purl_type).join("testdata");
        let mut directories: Vec<_> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        directories.sort();
        for directory in directories {
            let mut files = Vec::new();
            read_tree(&directory, "", &mut files);
            let name = format!("{}/{}", ecosystem.purl_type, directory.file_name().unwrap().to_str().unwrap());
            cases.push(Case { name, directory, ecosystem, files });
        }
    }
    assert!(cases.len() >= 20, "only {} cases were found", cases.len());
    cases
}

fn formats() -> (Patterns, Vec<&'static Format>) {
    // A `setup.py` is a manifest, and a program only then.
    let mut formats: Vec<&'static Format> = ecosystem::formats().map(|(_, format)| format).collect();
    formats.sort_by_key(|format| format.role == Role::Code);
    let patterns = formats
        .iter()
        .enumerate()
        .flat_map(|(index, format)| format.patterns.iter().map(move |pattern| (*pattern, index)));
    (Patterns::new(patterns).unwrap(), formats)
}

/// The files of a case that its own ecosystem reads, as sources; those that are no text are another test's business.
fn sources(case: &Case) -> Vec<(Source, &'static Format)> {
    let (patterns, formats) = formats();
    case.files
        .iter()
        .filter_map(|(path, bytes)| {
            let format = formats[patterns.wanted_by(path.as_str())?];
            Some((format.source(path.clone(), bytes.clone()).ok()?, format))
        })
        .collect()
}

fn for_each_source(check: impl Fn(&str, &Source, &'static Format)) {
    let mut count = 0;
    for case in cases() {
        for (source, format) in sources(&case) {
            check(&format!("{} {} as {}", case.name, source.path(), format.id), &source, format);
            count += 1;
        }
    }
    assert!(count >= 20, "only {count} files were recognised");
}

#[test]
fn every_stable_format_with_patterns_has_a_case() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        seen.extend(sources(&case).iter().map(|(_, format)| format.id));
    }
    for (_, format) in ecosystem::formats() {
        assert!(format.patterns.is_empty() || seen.contains(format.id), "no case shows the format {}", format.id);
    }
}

#[test]
fn no_file_is_wanted_by_two_formats() {
    let formats: Vec<_> = ecosystem::formats().collect();
    for case in cases() {
        for (path, _) in &case.files {
            let wants = |format: &Format| {
                let patterns = Patterns::new(format.patterns.iter().map(|pattern| (*pattern, 0))).unwrap();
                patterns.wanted_by(path.as_str()).is_some()
            };
            let wanting = formats.iter().map(|(_, format)| *format).filter(|format| wants(format));
            let (code, wanting): (Vec<&Format>, Vec<&Format>) = wanting.partition(|format| format.role == Role::Code);
            assert!(code.len() < 2, "{}: {path} is read twice as a program", case.name);
            let wanting: Vec<&str> = wanting.iter().map(|format| format.id).collect();
            assert!(wanting.len() < 2, "{}: {path} is wanted by {wanting:?}", case.name);
        }
    }
}

fn names(package: &Package, text: &str) -> bool {
    let purl = &package.purl;
    let contains = |part: &str| !part.is_empty() && text.contains(part);
    let loosely = text.to_ascii_lowercase();
    contains(purl.name())
        || contains(&purl.full_name())
        || purl.version().is_some_and(contains)
        || loosely.contains(&purl.name().to_ascii_lowercase())
        || package.answers.iter().any(|answer| contains(answer))
}

#[test]
fn evidence_contains_the_name_or_the_version_it_claims() {
    for_each_source(|what, source, format| {
        let Ok(parsed) = (format.parse)(source) else { return };
        for package in parsed.packages.iter().filter(|package| package.party == sepal::model::Party::Third) {
            // An artefact shows by being there what it is.
            if format.role == Role::Artefact {
                continue;
            }
            let text = source.slice(package.mark.span);
            assert!(names(package, text), "{what}: the evidence of {} is {text:?}", package.purl);
        }
        for declaration in &parsed.declarations {
            let text = source.slice(declaration.mark.span);
            let alias = declaration.alias.as_deref().unwrap_or(&declaration.name);
            assert!(
                text.contains(declaration.requirement.as_str()) && !declaration.requirement.is_empty()
                    || text.contains(declaration.name.as_str())
                    || text.contains(alias)
                    || declaration.origin.url().is_some_and(|url| text.contains(url) || url.contains(text))
                    || matches!(&declaration.origin, sepal::model::Origin::Path { path } if text.contains(path.as_str())),
                "{what}: the evidence of the requirement {} {:?} is {text:?}",
                declaration.name,
                declaration.requirement,
            );
        }
        for statement in &parsed.statements {
            let text = source.slice(statement.mark.span);
            let holds = |part: &str| !part.is_empty() && text.contains(part);
            assert!(
                holds(&statement.value)
                    || holds(&statement.name)
                    || statement.value.is_empty()
                    || text.contains(['&', '<', '\r']),
                "{what}: the evidence of the {} {} {:?} is {text:?}",
                statement.kind,
                statement.name,
                statement.value,
            );
        }
    });
}

#[test]
fn marks_agree_with_their_spans() {
    for_each_source(|what, source, format| {
        let Ok(parsed) = (format.parse)(source) else { return };
        for package in &parsed.packages {
            assert_eq!(source.mark(package.mark.span), package.mark, "{what}");
        }
    });
}

#[test]
fn links_and_declarations_point_at_packages() {
    for_each_source(|what, source, format| {
        let Ok(parsed) = (format.parse)(source) else { return };
        let count = parsed.packages.len() as u32;
        assert!(parsed.links.iter().all(|link| link.from < count && link.to < count), "{what}");
        assert!(
            parsed.declarations.iter().all(|declaration| declaration.package.is_none_or(|at| at < count)),
            "{what}"
        );
        for (at, statement) in parsed.statements.iter().enumerate() {
            assert!(statement.within.is_none_or(|within| (within as usize) < at), "{what}: a part before its whole");
        }
        let ids: BTreeSet<&str> = parsed.packages.iter().map(|package| package.id.as_str()).collect();
        assert_eq!(ids.len(), parsed.packages.len(), "{what}: two packages have one id");
    });
}

#[test]
fn cutting_a_file_anywhere_never_panics() {
    for_each_source(|_, source, format| {
        let text = source.text();
        let step = (text.len() / 600).max(1);
        for end in (0..text.len()).step_by(step).filter(|end| text.is_char_boundary(*end)) {
            let cut = Source::from_text(source.path().clone(), text[..end].to_owned()).unwrap();
            let _ = (format.parse)(&cut);
        }
    });
}

#[test]
fn cutting_or_changing_an_artefact_anywhere_never_panics() {
    let mut count = 0;
    for case in cases() {
        for (source, format) in sources(&case).iter().filter(|(_, format)| format.role == Role::Artefact) {
            let bytes = source.bytes();
            for at in 0..bytes.len() {
                let parse = |bytes: Vec<u8>, size: u64| {
                    let _ = (format.parse)(&Source::from_head(source.path().clone(), bytes, size));
                };
                parse(bytes[..at].to_vec(), at as u64);
                parse(bytes[..at].to_vec(), source.size());
                for with in [0, 0x7F, 0x80, 0xFF] {
                    let mut changed = bytes.to_vec();
                    changed[at] = with;
                    parse(changed, source.size());
                }
            }
            count += 1;
        }
    }
    assert!(count >= 10, "only {count} artefacts were recognised");
}

#[test]
fn changing_a_byte_anywhere_never_panics() {
    for_each_source(|_, source, format| {
        let text = source.text();
        let step = (text.len() / 80).max(1);
        for at in (0..text.len()).step_by(step) {
            for with in ["", "{", "\"", ":", "\n", "]", "- ", "\u{e9}", "@", "="] {
                if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
                    let changed = format!("{}{with}{}", &text[..at], &text[at + 1..]);
                    let _ = (format.parse)(&Source::from_text(source.path().clone(), changed).unwrap());
                }
            }
        }
    });
}

/// The same facts without byte offsets, which line ends move.
fn without_spans(mut parsed: Parsed) -> Parsed {
    fn clear(mark: &mut Mark) {
        mark.span = Span::default();
    }
    for package in &mut parsed.packages {
        clear(&mut package.mark);
        if let Some((_, mark)) = &mut package.license {
            clear(mark);
        }
    }
    parsed.links.iter_mut().filter_map(|link| link.mark.as_mut()).for_each(clear);
    parsed.declarations.iter_mut().for_each(|declaration| clear(&mut declaration.mark));
    parsed.statements.iter_mut().for_each(|statement| clear(&mut statement.mark));
    parsed.references.iter_mut().for_each(|reference| clear(&mut reference.mark));
    parsed.includes.iter_mut().for_each(|include| clear(&mut include.mark));
    parsed.notes.iter_mut().for_each(|note| clear(&mut note.mark));
    parsed
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    for_each_source(|what, source, format| {
        let plain = (format.parse)(source);
        // The digest of an artefact is that of its bytes, whatever they are.
        if format.role == Role::Artefact {
            return;
        }
        let text = source.text().replace("\r\n", "\n").replace('\n', "\r\n");
        let bytes = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let other = Source::from_bytes(source.path().clone(), bytes).unwrap();
        match (plain, (format.parse)(&other)) {
            (Ok(plain), Ok(other)) => assert_eq!(without_spans(plain), without_spans(other), "{what}"),
            (plain, other) => assert_eq!(plain.is_ok(), other.is_ok(), "{what}"),
        }
    });
}

#[test]
fn reading_twice_is_equal_and_purls_round_trip() {
    for_each_source(|what, source, format| {
        let first = (format.parse)(source);
        assert_eq!(first, (format.parse)(source), "{what}");
        for package in first.map(|parsed| parsed.packages).unwrap_or_default() {
            let text = package.purl.to_string();
            assert_eq!(text.parse::<Purl>().as_ref(), Ok(&package.purl), "{what}: {text}");
            if let Some(version) = package.purl.version() {
                assert!(!version.contains(['^', '*', '$', ' ']), "{what}: {text} has a range as its version");
            }
        }
    });
}

fn bom(case: &Case) -> Bom {
    let (patterns, formats) = formats();
    let mut files: Vec<Extracted> = Vec::new();
    for (path, bytes) in &case.files {
        if let Some(by) = patterns.wanted_by(path.as_str())
            && case.ecosystem.formats.iter().any(|format| format.id == formats[by].id)
        {
            let source = formats[by].source(path.clone(), bytes.clone());
            files.push(match source {
                Ok(source) => extract(formats[by], &source),
                Err(_) => sepal::extract::unread(path.clone(), formats[by]),
            });
        }
    }
    let caches = Copies::new(&[], machine(&case.directory));
    let mut bom = resolve(files, &Aids { caches: &caches, targets: &[] }, FileCounts::default(), Vec::new());
    bom.diagnostics.extend(caches.diagnostics());
    bom
}

/// The package caches that a case brings along, by the names of their bases.
fn machine(case: &Path) -> BTreeMap<&'static str, PathBuf> {
    let bases = ecosystem::TABLE.iter().flat_map(|ecosystem| ecosystem.caches).copied();
    bases.map(|base| (base, case.join("caches").join(base))).filter(|(_, directory)| directory.is_dir()).collect()
}

fn summary(bom: &Bom) -> serde_json::Value {
    let projects: Vec<_> = bom
        .projects
        .iter()
        .map(|project| {
            serde_json::json!({
                "directory": project.directory.display(),
                "ecosystem": project.ecosystem,
                "roots": project.roots.iter().map(|root| bom.component(*root).purl.to_string()).collect::<Vec<_>>(),
                "files": project.files.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "completeness": project.completeness.as_str(),
                "gaps": project.gaps.iter().map(|(location, gap)| format!("{location}: {gap}")).collect::<Vec<_>>(),
            })
        })
        .collect();
    let components: Vec<_> = bom
        .components
        .iter()
        .map(|component| {
            serde_json::json!({
                "purl": component.purl.to_string(),
                "party": component.party.as_str(),
                "origin": match component.origin.url() {
                    Some(url) => format!("{} {url}", component.origin.as_str()),
                    None => component.origin.as_str().to_owned(),
                },
                "hashes": component.hashes.iter().map(|hash| format!("{} {}", hash.algorithm.as_str(), hash.hex)).collect::<Vec<_>>(),
                "licenses": component.licensing.declared.iter().map(|claim| format!("{} ({})", claim.raw, claim.source.as_str())).collect::<Vec<_>>(),
                "occurrences": component.occurrences.iter().map(|occurrence| format!(
                    "{}{} {}",
                    occurrence.scope.as_str(),
                    if occurrence.direct { " direct" } else { "" },
                    occurrence.evidence.location,
                )).collect::<Vec<_>>(),
                "properties": component.properties.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>(),
            })
        })
        .collect();
    let dependencies: Vec<_> = bom
        .dependencies
        .iter()
        .map(|edge| {
            let place = edge.evidence.as_ref().map(|evidence| format!(" @ {}", evidence.location)).unwrap_or_default();
            format!(
                "{} -> {} {} {:?}{place}",
                bom.component(edge.from).purl,
                bom.component(edge.to).purl,
                edge.scope.as_str(),
                edge.requirement.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    let diagnostics: Vec<_> = bom
        .diagnostics
        .iter()
        .map(|found| format!("{} {}: {}", found.kind.as_str(), found.location, found.message))
        .collect();
    serde_json::json!({ "projects": projects, "components": components, "dependencies": dependencies, "diagnostics": diagnostics })
}

#[test]
fn cases_are_read_as_expected() {
    let bless = std::env::var_os("SEPAL_BLESS").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let made = serde_json::to_string_pretty(&summary(&bom(&case))).unwrap() + "\n";
        let file = case.directory.join("expected.json");
        if bless {
            fs::write(&file, &made).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if made != expected {
            let line = made.lines().zip(expected.lines()).position(|(a, b)| a != b).unwrap_or(0);
            let shown = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").trim().to_owned();
            wrong.push(format!("{}: line {}: {} instead of {}", case.name, line + 1, shown(&made), shown(&expected)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn cases_agree_with_what_the_ecosystems_own_tool_says() {
    let mut compared = 0;
    for case in cases() {
        let Ok(text) = fs::read_to_string(case.directory.join("baseline.txt")) else { continue };
        let mut lines = text.lines();
        assert!(
            lines.next().is_some_and(|line| line.starts_with("# ")),
            "{}: the first line is the command",
            case.name
        );
        let theirs: BTreeSet<(String, String)> = lines
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
            .map(|line| {
                let mut words = line.split_whitespace();
                (words.next().unwrap().to_owned(), words.next().unwrap_or("").to_owned())
            })
            .collect();
        let bom = bom(&case);
        let mut ours: BTreeMap<(String, String), bool> = BTreeMap::new();
        for component in &bom.components {
            let purl = &component.purl;
            let version = purl.version().unwrap_or_default().to_owned();
            *ours.entry((purl.full_name().to_string(), version)).or_default() |= component.is_third_party();
        }
        // A file may name a package without its version (a local archive in npm's first lock format); the tool has looked.
        let unversioned = |name: &str| ours.contains_key(&(name.to_owned(), String::new()));
        let missing: Vec<_> =
            theirs.iter().filter(|package| !ours.contains_key(*package) && !unversioned(&package.0)).collect();
        let extra: Vec<_> = ours
            .iter()
            .filter(|((name, version), third)| {
                // One without a version is asked for and not resolved, which is said; it claims nothing the tool could deny.
                **third && !version.is_empty() && !theirs.contains(&(name.clone(), version.clone()))
            })
            .collect();
        assert!(missing.is_empty() && extra.is_empty(), "{}: missing {missing:?}, extra {extra:?}", case.name);
        compared += 1;
    }
    assert!(compared >= 10, "only {compared} cases have a baseline");
}
