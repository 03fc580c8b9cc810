//! TOML 1.0 and 1.1.
//!
//! What belongs here: from a text to a tree. What does not: what a key means (that is known in an ecosystem's room).
//!
//! `fast` reads what machines and most people write; whatever it does not know goes to `general`, which converts
//! what the `toml` crate reads, and is the judge of what is TOML.
//!
//! In both trees a table written under a header has the span of that header (`[package]`), an inline table and an array
//! that of their brackets, and a table that only a longer header or a dotted key implies that of its key.

mod fast;
mod general;

use super::{Document, Source, SyntaxError, conflict};

/// Reads TOML.
///
/// # Errors
/// If the text is not TOML or nests deeper than [`super::MAX_DEPTH`].
pub fn parse(source: &Source) -> Result<Document<'_>, SyntaxError> {
    match fast::read(source.text()) {
        Some(document) => Ok(document),
        None => parse_general(source),
    }
}

/// Whether the fast reader suffices for a text: for tests and measurements.
pub fn is_usual(source: &Source) -> bool {
    fast::read(source.text()).is_some()
}

/// Reads TOML with the general parser alone, to compare with.
///
/// # Errors
/// As [`parse`].
pub fn parse_general(source: &Source) -> Result<Document<'_>, SyntaxError> {
    let text = source.text();
    general::read(text).map_err(|error| conflict::explain(text, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;
    use crate::text::{Kind, Node};

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new("Cargo.toml"), text.to_owned()).unwrap()
    }

    fn keys(node: Node<'_>) -> Vec<&str> {
        node.entries().filter_map(|(key, _)| key.string()).collect()
    }

    #[test]
    fn keys_keep_the_order_of_the_file_by_either_reader() {
        let text = "[package]\nversion = \"1\"\nname = \"x\"\n[dependencies]\nz = \"1\"\na = { path = \"../a\" }\n";
        let source = source(text);
        for document in [parse(&source).unwrap(), parse_general(&source).unwrap()] {
            assert_eq!(keys(document.root()), ["package", "dependencies"]);
            assert_eq!(keys(document.root().get("package").unwrap()), ["version", "name"]);
            assert_eq!(keys(document.root().get("dependencies").unwrap()), ["z", "a"]);
        }
    }

    #[test]
    fn tables_have_the_span_of_what_opens_them() {
        let source = source("[package]\nname = \"x\"\n[[bin]]\nb.c = {d = [1]}\n[e.f]\n");
        for document in [parse(&source).unwrap(), parse_general(&source).unwrap()] {
            let root = document.root();
            let shown = |node: Node<'_>| source.slice(node.span()).to_owned();
            assert_eq!(shown(root), source.text());
            assert_eq!(shown(root.get("package").unwrap()), "[package]");
            let bin = root.get("bin").unwrap().items().next().unwrap();
            assert_eq!(shown(bin), "[[bin]]");
            assert_eq!(shown(bin.get("b").unwrap()), "b");
            assert_eq!(shown(bin.get("b").unwrap().get("c").unwrap()), "{d = [1]}");
            assert_eq!(shown(bin.get("b").unwrap().get("c").unwrap().get("d").unwrap()), "[1]");
            assert_eq!(shown(root.get("e").unwrap()), "e");
            assert_eq!(shown(root.get("e").unwrap().get("f").unwrap()), "[e.f]");
        }
    }

    #[test]
    fn what_machines_write_does_not_reach_the_general_reader() {
        let text = "# generated\nversion = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
                    source = \"registry+https://registry.example/index\"\ndependencies = [\n \"b\",\n]\n";
        assert!(is_usual(&source(text)));
        let uv = "version = 1\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"a\"\nsource = { registry = \"https://registry.example\" }\n\
                  dependencies = [\n    { name = \"b\", marker = \"sys_platform == 'win32'\" },\n]\n\
                  sdist = { url = \"https://registry.example/a.tar.gz\", hash = \"sha256:0a\", size = 1 }\n\n\
                  [package.optional-dependencies]\nc = [\n    { name = \"d\" },\n]\n";
        assert!(is_usual(&source(uv)));
        let poetry = "# This file is automatically @generated\n\n[[package]]\nname = \"a\"\noptional = false\nfiles = [\n    \
                      {file = \"a.whl\", hash = \"sha256:0a\"},\n]\n\n[package.dependencies]\nb = {version = \">=1\", \
                      markers = \"python_version < \\\"3.8\\\"\"}\nc = [\n    {version = \"*\"},\n]\n\n[extras]\n\n[metadata]\n\
                      lock-version = \"2.0\"\npython-versions = \"^3.8\"\n";
        assert!(is_usual(&source(poetry)));
        assert!(!is_usual(&source("released = 2024-01-01\n")));
    }

    #[test]
    fn large_tables_are_indexed_without_losing_keys() {
        let mut text: String = (0..100).map(|number| format!("key{number} = {number}\n")).collect();
        assert!(is_usual(&source(&text)));
        assert_eq!(parse(&source(&text)).unwrap().root().get("key99").unwrap().scalar(), Some("99"));
        text.push_str("key3 = 1\n");
        let source = source(&text);
        let error = parse(&source).unwrap_err();
        assert_eq!((error.message.as_str(), source.slice(error.span)), ("duplicate key", "key3"));
        assert_eq!(source.mark(error.span).line, 101);
    }

    #[test]
    fn dates_and_numbers_keep_their_text() {
        let source = source("a = 1979-05-27T07:32:00Z\nb = 0xDEAD_BEEF\nc = 1_000.5e-3\n");
        let document = parse(&source).unwrap();
        let found: Vec<_> =
            document.root().entries().map(|(_, value)| (value.kind(), value.scalar().unwrap())).collect();
        assert_eq!(
            found,
            [(Kind::Date, "1979-05-27T07:32:00Z"), (Kind::Number, "0xDEAD_BEEF"), (Kind::Number, "1_000.5e-3")]
        );
    }

    #[test]
    fn a_merge_conflict_is_named() {
        let source = source("[dependencies]\n<<<<<<< HEAD\na = \"1\"\n=======\na = \"2\"\n>>>>>>> b\n");
        let error = parse(&source).unwrap_err();
        assert_eq!((error.message.as_str(), source.mark(error.span).line), ("unresolved merge conflict", 2));
    }
}
