//! What a change does to documents, license files, texts and programs of the tree is told, and what was so before is not.

use crate::since::{OLD, Repository, open};
use crate::world::Ran;

const POLICY: &str = "[rules]\n\"vuln/security-policy-missing\" = \"error\"\n\"review/policy-missing\" = \"error\"\n\
    \"legal/project-license-missing\" = \"error\"\n\"review/secret-in-tree\" = \"error\"\n\"deps/binary-artifact\" = \"error\"\n\
    \"deps/undeclared-third-party\" = \"error\"\n\"ai/model-unpinned\" = \"error\"\n\"review/dangerous-workflow\" = \"error\"\n";

const SECURITY: &str = "# Security policy\n\nPlease report vulnerabilities in private to security@example.org. We answer every \
    report within three days, and fix what is wrong in the newest release.\n";

const PROGRAM: &str = "\u{7f}ELF\u{2}\u{1}\u{1} and more of it";

/// A key as a person would paste it; in two parts, so that this file holds none.
fn secret() -> String {
    format!("key = \"{}{}\"\n", "AKIA", "Q3EGRIZPLMVN7TXK")
}

/// A repository in order: policy, papers, an owner, a license, sources.
fn orderly() -> Repository {
    let repository = Repository::new();
    repository.project("", OLD);
    repository.write("sepal.toml", POLICY);
    repository.write("SECURITY.md", SECURITY);
    repository.write("CODEOWNERS", "* @acme/core\n");
    repository.write("LICENSE", include_str!("../../LICENSE"));
    repository.write("src/main.js", "let a = 1;\n");
    repository.commit("old");
    repository
}

fn rules(ran: &Ran) -> Vec<String> {
    let mut rules: Vec<String> = open(ran).iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
    rules.sort();
    rules
}

fn remarks(ran: &Ran) -> String {
    ran.json()["run"]["remarks"].to_string()
}

/// Both gates on the same change, which is made in a working tree: staged, and as a commit.
fn both(repository: &Repository) -> Vec<String> {
    repository.git(&["add", "--all"]);
    let staged = repository.run(&["check", "--staged", "--format", "json"]);
    let staged = rules(&staged);
    assert_eq!(rules(&repository.since("HEAD")), staged, "the working tree");
    repository.git(&["checkout", "--quiet", "-b", "change"]);
    repository.commit("change");
    assert_eq!(rules(&repository.since("main")), staged, "the checkout");
    let revision = repository.run(&["check", ".@change", "--since", "main", "--format", "json"]);
    assert_eq!(rules(&revision), staged, "a revision");
    staged
}

#[test]
fn a_paper_that_is_deleted_is_one_finding() {
    for (file, rule) in [
        ("SECURITY.md", "vuln/security-policy-missing"),
        ("CODEOWNERS", "review/policy-missing"),
        ("LICENSE", "legal/project-license-missing"),
    ] {
        let repository = orderly();
        std::fs::remove_file(repository.path().join(file)).unwrap();
        assert_eq!(both(&repository), [rule], "{file}");
    }
}

#[test]
fn what_was_absent_before_is_known_and_an_unrelated_change_says_that_it_looked() {
    let repository = orderly();
    std::fs::remove_file(repository.path().join("SECURITY.md")).unwrap();
    repository.commit("no policy any more");
    repository.write("README.md", "# Shop\n\nSells things to people who want them, in two currencies.\n");
    repository.git(&["add", "--all"]);
    for arguments in [["check", "--since", "HEAD", "--format", "json"], ["check", "--staged", "--format", "json", "."]]
    {
        let ran = repository.run(&arguments);
        assert_eq!((ran.code(), rules(&ran).len()), (0, 0), "{}", ran.stderr());
        assert!(remarks(&ran).contains("judged on both sides"), "{}", remarks(&ran));
        let known = ran.json()["comparison"]["known"].as_u64().unwrap();
        assert!(known > 0, "the old absence is known, and not overlooked");
    }
}

#[test]
fn a_commit_that_touches_nothing_that_is_read_says_so_and_looks_at_nothing() {
    let repository = orderly();
    let papers =
        POLICY.lines().filter(|line| !["secret", "binary", "undeclared"].iter().any(|word| line.contains(word)));
    repository.write("sepal.toml", &papers.collect::<Vec<_>>().join("\n"));
    repository.commit("no rules about every file");
    repository.write("src/main.css", "a { color: red }\n");
    repository.git(&["add", "--all"]);
    let said = repository.run(&["check", "--staged"]).stdout();
    assert!(said.contains("looked at nothing: src/main.css is staged") && said.contains("own papers"), "{said}");
    // Where they ask for every text, a source is worth a look.
    repository.git(&["reset", "--quiet", "--hard"]);
    repository.write("sepal.toml", POLICY);
    repository.commit("with rules about every file");
    repository.write("src/main.css", "a { color: red }\n");
    repository.git(&["add", "--all"]);
    let ran = repository.run(&["check", "--staged", "--format", "json"]);
    assert_eq!((ran.code(), rules(&ran).len()), (0, 0), "{}", ran.stdout());
    assert!(remarks(&ran).contains("1 text looked through"), "{}", remarks(&ran));
    // In a hook that is done before anything else is read, and said.
    let said = repository.run(&["check", "--staged"]).stdout();
    assert!(
        said.contains("judged no dependencies: src/main.css is staged") && said.contains("looked through"),
        "{said}"
    );
    repository.write("src/settings.py", &secret());
    repository.git(&["add", "--all"]);
    let said = repository.run(&["check", "--staged"]).stdout();
    assert!(said.contains("review/secret-in-tree"), "{said}");
}

#[test]
fn what_any_file_may_tell_is_told_of_the_files_of_the_change() {
    let repository = orderly();
    repository.write("old/settings.py", &secret());
    repository.write("old/tool", PROGRAM);
    repository.commit("old sins");
    // Another text beside the old sins, which move as they are.
    repository.git(&["mv", "old", "attic"]);
    repository.write("src/main.js", "let a = 2;\n");
    assert_eq!(both(&repository), Vec::<String>::new());

    repository.write("src/settings.py", &secret());
    repository.write("bin/tool", PROGRAM);
    repository.write("third_party/kit/LICENSE", include_str!("../../LICENSE"));
    repository.write("src/load.py", "from transformers import AutoModel\nAutoModel.from_pretrained(\"acme/kit\")\n");
    repository.write(
        ".github/workflows/ci.yml",
        "on: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          \
         ref: ${{ github.event.pull_request.head.sha }}\n      - run: make\n",
    );
    repository.git(&["add", "--all"]);
    let found = rules(&repository.run(&["check", "--staged", "--format", "json"]));
    for rule in [
        "ai/model-unpinned",
        "deps/binary-artifact",
        "deps/undeclared-third-party",
        "review/dangerous-workflow",
        "review/secret-in-tree",
    ] {
        assert_eq!(found.iter().filter(|found| *found == rule).count(), 1, "{rule} in {found:?}");
    }
    // What is not staged yet is in the working tree all the same; of programs and copies what git knows counts.
    repository.git(&["reset", "--quiet"]);
    let tracked = ["deps/binary-artifact", "deps/undeclared-third-party"];
    let found: Vec<String> = found.into_iter().filter(|rule| !tracked.contains(&rule.as_str())).collect();
    assert_eq!(rules(&repository.since("HEAD")), found);
}

#[test]
fn evidence_that_a_statement_names_is_read_on_both_sides() {
    let repository = orderly();
    repository.write("sepal.toml", "[rules]\n\"governance/attestation-invalid\" = \"error\"\n");
    repository.write(
        "sepal-governance.toml",
        "[[statement]]\npoint = \"S1.4f\"\nstatement = \"Every developer answered the quiz.\"\nowner = \"license \
         office\"\nevidence = \"records/quiz.md\"\nsigned-by = \"head of engineering\"\ndate = 2026-08-01\nexpires = 2027-08-01\n",
    );
    repository.write(
        "records/quiz.md",
        "# Quiz\n\nForty people answered twelve questions on the policy in June; all but two passed. Those two took the course again in July, \
         with the team that looks after licenses, and passed in August. The questions and answers are kept by the license office.\n",
    );
    repository.commit("evidence");
    let whole = repository.run(&["check", "--format", "json"]);
    assert_eq!(rules(&whole).iter().filter(|rule| rule.starts_with("governance/")).count(), 0, "{}", whole.stdout());
    std::fs::remove_file(repository.path().join("records/quiz.md")).unwrap();
    assert_eq!(both(&repository), ["governance/attestation-invalid"]);
}

#[test]
fn a_license_that_goes_with_a_changed_lock_file_is_told_and_a_lock_file_alone_is_not_asked_for_it() {
    let repository = orderly();
    repository.project("", &[("kit", "1.0.0", "MIT")]);
    repository.git(&["checkout", "--quiet", "HEAD", "package.json"]);
    let found = both(&repository);
    assert!(found.iter().all(|rule| !rule.starts_with("legal/project-license")), "{found:?}");
    std::fs::remove_file(repository.path().join("LICENSE")).unwrap();
    repository.project("", OLD);
    repository.git(&["add", "--all"]);
    let ran = repository.run(&["check", "--staged", "--format", "json"]);
    assert!(rules(&ran).contains(&"legal/project-license-missing".to_owned()), "{:?}", rules(&ran));
}

#[test]
fn what_a_change_cannot_answer_is_named() {
    let repository = orderly();
    repository.write("sepal.toml", &format!("{POLICY}\"review/file-notice-missing\" = \"warning\"\n"));
    repository.commit("asks more");
    let said = remarks(&repository.since("HEAD"));
    assert!(said.contains("check of the tree alone") && said.contains("review/file-notice-missing"), "{said}");
    assert!(!said.contains("review/evidence-low"), "{said}");
}
