//! .yarnrc.yml: yarn's settings, of which only the catalogs say what a project asks for.

use super::catalogs;
use super::gather::Gather;
use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability};
use crate::text::{Kind, Source, SyntaxError, yaml};

/// .yarnrc.yml.
pub static FORMAT: Format = Format {
    id: "npm/yarnrc",
    patterns: &["**/.yarnrc.yml"],
    role: Role::Manifest,
    stage: Stability::Stable,
    capabilities: Capabilities { edges: false, scopes: false, hashes: false, licenses: false },
    docs: "The catalogs of a yarn workspace (yarn 4.10 and later). No other setting is looked at.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let document = yaml::parse(source)?;
    let root = document.root();
    if !matches!(root.kind(), Kind::Mapping | Kind::Null) {
        return Err(SyntaxError::new(root.span(), "expected settings by name"));
    }
    let mut gather = Gather::new(source, ".yarnrc.yml".into());
    for (key, value) in root.entries() {
        catalogs::read(&mut gather, key.scalar().unwrap_or_default(), value);
    }
    Ok(gather.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;

    #[test]
    fn only_catalogs_are_read() {
        let text = "npmAuthToken: secret\ncatalog:\n  a: ^1.0.0\ncatalogs:\n  dev:\n    a: ^2.0.0\n";
        let source = Source::from_text(RepoPath::new(".yarnrc.yml"), text.to_owned()).unwrap();
        let parsed = parse(&source).unwrap();
        let declared: Vec<_> =
            parsed.declarations.iter().map(|one| (one.section.as_str(), one.requirement.as_str())).collect();
        assert_eq!(declared, [("catalog", "^1.0.0"), ("catalogs.dev", "^2.0.0")]);
        assert!(!format!("{parsed:?}").contains("secret"));
    }
}
