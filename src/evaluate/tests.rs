//! Judgement as a person meets it.

use crate::model::{
    Bom, Completeness, Date, DiagnosticKind, Finding, LicenseVerdict, Outcome, RepoPath, Scope, Severity, Verdict,
};
use crate::policy::Policy;
use crate::text::Source;

use super::evaluate;
use super::world::{Change, World};

/// The tests' day.
pub(super) fn today() -> Date {
    Date::new(2026, 9, 21).unwrap()
}

/// A policy of one file, `sepal.toml`.
pub(super) fn policy(text: &str) -> Policy {
    let source = Source::from_text(RepoPath::new("sepal.toml"), text.to_owned()).unwrap();
    Policy::read(&source, &|_| None).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The rules of the findings that count, sorted, each once.
pub(super) fn rules_of(verdict: &Verdict) -> Vec<String> {
    let open = verdict.findings.iter().filter(|finding| finding.standing.is_open());
    let mut rules: Vec<String> = open.map(|finding| finding.rule.to_string()).collect();
    rules.sort();
    rules.dedup();
    rules
}

fn baseline(world: &World) -> Verdict {
    evaluate(&world.bom(), &Policy::builtin("baseline").unwrap(), today())
}

fn license(raw: &str, lists: &str) -> (LicenseVerdict, Option<String>) {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime).license(raw);
    let verdict = evaluate(&world.bom(), &policy(&format!("extends = []\n[licenses]\n{lists}\n")), today());
    let component = &verdict.components[0];
    (component.verdict, component.chosen.as_ref().map(ToString::to_string))
}

/// The way of the sketch in the documentation: a transitive component under network copyleft.
fn ghost() -> World {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/report-tools@4.2.1", Scope::Runtime);
    world.needs(web, "pkg:npm/report-tools@4.2.1", "pkg:npm/ghost-kit@2.1.0", Scope::Runtime).license("AGPL-3.0-only");
    world
}

fn names(bom: &Bom, finding: &Finding) -> Vec<String> {
    finding.path.iter().map(|id| bom.component(*id).purl.full_name().into()).collect()
}

#[test]
fn a_denied_license_is_told_with_path_place_policy_line_and_ways_out() {
    let world = ghost();
    let verdict = baseline(&world);
    assert_eq!(verdict.outcome, Outcome::Violated);
    let [finding] = verdict.findings.as_slice() else { panic!("{:#?}", verdict.findings) };
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(
        finding.message,
        "ghost-kit 2.1.0 is licensed AGPL-3.0-only, which is not allowed in a product you distribute"
    );
    assert_eq!(names(&world.bom(), finding), ["web", "report-tools", "ghost-kit"]);
    assert_eq!(finding.because.policy, "policies/baseline.toml");
    assert_eq!(finding.because.text, "class network-copyleft is denied when distribution = \"binary\"");
    let line = finding.because.line.unwrap() as usize;
    let text = crate::policy::builtin_source("baseline").unwrap().text();
    assert!(text.lines().nth(line - 1).unwrap().contains("class:network-copyleft"));
    assert_eq!(finding.locations[0].path.as_str(), "web/kit.lock", "the license stands in the lock file");
    assert_eq!(finding.locations.len(), 1, "one occurrence is one place; the line to edit belongs to the path");
    assert_eq!(
        finding.help[0],
        "look for a version of report-tools that does not need ghost-kit, or replace report-tools (web/kit.toml:2)"
    );
    assert!(finding.help.iter().any(|help| help.contains("[[waiver]]") && help.contains("pkg:npm/ghost-kit@2.1.0")));
}

#[test]
fn an_expression_is_logic() {
    let lists = "allow = [\"MIT\", \"Apache-2.0\", \"Apache-2.0 WITH LLVM-exception\"]\ndeny = [\"GPL-2.0-only\"]";
    assert_eq!(license("GPL-2.0-only OR MIT", lists), (LicenseVerdict::Allowed, Some("MIT".into())));
    assert_eq!(license("GPL-2.0-only AND MIT", lists), (LicenseVerdict::Denied, None));
    assert_eq!(license("MIT AND (GPL-2.0-only OR Apache-2.0)", lists).0, LicenseVerdict::Allowed);
    assert_eq!(license("Apache-2.0 WITH LLVM-exception", lists).0, LicenseVerdict::Allowed);
    assert_eq!(license("MIT OR Apache-2.0", &format!("prefer = [\"Apache-2.0\"]\n{lists}")).1.unwrap(), "Apache-2.0");
}

#[test]
fn what_no_list_names_is_never_allowed() {
    assert_eq!(license("MPL-2.0", "allow = [\"MIT\"]").0, LicenseVerdict::NeedsReview);
    assert_eq!(license("MPL-2.0", "allow = [\"MIT\"]\nunlisted = \"deny\"").0, LicenseVerdict::Denied);
    assert_eq!(license("MIT OR MPL-2.0", "allow = [\"MIT\"]\nunlisted = \"deny\"").0, LicenseVerdict::Allowed);
    assert_eq!(license("LicenseRef-acme", "allow = [\"class:permissive\"]").0, LicenseVerdict::NeedsReview);
    assert_eq!(license("LicenseRef-acme", "allow = [\"LicenseRef-acme\"]").0, LicenseVerdict::Allowed);
}

#[test]
fn what_cannot_be_read_is_unknown_and_never_a_pass() {
    let everything = "allow = [\"class:permissive\"]";
    assert_eq!(license("MIT, Apache-2.0", everything).0, LicenseVerdict::Unknown);
    assert_eq!(license("see the file", everything).0, LicenseVerdict::Unknown);
    let (mut world, web) = World::web();
    let kit = world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime).license("MIT");
    kit.licensing.declared[0].reading = crate::model::Reading::Guess("it may mean MIT".into());
    let verdict = baseline(&world);
    assert_eq!(verdict.components[0].verdict, LicenseVerdict::NeedsReview);
    assert_eq!(rules_of(&verdict), ["legal/component-license-unmapped"]);
}

#[test]
fn what_is_not_shipped_counts_one_level_less_and_says_so() {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/lint@1.0.0", Scope::Development).license("GPL-3.0-only");
    let verdict = baseline(&world);
    let finding = &verdict.findings[0];
    assert_eq!((finding.severity, verdict.outcome), (Severity::Warning, Outcome::Holds));
    assert!(finding.because.text.ends_with("one level lower, since it is needed in scope development at most"));
    assert_eq!(verdict.components[0].verdict, LicenseVerdict::Denied, "the terms are what they are");

    world.needs(web, "pkg:npm/lint@1.0.0", "pkg:npm/deep@1.0.0", Scope::Runtime).license("GPL-3.0-only");
    assert_eq!(baseline(&world).outcome, Outcome::Violated, "and what is shipped counts in full");
}

#[test]
fn the_way_the_product_is_used_decides() {
    let outcome = |distribution: &str| {
        let text = format!("[project]\ndistribution = \"{distribution}\"\n");
        evaluate(&ghost().bom(), &policy(&text), today()).components[0].verdict
    };
    assert_eq!(outcome("binary"), LicenseVerdict::Denied);
    assert_eq!(outcome("device"), LicenseVerdict::Denied);
    assert_eq!(outcome("hosted"), LicenseVerdict::Denied);
    assert_eq!(outcome("source"), LicenseVerdict::NeedsReview);
    assert_eq!(outcome("internal"), LicenseVerdict::NeedsReview);
}

#[test]
fn a_component_in_many_projects_is_one_finding_with_many_places() {
    let mut world = World::new();
    for index in 0..10 {
        let project = world.project(&format!("app{index}"), "npm");
        world.direct(project, "pkg:npm/kit@1.0.0", Scope::Runtime).license("AGPL-3.0-only");
    }
    let verdict = baseline(&world);
    assert_eq!(verdict.findings.len(), 1);
    assert_eq!(verdict.findings[0].locations.len(), 10);
}

#[test]
fn test_data_is_judged_and_is_a_note_only() {
    let mut world = World::new();
    let project = world.project("tests/fixtures/a", "npm");
    world.direct(project, "pkg:npm/kit@1.0.0", Scope::Runtime).license("AGPL-3.0-only");
    let verdict = baseline(&world);
    assert_eq!(verdict.findings[0].severity, Severity::Note);
    assert!(verdict.findings[0].because.text.ends_with("test data alone"));
    let app = world.project("app", "npm");
    world.direct(app, "pkg:npm/kit@1.0.0", Scope::Runtime);
    assert_eq!(baseline(&world).findings[0].severity, Severity::Error);
}

fn waiver(more: &str) -> String {
    format!(
        "[[waiver]]\nrule = \"legal/component-license-denied\"\nreason = \"internal-use-only\"\n\
         justification = \"never shipped\"\napproved-by = \"ospo@example.org\"\n{more}\n"
    )
}

fn judge(world: &World, text: &str) -> Verdict {
    evaluate(&world.bom(), &policy(text), today())
}

#[test]
fn a_waiver_covers_its_finding_until_its_last_day() {
    let world = ghost();
    let text = |expires: &str| waiver(&format!("component = \"pkg:npm/ghost-kit@2.*\"\nexpires = {expires}"));
    let verdict = judge(&world, &text("2026-09-21"));
    assert_eq!(verdict.outcome, Outcome::Holds);
    assert!(rules_of(&verdict).is_empty());
    let crate::model::Standing::Waived { by, until, reason, because } = &verdict.findings[0].standing else { panic!() };
    assert_eq!((by.as_str(), until.as_str()), ("ospo@example.org", "2026-09-21"));
    assert_eq!(reason, "internal-use-only: never shipped");
    assert_eq!((because.policy.as_str(), because.line), ("sepal.toml", Some(1)));
    assert_eq!(verdict.next_expiry.as_deref(), Some("2026-09-21"));
    assert!(verdict.components[0].waived);
    assert_eq!(verdict.coverage.waived, 1);

    let verdict = judge(&world, &text("2026-09-20"));
    assert_eq!(verdict.outcome, Outcome::Violated);
    assert_eq!(rules_of(&verdict), ["governance/waiver-expired", "legal/component-license-denied"]);
    let expired = verdict.findings.iter().find(|finding| finding.rule == "governance/waiver-expired").unwrap();
    assert_eq!(
        expired.message,
        "the waiver of legal/component-license-denied for pkg:npm/ghost-kit@2.* ended on 2026-09-20, 1 day ago, and the \
         finding it covered counts again"
    );
    assert_eq!(expired.locations[0].path.as_str(), "sepal.toml");
    assert_eq!(verdict.next_expiry, None);
}

#[test]
fn a_waiver_that_covers_nothing_says_what_keeps_it_from_its_finding() {
    let message = |more: &str| {
        let verdict = judge(&ghost(), &waiver(&format!("{more}\nexpires = 2027-01-01")));
        assert_eq!(verdict.outcome, Outcome::Violated);
        let unused = verdict.findings.iter().find(|finding| finding.rule == "governance/waiver-unused").unwrap();
        unused.message.split(" covers nothing").nth(1).unwrap().to_owned()
    };
    assert_eq!(message("component = \"pkg:npm/gone\""), "");
    assert_eq!(message("component = \"pkg:npm/ghost-kit@3.*\""), ": pkg:npm/ghost-kit@2.1.0 has another version");
    assert_eq!(
        message("component = \"pkg:npm/ghost-kit\"\nlicense = \"GPL-3.0-only\""),
        ": the license of pkg:npm/ghost-kit@2.1.0 is AGPL-3.0-only"
    );
    assert_eq!(
        message("component = \"pkg:npm/ghost-kit\"\nproject = \"server\""),
        ": pkg:npm/ghost-kit@2.1.0 is not in that project"
    );
    let off = format!(
        "[rules]\n\"legal/component-license-denied\" = \"off\"\n{}",
        waiver("component = \"pkg:npm/ghost-kit\"\nexpires = 2027-01-01")
    );
    let verdict = judge(&ghost(), &off);
    assert!(verdict.findings[0].message.ends_with("covers nothing: legal/component-license-denied is off"));
}

#[test]
fn a_waiver_for_one_project_leaves_the_others_open() {
    let mut world = World::new();
    for directory in ["internal/tool", "web"] {
        let project = world.project(directory, "npm");
        world.direct(project, "pkg:npm/kit@1.0.0", Scope::Runtime).license("AGPL-3.0-only");
    }
    let before = judge(&world, "");
    let text = waiver("component = \"pkg:npm/kit\"\nproject = \"internal\"\nexpires = 2027-01-01");
    let verdict = judge(&world, &text);
    assert_eq!(verdict.outcome, Outcome::Violated);
    let [open, waived] = verdict.findings.as_slice() else { panic!("{:#?}", verdict.findings) };
    let (open, waived) = if open.standing.is_open() { (open, waived) } else { (waived, open) };
    assert!(open.standing.is_open() && !waived.standing.is_open());
    let all_in = |finding: &Finding, directory: &str| {
        finding.locations.iter().all(|place| place.path.is_within(&RepoPath::new(directory)))
    };
    assert!(all_in(open, "web") && all_in(waived, "internal"));
    assert_eq!(open.fingerprint, before.findings[0].fingerprint, "what was open before keeps its identity");
    assert_ne!(open.fingerprint, waived.fingerprint);
    assert!(!verdict.components[0].waived);

    let both = format!("{text}{}", waiver("component = \"pkg:npm/kit\"\nproject = \"web\"\nexpires = 2027-01-01"));
    let verdict = judge(&world, &both);
    assert_eq!(verdict.outcome, Outcome::Holds);
    assert!(rules_of(&verdict).is_empty() && verdict.components[0].waived);
}

#[test]
fn identity_survives_new_versions_and_moved_lines() {
    let print = |version: &str, lines: u32| {
        let (mut world, web) = World::web();
        world.skip_lines(lines);
        world.direct(web, &format!("pkg:npm/kit@{version}"), Scope::Runtime).license("AGPL-3.0-only");
        baseline(&world).findings[0].fingerprint.clone()
    };
    assert_eq!(print("1.0.0", 0), print("1.0.1", 700));
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime).license("AGPL-3.0-only");
    world.direct(web, "pkg:npm/kit@2.0.0", Scope::Runtime).license("AGPL-3.0-only");
    world.direct(web, "pkg:npm/other@1.0.0", Scope::Runtime).license("AGPL-3.0-only");
    let verdict = baseline(&world);
    let mut prints: Vec<_> = verdict.findings.iter().map(|finding| finding.fingerprint.clone()).collect();
    assert_eq!(prints[0], print("1.0.0", 0));
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), 3, "two versions of one package are two findings");
}

#[test]
fn findings_come_by_severity_and_then_by_what_causes_them() {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/b@1.0.0", Scope::Runtime);
    world.direct(web, "pkg:npm/c@1.0.0", Scope::Runtime).license("MPL-2.0");
    world.needs(web, "pkg:npm/b@1.0.0", "pkg:npm/z@1.0.0", Scope::Runtime).license("AGPL-3.0-only");
    world.needs(web, "pkg:npm/c@1.0.0", "pkg:npm/a@1.0.0", Scope::Runtime).license("AGPL-3.0-only");
    let verdict = baseline(&world);
    let bom = world.bom();
    let order: Vec<String> = verdict
        .findings
        .iter()
        .map(|finding| bom.component(finding.component.unwrap()).purl.name().to_owned())
        .collect();
    assert_eq!(order, ["z", "a", "c"]);
}

#[test]
fn paths_prefer_what_is_shipped_to_what_is_short() {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/lint@1.0.0", Scope::Development);
    world.direct(web, "pkg:npm/a@1.0.0", Scope::Runtime);
    world.needs(web, "pkg:npm/lint@1.0.0", "pkg:npm/kit@1.0.0", Scope::Runtime);
    world.needs(web, "pkg:npm/a@1.0.0", "pkg:npm/b@1.0.0", Scope::Runtime);
    world.needs(web, "pkg:npm/b@1.0.0", "pkg:npm/kit@1.0.0", Scope::Runtime).license("AGPL-3.0-only");
    let verdict = baseline(&world);
    assert_eq!(names(&world.bom(), &verdict.findings[0]), ["web", "a", "b", "kit"]);
    let bom = world.bom();
    let paths = crate::rule::Paths::of(&bom);
    let kit = verdict.findings[0].component.unwrap();
    let ways = paths.introducers(&bom, web, kit);
    let ways: Vec<_> = ways.iter().map(|edge| bom.component(edge.to).purl.name()).collect();
    assert_eq!(ways, ["a", "lint"]);
}

#[test]
fn first_party_components_are_not_judged() {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/%40acme/kit@1.0.0", Scope::Runtime).no_license();
    let verdict = judge(&world, "[project]\nfirst-party = [\"pkg:npm/@acme/*\"]\n");
    assert!(verdict.findings.is_empty() && verdict.components.is_empty());
    assert_eq!(verdict.coverage.components, 0);
    assert_eq!(rules_of(&judge(&world, "")), ["legal/component-no-license"]);
}

#[test]
fn a_curation_counts_instead_of_what_is_declared() {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime).license("see LICENSE");
    let text = |declared: &str, concluded: &str| {
        format!(
            "[[curation]]\ncomponent = \"pkg:npm/kit@1.*\"\ndeclared = \"{declared}\"\nconcluded = \"{concluded}\"\n\
             because = \"the text in LICENSE\"\nby = \"legal@example.org\"\n"
        )
    };
    let verdict = judge(&world, &text("see LICENSE", "MIT"));
    assert_eq!(verdict.components[0].verdict, LicenseVerdict::Allowed);
    assert!(verdict.findings.is_empty());
    let verdict = judge(&world, &text("see LICENSE", "AGPL-3.0-only"));
    assert_eq!(verdict.outcome, Outcome::Violated);
    assert_eq!(verdict.findings[0].locations[0].path.as_str(), "sepal.toml", "the conclusion is what a person edits");
    let verdict = judge(&world, &text("see COPYING", "MIT"));
    assert_eq!(verdict.components[0].verdict, LicenseVerdict::Unknown);
    let unused = verdict.findings.iter().find(|finding| finding.rule == "governance/curation-unused").unwrap();
    assert!(unused.message.ends_with("does not apply: pkg:npm/kit@1.0.0 now declares \"see LICENSE\""));
}

#[test]
fn completeness_is_demanded_only_where_the_policy_says_so_and_never_of_test_data() {
    let incomplete = |directory: &str| {
        let mut world = World::new();
        let project = world.project(directory, "npm");
        world.change_project(project).completeness = Completeness::Incomplete;
        world
    };
    let demand = "[completeness]\nrequire = true\n";
    assert_eq!(judge(&incomplete("web"), "").outcome, Outcome::Holds);
    assert_eq!(judge(&incomplete("web"), demand).outcome, Outcome::Incomplete);
    assert_eq!(judge(&incomplete("testdata/web"), demand).outcome, Outcome::Holds);
    let (mut world, _) = World::web();
    world.diagnostic("web/kit.lock", DiagnosticKind::Entry, "no version");
    assert_eq!(judge(&world, demand).outcome, Outcome::Incomplete);
    let strict = Policy::builtin("strict").unwrap();
    assert_eq!(evaluate(&world.bom(), &strict, today()).outcome, Outcome::Violated, "a violation counts more");
}

#[test]
fn fail_on_moves_the_gate() {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime).license("MPL-2.0");
    assert_eq!(judge(&world, "").outcome, Outcome::Holds);
    assert_eq!(judge(&world, "fail-on = \"warning\"\n").outcome, Outcome::Violated);
}

#[test]
fn the_answer_is_the_same_with_any_number_of_threads() {
    let (mut world, web) = World::web();
    for index in 0..200 {
        let licenses = ["MIT", "AGPL-3.0-only", "MPL-2.0", "whatever", "GPL-2.0-only OR MIT"];
        let purl = format!("pkg:npm/kit-{index}@1.0.0");
        world.direct(web, &purl, Scope::ALL[index % 7]).license(licenses[index % 5]);
        if index > 10 {
            world.needs(web, &format!("pkg:npm/kit-{}@1.0.0", index / 2), &purl, Scope::Runtime);
        }
    }
    let bom = world.bom();
    let policy = Policy::builtin("strict").unwrap();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| evaluate(&bom, &policy, today()))
    };
    let one = run(1);
    assert!(one.findings.len() > 100);
    assert_eq!(one, run(4));
    assert_eq!(one.coverage.verdicts.iter().sum::<usize>(), one.coverage.components);
}

#[test]
fn an_empty_world_holds() {
    let verdict = judge(&World::new(), "");
    assert_eq!(verdict.outcome, Outcome::Holds);
    assert!(verdict.findings.is_empty() && verdict.components.is_empty());
}

#[test]
fn a_chain_of_hostile_length_makes_no_path_of_that_length() {
    let (mut world, web) = World::web();
    let purl = |index: usize| format!("pkg:npm/kit-{index:04}@1.0.0");
    world.direct(web, &purl(0), Scope::Runtime);
    for index in 1..1000 {
        world.needs(web, &purl(index - 1), &purl(index), Scope::Runtime).no_license();
    }
    let bom = world.bom();
    let verdict = baseline(&world);
    let last = verdict.findings.iter().max_by_key(|finding| finding.component).unwrap();
    assert!(last.path.len() <= 128);
    let names = names(&bom, last);
    assert_eq!((names[0].as_str(), names[1].as_str(), names.last().unwrap().as_str()), ("web", "kit-0000", "kit-0999"));
}

#[test]
fn the_product_s_license_and_how_a_component_is_joined_decide_what_fits() {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:cargo/kit@1.0.0", Scope::Runtime).license("GPL-3.0-only");
    world.direct(web, "pkg:cargo/tool@1.0.0", Scope::Development).license("GPL-3.0-only");
    let rule = "legal/license-incompatible";
    let found = |text: &str| {
        let verdict = evaluate(&world.bom(), &policy(&format!("extends = []\n{text}")), today());
        verdict.findings.into_iter().filter(|finding| finding.rule == rule).collect::<Vec<_>>()
    };
    // Nothing is compared where nobody says what the product is given out under.
    assert!(found("").is_empty());
    let conflict = found("[project]\nlicense = \"MIT\"\n");
    assert_eq!(conflict.len(), 1, "the tool is no part of the product");
    assert!(conflict[0].message.contains("kit 1.0.0 is licensed GPL-3.0-only, which does not go together with MIT"));
    assert!(conflict[0].because.text.contains("license = \"MIT\""), "{}", conflict[0].because.text);
    assert!(found("[project]\nlicense = \"GPL-3.0-or-later\"\n").is_empty());
    let usage = "[[usage]]\ncomponent = \"pkg:cargo/kit\"\nlinkage = \"separate\"\nbecause = \"it is started\"\n";
    assert!(found(&format!("[project]\nlicense = \"MIT\"\n{usage}")).is_empty());
    assert!(found("[project]\nlicense = \"MIT\"\ndistribution = \"hosted\"\n").is_empty());
}

/// What a rule of one's own with this condition says of the way of the sketch, one message each.
fn own(when: &str, more: &str) -> Vec<(Severity, String)> {
    let mut world = ghost();
    let known = world.known("pkg:npm/ghost-kit@2.1.0", "CVE-2026-0001");
    known.likelihood = None;
    let rule = format!("[[rule]]\nid = \"acme/x\"\nwhen = \"{when}\"\nmessage = \"is not wanted\"\n{more}\n");
    let verdict = evaluate(&world.bom(), &policy(&rule), today());
    let found = verdict.findings.iter().filter(|finding| finding.rule == "acme/x");
    found.map(|finding| (finding.severity, finding.message.clone())).collect()
}

#[test]
fn conditions_of_own_rules_see_the_facts_of_each_component() {
    for when in [
        "component.license == 'AGPL-3.0-only' && component.licenses == ['AGPL-3.0-only']",
        "'network-copyleft' in component.classes && component.verdict == 'denied' && !component.direct",
        "component.name == 'ghost-kit' && component.version == '2.1.0' && component.type == 'npm'",
        "component.purl == 'pkg:npm/ghost-kit@2.1.0' && component.scope == 'runtime' && component.projects == ['web']",
        "vulnerabilities.exists(v, v.id == 'CVE-2026-0001' && v.severity == 'high' && v.fix == '1.0.9')",
        "component.name != 'report-tools' && component.source.kind == 'registry' && component.source.url == ''",
        "file == 'web/kit.lock' && 'SHA-256' in component.hashes && component.name.startsWith('ghost')",
        "project.distribution == 'binary' && component.name.contains('ghost')",
    ] {
        let found = own(when, "level = \"error\"");
        assert_eq!(found, [(Severity::Error, "ghost-kit 2.1.0: is not wanted".to_owned())], "{when}");
    }
    assert!(own("component.direct && component.name == 'ghost-kit'", "").is_empty());
    assert!(own("component.name == 'ghost-kit'", "level = \"off\"").is_empty());
}

#[test]
fn what_an_own_rule_cannot_tell_is_a_finding_of_its_own_level() {
    // Nobody imported EPSS scores, and the product's license is not stated.
    let found = own("vulnerabilities.exists(v, v.epss > 0.5)", "level = \"error\"");
    assert_eq!(found.len(), 1);
    assert!(found[0].1.contains("the EPSS score of a vulnerability is not known"), "{found:?}");
    let found = own("project.license == 'MIT'", "level = \"error\"\nunknown = \"note\"");
    assert!(found.len() == 2 && found.iter().all(|(severity, _)| *severity == Severity::Note), "{found:?}");
    assert!(own("project.license == 'MIT'", "unknown = \"off\"").is_empty());
    let found = own("component.paths[9] == ''", "");
    assert!(found[0].1.contains("an index lies outside of its list"), "{found:?}");
}
