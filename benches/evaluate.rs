//! Judging 50,000 components, as a large monorepo's lock files have them, by the shipped policies.

use std::collections::BTreeMap;

use sepal::evaluate::evaluate;
use sepal::license;
use sepal::model::{
    Bom, Completeness, Component, ComponentId, ComponentKind, Date, Dependency, Evidence, Field, Hash, HashAlgorithm,
    LicenseClaim, LicenseSource, Licensing, Mark, Occurrence, Origin, Party, Project, ProjectId, Purl, RepoPath, Scope,
    Span,
};
use sepal::policy::Policy;
use sepal::text::Source;

fn main() {
    divan::main();
}

/// Nine of ten under MIT, the rest under what else is met; each one needs a few that come after it.
fn world(count: u32) -> Bom {
    let lock = RepoPath::new("web/package-lock.json");
    let mark = |line: u32| Mark { span: Span::new(line * 30, line * 30 + 9), line, column: 7 };
    let licenses = ["Apache-2.0", "MIT OR Apache-2.0", "MPL-2.0", "BSD-3-Clause", "GPL-3.0-only", "see LICENSE", "ISC"];
    let component = |index: u32| {
        let raw = if index.is_multiple_of(10) { licenses[(index / 10) as usize % licenses.len()] } else { "MIT" };
        let read = license::read(raw);
        let third = index > 0;
        Component {
            purl: Purl::new("npm", &format!("package-{index:05}")).with_version("1.2.3"),
            kind: ComponentKind::Library,
            party: if third { Party::Third } else { Party::First },
            supplier: None,
            origin: Origin::Registry { url: None },
            hashes: vec![Hash::from_bytes(HashAlgorithm::Sha512, &[1; 64]).expect("64 bytes are a SHA-512")],
            licensing: Licensing {
                detected: Vec::new(),
                declared: vec![LicenseClaim {
                    raw: raw.into(),
                    expression: read.expression.map(|expression| expression.as_str().into()),
                    reading: read.reading,
                    source: LicenseSource::Lock,
                    evidence: Some(Evidence::stated(&lock, mark(index * 9 + 3), Field::License)),
                }],
                concluded: None,
            },
            occurrences: vec![Occurrence {
                project: ProjectId(0),
                scope: if index.is_multiple_of(3) { Scope::Development } else { Scope::Runtime },
                direct: (1..200).contains(&index),
                evidence: Evidence::stated(&lock, mark(index * 9 + 1), Field::Version),
                directory: None,
            }],
            properties: BTreeMap::new(),
        }
    };
    let edge = |from: u32, to: u32| Dependency {
        project: ProjectId(0),
        from: ComponentId(from),
        to: ComponentId(to),
        scope: if to.is_multiple_of(3) { Scope::Development } else { Scope::Runtime },
        requirement: Some("^1.2.0".into()),
        direct: from == 0,
        evidence: Some(Evidence::stated(&lock, mark(from * 9 + 4), Field::Requirement)),
    };
    let mut dependencies: Vec<Dependency> = (1..200.min(count)).map(|to| edge(0, to)).collect();
    for from in 1..count {
        dependencies
            .extend([from * 2, from * 2 + 1, from + 7].iter().filter(|to| **to < count).map(|to| edge(from, *to)));
    }
    dependencies.sort();
    dependencies.dedup();
    Bom {
        projects: vec![Project {
            directory: RepoPath::new("web"),
            ecosystem: "npm",
            roots: vec![ComponentId(0)],
            files: vec![lock.clone()],
            completeness: Completeness::Complete,
            gaps: Vec::new(),
            fixture: false,
        }],
        components: (0..count).map(component).collect(),
        dependencies,
        ..Bom::default()
    }
}

#[divan::bench(args = ["baseline", "strict"])]
fn fifty_thousand_components(bencher: divan::Bencher<'_, '_>, policy: &str) {
    let bom = world(50_000);
    let policy = Policy::builtin(policy).expect("it is shipped");
    let today = Date::new(2026, 9, 21).expect("a day");
    bencher.bench(|| evaluate(&bom, &policy, today));
}

/// What the shipped rules cost less is what three rules of one's own do: compare with a policy that has nothing else.
#[divan::bench(args = [0, 3])]
fn own_rules_over_fifty_thousand_components(bencher: divan::Bencher<'_, '_>, rules: usize) {
    const RULES: [&str; 3] = [
        "component.scope == 'runtime' && component.license.contains('GPL')",
        "component.classes.exists(c, c.endsWith('copyleft')) && !component.direct",
        "component.purl.startsWith('pkg:npm/left-') || !(component.source.kind in ['registry', 'path'])",
    ];
    let mut text = "extends = []\n[rules]\n".to_owned();
    for rule in sepal::rule::TABLE {
        text.push_str(&format!("\"{}\" = \"off\"\n", rule.id));
    }
    for (index, when) in RULES.iter().take(rules).enumerate() {
        text.push_str(&format!("[[rule]]\nid = \"acme/r{index}\"\nwhen = \"{when}\"\nmessage = \"m\"\n"));
    }
    let source = Source::from_text(RepoPath::new("sepal.toml"), text).expect("it is short");
    let policy = Policy::read(&source, &|_| None).expect("it is right");
    let bom = world(50_000);
    let today = Date::new(2026, 9, 21).expect("a day");
    bencher.bench(|| evaluate(&bom, &policy, today));
}

#[divan::bench]
fn reading_the_strict_policy() -> Option<Policy> {
    Policy::builtin("strict")
}
