//! A Bom and a Verdict made by hand, for tests: a product with a Rust workspace, a web front end and a workflow.

use super::{Excerpts, Report, RuleText, RunInfo, Style};
use crate::model::*;

/// Everything a [`Report`] borrows.
pub(super) struct Sample {
    pub(super) bom: Bom,
    pub(super) verdict: Verdict,
    pub(super) excerpts: Excerpts,
    pub(super) run: RunInfo,
    pub(super) style: Style,
}

pub(super) const RULES: &[RuleText<'static>] = &[
    RuleText {
        id: "deps/unpinned",
        summary: "a dependency can change without a change in this repository",
        level: Severity::Warning,
        what: "Looks for dependencies that name a branch or a tag.",
        why: "Whoever controls the tag controls the build.",
        fix: "Pin the full commit id and keep the tag in a comment.",
    },
    RuleText {
        id: "legal/component-license-denied",
        summary: "the license of a component is denied by the policy",
        level: Severity::Error,
        what: "Compares the license of every component with the lists of the policy.",
        why: "Terms that are denied bind whoever passes the product on.",
        fix: "Replace the component, choose another arm of the expression, or waive it.",
    },
];

/// A place: the span's start is made up, its length is not.
pub(super) fn at(path: &str, line: u32, column: u32, length: u32) -> Location {
    let start = line * 40 + column;
    Location::at(&RepoPath::new(path), Mark { span: Span::new(start, start + length), line, column })
}

fn evidence(location: Location, field: Field) -> Evidence {
    Evidence { location, field, technique: Technique::ManifestAnalysis, confidence: 100 }
}

pub(super) fn component(
    purl: &str,
    party: Party,
    place: Location,
    project: u32,
    scope: Scope,
    direct: bool,
) -> Component {
    Component {
        purl: purl.parse().expect("a purl of the sample"),
        kind: if party == Party::First { ComponentKind::Application } else { ComponentKind::Library },
        party,
        supplier: None,
        origin: Origin::Registry { url: None },
        hashes: Vec::new(),
        licensing: Licensing::default(),
        occurrences: vec![Occurrence {
            project: ProjectId(project),
            scope,
            direct,
            evidence: evidence(place, Field::Name),
            directory: None,
        }],
        properties: Default::default(),
    }
}

pub(super) fn licensed(
    mut component: Component,
    raw: &str,
    source: LicenseSource,
    place: Option<Location>,
) -> Component {
    component.licensing.declared.push(LicenseClaim {
        raw: raw.into(),
        expression: Some(raw.into()),
        reading: Reading::Strict,
        source,
        evidence: place.map(|place| evidence(place, Field::License)),
    });
    component
}

pub(super) fn edge(project: u32, from: u32, to: u32, requirement: &str, place: Option<Location>) -> Dependency {
    Dependency {
        project: ProjectId(project),
        from: ComponentId(from),
        to: ComponentId(to),
        scope: Scope::Runtime,
        requirement: Some(requirement.into()),
        direct: place.is_some(),
        evidence: place.map(|place| evidence(place, Field::Requirement)),
    }
}

pub(super) fn because(line: u32, text: &str) -> Because {
    Because { policy: "policies/baseline.toml".into(), line: Some(line), text: text.into() }
}

pub(super) fn finding(rule: &str, severity: Severity, message: &str, location: Location) -> Finding {
    Finding {
        rule: rule.into(),
        severity,
        component: None,
        project: None,
        path: Vec::new(),
        message: message.into(),
        why: String::new(),
        help: Vec::new(),
        locations: vec![location],
        because: because(7, "the rule's own default"),
        fingerprint: "0f0f0f0f0f0f0f0f".into(),
        standing: Standing::Open,
        vulnerability: None,
    }
}

impl Sample {
    /// One error, two warnings, one waived finding, an incomplete project, trouble on the way.
    pub(super) fn new() -> Self {
        let web_lock = |line, column, length| at("web/package-lock.json", line, column, length);
        let components = vec![
            // 0
            component("pkg:cargo/acme-core@0.3.0", Party::First, at("Cargo.toml", 2, 9, 9), 0, Scope::Runtime, false),
            // 1
            licensed(
                component("pkg:cargo/serde@1.0.219", Party::Third, at("Cargo.lock", 8, 9, 5), 0, Scope::Runtime, true),
                "MIT OR Apache-2.0",
                LicenseSource::Cache,
                Some(at("cargo-registry:serde-1.0.219/Cargo.toml", 20, 12, 17)),
            ),
            // 2
            component(
                "pkg:github/example/build-action@v2",
                Party::Third,
                at(".github/workflows/ci.yml", 9, 15, 23),
                2,
                Scope::Build,
                true,
            ),
            // 3
            licensed(
                component("pkg:npm/ghost-kit@2.1.0", Party::Third, web_lock(1841, 6, 24), 1, Scope::Runtime, false),
                "AGPL-3.0-only",
                LicenseSource::Lock,
                Some(web_lock(1843, 18, 15)),
            ),
            // 4
            component("pkg:npm/oddlib@1.0.0", Party::Third, web_lock(300, 6, 20), 1, Scope::Development, false),
            // 5
            licensed(
                component("pkg:npm/report-tools@4.2.1", Party::Third, web_lock(900, 6, 20), 1, Scope::Runtime, true),
                "MIT",
                LicenseSource::Lock,
                Some(web_lock(902, 18, 5)),
            ),
            // 6
            component("pkg:npm/web@1.0.0", Party::First, at("web/package.json", 2, 11, 5), 1, Scope::Runtime, false),
        ];
        let dependencies = vec![
            edge(0, 0, 1, "1", Some(at("Cargo.toml", 9, 10, 3))),
            edge(1, 5, 3, "^2.0.0", None),
            edge(1, 6, 5, "^4.0.0", Some(at("web/package.json", 14, 22, 8))),
        ];
        let bom = Bom {
            subject: Subject { name: "acme".into(), revision: None },
            projects: vec![
                Project {
                    directory: RepoPath::root(),
                    ecosystem: "cargo",
                    roots: vec![ComponentId(0)],
                    files: vec![RepoPath::new("Cargo.lock"), RepoPath::new("Cargo.toml")],
                    completeness: Completeness::Complete,
                    gaps: Vec::new(),
                    fixture: false,
                },
                Project {
                    directory: RepoPath::new("web"),
                    ecosystem: "npm",
                    roots: vec![ComponentId(6)],
                    files: vec![RepoPath::new("web/package-lock.json"), RepoPath::new("web/package.json")],
                    completeness: Completeness::Incomplete,
                    gaps: vec![(
                        at("web/package.json", 15, 7, 10),
                        "`left-kit` is asked for and not in the lock file".into(),
                    )],
                    fixture: false,
                },
                Project {
                    directory: RepoPath::root(),
                    ecosystem: "github",
                    roots: Vec::new(),
                    files: vec![RepoPath::new(".github/workflows/ci.yml")],
                    completeness: Completeness::Complete,
                    gaps: Vec::new(),
                    fixture: false,
                },
            ],
            components,
            dependencies,
            advisories: None,
            stages: vec![Stage { name: "extract", detail: "5 files".into() }],
            files: FileCounts { seen: 412, read: 5, bytes: 88_123, excluded: 3, installed_trees: 0, fixtures: 0 },
            practices: None,
            diagnostics: vec![
                Diagnostic {
                    location: at("docs/example/package-lock.json", 3, 1, 1),
                    kind: DiagnosticKind::Malformed,
                    message: "expected a comma or a closing brace".into(),
                    help: Some("npm install writes the file anew".into()),
                },
                Diagnostic::file(&RepoPath::new("vendor/pipe"), DiagnosticKind::Note, "not a regular file, left out"),
            ],
            ..Bom::default()
        };

        let mut denied = finding(
            "legal/component-license-denied",
            Severity::Error,
            "AGPL-3.0-only is not allowed in a product you distribute",
            web_lock(1843, 18, 15),
        );
        denied.component = Some(ComponentId(3));
        denied.project = Some(ProjectId(1));
        denied.path = vec![ComponentId(6), ComponentId(5), ComponentId(3)];
        denied.why = "whoever receives the product, or uses it over a network, may ask for all of its source".into();
        denied.help = vec![
            "report-tools 5.0 or later no longer needs ghost-kit".into(),
            "ask legal@example.org".into(),
            "sepal waive 7f3a0c12 --reason internal-use-only --expires 2027-06-30".into(),
        ];
        denied.locations.extend([at("api/package-lock.json", 12, 18, 15), at("tools/package-lock.json", 70, 18, 15)]);
        denied.because = because(31, "class network-copyleft is denied when distribution = \"binary\"");
        denied.fingerprint = "7f3a0c12d4e5b6a7".into();

        let mut unpinned = finding(
            "deps/unpinned",
            Severity::Warning,
            "example/build-action is taken at the tag v2, which can be moved",
            at(".github/workflows/ci.yml", 9, 15, 23),
        );
        unpinned.component = Some(ComponentId(2));
        unpinned.project = Some(ProjectId(2));
        unpinned.why = "whoever controls the tag controls the build".into();
        unpinned.help = vec!["pin the full commit id and keep the tag in a comment".into()];
        unpinned.fingerprint = "1111222233334444".into();

        let mut missing = finding(
            "legal/component-license-missing",
            Severity::Warning,
            "no license was found for oddlib 1.0.0",
            web_lock(300, 6, 20),
        );
        missing.component = Some(ComponentId(4));
        missing.project = Some(ProjectId(1));
        missing.fingerprint = "5555666677778888".into();

        let mut waived =
            finding("deps/unhashed", Severity::Warning, "serde 1.0.219 has no checksum", at("Cargo.lock", 8, 9, 5));
        waived.component = Some(ComponentId(1));
        waived.project = Some(ProjectId(0));
        waived.path = vec![ComponentId(0), ComponentId(1)];
        waived.fingerprint = "9999aaaabbbbcccc".into();
        waived.standing = Standing::Waived {
            by: "ospo@example.org".into(),
            until: "2027-05-01".into(),
            reason: "mirrored and checked there".into(),
            because: Because { policy: "sepal.toml".into(), line: Some(12), text: "waiver".into() },
        };

        let judged = |component, verdict, chosen: Option<&str>, reason: &str| ComponentVerdict {
            component: ComponentId(component),
            verdict,
            chosen: chosen.map(Into::into),
            reason: reason.into(),
            because: None,
            waived: false,
        };
        let summary =
            |rule: &str, level, open, waived| RuleSummary { rule: rule.into(), level, open, waived, known: 0 };
        let verdict = Verdict {
            findings: vec![denied, unpinned, missing, waived],
            components: vec![
                judged(1, LicenseVerdict::Allowed, Some("MIT"), "class permissive is allowed"),
                judged(2, LicenseVerdict::Unknown, None, "no license was found"),
                ComponentVerdict {
                    because: Some(because(31, "class network-copyleft is denied")),
                    ..judged(3, LicenseVerdict::Denied, None, "class network-copyleft is denied")
                },
                judged(4, LicenseVerdict::Unknown, None, "no license was found"),
                judged(5, LicenseVerdict::Allowed, None, "class permissive is allowed"),
            ],
            rules: vec![
                summary("deps/unhashed", Severity::Warning, 0, 1),
                summary("deps/unpinned", Severity::Warning, 1, 0),
                summary("legal/component-license-denied", Severity::Error, 1, 0),
                summary("legal/component-license-missing", Severity::Warning, 1, 0),
            ],
            coverage: Coverage {
                components: 5,
                licensed: 3,
                by_source: vec![(LicenseSource::Lock, 2), (LicenseSource::Cache, 1)],
                verdicts: [2, 0, 1, 2],
                waived: 1,
            },
            diagnostics: Vec::new(),
            outcome: Outcome::Violated,
            policy: "baseline (built in)".into(),
            policy_digest: "ab".repeat(32),
            today: "2027-04-19".into(),
            next_expiry: Some("2027-05-01".into()),
            comparison: None,
            warns_until: None,
            remarks: Vec::new(),
        };

        let mut excerpts = Excerpts::new();
        excerpts.insert(&RepoPath::new("web/package-lock.json"), 1843, "      \"license\": \"AGPL-3.0-only\",");
        excerpts.insert(&RepoPath::new("web/package-lock.json"), 300, "    \"node_modules/oddlib\": {");
        excerpts.insert(&RepoPath::new("web/package.json"), 14, "    \"report-tools\": \"^4.0.0\",");
        excerpts.insert(&RepoPath::new(".github/workflows/ci.yml"), 9, "      - uses: example/build-action@v2");
        Self {
            bom,
            verdict,
            excerpts,
            run: RunInfo {
                version: "0.1.0".into(),
                roots: vec![".".into()],
                prefix: None,
                revision: Some("0123456789abcdef0123456789abcdef01234567".into()),
                offline: true,
                advisories: "none installed (sepal advisories update)".into(),
                timings: None,
                elapsed_ms: Some(38),
                exit: Some(1),
            },
            style: Style { width: 110, ..Style::default() },
        }
    }

    /// The same with as many warnings as wanted, brought in by `causes` direct dependencies.
    pub(super) fn with_many(count: u32, causes: u32) -> Self {
        let mut sample = Self::new();
        let root = ComponentId(6);
        let first = sample.bom.components.len() as u32;
        for cause in 0..causes {
            let place = at("web/package-lock.json", 5000 + cause, 6, 20);
            sample.bom.components.push(component(
                &format!("pkg:npm/z-cause-{cause:05}@1.0.0"),
                Party::Third,
                place,
                1,
                Scope::Runtime,
                true,
            ));
            let written = at("web/package.json", 20 + cause, 5, 8);
            sample.bom.dependencies.push(edge(1, 6, first + cause, "^1", Some(written)));
        }
        let leaves = sample.bom.components.len() as u32;
        let mut findings = Vec::new();
        for index in 0..count {
            let place = at("web/package-lock.json", 9000 + index, 6, 20);
            let leaf = ComponentId(leaves + index);
            // Causes of different weight: the first brings in the most.
            let cause = ComponentId(first + (index % (1 + index % causes)));
            let purl = format!("pkg:npm/zz-leaf-{index:05}@2.{index}.0");
            sample.bom.components.push(component(&purl, Party::Third, place.clone(), 1, Scope::Runtime, false));
            sample.bom.dependencies.push(edge(1, cause.0, leaf.0, "^2", None));
            let mut finding =
                finding("deps/unpinned", Severity::Warning, "the lock file has no checksum for it", place);
            finding.component = Some(leaf);
            finding.project = Some(ProjectId(1));
            finding.path = vec![root, cause, leaf];
            finding.fingerprint = format!("{index:016x}").into();
            findings.push(finding);
        }
        sample.verdict.findings.splice(1..1, findings);
        sample.bom.dependencies.sort();
        sample
    }

    pub(super) fn report(&self) -> Report<'_> {
        Report {
            bom: &self.bom,
            verdict: &self.verdict,
            rules: RULES,
            excerpts: &self.excerpts,
            run: self.run.clone(),
            style: self.style.clone(),
        }
    }

    /// What an output writes.
    pub(super) fn write(&self, id: &str) -> String {
        let mut bytes = Vec::new();
        let reporter = super::by_id(id).expect("an output of the table");
        (reporter.write)(&self.report(), &mut bytes).expect("a Vec takes everything");
        String::from_utf8(bytes).expect("outputs are UTF-8")
    }
}
