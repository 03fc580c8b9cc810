//! Designs and images in projects: which files are one design.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::ecosystem::{Aids, Graph, GraphNode, Package, ReadFile};
use crate::model::artefact::hardware::{FORMATS, MANIFEST, PARTS, PARTS_LACK};
use crate::model::{ComponentKind, Purl, RepoPath, Scope};

pub(super) fn join<'a>(files: &'a [ReadFile<'a>], _: &Aids<'_>) -> Vec<Graph<'a>> {
    let says = |file: &&'a ReadFile<'a>| file.parsed.is_none_or(|parsed| !parsed.packages.is_empty());
    let files: Vec<&'a ReadFile<'a>> = files.iter().filter(says).collect();
    let is_image = |file: &ReadFile<'_>| file.format.id == super::firmware::FORMAT.id;
    // Where designs begin: at what declares them, else at their project files.
    let declared = |file: &&&ReadFile<'_>| {
        let package = file.parsed.and_then(|parsed| parsed.packages.first());
        package.is_some_and(|package| package.properties.iter().any(|(name, _)| *name == MANIFEST))
    };
    let project = |file: &&&ReadFile<'_>| is_project(file);
    let mut begin: Vec<RepoPath> = files.iter().filter(declared).map(|file| file.directory()).collect();
    let outer = begin.clone();
    let below = |directory: &RepoPath| outer.iter().any(|declared| directory.is_within(declared));
    begin.extend(files.iter().filter(project).map(|file| file.directory()).filter(|directory| !below(directory)));
    if begin.is_empty() {
        // Older project files are not read; boards tell as well where designs begin.
        let board = |file: &&&ReadFile<'_>| {
            let name = file.path.file_name();
            [".kicad_pcb", ".PcbDoc", ".brd"].iter().any(|ending| name.ends_with(ending))
        };
        begin.extend(files.iter().filter(board).map(|file| file.directory()));
    }
    begin.sort();
    begin.dedup();
    let mut designs: BTreeMap<RepoPath, Vec<&'a ReadFile<'a>>> = BTreeMap::new();
    let mut images: BTreeMap<RepoPath, Vec<&'a ReadFile<'a>>> = BTreeMap::new();
    for file in files {
        if is_image(file) {
            images.entry(top_of(file.path)).or_default().push(file);
        } else {
            designs.entry(design_of(&begin, file)).or_default().push(file);
        }
    }
    // A table of parts alone is one of something else.
    designs.retain(|_, files| files.iter().any(|file| file.format.id != super::parts::FORMAT.id));
    let designs = designs.into_iter().map(|(directory, files)| design(directory, &files));
    let images = images.into_iter().map(|(directory, files)| firmware(directory, &files));
    designs.chain(images).collect()
}

/// The outermost directory of test data around a file, else its first directory.
fn top_of(path: &RepoPath) -> RepoPath {
    let text = path.as_str();
    let directories = || text.match_indices('/').map(|(end, _)| RepoPath::new(&text[..end]));
    directories().find(RepoPath::lies_in_test_data).or_else(|| directories().next()).unwrap_or_else(RepoPath::root)
}

/// Where the design begins that a file belongs to: the innermost beginning around it, else the nearest beginning beside it
/// (drawings in `docs/`, models in `3d/`), else the top.
fn design_of(begin: &[RepoPath], file: &ReadFile<'_>) -> RepoPath {
    let path = file.path;
    // A tree with one board: what was drawn and exported beside it is of that board, and logic is a thing of its own.
    let is_logic = file.parsed.is_some_and(|parsed| matches!(parsed.dialect.as_str(), "Verilog" | "VHDL"));
    if let [only] = begin
        && !is_logic
        && !path.lies_in_test_data()
    {
        return only.clone();
    }
    let around = begin.iter().filter(|directory| path.is_within(directory)).max_by_key(|it| it.as_str().len());
    if let Some(directory) = around {
        return directory.clone();
    }
    let shared = |directory: &RepoPath| {
        let pairs = directory.as_str().split('/').zip(path.as_str().split('/'));
        pairs.take_while(|(a, b)| a == b).count()
    };
    let beside = begin.iter().map(|directory| (shared(directory), directory)).filter(|(shared, _)| *shared > 0);
    // The first of those that share most, in the order of their names.
    let nearest = beside.max_by(|(a, in_a), (b, in_b)| a.cmp(b).then_with(|| in_b.cmp(in_a)));
    nearest.map_or_else(|| top_of(path), |(_, directory)| directory.clone())
}

/// Whether a file is the one that a design program opens a project by.
fn is_project(file: &ReadFile<'_>) -> bool {
    let name = file.path.file_name();
    name.ends_with(".kicad_pro") || name.ends_with(".PrjPcb")
}

/// What says most about a design: a manifest, then a project's file, then what was drawn, then what was exported.
fn weight(file: &ReadFile<'_>) -> (u8, RepoPath) {
    let name = file.path.file_name();
    let by_format = match file.format.id {
        "hardware/manifest" => 0,
        "hardware/core" => 1,
        _ if is_project(file) => 3,
        _ if name.ends_with(".kicad_pcb") || name.ends_with(".kicad_sch") => 2,
        "hardware/design" => 4,
        "hardware/output" => 5,
        _ => 6,
    };
    (by_format, file.path.clone())
}

fn design<'a>(directory: RepoPath, files: &[&'a ReadFile<'a>]) -> Graph<'a> {
    let mut made = Graph::new(directory.clone(), files);
    let mut sorted = files.to_vec();
    sorted.sort_by_cached_key(|file| weight(file));
    let mut all =
        sorted.iter().flat_map(|file| file.parsed.iter().flat_map(|parsed| &parsed.packages).map(move |it| (file, it)));
    let Some((file, first)) = all.next() else { return made };
    let mut own: Package = first.clone();
    let mut formats: Vec<String> = Vec::new();
    let mut lists: Vec<&Package> = Vec::new();
    for (_, package) in std::iter::once((file, first)).chain(all) {
        for (name, value) in &package.properties {
            match *name {
                FORMATS => {
                    if !formats.iter().any(|have| have == value.as_str()) {
                        formats.push(value.to_string());
                    }
                }
                PARTS | PARTS_LACK => {}
                _ if own.properties.iter().any(|(have, _)| have == name) => {}
                _ => own.properties.push((name, value.clone())),
            }
        }
        if package.properties.iter().any(|(name, _)| *name == PARTS) {
            lists.push(package);
        }
        if own.purl.version().is_none()
            && let Some(version) = package.purl.version()
        {
            own.purl = own.purl.clone().with_version(version);
        }
    }
    // The list that lacks least.
    let lacks = |package: &Package| {
        package.properties.iter().find(|(name, _)| *name == PARTS_LACK).map_or(0, |(_, lacks)| lacks.split(',').count())
    };
    own.properties.retain(|(name, _)| !matches!(*name, PARTS | PARTS_LACK | FORMATS));
    if let Some(best) = lists.into_iter().min_by_key(|package| lacks(package)) {
        own.properties.extend(best.properties.iter().filter(|(name, _)| matches!(*name, PARTS | PARTS_LACK)).cloned());
    }
    formats.sort();
    own.properties.push((FORMATS, formats.join(", ").into()));
    // Without a manifest or one project the directory says best what it is called.
    let projects = files.iter().filter(|file| is_project(file)).count();
    if (weight(file).0 >= 4 || projects > 1) && weight(file).0 > 1 && !directory.as_str().is_empty() {
        let version = own.purl.version().unwrap_or_default().to_owned();
        own.purl = Purl::new("generic", directory.file_name()).with_version(&version);
    }
    own.purl = own.purl.clone().with_subpath(directory.as_str());
    made.roots.push(0);
    made.nodes.push(GraphNode { package: Cow::Owned(own), file: file.path.clone(), decided: None });
    made
}

fn firmware<'a>(directory: RepoPath, files: &[&'a ReadFile<'a>]) -> Graph<'a> {
    let mut made = Graph::new(directory, files);
    for file in files {
        let packages = file.parsed.iter().flat_map(|parsed| &parsed.packages);
        made.nodes.extend(packages.filter(|package| package.kind == ComponentKind::Firmware).map(|package| {
            GraphNode { package: Cow::Borrowed(package), file: file.path.clone(), decided: Some(Scope::Runtime) }
        }));
    }
    made
}
