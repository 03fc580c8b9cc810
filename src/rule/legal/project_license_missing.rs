//! The product itself has no license file.

use crate::model::{Location, RepoPath};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// The product itself has no license file.
pub static RULE: Rule = Rule {
    id: "legal/project-license-missing",
    summary: "the repository has no license file of its own",
    default: None,
    since: "0.1.0",
    docs: Docs {
        what: "Fires if there is no license file (LICENSE, COPYING, UNLICENSE and their usual variants) at the top of the scanned \
               tree and none in `LICENSES/`. It is off unless a policy sets its level: whether a repository is meant to be given \
               out is known to its owner alone.",
        why: "Public code without a license may be looked at and not used. Inside an organisation a file still says whose code \
              it is.",
        how_to_fix: "1. Choose a license with your open source contact, and add its whole text as LICENSE.\n\
                     2. Put its SPDX identifier into the manifests.",
        fine_when: "The repository is private, and a contract says what its readers may do.",
        example_bad: "README.md\nsrc/main.rs\n",
        example_good: "LICENSE\nREADME.md\nsrc/main.rs\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "21.O2"),
        ("Stage 1", "S1.1c"),
        ("OSPS", "LE-02.01"),
        ("OSPS", "LE-03.01"),
        ("Scorecard", "License"),
        ("REUSE", "license files"),
        ("OpenSSF Best Practices", "license_location"),
    ],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let Some(files) = &context.bom.own.license_files else { return };
    let at_top = |path: &RepoPath| matches!(path.parent().as_str(), "" | "LICENSES");
    if files.iter().any(|file| at_top(&file.path)) {
        return;
    }
    let message = "there is no license file at the top of the repository and none in LICENSES/";
    let mut draft = Draft::new(Subject::Place, message, "code without a license may be looked at and not used");
    draft.help = vec![
        "choose a license with your open source contact, and add its whole text as LICENSE".to_owned(),
        "put its SPDX identifier into the manifests".to_owned(),
    ];
    draft.help.extend(context.ask("license"));
    let manifest =
        context.bom.projects.iter().filter(|project| !project.fixture).find_map(|project| project.files.first());
    draft.locations = vec![manifest.map_or_else(|| Location::file(&RepoPath::new("LICENSE")), Location::file)];
    drafts.push(draft);
}
