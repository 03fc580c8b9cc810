//! Makes the Bom: joins what was read into projects, decides scopes by reachability, merges by purl, sorts.
//!
//! What belongs here is the same for every ecosystem; what only one knows (which manifest belongs to which lock file) is in
//! its `join`. Pure: values in, values out.

mod merge;
mod reach;
mod ways;

use rayon::prelude::*;

use crate::ecosystem::{self, Aids, Ecosystem, Graph, ReadFile};
use crate::extract::Extracted;
use crate::model::{Bom, Diagnostic, FileCounts, Location, RepoPath};
use crate::sbom::read::Bill;

pub use merge::DOCUMENT;
pub use reach::{Reach, reach};
pub use ways::{ProjectWays, Way, ways_to};

/// The files that this ecosystem reads, in their order.
fn read_by<'a>(ecosystem: &Ecosystem, files: &'a [Extracted]) -> Vec<ReadFile<'a>> {
    let is_its = |file: &&Extracted| ecosystem.formats.iter().any(|format| std::ptr::eq(*format, file.format));
    let read = |file: &'a Extracted| ReadFile { path: &file.path, format: file.format, parsed: file.parsed.as_ref() };
    files.iter().filter(is_its).map(read).collect()
}

/// The Bom of everything that was read. `files` need not be sorted; `diagnostics` are those of the walk.
pub fn resolve(files: Vec<Extracted>, aids: &Aids<'_>, counts: FileCounts, diagnostics: Vec<Diagnostic>) -> Bom {
    resolve_with(files, Vec::new(), aids, counts, diagnostics)
}

/// The Bom of everything that was read, and of documents that other tools wrote: each is a project of its own.
pub fn resolve_with(
    mut files: Vec<Extracted>,
    documents: Vec<(RepoPath, Bill)>,
    aids: &Aids<'_>,
    counts: FileCounts,
    mut diagnostics: Vec<Diagnostic>,
) -> Bom {
    files.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.format.id.cmp(b.format.id)));
    let mut merge = merge::Merge::default();
    let read_by: Vec<Vec<ReadFile<'_>>> = ecosystem::TABLE.iter().map(|ecosystem| read_by(ecosystem, &files)).collect();
    let joined: Vec<Vec<Graph<'_>>> = ecosystem::TABLE
        .par_iter()
        .zip(&read_by)
        .map(|(ecosystem, read)| if read.is_empty() { Vec::new() } else { (ecosystem.join)(read, aids) })
        .collect();
    for ((ecosystem, read), graphs) in ecosystem::TABLE.iter().zip(&read_by).zip(joined) {
        merge.unjoined(ecosystem, read, &graphs);
        for graph in graphs {
            diagnostics.extend(graph.notes.iter().map(|(path, note)| Diagnostic {
                location: Location::at(path, note.mark),
                kind: note.kind,
                message: note.message.clone(),
                help: None,
            }));
            merge.graph(ecosystem, graph, read);
        }
    }
    for (path, bill) in documents {
        diagnostics.extend(merge.document(&path, bill));
    }
    // What the files said is given back before the sorted copy of it is made.
    diagnostics.extend(files.into_iter().flat_map(|file| file.diagnostics));
    let mut bom = merge.finish();
    diagnostics.sort();
    diagnostics.dedup();
    bom.diagnostics = diagnostics;
    bom.files = counts;
    bom
}
