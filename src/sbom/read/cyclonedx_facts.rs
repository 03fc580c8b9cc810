//! What a CycloneDX document says of itself (fields of 1.0 to 1.7, by their names in the specification).
//!
//! The points of the schema that are looked at are those that documents in use break: what is required, enumerations, forms of
//! identifiers and times, how licenses may stand together. A whole validation is for the official schema.

use crate::model::{Mark, Purl, SbomComponent, SbomFacts, SbomField, SbomFields, SbomFormat, Span};
use crate::text::{Kind, Node, Source, xml};

use super::facts::{Names, Ties, element, is_contact, is_time, own_word, put, says_unknown};
use super::shown;
use super::view::View;

/// The types of components, of all versions to 1.7.
const TYPES: &[&str] = &[
    "application",
    "framework",
    "library",
    "container",
    "platform",
    "operating-system",
    "device",
    "device-driver",
    "firmware",
    "file",
    "machine-learning-model",
    "data",
    "cryptographic-asset",
];

/// What `aggregate` may be (1.7).
const AGGREGATES: &[&str] = &[
    "complete",
    "incomplete",
    "incomplete_first_party_only",
    "incomplete_first_party_proprietary_only",
    "incomplete_first_party_opensource_only",
    "incomplete_third_party_only",
    "incomplete_third_party_proprietary_only",
    "incomplete_third_party_opensource_only",
    "unknown",
    "not_specified",
];

struct Reader<'d> {
    source: &'d Source,
    view: View,
    minor: u32,
    facts: SbomFacts,
    names: Names<'d>,
    ties: Ties,
}

/// Reads what the document says of itself.
pub fn read(source: &Source, root: Node<'_>, view: View, version: &str) -> SbomFacts {
    let minor = version.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok());
    let facts = SbomFacts::new(SbomFormat::CycloneDx, &shown(version), source.mark(root.span()));
    let minor_or_last = minor.unwrap_or(7);
    let (names, ties) = (Names::default(), Ties::default());
    let mut reader = Reader { source, view, minor: minor_or_last, facts, names, ties };
    if minor.is_none_or(|minor| minor > 7) {
        reader.wrong(root, || format!("`{}` is no version of CycloneDX", shown(version)));
    }
    reader.document(root);
    reader.components(root);
    reader.dependencies(root);
    reader.compositions(root);
    let Reader { mut facts, ties, .. } = reader;
    ties.settle(&mut facts);
    facts
}

impl<'d> Reader<'d> {
    fn mark(&self, node: Node<'_>) -> Mark {
        self.source.mark(node.span())
    }

    fn wrong(&mut self, node: Node<'_>, message: impl FnOnce() -> String) {
        let mark = self.mark(node);
        self.facts.break_at(mark, message);
    }

    fn wrong_at(&mut self, span: Span, message: impl FnOnce() -> String) {
        let mark = self.source.mark(span);
        self.facts.break_at(mark, message);
    }

    /// Name, e-mail address or URL of an organisation or person; and whether it can be reached.
    fn who(&self, node: Option<Node<'d>>) -> (Option<&'d str>, bool) {
        let Some(node) = node else { return (None, false) };
        let view = self.view;
        let name = view.str_of(node, "name").or_else(|| view.str_of(node, "email"));
        let mut contact = view.str_of(node, "email").is_some_and(is_contact);
        // An organisation has lists of both; in XML they are elements of the same name.
        let entries = |key: &str| -> Vec<Node<'d>> {
            if view.xml {
                return xml::elements(node, key).collect();
            }
            match node.get(key) {
                Some(list) if list.kind() == Kind::Sequence => list.items().collect(),
                Some(one) => vec![one],
                None => Vec::new(),
            }
        };
        contact |= entries("url").into_iter().filter_map(|url| view.text(url)).any(|(url, _)| is_contact(url));
        contact |= entries("contact").into_iter().any(|person| view.str_of(person, "email").is_some_and(is_contact));
        (name, contact)
    }

    fn document(&mut self, root: Node<'d>) {
        let view = self.view;
        let (mut given, mut unknown) = (SbomFields::default(), SbomFields::default());
        if let Some((text, span)) = view.text_of(root, "serialNumber") {
            given.put(SbomField::DocumentVersion);
            if !is_serial(text) {
                self.wrong_at(span, || format!("`{}` is no serial number (urn:uuid:…)", shown(text)));
            }
        }
        if let Some(version) = view.field(root, "version").filter(|_| !view.xml) {
            let number = version.scalar().and_then(|text| text.parse::<u64>().ok());
            if version.kind() != Kind::Number || number.is_none_or(|number| number == 0) {
                self.wrong(version, || "`version` is no whole number from 1 on".to_owned());
            }
        }
        let signed = match view.xml {
            false => root.get("signature").is_some_and(|node| node.kind() == Kind::Mapping),
            true => root.entries().any(|(key, _)| {
                let name = key.scalar().unwrap_or_default();
                name.rsplit(':').next() == Some("Signature")
            }),
        };
        given.put_if(SbomField::Signature, signed);
        let vulnerabilities = view.list(root, "vulnerabilities", "vulnerability");
        if let Some(first) = vulnerabilities.first() {
            self.facts.vulnerabilities = Some((self.mark(*first), vulnerabilities.len()));
        }
        if let Some(metadata) = view.field(root, "metadata") {
            self.metadata(metadata, &mut given, &mut unknown);
        }
        self.facts.given = given;
        self.facts.unknown = unknown;
    }

    fn metadata(&mut self, metadata: Node<'d>, given: &mut SbomFields, unknown: &mut SbomFields) {
        let view = self.view;
        if let Some((time, span)) = view.text_of(metadata, "timestamp") {
            if is_time(time) {
                given.put(SbomField::Timestamp);
            } else {
                self.wrong_at(span, || format!("`{}` is no time (2026-09-21T08:00:00Z)", shown(time)));
            }
        }
        let people = view.list(metadata, "authors", "author").into_iter().map(Some);
        // Until 1.5 `manufacture` is who made what the document describes, not who made the document.
        for who in people.chain([view.field(metadata, "manufacturer")]) {
            let (name, contact) = self.who(who);
            put(given, unknown, SbomField::Author, name);
            given.put_if(SbomField::AuthorContact, contact);
        }
        if let Some(tools) = metadata.get("tools") {
            // A list of tools until 1.4, an object with components and services since 1.5.
            let listed = view.list(metadata, "tools", "tool").into_iter();
            let components = view.list(tools, "components", "component").into_iter();
            let services = view.list(tools, "services", "service").into_iter();
            for tool in listed.chain(components).chain(services) {
                if let Some(name) = view.str_of(tool, "name") {
                    put(given, unknown, SbomField::ToolName, Some(name));
                    put(given, unknown, SbomField::ToolVersion, view.str_of(tool, "version"));
                }
            }
        }
        for lifecycle in view.list(metadata, "lifecycles", "lifecycle") {
            let word = view.str_of(lifecycle, "phase").or_else(|| view.str_of(lifecycle, "name"));
            put(given, unknown, SbomField::Context, word);
        }
        self.stated_unknown(metadata, unknown);
    }

    /// Fields that properties say not to be known, or to be withheld. Answers what BSI's properties say.
    fn stated_unknown(&self, node: Node<'d>, unknown: &mut SbomFields) -> SbomFields {
        let view = self.view;
        let mut given = SbomFields::default();
        for property in view.list(node, "properties", "property") {
            let Some(name) = view.str_of(property, "name") else { continue };
            let value = if view.xml { view.text(property) } else { view.text_of(property, "value") };
            let Some((value, _)) = value else { continue };
            // The last part of BSI's names is spelled in several ways by others.
            let field = match name {
                "cdx:cisa:unknown-information" | "cdx:cisa:withheld-information" => {
                    unknown.put_if(element(value).unwrap_or(SbomField::Name), element(value).is_some());
                    continue;
                }
                "sepal:unknown" => {
                    unknown.put_if(own_word(value).unwrap_or(SbomField::Name), own_word(value).is_some());
                    continue;
                }
                "cdx:cisa:component-identifier" => SbomField::Identifier,
                "bsi:component:filename" => SbomField::FileName,
                "bsi:component:executable" => SbomField::Executable,
                "bsi:component:archive" => SbomField::Archive,
                "bsi:component:structured" => SbomField::Structured,
                _ => continue,
            };
            given.put(field);
        }
        given
    }

    fn components(&mut self, root: Node<'d>) {
        let view = self.view;
        let subject = view.field(root, "metadata").and_then(|metadata| view.field(metadata, "component"));
        // Innermost last; readers limit how deep texts nest.
        let mut waiting: Vec<(Node<'d>, Option<u32>)> = Vec::new();
        if let Some(subject) = subject {
            let number = self.component(subject, None, true);
            self.facts.mark = self.mark(subject);
            waiting.push((subject, number));
        }
        waiting.push((root, None));
        while let Some((node, parent)) = waiting.pop() {
            for child in view.list(node, "components", "component") {
                let number = self.component(child, parent, false);
                waiting.push((child, number.or(parent)));
            }
        }
    }

    fn component(&mut self, node: Node<'d>, parent: Option<u32>, primary: bool) -> Option<u32> {
        let view = self.view;
        if node.kind() != Kind::Mapping && !view.xml {
            self.wrong(node, || "a component is no object".to_owned());
            return None;
        }
        let word = view.text_of(node, "type");
        match word {
            Some((word, span)) if !TYPES.contains(&word) => {
                self.wrong_at(span, || format!("`{}` is no type of component", shown(word)));
            }
            None => self.wrong(node, || "a component has no `type`".to_owned()),
            _ => {}
        }
        let name = view.text_of(node, "name");
        let purl_text = view.text_of(node, "purl");
        let purl = purl_text.and_then(|(text, _)| text.parse::<Purl>().ok());
        if name.is_none() {
            self.wrong(node, || "a component has no `name`".to_owned());
        }
        if view.text_of(node, "version").is_none() && self.minor < 4 {
            self.wrong(node, || "a component has no `version`, which is required before CycloneDX 1.4".to_owned());
        }
        // Mere files are parts of components.
        let kind = word.map_or("", |(word, _)| word);
        if !primary && purl_text.is_none() && matches!(kind, "file" | "cryptographic-asset") {
            return parent;
        }
        let (mut given, mut unknown) = (SbomFields::default(), SbomFields::default());
        put(&mut given, &mut unknown, SbomField::Name, name.map(|(name, _)| name));
        let version = view.str_of(node, "version");
        put(&mut given, &mut unknown, SbomField::Version, version);
        for field in ["supplier", "publisher"] {
            let said = view.field(node, field).and_then(|node| match view.text(node) {
                Some((text, _)) if field == "publisher" => Some(text),
                _ => view.str_of(node, "name"),
            });
            put(&mut given, &mut unknown, SbomField::Supplier, said);
        }
        let makers = view.list(node, "authors", "author").into_iter().map(Some);
        for who in makers.chain([view.field(node, "manufacturer")]) {
            let (name, contact) = self.who(who);
            put(&mut given, &mut unknown, SbomField::Producer, name);
            given.put_if(SbomField::ProducerContact, contact);
        }
        put(&mut given, &mut unknown, SbomField::Producer, view.str_of(node, "author"));
        let swid = view.field(node, "swid").is_some_and(|swid| view.field(swid, "tagId").is_some());
        let others = ["cpe", "omniborId", "swhid"].iter().any(|key| node.get(key).is_some());
        given.put_if(SbomField::Identifier, purl.is_some() || swid || others);
        self.hashes(node, &mut given);
        self.licenses(node, &mut given, &mut unknown);
        self.references(node, &mut given);
        let said = self.stated_unknown(node, &mut unknown);
        for field in SbomField::ALL {
            given.put_if(field, said.has(field));
        }
        let number = self.facts.components.len() as u32;
        let shown_name = name.or(purl_text).map_or("a component without name", |(text, _)| text);
        let group = view.str_of(node, "group").filter(|_| name.is_some());
        let full = group.map_or_else(|| shown(shown_name), |group| shown(&format!("{group}/{shown_name}")));
        let span = name.or(purl_text).map_or(node.span(), |(_, span)| span);
        self.facts.components.push(SbomComponent {
            name: version.map_or_else(|| full.clone(), |version| format!("{full} {}", shown(version))).into(),
            purl,
            mark: self.source.mark(span),
            given,
            unknown,
            primary,
            reached: false,
            has_parts: false,
        });
        if let Some((reference, _)) = view.text_of(node, "bom-ref") {
            self.names.add(reference, number);
        }
        if let Some(parent) = parent {
            self.facts.components[parent as usize].has_parts = true;
            self.ties.add(parent, number);
        }
        Some(number)
    }

    fn hashes(&mut self, node: Node<'d>, given: &mut SbomFields) {
        let view = self.view;
        for hash in view.list(node, "hashes", "hash") {
            let content = if view.xml { view.text(hash) } else { view.text_of(hash, "content") };
            match (view.str_of(hash, "alg"), content) {
                (Some(_), Some(_)) => given.put(SbomField::Hash),
                (None, _) => self.wrong(hash, || "a hash has no `alg`".to_owned()),
                (_, None) => self.wrong(hash, || "a hash has no `content`".to_owned()),
            }
        }
    }

    fn licenses(&mut self, node: Node<'d>, given: &mut SbomFields, unknown: &mut SbomFields) {
        let view = self.view;
        let Some(list) = node.get("licenses") else { return };
        let entries: Vec<Node<'d>> = match view.xml {
            true => list
                .entries()
                .filter(|(key, _)| matches!(key.scalar(), Some("license" | "expression")))
                .map(|(_, value)| value)
                .collect(),
            false => list.items().collect(),
        };
        let mut expressions = 0;
        for entry in &entries {
            let license = view.field(*entry, "license").unwrap_or(*entry);
            let expression = view.text_of(*entry, "expression");
            let id = view.text_of(license, "id");
            let name = view.text_of(license, "name");
            if !view.xml {
                expressions += usize::from(expression.is_some());
                if id.is_some() && name.is_some() {
                    self.wrong(license, || "a license has both `id` and `name`".to_owned());
                }
                if expression.is_some() && entry.get("license").is_some() {
                    self.wrong(*entry, || "a license has both `license` and `expression`".to_owned());
                }
            }
            let plain = || if view.xml { view.text(*entry) } else { None };
            let text = expression.or(id).or(name).or_else(plain).map(|(text, _)| text);
            put(given, unknown, SbomField::License, text);
            let word = view.str_of(license, "acknowledgement").or_else(|| view.str_of(*entry, "acknowledgement"));
            let sure = text.is_some_and(|text| !says_unknown(text));
            given.put_if(SbomField::DistributionLicense, word == Some("concluded") && sure);
        }
        if expressions > 0 && entries.len() > 1 && self.minor < 7 {
            self.wrong(list, || {
                "an `expression` stands beside other licenses, which is allowed from 1.7 on".to_owned()
            });
        }
    }

    fn references(&mut self, node: Node<'d>, given: &mut SbomFields) {
        let view = self.view;
        for reference in view.list(node, "externalReferences", "reference") {
            if view.text_of(reference, "url").is_none() {
                self.wrong(reference, || "an external reference has no `url`".to_owned());
                continue;
            }
            match view.str_of(reference, "type") {
                Some("distribution" | "distribution-intake") => {
                    given.put(SbomField::DeployableUri);
                    let long = |hash: &Node<'d>| {
                        let name = view.str_of(*hash, "alg").unwrap_or_default();
                        super::algorithm(name).is_some_and(|known| known == crate::model::HashAlgorithm::Sha512)
                    };
                    let hashed = view.list(reference, "hashes", "hash").iter().any(long);
                    given.put_if(SbomField::DeployableHash, hashed);
                }
                Some("source-distribution" | "vcs") => given.put(SbomField::SourceUri),
                Some(_) => {}
                None => self.wrong(reference, || "an external reference has no `type`".to_owned()),
            }
        }
    }

    fn dependencies(&mut self, root: Node<'d>) {
        let view = self.view;
        for entry in view.list(root, "dependencies", "dependency") {
            let Some(from) = view.str_of(entry, "ref").and_then(|name| self.names.get(name)) else { continue };
            self.facts.components[from as usize].given.put(SbomField::Dependencies);
            let needs: Vec<&'d str> = match view.xml {
                true => xml::elements(entry, "dependency").filter_map(|inner| view.str_of(inner, "ref")).collect(),
                false => {
                    let listed = view.list(entry, "dependsOn", "").into_iter();
                    listed.filter_map(|node| view.text(node)).map(|(text, _)| text).collect()
                }
            };
            for to in needs.into_iter().filter_map(|name| self.names.get(name)) {
                self.ties.add(from, to);
            }
        }
    }

    /// References of `dependencies` do not reach further than what they name; a composition that names nothing is about the
    /// whole.
    fn compositions(&mut self, root: Node<'d>) {
        let view = self.view;
        for entry in view.list(root, "compositions", "composition") {
            match view.text_of(entry, "aggregate") {
                Some((word, span)) if !AGGREGATES.contains(&word) => {
                    self.wrong_at(span, || format!("`{}` is no `aggregate`", shown(word)));
                    continue;
                }
                Some(("not_specified", _)) => continue,
                Some(_) => {}
                None => {
                    self.wrong(entry, || "a composition has no `aggregate`".to_owned());
                    continue;
                }
            }
            let mut names: Vec<&'d str> = Vec::new();
            for (list, one) in [("assemblies", "assembly"), ("dependencies", "dependency")] {
                for node in view.list(entry, list, one) {
                    let name = if view.xml { view.str_of(node, "ref") } else { view.text(node).map(|(text, _)| text) };
                    names.extend(name);
                }
            }
            if names.is_empty() {
                self.facts.whole_declared = true;
            }
            for number in names.into_iter().filter_map(|name| self.names.get(name)) {
                let component = &mut self.facts.components[number as usize];
                component.given.put(SbomField::Completeness);
                self.facts.whole_declared |= component.primary;
            }
        }
    }
}

/// Whether a text is a serial number as the schema has it: `urn:uuid:` and a UUID.
fn is_serial(text: &str) -> bool {
    let Some(uuid) = text.strip_prefix("urn:uuid:") else { return false };
    let groups: Vec<&str> = uuid.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && uuid.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
