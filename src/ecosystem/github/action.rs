//! The metadata of an action: `action.yml`.

use super::collect::{Collect, repository_root};
use super::workflow::{self, CAPABILITIES};
use crate::ecosystem::{Format, Parsed, Role, Stability};
use crate::text::{Kind, Node, Source, SyntaxError, yaml};

pub(super) static FORMAT: Format = Format {
    id: "github/action",
    patterns: &["**/action.yml", "**/action.yaml"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: CAPABILITIES,
    docs: "The metadata of an action: what the steps of a composite action use, and the image of a container action. Other \
           files of that name (without `runs`) are passed over.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let document = yaml::parse(source)?;
    let root = document.root();
    // A workflow may be called `action.yml` as well.
    let path = source.path().as_str();
    let inner = repository_root(path).map(|directory| path[directory.len()..].trim_start_matches('/'));
    if inner.is_some_and(|inner| inner.starts_with(".github/workflows/")) && root.get("jobs").is_some() {
        return Ok(workflow::read(source, root));
    }
    let Some(runs) = root.get("runs").filter(|runs| runs.kind() == Kind::Mapping) else {
        return Ok(Parsed::default());
    };
    let using = runs.get("using").and_then(|using| using.scalar()).unwrap_or_default();
    let name = root.get("name").filter(|name| name.kind() == Kind::String);
    let mut collect = Collect::new(source, &format!("action ({using})"), name);
    if let Some(steps) = runs.get("steps") {
        read_steps(&mut collect, "runs.steps", steps);
    }
    if using.eq_ignore_ascii_case("docker")
        && let Some(image) = runs.get("image")
    {
        // Without the prefix it is a Dockerfile (GitHub docs, metadata syntax, `runs.image`).
        if image.scalar().is_some_and(|text| text.trim().starts_with("docker://")) {
            collect.container("runs.image".into(), image);
        } else {
            collect.built_image("runs.image".into(), image);
        }
    }
    Ok(collect.finish())
}

/// The steps of a job or of a composite action. An entry that holds a list of steps is a group (`parallel`); any such list
/// is read, whatever the group is called, since a step has no other lists.
pub(super) fn read_steps(collect: &mut Collect<'_>, id: &str, steps: Node<'_>) {
    // Groups may nest; the reader of YAML bounds how deep.
    for (index, step) in steps.items().enumerate() {
        for (key, value) in step.entries() {
            match key.scalar() {
                Some("uses") => collect.uses(format!("{id}[{index}].uses"), value),
                Some(group) if value.kind() == Kind::Sequence => {
                    read_steps(collect, &format!("{id}[{index}].{group}"), value);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, RepoPath};

    fn parsed(path: &str, text: &str) -> Parsed {
        parse(&Source::from_text(RepoPath::new(path), text.to_owned()).unwrap()).unwrap()
    }

    #[test]
    fn composite_and_container_actions_are_read() {
        let composite = parsed(
            ".github/actions/setup/action.yml",
            "name: Setup\nruns:\n  using: composite\n  steps:\n    - uses: acme/kit@v1\n    - uses: ./.github/actions/other\n",
        );
        assert_eq!(composite.dialect, "action (composite)");
        assert_eq!(composite.packages[1].purl.to_string(), "pkg:github/acme/kit@v1");
        let paths: Vec<&str> = composite.references.iter().map(|reference| reference.path.as_str()).collect();
        assert_eq!(paths, ["../../../.github/actions/other/action.yml", "../../../.github/actions/other/action.yaml"]);
        let image = parsed("action.yml", "runs:\n  using: docker\n  image: docker://alpine:3\n");
        assert_eq!(image.packages[1].purl.to_string(), "pkg:docker/alpine@3");
        let built = parsed("action.yml", "runs:\n  using: Docker\n  image: Dockerfile\n");
        assert_eq!(built.packages.len(), 1);
        assert!(matches!(built.declarations[0].origin, Origin::Archive { .. }));
        let node = parsed("action.yml", "runs:\n  using: node24\n  main: dist/index.js\n");
        assert_eq!((node.packages.len(), node.declarations.len()), (1, 0));
    }

    #[test]
    fn other_files_of_that_name_are_passed_over() {
        for text in ["", "a: 1\n", "runs: 12 km\n", "- x\n"] {
            assert_eq!(parsed("app/config/action.yml", text), Parsed::default(), "{text:?}");
        }
        let workflow = parsed(".github/workflows/action.yml", "jobs:\n  a:\n    steps:\n      - uses: acme/kit@v1\n");
        assert_eq!(workflow.packages.len(), 2);
    }
}
