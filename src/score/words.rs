//! Texts for people, by language. A language is a file in `messages/`, with the same keys as the others.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::model::RepoPath;
use crate::text::{Source, toml};

use super::Said;

/// The files: the language's tag (BCP 47), and its text. The first is the one whose texts stand in where another lacks one.
static FILES: &[(&str, &str)] = &[
    ("en", include_str!("messages/en.toml")),
    ("fr", include_str!("messages/fr.toml")),
    ("de", include_str!("messages/de.toml")),
];

/// The languages that cards are written in.
pub const LANGUAGES: [&str; 3] = ["en", "fr", "de"];

/// The texts of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// Its tag.
    pub language: &'static str,
    texts: BTreeMap<String, String>,
}

fn all() -> &'static [Words] {
    static ALL: OnceLock<Vec<Words>> = OnceLock::new();
    ALL.get_or_init(|| {
        FILES
            .iter()
            .map(|(language, text)| {
                let path = RepoPath::new(&format!("messages/{language}.toml"));
                let source = Source::from_text(path, (*text).to_owned()).expect("a shipped file is shorter than 4 GiB");
                let document = toml::parse(&source).expect("tests read every shipped file");
                let mut texts = BTreeMap::new();
                for (table, entries) in document.root().entries() {
                    for (key, value) in entries.entries() {
                        let key = [table.scalar().unwrap_or_default(), ".", key.scalar().unwrap_or_default()].concat();
                        texts.insert(key, value.string().unwrap_or_default().to_owned());
                    }
                }
                Words { language, texts }
            })
            .collect()
    })
}

impl Words {
    /// The texts of a language, by its tag (`fr`, also `fr-CA` or `fr_CA.UTF-8`).
    pub fn of(tag: &str) -> Option<&'static Words> {
        let primary = tag.split(['-', '_', '.']).next().unwrap_or_default().to_ascii_lowercase();
        all().iter().find(|words| words.language == primary)
    }

    /// English.
    pub fn english() -> &'static Words {
        &all()[0]
    }

    /// The text of a key; empty where no file has it.
    pub fn get(&self, key: &str) -> &str {
        self.texts.get(key).map_or("", String::as_str)
    }

    /// A text with arguments: `{0}` is the first, and `{0:project|projects}` the word that goes with the first as a number (French
    /// counts none as one).
    pub fn fill(&self, key: &str, values: &[&str]) -> String {
        let mut out = String::new();
        let text = self.get(key);
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            out.push_str(&rest[..at]);
            let tail = &rest[at + 1..];
            let hole = tail.split_once('}').and_then(|(hole, after)| {
                let (number, forms) =
                    hole.split_once(':').map_or((hole, None), |(number, forms)| (number, Some(forms)));
                Some((number.parse::<usize>().ok()?, forms, after))
            });
            match hole {
                Some((number, forms, after)) => {
                    let value = values.get(number).copied().unwrap_or_default();
                    let one = value == "1" || value == "0" && self.language == "fr";
                    let form = forms.and_then(|forms| forms.split_once('|'));
                    out.push_str(form.map_or(value, |(single, several)| if one { single } else { several }));
                    rest = after;
                }
                None => {
                    out.push('{');
                    rest = tail;
                }
            }
        }
        out.push_str(rest);
        out
    }

    /// What was found, in this language.
    pub fn said(&self, said: &Said) -> String {
        let values: Vec<&str> = said.values.iter().map(String::as_str).collect();
        self.fill(&format!("said.{}", said.key), &values)
    }

    /// The keys, for tests.
    #[cfg(test)]
    pub(super) fn keys(&self) -> Vec<&str> {
        self.texts.keys().map(String::as_str).collect()
    }
}
