//! Manifests and license files of the product disagree.

use crate::license::{self, disagreement};
use crate::model::{Component, Location, OwnLicense, RepoPath};
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// Manifests and license files of the product disagree.
pub static RULE: Rule = Rule {
    id: "legal/project-license-mismatch",
    summary: "a manifest of the repository names another license than the license file beside it",
    default: None,
    since: "0.1.0",
    docs: Docs {
        what: "Compares what the manifest of every package of one's own declares with the license files in its directory, or, \
               where there are none, at the top of the tree. Files are compared by the licenses whose texts they hold: \
               `GPL-3.0-only` and `GPL-3.0-or-later` share a text. Headers of source files are not read here; \
               `sepal licenses` does that. Off unless a policy sets its level.",
        why: "Whoever takes the code believes one of the two, and a package registry shows the manifest's.",
        how_to_fix: "1. Decide which is right.\n\
                     2. Make manifest, license files and headers agree; `sepal licenses` shows all three.",
        fine_when: "The file holds more than the package: texts of what is vendored beside it.",
        example_bad: "# LICENSE holds the Apache License 2.0\n[package]\nlicense = \"MIT\"\n",
        example_good: "# LICENSE holds the Apache License 2.0\n[package]\nlicense = \"Apache-2.0\"\n",
    },
    params: &[],
    mappings: &[("GGI", "21.V1"), ("Stage 1", "S1.1c"), ("OSPS", "LE-03"), ("REUSE", "license files")],
    check: Check::Scan(check),
};

/// The license files that hold for a directory: its own, else those at the top.
fn beside<'f>(directory: &RepoPath, files: &'f [OwnLicense]) -> Vec<&'f OwnLicense> {
    let own: Vec<&OwnLicense> = files.iter().filter(|file| file.path.parent() == *directory).collect();
    if own.is_empty() {
        return files.iter().filter(|file| matches!(file.path.parent().as_str(), "" | "LICENSES")).collect();
    }
    own
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    let Some(files) = &context.bom.own.license_files else { return };
    let own = |component: &&Component| {
        !component.is_third_party()
            && component.occurrences.iter().any(|occurrence| !context.bom.project(occurrence.project).fixture)
    };
    for component in context.bom.components.iter().filter(own) {
        let Some(claim) = component.licensing.declared.first() else { continue };
        let Some(declared) = license::read(&claim.raw).expression else { continue };
        let Some(place) = claim.evidence.as_ref().map(|evidence| evidence.location.clone()) else { continue };
        let beside = beside(&place.path.parent(), files);
        let held: Vec<license::Expression> =
            beside.iter().filter_map(|file| license::read(file.expression.as_deref()?).expression).collect();
        let Some(how) = disagreement(&declared, &held) else { continue };
        let shown: Vec<&str> = beside.iter().map(|file| file.path.as_str()).collect();
        let name = component.purl.full_name();
        let message = format!("{name} is declared to be under {declared}, and {} {how}", shown.join(", "));
        let mut draft = Draft::new(Subject::Place, message, "whoever takes the code believes one of the two");
        draft.discriminator = name.as_str().into();
        draft.help = vec!["decide which is right, and make manifest, license files and headers agree".to_owned()];
        draft.help.extend(context.ask("license"));
        draft.locations = std::iter::once(place).chain(beside.iter().map(|file| Location::file(&file.path))).collect();
        drafts.push(draft);
    }
}
