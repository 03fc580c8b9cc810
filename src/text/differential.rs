//! The readers against their judges: the fast against the general ones, and JSON against `serde_json`.

use super::{Document, Kind, MAX_DEPTH, Node, Source, SyntaxError, json, toml, xml, yaml};
use crate::model::RepoPath;

fn source(text: &str) -> Source {
    Source::from_text(RepoPath::new("x"), text.to_owned()).unwrap()
}

/// The usual TOML and what lies next to it.
const TOML: &[&str] = &[
    "",
    "\n# only a comment\n",
    "a = 1",
    "a = 1 # x\r\nb = 'y'\r\n",
    "[package]\nname = \"demo\"\nversion.workspace = true\n\n[dependencies]\nserde = { version = \"1\", features = [\"derive\"] }\n",
    "[[package]]\nname = \"a\"\ndependencies = [\n \"b 1.0\",\n \"c\", # d\n]\n\n[[package]]\nname = \"b\"\n[package.source]\nx = 1\n",
    "[a.b]\nx = 1\n[a]\ny = 2\n",
    "[a]\ny = 2\n[a.b]\nx = 1\n[c]\n[a.d]\n",
    "a.b.c = 1\na.b.d = 2\na.e = 3\n[f]\ng.h = 4\n",
    "a.b = 1\n[a]\nc = 2\n",
    "a.b = 1\n[a.c]\n",
    "[a]\nb.c = 1\n[a.b]\nd = 1\n",
    "[a.b]\n[a]\nb.c = 1\n",
    "a = {b = 1}\n[a.c]\n",
    "a = {b = 1}\na.c = 2\n",
    "a = {b.c = 1, b.d = 2, e = {f = []}}\n",
    "a = {b = 1, b = 2}\n",
    "a = {b = {c = 1}, b.d = 2}\n",
    "a = [{b = 1}]\n[[a]]\nc = 2\n",
    "[[a]]\n[a]\n",
    "[a]\n[[a]]\n",
    "[a]\n[a]\n",
    "[[a.b]]\nc = 1\n[[a.b]]\n[a.b.d]\ne = 1\n[[a.b.f]]\n[[a.b.f]]\n",
    "a = \"tab\\tquote\\\"back\\\\ \\u00e9 \\U0001F600\"\n\"b.c\" = 'it\\s'\n'' = 1\n",
    "a = \"\"\"\nx\n  y \\\n  z\"\"\"\nb = '''\r\nx\r\n'''\nc = \"\"\"q\"\"\"\"\nd = \"\"\nf = ''\n",
    "a = 1_000\nb = 0xFF\nc = 1e5\nd = -1.5\ne = +3\nf = inf\ng = 00\n",
    "a = 0.5\nb = -0\nc = 1.\n",
    "a = 1979-05-27\nb = 07:32:00\nc = 1979-05-27 07:32:00Z\n",
    "a = [[1, 2], [], [\"x\"], ]\nb = [\n\n# c\n1\n\n,\n]\n",
    "a = {\n  b = 1, # x\n  c = 2,\n}\n",
    "a = truex\n",
    "a = true b = 2\n",
    "a = = 1\n",
    "a\n",
    "a = \"open\n",
    "a = 'del \u{7f}'\n",
    "a = \"\u{1}\"\n# \u{2}\n",
    "ä = 1\n",
    "\"ä\" = \"ö\" # ü\n",
    "[ a . b ]\nc . d = 1\n[[ e ]]\n",
    "[a]b = 1\n",
    "[a\n]\n",
    "[]\n",
    "a.\"b\".'c' = 1\na.b.c = 2\n",
    "\r\n[a]\rb = 1\n",
];

/// The usual YAML and what lies next to it.
const YAML: &[&str] = &[
    "",
    "# only a comment\n",
    "plain",
    "a: 1\nb: two words # c\nc:\nd: ~\ne: ''\nf: \"\"\ng: null\nh: True\n",
    "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      '@scope/a':\n        specifier: ^1.0.0\n        version: 1.0.0(b@2.0.0)\n\npackages:\n\n  '@scope/a@1.0.0':\n    resolution: {integrity: sha512-AAAA==}\n    engines: {node: '>=6.9.0'}\n    cpu: [x64]\n    hasBin: true\n",
    "/a/1.0.0:\n  resolution: {tarball: https://registry.example/a.tgz}\n  dev: false\n",
    "__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\"a@npm:^1.0.0, a@npm:^1.1.0\":\n  version: 1.1.0\n  resolution: \"a@npm:1.1.0\"\n  dependencies:\n    b: \"npm:^2.0.0\"\n  checksum: 10c0/abc\n  languageName: node\n  linkType: hard\n",
    "? \"a very long key\"\n:\n  version: 1\n? b\n: c\n? d\n: e: f\n  g: h\n",
    "on:\n  push:\n    branches: [main, 'release/**']\njobs:\n  test:\n    steps:\n      - uses: actions/checkout@v4 # v4.1\n        with: {fetch-depth: 0}\n      - name: x\n        run: |\n          echo a\n            b\n\n          echo c\n      - run: >-\n          one\n          two\n\n          three\n            deeper\n          four\n",
    "a: |\n  x\n\n\nb: |+\n  x\n\n\nc: |-\n  x\n\n",
    "a: >\n\n  x\n  y\n\n   z\n\n   w\n  v\n\n",
    "a: |\n\n  x\n",
    "a: |\n   \n  x\n",
    "a: |2\n   x\n",
    "a: |\n  x",
    "a: |\n  x\n ",
    "a: |\n# c\nb: 1\n",
    "a: | # c\n  x\r\n  y\r\n\r\nb: 1\r\n",
    "a:\r\n- b\r\n- c: d\r\n  e: f\r\n",
    "a:\n- b\n-\n- - c\n  - d\n-   e: f\n    g: h\ni: j\n",
    "- a\n- b: c\n  d:\n    - e\n-\n  f: g\n- # c\n  h\n",
    "a: b\n c\n",
    "a: 'b\n  c'\n",
    "a: \"b\n  c\"\n",
    "a: b: c\n",
    "a: - b\n",
    "a: 'b': c\n",
    "a:b\n",
    "a: b#c\nd: e #f\ng: #h\n",
    "a : b\n'c' : d\n\"e\": f\n",
    "\"a\":b\n",
    "a: [b, c, {d: e, f: [g]}, 'h', \"i\"]\nj: {}\nk: []\nl: { m: , n: o }\n",
    "a: {\"b\":1,\"c\":[2,3]}\n",
    "a: [b,, c]\n",
    "a: [b: c]\n",
    "a: {b}\n",
    "a: [b, c,]\nd: {e: f,}\n",
    "a: [\n  b, # c\n  d\n  ]\n",
    "a: [\n  b\n]\n",
    "a: [b\n  c]\n",
    "a: {b: c\n  }\nd: e\n",
    "[a, b]: c\n",
    "{a: b}",
    "{\n  \"a\": 1,\n  \"b\": [true, null]\n}\n",
    "a: [b#c, -1, http://x, a:b, -x]\n",
    "a: b\na: c\n",
    "a: {b: 1, b: 2}\n",
    "a: &x 1\nb: *x\n",
    "base: &base\n  a: 1\n  b: 2\nc:\n  <<: *base\n  b: 3\nd:\n  <<: [*base, {e: 4}]\n",
    "<<: a\n",
    "a: !!str 1\nb: !x {c: d}\n",
    "---\na: 1\n---\nb: 2\n...\n---\n- c\n",
    "---\n---\n",
    "# c\n---\na: 1\n",
    "a: 1\n---\nb: 1\nb: 2\n",
    "--- a\n",
    "%YAML 1.2\n---\na: 1\n",
    "a: 1\n  b: 2\n",
    "  a: 1\n b: 2\n",
    "  a: 1\n  b: 2\n",
    "a:\n  - b\n - c\n",
    "a:\n\t- b\n",
    "a:\tb\n",
    "a: b\tc\n",
    "a: b \t# c\n",
    "a: @b\n",
    "a: `b`\n",
    "a: %b\n",
    "ä: ö # ü\nß: \"\\u00e4\\x41\\_\\\\\"\n'日本': [語, {本: 日}]\n",
    "a: 1.10\nb: no\nc: 012\nd: 1e3\ne: 0x1F\nf: 2020-01-01\n",
    "-a\n",
    "- -a\n- ?b\n- :c\n",
    "a: ?b\nc: :d\n",
    "a:\n  b: c\n  # d\n # e\n# f\n  g: h\n",
    "a: x\u{feff}y\n",
    "a: 'it''s'\nb: '''x'''\nc: ''''\n",
    "a: \"\\q\"\n",
    "key with spaces: value with 'quotes' and \"more\"\n",
    "=: x\n",
    "a: >-\n  x\n\n\n",
    "a: |\n  \tx\n\ty\n",
];

/// What the fast and the general reader say of a text, if they differ.
fn toml_difference(text: &str) -> Option<String> {
    let source = source(text);
    let (fast, general) = (toml::parse(&source), toml::parse_general(&source));
    (fast != general).then(|| format!("{text:?}\n  fast    {fast:?}\n  general {general:?}"))
}

fn yaml_difference(text: &str) -> Option<String> {
    let source = source(text);
    let (fast, general) = (yaml::parse_all(&source), yaml::parse_all_general(&source));
    if fast != general && !kinder(&fast, &general) {
        return Some(format!("{text:?}\n  fast    {fast:?}\n  general {general:?}"));
    }
    let (fast, general) = (yaml::parse(&source), yaml::parse_general(&source));
    (fast != general && !kinder(&fast, &general))
        .then(|| format!("{text:?}, first document\n  fast    {fast:?}\n  general {general:?}"))
}

/// Whether only the general reader refuses, for the indentation of lines in brackets.
fn kinder<T>(fast: &Result<T, SyntaxError>, general: &Result<T, SyntaxError>) -> bool {
    fast.is_ok() && general.as_ref().is_err_and(|error| error.message.starts_with("invalid indentation"))
}

/// The differences on every text and its [`mutations`].
fn differences(texts: &[&str], inserts: &[char], difference: fn(&str) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    for text in texts {
        found.extend(difference(&text.replace('\n', "\r\n")));
        mutations(text, inserts, |text| found.extend(difference(text)));
    }
    found.truncate(20);
    found
}

/// A text, every beginning of it, the text without each of its characters, and at each place with one of `inserts` more
/// and with another instead of what is there.
fn mutations(text: &str, inserts: &[char], mut check: impl FnMut(&str)) {
    check(text);
    for (place, (at, character)) in text.char_indices().enumerate() {
        let (before, rest) = text.split_at(at);
        let after = &rest[character.len_utf8()..];
        check(before);
        check(&format!("{before}{after}"));
        // Steps that have no divisor in common with their number bring all of them to all kinds of places.
        let insert = |step: usize| inserts[(place * step + text.len()) % inserts.len()];
        check(&format!("{before}{}{rest}", insert(5)));
        check(&format!("{before}{}{after}", insert(11)));
    }
}

#[test]
fn fast_and_general_toml_agree() {
    let inserts = ['a', '.', '=', '"', '\'', '[', ']', '{', '}', ',', '#', ' ', '\n', '\r', '\t', '0', '\\'];
    let found = differences(TOML, &inserts, toml_difference);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn fast_and_general_yaml_agree() {
    let inserts = ['a', ':', '-', '"', '\'', '[', ']', '{', '}', ',', '#', '|', ' ', '\n', '\r', '\t', '?', '&', '\\'];
    let found = differences(YAML, &inserts, yaml_difference);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A small generator of pseudo-random numbers (SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }

    fn space(&mut self, out: &mut String) {
        out.push_str(self.of(&["", "", " ", "\n  ", "\r\n\t", "          "]));
    }

    fn string(&mut self, out: &mut String) {
        out.push('"');
        for _ in 0..self.below(6) {
            out.push_str(self.of(&[
                "a",
                "key",
                "integrity-sha512",
                "ä",
                "日本",
                "😀",
                "\\n",
                "\\\"",
                "\\\\",
                "\\/",
                "\\b\\f\\r\\t",
                "\\u0041",
                "\\u00e9",
                "\\uD83D\\uDE00",
                "\\u0000",
                "\u{7f}",
                "{[,:]}",
                "//",
                "/*",
            ]));
        }
        out.push('"');
    }

    fn json(&mut self, out: &mut String, depth: u32) {
        self.space(out);
        match self.below(if depth == 0 { 6 } else { 10 }) {
            0 => out.push_str("null"),
            1 => out.push_str(self.of(&["true", "false"])),
            2 => out.push_str(self.of(&["0", "-1", "12.5", "1e3", "-2.5E-7", "18446744073709551615", "0.1"])),
            3..=5 => self.string(out),
            6 | 7 => {
                out.push('[');
                for item in 0..self.below(5) {
                    if item > 0 {
                        out.push(',');
                    }
                    self.json(out, depth - 1);
                }
                self.space(out);
                out.push(']');
            }
            _ => {
                out.push('{');
                for item in 0..self.below(5) {
                    if item > 0 {
                        out.push(',');
                    }
                    self.space(out);
                    self.string(out);
                    self.space(out);
                    out.push(':');
                    self.json(out, depth - 1);
                }
                self.space(out);
                out.push('}');
            }
        }
        self.space(out);
    }
}

fn value(node: Node<'_>) -> serde_json::Value {
    let text = node.scalar().unwrap_or_default();
    match node.kind() {
        Kind::Null => serde_json::Value::Null,
        Kind::Boolean => serde_json::Value::Bool(node.boolean().unwrap()),
        Kind::Number => serde_json::from_str(text).unwrap(),
        Kind::String | Kind::Date => serde_json::Value::String(text.to_owned()),
        Kind::Sequence => node.items().map(value).collect(),
        Kind::Mapping => node.entries().map(|(key, item)| (key.string().unwrap().to_owned(), value(item))).collect(),
    }
}

#[test]
fn json_is_what_serde_json_says() {
    let mut draw = Draw(7);
    let mut longest = String::new();
    for _ in 0..2000 {
        let mut text = String::new();
        draw.json(&mut text, 5);
        let source = source(&text);
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value(json::parse(&source).unwrap().root()), expected, "{text:?}");
        // What is JSON is relaxed JSON and the same, comments aside.
        assert_eq!(json::parse_relaxed(&source), json::parse(&source), "{text:?}");
        if text.len() > longest.len() && text.len() < 2000 {
            longest = text;
        }
    }
    let inserts = ['a', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', '\n', '\u{1}', 'u', 't'];
    mutations(&longest, &inserts, |text| {
        let source = source(text);
        let read = json::parse(&source);
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(expected) => assert_eq!(value(read.unwrap().root()), expected, "{text:?}"),
            // Half a surrogate pair is the one thing that is let pass.
            Err(error) if error.to_string().contains("surrogate") || error.to_string().contains("hex escape") => {}
            Err(error) => assert!(read.is_err(), "{error}: {text:?}"),
        }
    });
}

type Parse = for<'s> fn(&'s Source) -> Result<Document<'s>, SyntaxError>;

const READERS: [(&str, Parse); 7] = [
    ("json", json::parse),
    ("relaxed json", json::parse_relaxed),
    ("toml", toml::parse),
    ("general toml", toml::parse_general),
    ("yaml", yaml::parse),
    ("general yaml", yaml::parse_general),
    ("xml", xml::parse),
];

/// Spans lie within the text, and errors are fragments.
fn check_sound(text: &str) {
    let source = source(text);
    for (name, parse) in READERS {
        match parse(&source) {
            Ok(document) => {
                let mut nodes = vec![document.root()];
                while let Some(node) = nodes.pop() {
                    let raw = source.slice(node.span());
                    if let (Some(decoded), Kind::Number | Kind::Date) = (node.scalar(), node.kind()) {
                        assert_eq!(decoded, raw, "{name}: {text:?}");
                    }
                    nodes.extend(node.entries().flat_map(|(key, value)| [key, value]));
                    nodes.extend(node.items());
                }
            }
            Err(error) => {
                assert!(text.get(error.span.range()).is_some(), "{name}: {error:?} in {text:?}");
                assert!(!error.message.is_empty() && !error.message.ends_with('.'), "{name}: {error}");
                assert!(!error.message.starts_with(char::is_uppercase), "{name}: {error}");
            }
        }
    }
}

#[test]
fn no_beginning_of_any_text_upsets_any_reader() {
    let json = "{\"a\": [1, -2.5e+3, \"x\\n\\ud83d\\ude00é\", null, true, {}], // c\n\"b\": {/**/\"c\": false,},}";
    let xml = "<?xml version='1.0'?><!DOCTYPE a [ <!ELEMENT a (b)> ]>\n<a x:b='1&#x41;é' c=\"\"><!-- d -->e<f:g/>&amp;\r\n<h><![CDATA[ <i> ]]>é</h></a>";
    for text in TOML.iter().chain(YAML).chain([&json, &xml]) {
        for (at, _) in text.char_indices() {
            check_sound(&text[..at]);
        }
        check_sound(text);
    }
}

#[test]
fn ends_of_line_and_byte_order_marks_change_nothing_but_spans() {
    let texts = [
        ("{\n\"a\": [1,\n2]\n}\n", json::parse as Parse),
        ("[a]\nb = [1,\n2]\nc = \"x\" # y\n", toml::parse),
        ("a:\n  - b\n  - c: |\n      x\n      y\n", yaml::parse),
        ("a: &x\n  - b\nc: *x\n", yaml::parse),
        ("<a>\n<b c='1\n2'/>\n<d>1\n2</d></a>\n", xml::parse),
    ];
    for (text, parse) in texts {
        let (plain, windows) = (source(text), source(&format!("\u{feff}{}", text.replace('\n', "\r\n"))));
        let (plain, windows) = (parse(&plain).unwrap(), parse(&windows).unwrap());
        assert_eq!(value(plain.root()), value(windows.root()), "{text:?}");
    }
}

#[test]
fn depth_is_bounded_in_every_reader() {
    let deep = 100_000;
    let bombs: [(String, &[usize]); 9] = [
        ("[".repeat(deep), &[0, 1, 4, 5]),
        ("{\"a\":".repeat(deep), &[0, 1, 4, 5]),
        (format!("a = {}", "[".repeat(deep)), &[2, 3]),
        (format!("a = {}", "{b=".repeat(deep)), &[2, 3]),
        (format!("{} = 1", vec!["a"; deep].join(".")), &[2, 3]),
        (format!("[{}]", vec!["a"; deep].join(".")), &[2, 3]),
        ("- ".repeat(deep), &[4, 5]),
        ((0..2000).map(|depth| " ".repeat(depth) + "a:\n").collect(), &[4, 5]),
        ("<a>".repeat(deep) + &"</a>".repeat(deep), &[6]),
    ];
    for (text, readers) in &bombs {
        let source = source(text);
        for reader in *readers {
            let (name, parse) = READERS[*reader];
            assert!(parse(&source).is_err(), "{name}: {}", &text[..20]);
        }
    }
    // Dotted keys within brackets multiply.
    let key = vec!["a"; 70].join(".");
    let text = format!("b = {}1{}", format!("{{{key} = ").repeat(70), "}".repeat(70));
    let error = toml::parse(&source(&text)).unwrap_err();
    assert!(error.message.contains("nested deeper"), "{error}");
}

#[test]
fn the_allowed_depth_is_read() {
    let text = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
    assert!(json::parse(&source(&text)).is_ok());
    assert!(yaml::parse(&source(&text)).is_ok());
    let text = format!("a = {}{}", "[".repeat(60), "]".repeat(60));
    assert!(toml::parse(&source(&text)).is_ok());
    let text = "<a>".repeat(MAX_DEPTH) + &"</a>".repeat(MAX_DEPTH);
    assert!(xml::parse(&source(&text)).is_ok());
}

#[test]
fn half_a_megabyte_of_one_thing_is_answered() {
    // Whoever needed time in proportion to the square would be at it for minutes.
    let size = 1 << 19;
    let texts: Vec<(String, &[usize])> = vec![
        (format!("\"{}\"", "x".repeat(size)), &[0, 4, 5]),
        (format!("\"{}\"", "\\n".repeat(size / 2)), &[0, 4, 5]),
        (format!("[{}1]", "1,".repeat(size / 2)), &[0, 4, 5]),
        (format!("{{{}\"x\":1}}", "\"a\":1,".repeat(size / 6)), &[0, 1]),
        (" ".repeat(size), &[1, 2, 4]),
        (format!("a = [{}]", "1,".repeat(size / 2)), &[2, 3]),
        (format!("a = \"{}\"", "\\n".repeat(size / 2)), &[2, 3]),
        ((0..size / 16).map(|number| format!("key{number} = {number}\n")).collect(), &[2, 3]),
        (format!("a = {{{}}}", (0..size / 16).map(|n| format!("k{n} = {n},")).collect::<String>()), &[2, 3]),
        ((0..size / 16).map(|number| format!("[key{number}]\na=1\n")).collect(), &[2, 3]),
        ((0..size / 16).map(|number| format!("key{number}: {number}\n")).collect(), &[4, 5]),
        ("---\n".repeat(size / 4), &[4, 5]),
        ("a: ".to_owned() + &"x ".repeat(size / 2), &[4, 5]),
        ("'".to_owned() + &"''".repeat(size / 2), &[4, 5]),
        ("# x\n".repeat(size / 4), &[2, 4, 5]),
        ("a: |\n".to_owned() + &"  x\n".repeat(size / 4), &[4, 5]),
        ("a: >\n\n".to_owned() + &"\n".repeat(size), &[4, 5]),
        ("\n<<<<<<".repeat(size / 7), &[0, 2, 4, 6]),
        (format!("<a>{}</a>", "<b/>".repeat(size / 4)), &[6]),
        (format!("<a>{}</a>", "&amp;".repeat(size / 5)), &[6]),
        (format!("<a>{}</a>", "x<!-- -->".repeat(size / 9)), &[6]),
        (format!("<a b='{}'/>", "&".repeat(size)), &[6]),
        (format!("<a {}/>", (0..size / 16).map(|n| format!("k{n}='' ")).collect::<String>()), &[6]),
        (format!("<a>{}", "&".repeat(size)), &[6]),
        ("<".repeat(size), &[6]),
    ];
    for (text, readers) in &texts {
        let source = source(text);
        for reader in *readers {
            let (name, parse) = READERS[*reader];
            if let Err(error) = parse(&source) {
                assert!(error.span.end as usize <= text.len(), "{name}: {:?}", &text[..20]);
            }
        }
    }
    let source = source(&"---\n".repeat(size / 4));
    assert_eq!(yaml::parse_all(&source).unwrap().len(), size / 4);
}
