//! CycloneDX, JSON and XML (1.0 to 1.7; what came later in a field of the same name is read, too).
//!
//! - `metadata.component` is the subject: one's own. What is nested in it is judged like everything else, since an assembly may
//!   well hold third parties' parts; a policy's `[first-party]` patterns say which do not.
//! - `scope` is what a component is needed for: `required` runtime, `optional` optional, `excluded` development. The graph
//!   itself has no scopes; an edge is as weak as its target makes it. Documents of this program say more in `sepal:scope`.
//! - `compositions` decide completeness; nothing else does. A document that says nothing is of unknown completeness.
//! - Several `licenses` without an operator are all binding, as far as anybody can tell: they are joined by `AND`, and a
//!   property says so. `acknowledgement` tells declared from concluded (1.6); without it a license counts as declared.
//! - Components of type `file` and `cryptographic-asset` without package URL are parts of components and no software of their
//!   own: they are counted in a note. Services are noted, and so is that vulnerabilities of a document are not taken over.

use compact_str::CompactString;

use crate::ecosystem::{Note, without_user_info};
use crate::model::{Completeness, ComponentKind, DiagnosticKind, Hash, LookUp, Mark, Origin, Party, Purl, Scope};
use crate::text::{Document, Kind, Node, Source, SyntaxError};

use super::bill::{self, Bill, Edge, Item, Said, UNIDENTIFIED, unidentified};
use super::view::View;
use super::{Troubles, cyclonedx_facts, facts, shown};

/// The name that this program gives a subject that is no component.
const OWN_SUBJECT: &str = "sepal:subject:";

/// What a reference may lead to.
#[derive(Clone, Copy)]
enum Target {
    Item(u32),
    /// The subject of a document of this program, which is the scanned tree and no component.
    Tree,
    /// Something that is no component: a service, a file.
    Other,
}

struct Reader<'d> {
    source: &'d Source,
    view: View,
    bill: Bill,
    targets: LookUp<&'d str, Target>,
    parts: Vec<(u32, u32, Mark)>,
    entries: Troubles,
    dangling: Troubles,
    files: Option<(Mark, usize)>,
}

pub fn read(source: &Source, tree: &Document<'_>, xml: bool) -> Result<Bill, SyntaxError> {
    let view = View { xml };
    let root = tree.root();
    let root =
        if xml { root.get("bom").ok_or_else(|| SyntaxError::new(root.span(), "expected a `bom`"))? } else { root };
    let version = if xml {
        let namespace = view.str_of(root, "xmlns").or_else(|| {
            let prefixed = |key: Node<'_>| key.scalar().is_some_and(|key| key.starts_with("@xmlns:"));
            let bom = |text: &&str| text.contains("cyclonedx.org/schema/bom");
            root.entries().filter(|(key, _)| prefixed(*key)).filter_map(|(_, value)| value.string()).find(bom)
        });
        namespace.and_then(|namespace| namespace.rsplit('/').next()).unwrap_or("?").to_owned()
    } else {
        view.str_of(root, "specVersion").unwrap_or("?").to_owned()
    };
    let form = if xml { "XML" } else { "JSON" };
    let mut reader = Reader {
        source,
        view,
        bill: Bill {
            dialect: format!("CycloneDX {} ({form})", shown(&version)),
            subject: None,
            revision: None,
            made: made(view, root),
            items: Vec::new(),
            edges: Vec::new(),
            roots: Vec::new(),
            completeness: Completeness::Unknown,
            gaps: Vec::new(),
            notes: Vec::new(),
            facts: cyclonedx_facts::read(source, root, view, &version),
        },
        targets: LookUp::new(),
        parts: Vec::new(),
        entries: Troubles::new(DiagnosticKind::Entry, "entries that could not be understood"),
        dangling: Troubles::new(DiagnosticKind::Reference, "references that lead nowhere"),
        files: None,
    };
    let known = version.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok()).is_some_and(|minor| minor <= 7);
    if !known {
        let message = format!(
            "states version {} of CycloneDX, of which 1.0 to 1.7 are known: read as far as it is like those",
            shown(&version)
        );
        reader.note(root, DiagnosticKind::Note, message);
    }
    reader.document(root);
    Ok(reader.finish())
}

/// Who made the document and when.
fn made(view: View, root: Node<'_>) -> String {
    let Some(metadata) = view.field(root, "metadata") else { return String::new() };
    let mut tools = Vec::new();
    if let Some(tools_node) = metadata.get("tools") {
        // A list of tools until 1.4, an object with components and services since 1.5.
        let listed = view.list(metadata, "tools", "tool");
        for tool in listed.into_iter().chain(view.list(tools_node, "components", "component")) {
            if let Some(name) = view.str_of(tool, "name") {
                tools.push(match view.str_of(tool, "version") {
                    Some(version) => format!("{} {}", shown(name), shown(version)),
                    None => shown(name),
                });
            }
        }
    }
    let by = if tools.is_empty() { String::new() } else { format!("made by {}", tools.join(", ")) };
    match view.str_of(metadata, "timestamp") {
        Some(when) if by.is_empty() => format!("made {}", shown(when)),
        Some(when) => format!("{by}, {}", shown(when)),
        None => by,
    }
}

fn kind_of(word: &str) -> ComponentKind {
    ComponentKind::from_cyclonedx(word)
}

impl<'d> Reader<'d> {
    fn mark(&self, node: Node<'_>) -> Mark {
        self.source.mark(node.span())
    }

    fn note(&mut self, node: Node<'_>, kind: DiagnosticKind, message: String) {
        self.bill.notes.push(Note { mark: self.mark(node), kind, message });
    }

    fn document(&mut self, root: Node<'d>) {
        let view = self.view;
        for list in ["components", "dependencies", "compositions"] {
            if let Some(wrong) = view.wrong_list(root, list) {
                let mark = self.mark(wrong);
                self.entries.push(mark, || format!("`{list}` is no list"));
            }
        }
        let subject = view.field(root, "metadata").and_then(|metadata| view.field(metadata, "component"));
        if let Some(subject) = subject {
            let own = view.str_of(subject, "bom-ref").filter(|name| name.starts_with(OWN_SUBJECT));
            self.bill.subject = view.str_of(subject, "name").map(Into::into);
            if let Some(own) = own {
                self.bill.revision = view.str_of(subject, "version").map(Into::into);
                self.targets.insert(own, Target::Tree);
            } else if let Some(index) = self.component(subject, None, true) {
                self.bill.roots.push(index);
                self.nested(subject, Some(index));
            }
        }
        self.nested(root, None);
        let services = self.services(root);
        if let Some(first) = services.first() {
            let message = format!(
                "names {} service(s), which are no components and were not judged, such as {}",
                services.len(),
                view.str_of(*first, "name").map_or_else(|| "one without name".to_owned(), shown)
            );
            self.note(*first, DiagnosticKind::Note, message);
        }
        self.dependencies(root);
        self.compositions(root);
        let vulnerabilities = view.list(root, "vulnerabilities", "vulnerability");
        if let Some(first) = vulnerabilities.first() {
            let message = format!(
                "states {} vulnerabilities, which are not taken over: what is said of them in `analysis` counts if the \
                 document is named with --vex",
                vulnerabilities.len()
            );
            self.note(*first, DiagnosticKind::Note, message);
        }
        let linked = view.list(root, "externalReferences", "reference");
        let boms: Vec<_> = linked.into_iter().filter(|link| view.str_of(*link, "type") == Some("bom")).collect();
        if let Some(first) = boms.first() {
            let message = format!("refers to {} other document(s), which were not read", boms.len());
            self.note(*first, DiagnosticKind::Note, message);
        }
    }

    /// The components of a node and those in them.
    fn nested(&mut self, of: Node<'d>, parent: Option<u32>) {
        // Innermost last; readers limit how deep texts nest.
        let mut waiting: Vec<(Node<'d>, Option<u32>)> = vec![(of, parent)];
        while let Some((node, parent)) = waiting.pop() {
            for child in self.view.list(node, "components", "component") {
                let made = self.component(child, parent, false);
                waiting.push((child, made.or(parent)));
            }
        }
    }

    fn services(&mut self, root: Node<'d>) -> Vec<Node<'d>> {
        let mut found = Vec::new();
        let mut waiting = vec![root];
        while let Some(node) = waiting.pop() {
            for service in self.view.list(node, "services", "service") {
                self.refer(service, Target::Other);
                found.push(service);
                waiting.push(service);
            }
        }
        found
    }

    /// Notes what a `bom-ref` stands for. The first of two equal ones counts.
    fn refer(&mut self, node: Node<'d>, target: Target) {
        let Some((name, span)) = self.view.text_of(node, "bom-ref") else { return };
        if self.targets.contains_key(name) {
            let mark = self.source.mark(span);
            self.entries.push(mark, || {
                format!(
                    "`{}` names two things in this document; what refers to it is taken to mean the first",
                    shown(name)
                )
            });
        } else {
            self.targets.insert(name, target);
        }
    }

    fn component(&mut self, node: Node<'d>, parent: Option<u32>, subject: bool) -> Option<u32> {
        let view = self.view;
        let word = view.str_of(node, "type").unwrap_or_default();
        let stated = view.text_of(node, "purl");
        let name = view.text_of(node, "name");
        if stated.is_none() && !subject && matches!(word, "file" | "cryptographic-asset") {
            let mark = self.mark(node);
            self.files.get_or_insert((mark, 0)).1 += 1;
            self.refer(node, Target::Other);
            return None;
        }
        let group = view.str_of(node, "group");
        let version = view.str_of(node, "version");
        let mut properties: Vec<(CompactString, CompactString)> = Vec::new();
        let purl = stated.and_then(|(text, span)| match text.parse::<Purl>() {
            Ok(purl) => Some(purl.clone().canonical().unwrap_or(purl)),
            Err(error) => {
                let mark = self.source.mark(span);
                self.entries.push(mark, || format!("`{}` is no package URL: {error}", shown(text)));
                None
            }
        });
        let mark = match (name, stated) {
            (Some((_, span)), _) | (None, Some((_, span))) => self.source.mark(span),
            (None, None) => self.mark(node),
        };
        let purl = match (purl, name) {
            (Some(purl), _) => purl,
            (None, Some((name, _))) => {
                if !subject {
                    properties.push((UNIDENTIFIED.into(), "the document gives no package URL".into()));
                }
                for (field, property) in [("cpe", "sepal:document:cpe"), ("omniborId", "sepal:document:omnibor")] {
                    properties.extend(view.str_of(node, field).map(|text| (property.into(), text.into())));
                }
                unidentified(group, name, version)
            }
            (None, None) => {
                self.entries
                    .push(mark, || "a component has neither name nor package URL and cannot be told".to_owned());
                self.refer(node, Target::Other);
                return None;
            }
        };
        if kind_of(word) == ComponentKind::Library && !matches!(word, "library" | "framework" | "") {
            properties.push(("sepal:document:type".into(), word.into()));
        }
        let own = Own::of(view, node, &mut properties);
        let hashes = self.hashes(node);
        let (declared, concluded) = self.licenses(node, &mut properties);
        let detected = view.field(node, "evidence").map(|evidence| self.licenses(evidence, &mut Vec::new()).0);
        let scope = own.scope.or_else(|| match view.text_of(node, "scope")? {
            ("required", _) => Some(Scope::Runtime),
            ("optional", _) => Some(Scope::Optional),
            ("excluded", _) => Some(Scope::Development),
            (other, span) => {
                let mark = self.source.mark(span);
                self.entries.push(mark, || format!("`{}` is no scope", shown(other)));
                None
            }
        });
        let party = if subject || own.first { Party::First } else { Party::Third };
        let index = self.bill.items.len() as u32;
        let origin =
            own.origin.unwrap_or_else(|| if own.unknown_origin { Origin::Unknown } else { bill::origin_of(&purl) });
        self.bill.items.push(Item {
            purl,
            kind: kind_of(word),
            party,
            supplier: view.field(node, "supplier").and_then(|supplier| view.str_of(supplier, "name")).map(Into::into),
            origin,
            hashes,
            declared,
            concluded,
            detected: detected.flatten(),
            scope: if party == Party::First { None } else { scope },
            direct: own.direct,
            properties,
            mark,
        });
        self.refer(node, Target::Item(index));
        if let Some(parent) = parent {
            self.parts.push((parent, index, mark));
        }
        Some(index)
    }

    fn hashes(&mut self, node: Node<'d>) -> Vec<Hash> {
        let view = self.view;
        let mut hashes = Vec::new();
        for hash in view.list(node, "hashes", "hash") {
            let name = view.str_of(hash, "alg").unwrap_or_default();
            let content = if view.xml { view.text(hash) } else { view.text_of(hash, "content") };
            // Digests that no field of ours holds (SHA-3, BLAKE) are not wrong.
            let Some(algorithm) = bill::algorithm(name) else { continue };
            match content.and_then(|(hex, _)| Hash::from_hex(algorithm, hex)) {
                Some(hash) => hashes.push(hash),
                None => {
                    let mark = self.mark(hash);
                    self.entries.push(mark, || format!("no {name} digest"));
                }
            }
        }
        hashes
    }

    /// The declared and the concluded license.
    fn licenses(
        &mut self,
        node: Node<'d>,
        properties: &mut Vec<(CompactString, CompactString)>,
    ) -> (Option<Said>, Option<Said>) {
        let view = self.view;
        let mut declared: Vec<(&str, Mark)> = Vec::new();
        let mut concluded: Vec<(&str, Mark)> = Vec::new();
        let Some(list) = node.get("licenses") else { return (None, None) };
        let entries: Vec<Node<'d>> = if view.xml {
            list.entries()
                .filter(|(key, _)| matches!(key.scalar(), Some("license" | "expression")))
                .map(|(_, value)| value)
                .collect()
        } else {
            list.items().collect()
        };
        for entry in entries {
            // In XML an expression is a text (with attributes, maybe); everything else holds `id` or `name`.
            let license = view.field(entry, "license").unwrap_or(entry);
            let said = view
                .text_of(entry, "expression")
                .or_else(|| view.text_of(license, "id"))
                .or_else(|| view.text_of(license, "name"))
                .or_else(|| if view.xml { view.text(entry) } else { None })
                .or_else(|| view.text_of(license, "url"));
            let Some((text, span)) = said else {
                // A text without id or name says something, and nobody knows what.
                if entry.kind() != Kind::Null {
                    let mark = self.mark(entry);
                    self.entries.push(mark, || "a license has neither id nor name nor expression".to_owned());
                }
                continue;
            };
            let mark = self.source.mark(span);
            let word = view.str_of(license, "acknowledgement").or_else(|| view.str_of(entry, "acknowledgement"));
            if word == Some("concluded") { concluded.push((text, mark)) } else { declared.push((text, mark)) }
        }
        (joined(&declared, properties), joined(&concluded, properties))
    }

    fn dependencies(&mut self, root: Node<'d>) {
        let view = self.view;
        for entry in view.list(root, "dependencies", "dependency") {
            let Some((name, span)) = view.text_of(entry, "ref") else {
                let mark = self.mark(entry);
                self.entries.push(mark, || "a dependency without `ref`".to_owned());
                continue;
            };
            let from = self.target(name, span);
            let needs: Vec<(&'d str, crate::model::Span)> = if view.xml {
                let inner = crate::text::xml::elements(entry, "dependency");
                inner.filter_map(|inner| view.text_of(inner, "ref")).collect()
            } else {
                view.list(entry, "dependsOn", "").into_iter().filter_map(|node| view.text(node)).collect()
            };
            if let Some(wrong) = view.wrong_list(entry, "dependsOn") {
                let mark = self.mark(wrong);
                self.entries.push(mark, || "`dependsOn` is no list".to_owned());
            }
            for (name, span) in needs {
                let Some(target) = self.target(name, span) else { continue };
                let mark = self.source.mark(span);
                match (from, target) {
                    (Some(Target::Item(from)), Target::Item(to)) if from != to => {
                        self.bill.edges.push(Edge { from, to, scope: None, mark });
                    }
                    // What hangs on a scanned tree are the roots of its projects.
                    (Some(Target::Tree), Target::Item(to)) if self.bill.items[to as usize].party == Party::First => {
                        self.bill.roots.push(to);
                    }
                    _ => {}
                }
            }
        }
    }

    fn target(&mut self, name: &'d str, span: crate::model::Span) -> Option<Target> {
        let found = self.targets.get(name).copied();
        if found.is_none() {
            let mark = self.source.mark(span);
            self.dangling.push(mark, || format!("`{}` is no `bom-ref` of this document", shown(name)));
        }
        found
    }

    /// Completeness as the document states it: of the whole by what it says of its subject, or of no one in particular.
    fn compositions(&mut self, root: Node<'d>) {
        let view = self.view;
        let mut whole: Option<Completeness> = None;
        let mut parts: Option<(Mark, usize)> = None;
        for entry in view.list(root, "compositions", "composition") {
            let aggregate = view.str_of(entry, "aggregate").unwrap_or_default();
            let said = match aggregate {
                "complete" => Completeness::Complete,
                word if word.starts_with("incomplete") => Completeness::Incomplete,
                _ => Completeness::Unknown,
            };
            let mut about: Vec<&str> = Vec::new();
            for (list, one) in [("assemblies", "assembly"), ("dependencies", "dependency")] {
                for node in view.list(entry, list, one) {
                    about.extend(if view.xml {
                        view.str_of(node, "ref")
                    } else {
                        view.text(node).map(|(text, _)| text)
                    });
                }
            }
            let is_subject = |name: &&str| match self.targets.get(*name) {
                Some(Target::Tree) => true,
                Some(Target::Item(index)) => self.bill.roots.contains(index) && self.bill.roots.len() == 1,
                _ => false,
            };
            if about.is_empty() || about.iter().any(is_subject) {
                whole = Some(whole.map_or(said, |before| before.max_doubt(said)));
            }
            if said == Completeness::Incomplete && !about.is_empty() {
                let mark = self.mark(entry);
                parts.get_or_insert((mark, 0)).1 += about.len();
            }
        }
        self.bill.completeness = whole.unwrap_or(Completeness::Unknown);
        if let Some((mark, count)) = parts {
            self.bill.gaps.push((
                mark,
                format!("the document says that it does not name all that {count} of its components consist of"),
            ));
            self.bill.completeness = Completeness::Incomplete;
        }
    }

    fn finish(mut self) -> Bill {
        if let Some((mark, count)) = self.files {
            let message = format!(
                "{count} files and cryptographic assets without package URL are parts of components and were not judged by themselves"
            );
            self.bill.notes.push(Note { mark, kind: DiagnosticKind::Note, message });
        }
        let broken = !self.entries.is_empty() || !self.dangling.is_empty();
        if broken && self.bill.completeness == Completeness::Complete {
            self.bill.completeness = Completeness::Incomplete;
        }
        self.entries.finish(&mut self.bill.notes);
        self.dangling.finish(&mut self.bill.notes);
        facts::take_notes(&mut self.bill.facts, &self.bill.notes);
        let parts = std::mem::take(&mut self.parts);
        self.bill.contain(&parts);
        self.bill.weigh_edges();
        self.bill.roots.sort_unstable();
        self.bill.roots.dedup();
        self.bill
    }
}

/// Several licenses without an operator, as one text.
fn joined(said: &[(&str, Mark)], properties: &mut Vec<(CompactString, CompactString)>) -> Option<Said> {
    let (first, mark) = *said.first()?;
    if said.len() == 1 {
        return Some((first.into(), mark));
    }
    let several = |text: &str| text.contains(" OR ") || text.contains(" or ");
    let parts: Vec<String> =
        said.iter().map(|(text, _)| if several(text) { format!("({text})") } else { (*text).to_owned() }).collect();
    let note = format!("{} licenses without an operator are read as all of them together", said.len());
    properties.push(("sepal:document:licenses".into(), note.into()));
    Some((parts.join(" AND ").into(), mark))
}

/// What documents of this program say beyond the standard.
#[derive(Default)]
struct Own {
    first: bool,
    scope: Option<Scope>,
    direct: Option<bool>,
    unknown_origin: bool,
    origin: Option<Origin>,
}

impl Own {
    /// Takes what is told by properties; facts under names of taxonomies go to `properties`.
    fn of(view: View, node: Node<'_>, properties: &mut Vec<(CompactString, CompactString)>) -> Self {
        let mut own = Own::default();
        let (mut word, mut url, mut commit, mut reference, mut path) = (None, None, None, None, None);
        for property in view.list(node, "properties", "property") {
            let Some(name) = view.str_of(property, "name") else { continue };
            let value = if view.xml { view.text(property) } else { view.text_of(property, "value") };
            let Some((value, _)) = value else { continue };
            let text = || Some(CompactString::from(without_user_info(value).as_ref()));
            match name {
                "sepal:party" => own.first = value == "first",
                "sepal:scope" => own.scope = Scope::ALL.into_iter().find(|scope| scope.as_str() == value),
                "sepal:direct" => own.direct = Some(value == "true"),
                "sepal:unknown" => own.unknown_origin |= value == "origin",
                "sepal:origin" => word = Some(value),
                "sepal:origin:url" => url = text(),
                "sepal:origin:commit" => commit = text(),
                "sepal:origin:reference" => reference = text(),
                "sepal:origin:path" => path = text(),
                "sepal:test-data" | "sepal:place" => {}
                // Told by what is absent; a component that is written again says it anew.
                "cdx:cisa:unknown-information" => {}
                _ if name.starts_with("sepal:license:") => {}
                _ if name.starts_with("sepal:") || name.starts_with("cdx:") => {
                    properties.push((name.into(), value.into()))
                }
                _ => {}
            }
        }
        own.origin = match (word, url, path) {
            (Some("registry"), url, _) => Some(Origin::Registry { url }),
            (Some("git"), Some(url), _) => Some(Origin::Git { url, commit, reference }),
            (Some("archive"), Some(url), _) => Some(Origin::Archive { url }),
            (Some("path"), _, Some(path)) => Some(Origin::Path { path }),
            _ => None,
        };
        own
    }
}

trait MaxDoubt {
    fn max_doubt(self, other: Self) -> Self;
}

impl MaxDoubt for Completeness {
    /// Of two statements the one that claims less.
    fn max_doubt(self, other: Self) -> Self {
        match (self, other) {
            (Completeness::Complete, other) => other,
            (Completeness::Incomplete, _) | (_, Completeness::Incomplete) => Completeness::Incomplete,
            _ => Completeness::Unknown,
        }
    }
}
