//! What an SPDX document says of itself, whatever the encoding.
//!
//! SPDX 2 has no field for the generation context: it counts as given if a comment on the document or its making says it in
//! the words in use (`SBOM Type: Source`). `NOASSERTION` says that something is not known.

use crate::model::{Purl, SbomComponent, SbomFacts, SbomField, SbomFields, SbomFormat};
use crate::text::Source;

use super::facts::{Names, Ties, is_contact, is_time, own_word, put, says_unknown};
use super::shown;
use super::spdx::{Package, Stated, Tie, Val};

/// Words of comments that say from what an SBOM was made.
const CONTEXTS: &[&str] = &["sbom type", "sbomtype", "generation context", "lifecycle"];

/// The algorithms of checksums in SPDX 2.3 (7.10).
const CHECKSUMS: &[&str] = &[
    "SHA1",
    "SHA224",
    "SHA256",
    "SHA384",
    "SHA512",
    "SHA3-256",
    "SHA3-384",
    "SHA3-512",
    "BLAKE2b-256",
    "BLAKE2b-384",
    "BLAKE2b-512",
    "BLAKE3",
    "MD2",
    "MD4",
    "MD5",
    "MD6",
    "ADLER32",
];

/// What a document says of itself.
pub fn facts(source: &Source, stated: &Stated<'_>) -> SbomFacts {
    let about = &stated.about;
    let mut facts = SbomFacts::new(SbomFormat::Spdx, &shown(about.version), source.mark(about.root));
    facts.structured = about.json;
    facts.vulnerabilities = about.vulnerabilities.map(|(span, count)| (source.mark(span), count));
    document(source, stated, &mut facts);
    let ours = stated.creators.iter().any(|creator| creator.starts_with("Tool: sepal-"));
    let mut names = Names::default();
    for package in &stated.packages {
        let number = facts.components.len() as u32;
        let made = component(source, stated, package, ours, &mut facts);
        facts.components.push(made);
        if let Some((id, _)) = package.id {
            names.add(id, number);
        }
    }
    let mut ties = Ties::default();
    let primary = |facts: &mut SbomFacts, id: &str| {
        if let Some(at) = names.get(id) {
            let component = &mut facts.components[at as usize];
            component.primary = true;
            facts.mark = component.mark;
        }
    };
    for (id, _) in &stated.describes {
        primary(&mut facts, id);
    }
    for relationship in &stated.relationships {
        if relationship.tie == Tie::Describes {
            primary(&mut facts, relationship.to.0);
            continue;
        }
        let Some(from) = names.get(relationship.from.0) else { continue };
        let to = names.get(relationship.to.0);
        let holder = &mut facts.components[from as usize];
        match (relationship.tie, relationship.to.0) {
            (Tie::Needs(_), "NONE" | "NOASSERTION") => {
                holder.given.put(SbomField::Completeness);
                match relationship.to.0 {
                    "NONE" => holder.given.put(SbomField::Dependencies),
                    _ => holder.unknown.put(SbomField::Dependencies),
                }
            }
            (Tie::Needs(_), _) => holder.given.put(SbomField::Dependencies),
            _ => holder.has_parts = true,
        }
        holder.given.put_if(SbomField::Completeness, relationship.completeness.is_some());
        if let Some(to) = to {
            ties.add(from, to);
        }
    }
    // SPDX 2 says it by what leaves say of themselves: a document that knows `NONE` means what it lists.
    let says = |component: &SbomComponent| component.given.has(SbomField::Completeness);
    let whole = facts.components.iter().any(|component| says(component) && (component.primary || !about.three));
    facts.whole_declared = whole;
    ties.settle(&mut facts);
    facts
}

fn document(source: &Source, stated: &Stated<'_>, facts: &mut SbomFacts) {
    let about = &stated.about;
    let root = source.mark(about.root);
    let (mut given, mut unknown) = (SbomFields::default(), SbomFields::default());
    if about.three {
        for (name, reached) in &about.authors {
            put(&mut given, &mut unknown, SbomField::Author, Some(name));
            given.put_if(SbomField::AuthorContact, *reached);
        }
        for tool in &about.tools {
            tool_of(tool, &mut given, &mut unknown);
        }
        put(&mut given, &mut unknown, SbomField::Context, about.kind);
        given.put_if(SbomField::DocumentVersion, about.id.is_some());
        for (missing, what) in [(about.created.is_none(), "creation time"), (about.id.is_none(), "`SpdxDocument`")] {
            if missing {
                facts.break_at(root, || format!("the document has no {what}"));
            }
        }
    } else {
        if !matches!(about.version, "2.2" | "2.3" | "2.2.1" | "2.2.2" | "2.3.1" | "2.1" | "2.0") {
            facts.break_at(root, || format!("`{}` is no version of SPDX 2", shown(about.version)));
        }
        let required: [(Option<Val<'_>>, &str); 5] = [
            (about.id, "SPDXID"),
            (about.name, "name"),
            (about.namespace, "documentNamespace"),
            (about.data_license, "dataLicense"),
            (about.created, "created"),
        ];
        for (_, name) in required.iter().filter(|(value, _)| value.is_none()) {
            facts.break_at(root, || format!("the document has no `{name}`"));
        }
        if stated.creators.is_empty() {
            facts.break_at(root, || "the document has no `creators`".to_owned());
        }
        if let Some((license, span)) = about.data_license.filter(|(license, _)| *license != "CC0-1.0") {
            facts.break_at(source.mark(span), || format!("`dataLicense` is `{}` and not `CC0-1.0`", shown(license)));
        }
        if let Some((name, span)) = about.namespace.filter(|(name, _)| !name.contains(':') || name.contains('#')) {
            facts.break_at(source.mark(span), || format!("`{}` is no namespace of a document", shown(name)));
        }
        for creator in &stated.creators {
            match creator.split_once(':').map(|(kind, name)| (kind.trim(), name.trim())) {
                Some(("Person" | "Organization", name)) => {
                    let plain = name.split(" (").next().unwrap_or(name).trim();
                    put(&mut given, &mut unknown, SbomField::Author, Some(plain));
                    given.put_if(SbomField::AuthorContact, address(name).is_some_and(is_contact));
                }
                Some(("Tool", name)) => tool_of(name, &mut given, &mut unknown),
                _ => facts.break_at(root, || {
                    format!("the creator `{}` is neither `Person:` nor `Organization:` nor `Tool:`", shown(creator))
                }),
            }
        }
        let says = |comment: &&str| {
            let lower = comment.to_ascii_lowercase();
            CONTEXTS.iter().any(|word| lower.contains(word))
        };
        given.put_if(SbomField::Context, about.comments.iter().any(says));
        given.put_if(SbomField::DocumentVersion, about.namespace.is_some());
    }
    if let Some((time, span)) = about.created {
        if is_time(time) {
            given.put(SbomField::Timestamp);
        } else {
            facts.break_at(source.mark(span), || format!("`{}` is no time (2026-09-21T08:00:00Z)", shown(time)));
        }
    }
    facts.given = given;
    facts.unknown = unknown;
}

/// The address behind a name: `Acme (sbom@example.org)`.
fn address(name: &str) -> Option<&str> {
    let start = name.rfind('(')?;
    name[start + 1..].strip_suffix(')')
}

/// `syft-1.2.3`, `kit 4`: a name, with a version if a number stands behind it.
fn tool_of(text: &str, given: &mut SbomFields, unknown: &mut SbomFields) {
    put(given, unknown, SbomField::ToolName, Some(text));
    let numbered = text.char_indices().any(|(at, separator)| {
        let rest = text[at + separator.len_utf8()..].trim_start_matches(['v', 'V']);
        at > 0 && matches!(separator, '-' | ' ' | '@' | '/') && rest.starts_with(|c: char| c.is_ascii_digit())
    });
    given.put_if(SbomField::ToolVersion, numbered);
}

fn component(
    source: &Source,
    stated: &Stated<'_>,
    package: &Package<'_>,
    ours: bool,
    facts: &mut SbomFacts,
) -> SbomComponent {
    let three = stated.about.three;
    let at = package.name.or(package.id).map_or(package.span, |(_, span)| span);
    let mark = source.mark(at);
    let (mut given, mut unknown) = (SbomFields::default(), SbomFields::default());
    let text = |value: Option<Val<'_>>| value.map(|(text, _)| text.to_owned());
    let mut say = |field, value: Option<Val<'_>>| put(&mut given, &mut unknown, field, text(value).as_deref());
    say(SbomField::Name, package.name);
    say(SbomField::Version, package.version);
    say(SbomField::Supplier, package.supplier);
    say(SbomField::Producer, package.originator);
    say(SbomField::FileName, package.file_name);
    say(SbomField::License, package.declared);
    say(SbomField::License, package.concluded);
    say(SbomField::DistributionLicense, package.concluded);
    let mailed = package.originator.and_then(|(text, _)| address(text)).is_some_and(is_contact);
    given.put_if(SbomField::ProducerContact, mailed || package.reachable);
    let purl = package.purls.iter().find_map(|(text, _)| text.parse::<Purl>().ok());
    given.put_if(SbomField::Identifier, purl.is_some() || package.cpe.is_some() || package.identified);
    given.put_if(SbomField::Hash, package.checksums.iter().any(|(_, value)| value.is_some()));
    if !three {
        for ((name, span), _) in package.checksums.iter().filter(|((name, _), _)| !CHECKSUMS.contains(name)) {
            facts.break_at(source.mark(*span), || format!("`{}` is no algorithm of checksums", shown(name)));
        }
        let required: [(bool, &str); 3] = [
            (package.name.is_none(), "name"),
            (package.id.is_none(), "SPDXID"),
            // The schema of 2.3 asks for it; the value may be NOASSERTION.
            (package.download.is_none(), "downloadLocation"),
        ];
        for (_, name) in required.iter().filter(|(missing, _)| *missing) {
            facts.break_at(mark, || format!("a package has no `{name}`"));
        }
    }
    // The purposes of the distributed file tell all three (BSI TR-03183-2, 8.2.5).
    let (described, hashed) = package.artifact;
    for field in [SbomField::Executable, SbomField::Archive, SbomField::Structured] {
        given.put_if(field, described);
    }
    given.put_if(SbomField::DeployableHash, hashed);
    let located = package.download.is_some_and(|(text, _)| text != "NONE" && !says_unknown(text));
    given.put_if(SbomField::DeployableUri, located);
    given.put_if(SbomField::SourceUri, package.source_info);
    if let (true, Some((comment, _))) = (ours, package.comment) {
        // Facts of ours stand in the comment: `…; not known: hash, license`.
        let missing = comment.split("not known: ").nth(1).unwrap_or_default();
        for field in missing.split(';').next().unwrap_or_default().split(", ").filter_map(own_word) {
            unknown.put(field);
        }
    }
    let name = package.name.or(package.id).map_or("a package without name", |(text, _)| text);
    let version = package.version.filter(|(text, _)| !says_unknown(text));
    SbomComponent {
        name: match version {
            Some((version, _)) => format!("{} {}", shown(name), shown(version)).into(),
            None => shown(name).into(),
        },
        purl,
        mark,
        given,
        unknown,
        primary: false,
        reached: false,
        has_parts: false,
    }
}
