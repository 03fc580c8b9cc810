//! Documents that other programs read: every encoding over a Bom that holds every odd case, checked by the official
//! schemas (where `../shared/schemas` is at hand), by readers that others wrote, and by rules that no schema knows.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and run tar")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use sepal::model::{
    Bom, Completeness, Component, ComponentId, ComponentKind, Dependency, Diagnostic, DiagnosticKind, Evidence, Field,
    Hash, HashAlgorithm, LicenseClaim, LicenseSource, Licensing, Location, Mark, Occurrence, Origin, Party, Project,
    ProjectId, Purl, Reading, RepoPath, Scope, Span, Stage, Subject,
};
use sepal::sbom::{self, Document};
use serde_json::Value;

const CREATED: &str = "2026-01-02T03:04:05Z";

fn write(bom: &Bom, encoding: &str, version: &str) -> Vec<u8> {
    write_at(bom, encoding, version, CREATED)
}

fn write_at(bom: &Bom, encoding: &str, version: &str, created: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let document = Document { bom, created, tool_version: "1.2.3", author: None };
    (sbom::by_id(encoding).unwrap().write)(&document, version, &mut bytes).unwrap();
    bytes
}

fn json(bom: &Bom, encoding: &str, version: &str) -> Value {
    serde_json::from_slice(&write(bom, encoding, version)).unwrap()
}

/// Every encoding with every version of its standard.
fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    sbom::TABLE.iter().flat_map(|encoding| {
        let versions = if encoding.versions.is_empty() { &[""] } else { encoding.versions };
        versions.iter().map(|version| (encoding.id, *version))
    })
}

// The Boms.

fn mark(line: u32) -> Mark {
    Mark { span: Span::new(line * 10, line * 10 + 4), line, column: 5 }
}

fn seen(project: u32, scope: Scope, direct: bool, path: &str, line: u32) -> Occurrence {
    let evidence = Evidence::stated(&RepoPath::new(path), mark(line), Field::Version);
    Occurrence { project: ProjectId(project), scope, direct, evidence, directory: None }
}

fn claim(raw: &str, expression: Option<&str>, reading: Reading, source: LicenseSource) -> LicenseClaim {
    let evidence = Some(Evidence::stated(&RepoPath::new("web/package-lock.json"), mark(7), Field::License));
    LicenseClaim { raw: raw.into(), expression: expression.map(Into::into), reading, source, evidence }
}

fn strict(expression: &str) -> LicenseClaim {
    claim(expression, Some(expression), Reading::Strict, LicenseSource::Lock)
}

fn declared(claims: Vec<LicenseClaim>) -> Licensing {
    Licensing { declared: claims, ..Licensing::default() }
}

fn component(purl: &str, party: Party, occurrences: Vec<Occurrence>) -> Component {
    Component {
        purl: purl.parse().unwrap(),
        kind: ComponentKind::Library,
        party,
        supplier: None,
        origin: Origin::Registry { url: None },
        hashes: Vec::new(),
        licensing: Licensing::default(),
        occurrences,
        properties: BTreeMap::new(),
    }
}

fn project(directory: &str, ecosystem: &'static str, file: &str, completeness: Completeness) -> Project {
    let directory = RepoPath::new(directory);
    let files = vec![directory.join(file).unwrap()];
    Project { directory, ecosystem, roots: Vec::new(), files, completeness, gaps: Vec::new(), fixture: false }
}

/// Puts components in order and names edges and roots by the place where they were written down.
struct Builder {
    bom: Bom,
    components: Vec<Component>,
    edges: Vec<(u32, usize, usize, Scope)>,
    roots: Vec<(usize, usize)>,
}

impl Builder {
    fn add(&mut self, component: Component) -> usize {
        self.components.push(component);
        self.components.len() - 1
    }

    fn edge(&mut self, project: u32, from: usize, to: usize, scope: Scope) {
        self.edges.push((project, from, to, scope));
    }

    fn finish(self) -> Bom {
        let mut order: Vec<usize> = (0..self.components.len()).collect();
        order.sort_by(|a, b| {
            let key = |at: &usize| (&self.components[*at].purl, self.components[*at].party);
            key(a).cmp(&key(b))
        });
        let mut ids = vec![ComponentId(0); order.len()];
        for (id, at) in order.iter().enumerate() {
            ids[*at] = ComponentId(id as u32);
        }
        let mut bom = self.bom;
        bom.components = order.iter().map(|at| self.components[*at].clone()).collect();
        for (project, root) in self.roots {
            bom.projects[project].roots.push(ids[root]);
        }
        for (project, from, to, scope) in self.edges {
            let (from, to) = (ids[from], ids[to]);
            let direct = bom.projects[project as usize].roots.contains(&from);
            let project = ProjectId(project);
            bom.dependencies.push(Dependency { project, from, to, scope, requirement: None, direct, evidence: None });
        }
        bom.dependencies.sort();
        bom
    }
}

const HOSTILE: &str =
    "</script><script>alert(1)</script>\"'`\u{0}\u{1b}[31m\u{9b}31m\u{202e}\r\n::error::x </text>\nSPDXID: y \u{1F600}";

/// Everything that is odd, at once.
fn odd() -> Bom {
    let mut web = project("web", "npm", "package-lock.json", Completeness::Complete);
    let mut tool = project("tool", "cargo", "Cargo.toml", Completeness::Incomplete);
    tool.gaps.push((Location::at(&RepoPath::new("tool/Cargo.toml"), mark(3)), "there is no lock file".into()));
    let actions = project("", "github", ".github/workflows/ci.yml", Completeness::Unknown);
    web.files.push(RepoPath::new("web/package.json"));
    let mut data = project("testdata/a", "npm", "package-lock.json", Completeness::Complete);
    data.fixture = true;
    let mut b = Builder {
        bom: Bom {
            subject: Subject {
                name: HOSTILE.into(),
                revision: Some("0123456789abcdef0123456789abcdef01234567".into()),
            },
            projects: vec![web, tool, actions, data],
            stages: vec![Stage { name: "extract", detail: "4 files".into() }],
            ..Bom::default()
        },
        components: Vec::new(),
        edges: Vec::new(),
        roots: Vec::new(),
    };
    let unreadable = RepoPath::new("web/yarn.lock");
    b.bom.diagnostics.push(Diagnostic::file(&unreadable, DiagnosticKind::Unreadable, "permission denied"));
    b.bom.diagnostics.push(Diagnostic::file(&unreadable, DiagnosticKind::Note, "only a note"));
    b.bom.files.excluded = 2;
    let lock = "web/package-lock.json";

    let mut app = component("pkg:npm/%40acme/app@1.0.0", Party::First, vec![seen(0, Scope::Runtime, false, lock, 2)]);
    app.kind = ComponentKind::Application;
    app.origin = Origin::Path { path: ".".into() };
    app.licensing = declared(vec![claim("Apache-2.0", Some("Apache-2.0"), Reading::Strict, LicenseSource::Manifest)]);
    let app = b.add(app);
    // A member of the workspace whose published version somebody needs too.
    let mut kit = component("pkg:npm/kit@2.0.0", Party::First, vec![seen(0, Scope::Runtime, true, lock, 4)]);
    kit.origin = Origin::Path { path: "file:///home/somebody/kit".into() };
    let kit = b.add(kit);
    let mut published = component(
        "pkg:npm/kit@2.0.0",
        Party::Third,
        vec![
            seen(0, Scope::Runtime, false, lock, 40),
            seen(0, Scope::Test, false, lock, 30),
            seen(3, Scope::Development, true, "testdata/a/package-lock.json", 9),
        ],
    );
    published.licensing = declared(vec![strict("MIT OR Apache-2.0"), strict("MIT")]);
    published.hashes = vec![
        Hash::from_bytes(HashAlgorithm::Sha1, &[1; 20]).unwrap(),
        Hash::from_bytes(HashAlgorithm::Sha512, &[2; 64]).unwrap(),
    ];
    published.supplier = Some("Kit \"Makers\" (x)\n".into());
    published.properties.insert("cdx:npm:package:development".into(), "true".into());
    let published = b.add(published);
    let third = |purl: &str, scope, line| component(purl, Party::Third, vec![seen(0, scope, true, lock, line)]);

    let mut both = third("pkg:npm/both@1.0.0", Scope::Runtime, 11);
    both.licensing.declared = vec![strict("ISC")];
    both.licensing.concluded = Some(claim("MIT", Some("MIT"), Reading::Strict, LicenseSource::Curation));
    let both = b.add(both);
    let mut mixed = third("pkg:npm/mixed@1.0.0", Scope::Optional, 12);
    mixed.licensing.declared = vec![strict("MIT AND (LicenseRef-acme-1 OR GPL-2.0-only WITH Classpath-exception-2.0)")];
    mixed.licensing.concluded = Some(claim("Zlib", Some("Zlib"), Reading::Strict, LicenseSource::Curation));
    let mixed = b.add(mixed);
    let mut unmapped = third("pkg:npm/unmapped@1.0.0", Scope::Build, 13);
    let why = Reading::Unmapped("`SEE LICENSE IN x` names a file".into());
    unmapped.licensing = declared(vec![claim("SEE LICENSE IN x\n</text>", None, why, LicenseSource::Installed)]);
    let unmapped = b.add(unmapped);
    let mut guessed = third("pkg:npm/guessed@1.0.0", Scope::Provided, 14);
    let why = Reading::Guess("`BSD` may mean several".into());
    guessed.licensing = declared(vec![claim("BSD", Some("BSD-3-Clause"), why, LicenseSource::Cache)]);
    let guessed = b.add(guessed);
    let mut alias = third("pkg:npm/alias@1.0.0", Scope::Test, 15);
    let why = Reading::Alias("Apache 2 is Apache-2.0".into());
    alias.licensing = declared(vec![claim("Apache 2", Some("Apache-2.0"), why, LicenseSource::Lock)]);
    let alias = b.add(alias);
    let mut empty = third("pkg:npm/empty@1.0.0", Scope::Runtime, 15);
    empty.licensing = declared(vec![claim("", None, Reading::Unmapped("nothing is said".into()), LicenseSource::Lock)]);
    let empty = b.add(empty);
    let licenses = [
        "GPL-2.0",
        "BOLA-1.1",
        "HPND-SMC",
        "BSD-3-Clause-acpica",
        "LicenseRef-x.y",
        "DocumentRef-a:LicenseRef-b",
        "Apache-2.0+",
    ];
    let mut listed = Vec::new();
    for (index, license) in licenses.into_iter().enumerate() {
        let mut component = third(&format!("pkg:npm/license-{index}@1.0.0"), Scope::Runtime, 16);
        component.licensing = declared(vec![strict(license)]);
        listed.push(b.add(component));
    }
    let mut git = third("pkg:npm/git@1.0.0?vcs_url=git%2Bhttps:%2F%2Fgit.test%2Fa%2Fb.git", Scope::Development, 17);
    git.origin = Origin::Git {
        url: "https://git.test/a b/<c>.git".into(),
        commit: Some("89abcdef0123456789abcdef0123456789abcdef".into()),
        reference: None,
    };
    let git = b.add(git);
    let mut branch = third("pkg:npm/branch@1.0.0", Scope::Peer, 18);
    branch.origin =
        Origin::Git { url: "git+ssh://git.test/a/b".into(), commit: None, reference: Some("feat/x#y z".into()) };
    let branch = b.add(branch);
    let mut copied = third("pkg:npm/copied@1.0.0", Scope::Runtime, 19);
    copied.origin = Origin::Git { url: "git@git.test:a/b".into(), commit: None, reference: None };
    let copied = b.add(copied);
    let mut archive = third("pkg:npm/archive@1.0.0", Scope::Runtime, 20);
    archive.origin = Origin::Archive { url: "https://files.example/a b.tgz?x=[1]#%zz".into() };
    let archive = b.add(archive);
    let mut mirror = third("pkg:npm/mirror@1.0.0?repository_url=https:%2F%2Fregistry.example%2F", Scope::Runtime, 21);
    mirror.origin = Origin::Registry { url: Some("https://registry.example/".into()) };
    let mirror = b.add(mirror);
    let mut path = third("pkg:npm/path@1.0.0", Scope::Runtime, 22);
    path.origin = Origin::Path { path: "file:../path".into() };
    let path = b.add(path);
    // A name of four thousand characters, and one that means something everywhere.
    let long = b.add(third(&Purl::new("npm", &"n".repeat(4000)).with_version("1").to_string(), Scope::Runtime, 23));
    let hostile_purl = Purl::new("npm", HOSTILE).with_namespace("@<b>").with_version("1.0 \"x\"#?");
    let mut hostile = third(&hostile_purl.to_string(), Scope::Runtime, 24);
    hostile.properties.insert("x:y".into(), HOSTILE.into());
    hostile.supplier = Some(HOSTILE.into());
    hostile.origin = Origin::Archive { url: HOSTILE.into() };
    hostile.occurrences[0].evidence.location.path = RepoPath::new(&format!("web/{HOSTILE}/package-lock.json"));
    let hostile = b.add(hostile);
    // Two names that differ only where an SPDX identifier cannot.
    let twin_a = b.add(third("pkg:npm/twin_a@1", Scope::Runtime, 25));
    let twin_b = b.add(third("pkg:npm/twin~a@1", Scope::Runtime, 26));

    let manifest = "tool/Cargo.toml";
    let tool =
        b.add(component("pkg:cargo/tool@0.1.0", Party::First, vec![seen(1, Scope::Runtime, false, manifest, 2)]));
    let serde = b.add(component("pkg:cargo/serde", Party::Third, vec![seen(1, Scope::Runtime, true, manifest, 6)]));
    let flow = ".github/workflows/ci.yml";
    let mut docker = component("pkg:docker/alpine", Party::Third, vec![seen(2, Scope::Build, true, flow, 8)]);
    docker.kind = ComponentKind::Container;
    docker.origin = Origin::Unknown;
    let docker = b.add(docker);
    let mut action =
        component("pkg:github/actions/checkout@v4", Party::Third, vec![seen(2, Scope::Build, true, flow, 9)]);
    action.kind = ComponentKind::Application;
    b.add(action);
    let case = b.add(component("pkg:npm/case", Party::First, vec![seen(3, Scope::Runtime, false, lock, 1)]));

    b.roots = vec![(0, app), (0, kit), (1, tool), (3, case)];
    b.edge(0, app, kit, Scope::Runtime);
    b.edge(0, kit, app, Scope::Development);
    b.edge(0, app, app, Scope::Runtime);
    for (to, scope) in [
        (published, Scope::Runtime),
        (both, Scope::Runtime),
        (mixed, Scope::Optional),
        (unmapped, Scope::Build),
        (guessed, Scope::Provided),
        (alias, Scope::Test),
        (empty, Scope::Runtime),
        (git, Scope::Development),
        (branch, Scope::Peer),
        (copied, Scope::Runtime),
        (archive, Scope::Runtime),
        (mirror, Scope::Runtime),
        (path, Scope::Runtime),
        (long, Scope::Runtime),
        (hostile, Scope::Runtime),
        (twin_a, Scope::Runtime),
        (twin_b, Scope::Runtime),
    ] {
        b.edge(0, app, to, scope);
    }
    for to in listed {
        b.edge(0, app, to, Scope::Runtime);
    }
    b.edge(0, app, published, Scope::Development);
    b.edge(0, published, both, Scope::Runtime);
    b.edge(1, tool, serde, Scope::Runtime);
    b.edge(3, case, published, Scope::Development);
    let _ = docker;
    b.finish()
}

/// One package of one's own with a lock file: the usual case.
fn usual() -> Bom {
    let mut b = Builder {
        bom: Bom {
            subject: Subject { name: "app".into(), revision: None },
            projects: vec![project("", "cargo", "Cargo.lock", Completeness::Complete)],
            ..Bom::default()
        },
        components: Vec::new(),
        edges: Vec::new(),
        roots: Vec::new(),
    };
    let mut app = component("pkg:cargo/app@1.0.0", Party::First, vec![seen(0, Scope::Runtime, false, "Cargo.lock", 1)]);
    app.kind = ComponentKind::Application;
    let app = b.add(app);
    let mut direct = |name: &str, scope, line| {
        let mut found = component(name, Party::Third, vec![seen(0, scope, true, "Cargo.lock", line)]);
        found.hashes = vec![Hash::from_bytes(HashAlgorithm::Sha256, &[line as u8; 32]).unwrap()];
        found.licensing = declared(vec![strict(if line == 2 { "MIT" } else { "MIT OR Apache-2.0" })]);
        b.add(found)
    };
    let serde = direct("pkg:cargo/serde@1.0.0", Scope::Runtime, 2);
    let test = direct("pkg:cargo/test@1.0.0", Scope::Test, 3);
    let leaf = direct("pkg:cargo/leaf@1.0.0", Scope::Runtime, 4);
    b.roots = vec![(0, app)];
    b.edge(0, app, serde, Scope::Runtime);
    b.edge(0, app, test, Scope::Test);
    b.edge(0, serde, leaf, Scope::Runtime);
    b.finish()
}

fn boms() -> [(&'static str, Bom); 3] {
    [("odd", odd()), ("usual", usual()), ("empty", Bom::default())]
}

// Schemas.

/// The official schemas, unpacked beside the build; `None` (said aloud) where they are not at hand.
fn schemas() -> Option<PathBuf> {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/schemas/schemas.tar.xz");
    if !archive.exists() {
        eprintln!("skipped: no ../shared");
        return None;
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemas");
    std::fs::create_dir_all(&directory).unwrap();
    let status = Command::new("tar").arg("-xJf").arg(&archive).arg("-C").arg(&directory).status().unwrap();
    assert!(status.success(), "the schemas could not be unpacked");
    Some(directory)
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn errors(validator: &jsonschema::Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).take(5).collect()
}

#[test]
fn official_schemas_accept_every_version() {
    let Some(directory) = schemas() else { return };
    let mut registry = jsonschema::Registry::new();
    for name in ["spdx.schema.json", "jsf-0.82.schema.json", "cryptography-defs.schema.json"] {
        let schema = read(&directory.join("cyclonedx").join(name));
        registry = registry.add(format!("http://cyclonedx.org/schema/{name}"), schema).unwrap();
    }
    let registry = registry.prepare().unwrap();
    let mut checked = 0;
    for (id, version) in all() {
        let file = match id {
            "cyclonedx-json" => format!("cyclonedx/bom-{version}.schema.json"),
            "spdx-json" => format!("spdx/spdx-{version}.schema.json"),
            _ => continue,
        };
        let schema = read(&directory.join(file));
        let options = jsonschema::options().with_registry(&registry).should_validate_formats(true);
        let validator = options.build(&schema).unwrap();
        for (name, bom) in boms() {
            assert_eq!(errors(&validator, &json(&bom, id, version)), Vec::<String>::new(), "{id} {version} {name}");
            checked += 1;
        }
        // The validator does look: a wrong time stamp is found.
        let mut wrong: Value = serde_json::from_slice(&write_at(&usual(), id, version, "yesterday")).unwrap();
        if id == "spdx-json" {
            wrong["packages"][0]["downloadLocation"] = Value::Null;
        }
        assert!(!errors(&validator, &wrong).is_empty(), "{id} {version}");
    }
    assert_eq!(checked, 15);
}

/// License identifiers are within the list of the version that a validator may hold, not only within the newest.
#[test]
fn identifiers_of_newer_lists_are_expressions() {
    for (version, ids) in [
        ("1.4", vec!["Apache-2.0", "GPL-2.0", "ISC", "MIT"]),
        ("1.6", vec!["Apache-2.0", "BSD-3-Clause-acpica", "GPL-2.0", "ISC", "MIT"]),
        ("1.7", vec!["Apache-2.0", "BSD-3-Clause-acpica", "GPL-2.0", "ISC", "MIT", "Zlib"]),
    ] {
        let document = json(&odd(), "cyclonedx-json", version);
        let licenses = document["components"].as_array().unwrap().iter().flat_map(|c| c["licenses"].as_array());
        let found: BTreeSet<&str> =
            licenses.flatten().filter_map(|license| license["license"]["id"].as_str()).collect();
        for id in ids {
            let concluded_alone = version < "1.6" && id == "ISC";
            assert_eq!(found.contains(id), !concluded_alone, "{version} {id} {found:?}");
        }
        assert!(!found.contains("BOLA-1.1") && !found.contains("BSD-3-Clause"), "{version} {found:?}");
    }
}

// Readers that others wrote.

#[test]
fn cyclonedx_bom_reads_what_its_versions_allow() {
    use cyclonedx_bom::prelude::{Bom as Theirs, SpecVersion, Validate};
    for (version, theirs) in [("1.4", SpecVersion::V1_4), ("1.5", SpecVersion::V1_5)] {
        for (name, bom) in boms() {
            let bytes = write(&bom, "cyclonedx-json", version);
            let read =
                Theirs::parse_from_json(bytes.as_slice()).unwrap_or_else(|error| panic!("{version} {name}: {error}"));
            let result = read.validate_version(theirs);
            assert!(result.passed(), "{version} {name}: {result:?}");
            let components = read.components.map(|list| list.0).unwrap_or_default();
            let subject = read.metadata.and_then(|metadata| metadata.component);
            let purls: BTreeSet<String> =
                components.iter().chain(&subject).filter_map(|c| c.purl.as_ref()).map(ToString::to_string).collect();
            let ours: BTreeSet<String> = bom.components.iter().map(|component| component.purl.to_string()).collect();
            assert!(ours.iter().all(|purl| purls.contains(purl)), "{version} {name}");
            let edges: usize =
                read.dependencies.map(|list| list.0).unwrap_or_default().iter().map(|d| d.dependencies.len()).sum();
            assert!(edges >= pairs(&bom).len(), "{version} {name}: {edges}");
        }
    }
}

/// The edges of a Bom: who needs whom, without regard to projects.
fn pairs(bom: &Bom) -> BTreeSet<(ComponentId, ComponentId)> {
    bom.dependencies.iter().filter(|edge| edge.from != edge.to).map(|edge| (edge.from, edge.to)).collect()
}

#[test]
fn spdx_rs_reads_both_forms_alike() {
    use spdx_rs::models::SPDX;
    for (name, bom) in boms() {
        let from_json: SPDX = serde_json::from_slice(&write(&bom, "spdx-json", "2.3")).unwrap();
        let purls: BTreeSet<&str> = from_json
            .package_information
            .iter()
            .flat_map(|p| &p.external_reference)
            .map(|r| r.reference_locator.as_str())
            .collect();
        for component in &bom.components {
            assert!(purls.contains(component.purl.to_string().as_str()), "{name}: {}", component.purl);
        }
        let text = String::from_utf8(write(&bom, "spdx-tv", "2.3")).unwrap();
        let from_text = spdx_rs::parsers::spdx_from_tag_value(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let ids = |document: &SPDX| -> BTreeSet<String> {
            document.package_information.iter().map(|package| package.package_spdx_identifier.clone()).collect()
        };
        assert_eq!(ids(&from_json), ids(&from_text), "{name}");
        let edges = |document: &SPDX| -> BTreeSet<String> {
            let of = |edge: &spdx_rs::models::Relationship| {
                format!("{} {:?} {}", edge.spdx_element_id, edge.relationship_type, edge.related_spdx_element)
            };
            document.relationships.iter().map(of).collect()
        };
        assert_eq!(edges(&from_json), edges(&from_text), "{name}");
    }
}

// Rules that no schema knows.

fn strings<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(list) => list.iter().for_each(|value| strings(value, found)),
        Value::Object(map) => map.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

#[test]
fn cyclonedx_references_are_unique_and_lead_somewhere() {
    for version in sbom::by_id("cyclonedx-json").unwrap().versions {
        for (name, bom) in boms() {
            let document = json(&bom, "cyclonedx-json", version);
            let listed = document["components"].as_array().unwrap();
            let names: Vec<&str> = listed.iter().map(|c| c["bom-ref"].as_str().unwrap()).collect();
            assert!(names.is_sorted(), "{version} {name}");
            let subject = document["metadata"]["component"]["bom-ref"].as_str().unwrap();
            let all: BTreeSet<&str> = names.iter().copied().chain([subject]).collect();
            assert_eq!(all.len(), names.len() + 1, "{version} {name}: references are unique");
            assert!(all.iter().all(|name| !name.starts_with("urn:cdx:")));
            let dependencies = document["dependencies"].as_array().unwrap();
            let refs: Vec<&str> = dependencies.iter().map(|entry| entry["ref"].as_str().unwrap()).collect();
            assert!(refs.windows(2).all(|pair| pair[0] < pair[1]), "{version} {name}");
            let mut used = refs;
            for entry in dependencies {
                let mut needed = Vec::new();
                strings(&entry["dependsOn"], &mut needed);
                assert!(needed.windows(2).all(|pair| pair[0] < pair[1]), "{version} {name}");
                used.extend(needed);
            }
            let mut composed = Vec::new();
            for composition in document["compositions"].as_array().unwrap() {
                strings(&composition["dependencies"], &mut composed);
            }
            assert_eq!(composed.iter().copied().collect::<BTreeSet<_>>(), all, "everything is in one composition");
            assert_eq!(composed.len(), all.len(), "and in one only");
            used.extend(composed);
            assert!(used.iter().all(|name| all.contains(name)), "{version} {name}");
            assert!(document.get("vulnerabilities").is_none());
        }
    }
}

#[test]
fn spdx_identifiers_are_unique_and_lead_somewhere() {
    for (name, bom) in boms() {
        let document = json(&bom, "spdx-json", "2.3");
        let packages = document["packages"].as_array().unwrap();
        let ids: Vec<&str> = packages.iter().map(|package| package["SPDXID"].as_str().unwrap()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{name}");
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        assert!(ids.iter().all(|id| id.strip_prefix("SPDXRef-").is_some_and(|rest| rest.chars().all(legal))), "{name}");
        let known: BTreeSet<&str> = ids.iter().copied().chain(["SPDXRef-DOCUMENT", "NONE", "NOASSERTION"]).collect();
        let edges = document["relationships"].as_array().unwrap();
        for edge in edges {
            assert!(known.contains(edge["spdxElementId"].as_str().unwrap()), "{edge}");
            assert!(known.contains(edge["relatedSpdxElement"].as_str().unwrap()), "{edge}");
        }
        assert_eq!(edges.iter().filter(|edge| edge["relationshipType"] == "DESCRIBES").count(), 1);
        let needs = |edge: &&Value| {
            let kind = edge["relationshipType"].as_str().unwrap();
            let real = !matches!(edge["relatedSpdxElement"].as_str(), Some("NONE" | "NOASSERTION"));
            let of_subject = edge["spdxElementId"] == "SPDXRef-Subject";
            (kind == "DEPENDS_ON" || kind.ends_with("_DEPENDENCY_OF")) && real && !of_subject
        };
        assert_eq!(edges.iter().filter(needs).count(), pairs(&bom).len(), "{name}");
        // Every LicenseRef has a text.
        let mut texts = Vec::new();
        strings(&document["hasExtractedLicensingInfos"], &mut texts);
        for package in packages {
            for field in ["licenseDeclared", "licenseConcluded"] {
                for word in
                    package[field].as_str().unwrap().split([' ', '(', ')']).filter(|w| w.starts_with("LicenseRef-"))
                {
                    assert!(texts.contains(&word), "{word}");
                }
            }
        }
    }
}

#[test]
fn two_runs_give_the_same_bytes_and_identity_follows_content() {
    for (id, version) in all() {
        let (one, again) = (write(&odd(), id, version), write(&odd(), id, version));
        assert!(one == again, "{id} {version}");
        if id == "purls" {
            continue;
        }
        let identity = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            let line =
                text.lines().find(|line| ["serialNumber", "ocumentNamespace"].iter().any(|word| line.contains(word)));
            line.unwrap().to_owned()
        };
        let later = write_at(&odd(), id, version, "2027-01-01T00:00:00Z");
        assert_eq!(identity(&one), identity(&later), "{id} {version}: time is not content");
        let mut other = odd();
        other.components[0].supplier = Some("somebody else".into());
        assert_ne!(identity(&one), identity(&write(&other, id, version)), "{id} {version}");
    }
}

#[test]
fn nothing_of_the_machine_and_no_control_reaches_a_document() {
    for (id, version) in all() {
        let text = String::from_utf8(write(&odd(), id, version)).unwrap();
        assert!(!text.contains("/home/somebody"), "{id} {version}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{id} {version}");
        assert!(
            !text.lines().any(|line| line.starts_with("::error") || line.starts_with("SPDXID: y")),
            "{id} {version}"
        );
    }
}

// What is not known is said.

fn property_values<'a>(owner: &'a Value, name: &str) -> Vec<&'a str> {
    let properties = owner["properties"].as_array().into_iter().flatten();
    properties.filter(|p| p["name"] == name).map(|p| p["value"].as_str().unwrap()).collect()
}

fn by_reference<'a>(document: &'a Value, reference: &str) -> &'a Value {
    let mut listed = document["components"].as_array().unwrap().iter();
    listed.find(|c| c["bom-ref"] == reference).unwrap_or_else(|| panic!("{reference}"))
}

#[test]
fn leaves_differ_from_what_is_not_known_in_cyclonedx() {
    let document = json(&odd(), "cyclonedx-json", "1.6");
    let entry = |name: &str| document["dependencies"].as_array().unwrap().iter().find(|entry| entry["ref"] == name);
    assert!(entry("pkg:npm/both@1.0.0").unwrap().get("dependsOn").is_none(), "a leaf has an empty entry");
    assert!(entry("pkg:cargo/serde").is_none(), "what serde needs is not known");
    assert!(entry("pkg:docker/alpine").is_none());
    assert_eq!(entry("pkg:cargo/tool@0.1.0").unwrap()["dependsOn"][0], "pkg:cargo/serde");
    let aggregates: Vec<&Value> =
        document["compositions"].as_array().unwrap().iter().map(|c| &c["aggregate"]).collect();
    assert_eq!(aggregates, ["complete", "incomplete", "unknown"]);

    let serde = by_reference(&document, "pkg:cargo/serde");
    assert_eq!(property_values(serde, "sepal:unknown"), ["dependencies", "hash", "license", "supplier", "version"]);
    assert!(serde.get("version").is_none());
    let metadata = &document["metadata"];
    assert_eq!(property_values(metadata, "sepal:gap"), ["tool/Cargo.toml:3:5: there is no lock file"]);
    assert_eq!(property_values(metadata, "sepal:diagnostic"), ["unreadable: web/yarn.lock: permission denied"]);
    assert_eq!(property_values(metadata, "sepal:excluded-files"), ["2"]);
    assert_eq!(property_values(metadata, "sepal:project").len(), 4);
}

#[test]
fn first_party_twins_are_marked_and_leave_the_purl_to_the_third_party() {
    let document = json(&odd(), "cyclonedx-json", "1.6");
    let own = by_reference(&document, "pkg:npm/kit@2.0.0!first-party");
    assert_eq!(property_values(own, "sepal:party"), ["first"]);
    assert_eq!(property_values(own, "sepal:origin:path"), ["outside of the repository"]);
    assert!(own.get("scope").is_none());
    let published = by_reference(&document, "pkg:npm/kit@2.0.0");
    assert!(property_values(published, "sepal:party").is_empty());
    assert_eq!(published["scope"], "required", "the strongest of its occurrences");
    let places: Vec<String> = published["evidence"]["occurrences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| format!("{}:{}", place["location"].as_str().unwrap(), place["line"]))
        .collect();
    assert_eq!(places, ["testdata/a/package-lock.json:9", "web/package-lock.json:30", "web/package-lock.json:40"]);
}

#[test]
fn licenses_keep_what_is_declared_apart_from_what_is_concluded() {
    let licenses = |version: &str, name: &str| {
        let document = json(&odd(), "cyclonedx-json", version);
        let component = by_reference(&document, &format!("pkg:npm/{name}@1.0.0"));
        let declared: Vec<String> =
            property_values(component, "sepal:license:declared").into_iter().map(str::to_owned).collect();
        (component["licenses"].to_string(), declared)
    };
    let (both, aside) = licenses("1.6", "both");
    assert!(both.contains(r#""acknowledgement":"declared","id":"ISC""#), "{both}");
    assert!(both.contains(r#""acknowledgement":"concluded","id":"MIT""#), "{both}");
    assert!(aside.is_empty());
    let (before, aside) = licenses("1.5", "both");
    assert_eq!((before.as_str(), aside), (r#"[{"license":{"id":"MIT"}}]"#, vec!["ISC".to_owned()]));
    let (mixed, aside) = licenses("1.6", "mixed");
    assert_eq!(mixed, r#"[{"license":{"acknowledgement":"concluded","id":"Zlib"}}]"#);
    assert_eq!(aside.len(), 1);
    let (mixed, aside) = licenses("1.7", "mixed");
    assert!(mixed.contains("Classpath") && mixed.contains("Zlib") && aside.is_empty(), "{mixed}");
    let (guess, _) = licenses("1.6", "guessed");
    assert_eq!(guess, r#"[{"license":{"acknowledgement":"declared","name":"BSD"}}]"#);
}

#[test]
fn spdx_says_none_noassertion_and_the_direction_of_edges() {
    let bom = odd();
    let document = json(&bom, "spdx-json", "2.3");
    let packages = document["packages"].as_array().unwrap();
    let package = |purl: &str| {
        packages
            .iter()
            .find(|package| package["externalRefs"][0]["referenceLocator"] == purl)
            .unwrap_or_else(|| panic!("{purl}"))
    };
    let id = |purl: &str| package(purl)["SPDXID"].as_str().unwrap();
    let edges: BTreeSet<String> = document["relationships"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            let part = |name: &str| edge[name].as_str().unwrap();
            format!("{} {} {}", part("spdxElementId"), part("relationshipType"), part("relatedSpdxElement"))
        })
        .collect();
    let (app, serde) = (id("pkg:npm/%40acme/app@1.0.0"), id("pkg:cargo/serde"));
    for expected in [
        "SPDXRef-DOCUMENT DESCRIBES SPDXRef-Subject".to_owned(),
        format!("SPDXRef-Subject CONTAINS {app}"),
        format!("{} DEPENDS_ON NONE", id("pkg:npm/both@1.0.0")),
        format!("{serde} DEPENDS_ON NOASSERTION"),
        format!("{} DEPENDS_ON NOASSERTION", id("pkg:cargo/tool@0.1.0")),
        format!("{} BUILD_DEPENDENCY_OF {app}", id("pkg:npm/unmapped@1.0.0")),
        format!("{} TEST_DEPENDENCY_OF {app}", id("pkg:npm/alias@1.0.0")),
        format!("{} OPTIONAL_DEPENDENCY_OF {app}", id("pkg:npm/mixed@1.0.0")),
        format!("{} PROVIDED_DEPENDENCY_OF {app}", id("pkg:npm/guessed@1.0.0")),
        format!("{app} DEPENDS_ON {}", id("pkg:npm/branch@1.0.0")),
        // No root is known for the workflows: what hangs on nothing hangs on the subject.
        format!("SPDXRef-Subject DEPENDS_ON {}", id("pkg:docker/alpine")),
    ] {
        assert!(edges.contains(&expected), "{expected}");
    }
    let location = |purl: &str| package(purl)["downloadLocation"].as_str().unwrap();
    assert_eq!(
        location("pkg:npm/git@1.0.0?vcs_url=git%2Bhttps:%2F%2Fgit.test%2Fa%2Fb.git"),
        "git+https://git.test/a%20b/%3Cc%3E.git@89abcdef0123456789abcdef0123456789abcdef"
    );
    assert_eq!(location("pkg:npm/branch@1.0.0"), "git+ssh://git.test/a/b@feat/x%23y%20z");
    assert_eq!(location("pkg:npm/copied@1.0.0"), "NOASSERTION");
    assert_eq!(location("pkg:npm/archive@1.0.0"), "https://files.example/a%20b.tgz?x=%5B1%5D#%25zz");
    let unmapped = package("pkg:npm/unmapped@1.0.0");
    assert_eq!(unmapped["licenseDeclared"], "NOASSERTION");
    assert!(unmapped["licenseComments"].as_str().unwrap().contains("SEE LICENSE IN x"));
    assert!(package("pkg:cargo/serde")["comment"].as_str().unwrap().contains("not known: dependencies"));
    let annotations: Vec<&str> =
        document["annotations"].as_array().unwrap().iter().map(|note| note["comment"].as_str().unwrap()).collect();
    assert_eq!(
        annotations,
        [
            "not known: tool/Cargo.toml:3:5: there is no lock file",
            "not read (unreadable): web/yarn.lock: permission denied",
        ]
    );
}

#[test]
fn the_only_package_of_ones_own_is_what_the_document_is_about() {
    let document = json(&usual(), "cyclonedx-json", "1.6");
    assert_eq!(document["metadata"]["component"]["purl"], "pkg:cargo/app@1.0.0");
    assert_eq!(document["components"].as_array().unwrap().len(), 3);
    assert_eq!(by_reference(&document, "pkg:cargo/test@1.0.0")["scope"], "excluded");
    let document = json(&usual(), "spdx-json", "2.3");
    assert_eq!(document["packages"].as_array().unwrap().len(), 4);
    let kinds: Vec<&str> = document["relationships"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| edge["relationshipType"].as_str().unwrap())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "CONTAINS").count(), 1, "what is tested with is not inside");
}

/// For validators that are no part of this package: `SEPAL_SAMPLES=<directory> cargo test --test sbom -- --ignored`.
#[test]
#[ignore = "writes files for other validators"]
fn samples() {
    let directory = std::env::var_os("SEPAL_SAMPLES").expect("SEPAL_SAMPLES names a directory");
    for (name, bom) in boms() {
        for (id, version) in all() {
            let extension = if id == "spdx-tv" {
                "spdx"
            } else if id == "purls" {
                "txt"
            } else if id == "spdx-json" {
                "spdx.json"
            } else {
                "cdx.json"
            };
            let file = Path::new(&directory).join(format!("{name}-{version}.{extension}"));
            std::fs::write(file, write(&bom, id, version)).unwrap();
        }
    }
}
