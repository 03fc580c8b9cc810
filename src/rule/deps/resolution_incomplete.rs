//! Not all third parties of a project are known.

use crate::model::{Completeness, Location, ProjectId, Severity};
use crate::resolve::DOCUMENT;
use crate::rule::{Check, Context, Docs, Draft, Rule, SHIPPED, Subject};

/// Not all third parties of a project are known.
pub static RULE: Rule = Rule {
    id: "deps/resolution-incomplete",
    summary: "not all third-party components of a project are known",
    default: Some(Severity::Warning),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every project for which it is not proven that all third parties are known, and lists what is missing: \
               a manifest without lock file, a dependency that the lock file does not have, a reference that leads nowhere.",
        why: "What is not listed cannot be checked, credited or patched. A clean report about half of a project reads like a \
              clean report.",
        how_to_fix: "1. Look at the places shown; most often a lock file is missing or older than its manifest.\n\
                     2. Let the package manager write the lock file anew and commit it.\n\
                     3. For Rust trees that you trust, let cargo answer: `--trust-tools`.\n\
                     4. Leave out test data with `[scan] exclude`; the report counts what was left out.",
        fine_when: "The missing part is known to be no third party's. Of CI actions it can never be told from this tree what they \
                    use in their turn: `[completeness] accept-unknown = [\"github\"]` accepts that.",
        example_bad: "# Cargo.toml asks for `kit`, and Cargo.lock does not have it\n[dependencies]\nkit = \"1\"\n",
        example_good: "# Cargo.toml asks for `kit`, and Cargo.lock answers\n[[package]]\nname = \"kit\"\nversion = \"1.0.0\"\n",
    },
    params: &[SHIPPED],
    mappings: &[
        ("GGI", "23.V1"),
        ("Stage 1", "S1.3b"),
        ("NTIA 2021", "known unknowns"),
        ("BSI TR-03183-2", "5.1"),
        ("ISO/IEC 5230", "3.3.1.1"),
    ],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    for (index, project) in context.bom.projects.iter().enumerate() {
        let place = project.directory.display();
        let what = match project.completeness {
            Completeness::Complete => continue,
            Completeness::Unknown if context.settings.accepts_unknown(project.ecosystem) => continue,
            // Which models a program loads is decided when it runs; no lock file could tell. The rules of `ai` speak of them.
            Completeness::Unknown if project.ecosystem == "huggingface" => continue,
            Completeness::Incomplete => format!("not all third parties of {place} ({}) are known", project.ecosystem),
            Completeness::Unknown => {
                format!("it cannot be told whether all third parties of {place} ({}) are known", project.ecosystem)
            }
        };
        let message = match project.gaps.as_slice() {
            [] => what,
            [(_, gap)] => format!("{what}: {gap}"),
            [(_, gap), rest @ ..] => format!("{what}: {gap}, and {} more", rest.len()),
        };
        let mut draft = Draft::new(
            Subject::Project(ProjectId(index as u32)),
            message,
            "what is not listed cannot be checked, credited or patched",
        );
        draft.help.extend(ways_out(project.ecosystem).iter().map(|way| (*way).to_owned()));
        draft.help.push("if this is test data, leave it out with [scan] exclude in sepal.toml".to_owned());
        draft.locations = project.gaps.iter().map(|(location, _)| location.clone()).collect();
        draft.locations.extend(project.files.iter().map(Location::file));
        drafts.push(draft);
    }
}

/// What to do first, by the ecosystem's own commands.
fn ways_out(ecosystem: &str) -> &'static [&'static str] {
    match ecosystem {
        "cargo" => &[
            "write the lock file anew (cargo generate-lockfile), and commit it",
            "on a tree you trust, let cargo answer (--trust-tools)",
        ],
        "npm" => &[
            "write the lock file anew (npm install --package-lock-only, yarn install, pnpm install --lockfile-only), and commit it",
        ],
        "pypi" => &[
            "pin what is needed, and what that needs, in a lock file (uv lock, poetry lock, pip-compile), and commit it",
        ],
        "golang" => &[
            "complete go.mod and go.sum (go mod tidy), and commit them",
            "fetch the modules once (go mod download), so that what they need in turn can be read, and run again",
        ],
        "maven" => &[
            "fetch the poms once (mvn dependency:resolve), so that what they need in turn can be read, and run again",
            "with Gradle, write lock files (gradle dependencies --write-locks), and commit them",
        ],
        // Workflows have no lock file; a pinned action is at least the same action every time.
        "github" => &["name actions by their full commit, and look there what they use in their turn"],
        DOCUMENT => &[
            "ask whoever made the document for one that says of every component what it needs",
            "make your own from the lock files: sepal scan -o cyclonedx-json",
        ],
        _ => &["name at the places shown what is used, with its version, and where it comes from"],
    }
}
