//! Until when products get fixes: facts with their sources, shipped (`policies/lifecycle.toml`) or a user's own; and which runtime
//! a project says that it runs on.
//!
//! Only statements of the version that is really used count (`.python-version`, `.nvmrc`, `.tool-versions`, an image). What a package
//! merely supports (`engines`, `rust-version`, the `go` line of `go.mod`) is a least version, and old ones of these are no harm.

use compact_str::CompactString;

use crate::model::{Cycle, Date, Diagnostic, DiagnosticKind, FactKind, Location, RepoPath, Span};
use crate::text::{Kind, Node, Source, toml};

use super::Read;

/// The shipped facts.
pub fn shipped() -> Vec<Cycle> {
    let path = RepoPath::new("policies/lifecycle.toml");
    let source = Source::from_text(path, include_str!("../../policies/lifecycle.toml").to_owned());
    source.map(|source| cycles(&source).0).unwrap_or_default()
}

/// Reads such a file: its facts, and what is wrong with it.
pub fn cycles(source: &Source) -> (Vec<Cycle>, Vec<Diagnostic>) {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    let document = match toml::parse(source) {
        Ok(document) => document,
        Err(error) => {
            let location = Location::at(source.path(), source.mark(error.span));
            let problem = Diagnostic { location, kind: DiagnosticKind::Malformed, message: error.message, help: None };
            return (all, vec![problem]);
        }
    };
    let tables: Vec<Node<'_>> = document.root().get("cycle").map(|node| node.items().collect()).unwrap_or_default();
    for table in tables {
        match cycle(source, table) {
            Some(cycle) => all.push(cycle),
            None => problems.push(Diagnostic {
                location: Location::at(source.path(), source.mark(table.span())),
                kind: DiagnosticKind::Malformed,
                message: "this cycle lacks product, version, ends (a date) or source".to_owned(),
                help: None,
            }),
        }
    }
    (all, problems)
}

fn cycle(source: &Source, table: Node<'_>) -> Option<Cycle> {
    let text = |key: &str| table.get(key).and_then(Node::string).map(CompactString::from);
    let ends = table.get("ends").filter(|node| matches!(node.kind(), Kind::Date | Kind::String))?;
    Some(Cycle {
        product: text("product")?,
        version: text("version")?,
        ends: ends.scalar()?.parse::<Date>().ok()?,
        source: text("source")?,
        location: Location::at(source.path(), source.mark(table.span())),
    })
}

/// The name by which facts know a runtime, whatever a file calls it.
pub fn runtime(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "python" => "python",
        "node" | "nodejs" => "nodejs",
        "ruby" => "ruby",
        "go" | "golang" => "golang",
        _ => return None,
    })
}

/// Whether a version belongs to a line, by whole segments.
pub fn in_line(version: &str, line: &str) -> bool {
    version.strip_prefix(line).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// What a file says of the runtime that is used.
pub(super) fn read(source: &Source, read: &mut Read) {
    let name = source.path().file_name().to_ascii_lowercase();
    let fixed = match name.as_str() {
        ".python-version" => Some("python"),
        ".nvmrc" | ".node-version" => Some("nodejs"),
        ".ruby-version" => Some("ruby"),
        _ => None,
    };
    let mut at = 0_u32;
    for line in source.text().split_inclusive('\n') {
        let start = at;
        at += line.len() as u32;
        let content = line.split('#').next().unwrap_or_default().trim();
        let mut words = content.split_whitespace();
        let product = fixed.or_else(|| words.next().and_then(runtime));
        let (Some(product), Some(version)) = (product, words.next()) else { continue };
        let version = version.trim_start_matches("ruby-").trim_start_matches(['v', 'V', '=']);
        if version.starts_with(|c: char| c.is_ascii_digit()) {
            let end = start + line.trim_end().len() as u32;
            read.fact(source, FactKind::Runtime, Span::new(start, end), format!("{product} {version}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_facts_are_whole() {
        let source = Source::from_text(RepoPath::new("l"), include_str!("../../policies/lifecycle.toml").to_owned());
        let (all, problems) = cycles(&source.unwrap());
        assert!(all.len() > 10 && problems.is_empty(), "{problems:?}");
        assert!(all.iter().all(|cycle| cycle.source.starts_with("https://")));
    }

    #[test]
    fn lines_are_whole_segments() {
        assert!(in_line("3.8.10", "3.8") && in_line("18", "18") && in_line("18-alpine", "18"));
        assert!(!in_line("3.80", "3.8") && !in_line("180.1", "18"));
    }

    #[test]
    fn a_fact_that_lacks_something_is_told() {
        let text = "[[cycle]]\nproduct = \"kit\"\nversion = \"1\"\nends = \"soon\"\nsource = \"x\"\n";
        let (all, problems) = cycles(&Source::from_text(RepoPath::new("l.toml"), text.to_owned()).unwrap());
        assert_eq!((all.len(), problems.len()), (0, 1));
    }
}
