//! What the next build takes is not fixed.

use std::collections::BTreeMap;

use crate::model::{Component, ComponentId, ComponentKind, Location, Origin, ProjectId, Severity};
use crate::rule::{Check, Context, Docs, Draft, Param, ParamKind, Rule, SHIPPED, Subject};

/// What the next build takes is not fixed.
pub static RULE: Rule = Rule {
    id: "deps/unpinned",
    summary: "the version of a dependency is not fixed, so two builds may take different code",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires once for a project whose dependencies have no fixed version because no lock file was found, and once for \
               every git dependency or CI action that names a branch or tag instead of a commit, and every container image \
               that names a tag instead of a digest.",
        why: "A build that takes whatever a name means today cannot be repeated or checked: two builds may differ, and a \
              swapped package or a moved tag goes unseen.",
        how_to_fix: "1. Commit the lock file that the package manager writes.\n\
                     2. Name the full commit of an action or a git dependency, with the tag in a comment behind it.\n\
                     3. Name the digest of an image.\n\
                     4. Let an update bot renew them, so that pinned does not come to mean old.",
        fine_when: "A library that others lock themselves, with a lock file in its own CI; a workflow of one's own \
                    organisation, if the policy's `ecosystems` parameter leaves it out.",
        example_bad: "- uses: actions/checkout@v4\n",
        example_good: "- uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0\n",
    },
    params: &[
        SHIPPED,
        Param {
            name: "ecosystems",
            kind: ParamKind::Ecosystems(&[]),
            docs: "Package types that the rule looks at. Empty: all.",
        },
    ],
    mappings: &[
        ("GGI", "23.V1"),
        ("OSPS", "QA-02.01"),
        ("OSPS", "BR-05.01"),
        ("OpenSSF Scorecard", "Pinned-Dependencies"),
        ("S2C2F", "ENF-1"),
        ("CRA", "Annex I Part II (1)"),
    ],
    check: Check::Scan(check),
};

const WHY: &str = "two builds may take different code, and a swapped package goes unseen";

/// What keeps a component from being the same tomorrow.
enum Loose<'a> {
    /// No version at all: no lock file answers for it.
    NoVersion,
    /// A branch, a tag, or the repository's default branch.
    Reference(Option<&'a str>),
    /// A tag of an image.
    Tag(Option<&'a str>),
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn loose(component: &Component) -> Option<Loose<'_>> {
    let version = component.purl.version();
    if component.kind == ComponentKind::Container {
        let digest = version.is_some_and(|version| version.starts_with("sha256:") || version.starts_with("sha512:"));
        return (!digest && component.stated_hashes().is_empty()).then_some(Loose::Tag(version));
    }
    match &component.origin {
        Origin::Git { commit: Some(_), .. } | Origin::Path { .. } => None,
        Origin::Git { reference, .. } => {
            let named = reference.as_deref().or(version);
            (!named.is_some_and(is_commit)).then_some(Loose::Reference(named))
        }
        Origin::Registry { .. } | Origin::Archive { .. } | Origin::Unknown => {
            version.is_none().then_some(Loose::NoVersion)
        }
    }
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let mut without_version: BTreeMap<ProjectId, Vec<ComponentId>> = BTreeMap::new();
    for (id, component) in context.third_parties() {
        if !context.params.names_ecosystem("ecosystems", component.purl.kind()) {
            continue;
        }
        let Some(loose) = loose(component) else { continue };
        let name = component.purl.full_name();
        let (message, help) = match loose {
            Loose::NoVersion => {
                let mut projects: Vec<ProjectId> =
                    component.occurrences.iter().map(|occurrence| occurrence.project).collect();
                projects.dedup();
                for project in projects {
                    without_version.entry(project).or_default().push(id);
                }
                continue;
            }
            Loose::Reference(Some(reference)) => (
                format!("{name} is taken from {reference}, which can come to mean other code"),
                format!("name the full commit that {reference} means today, and keep {reference} in a comment"),
            ),
            Loose::Reference(None) => (
                format!("{name} is taken from the default branch of its repository, whatever is there"),
                "name the full commit that is there today".to_owned(),
            ),
            Loose::Tag(Some(tag)) => (
                format!("the image {name} is taken by its tag {tag}, which can come to mean another image"),
                format!("name the digest that {tag} means today: {name}@sha256:…"),
            ),
            Loose::Tag(None) => (
                format!("the image {name} is taken without tag or digest, whatever is newest"),
                format!("name a digest: {name}@sha256:…"),
            ),
        };
        let mut draft = Draft::new(Subject::Component(id), message, WHY);
        draft.help.push(help);
        draft.help.push("let an update bot renew it, so that pinned does not come to mean old".to_owned());
        draft.locations = context.manifest_places(id);
        drafts.push(draft);
    }
    for (project, components) in without_version {
        drafts.push(of_project(context, project, &components));
    }
}

/// One finding for a project: what is missing is one file, not many lines.
fn of_project(context: &Context<'_>, id: ProjectId, components: &[ComponentId]) -> Draft {
    const SHOWN: usize = 3;
    let project = context.bom.project(id);
    let names: Vec<String> =
        components.iter().take(SHOWN).map(|id| context.bom.component(*id).purl.full_name().into()).collect();
    let more = if components.len() > SHOWN { ", …" } else { "" };
    let (count, have) = if components.len() == 1 { ("1 dependency", "has") } else { ("dependencies", "have") };
    let count = if components.len() == 1 { count.to_owned() } else { format!("{} {count}", components.len()) };
    let message = format!(
        "{count} of {} ({}{more}) {have} no fixed version: no lock file answers for them",
        project.directory.display(),
        names.join(", "),
    );
    let mut draft = Draft::new(Subject::Project(id), message, WHY);
    draft.help.push(match project.ecosystem {
        "cargo" => "commit Cargo.lock (cargo generate-lockfile makes it)".to_owned(),
        "npm" => "commit the lock file that npm install, pnpm install, yarn install or bun install makes".to_owned(),
        "pypi" => "commit the lock file of the project's tool (uv lock, poetry lock, pdm lock, pip-compile); what a build needs \
                   can be fixed with == in pyproject.toml"
            .to_owned(),
        "maven" => "write out the version, or let Gradle write its lock files (gradle dependencies --write-locks)".to_owned(),
        "golang" => {
            "let go mod tidy resolve the versions; for the standard library, name a toolchain in go.mod".to_owned()
        }
        _ => "commit the lock file that the package manager writes".to_owned(),
    });
    draft.help.push("if the lock file lies elsewhere or is ignored by git, scan it too (--no-ignore)".to_owned());
    draft.locations = components
        .iter()
        .flat_map(|component| {
            context
                .bom
                .component(*component)
                .occurrences
                .iter()
                .filter(|occurrence| occurrence.project == id)
                .map(|occurrence| occurrence.evidence.location.clone())
        })
        .collect();
    if draft.locations.is_empty() {
        draft.locations.extend(project.files.iter().map(Location::file));
    }
    draft
}
