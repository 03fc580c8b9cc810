//! SPDX, whatever the encoding: packages, relationships, and what they mean.
//!
//! - The package that the document describes is the subject. If it describes several, one of them is one's own only if
//!   something hangs on it and it hangs on nothing: some tools describe every package, and none of those may pass unjudged.
//! - Relationships become edges by their type, whichever way they are written: `DEPENDS_ON`, the `…_DEPENDENCY_OF` with their
//!   scopes, `…_TOOL_OF`, links, prerequisites; `CONTAINS` hangs what nothing else needs on what holds it. Types that say nothing
//!   of who needs whom (`GENERATED_FROM`, `COPY_OF`) are counted in a note.
//! - `NOASSERTION` is "nobody looked", so that nothing is claimed; `NONE` is a statement: a package without any license is
//!   told so, and needs nothing if its `DEPENDS_ON` is `NONE`.
//! - SPDX 2 has no field for completeness. A document says it all the same if every package that has no dependency says
//!   `DEPENDS_ON NONE` and none says `NOASSERTION`. SPDX 3 has `completeness` on relationships.

use compact_str::CompactString;

use crate::ecosystem::Note;
use crate::model::{Completeness, ComponentKind, DiagnosticKind, Hash, LookUp, Mark, Origin, Party, Purl, Scope, Span};
use crate::text::Source;

use super::bill::{self, Bill, Edge, Item, UNIDENTIFIED, unidentified};
use super::{Troubles, shown, spdx_facts};

/// A text of the document with its bytes.
pub type Val<'a> = (&'a str, Span);

/// A document in the terms that all encodings share.
#[derive(Default)]
pub struct Stated<'a> {
    pub dialect: String,
    pub name: Option<&'a str>,
    pub creators: Vec<&'a str>,
    pub created: Option<&'a str>,
    pub packages: Vec<Package<'a>>,
    /// Identifiers of what is no package: files, snippets, the document, agents.
    pub others: Vec<Val<'a>>,
    pub files: usize,
    pub describes: Vec<Val<'a>>,
    pub relationships: Vec<Relationship<'a>>,
    /// Documents that this one refers to, and the first place.
    pub external: Vec<Val<'a>>,
    /// Entries that could not be understood.
    pub wrong: Vec<(Span, String)>,
    /// Relationships of types that say nothing of who needs whom.
    pub unused: usize,
    /// What the document says of itself.
    pub about: About<'a>,
}

/// What a document says of itself.
#[derive(Default)]
pub struct About<'a> {
    /// `2.3`, `3.0.1`.
    pub version: &'a str,
    /// Whether it is JSON.
    pub json: bool,
    /// Whether it is SPDX 3.
    pub three: bool,
    pub root: Span,
    pub id: Option<Val<'a>>,
    pub name: Option<Val<'a>>,
    /// What tells this document from others.
    pub namespace: Option<Val<'a>>,
    pub data_license: Option<Val<'a>>,
    pub created: Option<Val<'a>>,
    /// People and organisations of SPDX 3, and whether they can be reached.
    pub authors: Vec<(&'a str, bool)>,
    /// Tools of SPDX 3.
    pub tools: Vec<&'a str>,
    /// Comments on the document and its making, where SPDX 2 has no field.
    pub comments: Vec<&'a str>,
    /// `software_sbomType` of SPDX 3.
    pub kind: Option<&'a str>,
    /// Statements about vulnerabilities: the first place, and how many.
    pub vulnerabilities: Option<(Span, usize)>,
}

impl About<'_> {
    pub fn vulnerability(&mut self, at: Span) {
        self.vulnerabilities.get_or_insert((at, 0)).1 += 1;
    }
}

#[derive(Default)]
pub struct Package<'a> {
    pub id: Option<Val<'a>>,
    pub name: Option<Val<'a>>,
    pub span: Span,
    pub version: Option<Val<'a>>,
    pub supplier: Option<Val<'a>>,
    pub download: Option<Val<'a>>,
    pub checksums: Vec<(Val<'a>, Option<Val<'a>>)>,
    pub declared: Option<Val<'a>>,
    pub concluded: Option<Val<'a>>,
    pub purls: Vec<Val<'a>>,
    pub cpe: Option<Val<'a>>,
    pub purpose: Option<Val<'a>>,
    pub comment: Option<Val<'a>>,
    pub originator: Option<Val<'a>>,
    /// Whether SPDX 3 says how to reach the originator.
    pub reachable: bool,
    pub file_name: Option<Val<'a>>,
    /// Whether it has an identifier beside package URLs and CPE names.
    pub identified: bool,
    /// Whether the file that is distributed is described, and whether with its SHA-512 (SPDX 3).
    pub artifact: (bool, bool),
    /// Where its source is (SPDX 3).
    pub source_info: bool,
}

/// What a relationship says, turned so that `from` needs, holds or describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    Needs(Scope),
    Contains,
    Describes,
}

pub struct Relationship<'a> {
    pub from: Val<'a>,
    pub tie: Tie,
    pub to: Val<'a>,
    /// What SPDX 3 says of how complete the list is.
    pub completeness: Option<Completeness>,
}

/// The meaning of a type of SPDX 2 (2.3, table 68): the tie, and whether it is written from the other end.
pub fn tie_of(word: &str) -> Option<(Tie, bool)> {
    use Tie::{Contains, Describes, Needs};
    Some(match word {
        "DEPENDS_ON" | "HAS_PREREQUISITE" | "DYNAMIC_LINK" | "STATIC_LINK" => (Needs(Scope::Runtime), false),
        "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" | "PREREQUISITE_FOR" => (Needs(Scope::Runtime), true),
        "PROVIDED_DEPENDENCY_OF" => (Needs(Scope::Provided), true),
        "OPTIONAL_DEPENDENCY_OF" | "OPTIONAL_COMPONENT_OF" => (Needs(Scope::Optional), true),
        "BUILD_DEPENDENCY_OF" | "BUILD_TOOL_OF" => (Needs(Scope::Build), true),
        "TEST_DEPENDENCY_OF" | "TEST_TOOL_OF" => (Needs(Scope::Test), true),
        "DEV_DEPENDENCY_OF" | "DEV_TOOL_OF" => (Needs(Scope::Development), true),
        "CONTAINS" => (Contains, false),
        "CONTAINED_BY" | "PACKAGE_OF" => (Contains, true),
        "DESCRIBES" => (Describes, false),
        "DESCRIBED_BY" => (Describes, true),
        _ => return None,
    })
}

#[derive(Clone, Copy)]
enum Target {
    Item(u32),
    Tree,
    Other,
}

/// What a package's comment says, in documents of this program.
#[derive(Default)]
struct Own {
    party: Option<Party>,
    scope: Option<Scope>,
    direct: Option<bool>,
}

fn own_comment(comment: &str) -> Own {
    let mut own = Own::default();
    for part in comment.split("; ").next().unwrap_or_default().split(", ") {
        match part {
            "first party" => own.party = Some(Party::First),
            "third party" => own.party = Some(Party::Third),
            "direct" => own.direct = Some(true),
            "transitive" => own.direct = Some(false),
            _ => {
                let word = part.strip_prefix("scope ").unwrap_or_default();
                own.scope = own.scope.or_else(|| Scope::ALL.into_iter().find(|scope| scope.as_str() == word));
            }
        }
    }
    own
}

fn is_said(value: &Val<'_>) -> bool {
    !value.0.trim().is_empty() && value.0 != "NOASSERTION"
}

/// The Bill of what a document states.
pub fn bill(source: &Source, stated: Stated<'_>) -> Bill {
    let mark = |span: Span| source.mark(span);
    let mut entries = Troubles::new(DiagnosticKind::Entry, "entries that could not be understood");
    let mut dangling = Troubles::new(DiagnosticKind::Reference, "references that lead nowhere");
    let mut notes: Vec<Note> = Vec::new();
    for (span, message) in &stated.wrong {
        entries.push(mark(*span), || message.clone());
    }
    let ours = stated.creators.iter().any(|creator| creator.starts_with("Tool: sepal-"));
    let mut targets: LookUp<&str, Target> = LookUp::new();
    let mut items: Vec<Item> = Vec::new();
    let mut revision = None;
    let mut stated_scopes: Vec<Option<Scope>> = Vec::new();
    for (id, _) in &stated.others {
        targets.insert(id, Target::Other);
    }
    for package in &stated.packages {
        let at = package.name.or(package.id).map_or(package.span, |(_, span)| span);
        let mut target = Target::Other;
        if ours && package.id.is_some_and(|(id, _)| id == "SPDXRef-Subject") {
            target = Target::Tree;
            revision = package.version.map(|(text, _)| CompactString::from(text));
        } else if let Some(item) = item(package, mark(at), source, ours, &mut entries) {
            let own = if ours { own_comment(package.comment.map_or("", |(text, _)| text)) } else { Own::default() };
            stated_scopes.push(own.scope);
            let mut item = item;
            item.party = own.party.unwrap_or(Party::Third);
            item.direct = own.direct;
            target = Target::Item(items.len() as u32);
            items.push(item);
        }
        match package.id {
            Some((id, span)) if targets.contains_key(id) => entries.push(mark(span), || {
                format!(
                    "`{}` names two things in this document; what refers to it is taken to mean the first",
                    shown(id)
                )
            }),
            Some((id, _)) => {
                targets.insert(id, target);
            }
            None => {
                entries.push(mark(at), || "a package has no identifier, so that nothing can refer to it".to_owned())
            }
        }
    }

    let mut edges: Vec<Edge> = Vec::new();
    let mut parts: Vec<(u32, u32, Mark)> = Vec::new();
    let mut described: Vec<u32> = Vec::new();
    let mut trees: Vec<u32> = Vec::new();
    let mut says_none = vec![false; items.len()];
    let mut has_edges = vec![false; items.len()];
    let mut doubt: Option<Mark> = None;
    let (mut three, mut three_whole) = (None::<Completeness>, false);
    let is_external = |id: &str| id.starts_with("DocumentRef-");
    let mut find = |(id, span): Val<'_>| -> Option<Target> {
        if is_external(id) {
            return Some(Target::Other);
        }
        let found = targets.get(id).copied();
        if found.is_none() {
            dangling.push(mark(span), || format!("`{}` is no element of this document", shown(id)));
        }
        found
    };
    for value in &stated.describes {
        match find(*value) {
            Some(Target::Item(index)) => described.push(index),
            Some(Target::Tree | Target::Other) | None => {}
        }
    }
    for relationship in &stated.relationships {
        let at = mark(relationship.to.1);
        if let (Tie::Needs(_), Some(said)) = (relationship.tie, relationship.completeness) {
            three_whole = true;
            let worse = |before: Completeness| if before == Completeness::Complete { said } else { before };
            three = Some(three.map_or(said, worse));
        }
        let from = find(relationship.from);
        match (relationship.to.0, relationship.tie) {
            ("NONE", Tie::Needs(_)) => {
                if let Some(Target::Item(index)) = from {
                    says_none[index as usize] = true;
                }
                continue;
            }
            ("NOASSERTION", Tie::Needs(_)) => {
                doubt.get_or_insert(at);
                continue;
            }
            ("NONE" | "NOASSERTION", _) => continue,
            _ => {}
        }
        let Some(to) = find(relationship.to) else { continue };
        match (from, relationship.tie, to) {
            (Some(Target::Item(from)), Tie::Needs(scope), Target::Item(to)) if from != to => {
                has_edges[from as usize] = true;
                edges.push(Edge { from, to, scope: Some(scope), mark: at });
            }
            (Some(Target::Item(from)), Tie::Contains, Target::Item(to)) => parts.push((from, to, at)),
            (Some(Target::Tree), Tie::Needs(_), Target::Item(to)) => trees.push(to),
            (_, Tie::Describes, Target::Item(to)) => described.push(to),
            _ => {}
        }
    }
    described.sort_unstable();
    described.dedup();
    let mut roots: Vec<u32> = Vec::new();
    if let [only] = described[..] {
        items[only as usize].party = Party::First;
        roots.push(only);
    } else {
        let mut needed = vec![false; items.len()];
        let mut needs = vec![false; items.len()];
        for (from, to) in
            edges.iter().map(|edge| (edge.from, edge.to)).chain(parts.iter().map(|(from, to, _)| (*from, *to)))
        {
            needs[from as usize] = true;
            needed[to as usize] = true;
        }
        for index in &described {
            if needs[*index as usize] && !needed[*index as usize] {
                items[*index as usize].party = Party::First;
                roots.push(*index);
            }
        }
    }
    roots.extend(trees.iter().filter(|index| items[**index as usize].party == Party::First));
    roots.sort_unstable();
    roots.dedup();

    let told = (0..items.len()).all(|at| has_edges[at] || says_none[at]);
    let mut completeness = match (three, doubt) {
        (Some(said), _) if three_whole => said,
        (_, None) if told && !items.is_empty() && says_none.contains(&true) => Completeness::Complete,
        _ => Completeness::Unknown,
    };
    let mut gaps = Vec::new();
    if let Some(at) = doubt {
        gaps.push((at, "the document does not say (NOASSERTION) what all of its packages need".to_owned()));
    }
    if let Some((_, span)) = stated.external.first() {
        let message = format!("refers to {} other document(s), which were not read", stated.external.len());
        notes.push(Note { mark: mark(*span), kind: DiagnosticKind::Note, message });
    }
    if stated.files > 0 {
        let message = format!("{} files are parts of packages and were not judged by themselves", stated.files);
        notes.push(Note { mark: source.start(), kind: DiagnosticKind::Note, message });
    }
    if stated.unused > 0 {
        let message = format!("{} relationships say nothing of who needs whom and were not used", stated.unused);
        notes.push(Note { mark: source.start(), kind: DiagnosticKind::Note, message });
    }
    if (!entries.is_empty() || !dangling.is_empty()) && completeness == Completeness::Complete {
        completeness = Completeness::Incomplete;
    }
    entries.finish(&mut notes);
    dangling.finish(&mut notes);
    for (item, scope) in items.iter_mut().zip(stated_scopes) {
        item.scope = scope.filter(|_| item.party == Party::Third);
    }
    let tools: Vec<String> =
        stated.creators.iter().map(|creator| shown(creator.strip_prefix("Tool: ").unwrap_or(creator))).collect();
    let made = match (tools.is_empty(), stated.created) {
        (false, Some(when)) => format!("made by {}, {}", tools.join(", "), shown(when)),
        (false, None) => format!("made by {}", tools.join(", ")),
        (true, Some(when)) => format!("made {}", shown(when)),
        (true, None) => String::new(),
    };
    let subject = match roots[..] {
        [only] if revision.is_none() => Some(items[only as usize].purl.full_name()),
        _ => stated.name.map(Into::into),
    };
    let mut facts = spdx_facts::facts(source, &stated);
    super::facts::take_notes(&mut facts, &notes);
    let dialect = stated.dialect;
    let mut bill = Bill { dialect, subject, revision, made, items, edges, roots, completeness, gaps, notes, facts };
    bill.contain(&parts);
    bill.weigh_edges();
    bill
}

/// A package; `None` if it has neither name nor package URL.
fn item(package: &Package<'_>, at: Mark, source: &Source, ours: bool, entries: &mut Troubles) -> Option<Item> {
    let mut properties: Vec<(CompactString, CompactString)> = Vec::new();
    let mut purl: Option<Purl> = None;
    for (text, span) in &package.purls {
        match text.parse::<Purl>() {
            Ok(read) if purl.is_none() => purl = Some(read.clone().canonical().unwrap_or(read)),
            Ok(_) => properties.push(("sepal:document:purl".into(), (*text).into())),
            Err(error) => {
                entries.push(source.mark(*span), || format!("`{}` is no package URL: {error}", shown(text)));
            }
        }
    }
    let version = package.version.filter(is_said).map(|(text, _)| text);
    let purl = match (purl, package.name.filter(|(name, _)| !name.trim().is_empty())) {
        (Some(purl), _) => purl,
        (None, Some((name, _))) => {
            properties.push((UNIDENTIFIED.into(), "the document gives no package URL".into()));
            properties.extend(package.cpe.map(|(text, _)| ("sepal:document:cpe".into(), text.into())));
            unidentified(None, name.trim(), version)
        }
        (None, None) => {
            entries.push(at, || "a package has neither name nor package URL and cannot be told".to_owned());
            return None;
        }
    };
    let mut hashes = Vec::new();
    for ((name, span), value) in &package.checksums {
        let Some(algorithm) = bill::algorithm(name) else { continue };
        match value.and_then(|(hex, _)| Hash::from_hex(algorithm, hex.trim())) {
            Some(hash) => hashes.push(hash),
            None => entries.push(source.mark(*span), || format!("no {} digest", shown(name))),
        }
    }
    let supplier = package.supplier.filter(is_said).map(|(text, _)| {
        let name =
            ["Organization: ", "Person: ", "Tool: "].iter().find_map(|kind| text.strip_prefix(kind)).unwrap_or(text);
        // An address of a person is no part of a name, and reports go further than documents do.
        CompactString::from(name.split(" (").next().unwrap_or(name).trim())
    });
    let by_purl = bill::origin_of(&purl);
    let download = package.download.filter(|value| is_said(value) && value.0 != "NONE").map(|(text, _)| text);
    let origin = match (download, by_purl) {
        (Some(url), _) if url.starts_with("git+") || url.starts_with("git://") => bill::git_origin(url),
        (Some(url), Origin::Unknown) if url.contains("://") => {
            Origin::Archive { url: crate::ecosystem::without_user_info(url).as_ref().into() }
        }
        (_, by_purl) => by_purl,
    };
    let say = |value: Option<Val<'_>>| {
        value.filter(is_said).map(|(text, span)| (CompactString::from(text.trim()), source.mark(span)))
    };
    let purpose = package.purpose.map(|(text, _)| text.to_ascii_uppercase()).unwrap_or_default();
    if ours {
        // Facts of ours stand in the comment, behind the party.
        let facts = package.comment.map_or("", |(text, _)| text).split("; ");
        let fact = |part: &str| {
            let (name, value) = part.split_once('=')?;
            let named = name.starts_with("sepal:") || name.starts_with("cdx:");
            named.then(|| (CompactString::from(name), CompactString::from(value)))
        };
        properties.extend(facts.filter_map(fact));
    }
    let stated_kind = match properties.iter().find(|(name, _)| name == crate::model::AI_KIND).map(|(_, kind)| &**kind) {
        Some("model") => ComponentKind::Model,
        Some("data") => ComponentKind::Data,
        _ => ComponentKind::Library,
    };
    Some(Item {
        purl,
        kind: match purpose.as_str() {
            "APPLICATION" => ComponentKind::Application,
            "CONTAINER" => ComponentKind::Container,
            "DEVICE" => ComponentKind::Device,
            "FIRMWARE" => ComponentKind::Firmware,
            // SPDX 3 has words for these; SPDX 2 has none, and its writer of ours says it in a fact.
            "MODEL" => ComponentKind::Model,
            "DATA" => ComponentKind::Data,
            "OTHER" => stated_kind,
            _ => ComponentKind::Library,
        },
        party: Party::Third,
        supplier,
        origin,
        hashes,
        declared: say(package.declared),
        concluded: say(package.concluded),
        detected: None,
        scope: None,
        direct: None,
        properties,
        mark: at,
    })
}
