//! SBOM documents measured by standards: what is found in which, and what is not.

use crate::model::{Completeness, Scope};
use crate::policy::Policy;
use crate::sbom::read::recognise;
use crate::sbom::{self, Author, Document};
use crate::text::Source;

use super::evaluate;
use super::tests::{policy, today};
use super::world::{Change, World};

/// A document of one component under a product, with everything that CISA 2026 asks for.
const GOOD: &str = r#"{
  "bomFormat": "CycloneDX", "specVersion": "1.6",
  "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "version": 1,
  "metadata": {
    "timestamp": "2026-09-01T08:00:00Z",
    "lifecycles": [{"phase": "build"}],
    "tools": {"components": [{"type": "application", "name": "maker", "version": "2.1"}]},
    "manufacturer": {"name": "Acme", "contact": [{"email": "sbom@example.org"}]},
    "component": {
      "type": "application", "name": "shop", "version": "3.0", "bom-ref": "shop", "purl": "pkg:generic/shop@3.0",
      "manufacturer": {"name": "Acme"}, "licenses": [{"license": {"id": "MIT"}}],
      "properties": [{"name": "cdx:cisa:unknown-information", "value": "Component Hash Value"}]
    }
  },
  "components": [{
    "type": "library", "name": "kit", "version": "1.0.0", "bom-ref": "kit", "purl": "pkg:npm/kit@1.0.0",
    "manufacturer": {"name": "Kit Makers"}, "licenses": [{"license": {"id": "MIT"}}],
    "hashes": [{"alg": "SHA-256", "content": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]
  }],
  "dependencies": [{"ref": "shop", "dependsOn": ["kit"]}, {"ref": "kit"}],
  "compositions": [{"aggregate": "complete", "dependencies": ["shop", "kit"]}],
  "signature": {"algorithm": "ES256", "value": "tqIT"}
}
"#;

/// What a built-in policy finds in a document: rule and message.
fn found_by(name: &str, file: &str, text: &str) -> Vec<(String, String)> {
    let mut world = World::new();
    world.documents(&format!("==> {file} <==\n{text}"));
    let verdict = evaluate(&world.bom(), &Policy::builtin(name).unwrap(), today());
    let inventory = verdict.findings.into_iter().filter(|finding| finding.rule.starts_with("inventory/"));
    inventory.map(|finding| (finding.rule.to_string(), finding.message)).collect()
}

fn rules_by(name: &str, text: &str) -> Vec<String> {
    let mut rules: Vec<String> = found_by(name, "bom.json", text).into_iter().map(|(rule, _)| rule).collect();
    rules.dedup();
    rules
}

#[test]
fn a_whole_document_is_good_enough_for_cisa() {
    assert_eq!(found_by("cisa-2026", "bom.json", GOOD), []);
    assert_eq!(rules_by("cra", GOOD), [""; 0]);
    assert_eq!(rules_by("ntia", GOOD), [""; 0]);
}

#[test]
fn each_field_that_is_taken_away_is_missed_by_those_who_ask_for_it() {
    let without = |part: &str, instead: &str| {
        assert!(GOOD.contains(part), "{part}");
        GOOD.replace(part, instead)
    };
    let cases: [(String, &str, &[&str]); 9] = [
        (
            without("\"manufacturer\": {\"name\": \"Acme\", \"contact\": [{\"email\": \"sbom@example.org\"}]},", ""),
            "document-fields-missing",
            &["cisa-2026"],
        ),
        (without("\"lifecycles\": [{\"phase\": \"build\"}],", ""), "document-fields-missing", &["cisa-2026"]),
        (
            without("\"timestamp\": \"2026-09-01T08:00:00Z\",", ""),
            "document-fields-missing",
            &["ntia", "cisa-2026", "cra"],
        ),
        (without(", \"purl\": \"pkg:npm/kit@1.0.0\"", ""), "component-identity-missing", &["ntia", "cisa-2026"]),
        (
            without("\"name\": \"kit\", \"version\": \"1.0.0\"", "\"name\": \"kit\""),
            "component-identity-missing",
            &["ntia", "cisa-2026"],
        ),
        (
            without("\"manufacturer\": {\"name\": \"Kit Makers\"}", "\"supplier\": {\"name\": \"A\"}"),
            "component-identity-missing",
            &["cisa-2026"],
        ),
        (without("\"dependsOn\": [\"kit\"]", "\"dependsOn\": []"), "graph-incomplete", &["ntia", "cisa-2026", "cra"]),
        (
            without("\"compositions\": [{\"aggregate\": \"complete\", \"dependencies\": [\"shop\", \"kit\"]}],", ""),
            "completeness-undeclared",
            &["ntia", "cisa-2026", "cra"],
        ),
        (without("\"type\": \"library\", ", ""), "sbom-invalid", &["ntia", "cisa-2026", "cra"]),
    ];
    for (text, rule, asking) in cases {
        for name in ["ntia", "cisa-2026", "cra"] {
            let finds = rules_by(name, &text).contains(&format!("inventory/{rule}"));
            assert_eq!(finds, asking.contains(&name), "{name} {rule}\n{text}");
        }
    }
}

#[test]
fn what_is_said_not_to_be_known_settles_it_for_cisa_and_for_nobody_else() {
    let text = GOOD.replace(
        "\"manufacturer\": {\"name\": \"Kit Makers\"}",
        "\"properties\": [{\"name\": \"cdx:cisa:unknown-information\", \"value\": \"Component Producer\"}]",
    );
    assert_eq!(rules_by("cisa-2026", &text), [""; 0]);
    let ntia = found_by("ntia", "bom.json", &text);
    let message = "1 component of bom.json has no supplier or producer, and the document says that it is not known: kit 1.0.0 \
                   (NTIA 2021, Data Fields, Supplier Name)";
    assert_eq!(ntia, [("inventory/component-identity-missing".to_owned(), message.to_owned())]);
}

#[test]
fn bsi_asks_for_a_new_form_without_vulnerabilities_and_for_files() {
    let old = GOOD
        .replace("\"specVersion\": \"1.6\"", "\"specVersion\": \"1.5\"")
        .replace("\"signature\":", "\"vulnerabilities\": [{\"id\": \"CVE-2026-0001\"}], \"signature\":");
    let invalid: Vec<String> = found_by("bsi-tr-03183-2", "bom.json", &old)
        .into_iter()
        .filter(|(rule, _)| rule == "inventory/sbom-invalid")
        .map(|(_, message)| message)
        .collect();
    assert_eq!(invalid.len(), 2, "{invalid:?}");
    // The product holds the others and has no file here: it is asked for none, and what it holds is.
    let files: Vec<String> = found_by("bsi-tr-03183-2", "bom.json", GOOD)
        .into_iter()
        .filter(|(_, message)| message.contains("executable property"))
        .map(|(_, message)| message)
        .collect();
    assert_eq!(
        files,
        [
            "1 component of bom.json has no file name, SHA-512 of the deployed file, executable property, archive property, \
          structured property: kit 1.0.0 (BSI TR-03183-2, 5.2.2)"
        ]
    );
    assert!(!rules_by("cisa-2026", &old).contains(&"inventory/sbom-invalid".to_owned()));
}

#[test]
fn the_law_is_told_from_what_helps_to_show_conformity() {
    let bare = GOOD.replace(", \"purl\": \"pkg:npm/kit@1.0.0\"", "").replace("1.0.0\", ", "\", ");
    let mut world = World::new();
    world.documents(&format!("==> bom.json <==\n{bare}"));
    let verdict = evaluate(&world.bom(), &Policy::builtin("cra").unwrap(), today());
    for finding in verdict.findings.iter().filter(|finding| finding.rule.starts_with("inventory/component")) {
        let evidence = finding.message.contains("not in the text of the law");
        assert_eq!(evidence, finding.severity < crate::model::Severity::Error, "{}", finding.message);
    }
}

#[test]
fn a_policy_that_extends_a_standard_keeps_its_own_rules() {
    let alone = Policy::builtin("cisa-2026").unwrap();
    let rule = crate::rule::by_id("deps/unpinned").unwrap();
    assert_eq!(alone.level(rule).0, None);
    assert_eq!(policy("extends = [\"builtin:cisa-2026\"]\n").level(rule).0, rule.default);
}

/// The same in XML.
const XML: &str = r#"<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">
  <metadata>
    <timestamp>2026-09-01T08:00:00Z</timestamp>
    <lifecycles><lifecycle><phase>build</phase></lifecycle></lifecycles>
    <tools><components><component type="application"><name>maker</name><version>2.1</version></component></components></tools>
    <component type="application" bom-ref="shop">
      <manufacturer><name>Acme</name></manufacturer>
      <name>shop</name><version>3.0</version>
      <licenses><license><id>MIT</id></license></licenses>
      <purl>pkg:generic/shop@3.0</purl>
      <properties><property name="cdx:cisa:unknown-information">Component Hash Value</property></properties>
    </component>
    <manufacturer><name>Acme</name><contact><email>sbom@example.org</email></contact></manufacturer>
  </metadata>
  <components>
    <component type="library" bom-ref="kit">
      <manufacturer><name>Kit Makers</name></manufacturer>
      <name>kit</name><version>1.0.0</version>
      <hashes><hash alg="SHA-256">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</hash></hashes>
      <licenses><license><id>MIT</id></license></licenses>
      <purl>pkg:npm/kit@1.0.0</purl>
    </component>
  </components>
  <dependencies><dependency ref="shop"><dependency ref="kit"/></dependency><dependency ref="kit"/></dependencies>
  <compositions><composition><aggregate>complete</aggregate>
    <dependencies><dependency ref="shop"/><dependency ref="kit"/></dependencies></composition></compositions>
  <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>
</bom>
"#;

const TAG_VALUE: &str = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: shop\n\
DocumentNamespace: https://example.org/shop-3.0\nCreator: Organization: Acme (sbom@example.org)\nCreator: Tool: maker-2.1\n\
Created: 2026-09-01T08:00:00Z\nCreatorComment: SBOM Type: Build\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-shop\n\
PackageName: shop\nSPDXID: SPDXRef-shop\nPackageVersion: 3.0\nPackageOriginator: Organization: Acme\n\
PackageDownloadLocation: NOASSERTION\nPackageLicenseDeclared: MIT\nPackageChecksum: SHA256: \
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nExternalRef: PACKAGE-MANAGER purl pkg:generic/shop@3.0\n\
PackageName: kit\nSPDXID: SPDXRef-kit\nPackageVersion: 1.0.0\nPackageOriginator: NOASSERTION\n\
PackageDownloadLocation: NOASSERTION\nPackageLicenseConcluded: MIT\nPackageChecksum: SHA256: \
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nExternalRef: PACKAGE-MANAGER purl pkg:npm/kit@1.0.0\n\
Relationship: SPDXRef-shop DEPENDS_ON SPDXRef-kit\nRelationship: SPDXRef-shop DEPENDS_ON NOASSERTION\n\
Relationship: SPDXRef-kit DEPENDS_ON NONE\n";

const THREE: &str = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
 {"type": "CreationInfo", "@id": "_:made", "specVersion": "3.0.1", "created": "2026-09-01T08:00:00Z",
  "createdBy": ["urn:acme"], "createdUsing": ["urn:maker"]},
 {"type": "Organization", "spdxId": "urn:acme", "name": "Acme", "creationInfo": "_:made",
  "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "email", "identifier": "sbom@example.org"}]},
 {"type": "Tool", "spdxId": "urn:maker", "name": "maker 2.1", "creationInfo": "_:made"},
 {"type": "SpdxDocument", "spdxId": "urn:doc", "name": "shop", "creationInfo": "_:made", "rootElement": ["urn:sbom"]},
 {"type": "software_Sbom", "spdxId": "urn:sbom", "creationInfo": "_:made", "software_sbomType": ["build"],
  "rootElement": ["urn:shop"]},
 {"type": "software_Package", "spdxId": "urn:shop", "name": "shop", "software_packageVersion": "3.0",
  "software_packageUrl": "pkg:generic/shop@3.0", "originatedBy": ["urn:acme"]},
 {"type": "software_Package", "spdxId": "urn:kit", "name": "kit", "software_packageVersion": "1.0.0",
  "software_packageUrl": "pkg:npm/kit@1.0.0", "originatedBy": ["urn:acme"]},
 {"type": "software_File", "spdxId": "urn:file", "name": "kit-1.0.0.tgz", "software_additionalPurpose": ["archive"],
  "verifiedUsing": [{"type": "Hash", "algorithm": "sha512", "hashValue": "aa"}]},
 {"type": "Relationship", "spdxId": "urn:r1", "relationshipType": "hasDistributionArtifact", "from": "urn:kit",
  "to": ["urn:file"]},
 {"type": "Relationship", "spdxId": "urn:r2", "relationshipType": "hasConcludedLicense", "from": "urn:kit",
  "to": ["https://spdx.org/licenses/MIT"]},
 {"type": "Relationship", "spdxId": "urn:r4", "relationshipType": "hasConcludedLicense", "from": "urn:shop",
  "to": ["https://spdx.org/licenses/MIT"]},
 {"type": "Relationship", "spdxId": "urn:r3", "relationshipType": "dependsOn", "from": "urn:shop", "to": ["urn:kit"],
  "completeness": "complete"},
 {"type": "Relationship", "spdxId": "urn:r5", "relationshipType": "dependsOn", "from": "urn:kit",
  "to": ["https://spdx.org/rdf/3.0.1/terms/Core/NoneElement"], "completeness": "complete"}
]}
"#;

#[test]
fn every_form_says_the_same_of_itself() {
    assert_eq!(found_by("cisa-2026", "bom.xml", XML), []);
    let unsigned = |file: &str| {
        let message = format!("{file} has no signature, neither inside nor beside it");
        vec![("inventory/sbom-unsigned".to_owned(), message)]
    };
    assert_eq!(found_by("cisa-2026", "shop.spdx", TAG_VALUE), unsigned("shop.spdx"));
    let bsi = found_by("bsi-tr-03183-2", "shop.spdx.json", THREE);
    assert_eq!(bsi, unsigned("shop.spdx.json"));
}

#[test]
fn our_own_documents_say_what_they_can_and_what_they_cannot() {
    let (mut world, web) = World::web();
    world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime);
    world.needs(web, "pkg:npm/kit@1.0.0", "pkg:npm/left@2.0.0", Scope::Runtime).no_license().hashes.clear();
    let bom = world.bom();
    let author = Author::parse("Acme <sbom@example.org>");
    let document = Document { bom: &bom, created: "2026-09-01T08:00:00Z", tool_version: "1.2.3", author };
    let forms = [("cyclonedx-json", "bom.cdx.json"), ("spdx-json", "bom.spdx.json"), ("spdx-tv", "bom.spdx")];
    for (id, file) in forms {
        let encoding = sbom::by_id(id).unwrap();
        for version in encoding.versions.iter().filter(|version| **version != "1.4") {
            let mut bytes = Vec::new();
            (encoding.write)(&document, version, &mut bytes).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            for name in ["cisa-2026", "cra"] {
                let rules: Vec<String> = found_by(name, file, &text)
                    .into_iter()
                    .filter(|(rule, _)| rule != "inventory/sbom-unsigned")
                    .map(|(rule, message)| format!("{rule}: {message}"))
                    .filter(|found| name != "cra" || !found.contains("not in the text of the law"))
                    .collect();
                assert_eq!(rules, [""; 0], "{name} {id}@{version}\n{text}");
            }
        }
    }
}

fn drift(world: &World) -> (Vec<String>, Vec<String>) {
    let verdict =
        evaluate(&world.bom(), &policy("extends = []\n[rules]\n\"inventory/sbom-drift\" = \"error\"\n"), today());
    let found = verdict.findings.into_iter().filter(|finding| finding.rule == "inventory/sbom-drift");
    (found.map(|finding| finding.message).collect(), verdict.remarks)
}

fn stored(subject: &str, components: &[&str]) -> String {
    let one = |purl: &&str| format!("{{\"type\": \"library\", \"name\": \"x\", \"purl\": \"{purl}\"}}");
    let listed: Vec<String> = components.iter().map(one).collect();
    format!(
        "==> bom.json <==\n{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"metadata\": {{\"component\": {{\"type\": \
         \"application\", \"name\": \"{subject}\"}}}}, \"components\": [{}]}}\n",
        listed.join(", ")
    )
}

#[test]
fn drift_is_told_in_both_directions_and_only_of_this_project() {
    let world = |subject: &str, components: &[&str]| {
        let (mut world, web) = World::web();
        world.direct(web, "pkg:npm/kit@1.0.0", Scope::Runtime);
        world.direct(web, "pkg:npm/new@3.0.0", Scope::Runtime);
        world.direct(web, "pkg:npm/lint@1.0.0", Scope::Development);
        world.documents(&stored(subject, components));
        (world, web)
    };
    let same = ["pkg:npm/kit@1.0.0", "pkg:npm/new@3.0.0"];
    assert_eq!(drift(&world("web", &same).0).0, [""; 0], "what is for development may be missing");
    let old = ["pkg:npm/kit@0.9.0", "pkg:npm/gone@1.0.0", "pkg:deb/debian/libc6@2"];
    let message = "bom.json is not what is here: 1 component here are not in it (new 3.0.0); 1 component of it are not here (gone \
                   1.0.0); 1 component has another version (kit 0.9.0 there and 1.0.0 here)";
    assert_eq!(
        drift(&world("web", &old).0).0,
        [message.replace("component here are", "component here is").replace("of it are", "of it is")]
    );
    assert_eq!(drift(&world("another", &old).0).0, [""; 0]);
    let (mut open, web) = world("web", &old);
    open.change_project(web).completeness = Completeness::Incomplete;
    let (found, remarks) = drift(&open);
    assert_eq!(found, [""; 0]);
    assert_eq!(remarks, ["bom.json was not compared with what is here: not all third parties are known"]);
}

#[test]
fn no_cut_of_a_document_ends_a_reader() {
    for (file, text) in [("bom.json", GOOD), ("bom.xml", XML), ("a.spdx", TAG_VALUE), ("b.spdx.json", THREE)] {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)).step_by(7) {
            let source = Source::from_text(crate::model::RepoPath::new(file), text[..end].to_owned()).unwrap();
            if let Some(dialect) = recognise(source.text()) {
                let _ = dialect.read(&source);
            }
        }
    }
}
