//! Cases of a policy's tests: an example component, and what the policy is expected to make of it.

use compact_str::CompactString;

use crate::model::{Date, LicenseVerdict, Location, Purl, Scope, SeverityLevel};
use crate::rule::Distribution;
use crate::text::{Kind, Node, Source, toml};

use super::problem::{PolicyProblem, choose_from};

/// A file of cases.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    /// The policy that is tested: `builtin:hosted`, or a path from the file; `None`: the one that holds here.
    pub policy: Option<String>,
    /// The cases, in the order of the file.
    pub cases: Vec<Case>,
}

/// One component and what is expected.
#[derive(Clone, Debug)]
pub struct Case {
    /// What a person calls it.
    pub name: String,
    /// Its place.
    pub location: Location,
    /// The component.
    pub component: Purl,
    /// What it declares; `None`: nothing.
    pub license: Option<CompactString>,
    /// What it is needed for.
    pub scope: Scope,
    /// Whether the manifest names it.
    pub direct: bool,
    /// Whether the lock file states digests.
    pub hashes: bool,
    /// Where it comes from: a URL of git (`git+https://…`) or of an archive, or `path`; `None`: its ecosystem's own registry.
    pub source: Option<CompactString>,
    /// How the product reaches others, if not as the policy says.
    pub distribution: Option<Distribution>,
    /// What is publicly known of it; `None`: nobody looked.
    pub vulnerabilities: Option<Vec<CaseVulnerability>>,
    /// The day of the check; `None`: today.
    pub date: Option<Date>,
    /// What is expected.
    pub expect: Expect,
}

/// Something that is publicly known of a case's component.
#[derive(Clone, Debug)]
pub struct CaseVulnerability {
    /// Its id.
    pub id: CompactString,
    /// How severe it is.
    pub severity: SeverityLevel,
    /// Whether it is known to be exploited.
    pub exploited: bool,
    /// The version that fixes it.
    pub fix: Option<CompactString>,
}

/// What is expected.
#[derive(Clone, Debug, Default)]
pub struct Expect {
    /// What the license lists say.
    pub verdict: Option<LicenseVerdict>,
    /// Rules with an open finding about it.
    pub findings: Vec<CompactString>,
    /// Rules without one.
    pub silent: Vec<CompactString>,
    /// Whether the gate fails.
    pub fails: Option<bool>,
}

/// The verdicts by their words.
const VERDICTS: [LicenseVerdict; 4] =
    [LicenseVerdict::Allowed, LicenseVerdict::NeedsReview, LicenseVerdict::Denied, LicenseVerdict::Unknown];

/// What is read, and what is wrong with it.
struct Reading<'s> {
    source: &'s Source,
    problems: Vec<PolicyProblem>,
}

impl Reading<'_> {
    fn location(&self, node: Node<'_>) -> Location {
        Location::at(self.source.path(), self.source.mark(node.span()))
    }

    fn problem(&mut self, node: Node<'_>, message: impl Into<String>, help: impl Into<String>) {
        let location = self.location(node);
        self.problems.push(PolicyProblem { location, message: message.into(), help: Some(help.into()) });
    }

    fn text<'d>(&mut self, node: Node<'d>, name: &str) -> Option<&'d str> {
        let text = node.string().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.problem(node, format!("`{name}` is not a text"), "write a text in quotes");
        }
        text
    }

    fn boolean(&mut self, node: Node<'_>, name: &str) -> Option<bool> {
        let value = node.boolean();
        if value.is_none() {
            self.problem(node, format!("`{name}` is neither true nor false"), "write true or false");
        }
        value
    }

    fn word<T: Copy>(&mut self, node: Node<'_>, name: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(node, name)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.problem(
                node,
                format!("`{}` is not a value of `{name}`", text.escape_debug()),
                choose_from(text, &names),
            );
        }
        found
    }

    fn unknown_key(&mut self, key: Node<'_>, of: &str, keys: &[&str]) {
        let name = key.scalar().unwrap_or_default().to_owned();
        self.problem(key, format!("`{}` is not a key of {of}", name.escape_debug()), choose_from(&name, keys));
    }

    fn rules(&mut self, node: Node<'_>, name: &str) -> Vec<CompactString> {
        if node.kind() != Kind::Sequence {
            self.problem(node, format!("`{name}` is not a list"), "write a list of ids of rules");
            return Vec::new();
        }
        let mut ids = Vec::new();
        for item in node.items() {
            let Some(id) = self.text(item, name) else { continue };
            if crate::rule::by_id(id).is_none() && !super::own::is_own(id) {
                self.problem(item, format!("`{}` is not a rule", id.escape_debug()), super::reader::rules_like(id));
            } else {
                ids.push(id.into());
            }
        }
        ids
    }
}

impl Cases {
    /// Reads a file of cases.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of the file.
    pub fn read(source: &Source) -> Result<Self, Vec<PolicyProblem>> {
        let document = toml::parse(source).map_err(|error| {
            let location = Location::at(source.path(), source.mark(error.span));
            vec![PolicyProblem { location, message: error.message, help: None }]
        })?;
        let mut reading = Reading { source, problems: Vec::new() };
        let mut cases = Cases::default();
        for (key, node) in document.root().entries() {
            match key.scalar().unwrap_or_default() {
                "policy" => cases.policy = reading.text(node, "policy").map(str::to_owned),
                "case" if node.kind() == Kind::Sequence => {
                    for item in node.items() {
                        cases.cases.extend(case(&mut reading, item));
                    }
                }
                "case" => reading.problem(node, "`case` is not a list of tables", "write [[case]], once for each"),
                _ => reading.unknown_key(key, "a file of cases", &["policy", "case"]),
            }
        }
        reading.problems.sort();
        if reading.problems.is_empty() { Ok(cases) } else { Err(reading.problems) }
    }
}

fn case(reading: &mut Reading<'_>, table: Node<'_>) -> Option<Case> {
    const KEYS: [&str; 11] = [
        "name",
        "component",
        "license",
        "scope",
        "direct",
        "hashes",
        "source",
        "distribution",
        "vulnerabilities",
        "date",
        "expect",
    ];
    let (mut name, mut component, mut expect) = (None, None, None);
    let mut case = Case {
        name: String::new(),
        location: reading.location(table),
        component: Purl::new("generic", "none"),
        license: None,
        scope: Scope::Runtime,
        direct: true,
        hashes: true,
        source: None,
        distribution: None,
        vulnerabilities: None,
        date: None,
        expect: Expect::default(),
    };
    for (key, node) in table.entries() {
        match key.scalar().unwrap_or_default() {
            "name" => name = reading.text(node, "name").map(str::to_owned),
            "component" => {
                let text = reading.text(node, "component").unwrap_or_default();
                match text.parse::<Purl>() {
                    Ok(purl) => component = Some(purl),
                    Err(_) if text.is_empty() => {}
                    Err(error) => reading.problem(node, error.to_string(), "write a package URL: pkg:npm/kit@1.0.0"),
                }
            }
            "license" => case.license = reading.text(node, "license").map(CompactString::from),
            "scope" => {
                let words = Scope::ALL.map(|scope| (scope.as_str(), scope));
                case.scope = reading.word(node, "scope", &words).unwrap_or(case.scope);
            }
            "direct" => case.direct = reading.boolean(node, "direct").unwrap_or(true),
            "hashes" => case.hashes = reading.boolean(node, "hashes").unwrap_or(true),
            "source" => case.source = reading.text(node, "source").map(CompactString::from),
            "distribution" => {
                let words = Distribution::ALL.map(|kind| (kind.as_str(), kind));
                case.distribution = reading.word(node, "distribution", &words);
            }
            "date" => match node.scalar().unwrap_or_default().parse::<Date>() {
                Ok(date) => case.date = Some(date),
                Err(error) => reading.problem(node, format!("`date` is {error}"), "write a date such as 2027-05-01"),
            },
            "vulnerabilities" if node.kind() == Kind::Sequence => {
                let known = node.items().filter_map(|item| vulnerability(reading, item)).collect();
                case.vulnerabilities = Some(known);
            }
            "vulnerabilities" => {
                reading.problem(
                    node,
                    "`vulnerabilities` is not a list",
                    "write [{ id = \"CVE-2026-1\", severity = \"high\" }]",
                );
            }
            "expect" => expect = Some(read_expect(reading, node)),
            _ => reading.unknown_key(key, "a case", &KEYS),
        }
    }
    match (component, expect) {
        (Some(component), Some(expect)) => {
            let name = name.unwrap_or_else(|| component.to_string());
            Some(Case { name, component, expect, ..case })
        }
        (None, _) if reading.problems.is_empty() => {
            reading.problem(table, "this case has no `component`", "a case needs component and expect");
            None
        }
        (_, None) if reading.problems.is_empty() => {
            reading.problem(table, "this case has no `expect`", "a case needs component and expect");
            None
        }
        _ => None,
    }
}

fn vulnerability(reading: &mut Reading<'_>, table: Node<'_>) -> Option<CaseVulnerability> {
    let mut known = CaseVulnerability {
        id: CompactString::default(),
        severity: SeverityLevel::Unknown,
        exploited: false,
        fix: None,
    };
    for (key, node) in table.entries() {
        match key.scalar().unwrap_or_default() {
            "id" => known.id = reading.text(node, "id")?.into(),
            "severity" => {
                let words = SeverityLevel::ALL.map(|level| (level.as_str(), level));
                known.severity = reading.word(node, "severity", &words)?;
            }
            "kev" => known.exploited = reading.boolean(node, "kev")?,
            "fix" => known.fix = Some(reading.text(node, "fix")?.into()),
            _ => reading.unknown_key(key, "a vulnerability", &["id", "severity", "kev", "fix"]),
        }
    }
    if known.id.is_empty() {
        reading.problem(table, "this vulnerability has no `id`", "write { id = \"CVE-2026-1\", severity = \"high\" }");
        return None;
    }
    Some(known)
}

fn read_expect(reading: &mut Reading<'_>, node: Node<'_>) -> Expect {
    let verdicts = VERDICTS.map(|verdict| (verdict.as_str(), verdict));
    if node.kind() != Kind::Mapping {
        return Expect { verdict: reading.word(node, "expect", &verdicts), ..Expect::default() };
    }
    let mut expect = Expect::default();
    for (key, node) in node.entries() {
        match key.scalar().unwrap_or_default() {
            "verdict" => expect.verdict = reading.word(node, "verdict", &verdicts),
            "findings" => expect.findings = reading.rules(node, "findings"),
            "silent" => expect.silent = reading.rules(node, "silent"),
            "fails" => expect.fails = reading.boolean(node, "fails"),
            _ => reading.unknown_key(key, "`expect`", &["verdict", "findings", "silent", "fails"]),
        }
    }
    expect
}
