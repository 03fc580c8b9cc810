//! No license was found.

use rayon::prelude::*;

use crate::model::Severity;
use crate::rule::{Check, Context, Docs, Draft, Judged, Rule, SHIPPED, Subject};

/// No license was found.
pub static RULE: Rule = Rule {
    id: "legal/component-no-license",
    summary: "no license was found for a component",
    default: Some(Severity::Error),
    since: "0.1.0",
    docs: Docs {
        what: "Fires for every third-party component for which neither its lock file, nor an installed or vendored copy in the \
               tree, nor a package cache of this machine states a license, and for which no curation does. Not found does not \
               mean that there is none: a cold package cache is the usual reason.",
        why: "Public code is not free to use by default. Where nobody has stated terms, all rights are reserved; where terms \
              were not found, nobody has checked them. Unknown is never a pass.",
        how_to_fix: "1. Fetch the packages once with the package manager (`cargo fetch`, `npm ci`), so that sepal can read \
                     what they declare, and run again.\n\
                     2. Look upstream: a license file, another version, the author.\n\
                     3. Record what you found as a `[[curation]]` with the place where it stands.\n\
                     4. Replace the component.",
        fine_when: "The author's written permission is archived: record it as a curation.",
        example_bad: "[[package]]\nname = \"oddlib\"    # no copy of it on this machine, and no license in the lock file\nversion = \"1.0.0\"\n",
        example_good: "[[curation]]\ncomponent = \"pkg:cargo/oddlib@1.*\"\nconcluded = \"BSD-3-Clause\"\nbecause = \"text in LICENSE of the 1.0.0 release\"\nby = \"legal@example.org\"\n",
    },
    params: &[SHIPPED],
    mappings: &[
        ("GGI", "21.V1"),
        ("Stage 1", "S1.1f"),
        ("Stage 1", "S1.2b"),
        ("ISO/IEC 5230", "3.1.5.1"),
        ("ISO/IEC 5230", "3.3.1.2"),
        ("S2C2F", "SCA-2"),
        ("CISA 2026", "license"),
    ],
    check: Check::Scan(check),
};

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    // Where no package cache is filled, that is every component.
    drafts.par_extend(
        context
            .judged
            .par_iter()
            .filter(|judged| judged.claim.is_none() && is_software(context, judged))
            .map(|judged| draft(context, judged)),
    );
}

/// Of models, datasets and firmware `ai/model-license`, `ai/dataset-license` and `hardware/firmware-unidentified` speak.
fn is_software(context: &Context<'_>, judged: &Judged<'_>) -> bool {
    context.bom.component(judged.component).kind.is_software()
}

fn draft(context: &Context<'_>, judged: &Judged<'_>) -> Draft {
    let component = context.bom.component(judged.component);
    let message = format!("no license was found for {}", context.name(judged.component));
    let mut draft = Draft::new(
        Subject::Component(judged.component),
        message,
        "code without terms is not free to use: all rights are reserved until somebody grants them",
    );
    draft.help.push(match component.purl.kind() {
        "cargo" => {
            "fetch the packages once (cargo fetch), so that what they declare can be read, and run again".to_owned()
        }
        "npm" => "install the packages once (npm ci), so that what they declare can be read, and run again".to_owned(),
        "golang" => "fetch the modules once (go mod download), so that their license files can be read, and run again"
            .to_owned(),
        "pypi" => {
            "install the packages once into a virtual environment (uv sync, poetry install, pip install), so that \
                       what they declare can be read, and run again"
                .to_owned()
        }
        "maven" => "build the project once (mvn dependency:resolve, gradle build), so that the poms in the local \
                        repository can be read, and run again"
            .to_owned(),
        "github" | "docker" => {
            format!("look up the license of {} where it is published", component.purl.full_name())
        }
        _ => "fetch the packages once with the package manager, so that what they declare can be read".to_owned(),
    });
    draft.help.push(context.curate(judged.component));
    draft.help.push(context.replace(judged.component));
    draft.help.extend(context.ask("license"));
    draft.locations = context.license_places(judged);
    draft
}
