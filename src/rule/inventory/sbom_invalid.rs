//! An SBOM document breaks its standard, or the form that a profile asks for.

use crate::model::{Location, SbomFormat};
use crate::rule::profile::{self, PROFILE, Profile};
use crate::rule::{Check, Context, Docs, Draft, Rule};

/// An SBOM document breaks its standard, or the form that a profile asks for.
pub static RULE: Rule = Rule {
    id: "inventory/sbom-invalid",
    summary: "an SBOM document breaks its standard, or the form that a profile asks for",
    default: None,
    since: "0.3.0",
    docs: Docs {
        what: "Looks at SBOM documents that are named (`sepal check bom.json`) or kept in the repository. Fires when one cannot be \
               read; when it breaks its standard (required fields, enumerations, forms of identifiers and times, references that \
               lead nowhere: what documents in use get wrong, which is not all of the official schema); and when a profile does \
               not take its form: BSI TR-03183-2 asks for CycloneDX 1.6 or SPDX 3.0.1 at least (section 4), as JSON or XML, and \
               forbids statements about vulnerabilities in it (section 3.1).",
        why: "Who receives a document that is not valid may read something else in it than you meant, or nothing.",
        how_to_fix: "1. Write the document anew with a current version of the tool.\n\
                     2. Keep what is known of vulnerabilities in a document of its own (VEX).\n\
                     3. For a full validation use the official schema of the standard.",
        fine_when: "It is a document of others that you keep as they sent it; then tell them.",
        example_bad: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [{\"name\": \"kit\"}]}\n",
        example_good: "==> bom.json <==\n{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [{\"type\": \"library\", \"name\": \"kit\"}]}\n",
    },
    params: &[PROFILE],
    mappings: &[
        ("Stage 1", "S1.3a"),
        ("CISA 2026", "SBOM Data Format Name, SBOM Data Format Version"),
        ("BSI TR-03183-2", "3.1, 4"),
        ("CRA", "Annex I part II (1)"),
    ],
    check: Check::Sboms(check),
};

/// Whether a version such as `1.5` is below another.
fn is_below(version: &str, least: &[u32]) -> bool {
    let parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    parts.chain(std::iter::repeat(0)).take(least.len()).lt(least.iter().copied())
}

fn check(context: &Context<'_>, drafts: &mut Vec<Draft>) {
    const MOST_PLACES: usize = 10;
    let profile = Profile::of(context);
    let why = "who receives it may read something else in it than was meant, or nothing";
    let anew = || "write the document anew with a current version of the tool".to_owned();
    for sbom in &context.bom.sboms {
        let facts = match &sbom.said {
            Ok(facts) => facts,
            Err((mark, message)) => {
                let message = format!("{} cannot be read as an SBOM: {message}", sbom.path);
                let mut draft = profile::about(sbom, "unreadable", message, why);
                draft.locations.push(Location::at(&sbom.path, *mark));
                draft.help.push(anew());
                drafts.push(draft);
                continue;
            }
        };
        if let Some((_, first)) = facts.wrong.first() {
            let message = match facts.wrong.len() + facts.wrong_more {
                1 => format!("{} breaks {}: {first}", sbom.path, facts.dialect()),
                count => format!("{} breaks {} in {count} places, first: {first}", sbom.path, facts.dialect()),
            };
            let mut draft = profile::about(sbom, "invalid", message, why);
            let places = facts.wrong.iter().take(MOST_PLACES);
            draft.locations = places.map(|(mark, _)| Location::at(&sbom.path, *mark)).collect();
            draft.help.push(anew());
            draft.help.push("validate it with the official schema of its standard".to_owned());
            drafts.push(draft);
        }
        if profile != Profile::Bsi {
            continue;
        }
        let (least, words): (&[u32], &str) = match facts.format {
            SbomFormat::CycloneDx => (&[1, 6], "CycloneDX 1.6"),
            SbomFormat::Spdx => (&[3, 0, 1], "SPDX 3.0.1"),
        };
        if is_below(&facts.version, least) || !facts.structured {
            let message = format!(
                "{} is {}, and BSI TR-03183-2 takes {words} or later, as JSON or XML (section 4)",
                sbom.path,
                facts.dialect()
            );
            let mut draft = profile::about(sbom, "version", message, "an authority need not accept an older form");
            draft.locations.push(Location::at(&sbom.path, facts.mark));
            draft.help.push(format!("let the tool write {words} or later"));
            drafts.push(draft);
        }
        if let Some((mark, count)) = facts.vulnerabilities {
            let message = format!(
                "{} holds {count} statement(s) about vulnerabilities, which BSI TR-03183-2 forbids in an SBOM (section 3.1)",
                sbom.path
            );
            let why = "what is inside does not change, and what is known of it changes every day";
            let mut draft = profile::about(sbom, "vulnerabilities", message, why);
            draft.locations.push(Location::at(&sbom.path, mark));
            draft.help.push("write them into a document of their own (VEX, CSAF)".to_owned());
            drafts.push(draft);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(is_below("1.5", &[1, 6]) && is_below("2.3", &[3, 0, 1]) && is_below("3.0", &[3, 0, 1]));
        assert!(!is_below("1.10", &[1, 6]) && !is_below("3.0.1", &[3, 0, 1]) && !is_below("1.6", &[1, 6]));
    }
}
