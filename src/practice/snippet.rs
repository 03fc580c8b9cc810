//! What source texts give away: credentials of well-known shapes, and forums named as the origin of code.
//!
//! Few shapes on purpose: only tokens that carry their issuer's prefix (or the armour of a private key) are known here, so
//! that nearly everything found is one. What is found is never kept, only its kind and place.

use crate::model::{Fact, FactKind, Location, RepoPath};
use crate::text::Source;

/// A shape: its prefix, the characters that follow, how many at least, and its name.
struct Shape {
    prefix: &'static str,
    also: &'static str,
    least: usize,
    most: usize,
    name: &'static str,
}

const fn shape(prefix: &'static str, also: &'static str, least: usize, most: usize, name: &'static str) -> Shape {
    Shape { prefix, also, least, most, name }
}

/// Shapes as their issuers document them: prefix, alphabet beyond letters and digits, length of the rest.
const SHAPES: &[Shape] = &[
    shape("AKIA", "", 16, 16, "AWS access key id"),
    shape("ghp_", "", 36, 36, "GitHub personal access token"),
    shape("gho_", "", 36, 36, "GitHub OAuth token"),
    shape("ghs_", "", 36, 36, "GitHub app token"),
    shape("github_pat_", "_", 82, 82, "GitHub fine-grained token"),
    shape("glpat-", "_-", 20, 20, "GitLab personal access token"),
    shape("npm_", "", 36, 36, "npm access token"),
    shape("xoxb-", "-", 40, 80, "Slack bot token"),
    shape("xoxp-", "-", 40, 80, "Slack user token"),
    shape("sk_live_", "", 24, 99, "Stripe secret key"),
    shape("pypi-AgEI", "_-", 50, 400, "PyPI API token"),
];

/// How a private key in PEM begins, without the words before: `RSA`, `EC`, `OPENSSH` or none.
const KEY: &str = "PRIVATE KEY-----";

/// Forums whose answers are copied.
const FORUMS: &[&str] = &["stackoverflow.com/a/", "stackoverflow.com/questions/", "stackoverflow.com/q/"];

/// Whether a text may hold something of interest: one pass over its bytes, so that most files cost nothing more.
pub fn has_candidate(text: &str) -> bool {
    use std::sync::OnceLock;
    static FINDER: OnceLock<Option<aho_corasick::AhoCorasick>> = OnceLock::new();
    let finder = FINDER.get_or_init(|| {
        let words = SHAPES.iter().map(|shape| shape.prefix).chain([KEY]).chain(FORUMS.iter().copied());
        aho_corasick::AhoCorasick::new(words).ok()
    });
    finder.as_ref().is_none_or(|finder| finder.is_match(text))
}

/// Whether the rest of a token looks drawn at random: documentation writes `AKIAIOSFODNN7EXAMPLE` and `ghp_xxxxxxxx`.
fn looks_random(rest: &str) -> bool {
    let upper = rest.to_ascii_uppercase();
    let told = ["EXAMPLE", "XXXX", "0000", "1234", "ABCD", "FAKE", "DUMMY", "TEST", "YOUR"];
    if told.iter().any(|word| upper.contains(word)) {
        return false;
    }
    let mut seen = [false; 128];
    rest.bytes().for_each(|byte| seen[usize::from(byte & 127)] = true);
    seen.iter().filter(|seen| **seen).count() >= 10
}

fn token(line: &str) -> Option<(usize, usize, &'static str)> {
    SHAPES.iter().find_map(|shape| {
        line.match_indices(shape.prefix).find_map(|(at, _)| {
            let joined = line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let rest = &line[at + shape.prefix.len()..];
            let length =
                rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || shape.also.as_bytes().contains(b)).count();
            let fits = (shape.least..=shape.most).contains(&length);
            (!joined && fits && looks_random(&rest[..length])).then_some((at, shape.prefix.len() + length, shape.name))
        })
    })
}

/// The kind of a private key that begins in this line and goes on in the next with its base64 text.
///
/// A key of RSA that is shorter than 1024 bits (600 characters, ten lines) is made to be shown in a text, not to be used.
fn private_key(line: &str, following: &[&str]) -> Option<usize> {
    const LEAST_OF_RSA: usize = 600;
    let at = line.find("-----BEGIN ")?;
    line[at..].contains(KEY).then_some(())?;
    let bodies = following.iter().map(|next| next.trim().trim_matches(['"', '\'', '+', '\\', ' ', ',']));
    let base64 = |body: &&str| {
        !body.is_empty() && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
    };
    let bodies: Vec<&str> = bodies.take_while(base64).collect();
    let characters: usize = bodies.iter().map(|body| body.len()).sum();
    let long = bodies.first().is_some_and(|first| first.len() >= 40);
    (long && (!line.contains("RSA ") || characters >= LEAST_OF_RSA)).then_some(at)
}

/// Looks at a text. Nothing of tests counts, by their directory or their name: a key in `tests/` or `keys_test.go` is made for them.
pub fn look_at_text(path: &RepoPath, text: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    if !has_candidate(text) || path.lies_in_test_data() || is_test(path.file_name()) {
        return facts;
    }
    let Ok(source) = Source::from_text(path.clone(), text.to_owned()) else { return facts };
    let is_code = is_code(path.file_name());
    let lines: Vec<_> = crate::text::lines::lines(&source).collect();
    for (index, line) in lines.iter().enumerate() {
        let mut fact = |kind, range: std::ops::Range<usize>, value: &str| {
            let location = Location::at(path, source.mark(line.part(range)));
            facts.push(Fact { kind, location, value: value.into() });
        };
        if let Some((at, length, name)) = token(line.text) {
            fact(FactKind::Secret, at..at + length, name);
        } else if let Some(at) = private_key(line.text, &following(&lines[index + 1..])) {
            fact(FactKind::Secret, at..line.text.len(), "private key");
        }
        if is_code && let Some(at) = FORUMS.iter().find_map(|forum| line.text.find(forum)) {
            let comment = ["//", "#", "/*", "*", "--", "<!--", ";"];
            let inside = comment.iter().any(|sign| line.content().trim_start().starts_with(sign))
                || line.text[..at].contains("// ")
                || line.text[..at].contains("# ");
            if inside {
                fact(FactKind::ForumSnippet, at..line.text.len().min(at + 60).max(at), "a forum answer is named");
            }
        }
    }
    facts
}

/// The texts of the next lines, as many as the shortest key that is used fills.
fn following<'a>(lines: &[crate::text::lines::Line<'a>]) -> Vec<&'a str> {
    const LINES: usize = 20;
    lines.iter().take(LINES).map(|line| line.text).collect()
}

/// Whether a file is a test by its name: `a.test.ts`, `a_test.go`, `test_a.py`, `ATest.java`.
fn is_test(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    [".test", ".spec", "_test", "_spec", "Test", "Tests"].iter().any(|end| stem.ends_with(end))
        || stem.starts_with("test_")
}

pub(super) fn is_code(name: &str) -> bool {
    let code = [
        "c", "cc", "cpp", "cs", "css", "dart", "go", "h", "hpp", "java", "js", "jsx", "kt", "lua", "mjs", "php", "pl",
        "py", "rb", "rs", "scala", "scss", "sh", "svelte", "swift", "ts", "tsx", "vue", "zig",
    ];
    name.rsplit_once('.').is_some_and(|(_, extension)| code.contains(&extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_known_by_shape_and_examples_are_none() {
        // Put together here, so that no scanner takes this file for a leak.
        let real = ["ghp", "_a8Zk2mQ9xR4tV7wB1nC6yD3eF5gH0jKLpQsU"].concat();
        assert_eq!(token(&real).map(|(.., name)| name), Some("GitHub personal access token"));
        assert!(token(&["AKIA", "IOSFODNN7EXAMPLE"].concat()).is_none());
        assert!(token(&["ghp", "_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"].concat()).is_none());
        assert!(token("npm_config_registry_is_a_variable_name").is_none());
        let facts = look_at_text(&RepoPath::new("src/a.rs"), &format!("let key = \"{real}\";\n"));
        assert_eq!(facts.len(), 1);
        assert!(!facts[0].value.contains("a8Zk"), "the secret itself is never kept");
        for test in ["tests/a.rs", "src/keys_test.go", "src/test_keys.rs", "lib/finder_spec.rb"] {
            assert!(look_at_text(&RepoPath::new(test), &real).is_empty(), "{test}");
        }
    }

    #[test]
    fn a_key_to_be_shown_is_shorter_than_one_to_be_used() {
        let found = |kind: &str, lines: usize| {
            // Put together here, for the same reason.
            let body = "MEgCQQCo9BpMRYQdL3DS2CyJxRFj6ctbT3Qp84KeFhnii7NT7fELilKUSnxS30Wa\n".repeat(lines);
            let text = format!("{}BEGIN {kind}PRIVATE KEY-----\n{body}", "-".repeat(5));
            look_at_text(&RepoPath::new("src/a.pem"), &text).len()
        };
        assert_eq!((found("RSA ", 2), found("RSA ", 12), found("EC ", 3), found("", 1), found("", 0)), (0, 1, 1, 1, 0));
    }

    #[test]
    fn forums_count_in_comments_of_code() {
        let at = |path: &str, text: &str| look_at_text(&RepoPath::new(path), text).len();
        assert_eq!(at("src/a.js", "// from https://stackoverflow.com/a/12345\n"), 1);
        assert_eq!(at("src/a.md", "see https://stackoverflow.com/a/12345\n"), 0);
        assert_eq!(at("src/a.js", "open('https://stackoverflow.com/a/1')\n"), 0);
    }
}
