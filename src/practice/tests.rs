//! Documents as projects write them, and what is read from them.

use crate::model::{Date, DocumentKind, FactKind, FoundEvidence, Practices, RepoPath};
use crate::text::Source;

use super::{Evidence, gather, kind_of, look, trouble};

fn read(files: &[(&str, &str)]) -> Practices {
    gather(
        files
            .iter()
            .filter_map(|(path, text)| look(&Source::from_text(RepoPath::new(path), (*text).to_owned()).unwrap())),
    )
}

fn values(practices: &Practices, kind: FactKind) -> Vec<(String, String)> {
    practices.facts_of(kind).map(|fact| (fact.location.to_string(), fact.value.to_string())).collect()
}

#[test]
fn a_job_that_only_looks_at_what_strangers_wrote_is_not_dangerous() {
    let found = |last: &str, kept: &str| {
        let text = format!(
            "on: pull_request_target\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v5\n        with:\n          ref: ${{{{ \
             github.event.pull_request.head.sha }}}}\n          persist-credentials: {kept}\n      - run: |\n          git diff --exit-code \
             $BASE\n          {last}\n"
        );
        let path = RepoPath::new(".github/workflows/a.yml");
        let read = look(&Source::from_text(path, text).unwrap()).unwrap();
        read.facts.iter().any(|fact| fact.kind == FactKind::DangerousWorkflow)
    };
    assert!(!found("echo done", "false"));
    assert!(found("echo done", "true"), "the next step could use the credentials that lie there");
    assert!(found("npm test", "false"));
    assert!(found("echo $(./a.sh)", "false"));
}

#[test]
fn documents_are_known_by_name_and_place() {
    for (path, kind) in [
        ("LICENSE", Some(DocumentKind::License)),
        ("LICENSE-MIT", Some(DocumentKind::License)),
        ("LICENSE_APACHE-2.0", Some(DocumentKind::License)),
        ("LICENSES/MIT.txt", Some(DocumentKind::License)),
        ("LICENSE-THIRD-PARTY", Some(DocumentKind::Notice)),
        ("LICENSE.spdx", Some(DocumentKind::License)),
        ("licenses.rs", None),
        ("src/LICENSE", None),
        ("README.md", Some(DocumentKind::Readme)),
        ("readme", Some(DocumentKind::Readme)),
        ("crates/a/README.md", None),
        ("docs/security.md", Some(DocumentKind::SecurityPolicy)),
        (".github/CODEOWNERS", Some(DocumentKind::CodeOwners)),
        (".github/workflows/ci.yml", Some(DocumentKind::Pipeline)),
        (".github/dependabot.yml", Some(DocumentKind::UpdateBot)),
        (".github/renovate.json5", Some(DocumentKind::UpdateBot)),
        (".well-known/security.txt", Some(DocumentKind::SecurityTxt)),
        ("sepal-governance.toml", Some(DocumentKind::Attestations)),
        ("bom.json", Some(DocumentKind::Sbom)),
        ("release.yml", None),
    ] {
        assert_eq!(kind_of(path), kind, "{path}");
    }
}

#[test]
fn a_security_policy_says_whom_how_fast_and_for_what() {
    let text = "# Security\n\n## Supported Versions\n\nOnly the latest release.\n\n## Reporting\n\nWrite to \
                security@example.org.\nWe answer within 3 days.\n\n## Scope\n\nThe server is in scope.\n";
    let practices = read(&[("SECURITY.md", text)]);
    assert_eq!(
        values(&practices, FactKind::SecurityContact),
        [("SECURITY.md:9:10".into(), "security@example.org".into())]
    );
    assert_eq!(values(&practices, FactKind::ResponseTime).len(), 1);
    assert_eq!(values(&practices, FactKind::SupportPeriod).len(), 1);
    assert!(practices.fact(FactKind::SecurityScope).is_some());
}

#[test]
fn a_workflow_shows_scanner_gate_schedule_and_danger() {
    let text = "on:\n  pull_request:\n  schedule:\n    - cron: '0 4 * * 1'\njobs:\n  a:\n    steps:\n      - run: cargo install \
                cargo-audit\n      - run: cargo deny check\n      - run: npm audit || true\n      - uses: \
                actions/upload-artifact@v4\n      - run: echo ${{ github.event.pull_request.title }}\n";
    let practices = read(&[(".github/workflows/ci.yml", text)]);
    let scanners: Vec<String> = values(&practices, FactKind::Scanner).into_iter().map(|(_, tool)| tool).collect();
    assert_eq!(scanners, ["cargo-deny", "npm audit"]);
    let gates: Vec<String> = values(&practices, FactKind::Gate).into_iter().map(|(_, tool)| tool).collect();
    assert_eq!(gates, ["cargo-deny"]);
    assert_eq!(values(&practices, FactKind::Schedule), [(".github/workflows/ci.yml:4:14".into(), "0 4 * * 1".into())]);
    assert_eq!(values(&practices, FactKind::DangerousWorkflow).len(), 1);
    assert!(practices.fact(FactKind::ReportPublished).is_some());
}

#[test]
fn a_privileged_checkout_of_strangers_code_is_seen() {
    let text = "on: pull_request_target\npermissions: write-all\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n        \
                with:\n          ref: ${{ github.event.pull_request.head.sha }}\n";
    let practices = read(&[(".github/workflows/ci.yml", text)]);
    assert_eq!(values(&practices, FactKind::DangerousWorkflow).len(), 1);
    assert_eq!(values(&practices, FactKind::BroadPermissions).len(), 1);
    let fine = text.replace("pull_request_target", "pull_request").replace("write-all", "read-all");
    let practices = read(&[(".github/workflows/ci.yml", &fine)]);
    assert!(
        practices.fact(FactKind::DangerousWorkflow).is_none() && practices.fact(FactKind::BroadPermissions).is_none()
    );
}

#[test]
fn both_schemas_of_security_insights_are_read() {
    let second = "header:\n  schema-version: 2.2.0\n  last-reviewed: '2026-05-01'\nproject:\n  vulnerability-reporting:\n    \
                  reports-accepted: true\n    contact:\n      name: Team\n      email: security@example.org\nrepository:\n  \
                  documentation:\n    review-policy: https://example.org/review\n  security:\n    champions:\n      - name: A \
                  Role\n    tools:\n      - name: Kit\n        type: SCA\n";
    let practices = read(&[("security-insights.yml", second)]);
    assert_eq!(values(&practices, FactKind::SecurityContact)[0].1, "security@example.org");
    assert_eq!(values(&practices, FactKind::Scanner)[0].1, "Kit");
    assert_eq!(values(&practices, FactKind::ReviewProcess).len(), 1);
    let first = "header:\n  schema-version: 1.0.0\nsecurity-contacts:\n- type: email\n  value: a@example.org\ndependencies:\n  \
                 sbom:\n  - sbom-file: https://example.org/bom.json\n";
    let practices = read(&[("SECURITY-INSIGHTS.yml", first)]);
    assert_eq!(values(&practices, FactKind::SecurityContact)[0].1, "a@example.org");
    assert!(practices.fact(FactKind::SbomProduced).is_some());
}

const STATEMENT: &str = "[[statement]]\npoint = \"21.V3\"\nstatement = \"The license office answers for compliance.\"\nowner = \
                         \"license office\"\nevidence = \"docs/policy.md\"\nsigned-by = \"head of engineering\"\ndate = \
                         2026-05-01\nexpires = 2027-05-01\n";

#[test]
fn statements_are_weighed_on_a_day() {
    let day = |text: &str| text.parse::<Date>().unwrap();
    let mut practices = read(&[("sepal-governance.toml", STATEMENT)]);
    assert_eq!(practices.problems, []);
    let today = day("2026-09-21");
    assert!(Evidence { practices: &practices, today }.attested("21.V3").is_some());
    let statement = &mut practices.attestations[0];
    assert!(trouble(statement, day("2027-05-02")).unwrap().contains("expired"));
    assert!(trouble(statement, day("2026-04-30")).unwrap().contains("still to come"));
    statement.found = Some(FoundEvidence::Missing);
    assert!(trouble(statement, today).unwrap().contains("not in the repository"));
    statement.found =
        Some(FoundEvidence::File { sha256: "ab".into(), stub: Some("holds only 3 characters of text".into()) });
    assert!(trouble(statement, today).unwrap().contains("only 3"));
    statement.sha256 = Some("cd".into());
    statement.found = Some(FoundEvidence::File { sha256: "ab".into(), stub: None });
    assert!(trouble(statement, today).unwrap().contains("changed since"));
    statement.sha256 = None;
    statement.expires = day("2028-05-01");
    assert!(trouble(statement, today).unwrap().contains("18 months"));
}

#[test]
fn mistakes_in_statements_are_answered_like_a_compiler_would() {
    let text = STATEMENT.replace("signed-by", "signed_by").replace("21.V3", "21.V33");
    let practices = read(&[("sepal-governance.toml", &text)]);
    let told: Vec<String> = practices
        .problems
        .iter()
        .map(|problem| format!("{} {}", problem.message, problem.help.as_deref().unwrap_or("-")))
        .collect();
    assert!(
        told.iter().any(|told| told.contains("`signed_by` is not a key") && told.contains("did you mean `signed-by`?")),
        "{told:#?}"
    );
    assert!(told.iter().any(|told| told.contains("`21.V33` is not a point")), "{told:#?}");
    assert!(practices.attestations.is_empty());
}

#[test]
fn no_cut_of_any_document_panics() {
    for (path, text) in [
        ("sepal-governance.toml", STATEMENT),
        (".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps:\n    - run: |\n        é npm audit\n"),
        ("SECURITY.md", "# É\nécrire à sécurité@exämple.org within 3 days\n[INSERT É]\n"),
        (".github/CODEOWNERS", "* @a/b é@x.example\n"),
    ] {
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            read(&[(path, &text[..end])]);
        }
    }
}

#[test]
fn the_list_of_what_there_is_and_was_released_is_read_and_typos_are_answered() {
    let practices = read(&[(
        "sepal-governance.toml",
        "[[inventory]]\nname = \"shop\"\nkind = \"repository\"\nuse = \"produce\"\nsbom = \"sbom/shop.cdx.json\"\ndate = 2026-09-01\n\
         [[inventory]]\nname = \"desk\"\nkind = \"aplication\"\n\
         [[inventory]]\nname = \"db\"\nkind = \"service\"\nsbom = \"http://example.org/bom.json\"\nowners = \"it\"\n\
         [[release]]\nversion = \"1.2.0\"\ndate = 2026-05-01\nkeep-until = 2036-05-01\n",
    )]);
    let names: Vec<(&str, &str)> =
        practices.inventory.iter().map(|entry| (entry.name.as_str(), entry.kind.as_str())).collect();
    assert_eq!(names, [("shop", "repository"), ("db", "service")]);
    assert_eq!(practices.inventory[0].usage.as_deref(), Some("produce"));
    assert_eq!(practices.releases[0].keep_until, Some(Date::new(2036, 5, 1).unwrap()));
    let problems: Vec<String> = practices
        .problems
        .iter()
        .map(|problem| format!("{} {}", problem.location.line().unwrap_or_default(), problem.message))
        .collect();
    assert_eq!(
        problems,
        [
            "9 `kind` cannot be `aplication`",
            "13 `sbom` is neither a path nor an https URL",
            "14 `owners` is not a key of such an entry"
        ]
    );
}

#[test]
fn an_sbom_is_told_from_other_bills_of_materials() {
    let parts = "{\"parts\": [{\"reference\": \"R1\", \"value\": \"10k\"}]}";
    let practices = read(&[("bom.json", parts), ("sbom/shop.cdx.json", "{\"bomFormat\": \"CycloneDX\"}")]);
    let evidence = Evidence { practices: &practices, today: Date::new(2026, 9, 21).unwrap() };
    assert_eq!(evidence.sbom().map(|sbom| sbom.location.to_string()), Some("sbom/shop.cdx.json".to_owned()));
    assert_eq!(kind_of("tests/data/shop.cdx.json"), None);
}
