//! README, contribution guide or code of conduct is missing.

use crate::model::DocumentKind;
use crate::practice::Evidence;
use crate::rule::{Check, Context, Docs, Draft, Rule, Subject};

/// README, contribution guide or code of conduct is missing.
pub static RULE: Rule = Rule {
    id: "review/community-docs-missing",
    summary: "README, contribution guide or code of conduct is missing",
    default: None,
    since: "0.2.0",
    docs: Docs {
        what: "Fires once for each of README, CONTRIBUTING and CODE_OF_CONDUCT that is neither at the top of the repository nor in `.github/` or `docs/`. A section of README on contributing stands for the second, a link to a code of conduct in README or CONTRIBUTING for the third. Those that GitHub shows from the organisation's `.github` repository are not in a checkout.",
        why: "People who want to use or improve something begin with these three.",
        how_to_fix: "1. Add the missing file from the organisation's template.\n2. Let README point to the other two.",
        fine_when: "The files come from the organisation's `.github` repository, or the repository is not for others.",
        example_bad: "==> README.md <==\n# Kit\n\nA kit.\n",
        example_good: "==> README.md <==\n# Kit\n\nA kit.\n==> CONTRIBUTING.md <==\n# Contributing\n\nEvery pull request is reviewed.\n==> CODE_OF_CONDUCT.md <==\n# Code of conduct\n\nBe kind.\n",
    },
    params: &[],
    mappings: &[
        ("GGI", "21.O2"),
        ("GGI", "21.R4"),
        ("GGI", "21.R5"),
        ("GGI", "A-25"),
        ("OSPS", "GV-03.01"),
        ("OSPS", "DO-07.01"),
        ("Best Practices", "contribution"),
    ],
    check: Check::Practices(check),
};

fn check(_: &Context<'_>, evidence: &Evidence<'_>, drafts: &mut Vec<Draft>) {
    for (kind, file) in [
        (DocumentKind::Readme, "README.md"),
        (DocumentKind::Contributing, "CONTRIBUTING.md"),
        (DocumentKind::CodeOfConduct, "CODE_OF_CONDUCT.md"),
    ] {
        if evidence.document_or_section(kind).is_some() {
            continue;
        }
        let stub = evidence.stubs(kind).into_iter().next();
        let message = match &stub {
            Some(stub) => format!("{} {}", stub.location.path, stub.what),
            None => format!("there is no {} ({file})", kind.as_str()),
        };
        let mut draft = Draft::new(Subject::Place, message, "people who want to use or improve something begin here");
        draft.locations.extend(stub.map(|stub| stub.location));
        draft.help.push(format!("add {file} from the organisation's template"));
        draft.discriminator = file.into();
        drafts.push(draft);
    }
}
