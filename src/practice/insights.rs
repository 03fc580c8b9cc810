//! OpenSSF Security Insights: what a project states for machines about its security (schema 2.x, and 1.0.0 before it).

use crate::model::{Diagnostic, DiagnosticKind, FactKind, Location};
use crate::text::{Node, Source, yaml};

use super::Read;

fn at<'d>(root: Node<'d>, path: &str) -> Option<Node<'d>> {
    path.split('.').try_fold(root, |node, key| node.get(key))
}

/// Fields that are kept as they stand: their path in the file, and the name under which they are asked for.
const FIELDS: &[(&str, &str)] = &[
    ("header.last-reviewed", "last-reviewed"),
    ("header.expiration-date", "expires"),
    ("project.steward.uri", "steward"),
    ("project.documentation.support-policy", "support-policy"),
    ("repository.license.expression", "license"),
    ("repository.status", "status"),
    ("project-lifecycle.status", "status"),
    ("repository.documentation.dependency-management-policy", "dependency-policy"),
    ("dependencies.env-dependencies-policy.policy-url", "dependency-policy"),
    ("repository.documentation.review-policy", "review-policy"),
    ("repository.documentation.contributing-guide", "contributing-guide"),
    ("contribution-policy.contributing-policy", "contributing-guide"),
    ("repository.documentation.governance", "governance"),
    ("repository.documentation.security-policy", "security-policy"),
    ("vulnerability-reporting.security-policy", "security-policy"),
    ("project.vulnerability-reporting.policy", "security-policy"),
];

/// Reads the fields that other pieces ask for.
pub(super) fn read(source: &Source, read: &mut Read) {
    let document = match yaml::parse(source) {
        Ok(document) => document,
        Err(error) => {
            read.problems.push(Diagnostic {
                location: Location::at(source.path(), source.mark(error.span)),
                kind: DiagnosticKind::Malformed,
                message: format!("could not be read as Security Insights: {}", error.message),
                help: None,
            });
            return;
        }
    };
    let root = document.root();
    for (path, name) in FIELDS {
        if let Some(node) = at(root, path)
            && let Some(value) = node.scalar().filter(|value| !value.is_empty())
        {
            read.fact(source, FactKind::Insight, node.span(), format!("{name}={value}"));
            match *name {
                "review-policy" => read.fact(source, FactKind::ReviewProcess, node.span(), value),
                "dependency-policy" => read.fact(source, FactKind::DependencyGuide, node.span(), value),
                "support-policy" => read.fact(source, FactKind::SupportPeriod, node.span(), value),
                _ => {}
            }
        }
    }
    // v2: one contact; v1: a list of typed values. Both beside the word whether reports are accepted at all.
    let contact =
        at(root, "project.vulnerability-reporting.contact").or_else(|| at(root, "repository.security.contact"));
    if let Some(contact) = contact {
        let place = contact.get("email").or_else(|| contact.get("name")).unwrap_or(contact);
        if let Some(value) = place.scalar() {
            read.fact(source, FactKind::SecurityContact, place.span(), value);
        }
    }
    for contact in root.get("security-contacts").into_iter().flat_map(|list| list.items()) {
        if let Some(value) = contact.get("value")
            && let Some(text) = value.scalar()
        {
            read.fact(source, FactKind::SecurityContact, value.span(), text);
        }
    }
    for champion in at(root, "repository.security.champions").into_iter().flat_map(|list| list.items()) {
        if let Some(name) = champion.get("name")
            && let Some(text) = name.scalar()
        {
            read.fact(source, FactKind::Insight, name.span(), format!("champion={text}"));
        }
    }
    let tools = at(root, "repository.security.tools").or_else(|| root.get("security-testing"));
    for tool in tools.into_iter().flat_map(|list| list.items()) {
        let kind = tool.get_str("type").or_else(|| tool.get_str("tool-type")).unwrap_or_default();
        let name = tool.get("name").or_else(|| tool.get("tool-name")).unwrap_or(tool);
        if kind.eq_ignore_ascii_case("sca") {
            read.fact(source, FactKind::Scanner, name.span(), name.scalar().unwrap_or("SCA"));
        }
    }
    for sbom in at(root, "dependencies.sbom").into_iter().flat_map(|list| list.items()) {
        if let Some(file) = sbom.get("sbom-file")
            && let Some(text) = file.scalar()
        {
            read.fact(source, FactKind::SbomProduced, file.span(), text);
        }
    }
}
