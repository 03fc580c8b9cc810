//! Workflows: `.github/workflows/*.yml`.

use super::action;
use super::collect::Collect;
use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability};
use crate::model::DiagnosticKind;
use crate::text::{Kind, Node, Source, SyntaxError, yaml};

pub(super) static FORMAT: Format = Format {
    id: "github/workflow",
    patterns: &["**/.github/workflows/*.yml", "**/.github/workflows/*.yaml"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: CAPABILITIES,
    docs: "A workflow: the actions of its steps, the reusable workflows of its jobs, and the images of containers and services.",
    parse,
};

pub(super) const CAPABILITIES: Capabilities = Capabilities { edges: true, scopes: true, hashes: true, licenses: false };

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let document = yaml::parse(source)?;
    Ok(read(source, document.root()))
}

/// A file in the directory of workflows.
pub(super) fn read(source: &Source, root: Node<'_>) -> Parsed {
    let mut collect = Collect::new(source, "workflow", root.get("name").filter(|name| name.kind() == Kind::String));
    match root.get("jobs") {
        Some(jobs) if jobs.kind() == Kind::Mapping => {
            for (name, job) in jobs.entries() {
                read_job(&mut collect, name.scalar().unwrap_or_default(), job);
            }
        }
        // An empty file, or one that is all comments, is a workflow switched off.
        _ if root.kind() == Kind::Null => {}
        _ => collect.note(root, DiagnosticKind::Note, "a workflow without `jobs`: GitHub does not run it"),
    }
    collect.finish()
}

fn read_job(collect: &mut Collect<'_>, name: &str, job: Node<'_>) {
    if let Some(uses) = job.get("uses") {
        collect.uses(format!("jobs.{name}.uses"), uses);
    }
    let matrix = job.get("strategy").and_then(|strategy| strategy.get("matrix"));
    if let Some(container) = job.get("container") {
        read_container(collect, format!("jobs.{name}.container"), container, matrix);
    }
    if let Some(services) = job.get("services") {
        for (service, definition) in services.entries() {
            let service = service.scalar().unwrap_or_default();
            read_container(collect, format!("jobs.{name}.services.{service}"), definition, matrix);
        }
    }
    if let Some(steps) = job.get("steps") {
        action::read_steps(collect, &format!("jobs.{name}.steps"), steps);
    }
}

/// A container: the name of an image, or a mapping that holds it.
fn read_container(collect: &mut Collect<'_>, id: String, container: Node<'_>, matrix: Option<Node<'_>>) {
    let (id, image) = match container.get("image") {
        Some(image) => (format!("{id}.image"), image),
        None => (id, container),
    };
    let text = image.scalar().unwrap_or_default();
    if let (Some(matrix), Some((before, key, after))) = (matrix, matrix_value(text)) {
        let values = values(matrix, key);
        if !values.is_empty() {
            for (index, value) in values.into_iter().enumerate() {
                let written = value.scalar().unwrap_or_default();
                collect.named_image(format!("{id} ({index})"), value, &format!("{before}{written}{after}"));
            }
            return;
        }
    }
    collect.container(id, image);
}

/// Takes a text apart that has one value of the matrix in it: `box:${{ matrix.version }}`.
fn matrix_value(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${{")?;
    let (expression, after) = rest.split_once("}}")?;
    let key = expression.trim().strip_prefix("matrix.")?;
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    (plain && !after.contains("${{")).then_some((before, key, after))
}

/// The values that a key of a matrix takes: those of its own list and those that `include` adds. A value is a path of keys
/// where the list holds mappings (`settings.image`). Rows that `exclude` takes out are counted all the same: better one
/// image too many than one unseen.
fn values<'d>(matrix: Node<'d>, key: &str) -> Vec<Node<'d>> {
    let (first, path) = key.split_once('.').map_or((key, None), |(first, path)| (first, Some(path)));
    let listed = matrix.get(first).into_iter().flat_map(|list| list.items());
    let included = matrix.get("include").into_iter().flat_map(|rows| rows.items()).filter_map(|row| row.get(first));
    let inside =
        |value: Node<'d>| path.unwrap_or_default().split('.').filter(|key| !key.is_empty()).try_fold(value, Node::get);
    listed
        .chain(included)
        .filter_map(inside)
        .filter(|value| value.scalar().is_some_and(|text| !text.is_empty()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, Party, RepoPath};

    fn source(path: &str, text: &str) -> Source {
        Source::from_text(RepoPath::new(path), text.to_owned()).unwrap()
    }

    fn parsed(text: &str) -> Parsed {
        parse(&source(".github/workflows/ci.yml", text)).unwrap()
    }

    fn purls(parsed: &Parsed) -> Vec<String> {
        parsed
            .packages
            .iter()
            .filter(|package| package.party == Party::Third)
            .map(|package| package.purl.to_string())
            .collect()
    }

    const COMMIT: &str = "0123456789abcdef0123456789ABCDEF01234567";

    #[test]
    fn steps_jobs_containers_and_services_are_read() {
        let text = format!(
            "name: CI
on: [push]
jobs:
  build:
    runs-on: ubuntu-latest
    container: registry.example/team/box:1.2
    services:
      database:
        image: postgres:16
      cache: {{ image: 'redis@sha256:{hex}' }}
    steps:
      - uses: Acme/Checkout@v4
      - uses: 'acme/kit/sub/dir@{COMMIT}'   # v1.2.3
      - run: |
          uses: not/this@v1
      - uses: docker://alpine:3.20
      - parallel:
          - uses: acme/one@main
          - name: two
            uses: acme/two@v2
  call:
    uses: acme/ci/.github/workflows/test.yml@main
",
            hex = "ab".repeat(32)
        );
        let parsed = parsed(&text);
        let hex = "ab".repeat(32);
        assert_eq!(
            purls(&parsed),
            [
                "pkg:docker/team/box@1.2?repository_url=registry.example".to_owned(),
                "pkg:docker/postgres@16".to_owned(),
                format!("pkg:docker/redis@sha256:{hex}"),
                "pkg:github/acme/checkout@v4".to_owned(),
                format!("pkg:github/acme/kit@{}#sub/dir", COMMIT.to_lowercase()),
                "pkg:docker/alpine@3.20".to_owned(),
                "pkg:github/acme/one@main".to_owned(),
                "pkg:github/acme/two@v2".to_owned(),
                "pkg:github/acme/ci@main#.github/workflows/test.yml".to_owned(),
            ]
        );
        assert!(parsed.notes.is_empty());
        let kit = &parsed.packages[5];
        assert_eq!(kit.properties, [("sepal:github:comment-version", "v1.2.3".into())]);
        assert_eq!(
            kit.origin,
            Origin::Git {
                url: "https://github.com/acme/kit".into(),
                commit: Some(COMMIT.to_lowercase().into()),
                reference: None
            }
        );
        assert_eq!(parsed.packages[3].hashes.len(), 1);
        assert_eq!(parsed.packages[6].id, "jobs.build.steps[3].uses");
        // Each link's place is the reference as written.
        let source = source(".github/workflows/ci.yml", &text);
        for link in &parsed.links {
            assert_eq!(source.slice(link.mark.unwrap().span), link.requirement.as_deref().unwrap());
        }
    }

    #[test]
    fn what_cannot_be_known_is_said_and_never_a_component() {
        let parsed = parsed(
            "jobs:
  a:
    container: ${{ inputs.image }}
    steps:
      - uses: ${{ matrix.action }}@v1
      - uses: acme/kit
      - uses: [acme/kit@v1]
  b:
    container: ''
    uses: ./.github/workflows/other.yml
",
        );
        assert!(purls(&parsed).is_empty());
        let notes: Vec<(&str, bool)> =
            parsed.notes.iter().map(|note| (note.message.as_str(), note.kind.loses_facts())).collect();
        assert_eq!(notes.len(), 4);
        assert!(notes[0].0.contains("`${{ inputs.image }}`") && !notes[0].1);
        assert!(notes[2].0.contains("no `@`") && notes[2].1);
        assert!(notes[3].0.contains("`jobs.a.steps[2].uses` is not a text"));
        assert_eq!(parsed.references.len(), 1);
        assert_eq!(parsed.references[0].path, "../../.github/workflows/other.yml");
    }

    #[test]
    fn odd_files_are_no_errors() {
        for text in ["", "# switched off\n", "on: push\n", "- a\n", "jobs:\n", "jobs: 1\n", "jobs: { a: 1, b: [x] }\n"]
        {
            let parsed = parsed(text);
            assert_eq!(parsed.packages.len(), 1, "{text:?}");
        }
        assert!(parse(&source(".github/workflows/x.yml", "a: [")).is_err());
    }

    #[test]
    fn images_of_a_matrix_are_all_of_its_values() {
        let parsed = parsed(
            "jobs:
  a:
    strategy:
      matrix:
        version: [8, '9.1']
        settings:
          - { image: acme/one }
          - image: acme/two:2
          - name: without
        include:
          - version: 10
    container: registry.example/rocky:${{ matrix.version }}-slim
    services:
      one:
        image: ${{ matrix.settings.image }}
      other:
        image: ${{ matrix.nothing }}
      mixed:
        image: ${{ matrix.version }}:${{ inputs.x }}
",
        );
        let rocky = |version: &str| format!("pkg:docker/rocky@{version}-slim?repository_url=registry.example");
        assert_eq!(
            purls(&parsed),
            [
                rocky("8"),
                rocky("9.1"),
                rocky("10"),
                "pkg:docker/acme/one".to_owned(),
                "pkg:docker/acme/two@2".to_owned()
            ]
        );
        assert_eq!(parsed.notes.len(), 2);
        assert_eq!(parsed.packages[2].mark.line, 5);
    }
}
