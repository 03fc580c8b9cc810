//! Tests of a policy: example components, and whether the policy makes of them what is expected.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use crate::evaluate::evaluate;
use crate::license;
use crate::model::{
    Advisories, AdvisoryData, AdvisoryKind, Because, Bom, Certainty, Completeness, Component, ComponentId,
    ComponentKind, Date, Dependency, EcosystemData, Evidence, Field, Fix, Hash, HashAlgorithm, KnownExploited,
    LicenseClaim, LicenseSource, Licensing, Mark, Occurrence, Origin, Outcome, Party, Project, ProjectId, Purl,
    RepoPath, Severity, Span, Subject, VexStanding, Vulnerability,
};
use crate::policy::{Case, Cases, Policy, PolicyProblem};
use crate::rule::Distribution;
use crate::walk::Root;

use super::files;
use super::policy::{self, PolicyError};

/// The name of the file of cases that is looked for beside a policy.
pub const CASES: &str = "policy-tests.toml";

/// A file of cases, judged.
#[derive(Debug)]
pub struct Tested {
    /// Its path, as given.
    pub file: PathBuf,
    /// Each case.
    pub cases: Vec<TestedCase>,
}

/// A case, judged.
#[derive(Debug)]
pub struct TestedCase {
    /// What a person calls it.
    pub name: String,
    /// The line of the case, from one.
    pub line: Option<u32>,
    /// What was got, in a few words: `denied`.
    pub got: String,
    /// The policy line that decided.
    pub because: Option<String>,
    /// What is not as expected: what was, and what is; empty: it passed.
    pub wrong: Vec<(String, String)>,
}

/// Why the tests could not be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyTestError {
    /// The policy, or the file of cases, cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A shipped policy is named that is none.
    #[error("there is no built-in policy `{0}`")]
    Builtin(String),
    /// There is no case in it.
    #[error("{} has no [[case]]", .0.display())]
    Empty(PathBuf),
}

/// Runs the cases of a file. `named` is the policy if one was named, else the file says it, else it is the one that holds where the
/// file lies. `today` is the day of cases that name none.
///
/// # Errors
/// If the file or the policy cannot be read.
pub fn test(file: &Path, named: Option<&Path>, today: Date) -> Result<Tested, PolicyTestError> {
    let source = files::read(file, files::shown_path(file, None)).map_err(PolicyError::from)?;
    let cases = Cases::read(&source).map_err(|problems| wrong(problems, source.text()))?;
    if cases.cases.is_empty() {
        return Err(PolicyTestError::Empty(file.to_owned()));
    }
    let directory =
        file.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    let roots = files::roots(std::slice::from_ref(&directory)).unwrap_or_default();
    let mut policies: BTreeMap<Option<Distribution>, Policy> = BTreeMap::new();
    let mut tested = Vec::new();
    for case in &cases.cases {
        let policy = match policies.entry(case.distribution) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                place.insert(load(named, cases.policy.as_deref(), &directory, &roots, case.distribution)?)
            }
        };
        tested.push(judge(case, policy, today));
    }
    Ok(Tested { file: file.to_owned(), cases: tested })
}

fn wrong(problems: Vec<PolicyProblem>, text: &str) -> PolicyError {
    let mut lines = BTreeMap::new();
    for problem in &problems {
        if let Some(line) = problem.location.line() {
            let shown = text.lines().nth(line as usize - 1).unwrap_or_default();
            lines.insert((problem.location.path.clone(), line), shown.to_owned());
        }
    }
    PolicyError::Problems { problems, lines }
}

fn load(
    named: Option<&Path>,
    said: Option<&str>,
    directory: &Path,
    roots: &[Root],
    kind: Option<Distribution>,
) -> Result<Policy, PolicyTestError> {
    if named.is_none()
        && let Some(name) = said.and_then(|said| said.strip_prefix("builtin:"))
    {
        return Policy::builtin_for(name, kind).ok_or_else(|| PolicyTestError::Builtin(name.to_owned()));
    }
    let beside = said.map(|said| directory.join(said));
    let file = named.map(Path::to_owned).or(beside);
    Ok(policy::load_for(roots, file.as_deref(), kind)?)
}

fn judge(case: &Case, policy: &Policy, today: Date) -> TestedCase {
    let bom = bom(case);
    let verdict = evaluate(&bom, policy, case.date.unwrap_or(today));
    let id = bom.ids().find(|(_, component)| component.party == Party::Third).map(|(id, _)| id);
    let of_component = verdict.components.iter().find(|component| Some(component.component) == id);
    let open = || verdict.findings.iter().filter(|finding| finding.component == id && finding.standing.is_open());
    let place = |because: &Because| match because.line {
        Some(line) => format!("{}:{line}, {}", because.policy, because.text),
        None => because.text.clone(),
    };
    let got = of_component.map_or("first party, not judged", |component| component.verdict.as_str());
    let mut found: Vec<&str> = open().map(|finding| finding.rule.as_str()).collect();
    found.dedup();
    let listed = if found.is_empty() { "no finding".to_owned() } else { found.join(", ") };
    let mut wrong = Vec::new();
    let expect = &case.expect;
    if let Some(wanted) = expect.verdict.filter(|wanted| wanted.as_str() != got) {
        let reason = of_component.map(|component| format!(": {}", component.reason)).unwrap_or_default();
        wrong.push((wanted.as_str().to_owned(), format!("{got}{reason}")));
    }
    for rule in expect.findings.iter().filter(|rule| !found.contains(&rule.as_str())) {
        wrong.push((format!("a finding of {rule}"), listed.clone()));
    }
    for rule in expect.silent.iter().filter(|rule| found.contains(&rule.as_str())) {
        let said = open().find(|finding| finding.rule == *rule).map(|finding| finding.message.clone());
        wrong.push((format!("no finding of {rule}"), said.unwrap_or_default()));
    }
    let fails = verdict.outcome == Outcome::Violated;
    if let Some(wanted) = expect.fails.filter(|wanted| *wanted != fails) {
        let word = |fails| if fails { "the gate fails" } else { "the gate does not fail" };
        wrong.push((word(wanted).to_owned(), format!("{}, with {listed}", word(fails))));
    }
    // What decided: about the terms where the verdict was asked for, else the finding that was.
    let asked = open().find(|finding| expect.findings.contains(&finding.rule));
    let severest =
        || open().max_by_key(|finding| finding.severity).filter(|finding| finding.severity >= Severity::Warning);
    let because = match (expect.verdict, asked) {
        (None, Some(finding)) => Some(&finding.because),
        (None, None) if expect.fails == Some(true) => severest().map(|finding| &finding.because),
        _ => of_component.and_then(|component| component.because.as_ref()),
    };
    let got = if expect.verdict.is_some() { got.to_owned() } else { listed };
    TestedCase { name: case.name.clone(), line: case.location.line(), got, because: because.map(place), wrong }
}

/// A product that needs the case's component and nothing else.
fn bom(case: &Case) -> Bom {
    let kind = crate::ecosystem::by_purl_type(case.component.kind()).map_or("generic", |known| known.purl_type);
    let lock = RepoPath::new("example.lock");
    let mark = |line: u32| Mark { span: Span::new(line * 10, line * 10 + 5), line, column: 1 };
    let stated = |line: u32, field: Field| Evidence::stated(&lock, mark(line), field);
    let occurrence = |direct: bool| Occurrence {
        project: ProjectId(0),
        scope: case.scope,
        direct,
        evidence: stated(2, Field::Version),
        directory: None,
    };
    let claim = |raw: &str| {
        let read = license::read(raw);
        LicenseClaim {
            raw: raw.into(),
            expression: read.expression.map(|expression| expression.as_str().into()),
            reading: read.reading,
            source: LicenseSource::Lock,
            evidence: Some(stated(3, Field::License)),
        }
    };
    let third = Component {
        purl: case.component.clone(),
        kind: ComponentKind::Library,
        party: Party::Third,
        supplier: None,
        origin: origin(case.source.as_deref()),
        hashes: if case.hashes {
            Hash::from_bytes(HashAlgorithm::Sha256, &[7; 32]).into_iter().collect()
        } else {
            Vec::new()
        },
        licensing: Licensing {
            declared: case.license.as_deref().map(claim).into_iter().collect(),
            ..Licensing::default()
        },
        occurrences: vec![occurrence(case.direct)],
        properties: BTreeMap::new(),
    };
    let own = |name: &str| Component {
        purl: Purl::new("generic", name),
        kind: ComponentKind::Application,
        party: Party::First,
        supplier: None,
        origin: Origin::Path { path: "".into() },
        hashes: Vec::new(),
        licensing: Licensing::default(),
        occurrences: vec![Occurrence { evidence: stated(1, Field::Name), ..occurrence(false) }],
        properties: BTreeMap::new(),
    };
    let mut components = vec![own("product"), third];
    if !case.direct {
        components.push(Component { purl: Purl::new("generic", "between"), ..own("between") });
    }
    components.sort_by(|a, b| a.purl.cmp(&b.purl));
    let id_of = |wanted: &dyn Fn(&Component) -> bool| {
        ComponentId(components.iter().position(wanted).unwrap_or_default() as u32)
    };
    let third = id_of(&|component| component.party == Party::Third);
    let root = id_of(&|component| component.purl.name() == "product" && component.party == Party::First);
    let between = id_of(&|component| component.purl.name() == "between" && component.party == Party::First);
    let edge = |from: ComponentId, to: ComponentId| Dependency {
        project: ProjectId(0),
        from,
        to,
        scope: case.scope,
        requirement: None,
        direct: from == root,
        evidence: Some(stated(1, Field::Requirement)),
    };
    let mut dependencies =
        if case.direct { vec![edge(root, third)] } else { vec![edge(root, between), edge(between, third)] };
    dependencies.sort();
    Bom {
        subject: Subject { name: "example".to_owned(), revision: None },
        projects: vec![Project {
            directory: RepoPath::root(),
            ecosystem: kind,
            roots: vec![root],
            files: vec![lock.clone()],
            completeness: Completeness::Complete,
            gaps: Vec::new(),
            fixture: false,
        }],
        advisories: advisories(case, third, kind),
        components,
        dependencies,
        ..Bom::default()
    }
}

fn origin(source: Option<&str>) -> Origin {
    match source {
        None => Origin::Registry { url: None },
        Some("path") => Origin::Path { path: "vendor/example".into() },
        Some(url) if url.starts_with("git") => Origin::Git { url: url.into(), commit: None, reference: None },
        Some(url) => Origin::Archive { url: url.into() },
    }
}

fn advisories(case: &Case, component: ComponentId, kind: &'static str) -> Option<Advisories> {
    let known = case.vulnerabilities.as_ref()?;
    let vulnerabilities: Vec<Vulnerability> = known
        .iter()
        .map(|known| Vulnerability {
            component,
            id: known.id.clone(),
            aliases: Vec::new(),
            related: Vec::new(),
            records: vec![known.id.clone()],
            kind: AdvisoryKind::Vulnerability,
            summary: "An example.".to_owned(),
            level: known.severity,
            score: None,
            exploited: known.exploited.then(|| KnownExploited {
                cve: known.id.clone(),
                added: "2026-01-01".into(),
                due: "2026-01-22".into(),
                ransomware: false,
            }),
            likelihood: None,
            affected: "*".to_owned(),
            fix: known.fix.clone().map(|version| Fix { version, major: false }),
            fixed: known.fix.iter().cloned().collect(),
            certainty: Certainty::Affected,
            published: "2026-01-01T00:00:00Z".into(),
            modified: "2026-01-01T00:00:00Z".into(),
            standing: VexStanding::Unstated,
        })
        .collect();
    let today = case.date.map_or_else(|| "2026-01-01".to_owned(), |date| date.to_string());
    let data = AdvisoryData {
        imported: format!("{today}T00:00:00Z").into(),
        newest: format!("{today}T00:00:00Z").into(),
        records: 1,
        ecosystems: vec![EcosystemData {
            name: kind.into(),
            purl_type: kind.into(),
            records: 1,
            newest: format!("{today}T00:00:00Z").into(),
            components: 1,
            without_version: 0,
        }],
        exploited: Some(("2026-01-01".into(), 1)),
        likelihoods: None,
    };
    Some(Advisories { data, vulnerabilities, remedies: Vec::new() })
}
