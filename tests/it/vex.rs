//! What documents say, and what it means for a small Bom: two roots, of which one needs `lib` through `core` and the other
//! directly.

use sepal::advisory::vex::write::{Decision, Decisions, cyclonedx, openvex};
use sepal::advisory::vex::{Statement, apply, read, recognise};
use sepal::model::{
    Advisories, AdvisoryKind, Bom, Certainty, Completeness, Component, ComponentId, ComponentKind, Dependency,
    Evidence, Field, Licensing, Mark, Occurrence, Origin, Party, Project, ProjectId, RepoPath, Scope, SeverityLevel,
    Span, VexStanding, VexStatus, Vulnerability,
};
use sepal::text::Source;

fn source(text: &str) -> Source {
    Source::from_text(RepoPath::new("vex.json"), text.to_owned()).unwrap()
}

fn statements(text: &str) -> Vec<Statement> {
    let format = recognise(text).expect("a VEX document");
    let stated = read(format, &source(text)).unwrap();
    assert!(stated.notes.is_empty(), "{:?}", stated.notes);
    stated.statements
}

/// `pkg:npm/shop@1` → `core@2` → `lib@3`, and `pkg:npm/api@1` → `lib@3`, each in a project of its own.
fn bom() -> Bom {
    let mark = Mark { span: Span::new(0, 1), line: 1, column: 1 };
    let path = RepoPath::new("package-lock.json");
    let component = |purl: &str, party: Party, projects: &[u32]| Component {
        purl: purl.parse().unwrap(),
        kind: ComponentKind::Library,
        party,
        supplier: None,
        origin: Origin::Unknown,
        hashes: Vec::new(),
        licensing: Licensing::default(),
        occurrences: projects
            .iter()
            .map(|project| Occurrence {
                project: ProjectId(*project),
                scope: Scope::Runtime,
                direct: false,
                evidence: Evidence::stated(&path, mark, Field::Name),
                directory: None,
            })
            .collect(),
        properties: Default::default(),
    };
    let project = |directory: &str, root: u32| Project {
        directory: RepoPath::new(directory),
        ecosystem: "npm",
        roots: vec![ComponentId(root)],
        files: vec![path.clone()],
        completeness: Completeness::Complete,
        gaps: Vec::new(),
        fixture: false,
    };
    let edge = |project: u32, from: u32, to: u32| Dependency {
        project: ProjectId(project),
        from: ComponentId(from),
        to: ComponentId(to),
        scope: Scope::Runtime,
        requirement: None,
        direct: false,
        evidence: None,
    };
    let known = Vulnerability {
        component: ComponentId(2),
        id: "CVE-2026-0001".into(),
        aliases: vec!["GHSA-aaaa-bbbb-cccc".into()],
        related: Vec::new(),
        records: Vec::new(),
        kind: AdvisoryKind::Vulnerability,
        summary: String::new(),
        level: SeverityLevel::High,
        score: None,
        exploited: None,
        likelihood: None,
        affected: String::new(),
        fix: None,
        fixed: Vec::new(),
        certainty: Certainty::Affected,
        published: "".into(),
        modified: "".into(),
        standing: VexStanding::Unstated,
    };
    Bom {
        projects: vec![project("api", 0), project("shop", 3)],
        components: vec![
            component("pkg:npm/api@1.0.0", Party::First, &[0]),
            component("pkg:npm/core@2.0.0", Party::Third, &[1]),
            component("pkg:npm/lib@3.0.0", Party::Third, &[0, 1]),
            component("pkg:npm/shop@1.0.0", Party::First, &[1]),
        ],
        dependencies: vec![edge(0, 0, 2), edge(1, 1, 2), edge(1, 3, 1)],
        advisories: Some(Advisories { vulnerabilities: vec![known], ..Advisories::default() }),
        ..Bom::default()
    }
}

fn standing(texts: &[&str]) -> (Option<VexStatus>, usize) {
    let mut bom = bom();
    let said: Vec<Statement> = texts.iter().flat_map(|text| statements(text)).collect();
    let applied = apply(&mut bom, &said);
    let known = &bom.advisories.unwrap().vulnerabilities[0];
    (known.standing.statement().map(|statement| statement.status), applied.partly)
}

fn one(products: &str, status: &str, when: &str) -> String {
    format!(
        r#"{{"@context":"https://openvex.dev/ns/v0.2.0","@id":"urn:x","author":"A","timestamp":"{when}","version":1,
        "statements":[{{"vulnerability":{{"name":"GHSA-aaaa-bbbb-cccc"}},"products":[{products}],"status":"{status}",
        "justification":"component_not_present","action_statement":"update"}}]}}"#
    )
}

const DAY: &str = "2026-01-01T00:00:00Z";
const LATER: &str = "2026-02-01T00:00:00Z";

#[test]
fn a_statement_about_the_component_itself_is_about_all_its_ways() {
    let settled = (Some(VexStatus::NotAffected), 0);
    assert_eq!(standing(&[&one(r#"{"@id":"pkg:npm/lib@3.0.0"}"#, "not_affected", DAY)]), settled);
    assert_eq!(standing(&[&one(r#"{"@id":"pkg:npm/lib"}"#, "not_affected", DAY)]), settled, "every version");
    assert_eq!(standing(&[&one(r#"{"@id":"pkg:npm/lib@3.0.1"}"#, "not_affected", DAY)]), (None, 0));
    assert_eq!(standing(&[&one(r#"{"@id":"pkg:npm/Lib@3.0.0"}"#, "not_affected", DAY)]), (None, 0));
    assert_eq!(standing(&[&one(r#"{"@id":"pkg:npm/lib@3.0.0?arch=x"}"#, "not_affected", DAY)]), (None, 0));
}

#[test]
fn a_way_that_nobody_speaks_of_keeps_the_vulnerability_open() {
    let shop = r#"{"@id":"pkg:npm/shop@1.0.0","subcomponents":[{"@id":"pkg:npm/lib@3.0.0"}]}"#;
    let api = r#"{"@id":"pkg:npm/api@1.0.0","subcomponents":[{"@id":"pkg:npm/lib@3.0.0"}]}"#;
    assert_eq!(standing(&[&one(shop, "not_affected", DAY)]), (None, 1));
    assert_eq!(standing(&[&one(&format!("{shop},{api}"), "not_affected", DAY)]), (Some(VexStatus::NotAffected), 0));
    assert_eq!(standing(&[&one(shop, "not_affected", DAY), &one(api, "fixed", LATER)]), (Some(VexStatus::Fixed), 0));
    let through = r#"{"@id":"pkg:npm/core","subcomponents":[{"@id":"pkg:npm/lib"}]}"#;
    assert_eq!(standing(&[&one(through, "not_affected", DAY)]), (None, 1), "the other root needs it directly");
    let upside_down = r#"{"@id":"pkg:npm/lib","subcomponents":[{"@id":"pkg:npm/shop"}]}"#;
    assert_eq!(standing(&[&one(upside_down, "not_affected", DAY)]), (None, 0), "the product holds the part");
    let whole = r#"{"@id":"pkg:npm/shop@1.0.0"},{"@id":"pkg:npm/api@1.0.0"}"#;
    assert_eq!(standing(&[&one(whole, "not_affected", DAY)]), (Some(VexStatus::NotAffected), 0));
    let tree = r#"{"@id":"pkg:generic/unnamed","subcomponents":[{"@id":"pkg:npm/lib"}]}"#;
    assert_eq!(standing(&[&one(tree, "not_affected", DAY)]), (Some(VexStatus::NotAffected), 0), "the scanned tree");
}

#[test]
fn the_later_statement_counts_whatever_the_order_of_documents() {
    let lib = r#"{"@id":"pkg:npm/lib@3.0.0"}"#;
    let (early, late) = (one(lib, "not_affected", DAY), one(lib, "affected", LATER));
    assert_eq!(standing(&[&early, &late]), (Some(VexStatus::Affected), 0));
    assert_eq!(standing(&[&late, &early]), (Some(VexStatus::Affected), 0));
    let again = one(lib, "not_affected", "2026-03-01T00:00:00Z");
    assert_eq!(standing(&[&again, &early, &late]), (Some(VexStatus::NotAffected), 0));
    // Affected on one way is affected.
    let shop = r#"{"@id":"pkg:npm/shop@1.0.0","subcomponents":[{"@id":"pkg:npm/lib@3.0.0"}]}"#;
    assert_eq!(standing(&[&early, &one(shop, "affected", LATER)]), (Some(VexStatus::Affected), 0));
}

#[test]
fn cyclonedx_speaks_of_references_links_and_ranges() {
    let document = |affects: &str, state: &str| {
        format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{{"type":"library","bom-ref":"x","name":"lib","purl":"pkg:npm/lib@3.0.0"}}],
            "vulnerabilities":[{{"id":"CVE-2026-0001","analysis":{{"state":"{state}","justification":"code_not_reachable"}},"affects":[{affects}]}}]}}"#
        )
    };
    let settled = (Some(VexStatus::NotAffected), 0);
    assert_eq!(standing(&[&document(r#"{"ref":"x"}"#, "not_affected")]), settled);
    let link = r#"{"ref":"urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg%3Anpm%2Flib%403.0.0"}"#;
    assert_eq!(standing(&[&document(link, "false_positive")]), settled);
    let within = r#"{"ref":"x","versions":[{"range":"vers:npm/>=2.0.0|<4.0.0","status":"affected"}]}"#;
    assert_eq!(standing(&[&document(within, "not_affected")]), settled);
    let beside = r#"{"ref":"x","versions":[{"range":"vers:npm/<3.0.0","status":"affected"}]}"#;
    assert_eq!(standing(&[&document(beside, "not_affected")]), (None, 0));
    let untouched = r#"{"ref":"x","versions":[{"version":"3.0.0","status":"unaffected"},{"version":"2.0.0"}]}"#;
    assert_eq!(standing(&[&document(untouched, "exploitable")]), settled);
    let xml = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component type="library" bom-ref="x">
        <name>lib</name><purl>pkg:npm/lib@3.0.0</purl></component></components><vulnerabilities><vulnerability><id>CVE-2026-0001</id>
        <analysis><state>not_affected</state></analysis><affects><target><ref>x</ref></target></affects></vulnerability></vulnerabilities></bom>"#;
    assert_eq!(standing(&[xml]), settled);
}

#[test]
fn csaf_speaks_of_products_made_of_products() {
    let document = |status: &str| {
        format!(
            r#"{{"document":{{"category":"csaf_vex","csaf_version":"2.0","publisher":{{"name":"Acme"}},"tracking":{{"current_release_date":"{DAY}"}}}},
            "product_tree":{{
              "branches":[{{"category":"vendor","name":"Acme","branches":[
                {{"category":"product_version_range","name":"vers:npm/>=3.0.0|<4.0.0","product":{{"product_id":"L","name":"lib","product_identification_helper":{{"purl":"pkg:npm/lib"}}}}}},
                {{"category":"product_version","name":"1","product":{{"product_id":"S","name":"shop","product_identification_helper":{{"purl":"pkg:npm/shop@1.0.0"}}}}}},
                {{"category":"product_version","name":"1","product":{{"product_id":"A","name":"api","product_identification_helper":{{"purl":"pkg:npm/api@1.0.0"}}}}}}]}}],
              "relationships":[
                {{"category":"default_component_of","product_reference":"L","relates_to_product_reference":"S","full_product_name":{{"product_id":"SL","name":"lib in shop"}}}},
                {{"category":"default_component_of","product_reference":"L","relates_to_product_reference":"A","full_product_name":{{"product_id":"AL","name":"lib in api"}}}}],
              "product_groups":[{{"group_id":"G","product_ids":["SL","AL"]}}]}},
            "vulnerabilities":[{{"cve":"CVE-2026-0001","product_status":{{{status}}},
              "flags":[{{"label":"vulnerable_code_not_present","group_ids":["G"]}}],
              "threats":[{{"category":"impact","details":"not built in","product_ids":["SL"]}}]}}]}}"#
        )
    };
    assert_eq!(standing(&[&document(r#""known_not_affected":["SL","AL"]"#)]), (Some(VexStatus::NotAffected), 0));
    assert_eq!(standing(&[&document(r#""known_not_affected":["SL"]"#)]), (None, 1));
    assert_eq!(
        standing(&[&document(r#""known_not_affected":["SL"],"known_affected":["AL"]"#)]),
        (Some(VexStatus::Affected), 0)
    );
    assert_eq!(standing(&[&document(r#""known_not_affected":["L"]"#)]), (Some(VexStatus::NotAffected), 0));
    let said = statements(&document(r#""known_not_affected":["SL"]"#));
    assert_eq!(said[0].justification.as_deref(), Some("vulnerable_code_not_present"));
    assert_eq!((said[0].impact.as_deref(), said[0].by.as_str()), (Some("not built in"), "Acme"));
    assert_eq!(said[0].location.line(), Some(11));
}

#[test]
fn what_cannot_be_understood_is_said_with_its_line() {
    let texts = [
        (r#"{"@context":"https://openvex.dev/ns","statements":7}"#, "no list"),
        (r#"{"@context":"https://openvex.dev/ns","statements":[{"status":"maybe"}]}"#, "`maybe` is no status"),
        (r#"{"@context":"https://openvex.dev/ns","statements":[{"status":"fixed"}]}"#, "no vulnerability"),
        (
            r#"{"@context":"https://openvex.dev/ns","statements":[{"status":"fixed","vulnerability":"CVE-1","products":["shop"]}]}"#,
            "neither package URL nor digest",
        ),
        (
            r#"{"bomFormat":"CycloneDX","vulnerabilities":[{"id":"CVE-1","analysis":{"state":"odd"},"affects":[{"ref":"y"}]}]}"#,
            "`odd` is no state",
        ),
        (
            r#"{"document":{"csaf_version":"2.0"},"vulnerabilities":[{"cve":"CVE-1","product_status":{"fixed":["P"]}}]}"#,
            "`P` is no product",
        ),
    ];
    for (text, message) in texts {
        let stated = read(recognise(text).unwrap(), &source(text)).unwrap();
        assert!(stated.statements.is_empty(), "{text}");
        assert!(stated.notes.iter().any(|note| note.message.contains(message)), "{text}: {:?}", stated.notes);
    }
}

#[test]
fn what_is_written_is_read_back_and_holds() {
    let decision = |component: &str, product: Option<&str>| Decision {
        id: "CVE-2026-0001".into(),
        aliases: vec!["GHSA-aaaa-bbbb-cccc".into()],
        component: component.parse().unwrap(),
        product: product.map(|product| product.parse().unwrap()),
        status: VexStatus::NotAffected,
        justification: Some("vulnerable_code_not_in_execute_path".into()),
        statement: "the parser is never fed with input of others".to_owned(),
        by: "security team".into(),
    };
    for decisions in [
        vec![decision("pkg:npm/lib@3.0.0", None)],
        vec![
            decision("pkg:npm/lib@3.0.0", Some("pkg:npm/shop@1.0.0")),
            decision("pkg:npm/lib@3.0.0", Some("pkg:npm/api@1.0.0")),
        ],
        vec![decision("pkg:npm/lib@3.0.0", Some("pkg:generic/unnamed"))],
    ] {
        let document = Decisions { decisions, subject: "shop", created: DAY, tool_version: "0.0.0" };
        let (mut first, mut second, mut other) = (Vec::new(), Vec::new(), Vec::new());
        openvex(&document, &mut first).unwrap();
        openvex(&document, &mut second).unwrap();
        cyclonedx(&document, &mut other).unwrap();
        assert_eq!(first, second);
        for text in [first, other] {
            let text = String::from_utf8(text).unwrap();
            assert_eq!(standing(&[&text]).0, Some(VexStatus::NotAffected), "{text}");
            let said = &statements(&text)[0];
            assert_eq!(said.by, "security team");
            assert_eq!(said.stated, DAY);
            assert_eq!(said.impact.as_deref(), Some("the parser is never fed with input of others"));
        }
    }
}
