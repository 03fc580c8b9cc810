//! The user's own settings: `settings.toml` in this user's configuration directory.
//!
//! What is read here is never taken from a scanned tree: a repository must not choose where questions go, which certificates
//! are trusted, or whose tokens are sent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::model::{Location, RepoPath};
use crate::online::{Address, ServiceKind};
use crate::policy::{PolicyProblem, PurlPattern, choose_from};
use crate::text::{Kind, Node, Source, toml};

use super::files::{self, FileError};

/// A key of the settings.
#[derive(Debug)]
pub struct SettingsKey {
    /// The table it stands in.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub expects: &'static str,
    /// What it means.
    pub docs: &'static str,
}

const fn key(table: &'static str, name: &'static str, expects: &'static str, docs: &'static str) -> SettingsKey {
    SettingsKey { table, name, expects, docs }
}

const ADDRESS: &str = "an address (`https://…`)";

/// All keys, by table.
pub static KEYS: &[SettingsKey] = &[
    key("", "online", "a table", "How the network is used by what asks for it."),
    key("online", "forbidden", "true or false", "Whether every use of the network is refused, whatever flags say."),
    key("online", "ca-bundle", "the path of a file", "Certificates (PEM) of authorities to trust beside the system's."),
    key(
        "online",
        "aggregator",
        "an address, or `none`",
        "Whom `--online` asks for licenses: a server of the deps.dev API v3.",
    ),
    key(
        "online",
        "public-registries",
        "a list of hosts (`registry.example`)",
        "Registries, named by the lock files, whose packages are public, so that the aggregator may be asked for them.",
    ),
    key("online", "parallel", "a number from 1 to 64", "How many questions are open at a time. Default: 8."),
    key("online", "requests", "a number", "How many requests a run makes at most. Default: 10000."),
    key(
        "online",
        "seconds",
        "a number",
        "How long a run uses the network at most. Default: 300 for licenses, 3600 for advisories.",
    ),
    key("online", "requests-per-second", "a number from 1 to 1000", "How fast one host is asked. Default: 50."),
    key(
        "online",
        "silence",
        "a number of seconds",
        "How long a server may be silent before it is asked again. Default: 30.",
    ),
    key("online", "tries", "a number from 1 to 10", "How often the same is asked before it is given up. Default: 4."),
    key("online", "cache-days", "a number", "How old a kept answer may be before it is asked for again. Default: 30."),
    key("online", "registry", "tables `[[online.registry]]`", "Registries of your own that know licenses."),
    key("online", "advisories", "a table", "Where `sepal advisories update` gets its data."),
    key("online.registry", "name", "a text", "What reports call it."),
    key("online.registry", "kind", "`npm`, `pypi`, `cargo` or `deps.dev`", "The form of its answers."),
    key("online.registry", "url", ADDRESS, "Where it begins."),
    key(
        "online.registry",
        "packages",
        "a list of package URL patterns (`pkg:npm/@acme/*`)",
        "Which packages are asked for here. Nobody else is asked for them. Default: all that its kind can know.",
    ),
    key("online.registry", "token-from", "the name of an environment variable", "Which holds the token for it."),
    key("online.advisories", "from", ADDRESS, "A mirror in the layout of the OSV bucket: `<ecosystem>/all.zip`."),
    key("online.advisories", "ecosystems", "a list of names (`npm`, `PyPI`)", "Which ecosystems are fetched."),
    key("online.advisories", "known-exploited", ADDRESS, "The catalogue of known exploited vulnerabilities."),
    key("online.advisories", "likelihoods", ADDRESS, "The EPSS scores, as `.csv` or `.csv.gz`."),
    key("online.advisories", "token-from", "the name of an environment variable", "Which holds the token for `from`."),
];

/// A registry of the user's.
#[derive(Clone, Debug)]
pub struct Registry {
    /// Its name.
    pub name: String,
    /// The form of its answers.
    pub kind: ServiceKind,
    /// Where it begins.
    pub url: Address,
    /// What is asked for here; empty: all that its kind can know.
    pub packages: Vec<PurlPattern>,
    /// The environment variable with its token.
    pub token_from: Option<String>,
}

/// Whom to ask where no registry is responsible.
#[derive(Clone, Debug, Default)]
pub enum Aggregator {
    /// The one that is built in.
    #[default]
    BuiltIn,
    /// Nobody.
    Nobody,
    /// Another one.
    At(Address),
}

/// Where advisories come from.
#[derive(Clone, Debug, Default)]
pub struct AdvisorySettings {
    /// The mirror.
    pub from: Option<Address>,
    /// Which ecosystems.
    pub ecosystems: Vec<String>,
    /// The catalogue of known exploited vulnerabilities.
    pub known_exploited: Option<Address>,
    /// EPSS scores.
    pub likelihoods: Option<Address>,
    /// The environment variable with the token for the mirror.
    pub token_from: Option<String>,
}

/// The settings.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether every use of the network is refused.
    pub forbidden: bool,
    /// Certificates to trust.
    pub ca_bundle: Option<PathBuf>,
    /// Whom to ask for licenses.
    pub aggregator: Aggregator,
    /// Hosts of registries whose packages are public.
    pub public_registries: Vec<String>,
    /// Questions at a time.
    pub parallel: Option<u64>,
    /// Requests of a run.
    pub requests: Option<u64>,
    /// Seconds of a run.
    pub seconds: Option<u64>,
    /// Requests a second to one host.
    pub per_second: Option<u64>,
    /// Seconds of silence.
    pub silence: Option<u64>,
    /// Tries of a question.
    pub tries: Option<u64>,
    /// Days that an answer is kept.
    pub cache_days: Option<u64>,
    /// Registries of the user's.
    pub registries: Vec<Registry>,
    /// Where advisories come from.
    pub advisories: AdvisorySettings,
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is something wrong with it.
    #[error("the settings have {} problem(s)", problems.len())]
    Problems {
        /// All that is wrong, sorted by place.
        problems: Vec<PolicyProblem>,
        /// The lines they are in, by file and line.
        lines: BTreeMap<(RepoPath, u32), String>,
    },
}

/// Reads a settings file.
///
/// # Errors
/// If it cannot be read, or anything is wrong with it: an unknown key, a value of the wrong kind.
pub fn load(file: &Path) -> Result<Settings, SettingsError> {
    // No path of this machine belongs into a message that people pass on: the name says which file it is.
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let source = files::read(file, RepoPath::new(&name))?;
    read(&source).map_err(|mut problems| {
        problems.sort();
        let mut lines = BTreeMap::new();
        for problem in &problems {
            if let Some(line) = problem.location.line() {
                let text = source.text().lines().nth(line as usize - 1).unwrap_or_default();
                lines.insert((problem.location.path.clone(), line), text.to_owned());
            }
        }
        SettingsError::Problems { problems, lines }
    })
}

struct Reader<'s> {
    source: &'s Source,
    problems: Vec<PolicyProblem>,
}

impl Reader<'_> {
    fn problem(&mut self, node: Node<'_>, message: impl Into<String>, help: impl Into<String>) {
        let location = Location::at(self.source.path(), self.source.mark(node.span()));
        self.problems.push(PolicyProblem { location, message: message.into(), help: Some(help.into()) });
    }

    fn wrong(&mut self, node: Node<'_>, table: &str, name: &str) {
        let expects = KEYS.iter().find(|key| key.table == table && key.name == name).map_or("", |key| key.expects);
        self.problem(node, format!("`{name}` has a value that it cannot have"), format!("write {expects}"));
    }

    /// The known keys of a table; the others are problems.
    fn table<'d>(&mut self, node: Node<'d>, table: &'static str) -> Vec<(&'static str, Node<'d>)> {
        if node.kind() != Kind::Mapping {
            self.problem(node, format!("`{table}` is no table"), format!("write [{table}]"));
            return Vec::new();
        }
        let names: Vec<&'static str> = KEYS.iter().filter(|key| key.table == table).map(|key| key.name).collect();
        let mut known = Vec::new();
        for (key, value) in node.entries() {
            let Some(wrote) = key.scalar() else { continue };
            match names.iter().find(|name| **name == wrote) {
                Some(name) => known.push((*name, value)),
                None => {
                    let place = if table.is_empty() { "the settings".to_owned() } else { format!("[{table}]") };
                    self.problem(key, format!("`{wrote}` is not a key of {place}"), choose_from(wrote, &names));
                }
            }
        }
        known
    }

    fn text(&mut self, node: Node<'_>, table: &str, name: &str) -> Option<String> {
        let text = node.string().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.wrong(node, table, name);
        }
        text.map(str::to_owned)
    }

    fn number(&mut self, node: Node<'_>, table: &str, name: &str, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let number = node.scalar().filter(|_| node.kind() == Kind::Number).and_then(|text| text.parse().ok());
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong(node, table, name);
        }
        number
    }

    fn address(&mut self, node: Node<'_>, table: &str, name: &str) -> Option<Address> {
        match Address::parse(&self.text(node, table, name)?) {
            Ok(address) => Some(address),
            Err(error) => {
                self.problem(node, error.to_string(), error.help().unwrap_or_default());
                None
            }
        }
    }

    fn texts<'d>(&mut self, node: Node<'d>, table: &str, name: &str) -> Vec<(Node<'d>, String)> {
        if node.kind() != Kind::Sequence {
            self.wrong(node, table, name);
            return Vec::new();
        }
        node.items().filter_map(|item| Some((item, self.text(item, table, name)?))).collect()
    }
}

/// Reads settings.
///
/// # Errors
/// All that is wrong with them.
pub fn read(source: &Source) -> Result<Settings, Vec<PolicyProblem>> {
    let document = toml::parse(source).map_err(|error| {
        let location = Location::at(source.path(), source.mark(error.span));
        vec![PolicyProblem { location, message: error.message, help: None }]
    })?;
    let mut reader = Reader { source, problems: Vec::new() };
    let mut settings = Settings::default();
    for (_, online) in reader.table(document.root(), "") {
        read_online(&mut reader, online, &mut settings);
    }
    if reader.problems.is_empty() { Ok(settings) } else { Err(reader.problems) }
}

fn read_online(reader: &mut Reader<'_>, node: Node<'_>, settings: &mut Settings) {
    const TABLE: &str = "online";
    const MOST: u64 = 1 << 40;
    for (name, node) in reader.table(node, TABLE) {
        match name {
            "forbidden" => match node.boolean() {
                Some(forbidden) => settings.forbidden = forbidden,
                None => reader.wrong(node, TABLE, name),
            },
            "ca-bundle" => settings.ca_bundle = reader.text(node, TABLE, name).map(PathBuf::from),
            "aggregator" if node.string() == Some("none") => settings.aggregator = Aggregator::Nobody,
            "aggregator" => {
                if let Some(address) = reader.address(node, TABLE, name) {
                    settings.aggregator = Aggregator::At(address);
                }
            }
            "public-registries" => {
                settings.public_registries =
                    reader.texts(node, TABLE, name).into_iter().map(|(_, text)| text).collect();
            }
            "parallel" => settings.parallel = reader.number(node, TABLE, name, 1..=64),
            "requests" => settings.requests = reader.number(node, TABLE, name, 1..=MOST),
            "seconds" => settings.seconds = reader.number(node, TABLE, name, 1..=MOST),
            "requests-per-second" => settings.per_second = reader.number(node, TABLE, name, 1..=1000),
            "silence" => settings.silence = reader.number(node, TABLE, name, 1..=3600),
            "tries" => settings.tries = reader.number(node, TABLE, name, 1..=10),
            "cache-days" => settings.cache_days = reader.number(node, TABLE, name, 0..=100_000),
            "registry" if node.kind() == Kind::Sequence => {
                for item in node.items() {
                    settings.registries.extend(read_registry(reader, item));
                }
            }
            "advisories" => settings.advisories = read_advisories(reader, node),
            _ => reader.wrong(node, TABLE, name),
        }
    }
}

fn read_registry(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Registry> {
    const TABLE: &str = "online.registry";
    let (mut called, mut kind, mut url, mut packages, mut token_from) = (None, None, None, Vec::new(), None);
    let before = reader.problems.len();
    for (name, node) in reader.table(node, TABLE) {
        match name {
            "name" => called = reader.text(node, TABLE, name),
            "kind" => {
                let wrote = reader.text(node, TABLE, name).unwrap_or_default();
                kind = ServiceKind::ALL.into_iter().find(|kind| kind.as_str() == wrote);
                if kind.is_none() && !wrote.is_empty() {
                    let kinds = ServiceKind::ALL.map(ServiceKind::as_str);
                    reader.problem(node, format!("`{wrote}` is not a kind of registry"), choose_from(&wrote, &kinds));
                }
            }
            "url" => url = reader.address(node, TABLE, name),
            "token-from" => token_from = reader.text(node, TABLE, name),
            _ => {
                for (item, text) in reader.texts(node, TABLE, name) {
                    match PurlPattern::parse(&text) {
                        Ok(pattern) => packages.push(pattern),
                        Err(why) => reader.problem(item, why, "write a pattern such as `pkg:npm/@acme/*`"),
                    }
                }
            }
        }
    }
    match (called, kind, url) {
        (Some(name), Some(kind), Some(url)) => Some(Registry { name, kind, url, packages, token_from }),
        _ => {
            if reader.problems.len() == before {
                reader.problem(node, "this registry is not complete", "it needs `name`, `kind` and `url`");
            }
            None
        }
    }
}

fn read_advisories(reader: &mut Reader<'_>, node: Node<'_>) -> AdvisorySettings {
    const TABLE: &str = "online.advisories";
    let mut settings = AdvisorySettings::default();
    for (name, node) in reader.table(node, TABLE) {
        match name {
            "from" => settings.from = reader.address(node, TABLE, name),
            "known-exploited" => settings.known_exploited = reader.address(node, TABLE, name),
            "likelihoods" => settings.likelihoods = reader.address(node, TABLE, name),
            "token-from" => settings.token_from = reader.text(node, TABLE, name),
            _ => settings.ecosystems = reader.texts(node, TABLE, name).into_iter().map(|(_, text)| text).collect(),
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, Vec<String>> {
        let source = Source::from_text(RepoPath::new("settings.toml"), text.to_owned()).unwrap();
        super::read(&source).map_err(|problems| {
            problems
                .iter()
                .map(|problem| format!("{problem}; {}", problem.help.as_deref().unwrap_or_default()))
                .collect()
        })
    }

    #[test]
    fn all_keys_are_read() {
        let settings = read(
            "[online]\nforbidden = false\nca-bundle = \"/etc/ca.pem\"\naggregator = \"none\"\npublic-registries = [\"registry.example\"]\nparallel = 4\nrequests = 9\n\
             seconds = 10\nrequests-per-second = 2\nsilence = 5\ntries = 2\ncache-days = 0\n\n\
             [[online.registry]]\nname = \"acme\"\nkind = \"npm\"\nurl = \"https://npm.example\"\n\
             packages = [\"pkg:npm/@acme/*\"]\ntoken-from = \"ACME_TOKEN\"\n\n\
             [online.advisories]\nfrom = \"https://osv.example\"\necosystems = [\"npm\"]\n\
             known-exploited = \"https://kev.example/kev.json\"\nlikelihoods = \"https://epss.example/e.csv.gz\"\n\
             token-from = \"OSV_TOKEN\"\n",
        )
        .unwrap();
        assert!(matches!(settings.aggregator, Aggregator::Nobody));
        assert_eq!((settings.parallel, settings.cache_days, settings.tries), (Some(4), Some(0), Some(2)));
        assert_eq!(settings.registries[0].packages[0].as_str(), "pkg:npm/@acme/*");
        assert_eq!(settings.advisories.from.unwrap().shown(), "https://osv.example");
        assert!(read("").is_ok());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_what_to_write() {
        let problems =
            read("[online]\nparalel = 4\nparallel = 0\n\n[[online.registry]]\nname = \"a\"\nkind = \"nmp\"\n")
                .unwrap_err();
        assert_eq!(problems.len(), 3, "{problems:#?}");
        assert!(
            problems[0].starts_with("settings.toml:2:1: `paralel` is not a key of [online]; did you mean `parallel`?")
        );
        assert!(problems[1].ends_with("; write a number from 1 to 64"));
        assert!(problems[2].contains("`nmp` is not a kind of registry; did you mean `npm`?"));
        let incomplete = read("[[online.registry]]\nname = \"a\"\n").unwrap_err();
        assert!(incomplete[0].contains("it needs `name`, `kind` and `url`"));
        let secret = read("[online]\naggregator = \"user:secret@host\"\n").unwrap_err();
        assert!(!secret[0].contains("secret"), "{secret:?}");
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a test looks at the repository it is built from")]
    fn every_key_is_on_the_page() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/online.md");
        let text = std::fs::read_to_string(page).unwrap();
        for key in KEYS.iter().filter(|key| !key.table.is_empty()) {
            let row = format!("| `[{}]` | `{}` | {} | {} |", key.table, key.name, key.expects, key.docs);
            assert!(text.contains(&row), "docs/online.md lacks the row\n{row}");
        }
    }
}
