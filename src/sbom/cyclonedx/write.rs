//! A Bom as a CycloneDX document.

use std::borrow::Cow;
use std::io;

use compact_str::CompactString;

use crate::model::{self, Completeness, ComponentId, LicenseClaim, Origin, Party, Reading, Scope};
use crate::sbom::graph::{Graph, sure_expression, unknown_elements, unknowns};
use crate::sbom::json::{Breaks, Layout};
use crate::sbom::uri::uri;
use crate::sbom::{Author, Document, Encoding, References, is_relative, json, subject_name, uuid_of};

use super::document::{
    AffectedVersion, Affects, Analysis, Component, Composition, Copyright, Dependency, Evidence, ExternalReference,
    Hash, Identity, License, Lifecycle, Manufacturer, Metadata, Method, Named, Occurrence, Organization, Person,
    Property, Rating, Root, Tool, Tools, Vulnerability, VulnerabilityReference, VulnerabilitySource,
};
use super::listed::is_listed;

/// CycloneDX JSON. 1.6 is the default: the oldest that BSI TR-03183-2 accepts and the newest that most consumers read.
pub static JSON: Encoding = Encoding {
    id: "cyclonedx-json",
    versions: &["1.6", "1.7", "1.5", "1.4"],
    docs: "CycloneDX as JSON, with evidence, scopes, edges and completeness",
    write,
};

/// What a version of the specification allows.
#[derive(Clone, Copy)]
struct Dialect<'a> {
    version: &'a str,
    /// Any mixture of license identifiers and expressions: from 1.7.
    mixes_licenses: bool,
    /// `acknowledgement` on licenses, lines of occurrences, identity as a list: from 1.6.
    since_1_6: bool,
    /// `evidence.occurrences`, `lifecycles`, `tools.components`: from 1.5.
    since_1_5: bool,
}

impl<'a> Dialect<'a> {
    fn of(version: &'a str) -> Self {
        let minor: u32 = version.strip_prefix("1.").and_then(|minor| minor.parse().ok()).unwrap_or(6);
        Self { version, mixes_licenses: minor >= 7, since_1_6: minor >= 6, since_1_5: minor >= 5 }
    }

    fn acknowledged(self, word: &'static str) -> Option<&'static str> {
        self.since_1_6.then_some(word)
    }
}

/// What the parts are made from.
struct Given<'a> {
    bom: &'a model::Bom,
    references: &'a References,
    graph: &'a Graph,
    dialect: Dialect<'a>,
}

fn write(document: &Document<'_>, version: &str, writer: &mut dyn io::Write) -> io::Result<()> {
    let references = References::of(document.bom);
    let graph = Graph::of(document.bom);
    let given = Given { bom: document.bom, references: &references, graph: &graph, dialect: Dialect::of(version) };
    let subject = subject_reference(document.bom);
    let mut root = given.root(document, &subject);
    // The identity is made of everything but itself and the time.
    let timestamp = root.metadata.timestamp.take();
    let uuid = uuid_of(|hashed| json::compact(&root, hashed))?;
    root.serial_number = Some(format!("urn:uuid:{uuid}"));
    root.metadata.timestamp = timestamp;
    // The XML form asks for `normalizedString`, and converters go there.
    json::pretty(&root, Layout { open: 4, breaks: Breaks::Spaces }, writer)
}

/// The name of a subject that is no component: never that of a purl.
fn subject_reference(bom: &model::Bom) -> String {
    format!("sepal:subject:{}", subject_name(bom))
}

/// The property of the CycloneDX taxonomy (`cdx:cisa`) that names a data field whose content is not known.
const UNKNOWN: &str = "cdx:cisa:unknown-information";

fn property<'a>(name: &'a str, value: impl Into<Cow<'a, str>>) -> Property<'a> {
    Property { name: name.into(), value: value.into() }
}

fn in_order<'a>(mut properties: Vec<Property<'a>>) -> Vec<Property<'a>> {
    properties.sort_by(|a, b| (&a.name, &a.value).cmp(&(&b.name, &b.value)));
    properties.dedup_by(|a, b| (&a.name, &a.value) == (&b.name, &b.value));
    properties
}

impl<'a> Given<'a> {
    fn root(&self, document: &Document<'a>, subject_ref: &'a str) -> Root<'a> {
        let (bom, dialect) = (self.bom, self.dialect);
        let subject = match self.graph.sole_root {
            Some(root) => self.component(root),
            None => Component {
                kind: "application",
                bom_ref: Some(subject_ref),
                name: subject_name(bom),
                version: bom.subject.revision.as_deref(),
                purl: Some({
                    let purl = model::Purl::new("generic", subject_name(bom));
                    purl.with_version(bom.subject.revision.as_deref().unwrap_or_default()).to_string()
                }),
                properties: self.unknowns_of_subject(),
                ..Component::default()
            },
        };
        let others = self.references.in_order().filter(|id| Some(*id) != self.graph.sole_root);
        let license = Named { id: Some("CC0-1.0"), name: None, acknowledgement: dialect.acknowledged("declared") };
        Root {
            schema: format!("http://cyclonedx.org/schema/bom-{}.schema.json", dialect.version),
            bom_format: "CycloneDX",
            spec_version: dialect.version,
            serial_number: None,
            version: 1,
            metadata: Metadata {
                timestamp: Some(document.created),
                lifecycles: if dialect.since_1_5 { vec![Lifecycle { phase: "pre-build" }] } else { Vec::new() },
                tools: tools(document, dialect),
                authors: document.author.filter(|_| !dialect.since_1_6).map(person).into_iter().collect(),
                component: subject,
                manufacturer: document.author.filter(|_| dialect.since_1_6).map(|author| Manufacturer {
                    name: author.name,
                    contact: author.email.map(|email| Person { name: None, email: Some(email) }).into_iter().collect(),
                }),
                licenses: vec![License::Choice { license }],
                properties: self.about(),
            },
            components: others.map(|id| self.component(id)).chain(bom.own.files.iter().flatten().map(file)).collect(),
            dependencies: self.dependencies(subject_ref),
            compositions: self.compositions(subject_ref),
            vulnerabilities: self.vulnerabilities(),
        }
    }

    fn unknowns_of_subject(&self) -> Vec<Property<'a>> {
        let mut properties = Vec::new();
        if self.graph.whole != Completeness::Complete {
            properties.push(property("sepal:unknown", "dependencies"));
        }
        properties.push(property("sepal:unknown", "license"));
        if self.bom.subject.revision.is_none() {
            properties.push(property("sepal:unknown", "version"));
            properties.push(property(UNKNOWN, "Component Version"));
        }
        if self.graph.whole != Completeness::Complete {
            properties.push(property(UNKNOWN, "Component Dependency Relationship"));
        }
        for element in ["Component Hash Value", "Component License", "Component Producer"] {
            properties.push(property(UNKNOWN, element));
        }
        in_order(properties)
    }

    /// What is known of the whole, and what is known to be missing.
    fn about(&self) -> Vec<Property<'a>> {
        let bom = self.bom;
        let mut properties = vec![property("gitlab:meta:schema_version", "1")];
        for diagnostic in bom.diagnostics.iter().filter(|diagnostic| diagnostic.kind.loses_facts()) {
            let value = format!("{}: {}: {}", diagnostic.kind.as_str(), diagnostic.location, diagnostic.message);
            properties.push(property("sepal:diagnostic", value));
        }
        for project in &bom.projects {
            properties.push(property("sepal:project", crate::sbom::describe(project)));
            for (location, gap) in &project.gaps {
                properties.push(property("sepal:gap", format!("{location}: {gap}")));
            }
        }
        for stage in &bom.stages {
            properties.push(property("sepal:stage", format!("{}: {}", stage.name, stage.detail)));
        }
        if bom.files.excluded > 0 {
            properties.push(property("sepal:excluded-files", bom.files.excluded.to_string()));
        }
        in_order(properties)
    }

    fn component(&self, id: ComponentId) -> Component<'a> {
        let (bom, dialect) = (self.bom, self.dialect);
        let source = bom.component(id);
        let mut properties: Vec<Property<'a>> = Vec::new();
        if source.party == Party::First {
            properties.push(property("sepal:party", "first"));
        }
        if let Some(occurrence) = source.occurrences.first() {
            let path = occurrence.evidence.location.path.display();
            properties.push(property("gitlab:dependency_scanning:input_file:path", path));
        }
        if source.is_third_party() {
            let category = match source.scope() {
                Scope::Test => "test",
                Scope::Build | Scope::Development => "development",
                _ => "production",
            };
            properties.push(property("gitlab:dependency_scanning:category", category));
            properties.push(property("sepal:scope", source.scope().as_str()));
            properties.push(property("sepal:direct", if source.direct() { "true" } else { "false" }));
        }
        let in_test_data = |o: &model::Occurrence| bom.project(o.project).fixture;
        if !source.occurrences.is_empty() && source.occurrences.iter().all(in_test_data) {
            properties.push(property("sepal:test-data", "true"));
        }
        for word in unknowns(source, self.graph.completeness(id)) {
            properties.push(property("sepal:unknown", word));
        }
        for element in unknown_elements(source, self.graph.completeness(id)) {
            properties.push(property(UNKNOWN, element));
        }
        if !dialect.since_1_5 {
            let places = source.occurrences.iter().map(|occurrence| occurrence.evidence.location.to_string());
            properties.extend(places.map(|place| property("sepal:place", place)));
        }
        origin_of(&source.origin, &mut properties);
        let licenses = licenses(source, dialect, &mut properties);
        let facts = source.properties.iter();
        properties.extend(facts.map(|(name, value)| property(name.as_str(), value.as_str())));
        Component {
            kind: source.kind.as_str(),
            bom_ref: Some(self.references.get(id)),
            supplier: source.supplier.as_deref().map(|name| Organization { name }),
            group: source.purl.namespace(),
            name: source.purl.name(),
            // No version of the specification from 1.4 on asks for one, and an invented one would be a fact.
            version: source.purl.version(),
            scope: source.is_third_party().then(|| scope_of(source.scope())),
            hashes: source
                .hashes
                .iter()
                .map(|hash| Hash { alg: hash.algorithm.as_str(), content: &hash.hex })
                .collect(),
            licenses,
            purl: Some(source.purl.to_string()),
            external_references: external_references(source),
            properties: in_order(properties),
            evidence: (dialect.since_1_5 && !source.occurrences.is_empty()).then(|| evidence(source, dialect)),
        }
    }

    /// One entry for each component whose dependencies are known, at least in part; a leaf's is empty, and an absent one
    /// says "not known" (`dependencies` in the specification).
    /// What is known of the components, where advisories were asked for this document.
    fn vulnerabilities(&self) -> Vec<Vulnerability<'a>> {
        let known = self.bom.advisories.as_ref().map_or(&[][..], |advisories| &advisories.vulnerabilities);
        let time = |text: &'a CompactString| (text.len() >= 20).then_some(text.as_str());
        let written = known.iter().map(|known| {
            let reference = self.references.get(known.component);
            let aliases = known.aliases.iter();
            let mut properties = vec![property("sepal:advisory:kind", known.kind.as_str())];
            if let Some(entry) = &known.exploited {
                properties.push(property("sepal:advisory:known-exploited", entry.added.as_str()));
            }
            if let Some(likelihood) = known.likelihood {
                properties.push(property("sepal:advisory:epss", format!("{:.6}", likelihood.probability())));
            }
            let status = match known.certainty {
                model::Certainty::Affected => "affected",
                model::Certainty::Undecided => "unknown",
            };
            let version = self.bom.component(known.component).purl.version();
            Vulnerability {
                bom_ref: format!("{}!{reference}", known.id),
                id: &known.id,
                source: source_of(&known.id),
                references: aliases.map(|id| VulnerabilityReference { id, source: source_of(id) }).collect(),
                ratings: vec![rating_of(known, self.dialect.version)],
                description: Some(known.summary.as_str()).filter(|summary| !summary.is_empty()),
                recommendation: known.fix.as_ref().map(|fix| format!("take version {} or a later one", fix.version)),
                published: time(&known.published),
                updated: time(&known.modified),
                analysis: known.standing.statement().map(|statement| Analysis {
                    state: match statement.status {
                        model::VexStatus::NotAffected => "not_affected",
                        model::VexStatus::Affected => "exploitable",
                        model::VexStatus::Fixed => "resolved",
                        model::VexStatus::UnderInvestigation => "in_triage",
                    },
                    detail: statement.impact.as_deref().or(statement.justification.as_deref()),
                }),
                affects: vec![Affects {
                    reference,
                    versions: version.map(|version| AffectedVersion { version, status }).into_iter().collect(),
                }],
                properties: in_order(properties),
            }
        });
        written.collect()
    }

    fn dependencies(&self, subject_ref: &'a str) -> Vec<Dependency<'a>> {
        let names = |ids: &mut dyn Iterator<Item = ComponentId>| {
            let mut names: Vec<&'a str> = ids.map(|id| self.references.get(id)).collect();
            names.sort_unstable();
            names
        };
        let mut entries = Vec::with_capacity(self.bom.components.len() + 1);
        if self.graph.sole_root.is_none() {
            let depends_on = names(&mut self.graph.tops.iter().copied());
            entries.push(Dependency { reference: subject_ref, depends_on });
        }
        for id in self.references.in_order() {
            let needs = self.graph.needs(id);
            if needs.len() > 0 || self.graph.completeness(id) == Completeness::Complete {
                let depends_on = names(&mut needs.map(|(to, _)| to));
                entries.push(Dependency { reference: self.references.get(id), depends_on });
            }
        }
        entries.sort_by(|a, b| a.reference.cmp(b.reference));
        entries
    }

    /// Whose dependencies are all known, whose are not, and of whom it cannot be told. References do not cascade: each
    /// component is named.
    fn compositions(&self, subject_ref: &'a str) -> Vec<Composition<'a>> {
        let mut written = Vec::new();
        for completeness in [Completeness::Complete, Completeness::Incomplete, Completeness::Unknown] {
            let subject = self.graph.sole_root.is_none() && self.graph.whole == completeness;
            let mut dependencies: Vec<&'a str> = if subject { vec![subject_ref] } else { Vec::new() };
            let fitting = self.references.in_order().filter(|id| self.graph.completeness(*id) == completeness);
            dependencies.extend(fitting.map(|id| self.references.get(id)));
            dependencies.sort_unstable();
            if !dependencies.is_empty() {
                written.push(Composition { aggregate: completeness.as_str(), dependencies });
            }
        }
        written
    }
}

/// Who gives ids of this kind.
fn source_of(id: &str) -> VulnerabilitySource {
    VulnerabilitySource {
        name: match id.split('-').next().unwrap_or_default() {
            "CVE" => "NVD",
            "GHSA" => "GitHub Advisories",
            _ => "OSV",
        },
    }
}

fn rating_of<'a>(known: &'a model::Vulnerability, version: &str) -> Rating<'a> {
    let method = known.score.as_ref().map(|score| match score.version() {
        "2.0" => "CVSSv2",
        "3.0" => "CVSSv3",
        "3.1" => "CVSSv31",
        "4.0" if version >= "1.5" => "CVSSv4",
        _ => "other",
    });
    Rating {
        score: known.score.as_ref().map(model::CvssScore::value),
        severity: known.level.as_str(),
        method,
        vector: known.score.as_ref().map(|score| score.vector.as_str()),
    }
}

fn person(author: Author<'_>) -> Person<'_> {
    Person { name: Some(author.name), email: author.email }
}

fn tools<'a>(document: &Document<'a>, dialect: Dialect<'_>) -> Tools<'a> {
    if !dialect.since_1_5 {
        return Tools::List(vec![Tool { name: "sepal", version: document.tool_version }]);
    }
    let version = Some(document.tool_version);
    Tools::Components {
        components: vec![Component { kind: "application", name: "sepal", version, ..Component::default() }],
    }
}

/// CycloneDX takes a missing scope as `required`, so that what is not in the product must say so.
fn scope_of(scope: Scope) -> &'static str {
    match scope {
        Scope::Runtime | Scope::Provided | Scope::Peer => "required",
        Scope::Optional => "optional",
        Scope::Build | Scope::Test | Scope::Development => "excluded",
    }
}

fn origin_of<'a>(origin: &'a Origin, properties: &mut Vec<Property<'a>>) {
    match origin {
        // The default registry is what a purl without qualifiers says.
        Origin::Registry { url: None } | Origin::Unknown => return,
        Origin::Registry { url: Some(url) } | Origin::Archive { url } => {
            properties.push(property("sepal:origin:url", url.as_str()));
        }
        Origin::Git { url, commit, reference } => {
            properties.push(property("sepal:origin:url", url.as_str()));
            properties.extend(commit.as_deref().map(|commit| property("sepal:origin:commit", commit)));
            properties.extend(reference.as_deref().map(|reference| property("sepal:origin:reference", reference)));
        }
        Origin::Path { path } if is_relative(path) => properties.push(property("sepal:origin:path", path.as_str())),
        Origin::Path { .. } => properties.push(property("sepal:origin:path", "outside of the repository")),
    }
    properties.push(property("sepal:origin", origin.as_str()));
}

/// How a claim is written: a listed id as `id`, another expression as `expression`, what is none (or was guessed) as `name`.
fn license_of<'a>(claim: &'a LicenseClaim, word: &'static str, dialect: Dialect<'_>) -> License<'a> {
    let acknowledgement = dialect.acknowledged(word);
    match sure_expression(claim) {
        Some(id) if is_listed(id, dialect.version) => {
            License::Choice { license: Named { id: Some(id), name: None, acknowledgement } }
        }
        Some(expression) => License::Expression { expression, acknowledgement },
        None => License::Choice { license: Named { id: None, name: Some(&claim.raw), acknowledgement } },
    }
}

/// The declared license and the concluded one. Before 1.6 nothing tells them apart and two would be read as both binding;
/// in 1.6 an expression must be alone. There the one that counts is written and the declared one becomes a property.
fn licenses<'a>(
    source: &'a model::Component,
    dialect: Dialect<'_>,
    properties: &mut Vec<Property<'a>>,
) -> Vec<License<'a>> {
    let licensing = &source.licensing;
    let concluded = licensing.concluded.as_ref();
    let mut written: Vec<License<'a>> = Vec::new();
    // A license of no name says nothing: `sepal:unknown` does.
    let says_something = |claim: &&LicenseClaim| claim.expression.is_some() || !claim.raw.trim().is_empty();
    let first = licensing.declared.first().filter(says_something);
    written.extend(first.map(|claim| license_of(claim, "declared", dialect)));
    written.extend(concluded.filter(says_something).map(|claim| license_of(claim, "concluded", dialect)));
    let expression = written.iter().any(|license| matches!(license, License::Expression { .. }));
    let both_fit = dialect.mixes_licenses || (dialect.since_1_6 && !expression);
    if written.len() > 1 && !both_fit {
        written.remove(0);
        if let Some(claim) = licensing.declared.first() {
            properties.push(property("sepal:license:declared", sure_expression(claim).unwrap_or(&claim.raw)));
        }
    }
    for (index, claim) in licensing.declared.iter().chain(concluded).enumerate() {
        let place = claim.evidence.as_ref().map(|evidence| format!(" at {}", evidence.location));
        let source = format!("{}{}", claim.source.as_str(), place.unwrap_or_default());
        if index > 0 && index < licensing.declared.len() {
            properties.push(property("sepal:license:other", format!("{} ({source})", claim.raw)));
            continue;
        }
        properties.push(property("sepal:license:source", source));
        if claim.expression.as_ref() != Some(&claim.raw) {
            properties.push(property("sepal:license:raw", claim.raw.as_str()));
        }
        let reading = match &claim.reading {
            Reading::Strict | Reading::Canonical => continue,
            Reading::Guess(why) => {
                let guess = claim.expression.as_deref().unwrap_or_default();
                format!("guess, not stated as a license: {guess}: {why}")
            }
            Reading::Alias(why) | Reading::Unmapped(why) => format!("{}: {why}", claim.reading.as_str()),
        };
        properties.push(property("sepal:license:reading", reading));
    }
    for claim in &licensing.detected {
        let place = claim.evidence.as_ref().map(|evidence| format!(" at {}", evidence.location)).unwrap_or_default();
        let what = claim.expression.as_deref().unwrap_or(&claim.raw);
        let doubt = if sure_expression(claim).is_none() { "guess: " } else { "" };
        properties
            .push(property("sepal:license:detected", format!("{doubt}{what} ({}{place})", claim.source.as_str())));
    }
    written
}

/// What license texts say: evidence, not a statement of anybody. Nothing is acknowledged by it.
fn detected(claim: &LicenseClaim) -> Option<License<'_>> {
    let expression = sure_expression(claim)?;
    Some(License::Expression { expression, acknowledgement: None })
}

fn external_references(source: &model::Component) -> Vec<ExternalReference<'_>> {
    let (kind, url, comment) = match &source.origin {
        Origin::Git { url, commit, reference } => {
            let commit = commit.as_deref().map(|commit| Cow::Owned(format!("commit {commit}")));
            let reference =
                reference.as_deref().map(|reference| Cow::Owned(format!("reference {reference}, no commit")));
            ("vcs", url, commit.or(reference))
        }
        Origin::Archive { url } => ("distribution", url, None),
        _ => return Vec::new(),
    };
    uri(url).map(|url| ExternalReference { kind, url, comment }).into_iter().collect()
}

fn evidence<'a>(source: &'a model::Component, dialect: Dialect<'_>) -> Evidence<'a> {
    let all = source.occurrences.iter().map(|occurrence| &occurrence.evidence);
    // The first of the surest, so that equal ones do not depend on their number.
    let best = all.min_by_key(|evidence| std::cmp::Reverse(evidence.confidence));
    let identity = match best {
        Some(best) if dialect.since_1_6 => {
            let confidence = f32::from(best.confidence.min(100)) / 100.0;
            let value = best.location.path.display();
            let method = Method { technique: best.technique.as_str(), confidence, value };
            vec![Identity { field: "purl", confidence, methods: vec![method] }]
        }
        _ => Vec::new(),
    };
    let place = |occurrence: &'a model::Occurrence| {
        let location = &occurrence.evidence.location;
        (location.path.display(), location.line().filter(|_| dialect.since_1_6))
    };
    let mut places: Vec<(&str, Option<u32>)> = source.occurrences.iter().map(place).collect();
    places.sort_unstable();
    places.dedup();
    Evidence {
        identity,
        occurrences: places.into_iter().map(|(location, line)| Occurrence { location, line }).collect(),
        licenses: source.licensing.detected.first().and_then(detected).into_iter().collect(),
        copyright: Vec::new(),
    }
}

/// A file of the tree with the licenses and holders that it names (CycloneDX `type: file`). What is found is evidence: nobody
/// has declared or concluded it.
fn file(source: &model::SourceFile) -> Component<'_> {
    let hash = |alg, content| Hash { alg, content };
    Component {
        kind: "file",
        name: source.path.display(),
        hashes: vec![hash("SHA-1", &source.sha1), hash("SHA-256", &source.sha256)],
        evidence: Some(Evidence {
            identity: Vec::new(),
            occurrences: Vec::new(),
            licenses: source
                .expression
                .iter()
                .map(|expression| License::Expression { expression, acknowledgement: None })
                .collect(),
            copyright: source.copyrights.iter().map(|text| Copyright { text }).collect(),
        }),
        ..Component::default()
    }
}
