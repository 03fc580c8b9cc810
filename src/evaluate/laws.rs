//! Every rule fires on a bad world and not on a good one.

use crate::model::{
    AdvisoryKind, Certainty, Completeness, ComponentKind, DiagnosticKind, KnownExploited, Location, NoticeState,
    Origin, OwnLicense, OwnNotice, RemovedNotice, RepoPath, Scope, SeverityLevel, Standing, TEXT_DIGESTS, Verdict,
    VexStanding, VexStatement, VexStatus, Vulnerability,
};
use crate::rule::{self, Check};

use super::tests::{policy, rules_of, today};
use super::world::{Change, World};
use super::{evaluate, evaluate_beside};

/// Two worlds with the policies they are judged by: in the first the rule finds something, in the second it does not.
struct Case {
    bad: (World, String),
    good: (World, String),
}

const NOTHING: &str = "extends = []\n";
const LISTS: &str = "extends = []\n[licenses]\nallow = [\"MIT\"]\ndeny = [\"class:network-copyleft\"]\n";
const WAIVER: &str = "extends = []\n[licenses]\ndeny = [\"MIT\"]\n[[waiver]]\nrule = \"legal/component-license-denied\"\n\
                      component = \"pkg:npm/kit\"\nreason = \"build-only\"\njustification = \"never shipped\"\n\
                      approved-by = \"ospo@example.org\"\n";

fn one(license: &str) -> World {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime).license(license);
    world
}

fn detected(declared: &str, text: &str) -> World {
    let (mut world, web) = World::web();
    let kit = world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime).license(text);
    let found = kit.licensing.declared.clone();
    kit.license(declared).licensing.detected = found;
    world
}

fn from(origin: Origin) -> World {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime).from(origin);
    world
}

fn git(commit: Option<&str>) -> Origin {
    let url = "https://git.example.org/acme/kit".into();
    Origin::Git { url, commit: commit.map(Into::into), reference: Some("v4".into()) }
}

/// A world in which something is known of a component.
fn known(change: impl FnOnce(&mut Vulnerability)) -> World {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime);
    change(world.known("pkg:npm/kit@1.0.0", "CVE-2026-0001"));
    world
}

fn with_license(path: &str, license: &str) -> World {
    let mut world = one("MIT");
    world.own.license_files = Some(vec![OwnLicense { path: RepoPath::new(path), expression: Some(license.into()) }]);
    world
}

fn case(id: &str) -> Case {
    let case = |bad: World, good: World, policy: &str| Case { bad: (bad, policy.into()), good: (good, policy.into()) };
    match id {
        "deps/integrity-missing" => {
            let world = |hashed: bool| {
                let (mut world, web) = World::web();
                world.direct(web, "pkg:npm/hashed@1.0.0", Scope::Runtime);
                let kit = world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime);
                if !hashed {
                    kit.hashes.clear();
                }
                world
            };
            case(world(false), world(true), NOTHING)
        }
        "deps/resolution-incomplete" => {
            let (mut bad, web) = World::web();
            bad.change_project(web).completeness = Completeness::Unknown;
            case(bad, World::web().0, NOTHING)
        }
        "deps/source-not-allowed" => {
            let policy = "extends = []\n[sources]\nallow = [\"default-registry\"]\n";
            case(from(git(Some("c"))), from(Origin::Registry { url: None }), policy)
        }
        "deps/component-denied" => {
            let policy = "extends = []\n[[deny]]\ncomponent = \"pkg:npm/kit\"\nversions = \">=1.0.0 <2.0.0\"\n\
                          reason = \"taken over by strangers\"\ninstead = \"pkg:npm/better-kit\"\n";
            case(versioned("1.4.0", "MIT"), versioned("2.0.0", "MIT"), policy)
        }
        "deps/namespace-confusion" => {
            let policy =
                "extends = []\n[[namespace]]\ncomponent = \"pkg:npm/kit\"\nfrom = [\"https://npm.acme.example/\"]\n";
            let own = || from(Origin::Registry { url: Some("https://npm.acme.example/".into()) });
            case(from(Origin::Registry { url: None }), own(), policy)
        }
        "deps/new-component-unapproved" => {
            let on = "extends = []\n[rules]\n\"deps/new-component-unapproved\" = \"warning\"\n";
            let approved = format!(
                "{on}[[approval]]\ncomponent = \"pkg:npm/kit\"\nby = \"architecture@example.org\"\ndate = 2026-09-01\n\
                 reason = \"needed\"\n"
            );
            Case {
                bad: (one("MIT").beside(&World::web().0), on.into()),
                good: (one("MIT").beside(&World::web().0), approved),
            }
        }
        "deps/upstream-changed" => {
            let registry = || from(Origin::Registry { url: None });
            case(from(git(Some("c"))).beside(&registry()), from(git(Some("d"))).beside(&from(git(Some("c")))), NOTHING)
        }
        "legal/license-changed" => case(
            versioned("2.0.0", "AGPL-3.0-only").beside(&versioned("1.4.0", "MIT")),
            versioned("2.0.0", "MIT OR Apache-2.0").beside(&versioned("1.4.0", "MIT")),
            NOTHING,
        ),
        "review/notice-removed" => {
            let world = |removed: Vec<RemovedNotice>| {
                let mut world = one("MIT").beside(&one("MIT"));
                if let Some(past) = &mut world.past {
                    past.removed_notices = Some(removed);
                }
                world
            };
            let gone = RemovedNotice {
                location: Location::file(&RepoPath::new("src/sort.c")),
                text: "Copyright (c) 2019 Acme Ltd.".into(),
                line: 1,
                from: None,
            };
            case(world(vec![gone]), world(Vec::new()), NOTHING)
        }
        "deps/unpinned" => case(from(git(None)), from(git(Some("c"))), NOTHING),
        "governance/curation-outdated" => {
            let world = |digest: &str| {
                let (mut world, web) = World::web();
                let kit = world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime);
                kit.properties.insert(TEXT_DIGESTS.into(), digest.repeat(64).into());
                world
            };
            let digest = "a".repeat(64);
            let policy = format!(
                "extends = []\n[[curation]]\ncomponent = \"pkg:npm/kit@1.*\"\ntext-sha256 = \"{digest}\"\n\
                 concluded = \"MIT\"\nbecause = \"its text\"\nby = \"legal@example.org\"\n"
            );
            case(world("b"), world("a"), &policy)
        }
        "governance/curation-unused" => {
            let policy = "extends = []\n[[curation]]\ncomponent = \"pkg:npm/kit@2.*\"\nconcluded = \"MIT\"\n\
                          because = \"its text\"\nby = \"legal@example.org\"\n";
            let good = "extends = []\n[[curation]]\ncomponent = \"pkg:npm/kit@1.*\"\nconcluded = \"MIT\"\n\
                        because = \"its text\"\nby = \"legal@example.org\"\n";
            Case { bad: (one("MIT"), policy.into()), good: (one("MIT"), good.into()) }
        }
        "governance/waiver-expired" => Case {
            bad: (one("MIT"), format!("{WAIVER}expires = 2026-09-20\n")),
            good: (one("MIT"), format!("{WAIVER}expires = 2026-09-21\n")),
        },
        "governance/waiver-too-long" => Case {
            bad: (one("MIT"), format!("{WAIVER}expires = 2999-01-01\n")),
            good: (one("MIT"), format!("{WAIVER}expires = 2027-09-01\n")),
        },
        "governance/waiver-unused" => Case {
            bad: (one("Apache-2.0"), format!("{WAIVER}expires = 2027-01-01\n")),
            good: (one("MIT"), format!("{WAIVER}expires = 2027-01-01\n")),
        },
        "inventory/sbom-drift" => {
            let world = |version: &str| {
                let mut world = one("MIT");
                world.documents(&format!(
                    "==> bom.json <==\n{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"metadata\": {{\"component\": \
                     {{\"type\": \"application\", \"name\": \"web\"}}}}, \"components\": [{{\"type\": \"library\", \"name\": \
                     \"kit\", \"version\": \"{version}\", \"purl\": \"pkg:npm/kit@{version}\"}}]}}\n"
                ));
                world
            };
            let policy = "extends = []\n[rules]\n\"inventory/sbom-drift\" = \"error\"\n";
            case(world("0.9.0"), world("1.0.0"), policy)
        }
        "inventory/unreadable-file" => {
            let world = |kind| {
                let (mut world, _) = World::web();
                world.diagnostic("web/kit.lock", kind, "two lock files in one");
                world
            };
            case(world(DiagnosticKind::Malformed), world(DiagnosticKind::Note), NOTHING)
        }
        "legal/component-license-denied" => case(one("AGPL-3.0-only"), one("MIT"), LISTS),
        "legal/component-license-unmapped" => case(one("MIT, Apache-2.0"), one("MIT OR Apache-2.0"), LISTS),
        "legal/component-license-unreviewed" => case(one("MPL-2.0"), one("MIT"), LISTS),
        "legal/component-no-license" => {
            let (mut bad, web) = World::web();
            bad.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime).no_license();
            case(bad, one("MIT"), LISTS)
        }
        "legal/notices-incomplete" | "legal/source-obligation-unmet" => {
            let world = |state, unoffered: &[&str]| {
                let mut world = one("MIT");
                let path = RepoPath::new("NOTICE.txt");
                let unoffered = unoffered.iter().map(ToString::to_string).collect();
                world.own.notice = Some(OwnNotice { path, state, gaps: Vec::new(), unoffered });
                world
            };
            case(world(NoticeState::Missing, &["kit 1.0.0"]), world(NoticeState::Current, &[]), NOTHING)
        }
        "legal/project-license-missing" => {
            let policy = "extends = []\n[rules]\n\"legal/project-license-missing\" = \"error\"\n";
            case(with_license("web/sub/LICENSE", "MIT"), with_license("LICENSE", "MIT"), policy)
        }
        "legal/project-license-mismatch" => {
            let policy = "extends = []\n[rules]\n\"legal/project-license-mismatch\" = \"error\"\n";
            let world = |license| {
                let mut world = with_license("LICENSE", license);
                world.declare_root("MIT");
                world
            };
            case(world("Apache-2.0"), world("MIT"), policy)
        }
        "legal/license-disagreement" => case(detected("MIT", "GPL-3.0-only"), detected("MIT OR ISC", "MIT"), NOTHING),
        "legal/source-available-undeclared" => {
            case(detected("Apache-2.0", "Elastic-2.0"), detected("Elastic-2.0", "Elastic-2.0"), NOTHING)
        }
        "legal/license-incompatible" => {
            let policy = |license: &str| format!("extends = []\n[project]\nlicense = \"{license}\"\n");
            Case { bad: (one("Apache-2.0"), policy("GPL-2.0-only")), good: (one("Apache-2.0"), policy("GPL-3.0-only")) }
        }
        "legal/license-unresolved" => {
            let lists = "allow = [\"MPL-2.0\", \"Apache-2.0\"]\n";
            Case {
                bad: (one("MPL-2.0 OR Apache-2.0"), format!("extends = []\n[licenses]\n{lists}")),
                good: (
                    one("MPL-2.0 OR Apache-2.0"),
                    format!("extends = []\n[licenses]\nprefer = [\"Apache-2.0\"]\n{lists}"),
                ),
            }
        }
        "legal/network-copyleft-in-service" => {
            let policy = "extends = []\n[project]\ndistribution = \"hosted\"\n";
            case(one("OSL-3.0"), one("GPL-3.0-only"), policy)
        }
        "deps/unmaintained" => case(known(|known| known.kind = AdvisoryKind::Unmaintained), known(|_| ()), NOTHING),
        "vuln/advisory-data-stale" => {
            let world = |day: &str| {
                let (mut world, _) = World::web();
                world.looked().imported = day.into();
                world
            };
            case(world("2026-09-13T00:00:00Z"), world("2026-09-14T23:00:00Z"), NOTHING)
        }
        "vuln/fix-overdue" => {
            let overdue = "extends = []\n[rules]\n\"vuln/fix-overdue\" = \"error\"\n";
            case(known(|_| ()), known(|known| known.published = "2026-08-22T00:00:00Z".into()), overdue)
        }
        "vuln/known-exploited" => {
            let exploited = |known: &mut Vulnerability| {
                let (cve, added, due) = ("CVE-2026-0001".into(), "2026-03-01".into(), "2026-04-01".into());
                known.exploited = Some(KnownExploited { cve, added, due, ransomware: true });
            };
            case(known(exploited), known(|_| ()), NOTHING)
        }
        "vuln/malicious-package" => case(known(|known| known.kind = AdvisoryKind::Malware), known(|_| ()), NOTHING),
        "vuln/severity-over-threshold" => {
            case(known(|_| ()), known(|known| known.level = SeverityLevel::Medium), NOTHING)
        }
        "vuln/suppression-unjustified" => {
            let stated = |justification: Option<&'static str>| {
                move |known: &mut Vulnerability| {
                    known.standing = VexStanding::Stated(Box::new(VexStatement {
                        status: VexStatus::NotAffected,
                        by: "security@example.org".into(),
                        justification: justification.map(Into::into),
                        impact: None,
                        stated: "2026-09-01T00:00:00Z".into(),
                        location: Location::file(&RepoPath::new("vex.json")),
                    }));
                }
            };
            case(known(stated(None)), known(stated(Some("vulnerable_code_not_present"))), NOTHING)
        }
        "vuln/unmonitorable-component" => {
            let (mut bad, web) = World::web();
            bad.direct(web, "pkg:generic/kit@1.0.0", Scope::Runtime);
            bad.looked();
            case(bad, known(|_| ()), NOTHING)
        }
        // Rules over files are tried on the examples of their own pages.
        other if other.starts_with("ai/") || other.starts_with("hardware/") => {
            let docs = &rule::by_id(other).unwrap().docs;
            let world = |text: &str| {
                let mut world = World::new();
                world.files(text);
                world
            };
            let policy = format!("extends = []\n[rules]\n\"{other}\" = \"warning\"\n");
            case(world(docs.example_bad), world(docs.example_good), &policy)
        }
        // Rules over documents are tried on the examples of their own pages.
        other => {
            let rule = rule::by_id(other).unwrap();
            let (Check::Practices(_) | Check::Sboms(_) | Check::Texts(_) | Check::Tree(_)) = rule.check else {
                panic!("{other} has no bad and good world")
            };
            let world = |text: &str| {
                let (mut world, _) = World::web();
                world.documents(text);
                world
            };
            let policy = format!("extends = []\n[rules]\n\"{other}\" = \"warning\"\n");
            case(world(rule.docs.example_bad), world(rule.docs.example_good), &policy)
        }
    }
}

fn judge(world: &World, text: &str) -> Verdict {
    evaluate_beside(&world.bom(), &policy(text), today(), world.past.as_ref())
}

/// A world with one component of a version under a license.
fn versioned(version: &str, license: &str) -> World {
    let (mut world, web) = World::web();
    world.direct(web, &format!("pkg:npm/kit@{version}"), Scope::Runtime).license(license);
    world
}

fn open(world: &World, text: &str, rule: &str) -> Vec<String> {
    let found = judge(world, text).findings.into_iter().filter(|found| found.rule == rule && found.standing.is_open());
    found.map(|found| found.message).collect()
}

#[test]
fn a_license_that_changed_is_told_with_both_versions_and_once() {
    let changed = |now: World, before: &World| open(&now.beside(before), NOTHING, "legal/license-changed");
    let old = versioned("1.4.0", "MIT");
    assert_eq!(
        changed(versioned("2.0.0", "AGPL-3.0-only"), &old),
        ["kit 2.0.0 is under AGPL-3.0-only; 1.4.0 was under MIT (main at 1a2b3c4d5e6f)"]
    );
    assert_eq!(changed(versioned("1.4.0", "ISC"), &old).len(), 1, "also of the same version");
    assert_eq!(changed(versioned("2.0.0", "MIT OR ISC"), &old), [""; 0]);
    let (mut unknown, web) = World::web();
    unknown.direct(web, "pkg:npm/kit@2.0.0", Scope::Runtime).no_license();
    let unknown = unknown.beside(&old);
    assert_eq!(open(&unknown, NOTHING, "legal/license-changed"), [""; 0]);
    assert!(judge(&unknown, NOTHING).remarks.iter().any(|remark| remark.contains("cannot be told")), "and is no pass");
    assert_eq!(open(&versioned("2.0.0", "ISC"), NOTHING, "legal/license-changed"), [""; 0], "without a comparison");
}

#[test]
fn many_components_that_moved_to_another_registry_are_one_finding() {
    let world = |url: Option<&str>| {
        let (mut world, web) = World::web();
        for name in ["a", "b", "c"] {
            let origin = Origin::Registry { url: url.map(Into::into) };
            world.direct(web, &format!("pkg:npm/{name}@1.0.0"), Scope::Runtime).from(origin);
        }
        world
    };
    let moved = world(Some("https://mirror.example/npm/")).beside(&world(Some("https://old.example/npm/")));
    let found = open(&moved, NOTHING, "deps/upstream-changed");
    let message = "3 components, a among them, come from registry https://mirror.example/npm/; they came from registry \
                   https://old.example/npm/ (main at 1a2b3c4d5e6f)";
    assert_eq!(found, [message]);
}

#[test]
fn a_range_that_cannot_be_compared_denies_all_the_same() {
    let policy =
        "extends = []\n[[deny]]\ncomponent = \"pkg:npm/kit\"\nversions = \">=1.0.0 <2.0.0\"\nreason = \"bad\"\n";
    assert_eq!(open(&versioned("1.9.9", "MIT"), policy, "deps/component-denied"), ["kit 1.9.9 is not to be used"]);
    assert_eq!(open(&versioned("2.0.0", "MIT"), policy, "deps/component-denied"), [""; 0]);
    assert_eq!(open(&versioned("main", "MIT"), policy, "deps/component-denied").len(), 1);
}

#[test]
fn every_rule_finds_the_bad_and_leaves_the_good() {
    for rule in rule::TABLE {
        let case = case(rule.id);
        let rules = |(world, text): &(World, String)| rules_of(&judge(world, text));
        assert!(rules(&case.bad).contains(&rule.id.to_owned()), "{} finds nothing", rule.id);
        assert!(!rules(&case.good).contains(&rule.id.to_owned()), "{} finds something", rule.id);
    }
}

#[test]
fn every_finding_says_what_why_what_to_do_where_and_who_asked() {
    for rule in rule::TABLE {
        let (world, text) = case(rule.id).bad;
        for finding in judge(&world, &text).findings {
            for text in [&finding.message, &finding.why, &finding.because.text] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text}", finding.rule);
            }
            assert!(!finding.help.is_empty() && !finding.locations.is_empty(), "{}", finding.rule);
            assert_eq!(finding.fingerprint.len(), 16);
        }
    }
}

#[test]
fn unpinned_knows_what_fixes_a_version() {
    let rules = |world: &World| rules_of(&evaluate(&world.bom(), &policy(NOTHING), today()));
    let unpinned = |world: &World| rules(world).contains(&"deps/unpinned".to_owned());
    let image = |purl: &str| {
        let (mut world, web) = World::web();
        let image = world.direct(web, purl, Scope::Build);
        image.kind = ComponentKind::Container;
        image.hashes.clear();
        world
    };
    assert!(unpinned(&image("pkg:docker/alpine@3.20")));
    assert!(unpinned(&image("pkg:docker/alpine")));
    assert!(!unpinned(&image(&format!("pkg:docker/alpine@sha256%3A{}", "a".repeat(64)))));

    let (mut world, web) = World::web();
    for name in ["a", "b", "c", "d"] {
        world.direct(web, &format!("pkg:npm/{name}"), Scope::Runtime);
    }
    let verdict = evaluate(&world.bom(), &policy(NOTHING), today());
    let found: Vec<_> = verdict.findings.iter().filter(|finding| finding.rule == "deps/unpinned").collect();
    assert_eq!(found.len(), 1, "one finding for a project without a lock file");
    let message = "4 dependencies of web (a, b, c, …) have no fixed version: no lock file answers for them";
    assert_eq!(found[0].message, message);
    assert_eq!(found[0].locations.len(), 4);
}

#[test]
fn unencrypted_sources_are_found_without_any_list() {
    let world = from(Origin::Git { url: "git://git.example.org/a".into(), commit: Some("c".into()), reference: None });
    let verdict = evaluate(&world.bom(), &policy(NOTHING), today());
    let finding = verdict.findings.iter().find(|finding| finding.rule == "deps/source-not-allowed").unwrap();
    assert_eq!(finding.message, "kit 1.0.0 is fetched over an unencrypted connection (git://git.example.org/a)");
    assert_eq!(finding.locations[0].path.as_str(), "web/kit.toml", "the line a person edits comes first");
}

#[test]
fn a_project_that_only_builds_counts_one_level_less() {
    let mut world = World::new();
    let ci = world.project("ci", "github");
    world.direct(ci, "pkg:github/actions/checkout@v4", Scope::Build);
    world.change_project(ci).completeness = Completeness::Unknown;
    let verdict = evaluate(&world.bom(), &policy(NOTHING), today());
    let finding = verdict.findings.iter().find(|finding| finding.rule == "deps/resolution-incomplete").unwrap();
    assert_eq!(finding.severity, crate::model::Severity::Note);
    assert!(finding.because.text.ends_with("one level lower, since it is needed in scope build at most"));
}

#[test]
fn what_is_known_is_judged_by_severity_certainty_and_statements() {
    let rules = |world: &World, text: &str| rules_of(&evaluate(&world.bom(), &policy(text), today()));
    let severe = "vuln/severity-over-threshold".to_owned();
    assert!(
        rules(&known(|known| known.level = SeverityLevel::Unknown), NOTHING).contains(&severe),
        "unknown is no pass"
    );
    let lenient = "extends = []\n[rules]\n\"vuln/severity-over-threshold\" = { unknown = \"low\" }\n";
    assert!(!rules(&known(|known| known.level = SeverityLevel::Unknown), lenient).contains(&severe));
    let undecided = rules(&known(|known| known.certainty = Certainty::Undecided), NOTHING);
    assert!(undecided.contains(&"vuln/unmonitorable-component".to_owned()), "{undecided:?}");
    assert!(!undecided.contains(&severe), "what is not decided is no finding of severity");
    assert!(rules(&World::web().0, "extends = []\n[completeness]\nadvisories = true\n").is_empty());
    let not_looked =
        evaluate(&World::web().0.bom(), &policy("extends = []\n[completeness]\nadvisories = true\n"), today());
    assert_eq!(not_looked.outcome, crate::model::Outcome::Incomplete);
}

#[test]
fn what_a_vex_statement_settles_stays_visible_and_does_not_count() {
    let world = known(|known| {
        known.standing = VexStanding::Stated(Box::new(VexStatement {
            status: VexStatus::NotAffected,
            by: "security@example.org".into(),
            justification: Some("vulnerable_code_not_present".into()),
            impact: None,
            stated: "2026-09-01T00:00:00Z".into(),
            location: Location::file(&RepoPath::new("vex.json")),
        }));
    });
    let verdict = evaluate(&world.bom(), &policy(NOTHING), today());
    let found = verdict.findings.iter().find(|found| found.rule == "vuln/severity-over-threshold").unwrap();
    let Standing::Waived { by, until, reason, because } = &found.standing else { panic!("{:?}", found.standing) };
    assert_eq!((by.as_str(), until.as_str()), ("security@example.org", "withdrawn"));
    assert_eq!(reason, "not_affected: vulnerable_code_not_present");
    assert_eq!(because.policy, "vex.json");
    assert_eq!(verdict.outcome, crate::model::Outcome::Holds);
}

#[test]
fn a_waiver_covers_an_advisory_only_by_its_name() {
    let waiver = |advisory: &str| {
        format!(
            "extends = []\n[[waiver]]\nrule = \"vuln/severity-over-threshold\"\ncomponent = \"pkg:npm/kit\"\n{advisory}\
             reason = \"vulnerable-code-not-used\"\njustification = \"only its types are used\"\n\
             approved-by = \"security@example.org\"\nexpires = 2027-01-01\n"
        )
    };
    let world = known(|_| ());
    let open = |advisory: &str| {
        let verdict = evaluate(&world.bom(), &policy(&waiver(advisory)), today());
        verdict.findings.iter().any(|found| found.rule == "vuln/severity-over-threshold" && found.standing.is_open())
    };
    assert!(!open("advisory = \"CVE-2026-0001\"\n"));
    assert!(!open("advisory = \"ghsa-aaaa-bbbb-cccc\"\n"), "by any of its ids");
    assert!(open("advisory = \"CVE-2026-0002\"\n"));
    assert!(open(""), "one without an id would cover tomorrow's as well");
}

#[test]
fn a_finding_about_an_advisory_is_the_same_in_the_next_version() {
    let fingerprint = |version: &str, id: &str| {
        let (mut world, web) = World::web();
        let purl = format!("pkg:npm/kit@{version}");
        world.direct(web, &purl, Scope::Runtime);
        world.known(&purl, id);
        evaluate(&world.bom(), &policy(NOTHING), today()).findings[0].fingerprint.clone()
    };
    assert_eq!(fingerprint("1.0.0", "CVE-2026-0001"), fingerprint("1.0.1", "CVE-2026-0001"));
    assert_ne!(fingerprint("1.0.0", "CVE-2026-0001"), fingerprint("1.0.0", "CVE-2026-0002"));
}
