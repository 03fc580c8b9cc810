//! One project per repository: its workflows and actions, each a root, joined where one uses another.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::collect::repository_root;
use crate::ecosystem::{Aids, Declaration, Graph, GraphEdge, GraphNode, ReadFile};
use crate::model::{Completeness, ComponentKind, Location, Origin, Party, RepoPath};

pub(super) fn join<'a>(files: &'a [ReadFile<'a>], _: &Aids<'_>) -> Vec<Graph<'a>> {
    let mut projects: BTreeMap<RepoPath, Vec<&'a ReadFile<'a>>> = BTreeMap::new();
    // Files below a `.github` first: they say where repositories begin.
    for file in files {
        if let Some(root) = repository_root(file.path.as_str())
            && says_something(file)
        {
            projects.entry(RepoPath::new(root)).or_default().push(file);
        }
    }
    let roots: Vec<RepoPath> = projects.keys().cloned().collect();
    for file in files {
        if repository_root(file.path.as_str()).is_none() && says_something(file) {
            // The innermost repository around it; an action without workflows is a repository of its own.
            let directory = file.directory();
            let around = roots.iter().filter(|root| file.path.is_within(root));
            let root = around.max_by_key(|root| root.as_str().len()).cloned().unwrap_or(directory);
            projects.entry(root).or_default().push(file);
        }
    }
    projects.into_iter().map(|(root, files)| graph(root, &files)).collect()
}

/// Files that could not be read belong to their project, so that it is known to be incomplete. Files that turned out to be
/// something else (an `action.yml` without `runs`) do not.
fn says_something(file: &ReadFile<'_>) -> bool {
    file.parsed.is_none_or(|parsed| !parsed.packages.is_empty())
}

fn graph<'a>(root: RepoPath, files: &[&'a ReadFile<'a>]) -> Graph<'a> {
    let mut nodes: Vec<GraphNode<'a>> = Vec::new();
    let mut edges = Vec::new();
    let mut roots = Vec::new();
    let mut first_of: BTreeMap<&RepoPath, u32> = BTreeMap::new();
    for file in files {
        let Some(parsed) = file.parsed else { continue };
        let first = nodes.len() as u32;
        first_of.insert(file.path, first);
        roots.push(first);
        nodes.extend(parsed.packages.iter().map(|package| GraphNode {
            package: Cow::Borrowed(package),
            file: file.path.clone(),
            decided: None,
        }));
        edges.extend(parsed.links.iter().map(|link| GraphEdge {
            from: first + link.from,
            to: first + link.to,
            scope: link.scope,
            requirement: link.requirement.clone(),
            location: link.mark.map(|mark| Location::at(file.path, mark)),
        }));
    }
    let mut gaps = Vec::new();
    for file in files {
        for declared in file.parsed.iter().flat_map(|parsed| &parsed.declarations) {
            let at = Location::at(file.path, declared.mark);
            match what(declared) {
                What::Local(path) => match local(&root, path, &first_of) {
                    Some(to) => edges.push(GraphEdge {
                        from: first_of[file.path],
                        to,
                        scope: declared.scope,
                        requirement: Some(declared.name.clone()),
                        location: Some(at),
                    }),
                    None => gaps.push((
                        at,
                        format!(
                            "`{}` is not in this tree; a step may put it there when the workflow runs",
                            declared.name
                        ),
                    )),
                },
                What::Built => {
                    gaps.push((at, format!("what `{}` puts into its image is not read", declared.name)));
                }
                What::Dynamic => {
                    gaps.push((at, format!("`{}` is decided when the workflow runs", declared.name)));
                }
            }
        }
    }
    // An entry that could not be understood is a component that is not in the list.
    for file in files {
        for note in file.parsed.iter().flat_map(|parsed| &parsed.notes).filter(|note| note.kind.loses_facts()) {
            gaps.push((Location::at(file.path, note.mark), note.message.clone()));
        }
    }
    let known_to_be_missing = !gaps.is_empty();
    // Said once each, at the first of them: it is the same for every action and every image.
    for (kind, what) in [
        (ComponentKind::Application, "what actions of other repositories use in their turn is not in this tree"),
        (ComponentKind::Container, "what is in container images is not in this tree"),
    ] {
        let of_kind = |node: &&GraphNode<'_>| node.package.party == Party::Third && node.package.kind == kind;
        if let Some(node) = nodes.iter().find(of_kind) {
            gaps.push((Location::at(&node.file, node.package.mark), what.to_owned()));
        }
    }
    let completeness = if known_to_be_missing {
        Completeness::Incomplete
    } else if gaps.is_empty() {
        Completeness::Complete
    } else {
        Completeness::Unknown
    };
    Graph {
        directory: root,
        files: files.iter().map(|file| file.path.clone()).collect(),
        nodes,
        edges,
        roots,
        completeness,
        gaps,
        notes: Vec::new(),
    }
}

enum What<'d> {
    Local(&'d str),
    Built,
    Dynamic,
}

/// What `collect` meant by a declaration.
fn what(declared: &Declaration) -> What<'_> {
    match &declared.origin {
        Origin::Path { path } => What::Local(path),
        Origin::Archive { .. } => What::Built,
        _ => What::Dynamic,
    }
}

/// The file that `./path` means: a workflow, or the metadata of an action in that directory.
fn local(root: &RepoPath, path: &str, first_of: &BTreeMap<&RepoPath, u32>) -> Option<u32> {
    let place = root.join(path)?;
    let found = |path: RepoPath| first_of.get(&path).copied();
    let inside = |name: &str| place.join(name).and_then(found);
    found(place.clone()).or_else(|| inside("action.yml")).or_else(|| inside("action.yaml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecosystem::{Format, Parsed};
    use crate::text::Source;

    fn joined(files: &[(&str, &str)]) -> Vec<(String, Completeness, Vec<String>, Vec<String>)> {
        let mut files: Vec<(RepoPath, &'static Format, Option<Parsed>)> = files
            .iter()
            .map(|(path, text)| {
                let path = RepoPath::new(path);
                let is_action = path.file_name().starts_with("action.");
                let format = if is_action { &super::super::action::FORMAT } else { &super::super::workflow::FORMAT };
                let source = Source::from_text(path.clone(), (*text).to_owned()).unwrap();
                (path, format, (format.parse)(&source).ok())
            })
            .collect();
        files.sort_by(|a, b| a.0.cmp(&b.0));
        let read: Vec<ReadFile<'_>> =
            files.iter().map(|(path, format, parsed)| ReadFile { path, format, parsed: parsed.as_ref() }).collect();
        let shown = |graph: &Graph<'_>, at: u32| {
            let node = &graph.nodes[at as usize];
            match node.package.party {
                Party::First => node.file.to_string(),
                Party::Third => node.package.purl.to_string(),
            }
        };
        join(&read, &Aids::NONE)
            .iter()
            .map(|graph| {
                let edges =
                    graph.edges.iter().map(|edge| format!("{} -> {}", shown(graph, edge.from), shown(graph, edge.to)));
                let gaps = graph.gaps.iter().map(|(at, gap)| format!("{at}: {gap}"));
                (graph.directory.display().to_owned(), graph.completeness, edges.collect(), gaps.collect())
            })
            .collect()
    }

    const USES_LOCAL: &str = "jobs:\n  a:\n    steps:\n      - uses: ./.github/actions/setup\n      - uses: ./kit\n";

    #[test]
    fn local_actions_are_joined_and_a_repository_is_one_project() {
        let answer = joined(&[
            (".github/workflows/ci.yml", USES_LOCAL),
            (".github/workflows/call.yml", "jobs:\n  a:\n    uses: $/.github/workflows/ci.yml\n"),
            (".github/actions/setup/action.yml", "runs:\n  using: composite\n  steps: []\n"),
            ("kit/action.yaml", "runs:\n  using: node24\n"),
            ("app/action.yml", "label: Walk\n"),
            ("fixtures/world/.github/workflows/x.yml", "jobs:\n  a:\n    steps:\n      - uses: acme/kit@v1\n"),
        ]);
        assert_eq!(answer.len(), 2);
        let (directory, completeness, edges, gaps) = &answer[0];
        assert_eq!((directory.as_str(), *completeness, gaps.len()), (".", Completeness::Complete, 0));
        assert_eq!(
            *edges,
            [
                ".github/workflows/call.yml -> .github/workflows/ci.yml",
                ".github/workflows/ci.yml -> .github/actions/setup/action.yml",
                ".github/workflows/ci.yml -> kit/action.yaml",
            ]
        );
        assert_eq!((answer[1].0.as_str(), answer[1].1), ("fixtures/world", Completeness::Unknown));
    }

    #[test]
    fn an_action_without_workflows_is_a_project_of_its_own() {
        let answer = joined(&[("tools/kit/action.yml", "runs:\n  using: docker\n  image: docker://alpine:3\n")]);
        assert_eq!((answer[0].0.as_str(), answer[0].1), ("tools/kit", Completeness::Unknown));
        assert_eq!(answer[0].2, ["tools/kit/action.yml -> pkg:docker/alpine@3"]);
    }

    #[test]
    fn what_is_missing_is_said_with_its_place() {
        let dynamic =
            "jobs:\n  a:\n    container: ${{ inputs.x }}\n    steps:\n      - uses: ./nowhere\n      - uses: a/b@v1\n";
        let answer = joined(&[
            (".github/workflows/ci.yml", dynamic),
            (".github/actions/box/action.yml", "runs:\n  using: docker\n  image: Dockerfile\n"),
        ]);
        assert_eq!(answer[0].1, Completeness::Incomplete);
        let gaps = answer[0].3.join("\n");
        assert!(gaps.contains("ci.yml:3:16: `${{ inputs.x }}` is decided when the workflow runs"), "{gaps}");
        assert!(gaps.contains("ci.yml:5:15: `./nowhere` is not in this tree"), "{gaps}");
        assert!(gaps.contains("action.yml:3:10: what `Dockerfile` puts into its image is not read"), "{gaps}");
        assert!(gaps.contains("ci.yml:6:15: what actions of other repositories use"), "{gaps}");
    }

    #[test]
    fn an_unreadable_workflow_belongs_to_its_project() {
        let files = [(".github/workflows/bad.yml", "a: ["), (".github/workflows/ci.yml", "jobs: {}\n")];
        assert_eq!(joined(&files).len(), 1);
    }
}
