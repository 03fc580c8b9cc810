//! A Bom as an SPDX 2.3 document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use crate::license;
use crate::model::{
    self, Bom, Completeness, ComponentId, ComponentKind, HashAlgorithm, LicenseClaim, Origin, Party, Reading, Scope,
};
use crate::sbom::graph::{Graph, sure_expression, unknowns};
use crate::sbom::uri::uri;
use crate::sbom::{Document, References, describe, is_relative, json, subject_name, uuid_of};

use super::document::{
    Annotation, Checksum, CreationInfo, ExternalReference, ExtractedLicense, File, NOASSERTION, Package, Relationship,
    Root,
};
use super::id::{Ids, legal};

/// The document itself.
const DOCUMENT: &str = "SPDXRef-DOCUMENT";
/// The subject, where it is no package of its own. Packages of components end in a hash, so that none is called this.
const SUBJECT: &str = "SPDXRef-Subject";
/// How much of the subject's name is part of the namespace.
const NAME_IN_NAMESPACE: usize = 64;

/// Makes the document of a Bom and hands it to an encoding.
pub fn build(document: &Document<'_>, encode: impl FnOnce(&Root<'_>) -> io::Result<()>) -> io::Result<()> {
    let references = References::of(document.bom);
    let graph = Graph::of(document.bom);
    let ids = Ids::of(document.bom, &references);
    let file_ids: Vec<String> = document.bom.own.files.iter().flatten().map(|file| file_id(&file.path)).collect();
    let given = Given { bom: document.bom, references: &references, graph: &graph, ids: &ids, file_ids: &file_ids };
    let mut root = given.root(document);
    // The identity is made of everything but itself and the time.
    let uuid = uuid_of(|hashed| json::compact(&root, hashed))?;
    let name = legal(subject_name(document.bom), NAME_IN_NAMESPACE);
    root.document_namespace = format!("https://spdx.org/spdxdocs/{name}-{uuid}");
    root.creation_info.created = document.created;
    for annotation in &mut root.annotations {
        annotation.annotation_date = document.created;
    }
    encode(&root)
}

/// An end of a relationship, in the order of the identifiers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Element {
    /// It is not known.
    NoAssertion,
    /// There is none.
    None,
    Document,
    Subject,
    /// The component of this rank.
    Component(u32),
    /// The file of this place.
    File(u32),
}

struct Given<'a> {
    bom: &'a Bom,
    references: &'a References,
    graph: &'a Graph,
    ids: &'a Ids,
    /// Identifiers of the Bom's files, in their order.
    file_ids: &'a [String],
}

impl<'a> Given<'a> {
    fn root(&self, document: &Document<'_>) -> Root<'a> {
        let bom = self.bom;
        let tool = format!("Tool: sepal-{}", document.tool_version);
        // Types of purls start with a small letter, so that the subject sorts before all components.
        let subject = self.graph.sole_root.is_none().then(|| self.subject());
        let packages = self.ids.in_order().iter().map(|id| self.package(*id));
        let packages: Vec<Package<'a>> = subject.into_iter().chain(packages).collect();
        let mut trouble: Vec<String> = Vec::new();
        for diagnostic in bom.diagnostics.iter().filter(|diagnostic| diagnostic.kind.loses_facts()) {
            let kind = diagnostic.kind.as_str();
            trouble.push(format!("not read ({kind}): {}: {}", diagnostic.location, diagnostic.message));
        }
        for (location, gap) in bom.projects.iter().flat_map(|project| &project.gaps) {
            trouble.push(format!("not known: {location}: {gap}"));
        }
        trouble.sort();
        trouble.dedup();
        let annotation = |comment: String| Annotation {
            annotation_date: "",
            annotation_type: "OTHER",
            annotator: tool.clone(),
            comment: one_line(&comment).into_owned(),
        };
        Root {
            spdx_version: "SPDX-2.3",
            data_license: "CC0-1.0",
            id: DOCUMENT,
            name: one_line(subject_name(bom)),
            document_namespace: String::new(),
            creation_info: CreationInfo {
                created: "",
                creators: creators(document, &tool),
                license_list_version: list_version(),
                comment: "SBOM Type: Source",
            },
            comment: self.about(),
            packages,
            files: self
                .bom
                .own
                .files
                .iter()
                .flatten()
                .zip(self.file_ids)
                .map(|(source, id)| file(source, id))
                .collect(),
            has_extracted_licensing_infos: self.extracted(),
            relationships: self.relationships(),
            annotations: trouble.into_iter().map(annotation).collect(),
        }
    }

    /// What was scanned and by which stages, one a line.
    fn about(&self) -> Option<String> {
        let bom = self.bom;
        let projects = bom.projects.iter().map(|project| format!("project: {}", describe(project)));
        let stages = bom.stages.iter().map(|stage| format!("stage: {}: {}", stage.name, stage.detail));
        let excluded = (bom.files.excluded > 0).then(|| format!("files left out by settings: {}", bom.files.excluded));
        let lines: Vec<String> =
            projects.chain(stages).chain(excluded).map(|line| one_line(&line).into_owned()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn subject(&self) -> Package<'a> {
        let bom = self.bom;
        let revision = bom.subject.revision.as_deref();
        let purl = model::Purl::new("generic", subject_name(bom)).with_version(revision.unwrap_or_default());
        let mut missing = vec!["hash", "license"];
        if self.graph.whole != Completeness::Complete {
            missing.insert(0, "dependencies");
        }
        if revision.is_none() {
            missing.push("version");
        }
        Package {
            id: SUBJECT,
            name: one_line(subject_name(bom)),
            version_info: revision,
            supplier: NOASSERTION.into(),
            originator: NOASSERTION,
            download_location: NOASSERTION.into(),
            files_analyzed: false,
            checksums: Vec::new(),
            source_info: None,
            license_concluded: NOASSERTION,
            license_declared: NOASSERTION,
            license_comments: None,
            copyright_text: NOASSERTION,
            comment: Some(format!("what was scanned; not known: {}", missing.join(", "))),
            external_refs: vec![purl_reference(&purl)],
            primary_package_purpose: "APPLICATION",
        }
    }

    fn package(&self, id: ComponentId) -> Package<'a> {
        let source = self.bom.component(id);
        let licensing = &source.licensing;
        Package {
            id: self.ids.get(id),
            name: one_line_owned(&source.purl.full_name()),
            version_info: source.purl.version(),
            supplier: match &source.supplier {
                Some(name) => Cow::Owned(format!("Organization: {}", one_line(name))),
                None => NOASSERTION.into(),
            },
            originator: NOASSERTION,
            download_location: download_location(&source.origin),
            files_analyzed: false,
            checksums: source.hashes.iter().map(checksum).collect(),
            source_info: source_info(source),
            license_concluded: licensing.concluded.as_ref().and_then(expression).unwrap_or(NOASSERTION),
            license_declared: licensing.declared.first().and_then(expression).unwrap_or(NOASSERTION),
            license_comments: license_comments(source),
            copyright_text: NOASSERTION,
            comment: Some(self.comment(id, source)),
            external_refs: vec![purl_reference(&source.purl)],
            primary_package_purpose: match source.kind {
                ComponentKind::Library => "LIBRARY",
                ComponentKind::Application => "APPLICATION",
                ComponentKind::Container => "CONTAINER",
                ComponentKind::Device => "DEVICE",
                ComponentKind::Firmware => "FIRMWARE",
                // SPDX 2.3, section 7.24, has no word for either; the comment says which it is.
                ComponentKind::Model | ComponentKind::Data => "OTHER",
            },
        }
    }

    /// What SPDX has no field for: party, scope, origin, further facts, and what is not known.
    fn comment(&self, id: ComponentId, source: &model::Component) -> String {
        let mut parts = vec![match source.party {
            Party::First => "first party".to_owned(),
            Party::Third if source.direct() => format!("third party, direct, scope {}", source.scope().as_str()),
            Party::Third => format!("third party, transitive, scope {}", source.scope().as_str()),
        }];
        if !source.occurrences.is_empty() && source.occurrences.iter().all(|o| self.bom.project(o.project).fixture) {
            parts.push("in test data only".to_owned());
        }
        match &source.origin {
            Origin::Registry { url: None } => parts.push("from the default registry".to_owned()),
            Origin::Registry { url: Some(url) } => parts.push(format!("from registry {url}")),
            Origin::Git { url, commit: None, reference } => {
                let reference = reference.as_deref().unwrap_or("the default branch");
                parts.push(format!("from git {url} at {reference}, not pinned to a commit"));
            }
            Origin::Git { url, .. } => parts.push(format!("from git {url}")),
            Origin::Archive { url } => parts.push(format!("from archive {url}")),
            Origin::Path { path } if is_relative(path) => parts.push(format!("from path {path}")),
            Origin::Path { .. } => parts.push("from a path outside of the repository".to_owned()),
            Origin::Unknown => {}
        }
        parts.extend(source.properties.iter().map(|(name, value)| format!("{name}={value}")));
        let missing = unknowns(source, self.graph.completeness(id));
        if !missing.is_empty() {
            parts.push(format!("not known: {}", missing.join(", ")));
        }
        one_line(&parts.join("; ")).into_owned()
    }

    /// Sorted by subject, type and object. A leaf says so, and so does what is not known.
    fn relationships(&self) -> Vec<Relationship<'a>> {
        let (ids, graph) = (self.ids, self.graph);
        let component = |id: ComponentId| Element::Component(ids.rank(id));
        let mut written: Vec<(Element, &'static str, Element)> =
            Vec::with_capacity(self.bom.dependencies.len() + self.bom.components.len() + 1);
        match graph.sole_root {
            Some(root) => {
                written.push((Element::Document, "DESCRIBES", component(root)));
                // Tools that draw what a product holds follow CONTAINS; what is needed for development is not in it.
                let inside = graph.needs(root).filter(|(_, scope)| edge_type(*scope).is_none());
                written.extend(inside.map(|(to, _)| (component(root), "CONTAINS", component(to))));
            }
            None => {
                written.push((Element::Document, "DESCRIBES", Element::Subject));
                for top in &graph.tops {
                    written.push((Element::Subject, "CONTAINS", component(*top)));
                    written.push((Element::Subject, "DEPENDS_ON", component(*top)));
                }
                if graph.whole != Completeness::Complete {
                    written.push((Element::Subject, "DEPENDS_ON", Element::NoAssertion));
                }
            }
        }
        for (id, _) in self.bom.ids() {
            let from = component(id);
            for (to, scope) in graph.needs(id) {
                written.push(match edge_type(scope) {
                    Some(kind) => (component(to), kind, from),
                    None => (from, "DEPENDS_ON", component(to)),
                });
            }
            // Beside known edges NOASSERTION says that there may be more.
            match graph.completeness(id) {
                Completeness::Complete if graph.needs(id).len() == 0 => {
                    written.push((from, "DEPENDS_ON", Element::None))
                }
                Completeness::Complete => {}
                Completeness::Incomplete | Completeness::Unknown => {
                    written.push((from, "DEPENDS_ON", Element::NoAssertion));
                }
            }
        }
        // No package says that its files were analysed, and such a package may not contain any (SPDX 2.3, 7.8).
        let places = 0..self.file_ids.len() as u32;
        written.extend(places.map(|at| (Element::Document, "DESCRIBES", Element::File(at))));
        written.sort_unstable();
        written.dedup();
        let name = |element| match element {
            Element::NoAssertion => NOASSERTION,
            Element::None => "NONE",
            Element::Document => DOCUMENT,
            Element::Subject => SUBJECT,
            Element::Component(rank) => ids.get(ids.in_order()[rank as usize]),
            Element::File(at) => self.file_ids[at as usize].as_str(),
        };
        let relationship = |(from, relationship_type, to)| Relationship {
            spdx_element_id: name(from),
            relationship_type,
            related_spdx_element: name(to),
        };
        written.into_iter().map(relationship).collect()
    }

    /// Every `LicenseRef-` that an expression names, with what is known of its text.
    fn extracted(&self) -> Vec<ExtractedLicense> {
        let mut found: BTreeMap<&str, &str> = BTreeMap::new();
        for id in self.references.in_order() {
            let licensing = &self.bom.component(id).licensing;
            for claim in licensing.declared.first().into_iter().chain(&licensing.concluded) {
                for word in expression(claim).unwrap_or_default().split([' ', '(', ')']) {
                    if word.starts_with("LicenseRef-") {
                        found.entry(word.trim_end_matches('+')).or_insert(&claim.raw);
                    }
                }
            }
        }
        let mut found: BTreeMap<String, String> = found
            .into_iter()
            .map(|(id, raw)| (id.to_owned(), format!("The package states: {}", one_line(raw))))
            .collect();
        for source in self.bom.own.files.iter().flatten() {
            for id in licenses_in(source).into_iter().filter(|id| id.starts_with("LicenseRef-")) {
                found.entry(id).or_insert_with(|| format!("Found in {}", one_line(source.path.display())));
            }
        }
        let entry = |(id, known): (String, String)| ExtractedLicense {
            license_id: id,
            extracted_text: format!("The text is not known. {known}"),
        };
        found.into_iter().map(entry).collect()
    }
}

/// Who made the document: the program, and who answers for it. Brackets around an address are part of the form (SPDX 2.3, 6.8).
fn creators(document: &Document<'_>, tool: &str) -> Vec<String> {
    let organization = document.author.map(|author| {
        let name = one_line(author.name);
        let name = name.replace(['(', ')'], " ");
        match author.email {
            Some(email) => format!("Organization: {} ({})", name.trim(), one_line(email)),
            None => format!("Organization: {}", name.trim()),
        }
    });
    organization.into_iter().chain([tool.to_owned()]).collect()
}

/// An identifier that is the same in every document that names the path.
fn file_id(path: &model::RepoPath) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(path.as_str().as_bytes());
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("SPDXRef-File-{hex}")
}

/// The licenses that a file names, one by one: expressions have no place in `LicenseInfoInFile` (SPDX 2.3, 8.6).
fn licenses_in(source: &model::SourceFile) -> Vec<String> {
    let expression = source.expression.as_deref().and_then(|text| license::read(text).expression);
    let mut ids: Vec<String> =
        expression.iter().flat_map(license::Expression::terms).map(|term| term.license.to_string()).collect();
    ids.retain(|id| !id.starts_with("DocumentRef-"));
    ids.sort();
    ids.dedup();
    ids
}

fn file<'a>(source: &'a model::SourceFile, id: &'a str) -> File<'a> {
    let mut licenses = licenses_in(source);
    if licenses.is_empty() {
        licenses.push(if source.expression.is_some() { NOASSERTION } else { "NONE" }.to_owned());
    }
    let copyrights: Vec<String> = source.copyrights.iter().map(|text| one_line(text).into_owned()).collect();
    File {
        id,
        file_name: format!("./{}", one_line(source.path.display())),
        checksums: vec![
            Checksum { algorithm: "SHA1", checksum_value: &source.sha1 },
            Checksum { algorithm: "SHA256", checksum_value: &source.sha256 },
        ],
        license_concluded: NOASSERTION,
        license_info_in_files: licenses,
        copyright_text: if copyrights.is_empty() { "NONE".to_owned() } else { copyrights.join("\n") },
    }
}

/// The type of an edge that runs from the dependency to what needs it; `None` for what is part of the product.
fn edge_type(scope: Scope) -> Option<&'static str> {
    match scope {
        Scope::Runtime | Scope::Peer => None,
        Scope::Provided => Some("PROVIDED_DEPENDENCY_OF"),
        Scope::Optional => Some("OPTIONAL_DEPENDENCY_OF"),
        Scope::Build => Some("BUILD_DEPENDENCY_OF"),
        Scope::Test => Some("TEST_DEPENDENCY_OF"),
        Scope::Development => Some("DEV_DEPENDENCY_OF"),
    }
}

/// The expression of a claim, if SPDX 2.3 can hold it: references into other documents need those documents, and
/// `AdditionRef-` came with SPDX 3.
fn expression(claim: &LicenseClaim) -> Option<&str> {
    sure_expression(claim).filter(|text| !text.contains("DocumentRef-") && !text.contains("AdditionRef-"))
}

fn checksum(hash: &model::Hash) -> Checksum<'_> {
    let algorithm = match hash.algorithm {
        HashAlgorithm::Md5 => "MD5",
        HashAlgorithm::Sha1 => "SHA1",
        HashAlgorithm::Sha256 => "SHA256",
        HashAlgorithm::Sha384 => "SHA384",
        HashAlgorithm::Sha512 => "SHA512",
    };
    Checksum { algorithm, checksum_value: &hash.hex }
}

fn purl_reference(purl: &model::Purl) -> ExternalReference {
    ExternalReference {
        reference_category: "PACKAGE-MANAGER",
        reference_type: "purl",
        reference_locator: purl.to_string(),
    }
}

/// Where the bytes come from (SPDX 2.3, 7.7). A registry's default is not spelled out: the files do not state the URL.
fn download_location(origin: &Origin) -> Cow<'static, str> {
    let located = match origin {
        Origin::Git { url, commit, reference } => {
            let plain = url.strip_prefix("git+").unwrap_or(url);
            let is_transport =
                ["https://", "http://", "ssh://", "git://"].iter().any(|scheme| plain.starts_with(scheme));
            let at = commit.as_deref().or(reference.as_deref()).map(|at| format!("@{at}")).unwrap_or_default();
            // A fragment would come after the revision.
            let plain = plain.split(['#', '?']).next().unwrap_or(plain);
            is_transport.then(|| uri(&format!("git+{plain}{}", at.replace('#', "%23")))).flatten()
        }
        Origin::Archive { url } => {
            let is_transport = ["https://", "http://", "ftp://"].iter().any(|scheme| url.starts_with(scheme));
            is_transport.then(|| uri(url)).flatten()
        }
        Origin::Registry { .. } | Origin::Path { .. } | Origin::Unknown => None,
    };
    located.map_or(NOASSERTION.into(), Cow::Owned)
}

/// The places where the package was found.
fn source_info(source: &model::Component) -> Option<String> {
    let mut places: Vec<&model::Location> = source.occurrences.iter().map(|o| &o.evidence.location).collect();
    places.sort_unstable();
    places.dedup();
    let places: Vec<String> = places.iter().map(ToString::to_string).collect();
    (!places.is_empty()).then(|| one_line(&format!("found in {}", places.join(", "))).into_owned())
}

/// What packages and people say in their own words, who says it, where, and how it was read.
fn license_comments(source: &model::Component) -> Option<String> {
    let licensing = &source.licensing;
    let mut lines = Vec::new();
    let claims = licensing.declared.iter().map(|claim| ("declared", claim));
    let claims = claims.chain(licensing.detected.iter().map(|claim| ("detected", claim)));
    for (word, claim) in claims.chain(licensing.concluded.iter().map(|claim| ("concluded", claim))) {
        let place = claim.evidence.as_ref().map(|evidence| format!(" at {}", evidence.location)).unwrap_or_default();
        let mut line = format!("{word} as \"{}\" by {}{place}", claim.raw, claim.source.as_str());
        let why = match &claim.reading {
            Reading::Strict | Reading::Canonical => None,
            Reading::Alias(why) => Some(format!("read by alias: {why}")),
            Reading::Unmapped(why) => Some(format!("no SPDX expression: {why}")),
            Reading::Guess(why) => {
                Some(format!("guess, not stated: {}: {why}", claim.expression.as_deref().unwrap_or_default()))
            }
        };
        if let Some(why) = why {
            line.push_str("; ");
            line.push_str(&why);
        }
        lines.push(one_line(&line).into_owned());
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn list_version() -> String {
    let mut parts = license::list_version().split('.');
    format!("{}.{}", parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// A text as part of a line: breaks are ours alone, so that no stranger's text starts a line of its own.
fn one_line(text: &str) -> Cow<'_, str> {
    // Nearly all texts are printable ASCII.
    let suspicious = text.bytes().fold(false, |found, byte| found | !(0x20..0x7f).contains(&byte));
    if suspicious && text.contains(char::is_control) {
        return Cow::Owned(text.replace(char::is_control, " "));
    }
    Cow::Borrowed(text)
}

fn one_line_owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(one_line(text).into_owned())
}
