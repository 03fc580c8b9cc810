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
fn renovate_in_the_manifest_at_the_top_is_a_bot() {
    let bots = |path: &str, text: &str| {
        read(&[(path, text)]).documents_of(DocumentKind::UpdateBot).map(|document| document.path.to_string()).collect()
    };
    let none: [&str; 0] = [];
    let found: Vec<String> =
        bots("package.json", "{\"name\": \"kit\", \"renovate\": {\"extends\": [\"config:base\"]}}");
    assert_eq!(found, ["package.json"]);
    for (path, text) in [
        ("web/package.json", "{\"renovate\": {}}"),
        ("package.json", "{\"devDependencies\": {\"renovate\": \"39.0.0\"}, \"keywords\": [\"renovate\"]}"),
        ("package.json", "{\"renovate\": \"39.0.0\"}"),
        ("package.json", "{\"renovate\": {"),
    ] {
        let found: Vec<String> = bots(path, text);
        assert_eq!(found, none, "{text}");
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

#[test]
fn who_answers_for_one_directory_is_not_asked_about_dependencies() {
    let covered = |line: &str| {
        let practices = read(&[(".github/CODEOWNERS", line)]);
        practices.fact(FactKind::ManifestOwners).is_some()
    };
    assert!(covered("* @kit/all\n"));
    assert!(covered("*.toml @kit/all\n"));
    assert!(covered("/package.json @kit/all\n"));
    assert!(!covered(".github/** @kit/ci\n"));
    assert!(!covered("packages/editor/src/* @kit/editor\n"));
}

#[test]
fn guides_are_also_directories_and_sections() {
    assert_eq!(kind_of("docs/contributing/Pull_Requests.mdx"), Some(DocumentKind::ReviewPolicy));
    assert_eq!(kind_of("docs/contributing/Local_Development.mdx"), None);
    assert_eq!(kind_of("docs/contributing/reviewing-pull-requests.md"), Some(DocumentKind::ReviewPolicy));
    assert_eq!(kind_of("dev-docs/docs/introduction/contributing.mdx"), Some(DocumentKind::Contributing));
    assert_eq!(kind_of("devdocs/HOWTOS.md"), Some(DocumentKind::Contributing));
    assert_eq!(kind_of("docs/reviewer_guidelines.md"), Some(DocumentKind::ReviewPolicy));
    assert_eq!(kind_of(".github/maintenance.md"), Some(DocumentKind::Governance));
    assert_eq!(kind_of("src/contributing.md"), None);
    assert_eq!(kind_of("CONDUCT.md"), Some(DocumentKind::CodeOfConduct));
    let practices = read(&[(
        "README.md",
        "# Kit\n\nContributing to Kit\n======\nThis project has adopted the [Code of Conduct](https://kit.example/conduct).\n",
    )]);
    let evidence = Evidence { practices: &practices, today: Date::new(2026, 11, 22).unwrap() };
    for (kind, line) in [(DocumentKind::Contributing, "README.md:3"), (DocumentKind::CodeOfConduct, "README.md:5")] {
        let place = evidence.document_or_section(kind).map(|answer| answer.location.to_string());
        assert!(place.is_some_and(|place| place.starts_with(line)), "{kind:?}");
    }
}

#[test]
fn a_license_header_in_a_comment_says_nothing_about_contributors() {
    let header = "<!--- \n Licensed to the Kit Foundation (KF) under one or more\n contributor license agreements.  See the NOTICE file \
                  distributed with\n-->\n# Contributing\n";
    assert!(read(&[("CONTRIBUTING.md", header)]).fact(FactKind::ContributorTerms).is_none());
    let said = format!("{header}Please sign the contributor license agreement.\n");
    assert!(read(&[("CONTRIBUTING.md", &said)]).fact(FactKind::ContributorTerms).is_some());
}

#[test]
fn reviews_in_passing_are_no_process_and_setting_up_is_no_advice() {
    let guide = |line: &str| read(&[("CONTRIBUTING.md", &format!("# Contributing\n\n{line}\n"))]);
    for process in [
        "Wait for the review of at least one other contributor before merging.",
        "A maintainer will review your pull request.",
        "PRs need two reviewers who approve.",
        "## Code review",
    ] {
        assert!(guide(process).fact(FactKind::ReviewProcess).is_some(), "{process}");
    }
    for aside in [
        "When you create a pull request the build can fail, and the reviewers cannot see the logs.",
        "Agents that submit pull requests without human review are closed.",
        "Never let an LLM write your PR descriptions or review comments; a maintainer sees it.",
    ] {
        assert!(guide(aside).fact(FactKind::ReviewProcess).is_none(), "{aside}");
    }
    for choice in ["## Notes on Dependencies", "Before adding a dependency, ask.", "### Dependencies Upgrades Policy"] {
        assert!(guide(choice).fact(FactKind::DependencyGuide).is_some(), "{choice}");
    }
    for setup in ["## Installing dependencies", "### Package Dependencies", "### Dependencies"] {
        assert!(guide(setup).fact(FactKind::DependencyGuide).is_none(), "{setup}");
    }
}

#[test]
fn a_section_on_reports_may_lead_elsewhere() {
    let contact = |path: &str, text: &str| {
        read(&[(path, text)]).fact(FactKind::SecurityContact).map(|fact| fact.location.to_string())
    };
    let section = "# Kit\n\n### Vulnerability reporting\n\nPlease\n[contact the author](https://kit.example/about/).\n";
    assert_eq!(contact("README.md", section).as_deref(), Some("README.md:6:1"));
    let moved = "# Security policy\n\nSee the organisation's\n[Security Policy](https://kit.example/SECURITY.md).\n";
    assert!(contact("SECURITY.md", moved).is_some());
    let below = "# Reports\n\nSee the following page on responsible disclosure:\n\nhttps://kit.example/disclosure\n";
    assert_eq!(contact("SECURITY.md", below).as_deref(), Some("SECURITY.md:5:1"));
    let scanner = "# Kit\n\n## Finding vulnerabilities\n\nIt writes a [report](https://kit.example/report).\n";
    assert_eq!(contact("README.md", scanner), None);
}

#[test]
fn what_looks_at_licenses_is_told_by_what_it_is_asked() {
    let practices = |step: &str| {
        let text = format!(
            "on:\n  pull_request:\n  schedule:\n    - cron: '0 4 * * 1'\njobs:\n  a:\n    steps:\n      - {step}\n"
        );
        read(&[(".github/workflows/a.yml", &text)])
    };
    for step in [
        "run: cargo deny check",
        "run: cargo deny --all-features check bans licenses",
        "uses: EmbarkStudios/cargo-deny-action@v2",
        "uses: actions/dependency-review-action@v4\n        with:\n          deny-licenses: GPL-3.0-only",
        "run: sepal check",
    ] {
        let practices = practices(step);
        assert!(practices.fact(FactKind::LicenseGate).is_some(), "{step}");
        let evidence = Evidence { practices: &practices, today: Date::new(2026, 11, 22).unwrap() };
        assert!(evidence.scheduled_audit().is_some(), "{step}");
    }
    for step in [
        "run: cargo deny check advisories",
        "uses: EmbarkStudios/cargo-deny-action@v2\n        with:\n          command: check bans",
        "uses: actions/dependency-review-action@v4",
        "run: cargo audit",
        "run: govulncheck ./...",
    ] {
        let practices = practices(step);
        assert!(practices.fact(FactKind::Gate).is_some(), "{step}");
        assert!(practices.fact(FactKind::LicenseScanner).is_none(), "{step}");
        let evidence = Evidence { practices: &practices, today: Date::new(2026, 11, 22).unwrap() };
        assert!(evidence.scheduled_audit().is_none(), "{step}");
    }
    let notices = practices("run: reuse lint");
    assert!(notices.fact(FactKind::NoticeCheck).is_some() && notices.fact(FactKind::Scanner).is_none());
}

#[test]
fn a_called_workflow_is_a_gate_where_a_change_calls_it() {
    let called = "on: workflow_call\njobs:\n  a:\n    steps:\n      - run: cargo deny check\n";
    let between = "on: workflow_call\njobs:\n  a:\n    uses: ./.github/workflows/called.yml\n";
    let caller = |event: &str| format!("on: {event}\njobs:\n  a:\n    uses: ./.github/workflows/between.yml\n");
    let gates = |event: &str| {
        let practices = read(&[
            (".github/workflows/called.yml", called),
            (".github/workflows/between.yml", between),
            (".github/workflows/caller.yml", &caller(event)),
        ]);
        values(&practices, FactKind::Gate)
    };
    assert_eq!(gates("pull_request"), [(".github/workflows/called.yml:5:14".into(), "cargo-deny".into())]);
    assert_eq!(gates("push"), []);
    let short = caller("pull_request").replace("./.github", "$/.github");
    let practices = read(&[(".github/workflows/between.yml", called), (".github/workflows/caller.yml", &short)]);
    assert!(practices.fact(FactKind::Gate).is_some());
}

#[test]
fn names_of_tools_in_settings_are_no_steps() {
    let config = "version: 2.1\norbs:\n  prodsec: snyk/prodsec-orb@1\nworkflows:\n  test:\n    jobs:\n      - lint:\n          context:\n            \
                  - snyk-bot-slack\n";
    assert!(read(&[(".circleci/config.yml", config)]).fact(FactKind::Scanner).is_none());
    let used = config.replace("- lint:", "- prodsec/security_scans:");
    assert!(read(&[(".circleci/config.yml", &used)]).fact(FactKind::Gate).is_some());
    let step = "version: 2.1\njobs:\n  a:\n    steps:\n      - run: snyk test --all-projects\n";
    assert!(read(&[(".circleci/config.yml", step)]).fact(FactKind::Gate).is_some());
}

#[test]
fn an_image_may_carry_its_inventory() {
    let made = |input: &str| {
        let text = format!(
            "on: push\njobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          push: true\n          {input}\n"
        );
        read(&[(".github/workflows/a.yml", &text)]).fact(FactKind::SbomProduced).is_some()
    };
    assert!(made("sbom: true"));
    assert!(!made("sbom: false"));
}
