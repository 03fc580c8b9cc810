//! Models and datasets of a tree in projects: weights and data under the card they lie with, and what programs name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::ecosystem::{Aids, Graph, GraphEdge, GraphNode, Package, Parsed, ReadFile, Role};
use crate::model::artefact::ai::{CARD, FILES, FORMAT as FORMAT_OF};
use crate::model::{Completeness, ComponentKind, Location, Party, Purl, RepoPath, Scope};

/// The directory of the project that a file is told under: the top, or the outermost directory of test data around it.
fn project_of(path: &RepoPath) -> RepoPath {
    let text = path.as_str();
    for (end, _) in text.match_indices('/') {
        let directory = RepoPath::new(&text[..end]);
        if directory.lies_in_test_data() {
            return directory;
        }
    }
    RepoPath::root()
}

pub(super) fn join<'a>(files: &'a [ReadFile<'a>], _: &Aids<'_>) -> Vec<Graph<'a>> {
    let mut projects: BTreeMap<RepoPath, Vec<&'a ReadFile<'a>>> = BTreeMap::new();
    for file in files {
        if file.parsed.is_none_or(|parsed| !parsed.packages.is_empty() || !parsed.statements.is_empty()) {
            projects.entry(project_of(file.path)).or_default().push(file);
        }
    }
    projects.retain(|_, files| files.iter().any(|file| file.parsed.is_none_or(|parsed| !parsed.packages.is_empty())));
    projects.into_iter().map(|(directory, files)| graph(directory, &files)).collect()
}

/// What describes a model or dataset that lies in a directory.
struct Card {
    directory: RepoPath,
    kind: ComponentKind,
    node: u32,
}

/// The card around a file: the one of its kind whose directory holds it, innermost first. One at the top does not speak for
/// the whole of a repository that holds programs, but for weights and data it does.
fn card_of<'c>(cards: &'c [Card], path: &RepoPath, kind: ComponentKind) -> Option<&'c Card> {
    let around = cards.iter().filter(|card| card.kind == kind && path.is_within(&card.directory));
    around.max_by_key(|card| card.directory.as_str().len())
}

fn described(file: &ReadFile<'_>, parsed: &Parsed) -> bool {
    file.format.role != Role::Artefact
        && parsed
            .packages
            .first()
            .is_some_and(|own| !own.kind.is_software() && own.properties.iter().any(|(name, _)| *name == CARD))
}

fn graph<'a>(directory: RepoPath, files: &[&'a ReadFile<'a>]) -> Graph<'a> {
    let mut made = Graph::new(directory, files);
    let mut cards: Vec<Card> = Vec::new();
    for file in files {
        let Some(parsed) = file.parsed.filter(|parsed| described(file, parsed)) else { continue };
        let own = &parsed.packages[0];
        // Two descriptions of one thing: the second adds what the first does not say.
        let there = file.directory();
        if let Some(card) = cards.iter().find(|card| card.directory == there && card.kind == own.kind) {
            add(made.nodes[card.node as usize].package.to_mut(), own);
            continue;
        }
        cards.push(Card { directory: there, kind: own.kind, node: made.nodes.len() as u32 });
        take(&mut made, file, parsed);
    }
    let mut count: BTreeMap<u32, u32> = BTreeMap::new();
    let mut loose: BTreeMap<(RepoPath, CompactString), u32> = BTreeMap::new();
    for file in files {
        let Some(parsed) = file.parsed else { continue };
        if file.format.role != Role::Artefact {
            if !described(file, parsed) {
                take(&mut made, file, parsed);
            }
            continue;
        }
        for package in &parsed.packages {
            let node = match card_of(&cards, file.path, package.kind) {
                Some(card) => card.node,
                None => *loose.entry(group(file, package)).or_insert_with(|| {
                    made.nodes.push(first(file, package));
                    made.nodes.len() as u32 - 1
                }),
            };
            *count.entry(node).or_default() += 1;
            let own = made.nodes[node as usize].package.to_mut();
            // The digest of one file is none of several.
            if count[&node] == 1 {
                own.hashes.clone_from(&package.hashes);
            } else {
                own.hashes.clear();
            }
            add(own, package);
        }
    }
    for (node, count) in count {
        made.nodes[node as usize].package.to_mut().properties.push((FILES, count.to_string().into()));
    }
    let dynamic: Vec<Location> = files
        .iter()
        .flat_map(|file| {
            file.parsed.iter().flat_map(|parsed| &parsed.statements).map(|it| Location::at(file.path, it.mark))
        })
        .collect();
    if let Some(first) = dynamic.first() {
        let what = match dynamic.len() {
            1 => "1 call loads a model or dataset whose name is decided when the program runs".to_owned(),
            count => format!("{count} calls load models or datasets whose names are decided when the program runs"),
        };
        made.completeness = Completeness::Unknown;
        made.gaps.push((first.clone(), what));
    }
    made
}

/// Takes in a file with its links. What it describes at the top of the tree, and a program, is a root.
fn take<'a>(made: &mut Graph<'a>, file: &'a ReadFile<'a>, parsed: &'a Parsed) {
    let offset = made.nodes.len() as u32;
    for (index, package) in parsed.packages.iter().enumerate() {
        if package.party == Party::First {
            made.roots.push(offset + index as u32);
        }
        // What lies in the tree is there, whoever needs it.
        let lies_here = parsed.links.iter().all(|link| link.to as usize != index);
        let decided = (package.party == Party::Third && lies_here).then_some(Scope::Runtime);
        made.nodes.push(GraphNode { package: Cow::Borrowed(package), file: file.path.clone(), decided });
    }
    made.edges.extend(parsed.links.iter().map(|link| GraphEdge {
        from: offset + link.from,
        to: offset + link.to,
        scope: link.scope,
        requirement: link.requirement.clone(),
        location: link.mark.map(|mark| Location::at(file.path, mark)),
    }));
}

/// Adds facts of a file to what it belongs to; not its license, whose place would be told in the wrong file.
fn add(own: &mut Package, package: &Package) {
    if own.purl.version().is_none()
        && let Some(version) = package.purl.version()
    {
        own.purl = own.purl.clone().with_version(version);
    }
    for (name, value) in &package.properties {
        if own.properties.iter().all(|(have, _)| have != name) {
            own.properties.push((name, value.clone()));
        }
    }
    // A safe file does not make an unsafe one safe, nor the other way round: both are there.
    if let Some(format) = own.properties.iter().position(|(name, _)| *name == FORMAT_OF)
        && let Some((_, other)) = package.properties.iter().find(|(name, _)| *name == FORMAT_OF)
        && !own.properties[format].1.split(", ").any(|have| have == other)
    {
        let both = compact_str::format_compact!("{}, {other}", own.properties[format].1);
        own.properties[format].1 = both;
    }
}

/// Files that are one thing: the parts of one model (`model-00001-of-00002`), and the data of one directory.
fn group(file: &ReadFile<'_>, package: &Package) -> (RepoPath, CompactString) {
    let directory = file.directory();
    if package.kind == ComponentKind::Data {
        return (directory, CompactString::default());
    }
    let name = file.path.file_name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let part = stem.rsplit_once("-of-").filter(|(_, total)| total.bytes().all(|byte| byte.is_ascii_digit()));
    let part = part.and_then(|(front, _)| front.rsplit_once('-'));
    match part {
        Some((name, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => (directory, name.into()),
        _ => (directory, name.into()),
    }
}

/// The node of the first file of a group: data is called after its directory.
fn first<'a>(file: &'a ReadFile<'a>, package: &'a Package) -> GraphNode<'a> {
    let mut package = Cow::Borrowed(package);
    let directory = file.directory();
    if package.kind == ComponentKind::Data && !directory.as_str().is_empty() {
        let purl = Purl::new("generic", directory.file_name()).with_subpath(directory.as_str());
        package.to_mut().purl = purl;
    }
    GraphNode { package, file: file.path.clone(), decided: Some(Scope::Runtime) }
}
