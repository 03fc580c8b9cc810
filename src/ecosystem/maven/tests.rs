//! The join on worlds made in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicUsize;

use super::join::{self, Modules};
use super::mediation::{self, Chosen, Resolved};
use super::world::World;
use super::{ECOSYSTEM, pom};
use crate::ecosystem::{Aids, Parsed, ReadFile};
use crate::model::{Completeness, RepoPath, Scope};
use crate::text::Source;

/// Parsed poms by path, sorted.
struct Tree(Vec<(RepoPath, Parsed)>);

impl Tree {
    fn new(files: Vec<(String, String)>) -> Self {
        let mut parsed: Vec<(RepoPath, Parsed)> = files
            .into_iter()
            .map(|(path, text)| {
                let path = RepoPath::new(&path);
                let source = Source::from_text(path.clone(), text).unwrap();
                let parsed = (pom::FORMAT.parse)(&source).unwrap();
                (path, parsed)
            })
            .collect();
        parsed.sort_by(|a, b| a.0.cmp(&b.0));
        Self(parsed)
    }

    fn files(&self) -> Vec<ReadFile<'_>> {
        self.0.iter().map(|(path, parsed)| ReadFile { path, format: &pom::FORMAT, parsed: Some(parsed) }).collect()
    }
}

fn project(coordinates: &str, rest: &str) -> String {
    let parts: Vec<&str> = coordinates.split(':').collect();
    format!(
        "<project><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>{rest}</project>",
        parts[0], parts[1], parts[2]
    )
}

fn dependency(coordinates: &str, rest: &str) -> String {
    let parts: Vec<&str> = coordinates.split(':').collect();
    let version = parts.get(2).map_or(String::new(), |version| format!("<version>{version}</version>"));
    format!(
        "<dependency><groupId>{}</groupId><artifactId>{}</artifactId>{version}{rest}</dependency>",
        parts[0], parts[1]
    )
}

/// Numbers drawn from a seed (SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}

/// A reactor over a repository in the tree. The fewer versions, the more modules can be decided together.
fn drawn(draw: &mut Draw) -> Tree {
    let versions = 1 + draw.below(2);
    let artifacts = 8;
    let mut files = Vec::new();
    let asks = |draw: &mut Draw, from: u64, most: u64| {
        let mut list = String::new();
        for _ in 0..draw.below(most + 1) {
            let to = from + 1 + draw.below(artifacts - from);
            if to < artifacts {
                let rest = match draw.below(12) {
                    0 => "<scope>test</scope>",
                    1 => "<scope>provided</scope>",
                    2 => "<optional>true</optional>",
                    3 => {
                        "<exclusions><exclusion><groupId>org.a</groupId><artifactId>a7</artifactId></exclusion></exclusions>"
                    }
                    _ => "",
                };
                list.push_str(&dependency(&format!("org.a:a{to}:{}", 1 + draw.below(versions)), rest));
            }
        }
        format!("<dependencies>{list}</dependencies>")
    };
    for artifact in 0..artifacts {
        for version in 1..=versions {
            let rest = asks(draw, artifact, 3);
            let path = format!("repo/org/a/a{artifact}/{version}/a{artifact}-{version}.pom");
            files.push((path, project(&format!("org.a:a{artifact}:{version}"), &rest)));
        }
    }
    let modules: String = (0..12).map(|number| format!("<module>m{number}</module>")).collect();
    let managed = dependency("org.a:a5:1", "");
    let root = format!(
        "<packaging>pom</packaging><modules>{modules}</modules><dependencyManagement><dependencies>{managed}</dependencies></dependencyManagement>"
    );
    files.push(("pom.xml".to_owned(), project("com.example:root:1", &root)));
    for number in 0..12u64 {
        let mut list = asks(draw, 0, 3);
        if number > 0 && draw.below(2) == 0 {
            let sibling = dependency(&format!("com.example:m{}:1", draw.below(number)), "");
            list = list.replace("</dependencies>", &format!("{sibling}</dependencies>"));
        }
        let parent = "<parent><groupId>com.example</groupId><artifactId>root</artifactId><version>1</version></parent>";
        let text = format!("<project>{parent}<artifactId>m{number}</artifactId>{list}</project>");
        files.push((format!("m{number}/pom.xml"), text));
    }
    Tree::new(files)
}

type Facts = (BTreeMap<Chosen, Scope>, BTreeSet<(Option<usize>, Option<Chosen>, Chosen, Scope)>);

fn facts<'r>(each: impl Iterator<Item = (Option<usize>, &'r Resolved)>) -> Facts {
    let (mut scopes, mut edges): Facts = Default::default();
    for (module, resolved) in each {
        for (chosen, scope) in &resolved.scopes {
            let known = scopes.entry(*chosen).or_insert(*scope);
            *known = (*known).min(*scope);
        }
        for edge in &resolved.edges {
            let module = if edge.from.is_none() { module } else { None };
            edges.insert((module, edge.from, edge.to, edge.scope));
        }
    }
    (scopes, edges)
}

#[test]
fn deciding_together_is_deciding_one_by_one() {
    let mut together = 0;
    for seed in 0..150 {
        let tree = drawn(&mut Draw(seed));
        let files = tree.files();
        let (world, _) = World::new(&files, &Aids::NONE);
        let budget = AtomicUsize::new(1_000_000);
        let (members, Modules { each, common, hurried }) = join::modules_of_first(&world, &files, &budget);
        assert!(!hurried);
        together += usize::from(!common.edges.is_empty());
        let ours =
            facts(members.iter().zip(&each).map(|(at, module)| (Some(*at), &module.resolved)).chain([(None, &common)]));
        let alone: Vec<(usize, Resolved)> = members
            .iter()
            .map(|at| {
                let layer = &world.own[*at].layer;
                let management = world.management(layer);
                let dependencies = world.dependencies(layer, &management);
                (*at, mediation::resolve(&world, *at, &dependencies, &management, &budget).unwrap())
            })
            .collect();
        let theirs = facts(alone.iter().map(|(at, resolved)| (Some(*at), resolved)));
        assert_eq!(ours.1, theirs.1, "edges with seed {seed}");
        // Scopes of common modules are those that the modules themselves would say: the strongest of all counts.
        for (chosen, scope) in &theirs.0 {
            assert_eq!(ours.0.get(chosen), Some(scope), "seed {seed}");
        }
    }
    assert!(together > 20, "only {together} worlds had anything in common");
}

#[test]
fn a_chain_of_modules_takes_no_time_in_proportion_to_the_square() {
    let count = 3000;
    let modules: String = (0..count).map(|number| format!("<module>m{number}</module>")).collect();
    let root = project("com.example:root:1", &format!("<packaging>pom</packaging><modules>{modules}</modules>"));
    let mut files = vec![("pom.xml".to_owned(), root)];
    for number in 0..count {
        let asks = if number == 0 { String::new() } else { dependency(&format!("com.example:m{}:1", number - 1), "") };
        let rest = format!("<dependencies>{asks}{}</dependencies>", dependency("org.a:a:1", ""));
        files.push((format!("m{number}/pom.xml"), project(&format!("com.example:m{number}:1"), &rest)));
    }
    let tree = Tree::new(files);
    let files = tree.files();
    let graphs = (ECOSYSTEM.join)(&files, &Aids::NONE);
    assert_eq!(graphs.len(), 1);
    assert_eq!((graphs[0].nodes.len(), graphs[0].roots.len()), (count + 2, count + 1));
    assert_eq!(graphs[0].edges.len(), 2 * count - 1);
    assert_eq!(graphs[0].completeness, Completeness::Incomplete);
}

#[test]
fn what_would_take_too_long_is_said() {
    let tree = drawn(&mut Draw(3));
    let files = tree.files();
    let (world, _) = World::new(&files, &Aids::NONE);
    let (_, modules) = join::modules_of_first(&world, &files, &AtomicUsize::new(1));
    assert!(modules.hurried);
}

#[test]
fn a_large_pom_is_read_in_one_go() {
    let list: String = (0..20_000).map(|number| dependency(&format!("org.a:a{number}:${{v{number}}}"), "")).collect();
    let properties: String = (0..20_000).map(|number| format!("<v{number}>1.{number}</v{number}>")).collect();
    let rest = format!("<properties>{properties}</properties><dependencies>{list}</dependencies>");
    let tree = Tree::new(vec![("pom.xml".to_owned(), project("com.example:large:1", &rest))]);
    let files = tree.files();
    let graphs = (ECOSYSTEM.join)(&files, &Aids::NONE);
    assert_eq!(graphs[0].nodes.len(), 20_001);
    assert!(graphs[0].nodes.iter().all(|node| node.package.purl.version().is_some()));
}

#[test]
fn a_plugin_that_one_pom_manages_has_the_version_that_the_pom_above_gives_it() {
    let plugin = |rest: &str| {
        format!("<plugin><groupId>org.lint</groupId><artifactId>lint-maven-plugin</artifactId>{rest}</plugin>")
    };
    let managed =
        |plugin: String| format!("<build><pluginManagement><plugins>{plugin}</plugins></pluginManagement></build>");
    let parent = |coordinates: &str, path: &str| {
        let parts: Vec<&str> = coordinates.split(':').collect();
        format!(
            "<parent><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version><relativePath>{path}</relativePath></parent>",
            parts[0], parts[1], parts[2]
        )
    };
    let top = format!("<packaging>pom</packaging>{}", managed(plugin("<version>1.5</version>")));
    let middle = format!(
        "<packaging>pom</packaging>{}{}",
        parent("com.example:top:1", "../top/pom.xml"),
        managed(plugin("<configuration/>"))
    );
    let leaf = format!(
        "{}<build><plugins>{}</plugins></build>",
        parent("com.example:middle:1", "../middle/pom.xml"),
        plugin("")
    );
    let tree = Tree::new(vec![
        ("top/pom.xml".to_owned(), project("com.example:top:1", &top)),
        ("middle/pom.xml".to_owned(), project("com.example:middle:1", &middle)),
        ("leaf/pom.xml".to_owned(), project("com.example:leaf:1", &leaf)),
    ]);
    let files = tree.files();
    let graphs = (ECOSYSTEM.join)(&files, &Aids::NONE);
    let purls: BTreeSet<String> =
        graphs.iter().flat_map(|graph| &graph.nodes).map(|node| node.package.purl.to_string()).collect();
    assert!(purls.contains("pkg:maven/org.lint/lint-maven-plugin@1.5"), "{purls:?}");
}
