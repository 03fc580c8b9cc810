//! Policy files as people write them, and as they mistype them.

use crate::model::{Purl, RepoPath, Severity};
use crate::rule;
use crate::text::Source;

use super::{BUILTIN, Policy, PolicyProblem, STARTER};

fn source(path: &str, text: &str) -> Source {
    Source::from_text(RepoPath::new(path), text.to_owned()).unwrap()
}

fn read(text: &str) -> Result<Policy, Vec<PolicyProblem>> {
    Policy::read(&source("sepal.toml", text), &|_| None)
}

/// The problems as a person sees them, one line each.
fn problems(text: &str) -> Vec<String> {
    let found = read(text).expect_err("the policy is wrong");
    found.iter().map(|problem| format!("{problem} | {}", problem.help.as_deref().unwrap_or("-"))).collect()
}

fn one(text: &str) -> String {
    let found = problems(text);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.into_iter().next().unwrap()
}

#[test]
fn a_typo_is_answered_like_a_compiler_would() {
    assert_eq!(
        one("[licences]\nallow = [\"MIT\"]\n"),
        "sepal.toml:1:2: `licences` is not a key of a policy | did you mean `licenses`? allowed: extends, only-named, \
         fail-on, inherit, project, licenses, rules, rule, sources, scan, vex, completeness, notice, lifecycle, gate, waivers, \
         waiver, usage, modified, deny, namespace, approval, curation"
    );
    assert_eq!(
        one("[project]\ndistribution = \"binry\"\n"),
        "sepal.toml:2:17: `binry` is not a value of `distribution` | did you mean `binary`? allowed: internal, hosted, binary, \
         source, device"
    );
    let typo = one("[rules]\n\"deps/unpined\" = \"error\"\n");
    let start =
        "sepal.toml:2:2: `deps/unpined` is not a rule | did you mean `deps/unpinned`? rules of this group: deps/";
    assert!(typo.starts_with(start) && typo.contains(", deps/unpinned"), "{typo}");
    assert_eq!(
        one("[rules]\n\"deps/unpinned\" = \"fatal\"\n"),
        "sepal.toml:2:20: `fatal` is not a value of `deps/unpinned` | allowed: off, note, warning, error"
    );
    assert_eq!(
        one("[rules]\n\"governance/waiver-too-long\" = { level = \"note\", max-day = 3 }\n"),
        "sepal.toml:2:50: `max-day` is not a parameter of governance/waiver-too-long | did you mean `max-days`? allowed: \
         level, max-days"
    );
}

#[test]
fn unknown_licenses_and_classes_are_told_with_the_nearest() {
    let text = one("[licenses]\ndeny = [\"class:permisive\"]\n");
    assert!(text.starts_with("sepal.toml:2:10: ") && text.contains("did you mean `permissive`?"), "{text}");
    let text = one("[licenses]\nallow = [\"Apache 2\"]\n");
    assert!(text.contains("Apache-2.0"), "{text}");
    let text = one("[licenses]\nallow = [\"MIT OR Apache-2.0\"]\n");
    assert!(text.contains("list each as an entry of its own"), "{text}");
    let text = one("[licenses]\nallow = [\"MIT\"]\ndeny = [\"MIT\"]\n");
    assert!(text.contains("MIT stands both in `allow` and in `deny`"), "{text}");
}

#[test]
fn wrong_types_dates_and_patterns_are_told() {
    assert_eq!(
        one("[licenses]\nallow = \"MIT\"\n"),
        "sepal.toml:2:10: `allow` is a text | write a list of licenses (`MIT`) and classes (`class:permissive`)"
    );
    let waiver = |more: &str| {
        format!(
            "[[waiver]]\nrule = \"deps/unpinned\"\ncomponent = \"pkg:npm/kit\"\nreason = \"build-only\"\n\
             justification = \"x\"\napproved-by = \"y\"\n{more}\n"
        )
    };
    assert!(read(&waiver("expires = 2027-05-01")).is_ok());
    assert!(read(&waiver("expires = \"2027-05-01\"")).is_ok());
    assert_eq!(
        one(&waiver("")),
        "sepal.toml:1:1: this waiver has no `expires` | a waiver needs rule, reason, justification, approved-by, expires"
    );
    assert_eq!(
        one(&waiver("expires = \"2027-02-30\"")),
        "sepal.toml:7:12: `2027-02-30` is no day of the calendar | write a date such as 2027-05-01"
    );
    assert!(one(&waiver("expires = 2027-05-01T10:00:00Z")).contains("not of the form YYYY-MM-DD"));
    assert!(one(&waiver("expires = 3")).contains("`expires` is not a date"));
    let wrong = waiver("expires = 2027-05-01").replace("pkg:npm/kit", "npm/kit");
    assert!(one(&wrong).contains("`npm/kit` is not a package URL pattern: a package URL starts with `pkg:`"));
    let wrong = waiver("expires = 2027-05-01").replace("build-only", "because");
    assert!(one(&wrong).contains("accepted-risk"), "the closed list is shown");
    let wrong = waiver("expires = 2027-05-01").replace("component = \"pkg:npm/kit\"\n", "");
    assert!(one(&wrong).contains("neither `component` nor `project`"));
    let wrong = waiver("expires = 2027-05-01").replace("deps/unpinned", "governance/waiver-expired");
    assert!(one(&wrong).contains("governance/waiver-expired cannot be waived"));
    assert!(one("[scan]\nexclude = [\"a[\"]\n").starts_with("sepal.toml:2:13: "));
    assert!(one("[sources]\nallow = [\"everything\"]\n").contains("`everything` is neither"));
    assert!(one("[completeness]\nrequire = \"yes\"\n").contains("write true or false"));
    assert!(one("[rules]\n\"deps/unpinned\" = { scopes = [\"dev\"] }\n").contains("`dev` is not a scope"));
    assert!(one("waiver = 3\n").contains("write [[waiver]], once for each"));
}

#[test]
fn everything_that_is_wrong_is_told_at_once_in_the_order_of_the_file() {
    let found = problems(
        "extend = []\nfail-on = \"never\"\n[licenses]\nallow = [\"MITT\", \"class:x\"]\n[rules]\n\"a/b\" = 1\n[[waiver]]\n",
    );
    let lines: Vec<&str> = found.iter().map(|text| text.split(':').nth(1).unwrap()).collect();
    assert_eq!(lines, ["1", "2", "4", "4", "6", "7", "7"]);
}

#[test]
fn a_file_that_is_no_toml_is_one_problem_with_its_place() {
    let found = problems("[licenses\n");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("sepal.toml:1:"), "{found:?}");
}

#[test]
fn the_shipped_policies_the_starter_and_the_examples_are_read() {
    for (name, _) in BUILTIN {
        let policy = Policy::builtin(name).unwrap();
        assert!(policy.name.starts_with(name), "{}", policy.name);
        assert_eq!(policy.digest.len(), 64);
    }
    assert!(Policy::builtin("base").is_none());
    read(STARTER).unwrap();
    let waivers = read(include_str!("../../policies/examples/waivers.toml")).unwrap().waivers;
    assert_eq!(waivers.len(), 3);
    let curations = read(include_str!("../../policies/examples/curations.toml")).unwrap().curations;
    assert_eq!(curations.len(), 3);
}

#[test]
fn every_line_of_the_starter_that_is_commented_out_can_be_used() {
    let text: String = STARTER
        .lines()
        .map(|line| {
            let rest = line.strip_prefix("# ").unwrap_or(line);
            let is_code = rest.contains(" = ") || rest.starts_with("[[");
            format!("{}\n", if is_code { rest } else { line })
        })
        .collect();
    let policy = read(&text).unwrap();
    assert_eq!((policy.waivers.len(), policy.curations.len(), policy.exclude.len()), (1, 1, 2), "{text}");
}

#[test]
fn who_says_nothing_starts_from_the_baseline() {
    let baseline = Policy::builtin("baseline").unwrap();
    let policy = read("").unwrap();
    assert_eq!(policy.licenses, baseline.licenses);
    assert_eq!(policy.name, "sepal.toml, extending baseline (built in)");
    let nothing = read("extends = []").unwrap();
    assert!(nothing.licenses.lists.allow.is_empty());
    assert_ne!(policy.digest, nothing.digest);
}

#[test]
fn a_file_wins_over_what_it_extends() {
    let level = |policy: &Policy, id: &str| policy.level(rule::by_id(id).unwrap());
    let policy = read("[rules]\n\"deps/unpinned\" = \"error\"\n\"deps/integrity-missing\" = \"off\"\n").unwrap();
    let (severity, because) = level(&policy, "deps/unpinned");
    assert_eq!((severity, because.policy.as_str(), because.line), (Some(Severity::Error), "sepal.toml", Some(2)));
    assert_eq!(level(&policy, "deps/integrity-missing").0, None);
    let (severity, because) = level(&policy, "legal/component-no-license");
    assert_eq!((severity, because.policy.as_str()), (Some(Severity::Warning), "policies/baseline.toml"));
    let (_, because) = level(&read("extends = []").unwrap(), "deps/unpinned");
    assert_eq!((because.policy.as_str(), because.line), ("sepal", None));

    // A level alone leaves the parameters of the base, and the other way round.
    let policy = read("[rules]\n\"governance/waiver-too-long\" = \"error\"\n").unwrap();
    let rule = rule::by_id("governance/waiver-too-long").unwrap();
    assert_eq!((policy.level(rule).0, policy.params(rule).number("max-days")), (Some(Severity::Error), 366));
    let policy = read("[rules]\n\"governance/waiver-too-long\" = { max-days = 30 }\n").unwrap();
    assert_eq!((policy.level(rule).0, policy.params(rule).number("max-days")), (Some(Severity::Warning), 30));
}

#[test]
fn a_class_in_the_file_takes_the_place_of_its_licenses_below() {
    let base = source(
        "org.toml",
        "extends = []\n[inherit]\nloosen = true\n[licenses]\nallow = [\"MIT\", \"MPL-2.0\"]\ndeny = [\"class:weak-copyleft\"]\n",
    );
    let top = source("sepal.toml", "extends = [\"org.toml\"]\n[licenses]\nreview = [\"class:weak-copyleft\"]\n");
    let policy = Policy::read(&top, &|path| (path.as_str() == "org.toml").then_some(&base)).unwrap();
    let shown = |list: &[crate::license::Selector]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let lists = &policy.licenses.lists;
    assert_eq!(shown(&lists.allow), ["MIT"]);
    assert_eq!(shown(&lists.review), ["class:weak-copyleft"]);
    assert!(lists.deny.is_empty());
    assert_eq!(policy.licenses.allow_because[0].policy, "org.toml");
    assert_eq!(policy.licenses.review_because[0].line, Some(3));
}

#[test]
fn files_extend_files_and_each_counts_once() {
    let files = [
        source("org/a.toml", "extends = [\"builtin:baseline\", \"b.toml\"]\nfail-on = \"warning\"\n"),
        source("org/b.toml", "extends = [\"builtin:baseline\"]\n[project]\ndistribution = \"hosted\"\n"),
    ];
    let top = source("sepal.toml", "extends = [\"org/a.toml\", \"org/b.toml\"]\n");
    let lookup = |path: &RepoPath| files.iter().find(|file| file.path() == path);
    let policy = Policy::read(&top, &lookup).unwrap();
    assert_eq!(policy.name, "sepal.toml, extending org/a.toml, org/b.toml, baseline (built in)");
    assert_eq!(policy.fail_on(), Severity::Warning);
    assert_eq!(policy.settings.distribution.as_str(), "hosted");
    let wanted: Vec<String> = Policy::wanted(&top).iter().map(ToString::to_string).collect();
    assert_eq!(wanted, ["org/a.toml", "org/b.toml"]);
    assert_eq!(Policy::wanted(&files[0])[0].as_str(), "org/b.toml", "paths are relative to the file that names them");
}

#[test]
fn what_cannot_be_extended_is_told_with_its_line() {
    let circle = source("sepal.toml", "extends = [\"sepal.toml\"]\n");
    let found = Policy::read(&circle, &|_| Some(&circle)).unwrap_err();
    assert_eq!(found[0].to_string(), "sepal.toml:1:13: `sepal.toml` extends itself");
    assert!(one("extends = [\"org.toml\"]").contains("`org.toml` cannot be read"));
    assert!(one("extends = [\"../org.toml\"]").contains("not a path inside the scanned tree"));
    assert!(one("extends = [\"builtin:basline\"]").contains("did you mean `baseline`?"));
    assert!(one("extends = [\"https://git.example.org/policy\"]").contains("has no digest"));
    let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let pinned = |url: &str, digest: &str| format!("extends = [{{ url = \"{url}\", sha256 = \"{digest}\" }}]");
    let absent = one(&pinned("https://policy.example/org.toml", digest));
    assert!(absent.contains("`https://policy.example/org.toml` is not on this machine"), "{absent}");
    assert!(absent.ends_with("fetch it with: sepal policy update"), "{absent}");
    assert!(one(&pinned("https://policy.example/org.toml", "abc")).contains("`sha256` is not a SHA-256 digest"));
    assert!(one(&pinned("http://policy.example/org.toml", digest)).contains("is not encrypted"));
    assert!(one(&pinned("https://me:secret@policy.example/org.toml", digest)).contains("must not be in it"));
    assert!(one("extends = [{ url = \"https://policy.example/org.toml\" }]").contains("has no `sha256`"));
    assert!(one("extends = [{ link = \"x\" }]").contains("`link` is not a key"));
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let of_git = |rev: &str| {
        format!("extends = [{{ git = \"https://git.example.org/p.git\", rev = \"{rev}\", path = \"org/legal.toml\" }}]")
    };
    let absent = one(&of_git(commit));
    let place = format!("https://git.example.org/p.git@{commit}/org/legal.toml");
    assert!(absent.contains(&format!("`{place}` is not on this machine")), "{absent}");
    assert!(one(&of_git("main")).contains("`main` is not a whole commit id"));
    let path = "path = \"org/legal.toml\"";
    assert!(one(&of_git(commit).replace(&format!(", {path}"), "")).contains("has no `path`"));
    assert!(one(&of_git(commit).replace("path", "branch")).contains("`branch` is not a key"));

    // What a file of a commit extends is of the same commit, and stays in it.
    let top = source("sepal.toml", &of_git(commit));
    let legal = source(&place, "extends = [\"../base.toml\"]\n");
    let base = source(&format!("https://git.example.org/p.git@{commit}/base.toml"), "fail-on = \"warning\"\n");
    let all = [&legal, &base];
    let policy = Policy::read(&top, &|path| all.into_iter().find(|source| source.path() == path)).unwrap();
    assert_eq!(policy.fail_on.unwrap().because.policy, base.path().as_str());
    let out = source(&place, "extends = [\"../../base.toml\"]\n");
    let found = Policy::read(&top, &|path| (path == out.path()).then_some(&out)).unwrap_err();
    assert!(found[0].to_string().contains("is not a path inside this repository"), "{found:?}");

    // What a file of the web extends must be pinned, too.
    let org = source("https://policy.example/org.toml@e3b0c442", "extends = [\"other.toml\"]\n");
    let top = source("sepal.toml", &pinned("https://policy.example/org.toml", digest));
    assert_eq!(Policy::pinned(&top)[0].path(), *org.path());
    let found = Policy::read(&top, &|path| (path == org.path()).then_some(&org)).unwrap_err();
    assert!(found[0].to_string().contains("is a path, and this file is not part of a tree"), "{found:?}");
    assert!(Policy::wanted(&org).is_empty());
}

#[test]
fn strict_is_stricter_than_the_baseline_everywhere() {
    let (baseline, strict) = (Policy::builtin("baseline").unwrap(), Policy::builtin("strict").unwrap());
    for rule in rule::TABLE {
        assert!(strict.level(rule).0 >= baseline.level(rule).0, "{}", rule.id);
    }
    assert!(strict.fail_on() < baseline.fail_on() && strict.requires_completeness());
    let denied = |policy: &Policy| policy.licenses.lists.deny.len();
    assert!(denied(&strict) > denied(&baseline));
}

#[test]
fn first_party_patterns_are_patterns() {
    let policy = read("[project]\nfirst-party = [\"pkg:npm/@acme/*\", \"pkg:cargo/acme-*\"]\n").unwrap();
    let fits = |purl: &str| {
        let purl: Purl = purl.parse().unwrap();
        policy.first_party.iter().any(|pattern| pattern.value.matches(&purl))
    };
    assert!(fits("pkg:npm/%40acme/kit@1") && fits("pkg:cargo/acme-core@1") && !fits("pkg:cargo/other@1"));
}

#[test]
fn no_cut_or_change_of_a_policy_makes_reading_panic() {
    let text = include_str!("../../policies/examples/waivers.toml").to_owned() + STARTER + BUILTIN[1].1;
    let mut at = 0;
    while at < text.len() {
        if text.is_char_boundary(at) {
            let _ = read(&text[..at]);
            let _ = read(&format!("{}\"\n{}", &text[..at], &text[at..]));
        }
        at += 37;
    }
}

#[test]
fn targets_that_nobody_understands_are_errors_with_their_line() {
    let policy = read("[scan]\ntargets = [\"sys_platform == 'linux'\"]\n").unwrap();
    assert_eq!(
        policy.targets.iter().map(|target| target.value.as_str()).collect::<Vec<_>>(),
        ["sys_platform == 'linux'"]
    );
    let wrong = one("[scan]\ntargets = [\"sys_platform == 'linux'\", \"linux\"]\n");
    assert!(wrong.starts_with("sepal.toml:2:40: "), "{wrong}");
}

/// What is wrong with a file that extends another one, one line each.
fn over(base: &str, top: &str) -> Vec<String> {
    let base = source("org.toml", base);
    let top = source("sepal.toml", &format!("extends = [\"org.toml\"]\n{top}"));
    let lookup = |path: &RepoPath| (path.as_str() == "org.toml").then_some(&base);
    match Policy::read(&top, &lookup) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn what_an_extended_file_says_may_be_tightened_and_not_loosened() {
    const LEVEL: &str = "[rules]\n\"deps/unpinned\" = \"warning\"\n";
    assert_eq!(
        over(LEVEL, "[rules]\n\"deps/unpinned\" = \"note\"\n"),
        [
            "sepal.toml:3:1: deps/unpinned is set to note: looser than org.toml:2, by which deps/unpinned is set to warning"
        ]
    );
    assert!(over(LEVEL, "[rules]\n\"deps/unpinned\" = \"error\"\n").is_empty());
    assert!(
        over(LEVEL, "[rules]\n\"deps/integrity-missing\" = \"off\"\n").is_empty(),
        "the shipped baseline binds nobody"
    );

    const LISTS: &str = "[licenses]\nallow = [\"class:permissive\", \"MPL-2.0\"]\nreview = [\"EPL-2.0\"]\ndeny = [\"class:strong-copyleft\", \"JSON\"]\n";
    let license = |text: &str| over(LISTS, &format!("[licenses]\n{text}\n"));
    assert!(license("allow = [\"MIT\", \"MPL-2.0\"]").is_empty());
    assert!(license("deny = [\"MIT\", \"class:weak-copyleft\"]").is_empty());
    for (text, line) in [
        ("allow = [\"GPL-3.0-only\"]", "org.toml:4"),
        ("review = [\"GPL-3.0-only\"]", "org.toml:4"),
        ("review = [\"class:strong-copyleft\"]", "org.toml:4"),
        ("allow = [\"EPL-2.0\"]", "org.toml:3"),
        ("allow = [\"LGPL-2.1-only\"]", "org.toml:2"),
    ] {
        let found = license(text);
        assert!(found.len() == 1 && found[0].contains(line), "{text}: {found:?}");
    }
    // A class takes the place of all its licenses, so that one that is denied would be lost.
    let lost = over(
        "[licenses]\nallow = [\"class:permissive\"]\ndeny = [\"ISC\"]\n",
        "[licenses]\nallow = [\"class:permissive\"]\n",
    );
    assert!(lost.len() == 1 && lost[0].contains("org.toml:3"), "{lost:?}");

    for (base, top, looser) in [
        ("fail-on = \"warning\"", "fail-on = \"error\"", true),
        ("fail-on = \"error\"", "fail-on = \"warning\"", false),
        ("fail-on = \"error\"", "[gate]\nwarn-until = 2027-01-01", true),
        ("[gate]\nwarn-until = 2027-01-01", "[gate]\nwarn-until = 2026-12-01", false),
        ("[completeness]\nrequire = true", "[completeness]\nrequire = false", true),
        ("[completeness]\nrequire = true", "[completeness]\naccept-unknown = [\"github\"]", true),
        ("[completeness]\nrequire = true\naccept-unknown = [\"github\"]", "[completeness]\naccept-unknown = []", false),
        ("[waivers]\nmax-days = 90", "[waivers]\nmax-days = { error = 91 }", true),
        ("[waivers]\nmax-days = 90", "[waivers]\nmax-days = { error = 30 }", false),
        ("[licenses]\nunlisted = \"deny\"", "[licenses]\nunlisted = \"review\"", true),
        ("[licenses]\nunlisted = \"deny\"", "[licenses]\nreview = [\"MPL-2.0\"]", true),
        ("[licenses]\ndetect = \"always\"", "[licenses]\ndetect = \"missing\"", true),
        ("[sources]\nallow = [\"path\", \"git.example.org/acme/*\"]", "[sources]\nallow = [\"git\"]", true),
        (
            "[sources]\nallow = [\"path\", \"git.example.org/acme/*\"]",
            "[sources]\nallow = [\"git.example.org/acme/kit\"]",
            false,
        ),
        (
            "[rules]\n\"vuln/fix-overdue\" = { high-days = 30 }",
            "[rules]\n\"vuln/fix-overdue\" = { high-days = 31 }",
            true,
        ),
        (
            "[rules]\n\"vuln/fix-overdue\" = { high-days = 30 }",
            "[rules]\n\"vuln/fix-overdue\" = { high-days = 7 }",
            false,
        ),
        (
            "[rules]\n\"deps/unpinned\" = { scopes = [\"runtime\", \"build\"] }",
            "[rules]\n\"deps/unpinned\" = { scopes = [\"runtime\"] }",
            true,
        ),
        (
            "[rules]\n\"legal/license-incompatible\" = { review = true }",
            "[rules]\n\"legal/license-incompatible\" = { review = false }",
            true,
        ),
        ("[project]\ndistribution = \"device\"", "[project]\ndistribution = \"hosted\"", false),
    ] {
        let found = over(base, top);
        assert_eq!(found.len(), usize::from(looser), "{base} | {top}: {found:?}");
    }
}

#[test]
fn a_file_says_what_of_it_may_be_loosened() {
    let top = "[rules]\n\"deps/unpinned\" = \"off\"\n[licenses]\nallow = [\"MPL-2.0\"]\n";
    let base =
        |loosen: &str| format!("{loosen}[rules]\n\"deps/unpinned\" = \"error\"\n[licenses]\nallow = [\"MIT\"]\n");
    let left = |loosen: &str| over(&base(&format!("[inherit]\nloosen = {loosen}\n")), top).len();
    assert_eq!(over(&base(""), top).len(), 2);
    assert_eq!(left("true"), 0);
    assert_eq!(left("false"), 2);
    assert_eq!(left("[\"rules.deps/unpinned\"]"), 1);
    assert_eq!(left("[\"rules.deps/*\", \"licenses\"]"), 0);
    assert_eq!(left("[\"rules\", \"licenses.allow\"]"), 0);
    assert_eq!(left("[\"fail-on\"]"), 2);
    let wrong = one("[inherit]\nloosen = [\"rules.deps/unpined\"]\n");
    assert!(wrong.contains("did you mean `rules.deps/unpinned`?"), "{wrong}");
    assert!(one("[inherit]\nloosen = [\"licenses.alow\"]\n").contains("did you mean `licenses.allow`?"));
    assert!(one("[inherit]\nloosen = [\"project.license\"]\n").contains("binds nobody"));
}

#[test]
fn a_shipped_policy_named_after_a_file_may_not_loosen_it_either() {
    let base = source("org.toml", "[rules]\n\"legal/notices-incomplete\" = \"error\"\n");
    let top = source("sepal.toml", "extends = [\"org.toml\", \"builtin:internal\"]\n");
    let found = Policy::read(&top, &|_| Some(&base)).unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].to_string().starts_with("policies/internal.toml:"), "{}", found[0]);
    let top = source("sepal.toml", "extends = [\"builtin:internal\", \"org.toml\"]\n");
    assert!(Policy::read(&top, &|_| Some(&base)).is_ok());
}

const OWN: &str =
    "[[rule]]\nid = \"acme/no-gpl\"\nwhen = \"component.license.contains('GPL')\"\nmessage = \"no GPL\"\n";

#[test]
fn rules_of_ones_own_are_read_with_places_inside_their_conditions() {
    let policy = read(&format!("{OWN}level = \"error\"\nhelp = \"ask\"\n")).unwrap();
    let own = policy.own_rule("acme/no-gpl").unwrap();
    assert_eq!(
        (own.level.value, own.unknown_level(), own.help.len()),
        (Some(Severity::Error), Some(Severity::Error), 1)
    );
    let wrong = |when: &str| one(&format!("[[rule]]\nid = \"acme/x\"\nmessage = \"m\"\nwhen = {when}\n"));
    assert_eq!(
        wrong("\"component.direct && component.licence == 'MIT'\"").split(" | ").next().unwrap(),
        "sepal.toml:4:39: `licence` is not a field of component"
    );
    let many_lines = wrong("'''\ncomponent.direct &&\n  component.scop == 'x'\n'''");
    assert!(many_lines.starts_with("sepal.toml:6:13: `scop` is not a field"), "{many_lines}");
    assert!(wrong("\"component.name == \\\"a\\\" && x\"").starts_with("sepal.toml:4:9: `x` is not a fact"));
    assert!(one(&OWN.replace("acme/no-gpl", "legal/no-gpl")).contains("`legal` is the group of shipped rules"));
    assert!(one(&OWN.replace("acme/no-gpl", "NoGpl")).contains("`NoGpl` is not an id of a rule"));
    assert!(one(&format!("{OWN}{OWN}")).contains("there are two rules `acme/no-gpl` in this file"));
    assert!(one("[[rule]]\nid = \"acme/x\"\n").contains("this rule has no `when`, `message`"));
}

#[test]
fn levels_and_waivers_name_own_rules_and_must_not_name_nobodys() {
    let level = |text: &str| read(text).unwrap().own_rule("acme/no-gpl").unwrap().level.value;
    assert_eq!(level(OWN), Some(Severity::Warning));
    assert_eq!(level(&format!("[rules]\n\"acme/no-gpl\" = \"off\"\n{OWN}")), None);
    assert!(one("[rules]\n\"acme/no-gpl\" = \"off\"\n").contains("`acme/no-gpl` is not a rule"));
    assert!(one("[rules]\n\"dep/unpinned\" = \"off\"\n").contains("did you mean `deps/unpinned`?"));
    let waiver = "[[waiver]]\nrule = \"acme/no-gpl\"\ncomponent = \"pkg:npm/a\"\nreason = \"build-only\"\n\
                  justification = \"x\"\napproved-by = \"y\"\nexpires = 2027-05-01\n";
    assert!(one(waiver).contains("sepal.toml:2:9: `acme/no-gpl` is not a rule"));
    assert_eq!(read(&format!("{OWN}{waiver}")).unwrap().waivers[0].rule, "acme/no-gpl");

    // A rule of an extended file binds as its other lines do.
    assert_eq!(over(OWN, "[rules]\n\"acme/no-gpl\" = \"error\"\n"), [""; 0]);
    assert_eq!(over(OWN, "[rules]\n\"acme/no-gpl\" = \"note\"\n").len(), 1);
    assert_eq!(over(OWN, OWN).len(), 1, "its condition may not be replaced");
    assert!(over(&format!("[inherit]\nloosen = [\"rules.acme/no-gpl\"]\n{OWN}"), OWN).is_empty());
}
