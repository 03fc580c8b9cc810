//! YAML 1.2, with the few habits of YAML 1.1 that files in the wild rely on (merge keys).
//!
//! What belongs here: from a text to trees. What does not: what a key means (that is known in an ecosystem's room).
//!
//! `fast` reads what package managers write and most people; whatever it does not know goes to `general`, which
//! converts the events of `saphyr-parser`, and is the judge of what is YAML.
//!
//! Scalars: plain `null`, `~` and nothing are null; plain `true` and `false` (also `True`, `TRUE`, …) are booleans; every
//! other scalar is a string with its text as written, so that `1.10`, `no`, `012` and `1e3` keep it. A block scalar
//! (`|`, `>`) has the span from its first character that is not blank to its last, with the indentation between.

mod fast;
mod general;

use super::{Document, Kind, Source, SyntaxError, conflict};

/// Reads the first document of a YAML stream; an empty stream is null.
///
/// # Errors
/// If that document is not YAML, has a key twice in one mapping, nests deeper than [`super::MAX_DEPTH`], or has aliases
/// that refer to themselves or stand for too much.
pub fn parse(source: &Source) -> Result<Document<'_>, SyntaxError> {
    match fast::first(source.text()) {
        Some(document) => Ok(document),
        None => parse_general(source),
    }
}

/// Reads all documents of a YAML stream.
///
/// # Errors
/// As [`parse`], for any of the documents.
pub fn parse_all(source: &Source) -> Result<Vec<Document<'_>>, SyntaxError> {
    match fast::all(source.text()) {
        Some(documents) => Ok(documents),
        None => parse_all_general(source),
    }
}

/// Whether the fast reader suffices for a text: for tests and measurements.
pub fn is_usual(source: &Source) -> bool {
    fast::all(source.text()).is_some()
}

/// Reads the first document with the general parser alone, to compare with.
///
/// # Errors
/// As [`parse`].
pub fn parse_general(source: &Source) -> Result<Document<'_>, SyntaxError> {
    let text = source.text();
    general::first(text).map_err(|error| conflict::explain(text, error))
}

/// Reads all documents with the general parser alone, to compare with.
///
/// # Errors
/// As [`parse_all`].
pub fn parse_all_general(source: &Source) -> Result<Vec<Document<'_>>, SyntaxError> {
    let text = source.text();
    general::all(text).map_err(|error| conflict::explain(text, error))
}

/// What a plain scalar is.
fn plain_kind(text: &str) -> Kind {
    match text.as_bytes() {
        [] | b"~" | b"null" | b"Null" | b"NULL" => Kind::Null,
        b"true" | b"True" | b"TRUE" | b"false" | b"False" | b"FALSE" => Kind::Boolean,
        _ => Kind::String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepoPath;
    use crate::text::Node;

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new("ci.yml"), text.to_owned()).unwrap()
    }

    /// The message and the text it points at.
    fn error(text: &str) -> (String, String) {
        let source = source(text);
        let error = parse(&source).unwrap_err();
        (error.message.clone(), source.slice(error.span).to_owned())
    }

    fn texts(node: Node<'_>) -> Vec<(&str, Option<&str>)> {
        node.entries().map(|(key, value)| (key.string().unwrap(), value.scalar())).collect()
    }

    #[test]
    fn scalars_keep_their_text_unless_they_are_null_or_boolean() {
        let text = "a: 1.10\nb: no\nc: 012\nd: 1e3\ne: True\nf: ~\ng:\nh: 'true'\n";
        let source = source(text);
        for document in [parse(&source).unwrap(), parse_general(&source).unwrap()] {
            let kinds: Vec<_> = document.root().entries().map(|(_, value)| value.kind()).collect();
            let string = Kind::String;
            assert_eq!(kinds, [string, string, string, string, Kind::Boolean, Kind::Null, Kind::Null, string]);
            assert_eq!(document.root().get_str("a"), Some("1.10"));
            assert_eq!(document.root().get("e").unwrap().boolean(), Some(true));
        }
    }

    #[test]
    fn spans_count_bytes_behind_characters_of_several() {
        let text = "ключ: 'значение' # ü\nlist: [ä, \"ö\"]\nanchor: &x ß\n";
        let source = source(text);
        assert!(!is_usual(&source));
        let document = parse(&source).unwrap();
        let (key, value) = document.root().entries().next().unwrap();
        assert_eq!((source.slice(key.span()), source.slice(value.span())), ("ключ", "значение"));
        assert_eq!(source.slice(document.root().get("list").unwrap().span()), "[ä, \"ö\"]");
        assert_eq!(source.slice(document.root().get("anchor").unwrap().span()), "ß");
    }

    #[test]
    fn anchors_and_tags_are_not_part_of_what_they_mark() {
        let text = "a: &x ß\nb: !!str 1\nc: &y !t 'q' # z\nd: &z |\n  > e\n  f\ng: &l [1, 2]\nh: &m\n  # n\n  i: &o\n";
        let source = source(text);
        let document = parse(&source).unwrap();
        let shown = |key| source.slice(document.root().get(key).unwrap().span()).to_owned();
        assert_eq!(["a", "b", "c", "d", "g", "h"].map(shown), ["ß", "1", "q", "> e\n  f", "[1, 2]", "i: &o"]);
        assert_eq!(document.root().get_str("d"), Some("> e\nf\n"));
    }

    #[test]
    fn block_scalars_fold_and_chomp() {
        let text = "a: |\n  x\n    y\n\nb: |-\n  x\nc: |+\n  x\n\nd: >\n  x\n  y\n\n  z\n   w\n  v\n";
        let source = source(text);
        assert!(is_usual(&source));
        let document = parse(&source).unwrap();
        let expected =
            [("a", Some("x\n  y\n")), ("b", Some("x")), ("c", Some("x\n\n")), ("d", Some("x y\nz\n w\nv\n"))];
        assert_eq!(texts(document.root()), expected);
        assert_eq!(source.slice(document.root().get("a").unwrap().span()), "x\n    y");
    }

    #[test]
    fn keys_longer_than_yaml_allows_are_read() {
        let long = "resolve@npm:^1.0.0, ".repeat(60);
        for text in [format!("\"{long}\":\n  version: 1\n"), format!("? \"{long}\"\n:\n  version: 1\n")] {
            let source = source(&text);
            assert_eq!(parse(&source).unwrap().root().get(&long).unwrap().get_str("version"), Some("1"));
        }
    }

    #[test]
    fn a_closing_bracket_may_stand_below_its_key() {
        let source = source("on:\n  push:\n    branches: [\n      main, # x\n      next\n    ]\n  other:\n");
        let document = parse(&source).unwrap();
        let on = document.root().get("on").unwrap();
        assert_eq!(on.get("push").unwrap().get("branches").unwrap().items().count(), 2);
        assert!(on.get("other").is_some());
    }

    #[test]
    fn documents_of_a_stream_are_told_apart() {
        let source = source("# first\na: 1\n---\n---\nb: [\n 2\n]\n--- # last\n- c\n");
        let documents = parse_all(&source).unwrap();
        let kinds: Vec<_> = documents.iter().map(|document| document.root().kind()).collect();
        assert_eq!(kinds, [Kind::Mapping, Kind::Null, Kind::Mapping, Kind::Sequence]);
        assert_eq!(parse(&source).unwrap().root().get_str("a"), Some("1"));
        assert!(parse_all(&self::source("")).unwrap().is_empty());
        assert_eq!(parse(&self::source("")).unwrap().root().kind(), Kind::Null);
    }

    #[test]
    fn aliases_are_copied_with_the_spans_of_what_they_stand_for() {
        let source = source("a: &x {b: [c]}\nd: *x\n");
        let document = parse(&source).unwrap();
        let items: Vec<_> = ["a", "d"]
            .iter()
            .map(|key| document.root().get(key).unwrap().get("b").unwrap().items().next().unwrap().span())
            .collect();
        assert_eq!(items[0], items[1]);
        assert_eq!(source.slice(items[0]), "c");
    }

    #[test]
    fn merge_keys_add_what_a_mapping_does_not_say_itself() {
        let text = "x: &x {image: one, user: root}\ny: &y {image: two, port: 1}\n\
                    a:\n  <<: *x\n  image: own\nb:\n  <<: [*y, *x]\nc:\n  <<: text\n";
        let source = source(text);
        let document = parse(&source).unwrap();
        let under = |key| texts(document.root().get(key).unwrap());
        assert_eq!(under("a"), [("image", Some("own")), ("user", Some("root"))]);
        assert_eq!(under("b"), [("image", Some("two")), ("port", Some("1")), ("user", Some("root"))]);
        assert_eq!(under("c"), [("<<", Some("text"))]);
    }

    #[test]
    fn a_billion_laughs_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let before = format!("*a{}", level - 1);
            text.push_str(&format!("a{level}: &a{level} [{}]\n", [before.as_str(); 10].join(", ")));
        }
        assert!(error(&text).0.starts_with("the aliases stand for more than"), "{:?}", error(&text));

        let merged = vec!["*a"; 50_000].join(", ");
        let keys: String = (0..1000).map(|number| format!("  k{number}: 1\n")).collect();
        let text = format!("a: &a\n{keys}b:\n  <<: [{merged}]\n");
        assert!(error(&text).0.starts_with("the aliases stand for more than"));
    }

    #[test]
    fn aliases_do_not_add_up_to_any_depth() {
        let mut text = "a0: &a0 [x]\n".to_owned();
        for level in 1..20 {
            let (open, close) = ("[".repeat(30), "]".repeat(30));
            text.push_str(&format!("a{level}: &a{level} {open}*a{}{close}\n", level - 1));
        }
        assert_eq!(error(&text).0, "nested deeper than 128 levels");
    }

    #[test]
    fn an_alias_within_what_it_refers_to_is_refused() {
        assert_eq!(error("a: &a [b, *a]\n"), ("the alias stands within what it refers to".into(), "*a".into()));
    }

    #[test]
    fn a_key_that_occurs_twice_is_refused_where_it_occurs_again() {
        let source = source("a: 1\nb: 2\n'a': 3\n");
        let error = parse(&source).unwrap_err();
        assert_eq!(error.message, "the key `a` occurs twice");
        assert_eq!(source.mark(error.span).line, 3);
        let many: String = (0..50_000).map(|number| format!("key{number}: 1\n")).collect();
        assert!(parse(&self::source(&many)).is_ok());
        assert_eq!(self::error(&(many + "key7: 2\n")), ("the key `key7` occurs twice".into(), "key7".into()));
        assert!(parse(&self::source("a: {b: 1, b: 2}\n")).is_err());
    }

    #[test]
    fn a_merge_conflict_is_named() {
        let text = "packages:\n\n<<<<<<< HEAD\n  a@1.0.0:\n    dev: true\n=======\n  a@1.0.1:\n>>>>>>> b\n";
        assert_eq!(error(text), ("unresolved merge conflict".into(), "<<<<<<< HEAD".into()));
    }
}
