//! Whole cases of `testdata/`, and joins that need several files, read as cargo reads them.

use super::*;
use crate::ecosystem::{Aids, Format, GraphNode, ReadFile};
use crate::model::{Origin, Party, Scope};
use crate::text::Source;

macro_rules! case {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("testdata/", $path)))),+]
    };
}

type Files<'t> = &'t [(&'t str, &'t str)];

fn format(path: &str) -> &'static Format {
    let role = if path.ends_with(".lock") { Role::Lock } else { Role::Manifest };
    ECOSYSTEM.formats.iter().find(|format| format.role == role).unwrap()
}

fn parsed(path: &str, text: &str) -> (Source, Option<Parsed>) {
    let source = Source::from_text(RepoPath::new(path), text.to_owned()).unwrap();
    let parsed = (format(path).parse)(&source).ok();
    (source, parsed)
}

/// Joins files and hands the graphs to a test.
fn joined<R>(files: Files<'_>, check: impl FnOnce(&[Graph<'_>]) -> R) -> R {
    let mut read: Vec<_> =
        files.iter().map(|(path, text)| (RepoPath::new(path), format(path), parsed(path, text).1)).collect();
    read.sort_by(|a, b| a.0.cmp(&b.0));
    let files: Vec<ReadFile<'_>> =
        read.iter().map(|(path, format, parsed)| ReadFile { path, format, parsed: parsed.as_ref() }).collect();
    let graphs = join(&files, &Aids::NONE);
    check(&graphs)
}

fn label(node: &GraphNode<'_>) -> String {
    let purl = &node.package.purl;
    match purl.version() {
        Some(version) => format!("{} {version}", purl.name()),
        None => purl.name().to_owned(),
    }
}

/// All edges of a graph, one a line: from, to, scope, requirement, place.
fn edges(graph: &Graph<'_>) -> Vec<String> {
    let mut lines: Vec<String> = graph
        .edges
        .iter()
        .map(|edge| {
            let place = edge.location.as_ref().map_or("-".to_owned(), ToString::to_string);
            format!(
                "{} -> {} {} {:?} {place}",
                label(&graph.nodes[edge.from as usize]),
                label(&graph.nodes[edge.to as usize]),
                edge.scope.as_str(),
                edge.requirement.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    lines.sort();
    lines
}

fn packages(graph: &Graph<'_>) -> Vec<String> {
    let mut lines: Vec<String> = graph.nodes.iter().map(label).collect();
    lines.sort();
    lines
}

fn roots(graph: &Graph<'_>) -> Vec<String> {
    graph.roots.iter().map(|root| label(&graph.nodes[*root as usize])).collect()
}

fn gaps(graph: &Graph<'_>) -> Vec<String> {
    graph.gaps.iter().map(|(place, message)| format!("{place} {message}")).collect()
}

/// What cargo answered: the packages of a case.
fn baseline(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
}

fn node<'g, 'a>(graph: &'g Graph<'a>, wanted: &str) -> &'g GraphNode<'a> {
    graph.nodes.iter().find(|node| label(node) == wanted).unwrap_or_else(|| panic!("no {wanted}"))
}

#[test]
fn all_versions_of_the_lock_file_say_the_same() {
    let cases: [(Files<'_>, &str, &str); 4] = [
        (case!("lock-v1/Cargo.lock", "lock-v1/Cargo.toml"), "1", include_str!("testdata/lock-v1/baseline.txt")),
        (case!("lock-v2/Cargo.lock", "lock-v2/Cargo.toml"), "2", include_str!("testdata/lock-v2/baseline.txt")),
        (case!("lock-v3/Cargo.lock", "lock-v3/Cargo.toml"), "3", include_str!("testdata/lock-v3/baseline.txt")),
        (case!("lock-v4/Cargo.lock", "lock-v4/Cargo.toml"), "4", include_str!("testdata/lock-v4/baseline.txt")),
    ];
    for (files, dialect, truth) in cases {
        assert_eq!(parsed(files[0].0, files[0].1).1.unwrap().dialect, dialect);
        joined(files, |graphs| {
            let [graph] = graphs else { panic!("one project, not {}", graphs.len()) };
            assert_eq!(packages(graph), baseline(truth));
            assert_eq!(graph.completeness, Completeness::Complete);
            assert_eq!(gaps(graph), Vec::<String>::new());
            assert_eq!(roots(graph), ["app 0.1.0"]);
            let place = |line: u32, column: u32| format!("{}:{line}:{column}", files[1].0);
            assert_eq!(
                edges(graph),
                [
                    format!("app 0.1.0 -> cfg-if 1.0.5 runtime \"1\" {}", place(10, 11)),
                    format!("app 0.1.0 -> itoa 1.0.18 runtime \"1.0\" {}", place(9, 9)),
                    format!("app 0.1.0 -> ryu 1.0.23 development \"1\" {}", place(13, 8)),
                ]
            );
            let itoa = node(graph, "itoa 1.0.18");
            assert_eq!(itoa.package.hashes.len(), 1, "version {dialect}");
            assert!(itoa.package.hashes[0].hex.starts_with("8f42a60c"));
            assert_eq!(itoa.package.origin, Origin::Registry { url: None });
            assert_eq!(itoa.file.as_str(), files[0].0);
            let app = node(graph, "app 0.1.0");
            assert_eq!((app.package.party, app.file.as_str()), (Party::First, files[1].0));
            assert_eq!(app.package.license.as_ref().unwrap().0, "Apache-2.0");
        });
    }
}

#[test]
fn a_root_table_is_a_package_and_edges_name_their_source() {
    let files = case!("root-table/Cargo.lock", "root-table/Cargo.toml", "root-table/helper/Cargo.toml");
    assert_eq!(parsed(files[0].0, files[0].1).1.unwrap().dialect, "1");
    joined(files, |graphs| {
        let [graph] = graphs else { panic!("one project, not {}", graphs.len()) };
        assert_eq!(roots(graph), ["app 0.1.0"]);
        assert_eq!(gaps(graph), Vec::<String>::new());
        let from_git = |index: u32| matches!(graph.nodes[index as usize].package.origin, Origin::Git { .. });
        let build: Vec<bool> =
            graph.edges.iter().filter(|edge| edge.scope == Scope::Build).map(|edge| from_git(edge.to)).collect();
        assert_eq!(build, [true], "`build_dependencies` means the package from git");
        let runtime = graph.edges.iter().filter(|edge| edge.scope == Scope::Runtime);
        assert_eq!(runtime.filter(|edge| from_git(edge.to)).count(), 0);
        let hashes: Vec<usize> = graph.nodes.iter().map(|node| node.package.hashes.len()).collect();
        assert_eq!(hashes.iter().sum::<usize>(), 1, "`<none>` is no digest and no trouble");
    });
}

const WORKSPACE: Files<'static> = case!(
    "workspace/Cargo.lock",
    "workspace/Cargo.toml",
    "workspace/crates/app/Cargo.toml",
    "workspace/crates/kit/Cargo.toml",
    "workspace/crates/alone/Cargo.toml",
);

#[test]
fn a_workspace_inherits_renames_and_turns_features_on() {
    joined(WORKSPACE, |graphs| {
        let [graph, alone] = graphs else { panic!("two projects, not {}", graphs.len()) };
        assert_eq!(graph.directory.as_str(), "workspace");
        assert_eq!(packages(graph), baseline(include_str!("testdata/workspace/baseline.txt")));
        assert_eq!(roots(graph), ["app 0.2.0", "kit 0.2.0"]);
        assert_eq!(gaps(graph), Vec::<String>::new());
        assert_eq!(
            edges(graph),
            [
                "app 0.2.0 -> cfg-if 1.0.5 runtime \"1.0\" workspace/crates/app/Cargo.toml:11:43",
                // Turned on by the default feature.
                "app 0.2.0 -> fnv 1.0.7 runtime \"1.0\" workspace/crates/app/Cargo.toml:12:20",
                // Inherited: the line a person edits is the workspace's.
                "app 0.2.0 -> itoa 1.0.18 runtime \"1.0\" workspace/Cargo.toml:12:9",
                "app 0.2.0 -> kit 0.2.0 runtime \"\" workspace/Cargo.toml:14:1",
                "app 0.2.0 -> matches 0.1.10 development \"0.1\" workspace/crates/app/Cargo.toml:22:12",
                // Turned on by no feature that a default one turns on.
                "app 0.2.0 -> scopeguard 1.2.0 optional \"1.1\" workspace/crates/app/Cargo.toml:13:27",
                "app 0.2.0 -> static_assertions 1.1.0 runtime \"1.1\" workspace/crates/app/Cargo.toml:16:22",
                "app 0.2.0 -> version_check 0.9.5 build \"0.9\" workspace/crates/app/Cargo.toml:19:18",
                "kit 0.2.0 -> either 1.19.0 runtime \"1.9\" workspace/crates/kit/Cargo.toml:9:23",
                // Turned on by `features = ["fast"]` in `app`.
                "kit 0.2.0 -> ryu 1.0.23 runtime \"1.0\" workspace/Cargo.toml:13:40",
            ]
        );
        let app = &node(graph, "app 0.2.0").package;
        assert_eq!(app.license.as_ref().unwrap().0, "MIT OR Apache-2.0");
        assert_eq!(app.properties, [("sepal:cargo:publish", "false".into())]);
        // Excluded, with a workspace of its own and nothing to lock.
        assert_eq!(packages(alone), ["alone 0.1.0"]);
        assert_eq!(alone.completeness, Completeness::Complete);
    });
}

#[test]
fn a_package_from_git_has_its_commit() {
    joined(case!("git-dependency/Cargo.lock", "git-dependency/Cargo.toml"), |graphs| {
        let widgets = &node(&graphs[0], "widgets 0.3.1").package;
        let Origin::Git { url, commit, reference } = &widgets.origin else { panic!("{:?}", widgets.origin) };
        assert_eq!((url.as_str(), reference.as_deref()), ("https://git.example/widgets", Some("v0.3.1")));
        let commit = commit.as_deref().unwrap();
        assert_eq!(widgets.purl.qualifier("vcs_url"), Some(&*format!("git+https://git.example/widgets@{commit}")));
        assert_eq!(edges(&graphs[0]), ["app 0.1.0 -> widgets 0.3.1 runtime \"\" git-dependency/Cargo.toml:7:1"]);
    });
}

#[test]
fn packages_by_path_are_ones_own_without_being_members() {
    let files = case!(
        "path-outside-members/app/Cargo.lock",
        "path-outside-members/app/Cargo.toml",
        "path-outside-members/shared/Cargo.toml",
        "path-outside-members/tooling/Cargo.toml",
    );
    joined(files, |graphs| {
        let [graph] = graphs else { panic!("one project, not {}", graphs.len()) };
        assert_eq!(packages(graph), baseline(include_str!("testdata/path-outside-members/baseline.txt")));
        assert_eq!(roots(graph), ["app 0.1.0"]);
        assert_eq!(gaps(graph), Vec::<String>::new());
        let first: Vec<String> =
            graph.nodes.iter().filter(|node| node.package.party == Party::First).map(label).collect();
        assert_eq!(first, ["app 0.1.0", "shared 0.4.0", "tooling 0.1.0"]);
        assert_eq!(
            edges(graph),
            [
                "app 0.1.0 -> shared 0.4.0 runtime \"\" path-outside-members/app/Cargo.toml:7:1",
                "app 0.1.0 -> tooling 0.1.0 development \"0.1\" path-outside-members/app/Cargo.toml:10:45",
                "shared 0.4.0 -> itoa 1.0.18 runtime \"1\" path-outside-members/shared/Cargo.toml:8:9",
                // `ryu`, which only the tests of `tooling` need, is not in the lock file, and nothing is missing.
                "tooling 0.1.0 -> cfg-if 1.0.5 runtime \"1\" path-outside-members/tooling/Cargo.toml:7:11",
            ]
        );
    });
}

#[test]
fn a_path_out_of_the_tree_leads_to_a_third_party() {
    let files: Files<'_> = &[
        (
            "Cargo.lock",
            "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"kit\"]\n\
             [[package]]\nname = \"kit\"\nversion = \"1.0.0\"\n",
        ),
        ("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[dependencies]\nkit = { path = \"../kit\" }\n"),
    ];
    joined(files, |graphs| {
        let kit = &node(&graphs[0], "kit 1.0.0").package;
        assert_eq!((kit.party, &kit.origin), (Party::Third, &Origin::Path { path: "../kit".into() }));
        assert_eq!(edges(&graphs[0]), ["app 0.1.0 -> kit 1.0.0 runtime \"\" Cargo.toml:5:1"]);
    });
}

#[test]
fn a_patch_that_leads_to_ones_own_package_changes_nothing_about_it() {
    let lock = "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"kit\", \"web\"]\n\
                [[package]]\nname = \"kit\"\nversion = \"1.0.0\"\n\
                [[package]]\nname = \"web\"\nversion = \"1.0.0\"\ndependencies = [\"kit\"]\n\
                source = \"registry+https://github.com/rust-lang/registry.example-index\"\n";
    let kit = "[package]\nname = \"kit\"\nversion = \"1.0.0\"\n";
    let party = |app: &str, kit: &str| {
        let app = format!("[package]\nname = \"app\"\nversion = \"0.1.0\"\n{app}");
        let files: Files<'_> = &[("Cargo.lock", lock), ("Cargo.toml", &app), ("kit/Cargo.toml", kit)];
        let mut party = None;
        joined(files, |graphs| {
            let graph = graphs.iter().find(|graph| graph.directory.as_str().is_empty()).unwrap();
            party = Some(node(graph, "kit 1.0.0").package.party);
        });
        party.unwrap()
    };
    let patch = "[dependencies]\nweb = \"1\"\n[patch.registry]\nkit = { path = \"kit\" }\n";
    assert_eq!(party(&format!("{patch}[dependencies.kit]\nversion = \"1\"\n"), kit), Party::Third);
    assert_eq!(party(patch, kit), Party::Third);
    // A member, a package that a member asks for by path, the root of another workspace.
    assert_eq!(party(&format!("{patch}[workspace]\nmembers = [\"kit\"]\n"), kit), Party::First);
    assert_eq!(party(&format!("{patch}[dependencies.kit]\npath = \"kit\"\n"), kit), Party::First);
    assert_eq!(party(patch, &format!("{kit}[workspace]\n")), Party::First);
}

#[test]
fn a_patch_by_path_is_anothers_in_a_changed_form_and_answers_the_requirement() {
    let files = case!("patch/Cargo.lock", "patch/Cargo.toml", "patch/patched/itoa/Cargo.toml");
    joined(files, |graphs| {
        let [graph] = graphs else { panic!("one project, not {}", graphs.len()) };
        assert_eq!(packages(graph), baseline(include_str!("testdata/patch/baseline.txt")));
        let itoa = &node(graph, "itoa 1.0.99").package;
        assert_eq!((itoa.party, &itoa.origin), (Party::Third, &Origin::Path { path: "patch/patched/itoa".into() }));
        assert_eq!(itoa.properties, [("sepal:cargo:patched", "replaced by patch/patched/itoa".into())]);
        assert_eq!(
            edges(graph),
            [
                "app 0.1.0 -> itoa 1.0.99 runtime \"1.0\" patch/Cargo.toml:7:9",
                "itoa 1.0.99 -> cfg-if 1.0.5 runtime \"1\" patch/patched/itoa/Cargo.toml:8:11",
            ]
        );
        assert_eq!(gaps(graph), Vec::<String>::new());
    });
}

#[test]
fn two_versions_of_a_package_are_told_apart_by_requirement() {
    joined(case!("two-versions/Cargo.lock", "two-versions/Cargo.toml"), |graphs| {
        assert_eq!(packages(&graphs[0]), baseline(include_str!("testdata/two-versions/baseline.txt")));
        assert_eq!(
            edges(&graphs[0]),
            [
                "app 0.1.0 -> itoa 0.4.8 runtime \"0.4\" two-versions/Cargo.toml:8:43",
                "app 0.1.0 -> itoa 1.0.18 runtime \"1.0\" two-versions/Cargo.toml:7:9",
            ]
        );
    });
}

#[test]
fn an_alternative_registry_is_part_of_the_identity() {
    joined(case!("alternative-registry/Cargo.lock", "alternative-registry/Cargo.toml"), |graphs| {
        let kit = &node(&graphs[0], "acme-kit 2.0.0").package;
        assert_eq!(kit.purl.qualifier("repository_url"), Some("sparse+https://registry.example/acme/index/"));
        assert_eq!(node(&graphs[0], "itoa 1.0.18").package.purl.qualifiers(), []);
        assert_eq!(gaps(&graphs[0]), Vec::<String>::new());
    });
}

#[test]
fn without_a_lock_file_what_is_asked_for_is_listed_without_version() {
    joined(case!("no-lock/Cargo.toml"), |graphs| {
        let [graph] = graphs else { panic!("one project, not {}", graphs.len()) };
        assert_eq!(graph.completeness, Completeness::Incomplete);
        assert!(gaps(graph)[0].starts_with("no-lock/Cargo.toml no lock file"), "{:?}", gaps(graph));
        assert_eq!(packages(graph), ["app 0.1.0", "itoa", "ryu", "widgets"]);
        assert_eq!(
            edges(graph),
            [
                "app 0.1.0 -> itoa runtime \"1.0\" no-lock/Cargo.toml:7:9",
                "app 0.1.0 -> ryu development \"1.0\" no-lock/Cargo.toml:11:20",
                "app 0.1.0 -> widgets runtime \"\" no-lock/Cargo.toml:8:1",
            ]
        );
        assert_eq!(
            node(graph, "widgets").package.purl.to_string(),
            "pkg:cargo/widgets?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fwidgets"
        );
    });
}

#[test]
fn a_lock_file_that_is_out_of_date_says_where() {
    joined(case!("stale-lock/Cargo.lock", "stale-lock/Cargo.toml"), |graphs| {
        let graph = &graphs[0];
        assert_eq!(graph.completeness, Completeness::Incomplete);
        assert_eq!(
            gaps(graph),
            [
                "stale-lock/Cargo.toml:2:9 the lock file has app 0.1.0 and the manifest another version: it is out of date",
                "stale-lock/Cargo.toml:7:9 the manifest asks for itoa \"1.0\", the lock file has 0.4.8: it is out of date",
                "stale-lock/Cargo.toml:8:11 the lock file has no entry for cfg-if \"1.0\": it is out of date",
                "stale-lock/Cargo.lock:10:3 the lock file lists ryu, which stale-lock/Cargo.toml does not ask for: \
                 it is out of date",
            ]
        );
        // Nothing is lost: neither what the lock file has nor what it lacks.
        assert_eq!(packages(graph), ["app 0.2.0", "cfg-if", "itoa 0.4.8", "ryu 1.0.23"]);
    });
}

#[test]
fn a_lock_file_alone_gives_packages_and_edges_but_no_scopes() {
    joined(case!("lock-only/Cargo.lock"), |graphs| {
        let graph = &graphs[0];
        assert_eq!(graph.completeness, Completeness::Unknown);
        assert_eq!(packages(graph), ["app 0.1.0", "itoa 0.4.8", "itoa 1.0.18"]);
        assert_eq!(roots(graph), ["app 0.1.0"]);
        assert!(gaps(graph)[0].contains("no manifest was read"));
        assert!(graph.edges.iter().all(|edge| edge.scope == Scope::Runtime));
    });
}

#[test]
fn wrong_entries_are_noted_and_the_rest_is_read() {
    let files = case!("malformed-entries/Cargo.lock", "malformed-entries/Cargo.toml");
    let lock = parsed(files[0].0, files[0].1).1.unwrap();
    let notes: Vec<String> = lock.notes.iter().map(|note| format!("{} {}", note.mark.line, note.message)).collect();
    assert_eq!(
        notes,
        [
            "17 the checksum of \"kit\" is not a SHA-256 digest in hexadecimal",
            "22 the source of \"odd\" is of no kind that cargo writes",
            "25 an entry without name or version was left out",
            "28 an entry without name or version was left out",
            "32 \"kit\" 1.2.3 is listed twice",
            "7 \"app\" depends on \"gone\", which names no entry, or several",
            "10 \"app\" depends on \"\", which names no entry, or several",
        ]
    );
    joined(files, |graphs| {
        assert_eq!(graphs[0].completeness, Completeness::Incomplete);
        assert_eq!(packages(&graphs[0]), ["app 0.1.0", "kit 1.2.3", "kit 1.2.3", "odd 0.2.0"]);
        assert_eq!(node(&graphs[0], "odd 0.2.0").package.party, Party::Third);
    });
    joined(&files[1..], |graphs| {
        assert_eq!(
            gaps(&graphs[0])[0],
            "malformed-entries/Cargo.toml:9:9 what is asked of \"wrong\" is neither a version nor a table"
        );
    });
    let manifest = parsed(files[1].0, files[1].1).1.unwrap();
    assert_eq!(manifest.notes.len(), 1);
    assert_eq!(manifest.notes[0].mark.line, 9);
}

#[test]
fn a_file_of_another_kind_is_an_error() {
    for (path, text) in [
        ("Cargo.lock", "[tool]\nname = \"x\"\n"),
        ("Cargo.lock", "<<<<<<< HEAD\n"),
        ("Cargo.toml", "title = \"x\"\n"),
        ("Cargo.toml", "[package\n"),
    ] {
        assert!(parsed(path, text).1.is_none(), "{path}: {text:?}");
    }
    // Cargo writes this for a workspace without packages.
    assert!(parsed("Cargo.lock", "version = 4\n").1.is_some());
    assert!(parsed("Cargo.lock", "").1.is_some());
}

#[test]
fn every_mark_shows_what_it_stands_for() {
    let cases: [Files<'_>; 5] = [
        case!("lock-v1/Cargo.lock", "lock-v4/Cargo.lock", "root-table/Cargo.lock", "git-dependency/Cargo.lock"),
        case!("root-table/Cargo.toml", "root-table/helper/Cargo.toml", "no-lock/Cargo.toml", "patch/Cargo.toml"),
        case!("two-versions/Cargo.toml", "path-outside-members/app/Cargo.toml", "malformed-entries/Cargo.toml"),
        case!("malformed-entries/Cargo.lock", "alternative-registry/Cargo.lock", "workspace/Cargo.lock"),
        WORKSPACE,
    ];
    for (path, text) in cases.into_iter().flatten() {
        let (source, parsed) = parsed(path, text);
        let parsed = parsed.unwrap();
        for package in &parsed.packages {
            let shown = source.slice(package.mark.span);
            let version = package.purl.version().unwrap_or("-");
            assert!(shown.contains(package.purl.name()) || shown.contains(version), "{path}: {shown}");
        }
        for link in &parsed.links {
            let shown = source.slice(link.mark.unwrap().span);
            assert!(shown.contains(parsed.packages[link.to as usize].purl.name()), "{path}: {shown}");
        }
        for declaration in &parsed.declarations {
            let shown = source.slice(declaration.mark.span);
            let known_as = declaration.alias.as_ref().unwrap_or(&declaration.name);
            assert!(shown == declaration.requirement || shown == known_as, "{path}: {shown}");
        }
    }
}

#[test]
fn a_file_cut_anywhere_gives_an_answer_or_an_error() {
    for (path, text) in case!("root-table/Cargo.lock", "workspace/Cargo.lock", "workspace/crates/app/Cargo.toml") {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            joined(&[(path, &text[..end])], |graphs| assert!(graphs.len() <= 1));
        }
    }
}

#[test]
fn without_a_lock_file_a_patch_answers_what_it_fits() {
    let package = |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\nversion = \"1.2.0\"\n{rest}");
    let root = "[workspace]\nmembers = [\"app\", \"old\", \"kit\"]\n[patch.crates-io]\nkit = { path = \"kit\" }\n";
    let git = "[dependencies]\nkit = { git = \"https://git.example/kit\" }\n";
    let files: Files<'_> = &[
        ("Cargo.toml", root),
        ("app/Cargo.toml", &package("app", "[dependencies]\nkit = \"1\"\n")),
        ("kit/Cargo.toml", &package("kit", "")),
        // Neither another version nor another source is patched.
        ("old/Cargo.toml", &package("old", &format!("[dev-dependencies]\nkit = \"0.9\"\n{git}"))),
    ];
    joined(files, |graphs| {
        let [graph] = graphs else { panic!("one project, not {}", graphs.len()) };
        let edges = edges(graph);
        assert_eq!(edges[0], "app 1.2.0 -> kit 1.2.0 runtime \"1\" app/Cargo.toml:5:8", "{edges:?}");
        assert!(
            edges[1..].iter().all(|edge| edge.starts_with("old 1.2.0 -> kit ") && !edge.contains("kit 1.2.0")),
            "{edges:?}"
        );
        assert_eq!(edges.len(), 3);
    });
}

#[test]
fn manifests_belong_to_the_workspace_that_names_them() {
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\n");
    let root =
        "[workspace]\nmembers = [\"libs/*\", \"tools/./one/\", \"../beside\", \"gone\"]\nexclude = [\"libs/out\"]\n";
    let one = package("one") + "[dependencies]\ndeep = { path = \"../../deep/down\" }\n";
    let files: Files<'_> = &[
        ("w/Cargo.toml", root),
        ("w/libs/a/Cargo.toml", &package("a")),
        ("w/libs/a/nested/Cargo.toml", &package("nested")),
        ("w/libs/out/Cargo.toml", &package("out")),
        ("w/tools/one/Cargo.toml", &one),
        ("w/tools/two/Cargo.toml", &package("two")),
        ("w/deep/down/Cargo.toml", &package("deep")),
        ("beside/Cargo.toml", &(package("beside").replace("[package]", "[package]\nworkspace = \"../w\""))),
        ("w-other/Cargo.toml", &package("other")),
    ];
    joined(files, |graphs| {
        let projects: Vec<(String, Vec<String>)> =
            graphs.iter().map(|graph| (graph.directory.as_str().to_owned(), roots(graph))).collect();
        let names = |names: &[&str]| names.iter().map(|name| format!("{name} 1.0.0")).collect::<Vec<_>>();
        assert_eq!(
            projects,
            [
                ("w".to_owned(), names(&["beside", "deep", "a", "one"])),
                ("w-other".to_owned(), names(&["other"])),
                // Not members: a pattern's star is one directory, another is excluded, a third is not named.
                ("w/libs/a/nested".to_owned(), names(&["nested"])),
                ("w/libs/out".to_owned(), names(&["out"])),
                ("w/tools/two".to_owned(), names(&["two"])),
            ]
        );
        assert!(gaps(&graphs[0])[0].contains("\"gone\" was not read"), "{:?}", gaps(&graphs[0]));
    });
}

#[test]
fn a_member_with_a_lock_file_that_cargo_ignores_is_told() {
    let files: Files<'_> = &[
        ("Cargo.lock", "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n"),
        ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"),
        ("a/Cargo.lock", "version = 3\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n"),
        ("a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0.0\"\n"),
    ];
    joined(files, |graphs| {
        assert_eq!(graphs.iter().map(|graph| graph.directory.as_str()).collect::<Vec<_>>(), ["", "a"]);
        assert!(graphs[0].notes.is_empty());
        assert!(graphs[1].notes[0].1.message.contains("does not use this lock file"));
    });
}

#[test]
fn a_broken_lock_file_leaves_what_the_manifest_asks_for() {
    let manifest = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\nkit = \"1\"\n";
    joined(&[("Cargo.lock", "<<<<<<<"), ("Cargo.toml", manifest)], |graphs| {
        assert_eq!(packages(&graphs[0]), ["a 1.0.0", "kit"]);
        assert_eq!(graphs[0].completeness, Completeness::Incomplete);
        assert!(gaps(&graphs[0]).iter().any(|gap| gap == "Cargo.lock the lock file could not be read"));
    });
}

#[test]
fn packages_that_nothing_needs_stay_and_are_noted() {
    let lock = "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n[[package]]\nname = \"stray\"\nversion = \
                \"2.0.0\"\nsource = \"registry+https://github.com/rust-lang/registry.example-index\"\n";
    let manifest = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n";
    joined(&[("Cargo.lock", lock), ("Cargo.toml", manifest)], |graphs| {
        assert_eq!(packages(&graphs[0]), ["a 1.0.0", "stray 2.0.0"]);
        assert_eq!(
            graphs[0].notes[0].1.message,
            "no manifest that was read needs 1 of the lock file's packages: stray"
        );
    });
}

#[test]
fn user_info_reaches_no_value() {
    let lock = "version = 4\n[[package]]\nname = \"kit\"\nversion = \"1.0.0\"\nsource = \
                \"git+https://me:secret@git.example/kit#0123456789abcdef0123456789abcdef01234567\"\n";
    let manifest = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\n\
                    kit = { git = \"https://me:secret@git.example/kit\" }\n\
                    [patch.\"https://me:secret@git.example/kit\"]\nkit = { path = \"kit\" }\n";
    for (path, text) in [("Cargo.lock", lock), ("Cargo.toml", manifest)] {
        let shown = format!("{:?}", parsed(path, text).1.unwrap());
        assert!(!shown.contains("secret"), "{shown}");
    }
}

#[test]
fn candidates_stay_below_their_base() {
    use crate::ecosystem::CopyWanted;
    let project = RepoPath::new("app");
    let look = |name: &str, version: &str, origin: &Origin| -> Vec<String> {
        let purl = origin::purl(name, Some(version), origin);
        let wanted = CopyWanted { purl: &purl, origin, directory: None, project: &project };
        ECOSYSTEM.copies.iter().flat_map(|kind| (kind.candidates)(&wanted)).collect()
    };
    let registry = Origin::Registry { url: None };
    assert_eq!(
        look("itoa", "1.0.18", &registry),
        [
            "app/vendor/itoa-1.0.18/Cargo.toml",
            "app/vendor/itoa/Cargo.toml",
            "app/third_party/rust/itoa-1.0.18/Cargo.toml",
            "app/third_party/rust/itoa/Cargo.toml",
            "vendor/itoa-1.0.18/Cargo.toml",
            "vendor/itoa/Cargo.toml",
            "third_party/rust/itoa-1.0.18/Cargo.toml",
            "third_party/rust/itoa/Cargo.toml",
            "registry/src/*/itoa-1.0.18/Cargo.toml",
        ]
    );
    let git = Origin::Git {
        url: "https://git.example/kit".into(),
        commit: Some("0123456789abcdef0123456789abcdef01234567".into()),
        reference: None,
    };
    let checkouts = look("kit", "1.0.0", &git);
    assert_eq!(
        checkouts[checkouts.len() - 3..],
        [
            "git/checkouts/*/0123456/Cargo.toml",
            "git/checkouts/*/0123456/kit/Cargo.toml",
            "git/checkouts/*/0123456/crates/kit/Cargo.toml",
        ]
    );
    for name in ["..", "../../etc", "a/b", "a\\b", "*"] {
        assert_eq!(look(name, "1.0.0", &registry), Vec::<String>::new());
        assert_eq!(look("kit", name, &registry), Vec::<String>::new());
    }
}

#[test]
fn a_copy_states_its_license_name_and_version() {
    let license = |text: &str| {
        let source = Source::from_text(RepoPath::new("Cargo.toml"), text.to_owned()).unwrap();
        (ECOSYSTEM.copies[0].license)(&source)
    };
    let found = license("[package]\nname = \"kit\"\nversion = \"1.0.0\"\nlicense = \"MIT/Apache-2.0\"\n").unwrap();
    assert_eq!((found.raw.as_str(), found.mark.line), ("MIT/Apache-2.0", 4));
    assert_eq!((found.name.as_deref(), found.version.as_deref()), (Some("kit"), Some("1.0.0")));
    // What is inherited in somebody else's workspace, or stands in a file, is not guessed.
    assert_eq!(license("[package]\nname = \"kit\"\nlicense.workspace = true\n"), None);
    assert_eq!(license("[package]\nname = \"kit\"\nlicense-file = \"LICENSE\"\n"), None);
    assert_eq!(license("no toml"), None);
}

#[test]
#[cfg(feature = "trust-tools")]
fn what_cargo_decided_goes_before_reachability() {
    let answer =
        Source::from_text(RepoPath::new("cargo metadata"), include_str!("testdata/metadata/metadata.json").to_owned())
            .unwrap();
    let answer = (metadata::METADATA.parse)(&answer).unwrap();
    let files = case!("metadata/Cargo.lock", "metadata/Cargo.toml").map(|(path, text)| {
        let path = path.trim_start_matches("metadata/");
        (RepoPath::new(path), format(path), parsed(path, text).1.unwrap())
    });
    let place = RepoPath::new("cargo metadata");
    let mut read: Vec<ReadFile<'_>> =
        files.iter().map(|(path, format, parsed)| ReadFile { path, format, parsed: Some(parsed) }).collect();
    read.push(ReadFile { path: &place, format: &metadata::METADATA, parsed: Some(&answer) });
    let graphs = join(&read, &Aids::NONE);
    let decided: Vec<String> = graphs[0]
        .nodes
        .iter()
        .map(|node| format!("{}: {}", label(node), node.decided.map_or("-", Scope::as_str)))
        .collect();
    assert_eq!(
        decided,
        [
            "app 0.1.0: -",
            "cfg-if 1.0.5: runtime",
            "fnv 1.0.7: optional",
            "itoa 1.0.18: development",
            // Below a procedural macro everything runs in the compiler.
            "proc-macro2 1.0.107: build",
            "quote 1.0.47: build",
            "syn 3.0.9: build",
            "thiserror 2.0.21: runtime",
            "thiserror-impl 2.0.21: build",
            "unicode-ident 1.0.27: build",
            "version_check 0.9.5: build",
        ]
    );
    let lines = edges(&graphs[0]);
    let of = |from: &str| lines.iter().filter(|line| line.starts_with(from)).map(String::as_str).collect::<Vec<_>>();
    // The manifest's edges stay; third parties' get what cargo knows of them, and keep their place in the lock file.
    assert_eq!(of("app")[1], "app 0.1.0 -> fnv 1.0.7 optional \"1\" Cargo.toml:8:20");
    assert_eq!(of("thiserror 2"), ["thiserror 2.0.21 -> thiserror-impl 2.0.21 build \"=2.0.21\" Cargo.lock:69:3"]);
    assert!(!format!("{answer:?}").contains("/tree"), "a path of this machine");
}

#[test]
#[cfg(feature = "trust-tools")]
fn an_answer_that_is_none_is_an_error() {
    for text in ["", "{}", "error: could not find `Cargo.toml`", "[1, 2"] {
        let source = Source::from_text(RepoPath::new("cargo metadata"), text.to_owned()).unwrap();
        assert!((metadata::METADATA.parse)(&source).is_err(), "{text:?}");
    }
}
