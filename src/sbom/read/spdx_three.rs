//! SPDX 3.0 as JSON-LD in the compact form that its context prescribes: a `@graph` of elements, or one element alone.
//!
//! The names are those of `spdx-context.jsonld` (3.0.1). No context is fetched and no JSON-LD is processed: a document that
//! renames terms is none that the specification allows ("`@context` must be exactly …").

use crate::model::{Completeness, LookUp, Scope};
use crate::text::{Document, Kind, Node, Source, SyntaxError};

use super::bill::Bill;
use super::shown;
use super::spdx::{About, Package, Relationship, Stated, Tie, Val, bill};

fn text<'d>(node: Node<'d>, key: &str) -> Option<Val<'d>> {
    let node = node.get(key)?;
    node.string().filter(|text| !text.trim().is_empty()).map(|text| (text, node.span()))
}

/// The values of a key that may be one or a list.
fn many<'d>(node: Node<'d>, key: &str) -> Vec<Node<'d>> {
    match node.get(key) {
        Some(list) if list.kind() == Kind::Sequence => list.items().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

fn type_of<'d>(node: Node<'d>) -> &'d str {
    let word = text(node, "type").or_else(|| text(node, "@type")).map_or("", |(text, _)| text);
    word.rsplit('/').next().unwrap_or(word)
}

fn id_of<'d>(node: Node<'d>) -> Option<Val<'d>> {
    text(node, "spdxId").or_else(|| text(node, "@id"))
}

/// What a reference means: an identifier, or an element that stands in its place.
fn end<'d>(node: Node<'d>) -> Option<Val<'d>> {
    match node.kind() {
        Kind::Mapping => id_of(node),
        _ => node.string().map(|text| (text, node.span())),
    }
}

/// The individuals of the model under the words of SPDX 2.
fn individual(value: Val<'_>) -> Val<'_> {
    let (text, span) = value;
    let name = text.rsplit(['/', ':', '_']).next().unwrap_or(text);
    match name {
        "NoneElement" | "NoneLicense" => ("NONE", span),
        "NoAssertionElement" | "NoAssertionLicense" => ("NOASSERTION", span),
        "None" | "NoAssertion" if text.contains("Licensing") => {
            (if name == "None" { "NONE" } else { "NOASSERTION" }, span)
        }
        _ => value,
    }
}

/// The meaning of a type of relationship (3.0.1, Core/RelationshipType).
fn tie_of(word: &str, scope: Option<&str>) -> Option<Tie> {
    let lifecycle = match scope {
        Some("build") => Scope::Build,
        Some("development" | "design") => Scope::Development,
        Some("test") => Scope::Test,
        _ => Scope::Runtime,
    };
    Some(match word {
        "dependsOn" | "hasDynamicLink" | "hasStaticLink" | "hasPrerequisite" => Tie::Needs(lifecycle),
        "hasOptionalDependency" | "hasOptionalComponent" => Tie::Needs(lifecycle.max(Scope::Optional)),
        "hasProvidedDependency" => Tie::Needs(lifecycle.max(Scope::Provided)),
        "usesTool" => Tie::Needs(if lifecycle == Scope::Runtime { Scope::Build } else { lifecycle }),
        "contains" | "packagedBy" => Tie::Contains,
        "describes" => Tie::Describes,
        _ => return None,
    })
}

pub fn read(source: &Source, tree: &Document<'_>) -> Result<Bill, SyntaxError> {
    let root = tree.root();
    let version = text(root, "@context")
        .and_then(|(context, _)| context.split("/rdf/").nth(1))
        .and_then(|rest| rest.split('/').next())
        .unwrap_or("3");
    let about = About { version, json: true, three: true, root: root.span(), ..About::default() };
    let mut stated = Stated { dialect: format!("SPDX {} (JSON-LD)", shown(version)), about, ..Stated::default() };
    // Elements may stand inside others; each is met once, outermost first.
    let mut elements: Vec<Node<'_>> = match root.get("@graph") {
        Some(graph) => graph.items().collect(),
        None => vec![root],
    };
    let mut at = 0;
    while at < elements.len() {
        let element = elements[at];
        at += 1;
        for (key, value) in element.entries() {
            let is_list = value.kind() == Kind::Sequence;
            let inner = if is_list { value.items().collect() } else { vec![value] };
            let holds = !matches!(key.scalar(), Some("externalIdentifier" | "verifiedUsing" | "creationInfo"));
            elements.extend(
                inner.into_iter().filter(|node| holds && node.kind() == Kind::Mapping && id_of(*node).is_some()),
            );
        }
    }
    let mut expressions: LookUp<&str, Val<'_>> = LookUp::new();
    let mut names: LookUp<&str, &str> = LookUp::new();
    let mut agents: LookUp<&str, Agent> = LookUp::new();
    // Files that are distributed: whether they have their SHA-512.
    let mut files: LookUp<&str, (Option<Val<'_>>, bool)> = LookUp::new();
    let mut places: LookUp<&str, usize> = LookUp::new();
    for element in &elements {
        let Some(id) = id_of(*element) else { continue };
        if let Some((name, _)) = text(*element, "name") {
            names.insert(id.0, name);
        }
        match type_of(*element) {
            "Person" | "Organization" | "Agent" => {
                let reached = many(*element, "externalIdentifier").into_iter().any(is_address);
                agents.insert(id.0, Agent { tool: false, reached });
            }
            "Tool" | "SoftwareAgent" => {
                agents.insert(id.0, Agent { tool: true, reached: false });
            }
            kind if kind.starts_with("security_") => stated.about.vulnerability(element.span()),
            _ => {}
        }
        match type_of(*element) {
            "software_Package" | "Package" | "ai_AIPackage" | "dataset_DatasetPackage" => {
                places.get_or_insert_with(id.0, || stated.packages.len());
                stated.packages.push(package(*element, id));
            }
            "simplelicensing_LicenseExpression" => {
                if let Some(expression) = text(*element, "simplelicensing_licenseExpression") {
                    expressions.insert(id.0, expression);
                }
                stated.others.push(id);
            }
            "expandedlicensing_ListedLicense"
            | "expandedlicensing_CustomLicense"
            | "simplelicensing_SimpleLicensingText" => {
                // A listed license is identified by the end of its address.
                let word = id.0.rsplit(['/', '#']).next().unwrap_or(id.0);
                let said = if type_of(*element) == "expandedlicensing_ListedLicense" {
                    Some((word, id.1))
                } else {
                    text(*element, "name")
                };
                expressions.insert(id.0, said.unwrap_or(id));
                stated.others.push(id);
            }
            "software_File" => {
                stated.files += 1;
                let long = many(*element, "verifiedUsing")
                    .into_iter()
                    .any(|hash| text(hash, "algorithm").is_some_and(|(name, _)| name.ends_with("sha512")));
                files.insert(id.0, (text(*element, "name"), long));
                stated.others.push(id);
            }
            "SpdxDocument" => {
                stated.about.id = Some(id);
                stated.about.namespace = Some(id);
                stated.about.name = text(*element, "name");
                stated.about.data_license = text(*element, "dataLicense");
                stated.name = text(*element, "name").map(|(text, _)| text).or(stated.name);
                stated.others.push(id);
                stated
                    .external
                    .extend(many(*element, "import").into_iter().filter_map(|node| text(node, "externalSpdxId")));
            }
            _ => stated.others.push(id),
        }
    }
    // What is defined elsewhere is named in the document's imports.
    let external: Vec<Val<'_>> = stated.external.clone();
    stated.others.extend(external);
    let package_ids = |value: &Val<'_>| places.contains_key(value.0);
    for element in &elements {
        let infos = many(*element, "creationInfo").into_iter().filter(|info| info.kind() == Kind::Mapping);
        let own = (type_of(*element) == "CreationInfo").then_some(*element);
        for info in own.into_iter().chain(infos) {
            stated.about.created = stated.about.created.or(text(info, "created"));
            for (id, _) in ["createdBy", "createdUsing"].into_iter().flat_map(|key| many(info, key)).filter_map(end) {
                let name = names.get(id).copied().unwrap_or(id);
                match agents.get(id) {
                    Some(Agent { tool: true, .. }) => stated.about.tools.push(name),
                    Some(Agent { reached, .. }) => stated.about.authors.push((name, *reached)),
                    None => {}
                }
            }
        }
        if let "software_Sbom" | "Bom" = type_of(*element) {
            let kind = many(*element, "software_sbomType").into_iter().find_map(Node::string);
            stated.about.kind = stated.about.kind.or(kind);
        }
        match type_of(*element) {
            // The document's root is mostly an SBOM, whose root is the package.
            "SpdxDocument" | "software_Sbom" | "Bom" | "Bundle" => {
                let roots = many(*element, "rootElement").into_iter().filter_map(end);
                stated.describes.extend(roots.filter(package_ids));
                for info in
                    many(*element, "createdUsing").into_iter().chain(many(*element, "createdBy")).filter_map(end)
                {
                    stated.creators.extend(names.get(info.0).copied());
                }
            }
            "CreationInfo" => {
                stated.created = stated.created.or(text(*element, "created").map(|(text, _)| text));
                let makers = many(*element, "createdUsing").into_iter().chain(many(*element, "createdBy"));
                let makers: Vec<&str> = makers.filter_map(end).filter_map(|id| names.get(id.0).copied()).collect();
                stated.creators.extend(makers);
            }
            kind if kind.ends_with("Relationship") => {
                relationship(*element, &expressions, &places, &files, &mut stated);
            }
            _ => {}
        }
    }
    if let Some(info) =
        root.get("@graph").into_iter().flat_map(Node::items).find(|node| type_of(*node) == "CreationInfo")
    {
        stated.created = stated.created.or(text(info, "created").map(|(text, _)| text));
    }
    for package in &mut stated.packages {
        if let Some((id, at)) = package.supplier {
            package.supplier = names.get(id).map(|name| (*name, at));
        }
        if let Some((id, at)) = package.originator {
            package.reachable = agents.get(id).is_some_and(|agent| agent.reached);
            package.originator = names.get(id).map(|name| (*name, at));
        }
    }
    stated.about.authors.sort_unstable();
    stated.about.authors.dedup();
    stated.creators.sort_unstable();
    stated.creators.dedup();
    Ok(bill(source, stated))
}

/// Who made something.
struct Agent {
    /// A program; otherwise a person or an organisation.
    tool: bool,
    /// Whether an address stands beside the name.
    reached: bool,
}

/// Whether an external identifier is an address (3.0.1, Core/ExternalIdentifierType).
fn is_address(node: Node<'_>) -> bool {
    matches!(text(node, "externalIdentifierType"), Some(("email" | "urlScheme", _)))
        && text(node, "identifier").is_some()
}

fn relationship<'d>(
    node: Node<'d>,
    expressions: &LookUp<&'d str, Val<'d>>,
    places: &LookUp<&'d str, usize>,
    files: &LookUp<&'d str, (Option<Val<'d>>, bool)>,
    stated: &mut Stated<'d>,
) {
    let word = text(node, "relationshipType").map_or("", |(text, _)| text);
    let from = node.get("from").and_then(end);
    let ends: Vec<Val<'d>> = many(node, "to").into_iter().filter_map(end).map(individual).collect();
    let (Some(from), false) = (from, ends.is_empty()) else {
        stated.wrong.push((node.span(), "a relationship lacks an end".to_owned()));
        return;
    };
    if let "hasDeclaredLicense" | "hasConcludedLicense" = word {
        let Some(package) = places.get(from.0).and_then(|at| stated.packages.get_mut(*at)) else { return };
        let said = ends[0];
        let license = match said.0 {
            "NONE" | "NOASSERTION" => said,
            id => match expressions.get(id) {
                Some(license) => *license,
                // Listed licenses may be named by their address alone.
                None if id.contains("spdx.org/licenses/") => (id.rsplit('/').next().unwrap_or(id), said.1),
                None => {
                    stated.wrong.push((said.1, format!("`{}` is no license of this document", shown(id))));
                    return;
                }
            },
        };
        if word == "hasDeclaredLicense" {
            package.declared = Some(license)
        } else {
            package.concluded = Some(license)
        }
        return;
    }
    if word == "hasDistributionArtifact" {
        let file = ends.iter().find_map(|(id, _)| files.get(*id));
        if let (Some(file), Some(at)) = (file, places.get(from.0)) {
            let package = &mut stated.packages[*at];
            package.artifact = (true, file.1);
            package.file_name = file.0;
        }
    }
    let scope = text(node, "scope").or_else(|| text(node, "lifecycleScope")).map(|(text, _)| text);
    let Some(tie) = tie_of(word, scope) else {
        stated.unused += 1;
        return;
    };
    let completeness = text(node, "completeness").map(|(word, _)| match word {
        "complete" => Completeness::Complete,
        "incomplete" => Completeness::Incomplete,
        _ => Completeness::Unknown,
    });
    for to in ends {
        stated.relationships.push(Relationship { from, tie, to, completeness });
    }
}

fn package<'d>(node: Node<'d>, id: Val<'d>) -> Package<'d> {
    let mut package = Package {
        id: Some(id),
        name: text(node, "name"),
        span: node.span(),
        version: text(node, "software_packageVersion"),
        supplier: node.get("suppliedBy").and_then(end),
        download: text(node, "software_downloadLocation"),
        purpose: text(node, "software_primaryPurpose"),
        comment: text(node, "comment"),
        originator: many(node, "originatedBy").into_iter().find_map(end),
        source_info: node.get("software_sourceInfo").is_some(),
        ..Package::default()
    };
    package.purls.extend(text(node, "software_packageUrl"));
    for identifier in many(node, "externalIdentifier") {
        let value = text(identifier, "identifier");
        match text(identifier, "externalIdentifierType").map_or("", |(text, _)| text) {
            "packageUrl" | "packageURL" | "purl" => {
                let new = value.filter(|(text, _)| !package.purls.iter().any(|(have, _)| have == text));
                package.purls.extend(new);
            }
            kind if kind.starts_with("cpe2") => package.cpe = package.cpe.or(value),
            "gitoid" | "swhid" | "swid" => package.identified |= value.is_some(),
            _ => {}
        }
    }
    for hash in many(node, "verifiedUsing") {
        if let Some(name) = text(hash, "algorithm") {
            package.checksums.push((name, text(hash, "hashValue")));
        }
    }
    package
}
