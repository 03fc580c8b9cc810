//! Gradle Module Metadata (`.module`), in the cache of Gradle only.
//!
//! Format: "Gradle Module Metadata 1.1 specification" in Gradle's repository. A module has variants, each with what it depends
//! on; a variant may stand in another module (`available-at`), as those of Kotlin's multiplatform libraries do.

use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability, Statement};
use crate::text::{Node, Source, SyntaxError, json};

/// Module metadata. It is no file of a tree, and so has no patterns.
pub static MODULE: Format = Format {
    id: "maven/gradle-module",
    patterns: &[],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: true, scopes: false, hashes: false, licenses: false },
    docs: "Gradle's module metadata, in the cache of Gradle on this machine.",
    parse,
};

/// What a variant depends on: the group is the name, the module the value.
pub(super) const DEPENDENCY: &str = "dependency";

fn parse(file: &Source) -> Result<Parsed, SyntaxError> {
    let document = json::parse(file)?;
    let root = document.root();
    let own = root.get("component").and_then(|component| component.get_str("module")).unwrap_or_default();
    let mut parsed = Parsed::default();
    let mut seen = std::collections::BTreeSet::new();
    for variant in root.get("variants").into_iter().flat_map(Node::items) {
        let documents = variant
            .get("attributes")
            .and_then(|attributes| attributes.get_str("org.gradle.category"))
            .is_some_and(|category| category == "documentation");
        // A variant of other capabilities is a feature that somebody has to ask for by name.
        let feature = variant.get("capabilities").is_some_and(|capabilities| {
            let mut names = capabilities.items().filter_map(|one| one.get_str("name")).peekable();
            names.peek().is_some() && !names.any(|name| name == own)
        });
        if documents || feature {
            continue;
        }
        let dependencies = variant.get("dependencies").into_iter().flat_map(Node::items);
        for dependency in dependencies.chain(variant.get("available-at")) {
            let (group, module) = (dependency.get_str("group"), dependency.get("module"));
            let (Some(group), Some(module)) = (group, module) else { continue };
            let name = module.string().unwrap_or_default();
            if seen.insert((group, name)) {
                let mark = file.mark(module.span());
                let (name, value) = (group.into(), name.into());
                parsed.statements.push(Statement { kind: DEPENDENCY, within: None, name, value, mark });
            }
        }
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    #[test]
    fn dependencies_of_all_variants_but_features_and_documents_count_once() {
        let text = r#"{"component": {"group": "g", "module": "a", "version": "1"}, "variants": [
            {"dependencies": [{"group": "g", "module": "b", "version": {"requires": "1"}}, {"group": "g"}]},
            {"dependencies": [{"group": "g", "module": "b"}], "available-at": {"group": "g", "module": "a-jvm"}},
            {"attributes": {"org.gradle.category": "documentation"}, "dependencies": [{"group": "g", "module": "c"}]},
            {"capabilities": [{"group": "g", "name": "a-tests"}], "dependencies": [{"group": "g", "module": "d"}]}]}"#;
        let parsed = parse(&Source::from_text(RepoPath::new("a.module"), text.to_owned()).unwrap()).unwrap();
        let seen: Vec<&str> = parsed.statements.iter().map(|statement| statement.value.as_str()).collect();
        assert_eq!(seen, ["b", "a-jvm"]);
    }
}
