//! Tests of the join, on small trees, and of what copies declare. The formats have their cases in `testdata/`.

use compact_str::CompactString;

use super::{copies, join, metadata};
use crate::ecosystem::{Aids, CopyWanted, Format, Graph, NoCaches, Parsed, ReadFile};
use crate::model::{Completeness, Origin, Purl, RepoPath};
use crate::resolve::reach;
use crate::text::Source;

fn format(path: &str) -> &'static Format {
    let id = match path.rsplit('/').next().unwrap() {
        "pyproject.toml" => "pypi/pyproject",
        "poetry.lock" => "pypi/poetry-lock",
        "uv.lock" => "pypi/uv-lock",
        "Pipfile" => "pypi/pipfile",
        "Pipfile.lock" => "pypi/pipfile-lock",
        "setup.cfg" => "pypi/setup-cfg",
        "setup.py" => "pypi/setup-py",
        "METADATA" => "pypi/installed",
        _ => "pypi/requirements",
    };
    super::ECOSYSTEM.formats.iter().find(|format| format.id == id).unwrap()
}

/// What a join says of these files, in lines: what is reached and how, edges, gaps and notes.
fn said(files: &[(&str, &str)], targets: &[&str]) -> Vec<String> {
    let targets: Vec<CompactString> = targets.iter().map(|text| (*text).into()).collect();
    let mut files: Vec<_> = files.iter().map(|(path, text)| (RepoPath::new(path), *text)).collect();
    files.sort();
    let parsed: Vec<(RepoPath, &'static Format, Option<Parsed>)> = files
        .into_iter()
        .map(|(path, text)| {
            let format = format(path.as_str());
            let source = Source::from_text(path.clone(), text.to_owned()).unwrap();
            (path, format, (format.parse)(&source).ok())
        })
        .collect();
    let read: Vec<ReadFile<'_>> =
        parsed.iter().map(|(path, format, parsed)| ReadFile { path, format, parsed: parsed.as_ref() }).collect();
    let graphs = join::join(&read, &Aids { caches: &NoCaches, targets: &targets });
    graphs.iter().flat_map(lines).collect()
}

fn lines(graph: &Graph<'_>) -> Vec<String> {
    let name = |at: u32| {
        let purl = &graph.nodes[at as usize].package.purl;
        format!("{}@{}", purl.name(), purl.version().unwrap_or("?"))
    };
    let mut lines = vec![format!("[{}] {}", graph.directory, graph.completeness.as_str())];
    let reached = reach(graph.nodes.len(), &graph.edges, &graph.roots);
    for (at, how) in reached.iter().enumerate() {
        let direct = if how.direct { " direct" } else { "" };
        let scope = how.scope.map_or("unreached", crate::model::Scope::as_str);
        lines.push(format!("{} {scope}{direct} {}", name(at as u32), graph.nodes[at].file));
    }
    lines.extend(
        graph.edges.iter().map(|edge| format!("{} -> {} {}", name(edge.from), name(edge.to), edge.scope.as_str())),
    );
    lines.extend(graph.gaps.iter().map(|(place, message)| format!("gap {place} {message}")));
    lines.extend(graph.notes.iter().map(|(path, note)| format!("note {path} {}", note.message)));
    lines.sort();
    lines.dedup();
    lines
}

#[track_caller]
fn assert_says(said: &[String], wanted: &[&str]) {
    for line in wanted {
        assert!(said.iter().any(|have| have == line), "{line:?} is not said:\n{}", said.join("\n"));
    }
}

const PROJECT: &str = "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [\"kit[fast]>=1\"]\n\
                       [dependency-groups]\ndev = [\"kit[slow]\"]\n";
const LOCK: &str = "version = 1\n\
    [[package]]\nname = \"kit\"\nversion = \"1.2\"\nsource = { registry = \"https://pypi.example/simple\" }\n\
    dependencies = [{ name = \"win\", marker = \"sys_platform == 'win32'\" }]\n\
    [package.optional-dependencies]\nfast = [{ name = \"quick\" }]\nslow = [{ name = \"turtle\" }]\nother = [{ name = \"snail\" }]\n\
    [[package]]\nname = \"quick\"\nversion = \"2\"\nsource = { registry = \"https://pypi.example/simple\" }\n\
    [[package]]\nname = \"shop\"\nversion = \"1\"\nsource = { editable = \".\" }\ndependencies = [{ name = \"kit\", extra = [\"fast\"] }]\n\
    [package.dev-dependencies]\ndev = [{ name = \"kit\", extra = [\"slow\"] }]\n\
    [[package]]\nname = \"snail\"\nversion = \"4\"\nsource = { registry = \"https://pypi.example/simple\" }\n\
    [[package]]\nname = \"turtle\"\nversion = \"3\"\nsource = { registry = \"https://pypi.example/simple\" }\n\
    [[package]]\nname = \"win\"\nversion = \"5\"\nsource = { registry = \"https://pypi.example/simple\" }\n";

#[test]
fn what_an_extra_needs_has_the_scope_of_who_chose_the_extra() {
    let said = said(&[("pyproject.toml", PROJECT), ("uv.lock", LOCK)], &[]);
    assert_says(
        &said,
        &[
            "[.] complete",
            "kit@1.2 runtime direct uv.lock",
            "quick@2 runtime uv.lock",
            "turtle@3 development uv.lock",
            "snail@4 unreached uv.lock",
            "win@5 runtime uv.lock",
        ],
    );
}

#[test]
fn what_is_for_no_stated_platform_is_left_out_and_noted() {
    let linux = said(&[("pyproject.toml", PROJECT), ("uv.lock", LOCK)], &["sys_platform == 'linux'"]);
    assert!(!linux.iter().any(|line| line.starts_with("win@")), "{linux:?}");
    assert_says(
        &linux,
        &["[.] complete", "note uv.lock 1 entry is for none of the platforms in [scan] targets, and left out"],
    );
    let windows = said(&[("pyproject.toml", PROJECT), ("uv.lock", LOCK)], &["sys_platform == 'win32'"]);
    assert_says(&windows, &["win@5 runtime uv.lock"]);
    let list = "kit==1.0 ; sys_platform == 'win32'\nother==2.0\n";
    let linux = said(&[("requirements.txt", list)], &["platform_system == 'Linux'"]);
    assert!(!linux.iter().any(|line| line.starts_with("kit@")), "{linux:?}");
    assert_says(&linux, &["other@2.0 runtime direct requirements.txt"]);
}

#[test]
fn an_exported_list_is_one_more_place_and_no_project() {
    let list = "kit==1.2\nquick==2\nforeign==7\n";
    let said = said(&[("pyproject.toml", PROJECT), ("requirements.txt", list), ("uv.lock", LOCK)], &[]);
    assert_eq!(said.iter().filter(|line| line.starts_with('[')).count(), 1, "{said:?}");
    assert_says(
        &said,
        &[
            "kit@1.2 runtime direct requirements.txt",
            // Direct is what the manifest asks for, whatever an export lists.
            "quick@2 runtime requirements.txt",
            "foreign@7 runtime direct requirements.txt",
        ],
    );
}

#[test]
fn a_stale_lock_is_a_gap_on_the_line_a_person_edits() {
    let project = PROJECT.replace("kit[fast]>=1", "kit>=2\", \"absent");
    let said = said(&[("pyproject.toml", &project), ("uv.lock", LOCK)], &[]);
    assert_says(
        &said,
        &[
            "[.] incomplete",
            "gap pyproject.toml:4:18 `kit` `>=2` is asked for, and uv.lock answers 1.2",
            "gap pyproject.toml:4:28 `absent` is asked for and uv.lock has no answer",
            "absent@? runtime direct pyproject.toml",
        ],
    );
}

#[test]
fn requirements_without_pins_are_asked_for_and_not_resolved() {
    let said = said(&[("requirements.txt", "# nothing yet\nflask\ndjango>=4\n")], &[]);
    assert_says(
        &said,
        &[
            "[.] incomplete",
            "django@? runtime direct requirements.txt",
            "gap requirements.txt:2:1 2 requirements are not pinned: their versions and what they need are not known",
        ],
    );
}

#[test]
fn a_list_is_complete_only_if_something_says_so() {
    let digest = format!("--hash=sha256:{}", "0".repeat(64));
    let completeness =
        |text: &str| said(&[("requirements.txt", text)], &[]).iter().find(|line| line.starts_with('[')).cloned();
    let word = |completeness: Completeness| Some(format!("[.] {}", completeness.as_str()));
    assert_eq!(completeness("kit==1.0\n"), word(Completeness::Unknown));
    assert_eq!(completeness(&format!("kit==1.0 {digest}\n")), word(Completeness::Complete));
    assert_eq!(completeness(&format!("kit==1.0 {digest}\nother==2.0\n")), word(Completeness::Unknown));
    assert_eq!(
        completeness("# autogenerated by pip-compile\nkit==1.0\n    # via -r requirements.in\n"),
        word(Completeness::Complete)
    );
    assert_eq!(completeness("kit\n"), word(Completeness::Incomplete));
    assert_eq!(completeness("# nothing\n"), word(Completeness::Complete));
}

#[test]
fn files_that_include_each_other_are_read_once_and_constraints_choose_nothing() {
    let said = said(
        &[
            ("requirements/base.txt", "-r dev.txt\n-c constraints.txt\nkit==1.0\n"),
            ("requirements/dev.txt", "-r base.txt\n-r dev.txt\n-r ../../out.txt\nlinter==2.0\n"),
            ("requirements/constraints.txt", "unused==9\nkit==1.0\n"),
            ("docs/requirements.txt", "-r ../requirements/base.txt\nsphinx==5.0\n"),
        ],
        &[],
    );
    assert_says(
        &said,
        &[
            "[.] unknown",
            "[docs] unknown",
            "kit@1.0 runtime direct requirements/base.txt",
            "linter@2.0 development direct requirements/dev.txt",
            "sphinx@5.0 runtime direct docs/requirements.txt",
        ],
    );
    assert!(!said.iter().any(|line| line.contains("unused")), "{said:?}");
}

#[test]
fn a_package_beside_the_tree_is_somebody_elses() {
    let lock = "version = 1\n[manifest]\nmembers = [\"a\", \"b\"]\n\
                [[package]]\nname = \"a\"\nversion = \"1\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"out\" }, { name = \"b\" }]\n\
                [[package]]\nname = \"b\"\nversion = \"1\"\nsource = { editable = \"b\" }\n\
                [[package]]\nname = \"out\"\nversion = \"1\"\nsource = { directory = \"../out\" }\n";
    let said = said(&[("uv.lock", lock)], &[]);
    assert_says(&said, &["out@1 runtime direct uv.lock", "b@1 runtime direct uv.lock", "[.] complete"]);
}

#[test]
fn a_lock_without_its_manifest_says_what_is_not_known() {
    let lock = "[[package]]\nname = \"kit\"\nversion = \"1.0\"\ncategory = \"dev\"\noptional = false\n[metadata]\nlock-version = \"1.1\"\n";
    let said = said(&[("poetry.lock", lock)], &[]);
    assert_says(
        &said,
        &[
            "[.] incomplete",
            "kit@1.0 development poetry.lock",
            "gap poetry.lock there is no pyproject.toml beside this lock file: what the project itself asks for is not known",
        ],
    );
}

#[test]
fn what_pipenv_does_not_say_is_not_direct() {
    let lock = r#"{"_meta":{"sources":[{"name":"acme","url":"https://registry.example/simple"}]},
        "default":{"kit":{"version":"==1.0"},"below":{"version":"==2.0"}},"develop":{"below":{"version":"==2.0"},"test":{"version":"==3"}}}"#;
    let said =
        said(&[("Pipfile", "[packages]\nKit = \"2.0\"\n[dev-packages]\ntest = \"*\"\n"), ("Pipfile.lock", lock)], &[]);
    assert_says(
        &said,
        &[
            "[.] complete",
            "kit@1.0 runtime direct Pipfile.lock",
            "below@2.0 runtime Pipfile.lock",
            "test@3 development direct Pipfile.lock",
        ],
    );
}

fn declared(headers: &str) -> Option<String> {
    let text = format!("Metadata-Version: 2.1\nName: Kit_X\nVersion: 1.0\n{headers}\nLicense: of the description\n");
    let source = Source::from_text(RepoPath::new("METADATA"), text).unwrap();
    metadata::copy(&source).map(|found| {
        assert_eq!((found.name.as_deref(), found.version.as_deref()), (Some("kit-x"), Some("1.0")));
        found.raw.to_string()
    })
}

#[test]
fn licenses_are_taken_from_what_says_most() {
    for (headers, expected) in [
        (
            "License-Expression: MIT OR Apache-2.0\nLicense: BSD\nClassifier: License :: OSI Approved :: ISC License (ISCL)\n",
            Some("MIT OR Apache-2.0"),
        ),
        ("License: MIT\nClassifier: License :: OSI Approved :: MIT License\n", Some("MIT")),
        (
            "License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n",
            Some("License :: OSI Approved :: MIT License"),
        ),
        (
            "License: see the file\nClassifier: License :: OSI Approved :: MIT License\n",
            Some("License :: OSI Approved :: MIT License"),
        ),
        (
            "Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: OSI Approved :: Apache Software License\n",
            Some("MIT AND Apache-2.0"),
        ),
        (
            "Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: MIT License\n",
            Some("License :: OSI Approved :: MIT License"),
        ),
        ("License-File: LICENSE.txt\n", Some("License-File: LICENSE.txt")),
        ("License: our own terms\nLicense-File: LICENSE.txt\n", Some("our own terms")),
        ("Classifier: Programming Language :: Python\n", None),
    ] {
        assert_eq!(declared(headers).as_deref(), expected, "{headers}");
    }
}

#[test]
fn candidates_never_lead_out_of_their_base() {
    let origin = Origin::Registry { url: None };
    let project = RepoPath::new("web");
    let candidates = |purl: &Purl| -> Vec<String> {
        let wanted = CopyWanted { purl, origin: &origin, directory: None, project: &project };
        copies::COPIES.iter().flat_map(|kind| (kind.candidates)(&wanted)).collect()
    };
    let found = candidates(&Purl::new("pypi", "kit-x").with_version("1.0"));
    for expected in [
        "web/.venv/lib/*/site-packages/~kit-x-1.0.dist-info/METADATA",
        "wheels-v*/pypi/kit-x/1.0-*/~kit-x-1.0.dist-info/METADATA",
        "sdists-v*/pypi/kit-x/1.0/*/kit_x-1.0-*/~kit-x-1.0.dist-info/METADATA",
        "wheels/*/*/*/*/kit_x-1.0-*.whl!/~kit-x-1.0.dist-info/METADATA",
    ] {
        assert!(found.iter().any(|have| have == expected), "{expected} is not in {found:?}");
    }
    for (name, version) in [("..", "1"), ("a/b", "1"), ("a", "../1"), ("a", "..")] {
        assert!(candidates(&Purl::new("pypi", name).with_version(version)).is_empty(), "{name} {version}");
    }
}
